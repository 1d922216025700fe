//! Snapping of a dragged node to edges and centers of its neighbors and to the grid, with guide lines.

use egui::{Pos2, Rect, Vec2, pos2};

/// Distance of grid lines, in canvas points.
const GRID_SPACING: f32 = 20.0;
/// In screen points: independent of zoom.
const NEIGHBOR_SNAP_DISTANCE: f32 = 7.0;
/// In screen points: independent of zoom.
const GRID_SNAP_DISTANCE: f32 = 3.0;
/// How far guide lines reach beyond both nodes, in canvas points.
const GUIDE_MARGIN: f32 = 8.0;
/// Shifts that differ by less are equal, in canvas points.
const SHIFT_TOLERANCE: f32 = 1e-3;
/// Lines at most this far apart are aligned, in canvas points.
const ALIGNMENT_TOLERANCE: f32 = 0.01;

pub(crate) struct SnapResult {
    /// What to add to the node's position, in canvas points.
    pub offset: Vec2,
    /// Start and end of each guide line, in canvas points.
    pub guides: Vec<(Pos2, Pos2)>,
}

struct Candidate {
    shift: f32,
    center_distance: f32,
    rect: Rect,
}

impl Candidate {
    /// The smallest shift wins; among equal shifts, the nearest node.
    fn is_better_than(&self, other: &Self) -> bool {
        let difference = self.shift.abs() - other.shift.abs();
        difference < -SHIFT_TOLERANCE
            || (difference.abs() <= SHIFT_TOLERANCE && self.center_distance < other.center_distance)
    }
}

/// Snaps `moving` (the dragged node before snapping) to `others`, else to the grid, on each axis by itself. Rects are in
/// canvas points; `zoom` is screen points per canvas point.
pub(crate) fn snap(moving: Rect, others: &[Rect], zoom: f32) -> SnapResult {
    let mut offset = Vec2::ZERO;
    let mut snap_targets: [Option<Rect>; 2] = [None; 2];
    // 0: x, 1: y
    for axis in 0..2 {
        match best_candidate(moving, others, axis, NEIGHBOR_SNAP_DISTANCE / zoom) {
            Some(Candidate { shift, rect, .. }) => {
                offset[axis] = shift;
                snap_targets[axis] = Some(rect);
            }
            None => {
                let center = moving.center()[axis];
                let shift = (center / GRID_SPACING).round() * GRID_SPACING - center;
                if shift.abs() <= GRID_SNAP_DISTANCE / zoom {
                    offset[axis] = shift;
                }
            }
        }
    }
    let snapped_rect = moving.translate(offset);
    let guides = (0..2).filter_map(|axis| snap_targets[axis].map(|target| guide_lines(snapped_rect, target, axis)));
    SnapResult { offset, guides: guides.flatten().collect() }
}

fn best_candidate(moving: Rect, others: &[Rect], axis: usize, max_shift: f32) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    for &rect in others {
        // Compare like with like: centers, then low edges, then high edges.
        for (own, target) in snap_lines(moving, axis).into_iter().zip(snap_lines(rect, axis)) {
            let center_distance = (moving.center() - rect.center()).length();
            let candidate = Candidate { shift: target - own, center_distance, rect };
            let is_better = best.as_ref().is_none_or(|best| candidate.is_better_than(best));
            if candidate.shift.abs() <= max_shift && is_better {
                best = Some(candidate);
            }
        }
    }
    best
}

/// Center, low edge and high edge along `axis`.
fn snap_lines(rect: Rect, axis: usize) -> [f32; 3] {
    [rect.center()[axis], rect.min[axis], rect.max[axis]]
}

/// Guide lines through everything that is now aligned, across both nodes.
fn guide_lines(snapped: Rect, target: Rect, axis: usize) -> Vec<(Pos2, Pos2)> {
    let cross_axis = 1 - axis;
    let from = snapped.min[cross_axis].min(target.min[cross_axis]) - GUIDE_MARGIN;
    let to = snapped.max[cross_axis].max(target.max[cross_axis]) + GUIDE_MARGIN;
    let lines = snap_lines(snapped, axis).into_iter().zip(snap_lines(target, axis));
    let aligned = lines.filter(|(a, b)| (a - b).abs() < ALIGNMENT_TOLERANCE);
    let segment = |at: f32| if axis == 0 { (pos2(at, from), pos2(at, to)) } else { (pos2(from, at), pos2(to, at)) };
    aligned.map(|(at, _)| segment(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn near_lines_meet_and_far_ones_do_not() {
        let node_rect = |x: f32, y: f32, width: f32| Rect::from_center_size(pos2(x, y), vec2(width, 44.0));
        let check = |moving: Rect, others: &[Rect], zoom: f32, expected: Vec2, guides: usize| {
            let snapped = snap(moving, others, zoom);
            assert!((snapped.offset - expected).length() < 1e-3, "{moving}: {:?}", snapped.offset);
            assert_eq!(snapped.guides.len(), guides, "{moving}: {:?}", snapped.guides);
        };
        let other = [node_rect(0.0, 0.0, 100.0)];
        check(node_rect(4.0, 210.0, 60.0), &other, 1.0, vec2(-4.0, 0.0), 1); // middles
        check(node_rect(-18.0, 210.0, 60.0), &other, 1.0, vec2(-2.0, 0.0), 1); // left edges
        check(node_rect(4.0, 210.0, 60.0), &other, 4.0, Vec2::ZERO, 0); // 16 screen points away
        check(node_rect(3.0, 3.0, 100.0), &other, 1.0, vec2(-3.0, -3.0), 6);
        check(node_rect(301.0, 299.0, 60.0), &other, 1.0, vec2(-1.0, 1.0), 0); // the grid
        check(node_rect(310.0, 310.0, 60.0), &[], 1.0, Vec2::ZERO, 0);
    }
}
