//! Scene edits of the canvas as actions, shared by mouse, keyboard and menu.

use super::graph::Graph;
use crate::app::selection_edits::{copies, deletion};
use crate::app::{Action, Align, Item, Selection};
use egui::{Pos2, Rect, Vec2};
use scenewright_formats::{scenes_from_str, scenes_to_string};
use scenewright_scene::relation::place_to_meet;
use scenewright_scene::{Edit, Node, NodeDraft, NodeId, RelationId, Scene, UnitBox};
use std::collections::{BTreeSet, HashMap};

/// Offset of a copy from its original.
pub(crate) const COPY_OFFSET: Vec2 = Vec2::new(28.0, 36.0);

pub(crate) fn add_at(name: &str, at: Pos2) -> Edit {
    NodeDraft { canvas: Some([at.x.round(), at.y.round()]), ..NodeDraft::new(name) }.into()
}

pub(crate) fn move_to(node: NodeId, at: Pos2) -> Edit {
    // Rounded to tenths of a point: files stay readable.
    let tidy = |v: f32| (v * 10.0).round() / 10.0;
    Edit::MoveOnCanvas { node, canvas: Some([tidy(at.x), tidy(at.y)]) }
}

/// "sheep", "2 objects", "3 things": what a history step changed.
pub(crate) fn name_of(scene: &Scene, selection: &Selection) -> String {
    let one = |id: &NodeId| scene.node(*id).map(|node| node.title().to_owned());
    match (selection.nodes.len(), selection.relations.len()) {
        (1, 0) => selection.nodes.first().and_then(one).unwrap_or_default(),
        (0, 1) => "a relation".into(),
        (objects, 0) => format!("{objects} objects"),
        (0, relations) => format!("{relations} relations"),
        (objects, relations) => format!("{} things", objects + relations),
    }
}

pub(crate) fn delete(scene: &Scene, selection: &Selection) -> Vec<Action> {
    let edits = deletion(scene, selection);
    if edits.is_empty() {
        return Vec::new();
    }
    let mut deleted = Selection::default();
    for edit in &edits {
        match edit {
            Edit::RemoveNodes { nodes } => deleted.nodes.extend(nodes),
            Edit::Unrelate { relations } => deleted.relations.extend(relations),
            _ => {}
        }
    }
    vec![Action::edit(format!("delete {}", name_of(scene, &deleted)), edits), Action::Select(Selection::default())]
}

/// The selected objects and the relations among them as a scene graph: the text on the clipboard, readable by the
/// reference implementation and by other windows of this program.
pub(crate) fn copied_text(scene: &Scene, selection: &Selection, place_of: impl Fn(NodeId) -> Pos2) -> Option<String> {
    let nodes: Vec<&Node> = scene.nodes().iter().filter(|node| selection.nodes.contains(&node.id)).collect();
    let part = part_of(scene, &nodes, place_of);
    (!part.is_empty()).then(|| scenes_to_string(&[part]))
}

fn part_of(scene: &Scene, nodes: &[&Node], place_of: impl Fn(NodeId) -> Pos2) -> Scene {
    let mut part = Scene::new();
    let settings = [Edit::SetSceneSeed { seed: scene.seed() }, Edit::SetPictureSize { size: scene.picture_size() }];
    // Neither edit can fail.
    let _ = part.apply_all(&settings);
    let mut new_id = HashMap::new();
    for node in nodes {
        let at = place_of(node.id).round();
        let draft = NodeDraft { canvas: Some([at.x, at.y]), ..NodeDraft::from(*node) };
        if let Ok(applied) = part.apply(&draft.into()) {
            new_id.extend(applied.node().map(|id| (node.id, id)));
        }
    }
    for relation in scene.relations() {
        if let (Some(&subject), Some(&object)) = (new_id.get(&relation.subject), new_id.get(&relation.object)) {
            // It was part of a scene, so a scene accepts it.
            let _ = part.apply(&Edit::relate(subject, relation.predicate.clone(), object));
        }
    }
    part
}

/// `middle`: where the center of the pasted objects goes; `None`: beside the originals.
pub(crate) fn paste(scene: &Scene, text: &str, middle: Option<Pos2>) -> Vec<Action> {
    let part = match scenes_from_str(text) {
        Ok(scenes) => match scenes.into_iter().next().filter(|part| !part.is_empty()) {
            Some(part) => part,
            None => return vec![Action::Notify("The clipboard holds a scene without objects.".into())],
        },
        Err(error) => {
            let what = error.to_string();
            let first = what.lines().next().unwrap_or_default();
            return vec![Action::Notify(format!("The clipboard holds no scene graph: {first}. Copy objects first."))];
        }
    };
    let places: Vec<Pos2> = part.nodes().iter().filter_map(|node| node.canvas).map(|[x, y]| Pos2::new(x, y)).collect();
    let bounds = places.iter().fold(Rect::NOTHING, |bounds, place| bounds.union(Rect::from_pos(*place)));
    let offset = match middle {
        Some(middle) if bounds.is_finite() => middle - bounds.center(),
        _ => COPY_OFFSET,
    };
    insert(scene, &part, offset)
}

/// Copies the selected objects beside their originals and selects the copies. `place_of`: position of an object that
/// has none of its own.
pub(crate) fn duplicate(
    scene: &Scene,
    selection: &Selection,
    place_of: impl Fn(NodeId) -> Option<Pos2>,
) -> Vec<Action> {
    let chosen: Vec<&Node> = scene.nodes().iter().filter(|node| selection.nodes.contains(&node.id)).collect();
    if chosen.is_empty() {
        return Vec::new();
    }
    let place = |id| place_of(id).map(|place| place.round().into());
    let edits = copies(scene, selection, place, COPY_OFFSET.into());
    let first = scene.next_node_id().0;
    let nodes = (first..).take(chosen.len()).map(NodeId).collect();
    let chosen = Selection { nodes: chosen.iter().map(|node| node.id).collect(), ..Selection::default() };
    let copied = Selection { nodes, ..Selection::default() };
    vec![Action::edit(format!("duplicate {}", name_of(scene, &chosen)), edits), Action::Select(copied)]
}

/// Adds a scene to a scene and selects the added objects.
fn insert(scene: &Scene, part: &Scene, offset: Vec2) -> Vec<Action> {
    let first = scene.next_node_id().0;
    let new_id = |id| part.node_index(id).map(|row| NodeId(first + row as u64));
    let mut edits: Vec<Edit> = Vec::new();
    if scene.is_empty() {
        // The target is empty: keep seeds, so that the picture is the same as where it was copied.
        edits.push(Edit::SetSceneSeed { seed: part.seed() });
        edits.push(Edit::SetPictureSize { size: part.picture_size() });
    }
    let groups = scene.nodes().iter().filter_map(|node| node.group).max().map_or(0, |most| most.saturating_add(1));
    for node in part.nodes() {
        let mut draft = NodeDraft::from(node);
        // If an object is already at that place, probably the original, the copy is moved.
        let is_taken = |other: &Node| other.name == node.name && other.shown_box() == node.shown_box();
        if scene.nodes().iter().any(is_taken) {
            (draft.pinned, draft.rendered) = (None, draft.rendered.looks_only());
        }
        draft.group = draft.group.map(|group| group.saturating_add(groups));
        draft.canvas = draft.canvas.map(|[x, y]| [x + offset.x, y + offset.y]);
        edits.push(draft.into());
    }
    for relation in part.relations() {
        if let (Some(subject), Some(object)) = (new_id(relation.subject), new_id(relation.object)) {
            edits.push(Edit::relate(subject, relation.predicate.clone(), object));
        }
    }
    let nodes: BTreeSet<NodeId> = part.nodes().iter().filter_map(|node| new_id(node.id)).collect();
    let what = match (part.nodes().len(), part.nodes().first()) {
        (1, Some(node)) => node.title().to_owned(),
        (count, _) => format!("{count} objects"),
    };
    let selection = Selection { nodes, ..Selection::default() };
    vec![Action::edit(format!("paste {what}"), edits), Action::Select(selection)]
}

/// Aligns nodes by their borders.
pub(crate) fn align(scene: &Scene, graph: &Graph, selection: &Selection, how: Align) -> Vec<Action> {
    let node_widgets: Vec<(NodeId, Rect)> = selection
        .nodes
        .iter()
        .filter_map(|&id| graph.node_widget(id).map(|node_widget| (id, node_widget.rect)))
        .collect();
    if node_widgets.len() < how.least() {
        return Vec::new();
    }
    let rects: Vec<Rect> = node_widgets.iter().map(|(_, rect)| *rect).collect();
    let moved = node_widgets.iter().zip(how.offsets(&rects));
    let edits = moved.map(|((id, rect), by)| move_to(*id, rect.center() + by)).collect();
    let chosen = Selection { nodes: selection.nodes.clone(), ..Selection::default() };
    vec![Action::edit(format!("{} of {}", how.label().to_lowercase(), name_of(scene, &chosen)), edits)]
}

/// Pins the subject where its relation is satisfied; explains why if there is no such place.
pub(crate) fn satisfy(scene: &Scene, relation: RelationId, box_of: impl Fn(NodeId) -> Option<UnitBox>) -> Vec<Action> {
    let Some(relation) = scene.relation(relation) else { return Vec::new() };
    let title = |id| scene.node(id).map_or("", Node::title);
    let place = match (box_of(relation.subject), box_of(relation.object)) {
        (Some(subject), Some(object)) => place_to_meet(&relation.predicate, &subject, &object),
        _ => None,
    };
    let sentence = format!("{} {} {}", title(relation.subject), relation.predicate, title(relation.object));
    match place {
        Some(place) => {
            let edits = vec![Edit::Pin { node: relation.subject, pinned: Some(place) }];
            vec![Action::edit(format!("move {} to satisfy", title(relation.subject)), edits)]
        }
        None => {
            vec![Action::Notify(format!("There is no place that satisfies “{sentence}”: move the other object first."))]
        }
    }
}

pub(crate) fn select(item: Item) -> Action {
    Action::Select(Selection::of(item))
}
