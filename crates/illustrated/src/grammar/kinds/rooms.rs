//! Living room, kitchen, bedroom.

use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::{ROOM, SceneKind};
use crate::composition::Material;

pub(crate) const LIVING_ROOM: SceneKind = SceneKind {
    name: "living room",
    core: &["sofa", "sofa", "shelf", "tv", "table"],
    near: &["living-room"],
    favourites: &[("sofa", 3.0), ("picture", 1.8), ("window", 1.8), ("plant", 1.6), ("lamp", 1.6), ("door", 0.5)],
    lay: |stage| room(stage, 0.6),
    ..ROOM
};

pub(crate) const KITCHEN: SceneKind = SceneKind {
    name: "kitchen",
    core: &["table", "cabinet", "chair"],
    near: &["kitchen"],
    favourites: &[("table", 3.0), ("chair", 2.0), ("window", 1.5), ("door", 0.6), ("bag", 0.4)],
    lay: |stage| room(stage, 0.12),
    ..ROOM
};

pub(crate) const BEDROOM: SceneKind = SceneKind {
    name: "bedroom",
    core: &["bed", "bed", "bed", "cabinet"],
    near: &["bedroom"],
    favourites: &[("bed", 4.0), ("mirror", 1.6), ("window", 1.8), ("lamp", 1.6), ("door", 0.5), ("balloon", 0.4)],
    lay: |stage| room(stage, 0.5),
    ..ROOM
};

const WALLS: [&str; 8] = ["cream", "blue", "green", "yellow", "pink", "tan", "teal", "grey"];
const FLOORS: [&str; 4] = ["brown", "tan", "grey", "cream"];
const CARPETS: [&str; 6] = ["red", "blue", "green", "purple", "orange", "teal"];

fn room(stage: &mut SceneBuilder<'_>, carpet: f32) {
    let line = stage.scale.horizon;
    let colour = stage.dice.pick(&WALLS).copied();
    let material = if stage.dice.chance(0.1) { Material::Brick } else { Material::Wall };
    let colour = if material == Material::Wall { colour } else { None };
    let wall = stage.coloured_stuff(material, [0.0, 0.0, 1.0, line + 0.01], order::SKY, colour);
    stage.zone(Surface::Wall, wall, (0.12, 0.88), (0.15, line - 0.3));
    let colour = stage.dice.pick(&FLOORS).copied();
    let floor = stage.coloured_stuff(Material::Floor, [0.0, line, 1.0, 1.0], order::GROUND, colour);
    if stage.dice.chance(carpet) {
        let (x0, x1) = (stage.dice.between(0.05, 0.2), stage.dice.between(0.8, 0.95));
        let colour = stage.dice.pick(&CARPETS).copied();
        let y0 = line + (1.0 - line) * stage.dice.between(0.35, 0.5);
        stage.coloured_stuff(Material::Carpet, [x0, y0, x1, 0.975], order::UPON_GROUND, colour);
    }
    stage.zone(Surface::Floor, floor, (0.06, 0.94), (line + 0.04, 0.96));
}
