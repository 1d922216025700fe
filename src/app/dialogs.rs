//! The modal dialog of the window, and what its answers do.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use super::Theme;
use super::document_io::name_of;
use super::editor::Editor;
use super::exporting::{ExportAnswer, ExportDialog};
use super::files::FilePrompt;
use super::help::{self, Help};
use super::prompt::{self, PendingAction, RecoveryAnswer};
use crate::engine::ExportJob;
use crate::engine::training::{ModelCard, RunView};
use scenewright_document::{Choice, Opened};

pub(crate) enum Dialog {
    Help(Help),
    /// Unsaved changes must be saved or discarded before this action.
    Unsaved(PendingAction),
    /// A file contains several graphs.
    Choose(Opened),
    /// Unsaved work of a crash. `sure`: index of the one to be discarded, to be confirmed.
    Recover {
        sure: Option<usize>,
    },
    /// A save found that another program has changed the file.
    ChangedOnDisk {
        path: PathBuf,
    },
    /// A save found an existing file under a name that was completed automatically.
    Replace {
        path: PathBuf,
    },
    Export(ExportDialog),
    /// An export found existing files.
    ReplaceExports {
        paths: Vec<PathBuf>,
        order: ExportJob,
    },
    /// Confirms the deletion of a model or a run.
    Delete {
        path: PathBuf,
    },
    /// A model card.
    Card(Arc<ModelCard>),
    /// The report of a crash, and the folder where it lies.
    CrashReport {
        text: String,
        folder: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DialogAnswer {
    Yes,
    Other,
    Cancel,
}

/// Frames until a dialog has its final place: its height is known in the second frame, its center after that.
const SETTLING_FRAMES: u8 = 3;

impl Editor {
    /// Draws the open dialog and handles its answer.
    pub(super) fn dialogs(&mut self, ctx: &Context, theme: &Theme) {
        // A file dialog is drawn above the dialog that opened it.
        if self.files.as_ref().is_some_and(super::files::Files::is_asking) {
            return;
        }
        let Some(dialog) = self.dialog.take() else {
            self.dialog_frames = 0;
            return;
        };
        if self.dialog_frames == 0 {
            // Typing must no longer go to the text field below.
            ctx.memory_mut(|memory| memory.stop_text_input());
        }
        if self.dialog_frames < SETTLING_FRAMES {
            self.dialog_frames += 1;
            ctx.request_repaint();
        }
        // The dialog stays open unless the answer closes it or opens another.
        self.dialog = match dialog {
            Dialog::Help(help) => help::show(ctx, theme, help).then_some(Dialog::Help(help)),
            Dialog::Unsaved(action) => self.unsaved(ctx, theme, action),
            Dialog::Choose(opened) => match prompt::choose(ctx, theme, &opened.graphs) {
                None => Some(Dialog::Choose(opened)),
                Some(chosen) => self.chosen(opened, chosen),
            },
            Dialog::Recover { sure } => self.show_recoveries(ctx, theme, sure),
            Dialog::ChangedOnDisk { path } => self.changed_on_disk(ctx, theme, path),
            Dialog::Replace { path } => self.replace(ctx, theme, path),
            Dialog::Export(dialog) => self.show_export(ctx, theme, dialog),
            Dialog::ReplaceExports { paths, order } => self.replace_exports(ctx, theme, paths, order),
            Dialog::Delete { path } => self.delete(ctx, theme, path),
            Dialog::CrashReport { text, folder } => {
                show_crash_report(ctx, theme, &text, &folder).then_some(Dialog::CrashReport { text, folder })
            }
            Dialog::Card(card) => show_card(ctx, theme, &card).then_some(Dialog::Card(card)),
        };
    }

    fn unsaved(&mut self, ctx: &Context, theme: &Theme, action: PendingAction) -> Option<Dialog> {
        let heading = format!("Save the changes to {}?", name_of(&self.state.document));
        let text = "They have not been saved to a file.";
        let choices = [("Save", DialogAnswer::Yes), ("Discard", DialogAnswer::Other), ("Cancel", DialogAnswer::Cancel)];
        match prompt::question(ctx, theme, &heading, text, &choices) {
            None => return Some(Dialog::Unsaved(action)),
            Some(DialogAnswer::Yes) => {
                self.after_save = Some(action);
                self.save();
            }
            Some(DialogAnswer::Other) => self.perform_pending(action),
            Some(DialogAnswer::Cancel) => {
                self.after_save = Some(action);
                self.cancel_pending();
            }
        }
        self.dialog.take()
    }

    fn chosen(&mut self, opened: Opened, chosen: Option<Choice>) -> Option<Dialog> {
        if let Some(choice) = chosen {
            self.open_as(opened, choice);
        }
        self.dialog.take()
    }

    fn show_recoveries(&mut self, ctx: &Context, theme: &Theme, mut sure: Option<usize>) -> Option<Dialog> {
        let Self { recoveries, live, thumbnails, .. } = self;
        let answer = prompt::recover(ctx, theme, recoveries, &live.thumbnails, thumbnails, &mut sure);
        match answer {
            None => return Some(Dialog::Recover { sure }),
            Some(RecoveryAnswer::Later) => self.notices.toast("Kept for later. Open it with File, Recover"),
            Some(answer) => self.recovery_answered(answer),
        }
        self.dialog.take()
    }

    fn changed_on_disk(&mut self, ctx: &Context, theme: &Theme, path: PathBuf) -> Option<Dialog> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let text = "The file was changed after you opened it. Overwriting discards those changes; saving under \
            another name keeps both versions.";
        let choices = [
            ("Save under another name", DialogAnswer::Other),
            ("Overwrite", DialogAnswer::Yes),
            ("Cancel", DialogAnswer::Cancel),
        ];
        match prompt::question(ctx, theme, &format!("Another program has changed {name}"), text, &choices) {
            None => return Some(Dialog::ChangedOnDisk { path }),
            Some(DialogAnswer::Yes) => self.write(Some(&path), true, false),
            Some(DialogAnswer::Other) => self.ask(FilePrompt::SaveAs),
            Some(DialogAnswer::Cancel) => self.cancel_pending(),
        }
        self.dialog.take()
    }

    fn replace(&mut self, ctx: &Context, theme: &Theme, path: PathBuf) -> Option<Dialog> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let choices = [
            ("Replace", DialogAnswer::Yes),
            ("Choose another name", DialogAnswer::Other),
            ("Cancel", DialogAnswer::Cancel),
        ];
        let text = format!("This file already exists: {}", path.display());
        match prompt::question(ctx, theme, &format!("Replace {name}?"), &text, &choices) {
            None => return Some(Dialog::Replace { path }),
            Some(DialogAnswer::Yes) => self.write(Some(&path), true, false),
            Some(DialogAnswer::Other) => self.ask(FilePrompt::SaveAs),
            Some(DialogAnswer::Cancel) => self.cancel_pending(),
        }
        self.dialog.take()
    }

    fn delete(&mut self, ctx: &Context, theme: &Theme, path: PathBuf) -> Option<Dialog> {
        let name = RunView::folder_name(&path);
        let text = format!("The folder and everything in it is deleted permanently: {}", path.display());
        let choices = [("Delete", DialogAnswer::Yes), ("Cancel", DialogAnswer::Cancel)];
        match prompt::question(ctx, theme, &format!("Delete {name}?"), &text, &choices) {
            None => return Some(Dialog::Delete { path }),
            Some(DialogAnswer::Yes) => self.delete_model_or_run(&path),
            Some(_) => {}
        }
        self.dialog.take()
    }

    fn show_export(&mut self, ctx: &Context, theme: &Theme, mut dialog: ExportDialog) -> Option<Dialog> {
        let facts = self.export_facts();
        match dialog.show(ctx, theme, &mut self.preferences.export, &facts) {
            None => return Some(Dialog::Export(dialog)),
            Some(ExportAnswer::ChooseFolder) => {
                self.ask(FilePrompt::ExportFolder);
                return Some(Dialog::Export(dialog));
            }
            Some(ExportAnswer::Export) => self.export(&dialog.name),
            Some(ExportAnswer::Cancel) => {}
        }
        self.dialog.take()
    }

    fn replace_exports(
        &mut self,
        ctx: &Context,
        theme: &Theme,
        paths: Vec<PathBuf>,
        order: ExportJob,
    ) -> Option<Dialog> {
        const NAMED: usize = 6;
        let names: Vec<_> = paths.iter().take(NAMED).filter_map(|path| path.file_name()?.to_str()).collect();
        let more = if paths.len() > NAMED { format!(" and {} more", paths.len() - NAMED) } else { String::new() };
        let folder = paths.first().and_then(|path| path.parent()).map_or_else(String::new, |f| f.display().to_string());
        let heading = if paths.len() == 1 { "Replace a file?" } else { "Replace files?" };
        let text = format!("These files already exist: {}{more}\nin {folder}", names.join(", "));
        let choices = [
            ("Replace", DialogAnswer::Yes),
            ("Choose another name", DialogAnswer::Other),
            ("Cancel", DialogAnswer::Cancel),
        ];
        match prompt::question(ctx, theme, heading, &text, &choices) {
            None => return Some(Dialog::ReplaceExports { paths, order }),
            Some(DialogAnswer::Yes) => self.start_export(ExportJob { replace: true, ..order }),
            Some(DialogAnswer::Other) => self.open_export(),
            Some(DialogAnswer::Cancel) => {}
        }
        self.dialog.take()
    }
}

/// Returns true while the dialog stays open.
fn show_crash_report(ctx: &Context, theme: &Theme, text: &str, folder: &Path) -> bool {
    let modal = prompt::modal(ctx, "crash report").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 720.0));
        ui.heading("Crash report");
        ui.label(format!(
            "Nothing was sent. It holds no words, names or pictures of yours; copy it if you want to report the mistake. It lies in {}.",
            folder.display()
        ));
        prompt::scrolled(room.y - 240.0).show(ui, |ui| {
            ui.add(egui::Label::new(egui::RichText::new(text).monospace().color(theme.text)).wrap());
        });
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if ui.button("Copy report").clicked() {
                ui.ctx().copy_text(text.to_owned());
            }
            ui.button("Close").clicked()
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}

/// Returns true while the dialog stays open.
fn show_card(ctx: &Context, theme: &Theme, card: &ModelCard) -> bool {
    let modal = prompt::modal(ctx, "card").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 620.0));
        ui.heading(RunView::folder_name(&card.path));
        prompt::scrolled(room.y - 200.0).show(ui, |ui| {
            ui.add(egui::Label::new(egui::RichText::new(&card.text).monospace().color(theme.text)).wrap());
        });
        ui.add_space(8.0);
        ui.button("Close").clicked()
    });
    !(modal.inner || modal.should_close())
}
