//! Messages of the program: banners stay until they are mended or closed, toasts go by themselves.

use std::path::PathBuf;

use egui::{Rect, Ui};

use super::Theme;
use super::banners::{BannerAction, Strip};
use super::commands::Command;
use super::toasts::{Clicked, Progress, Toasts};

/// What a banner is about; there is one of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeSource {
    Engine,
    Model,
    Device,
    Scene,
    Drawing,
    /// A picture that an object should look like.
    AppearanceMatch,
    File,
    /// The file was changed by another program.
    Disk,
    Journal,
    Export,
    Clipboard,
    Settings,
    Training,
    Annotations,
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
    /// Commands that mend it, as buttons.
    pub(crate) recovery_commands: Vec<Command>,
}

#[derive(Default)]
pub(crate) struct Notices {
    /// In the order in which they came.
    pub banners: Vec<Banner>,
    pub(super) strip: Strip,
    toasts: Toasts,
    /// What goes on in the background.
    pub progress: Option<Progress>,
    /// Of the last toast, for whoever cannot see it.
    pub last_toast: String,
}

impl Notices {
    /// Puts a banner up in place of the one about the same thing.
    pub(crate) fn put(&mut self, about: NoticeSource, level: Level, text: impl Into<String>) {
        self.put_with(about, level, text, &[]);
    }

    /// With buttons that mend it.
    pub(crate) fn put_with(
        &mut self,
        about: NoticeSource,
        level: Level,
        text: impl Into<String>,
        recovery_commands: &[Command],
    ) {
        let banner = Banner { about, level, text: text.into(), recovery_commands: recovery_commands.to_vec() };
        match self.banners.iter_mut().find(|banner| banner.about == about) {
            // In its place: a banner that only says something else does not move.
            Some(place) => *place = banner,
            None => self.banners.push(banner),
        }
    }

    pub(crate) fn clear(&mut self, about: NoticeSource) {
        self.banners.retain(|banner| banner.about != about);
    }

    /// Says that something went well.
    pub(crate) fn toast(&mut self, text: impl Into<String>) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), None);
    }

    /// With a button that shows a file where it lies.
    pub(crate) fn toast_about(&mut self, text: impl Into<String>, shows: PathBuf) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), Some(shows));
    }

    /// The cure that was clicked. The strip is taken from the room of `ui`.
    pub(crate) fn show_banners(&mut self, ui: &mut Ui, theme: &Theme) -> Option<Command> {
        let (about, answer) = self.strip.show(ui, theme, &self.banners)?;
        self.clear(about);
        match answer {
            BannerAction::Close => None,
            BannerAction::Recover(command) => Some(command),
        }
    }

    /// Where the panels were drawn, which banners do not cover.
    pub(crate) fn set_work(&mut self, work: Rect) {
        self.strip.set_work(work);
    }

    pub(crate) fn show_toasts(&mut self, ctx: &egui::Context, theme: &Theme) -> Option<Clicked> {
        self.toasts.show(ctx, theme, self.progress.as_ref())
    }
}
