//! Annotations of other tools as COCO's records.
//!
//! | file | format |
//! |---|---|
//! | [`labelme`] | labelme: a JSON beside each picture |
//! | [`yolo`] | YOLO: a text file of numbers for each picture, boxes or polygons, and a list of words |
//! | [`voc`] | Pascal VOC: an XML for each picture |
//! | [`cvat`] | CVAT for images: one XML |
//! | [`label_studio`] | Label Studio: a list of tasks, with relations |
//! | [`fiftyone`] | FiftyOne: `samples.json`, `labels.json` |
//! | [`results`] | what a detector found, in COCO's format for results |
//! | [`scene_graphs`] | PSG and GQA |
//! | [`visual_genome`] | a small part of Visual Genome, to be annotated further |
//! | [`named`] | what is recognized and not read, with a way to export it |
//!
//! Each record says from which file and record it was made ([`ORIGIN_FILE`], [`ORIGIN_RECORD`]), so that what is wrong with it is reported there.

mod cvat;
mod fiftyone;
mod label_studio;
mod labelme;
mod named;
mod results;
mod scene_graphs;
mod visual_genome;
mod voc;
mod yolo;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::coco_file::{ORIGIN_FILE, ORIGIN_RECORD};
use super::picture_file::is_picture;
use super::picture_folder::{PictureIndex, name_below};
use super::records::{read_text, value_of};
use super::sources::{NOT_READ, Note};

/// Files of one picture or one project; larger ones are no such files.
const MAX_BYTES: u64 = 256 << 20;
/// An XML of more elements, texts and attributes is no such file either.
const MAX_NODES: u32 = 50_000_000;
/// A folder of other files is checked only so far for annotations that are not known by their names.
const MAX_OTHERS: usize = 200_000;

/// Everything in a folder that is recognized, each with the file that it is reported by.
pub(crate) fn in_folder(folder: &Path, files: &[PathBuf], notes: &mut Vec<Note>) -> Vec<(PathBuf, Map<String, Value>)> {
    let mut found = Vec::new();
    let set = Set::new(folder, files);
    found.extend(visual_genome::in_folder(&set, notes));
    if !found.is_empty() {
        return found;
    }
    let mut beside = Records::new(&set);
    for path in files.iter().take(MAX_OTHERS) {
        match ending(path).as_str() {
            "json" => {
                let Some(value) = json_of(path) else { continue };
                if labelme::is_it(&value) {
                    labelme::read(path, &value, &mut beside, notes);
                } else if let Some(file) = of_value(path, &value, &set, notes) {
                    found.push((path.clone(), file));
                }
            }
            "xml" => xml(path, &set, &mut beside, &mut found, notes),
            _ => notes.extend(named::by_ending(path)),
        }
    }
    found.extend(beside.finish().map(|file| (folder.to_owned(), file)));
    found.extend(yolo::in_folder(&set, notes).map(|file| (folder.to_owned(), file)));
    found
}

/// One file that is not COCO's.
pub(crate) fn of_file(
    path: &Path,
    base: &Path,
    files: &[PathBuf],
    notes: &mut Vec<Note>,
) -> Option<Map<String, Value>> {
    let set = Set::new(base, files);
    let mut beside = Records::new(&set);
    match ending(path).as_str() {
        "json" => {
            let value = json_of(path)?;
            if labelme::is_it(&value) {
                labelme::read(path, &value, &mut beside, notes);
                return beside.finish();
            }
            of_value(path, &value, &set, notes)
        }
        "xml" => {
            let mut found = Vec::new();
            xml(path, &set, &mut beside, &mut found, notes);
            found.pop().map(|(_, file)| file).or_else(|| beside.finish())
        }
        "yaml" | "yml" | "names" => yolo::in_folder(&set, notes),
        _ => {
            notes.extend(named::by_ending(path));
            None
        }
    }
}

fn of_value(path: &Path, value: &Value, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    if label_studio::is_it(value) {
        return label_studio::read(path, value, set, notes);
    }
    if fiftyone::is_it(value) {
        return fiftyone::read(path, value, set, notes);
    }
    if results::is_it(value) {
        return results::read(path, value, set, notes);
    }
    if scene_graphs::is_psg(value) {
        return scene_graphs::read_psg(path, value, set, notes);
    }
    if scene_graphs::is_gqa(value) {
        return scene_graphs::read_gqa(path, value, set, notes);
    }
    notes.extend(named::by_value(path, value));
    None
}

fn xml(
    path: &Path,
    set: &Set<'_>,
    beside: &mut Records<'_>,
    found: &mut Vec<(PathBuf, Map<String, Value>)>,
    notes: &mut Vec<Note>,
) {
    let Ok(text) = read_text(path, MAX_BYTES) else { return };
    if !(text.contains("<annotation")) {
        return;
    }
    // A document type says nothing about annotations; what it defines is limited by the parser, and so is the number of nodes.
    let options = roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..Default::default() };
    let document = match roxmltree::Document::parse_with_options(&text, options) {
        Ok(document) => document,
        Err(error) => {
            return notes.push(Note {
                kind: "annotation files that cannot be read",
                path: path.to_owned(),
                place: String::new(),
                what: format!("this XML cannot be read ({error}). Fix that place, or export it anew"),
            });
        }
    };
    match document.root_element().tag_name().name() {
        "annotation" => voc::read(path, document.root_element(), beside, notes),
        "annotations" => {
            found.extend(cvat::read(path, document.root_element(), set, notes).map(|file| (path.to_owned(), file)))
        }
        _ => {}
    }
}

fn ending(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    match name.strip_suffix(".gz").unwrap_or(&name).rsplit_once('.') {
        Some((_, _)) if name.ends_with(".scene.json") => String::new(),
        Some((_, ending)) => ending.to_owned(),
        None => String::new(),
    }
}

fn json_of(path: &Path) -> Option<Value> {
    let text = read_text(path, MAX_BYTES).ok()?;
    value_of(&text).ok()
}

/// The folder, and where its pictures lie.
struct Set<'f> {
    folder: &'f Path,
    files: &'f [PathBuf],
    pictures: PictureIndex,
    /// Pictures by their paths without endings.
    by_stem: HashMap<PathBuf, &'f PathBuf>,
}

impl<'f> Set<'f> {
    fn new(folder: &'f Path, files: &'f [PathBuf]) -> Self {
        let pictures: Vec<PathBuf> = files.iter().filter(|path| is_picture(path)).cloned().collect();
        let by_stem =
            files.iter().filter(|path| is_picture(path)).map(|path| (path.with_extension(""), path)).collect();
        Self { folder, files, pictures: PictureIndex::new(folder, &pictures), by_stem }
    }

    /// The picture that a file beside it, of the same name but for its ending, belongs to; by its name below the folder.
    fn picture_beside(&self, file: &Path) -> Option<String> {
        name_below(self.folder, self.by_stem.get(&file.with_extension(""))?)
    }

    /// The one picture of that name without its ending, below the folder.
    fn by_stem(&self, stem: &str) -> Option<String> {
        name_below(self.folder, self.pictures.by_stem(stem)?)
    }
}

/// Records as they are made.
struct Records<'s> {
    set: &'s Set<'s>,
    images: Vec<Value>,
    annotations: Vec<Value>,
    words: Vec<String>,
    rows: HashMap<String, usize>,
    relations: Vec<Value>,
    predicates: Vec<String>,
}

/// What is on a picture.
#[derive(Default)]
struct Thing<'a> {
    word: &'a str,
    /// Left, top, width, height in pixels.
    bbox: Option<[f64; 4]>,
    /// Each `[x0, y0, x1, y1, ...]` in pixels.
    polygons: Vec<Vec<f64>>,
    /// A mask as COCO's run lengths, where there are no polygons.
    runs: Option<Value>,
    attributes: Vec<String>,
    score: Option<f64>,
}

impl<'s> Records<'s> {
    fn new(set: &'s Set<'s>) -> Self {
        Self {
            set,
            images: Vec::new(),
            annotations: Vec::new(),
            words: Vec::new(),
            rows: HashMap::new(),
            relations: Vec::new(),
            predicates: Vec::new(),
        }
    }

    /// A picture; its size in pixels, where it is stated. Returns its id.
    fn image(&mut self, file_name: &str, size: Option<[f64; 2]>, file: &Path, record: &str) -> usize {
        let id = self.images.len() + 1;
        let [width, height] = size.map_or([Value::Null, Value::Null], |size| size.map(Value::from));
        self.images.push(json!({
            "id": id, "file_name": file_name, "width": width, "height": height,
            ORIGIN_FILE: file.display().to_string(), ORIGIN_RECORD: record,
        }));
        id
    }

    /// Returns the annotation's id.
    fn thing(&mut self, image: usize, thing: Thing<'_>, file: &Path, record: &str) -> usize {
        let key = super::values::word(thing.word);
        let category = *self.rows.entry(key).or_insert_with(|| {
            self.words.push(thing.word.to_owned());
            self.words.len()
        });
        let id = self.annotations.len() + 1;
        let bbox = thing.bbox.or_else(|| around(&thing.polygons));
        let mask = thing.runs.unwrap_or_else(|| thing.polygons.into());
        let mut record = json!({
            "id": id, "image_id": image, "category_id": category, "bbox": bbox, "segmentation": mask,
            ORIGIN_FILE: file.display().to_string(), ORIGIN_RECORD: record,
        });
        if let Value::Object(map) = &mut record {
            if !thing.attributes.is_empty() {
                map.insert("attributes".to_owned(), thing.attributes.into());
            }
            if let Some(score) = thing.score {
                map.insert("score".to_owned(), score.into());
            }
        }
        self.annotations.push(record);
        id
    }

    fn relate(&mut self, subject: usize, predicate: &str, object: usize) {
        let row = self.predicates.iter().position(|word| word == predicate).unwrap_or_else(|| {
            self.predicates.push(predicate.to_owned());
            self.predicates.len() - 1
        });
        self.relations.push(json!({"subject_id": subject, "predicate_id": row + 1, "object_id": object}));
    }

    /// COCO's file; none where there is no picture.
    fn finish(self) -> Option<Map<String, Value>> {
        if self.images.is_empty() {
            return None;
        }
        let numbered = |words: Vec<String>| -> Vec<Value> {
            words.into_iter().enumerate().map(|(row, word)| json!({"id": row + 1, "name": word})).collect()
        };
        let mut file = Map::new();
        file.insert("images".to_owned(), self.images.into());
        file.insert("annotations".to_owned(), self.annotations.into());
        file.insert("categories".to_owned(), numbered(self.words).into());
        if !self.relations.is_empty() {
            file.insert("rel_categories".to_owned(), numbered(self.predicates).into());
            file.insert("rel_annotations".to_owned(), self.relations.into());
        }
        Some(file)
    }
}

fn odd(path: &Path, place: impl Into<String>, what: impl Into<String>) -> Note {
    Note { kind: "records that cannot be read", path: path.to_owned(), place: place.into(), what: what.into() }
}

fn not_read(path: &Path, what: impl Into<String>) -> Note {
    Note { kind: NOT_READ, path: path.to_owned(), place: String::new(), what: what.into() }
}

/// The box around two corners, given in any order.
fn corners([x0, y0]: [f64; 2], [x1, y1]: [f64; 2]) -> [f64; 4] {
    [x0.min(x1), y0.min(y1), (x1 - x0).abs(), (y1 - y0).abs()]
}

/// The box around polygons: left, top, width, height.
fn around(polygons: &[Vec<f64>]) -> Option<[f64; 4]> {
    let mut corners = polygons.iter().flat_map(|flat| flat.as_chunks::<2>().0);
    let [x, y] = *corners.next()?;
    let [x0, y0, x1, y1] =
        corners.fold([x, y, x, y], |[x0, y0, x1, y1], [x, y]| [x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)]);
    Some([x0, y0, x1 - x0, y1 - y0])
}

/// An ellipse as a polygon.
fn ellipse([x, y]: [f64; 2], [rx, ry]: [f64; 2]) -> Vec<f64> {
    const CORNERS: usize = 36;
    let angle = |corner: usize| std::f64::consts::TAU * corner as f64 / CORNERS as f64;
    (0..CORNERS).flat_map(|corner| [x + rx * angle(corner).cos(), y + ry * angle(corner).sin()]).collect()
}
