//! The popup of the canvas that asks for an object's name, for other panels.

use super::CanvasInput;
use super::graph::Graph;
use super::paint::GraphPainter;
use super::popup::{Popup, PopupAnswer, Question};
use super::view::CanvasView;
use super::word_list::WordList;
use crate::app::{Selection, Theme};
use egui::{Pos2, Rect, Ui};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};

/// A popup that asks for a name.
pub struct WordPopup {
    popup: Popup,
    words: WordList,
}

/// Answer of the popup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WordAnswer {
    Chosen(String),
    Cancelled,
}

impl WordPopup {
    /// `anchor`: the point below which it opens. `first`: suggestions. `new_words`: words that the model lacks.
    pub(crate) fn new(heading: String, anchor: Pos2, first: Vec<String>, new_words: BTreeSet<String>) -> Self {
        let mut popup = Popup::new(Question::Add { at: Pos2::ZERO, find: false }, anchor, "");
        (popup.heading, popup.first, popup.new_words, popup.takes_new) = (Some(heading), first, new_words, true);
        Self { popup, words: WordList::default() }
    }

    /// Draws the popup within `area`; `Some` once it was answered.
    pub(crate) fn show(&mut self, ui: &Ui, area: Rect, theme: &Theme, vocab: &Vocabulary) -> Option<WordAnswer> {
        let input = CanvasInput {
            scene: &Scene::default(),
            selection: &Selection::default(),
            hovered: None,
            vocab,
            theme,
            relation_statuses: &BTreeMap::new(),
            boxes: &|_| None,
            thumbnails: &|_| None,
            marks: &[],
            is_render_pending: false,
        };
        let painter = GraphPainter { painter: ui.painter(), port: CanvasView::default().port(area), theme, crowd: 0 };
        match self.popup.show(ui, &input, &painter, &Graph::default(), &mut self.words)? {
            PopupAnswer::Word(word) => Some(WordAnswer::Chosen(word)),
            _ => Some(WordAnswer::Cancelled),
        }
    }
}
