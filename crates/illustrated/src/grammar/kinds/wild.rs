//! Forest, mountain, snow, arctic, desert, savanna, night sky.

use super::super::light;
use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::country::{air, country_road, distance, ground, pond, sky};
use super::{OUTDOOR, SceneKind};
use crate::composition::Material;

pub(crate) const FOREST: SceneKind = SceneKind {
    name: "forest",
    core: &["tree", "pine"],
    near: &["forest"],
    favorites: &[
        ("tree", 3.0),
        ("pine", 3.0),
        ("deer", 1.6),
        ("fox", 1.6),
        ("elephant", 0.0),
        ("castle", 0.3),
        ("helicopter", 0.2),
        ("sign", 0.5),
        ("bridge", 0.0),
        ("moon", 0.4),
        ("star", 0.4),
    ],
    lay: forest,
    ..OUTDOOR
};

pub(crate) const MOUNTAIN: SceneKind = SceneKind {
    name: "mountain",
    core: &["pine", "goat", "rock", "hot air balloon"],
    near: &["mountain"],
    horizon: (0.48, 0.58),
    favorites: &[("pine", 2.2), ("goat", 1.8), ("hot air balloon", 1.4), ("tower", 0.3), ("moon", 0.5), ("star", 0.4)],
    lay: mountain,
    ..OUTDOOR
};

pub(crate) const SNOW: SceneKind = SceneKind {
    name: "snow",
    core: &["pine", "pine", "house", "deer", "church"],
    near: &["snow"],
    light: &light::WINTER,
    favorites: &[
        ("pine", 3.0),
        ("penguin", 0.0),
        ("castle", 0.4),
        ("house", 1.2),
        ("moon", 0.4),
        ("star", 0.4),
        ("tent", 0.4),
    ],
    lay: snow,
    ..OUTDOOR
};

pub(crate) const ARCTIC: SceneKind = SceneKind {
    name: "arctic",
    core: &["penguin", "penguin", "bear"],
    near: &["snow"],
    weight: 0.6,
    light: &light::WINTER,
    closed: true,
    favorites: &[
        ("penguin", 4.0),
        ("bear", 2.0),
        ("ship", 0.8),
        ("boat", 0.6),
        ("dolphin", 0.7),
        ("tent", 0.5),
        ("rock", 0.7),
        ("moon", 0.4),
        ("star", 0.3),
        ("helicopter", 0.4),
        ("cloud", 0.4),
        ("person", 0.5),
    ],
    lay: arctic,
    ..OUTDOOR
};

pub(crate) const DESERT: SceneKind = SceneKind {
    name: "desert",
    core: &["cactus", "cactus", "palm"],
    near: &["desert"],
    light: &light::DRY,
    favorites: &[("cactus", 3.0), ("castle", 0.3), ("rock", 1.6), ("tent", 0.8), ("person", 0.5), ("man", 0.4)],
    lay: desert,
    ..OUTDOOR
};

pub(crate) const SAVANNA: SceneKind = SceneKind {
    name: "savanna",
    core: &["zebra", "giraffe", "elephant", "lion"],
    near: &["savanna"],
    light: &light::DRY,
    favorites: &[
        ("zebra", 3.0),
        ("giraffe", 2.2),
        ("elephant", 2.2),
        ("lion", 2.0),
        ("tree", 1.5),
        ("palm", 0.6),
        ("horse", 0.3),
        ("bush", 0.8),
        ("boy", 0.3),
        ("girl", 0.3),
    ],
    lay: savanna,
    ..OUTDOOR
};

pub(crate) const NIGHT_SKY: SceneKind = SceneKind {
    name: "night sky",
    core: &["star", "moon"],
    near: &["night-sky"],
    weight: 0.6,
    light: &light::NIGHT,
    horizon: (0.66, 0.76),
    favorites: &[
        ("star", 2.0),
        ("moon", 1.5),
        ("tent", 1.0),
        ("pine", 1.2),
        ("tree", 0.8),
        ("hot air balloon", 4.0),
        ("house", 0.6),
        ("fox", 0.5),
        ("deer", 0.5),
        ("boy", 0.4),
        ("girl", 0.4),
        ("castle", 0.5),
        ("windmill", 0.5),
        ("plane", 0.4),
    ],
    closed: true,
    lay: night_sky,
    ..OUTDOOR
};

fn forest(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = distance(builder, &[(Material::Forest, 1.0)], (0.14, 0.26));
    air(builder, sky_piece, top);
    let material = if builder.rng.chance(0.25) { Material::Dirt } else { Material::Grass };
    let floor = ground(builder, material);
    if builder.rng.chance(0.12) {
        pond(builder, floor);
    }
}

fn mountain(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = distance(builder, &[(Material::Mountain, 1.0)], (0.24, 0.36));
    if builder.rng.chance(0.35) {
        distance(builder, &[(Material::Hill, 1.0), (Material::Forest, 0.7)], (0.07, 0.11));
    }
    air(builder, sky_piece, top + 0.06);
    let material = if builder.rng.chance(0.18) { Material::Snow } else { Material::Grass };
    let grass = ground(builder, material);
    if builder.rng.chance(0.2) {
        pond(builder, grass);
    }
}

fn snow(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = if builder.rng.chance(0.5) {
        distance(builder, &[(Material::Mountain, 1.0), (Material::Forest, 1.0), (Material::Hill, 0.4)], (0.1, 0.24))
    } else {
        builder.scale.horizon
    };
    air(builder, sky_piece, top);
    let field = ground(builder, Material::Snow);
    if builder.rng.chance(0.22) {
        ice(builder, field);
    }
}

fn ice(builder: &mut SceneBuilder<'_>, ground: usize) {
    let horizon = builder.scale.horizon;
    let y0 = horizon + (1.0 - horizon) * builder.rng.between(0.35, 0.5);
    let x0 = builder.rng.between(0.05, 0.25);
    let ice = builder.stuff(Material::Ice, [x0, y0, x0 + 0.66, y0 + 0.2], order::UPON_GROUND);
    builder.zone(Surface::Ground, ice, (x0 + 0.18, x0 + 0.48), (y0 + 0.08, y0 + 0.16));
    debug_assert!(ground < ice);
}

fn arctic(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let horizon = builder.scale.horizon;
    air(builder, sky_piece, horizon);
    let shore = horizon + (1.0 - horizon) * builder.rng.between(0.3, 0.45);
    let ocean = builder.stuff(Material::Ocean, [0.0, horizon, 1.0, shore + 0.06], order::GROUND);
    builder.zone(Surface::Water, ocean, (0.14, 0.86), (horizon + 0.06, shore - 0.02));
    let material = if builder.rng.chance(0.4) { Material::Ice } else { Material::Snow };
    let floe = builder.stuff(material, [0.0, shore, 1.0, 1.0], order::GROUND);
    builder.zone(Surface::Ground, floe, (0.06, 0.94), (shore + 0.07, 0.97));
    builder.zone(Surface::Ground, floe, (0.06, 0.94), (shore + 0.07, 0.97));
}

fn desert(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = if builder.rng.chance(0.4) {
        distance(builder, &[(Material::Mountain, 1.0), (Material::Hill, 0.5)], (0.1, 0.2))
    } else {
        builder.scale.horizon
    };
    air(builder, sky_piece, top);
    let sand = ground(builder, Material::Sand);
    let roll = builder.rng.unit();
    if roll < 0.2 {
        country_road(builder, sand);
    } else if roll < 0.35 {
        pond(builder, sand);
    }
}

fn savanna(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top = if builder.rng.chance(0.35) {
        distance(builder, &[(Material::Mountain, 1.0), (Material::Hill, 0.7)], (0.1, 0.2))
    } else {
        builder.scale.horizon
    };
    air(builder, sky_piece, top);
    let material = if builder.rng.chance(0.4) { Material::Dirt } else { Material::Grass };
    let plain = ground(builder, material);
    if builder.rng.chance(0.2) {
        pond(builder, plain);
    }
}

fn night_sky(builder: &mut SceneBuilder<'_>) {
    let sky_piece = sky(builder);
    let top =
        distance(builder, &[(Material::Mountain, 1.0), (Material::Hill, 1.0), (Material::Forest, 0.7)], (0.08, 0.16));
    air(builder, sky_piece, top);
    let material = if builder.rng.chance(0.2) { Material::Snow } else { Material::Grass };
    ground(builder, material);
}
