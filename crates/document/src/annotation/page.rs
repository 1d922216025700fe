//! A picture of the folder, its annotations, and their undo history.

use super::undo::UndoStack;
use super::{Annotated, ObjectMask};
use scenewright_scene::{Applied, Edit, EditError, NodeDraft, NodeId, Scene};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Page {
    /// The name of the picture's file.
    pub file: String,
    /// Width and height as it is looked at, pixels.
    pub size: [u32; 2],
    /// Why it cannot be annotated, and how to fix it.
    pub problem: Option<String>,
    past: UndoStack,
    /// [`UndoStack::changes`] as the disk has it.
    saved: u64,
}

/// A page as it is to be written: plain data for the disk's thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub file: String,
    pub size: [u32; 2],
    pub state: Annotated,
    /// To take note of it by [`Page::saved`].
    pub changes: u64,
}

impl Page {
    pub(super) fn new(file: String, size: [u32; 2], found: Annotated) -> Self {
        Self { file, size, problem: None, past: UndoStack::new(found), saved: 0 }
    }

    pub(super) fn unusable(file: String, problem: String) -> Self {
        Self { problem: Some(problem), ..Self::new(file, [1, 1], Annotated::default()) }
    }

    pub(super) fn with_problem(self, problem: Option<String>) -> Self {
        Self { problem, ..self }
    }

    pub fn state(&self) -> &Annotated {
        self.past.now()
    }

    pub fn scene(&self) -> &Scene {
        &self.past.now().scene
    }

    /// Goes up with every change.
    pub fn changes(&self) -> u64 {
        self.past.changes()
    }

    /// All edits or none: a step of its own, or a part of the open gesture.
    pub fn apply(&mut self, label: &str, edits: &[Edit]) -> Result<Vec<Applied>, EditError> {
        let mut next = self.past.now().clone();
        let applied = next.apply(edits, self.past.before(), self.size)?;
        self.put(label, next);
        Ok(applied)
    }

    /// A new object; its box comes from the mask where there is one.
    pub fn add(&mut self, object: NodeDraft, mask: Option<ObjectMask>) -> Result<NodeId, EditError> {
        let mut next = self.past.now().clone();
        let node = next.scene.next_node_id();
        let label = format!("add {}", object.name);
        next.scene.apply(&object.into())?;
        if mask.is_some() {
            next.set_mask(node, mask, self.size);
        }
        self.put(&label, next);
        Ok(node)
    }

    /// [`Annotated::set_mask`] as a step.
    pub fn set_mask(&mut self, label: &str, node: NodeId, mask: Option<ObjectMask>) -> bool {
        let mut next = self.past.now().clone();
        let done = next.set_mask(node, mask, self.size);
        if done {
            self.put(label, next);
        }
        done
    }

    /// Copies of objects, a little aside, as one step; their numbers.
    pub fn duplicate(&mut self, nodes: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let mut next = self.past.now().clone();
        let copies = next.duplicate(nodes, self.size);
        if !copies.is_empty() {
            self.put("duplicate", next);
        }
        copies
    }

    pub fn set_done(&mut self, done: bool) {
        let label = if done { "mark as done" } else { "mark as not done" };
        self.put(label, Annotated { done, ..self.past.now().clone() });
    }

    /// What another tool knows of the picture.
    pub(crate) fn take(&mut self, label: &str, state: Annotated) {
        self.put(label, state);
    }

    fn put(&mut self, label: &str, mut next: Annotated) {
        if !self.past.in_gesture() {
            next.settle(self.size);
        }
        self.past.put(label, next);
    }

    pub fn begin(&mut self, label: &str) {
        self.past.begin(label);
    }

    /// One step, or none when the gesture changed nothing.
    pub fn commit(&mut self) {
        if self.past.in_gesture() {
            let mut settled = self.past.now().clone();
            settled.settle(self.size);
            self.past.put("", settled);
            self.past.commit();
        }
    }

    pub fn abort(&mut self) {
        self.past.abort();
    }

    pub fn in_gesture(&self) -> bool {
        self.past.in_gesture()
    }

    pub fn undo(&mut self) -> bool {
        self.past.undo()
    }

    pub fn redo(&mut self) -> bool {
        self.past.redo()
    }

    pub fn undo_label(&self) -> Option<&str> {
        self.past.undo_label()
    }

    pub fn redo_label(&self) -> Option<&str> {
        self.past.redo_label()
    }

    /// Whether the disk lacks something; an open gesture waits for its end.
    pub fn is_unsaved(&self) -> bool {
        self.saved != self.past.changes() && !self.in_gesture()
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            file: self.file.clone(),
            size: self.size,
            state: self.past.before().clone(),
            changes: self.past.changes(),
        }
    }

    /// The disk has a snapshot. One of a page that was here before, of more changes than this has seen, says nothing of this.
    pub fn saved(&mut self, changes: u64) {
        if changes <= self.past.changes() {
            self.saved = self.saved.max(changes);
        }
    }
}
