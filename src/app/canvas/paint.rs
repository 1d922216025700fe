//! How chips and arrows look. Everything is drawn in screen points; what would be too small to see is left out.

use super::graph::{Chip, LONGEST_TEXT, MARK, PAD, SECOND_SIZE, TILE, TITLE_SIZE, WORD_SIZE, Word};
use super::route::Route;
use super::view::Port;
use crate::app::Theme;
use crate::scene::Verdict;
use egui::epaint::RectShape;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Shadow, Shape, Stroke, StrokeKind, TextureId,
    Vec2, pos2, vec2,
};
use std::sync::Arc;

/// Smaller letters are not read, only guessed.
const LEAST_TEXT_PX: f32 = 6.0;
/// Below this zoom a chip shows its name alone.
const FROM_AFAR: f32 = 0.58;
const MOST_DASHES: f32 = 30.0;
const GRID_STEP: f32 = 40.0;
/// Shadows cost more than they give in a crowd.
const MOST_SHADOWS: usize = 120;

pub(crate) struct Brush<'a> {
    pub painter: &'a Painter,
    pub port: Port,
    pub theme: &'a Theme,
    /// How many chips are on the screen.
    pub crowd: usize,
}

/// What a chip shows beside itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChipState {
    pub selected: bool,
    pub hovered: bool,
    /// The pointer is where a drag makes a relation, or a relation being made would end here.
    pub linking: bool,
    pub focused: bool,
    pub thumbnail: Option<(TextureId, Rect)>,
    /// The number of a candidate in a question.
    pub candidate: Option<usize>,
}

/// How much an arrow stands out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ArrowState {
    pub verdict: Option<Verdict>,
    pub selected: bool,
    pub hovered: bool,
    /// It begins or ends at something selected or hovered.
    pub near: bool,
    pub focused: bool,
}

impl Brush<'_> {
    fn zoom(&self) -> f32 {
        self.port.zoom
    }

    fn radius(&self) -> f32 {
        f32::from(self.theme.radius) * 1.5 * self.zoom()
    }

    pub fn ground(&self) {
        let area = self.port.area;
        self.painter.rect_filled(area, 0.0, self.theme.canvas);
        let mut step = GRID_STEP * self.zoom();
        while step < 22.0 {
            step *= 4.0;
        }
        let origin = self.port.screen_from_canvas(Pos2::ZERO);
        let start = |origin: f32, from: f32| from + (origin - from).rem_euclid(step);
        let dot = self.painter.round_to_pixel_center(1.0).max(1.0);
        let mut y = start(origin.y, area.top());
        while y < area.bottom() {
            let mut x = start(origin.x, area.left());
            while x < area.right() {
                // A square costs a quarter of a circle and looks the same at this size.
                self.painter.rect_filled(
                    Rect::from_center_size(pos2(x, y), Vec2::splat(dot * 2.0)),
                    0.0,
                    self.theme.grid,
                );
                x += step;
            }
            y += step;
        }
    }

    pub fn hint(&self, text: &str) {
        let font = FontId::proportional(15.0);
        self.painter.text(self.port.area.center(), Align2::CENTER_CENTER, text, font, self.theme.text_weak);
    }

    pub fn chip(&self, chip: &Chip, state: &ChipState) {
        let rect = self.port.screen_rect(chip.rect);
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
        // From afar the whole chip takes the colour that is left of its tile.
        let afar = zoom < FROM_AFAR;
        let fill = if afar { self.theme.chip.lerp_to_gamma(chip.colour, 0.35) } else { self.theme.chip };
        let border = Stroke::new((1.4 * zoom.sqrt()).clamp(0.8, 3.0), self.theme.chip.lerp_to_gamma(chip.colour, 0.85));
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
            self.name_from_afar(chip, rect);
        } else {
            self.tile(chip, state.thumbnail, rect);
            self.title(chip, rect);
        }
        if let Some(number) = state.candidate {
            self.candidate(number, rect);
        }
    }

    /// Small chips are all name, in letters that can still be read.
    fn name_from_afar(&self, chip: &Chip, rect: Rect) {
        let size_px = (rect.height() * 0.58).min(11.0).floor();
        if size_px < LEAST_TEXT_PX {
            return;
        }
        let galley = one_line(self.painter, &chip.title, size_px, self.theme.chip_text, rect.width() - 2.0);
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        self.painter.galley(at.min, galley, self.theme.chip_text);
    }

    fn tile(&self, chip: &Chip, thumbnail: Option<(TextureId, Rect)>, rect: Rect) {
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
                self.painter.rect_filled(tile, radius, chip.colour);
                let letter = chip.title.chars().next().unwrap_or('?').to_uppercase().collect::<String>();
                // Categories have light colours in both themes, so their letters are dark in both.
                let ink = if self.theme.dark { self.theme.canvas } else { self.theme.chip_text };
                self.text(tile.center(), Align2::CENTER_CENTER, &letter, 15.0, ink.gamma_multiply(0.75));
            }
        }
        if !chip.known {
            // A word that the model has never seen: a mark on the corner, its cure in the tooltip.
            let at = tile.right_top() + vec2(-1.0, 1.0) * zoom;
            self.painter.circle(at, 6.0 * zoom, self.theme.warning, Stroke::new(1.5 * zoom, self.theme.chip));
            self.text(at, Align2::CENTER_CENTER, "?", 9.0, self.theme.chip);
        }
    }

    fn title(&self, chip: &Chip, rect: Rect) {
        let zoom = self.zoom();
        let left = rect.left() + (PAD * 2.0 + TILE + 2.0) * zoom;
        let middle = rect.center().y;
        let (title_y, second) = match &chip.second {
            Some(second) => (middle - 6.5 * zoom, Some(second)),
            None => (middle, None),
        };
        self.text(pos2(left, title_y), Align2::LEFT_CENTER, &chip.title, TITLE_SIZE, self.theme.chip_text);
        if let Some(second) = second {
            self.text(pos2(left, middle + 9.5 * zoom), Align2::LEFT_CENTER, second, SECOND_SIZE, self.theme.text_weak);
        }
        let mut right = rect.right() - (PAD + 7.0) * zoom;
        for (shown, icon) in [(chip.locked, Icon::Lock), (chip.pinned, Icon::Pin)] {
            if shown {
                self.icon(icon, pos2(right, middle));
                right -= 15.0 * zoom;
            }
        }
    }

    /// Drawn, not a letter of an icon font: it must look right at every zoom, with any fonts.
    fn icon(&self, icon: Icon, at: Pos2) {
        let unit = self.zoom();
        let stroke = Stroke::new(1.3 * unit, self.theme.text_weak);
        match icon {
            Icon::Lock => {
                let body = Rect::from_center_size(at + vec2(0.0, 2.0) * unit, vec2(8.0, 6.5) * unit);
                self.painter.rect_filled(body, 1.5 * unit, self.theme.text_weak);
                let turn = |step: usize| std::f32::consts::PI * (1.0 + step as f32 / 8.0);
                let arc = (0..=8).map(|step| at + vec2(0.0, -1.5) * unit + Vec2::angled(turn(step)) * (2.6 * unit));
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
        self.painter.circle(at, 11.0 * size, self.theme.accent, Stroke::new(2.0, self.theme.canvas));
        let font = FontId::proportional(13.0 * size);
        self.painter.text(at, Align2::CENTER_CENTER, number.to_string(), font, self.theme.canvas);
    }

    fn focus_ring(&self, rect: Rect) {
        let (a, b, c, d) = (rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom());
        let stroke = Stroke::new(1.5, self.theme.hover);
        self.painter.extend(Shape::dashed_line(&[a, b, c, d, a], stroke, 4.0, 3.0));
    }

    /// The line and its tip; labels come later, on top of all lines.
    pub fn arrow(&self, route: &Route, state: &ArrowState) {
        if route.line.len() < 2 {
            return;
        }
        let zoom = self.zoom();
        let colour = self.arrow_colour(state);
        let strong = state.selected || state.hovered;
        let width = (if strong { 2.4 } else { 1.6 } * zoom.sqrt()).clamp(0.7, 4.0);
        // From afar a bend of three pieces looks as round as one of twelve.
        let stride = ((0.7 / zoom) as usize).clamp(1, 5);
        let end = route.line.len() - 1;
        let kept = (0..end).step_by(stride).chain([end]).map(|at| self.port.screen_from_canvas(route.line[at]));
        let mut points: Vec<Pos2> = kept.collect();
        let last = points.len() - 1;
        let tip = points[last];
        let way = (tip - points[last - 1]).normalized();
        let length = (9.0 * zoom.sqrt()).clamp(3.0, 20.0);
        if tip.distance(points[0]) > length * 1.5 {
            // A thick line would show beside its own tip.
            points[last] = tip - way * (length * 0.6).min(tip.distance(points[last - 1]) * 0.9);
            let (back, side) = (tip - way * length, way.rot90() * (length * 0.42));
            self.painter.add(Shape::convex_polygon(vec![tip, back + side, back - side], colour, Stroke::NONE));
        }
        let stroke = Stroke::new(width, colour);
        // Broken lines are broken: a shape for eyes that do not tell red from green. From afar the diamond says it alone.
        if state.verdict == Some(Verdict::Broken) && zoom > 0.5 {
            let length: f32 = points.windows(2).map(|ends| ends[0].distance(ends[1])).sum();
            // Each dash is a shape of its own, so a line may only have so many.
            let dash = (6.0 * zoom).clamp(4.0, 14.0).max(length / MOST_DASHES);
            self.painter.extend(Shape::dashed_line(&points, stroke, dash, dash * 0.75));
        } else {
            self.painter.add(Shape::line(points, stroke));
        }
        if let Some(at) = route.leader {
            let from = self.port.screen_from_canvas(route.label.center());
            let leader = Stroke::new(1.0, colour.gamma_multiply(0.45));
            self.painter.line_segment([from, self.port.screen_from_canvas(at)], leader);
        }
    }

    fn arrow_colour(&self, state: &ArrowState) -> Color32 {
        let theme = self.theme;
        match state.verdict {
            _ if state.selected => theme.accent,
            _ if state.hovered => theme.hover,
            Some(Verdict::Broken) => theme.broken,
            _ if state.near => theme.edge.lerp_to_gamma(theme.accent, 0.7),
            _ => theme.edge,
        }
    }

    pub fn label(&self, word: &Word, route: &Route, state: &ArrowState) {
        let zoom = self.zoom();
        let rect = self.port.screen_rect(route.label);
        if WORD_SIZE * zoom < LEAST_TEXT_PX {
            if zoom > 0.16 {
                self.verdict(rect.center(), state.verdict, (MARK * 0.5 * zoom).max(2.0));
            }
            return;
        }
        let radius = CornerRadius::same((rect.height() / 2.0).min(120.0) as u8);
        let fill = self.theme.canvas.lerp_to_gamma(self.theme.chip, if state.hovered { 1.0 } else { 0.6 });
        let border = match state.verdict {
            _ if state.selected => self.theme.selection,
            _ if state.hovered => Stroke::new(1.5, self.theme.hover),
            Some(Verdict::Broken) => Stroke::new(1.2, self.theme.broken),
            _ => Stroke::new(1.0, self.theme.edge.gamma_multiply(0.7)),
        };
        self.painter.rect(rect, radius, fill, border, StrokeKind::Inside);
        if state.focused {
            self.focus_ring(rect.expand(3.0));
        }
        let mark = rect.left_center() + vec2(PAD + MARK / 2.0, 0.0) * zoom;
        self.verdict(mark, state.verdict, MARK / 2.0 * zoom);
        let left = rect.left() + (PAD * 1.8 + MARK) * zoom;
        let ink = if state.selected || state.hovered || state.near {
            self.theme.text
        } else {
            self.theme.chip_text.gamma_multiply(0.85)
        };
        self.text(pos2(left, rect.center().y), Align2::LEFT_CENTER, &word.text, WORD_SIZE, ink);
    }

    /// Met: a disc with a tick. Broken: a diamond with a cross. Unknown: an open ring.
    pub fn verdict(&self, at: Pos2, verdict: Option<Verdict>, radius: f32) {
        let (painter, theme) = (self.painter, self.theme);
        let ink = Stroke::new((radius * 0.3).max(1.0), theme.canvas);
        match verdict.unwrap_or(Verdict::Unknown) {
            Verdict::Met => {
                painter.circle_filled(at, radius, theme.met);
                let tick = [vec2(-0.45, 0.05), vec2(-0.1, 0.4), vec2(0.5, -0.35)].map(|v| at + v * radius);
                if radius > 2.5 {
                    painter.add(Shape::line(tick.to_vec(), ink));
                }
            }
            Verdict::Broken => {
                let corners =
                    [vec2(0.0, -1.2), vec2(1.2, 0.0), vec2(0.0, 1.2), vec2(-1.2, 0.0)].map(|v| at + v * radius);
                painter.add(Shape::convex_polygon(corners.to_vec(), theme.broken, Stroke::NONE));
                if radius > 2.5 {
                    let arm = radius * 0.36;
                    painter.line_segment([at + vec2(-arm, -arm), at + vec2(arm, arm)], ink);
                    painter.line_segment([at + vec2(-arm, arm), at + vec2(arm, -arm)], ink);
                }
            }
            Verdict::Unknown => {
                painter.circle_stroke(at, radius * 0.72, Stroke::new((radius * 0.28).max(1.0), theme.unknown));
            }
        }
    }

    /// A relation that is being made.
    pub fn thread(&self, from: Rect, to: Pos2, landed: bool) {
        let start = border_point(from, to);
        let stroke = Stroke::new(2.0, self.theme.accent);
        let along = to - start;
        let aside = along.rot90() * 0.08;
        let points = [start, start + along / 3.0 + aside, to - along / 3.0 + aside, to];
        let curve = egui::epaint::CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
        self.painter.add(curve);
        self.painter.circle_filled(start, 4.0, self.theme.accent);
        if landed {
            self.painter.circle_filled(to, 4.0, self.theme.accent);
        } else {
            self.painter.circle(to, 7.0, self.theme.canvas, stroke);
            let arm = 3.0;
            self.painter.line_segment([to - vec2(arm, 0.0), to + vec2(arm, 0.0)], stroke);
            self.painter.line_segment([to - vec2(0.0, arm), to + vec2(0.0, arm)], stroke);
        }
    }

    /// Where a drag from the border would start.
    pub fn handle(&self, at: Pos2) {
        self.painter.circle(at, 5.0, self.theme.accent, Stroke::new(2.0, self.theme.canvas));
    }

    pub fn band(&self, rect: Rect) {
        let fill = self.theme.accent.gamma_multiply(0.12);
        self.painter.rect(rect, 2.0, fill, Stroke::new(1.0, self.theme.accent), StrokeKind::Inside);
    }

    pub fn guide(&self, from: Pos2, to: Pos2) {
        let ends = [self.port.screen_from_canvas(from), self.port.screen_from_canvas(to)];
        self.painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, self.theme.accent), 4.0, 3.0));
    }

    /// `size`: at zoom 1.
    fn text(&self, at: Pos2, anchor: Align2, text: &str, size: f32, colour: Color32) {
        // Half points: a glide through all zooms must not fill the font texture with every size between.
        let size_px = (size * self.zoom() * 2.0).round() / 2.0;
        if size_px < LEAST_TEXT_PX {
            return;
        }
        let galley = one_line(self.painter, text, size_px, colour, LONGEST_TEXT * self.zoom() * 1.03);
        let rect = anchor.anchor_size(at, galley.size());
        self.painter.galley(rect.min, galley, colour);
    }
}

enum Icon {
    Lock,
    Pin,
}

fn one_line(painter: &Painter, text: &str, size: f32, colour: Color32, most_width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(size), colour);
    job.wrap = TextWrapping::truncate_at_width(most_width);
    painter.layout_job(job)
}

/// Where the way from the middle of a rectangle to a point leaves it.
pub(crate) fn border_point(rect: Rect, toward: Pos2) -> Pos2 {
    let way = toward - rect.center();
    let half = rect.size() / 2.0;
    let share = (half.x / way.x.abs().max(1e-3)).min(half.y / way.y.abs().max(1e-3));
    rect.center() + way * share
}
