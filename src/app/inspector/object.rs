//! Properties of one object.

use egui::{Id, Image, Key, RichText, Ui, WidgetInfo, WidgetType, load::SizedTexture, vec2};
use egui_phosphor::regular as icon;

use super::picker::PickerFace;
use super::{Drafts, Inspector, InspectorInput, appearance, placement_hint, relation, word_choices};
use crate::app::text_field::TextField;
use crate::app::titles::distinct_title;
use crate::app::widgets::{category, heading, icon_button, icon_toggle, named, weak};
use crate::app::{Action, Theme};
use scenewright_language::next_seed;
use scenewright_scene::{Edit, Node, NodeId, SizeHint};

/// Points.
const THUMBNAIL: f32 = 56.0;

impl Inspector {
    pub(super) fn object(&mut self, ui: &mut Ui, id: NodeId, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        let Some(node) = input.scene.node(id) else { return };
        self.drafts.follow(node);
        self.head(ui, node, input, actions);
        self.name(ui, node, input, actions);
        self.label(ui, node, actions);
        self.words(ui, &[node], input, actions);
        appearance::facing(ui, node, input, actions);
        match_appearance(ui, node, input, actions);
        size(ui, &[node], input.theme, actions);
        placement_hint::grid(ui, &[node], input.theme, actions);
        self.numbers(ui, node, input, actions);
        seed_and_size(ui, node, input, actions);
        self.relations_of(ui, node, input, actions);
    }

    fn head(&mut self, ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            if let Some((texture, uv)) = input.shown.and_then(|shown| shown.thumbnail(node.id)) {
                let size = input.shown.map_or([1, 1], |shown| shown.size());
                let part = vec2(uv.width() * size[0] as f32, uv.height() * size[1] as f32);
                let scale = THUMBNAIL / part.max_elem().max(1e-3);
                let image = Image::from_texture(SizedTexture::new(texture, part * scale)).uv(uv);
                ui.add_sized(vec2(THUMBNAIL, THUMBNAIL), image.corner_radius(3)).on_hover_text("Current appearance");
            }
            ui.vertical(|ui| {
                let title = distinct_title(input.scene, node.id);
                ui.add(egui::Label::new(RichText::new(&title).size(17.0).strong()).truncate()).on_hover_text(title);
                ui.horizontal(|ui| marks(ui, node, input, actions));
            });
        });
    }

    pub(super) fn name(&mut self, ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        heading(ui, input.theme, "Name");
        let face = PickerFace { name: "name", text: &node.name, color: Some(category(input.vocab, &node.name)) };
        let objects = &mut self.objects;
        let chosen =
            self.picker.show(ui, &face, input.theme, &mut |typed| word_choices(objects, input.vocab, typed, true));
        let mut rename = |name: String| {
            if name != node.name {
                let label = format!("change {} to {name}", node.title());
                actions.push(Action::edit(label, vec![Edit::Rename { node: node.id, name }]));
            }
        };
        chosen.into_iter().for_each(&mut rename);
        if input.vocab.drawn_object(&node.name).is_none() {
            let text = format!("{} \"{}\" is not in this vocabulary.", icon::WARNING, node.name);
            ui.label(RichText::new(text).color(input.theme.warning));
            ui.horizontal_wrapped(|ui| {
                for near in input.vocab.nearest_objects(&node.name, 3) {
                    if named(ui.button(near), WidgetType::Button, &format!("change to {near}")).clicked() {
                        rename(near.to_owned());
                    }
                }
            });
        }
    }

    pub(super) fn label(&mut self, ui: &mut Ui, node: &Node, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            ui.label("Label");
            let width = ui.available_width();
            let field = TextField::show(ui, Id::new("label"), &mut self.drafts.label, |edit| {
                edit.hint_text("label (optional)").desired_width(width)
            });
            let response = &field.response;
            let typed = self.drafts.label.clone();
            response.widget_info(|| WidgetInfo {
                label: Some("label".to_owned()),
                ..WidgetInfo::text_edit(true, &typed, &typed, "label (optional)")
            });
            if field.entered {
                field.applied(&self.drafts.label);
            } else if !response.lost_focus() {
                return;
            }
            if ui.input(|i| i.key_pressed(Key::Escape)) {
                self.drafts.of = None;
                return;
            }
            let text = self.drafts.label.trim();
            let label = (!text.is_empty()).then(|| text.to_owned());
            if label != node.label {
                let text = label.as_ref().map_or_else(
                    || format!("remove the label of {}", node.title()),
                    |label| format!("rename {} to {label}", node.title()),
                );
                actions.push(Action::edit(text, vec![Edit::SetLabel { node: node.id, label }]));
            }
        });
    }

    pub(super) fn relations_of(
        &mut self,
        ui: &mut Ui,
        node: &Node,
        input: &InspectorInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let mut relations = input.scene.relations_of(node.id).peekable();
        if relations.peek().is_none() {
            return;
        }
        heading(ui, input.theme, "Relations");
        for relation in relations {
            relation::line(ui, relation, input, &mut self.lines, actions);
        }
    }
}

impl Drafts {
    /// Resets the draft if another object is selected or the label was changed elsewhere.
    pub(super) fn follow(&mut self, node: &Node) {
        if self.of != Some(node.id) || self.label_was != node.label {
            let label = node.label.clone().unwrap_or_default();
            let word = if self.of == Some(node.id) { std::mem::take(&mut self.word) } else { String::new() };
            *self = Self { of: Some(node.id), label, label_was: node.label.clone(), word };
        }
    }
}

/// Buttons: pin, lock, new random seed, delete.
fn marks(ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    let id = node.id;
    let title = node.title();
    let pinned = node.pinned.is_some();
    let at = input.box_of(id);
    let pin = ui.add_enabled_ui(pinned || at.is_some(), |ui| {
        icon_toggle(ui, pinned, icon::PUSH_PIN, if pinned { "unpin the box" } else { "pin the box" })
    });
    if pin.inner.clicked() {
        let verb = if pinned { "unpin" } else { "pin" };
        let edit = Edit::Pin { node: id, pinned: at.filter(|_| !pinned) };
        actions.push(Action::edit(format!("{verb} {title}"), vec![edit]));
    }
    let (face, name) = if node.locked {
        (icon::LOCK, "unlock: let it change again")
    } else {
        (icon::LOCK_OPEN, "lock: keep it as it is")
    };
    if icon_toggle(ui, node.locked, face, name).clicked() {
        let verb = if node.locked { "unlock" } else { "lock" };
        actions.push(Action::edit(format!("{verb} {title}"), vec![Edit::Lock { node: id, locked: !node.locked }]));
    }
    let (face, name) = if node.hidden {
        (icon::EYE_SLASH, "show: draw it again")
    } else {
        (icon::EYE, "hide: keep it out of the picture")
    };
    if icon_toggle(ui, node.hidden, face, name).clicked() {
        let verb = if node.hidden { "show" } else { "hide" };
        actions.push(Action::edit(format!("{verb} {title}"), vec![Edit::Hide { node: id, hidden: !node.hidden }]));
    }
    if icon_button(ui, icon::DICE_FIVE, "new random seed").clicked() {
        actions.push(new_seed(&[node], input));
    }
    if icon_button(ui, icon::TRASH, "delete").clicked() {
        actions.push(Action::edit(format!("remove {title}"), vec![Edit::RemoveNodes { nodes: vec![id] }]));
    }
}

/// Sets appearance words that match a picture.
fn match_appearance(ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    let own = input.vocab.looks_of_name(&node.name);
    if own.is_some_and(|own| !own.stuff && !own.variants.is_empty()) {
        let button = ui.button(format!("{} Match a picture …", icon::IMAGE));
        let button = named(button, WidgetType::Button, "match a picture");
        if button.on_hover_text("Finds the drawing and the colors closest to a picture").clicked() {
            actions.push(Action::MatchAppearance(node.id));
        }
    }
}

/// A new random seed for each object.
pub(crate) fn new_seed(nodes: &[&Node], input: &InspectorInput<'_>) -> Action {
    let edit = |node: &&Node| {
        let own = node.seed.unwrap_or_else(|| input.scene.seed());
        Edit::SetSeed { node: node.id, seed: Some(next_seed(own, node.id.0)) }
    };
    Action::edit(format!("new random seed for {}", what(nodes)), nodes.iter().map(edit).collect())
}

/// Sizes of one or several objects: a size is on if all of them have it.
pub(super) fn size(ui: &mut Ui, nodes: &[&Node], theme: &Theme, actions: &mut Vec<Action>) {
    heading(ui, theme, "Size");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for size in SizeHint::ALL {
            let on = !nodes.is_empty() && nodes.iter().all(|node| node.size == Some(size));
            if ui.selectable_label(on, size.word()).clicked() {
                let edit = |node: &&Node| Edit::SetSize { node: node.id, size: (!on).then_some(size) };
                let text = if on { "any size".to_owned() } else { size.to_string() };
                actions.push(Action::edit(format!("{}: {text}", what(nodes)), nodes.iter().map(edit).collect()));
            }
        }
    });
}

/// "sheep", "3 objects".
pub(super) fn what(nodes: &[&Node]) -> String {
    match nodes {
        [node] => node.title().to_owned(),
        nodes => format!("{} objects", nodes.len()),
    }
}

fn seed_and_size(ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    heading(ui, input.theme, "Seed");
    ui.horizontal_wrapped(|ui| {
        let text =
            node.seed.map_or_else(|| format!("same as the scene, {}", input.scene.seed()), |seed| seed.to_string());
        ui.label(if node.seed.is_some() { RichText::new(text) } else { weak(input.theme, text) });
        if icon_button(ui, icon::DICE_FIVE, "new seed").clicked() {
            actions.push(new_seed(&[node], input));
        }
        if node.seed.is_some() && icon_button(ui, icon::ARROW_COUNTER_CLOCKWISE, "use the scene's seed").clicked() {
            let edit = Edit::SetSeed { node: node.id, seed: None };
            actions.push(Action::edit(format!("scene seed for {}", node.title()), vec![edit]));
        }
    });
}
