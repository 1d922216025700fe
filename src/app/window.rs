//! The window of the system.

use std::sync::Arc;

use super::editor::Editor;
use super::options::Options;

/// Opens the window and stays until it is closed.
pub fn run(options: Options) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("scenewright")
        .with_title("Scenewright")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([300.0, 300.0])
        .with_drag_and_drop(true);
    // Where the window lay is kept beside the settings, or nowhere.
    let persistence_path = options.folders.as_ref().map(|folders| folders.config.join("window.ron"));
    let persist_window = persistence_path.is_some();
    let native = eframe::NativeOptions { viewport, persist_window, persistence_path, ..Default::default() };
    let made = Box::new(move |window: &eframe::CreationContext<'_>| {
        Ok(Box::new(Editor::new(options).dress_for(&window.egui_ctx)) as Box<dyn eframe::App>)
    });
    eframe::run_native("scenewright", native, made).map_err(|error| WindowError(Arc::from(error.to_string())))
}

#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "no window can be opened ({0}). The editor needs a display; `scenewright --help` lists what works in a terminal"
)]
pub struct WindowError(Arc<str>);
