//! labelme: `{"shapes": [{"label", "points", "shape_type"}], "imagePath", "imageWidth", "imageHeight"}` beside each picture.

use super::{Records, Thing, corners, ellipse, odd};
use crate::sources::Note;
use crate::values;
use serde_json::Value;
use std::path::Path;

pub(crate) fn is_it(value: &Value) -> bool {
    value.get("shapes").is_some_and(Value::is_array)
        && ["imagePath", "imageWidth", "imageData"].iter().any(|key| value.get(*key).is_some())
}

/// A shape of the file; several of one group and word are one object.
struct LabelmeShape {
    record: String,
    word: String,
    group: Option<String>,
    bbox: Option<[f64; 4]>,
    polygons: Vec<Vec<f64>>,
}

pub fn read(path: &Path, value: &Value, records: &mut Records<'_>, notes: &mut Vec<Note>) {
    let stated = value.get("imagePath").and_then(Value::as_str).unwrap_or_default();
    let Some(name) =
        records.set.picture_beside(path).or_else(|| Some(stated.to_owned()).filter(|name| !name.is_empty()))
    else {
        return notes.push(odd(
            path,
            "imagePath",
            "it names no picture, and none of its name lies beside it. Put the picture there",
        ));
    };
    let side = |key: &str| value.get(key).and_then(values::number).filter(|side| *side > 0.0);
    let image = records.image(&name, side("imageWidth").zip(side("imageHeight")).map(|(w, h)| [w, h]), path, "");
    let mut shapes: Vec<LabelmeShape> = Vec::new();
    for (row, value) in value.get("shapes").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let record = format!("shapes[{row}]");
        match shape(value, record.clone()) {
            Ok(shape) => {
                let same = |other: &&mut LabelmeShape| {
                    other.group.is_some() && other.group == shape.group && other.word == shape.word
                };
                match shapes.iter_mut().find(same) {
                    Some(other) => {
                        other.polygons.extend(shape.polygons);
                        other.bbox = other.bbox.zip(shape.bbox).map(|(a, b)| around(a, b));
                    }
                    None => shapes.push(shape),
                }
            }
            Err(what) => notes.push(odd(path, record, what)),
        }
    }
    for shape in shapes {
        let thing = Thing { word: &shape.word, bbox: shape.bbox, polygons: shape.polygons, ..Thing::default() };
        records.thing(image, thing, path, &shape.record);
    }
}

fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    let (x0, y0) = (a[0].min(b[0]), a[1].min(b[1]));
    let (x1, y1) = ((a[0] + a[2]).max(b[0] + b[2]), (a[1] + a[3]).max(b[1] + b[3]));
    [x0, y0, x1 - x0, y1 - y0]
}

fn shape(value: &Value, record: String) -> Result<LabelmeShape, String> {
    let word = value.get("label").and_then(values::text).filter(|word| !word.trim().is_empty());
    let Some(word) = word else { return Err("it has no label. Give it a word, or remove it".to_owned()) };
    let point = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([x, y]) => Some([values::number(x)?, values::number(y)?]),
        _ => None,
    };
    let points: Option<Vec<[f64; 2]>> =
        value.get("points").and_then(Value::as_array).and_then(|list| list.iter().map(point).collect());
    let Some(points) = points else { return Err("its points are no list of x and y. Draw it again".to_owned()) };
    let group = value.get("group_id").filter(|group| !group.is_null()).map(Value::to_string);
    let kind = value.get("shape_type").and_then(Value::as_str).unwrap_or("polygon");
    let bounds = || {
        let [x, y] = *points.first()?;
        Some(points.iter().fold([x, y, 0.0, 0.0], |all, [x, y]| around(all, [*x, *y, 0.0, 0.0])))
    };
    let (bbox, polygons) = match (kind, points.as_slice()) {
        ("rectangle" | "mask", [a, b]) => (Some(corners(*a, *b)), Vec::new()),
        ("rectangle", [_, _, _, _]) => (bounds(), Vec::new()),
        ("circle", [center, edge]) => {
            let radius = (center[0] - edge[0]).hypot(center[1] - edge[1]);
            let bbox = [center[0] - radius, center[1] - radius, 2.0 * radius, 2.0 * radius];
            (Some(bbox), vec![ellipse(*center, [radius, radius])])
        }
        // A box that is turned, as X-AnyLabeling writes it, is a polygon of four corners.
        ("polygon" | "rotation", points) if points.len() >= 3 => {
            (bounds(), vec![points.iter().flatten().copied().collect()])
        }
        (kind, points) => {
            return Err(format!("a {kind} of {} points has no area. Draw a polygon or a rectangle", points.len()));
        }
    };
    Ok(LabelmeShape { record, word, group, bbox, polygons })
}
