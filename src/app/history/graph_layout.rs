//! Branches of the history as lanes beside the list, as in version control programs.

use std::hash::{DefaultHasher, Hash, Hasher};

use scenewright_scene::history::Revision;

/// Lanes that are drawn; branches beyond this share the last lane.
pub(crate) const MAX_LANES: usize = 6;

/// What the graph draws in one row of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphRow {
    /// Lane of the step's dot, 0 at the left.
    pub lane: usize,
    /// Lane of the parent, if there is one.
    pub parent_lane: Option<usize>,
    /// Lanes that run through this row without a dot.
    pub passing_lanes: Vec<usize>,
    /// Whether the lane continues below.
    pub continues_below: bool,
    /// Lanes of the branches that start here.
    pub branch_lanes: Vec<usize>,
}

/// Row layout of the history graph, cached by the shape of the tree.
#[derive(Default)]
pub(crate) struct GraphLayout {
    /// Hash of the parents that `rows` was computed from.
    fingerprint: u64,
    rows: Vec<GraphRow>,
}

impl GraphLayout {
    pub(crate) fn update(&mut self, revisions: &[Revision]) {
        let fingerprint = fingerprint(revisions);
        if self.fingerprint != fingerprint || self.rows.len() != revisions.len() {
            self.fingerprint = fingerprint;
            self.rows = lay_out_rows(&parents(revisions));
        }
    }

    pub(crate) fn row(&self, index: usize) -> Option<&GraphRow> {
        self.rows.get(index)
    }

    /// Number of lanes to reserve space for.
    pub(crate) fn lane_count(&self) -> usize {
        self.rows.iter().map(|row| row.lane + 1).max().unwrap_or(1).min(MAX_LANES)
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
/// parent's row to the last row of its own branch.
pub fn lay_out_rows(parents: &[Option<usize>]) -> Vec<GraphRow> {
    let count = parents.len();
    let mut first_child: Vec<Option<usize>> = vec![None; count];
    for (row, parent) in parents.iter().enumerate() {
        if let Some(slot) = parent.and_then(|parent| first_child.get_mut(parent)) {
            slot.get_or_insert(row);
        }
    }
    let is_first_child = |row: usize| parents[row].is_some_and(|parent| first_child.get(parent) == Some(&Some(row)));
    // Parents come before their children, so the loops below end.
    let mut rows = vec![GraphRow::default(); count];
    let mut last_row_in_lane: Vec<usize> = Vec::new();
    for first_row in (0..count).filter(|row| !is_first_child(*row)) {
        let mut last_row = first_row;
        while let Some(next) = first_child[last_row] {
            last_row = next;
        }
        let start = parents[first_row].unwrap_or(first_row);
        let lane = last_row_in_lane.iter().position(|last| *last < start).unwrap_or(last_row_in_lane.len());
        if lane == last_row_in_lane.len() {
            last_row_in_lane.push(last_row);
        } else {
            last_row_in_lane[lane] = last_row;
        }
        if let Some(parent) = parents[first_row].and_then(|parent| rows.get_mut(parent)) {
            parent.branch_lanes.push(lane);
        }
        mark_branch(&mut rows, parents, &first_child, first_row, lane);
    }
    rows
}

/// Writes the rows of the branch that starts at `first_row`, and the rows its line passes.
fn mark_branch(
    rows: &mut [GraphRow],
    parents: &[Option<usize>],
    first_child: &[Option<usize>],
    first_row: usize,
    lane: usize,
) {
    let mut next = Some(first_row);
    while let Some(row) = next {
        let parent = parents[row].filter(|parent| *parent < row);
        rows[row].lane = lane;
        rows[row].parent_lane = parent.map(|parent| rows[parent].lane);
        rows[row].continues_below = first_child[row].is_some();
        let first_between = parent.map_or(row, |parent| parent + 1);
        rows[first_between..row].iter_mut().for_each(|row_between| row_between.passing_lanes.push(lane));
        next = first_child[row];
    }
}
