//! Visual Genome's words: which names, attributes and relations are common enough, and those of the kept objects.
// sg2im: scripts/preprocess_vg.py

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use std::fmt;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::build::{normalize_word, report_unreadable};
use super::files::{VgFiles, VgThresholds};
use super::records::{LenientString, OptionalId};
use crate::{DataError, DataIssue, IssueLog, Split};
use scenewright_formats::records::read_list;
use scenewright_formats::values::Items;

/// Words by index, in the order of their first occurrence.
#[derive(Default)]
pub(super) struct WordList {
    pub list: Vec<String>,
    rows: HashMap<String, u32>,
}

impl WordList {
    pub(crate) fn row(&mut self, word: &str) -> u32 {
        if let Some(&row) = self.rows.get(word) {
            return row;
        }
        let row = self.list.len() as u32;
        self.list.push(word.to_owned());
        self.rows.insert(word.to_owned(), row);
        row
    }
}

pub(super) struct KnownIds {
    /// All usable objects, sorted.
    pub objects: Vec<u64>,
    /// The pictures that image_data.json lists.
    pub pictures: HashSet<u64>,
}

impl KnownIds {
    fn has_object(&self, id: u64) -> bool {
        self.objects.binary_search(&id).is_ok()
    }
}

/// In `scene_graphs.json` the attributes are in the list of objects.
#[derive(Default, Deserialize)]
#[serde(default)]
struct AttributesRecord {
    image_id: OptionalId,
    id: OptionalId,
    attributes: Items<AttributeRecord>,
    objects: Items<AttributeRecord>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AttributeRecord {
    object_id: OptionalId,
    id: OptionalId,
    attributes: Items<LenientString>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RelationshipsRecord {
    image_id: OptionalId,
    id: OptionalId,
    relationships: Items<RelationshipRecord>,
}

/// Subject and object are nested records, or ids.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RelationshipRecord {
    predicate: LenientString,
    subject: End,
    object: End,
    subject_id: OptionalId,
    object_id: OptionalId,
}

#[derive(Clone, Copy, Default)]
struct End(Option<u64>);

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EndVisitor)
    }
}

struct EndVisitor;

impl<'de> Visitor<'de> for EndVisitor {
    type Value = End;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with its object_id")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<End, A::Error> {
        let (mut number, mut other) = (OptionalId::default(), OptionalId::default());
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::ObjectId => number = map.next_value()?,
                Key::Id => other = map.next_value()?,
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(End(number.or(other)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<End, E> {
        Ok(End(Some(number)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<End, E> {
        Ok(End(u64::try_from(number).ok()))
    }
    fn visit_f64<E>(self, _: f64) -> Result<End, E> {
        Ok(End(None))
    }
    fn visit_str<E>(self, text: &str) -> Result<End, E> {
        Ok(End(text.trim().parse().ok()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<End, E> {
        Ok(End(None))
    }
    fn visit_unit<E>(self) -> Result<End, E> {
        Ok(End(None))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<End, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(End(None))
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    ObjectId,
    Id,
    #[serde(other)]
    Other,
}

/// Reads lines `a,b,c`: each word becomes a. A missing file has no aliases.
pub(super) fn aliases(path: &Path) -> Result<HashMap<String, String>, DataError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => {
            let what = format!("the list of aliases cannot be read ({error}). Take another copy, or remove it");
            return Err(DataError::InvalidFile { what, path: path.to_owned() });
        }
    };
    let mut aliases = HashMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(',').map(str::trim).collect();
        let Some(first) = words.first() else { continue };
        aliases.extend(words.iter().map(|word| ((*word).to_owned(), (*first).to_owned())));
    }
    Ok(aliases)
}

pub(super) fn alias<'a>(aliases: &'a HashMap<String, String>, word: &'a str) -> &'a str {
    aliases.get(word).map_or(word, String::as_str)
}

/// The words that are is_training often enough, most frequent first (first met first among equals), and their new rows by the old.
pub(super) fn common(words: &WordList, counts: &[u64], min_count: u64) -> (Vec<String>, HashMap<u32, u32>) {
    let mut rows: Vec<u32> = (0..counts.len() as u32).filter(|&row| counts[row as usize] >= min_count.max(1)).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(counts[row as usize]));
    let names = rows.iter().map(|&row| words.list[row as usize].clone()).collect();
    (names, (0u32..).zip(rows).map(|(new, old)| (old, new)).collect())
}

fn not_there(file: &Path, image: u64, whose: &str, object: u64) -> DataIssue {
    let what = format!(
        "{whose} of object {object}, which objects.json does not have or which was left out, cannot be used. Use files of the same Visual Genome version"
    );
    DataIssue::new(file, format!("image {image}"), what)
}

pub(super) type Attributes = HashMap<u64, Vec<u32>>;

pub(super) fn attributes(
    files: &VgFiles,
    thresholds: &VgThresholds,
    split_of: &HashMap<u64, Split>,
    known: &KnownIds,
    issues: &mut IssueLog,
) -> Result<(Vec<String>, Attributes), DataError> {
    let (mut words, mut counts) = (WordList::default(), Vec::new());
    let mut of_objects = Attributes::new();
    if files.attributes.is_file() {
        let mut unreadable = Vec::new();
        let read = read_list(
            &files.attributes,
            |record: AttributesRecord| {
                let Some(image) = record.image_id.or(record.id) else { return };
                let Some(split) = split_of.get(&image) else { return };
                let list = if record.attributes.list.is_empty() { record.objects.list } else { record.attributes.list };
                for AttributeRecord { object_id, id, attributes } in list {
                    let Some(object_id) = object_id.or(id) else { continue };
                    if !known.has_object(object_id) {
                        issues.add("attributes of objects that are not there", || {
                            not_there(&files.attributes, image, "attributes", object_id)
                        });
                        continue;
                    }
                    let said = attributes.list.iter().filter(|word| !word.0.trim().is_empty());
                    let rows: Vec<u32> = said.map(|word| words.row(&normalize_word(&word.0))).collect();
                    counts.resize(words.list.len(), 0u64);
                    if *split == Split::Train {
                        let once: HashSet<u32> = rows.iter().copied().collect();
                        once.into_iter().for_each(|row| counts[row as usize] += 1);
                    }
                    of_objects.insert(object_id, rows);
                }
            },
            &mut |place, what| unreadable.push((place, what)),
        );
        read?;
        // If all lists are in one file, its unreadable records were reported with the objects.
        if files.attributes != files.objects {
            report_unreadable(&files.attributes, unreadable, issues);
        }
    }
    let (names, rows) = common(&words, &counts, thresholds.min_attribute_instances);
    for list in of_objects.values_mut() {
        *list = list.iter().filter_map(|row| rows.get(row).copied()).take(thresholds.max_attributes).collect();
    }
    Ok((names, of_objects))
}

/// Relations of each picture: id of the subject, index of the word, id of the object.
pub(super) struct PictureRelations {
    pub words: Vec<String>,
    pub relations: HashMap<u64, Vec<(u64, u32, u64)>>,
    /// Number of usable relations before thresholds are applied.
    pub usable: u64,
}

pub(super) fn relations(
    files: &VgFiles,
    thresholds: &VgThresholds,
    split_of: &HashMap<u64, Split>,
    objects: &HashSet<u64>,
    aliases: &HashMap<String, String>,
    known: &KnownIds,
    issues: &mut IssueLog,
) -> Result<PictureRelations, DataError> {
    let (mut words, mut counts) = (WordList::default(), Vec::new());
    let mut relations: HashMap<u64, Vec<(u64, u32, u64)>> = HashMap::new();
    let mut usable = 0;
    // In the order in which they are first is_training.
    let mut order: Vec<u32> = Vec::new();
    let file = &files.relationships;
    let mut unreadable = Vec::new();
    let read = read_list(
        file,
        |record: RelationshipsRecord| {
            let Some(image) = record.image_id.or(record.id) else { return };
            // Unlisted pictures were reported with their objects.
            if !known.pictures.contains(&image) {
                return;
            }
            let split = split_of.get(&image);
            let is_training = split == Some(&Split::Train);
            let mut list = Vec::new();
            for RelationshipRecord { predicate, subject, object, subject_id, object_id } in record.relationships.list {
                let place = || format!("image {image}");
                let (Some(subject), Some(object)) = (subject.0.or(subject_id.0), object.0.or(object_id.0)) else {
                    issues.add("relations that lack an end", || {
                        let what = format!(
                            "the relation \"{}\" lacks its subject or its object. Add it, or remove the relation",
                            predicate.0
                        );
                        DataIssue::new(file, place(), what)
                    });
                    continue;
                };
                if let Some(missing) = [subject, object].into_iter().find(|&id| !known.has_object(id)) {
                    issues.add("relations of objects that are not there", || {
                        not_there(file, image, "a relation", missing)
                    });
                    continue;
                }
                let normalized = normalize_word(&predicate.0);
                if normalized.trim().is_empty() {
                    issues.add("relations without a word", || {
                        let what = format!("the relation of objects {subject} and {object} has no \"predicate\". Give it one, or remove it");
                        DataIssue::new(file, place(), what)
                    });
                    continue;
                }
                usable += 1;
                // The picture is not used, or an object is too small or has no common name.
                if split.is_none() || !(objects.contains(&subject) && objects.contains(&object)) {
                    continue;
                }
                // sg2im normalizes case and aliases only in the training split: elsewhere a relation counts only if it is
                // written as in the vocabulary.
                let row = if is_training { words.row(alias(aliases, &normalized)) } else { words.row(&predicate.0) };
                counts.resize(words.list.len(), 0u64);
                if is_training {
                    if counts[row as usize] == 0 {
                        order.push(row);
                    }
                    counts[row as usize] += 1;
                }
                list.push((subject, row, object));
            }
            if split.is_some() {
                relations.insert(image, list);
            }
        },
        &mut |place, what| unreadable.push((place, what)),
    );
    read?;
    if *file != files.objects {
        report_unreadable(file, unreadable, issues);
    }
    order.retain(|&row| counts[row as usize] >= thresholds.min_relationship_instances.max(1));
    let names = order.iter().map(|&row| words.list[row as usize].clone()).collect();
    let rows: HashMap<u32, u32> = (0u32..).zip(order).map(|(new, old)| (old, new)).collect();
    for list in relations.values_mut() {
        *list = list.iter().filter_map(|&(s, row, o)| Some((s, *rows.get(&row)?, o))).collect();
    }
    Ok(PictureRelations { words: names, relations, usable })
}
