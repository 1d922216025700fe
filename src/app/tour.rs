//! The first-run tour: four steps, each beside the panel that it is about. It covers nothing that is needed and can be left at any time.

use egui::{Align2, Context, Id, LayerId, Order, Rect, RichText, Stroke, StrokeKind, vec2};

use super::Theme;
use super::dock::Panel;

struct TourStep {
    title: &'static str,
    text: &'static str,
    /// The panel that is outlined; none: the command bar.
    panel: Option<Panel>,
}

const STEPS: [TourStep; 4] = [
    TourStep {
        title: "Say what you want to see",
        text: "Type a sentence into the bar at the bottom: \"a girl holding a balloon on a beach\". \
            \"make the balloon red\" changes it, \"remove the balloon\" takes it away. Ctrl+K leads there.",
        panel: None,
    },
    TourStep {
        title: "Move things in the picture",
        text: "Drag an object to another place, or a corner to another size. Ctrl+wheel zooms, Space and drag pans. \
            Whatever you move stays pinned there.",
        panel: Some(Panel::Picture),
    },
    TourStep {
        title: "The graph says how things are related",
        text: "Drag from the border of one object to another to relate them. A click on a word changes the relation. \
            Green words hold in the picture, red ones do not.",
        panel: Some(Panel::Graph),
    },
    TourStep {
        title: "Colors, drawings and every step",
        text: "The inspector changes the selected object. The history keeps every step: click one to go back. \
            Ctrl+P finds every command; File, Examples has scenes to start from.",
        panel: Some(Panel::Inspector),
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TourAnswer {
    Next,
    Back,
    Leave,
}

/// Draws a step. `places`: where each panel is; `bar`: where the command bar is.
pub(crate) fn show(
    ctx: &Context,
    theme: &Theme,
    step: usize,
    places: &dyn Fn(Panel) -> Option<Rect>,
    bar: Option<Rect>,
) -> Option<TourAnswer> {
    let Some(shown) = STEPS.get(step) else { return Some(TourAnswer::Leave) };
    if let Some(rect) = shown.panel.map_or(bar, places) {
        let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("tour outline")));
        painter.rect_stroke(rect.shrink(1.0), theme.radius, Stroke::new(2.5, theme.accent), StrokeKind::Inside);
    }
    let mut answer = None;
    let window = egui::Window::new("tour")
        .id(Id::new("tour"))
        .title_bar(false)
        .resizable(false)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -96.0))
        .order(Order::Foreground);
    window.show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 60.0).clamp(200.0, 380.0));
        ui.label(RichText::new(shown.title).size(16.0).strong());
        ui.label(shown.text);
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(format!("{} of {}", step + 1, STEPS.len())).color(theme.text_weak));
            let is_last = step + 1 == STEPS.len();
            if step > 0 && ui.button("Previous step").clicked() {
                answer = Some(TourAnswer::Back);
            }
            if !is_last && ui.button("Next step").clicked() {
                answer = Some(TourAnswer::Next);
            }
            if ui.button(if is_last { "Start" } else { "Leave the tour" }).clicked() {
                answer = Some(TourAnswer::Leave);
            }
        });
    });
    answer
}
