//! Where the materials of a graph lie. The first plane fills the ground; what comes later takes strips where no thing
//! stands, so that nothing has to move for it.

use super::super::cast::{GrammarLibrary, Stands};
use super::super::scene_builder::{SceneBuilder, Surface, order};
use super::super::scene_rng::SceneRng;
use super::Drawn;
use crate::composition::Material;

/// Free for strips below the horizon: no foot stands there.
const STRIP: f32 = 0.14;

pub(crate) fn is_indoors(cast: &GrammarLibrary, drawn: &[Option<Drawn>]) -> bool {
    let mut indoors = 0;
    let mut outdoors = 0;
    for drawn in drawn.iter().flatten() {
        match drawn {
            Drawn::Stuff(Material::Floor | Material::Carpet | Material::Wall) => indoors += 3,
            Drawn::Stuff(Material::Brick) => {}
            Drawn::Stuff(_) => outdoors += 3,
            Drawn::Thing(role) => match cast.roles[*role].looks[0].stands {
                Some(Stands::Floor | Stands::Table) => indoors += 1,
                Some(Stands::Sky | Stands::Water) => outdoors += 1,
                _ => {}
            },
        }
    }
    indoors > outdoors
}

/// Lays the materials of the graph in their order, and what is missing behind everything. The piece of each object.
pub(crate) fn lay(
    builder: &mut SceneBuilder<'_>,
    drawn: &[Option<Drawn>],
    indoors: bool,
    seed: u64,
) -> Vec<Option<usize>> {
    let mut plan = Plan { indoors, ..Plan::default() };
    let mut pieces = vec![None; drawn.len()];
    for (index, drawn) in drawn.iter().enumerate() {
        if let Some(Drawn::Stuff(material)) = drawn {
            let nth = plan.seen.iter().filter(|other| *other == material).count();
            // Its outline is the same however the graph grows.
            builder.rng = SceneRng::for_part(seed, super::super::material::name(*material), nth as u64);
            plan.seen.push(*material);
            pieces[index] = Some(plan.add(builder, *material, nth));
        }
    }
    builder.rng = SceneRng::for_part(seed, "backdrop", 0);
    plan.complete(builder);
    pieces
}

#[derive(Default)]
struct Plan {
    indoors: bool,
    seen: Vec<Material>,
    back: Option<usize>,
    plane: Option<usize>,
    street: Option<usize>,
    /// Lower and upper edge of a river that was named before any land.
    river: Option<(f32, f32)>,
}

impl Plan {
    fn add(&mut self, builder: &mut SceneBuilder<'_>, material: Material, nth: usize) -> usize {
        use Material as M;
        let h = builder.scale.horizon;
        match material {
            M::Sky | M::Clouds => self.sky(builder, material),
            M::Mountain => builder.stuff(material, side(nth, h - 0.25, h + 0.04), order::FAR),
            M::Hill => builder.stuff(material, side(nth, h - 0.15, h + 0.04), order::FAR + 0.5),
            M::Forest => builder.stuff(material, side(nth, h - 0.17, h + 0.04), order::FAR + 0.6),
            M::Wall => self.wall(builder, material),
            M::Brick if self.indoors => self.wall(builder, material),
            M::Brick => builder.stuff(material, [0.0, h - 0.14, 1.0, h + 0.05], order::FAR + 0.8),
            M::Street | M::Road => self.street(builder, material),
            M::Line => {
                let (y0, y1) = (h + STRIP + 0.04, 1.0);
                let middle = (y0 + y1) / 2.0;
                builder.stuff(material, [0.0, middle - 0.018, 1.0, middle + 0.018], order::UPON_GROUND)
            }
            M::Sidewalk => self.sidewalk(builder),
            M::Floor => self.floor(builder),
            M::Carpet => builder.stuff(material, [0.12, h + 0.12, 0.88, 0.975], order::UPON_GROUND),
            M::Wave => {
                let (y0, y1) = if self.plane.is_some_and(|plane| is_water(builder, plane)) {
                    (0.74, 0.88)
                } else {
                    (h - 0.04, h + 0.05)
                };
                let wave = builder.stuff(material, [0.0, y0, 1.0, y1], order::UPON_GROUND);
                builder.zone(Surface::Water, wave, (0.2, 0.8), (y0 + 0.06, y1));
                wave
            }
            M::Ocean | M::Lake | M::Water | M::River => self.water(builder, material),
            M::Grass | M::Field | M::Sand | M::Snow | M::Dirt | M::Ice => self.land(builder, material),
        }
    }

    fn sky(&mut self, builder: &mut SceneBuilder<'_>, material: Material) -> usize {
        let h = builder.scale.horizon;
        let sky = builder.stuff(material, [0.0, 0.0, 1.0, h + 0.06], order::SKY);
        builder.zone(Surface::Sky, sky, (0.12, 0.88), (0.08, h - 0.2));
        self.back = Some(sky);
        sky
    }

    fn wall(&mut self, builder: &mut SceneBuilder<'_>, material: Material) -> usize {
        let h = builder.scale.horizon;
        let wall = builder.stuff(material, [0.0, 0.0, 1.0, h + 0.01], order::SKY);
        builder.zone(Surface::Wall, wall, (0.14, 0.86), (0.16, h - 0.32));
        self.back = Some(wall);
        wall
    }

    fn floor(&mut self, builder: &mut SceneBuilder<'_>) -> usize {
        let h = builder.scale.horizon;
        let floor = builder.stuff(Material::Floor, [0.0, h, 1.0, 1.0], order::GROUND);
        builder.zone(Surface::Floor, floor, (0.1, 0.9), (h + 0.05, 0.96));
        self.plane = Some(floor);
        floor
    }

    fn street(&mut self, builder: &mut SceneBuilder<'_>, material: Material) -> usize {
        let y0 = builder.scale.horizon + STRIP + 0.04;
        let street = builder.stuff(material, [0.0, y0, 1.0, 1.0], order::GROUND + 0.5);
        let lane = (1.0 - y0) / 2.0;
        builder.zone(Surface::Street, street, (0.2, 0.8), (y0 + lane * 0.55, y0 + lane * 0.85));
        builder.zone(Surface::Street, street, (0.2, 0.8), (1.0 - lane * 0.45, 1.0 - lane * 0.15));
        builder.zone(Surface::Ground, street, (0.1, 0.9), (y0 + 0.06, 0.97));
        self.street = Some(street);
        street
    }

    /// Behind the street: buildings and trees stand there.
    fn sidewalk(&mut self, builder: &mut SceneBuilder<'_>) -> usize {
        let h = builder.scale.horizon;
        let sidewalk = builder.stuff(Material::Sidewalk, [0.0, h, 1.0, h + STRIP + 0.06], order::GROUND + 0.4);
        builder.zone(Surface::Path, sidewalk, (0.12, 0.88), (h + 0.08, h + STRIP));
        sidewalk
    }

    fn land(&mut self, builder: &mut SceneBuilder<'_>, material: Material) -> usize {
        let h = builder.scale.horizon;
        match self.plane {
            None => {
                let land = builder.stuff(material, [0.0, h, 1.0, 1.0], order::GROUND);
                if let Some((y0, y1)) = self.river {
                    builder.zone(Surface::Ground, land, (0.1, 0.9), (h + 0.06, y0 - 0.01));
                    builder.zone(Surface::Ground, land, (0.1, 0.9), (y1 + 0.06, 0.97));
                } else {
                    builder.zone(Surface::Ground, land, (0.1, 0.9), (h + STRIP + 0.02, 0.97));
                }
                self.plane = Some(land);
                land
            }
            Some(plane) if is_water(builder, plane) => {
                let land = builder.stuff(material, [0.0, 0.72, 1.0, 1.0], order::GROUND + 0.2);
                builder.zone(Surface::Ground, land, (0.1, 0.9), (0.78, 0.97));
                land
            }
            Some(_) => {
                let strip = builder.stuff(material, [0.0, h, 1.0, h + STRIP], order::GROUND + 0.3);
                builder.zone(Surface::Ground, strip, (0.1, 0.9), (h + 0.06, h + STRIP));
                strip
            }
        }
    }

    fn water(&mut self, builder: &mut SceneBuilder<'_>, material: Material) -> usize {
        let h = builder.scale.horizon;
        let (bounds, order, feet) = match self.plane {
            None if matches!(material, Material::River | Material::Lake) => {
                // Land will lie on both sides of it.
                self.river = Some((h + 0.16, h + 0.36));
                ([0.0, h + 0.16, 1.0, h + 0.36], order::GROUND + 0.3, (h + 0.26, h + 0.33))
            }
            None => ([0.0, h, 1.0, 1.0], order::GROUND, (h + 0.12, 0.7)),
            Some(_) if material == Material::Ocean || material == Material::Water => {
                // Behind the land, up to a horizon of its own.
                ([0.0, h - 0.12, 1.0, h + 0.04], order::FAR + 0.9, (h - 0.03, h))
            }
            Some(_) => ([0.0, h + 0.01, 1.0, h + STRIP], order::GROUND + 0.3, (h + 0.07, h + STRIP - 0.03)),
        };
        let water = builder.stuff(material, bounds, order);
        builder.zone(Surface::Water, water, (0.16, 0.84), feet);
        builder.zone(Surface::Under, water, (0.16, 0.84), (bounds[1] + 0.06, bounds[3] - 0.06));
        if self.plane.is_none() && self.river.is_none() {
            self.plane = Some(water);
        }
        water
    }

    /// What the graph does not name but a picture needs.
    fn complete(&mut self, builder: &mut SceneBuilder<'_>) {
        if self.back.is_none() {
            if self.indoors {
                self.wall(builder, Material::Wall);
            } else {
                self.sky(builder, Material::Sky);
            }
        }
        if self.plane.is_some() {
            return;
        }
        if self.indoors {
            self.floor(builder);
        } else if self.street.is_some() {
            if !self.seen.contains(&Material::Sidewalk) {
                self.sidewalk(builder);
            }
        } else {
            self.land(builder, Material::Grass);
        }
    }
}

/// The first is on the left, the second on the right, and so on.
fn side(nth: usize, y0: f32, y1: f32) -> [f32; 4] {
    if nth.is_multiple_of(2) { [0.0, y0, 0.72, y1] } else { [0.36, y0 + 0.05, 1.0, y1] }
}

fn is_water(builder: &SceneBuilder<'_>, piece: usize) -> bool {
    matches!(builder.pieces[piece].name.as_str(), "ocean" | "lake" | "river" | "water")
}
