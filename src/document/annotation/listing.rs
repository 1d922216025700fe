//! Which files of a folder are pictures, and what belongs to each.

use super::Fault;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// Of the kinds of picture that can be annotated.
pub const ENDINGS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];
/// More are more than a list can show; who has them works by folders.
const MOST_PICTURES: usize = 20_000;

/// By its ending.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).map(str::to_lowercase);
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether a folder holds a picture, and is not a model's. Waits for the disk.
pub fn is_picture_folder(path: &Path) -> bool {
    let holds = |name: &str| path.join(name).is_file();
    path.is_dir()
        && !holds("weights.safetensors")
        && (holds("annotations.json")
            || std::fs::read_dir(path).is_ok_and(|list| list.flatten().any(|entry| is_picture(&entry.path()))))
}

/// The name of a picture's scene.
pub(super) fn scene_file(picture: &str) -> String {
    let stem = Path::new(picture).file_stem().unwrap_or(OsStr::new(picture));
    format!("{}.scene.json", stem.to_string_lossy())
}

/// What other tools call the graph of a picture.
pub(super) fn graph_file(picture: &Path) -> PathBuf {
    picture.with_extension("json")
}

/// Names of pictures, as people sort them: whatever their case. With a sentence for those that cannot be annotated.
pub(super) fn pictures(folder: &Path, faults: &mut Vec<Fault>) -> io::Result<Vec<(String, Option<String>)>> {
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if !is_picture(&path) || name.to_string_lossy().starts_with('.') || !path.is_file() {
            continue;
        }
        match name.to_str() {
            Some(name) => names.push(name.to_owned()),
            None => faults.push(Fault::new(&path, "its name is no text in this system's letters: rename it")),
        }
    }
    names.sort_by_cached_key(|name| (name.to_lowercase(), name.clone()));
    if names.len() > MOST_PICTURES {
        let what = format!("{} pictures are more than {MOST_PICTURES}: the first are shown", names.len());
        faults.push(Fault::new(folder, what));
        names.truncate(MOST_PICTURES);
    }
    // Two pictures of one stem would share a scene.
    let mut stems: BTreeMap<String, String> = BTreeMap::new();
    let with_trouble = |name: String| {
        let scene = scene_file(&name).to_lowercase();
        match stems.get(&scene) {
            Some(other) => {
                let trouble = format!(
                    "{other} has the same name but for its ending, and both would have {scene}: rename one of them"
                );
                (name, Some(trouble))
            }
            None => {
                stems.insert(scene, name.clone());
                (name, None)
            }
        }
    };
    Ok(names.into_iter().map(with_trouble).collect())
}
