//! Describes changes in words, by comparing two scenes.

use scenewright_scene::{Node, NodeId, Relation, Scene};

/// Longer lists are cut, so that they can be read while typing.
const LINES: usize = 24;

/// "sheep 2" where there are several, "Anna" where it has its own name.
pub(super) fn title(scene: &Scene, id: NodeId) -> String {
    let Some(node) = scene.node(id) else { return id.to_string() };
    if let Some(label) = &node.label {
        return label.clone();
    }
    let name = pretty(&node.name);
    let mut alike = scene.nodes().iter().filter(|other| other.name == node.name && other.label.is_none());
    let place = alike.position(|other| other.id == id).map_or(0, |place| place + 1);
    if place == 1 && alike.next().is_none() { name.to_owned() } else { format!("{name} {place}") }
}

/// COCO-Stuff's "sky-other" is a sky.
pub(crate) fn pretty(name: &str) -> &str {
    name.strip_suffix("-other").or_else(|| name.strip_suffix("-stuff")).unwrap_or(name)
}

/// A title and what distinguishes the object from others of its kind.
pub(super) fn distinguishing_words(scene: &Scene, id: NodeId) -> String {
    let title = title(scene, id);
    let mut facts: Vec<String> = scene.node(id).map(looks).unwrap_or_default();
    let relations = scene.relations_of(id).filter(|relation| !relation.is_self_relation()).take(2);
    facts.extend(relations.map(|relation| {
        if relation.subject == id {
            format!("{} {}", relation.predicate, self::title(scene, relation.object))
        } else {
            format!("{} {} it", self::title(scene, relation.subject), relation.predicate)
        }
    }));
    if facts.is_empty() { title } else { format!("{title} ({})", facts.join(", ")) }
}

fn looks(node: &Node) -> Vec<String> {
    let mut words: Vec<String> = node.size.iter().map(|size| size.word().to_owned()).collect();
    words.extend(node.attributes.iter().cloned());
    words.extend(node.place.iter().map(|place| format!("at the {place}")));
    words
}

/// What changes, a line each: what goes, what comes, what is otherwise, then the relations.
pub(super) fn changes(before: &Scene, after: &Scene) -> Vec<String> {
    let mut lines = Vec::new();
    let gone: Vec<String> = before
        .nodes()
        .iter()
        .filter(|node| after.node(node.id).is_none())
        .map(|node| title(before, node.id))
        .take(LINES)
        .collect();
    if after.is_empty() && gone.len() > 3 {
        lines.push("remove everything".to_owned());
    } else {
        lines.extend(gone.iter().map(|title| format!("remove {title}")));
    }
    let new = after.nodes().iter().filter(|node| before.node(node.id).is_none());
    lines.extend(new.take(LINES).map(|node| {
        let looks = looks(node);
        let title = title(after, node.id);
        if looks.is_empty() { format!("add {title}") } else { format!("add {title} ({})", looks.join(", ")) }
    }));
    for node in after.nodes() {
        if let Some(old) = before.node(node.id)
            && old != node
            && lines.len() < 2 * LINES
        {
            changed(before, after, old, node, &mut lines);
        }
    }
    relations(before, after, &mut lines);
    if before.seed() != after.seed() {
        lines.push("another look for the whole picture".to_owned());
    }
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push("and more".to_owned());
    }
    lines
}

fn changed(before: &Scene, after: &Scene, old: &Node, new: &Node, lines: &mut Vec<String>) {
    let (was, is) = (title(before, old.id), title(after, new.id));
    if old.name != new.name {
        lines.push(format!("{was} becomes {is}"));
    }
    if old.label != new.label {
        lines.push(match &new.label {
            Some(label) => format!("{was} is called {label}"),
            None => format!("{was} is no longer called so"),
        });
    }
    match new.size {
        Some(size) if old.size != new.size => lines.push(format!("{is} is {size}")),
        _ => {}
    }
    let fresh: Vec<&str> =
        new.attributes.iter().filter(|word| !old.attributes.contains(word)).map(String::as_str).collect();
    if !fresh.is_empty() {
        lines.push(format!("{is} is {}", fresh.join(", ")));
    } else if old.attributes != new.attributes {
        let lost: Vec<&str> =
            old.attributes.iter().filter(|word| !new.attributes.contains(word)).map(String::as_str).collect();
        lines.push(format!("{is} is no longer {}", lost.join(", ")));
    }
    match new.place {
        Some(place) if old.place != new.place => lines.push(format!("{is} goes to the {place}")),
        _ => {}
    }
    match (old.pinned, new.pinned) {
        (old, Some(_)) if old != new.pinned && (new.place.is_none() || new.place == new_place(before, new)) => {
            lines.push(format!("the box of {is} moves"));
        }
        (Some(_), None) => lines.push(format!("{is} is no longer pinned")),
        _ => {}
    }
    if old.locked != new.locked {
        lines.push(if new.locked { format!("{is} is kept as it is") } else { format!("{is} may change again") });
    }
    if old.seed != new.seed {
        lines.push(format!("another look for {is}"));
    }
}

fn new_place(before: &Scene, node: &Node) -> Option<scenewright_scene::PlaceHint> {
    before.node(node.id).and_then(|old| old.place)
}

fn relations(before: &Scene, after: &Scene, lines: &mut Vec<String>) {
    let words = |scene: &Scene, relation: &Relation| {
        format!("{} {} {}", title(scene, relation.subject), relation.predicate, title(scene, relation.object))
    };
    let is_same =
        |a: &Relation, b: &Relation| a.subject == b.subject && a.object == b.object && a.predicate == b.predicate;
    let room = |lines: &Vec<String>| lines.len() <= LINES;
    for old in before.relations() {
        let both_stay = after.node(old.subject).is_some() && after.node(old.object).is_some();
        if both_stay && room(lines) {
            match after.relation(old.id) {
                None => lines.push(format!("no longer {}", words(before, old))),
                Some(new) if !is_same(old, new) => {
                    lines.push(format!("{}, no longer {}", words(after, new), words(before, old)))
                }
                _ => {}
            }
        }
    }
    for new in after.relations() {
        if before.relation(new.id).is_none() && room(lines) {
            lines.push(words(after, new));
        }
    }
}
