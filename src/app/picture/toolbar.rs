//! The toolbar above the picture.

use egui::{Slider, Ui, WidgetType};
use egui_phosphor::regular as icon;

use super::view::{Pane, ViewMode, Viewport};
use super::{PictureInput, PictureSettings, compare};
use crate::app::Action;
use crate::app::tracing_image::TracingImage;
use crate::app::widgets::{icon_button, icon_toggle, named};

const VIEWS: [(ViewMode, &str, &str); 6] = [
    (ViewMode::All, icon::COLUMNS, "Image, boxes and masks"),
    (ViewMode::Image, icon::IMAGE, "Image only"),
    (ViewMode::Boxes, icon::BOUNDING_BOX, "Boxes only"),
    (ViewMode::Masks, icon::SHAPES, "Masks only"),
    (ViewMode::Changes, icon::INTERSECT, "What changed"),
    (ViewMode::Variations, icon::GRID_NINE, "Variations"),
];

pub(crate) fn show(
    ui: &mut Ui,
    settings: &mut PictureSettings,
    viewport: &mut Viewport,
    input: &PictureInput<'_>,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (view, icon, name) in VIEWS {
            if icon_toggle(ui, settings.view == view, icon, name).clicked() {
                settings.view = view;
            }
        }
        if settings.view == ViewMode::Variations {
            return;
        }
        ui.separator();
        if settings.view.panes().contains(&Pane::Image) {
            overlays(ui, settings);
            ui.separator();
        }
        if icon_button(ui, icon::FRAME_CORNERS, "Fit the picture (0)").clicked() {
            viewport.fit();
        }
        let real = named(ui.button("1:1"), WidgetType::Button, "Actual pixels (1)");
        if real.clicked() {
            viewport.one_to_one(ui.ctx().pixels_per_point());
        }
        let smooth = settings.smooth;
        if icon_toggle(ui, smooth, icon::DROP, "Smooth scaling; off: crisp pixels").clicked() {
            settings.smooth = !smooth;
        }
        compare::menu(ui, input, actions);
    });
    ui.add_space(2.0);
}

/// How strong the picture to trace is, and taking it away. Returns false if it is to go.
pub(crate) fn tracing(ui: &mut Ui, tracing: &mut TracingImage) -> bool {
    ui.horizontal_wrapped(|ui| {
        ui.label("Trace").on_hover_text(&tracing.name);
        ui.spacing_mut().slider_width = 96.0;
        let response = ui.add(Slider::new(&mut tracing.opacity, 0.0..=1.0).show_value(false));
        let value = f64::from(tracing.opacity);
        response.widget_info(|| egui::WidgetInfo::slider(true, value, "Opacity of the traced picture"));
        response.on_hover_text(format!("Opacity of {}: {:.0} %", tracing.name, value * 100.0));
        !icon_button(ui, icon::X, "Take the traced picture away").clicked()
    })
    .inner
}

/// Overlays of the image.
fn overlays(ui: &mut Ui, settings: &mut PictureSettings) {
    let switches = [
        (&mut settings.boxes, icon::SELECTION, "Boxes on the image"),
        (&mut settings.labels, icon::TAG, "Names on the image"),
        (&mut settings.masks, icon::CIRCLE_HALF, "Masks on the image"),
    ];
    for (on, icon, name) in switches {
        if icon_toggle(ui, *on, icon, name).clicked() {
            *on = !*on;
        }
    }
    if settings.masks {
        ui.spacing_mut().slider_width = 64.0;
        let slider = Slider::new(&mut settings.mask_opacity, 0.0..=1.0).show_value(false);
        let response = ui.add(slider);
        let value = f64::from(settings.mask_opacity);
        response.widget_info(|| egui::WidgetInfo::slider(true, value, "Opacity of masks"));
        response.on_hover_text(format!("Opacity of masks: {:.0} %", value * 100.0));
    }
}
