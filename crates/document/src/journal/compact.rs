//! A long journal made shorter: undo and redo moves are left out, every committed state stays.

use super::event::Event;
use scenewright_scene::Edit;

/// Events that give the same history, with the same way for redo at every fork, and the same ids to come.
pub(super) fn compact(events: &[Event]) -> Vec<Event> {
    let mut kept = CompactedJournal { events: Vec::with_capacity(events.len()), at: 0 };
    let mut tree = Tree { parents: vec![None], next: vec![None], at: 0 };
    let mut saved: [Option<&Event>; 2] = [None, None];
    for event in events {
        match event {
            Event::Start(_) | Event::Rendered { .. } | Event::Named { .. } => kept.events.push(event.clone()),
            Event::GoTo { at } => tree.go_to(*at),
            // The last save, and what was said after it without a file: that nothing needs saving.
            Event::Saved { origin, .. } => {
                let slot = usize::from(origin.is_some());
                saved[slot] = Some(event);
                if slot == 1 {
                    saved[0] = None;
                }
            }
            Event::Step { edits, at, .. } | Event::Gesture { edits, at, .. } => {
                let is_new = tree.parents.len() as u64 == *at;
                // A step that came to nothing counts all the same if it gave ids away.
                if is_new || edits.iter().any(gives_an_id) {
                    kept.go_to(tree.at);
                    kept.events.push(event.clone());
                    if is_new {
                        tree.grow();
                    }
                    kept.at = tree.at;
                }
            }
        }
    }
    // Forks, the deepest first: a child's number is larger than its parent's, and going there turns only what lies above.
    let mut children = vec![0_usize; tree.parents.len()];
    for parent in tree.parents.iter().flatten() {
        children[*parent] += 1;
    }
    for (next, children) in tree.next.iter().zip(children).rev() {
        if let Some(next) = next.filter(|_| children > 1) {
            kept.go_to(next);
        }
    }
    kept.go_to(tree.at);
    kept.events.extend([saved[1], saved[0]].into_iter().flatten().cloned());
    kept.events
}

fn gives_an_id(edit: &Edit) -> bool {
    matches!(edit, Edit::AddNode { .. } | Edit::Relate { .. })
}

struct CompactedJournal {
    events: Vec<Event>,
    at: usize,
}

impl CompactedJournal {
    fn go_to(&mut self, at: usize) {
        if self.at != at {
            self.events.push(Event::GoTo { at: at as u64 });
            self.at = at;
        }
    }
}

/// The shape of a history: as [`History`](scenewright_scene::History), without scenes. Numbers in it are always those of states that exist.
struct Tree {
    parents: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    at: usize,
}

impl Tree {
    fn go_to(&mut self, target: u64) {
        let Some(target) = usize::try_from(target).ok().filter(|target| *target < self.parents.len()) else { return };
        let mut child = target;
        while let Some(parent) = self.parents[child] {
            self.next[parent] = Some(child);
            child = parent;
        }
        self.at = target;
    }

    fn grow(&mut self) {
        let id = self.parents.len();
        self.parents.push(Some(self.at));
        self.next.push(None);
        self.next[self.at] = Some(id);
        self.at = id;
    }
}
