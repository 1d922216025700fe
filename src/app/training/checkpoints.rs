//! Checkpoints of a run: save as a model, draw with, compare, roll back.

use std::path::PathBuf;

use egui::{Button, Grid, Id, RichText, Ui};
use egui_phosphor::regular as icon;

use super::{TrainingAction, grouped, setup};
use crate::app::Theme;
use crate::app::text_field::TextField;
use crate::app::widgets::{icon_button, weak};
use crate::engine::training::{Checkpoint, RunView, Status, TrainingState};

#[derive(Default)]
pub(crate) struct Checkpoints {
    /// A checkpoint that is being saved as a model, and the name typed for it.
    keeping: Option<(PathBuf, String)>,
    /// The name field was just opened: scroll to it and focus it.
    is_new: bool,
}

impl Checkpoints {
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        run: &RunView,
        theme: &Theme,
        actions: &mut Vec<TrainingAction>,
    ) {
        if run.checkpoints.is_empty() {
            ui.label(weak(theme, "The first checkpoint is written when the run starts."));
            return;
        }
        // Best and last first, then the others, newest first.
        let named = |name: &str| run.checkpoints.iter().find(|checkpoint| checkpoint.name == name);
        let others = run.checkpoints.iter().rev().filter(|one| !["best", "last"].contains(&one.name.as_str()));
        let rows: Vec<&Checkpoint> = named("best").into_iter().chain(named("last")).chain(others).collect();
        Grid::new("checkpoints").num_columns(2).spacing([14.0, 4.0]).show(ui, |ui| {
            for checkpoint in rows {
                self.row(ui, training_state, run, checkpoint, theme, actions);
                ui.end_row();
            }
        });
        self.name(ui, actions);
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        run: &RunView,
        checkpoint: &Checkpoint,
        theme: &Theme,
        actions: &mut Vec<TrainingAction>,
    ) {
        let step = grouped(checkpoint.step);
        let (title, hint) = match checkpoint.name.as_str() {
            "best" => (format!("Best, step {step}"), "The lowest loss on held-out scenes"),
            "last" => (format!("Last, step {step}"), "The run continues from here"),
            _ => (format!("Step {step}"), "Kept until the run is deleted"),
        };
        ui.label(RichText::new(&title).color(theme.text)).on_hover_text(hint);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let keeps = self.keeping.as_ref().is_some_and(|(path, _)| *path == checkpoint.path);
            if ui.add(Button::selectable(keeps, "Keep as a model …")).clicked() {
                let name = format!("{} {}", run.name, checkpoint.step);
                self.keeping = (!keeps).then(|| (checkpoint.path.clone(), name));
                self.is_new = true;
            }
            if icon_button(ui, icon::PAINT_BRUSH, &format!("Draw with {title}")).clicked() {
                actions.push(TrainingAction::DrawWith(checkpoint.path.clone()));
            }
            if icon_button(ui, icon::COLUMNS, &format!("Compare with {title}")).clicked() {
                actions.push(TrainingAction::Compare(Some(checkpoint.path.clone())));
            }
            let may = !training_state.status.is_busy() && checkpoint.name != "last";
            let name = format!("Roll back to {title}");
            let button = ui.add_enabled_ui(may, |ui| icon_button(ui, icon::ARROW_U_UP_LEFT, &name)).inner;
            let why = if training_state.status == Status::Running {
                "Pause or stop the run first"
            } else {
                "Already at this checkpoint"
            };
            if button.on_disabled_hover_text(why).clicked() {
                actions.push(TrainingAction::RollBack { run: run.path.clone(), checkpoint: checkpoint.path.clone() });
            }
        });
    }

    /// Name of the model that a checkpoint is saved as.
    fn name(&mut self, ui: &mut Ui, actions: &mut Vec<TrainingAction>) {
        let Some((checkpoint, name)) = &mut self.keeping else { return };
        ui.add_space(4.0);
        let (mut done, mut given_up) = (false, false);
        ui.horizontal_wrapped(|ui| {
            let id = Id::new("name of the model");
            let field = TextField::show(ui, id, name, |edit| edit.desired_width(200.0).hint_text("Name of the model"));
            field
                .response
                .widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Name of the model"));
            if std::mem::take(&mut self.is_new) {
                field.response.request_focus();
                field.response.scroll_to_me(None);
            }
            done = ui.button("Keep").clicked() || field.entered;
            given_up = ui.button("Cancel").clicked();
        });
        if done {
            actions.push(TrainingAction::Keep { checkpoint: checkpoint.clone(), name: setup::sanitize_name(name) });
        }
        if done || given_up {
            self.keeping = None;
        }
    }
}
