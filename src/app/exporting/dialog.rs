//! The export dialog: formats, size and destination.

use std::path::PathBuf;

use egui::{Context, DragValue, Key, RichText, TextEdit, Ui};
use strum::IntoEnumIterator;

use super::ExportSettings;
use crate::app::Theme;
use crate::app::prompt::{modal, scrolled};
use crate::app::widgets::{heading, weak};
use crate::engine::{ExportFormat, ExportGroup, MAX_SCALE};

pub(crate) struct ExportDialog {
    /// File name without extension, shared by all files.
    pub name: String,
}

/// Facts that the dialog needs.
pub(crate) struct ExportFacts {
    /// Height and width, pixels; `None` without a model and a picture.
    pub image_size: Option<(usize, usize)>,
    /// Number of frames of an animation.
    pub steps: usize,
    pub folder: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportAnswer {
    Export,
    ChooseFolder,
    Cancel,
}

impl ExportDialog {
    pub(crate) fn new(name: String) -> Self {
        Self { name }
    }

    pub(crate) fn show(
        &mut self,
        ctx: &Context,
        theme: &Theme,
        settings: &mut ExportSettings,
        facts: &ExportFacts,
    ) -> Option<ExportAnswer> {
        let modal = modal(ctx, "export").show(ctx, |ui| {
            let room = ctx.content_rect().size();
            let width = (room.x - 70.0).clamp(200.0, 540.0);
            ui.set_width(width);
            ui.heading("Export");
            let inner = scrolled(room.y - 190.0).show(ui, |ui| {
                groups(ui, theme, width, settings, facts);
                size(ui, theme, settings, facts);
                if settings.wants(ExportFormat::Gif) {
                    ui.horizontal_wrapped(|ui| {
                        ui.label("Duration of each GIF frame");
                        ui.add(DragValue::new(&mut settings.delay_millis).range(20..=10_000).speed(10).suffix(" ms"));
                        ui.label(weak(theme, format!("{} pictures", facts.steps)));
                    });
                }
                heading(ui, theme, "Destination");
                let answer = self.place(ui, theme, width, facts);
                self.files(ui, theme, settings, facts);
                answer
            });
            inner.inner.or_else(|| self.answers(ui, settings, facts))
        });
        modal.inner.or_else(|| modal.should_close().then_some(ExportAnswer::Cancel))
    }

    fn place(&mut self, ui: &mut Ui, theme: &Theme, width: f32, facts: &ExportFacts) -> Option<ExportAnswer> {
        let name = ui.add(TextEdit::singleline(&mut self.name).desired_width(width - 30.0).hint_text("Name"));
        name.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "File name"));
        ui.horizontal(|ui| {
            let choose = ui.button("Folder …").on_hover_text("Choose another folder").clicked();
            let folder = facts.folder.display().to_string();
            ui.add(egui::Label::new(weak(theme, &folder)).truncate()).on_hover_text(folder);
            choose.then_some(ExportAnswer::ChooseFolder)
        })
        .inner
    }

    /// What will be there afterwards.
    fn files(&self, ui: &mut Ui, theme: &Theme, settings: &ExportSettings, facts: &ExportFacts) {
        let name = super::settings::sanitize_name(&self.name);
        let formats = selected_formats(settings, facts);
        let names: Vec<String> = formats.iter().map(|format| format.file_name(&name)).collect();
        ui.label(weak(theme, names.join(", ")).small());
    }

    fn answers(&self, ui: &mut Ui, settings: &ExportSettings, facts: &ExportFacts) -> Option<ExportAnswer> {
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let count = selected_formats(settings, facts).len();
            let may = count > 0;
            let text = if count > 1 { format!("Export {count}") } else { "Export".to_owned() };
            let export = ui.add_enabled(may, egui::Button::new(text)).on_disabled_hover_text("Choose what to export");
            if ui.button("Cancel").clicked() {
                return Some(ExportAnswer::Cancel);
            }
            let enter = may && ui.input(|input| input.key_pressed(Key::Enter));
            (export.clicked() || enter).then_some(ExportAnswer::Export)
        })
        .inner
    }
}

fn is_possible(format: ExportFormat, facts: &ExportFacts) -> bool {
    facts.image_size.is_some() || format.is_of_graph()
}

fn selected_formats(settings: &ExportSettings, facts: &ExportFacts) -> Vec<ExportFormat> {
    ExportFormat::iter().filter(|format| settings.wants(*format) && is_possible(*format, facts)).collect()
}

/// Two columns if there is space.
fn groups(ui: &mut Ui, theme: &Theme, width: f32, settings: &mut ExportSettings, facts: &ExportFacts) {
    const COLUMN: f32 = 230.0;
    let mut show = |ui: &mut Ui, group: ExportGroup| {
        heading(ui, theme, group.title());
        group.formats().for_each(|format| switch(ui, format, settings, facts));
    };
    if width < 2.0 * COLUMN {
        return ExportGroup::iter().for_each(|group| show(ui, group));
    }
    let half = ExportGroup::iter().len().div_ceil(2);
    ui.columns_const(|[left, right]| {
        ExportGroup::iter().take(half).for_each(|group| show(left, group));
        ExportGroup::iter().skip(half).for_each(|group| show(right, group));
    });
}

fn switch(ui: &mut Ui, format: ExportFormat, settings: &mut ExportSettings, facts: &ExportFacts) {
    let possible = is_possible(format, facts);
    let mut on = settings.wants(format) && possible;
    let clicked = ui.add_enabled(possible, egui::Checkbox::new(&mut on, format.title()));
    if clicked.on_disabled_hover_text("There is no picture: open a model first").clicked() {
        settings.toggle(format);
    }
}

fn size(ui: &mut Ui, theme: &Theme, settings: &mut ExportSettings, facts: &ExportFacts) {
    let Some((height, width)) = facts.image_size else { return };
    heading(ui, theme, "Size");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for scale in 1..=MAX_SCALE {
            if ui.selectable_label(settings.scale == scale, RichText::new(format!("{scale}×"))).clicked() {
                settings.scale = scale;
            }
        }
    });
    let scale = settings.options().scale as usize;
    ui.horizontal_wrapped(|ui| {
        ui.checkbox(&mut settings.crisp, "Crisp pixels");
        ui.label(weak(theme, format!("{} × {} pixels", width * scale, height * scale)));
    });
}
