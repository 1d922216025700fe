//! The tools with their icons and keys, and the toolbar above the picture.

use egui::{Slider, Ui, WidgetInfo};
use egui_phosphor::regular as icon;

use super::annotation_canvas::AnnotationCanvas;
use crate::app::Theme;
use crate::app::widgets::{icon_button, icon_toggle, weak};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tool {
    Select,
    #[default]
    Box,
    Polygon,
    Brush,
}

impl Tool {
    pub(crate) const ALL: [Self; 4] = [Self::Select, Self::Box, Self::Polygon, Self::Brush];

    /// Icon, name with shortcut, letter.
    const fn face(self) -> (&'static str, &'static str, char) {
        match self {
            Self::Select => (icon::CURSOR, "Select, move and resize (V)", 'v'),
            Self::Box => (icon::BOUNDING_BOX, "Draw a box (B)", 'b'),
            Self::Polygon => (icon::POLYGON, "Draw a polygon outline (P)", 'p'),
            Self::Brush => (icon::PAINT_BRUSH, "Paint a mask (M)", 'm'),
        }
    }

    pub(crate) fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| letter.chars().eq([tool.face().2]))
    }
}

/// Range of the brush size in screen points, independent of the zoom.
pub(crate) const BRUSHES: std::ops::RangeInclusive<f32> = 1.0..=120.0;

impl AnnotationCanvas {
    pub(super) fn toolbar(&mut self, ui: &mut Ui, theme: &Theme) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for tool in Tool::ALL {
                let (icon, name, _) = tool.face();
                if icon_toggle(ui, self.tool == tool, icon, name).clicked() {
                    self.choose(tool);
                }
            }
            ui.separator();
            if self.tool == Tool::Brush {
                self.brush_settings(ui, theme);
                ui.separator();
            }
            let switches = [
                (&mut self.settings.boxes, icon::SELECTION, "Boxes"),
                (&mut self.settings.labels, icon::TAG, "Names"),
                (&mut self.settings.masks, icon::CIRCLE_HALF, "Masks"),
            ];
            for (on, icon, name) in switches {
                if icon_toggle(ui, *on, icon, name).clicked() {
                    *on = !*on;
                }
            }
            ui.separator();
            if icon_button(ui, icon::FRAME_CORNERS, "Fit the picture (0)").clicked() {
                self.viewport.fit();
            }
        });
        ui.add_space(2.0);
    }

    fn brush_settings(&mut self, ui: &mut Ui, theme: &Theme) {
        if icon_toggle(ui, !self.is_erasing, icon::PLUS_CIRCLE, "Paint").clicked() {
            self.is_erasing = false;
        }
        if icon_toggle(ui, self.is_erasing, icon::ERASER, "Erase (X, or hold Alt)").clicked() {
            self.is_erasing = true;
        }
        ui.spacing_mut().slider_width = 90.0;
        let slider = ui.add(Slider::new(&mut self.brush_points, BRUSHES).logarithmic(true).show_value(false));
        let size = f64::from(self.brush_points);
        slider.widget_info(|| WidgetInfo::slider(true, size, "Brush size"));
        slider.on_hover_text("Brush size ([ and ])");
        ui.label(weak(theme, format!("{size:.0}")));
    }
}
