//! Painting of nodes, in screen points. What would be too small to see is left out.

use super::graph::{LONGEST_TEXT, NodeWidget, PAD, SECOND_SIZE, TILE, TITLE_SIZE};
use super::view::ViewTransform;
use crate::app::Theme;
use crate::app::widgets::one_line;
use egui::epaint::RectShape;
use egui::{
    Align2, Color32, CornerRadius, FontId, Mesh, Painter, Pos2, Rect, Shadow, Shape, Stroke, StrokeKind, TextureId,
    Vec2, pos2, vec2,
};

/// Text smaller than this is not readable, in pixels.
pub(super) const LEAST_TEXT_PX: f32 = 6.0;
/// Below this zoom a node shows only its name.
const FROM_AFAR: f32 = 0.58;
const GRID_STEP: f32 = 40.0;
/// Above this number of nodes no shadows are drawn: they are too expensive.
const MOST_SHADOWS: usize = 120;

pub(crate) struct GraphPainter<'a> {
    pub painter: &'a Painter,
    pub port: ViewTransform,
    pub theme: &'a Theme,
    /// Number of nodes on the screen.
    pub crowd: usize,
}

/// What a node shows besides its content.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NodeState {
    pub selected: bool,
    pub hovered: bool,
    /// A drag from here creates a relation, or a relation being created would end here.
    pub(crate) linking: bool,
    pub(crate) focused: bool,
    pub thumbnail: Option<(TextureId, Rect)>,
    /// Number of a candidate in a question.
    pub candidate: Option<usize>,
}

impl GraphPainter<'_> {
    pub(super) fn zoom(&self) -> f32 {
        self.port.zoom
    }

    pub(super) fn radius(&self) -> f32 {
        f32::from(self.theme.radius) * self.zoom()
    }

    pub(crate) fn ground(&self) {
        let area = self.port.area;
        let mut step = GRID_STEP * self.zoom();
        while step < 22.0 {
            step *= 4.0;
        }
        let origin = self.port.screen_from_canvas(Pos2::ZERO);
        let start = |origin: f32, from: f32| from + (origin - from).rem_euclid(step);
        let dot = self.painter.round_to_pixel_center(1.0).max(1.0);
        // Two triangles per dot instead of ten: software drivers are slow in proportion to the number of triangles.
        let mut dots = Mesh::default();
        let mut y = start(origin.y, area.top());
        while y < area.bottom() {
            let mut x = start(origin.x, area.left());
            while x < area.right() {
                dots.add_colored_rect(Rect::from_center_size(pos2(x, y), Vec2::splat(dot * 2.0)), self.theme.grid);
                x += step;
            }
            y += step;
        }
        self.painter.add(dots);
    }

    /// A rectangle with round ends, as two discs of the font texture and a rectangle: an eighth of the triangles of a
    /// rounded rectangle.
    pub(super) fn capsule(&self, rect: Rect, color: Color32) {
        let radius = rect.height() / 2.0;
        let (left, right) = (rect.left() + radius, (rect.right() - radius).max(rect.left() + radius));
        for x in [left, right] {
            self.painter.circle_filled(pos2(x, rect.center().y), radius, color);
        }
        self.painter.rect_filled(Rect::from_x_y_ranges(left..=right, rect.y_range()), 0.0, color);
    }

    pub(crate) fn hint(&self, text: &str) {
        let font = FontId::proportional(15.0);
        self.painter.text(self.port.area.center(), Align2::CENTER_CENTER, text, font, self.theme.text_weak);
    }

    pub(crate) fn node_widget(&self, node_widget: &NodeWidget, state: &NodeState) {
        let rect = self.port.screen_rect(node_widget.rect);
        let zoom = self.zoom();
        let radius = CornerRadius::same(self.radius().min(rect.height() / 2.0).min(120.0) as u8);
        if zoom > 0.45 && self.crowd <= MOST_SHADOWS {
            let lift = if state.hovered || state.selected { 1.5 } else { 1.0 };
            let shadow = Shadow {
                offset: [0, (2.0 * zoom * lift) as i8],
                blur: (10.0 * zoom * lift).min(60.0) as u8,
                spread: 0,
                color: self.theme.shadow,
            };
            self.painter.add(shadow.as_shape(rect, radius));
        }
        // When zoomed out, the whole node has the color of its tile.
        let afar = zoom < FROM_AFAR;
        let fill = if afar { self.theme.surface.lerp_to_gamma(node_widget.color, 0.35) } else { self.theme.surface };
        let border =
            Stroke::new((1.4 * zoom.sqrt()).clamp(0.8, 3.0), self.theme.surface.lerp_to_gamma(node_widget.color, 0.85));
        self.painter.rect(rect, radius, fill, border, StrokeKind::Inside);
        if state.linking {
            self.painter.rect_stroke(rect.expand(3.0), radius, Stroke::new(2.5, self.theme.hover), StrokeKind::Middle);
        } else if state.selected {
            self.painter.rect_stroke(rect.expand(2.0), radius, self.theme.selection, StrokeKind::Middle);
        } else if state.hovered {
            self.painter.rect_stroke(rect.expand(1.0), radius, Stroke::new(1.5, self.theme.hover), StrokeKind::Middle);
        }
        if state.focused {
            self.focus_ring(rect.expand(5.0));
        }
        if afar {
            self.name_from_afar(node_widget, rect);
        } else {
            self.tile(node_widget, state.thumbnail, rect);
            self.title(node_widget, rect);
        }
        if node_widget.hidden {
            self.painter.rect_filled(rect, radius, self.theme.panel.gamma_multiply(0.55));
        }
        if let Some(number) = state.candidate {
            self.candidate(number, rect);
        }
    }

    /// Small nodes show only the name, in readable letters.
    fn name_from_afar(&self, node_widget: &NodeWidget, rect: Rect) {
        let size_px = (rect.height() * 0.58).min(11.0).floor();
        if size_px < LEAST_TEXT_PX {
            return;
        }
        let galley = one_line(self.painter, &node_widget.title, size_px, self.theme.surface_text, rect.width() - 2.0);
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        self.painter.galley(at.min, galley, self.theme.surface_text);
    }

    fn tile(&self, node_widget: &NodeWidget, thumbnail: Option<(TextureId, Rect)>, rect: Rect) {
        let zoom = self.zoom();
        let side = Vec2::splat(TILE * zoom);
        let tile = Rect::from_min_size(rect.min + Vec2::splat(PAD * zoom), side);
        let radius = CornerRadius::same((self.radius() * 0.6).min(120.0) as u8);
        match thumbnail {
            Some((texture, uv)) => {
                let shape = RectShape::filled(tile, radius, Color32::WHITE).with_texture(texture, uv);
                self.painter.add(shape);
            }
            None => {
                self.painter.rect_filled(tile, radius, node_widget.color);
                let letter = node_widget.title.chars().next().unwrap_or('?').to_uppercase().collect::<String>();
                // Category colors are light in both themes, so the letters on them are always dark.
                let ink = if self.theme.dark { self.theme.panel } else { self.theme.surface_text };
                self.text(tile.center(), Align2::CENTER_CENTER, &letter, 15.0, ink.gamma_multiply(0.75));
            }
        }
        if !node_widget.known {
            // A word that the model does not know: a mark on the corner, with help in the tooltip.
            let at = tile.right_top() + vec2(-1.0, 1.0) * zoom;
            self.painter.circle(at, 6.0 * zoom, self.theme.warning, Stroke::new(1.5 * zoom, self.theme.surface));
            self.text(at, Align2::CENTER_CENTER, "?", 9.0, self.theme.surface);
        }
    }

    fn title(&self, node_widget: &NodeWidget, rect: Rect) {
        let zoom = self.zoom();
        let left = rect.left() + (PAD * 2.0 + TILE + 2.0) * zoom;
        let middle = rect.center().y;
        let (title_y, second) = match &node_widget.second {
            Some(second) => (middle - 6.5 * zoom, Some(second)),
            None => (middle, None),
        };
        self.text(pos2(left, title_y), Align2::LEFT_CENTER, &node_widget.title, TITLE_SIZE, self.theme.surface_text);
        if let Some(second) = second {
            self.text(pos2(left, middle + 9.5 * zoom), Align2::LEFT_CENTER, second, SECOND_SIZE, self.theme.text_weak);
        }
        let mut right = rect.right() - (PAD + 7.0) * zoom;
        for (shown, icon) in
            [(node_widget.hidden, Icon::Hidden), (node_widget.locked, Icon::Lock), (node_widget.pinned, Icon::Pin)]
        {
            if shown {
                self.icon(icon, pos2(right, middle));
                right -= 15.0 * zoom;
            }
        }
    }

    /// Painted instead of taken from an icon font: it looks right at every zoom and with any fonts.
    fn icon(&self, icon: Icon, at: Pos2) {
        let unit = self.zoom();
        let stroke = Stroke::new(1.3 * unit, self.theme.text_weak);
        match icon {
            // An eye, struck out.
            Icon::Hidden => {
                let lid = |way: f32| {
                    let point = |step: usize| {
                        let turn = std::f32::consts::PI * step as f32 / 8.0;
                        at + vec2(-turn.cos() * 5.5, way * turn.sin() * 3.5) * unit
                    };
                    Shape::line((0..=8).map(point).collect(), stroke)
                };
                self.painter.extend([lid(1.0), lid(-1.0)]);
                self.painter.circle_filled(at, 1.5 * unit, self.theme.text_weak);
                self.painter.line_segment([at + vec2(-5.0, 5.0) * unit, at + vec2(5.0, -5.0) * unit], stroke);
            }
            Icon::Lock => {
                let body = Rect::from_center_size(at + vec2(0.0, 2.0) * unit, vec2(8.0, 6.5) * unit);
                self.painter.rect_filled(body, 1.5 * unit, self.theme.text_weak);
                let frame = |step: usize| std::f32::consts::PI * (1.0 + step as f32 / 8.0);
                let arc = (0..=8).map(|step| at + vec2(0.0, -1.5) * unit + Vec2::angled(frame(step)) * (2.6 * unit));
                self.painter.add(Shape::line(arc.collect(), stroke));
            }
            Icon::Pin => {
                self.painter.circle_filled(at + vec2(1.0, -2.5) * unit, 3.2 * unit, self.theme.text_weak);
                self.painter.line_segment([at + vec2(0.4, 0.0) * unit, at + vec2(-2.6, 5.5) * unit], stroke);
            }
        }
    }

    fn candidate(&self, number: usize, rect: Rect) {
        let size = self.zoom().clamp(0.6, 1.6);
        let at = rect.left_top();
        self.painter.circle(at, 11.0 * size, self.theme.accent, Stroke::new(2.0, self.theme.panel));
        let font = FontId::proportional(13.0 * size);
        self.painter.text(at, Align2::CENTER_CENTER, number.to_string(), font, self.theme.panel);
    }

    pub(super) fn focus_ring(&self, rect: Rect) {
        let (a, b, c, d) = (rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom());
        let stroke = Stroke::new(1.5, self.theme.hover);
        self.painter.extend(Shape::dashed_line(&[a, b, c, d, a], stroke, 4.0, 3.0));
    }

    pub(crate) fn band(&self, rect: Rect) {
        let fill = self.theme.accent.gamma_multiply(0.12);
        self.painter.rect(rect, 2.0, fill, Stroke::new(1.0, self.theme.accent), StrokeKind::Inside);
    }

    pub(crate) fn guide(&self, from: Pos2, to: Pos2) {
        let ends = [self.port.screen_from_canvas(from), self.port.screen_from_canvas(to)];
        self.painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, self.theme.accent), 4.0, 3.0));
    }

    /// `size`: at zoom 1.
    pub(super) fn text(&self, at: Pos2, anchor: Align2, text: &str, size: f32, color: Color32) {
        // Rounded to half points: an animated zoom must not fill the font texture with every size in between.
        let size_px = (size * self.zoom() * 2.0).round() / 2.0;
        if size_px < LEAST_TEXT_PX {
            return;
        }
        let galley = one_line(self.painter, text, size_px, color, LONGEST_TEXT * self.zoom() * 1.03);
        let rect = anchor.anchor_size(at, galley.size());
        self.painter.galley(rect.min, galley, color);
    }
}

enum Icon {
    Hidden,
    Lock,
    Pin,
}

/// Where the line from the center of a rectangle to a point crosses its border.
pub(crate) fn border_point(rect: Rect, toward: Pos2) -> Pos2 {
    let way = toward - rect.center();
    let half = rect.size() / 2.0;
    let share = (half.x / way.x.abs().max(1e-3)).min(half.y / way.y.abs().max(1e-3));
    rect.center() + way * share
}
