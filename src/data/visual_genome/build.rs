//! From Visual Genome's JSON to a [`Store`]: names and relations that are common enough, objects that are large enough, pictures that have
//! enough of both.
//!
//! The files are read one after the other, record by record; what is held is numbers, at most about a gigabyte for all of Visual Genome
//! (108,000 pictures, 3.7 million objects, 1.9 GB of JSON: 975 MB).
// sg2im: scripts/preprocess_vg.py

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::words::{Words, alias, aliases, attributes, common, relations};
use crate::data::coco::hashed_split;
use crate::data::pictures::judge::impossible_size;
use crate::data::store::{Store, StoredObject, StoredPicture, StoredRelation};
use crate::data::{DataError, Fault, Faults, Split};
use crate::interchange::picture_file::is_too_large;
use crate::interchange::records::read_list;

/// Where the original files lie.
#[derive(Clone, Debug)]
pub struct VgFiles {
    pub images: PathBuf,
    pub objects: PathBuf,
    pub attributes: PathBuf,
    pub relationships: PathBuf,
    /// These three may be missing.
    pub object_aliases: PathBuf,
    pub relationship_aliases: PathBuf,
    /// google/sg2im's `sg2im/data/vg_splits.json`; without it pictures are divided by a hash of their ids.
    pub splits: PathBuf,
}

impl VgFiles {
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            images: folder.join("image_data.json"),
            objects: folder.join("objects.json"),
            attributes: folder.join("attributes.json"),
            relationships: folder.join("relationships.json"),
            object_aliases: folder.join("object_alias.txt"),
            relationship_aliases: folder.join("relationship_alias.txt"),
            splits: folder.join("vg_splits.json"),
        }
    }
}

/// What is common, large and full enough; the defaults are the reference's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VgThresholds {
    /// Pixels of the shorter side.
    pub min_image_size: u32,
    pub min_object_instances: u64,
    pub min_attribute_instances: u64,
    /// Pixels of either side.
    pub min_object_size: f64,
    pub min_objects: usize,
    pub max_objects: usize,
    pub max_attributes: usize,
    pub min_relationship_instances: u64,
    pub min_relationships: usize,
    pub max_relationships: usize,
}

impl Default for VgThresholds {
    fn default() -> Self {
        Self {
            min_image_size: 200,
            min_object_instances: 2000,
            min_attribute_instances: 2000,
            min_object_size: 32.0,
            min_objects: 3,
            max_objects: 30,
            max_attributes: 30,
            min_relationship_instances: 500,
            min_relationships: 1,
            max_relationships: 30,
        }
    }
}

#[derive(Deserialize)]
struct ImageRecord {
    image_id: u64,
    width: u32,
    height: u32,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct ObjectsRecord {
    image_id: u64,
    #[serde(default)]
    objects: Vec<ObjectRecord>,
}

#[derive(Deserialize)]
struct ObjectRecord {
    object_id: u64,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    #[serde(default)]
    names: Vec<String>,
}

/// An object as its file has it, names as numbers.
struct Loose {
    id: u64,
    bbox: [f32; 4],
    names: Vec<u32>,
}

/// An object that is kept.
struct Kept {
    id: u64,
    name: u32,
    bbox: [f32; 4],
    attributes: Vec<u32>,
}

struct Image {
    id: u64,
    width: u32,
    height: u32,
    file: Box<str>,
}

/// Reads everything. The second list tells the part of each picture. That no picture is left is an error.
pub fn build(
    files: &VgFiles,
    thresholds: &VgThresholds,
    faults: &mut Faults,
    say: &mut dyn FnMut(&str),
) -> Result<(Store, Vec<Split>), DataError> {
    let (store, parts) = survey(files, thresholds, faults, say)?;
    if store.pictures.is_empty() {
        return Err(DataError::Place { what: NOTHING_LEFT.into(), path: files.objects.clone() });
    }
    Ok((store, parts))
}

pub(in crate::data) const NOTHING_LEFT: &str = "no picture is left: no name or relation is common enough. Lower the thresholds, or check that the files belong together";

/// As [`build`]; that no picture is left is told by the empty store.
pub fn survey(
    files: &VgFiles,
    thresholds: &VgThresholds,
    faults: &mut Faults,
    say: &mut dyn FnMut(&str),
) -> Result<(Store, Vec<Split>), DataError> {
    say("pictures");
    let images = images(files, faults)?;
    let splits = splits(files, &images, thresholds, faults)?;
    let part: HashMap<u64, Split> = splits.iter().copied().collect();
    let is_train = |image: u64| part.get(&image) == Some(&Split::Train);
    let object_aliases = aliases(&files.object_aliases)?;
    let relation_aliases = aliases(&files.relationship_aliases)?;

    say("objects");
    let mut words = Words::default();
    let mut counts: Vec<u64> = Vec::new();
    let mut loose: HashMap<u64, Vec<Loose>> = HashMap::new();
    // Every object of the files, kept or not: eight bytes each.
    let mut known: Vec<u64> = Vec::new();
    read_list(&files.objects, |record: ObjectsRecord| {
        if !part.contains_key(&record.image_id) {
            return;
        }
        let counted = is_train(record.image_id);
        let objects = record.objects.into_iter().map(|object| {
            let names: Vec<u32> = object.names.iter().map(|name| words.row(alias(&object_aliases, name))).collect();
            counts.resize(words.list.len(), 0);
            if counted {
                let once: HashSet<u32> = names.iter().copied().collect();
                once.into_iter().for_each(|row| counts[row as usize] += 1);
            }
            let bbox = [object.x, object.y, object.w, object.h].map(|v| v as f32);
            known.push(object.object_id);
            Loose { id: object.object_id, bbox, names }
        });
        // Should a picture come twice, the last counts, as in the reference.
        let objects = objects.collect();
        loose.insert(record.image_id, objects);
    })?;
    let (names, name_rows) = common(&words, &counts, thresholds.min_object_instances);
    known.sort_unstable();
    let is_known = |id: u64| known.binary_search(&id).is_ok();

    say("attributes");
    let (attributes, mut object_attributes) = attributes(files, thresholds, &part, &is_known, faults)?;
    let mut kept: HashMap<u64, Vec<Kept>> = HashMap::new();
    let mut ids: HashSet<u64> = HashSet::new();
    for (image, objects) in loose.drain() {
        let large = |object: &Loose| {
            f64::from(object.bbox[2]) >= thresholds.min_object_size
                && f64::from(object.bbox[3]) >= thresholds.min_object_size
        };
        let objects = objects.into_iter().filter(large).filter_map(|object| {
            // The first of its names that is common.
            let name = object.names.iter().find_map(|row| name_rows.get(row).copied())?;
            let attributes = object_attributes.remove(&object.id).unwrap_or_default();
            Some(Kept { id: object.id, name, bbox: object.bbox, attributes })
        });
        let objects: Vec<Kept> = objects.collect();
        ids.extend(objects.iter().map(|object| object.id));
        kept.insert(image, objects);
    }

    say("relationships");
    let (predicates, mut relations) = relations(files, thresholds, &part, &ids, &relation_aliases, &is_known, faults)?;

    say("graphs");
    let mut store = Store { names, predicates, attributes, ..Store::default() };
    let mut parts = Vec::new();
    let by_id: HashMap<u64, &Image> = images.iter().map(|image| (image.id, image)).collect();
    for (id, split) in &splits {
        let (Some(image), Some(objects)) = (by_id.get(id), kept.remove(id)) else { continue };
        if !(thresholds.min_objects..=thresholds.max_objects).contains(&objects.len()) {
            continue;
        }
        let rows: HashMap<u64, u32> = (0u32..).zip(&objects).map(|(row, object)| (object.id, row)).collect();
        let related: Vec<StoredRelation> = relations
            .remove(id)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(s, predicate, o)| {
                Some(StoredRelation { subject: *rows.get(&s)?, predicate, object: *rows.get(&o)? })
            })
            .collect();
        if !(thresholds.min_relationships..=thresholds.max_relationships).contains(&related.len()) {
            continue;
        }
        let (first, first_relation) = (store.objects.len() as u32, store.relations.len() as u32);
        for object in objects {
            let from = store.object_attributes.len() as u32;
            store.object_attributes.extend(object.attributes);
            let attributes = from..store.object_attributes.len() as u32;
            store.objects.push(StoredObject {
                name: object.name,
                bbox: object.bbox.map(f64::from),
                shape: None,
                attributes,
            });
        }
        store.relations.extend(related);
        store.pictures.push(StoredPicture {
            id: *id,
            file: image.file.clone(),
            width: image.width,
            height: image.height,
            objects: first..store.objects.len() as u32,
            relations: first_relation..store.relations.len() as u32,
        });
        parts.push(*split);
    }
    Ok((store, parts))
}

fn images(files: &VgFiles, faults: &mut Faults) -> Result<Vec<Image>, DataError> {
    let mut images = Vec::new();
    let mut seen = HashSet::new();
    read_list(&files.images, |record: ImageRecord| {
        if !seen.insert(record.image_id) {
            faults.note("picture ids given twice", || {
                Fault::new(
                    &files.images,
                    format!("image {}", record.image_id),
                    "it is listed twice; the first entry is used. Remove the other",
                )
            });
            return;
        }
        if is_too_large(record.width, record.height) {
            faults.note("pictures of impossible sizes", || {
                impossible_size(&files.images, record.image_id, record.width, record.height)
            });
            return;
        }
        // ".../VG_100K_2/1.jpg" lies in images/VG_100K_2/1.jpg.
        let mut parts = record.url.rsplit('/');
        let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let file = if name.is_empty() { format!("{}.jpg", record.image_id) } else { format!("{folder}/{name}") };
        images.push(Image { id: record.image_id, width: record.width, height: record.height, file: file.into() });
    })?;
    Ok(images)
}

/// Pictures that are large enough, with their parts, in the order of the splits file.
fn splits(
    files: &VgFiles,
    images: &[Image],
    thresholds: &VgThresholds,
    faults: &mut Faults,
) -> Result<Vec<(u64, Split)>, DataError> {
    let sizes: HashMap<u64, u32> = images.iter().map(|image| (image.id, image.width.min(image.height))).collect();
    let large = |id: &u64| sizes.get(id).is_some_and(|side| *side >= thresholds.min_image_size);
    if !files.splits.is_file() {
        faults.note("no division", || {
            let what = "google/sg2im's division of the pictures is missing, so they are divided by a hash of their ids. For the paper's own, put its vg_splits.json here";
            Fault::new(&files.splits, "", what)
        });
        let all = images.iter().map(|image| image.id).filter(large);
        return Ok(all.map(|id| (id, hashed_split(id))).collect());
    }
    #[derive(Deserialize)]
    struct SplitsFile {
        train: Vec<u64>,
        val: Vec<u64>,
        test: Vec<u64>,
    }
    let damaged = |problem: String| {
        let what =
            format!("the division cannot be read ({problem}). Take google/sg2im's vg_splits.json, or remove the file");
        DataError::Place { what, path: files.splits.clone() }
    };
    let text = fs::read(&files.splits).map_err(|error| damaged(error.to_string()))?;
    let file: SplitsFile = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    let mut all = Vec::new();
    for (ids, split) in [(file.train, Split::Train), (file.val, Split::Validation), (file.test, Split::Test)] {
        for id in ids {
            if !sizes.contains_key(&id) {
                faults.note("pictures that are not there", || {
                    Fault::new(
                        &files.splits,
                        format!("image {id}"),
                        "image_data.json does not know it; it is left out. Take both files from one version",
                    )
                });
            }
            if large(&id) {
                all.push((id, split));
            }
        }
    }
    Ok(all)
}
