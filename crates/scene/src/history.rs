//! Undo and redo without limit, as a tree of snapshots.
//!
//! Every committed step is a [`Revision`]; going back and editing again grows a second branch, and the first
//! stays reachable by [`History::go_to`]. Snapshots share what did not change (see [`Scene`]), so a step costs about
//! as much as the lists that it touched. The picture of a revision is cached elsewhere, under its [`RevisionId`].
//!
//! One gesture, one step: [`History::begin`] on press, any number of edits, [`History::commit`] on release.
//! A gesture that ends where it began adds no step. History never touches files.

use super::render_record::{Carry, GivenBoxes, carry_edits, carry_layout};
use super::{Applied, Edit, EditError, PictureRecord, Scene};

/// A state that the scene was in. The first is 0, and they count up in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(pub u64);

/// One committed step.
#[derive(Clone, Debug)]
pub struct Revision {
    pub id: RevisionId,
    /// The state before the step; `None` for the first.
    pub parent: Option<RevisionId>,
    /// What the step did, in the user's words: "add kite".
    pub label: String,
    pub scene: Scene,
    /// Where redo goes from here: the branch that was last visited.
    next: Option<RevisionId>,
}

#[derive(Clone, Debug)]
struct Gesture {
    label: String,
    given_boxes: GivenBoxes,
}

#[derive(Clone, Debug)]
pub struct History {
    revisions: Vec<Revision>,
    at: RevisionId,
    scene: Scene,
    gesture: Option<Gesture>,
    changes: u64,
}

impl History {
    pub fn new(scene: Scene) -> Self {
        let first =
            Revision { id: RevisionId(0), parent: None, label: String::new(), scene: scene.clone(), next: None };
        Self { revisions: vec![first], at: RevisionId(0), scene, gesture: None, changes: 0 }
    }

    /// The scene as it is now, within a gesture too.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The committed state that the scene is at, or that the open gesture started from.
    pub fn revision(&self) -> RevisionId {
        self.at
    }

    /// Goes up with every change of [`History::scene`], so that a draft within a gesture has a number too.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Applies all edits or none: as a step of its own, or as part of the open gesture.
    pub fn apply(&mut self, label: &str, edits: &[Edit]) -> Result<Vec<Applied>, EditError> {
        let applied = self.scene.apply_all(edits)?;
        let mut own = GivenBoxes::new();
        let given = self.gesture.as_mut().map_or(&mut own, |gesture| &mut gesture.given_boxes);
        given.extend(edits.iter().filter_map(|edit| match edit {
            Edit::SetBox { node, bounds } => Some((*node, *bounds)),
            _ => None,
        }));
        let base = self.revisions[self.at.0 as usize].scene.clone();
        if !self.scene.shares_all_with(&base) {
            carry_edits(&base, &mut self.scene, given);
        }
        if applied.iter().any(Applied::is_change) {
            self.changes += 1;
        }
        if self.gesture.is_none() {
            self.record(label.to_owned());
        }
        Ok(applied)
    }

    /// Stores what a picture of a state shows, with the state and with those that grew out of it and were never drawn. No step of its own.
    /// Returns true if anything was new.
    pub fn record_picture(&mut self, id: RevisionId, drawn: &PictureRecord) -> bool {
        let Some(revision) = self.get_mut(id) else { return false };
        if !revision.scene.record(drawn) {
            return false;
        }
        let mut changed = vec![id];
        while let Some(id) = changed.pop() {
            self.take_records_of(id);
            changed.extend(self.record_in_children(id));
        }
        true
    }

    /// The scene that is open shows what its own revision has recorded.
    fn take_records_of(&mut self, id: RevisionId) {
        if self.at != id {
            return;
        }
        let scene = self.current().scene.clone();
        match &self.gesture {
            None => self.show(scene),
            Some(gesture) => carry_edits(&scene, &mut self.scene, &gesture.given_boxes),
        }
    }

    /// Brings records of a revision into those that grew out of it and were never drawn; returns the ones that changed.
    fn record_in_children(&mut self, id: RevisionId) -> Vec<RevisionId> {
        let Some(before) = self.get(id).map(|revision| revision.scene.clone()) else { return Vec::new() };
        let mut changed = Vec::new();
        for child in self.revisions.iter_mut().filter(|revision| revision.parent == Some(id)) {
            let old = child.scene.clone();
            carry_layout(&before, &mut child.scene, Carry::Missing);
            if child.scene != old {
                changed.push(child.id);
            }
        }
        changed
    }

    /// Gives a step a name of the user's. False when there is no such step.
    pub fn name_step(&mut self, id: RevisionId, label: &str) -> bool {
        let Some(revision) = self.get_mut(id) else { return false };
        label.clone_into(&mut revision.label);
        true
    }

    /// Opens a gesture; one that was still open is committed first.
    pub fn begin(&mut self, label: &str) {
        self.commit();
        self.gesture = Some(Gesture { label: label.to_owned(), given_boxes: GivenBoxes::new() });
    }

    pub fn in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// Ends the gesture: one step, or none when it changed nothing or none is open.
    pub fn commit(&mut self) -> Option<RevisionId> {
        let gesture = self.gesture.take()?;
        self.record(gesture.label)
    }

    /// Gives the gesture up: the scene is as it was before. Esc.
    pub fn abort(&mut self) {
        if self.gesture.take().is_some() {
            self.restore(self.at);
        }
    }

    pub fn can_undo(&self) -> bool {
        self.gesture.is_some() || self.current().parent.is_some()
    }

    pub fn can_redo(&self) -> bool {
        self.gesture.is_none() && self.current().next.is_some()
    }

    /// One step back. Within a gesture it cancels the gesture, and nothing else.
    pub fn undo(&mut self) -> Option<RevisionId> {
        if self.gesture.is_some() {
            self.abort();
            return Some(self.at);
        }
        let parent = self.current().parent?;
        self.restore(parent);
        Some(parent)
    }

    /// One step forward, along the branch that was last visited. `None` within a gesture.
    pub fn redo(&mut self) -> Option<RevisionId> {
        if self.gesture.is_some() {
            return None;
        }
        let next = self.current().next?;
        self.restore(next);
        Some(next)
    }

    /// To any state ever committed, on whichever branch; an open gesture is cancelled.
    /// Redo and undo then follow that branch. False when there is no such revision.
    pub fn go_to(&mut self, target: RevisionId) -> bool {
        if self.get(target).is_none() {
            return false;
        }
        self.gesture = None;
        // The way down to the target becomes the way that redo takes.
        let mut child = target;
        while let Some(parent) = self.get(child).and_then(|revision| revision.parent) {
            if let Some(revision) = self.get_mut(parent) {
                revision.next = Some(child);
            }
            child = parent;
        }
        self.restore(target);
        true
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        match &self.gesture {
            Some(gesture) => Some(&gesture.label),
            None => self.current().parent.map(|_| self.current().label.as_str()),
        }
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        let next = self.current().next.filter(|_| self.gesture.is_none())?;
        self.get(next).map(|revision| revision.label.as_str())
    }

    /// Every state ever committed, oldest first.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    pub fn get(&self, id: RevisionId) -> Option<&Revision> {
        self.revisions.get(usize::try_from(id.0).ok()?)
    }

    /// The states one step after `id`: more than one where history branches.
    pub fn children(&self, id: RevisionId) -> impl Iterator<Item = &Revision> {
        self.revisions.iter().filter(move |revision| revision.parent == Some(id))
    }

    fn get_mut(&mut self, id: RevisionId) -> Option<&mut Revision> {
        self.revisions.get_mut(usize::try_from(id.0).ok()?)
    }

    fn current(&self) -> &Revision {
        // `at` is only ever set to the id of a revision that exists, and revisions are never removed.
        &self.revisions[self.at.0 as usize]
    }

    fn record(&mut self, label: String) -> Option<RevisionId> {
        if self.scene == self.current().scene {
            return None;
        }
        let id = RevisionId(self.revisions.len() as u64);
        let parent = self.at;
        let scene = self.scene.clone();
        self.revisions.push(Revision { id, parent: Some(parent), label, scene, next: None });
        if let Some(parent) = self.get_mut(parent) {
            parent.next = Some(id);
        }
        self.at = id;
        Some(id)
    }

    fn restore(&mut self, id: RevisionId) {
        let Some(revision) = self.get(id) else { return };
        let scene = revision.scene.clone();
        self.changes += u64::from(scene != self.scene);
        self.show(scene);
        self.at = id;
    }

    fn show(&mut self, mut scene: Scene) {
        scene.keep_ids_of(&self.scene);
        self.scene = scene;
    }
}
