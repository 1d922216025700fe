//! What can happen to a document, as a line of its journal.

use crate::FileFingerprint;
use scenewright_formats::{scenes_from_str, scenes_to_string};
use scenewright_scene::{Edit, NodeId, PictureRecord, RelationId, Scene};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashSet;
use std::mem::Discriminant;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The version of journals that this program writes, and the newest that it reads.
pub(crate) const VERSION: u32 = 2;

/// `at`: the revision after it. A replay that arrives elsewhere is stopped there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Always first, and only there.
    Start(Start),
    Step {
        label: String,
        edits: Vec<Edit>,
        at: u64,
    },
    /// Written when it ends. One that was cancelled is written too, for the ids that it gave away.
    Gesture {
        label: String,
        edits: Vec<Edit>,
        kept: bool,
        at: u64,
    },
    /// Undo and redo, too.
    GoTo {
        at: u64,
    },
    /// What a picture of the revision showed.
    Rendered {
        at: u64,
        picture: PictureRecord,
    },
    /// The user gave the step a name.
    Named {
        at: u64,
        label: String,
    },
    /// `origin`: the file; without one, the document needs no saving at this revision.
    Saved {
        at: u64,
        origin: Option<Origin>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Start {
    pub version: u32,
    pub title: String,
    /// Of the system's clock, since 1970.
    pub(crate) when_seconds: u64,
    pub origin: Option<Origin>,
    /// Everything that the file held, and which of it is the document.
    #[serde(serialize_with = "write_graphs", deserialize_with = "read_graphs")]
    pub graphs: Vec<Scene>,
    pub graph: usize,
}

/// The document's file and what it looked like when it was read or written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub path: PathBuf,
    pub(crate) stamp: Option<FileFingerprint>,
}

impl Origin {
    pub(crate) fn new(path: &Path, stamp: Option<FileFingerprint>) -> Self {
        // The next run may start in another folder.
        Self { path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()), stamp }
    }

    /// JSON is text, and a file's name need not be.
    fn is_text(&self) -> bool {
        self.path.to_str().is_some()
    }
}

impl Start {
    pub(crate) fn new(title: String, origin: Option<Origin>, graphs: Vec<Scene>, graph: usize) -> Self {
        let when_seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { version: VERSION, title, when_seconds, origin: origin.filter(Origin::is_text), graphs, graph }
    }
}

impl Event {
    pub(crate) fn gesture(label: String, edits: Vec<Edit>, kept: bool, at: u64) -> Self {
        Self::Gesture { label, edits: condense(edits), kept, at }
    }

    /// As it can be written: a file whose name is no text is left out, and the recovered document asks for a name.
    pub(crate) fn writable(self) -> Self {
        match self {
            Self::Saved { at, origin } => Self::Saved { at, origin: origin.filter(Origin::is_text) },
            other => other,
        }
    }
}

/// Of several edits that set the same thing of the same object, only the last counts: a drag of a thousand frames is one edit.
pub(crate) fn condense(edits: Vec<Edit>) -> Vec<Edit> {
    #[derive(PartialEq, Eq, Hash)]
    enum What {
        Scene,
        Node(NodeId),
        Relation(RelationId),
    }
    let target = |edit: &Edit| match edit {
        Edit::SetLabel { node, .. }
        | Edit::SetAttributes { node, .. }
        | Edit::Pin { node, .. }
        | Edit::Lock { node, .. }
        | Edit::Hide { node, .. }
        | Edit::SetDepth { node, .. }
        | Edit::SetGroup { node, .. }
        | Edit::SetBox { node, .. }
        | Edit::SetSeed { node, .. }
        | Edit::MoveOnCanvas { node, .. } => Some(What::Node(*node)),
        Edit::SetPredicate { relation, .. } | Edit::HideRelation { relation, .. } => Some(What::Relation(*relation)),
        Edit::SetSceneSeed { .. } | Edit::FreshLayout { .. } | Edit::SetPictureSize { .. } => Some(What::Scene),
        // What adds, removes or turns depends on what came before; so does the box after a change of name, size or place.
        Edit::Rename { .. } | Edit::SetSize { .. } | Edit::SetPlace { .. } => None,
        Edit::AddNode { .. }
        | Edit::RemoveNodes { .. }
        | Edit::Relate { .. }
        | Edit::Reroute { .. }
        | Edit::Reverse { .. }
        | Edit::SetCompletion { .. }
        | Edit::DismissImplied { .. }
        | Edit::Unrelate { .. } => None,
    };
    let mut later: HashSet<(Discriminant<Edit>, What)> = HashSet::new();
    let mut kept: Vec<Edit> = edits
        .into_iter()
        .rev()
        .filter(|edit| target(edit).is_none_or(|what| later.insert((std::mem::discriminant(edit), what))))
        .collect();
    kept.reverse();
    kept
}

/// The document's own text as JSON within the line.
fn write_graphs<S: Serializer>(graphs: &[Scene], serializer: S) -> Result<S::Ok, S::Error> {
    let value: serde_json::Value = serde_json::from_str(&scenes_to_string(graphs)).map_err(S::Error::custom)?;
    value.serialize(serializer)
}

fn read_graphs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scene>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    scenes_from_str(&value.to_string()).map_err(D::Error::custom)
}
