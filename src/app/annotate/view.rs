//! Layout of annotation mode: pictures on the left, the image in the middle, relations on the right.

use std::sync::Arc;

use egui::{Event, Frame, Key, Margin, Modifiers, Panel as Edge, RichText, ScrollArea, Stroke, Ui};
use egui_phosphor::regular as icon;

use super::annotation_canvas::{AnnotationAction, AnnotationCanvas, AnnotationCanvasInput};
use super::editor::{AnnotationEditor, NarrowTab, UiMessage};
use super::image_list::facts;
use super::label_set::LabelSet;
use super::object_list;
use crate::app::canvas::CanvasInput;
use crate::app::commands::Command;
use crate::app::files::FilePrompt;
use crate::app::inspector::InspectorInput;
use crate::app::widgets::{heading, weak};
use crate::app::{Action, Theme};
use scenewright_document::annotation::{Annotations, Page};
use scenewright_scene::vocab::Vocabulary;

/// Narrower windows show one tab at a time.
const NARROW: f32 = 820.0;

impl AnnotationEditor {
    /// Draws annotation mode in the available space. `is_covered`: a dialog has the keyboard.
    pub(crate) fn show(&mut self, ui: &mut Ui, theme: &Theme, base: &Arc<Vocabulary>, is_covered: bool) {
        self.update_from_page(&ui.ctx().clone(), base);
        if !is_covered {
            self.letters(ui, theme);
        }
        let bar = Frame::new().inner_margin(Margin::symmetric(10, 5));
        Edge::top("annotate bar").frame(bar).show(ui, |ui| self.bar(ui, theme));
        if self.shown().is_none() {
            self.empty(ui, theme);
            return;
        }
        let wide = ui.available_width() >= NARROW;
        let panel = Frame::new().inner_margin(Margin::same(8)).stroke(Stroke::new(1.0, theme.outline));
        let mut annotation_actions = Vec::new();
        let mut go_to = None;
        if wide {
            let list = Edge::left("annotate pictures").default_size(216.0).size_range(150.0..=420.0).frame(panel);
            list.show(ui, |ui| go_to = self.pictures(ui, theme));
            let side = Edge::right("annotate relations").default_size(330.0).size_range(220.0..=700.0).frame(panel);
            side.show(ui, |ui| annotation_actions.extend(self.relations(ui, theme)));
        }
        match self.part {
            _ if wide => annotation_actions.extend(self.picture(ui, theme)),
            NarrowTab::Pictures => _ = panel.show(ui, |ui| go_to = self.pictures(ui, theme)),
            NarrowTab::Picture => annotation_actions.extend(self.picture(ui, theme)),
            NarrowTab::Graph => _ = panel.show(ui, |ui| annotation_actions.extend(self.relations(ui, theme))),
        }
        annotation_actions.into_iter().for_each(|action| self.apply(action));
        if let Some(place) = go_to {
            self.go_to(place);
            self.part = NarrowTab::Picture;
        }
    }

    fn bar(&mut self, ui: &mut Ui, theme: &Theme) {
        let narrow = ui.available_width() < NARROW;
        ui.horizontal_wrapped(|ui| {
            let back = ui.button(format!("{}  Back to the scene", icon::ARROW_LEFT));
            if back.on_hover_text("All changes are saved. Return here with File, Annotate pictures").clicked() {
                self.messages.push(UiMessage::Command(Command::Annotate));
            }
            ui.separator();
            let labeled = |sign: &str, label: &str| if narrow { sign.to_owned() } else { format!("{sign}  {label}") };
            if ui
                .button(labeled(icon::FOLDER_OPEN, "Folder …"))
                .on_hover_text("Annotate the pictures of another folder")
                .clicked()
            {
                self.messages.push(UiMessage::Ask(FilePrompt::Pictures));
            }
            if self.shown().is_some() {
                let hint = "Copy a picture into this folder, with the scene graph beside it if there is one. \
                    You can also drop pictures here";
                if ui.button(labeled(icon::PLUS, "Add a picture …")).on_hover_text(hint).clicked() {
                    self.messages.push(UiMessage::Ask(FilePrompt::Picture));
                }
                let hint = "Import a COCO annotation file for the pictures of this folder";
                if ui.button(labeled(icon::DOWNLOAD_SIMPLE, "Import COCO …")).on_hover_text(hint).clicked() {
                    self.messages.push(UiMessage::Ask(FilePrompt::Coco));
                }
            }
            if narrow && self.shown().is_some() {
                ui.separator();
                for (part, name) in [
                    (NarrowTab::Pictures, "Pictures"),
                    (NarrowTab::Picture, "Picture"),
                    (NarrowTab::Graph, "Relations"),
                ] {
                    if ui.selectable_label(self.part == part, name).clicked() {
                        self.part = part;
                    }
                }
            }
            if let (Some(page), false) = (self.page(), narrow) {
                let (done, text) = (page.state().done, AnnotationCanvas::size_text(page, theme));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let label = if done { "Mark as not done" } else { "Done, next" };
                    let sign = if done { icon::ARROW_COUNTER_CLOCKWISE } else { icon::CHECK_CIRCLE };
                    let hint = "Mark this picture as done and go to the next unfinished one (D)";
                    if ui.button(format!("{sign}  {label}")).on_hover_text(hint).clicked() {
                        self.toggle_done();
                    }
                    ui.label(text);
                });
            }
        });
    }

    fn empty(&mut self, ui: &mut Ui, theme: &Theme) {
        ui.vertical_centered(|ui| {
            ui.add_space((ui.available_height() / 2.0 - 110.0).max(8.0));
            ui.label(RichText::new(icon::IMAGES).size(44.0).color(theme.text_weak));
            ui.add_space(6.0);
            if self.is_opening() {
                ui.label(weak(theme, "Loading the folder …"));
                return;
            }
            ui.heading("Annotate your own pictures");
            let text = "Draw boxes and masks, name the objects, and add relations between them.\nTen pictures \
                are enough to teach a model a new kind of object.";
            ui.label(weak(theme, text));
            ui.add_space(10.0);
            if ui.button(format!("{}  Choose a folder …", icon::FOLDER_OPEN)).clicked() {
                self.messages.push(UiMessage::Ask(FilePrompt::Pictures));
            }
            ui.label(weak(theme, "or drop pictures here (JPEG, PNG, WebP, GIF, BMP, TIFF)"));
        });
    }

    fn pictures(&mut self, ui: &mut Ui, theme: &Theme) -> Option<usize> {
        self.list.show(ui, self.annotations.as_ref()?, &self.image_textures, theme)
    }

    /// Calls `act` with the canvas and its input.
    fn with_canvas<T>(
        &mut self,
        theme: &Theme,
        act: impl FnOnce(&mut AnnotationCanvas, &AnnotationCanvasInput<'_>) -> T,
    ) -> Option<T> {
        self.shown()?;
        let Self { annotations, image_canvas, labels, image_textures, suggestions, selection, hovered, .. } = self;
        let annotations = annotations.as_ref()?;
        let (page, vocab) = (annotations.page()?, labels.vocab.as_ref()?);
        let path = annotations.folder().join(&page.file);
        let input = AnnotationCanvasInput {
            page,
            selection,
            hovered: *hovered,
            vocab,
            theme,
            texture: image_textures.large(&path),
            problem: page.problem.as_deref().or(image_textures.problem(&path)),
            names: &labels.names,
            new_words: &labels.new,
            suggestion: suggestions.current().filter(|_| !page.in_gesture()),
        };
        Some(act(image_canvas, &input))
    }

    fn picture(&mut self, ui: &mut Ui, theme: &Theme) -> Vec<AnnotationAction> {
        let frame = Frame::new().inner_margin(Margin::same(8));
        frame
            .show(ui, |ui| self.with_canvas(theme, |image_canvas, input| image_canvas.show(ui, input)))
            .inner
            .unwrap_or_default()
    }

    /// The graph, the suggestions and the inspector.
    fn relations(&mut self, ui: &mut Ui, theme: &Theme) -> Vec<AnnotationAction> {
        let Self {
            annotations,
            canvas,
            inspector,
            labels,
            image_textures,
            suggestions,
            selection,
            hovered,
            relation_statuses,
            ..
        } = self;
        let Some(annotations) = annotations.as_ref() else { return Vec::new() };
        let (Some(page), Some(vocab)) = (annotations.page(), labels.vocab.as_ref()) else { return Vec::new() };
        if page.problem.is_some() {
            return Vec::new();
        }
        let (state, scene) = (page.state(), page.scene());
        let texture = image_textures.large(&annotations.folder().join(&page.file));
        let mut actions = Vec::new();
        let height = ui.available_height();
        let graph = ui.available_rect_before_wrap().with_max_y(ui.available_rect_before_wrap().top() + height * 0.46);
        let mut above = ui.new_child(egui::UiBuilder::new().max_rect(graph));
        let input = CanvasInput {
            scene,
            selection,
            hovered: *hovered,
            vocab,
            theme,
            relation_statuses,
            boxes: &|node| state.box_of(node),
            thumbnails: &|node| {
                let b = state.box_of(node)?;
                let part = egui::Rect::from_min_max(egui::pos2(b.x0, b.y0), egui::pos2(b.x1, b.y1));
                Some((texture?.id(), part))
            },
            marks: &[],
            is_render_pending: false,
        };
        match scene.is_empty() {
            true => _ = above.label(weak(theme, "Draw relations here, from the border of one object to another.")),
            false => actions.extend(canvas.show(&mut above, &input)),
        }
        ui.advance_cursor_after_rect(graph);
        ui.add_space(4.0);
        let offered = ui.available_rect_before_wrap().with_max_y(ui.available_rect_before_wrap().top() + height * 0.2);
        let mut middle = ui.new_child(egui::UiBuilder::new().id_salt("offers").max_rect(offered));
        middle.shrink_clip_rect(offered);
        let accepted = suggestions.show(&mut middle, scene, theme);
        actions.extend(accepted.map(|(label, edits)| Action::edit(label, edits)));
        ui.advance_cursor_after_rect(offered);
        ui.separator();
        let view = InspectorInput { scene, selection, hovered: *hovered, vocab, theme, relation_statuses, shown: None };
        ScrollArea::vertical().id_salt("annotated").auto_shrink([false, false]).show(ui, |ui| {
            actions.extend(match selection.is_empty() {
                true => object_list::show(ui, page, labels, vocab, theme),
                false => inspector.show_seen(ui, &view),
            });
            new_words(ui, page, labels, theme);
        });
        actions.into_iter().map(AnnotationAction::Action).collect()
    }

    /// Before the panels: letters select tools, even while the graph has the keyboard.
    fn letters(&mut self, ui: &Ui, theme: &Theme) {
        if ui.ctx().text_edit_focused() || self.image_canvas.is_naming() {
            return;
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        let by = isize::from(pressed(Key::PageDown)) - isize::from(pressed(Key::PageUp));
        if let Some(place) = self.shown().filter(|_| by != 0).and_then(|all| all.neighbor(by)) {
            self.go_to(place);
        }
        if ui.input(|i| i.modifiers.command || i.modifiers.alt) {
            return;
        }
        let typed: Vec<(String, String)> = ui.input(|i| typed_letters(&i.events));
        for (text, _) in typed.into_iter().filter(|(_, letter)| self.letter(letter, theme)) {
            // Consume the event, so that no other widget handles it.
            ui.input_mut(|i| i.events.retain(|event| !matches!(event, Event::Text(typed) if *typed == text)));
            ui.ctx().request_repaint();
        }
    }

    /// Returns true if the letter is a shortcut.
    fn letter(&mut self, letter: &str, theme: &Theme) -> bool {
        match letter {
            "a" => {
                let accepted = self.scene().and_then(|scene| self.suggestions.accepted(scene));
                if let Some((label, edits)) = accepted {
                    self.apply(AnnotationAction::Action(Action::edit(label, edits)));
                }
                true
            }
            "s" => {
                self.suggestions.skip(None);
                true
            }
            "d" => {
                self.toggle_done();
                true
            }
            letter => {
                self.with_canvas(theme, |image_canvas, input| image_canvas.letter(letter, input)).unwrap_or(false)
            }
        }
    }

    /// Status bar: the page, and whether it is saved.
    pub(crate) fn status(&self, ui: &mut Ui, theme: &Theme) {
        let (sign, text, color) = match (self.save_failed(), self.is_settled()) {
            (true, _) => (icon::WARNING_CIRCLE, "not saved", theme.error),
            (false, true) => (icon::CHECK, "saved", theme.text_weak),
            (false, false) => (icon::FLOPPY_DISK, "saving …", theme.text_weak),
        };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            if let Some(page) = self.page() {
                ui.label(weak(theme, format!("{}  {}", icon::IMAGE, page.file)).small());
                ui.label(weak(theme, facts(page)).small());
                ui.label(RichText::new(format!("{sign}  {text}")).small().color(color));
            } else {
                ui.label(weak(theme, "no folder is open").small());
            }
        });
    }

    /// Title of the window.
    pub(crate) fn title(&self) -> String {
        let folder = self.annotations.as_ref().map(Annotations::folder).and_then(|folder| folder.file_name());
        let file = self.page().map_or_else(String::new, |page| format!(" · {}", page.file));
        folder.map_or_else(|| "Annotate".to_owned(), |name| format!("{}{file}", name.to_string_lossy()))
    }
}

/// Names of this picture that the model does not know yet.
fn new_words(ui: &mut Ui, page: &Page, labels: &LabelSet, theme: &Theme) {
    let mut new: Vec<&str> =
        page.scene().nodes().iter().map(|node| node.name.as_str()).filter(|name| labels.new.contains(*name)).collect();
    new.sort_unstable();
    new.dedup();
    if !new.is_empty() {
        heading(ui, theme, "New words to learn");
        ui.label(RichText::new(new.join(", ")).color(theme.warning));
    }
}

/// Texts that were typed, each with the letter that it stands for: itself in lower case, or, on a keyboard without Latin letters, the letter
/// that a Latin keyboard has in its place.
fn typed_letters(events: &[Event]) -> Vec<(String, String)> {
    let mut place = None;
    let mut typed = Vec::new();
    for event in events {
        match event {
            Event::Key { physical_key, pressed: true, .. } => place = *physical_key,
            Event::Text(text) => {
                let is_letter = text.chars().all(char::is_alphabetic);
                let by_place = place.take().filter(|_| is_letter && !text.is_ascii() && !has_latin_letters(text));
                let letter = by_place.map_or_else(|| text.to_lowercase(), |key| key.name().to_lowercase());
                typed.push((text.clone(), letter));
            }
            _ => {}
        }
    }
    typed
}

/// Whether a keyboard that types this has Latin letters: "ä" and "ñ" do.
fn has_latin_letters(text: &str) -> bool {
    text.chars().all(|c| c < '\u{250}')
}
