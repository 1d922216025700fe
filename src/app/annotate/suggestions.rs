//! List of suggested relations, accepted or skipped by key.

use std::collections::{HashMap, HashSet};

use egui::{ScrollArea, Sense, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::relation_suggestions::{RelationSuggestion, suggest_relations};
use crate::app::Theme;
use crate::app::widgets::{icon_button, weak};
use scenewright_document::annotation::Page;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeId, Scene};

#[derive(Default)]
pub(crate) struct Suggestions {
    list: Vec<RelationSuggestion>,
    at: usize,
    made_of: Option<(String, u64)>,
    /// Skipped pairs, by picture.
    skipped: HashMap<String, HashSet<(NodeId, NodeId)>>,
    /// Index of the suggestion under the pointer.
    pointed: Option<usize>,
}

impl Suggestions {
    pub(crate) fn update(&mut self, page: &Page, vocab: &Vocabulary) {
        let made_of = Some((page.file.clone(), page.changes()));
        // Not during a gesture: the suggestions would flicker.
        if self.made_of == made_of || page.in_gesture() {
            return;
        }
        let skipped = self.skipped.entry(page.file.clone()).or_default();
        self.list = suggest_relations(page.scene(), vocab, skipped);
        self.at = self.at.min(self.list.len().saturating_sub(1));
        (self.made_of, self.pointed) = (made_of, None);
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// The suggestion that the next key is about, and whether the pointer is on it.
    pub(crate) fn current(&self) -> Option<(&RelationSuggestion, bool)> {
        self.list.get(self.pointed.unwrap_or(self.at)).map(|suggestion| (suggestion, self.pointed.is_some()))
    }

    /// Skips a suggestion; `None`: the current one.
    pub(crate) fn skip(&mut self, place: Option<usize>) {
        let Some(suggestion) = self.list.get(place.unwrap_or(self.at)) else { return };
        if let Some((file, _)) = &self.made_of {
            self.skipped.entry(file.clone()).or_default().insert((suggestion.subject, suggestion.object));
        }
        self.made_of = None;
    }

    /// The current suggestion as an edit with its label.
    pub(crate) fn accepted(&self, scene: &Scene) -> Option<(String, Vec<Edit>)> {
        self.list.get(self.at).map(|suggestion| (sentence(suggestion, scene), vec![edit(suggestion)]))
    }

    /// Draws the list. Returns what was accepted with the mouse.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &Scene, theme: &Theme) -> Option<(String, Vec<Edit>)> {
        let mut accepted = None;
        self.pointed = None;
        if self.list.is_empty() {
            let text = if scene.nodes().iter().filter(|node| node.pinned.is_some()).count() < 2 {
                "Draw at least two boxes to get relation suggestions."
            } else {
                "No more suggestions."
            };
            ui.label(weak(theme, text));
            return None;
        }
        ui.horizontal(|ui| {
            ui.label(weak(theme, "Suggestions: A accepts, S skips"));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("All").on_hover_text("Accept all suggestions").clicked() {
                    let edits = self.list.iter().map(edit).collect();
                    accepted = Some((format!("accept {} relations", self.list.len()), edits));
                }
            });
        });
        let mut skipped = None;
        ScrollArea::vertical().id_salt("proposals").auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (place, suggestion) in self.list.iter().enumerate() {
                let text = sentence(suggestion, scene);
                let row = ui.horizontal(|ui| {
                    if icon_button(ui, icon::CHECK, &format!("Accept: {text}")).clicked() {
                        accepted = Some((text.clone(), vec![edit(suggestion)]));
                    }
                    if icon_button(ui, icon::X, &format!("Skip: {text}")).clicked() {
                        skipped = Some(place);
                    }
                    let ink = if place == self.at { theme.text } else { theme.text_weak };
                    let label =
                        egui::Label::new(egui::RichText::new(&text).color(ink)).truncate().sense(Sense::click());
                    let label = ui.add(label);
                    label.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("Suggestion: {text}")));
                    if label.clicked() {
                        self.at = place;
                    }
                });
                if row.response.contains_pointer() {
                    self.pointed = Some(place);
                }
            }
        });
        if skipped.is_some() {
            self.skip(skipped);
        }
        accepted
    }
}

fn edit(suggestion: &RelationSuggestion) -> Edit {
    Edit::relate(suggestion.subject, suggestion.predicate.clone(), suggestion.object)
}

/// "sheep on grass".
fn sentence(suggestion: &RelationSuggestion, scene: &Scene) -> String {
    let title = |id| scene.node(id).map_or("", |node| node.title());
    format!("{} {} {}", title(suggestion.subject), suggestion.predicate, title(suggestion.object))
}
