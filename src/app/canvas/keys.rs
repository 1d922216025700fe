//! Keyboard input of the canvas.

use super::actions::{self, move_to};
use super::command::CanvasCommand;
use super::pointer::PointerState;
use super::popup::{Popup, Question};
use super::{Canvas, CanvasInput, FrameContext, point_below, typed};
use crate::app::{Action, Item, Selection};
use egui::{Event, Key, Modifiers, Pos2, Ui, Vec2, vec2};
use scenewright_scene::{Edit, NodeId};

const NUDGE: f32 = 10.0;
const ARROWS: [(Key, Vec2); 4] = [
    (Key::ArrowLeft, vec2(-1.0, 0.0)),
    (Key::ArrowRight, vec2(1.0, 0.0)),
    (Key::ArrowUp, vec2(0.0, -1.0)),
    (Key::ArrowDown, vec2(0.0, 1.0)),
];

impl Canvas {
    pub(super) fn keys(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        if !frame.has_keys {
            return;
        }
        self.clipboard_keys(ui, input, frame);
        if let PointerState::Choose { subject, object } = self.gesture {
            self.choose_keys(ui, subject, object, frame);
            return;
        }
        for command in CanvasCommand::KEYED {
            let pressed = command.shortcut().is_some_and(|shortcut| ui.input_mut(|i| i.consume_shortcut(&shortcut)));
            if pressed {
                self.perform(command, ui, input, frame);
            }
        }
        if pressed(ui, Modifiers::NONE, Key::Backspace) {
            self.perform(CanvasCommand::Delete, ui, input, frame);
        }
        self.arrow_keys(ui, input, frame);
        if pressed(ui, Modifiers::NONE, Key::PageDown) {
            self.walk_relations(input, frame, 1);
        }
        if pressed(ui, Modifiers::NONE, Key::PageUp) {
            self.walk_relations(input, frame, -1);
        }
        if matches!(self.gesture, PointerState::Idle)
            && pressed(ui, Modifiers::NONE, Key::Escape)
            && !input.selection.is_empty()
        {
            frame.actions.push(Action::Select(Selection::default()));
        }
        self.letters(ui, input, frame);
    }

    /// Clipboard shortcuts arrive as separate events.
    fn clipboard_keys(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let events: Vec<Event> = ui.input_mut(|i| {
            let is_ours = |event: &Event| matches!(event, Event::Copy | Event::Cut | Event::Paste(_));
            let ours = i.events.iter().filter(|event| is_ours(event)).cloned().collect();
            i.events.retain(|event| !is_ours(event));
            ours
        });
        for event in events {
            match event {
                Event::Copy => self.perform(CanvasCommand::Copy, ui, input, frame),
                Event::Cut => self.perform(CanvasCommand::Cut, ui, input, frame),
                Event::Paste(text) => {
                    let pointer = ui.input(|i| i.pointer.hover_pos()).filter(|at| frame.area.contains(*at));
                    let middle = pointer.map(|at| self.port(frame).canvas_from_screen(at));
                    frame.actions.extend(actions::paste(input.scene, &text, middle));
                }
                _ => {}
            }
        }
    }

    fn arrow_keys(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        for (key, way) in ARROWS {
            for (modifiers, step) in [(Modifiers::SHIFT | Modifiers::ALT, 1.0), (Modifiers::SHIFT, NUDGE)] {
                if pressed(ui, modifiers, key) && !input.selection.nodes.is_empty() {
                    self.nudge(input, way * step, frame);
                }
            }
            if pressed(ui, Modifiers::NONE, key) {
                let next = match self.cursor_place() {
                    Some((from, place)) => self.toward(from, place, way),
                    None => self.first(),
                };
                self.go_to(next, frame);
            }
        }
        for (modifiers, step) in [(Modifiers::SHIFT, -1), (Modifiers::NONE, 1)] {
            if pressed(ui, modifiers, Key::Tab)
                && let Some(next) = self.step(step)
            {
                self.go_to(Some(next), frame);
            } else if step < 0 && self.cursor.is_some() && pressed(ui, modifiers, Key::Tab) {
                self.cursor = None;
                self.focus_request = Some(None);
            }
        }
    }

    fn go_to(&mut self, node: Option<NodeId>, frame: &mut FrameContext) {
        let Some(node) = node else { return };
        frame.actions.push(actions::select(Item::Node(node)));
        self.move_cursor(Item::Node(node), frame);
    }

    fn nudge(&mut self, input: &CanvasInput<'_>, offset: Vec2, frame: &mut FrameContext) {
        let edit = |id: &NodeId| move_to(*id, self.places.goal_of(*id) + offset);
        let edits: Vec<Edit> = input.selection.nodes.iter().map(edit).collect();
        let moved = Selection { nodes: input.selection.nodes.clone(), ..Selection::default() };
        frame.actions.push(Action::edit(format!("nudge {}", actions::name_of(input.scene, &moved)), edits));
    }

    fn first(&self) -> Option<NodeId> {
        self.graph.reading_order.first().map(|&at| self.graph.node_widgets[at].node)
    }

    fn cursor_place(&self) -> Option<(Option<NodeId>, Pos2)> {
        match self.cursor? {
            Item::Node(node) => self.graph.node_widget(node).map(|node_widget| (Some(node), node_widget.rect.center())),
            Item::Relation(id) => self.graph.word_index(id).map(|at| (None, self.graph.routes[at].label.center())),
        }
    }

    /// The next node in reading order; `None` beyond the ends.
    pub(super) fn step(&self, by: isize) -> Option<NodeId> {
        let order = &self.graph.reading_order;
        let here = match self.cursor {
            Some(Item::Node(node)) => self.graph.node_index(node).and_then(|at| order.iter().position(|&o| o == at)),
            // From a relation back to its subject.
            Some(Item::Relation(id)) => {
                let subject = self.graph.word_index(id).map(|at| self.graph.routes[at].subject);
                return subject.map(|at| self.graph.node_widgets[at].node);
            }
            None => None,
        };
        let next = match here {
            Some(here) => here.checked_add_signed(by)?,
            None if by > 0 => 0,
            None => return None,
        };
        order.get(next).map(|&at| self.graph.node_widgets[at].node)
    }

    /// The nearest node in a direction: close along it and not far to the side.
    fn toward(&self, from: Option<NodeId>, place: Pos2, way: Vec2) -> Option<NodeId> {
        let mut best: Option<(f32, NodeId)> = None;
        for &at in &self.graph.reading_order {
            let node_widget = &self.graph.node_widgets[at];
            let offset = node_widget.rect.center() - place;
            let (along, aside) = (offset.dot(way), offset.dot(way.rot90()).abs());
            // Within 60° of the direction.
            if Some(node_widget.node) == from || along < 1.0 || aside > along * 1.75 {
                continue;
            }
            let cost = along + aside * 2.0;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, node_widget.node));
            }
        }
        best.map(|(_, node)| node)
    }

    /// Steps through the relations of the object under the cursor.
    fn walk_relations(&mut self, input: &CanvasInput<'_>, frame: &mut FrameContext, by: isize) {
        let node = match self.cursor {
            Some(Item::Node(node)) => Some(node),
            // The object where the walk began, as long as the relation still belongs to it.
            Some(Item::Relation(id)) => input
                .scene
                .relation(id)
                .map(|relation| self.walks_around.filter(|node| relation.touches(*node)).unwrap_or(relation.subject)),
            None => None,
        };
        self.walks_around = node;
        let touches = |relation: &&scenewright_scene::Relation| node.is_none_or(|node| relation.touches(node));
        let around: Vec<_> = input.scene.relations().iter().filter(touches).map(|relation| relation.id).collect();
        if around.is_empty() {
            return;
        }
        let here = match self.cursor {
            Some(Item::Relation(id)) => around.iter().position(|other| *other == id),
            _ => None,
        };
        let count = around.len() as isize;
        let next = match here {
            Some(here) => (here as isize + by).rem_euclid(count),
            None if by > 0 => 0,
            None => count - 1,
        };
        let item = Item::Relation(around[next as usize]);
        frame.actions.push(actions::select(item));
        self.move_cursor(item, frame);
    }

    fn letters(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let plain = ui.input(|i| !i.modifiers.command && !i.modifiers.alt);
        for text in typed(ui) {
            if !plain || self.popup.is_some() {
                return;
            }
            match text.as_str() {
                "+" => self.perform(CanvasCommand::ZoomIn, ui, input, frame),
                "-" => self.perform(CanvasCommand::ZoomOut, ui, input, frame),
                "0" => {}
                "r" | "R" if matches!(self.cursor, Some(Item::Node(_))) => {
                    self.perform(CanvasCommand::Relate, ui, input, frame)
                }
                text if text.chars().all(char::is_alphabetic) && !text.is_empty() => {
                    let cursor = self.cursor_place().and_then(|(node, _)| self.graph.node_widget(node?));
                    let at = cursor.map_or_else(
                        || self.port(frame).visible().center(),
                        |node_widget| point_below(node_widget.rect),
                    );
                    let at = self.free_place(at);
                    let anchor = frame.area.center_top() + vec2(0.0, 24.0);
                    self.popup = Some(Popup::new(Question::Add { at, find: true }, anchor, text));
                }
                _ => continue,
            }
            // Consume the event, so that no other widget handles the letter.
            ui.input_mut(|i| i.events.retain(|event| !matches!(event, Event::Text(_))));
        }
    }

    /// After R: arrow keys choose the object of the relation, Enter confirms.
    fn choose_keys(&mut self, ui: &Ui, subject: NodeId, object: NodeId, frame: &mut FrameContext) {
        let Some(place) = self.graph.node_widget(object).map(|node_widget| node_widget.rect.center()) else { return };
        let mut chosen = object;
        for (key, way) in ARROWS {
            if pressed(ui, Modifiers::NONE, key) {
                chosen = self.toward(Some(object), place, way).unwrap_or(chosen);
            }
        }
        for (modifiers, step) in [(Modifiers::SHIFT, -1), (Modifiers::NONE, 1)] {
            if pressed(ui, modifiers, Key::Tab) {
                let order = &self.graph.reading_order;
                let here =
                    self.graph.node_index(chosen).and_then(|at| order.iter().position(|&o| o == at)).unwrap_or(0);
                let next = (here as isize + step).rem_euclid(order.len().max(1) as isize) as usize;
                chosen = order.get(next).map_or(chosen, |&at| self.graph.node_widgets[at].node);
            }
        }
        for letter in typed(ui) {
            chosen = self.next_by_letter(chosen, &letter).unwrap_or(chosen);
        }
        if pressed(ui, Modifiers::NONE, Key::Enter) {
            self.gesture = PointerState::Idle;
            self.ask_at(Question::Relate { subject, object: chosen }, self.places.goal_of(chosen), frame);
            return;
        }
        self.gesture = PointerState::Choose { subject, object: chosen };
        let visible = self.port(frame).visible();
        if chosen != object
            && self.graph.node_widget(chosen).is_some_and(|node_widget| !visible.contains_rect(node_widget.rect))
        {
            self.view.center_on(self.places.goal_of(chosen), Some(frame.now_seconds));
        }
    }

    fn next_by_letter(&self, from: NodeId, letter: &str) -> Option<NodeId> {
        let order = &self.graph.reading_order;
        let here = self.graph.node_index(from).and_then(|at| order.iter().position(|&o| o == at)).unwrap_or(0);
        let begins =
            |&&at: &&usize| self.graph.node_widgets[at].title.to_lowercase().starts_with(&letter.to_lowercase());
        order.iter().cycle().skip(here + 1).take(order.len()).find(begins).map(|&at| self.graph.node_widgets[at].node)
    }
}

fn pressed(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|i| i.consume_key(modifiers, key))
}
