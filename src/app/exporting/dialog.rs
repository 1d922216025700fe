//! The export dialog: formats, size and destination.

use std::path::PathBuf;

use egui::{Context, DragValue, Key, RichText, TextEdit, Ui};

use super::{ExportKind, ExportSettings};
use crate::app::Theme;
use crate::app::prompt::{modal, scrolled};
use crate::app::widgets::{heading, weak};
use crate::engine::{Format, MAX_SCALE};

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

/// Formats grouped by purpose.
const GROUPS: [(&str, &[ExportKind]); 4] = [
    (
        "Picture",
        &[
            ExportKind::Format(Format::Png),
            ExportKind::Format(Format::Jpeg),
            ExportKind::Format(Format::WebP),
            ExportKind::Animation,
        ],
    ),
    ("Layers and masks", &[ExportKind::Format(Format::OpenRaster), ExportKind::Format(Format::Masks)]),
    (
        "Layout, drawn",
        &[
            ExportKind::Format(Format::Boxes),
            ExportKind::Format(Format::MaskOverview),
            ExportKind::Format(Format::Segmentation),
        ],
    ),
    ("Data", &[ExportKind::Format(Format::Json), ExportKind::Format(Format::Coco), ExportKind::Format(Format::Dot)]),
];

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
                if settings.wants(ExportKind::Animation) {
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

    /// Lists the files that will be written.
    fn files(&self, ui: &mut Ui, theme: &Theme, settings: &ExportSettings, facts: &ExportFacts) {
        let name = super::settings::sanitize_name(&self.name);
        let kinds = selected_kinds(settings, facts);
        let names: Vec<String> = kinds.iter().map(|kind| kind.file_name(&name)).collect();
        ui.label(weak(theme, names.join(", ")).small());
    }

    fn answers(&self, ui: &mut Ui, settings: &ExportSettings, facts: &ExportFacts) -> Option<ExportAnswer> {
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let count = selected_kinds(settings, facts).len();
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

fn is_possible(kind: ExportKind, facts: &ExportFacts) -> bool {
    facts.image_size.is_some() || !kind.needs_picture()
}

fn selected_kinds(settings: &ExportSettings, facts: &ExportFacts) -> Vec<ExportKind> {
    ExportKind::ALL.into_iter().filter(|kind| settings.wants(*kind) && is_possible(*kind, facts)).collect()
}

/// Two columns if there is space.
fn groups(ui: &mut Ui, theme: &Theme, width: f32, settings: &mut ExportSettings, facts: &ExportFacts) {
    const COLUMN: f32 = 230.0;
    let mut group = |ui: &mut Ui, (title, kinds): (&str, &[ExportKind])| {
        heading(ui, theme, title);
        kinds.iter().for_each(|kind| switch(ui, *kind, settings, facts));
    };
    let [pictures, layers, layout, data] = GROUPS;
    if width < 2.0 * COLUMN {
        return [pictures, layers, layout, data].into_iter().for_each(|one| group(ui, one));
    }
    ui.columns_const(|[left, right]| {
        [pictures, layers].into_iter().for_each(|one| group(left, one));
        [layout, data].into_iter().for_each(|one| group(right, one));
    });
}

fn switch(ui: &mut Ui, kind: ExportKind, settings: &mut ExportSettings, facts: &ExportFacts) {
    let possible = is_possible(kind, facts);
    let mut on = settings.wants(kind) && possible;
    let clicked = ui.add_enabled(possible, egui::Checkbox::new(&mut on, kind.title()));
    if clicked.on_disabled_hover_text("There is no picture: open a model first").clicked() {
        settings.toggle(kind);
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
