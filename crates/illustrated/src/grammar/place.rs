//! Finding a place for a thing, or for a group that belongs together.

use super::scene_builder::{Part, SceneBuilder, Surface, order};
use crate::composition::Rest;
use scenewright_scene::UnitBox;

const TRIES: usize = 26;

/// Builds the rest of a group around its base: rider and horse, table and cups. Gets the base; may fail.
pub(crate) type Build<'b> = dyn Fn(&mut SceneBuilder<'_>, &Part) -> Option<Vec<Part>> + 'b;

impl SceneBuilder<'_> {
    /// Places a look in one of its zones. `None` where there is no space.
    pub(crate) fn settle(&mut self, who: (usize, usize)) -> Option<usize> {
        self.settle_group(who, &|_, _| Some(Vec::new())).map(|placed| placed[0])
    }

    /// Places a base and what `build` puts around it; all of it or nothing. The base's index comes first.
    pub(crate) fn settle_group(&mut self, who: (usize, usize), build: &Build<'_>) -> Option<Vec<usize>> {
        let zones = self.zones_for(who);
        if zones.is_empty() {
            return None;
        }
        let may_be_cut = is_often_cut(&self.role(who).group) && self.rng.chance(0.3);
        for _ in 0..TRIES {
            let zone = zones[self.rng.below(zones.len())];
            let base = self.propose(who, zone);
            let Some(rest) = build(self, &base) else { continue };
            let mut parts = vec![base];
            parts.extend(rest);
            if self.has_room(&parts, may_be_cut) {
                return Some(self.put_group(&parts, self.zones[zone].piece));
            }
        }
        None
    }

    /// Places another of the same category near the first, as people draw flocks.
    pub(crate) fn settle_beside(&mut self, first: usize, who: (usize, usize)) -> Option<usize> {
        let bounds = *self.pieces[first].bounds();
        let on = self.pieces[first].on?;
        let zone = *self.zones.iter().find(|zone| zone.piece == on)?;
        for _ in 0..TRIES {
            let side = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
            let across = side * bounds.width() * self.rng.between(0.9, 1.9);
            let down = self.rng.between(-0.09, 0.09);
            let x = bounds.center()[0] + across;
            let y = (zone_point(&zone, &bounds) + down).clamp(zone.y.0, zone.y.1);
            let part = self.part_at(who, zone.surface, x, y);
            if self.has_room(std::slice::from_ref(&part), false) {
                return Some(self.put(&part, Some(on)));
            }
        }
        None
    }

    fn put_group(&mut self, parts: &[Part], on: usize) -> Vec<usize> {
        let base = self.put(&parts[0], Some(on));
        let mut placed = vec![base];
        for part in &parts[1..] {
            placed.push(self.put(part, Some(base)));
        }
        placed
    }

    fn propose(&mut self, who: (usize, usize), zone: usize) -> Part {
        let zone = self.zones[zone];
        let y = self.depth(who, zone.surface, zone.y);
        let x = self.rng.between(zone.x.0, zone.x.1);
        self.part_at(who, zone.surface, x, y)
    }

    /// Tall things stand further back, small ones come to the front, where they can be seen.
    fn depth(&mut self, who: (usize, usize), surface: Surface, (low, high): (f32, f32)) -> f32 {
        let meters = self.look(who).height_meters;
        let roll = self.rng.unit();
        let nearness = match surface {
            Surface::Ground | Surface::Path | Surface::Floor | Surface::Water if meters > 12.0 => 0.22 * roll,
            Surface::Ground | Surface::Path if meters > 3.5 => 0.45 * roll,
            Surface::Ground | Surface::Path | Surface::Floor if meters < 0.6 => 0.35 + 0.65 * roll,
            Surface::Floor if self.is_wall_furniture(who) => 0.3 * roll,
            Surface::Floor => 0.35 + 0.65 * roll,
            _ => roll,
        };
        low + (high - low) * nearness
    }

    fn is_wall_furniture(&self, who: (usize, usize)) -> bool {
        let name = self.role(who).name.as_str();
        matches!(name, "shelf" | "cabinet" | "clock" | "bed" | "sofa" | "lamp" | "plant")
    }

    /// A part with its foot (or center, in the air) at this point.
    pub(crate) fn part_at(&mut self, who: (usize, usize), surface: Surface, x: f32, y: f32) -> Part {
        let (role, look) = (self.role(who), self.look(who));
        let mirrored = role.may_mirror && self.rng.chance(0.5);
        let jitter = self.rng.unit();
        let rests = self.rests_on(surface);
        let aloft = matches!(surface, Surface::Sky);
        let [w, h] = if aloft {
            self.scale.size_aloft(role, look, jitter)
        } else {
            let [w, h] = self.scale.size(role, look, if surface == Surface::Wall { self.scale.horizon } else { y });
            let jitter = 0.92 + 0.16 * jitter;
            [w * jitter, h * jitter]
        };
        let standing_on_floor = surface == Surface::Wall && role.name == "door";
        let y = if standing_on_floor { self.floor_line() - h / 2.0 } else { y };
        let centerd = matches!(surface, Surface::Sky | Surface::Wall | Surface::Under);
        let bounds =
            if centerd { UnitBox::from_center([x, y], w, h) } else { UnitBox::new(x - w / 2.0, y - h, x + w / 2.0, y) };
        let order = match surface {
            Surface::Sky if is_heavenly(&role.name) => order::HEAVENLY + y * 1e-3,
            Surface::Sky => order::FLYING + y * 1e-3,
            Surface::Wall => order::ON_WALL + y * 1e-3,
            _ => y,
        };
        Part { who, bounds, mirrored, rests, order }
    }

    /// Where wall and floor meet.
    pub(crate) fn floor_line(&self) -> f32 {
        self.scale.horizon
    }

    /// A part of a group, whose size is already known.
    pub(crate) fn joined(&self, who: (usize, usize), bounds: UnitBox, mirrored: bool, base: &Part, steps: f32) -> Part {
        Part { who, bounds, mirrored, rests: Rest::Air, order: base.order + steps * order::STEP }
    }
}

fn zone_point(zone: &super::scene_builder::Zone, bounds: &UnitBox) -> f32 {
    match zone.surface {
        Surface::Sky | Surface::Wall | Surface::Under => bounds.center()[1],
        _ => bounds.y1,
    }
}

/// Behind mountains and everything else.
fn is_heavenly(name: &str) -> bool {
    matches!(name, "sun" | "moon" | "star" | "rainbow" | "cloud")
}

fn is_often_cut(group: &str) -> bool {
    matches!(group, "buildings" | "plants")
}

/// The point of a drawing's anchor in the picture.
pub(crate) fn anchor_point(bounds: &UnitBox, [x, y]: [f32; 2], mirrored: bool) -> [f32; 2] {
    let x = if mirrored { 1.0 - x } else { x };
    [bounds.x0 + x * bounds.width(), bounds.y0 + y * bounds.height()]
}

/// The box of a drawing of this size whose anchor lies at `point`.
pub(crate) fn box_at(point: [f32; 2], [x, y]: [f32; 2], mirrored: bool, [w, h]: [f32; 2]) -> UnitBox {
    let x = if mirrored { 1.0 - x } else { x };
    let (x0, y0) = (point[0] - x * w, point[1] - y * h);
    UnitBox::new(x0, y0, x0 + w, y0 + h)
}
