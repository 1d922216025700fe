//! What the program has to say: banners stay until they are mended or closed, toasts go by themselves.

use std::time::Duration;

use egui::{Align, Frame, Layout, Margin, RichText, Ui};
use egui_notify::{Anchor, Toasts};
use egui_phosphor::regular as icon;

use super::Theme;

/// What a banner is about; there is one of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Engine,
    Model,
    Device,
    Words,
    Drawing,
    File,
    Settings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Hint,
    Warning,
    Error,
}

#[derive(Clone, Debug)]
pub struct Banner {
    pub about: About,
    pub level: Level,
    pub text: String,
}

pub struct Notices {
    pub banners: Vec<Banner>,
    toasts: Toasts,
    /// Of the last toast, for whoever cannot see it.
    pub last_toast: String,
}

/// Lines of a banner; the rest is in its tooltip.
const MOST_LINES: usize = 3;

impl Default for Notices {
    fn default() -> Self {
        let toasts = Toasts::default().with_anchor(Anchor::BottomRight).with_margin(egui::vec2(16.0, 96.0));
        Self { banners: Vec::new(), toasts, last_toast: String::new() }
    }
}

impl Notices {
    /// Puts a banner up in place of the one about the same thing.
    pub fn put(&mut self, about: About, level: Level, text: impl Into<String>) {
        self.clear(about);
        self.banners.push(Banner { about, level, text: text.into() });
    }

    pub fn clear(&mut self, about: About) {
        self.banners.retain(|banner| banner.about != about);
    }

    /// Says that something went well.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.last_toast = text.into();
        let toast = self.toasts.basic(self.last_toast.clone());
        toast.duration(Some(Duration::from_secs(3))).show_progress_bar(false).closable(false);
    }

    pub fn show_banners(&mut self, ui: &mut Ui, theme: &Theme) {
        let mut closed = None;
        for banner in &self.banners {
            if show_banner(ui, theme, banner) {
                closed = Some(banner.about);
            }
        }
        if let Some(about) = closed {
            self.clear(about);
        }
    }

    /// Toasts move while they come and go, and ask for frames then.
    pub fn show_toasts(&mut self, ctx: &egui::Context) {
        self.toasts.show(ctx);
    }
}

/// True when it was closed.
fn show_banner(ui: &mut Ui, theme: &Theme, banner: &Banner) -> bool {
    let (colour, sign) = match banner.level {
        Level::Hint => (theme.accent, icon::INFO),
        Level::Warning => (theme.warning, icon::WARNING),
        Level::Error => (theme.error, icon::WARNING_CIRCLE),
    };
    let mut lines = banner.text.lines();
    let mut short: Vec<&str> = lines.by_ref().take(MOST_LINES).collect();
    let more = lines.count();
    let tail = format!("… and {more} more lines");
    if more > 0 {
        short.push(&tail);
    }
    let frame = Frame::new().fill(colour.gamma_multiply(0.14)).inner_margin(Margin::symmetric(12, 6));
    let close = |ui: &mut Ui| ui.small_button(icon::X).on_hover_text("Close").clicked();
    let shown = frame.show(ui, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let closed = close(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(sign).color(colour).size(16.0));
                let text = ui.add(egui::Label::new(RichText::new(short.join("\n")).color(theme.text)).wrap());
                if more > 0 {
                    text.on_hover_text(&banner.text);
                }
            });
            closed
        })
        .inner
    });
    shown.inner
}
