//! `__image__` and `__in_image__`: google/sg2im adds them to every graph before the network and prints them with it. They are no part of
//! the scene; drawn, the object would be a smear over the whole picture.

use serde_json::Value;

const OBJECT: &str = "__image__";
const PREDICATE: &str = "__in_image__";

pub(super) const NOTE: &str = "left out: __image__ and __in_image__, which sg2im adds to every graph by itself";

/// Takes them out of the graphs of a file; the rows of the other objects move up. True if there was one.
pub(super) fn remove(value: &mut Value) -> bool {
    match value {
        Value::Array(graphs) => graphs.iter_mut().fold(false, |any, value| graph(value) | any),
        value => graph(value),
    }
}

fn graph(value: &mut Value) -> bool {
    let Some(Value::Array(objects)) = value.get("objects") else { return false };
    let is_object = |name: &Value| name.as_str() == Some(OBJECT);
    let keep_objects: Vec<bool> = objects.iter().map(|name| !is_object(name)).collect();
    // The new row of each object that stays.
    let rows: Vec<Option<usize>> = keep_objects
        .iter()
        .scan(0, |next, keep| {
            let row = keep.then_some(*next);
            *next += usize::from(*keep);
            Some(row)
        })
        .collect();
    let triples = value.get("relationships").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_bookkeeping = |triple: &Value| {
        let parts = triple.as_array().map(Vec::as_slice).unwrap_or_default();
        let at_image = |end: &Value| match end.as_u64() {
            Some(row) => rows.get(row as usize) == Some(&None),
            None => is_object(end),
        };
        matches!(parts, [subject, word, object] if at_image(subject) || at_image(object) || word.as_str() == Some(PREDICATE))
    };
    let keep_relations: Vec<bool> = triples.iter().map(|triple| !is_bookkeeping(triple)).collect();
    if keep_objects.iter().chain(&keep_relations).all(|keep| *keep) {
        return false;
    }
    retain(value.get_mut("objects"), &keep_objects);
    retain(value.get_mut("relationships"), &keep_relations);
    if let Some(ours) = value.get_mut("scenewright") {
        retain(ours.get_mut("objects"), &keep_objects);
        retain(ours.get_mut("relationships"), &keep_relations);
    }
    for triple in value.get_mut("relationships").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some([subject, _, object]) = triple.as_array_mut().map(Vec::as_mut_slice) {
            for end in [subject, object] {
                if let Some(row) = end.as_u64().and_then(|row| rows.get(row as usize).copied().flatten()) {
                    *end = row.into();
                }
            }
        }
    }
    true
}

/// A list of another length is left for the reader to complain about.
fn retain(list: Option<&mut Value>, keep: &[bool]) {
    if let Some(Value::Array(list)) = list
        && list.len() == keep.len()
    {
        let mut keep = keep.iter();
        list.retain(|_| keep.next().copied().unwrap_or(true));
    }
}
