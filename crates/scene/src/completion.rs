//! What a picture needs and the graph does not name: a ground to stand on, a sky, a wall and a floor.
//!
//! The generator decides what is implied and reports it with the picture ([`PictureRecord::implied`](crate::PictureRecord)). The scene remembers it,
//! so that the next picture keeps it, but it is no part of the graph until a person accepts it. A person may dismiss an implied object, or switch
//! completion off for the whole scene.

use crate::{Edit, List, Node, NodeDraft, NodeId, Relation, RelationId, RenderRecord, Scene};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Ids of implied objects and of their relations begin here; those of a document are far below.
const FIRST_IMPLIED_ID: u64 = 1 << 62;

/// An object that the picture shows although the graph does not name it. No two of a scene have the same name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImpliedObject {
    pub name: String,
    /// What was shown of it.
    #[serde(default, skip_serializing_if = "RenderRecord::is_empty")]
    pub rendered: RenderRecord,
}

/// What a scene says of its completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// Whether what the graph leaves out is added to the picture.
    pub is_on: bool,
    /// What the last picture added.
    pub implied: Vec<ImpliedObject>,
    /// Names of implied objects that a person does not want.
    pub dismissed: BTreeSet<String>,
}

impl Default for Completion {
    fn default() -> Self {
        Self { is_on: true, implied: Vec::new(), dismissed: BTreeSet::new() }
    }
}

impl ImpliedObject {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), rendered: RenderRecord::default() }
    }

    /// The id that it has in a [completed](Scene::with_implied) scene: the same in every scene, so that the same seed gives it the same looks.
    pub fn id(&self) -> NodeId {
        // FNV-1a of the name.
        let hash =
            self.name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        NodeId(FIRST_IMPLIED_ID + u64::from(hash))
    }

    /// The edit that makes it an object of the graph, in the place and with the looks that the picture shows.
    pub fn accepted(&self) -> Edit {
        NodeDraft { rendered: self.rendered.clone(), ..NodeDraft::new(self.name.as_str()) }.into()
    }
}

impl NodeId {
    /// Whether it is an implied object's, which no graph holds.
    pub fn is_implied(self) -> bool {
        self.0 >= FIRST_IMPLIED_ID
    }
}

impl Scene {
    pub fn completion(&self) -> &Completion {
        &self.completion
    }

    /// This scene with implied objects behind its own, as a generator draws it, and relations (subject, predicate, object) that hold
    /// for them. Not a scene to edit or to store.
    pub fn with_implied(&self, implied: &[ImpliedObject], relations: &[(NodeId, String, NodeId)]) -> Self {
        let mut scene = self.clone();
        let nodes = Arc::make_mut(&mut scene.nodes);
        for object in implied {
            let draft = NodeDraft { rendered: object.rendered.clone(), ..NodeDraft::new(object.name.as_str()) };
            nodes.push(draft.with_id(object.id()));
        }
        let all = Arc::make_mut(&mut scene.relations);
        for (number, (subject, predicate, object)) in (0..).zip(relations) {
            let id = RelationId(FIRST_IMPLIED_ID + number);
            let (subject, predicate, object) = (*subject, predicate.clone(), *object);
            all.push(Relation { id, subject, predicate, object, hidden: false, extra: Default::default() });
        }
        scene
    }

    /// Replaces what the last picture added. Returns true if anything was new.
    pub(super) fn remember_implied(&mut self, drawn: &[ImpliedObject]) -> bool {
        if self.completion.implied == drawn {
            return false;
        }
        Arc::make_mut(&mut self.completion).implied = drawn.to_vec();
        true
    }
}

/// What `after`, a later state of the same scene, remembers of what was implied in `before`: another layout seed gives other places, another
/// seed other looks.
pub(super) fn carry_implied(before: &Scene, after: &mut Scene) {
    let mut implied = before.completion.implied.clone();
    if before.layout_seed() != after.layout_seed() {
        implied.iter_mut().for_each(|object| object.rendered.forget_place());
    }
    if before.seed() != after.seed() {
        implied.iter_mut().for_each(|object| object.rendered.forget_looks());
    }
    let names_of = |nodes: &List<Node>| nodes.iter().map(|node| node.name.clone()).collect::<BTreeSet<_>>();
    let named = names_of(after.nodes());
    implied.retain(|object| !named.contains(&object.name) && !after.completion.dismissed.contains(&object.name));
    if !after.completion.is_on {
        implied.clear();
    }
    if after.completion.implied != implied {
        Arc::make_mut(&mut after.completion).implied = implied;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{History, PictureRecord, RevisionId, UnitBox};

    const GROUND: UnitBox = UnitBox::new(0.0, 0.5, 1.0, 1.0);

    /// A bear on grass that the picture added, and a sky that it added.
    fn bear() -> History {
        let mut scene = Scene::new();
        scene.apply(&Edit::add("bear")).unwrap();
        let mut history = History::new(scene);
        assert!(history.record_picture(RevisionId(0), &picture()));
        history
    }

    fn picture() -> PictureRecord {
        let rendered = RenderRecord { bounds: Some(GROUND), seed: Some(5), ..Default::default() };
        let grass = ImpliedObject { rendered, ..ImpliedObject::new("grass") };
        PictureRecord { implied: Some(vec![ImpliedObject::new("sky"), grass]), ..Default::default() }
    }

    fn implied(history: &History) -> Vec<&str> {
        history.scene().completion().implied.iter().map(|object| object.name.as_str()).collect()
    }

    #[test]
    fn what_a_picture_added_is_remembered_and_is_not_in_the_graph() {
        let mut history = bear();
        assert_eq!(implied(&history), ["sky", "grass"]);
        assert_eq!(history.scene().nodes().len(), 1);
        assert!(!history.record_picture(RevisionId(0), &picture()), "the same again is nothing new");
        history.apply("add tree", &[Edit::add("tree")]).unwrap();
        assert_eq!(implied(&history), ["sky", "grass"], "an edit keeps it");
    }

    #[test]
    fn accepting_keeps_place_and_looks_and_undo_takes_it_back() {
        let mut history = bear();
        let grass = history.scene().completion().implied[1].clone();
        history.apply("accept grass", &[grass.accepted()]).unwrap();
        assert_eq!(implied(&history), ["sky"]);
        assert_eq!(history.scene().nodes()[1].rendered, grass.rendered);
        history.undo();
        assert_eq!((implied(&history), history.scene().nodes().len()), (vec!["sky", "grass"], 1));
    }

    #[test]
    fn what_is_dismissed_goes_and_switching_completion_on_again_brings_it_back() {
        let mut history = bear();
        history.apply("dismiss", &[Edit::DismissImplied { name: "sky".into() }]).unwrap();
        assert_eq!(implied(&history), ["grass"]);
        assert!(history.scene().completion().dismissed.contains("sky"));
        history.apply("off", &[Edit::SetCompletion { is_on: false }]).unwrap();
        assert!(implied(&history).is_empty());
        history.apply("on", &[Edit::SetCompletion { is_on: true }]).unwrap();
        assert!(history.scene().completion().dismissed.is_empty());
        history.undo();
        history.undo();
        history.undo();
        assert_eq!(implied(&history), ["sky", "grass"]);
    }

    #[test]
    fn another_layout_frees_its_place_and_another_seed_its_looks() {
        let mut history = bear();
        history.apply("layout", &[Edit::FreshLayout { seed: 7 }]).unwrap();
        let rendered = &history.scene().completion().implied[1].rendered;
        assert_eq!((rendered.bounds, rendered.seed), (None, Some(5)));
        history.apply("seed", &[Edit::SetSceneSeed { seed: 7 }]).unwrap();
        assert_eq!(history.scene().completion().implied[1].rendered.seed, None);
    }

    #[test]
    fn ids_differ_from_those_of_a_document() {
        let (sky, grass) = (ImpliedObject::new("sky").id(), ImpliedObject::new("grass").id());
        assert!(sky.is_implied() && grass.is_implied() && sky != grass && !NodeId(3).is_implied());
    }
}
