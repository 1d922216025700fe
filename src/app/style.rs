//! The theme as an egui style: widgets, menus and panels use the same colors as custom painting.

use std::sync::Arc;

use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle, Visuals,
    vec2,
};

use super::Theme;

/// Installs fonts and both styles. Called once per window.
pub(crate) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    egui_phosphor::add_to_fonts(&mut fonts, egui_phosphor::Variant::Regular);
    ctx.set_fonts(fonts);
    for (theme, ours) in [(egui::Theme::Dark, Theme::dark()), (egui::Theme::Light, Theme::light())] {
        ctx.set_style_of(theme, Arc::new(style(&ours, &ctx.style_of(theme))));
    }
    // The editor's own zoom commands have limits and are saved.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

fn style(theme: &Theme, base: &egui::Style) -> egui::Style {
    let mut style = base.clone();
    style.visuals = visuals(theme);
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 6.0);
    spacing.button_padding = vec2(8.0, 4.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(14);
    spacing.interact_size.y = 24.0;
    let sizes = [
        (TextStyle::Small, 11.5, FontFamily::Proportional),
        (TextStyle::Body, 14.0, FontFamily::Proportional),
        (TextStyle::Button, 14.0, FontFamily::Proportional),
        (TextStyle::Heading, 17.0, FontFamily::Proportional),
        (TextStyle::Monospace, 13.0, FontFamily::Monospace),
    ];
    style.text_styles = sizes.into_iter().map(|(name, size, family)| (name, FontId::new(size, family))).collect();
    // Fading redraws the whole window repeatedly while a picture is pending.
    style.animation_time = 0.0;
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let mut visuals = if theme.dark { Visuals::dark() } else { Visuals::light() };
    visuals.widgets = widgets(theme);
    visuals.selection = Selection { bg_fill: theme.accent.gamma_multiply(0.35), stroke: Stroke::new(1.0, theme.text) };
    visuals.hyperlink_color = theme.accent;
    visuals.weak_text_color = Some(theme.text_weak);
    visuals.panel_fill = theme.panel;
    visuals.window_fill = theme.panel;
    visuals.window_stroke = Stroke::new(1.0, theme.outline);
    visuals.extreme_bg_color = theme.field;
    visuals.faint_bg_color = theme.surface.gamma_multiply(0.5);
    visuals.warn_fg_color = theme.warning;
    visuals.error_fg_color = theme.error;
    visuals.window_corner_radius = CornerRadius::same(theme.radius + 4);
    visuals.menu_corner_radius = CornerRadius::same(theme.radius + 2);
    let shade = if theme.dark { 110 } else { 40 };
    visuals.popup_shadow = Shadow { offset: [0, 6], blur: 18, spread: 0, color: Color32::from_black_alpha(shade) };
    visuals.window_shadow = visuals.popup_shadow;
    visuals
}

fn widgets(theme: &Theme) -> Widgets {
    let lift = |share: f32| theme.surface.lerp_to_gamma(theme.text, share);
    let state = |fill: Color32, line: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(theme.radius),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(theme.panel, theme.outline, theme.text),
        inactive: state(theme.surface, theme.outline, theme.text),
        hovered: state(lift(0.08), theme.hover.gamma_multiply(0.7), theme.surface_text),
        active: state(lift(0.16), theme.accent, theme.surface_text),
        open: state(lift(0.08), theme.outline, theme.surface_text),
    }
}

/// Style of panel frames and tabs.
pub(crate) fn dock(ctx: &Context, theme: &Theme) -> egui_dock::Style {
    let mut style = egui_dock::Style::from_egui(&ctx.global_style());
    style.dock_area_padding = None;
    style.main_surface_border_stroke = Stroke::NONE;
    style.separator.width = 1.0;
    style.separator.extra_interact_width = 6.0;
    style.separator.color_idle = theme.outline;
    style.separator.color_hovered = theme.accent;
    style.separator.color_dragged = theme.accent;
    style.tab_bar.bg_fill = theme.field;
    style.tab_bar.height = 30.0;
    style.tab_bar.hline_color = theme.outline;
    style.tab_bar.corner_radius = CornerRadius::ZERO;
    let tab = &mut style.tab;
    tab.tab_body.inner_margin = Margin::same(0);
    tab.tab_body.stroke = Stroke::NONE;
    tab.tab_body.corner_radius = CornerRadius::ZERO;
    // Panels use the background of the window; a floating window has a frame of its own.
    tab.tab_body.bg_fill = Color32::TRANSPARENT;
    tab.hline_below_active_tab_name = false;
    for (look, fill, text) in [
        (&mut tab.active, theme.panel, theme.text),
        (&mut tab.focused, theme.panel, theme.text),
        (&mut tab.hovered, theme.panel, theme.text),
        (&mut tab.inactive, theme.field, theme.text_weak),
        (&mut tab.active_with_kb_focus, theme.panel, theme.accent),
        (&mut tab.focused_with_kb_focus, theme.panel, theme.accent),
        (&mut tab.inactive_with_kb_focus, theme.field, theme.accent),
    ] {
        look.bg_fill = fill;
        look.text_color = text;
        look.outline_color = Color32::TRANSPARENT;
        look.corner_radius = CornerRadius::ZERO;
    }
    style
}
