//! Triples by name: `[["sheep", "beside", "tree"], ...]`, as records, or a list of such lists. Every name is one object.

use serde_json::Value;

use super::ReadContext;
use super::graph::{Graph, without_counter};

pub(super) fn fits(value: &Value) -> bool {
    match value.as_array() {
        Some(list) if !list.is_empty() => {
            let is_record = |item: &Value| item.is_object() && is_triple(item);
            list.iter().any(is_triple) && list.iter().all(Value::is_array)
                || 2 * list.iter().filter(|item| is_record(item)).count() > list.len()
                || list.iter().all(is_list_of_triples)
        }
        _ => false,
    }
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if list.iter().any(is_triple) {
        return vec![graph(list, reading)];
    }
    list.iter().map(|list| graph(list.as_array().map(Vec::as_slice).unwrap_or_default(), reading)).collect()
}

fn graph(triples: &[Value], reading: &mut ReadContext<'_>) -> Graph {
    let mut graph = Graph::default();
    for (at, triple) in triples.iter().enumerate() {
        match texts(triple) {
            Some(triple) => add(&mut graph, triple, reading),
            None => reading.report.left_out("entries that are no triple of texts", || format!("entry {at}")),
        }
    }
    graph
}

/// Adds a triple whose ends are names.
pub(super) fn add(graph: &mut Graph, [subject, predicate, object]: [&str; 3], reading: &mut ReadContext<'_>) {
    let mut end = |name: &str| {
        let key = name.trim().to_lowercase();
        graph.object(&key, without_counter(name.trim()), &mut reading.report)
    };
    if let Some((subject, object)) = end(subject).zip(end(object)) {
        graph.relate(subject, predicate, object, &mut reading.report);
    }
}

/// Names of the parts, where a triple is a record.
const RECORD: [[&str; 5]; 3] = [
    ["subject", "subj", "source", "head", "from"],
    ["predicate", "relation", "relationship", "label", "rel"],
    ["object", "obj", "target", "tail", "to"],
];

fn texts(triple: &Value) -> Option<[&str; 3]> {
    if let Value::Object(map) = triple {
        let part = |keys: &[&str]| keys.iter().find_map(|key| map.get(*key)?.as_str());
        return Some([part(&RECORD[0])?, part(&RECORD[1])?, part(&RECORD[2])?]);
    }
    let [subject, predicate, object] = triple.as_array()?.as_slice() else { return None };
    Some([subject.as_str()?, predicate.as_str()?, object.as_str()?])
}

fn is_triple(value: &Value) -> bool {
    texts(value).is_some()
}

fn is_list_of_triples(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(is_triple))
}
