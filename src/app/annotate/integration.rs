//! Integrates the annotation editor into the main window.

use std::path::{Path, PathBuf};

use egui::{Context, Event, Ui};

use super::editor::{AnnotationEditor, UiMessage};
use crate::app::Theme;
use crate::app::commands::Command;
use crate::app::editor::Editor;
use crate::app::files::FilePrompt;
use crate::app::notices::{Level, NoticeSource};
use scenewright_document::annotation::{Annotations, is_picture};

impl Editor {
    pub(in crate::app) fn start_annotating(&mut self, ctx: &Context) {
        let ctx = ctx.clone();
        if let Err(error) = self.annotate.start(move || ctx.request_repaint()) {
            let text = format!("No pictures can be annotated: no thread could be started ({error})");
            self.notices.put(NoticeSource::Annotations, Level::Error, text);
        }
    }

    /// The annotations of the open folder, if any.
    pub fn annotations(&self) -> Option<&Annotations> {
        self.annotate.annotations.as_ref()
    }

    /// Returns true if annotation mode is on.
    pub fn is_annotating(&self) -> bool {
        self.annotate.is_open
    }

    /// Returns true if all annotations are written to disk.
    pub fn is_annotation_saved(&self) -> bool {
        self.annotate.is_settled()
    }

    /// Handles a command in annotation mode. Returns true if the command was handled.
    pub(in crate::app) fn annotate_command(&mut self, command: Command) -> bool {
        if command == Command::Annotate {
            self.toggle_annotating();
            return true;
        }
        if !self.annotate.is_open {
            return false;
        }
        if matches!(command, Command::New | Command::Open) {
            self.annotate.is_open = false;
            return false;
        }
        self.annotate.command(command)
    }

    fn toggle_annotating(&mut self) {
        if let Some(path) = self.refused_picture.take() {
            return self.annotate.import_files(vec![path]);
        }
        self.annotate.is_open = !self.annotate.is_open;
        if let Some(annotations) = self.annotate.annotations.as_ref().filter(|_| !self.annotate.is_open) {
            // The training panel offers the folder that was just annotated.
            let folder = annotations.folder().to_string_lossy().into_owned();
            self.panels.training.prefs.folder = Some(folder);
        }
        if self.annotate.is_open && self.annotate.annotations.is_none() {
            self.ask(FilePrompt::Pictures);
        }
    }

    /// Opens files that were dropped or named on the command line: in the annotation editor if it is open or if they
    /// are pictures of one set, otherwise as a scene or a model. The I/O worker finds out what a folder contains.
    pub(in crate::app) fn open_paths(&mut self, paths: Vec<PathBuf>) {
        let is_pair = paths.len() > 1 && paths.iter().any(|path| is_picture(path));
        if self.annotate.is_open || is_pair {
            return self.annotate.import_files(paths);
        }
        let is_json = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let is_file = paths.first().is_none_or(|path| is_picture(path) || is_json(path));
        if is_file || !self.annotate.classify_dropped(paths.clone()) {
            self.open_dropped(paths, false);
        }
    }

    pub(in crate::app) fn handle_annotation_events(&mut self, ctx: &Context) {
        self.annotate.handle_io_events(ctx);
        let comes_back = ctx.input(|input| input.raw.events.contains(&Event::WindowFocused(true)));
        if comes_back {
            self.annotate.check_for_changes();
        }
        self.annotate.write();
        self.handle_annotation_messages(ctx);
    }

    pub(in crate::app) fn show_annotating(&mut self, ui: &mut Ui, theme: &Theme, is_covered: bool) {
        let vocab = self.state.vocab.clone();
        self.annotate.show(ui, theme, &vocab, is_covered);
        self.annotate.write();
        self.handle_annotation_messages(&ui.ctx().clone());
    }

    fn handle_annotation_messages(&mut self, ctx: &Context) {
        for message in std::mem::take(&mut self.annotate.messages) {
            match message {
                UiMessage::Toast(text) => self.notices.toast(text),
                UiMessage::Banner { level, text, recovery_commands } => {
                    self.notices.put_with(NoticeSource::Annotations, level, text, recovery_commands)
                }
                UiMessage::ClearBanner => self.notices.clear(NoticeSource::Annotations),
                UiMessage::Ask(ask) => self.ask(ask),
                UiMessage::Command(command) => self.command(ctx, command),
                UiMessage::OpenDropped { paths, is_folder } => self.open_dropped(paths, is_folder),
            }
        }
    }

    /// A picture, a folder or a COCO file was chosen in a dialog.
    pub(in crate::app) fn annotation_path_picked(&mut self, ask: FilePrompt, path: PathBuf) {
        match ask {
            FilePrompt::Pictures => self.annotate.open_folder(path),
            _ => self.annotate.import_files(vec![path]),
        }
    }

    /// Labels of undo and redo.
    pub(in crate::app) fn annotate_labels(&self) -> Option<(Option<&str>, Option<&str>)> {
        let page = self.annotate.page().filter(|_| self.annotate.is_open)?;
        Some((page.undo_label(), page.redo_label()))
    }
}

impl AnnotationEditor {
    /// See [`Editor::is_possible`]; `None` if annotation mode does not handle the command.
    pub(crate) fn allows(&self, command: Command) -> Option<bool> {
        if self.is_open { self.is_possible(command) } else { None }
    }
}
