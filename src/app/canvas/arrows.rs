//! Painting of relations: arrows, their labels, and the mark that shows whether the layout satisfies them.

use super::graph::{MARK, PAD, RelationLabel, WORD_SIZE};
use super::paint::{GraphPainter, LEAST_TEXT_PX, border_point};
use super::route::Route;
use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, pos2, vec2};
use scenewright_scene::RelationStatus;

const MOST_DASHES: f32 = 30.0;

/// How an arrow is highlighted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ArrowState {
    pub relation_status: Option<RelationStatus>,
    pub selected: bool,
    pub hovered: bool,
    /// It begins or ends at a selected or hovered item.
    pub near: bool,
    pub(crate) focused: bool,
}

impl GraphPainter<'_> {
    /// Draws the line and its tip. Labels are drawn later, above all lines.
    pub(crate) fn arrow(&self, route: &Route, state: &ArrowState) {
        if route.line.len() < 2 {
            return;
        }
        let zoom = self.zoom();
        let color = self.arrow_color(state);
        let strong = state.selected || state.hovered;
        let width = (if strong { 2.4 } else { 1.6 } * zoom.sqrt()).clamp(0.7, 4.0);
        // When zoomed out, three segments look as round as twelve.
        let stride = ((0.7 / zoom) as usize).clamp(1, 5);
        let end = route.line.len() - 1;
        let kept = (0..end).step_by(stride).chain([end]).map(|at| self.port.screen_from_canvas(route.line[at]));
        let mut points: Vec<Pos2> = kept.collect();
        let last = points.len() - 1;
        let tip = points[last];
        let way = (tip - points[last - 1]).normalized();
        let length = (9.0 * zoom.sqrt()).clamp(3.0, 20.0);
        if tip.distance(points[0]) > length * 1.5 {
            // A thick line would stick out beside its tip.
            points[last] = tip - way * (length * 0.6).min(tip.distance(points[last - 1]) * 0.9);
            let (back, side) = (tip - way * length, way.rot90() * (length * 0.42));
            self.painter.add(Shape::convex_polygon(vec![tip, back + side, back - side], color, Stroke::NONE));
        }
        let stroke = Stroke::new(width, color);
        // Violated relations are dashed, for users who cannot tell red from green. When zoomed out, the diamond alone
        // shows it.
        if state.relation_status == Some(RelationStatus::Broken) && zoom > 0.5 {
            let length: f32 = points.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
            // Each dash is a shape of its own, so their number is limited.
            let dash = (6.0 * zoom).clamp(4.0, 14.0).max(length / MOST_DASHES);
            self.painter.extend(Shape::dashed_line(&points, stroke, dash, dash * 0.75));
        } else {
            self.painter.add(Shape::line(points, stroke));
        }
        if let Some(at) = route.leader {
            let from = self.port.screen_from_canvas(route.label.center());
            let leader = Stroke::new(1.0, color.gamma_multiply(0.45));
            self.painter.line_segment([from, self.port.screen_from_canvas(at)], leader);
        }
    }

    fn arrow_color(&self, state: &ArrowState) -> Color32 {
        let theme = self.theme;
        match state.relation_status {
            _ if state.selected => theme.accent,
            _ if state.hovered => theme.hover,
            Some(RelationStatus::Broken) => theme.broken,
            _ if state.near => theme.edge.lerp_to_gamma(theme.accent, 0.7),
            _ => theme.edge,
        }
    }

    pub(crate) fn label(&self, word: &RelationLabel, route: &Route, state: &ArrowState) {
        let zoom = self.zoom();
        let rect = self.port.screen_rect(route.label);
        if WORD_SIZE * zoom < LEAST_TEXT_PX {
            if zoom > 0.16 {
                self.status_mark(rect.center(), state.relation_status, (MARK * 0.5 * zoom).max(2.0));
            }
            return;
        }
        let fill = self.theme.panel.lerp_to_gamma(self.theme.surface, if state.hovered { 1.0 } else { 0.6 });
        let border = match state.relation_status {
            _ if state.selected => self.theme.selection,
            _ if state.hovered => Stroke::new(1.5, self.theme.hover),
            Some(RelationStatus::Broken) => Stroke::new(1.2, self.theme.broken),
            _ => Stroke::new(1.0, fill.lerp_to_gamma(self.theme.edge, 0.7)),
        };
        self.capsule(rect, border.color);
        self.capsule(rect.shrink(border.width), fill);
        if state.focused {
            self.focus_ring(rect.expand(3.0));
        }
        let mark = rect.left_center() + vec2(PAD + MARK / 2.0, 0.0) * zoom;
        self.status_mark(mark, state.relation_status, MARK / 2.0 * zoom);
        let left = rect.left() + (PAD * 1.8 + MARK) * zoom;
        let ink = if word.hidden {
            self.theme.text_weak.gamma_multiply(0.7)
        } else if state.selected || state.hovered || state.near {
            self.theme.text
        } else {
            self.theme.surface_text.gamma_multiply(0.85)
        };
        self.text(pos2(left, rect.center().y), Align2::LEFT_CENTER, &word.text, WORD_SIZE, ink);
    }

    /// Satisfied: a disc with a tick. Violated: a diamond with a cross. Unknown: an open ring.
    pub(crate) fn status_mark(&self, at: Pos2, relation_status: Option<RelationStatus>, radius: f32) {
        let (painter, theme) = (self.painter, self.theme);
        let ink = Stroke::new((radius * 0.3).max(1.0), theme.panel);
        match relation_status.unwrap_or(RelationStatus::Unknown) {
            RelationStatus::Met => {
                painter.circle_filled(at, radius, theme.met);
                let tick = [vec2(-0.45, 0.05), vec2(-0.1, 0.4), vec2(0.5, -0.35)].map(|v| at + v * radius);
                if radius > 2.5 {
                    painter.add(Shape::line(tick.to_vec(), ink));
                }
            }
            RelationStatus::Broken => {
                let corners =
                    [vec2(0.0, -1.2), vec2(1.2, 0.0), vec2(0.0, 1.2), vec2(-1.2, 0.0)].map(|v| at + v * radius);
                painter.add(Shape::convex_polygon(corners.to_vec(), theme.broken, Stroke::NONE));
                if radius > 2.5 {
                    let arm = radius * 0.36;
                    painter.line_segment([at + vec2(-arm, -arm), at + vec2(arm, arm)], ink);
                    painter.line_segment([at + vec2(-arm, arm), at + vec2(arm, -arm)], ink);
                }
            }
            RelationStatus::Unknown => {
                painter.circle_stroke(at, radius * 0.72, Stroke::new((radius * 0.28).max(1.0), theme.unknown));
            }
        }
    }

    /// A relation that is being created.
    pub(crate) fn thread(&self, from: Rect, to: Pos2, landed: bool) {
        let start = border_point(from, to);
        let stroke = Stroke::new(2.0, self.theme.accent);
        let along = to - start;
        let offset = along.rot90() * 0.08;
        let points = [start, start + along / 3.0 + offset, to - along / 3.0 + offset, to];
        let curve = egui::epaint::CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
        self.painter.add(curve);
        self.painter.circle_filled(start, 4.0, self.theme.accent);
        if landed {
            self.painter.circle_filled(to, 4.0, self.theme.accent);
        } else {
            self.painter.circle(to, 7.0, self.theme.panel, stroke);
            let arm = 3.0;
            self.painter.line_segment([to - vec2(arm, 0.0), to + vec2(arm, 0.0)], stroke);
            self.painter.line_segment([to - vec2(0.0, arm), to + vec2(0.0, arm)], stroke);
        }
    }

    /// Where a drag from the border would start.
    pub(crate) fn handle(&self, at: Pos2) {
        self.painter.circle(at, 5.0, self.theme.accent, Stroke::new(2.0, self.theme.panel));
    }
}
