//! The training panel: setup, the running training, and the resulting models.
//!
//! It reads the shared state of [`crate::engine::training`] and returns [`TrainingAction`]s that the editor performs.
//! It never waits for the disk.
//!
//! | file | subject |
//! |---|---|
//! | `prefs` | preferences saved between runs of the program |
//! | `setup`, `advanced`, `check` | before the start: choices, all settings, measurement |
//! | `progress`, `plot`, `samples`, `checkpoints` | a run: status and diagnoses, losses, samples, checkpoints |
//! | `models` | models and earlier runs |
//! | `compare` | a second model for comparison |
//! | `controller` | the editor's side: actions, events, preview |

mod advanced;
mod check;
mod checkpoints;
pub(super) mod compare;
pub(super) mod controller;
mod models;
mod plot;
mod prefs;
mod progress;
mod samples;
mod setup;

use std::path::PathBuf;

use egui::{Frame, Margin, RichText, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::widgets::{chosen, weak};
use super::{Action, Theme};
use crate::engine::training::{Plan, Status, TrainingState};
use crate::engine::{DeviceChoice, ModelFacts};
use compare::ComparisonModel;
pub(crate) use prefs::TrainingPrefs;

/// Actions of the training panel.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingAction {
    /// Lists models and runs again.
    Look,
    Try(Box<Plan>),
    /// Measures, and starts if everything fits.
    TryAndBegin(Box<Plan>),
    Begin(Box<Plan>),
    GoOn(PathBuf),
    Resume,
    Pause {
        keep_in_memory: bool,
    },
    Stop,
    RollBack {
        run: PathBuf,
        checkpoint: PathBuf,
    },
    /// Shows an earlier run.
    Open(PathBuf),
    Sheet {
        path: PathBuf,
        scene: bool,
    },
    Keep {
        checkpoint: PathBuf,
        name: String,
    },
    Card(PathBuf),
    /// Deletes after a confirmation.
    Delete(PathBuf),
    Export,
    TrainingPick(TrainingPick),
    /// Uses this model in the editor.
    DrawWith(PathBuf),
    Compare(Option<PathBuf>),
    Copy(String),
}

/// What a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingPick {
    Model,
    Samples,
}

/// Input of the panel.
pub(crate) struct TrainingInput<'a> {
    pub theme: &'a Theme,
    /// `None`: no thread could be started.
    pub training_state: Option<&'a TrainingState>,
    /// The model in use in the editor.
    pub model: Option<&'a ModelFacts>,
    pub device: DeviceChoice,
    /// Folder of the runs; `None`: nothing can be saved.
    pub runs: Option<PathBuf>,
    pub comparison: &'a ComparisonModel,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    New,
    Run,
    Models,
}

const TABS: [(Tab, &str, &str); 3] = [
    (Tab::New, icon::SPARKLE, "New run"),
    (Tab::Run, icon::CHART_LINE_DOWN, "Run"),
    (Tab::Models, icon::CUBE, "Models and runs"),
];

#[derive(Default)]
pub(crate) struct TrainingPanel {
    pub prefs: TrainingPrefs,
    pub(crate) tab: Tab,
    setup: setup::Setup,
    samples: samples::Samples,
    checkpoints: checkpoints::Checkpoints,
    /// Height of the area below the choices, points.
    foot: f32,
    /// Whether models and runs were listed once.
    looked: bool,
    /// The status in the last frame, to bring a new run to the front.
    status: Status,
}

impl TrainingPanel {
    pub(crate) fn new(prefs: TrainingPrefs) -> Self {
        Self { prefs, ..Self::default() }
    }

    /// A folder was chosen in a dialog.
    pub(crate) fn picked(&mut self, pick: TrainingPick, path: PathBuf) {
        match pick {
            TrainingPick::Model => self.setup.other_model(),
            TrainingPick::Samples => self.prefs.folder = Some(path.to_string_lossy().into_owned()),
        }
    }

    pub(crate) fn show(&mut self, ui: &mut Ui, input: &TrainingInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(training_state) = input.training_state else {
            ui.label(weak(input.theme, "Nothing can be trained: no thread could be started."));
            return Vec::new();
        };
        if !std::mem::replace(&mut self.looked, true) {
            actions.push(TrainingAction::Look);
        }
        let begins =
            training_state.status != self.status && matches!(training_state.status, Status::Starting | Status::Running);
        if begins {
            self.tab = Tab::Run;
            self.setup.reset_name();
        }
        self.status = training_state.status;
        self.tabs(ui, input.theme, training_state);
        ui.add_space(4.0);
        let foot = if self.tab == Tab::New { self.foot } else { 0.0 };
        let scrolled = ScrollArea::vertical().id_salt(("training", self.tab as u8)).auto_shrink([false, false]);
        scrolled.max_height((ui.available_height() - foot).max(60.0)).show(ui, |ui| {
            // Space for the scroll bar.
            ui.set_max_width(ui.available_width() - 6.0);
            input.comparison.show(ui, input.theme, input.model, &mut actions);
            match self.tab {
                Tab::New => self.setup.show(ui, &mut self.prefs, training_state, input, &mut actions),
                Tab::Run => self.run(ui, training_state, input, &mut actions),
                Tab::Models => models::show(ui, training_state, input, &mut actions),
            }
        });
        if self.tab == Tab::New {
            self.start(ui, training_state, input, &mut actions);
        }
        if actions.iter().any(|action| matches!(action, TrainingAction::Open(_))) {
            self.tab = Tab::Run;
        }
        actions.into_iter().map(|action| Action::Training(Box::new(action))).collect()
    }

    /// The start button, always visible below the scroll area.
    fn start(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        input: &TrainingInput<'_>,
        actions: &mut Vec<TrainingAction>,
    ) {
        let shown = ui.scope(|ui| self.setup.begin(ui, training_state, input, actions));
        let height = shown.response.rect.height() + ui.spacing().item_spacing.y;
        if (height - self.foot).abs() > 0.5 {
            // The scroll area makes space for it in the next frame.
            self.foot = height;
            ui.ctx().request_repaint();
        }
    }

    fn tabs(&mut self, ui: &mut Ui, theme: &Theme, training_state: &TrainingState) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (tab, sign, name) in TABS {
                let on = self.tab == tab;
                let text =
                    RichText::new(format!("{sign}  {name}")).color(if on { theme.text } else { theme.text_weak });
                let button = ui.add(egui::Button::selectable(on, text));
                chosen(&button, on, name);
                if button.clicked() {
                    self.tab = tab;
                }
                if tab == Tab::Run && training_state.status == Status::Running {
                    ui.label(RichText::new(icon::CIRCLE).size(8.0).color(theme.met))
                        .on_hover_text("A run is in progress");
                }
            }
        });
    }

    fn run(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        input: &TrainingInput<'_>,
        actions: &mut Vec<TrainingAction>,
    ) {
        let theme = input.theme;
        let Some(run) = &training_state.run else {
            if let Some(failure) = &training_state.failure {
                message(ui, theme, theme.error, icon::WARNING_CIRCLE, failure);
            }
            if training_state.status.is_busy() {
                waiting(ui, theme, "Creating the run …");
                return;
            }
            let go = empty(
                ui,
                theme,
                icon::CHART_LINE_DOWN,
                "No run yet",
                "Losses, samples and checkpoints of the current run appear here. Earlier runs are under Models \
                    and runs.",
                Some("Start a run"),
            );
            if go {
                self.tab = Tab::New;
            }
            return;
        };
        progress::show(ui, &mut self.prefs, training_state, run, input, actions);
        section(ui, theme, "Losses", |ui| plot::show(ui, &mut self.prefs, run, theme, actions));
        section(ui, theme, "Samples", |ui| self.samples.show(ui, training_state, run, theme, actions));
        section(ui, theme, "Checkpoints", |ui| self.checkpoints.show(ui, training_state, run, theme, actions));
    }
}

/// A heading with its content.
pub(super) fn section(ui: &mut Ui, theme: &Theme, title: &str, content: impl FnOnce(&mut Ui)) {
    ui.add_space(10.0);
    ui.label(RichText::new(title).strong().color(theme.text));
    ui.add_space(2.0);
    content(ui);
}

/// A card on the background of the panel.
pub(super) fn card<T>(ui: &mut Ui, theme: &Theme, content: impl FnOnce(&mut Ui) -> T) -> T {
    let frame = Frame::new().fill(theme.surface.gamma_multiply(0.55)).corner_radius(theme.radius);
    frame
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// A message in a color that shows its severity.
pub(super) fn message(ui: &mut Ui, theme: &Theme, color: egui::Color32, sign: &str, text: &str) {
    let frame = Frame::new().fill(color.gamma_multiply(0.14)).corner_radius(theme.radius);
    frame.inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(sign).color(color).size(16.0));
            ui.add(egui::Label::new(RichText::new(text).color(theme.text)).wrap());
        });
    });
}

/// Shows that something is in progress. Not animated: a frame is drawn only when something changed.
pub(super) fn waiting(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(weak(theme, format!("{}  {text}", icon::HOURGLASS_MEDIUM)));
}

/// Placeholder of an empty list. Returns true if its button was clicked.
pub(super) fn empty(ui: &mut Ui, theme: &Theme, sign: &str, title: &str, text: &str, button: Option<&str>) -> bool {
    ui.add_space(28.0);
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(sign).size(34.0).color(theme.text_weak));
        ui.add_space(4.0);
        ui.label(RichText::new(title).size(16.0).color(theme.text));
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width().min(380.0));
            ui.label(weak(theme, text));
        });
        ui.add_space(6.0);
        button.is_some_and(|label| ui.button(label).clicked())
    })
    .inner
}

/// "2 h 05 min", "3 min 20 s", "12 s".
pub(in crate::app) fn duration(time: std::time::Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {:02} s", seconds % 60),
        (0, ..) => format!("{hours} h {minutes:02} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// "12,345"
pub(in crate::app) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_and_numbers_are_read_at_a_glance() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (80, "1 min 20 s"),
            (7500, "2 h 05 min"),
            (90_000, "1 d 1 h"),
            (3600, "1 h 00 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), text);
        }
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
