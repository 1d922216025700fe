//! Finds a place where a subject satisfies a relation.
//!
//! Tests on boxes come in many shapes, so the place is searched, not derived: what is found is met by
//! the very test that found the layout broken. A search is a few thousand tests, well below a millisecond.

use super::{PredicateKind, is_judgeable, predicate_kind};
use crate::UnitBox;

/// Sizes to try, the least changed first: the subject shrinks or grows only where it finds no place as it is.
const SCALES: [f32; 11] = [1.0, 0.75, 1.4, 0.5, 2.0, 0.3, 3.0, 0.15, 5.0, 0.06, 0.025];
const GRID: usize = 32;
const REFINEMENTS: usize = 3;
/// How far past the border of what is met the subject goes, so that rounding on the way does not break it again.
const MARGIN: f32 = 0.004;

/// The nearest box for the subject, within the picture, that meets the relation. The subject's own box where that
/// already does; `None` where boxes cannot decide or there is no such place.
///
/// The subject keeps its size if it can; else it shrinks (to be inside) or grows (to surround or have) as little as it must.
pub fn place_to_meet(predicate: &str, subject: &UnitBox, object: &UnitBox) -> Option<UnitBox> {
    let meaning = predicate_kind(predicate)?;
    if !is_judgeable(subject) || !is_judgeable(object) {
        return None;
    }
    if subject.is_proper() && meaning.is_met(subject, object) {
        return Some(*subject);
    }
    if meaning == PredicateKind::Surrounding
        && let Some(around) = surround(subject, object)
    {
        return Some(around);
    }
    SCALES.iter().find_map(|scale| {
        let size = [(subject.width() * scale).min(1.0), (subject.height() * scale).min(1.0)];
        nearest_center(meaning, subject.center(), size, object).filter(UnitBox::is_proper)
    })
}

/// What surrounds leaves its own proportions for the object's: it grows around it where it stands.
fn surround(subject: &UnitBox, object: &UnitBox) -> Option<UnitBox> {
    let grown = UnitBox {
        x0: subject.x0.min(object.x0 - 0.02),
        y0: subject.y0.min(object.y0 - 0.02),
        x1: subject.x1.max(object.x1 + 0.02),
        y1: subject.y1.max(object.y1 + 0.02),
    };
    grown.repaired().filter(|grown| PredicateKind::Surrounding.is_met(grown, object))
}

/// A grid over all centers that keep the box within the picture, then finer grids around the best.
fn nearest_center(meaning: PredicateKind, from: [f32; 2], size: [f32; 2], object: &UnitBox) -> Option<UnitBox> {
    let room = [[size[0] / 2.0, 1.0 - size[0] / 2.0], [size[1] / 2.0, 1.0 - size[1] / 2.0]];
    let mut window = room;
    let mut best: Option<([f32; 2], f32)> = None;
    for _ in 0..=REFINEMENTS {
        for row in 0..=GRID {
            for column in 0..=GRID {
                let center = [along(window[0], column), along(window[1], row)];
                let candidate = UnitBox::from_center(center, size[0], size[1]);
                let distance = (center[0] - from[0]).hypot(center[1] - from[1]);
                if best.is_none_or(|(_, least)| distance < least) && is_safely_met(meaning, &candidate, object) {
                    best = Some((center, distance));
                }
            }
        }
        let (center, _) = best?;
        for axis in 0..2 {
            let step = (window[axis][1] - window[axis][0]) / GRID as f32;
            window[axis] = [(center[axis] - step).max(room[axis][0]), (center[axis] + step).min(room[axis][1])];
        }
    }
    best.map(|(center, _)| UnitBox::from_center(center, size[0], size[1]).clamped())
}

fn along(range: [f32; 2], step: usize) -> f32 {
    range[0] + (range[1] - range[0]) * step as f32 / GRID as f32
}

/// Met here, and still met when the subject is nudged either way by the margin.
fn is_safely_met(meaning: PredicateKind, subject: &UnitBox, object: &UnitBox) -> bool {
    [[0.0, 0.0], [MARGIN, 0.0], [-MARGIN, 0.0], [0.0, MARGIN], [0.0, -MARGIN]]
        .iter()
        .all(|&[across, down]| meaning.is_met(&subject.translated(across, down), object))
}
