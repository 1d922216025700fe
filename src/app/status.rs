//! The status bar: model, device, speed, and changes elsewhere in the picture.

use egui::{Align, Layout, RichText, Ui};
use egui_phosphor::regular as icon;

use super::Theme;
use super::preview::PreviewController;
use super::state::State;
use super::training::{duration, grouped};
use crate::engine::training::{Status, Training, TrainingState};

/// Points; narrower windows show less.
const NARROW: f32 = 420.0;

pub(crate) fn show(ui: &mut Ui, theme: &Theme, state: &State, live: &PreviewController, training: Option<&Training>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        let is_narrow = ui.available_width() < NARROW;
        let weak = |ui: &mut Ui, text: String, hint: &str| {
            ui.label(RichText::new(text).small().color(theme.text_weak)).on_hover_text(hint);
        };
        match (&live.opening, &live.model) {
            (Some(_), _) => weak(ui, format!("{}  opening the model …", icon::CUBE), "Loading the model"),
            (None, Some(model)) => {
                let (height, width) = model.image_size;
                weak(ui, format!("{}  {}", icon::CUBE, model.name), &model.path.display().to_string());
                if !is_narrow {
                    weak(
                        ui,
                        format!("{}  {}  ·  {width} × {height}", icon::CPU, model.device),
                        "Device and picture size",
                    );
                }
            }
            (None, None) => {
                weak(ui, format!("{}  no model", icon::CUBE), "Open a model from the File menu to draw pictures")
            }
        }
        if let Some(text) = training.and_then(|training| of_training(&training.state())) {
            weak(ui, text, "The current run; see the Training panel");
        }
        let scene = state.scene();
        let counted = |count: usize, what: &str| {
            if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
        };
        let counts =
            format!("{}, {}", counted(scene.nodes().len(), "object"), counted(scene.relations().len(), "relation"));
        if ui.available_width() > 420.0 {
            weak(ui, counts, "In the scene");
            let step = state.history().revision().0;
            weak(ui, format!("step {step}  ·  seed {}", scene.seed()), "History step and random seed");
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            let Some(shown) = &live.shown else { return };
            let millis = shown.picture.timings.total().as_secs_f32() * 1000.0;
            let drawing = if live.is_drawing() { "drawing …" } else { "" };
            weak(ui, format!("{drawing}  {millis:.0} ms"), "Time to draw the last picture");
            if let Some(changed) = shown.changed_outside.filter(|_| !is_narrow) {
                let text = format!("{:.1} % changed elsewhere", changed * 100.0);
                weak(ui, text, "Share of the picture that changed outside the boxes of what was edited");
            }
        });
    });
}

fn of_training(training_state: &TrainingState) -> Option<String> {
    let run = training_state.run.as_ref()?;
    let state = match training_state.status {
        Status::Running => run.left.map_or_else(|| "training".to_owned(), |left| format!("{} left", duration(left))),
        Status::Pausing => "finishing the step …".to_owned(),
        Status::Paused { .. } => "training paused".to_owned(),
        _ => return None,
    };
    Some(format!("{}  {} / {}  ·  {state}", icon::GRADUATION_CAP, grouped(run.step), grouped(run.steps)))
}
