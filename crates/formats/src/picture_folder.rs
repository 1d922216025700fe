//! What belongs together in a folder of annotated pictures: one list of names, so that training and Annotate read the same files.
//!
//! Nothing is opened here but folders.

#![allow(clippy::disallowed_methods, reason = "reads the folder that the caller names")]

use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::picture_file::is_picture;
use super::{DocumentError, ReadError};
use scenewright_scene::{Scene, UnitBox};

/// What Annotate writes.
pub const OUR_ANNOTATIONS: &str = "annotations.json";
/// Names under which tools save COCO annotations, ours first: where there are several, the first counts. Label Studio writes `result.json`,
/// FiftyOne `labels.json`, Roboflow `_annotations.coco.json`, CVAT `annotations/instances_default.json`.
pub(crate) const ANNOTATION_FILES: [&str; 8] = [
    OUR_ANNOTATIONS,
    "instances.json",
    "_annotations.coco.json",
    "annotations/instances_default.json",
    "annotations/instances.json",
    "result.json",
    "labels.json",
    "coco.json",
];
/// Folders beside the annotations in which tools put pictures, the folder itself first.
pub(crate) const PICTURE_FOLDERS: [&str; 3] = ["", "images", "data"];
/// Folders are looked into so far down.
const MAX_DEPTH: usize = 8;
/// More files than this are not listed: name a folder with fewer.
const MAX_FILES: usize = 1_000_000;

/// The annotations of a folder in COCO's format, where it has any: one of the known names, packed with gzip or not, else the first JSON that begins
/// as COCO's do. Waits for the disk.
pub fn annotations_in(folder: &Path) -> Option<PathBuf> {
    let names = ANNOTATION_FILES.iter().flat_map(|name| [(*name).to_owned(), format!("{name}.gz")]);
    let known = names.map(|name| folder.join(name)).find(|path| path.is_file() && !is_other_format(path));
    known.or_else(|| coco_files_in(folder).into_iter().next())
}

/// Of the known names some are used by several tools for several formats.
fn is_other_format(path: &Path) -> bool {
    let is_shared = |name: &str| path.file_name().is_some_and(|other| other == name);
    (is_shared("result.json") || is_shared("labels.json")) && !begins_as_coco(path)
}

/// Every JSON of a folder, and of `annotations` in it, that begins as COCO's do; known names first, the others sorted. Waits for the disk.
pub(crate) fn coco_files_in(folder: &Path) -> Vec<PathBuf> {
    let known: Vec<PathBuf> = ANNOTATION_FILES.iter().map(|name| folder.join(name)).collect();
    let mut others: Vec<PathBuf> = Vec::new();
    for inner in ["", "annotations"] {
        let entries = std::fs::read_dir(folder.join(inner)).into_iter().flatten().flatten();
        others.extend(
            entries.map(|entry| entry.path()).filter(|path| is_json(path) && !is_hidden(path) && path.is_file()),
        );
    }
    others.retain(|path| !known.contains(path) && begins_as_coco(path));
    others.sort();
    let mut found: Vec<PathBuf> = known.into_iter().filter(|path| path.is_file() && !is_other_format(path)).collect();
    found.extend(others);
    found
}

fn is_json(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    (name.ends_with(".json") || name.ends_with(".json.gz")) && !name.ends_with(".scene.json")
}

/// Whether a JSON is an object that has `images` and `annotations` or `categories`; of a large file, among its first keys.
pub(crate) fn begins_as_coco(path: &Path) -> bool {
    const FIRST_BYTES: u64 = 64 << 10;
    let Ok(start) = super::records::first_text(path, FIRST_BYTES) else { return false };
    if !start.trim_start().starts_with('{') {
        return false;
    }
    if let Ok(whole) = super::records::value_of(&start) {
        return whole.get("images").is_some()
            && (whole.get("annotations").is_some() || whole.get("categories").is_some());
    }
    let has = |key: &str| start.contains(key);
    let keys = ["\"images\"", "\"annotations\"", "\"categories\""].into_iter().filter(|key| has(key)).count();
    let others = ["shapes", "items", "samples", "_via_img_metadata", "pan_seg_file_name", "predicate_classes"];
    let is_other = others.into_iter().any(|key| has(&format!("\"{key}\"")));
    // A large list hides the keys behind it.
    keys >= 1 && !is_other
}

/// Every picture of the folder and of those inside it, sorted. Waits for the disk.
pub fn pictures_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(files_in(folder)?.into_iter().filter(|path| is_picture(path)).collect())
}

/// Every file of the folder and of those inside it, sorted; not what is hidden, a model, or masks drawn as pictures. Waits for the disk.
pub fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    list(folder, 0, &mut found)?;
    found.sort();
    Ok(found)
}

/// Pictures in these are masks or copies that tools made.
const NOT_PICTURES: [&str; 5] = ["__macosx", "@eadir", "segmentationclass", "segmentationobject", "checkpoints"];

fn list(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let Ok(entry) = entry else { continue };
        let path = entry.path();
        if is_hidden(&path) || found.len() >= MAX_FILES {
            continue;
        }
        // A link to a folder may lead round in a circle.
        let is_folder =
            entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink() && depth == 0 && path.is_dir());
        if !is_folder {
            if path.is_file() {
                found.push(path);
            }
            continue;
        }
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if depth < MAX_DEPTH && !NOT_PICTURES.contains(&name.as_str()) && !path.join("weights.safetensors").is_file() {
            // A folder inside that cannot be read hides what is in it and nothing else.
            let _ = list(&path, depth + 1, found);
        }
    }
    Ok(())
}

/// Whether a name below the folder is one that [`pictures_in`] lists.
pub fn is_listed(name: &str) -> bool {
    !name.split('/').any(|part| part.starts_with('.') || NOT_PICTURES.contains(&part.to_lowercase().as_str()))
}

/// Whether a folder, or one inside it, holds a picture. Waits for the disk.
pub fn holds_picture(folder: &Path) -> bool {
    /// A folder that is dropped is looked into only so far.
    const MAX_FOLDERS: usize = 200;
    let mut folders = vec![folder.to_owned()];
    let mut at = 0;
    while at < folders.len().min(MAX_FOLDERS) {
        for entry in std::fs::read_dir(&folders[at]).into_iter().flatten().flatten() {
            let path = entry.path();
            if is_hidden(&path) {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                _ if is_picture(&path) => return true,
                _ => {}
            }
        }
        at += 1;
    }
    false
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

/// Where a picture of a list lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureLocation {
    /// The path, and how well it was matched: higher is better.
    Here(PathBuf, u32),
    Nowhere,
    /// Pictures of that name lie in several folders, and it is unclear which is meant.
    Several(Vec<PathBuf>),
}

/// An exact name below the list's folder.
const EXACT: u32 = u32::MAX;

/// Pictures by their names, to find those that lists of other tools and machines name.
#[derive(Clone, Debug, Default)]
pub struct PictureIndex {
    paths: Vec<PathBuf>,
    /// Parts of the paths below the folder, as [`key_of`] spells them.
    parts: Vec<Vec<String>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl PictureIndex {
    pub fn new(folder: &Path, paths: &[PathBuf]) -> Self {
        let mut index = Self::default();
        for path in paths {
            let below = path.strip_prefix(folder).unwrap_or(path);
            let parts: Vec<String> =
                below.components().map(|part| key_of(&part.as_os_str().to_string_lossy())).collect();
            let Some(name) = parts.last().cloned() else { continue };
            index.by_name.entry(name).or_default().push(index.paths.len());
            index.paths.push(path.clone());
            index.parts.push(parts);
        }
        index
    }

    /// Finds a picture that a list in `base` names. Backslashes part folders; of an address the query goes and escapes are read; letters may be
    /// capitals or composed otherwise; of a path on another machine the folders at its end count that are here, too.
    pub fn find(&self, base: &Path, file_name: &str) -> PictureLocation {
        if let Some(path) = places_of(file_name).iter().map(|name| base.join(name)).find(|path| path.is_file()) {
            return PictureLocation::Here(path, EXACT);
        }
        let mut several = Vec::new();
        for parts in spellings(file_name) {
            match self.by_parts(base, &parts) {
                PictureLocation::Nowhere => {}
                PictureLocation::Several(paths) => several = paths,
                found => return found,
            }
        }
        if several.is_empty() { PictureLocation::Nowhere } else { PictureLocation::Several(several) }
    }

    fn by_parts(&self, base: &Path, parts: &[String]) -> PictureLocation {
        let Some(rows) = parts.last().and_then(|name| self.by_name.get(name)) else { return PictureLocation::Nowhere };
        let alike =
            |row: usize| self.parts[row].iter().rev().zip(parts.iter().rev()).take_while(|(a, b)| a == b).count();
        let best = rows.iter().map(|&row| alike(row)).max().unwrap_or(0);
        let all: Vec<PathBuf> =
            rows.iter().filter(|&&row| alike(row) == best).map(|&row| self.paths[row].clone()).collect();
        let mut under: Vec<PathBuf> = all.iter().filter(|path| path.starts_with(base)).cloned().collect();
        if under.is_empty() {
            under = all;
        }
        // Beside the list, before all others.
        let is_beside =
            |path: &&PathBuf| PICTURE_FOLDERS.iter().any(|inner| path.parent() == Some(base.join(inner).as_path()));
        let beside = under.iter().find(is_beside);
        let found = if under.len() == 1 { under.first() } else { beside };
        match found {
            Some(path) => PictureLocation::Here(path.clone(), best.min(1000) as u32),
            None => PictureLocation::Several(under),
        }
    }

    /// The picture of that name without its ending, where there is only one.
    pub(crate) fn by_stem(&self, stem: &str) -> Option<&PathBuf> {
        let stem = key_of(stem);
        let of_name = |name: &str| name.rsplit_once('.').is_some_and(|(own, _)| own == stem);
        let mut rows = self.by_name.iter().filter(|(name, _)| of_name(name.as_str())).flat_map(|(_, rows)| rows);
        let first = rows.next()?;
        if rows.next().is_some() { None } else { self.paths.get(*first) }
    }
}

/// One spelling of a name: composed characters, small letters.
fn key_of(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfc().flat_map(char::to_lowercase).collect()
}

/// Ways to read the name of a list, as parts of a path; what is likeliest comes first.
fn spellings(file_name: &str) -> Vec<Vec<String>> {
    let slashes = file_name.trim().replace('\\', "/");
    let mut forms = vec![slashes.clone()];
    // Label Studio: /data/local-files/?d=farm/yard.png
    if let Some((_, rest)) = slashes.split_once("?d=") {
        forms.push(rest.split('&').next().unwrap_or(rest).to_owned());
    }
    let without_query = slashes.split(['?', '#']).next().unwrap_or(&slashes).to_owned();
    forms.push(without_query);
    let mut all = Vec::new();
    for form in forms {
        let decoded = percent_encoding::percent_decode_str(&form).decode_utf8().map(|text| text.into_owned());
        all.push(form);
        all.extend(decoded);
    }
    // Label Studio puts eight digits before the names of files that are uploaded to it, and keeps them in what it exports.
    let uploaded: Vec<String> = all.iter().filter_map(|form| without_upload_prefix(form)).collect();
    all.extend(uploaded);
    let parts = |form: &String| -> Vec<String> {
        form.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..").map(key_of).collect()
    };
    let mut found: Vec<Vec<String>> = Vec::new();
    for form in all.iter().map(parts) {
        if !form.is_empty() && !found.contains(&form) {
            found.push(form);
        }
    }
    found
}

fn without_upload_prefix(name: &str) -> Option<String> {
    const DIGITS: usize = 8;
    let base = name.rsplit('/').next()?;
    let (prefix, rest) = base.split_at_checked(DIGITS)?;
    let is_prefix = prefix.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    rest.strip_prefix('-').filter(|_| is_prefix).map(str::to_owned)
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
pub(crate) fn places_of(file_name: &str) -> Vec<String> {
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
    let ours = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".scene.json"));
    match error {
        ReadError::NoGraph { .. } => true,
        ReadError::Other { .. } => !ours,
        ReadError::Document { error: DocumentError::Problems(_), .. } => {
            let value: Option<Value> = std::fs::read_to_string(path)
                .ok()
                .and_then(|text| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok());
            // Other tools' objects are records with words of their own for what they are.
            let has_names = |list: &Value| match list {
                Value::Array(list) => {
                    list.is_empty() || !list.iter().all(|one| one.is_object() && one.get("name").is_none())
                }
                _ => true,
            };
            let is_graph =
                |value: &Value| value.get("objects").is_some_and(has_names) || value.get("relationships").is_some();
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
    fn pictures_are_found_under_the_names_of_other_machines() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        let files = [
            "meadow/1.png",
            "hill/1.png",
            "farm/my yard.png",
            "hay & barn.png",
            "caf\u{e9}.jpg",
            "deep/a/b/c.jpg",
            "100%25.png",
            "top.png",
        ];
        for file in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let paths = pictures_in(folder).unwrap();
        assert_eq!(paths.len(), files.len());
        let index = PictureIndex::new(folder, &paths);
        let found = |name: &str| match index.find(folder, name) {
            PictureLocation::Here(path, _) => name_below(folder, &path).unwrap(),
            PictureLocation::Nowhere => "nowhere".to_owned(),
            PictureLocation::Several(paths) => format!("{} of them", paths.len()),
        };
        for (name, expected) in [
            ("meadow\\1.png", "meadow/1.png"),
            ("C:\\Users\\anna\\set\\hill\\1.png", "hill/1.png"),
            ("1.png", "2 of them"),
            ("/data/local-files/?d=farm/my%20yard.png", "farm/my yard.png"),
            ("https://example.org/up/hay%20%26%20barn.png?token=abc#top", "hay & barn.png"),
            ("cafe\u{301}.JPG", "caf\u{e9}.jpg"),
            ("/home/anna/x/a/b/c.jpg", "deep/a/b/c.jpg"),
            ("100%25.png", "100%25.png"),
            ("/data/upload/3/0a1b2c3d-TOP.png", "top.png"),
            ("../../top.png", "top.png"),
            ("gone.png", "nowhere"),
            ("", "nowhere"),
        ] {
            assert_eq!(found(name), expected, "{name}");
        }
        assert_eq!(index.by_stem("TOP"), Some(&folder.join("top.png")));
        assert_eq!(index.by_stem("1"), None);
    }

    #[test]
    fn a_large_file_of_another_tool_is_not_taken_for_coco() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("it.json");
        let begins = |text: String| {
            std::fs::write(&path, text).unwrap();
            begins_as_coco(&path)
        };
        let padding = "x".repeat(70 << 10);
        assert!(begins(format!("{{\"info\": \"{padding}\", \"images\": [], \"annotations\": []}}").replacen(
            "\"info\"",
            "\"images\": [], \"info\"",
            1
        )));
        let psg = "\"file_name\": \"a.jpg\", \"pan_seg_file_name\": \"a.png\", \"annotations\": []";
        assert!(!begins(format!("{{\"data\": [{{{psg}}}, {{\"note\": \"{padding}\"}}], \"thing_classes\": []}}")));
    }

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
