//! Meadow, farm, garden, park: green ground under the sky.

use super::super::light;
use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::{OUTDOOR, SceneKind};
use crate::composition::Material;

pub(crate) const MEADOW: SceneKind = SceneKind {
    name: "meadow",
    core: &["sheep", "cow", "horse", "tree", "goat", "deer", "pig"],
    near: &["meadow"],
    weight: 1.3,
    favorites: &[
        ("sheep", 2.5),
        ("horse", 1.6),
        ("cow", 1.6),
        ("tree", 2.0),
        ("castle", 0.25),
        ("church", 0.4),
        ("plane", 0.5),
        ("train", 0.5),
        ("barn", 0.5),
        ("zebra", 0.35),
    ],
    lay: meadow,
    ..OUTDOOR
};

pub(crate) const FARM: SceneKind = SceneKind {
    name: "farm",
    core: &["sheep", "cow", "pig", "chicken", "horse", "tractor", "barn", "goat"],
    near: &["farm"],
    favorites: &[("barn", 2.5), ("tractor", 2.0), ("chicken", 1.5), ("sheep", 1.5), ("carrot", 0.0)],
    lay: farm,
    ..OUTDOOR
};

pub(crate) const GARDEN: SceneKind = SceneKind {
    name: "garden",
    core: &["house", "flower", "sunflower", "bush", "tree", "fence"],
    near: &["garden"],
    horizon: (0.36, 0.46),
    near_scale: 0.29,
    favorites: &[
        ("flower", 2.5),
        ("sunflower", 1.8),
        ("house", 1.6),
        ("cactus", 0.2),
        ("palm", 0.25),
        ("rainbow", 0.4),
    ],
    lay: garden,
    ..OUTDOOR
};

pub(crate) const PARK: SceneKind = SceneKind {
    name: "park",
    core: &["bench", "tree", "kite", "fountain", "dog"],
    near: &["park"],
    favorites: &[("bench", 2.2), ("tree", 2.2), ("kite", 1.8), ("tower", 0.3), ("bridge", 0.0), ("fountain", 1.5)],
    lay: park,
    light: &light::OUTDOORS,
    ..OUTDOOR
};

/// Something in the distance between sky and ground: its upper edge, or the horizon's.
pub(super) fn distance(builder: &mut SceneBuilder<'_>, choices: &[(Material, f32)], rise: (f32, f32)) -> f32 {
    let horizon = builder.scale.horizon;
    let weights: Vec<f32> = choices.iter().map(|(_, weight)| *weight).collect();
    let Some(choice) = builder.rng.weighted(&weights) else { return horizon };
    let top = horizon - builder.rng.between(rise.0, rise.1);
    let full = builder.rng.chance(0.55);
    let (x0, x1) = if full {
        (0.0, 1.0)
    } else if builder.rng.chance(0.5) {
        (0.0, builder.rng.between(0.55, 0.85))
    } else {
        (builder.rng.between(0.15, 0.45), 1.0)
    };
    builder.stuff(choices[choice].0, [x0, top, x1, (horizon + 0.05).min(1.0)], order::FAR);
    top
}

/// The sky down to a little below the horizon, so that no ground's wavy edge leaves a gap.
pub(super) fn sky(builder: &mut SceneBuilder<'_>) -> usize {
    let horizon = builder.scale.horizon;
    builder.stuff(Material::Sky, [0.0, 0.0, 1.0, (horizon + 0.06).min(1.0)], order::SKY)
}

/// Where things fly: above what is far away.
pub(super) fn air(builder: &mut SceneBuilder<'_>, sky: usize, top: f32) {
    builder.zone(Surface::Sky, sky, (0.08, 0.92), (0.06, (top - 0.02).max(0.14)));
}

pub(super) fn ground(builder: &mut SceneBuilder<'_>, material: Material) -> usize {
    let horizon = builder.scale.horizon;
    let ground = builder.stuff(material, [0.0, horizon, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Ground, ground, (0.06, 0.94), (horizon + 0.06, 0.97));
    ground
}

fn meadow(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = if builder.rng.chance(0.45) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Mountain, 0.8), (Material::Forest, 0.6)], (0.1, 0.22))
    } else {
        builder.scale.horizon
    };
    air(builder, sky_piece, top);
    let material = if builder.rng.chance(0.12) { Material::Field } else { Material::Grass };
    ground(builder, material);
}

fn farm(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top = if builder.rng.chance(0.25) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Forest, 0.6)], (0.08, 0.15))
    } else {
        horizon
    };
    air(builder, sky_piece, top);
    let roll = builder.rng.unit();
    if roll < 0.45 {
        // A crop field behind, the yard in front.
        let edge = horizon + builder.rng.between(0.13, 0.2);
        let field = builder.stuff(Material::Field, [0.0, horizon, 1.0, edge + 0.05], order::GROUND);
        let yard = if builder.rng.chance(0.3) { Material::Dirt } else { Material::Grass };
        let yard = builder.stuff(yard, [0.0, edge, 1.0, 1.0], order::GROUND);
        builder.zone(Surface::Ground, field, (0.1, 0.9), (horizon + 0.05, edge - 0.01));
        builder.zone(Surface::Ground, yard, (0.06, 0.94), (edge + 0.05, 0.97));
        builder.zone(Surface::Ground, yard, (0.06, 0.94), (edge + 0.05, 0.97));
    } else if roll < 0.7 {
        let grass = ground(builder, Material::Grass);
        country_road(builder, grass);
    } else {
        ground(builder, Material::Grass);
    }
}

/// A road across the ground; the zone of the ground is split around it.
pub(super) fn country_road(builder: &mut SceneBuilder<'_>, ground: usize) {
    let horizon = builder.scale.horizon;
    let y0 = horizon + (1.0 - horizon) * builder.rng.between(0.38, 0.5);
    let y1 = y0 + builder.rng.between(0.15, 0.2);
    let road = builder.stuff(Material::Road, [0.0, y0, 1.0, y1], order::UPON_GROUND);
    builder.zones.retain(|zone| zone.piece != ground || zone.surface != Surface::Ground);
    builder.zone(Surface::Ground, ground, (0.06, 0.94), (horizon + 0.06, y0 - 0.01));
    builder.zone(Surface::Street, road, (0.12, 0.88), (y0 + 0.06, y1 - 0.03));
    if y1 < 0.88 {
        builder.zone(Surface::Ground, ground, (0.06, 0.94), (y1 + 0.06, 0.97));
    }
}

fn garden(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    air(builder, sky_piece, horizon);
    let grass = ground(builder, Material::Grass);
    let roll = builder.rng.unit();
    if roll < 0.2 {
        // A brick wall closes the garden.
        let top = horizon - builder.rng.between(0.1, 0.15);
        builder.stuff(Material::Brick, [0.0, top, 1.0, horizon + 0.04], order::FAR);
    } else if roll < 0.4 {
        pond(builder, grass);
    }
}

/// A pond on the ground, for ducks.
pub(super) fn pond(builder: &mut SceneBuilder<'_>, ground: usize) {
    let horizon = builder.scale.horizon;
    let width = builder.rng.between(0.5, 0.66);
    let x0 = if builder.rng.chance(0.5) { 0.03 } else { 0.97 - width };
    let y0 = horizon + (1.0 - horizon) * builder.rng.between(0.3, 0.42);
    let y1 = y0 + builder.rng.between(0.17, 0.22);
    let material = if builder.rng.chance(0.5) { Material::Lake } else { Material::Water };
    let pond = builder.stuff(material, [x0, y0, x0 + width, y1], order::UPON_GROUND);
    builder.zones.retain(|zone| zone.piece != ground || zone.surface != Surface::Ground);
    builder.zone(Surface::Water, pond, (x0 + 0.17, x0 + width - 0.17), (y0 + 0.1, y1 - 0.04));
    builder.zone(Surface::Ground, ground, (0.06, 0.94), (horizon + 0.06, y0 - 0.02));
    builder.zone(Surface::Ground, ground, (0.06, 0.94), (y1 + 0.09, 0.97));
}

fn park(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    let top =
        if builder.rng.chance(0.3) { distance(builder, &[(Material::Forest, 1.0)], (0.08, 0.14)) } else { horizon };
    air(builder, sky_piece, top);
    let grass = ground(builder, Material::Grass);
    let roll = builder.rng.unit();
    if roll < 0.22 {
        pond(builder, grass);
    } else if roll < 0.42 {
        let y0 = builder.rng.between(0.78, 0.84);
        let path = builder.stuff(Material::Sidewalk, [0.0, y0, 1.0, y0 + 0.14], order::UPON_GROUND);
        builder.zones.retain(|zone| zone.surface != Surface::Ground);
        builder.zone(Surface::Ground, grass, (0.06, 0.94), (horizon + 0.06, y0 - 0.01));
        builder.zone(Surface::Path, path, (0.1, 0.9), (y0 + 0.04, y0 + 0.12));
    }
}
