//! Mouse input: presses, drags and releases as a state machine.

use super::actions::{self, move_to};
use super::paint::{GraphPainter, border_point};
use super::popup::{Popup, Question};
use super::snap::{SnapResult, snap};
use super::toolbar::ContextMenu;
use super::{Canvas, CanvasInput, FrameContext};
use crate::app::object_edits::with_groups;
use crate::app::{Action, Gesture, Item, Selection};
use egui::{CursorIcon, Key, PointerButton, Pos2, Rect, Response, Ui, Vec2};
use scenewright_scene::{Edit, NodeId, Scene};

/// Width of the ring around a node's border from which a drag creates a relation, in screen points.
pub(crate) const RING_OUTSIDE: f32 = 7.0;
const RING_INSIDE: f32 = 4.0;

#[derive(Clone, Debug, Default)]
pub enum PointerState {
    #[default]
    Idle,
    Move {
        grabbed: NodeId,
        /// Position of the press, in canvas points.
        from: Pos2,
        origins: Vec<(NodeId, Pos2)>,
        /// Last reported offset, so that an idle pointer sends nothing.
        last_offset: Vec2,
        guides: Vec<(Pos2, Pos2)>,
    },
    /// A relation is being dragged from this node.
    Relate {
        subject: NodeId,
    },
    /// The same by keyboard: arrow keys choose the object.
    Choose {
        subject: NodeId,
        object: NodeId,
    },
    Band {
        /// Canvas points.
        from: Pos2,
        /// Selection before the drag, kept with Shift.
        base: Selection,
    },
    Pan,
}

impl PointerState {
    /// Ends the gesture if undo removed what is being dragged.
    pub(crate) fn remove_missing(&mut self, scene: &Scene) {
        let is_missing = |id: &NodeId| scene.node(*id).is_none();
        let is_void = match self {
            Self::Move { grabbed, origins, .. } => is_missing(grabbed) || origins.iter().any(|(id, _)| is_missing(id)),
            Self::Relate { subject } => is_missing(subject),
            Self::Choose { subject, object } => is_missing(subject) || is_missing(object),
            _ => false,
        };
        if is_void {
            *self = Self::Idle;
        }
    }
}

impl Canvas {
    pub(super) fn pointer(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, frame: &mut FrameContext) {
        let hovers = ui.rect_contains_pointer(frame.area);
        self.scroll_and_zoom(ui, frame, hovers);
        if self.popup.is_none() {
            self.start(ui, input, ground, frame, hovers);
        }
        self.continue_gesture(ui, input, frame);
        self.click(ui, input, ground, frame);
        self.cursor_icon(ui, frame);
    }

    fn scroll_and_zoom(&mut self, ui: &Ui, frame: &FrameContext, hovers: bool) {
        if !hovers || self.popup.is_some() {
            return;
        }
        let (zoom, scroll, at) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta(), i.pointer.hover_pos()));
        if zoom != 1.0 {
            self.view.zoom_at(frame.area, at.unwrap_or(frame.area.center()), zoom);
        } else if scroll != Vec2::ZERO {
            self.view.pan(scroll);
        }
    }

    fn start(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, frame: &mut FrameContext, hovers: bool) {
        if !matches!(self.gesture, PointerState::Idle | PointerState::Choose { .. }) {
            return;
        }
        let (space, shift, middle) =
            ui.input(|i| (i.key_down(Key::Space), i.modifiers.shift, i.pointer.button_pressed(PointerButton::Middle)));
        let Some(press) = ui.input(|i| i.pointer.press_origin()) else { return };
        let port = self.port(frame);
        let at = port.canvas_from_screen(press);
        let dragged =
            frame.touched.iter().find(|(_, r)| r.drag_started_by(PointerButton::Primary)).map(|(item, _)| *item);
        let ground_dragged = ground.drag_started_by(PointerButton::Primary);
        if hovers && (middle || (space && (dragged.is_some() || ground_dragged))) {
            self.gesture = PointerState::Pan;
        } else if let Some(Item::Node(node)) = dragged {
            let node_widget =
                self.graph.node_widget(node).map_or(Rect::NOTHING, |node_widget| port.screen_rect(node_widget.rect));
            self.focus_request = Some(Some(Item::Node(node)));
            if is_on_ring(node_widget, press) {
                self.gesture = PointerState::Relate { subject: node };
            } else {
                self.start_move(input, node, at, shift, frame);
            }
        } else if ground_dragged {
            let base = if shift { input.selection.clone() } else { Selection::default() };
            self.gesture = PointerState::Band { from: at, base };
            self.focus_request = Some(None);
        }
    }

    fn start_move(&mut self, input: &CanvasInput<'_>, node: NodeId, from: Pos2, shift: bool, frame: &mut FrameContext) {
        let mut selection = input.selection.clone();
        if !selection.nodes.contains(&node) {
            selection = if shift { selection } else { Selection::default() };
            selection.insert(Item::Node(node));
            selection = with_groups(input.scene, &selection);
            frame.actions.push(Action::Select(selection.clone()));
        }
        let origins: Vec<(NodeId, Pos2)> = selection
            .nodes
            .iter()
            .filter(|id| input.scene.node(**id).is_some())
            .map(|id| (*id, self.places.goal_of(*id)))
            .collect();
        let moved = Selection { nodes: selection.nodes, ..Selection::default() };
        let label = format!("move {}", actions::name_of(input.scene, &moved));
        frame.actions.push(Action::Gesture(Gesture::Begin { label }));
        self.gesture = PointerState::Move { grabbed: node, from, origins, last_offset: Vec2::ZERO, guides: Vec::new() };
    }

    fn continue_gesture(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let (down, any_down, escape) =
            ui.input(|i| (i.pointer.primary_down(), i.pointer.any_down(), i.key_pressed(Key::Escape)));
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let at = pointer.map(|at| self.port(frame).canvas_from_screen(at));
        match std::mem::take(&mut self.gesture) {
            PointerState::Idle => {}
            PointerState::Move { .. } if escape => {
                self.places.release();
                frame.actions.push(Action::Gesture(Gesture::Abort));
            }
            PointerState::Relate { .. } | PointerState::Choose { .. } if escape => {}
            PointerState::Band { base, .. } if escape => frame.actions.push(Action::Select(base)),
            PointerState::Pan => {
                self.view.pan(ui.input(|i| i.pointer.delta()));
                if any_down {
                    self.gesture = PointerState::Pan;
                }
            }
            PointerState::Choose { subject, object } => self.gesture = PointerState::Choose { subject, object },
            PointerState::Move { grabbed, from, origins, last_offset, .. } => {
                let moved = at.map_or(last_offset, |at| at - from);
                let (offset, guides) = self.snap_drag(ui, grabbed, &origins, moved, frame);
                if offset != last_offset {
                    frame.actions.push(Action::Gesture(Gesture::Edits(self.moves(&origins, offset))));
                }
                if down {
                    self.gesture = PointerState::Move { grabbed, from, origins, last_offset: offset, guides };
                } else {
                    frame.actions.push(Action::Gesture(Gesture::Commit));
                }
            }
            PointerState::Relate { subject } if down => self.gesture = PointerState::Relate { subject },
            PointerState::Relate { subject } => {
                if let (Some(at), Some(pointer)) = (at, pointer.filter(|p| frame.area.contains(*p))) {
                    let question = match self.node_under(at, frame) {
                        Some(object) => Question::Relate { subject, object },
                        None => Question::AddRelated { subject, at },
                    };
                    self.popup = Some(Popup::new(question, pointer, ""));
                }
            }
            PointerState::Band { from, base } => {
                let band = at.map_or(Rect::NOTHING, |at| Rect::from_two_pos(from, at));
                let selection = self.items_in_band(band, &base);
                if selection != *input.selection {
                    frame.actions.push(Action::Select(selection));
                }
                if down {
                    self.gesture = PointerState::Band { from, base };
                }
            }
        }
    }

    fn snap_drag(
        &self,
        ui: &Ui,
        grabbed: NodeId,
        origins: &[(NodeId, Pos2)],
        moved: Vec2,
        frame: &FrameContext,
    ) -> (Vec2, Vec<(Pos2, Pos2)>) {
        let port = self.port(frame);
        if !self.snapping || ui.input(|i| i.modifiers.alt) {
            return (moved, Vec::new());
        }
        let (Some(node_widget), Some((_, origin))) =
            (self.graph.node_widget(grabbed), origins.iter().find(|(id, _)| *id == grabbed))
        else {
            return (moved, Vec::new());
        };
        let visible = port.visible();
        let stays = |id: NodeId| !origins.iter().any(|(moving, _)| *moving == id);
        let others: Vec<Rect> = self
            .graph
            .node_widgets
            .iter()
            .filter(|c| visible.intersects(c.rect) && stays(c.node))
            .map(|c| c.rect)
            .collect();
        let there = Rect::from_center_size(*origin + moved, node_widget.rect.size());
        let SnapResult { offset, guides } = snap(there, &others, port.zoom);
        (moved + offset, guides)
    }

    fn moves(&mut self, origins: &[(NodeId, Pos2)], offset: Vec2) -> Vec<Edit> {
        let mut edits = Vec::with_capacity(origins.len());
        for (node, origin) in origins {
            let edit = move_to(*node, *origin + offset);
            if let Edit::MoveOnCanvas { canvas: Some([x, y]), .. } = edit {
                self.places.hold(*node, Pos2::new(x, y));
            }
            edits.push(edit);
        }
        edits
    }

    /// The selection of a rubber band: what it touches, plus `base`.
    fn items_in_band(&self, band: Rect, base: &Selection) -> Selection {
        let mut selection = base.clone();
        let node_widgets = self.graph.node_widgets.iter().filter(|node_widget| node_widget.rect.intersects(band));
        selection.nodes.extend(node_widgets.map(|node_widget| node_widget.node));
        let routes = self.graph.routes.iter().filter(|route| band.contains_rect(route.label));
        selection.relations.extend(routes.map(|route| route.relation));
        selection
    }

    fn click(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, frame: &mut FrameContext) {
        let shift = ui.input(|i| i.modifiers.shift || i.modifiers.command);
        let pointer = ui.input(|i| i.pointer.interact_pos()).unwrap_or(frame.area.center());
        let at = self.port(frame).canvas_from_screen(pointer);
        let mut actions = Vec::new();
        for (item, response) in std::mem::take(&mut frame.touched) {
            if response.secondary_clicked() {
                if !input.selection.contains(item) {
                    actions.push(actions::select(item));
                }
                self.cursor = Some(item);
                self.menu = Some(ContextMenu::new(Some(item), pointer, at));
            } else if response.double_clicked_by(PointerButton::Primary) && matches!(item, Item::Node(_)) {
                self.edit_word(item, frame);
            } else if response.clicked() {
                self.click_item(item, input, shift, frame, &mut actions);
            }
        }
        frame.actions.append(&mut actions);
        if ground.secondary_clicked() {
            self.menu = Some(ContextMenu::new(None, pointer, at));
        } else if ground.double_clicked_by(PointerButton::Primary) && self.popup.is_none() {
            self.popup = Some(Popup::new(Question::Add { at, find: false }, pointer, ""));
        } else if ground.clicked_by(PointerButton::Primary) {
            if matches!(self.gesture, PointerState::Choose { .. }) {
                self.gesture = PointerState::Idle;
            }
            self.focus_request = Some(None);
            if !shift && !input.selection.is_empty() {
                frame.actions.push(Action::Select(Selection::default()));
            }
        }
    }

    fn click_item(
        &mut self,
        item: Item,
        input: &CanvasInput<'_>,
        shift: bool,
        frame: &FrameContext,
        actions: &mut Vec<Action>,
    ) {
        if let (PointerState::Choose { subject, .. }, Item::Node(object)) = (&self.gesture, item) {
            let question = Question::Relate { subject: *subject, object };
            self.ask_at(question, self.places.goal_of(object), frame);
            self.gesture = PointerState::Idle;
            return;
        }
        self.cursor = Some(item);
        self.focus_request = Some(Some(item));
        if shift {
            let mut selection = input.selection.clone();
            selection.toggle(item);
            actions.push(Action::Select(selection));
            return;
        }
        // A click in a selected group selects one of it alone.
        let one = Selection::of(item);
        let group = with_groups(input.scene, &one);
        let next = if *input.selection == group { one } else { group };
        if *input.selection != next {
            actions.push(Action::Select(next));
        }
        if matches!(item, Item::Relation(_)) {
            self.edit_word(item, frame);
        }
    }

    /// Opens the popup that changes a word.
    pub(super) fn edit_word(&mut self, item: Item, frame: &FrameContext) {
        match item {
            Item::Node(node) => self.ask_at(Question::Rename { node }, self.places.goal_of(node), frame),
            Item::Relation(relation) => {
                let Some(at) = self.graph.word_index(relation) else { return };
                self.ask_at(Question::Change { relation }, self.graph.routes[at].label.center(), frame);
            }
        }
    }

    /// Opens a popup below a canvas point.
    pub(super) fn ask_at(&mut self, question: Question, at: Pos2, frame: &FrameContext) {
        let anchor = self.port(frame).screen_from_canvas(at) + egui::vec2(0.0, 16.0);
        self.popup = Some(Popup::new(question, frame.area.clamp(anchor), ""));
    }

    fn node_under(&self, at: Pos2, frame: &FrameContext) -> Option<NodeId> {
        self.graph.node_at(at, RING_OUTSIDE / self.port(frame).zoom)
    }

    /// The node where a relation would end or start.
    pub(super) fn link_target(&self, ui: &Ui, frame: &FrameContext, hovered: Option<Item>) -> Option<NodeId> {
        let pointer = ui.input(|i| i.pointer.latest_pos())?;
        match (&self.gesture, hovered) {
            (PointerState::Relate { .. }, _) => self.node_under(self.port(frame).canvas_from_screen(pointer), frame),
            (PointerState::Idle, Some(Item::Node(node))) => {
                let rect = self.port(frame).screen_rect(self.graph.node_widget(node)?.rect);
                is_on_ring(rect, pointer).then_some(node)
            }
            _ => None,
        }
        .or(self.chosen_object())
    }

    fn chosen_object(&self) -> Option<NodeId> {
        if let PointerState::Choose { object, .. } = &self.gesture { Some(*object) } else { None }
    }

    pub(super) fn paint_gesture(
        &self,
        ui: &Ui,
        painter: &GraphPainter<'_>,
        frame: &FrameContext,
        hovered: Option<Item>,
    ) {
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let rect_of =
            |node: NodeId| self.graph.node_widget(node).map(|node_widget| painter.port.screen_rect(node_widget.rect));
        match &self.gesture {
            PointerState::Move { guides, .. } => guides.iter().for_each(|(from, to)| painter.guide(*from, *to)),
            PointerState::Relate { subject } => {
                if let (Some(from), Some(to)) = (rect_of(*subject), pointer) {
                    let landed = self.node_under(painter.port.canvas_from_screen(to), frame).is_some();
                    painter.thread(from, to, landed);
                }
            }
            PointerState::Choose { subject, object } => {
                if let (Some(from), Some(to)) = (rect_of(*subject), rect_of(*object)) {
                    painter.thread(from, border_point(to, from.center()), true);
                }
            }
            PointerState::Band { from, .. } => {
                if let Some(to) = pointer {
                    painter.band(Rect::from_two_pos(painter.port.screen_from_canvas(*from), to));
                }
            }
            PointerState::Idle => {
                if let (Some(node), Some(at), None) = (self.link_target(ui, frame, hovered), pointer, &self.popup)
                    && frame.pointer_hover == Some(Item::Node(node))
                    && let Some(rect) = rect_of(node)
                {
                    painter.handle(border_point(rect, at));
                }
            }
            PointerState::Pan => {}
        }
    }

    fn cursor_icon(&self, ui: &Ui, frame: &FrameContext) {
        let icon = match &self.gesture {
            PointerState::Move { .. } | PointerState::Pan => CursorIcon::Grabbing,
            PointerState::Relate { .. } => CursorIcon::Crosshair,
            PointerState::Idle => match frame.pointer_hover {
                Some(Item::Node(_)) if self.link_target(ui, frame, frame.pointer_hover).is_some() => {
                    CursorIcon::Crosshair
                }
                Some(Item::Node(_)) => CursorIcon::Grab,
                Some(Item::Relation(_)) => CursorIcon::PointingHand,
                None => return,
            },
            _ => return,
        };
        ui.ctx().set_cursor_icon(icon);
    }
}

/// Near the border, on either side; most of a small node remains for moving it.
fn is_on_ring(node_widget: Rect, at: Pos2) -> bool {
    let inside = RING_INSIDE.min(node_widget.height() * 0.12);
    node_widget.expand(RING_OUTSIDE).contains(at) && !node_widget.shrink(inside).contains(at)
}
