//! Annotations that are recognized and not read: which tool wrote them, and how to export them in a format that is read.

use super::not_read;
use crate::sources::Note;
use serde_json::Value;
use std::path::Path;

fn note(path: &Path, tool: &str, export: &str) -> Note {
    not_read(path, format!("this is {tool}, which is not read. {export}"))
}

pub(crate) fn by_ending(path: &Path) -> Option<Note> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let ending = name.rsplit_once('.')?.1;
    match ending {
        "tfrecord" | "tfrecords" | "record" => {
            Some(note(path, "a TFRecord", "Export the annotations as COCO (Roboflow and TensorFlow's tools can)"))
        }
        "mat" => Some(note(path, "a MATLAB file", "Save the annotations as COCO JSON")),
        "pkl" | "pickle" => Some(note(path, "a Python pickle", "Save the annotations as COCO JSON")),
        "ndjson" => {
            Some(note(path, "Labelbox's export", "Export as COCO, or convert it with labelbox-export or Roboflow"))
        }
        "jsonl" => {
            let start = crate::records::first_text(path, 4096).ok()?;
            let is_folder = start.lines().next().is_some_and(|line| line.contains("\"file_name\""));
            is_folder.then(|| {
                note(
                    path,
                    "the list of Hugging Face's image folder",
                    "Load it with the datasets library, and save its boxes as COCO JSON",
                )
            })
        }
        "manifest" => {
            let start = crate::records::first_text(path, 4096).ok()?;
            start.contains("\"source-ref\"").then(|| {
                note(path, "a manifest of SageMaker Ground Truth", "Convert it to COCO; FiftyOne and Roboflow can")
            })
        }
        "vott" => Some(note(path, "a project of VoTT", "Export it from VoTT as Pascal VOC")),
        "csv" => table(path),
        _ => None,
    }
}

/// A table with a box in each line.
fn table(path: &Path) -> Option<Note> {
    let start = crate::records::first_text(path, 4096).ok()?;
    let head = start.lines().next()?.to_lowercase();
    if head.contains("xmin") && head.contains("labelname") {
        return Some(note(path, "Open Images' table", "Export these pictures with FiftyOne as COCO"));
    }
    if head.starts_with("label_name,bbox_x") {
        return Some(note(
            path,
            "a table of makesense.ai",
            "Export there as YOLO with its list of labels, or as VOC XML",
        ));
    }
    let is_table = head.contains("filename") && (head.contains("xmin") || head.contains("region_shape"));
    is_table.then(|| {
        note(path, "a table of boxes (TensorFlow's or VIA's)", "Export as COCO; Roboflow converts such a table, too")
    })
}

pub(crate) fn by_value(path: &Path, value: &Value) -> Option<Note> {
    let first = value.as_array().and_then(|list| list.first());
    let has = |value: &Value, keys: &[&str]| keys.iter().all(|key| value.get(*key).is_some());
    let is_via = |value: &Value| {
        has(value, &["_via_img_metadata"])
            || value
                .as_object()
                .and_then(|map| map.values().next())
                .is_some_and(|one| has(one, &["filename", "regions"]))
    };
    if is_via(value) {
        return Some(note(
            path,
            "a project of VGG's Image Annotator (VIA)",
            "Export it there with Annotation, Export annotations (COCO format)",
        ));
    }
    if has(value, &["infos", "categories", "items"]) {
        return Some(note(path, "Datumaro's", "Convert it: `datum convert -f coco`"));
    }
    if has(value, &["assets", "tags"]) {
        return Some(note(path, "a project of VoTT", "Export it from VoTT as Pascal VOC"));
    }
    if is_isat(value) {
        return Some(note(path, "ISAT's", "Convert it there with Tools, ISAT to COCO"));
    }
    if has(value, &["description", "tags", "size", "objects"]) {
        return Some(note(path, "Supervisely's", "Export the project as COCO (its app \"Export to COCO\")"));
    }
    if has(value, &["dataset", "item", "annotations"]) || has(value, &["version", "schema_ref", "item"]) {
        return Some(note(path, "Darwin's (V7)", "Export the dataset as COCO"));
    }
    let first = first?;
    if has(first, &["image", "annotations"])
        && first["annotations"].get(0).is_some_and(|one| one.get("coordinates").is_some())
    {
        return Some(note(path, "CreateML's", "Export as COCO; Roboflow converts it"));
    }
    if has(first, &["Labeled Data", "Label"]) || has(first, &["data_row", "projects"]) {
        return Some(note(path, "Labelbox's export", "Export as COCO, or convert it with Roboflow"));
    }
    if has(first, &["name", "labels"]) && first["labels"].get(0).is_some_and(|one| one.get("box2d").is_some()) {
        return Some(note(path, "BDD100K's", "Convert it: `python -m bdd100k.label.to_coco`"));
    }
    None
}

fn is_isat(value: &Value) -> bool {
    value.get("info").and_then(|info| info.get("description")).and_then(Value::as_str) == Some("ISAT")
}
