//! The window.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

use super::editor::Editor;
use super::options::EditorOptions;
use scenewright_self_test::{Report, SelfTestApp, SelfTestError};

/// Opens the window and returns when it is closed, with the report of a self-test if there was one.
pub fn run(options: EditorOptions) -> Result<Option<Report>, WindowError> {
    let started = Instant::now();
    let self_test = options.self_test;
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("scenewright")
        .with_title("Scenewright")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([300.0, 300.0])
        .with_drag_and_drop(true);
    // The window position is stored beside the settings, or not at all.
    let persistence_path = options.folders.as_ref().map(|folders| folders.config.join("window.ron"));
    let persist_window = persistence_path.is_some();
    // Dithering only helps gradients, which the editor does not have; software drivers spend a third of a frame on it.
    let native =
        eframe::NativeOptions { viewport, persist_window, persistence_path, dithering: false, ..Default::default() };
    let (report, found) = channel();
    let made = Box::new(move |window: &eframe::CreationContext<'_>| {
        let editor = Editor::new(options).with_theme(&window.egui_ctx);
        Ok(match self_test {
            None => Box::new(editor) as Box<dyn eframe::App>,
            Some(self_test) => Box::new(SelfTestApp::new(editor, self_test, started, report)),
        })
    });
    eframe::run_native("scenewright", native, made).map_err(|error| WindowError::None(Arc::from(error.to_string())))?;
    match self_test {
        None => Ok(None),
        Some(_) => Ok(Some(found.try_recv().unwrap_or(Err(SelfTestError::Closed))?)),
    }
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum WindowError {
    #[error(
        "no window can be opened ({0}). The editor needs a display; `scenewright --help` lists what works in a terminal"
    )]
    None(Arc<str>),
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
}
