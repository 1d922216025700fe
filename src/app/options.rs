//! How the editor is started.

use std::path::{Path, PathBuf};

use super::settings::Folders;
use crate::engine::DeviceChoice;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A scene to open; else the starter.
    pub file: Option<PathBuf>,
    /// Instead of the model of the last run, or the bundled one.
    pub model: Option<PathBuf>,
    pub device: DeviceChoice,
    pub folders: Folders,
    /// Dialogs of the system; else egui's own.
    pub native_dialogs: bool,
}

/// The model that comes with the program.
const BUNDLED: &str = "models/sg2im-illustrated";

/// The bundled model: beside the program or above it (a build lies in `target/release`), here, or in the data folder.
pub fn bundled_model(folders: &Folders) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned);
    let here = std::env::current_dir().ok();
    let places = above.chain(here).chain(folders.data.clone());
    places.map(|place| place.join(BUNDLED)).find(|model| model.join("config.json").is_file())
}
