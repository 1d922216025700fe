//! Snapping of a dragged node to edges and centers of its neighbors and to the grid, with guide lines.

use egui::{Pos2, Rect, Vec2, pos2};

/// Canvas points.
const GRID: f32 = 20.0;
/// Snapping distance in screen points.
const NEIGHBOR_REACH: f32 = 7.0;
const GRID_REACH: f32 = 3.0;

pub(crate) struct Snapped {
    /// Correction of the position.
    pub offset: Vec2,
    /// Start and end of each guide line, in canvas points.
    pub guides: Vec<(Pos2, Pos2)>,
}

/// `moving`: the node without snapping; `others`: nodes that stay. Canvas points.
pub(crate) fn snap(moving: Rect, others: &[Rect], zoom: f32) -> Snapped {
    let reach = NEIGHBOR_REACH / zoom;
    let mut offset = Vec2::ZERO;
    let mut partners: [Option<Rect>; 2] = [None; 2];
    for axis in 0..2 {
        let mut best: Option<(f32, f32, Rect)> = None;
        for other in others {
            // Left to left, center to center, right to right.
            for (own, theirs) in lines(moving, axis).into_iter().zip(lines(*other, axis)) {
                let shift = theirs - own;
                let far = (moving.center() - other.center()).length();
                let nearer = |&(least, at, _): &(f32, f32, Rect)| {
                    shift.abs() < least.abs() - 1e-3 || ((shift.abs() - least.abs()).abs() <= 1e-3 && far < at)
                };
                if shift.abs() <= reach && best.as_ref().is_none_or(nearer) {
                    best = Some((shift, far, *other));
                }
            }
        }
        match best {
            Some((shift, _, other)) => {
                offset[axis] = shift;
                partners[axis] = Some(other);
            }
            None => {
                let at = moving.center()[axis];
                let shift = (at / GRID).round() * GRID - at;
                if shift.abs() <= GRID_REACH / zoom {
                    offset[axis] = shift;
                }
            }
        }
    }
    let there = moving.translate(offset);
    let guides = (0..2).filter_map(|axis| partners[axis].map(|other| guide(there, other, axis))).flatten().collect();
    Snapped { offset, guides }
}

fn lines(rect: Rect, axis: usize) -> [f32; 3] {
    [rect.center()[axis], rect.min[axis], rect.max[axis]]
}

/// Guide lines through everything that is now aligned, across both nodes.
fn guide(there: Rect, other: Rect, axis: usize) -> Vec<(Pos2, Pos2)> {
    let across = 1 - axis;
    let (from, to) = (there.min[across].min(other.min[across]) - 8.0, there.max[across].max(other.max[across]) + 8.0);
    let agree = lines(there, axis).into_iter().zip(lines(other, axis)).filter(|(a, b)| (a - b).abs() < 0.01);
    let ends = |at: f32| if axis == 0 { (pos2(at, from), pos2(at, to)) } else { (pos2(from, at), pos2(to, at)) };
    agree.map(|(at, _)| ends(at)).collect()
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
