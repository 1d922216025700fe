//! The inspector: properties of the selected items.
//!
//! | file | subject |
//! |---|---|
//! | `object`, `placement_hint`, `numbers` | one object |
//! | `appearance` | appearance words, of one or several objects |
//! | `multi_selection` | several items |
//! | `relation` | a relation, and relations in lists |
//! | `scene` | nothing selected: the scene |
//! | `annotated` | an object or relation of an annotated picture |
//! | `picker` | choosing a word by searching |

mod annotated;
mod appearance;
mod multi_selection;
mod numbers;
mod object;
mod picker;
mod placement_hint;
mod relation;
mod scene;

use std::collections::BTreeMap;

use egui::scroll_area::ScrollBarVisibility;
use egui::{ScrollArea, Ui};

use super::palette::search::{WordIndex, WordKind};
use super::picture::PictureTextures;
use super::titles::distinct_title;
use super::{Action, Item, Selection, Theme};
use picker::{Picker, PickerChoice};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeId, Relation, RelationId, RelationStatus, Scene, UnitBox};

#[derive(Clone, Copy)]
pub struct InspectorInput<'a> {
    pub scene: &'a Scene,
    pub selection: &'a Selection,
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    pub relation_statuses: &'a BTreeMap<RelationId, RelationStatus>,
    pub shown: Option<&'a PictureTextures>,
}

impl InspectorInput<'_> {
    /// Box of an object: pinned, or placed by the network. Normalized, or `None`.
    pub(crate) fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        let pinned = self.scene.node(node)?.pinned;
        pinned.or_else(|| self.shown?.box_of(node))?.repaired()
    }

    fn relation_status(&self, relation: RelationId) -> RelationStatus {
        self.relation_statuses.get(&relation).copied().unwrap_or(RelationStatus::Unknown)
    }

    /// Whether the picture shows both objects of a relation, and the model has its word.
    fn is_drawn(&self, relation: &Relation) -> bool {
        let is_shown = |node| self.shown.is_none_or(|shown| shown.box_of(node).is_some());
        let is_known = self.vocab.drawn_predicate(&relation.predicate).is_some();
        self.scene.is_drawn(relation) && is_known && is_shown(relation.subject) && is_shown(relation.object)
    }

    /// With a number, if other objects have the same title.
    fn title(&self, node: NodeId) -> String {
        distinct_title(self.scene, node)
    }
}

pub struct Inspector {
    objects: WordIndex,
    predicates: WordIndex,
    picker: Picker,
    /// Text that was typed but not applied yet.
    drafts: Drafts,
    /// Show boxes in percent of the picture; otherwise in pixels.
    percent: bool,
    /// Whether a number is being dragged.
    dragging: bool,
    lines: RelationLines,
}

/// State of the relation lists.
#[derive(Default)]
struct RelationLines {
    /// Relation whose last "move to satisfy" found no place.
    no_place: Option<RelationId>,
    /// Whether the pointer is on a relation, now and in the last frame.
    hovered: bool,
    was_hovered: bool,
}

/// Texts of the fields, kept while the same item is selected.
#[derive(Default)]
struct Drafts {
    of: Option<NodeId>,
    label: String,
    /// The label of the scene when the draft was made.
    label_was: Option<String>,
    word: String,
}

impl Default for Inspector {
    fn default() -> Self {
        Self {
            objects: WordIndex::new(WordKind::Objects),
            predicates: WordIndex::new(WordKind::Predicates),
            picker: Picker::default(),
            drafts: Drafts::default(),
            percent: false,
            dragging: false,
            lines: RelationLines::default(),
        }
    }
}

impl Inspector {
    pub fn show(&mut self, ui: &mut Ui, input: &InspectorInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        self.begin(input);
        let relations = &input.selection.relations;
        // Always shown: a scroll bar that appears and disappears requests further frames while a picture is pending.
        let area = ScrollArea::vertical().scroll_bar_visibility(ScrollBarVisibility::AlwaysVisible);
        area.auto_shrink(false).id_salt("inspector").show(ui, |ui| {
            ui.spacing_mut().item_spacing = egui::vec2(6.0, 5.0);
            match (input.selection.nodes.len(), relations.len()) {
                (0, 0) => self.scene(ui, input, &mut actions),
                (0, 1) => relations.iter().for_each(|id| self.relation(ui, *id, input, &mut actions)),
                (1, 0) => input.selection.nodes.iter().for_each(|id| self.object(ui, *id, input, &mut actions)),
                _ => self.several(ui, input, &mut actions),
            }
        });
        self.clear_hover(&mut actions);
        actions
    }

    fn begin(&mut self, input: &InspectorInput<'_>) {
        self.objects.update(input.vocab);
        self.predicates.update(input.vocab);
        self.lines.was_hovered = std::mem::take(&mut self.lines.hovered);
    }

    /// Clears the hover when the pointer has left the relations.
    fn clear_hover(&self, actions: &mut Vec<Action>) {
        if self.lines.was_hovered && !self.lines.hovered {
            actions.push(Action::Hover(None));
        }
    }
}

/// Words of an index that match the typed text; and the text itself if no word equals it.
fn word_choices(index: &mut WordIndex, vocab: &Vocabulary, typed: &str, colored: bool) -> Vec<PickerChoice<String>> {
    let hits = index.search(typed, vocab).to_vec();
    let entries = index.entries();
    let choice = |hit: &crate::app::palette::search::Hit| {
        let entry = entries.get(hit.entry)?;
        let synonym = hit.synonym.and_then(|s| entry.synonyms.get(s));
        let [r, g, b] = entry.color;
        Some(PickerChoice {
            value: entry.name.clone(),
            text: entry.name.clone(),
            hint: synonym.or(entry.group.as_ref()).cloned().unwrap_or_default(),
            color: colored.then(|| egui::Color32::from_rgb(r, g, b)),
        })
    };
    let mut choices: Vec<_> = hits.iter().filter_map(choice).collect();
    let typed = typed.trim();
    if !typed.is_empty() && !choices.iter().any(|choice| choice.text.eq_ignore_ascii_case(typed)) {
        let text = format!("\"{typed}\"");
        let hint = "not in the vocabulary".to_owned();
        choices.truncate(40);
        choices.push(PickerChoice { value: typed.to_owned(), text, hint, color: None });
    }
    choices
}
