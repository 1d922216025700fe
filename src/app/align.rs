//! Alignment of canvas nodes and of picture boxes; both use the same arithmetic.

use egui::{Rect, Vec2, pos2};
use egui_phosphor::regular as icon;

use scenewright_scene::{NodeId, UnitBox};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
    Top,
    Middle,
    Bottom,
    /// Equal gaps between neighbors; the outermost items stay.
    SpreadAcross,
    SpreadDown,
}

impl Align {
    pub(crate) const ALL: [Self; 8] = [
        Self::Left,
        Self::Center,
        Self::Right,
        Self::Top,
        Self::Middle,
        Self::Bottom,
        Self::SpreadAcross,
        Self::SpreadDown,
    ];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Left => "Align left edges",
            Self::Center => "Align centers",
            Self::Right => "Align right edges",
            Self::Top => "Align top edges",
            Self::Middle => "Align middles",
            Self::Bottom => "Align bottom edges",
            Self::SpreadAcross => "Distribute horizontally",
            Self::SpreadDown => "Distribute vertically",
        }
    }

    pub(crate) fn tooltip(self) -> &'static str {
        match self {
            Self::SpreadAcross | Self::SpreadDown => "Equal gaps between the boxes of the selected objects",
            _ => "The boxes of the selected objects",
        }
    }

    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Left => icon::ALIGN_LEFT,
            Self::Center => icon::ALIGN_CENTER_HORIZONTAL,
            Self::Right => icon::ALIGN_RIGHT,
            Self::Top => icon::ALIGN_TOP,
            Self::Middle => icon::ALIGN_CENTER_VERTICAL,
            Self::Bottom => icon::ALIGN_BOTTOM,
            Self::SpreadAcross => icon::ARROWS_OUT_LINE_HORIZONTAL,
            Self::SpreadDown => icon::ARROWS_OUT_LINE_VERTICAL,
        }
    }

    /// Fewest items for which the command does something.
    pub(crate) fn least(self) -> usize {
        if matches!(self, Self::SpreadAcross | Self::SpreadDown) { 3 } else { 2 }
    }

    /// Returns the offset of each rectangle, in the same order.
    pub(crate) fn offsets(self, rects: &[Rect]) -> Vec<Vec2> {
        if rects.len() < self.least() {
            return vec![Vec2::ZERO; rects.len()];
        }
        let bounds = rects.iter().fold(Rect::NOTHING, |bounds, rect| bounds.union(*rect));
        let across = |by: f32| Vec2::new(by, 0.0);
        let down = |by: f32| Vec2::new(0.0, by);
        let offset = |rect: &Rect| match self {
            Self::Left => across(bounds.left() - rect.left()),
            Self::Center => across(bounds.center().x - rect.center().x),
            Self::Right => across(bounds.right() - rect.right()),
            Self::Top => down(bounds.top() - rect.top()),
            Self::Middle => down(bounds.center().y - rect.center().y),
            Self::Bottom => down(bounds.bottom() - rect.bottom()),
            Self::SpreadAcross | Self::SpreadDown => Vec2::ZERO,
        };
        match self {
            Self::SpreadAcross => spread(rects, bounds, 0),
            Self::SpreadDown => spread(rects, bounds, 1),
            _ => rects.iter().map(offset).collect(),
        }
    }

    /// Returns the boxes that change, with their new place. Each keeps its size and stays within the picture.
    pub fn boxes(self, boxes: &[(NodeId, UnitBox)]) -> Vec<(NodeId, UnitBox)> {
        let rect = |b: &UnitBox| Rect::from_min_max(pos2(b.x0, b.y0), pos2(b.x1, b.y1));
        let rects: Vec<Rect> = boxes.iter().map(|(_, b)| rect(b)).collect();
        let moved = boxes.iter().zip(self.offsets(&rects));
        let moved = moved.map(|((node, b), by)| (*node, *b, b.translated(by.x, by.y).clamped()));
        moved.filter(|(_, was, now)| was != now).map(|(node, _, now)| (node, now)).collect()
    }
}

/// Equal gaps along an axis, in the order of the centers.
fn spread(rects: &[Rect], bounds: Rect, axis: usize) -> Vec<Vec2> {
    let mut order: Vec<usize> = (0..rects.len()).collect();
    order.sort_by(|&a, &b| rects[a].center()[axis].total_cmp(&rects[b].center()[axis]));
    let filled: f32 = rects.iter().map(|rect| rect.size()[axis]).sum();
    let gap = (bounds.size()[axis] - filled) / (rects.len() - 1) as f32;
    let mut at = bounds.min[axis];
    let mut offsets = vec![Vec2::ZERO; rects.len()];
    for place in order {
        offsets[place][axis] = at - rects[place].min[axis];
        at += rects[place].size()[axis] + gap;
    }
    offsets
}
