//! Scene graphs written as records: a list (or a map) of objects, a list of relations between them.
//!
//! Visual Genome (`scene_graphs.json`, `relationships.json`, `objects.json`, `attributes.json`, versions 1.0 to 1.4), GQA, LAION-SG,
//! node-link graphs (networkx, vis.js, Cytoscape, JSON Graph Format) and what language models are asked to write differ in the names
//! of their keys, which stand in the lists below, and in little else.

use serde_json::{Map, Value};

use super::ReadContext;
use super::graph::{Graph, key_of, whole, without_counter};

const OBJECTS: [&str; 7] =
    ["objects", "items", "nodes", "entities", "instances", "objects_and_attributes", "object_list"];
const RELATIONS: [&str; 9] =
    ["relationships", "relations", "edges", "links", "triplets", "triples", "relation", "relationship", "rels"];
const ID: [&str; 7] = ["object_id", "item_id", "node_id", "entity_id", "id", "key", "index"];
const NAME: [&str; 11] =
    ["names", "name", "label", "labels", "category", "class", "class_name", "category_name", "object", "title", "text"];
const ATTRIBUTES: [&str; 5] = ["attributes", "attribute", "attrs", "properties", "adjectives"];
const SUBJECT: [&str; 13] = [
    "subject_id",
    "subject",
    "subj",
    "sub",
    "sub_id",
    "subject_idx",
    "source",
    "from",
    "item1",
    "head",
    "src",
    "start",
    "s",
];
const OBJECT: [&str; 13] =
    ["object_id", "object", "obj", "obj_id", "object_idx", "target", "to", "item2", "tail", "dst", "dest", "end", "o"];
const PREDICATE: [&str; 10] =
    ["predicate", "relation", "relationship", "label", "name", "type", "rel", "pred", "verb", "p"];
/// What holds graphs, around them.
const WRAPPERS: [&str; 10] = [
    "scene_graphs",
    "scene_graph",
    "sceneGraph",
    "sceneGraphs",
    "graphs",
    "graph",
    "elements",
    "data",
    "annotations",
    "images",
];
const PICTURE: [&str; 7] = ["image_id", "img_id", "imageId", "image", "image_name", "file_name", "id"];
/// How deep graphs may lie in lists, maps and wrappers.
const DEEPEST: usize = 4;

/// Whether there is a graph of records somewhere in the value.
pub(super) fn fits(value: &Value) -> bool {
    let mut found = false;
    visit(value, None, DEEPEST, &mut |_, _| found = true);
    found
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let mut graphs = Vec::new();
    visit(value, None, DEEPEST, &mut |map, key| graphs.push(graph(map, key, reading)));
    graphs
}

/// Which tool writes such keys, for the user who opened the file.
pub(super) fn format(value: &Value) -> &'static str {
    let mut format = "records of objects and relations";
    visit(value, None, DEEPEST, &mut |map, _| {
        let has_key = |list: &[&str], keys: &[&str]| {
            let first = find(map, list).and_then(|value| match value {
                Value::Array(list) => list.first(),
                Value::Object(map) => map.values().next(),
                _ => None,
            });
            first.is_some_and(|first| keys.iter().any(|key| first.get(key).is_some()))
        };
        let is_map = find(map, &OBJECTS).is_some_and(Value::is_object);
        let found = match () {
            () if is_map && has_key(&OBJECTS, &["relations"]) => "GQA",
            () if has_key(&RELATIONS, &["item1", "triple_id"]) => "LAION-SG",
            () if has_key(&OBJECTS, &["names", "object_id", "synsets"]) => "Visual Genome",
            () if has_key(&RELATIONS, &["relationship_id", "synsets"]) => "Visual Genome",
            () if map.contains_key("links") || map.contains_key("edges") => "a node-link graph",
            () => return,
        };
        format = found;
    });
    format
}

/// Takes a map, and the key it lies under.
type RecordSink<'a> = dyn FnMut(&Map<String, Value>, Option<&str>) + 'a;

/// Gives every map that holds a graph, with the key it lies under.
fn visit(value: &Value, key: Option<&str>, depth: usize, give: &mut RecordSink<'_>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Array(list) => {
            list.iter().filter(|item| item.is_object()).for_each(|item| visit(item, None, depth, give))
        }
        Value::Object(map) if is_graph(map) => give(map, key),
        Value::Object(map) => {
            if let Some(inner) = find(map, &WRAPPERS).filter(|inner| inner.is_object() || inner.is_array()) {
                let picture = find(map, &PICTURE).and_then(key_of);
                return visit(inner, picture.as_deref().or(key), depth, give);
            }
            // A map from pictures to graphs. One odd record among them does not make it something else.
            let graphs = map.values().filter(|value| value.as_object().is_some_and(is_graph)).count();
            if graphs > 0 && 2 * graphs >= map.len() {
                map.iter().for_each(|(key, value)| visit(value, Some(key), depth, give));
            }
        }
        _ => {}
    }
}

/// Objects as records or names, or relations whose ends are given by name or as records.
fn is_graph(map: &Map<String, Value>) -> bool {
    let objects = find(map, &OBJECTS);
    let are_objects = |value: &Value| match value {
        Value::Array(list) => list.iter().all(|item| name_of(item).is_some() || id_of(item).is_some()),
        Value::Object(map) => map.values().all(|item| item.is_object()),
        _ => false,
    };
    let relations = find(map, &RELATIONS);
    let are_relations = |value: &Value| match value {
        Value::Array(list) => list.iter().all(|item| match item {
            Value::Object(item) => find(item, &SUBJECT).is_some() && find(item, &OBJECT).is_some(),
            Value::Array(triple) => triple.len() >= 3,
            _ => false,
        }),
        _ => false,
    };
    match (objects, relations) {
        (Some(objects), Some(relations)) => are_objects(objects) && are_relations(relations) || has_objects(map),
        // Without relations it is a graph only if the objects are records, or Visual Genome's attributes.
        (Some(objects), None) => {
            let has_records = match objects {
                Value::Array(list) => list.iter().any(Value::is_object),
                Value::Object(map) => !map.is_empty(),
                _ => false,
            };
            has_records && are_objects(objects)
        }
        (None, Some(relations)) => {
            are_relations(relations)
                && relations.as_array().is_some_and(|list| {
                    let has_names = |item: &Value| match item {
                        Value::Object(item) => find(item, &PREDICATE).is_some(),
                        Value::Array(item) => item.iter().take(3).all(Value::is_string),
                        _ => false,
                    };
                    !list.is_empty() && list.iter().any(has_names)
                })
        }
        (None, None) => attribute_records(map).is_some(),
    }
}

/// One odd record does not make a file another one's: most of them are sound.
fn has_objects(map: &Map<String, Value>) -> bool {
    let sound = |value: &Value| name_of(value).is_some();
    match find(map, &OBJECTS) {
        Some(Value::Array(list)) => 2 * list.iter().filter(|item| sound(item)).count() >= list.len().max(1),
        Some(Value::Object(map)) => 2 * map.values().filter(|item| sound(item)).count() >= map.len().max(1),
        _ => false,
    }
}

/// Visual Genome's `attributes.json` keeps its objects under `attributes`.
fn attribute_records(map: &Map<String, Value>) -> Option<&Vec<Value>> {
    let list = map.get("attributes")?.as_array()?;
    let is_record = |item: &Value| item.get("object_id").is_some() || item.get("object_names").is_some();
    (!list.is_empty() && list.iter().all(is_record)).then_some(list)
}

fn graph(map: &Map<String, Value>, key: Option<&str>, reading: &mut ReadContext<'_>) -> Graph {
    let picture = find(map, &PICTURE).and_then(key_of);
    let mut graph = Graph::new(picture.or_else(|| key.map(str::to_owned)));
    let mut nested = Vec::new();
    match find(map, &OBJECTS) {
        Some(Value::Array(list)) => {
            for (at, item) in list.iter().enumerate() {
                let id = id_of(item).unwrap_or_else(|| row_key(at));
                object(&mut graph, &id, item, &mut nested, reading);
            }
        }
        Some(Value::Object(objects)) => {
            objects.iter().for_each(|(id, item)| object(&mut graph, id, item, &mut nested, reading));
        }
        _ => {}
    }
    for (at, item) in attribute_records(map).into_iter().flatten().enumerate() {
        object(&mut graph, &id_of(item).unwrap_or_else(|| row_key(at)), item, &mut nested, reading);
    }
    if let Some(Value::Array(list)) = find(map, &RELATIONS) {
        let lists_objects = find(map, &OBJECTS).is_some();
        let mut relations = Relations { has_ids: has_ids(map), lists_objects, graph: &mut graph };
        list.iter().enumerate().for_each(|(at, item)| relations.add(at, item, reading));
    }
    for (subject, relations) in nested {
        for item in relations {
            let predicate = item.as_object().and_then(|item| find(item, &PREDICATE)).and_then(Value::as_str);
            let end = item.as_object().and_then(|item| find(item, &OBJECT)).and_then(key_of);
            match (predicate, end.as_deref().and_then(|end| graph.row(end))) {
                (Some(predicate), Some(object)) => graph.relate(subject, predicate, object, &mut reading.report),
                _ => reading.report.left_out("relations without a word or an end", || graph.place("one")),
            }
        }
    }
    graph
}

/// The key of an object that has no id: no id of a file looks so.
fn row_key(row: usize) -> String {
    format!("\u{0}{row}")
}

fn has_ids(map: &Map<String, Value>) -> bool {
    match find(map, &OBJECTS) {
        Some(Value::Array(list)) => list.iter().any(|item| id_of(item).is_some()),
        Some(Value::Object(_)) => true,
        _ => attribute_records(map).is_some(),
    }
}

fn object<'v>(
    graph: &mut Graph,
    id: &str,
    item: &'v Value,
    nested: &mut Vec<(usize, &'v Vec<Value>)>,
    reading: &mut ReadContext<'_>,
) {
    let item = item.get("data").filter(|data| data.is_object()).unwrap_or(item);
    // Without a name, an id that is a word is the name: {"id": "person.1"}.
    let from_id = |id: &str| id.contains(char::is_alphabetic).then(|| without_counter(id).to_owned());
    let name = name_of(item).or_else(|| from_id(id)).unwrap_or_default();
    let before = graph.object_count();
    let Some(row) = graph.object(id, &name, &mut reading.report) else { return };
    if row < before {
        reading.report.note("some objects are in the file twice; the first of each is used");
    }
    let Value::Object(map) = item else { return };
    graph.describe(row, ATTRIBUTES.iter().filter_map(|key| map.get(*key)).flat_map(attributes_of));
    if let Some(relations) = find(map, &RELATIONS).and_then(Value::as_array) {
        nested.push((row, relations));
    }
}

/// The names of attributes: words, records with a name, or values by key ("color": "red").
fn attributes_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(word) => word.split(',').map(str::to_owned).collect(),
        Value::Array(list) => list
            .iter()
            .filter_map(|item| match item {
                Value::String(word) => Some(word.clone()),
                Value::Object(_) => name_of(item).or_else(|| Some(item.get("attribute")?.as_str()?.to_owned())),
                _ => None,
            })
            .collect(),
        Value::Object(map) => map.values().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

struct Relations<'g> {
    graph: &'g mut Graph,
    /// Objects have ids, so that a number is one of those and no row.
    has_ids: bool,
    /// Otherwise the relations bring their objects along.
    lists_objects: bool,
}

impl Relations<'_> {
    fn add(&mut self, at: usize, item: &Value, reading: &mut ReadContext<'_>) {
        let item = item.get("data").filter(|data| data.is_object()).unwrap_or(item);
        let parts = match item {
            Value::Object(map) => {
                let word = find(map, &PREDICATE).filter(|word| word.is_string());
                find(map, &SUBJECT).zip(find(map, &OBJECT)).map(|(subject, object)| (subject, word, object))
            }
            Value::Array(list) => self.triple(list),
            _ => None,
        };
        let place = format!("relation {at}");
        let Some((subject, word, object)) = parts else {
            return reading.report.left_out("relations that lack an end", || self.graph.place(&place));
        };
        let Some(word) = word.and_then(Value::as_str) else {
            return reading.report.left_out("relations without a word", || self.graph.place(&place));
        };
        let ends = (self.end(subject, reading), self.end(object, reading));
        match ends {
            (Some(subject), Some(object)) => self.graph.relate(subject, word, object, &mut reading.report),
            _ => reading.report.left_out("relations to an object that is not there", || self.graph.place(&place)),
        }
    }

    /// `[subject, word, object]`, or `[subject, object, word]` where the middle is an object and the last is none.
    fn triple<'v>(&self, list: &'v [Value]) -> Option<(&'v Value, Option<&'v Value>, &'v Value)> {
        let [a, b, c, ..] = list else { return None };
        let is_end = |value: &Value| self.known(value).is_some();
        let swapped = match (b.is_string(), c.is_string()) {
            (false, true) => true,
            (true, true) => is_end(b) && !is_end(c),
            _ => false,
        };
        Some(if swapped { (a, Some(c), b) } else { (a, Some(b), c) })
    }

    /// An end that is among the objects.
    fn known(&self, value: &Value) -> Option<usize> {
        let key = key_of(value)?;
        let by_row = || {
            let row = whole(value).filter(|_| !self.has_ids)?;
            self.graph.row(&row_key(row))
        };
        let by_name = || value.as_str().and_then(|name| self.graph.row_of_name(name));
        self.graph.row(&key).or_else(by_row).or_else(by_name)
    }

    /// Visual Genome's older files put the whole object into the relation; files that list no objects have only such ends, or names.
    fn end(&mut self, value: &Value, reading: &mut ReadContext<'_>) -> Option<usize> {
        if let Value::Object(map) = value {
            let name = name_of(value)?;
            let key = id_of(value).unwrap_or_else(|| format!("name {name}"));
            if let Some(row) = self.graph.row(&key) {
                return Some(row);
            }
            let row = self.graph.object(&key, &name, &mut reading.report)?;
            self.graph.describe(row, ATTRIBUTES.iter().filter_map(|key| map.get(*key)).flat_map(attributes_of));
            return Some(row);
        }
        if let Some(row) = self.known(value) {
            return Some(row);
        }
        // A name of several objects, or of none: which is meant is not said.
        let name = value.as_str().filter(|_| !self.lists_objects)?;
        self.graph.object(name, without_counter(name), &mut reading.report)
    }
}

fn find<'v>(map: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().filter_map(|key| map.get(*key)).find(|value| !value.is_null())
}

fn id_of(item: &Value) -> Option<String> {
    let map = item.get("data").and_then(Value::as_object).or_else(|| item.as_object())?;
    find(map, &ID).and_then(key_of)
}

fn name_of(item: &Value) -> Option<String> {
    let item = item.get("data").filter(|data| data.is_object()).unwrap_or(item);
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => list.iter().find_map(|name| name.as_str().map(str::to_owned)),
        _ => None,
    };
    match item {
        Value::String(name) => Some(name.clone()),
        Value::Object(map) => {
            let names = NAME.iter().chain(&["object_names"]).filter_map(|key| map.get(*key));
            names.filter_map(text).find(|name| !name.trim().is_empty())
        }
        _ => None,
    }
}
