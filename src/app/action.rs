//! What a panel asks for: plain values, carried out by the app after the frame's panels have run.

use super::commands::Command;
use super::selection::{Item, Selection};
use super::training::TrainingAction;
use scenewright_scene::{Edit, NodeId, RevisionId};

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
    /// Pictures of the scene with other dice.
    RequestVariations {
        count: usize,
    },
    /// As if its menu entry was clicked.
    Command(Command),
    /// Something a person should read that changes nothing: what is wrong and the cure.
    Notify(String),
    /// The step that the picture is held against (before and after); none: no comparison.
    Compare(Option<RevisionId>),
    /// Places anew whatever is neither pinned nor locked, as a step of the history.
    FreshLayout,
    /// Asks for a picture that this object should look like.
    MatchAppearance(NodeId),
    /// Of runs and models.
    Training(Box<TrainingAction>),
}

/// A press, a drag and a release: one step of the history, a draft picture on the way.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    Begin {
        label: String,
    },
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

/// A word dragged from the list of words: what egui's drag and drop carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObject {
    pub name: String,
}
