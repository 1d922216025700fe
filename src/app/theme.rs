//! Colors, radii and strokes; panels define none of their own.

use egui::{Color32, Stroke};

/// Colors and measures of custom painting; egui widgets use the same colors.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    pub dark: bool,
    /// Background of the window, its bars, its panels and the canvas. The window is cleared with it and nothing paints
    /// it again, which saves half of a software driver's work per frame.
    pub panel: Color32,
    pub outline: Color32,
    /// Background of text fields.
    pub field: Color32,
    pub grid: Color32,
    pub surface: Color32,
    pub(crate) surface_text: Color32,
    /// An arrow that is not highlighted.
    pub edge: Color32,
    /// Shadow of nodes and popups; translucent.
    pub shadow: Color32,
    pub text: Color32,
    pub(crate) text_weak: Color32,
    pub accent: Color32,
    pub(crate) hover: Color32,
    /// Status of a relation: satisfied, violated, unknown.
    pub met: Color32,
    pub broken: Color32,
    pub unknown: Color32,
    pub warning: Color32,
    pub error: Color32,
    pub selection: Stroke,
    /// Guide lines of snapping.
    pub guide: Color32,
    /// Outline of lines and words on a picture, so that they are always visible.
    pub halo: Color32,
    /// Curves of a plot.
    pub curves: [Color32; 6],
    /// Points.
    pub radius: u8,
}

impl Theme {
    /// The current theme of the window.
    pub(crate) fn of(ctx: &egui::Context) -> Self {
        if ctx.theme() == egui::Theme::Dark { Self::dark() } else { Self::light() }
    }

    pub fn dark() -> Self {
        Self {
            dark: true,
            panel: Color32::from_rgb(26, 28, 33),
            outline: Color32::from_rgb(50, 54, 63),
            field: Color32::from_rgb(20, 22, 26),
            grid: Color32::from_rgb(38, 41, 48),
            surface: Color32::from_rgb(44, 48, 57),
            surface_text: Color32::from_rgb(236, 238, 242),
            edge: Color32::from_rgb(104, 111, 124),
            shadow: Color32::from_black_alpha(90),
            text: Color32::from_rgb(222, 225, 231),
            text_weak: Color32::from_rgb(146, 152, 163),
            accent: Color32::from_rgb(98, 160, 255),
            hover: Color32::from_rgb(168, 203, 255),
            met: Color32::from_rgb(104, 196, 130),
            broken: Color32::from_rgb(240, 124, 108),
            unknown: Color32::from_rgb(140, 147, 160),
            warning: Color32::from_rgb(236, 184, 88),
            error: Color32::from_rgb(240, 124, 108),
            selection: Stroke::new(2.0, Color32::from_rgb(98, 160, 255)),
            guide: Color32::from_rgb(255, 92, 170),
            halo: Color32::from_black_alpha(150),
            curves: [
                Color32::from_rgb(98, 160, 255),
                Color32::from_rgb(104, 196, 130),
                Color32::from_rgb(236, 184, 88),
                Color32::from_rgb(240, 124, 108),
                Color32::from_rgb(190, 140, 240),
                Color32::from_rgb(96, 206, 208),
            ],
            radius: 5,
        }
    }

    pub fn light() -> Self {
        Self {
            dark: false,
            panel: Color32::from_rgb(249, 249, 247),
            outline: Color32::from_rgb(218, 218, 214),
            field: Color32::from_rgb(241, 241, 239),
            grid: Color32::from_rgb(228, 228, 224),
            surface: Color32::from_rgb(255, 255, 255),
            surface_text: Color32::from_rgb(30, 33, 38),
            edge: Color32::from_rgb(150, 155, 164),
            shadow: Color32::from_black_alpha(36),
            text: Color32::from_rgb(38, 41, 47),
            text_weak: Color32::from_rgb(104, 109, 119),
            accent: Color32::from_rgb(30, 104, 214),
            hover: Color32::from_rgb(84, 146, 234),
            met: Color32::from_rgb(34, 134, 66),
            broken: Color32::from_rgb(196, 54, 40),
            unknown: Color32::from_rgb(118, 124, 134),
            warning: Color32::from_rgb(160, 104, 0),
            error: Color32::from_rgb(196, 54, 40),
            selection: Stroke::new(2.0, Color32::from_rgb(30, 104, 214)),
            guide: Color32::from_rgb(214, 20, 120),
            halo: Color32::from_black_alpha(110),
            curves: [
                Color32::from_rgb(30, 104, 214),
                Color32::from_rgb(34, 134, 66),
                Color32::from_rgb(176, 112, 0),
                Color32::from_rgb(196, 54, 40),
                Color32::from_rgb(124, 62, 190),
                Color32::from_rgb(0, 128, 138),
            ],
            radius: 5,
        }
    }
}
