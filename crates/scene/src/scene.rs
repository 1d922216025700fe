//! The scene itself: cheap to copy, read freely, changed by [`Scene::apply`] alone.

use super::ordered::{List, Ordered};
use super::{Completion, Extra, Node, NodeId, Relation, RelationId, RenderRecord};
use std::borrow::Cow;
use std::sync::Arc;

/// What the user wrote: objects, relations and the seed of the picture.
///
/// A copy shares everything with the original until it is edited, and then every object and relation that was not, so that a history of
/// snapshots costs no more than what changed.
///
/// Two scenes are equal when a reader could not distinguish them; which ids come next does not count.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    pub(super) nodes: Arc<Ordered<Node>>,
    pub(super) relations: Arc<Ordered<Relation>>,
    pub(super) seed: u64,
    pub(super) layout_seed: u64,
    pub(super) picture_size: Option<[u32; 2]>,
    pub(super) completion: Arc<Completion>,
    pub(super) extras: Arc<SceneExtras>,
    pub(super) next_node: u64,
    pub(super) next_relation: u64,
}

/// Keys of the document that this version does not know: of the graph itself, and of its `scenewright` part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SceneExtras {
    pub graph: Extra,
    pub scenewright: Extra,
}

/// What a scene says of its picture as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SceneSettings {
    pub seed: u64,
    pub layout_seed: u64,
    /// Width and height, pixels.
    pub picture_size: Option<[u32; 2]>,
    pub completion: Completion,
}

impl Scene {
    /// An empty scene.
    pub fn new() -> Self {
        Self::default()
    }

    /// Objects in the document's order, which is the order of the networks' rows.
    pub fn nodes(&self) -> &List<Node> {
        self.nodes.list()
    }

    /// Relations in the document's order.
    pub fn relations(&self) -> &List<Relation> {
        self.relations.list()
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    pub fn relation(&self, id: RelationId) -> Option<&Relation> {
        self.relations.get(id)
    }

    /// Which row of [`Scene::nodes`] the node is.
    pub fn node_index(&self, id: NodeId) -> Option<usize> {
        self.nodes.position(id)
    }

    pub fn relation_index(&self, id: RelationId) -> Option<usize> {
        self.relations.position(id)
    }

    /// Relations that begin or end at the node; a self-relation comes once.
    pub fn relations_of(&self, node: NodeId) -> impl Iterator<Item = &Relation> {
        self.relations().iter().filter(move |relation| relation.touches(node))
    }

    /// Whether a relation is drawn: neither it nor one of its objects is hidden.
    pub fn is_drawn(&self, relation: &Relation) -> bool {
        let is_hidden = |id| self.node(id).is_some_and(|node| node.hidden);
        !relation.hidden && !is_hidden(relation.subject) && !is_hidden(relation.object)
    }

    /// The scene as it is drawn: without hidden objects and relations. What is hidden is not added by the completion either.
    pub fn visible(&self) -> Cow<'_, Self> {
        let is_all = self.nodes().iter().all(|node| !node.hidden) && self.relations().iter().all(|one| !one.hidden);
        if is_all {
            return Cow::Borrowed(self);
        }
        let mut scene = self.clone();
        let gone = self.nodes().iter().filter(|node| node.hidden).map(|node| node.name.clone());
        Arc::make_mut(&mut scene.completion).dismissed.extend(gone);
        Arc::make_mut(&mut scene.relations).retain(|relation| self.is_drawn(relation));
        Arc::make_mut(&mut scene.nodes).retain(|node| !node.hidden);
        Cow::Owned(scene)
    }

    /// The random seed of the picture.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The seed of the layout: another one places again whatever is neither pinned nor locked.
    pub fn layout_seed(&self) -> u64 {
        self.layout_seed
    }

    /// Width and height of the picture, pixels, where a model can draw at any size. None: the model's own.
    pub fn picture_size(&self) -> Option<[u32; 2]> {
        self.picture_size
    }

    pub fn is_empty(&self) -> bool {
        self.nodes().is_empty()
    }

    /// The id that the next added node will get, and those after it count up. A list of edits can thus speak of
    /// nodes that it is about to add.
    pub fn next_node_id(&self) -> NodeId {
        NodeId(self.next_node)
    }

    pub fn next_relation_id(&self) -> RelationId {
        RelationId(self.next_relation)
    }

    pub fn extras(&self) -> &SceneExtras {
        &self.extras
    }

    /// A scene from a file, already checked: ids distinct, ends of relations present. Not a way to change one.
    pub fn assemble(
        nodes: Vec<Node>,
        relations: Vec<Relation>,
        settings: SceneSettings,
        extras: SceneExtras,
        next_ids: [u64; 2],
    ) -> Self {
        let after_nodes = nodes.iter().map(|node| node.id.0 + 1).max().unwrap_or(0);
        let after_relations = relations.iter().map(|relation| relation.id.0 + 1).max().unwrap_or(0);
        Self {
            nodes: Arc::new(nodes.into_iter().collect()),
            relations: Arc::new(relations.into_iter().collect()),
            seed: settings.seed,
            layout_seed: settings.layout_seed,
            picture_size: settings.picture_size,
            completion: Arc::new(settings.completion),
            extras: Arc::new(extras),
            next_node: next_ids[0].max(after_nodes),
            next_relation: next_ids[1].max(after_relations),
        }
    }

    /// Replaces the records of objects. Those that are not in the scene are skipped.
    pub(super) fn set_records(&mut self, records: Vec<(NodeId, RenderRecord)>) {
        if records.is_empty() {
            return;
        }
        let nodes = Arc::make_mut(&mut self.nodes);
        for (id, record) in records {
            if let Some(node) = nodes.get(id).cloned() {
                nodes.replace(Node { rendered: record, ..node });
            }
        }
    }

    /// Chosen depths become the places that the picture gave them, so that they stay between the same neighbors when objects are added.
    pub(super) fn follow_depths(&mut self, drawn: &[(NodeId, RenderRecord)]) -> bool {
        let moved = |(id, record): &(NodeId, RenderRecord)| {
            let node = self.node(*id)?;
            let depth =
                record.depth.filter(|depth| depth.is_finite() && node.depth.is_some_and(|own| own != *depth))?;
            Some((*id, depth))
        };
        let moved: Vec<_> = drawn.iter().filter_map(moved).collect();
        if moved.is_empty() {
            return false;
        }
        let nodes = Arc::make_mut(&mut self.nodes);
        for (id, depth) in moved {
            if let Some(node) = nodes.get(id).cloned() {
                nodes.replace(Node { depth: Some(depth), ..node });
            }
        }
        true
    }

    /// Whether the other scene shares all lists with this one: a quick "nothing changed".
    pub(super) fn shares_all_with(&self, other: &Self) -> bool {
        (self.seed, self.layout_seed) == (other.seed, other.layout_seed)
            && Arc::ptr_eq(&self.nodes, &other.nodes)
            && Arc::ptr_eq(&self.relations, &other.relations)
            && Arc::ptr_eq(&self.completion, &other.completion)
    }

    /// After a step back, ids that a later state has given away stay given away.
    pub fn keep_ids_of(&mut self, later: &Self) {
        self.next_node = self.next_node.max(later.next_node);
        self.next_relation = self.next_relation.max(later.next_relation);
    }
}

impl PartialEq for Scene {
    fn eq(&self, other: &Self) -> bool {
        (self.seed, self.layout_seed, self.picture_size) == (other.seed, other.layout_seed, other.picture_size)
            && (Arc::ptr_eq(&self.nodes, &other.nodes) || self.nodes() == other.nodes())
            && (Arc::ptr_eq(&self.relations, &other.relations) || self.relations() == other.relations())
            && (Arc::ptr_eq(&self.completion, &other.completion) || self.completion == other.completion)
            && (Arc::ptr_eq(&self.extras, &other.extras) || self.extras == other.extras)
    }
}
