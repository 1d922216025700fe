//! Fills gaps between bands of stuff that span the picture: where a sky ends above the street, one of the two is stretched to meet the other.
//!
//! Training scenes have something in between, hand-written ones often have not. Only boxes that are free are stretched, and no relation
//! is broken for it.

use super::box_xyxy::BoxXyxy;
use super::fitness::Fitness;

/// Narrower stuff is a patch, not a band.
const SPANNING: f32 = 0.98;
/// A hole of less than this is none: half a pixel of 128.
const MIN_HOLE: f32 = 0.004;
/// Beyond what occurs in its category, stuff is stretched so far and no farther.
const UNUSUAL: f32 = 0.08;

/// Closes the holes between bands, and gives ridges that stand on nothing the ground.
pub fn fill_gaps(fitness: &Fitness, placed: &mut [Option<BoxXyxy>], free: &[usize]) {
    bands(fitness, placed, free);
    ground(fitness, placed, free);
}

/// From the top, and the hole below the lowest.
fn bands(fitness: &Fitness, placed: &mut [Option<BoxXyxy>], free: &[usize]) {
    let is_band = |object: &usize| {
        let wide = placed[*object].is_some_and(|b| b.width() >= SPANNING);
        wide && fitness.spans(*object)
    };
    let mut bands: Vec<usize> = (0..placed.len()).filter(is_band).collect();
    let side = |placed: &[Option<BoxXyxy>], object: usize| placed[object].unwrap_or(BoxXyxy::WHOLE);
    bands.sort_by(|&a, &b| side(placed, a).y0.total_cmp(&side(placed, b).y0));
    let Some(&first) = bands.first() else { return };
    // Who reaches down farthest so far. Nothing is stretched up to the upper edge: a street alone has no sky.
    let mut lowest = first;
    for &below in &bands[1..] {
        let (foot, top) = (side(placed, lowest).y1, side(placed, below).y0);
        if top > foot + MIN_HOLE {
            let down = BoxXyxy { y1: top, ..side(placed, lowest) };
            let up = BoxXyxy { y0: foot, ..side(placed, below) };
            let fault = |object: usize, at: &BoxXyxy| stretched(fitness, placed, free, object, at);
            let (a, b) = (fault(lowest, &down), fault(below, &up));
            if a.is_some_and(|a| b.is_none_or(|b| a <= b)) {
                placed[lowest] = Some(down);
            } else if b.is_some() {
                placed[below] = Some(up);
            }
        }
        if side(placed, below).y1 > side(placed, lowest).y1 {
            lowest = below;
        }
    }
    let foot = side(placed, lowest).y1;
    let down = BoxXyxy { y1: 1.0, ..side(placed, lowest) };
    if foot < 1.0 && stretched(fitness, placed, free, lowest, &down).is_some() {
        placed[lowest] = Some(down);
    }
}

/// A foot from here on is the picture's own.
const BOTTOM: f32 = 0.98;
/// Ground that is narrower leaves more than it covers.
const BROAD: f32 = 0.5;

/// Where ridges stand on nothing, the lowest of them becomes the ground: a hill under a sky goes on down to the picture's foot.
fn ground(fitness: &Fitness, placed: &mut [Option<BoxXyxy>], free: &[usize]) {
    let is_ground = |object: &usize| fitness.is_stuff(*object) && !fitness.prior(*object).edges[1];
    let carries = |b: &BoxXyxy| b.y1 >= BOTTOM && b.width() >= BROAD;
    if (0..placed.len()).filter(is_ground).any(|object| placed[object].as_ref().is_some_and(carries)) {
        return;
    }
    let foot = |object: usize| placed[object].map_or(0.0, |b| b.y1);
    let ridges = free.iter().copied().filter(|object| is_ground(object) && fitness.prior(*object).reaches);
    let Some(ridge) = ridges.max_by(|&a, &b| foot(a).total_cmp(&foot(b))) else { return };
    let Some(before) = placed[ridge] else { return };
    let kept = fitness.relations(ridge, &before, placed);
    let down = BoxXyxy { y1: 1.0, ..before };
    let broad = BoxXyxy { x0: 0.0, x1: 1.0, ..down };
    if let Some(at) = [broad, down].into_iter().find(|at| fitness.relations(ridge, at, placed) <= kept) {
        placed[ridge] = Some(at);
    }
}

/// How unusual a stretched box would be; none: it may not be stretched so.
fn stretched(
    fitness: &Fitness,
    placed: &[Option<BoxXyxy>],
    free: &[usize],
    object: usize,
    at: &BoxXyxy,
) -> Option<f32> {
    let before = placed[object]?;
    let unusual = fitness.prior(object).distance(at);
    let breaks = fitness.relations(object, at, placed) > fitness.relations(object, &before, placed);
    (free.binary_search(&object).is_ok() && !breaks && unusual <= UNUSUAL).then_some(unusual)
}
