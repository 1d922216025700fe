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
            let lists = fields.flat_map(|field| ["detections", "polylines"].map(|key| field.get(key)));
            let detections: Vec<&Value> = lists.flatten().filter_map(Value::as_array).flatten().collect();
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
        let score = detection.get("confidence").and_then(values::number);
        if detection.get("points").is_some() {
            let polygons = polygons_of(detection, [width, height]);
            match polygons.is_empty() {
                true => notes.push(odd(path, record, "its outline is no closed polygon. Draw it again")),
                false => {
                    _ = records.thing(image, Thing { word: &word, polygons, score, ..Thing::default() }, path, &record);
                }
            }
            continue;
        }
        let Ok([x, y, w, h]) = values::bbox(detection.get("bounding_box")) else {
            notes.push(odd(path, record, "its bounding_box is no four numbers. Draw it again"));
            continue;
        };
        let bbox = Some([x * width, y * height, w * width, h * height]);
        records.thing(image, Thing { word: &word, bbox, score, ..Thing::default() }, path, &record);
    }
}

/// The outlines of a polyline that is closed; their points are parts of the picture.
fn polygons_of(polyline: &Value, [width, height]: [f64; 2]) -> Vec<Vec<f64>> {
    if !values::flag(polyline.get("closed")) && !values::flag(polyline.get("filled")) {
        return Vec::new();
    }
    let point = |point: &Value| Some([values::number(point.get(0)?)? * width, values::number(point.get(1)?)? * height]);
    let outline = |points: &Value| -> Option<Vec<f64>> {
        let points: Option<Vec<[f64; 2]>> = points.as_array()?.iter().map(point).collect();
        points.filter(|points| points.len() >= 3).map(|points| points.concat())
    };
    let outlines = polyline.get("points").and_then(Value::as_array).into_iter().flatten();
    outlines.filter_map(outline).collect()
}
