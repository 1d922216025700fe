//! Start options of the editor.

use std::path::PathBuf;

use crate::engine::DeviceChoice;
use scenewright_document::Folders;
use scenewright_self_test::SelfTest;

#[derive(Clone, Debug, Default)]
pub struct EditorOptions {
    /// A scene to open; otherwise the start scene.
    pub file: Option<PathBuf>,
    /// A model to use instead of the last or the bundled one.
    pub model: Option<PathBuf>,
    pub device: DeviceChoice,
    /// Where settings and journals are stored; `None`: nothing is stored (tests, or a system without a home folder).
    pub folders: Option<Folders>,
    /// Use system dialogs; otherwise egui's.
    pub native_dialogs: bool,
    /// Use the system clipboard; otherwise there is none.
    pub system_clipboard: bool,
    /// Training threads run at idle priority.
    pub low_priority_training: bool,
    /// Run a self-test and close.
    pub self_test: Option<SelfTest>,
}
