//! Boxes as placement uses them: corners in units of the picture, x to the right, y down.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BoxXyxy {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

/// A thousandth of the picture: shorter sides are widened to this.
pub(crate) const MIN_SIDE: f32 = 1e-3;

impl BoxXyxy {
    pub const WHOLE: Self = Self { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 };

    pub fn new([x0, y0, x1, y1]: [f32; 4]) -> Self {
        Self { x0, y0, x1, y1 }
    }

    pub fn corners(&self) -> [f32; 4] {
        [self.x0, self.y0, self.x1, self.y1]
    }

    /// The proper box that is meant by corners in any order, within the picture; as small as a box may be where nothing is left of it.
    pub fn repaired([x0, y0, x1, y1]: [f32; 4]) -> Self {
        let unit = |v: f32| if v.is_nan() { 0.0 } else { v.clamp(0.0, 1.0) };
        let pair = |a: f32, b: f32| {
            let (low, high) = (unit(a.min(b)).min(1.0 - MIN_SIDE), unit(a.max(b)));
            (low, high.max(low + MIN_SIDE))
        };
        let ((x0, x1), (y0, y1)) = (pair(x0, x1), pair(y0, y1));
        Self { x0, y0, x1, y1 }
    }

    /// The same with a width over height of at least and at most this: as large, its foot where it was, within the picture.
    pub fn shaped(&self, least: f32, most: f32) -> Self {
        let found = self.width() / self.height().max(MIN_SIDE);
        let aspect = found.clamp(least.min(most), most.max(least));
        if aspect == found || !(aspect.is_finite() && aspect > 0.0) {
            return *self;
        }
        let tall = (self.area() / aspect).sqrt().min(1.0).min(1.0 / aspect).max(MIN_SIDE);
        let wide = (tall * aspect).clamp(MIN_SIDE, 1.0);
        let middle = self.center_x().clamp(wide / 2.0, 1.0 - wide / 2.0);
        let foot = self.y1.clamp(tall, 1.0);
        Self { x0: middle - wide / 2.0, y0: foot - tall, x1: middle + wide / 2.0, y1: foot }
    }

    pub(crate) fn center_x(&self) -> f32 {
        (self.x0 + self.x1) / 2.0
    }

    pub(crate) fn center_y(&self) -> f32 {
        (self.y0 + self.y1) / 2.0
    }

    pub(crate) fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub(crate) fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    pub(crate) fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// Area that both cover.
    pub(crate) fn shared(&self, other: &Self) -> f32 {
        let across = self.x1.min(other.x1) - self.x0.max(other.x0);
        let down = self.y1.min(other.y1) - self.y0.max(other.y0);
        across.max(0.0) * down.max(0.0)
    }

    /// Of the smaller of the two, the share that the other covers.
    pub(crate) fn overlap(&self, other: &Self) -> f32 {
        self.shared(other) / self.area().min(other.area()).max(f32::MIN_POSITIVE)
    }

    /// The empty space between two boxes, 0 where they touch.
    pub(crate) fn gap(&self, other: &Self) -> f32 {
        let across = (other.x0 - self.x1).max(self.x0 - other.x1).max(0.0);
        let down = (other.y0 - self.y1).max(self.y0 - other.y1).max(0.0);
        across.hypot(down)
    }
}
