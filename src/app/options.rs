//! How the editor is started.

use std::path::PathBuf;

use super::self_test::SelfTest;
use crate::engine::DeviceChoice;
use scenewright_document::Folders;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A scene to open; else the starter.
    pub file: Option<PathBuf>,
    /// Instead of the model of the last run, or the bundled one.
    pub model: Option<PathBuf>,
    pub device: DeviceChoice,
    /// Where settings and journals are kept; `None`: nothing is kept (tests, a system that knows of no home).
    pub folders: Option<Folders>,
    /// Dialogs of the system; else egui's own.
    pub native_dialogs: bool,
    /// The clipboard of the system; else there is none.
    pub system_clipboard: bool,
    /// Training works only where no other thread of the machine wants to.
    pub training_stands_back: bool,
    /// The editor tries itself and closes.
    pub self_test: Option<SelfTest>,
}
