//! All settings of a run with their meaning and range.

use egui::{CollapsingHeader, Color32, Grid, Id, RichText, Ui};
use egui_phosphor::regular as icon;

use super::message;
use crate::app::Theme;
use crate::app::text_field::TextField;
use crate::app::widgets::{named, weak};
use crate::engine::training::{Kind, Plan, Setting};

#[derive(Default)]
pub(crate) struct Advanced {
    /// Changed settings: keys and TOML values.
    pub changed: Vec<(String, String)>,
    /// What is wrong with them.
    pub error: Option<String>,
    /// The plan that was read last, and its settings.
    pub plan: Option<Plan>,
    defaults: Vec<Setting>,
    search: String,
}

impl Advanced {
    /// Reads the settings again if the plan has changed.
    fn look_at(&mut self, plan: &Plan) {
        if self.plan.as_ref() == Some(plan) {
            return;
        }
        match plan.defaults() {
            Ok(defaults) => self.defaults = defaults,
            Err(error) => {
                (self.defaults, self.error) = (Vec::new(), Some(error.to_string()));
                self.plan = Some(plan.clone());
                return;
            }
        }
        // Settings of another network type have no meaning here.
        let defaults = &self.defaults;
        self.changed.retain(|(key, _)| defaults.iter().any(|setting| setting.key == *key));
        let plan = Plan { changed: self.changed.clone(), ..plan.clone() };
        self.error = plan.config().err().map(|error| error.to_string());
        self.plan = Some(plan);
    }

    pub(crate) fn show(&mut self, ui: &mut Ui, theme: &Theme, plan: &Plan) {
        self.look_at(plan);
        let count = self.changed.len();
        let title = if count == 0 { "Advanced".to_owned() } else { format!("Advanced: {count} changed") };
        let opened =
            CollapsingHeader::new(title).id_salt("advanced settings").show(ui, |ui| self.list(ui, theme, plan));
        opened.header_response.on_hover_text("Every setting of the run, with what it means");
        if let Some(error) = &self.error {
            message(ui, theme, theme.error, icon::WARNING_CIRCLE, error);
        }
    }

    fn list(&mut self, ui: &mut Ui, theme: &Theme, plan: &Plan) {
        ui.horizontal_wrapped(|ui| {
            let hint = format!("{}  Search settings", icon::MAGNIFYING_GLASS);
            let id = Id::new("search settings");
            let field = TextField::show(ui, id, &mut self.search, |edit| edit.hint_text(hint).desired_width(200.0));
            field
                .response
                .widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Search settings"));
            if !self.changed.is_empty() && ui.button("Reset all").clicked() {
                self.changed.clear();
            }
        });
        if plan.start().is_some() {
            ui.label(weak(theme, "The network is that of the start model.").small());
        }
        let query = self.search.to_lowercase();
        let fits = |setting: &&Setting| {
            let meaning = setting.meaning().map_or(String::new(), |meaning| meaning.text.to_lowercase());
            setting.key.contains(&query) || meaning.contains(&query)
        };
        let defaults = std::mem::take(&mut self.defaults);
        let mut group: Option<&str> = None;
        let shown: Vec<&Setting> = defaults
            .iter()
            .filter(|setting| plan.start().is_none() || !setting.is_of_the_model())
            .filter(fits)
            .collect();
        if shown.is_empty() {
            ui.label(weak(theme, "No setting has this name."));
        }
        // Settings of the run itself first, then table by table.
        let mut shown = shown;
        shown.sort_by_key(|setting| setting.group().to_owned());
        for part in shown.chunk_by(|a, b| a.group() == b.group()) {
            let name = part.first().map_or("", |setting| setting.group());
            if group != Some(name) {
                group = Some(name);
                ui.add_space(6.0);
                ui.label(RichText::new(if name.is_empty() { "run" } else { name }).small().color(theme.accent));
            }
            Grid::new(("settings", name)).num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
                for setting in part {
                    self.row(ui, theme, setting);
                    ui.end_row();
                }
            });
        }
        self.defaults = defaults;
    }

    fn row(&mut self, ui: &mut Ui, theme: &Theme, setting: &Setting) {
        let place = self.changed.iter().position(|(key, _)| *key == setting.key);
        let mut value = place.map_or_else(|| setting.value.clone(), |place| self.changed[place].1.clone());
        let name = setting.key.rsplit('.').next().unwrap_or(&setting.key);
        let (text, range) =
            setting.meaning().map_or(("No description available", ""), |meaning| (meaning.text, meaning.range));
        let hint = if range.is_empty() {
            text.to_owned()
        } else {
            format!("{text}.\nRange: {range}.\nDefault: {}", setting.value)
        };
        let color: Color32 = if place.is_some() { theme.accent } else { theme.text };
        ui.label(RichText::new(name).color(color)).on_hover_text(&hint);
        let changed = ui
            .horizontal_wrapped(|ui| {
                let changed = match setting.kind {
                    Kind::Switch => {
                        let mut on = value == "true";
                        let clicked =
                            named(ui.checkbox(&mut on, ""), egui::WidgetType::Checkbox, &setting.key).changed();
                        value = on.to_string();
                        clicked
                    }
                    Kind::Number | Kind::Text => {
                        let width = if setting.kind == Kind::Number { 80.0 } else { 180.0 };
                        let id = Id::new(("setting", &setting.key));
                        let field = TextField::show(ui, id, &mut value, |edit| edit.desired_width(width)).response;
                        let key = setting.key.clone();
                        field.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, &key));
                        field.on_hover_text(&hint).changed()
                    }
                };
                let back = place.is_some()
                    && ui.small_button(icon::ARROW_COUNTER_CLOCKWISE).on_hover_text("Reset to default").clicked();
                if back {
                    value.clone_from(&setting.value);
                }
                ui.label(weak(theme, text).small());
                changed || back
            })
            .inner;
        if changed {
            self.changed.retain(|(key, _)| *key != setting.key);
            if value != setting.value {
                self.changed.push((setting.key.clone(), value));
            }
        }
    }
}
