//! What the program has to say: banners stay until they are mended or closed, toasts go by themselves.

use std::path::PathBuf;

use egui::{Align, Frame, Layout, Margin, RichText, Ui};
use egui_phosphor::regular as icon;

use super::Theme;
use super::commands::Command;
use super::toasts::{Clicked, Progress, Toasts};

/// What a banner is about; there is one of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Engine,
    Model,
    Device,
    Words,
    Drawing,
    /// A picture that an object should look like.
    Likeness,
    File,
    /// The file was changed by another program.
    Disk,
    Journal,
    Export,
    Clipboard,
    Settings,
    Training,
    Annotations,
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
    /// Commands that mend it, as buttons.
    pub cures: Vec<Command>,
}

#[derive(Default)]
pub struct Notices {
    pub banners: Vec<Banner>,
    toasts: Toasts,
    /// What goes on in the background.
    pub progress: Option<Progress>,
    /// Of the last toast, for whoever cannot see it.
    pub last_toast: String,
}

/// Points.
const NARROW: f32 = 560.0;
/// Lines of a banner; the rest is in its tooltip.
const MOST_LINES: usize = 3;

impl Notices {
    /// Puts a banner up in place of the one about the same thing.
    pub fn put(&mut self, about: About, level: Level, text: impl Into<String>) {
        self.put_with(about, level, text, &[]);
    }

    /// With buttons that mend it.
    pub fn put_with(&mut self, about: About, level: Level, text: impl Into<String>, cures: &[Command]) {
        self.clear(about);
        self.banners.push(Banner { about, level, text: text.into(), cures: cures.to_vec() });
    }

    pub fn clear(&mut self, about: About) {
        self.banners.retain(|banner| banner.about != about);
    }

    /// Says that something went well.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), None);
    }

    /// With a button that shows a file where it lies.
    pub fn toast_about(&mut self, text: impl Into<String>, shows: PathBuf) {
        self.last_toast = text.into();
        self.toasts.put(self.last_toast.clone(), Some(shows));
    }

    /// The cure that was clicked.
    pub fn show_banners(&mut self, ui: &mut Ui, theme: &Theme) -> Option<Command> {
        let answers = self.banners.iter().filter_map(|banner| Some((banner.about, show_banner(ui, theme, banner)?)));
        let (about, answer) = answers.last()?;
        self.clear(about);
        match answer {
            Answer::Close => None,
            Answer::Cure(command) => Some(command),
        }
    }

    pub fn show_toasts(&mut self, ctx: &egui::Context, theme: &Theme) -> Option<Clicked> {
        self.toasts.show(ctx, theme, self.progress.as_ref())
    }
}

enum Answer {
    Close,
    Cure(Command),
}

fn show_banner(ui: &mut Ui, theme: &Theme, banner: &Banner) -> Option<Answer> {
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
    // Where buttons would leave no room for words, they stand below them.
    let is_narrow = ui.available_width() < NARROW;
    let shown = frame.show(ui, |ui| {
        let first = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let closed = close(ui).then_some(Answer::Close);
            let answer = if is_narrow { None } else { cures(ui, banner) };
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(sign).color(colour).size(16.0));
                let text = ui.add(egui::Label::new(RichText::new(short.join("\n")).color(theme.text)).wrap());
                if more > 0 {
                    text.on_hover_text(&banner.text);
                }
            });
            answer.or(closed)
        });
        if is_narrow && !banner.cures.is_empty() {
            let below = ui.horizontal_wrapped(|ui| cures(ui, banner)).inner;
            return below.or(first.inner);
        }
        first.inner
    });
    shown.inner
}

fn cures(ui: &mut Ui, banner: &Banner) -> Option<Answer> {
    let mut answer = None;
    // In a row from the right, the first comes last.
    let from_right = ui.layout().prefer_right_to_left();
    let mut each: Vec<Command> = banner.cures.clone();
    if from_right {
        each.reverse();
    }
    for cure in each {
        if ui.button(cure.entry().label).on_hover_text(cure.entry().tooltip).clicked() {
            answer = Some(Answer::Cure(cure));
        }
    }
    answer
}
