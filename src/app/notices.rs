//! Messages: banners stay until they are resolved or closed, toasts disappear by themselves.

use std::path::PathBuf;

use egui::{Rect, Ui};

use super::Theme;
use super::banners::{BannerAction, Strip};
use super::commands::Command;
use super::toasts::{Clicked, Progress, Toasts};

/// Source of a banner; there is at most one banner of each source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeSource {
    Engine,
    Model,
    Device,
    Scene,
    Drawing,
    /// Matching an object's appearance to an image.
    AppearanceMatch,
    /// The picture to trace.
    Tracing,
    File,
    /// The file was changed by another program.
    Disk,
    Journal,
    Export,
    Clipboard,
    Settings,
    Training,
    Annotations,
    /// The last run ended in a crash.
    Crash,
    /// Something of the system that is missing.
    System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Hint,
    Warning,
    Error,
}

#[derive(Clone, Debug)]
pub struct Banner {
    pub about: NoticeSource,
    pub level: Level,
    pub text: String,
    /// Commands that resolve the problem, shown as buttons.
    pub(crate) recovery_commands: Vec<Command>,
}

#[derive(Default)]
pub(crate) struct Notices {
    /// Oldest first.
    pub banners: Vec<Banner>,
    pub(super) strip: Strip,
    toasts: Toasts,
    /// Background task with a progress bar.
    pub progress: Option<Progress>,
    /// Text of the last toast, for tests and screen readers.
    pub last_toast: String,
}

impl Notices {
    /// Shows a banner in place of the last one of the same source.
    pub(crate) fn put(&mut self, about: NoticeSource, level: Level, text: impl Into<String>) {
        self.put_with(about, level, text, &[]);
    }

    /// With buttons that resolve the problem.
    pub(crate) fn put_with(
        &mut self,
        about: NoticeSource,
        level: Level,
        text: impl Into<String>,
        recovery_commands: &[Command],
    ) {
        let banner = Banner { about, level, text: text.into(), recovery_commands: recovery_commands.to_vec() };
        match self.banners.iter_mut().find(|banner| banner.about == about) {
            // Replaced in place, so that it does not move.
            Some(place) => *place = banner,
            None => self.banners.push(banner),
        }
    }

    pub(crate) fn clear(&mut self, about: NoticeSource) {
        self.banners.retain(|banner| banner.about != about);
    }

    /// Shows a toast.
    pub(crate) fn toast(&mut self, text: impl Into<String>) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), None);
    }

    /// With a button that shows a file in the file manager.
    pub(crate) fn toast_about(&mut self, text: impl Into<String>, shows: PathBuf) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), Some(shows));
    }

    /// Draws the banners at the top of `ui`. Returns the command of the button that was clicked.
    pub(crate) fn show_banners(&mut self, ui: &mut Ui, theme: &Theme) -> Option<Command> {
        let (about, answer) = self.strip.show(ui, theme, &self.banners)?;
        self.clear(about);
        match answer {
            BannerAction::Close => None,
            BannerAction::Recover(command) => Some(command),
        }
    }

    /// Sets the area of the panels, which banners do not cover.
    pub(crate) fn set_work(&mut self, work: Rect) {
        self.strip.set_work(work);
    }

    pub(crate) fn show_toasts(&mut self, ctx: &egui::Context, theme: &Theme) -> Option<Clicked> {
        self.toasts.show(ctx, theme, self.progress.as_ref())
    }
}
