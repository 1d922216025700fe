//! View modes, zoom, and the place of the picture on the screen. Nothing is drawn here.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use serde::{Deserialize, Serialize};

use scenewright_scene::UnitBox;

/// View mode of the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewMode {
    /// Image, boxes and masks side by side.
    All,
    #[default]
    Image,
    Boxes,
    Masks,
    /// Difference to the step that is compared with.
    Changes,
    /// The same scene with other seeds.
    Variations,
}

/// One way to draw the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pane {
    Image,
    Boxes,
    Masks,
    Changes,
}

impl Pane {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Boxes => "boxes",
            Self::Masks => "masks",
            Self::Changes => "changes",
        }
    }
}

impl ViewMode {
    pub(crate) const fn panes(self) -> &'static [Pane] {
        match self {
            Self::All => &[Pane::Image, Pane::Boxes, Pane::Masks],
            Self::Image => &[Pane::Image],
            Self::Boxes => &[Pane::Boxes],
            Self::Masks => &[Pane::Masks],
            Self::Changes => &[Pane::Changes],
            Self::Variations => &[],
        }
    }
}

/// If three equal panes would show a picture at less than this fraction of a large pane, the first pane is large.
const WORTH_A_LARGE_ONE: f32 = 0.72;
/// Side of a small pane relative to the large one: two of them and the gap have its length.
const SMALL: f32 = 0.49;

/// Splits `area` into panes for pictures of this size: equal ones; or, of three, one large and two small ones beside or
/// below it if that shows more.
pub fn split(area: Rect, count: usize, size: [usize; 2], gap: f32) -> Vec<Rect> {
    let equal = equal_parts(area, count, size, gap);
    let (3, Some(part)) = (count, equal.first()) else { return equal };
    let whole = 1.0 + SMALL;
    let room = area.size() - Vec2::splat(gap);
    let beside = fitting_scale(vec2(room.x / whole, area.height()), size);
    let below = fitting_scale(vec2(area.width(), room.y / whole), size);
    if fitting_scale(part.size(), size) >= WORTH_A_LARGE_ONE * beside.max(below) {
        return equal;
    }
    if beside >= below {
        let (large, rest) = area.split_left_right_at_x(area.left() + room.x.max(0.0) / whole);
        let rest = rest.with_min_x(rest.left() + gap);
        [vec![large], equal_in(rest, 2, gap, false)].concat()
    } else {
        let (large, rest) = area.split_top_bottom_at_y(area.top() + room.y.max(0.0) / whole);
        let rest = rest.with_min_y(rest.top() + gap);
        [vec![large], equal_in(rest, 2, gap, true)].concat()
    }
}

/// In a row or a column, whichever shows the picture larger.
fn equal_parts(area: Rect, count: usize, size: [usize; 2], gap: f32) -> Vec<Rect> {
    let [row, column] = [true, false].map(|in_row| equal_in(area, count, gap, in_row));
    let scale = |parts: &[Rect]| parts.first().map_or(0.0, |part| fitting_scale(part.size(), size));
    if scale(&row) >= scale(&column) { row } else { column }
}

fn equal_in(area: Rect, count: usize, gap: f32, in_row: bool) -> Vec<Rect> {
    let n = count.max(1) as f32;
    let (along, part) = if in_row {
        (vec2(1.0, 0.0), vec2((area.width() - gap * (n - 1.0)) / n, area.height()))
    } else {
        (vec2(0.0, 1.0), vec2(area.width(), (area.height() - gap * (n - 1.0)) / n))
    };
    let step = (part + Vec2::splat(gap)) * along;
    (0..count).map(|i| Rect::from_min_size(area.min + i as f32 * step, part.max(Vec2::ZERO))).collect()
}

/// Points per pixel at which a picture fits.
fn fitting_scale(area: Vec2, size: [usize; 2]) -> f32 {
    (area.x / size[0].max(1) as f32).min(area.y / size[1].max(1) as f32).max(1e-3)
}

/// Zoom and pan, the same for all panes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Points per pixel; `None`: the picture fits.
    scale: Option<f32>,
    /// The point of the picture in the middle of the pane.
    center: [f32; 2],
}

impl Default for Viewport {
    fn default() -> Self {
        Self { scale: None, center: [0.5, 0.5] }
    }
}

/// Maximum size of a pixel, points.
const LARGEST_PIXEL: f32 = 96.0;
/// Minimum size relative to the fitting size.
const SMALLEST: f32 = 0.25;

impl Viewport {
    pub(crate) fn fit(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn is_fit(&self) -> bool {
        self.scale.is_none()
    }

    /// Zooms to one picture pixel per screen pixel.
    pub(crate) fn one_to_one(&mut self, pixels_per_point: f32) {
        self.scale = Some(1.0 / pixels_per_point.max(0.1));
        self.center = [0.5, 0.5];
    }

    /// Where the picture is drawn in a pane.
    pub fn frame(&self, pane: Rect, size: [usize; 2]) -> Frame {
        let scale = self.scale.unwrap_or_else(|| fitting_scale(pane.size(), size));
        let extent = vec2(size[0] as f32, size[1] as f32) * scale;
        let center = if self.is_fit() { [0.5, 0.5] } else { self.center };
        Frame { rect: Rect::from_min_size(pane.center() - vec2(center[0], center[1]) * extent, extent), size }
    }

    /// Zooms around the point `at`.
    pub fn zoom(&mut self, factor: f32, at: Pos2, pane: Rect, size: [usize; 2]) {
        let before = self.frame(pane, size);
        let point = before.unit_from_screen(at);
        let fitting = fitting_scale(pane.size(), size);
        let lowest = (SMALLEST * fitting).min(1.0);
        let scale = (before.scale() * factor).clamp(lowest, LARGEST_PIXEL.max(lowest));
        let extent = vec2(size[0] as f32, size[1] as f32) * scale;
        let offset = (at - pane.center()) / extent;
        self.scale = Some(scale);
        self.center = [point[0] - offset.x, point[1] - offset.y];
        self.keep_in_reach();
    }

    /// Pans by an offset in points.
    pub(crate) fn pan(&mut self, by: Vec2, pane: Rect, size: [usize; 2]) {
        let frame = self.frame(pane, size);
        if self.is_fit() {
            self.center = [0.5, 0.5];
        }
        self.scale = Some(frame.scale());
        self.center = [self.center[0] - by.x / frame.rect.width(), self.center[1] - by.y / frame.rect.height()];
        self.keep_in_reach();
    }

    /// Keeps the middle of the pane on the picture, so that it cannot get lost.
    fn keep_in_reach(&mut self) {
        self.center = self.center.map(|v| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.5 });
    }
}

/// Where the picture is drawn on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Points.
    pub rect: Rect,
    /// Width and height of the picture, pixels.
    pub size: [usize; 2],
}

impl Frame {
    /// Points per pixel.
    pub(crate) fn scale(&self) -> f32 {
        self.rect.width() / self.size[0].max(1) as f32
    }

    pub(crate) fn screen_from_unit(&self, point: [f32; 2]) -> Pos2 {
        pos2(self.rect.left() + point[0] * self.rect.width(), self.rect.top() + point[1] * self.rect.height())
    }

    pub fn unit_from_screen(&self, at: Pos2) -> [f32; 2] {
        let offset = (at - self.rect.min) / self.rect.size().max(Vec2::splat(1e-6));
        [offset.x, offset.y]
    }

    pub(crate) fn screen_from_box(&self, b: &UnitBox) -> Rect {
        Rect::from_two_pos(self.screen_from_unit([b.x0, b.y0]), self.screen_from_unit([b.x1, b.y1]))
    }

    /// Size of one pixel, 0..=1 of the picture.
    pub(crate) fn pixel(&self) -> [f32; 2] {
        self.size.map(|side| 1.0 / side.max(1) as f32)
    }
}
