//! Computes the edits from one scene to the next: the graphs of a file as steps of one history.

use scenewright_scene::{Edit, Node, NodeDraft, NodeId, RelationId, Scene};

/// Edits that turn one scene into another. Objects and relations keep their ids row by row, since the graphs of a
/// sequence are written so (a zebra in row 2 that is a sheep in the next graph is the same object changed); keys that no edit can
/// set (`extra`) stay the first scene's, and records of pictures are no edits.
pub fn steps_between(from: &Scene, to: &Scene) -> Vec<Edit> {
    let mut edits = Vec::new();
    // The id that each row of `to` has in the scene that is changed.
    let added = (0..).map(|count| NodeId(from.next_node_id().0 + count));
    let ids: Vec<NodeId> = from.nodes().iter().map(|node| node.id).chain(added).take(to.nodes().len()).collect();
    for (row, node) in to.nodes().iter().enumerate() {
        match from.nodes().get(row) {
            Some(before) => change(before, node, &mut edits),
            None => edits.push(NodeDraft::from(node).into()),
        }
    }
    if from.layout_seed() != to.layout_seed() {
        edits.push(Edit::FreshLayout { seed: to.layout_seed() });
    }
    if from.picture_size() != to.picture_size() {
        edits.push(Edit::SetPictureSize { size: to.picture_size() });
    }
    if from.completion().is_on != to.completion().is_on {
        edits.push(Edit::SetCompletion { is_on: to.completion().is_on });
    }
    let (left_out, before) = (&to.completion().dismissed, &from.completion().dismissed);
    edits.extend(left_out.difference(before).map(|name| Edit::DismissImplied { name: name.clone() }));
    if from.seed() != to.seed() {
        edits.push(Edit::SetSceneSeed { seed: to.seed() });
    }
    // Relations come before objects are removed, which would take relations with them that only move elsewhere.
    for (row, relation) in to.relations().iter().enumerate() {
        let end = |id| to.node_index(id).and_then(|row| ids.get(row)).copied();
        let Some((subject, object)) = end(relation.subject).zip(end(relation.object)) else { continue };
        let Some(before) = from.relations().get(row) else {
            edits.push(Edit::relate(subject, relation.predicate.clone(), object));
            continue;
        };
        if (before.subject, before.object) != (subject, object) {
            edits.push(Edit::Reroute { relation: before.id, subject, object });
        }
        if before.hidden != relation.hidden {
            edits.push(Edit::HideRelation { relation: before.id, hidden: relation.hidden });
        }
        if before.predicate != relation.predicate {
            edits.push(Edit::SetPredicate { relation: before.id, predicate: relation.predicate.clone() });
        }
    }
    let loose: Vec<RelationId> = from.relations().iter().skip(to.relations().len()).map(|r| r.id).collect();
    if !loose.is_empty() {
        edits.push(Edit::Unrelate { relations: loose });
    }
    let gone: Vec<NodeId> = from.nodes().iter().skip(to.nodes().len()).map(|node| node.id).collect();
    if !gone.is_empty() {
        edits.push(Edit::RemoveNodes { nodes: gone });
    }
    edits
}

fn change(before: &Node, after: &Node, edits: &mut Vec<Edit>) {
    let node = before.id;
    let Node { name, label, size, place, attributes, pinned, locked, hidden, depth, group, seed, canvas, .. } =
        after.clone();
    let all = [
        (before.name != name, Edit::Rename { node, name }),
        (before.label != label, Edit::SetLabel { node, label }),
        (before.size != size, Edit::SetSize { node, size }),
        (before.place != place, Edit::SetPlace { node, place }),
        (before.attributes != attributes, Edit::SetAttributes { node, attributes }),
        (before.pinned != pinned, Edit::Pin { node, pinned }),
        (before.locked != locked, Edit::Lock { node, locked }),
        (before.hidden != hidden, Edit::Hide { node, hidden }),
        (before.depth != depth, Edit::SetDepth { node, depth }),
        (before.group != group, Edit::SetGroup { node, group }),
        (before.seed != seed, Edit::SetSeed { node, seed }),
        // A graph without places keeps what the user has arranged.
        (canvas.is_some() && before.canvas != canvas, Edit::MoveOnCanvas { node, canvas }),
    ];
    edits.extend(all.into_iter().filter_map(|(differs, edit)| differs.then_some(edit)));
}
