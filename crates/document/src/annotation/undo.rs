//! Undo and redo of one page: snapshots, one gesture one step, as [`History`](scenewright_scene::History) does it for scenes. A page's past is a
//! line: drawing after an undo discards the undone steps.

use super::Annotated;

#[derive(Clone, Debug)]
pub(crate) struct UndoStack {
    /// What each step did, and the state after it; the first is how the page was found.
    steps: Vec<(String, Annotated)>,
    at: usize,
    now: Annotated,
    /// What the open gesture does.
    gesture: Option<String>,
    changes: u64,
}

impl UndoStack {
    pub(crate) fn new(found: Annotated) -> Self {
        Self { steps: vec![(String::new(), found.clone())], at: 0, now: found, gesture: None, changes: 0 }
    }

    pub(crate) fn now(&self) -> &Annotated {
        &self.now
    }

    /// The state before the open gesture, or the one that is.
    pub(crate) fn before(&self) -> &Annotated {
        self.steps.get(self.at).map_or(&self.now, |(_, state)| state)
    }

    /// Goes up with every change of [`UndoStack::now`].
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    pub(crate) fn in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// A step of its own, or a part of the open gesture.
    pub(crate) fn put(&mut self, label: &str, state: Annotated) {
        self.changes += u64::from(state != self.now);
        self.now = state;
        if self.gesture.is_none() {
            self.record(label.to_owned());
        }
    }

    /// Opens a gesture; one that was still open is committed first.
    pub(crate) fn begin(&mut self, label: &str) {
        self.commit();
        self.gesture = Some(label.to_owned());
    }

    pub(crate) fn commit(&mut self) {
        if let Some(label) = self.gesture.take() {
            self.record(label);
        }
    }

    /// Esc: as it was on the press.
    pub(crate) fn abort(&mut self) {
        if self.gesture.take().is_some() {
            self.restore(self.at);
        }
    }

    pub(crate) fn undo_label(&self) -> Option<&str> {
        let here = || self.steps.get(self.at).filter(|_| self.at > 0);
        self.gesture.as_deref().or_else(|| here().map(|(label, _)| label.as_str()))
    }

    pub(crate) fn redo_label(&self) -> Option<&str> {
        let next = self.steps.get(self.at + 1).filter(|_| self.gesture.is_none());
        next.map(|(label, _)| label.as_str())
    }

    /// Within a gesture it cancels the gesture. Whether there was anything.
    pub(crate) fn undo(&mut self) -> bool {
        if self.gesture.is_some() {
            self.abort();
            return true;
        }
        self.at.checked_sub(1).is_some_and(|before| self.restore(before))
    }

    pub(crate) fn redo(&mut self) -> bool {
        self.gesture.is_none() && self.restore(self.at + 1)
    }

    fn record(&mut self, label: String) {
        if self.steps.get(self.at).is_some_and(|(_, state)| *state == self.now) {
            return;
        }
        self.steps.truncate(self.at + 1);
        self.steps.push((label, self.now.clone()));
        self.at = self.steps.len() - 1;
    }

    fn restore(&mut self, at: usize) -> bool {
        let Some((_, state)) = self.steps.get(at) else { return false };
        let mut state = state.clone();
        // Numbers that a later state has given away stay given away: files know objects by them.
        state.scene.keep_ids_of(&self.now.scene);
        self.changes += u64::from(state != self.now);
        (self.now, self.at) = (state, at);
        true
    }
}
