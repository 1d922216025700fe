//! Linear undo and redo for one page.
//!
//! Each gesture is one step and stores a snapshot. A new step discards the undone ones, unlike in
//! [`History`](scenewright_scene::History), which keeps branches.

use super::PageState;

/// Undo and redo history of one page.
#[derive(Clone, Debug)]
pub(crate) struct UndoStack {
    /// Label of each step and the state after it. Entry 0 is the state on opening, with an empty label.
    steps: Vec<(String, PageState)>,
    /// Index into `steps` of the committed state.
    current_step: usize,
    /// The state as edited, including an open gesture.
    current: PageState,
    /// Label of the open gesture, if there is one.
    gesture_label: Option<String>,
    change_count: u64,
}

impl UndoStack {
    pub(crate) fn new(initial: PageState) -> Self {
        Self {
            steps: vec![(String::new(), initial.clone())],
            current_step: 0,
            current: initial,
            gesture_label: None,
            change_count: 0,
        }
    }

    /// The state as edited, including an open gesture.
    pub(crate) fn current(&self) -> &PageState {
        &self.current
    }

    /// The last committed state: what an open gesture started from, or the current state.
    pub(crate) fn committed(&self) -> &PageState {
        self.steps.get(self.current_step).map_or(&self.current, |(_, state)| state)
    }

    /// Counter that increases each time [`UndoStack::current`] changes. Used to tell whether the page was saved.
    pub(crate) fn change_count(&self) -> u64 {
        self.change_count
    }

    pub(crate) fn in_gesture(&self) -> bool {
        self.gesture_label.is_some()
    }

    /// Sets the current state: as a step of its own, or as part of the open gesture.
    pub(crate) fn set_state(&mut self, label: &str, state: PageState) {
        self.change_count += u64::from(state != self.current);
        self.current = state;
        if self.gesture_label.is_none() {
            self.record_step(label.to_owned());
        }
    }

    /// Opens a gesture; one that was still open is committed first.
    pub(crate) fn begin_gesture(&mut self, label: &str) {
        self.commit_gesture();
        self.gesture_label = Some(label.to_owned());
    }

    pub(crate) fn commit_gesture(&mut self) {
        if let Some(label) = self.gesture_label.take() {
            self.record_step(label);
        }
    }

    /// Cancels the open gesture and restores the state it started from.
    pub(crate) fn cancel_gesture(&mut self) {
        if self.gesture_label.take().is_some() {
            self.restore_step(self.current_step);
        }
    }

    /// Label of what [`UndoStack::undo`] would undo: the open gesture, or the last step.
    pub(crate) fn undo_label(&self) -> Option<&str> {
        let last_step = || self.steps.get(self.current_step).filter(|_| self.current_step > 0);
        self.gesture_label.as_deref().or_else(|| last_step().map(|(label, _)| label.as_str()))
    }

    pub(crate) fn redo_label(&self) -> Option<&str> {
        let next_step = self.steps.get(self.current_step + 1).filter(|_| self.gesture_label.is_none());
        next_step.map(|(label, _)| label.as_str())
    }

    /// Undoes the last step, or cancels the open gesture. Returns false if there was nothing to undo.
    pub(crate) fn undo(&mut self) -> bool {
        if self.in_gesture() {
            self.cancel_gesture();
            return true;
        }
        self.current_step.checked_sub(1).is_some_and(|previous| self.restore_step(previous))
    }

    /// Returns false if there was nothing to redo.
    pub(crate) fn redo(&mut self) -> bool {
        !self.in_gesture() && self.restore_step(self.current_step + 1)
    }

    /// Adds a step, unless the state equals the last committed one.
    fn record_step(&mut self, label: String) {
        if *self.committed() == self.current {
            return;
        }
        self.steps.truncate(self.current_step + 1);
        self.steps.push((label, self.current.clone()));
        self.current_step = self.steps.len() - 1;
    }

    fn restore_step(&mut self, index: usize) -> bool {
        let Some((_, state)) = self.steps.get(index) else { return false };
        let mut state = state.clone();
        // Never reuse the id of an undone object: saved files refer to objects by id.
        state.scene.keep_ids_of(&self.current.scene);
        self.change_count += u64::from(state != self.current);
        (self.current, self.current_step) = (state, index);
        true
    }
}
