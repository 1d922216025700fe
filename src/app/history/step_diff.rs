//! Changed items of each step, so that steps and items are highlighted together in all panels.

use std::collections::HashMap;

use crate::app::Item;
use scenewright_scene::{History, Node, Relation, RevisionId, Scene};

/// Changed items by step, computed when a step is first shown.
#[derive(Default)]
pub(crate) struct StepDiffs {
    of: HashMap<RevisionId, Vec<Item>>,
}

impl StepDiffs {
    pub(crate) fn by(&mut self, step: RevisionId, history: &History) -> &[Item] {
        self.of.entry(step).or_insert_with(|| {
            let revision = history.get(step);
            let before = revision.and_then(|revision| history.get(revision.parent?));
            match (before, revision) {
                (Some(before), Some(after)) => between(&before.scene, &after.scene),
                _ => Vec::new(),
            }
        })
    }
}

/// Objects and relations that were added, removed or changed; objects first.
pub(crate) fn between(before: &Scene, after: &Scene) -> Vec<Item> {
    let same_node = |node: &Node, scene: &Scene| scene.node(node.id).is_some_and(|other| other == node);
    let same_relation = |one: &Relation, scene: &Scene| scene.relation(one.id).is_some_and(|other| other == one);
    let mut items: Vec<Item> = Vec::new();
    for (scene, other) in [(after, before), (before, after)] {
        let changed = scene.nodes().iter().filter(|node| !same_node(node, other));
        items.extend(changed.map(|node| Item::Node(node.id)));
        let changed = scene.relations().iter().filter(|relation| !same_relation(relation, other));
        items.extend(changed.map(|relation| Item::Relation(relation.id)));
    }
    items.sort_unstable();
    items.dedup();
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::{Edit, NodeId, RelationId};

    #[test]
    fn what_is_new_gone_or_otherwise() {
        let mut scene = Scene::new();
        let (sky, grass, above) = (NodeId(0), NodeId(1), RelationId(0));
        scene.apply_all(&[Edit::add("sky"), Edit::add("grass"), Edit::relate(sky, "above", grass)]).unwrap();
        let check = |edits: &[Edit], expected: &[Item]| {
            let mut after = scene.clone();
            after.apply_all(edits).unwrap();
            assert_eq!(between(&scene, &after), expected, "{edits:?}");
        };
        check(&[], &[]);
        check(&[Edit::SetSceneSeed { seed: 4 }], &[]);
        check(&[Edit::add("kite")], &[Item::Node(NodeId(2))]);
        check(&[Edit::Lock { node: grass, locked: true }], &[Item::Node(grass)]);
        check(&[Edit::Reverse { relation: above }], &[Item::Relation(above)]);
        check(&[Edit::RemoveNodes { nodes: vec![sky] }], &[Item::Node(sky), Item::Relation(above)]);
    }
}
