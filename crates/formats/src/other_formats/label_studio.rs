//! Label Studio's JSON and JSON-MIN: a list of tasks with results in percent of the picture, and relations between them.

use super::{Records, Set, Thing, odd};
use crate::sources::Note;
use crate::values;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::Path;

pub(crate) fn is_it(value: &Value) -> bool {
    let task = |task: &Value| {
        let is_full = task.get("data").is_some_and(Value::is_object)
            && (task.get("annotations").is_some() || task.get("completions").is_some());
        let is_min = picture_of(task).is_some()
            && task.as_object().is_some_and(|map| {
                map.values().any(|value| value.get(0).is_some_and(|one| one.get("original_width").is_some()))
            });
        is_full || is_min
    };
    value.as_array().is_some_and(|tasks| tasks.iter().take(20).any(task))
}

/// The first string of the task that is the path of a picture.
fn picture_of(data: &Value) -> Option<&str> {
    let map = data.as_object()?;
    let known =
        ["image", "img", "photo", "picture", "url"].iter().find_map(|key| map.get(*key).and_then(Value::as_str));
    known.or_else(|| {
        map.values().filter_map(Value::as_str).find(|text| {
            let name = text.split('?').next().unwrap_or(text).to_lowercase();
            let ends = |name: &str| [".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|end| name.ends_with(end));
            ends(&name) || ends(&text.to_lowercase())
        })
    })
}

pub fn read(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let mut records = Records::new(set);
    for (row, task) in value.as_array()?.iter().enumerate() {
        let record = format!("[{row}]");
        let data = task.get("data").unwrap_or(task);
        let Some(name) = picture_of(data) else {
            notes.push(odd(path, record, "its data name no picture. Export the project again"));
            continue;
        };
        let results = results_of(task);
        let number =
            |key: &str| results.iter().find_map(|one| one.get(key).and_then(values::number)).filter(|side| *side > 0.0);
        let size = number("original_width").zip(number("original_height")).map(|(w, h)| [w, h]);
        let image = records.image(name, size, path, &record);
        let Some(size) = size else { continue };
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for (nth, result) in results.iter().enumerate() {
            let record = format!("[{row}], result {nth}");
            match thing(result, size) {
                Some(Ok((words, thing))) => {
                    for word in &words {
                        let thing =
                            Thing { word, bbox: thing.bbox, polygons: thing.polygons.clone(), ..Thing::default() };
                        let id = records.thing(image, thing, path, &record);
                        ids.extend(result.get("id").and_then(Value::as_str).map(|name| (name, id)));
                    }
                }
                Some(Err(what)) => notes.push(odd(path, record, what)),
                None => {}
            }
        }
        for result in results.iter().filter(|one| one.get("type").and_then(Value::as_str) == Some("relation")) {
            let end = |key: &str| result.get(key).and_then(Value::as_str).and_then(|id| ids.get(id)).copied();
            let (Some(mut from), Some(mut to)) = (end("from_id"), end("to_id")) else { continue };
            if result.get("direction").and_then(Value::as_str) == Some("left") {
                (from, to) = (to, from);
            }
            let words = result.get("labels").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let words: Vec<&str> = words.filter(|word| !word.trim().is_empty()).collect();
            if words.is_empty() {
                notes.push(odd(path, format!("[{row}]"), "a relation has no label. Give it one, or remove it"));
            }
            words.into_iter().for_each(|word| records.relate(from, word, to));
        }
    }
    records.finish()
}

/// The results of a task: of several people's annotations the first that is not cancelled; in JSON-MIN all lists.
fn results_of(task: &Value) -> Vec<&Value> {
    let full = task.get("annotations").or_else(|| task.get("completions")).and_then(Value::as_array);
    if let Some(annotations) = full {
        let is_empty = |one: &Value| one.get("result").and_then(Value::as_array).is_none_or(Vec::is_empty);
        let is_good = |one: &&Value| !values::flag(one.get("was_cancelled")) && !is_empty(one);
        let first = annotations.iter().find(is_good).and_then(|one| one.get("result")).and_then(Value::as_array);
        return first.into_iter().flatten().collect();
    }
    let lists = task.as_object().into_iter().flat_map(|map| map.values()).filter_map(Value::as_array);
    lists.flatten().filter(|one| one.get("original_width").is_some()).collect()
}

/// Labels and shape of a result; `None` if it marks no region.
fn thing(result: &Value, [width, height]: [f64; 2]) -> Option<Result<(Vec<String>, Thing<'static>), String>> {
    let value = result.get("value").unwrap_or(result);
    let labels = value.as_object()?.iter().find(|(key, _)| key.ends_with("labels")).map(|(_, list)| list);
    let words: Vec<String> = labels
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(values::text)
        .filter(|word| !word.trim().is_empty())
        .collect();
    let get = |key: &str| value.get(key).and_then(values::number);
    let has_place = value.get("points").is_some() || get("x").is_some() || value.get("rle").is_some();
    if !has_place {
        return None;
    }
    if words.is_empty() {
        return Some(Err("it has no label. Give it a word, or remove it".to_owned()));
    }
    let (sx, sy) = (width / 100.0, height / 100.0);
    if let Some(points) = value.get("points").and_then(Value::as_array) {
        let point = |point: &Value| Some([values::number(point.get(0)?)? * sx, values::number(point.get(1)?)? * sy]);
        let flat: Option<Vec<[f64; 2]>> = points.iter().map(point).collect();
        return Some(match flat.filter(|flat| flat.len() >= 3) {
            Some(flat) => Ok((words, Thing { polygons: vec![flat.concat()], ..Thing::default() })),
            None => Err("its polygon has fewer than three corners. Draw it again".to_owned()),
        });
    }
    if let (Some(x), Some(y), Some(rx), Some(ry)) = (get("x"), get("y"), get("radiusX"), get("radiusY")) {
        let polygon = super::ellipse([x * sx, y * sy], [rx * sx, ry * sy]);
        return Some(Ok((words, Thing { polygons: vec![polygon], ..Thing::default() })));
    }
    if let (Some(x), Some(y), Some(w), Some(h)) = (get("x"), get("y"), get("width"), get("height")) {
        let (x, y, w, h) = (x * sx, y * sy, w * sx, h * sy);
        let angle = get("rotation").unwrap_or(0.0).to_radians();
        if angle == 0.0 {
            return Some(Ok((words, Thing { bbox: Some([x, y, w, h]), ..Thing::default() })));
        }
        // Label Studio rotates a box about its first corner.
        let (sin, cos) = angle.sin_cos();
        let corner = |dx: f64, dy: f64| [x + dx * cos - dy * sin, y + dx * sin + dy * cos];
        let polygon = [corner(0.0, 0.0), corner(w, 0.0), corner(w, h), corner(0.0, h)].concat();
        return Some(Ok((words, Thing { polygons: vec![polygon], ..Thing::default() })));
    }
    Some(Err("a brush's mask is not read. Export the project as COCO, or draw a polygon".to_owned()))
}
