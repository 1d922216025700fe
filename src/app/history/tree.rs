//! Branches of the history as lanes beside the list, as in version control programs.

use std::hash::{DefaultHasher, Hash, Hasher};

use scenewright_scene::history::Revision;

/// Further lanes are drawn on the last one.
pub(crate) const MOST_LANES: usize = 6;

/// Place of a step in the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanePlace {
    pub lane: usize,
    /// Lane of the parent, if there is one.
    pub from: Option<usize>,
    /// Lanes that pass this row.
    pub passing: Vec<usize>,
    /// Whether the lane continues below.
    pub goes_on: bool,
    /// Lanes of the branches that start here.
    pub(crate) leaving: Vec<usize>,
}

/// Returns a place for each step, in the order of the history; recomputed if the history changed.
#[derive(Default)]
pub(crate) struct BranchTree {
    made_of: u64,
    places: Vec<LanePlace>,
}

impl BranchTree {
    pub(crate) fn update(&mut self, revisions: &[Revision]) {
        let fingerprint = fingerprint(revisions);
        if self.made_of != fingerprint || self.places.len() != revisions.len() {
            self.made_of = fingerprint;
            self.places = places(&parents(revisions));
        }
    }

    pub(crate) fn place(&self, row: usize) -> Option<&LanePlace> {
        self.places.get(row)
    }

    /// Number of lanes to reserve space for.
    pub(crate) fn lanes(&self) -> usize {
        self.places.iter().map(|place| place.lane + 1).max().unwrap_or(1).min(MOST_LANES)
    }
}

fn fingerprint(revisions: &[Revision]) -> u64 {
    let mut hasher = DefaultHasher::new();
    revisions.iter().for_each(|revision| revision.parent.map(|parent| parent.0).hash(&mut hasher));
    hasher.finish()
}

fn parents(revisions: &[Revision]) -> Vec<Option<usize>> {
    let row = |revision: &Revision| revision.parent.and_then(|parent| usize::try_from(parent.0).ok());
    revisions.iter().map(row).collect()
}

/// The first child continues the lane of its parent; each further child takes the lowest lane that is free from its
/// parent's row to the end of its own line.
pub fn places(parents: &[Option<usize>]) -> Vec<LanePlace> {
    let count = parents.len();
    let mut first_child: Vec<Option<usize>> = vec![None; count];
    for (row, parent) in parents.iter().enumerate() {
        if let Some(slot) = parent.and_then(|parent| first_child.get_mut(parent)) {
            slot.get_or_insert(row);
        }
    }
    let continues = |row: usize| parents[row].is_some_and(|parent| first_child.get(parent) == Some(&Some(row)));
    // Parents come before their children, so the loops below end.
    let mut places = vec![LanePlace::default(); count];
    // For each lane, the last row that uses it.
    let mut taken: Vec<usize> = Vec::new();
    for head in (0..count).filter(|row| !continues(*row)) {
        let mut tail = head;
        while let Some(next) = first_child[tail] {
            tail = next;
        }
        let start = parents[head].unwrap_or(head);
        let lane = taken.iter().position(|until| *until < start).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(tail);
        } else {
            taken[lane] = tail;
        }
        if let Some(parent) = parents[head].and_then(|parent| places.get_mut(parent)) {
            parent.leaving.push(lane);
        }
        draw(&mut places, parents, &first_child, head, lane);
    }
    places
}

/// Marks the line from `head` down, and the lanes it passes.
fn draw(places: &mut [LanePlace], parents: &[Option<usize>], first_child: &[Option<usize>], head: usize, lane: usize) {
    let mut row = Some(head);
    while let Some(at) = row {
        let parent = parents[at].filter(|parent| *parent < at);
        places[at].lane = lane;
        places[at].from = parent.map(|parent| places[parent].lane);
        places[at].goes_on = first_child[at].is_some();
        let after = parent.map_or(at, |parent| parent + 1);
        places[after..at].iter_mut().for_each(|between| between.passing.push(lane));
        row = first_child[at];
    }
}
