//! Export of the picture as files for other programs.
//!
//! ```text
//! dialog -> PendingExport (pictures that are still to be drawn) -> ExportJob -> exporter thread -> progress, toast,
//! banner
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `settings` | what was exported last; names of files |
//! | `dialog` | the question |

mod dialog;
mod settings;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use strum::IntoEnumIterator;

use super::clipboard::{Clipboard, ClipboardError, CopyResult};
use super::commands::Command;
use super::dialogs::Dialog;
use super::editor::Editor;
use super::notices::{Level, NoticeSource};
use super::toasts::Progress;
use crate::engine::{
    ExportEvent, ExportFormat, ExportItem, ExportJob, ExportOptions, ExportSnapshot, ExportSource, Picture,
    export_image, renders_equal,
};
pub(crate) use dialog::{ExportAnswer, ExportDialog, ExportFacts};
use scenewright_scene::RevisionId;
pub(crate) use settings::ExportSettings;

/// An export that waits for its pictures.
pub(crate) struct PendingExport {
    name: String,
    folder: PathBuf,
    settings: ExportSettings,
    /// Steps of an animation, with their pictures as they arrive.
    stills: Vec<(RevisionId, Option<image::RgbImage>)>,
    /// The picture was requested again.
    asked_again: bool,
}

/// The export that the exporter thread is writing.
pub(crate) struct RunningExport {
    order: ExportJob,
}

impl Editor {
    pub(super) fn is_exporting(&self) -> bool {
        self.pending_export.is_some() || self.running_export.is_some()
    }

    pub(super) fn open_export(&mut self) {
        let name = settings::sanitize_name(self.state.document.title());
        self.dialog = Some(Dialog::Export(ExportDialog::new(name)));
    }

    /// The folder that was chosen last, else the document's, else the user's picture folder.
    pub(super) fn export_folder(&self) -> PathBuf {
        let chosen = self.preferences.export.folder.as_ref().map(PathBuf::from);
        let own = || self.state.document.path().and_then(|path| path.parent()).map(std::path::Path::to_owned);
        let pictures = || {
            let user = directories::UserDirs::new()?;
            Some(user.picture_dir().unwrap_or(user.home_dir()).to_owned())
        };
        chosen.or_else(own).or_else(pictures).unwrap_or_else(|| PathBuf::from("."))
    }

    pub(super) fn export_facts(&self) -> ExportFacts {
        let size = self.live.model.as_ref().map(|model| model.image_size);
        let shown = self.live.shown.as_ref().map(|shown| (shown.picture.height, shown.picture.width));
        ExportFacts { image_size: size.or(shown), steps: self.path_to_current().len(), folder: self.export_folder() }
    }

    /// The steps from the first to the current one, without those that look like their predecessor.
    pub(super) fn path_to_current(&self) -> Vec<RevisionId> {
        let history = self.state.history();
        let mut way = Vec::new();
        let mut at = history.get(history.revision());
        while let Some(revision) = at {
            at = revision.parent.and_then(|parent| history.get(parent));
            if at.is_none_or(|before| !renders_equal(&before.scene, &revision.scene)) {
                way.push(revision.id);
            }
        }
        way.reverse();
        way
    }

    /// Starts the export after the dialog was answered.
    pub(super) fn export(&mut self, name: &str) {
        self.notices.clear(NoticeSource::Export);
        let settings = self.preferences.export.clone();
        let stills = if settings.wants(ExportFormat::Gif) { self.path_to_current() } else { Vec::new() };
        self.live.queue_history(stills.iter().copied());
        self.pending_export = Some(PendingExport {
            name: settings::sanitize_name(name),
            folder: self.export_folder(),
            stills: stills.into_iter().map(|step| (step, None)).collect(),
            settings,
            asked_again: false,
        });
        self.follow_export();
    }

    /// Called once a frame: handles events, and starts to write once all pictures are there.
    pub(super) fn follow_export(&mut self) {
        let events: Vec<ExportEvent> = self.exporter.iter().flat_map(|exporter| exporter.events()).collect();
        events.into_iter().for_each(|event| self.handle_export_event(event));
        let Some(mut pending) = self.pending_export.take() else { return };
        let history = self.state.history();
        for (step, image) in pending.stills.iter_mut().filter(|(_, image)| image.is_none()) {
            let picture = history.get(*step).and_then(|revision| self.live.picture_of(*step, revision.scene.seed()));
            *image = picture.map(|picture| export_image(picture, 1));
        }
        let picture = self.live.current(history);
        let waits = picture.is_none() && pending.settings.needs_picture();
        if waits && !self.live.is_drawing() && self.live.opening.is_none() {
            if pending.asked_again || self.live.model.is_none() {
                return self
                    .export_failed("there is no picture of this scene: wait until it is drawn, or open a model");
            }
            // The render was canceled or failed.
            pending.asked_again = true;
            self.live.invalidate();
        }
        if waits || self.live.is_rendering_history() {
            let there = pending.stills.iter().filter(|(_, image)| image.is_some()).count();
            let of = pending.stills.len().max(1);
            let text = match pending.stills.len() {
                0 => "Export: drawing the picture …".to_owned(),
                of => format!("Export: drawing step {} of {of} …", (there + 1).min(of)),
            };
            self.notices.progress = Some(Progress { text, share: there as f32 / of as f32 });
            self.pending_export = Some(pending);
            return;
        }
        let order = self.order(pending, picture);
        self.start_export(order);
    }

    fn order(&self, pending: PendingExport, picture: Option<Arc<Picture>>) -> ExportJob {
        let PendingExport { name, folder, settings, stills, .. } = pending;
        let of = Arc::new(ExportSnapshot {
            scene: self.state.scene().clone(),
            picture,
            vocab: self.state.vocab.clone(),
            image_name: format!("{name}.png"),
        });
        let ExportOptions { scale, scaling } = settings.options();
        let stills: Arc<Vec<_>> = Arc::new(stills.into_iter().filter_map(|(_, image)| image).collect());
        let delay = Duration::from_millis(settings.delay_millis);
        let pieces = ExportFormat::iter().filter(|format| settings.wants(*format)).map(|format| {
            let what = match format {
                ExportFormat::Gif => ExportSource::Animation { stills: stills.clone(), delay, scale, scaling },
                format => ExportSource::Format { format, of: of.clone(), options: settings.options() },
            };
            ExportItem { path: folder.join(format.file_name(&name)), what }
        });
        ExportJob { pieces: pieces.collect(), replace: false }
    }

    pub(super) fn start_export(&mut self, order: ExportJob) {
        let put = self.exporter.as_mut().is_some_and(|exporter| exporter.put(order.clone()));
        if !put {
            return self.export_failed("the export thread is not responding. Restart the program");
        }
        self.notices.progress = Some(Progress { text: "Export …".to_owned(), share: 0.0 });
        self.running_export = Some(RunningExport { order });
    }

    pub(super) fn export_failed(&mut self, why: &str) {
        (self.pending_export, self.running_export, self.notices.progress) = (None, None, None);
        self.notices.put_with(NoticeSource::Export, Level::Error, format!("Not exported: {why}"), &[Command::Export]);
    }

    pub(super) fn cancel_export(&mut self) {
        if self.pending_export.take().is_some() {
            self.notices.progress = None;
            self.notices.toast("Export canceled");
        }
        if let (Some(exporter), Some(_)) = (&self.exporter, &self.running_export) {
            exporter.cancel();
        }
    }

    fn handle_export_event(&mut self, event: ExportEvent) {
        if let ExportEvent::Progress { done, of, title } = event {
            let share = done as f32 / of.max(1) as f32;
            self.notices.progress = Some(Progress { text: format!("Export {} of {of}: {title}", done + 1), share });
            return;
        }
        self.notices.progress = None;
        let running = self.running_export.take();
        match event {
            ExportEvent::Progress { .. } => {}
            ExportEvent::Occupied { paths } => {
                self.dialog = running.map(|running| Dialog::ReplaceExports { paths, order: running.order });
            }
            ExportEvent::Done { written } => match &written[..] {
                [] => {}
                [path] => {
                    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                    self.notices.toast_about(format!("Exported {name}"), path.clone());
                }
                [path, ..] => self.notices.toast_about(format!("Exported {} files", written.len()), path.clone()),
            },
            ExportEvent::Cancelled { written } => {
                self.notices.toast(match written.len() {
                    0 => "Export canceled".to_owned(),
                    count => format!("Export canceled; already written: {count}"),
                });
            }
            ExportEvent::Failed { path, error, written } => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let before =
                    if written.is_empty() { String::new() } else { format!(" Already written: {}.", written.len()) };
                self.export_failed(&format!("{name}: {error}.{before}"));
            }
        }
    }

    /// Copies the shown picture to the clipboard, at the size of exports.
    pub(super) fn copy_image(&mut self, ctx: &egui::Context) {
        let Some(shown) = &self.live.shown else { return };
        let picture = shown.picture.clone();
        if self.clipboard.is_none() {
            let ctx = ctx.clone();
            let is_there = self.options.system_clipboard;
            self.clipboard = Clipboard::start(is_there, move || ctx.request_repaint()).ok();
        }
        let options = self.preferences.export.options();
        let put = self.clipboard.as_ref().is_some_and(|clipboard| clipboard.put(picture, options));
        if !put {
            self.image_copied(Err(ClipboardError::Busy));
        }
    }

    /// Copies the scene in words, with what the picture shows beside the graph.
    pub(super) fn copy_prompt(&mut self, ctx: &egui::Context) {
        let text = scenewright_language::scene_prompt(self.state.scene(), &self.state.vocab).text();
        let words = text.split_whitespace().count();
        ctx.copy_text(text);
        self.notices.toast(format!("Copied the prompt, {words} words"));
    }

    pub(super) fn handle_clipboard_events(&mut self) {
        let events: Vec<_> = self.clipboard.iter().flat_map(|clipboard| clipboard.events()).collect();
        events.into_iter().for_each(|copied| self.image_copied(copied));
    }

    fn image_copied(&mut self, copied: CopyResult) {
        match copied {
            Ok((width, height)) => {
                self.notices.clear(NoticeSource::Clipboard);
                self.notices.toast(format!("Copied the picture to the clipboard, {width} × {height}"));
            }
            Err(error) => {
                let text = format!("Not copied: {error}");
                self.notices.put_with(NoticeSource::Clipboard, Level::Warning, text, &[Command::Export]);
            }
        }
    }
}
