//! A scene as a graph of the reference, with our key where there is something to say.

use super::DOCUMENT_VERSION;
use crate::scene::{Node, Relation, Scene, UnitBox};
use serde_json::{Map, Value, json};

pub(super) fn graph(scene: &Scene) -> Value {
    let row = |id| scene.node_index(id).unwrap_or_default();
    let triple = |relation: &Relation| json!([row(relation.subject), relation.predicate, row(relation.object)]);
    let mut graph = Map::new();
    graph.insert("objects".into(), scene.nodes().iter().map(|node| node.name.as_str()).collect());
    graph.insert("relationships".into(), scene.relations().iter().map(triple).collect());
    graph.extend(scene.extras().graph.clone());
    let ours = scenewright(scene);
    // A graph of the reference stays one: nothing is added that says nothing.
    if !ours.is_empty() {
        graph.insert("scenewright".into(), Value::Object(ours));
    }
    Value::Object(graph)
}

fn scenewright(scene: &Scene) -> Map<String, Value> {
    let mut ours = Map::new();
    if scene.seed() != 0 {
        ours.insert("seed".into(), json!(scene.seed()));
    }
    let next = [scene.next_node_id().0, scene.next_relation_id().0];
    if next != [after(scene.nodes().iter().map(|node| node.id.0)), after(scene.relations().iter().map(|r| r.id.0))] {
        ours.insert("next_ids".into(), json!(next));
    }
    insert_entries(&mut ours, "objects", scene.nodes().iter().enumerate().map(object_entry));
    insert_entries(&mut ours, "relationships", scene.relations().iter().enumerate().map(relation_entry));
    ours.extend(scene.extras().scenewright.clone());
    if !ours.is_empty() {
        ours.shift_insert(0, "version".into(), json!(DOCUMENT_VERSION));
    }
    ours
}

/// The id that a reader would give next by itself.
fn after(ids: impl Iterator<Item = u64>) -> u64 {
    ids.max().map_or(0, |largest| largest + 1)
}

fn insert_entries(ours: &mut Map<String, Value>, key: &str, entries: impl Iterator<Item = Map<String, Value>>) {
    let entries: Vec<_> = entries.collect();
    if entries.iter().any(|entry| !entry.is_empty()) {
        ours.insert(key.to_owned(), entries.into_iter().map(Value::Object).collect());
    }
}

fn object_entry((row, node): (usize, &Node)) -> Map<String, Value> {
    let Node { id, name: _, label, size, place, attributes, pinned, locked, seed, canvas, extra } = node;
    let mut entry = Map::new();
    let mut insert = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(key.to_owned(), value);
        }
    };
    insert("id", (id.0 != row as u64).then(|| json!(id.0)));
    insert("label", label.as_ref().map(|label| json!(label)));
    insert("size", size.map(|size| json!(size.word())));
    insert("place", place.map(|place| json!(place.to_string())));
    insert("attributes", (!attributes.is_empty()).then(|| json!(attributes)));
    insert("pinned", pinned.map(|UnitBox { x0, y0, x1, y1 }| numbers(&[x0, y0, x1, y1])));
    insert("locked", locked.then_some(Value::Bool(true)));
    insert("seed", seed.map(|seed| json!(seed)));
    insert("canvas", canvas.map(|canvas| numbers(&canvas)));
    entry.extend(extra.clone());
    entry
}

fn relation_entry((row, relation): (usize, &Relation)) -> Map<String, Value> {
    let mut entry = Map::new();
    if relation.id.0 != row as u64 {
        entry.insert("id".into(), json!(relation.id.0));
    }
    entry.extend(relation.extra.clone());
    entry
}

/// The shortest decimals that read back as the same floats: 0.1, not 0.10000000149011612, and 40, not 40.0.
fn numbers(values: &[f32]) -> Value {
    let number = |value: &f32| {
        let text = value.to_string();
        text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)).unwrap_or_default()
    };
    values.iter().map(number).collect()
}
