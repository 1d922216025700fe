//! Checks the records of an annotations file: usable ones are kept, the others are reported.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::annotated::AnnotatedObject;
use crate::{DataIssue, IssueLog};
use scenewright_formats::coco_file::{CocoAnnotation, CocoCategory, CocoImage, CocoRelation, CocoSink, RecordPosition};
use scenewright_formats::coco_mask::{CocoShape, PixelWindow};
use scenewright_formats::picture_file::{SLACK_PX, is_too_large};
use scenewright_formats::values::{BoxProblem, Id, word};

/// Holds all records of a file; folders of own pictures are small enough.
#[derive(Default)]
pub(crate) struct Records {
    pub images: Vec<CocoImage>,
    pub categories: Vec<CocoCategory>,
    pub annotations: Vec<CocoAnnotation>,
    pub predicates: Vec<CocoCategory>,
    pub relations: Vec<CocoRelation>,
    /// Records that cannot be read, and what is wrong with them.
    pub odd: Vec<(RecordPosition, String)>,
    /// Problem and line where a truncated file ends.
    pub broken: Option<(String, u64)>,
}

impl CocoSink for Records {
    fn image(&mut self, image: CocoImage) {
        self.images.push(image);
    }
    fn category(&mut self, category: CocoCategory) {
        self.categories.push(category);
    }
    fn annotation(&mut self, annotation: CocoAnnotation) {
        self.annotations.push(annotation);
    }
    fn predicate(&mut self, predicate: CocoCategory) {
        self.predicates.push(predicate);
    }
    fn relation(&mut self, relation: CocoRelation) {
        self.relations.push(relation);
    }
    fn odd(&mut self, place: RecordPosition, what: String) {
        self.odd.push((place, what));
    }
    fn broken(&mut self, what: String, line: u64) {
        self.broken = Some((what, line));
    }
}

/// A picture with its usable annotations.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CheckedRecord {
    /// The record, for issues.
    pub place: String,
    /// The file that lists it.
    pub file: PathBuf,
    pub file_name: String,
    /// Pixels; 0 where the file does not say.
    pub width: u32,
    pub height: u32,
    pub objects: Vec<CheckedAnnotation>,
    /// (subject, predicate, object): indices into `objects`.
    pub relations: Vec<(usize, String, usize)>,
}

/// An annotation whose picture and category are known; its box is checked once the picture's size is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CheckedAnnotation {
    pub place: String,
    pub file: PathBuf,
    pub name: String,
    /// Left, top, width, height in pixels; `None`: that of the shape.
    pub bbox: Option<[f64; 4]>,
    pub shape: Option<CocoShape>,
    pub attributes: Vec<String>,
    /// Its index in the scene beside the picture.
    pub row: Option<usize>,
}

/// Boxes with a shorter side are rejected.
const MIN_SIDE_PX: f64 = 1.0;

/// The file of a record: the original file if it was converted from another tool's format, else `file`.
fn file_of(place: &RecordPosition, file: &Path) -> PathBuf {
    let origin = place.origin.as_ref().filter(|origin| !origin.0.is_empty());
    origin.map_or_else(|| file.to_owned(), |origin| PathBuf::from(&origin.0))
}

fn named(what: &str, id: Option<&Id>, place: &RecordPosition) -> String {
    match id {
        Some(id) if place.origin.is_none() => format!("{what} {id}"),
        _ => place.to_string(),
    }
}

/// The key that all annotations have in place of `image_id`, if there are several annotations and none has an `image_id`.
fn link_of_all(annotations: &[CocoAnnotation]) -> Option<&str> {
    let link = annotations.first()?.other_link.as_deref()?;
    let is_same = |one: &CocoAnnotation| one.image_id.is_none() && one.other_link.as_deref() == Some(link);
    (annotations.len() > 1 && annotations.iter().all(is_same)).then_some(link)
}

/// Keeps the usable records of a file, and reports the others.
pub(crate) fn check_records(records: Records, file: &Path, issues: &mut IssueLog) -> Vec<CheckedRecord> {
    report_unreadable(&records, file, issues);
    let names = words(&records.categories, "category", file, issues);
    let predicates = words(&records.predicates, "relation category", file, issues);
    let (mut pictures, rows) = images(records.images, file, issues);
    if let Some(link) = link_of_all(&records.annotations) {
        let count = records.annotations.len();
        issues.add("annotations without a picture", || {
            let what = format!(
                "all {count} annotations have no \"image_id\", but \"{link}\", so nobody knows their pictures. Call the id of the picture \"image_id\""
            );
            DataIssue::new(file, "", what)
        });
        return pictures;
    }
    let mut ids = HashSet::new();
    // Picture and object index of each usable annotation.
    let mut places: HashMap<Id, (usize, usize)> = HashMap::new();
    let mut scored = Scores::default();
    for annotation in records.annotations {
        let place = named("annotation", annotation.id.as_ref(), &annotation.place);
        let source = file_of(&annotation.place, file);
        if let Some(id) = annotation.id.as_ref().filter(|id| !ids.insert((*id).clone())) {
            issues.add("annotation ids given twice", || {
                DataIssue::new(
                    &source,
                    format!("annotation {id}"),
                    "the id is given twice; both are used. Give one another id",
                )
            });
        }
        if scored.is_weak(&annotation) {
            continue;
        }
        let row = match rows.row(&annotation) {
            Ok(row) => row,
            Err((kind, what)) => {
                issues.add(kind, || DataIssue::new(&source, &place, what));
                continue;
            }
        };
        let Some(name) = name_of(&annotation, &names, &source, &place, issues) else { continue };
        if let Some(problem) = annotation.mask_problem {
            issues.add("masks that cannot be read", || {
                DataIssue::new(&source, &place, format!("{problem}; its box is used without it. Draw the mask again"))
            });
        }
        let bbox = match usable_box(annotation.bbox, annotation.shape.is_some(), &source, &place, issues) {
            Ok(bbox) => bbox,
            Err(problem) => {
                issues.add("annotations without a box", || without_box(&source, &place, problem));
                continue;
            }
        };
        let picture = &mut pictures[row];
        if let Some(id) = &annotation.id {
            places.insert(id.clone(), (row, picture.objects.len()));
        }
        picture.objects.push(CheckedAnnotation {
            place,
            file: source,
            name,
            bbox,
            shape: annotation.shape,
            attributes: annotation.attributes,
            row: annotation.scenewright_object,
        });
    }
    scored.report(file, issues);
    for relation in records.relations {
        relate(&relation, &predicates, &places, &mut pictures, file, issues);
    }
    pictures
}

fn report_unreadable(records: &Records, file: &Path, issues: &mut IssueLog) {
    for (place, what) in &records.odd {
        issues.add("records that cannot be read", || {
            DataIssue::new(file, place.to_string(), format!("{what}; it is left out. Fix it, or remove it"))
        });
    }
    if let Some((what, line)) = &records.broken {
        issues.add("files that break off", || broken_off(file, what, *line));
    }
}

/// The name of an annotation's category; reports it if there is none.
fn name_of(
    annotation: &CocoAnnotation,
    names: &HashMap<Id, String>,
    source: &Path,
    place: &str,
    issues: &mut IssueLog,
) -> Option<String> {
    let name = match (&annotation.category_id, &annotation.category_name) {
        (Some(id), _) => names.get(id).cloned(),
        (None, Some(name)) => Some(word(name)).filter(|name| scenewright_scene::check_name("", name).is_ok()),
        (None, None) => None,
    };
    if name.is_none() {
        let of = annotation.category_id.as_ref().map_or("none".to_owned(), Id::to_string);
        issues.add("annotations that point nowhere", || {
            let what =
                format!("its category_id is {of}, and there is no such category. Remove it, or add the category");
            DataIssue::new(source, place, what)
        });
    }
    name
}

/// The box of an annotation; `None` if that of its mask is to be used. The error: it has neither.
fn usable_box(
    bbox: Result<[f64; 4], BoxProblem>,
    has_mask: bool,
    source: &Path,
    place: &str,
    issues: &mut IssueLog,
) -> Result<Option<[f64; 4]>, BoxProblem> {
    match bbox {
        Ok(bbox) => Ok(Some(bbox)),
        Err(problem) if !has_mask => Err(problem),
        Err(BoxProblem::Missing) => Ok(None),
        Err(BoxProblem::NotFourNumbers) => {
            issues.add("boxes that cannot be read", || {
                let what = "its \"bbox\" is no four numbers; that of its mask is used. Draw a box, or remove it";
                DataIssue::new(source, place, what)
            });
            Ok(None)
        }
    }
}

pub(crate) fn broken_off(file: &Path, what: &str, line: u64) -> DataIssue {
    DataIssue::new(
        file,
        format!("line {line}"),
        format!("{what}; what comes before is used. Take another copy, or fix that place"),
    )
}

pub(crate) fn without_box(file: &Path, place: &str, problem: BoxProblem) -> DataIssue {
    let what = match problem {
        BoxProblem::Missing => "it has neither a \"bbox\" nor a mask. Draw a box, or remove it",
        BoxProblem::NotFourNumbers => {
            "its \"bbox\" is no four numbers (left, top, width, height), and it has neither a box nor a mask that can be used. Draw a box, or remove it"
        }
    };
    DataIssue::new(file, place, what)
}

/// Detections with a low score are not used for training.
#[derive(Default)]
struct Scores {
    weak: u64,
}

/// The usual threshold for showing detections.
const MIN_SCORE: f64 = 0.5;

impl Scores {
    fn is_weak(&mut self, annotation: &CocoAnnotation) -> bool {
        let is_weak = annotation.score.is_some_and(|score| score < MIN_SCORE);
        self.weak += u64::from(is_weak);
        is_weak
    }

    fn report(&self, file: &Path, issues: &mut IssueLog) {
        let weak = self.weak;
        if weak > 0 {
            issues.add("detections with a low score", || {
                DataIssue::new(file, "", format!("{weak} detections have a score below {MIN_SCORE} and are left out. Remove \"score\" from those that are right"))
            });
        }
    }
}

/// Pictures by their ids.
#[derive(Default)]
struct Rows {
    by_id: HashMap<Id, usize>,
    /// Ids that several pictures have: it is unknown whose annotations they are.
    shared: HashSet<Id>,
    by_name: HashMap<String, usize>,
}

impl Rows {
    /// The picture of an annotation; else the kind of the issue, and what is wrong.
    fn row(&self, annotation: &CocoAnnotation) -> Result<usize, (&'static str, String)> {
        let Some(id) = &annotation.image_id else {
            let has = annotation.other_link.as_ref().map_or(String::new(), |key| format!(", but \"{key}\""));
            return Err((
                "annotations without an image_id",
                format!(
                    "it has no \"image_id\"{has}, so its picture is unknown. Call the id of its picture \"image_id\""
                ),
            ));
        };
        if self.shared.contains(id) {
            return Err((
                "annotations of an id that two pictures have",
                format!(
                    "its image_id {id} belongs to two pictures, so it is put on neither. Give each picture an id of its own"
                ),
            ));
        }
        let by_name = || match id {
            Id::Text(name) => self.by_name.get(&**name),
            Id::Number(_) => None,
        };
        self.by_id.get(id).or_else(by_name).copied().ok_or_else(|| {
            (
                "annotations that point nowhere",
                format!("its image_id is {id}, and there is no such image. Remove it, or add the image"),
            )
        })
    }
}

fn images(images: Vec<CocoImage>, file: &Path, issues: &mut IssueLog) -> (Vec<CheckedRecord>, Rows) {
    let mut pictures: Vec<CheckedRecord> = Vec::with_capacity(images.len());
    let mut rows = Rows::default();
    for image in images {
        let CocoImage { place, id, file_name, width, height } = image;
        let source = file_of(&place, file);
        let Some(id) = id else {
            issues.add("pictures without an id", || {
                DataIssue::new(
                    &source,
                    place.to_string(),
                    "it has no \"id\", so nothing can be annotated on it. Give it one of its own",
                )
            });
            continue;
        };
        let record = named("image", Some(&id), &place);
        if let Some(&other) = rows.by_id.get(&id) {
            if pictures[other].file_name == file_name {
                issues.add("pictures listed twice", || {
                    DataIssue::new(&source, &record, "it is listed twice; the first entry is used. Remove the other")
                });
                continue;
            }
            let first = pictures[other].file_name.clone();
            issues.add("picture ids given twice", || {
                let what = format!(
                    "the id belongs to two pictures, \"{first}\" and \"{file_name}\". Give each an id of its own"
                );
                DataIssue::new(&source, &record, what)
            });
            rows.shared.insert(id.clone());
        }
        if file_name.is_empty() {
            issues.add("pictures without a file_name", || {
                DataIssue::new(&source, &record, "it has no \"file_name\", so it cannot be found, and its annotations are left out. Write the name of its file")
            });
        }
        rows.by_id.entry(id).or_insert(pictures.len());
        rows.by_name.entry(file_name.clone()).or_insert(pictures.len());
        // Without a size of its own, it is taken to be as large as the picture is.
        let (width, height) = if is_too_large(width, height) {
            issues.add("pictures of impossible sizes", || impossible_size(&source, &record, width, height));
            (0, 0)
        } else {
            (width, height)
        };
        pictures.push(CheckedRecord {
            place: record,
            file: source,
            file_name,
            width,
            height,
            objects: Vec::new(),
            relations: Vec::new(),
        });
    }
    (pictures, rows)
}

/// The words of a list by their ids, each in its one spelling.
pub(crate) fn words(list: &[CocoCategory], what: &str, file: &Path, issues: &mut IssueLog) -> HashMap<Id, String> {
    let mut names: HashMap<Id, String> = HashMap::new();
    for category in list {
        let place = || category.place.to_string();
        let name = word(&category.name);
        let Some(id) = &category.id else {
            issues.add("categories without an id", || {
                DataIssue::new(file, place(), "it has no \"id\". Give it one of its own")
            });
            continue;
        };
        if let Err(error) = scenewright_scene::check_name("the category", &name) {
            issues.add("categories without a word", || {
                DataIssue::new(file, place(), format!("{error}; what it marks is left out. Give it a word"))
            });
            continue;
        }
        if let Some(other) = names.get(id) {
            let other = other.clone();
            if other != name {
                issues.add("category ids given twice", || {
                    DataIssue::new(
                        file,
                        format!("{what} {id}"),
                        format!(
                            "the id belongs to \"{other}\" and to \"{name}\"; the first is used. Give each its own"
                        ),
                    )
                });
            }
            continue;
        }
        names.insert(id.clone(), name);
    }
    names
}

fn relate(
    relation: &CocoRelation,
    predicates: &HashMap<Id, String>,
    places: &HashMap<Id, (usize, usize)>,
    pictures: &mut [CheckedRecord],
    file: &Path,
    issues: &mut IssueLog,
) {
    let source = file_of(&relation.place, file);
    let predicate = match (&relation.predicate, &relation.predicate_name) {
        (Some(id), _) => predicates.get(id).cloned(),
        (None, Some(name)) => Some(word(name)).filter(|name| scenewright_scene::check_name("", name).is_ok()),
        (None, None) => None,
    };
    let end = |id: &Option<Id>| id.as_ref().and_then(|id| places.get(id)).copied();
    let mut note = |what: &str| {
        issues.add("relations that cannot be used", || DataIssue::new(&source, relation.place.to_string(), what));
    };
    let Some(predicate) = predicate else {
        return note(
            "its predicate_id is no entry of \"rel_categories\" that has a word. Add it, or remove the relation",
        );
    };
    match (end(&relation.subject), end(&relation.object)) {
        (Some((row, subject)), Some((other, object))) if row == other => {
            pictures[row].relations.push((subject, predicate, object));
        }
        (Some(_), Some(_)) => note("its two ends are on different pictures. Fix its subject_id or object_id"),
        _ => note("an end of it is no annotation that is used. Fix its subject_id or object_id, or remove it"),
    }
}

pub(crate) fn impossible_size(file: &Path, place: &str, width: u32, height: u32) -> DataIssue {
    let what = format!(
        "its size is given as {width} x {height} pixels, which is more than any picture may have. Write the size that it has"
    );
    DataIssue::new(file, place, what)
}

/// Objects with their rows in the scene, and relations between them: subject, predicate, object.
pub(crate) type UsableObjects = (Vec<(Option<usize>, AnnotatedObject)>, Vec<(usize, String, usize)>);

/// Objects whose boxes and masks can be used on a picture of this size, with their rows in the scene; and the relations between them.
pub(crate) fn objects(checked: CheckedRecord, size: (u32, u32), issues: &mut IssueLog) -> UsableObjects {
    let stated = if checked.width > 0 && checked.height > 0 { size } else { (0, 0) };
    let mut rows = Vec::with_capacity(checked.objects.len());
    let mut objects = Vec::with_capacity(checked.objects.len());
    for marked in checked.objects {
        let (file, place) = (&marked.file, &marked.place);
        let shape = marked.shape.and_then(|shape| validate_shape(shape, stated, file, place, issues));
        let bbox = match (marked.bbox, &shape) {
            (Some(bbox), _) => Some(bbox),
            (None, Some(shape)) => box_of(shape, size),
            (None, None) => {
                issues.add("annotations without a box", || without_box(file, place, BoxProblem::Missing));
                None
            }
        };
        let bbox = bbox.and_then(|bbox| validate_box(bbox, size, file, place, issues));
        rows.push(bbox.map(|_| objects.len()));
        if let Some(bbox) = bbox {
            let object = AnnotatedObject { name: marked.name, bbox, shape, attributes: marked.attributes };
            objects.push((marked.row, object));
        }
    }
    let row = |row: usize| rows.get(row).copied().flatten();
    let relations = checked.relations.into_iter().filter_map(|(s, word, o)| Some((row(s)?, word, row(o)?))).collect();
    (objects, relations)
}

/// A mask without what draws nothing. `stated`: the picture's size in pixels, 0 where the file does not say.
pub(crate) fn validate_shape(
    shape: CocoShape,
    stated: (u32, u32),
    file: &Path,
    place: &str,
    issues: &mut IssueLog,
) -> Option<CocoShape> {
    match shape {
        CocoShape::Polygons(polygons) => {
            let all = polygons.len();
            let proper: Vec<_> = polygons.into_iter().filter(|polygon| !polygon.is_degenerate()).collect();
            if proper.len() < all {
                issues.add("polygons without area", || {
                    DataIssue::new(
                        file,
                        place,
                        "a polygon's corners lie on one line; it is left out. Draw it again, or remove it",
                    )
                });
            }
            (!proper.is_empty()).then_some(CocoShape::Polygons(proper))
        }
        CocoShape::Runs(runs) => {
            let stated = (stated.0 as usize, stated.1 as usize);
            if stated != (0, 0) && (runs.width, runs.height) != stated {
                issues.add("masks of another size", || {
                    let what = format!(
                        "its mask is for {} x {} pixels and the picture has {} x {}; its box is used without it. Draw the mask again",
                        runs.width, runs.height, stated.0, stated.1
                    );
                    DataIssue::new(file, place, what)
                });
                return None;
            }
            if runs.area() == 0 {
                issues.add("masks without area", || {
                    DataIssue::new(file, place, "its mask is empty; its box is used without it. Draw the mask again")
                });
                return None;
            }
            Some(CocoShape::Runs(runs))
        }
    }
}

/// Left, top, width, height, within the picture.
fn validate_box(
    [x, y, w, h]: [f64; 4],
    size: (u32, u32),
    file: &Path,
    place: &str,
    issues: &mut IssueLog,
) -> Option<[f64; 4]> {
    let finite = [x, y, w, h].iter().all(|v| v.is_finite());
    if !finite || w < MIN_SIDE_PX || h < MIN_SIDE_PX {
        issues.add("boxes without area", || {
            DataIssue::new(
                file,
                place,
                format!(
                    "its box [{x}, {y}, {w}, {h}] (left, top, width, height) has no area. Draw it again, or remove it"
                ),
            )
        });
        return None;
    }
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let (x0, y0, x1, y1) = (x.max(0.0), y.max(0.0), (x + w).min(width), (y + h).min(height));
    let what = |then: &str| {
        format!(
            "its box [{x}, {y}, {w}, {h}] (left, top, width, height) leaves the picture of {width} x {height} pixels; {then}"
        )
    };
    if x1 - x0 < MIN_SIDE_PX || y1 - y0 < MIN_SIDE_PX {
        issues
            .add("boxes outside", || DataIssue::new(file, place, what("it is left out. Draw it again, or remove it")));
        return None;
    }
    let beyond = [-x, -y, x + w - width, y + h - height].into_iter().fold(0.0, f64::max);
    if beyond > SLACK_PX {
        issues.add("boxes partly outside", || {
            DataIssue::new(file, place, what("what lies outside is cut off. Look whether it still fits"))
        });
    }
    if beyond > 0.0 { Some([x0, y0, x1 - x0, y1 - y0]) } else { Some([x, y, w, h]) }
}

/// The box around a mask.
fn box_of(shape: &CocoShape, size: (u32, u32)) -> Option<[f64; 4]> {
    match shape {
        CocoShape::Polygons(polygons) => {
            let mut corners = polygons.iter().flat_map(|polygon| polygon.corners());
            let [x, y] = corners.next()?;
            let [x0, y0, x1, y1] =
                corners.fold([x, y, x, y], |[x0, y0, x1, y1], [x, y]| [x0.min(x), y0.min(y), x1.max(x), y1.max(y)]);
            Some([x0, y0, x1 - x0, y1 - y0])
        }
        CocoShape::Runs(runs) => {
            let (width, height) = ((size.0 as usize).max(runs.width), (size.1 as usize).max(runs.height));
            let mask = shape.mask(width, height, PixelWindow { x0: 0, y0: 0, x1: width, y1: height });
            let inside = mask.iter().enumerate().filter(|(_, v)| **v > 0).map(|(i, _)| (i % width, i / width));
            let (x0, y0, x1, y1) = inside.fold((usize::MAX, usize::MAX, 0, 0), |(x0, y0, x1, y1), (x, y)| {
                (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1))
            });
            (x0 < x1).then(|| [x0 as f64, y0 as f64, (x1 - x0) as f64, (y1 - y0) as f64])
        }
    }
}
