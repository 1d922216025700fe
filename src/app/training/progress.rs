//! The running training: progress, actions and diagnoses.

use egui::{Button, DragValue, ProgressBar, RichText, Ui, vec2};
use egui_phosphor::regular as icon;

use super::prefs::TrainingPrefs;
use super::{TrainingAction, TrainingInput, card, duration, grouped, message, waiting};
use crate::app::Theme;
use crate::app::widgets::{icon_button, weak};
use crate::engine::training::{Diagnosis, RunView, Status, TrainingState};

pub(crate) fn show(
    ui: &mut Ui,
    prefs: &mut TrainingPrefs,
    training_state: &TrainingState,
    run: &RunView,
    input: &TrainingInput<'_>,
    actions: &mut Vec<TrainingAction>,
) {
    let theme = input.theme;
    card(ui, theme, |ui| {
        head(ui, theme, training_state, run);
        let share = run.step as f32 / run.steps.max(1) as f32;
        let text = format!("{} of {} steps", grouped(run.step), grouped(run.steps));
        let color = if training_state.status == Status::Running { theme.accent } else { theme.edge };
        let bar = ProgressBar::new(share).desired_height(6.0).fill(color);
        ui.add(bar).widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ProgressIndicator, true, &text));
        ui.horizontal_wrapped(|ui| {
            ui.label(&text);
            facts(ui, theme, training_state, run);
        });
        let is_over = run.step >= run.steps && matches!(training_state.status, Status::Idle | Status::Finished);
        if !is_over && training_state.status != Status::Trying {
            ui.add_space(4.0);
            ui.horizontal_wrapped(|ui| buttons(ui, theme, training_state, run, actions));
        }
    });
    if let Some(failure) = &training_state.failure {
        let (color, sign) = match training_state.status {
            Status::Failed => (theme.error, icon::WARNING_CIRCLE),
            _ => (theme.warning, icon::WARNING),
        };
        ui.add_space(4.0);
        message(ui, theme, color, sign, failure);
    }
    for diagnosis in &run.diagnoses {
        // The failure message already explains this.
        if !(training_state.failure.is_some() && *diagnosis == Diagnosis::Diverges) {
            ui.add_space(4.0);
            message(ui, theme, theme.warning, icon::WARNING, &format!("{}. {diagnosis}", diagnosis.title()));
        }
    }
    for warning in &run.warnings {
        ui.add_space(4.0);
        message(ui, theme, theme.warning, icon::WARNING, warning);
    }
    ui.add_space(4.0);
    follow(ui, theme, prefs);
    watch_elsewhere(ui, theme, run, actions);
}

fn head(ui: &mut Ui, theme: &Theme, training_state: &TrainingState, run: &RunView) {
    let (word, color) = match training_state.status {
        Status::Idle => ("not running", theme.text_weak),
        Status::Trying => ("measuring another", theme.text_weak),
        Status::Starting => ("starting …", theme.accent),
        Status::Running => ("training", theme.met),
        Status::Pausing => ("finishing the step …", theme.warning),
        Status::Paused { in_memory: true } => ("paused, in memory", theme.warning),
        Status::Paused { in_memory: false } => ("paused", theme.warning),
        Status::Finished => ("finished", theme.met),
        Status::Failed => ("failed", theme.error),
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&run.name).size(16.0).strong());
        ui.label(RichText::new(icon::CIRCLE).size(8.0).color(color));
        ui.label(RichText::new(word).color(color));
        let phase = match run.phase.as_str() {
            "layout" => "boxes and outlines first",
            "picture" => "pictures",
            "looks" => "things and materials",
            _ => return,
        };
        ui.label(weak(theme, phase));
    });
}

fn facts(ui: &mut Ui, theme: &Theme, training_state: &TrainingState, run: &RunView) {
    let mut parts = Vec::new();
    if let Some(speed) = run.images_per_second.filter(|_| training_state.status == Status::Running) {
        parts.push(format!("{speed:.1} images a second"));
    }
    if let Some(left) = run.left.filter(|_| training_state.status == Status::Running) {
        let what = if run.phase == "layout" { "until pictures begin" } else { "left" };
        parts.push(format!("{} {what}", duration(left)));
    }
    if run.seconds > 0.0 && training_state.status != Status::Running {
        let time = std::time::Duration::try_from_secs_f64(run.seconds).unwrap_or_default();
        parts.push(format!("{} of training", duration(time)));
    }
    if let Some((loss, step)) = run.best {
        parts.push(format!("best held-out loss {loss:.4} at step {}", grouped(step)));
    }
    for part in parts {
        ui.label(weak(theme, format!("·  {part}")));
    }
}

fn buttons(
    ui: &mut Ui,
    theme: &Theme,
    training_state: &TrainingState,
    run: &RunView,
    actions: &mut Vec<TrainingAction>,
) {
    let mut button = |ui: &mut Ui, sign: &str, name: &str, hint: &str, action: TrainingAction| {
        let button = ui.add(Button::new(format!("{sign}  {name}")).min_size(vec2(0.0, 28.0)));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, name));
        if button.on_hover_text(hint).clicked() {
            actions.push(action);
        }
    };
    match training_state.status {
        Status::Running | Status::Starting => {
            let (keep, go) =
                (TrainingAction::Pause { keep_in_memory: true }, TrainingAction::Pause { keep_in_memory: false });
            button(
                ui,
                icon::PAUSE,
                "Pause",
                "Finishes the step, saves it, and keeps everything in memory: it resumes at once",
                keep,
            );
            button(
                ui,
                icon::EJECT,
                "Pause and free memory",
                "The same, but frees the memory; resuming takes a moment longer",
                go,
            );
            button(
                ui,
                icon::STOP,
                "Stop",
                "Finishes the step and saves it. The run can be continued any time",
                TrainingAction::Stop,
            );
        }
        Status::Pausing => waiting(ui, theme, "Saving after this step …"),
        Status::Trying => {}
        Status::Paused { in_memory } => {
            button(ui, icon::PLAY, "Resume", "Continues exactly from here", TrainingAction::Resume);
            if in_memory {
                let action = TrainingAction::Pause { keep_in_memory: false };
                button(
                    ui,
                    icon::EJECT,
                    "Free memory",
                    "The run is already saved; resuming takes a moment longer",
                    action,
                );
            }
            button(ui, icon::STOP, "Stop", "The run can be continued any time", TrainingAction::Stop);
        }
        Status::Failed => {
            button(ui, icon::PLAY, "Resume", "Resumes from the newest checkpoint", TrainingAction::Resume);
            button(ui, icon::STOP, "Stop", "The run can be continued any time", TrainingAction::Stop);
        }
        Status::Idle | Status::Finished => {
            button(
                ui,
                icon::PLAY,
                "Continue",
                "Continues from the last checkpoint, with the same losses",
                TrainingAction::GoOn(run.path.clone()),
            );
        }
    }
}

/// Settings of the preview with the model in training.
fn follow(ui: &mut Ui, theme: &Theme, prefs: &mut TrainingPrefs) {
    ui.horizontal_wrapped(|ui| {
        ui.checkbox(&mut prefs.follows, "Preview with the model in training")
            .on_hover_text("Draws the open scene with the newest weights. Editing does not wait for it");
        ui.add_enabled_ui(prefs.follows, |ui| {
            ui.label(weak(theme, "every"));
            let seconds = DragValue::new(&mut prefs.follow_seconds).range(2..=600).suffix(" s");
            let seconds = ui.add(seconds);
            seconds.widget_info(|| {
                egui::WidgetInfo::labeled(egui::WidgetType::DragValue, true, "Seconds between two previews")
            });
        });
    });
}

fn watch_elsewhere(ui: &mut Ui, theme: &Theme, run: &RunView, actions: &mut Vec<TrainingAction>) {
    ui.horizontal_wrapped(|ui| {
        let folder = run.path.join("tensorboard");
        ui.label(weak(theme, "View in TensorBoard").small()).on_hover_text(folder.display().to_string());
        if icon_button(ui, icon::COPY, "Copy the command for TensorBoard").clicked() {
            actions.push(TrainingAction::Copy(format!("tensorboard --logdir \"{}\"", folder.display())));
        }
        ui.label(weak(theme, "or in a terminal").small());
        if icon_button(ui, icon::COPY_SIMPLE, "Copy the command for a terminal").clicked() {
            actions.push(TrainingAction::Copy(format!("scenewright train --watch \"{}\"", run.path.display())));
        }
    });
}
