//! A part of Visual Genome that is small enough to be annotated further: `objects.json` and `relationships.json`, or `scene_graphs.json`.

use super::{Records, Set, Thing, json_of, odd};
use crate::sources::Note;
use crate::values::{self, Id};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::PathBuf;

/// Version 1.0 calls every number `id`.
fn id_of(value: &Value, key: &str) -> Option<Id> {
    value.get(key).or_else(|| value.get("id")).and_then(Id::of)
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

pub(crate) fn in_folder(set: &Set<'_>, notes: &mut Vec<Note>) -> Option<(PathBuf, Map<String, Value>)> {
    let file = |name: &str| Some(set.folder.join(name)).filter(|path| path.is_file());
    let images = json_of(&file("image_data.json")?)?;
    let graphs = file("scene_graphs.json");
    let objects_file = file("objects.json").or_else(|| graphs.clone())?;
    let relations_file = file("relationships.json").or(graphs);
    let objects = json_of(&objects_file)?;
    let mut records = Records::new(set);
    let mut pictures: HashMap<Id, usize> = HashMap::new();
    for image in images.as_array()? {
        let Some(id) = id_of(image, "image_id") else { continue };
        let url = image.get("url").and_then(Value::as_str).unwrap_or_default();
        let name = if url.is_empty() { id.to_string() + ".jpg" } else { url.to_owned() };
        let size = [values::side(image.get("width")), values::side(image.get("height"))].map(f64::from);
        let size = Some(size).filter(|[w, h]| *w > 0.0 && *h > 0.0);
        pictures.insert(id, records.image(&name, size, &objects_file, ""));
    }
    let mut things: HashMap<Id, usize> = HashMap::new();
    for entry in objects.as_array()? {
        let Some((id, image)) = id_of(entry, "image_id").and_then(|id| pictures.get(&id).map(|row| (id, *row))) else {
            continue;
        };
        for object in list(entry, "objects") {
            let number = id_of(object, "object_id");
            let record =
                format!("image {id}, object {}", number.as_ref().map_or("without an id".to_owned(), Id::to_string));
            if number.as_ref().is_some_and(|number| things.contains_key(number)) {
                notes.push(odd(&objects_file, record, "it is given twice; the first is used. Remove the other"));
                continue;
            }
            let names =
                list(object, "names").filter_map(Value::as_str).chain(object.get("name").and_then(Value::as_str));
            let mut names = names.filter(|name| !name.trim().is_empty());
            let (Some(word), Ok(bbox)) = (names.next(), values::bbox(Some(object))) else {
                notes.push(odd(&objects_file, record, "it has no name or no box. Add it, or remove the object"));
                continue;
            };
            let row =
                records.thing(image, Thing { word, bbox: Some(bbox), ..Thing::default() }, &objects_file, &record);
            things.extend(number.map(|number| (number, row)));
        }
    }
    let relations = relations_file.and_then(|path| Some((json_of(&path)?, path)));
    for entry in relations.iter().flat_map(|(value, _)| value.as_array()).flatten() {
        for relation in list(entry, "relationships") {
            let end = |nested: &str, number: &str| {
                let id = relation.get(nested).and_then(|end| id_of(end, "object_id"));
                id.or_else(|| relation.get(number).and_then(Id::of)).and_then(|id| things.get(&id)).copied()
            };
            let word = relation.get("predicate").and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty());
            if let (Some(subject), Some(word), Some(object)) =
                (end("subject", "subject_id"), word, end("object", "object_id"))
            {
                records.relate(subject, &word.to_lowercase(), object);
            }
        }
    }
    records.finish().map(|file| (objects_file, file))
}
