//! Visual Genome's words: which names, attributes and relations are common enough, and what they say of the objects that are kept.
// sg2im: scripts/preprocess_vg.py

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::build::{VgFiles, VgThresholds};
use crate::data::{DataError, Fault, Faults, Split};
use crate::interchange::records::read_list;

/// Words as numbers, in the order in which they are first met.
#[derive(Default)]
pub(super) struct Words {
    pub list: Vec<String>,
    rows: HashMap<String, u32>,
}

impl Words {
    pub fn row(&mut self, word: &str) -> u32 {
        if let Some(&row) = self.rows.get(word) {
            return row;
        }
        let row = self.list.len() as u32;
        self.list.push(word.to_owned());
        self.rows.insert(word.to_owned(), row);
        row
    }
}

#[derive(Deserialize)]
struct AttributesRecord {
    image_id: u64,
    #[serde(default)]
    attributes: Vec<AttributeRecord>,
}

#[derive(Deserialize)]
struct AttributeRecord {
    object_id: u64,
    attributes: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RelationshipsRecord {
    image_id: u64,
    #[serde(default)]
    relationships: Vec<RelationshipRecord>,
}

#[derive(Deserialize)]
struct RelationshipRecord {
    #[serde(default)]
    predicate: String,
    subject: End,
    object: End,
}

#[derive(Deserialize)]
struct End {
    object_id: u64,
}

/// `a,b,c`: all of them are called a. A missing file says nothing.
pub(super) fn aliases(path: &Path) -> Result<HashMap<String, String>, DataError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => {
            let what = format!("the list of aliases cannot be read ({error}). Take another copy, or remove it");
            return Err(DataError::Place { what, path: path.to_owned() });
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

/// The words that are counted often enough, most frequent first (first met first among equals), and their new rows by the old.
pub(super) fn common(words: &Words, counts: &[u64], least: u64) -> (Vec<String>, HashMap<u32, u32>) {
    let mut rows: Vec<u32> = (0..counts.len() as u32).filter(|&row| counts[row as usize] >= least.max(1)).collect();
    rows.sort_by_key(|&row| std::cmp::Reverse(counts[row as usize]));
    let names = rows.iter().map(|&row| words.list[row as usize].clone()).collect();
    (names, (0u32..).zip(rows).map(|(new, old)| (old, new)).collect())
}

fn not_there(file: &Path, image: u64, whose: &str, object: u64) -> Fault {
    let what = format!(
        "{whose} of object {object}, which objects.json does not know, is left out. Take all files from one version"
    );
    Fault::new(file, format!("image {image}"), what)
}

pub(super) type Attributes = HashMap<u64, Vec<u32>>;

pub(super) fn attributes(
    files: &VgFiles,
    thresholds: &VgThresholds,
    part: &HashMap<u64, Split>,
    is_known: &dyn Fn(u64) -> bool,
    faults: &mut Faults,
) -> Result<(Vec<String>, Attributes), DataError> {
    let (mut words, mut counts) = (Words::default(), Vec::new());
    let mut of_objects = Attributes::new();
    if files.attributes.is_file() {
        read_list(&files.attributes, |record: AttributesRecord| {
            let Some(split) = part.get(&record.image_id) else { return };
            for AttributeRecord { object_id, attributes } in record.attributes {
                if !is_known(object_id) {
                    faults.note("attributes of objects that are not there", || {
                        not_there(&files.attributes, record.image_id, "attributes", object_id)
                    });
                    continue;
                }
                let rows: Vec<u32> = attributes.unwrap_or_default().iter().map(|word| words.row(word)).collect();
                counts.resize(words.list.len(), 0u64);
                if *split == Split::Train {
                    let once: HashSet<u32> = rows.iter().copied().collect();
                    once.into_iter().for_each(|row| counts[row as usize] += 1);
                }
                of_objects.insert(object_id, rows);
            }
        })?;
    }
    let (names, rows) = common(&words, &counts, thresholds.min_attribute_instances);
    for list in of_objects.values_mut() {
        *list = list.iter().filter_map(|row| rows.get(row).copied()).take(thresholds.max_attributes).collect();
    }
    Ok((names, of_objects))
}

pub(super) type Relations = HashMap<u64, Vec<(u64, u32, u64)>>;

pub(super) fn relations(
    files: &VgFiles,
    thresholds: &VgThresholds,
    part: &HashMap<u64, Split>,
    objects: &HashSet<u64>,
    aliases: &HashMap<String, String>,
    is_known: &dyn Fn(u64) -> bool,
    faults: &mut Faults,
) -> Result<(Vec<String>, Relations), DataError> {
    let (mut words, mut counts) = (Words::default(), Vec::new());
    let mut relations = Relations::new();
    // In the order in which they are first counted.
    let mut order: Vec<u32> = Vec::new();
    read_list(&files.relationships, |record: RelationshipsRecord| {
        let Some(split) = part.get(&record.image_id) else { return };
        let counted = *split == Split::Train;
        let mut list = Vec::new();
        for RelationshipRecord { predicate, subject, object } in record.relationships {
            let missing = [subject.object_id, object.object_id].into_iter().find(|&id| !is_known(id));
            if let Some(missing) = missing {
                faults.note("relations of objects that are not there", || {
                    not_there(&files.relationships, record.image_id, "a relation", missing)
                });
                continue;
            }
            // Too small, or of no common name.
            if !(objects.contains(&subject.object_id) && objects.contains(&object.object_id)) {
                continue;
            }
            // The reference folds case and aliases only where it counts, in train: elsewhere a relation must be written as the vocabulary has it.
            let row = if counted {
                let folded = predicate.to_lowercase();
                words.row(alias(aliases, folded.trim()))
            } else {
                words.row(&predicate)
            };
            counts.resize(words.list.len(), 0u64);
            if counted {
                if counts[row as usize] == 0 {
                    order.push(row);
                }
                counts[row as usize] += 1;
            }
            list.push((subject.object_id, row, object.object_id));
        }
        relations.insert(record.image_id, list);
    })?;
    order.retain(|&row| counts[row as usize] >= thresholds.min_relationship_instances.max(1));
    let names = order.iter().map(|&row| words.list[row as usize].clone()).collect();
    let rows: HashMap<u32, u32> = (0u32..).zip(order).map(|(new, old)| (old, new)).collect();
    for list in relations.values_mut() {
        *list = list.iter().filter_map(|&(s, row, o)| Some((s, *rows.get(&row)?, o))).collect();
    }
    Ok((names, relations))
}
