//! Edits of a scene, as data: gestures, sentences and the journal all produce the same [`Edit`]s.

use super::{NodeDraft, NodeId, PlaceHint, RelationId, SizeHint, UnitBox};
use serde::{Deserialize, Serialize};

/// One change of a scene. Ids of new things are predictable ([`Scene::next_node_id`](super::Scene::next_node_id)), so a list of edits can
/// relate a node that it has just added, and replaying a list gives the same scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    AddNode {
        node: Box<NodeDraft>,
    },
    /// Removes objects and every relation that touches them.
    RemoveNodes {
        nodes: Vec<NodeId>,
    },
    /// Changes what an object is: "change the zebra to a sheep".
    Rename {
        node: NodeId,
        name: String,
    },
    /// Gives an object a name of its own: "rename the person to Anna".
    SetLabel {
        node: NodeId,
        label: Option<String>,
    },
    SetSize {
        node: NodeId,
        size: Option<SizeHint>,
    },
    SetPlace {
        node: NodeId,
        place: Option<PlaceHint>,
    },
    SetAttributes {
        node: NodeId,
        attributes: Vec<String>,
    },
    Pin {
        node: NodeId,
        pinned: Option<UnitBox>,
    },
    Lock {
        node: NodeId,
        locked: bool,
    },
    /// Keeps an object out of the picture, or shows it again.
    Hide {
        node: NodeId,
        hidden: bool,
    },
    /// Keeps the layout from following a relation, or lets it follow again.
    HideRelation {
        relation: RelationId,
        hidden: bool,
    },
    /// Chooses where an object stands between back (0) and front (1); none: the layout chooses.
    SetDepth {
        node: NodeId,
        depth: Option<f32>,
    },
    /// Puts an object into a group, or takes it out.
    SetGroup {
        node: NodeId,
        group: Option<u64>,
    },
    SetSeed {
        node: NodeId,
        seed: Option<u64>,
    },
    SetSceneSeed {
        seed: u64,
    },
    /// Another layout of the same scene: whatever is neither pinned nor locked is placed again.
    FreshLayout {
        seed: u64,
    },
    /// Width and height of the picture, pixels; none: the model's own.
    SetPictureSize {
        size: Option<[u32; 2]>,
    },
    /// Whether the picture shows what the graph leaves out: a ground, a sky. Switching it on brings back what was dismissed.
    SetCompletion {
        is_on: bool,
    },
    /// Keeps an object that the picture added out of it.
    DismissImplied {
        name: String,
    },
    /// Gives an object another box without pinning it: "make it twice as large".
    SetBox {
        node: NodeId,
        bounds: UnitBox,
    },
    MoveOnCanvas {
        node: NodeId,
        canvas: Option<[f32; 2]>,
    },
    Relate {
        subject: NodeId,
        predicate: String,
        object: NodeId,
    },
    /// Takes a relation's ends to other objects.
    Reroute {
        relation: RelationId,
        subject: NodeId,
        object: NodeId,
    },
    SetPredicate {
        relation: RelationId,
        predicate: String,
    },
    /// Swaps subject and object, and leaves the word.
    Reverse {
        relation: RelationId,
    },
    Unrelate {
        relations: Vec<RelationId>,
    },
}

impl Edit {
    pub fn add(name: impl Into<String>) -> Self {
        NodeDraft::new(name).into()
    }

    pub fn relate(subject: NodeId, predicate: impl Into<String>, object: NodeId) -> Self {
        Self::Relate { subject, predicate: predicate.into(), object }
    }
}

impl From<NodeDraft> for Edit {
    fn from(node: NodeDraft) -> Self {
        Self::AddNode { node: Box::new(node) }
    }
}

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    AddedNode(NodeId),
    AddedRelation(RelationId),
    Removed {
        nodes: Vec<NodeId>,
        relations: Vec<RelationId>,
    },
    Changed,
    /// The scene already was so. Not an error: a slider that is dragged back says the same twice.
    Unchanged,
}

impl Applied {
    pub fn node(&self) -> Option<NodeId> {
        if let Self::AddedNode(id) = self { Some(*id) } else { None }
    }

    pub fn relation(&self) -> Option<RelationId> {
        if let Self::AddedRelation(id) = self { Some(*id) } else { None }
    }

    pub fn is_change(&self) -> bool {
        *self != Self::Unchanged
    }
}

/// Why an edit was refused. The scene is then as it was before.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EditError {
    #[error("the scene has no {0}: it was removed, or belongs to another scene")]
    NoSuchNode(NodeId),
    #[error("the scene has no {0}: it was removed, or belongs to another scene")]
    NoSuchRelation(RelationId),
    #[error("{what} is empty: write a word")]
    Empty { what: &'static str },
    #[error("{what} has {length} characters: use at most {MAX_WORD_CHARS}")]
    TooLong { what: &'static str, length: usize },
    #[error("{what} holds a line break or another control character: write one line")]
    ControlCharacter { what: &'static str },
    #[error("the box [{}, {}, {}, {}] {trouble}", .found.x0, .found.y0, .found.x1, .found.y1)]
    BadBox { found: UnitBox, trouble: BoxFault },
    #[error("a place between back and front must be a finite number")]
    BadDepth,
    #[error("a position on the canvas must be two finite numbers")]
    BadPosition,
    #[error("a picture of {} x {} pixels cannot be drawn: give sides of {} to {} pixels", .0[0], .0[1], PICTURE_SIDES.start(), PICTURE_SIDES.end())]
    BadPictureSize([u32; 2]),
    #[error("this object is pinned: change its pinned box instead")]
    Pinned,
}

/// What is wrong with a box that was to be pinned, and how to fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoxFault {
    #[error("holds something that is no finite number: give four numbers from 0 to 1")]
    NotFinite,
    #[error("is inverted: give the upper left corner first, then the lower right")]
    Inverted,
    #[error("is empty: make each side at least a thousandth of the picture")]
    Empty,
    #[error("leaves the picture: keep all four numbers from 0 to 1")]
    Outside,
}

/// A name must fit on a screen; a longer one is a paste that went wrong.
pub const MAX_WORD_CHARS: usize = 200;

/// Sides of a picture that a document may ask for, pixels.
pub const PICTURE_SIDES: std::ops::RangeInclusive<u32> = 16..=4096;

/// Checks a name, predicate or attribute; `what` is how the error calls it.
pub fn check_name(what: &'static str, name: &str) -> Result<(), EditError> {
    let length = name.chars().count();
    if length > MAX_WORD_CHARS {
        return Err(EditError::TooLong { what, length });
    }
    check_label(what, name)
}

/// Checks a label, which may be of any length: it is shown and never looked up.
pub fn check_label(what: &'static str, label: &str) -> Result<(), EditError> {
    if label.trim().is_empty() {
        return Err(EditError::Empty { what });
    }
    if label.chars().any(char::is_control) {
        return Err(EditError::ControlCharacter { what });
    }
    Ok(())
}

pub fn check_box(found: UnitBox) -> Result<(), EditError> {
    let trouble = if !found.is_finite() {
        BoxFault::NotFinite
    } else if found.x1 < found.x0 || found.y1 < found.y0 {
        BoxFault::Inverted
    } else if found.width() < UnitBox::MIN_SIDE || found.height() < UnitBox::MIN_SIDE {
        BoxFault::Empty
    } else if !found.is_proper() {
        BoxFault::Outside
    } else {
        return Ok(());
    };
    Err(EditError::BadBox { found, trouble })
}

pub(crate) fn check_picture_size(size: [u32; 2]) -> Result<(), EditError> {
    let fits = size.iter().all(|side| PICTURE_SIDES.contains(side));
    if fits { Ok(()) } else { Err(EditError::BadPictureSize(size)) }
}

pub(crate) fn check_depth(depth: f32) -> Result<(), EditError> {
    if depth.is_finite() { Ok(()) } else { Err(EditError::BadDepth) }
}

pub(crate) fn check_point(point: [f32; 2]) -> Result<(), EditError> {
    if point.iter().all(|v| v.is_finite()) { Ok(()) } else { Err(EditError::BadPosition) }
}

/// Everything about a node that does not depend on the scene it enters.
pub(super) fn check_draft(node: &NodeDraft) -> Result<(), EditError> {
    check_name("the object's name", &node.name)?;
    node.label.as_deref().map_or(Ok(()), |label| check_label("the label", label))?;
    node.attributes.iter().try_for_each(|word| check_name("an attribute", word))?;
    node.pinned.map_or(Ok(()), check_box)?;
    node.depth.map_or(Ok(()), check_depth)?;
    node.canvas.map_or(Ok(()), check_point)
}
