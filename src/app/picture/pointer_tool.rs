//! Selecting, moving and resizing boxes by pointer and keys.
//!
//! A drag is one gesture: it begins when the box first moves, sends a draft in each frame, and is committed on release.
//! So is a series of arrow keys, from the first press to the last release.

use std::collections::BTreeSet;

use egui::{CursorIcon, EventFilter, Id, Key, Modifiers, PointerButton, Pos2, Rect, Response, Ui};

use super::boxes::{BoxItem, BoxLayer, box_of, stack_at, unit_of_points};
use super::drag::{Grip, HeldBoxes};
use super::snap::{SnapGuide, SnapLines};
use super::view::Frame;
use super::{PictureInput, Viewport};
use crate::app::object_edits::{moved_along, with_groups};
use crate::app::{Action, Gesture, Item, Selection};
use scenewright_scene::{Edit, NodeId, UnitBox};

/// Points; distance within which a handle is hit.
const HANDLE_REACH: f32 = 7.0;
/// Points; distance within which a box snaps to a line.
const SNAP_REACH: f32 = 6.0;
/// Points; clicks closer than this are at the same place.
const SAME_PLACE: f32 = 4.0;

const ARROWS: [(Key, [f32; 2]); 4] = [
    (Key::ArrowLeft, [-1.0, 0.0]),
    (Key::ArrowRight, [1.0, 0.0]),
    (Key::ArrowUp, [0.0, -1.0]),
    (Key::ArrowDown, [0.0, 1.0]),
];

/// State of the interaction.
#[derive(Clone, Debug, Default)]
enum DragState {
    #[default]
    Nothing,
    Panning,
    Dragging {
        held: HeldBoxes,
        /// Where the drag began, 0..=1 of the picture.
        from: [f32; 2],
        lines: SnapLines,
        last: Vec<(NodeId, UnitBox)>,
        /// The gesture begins with the first change.
        begun: bool,
    },
    /// Arrow keys are held.
    Nudging,
    /// Canceled by Esc: ignore the pointer until the button is released.
    Cancelled,
}

#[derive(Default)]
pub(crate) struct BoxInteraction {
    drag_state: DragState,
    guides: Vec<SnapGuide>,
    last_click: Option<Pos2>,
    /// Boxes to choose from after an Alt-click.
    pub listed: Option<(Pos2, Vec<NodeId>)>,
    hover_sent: bool,
}

impl BoxInteraction {
    pub(crate) fn guides(&self) -> &[SnapGuide] {
        &self.guides
    }

    pub(crate) fn is_dragging(&self) -> bool {
        matches!(self.drag_state, DragState::Dragging { begun: true, .. } | DragState::Nudging)
    }

    /// Ends the gesture if the button was released, or the panel hidden, without an event.
    pub(crate) fn end_stale_gesture(&mut self, ui: &Ui, actions: &mut Vec<Action>) {
        let down = ui.input(|i| i.pointer.any_down() || i.pointer.any_released());
        if !down && !matches!(self.drag_state, DragState::Nudging) {
            self.commit_drag(actions);
        }
    }

    fn commit_drag(&mut self, actions: &mut Vec<Action>) {
        if matches!(self.drag_state, DragState::Dragging { begun: true, .. } | DragState::Nudging) {
            actions.push(Action::Gesture(Gesture::Commit));
        }
        self.drag_state = DragState::Nothing;
        self.guides.clear();
    }

    /// Handles the pointer on a pane.
    pub(crate) fn pointer(
        &mut self,
        ui: &Ui,
        response: &Response,
        viewport: &mut Viewport,
        layer: &BoxLayer<'_>,
        actions: &mut Vec<Action>,
    ) {
        // egui also ends a drag at Esc: handle Esc before the drag end counts as a release.
        let gives_up = ui.input(|i| i.key_pressed(Key::Escape));
        if gives_up && matches!(self.drag_state, DragState::Dragging { .. }) {
            if self.is_dragging() {
                actions.push(Action::Gesture(Gesture::Abort));
            }
            self.guides.clear();
            self.drag_state = DragState::Cancelled;
        }
        if response.drag_started() {
            self.start_drag(ui, response, layer);
        }
        if response.dragged() {
            self.drag(ui, response, viewport, layer, actions);
        }
        if response.drag_stopped() {
            self.commit_drag(actions);
        }
        if response.clicked_by(PointerButton::Primary) {
            self.click(ui, response, layer, actions);
        }
        if !response.dragged() {
            self.hover(ui, response, layer, actions);
        }
    }

    fn start_drag(&mut self, ui: &Ui, response: &Response, layer: &BoxLayer<'_>) {
        let BoxLayer { frame, boxes, input } = *layer;
        let pans = !response.drag_started_by(PointerButton::Primary) || ui.input(|i| i.key_down(Key::Space));
        let Some(at) = ui.input(|i| i.pointer.press_origin()) else { return };
        let from = frame.unit_from_screen(at);
        let grip = single_box(input).and_then(|b| handle_at(&b, frame, at));
        let stack = stack_at(boxes, from, unit_of_points(frame, 0.0));
        // A selected box is moved even if it is below another one.
        let target = stack.iter().find(|node| input.selection.nodes.contains(node)).or(stack.first()).copied();
        let held = match (grip, target, single_node(input)) {
            _ if pans => None,
            (Some(grip), _, Some(node)) => held(grip, node, &BTreeSet::new(), boxes),
            (None, Some(node), _) => {
                let alone = ui.input(|i| i.modifiers.command);
                held(Grip::Move, node, &moved_with(node, input, alone), boxes)
            }
            _ => None,
        };
        self.drag_state = match held {
            Some(held) => {
                let still = boxes.iter().filter(|boxed| held.boxes.iter().all(|(node, _)| *node != boxed.node.id));
                let lines = SnapLines::of(still.map(|boxed| &boxed.bounds));
                let last = held.boxes.clone();
                DragState::Dragging { held, from, lines, last, begun: false }
            }
            None => DragState::Panning,
        };
    }

    fn drag(
        &mut self,
        ui: &Ui,
        response: &Response,
        viewport: &mut Viewport,
        layer: &BoxLayer<'_>,
        actions: &mut Vec<Action>,
    ) {
        let BoxLayer { frame, input, .. } = *layer;
        match &mut self.drag_state {
            DragState::Panning => viewport.pan(response.drag_delta(), response.rect, frame.size),
            DragState::Dragging { held, from, lines, last, begun } => {
                let Some(at) = response.interact_pointer_pos() else { return };
                let point = frame.unit_from_screen(at);
                let free = ui.input(|i| i.modifiers.alt);
                held.keeps_shape = !ui.input(|i| i.modifiers.shift);
                let tolerance = unit_of_points(frame, SNAP_REACH);
                let lines = (!free).then_some((&*lines, tolerance));
                let moved = held.moved([point[0] - from[0], point[1] - from[1]], frame.pixel(), lines);
                self.guides = moved.guides;
                if moved.boxes == *last {
                    return;
                }
                if !*begun {
                    *begun = true;
                    actions.extend(select_held(held, input));
                    actions.push(Action::Gesture(Gesture::Begin { label: label_of(held, input) }));
                }
                actions.push(Action::Gesture(Gesture::Edits(pins(&moved.boxes))));
                *last = moved.boxes;
            }
            DragState::Nothing | DragState::Nudging | DragState::Cancelled => {}
        }
    }

    pub(crate) fn click(&mut self, ui: &Ui, response: &Response, layer: &BoxLayer<'_>, actions: &mut Vec<Action>) {
        let BoxLayer { frame, boxes, input } = *layer;
        let Some(at) = response.interact_pointer_pos() else { return };
        let stack = stack_at(boxes, frame.unit_from_screen(at), unit_of_points(frame, 2.0));
        let modifiers = ui.input(|i| i.modifiers);
        let again = self.last_click.is_some_and(|last| last.distance(at) <= SAME_PLACE);
        self.last_click = Some(at);
        if modifiers.alt {
            self.listed = (!stack.is_empty()).then_some((at, stack));
            return;
        }
        let current = single_node(input).and_then(|node| stack.iter().position(|&other| other == node));
        let chosen = match current {
            // A click at the same place selects the next box below, and after the last the top one again.
            Some(position) if again => stack.get(position + 1).or(stack.first()),
            _ => stack.first(),
        };
        let mut selection = if modifiers.shift { input.selection.clone() } else { Selection::default() };
        if let Some(&node) = chosen {
            let is_selected = selection.nodes.contains(&node);
            let group = with_groups(input.scene, &Selection::of(Item::Node(node))).nodes;
            match is_selected {
                true => selection.nodes.retain(|id| !group.contains(id)),
                // A second click at the same place selects one of a group alone.
                false if again && input.selection.nodes == group => selection.insert(Item::Node(node)),
                false => selection.nodes.extend(group),
            }
            ui.memory_mut(|memory| memory.request_focus(box_id(node)));
        }
        if selection != *input.selection {
            actions.push(Action::Select(selection));
        }
    }

    fn hover(&mut self, ui: &Ui, response: &Response, layer: &BoxLayer<'_>, actions: &mut Vec<Action>) {
        let BoxLayer { frame, boxes, input } = *layer;
        let Some(at) = response.hover_pos() else { return };
        let handle = single_box(input).and_then(|b| handle_at(&b, frame, at));
        let stack = stack_at(boxes, frame.unit_from_screen(at), [0.0; 2]);
        let item = stack.first().map(|&node| Item::Node(node));
        if item != input.hovered {
            actions.push(Action::Hover(item));
        }
        self.hover_sent = true;
        if let Some(grip) = handle {
            ui.ctx().set_cursor_icon(cursor_of(grip));
        } else if stack.iter().any(|node| input.selection.nodes.contains(node)) {
            ui.ctx().set_cursor_icon(CursorIcon::Move);
        }
    }

    /// Closes the list of boxes and clears its hover.
    pub(crate) fn close_list(&mut self) {
        self.listed = None;
        self.hover_sent = true;
    }

    /// The pointer left the panes: clears the hover.
    pub(crate) fn pointer_left(&mut self, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
        if std::mem::take(&mut self.hover_sent) && input.hovered.is_some() {
            actions.push(Action::Hover(None));
        }
    }

    /// Arrow keys move the selected boxes by a pixel (Shift: ten), with Ctrl their lower right corner; P pins and
    /// unpins.
    pub(crate) fn keys(&mut self, ui: &Ui, layer: &BoxLayer<'_>, actions: &mut Vec<Action>) {
        let boxes = layer.boxes;
        let focused = ui.memory(|memory| memory.focused());
        let focused = boxes.iter().map(|boxed| boxed.node.id).find(|&node| focused == Some(box_id(node)));
        let Some(node) = focused else {
            if matches!(self.drag_state, DragState::Nudging) {
                self.commit_drag(actions);
            }
            return;
        };
        let filter =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: self.is_dragging(), tab: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(box_id(node), filter));
        if self.is_dragging() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            actions.push(Action::Gesture(Gesture::Abort));
            self.drag_state = DragState::Nothing;
            return;
        }
        let by = ui.input(|i| {
            let step = if i.modifiers.shift { 10.0 } else { 1.0 };
            ARROWS.iter().fold([0.0, 0.0], |sum, (key, way)| {
                let presses = step * i.num_presses(*key) as f32;
                [sum[0] + way[0] * presses, sum[1] + way[1] * presses]
            })
        });
        let grip = if ui.input(|i| i.modifiers.ctrl) { Grip::Edges { across: 1, down: 1 } } else { Grip::Move };
        if by != [0.0, 0.0] {
            self.nudge(grip, node, by, layer, actions);
        }
        let held_down = ui.input(|i| ARROWS.iter().any(|(key, _)| i.key_down(*key)));
        if matches!(self.drag_state, DragState::Nudging) && !held_down {
            self.commit_drag(actions);
        }
        if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::P)) {
            actions.extend(pin_or_release(node, boxes));
        }
    }

    fn nudge(&mut self, grip: Grip, node: NodeId, by: [f32; 2], layer: &BoxLayer<'_>, actions: &mut Vec<Action>) {
        let BoxLayer { frame, boxes, input } = *layer;
        let Some(held) = held(grip, node, &moved_with(node, input, false), boxes) else { return };
        let pixel = frame.pixel();
        let moved = held.moved([by[0] * pixel[0], by[1] * pixel[1]], pixel, None);
        if moved.boxes == held.boxes {
            return;
        }
        if !matches!(self.drag_state, DragState::Nudging) {
            self.drag_state = DragState::Nudging;
            actions.extend(select_held(&held, input));
            actions.push(Action::Gesture(Gesture::Begin { label: label_of(&held, input) }));
        }
        actions.push(Action::Gesture(Gesture::Edits(pins(&moved.boxes))));
    }
}

/// Widget id of an object's box; the same in every pane.
pub(crate) fn box_id(node: NodeId) -> Id {
    Id::new("picture box").with(node)
}

/// Pins an object's box where it is, or unpins it.
fn pin_or_release(node: NodeId, boxes: &[BoxItem<'_>]) -> Option<Action> {
    let boxed = boxes.iter().find(|boxed| boxed.node.id == node)?;
    Some(match boxed.node.pinned {
        Some(_) => unpin(boxed.node.title(), node),
        None => {
            Action::edit(format!("pin {}", boxed.node.title()), vec![Edit::Pin { node, pinned: Some(boxed.bounds) }])
        }
    })
}

pub(crate) fn unpin(title: &str, node: NodeId) -> Action {
    Action::edit(format!("unpin {title}"), vec![Edit::Pin { node, pinned: None }])
}

fn single_node(input: &PictureInput<'_>) -> Option<NodeId> {
    input.selection.single_node()
}

/// The box that has handles.
pub(crate) fn single_box(input: &PictureInput<'_>) -> Option<UnitBox> {
    box_of(input, input.scene.node(single_node(input)?)?)
}

pub(crate) fn handle_at(b: &UnitBox, frame: &Frame, at: Pos2) -> Option<Grip> {
    let distance = |grip: &Grip| frame.screen_from_unit(grip.point_on(b)).distance(at);
    // On a small box the handles overlap: the nearest one counts, and the center moves the box.
    let rect = frame.screen_from_box(b);
    let reach = HANDLE_REACH.min(rect.width().min(rect.height()) / 3.0).max(3.0);
    Grip::HANDLES.into_iter().filter(|grip| distance(grip) <= reach).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The boxes that move with `node`: all selected ones, if it is one of them.
fn held(grip: Grip, node: NodeId, selected: &BTreeSet<NodeId>, boxes: &[BoxItem<'_>]) -> Option<HeldBoxes> {
    let first = boxes.iter().find(|boxed| boxed.node.id == node)?;
    let with = |boxed: &&BoxItem<'_>| {
        grip == Grip::Move && selected.contains(&node) && boxed.node.id != node && selected.contains(&boxed.node.id)
    };
    let all = std::iter::once(first).chain(boxes.iter().filter(with));
    Some(HeldBoxes { grip, boxes: all.map(|boxed| (boxed.node.id, boxed.bounds)).collect(), keeps_shape: false })
}

/// What moves with an object: the selection it belongs to, its group, and what these hold, wear or carry. `alone`: the selection only.
fn moved_with(node: NodeId, input: &PictureInput<'_>, alone: bool) -> BTreeSet<NodeId> {
    let own = Selection::of(Item::Node(node));
    let selection = if input.selection.nodes.contains(&node) { input.selection } else { &own };
    if alone {
        return selection.nodes.clone();
    }
    let is_thing = |id: NodeId| {
        let own = input.scene.node(id).and_then(|node| input.vocab.looks_of_name(&node.name));
        own.is_none_or(|own| !own.stuff)
    };
    moved_along(input.scene, &with_groups(input.scene, selection).nodes, is_thing)
}

fn select_held(held: &HeldBoxes, input: &PictureInput<'_>) -> Option<Action> {
    let (node, _) = *held.boxes.first()?;
    let selected = input.selection.nodes.contains(&node);
    (!selected).then(|| Action::Select(Selection::of(Item::Node(node))))
}

fn label_of(held: &HeldBoxes, input: &PictureInput<'_>) -> String {
    let verb = if held.grip == Grip::Move { "move" } else { "resize" };
    match held.boxes.as_slice() {
        [(node, _)] => format!("{verb} {}", input.scene.node(*node).map_or("box", |node| node.title())),
        boxes if boxes.iter().all(|(node, _)| input.selection.nodes.contains(node)) => {
            format!("{verb} {} boxes", boxes.len())
        }
        // What goes along is not named.
        [(node, _), ..] => format!("{verb} {}", input.scene.node(*node).map_or("box", |node| node.title())),
        [] => verb.to_owned(),
    }
}

fn pins(boxes: &[(NodeId, UnitBox)]) -> Vec<Edit> {
    boxes.iter().map(|&(node, b)| Edit::Pin { node, pinned: Some(b) }).collect()
}

pub(crate) fn cursor_of(grip: Grip) -> CursorIcon {
    match grip {
        Grip::Move => CursorIcon::Move,
        Grip::Edges { across: 0, .. } => CursorIcon::ResizeVertical,
        Grip::Edges { down: 0, .. } => CursorIcon::ResizeHorizontal,
        Grip::Edges { across, down } if across == down => CursorIcon::ResizeNwSe,
        Grip::Edges { .. } => CursorIcon::ResizeNeSw,
    }
}

/// Where a handle is drawn, points.
pub(crate) fn handle_rects(b: &UnitBox, frame: &Frame) -> [Rect; 8] {
    Grip::HANDLES.map(|grip| Rect::from_center_size(frame.screen_from_unit(grip.point_on(b)), egui::vec2(7.0, 7.0)))
}
