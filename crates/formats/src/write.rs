//! A scene as a graph of sg2im, with our key where there is something to say.

use super::{DOCUMENT_VERSION, completion};
use scenewright_scene::{Extra, Node, Relation, RenderRecord, Scene, UnitBox};
use serde_json::{Map, Value, json};

pub(super) fn graph(scene: &Scene) -> Value {
    let row = |id| scene.node_index(id).unwrap_or_default();
    let triple = |relation: &Relation| json!([row(relation.subject), relation.predicate, row(relation.object)]);
    let mut graph = Map::new();
    graph.insert("objects".into(), scene.nodes().iter().map(|node| node.name.as_str()).collect());
    graph.insert("relationships".into(), scene.relations().iter().map(triple).collect());
    graph.extend(scene.extras().graph.clone());
    let ours = scenewright(scene);
    // A graph of sg2im stays one: nothing is added that says nothing.
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
    if scene.layout_seed() != 0 {
        ours.insert("layout_seed".into(), json!(scene.layout_seed()));
    }
    if let Some([width, height]) = scene.picture_size() {
        ours.insert("size".into(), json!([width, height]));
    }
    ours.extend(completion::entry(scene).map(|entry| ("completion".to_owned(), entry)));
    let next = [scene.next_node_id().0, scene.next_relation_id().0];
    if next != [after(scene.nodes().iter().map(|node| node.id.0)), after(scene.relations().iter().map(|r| r.id.0))] {
        ours.insert("next_ids".into(), json!(next));
    }
    insert_entries(&mut ours, "objects", scene.nodes().iter().enumerate().map(object_entry));
    insert_entries(&mut ours, "relationships", scene.relations().iter().enumerate().map(relation_entry));
    add_extra(&mut ours, &scene.extras().scenewright);
    if !ours.is_empty() {
        ours.shift_insert(0, "version".into(), json!(DOCUMENT_VERSION));
    }
    ours
}

/// Keys that the reader did not know; one that says something by now is the newer word.
fn add_extra(entry: &mut Map<String, Value>, extra: &Extra) {
    for (key, value) in extra {
        entry.entry(key.clone()).or_insert_with(|| value.clone());
    }
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
    let Node { id, name: _, label, size, place, attributes, pinned, locked, hidden, depth, group, .. } = node;
    let Node { seed, canvas, rendered, extra, .. } = node;
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
    insert("hidden", hidden.then_some(Value::Bool(true)));
    insert("depth", depth.map(number));
    insert("group", group.map(|group| json!(group)));
    insert("seed", seed.map(|seed| json!(seed)));
    insert("canvas", canvas.map(|canvas| numbers(&canvas)));
    if !rendered.is_empty() {
        entry.insert("rendered".into(), Value::Object(record(rendered)));
    }
    add_extra(&mut entry, extra);
    entry
}

/// What was shown of an object, in names, never in numbers of a model.
pub(super) fn record(record: &RenderRecord) -> Map<String, Value> {
    let RenderRecord { bounds, depth, haze, aspect, seed, drawing, colors, faces_right, canvas, extra } = record;
    let mut entry = Map::new();
    let mut insert = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(key.to_owned(), value);
        }
    };
    insert("box", bounds.map(|UnitBox { x0, y0, x1, y1 }| numbers(&[x0, y0, x1, y1])));
    insert("depth", depth.map(number));
    insert("haze", haze.map(number));
    insert("aspect", aspect.map(number));
    insert("seed", seed.map(|seed| json!(seed)));
    insert("drawing", drawing.as_ref().map(|drawing| json!(drawing)));
    insert("colors", (!colors.is_empty()).then(|| json!(colors)));
    insert("facing", faces_right.map(|right| json!(if right { "right" } else { "left" })));
    insert("canvas", canvas.map(|canvas| numbers(&canvas)));
    add_extra(&mut entry, extra);
    entry
}

fn relation_entry((row, relation): (usize, &Relation)) -> Map<String, Value> {
    let mut entry = Map::new();
    if relation.id.0 != row as u64 {
        entry.insert("id".into(), json!(relation.id.0));
    }
    if relation.hidden {
        entry.insert("hidden".into(), Value::Bool(true));
    }
    add_extra(&mut entry, &relation.extra);
    entry
}

/// The shortest decimals that read back as the same floats: 0.1, not 0.10000000149011612, and 40, not 40.0.
fn numbers(values: &[f32]) -> Value {
    values.iter().copied().map(number).collect()
}

fn number(value: f32) -> Value {
    let text = value.to_string();
    text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)).unwrap_or_default()
}
