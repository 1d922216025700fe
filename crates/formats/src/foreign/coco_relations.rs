//! COCO annotations with relations between the annotated objects (`rel_annotations`, as SGG-Benchmark writes them).

use serde_json::Value;
use std::collections::HashMap;

use super::ReadContext;
use super::graph::{Graph, key_of};

const RELATIONS: [&str; 4] = ["rel_annotations", "relation_annotations", "relationships", "relations"];
const PREDICATES: [&str; 4] = ["rel_categories", "relation_categories", "predicate_categories", "predicates"];

pub(super) fn fits(value: &Value) -> bool {
    ["images", "annotations"].iter().all(|key| value.get(key).is_some_and(Value::is_array))
        && !relations(value).is_empty()
}

fn relations(value: &Value) -> &[Value] {
    let lists = RELATIONS.iter().filter_map(|key| value.get(key)?.as_array());
    lists.map(Vec::as_slice).find(|list| !list.is_empty()).unwrap_or_default()
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let id = |record: &Value, key: &str| record.get(key).and_then(key_of);
    let named = |list: &[Value]| -> HashMap<String, String> {
        let word = |record: &Value| Some((id(record, "id")?, record.get("name")?.as_str()?.to_owned()));
        list.iter().filter_map(word).collect()
    };
    let categories = named(list("categories"));
    let predicates = named(PREDICATES.iter().map(|key| list(key)).find(|list| !list.is_empty()).unwrap_or_default());

    let mut graphs = Vec::new();
    let mut by_picture = HashMap::new();
    for image in list("images") {
        if let Some(key) = id(image, "id") {
            let name = image.get("file_name").and_then(Value::as_str).map_or_else(|| key.clone(), str::to_owned);
            by_picture.insert(key, graphs.len());
            graphs.push(Graph::new(Some(name)));
        }
    }
    let mut picture_of = HashMap::new();
    for (at, record) in list("annotations").iter().enumerate() {
        let picture = id(record, "image_id").and_then(|picture| by_picture.get(&picture).copied());
        let name = id(record, "category_id").and_then(|category| categories.get(&category));
        let (Some(picture), Some(name)) = (picture, name) else {
            reading.report.left_out("annotations without a picture or a category", || format!("annotation {at}"));
            continue;
        };
        let key = id(record, "id").unwrap_or_else(|| format!("\u{0}{at}"));
        if graphs[picture].object(&key, name, &mut reading.report).is_some() {
            picture_of.insert(key, picture);
        }
    }
    for (at, record) in relations(value).iter().enumerate() {
        let end = |key: &str| {
            let key = id(record, key)?;
            let picture = *picture_of.get(&key)?;
            Some((picture, graphs[picture].row(&key)?))
        };
        let word = record.get("predicate").and_then(Value::as_str).map(str::to_owned);
        let word = word.or_else(|| predicates.get(&id(record, "predicate_id")?).cloned());
        match (end("subject_id"), end("object_id"), word) {
            (Some((picture, subject)), Some((same, object)), Some(word)) if picture == same => {
                graphs[picture].relate(subject, &word, object, &mut reading.report);
            }
            _ => reading
                .report
                .left_out("relations without a word or two objects of one picture", || format!("relation {at}")),
        }
    }
    graphs
}
