//! The visible part of the infinite canvas. Canvas points are the unit of the scene; at zoom 1 one canvas point is one
//! screen point.

use egui::{Pos2, Rect, Vec2};

pub(crate) const ZOOM: std::ops::RangeInclusive<f32> = 0.02..=8.0;
const ANIMATION_SECONDS: f64 = 0.22;
/// Margin around a fitted scene, both sides together.
const ROUND_A_FIT: f32 = 48.0;
/// Maximum zoom of a fit: a scene of two nodes must not fill the panel.
const LARGEST_FIT: f32 = 1.4;

#[derive(Clone, Debug)]
pub(crate) struct CanvasView {
    /// The canvas point in the middle of the panel, so that a growing panel shows more on all sides.
    center: Pos2,
    zoom: f32,
    animation: Option<ViewAnimation>,
}

/// Animation to another view.
#[derive(Clone, Debug)]
struct ViewAnimation {
    from: (Pos2, f32),
    to: (Pos2, f32),
    started_seconds: f64,
}

impl Default for CanvasView {
    fn default() -> Self {
        Self { center: Pos2::ZERO, zoom: 1.0, animation: None }
    }
}

impl CanvasView {
    pub(crate) fn port(&self, area: Rect) -> ViewTransform {
        ViewTransform { area, center: self.center, zoom: self.zoom }
    }

    pub(crate) fn pan(&mut self, delta_screen: Vec2) {
        self.animation = None;
        self.center -= delta_screen / self.zoom;
    }

    /// Zooms so that the point below `anchor` (screen points) stays there.
    pub(crate) fn zoom_at(&mut self, area: Rect, anchor: Pos2, factor: f32) {
        self.animation = None;
        let held = self.port(area).canvas_from_screen(anchor);
        self.zoom = clamp_zoom(self.zoom * factor);
        let moved = self.port(area).canvas_from_screen(anchor);
        self.center += held - moved;
    }

    /// Shows all of `content` (canvas points), at once or animated.
    pub(crate) fn fit(&mut self, area: Rect, content: Rect, now_seconds: Option<f64>) {
        if !content.is_finite() || area.width() < 1.0 || area.height() < 1.0 {
            return;
        }
        let room = (area.size() - Vec2::splat(ROUND_A_FIT)).max(area.size() * 0.5);
        let content_size = content.size().max(Vec2::splat(1.0));
        let zoom = clamp_zoom((room / content_size).min_elem().min(LARGEST_FIT));
        self.move_to(content.center(), zoom, now_seconds);
    }

    pub(crate) fn center_on(&mut self, point: Pos2, now_seconds: Option<f64>) {
        self.move_to(point, self.target().1, now_seconds);
    }

    pub(crate) fn zoom_to(&mut self, zoom: f32, now_seconds: f64) {
        self.move_to(self.target().0, clamp_zoom(zoom), Some(now_seconds));
    }

    /// The view after the animation.
    pub(crate) fn target(&self) -> (Pos2, f32) {
        self.animation.as_ref().map_or((self.center, self.zoom), |animation| animation.to)
    }

    fn move_to(&mut self, center: Pos2, zoom: f32, now_seconds: Option<f64>) {
        match now_seconds {
            Some(started_seconds) => {
                self.animation =
                    Some(ViewAnimation { from: (self.center, self.zoom), to: (center, zoom), started_seconds });
            }
            None => (self.center, self.zoom, self.animation) = (center, zoom, None),
        }
    }

    /// Advances the animation; returns true if it continues.
    pub(crate) fn advance(&mut self, now_seconds: f64) -> bool {
        let Some(animation) = &self.animation else { return false };
        let share = ease(now_seconds - animation.started_seconds, ANIMATION_SECONDS);
        self.center = animation.from.0.lerp(animation.to.0, share);
        // Interpolates zoom geometrically: equal factors look like equal steps.
        self.zoom = animation.from.1 * (animation.to.1 / animation.from.1).powf(share);
        if share >= 1.0 {
            (self.center, self.zoom) = animation.to;
            self.animation = None;
        }
        self.animation.is_some()
    }
}

fn clamp_zoom(zoom: f32) -> f32 {
    if zoom.is_finite() { zoom.clamp(*ZOOM.start(), *ZOOM.end()) } else { 1.0 }
}

/// Easing: 0 at the start, 1 at the end, slow at both.
pub(crate) fn ease(elapsed_seconds: f64, whole_seconds: f64) -> f32 {
    let share = (elapsed_seconds / whole_seconds).clamp(0.0, 1.0) as f32;
    share * share * (3.0 - 2.0 * share)
}

/// Transform of one frame between canvas points and screen points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ViewTransform {
    pub area: Rect,
    center: Pos2,
    pub zoom: f32,
}

impl ViewTransform {
    pub(crate) fn screen_from_canvas(&self, point: Pos2) -> Pos2 {
        self.area.center() + (point - self.center) * self.zoom
    }

    pub(crate) fn canvas_from_screen(&self, point: Pos2) -> Pos2 {
        self.center + (point - self.area.center()) / self.zoom
    }

    pub(crate) fn screen_rect(&self, rect: Rect) -> Rect {
        Rect::from_min_max(self.screen_from_canvas(rect.min), self.screen_from_canvas(rect.max))
    }

    /// The visible area, in canvas points.
    pub(crate) fn visible(&self) -> Rect {
        Rect::from_min_max(self.canvas_from_screen(self.area.min), self.canvas_from_screen(self.area.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    const AREA: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(900.0, 650.0) };

    #[test]
    fn what_is_under_the_cursor_stays_under_it() {
        let mut view = CanvasView::default();
        let cursor = pos2(321.0, 456.0);
        let held = view.port(AREA).canvas_from_screen(cursor);
        for factor in [1.3, 0.2, 7.0, 100.0, 1e-9, f32::NAN] {
            view.zoom_at(AREA, cursor, factor);
            let there = view.port(AREA).screen_from_canvas(held);
            assert!((there - cursor).length() < 0.05, "{factor}: {there}");
            assert!(ZOOM.contains(&view.zoom));
        }
    }

    #[test]
    fn a_fit_shows_everything() {
        for content in [
            Rect::from_min_size(pos2(-3000.0, 10.0), vec2(5000.0, 40.0)),
            Rect::from_min_size(pos2(5.0, 5.0), vec2(1.0, 1.0)),
            Rect::from_min_size(pos2(0.0, 0.0), vec2(90.0, 4000.0)),
        ] {
            let mut view = CanvasView::default();
            view.fit(AREA, content, None);
            let shown = view.port(AREA).screen_rect(content);
            assert!(AREA.contains_rect(shown), "{content} -> {shown}");
            assert!((shown.center() - AREA.center()).length() < 0.1);
        }
        let mut view = CanvasView::default();
        view.fit(AREA, Rect::NOTHING, None);
        assert_eq!((view.center, view.zoom), (Pos2::ZERO, 1.0));
    }

    #[test]
    fn a_glide_ends_where_it_should() {
        let mut view = CanvasView::default();
        view.center_on(pos2(700.0, -20.0), Some(10.0));
        assert!(view.advance(10.1));
        assert!(view.center.x > 0.0 && view.center.x < 700.0);
        assert!(!view.advance(11.0));
        assert_eq!(view.center, pos2(700.0, -20.0));
        assert!(!view.advance(12.0));
    }
}
