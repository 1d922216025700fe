//! Boxes that stay: what was drawn once keeps its place while other things are added, moved and named.
//!
//! A network lays a whole scene out anew for every change. What an artist has seen is therefore given back to it as fixed boxes, save
//! for what a change has made free:
//!
//! - an object that is renamed, or whose pin is released, is free;
//! - a new relation that the boxes do not meet frees its subject, so that it can go where it is told to;
//!   where the subject is pinned or locked, it frees the object;
//! - a relation that is gone frees its subject if the boxes met it: that was why it stood there.
//!
//! A locked object is never freed by what happens to others.

use std::collections::BTreeMap;

use crate::generate::Picture;
use crate::scene::{NodeId, Relation, Scene, UnitBox, Verdict, judge};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    boxes: BTreeMap<NodeId, UnitBox>,
}

impl Kept {
    /// The boxes of a picture.
    pub fn of(picture: &Picture) -> Self {
        let placed = picture.objects.iter().filter(|placed| placed.bounds.is_finite());
        Self { boxes: placed.filter_map(|placed| Some((placed.node?, placed.bounds))).collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }

    pub fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.boxes.get(&node).copied()
    }

    /// What is to be given to the network.
    pub fn to_vec(&self) -> Vec<(NodeId, UnitBox)> {
        self.boxes.iter().map(|(&id, &bounds)| (id, bounds)).collect()
    }

    /// What is still kept when `before` has become `after`.
    pub fn after(&self, before: &Scene, after: &Scene) -> Self {
        let mut kept = self.clone();
        kept.boxes.retain(|&id, _| match (before.node(id), after.node(id)) {
            (Some(old), Some(new)) => old.name == new.name && (old.pinned.is_none() || new.pinned.is_some()),
            (_, new) => new.is_some(),
        });
        for relation in news(before, after) {
            if self.verdict(relation, after) == Verdict::Broken {
                kept.free_one_end(relation, after);
            }
        }
        for relation in news(after, before) {
            if self.verdict(relation, before) == Verdict::Met {
                kept.free(relation.subject, after);
            }
        }
        kept
    }

    fn verdict(&self, relation: &Relation, scene: &Scene) -> Verdict {
        let bounds = |id| scene.node(id).and_then(|node| node.pinned).or_else(|| self.box_of(id));
        match (bounds(relation.subject), bounds(relation.object)) {
            (Some(subject), Some(object)) if !relation.is_self_relation() => {
                judge(&relation.predicate, &subject, &object)
            }
            _ => Verdict::Unknown,
        }
    }

    fn free_one_end(&mut self, relation: &Relation, scene: &Scene) {
        let stays = |id| scene.node(id).is_some_and(|node| node.locked || node.pinned.is_some());
        let end = if stays(relation.subject) { relation.object } else { relation.subject };
        self.free(end, scene);
    }

    fn free(&mut self, id: NodeId, scene: &Scene) {
        if !scene.node(id).is_some_and(|node| node.locked) {
            self.boxes.remove(&id);
        }
    }
}

/// Relations of `after` that `before` has not, or has otherwise.
fn news<'a>(before: &'a Scene, after: &'a Scene) -> impl Iterator<Item = &'a Relation> {
    let ends = |relation: &Relation| (relation.subject, relation.object);
    after.relations().iter().filter(move |relation| {
        !before
            .relation(relation.id)
            .is_some_and(|old| old.predicate == relation.predicate && ends(old) == ends(relation))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Edit, RelationId};

    const SKY: NodeId = NodeId(0);
    const GRASS: NodeId = NodeId(1);
    const SHEEP: NodeId = NodeId(2);

    /// Sky above grass, a sheep standing on the grass.
    fn farm() -> (Scene, Kept) {
        let mut scene = Scene::new();
        let edits = [
            Edit::add("sky"),
            Edit::add("grass"),
            Edit::add("sheep"),
            Edit::relate(SKY, "above", GRASS),
            Edit::relate(SHEEP, "standing on", GRASS),
        ];
        scene.apply_all(&edits).unwrap();
        let boxes = [
            (SKY, UnitBox::new(0.0, 0.0, 1.0, 0.5)),
            (GRASS, UnitBox::new(0.0, 0.5, 1.0, 1.0)),
            (SHEEP, UnitBox::new(0.4, 0.4, 0.6, 0.7)),
        ];
        (scene, Kept { boxes: boxes.into() })
    }

    #[track_caller]
    fn check(edits: &[Edit], freed: &[NodeId]) {
        let (mut scene, kept) = farm();
        let before = scene.clone();
        scene.apply_all(edits).unwrap();
        let after = kept.after(&before, &scene);
        let gone: Vec<NodeId> = [SKY, GRASS, SHEEP].into_iter().filter(|&id| after.box_of(id).is_none()).collect();
        assert_eq!(gone, freed, "{edits:?}");
    }

    #[test]
    fn a_change_frees_only_what_it_is_about() {
        let kite = NodeId(3);
        check(&[], &[]);
        check(&[Edit::add("kite"), Edit::relate(kite, "in", SKY)], &[]);
        check(&[Edit::RemoveNodes { nodes: vec![SKY] }], &[SKY]);
        check(&[Edit::Rename { node: SHEEP, name: "cow".into() }], &[SHEEP]);
        check(&[Edit::SetLabel { node: SHEEP, label: Some("Dolly".into()) }], &[]);
        // Met already: nothing has to move.
        check(&[Edit::relate(SHEEP, "below", SKY)], &[]);
        check(&[Edit::relate(SHEEP, "smells of", SKY)], &[]);
        // Broken: the subject goes where it is told to.
        check(&[Edit::relate(SHEEP, "above", SKY)], &[SHEEP]);
        check(&[Edit::Lock { node: SHEEP, locked: true }, Edit::relate(SHEEP, "above", SKY)], &[SKY]);
        // What stood there because it was told to is free when it is told so no more.
        check(&[Edit::Unrelate { relations: vec![RelationId(1)] }], &[SHEEP]);
        check(&[Edit::SetPredicate { relation: RelationId(1), predicate: "below".into() }], &[SHEEP]);
    }

    #[test]
    fn a_released_pin_gives_the_box_back() {
        let (mut scene, kept) = farm();
        scene.apply(&Edit::Pin { node: SHEEP, pinned: Some(UnitBox::new(0.1, 0.6, 0.2, 0.8)) }).unwrap();
        let pinned = scene.clone();
        scene.apply(&Edit::Pin { node: SHEEP, pinned: None }).unwrap();
        assert_eq!(kept.after(&pinned, &scene).box_of(SHEEP), None);
    }
}
