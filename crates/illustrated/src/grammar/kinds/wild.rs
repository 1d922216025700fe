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
    favourites: &[
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
    favourites: &[("pine", 2.2), ("goat", 1.8), ("hot air balloon", 1.4), ("tower", 0.3), ("moon", 0.5), ("star", 0.4)],
    lay: mountain,
    ..OUTDOOR
};

pub(crate) const SNOW: SceneKind = SceneKind {
    name: "snow",
    core: &["pine", "pine", "house", "deer", "church"],
    near: &["snow"],
    light: &light::WINTER,
    favourites: &[
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
    favourites: &[
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
    favourites: &[("cactus", 3.0), ("castle", 0.3), ("rock", 1.6), ("tent", 0.8), ("person", 0.5), ("man", 0.4)],
    lay: desert,
    ..OUTDOOR
};

pub(crate) const SAVANNA: SceneKind = SceneKind {
    name: "savanna",
    core: &["zebra", "giraffe", "elephant", "lion"],
    near: &["savanna"],
    light: &light::DRY,
    favourites: &[
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
    favourites: &[
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

fn forest(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top = distance(stage, &[(Material::Forest, 1.0)], (0.14, 0.26));
    air(stage, sky_piece, top);
    let material = if stage.dice.chance(0.25) { Material::Dirt } else { Material::Grass };
    let floor = ground(stage, material);
    if stage.dice.chance(0.12) {
        pond(stage, floor);
    }
}

fn mountain(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top = distance(stage, &[(Material::Mountain, 1.0)], (0.24, 0.36));
    if stage.dice.chance(0.35) {
        distance(stage, &[(Material::Hill, 1.0), (Material::Forest, 0.7)], (0.07, 0.11));
    }
    air(stage, sky_piece, top + 0.06);
    let material = if stage.dice.chance(0.18) { Material::Snow } else { Material::Grass };
    let grass = ground(stage, material);
    if stage.dice.chance(0.2) {
        pond(stage, grass);
    }
}

fn snow(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top = if stage.dice.chance(0.5) {
        distance(stage, &[(Material::Mountain, 1.0), (Material::Forest, 1.0), (Material::Hill, 0.4)], (0.1, 0.24))
    } else {
        stage.scale.horizon
    };
    air(stage, sky_piece, top);
    let field = ground(stage, Material::Snow);
    if stage.dice.chance(0.22) {
        ice(stage, field);
    }
}

fn ice(stage: &mut SceneBuilder<'_>, ground: usize) {
    let horizon = stage.scale.horizon;
    let y0 = horizon + (1.0 - horizon) * stage.dice.between(0.35, 0.5);
    let x0 = stage.dice.between(0.05, 0.25);
    let ice = stage.stuff(Material::Ice, [x0, y0, x0 + 0.66, y0 + 0.2], order::UPON_GROUND);
    stage.zone(Surface::Ground, ice, (x0 + 0.18, x0 + 0.48), (y0 + 0.08, y0 + 0.16));
    debug_assert!(ground < ice);
}

fn arctic(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let horizon = stage.scale.horizon;
    air(stage, sky_piece, horizon);
    let shore = horizon + (1.0 - horizon) * stage.dice.between(0.3, 0.45);
    let ocean = stage.stuff(Material::Ocean, [0.0, horizon, 1.0, shore + 0.06], order::GROUND);
    stage.zone(Surface::Water, ocean, (0.14, 0.86), (horizon + 0.06, shore - 0.02));
    let material = if stage.dice.chance(0.4) { Material::Ice } else { Material::Snow };
    let floe = stage.stuff(material, [0.0, shore, 1.0, 1.0], order::GROUND);
    stage.zone(Surface::Ground, floe, (0.06, 0.94), (shore + 0.07, 0.97));
    stage.zone(Surface::Ground, floe, (0.06, 0.94), (shore + 0.07, 0.97));
}

fn desert(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top = if stage.dice.chance(0.4) {
        distance(stage, &[(Material::Mountain, 1.0), (Material::Hill, 0.5)], (0.1, 0.2))
    } else {
        stage.scale.horizon
    };
    air(stage, sky_piece, top);
    let sand = ground(stage, Material::Sand);
    let roll = stage.dice.unit();
    if roll < 0.2 {
        country_road(stage, sand);
    } else if roll < 0.35 {
        pond(stage, sand);
    }
}

fn savanna(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top = if stage.dice.chance(0.35) {
        distance(stage, &[(Material::Mountain, 1.0), (Material::Hill, 0.7)], (0.1, 0.2))
    } else {
        stage.scale.horizon
    };
    air(stage, sky_piece, top);
    let material = if stage.dice.chance(0.4) { Material::Dirt } else { Material::Grass };
    let plain = ground(stage, material);
    if stage.dice.chance(0.2) {
        pond(stage, plain);
    }
}

fn night_sky(stage: &mut SceneBuilder<'_>) {
    let sky_piece = sky(stage);
    let top =
        distance(stage, &[(Material::Mountain, 1.0), (Material::Hill, 1.0), (Material::Forest, 0.7)], (0.08, 0.16));
    air(stage, sky_piece, top);
    let material = if stage.dice.chance(0.2) { Material::Snow } else { Material::Grass };
    ground(stage, material);
}
