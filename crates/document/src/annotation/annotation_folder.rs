//! Reads and writes an annotation folder: pictures, `annotations.json` (COCO) and a scene file for each picture. Fields
//! that the editor does not know are preserved.

use super::coco::{self, Category, CocoFile, MAX_BYTES};
use super::fit::Fit;
use super::merge::{MergeInput, merge};
use super::record::ForeignFields;
use super::two_phase_write;
use super::{AnnotationIssue, Annotations, Page, PageState, listing, sidecar};
use crate::FileFingerprint;
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
    #[error(
        "there is no picture in it: put JPEG, PNG, WebP, GIF, BMP or TIFF files there, or choose another folder: {}",
        .path.display()
    )]
    Empty { path: PathBuf },
}

/// Why a page could not be written. The files are unchanged and the edits stay in memory.
#[derive(Debug, thiserror::Error)]
pub enum PageWriteError {
    #[error(
        "another program has changed this file since it was read. Save again to overwrite it (a copy of the other \
         version is kept), or open the folder again: {}",
        .path.display()
    )]
    Changed { path: PathBuf },
    #[error("this file is read-only: make it writable and save again: {}", .path.display())]
    ReadOnly { path: PathBuf },
    #[error(
        "this file cannot be read, so it is not overwritten: make it readable, or move it away, and save again: {}",
        .path.display()
    )]
    Unreadable { path: PathBuf },
    #[error("the folder is gone: restore it and save again: {}", .path.display())]
    Gone { path: PathBuf },
    #[error("{source}. Make the folder writable and save again")]
    Write { source: WriteError },
}

/// An open annotation folder. Lives on the I/O thread; there is one writer per folder.
#[derive(Debug)]
pub struct AnnotationFolder {
    pub(super) folder: PathBuf,
    /// Top-level keys of the COCO file that are preserved: `info`, `licenses`, ...
    pub(super) other_keys: Map<String, Value>,
    /// Annotations of no listed image, as JSON lines.
    pub(super) orphan_annotations: Vec<String>,
    pub(super) categories: Vec<Category>,
    /// By COCO image id.
    pub(super) images: BTreeMap<u64, ImageEntry>,
    /// File name to image id.
    pub(super) image_ids: HashMap<String, u64>,
    /// By picture name and object.
    pub(super) foreign_fields: HashMap<String, BTreeMap<NodeId, ForeignFields>>,
    pub(super) next_annotation_id: u64,
    /// First unused image id; ids of images that orphan annotations refer to count as used.
    pub(super) next_image_id: u64,
    /// Fingerprint of each file as last read or written, to detect changes by other programs; `None` if the file did
    /// not exist.
    pub(super) fingerprints: HashMap<String, Option<FileFingerprint>>,
    /// Files with issues, to be backed up before they are overwritten.
    pub(super) needs_backup: BTreeSet<String>,
    /// The next write replaces files that another program has changed.
    pub(super) overwrite_next: bool,
    /// The other tool's annotation file that was read, if the folder had no annotations.json.
    imported_from: Option<PathBuf>,
}

/// An image of the annotations file, as it is written back: unlike [`coco::ImageRecord`], which is parsed for merging.
#[derive(Clone, Debug)]
pub(super) struct ImageEntry {
    pub raw: Map<String, Value>,
    /// Its annotations, as JSON lines.
    pub annotation_lines: Vec<String>,
}

/// Name of a picture, and why it cannot be annotated, if so.
type ListedPicture = (String, Option<String>);

impl AnnotationFolder {
    /// Opens a folder and completes a write that was interrupted. Returns the folder, its pages, and what was wrong with
    /// its files. Blocks on file I/O.
    ///
    /// If `only` is not empty, pictures without annotations or a scene file are opened only if they are listed there.
    pub fn open(folder: &Path, only: &[String]) -> Result<(Self, Annotations, Vec<AnnotationIssue>), OpenError> {
        let mut issues = Vec::new();
        let unreadable = |source| OpenError::Io { source, path: folder.to_owned() };
        let pictures = listing::pictures(folder, &mut issues).map_err(unreadable)?;
        two_phase_write::finish(folder, &mut issues);
        let mut opened = Self::empty(folder);
        let mut file = opened.read_annotations(&mut issues);
        match_records_to_pictures(&mut file, &pictures, folder, &mut issues);
        opened.adopt(&mut file);
        let listed: HashSet<String> = pictures.iter().map(|(name, _)| name.clone()).collect();
        let pages = opened.load_pages(pictures, &file, only, &mut issues);
        report_missing_pictures(&file, &listed, folder, &mut issues);
        if pages.is_empty() {
            return Err(OpenError::Empty { path: folder.to_owned() });
        }
        opened.mark_for_backup(&issues);
        Ok((opened, Annotations::new(folder.to_owned(), pages), issues))
    }

    fn empty(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            other_keys: Map::new(),
            orphan_annotations: Vec::new(),
            categories: Vec::new(),
            images: BTreeMap::new(),
            image_ids: HashMap::new(),
            foreign_fields: HashMap::new(),
            next_annotation_id: 1,
            next_image_id: 1,
            fingerprints: HashMap::new(),
            needs_backup: BTreeSet::new(),
            overwrite_next: false,
            imported_from: None,
        }
    }

    /// Takes over what the annotations file holds, and completes its ids.
    fn adopt(&mut self, file: &mut CocoFile) {
        self.other_keys = std::mem::take(&mut file.rest);
        self.orphan_annotations = file.orphan_annotations.iter().map(Value::to_string).collect();
        self.categories = std::mem::take(&mut file.categories);
        let annotations = file.images.iter().flat_map(|image| &image.annotations);
        self.next_annotation_id = 1 + annotations.filter_map(|annotation| annotation.id).max().unwrap_or(0);
        self.next_image_id = 1 + file.largest_image;
        for image in &mut file.images {
            let id = image.id.unwrap_or(self.next_image_id);
            self.next_image_id = self.next_image_id.max(id + 1);
            self.assign_ids(image, id);
            let lines = image.annotations.iter().map(|one| Value::Object(one.raw.clone()).to_string());
            let entry = ImageEntry { raw: image.raw.clone(), annotation_lines: lines.collect() };
            self.images.insert(id, entry);
            self.image_ids.insert(image.file.clone(), id);
        }
    }

    /// Writes the image id into the record and its annotations, and gives new ids to annotations whose id was missing or
    /// a duplicate.
    fn assign_ids(&mut self, image: &mut coco::ImageRecord, image_id: u64) {
        image.raw.insert("id".to_owned(), image_id.into());
        for annotation in &mut image.annotations {
            let id = *annotation.id.get_or_insert_with(|| {
                self.next_annotation_id += 1;
                self.next_annotation_id - 1
            });
            annotation.raw.insert("id".to_owned(), id.into());
            annotation.raw.insert("image_id".to_owned(), image_id.into());
        }
    }

    fn load_pages(
        &mut self,
        pictures: Vec<ListedPicture>,
        file: &CocoFile,
        only: &[String],
        issues: &mut Vec<AnnotationIssue>,
    ) -> Vec<Page> {
        let records: HashMap<&str, &coco::ImageRecord> =
            file.images.iter().map(|image| (image.file.as_str(), image)).collect();
        let mut pages = Vec::new();
        for (name, problem) in pictures {
            let record = records.get(name.as_str()).copied();
            let has_scene = || self.folder.join(scene_name(&name)).is_file();
            let is_annotated = record.is_some_and(|image| !image.annotations.is_empty());
            if !only.is_empty() && !only.contains(&name) && !is_annotated && !has_scene() {
                continue;
            }
            let page = match problem {
                Some(problem) => Page::unusable(name, problem),
                None => self.load_page(name, record, issues),
            };
            if let Some(problem) = &page.problem {
                issues.push(AnnotationIssue::from_error(&self.folder.join(&page.file), problem));
            }
            pages.push(page);
        }
        pages
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Marks the files of these issues, to be backed up before they are overwritten.
    pub(super) fn mark_for_backup(&mut self, issues: &[AnnotationIssue]) {
        let names = issues.iter().filter_map(|issue| name_below(&self.folder, &issue.file));
        self.needs_backup.extend(names.filter(|name| name.ends_with(".json")));
    }

    pub(super) fn read_fingerprint(&self, file: &str) -> Option<FileFingerprint> {
        FileFingerprint::of_file(&self.folder.join(file)).ok()
    }

    /// Reads annotations.json, or, if there is none, the annotation files of other tools. The latter are not modified;
    /// their content goes into annotations.json on saving.
    fn read_annotations(&mut self, issues: &mut Vec<AnnotationIssue>) -> CocoFile {
        let own = self.folder.join(FILE);
        if own.is_file() {
            let read = self.read_coco_file(&own, true, issues);
            return read.unwrap_or_else(|problem| {
                let consequence = "Only the scene files are shown. The file will be backed up before it is overwritten";
                issues.push(AnnotationIssue::new(&own, format!("{problem}. {consequence}")));
                CocoFile::default()
            });
        }
        self.fingerprints.insert(FILE.to_owned(), None);
        let files = files_in(&self.folder).unwrap_or_default();
        let found = sources::in_folder(&self.folder, &files);
        issues.extend(found.notes.iter().map(AnnotationIssue::from));
        let Some(first) = found.list.first() else { return CocoFile::default() };
        let path = first.path.clone();
        self.imported_from = Some(path.clone());
        let others =
            if found.list.len() > 1 { format!(" with {} others", found.list.len() - 1) } else { String::new() };
        let what = format!(
            "there is no {FILE}, so this file was read{others}. Changes are saved to {FILE}; this file is not modified"
        );
        issues.push(AnnotationIssue::new(&path, what));
        let read = match (found.list.as_slice(), first.records()) {
            ([_], Some(file)) => coco::read_value(Value::Object(file.clone()), &path, issues),
            ([source], None) if source.base == self.folder => self.read_coco_file(&path, false, issues),
            _ => match sources::merged(&found.list, &self.folder, MAX_BYTES) {
                Ok(file) => coco::read_value(Value::Object(file), &path, issues),
                Err(error) => Err(scenewright_formats::without_path(&error, error.path())),
            },
        };
        read.unwrap_or_else(|problem| {
            issues.push(AnnotationIssue::new(&path, format!("{problem}. Only the scene files are shown")));
            CocoFile::default()
        })
    }

    /// `is_own`: the file is annotations.json, whose fingerprint is recorded.
    fn read_coco_file(
        &mut self,
        path: &Path,
        is_own: bool,
        issues: &mut Vec<AnnotationIssue>,
    ) -> Result<CocoFile, String> {
        let unreadable = |error: io::Error| format!("it cannot be read ({error}): make it readable");
        let size_bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        if is_own {
            // Also of a file that is too large to read, so that a later change is noticed.
            self.fingerprints.insert(FILE.to_owned(), self.read_fingerprint(FILE));
        }
        if size_bytes > MAX_BYTES {
            return Err(format!(
                "the file has {} MB; at most {} MB can be edited: split it into folders",
                size_bytes >> 20,
                MAX_BYTES >> 20
            ));
        }
        match records::read_text(path, MAX_BYTES) {
            Ok(text) => coco::read(&text, path, issues),
            Err(error) => Err(scenewright_formats::without_path(&error, path)),
        }
    }

    /// Builds the page of one picture from its file, its scene file and its COCO record.
    pub(super) fn load_page(
        &mut self,
        name: String,
        record: Option<&coco::ImageRecord>,
        issues: &mut Vec<AnnotationIssue>,
    ) -> Page {
        let picture = self.folder.join(&name);
        let header = match picture_file::header(&picture) {
            Ok(header) => header,
            Err(error) => return Page::unusable(name, error.to_string()),
        };
        let path = self.imported_from.clone().unwrap_or_else(|| self.folder.join(FILE));
        let boxes = record.map(coco::ImageRecord::boxes).unwrap_or_default();
        let (fit, size_issue) = Fit::new(record.map(|image| &image.raw), &boxes, &header);
        if let Some(problem) = size_issue.filter(|_| record.is_some_and(|image| !image.annotations.is_empty())) {
            issues.push(AnnotationIssue::new(&path, format!("{name}: {problem}")));
        }
        let size = fit.shown;
        let scene_file = scene_name(&name);
        let scene = self.read_scene(&picture, &scene_file, fit.stated, issues);
        let modified = |file: &Path| std::fs::metadata(file).and_then(|data| data.modified()).ok();
        let input = MergeInput {
            fit,
            scene_is_newer: scene.is_some() && modified(&self.folder.join(&scene_file)) > modified(&path),
            scene,
            annotations: record.map_or(&[], |image| &image.annotations),
            relations: record.map_or(&[], |image| &image.relations),
            path: &path,
            picture_name: &name,
        };
        let mut merged = merge(&input, issues);
        let entry = self.image_id(&name).and_then(|id| self.images.get(&id));
        let is_done = entry.and_then(|entry| entry.raw.get(coco::DONE).and_then(Value::as_bool));
        merged.page.done = is_done.unwrap_or(false);
        self.foreign_fields.insert(name.clone(), merged.foreign_fields);
        Page::new(name, size, merged.page)
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
            self.fingerprints.insert(file.to_owned(), None);
            return sidecar::graph_of_other_tools(&self.folder, picture, size, issues);
        }
        self.fingerprints.insert(file.to_owned(), FileFingerprint::of_file(&path).ok());
        match read_scenes(&path) {
            Ok(scenes) => {
                if scenes.len() > 1 {
                    let what = format!("it holds {} graphs: the first is used", scenes.len());
                    issues.push(AnnotationIssue::new(&path, what));
                }
                scenes.into_iter().next()
            }
            Err(error) => {
                let what =
                    format!("{error}. The annotations are shown without its relations; a copy of the file is kept");
                issues.push(AnnotationIssue::new(&path, what));
                None
            }
        }
    }

    /// An image's record with its annotations, as last read or written.
    fn stored_record(&self, name: &str) -> Option<coco::ImageRecord> {
        let id = self.image_id(name)?;
        let entry = self.images.get(&id)?;
        let annotation = |line: &String| {
            let raw: Map<String, Value> = serde_json::from_str(line).ok()?;
            let category = raw.get("category_id").and_then(Value::as_u64);
            let category = self.categories.iter().find(|one| Some(one.id) == category)?;
            Some(coco::Annotation {
                id: raw.get("id").and_then(Value::as_u64),
                name: category.name.clone(),
                object: raw.get(coco::OBJECT).and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok()),
                place: "an annotation".to_owned(),
                raw,
            })
        };
        let annotations = entry.annotation_lines.iter().filter_map(annotation).collect();
        let (file, raw) = (name.to_owned(), entry.raw.clone());
        Some(coco::ImageRecord { id: Some(id), file, raw, annotations, relations: Vec::new() })
    }

    pub(super) fn image_id(&self, file: &str) -> Option<u64> {
        self.image_ids.get(file).copied()
    }

    /// Lets the next write replace files that another program has changed. Their copies are kept.
    pub fn allow_overwrite(&mut self) {
        self.overwrite_next = true;
    }

    /// Returns true if another program has changed a file since it was read. Blocks on file I/O.
    pub fn is_changed(&self) -> bool {
        self.fingerprints.iter().any(|(file, fingerprint)| self.read_fingerprint(file) != *fingerprint)
    }

    /// Loads a picture that was added after opening. Returns an empty page, and the annotations that the files still
    /// have for it (it may have been removed and restored).
    pub(super) fn load_new_picture(&mut self, name: &str, issues: &mut Vec<AnnotationIssue>) -> (Page, PageState) {
        let record = self.stored_record(name);
        let page = self.load_page(name.to_owned(), record.as_ref(), issues);
        let state = page.state().clone();
        (Page::new(page.file.clone(), page.size, PageState::default()).with_problem(page.problem), state)
    }
}

impl From<&Note> for AnnotationIssue {
    fn from(note: &Note) -> Self {
        let place = if note.place.is_empty() { String::new() } else { format!("{}: ", note.place) };
        Self::new(&note.path, format!("{place}{}", note.what))
    }
}

/// Sets the file name of each image record to its picture in the folder, matched by the rules that training uses.
fn match_records_to_pictures(
    file: &mut CocoFile,
    pictures: &[ListedPicture],
    folder: &Path,
    issues: &mut Vec<AnnotationIssue>,
) {
    let path = &folder.join(FILE);
    let listed: HashSet<&str> = pictures.iter().map(|(name, _)| name.as_str()).collect();
    let mut used: HashSet<String> = HashSet::new();
    let paths: Vec<PathBuf> = pictures.iter().map(|(name, _)| folder.join(name)).collect();
    let index = PictureIndex::new(folder, &paths);
    for image in &mut file.images {
        let picture = listing::found(&index, folder, &image.file).filter(|name| listed.contains(name.as_str()));
        if let Some(name) = picture.as_ref().filter(|name| used.contains(*name)) {
            let what = format!("{name} is in its list twice; the first entry is shown, the other is kept. Remove one");
            issues.push(AnnotationIssue::new(path, what));
        }
        // If the picture is missing, keep its base name, so that it matches again when the picture is restored.
        let base_name = image.file.rsplit(['/', '\\']).next().map(str::to_owned);
        let free = [picture, base_name].into_iter().flatten().find(|name| !used.contains(name));
        if let Some(name) = free {
            image.file = name;
        }
        used.insert(image.file.clone());
    }
}

fn report_missing_pictures(
    file: &CocoFile,
    listed: &HashSet<String>,
    folder: &Path,
    issues: &mut Vec<AnnotationIssue>,
) {
    let annotated = file.images.iter().filter(|image| !image.annotations.is_empty());
    let missing: Vec<&str> =
        annotated.map(|image| image.file.as_str()).filter(|name| !listed.contains(*name)).collect();
    if let Some(first) = missing.first() {
        let what = format!(
            "{} annotated pictures are missing from the folder, for example {first}. Their annotations are kept; restore the pictures to see them",
            missing.len()
        );
        issues.push(AnnotationIssue::new(folder.join(FILE), what));
    }
}
