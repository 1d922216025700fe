//! Selected and hovered items, shared by canvas, picture, history and inspector.

use std::collections::BTreeSet;

use scenewright_scene::{NodeId, RelationId, Scene};

/// An item of the scene: an object or a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    Node(NodeId),
    Relation(RelationId),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub nodes: BTreeSet<NodeId>,
    pub relations: BTreeSet<RelationId>,
}

impl Selection {
    pub fn of(item: Item) -> Self {
        let mut selection = Self::default();
        selection.insert(item);
        selection
    }

    pub fn all(scene: &Scene) -> Self {
        Self {
            nodes: scene.nodes().iter().map(|node| node.id).collect(),
            relations: scene.relations().iter().map(|relation| relation.id).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.relations.is_empty()
    }

    pub(crate) fn contains(&self, item: Item) -> bool {
        match item {
            Item::Node(id) => self.nodes.contains(&id),
            Item::Relation(id) => self.relations.contains(&id),
        }
    }

    pub fn insert(&mut self, item: Item) {
        match item {
            Item::Node(id) => self.nodes.insert(id),
            Item::Relation(id) => self.relations.insert(id),
        };
    }

    /// Toggles an item (Shift+click).
    pub(crate) fn toggle(&mut self, item: Item) {
        let removed = match item {
            Item::Node(id) => self.nodes.remove(&id),
            Item::Relation(id) => self.relations.remove(&id),
        };
        if !removed {
            self.insert(item);
        }
    }

    /// Removes items that are no longer in the scene.
    pub fn retain_in(&mut self, scene: &Scene) {
        self.nodes.retain(|&id| scene.node(id).is_some());
        self.relations.retain(|&id| scene.relation(id).is_some());
    }

    /// The selected object, if exactly one object and nothing else is selected.
    pub fn single_node(&self) -> Option<NodeId> {
        match (self.nodes.len(), self.relations.is_empty()) {
            (1, true) => self.nodes.first().copied(),
            _ => None,
        }
    }
}
