//! Visual Relationship Detection (VRD, Lu et al. 2016): `annotations_train.json`, with its words in `objects.json` and `predicates.json`
//! beside it.

use serde_json::Value;

use super::ReadContext;
use super::graph::{Graph, whole};
use super::words;

pub(super) fn fits(value: &Value) -> bool {
    let is_relation = |item: &Value| {
        let is_end = |key: &str| item.get(key).is_some_and(|end| end.get("category").is_some());
        is_end("subject") && is_end("object")
    };
    let lists = value.as_object().into_iter().flat_map(|map| map.values());
    let mut any = false;
    for list in lists {
        match list.as_array() {
            Some(list) => any |= list.iter().any(is_relation),
            None => return false,
        }
    }
    any
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let objects = list(reading, "object", &["objects.json"]);
    let predicates = list(reading, "relation", &["predicates.json"]);
    let mut graphs = Vec::new();
    for (picture, relations) in value.as_object().into_iter().flatten() {
        let mut graph = Graph::new(Some(picture.clone()));
        for (at, relation) in relations.as_array().into_iter().flatten().enumerate() {
            let mut end = |which: &str| {
                let end = relation.get(which)?;
                let category = end.get("category")?;
                let name = word(category, &objects, "class")?;
                // The same box of the same class is the same object.
                let key = format!("{category} {}", end.get("bbox").unwrap_or(&Value::Null));
                graph.object(&key, &name, &mut reading.report)
            };
            let ends = end("subject").zip(end("object"));
            let predicate = relation.get("predicate").and_then(|number| word(number, &predicates, "relation"));
            match ends.zip(predicate) {
                Some(((subject, object), predicate)) => graph.relate(subject, &predicate, object, &mut reading.report),
                None => reading
                    .report
                    .left_out("relations without a word or an end", || graph.place(&format!("relation {at}"))),
            }
        }
        graphs.push(graph);
    }
    graphs
}

/// A number's word; without a list the number itself ("class 3"), a text as it is.
fn word(value: &Value, list: &Option<Vec<Option<String>>>, kind: &str) -> Option<String> {
    if let Some(word) = value.as_str() {
        return Some(word.to_owned());
    }
    let number = whole(value)?;
    match list {
        Some(list) => list.get(number)?.clone(),
        None => Some(format!("{kind} {number}")),
    }
}

fn list(reading: &mut ReadContext<'_>, what: &str, endings: &[&str]) -> Option<Vec<Option<String>>> {
    let found = words::beside(reading.path, endings).iter().find_map(|path| words::by_number(&words::json_of(path)?));
    if found.is_none() {
        let name = endings.first().copied().unwrap_or_default();
        reading.report.note(format!(
            "the words of the {what}s are numbers in this file: put VRD's {name} into its folder and open it again"
        ));
    }
    found
}
