//! Pointer input of each tool: boxes and vertices. Selecting, moving and resizing is done by `BoxInteraction`.

use std::sync::Arc;

use egui::{CursorIcon, Key, Modifiers, PointerButton, Pos2, Response, Ui};

use super::annotation_canvas::{AnnotationAction, AnnotationCanvas, AnnotationCanvasInput, RenameTarget};
use super::polygon_tool;
use super::tools::Tool;
use crate::app::picture::boxes::BoxLayer;
use crate::app::picture::view::Frame;
use crate::app::{Action, Gesture};
use scenewright_document::annotation::ObjectMask;
use scenewright_scene::{Edit, UnitBox};

/// Pointer input and resulting actions of one frame.
pub(super) struct PointerFrame<'a> {
    pub ui: &'a Ui,
    pub(crate) response: &'a Response,
    pub layer: &'a BoxLayer<'a>,
    pub input: &'a AnnotationCanvasInput<'a>,
    pub actions: Vec<Action>,
    pub(crate) annotation_actions: Vec<AnnotationAction>,
}

impl<'a> PointerFrame<'a> {
    pub(crate) fn parts(&self) -> (&'a Ui, &'a Response, &'a BoxLayer<'a>, &'a AnnotationCanvasInput<'a>) {
        (self.ui, self.response, self.layer, self.input)
    }
}

/// Place for a popup that covers nothing of a box: right of it, left of it, or below. Top center, points.
fn popup_place(rect: egui::Rect, area: egui::Rect) -> Pos2 {
    /// Points: half the width of the popup, plus a gap.
    const HALF: f32 = 145.0;
    let fits = |x: f32| area.left() + HALF <= x && x <= area.right() - HALF;
    let sides = [rect.right() + HALF, rect.left() - HALF];
    let beside = sides.into_iter().find(|x| fits(*x));
    beside.map_or(rect.center_bottom(), |x| egui::pos2(x, rect.top() - 8.0))
}

impl AnnotationCanvas {
    pub(super) fn pointer(&mut self, pointer_frame: &mut PointerFrame<'_>) {
        let (ui, response, layer, input) = pointer_frame.parts();
        let space = ui.input(|i| i.key_down(Key::Space));
        let origin = ui.input(|i| i.pointer.press_origin());
        let pans = space || response.dragged_by(PointerButton::Middle) || response.dragged_by(PointerButton::Secondary);
        if response.drag_started_by(PointerButton::Primary) && !space {
            self.on_handle = origin.is_some_and(|at| self.is_on_handle(at, layer));
        }
        let selects = self.tool == Tool::Select || self.on_handle;
        if !selects && self.stroke.is_none() && pans {
            self.viewport.pan(response.drag_delta(), response.rect, layer.frame.size);
            return;
        }
        match self.tool {
            _ if selects => {
                if !self.vertices(pointer_frame) {
                    self.box_interaction.pointer(ui, response, &mut self.viewport, layer, &mut pointer_frame.actions);
                }
                if response.double_clicked() && self.vertex.is_none() {
                    self.rename(input);
                }
            }
            Tool::Box => self.box_pointer(pointer_frame),
            Tool::Polygon => self.outline_pointer(pointer_frame),
            _ => self.brush_pointer(pointer_frame),
        }
        if response.drag_stopped() {
            self.on_handle = false;
        }
        let hovers = response.hover_pos().is_some();
        if hovers && !selects {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        if !response.hovered() {
            self.box_interaction.pointer_left(layer.input, &mut pointer_frame.actions);
        }
    }

    fn is_on_handle(&self, at: Pos2, layer: &BoxLayer<'_>) -> bool {
        use crate::app::picture::pointer_tool::{handle_at, single_box};
        self.tool == Tool::Box && single_box(layer.input).and_then(|b| handle_at(&b, layer.frame, at)).is_some()
    }

    fn box_pointer(&mut self, pointer_frame: &mut PointerFrame<'_>) {
        /// Points; a shorter drag is a click.
        const MIN_SIDE: f32 = 4.0;
        let (ui, response, layer, input) = pointer_frame.parts();
        let inside = |at: Pos2| layer.frame.unit_from_screen(at).map(|v| v.clamp(0.0, 1.0));
        if response.drag_started_by(PointerButton::Primary) {
            self.box_from = ui.input(|i| i.pointer.press_origin()).map(inside);
        }
        let Some(at) = response.interact_pointer_pos() else { return };
        if response.drag_stopped()
            && let Some(from) = self.box_from.take()
        {
            let b = UnitBox::from_corners(from, inside(at));
            let rect = layer.frame.screen_from_box(&b);
            if b.is_proper() && rect.width().max(rect.height()) >= MIN_SIDE {
                self.new_box(b, layer.frame, input, &mut pointer_frame.annotation_actions);
            }
        } else if response.clicked_by(PointerButton::Primary) {
            self.box_interaction.click(ui, response, layer, &mut pointer_frame.actions);
        }
    }

    /// The box becomes that of the selected object if it has none yet, otherwise a new object.
    pub(super) fn new_box(
        &mut self,
        b: UnitBox,
        frame: &Frame,
        input: &AnnotationCanvasInput<'_>,
        annotation_actions: &mut Vec<AnnotationAction>,
    ) {
        let boxless = input.selection.single_node().and_then(|id| input.page.scene().node(id));
        match boxless.filter(|node| node.pinned.is_none()) {
            Some(node) => {
                let edits = vec![Edit::Pin { node: node.id, pinned: Some(b) }];
                annotation_actions.push(AnnotationAction::Action(Action::edit(format!("box {}", node.title()), edits)));
            }
            None => self.ask_new_name(Some(b), None, b, frame, input),
        }
    }

    pub(super) fn ask_new_name(
        &mut self,
        place: Option<UnitBox>,
        mask: Option<ObjectMask>,
        b: UnitBox,
        frame: &Frame,
        input: &AnnotationCanvasInput<'_>,
    ) {
        let at = popup_place(frame.screen_from_box(&b), self.area);
        self.ask_name("Name of the object".to_owned(), at, RenameTarget::New { place, mask }, input);
    }

    /// Drags and removes vertices of an outline. Returns true if it used the pointer.
    fn vertices(&mut self, pointer_frame: &mut PointerFrame<'_>) -> bool {
        let (ui, response, layer, input) = pointer_frame.parts();
        let (frame, alt) = (layer.frame, ui.input(|i| i.modifiers.alt));
        if let Some((vertex, node, mask)) = self.vertex.clone() {
            if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
                self.vertex = None;
                pointer_frame.annotation_actions.push(AnnotationAction::Action(Action::Gesture(Gesture::Abort)));
            } else if response.drag_stopped() {
                self.vertex = None;
                pointer_frame.annotation_actions.push(AnnotationAction::Action(Action::Gesture(Gesture::Commit)));
            } else if let Some(at) = response.interact_pointer_pos() {
                let mask = polygon_tool::moved(&mask, vertex, polygon_tool::px_from_screen(frame, at));
                pointer_frame.annotation_actions.push(AnnotationAction::SetMask {
                    label: String::new(),
                    node,
                    mask: Some(mask),
                });
            }
            return true;
        }
        let Some(node) = input.selection.single_node() else { return false };
        let Some(mask) = input.page.state().mask(node).filter(|_| self.settings.masks) else { return false };
        let press = ui.input(|i| i.pointer.press_origin()).or(response.hover_pos());
        let Some(vertex) = press.and_then(|at| polygon_tool::vertex_at(mask, frame, at)) else { return false };
        let title = input.page.scene().node(node).map_or("it", |node| node.title());
        let label = format!("reshape {title}");
        if response.drag_started_by(PointerButton::Primary) {
            self.vertex = Some((vertex, node, Arc::unwrap_or_clone(mask.clone())));
            pointer_frame.annotation_actions.push(AnnotationAction::Action(Action::Gesture(Gesture::Begin { label })));
            return true;
        }
        if alt && response.clicked_by(PointerButton::Primary) {
            if let Some(mask) = polygon_tool::removed(mask, vertex) {
                pointer_frame.annotation_actions.push(AnnotationAction::SetMask { label, node, mask: Some(mask) });
            }
            return true;
        }
        if response.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::Grab);
        }
        false
    }
}
