//! Fixed held-out scenes beside their targets at every step, including the user's own scene.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::{ColorImage, Image, RichText, Slider, TextureHandle, TextureOptions, Ui, WidgetInfo, vec2};

use super::{TrainingAction, grouped, waiting};
use crate::app::Theme;
use crate::app::widgets::weak;
use crate::engine::training::{RunView, SampleFile, SheetImage, TrainingState};

#[derive(Default)]
pub(crate) struct Samples {
    /// The step being viewed; `None`: the newest.
    at: Option<u64>,
    sheet: SampleSlot,
    scene: SampleSlot,
}

/// Seconds after which a sample that does not arrive is skipped.
const TIMEOUT_SECONDS: f64 = 0.3;

/// A sample on the screen.
#[derive(Default)]
struct SampleSlot {
    requested: Option<PathBuf>,
    /// Time of the request, in seconds of the context's clock.
    requested_at: f64,
    shown: Option<(Arc<SheetImage>, TextureHandle)>,
}

impl SampleSlot {
    /// Requests and uploads the pixels of a file once. When a slider passes fifty steps, the next file is requested
    /// after the one before has arrived or timed out.
    fn request(&mut self, ui: &Ui, path: Option<&Path>, found: Option<&Arc<SheetImage>>) -> bool {
        if let Some(image) = found
            && self.requested.as_ref() == Some(&image.path)
            && self.shown.as_ref().is_none_or(|(known, _)| !Arc::ptr_eq(known, image))
        {
            let pixels = ColorImage::from_rgb([image.width, image.height], &image.rgb);
            let texture = ui.ctx().load_texture("sample", pixels, TextureOptions::LINEAR);
            self.shown = Some((image.clone(), texture));
        }
        if path.is_none() {
            (self.shown, self.requested) = (None, None);
        }
        if path.is_none() || self.requested.as_deref() == path {
            return false;
        }
        let now = ui.input(|input| input.time);
        let left = self.requested_at + TIMEOUT_SECONDS - now;
        if self.requested.is_some() && !self.has_come() && left > 0.0 {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(left));
            return false;
        }
        (self.requested, self.requested_at) = (path.map(Path::to_owned), now);
        true
    }

    /// Returns true if the requested file is shown.
    fn has_come(&self) -> bool {
        self.shown.as_ref().is_some_and(|(image, _)| self.requested.as_ref() == Some(&image.path))
    }

    fn draw(&self, ui: &mut Ui, theme: &Theme, path: &Path, width: f32, most: f32, name: &str) {
        // Never show the picture of one step under the number of another.
        let Some((image, texture)) = self.shown.as_ref().filter(|(image, _)| image.path == path) else {
            return waiting(ui, theme, "Reading the sample …");
        };
        let scale = (width / image.width.max(1) as f32).min(most);
        let size = vec2(image.width as f32, image.height as f32) * scale;
        let picture = ui.add(Image::new(texture).fit_to_exact_size(size).corner_radius(theme.radius));
        picture.widget_info(|| WidgetInfo::labeled(egui::WidgetType::Image, true, name));
    }
}

impl Samples {
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        training_state: &TrainingState,
        run: &RunView,
        theme: &Theme,
        actions: &mut Vec<TrainingAction>,
    ) {
        let Some(last) = run.sheets.len().checked_sub(1) else {
            ui.label(weak(theme, "The first samples appear at the first validation (keep.validate_every)."));
            return;
        };
        let newest = run.sheets[last].step;
        let mut place = self.at.and_then(|step| run.sheets.iter().position(|sheet| sheet.step == step)).unwrap_or(last);
        ui.horizontal_wrapped(|ui| {
            if last > 0 {
                ui.spacing_mut().slider_width = (ui.available_width() - 150.0).clamp(80.0, 420.0);
                let slider = ui.add(Slider::new(&mut place, 0..=last).show_value(false));
                slider.widget_info(|| WidgetInfo::slider(true, run.sheets[place].step as f64, "Step of the samples"));
                if slider.changed() {
                    // If the newest step was selected, follow new ones.
                    self.at = (place < last).then(|| run.sheets[place].step);
                }
            }
            let step = run.sheets[place].step;
            ui.label(format!("step {}", grouped(step)));
            if step == newest {
                ui.label(weak(theme, "the newest"));
            }
        });
        let sheet = &run.sheets[place];
        let scene = of_step(&run.scenes, sheet.step);
        if self.sheet.request(ui, Some(&sheet.path), training_state.sheet.as_ref()) {
            actions.push(TrainingAction::Sheet { path: sheet.path.clone(), scene: false });
        }
        if self.scene.request(ui, scene.map(|scene| scene.path.as_path()), training_state.scene_sheet.as_ref())
            && let Some(scene) = scene
        {
            actions.push(TrainingAction::Sheet { path: scene.path.clone(), scene: true });
        }
        if let Some(scene) = scene {
            ui.label(
                RichText::new(format!("Your scene at step {}", grouped(scene.step))).small().color(theme.text_weak),
            );
            self.scene.draw(ui, theme, &scene.path, ui.available_width().min(256.0), 3.0, "Your scene");
            ui.add_space(4.0);
        }
        let legend = match run.phase.as_str() {
            "looks" => "Objects and materials as drawn; below each row, the output of the network",
            _ => {
                "Four pictures per scene: the target, drawn with the given layout, drawn from the graph alone, \
                    and the predicted boxes"
            }
        };
        ui.label(weak(theme, legend).small());
        self.sheet.draw(ui, theme, &sheet.path, ui.available_width(), 1.5, "Samples of held-out scenes");
    }
}

/// The picture of this step, or the last one before it.
fn of_step(samples: &[SampleFile], step: u64) -> Option<&SampleFile> {
    samples.iter().rev().find(|sample| sample.step <= step)
}
