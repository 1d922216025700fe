//! Popups of the canvas that ask for an object or a predicate: a text field and a list, for keyboard and mouse.

use super::CanvasInput;
use super::graph::Graph;
use super::paint::GraphPainter;
use super::word_list::{
    Ends, MOST_ROWS, WordList, WordRow, WordRowKind, object_rows, predicate_rows, put_current_first,
};
use crate::app::prompt::as_high_as_its_content;
use scenewright_scene::{NodeId, RelationId, RelationStatus, UnitBox};
use std::collections::BTreeSet;

use egui::{Align2, Area, Frame, Id, Key, Modifiers, Order, Pos2, Rect, RichText, Sense, TextEdit, Ui, Vec2, vec2};

const WIDTH: f32 = 250.0;
const LIST_HEIGHT: f32 = 262.0;
const ROW_HEIGHT: f32 = 25.0;

/// What a popup asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Question {
    /// A new object at a canvas point; `find`: existing objects are listed too.
    Add { at: Pos2, find: bool },
    /// A new object for a relation that was dropped on empty space.
    AddRelated { subject: NodeId, at: Pos2 },
    /// Another name for an object.
    Rename { node: NodeId },
    /// The predicate of a new relation.
    Relate { subject: NodeId, object: NodeId },
    /// The predicate of a new relation to a new object.
    RelateNew { subject: NodeId, name: String, at: Pos2 },
    /// Another predicate for a relation; or reverse, delete or satisfy it.
    Change { relation: RelationId },
}

/// Answer of a popup.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PopupAnswer {
    Word(String),
    GoTo(NodeId),
    Reverse,
    Delete,
    Satisfy,
    Dismissed,
}

pub(crate) struct Popup {
    pub question: Question,
    /// Screen point below which the popup opens.
    anchor: Pos2,
    typed: String,
    chosen: usize,
    rows: Vec<WordRow>,
    /// What the rows were computed for.
    query: Option<String>,
    fresh: bool,
    /// Heading, if it is not derived from the graph.
    pub heading: Option<String>,
    /// Words to start with; Enter alone takes the first.
    pub first: Vec<String>,
    /// Words that are not in any model.
    pub new_words: BTreeSet<String>,
    /// Whether any text is accepted as a new word.
    pub(crate) takes_new: bool,
}

impl Popup {
    pub(crate) fn new(question: Question, anchor: Pos2, typed: impl Into<String>) -> Self {
        let typed = typed.into();
        Self {
            question,
            anchor,
            typed,
            chosen: 0,
            rows: Vec::new(),
            query: None,
            fresh: true,
            heading: None,
            first: Vec::new(),
            new_words: BTreeSet::new(),
            takes_new: false,
        }
    }

    fn title(&self, graph: &Graph) -> String {
        if let Some(heading) = &self.heading {
            return heading.clone();
        }
        let title = |node: NodeId| graph.node_widget(node).map_or("", |node_widget| node_widget.title.as_str());
        match &self.question {
            Question::Add { find: true, .. } => "Find or add an object".into(),
            Question::Add { .. } => "Add an object".into(),
            Question::AddRelated { subject, .. } => format!("Relate {} to a new object", title(*subject)),
            Question::Rename { node } => format!("Change {}", title(*node)),
            Question::Relate { subject, object } => format!("{} … {}", title(*subject), title(*object)),
            Question::RelateNew { subject, name, .. } => format!("{} … {name}", title(*subject)),
            Question::Change { relation } => {
                graph.word_index(*relation).map_or(String::new(), |at| graph.words[at].sentence.clone())
            }
        }
    }

    fn find(&mut self, input: &CanvasInput<'_>, graph: &Graph, words: &mut WordList) {
        if self.query.as_deref() == Some(self.typed.as_str()) {
            return;
        }
        self.chosen = 0;
        self.rows = match &self.question {
            Question::Add { find: true, .. } => object_rows(&self.typed, input.vocab, Some(input.scene), words),
            Question::Add { .. } | Question::AddRelated { .. } | Question::Rename { .. } => {
                object_rows(&self.typed, input.vocab, None, words)
            }
            Question::Relate { .. } | Question::RelateNew { .. } | Question::Change { .. } => {
                predicate_rows(&self.typed, input.vocab, &self.ends(input, graph), words)
            }
        };
        let current = match &self.question {
            Question::Rename { node } => input.scene.node(*node).map(|node| node.name.as_str()),
            Question::Change { relation } => input.scene.relation(*relation).map(|one| one.predicate.as_str()),
            _ => None,
        };
        if let Some(current) = current.filter(|_| self.typed.is_empty()) {
            put_current_first(&mut self.rows, current);
        }
        self.put_suggestions_first();
        self.query = Some(self.typed.clone());
    }

    /// Words in use come first, new words are marked.
    fn put_suggestions_first(&mut self) {
        if self.typed.is_empty() {
            for word in self.first.iter().rev() {
                let at = self.rows.iter().position(|row| row.word == *word);
                let row = WordRow { word: word.clone(), note: "in use".into(), kind: WordRowKind::Known };
                at.map(|at| self.rows.remove(at));
                self.rows.insert(0, row);
            }
        }
        let new = self.rows.iter().position(|row| row.kind == WordRowKind::Typed).filter(|_| self.takes_new);
        if let Some(new) = new.filter(|_| !self.selects_typed_text()) {
            let row = self.rows.remove(new);
            self.rows.insert(0, row);
        }
        for row in &mut self.rows {
            match row.kind {
                WordRowKind::Typed if self.takes_new => row.note = "new word".into(),
                WordRowKind::Known if self.new_words.contains(&row.word) => row.note = "new word".into(),
                _ => {}
            }
        }
    }

    /// If the typed text is the beginning of a listed word, the arrow keys select it as it is.
    fn selects_typed_text(&self) -> bool {
        let typed = self.typed.trim().to_lowercase();
        let begins = |text: &str| text.to_lowercase().starts_with(&typed);
        self.rows.iter().any(|row| row.kind == WordRowKind::Known && (begins(&row.word) || begins(&row.note)))
    }

    fn ends<'a>(&'a self, input: &CanvasInput<'a>, graph: &Graph) -> Ends<'a> {
        let scene = input.scene;
        let name = |node| scene.node(node).map_or("", |node| node.name.as_str());
        let between = |subject, object| {
            let pictured = (input.boxes)(subject).zip((input.boxes)(object)).filter(|_| subject != object);
            let node_widgets = || {
                Some((stand_in_box(graph.node_widget(subject)?.rect), stand_in_box(graph.node_widget(object)?.rect)))
            };
            // If the picture has no boxes, the nodes themselves stand in for them.
            let boxes =
                pictured.or_else(node_widgets).filter(|_| subject != object).map(|(subject, object)| [subject, object]);
            Ends { scene, names: [name(subject), name(object)], boxes, pictured: pictured.is_some() }
        };
        match &self.question {
            Question::Relate { subject, object } => between(*subject, *object),
            Question::RelateNew { subject, name: new, at } => {
                let there = stand_in_box(Rect::from_center_size(*at, vec2(110.0, 44.0)));
                let boxes = graph.node_widget(*subject).map(|node_widget| [stand_in_box(node_widget.rect), there]);
                Ends { scene, names: [name(*subject), new.as_str()], boxes, pictured: false }
            }
            Question::Change { relation } => match scene.relation(*relation) {
                Some(one) => between(one.subject, one.object),
                None => Ends { scene, names: ["", ""], boxes: None, pictured: false },
            },
            _ => Ends { scene, names: ["", ""], boxes: None, pictured: false },
        }
    }

    /// Draws the popup; `Some` once it was answered.
    pub(crate) fn show(
        &mut self,
        ui: &Ui,
        input: &CanvasInput<'_>,
        painter: &GraphPainter<'_>,
        graph: &Graph,
        words: &mut WordList,
    ) -> Option<PopupAnswer> {
        self.find(input, graph, words);
        let mut answer = self.keys(ui);
        let bounds = painter.port.area.shrink(4.0);
        let area = Area::new(ui.id().with("canvas popup"))
            .order(Order::Foreground)
            .fixed_pos(self.anchor + vec2(0.0, 8.0))
            .pivot(Align2::CENTER_TOP)
            .constrain_to(bounds);
        let shown = area.show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(8.0).show(ui, |ui| {
                ui.set_width(WIDTH.min(bounds.width() - 24.0));
                ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                ui.label(RichText::new(self.title(graph)).small().color(painter.theme.text_weak));
                self.field(ui);
                self.find(input, graph, words);
                answer = self.list(ui, input, painter).or(answer.take());
                answer = self.buttons(ui, input).or(answer.take());
            });
        });
        let pressed_elsewhere = ui.input(|i| {
            i.pointer.any_pressed() && i.pointer.interact_pos().is_some_and(|at| !shown.response.rect.contains(at))
        });
        if pressed_elsewhere && !self.fresh {
            answer = answer.or(Some(PopupAnswer::Dismissed));
        }
        self.fresh = false;
        answer
    }

    fn keys(&mut self, ui: &Ui) -> Option<PopupAnswer> {
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if pressed(Key::Escape) {
            return Some(PopupAnswer::Dismissed);
        }
        if pressed(Key::ArrowDown) {
            self.chosen = (self.chosen + 1).min(self.rows.len().saturating_sub(1));
        }
        if pressed(Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
        if pressed(Key::Enter) && !self.fresh {
            return Some(self.rows.get(self.chosen).map_or(PopupAnswer::Dismissed, answer_of));
        }
        None
    }

    fn field(&mut self, ui: &mut Ui) {
        let hint = match self.question {
            Question::Add { .. } | Question::AddRelated { .. } | Question::Rename { .. } => "a word: sheep, lake …",
            _ => "a relation: on, left of …",
        };
        let id = ui.id().with("word");
        let edit = TextEdit::singleline(&mut self.typed)
            .id(id)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(vec2(8.0, 5.0));
        let field = ui.add(edit);
        if self.fresh {
            field.request_focus();
            let mut state = egui::text_edit::TextEditState::load(ui.ctx(), id).unwrap_or_default();
            let end = egui::text::CCursor::new(self.typed.chars().count());
            state.cursor.set_char_range(Some(egui::text::CCursorRange::one(end)));
            state.store(ui.ctx(), id);
        } else if !field.has_focus() {
            // The list is controlled from the text field.
            field.request_focus();
        }
    }

    fn list(&mut self, ui: &mut Ui, input: &CanvasInput<'_>, painter: &GraphPainter<'_>) -> Option<PopupAnswer> {
        let mut answer = None;
        let chosen = self.chosen;
        let keyed = ui.input(|i| i.key_down(Key::ArrowDown) || i.key_down(Key::ArrowUp));
        let most = LIST_HEIGHT.min(painter.port.area.height() - 110.0).max(64.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = as_high_as_its_content(most).auto_shrink([false, true]);
        if keyed && self.rows.len() > MOST_ROWS {
            // The chosen row may not be laid out.
            area = area.vertical_scroll_offset((chosen as f32 * ROW_HEIGHT - most / 2.0).max(0.0));
        }
        area.show_rows(ui, ROW_HEIGHT, self.rows.len(), |ui, range| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, row) in self.rows.iter().enumerate().take(range.end).skip(range.start) {
                let response = draw_row(ui, row, at == chosen, at, input, painter);
                if response.clicked() {
                    answer = Some(answer_of(row));
                }
                if at == chosen && (keyed || self.fresh) {
                    response.scroll_to_me(None);
                }
            }
        });
        if self.rows.is_empty() {
            ui.label(RichText::new("type a word").color(painter.theme.text_weak));
        }
        answer
    }

    fn buttons(&self, ui: &mut Ui, input: &CanvasInput<'_>) -> Option<PopupAnswer> {
        let Question::Change { relation } = &self.question else { return None };
        let broken = input.relation_statuses.get(relation) == Some(&RelationStatus::Broken);
        ui.separator();
        let mut answer = None;
        ui.horizontal_wrapped(|ui| {
            for (shown, name, what) in [
                (broken, "Move to satisfy", PopupAnswer::Satisfy),
                (true, "Reverse", PopupAnswer::Reverse),
                (true, "Delete", PopupAnswer::Delete),
            ] {
                if shown && ui.button(name).clicked() {
                    answer = Some(what);
                }
            }
        });
        answer
    }
}

fn answer_of(row: &WordRow) -> PopupAnswer {
    match row.kind {
        WordRowKind::Existing(node) => PopupAnswer::GoTo(node),
        _ => PopupAnswer::Word(row.word.clone()),
    }
}

fn draw_row(
    ui: &mut Ui,
    row: &WordRow,
    chosen: bool,
    at: usize,
    input: &CanvasInput<'_>,
    graph_painter: &GraphPainter<'_>,
) -> egui::Response {
    let theme = graph_painter.theme;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    let response = ui.interact(rect, Id::new(("canvas popup row", at)), Sense::CLICK);
    let name = match row.kind {
        WordRowKind::Existing(_) => format!("Go to {}", row.word),
        WordRowKind::Typed => format!("Use “{}” as it is", row.word),
        _ => row.word.clone(),
    };
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, chosen, &name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(rect, f32::from(theme.radius) * 0.7, theme.accent.gamma_multiply(0.28));
    } else if response.hovered() {
        painter.rect_filled(rect, f32::from(theme.radius) * 0.7, theme.accent.gamma_multiply(0.12));
    }
    let mark = rect.left_center() + vec2(14.0, 0.0);
    let swatch = Rect::from_center_size(mark, Vec2::splat(12.0));
    match row.kind {
        WordRowKind::Known | WordRowKind::Existing(_) => {
            let [r, g, b] = input.vocab.color_of(&row.word);
            painter.rect_filled(swatch, 3.0, egui::Color32::from_rgb(r, g, b));
        }
        WordRowKind::Typed => {
            painter.rect_stroke(swatch, 3.0, egui::Stroke::new(1.5, theme.warning), egui::StrokeKind::Inside);
        }
        WordRowKind::Judged(relation_status) => {
            GraphPainter { painter, ..*graph_painter }.status_mark(mark, Some(relation_status), 5.5);
        }
    }
    let text = rect.left_center() + vec2(28.0, 0.0);
    painter.text(text, Align2::LEFT_CENTER, &row.word, egui::FontId::proportional(14.0), theme.text);
    let note = egui::FontId::proportional(11.0);
    painter.text(rect.right_center() - vec2(8.0, 0.0), Align2::RIGHT_CENTER, &row.note, note, theme.text_weak);
    response
}

/// The node as a box, as if a thousand canvas points were the picture: only directions matter.
fn stand_in_box(node_widget: Rect) -> UnitBox {
    UnitBox::new(
        node_widget.left() / 1000.0,
        node_widget.top() / 1000.0,
        node_widget.right() / 1000.0,
        node_widget.bottom() / 1000.0,
    )
}
