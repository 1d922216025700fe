//! Small widgets shared by panels: icon buttons with accessible names, colors of categories.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Button, Color32, FontId, Galley, Key, Painter, Rect, Response, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2,
};

use super::{Action, Gesture, Item, Theme};
use scenewright_scene::vocab::Vocabulary;

/// Points; icon size in panels.
const ICON: f32 = 16.0;

/// An icon button. `name` is its tooltip and accessible name.
pub(crate) fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    let button = Button::new(RichText::new(icon).size(ICON)).frame_when_inactive(false);
    named(ui.add(button), WidgetType::Button, name)
}

/// An icon that is on or off; the caller toggles it.
pub(crate) fn icon_toggle(ui: &mut Ui, on: bool, icon: &str, name: &str) -> Response {
    let response = ui.add(Button::selectable(on, RichText::new(icon).size(ICON)));
    chosen(&response, on, name);
    response.on_hover_text(name)
}

/// Sets the accessible name of a widget, and shows it as a tooltip.
pub(crate) fn named(response: Response, kind: WidgetType, name: &str) -> Response {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(kind, enabled, name));
    response.on_hover_text(name)
}

/// Sets the accessible name and state of a selectable widget.
pub(crate) fn chosen(response: &Response, on: bool, name: &str) {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, enabled, on, name));
}

/// Color of an object's category.
pub(crate) fn category(vocab: &Vocabulary, name: &str) -> Color32 {
    let [r, g, b] = vocab.color_of(name);
    Color32::from_rgb(r, g, b)
}

/// Black or white, whichever has more contrast on this color.
pub(crate) fn ink_on(color: Color32) -> Color32 {
    let [r, g, b] = [color.r(), color.g(), color.b()].map(f32::from);
    // Rec. 601 luma: good enough to tell light from dark.
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    if luma > 140.0 { Color32::BLACK } else { Color32::WHITE }
}

/// Ends the drag of a number: Esc, which also ends it, aborts.
pub(crate) fn end_of_drag(ui: &Ui) -> Action {
    let given_up = ui.input(|i| i.key_pressed(Key::Escape));
    Action::Gesture(if given_up { Gesture::Abort } else { Gesture::Commit })
}

/// Hover change of a panel. `known`: the hovered item of the editor; `hovered`: the item under the pointer in this
/// panel now, `reported` in the last frame. A panel that the pointer has left reports that until the editor knows it.
pub(crate) fn hover_change(
    ctx: &egui::Context,
    known: Option<Item>,
    reported: Option<Item>,
    hovered: Option<Item>,
) -> Option<Action> {
    let has_changed = if hovered.is_some() { hovered != known } else { reported.is_some() && reported == known };
    has_changed.then(|| {
        ctx.request_repaint();
        Action::Hover(hovered)
    })
}

/// A small square in the color of a category.
pub(crate) fn swatch(ui: &mut Ui, theme: &Theme, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    paint_swatch(ui, theme, rect, color);
}

pub(crate) fn paint_swatch(ui: &Ui, theme: &Theme, rect: Rect, color: Color32) {
    // Discs are quads of the font texture, whereas a rounded square with a border has 138 triangles; a list shows
    // dozens of them.
    let radius = rect.width().min(rect.height()) / 2.0;
    ui.painter().circle_filled(rect.center(), radius, theme.grid);
    ui.painter().circle_filled(rect.center(), radius - 1.0, color);
}

/// Text of one line, cut with an ellipsis if it is wider than `room` points.
pub(crate) fn one_line(painter: &Painter, text: &str, size: f32, color: Color32, room: f32) -> Arc<Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(size), color);
    job.wrap = TextWrapping::truncate_at_width(room.max(0.0));
    painter.layout_job(job)
}

/// A heading within a panel.
pub(crate) fn heading(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.add_space(6.0);
    ui.label(RichText::new(text).size(11.5).color(theme.text_weak));
}

pub(crate) fn weak(theme: &Theme, text: impl Into<String>) -> RichText {
    RichText::new(text).color(theme.text_weak)
}
