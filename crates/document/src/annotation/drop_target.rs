//! What dropped files mean while no folder is open.

use super::listing;
use scenewright_formats::picture_file::is_picture;
use std::path::PathBuf;

/// A folder, and which of its pictures; none: all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropTarget {
    pub folder: PathBuf,
    pub only: Vec<String>,
}

impl DropTarget {
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
