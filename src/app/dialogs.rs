//! The modal dialog of the window, and what its answers do.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use super::command_palette::{CommandPalette, Found, PaletteSources};
use super::dock::Panel;
use super::document_io::name_of;
use super::editor::Editor;
use super::examples::{self, EXAMPLES, ExampleAnswer};
use super::exporting::{ExportAnswer, ExportDialog};
use super::files::FilePrompt;
use super::help::{self, Help};
use super::object_edits::Row;
use super::prompt::{self, PendingAction, RecoveryAnswer};
use super::{Action, Item, Selection, Theme};
use crate::engine::ExportJob;
use crate::engine::training::{ModelCard, RunView};
use scenewright_document::{Choice, Opened};
use scenewright_scene::Edit;

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
    /// Examples to open.
    Examples,
    /// Finds commands, objects, words and steps.
    Find(Box<CommandPalette>),
    /// Copies in a row.
    Row(Row),
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
            Dialog::Help(mut help) => help::show(ctx, theme, &mut help).then_some(Dialog::Help(help)),
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
            Dialog::Examples => self.show_examples(ctx, theme),
            Dialog::Find(palette) => self.show_palette(ctx, theme, palette),
            Dialog::Row(row) => self.show_row(ctx, row),
            Dialog::CrashReport { text, folder } => {
                show_crash_report(ctx, theme, &text, &folder).then_some(Dialog::CrashReport { text, folder })
            }
            Dialog::Card(card) => show_card(ctx, theme, &card).then_some(Dialog::Card(card)),
        };
    }

    fn show_examples(&mut self, ctx: &Context, theme: &Theme) -> Option<Dialog> {
        match examples::show(ctx, theme, &self.live.thumbnails, &mut self.thumbnails) {
            None => return Some(Dialog::Examples),
            Some(ExampleAnswer::Open(number)) => self.run_or_confirm(PendingAction::Example(number)),
            Some(ExampleAnswer::Cancel) => {}
        }
        self.dialog.take()
    }

    /// Opens the examples; those without a thumbnail are drawn in the background.
    pub(super) fn open_examples(&mut self) {
        for (number, example) in EXAMPLES.iter().enumerate() {
            let thumbnail = examples::thumbnail_number(number);
            if let Some(scene) = example.scene().filter(|_| !self.live.thumbnails.contains_key(&thumbnail)) {
                self.live.request_thumbnail(thumbnail, scene);
            }
        }
        self.dialog = Some(Dialog::Examples);
    }

    pub(super) fn open_palette(&mut self, ctx: &Context) {
        let is_possible = |command| self.is_possible(command);
        let sources =
            PaletteSources { history: self.state.history(), vocab: &self.state.vocab, is_possible: &is_possible };
        self.dialog = Some(Dialog::Find(Box::new(CommandPalette::new(ctx, &sources))));
    }

    fn show_palette(&mut self, ctx: &Context, theme: &Theme, mut palette: Box<CommandPalette>) -> Option<Dialog> {
        match palette.show(ctx, theme) {
            None => return Some(Dialog::Find(palette)),
            Some(None) => {}
            Some(Some(found)) => self.take_found(ctx, found),
        }
        self.dialog.take()
    }

    fn take_found(&mut self, ctx: &Context, found: Found) {
        match found {
            Found::Command(command) => self.command(ctx, command),
            Found::Graph(command) => {
                self.dock.open(Panel::Graph);
                self.panels.graph_command(command);
            }
            Found::Panel(panel) => self.dock.open(panel),
            Found::Object(node) => self.perform(ctx, Action::Select(Selection::of(Item::Node(node)))),
            Found::Word(name) => self.edit(&format!("add {name}"), vec![Edit::add(name)]),
            Found::Step(step) => self.perform(ctx, Action::GoTo(step)),
            Found::Example(number) => self.run_or_confirm(PendingAction::Example(number)),
        }
    }

    fn show_row(&mut self, ctx: &Context, mut row: Row) -> Option<Dialog> {
        let modal = prompt::modal(ctx, "row").show(ctx, |ui| {
            ui.set_width((ctx.content_rect().width() - 60.0).clamp(200.0, 340.0));
            ui.heading("Duplicate in a row");
            let number = |ui: &mut egui::Ui, label: &str, value: egui::DragValue<'_>| {
                ui.horizontal(|ui| {
                    let text = ui.label(label);
                    ui.add(value).labelled_by(text.id);
                });
            };
            number(ui, "Copies", egui::DragValue::new(&mut row.count).range(1..=20));
            let mut percent = (row.spacing * 100.0).round();
            number(ui, "Distance", egui::DragValue::new(&mut percent).range(10.0..=400.0).suffix(" % of the width"));
            row.spacing = percent / 100.0;
            ui.horizontal(|ui| {
                ui.radio_value(&mut row.is_vertical, false, "To the right");
                ui.radio_value(&mut row.is_vertical, true, "Downward");
            });
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                let entered = ui.input(|input| input.key_pressed(egui::Key::Enter));
                let yes = ui.button("Add copies").clicked() || entered;
                (yes, ui.button("Cancel").clicked())
            })
            .inner
        });
        match modal.inner {
            (true, _) => self.add_row(ctx, row),
            (_, true) => {}
            _ if modal.should_close() => {}
            _ => return Some(Dialog::Row(row)),
        }
        self.dialog.take()
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
