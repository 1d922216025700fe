//! Completion of the last word by keyboard: Tab takes the first, Tab again the next one.

use egui::{Key, Modifiers, RichText, Ui};
use scenewright_language::{Completion, complete};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;

use crate::app::Theme;

/// What the last word can become, and which one was taken.
#[derive(Default)]
pub(super) struct Completions {
    /// The text as it was typed.
    typed: String,
    found: Vec<Completion>,
    /// The one that Tab took last, and the text that it made.
    taken: Option<(usize, String)>,
}

impl Completions {
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Finds completions again if something was typed.
    pub(super) fn update(&mut self, text: &str, scene: &Scene, vocab: &Vocabulary) {
        let made = self.taken.as_ref().is_some_and(|(_, made)| made == text);
        if !made && self.typed != text {
            *self = Self { typed: text.to_owned(), found: complete(text, scene, vocab), taken: None };
        }
    }

    /// Puts the next completion into the text on Tab, the one before on Shift+Tab. Returns true if the text changed.
    pub(super) fn take(&mut self, ui: &Ui, text: &mut String) -> bool {
        if self.found.is_empty() {
            return false;
        }
        let pressed = |modifiers| ui.input_mut(|input| input.consume_key(modifiers, Key::Tab));
        let (back, forth) = (pressed(Modifiers::SHIFT), pressed(Modifiers::NONE));
        let count = self.found.len();
        let next = match (&self.taken, back, forth) {
            (_, false, false) => return false,
            (None, false, _) => 0,
            (None, true, _) => count - 1,
            (Some((at, _)), false, _) => (at + 1) % count,
            (Some((at, _)), true, _) => (at + count - 1) % count,
        };
        let one = &self.found[next];
        let Some(before) = self.typed.get(..one.span.start) else { return false };
        *text = format!("{before}{}", one.words);
        self.taken = Some((next, text.clone()));
        true
    }

    /// A line with all of them; the one that was taken is strong.
    pub(super) fn show(&self, ui: &mut Ui, theme: &Theme) {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("Tab").small().color(theme.text_weak));
            for (at, one) in self.found.iter().enumerate() {
                let taken = self.taken.as_ref().is_some_and(|(taken, _)| *taken == at);
                let words = RichText::new(&one.words).small();
                ui.label(if taken { words.color(theme.text).strong() } else { words.color(theme.text_weak) });
            }
        });
    }
}
