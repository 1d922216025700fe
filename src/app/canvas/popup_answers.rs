//! Scene edits that follow from the answers of popups.

use super::paint::GraphPainter;
use super::popup::{Popup, PopupAnswer, Question};
use super::{Canvas, CanvasInput, FrameContext, actions};
use crate::app::{Action, Item, Selection};
use egui::Ui;
use scenewright_scene::{Edit, RelationId};

impl Canvas {
    pub(super) fn popups(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let Some(mut popup) = self.popup.take() else { return };
        let port = self.view.port(frame.area);
        let painter = GraphPainter { painter: ui.painter(), port, theme: input.theme, crowd: 0 };
        match popup.show(ui, input, &painter, &self.graph, &mut self.words) {
            None => self.popup = Some(popup),
            Some(answer) => self.carry_out(popup.question, answer, input, frame),
        }
    }

    fn carry_out(
        &mut self,
        question: Question,
        answer: PopupAnswer,
        input: &CanvasInput<'_>,
        frame: &mut FrameContext,
    ) {
        let scene = input.scene;
        let (node, relation) = (scene.next_node_id(), scene.next_relation_id());
        self.focus_request = Some(self.cursor);
        match (question, answer) {
            (_, PopupAnswer::GoTo(node)) => {
                frame.actions.push(actions::select(Item::Node(node)));
                self.move_cursor(Item::Node(node), frame);
                self.view.center_on(self.places.goal_of(node), Some(frame.now_seconds));
            }
            (Question::Add { at, .. }, PopupAnswer::Word(name)) => {
                frame.actions.push(Action::edit(format!("add {name}"), vec![actions::add_at(&name, at)]));
                self.choose(Item::Node(node), frame);
            }
            (Question::AddRelated { subject, at }, PopupAnswer::Word(name)) => {
                let anchor = self.view.port(frame.area).screen_from_canvas(at);
                self.popup = Some(Popup::new(Question::RelateNew { subject, name, at }, anchor, ""));
            }
            (Question::RelateNew { subject, name, at }, PopupAnswer::Word(predicate)) => {
                let edits = vec![actions::add_at(&name, at), Edit::relate(subject, predicate.clone(), node)];
                let title = scene.node(subject).map_or("", |node| node.title());
                frame.actions.push(Action::edit(format!("{title} {predicate} {name}"), edits));
                self.choose(Item::Node(node), frame);
            }
            (Question::Rename { node }, PopupAnswer::Word(name)) => {
                let was = scene.node(node).map_or("", |node| node.name.as_str());
                frame.actions.push(Action::edit(format!("change {was} to {name}"), vec![Edit::Rename { node, name }]));
            }
            (Question::Relate { subject, object }, PopupAnswer::Word(predicate)) => {
                let title = |id| scene.node(id).map_or("", |node| node.title());
                let label = format!("{} {predicate} {}", title(subject), title(object));
                frame.actions.push(Action::edit(label, vec![Edit::relate(subject, predicate, object)]));
                self.choose(Item::Relation(relation), frame);
            }
            (Question::Change { relation }, answer) => self.change(relation, answer, input, frame),
            _ => {}
        }
    }

    fn change(&mut self, relation: RelationId, answer: PopupAnswer, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        match answer {
            PopupAnswer::Word(predicate) => {
                let edits = vec![Edit::SetPredicate { relation, predicate: predicate.clone() }];
                frame.actions.push(Action::edit(format!("change a relation to {predicate}"), edits));
            }
            PopupAnswer::Reverse => {
                frame.actions.push(Action::edit("reverse a relation", vec![Edit::Reverse { relation }]))
            }
            PopupAnswer::Delete => {
                frame.actions.extend(actions::delete(input.scene, &Selection::of(Item::Relation(relation))))
            }
            PopupAnswer::Satisfy => frame.actions.extend(actions::satisfy(input.scene, relation, input.boxes)),
            PopupAnswer::GoTo(_) | PopupAnswer::Dismissed => {}
        }
    }

    /// Selects an item and focuses it, even if it will only exist after the edit.
    fn choose(&mut self, item: Item, frame: &mut FrameContext) {
        frame.actions.push(actions::select(item));
        self.cursor = Some(item);
        self.focus_request = Some(Some(item));
        // Adding an object where the user clicked must not move the view.
        self.fitted = true;
    }
}
