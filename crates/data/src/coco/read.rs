//! From annotation files to a [`AnnotationTable`], through sg2im's filters, in one pass over each file.
// sg2im: data/coco.py, CocoSceneGraphDataset.__init__

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{CocoFiles, CocoFilters};
use crate::pictures::check_record::{broken_off, impossible_size, validate_shape, without_box, words};
use crate::store::{AnnotationTable, ShapeRef, Shapes, StoredObject, StoredPicture, StoredRelation};
use crate::{DataError, DataIssue, IssueLog};
use scenewright_formats::coco_file::{
    CocoAnnotation, CocoCategory, CocoImage, CocoRelation, CocoSink, RecordPosition, read_coco,
};
use scenewright_formats::picture_file::{self, MIN_SIDE_PX, SLACK_PX, is_too_large};
use scenewright_formats::values::{Id, word};

/// Reads both files.
pub fn read(files: &CocoFiles, filters: &CocoFilters, issues: &mut IssueLog) -> Result<AnnotationTable, DataError> {
    let mut gather = Gather::new(filters, issues, &files.instances);
    read_coco(&files.instances, &mut gather)?;
    let instances = gather.categories.len();
    if let Some(stuff) = &files.stuff {
        gather.begin_stuff(stuff);
        read_coco(stuff, &mut gather)?;
    }
    Ok(gather.finish(instances, files.stuff.is_some(), &files.pictures))
}

/// Boxes that leave the picture are reported; those that fit only the rotated picture show that it was annotated rotated.
fn fit(picture: &mut StoredPicture, boxes: &[[f64; 4]], folder: &Path, file: &Path, issues: &mut IssueLog) {
    let (width, height) = (picture.width, picture.height);
    let leaves = |[x, y, w, h]: &[f64; 4], (width, height): (u32, u32)| {
        *x < -SLACK_PX || *y < -SLACK_PX || x + w > f64::from(width) + SLACK_PX || y + h > f64::from(height) + SLACK_PX
    };
    let mut outside: Vec<&[f64; 4]> = boxes.iter().filter(|bbox| leaves(bbox, (width, height))).collect();
    if outside.is_empty() {
        return;
    }
    if let Ok(header) = picture_file::header(&super::path_below(folder, &picture.file)) {
        let (size, by_boxes) = header.annotated_size(Some((width, height)), boxes);
        if by_boxes {
            (picture.width, picture.height) = size;
            issues.add("sizes of turned pictures", || {
                let what = format!("EXIF turns it, and its boxes only fit {} x {} pixels; they are taken so. Write this size as its width and height", size.0, size.1);
                DataIssue::new(file, format!("image {}", picture.id), what)
            });
            outside.retain(|bbox| leaves(bbox, size));
        }
    }
    for [x, y, w, h] in outside {
        issues.add("boxes partly outside", || {
            let what = format!("a box [{x}, {y}, {w}, {h}] (left, top, width, height) leaves the picture of {width} x {height} pixels; what lies outside is cut off. Draw it anew, or write the size that the picture has");
            DataIssue::new(file, format!("image {}", picture.id), what)
        });
    }
}

/// Relations between annotations (`rel_annotations`), by their subjects.
struct AnnotationRelations {
    words: Vec<String>,
    by_subject: HashMap<Id, Vec<(u32, Id)>>,
}

impl AnnotationRelations {
    fn new(relations: &[CocoRelation], predicates: &[CocoCategory], file: &Path, issues: &mut IssueLog) -> Self {
        let names = words(predicates, "relation category", file, issues);
        let mut related = Self { words: Vec::new(), by_subject: HashMap::new() };
        for relation in relations {
            let named = relation.predicate_name.as_deref().map(word);
            let predicate = relation.predicate.as_ref().and_then(|id| names.get(id)).cloned().or(named);
            let (Some(predicate), Some(subject), Some(object)) = (predicate, &relation.subject, &relation.object)
            else {
                issues.add("relations that cannot be used", || {
                    DataIssue::new(file, relation.place.to_string(), "it lacks a subject_id, an object_id or a predicate_id of \"rel_categories\". Add it, or remove the relation")
                });
                continue;
            };
            let row = related.words.iter().position(|other| *other == predicate).unwrap_or_else(|| {
                related.words.push(predicate);
                related.words.len() - 1
            });
            related.by_subject.entry(subject.clone()).or_default().push((row as u32, object.clone()));
        }
        related
    }

    /// Those between objects of one picture.
    fn among(&self, objects: &[UncategorizedObject]) -> Vec<StoredRelation> {
        if self.by_subject.is_empty() {
            return Vec::new();
        }
        let rows: HashMap<&Id, u32> =
            (0u32..).zip(objects).filter_map(|(row, object)| Some((object.id.as_ref()?, row))).collect();
        let of_subject = |(id, &subject): (&&Id, &u32)| -> Vec<StoredRelation> {
            let list = self.by_subject.get(*id).into_iter().flatten();
            list.filter_map(|(predicate, object)| {
                Some(StoredRelation { subject, predicate: *predicate, object: *rows.get(object)? })
            })
            .collect()
        };
        let mut all: Vec<StoredRelation> = rows.iter().flat_map(of_subject).collect();
        all.sort_by_key(|relation| (relation.subject, relation.predicate, relation.object));
        all
    }
}

/// An object whose category is not known yet: categories come last in COCO's files.
struct UncategorizedObject {
    picture: u32,
    id: Option<Id>,
    category: Id,
    bbox: [f64; 4],
    shape: Option<ShapeRef>,
    in_stuff: bool,
}

struct Gather<'f> {
    filters: &'f CocoFilters,
    issues: &'f mut IssueLog,
    /// That is being read; and that of the instances.
    file: &'f Path,
    instances: &'f Path,
    pictures: Vec<StoredPicture>,
    rows: HashMap<Id, u32>,
    /// Ids that several pictures have: it is unknown whose annotations they are.
    shared: HashSet<Id>,
    has_stuff: Vec<bool>,
    in_stuff: bool,
    objects: Vec<UncategorizedObject>,
    shapes: Shapes,
    /// Number and name, instances first.
    categories: Vec<(Id, String)>,
    /// Annotations that came before their pictures.
    early: Vec<CocoAnnotation>,
    ids: HashSet<Id>,
    predicates: Vec<CocoCategory>,
    relations: Vec<CocoRelation>,
}

impl<'f> Gather<'f> {
    fn new(filters: &'f CocoFilters, issues: &'f mut IssueLog, file: &'f Path) -> Self {
        Self {
            filters,
            issues,
            file,
            instances: file,
            pictures: Vec::new(),
            rows: HashMap::new(),
            shared: HashSet::new(),
            has_stuff: Vec::new(),
            in_stuff: false,
            objects: Vec::new(),
            shapes: Shapes::default(),
            categories: Vec::new(),
            early: Vec::new(),
            ids: HashSet::new(),
            predicates: Vec::new(),
            relations: Vec::new(),
        }
    }

    /// From here on records are of the stuff file; its pictures are those of the instances.
    fn begin_stuff(&mut self, file: &'f Path) {
        self.settle_early();
        self.in_stuff = true;
        self.file = file;
        self.ids.clear();
    }

    fn settle_early(&mut self) {
        for annotation in std::mem::take(&mut self.early) {
            self.settle(annotation);
        }
    }

    /// Takes an annotation whose picture must be known by now.
    fn settle(&mut self, annotation: CocoAnnotation) {
        let file = self.file;
        let place = || match &annotation.id {
            Some(id) => format!("annotation {id}"),
            None => annotation.place.to_string(),
        };
        let Some(image_id) = &annotation.image_id else {
            self.issues.add("annotations without an image_id", || {
                let has = annotation.other_link.as_ref().map_or(String::new(), |key| format!(", but \"{key}\""));
                let what = format!(
                    "it has no \"image_id\"{has}, so its picture is unknown. Call the id of its picture \"image_id\""
                );
                DataIssue::new(file, place(), what)
            });
            return;
        };
        if self.shared.contains(image_id) {
            self.issues.add("annotations of an id that two pictures have", || {
                let what = format!("its image_id {image_id} belongs to two pictures, so it is put on neither. Give each picture an id of its own");
                DataIssue::new(file, place(), what)
            });
            return;
        }
        let Some(&row) = self.rows.get(image_id) else {
            self.issues.add("annotations that point nowhere", || {
                DataIssue::new(
                    file,
                    place(),
                    format!("its image_id is {image_id}, and there is no such image. Remove it, or add the image"),
                )
            });
            return;
        };
        if self.in_stuff {
            self.has_stuff[row as usize] = true;
        }
        let bbox = match annotation.bbox {
            Ok(bbox) => bbox,
            Err(problem) => {
                self.issues.add("annotations without a box", || without_box(file, &place(), problem));
                return;
            }
        };
        if let Some(problem) = &annotation.mask_problem {
            self.issues.add("masks that cannot be read", || {
                DataIssue::new(file, place(), format!("{problem}. Draw the mask again"))
            });
        }
        let StoredPicture { width, height, .. } = self.pictures[row as usize];
        let [x, y, w, h] = bbox;
        let share = (w * h) / (f64::from(width) * f64::from(height));
        // Strictly more, and not-a-number is not.
        let large = share > self.filters.min_object_size;
        if w <= 0.0 || h <= 0.0 {
            self.issues.add("boxes without area", || {
                DataIssue::new(file, place(), format!("its box [{x}, {y}, {w}, {h}] (left, top, width, height) has no area. Draw it again, or remove it"))
            });
            return;
        }
        let Some(category) = annotation.category_id.clone() else {
            self.issues.add("annotations that point nowhere", || {
                DataIssue::new(file, place(), "it has no category_id. Give it one, or remove it")
            });
            return;
        };
        if large {
            let place = place();
            let shape = annotation
                .shape
                .and_then(|shape| validate_shape(shape, (width, height), file, &place, self.issues))
                .map(|shape| self.shapes.push(&shape));
            self.objects.push(UncategorizedObject {
                picture: row,
                id: annotation.id,
                category,
                bbox,
                shape,
                in_stuff: self.in_stuff,
            });
        }
    }

    /// What the filters leave, grouped by picture. The first `instances` categories are the instances file's.
    fn finish(mut self, instances: usize, with_stuff: bool, pictures: &Path) -> AnnotationTable {
        self.settle_early();
        let filters = self.filters;
        let listed = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        // One list for both, as in sg2im: a name on either counts for both.
        let all = self.categories.iter().enumerate();
        let white: HashSet<&String> = all
            .filter(|(at, (_, name))| {
                let list = if *at < instances { &filters.instance_whitelist } else { &filters.stuff_whitelist };
                let named = |list: &[String]| list.contains(name);
                listed(list, name) || named(&filters.instance_whitelist) || named(&filters.stuff_whitelist)
            })
            .map(|(_, (_, name))| name)
            .collect();
        let mut taken: HashMap<Id, u32> = HashMap::new();
        let mut known = HashSet::new();
        for (at, (id, name)) in self.categories.iter().enumerate() {
            known.insert(id.clone());
            if white.contains(name) && (name != "other" || filters.include_other) {
                taken.insert(id.clone(), at as u32);
            }
        }
        let issues = &mut *self.issues;
        let (stuff, things) = (self.file, self.instances);
        self.objects.retain(|object| {
            if !known.contains(&object.category) {
                let (id, file) = (object.category.clone(), if object.in_stuff { stuff } else { things });
                issues.add("annotations that point nowhere", || {
                    DataIssue::new(
                        file,
                        format!("category {id}"),
                        "annotations name it, and there is no such category. Add it to \"categories\"",
                    )
                });
            }
            taken.contains_key(&object.category)
        });
        // Within a picture the order of the files stays.
        self.objects.sort_by_key(|object| object.picture);
        let keeps = |row: usize| !(with_stuff && filters.stuff_only) || self.has_stuff[row];
        let mut store = AnnotationTable { shapes: self.shapes, ..AnnotationTable::default() };
        let related = AnnotationRelations::new(&self.relations, &self.predicates, things, issues);
        store.predicates.clone_from(&related.words);
        let mut objects = self.objects.into_iter().peekable();
        for (row, mut picture) in self.pictures.into_iter().enumerate() {
            let first = store.objects.len();
            let mut own: Vec<UncategorizedObject> = Vec::new();
            while let Some(object) = objects.next_if(|object| object.picture as usize <= row) {
                own.push(object);
            }
            let count = own.len();
            if !(keeps(row) && (filters.min_objects..=filters.max_objects).contains(&count)) {
                continue;
            }
            let boxes: Vec<[f64; 4]> = own.iter().map(|object| object.bbox).collect();
            fit(&mut picture, &boxes, pictures, things, issues);
            store.relations.extend(related.among(&own));
            for object in own {
                let name = taken.get(&object.category).copied().unwrap_or_default();
                let UncategorizedObject { bbox, shape, .. } = object;
                store.objects.push(StoredObject { name, bbox, shape, attributes: 0..0 });
            }
            let before = store.pictures.last().map_or(0, |picture: &StoredPicture| picture.relations.end);
            picture.relations = before..store.relations.len() as u32;
            picture.objects = first as u32..store.objects.len() as u32;
            store.pictures.push(picture);
        }
        store.objects.shrink_to_fit();
        let used = |(at, (_, name)): (usize, (Id, String))| {
            if taken.values().any(|row| *row as usize == at) { name } else { String::new() }
        };
        store.names = self.categories.into_iter().enumerate().map(used).collect();
        store
    }
}

impl CocoSink for Gather<'_> {
    fn image(&mut self, image: CocoImage) {
        if self.in_stuff {
            return;
        }
        let file = self.file;
        let Some(id) = image.id else {
            self.issues.add("pictures without an id", || {
                DataIssue::new(
                    file,
                    format!("image \"{}\"", image.file_name),
                    "it has no \"id\", so nothing can be annotated on it. Give it one of its own",
                )
            });
            return;
        };
        let place = || format!("image {id}");
        if image.file_name.is_empty() {
            self.issues.add("pictures without a file_name", || {
                DataIssue::new(
                    file,
                    place(),
                    "it has no \"file_name\", so it cannot be found. Write the name of its file",
                )
            });
            return;
        }
        if image.width == 0 || image.height == 0 {
            self.issues.add("pictures without a size", || {
                DataIssue::new(file, place(), "its \"width\" and \"height\" are missing. Write its size in pixels")
            });
            return;
        }
        if is_too_large(image.width, image.height) {
            self.issues
                .add("pictures of impossible sizes", || impossible_size(file, &place(), image.width, image.height));
            return;
        }
        if image.width.min(image.height) < MIN_SIDE_PX {
            self.issues.add("pictures that are too small", || {
                let what =
                    format!("{} x {} pixels show nothing that could be learned. Remove it", image.width, image.height);
                DataIssue::new(file, place(), what)
            });
            return;
        }
        if let Some(&row) = self.rows.get(&id) {
            let is_same = *self.pictures[row as usize].file == *image.file_name;
            self.issues.add("picture ids given twice", || {
                let what = match is_same {
                    true => "it is listed twice; the first entry is used. Remove the other".to_owned(),
                    false => format!(
                        "the id belongs to two pictures, \"{}\" is the second. Give each an id of its own",
                        image.file_name
                    ),
                };
                DataIssue::new(file, place(), what)
            });
            if !is_same {
                self.shared.insert(id);
            }
            return;
        }
        let number = id.as_number();
        self.rows.insert(id, self.pictures.len() as u32);
        self.has_stuff.push(false);
        let CocoImage { file_name, width, height, .. } = image;
        self.pictures.push(StoredPicture {
            id: number,
            file: file_name.into(),
            width,
            height,
            objects: 0..0,
            relations: 0..0,
        });
    }

    fn category(&mut self, category: CocoCategory) {
        let file = self.file;
        let name = word(&category.name);
        let Some(id) = category.id else {
            self.issues.add("categories without an id", || {
                DataIssue::new(file, format!("category \"{name}\""), "it has no \"id\". Give it one of its own")
            });
            return;
        };
        if let Err(error) = scenewright_scene::check_name("the category", &name) {
            self.issues.add("categories without a word", || {
                DataIssue::new(file, format!("category {id}"), format!("{error}. Give it a word"))
            });
            return;
        }
        if let Some((_, other)) = self.categories.iter().find(|(known, other)| *known == id && *other != name) {
            self.issues.add("category ids given twice", || {
                DataIssue::new(
                    file,
                    format!("category {id}"),
                    format!("the id belongs to \"{other}\" and to \"{name}\"; the first is used. Give each its own"),
                )
            });
            return;
        }
        self.categories.push((id, name));
    }

    fn annotation(&mut self, annotation: CocoAnnotation) {
        if let Some(id) = annotation.id.as_ref().filter(|id| !self.ids.insert((*id).clone())) {
            let file = self.file;
            self.issues.add("annotation ids given twice", || {
                DataIssue::new(
                    file,
                    format!("annotation {id}"),
                    "the id is given twice; both are used. Give one another id",
                )
            });
        }
        // Pictures come first in COCO's own files; two of one id may stand anywhere in their list.
        if self.pictures.is_empty() { self.early.push(annotation) } else { self.settle(annotation) }
    }

    fn predicate(&mut self, predicate: CocoCategory) {
        self.predicates.push(predicate);
    }

    fn relation(&mut self, relation: CocoRelation) {
        self.relations.push(relation);
    }

    fn odd(&mut self, place: RecordPosition, what: String) {
        let file = self.file;
        self.issues.add("records that cannot be read", || {
            DataIssue::new(file, place.to_string(), format!("{what}; it is left out. Fix it, or remove it"))
        });
    }

    fn broken(&mut self, what: String, line: u64) {
        let file = self.file;
        self.issues.add("files that break off", || broken_off(file, &what, line));
    }
}
