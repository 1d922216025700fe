//! Which files of a folder are pictures, and what belongs to each.

use super::AnnotationIssue;
pub(super) use scenewright_formats::picture_folder::is_listed;
use scenewright_formats::picture_folder::{
    PictureIndex, PictureLocation, annotations_in, holds_picture, name_below, pictures_in, scene_name,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// More are more than a list can show; who has them works by folders.
const MAX_PICTURES: usize = 20_000;

/// Whether a folder holds a picture, itself or where tools put them, and is not a model's. Waits for the disk.
pub fn is_picture_folder(path: &Path) -> bool {
    path.is_dir()
        && !path.join("weights.safetensors").is_file()
        && (annotations_in(path).is_some() || holds_picture(path))
}

/// The sentence for a picture that would share its scene with another.
pub(super) fn clash(other: &str, scene: &str) -> String {
    format!("{other} has the same name but for its ending, and both would have {scene}: rename one of them")
}

/// What two pictures must not share: the name of the scene, whatever its case.
pub(super) fn stem_key(picture: &str) -> String {
    scene_name(picture).to_lowercase()
}

/// [`stem_key`] of every picture of the folder. Waits for the disk.
pub(super) fn stems(folder: &Path) -> BTreeSet<String> {
    let pictures = pictures_in(folder).unwrap_or_default();
    pictures.iter().filter_map(|path| name_below(folder, path)).map(|name| stem_key(&name)).collect()
}

/// Names of pictures, as people sort them: whatever their case. With a sentence for those that cannot be annotated.
pub(super) fn pictures(folder: &Path, issues: &mut Vec<AnnotationIssue>) -> io::Result<Vec<(String, Option<String>)>> {
    let mut names: Vec<String> = Vec::new();
    for path in pictures_in(folder)? {
        match name_below(folder, &path) {
            Some(name) => names.push(name),
            None => issues.push(AnnotationIssue::new(&path, "its name is no text in this system's letters: rename it")),
        }
    }
    names.sort_by_cached_key(|name| (name.to_lowercase(), name.clone()));
    if names.len() > MAX_PICTURES {
        let what = format!("{} pictures are more than {MAX_PICTURES}: the first are shown", names.len());
        issues.push(AnnotationIssue::new(folder, what));
        names.truncate(MAX_PICTURES);
    }
    // Two pictures of one stem would share a scene.
    let mut stems: BTreeMap<String, String> = BTreeMap::new();
    let with_problem = |name: String| {
        let key = stem_key(&name);
        match stems.get(&key) {
            Some(other) => {
                let problem = clash(other, &scene_name(&name));
                (name, Some(problem))
            }
            None => {
                stems.insert(key, name.clone());
                (name, None)
            }
        }
    };
    Ok(names.into_iter().map(with_problem).collect())
}

/// The name below the folder of the picture that a list means.
pub(super) fn found(index: &PictureIndex, folder: &Path, file: &str) -> Option<String> {
    match index.find(folder, file) {
        PictureLocation::Here(path, _) => name_below(folder, &path),
        PictureLocation::Nowhere | PictureLocation::Several(_) => None,
    }
}
