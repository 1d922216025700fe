//! Objects and relations as plain data.

use super::{NodeId, PlaceHint, RelationId, RenderRecord, SizeHint, UnitBox};
use serde::{Deserialize, Serialize};

/// Keys of a document that this version does not know. They are kept, and written back as they were.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// An object of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: NodeId,
    /// What it is, in the user's word: "sheep". A vocabulary may or may not know it.
    pub name: String,
    /// Its own name, if it has one: "Anna".
    pub label: Option<String>,
    pub size: Option<SizeHint>,
    pub place: Option<PlaceHint>,
    /// Further words about its looks: "black", "woollen".
    pub attributes: Vec<String>,
    /// The box that the user chose; else the layout network chooses.
    pub pinned: Option<UnitBox>,
    /// Keeps its box, mask and looks while others change. The user may still edit it.
    pub locked: bool,
    /// Stays in the file, but is not drawn.
    pub hidden: bool,
    /// The order that the user chose, from back (0) to front (1); else the layout chooses. Only the order counts.
    pub depth: Option<f32>,
    /// Objects with the same number are selected together.
    pub group: Option<u64>,
    /// Its own seed; without one it follows the scene's.
    pub seed: Option<u64>,
    /// Where it lies in the editor, in canvas points; never seen by a network.
    pub canvas: Option<[f32; 2]>,
    /// What the last picture showed of it.
    pub rendered: RenderRecord,
    pub extra: Extra,
}

impl Node {
    /// What to call it in a list: its label, or what it is.
    pub fn title(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// A node that has no id yet: what [`Edit::AddNode`](super::Edit::AddNode) adds.
///
/// ```
/// # use scenewright_scene::{NodeDraft, SizeHint};
/// let ball = NodeDraft { size: Some(SizeHint::Small), ..NodeDraft::new("ball") };
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodeDraft {
    pub name: String,
    pub label: Option<String>,
    pub size: Option<SizeHint>,
    pub place: Option<PlaceHint>,
    pub attributes: Vec<String>,
    pub pinned: Option<UnitBox>,
    pub locked: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<u64>,
    pub seed: Option<u64>,
    pub canvas: Option<[f32; 2]>,
    #[serde(skip_serializing_if = "RenderRecord::is_empty")]
    pub rendered: RenderRecord,
    pub extra: Extra,
}

impl NodeDraft {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    pub fn with_id(self, id: NodeId) -> Node {
        let Self { name, label, size, place, attributes, pinned, locked, hidden, depth, group, .. } = self;
        let Self { seed, canvas, rendered, extra, .. } = self;
        let place = place.filter(|place| !place.is_anywhere());
        Node {
            id,
            name,
            label,
            size,
            place,
            attributes,
            pinned,
            locked,
            hidden,
            depth,
            group,
            seed,
            canvas,
            rendered,
            extra,
        }
    }
}

/// A copy of a node to add again: "duplicate the sheep".
impl From<&Node> for NodeDraft {
    fn from(node: &Node) -> Self {
        let Node { name, label, size, place, attributes, pinned, locked, hidden, depth, group, .. } = node.clone();
        let Node { seed, canvas, rendered, extra, .. } = node.clone();
        Self {
            name,
            label,
            size,
            place,
            attributes,
            pinned,
            locked,
            hidden,
            depth,
            group,
            seed,
            canvas,
            rendered,
            extra,
        }
    }
}

/// "subject predicate object": `sheep standing on grass`.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub id: RelationId,
    pub subject: NodeId,
    pub predicate: String,
    pub object: NodeId,
    /// Stays in the file, but the layout does not follow it.
    pub hidden: bool,
    pub extra: Extra,
}

impl Relation {
    pub fn touches(&self, node: NodeId) -> bool {
        self.subject == node || self.object == node
    }

    /// Of an object to itself, as in one of the paper's own samples ("building next to building").
    pub fn is_self_relation(&self) -> bool {
        self.subject == self.object
    }
}
