//! Finds the files of a COCO set in a folder.

use std::path::{Path, PathBuf};

use crate::{DataError, Split};
use scenewright_formats::picture_folder::annotations_in;

/// The files of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CocoFiles {
    pub instances: PathBuf,
    pub stuff: Option<PathBuf>,
    /// The folder of pictures.
    pub pictures: PathBuf,
    /// Train and val come in files of their own.
    pub(crate) divided: bool,
}

/// The files of a split: those of COCO 2017 (or another year), else the one annotations file of the folder.
pub(crate) fn find(path: &Path, split: Split) -> Result<CocoFiles, DataError> {
    let place = |what: String| DataError::InvalidFile { what, path: path.to_owned() };
    if path.is_file() {
        let folder = path.parent().unwrap_or(Path::new(""));
        let pictures = first_folder(folder, &["images", "data", ""]).unwrap_or_else(|| folder.to_owned());
        return Ok(CocoFiles { instances: path.to_owned(), stuff: None, pictures, divided: false });
    }
    if !path.is_dir() {
        return Err(place("there is no such folder. Choose the one that holds COCO's annotations and images".into()));
    }
    let part = if split == Split::Train { "train" } else { "val" };
    for year in ["2017", "2014", ""] {
        let name = |what: &str| format!("{what}_{part}{year}.json");
        let file = |what: &str| {
            ["annotations", ""].map(|inner| path.join(inner).join(name(what))).into_iter().find(|file| file.is_file())
        };
        let Some(instances) = file("instances") else { continue };
        let folder = format!("{part}{year}");
        let tries = [format!("images/{folder}"), folder.clone(), "images".to_owned()];
        let tries: Vec<&str> = tries.iter().map(String::as_str).collect();
        let pictures = first_folder(path, &tries).ok_or_else(|| {
            place(format!(
                "the pictures are missing: there is neither images/{folder} nor {folder} in this folder. Put them there"
            ))
        })?;
        return Ok(CocoFiles { instances, stuff: file("stuff"), pictures, divided: true });
    }
    // The file of the other part is no set by itself.
    let other = if split == Split::Train { "val" } else { "train" };
    let is_divided = ["2017", "2014", ""].iter().any(|year| {
        ["annotations", ""].iter().any(|inner| path.join(inner).join(format!("instances_{other}{year}.json")).is_file())
    });
    let instances = annotations_in(path).filter(|_| !is_divided).ok_or_else(|| {
        let wanted = format!("annotations/instances_{part}2017.json");
        place(format!(
            "this folder holds no COCO annotations ({wanted}, or one instances.json). Choose another, or put them there"
        ))
    })?;
    let pictures = first_folder(path, &["images", "data", ""]).unwrap_or_else(|| path.to_owned());
    Ok(CocoFiles { instances, stuff: None, pictures, divided: false })
}

fn first_folder(path: &Path, names: &[&str]) -> Option<PathBuf> {
    names.iter().map(|name| path.join(name)).find(|folder| folder.is_dir())
}
