//! Lining boxes up.

use crate::scene::{NodeId, UnitBox};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
    Top,
    Middle,
    Bottom,
    /// The same space between neighbours; the outermost stay.
    SpreadAcross,
    SpreadDown,
}

/// The boxes that change, where they go. Each keeps its size.
pub fn align(boxes: &[(NodeId, UnitBox)], how: Align) -> Vec<(NodeId, UnitBox)> {
    let fold = |of: fn(&UnitBox) -> f32, pick: fn(f32, f32) -> f32| {
        boxes.iter().map(|(_, b)| of(b)).reduce(pick).unwrap_or(0.0)
    };
    let (left, right) = (fold(|b| b.x0, f32::min), fold(|b| b.x1, f32::max));
    let (top, bottom) = (fold(|b| b.y0, f32::min), fold(|b| b.y1, f32::max));
    let shift = |by: &dyn Fn(&UnitBox) -> [f32; 2]| -> Vec<(NodeId, UnitBox)> {
        boxes.iter().map(|(node, b)| (*node, moved(b, by(b)))).collect()
    };
    let mut placed = match how {
        Align::Left => shift(&|b| [left - b.x0, 0.0]),
        Align::Right => shift(&|b| [right - b.x1, 0.0]),
        Align::Centre => shift(&|b| [(left + right) / 2.0 - b.center()[0], 0.0]),
        Align::Top => shift(&|b| [0.0, top - b.y0]),
        Align::Bottom => shift(&|b| [0.0, bottom - b.y1]),
        Align::Middle => shift(&|b| [0.0, (top + bottom) / 2.0 - b.center()[1]]),
        Align::SpreadAcross => spread(boxes, 0),
        Align::SpreadDown => spread(boxes, 1),
    };
    placed.retain(|(node, b)| boxes.iter().all(|(other, was)| other != node || was != b));
    placed
}

fn moved(b: &UnitBox, by: [f32; 2]) -> UnitBox {
    b.translated(by[0], by[1]).clamped()
}

fn spread(boxes: &[(NodeId, UnitBox)], axis: usize) -> Vec<(NodeId, UnitBox)> {
    let span = |b: &UnitBox| if axis == 0 { (b.x0, b.width()) } else { (b.y0, b.height()) };
    let mut order = boxes.to_vec();
    order.sort_by(|(_, a), (_, b)| a.center()[axis].total_cmp(&b.center()[axis]));
    let ([(_, first), .., (_, last)], true) = (order.as_slice(), order.len() > 2) else { return Vec::new() };
    let sides: f32 = order.iter().map(|(_, b)| span(b).1).sum();
    let (start, (end, end_side)) = (span(first).0, span(last));
    let gap = (end + end_side - start - sides) / (order.len() - 1) as f32;
    let mut at = start;
    let place = |(node, b): &(NodeId, UnitBox)| {
        let (from, side) = span(b);
        let by = at - from;
        at += side + gap;
        (*node, moved(b, if axis == 0 { [by, 0.0] } else { [0.0, by] }))
    };
    order.iter().map(place).collect()
}
