//! Toasts: short messages in a corner that disappear by themselves; some have a button. They are not animated, so that
//! no frames are drawn.

use std::path::PathBuf;

use egui::{Align, Align2, Area, Context, Frame, Id, Layout, Margin, Order, ProgressBar, RichText, Stroke, Ui, vec2};
use egui_phosphor::regular as icon;

use super::Theme;

/// Seconds; toasts with a button stay longer.
const STAND: f64 = 3.5;
const STAND_WITH_BUTTON: f64 = 10.0;
/// Maximum number of toasts; older ones are removed.
const MAX_TOASTS: usize = 4;
/// Points.
const WIDTH: f32 = 300.0;
const ABOVE_THE_BAR: f32 = 96.0;

#[derive(Default)]
pub(crate) struct Toasts {
    toasts: Vec<Toast>,
    count: u64,
}

struct Toast {
    number: u64,
    text: String,
    /// The file that its button shows in the file manager.
    shows: Option<PathBuf>,
    /// Time of the first display, in seconds of the context's clock.
    until: Option<f64>,
}

/// A background task.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Progress {
    pub text: String,
    /// 0..=1.
    pub share: f32,
}

pub(crate) enum Clicked {
    Show(PathBuf),
    /// The task is to be canceled.
    Cancel,
}

impl Toasts {
    pub(crate) fn put(&mut self, text: String, shows: Option<PathBuf>) {
        self.count += 1;
        self.toasts.push(Toast { number: self.count, text, shows, until: None });
        let surplus = self.toasts.len().saturating_sub(MAX_TOASTS);
        self.toasts.drain(..surplus);
    }

    pub(crate) fn show(&mut self, ctx: &Context, theme: &Theme, progress: Option<&Progress>) -> Option<Clicked> {
        let now = ctx.input(|input| input.time);
        for toast in &mut self.toasts {
            let stands = if toast.shows.is_some() { STAND_WITH_BUTTON } else { STAND };
            toast.until.get_or_insert(now + stands);
        }
        self.toasts.retain(|toast| toast.until.is_some_and(|until| until > now));
        if let Some(next) = self.toasts.iter().filter_map(|toast| toast.until).min_by(f64::total_cmp) {
            ctx.request_repaint_after_secs((next - now) as f32);
        }
        if self.toasts.is_empty() && progress.is_none() {
            return None;
        }
        let mut clicked = None;
        let mut closed = None;
        let width = WIDTH.min(ctx.content_rect().width() - 40.0);
        let corner = Area::new(Id::new("toasts")).order(Order::Foreground);
        corner.anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -ABOVE_THE_BAR)).show(ctx, |ui| {
            ui.set_max_width(width);
            ui.spacing_mut().item_spacing.y = 8.0;
            for toast in &self.toasts {
                card(ui, theme, width, |ui| {
                    ui.horizontal(|ui| {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            if ui.small_button(icon::X).on_hover_text("Close").clicked() {
                                closed = Some(toast.number);
                            }
                            if let Some(path) = &toast.shows
                                && ui.button("Show").on_hover_text(path.display().to_string()).clicked()
                            {
                                clicked = Some(Clicked::Show(path.clone()));
                                closed = Some(toast.number);
                            }
                            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                                ui.add(egui::Label::new(RichText::new(&toast.text).color(theme.text)).wrap());
                            });
                        });
                    });
                });
            }
            if let Some(progress) = progress {
                card(ui, theme, width, |ui| {
                    ui.label(RichText::new(&progress.text).color(theme.text));
                    ui.horizontal(|ui| {
                        let bar = ProgressBar::new(progress.share).desired_width(width - 110.0).desired_height(8.0);
                        ui.add(bar);
                        if ui.button("Cancel").clicked() {
                            clicked = Some(Clicked::Cancel);
                        }
                    });
                });
            }
        });
        self.toasts.retain(|toast| Some(toast.number) != closed);
        clicked
    }
}

fn card(ui: &mut Ui, theme: &Theme, width: f32, content: impl FnOnce(&mut Ui)) {
    let frame = Frame::popup(ui.style()).fill(theme.surface).stroke(Stroke::new(1.0, theme.outline));
    frame.corner_radius(theme.radius).inner_margin(Margin::symmetric(12, 8)).show(ui, |ui| {
        ui.set_width(width - 24.0);
        content(ui);
    });
}
