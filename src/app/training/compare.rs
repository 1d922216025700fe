//! A second model that draws the same scene, for comparison.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Context, Image, RichText, TextureHandle, TextureOptions, Ui, WidgetInfo, vec2};
use egui_phosphor::regular as icon;

use super::{TrainingAction, card, waiting};
use crate::app::Theme;
use crate::app::picture::image_of;
use crate::app::widgets::{icon_button, weak};
use crate::engine::{
    DeviceChoice, Engine, Event, ModelFacts, Picture, Quality, RenderPurpose, RenderRequest, renders_equal,
};
use scenewright_scene::Scene;

/// Worker of the second model, while two models are compared.
#[derive(Default)]
pub(crate) struct ComparisonModel {
    other: Option<ComparisonState>,
    /// The picture shown in the editor.
    own: Option<ShownImage>,
}

type ShownImage = (Arc<Picture>, TextureHandle);

struct ComparisonState {
    engine: Engine,
    path: PathBuf,
    facts: Option<Arc<ModelFacts>>,
    failure: Option<String>,
    requested: Option<Scene>,
    shown: Option<ShownImage>,
}

impl ComparisonModel {
    /// Compares with this model, replacing the last one.
    pub(crate) fn open(&mut self, path: &Path, device: DeviceChoice, ctx: &Context) -> std::io::Result<()> {
        let ctx = ctx.clone();
        let engine = Engine::start(move || ctx.request_repaint())?;
        engine.open_model(path.to_owned(), device);
        self.other = Some(ComparisonState {
            engine,
            path: path.to_owned(),
            facts: None,
            failure: None,
            requested: None,
            shown: None,
        });
        Ok(())
    }

    pub(crate) fn close(&mut self) {
        *self = Self::default();
    }

    /// Keeps both pictures up to date. Called once a frame; cheap while nothing is compared.
    pub(crate) fn follow(&mut self, ctx: &Context, scene: &Scene, own: Option<Arc<Picture>>) {
        let Some(other) = &mut self.other else { return };
        upload(&mut self.own, ctx, own);
        for event in other.engine.events().collect::<Vec<_>>() {
            match event {
                Event::ModelOpened(facts) => (other.facts, other.requested) = (Some(facts), None),
                Event::ModelFailed { failure, .. } | Event::DrawFailed { failure, .. } => {
                    other.failure = Some(failure.to_string());
                }
                Event::Rendered(drawn) => {
                    other.failure = None;
                    upload(&mut other.shown, ctx, Some(drawn.picture));
                }
                Event::Cancelled { .. } | Event::AppearanceMatched { .. } => {}
            }
        }
        if other.facts.is_some() && other.requested.as_ref().is_none_or(|requested| !renders_equal(requested, scene)) {
            let (quality, purpose) = (Quality::Full, RenderPurpose::Live);
            // Without render records: compare each model's own layout.
            let draw = RenderRequest { changes: 0, step: None, scene: scene.without_records(), quality, purpose };
            // The preview slot is never full.
            let _ = other.engine.render(draw);
            other.requested = Some(scene.clone());
        }
    }

    pub(crate) fn show(
        &self,
        ui: &mut Ui,
        theme: &Theme,
        model: Option<&ModelFacts>,
        actions: &mut Vec<TrainingAction>,
    ) {
        let Some(other) = &self.other else { return };
        let name = |facts: Option<&ModelFacts>, path: &Path| {
            facts.map_or_else(|| path.display().to_string(), |facts| facts.name.clone())
        };
        card(ui, theme, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new("Two models, one scene").strong());
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if icon_button(ui, icon::X, "Close the comparison").clicked() {
                        actions.push(TrainingAction::Compare(None));
                    }
                });
            });
            let side = ((ui.available_width() - 12.0) / 2.0).min(320.0);
            ui.horizontal_top(|ui| {
                let own = model.map_or_else(|| "no model".to_owned(), |model| model.name.clone());
                pane(ui, theme, side, self.own.as_ref(), &own, "used in the editor");
                let other_name = name(other.facts.as_deref(), &other.path);
                pane(ui, theme, side, other.shown.as_ref(), &other_name, "compared model");
            });
            if let Some(failure) = &other.failure {
                ui.add(egui::Label::new(RichText::new(failure).color(theme.error)).wrap());
            } else if ui.button("Use the right model").clicked() {
                actions.push(TrainingAction::DrawWith(other.path.clone()));
            }
        });
        ui.add_space(6.0);
    }
}

fn upload(shown: &mut Option<ShownImage>, ctx: &Context, picture: Option<Arc<Picture>>) {
    let Some(picture) = picture else { return };
    if shown.as_ref().is_none_or(|(known, _)| !Arc::ptr_eq(known, &picture)) {
        let texture = ctx.load_texture("compared", image_of(&picture), TextureOptions::LINEAR);
        *shown = Some((picture, texture));
    }
}

fn pane(ui: &mut Ui, theme: &Theme, side: f32, shown: Option<&ShownImage>, name: &str, role: &str) {
    ui.vertical(|ui| {
        ui.set_width(side);
        match shown {
            Some((picture, texture)) => {
                let (width, height) = (picture.width.max(1) as f32, picture.height.max(1) as f32);
                let size = vec2(side, side * height / width);
                let image = ui.add(Image::new(texture).fit_to_exact_size(size).corner_radius(theme.radius));
                image.widget_info(|| WidgetInfo::labeled(egui::WidgetType::Image, true, format!("Picture of {name}")));
            }
            None => {
                ui.allocate_ui(vec2(side, side), |ui| waiting(ui, theme, "Drawing …"));
            }
        }
        ui.add(egui::Label::new(RichText::new(name).small()).truncate());
        ui.label(weak(theme, role).small());
    });
}
