//! Ids of things in a scene. Distinct types, so that a scene's node never passes for a vocabulary's category.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One object of one scene, for as long as the scene lives. Never given to another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u64);

/// One relation of one scene, for as long as the scene lives. Never given to another relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RelationId(pub u64);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "object {}", self.0)
    }
}

impl fmt::Display for RelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "relation {}", self.0)
    }
}

/// What [`Ordered`](super::ordered::Ordered) needs of an id.
pub(super) trait Id: Copy + Eq + std::hash::Hash {
    fn number(self) -> u64;
}

impl Id for NodeId {
    fn number(self) -> u64 {
        self.0
    }
}

impl Id for RelationId {
    fn number(self) -> u64 {
        self.0
    }
}
