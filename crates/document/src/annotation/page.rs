//! A picture of the folder, its annotations, and their undo history.

use super::undo::UndoStack;
use super::{ObjectMask, PageState};
use scenewright_scene::{Applied, Edit, EditError, NodeDraft, NodeId, Scene};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Page {
    /// The name of the picture's file.
    pub file: String,
    /// Width and height as displayed, in pixels.
    pub size: [u32; 2],
    /// Why it cannot be annotated, and how to fix it.
    pub problem: Option<String>,
    undo: UndoStack,
    /// [`UndoStack::change_count`] at the last save.
    saved: u64,
}

/// A page to be saved: plain data for the I/O thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub file: String,
    pub size: [u32; 2],
    pub state: PageState,
    /// Pass this to [`Page::saved`] once the snapshot is written.
    pub changes: u64,
}

impl Page {
    pub(super) fn new(file: String, size: [u32; 2], initial: PageState) -> Self {
        Self { file, size, problem: None, undo: UndoStack::new(initial), saved: 0 }
    }

    pub(super) fn unusable(file: String, problem: String) -> Self {
        Self { problem: Some(problem), ..Self::new(file, [1, 1], PageState::default()) }
    }

    pub(super) fn with_problem(self, problem: Option<String>) -> Self {
        Self { problem, ..self }
    }

    pub fn state(&self) -> &PageState {
        self.undo.current()
    }

    pub fn scene(&self) -> &Scene {
        &self.undo.current().scene
    }

    /// Counter that increases with every change.
    pub fn changes(&self) -> u64 {
        self.undo.change_count()
    }

    /// Applies all edits or none, as a step of its own or as part of the open gesture.
    pub fn apply(&mut self, label: &str, edits: &[Edit]) -> Result<Vec<Applied>, EditError> {
        let mut next = self.undo.current().clone();
        let applied = next.apply(edits, self.undo.committed(), self.size)?;
        self.set_state(label, next);
        Ok(applied)
    }

    /// Adds an object. If there is a mask, its box is that of the mask.
    pub fn add(&mut self, object: NodeDraft, mask: Option<ObjectMask>) -> Result<NodeId, EditError> {
        let mut next = self.undo.current().clone();
        let node = next.scene.next_node_id();
        let label = format!("add {}", object.name);
        next.scene.apply(&object.into())?;
        if mask.is_some() {
            next.set_mask(node, mask, self.size);
        }
        self.set_state(&label, next);
        Ok(node)
    }

    /// [`PageState::set_mask`] as a step.
    pub fn set_mask(&mut self, label: &str, node: NodeId, mask: Option<ObjectMask>) -> bool {
        let mut next = self.undo.current().clone();
        let done = next.set_mask(node, mask, self.size);
        if done {
            self.set_state(label, next);
        }
        done
    }

    /// Duplicates objects with a small offset, as one step. Returns the ids of the copies.
    pub fn duplicate(&mut self, nodes: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let mut next = self.undo.current().clone();
        let copies = next.duplicate(nodes, self.size);
        if !copies.is_empty() {
            self.set_state("duplicate", next);
        }
        copies
    }

    pub fn set_done(&mut self, done: bool) {
        let label = if done { "mark as done" } else { "mark as not done" };
        self.set_state(label, PageState { done, ..self.undo.current().clone() });
    }

    /// Replaces the state by one that was imported from another tool.
    pub(crate) fn import_state(&mut self, label: &str, state: PageState) {
        self.set_state(label, state);
    }

    fn set_state(&mut self, label: &str, mut next: PageState) {
        if !self.undo.in_gesture() {
            next.normalize_masks(self.size);
        }
        self.undo.set_state(label, next);
    }

    pub fn begin(&mut self, label: &str) {
        self.undo.begin_gesture(label);
    }

    /// Commits the open gesture as one step, or as none if it changed nothing.
    pub fn commit(&mut self) {
        if self.undo.in_gesture() {
            let mut normalized = self.undo.current().clone();
            normalized.normalize_masks(self.size);
            self.undo.set_state("", normalized);
            self.undo.commit_gesture();
        }
    }

    pub fn abort(&mut self) {
        self.undo.cancel_gesture();
    }

    pub fn in_gesture(&self) -> bool {
        self.undo.in_gesture()
    }

    pub fn undo(&mut self) -> bool {
        self.undo.undo()
    }

    pub fn redo(&mut self) -> bool {
        self.undo.redo()
    }

    pub fn undo_label(&self) -> Option<&str> {
        self.undo.undo_label()
    }

    pub fn redo_label(&self) -> Option<&str> {
        self.undo.redo_label()
    }

    /// Returns true if there are unsaved changes and no gesture is open.
    pub fn is_unsaved(&self) -> bool {
        self.saved != self.undo.change_count() && !self.in_gesture()
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            file: self.file.clone(),
            size: self.size,
            state: self.undo.committed().clone(),
            changes: self.undo.change_count(),
        }
    }

    /// Records that a snapshot was written. A larger `changes` than this page has belongs to an earlier page of the same
    /// file and is ignored.
    pub fn saved(&mut self, changes: u64) {
        if changes <= self.undo.change_count() {
            self.saved = self.saved.max(changes);
        }
    }
}
