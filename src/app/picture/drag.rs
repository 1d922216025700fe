//! Moving and resizing boxes: pure geometry on the unit square.

use super::snap::{SnapGuide, SnapLines};
use scenewright_scene::{NodeId, UnitBox};

/// The part of a box that is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    Move,
    /// -1: left (upper) edge, 1: right (lower) edge, 0: neither.
    Edges {
        across: i8,
        down: i8,
    },
}

impl Grip {
    /// The eight handles, clockwise from the upper left.
    pub const HANDLES: [Self; 8] = [
        Self::Edges { across: -1, down: -1 },
        Self::Edges { across: 0, down: -1 },
        Self::Edges { across: 1, down: -1 },
        Self::Edges { across: 1, down: 0 },
        Self::Edges { across: 1, down: 1 },
        Self::Edges { across: 0, down: 1 },
        Self::Edges { across: -1, down: 1 },
        Self::Edges { across: -1, down: 0 },
    ];

    /// Position of the handle on a box.
    pub(crate) fn point_on(self, b: &UnitBox) -> [f32; 2] {
        let [x, y] = b.center();
        match self {
            Self::Move => [x, y],
            Self::Edges { across, down } => {
                [[b.x0, x, b.x1][(across + 1).clamp(0, 2) as usize], [b.y0, y, b.y1][(down + 1).clamp(0, 2) as usize]]
            }
        }
    }

    /// Moves the dragged part of the box, without corrections.
    pub(crate) fn shifted(self, b: UnitBox, by: [f32; 2]) -> UnitBox {
        match self {
            Self::Move => b.translated(by[0], by[1]),
            Self::Edges { across, down } => {
                let part = |edge: i8, which: i8, by: f32| if edge == which { by } else { 0.0 };
                UnitBox {
                    x0: b.x0 + part(across, -1, by[0]),
                    y0: b.y0 + part(down, -1, by[1]),
                    x1: b.x1 + part(across, 1, by[0]),
                    y1: b.y1 + part(down, 1, by[1]),
                }
            }
        }
    }

    /// An edge stops at the minimum size and at the border of the picture.
    fn bounded(self, b: UnitBox, least: [f32; 2]) -> UnitBox {
        let Self::Edges { across, down } = self else { return b.clamped() };
        let [(x0, x1), (y0, y1)] =
            [(across, b.x0, b.x1, least[0]), (down, b.y0, b.y1, least[1])].map(|(edge, low, high, least)| match edge {
                -1 => (low.min(high - least).max(0.0), high),
                1 => (low, high.max(low + least).min(1.0)),
                _ => (low, high),
            });
        UnitBox { x0, y0, x1, y1 }.clamped()
    }
}

/// Boxes being dragged, as they were at the press.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldBoxes {
    pub grip: Grip,
    /// The first is the one under the pointer; it snaps, the others follow.
    pub boxes: Vec<(NodeId, UnitBox)>,
    /// Whether a corner keeps the proportions of the box.
    pub keeps_shape: bool,
}

/// New places of dragged boxes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovedBoxes {
    pub boxes: Vec<(NodeId, UnitBox)>,
    pub guides: Vec<SnapGuide>,
}

impl HeldBoxes {
    /// `by`: offset of the pointer since the press. `least`: minimum size, one pixel. Snaps to `lines`, if given.
    pub fn moved(&self, by: [f32; 2], least: [f32; 2], lines: Option<(&SnapLines, [f32; 2])>) -> MovedBoxes {
        let Some(&(_, first)) = self.boxes.first() else { return MovedBoxes::default() };
        let (mut by, mut guides) = (by, Vec::new());
        let target = self.grip.shifted(first, by);
        if let Some((lines, tolerance)) = lines {
            let (snapped, found) = lines.snap(target, self.grip, tolerance);
            let (from, to) = (self.grip.anchor(&target), self.grip.anchor(&snapped));
            by = [by[0] + to[0] - from[0], by[1] + to[1] - from[1]];
            guides = found;
        }
        if self.grip == Grip::Move {
            by = self.within_picture(by);
        }
        let least = least.map(|side| side.max(UnitBox::MIN_SIDE * 2.0));
        let place = |b: UnitBox| match self.grip.corner().filter(|_| self.keeps_shape) {
            Some(corner) => in_proportion(b, self.grip.shifted(b, by), corner, least),
            None => self.grip.bounded(self.grip.shifted(b, by), least),
        };
        let boxes: Vec<_> = self.boxes.iter().map(|&(node, b)| (node, place(b))).collect();
        // Drop guides that the border of the picture kept the box from reaching.
        guides.retain(|guide| boxes.first().is_some_and(|(_, b)| is_on(b, *guide)));
        MovedBoxes { boxes, guides }
    }

    /// Boxes that move together keep their distances, so all stop when the first reaches the border of the picture.
    fn within_picture(&self, by: [f32; 2]) -> [f32; 2] {
        let fold = |of: fn(&UnitBox) -> f32, pick: fn(f32, f32) -> f32| {
            self.boxes.iter().map(|(_, b)| of(b)).reduce(pick).unwrap_or(0.0)
        };
        let (left, top) = (fold(|b| b.x0, f32::min), fold(|b| b.y0, f32::min));
        let (right, bottom) = (fold(|b| b.x1, f32::max), fold(|b| b.y1, f32::max));
        let bounded = |by: f32, low: f32, high: f32| by.max(-low).min((1.0 - high).max(-low));
        [bounded(by[0], left, right), bounded(by[1], top, bottom)]
    }
}

/// The box scaled about the corner opposite to the dragged one, as far as the pointer went, but within the picture and no smaller than `least`.
fn in_proportion(was: UnitBox, dragged: UnitBox, [across, down]: [i8; 2], least: [f32; 2]) -> UnitBox {
    let (width, height) = (was.width().max(UnitBox::MIN_SIDE), was.height().max(UnitBox::MIN_SIDE));
    let wanted = (dragged.width() / width).max(dragged.height() / height);
    let room_across = if across < 0 { was.x1 } else { 1.0 - was.x0 };
    let room_down = if down < 0 { was.y1 } else { 1.0 - was.y0 };
    let most = (room_across / width).min(room_down / height);
    let smallest = (least[0] / width).max(least[1] / height).min(1.0);
    let scale = wanted.min(most).max(smallest);
    let (width, height) = (width * scale, height * scale);
    let [x0, x1] = if across < 0 { [was.x1 - width, was.x1] } else { [was.x0, was.x0 + width] };
    let [y0, y1] = if down < 0 { [was.y1 - height, was.y1] } else { [was.y0, was.y0 + height] };
    UnitBox { x0, y0, x1, y1 }.clamped()
}

impl Grip {
    /// The dragged corner, if both edges are dragged.
    fn corner(self) -> Option<[i8; 2]> {
        match self {
            Self::Edges { across, down } if across != 0 && down != 0 => Some([across, down]),
            Self::Edges { .. } | Self::Move => None,
        }
    }

    /// The corner that measures how far the box has moved: the dragged one, or the upper left.
    fn anchor(self, b: &UnitBox) -> [f32; 2] {
        match self {
            Self::Move => [b.x0, b.y0],
            edges => edges.point_on(b),
        }
    }
}

fn is_on(b: &UnitBox, guide: SnapGuide) -> bool {
    let [x, y] = b.center();
    let near = |line: f32, points: [f32; 3]| points.iter().any(|point| (point - line).abs() < 1e-4);
    match guide {
        SnapGuide::Upright(line) => near(line, [b.x0, x, b.x1]),
        SnapGuide::Level(line) => near(line, [b.y0, y, b.y1]),
    }
}
