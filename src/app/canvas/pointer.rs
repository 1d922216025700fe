//! What the mouse does: presses, drags and releases, as a small machine with one state.

use super::deeds::{self, move_to};
use super::paint::{Brush, border_point};
use super::popup::{Popup, Question};
use super::snap::{Snapped, snap};
use super::tools::Menu;
use super::{Canvas, CanvasInput, Turn};
use crate::app::{Action, Gesture as Step, Item, Selection};
use egui::{CursorIcon, Key, PointerButton, Pos2, Rect, Response, Ui, Vec2};
use scenewright_scene::{Edit, NodeId, Scene};

/// The ring around a chip's border from which a drag makes a relation, in screen points.
pub(crate) const RING_OUTSIDE: f32 = 7.0;
const RING_INSIDE: f32 = 4.0;

#[derive(Clone, Debug, Default)]
pub enum Gesture {
    #[default]
    Idle,
    Move {
        grabbed: NodeId,
        /// Where the pointer took hold, in canvas points.
        from: Pos2,
        origins: Vec<(NodeId, Pos2)>,
        /// What was told last, so that a still hand says nothing.
        told: Vec2,
        guides: Vec<(Pos2, Pos2)>,
    },
    /// A relation is dragged from this chip.
    Relate {
        subject: NodeId,
    },
    /// The same by keyboard: the object is chosen with arrow keys.
    Choose {
        subject: NodeId,
        object: NodeId,
    },
    Band {
        /// Canvas points.
        from: Pos2,
        /// What was selected before, kept with Shift.
        base: Selection,
    },
    Pan,
}

impl Gesture {
    /// Undo may take away what is being dragged.
    pub(crate) fn forget_gone(&mut self, scene: &Scene) {
        let gone = |id: &NodeId| scene.node(*id).is_none();
        let is_void = match self {
            Self::Move { grabbed, origins, .. } => gone(grabbed) || origins.iter().any(|(id, _)| gone(id)),
            Self::Relate { subject } => gone(subject),
            Self::Choose { subject, object } => gone(subject) || gone(object),
            _ => false,
        };
        if is_void {
            *self = Self::Idle;
        }
    }
}

impl Canvas {
    pub(super) fn pointer(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, turn: &mut Turn) {
        let hovers = ui.rect_contains_pointer(turn.area);
        self.wheel(ui, turn, hovers);
        if self.popup.is_none() {
            self.start(ui, input, ground, turn, hovers);
        }
        self.go_on(ui, input, turn);
        self.click(ui, input, ground, turn);
        self.cursor_icon(ui, turn);
    }

    fn wheel(&mut self, ui: &Ui, turn: &Turn, hovers: bool) {
        if !hovers || self.popup.is_some() {
            return;
        }
        let (zoom, scroll, at) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta(), i.pointer.hover_pos()));
        if zoom != 1.0 {
            self.view.zoom_at(turn.area, at.unwrap_or(turn.area.center()), zoom);
        } else if scroll != Vec2::ZERO {
            self.view.pan(scroll);
        }
    }

    fn start(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, turn: &mut Turn, hovers: bool) {
        if !matches!(self.gesture, Gesture::Idle | Gesture::Choose { .. }) {
            return;
        }
        let (space, shift, middle) =
            ui.input(|i| (i.key_down(Key::Space), i.modifiers.shift, i.pointer.button_pressed(PointerButton::Middle)));
        let Some(press) = ui.input(|i| i.pointer.press_origin()) else { return };
        let port = self.port(turn);
        let at = port.canvas_from_screen(press);
        let dragged =
            turn.touched.iter().find(|(_, r)| r.drag_started_by(PointerButton::Primary)).map(|(item, _)| *item);
        let ground_dragged = ground.drag_started_by(PointerButton::Primary);
        if hovers && (middle || (space && (dragged.is_some() || ground_dragged))) {
            self.gesture = Gesture::Pan;
        } else if let Some(Item::Node(node)) = dragged {
            let chip = self.graph.chip(node).map_or(Rect::NOTHING, |chip| port.screen_rect(chip.rect));
            self.wants_focus = Some(Some(Item::Node(node)));
            if is_on_ring(chip, press) {
                self.gesture = Gesture::Relate { subject: node };
            } else {
                self.start_move(input, node, at, shift, turn);
            }
        } else if ground_dragged {
            let base = if shift { input.selection.clone() } else { Selection::default() };
            self.gesture = Gesture::Band { from: at, base };
            self.wants_focus = Some(None);
        }
    }

    fn start_move(&mut self, input: &CanvasInput<'_>, node: NodeId, from: Pos2, shift: bool, turn: &mut Turn) {
        let mut selection = input.selection.clone();
        if !selection.nodes.contains(&node) {
            selection = if shift { selection } else { Selection::default() };
            selection.insert(Item::Node(node));
            turn.actions.push(Action::Select(selection.clone()));
        }
        let origins: Vec<(NodeId, Pos2)> = selection
            .nodes
            .iter()
            .filter(|id| input.scene.node(**id).is_some())
            .map(|id| (*id, self.places.goal_of(*id)))
            .collect();
        let moved = Selection { nodes: selection.nodes, ..Selection::default() };
        let label = format!("move {}", deeds::name_of(input.scene, &moved));
        turn.actions.push(Action::Gesture(Step::Begin { label }));
        self.gesture = Gesture::Move { grabbed: node, from, origins, told: Vec2::ZERO, guides: Vec::new() };
    }

    fn go_on(&mut self, ui: &Ui, input: &CanvasInput<'_>, turn: &mut Turn) {
        let (down, any_down, escape) =
            ui.input(|i| (i.pointer.primary_down(), i.pointer.any_down(), i.key_pressed(Key::Escape)));
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let at = pointer.map(|at| self.port(turn).canvas_from_screen(at));
        match std::mem::take(&mut self.gesture) {
            Gesture::Idle => {}
            Gesture::Move { .. } if escape => {
                self.places.release();
                turn.actions.push(Action::Gesture(Step::Abort));
            }
            Gesture::Relate { .. } | Gesture::Choose { .. } if escape => {}
            Gesture::Band { base, .. } if escape => turn.actions.push(Action::Select(base)),
            Gesture::Pan => {
                self.view.pan(ui.input(|i| i.pointer.delta()));
                if any_down {
                    self.gesture = Gesture::Pan;
                }
            }
            Gesture::Choose { subject, object } => self.gesture = Gesture::Choose { subject, object },
            Gesture::Move { grabbed, from, origins, told, .. } => {
                let moved = at.map_or(told, |at| at - from);
                let (offset, guides) = self.snapped(ui, grabbed, &origins, moved, turn);
                if offset != told {
                    turn.actions.push(Action::Gesture(Step::Edits(self.moves(&origins, offset))));
                }
                if down {
                    self.gesture = Gesture::Move { grabbed, from, origins, told: offset, guides };
                } else {
                    turn.actions.push(Action::Gesture(Step::Commit));
                }
            }
            Gesture::Relate { subject } if down => self.gesture = Gesture::Relate { subject },
            Gesture::Relate { subject } => {
                if let (Some(at), Some(pointer)) = (at, pointer.filter(|p| turn.area.contains(*p))) {
                    let question = match self.chip_under(at, turn) {
                        Some(object) => Question::Relate { subject, object },
                        None => Question::AddRelated { subject, at },
                    };
                    self.popup = Some(Popup::new(question, pointer, ""));
                }
            }
            Gesture::Band { from, base } => {
                let band = at.map_or(Rect::NOTHING, |at| Rect::from_two_pos(from, at));
                let selection = self.within(band, &base);
                if selection != *input.selection {
                    turn.actions.push(Action::Select(selection));
                }
                if down {
                    self.gesture = Gesture::Band { from, base };
                }
            }
        }
    }

    fn snapped(
        &self,
        ui: &Ui,
        grabbed: NodeId,
        origins: &[(NodeId, Pos2)],
        moved: Vec2,
        turn: &Turn,
    ) -> (Vec2, Vec<(Pos2, Pos2)>) {
        let port = self.port(turn);
        if !self.snapping || ui.input(|i| i.modifiers.alt) {
            return (moved, Vec::new());
        }
        let (Some(chip), Some((_, origin))) = (self.graph.chip(grabbed), origins.iter().find(|(id, _)| *id == grabbed))
        else {
            return (moved, Vec::new());
        };
        let visible = port.visible();
        let stays = |id: NodeId| !origins.iter().any(|(moving, _)| *moving == id);
        let others: Vec<Rect> =
            self.graph.chips.iter().filter(|c| visible.intersects(c.rect) && stays(c.node)).map(|c| c.rect).collect();
        let there = Rect::from_center_size(*origin + moved, chip.rect.size());
        let Snapped { offset, guides } = snap(there, &others, port.zoom);
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

    /// What a rubber band touches, on top of `base`.
    fn within(&self, band: Rect, base: &Selection) -> Selection {
        let mut selection = base.clone();
        let chips = self.graph.chips.iter().filter(|chip| chip.rect.intersects(band));
        selection.nodes.extend(chips.map(|chip| chip.node));
        let routes = self.graph.routes.iter().filter(|route| band.contains_rect(route.label));
        selection.relations.extend(routes.map(|route| route.relation));
        selection
    }

    fn click(&mut self, ui: &Ui, input: &CanvasInput<'_>, ground: &Response, turn: &mut Turn) {
        let shift = ui.input(|i| i.modifiers.shift || i.modifiers.command);
        let pointer = ui.input(|i| i.pointer.interact_pos()).unwrap_or(turn.area.center());
        let at = self.port(turn).canvas_from_screen(pointer);
        let mut actions = Vec::new();
        for (item, response) in std::mem::take(&mut turn.touched) {
            if response.secondary_clicked() {
                if !input.selection.contains(item) {
                    actions.push(deeds::select(item));
                }
                self.cursor = Some(item);
                self.menu = Some(Menu::new(Some(item), pointer, at));
            } else if response.double_clicked_by(PointerButton::Primary) && matches!(item, Item::Node(_)) {
                self.edit_word(item, turn);
            } else if response.clicked() {
                self.click_item(item, input, shift, turn, &mut actions);
            }
        }
        turn.actions.append(&mut actions);
        if ground.secondary_clicked() {
            self.menu = Some(Menu::new(None, pointer, at));
        } else if ground.double_clicked_by(PointerButton::Primary) && self.popup.is_none() {
            self.popup = Some(Popup::new(Question::Add { at, find: false }, pointer, ""));
        } else if ground.clicked_by(PointerButton::Primary) {
            if matches!(self.gesture, Gesture::Choose { .. }) {
                self.gesture = Gesture::Idle;
            }
            self.wants_focus = Some(None);
            if !shift && !input.selection.is_empty() {
                turn.actions.push(Action::Select(Selection::default()));
            }
        }
    }

    fn click_item(&mut self, item: Item, input: &CanvasInput<'_>, shift: bool, turn: &Turn, actions: &mut Vec<Action>) {
        if let (Gesture::Choose { subject, .. }, Item::Node(object)) = (&self.gesture, item) {
            let question = Question::Relate { subject: *subject, object };
            self.ask_at(question, self.places.goal_of(object), turn);
            self.gesture = Gesture::Idle;
            return;
        }
        self.cursor = Some(item);
        self.wants_focus = Some(Some(item));
        if shift {
            let mut selection = input.selection.clone();
            selection.toggle(item);
            actions.push(Action::Select(selection));
            return;
        }
        if *input.selection != Selection::of(item) {
            actions.push(deeds::select(item));
        }
        if matches!(item, Item::Relation(_)) {
            self.edit_word(item, turn);
        }
    }

    /// Opens the popup in which a word is changed.
    pub(super) fn edit_word(&mut self, item: Item, turn: &Turn) {
        match item {
            Item::Node(node) => self.ask_at(Question::Rename { node }, self.places.goal_of(node), turn),
            Item::Relation(relation) => {
                let Some(at) = self.graph.word_index(relation) else { return };
                self.ask_at(Question::Change { relation }, self.graph.routes[at].label.center(), turn);
            }
        }
    }

    /// Opens a popup below a canvas point.
    pub(super) fn ask_at(&mut self, question: Question, at: Pos2, turn: &Turn) {
        let anchor = self.port(turn).screen_from_canvas(at) + egui::vec2(0.0, 16.0);
        self.popup = Some(Popup::new(question, turn.area.clamp(anchor), ""));
    }

    fn chip_under(&self, at: Pos2, turn: &Turn) -> Option<NodeId> {
        self.graph.chip_at(at, RING_OUTSIDE / self.port(turn).zoom)
    }

    /// The chip at which a relation would end or from which a drag would start one.
    pub(super) fn link_target(&self, ui: &Ui, turn: &Turn, hovered: Option<Item>) -> Option<NodeId> {
        let pointer = ui.input(|i| i.pointer.latest_pos())?;
        match (&self.gesture, hovered) {
            (Gesture::Relate { .. }, _) => self.chip_under(self.port(turn).canvas_from_screen(pointer), turn),
            (Gesture::Idle, Some(Item::Node(node))) => {
                let rect = self.port(turn).screen_rect(self.graph.chip(node)?.rect);
                is_on_ring(rect, pointer).then_some(node)
            }
            _ => None,
        }
        .or(self.chosen())
    }

    fn chosen(&self) -> Option<NodeId> {
        if let Gesture::Choose { object, .. } = &self.gesture { Some(*object) } else { None }
    }

    pub(super) fn paint_gesture(&self, ui: &Ui, brush: &Brush<'_>, turn: &Turn, hovered: Option<Item>) {
        let pointer = ui.input(|i| i.pointer.latest_pos());
        let rect_of = |node: NodeId| self.graph.chip(node).map(|chip| brush.port.screen_rect(chip.rect));
        match &self.gesture {
            Gesture::Move { guides, .. } => guides.iter().for_each(|(from, to)| brush.guide(*from, *to)),
            Gesture::Relate { subject } => {
                if let (Some(from), Some(to)) = (rect_of(*subject), pointer) {
                    let landed = self.chip_under(brush.port.canvas_from_screen(to), turn).is_some();
                    brush.thread(from, to, landed);
                }
            }
            Gesture::Choose { subject, object } => {
                if let (Some(from), Some(to)) = (rect_of(*subject), rect_of(*object)) {
                    brush.thread(from, border_point(to, from.center()), true);
                }
            }
            Gesture::Band { from, .. } => {
                if let Some(to) = pointer {
                    brush.band(Rect::from_two_pos(brush.port.screen_from_canvas(*from), to));
                }
            }
            Gesture::Idle => {
                if let (Some(node), Some(at), None) = (self.link_target(ui, turn, hovered), pointer, &self.popup)
                    && turn.pointer_hover == Some(Item::Node(node))
                    && let Some(rect) = rect_of(node)
                {
                    brush.handle(border_point(rect, at));
                }
            }
            Gesture::Pan => {}
        }
    }

    fn cursor_icon(&self, ui: &Ui, turn: &Turn) {
        let icon = match &self.gesture {
            Gesture::Move { .. } | Gesture::Pan => CursorIcon::Grabbing,
            Gesture::Relate { .. } => CursorIcon::Crosshair,
            Gesture::Idle => match turn.pointer_hover {
                Some(Item::Node(_)) if self.link_target(ui, turn, turn.pointer_hover).is_some() => {
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

/// Near the border, on either side; a small chip keeps most of itself for moving.
fn is_on_ring(chip: Rect, at: Pos2) -> bool {
    let inside = RING_INSIDE.min(chip.height() * 0.12);
    chip.expand(RING_OUTSIDE).contains(at) && !chip.shrink(inside).contains(at)
}
