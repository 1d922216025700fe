//! COCO's JSON, written: a line for each image, annotation and category, so that a change is a changed line.

use super::coco::{Category, DONE, OBJECT};
use super::{ObjectMask, Snapshot};
use scenewright_formats::coco_file::{ORIGIN_FILE, ORIGIN_RECORD};
use scenewright_scene::{NodeId, UnitBox};
use serde_json::{Map, Value, json};

/// What the file says of an object that the scene does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ForeignFields {
    pub id: u64,
    /// Keys that this version does not know; `iscrowd` among them.
    pub extra: Map<String, Value>,
}

/// Keys that are written again; all others of a record are kept.
pub(super) const WRITTEN: [&str; 9] =
    ["id", "image_id", "category_id", "bbox", "area", "segmentation", OBJECT, ORIGIN_FILE, ORIGIN_RECORD];

/// Two decimals, as COCO has them, and no more digits than a number needs.
fn number(value: f64) -> Value {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { json!(rounded as i64) } else { json!(rounded) }
}

pub(super) fn image(raw: &Map<String, Value>, id: u64, page: &Snapshot) -> Map<String, Value> {
    let mut record = raw.clone();
    record.insert("id".to_owned(), json!(id));
    if !record.contains_key("file_name") {
        record.insert("file_name".to_owned(), json!(page.file));
    }
    record.insert("width".to_owned(), json!(page.size[0]));
    record.insert("height".to_owned(), json!(page.size[1]));
    match page.state.done {
        true => _ = record.insert(DONE.to_owned(), json!(true)),
        false => _ = record.shift_remove(DONE),
    }
    record
}

/// The annotation of one object; none without a box.
pub(super) fn annotation(
    page: &Snapshot,
    node: NodeId,
    image: u64,
    category: u64,
    kept: &ForeignFields,
) -> Option<Value> {
    let b: UnitBox = page.state.box_of(node)?;
    let row = page.state.scene.node_index(node)?;
    let [w, h] = page.size.map(f64::from);
    let [x0, y0, x1, y1] = <[f32; 4]>::from(b).map(f64::from);
    let bbox = [x0 * w, y0 * h, (x1 - x0) * w, (y1 - y0) * h];
    let mask = page.state.mask(node).map(std::convert::AsRef::as_ref);
    let area = mask.map_or(bbox[2] * bbox[3], |mask| mask.area(page.size));
    let mut record = Map::new();
    record.insert("id".to_owned(), json!(kept.id));
    record.insert("image_id".to_owned(), json!(image));
    record.insert("category_id".to_owned(), json!(category));
    record.insert("bbox".to_owned(), bbox.into_iter().map(number).collect());
    record.insert("area".to_owned(), number(area));
    record.insert("segmentation".to_owned(), mask.map_or_else(|| json!([]), segmentation));
    record.insert("iscrowd".to_owned(), json!(0));
    record.insert(OBJECT.to_owned(), json!(row));
    record.extend(kept.extra.clone());
    record.extend(page.state.extras.get(&node).map(|extra| extra.as_ref().clone()).unwrap_or_default());
    Some(Value::Object(record))
}

pub(super) fn segmentation(mask: &ObjectMask) -> Value {
    match mask {
        ObjectMask::Polygons(parts) => {
            parts.iter().map(|part| part.iter().flatten().map(|v| number(f64::from(*v))).collect::<Value>()).collect()
        }
        ObjectMask::Runs(runs) => runs.to_json(),
    }
}

/// The whole file.
pub(super) fn file<'a>(
    rest: &Map<String, Value>,
    images: impl Iterator<Item = &'a Map<String, Value>>,
    annotations: impl Iterator<Item = &'a str>,
    categories: &[Category],
) -> String {
    let mut text = String::from("{\n");
    for (name, value) in rest {
        text.push_str(&format!("{}: {value},\n", Value::from(name.as_str())));
    }
    list(&mut text, "images", images.map(|image| Value::Object(image.clone()).to_string()));
    text.push_str(",\n");
    list(&mut text, "annotations", annotations.map(str::to_owned));
    text.push_str(",\n");
    let categories = categories.iter().map(|category| {
        let mut record = category.raw.clone();
        record.insert("id".to_owned(), json!(category.id));
        record.insert("name".to_owned(), json!(category.name));
        Value::Object(record).to_string()
    });
    list(&mut text, "categories", categories);
    text.push_str("\n}\n");
    text
}

fn list(text: &mut String, name: &str, lines: impl Iterator<Item = String>) {
    text.push_str(&format!("\"{name}\": ["));
    for (row, line) in lines.enumerate() {
        text.push_str(if row == 0 { "\n" } else { ",\n" });
        text.push_str(&line);
    }
    text.push_str("\n]");
}
