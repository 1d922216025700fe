//! Imports what other tools have made: pictures with their graphs, and COCO files.

use super::annotations::merged;
use super::coco::{self, MAX_BYTES};
use super::fit::Fit;
use super::merge::{MergeInput, merge};
use super::sidecar::{graph_of, graph_of_other_tools};
use super::{AnnotationFolder, AnnotationIssue, Annotations, KINDS, Page, PageState, listing};
use scenewright_formats::picture_file::{self, is_picture};
use scenewright_formats::picture_folder::{PictureIndex, name_below, scene_name};
use scenewright_formats::records::{self, RecordsError};
use scenewright_formats::sources::{self, AnnotationSource};
use scenewright_formats::write_atomically;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was imported into an open folder.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// New pictures, with what their graphs say.
    pages: Vec<(Page, PageState)>,
    /// What is said of pictures that are there.
    words: Vec<(String, PageState, &'static str)>,
    /// A picture that was meant and is there already.
    meant: Option<String>,
    pub issues: Vec<AnnotationIssue>,
}

impl Imported {
    /// Each picture's part is a step of its own page. How many pictures came or changed.
    pub fn into_annotations(self, annotations: &mut Annotations) -> usize {
        let mut changed = 0;
        let mut shown = self.meant;
        for (page, state) in self.pages {
            let file = page.file.clone();
            annotations.put(page);
            let page = annotations.page_of(&file).filter(|page| page.problem.is_none());
            if let Some(page) = page.filter(|_| !state.is_untouched()) {
                page.import_state("take over its graph", state);
            }
            changed += 1;
            shown = shown.or(Some(file));
        }
        for (file, state, label) in self.words {
            let Some(page) = annotations.page_of(&file).filter(|page| page.problem.is_none()) else { continue };
            let merged = merged(page.state().clone(), &state, page.size);
            changed += usize::from(merged != *page.state());
            page.import_state(label, merged);
            shown = shown.or(Some(file));
        }
        if let Some(place) = shown.and_then(|file| annotations.place_of(&file)) {
            annotations.go_to(place);
        }
        changed
    }
}

impl AnnotationFolder {
    /// Takes in what was dropped or chosen: pictures are copied into the folder, graphs and COCO files are read. Waits for the disk.
    pub fn import_paths(&mut self, paths: &[PathBuf], there: &[(String, [u32; 2])]) -> Imported {
        let mut imported = Imported::default();
        let mut paired: Vec<&Path> = Vec::new();
        let mut taken = listing::stems(self.folder());
        for picture in paths.iter().filter(|path| is_picture(path)) {
            let stem = picture.file_stem();
            let is_its_graph = |path: &&PathBuf| {
                path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && path.file_stem() == stem
            };
            let graph = paths.iter().find(is_its_graph);
            paired.extend(graph.map(PathBuf::as_path));
            self.import_picture(picture, graph.map(PathBuf::as_path), there, &mut taken, &mut imported);
        }
        for path in paths.iter().filter(|path| !is_picture(path) && !paired.contains(&path.as_path())) {
            self.import_graph(path, there, &mut imported);
        }
        imported
    }

    fn import_picture(
        &mut self,
        picture: &Path,
        graph: Option<&Path>,
        there: &[(String, [u32; 2])],
        taken: &mut BTreeSet<String>,
        imported: &mut Imported,
    ) {
        let Some(name) = picture.file_name().and_then(|name| name.to_str()) else {
            return imported
                .issues
                .push(AnnotationIssue::new(picture, "its name is no text in this system's letters: rename it"));
        };
        let here = name_below(self.folder(), picture).filter(|name| listing::is_listed(name));
        let scene_of = |size: [u32; 2], imported: &mut Imported| {
            let read =
                graph.map(|graph| graph_of(graph, size).map_err(|error| AnnotationIssue::from_error(graph, &error)));
            match read {
                Some(Ok(scene)) => Some(scene),
                Some(Err(issue)) => {
                    imported.issues.push(issue);
                    None
                }
                None => None,
            }
        };
        if let Some((name, size)) = there.iter().find(|(other, _)| here.as_ref() == Some(other)) {
            if let Some(scene) = scene_of(*size, imported) {
                imported.words.push((name.clone(), PageState::new(scene), "take over its graph"));
            }
            imported.meant = Some(name.clone());
            return;
        }
        let is_here = here.is_some();
        let name = match here {
            Some(name) => name,
            None => {
                let sound = picture_file::header(picture).map_err(|error| AnnotationIssue::from_error(picture, &error));
                match sound.and_then(|_| self.copy_in(picture, name, taken)) {
                    Ok(name) => name,
                    Err(issue) => return imported.issues.push(issue),
                }
            }
        };
        // Another page that would have the same scene: this one can be looked at, and nothing more.
        let key = listing::stem_key(&name);
        let pages = imported.pages.iter().map(|(page, _)| &page.file);
        let other = there.iter().map(|(other, _)| other).chain(pages).find(|other| listing::stem_key(other) == key);
        if let Some(other) = other.filter(|_| is_here) {
            let problem = listing::clash(other, &scene_name(&name));
            imported.issues.push(AnnotationIssue::new(picture, problem.clone()));
            return imported.pages.push((Page::unusable(name, problem), PageState::default()));
        }
        let (page, mut state) = self.load_new_picture(&name, &mut imported.issues);
        if let Some(problem) = &page.problem {
            imported.issues.push(AnnotationIssue::from_error(picture, problem));
        }
        let scene = scene_of(page.size, imported).or_else(|| {
            let folder = picture.parent().unwrap_or(self.folder());
            if is_here { None } else { graph_of_other_tools(folder, picture, page.size, &mut imported.issues) }
        });
        if let Some(scene) = scene {
            state = PageState::new(scene);
        }
        imported.pages.push((page, state));
    }

    /// The name under which it lies in the folder; no picture there is replaced, and none shares its scene with another.
    fn copy_in(&self, picture: &Path, name: &str, taken: &mut BTreeSet<String>) -> Result<String, AnnotationIssue> {
        let ending = picture.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = picture.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_free = |name: &String| {
            !taken.contains(&listing::stem_key(name))
                && !self.folder().join(name).exists()
                && !self.folder().join(scene_name(name)).exists()
        };
        let others = (2..1000).map(|number| format!("{stem} {number}.{ending}"));
        let free = std::iter::once(name.to_owned()).chain(others).find(is_free);
        let Some(free) = free else {
            return Err(AnnotationIssue::new(picture, "no name is free for it in the folder: give it another name"));
        };
        let bytes = std::fs::read(picture)
            .map_err(|error| AnnotationIssue::new(picture, format!("it cannot be read ({error}): make it readable")))?;
        match write_atomically(&self.folder().join(&free), &bytes) {
            Ok(()) => {
                taken.insert(listing::stem_key(&free));
                Ok(free)
            }
            Err(error) => Err(AnnotationIssue::new(picture, format!("it cannot be copied into the folder: {error}"))),
        }
    }

    /// A JSON: COCO's for many pictures, or a graph for the picture of its name.
    fn import_graph(&mut self, path: &Path, there: &[(String, [u32; 2])], imported: &mut Imported) {
        let mut issue = |what: String| imported.issues.push(AnnotationIssue::new(path, what));
        let has_annotations = |ending: &str| path.extension().is_some_and(|other| other.eq_ignore_ascii_case(ending));
        if !["json", "gz", "xml"].into_iter().any(has_annotations) {
            return issue(format!("this is neither a picture ({KINDS}) nor a JSON file: choose another"));
        }
        if std::fs::metadata(path).is_ok_and(|data| data.len() > MAX_BYTES) {
            return issue(format!(
                "the file has more than {} MB, the limit for editing: split it into several files",
                MAX_BYTES >> 20
            ));
        }
        let value = records::read_value(path, MAX_BYTES);
        if let Err(RecordsError::Io { .. } | RecordsError::Format { .. }) = &value {
            return imported.issues.extend(value.err().map(|error| AnnotationIssue::from_error(path, &error)));
        }
        if let Ok(value) = value
            && coco::is_coco(&value)
        {
            return self.import_coco(value, path, there, imported);
        }
        let pictures: Vec<PathBuf> = there.iter().map(|(name, _)| self.folder().join(name)).collect();
        let found = sources::of_file(path, self.folder(), &pictures);
        imported.issues.extend(found.notes.iter().map(AnnotationIssue::from));
        if let Some(file) = found.list.first().and_then(AnnotationSource::records) {
            return self.import_coco(Value::Object(file.clone()), path, there, imported);
        }
        if !found.notes.is_empty() {
            return;
        }
        let mut issue = |what: String| imported.issues.push(AnnotationIssue::new(path, what));
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = stem.strip_suffix(".scene").unwrap_or(&stem);
        let its_picture = there.iter().find(|(file, _)| Path::new(file).file_stem().is_some_and(|other| other == stem));
        match (graph_of(path, its_picture.map_or([1, 1], |(_, size)| *size)), its_picture) {
            (Ok(scene), Some((file, _))) => {
                imported.words.push((file.clone(), PageState::new(scene), "take over its graph"));
            }
            (Ok(_), None) => issue(format!("there is no picture called \"{stem}\" here: drop both together")),
            (Err(error), _) => imported.issues.push(AnnotationIssue::from_error(path, &error)),
        }
    }

    fn import_coco(&mut self, value: Value, path: &Path, there: &[(String, [u32; 2])], imported: &mut Imported) {
        let file = match coco::read_value(value, path, &mut imported.issues) {
            Ok(file) => file,
            Err(what) => return imported.issues.push(AnnotationIssue::new(path, what)),
        };
        let mut fits = 0;
        let pictures: Vec<PathBuf> = there.iter().map(|(name, _)| self.folder().join(name)).collect();
        let index = PictureIndex::new(self.folder(), &pictures);
        for image in file.images.iter().filter(|image| !image.annotations.is_empty()) {
            let found = listing::found(&index, self.folder(), &image.file);
            let Some((name, size)) = there.iter().find(|(name, _)| Some(name) == found.as_ref()) else { continue };
            fits += 1;
            let fit = match picture_file::header(&self.folder().join(name)) {
                Ok(header) => {
                    let (fit, misfit) = Fit::new(Some(&image.raw), &image.boxes(), &header);
                    imported
                        .issues
                        .extend(misfit.map(|misfit| AnnotationIssue::new(path, format!("{name}: {misfit}"))));
                    fit
                }
                // Problems are reported where the picture is shown.
                Err(_) => Fit::same(*size),
            };
            let input = MergeInput {
                fit,
                scene: None,
                annotations: &image.annotations,
                relations: &image.relations,
                scene_is_newer: false,
                path,
                picture_name: name,
            };
            let merged = merge(&input, &mut imported.issues);
            let mut state = merged.page;
            // Crowds, words and whatever else the file says of its objects comes along.
            let foreign_fields = merged.foreign_fields.into_iter();
            state.extras = foreign_fields.map(|(node, fields)| (node, Arc::new(fields.extra))).collect();
            imported.words.push((name.clone(), state, "import from COCO"));
        }
        if fits == 0 {
            let what = "none of its pictures is here: put it beside them, or copy them into the folder".to_owned();
            imported.issues.push(AnnotationIssue::new(path, what));
        }
    }
}
