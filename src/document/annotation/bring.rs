//! What other tools have made comes in: pictures with their graphs, and COCO files.

use super::annotations::merged;
use super::coco::{self, MOST_BYTES};
use super::gather::{Known, gather};
use super::listing::{self, is_picture};
use super::{Annotated, Annotations, Fault, Page, Store, photo};
use crate::interchange::{ReadError, read_scenes, write_atomically};
use crate::scene::{Edit, Scene, UnitBox};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What dropped files mean while no folder is open: a folder, and which of its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub folder: PathBuf,
    pub only: Vec<String>,
}

impl Found {
    /// The first folder of pictures, else the pictures that lie beside the first picture. Waits for the disk.
    pub fn of(paths: &[PathBuf]) -> Option<Self> {
        if let Some(folder) = paths.iter().find(|path| listing::is_picture_folder(path)) {
            return Some(Self { folder: folder.clone(), only: Vec::new() });
        }
        let pictures: Vec<&PathBuf> = paths.iter().filter(|path| is_picture(path) && path.is_file()).collect();
        let folder = pictures.first()?.parent()?.to_owned();
        let beside = pictures.iter().filter(|path| path.parent() == Some(&folder));
        let only = beside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
        Some(Self { folder, only })
    }
}

/// What came into an open folder.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// New pictures, with what their graphs say.
    pages: Vec<(Page, Annotated)>,
    /// What is said of pictures that are there.
    words: Vec<(String, Annotated, &'static str)>,
    /// A picture that was meant and is there already.
    meant: Option<String>,
    pub faults: Vec<Fault>,
}

impl Brought {
    /// Each picture's part is a step of its own page. How many pictures came or changed.
    pub fn into_annotations(self, annotations: &mut Annotations) -> usize {
        let mut changed = 0;
        let mut shown = self.meant;
        for (page, state) in self.pages {
            let file = page.file.clone();
            annotations.put(page);
            let page = annotations.page_of(&file).filter(|page| page.trouble.is_none());
            if let Some(page) = page.filter(|_| !state.is_untouched()) {
                page.take("take over its graph", state);
            }
            changed += 1;
            shown = shown.or(Some(file));
        }
        for (file, state, label) in self.words {
            let Some(page) = annotations.page_of(&file).filter(|page| page.trouble.is_none()) else { continue };
            let merged = merged(page.state().clone(), &state, page.size);
            changed += usize::from(merged != *page.state());
            page.take(label, merged);
            shown = shown.or(Some(file));
        }
        if let Some(place) = shown.and_then(|file| annotations.place_of(&file)) {
            annotations.go_to(place);
        }
        changed
    }
}

/// A graph of another tool; boxes may stand beside it in a list of their own, in pixels or in parts of the picture.
pub(super) fn graph_of(path: &Path, size: [u32; 2]) -> Result<Scene, ReadError> {
    let mut scene = read_scenes(path)?.into_iter().next().unwrap_or_default();
    let boxes = scene.extras().graph.get("boxes").and_then(Value::as_array).cloned().unwrap_or_default();
    let numbers = |list: &Value| -> Option<[f32; 4]> {
        let list: Option<Vec<f32>> = list.as_array()?.iter().map(|v| v.as_f64().map(|v| v as f32)).collect();
        <[f32; 4]>::try_from(list?).ok()
    };
    let boxes: Vec<Option<[f32; 4]>> = boxes.iter().map(numbers).collect();
    let in_pixels = boxes.iter().flatten().flatten().any(|v| *v > 1.5);
    let [w, h] = if in_pixels { size.map(|side| side.max(1) as f32) } else { [1.0; 2] };
    let nodes: Vec<_> = scene.nodes().iter().map(|node| (node.id, node.pinned)).collect();
    for ((node, pinned), given) in nodes.into_iter().zip(boxes) {
        let place = given.and_then(|[x0, y0, x1, y1]| UnitBox::new(x0 / w, y0 / h, x1 / w, y1 / h).repaired());
        if pinned.is_none() && place.is_some() {
            // Of an object that is there, with a box that is proper.
            let _ = scene.apply(&Edit::Pin { node, pinned: place });
        }
    }
    Ok(scene)
}

impl Store {
    /// Takes in what was dropped or chosen: pictures are copied into the folder, graphs and COCO files are read. Waits for the disk.
    pub fn bring(&mut self, paths: &[PathBuf], there: &[(String, [u32; 2])]) -> Brought {
        let mut brought = Brought::default();
        let mut taken: Vec<&Path> = Vec::new();
        for picture in paths.iter().filter(|path| is_picture(path)) {
            let stem = picture.file_stem();
            let is_its_graph = |path: &&PathBuf| {
                path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && path.file_stem() == stem
            };
            let graph = paths.iter().find(is_its_graph);
            taken.extend(graph.map(PathBuf::as_path));
            self.bring_picture(picture, graph.map(PathBuf::as_path), there, &mut brought);
        }
        for path in paths.iter().filter(|path| !is_picture(path) && !taken.contains(&path.as_path())) {
            self.bring_words(path, there, &mut brought);
        }
        brought
    }

    fn bring_picture(
        &mut self,
        picture: &Path,
        graph: Option<&Path>,
        there: &[(String, [u32; 2])],
        brought: &mut Brought,
    ) {
        let Some(name) = picture.file_name().and_then(|name| name.to_str()) else { return };
        let here = picture.parent() == Some(self.folder());
        let scene_of = |size: [u32; 2], brought: &mut Brought| {
            let read = graph.map(|graph| graph_of(graph, size).map_err(|error| Fault::new(graph, error.to_string())));
            match read {
                Some(Ok(scene)) => Some(scene),
                Some(Err(fault)) => {
                    brought.faults.push(fault);
                    None
                }
                None => None,
            }
        };
        if let Some((_, size)) = there.iter().find(|(other, _)| here && other == name) {
            if let Some(scene) = scene_of(*size, brought) {
                brought.words.push((name.to_owned(), Annotated::new(scene), "take over its graph"));
            }
            brought.meant = Some(name.to_owned());
            return;
        }
        let name = match here {
            true => name.to_owned(),
            false => {
                let sound = photo::size_of(picture).map_err(|error| Fault::new(picture, error.to_string()));
                match sound.and_then(|_| self.copy_in(picture, name)) {
                    Ok(name) => name,
                    Err(fault) => return brought.faults.push(fault),
                }
            }
        };
        let (page, mut state) = self.found(&name, &mut brought.faults);
        if let Some(trouble) = &page.trouble {
            brought.faults.push(Fault::new(picture, trouble.clone()));
        }
        let beside = ["scene.json", "json"].map(|ending| picture.with_extension(ending));
        let scene = scene_of(page.size, brought).or_else(|| {
            beside.iter().find_map(|graph| graph_of(graph, page.size).ok()).filter(|scene| !scene.is_empty())
        });
        if let Some(scene) = scene {
            state = Annotated::new(scene);
        }
        brought.pages.push((page, state));
    }

    /// The name under which it lies in the folder; no picture there is replaced, and none of the same stem joined.
    fn copy_in(&self, picture: &Path, name: &str) -> Result<String, Fault> {
        let ending = picture.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = picture.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_free = |name: &String| {
            !self.folder().join(name).exists() && !self.folder().join(listing::scene_file(name)).exists()
        };
        let others = (2..1000).map(|number| format!("{stem} {number}.{ending}"));
        let free = std::iter::once(name.to_owned()).chain(others).find(is_free);
        let Some(free) = free else { return Err(Fault::new(picture, "no name is free for it in the folder")) };
        let bytes =
            std::fs::read(picture).map_err(|error| Fault::new(picture, format!("it cannot be read ({error})")))?;
        match write_atomically(&self.folder().join(&free), &bytes) {
            Ok(()) => Ok(free),
            Err(error) => Err(Fault::new(picture, format!("it cannot be copied into the folder: {error}"))),
        }
    }

    /// A JSON: COCO's for many pictures, or a graph for the picture of its name.
    fn bring_words(&mut self, path: &Path, there: &[(String, [u32; 2])], brought: &mut Brought) {
        let mut fault = |what: String| brought.faults.push(Fault::new(path, what));
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        if !is_json {
            return fault("this is neither a picture (JPEG, PNG, WebP) nor a JSON file".to_owned());
        }
        if std::fs::metadata(path).is_ok_and(|data| data.len() > MOST_BYTES) {
            return fault(format!("more than {} MB are too much to be edited: split it", MOST_BYTES >> 20));
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return fault(format!("it cannot be read ({error})")),
        };
        let value: Option<Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        if value.is_some_and(|value| coco::is_coco(&value)) {
            return self.bring_coco(&text, path, there, brought);
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = stem.strip_suffix(".scene").unwrap_or(&stem);
        let its_picture = there.iter().find(|(file, _)| Path::new(file).file_stem().is_some_and(|other| other == stem));
        match (graph_of(path, its_picture.map_or([1, 1], |(_, size)| *size)), its_picture) {
            (Ok(scene), Some((file, _))) => {
                brought.words.push((file.clone(), Annotated::new(scene), "take over its graph"));
            }
            (Ok(_), None) => fault(format!("there is no picture called \"{stem}\" here: drop both together")),
            (Err(error), _) => fault(error.to_string()),
        }
    }

    fn bring_coco(&mut self, text: &str, path: &Path, there: &[(String, [u32; 2])], brought: &mut Brought) {
        let file = match coco::read(text, path, &mut brought.faults) {
            Ok(file) => file,
            Err(what) => return brought.faults.push(Fault::new(path, what)),
        };
        let mut fits = 0;
        for image in file.images.iter().filter(|image| !image.annotations.is_empty()) {
            let Some((name, size)) = there.iter().find(|(name, _)| *name == image.file) else { continue };
            fits += 1;
            let known = Known {
                size: *size,
                scene: None,
                annotations: &image.annotations,
                scene_is_newer: false,
                path,
                file: name,
            };
            let (state, _) = gather(&known, &mut brought.faults);
            brought.words.push((name.clone(), state, "import from COCO"));
        }
        if fits == 0 {
            let what = "none of its pictures is here: put it beside them, or copy them into the folder".to_owned();
            brought.faults.push(Fault::new(path, what));
        }
    }
}
