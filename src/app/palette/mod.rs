//! The palette: all words that can be added to a scene, searchable and grouped; click to add, drag to place.

mod rows;
pub mod search;

use std::collections::{BTreeSet, HashMap, VecDeque};

use egui::{Align2, Color32, FontId, Key, Modifiers, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;
use serde::{Deserialize, Serialize};

use super::text_field::TextField;
use super::widgets::{ink_on, named, one_line, paint_swatch, weak};
use super::{Action, Item, NewObject, Selection, Theme};
use rows::{PaletteRow, by_group, found, step};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, Scene};
use search::{WordIndex, WordKind};

/// Number of recently used words at the top.
const MAX_RECENT: usize = 6;
/// Points.
const ROW: f32 = 24.0;

pub struct PaletteInput<'a> {
    pub scene: &'a Scene,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
}

/// Preferences of the palette, saved between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PalettePrefs {
    #[serde(rename = "favourites")]
    pub favorites: BTreeSet<String>,
    /// Newest first.
    pub recent: VecDeque<String>,
    /// Titles of collapsed groups.
    pub closed: BTreeSet<String>,
}

impl PalettePrefs {
    /// Records that a word was added to the scene.
    pub fn used(&mut self, name: &str) {
        self.recent.retain(|other| other != name);
        self.recent.push_front(name.to_owned());
        self.recent.truncate(MAX_RECENT);
    }
}

pub struct PalettePanel {
    pub prefs: PalettePrefs,
    index: WordIndex,
    typed: String,
    /// The row that Enter adds.
    at: Option<usize>,
    scroll_to: Option<usize>,
    /// Number of objects of each name in the scene, and the scene that was counted.
    counted: Option<(Scene, HashMap<String, usize>)>,
}

impl PalettePanel {
    pub(crate) fn new(mut prefs: PalettePrefs) -> Self {
        if prefs.closed.remove(rows::OLD_FAVORITES) {
            prefs.closed.insert(rows::FAVORITES.to_owned());
        }
        let index = WordIndex::new(WordKind::Objects);
        Self { prefs, index, typed: String::new(), at: None, scroll_to: None, counted: None }
    }

    pub fn show(&mut self, ui: &mut Ui, input: &PaletteInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        self.index.update(input.vocab);
        self.count(input);
        let enter = self.search_field(ui, input);
        let rows = match self.typed.trim() {
            "" => by_group(self.index.entries(), &self.prefs),
            typed => found(self.index.search(typed, input.vocab)),
        };
        if rows.is_empty() {
            ui.label(weak(input.theme, format!("No word matches \"{}\".", self.typed.trim())));
            return actions;
        }
        if let Some(down) = enter.moved {
            self.at = step(&rows, self.at, down);
            self.scroll_to = self.at;
        }
        self.at = self.at.filter(|at| *at < rows.len());
        if !self.typed.trim().is_empty() && self.at.is_none() {
            self.at = Some(0);
        }
        if enter.pressed
            && let Some(PaletteRow::Word { entry, .. }) = self.at.and_then(|at| rows.get(at))
            && let Some(name) = self.index.entries().get(*entry).map(|entry| entry.name.clone())
        {
            self.add(&name, input, &mut actions);
        }
        self.list(ui, &rows, input, &mut actions);
        actions
    }

    fn search_field(&mut self, ui: &mut Ui, input: &PaletteInput<'_>) -> SearchKeys {
        let id = ui.id().with("search objects");
        let mut keys = SearchKeys::default();
        if ui.memory(|memory| memory.has_focus(id)) {
            // Before the field sees these keys: they would move its cursor.
            ui.input_mut(|i| {
                if i.consume_key(Modifiers::NONE, Key::ArrowDown) {
                    keys.moved = Some(true);
                } else if i.consume_key(Modifiers::NONE, Key::ArrowUp) {
                    keys.moved = Some(false);
                }
            });
        }
        ui.horizontal(|ui| {
            let clear = if self.typed.is_empty() { 0.0 } else { 26.0 };
            let hint = format!("{} Search {} words", icon::MAGNIFYING_GLASS, self.index.entries().len());
            let width = ui.available_width() - clear;
            let field = TextField::show(ui, id, &mut self.typed, |edit| {
                edit.hint_text(weak(input.theme, hint)).desired_width(width)
            });
            keys.pressed = field.entered;
            if field.entered {
                field.applied(&self.typed);
            }
            let response = field.response;
            let typed = self.typed.clone();
            response.widget_info(|| WidgetInfo {
                label: Some("Search objects".to_owned()),
                ..WidgetInfo::text_edit(true, &typed, &typed, "Search objects")
            });
            if response.changed() {
                self.at = None;
                self.scroll_to = Some(0);
            }
            if clear > 0.0 && super::widgets::icon_button(ui, icon::X, "Clear the search").clicked() {
                self.typed.clear();
                self.at = None;
            }
        });
        ui.add_space(2.0);
        keys
    }

    fn list(&mut self, ui: &mut Ui, rows: &[PaletteRow], input: &PaletteInput<'_>, actions: &mut Vec<Action>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().auto_shrink(false);
        let seen = ui.available_height();
        if let Some(row) = self.scroll_to.take() {
            area = area.vertical_scroll_offset((row as f32 * ROW - seen / 2.0).max(0.0));
        }
        area.show_rows(ui, ROW, rows.len(), |ui, range| {
            for row in range {
                match rows.get(row) {
                    Some(PaletteRow::Heading { title, words, open }) => {
                        self.heading(ui, title, *words, *open, input.theme)
                    }
                    Some(PaletteRow::Word { entry, synonym }) => self.word(ui, row, *entry, *synonym, input, actions),
                    None => {}
                }
            }
        });
    }

    fn heading(&mut self, ui: &mut Ui, title: &str, words: usize, open: bool, theme: &Theme) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        response.widget_info(|| WidgetInfo::selected(WidgetType::CollapsingHeader, true, open, title));
        let color = if response.hovered() || response.has_focus() { theme.text } else { theme.text_weak };
        let caret = if open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        let font = FontId::proportional(12.0);
        let middle = rect.left_center() + vec2(4.0, 2.0);
        ui.painter().text(middle, Align2::LEFT_CENTER, caret, font.clone(), color);
        ui.painter().text(middle + vec2(16.0, 0.0), Align2::LEFT_CENTER, title, font.clone(), color);
        let right = pos2(rect.right() - 8.0, middle.y);
        ui.painter().text(right, Align2::RIGHT_CENTER, words.to_string(), font, theme.text_weak);
        if response.clicked() && !self.prefs.closed.remove(title) {
            self.prefs.closed.insert(title.to_owned());
        }
    }

    fn word(
        &mut self,
        ui: &mut Ui,
        row: usize,
        entry: usize,
        synonym: Option<usize>,
        input: &PaletteInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let Some(entry) = self.index.entries().get(entry) else { return };
        let (name, color) = (entry.name.clone(), entry.color);
        let synonym = synonym.and_then(|s| entry.synonyms.get(s)).cloned();
        let count = self.counted.as_ref().and_then(|(_, counts)| counts.get(&name)).copied().unwrap_or(0);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click_and_drag());
        let spoken = if count == 0 { format!("add {name}") } else { format!("add {name}, {count} in the scene") };
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &spoken));
        response.dnd_set_drag_payload(NewObject { name: name.clone() });
        let star = Rect::from_center_size(pos2(rect.right() - 14.0, rect.center().y), vec2(22.0, ROW));
        let liked = self.prefs.favorites.contains(&name);
        let near = response.hovered() || response.has_focus() || ui.rect_contains_pointer(star);
        let [r, g, b] = color;
        let look =
            RowStyle { row, near, count, color: Color32::from_rgb(r, g, b), name: &name, synonym: synonym.as_deref() };
        self.paint_word(ui, rect, &look, input.theme);
        if near || liked {
            self.star(ui, star, &name, liked, input.theme);
        }
        if response.clicked() {
            self.add(&name, input, actions);
        }
        if response.dragged() {
            ghost(ui, &name, look.color, input.theme);
        }
    }

    fn paint_word(&self, ui: &Ui, rect: Rect, look: &RowStyle<'_>, theme: &Theme) {
        // Not clipped to the row: each clip rectangle is another draw call.
        let painter = ui.painter();
        if self.at == Some(look.row) {
            painter.rect_filled(rect.shrink2(vec2(1.0, 1.0)), 4, theme.accent.gamma_multiply(0.25));
        } else if look.near {
            painter.rect_filled(rect.shrink2(vec2(1.0, 1.0)), 4, theme.hover.gamma_multiply(0.14));
        }
        let middle = rect.left_center();
        paint_swatch(ui, theme, Rect::from_center_size(middle + vec2(26.0, 0.0), vec2(12.0, 12.0)), look.color);
        let mut left = middle.x + 40.0;
        let synonym = look.synonym.map(|synonym| (synonym, 12.0, theme.text_weak));
        for (text, size, color) in [(look.name, 13.5, theme.text)].into_iter().chain(synonym) {
            let galley = one_line(painter, text, size, color, (rect.right() - 30.0 - left).max(0.0));
            let at = Align2::LEFT_CENTER.anchor_size(pos2(left, middle.y), galley.size());
            left = at.right() + 6.0;
            painter.galley(at.min, galley, color);
        }
        if look.count > 0 {
            let at = pos2(rect.right() - 30.0, middle.y);
            let text = format!("× {}", look.count);
            painter.text(at, Align2::RIGHT_CENTER, text, FontId::proportional(12.0), theme.text_weak);
        }
    }

    fn star(&mut self, ui: &Ui, rect: Rect, name: &str, liked: bool, theme: &Theme) {
        let response = ui.interact(rect, ui.id().with(("favourite", name)), Sense::click());
        let spoken = if liked { format!("{name} is a favorite") } else { format!("make {name} a favorite") };
        let response = named(response, WidgetType::Checkbox, &spoken);
        let color = match (liked, response.hovered()) {
            (true, _) => theme.warning,
            (false, true) => theme.text,
            (false, false) => theme.text_weak,
        };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon::STAR, FontId::proportional(15.0), color);
        if response.clicked() && !self.prefs.favorites.remove(name) {
            self.prefs.favorites.insert(name.to_owned());
        }
    }

    fn add(&mut self, name: &str, input: &PaletteInput<'_>, actions: &mut Vec<Action>) {
        actions.push(Action::edit(format!("add {name}"), vec![Edit::add(name)]));
        actions.push(Action::Select(Selection::of(Item::Node(input.scene.next_node_id()))));
    }

    /// Resets the panel for another document.
    pub(crate) fn reset(&mut self) {
        self.counted = None;
    }

    /// Counts objects by their canonical name; skipped if the scene shares its lists with the last one.
    fn count(&mut self, input: &PaletteInput<'_>) {
        match &self.counted {
            Some((scene, _)) if scene == input.scene => return,
            Some((before, _)) => {
                // Undo and redo assign no new ids: an object with a new id was added by the user.
                let first = before.next_node_id();
                let added: Vec<&str> =
                    input.scene.nodes().iter().filter(|node| node.id >= first).map(|node| node.name.as_str()).collect();
                let known = added.into_iter().filter_map(|word| input.vocab.object_id(word));
                known.for_each(|id| self.prefs.used(input.vocab.object_name(id)));
            }
            // A document was opened: its words were not just added.
            None => {}
        }
        let mut written: HashMap<&str, usize> = HashMap::new();
        input.scene.nodes().iter().for_each(|node| *written.entry(&node.name).or_default() += 1);
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (word, count) in written {
            let known = input.vocab.object_id(word).map_or(word, |id| input.vocab.object_name(id));
            *counts.entry(known.to_owned()).or_default() += count;
        }
        self.counted = Some((input.scene.clone(), counts));
    }
}

impl Default for PalettePanel {
    fn default() -> Self {
        Self::new(PalettePrefs::default())
    }
}

/// Keys pressed in the search field.
#[derive(Clone, Copy, Debug, Default)]
struct SearchKeys {
    /// Down or up.
    moved: Option<bool>,
    pressed: bool,
}

struct RowStyle<'a> {
    row: usize,
    near: bool,
    count: usize,
    color: Color32,
    name: &'a str,
    synonym: Option<&'a str>,
}

/// Draws the dragged word at the pointer.
fn ghost(ui: &Ui, name: &str, color: Color32, theme: &Theme) {
    let Some(at) = ui.ctx().pointer_interact_pos() else { return };
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Tooltip, ui.id().with("dragged word")));
    let galley = painter.layout_no_wrap(name.to_owned(), FontId::proportional(13.5), ink_on(color));
    let rect = Rect::from_min_size(at + vec2(10.0, -10.0), galley.size() + vec2(16.0, 8.0));
    painter.rect_filled(rect, theme.radius, color);
    painter.galley(rect.min + vec2(8.0, 4.0), galley, ink_on(color));
}
