//! Street, town, town at night.

use super::super::light;
use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::country::{air, distance, sky};
use super::{OUTDOOR, SceneKind};
use crate::composition::Material;

pub(crate) const STREET: SceneKind = SceneKind {
    name: "street",
    core: &["car", "car", "bus", "bus", "truck", "motorcycle", "bike"],
    near: &["street"],
    weight: 1.3,
    horizon: (0.42, 0.5),
    favorites: &[
        ("car", 2.6),
        ("bus", 2.0),
        ("truck", 1.4),
        ("building", 2.4),
        ("house", 1.4),
        ("window", 0.0),
        ("door", 0.0),
        ("tree", 1.2),
        ("boat", 0.0),
    ],
    lay: street,
    ..OUTDOOR
};

pub(crate) const TOWN: SceneKind = SceneKind {
    name: "town",
    core: &["house", "building", "church", "tower", "skyscraper"],
    near: &["town"],
    horizon: (0.44, 0.52),
    favorites: &[
        ("building", 2.4),
        ("house", 2.0),
        ("train", 0.0),
        ("window", 0.0),
        ("door", 0.0),
        ("roof", 0.0),
        ("bridge", 0.0),
    ],
    lay: town,
    ..OUTDOOR
};

pub(crate) const NIGHT_TOWN: SceneKind = SceneKind {
    name: "night town",
    core: &["car", "bus", "truck", "street light"],
    near: &["town", "street"],
    weight: 0.7,
    light: &light::NIGHT,
    horizon: (0.44, 0.52),
    favorites: &[
        ("building", 2.4),
        ("skyscraper", 1.8),
        ("street light", 2.0),
        ("moon", 0.5),
        ("star", 0.3),
        ("train", 0.0),
        ("window", 0.0),
        ("door", 0.0),
        ("roof", 0.0),
        ("bridge", 0.0),
        ("bird", 0.2),
    ],
    lay: street,
    ..OUTDOOR
};

/// Behind the street a pavement (or grass), then the street with its line, sometimes a pavement in front.
fn street(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.15) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Forest, 1.0)], (0.07, 0.13))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let y0 = horizon + builder.rng.between(0.16, 0.22);
    let y1 = if builder.rng.chance(0.6) { 1.0 } else { builder.rng.between(0.88, 0.92) };
    let roll = builder.rng.unit();
    let (material, surface) = if roll < 0.55 {
        (Material::Sidewalk, Surface::Path)
    } else if roll < 0.95 {
        (Material::Grass, Surface::Path)
    } else {
        (Material::Dirt, Surface::Path)
    };
    let verge = builder.stuff(material, [0.0, horizon, 1.0, y0 + 0.02], order::GROUND);
    builder.zone(surface, verge, (0.08, 0.92), (horizon + 0.06, y0 - 0.01));
    builder.zone(surface, verge, (0.08, 0.92), (horizon + 0.06, y0 - 0.01));
    let street = builder.stuff(Material::Street, [0.0, y0, 1.0, y1], order::GROUND);
    let middle = (y0 + y1) / 2.0;
    if builder.rng.chance(0.6) {
        builder.stuff(Material::Line, [0.0, middle - 0.018, 1.0, middle + 0.018], order::UPON_GROUND);
    }
    let lane = (y1 - y0) / 2.0;
    builder.zone(Surface::Street, street, (0.16, 0.84), (middle - lane * 0.45, middle - lane * 0.2));
    builder.zone(Surface::Street, street, (0.16, 0.84), (y1 - lane * 0.45, y1 - lane * 0.2));
    if y1 < 1.0 {
        let curb = builder.stuff(Material::Sidewalk, [0.0, y1 - 0.01, 1.0, 1.0], order::GROUND);
        builder.zone(Surface::Path, curb, (0.08, 0.92), (y1 + 0.03, 0.985));
    }
}

/// A square: buildings at its far side, people and things on the pavement.
fn town(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.25) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Mountain, 0.5)], (0.08, 0.15))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    if builder.rng.chance(0.35) {
        return street_below(builder);
    }
    let material = if builder.rng.chance(0.7) { Material::Sidewalk } else { Material::Grass };
    let square = builder.stuff(material, [0.0, horizon, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Path, square, (0.08, 0.92), (horizon + 0.06, 0.97));
}

fn street_below(builder: &mut SceneBuilder<'_>) {
    let horizon = builder.scale.horizon;
    let y0 = builder.rng.between(0.74, 0.8);
    let pavement = builder.stuff(Material::Sidewalk, [0.0, horizon, 1.0, y0 + 0.02], order::GROUND);
    builder.zone(Surface::Path, pavement, (0.08, 0.92), (horizon + 0.06, y0 - 0.01));
    let road = builder.stuff(Material::Road, [0.0, y0, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Street, road, (0.16, 0.84), (y0 + 0.1, 0.97));
}
