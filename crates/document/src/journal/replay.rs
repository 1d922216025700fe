//! Rebuilds a history from the events of a journal.

use super::event::{Event, Origin, VERSION};
use scenewright_scene::{History, RevisionId, Scene};

/// A document as recorded by its journal.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub title: String,
    pub(crate) when_seconds: u64,
    pub origin: Option<Origin>,
    pub history: History,
    pub saved: RevisionId,
    pub graphs: Vec<Scene>,
    pub graph: usize,
    /// How many events could be replayed; fewer than there are when one of them disagrees with those before it.
    pub events: usize,
}

/// `None`: there is no beginning, or it is a newer program's.
pub(crate) fn replay(events: &[Event]) -> Option<Replayed> {
    let (Event::Start(start), steps) = events.split_first()? else { return None };
    if start.version > VERSION {
        return None;
    }
    let first = start.graphs.get(start.graph)?;
    let mut replayed = Replayed {
        title: start.title.clone(),
        when_seconds: start.when_seconds,
        origin: start.origin.clone(),
        history: History::new(first.clone()),
        saved: RevisionId(0),
        graphs: start.graphs.clone(),
        graph: start.graph,
        events: 1,
    };
    for event in steps {
        if !replayed.step(event) {
            // Half of the event may have happened: once more, up to the last one that agreed.
            return replay(events.get(..replayed.events)?);
        }
        replayed.events += 1;
    }
    Some(replayed)
}

impl Replayed {
    /// False when the event cannot have followed those before it.
    fn step(&mut self, event: &Event) -> bool {
        let history = &mut self.history;
        let at = match event {
            Event::Start(_) => return false,
            Event::Step { label, edits, at } => {
                if history.apply(label, edits).is_err() {
                    return false;
                }
                at
            }
            Event::Gesture { label, edits, kept, at } => {
                history.begin(label);
                if history.apply(label, edits).is_err() {
                    history.abort();
                    return false;
                }
                if *kept {
                    history.commit();
                } else {
                    history.abort();
                }
                at
            }
            Event::GoTo { at } => {
                history.go_to(RevisionId(*at));
                at
            }
            Event::Rendered { at, picture } => {
                let is_there = history.get(RevisionId(*at)).is_some();
                history.record_picture(RevisionId(*at), picture);
                return is_there;
            }
            Event::Named { at, label } => return history.name_step(RevisionId(*at), label),
            Event::Saved { at, origin } => {
                if history.get(RevisionId(*at)).is_none() {
                    return false;
                }
                self.saved = RevisionId(*at);
                if let Some(origin) = origin {
                    self.title = crate::open::title_of(&origin.path);
                    self.origin = Some(origin.clone());
                }
                return true;
            }
        };
        history.revision() == RevisionId(*at)
    }
}
