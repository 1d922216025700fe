//! Living room, kitchen, bedroom.

use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::{ROOM, SceneKind};
use crate::composition::Material;

pub(crate) const LIVING_ROOM: SceneKind = SceneKind {
    name: "living room",
    core: &["sofa", "sofa", "shelf", "tv", "table"],
    near: &["living-room"],
    favorites: &[("sofa", 3.0), ("picture", 1.8), ("window", 1.8), ("plant", 1.6), ("lamp", 1.6), ("door", 0.5)],
    lay: |builder| room(builder, 0.6),
    ..ROOM
};

pub(crate) const KITCHEN: SceneKind = SceneKind {
    name: "kitchen",
    core: &["table", "cabinet", "chair"],
    near: &["kitchen"],
    favorites: &[("table", 3.0), ("chair", 2.0), ("window", 1.5), ("door", 0.6), ("bag", 0.4)],
    lay: |builder| room(builder, 0.12),
    ..ROOM
};

pub(crate) const BEDROOM: SceneKind = SceneKind {
    name: "bedroom",
    core: &["bed", "bed", "bed", "cabinet"],
    near: &["bedroom"],
    favorites: &[("bed", 4.0), ("mirror", 1.6), ("window", 1.8), ("lamp", 1.6), ("door", 0.5), ("balloon", 0.4)],
    lay: |builder| room(builder, 0.5),
    ..ROOM
};

const WALLS: [&str; 8] = ["cream", "blue", "green", "yellow", "pink", "tan", "teal", "grey"];
const FLOORS: [&str; 4] = ["brown", "tan", "grey", "cream"];
const CARPETS: [&str; 6] = ["red", "blue", "green", "purple", "orange", "teal"];

fn room(builder: &mut SceneBuilder<'_>, carpet: f32) {
    let line = builder.scale.horizon;
    let color = builder.rng.pick(&WALLS).copied();
    let material = if builder.rng.chance(0.1) { Material::Brick } else { Material::Wall };
    let color = if material == Material::Wall { color } else { None };
    let wall = builder.colored_stuff(material, [0.0, 0.0, 1.0, line + 0.01], order::SKY, color);
    builder.zone(Surface::Wall, wall, (0.12, 0.88), (0.15, line - 0.3));
    let color = builder.rng.pick(&FLOORS).copied();
    let floor = builder.colored_stuff(Material::Floor, [0.0, line, 1.0, 1.0], order::GROUND, color);
    if builder.rng.chance(carpet) {
        let (x0, x1) = (builder.rng.between(0.05, 0.2), builder.rng.between(0.8, 0.95));
        let color = builder.rng.pick(&CARPETS).copied();
        let y0 = line + (1.0 - line) * builder.rng.between(0.35, 0.5);
        builder.colored_stuff(Material::Carpet, [x0, y0, x1, 0.975], order::UPON_GROUND, color);
    }
    builder.zone(Surface::Floor, floor, (0.06, 0.94), (line + 0.04, 0.96));
}
