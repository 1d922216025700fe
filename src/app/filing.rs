//! The document and its file: opening, saving, what is dropped onto the window, and what is asked before something is lost.

use std::path::PathBuf;

use egui::{Context, ViewportCommand};

use super::document::Document;
use super::editor::Editor;
use super::files::{Ask, FileNews};
use super::notices::{About, Level};
use super::prompt::Then;

impl Editor {
    pub(super) fn ask(&mut self, ask: Ask) {
        let near = self.state.document.path.clone().or_else(|| self.settings.recent.first().cloned());
        if let Some(files) = &mut self.files {
            files.ask(ask, near.as_deref());
        }
    }

    pub(super) fn read(&mut self, path: PathBuf) {
        let taken = self.files.as_ref().is_some_and(|files| files.read(path));
        if !taken {
            self.notices.put(About::File, Level::Error, "The disk does not answer: try again in a moment");
        }
    }

    pub(super) fn save(&mut self) {
        let document = &self.state.document;
        let Some(path) = document.path.clone() else { return self.ask(Ask::SaveAs) };
        self.write(path);
    }

    pub(super) fn write(&mut self, path: PathBuf) {
        let history = &self.state.document.history;
        let (scene, step) = (history.scene().clone(), history.revision());
        let taken = self.files.as_ref().is_some_and(|files| files.write(path, scene, step));
        if !taken {
            self.notices.put(About::File, Level::Error, "Not saved: the disk does not answer. Try again in a moment");
        }
    }

    /// Goes on at once, or asks about unsaved changes first.
    pub(super) fn then(&mut self, then: Then) {
        if self.state.document.is_changed() { self.then = Some(then) } else { self.go_on(then) }
    }

    pub(super) fn go_on(&mut self, then: Then) {
        match then {
            Then::Quit => self.may_quit = true,
            Then::New => self.open(Document::empty()),
            Then::AskOpen => self.ask(Ask::Open),
            Then::Open(path) => self.read(path),
        }
    }

    pub(super) fn open(&mut self, document: Document) {
        if let Some(path) = &document.path {
            self.settings.opened(path);
        }
        self.state.open(document);
        self.live.forget();
        self.panels.forget();
        self.compared = None;
        for about in [About::Words, About::File, About::Drawing] {
            self.notices.clear(about);
        }
    }

    pub(super) fn file_news(&mut self, news: FileNews) {
        match news {
            FileNews::Picked { ask: Ask::Open, path } => self.read(path),
            FileNews::Picked { ask: Ask::SaveAs, path } => self.write(path),
            FileNews::Picked { ask: Ask::Model, path } => {
                self.settings.model = Some(path.clone());
                self.live.open_model(&path, self.options.device);
            }
            FileNews::Read { path, scenes: Ok(mut scenes) } => match scenes.len() {
                0 => self.notices.put(
                    About::File,
                    Level::Error,
                    format!("There are no graphs in this file: {}", path.display()),
                ),
                1 => self.open(Document::new(scenes.swap_remove(0), Some(path))),
                _ => self.choice = Some((path, scenes)),
            },
            FileNews::Read { path, scenes: Err(error) } => {
                self.settings.recent.retain(|recent| *recent != path);
                self.notices.put(About::File, Level::Error, format!("Not opened: {error}"));
            }
            FileNews::Written { path, step, result: Ok(()) } => {
                self.settings.opened(&path);
                self.state.document.saved(path, step);
                self.notices.clear(About::File);
                self.notices.toast(format!("Saved {}", self.state.document.title()));
                if let Some(then) = self.after_saving.take() {
                    self.go_on(then);
                }
            }
            FileNews::Written { result: Err(error), .. } => {
                self.after_saving = None;
                self.notices.put(About::File, Level::Error, format!("Not saved, nothing is lost here: {error}"));
            }
            FileNews::Forgotten(error) => {
                self.notices.put(About::Settings, Level::Warning, format!("Settings are not remembered: {error}"));
            }
        }
    }

    /// Files that are dropped onto the window: a scene, or a model's folder.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let Some(path) = dropped.into_iter().map(|file| file.path().to_owned()).next() else { return };
        if path.is_dir() {
            self.file_news(FileNews::Picked { ask: Ask::Model, path });
        } else {
            self.then(Then::Open(path));
        }
    }

    /// A window that is being closed waits until unsaved changes are settled.
    pub(super) fn take_close_request(&mut self, ctx: &Context) {
        let requested = ctx.input(|input| input.viewport().close_requested());
        if requested && !self.may_quit && self.state.document.is_changed() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.then = Some(Then::Quit);
        } else if self.may_quit && !requested && !self.is_leaving {
            self.is_leaving = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }
}
