//! Input shared by all picture views: zoom and pan, box widgets with names, and the list of boxes at a point.

use egui::{Id, Key, Modifiers, Rect, Response, Sense, Ui, WidgetInfo, WidgetType};

use super::PictureInput;
use super::boxes::{self, BoxLayer};
use super::pointer_tool::{BoxInteraction, box_id};
use super::view::Viewport;
use crate::app::widgets::{category, swatch, weak};
use crate::app::{Action, Item, Selection};

/// Scrolling pans; Ctrl+scroll and pinching zoom at the pointer; + - 0 1 from the keyboard.
pub(crate) fn zoom_and_pan(ui: &Ui, response: &Response, viewport: &mut Viewport, size: [usize; 2]) {
    let rect = response.rect;
    let Some(at) = response.hover_pos() else { return };
    let (zoom, scroll) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta()));
    if zoom != 1.0 {
        viewport.zoom(zoom, at, rect, size);
    } else if scroll != egui::Vec2::ZERO && !viewport.is_fit() {
        viewport.pan(scroll, rect, size);
    }
    let typing = ui.ctx().text_edit_focused();
    let pressed = |key| !typing && ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    if pressed(Key::Plus) || pressed(Key::Equals) {
        viewport.zoom(1.25, at, rect, size);
    }
    if pressed(Key::Minus) {
        viewport.zoom(0.8, at, rect, size);
    }
    if pressed(Key::Num0) {
        viewport.fit();
    }
    if pressed(Key::Num1) {
        viewport.one_to_one(ui.ctx().pixels_per_point());
    }
}

/// A widget for each box, for Tab, screen readers and keys. Pointer events go to the pane, which knows the stacking
/// order.
pub(crate) fn box_widgets(ui: &Ui, rect: Rect, layer: &BoxLayer<'_>, actions: &mut Vec<Action>) {
    let BoxLayer { frame, boxes: all, input } = *layer;
    for (boxed, name) in all.iter().zip(boxes::names(all)) {
        let bounds = frame.screen_from_box(&boxed.bounds).intersect(rect);
        if !bounds.is_positive() {
            continue;
        }
        let node = boxed.node.id;
        let response = ui.interact(bounds, box_id(node), Sense::click());
        let selected = input.selection.nodes.contains(&node);
        let name = if boxed.node.pinned.is_some() { format!("{name}, pinned") } else { name };
        response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, selected, &name));
        if response.clicked() && !selected {
            actions.push(Action::Select(Selection::of(Item::Node(node))));
        }
        if response.has_focus() && !selected {
            let stroke = egui::Stroke::new(2.0, input.theme.hover);
            ui.painter().rect_stroke(bounds.expand(2.0), 2, stroke, egui::StrokeKind::Outside);
        }
    }
}

impl BoxInteraction {
    /// Alt-click: list of all boxes at that point.
    pub(crate) fn show_list(&mut self, ui: &Ui, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
        let Some((at, nodes)) = self.listed.clone() else { return };
        let mut open = true;
        egui::Popup::new(Id::new("boxes under the pointer"), ui.ctx().clone(), at, ui.layer_id())
            .open_bool(&mut open)
            .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.label(weak(input.theme, "Boxes here, small to large"));
                for node in nodes.iter().filter_map(|id| input.scene.node(*id)) {
                    let color = category(input.vocab, &node.name);
                    let button = ui.horizontal(|ui| {
                        swatch(ui, input.theme, color);
                        ui.selectable_label(input.selection.nodes.contains(&node.id), node.title())
                    });
                    if button.inner.hovered() && input.hovered != Some(Item::Node(node.id)) {
                        actions.push(Action::Hover(Some(Item::Node(node.id))));
                    }
                    if button.inner.clicked() {
                        actions.push(Action::Select(Selection::of(Item::Node(node.id))));
                        ui.close();
                    }
                }
            });
        if !open {
            self.close_list();
        }
    }
}
