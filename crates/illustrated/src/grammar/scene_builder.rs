//! A scene under construction: what is placed so far, where there is space, and how far away things are.

use super::cast::{GrammarCategory, GrammarDrawing, GrammarLibrary, Stands};
use super::material;
use super::priors::{self, Season};
use super::scale::Scale;
use super::scene_rng::SceneRng;
use crate::composition::{Material, Rest, SceneLayer, SceneLight, Stuff, Thing};
use scenewright_scene::UnitBox;

/// What a zone is made of: decides who may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Ground,
    Street,
    Path,
    Water,
    Under,
    Floor,
    Sky,
    Wall,
}

/// Where feet may stand (or centers float, for `Sky`, `Under` and `Wall`), in unit coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Zone {
    pub surface: Surface,
    /// The stuff that it belongs to.
    pub piece: usize,
    pub x: (f32, f32),
    pub y: (f32, f32),
}

/// A layer and what the grammar knows of it.
#[derive(Clone, Debug)]
pub struct PlacedObject {
    pub name: String,
    pub layer: SceneLayer,
    /// Painted from the least to the greatest. Things on the ground: the foot's y.
    pub order: f32,
    /// The piece it stands on, floats in or hangs on.
    pub on: Option<usize>,
    /// Role and look, for things.
    pub who: Option<(usize, usize)>,
    /// Share of its box that later pieces cover, as far as known.
    pub covered: f32,
}

impl PlacedObject {
    pub(crate) fn bounds(&self) -> &UnitBox {
        self.layer.bounds()
    }

    pub(crate) fn thing(&self) -> Option<&Thing> {
        match &self.layer {
            SceneLayer::Thing(thing) => Some(thing),
            SceneLayer::Stuff(_) => None,
        }
    }
}

/// Orders of what does not stand on the ground.
pub mod order {
    pub(crate) const SKY: f32 = -10.0;
    pub(crate) const HEAVENLY: f32 = -9.0;
    pub(crate) const FAR: f32 = -8.0;
    pub(crate) const GROUND: f32 = -5.0;
    pub(crate) const UPON_GROUND: f32 = -4.0;
    pub(crate) const ON_WALL: f32 = -3.0;
    pub(crate) const FLYING: f32 = -2.0;
    /// Between a thing and what it carries.
    pub(crate) const STEP: f32 = 1e-4;
}

pub struct SceneBuilder<'c> {
    pub cast: &'c GrammarLibrary,
    pub kind: &'static str,
    pub rng: SceneRng,
    pub scale: Scale,
    pub light: SceneLight,
    pub season: Season,
    pub pieces: Vec<PlacedObject>,
    pub zones: Vec<Zone>,
    /// Relations that were arranged, not found: subject, predicate, object, by piece.
    pub bonds: Vec<(usize, &'static str, usize)>,
}

/// A thing that is to be placed.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub who: (usize, usize),
    pub bounds: UnitBox,
    pub mirrored: bool,
    pub rests: Rest,
    pub order: f32,
}

impl<'c> SceneBuilder<'c> {
    pub(crate) fn new(
        cast: &'c GrammarLibrary,
        kind: &'static str,
        light: SceneLight,
        scale: Scale,
        mut rng: SceneRng,
    ) -> Self {
        let season = if rng.chance(0.18) { Season::Autumn } else { Season::Summer };
        Self { cast, kind, rng, scale, light, season, pieces: Vec::new(), zones: Vec::new(), bonds: Vec::new() }
    }

    pub(crate) fn role(&self, who: (usize, usize)) -> &'c GrammarCategory {
        &self.cast.roles[who.0]
    }

    pub(crate) fn look(&self, who: (usize, usize)) -> &'c GrammarDrawing {
        &self.cast.roles[who.0].looks[who.1]
    }

    /// Lays out a material: `[x0, y0, x1, y1]`.
    pub(crate) fn stuff(&mut self, material: Material, [x0, y0, x1, y1]: [f32; 4], order: f32) -> usize {
        self.colored_stuff(material, [x0, y0, x1, y1], order, None)
    }

    pub(crate) fn colored_stuff(&mut self, material: Material, b: [f32; 4], order: f32, color: Option<&str>) -> usize {
        let seed = self.rng.seed();
        let bounds = UnitBox::from(b);
        let layer = SceneLayer::Stuff(Stuff { material, bounds, seed, color: color.map(str::to_owned) });
        let name = material::name(material).to_owned();
        // Same order, later laid: later painted.
        let order = order + self.pieces.len() as f32 * 1e-3;
        self.pieces.push(PlacedObject { name, layer, order, on: None, who: None, covered: 0.0 });
        self.pieces.len() - 1
    }

    pub(crate) fn zone(&mut self, surface: Surface, piece: usize, x: (f32, f32), y: (f32, f32)) {
        self.zones.push(Zone { surface, piece, x, y });
    }

    /// Adds a thing as it is; the caller has asked [`SceneBuilder::has_room`].
    pub(crate) fn put(&mut self, part: &Part, on: Option<usize>) -> usize {
        let (role, look) = (self.role(part.who), self.look(part.who));
        let colors = priors::pick_attributes(role, look, self.light, self.season, &mut self.rng);
        for other in &mut self.pieces {
            let is_rear = other.who.is_some() && other.order < part.order;
            if is_rear {
                other.covered += other.layer.bounds().share_within(&part.bounds);
            }
        }
        let front = self.pieces.iter().filter(|other| other.who.is_some() && other.order > part.order);
        let covered = front.map(|other| part.bounds.share_within(other.bounds())).sum();
        let layer = SceneLayer::Thing(Thing {
            category: role.name.clone(),
            variant: look.name.clone(),
            mirrored: part.mirrored,
            colors,
            bounds: part.bounds,
            rests: part.rests,
        });
        let name = role.name.clone();
        self.pieces.push(PlacedObject { name, layer, order: part.order, on, who: Some(part.who), covered });
        self.pieces.len() - 1
    }

    /// Whether a group of things may stand there together: within the picture and without heaping up.
    pub(crate) fn has_room(&self, parts: &[Part], may_be_cut: bool) -> bool {
        parts.iter().all(|part| self.is_framed(part, may_be_cut) && self.is_apart(part))
    }

    fn is_framed(&self, part: &Part, may_be_cut: bool) -> bool {
        let b = &part.bounds;
        let slack = if may_be_cut { 0.2 * b.width() } else { -0.008 };
        b.x0 >= -slack && b.x1 <= 1.0 + slack && b.y0 >= 0.008 && b.y1 <= 0.995
    }

    fn is_apart(&self, part: &Part) -> bool {
        let background = |who| is_background(self.role(who));
        let allowed = |rear: (usize, usize), front: (usize, usize)| match (background(rear), background(front)) {
            (true, false) => 0.75,
            (true, true) => 0.3,
            _ => 0.14,
        };
        let mut own_cover = 0.0;
        for other in &self.pieces {
            let Some(who) = other.who else { continue };
            let bounds = other.bounds();
            let Some(shared) = part.bounds.intersection(bounds) else { continue };
            let (rear, front) = if other.order < part.order { (who, part.who) } else { (part.who, who) };
            let smaller = part.bounds.area().min(bounds.area());
            if shared.area() > allowed(rear, front) * smaller {
                return false;
            }
            if other.order < part.order {
                if other.covered + bounds.share_within(&part.bounds) > 0.42 {
                    return false;
                }
            } else {
                own_cover += part.bounds.share_within(bounds);
            }
        }
        own_cover <= 0.42
    }

    /// Who of a category appears here: a look by its likelihood among those that `fits` accepts.
    pub(crate) fn choose_look(
        &mut self,
        role: usize,
        fits: impl Fn(&GrammarDrawing) -> bool,
    ) -> Option<(usize, usize)> {
        let category = &self.cast.roles[role];
        let weigh = |look: &GrammarDrawing| {
            if fits(look) { priors::look_weight(category, look, self.kind, self.light) } else { 0.0 }
        };
        let weights: Vec<f32> = category.looks.iter().map(weigh).collect();
        self.rng.weighted(&weights).map(|look| (role, look))
    }

    /// Zones where a look may stand.
    pub(crate) fn zones_for(&self, who: (usize, usize)) -> Vec<usize> {
        let (role, look) = (self.role(who), self.look(who));
        (0..self.zones.len()).filter(|&zone| suits(self.zones[zone].surface, role, look)).collect()
    }

    pub(crate) fn rests_on(&self, surface: Surface) -> Rest {
        match surface {
            Surface::Ground | Surface::Street | Surface::Path | Surface::Floor => Rest::Ground,
            Surface::Water => Rest::Water,
            Surface::Under | Surface::Sky | Surface::Wall => Rest::Air,
        }
    }
}

/// Large, standing far back: others may stand in front of it.
pub(crate) fn is_background(role: &GrammarCategory) -> bool {
    match role.name.as_str() {
        "window" | "door" | "roof" | "flower" | "mushroom" | "sunflower" | "plant" => false,
        "shelf" | "ship" => true,
        _ => matches!(role.group.as_str(), "buildings" | "plants"),
    }
}

/// Whether a drawing may stand on a surface.
pub(crate) fn suits(surface: Surface, role: &GrammarCategory, look: &GrammarDrawing) -> bool {
    let vehicle = role.group == "vehicles";
    match (surface, look.stands.unwrap_or(Stands::Ground)) {
        (Surface::Ground, Stands::Ground) => true,
        (Surface::Ground, Stands::Floor) => matches!(role.name.as_str(), "table" | "chair"),
        (Surface::Street, Stands::Ground) => vehicle && role.name != "train",
        (Surface::Path, Stands::Ground) => !vehicle || role.name == "bike",
        (Surface::Floor, Stands::Floor) => true,
        (Surface::Floor, Stands::Ground) => {
            role.is_person() || matches!(role.name.as_str(), "cat" | "dog" | "ball" | "bag" | "skateboard")
        }
        (Surface::Water, Stands::Water) => true,
        (Surface::Under, Stands::Underwater) => true,
        (Surface::Sky, Stands::Sky) => true,
        (Surface::Wall, Stands::Wall | Stands::Hanging) => true,
        _ => false,
    }
}
