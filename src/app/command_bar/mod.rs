//! The command bar: a sentence is parsed while it is typed and applied on Enter.

mod completion;
mod interpretation;

use egui::text::{CCursor, CCursorRange};
use egui::{Frame, Id, Key, Margin, Modifiers, RichText, Ui};
use egui_phosphor::regular as icon;

use super::text_field::TextField;
use super::{Selection, Theme};
use completion::Completions;
use interpretation::InterpretationClick;
use scenewright_language::{ParseContext, ParseResult, Session};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeId, Scene, UnitBox};

/// The sentence that was entered.
#[derive(Clone, Debug)]
pub(crate) struct SubmittedSentence {
    pub sentence: String,
    pub understanding: ParseResult,
}

/// Input of the command bar.
pub(crate) struct CommandBarInput<'a> {
    pub theme: &'a Theme,
    pub scene: &'a Scene,
    /// Change counter of the scene.
    pub changes: u64,
    pub vocab: &'a Vocabulary,
    pub selection: &'a Selection,
    pub dialogue: &'a Session,
    pub box_of: &'a dyn Fn(NodeId) -> Option<UnitBox>,
    /// Earlier sentences, oldest first.
    pub sentences: &'a [String],
}

#[derive(Default)]
pub(crate) struct CommandBar {
    text: String,
    /// The text before Up was pressed, and the number of entries that the user went back.
    recalled: Option<(String, usize)>,
    understood: Option<(ParseKey, ParseResult)>,
    completions: Completions,
    /// Open question of the last sentence, answered by the next one.
    open_question: Option<ParseResult>,
    focus: bool,
    select_end: bool,
    /// Whether the pointer was on the interpretation in the last frame: it stays until it was clicked.
    reading_has_pointer: bool,
}

/// Everything that the parse result depends on.
#[derive(Clone, PartialEq)]
struct ParseKey {
    text: String,
    changes: u64,
    selection: Selection,
    asking: bool,
}

impl CommandBar {
    fn field_id() -> Id {
        Id::new("command bar")
    }

    /// Focuses the text field.
    pub(crate) fn focus(&mut self) {
        self.focus = true;
    }

    pub(crate) fn has_focus(ctx: &egui::Context) -> bool {
        ctx.memory(|memory| memory.has_focus(Self::field_id()))
    }

    /// Esc: drops the question, then the text, then the focus. Returns true if there was something to drop.
    pub(crate) fn escape(&mut self, ctx: &egui::Context, dialogue: &mut Session) -> bool {
        if self.open_question.take().is_some() || dialogue.is_asking() {
            dialogue.drop_question();
        } else if !self.text.is_empty() {
            self.text.clear();
        } else if Self::has_focus(ctx) {
            ctx.memory_mut(|memory| memory.surrender_focus(Self::field_id()));
        } else {
            return false;
        }
        self.understood = None;
        true
    }

    /// Candidates of the question, numbered from 1.
    pub(crate) fn marks(&self) -> Vec<(NodeId, usize)> {
        let open = self.open_question.iter().chain(self.understood.iter().map(|(_, understanding)| understanding));
        let question = open.filter_map(|understanding| understanding.question.as_ref()).next_back();
        let candidates = question.map_or(&[][..], |question| &question.candidates);
        candidates.iter().enumerate().map(|(place, candidate)| (candidate.node, place + 1)).collect()
    }

    /// Called after the sentence was applied, or asked a question.
    pub(crate) fn submitted(&mut self, submitted: &SubmittedSentence) {
        self.open_question = submitted.understanding.question.is_some().then(|| submitted.understanding.clone());
        self.text.clear();
        self.recalled = None;
        self.understood = None;
    }

    /// Draws the bar. Returns the sentence if it was entered and can be applied.
    pub(crate) fn show(&mut self, ui: &mut Ui, input: &CommandBarInput<'_>) -> Option<SubmittedSentence> {
        if !input.dialogue.is_asking() {
            self.open_question = None;
        }
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 8));
        let shown = frame.show(ui, |ui| self.field(ui, input));
        let entered = shown.inner;
        self.completions.update(&self.text, input.scene, input.vocab);
        self.understand(input);
        let clicked = self.reading(ui, shown.response.rect, input);
        (entered || clicked).then(|| self.enter()).flatten()
    }

    /// Returns true if Enter was pressed.
    fn field(&mut self, ui: &mut Ui, input: &CommandBarInput<'_>) -> bool {
        let id = Self::field_id();
        let theme = input.theme;
        if Self::has_focus(ui.ctx()) {
            self.recall(ui, input.sentences);
            self.select_end |= self.completions.take(ui, &mut self.text);
        }
        let completes = !self.completions.is_empty();
        let hint = match &self.open_question {
            Some(_) => "1, 2, 3 …  or Esc".to_owned(),
            None => "Type a command:  add kite in sky   ·   make the left sheep bigger".to_owned(),
        };
        let has_focus = Self::has_focus(ui.ctx());
        let line = if has_focus { theme.accent } else { theme.outline };
        let frame = Frame::new()
            .fill(theme.field)
            .stroke(egui::Stroke::new(if has_focus { 1.5 } else { 1.0 }, line))
            .corner_radius(theme.radius + 2)
            .inner_margin(Margin::symmetric(10, 7));
        frame
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(icon::CHAT_TEXT).size(17.0).color(line.max_contrast(theme)));
                    let mut field = TextField::show(ui, id, &mut self.text, |edit| {
                        edit.hint_text(hint)
                            .frame(Frame::NONE)
                            .font(egui::FontId::proportional(16.0))
                            // Tab completes; without a completion it leads to the next field.
                            .lock_focus(completes)
                            .desired_width(f32::INFINITY)
                    });
                    const NAME: &str = "Command bar";
                    field.response.widget_info(|| egui::WidgetInfo {
                        label: Some(NAME.to_owned()),
                        ..egui::WidgetInfo::text_edit(true, "", self.text.as_str(), NAME)
                    });
                    let end = CCursor::new(self.text.chars().count());
                    let cursor = match (std::mem::take(&mut self.focus), std::mem::take(&mut self.select_end)) {
                        (focus, true) => Some((focus, CCursorRange::one(end))),
                        // Select the old text, so that typing replaces it.
                        (true, false) => Some((true, CCursorRange::two(CCursor::new(0), end))),
                        (false, false) => None,
                    };
                    if let Some((focus, range)) = cursor {
                        if focus {
                            field.response.request_focus();
                        }
                        field.state.cursor.set_char_range(Some(range));
                        field.state.store(ui.ctx(), id);
                    }
                    if field.response.changed() {
                        self.recalled = None;
                    }
                    field.entered
                })
                .inner
            })
            .inner
    }

    /// Up and Down recall earlier sentences.
    fn recall(&mut self, ui: &Ui, sentences: &[String]) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let (up, down) = (pressed(Key::ArrowUp), pressed(Key::ArrowDown));
        let back = self.recalled.as_ref().map_or(0, |(_, back)| *back);
        let target = match (up, down) {
            (true, _) => (back + 1).min(sentences.len()),
            (_, true) => back.saturating_sub(1),
            _ => return,
        };
        if target == back {
            return;
        }
        let (written, _) = self.recalled.take().unwrap_or_else(|| (self.text.clone(), 0));
        self.text = match sentences.len().checked_sub(target).and_then(|at| sentences.get(at)) {
            Some(sentence) => sentence.clone(),
            None => written.clone(),
        };
        self.recalled = (target > 0).then_some((written, target));
        self.select_end = true;
    }

    /// Parses the text again if anything that it depends on has changed.
    fn understand(&mut self, input: &CommandBarInput<'_>) {
        if self.text.trim().is_empty() {
            self.understood = None;
            return;
        }
        let key = ParseKey {
            text: self.text.clone(),
            changes: input.changes,
            selection: input.selection.clone(),
            asking: input.dialogue.is_asking(),
        };
        if self.understood.as_ref().is_some_and(|(before, _)| *before == key) {
            return;
        }
        let selected: Vec<NodeId> = input.selection.nodes.iter().copied().collect();
        let setting = ParseContext { vocab: input.vocab, selected: &selected, box_of: input.box_of };
        let understanding = input.dialogue.understand(&self.text, input.scene, &setting);
        self.understood = Some((key, understanding));
    }

    /// Shows the interpretation. Returns true if a click completes the sentence.
    fn reading(&mut self, ui: &Ui, bar: egui::Rect, input: &CommandBarInput<'_>) -> bool {
        // While the user works elsewhere, a pending sentence must not cover the panels.
        let waits = self.open_question.is_none() && !Self::has_focus(ui.ctx());
        if waits && !std::mem::take(&mut self.reading_has_pointer) {
            return false;
        }
        let shown = match (&self.understood, &self.open_question) {
            (Some((_, understanding)), _) => understanding,
            (None, Some(question)) => question,
            (None, None) => return false,
        };
        let completions = Some(&self.completions).filter(|completions| !completions.is_empty());
        let (click, has_pointer) = interpretation::show(ui, bar, input.theme, shown, completions);
        self.reading_has_pointer = has_pointer;
        match click {
            None => false,
            Some(InterpretationClick::Candidate(number)) => {
                // The first click asks the question of the sentence; the second, here, answers it.
                self.answer(number, input);
                true
            }
            Some(InterpretationClick::Replace { span, word }) => {
                if self.text.is_char_boundary(span.start) && self.text.is_char_boundary(span.end) {
                    self.text.replace_range(span, &word);
                }
                (self.focus, self.select_end) = (true, true);
                ui.ctx().request_repaint();
                false
            }
        }
    }

    fn answer(&mut self, number: usize, input: &CommandBarInput<'_>) {
        let mut dialogue = input.dialogue.clone();
        if let Some((_, understanding)) = &self.understood
            && understanding.question.is_some()
        {
            dialogue.said(understanding, input.scene, input.scene);
        }
        let selected: Vec<NodeId> = input.selection.nodes.iter().copied().collect();
        let setting = ParseContext { vocab: input.vocab, selected: &selected, box_of: input.box_of };
        let answer = dialogue.understand(&number.to_string(), input.scene, &setting);
        if let Some((_, understanding)) = &mut self.understood {
            *understanding = answer;
        } else {
            let key = ParseKey {
                text: number.to_string(),
                changes: input.changes,
                selection: input.selection.clone(),
                asking: true,
            };
            self.text.clone_from(&key.text);
            self.understood = Some((key, answer));
        }
    }

    /// Returns the sentence if it can be applied or asks a question; one with errors stays in the field.
    fn enter(&mut self) -> Option<SubmittedSentence> {
        let (_, understanding) = self.understood.as_ref()?;
        let sentence = self.text.trim().to_owned();
        let goes = understanding.not_understood.is_empty();
        goes.then(|| SubmittedSentence { sentence, understanding: understanding.clone() })
    }
}

/// The icon is as strong as the outline, but always visible.
trait MaxContrast {
    fn max_contrast(self, theme: &Theme) -> egui::Color32;
}

impl MaxContrast for egui::Color32 {
    fn max_contrast(self, theme: &Theme) -> egui::Color32 {
        if self == theme.accent { self } else { theme.text_weak }
    }
}
