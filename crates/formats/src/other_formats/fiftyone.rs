//! FiftyOne: `samples.json` of a dataset, and `labels.json` of its image detection dataset; boxes in parts of the picture.

use super::{Records, Set, Thing, odd};
use crate::picture_file;
use crate::picture_folder::PictureLocation;
use crate::sources::Note;
use crate::values;
use serde_json::{Map, Value};
use std::path::Path;

pub(crate) fn is_it(value: &Value) -> bool {
    let has_samples = value
        .get("samples")
        .and_then(Value::as_array)
        .is_some_and(|list| list.iter().any(|one| one.get("filepath").is_some()));
    has_samples || value.get("classes").is_some() && value.get("labels").is_some_and(Value::is_object)
}

pub fn read(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let mut records = Records::new(set);
    if let Some(samples) = value.get("samples").and_then(Value::as_array) {
        for (row, sample) in samples.iter().enumerate() {
            let record = format!("samples[{row}]");
            let Some(name) = sample.get("filepath").and_then(Value::as_str) else {
                notes.push(odd(path, record, "it has no filepath. Export the dataset again"));
                continue;
            };
            let fields = sample.as_object().into_iter().flatten().map(|(_, field)| field);
            let lists = fields.filter_map(|field| field.get("detections").and_then(Value::as_array));
            let detections: Vec<&Value> = lists.flatten().collect();
            picture(path, name, &record, &detections, &[], &mut records, notes);
        }
        return records.finish();
    }
    let classes: Vec<String> =
        value.get("classes").and_then(Value::as_array).into_iter().flatten().filter_map(values::text).collect();
    for (stem, list) in value.get("labels")?.as_object()? {
        let detections: Vec<&Value> = list.as_array().into_iter().flatten().collect();
        let name = set.by_stem(stem).unwrap_or_else(|| stem.clone());
        picture(path, &name, &format!("labels.{stem}"), &detections, &classes, &mut records, notes);
    }
    records.finish()
}

fn picture(
    path: &Path,
    name: &str,
    record: &str,
    detections: &[&Value],
    classes: &[String],
    records: &mut Records<'_>,
    notes: &mut Vec<Note>,
) {
    // Boxes are parts of the picture: without it, they are nowhere.
    let size = match records.set.pictures.find(records.set.folder, name) {
        PictureLocation::Here(path, _) => picture_file::header(&path).ok().map(|header| header.shown()),
        _ => None,
    };
    let size = size.map(|(w, h)| [f64::from(w), f64::from(h)]);
    let image = records.image(name, size, path, record);
    let Some([width, height]) = size else { return };
    for (row, detection) in detections.iter().enumerate() {
        let record = format!("{record}, detection {row}");
        let label = detection.get("label");
        let of_list = label.and_then(Value::as_u64).and_then(|at| classes.get(usize::try_from(at).ok()?).cloned());
        let word = of_list.or_else(|| label.and_then(Value::as_str).map(str::to_owned));
        let Some(word) = word.filter(|word| !word.trim().is_empty()) else {
            notes.push(odd(path, record, "it has no label. Give it a word, or remove it"));
            continue;
        };
        let Ok([x, y, w, h]) = values::bbox(detection.get("bounding_box")) else {
            notes.push(odd(path, record, "its bounding_box is no four numbers. Draw it again"));
            continue;
        };
        let bbox = Some([x * width, y * height, w * width, h * height]);
        let score = detection.get("confidence").and_then(values::number);
        records.thing(image, Thing { word: &word, bbox, score, ..Thing::default() }, path, &record);
    }
}
