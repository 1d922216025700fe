//! A history with a file and a journal. Every change of the history goes through here, so that none misses the journal.

use super::journal::{Event, Journal, JournalNotice, Journals, Origin, Replayed, Start, condense};
use scenewright_scene::{Applied, Edit, EditError, History, PictureRecord, RevisionId, Scene};
use std::path::Path;

/// A long gesture is condensed from time to time: an hour of dragging fits into a few edits.
const CONDENSE_AT: usize = 4096;

/// The user's work. Dropped without [`Document::close`], it leaves its journal, as a crash does.
#[derive(Debug)]
pub struct Document {
    pub(super) history: History,
    pub(super) title: String,
    pub(super) origin: Option<Origin>,
    /// The revision that the file holds, or that the document began with.
    pub(super) saved: RevisionId,
    /// Everything that its file held; the scene takes the place of `graph`.
    pub(super) graphs: Vec<Scene>,
    pub(super) graph: usize,
    pub(super) journal: Journal,
    gesture: Option<OpenGesture>,
}

#[derive(Debug)]
struct OpenGesture {
    label: String,
    edits: Vec<Edit>,
}

impl Document {
    /// A document without a file.
    pub fn new(scene: Scene, title: impl Into<String>, journals: &Journals) -> Self {
        Self::of_graphs(vec![scene], 0, title.into(), None, journals)
    }

    pub(super) fn of_graphs(
        graphs: Vec<Scene>,
        graph: usize,
        title: String,
        origin: Option<Origin>,
        journals: &Journals,
    ) -> Self {
        let start = Start::new(title.clone(), origin.clone(), graphs.clone(), graph);
        let journal = journals.begin(start, Vec::new());
        let history = History::new(graphs.get(graph).cloned().unwrap_or_default());
        Self { history, title, origin, saved: RevisionId(0), graphs, graph, journal, gesture: None }
    }

    /// With steps that were made already and need no saving.
    pub(super) fn with_past(
        history: History,
        first: Scene,
        title: String,
        past: Vec<Event>,
        journals: &Journals,
    ) -> Self {
        let graphs = vec![first];
        let journal = journals.begin(Start::new(title.clone(), None, graphs.clone(), 0), past);
        let saved = history.revision();
        Self { history, title, origin: None, saved, graphs, graph: 0, journal, gesture: None }
    }

    /// Of a journal, which goes on.
    pub(super) fn recovered(replayed: Replayed, journal: Journal) -> Self {
        let Replayed { history, title, origin, saved, graphs, graph, .. } = replayed;
        Self { history, title, origin, saved, graphs, graph, journal, gesture: None }
    }

    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    pub fn history(&self) -> &History {
        &self.history
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn path(&self) -> Option<&Path> {
        self.origin.as_ref().map(|origin| origin.path.as_path())
    }

    /// How many graphs its file holds; saving replaces one of them.
    pub fn graphs_in_file(&self) -> usize {
        self.graphs.len()
    }

    /// The revision that the file holds.
    pub fn saved_revision(&self) -> RevisionId {
        self.saved
    }

    /// Whether closing would lose something.
    pub fn is_dirty(&self) -> bool {
        let is_elsewhere = self.history.revision() != self.saved;
        let saved = || self.history.get(self.saved).map(|revision| &revision.scene);
        is_elsewhere || (self.gesture.is_some() && saved() != Some(self.history.scene()))
    }

    /// Applies all edits or none: as a step of its own, or as part of the open gesture.
    pub fn apply(&mut self, label: &str, edits: &[Edit]) -> Result<Vec<Applied>, EditError> {
        let applied = self.history.apply(label, edits)?;
        if !applied.iter().any(Applied::is_change) {
            return Ok(applied);
        }
        match &mut self.gesture {
            Some(gesture) => {
                gesture.edits.extend_from_slice(edits);
                if gesture.edits.len() >= CONDENSE_AT {
                    gesture.edits = condense(std::mem::take(&mut gesture.edits));
                }
            }
            None => {
                let at = self.history.revision().0;
                self.journal.record(Event::Step { label: label.to_owned(), edits: edits.to_vec(), at });
            }
        }
        Ok(applied)
    }

    /// Stores what a picture of a step shows, so that saving, undo and recovery bring back the same picture. Not an edit: it needs no saving.
    pub fn record_picture(&mut self, step: RevisionId, drawn: PictureRecord) {
        if self.history.record_picture(step, &drawn) {
            self.journal.record(Event::Rendered { at: step.0, picture: drawn });
        }
    }

    /// Gives a step of the history a name. False when there is no such step.
    pub fn name_step(&mut self, step: RevisionId, label: &str) -> bool {
        let is_there = self.history.name_step(step, label);
        if is_there {
            self.journal.record(Event::Named { at: step.0, label: label.to_owned() });
        }
        is_there
    }

    /// Opens a gesture; one that was still open is committed first.
    pub fn begin(&mut self, label: &str) {
        self.commit();
        self.history.begin(label);
        self.gesture = Some(OpenGesture { label: label.to_owned(), edits: Vec::new() });
    }

    /// Ends the gesture: one step, or none when it changed nothing or none is open.
    pub fn commit(&mut self) -> Option<RevisionId> {
        let revision = self.history.commit();
        self.end_gesture(true);
        revision
    }

    /// Gives the gesture up.
    pub fn abort(&mut self) {
        self.history.abort();
        self.end_gesture(false);
    }

    /// One step back; within a gesture it cancels the gesture, and nothing else.
    pub fn undo(&mut self) -> Option<RevisionId> {
        let to = self.history.undo()?;
        if !self.end_gesture(false) {
            self.journal.record(Event::GoTo { at: to.0 });
        }
        Some(to)
    }

    /// One step forward, along the branch that was last visited. `None` within a gesture.
    pub fn redo(&mut self) -> Option<RevisionId> {
        let to = self.history.redo()?;
        self.journal.record(Event::GoTo { at: to.0 });
        Some(to)
    }

    /// To any state ever committed; an open gesture is cancelled. False when there is no such revision.
    pub fn go_to(&mut self, target: RevisionId) -> bool {
        let was_there = self.history.revision();
        if !self.history.go_to(target) {
            return false;
        }
        // A gesture that is cancelled by going on: ids that it gave away stay given away, so it is written first.
        if let Some(gesture) = self.gesture.take() {
            self.journal.record(Event::gesture(gesture.label, gesture.edits, false, was_there.0));
        }
        if target != was_there {
            self.journal.record(Event::GoTo { at: target.0 });
        }
        true
    }

    /// True when there was a gesture. It is written even when it changed nothing: ids that it gave away count.
    fn end_gesture(&mut self, kept: bool) -> bool {
        let Some(gesture) = self.gesture.take() else { return false };
        if !gesture.edits.is_empty() {
            let at = self.history.revision().0;
            self.journal.record(Event::gesture(gesture.label, gesture.edits, kept, at));
        }
        true
    }

    /// What the journal has to say since the last call: that it failed, that it works again. Once each.
    pub fn journal_notices(&mut self) -> Vec<JournalNotice> {
        self.journal.notices()
    }

    /// Waits until every event is with the system, and says whether all were written. For tests and for a clean stop.
    pub fn settle(&self) -> bool {
        self.journal.settle()
    }

    /// A clean close: what is not saved was not wanted. Removes the journal and waits for that, though not long.
    pub fn close(self) {
        self.journal.close();
    }
}
