//! Edits of a selection, shared by menu, canvas and inspector.

use super::Selection;
use scenewright_scene::{Edit, NodeDraft, NodeId, RelationId, Scene};

/// Deletes the selection. Relations of a deleted object are deleted with it and must not be deleted twice.
pub(crate) fn deletion(scene: &Scene, selection: &Selection) -> Vec<Edit> {
    let nodes: Vec<NodeId> = selection.nodes.iter().copied().filter(|id| scene.node(*id).is_some()).collect();
    let is_loose =
        |id: &RelationId| scene.relation(*id).is_some_and(|relation| !nodes.iter().any(|&node| relation.touches(node)));
    let relations: Vec<RelationId> = selection.relations.iter().copied().filter(is_loose).collect();
    let mut edits = Vec::new();
    if !relations.is_empty() {
        edits.push(Edit::Unrelate { relations });
    }
    if !nodes.is_empty() {
        edits.push(Edit::RemoveNodes { nodes });
    }
    edits
}

/// Copies the selected objects and the relations among them, `offset` points aside on the canvas. Pins are not copied,
/// because the copy would cover its original; appearance words are. `place_of`: position of an object that has none of
/// its own.
pub(crate) fn copies(
    scene: &Scene,
    selection: &Selection,
    place_of: impl Fn(NodeId) -> Option<[f32; 2]>,
    offset: [f32; 2],
) -> Vec<Edit> {
    let first = scene.next_node_id().0;
    let mut copied = Vec::new();
    let mut edits = Vec::new();
    // Copies of a group are a group of their own.
    let groups = scene.nodes().iter().filter_map(|node| node.group).max().map_or(0, |most| most.saturating_add(1));
    for node in scene.nodes().iter().filter(|node| selection.nodes.contains(&node.id)) {
        let place = node.canvas.or_else(|| place_of(node.id));
        let canvas = place.map(|[x, y]| [x + offset[0], y + offset[1]]);
        let rendered = node.rendered.looks_only();
        let group = node.group.map(|group| group.saturating_add(groups));
        edits.push(NodeDraft { canvas, group, pinned: None, depth: None, rendered, ..NodeDraft::from(node) }.into());
        copied.push((node.id, NodeId(first + copied.len() as u64)));
    }
    let copy_of = |id: NodeId| copied.iter().find(|(from, _)| *from == id).map(|(_, to)| *to);
    for relation in scene.relations() {
        if let (Some(subject), Some(object)) = (copy_of(relation.subject), copy_of(relation.object)) {
            edits.push(Edit::relate(subject, relation.predicate.clone(), object));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::UnitBox;

    #[test]
    fn a_part_is_copied_with_its_relations_and_removed_again() {
        let mut scene = Scene::new();
        let pinned = UnitBox::from_corners([0.0, 0.0], [0.5, 0.5]);
        let edits = [
            Edit::add("sky"),
            Edit::add("grass"),
            Edit::add("sheep"),
            Edit::relate(NodeId(0), "above", NodeId(1)),
            Edit::relate(NodeId(2), "standing on", NodeId(1)),
            Edit::Pin { node: NodeId(2), pinned: Some(pinned) },
        ];
        scene.apply_all(&edits).unwrap();
        let before = scene.clone();
        let selection = Selection { nodes: [NodeId(1), NodeId(2)].into(), ..Selection::default() };
        scene.apply_all(&copies(&scene, &selection, |_| Some([1.0, 2.0]), [10.0, 10.0])).unwrap();
        let (grass, sheep) = (&scene.nodes()[3], &scene.nodes()[4]);
        assert_eq!((grass.name.as_str(), sheep.canvas, sheep.pinned), ("grass", Some([11.0, 12.0]), None));
        assert_eq!(scene.relations().len(), 3, "the relation to the sky is not among them");
        let mut all = Selection::all(&scene);
        all.nodes.retain(|id| id.0 > 2);
        all.relations.retain(|id| id.0 > 1);
        scene.apply_all(&deletion(&scene, &all)).unwrap();
        assert_eq!((scene.nodes(), scene.relations()), (before.nodes(), before.relations()));
    }
}
