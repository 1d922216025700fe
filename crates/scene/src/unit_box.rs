//! Boxes in the unit square of the picture: x to the right, y down, as in `Johnson et al. 2018, section 3`.

use serde::{Deserialize, Serialize};

/// Corners in 0..=1 of the picture; `(0, 0)` is the upper left corner of the picture.
///
/// Networks and hands may make boxes that are inverted, empty or outside: such a box is only a value until
/// [`UnitBox::is_proper`] says otherwise. In files: `[x0, y0, x1, y1]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct UnitBox {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl UnitBox {
    /// The whole picture: the box of the `__image__` node.
    pub const WHOLE: Self = Self { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 };

    /// Below a thousandth of the picture a box is empty: no picture shows it, and layouts divide by its sides.
    pub const MIN_SIDE: f32 = 1e-3;

    pub const fn new(x0: f32, y0: f32, x1: f32, y1: f32) -> Self {
        Self { x0, y0, x1, y1 }
    }

    /// The box with these opposite corners, whichever they are: what a drag from anywhere to anywhere makes.
    pub fn from_corners(a: [f32; 2], b: [f32; 2]) -> Self {
        Self { x0: a[0].min(b[0]), y0: a[1].min(b[1]), x1: a[0].max(b[0]), y1: a[1].max(b[1]) }
    }

    pub fn from_center(center: [f32; 2], width: f32, height: f32) -> Self {
        let [x, y] = center;
        Self { x0: x - width / 2.0, y0: y - height / 2.0, x1: x + width / 2.0, y1: y + height / 2.0 }
    }

    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    /// Share of the picture; 0 for inverted boxes.
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    pub fn center(&self) -> [f32; 2] {
        [(self.x0 + self.x1) / 2.0, (self.y0 + self.y1) / 2.0]
    }

    pub fn contains(&self, point: [f32; 2]) -> bool {
        (self.x0..=self.x1).contains(&point[0]) && (self.y0..=self.y1).contains(&point[1])
    }

    /// Whether `other` lies within this box; shared edges count.
    pub fn contains_box(&self, other: &Self) -> bool {
        self.x0 <= other.x0 && self.y0 <= other.y0 && self.x1 >= other.x1 && self.y1 >= other.y1
    }

    /// What both cover, if anything.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let both = Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        (both.x0 < both.x1 && both.y0 < both.y1).then_some(both)
    }

    /// Intersection over union, 0..=1.
    pub fn iou(&self, other: &Self) -> f32 {
        let shared = self.intersection(other).map_or(0.0, |both| both.area());
        let all = self.area() + other.area() - shared;
        if all > 0.0 { shared / all } else { 0.0 }
    }

    /// Share of this box that `other` covers, 0..=1.
    pub fn share_within(&self, other: &Self) -> f32 {
        let area = self.area();
        if area > 0.0 { self.intersection(other).map_or(0.0, |both| both.area()) / area } else { 0.0 }
    }

    /// The empty space between two boxes, 0 where they touch or overlap.
    pub fn gap(&self, other: &Self) -> f32 {
        let across = (other.x0 - self.x1).max(self.x0 - other.x1).max(0.0);
        let down = (other.y0 - self.y1).max(self.y0 - other.y1).max(0.0);
        across.hypot(down)
    }

    pub fn is_finite(&self) -> bool {
        [self.x0, self.y0, self.x1, self.y1].iter().all(|v| v.is_finite())
    }

    /// Finite, not inverted, not empty, within the picture: what may be pinned.
    pub fn is_proper(&self) -> bool {
        self.is_finite()
            && self.width() >= Self::MIN_SIDE
            && self.height() >= Self::MIN_SIDE
            && Self::WHOLE.contains_box(self)
    }

    /// The part within the picture. Inverted and empty boxes stay so; not-a-number becomes 0.
    pub fn clamped(&self) -> Self {
        let clamp = |v: f32| if v.is_nan() { 0.0 } else { v.clamp(0.0, 1.0) };
        Self { x0: clamp(self.x0), y0: clamp(self.y0), x1: clamp(self.x1), y1: clamp(self.y1) }
    }

    /// The proper box that was meant: corners in order, the part within the picture. `None` where nothing is left.
    pub fn repaired(&self) -> Option<Self> {
        if !self.is_finite() {
            return None;
        }
        let ordered = Self::from_corners([self.x0, self.y0], [self.x1, self.y1]).clamped();
        ordered.is_proper().then_some(ordered)
    }

    pub fn translated(&self, across: f32, down: f32) -> Self {
        Self { x0: self.x0 + across, y0: self.y0 + down, x1: self.x1 + across, y1: self.y1 + down }
    }
}

impl From<[f32; 4]> for UnitBox {
    fn from([x0, y0, x1, y1]: [f32; 4]) -> Self {
        Self { x0, y0, x1, y1 }
    }
}

impl From<UnitBox> for [f32; 4] {
    fn from(b: UnitBox) -> Self {
        [b.x0, b.y0, b.x1, b.y1]
    }
}
