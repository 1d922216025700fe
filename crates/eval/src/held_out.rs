//! Samples as scenes: the graph that a sample was described by, without its boxes.

pub use scenewright_data::Sample;
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};

/// The graph of a sample. Objects keep their order; with `pinned`, their boxes too.
pub fn scene_of(sample: &Sample, pinned: bool) -> Scene {
    let mut scene = Scene::new();
    let mut ids: Vec<Option<NodeId>> = Vec::with_capacity(sample.objects.len());
    for object in &sample.objects {
        let node = NodeDraft {
            attributes: object.attributes.clone(),
            pinned: (pinned && object.bounds.is_proper()).then_some(object.bounds),
            ..NodeDraft::new(object.name.clone())
        };
        ids.push(scene.apply(&node.into()).ok().and_then(|applied| applied.node()));
    }
    let id = |row: usize| ids.get(row).copied().flatten();
    for (subject, predicate, object) in &sample.relations {
        if let (Some(subject), Some(object)) = (id(*subject), id(*object)) {
            // Said twice is refused, and changes nothing.
            let _ = scene.apply(&Edit::relate(subject, predicate.clone(), object));
        }
    }
    scene
}

/// What stands before somebody adds an object, and after: the scene without one of its objects, and that with the object added as a person
/// does it, last in the list and with a number of its own.
pub struct Addition {
    pub before: Scene,
    pub after: Scene,
    /// The row of the sample's object that is added; in `after` it is the last.
    pub row: usize,
}

/// Adds the last of the objects that are least related and cover less than a third of the picture; none where there is no such object.
pub fn adding(scene: &Scene, sample: &Sample) -> Option<Addition> {
    const MAX_SHARE: f32 = 1.0 / 3.0;
    let small = |row: &usize| sample.objects.get(*row).is_some_and(|object| object.bounds.area() < MAX_SHARE);
    let ties = |row: &usize| scene.relations_of(scene.nodes()[*row].id).count();
    let row = (0..scene.nodes().len()).rev().filter(small).min_by_key(ties)?;
    let node = &scene.nodes()[row];
    let mut before = scene.clone();
    before.apply(&Edit::RemoveNodes { nodes: vec![node.id] }).ok()?;
    let mut after = before.clone();
    let draft = NodeDraft { attributes: node.attributes.clone(), ..NodeDraft::new(node.name.clone()) };
    let new = after.apply(&draft.into()).ok()?.node()?;
    let renamed = |id: NodeId| if id == node.id { new } else { id };
    for relation in scene.relations_of(node.id) {
        let (subject, object) = (renamed(relation.subject), renamed(relation.object));
        after.apply(&Edit::relate(subject, relation.predicate.clone(), object)).ok()?;
    }
    (!before.is_empty()).then_some(Addition { before, after, row })
}

/// The scene with boxes pinned, one for each object or none; boxes that cannot be pinned are left to the layout.
pub fn with_boxes(scene: &Scene, boxes: &[Option<UnitBox>]) -> Scene {
    let mut pinned = scene.clone();
    for (node, bounds) in scene.nodes().iter().zip(boxes) {
        if let Some(bounds) = bounds.and_then(|bounds| bounds.repaired()) {
            let _ = pinned.apply(&Edit::Pin { node: node.id, pinned: Some(bounds) });
        }
    }
    pinned
}
