//! Objects that act on each other: which pose a relation asks for, and where two drawings touch. A rider's hip lies on the saddle, a held thing's
//! grip in the hand, a hat on the head.
//!
//! The network places every box; here the boxes that nobody has fixed are moved so that the drawings meet at their anchors.

use std::collections::BTreeSet;

use super::drawings::drawing;
use super::scene_object::{SceneObject, scaled_about_foot};
use scenewright_illustrated::catalog::{CatalogDrawing, catalog};
use scenewright_illustrated::sprite::Stands;
use scenewright_model::collage::geometry::Placement;
use scenewright_scene::relation::{PredicateKind, predicate};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::vocab::drawn::verb;

/// What two objects do, as far as it decides where they touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interaction {
    Ride,
    Sit,
    /// In a boat, a car, a cage: behind its front.
    SitIn,
    Lie,
    Hold,
    Wear,
    Hang,
    Eat,
    /// With a hand on a handle, both on the ground.
    Push,
    /// On a surface that a drawing has: a table's top, a roof, a bridge's deck.
    StandOn,
}

/// A relation between two things, by their rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint {
    pub interaction: Interaction,
    pub subject: usize,
    pub object: usize,
}

impl Joint {
    /// Drawings that suit the subject, the best first. On a board without a seat one stands.
    pub(super) fn poses(&self, object_category: &str) -> &'static [&'static str] {
        let has_seat = || {
            let entry = catalog().get(object_category);
            entry.is_none_or(|entry| entry.drawings.iter().any(|drawing| drawing.anchors.point("seat").is_some()))
        };
        match self.interaction {
            Interaction::Ride if !has_seat() => &["standing"],
            interaction => interaction.poses(),
        }
    }

    /// The row of what is carried, held or worn.
    pub(super) fn carried(&self) -> usize {
        if self.interaction.moves_object() { self.object } else { self.subject }
    }
}

impl Interaction {
    /// What a relation's word stands for; none where boxes alone tell.
    pub(super) fn of(word: &str, vocab: &Vocabulary) -> Option<Self> {
        let base = verb(word).unwrap_or_default();
        let first = base.split(' ').next().unwrap_or_default();
        match first {
            "push" | "pull" | "drag" | "tow" => return Some(Self::Push),
            "wear" => return Some(Self::Wear),
            "eat" | "bite" | "lick" | "drink" => return Some(Self::Eat),
            "sleep" | "lie" | "lay" | "nap" => return Some(Self::Lie),
            "read" | "hold" | "carry" | "fly" | "play" | "throw" | "catch" | "hug" | "lift" => return Some(Self::Hold),
            _ => {}
        }
        let drawn = predicate(word).map(|found| found.name).or_else(|| {
            let id = vocab.drawn_predicate(word)?;
            Some(predicate(vocab.predicate_name(id))?.name)
        })?;
        Some(match drawn {
            "riding" => Self::Ride,
            "sitting on" => Self::Sit,
            "sitting in" | "in" | "standing in" | "inside" => Self::SitIn,
            "laying on" | "lying in" => Self::Lie,
            "holding" | "carrying" => Self::Hold,
            "wearing" => Self::Wear,
            "hanging on" | "attached to" => Self::Hang,
            "eating" => Self::Eat,
            _ => match predicate(drawn)?.kind? {
                PredicateKind::On => Self::StandOn,
                _ => return None,
            },
        })
    }

    /// Whether a drawing of the object suits: a mount has a seat.
    pub(super) fn suits_object(self, drawing: &CatalogDrawing) -> bool {
        match self {
            Self::Ride | Self::Sit | Self::SitIn => {
                drawing.anchors.point("seat").is_some() || drawing.anchors.top.is_some()
            }
            Self::StandOn | Self::Lie => drawing.anchors.top.is_some(),
            Self::Push => drawing.anchors.point("handle").is_some(),
            Self::Hold => drawing.anchors.point("grip").is_some(),
            Self::Wear | Self::Hang | Self::Eat => true,
        }
    }

    /// Drawings that suit the subject, the best first.
    fn poses(self) -> &'static [&'static str] {
        match self {
            Self::Ride => &["riding", "sitting"],
            Self::Sit | Self::SitIn => &["sitting", "perched", "loaf"],
            Self::Lie => &["lying", "sleeping"],
            Self::Hold => &["holding", "reaching"],
            Self::Push => &["holding", "walking"],
            Self::Eat => &["eating", "grazing"],
            Self::Wear | Self::Hang | Self::StandOn => &[],
        }
    }

    /// Whether the object is brought to the subject, and not the other way round.
    fn moves_object(self) -> bool {
        matches!(self, Self::Hold | Self::Wear | Self::Eat)
    }
}

/// Drawings of people that suit only what they do: whoever does nothing in particular stands or walks.
pub(super) fn is_pose_alone(category: &str, name: &str) -> bool {
    matches!(name, "riding" | "holding" | "reaching" | "lying")
        || drawing(category, name).is_some_and(|drawing| drawing.stands == Stands::Ride)
}

/// Things that crowd a surface are made smaller, but not more than so.
const MIN_SHRINK: f32 = 0.55;

/// What is worn on a head is drawn at least as tall as this beside whoever wears it.
const MIN_HAT_METRES: f32 = 0.3;

/// A box in pixels with the drawing in it.
#[derive(Clone, Copy)]
struct Placed<'a> {
    drawing: &'a CatalogDrawing,
    bounds: [f32; 4],
    is_mirrored: bool,
}

impl Placed<'_> {
    fn size(&self) -> [f32; 2] {
        [self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]]
    }

    /// Where a point of the drawing lies.
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let x = if self.is_mirrored { 1.0 - x } else { x };
        let [width, height] = self.size();
        [self.bounds[0] + x * width, self.bounds[1] + y * height]
    }

    fn anchor(&self, names: &[&str]) -> Option<[f32; 2]> {
        names.iter().find_map(|name| self.drawing.anchors.point(name))
    }

    /// The middle of the surface on which things stand.
    fn surface(&self) -> Option<[f32; 2]> {
        self.drawing.anchors.top.map(|[y, x0, x1]| [(x0 + x1) / 2.0, y])
    }

    /// The same box, moved and resized so that a point of the drawing lies at a place.
    fn joined(&self, own: [f32; 2], at: [f32; 2], [width, height]: [f32; 2]) -> [f32; 4] {
        let x = if self.is_mirrored { 1.0 - own[0] } else { own[0] };
        let (x0, y0) = (at[0] - x * width, at[1] - own[1] * height);
        [x0, y0, x0 + width, y0 + height]
    }
}

/// Moves what is free so that the drawings of each pair meet. `is_free[row]`: nobody has fixed its box. Returns the rows that something else
/// carries.
pub(super) fn join(
    objects: &mut [SceneObject<'_>],
    joints: &[Joint],
    vocab: &Vocabulary,
    picture_px: (usize, usize),
) -> Vec<bool> {
    let mut is_carried = vec![false; objects.len()];
    let mut is_moved = vec![false; objects.len()];
    for joint in in_order(joints) {
        let (mut mover, mut base) = (joint.subject, joint.object);
        if joint.interaction.moves_object() {
            std::mem::swap(&mut mover, &mut base);
        }
        let is_free = |row: usize| !objects[row].fixed && !is_moved[row];
        if joint.interaction == Interaction::StandOn && is_free(base) && is_free(mover) {
            widen(&mut objects[..], (base, mover), vocab, picture_px);
        }
        let is_free = |row: usize| !objects[row].fixed && !is_moved[row];
        let Some((still, moved)) = meeting(joint, (base, mover), objects, vocab, picture_px) else { continue };
        if joint.interaction != Interaction::Push {
            is_carried[mover] = true;
        }
        let facing = objects[base].chosen.mirrored;
        if is_free(mover) {
            let object = &mut objects[mover];
            object.placement = Placement { bounds: moved.bounds, depth: still.depth + moved.depth };
            if joint.interaction != Interaction::StandOn && !object.is_facing_said {
                object.chosen.mirrored = facing;
                // A later picture that finds it in its place must turn it the same way.
                object.chosen.random.faces_right = object.chosen.random.faces_right.map(|_| facing);
            }
            is_moved[mover] = true;
        }
    }
    let bases: BTreeSet<usize> = joints.iter().map(|joint| joint.object).collect();
    for base in bases {
        let stands_there = |joint: &&Joint| joint.interaction == Interaction::StandOn && joint.object == base;
        let rows: BTreeSet<usize> = joints.iter().filter(stands_there).map(|joint| joint.subject).collect();
        let rows: Vec<usize> = rows.into_iter().filter(|&row| is_moved[row]).collect();
        side_by_side(objects, base, &rows, vocab, picture_px);
    }
    is_carried
}

/// Gives each of several things on one surface a place of its own, in the order in which they stand there.
fn side_by_side(
    objects: &mut [SceneObject<'_>],
    base: usize,
    rows: &[usize],
    vocab: &Vocabulary,
    picture_px: (usize, usize),
) {
    let Some(still) = placed(&objects[base], vocab, picture_px).filter(|_| rows.len() > 1) else { return };
    // On the upper edge of what has no surface.
    let [_, left, right] = still.drawing.anchors.top.unwrap_or([0.05, 0.15, 0.85]);
    let unit = |share: f32| still.at([share, 0.0])[0] / picture_px.0 as f32;
    let (left, right) = (unit(left).min(unit(right)), unit(left).max(unit(right)));
    let mut order: Vec<usize> = rows.to_vec();
    let middle = |row: usize, objects: &[SceneObject<'_>]| {
        let [x0, _, x1, _] = objects[row].placement.bounds;
        (x0 + x1) / 2.0
    };
    order.sort_by(|&a, &b| middle(a, objects).total_cmp(&middle(b, objects)).then(a.cmp(&b)));
    let width =
        |row: usize, objects: &[SceneObject<'_>]| objects[row].placement.bounds[2] - objects[row].placement.bounds[0];
    let is_crowded = order.windows(2).any(|pair| {
        middle(pair[1], objects) - middle(pair[0], objects) < 0.5 * (width(pair[0], objects) + width(pair[1], objects))
    });
    if !is_crowded {
        return;
    }
    let total: f32 = order.iter().map(|&row| width(row, objects)).sum();
    let shrink = ((right - left) / total).clamp(MIN_SHRINK, 1.0);
    let gap = ((right - left) - total * shrink).max(0.0) / (order.len() + 1) as f32;
    let mut x = left + gap;
    for row in order {
        let [x0, y0, x1, y1] = objects[row].placement.bounds;
        let (wide, tall) = ((x1 - x0) * shrink, (y1 - y0) * shrink);
        objects[row].placement.bounds = [x, y1 - tall, x + wide, y1];
        x += wide + gap;
    }
}

/// Makes a surface long enough for what stands on it: a bridge for a train.
fn widen(
    objects: &mut [SceneObject<'_>],
    (base, mover): (usize, usize),
    vocab: &Vocabulary,
    picture_px: (usize, usize),
) {
    let (Some(still), Some(moved)) =
        (placed(&objects[base], vocab, picture_px), placed(&objects[mover], vocab, picture_px))
    else {
        return;
    };
    let Some([_, x0, x1]) = still.drawing.anchors.top else { return };
    let span = (x1 - x0).abs().max(0.1) * still.size()[0];
    let times = (moved.size()[0] * 1.1 / span).min(picture_px.0 as f32 / still.size()[0].max(1.0)).min(2.0);
    if times > 1.0 {
        objects[base].placement.bounds = scaled_about_foot(objects[base].placement.bounds, times);
    }
}

/// The joints in such an order that what carries is placed before what it carries.
fn in_order(joints: &[Joint]) -> Vec<Joint> {
    let ends = |joint: &Joint| match joint.interaction.moves_object() {
        true => (joint.object, joint.subject),
        false => (joint.subject, joint.object),
    };
    let mut left: Vec<Joint> = joints.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_ready = |joint: &Joint| !left.iter().any(|other| ends(other).0 == ends(joint).1);
        // A circle has no beginning: any of it is as good.
        let next = left.iter().position(is_ready).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

/// The placement of what stays, and that of what moves: its depth counts from the other's.
fn meeting(
    joint: Joint,
    (base, mover): (usize, usize),
    objects: &[SceneObject<'_>],
    vocab: &Vocabulary,
    picture_px: (usize, usize),
) -> Option<(Placement, Placement)> {
    let (still, moved) = (placed(&objects[base], vocab, picture_px)?, placed(&objects[mover], vocab, picture_px)?);
    let moved = match objects[mover].is_facing_said || joint.interaction == Interaction::StandOn {
        true => moved,
        false => Placed { is_mirrored: still.is_mirrored, ..moved },
    };
    let step = 0.4 / objects.len().max(1) as f32;
    let [_, still_height] = still.size();
    let ratio = moved.drawing.height_meters / still.drawing.height_meters;
    let shaped = |height: f32| [height * moved.drawing.aspect, height];
    let unit = |bounds: [f32; 4]| {
        let (w, h) = (picture_px.0 as f32, picture_px.1 as f32);
        [bounds[0] / w, bounds[1] / h, bounds[2] / w, bounds[3] / h]
    };
    let (bounds, depth) = match joint.interaction {
        Interaction::Ride | Interaction::Sit | Interaction::SitIn => {
            let seat = still.anchor(&["seat"]).or_else(|| still.surface());
            let is_inside = joint.interaction == Interaction::SitIn;
            if is_inside && seat.is_none() {
                return None;
            }
            let stands = moved.anchor(&["hip"]).is_none();
            let own = moved.anchor(&["hip"]).unwrap_or([0.5, 1.0]);
            let seat = match still.surface() {
                Some(deck) if stands => deck,
                _ => seat.unwrap_or([0.5, 0.12]),
            };
            let is_behind = is_inside && objects[base].looks.is_some_and(|own| own.floats);
            (moved.joined(own, still.at(seat), shaped(still_height * ratio)), if is_behind { -step } else { step })
        }
        Interaction::Lie => {
            let bed = still.surface().or_else(|| still.anchor(&["seat"]))?;
            let own = moved.anchor(&["back"]).unwrap_or([0.5, 1.0]);
            let [left, _] = still.at([still.drawing.anchors.top.map_or(0.1, |top| top[1]), 0.0]);
            let [right, _] = still.at([still.drawing.anchors.top.map_or(0.9, |top| top[2]), 0.0]);
            let width = (still_height * ratio * moved.drawing.aspect).min((right - left).abs() * 1.05);
            (moved.joined(own, still.at(bed), [width, width / moved.drawing.aspect]), step)
        }
        Interaction::Hold => {
            let hand = still.anchor(&["hand", "mouth"])?;
            let own = moved.anchor(&["grip"]).unwrap_or([0.5, 0.5]);
            // Small things are held a little larger than they are, so that one sees them.
            let height = still_height * ratio.sqrt().min(1.0).max(ratio.min(1.4));
            (moved.joined(own, still.at(hand), shaped(height)), step)
        }
        Interaction::Wear => {
            if !matches!(moved.drawing_place(), WornOn::Head) {
                return None;
            }
            let head = still.anchor(&["head"]).unwrap_or([0.5, 0.03]);
            // Heads are drawn larger than in life.
            let metre = still_height / still.drawing.height_meters;
            let height = metre * moved.drawing.height_meters.max(MIN_HAT_METRES);
            (moved.joined([0.5, 0.7], still.at(head), shaped(height)), step)
        }
        Interaction::Hang => {
            let hook = still.anchor(&["hook"])?;
            let own = moved.anchor(&["hook", "grip"]).unwrap_or([0.5, 0.03]);
            (moved.joined(own, still.at(hook), moved.size()), step)
        }
        Interaction::Eat => {
            let mouth = still.anchor(&["mouth"])?;
            let height = (still_height * ratio.sqrt()).min(0.4 * still_height);
            (moved.joined([0.5, 0.4], still.at(mouth), shaped(height)), step)
        }
        Interaction::Push => {
            let handle = still.anchor(&["handle"])?;
            let hand = moved.anchor(&["hand"])?;
            let size = shaped(still_height * ratio);
            let [x0, _, x1, _] = moved.joined(hand, still.at(handle), size);
            ([x0, still.bounds[3] - size[1], x1, still.bounds[3]], step)
        }
        Interaction::StandOn => {
            if matches!(moved.drawing.stands, Stands::Wall | Stands::Hanging) {
                return None;
            }
            let Some([y, left, right]) = still.drawing.anchors.top else {
                // Something small sits on a back, a seat, or the upper edge.
                let is_small = moved.drawing.height_meters < 0.6 * still.drawing.height_meters;
                let point = still.anchor(&["back", "seat"]).unwrap_or([0.5, 0.05]);
                let own = if is_small { [0.5, 0.96] } else { return None };
                let [width, height] = moved.size();
                let shrink = (0.5 * still_height / height).min(1.0);
                let bounds = moved.joined(own, still.at(point), [width * shrink, height * shrink]);
                return Some((objects[base].placement, Placement { bounds: unit(bounds), depth: step }));
            };
            let ([left, level], [right, _]) = (still.at([left, y]), still.at([right, y]));
            let (left, right) = (left.min(right), left.max(right));
            let [width, height] = moved.size();
            let room = (right - left - width).max(0.0);
            let x = (moved.bounds[0]).clamp(left, left + room);
            // A little into the surface, so that it stands on it and not behind its edge.
            let foot = level + 0.02 * still_height;
            ([x, foot - height, x + width, foot], step)
        }
    };
    Some((objects[base].placement, Placement { bounds: unit(bounds), depth }))
}

/// Where clothes are worn that are things of their own.
enum WornOn {
    Head,
    Body,
}

impl Placed<'_> {
    fn drawing_place(&self) -> WornOn {
        // What is worn on the head is small and stands on a table; a coat is not.
        if self.drawing.height_meters <= 0.5 { WornOn::Head } else { WornOn::Body }
    }
}

fn placed<'a>(object: &SceneObject<'_>, vocab: &Vocabulary, (width, height): (usize, usize)) -> Option<Placed<'a>> {
    let category = super::drawings::category_of(vocab, object.class);
    let drawing = drawing(category, object.chosen.drawing.as_deref()?)?;
    let [x0, y0, x1, y1] = object.placement.bounds;
    let (w, h) = (width as f32, height as f32);
    let bounds = [x0 * w, y0 * h, x1 * w, y1 * h];
    (bounds.iter().all(|side| side.is_finite()) && x1 > x0 && y1 > y0).then_some(Placed {
        drawing,
        bounds,
        is_mirrored: object.chosen.mirrored,
    })
}
