//! Appearance words of one or several objects: colors, drawings, directions.

use egui::{Color32, Id, RichText, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::object::what;
use super::picker::{PickerChoice, PickerFace};
use super::{Inspector, InspectorInput};
use crate::app::Action;
use crate::app::commands::Command;
use crate::app::text_field::TextField;
use crate::app::widgets::{heading, icon_button, named};
use scenewright_scene::vocab::looks::{LookMeaning, Looks, ObjectLooks};
use scenewright_scene::{Edit, Node};

impl Inspector {
    /// The words that all objects have, each with a button that removes it, and a field that adds one to all.
    pub(super) fn words(
        &mut self,
        ui: &mut Ui,
        nodes: &[&Node],
        input: &InspectorInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        heading(ui, input.theme, "Appearance");
        let Some(first) = nodes.first() else { return };
        let mut added = None;
        ui.horizontal_wrapped(|ui| {
            let is_shared = |word: &&String| nodes.iter().all(|node| node.attributes.contains(word));
            for word in first.attributes.iter().filter(is_shared) {
                if chip(ui, nodes, word, input) {
                    let edits = nodes.iter().map(|node| without(node, word)).collect();
                    actions.push(Action::edit(format!("remove \"{word}\" from {}", what(nodes)), edits));
                }
            }
            let field = TextField::show(ui, Id::new("add a word"), &mut self.drafts.word, |edit| {
                edit.hint_text("add a word").desired_width(92.0)
            });
            let typed = self.drafts.word.clone();
            field.response.widget_info(|| WidgetInfo {
                label: Some("add an appearance word".to_owned()),
                ..WidgetInfo::text_edit(true, &typed, &typed, "add a word")
            });
            if field.entered {
                added = Some(std::mem::take(&mut self.drafts.word).trim().to_lowercase());
            }
        });
        if let Some(looks) = input.vocab.looks() {
            let face = PickerFace { name: "appearance word", text: "choose a word", color: None };
            let own = looks_of(first, input);
            let chosen = self.picker.show(ui, &face, input.theme, &mut |typed| choices(looks, own, typed));
            added = chosen.or(added);
        }
        if let Some(word) = added.filter(|word| !word.is_empty()) {
            let edits: Vec<Edit> = nodes.iter().filter_map(|node| with(node, &word, input)).collect();
            if !edits.is_empty() {
                actions.push(Action::edit(format!("{}: {word}", what(nodes)), edits));
            }
        }
    }
}

/// Draws a word. Returns true if it is to be removed.
fn chip(ui: &mut Ui, nodes: &[&Node], word: &str, input: &InspectorInput<'_>) -> bool {
    let means_nothing = |node: &&Node| does_nothing(node, word, input);
    let is_idle = nodes.iter().all(means_nothing);
    let text = if is_idle { format!("{} {word} {}", icon::WARNING, icon::X) } else { format!("{word} {}", icon::X) };
    let text = RichText::new(text);
    let text = if is_idle { text.color(input.theme.warning) } else { text };
    let button = named(ui.button(text), WidgetType::Button, &format!("remove \"{word}\""));
    let button = match is_idle {
        true => button.on_hover_text(format!(
            "\"{word}\" changes nothing in the picture: {} has no color, drawing or direction of this name",
            what(nodes)
        )),
        false => button,
    };
    button.clicked()
}

fn looks_of<'a>(node: &Node, input: &InspectorInput<'a>) -> Option<&'a ObjectLooks> {
    input.vocab.looks_of_name(&node.name)
}

/// Whether a model with looks draws an object the same with and without a word.
pub(super) fn does_nothing(node: &Node, word: &str, input: &InspectorInput<'_>) -> bool {
    let Some(looks) = input.vocab.looks() else { return false };
    let own = looks_of(node, input);
    own.is_some() && looks.read(own, word).is_none()
}

fn without(node: &Node, word: &str) -> Edit {
    let rest = node.attributes.iter().filter(|other| *other != word).cloned().collect();
    Edit::SetAttributes { node: node.id, attributes: rest }
}

/// The words of an object with one more, which replaces one that means the same part: another color, drawing or direction.
fn with(node: &Node, word: &str, input: &InspectorInput<'_>) -> Option<Edit> {
    if node.attributes.iter().any(|own| own == word) {
        return None;
    }
    let own = looks_of(node, input);
    let part = |word: &str| {
        let slot = |slot: Option<usize>| slot.or(own.map(|own| own.main));
        Some(match input.vocab.looks()?.read(own, word)? {
            LookMeaning::Variant(_) => (0, None),
            LookMeaning::Color { slot: said, .. } => (1, slot(said)),
            LookMeaning::Facing { .. } => (2, None),
            LookMeaning::Hour(_) => (3, None),
            LookMeaning::Weather(_) => (4, None),
        })
    };
    let new = part(word);
    let stays = |other: &&String| new.is_none() || part(other) != new;
    let attributes = node.attributes.iter().filter(stays).cloned().chain([word.to_owned()]).collect();
    Some(Edit::SetAttributes { node: node.id, attributes })
}

/// What can be said of an object: drawings, directions, colors of the whole, and, once something is typed, of its parts.
fn choices(looks: &Looks, own: Option<&ObjectLooks>, typed: &str) -> Vec<PickerChoice<String>> {
    let typed = typed.trim().to_lowercase();
    let choice = |text: String, hint: &str, color: Option<usize>| PickerChoice {
        value: text.clone(),
        text,
        hint: hint.to_owned(),
        color: color.map(|color| {
            let [r, g, b] = looks.rgb(color).map(|channel| (channel * 255.0).round() as u8);
            Color32::from_rgb(r, g, b)
        }),
    };
    let mut all = Vec::new();
    if let Some(own) = own {
        let drawings = own.variants.iter().map(|variant| variant.name.replace('-', " "));
        all.extend(drawings.map(|name| choice(name, "drawing", None)));
        if own.mirror {
            all.extend(["facing left", "facing right"].map(|word| choice(word.to_owned(), "direction", None)));
        }
        if own.main < own.slots.len() {
            let main = &own.slots[own.main].name;
            let colors = looks.colors.iter().enumerate();
            all.extend(colors.map(|(at, (name, _))| choice(name.clone(), main, Some(at))));
        }
        for (slot, part) in own.slots.iter().enumerate().filter(|(slot, _)| *slot != own.main) {
            // Of the other parts, the usual colors alone while nothing is typed.
            let is_usual = |name: &str| !typed.is_empty() || part.words.iter().take(3).any(|word| word == name);
            let colors = looks.colors.iter().enumerate().filter(|(_, (name, _))| is_usual(name));
            let _ = slot;
            all.extend(colors.map(|(at, (name, _))| choice(format!("{name} {}", part.name), &part.name, Some(at))));
        }
    }
    if !typed.is_empty() {
        all.retain(|choice| choice.text.contains(&typed) || choice.hint.contains(&typed));
        all.sort_by_key(|choice| !choice.text.starts_with(&typed));
    }
    all
}

/// A button that turns an object around, where its drawings can be turned.
pub(super) fn facing(ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    if looks_of(node, input).is_some_and(|own| own.mirror) {
        let info = Command::Flip.info();
        if icon_button(ui, info.icon, info.label).on_hover_text(info.tooltip).clicked() {
            actions.push(Action::Command(Command::Flip));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::vocab::looks::{Slot, Variant};

    #[test]
    fn drawings_directions_and_colors_are_offered() {
        let slot = |name: &str| Slot { name: name.to_owned(), words: vec!["red".to_owned()] };
        let own = ObjectLooks {
            mirror: true,
            slots: vec![slot("wall"), slot("roof")],
            variants: vec![Variant { name: "old-mill".to_owned(), row: 1, aspect: 1.0, slots: vec![] }],
            ..ObjectLooks::default()
        };
        let colors = [("red", "#ff0000"), ("blue", "#0000ff")].map(|(name, hex)| (name.to_owned(), hex.to_owned()));
        let looks = Looks { colors: colors.to_vec(), ..Looks::default() };
        let texts = |typed: &str| choices(&looks, Some(&own), typed).into_iter().map(|c| c.text).collect::<Vec<_>>();
        assert_eq!(texts(""), ["old mill", "facing left", "facing right", "red", "blue", "red roof"]);
        assert_eq!(texts("blue"), ["blue", "blue roof"]);
        assert_eq!(texts("roof"), ["red roof", "blue roof"]);
    }
}
