//! Which files of a folder hold annotations, and their formats.
//!
//! COCO's are read where they lie; other tools' formats are turned into COCO's records in memory ([`other_formats`](super::other_formats)), so
//! that the readers need to know one form only. What is recognized and cannot be read is named with its tool and a way to export it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::coco_file::{CocoSink, file_name_of, read_coco, read_coco_value};
use super::other_formats;
use super::picture_folder::{annotations_in, begins_as_coco, coco_files_in, name_below};
use super::records::{RecordsError, read_value};
use super::values::Id;

/// Annotations of a folder, or of a part of it.
#[derive(Clone, Debug)]
pub struct AnnotationSource {
    /// The file, or the folder where every picture has one of its own.
    pub path: PathBuf,
    /// Names of pictures are below this folder.
    pub base: PathBuf,
    pub part: Part,
    content: Content,
}

/// What a folder's name says of its pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    Unknown,
    Train,
    /// Validation or test.
    HeldOut,
}

impl Part {
    /// By the folders' names: `train`, `valid`, `val`, `validation`, `test`.
    pub(crate) fn of(below: &str) -> Self {
        let mut parts = below.split('/').map(str::to_lowercase);
        parts
            .find_map(|part| match part.as_str() {
                "train" | "training" | "train2017" | "train2014" => Some(Self::Train),
                "valid" | "val" | "validation" | "test" | "testing" | "val2017" | "val2014" => Some(Self::HeldOut),
                _ => None,
            })
            .unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
enum Content {
    Coco,
    /// COCO's records, made from another format.
    Records(Map<String, Value>),
}

impl AnnotationSource {
    pub fn read(&self, sink: &mut dyn CocoSink) -> Result<(), RecordsError> {
        match &self.content {
            Content::Coco => read_coco(&self.path, sink),
            Content::Records(file) => {
                read_coco_value(file, sink);
                Ok(())
            }
        }
    }

    /// COCO's records, where they were made from another format.
    pub fn records(&self) -> Option<&Map<String, Value>> {
        match &self.content {
            Content::Coco => None,
            Content::Records(file) => Some(file),
        }
    }
}

/// Something that has to be known of a file that is read, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub kind: &'static str,
    pub path: PathBuf,
    /// The record; empty where the whole file is meant.
    pub place: String,
    /// What is wrong, and in its last sentence what to do.
    pub what: String,
}

#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub list: Vec<AnnotationSource>,
    pub notes: Vec<Note>,
}

pub(crate) const NOT_READ: &str = "annotation files that are not read";

/// The annotations of a folder; `files` are all that lie in it. Waits for the disk.
pub fn in_folder(folder: &Path, files: &[PathBuf]) -> Sources {
    let mut found = Sources::default();
    if let Some(path) = annotations_in(folder) {
        note_others(folder, &path, &mut found.notes);
        found.list.push(coco(path, folder, Part::Unknown));
        return found;
    }
    let converted = other_formats::in_folder(folder, files, &mut found.notes);
    found.list.extend(converted.into_iter().map(|(path, file)| AnnotationSource {
        path,
        base: folder.to_owned(),
        part: Part::Unknown,
        content: Content::Records(file),
    }));
    if found.list.is_empty() {
        below(folder, files, &mut found);
    }
    found
}

/// The annotations of one file.
pub fn of_file(path: &Path, base: &Path, files: &[PathBuf]) -> Sources {
    let mut found = Sources::default();
    if begins_as_coco(path) {
        found.list.push(coco(path.to_owned(), base, Part::Unknown));
        return found;
    }
    match other_formats::of_file(path, base, files, &mut found.notes) {
        Some(file) => found.list.push(AnnotationSource {
            path: path.to_owned(),
            base: base.to_owned(),
            part: Part::Unknown,
            content: Content::Records(file),
        }),
        // Reading it as COCO says what is wrong with it.
        None if found.notes.is_empty() => found.list.push(coco(path.to_owned(), base, Part::Unknown)),
        None => {}
    }
    found
}

/// Several annotations as the records of one file; names of pictures are below `folder`, words that are one have one number, and relations keep
/// their ends.
///
/// # Errors
///
/// If one of the files cannot be read, or has more than `most` bytes.
pub fn merged(list: &[AnnotationSource], folder: &Path, most: u64) -> Result<Map<String, Value>, RecordsError> {
    let mut all = Merged::default();
    for (nth, source) in list.iter().enumerate() {
        let file = match &source.content {
            Content::Records(file) => file.clone(),
            Content::Coco => match read_value(&source.path, most)? {
                Value::Object(file) => file,
                _ => continue,
            },
        };
        all.add(nth, file, name_below(folder, &source.base).as_deref());
    }
    Ok(all.into_file())
}

#[derive(Default)]
struct Merged {
    images: Vec<Value>,
    annotations: Vec<Value>,
    categories: Words,
    relations: Vec<Value>,
    predicates: Words,
}

/// Words, each once; a word's number is its place, counted from 1.
#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn number(&mut self, word: &str) -> usize {
        let word = word.trim();
        let at = self.0.iter().position(|other| other == word).unwrap_or_else(|| {
            self.0.push(word.to_owned());
            self.0.len() - 1
        });
        at + 1
    }

    /// The numbers that the words of a file have here, by their ids there.
    fn of_records(&mut self, records: Vec<Map<String, Value>>) -> HashMap<Id, usize> {
        let of_one = |record: Map<String, Value>| {
            let id = record.get("id").and_then(Id::of)?;
            let word = record.get("name").and_then(Value::as_str)?;
            Some((id, self.number(word)))
        };
        records.into_iter().filter_map(of_one).collect()
    }

    fn into_records(self) -> Value {
        self.0.into_iter().enumerate().map(|(row, name)| json!({"id": row + 1, "name": name})).collect()
    }
}

impl Merged {
    /// The `nth` file; its pictures lie in the folder `inner`.
    fn add(&mut self, nth: usize, mut file: Map<String, Value>, inner: Option<&str>) {
        let mut records = |name: &str| -> Vec<Map<String, Value>> {
            let Some(Value::Array(list)) = file.remove(name) else { return Vec::new() };
            let map = |one: Value| match one {
                Value::Object(map) => Some(map),
                _ => None,
            };
            list.into_iter().filter_map(map).collect()
        };
        let numbered = |record: &mut Map<String, Value>, key: &str, numbers: &HashMap<Id, usize>| {
            if let Some(number) = record.get(key).and_then(Id::of).and_then(|id| numbers.get(&id)) {
                record.insert(key.to_owned(), (*number).into());
            }
        };
        let image_id = |value: Option<&Value>| value.and_then(Id::of).map(|id| Value::from(format!("{nth}:{id}")));
        let categories = self.categories.of_records(records("categories"));
        for mut image in records("images") {
            if let (Some(inner), Some(name)) = (inner, file_name_of(&image)) {
                image.insert("file_name".to_owned(), format!("{inner}/{}", name.replace('\\', "/")).into());
            }
            if let Some(id) = image_id(image.get("id")) {
                image.insert("id".to_owned(), id);
            }
            self.images.push(Value::Object(image));
        }
        let mut annotations: HashMap<Id, usize> = HashMap::new();
        for mut annotation in records("annotations") {
            let number = self.annotations.len() + 1;
            // Of two with one id, relations mean neither for sure; the first is as good as the other.
            if let Some(id) = annotation.insert("id".to_owned(), number.into()).as_ref().and_then(Id::of) {
                annotations.entry(id).or_insert(number);
            }
            if let Some(id) = image_id(annotation.get("image_id")) {
                annotation.insert("image_id".to_owned(), id);
            }
            numbered(&mut annotation, "category_id", &categories);
            self.annotations.push(Value::Object(annotation));
        }
        let predicates = self.predicates.of_records(records("rel_categories"));
        for mut relation in records("rel_annotations") {
            numbered(&mut relation, "subject_id", &annotations);
            numbered(&mut relation, "object_id", &annotations);
            numbered(&mut relation, "predicate_id", &predicates);
            relation.remove("image_id");
            self.relations.push(Value::Object(relation));
        }
    }

    fn into_file(self) -> Map<String, Value> {
        let mut file = Map::new();
        file.insert("images".to_owned(), self.images.into());
        file.insert("annotations".to_owned(), self.annotations.into());
        file.insert("categories".to_owned(), self.categories.into_records());
        if !self.relations.is_empty() {
            file.insert("rel_categories".to_owned(), self.predicates.into_records());
            file.insert("rel_annotations".to_owned(), self.relations.into());
        }
        file
    }
}

fn coco(path: PathBuf, base: &Path, part: Part) -> AnnotationSource {
    AnnotationSource { path, base: base.to_owned(), part, content: Content::Coco }
}

/// Folders inside that have annotations of their own: parts of a set, or several sets.
fn below(folder: &Path, files: &[PathBuf], found: &mut Sources) {
    let is_json = |path: &&PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        name.ends_with(".json") || name.ends_with(".json.gz")
    };
    let mut folders = BTreeSet::new();
    for file in files.iter().filter(is_json) {
        let Some(inner) = file.parent() else { continue };
        let is_list = inner.file_name().is_some_and(|name| name == "annotations");
        folders.extend(if is_list { inner.parent() } else { Some(inner) }.map(Path::to_owned));
    }
    for inner in folders.iter().filter(|inner| *inner != folder) {
        let Some(path) = annotations_in(inner) else { continue };
        note_others(inner, &path, &mut found.notes);
        let part = Part::of(&name_below(folder, inner).unwrap_or_default());
        found.list.push(coco(path, inner, part));
    }
}

fn note_others(folder: &Path, used: &Path, notes: &mut Vec<Note>) {
    for other in coco_files_in(folder).into_iter().filter(|other| other != used) {
        let name = used.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let what = format!("{name} is read, and this is not. Give this file by itself to read it, or remove it");
        notes.push(Note { kind: NOT_READ, path: other, place: String::new(), what });
    }
}
