//! COCO's instances JSON, read leniently: usable records, and an issue for each of the others.

use super::{AnnotationIssue, ObjectMask, PixelRuns, clean_polygon};
use scenewright_formats::coco_file;
use scenewright_formats::records;
use scenewright_formats::values::{self, Counts, Id, Outline};
use scenewright_scene::UnitBox;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Larger files would fill the memory: this holds some hundred thousand objects with polygons.
pub(super) const MAX_BYTES: u64 = 256 << 20;

#[derive(Clone, Debug, Default)]
pub(super) struct CocoFile {
    pub images: Vec<ImageRecord>,
    pub categories: Vec<Category>,
    /// Largest image id in the file, those of orphan annotations included: a new image must not get their annotations.
    pub(crate) largest_image: u64,
    /// Annotations that belong to no image, unchanged.
    pub orphan_annotations: Vec<Value>,
    /// `info`, `licenses` and whatever else the file holds.
    pub rest: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(super) struct ImageRecord {
    /// `None` if the id in the file cannot be used.
    pub id: Option<u64>,
    /// File name as in the file; once the folder is read, the name of the matching picture.
    pub file: String,
    pub raw: Map<String, Value>,
    pub annotations: Vec<Annotation>,
    /// (subject, predicate, object): indices into `annotations`.
    pub relations: Vec<(usize, String, usize)>,
}

impl ImageRecord {
    /// Boxes that can be read: left, top, width, height in pixels.
    pub(crate) fn boxes(&self) -> Vec<[f64; 4]> {
        self.annotations.iter().filter_map(|one| coco_file::box_of(&one.raw).ok()).collect()
    }
}

/// An annotation with its name; box and mask are parsed once the picture's size is known.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub id: Option<u64>,
    pub name: String,
    /// Index of the object in the picture's scene.
    pub object: Option<usize>,
    pub raw: Map<String, Value>,
    /// Position in the file, such as `annotations[3]`.
    pub place: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Category {
    pub id: u64,
    pub name: String,
    pub raw: Map<String, Value>,
}

/// Keys that this program adds: index of the scene's object; whether the user has finished the picture.
pub(super) const OBJECT: &str = "scenewright_object";
pub(super) const DONE: &str = "scenewright_done";

/// An id as a string; numbers and strings are both allowed.
fn id_key(value: Option<&Value>) -> Option<String> {
    Id::of(value?).map(|id| match id {
        Id::Number(number) => number.to_string(),
        Id::Text(text) => text.into(),
    })
}

/// An id that is a non-negative integer.
fn integer_id(value: Option<&Value>) -> Option<u64> {
    match Id::of(value?)? {
        Id::Number(number) => u64::try_from(number).ok(),
        Id::Text(_) => None,
    }
}

fn list(file: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match file.shift_remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// Returns true if the JSON has COCO's lists.
pub(super) fn is_coco(value: &Value) -> bool {
    value.get("images").is_some_and(Value::is_array) && value.get("annotations").is_some_and(Value::is_array)
}

/// Reads a COCO file. The error says why nothing of it could be used.
pub(super) fn read(text: &str, path: &Path, issues: &mut Vec<AnnotationIssue>) -> Result<CocoFile, String> {
    let value = records::value_of(text).map_err(|(message, line, column)| {
        format!("this is no JSON ({message}, line {line}, column {column}). Fix that place, or take another copy")
    })?;
    read_value(value, path, issues)
}

/// As [`read`], from parsed JSON.
pub(super) fn read_value(value: Value, path: &Path, issues: &mut Vec<AnnotationIssue>) -> Result<CocoFile, String> {
    if !is_coco(&value) {
        return Err(
            "this is no COCO file: lists of \"images\" and \"annotations\" are missing. Choose another".to_owned()
        );
    }
    let Value::Object(mut file) = value else { return Err("this is no COCO file".to_owned()) };
    let mut note = |place: &str, what: String| issues.push(AnnotationIssue::new(path, format!("{place}: {what}")));
    let categories = categories(list(&mut file, "categories"), &mut note);
    let images_list = list(&mut file, "images");
    let largest_image = images_list.iter().filter_map(|image| integer_id(image.get("id"))).max().unwrap_or(0);
    let (mut images, places) = images(images_list, &mut note);
    // Image and annotation index of each annotation id.
    let mut rows: HashMap<String, (usize, usize)> = HashMap::new();
    let mut read = CocoFile { categories: categories.0, largest_image, ..CocoFile::default() };
    let mut seen = HashSet::new();
    let annotations = list(&mut file, "annotations").into_iter().enumerate();
    let annotations =
        annotations.flat_map(|(row, record)| coco_file::each_annotation(record).into_iter().map(move |one| (row, one)));
    for (row, value) in annotations {
        let place = format!("annotations[{row}]");
        let Value::Object(mut raw) = value else {
            note(&place, "it is no record, and is kept where nothing shows it: remove it, or write {...}".to_owned());
            read.orphan_annotations.push(value);
            continue;
        };
        let image = id_key(raw.get("image_id"));
        let at = match image.as_ref().and_then(|image| places.get(image)) {
            Some(Owner::One(at)) => *at,
            owner => {
                let which = image.unwrap_or_else(|| "missing".to_owned());
                let why = if owner.is_some() { "belongs to two images" } else { "is no image of the list" };
                note(
                    &place,
                    format!(
                        "its image_id {which} {why}. It is kept, and nothing shows it: give each image an id of its own, or remove it"
                    ),
                );
                read.orphan_annotations.push(Value::Object(raw));
                continue;
            }
        };
        let category = id_key(raw.get("category_id"));
        let named = category.as_ref().and_then(|id| categories.1.get(id).cloned());
        if let Some((_, number)) = &named {
            raw.insert("category_id".to_owned(), (*number).into());
        }
        let own_word = || {
            let word = trim_name(&coco_file::word_of(&raw).filter(|_| category.is_none())?);
            scenewright_scene::check_name("the name", &word).is_ok().then_some(word)
        };
        let name = named.map(|(name, _)| name).or_else(own_word).unwrap_or_else(|| {
            let name = category.clone().map_or_else(|| "unnamed".to_owned(), |id| format!("category {id}"));
            note(&place, format!("its category is not in the list: it is called \"{name}\". Give it its name"));
            name
        });
        let mut id = integer_id(raw.get("id"));
        if let Some(key) = id_key(raw.get("id")) {
            rows.insert(key, (at, images[at].annotations.len()));
        }
        if id.is_some_and(|id| !seen.insert(id)) {
            note(
                &place,
                format!("its id {} is another's, too: it gets a new one when it is saved", id.unwrap_or_default()),
            );
            id = None;
        }
        let object = raw.get(OBJECT).and_then(Value::as_u64).and_then(|row| usize::try_from(row).ok());
        images[at].annotations.push(Annotation { id, name, object, raw, place });
    }
    let of_orphans = read.orphan_annotations.iter().filter_map(|orphan| integer_id(orphan.get("image_id")));
    read.largest_image = of_orphans.fold(read.largest_image, u64::max);
    relations(&file, &rows, &mut images, &mut note);
    read.images = images;
    read.rest = file;
    Ok(read)
}

/// Reads relations between annotations, as SGG-Benchmark writes them. Their lists stay in the file unchanged.
fn relations(
    file: &Map<String, Value>,
    rows: &HashMap<String, (usize, usize)>,
    images: &mut [ImageRecord],
    note: &mut impl FnMut(&str, String),
) {
    let list = |name: &str| file.get(name).and_then(Value::as_array).into_iter().flatten();
    let word_of = |one: &Value| Some((id_key(one.get("id"))?, one.get("name")?.as_str()?.trim().to_owned()));
    let words: HashMap<String, String> = list("rel_categories").filter_map(word_of).collect();
    for (row, one) in list("rel_annotations").enumerate() {
        let predicate = id_key(one.get("predicate_id")).and_then(|id| words.get(&id).cloned());
        let named = || one.get("predicate").and_then(Value::as_str).map(|word| word.trim().to_owned());
        let predicate =
            predicate.or_else(named).filter(|word| scenewright_scene::check_name("the relation", word).is_ok());
        let end = |name: &str| id_key(one.get(name)).and_then(|id| rows.get(&id)).copied();
        match (predicate, end("subject_id"), end("object_id")) {
            (Some(predicate), Some((at, subject)), Some((other, object))) if at == other => {
                images[at].relations.push((subject, predicate, object));
            }
            _ => note(
                &format!("rel_annotations[{row}]"),
                "it lacks a word or an end on its picture, and is not shown: fix it, or remove it".to_owned(),
            ),
        }
    }
}

/// Name and written id of each category, by its id in the file.
type Names = HashMap<String, (String, u64)>;

/// The image that an id belongs to.
enum Owner {
    One(usize),
    /// Several images have this id, so its annotations are ambiguous.
    Several,
}

/// Trims a name and reduces white space within it to single blanks.
fn trim_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn categories(list: Vec<Value>, note: &mut impl FnMut(&str, String)) -> (Vec<Category>, Names) {
    let (mut found, mut names): (Vec<Category>, Names) = Default::default();
    // Names that differ only in case are one category.
    let name_of = |value: &Value| value.get("name").and_then(Value::as_str).map(trim_name);
    let mut spellings: HashMap<String, HashSet<String>> = HashMap::new();
    for name in list.iter().filter_map(name_of) {
        spellings.entry(values::word(&name)).or_default().insert(name);
    }
    let has_several = |name: &str| spellings.get(&values::word(name)).is_some_and(|all| all.len() > 1);
    let mut next = 1 + list.iter().filter_map(|value| integer_id(value.get("id"))).max().unwrap_or(0);
    for (row, value) in list.into_iter().enumerate() {
        let place = format!("categories[{row}]");
        let Value::Object(raw) = value else { continue };
        let Some(id) = id_key(raw.get("id")) else {
            note(&place, "it has no id, and is left out: give it a number of its own".to_owned());
            continue;
        };
        let name = match raw.get("name").and_then(Value::as_str).map(trim_name) {
            Some(name) if has_several(&name) => values::word(&name),
            Some(name) if scenewright_scene::check_name("the name", &name).is_ok() => name,
            _ => {
                let name = format!("category {id}");
                note(&place, format!("it has no name that can be used: it is called \"{name}\". Give it a word"));
                name
            }
        };
        if names.contains_key(&id) {
            note(&place, format!("its id {id} is another's, too: the first is taken. Give it one of its own"));
            continue;
        }
        let number = integer_id(raw.get("id")).unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        names.insert(id, (name.clone(), number));
        found.push(Category { id: number, name, raw });
    }
    (found, names)
}

fn images(list: Vec<Value>, note: &mut impl FnMut(&str, String)) -> (Vec<ImageRecord>, HashMap<String, Owner>) {
    let (mut found, mut places): (Vec<ImageRecord>, HashMap<String, Owner>) = Default::default();
    let mut files: HashMap<String, usize> = HashMap::new();
    for (row, value) in list.into_iter().enumerate() {
        let place = format!("images[{row}]");
        let Value::Object(raw) = value else { continue };
        let (Some(id), Some(file)) = (id_key(raw.get("id")), coco_file::file_name_of(&raw)) else {
            note(&place, "it has no id or no file_name, and is left out: give it both".to_owned());
            continue;
        };
        // Two records of one file become one image.
        let at = *files.entry(file.clone()).or_insert_with(|| {
            let number = integer_id(raw.get("id")).filter(|_| !places.contains_key(&id));
            found.push(ImageRecord { id: number, file, raw, annotations: Vec::new(), relations: Vec::new() });
            found.len() - 1
        });
        let is_same = |owner: &Owner| matches!(owner, Owner::One(other) if *other == at);
        if places.get(&id).is_some_and(|owner| !is_same(owner)) {
            note(
                &place,
                format!(
                    "its id {id} is another's, too: what is annotated of it is shown on neither. Give it one of its own"
                ),
            );
            // Neither image keeps the id, so that ambiguous annotations do not become those of one of them.
            if let Some(Owner::One(first)) = places.get(&id) {
                found[*first].id = None;
            }
            places.insert(id, Owner::Several);
        } else {
            places.insert(id, Owner::One(at));
        }
    }
    // Some tools refer to an image by its file name.
    for (at, image) in found.iter().enumerate() {
        places.entry(image.file.clone()).or_insert(Owner::One(at));
    }
    (found, places)
}

/// The box of a record as fractions of the picture, and a note if it had to be repaired.
pub(super) fn box_of(
    raw: &Map<String, Value>,
    size: [u32; 2],
) -> Result<(UnitBox, Option<&'static str>), &'static str> {
    let [x, y, width, height] = coco_file::box_of(raw)
        .map_err(|_| "it has no box of four numbers (left, top, width, height)")?
        .map(|v| v as f32);
    let [w, h] = size.map(|side| side.max(1) as f32);
    let found = UnitBox::new(x / w, y / h, (x + width) / w, (y + height) / h);
    if found.is_proper() {
        return Ok((found, None));
    }
    // Smaller repairs are rounding errors of the file.
    const ROUNDING_PX: f32 = 0.02;
    let repaired = found.repaired().ok_or("its box is empty or lies outside the picture")?;
    let moved = [found.x0 - repaired.x0, found.x1 - repaired.x1, found.y0 - repaired.y0, found.y1 - repaired.y1];
    let is_rounding = moved.iter().zip([w, w, h, h]).all(|(by, side)| by.abs() * side <= ROUNDING_PX);
    Ok((
        repaired,
        (!is_rounding).then_some("its box leaves the picture, and is cut off at the edge: look whether it still fits"),
    ))
}

/// Parses a segmentation in any of its forms. Returns the usable part of the mask, and what is wrong with the rest.
pub(super) fn mask_of(value: Option<&Value>, size: [u32; 2]) -> (Option<ObjectMask>, Option<String>) {
    match values::outline(value) {
        Ok(None) => (None, None),
        Ok(Some(Outline::Polygons(parts))) => polygons(&parts, size),
        Ok(Some(Outline::Runs { width, height, counts })) => match runs_of(width, height, counts, size) {
            Ok(runs) if runs.area() == 0 => {
                (None, Some("its mask holds no pixel, and is left out: paint it anew".to_owned()))
            }
            Ok(runs) => (Some(ObjectMask::Runs(runs)), None),
            Err(what) => (None, Some(what)),
        },
        Err(what) => (None, Some(format!("{what}, and is left out: draw the mask anew"))),
    }
}

fn polygons(parts: &[Result<Vec<f64>, &'static str>], size: [u32; 2]) -> (Option<ObjectMask>, Option<String>) {
    let (mut found, mut wrong) = (Vec::new(), None);
    for part in parts {
        let clean = match part {
            Ok(numbers) if numbers.len() % 2 == 0 => {
                let points: Vec<[f32; 2]> =
                    numbers.chunks_exact(2).map(|pair| [pair[0] as f32, pair[1] as f32]).collect();
                clean_polygon(&points, size)
            }
            Ok(_) => Err("it is no list of x and y"),
            Err(what) => Err(*what),
        };
        match clean {
            Ok(polygon) => found.push(polygon),
            Err(what) => wrong = Some(format!("a polygon of its mask is left out ({what}): draw it anew")),
        }
    }
    ((!found.is_empty()).then_some(ObjectMask::Polygons(found)), wrong)
}

fn runs_of(width: usize, height: usize, counts: Counts, size: [u32; 2]) -> Result<PixelRuns, String> {
    if [width, height] != size.map(|side| side as usize) {
        let [w, h] = size;
        return Err(format!(
            "its mask is for a picture of {width} × {height}, and this has {w} × {h} pixels: its box is used without it. Draw the mask anew"
        ));
    }
    let runs = match counts {
        Counts::Text(text) => PixelRuns::from_text(size, &text),
        Counts::List(counts) => PixelRuns::new(size, &counts),
    };
    runs.ok_or_else(|| {
        "its run lengths do not add up to the picture: its box is used without them. Draw the mask anew".to_owned()
    })
}
