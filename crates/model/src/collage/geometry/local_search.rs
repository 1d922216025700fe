//! Local search over box placements, used when no sampled placement meets all constraints.

use super::box_xyxy::{BoxXyxy, MIN_SIDE};

/// Lengths of the moves, in units of the picture, the longest first.
const STEPS: [f32; 7] = [0.16, 0.08, 0.04, 0.02, 0.01, 0.005, 0.0025];
/// Moves of one length.
const MAX_MOVES: usize = 12;
/// Cost per distance moved, so that a box changes no more than it must.
const MOVE_COST: f32 = 0.2;

/// Moves a box step by step to lower costs and returns the best box found. `fit` brings a box into the picture.
pub fn local_search(start: BoxXyxy, fit: impl Fn(BoxXyxy) -> BoxXyxy, cost: impl Fn(&BoxXyxy) -> f32) -> BoxXyxy {
    let total_cost = |b: &BoxXyxy| cost(b) + MOVE_COST * distance(b, &start);
    let (mut best, mut least) = (start, total_cost(&start));
    for step in STEPS {
        for _ in 0..MAX_MOVES {
            let mut better = None;
            for moved in moves(&best, step) {
                let moved = fit(moved);
                let cost = total_cost(&moved);
                if cost < least {
                    (better, least) = (Some(moved), cost);
                }
            }
            let Some(moved) = better else { break };
            best = moved;
        }
    }
    best
}

/// The box moved in each direction; enlarged and shrunk with its foot fixed; with one side moved.
fn moves(b: &BoxXyxy, step: f32) -> [BoxXyxy; 14] {
    let by =
        |x0: f32, y0: f32, x1: f32, y1: f32| BoxXyxy { x0: b.x0 + x0, y0: b.y0 + y0, x1: b.x1 + x1, y1: b.y1 + y1 };
    let scaled = |factor: f32| {
        let (half, height) = (b.width() * factor / 2.0, b.height() * factor);
        BoxXyxy { x0: b.center_x() - half, y0: b.y1 - height, x1: b.center_x() + half, y1: b.y1 }
    };
    let s = step;
    let growth = 0.8 * s / b.width().max(b.height()).max(MIN_SIDE);
    [
        by(-s, 0.0, -s, 0.0),
        by(s, 0.0, s, 0.0),
        by(0.0, -s, 0.0, -s),
        by(0.0, s, 0.0, s),
        scaled(1.0 + growth),
        scaled(1.0 / (1.0 + growth)),
        by(-s, 0.0, 0.0, 0.0),
        by(s, 0.0, 0.0, 0.0),
        by(0.0, -s, 0.0, 0.0),
        by(0.0, s, 0.0, 0.0),
        by(0.0, 0.0, -s, 0.0),
        by(0.0, 0.0, s, 0.0),
        by(0.0, 0.0, 0.0, -s),
        by(0.0, 0.0, 0.0, s),
    ]
}

/// Distance of two boxes. A change of size counts twice: moving is preferred to resizing.
fn distance(a: &BoxXyxy, b: &BoxXyxy) -> f32 {
    let moved = (a.center_x() - b.center_x()).abs() + (a.y1 - b.y1).abs();
    moved + 2.0 * ((a.width() - b.width()).abs() + (a.height() - b.height()).abs())
}
