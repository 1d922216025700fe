//! What belongs together in a folder of annotated pictures: one list of names, so that training and Annotate read the same files.
//!
//! Nothing is opened here but folders.

use std::io;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::picture_file::is_picture;
use super::{DocumentError, ReadError};
use crate::scene::{Scene, UnitBox};

/// What Annotate writes.
pub const OUR_ANNOTATIONS: &str = "annotations.json";
/// Names under which tools save COCO annotations, ours first: where there are several, the first counts.
pub const ANNOTATION_FILES: [&str; 5] = [
    OUR_ANNOTATIONS,
    "instances.json",
    "_annotations.coco.json",
    "annotations/instances_default.json",
    "annotations/instances.json",
];
/// Folders beside the annotations in which tools put pictures, the folder itself first.
pub const PICTURE_FOLDERS: [&str; 3] = ["", "images", "data"];

/// The annotations of a folder, where it has any. Waits for the disk.
pub fn annotations_in(folder: &Path) -> Option<PathBuf> {
    ANNOTATION_FILES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// Every picture of the folder and of those inside it that tools make, sorted. Waits for the disk.
pub fn pictures_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for inner in PICTURE_FOLDERS {
        let entries = match std::fs::read_dir(folder.join(inner)) {
            Ok(entries) => entries,
            Err(_) if !inner.is_empty() => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let path = entry?.path();
            let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if is_picture(&path) && !hidden && path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file's name below the folder, with "/" between its parts: "cat.png", "images/cat.png". None: it lies elsewhere, or its name is no text.
pub fn name_below(folder: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(folder).ok()?;
    let part = |part: Component<'_>| match part {
        Component::Normal(name) => name.to_str().map(str::to_owned),
        _ => None,
    };
    let parts: Option<Vec<String>> = below.components().map(part).collect();
    parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("/"))
}

/// Names below the folder under which a picture of a list may lie, the likeliest first. Other tools' lists may name a folder of their machine; a
/// name with ".." would read what the folder does not hold.
pub fn places_of(file_name: &str) -> Vec<String> {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let proper =
        |name: &&str| !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let join = |inner: &str, name: &str| if inner.is_empty() { name.to_owned() } else { format!("{inner}/{name}") };
    let names = [file_name, base].into_iter().filter(proper);
    names.flat_map(|name| PICTURE_FOLDERS.map(|inner| join(inner, name))).collect()
}

/// The name of a picture's scene: beside it.
pub fn scene_name(picture: &str) -> String {
    Path::new(picture).with_extension("scene.json").to_string_lossy().replace('\\', "/")
}

/// Where the graph of a picture may lie, ours first; then what other tools call it, and where `dataset export` puts it.
pub fn graphs_of(folder: &Path, picture: &Path) -> [PathBuf; 3] {
    let plain = picture.with_extension("json");
    let scenes = folder.join("scenes").join(plain.file_name().unwrap_or_default());
    [picture.with_extension("scene.json"), plain, scenes]
}

/// Boxes that other tools put beside a graph, object by object: `"boxes": [[x0, y0, x1, y1]]`, in parts of the picture or in pixels of `size`.
pub fn boxes_beside(scene: &Scene, size: (u32, u32)) -> Vec<Option<UnitBox>> {
    let Some(list) = scene.extras().graph.get("boxes").and_then(Value::as_array) else { return Vec::new() };
    let read = |value: &Value| -> Option<[f32; 4]> {
        let numbers: Option<Vec<f32>> = value.as_array()?.iter().map(|v| v.as_f64().map(|v| v as f32)).collect();
        numbers?.try_into().ok()
    };
    let boxes: Vec<Option<[f32; 4]>> = list.iter().map(read).collect();
    let in_pixels = boxes.iter().flatten().flatten().any(|v| *v > 1.5);
    let (w, h) = if in_pixels { (size.0.max(1) as f32, size.1.max(1) as f32) } else { (1.0, 1.0) };
    let unit = |[x0, y0, x1, y1]: [f32; 4]| UnitBox::new(x0 / w, y0 / h, x1 / w, y1 / h).repaired();
    boxes.into_iter().map(|found| found.and_then(unit)).collect()
}

/// Whether a file beside a picture that could not be read as a graph was never meant as one: other tools keep their own JSON under the same name.
pub fn is_other_tools(path: &Path, error: &ReadError) -> bool {
    match error {
        ReadError::NoGraph { .. } => true,
        ReadError::Document { error: DocumentError::Problems(_), .. } => {
            let ours = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".scene.json"));
            let value: Option<Value> = std::fs::read_to_string(path)
                .ok()
                .and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok());
            let is_graph = |value: &Value| value.get("objects").is_some() || value.get("relationships").is_some();
            !ours
                && !value.is_some_and(|value| {
                    value.as_array().map_or_else(|| is_graph(&value), |list| list.iter().any(is_graph))
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lists_stay_within_the_folder() {
        let check = |name: &str, first: &[&str]| {
            let places = places_of(name);
            assert_eq!(places.iter().take(first.len()).map(String::as_str).collect::<Vec<_>>(), first, "{name}");
        };
        check("cat.png", &["cat.png", "images/cat.png", "data/cat.png"]);
        check("images/cat.png", &["images/cat.png", "images/images/cat.png"]);
        check("C:\\pictures\\cat.png", &["C:\\pictures\\cat.png"]);
        assert!(places_of("C:\\pictures\\cat.png").contains(&"cat.png".to_owned()));
        check("../../secret.png", &["secret.png", "images/secret.png", "data/secret.png"]);
        check("/etc/secret.png", &["secret.png"]);
        assert!(places_of("").is_empty() && places_of("..").is_empty());
        assert_eq!(scene_name("images/cat.tar.png"), "images/cat.tar.scene.json");
        assert_eq!(name_below(Path::new("/a"), Path::new("/a/images/cat.png")), Some("images/cat.png".to_owned()));
        assert_eq!(name_below(Path::new("/a"), Path::new("/b/cat.png")), None);
    }
}
