//! Beach, open sea, under water, river, harbour.

use super::super::light;
use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::country::{air, distance, sky};
use super::{OUTDOOR, SceneKind};
use crate::composition::Material;

pub(crate) const BEACH: SceneKind = SceneKind {
    name: "beach",
    core: &["palm", "umbrella", "surfboard", "boat", "ball"],
    near: &["beach"],
    weight: 1.1,
    horizon: (0.34, 0.46),
    favorites: &[
        ("palm", 2.0),
        ("umbrella", 2.0),
        ("surfboard", 2.0),
        ("ball", 1.5),
        ("boat", 1.4),
        ("ship", 0.4),
        ("dolphin", 0.6),
        ("lighthouse", 0.5),
        ("rock", 0.8),
    ],
    lay: beach,
    ..OUTDOOR
};

pub(crate) const SEA: SceneKind = SceneKind {
    name: "sea",
    core: &["boat", "ship", "dolphin"],
    near: &["sea"],
    horizon: (0.36, 0.5),
    favorites: &[
        ("boat", 3.0),
        ("ship", 1.8),
        ("dolphin", 1.8),
        ("palm", 0.5),
        ("lighthouse", 0.7),
        ("rock", 0.5),
        ("penguin", 0.0),
        ("fish", 0.0),
        ("person", 0.4),
        ("man", 0.4),
    ],
    lay: sea,
    ..OUTDOOR
};

pub(crate) const UNDER_WATER: SceneKind = SceneKind {
    name: "under water",
    core: &["fish"],
    near: &[],
    weight: 0.5,
    light: &light::UNDER_WATER,
    horizon: (0.7, 0.8),
    near_scale: 0.42,
    far_scale: 0.9,
    favorites: &[("fish", 6.0), ("rock", 1.2), ("stone", 0.8)],
    closed: true,
    lay: under_water,
    ..OUTDOOR
};

pub(crate) const RIVER: SceneKind = SceneKind {
    name: "river",
    core: &["boat", "duck", "bridge", "tree"],
    near: &["river"],
    favorites: &[
        ("bridge", 1.6),
        ("boat", 1.6),
        ("duck", 2.0),
        ("tree", 2.0),
        ("elephant", 0.2),
        ("fish", 0.0),
        ("castle", 0.4),
        ("person", 0.5),
        ("boy", 0.4),
        ("sheep", 0.5),
        ("horse", 0.5),
    ],
    lay: river,
    ..OUTDOOR
};

pub(crate) const HARBOUR: SceneKind = SceneKind {
    name: "harbour",
    core: &["boat", "ship", "lighthouse"],
    near: &["harbour"],
    horizon: (0.36, 0.46),
    favorites: &[
        ("ship", 1.8),
        ("boat", 2.2),
        ("lighthouse", 1.6),
        ("skyscraper", 0.4),
        ("house", 0.7),
        ("bridge", 0.0),
    ],
    lay: harbour,
    ..OUTDOOR
};

fn beach(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.25) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Mountain, 0.8)], (0.08, 0.16))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let shore = horizon + (1.0 - horizon) * builder.rng.between(0.3, 0.42);
    let ocean = builder.stuff(Material::Ocean, [0.0, horizon, 1.0, shore + 0.07], order::GROUND);
    builder.zone(Surface::Water, ocean, (0.14, 0.86), (horizon + 0.05, shore - 0.02));
    if builder.rng.chance(0.2) {
        // A breaker that runs up the shore.
        builder.stuff(Material::Wave, [0.0, shore - 0.055, 1.0, shore + 0.045], order::GROUND);
    }
    let sand = builder.stuff(Material::Sand, [0.0, shore, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Ground, sand, (0.06, 0.94), (shore + 0.07, 0.97));
    builder.zone(Surface::Ground, sand, (0.06, 0.94), (shore + 0.07, 0.97));
}

fn sea(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.22) {
        distance(builder, &[(Material::Mountain, 1.0), (Material::Hill, 1.0)], (0.08, 0.15))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let ocean = builder.stuff(Material::Ocean, [0.0, horizon, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Water, ocean, (0.12, 0.88), (horizon + 0.07, 0.92));
    if builder.rng.chance(0.3) {
        let y0 = builder.rng.between(0.72, 0.84);
        builder.stuff(Material::Wave, [0.0, y0, 1.0, y0 + 0.12], order::UPON_GROUND);
    }
}

fn under_water(builder: &mut SceneBuilder<'_>) {
    let floor = builder.scale.horizon;
    let material = if builder.rng.chance(0.5) { Material::Water } else { Material::Ocean };
    let water = builder.stuff(material, [0.0, 0.0, 1.0, (floor + 0.08).min(1.0)], order::SKY);
    builder.zone(Surface::Under, water, (0.12, 0.88), (0.1, floor - 0.06));
    builder.zone(Surface::Under, water, (0.12, 0.88), (0.1, floor - 0.06));
    let sand = builder.stuff(Material::Sand, [0.0, floor, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Ground, sand, (0.08, 0.92), (floor + 0.06, 0.97));
}

fn river(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.5) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Mountain, 1.0), (Material::Forest, 1.0)], (0.1, 0.2))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let grass = builder.stuff(Material::Grass, [0.0, horizon, 1.0, 1.0], order::GROUND);
    let y0 = horizon + (1.0 - horizon) * builder.rng.between(0.34, 0.44);
    let y1 = y0 + builder.rng.between(0.17, 0.22);
    let river = builder.stuff(Material::River, [0.0, y0, 1.0, y1], order::UPON_GROUND);
    builder.zone(Surface::Ground, grass, (0.06, 0.94), (horizon + 0.06, y0 - 0.01));
    builder.zone(Surface::Water, river, (0.14, 0.86), (y0 + 0.08, y1 - 0.05));
    builder.zone(Surface::Ground, grass, (0.06, 0.94), ((y1 + 0.08).min(0.95), 0.97));
}

fn harbour(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.35) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Mountain, 0.6)], (0.08, 0.15))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let quay = horizon + (1.0 - horizon) * builder.rng.between(0.48, 0.58);
    let ocean = builder.stuff(Material::Ocean, [0.0, horizon, 1.0, quay + 0.05], order::GROUND);
    builder.zone(Surface::Water, ocean, (0.14, 0.86), (horizon + 0.06, quay - 0.03));
    builder.zone(Surface::Water, ocean, (0.14, 0.86), (horizon + 0.06, quay - 0.03));
    let material = if builder.rng.chance(0.75) { Material::Sidewalk } else { Material::Dirt };
    let ground = builder.stuff(material, [0.0, quay, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Ground, ground, (0.06, 0.94), (quay + 0.06, 0.97));
}
