//! The canvas's popup for an object's word, for other panels that name things.

use super::CanvasInput;
use super::graph::Graph;
use super::paint::Brush;
use super::popup::{Answer, Popup, Question};
use super::view::View;
use super::words::Words;
use crate::app::{Selection, Theme};
use egui::{Pos2, Rect, Ui};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// Asks what something is.
pub struct AskWord {
    popup: Popup,
    words: Words,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Is(String),
    GivenUp,
}

impl AskWord {
    /// `anchor`: the point below which it opens. `first`: words to begin with. `new_words`: those that are no model's yet.
    pub(crate) fn new(heading: String, anchor: Pos2, first: Vec<String>, new_words: BTreeSet<String>) -> Self {
        let mut popup = Popup::new(Question::Add { at: Pos2::ZERO, find: false }, anchor, "");
        (popup.heading, popup.first, popup.new_words, popup.takes_new) = (Some(heading), first, new_words, true);
        Self { popup, words: Words::default() }
    }

    /// Draws it within `area`; `Some` once it was answered.
    pub(crate) fn show(&mut self, ui: &Ui, area: Rect, theme: &Theme, vocab: &Vocabulary) -> Option<Word> {
        let input = CanvasInput {
            scene: &Scene::default(),
            selection: &Selection::default(),
            hovered: None,
            vocab,
            theme,
            verdicts: &BTreeMap::new(),
            boxes: &|_| None,
            thumbnails: &|_| None,
            marks: &[],
            holds_still: false,
        };
        let brush = Brush { painter: ui.painter(), port: View::default().port(area), theme, crowd: 0 };
        match self.popup.show(ui, &input, &brush, &Graph::default(), &mut self.words)? {
            Answer::Word(word) => Some(Word::Is(word)),
            _ => Some(Word::GivenUp),
        }
    }
}
