//! Before and after: choosing the step to compare with, and the divider between the two pictures.

use egui::{CursorIcon, EventFilter, Key, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use egui_phosphor::regular as icon;

use super::PictureInput;
use super::view::Frame;
use crate::app::widgets::{named, weak};
use crate::app::{Action, Theme};
use scenewright_scene::RevisionId;
use scenewright_scene::history::Revision;

/// Step of the divider per key press, 0..=1 of the width.
const STEP: f32 = 0.02;

/// The divider between before (left) and after (right); can be dragged.
pub(crate) fn slider(ui: &Ui, frame: &Frame, pane: Rect, at: &mut f32, theme: &Theme) {
    let x = frame.screen_from_unit([*at, 0.0]).x;
    let shown = frame.rect.intersect(pane);
    let grip = Rect::from_center_size(pos2(x, shown.center().y), vec2(14.0, shown.height()));
    let response = ui.interact(grip.intersect(pane), ui.id().with("before and after"), Sense::drag());
    if response.dragged()
        && let Some(to) = response.interact_pointer_pos()
    {
        *at = frame.unit_from_screen(to)[0].clamp(0.0, 1.0);
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let by = ui.input(|i| i.num_presses(Key::ArrowRight) as f32 - i.num_presses(Key::ArrowLeft) as f32);
        *at = (*at + by * STEP).clamp(0.0, 1.0);
    }
    let (value, enabled) = (f64::from(*at), ui.is_enabled());
    response.widget_info(|| WidgetInfo::slider(enabled, value, "before and after"));
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let strong = response.hovered() || response.dragged() || response.has_focus();
    let color = if strong { theme.accent } else { theme.hover };
    let painter = ui.painter_at(pane);
    painter.line_segment([pos2(x, shown.top()), pos2(x, shown.bottom())], Stroke::new(4.0, theme.halo));
    painter.line_segment([pos2(x, shown.top()), pos2(x, shown.bottom())], Stroke::new(2.0, color));
    painter.circle(pos2(x, shown.center().y), 7.0, color, Stroke::new(1.5, theme.halo));
    let font = egui::FontId::proportional(11.0);
    for (text, side, align) in
        [("before", -10.0, egui::Align2::RIGHT_BOTTOM), ("after", 10.0, egui::Align2::LEFT_BOTTOM)]
    {
        let place = pos2(x + side, shown.bottom() - 6.0);
        let galley = painter.layout_no_wrap(text.to_owned(), font.clone(), egui::Color32::WHITE);
        let rect = align.anchor_size(place, galley.size());
        painter.rect_filled(rect.expand2(vec2(4.0, 1.0)), 3, theme.halo);
        painter.galley(rect.min, galley, egui::Color32::WHITE);
    }
}

/// A menu of all steps.
pub(crate) fn menu(ui: &mut Ui, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
    let on = input.compared.is_some();
    let button = ui.add(egui::Button::selectable(on, egui::RichText::new(icon::SQUARE_SPLIT_HORIZONTAL).size(16.0)));
    let button = named(button, egui::WidgetType::Button, "Compare with a step");
    egui::Popup::menu(&button).width(220.0).show(|ui| {
        if ui.selectable_label(!on, "No comparison").clicked() {
            actions.push(Action::Compare(None));
        }
        let parent = input.history.get(input.history.revision()).and_then(|revision| revision.parent);
        if let Some(parent) = parent
            && ui.selectable_label(input.compared == Some(parent), "Previous step").clicked()
        {
            actions.push(Action::Compare(Some(parent)));
        }
        ui.separator();
        ui.label(weak(input.theme, "Any step"));
        let revisions = input.history.revisions();
        let row = ui.spacing().interact_size.y;
        // Only visible rows are laid out, so thousands of steps are cheap.
        egui::ScrollArea::vertical().max_height(240.0).show_rows(ui, row, revisions.len(), |ui, rows| {
            for revision in rows.filter_map(|row| revisions.get(revisions.len() - 1 - row)) {
                let chosen = input.compared == Some(revision.id);
                if ui.selectable_label(chosen, step_name(revision)).clicked() {
                    actions.push(Action::Compare(Some(revision.id)));
                }
            }
        });
    });
}

/// "3: add kite".
pub(crate) fn step_name(revision: &Revision) -> String {
    let RevisionId(number) = revision.id;
    match revision.parent {
        None => "0: start".to_owned(),
        Some(_) => format!("{number}: {}", revision.label),
    }
}
