//! Data sets of scene graphs with boxes: PSG and GQA.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::{Records, Set, Thing, corners, odd};
use crate::sources::Note;
use crate::values;

/// PSG: `{"data": [{"file_name", "annotations", "relations"}], "thing_classes", "stuff_classes", "predicate_classes"}`; relations are rows of
/// annotations and of the words.
// OpenPSG, openpsg/datasets/psg.py: classes are thing_classes + stuff_classes, boxes are XYXY_ABS.
pub(crate) fn is_psg(value: &Value) -> bool {
    value.get("predicate_classes").is_some_and(Value::is_array)
        && value.get("data").and_then(Value::as_array).is_some_and(|data| {
            data.iter().take(20).any(|one| one.get("file_name").is_some() && one.get("annotations").is_some())
        })
}

pub fn read_psg(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let mut records = Records::new(set);
    let words = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten().map(values::text);
    let classes: Vec<Option<String>> = words("thing_classes").chain(words("stuff_classes")).collect();
    let predicates: Vec<Option<String>> = words("predicate_classes").collect();
    let word = |list: &[Option<String>], row: Option<f64>| {
        let row = row.filter(|row| *row >= 0.0 && row.fract() == 0.0)?;
        list.get(row as usize).cloned().flatten().filter(|word| !word.trim().is_empty())
    };
    for (row, picture) in value.get("data")?.as_array()?.iter().enumerate() {
        let record = format!("data[{row}]");
        let Some(name) = picture.get("file_name").and_then(Value::as_str) else {
            notes.push(odd(path, record, "it has no file_name. Write the name of its picture"));
            continue;
        };
        let image = records.image(name, size_of(picture), path, &record);
        let mut ids = Vec::new();
        for (nth, object) in list(picture, "annotations").enumerate() {
            let record = format!("data[{row}], annotation {nth}");
            let class = word(&classes, object.get("category_id").and_then(values::number));
            let bbox = values::bbox(object.get("bbox")).ok();
            let (Some(class), Some([x0, y0, x1, y1])) = (class, bbox) else {
                notes.push(odd(
                    path,
                    record,
                    "it has no box of four numbers or no word in thing_classes or stuff_classes. Fix it",
                ));
                ids.push(None);
                continue;
            };
            let thing = Thing { word: &class, bbox: Some(corners([x0, y0], [x1, y1])), ..Thing::default() };
            ids.push(Some(records.thing(image, thing, path, &record)));
        }
        for (nth, relation) in list(picture, "relations").enumerate() {
            let number = |at: usize| relation.get(at).and_then(values::number);
            let end = |at: usize| number(at).and_then(|row| ids.get(row.max(0.0) as usize)).copied().flatten();
            match (end(0), word(&predicates, number(2)), end(1)) {
                (Some(subject), Some(predicate), Some(object)) => records.relate(subject, &predicate, object),
                _ => notes.push(odd(
                    path,
                    format!("data[{row}], relation {nth}"),
                    "it lacks a word or an end that can be used. Fix it, or remove it",
                )),
            }
        }
    }
    records.finish()
}

/// GQA: `{"2407890": {"width", "height", "objects": {"271881": {"name", "x", "y", "w", "h", "attributes", "relations": [{"object", "name"}]}}}}`.
// Hudson and Manning 2019, "GQA": pictures are named by their ids
pub(crate) fn is_gqa(value: &Value) -> bool {
    let is_graph = |graph: &Value| {
        let objects = graph.get("objects").and_then(Value::as_object);
        graph.get("width").is_some()
            && objects.is_some_and(|objects| {
                objects.values().take(20).any(|one| one.get("relations").is_some() && one.get("w").is_some())
            })
    };
    value.as_object().is_some_and(|graphs| graphs.values().take(20).any(is_graph))
}

pub fn read_gqa(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let mut records = Records::new(set);
    for (key, graph) in value.as_object()? {
        let name = set.by_stem(key).unwrap_or_else(|| format!("{key}.jpg"));
        let image = records.image(&name, size_of(graph), path, key);
        let objects = graph.get("objects").and_then(Value::as_object).into_iter().flatten();
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for (id, object) in objects.clone() {
            let record = format!("{key}, object {id}");
            let word = object.get("name").and_then(values::text).filter(|word| !word.trim().is_empty());
            let (Some(word), Ok(bbox)) = (word, values::bbox(Some(object))) else {
                notes.push(odd(path, record, "it has no name or no box. Add it, or remove the object"));
                continue;
            };
            let attributes = list(object, "attributes").filter_map(values::text).collect();
            let thing = Thing { word: &word, bbox: Some(bbox), attributes, ..Thing::default() };
            ids.insert(id, records.thing(image, thing, path, &record));
        }
        for (id, object) in objects {
            for relation in list(object, "relations") {
                let word = relation.get("name").and_then(Value::as_str).filter(|word| !word.trim().is_empty());
                let end = relation.get("object").and_then(values::text);
                let end = end.as_deref().and_then(|end| ids.get(end)).copied();
                match (ids.get(id.as_str()), word, end) {
                    (Some(subject), Some(word), Some(end)) => records.relate(*subject, word.trim(), end),
                    // Its subject was reported.
                    (None, ..) => {}
                    _ => notes.push(odd(
                        path,
                        format!("{key}, object {id}"),
                        "one of its relations lacks a word or an end that can be used. Fix it, or remove it",
                    )),
                }
            }
        }
    }
    records.finish()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Width and height in pixels.
fn size_of(value: &Value) -> Option<[f64; 2]> {
    let side = |key: &str| value.get(key).and_then(values::number).filter(|side| *side > 0.0);
    Some([side("width")?, side("height")?])
}
