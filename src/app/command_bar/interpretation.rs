//! Shows above the bar how a sentence was parsed: the changes, questions, and unknown words.

use std::ops::Range;

use egui::{Align2, Area, Frame, Id, Margin, Order, Rect, RichText, Stroke, Ui, vec2};
use egui_phosphor::regular as icon;

use super::completion::Completions;
use crate::app::Theme;
use scenewright_language::{NotUnderstood, ParseResult, UnknownTerm};

pub(crate) enum InterpretationClick {
    /// The candidate with this number was clicked.
    Candidate(usize),
    /// Replaces these bytes of the sentence by a word.
    Replace { span: Range<usize>, word: String },
}

/// Maximum number of lines of a long change.
const MAX_LINES: usize = 8;
const MAX_WIDTH: f32 = 620.0;

/// `bar`: rectangle of the command bar. Returns what was clicked, and whether the pointer is on it.
pub(crate) fn show(
    ui: &Ui,
    bar: Rect,
    theme: &Theme,
    understanding: &ParseResult,
    completions: Option<&Completions>,
) -> (Option<InterpretationClick>, bool) {
    let mut click = None;
    let width = (bar.width() - 24.0).clamp(120.0, MAX_WIDTH);
    let area = Area::new(Id::new("reading of the sentence"))
        .order(Order::Foreground)
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(bar.left_top() + vec2(12.0, 2.0))
        .constrain(true);
    let shown = area.show(ui.ctx(), |ui| {
        let frame =
            Frame::popup(ui.style()).stroke(Stroke::new(1.0, theme.outline)).inner_margin(Margin::symmetric(12, 10));
        frame.show(ui, |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 5.0;
            lines(ui, theme, understanding, &mut click);
            if let Some(completions) = completions {
                completions.show(ui, theme);
            }
        });
    });
    (click, shown.response.contains_pointer())
}

fn lines(ui: &mut Ui, theme: &Theme, understanding: &ParseResult, click: &mut Option<InterpretationClick>) {
    let more = understanding.summary.len().saturating_sub(MAX_LINES);
    for line in understanding.summary.iter().take(MAX_LINES) {
        sign(ui, theme.met, icon::CHECK_CIRCLE, |ui| {
            ui.label(RichText::new(line).color(theme.text));
        });
    }
    if more > 0 {
        ui.label(RichText::new(format!("and {more} more changes")).color(theme.text_weak));
    }
    if let Some(question) = &understanding.question {
        sign(ui, theme.accent, icon::QUESTION, |ui| {
            ui.label(RichText::new(&question.text).color(theme.text).strong());
        });
        for (place, candidate) in question.candidates.iter().enumerate() {
            let text = format!("{}   {}", place + 1, candidate.words);
            if ui.button(text).clicked() {
                *click = Some(InterpretationClick::Candidate(place + 1));
            }
        }
    }
    for part in &understanding.not_understood {
        let NotUnderstood { span, text, diagnostic, suggestions } = part;
        sign(ui, theme.error, icon::WARNING_CIRCLE, |ui| {
            ui.label(RichText::new(format!("\"{text}\" {diagnostic}")).color(theme.error));
            suggest(ui, span, suggestions, click);
        });
    }
    for part in &understanding.left_out {
        sign(ui, theme.warning, icon::WARNING, |ui| {
            ui.label(RichText::new(&part.text).color(theme.warning).strikethrough());
            ui.label(RichText::new("is ignored").color(theme.text_weak));
        });
    }
    let notes = understanding.corrected.iter().map(ToString::to_string);
    for note in notes.chain(understanding.drawn_as.iter().map(ToString::to_string)) {
        sign(ui, theme.text_weak, icon::INFO, |ui| {
            ui.label(RichText::new(note).color(theme.text_weak));
        });
    }
    for unknown in &understanding.unknown_words {
        let UnknownTerm { span, word, nearest, .. } = unknown;
        sign(ui, theme.warning, icon::WARNING, |ui| {
            let bare = UnknownTerm { nearest: Vec::new(), ..unknown.clone() };
            ui.label(RichText::new(bare.to_string()).color(theme.warning)).on_hover_text(word);
            suggest(ui, span, nearest, click);
        });
    }
    match (understanding.is_empty(), understanding.is_ready()) {
        (true, _) => sign(ui, theme.text_weak, icon::INFO, |ui| {
            ui.label(RichText::new("Nothing to change: this is already the case.").color(theme.text_weak));
        }),
        (_, true) => sign(ui, theme.text_weak, icon::ARROW_ELBOW_DOWN_LEFT, |ui| {
            ui.label(RichText::new("Press Enter to apply").small().color(theme.text_weak));
        }),
        _ => {}
    }
}

fn suggest(ui: &mut Ui, span: &Range<usize>, words: &[String], click: &mut Option<InterpretationClick>) {
    for word in words {
        if ui.small_button(word).on_hover_text("Use this word instead").clicked() {
            *click = Some(InterpretationClick::Replace { span: span.clone(), word: word.clone() });
        }
    }
}

fn sign(ui: &mut Ui, color: egui::Color32, sign: &str, rest: impl FnOnce(&mut Ui)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(RichText::new(sign).color(color).size(15.0));
        rest(ui);
    });
}
