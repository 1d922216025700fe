//! Opening and saving documents, dropped files, and the confirmation before unsaved changes are lost.

use std::path::{Path, PathBuf};

use egui::{Context, ViewportCommand};

use super::commands::Command;
use super::dialogs::Dialog;
use super::editor::Editor;
use super::examples::EXAMPLES;
use super::files::{FileEvent, FilePrompt};
use super::notices::{Level, NoticeSource};
use super::prompt::PendingAction;
use scenewright_document::{Choice, Document, Journals, Opened, SaveError, Saved};
use scenewright_formats::{ReadError, scenes_from_str};
use scenewright_scene::Scene;

/// The scene that the editor starts with.
const STARTER: &str = include_str!("../../assets/scenes/sheep.json");
const UNTITLED: &str = "untitled";
const BEHIND: &str = "the disk is not responding. Try again in a moment";

/// The document of the bundled start scene.
pub(super) fn starter(journals: &Journals) -> Document {
    let scenes = scenes_from_str(STARTER).unwrap_or_default();
    Document::new(scenes.into_iter().next().unwrap_or_default(), UNTITLED, journals)
}

/// Name of a document in the title bar: its file name, if it has one.
pub(super) fn name_of(document: &Document) -> String {
    let name = document.path().and_then(Path::file_name);
    name.map_or_else(|| document.title().to_owned(), |name| name.to_string_lossy().into_owned())
}

impl Editor {
    pub(super) fn ask(&mut self, ask: FilePrompt) {
        let document = &self.state.document;
        let recent = self.preferences.settings.recent.files().first();
        let near = match (ask, document.path()) {
            (FilePrompt::ExportFolder, _) => Some(self.export_folder().join("picture.png")),
            (FilePrompt::Losses, _) => Some(self.export_folder().join("losses.csv")),
            (_, Some(path)) => Some(path.to_owned()),
            (FilePrompt::SaveAs, None) => {
                let name = format!("{}.json", document.title());
                Some(recent.map_or_else(|| PathBuf::from(&name), |recent| recent.with_file_name(&name)))
            }
            (_, None) => recent.cloned(),
        };
        if let Some(files) = &mut self.files {
            files.ask(ask, near.as_deref());
        }
    }

    pub(super) fn read(&mut self, path: PathBuf) {
        let taken = self.files.as_ref().is_some_and(|files| files.read(path));
        if !taken {
            self.notices.put(NoticeSource::File, Level::Error, format!("Not opened: {BEHIND}"));
        }
    }

    pub(super) fn save(&mut self) {
        if self.state.document.path().is_some() { self.write(None, false, false) } else { self.ask(FilePrompt::SaveAs) }
    }

    /// `to`: another file than the document's own. `overwriting`: replace what another program has written. `is_free`:
    /// fail if the file exists.
    pub(super) fn write(&mut self, to: Option<&Path>, overwriting: bool, is_free: bool) {
        let job = match self.state.document.save_job(to) {
            Ok(job) => job,
            Err(error) => return self.notices.put(NoticeSource::File, Level::Error, format!("Not saved: {error}")),
        };
        self.state.remove_missing();
        let job = if overwriting { job.overwriting() } else { job };
        let revision = self.state.history().revision();
        let taken = self.files.as_ref().is_some_and(|files| files.save(job, self.document_number, is_free));
        if taken {
            self.saving = Some(revision);
        } else {
            self.cancel_pending();
            self.notices.put(
                NoticeSource::File,
                Level::Error,
                format!("Not saved; your changes are still here: {BEHIND}"),
            );
        }
    }

    /// Runs the action, or asks about unsaved changes first.
    pub(super) fn run_or_confirm(&mut self, action: PendingAction) {
        if !self.state.document.is_dirty() {
            self.perform_pending(action);
        } else if self.saving == Some(self.state.history().revision()) {
            // For example Ctrl+S, Ctrl+Q: the save is still running.
            self.after_save = Some(action);
        } else {
            self.dialog = Some(Dialog::Unsaved(action));
        }
    }

    /// Cancels the action that was to follow a save. A recovery that was not opened stays available.
    pub(super) fn cancel_pending(&mut self) {
        if let Some(PendingAction::Recover(recovery)) = self.after_save.take() {
            self.recoveries.push(*recovery);
        }
    }

    pub(super) fn perform_pending(&mut self, action: PendingAction) {
        match action {
            PendingAction::Quit => self.may_quit = self.annotate.may_close_folder(),
            PendingAction::New => self.open(Document::new(Scene::new(), UNTITLED, &self.journals)),
            PendingAction::AskOpen => self.ask(FilePrompt::Open),
            PendingAction::Open(path) => self.read(path),
            PendingAction::Recover(recovery) => self.recover(*recovery),
            PendingAction::Example(number) => self.open_example(number),
        }
    }

    fn open_example(&mut self, number: usize) {
        let Some(example) = EXAMPLES.get(number) else { return };
        match example.scene() {
            Some(scene) => self.open(Document::new(scene, example.title, &self.journals)),
            None => self.notices.toast("This example cannot be read"),
        }
    }

    /// Opens another document and closes the current one; its unsaved changes are discarded.
    pub(super) fn open(&mut self, document: Document) {
        if let Some(path) = document.path() {
            self.preferences.settings.recent.add(path);
        }
        let before = self.state.open(document);
        match &self.files {
            Some(files) => files.close(before),
            None => before.close(),
        }
        self.document_number += 1;
        (self.saving, self.reported_disk_state) = (None, None);
        self.live.reset();
        self.panels.reset();
        self.compared = None;
        for about in
            [NoticeSource::Scene, NoticeSource::File, NoticeSource::Drawing, NoticeSource::Disk, NoticeSource::Journal]
        {
            self.notices.clear(about);
        }
    }

    /// Makes a graph of a file, or all of them as steps, the document.
    pub(super) fn open_as(&mut self, opened: Opened, choice: Choice) {
        // A scene inside the program is no file of the user's.
        if opened.path.exists() {
            self.preferences.settings.recent.add(&opened.path);
        }
        let notes = opened.notes.join("\n");
        let document = opened.into_document(choice, &self.journals);
        self.open(document);
        if !notes.is_empty() {
            self.notices.put(NoticeSource::File, Level::Warning, notes);
        }
        if choice == Choice::Steps {
            self.render_history();
        }
    }

    /// Renders pictures of the steps that lead to the current one, if they have none.
    pub(super) fn render_history(&mut self) {
        // Older steps are rendered when they are visited.
        const MOST: usize = 64;
        let now = self.state.history().revision();
        let steps: Vec<_> = self.path_to_current().into_iter().filter(|step| *step != now).collect();
        let surplus = steps.len().saturating_sub(MOST);
        self.live.queue_history(steps.into_iter().skip(surplus));
    }

    pub(super) fn handle_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Picked { ask: FilePrompt::Open, path, .. } => self.read(path),
            FileEvent::Picked { ask: FilePrompt::SaveAs, path, completed } => self.write(Some(&path), false, completed),
            FileEvent::Picked { ask: FilePrompt::Model, path, .. } => self.open_model(path),
            FileEvent::Picked {
                ask: ask @ (FilePrompt::TrainingModel | FilePrompt::TrainingSamples | FilePrompt::Losses),
                path,
                ..
            } => {
                self.picked_for_training(ask, path);
            }
            FileEvent::Picked {
                ask: ask @ (FilePrompt::Pictures | FilePrompt::Picture | FilePrompt::Coco),
                path,
                ..
            } => {
                self.annotation_path_picked(ask, path);
            }
            FileEvent::Picked { ask: FilePrompt::AppearanceImage(node), path, .. } => self.match_appearance(node, path),
            FileEvent::Picked { ask: FilePrompt::TracingImage, path, .. } => self.read_tracing(path),
            FileEvent::TracingRead { path, image } => self.tracing_read(&path, image),
            FileEvent::NotPicked(FilePrompt::SaveAs) => self.cancel_pending(),
            FileEvent::NotPicked(_) => {}
            FileEvent::Picked { ask: FilePrompt::ExportFolder, path, .. } => {
                self.preferences.export.folder = path.to_str().map(str::to_owned);
            }
            FileEvent::Read { opened: Ok(opened), .. } if opened.has_several() => {
                self.dialog = Some(Dialog::Choose(opened));
            }
            FileEvent::Read { opened: Ok(opened), .. } => self.open_as(opened, Choice::Graph(0)),
            FileEvent::Read { path, opened: Err(error) } => {
                if matches!(&error, ReadError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound) {
                    self.preferences.settings.recent.remove(&path);
                }
                let is_picture = matches!(error, ReadError::NoGraph { .. });
                self.refused_picture = is_picture.then_some(path);
                let recovery_commands =
                    if is_picture { [Command::Open, Command::Annotate].as_slice() } else { &[Command::Open] };
                self.notices.put_with(
                    NoticeSource::File,
                    Level::Error,
                    format!("Not opened: {error}"),
                    recovery_commands,
                );
            }
            FileEvent::Saved { document, result } => self.file_saved(document == self.document_number, result),
            FileEvent::AlreadyExists { path } => {
                self.saving = None;
                self.dialog = Some(Dialog::Replace { path });
            }
            FileEvent::StatChecked { document, path, state } if document == self.document_number => {
                self.file_stat_checked(&path, state);
            }
            FileEvent::StatChecked { .. } => {}
            FileEvent::Found(recoveries) => self.found(recoveries),
            FileEvent::Recovered(document) => self.recovered(*document),
            FileEvent::NotDiscarded(error) => {
                self.notices.put(NoticeSource::File, Level::Warning, format!("Not discarded: {error}"));
            }
            FileEvent::SettingsNotSaved(error) => {
                self.notices.put(NoticeSource::Settings, Level::Warning, format!("Settings were not saved: {error}"));
            }
            FileEvent::RevealFailed { path, why } => {
                let folder = path.parent().unwrap_or(&path).display();
                let text = format!("No file manager could be opened ({why}). Your files are in {folder}");
                self.notices.put(NoticeSource::Export, Level::Warning, text);
            }
        }
    }

    fn file_saved(&mut self, is_open: bool, result: Result<Saved, SaveError>) {
        match result {
            Ok(saved) => {
                self.preferences.settings.recent.add(&saved.path);
                let name = saved.path.file_name().unwrap_or(saved.path.as_os_str()).to_string_lossy().into_owned();
                self.notices.toast(format!("Saved {name}"));
                if !is_open {
                    return;
                }
                (self.saving, self.reported_disk_state) = (None, None);
                self.state.document.saved(saved);
                self.notices.clear(NoticeSource::File);
                self.notices.clear(NoticeSource::Disk);
                if let Some(action) = self.after_save.take() {
                    // Asks again if something was changed meanwhile.
                    self.run_or_confirm(action);
                }
            }
            Err(SaveError::ChangedOnDisk { path }) if is_open => {
                self.saving = None;
                self.dialog = Some(Dialog::ChangedOnDisk { path });
            }
            Err(error) => {
                self.saving = None;
                self.cancel_pending();
                let text = format!("Not saved; your changes are still here: {error}");
                self.notices.put_with(NoticeSource::File, Level::Error, text, &[Command::SaveAs]);
            }
        }
    }

    /// Opens files that were dropped onto the window: a scene, a picture that contains one, or a model folder.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let paths: Vec<PathBuf> = dropped.into_iter().map(|file| file.path().to_owned()).collect();
        if paths.is_empty() {
            return;
        }
        if self.in_dialog() {
            return self.notices.toast("Answer the open dialog first, then drop the file again");
        }
        self.open_paths(paths);
    }

    /// Opens the first of the files that are not to be annotated.
    pub(super) fn open_dropped(&mut self, paths: Vec<PathBuf>, is_folder: bool) {
        let count = paths.len();
        let Some(path) = paths.into_iter().next() else { return };
        if count > 1 {
            self.notices.toast(format!("Only one scene can be open at a time: opening the first of {count} files"));
        }
        if is_folder {
            self.open_model(path);
        } else {
            self.run_or_confirm(PendingAction::Open(path));
        }
    }

    /// A window that is being closed waits until unsaved changes are saved or discarded and an export is finished.
    pub(super) fn take_close_request(&mut self, ctx: &Context) {
        let requested = ctx.input(|input| input.viewport().close_requested());
        if requested && !self.may_quit {
            self.run_or_confirm(PendingAction::Quit);
        }
        let may_leave = self.may_quit && !self.is_exporting();
        if requested && !may_leave {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        } else if may_leave && !requested && !self.is_leaving {
            self.is_leaving = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }
}
