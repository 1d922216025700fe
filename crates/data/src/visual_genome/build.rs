//! Builds an [`AnnotationTable`] from Visual Genome's JSON. Kept are names and relations that are common enough, objects
//! that are large enough, and pictures with enough of both.
//!
//! The files are read one after the other, record by record. Words are stored as indices; all of Visual Genome (108,000
//! pictures, 3.7 million objects, 1.9 GB of JSON) needs about 1 GB of memory.
// sg2im: scripts/preprocess_vg.py

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::files::{VgFiles, VgThresholds};
use super::records::{ImageRecord, ObjectRecord, ObjectsRecord, SplitsFile};
use super::words::{KnownIds, WordList, alias, aliases, attributes, common, relations};
use crate::coco::hashed_split;
use crate::pictures::check_record::impossible_size;
use crate::store::{AnnotationTable, StoredObject, StoredPicture, StoredRelation};
use crate::{DataError, DataIssue, IssueLog, Split};
use scenewright_formats::picture_file::{MIN_SIDE_PX, is_too_large};
use scenewright_formats::records::{read_list, read_value};
use scenewright_formats::values;

/// Numbers of usable records before thresholds are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UsableCounts {
    pub pictures: u64,
    pub objects: u64,
    pub relations: u64,
}

/// What [`build_report`] returns.
pub struct BuildReport {
    pub table: AnnotationTable,
    /// Split of each picture in `table`.
    pub splits: Vec<Split>,
    pub usable: UsableCounts,
}

/// An object as its file has it, names as indices into a [`WordList`].
struct RawObject {
    id: u64,
    /// x, y, width, height in pixels.
    bbox: [f32; 4],
    names: Vec<u32>,
}

/// An object that passed the size and name thresholds.
struct FilteredObject {
    id: u64,
    name: u32,
    /// x, y, width, height in pixels.
    bbox: [f32; 4],
    attributes: Vec<u32>,
}

struct Image {
    id: u64,
    width: u32,
    height: u32,
    file: Box<str>,
}

/// Builds the annotation table and the split of each picture. Errors if the thresholds leave no picture.
pub fn build(
    files: &VgFiles,
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
    progress: &mut dyn FnMut(&str),
) -> Result<(AnnotationTable, Vec<Split>), DataError> {
    let BuildReport { table, splits, .. } = build_report(files, thresholds, issues, progress)?;
    if table.pictures.is_empty() {
        return Err(DataError::InvalidFile { what: NO_PICTURE_LEFT.into(), path: files.objects.clone() });
    }
    Ok((table, splits))
}

pub(crate) const NO_PICTURE_LEFT: &str = "no picture is left: no name or relation is common enough. Lower the \
     thresholds, or check that the files belong together";

/// As [`build`], with counts. If no picture is left, the table is empty.
pub fn build_report(
    files: &VgFiles,
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
    progress: &mut dyn FnMut(&str),
) -> Result<BuildReport, DataError> {
    progress("pictures");
    let images = read_images(files, issues)?;
    let splits = assign_splits(files, &images, thresholds, issues)?;
    let split_of: HashMap<u64, Split> = splits.iter().copied().collect();
    let pictures: HashSet<u64> = images.iter().map(|image| image.id).collect();
    let object_aliases = aliases(&files.object_aliases)?;
    let relation_aliases = aliases(&files.relationship_aliases)?;

    progress("objects");
    let mut objects = read_objects(files, &pictures, &split_of, &object_aliases, issues)?;
    let (names, name_indices) = common(&objects.words, &objects.word_counts, thresholds.min_object_instances);
    objects.ids.sort_unstable();
    let known = KnownIds { objects: objects.ids, pictures };

    progress("attributes");
    let (attributes, object_attributes) = attributes(files, thresholds, &split_of, &known, issues)?;
    let filtered = filter_objects(objects.raw_objects, &name_indices, object_attributes, thresholds);
    let filtered_ids: HashSet<u64> = filtered.values().flatten().map(|object| object.id).collect();

    progress("relationships");
    let related = relations(files, thresholds, &split_of, &filtered_ids, &relation_aliases, &known, issues)?;

    progress("graphs");
    let empty = AnnotationTable { names, predicates: related.words, attributes, ..AnnotationTable::default() };
    let (table, splits) = assemble_table(empty, &images, &splits, filtered, related.relations, thresholds);
    let usable = UsableCounts { relations: related.usable, ..objects.usable };
    Ok(BuildReport { table, splits, usable })
}

/// What [`read_objects`] returns.
#[derive(Default)]
struct Objects {
    /// By picture, of pictures with a split.
    raw_objects: HashMap<u64, Vec<RawObject>>,
    words: WordList,
    /// How many objects of the training split each word names.
    word_counts: Vec<u64>,
    /// Ids of all usable objects, of every listed picture.
    ids: Vec<u64>,
    usable: UsableCounts,
}

fn read_objects(
    files: &VgFiles,
    pictures: &HashSet<u64>,
    split_of: &HashMap<u64, Split>,
    object_aliases: &HashMap<String, String>,
    issues: &mut IssueLog,
) -> Result<Objects, DataError> {
    let mut objects = Objects::default();
    let mut pictures_with_objects: HashSet<u64> = HashSet::new();
    let mut unreadable = Vec::new();
    let take_record = |record: ObjectsRecord| {
        let Some(image) = record.image_id.or(record.id) else {
            return report_missing_image_id(&files.objects, issues);
        };
        if !pictures.contains(&image) {
            return report_unlisted_image(&files.objects, image, record.objects.list.len(), issues);
        }
        if record.objects.is_malformed {
            issues.add("records that cannot be read", || {
                let what = "\"objects\" is not a list. Fix or remove the record";
                DataIssue::new(&files.objects, format!("image {image}"), what)
            });
        }
        let split = split_of.get(&image);
        let mut picture_ids = HashSet::new();
        let mut raw_objects = Vec::with_capacity(record.objects.list.len());
        for object in record.objects.list {
            let valid = validate_object(&object, image, &mut picture_ids, &files.objects, issues);
            let Some((id, bbox)) = valid else { continue };
            objects.ids.push(id);
            objects.usable.objects += 1;
            if split.is_none() {
                continue;
            }
            let words = &mut objects.words;
            let names: Vec<u32> =
                object.names().map(|name| words.row(alias(object_aliases, &normalize_word(name)))).collect();
            objects.word_counts.resize(words.list.len(), 0);
            if split == Some(&Split::Train) {
                let once: HashSet<u32> = names.iter().copied().collect();
                once.into_iter().for_each(|word| objects.word_counts[word as usize] += 1);
            }
            raw_objects.push(RawObject { id, bbox: bbox.map(|v| v as f32), names });
        }
        if !picture_ids.is_empty() {
            pictures_with_objects.insert(image);
        }
        if split.is_some() {
            // If a picture occurs twice, the last record counts, as in sg2im.
            objects.raw_objects.insert(image, raw_objects);
        }
    };
    read_list(&files.objects, take_record, &mut |place, what| unreadable.push((place, what)))?;
    report_unreadable(&files.objects, unreadable, issues);
    objects.usable.pictures = pictures_with_objects.len() as u64;
    Ok(objects)
}

/// Objects by picture: those that are large enough and have a common name.
fn filter_objects(
    raw_objects: HashMap<u64, Vec<RawObject>>,
    name_indices: &HashMap<u32, u32>,
    mut object_attributes: HashMap<u64, Vec<u32>>,
    thresholds: &VgThresholds,
) -> HashMap<u64, Vec<FilteredObject>> {
    let is_large_enough = |object: &RawObject| {
        let [_, _, width, height] = object.bbox.map(f64::from);
        width >= thresholds.min_object_side_px && height >= thresholds.min_object_side_px
    };
    let mut filter = |object: RawObject| {
        // Use the first name that is frequent enough.
        let name = object.names.iter().find_map(|word| name_indices.get(word).copied())?;
        let attributes = object_attributes.remove(&object.id).unwrap_or_default();
        Some(FilteredObject { id: object.id, name, bbox: object.bbox, attributes })
    };
    let pictures = raw_objects.into_iter();
    pictures
        .map(|(image, objects)| (image, objects.into_iter().filter(is_large_enough).filter_map(&mut filter).collect()))
        .collect()
}

/// Adds the pictures with enough objects and relations to `table`. Returns it with the split of each picture.
fn assemble_table(
    mut table: AnnotationTable,
    images: &[Image],
    splits: &[(u64, Split)],
    mut objects: HashMap<u64, Vec<FilteredObject>>,
    mut relations: HashMap<u64, Vec<(u64, u32, u64)>>,
    thresholds: &VgThresholds,
) -> (AnnotationTable, Vec<Split>) {
    let mut picture_splits = Vec::new();
    let by_id: HashMap<u64, &Image> = images.iter().map(|image| (image.id, image)).collect();
    for (id, split) in splits {
        let (Some(image), Some(objects)) = (by_id.get(id), objects.remove(id)) else { continue };
        if !(thresholds.min_objects..=thresholds.max_objects).contains(&objects.len()) {
            continue;
        }
        let indices: HashMap<u64, u32> = (0u32..).zip(&objects).map(|(index, object)| (object.id, index)).collect();
        let related: Vec<StoredRelation> = relations
            .remove(id)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(s, predicate, o)| {
                Some(StoredRelation { subject: *indices.get(&s)?, predicate, object: *indices.get(&o)? })
            })
            .collect();
        if !(thresholds.min_relationships..=thresholds.max_relationships).contains(&related.len()) {
            continue;
        }
        let (first, first_relation) = (table.objects.len() as u32, table.relations.len() as u32);
        for object in objects {
            let first_attribute = table.object_attributes.len() as u32;
            table.object_attributes.extend(object.attributes);
            let attributes = first_attribute..table.object_attributes.len() as u32;
            let bbox = object.bbox.map(f64::from);
            table.objects.push(StoredObject { name: object.name, bbox, shape: None, attributes });
        }
        table.relations.extend(related);
        table.pictures.push(StoredPicture {
            id: *id,
            file: image.file.clone(),
            width: image.width,
            height: image.height,
            objects: first..table.objects.len() as u32,
            relations: first_relation..table.relations.len() as u32,
        });
        picture_splits.push(*split);
    }
    (table, picture_splits)
}

/// Normalizes a word (see [`values::word`]). Most words of Visual Genome are already normalized and are borrowed.
pub(super) fn normalize_word(name: &str) -> std::borrow::Cow<'_, str> {
    let mut before = b' ';
    // ASCII, no capitals, no leading, trailing or double spaces.
    let is_normalized = name.bytes().all(|b| {
        let is_fine = b.is_ascii_graphic() && !b.is_ascii_uppercase() || b == b' ' && before != b' ';
        before = b;
        is_fine
    }) && before != b' ';
    if is_normalized { name.into() } else { values::word(name).into() }
}

fn report_missing_image_id(file: &Path, issues: &mut IssueLog) {
    issues.add("records without an image_id", || {
        let what =
            "a record has neither \"image_id\" nor \"id\", so its picture is unknown. Add it, or remove the record";
        DataIssue::new(file, "", what)
    });
}

fn report_unlisted_image(file: &Path, image: u64, objects: usize, issues: &mut IssueLog) {
    issues.add("pictures that image_data.json does not list", || {
        let what = format!(
            "image_data.json does not list this picture, so its {objects} objects are left out. \
             Use files of the same Visual Genome version"
        );
        DataIssue::new(file, format!("image {image}"), what)
    });
}

/// Reports records that could not be parsed: place and problem of each.
pub(super) fn report_unreadable(file: &Path, records: Vec<(String, String)>, issues: &mut IssueLog) {
    for (place, what) in records {
        issues.add("records that cannot be read", || {
            DataIssue::new(file, place, format!("{what}; it is left out. Fix that place, or take another copy"))
        });
    }
}

/// Returns id and box (x, y, width, height in pixels), or reports why the object is unusable.
fn validate_object(
    object: &ObjectRecord,
    image: u64,
    picture_ids: &mut HashSet<u64>,
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
    if picture_ids.contains(&id) {
        issues.add("objects given twice", || {
            DataIssue::new(file, place(), "duplicate id; the first is used. Remove the other")
        });
        return None;
    }
    if object.names().next().is_none() {
        issues.add("objects without a name", || {
            DataIssue::new(file, place(), "it has no \"names\", and is left out with its relations. Give it a name")
        });
        return None;
    }
    let Some(bbox) = object.bbox() else {
        issues.add("objects without a box", || {
            DataIssue::new(file, place(), "x, y, w and h are not all numbers. Draw its box, or remove it")
        });
        return None;
    };
    let [_, _, width, height] = bbox;
    if width <= 0.0 || height <= 0.0 {
        issues.add("boxes without area", || {
            DataIssue::new(file, place(), format!("its box is {width} x {height} pixels. Draw it again, or remove it"))
        });
        return None;
    }
    picture_ids.insert(id);
    Some((id, bbox))
}

fn read_images(files: &VgFiles, issues: &mut IssueLog) -> Result<Vec<Image>, DataError> {
    let mut images = Vec::new();
    let mut seen = HashSet::new();
    let mut unreadable = Vec::new();
    let take_record = |record: ImageRecord| {
        let Some(id) = record.image_id.or(record.id) else {
            return report_missing_image_id(&files.images, issues);
        };
        let place = || format!("image {id}");
        if !seen.insert(id) {
            issues.add("picture ids given twice", || {
                DataIssue::new(&files.images, place(), "it is listed twice; the first entry is used. Remove the other")
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
                    format!("its size is {width} x {height} pixels, so it is left out. Set its real width and height");
                DataIssue::new(&files.images, place(), what)
            });
            return;
        }
        // ".../VG_100K_2/1.jpg" is stored as images/VG_100K_2/1.jpg.
        let mut parts = record.url.0.rsplit('/');
        let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let file = if name.is_empty() { format!("{id}.jpg") } else { format!("{folder}/{name}") };
        images.push(Image { id, width, height, file: file.into() });
    };
    read_list(&files.images, take_record, &mut |place, what| unreadable.push((place, what)))?;
    report_unreadable(&files.images, unreadable, issues);
    Ok(images)
}

/// Split of each large enough picture, in the order of the splits file.
fn assign_splits(
    files: &VgFiles,
    images: &[Image],
    thresholds: &VgThresholds,
    issues: &mut IssueLog,
) -> Result<Vec<(u64, Split)>, DataError> {
    let sizes: HashMap<u64, u32> = images.iter().map(|image| (image.id, image.width.min(image.height))).collect();
    let is_large_enough = |id: &u64| sizes.get(id).is_some_and(|side| *side >= thresholds.min_image_side_px);
    if !files.splits.is_file() {
        issues.add("no division", || {
            let what = "sg2im's vg_splits.json is missing, so pictures are split by a hash of their ids. \
                        Add the file to use the paper's splits";
            DataIssue::new(&files.splits, "", what)
        });
        let ids = images.iter().map(|image| image.id).filter(is_large_enough);
        return Ok(ids.map(|id| (id, hashed_split(id))).collect());
    }
    let damaged = |problem: String| {
        let what =
            format!("the splits cannot be read ({problem}). Take google/sg2im's vg_splits.json, or remove the file");
        DataError::InvalidFile { what, path: files.splits.clone() }
    };
    let value = read_value(&files.splits, 64 << 20)
        .map_err(|error| damaged(scenewright_formats::without_path(&error, &files.splits)))?;
    let file: SplitsFile = serde_json::from_value(value).map_err(|error| damaged(error.to_string()))?;
    let mut splits = Vec::new();
    for (ids, split) in [(file.train, Split::Train), (file.val, Split::Validation), (file.test, Split::Test)] {
        for id in ids.into_iter().filter_map(|id| id.0) {
            if !sizes.contains_key(&id) {
                issues.add("pictures that are not there", || {
                    let what = "not listed in image_data.json; skipped. Use files of the same Visual Genome version";
                    DataIssue::new(&files.splits, format!("image {id}"), what)
                });
            }
            if is_large_enough(&id) {
                splits.push((id, split));
            }
        }
    }
    Ok(splits)
}
