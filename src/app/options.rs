//! How the editor is started.

use std::path::PathBuf;

use super::settings::Folders;
use super::trial::Trial;
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
    /// The editor tries itself and closes.
    pub trial: Option<Trial>,
}
