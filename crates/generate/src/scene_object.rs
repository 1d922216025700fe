//! Per-object inputs of the collage renderer: appearance, random numbers and box; plus what the whole scene shares.

use std::sync::Arc;

use super::appearance::{Appearance, KeyedRng, RandomLooks};
use super::drawings::{DrawingKey, hex};
use super::{ShownDrawing, SquareMask};
use scenewright_model::collage::composite::{Cutout, CutoutLayer, LayerSource, Patch, Reflection, Shadow};
use scenewright_model::collage::config::SIDE;
use scenewright_model::collage::geometry::box_xyxy::BoxXyxy;
use scenewright_model::collage::geometry::{Placement, Query};
use scenewright_scene::encode::Encoded;
use scenewright_scene::vocab::looks::{self, Looks, ObjectLooks};
use scenewright_scene::vocab::{ObjectId, Vocabulary};
use scenewright_scene::{Node, RenderRecord, Scene};

/// What is longer than this on either side, pixels of the picture, is decoded at twice the size where the network can: smaller, nobody would
/// see more of it. The object's own size alone decides, so that nothing changes with what stands beside it.
const LARGE_FROM_PX: f32 = 80.0;
/// A free box takes the shape of its drawing, to within this factor.
const STRETCH: f32 = 1.2;
const SHADOW: Shadow = Shadow { strength: 0.3, color: [0.18, 0.15, 0.3] };

/// An object about to be drawn.
pub(super) struct SceneObject<'a> {
    pub class: u32,
    pub looks: Option<&'a ObjectLooks>,
    pub chosen: Appearance,
    pub key: u64,
    pub placement: Placement,
    /// Whether its box is given.
    pub fixed: bool,
    /// Whether its size was asked for.
    pub has_size: bool,
    /// Whether an attribute says which way it faces.
    pub is_facing_said: bool,
    /// Whether another thing carries, holds or wears it.
    pub is_carried: bool,
    /// Depth and haze of an earlier picture.
    pub recorded: Recorded,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Recorded {
    pub depth: Option<f32>,
    pub haze: Option<f32>,
}

/// What has its foot so far above the ground's edge, of the picture's height, flies or stands on something narrow: neither has a shadow.
const IN_THE_AIR: f32 = 0.04;

/// What the whole scene shares.
#[derive(Clone, Copy)]
pub(super) struct SceneContext {
    pub light: looks::HourAndWeather,
    pub indoors: bool,
    pub horizon: f32,
    pub width: usize,
    pub height: usize,
}

/// Where nothing has been learned of geometry: the sky above, other materials below, things on them at random places.
pub(super) fn fallback_layout(query: &Query<'_>, vocab: &Vocabulary) -> Vec<Placement> {
    let sky = vocab.object_id("sky").map(|id| id.0);
    let one = |row: usize| {
        let class = query.objects[row];
        let is_stuff = vocab.looks_of(ObjectId(class)).is_some_and(|own| own.stuff);
        let rng = KeyedRng::new(query.keys[row]);
        let bounds = query.known[row].unwrap_or_else(|| match is_stuff {
            true if Some(class) == sky => [0.0, 0.0, 1.0, 0.55],
            true => [0.0, 0.5, 1.0, 1.0],
            false => {
                let (x, foot) = (rng.unit("x"), 0.65 + 0.3 * rng.unit("foot"));
                let side = 0.15 + 0.35 * (foot - 0.6);
                let at = BoxXyxy::new([x * (1.0 - side), foot - side, x * (1.0 - side) + side, foot]);
                let [least, most] = query.shapes[row].unwrap_or([0.0, f32::MAX]);
                let mut bounds = at.shaped(least, most).corners();
                query
                    .constraints
                    .iter()
                    .filter(|constraint| constraint.object == row)
                    .for_each(|constraint| constraint.apply_constraints(&mut bounds));
                bounds
            }
        });
        Placement { bounds, depth: bounds[3] }
    };
    (0..query.objects.len()).map(one).collect()
}

/// What an object's random looks depend on: what an earlier picture used, or [`own_key`].
pub(super) fn key_of(node: &Node, seed: u64) -> u64 {
    node.rendered.seed.unwrap_or_else(|| own_key(node, seed))
}

/// Its own seed, the same in every scene; else the scene's seed and the object's number.
fn own_key(node: &Node, seed: u64) -> u64 {
    match node.seed {
        Some(own) => KeyedRng::new(own).seed("object"),
        None => KeyedRng::new(KeyedRng::new(seed).seed("scene") ^ node.id.0).seed("object"),
    }
}

/// What the random choices of an object's place depend on; another layout seed gives another place.
pub(super) fn layout_key(node: &Node, scene: &Scene) -> u64 {
    let key = own_key(node, scene.seed());
    match scene.layout_seed() {
        0 => key,
        seed => KeyedRng::new(key).seed(&format!("layout {seed}")),
    }
}

/// A box `times` as wide and as tall; the middle of its lower edge stays where it is.
pub(super) fn scaled_about_foot([x0, y0, x1, y1]: [f32; 4], times: f32) -> [f32; 4] {
    let (middle, half, height) = ((x0 + x1) / 2.0, (x1 - x0) / 2.0 * times, (y1 - y0) * times);
    [middle - half, y1 - height, middle + half, y1]
}

/// The box of a drawing of another shape: as large as before, with its foot where it was.
pub(super) fn reshaped([x0, y0, x1, y1]: [f32; 4], ratio: f32) -> [f32; 4] {
    let (width, height) = ((x1 - x0) * ratio.sqrt(), (y1 - y0) / ratio.sqrt());
    let x = (x0 + x1) / 2.0;
    [x - width / 2.0, y1 - height, x + width / 2.0, y1]
}

/// Depths from 0 on in which objects with a recorded depth keep their order, and the others stand among them where the network puts them.
pub(super) fn merged_depths(network: &[f32], recorded: &[Option<f32>]) -> Vec<f32> {
    let sorted = |depth: &dyn Fn(usize) -> Option<f32>| {
        let mut rows: Vec<(f32, usize)> = (0..network.len()).filter_map(|row| Some((depth(row)?, row))).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        rows.into_iter().map(|(_, row)| row)
    };
    let old: Vec<usize> = sorted(&|row| recorded[row]).collect();
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); old.len() + 1];
    for row in sorted(&|row| recorded[row].is_none().then_some(network[row])) {
        let behind = old.iter().filter(|&&old| network[old] < network[row]).count();
        order[behind].push(row);
    }
    let mut depths = vec![0.0; network.len()];
    let old = old.into_iter().map(Some).chain([None]);
    let all = order.into_iter().zip(old).flat_map(|(new, old)| new.into_iter().chain(old));
    for (rank, row) in all.enumerate() {
        depths[row] = rank as f32 / network.len() as f32;
    }
    depths
}

/// The order in which all objects are drawn, as depths from 0 on: materials behind things, each in its merged order, and objects whose depth the
/// user chose where they stand among the depths of the last picture.
pub(super) fn stacked(merged: &[f32], is_stuff: &[bool], recorded: &[Option<f32>], chosen: &[Option<f32>]) -> Vec<f32> {
    let mut order: Vec<usize> = (0..merged.len()).filter(|&row| chosen[row].is_none()).collect();
    order.sort_by(|&a, &b| (!is_stuff[a]).cmp(&!is_stuff[b]).then(merged[a].total_cmp(&merged[b])));
    let mut moved: Vec<(f32, usize)> = (0..merged.len()).filter_map(|row| Some((chosen[row]?, row))).collect();
    moved.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (depth, row) in moved {
        let is_behind = |&other: &usize| chosen[other].or(recorded[other]).is_some_and(|other| other <= depth);
        let place = order.iter().rposition(is_behind).map_or(0, |last| last + 1);
        order.insert(place, row);
    }
    let mut depths = vec![0.0; merged.len()];
    for (rank, row) in order.into_iter().enumerate() {
        depths[row] = rank as f32 / merged.len() as f32;
    }
    depths
}

pub(super) fn context(
    scene_objects: &[SceneObject<'_>],
    encoded: &Encoded,
    looks: &Looks,
    vocab: &Vocabulary,
    (width, height): (usize, usize),
) -> SceneContext {
    let sky = vocab.object_id("sky").map(|id| id.0);
    let has_sky = scene_objects.iter().any(|scene_object| Some(scene_object.class) == sky);
    let indoors =
        !has_sky && scene_objects.iter().any(|scene_object| scene_object.looks.is_some_and(|own| own.indoors));
    let grounds =
        scene_objects.iter().filter(|scene_object| scene_object.is_stuff() && Some(scene_object.class) != sky);
    // The first one's: what is added later leaves the haze on what is there already as it was.
    let top = grounds.map(|scene_object| scene_object.placement.bounds).find(|b| b[3] > 0.8).map(|b| b[1]);
    let horizon = top.filter(|top| top.is_finite()).map_or(0.6, |top| top.clamp(0.0, 0.9));
    let day = looks.hours.iter().position(|hour| hour == "day").unwrap_or(0);
    let light = looks::HourAndWeather { hour: encoded.hour.unwrap_or(day), weather: encoded.weather.unwrap_or(0) };
    SceneContext { light, indoors, horizon, width, height }
}

impl SceneContext {
    /// How far away what stands at this height of the picture is: 0 at its lower edge, 1 at the horizon.
    pub fn distance(&self, foot: f32) -> f32 {
        if self.indoors {
            0.0
        } else if foot < self.horizon {
            0.45
        } else {
            (1.0 - (foot - self.horizon) / (1.0 - self.horizon)).clamp(0.0, 1.0)
        }
    }
}

/// A material that ends where the picture ends goes on beyond it: the outermost cells that a decoder draws see nothing on one side, and show it.
pub(super) fn with_bleed([x0, y0, x1, y1]: [f32; 4]) -> [f32; 4] {
    const CELLS: f32 = 1.25;
    const AT_EDGE: f32 = 1e-3;
    let (across, down) = ((x1 - x0) * CELLS / SIDE as f32, (y1 - y0) * CELLS / SIDE as f32);
    let out = |is_out: bool, by: f32| if is_out { by.max(0.0) } else { 0.0 };
    [
        x0 - out(x0 <= AT_EDGE, across),
        y0 - out(y0 <= AT_EDGE, down),
        x1 + out(x1 >= 1.0 - AT_EDGE, across),
        y1 + out(y1 >= 1.0 - AT_EDGE, down),
    ]
}

/// Where the water ends on which a thing has its foot, of the picture's height; none if it stands on something else.
pub(super) fn water_under(thing: &SceneObject<'_>, scene_objects: &[SceneObject<'_>]) -> Option<f32> {
    let [left, _, right, foot] = thing.placement.bounds;
    let middle = (left + right) / 2.0;
    let lies_under = |scene_object: &&SceneObject<'_>| {
        let [x0, y0, x1, y1] = scene_object.placement.bounds;
        scene_object.is_stuff() && (x0..=x1).contains(&middle) && (y0..=y1).contains(&foot)
    };
    let ground = scene_objects.iter().filter(lies_under).max_by(|a, b| a.order().total_cmp(&b.order()))?;
    ground.looks.is_some_and(|own| own.water).then_some(ground.placement.bounds[3])
}

impl SceneObject<'_> {
    pub(crate) fn is_stuff(&self) -> bool {
        self.looks.is_some_and(|own| own.stuff)
    }

    /// From back to front; see [`stacked`].
    pub(crate) fn order(&self) -> f32 {
        if self.placement.depth.is_finite() { self.placement.depth } else { 0.0 }
    }

    /// Width over height of its drawing, least and most, in units of the picture (width, height in pixels), whose sides may differ. None: any.
    pub(crate) fn shape(&self, (width, height): (usize, usize)) -> Option<[f32; 2]> {
        let aspect = self.chosen.aspect * height as f32 / width as f32;
        (!self.is_stuff()).then_some([aspect / STRETCH, aspect * STRETCH])
    }

    /// Whether it is a thing that is drawn large in a picture of this width and height, pixels.
    pub(crate) fn is_large(&self, (width, height): (usize, usize)) -> bool {
        let [x0, y0, x1, y1] = self.placement.bounds;
        let (across, down) = ((x1 - x0).abs() * width as f32, (y1 - y0).abs() * height as f32);
        !self.is_stuff() && (across > LARGE_FROM_PX || down > LARGE_FROM_PX)
    }

    /// What its drawing's pixels depend on; none for materials and for what has no drawing.
    pub(crate) fn drawing_key(&self, category: &str, context: &SceneContext) -> Option<DrawingKey> {
        let own = self.looks.filter(|own| !own.stuff)?;
        let slots = own.slots.iter().zip(self.chosen.colors).zip(self.chosen.is_colored);
        let color = |((slot, rgb), is_colored): ((&looks::Slot, [f32; 3]), bool)| {
            is_colored.then(|| (slot.name.clone(), hex(rgb)))
        };
        let (w, h) = (context.width as f32, context.height as f32);
        let [x0, y0, x1, y1] = self.placement.bounds;
        let corners = [x0.min(x1) * w, y0.min(y1) * h, x0.max(x1) * w, y0.max(y1) * h];
        Some(DrawingKey {
            category: category.to_owned(),
            drawing: self.chosen.drawing.clone()?,
            colors: slots.filter_map(color).collect(),
            light: (context.light.hour, context.light.weather),
            is_indoors: context.indoors,
            is_mirrored: self.chosen.mirrored,
            distance: self.haze(context).to_bits(),
            corners: corners.map(f32::to_bits),
            picture_px: (context.width, context.height),
        })
    }

    /// Which drawing shows it.
    pub(crate) fn shown_drawing(&self) -> Option<ShownDrawing> {
        let name = self.chosen.drawing.clone().filter(|_| !self.is_stuff())?;
        Some(ShownDrawing { name, is_mirrored: self.chosen.mirrored })
    }

    /// What a later picture needs to show it just so.
    pub(crate) fn record(&self, context: &SceneContext) -> RenderRecord {
        let RandomLooks { drawing, colors, faces_right } = self.chosen.random.clone();
        RenderRecord {
            bounds: Some(self.placement.bounds.into()),
            depth: Some(self.placement.depth),
            haze: (!context.indoors).then(|| self.haze(context)),
            aspect: Some(self.chosen.aspect),
            seed: Some(self.key),
            drawing,
            colors,
            faces_right,
            ..RenderRecord::default()
        }
    }

    /// How far away it is drawn: 0 near, 1 at the horizon.
    pub(crate) fn haze(&self, context: &SceneContext) -> f32 {
        match self.recorded.haze {
            Some(haze) if !context.indoors => haze,
            _ => context.distance(self.placement.bounds[3]),
        }
    }

    /// `water`: where the water ends that it has its foot in.
    pub(crate) fn layer<'c>(&self, look: &'c Look, context: &SceneContext, water: Option<f32>) -> CutoutLayer<'c> {
        let (w, h) = (context.width as f32, context.height as f32);
        let bounds = self.placement.bounds;
        let [x0, y0, x1, y1] = if self.is_stuff() { with_bleed(bounds) } else { bounds };
        let rests = !self.is_carried
            && self.looks.is_some_and(|own| own.rests)
            && self.placement.bounds[3] >= context.horizon - IN_THE_AIR;
        let floats = self.looks.is_some_and(|own| own.floats || own.rests);
        let reflection = water.filter(|_| floats).map(|until| Reflection { until: until * h });
        let source = match look {
            Look::Cutout(cutout) => LayerSource::Cutout(cutout),
            Look::Patch(patch) => LayerSource::Patch(patch),
        };
        CutoutLayer {
            source,
            corners: [x0 * w, y0 * h, x1 * w, y1 * h],
            mirrored: self.chosen.mirrored,
            snapped: self.is_stuff(),
            shadow: (rests && reflection.is_none()).then_some(SHADOW),
            reflection,
        }
    }
}

/// Pixels of an object.
pub(super) enum Look {
    /// Decoded, or painted for its box.
    Cutout(Cutout),
    /// Drawn where it lies in the picture.
    Patch(Arc<Patch>),
}

/// The alpha at 64 × 64; its exact edge is in the cover.
pub(super) fn mask(layer: &CutoutLayer<'_>) -> SquareMask {
    let Cutout { side, pixels } = match layer.source {
        LayerSource::Cutout(cutout) => cutout,
        LayerSource::Patch(patch) => return mask_of_patch(patch, layer.corners),
    };
    let fold = (side / SIDE).max(1);
    let value = |i: usize| {
        let (y, x) = (i / SIDE, i % SIDE);
        let x = if layer.mirrored { SIDE - 1 - x } else { x };
        let cells = (0..fold * fold).map(|j| (y * fold + j / fold) * side + x * fold + j % fold);
        cells.map(|at| pixels.get(at).map_or(0.0, |pixel| pixel[3])).sum::<f32>() / (fold * fold) as f32
    };
    SquareMask { side: SIDE, values: (0..SIDE * SIDE).map(value).collect() }
}

/// The alpha of a patch within a box of the picture.
fn mask_of_patch(patch: &Patch, [x0, y0, x1, y1]: [f32; 4]) -> SquareMask {
    let alpha = |x: f32, y: f32| {
        let (x, y) = (x.floor() - patch.x as f32, y.floor() - patch.y as f32);
        let is_inside = (0.0..patch.width as f32).contains(&x) && (0.0..patch.height as f32).contains(&y);
        let at = (y as usize * patch.width + x as usize) * 4 + 3;
        if is_inside { patch.rgba.get(at).map_or(0.0, |alpha| f32::from(*alpha) / 255.0) } else { 0.0 }
    };
    let value = |cell: usize| {
        // Four places of each cell.
        let place = |quarter: usize| {
            let at = |cell: usize, half: usize| (cell as f32 + 0.25 + 0.5 * half as f32) / SIDE as f32;
            let (u, v) = (at(cell % SIDE, quarter % 2), at(cell / SIDE, quarter / 2));
            alpha(x0 + u * (x1 - x0), y0 + v * (y1 - y0))
        };
        (0..4).map(place).sum::<f32>() / 4.0
    };
    SquareMask { side: SIDE, values: (0..SIDE * SIDE).map(value).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_depths_keep_their_order_and_new_objects_stand_among_them() {
        // The network would turn the first two around; the third is new and before both.
        assert_eq!(merged_depths(&[0.2, 0.0, 0.4], &[Some(0.1), Some(0.7), None]), [0.0, 1.0 / 3.0, 2.0 / 3.0]);
        // New ones keep the network's order among each other.
        assert_eq!(merged_depths(&[0.3, 0.6, 0.0], &[None, None, Some(0.5)]), [1.0 / 3.0, 2.0 / 3.0, 0.0]);
        assert_eq!(merged_depths(&[0.3, 0.6, 0.0], &[None; 3]), [1.0 / 3.0, 2.0 / 3.0, 0.0]);
        let once = merged_depths(&[0.0, 0.0, 0.0], &[Some(0.5), Some(0.5), Some(0.1)]);
        let again: Vec<_> = once.iter().copied().map(Some).collect();
        assert_eq!(merged_depths(&[0.9, 0.1, 0.5], &again), once);
    }

    #[test]
    fn a_chosen_depth_goes_between_those_of_the_last_picture() {
        let (merged, stuff) = ([0.0, 0.25, 0.5, 0.75], [false, true, false, false]);
        let recorded = [0.25, 0.0, 0.5, 0.75].map(Some);
        let mut chosen = [None; 4];
        assert_eq!(stacked(&merged, &stuff, &recorded, &chosen), [0.25, 0.0, 0.5, 0.75], "materials are behind");
        chosen[3] = Some(0.3);
        assert_eq!(stacked(&merged, &stuff, &recorded, &chosen), [0.25, 0.0, 0.75, 0.5]);
        chosen[3] = Some(-1.0);
        assert_eq!(stacked(&merged, &stuff, &recorded, &chosen), [0.5, 0.25, 0.75, 0.0]);
        chosen[1] = Some(2.0);
        assert_eq!(stacked(&merged, &stuff, &recorded, &chosen)[1], 0.75, "a material too");
    }

    #[test]
    fn a_box_is_reshaped_about_its_foot_and_back() {
        let bounds = [0.4, 0.2, 0.6, 0.8];
        let wide = reshaped(bounds, 4.0);
        assert!(wide.iter().zip([0.3, 0.5, 0.7, 0.8]).all(|(a, b)| (a - b).abs() < 1e-6), "{wide:?}");
        assert!(reshaped(wide, 0.25).iter().zip(bounds).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
