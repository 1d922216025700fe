//! What becomes of the answers that popups give.

use super::paint::Brush;
use super::popup::{Answer, Popup, Question};
use super::{Canvas, CanvasInput, Turn, deeds};
use crate::app::{Action, Item, Selection};
use egui::Ui;
use scenewright_scene::{Edit, RelationId};

impl Canvas {
    pub(super) fn popups(&mut self, ui: &Ui, input: &CanvasInput<'_>, turn: &mut Turn) {
        let Some(mut popup) = self.popup.take() else { return };
        let port = self.view.port(turn.area);
        let brush = Brush { painter: ui.painter(), port, theme: input.theme, crowd: 0 };
        match popup.show(ui, input, &brush, &self.graph, &mut self.words) {
            None => self.popup = Some(popup),
            Some(answer) => self.carry_out(popup.question, answer, input, turn),
        }
    }

    fn carry_out(&mut self, question: Question, answer: Answer, input: &CanvasInput<'_>, turn: &mut Turn) {
        let scene = input.scene;
        let (node, relation) = (scene.next_node_id(), scene.next_relation_id());
        self.wants_focus = Some(self.cursor);
        match (question, answer) {
            (_, Answer::GoTo(node)) => {
                turn.actions.push(deeds::select(Item::Node(node)));
                self.move_cursor(Item::Node(node), turn);
                self.view.centre_on(self.places.goal_of(node), Some(turn.now_seconds));
            }
            (Question::Add { at, .. }, Answer::Word(name)) => {
                turn.actions.push(Action::edit(format!("add {name}"), vec![deeds::add_at(&name, at)]));
                self.choose(Item::Node(node), turn);
            }
            (Question::AddRelated { subject, at }, Answer::Word(name)) => {
                let anchor = self.view.port(turn.area).screen_from_canvas(at);
                self.popup = Some(Popup::new(Question::RelateNew { subject, name, at }, anchor, ""));
            }
            (Question::RelateNew { subject, name, at }, Answer::Word(predicate)) => {
                let edits = vec![deeds::add_at(&name, at), Edit::relate(subject, predicate.clone(), node)];
                let title = scene.node(subject).map_or("", |node| node.title());
                turn.actions.push(Action::edit(format!("{title} {predicate} {name}"), edits));
                self.choose(Item::Node(node), turn);
            }
            (Question::Rename { node }, Answer::Word(name)) => {
                let was = scene.node(node).map_or("", |node| node.name.as_str());
                turn.actions.push(Action::edit(format!("change {was} to {name}"), vec![Edit::Rename { node, name }]));
            }
            (Question::Relate { subject, object }, Answer::Word(predicate)) => {
                let title = |id| scene.node(id).map_or("", |node| node.title());
                let label = format!("{} {predicate} {}", title(subject), title(object));
                turn.actions.push(Action::edit(label, vec![Edit::relate(subject, predicate, object)]));
                self.choose(Item::Relation(relation), turn);
            }
            (Question::Change { relation }, answer) => self.change(relation, answer, input, turn),
            _ => {}
        }
    }

    fn change(&mut self, relation: RelationId, answer: Answer, input: &CanvasInput<'_>, turn: &mut Turn) {
        match answer {
            Answer::Word(predicate) => {
                let edits = vec![Edit::SetPredicate { relation, predicate: predicate.clone() }];
                turn.actions.push(Action::edit(format!("change a relation to {predicate}"), edits));
            }
            Answer::Reverse => turn.actions.push(Action::edit("reverse a relation", vec![Edit::Reverse { relation }])),
            Answer::Delete => turn.actions.extend(deeds::delete(input.scene, &Selection::of(Item::Relation(relation)))),
            Answer::Satisfy => turn.actions.extend(deeds::satisfy(input.scene, relation, input.boxes)),
            Answer::GoTo(_) | Answer::Dismissed => {}
        }
    }

    /// Selects something and takes the keyboard there, be it about to exist.
    fn choose(&mut self, item: Item, turn: &mut Turn) {
        turn.actions.push(deeds::select(item));
        self.cursor = Some(item);
        self.wants_focus = Some(Some(item));
        // What was added where the artist clicked must not make the view jump.
        self.fitted = true;
    }
}
