//! From Visual Genome's JSON to a [`AnnotationTable`]: names and relations that are common enough, objects that are large enough, pictures that have
//! enough of both.
//!
//! The files are read one after the other, record by record; what is held is numbers, at most about a gigabyte for all of Visual Genome
//! (108,000 pictures, 3.7 million objects, 1.9 GB of JSON: 975 MB).
// sg2im: scripts/preprocess_vg.py

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::words::{Known, WordList, alias, aliases, attributes, common, relations};
use crate::coco::hashed_split;
use crate::pictures::check_record::impossible_size;
use crate::store::{AnnotationTable, StoredObject, StoredPicture, StoredRelation};
use crate::{DataError, DataIssue, IssueLog, Split};
use scenewright_formats::picture_file::MIN_SIDE_PX;
use scenewright_formats::picture_file::is_too_large;
use scenewright_formats::records::{read_list, read_value};
use scenewright_formats::values::{Id, Items, Scalar, word};

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
    /// Where there is no `objects.json`, everything is in `scene_graphs.json`. Each may be packed with gzip.
    pub fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| {
            let packed = folder.join(format!("{name}.gz"));
            if packed.is_file() && !folder.join(name).is_file() { packed } else { folder.join(name) }
        };
        let graphs = file("scene_graphs.json");
        let one = !file("objects.json").is_file() && graphs.is_file();
        let list = |name: &str| if one { graphs.clone() } else { file(name) };
        Self {
            images: file("image_data.json"),
            objects: list("objects.json"),
            attributes: list("attributes.json"),
            relationships: list("relationships.json"),
            object_aliases: folder.join("object_alias.txt"),
            relationship_aliases: folder.join("relationship_alias.txt"),
            splits: folder.join("vg_splits.json"),
        }
    }
}

/// What is common, large and full enough; the defaults are sg2im's.
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

/// Version 1.0 calls every number `id`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ImageRecord {
    image_id: Number,
    id: Number,
    width: Side,
    height: Side,
    url: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ObjectsRecord {
    image_id: Number,
    id: Number,
    objects: Items<ObjectRecord>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ObjectRecord {
    object_id: Number,
    id: Number,
    x: Float,
    y: Float,
    w: Float,
    h: Float,
    width: Float,
    height: Float,
    names: Items<Text>,
    name: Text,
}

/// The number of a record; none where it is none, or text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number(pub Option<u64>);

impl Number {
    /// This, or else another key's.
    pub(crate) fn or(self, other: Self) -> Option<u64> {
        self.0.or(other.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Scalar::deserialize(deserializer)?.id();
        Ok(Self(match id {
            Some(Id::Number(number)) => u64::try_from(number).ok(),
            _ => None,
        }))
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Float(Option<f64>);

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Scalar::deserialize(deserializer)?.number()))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Side(u32);

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Scalar::deserialize(deserializer)?.side()))
    }
}

/// A text; empty where something else stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => text.into_owned(),
            _ => String::new(),
        }))
    }
}

/// Of everything in the files, what can be used at all, before any threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    pub pictures: u64,
    pub objects: u64,
    pub relations: u64,
}

/// What [`survey`] finds.
pub struct Survey {
    pub store: AnnotationTable,
    /// The part of each picture of the store.
    pub parts: Vec<Split>,
    pub sound: Sound,
}

/// An object as its file has it, names as numbers.
struct RawObject {
    id: u64,
    bbox: [f32; 4],
    names: Vec<u32>,
}

/// An object that is kept.
struct KeptObject {
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

/// Reads everything. The second list gives the split of each picture. That no picture is left is an error.
pub fn build(
    files: &VgFiles,
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
    say: &mut dyn FnMut(&str),
) -> Result<(AnnotationTable, Vec<Split>), DataError> {
    let Survey { store, parts, .. } = survey(files, thresholds, issues, say)?;
    if store.pictures.is_empty() {
        return Err(DataError::InvalidFile { what: NOTHING_LEFT.into(), path: files.objects.clone() });
    }
    Ok((store, parts))
}

pub(crate) const NOTHING_LEFT: &str = "no picture is left: no name or relation is common enough. Lower the thresholds, or check that the files belong together";

/// Like [`build`]; if no picture is left, the store is empty.
pub fn survey(
    files: &VgFiles,
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
    say: &mut dyn FnMut(&str),
) -> Result<Survey, DataError> {
    say("pictures");
    let images = images(files, issues)?;
    let splits = splits(files, &images, thresholds, issues)?;
    let part: HashMap<u64, Split> = splits.iter().copied().collect();
    let listed: HashSet<u64> = images.iter().map(|image| image.id).collect();
    let is_train = |image: u64| part.get(&image) == Some(&Split::Train);
    let object_aliases = aliases(&files.object_aliases)?;
    let relation_aliases = aliases(&files.relationship_aliases)?;

    say("objects");
    let mut words = WordList::default();
    let mut counts: Vec<u64> = Vec::new();
    let mut loose: HashMap<u64, Vec<RawObject>> = HashMap::new();
    let mut sound = Sound::default();
    let mut with_objects: HashSet<u64> = HashSet::new();
    // Every object of the files that can be used at all: eight bytes each.
    let mut known: Vec<u64> = Vec::new();
    let mut odd = Vec::new();
    let read = read_list(
        &files.objects,
        |record: ObjectsRecord| {
            let Some(image) = record.image_id.or(record.id) else {
                return no_image_id(&files.objects, issues);
            };
            if !listed.contains(&image) {
                return not_listed(&files.objects, image, record.objects.list.len(), issues);
            }
            if record.objects.is_odd {
                issues.add("records that cannot be read", || {
                    DataIssue::new(
                        &files.objects,
                        format!("image {image}"),
                        "its \"objects\" are no list. Fix it, or remove it",
                    )
                });
            }
            let counted = is_train(image);
            let mut ids = HashSet::new();
            let mut objects = Vec::with_capacity(record.objects.list.len());
            for object in record.objects.list {
                let Some((id, bbox)) = judged(&object, image, &mut ids, &files.objects, issues) else { continue };
                known.push(id);
                sound.objects += 1;
                if !part.contains_key(&image) {
                    continue;
                }
                let names = object.names.list.iter().chain([&object.name]).map(|name| name.0.as_str());
                let names = names.filter(|name| !name.trim().is_empty());
                let names: Vec<u32> = names.map(|name| words.row(alias(&object_aliases, &spelled(name)))).collect();
                counts.resize(words.list.len(), 0);
                if counted {
                    let once: HashSet<u32> = names.iter().copied().collect();
                    once.into_iter().for_each(|row| counts[row as usize] += 1);
                }
                objects.push(RawObject { id, bbox: bbox.map(|v| v as f32), names });
            }
            if !ids.is_empty() {
                with_objects.insert(image);
            }
            if part.contains_key(&image) {
                // Should a picture come twice, the last counts, as in sg2im.
                loose.insert(image, objects);
            }
        },
        &mut |place, what| odd.push((place, what)),
    );
    read?;
    unread(&files.objects, odd, issues);
    sound.pictures = with_objects.len() as u64;
    let (names, name_rows) = common(&words, &counts, thresholds.min_object_instances);
    known.sort_unstable();
    let known = Known { ids: known, listed };

    say("attributes");
    let (attributes, mut object_attributes) = attributes(files, thresholds, &part, &known, issues)?;
    let mut kept: HashMap<u64, Vec<KeptObject>> = HashMap::new();
    let mut ids: HashSet<u64> = HashSet::new();
    for (image, objects) in loose.drain() {
        let large = |object: &RawObject| {
            f64::from(object.bbox[2]) >= thresholds.min_object_size
                && f64::from(object.bbox[3]) >= thresholds.min_object_size
        };
        let objects = objects.into_iter().filter(large).filter_map(|object| {
            // The first of its names that is common.
            let name = object.names.iter().find_map(|row| name_rows.get(row).copied())?;
            let attributes = object_attributes.remove(&object.id).unwrap_or_default();
            Some(KeptObject { id: object.id, name, bbox: object.bbox, attributes })
        });
        let objects: Vec<KeptObject> = objects.collect();
        ids.extend(objects.iter().map(|object| object.id));
        kept.insert(image, objects);
    }

    say("relationships");
    let related = relations(files, thresholds, &part, &ids, &relation_aliases, &known, issues)?;
    let (predicates, mut relations) = (related.words, related.relations);
    sound.relations = related.sound;

    say("graphs");
    let mut store = AnnotationTable { names, predicates, attributes, ..AnnotationTable::default() };
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
    Ok(Survey { store, parts, sound })
}

/// The one spelling of a word. Nearly all of Visual Genome's are written so already.
pub(super) fn spelled(name: &str) -> std::borrow::Cow<'_, str> {
    let mut before = b' ';
    // Without blanks at its ends, and without two in a row.
    let is_plain = name.bytes().all(|b| {
        let is_fine = b.is_ascii_graphic() && !b.is_ascii_uppercase() || b == b' ' && before != b' ';
        before = b;
        is_fine
    }) && before != b' ';
    if is_plain { name.into() } else { word(name).into() }
}

fn no_image_id(file: &Path, issues: &mut IssueLog) {
    issues.add("records without an image_id", || {
        DataIssue::new(
            file,
            "",
            "a record has neither \"image_id\" nor \"id\", so its picture is unknown. Add it, or remove the record",
        )
    });
}

fn not_listed(file: &Path, image: u64, objects: usize, issues: &mut IssueLog) {
    issues.add("pictures that image_data.json does not list", || {
        let what = format!("image_data.json does not list this picture, so its {objects} objects are left out. Take both files from one version");
        DataIssue::new(file, format!("image {image}"), what)
    });
}

/// Reports records that could not be parsed.
pub(super) fn unread(file: &Path, odd: Vec<(String, String)>, issues: &mut IssueLog) {
    for (place, what) in odd {
        issues.add("records that cannot be read", || {
            DataIssue::new(file, place, format!("{what}; it is left out. Fix that place, or take another copy"))
        });
    }
}

/// The number and box of an object that can be used.
fn judged(
    object: &ObjectRecord,
    image: u64,
    ids: &mut HashSet<u64>,
    file: &Path,
    issues: &mut IssueLog,
) -> Option<(u64, [f64; 4])> {
    let Some(id) = object.object_id.or(object.id) else {
        issues.add("objects without an id", || {
            DataIssue::new(file, format!("image {image}"), "an object has no \"object_id\". Give it one, or remove it")
        });
        return None;
    };
    let place = || format!("image {image}, object {id}");
    if ids.contains(&id) {
        issues.add("objects given twice", || {
            DataIssue::new(file, place(), "it is given twice; the first is used. Remove the other")
        });
        return None;
    }
    let has_name = object.names.list.iter().chain([&object.name]).any(|name| !name.0.trim().is_empty());
    if !has_name {
        issues.add("objects without a name", || {
            DataIssue::new(file, place(), "it has no \"names\", and is left out with its relations. Give it a name")
        });
        return None;
    }
    let (width, height) = (object.w.0.or(object.width.0), object.h.0.or(object.height.0));
    let (Some(x), Some(y), Some(w), Some(h)) = (object.x.0, object.y.0, width, height) else {
        issues.add("objects without a box", || {
            DataIssue::new(file, place(), "its x, y, w and h are no four numbers. Draw its box, or remove it")
        });
        return None;
    };
    if w <= 0.0 || h <= 0.0 {
        issues.add("boxes without area", || {
            DataIssue::new(file, place(), format!("its box is {w} x {h} pixels. Draw it again, or remove it"))
        });
        return None;
    }
    ids.insert(id);
    Some((id, [x, y, w, h]))
}

fn images(files: &VgFiles, issues: &mut IssueLog) -> Result<Vec<Image>, DataError> {
    let mut images = Vec::new();
    let mut seen = HashSet::new();
    let mut odd = Vec::new();
    let read = read_list(
        &files.images,
        |record: ImageRecord| {
            let Some(id) = record.image_id.or(record.id) else {
                return no_image_id(&files.images, issues);
            };
            let place = || format!("image {id}");
            if !seen.insert(id) {
                issues.add("picture ids given twice", || {
                    DataIssue::new(
                        &files.images,
                        place(),
                        "it is listed twice; the first entry is used. Remove the other",
                    )
                });
                return;
            }
            let (width, height) = (record.width.0, record.height.0);
            if is_too_large(width, height) {
                issues.add("pictures of impossible sizes", || impossible_size(&files.images, &place(), width, height));
                return;
            }
            if width.min(height) < MIN_SIDE_PX {
                issues.add("pictures without a size", || {
                    let what =
                        format!("its size is {width} x {height} pixels, so it is left out. Write the size that it has");
                    DataIssue::new(&files.images, place(), what)
                });
                return;
            }
            // ".../VG_100K_2/1.jpg" lies in images/VG_100K_2/1.jpg.
            let mut parts = record.url.0.rsplit('/');
            let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            let file = if name.is_empty() { format!("{id}.jpg") } else { format!("{folder}/{name}") };
            images.push(Image { id, width, height, file: file.into() });
        },
        &mut |place, what| odd.push((place, what)),
    );
    read?;
    unread(&files.images, odd, issues);
    Ok(images)
}

/// Pictures that are large enough, with their parts, in the order of the splits file.
fn splits(
    files: &VgFiles,
    images: &[Image],
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
) -> Result<Vec<(u64, Split)>, DataError> {
    let sizes: HashMap<u64, u32> = images.iter().map(|image| (image.id, image.width.min(image.height))).collect();
    let large = |id: &u64| sizes.get(id).is_some_and(|side| *side >= thresholds.min_image_size);
    if !files.splits.is_file() {
        issues.add("no division", || {
            let what = "google/sg2im's division of the pictures is missing, so they are divided by a hash of their ids. For the paper's own, put its vg_splits.json here";
            DataIssue::new(&files.splits, "", what)
        });
        let all = images.iter().map(|image| image.id).filter(large);
        return Ok(all.map(|id| (id, hashed_split(id))).collect());
    }
    #[derive(Deserialize)]
    struct SplitsFile {
        train: Vec<Number>,
        val: Vec<Number>,
        test: Vec<Number>,
    }
    let damaged = |problem: String| {
        let what =
            format!("the division cannot be read ({problem}). Take google/sg2im's vg_splits.json, or remove the file");
        DataError::InvalidFile { what, path: files.splits.clone() }
    };
    let value = read_value(&files.splits, 64 << 20)
        .map_err(|error| damaged(scenewright_formats::without_path(&error, &files.splits)))?;
    let file: SplitsFile = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
    let mut all = Vec::new();
    for (ids, split) in [(file.train, Split::Train), (file.val, Split::Validation), (file.test, Split::Test)] {
        for id in ids.into_iter().filter_map(|id| id.0) {
            if !sizes.contains_key(&id) {
                issues.add("pictures that are not there", || {
                    DataIssue::new(
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
