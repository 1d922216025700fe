//! What a panel asks for: plain values, carried out by the app after the frame's panels have run.

use super::selection::{Item, Selection};
use crate::scene::{Edit, RevisionId};

#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// One step of the history.
    Edit {
        /// In the user's words: "add kite".
        label: String,
        edits: Vec<Edit>,
    },
    Gesture(Gesture),
    /// Replaces the selection.
    Select(Selection),
    Hover(Option<Item>),
    GoTo(RevisionId),
}

/// A press, a drag and a release: one step of the history, a draft picture on the way.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    Begin { label: String },
    Edits(Vec<Edit>),
    Commit,
    /// Esc: the scene is as it was on the press.
    Abort,
}

impl Action {
    pub fn edit(label: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::Edit { label: label.into(), edits }
    }
}
