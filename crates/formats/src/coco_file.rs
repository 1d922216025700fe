//! Reads COCO's annotation files record by record: `images`, `categories`, `annotations`, `rel_categories` and `rel_annotations` in whatever
//! order they come.
//!
//! A file of COCO's size (half a gigabyte, 860,000 annotations) is never held: each record is given to a [`CocoSink`] and forgotten. What a
//! record lacks is left empty for the sink to judge; a record that cannot be read at all is given to [`CocoSink::odd`].

use super::coco_mask::{CocoShape, MaskError, Polygon, Runs};
use super::records::{self, FileSummary, RecordsError};
use super::values::{self, BoxProblem, Counts, Id, Outline};
use serde_json::{Map, Value};
use std::fmt;
use std::path::Path;

/// Where a record stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordPosition {
    /// Its list, and its number there, counted from 0.
    pub list: &'static str,
    pub index: usize,
    /// The file and the record that it was made from, where another tool's format was read as COCO's.
    pub origin: Option<Box<(String, String)>>,
}

impl fmt::Display for RecordPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => f.write_str(&origin.1),
            None => write!(f, "{}[{}]", self.list, self.index),
        }
    }
}

/// A picture of the file's list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CocoImage {
    pub place: RecordPosition,
    pub id: Option<Id>,
    /// Empty where the file does not say.
    pub file_name: String,
    /// Pixels; 0 where the file does not say.
    pub width: u32,
    pub height: u32,
}

/// A word of the file's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CocoCategory {
    pub place: RecordPosition,
    pub id: Option<Id>,
    pub name: String,
    /// The group that it belongs to.
    pub supercategory: String,
}

/// One object on one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct CocoAnnotation {
    pub place: RecordPosition,
    pub id: Option<Id>,
    pub image_id: Option<Id>,
    pub category_id: Option<Id>,
    /// Its word, where the record has it instead of a number.
    pub category_name: Option<String>,
    /// Left, top, width, height in pixels.
    pub bbox: Result<[f64; 4], BoxProblem>,
    /// None: the file has no mask for it.
    pub shape: Option<CocoShape>,
    /// What is wrong with the mask, or with a part of it that was left out.
    pub mask_problem: Option<MaskError>,
    pub is_crowd: bool,
    /// A detector's confidence, 0 to 1.
    pub score: Option<f64>,
    /// Words about its looks (ours, and other tools' lists of words).
    pub attributes: Vec<String>,
    /// Which object of the scene beside the picture it is (ours).
    pub scenewright_object: Option<usize>,
    /// Where there is no `image_id`: a key that looks like one.
    pub other_link: Option<String>,
}

/// A relation between two annotations, as SGG-Benchmark writes it (`rel_annotations`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CocoRelation {
    pub place: RecordPosition,
    pub subject: Option<Id>,
    pub predicate: Option<Id>,
    pub object: Option<Id>,
    /// The word, where the record has it instead of a number.
    pub predicate_name: Option<String>,
}

/// Takes the records of a file as they come.
pub trait CocoSink {
    fn image(&mut self, image: CocoImage);
    fn category(&mut self, category: CocoCategory);
    fn annotation(&mut self, annotation: CocoAnnotation);
    /// A word for relations.
    fn predicate(&mut self, predicate: CocoCategory);
    fn relation(&mut self, relation: CocoRelation);
    /// A record that cannot be read at all, and what is wrong with it.
    fn odd(&mut self, place: RecordPosition, what: String);
    /// The file breaks off: what is wrong, and the line.
    fn broken(&mut self, what: String, line: u64);
}

/// Keys that say from which file and record of another tool's format a record was made.
pub const ORIGIN_FILE: &str = "scenewright_origin_file";
pub const ORIGIN_RECORD: &str = "scenewright_origin_record";

const LISTS: [&str; 3] = ["images", "annotations", "categories"];
const ALL: [&str; 5] = ["images", "annotations", "categories", "rel_categories", "rel_annotations"];

/// Reads a file into a sink.
pub fn read_coco(path: &Path, sink: &mut dyn CocoSink) -> Result<(), RecordsError> {
    let mut scratch = Vec::new();
    let reading = records::read_records(path, &|name| ALL.contains(&name), &mut |name, record| {
        let Some(list) = ALL.into_iter().find(|list| *list == name) else { return };
        let place = RecordPosition { list, index: record.index, origin: None };
        match record.parse::<Value>(&mut scratch) {
            Ok(value) => give(list, value, record.key, place, sink),
            Err(what) => sink.odd(place, what),
        }
    })?;
    let FileSummary { keys, is_list, broken } = reading;
    if is_list {
        let what = "this file is a list and no object with images, annotations and categories. Choose another, or export as COCO";
        return Err(RecordsError::Format { what: what.to_owned(), path: path.to_owned() });
    }
    let missing: Vec<&'static str> = LISTS.into_iter().filter(|list| !keys.iter().any(|key| key == list)).collect();
    match broken {
        // Without all three lists there is nothing to use.
        Some((message, line)) if !missing.is_empty() => {
            Err(RecordsError::Json { message, line, column: 1, path: path.to_owned() })
        }
        Some((what, line)) => {
            sink.broken(what, line);
            Ok(())
        }
        None if missing.is_empty() => Ok(()),
        None => Err(RecordsError::Missing { missing, what: "COCO annotations", path: path.to_owned() }),
    }
}

/// As [`read_coco`] of a file that is held already.
pub(crate) fn read_coco_value(file: &Map<String, Value>, sink: &mut dyn CocoSink) {
    for list in ALL {
        for (index, value) in file.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
            give(list, value.clone(), None, RecordPosition { list, index, origin: None }, sink);
        }
    }
}

fn give(list: &'static str, value: Value, key: Option<&str>, mut place: RecordPosition, sink: &mut dyn CocoSink) {
    let Value::Object(mut map) = value else {
        return sink.odd(place, "it is no record ({...})".to_owned());
    };
    let origin = |map: &Map<String, Value>, key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(file) = origin(&map, ORIGIN_FILE) {
        place.origin = Some(Box::new((file, origin(&map, ORIGIN_RECORD).unwrap_or_default())));
    }
    // An object of records by their ids.
    if let Some(key) = key.filter(|_| !map.contains_key("id")) {
        map.insert("id".to_owned(), Value::from(key));
    }
    match list {
        "annotations" if is_panoptic(&map) => {
            for segment in segments(map) {
                sink.annotation(annotation(&segment, place.clone()));
            }
        }
        "images" => sink.image(image(&map, place)),
        "categories" => sink.category(category(&map, place)),
        "annotations" => sink.annotation(annotation(&map, place)),
        "rel_categories" => sink.predicate(category(&map, place)),
        _ => sink.relation(relation(&map, place)),
    }
}

/// One record for all objects of a picture, as COCO's panoptic files have.
fn is_panoptic(map: &Map<String, Value>) -> bool {
    map.get("segments_info").is_some_and(Value::is_array) && !map.contains_key("bbox")
}

/// Annotations one by one: a panoptic record becomes one for each of its segments.
pub fn each_annotation(record: Value) -> Vec<Value> {
    match record {
        Value::Object(map) if is_panoptic(&map) => segments(map).into_iter().map(Value::Object).collect(),
        record => vec![record],
    }
}

/// The segments of a panoptic record. Their ids are colors of another picture and belong to no annotation.
fn segments(mut map: Map<String, Value>) -> Vec<Map<String, Value>> {
    let Some(Value::Array(list)) = map.remove("segments_info") else { return Vec::new() };
    let image = map.remove("image_id");
    let segment = |segment: Value| match segment {
        Value::Object(mut segment) => {
            segment.remove("id");
            segment.extend(image.clone().map(|image| ("image_id".to_owned(), image)));
            Some(segment)
        }
        _ => None,
    };
    list.into_iter().filter_map(segment).collect()
}

fn id(map: &Map<String, Value>, key: &str) -> Option<Id> {
    map.get(key).and_then(Id::of)
}

/// The first of these keys that has a text.
fn text(map: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| map.get(*key).and_then(Value::as_str))
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

fn image(map: &Map<String, Value>, place: RecordPosition) -> CocoImage {
    CocoImage {
        place,
        id: id(map, "id"),
        file_name: file_name_of(map).unwrap_or_default(),
        width: values::side(map.get("width")),
        height: values::side(map.get("height")),
    }
}

/// The name of an image's file.
pub fn file_name_of(map: &Map<String, Value>) -> Option<String> {
    // LVIS has addresses only.
    let named = ["file_name", "filename", "coco_url"].into_iter().filter_map(|key| map.get(key));
    named.filter_map(values::text).find(|name| !name.trim().is_empty())
}

fn category(map: &Map<String, Value>, place: RecordPosition) -> CocoCategory {
    let name = map.get("name").and_then(values::text).unwrap_or_default();
    let supercategory = map.get("supercategory").and_then(values::text).unwrap_or_default();
    CocoCategory { place, id: id(map, "id"), name, supercategory }
}

/// Objects of these kinds hold two corners instead of a corner and a size (detectron2: `BoxMode.XYXY_ABS`).
const TWO_CORNERS: f64 = 0.0;

/// The box of an annotation's record.
pub fn box_of(map: &Map<String, Value>) -> Result<[f64; 4], BoxProblem> {
    let found = values::bbox(map.get("bbox"));
    let has_corners = map.get("bbox_mode").and_then(values::number) == Some(TWO_CORNERS);
    match found {
        Ok([x0, y0, x1, y1]) if has_corners && map.get("bbox").is_some_and(Value::is_array) => {
            Ok([x0, y0, x1 - x0, y1 - y0])
        }
        found => found,
    }
}

/// The word of an annotation that has it instead of a number.
pub fn word_of(map: &Map<String, Value>) -> Option<String> {
    text(map, &["category_name", "category", "label", "class_name"])
}

fn annotation(map: &Map<String, Value>, place: RecordPosition) -> CocoAnnotation {
    let (shape, mask_problem) = match values::outline(map.get("segmentation")) {
        Ok(None) => (None, None),
        Ok(Some(outline)) => shape_of(outline),
        Err(what) => (None, Some(MaskError::Form(what))),
    };
    let image_id = id(map, "image_id");
    let link = |key: &&String| {
        key.ends_with("_id") && !["category_id", "subject_id", "track_id", "object_id"].contains(&key.as_str())
    };
    let other_link =
        if image_id.is_none() && !map.contains_key("image_id") { map.keys().find(link).cloned() } else { None };
    let category_id = id(map, "category_id");
    let attributes = map.get("attributes").and_then(Value::as_array).into_iter().flatten();
    CocoAnnotation {
        place,
        id: id(map, "id"),
        image_id,
        category_name: if category_id.is_none() { word_of(map) } else { None },
        category_id,
        bbox: box_of(map),
        shape,
        mask_problem,
        is_crowd: values::flag(map.get("iscrowd")),
        score: map.get("score").and_then(values::number),
        attributes: attributes.filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        scenewright_object: map
            .get("scenewright_object")
            .and_then(Value::as_u64)
            .and_then(|row| usize::try_from(row).ok()),
        other_link,
    }
}

fn relation(map: &Map<String, Value>, place: RecordPosition) -> CocoRelation {
    let predicate = id(map, "predicate_id");
    CocoRelation {
        place,
        subject: id(map, "subject_id"),
        object: id(map, "object_id"),
        predicate_name: if predicate.is_none() { text(map, &["predicate", "predicate_name", "name"]) } else { None },
        predicate,
    }
}

/// A mask, and what is wrong with it or with a part that was left out.
fn shape_of(outline: Outline) -> (Option<CocoShape>, Option<MaskError>) {
    match outline {
        Outline::Polygons(list) => {
            let (mut polygons, mut problem) = (Vec::new(), None);
            for flat in list {
                match flat.map_err(MaskError::Form).and_then(|flat| Polygon::new(&flat)) {
                    Ok(polygon) => polygons.push(polygon),
                    Err(error) => problem = Some(error),
                }
            }
            ((!polygons.is_empty()).then_some(CocoShape::Polygons(polygons)), problem)
        }
        Outline::Runs { width, height, counts } => {
            let runs = match counts {
                Counts::Text(text) => Runs::from_text(width, height, &text),
                Counts::List(list) => Runs::new(width, height, list),
            };
            match runs {
                Ok(runs) => (Some(CocoShape::Runs(runs)), None),
                Err(problem) => (None, Some(problem)),
            }
        }
    }
}
