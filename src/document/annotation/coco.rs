//! COCO's instances JSON, as it is found: everything that can be used, and a fault for everything else.

use super::{Fault, Mask, Runs, cleaned};
use crate::scene::UnitBox;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Larger files would fill the memory: this holds some hundred thousand objects with polygons.
pub(super) const MOST_BYTES: u64 = 256 << 20;

#[derive(Clone, Debug, Default)]
pub(super) struct CocoFile {
    pub images: Vec<ImageRecord>,
    pub categories: Vec<Category>,
    /// Annotations that belong to no image, as they stood.
    pub strangers: Vec<Value>,
    /// `info`, `licenses` and whatever else the file holds.
    pub rest: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(super) struct ImageRecord {
    /// None where the file's number cannot be used.
    pub id: Option<u64>,
    /// As the list has it; once the folder is known, the name of the picture's file there.
    pub file: String,
    pub raw: Map<String, Value>,
    pub annotations: Vec<Annotation>,
}

/// An annotation whose name is known; the rest is read when the picture's size is.
#[derive(Clone, Debug)]
pub(super) struct Annotation {
    pub id: Option<u64>,
    pub name: String,
    /// Which object of the picture's scene it is.
    pub object: Option<usize>,
    pub raw: Map<String, Value>,
    /// `annotations[3]`
    pub place: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Category {
    pub id: u64,
    pub name: String,
    pub raw: Map<String, Value>,
}

/// Keys of ours.
pub(super) const OBJECT: &str = "scenewright_object";
pub(super) const DONE: &str = "scenewright_done";

/// The name that a number had, numbers and words alike.
fn key(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn list(file: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match file.shift_remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// Whether a text that is JSON is COCO's.
pub(super) fn is_coco(value: &Value) -> bool {
    value.get("images").is_some_and(Value::is_array) && value.get("annotations").is_some_and(Value::is_array)
}

/// The error says why nothing of the text could be used.
pub(super) fn read(text: &str, path: &Path, faults: &mut Vec<Fault>) -> Result<CocoFile, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text)
        .map_err(|error| format!("this is no JSON ({error}). Mend that place, or take another copy"))?;
    if !is_coco(&value) {
        return Err(
            "this is no COCO file: lists of \"images\" and \"annotations\" are missing. Choose another".to_owned()
        );
    }
    let Value::Object(mut file) = value else { return Err("this is no COCO file".to_owned()) };
    let mut note = |place: &str, what: String| faults.push(Fault::new(path, format!("{place}: {what}")));
    let categories = categories(list(&mut file, "categories"), &mut note);
    let (mut images, places) = images(list(&mut file, "images"), &mut note);
    let mut read = CocoFile { categories: categories.0, ..CocoFile::default() };
    let mut seen = HashSet::new();
    for (row, value) in list(&mut file, "annotations").into_iter().enumerate() {
        let place = format!("annotations[{row}]");
        let Value::Object(raw) = value else {
            note(&place, "it is no record, and is kept where nothing shows it: remove it, or write {...}".to_owned());
            read.strangers.push(value);
            continue;
        };
        let image = key(raw.get("image_id"));
        let Some(&at) = image.as_ref().and_then(|image| places.get(image)) else {
            let which = image.unwrap_or_else(|| "missing".to_owned());
            note(
                &place,
                format!(
                    "its image_id {which} is no image of the list. It is kept, and nothing shows it: add the image, or remove it"
                ),
            );
            read.strangers.push(Value::Object(raw));
            continue;
        };
        let category = key(raw.get("category_id"));
        let name = category.as_ref().and_then(|id| categories.1.get(id).cloned()).unwrap_or_else(|| {
            let name = category.map_or_else(|| "unnamed".to_owned(), |id| format!("category {id}"));
            note(&place, format!("its category is not in the list: it is called \"{name}\". Give it its name"));
            name
        });
        let mut id = raw.get("id").and_then(Value::as_u64);
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
    read.images = images;
    read.rest = file;
    Ok(read)
}

type Names = HashMap<String, String>;

fn categories(list: Vec<Value>, note: &mut impl FnMut(&str, String)) -> (Vec<Category>, Names) {
    let (mut found, mut names): (Vec<Category>, Names) = Default::default();
    for (row, value) in list.into_iter().enumerate() {
        let place = format!("categories[{row}]");
        let Value::Object(raw) = value else { continue };
        let Some(id) = key(raw.get("id")) else {
            note(&place, "it has no id, and is left out: give it a number of its own".to_owned());
            continue;
        };
        let name = match raw.get("name").and_then(Value::as_str).map(str::trim) {
            Some(name) if crate::scene::check_name("the name", name).is_ok() => name.to_owned(),
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
        names.insert(id, name.clone());
        if let Some(id) = raw.get("id").and_then(Value::as_u64) {
            found.push(Category { id, name, raw });
        }
    }
    (found, names)
}

fn images(list: Vec<Value>, note: &mut impl FnMut(&str, String)) -> (Vec<ImageRecord>, HashMap<String, usize>) {
    let (mut found, mut places): (Vec<ImageRecord>, HashMap<String, usize>) = Default::default();
    let mut files: HashMap<String, usize> = HashMap::new();
    for (row, value) in list.into_iter().enumerate() {
        let place = format!("images[{row}]");
        let Value::Object(raw) = value else { continue };
        let file = raw.get("file_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let (Some(id), false) = (key(raw.get("id")), file.is_empty()) else {
            note(&place, "it has no id or no file_name, and is left out: give it both".to_owned());
            continue;
        };
        if places.contains_key(&id) {
            note(
                &place,
                format!("its id {id} is another's, too: what is annotated goes to the first. Give it one of its own"),
            );
        }
        // Two records of one file are one.
        let at = *files.entry(file.clone()).or_insert_with(|| {
            let number = raw.get("id").and_then(Value::as_u64).filter(|_| !places.contains_key(&id));
            found.push(ImageRecord { id: number, file, raw, annotations: Vec::new() });
            found.len() - 1
        });
        places.entry(id).or_insert(at);
    }
    (found, places)
}

/// COCO's `[x, y, width, height]` in pixels. With what had to be put right.
pub(super) fn box_of(value: Option<&Value>, size: [u32; 2]) -> Result<(UnitBox, Option<&'static str>), &'static str> {
    let numbers = value
        .and_then(Value::as_array)
        .filter(|list| list.len() == 4)
        .ok_or("it has no box of four numbers (left, top, width, height)")?;
    let numbers: Vec<f32> = numbers.iter().filter_map(Value::as_f64).map(|v| v as f32).collect();
    let &[x, y, width, height] = numbers.as_slice() else { return Err("its box is no list of numbers") };
    let [w, h] = size.map(|side| side.max(1) as f32);
    let found = UnitBox::new(x / w, y / h, (x + width) / w, (y + height) / h);
    if found.is_proper() {
        return Ok((found, None));
    }
    // Rounding on the way to the file is nobody's fault.
    const ROUNDING: f32 = 0.02;
    let repaired = found.repaired().ok_or("its box is empty or lies outside the picture")?;
    let moved = [found.x0 - repaired.x0, found.x1 - repaired.x1, found.y0 - repaired.y0, found.y1 - repaired.y1];
    let is_rounding = moved.iter().zip([w, w, h, h]).all(|(by, side)| by.abs() * side <= ROUNDING);
    Ok((
        repaired,
        (!is_rounding).then_some("its box leaves the picture, and is cut off at the edge: look whether it still fits"),
    ))
}

/// A segmentation in any of COCO's forms. `Ok(None)`: there is none. The error says what is wrong with it; parts of it that can be
/// used come with it.
pub(super) fn mask_of(value: Option<&Value>, size: [u32; 2]) -> (Option<Mask>, Option<String>) {
    match value {
        None | Some(Value::Null) => (None, None),
        Some(Value::Array(parts)) if parts.is_empty() => (None, None),
        // One polygon without its list around it.
        Some(Value::Array(numbers)) if numbers.iter().all(Value::is_number) => polygons(&[value], size),
        Some(Value::Array(parts)) => polygons(&parts.iter().map(Some).collect::<Vec<_>>(), size),
        Some(Value::Object(runs)) => match runs_of(runs, size) {
            Ok(runs) if runs.area() == 0 => {
                (None, Some("its mask holds no pixel, and is left out: paint it anew".to_owned()))
            }
            Ok(runs) => (Some(Mask::Runs(runs)), None),
            Err(what) => (None, Some(what)),
        },
        Some(_) => (
            None,
            Some(
                "its segmentation is neither polygons nor run lengths, and is left out: draw the mask anew".to_owned(),
            ),
        ),
    }
}

fn polygons(parts: &[Option<&Value>], size: [u32; 2]) -> (Option<Mask>, Option<String>) {
    let (mut found, mut wrong) = (Vec::new(), None);
    for part in parts {
        let numbers: Option<Vec<f32>> =
            part.and_then(Value::as_array).and_then(|list| list.iter().map(|v| v.as_f64().map(|v| v as f32)).collect());
        let cleaned = match numbers {
            Some(numbers) if numbers.len() % 2 == 0 => {
                let points: Vec<[f32; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
                cleaned(&points, size)
            }
            _ => Err("it is no list of x and y"),
        };
        match cleaned {
            Ok(polygon) => found.push(polygon),
            Err(what) => wrong = Some(format!("a polygon of its mask is left out ({what}): draw it anew")),
        }
    }
    ((!found.is_empty()).then_some(Mask::Polygons(found)), wrong)
}

fn runs_of(runs: &Map<String, Value>, size: [u32; 2]) -> Result<Runs, String> {
    let sides = runs.get("size").and_then(Value::as_array).map(Vec::as_slice);
    let side = |value: &Value| value.as_u64().and_then(|side| u32::try_from(side).ok());
    // COCO's order: height, width.
    let found = match sides {
        Some([height, width]) => side(width).zip(side(height)).map(|(width, height)| [width, height]),
        _ => None,
    };
    let Some(found) = found else {
        return Err("its run lengths have no size, and are left out: draw the mask anew".to_owned());
    };
    if found != size {
        let ([w, h], [fw, fh]) = (size, found);
        return Err(format!(
            "its mask is for a picture of {fw} × {fh}, and this has {w} × {h} pixels: its box is used without it. Draw the mask anew"
        ));
    }
    let runs = match runs.get("counts") {
        Some(Value::String(text)) => Runs::from_text(size, text),
        Some(Value::Array(counts)) => {
            let counts: Option<Vec<u32>> =
                counts.iter().map(|count| count.as_u64().and_then(|count| u32::try_from(count).ok())).collect();
            counts.and_then(|counts| Runs::new(size, &counts))
        }
        _ => None,
    };
    runs.ok_or_else(|| {
        "its run lengths do not add up to the picture: its box is used without them. Draw the mask anew".to_owned()
    })
}
