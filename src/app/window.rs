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
        .with_icon(icon())
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
    eframe::run_native("scenewright", native, made).map_err(|error| WindowError::of(&error))?;
    match self_test {
        None => Ok(None),
        Some(_) => Ok(Some(found.try_recv().unwrap_or(Err(SelfTestError::Closed))?)),
    }
}

/// The icon of the window, where a desktop shows one. A file that cannot be read gives a window without.
fn icon() -> Arc<egui::IconData> {
    let png = include_bytes!("../../packaging/icons/scenewright-128.png");
    Arc::new(eframe::icon_data::from_png_bytes(png).unwrap_or_default())
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum WindowError {
    #[error(
        "no window can be opened ({0}). The editor needs a display; `scenewright --help` lists what works in a terminal"
    )]
    Display(Arc<str>),
    #[error(
        "no window can be opened: this display has no OpenGL 2.1 or OpenGL ES 2.0 ({0}). Install a newer graphics driver, or Mesa, which draws \
         on the processor where LIBGL_ALWAYS_SOFTWARE=1 is set; `scenewright --help` lists what works in a terminal"
    )]
    OpenGl(Arc<str>),
    #[error(transparent)]
    SelfTest(#[from] SelfTestError),
}

impl WindowError {
    fn of(error: &eframe::Error) -> Self {
        let text = Arc::from(without_source_files(&error.to_string()));
        match error {
            eframe::Error::Glutin(_) | eframe::Error::NoGlutinConfigs(..) | eframe::Error::OpenGL(_) => {
                Self::OpenGl(text)
            }
            _ => Self::Display(text),
        }
    }
}

/// Removes places in source files, which libraries put into their messages: "os error at /home/me/window.rs:12: no display".
fn without_source_files(text: &str) -> String {
    let is_place = |word: &str| {
        let word = word.trim_end_matches([':', ',', ')']).trim_start_matches('(');
        word.rsplit_once(".rs:").is_some_and(|(_, place)| place.chars().all(|c| c.is_ascii_digit() || c == ':'))
    };
    let words: Vec<&str> = text.split(' ').filter(|word| !is_place(word)).collect();
    words.join(" ").replace("os error at ", "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_no_source_files() {
        for (text, plain) in [
            ("os error at /home/me/winit-0.30/src/x11.rs:765: no display", "no display"),
            ("glutin error: [a7] GLXBadFBConfig", "glutin error: [a7] GLXBadFBConfig"),
            ("winit EventLoopError: os error at C:\\a\\b.rs:7: neither is set", "winit EventLoopError: neither is set"),
        ] {
            assert_eq!(without_source_files(text), plain);
        }
    }
}
