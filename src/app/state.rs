//! All that the window shows apart from pictures, and the one way in which it changes: an [`Action`] is carried out.

use std::sync::Arc;

use super::document::Document;
use super::{Action, Gesture, Item, Selection};
use crate::command::Dialogue;
use crate::scene::{Applied, Edit, EditError, NodeDraft, NodeId, Scene};
use crate::vocab::Vocabulary;

pub struct State {
    pub document: Document,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub dialogue: Dialogue,
    /// Candidates of the open question, numbered from 1.
    pub marks: Vec<(NodeId, usize)>,
    /// The words of the model; while none is open, those of the illustrated world.
    pub vocab: Arc<Vocabulary>,
}

impl State {
    pub fn new(document: Document) -> Self {
        Self {
            document,
            selection: Selection::default(),
            hovered: None,
            dialogue: Dialogue::new(),
            marks: Vec::new(),
            vocab: Arc::new(Vocabulary::illustrated()),
        }
    }

    pub fn scene(&self) -> &Scene {
        self.document.history.scene()
    }

    pub fn open(&mut self, document: Document) {
        let vocab = self.vocab.clone();
        *self = Self { vocab, ..Self::new(document) };
    }

    /// A step of the history. What was added is selected, and is "it" from now on.
    pub fn edit(&mut self, label: &str, edits: &[Edit]) -> Result<(), EditError> {
        let in_gesture = self.document.history.in_gesture();
        let applied = self.document.history.apply(label, edits)?;
        if !in_gesture {
            self.select_added(&applied);
            self.touch_by_hand(edits, &applied);
        }
        self.tidy();
        Ok(())
    }

    pub fn gesture(&mut self, gesture: Gesture) -> Result<(), EditError> {
        let history = &mut self.document.history;
        match gesture {
            Gesture::Begin { label } => history.begin(&label),
            // The label is the gesture's.
            Gesture::Edits(edits) => {
                let applied = history.apply("", &edits)?;
                self.touch_by_hand(&edits, &applied);
            }
            Gesture::Commit => {
                history.commit();
            }
            Gesture::Abort => history.abort(),
        }
        self.tidy();
        Ok(())
    }

    pub fn select(&mut self, selection: Selection) {
        if !selection.nodes.is_empty() {
            self.dialogue.touch(&selection.nodes.iter().copied().collect::<Vec<_>>());
        }
        self.selection = selection;
        self.tidy();
    }

    /// Forgets what the scene no longer has.
    pub fn tidy(&mut self) {
        let scene = self.document.history.scene();
        self.selection.retain_in(scene);
        self.hovered = self.hovered.filter(|item| match *item {
            Item::Node(id) => scene.node(id).is_some(),
            Item::Relation(id) => scene.relation(id).is_some(),
        });
    }

    /// Removes what is selected.
    pub fn delete_edits(&self) -> Vec<Edit> {
        let nodes: Vec<NodeId> = self.selection.nodes.iter().copied().collect();
        // Relations of a removed object go with it; they must not be removed twice.
        let loose = self.selection.relations.iter().copied().filter(|&id| {
            let relation = self.scene().relation(id);
            relation.is_some_and(|relation| !nodes.iter().any(|&node| relation.touches(node)))
        });
        let mut edits = Vec::new();
        let relations: Vec<_> = loose.collect();
        if !relations.is_empty() {
            edits.push(Edit::Unrelate { relations });
        }
        if !nodes.is_empty() {
            edits.push(Edit::RemoveNodes { nodes });
        }
        edits
    }

    /// Copies of the selected objects, and of the relations among them.
    pub fn duplicate_edits(&self) -> Vec<Edit> {
        const ASIDE: f32 = 32.0;
        let mut copies = Vec::new();
        let mut edits = Vec::new();
        for node in self.scene().nodes().iter().filter(|node| self.selection.nodes.contains(&node.id)) {
            let draft = NodeDraft {
                canvas: node.canvas.map(|[x, y]| [x + ASIDE, y + ASIDE]),
                pinned: None,
                ..NodeDraft::from(node)
            };
            copies.push((node.id, NodeId(self.scene().next_node_id().0 + copies.len() as u64)));
            edits.push(Edit::from(draft));
        }
        let copy_of = |id: NodeId| copies.iter().find(|(from, _)| *from == id).map(|(_, to)| *to);
        for relation in self.scene().relations() {
            if let (Some(subject), Some(object)) = (copy_of(relation.subject), copy_of(relation.object)) {
                edits.push(Edit::relate(subject, relation.predicate.clone(), object));
            }
        }
        edits
    }

    fn select_added(&mut self, applied: &[Applied]) {
        let added: Vec<NodeId> = applied.iter().filter_map(Applied::node).collect();
        if !added.is_empty() {
            self.selection = Selection { nodes: added.into_iter().collect(), ..Selection::default() };
        }
    }

    fn touch_by_hand(&mut self, edits: &[Edit], applied: &[Applied]) {
        let mut touched: Vec<NodeId> = applied.iter().filter_map(Applied::node).collect();
        for edit in edits {
            match edit {
                Edit::Rename { node, .. }
                | Edit::Pin { node, .. }
                | Edit::MoveOnCanvas { node, .. }
                | Edit::SetSize { node, .. }
                | Edit::SetPlace { node, .. }
                | Edit::SetAttributes { node, .. }
                | Edit::SetLabel { node, .. } => touched.push(*node),
                _ => {}
            }
        }
        touched.dedup();
        if !touched.is_empty() {
            self.dialogue.touch(&touched);
        }
    }
}

/// An action that changes nothing but the state; others are the app's.
impl State {
    /// `Ok(None)`: done. `Ok(Some(action))`: not the state's business.
    pub fn perform(&mut self, action: Action) -> Result<Option<Action>, EditError> {
        match action {
            Action::Edit { label, edits } => self.edit(&label, &edits)?,
            Action::Gesture(gesture) => self.gesture(gesture)?,
            Action::Select(selection) => self.select(selection),
            Action::Hover(item) => self.hovered = item,
            Action::GoTo(step) => {
                self.document.history.go_to(step);
                self.tidy();
            }
            other => return Ok(Some(other)),
        }
        Ok(None)
    }
}
