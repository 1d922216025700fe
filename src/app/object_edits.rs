//! Edits of the selected objects and relations that menu, keys, palette and panels share: hide, lock, pin, flip, group, copies in a row.

use std::collections::BTreeSet;

use super::canvas::name_of;
use super::selection_edits::copies;
use super::{Action, Selection};
use scenewright_scene::{Edit, Node, NodeId, Relation, Scene, UnitBox};

/// Appearance words that say which way an object faces.
const FACING: [&str; 2] = ["facing left", "facing right"];

fn nodes<'a>(scene: &'a Scene, selection: &Selection) -> Vec<&'a Node> {
    selection.nodes.iter().filter_map(|&id| scene.node(id)).collect()
}

fn action(verb: &str, scene: &Scene, selection: &Selection, edits: Vec<Edit>) -> Option<Action> {
    (!edits.is_empty()).then(|| Action::edit(format!("{verb} {}", name_of(scene, selection)), edits))
}

/// The selected objects alone.
fn of_nodes(selection: &Selection) -> Selection {
    Selection { nodes: selection.nodes.clone(), ..Selection::default() }
}

/// Hides the selection, or shows it if all of it is hidden.
pub(crate) fn toggle_hidden(scene: &Scene, selection: &Selection) -> Option<Action> {
    let nodes = nodes(scene, selection);
    let relations: Vec<&Relation> = selection.relations.iter().filter_map(|&id| scene.relation(id)).collect();
    let hidden = !(nodes.iter().all(|node| node.hidden) && relations.iter().all(|relation| relation.hidden));
    let edits = nodes.iter().filter(|node| node.hidden != hidden).map(|node| Edit::Hide { node: node.id, hidden });
    let of_relations = relations.iter().filter(|relation| relation.hidden != hidden);
    let edits = edits.chain(of_relations.map(|relation| Edit::HideRelation { relation: relation.id, hidden }));
    action(if hidden { "hide" } else { "show" }, scene, selection, edits.collect())
}

/// Shows every hidden object and relation.
pub(crate) fn show_all(scene: &Scene) -> Option<Action> {
    let nodes = scene.nodes().iter().filter(|node| node.hidden);
    let edits = nodes.map(|node| Edit::Hide { node: node.id, hidden: false });
    let relations = scene.relations().iter().filter(|relation| relation.hidden);
    let edits = edits.chain(relations.map(|one| Edit::HideRelation { relation: one.id, hidden: false }));
    let edits: Vec<Edit> = edits.collect();
    (!edits.is_empty()).then(|| Action::edit("show all", edits))
}

/// Locks the selected objects, or unlocks them if all are locked.
pub(crate) fn toggle_locked(scene: &Scene, selection: &Selection) -> Option<Action> {
    let nodes = nodes(scene, selection);
    let locked = !nodes.iter().all(|node| node.locked);
    let edits = nodes.iter().filter(|node| node.locked != locked).map(|node| Edit::Lock { node: node.id, locked });
    action(if locked { "lock" } else { "unlock" }, scene, &of_nodes(selection), edits.collect())
}

/// Pins the boxes of the selected objects where they are, or unpins them if all are pinned.
pub(crate) fn toggle_pinned(
    scene: &Scene,
    selection: &Selection,
    box_of: impl Fn(NodeId) -> Option<UnitBox>,
) -> Option<Action> {
    let nodes = nodes(scene, selection);
    if nodes.iter().all(|node| node.pinned.is_some()) {
        let edits = nodes.iter().map(|node| Edit::Pin { node: node.id, pinned: None });
        return action("unpin", scene, &of_nodes(selection), edits.collect());
    }
    let place = |node: &&&Node| Some((node.id, box_of(node.id)?.repaired()?));
    let edits = nodes.iter().filter(|node| node.pinned.is_none()).filter_map(|node| place(&node));
    let edits = edits.map(|(node, bounds)| Edit::Pin { node, pinned: Some(bounds) });
    action("pin", scene, &of_nodes(selection), edits.collect())
}

/// Turns the selected objects to face the other way. `faces_right`: which way an object is drawn, if known.
pub(crate) fn flip(
    scene: &Scene,
    selection: &Selection,
    faces_right: impl Fn(NodeId) -> Option<bool>,
) -> Option<Action> {
    let edit = |node: &&Node| {
        let said = node.attributes.iter().rev().find_map(|word| FACING.iter().position(|facing| word == facing));
        let is_right = said.map(|at| at == 1).or_else(|| faces_right(node.id)).or(node.rendered.faces_right);
        let word = FACING[usize::from(!is_right.unwrap_or(false))];
        let others = node.attributes.iter().filter(|word| !FACING.contains(&word.as_str())).cloned();
        Edit::SetAttributes { node: node.id, attributes: others.chain([word.to_owned()]).collect() }
    };
    action("flip", scene, &of_nodes(selection), nodes(scene, selection).iter().map(edit).collect())
}

/// Puts the selected objects into one group.
pub(crate) fn group(scene: &Scene, selection: &Selection) -> Option<Action> {
    let nodes = nodes(scene, selection);
    let first = nodes.first()?;
    if nodes.len() < 2 || (first.group.is_some() && nodes.iter().all(|node| node.group == first.group)) {
        return None;
    }
    let number = scene.nodes().iter().filter_map(|node| node.group).max().map_or(0, |most| most.saturating_add(1));
    let edits = nodes.iter().map(|node| Edit::SetGroup { node: node.id, group: Some(number) });
    action("group", scene, &of_nodes(selection), edits.collect())
}

/// Takes the selected objects out of their groups.
pub(crate) fn ungroup(scene: &Scene, selection: &Selection) -> Option<Action> {
    let grouped = nodes(scene, selection).into_iter().filter(|node| node.group.is_some());
    let edits = grouped.map(|node| Edit::SetGroup { node: node.id, group: None });
    action("ungroup", scene, &of_nodes(selection), edits.collect())
}

/// The selection with all members of the groups that it touches.
pub(crate) fn with_groups(scene: &Scene, selection: &Selection) -> Selection {
    let groups: BTreeSet<u64> = nodes(scene, selection).iter().filter_map(|node| node.group).collect();
    let mut selection = selection.clone();
    if !groups.is_empty() {
        let members = scene.nodes().iter().filter(|node| node.group.is_some_and(|group| groups.contains(&group)));
        selection.nodes.extend(members.map(|node| node.id));
    }
    selection
}

/// Where copies in a row go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    /// Number of copies.
    pub count: usize,
    /// Distance between neighbors, in widths (heights) of the selected objects.
    pub spacing: f32,
    pub is_vertical: bool,
}

impl Default for Row {
    fn default() -> Self {
        Self { count: 3, spacing: 1.1, is_vertical: false }
    }
}

/// Copies of the selected objects in a row, pinned beside them. Copies that would lie outside the picture are left out.
pub(crate) fn copies_in_row(
    scene: &Scene,
    selection: &Selection,
    row: Row,
    box_of: impl Fn(NodeId) -> Option<UnitBox>,
) -> Option<Action> {
    let chosen: Vec<(NodeId, UnitBox)> =
        selection.nodes.iter().filter_map(|&id| Some((id, box_of(id)?.repaired()?))).collect();
    let whole = chosen.iter().map(|(_, bounds)| *bounds).reduce(|a, b| UnitBox {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    })?;
    let mut edits = Vec::new();
    let per_copy = selection.nodes.iter().filter(|&&id| scene.node(id).is_some()).count() as u64;
    let mut next = scene.next_node_id().0;
    for number in 1..=row.count {
        let by = row.spacing * number as f32;
        let by = if row.is_vertical { [0.0, whole.height() * by] } else { [whole.width() * by, 0.0] };
        let moved = whole.translated(by[0], by[1]);
        if moved.x1 > 1.0 + 1e-4 || moved.y1 > 1.0 + 1e-4 || moved.x0 < -1e-4 || moved.y0 < -1e-4 {
            break;
        }
        let offset = [28.0 * number as f32, 36.0 * number as f32];
        // Ids of further copies follow those of the first; relations among the copies refer to them.
        let mut later = scene.clone();
        if later.apply_all(&edits).is_err() {
            return None;
        }
        let own = copies(&later, selection, |_| None, offset);
        edits.extend(own);
        let ids = scene.nodes().iter().filter(|node| selection.nodes.contains(&node.id)).map(|node| node.id);
        for (at, id) in (next..).zip(ids) {
            if let Some((_, bounds)) = chosen.iter().find(|(chosen, _)| *chosen == id) {
                let pinned = Some(bounds.translated(by[0], by[1]).clamped());
                edits.push(Edit::Pin { node: NodeId(at), pinned });
            }
        }
        next += per_copy;
    }
    action("duplicate in a row", scene, &of_nodes(selection), edits)
}

/// Relations in which the object goes where the subject goes.
const SUBJECT_LEADS: [&str; 8] = ["holding", "carrying", "wearing", "riding", "pushing", "pulling", "walking", "with"];
/// Relations in which the subject goes where the object goes.
const OBJECT_LEADS: [&str; 9] =
    ["riding", "sitting on", "sitting in", "laying on", "standing on", "on top of", "on", "hanging on", "attached to"];

/// What moves along with objects: what they hold, wear or ride, and what lies on them. Locked objects stay.
pub(crate) fn moved_along(
    scene: &Scene,
    moved: &BTreeSet<NodeId>,
    is_thing: impl Fn(NodeId) -> bool,
) -> BTreeSet<NodeId> {
    let name = |word: &str| {
        scenewright_scene::relation::predicate(word).map_or_else(|| word.to_owned(), |known| known.name.to_owned())
    };
    let mut all = moved.clone();
    let mut waiting: Vec<NodeId> = moved.iter().copied().collect();
    while let Some(leader) = waiting.pop() {
        for relation in scene.relations_of(leader).filter(|relation| scene.is_drawn(relation)) {
            let word = name(&relation.predicate);
            let follower = if relation.subject == leader && SUBJECT_LEADS.contains(&word.as_str()) {
                relation.object
            } else if relation.object == leader && OBJECT_LEADS.contains(&word.as_str()) {
                relation.subject
            } else {
                continue;
            };
            let may_move = scene.node(follower).is_some_and(|node| !node.locked && !node.hidden);
            if may_move && is_thing(follower) && is_thing(leader) && all.insert(follower) {
                waiting.push(follower);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIRL: NodeId = NodeId(0);
    const BALLOON: NodeId = NodeId(1);
    const GRASS: NodeId = NodeId(2);

    fn scene() -> Scene {
        let mut scene = Scene::new();
        let edits = [
            Edit::add("girl"),
            Edit::add("balloon"),
            Edit::add("grass"),
            Edit::relate(GIRL, "holding", BALLOON),
            Edit::relate(GIRL, "standing on", GRASS),
        ];
        scene.apply_all(&edits).unwrap();
        scene
    }

    fn select(nodes: &[NodeId]) -> Selection {
        Selection { nodes: nodes.iter().copied().collect(), ..Selection::default() }
    }

    fn done(scene: &mut Scene, action: Option<Action>) -> String {
        let Some(Action::Edit { label, edits }) = action else { panic!("nothing to do") };
        scene.apply_all(&edits).unwrap();
        label
    }

    #[test]
    fn the_same_command_hides_and_shows() {
        let mut scene = scene();
        let both = select(&[GIRL, GRASS]);
        let action = toggle_hidden(&scene, &select(&[GIRL]));
        assert_eq!(done(&mut scene, action), "hide girl");
        assert_eq!(scene.visible().nodes().len(), 2);
        assert_eq!(scene.visible().relations().len(), 0, "relations of what is hidden are not drawn");
        let action = toggle_hidden(&scene, &both);
        assert_eq!(done(&mut scene, action), "hide 2 objects", "what is not hidden yet");
        let action = toggle_hidden(&scene, &both);
        assert_eq!(done(&mut scene, action), "show 2 objects");
        assert!(show_all(&scene).is_none());
    }

    #[test]
    fn flipping_twice_faces_as_before() {
        let mut scene = scene();
        let action = flip(&scene, &select(&[GIRL]), |_| Some(true));
        done(&mut scene, action);
        assert_eq!(scene.node(GIRL).unwrap().attributes, ["facing left"]);
        let action = flip(&scene, &select(&[GIRL]), |_| Some(true));
        done(&mut scene, action);
        assert_eq!(scene.node(GIRL).unwrap().attributes, ["facing right"], "the word counts, not the last picture");
    }

    #[test]
    fn a_group_is_selected_together() {
        let mut scene = scene();
        let action = group(&scene, &select(&[GIRL, BALLOON]));
        done(&mut scene, action);
        assert_eq!(with_groups(&scene, &select(&[BALLOON])), select(&[GIRL, BALLOON]));
        assert_eq!(with_groups(&scene, &select(&[GRASS])), select(&[GRASS]));
        assert!(group(&scene, &select(&[GIRL, BALLOON])).is_none(), "it is one already");
        let action = ungroup(&scene, &select(&[GIRL, BALLOON]));
        done(&mut scene, action);
        assert_eq!(with_groups(&scene, &select(&[BALLOON])), select(&[BALLOON]));
    }

    #[test]
    fn copies_stand_beside_each_other_and_within_the_picture() {
        let mut scene = scene();
        let bounds = UnitBox::new(0.1, 0.5, 0.3, 0.9);
        let row = Row { count: 9, ..Row::default() };
        let action = copies_in_row(&scene, &select(&[GIRL, BALLOON]), row, |_| Some(bounds));
        done(&mut scene, action);
        let girls: Vec<f32> =
            scene.nodes().iter().filter(|node| node.name == "girl").filter_map(|node| Some(node.pinned?.x0)).collect();
        assert_eq!(girls.len(), 3, "{girls:?}");
        assert!((girls[0] - 0.32).abs() < 1e-5 && (girls[2] - 0.76).abs() < 1e-5, "{girls:?}");
        assert_eq!(scene.relations().iter().filter(|relation| relation.predicate == "holding").count(), 4);
    }

    #[test]
    fn what_is_held_goes_along_and_the_ground_stays() {
        let mut scene = scene();
        let is_thing = |id| id != GRASS;
        assert_eq!(moved_along(&scene, &[GIRL].into(), is_thing), [GIRL, BALLOON].into());
        assert_eq!(moved_along(&scene, &[BALLOON].into(), is_thing), [BALLOON].into());
        assert_eq!(moved_along(&scene, &[GRASS].into(), is_thing), [GRASS].into());
        scene.apply(&Edit::Lock { node: BALLOON, locked: true }).unwrap();
        assert_eq!(moved_along(&scene, &[GIRL].into(), is_thing), [GIRL].into());
    }
}
