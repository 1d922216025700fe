//! Setup of a run: start model, samples, recipe.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use egui::{Button, ComboBox, Id, RichText, Ui};
use egui_phosphor::regular as icon;
use strum::IntoEnumIterator;

use super::advanced::Advanced;
use super::prefs::{RecipeKey, TrainingPrefs};
use super::{TrainingAction, TrainingInput, TrainingPick, card, check, message, section, waiting};
use crate::app::Theme;
use crate::app::text_field::TextField;
use crate::app::widgets::{chosen, weak};
use crate::engine::training::{ModelEntry, Origin, PRESETS, Plan, Recipe, Status, TrainingState, is_offered};
use scenewright_data::DataSource;

#[derive(Default)]
pub(crate) struct Setup {
    /// Starts from a model in a folder that the user has chosen; it was added to the list.
    is_other: bool,
    /// The name as typed; `None`: use a proposed name.
    name: Option<String>,
    advanced: Advanced,
    /// The plan that was measured last.
    tried: Option<Plan>,
}

/// Presets with their descriptions.
const NETWORKS: [(&str, &str); 5] = [
    ("collage", "Collage: drawn objects, decoded and composed; large pictures, fast"),
    ("illustrated", "sg2im for two CPU cores: the design of the paper, 64 × 64"),
    ("small", "sg2im, small: first results within ten minutes, 32 × 32"),
    ("reference", "sg2im as in the paper: takes days on a graphics card"),
    ("tiny", "Tiny: takes seconds, to try everything out"),
];

/// Presets that need a start model.
const FINE_TUNE_PRESETS: [&str; 2] = ["quick", "fine-tune"];

impl Setup {
    /// Resets the name for the next run.
    pub(crate) fn reset_name(&mut self) {
        self.name = None;
    }

    /// Adds a model in another folder; it will be listed.
    pub(crate) fn other_model(&mut self) {
        self.is_other = true;
    }

    fn other<'a>(&self, training_state: &'a TrainingState) -> Option<&'a Result<ModelEntry, String>> {
        training_state.other.as_deref().filter(|_| self.is_other)
    }

    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        prefs: &mut TrainingPrefs,
        training_state: &TrainingState,
        input: &TrainingInput<'_>,
        actions: &mut Vec<TrainingAction>,
    ) {
        let theme = input.theme;
        ui.label(weak(
            theme,
            "Teach a model new objects, or fine-tune it on your own samples. Everything runs on this computer.",
        ));
        if input.runs.is_none() {
            let text = "No data folder for this program was found, so nothing can be saved. Set \
                SCENEWRIGHT_HOME to a folder and restart.";
            message(ui, theme, theme.warning, icon::WARNING, text);
        }
        section(ui, theme, "Recipe", |ui| recipes(ui, theme, prefs));
        if prefs.recipe == RecipeKey::FromScratch {
            section(ui, theme, "Network", |ui| networks(ui, prefs));
        } else {
            section(ui, theme, "Start from", |ui| self.models(ui, theme, prefs, training_state, actions));
        }
        let collage = self.plan(prefs, training_state, input).is_collage();
        section(ui, theme, "Learn from", |ui| sources(ui, theme, prefs, collage, actions));
        let plan = self.plan(prefs, training_state, input);
        section(ui, theme, "Name of the run", |ui| {
            // Not trimmed: more may be typed after a space.
            let of_plan = || crate::engine::training::RunView::folder_name(&plan.run);
            let mut name = self.name.clone().unwrap_or_else(of_plan);
            let id = Id::new("name of the run");
            let field = TextField::show(ui, id, &mut name, |edit| edit.desired_width(220.0)).response;
            field.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Name of the run"));
            if field.changed() {
                self.name = Some(name);
            }
        });
        ui.add_space(8.0);
        self.advanced.show(ui, theme, &plan);
        ui.add_space(8.0);
    }

    /// The choices as a plan.
    fn plan(&self, prefs: &TrainingPrefs, training_state: &TrainingState, input: &TrainingInput<'_>) -> Plan {
        let models = training_state.models.as_deref().map_or(&[][..], Vec::as_slice);
        let other = self.other(training_state).and_then(|other| other.as_ref().ok());
        let start = other.or_else(|| chosen_model(models, prefs)).map(|entry| entry.start.clone());
        let recipe = prefs.recipe.recipe();
        let source = prefs.source;
        let folder = prefs.folder.as_ref().filter(|_| source.folder().is_some()).map(PathBuf::from);
        let runs = input.runs.clone().unwrap_or_default();
        let name = match &self.name {
            Some(name) => sanitize_name(name),
            None => proposed(recipe, training_state),
        };
        Plan {
            run: runs.join(name),
            start,
            source,
            folder: folder.unwrap_or_default(),
            recipe,
            preset: prefs.preset.clone(),
            changed: self.advanced.changed.clone(),
            device: input.device,
        }
    }

    fn models(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        prefs: &mut TrainingPrefs,
        training_state: &TrainingState,
        actions: &mut Vec<TrainingAction>,
    ) {
        let Some(models) = &training_state.models else {
            // As high as its replacement, so that nothing below moves away from a click.
            ui.add_enabled_ui(false, |ui| {
                let list = ComboBox::from_id_salt("start from").selected_text("Looking for models …").width(220.0);
                list.show_ui(ui, |_| {});
                ui.horizontal(|ui| ui.small_button(" "));
            });
            return;
        };
        let other = self.other(training_state).and_then(|other| other.as_ref().ok());
        let entry = other.or_else(|| chosen_model(models, prefs)).cloned();
        let title = entry.as_ref().map_or("no model", |entry| entry.start.name.as_str()).to_owned();
        ui.horizontal_wrapped(|ui| {
            let list = ComboBox::from_id_salt("start from").selected_text(&title).width(220.0);
            let opened = list.show_ui(ui, |ui| {
                for model in models.iter() {
                    let on = entry.as_ref().is_some_and(|entry| entry.start.path == model.start.path);
                    let text = format!("{}    {}", model.start.name, origin(model.origin));
                    if ui.selectable_label(on, text).clicked() {
                        prefs.start = model.start.path.to_str().map(str::to_owned);
                        self.is_other = false;
                    }
                }
            });
            let name = format!("Start from: {title}");
            opened.response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ComboBox, true, &name));
            if ui.button("Another folder …").on_hover_text("A model in another folder").clicked() {
                actions.push(TrainingAction::TrainingPick(TrainingPick::Model));
            }
        });
        match (&entry, self.other(training_state)) {
            (_, Some(Err(error))) => message(ui, theme, theme.error, icon::WARNING_CIRCLE, error),
            (Some(entry), _) => {
                ui.horizontal_wrapped(|ui| {
                    ui.label(weak(theme, facts(entry)));
                    if ui.small_button("Card").on_hover_text("Show the model card").clicked() {
                        actions.push(TrainingAction::Card(entry.start.path.clone()));
                    }
                });
            }
            (None, _) => {
                let text = "There is no model to start from. Choose another folder, or train from scratch.";
                message(ui, theme, theme.warning, icon::WARNING, text);
            }
        }
    }

    /// The start buttons, and the measurement.
    pub(crate) fn begin(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        input: &TrainingInput<'_>,
        actions: &mut Vec<TrainingAction>,
    ) {
        let theme = input.theme;
        let Some(plan) = self.advanced.plan.clone() else { return };
        let dry_run = training_state.dry_run.as_ref().filter(|_| self.tried.as_ref() == Some(&plan));
        let is_trying = training_state.status == Status::Trying;
        if let Some(dry_run) = dry_run {
            let room = (ui.ctx().content_rect().height() * 0.3).max(80.0);
            card(ui, theme, |ui| {
                egui::ScrollArea::vertical().id_salt("measured").max_height(room).auto_shrink([false, true]).show(
                    ui,
                    |ui| {
                        check::show(ui, theme, dry_run);
                    },
                );
            });
            ui.add_space(2.0);
        }
        ui.add_space(4.0);
        let why_not = self.blocking_reason(&plan, training_state, input);
        ui.horizontal_wrapped(|ui| {
            if is_trying {
                waiting(ui, theme, "Measuring a few steps …");
                if ui.button("Cancel").clicked() {
                    actions.push(TrainingAction::Stop);
                }
                return;
            }
            let text = RichText::new(format!("{}  Start training", icon::PLAY)).color(theme.panel).strong();
            let start = Button::new(text).fill(theme.accent).min_size(egui::vec2(0.0, 30.0));
            let start = ui.add_enabled(why_not.is_none(), start);
            start.widget_info(|| {
                egui::WidgetInfo::labeled(egui::WidgetType::Button, why_not.is_none(), "Start training")
            });
            let hint = "Measures a few steps first: whether it fits into memory, and how long it will take";
            let begins =
                start.on_hover_text(hint).on_disabled_hover_text(why_not.as_deref().unwrap_or_default()).clicked();
            let check = Button::new(format!("{}  Check first", icon::GAUGE)).min_size(egui::vec2(0.0, 30.0));
            let check = ui.add_enabled(why_not.is_none(), check);
            check.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, why_not.is_none(), "Check first"));
            let checks =
                check.on_hover_text("Measures memory and time, and checks data and words, without starting").clicked();
            if begins && matches!(dry_run, Some(Ok(_))) {
                actions.push(TrainingAction::Begin(plan.into()));
            } else if begins || checks {
                self.tried = Some(plan.clone());
                actions.push(if begins {
                    TrainingAction::TryAndBegin(plan.into())
                } else {
                    TrainingAction::Try(plan.into())
                });
            }
        });
        if let Some(why) = &why_not {
            ui.label(weak(theme, why));
        }
    }

    /// Why the run cannot be started.
    fn blocking_reason(
        &self,
        plan: &Plan,
        training_state: &TrainingState,
        input: &TrainingInput<'_>,
    ) -> Option<String> {
        let no_start = plan.recipe != Recipe::FromScratch && plan.start.is_none();
        let folder = plan.source.folder().filter(|_| plan.folder.as_os_str().is_empty());
        if input.runs.is_none() {
            Some("No folder for runs was found.".to_owned())
        } else if training_state.status.is_busy() && training_state.status != Status::Trying {
            Some("A run is in progress: stop it first.".to_owned())
        } else if no_start {
            Some("Choose a model to start from.".to_owned())
        } else if let Some(error) = &self.advanced.error {
            Some(error.clone())
        } else if let Some(folder) = folder {
            Some(format!("Choose {folder}."))
        } else if run_exists(&plan.run, training_state) {
            Some(
                "A run with this name already exists: choose another name, or continue it under Models and runs."
                    .to_owned(),
            )
        } else {
            None
        }
    }
}

/// The list may be outdated; the run itself checks again.
fn run_exists(run: &Path, training_state: &TrainingState) -> bool {
    training_state.runs.as_ref().is_some_and(|runs| runs.iter().any(|known| known.path == run))
}

fn chosen_model<'a>(models: &'a [ModelEntry], prefs: &TrainingPrefs) -> Option<&'a ModelEntry> {
    let chosen = prefs.start.as_deref().map(Path::new);
    models.iter().find(|model| Some(model.start.path.as_path()) == chosen).or_else(|| models.first())
}

pub(crate) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Bundled => "bundled",
        Origin::Imported => "imported",
        Origin::Own => "your own",
    }
}

pub(crate) fn facts(entry: &ModelEntry) -> String {
    let (height, width) = entry.image_size;
    format!("{}, {width} × {height}, {}", entry.architecture(), origin(entry.origin))
}

fn recipes(ui: &mut Ui, theme: &Theme, prefs: &mut TrainingPrefs) {
    for (recipe, title, about) in Recipe::ALL {
        let on = prefs.recipe.recipe() == recipe;
        if choice(ui, theme, on, true, title, about) {
            prefs.recipe = RecipeKey::of(recipe);
        }
    }
}

fn networks(ui: &mut Ui, prefs: &mut TrainingPrefs) {
    let about = |name: &str| {
        NETWORKS.iter().find(|(known, _)| *known == name).map_or(name.to_owned(), |(_, text)| (*text).to_owned())
    };
    let text = about(&prefs.preset);
    let list = ComboBox::from_id_salt("network").selected_text(&text).width(ui.available_width().min(420.0));
    let opened = list.show_ui(ui, |ui| {
        for (name, _) in PRESETS.into_iter().filter(|(name, _)| !FINE_TUNE_PRESETS.contains(name)) {
            if ui.selectable_label(prefs.preset == name, about(name)).clicked() {
                prefs.preset = name.to_owned();
            }
        }
    });
    let name = format!("Network: {text}");
    opened.response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ComboBox, true, &name));
}

fn sources(ui: &mut Ui, theme: &Theme, prefs: &mut TrainingPrefs, collage: bool, actions: &mut Vec<TrainingAction>) {
    // What this program can read does not change while it runs. By network, and source.
    static OFFERED: OnceLock<[Vec<DataSource>; 2]> = OnceLock::new();
    let offered = |collage| DataSource::iter().filter(|source| is_offered(*source, collage)).collect();
    let offered = &OFFERED.get_or_init(|| [false, true].map(offered))[usize::from(collage)];
    for source in DataSource::iter() {
        let offered = offered.contains(&source);
        let about = match (offered, collage) {
            (true, _) => source.description(),
            (false, true) => "A collage does not learn from these: start from an sg2im model",
            (false, false) => "This version of the program cannot read them",
        };
        if choice(ui, theme, prefs.source == source, offered, source.title(), about) {
            prefs.source = source;
        }
    }
    if let Some(holds) = prefs.source.folder() {
        ui.horizontal_wrapped(|ui| {
            if ui.button("Folder …").on_hover_text(format!("Choose {holds}")).clicked() {
                actions.push(TrainingAction::TrainingPick(TrainingPick::Samples));
            }
            let folder = prefs.folder.clone().unwrap_or_else(|| format!("Choose {holds}"));
            ui.add(egui::Label::new(weak(theme, &folder)).truncate()).on_hover_text(folder);
        });
    }
}

/// A choice with a title and a description. Returns true if it was chosen.
fn choice(ui: &mut Ui, theme: &Theme, on: bool, possible: bool, title: &str, about: &str) -> bool {
    let color = if possible { theme.text } else { theme.text_weak };
    let mut text = egui::text::LayoutJob::default();
    let font = egui::FontId::proportional(14.0);
    text.append(title, 0.0, egui::TextFormat { font_id: font.clone(), color, ..Default::default() });
    let small = egui::FontId::proportional(12.0);
    text.append(
        &format!("\n{about}"),
        0.0,
        egui::TextFormat { font_id: small, color: theme.text_weak, ..Default::default() },
    );
    text.wrap.max_width = ui.available_width() - 20.0;
    let width = ui.available_width();
    let button = Button::selectable(on, text).wrap().min_size(egui::vec2(width, 40.0));
    let response = ui.add_enabled(possible, button);
    chosen(&response, on, title);
    response.clicked()
}

/// A name that no run has yet.
fn proposed(recipe: Recipe, training_state: &TrainingState) -> String {
    let word = match recipe {
        Recipe::QuickFineTune => "fine-tune",
        Recipe::Overnight => "night",
        Recipe::FromScratch => "scratch",
    };
    let is_free =
        |name: &String| !training_state.runs.as_ref().is_some_and(|runs| runs.iter().any(|run| run.name == *name));
    (1..).map(|number| format!("{word}-{number}")).find(is_free).unwrap_or_else(|| word.to_owned())
}

/// Makes a name valid on every file system.
pub(crate) fn sanitize_name(name: &str) -> String {
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
    let text: String = name.chars().map(|c| if is_fit(c) { c } else { '-' }).take(64).collect();
    let text = text.trim().trim_matches('.').to_owned();
    if text.is_empty() { "run".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_folders() {
        for (name, folder) in [
            ("my meadow", "my meadow"),
            ("../../etc", "-..-etc"),
            ("a/b\\c:d", "a-b-c-d"),
            ("  ", "run"),
            ("..", "run"),
            ("Wiese über Nacht", "Wiese über Nacht"),
        ] {
            assert_eq!(sanitize_name(name), folder);
        }
    }

    #[test]
    fn every_preset_is_described() {
        for (name, _) in PRESETS {
            assert!(FINE_TUNE_PRESETS.contains(&name) || NETWORKS.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}
