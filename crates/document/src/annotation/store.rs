//! The folder on the disk. It knows what the files hold besides what is shown, and writes everything back.

use super::coco::{self, Category, CocoFile, MAX_BYTES};
use super::fit::Fit;
use super::merge::{Known, merge};
use super::record::ForeignFields;
use super::two_phase_write;
use super::{Annotated, AnnotationIssue, Annotations, Page, listing, sidecar};
use crate::Stamp;
use scenewright_formats::picture_folder::{OUR_ANNOTATIONS as FILE, PictureIndex, files_in, name_below, scene_name};
use scenewright_formats::sources::{self, Note};
use scenewright_formats::{WriteError, picture_file, read_scenes, records};
use scenewright_scene::{NodeId, Scene};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

/// Why a folder was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the folder cannot be read ({source}). Put it back, or choose another: {}", .path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("there is no picture in it: put JPEG, PNG, WebP, GIF, BMP or TIFF files there, or choose another folder: {}", .path.display())]
    Empty { path: PathBuf },
}

/// Why a page was not written. What stood there before stands there still, and nothing is lost in the window.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "another program has changed this file since it was read. Save again to write over it (a copy of theirs is kept), or open the folder anew: {}",
        .path.display()
    )]
    Changed { path: PathBuf },
    #[error("this file is read-only: make it writable and save again: {}", .path.display())]
    ReadOnly { path: PathBuf },
    #[error("this file cannot be read, so nothing is written over it: make it readable, or move it away, and save again: {}", .path.display())]
    Unreadable { path: PathBuf },
    #[error("the folder is gone: bring it back and save again: {}", .path.display())]
    Gone { path: PathBuf },
    #[error("{source}. Make the folder writable and save again")]
    Write { source: WriteError },
}

/// One writer of a folder; it belongs to the disk's thread.
#[derive(Debug)]
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) rest: Map<String, Value>,
    pub(super) unknown_lines: Vec<String>,
    pub(super) categories: Vec<Category>,
    /// By the image's number.
    pub(super) records: BTreeMap<u64, Record>,
    pub(super) numbers: HashMap<String, u64>,
    pub(super) kept: HashMap<String, BTreeMap<NodeId, ForeignFields>>,
    pub(super) next_annotation: u64,
    /// No image and no annotation without one has this number.
    pub(super) next_image: u64,
    /// Files as they were read or written last; none: there was no such file.
    pub(super) stamps: HashMap<String, Option<Stamp>>,
    /// Files with something wrong, to be copied before they are written over.
    pub(super) to_copy: BTreeSet<String>,
    pub(super) overwrites: bool,
    /// Another tool's annotations, where there are none of ours.
    source: Option<PathBuf>,
}

/// An image of the annotations' file.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub raw: Map<String, Value>,
    /// Its annotations.
    pub lines: Vec<String>,
}

impl Store {
    /// Reads a folder, and finishes what a kill has interrupted. `only`: of pictures without annotations these; none: all. Waits for the disk.
    pub fn open(folder: &Path, only: &[String]) -> Result<(Self, Annotations, Vec<AnnotationIssue>), OpenError> {
        let mut issues = Vec::new();
        let unreadable = |source| OpenError::Io { source, path: folder.to_owned() };
        let names = listing::pictures(folder, &mut issues).map_err(unreadable)?;
        two_phase_write::finish(folder, &mut issues);
        let mut store = Self::empty(folder);
        let mut file = store.read_annotations(&mut issues);
        store.rest = std::mem::take(&mut file.rest);
        store.unknown_lines = file.unknown_lines.iter().map(Value::to_string).collect();
        store.categories = std::mem::take(&mut file.categories);
        let largest = |ids: &mut dyn Iterator<Item = u64>| ids.max().unwrap_or(0);
        let annotations = file.images.iter().flat_map(|image| &image.annotations);
        store.next_annotation = 1 + largest(&mut annotations.filter_map(|annotation| annotation.id));
        let mut next_image = 1 + file.largest_image;
        place_images(&mut file, &names, folder, &mut issues);
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, image) in file.images.iter_mut().enumerate() {
            let number = image.id.unwrap_or(next_image);
            next_image = next_image.max(number + 1);
            store.number_anew(image, number);
            let lines = image.annotations.iter().map(|one| Value::Object(one.raw.clone()).to_string()).collect();
            store.records.insert(number, Record { raw: image.raw.clone(), lines });
            store.numbers.insert(image.file.clone(), number);
            places.insert(image.file.clone(), place);
        }
        let listed: HashSet<String> = names.iter().map(|(name, _)| name.clone()).collect();
        let mut pages = Vec::new();
        for (name, clash) in names {
            let known = places.get(&name).and_then(|&place| file.images.get(place));
            let has_scene = || folder.join(scene_name(&name)).is_file();
            let is_annotated = known.is_some_and(|image| !image.annotations.is_empty());
            if !only.is_empty() && !only.contains(&name) && !is_annotated && !has_scene() {
                continue;
            }
            let page = match clash {
                Some(problem) => Page::unusable(name, problem),
                None => store.page(name, known, &mut issues),
            };
            if let Some(problem) = &page.problem {
                issues.push(AnnotationIssue::from_error(&folder.join(&page.file), problem));
            }
            pages.push(page);
        }
        store.next_image = next_image;
        let missing: Vec<&str> = file
            .images
            .iter()
            .filter(|image| !image.annotations.is_empty() && !listed.contains(image.file.as_str()))
            .map(|image| image.file.as_str())
            .collect();
        if let Some(first) = missing.first() {
            let what = format!(
                "{} of its pictures are not in the folder ({first} ...). Their annotations are kept: put the pictures back to see them",
                missing.len()
            );
            issues.push(AnnotationIssue::new(folder.join(FILE), what));
        }
        if pages.is_empty() {
            return Err(OpenError::Empty { path: folder.to_owned() });
        }
        store.note_copies(&issues);
        Ok((store, Annotations::new(folder.to_owned(), pages), issues))
    }

    /// Numbers that two had, or that were none, are given out again.
    fn number_anew(&mut self, image: &mut coco::ImageRecord, number: u64) {
        image.raw.insert("id".to_owned(), number.into());
        for annotation in &mut image.annotations {
            let id = *annotation.id.get_or_insert_with(|| {
                self.next_annotation += 1;
                self.next_annotation - 1
            });
            annotation.raw.insert("id".to_owned(), id.into());
            annotation.raw.insert("image_id".to_owned(), number.into());
        }
    }

    fn empty(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            rest: Map::new(),
            unknown_lines: Vec::new(),
            categories: Vec::new(),
            records: BTreeMap::new(),
            numbers: HashMap::new(),
            kept: HashMap::new(),
            next_annotation: 1,
            next_image: 1,
            stamps: HashMap::new(),
            to_copy: BTreeSet::new(),
            overwrites: false,
            source: None,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file with reported issues is copied before it is overwritten.
    pub(super) fn note_copies(&mut self, issues: &[AnnotationIssue]) {
        let names = issues.iter().filter_map(|issue| name_below(&self.folder, &issue.file));
        self.to_copy.extend(names.filter(|name| name.ends_with(".json")));
    }

    pub(super) fn stamp_now(&self, file: &str) -> Option<Stamp> {
        Stamp::of_file(&self.folder.join(file)).ok()
    }

    /// Ours, else other tools' that lie here: what they say is carried along into ours, and they stay as they are.
    fn read_annotations(&mut self, issues: &mut Vec<AnnotationIssue>) -> CocoFile {
        let ours = self.folder.join(FILE);
        if ours.is_file() {
            let read = self.annotations_of(&ours, true, issues);
            return read.unwrap_or_else(|what| {
                let then = "What the scenes beside the pictures hold is shown; the file is kept as a copy before it is written anew";
                issues.push(AnnotationIssue::new(&ours, format!("{what}. {then}")));
                CocoFile::default()
            });
        }
        self.stamps.insert(FILE.to_owned(), None);
        let files = files_in(&self.folder).unwrap_or_default();
        let found = sources::in_folder(&self.folder, &files);
        issues.extend(found.notes.iter().map(issue_of));
        let Some(first) = found.list.first() else { return CocoFile::default() };
        let path = first.path.clone();
        self.source = Some(path.clone());
        let others =
            if found.list.len() > 1 { format!(" with {} others", found.list.len() - 1) } else { String::new() };
        let what = format!(
            "there is no {FILE}, so this is read{others}. What you do is saved as {FILE}, with all that is said here; this stays as it is"
        );
        issues.push(AnnotationIssue::new(&path, what));
        let read = match (found.list.as_slice(), first.records()) {
            ([_], Some(file)) => coco::read_value(Value::Object(file.clone()), &path, issues),
            ([source], None) if source.base == self.folder => self.annotations_of(&path, false, issues),
            _ => match sources::merged(&found.list, &self.folder, MAX_BYTES) {
                Ok(file) => coco::read_value(Value::Object(file), &path, issues),
                Err(error) => Err(scenewright_formats::without_path(&error, error.path())),
            },
        };
        read.unwrap_or_else(|what| {
            issues.push(AnnotationIssue::new(
                &path,
                format!("{what}. What the scenes beside the pictures hold is shown"),
            ));
            CocoFile::default()
        })
    }

    fn annotations_of(
        &mut self,
        path: &Path,
        is_ours: bool,
        issues: &mut Vec<AnnotationIssue>,
    ) -> Result<CocoFile, String> {
        let unreadable = |error: io::Error| format!("it cannot be read ({error}): make it readable");
        let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        if bytes > MAX_BYTES {
            if is_ours {
                // It is not read, but whether it is another one by then is known all the same.
                self.stamps.insert(FILE.to_owned(), self.stamp_now(FILE));
            }
            let most = MAX_BYTES >> 20;
            return Err(format!(
                "{} MB are too much to be edited (at most {most} MB): split it into folders",
                bytes >> 20
            ));
        }
        if is_ours {
            self.stamps.insert(FILE.to_owned(), self.stamp_now(FILE));
        }
        match records::read_text(path, MAX_BYTES) {
            Ok(text) => coco::read(&text, path, issues),
            Err(error) => Err(scenewright_formats::without_path(&error, path)),
        }
    }

    /// A picture with what is known of it.
    pub(super) fn page(
        &mut self,
        name: String,
        known: Option<&coco::ImageRecord>,
        issues: &mut Vec<AnnotationIssue>,
    ) -> Page {
        let picture = self.folder.join(&name);
        let header = match picture_file::header(&picture) {
            Ok(header) => header,
            Err(error) => return Page::unusable(name, error.to_string()),
        };
        let path = self.source.clone().unwrap_or_else(|| self.folder.join(FILE));
        let (fit, misfit) =
            Fit::new(known.map(|image| &image.raw), &known.map(coco::ImageRecord::boxes).unwrap_or_default(), &header);
        if let Some(misfit) = misfit.filter(|_| known.is_some_and(|image| !image.annotations.is_empty())) {
            issues.push(AnnotationIssue::new(&path, format!("{name}: {misfit}")));
        }
        let size = fit.shown;
        let scene_file = scene_name(&name);
        let scene = self.read_scene(&picture, &scene_file, fit.stated, issues);
        let newer = |file: &Path| std::fs::metadata(file).and_then(|data| data.modified()).ok();
        let known = Known {
            fit,
            scene_is_newer: scene.is_some() && newer(&self.folder.join(&scene_file)) > newer(&path),
            scene,
            annotations: known.map_or(&[], |image| &image.annotations),
            relations: known.map_or(&[], |image| &image.relations),
            path: &path,
            file: &name,
        };
        let (mut state, kept) = merge(&known, issues);
        state.done = self
            .number(&name)
            .and_then(|number| self.records.get(&number))
            .is_some_and(|record| record.raw.get(coco::DONE).and_then(Value::as_bool).unwrap_or(false));
        self.kept.insert(name.clone(), kept);
        Page::new(name, size, state)
    }

    fn read_scene(
        &mut self,
        picture: &Path,
        file: &str,
        size: [u32; 2],
        issues: &mut Vec<AnnotationIssue>,
    ) -> Option<Scene> {
        let path = self.folder.join(file);
        if !path.exists() {
            self.stamps.insert(file.to_owned(), None);
            return sidecar::graph_of_other_tools(&self.folder, picture, size, issues);
        }
        self.stamps.insert(file.to_owned(), Stamp::of_file(&path).ok());
        match read_scenes(&path) {
            Ok(scenes) => {
                if scenes.len() > 1 {
                    let what = format!("it holds {} graphs: the first is taken", scenes.len());
                    issues.push(AnnotationIssue::new(&path, what));
                }
                scenes.into_iter().next()
            }
            Err(error) => {
                let what = format!("{error}. The annotations are shown without its relations; it is kept as a copy");
                issues.push(AnnotationIssue::new(&path, what));
                None
            }
        }
    }

    /// An image's record with its annotations, as they were read or written last.
    fn remembered(&self, name: &str) -> Option<coco::ImageRecord> {
        let id = self.number(name)?;
        let record = self.records.get(&id)?;
        let annotation = |line: &String| {
            let raw: Map<String, Value> = serde_json::from_str(line).ok()?;
            let category = raw.get("category_id").and_then(Value::as_u64);
            let category = self.categories.iter().find(|one| Some(one.id) == category)?;
            Some(coco::Annotation {
                id: raw.get("id").and_then(Value::as_u64),
                name: category.name.clone(),
                object: raw.get(coco::OBJECT).and_then(Value::as_u64).and_then(|row| usize::try_from(row).ok()),
                place: "an annotation".to_owned(),
                raw,
            })
        };
        let annotations = record.lines.iter().filter_map(annotation).collect();
        Some(coco::ImageRecord {
            id: Some(id),
            file: name.to_owned(),
            raw: record.raw.clone(),
            annotations,
            relations: Vec::new(),
        })
    }

    pub(super) fn number(&self, file: &str) -> Option<u64> {
        self.numbers.get(file).copied()
    }

    /// The next write may replace what another program has written; a copy of that is kept.
    pub fn overwrite(&mut self) {
        self.overwrites = true;
    }

    /// Whether another program has changed what was read. Waits for the disk.
    pub fn is_changed(&self) -> bool {
        self.stamps.iter().any(|(file, stamp)| self.stamp_now(file) != *stamp)
    }

    /// A picture that has just come, empty, and what the files know of it already: it may have been away.
    pub(super) fn found(&mut self, name: &str, issues: &mut Vec<AnnotationIssue>) -> (Page, Annotated) {
        let known = self.remembered(name);
        let page = self.page(name.to_owned(), known.as_ref(), issues);
        let state = page.state().clone();
        (Page::new(page.file.clone(), page.size, Annotated::default()).with_problem(page.problem), state)
    }
}

pub(super) fn issue_of(note: &Note) -> AnnotationIssue {
    let place = if note.place.is_empty() { String::new() } else { format!("{}: ", note.place) };
    AnnotationIssue::new(&note.path, format!("{place}{}", note.what))
}

/// Each record gets the name of its picture here, found as training finds it.
fn place_images(
    file: &mut CocoFile,
    names: &[(String, Option<String>)],
    folder: &Path,
    issues: &mut Vec<AnnotationIssue>,
) {
    let path = &folder.join(FILE);
    let listed: HashSet<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    let mut taken: HashSet<String> = HashSet::new();
    let paths: Vec<PathBuf> = names.iter().map(|(name, _)| folder.join(name)).collect();
    let index = PictureIndex::new(folder, &paths);
    for image in &mut file.images {
        let found = listing::found(&index, folder, &image.file).filter(|name| listed.contains(name.as_str()));
        if let Some(found) = found.as_ref().filter(|found| taken.contains(*found)) {
            let what = format!("{found} is in its list twice; the first entry is shown, the other is kept. Remove one");
            issues.push(AnnotationIssue::new(path, what));
        }
        // One whose picture is away keeps its name without folders: under that it comes back.
        let base = image.file.rsplit(['/', '\\']).next().map(str::to_owned);
        let free = [found, base].into_iter().flatten().find(|name| !taken.contains(name));
        if let Some(name) = free {
            image.file = name;
        }
        taken.insert(image.file.clone());
    }
}
