//! Panoptic Scene Graph (PSG, Yang et al. 2022; OpenPSG, data/psg): `psg.json` with its words inside.

use serde_json::Value;

use super::ReadContext;
use super::graph::{Graph, key_of, whole};

pub(super) fn fits(value: &Value) -> bool {
    value.get("data").is_some_and(Value::is_array) && value.get("predicate_classes").is_some_and(Value::is_array)
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let words = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten().map(Value::as_str);
    // Things first, then stuff: the numbers count through both.
    let classes: Vec<Option<&str>> = words("thing_classes").chain(words("stuff_classes")).collect();
    let predicates: Vec<Option<&str>> = words("predicate_classes").collect();
    let word_of = |list: &[Option<&str>], number: &Value| Some(list.get(whole(number)?).copied()??.to_owned());
    let list = |record: &Value, key: &str| record.get(key).and_then(Value::as_array).cloned().unwrap_or_default();

    let mut graphs = Vec::new();
    for record in value.get("data").and_then(Value::as_array).into_iter().flatten() {
        let id = record.get("image_id").or_else(|| record.get("file_name")).and_then(key_of);
        let mut graph = Graph::new(id);
        let segments = list(record, "segments_info");
        let objects = if segments.is_empty() { list(record, "annotations") } else { segments };
        for (at, object) in objects.iter().enumerate() {
            match object.get("category_id").and_then(|number| word_of(&classes, number)) {
                Some(name) => _ = graph.object(&at.to_string(), &name, &mut reading.report),
                None => reading.report.left_out("objects of a class that the file does not name", || {
                    graph.place(&format!("object {at}"))
                }),
            }
        }
        for (at, relation) in list(record, "relations").iter().enumerate() {
            let parts = match relation.as_array().map(Vec::as_slice) {
                Some([subject, object, predicate, ..]) => {
                    let row = |end: &Value| graph.row(&key_of(end)?);
                    row(subject).zip(row(object)).zip(word_of(&predicates, predicate))
                }
                _ => None,
            };
            match parts {
                Some(((subject, object), predicate)) => graph.relate(subject, &predicate, object, &mut reading.report),
                None => reading.report.left_out("relations without a word or an object that is there", || {
                    graph.place(&format!("relation {at}"))
                }),
            }
        }
        graphs.push(graph);
    }
    graphs
}
