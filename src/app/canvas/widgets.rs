//! An egui widget for everything on the canvas, with name and true bounds, for pointer, keyboard and screen readers.

use super::graph::NodeWidget;
use super::pointer::{self, PointerState};
use super::{Canvas, CanvasInput, FrameContext, actions, graph};
use crate::app::widgets::hover_change;
use crate::app::{Action, Item};
use egui::{EventFilter, Response, Sense, Ui, WidgetInfo, WidgetType};
use scenewright_scene::{NodeId, RelationId, RelationStatus};

impl Canvas {
    /// Adds a widget for every item and records what was hovered or activated.
    pub(super) fn add_widgets(
        &mut self,
        ui: &Ui,
        input: &CanvasInput<'_>,
        ground: &Response,
        frame: &mut FrameContext,
    ) {
        let port = self.view.port(frame.area);
        let focused = ui.memory(|memory| memory.focused());
        let requested = self.focus_request.flatten();
        let mut cursor = None;
        let mut note = |item: Item, response: Response| {
            frame.focus_target_exists |= requested == Some(item);
            if response.hovered() {
                frame.pointer_hover = Some(item);
            }
            if Some(response.id) == focused {
                cursor = Some((item, response.clone()));
            }
            let pressed = response.clicked() || response.secondary_clicked() || response.drag_started();
            if pressed || response.hovered() {
                frame.touched.push((item, response));
            }
        };
        let id_of = |item| match item {
            Item::Node(NodeId(id)) => frame.root.with(("chip", id)),
            Item::Relation(RelationId(id)) => frame.root.with(("label", id)),
        };
        for (word, route) in self.graph.words.iter().zip(&self.graph.routes) {
            let (item, rect) = (Item::Relation(word.relation), port.screen_rect(route.label));
            let id = id_of(item);
            if !rect.intersects(frame.area) && focused != Some(id) && requested != Some(item) {
                continue;
            }
            let response = ui.interact(rect, id, Sense::click());
            let selected = input.selection.contains(item);
            response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &word.sentence));
            let relation_status = describe(input.relation_statuses.get(&word.relation));
            ui.ctx().accesskit_node_builder(id, |node| node.set_description(relation_status));
            let quiet = matches!(self.gesture, PointerState::Idle) && self.popup.is_none();
            let response = if quiet { response.on_hover_text(relation_status) } else { response };
            note(item, response);
        }
        for &at in &self.graph.reading_order {
            let node_widget = &self.graph.node_widgets[at];
            let (item, rect) = (Item::Node(node_widget.node), port.screen_rect(node_widget.rect));
            let id = id_of(item);
            if !rect.expand(pointer::RING_OUTSIDE).intersects(frame.area)
                && focused != Some(id)
                && requested != Some(item)
            {
                continue;
            }
            let mut response = ui.interact(rect.expand(pointer::RING_OUTSIDE), id, Sense::click_and_drag());
            response.rect = rect;
            let selected = input.selection.contains(item);
            let name = spoken_name(&self.graph.node_widgets, at);
            response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &name));
            ui.ctx().accesskit_node_builder(id, |node| node.set_description(describe_node(node_widget)));
            if !node_widget.known
                && response.hovered()
                && matches!(self.gesture, PointerState::Idle)
                && self.popup.is_none()
            {
                response =
                    response.on_hover_text("This model does not know the word. Double-click to choose another one.");
            }
            note(item, response);
        }
        let hovers = ui.rect_contains_pointer(frame.area);
        frame.has_keys = self.popup.is_none()
            && (cursor.is_some() || ground.has_focus() || (focused.is_none() && hovers && ui.input(|i| i.focused)));
        if let Some((item, _)) = &cursor {
            let moved_here = self.cursor != Some(*item);
            self.cursor = Some(*item);
            // Focused by Tab or a screen reader.
            if moved_here && !input.selection.contains(*item) {
                frame.actions.push(actions::select(*item));
            }
        }
        let holder = cursor.map(|(_, response)| response.id).or(ground.has_focus().then_some(ground.id));
        if let Some(id) = holder {
            // After the last object Tab goes on to the next panel, so nobody is trapped here.
            let at_end = self.step(1).is_none();
            let filter = EventFilter { tab: !at_end, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        }
    }

    /// A word that was dropped here from the palette.
    pub(super) fn take_drop(&mut self, ground: &Response, frame: &mut FrameContext) {
        let Some(pointer) = ground.ctx.pointer_interact_pos().filter(|at| frame.area.contains(*at)) else { return };
        let released = ground.ctx.input(|i| i.pointer.any_released());
        if released && let Some(dropped) = egui::DragAndDrop::take_payload::<crate::app::NewObject>(&ground.ctx) {
            let at = self.view.port(frame.area).canvas_from_screen(pointer);
            frame.actions.push(Action::edit(format!("add {}", dropped.name), vec![actions::add_at(&dropped.name, at)]));
            self.fitted = true;
        }
    }

    pub(super) fn hover_change(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let reported = std::mem::replace(&mut self.reported_hover, frame.pointer_hover);
        frame.actions.extend(hover_change(ui.ctx(), input.hovered, reported, frame.pointer_hover));
    }

    /// Focusing a widget that does not exist in this frame would mislead screen readers; some crash the program.
    pub(super) fn give_focus(&mut self, ui: &Ui, frame: &FrameContext) {
        let Some(requested) = self.focus_request.filter(|_| self.popup.is_none()) else { return };
        let id = requested.map_or(frame.root, |item| frame.id(item));
        if requested.is_none() || frame.focus_target_exists {
            self.focus_request = None;
            ui.memory_mut(|memory| {
                memory.move_focus(egui::FocusDirection::None);
                memory.request_focus(id);
            });
        } else if self.focus_retries == 0 {
            self.focus_request = None;
        }
        self.focus_retries = self.focus_retries.saturating_sub(1);
        // egui's focus lock on Tab and arrow keys works only after it has seen the focus once.
        ui.ctx().request_repaint();
    }
}

fn describe(relation_status: Option<&RelationStatus>) -> &'static str {
    match relation_status {
        Some(RelationStatus::Met) => "satisfied in the picture",
        Some(RelationStatus::Broken) => "violated in the picture",
        Some(RelationStatus::Unknown) | None => "cannot be checked",
    }
}

fn describe_node(node_widget: &graph::NodeWidget) -> String {
    let facts = [
        (!node_widget.known).then_some("not in the vocabulary of this model"),
        node_widget.hidden.then_some("hidden"),
        node_widget.locked.then_some("locked"),
        node_widget.pinned.then_some("box pinned"),
    ];
    let second = node_widget.second.as_deref();
    second.into_iter().chain(facts.into_iter().flatten()).collect::<Vec<_>>().join(", ")
}

/// The title of a node; of several alike the second is "sheep 2", as its box in the picture is "sheep box 2".
fn spoken_name(all: &[NodeWidget], at: usize) -> String {
    let title = &all[at].title;
    match all[..at].iter().filter(|other| other.title == *title).count() {
        0 => title.clone(),
        before => format!("{title} {}", before + 1),
    }
}
