//! State of the editor except pictures. It changes only by performing [`Action`]s.

use std::sync::Arc;

use super::{Action, Gesture, Item, Selection};
use scenewright_document::Document;
use scenewright_language::Session;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Applied, Edit, EditError, History, NodeId, Scene};

pub(crate) struct State {
    pub document: Document,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub dialogue: Session,
    /// Candidates of the open question, numbered from 1.
    pub marks: Vec<(NodeId, usize)>,
    /// Vocabulary of the model; without a model that of the illustrated world.
    pub vocab: Arc<Vocabulary>,
}

impl State {
    pub(crate) fn new(document: Document) -> Self {
        Self {
            document,
            selection: Selection::default(),
            hovered: None,
            dialogue: Session::new(),
            marks: Vec::new(),
            vocab: Arc::new(Vocabulary::illustrated()),
        }
    }

    pub(crate) fn scene(&self) -> &Scene {
        self.document.scene()
    }

    pub(crate) fn history(&self) -> &History {
        self.document.history()
    }

    /// Opens another document and returns the last one, to be closed where blocking is allowed.
    pub(crate) fn open(&mut self, document: Document) -> Document {
        let vocab = self.vocab.clone();
        let before = std::mem::replace(self, Self::new(document));
        self.vocab = vocab;
        before.document
    }

    /// Undoes one step; returns false if there is none.
    pub(crate) fn undo(&mut self) -> bool {
        let moved = self.document.undo().is_some();
        self.remove_missing();
        moved
    }

    pub(crate) fn redo(&mut self) -> bool {
        let moved = self.document.redo().is_some();
        self.remove_missing();
        moved
    }

    /// Adds a step to the history. Added objects are selected, and "it" in sentences refers to them.
    pub(crate) fn edit(&mut self, label: &str, edits: &[Edit]) -> Result<(), EditError> {
        let in_gesture = self.history().in_gesture();
        let applied = self.document.apply(label, edits)?;
        if !in_gesture {
            self.select_added(&applied);
            self.note_manual_edits(edits, &applied);
        }
        self.remove_missing();
        Ok(())
    }

    pub(crate) fn gesture(&mut self, gesture: Gesture) -> Result<(), EditError> {
        match gesture {
            Gesture::Begin { label } => self.document.begin(&label),
            // The label comes from the gesture.
            Gesture::Edits(edits) => {
                let applied = self.document.apply("", &edits)?;
                self.note_manual_edits(&edits, &applied);
            }
            Gesture::Commit => {
                self.document.commit();
            }
            Gesture::Abort => self.document.abort(),
        }
        self.remove_missing();
        Ok(())
    }

    pub(crate) fn select(&mut self, selection: Selection) {
        if !selection.nodes.is_empty() {
            self.dialogue.set_referents(&selection.nodes.iter().copied().collect::<Vec<_>>());
        }
        self.selection = selection;
        self.remove_missing();
    }

    /// Removes what is no longer in the scene from selection, hover and marks.
    pub(crate) fn remove_missing(&mut self) {
        let scene = self.document.scene();
        self.selection.retain_in(scene);
        self.hovered = self.hovered.filter(|item| match *item {
            Item::Node(id) => scene.node(id).is_some(),
            Item::Relation(id) => scene.relation(id).is_some(),
        });
    }

    fn select_added(&mut self, applied: &[Applied]) {
        let added: Vec<NodeId> = applied.iter().filter_map(Applied::node).collect();
        if !added.is_empty() {
            self.selection = Selection { nodes: added.into_iter().collect(), ..Selection::default() };
        }
    }

    fn note_manual_edits(&mut self, edits: &[Edit], applied: &[Applied]) {
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
            self.dialogue.set_referents(&touched);
        }
    }
}

/// Actions that concern only this state; others are performed by the editor.
impl State {
    /// `Ok(None)`: done. `Ok(Some(action))`: to be performed by the editor.
    pub(crate) fn perform(&mut self, action: Action) -> Result<Option<Action>, EditError> {
        match action {
            Action::Edit { label, edits } => self.edit(&label, &edits)?,
            Action::Gesture(gesture) => self.gesture(gesture)?,
            Action::Select(selection) => self.select(selection),
            Action::Hover(item) => self.hovered = item,
            Action::GoTo(step) => {
                self.document.go_to(step);
                self.remove_missing();
            }
            other => return Ok(Some(other)),
        }
        Ok(None)
    }
}
