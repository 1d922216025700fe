//! The model: opening it, and reporting events of the render worker.

use std::path::PathBuf;

use super::commands::Command;
use super::editor::Editor;
use super::notices::{Level, NoticeSource};
use super::preview::PreviewEvent;
use crate::engine::{DeviceChoice, bundled_model};

impl Editor {
    /// The bundled model.
    pub(super) fn bundled(&self) -> Option<PathBuf> {
        let more: Vec<PathBuf> = self.options.folders.iter().map(|folders| folders.data.clone()).collect();
        bundled_model(&more)
    }

    /// The device of the command line, or of the settings.
    pub(super) fn device(&self) -> DeviceChoice {
        match self.options.device {
            DeviceChoice::Auto => self.preferences.settings.device.parse().unwrap_or_default(),
            device => device,
        }
    }

    pub(super) fn open_model(&mut self, path: PathBuf) {
        self.live.open_model(&path, self.device());
        self.chosen_model = Some(path);
    }

    pub(super) fn handle_preview_event(&mut self, event: PreviewEvent) {
        match event {
            PreviewEvent::ModelOpened(facts) => {
                self.state.vocab = facts.vocab.clone();
                if self.chosen_model.as_ref() == Some(&facts.path) {
                    self.preferences.settings.model = facts.path.to_str().map(str::to_owned);
                }
                // Keep the load error visible if a fallback model is used.
                if self.chosen_model.is_some() || self.fallback.as_ref() != Some(&facts.path) {
                    self.notices.clear(NoticeSource::Model);
                }
                // The weights of a training run are replaced before the history could be rendered with them.
                if facts.training_step.is_none() {
                    self.chosen_model = None;
                    self.render_history();
                }
                match &facts.device_note {
                    Some(note) => self.notices.put(NoticeSource::Device, Level::Warning, note.clone()),
                    None => self.notices.clear(NoticeSource::Device),
                }
            }
            PreviewEvent::ModelFailed { path, failure } => {
                let bundled = self.bundled().filter(|bundled| *bundled != path && self.live.model.is_none());
                let rest = match (&self.live.model, &bundled) {
                    (Some(model), _) => format!("\"{}\" stays in use.", model.name),
                    (None, Some(_)) => "The bundled model is used instead.".to_owned(),
                    (None, None) => "You can edit scenes without a model, but no pictures are drawn.".to_owned(),
                };
                if let Some(bundled) = bundled {
                    self.live.open_model(&bundled, self.device());
                    self.fallback = Some(bundled);
                }
                self.chosen_model = None;
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let text = format!("The model \"{name}\" was not opened. {rest}\n{failure}");
                self.notices.put_with(NoticeSource::Model, Level::Error, text, &[Command::OpenModel]);
            }
            PreviewEvent::DrawFailed(failure) => {
                if self.pending_export.is_some() {
                    self.export_failed(&format!("the picture could not be drawn: {failure}"));
                }
                self.notices.put(
                    NoticeSource::Drawing,
                    Level::Error,
                    format!("There is no picture of this scene: {failure}"),
                );
            }
            PreviewEvent::AppearanceMatched { request, words } => self.appearance_matched(request, words),
            PreviewEvent::Rendered => self.notices.clear(NoticeSource::Drawing),
        }
    }

    /// Reports words of the shown picture that the model ignored, once per picture.
    pub(super) fn report_left_out_words(&mut self) {
        let Some(shown) = self.live.shown.as_ref().filter(|shown| self.reported_picture != Some(shown.number)) else {
            return;
        };
        self.reported_picture = Some(shown.number);
        match &shown.left_out {
            Some(words) => {
                self.notices.put(NoticeSource::Scene, Level::Warning, format!("Not in the picture: {words}"))
            }
            None => self.notices.clear(NoticeSource::Scene),
        }
    }
}
