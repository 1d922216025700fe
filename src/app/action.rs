//! Actions that panels return. The app performs them after all panels of the frame were drawn.

use super::commands::Command;
use super::selection::{Item, Selection};
use super::training::TrainingAction;
use scenewright_scene::{Edit, NodeId, RevisionId};

#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr)]
pub enum Action {
    /// One step of the history.
    Edit {
        /// Label of the history step: "add kite".
        label: String,
        edits: Vec<Edit>,
    },
    Gesture(Gesture),
    /// Replaces the selection.
    Select(Selection),
    Hover(Option<Item>),
    GoTo(RevisionId),
    /// Renders the scene with other seeds.
    RequestVariations {
        count: usize,
    },
    /// Runs a menu command.
    Command(Command),
    /// Shows a message that changes nothing: what is wrong and what to do about it.
    Notify(String),
    /// Sets the step to compare with (before and after); `None` ends the comparison.
    Compare(Option<RevisionId>),
    /// Gives a step of the history a name.
    NameStep {
        step: RevisionId,
        label: String,
    },
    /// Recomputes the place of every object that is neither pinned nor locked, as a history step.
    FreshLayout,
    /// Asks for an image whose appearance the object should match.
    MatchAppearance(NodeId),
    /// An action of the training panel.
    Training(Box<TrainingAction>),
}

/// Press, drag and release: one step of the history, with draft renders in between.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    Begin {
        label: String,
    },
    Edits(Vec<Edit>),
    Commit,
    /// Esc: restores the scene as it was at the press.
    Abort,
}

impl Action {
    pub fn edit(label: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::Edit { label: label.into(), edits }
    }
}

/// A word dragged from the palette: the payload of egui's drag and drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewObject {
    pub name: String,
}
