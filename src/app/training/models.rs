//! Models to draw with, and runs to continue.

use egui::{ProgressBar, RichText, Ui};
use egui_phosphor::regular as icon;

use super::setup::facts;
use super::{TrainingAction, TrainingInput, card, empty, grouped, section};
use crate::app::Theme;
use crate::app::widgets::{icon_button, weak};
use crate::engine::training::{ModelEntry, Origin, RunEntry, Status, TrainingState};

pub(crate) fn show(
    ui: &mut Ui,
    training_state: &TrainingState,
    input: &TrainingInput<'_>,
    actions: &mut Vec<TrainingAction>,
) {
    let theme = input.theme;
    section(ui, theme, "Models", |ui| match training_state.models.as_deref() {
        None => _ = ui.label(weak(theme, "Searching …")),
        Some(models) if models.is_empty() => {
            let text = "Import a checkpoint with `scenewright import`, or train one from scratch.";
            empty(ui, theme, icon::CUBE, "No models yet", text, None);
        }
        Some(models) => {
            for entry in models {
                let is_drawing = input.model.is_some_and(|model| model.path == entry.start.path);
                card(ui, theme, |ui| model(ui, theme, entry, is_drawing, actions));
                ui.add_space(2.0);
            }
        }
    });
    section(ui, theme, "Runs", |ui| match training_state.runs.as_deref() {
        None => _ = ui.label(weak(theme, "Searching …")),
        Some(runs) if runs.is_empty() => {
            let text = "Runs stay here after they were stopped or the program was closed, and can always be continued.";
            empty(ui, theme, icon::PATH, "No runs yet", text, None);
        }
        Some(runs) => {
            for entry in runs {
                card(ui, theme, |ui| run(ui, theme, training_state, entry, actions));
                ui.add_space(2.0);
            }
        }
    });
    ui.add_space(8.0);
    if ui.button(format!("{}  Refresh", icon::ARROW_CLOCKWISE)).clicked() {
        actions.push(TrainingAction::Look);
    }
}

fn model(ui: &mut Ui, theme: &Theme, entry: &ModelEntry, is_drawing: bool, actions: &mut Vec<TrainingAction>) {
    let name = &entry.start.name;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(name).strong());
        if is_drawing {
            ui.label(RichText::new("in use").small().color(theme.met));
        }
    });
    ui.label(weak(theme, facts(entry)).small());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let path = &entry.start.path;
        let draw =
            ui.add_enabled_ui(!is_drawing, |ui| icon_button(ui, icon::PAINT_BRUSH, &format!("Draw with {name}")));
        if draw.inner.clicked() {
            actions.push(TrainingAction::DrawWith(path.clone()));
        }
        if icon_button(ui, icon::COLUMNS, &format!("Compare with {name}")).clicked() {
            actions.push(TrainingAction::Compare(Some(path.clone())));
        }
        if icon_button(ui, icon::IDENTIFICATION_CARD, &format!("Model card of {name}")).clicked() {
            actions.push(TrainingAction::Card(path.clone()));
        }
        // Bundled models cannot be deleted.
        if entry.origin != Origin::Bundled && icon_button(ui, icon::TRASH, &format!("Delete {name}")).clicked() {
            actions.push(TrainingAction::Delete(path.clone()));
        }
    });
}

fn run(
    ui: &mut Ui,
    theme: &Theme,
    training_state: &TrainingState,
    entry: &RunEntry,
    actions: &mut Vec<TrainingAction>,
) {
    let is_here =
        training_state.status.is_busy() && training_state.run.as_ref().is_some_and(|run| run.path == entry.path);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&entry.name).strong());
        if is_here {
            ui.label(RichText::new("running").small().color(theme.met));
        } else if entry.is_being_written {
            ui.label(RichText::new("in use by a paused run or another program").small().color(theme.warning));
        }
    });
    if let Some(fault) = &entry.fault {
        ui.add(egui::Label::new(RichText::new(fault).small().color(theme.error)).wrap());
    } else {
        ui.add(ProgressBar::new(entry.step as f32 / entry.steps.max(1) as f32).desired_height(4.0).fill(theme.edge));
        let best = entry.best.map_or_else(String::new, |(loss, _)| format!(", best held-out loss {loss:.4}"));
        let text = format!("step {} of {}{best}", grouped(entry.step), grouped(entry.steps));
        ui.label(weak(theme, text).small());
    }
    ui.horizontal_wrapped(|ui| {
        let name = &entry.name;
        // A run that is paused in memory stays in the list.
        let is_held = training_state.status.is_busy() || training_state.status == (Status::Paused { in_memory: true });
        let show = ui.add_enabled(!is_held || is_here, egui::Button::new("Show"));
        show.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("Show {name}")));
        if show.on_disabled_hover_text("A run is in progress or paused in memory: stop it first").clicked() {
            actions.push(TrainingAction::Open(entry.path.clone()));
        }
        let may = !training_state.status.is_busy() && entry.fault.is_none() && entry.step < entry.steps;
        let continue_run = ui.add_enabled(may, egui::Button::new("Continue"));
        continue_run
            .widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, may, format!("Continue {name}")));
        if continue_run.clicked() {
            actions.push(TrainingAction::GoOn(entry.path.clone()));
        }
        if !is_here && icon_button(ui, icon::TRASH, &format!("Delete {name}")).clicked() {
            actions.push(TrainingAction::Delete(entry.path.clone()));
        }
    });
}
