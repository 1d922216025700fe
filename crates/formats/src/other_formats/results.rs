//! Detections in COCO's results format: `[{"image_id", "category_id", "bbox", "score"}]`. Names of pictures and categories
//! are in the annotations that the detector was evaluated with.

use super::{Set, json_of, not_read};
use crate::picture_folder::annotations_in;
use crate::sources::Note;
use serde_json::{Map, Value};
use std::path::Path;

pub(crate) fn is_it(value: &Value) -> bool {
    let is_result = |one: &Value| {
        one.get("image_id").is_some()
            && (one.get("category_id").is_some() || one.get("category_name").is_some())
            && (one.get("bbox").is_some() || one.get("segmentation").is_some())
    };
    value.as_array().is_some_and(|list| list.first().is_some_and(is_result))
}

pub fn read(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let beside = path.parent().and_then(annotations_in).or_else(|| annotations_in(set.folder));
    let truth = beside.and_then(|path| json_of(&path)).and_then(|value| match value {
        Value::Object(map) => Some(map),
        _ => None,
    });
    let Some(truth) = truth else {
        notes.push(not_read(path, "these are a detector's results (COCO), which name neither pictures nor words. Put the annotations that it was measured by beside them, with images and categories"));
        return None;
    };
    let mut file = Map::new();
    for name in ["images", "categories"] {
        file.insert(name.to_owned(), truth.get(name).cloned().unwrap_or_else(|| Value::Array(Vec::new())));
    }
    file.insert("annotations".to_owned(), value.clone());
    Some(file)
}
