//! The history panel: all steps with thumbnails and branches. A click goes to a step.

pub mod graph_layout;
mod step_diff;
mod thumbnails;

use std::sync::Arc;

use egui::{
    Align2, Color32, FontId, Id, Key, Painter, Pos2, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::text_field::TextField;
use super::widgets::{hover_change, named, one_line, weak};
use super::{Action, Item, Selection, Theme};
use crate::engine::Picture;
use graph_layout::{GraphLayout, GraphRow, MAX_LANES};
use scenewright_scene::history::Revision;
use scenewright_scene::{History, RevisionId};
use step_diff::StepDiffs;
use thumbnails::StepThumbnails;

pub struct HistoryInput<'a> {
    pub history: &'a History,
    pub theme: &'a Theme,
    /// The picture of a step, if it is cached.
    pub picture_of: &'a dyn Fn(RevisionId) -> Option<Arc<Picture>>,
    /// The step that the picture panel compares with.
    pub compared: Option<RevisionId>,
    pub selection: &'a Selection,
    /// The hovered item, in any panel.
    pub hovered: Option<Item>,
}

impl HistoryInput<'_> {
    /// How strongly a step is highlighted that changed these items.
    fn light(&self, step_diffs: &[Item]) -> Option<Color32> {
        let selected = step_diffs.iter().any(|item| self.selection.contains(*item));
        let hovered = self.hovered.is_some_and(|item| step_diffs.contains(&item));
        if hovered { Some(self.theme.hover) } else { selected.then_some(self.theme.accent) }
    }
}

/// Keys in this panel, for the help page (F1).
pub(crate) const KEYS: [(&str, &str); 4] = [
    ("Up, Down, Home, End", "from step to step"),
    ("Enter, click", "go to the step"),
    ("F2, double-click", "name the step"),
    ("hover", "shows what the step changed"),
];

/// Points.
const ROW: f32 = 46.0;
const THUMBNAIL: f32 = 38.0;
const LANE: f32 = 12.0;
const DOT: f32 = 4.0;

#[derive(Default)]
pub struct HistoryPanel {
    graph: GraphLayout,
    thumbnails: StepThumbnails,
    step_diffs: StepDiffs,
    /// Reported item of the row under the pointer.
    reported_hover: Option<Item>,
    /// Item of the row under the pointer, in this frame.
    pointed: Option<Item>,
    /// The step that the list was scrolled to automatically.
    shown: Option<RevisionId>,
    /// A row reached by key that is not laid out yet.
    to_focus: Option<RevisionId>,
    /// Only steps whose label contains this are listed.
    filter: String,
    /// The step that is being named, and the text so far.
    naming: Option<(RevisionId, String)>,
}

impl HistoryPanel {
    /// Resets the panel for another document: step ids are counted per document.
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
        self.thumbnails.reset();
    }

    pub fn show(&mut self, ui: &mut Ui, input: &HistoryInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let revisions = input.history.revisions();
        self.graph.update(revisions);
        self.thumbnails.tick();
        self.filter_field(ui, revisions.len());
        let rows = self.rows(revisions);
        if rows.as_ref().is_some_and(Vec::is_empty) {
            ui.label(weak(input.theme, "No step is called so."));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().auto_shrink(false).id_salt("steps");
        let current = input.history.revision();
        let target = self.to_focus.or((self.shown != Some(current)).then_some(current));
        if let Some(target) = target {
            self.shown = Some(current);
            let place = match &rows {
                None => Some(target.0 as usize),
                Some(rows) => rows.iter().position(|row| *row as u64 == target.0),
            };
            if let Some(place) = place {
                area = area.vertical_scroll_offset((place as f32 * ROW - ui.available_height() / 2.0).max(0.0));
            }
        }
        let count = rows.as_ref().map_or(revisions.len(), Vec::len);
        area.show_rows(ui, ROW, count, |ui, range| {
            let place = |at: usize| rows.as_ref().map_or(Some(at), |rows| rows.get(at).copied());
            for (row, revision) in range.filter_map(place).filter_map(|row| Some((row, revisions.get(row)?))) {
                self.row(ui, row, revision, input, &mut actions);
            }
        });
        let pointed = std::mem::take(&mut self.pointed);
        actions.extend(hover_change(
            ui.ctx(),
            input.hovered,
            std::mem::replace(&mut self.reported_hover, pointed),
            pointed,
        ));
        actions
    }

    /// The field that filters steps, once there are some.
    fn filter_field(&mut self, ui: &mut Ui, count: usize) {
        const FROM: usize = 4;
        if count < FROM && self.filter.is_empty() {
            return;
        }
        let id = Id::new("filter steps");
        let field = TextField::show(ui, id, &mut self.filter, |edit| {
            edit.hint_text("filter steps").desired_width(f32::INFINITY)
        });
        let typed = self.filter.clone();
        field.response.widget_info(|| WidgetInfo {
            label: Some("filter steps".to_owned()),
            ..WidgetInfo::text_edit(true, &typed, &typed, "filter steps")
        });
    }

    /// Numbers of the steps whose label contains every word of the filter; `None`: all of them.
    fn rows(&self, revisions: &[Revision]) -> Option<Vec<usize>> {
        let filter = self.filter.trim().to_lowercase();
        let words: Vec<&str> = filter.split_whitespace().collect();
        if words.is_empty() {
            return None;
        }
        let fits = |revision: &Revision| {
            let label = revision.label.to_lowercase();
            words.iter().all(|word| label.contains(word))
        };
        Some((0..revisions.len()).filter(|&row| fits(&revisions[row])).collect())
    }

    /// The name of a step is typed in its row. Enter gives it; Esc leaves it as it was.
    fn name_field(&mut self, ui: &mut Ui, rect: Rect, revision: &Revision, actions: &mut Vec<Action>) {
        let Some((_, mut text)) = self.naming.take().filter(|(step, _)| *step == revision.id) else { return };
        let place = Rect::from_min_max(
            pos2(rect.left() + 12.0, rect.center().y - 13.0),
            pos2(rect.right() - 8.0, rect.center().y + 13.0),
        );
        let mut line = ui.new_child(egui::UiBuilder::new().max_rect(place));
        let id = Id::new("name of the step");
        let is_new = !ui.memory(|memory| memory.has_focus(id)) && !ui.input(|i| i.pointer.any_pressed());
        let edit = egui::TextEdit::singleline(&mut text).id(id).desired_width(f32::INFINITY);
        let field = line.add_sized(place.size(), edit);
        field.widget_info(|| WidgetInfo {
            label: Some("name of the step".to_owned()),
            ..WidgetInfo::text_edit(true, &text, &text, "name")
        });
        let (entered, escaped) = ui.input(|i| (i.key_pressed(Key::Enter), i.key_pressed(Key::Escape)));
        if escaped {
            return;
        }
        if entered || field.lost_focus() {
            let label = text.trim();
            if !label.is_empty() && label != revision.label {
                actions.push(Action::NameStep { step: revision.id, label: label.to_owned() });
            }
            return;
        }
        if is_new {
            field.request_focus();
        }
        self.naming = Some((revision.id, text));
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        row: usize,
        revision: &Revision,
        input: &HistoryInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let id = row_id(revision.id);
        let response = ui.interact(rect, id, Sense::click());
        let current = input.history.revision() == revision.id;
        let compared = input.compared == Some(revision.id);
        let spoken = accessible_name(revision, current, compared);
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, current, &spoken));
        if self.to_focus == Some(revision.id) {
            self.to_focus = None;
            response.request_focus();
        }
        self.keys(ui, &response, revision, input);
        let step_diffs = self.step_diffs.by(revision.id, input.history);
        if ui.rect_contains_pointer(rect) {
            let scene = input.history.scene();
            self.pointed = step_diffs.iter().copied().find(|item| match *item {
                Item::Node(id) => scene.node(id).is_some(),
                Item::Relation(id) => scene.relation(id).is_some(),
            });
        }
        let light = input.light(step_diffs);
        self.paint(ui, rect, row, revision, input, response.hovered() || response.has_focus());
        if let Some(color) = light {
            ui.ctx().accesskit_node_builder(id, |node| node.set_description("changed what is selected or pointed at"));
            let bar =
                Rect::from_min_max(rect.left_top() + vec2(0.0, 5.0), pos2(rect.left() + 3.0, rect.bottom() - 5.0));
            ui.painter_at(rect).rect_filled(bar, 1, color);
        }
        if self.naming.as_ref().is_some_and(|(step, _)| *step == revision.id) {
            self.name_field(ui, rect, revision, actions);
            return;
        }
        let names = response.double_clicked() || (response.has_focus() && ui.input(|i| i.key_pressed(Key::F2)));
        if names && revision.parent.is_some() {
            self.naming = Some((revision.id, revision.label.clone()));
            ui.ctx().request_repaint();
        }
        if response.clicked() && !current {
            actions.push(Action::GoTo(revision.id));
        }
        if response.hovered() || response.has_focus() || compared || ui.rect_contains_pointer(rect) {
            compare_button(ui, rect, revision.id, compared, input.theme, actions);
        }
    }

    /// Up and Down go from step to step, also beyond the visible rows.
    fn keys(&mut self, ui: &Ui, response: &Response, revision: &Revision, input: &HistoryInput<'_>) {
        if !response.has_focus() {
            return;
        }
        let filter = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input(|i| i.key_pressed(key));
        let last = input.history.revisions().len() as u64 - 1;
        let RevisionId(at) = revision.id;
        let target = match () {
            () if pressed(Key::ArrowDown) => (at + 1).min(last),
            () if pressed(Key::ArrowUp) => at.saturating_sub(1),
            () if pressed(Key::Home) => 0,
            () if pressed(Key::End) => last,
            () => return,
        };
        if target != at {
            self.to_focus = Some(RevisionId(target));
            ui.ctx().request_repaint();
        }
    }

    fn paint(&mut self, ui: &Ui, rect: Rect, row: usize, revision: &Revision, input: &HistoryInput<'_>, near: bool) {
        let theme = input.theme;
        let painter = ui.painter_at(rect);
        let current = input.history.revision() == revision.id;
        let field = rect.shrink2(vec2(1.0, 1.0));
        if current {
            painter.rect_filled(field, 4, theme.accent.gamma_multiply(0.22));
        } else if near {
            painter.rect_filled(field, 4, theme.hover.gamma_multiply(0.12));
        }
        let lanes = self.graph.lane_count() as f32;
        if let Some(place) = self.graph.row(row).filter(|_| self.filter.trim().is_empty()) {
            lines(&painter, rect, place, current, theme);
        }
        let left = rect.left() + 8.0 + lanes * LANE;
        let picture = self.thumbnails.get(ui.ctx(), revision.id, (input.picture_of)(revision.id));
        let frame = Rect::from_center_size(pos2(left + THUMBNAIL / 2.0, rect.center().y), vec2(THUMBNAIL, THUMBNAIL));
        thumbnail(&painter, frame, picture, theme);
        let room = rect.right() - left - THUMBNAIL - 44.0;
        let label = if revision.parent.is_none() { "start" } else { &revision.label };
        let color = if current { theme.text } else { theme.text.gamma_multiply(0.9) };
        let at = pos2(left + THUMBNAIL + 8.0, rect.center().y);
        let galley = one_line(&painter, label, 13.5, color, room);
        painter.galley(at - vec2(0.0, galley.size().y - 1.0), galley, color);
        let below = pos2(at.x, at.y + 2.0);
        painter.text(
            below,
            Align2::LEFT_TOP,
            format!("step {}", revision.id.0),
            FontId::proportional(11.0),
            theme.text_weak,
        );
    }
}

fn row_id(revision: RevisionId) -> Id {
    Id::new("step").with(revision)
}

fn accessible_name(revision: &Revision, current: bool, compared: bool) -> String {
    let label = if revision.parent.is_none() { "start" } else { &revision.label };
    let mut spoken = format!("step {}: {label}", revision.id.0);
    if current {
        spoken.push_str(", current");
    }
    if compared {
        spoken.push_str(", compared");
    }
    spoken
}

fn thumbnail(painter: &Painter, frame: Rect, picture: Option<(egui::TextureId, f32)>, theme: &Theme) {
    let Some((texture, aspect)) = picture else {
        painter.rect_stroke(frame, 3, Stroke::new(1.0, theme.grid), StrokeKind::Inside);
        painter.text(frame.center(), Align2::CENTER_CENTER, icon::IMAGE, FontId::proportional(15.0), theme.text_weak);
        return;
    };
    let size = if aspect > 1.0 { vec2(THUMBNAIL / aspect, THUMBNAIL) } else { vec2(THUMBNAIL, THUMBNAIL * aspect) };
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture, Rect::from_center_size(frame.center(), size), whole, Color32::WHITE);
}

fn compare_button(ui: &Ui, row: Rect, id: RevisionId, on: bool, theme: &Theme, actions: &mut Vec<Action>) {
    let rect = Rect::from_center_size(pos2(row.right() - 18.0, row.center().y), vec2(26.0, 26.0));
    let response = ui.interact(rect, row_id(id).with("compare"), Sense::click());
    let name = if on { format!("stop comparing with step {}", id.0) } else { format!("compare with step {}", id.0) };
    let response = named(response, WidgetType::Button, &name);
    let color = match (on, response.hovered() || response.has_focus()) {
        (true, _) => theme.accent,
        (false, true) => theme.text,
        (false, false) => theme.text_weak,
    };
    let font = FontId::proportional(16.0);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon::SQUARE_SPLIT_HORIZONTAL, font, color);
    if response.clicked() {
        actions.push(Action::Compare((!on).then_some(id)));
    }
}

fn lines(painter: &Painter, row: Rect, place: &GraphRow, current: bool, theme: &Theme) {
    let stroke = Stroke::new(1.5, theme.unknown);
    let x = |lane: usize| row.left() + 10.0 + lane.min(MAX_LANES - 1) as f32 * LANE;
    let dot: Pos2 = pos2(x(place.lane), row.center().y);
    for lane in &place.passing_lanes {
        painter.line_segment([pos2(x(*lane), row.top()), pos2(x(*lane), row.bottom())], stroke);
    }
    if place.parent_lane.is_some() {
        painter.line_segment([pos2(dot.x, row.top()), dot], stroke);
    }
    if place.continues_below {
        painter.line_segment([dot, pos2(dot.x, row.bottom())], stroke);
    }
    for lane in &place.branch_lanes {
        painter.line_segment([dot, pos2(x(*lane), row.bottom())], stroke);
    }
    let (radius, fill) = if current { (DOT + 1.5, theme.accent) } else { (DOT, theme.unknown) };
    painter.circle(dot, radius, fill, Stroke::new(1.5, theme.panel));
}
