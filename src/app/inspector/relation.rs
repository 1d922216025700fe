//! Properties of a relation, and relations as rows of a list.

use egui::{Button, RichText, Ui, WidgetType};
use egui_phosphor::regular as icon;

use super::picker::{Picker, PickerChoice, PickerFace};
use super::{Inspector, InspectorInput, RelationLines, word_choices};
use crate::app::widgets::{category, heading, icon_button, named, weak};
use crate::app::{Action, Item, Selection};
use scenewright_scene::relation::place_to_meet;
use scenewright_scene::{Edit, NodeId, Relation, RelationId, RelationStatus};

impl Inspector {
    pub(super) fn relation(
        &mut self,
        ui: &mut Ui,
        id: RelationId,
        input: &InspectorInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let Some(relation) = input.scene.relation(id) else { return };
        let text = sentence(relation, input);
        ui.label(RichText::new(&text).size(16.0).strong());
        ui.add_space(2.0);
        status_text(ui, relation, input);
        satisfy(ui, relation, input, &mut self.lines, actions);
        heading(ui, input.theme, "From");
        if let Some(subject) = end(ui, &mut self.picker, "from", relation.subject, input) {
            reroute(relation, [subject, relation.object], input, actions);
        }
        heading(ui, input.theme, "Relation");
        let face = PickerFace { name: "relation", text: &relation.predicate, color: None };
        let predicates = &mut self.predicates;
        let chosen =
            self.picker.show(ui, &face, input.theme, &mut |typed| word_choices(predicates, input.vocab, typed, false));
        if let Some(predicate) = chosen.filter(|chosen| *chosen != relation.predicate) {
            let label = format!("change \"{}\" to \"{predicate}\"", relation.predicate);
            actions.push(Action::edit(label, vec![Edit::SetPredicate { relation: id, predicate }]));
        }
        if input.vocab.drawn_predicate(&relation.predicate).is_none() {
            let text = format!("{} \"{}\" is not in this vocabulary.", icon::WARNING, relation.predicate);
            ui.label(RichText::new(text).color(input.theme.warning));
        }
        heading(ui, input.theme, "To");
        if let Some(object) = end(ui, &mut self.picker, "to", relation.object, input) {
            reroute(relation, [relation.subject, object], input, actions);
        }
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            if ui.button(format!("{} Reverse", icon::ARROWS_LEFT_RIGHT)).clicked() {
                actions.push(Action::edit(format!("reverse {text}"), vec![Edit::Reverse { relation: id }]));
            }
            let (face, verb) = if relation.hidden { (icon::EYE, "Show") } else { (icon::EYE_SLASH, "Hide") };
            let hint = "A hidden relation stays in the file, but the layout does not follow it";
            if ui.button(format!("{face} {verb}")).on_hover_text(hint).clicked() {
                let edit = Edit::HideRelation { relation: id, hidden: !relation.hidden };
                actions.push(Action::edit(format!("{} {text}", verb.to_lowercase()), vec![edit]));
            }
            if ui.button(format!("{} Delete", icon::TRASH)).clicked() {
                actions.push(Action::edit(format!("remove {text}"), vec![Edit::Unrelate { relations: vec![id] }]));
            }
        });
    }
}

/// Subject or object of the relation: to choose another one, or to go to it.
fn end(ui: &mut Ui, picker: &mut Picker, name: &str, node: NodeId, input: &InspectorInput<'_>) -> Option<NodeId> {
    let word = input.scene.node(node).map_or("", |node| node.name.as_str());
    let title = input.title(node);
    let face = PickerFace { name, text: &title, color: Some(category(input.vocab, word)) };
    let chosen = picker.show(ui, &face, input.theme, &mut |typed| objects(typed, input));
    chosen.filter(|chosen| *chosen != node)
}

/// Objects of the scene whose name contains the typed text.
fn objects(typed: &str, input: &InspectorInput<'_>) -> Vec<PickerChoice<NodeId>> {
    let typed = typed.trim().to_lowercase();
    let fits = |node: &&scenewright_scene::Node| {
        node.title().to_lowercase().contains(&typed) || node.name.to_lowercase().contains(&typed)
    };
    let choice = |node: &scenewright_scene::Node| PickerChoice {
        value: node.id,
        text: input.title(node.id),
        hint: if node.label.is_some() { node.name.clone() } else { String::new() },
        color: Some(category(input.vocab, &node.name)),
    };
    // The picker shows no more than these.
    input.scene.nodes().iter().filter(fits).take(60).map(choice).collect()
}

fn reroute(relation: &Relation, [subject, object]: [NodeId; 2], input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    let edit = Edit::Reroute { relation: relation.id, subject, object };
    let label = format!("{} {} {}", input.title(subject), relation.predicate, input.title(object));
    actions.push(Action::edit(label, vec![edit]));
}

/// "sheep standing on grass".
pub(crate) fn sentence(relation: &Relation, input: &InspectorInput<'_>) -> String {
    format!("{} {} {}", input.title(relation.subject), relation.predicate, input.title(relation.object))
}

fn status_icon(relation_status: RelationStatus, input: &InspectorInput<'_>) -> RichText {
    // Different shapes, for users who cannot tell the colors apart.
    let (face, color) = match relation_status {
        RelationStatus::Met => (icon::CHECK_CIRCLE, input.theme.met),
        RelationStatus::Broken => (icon::X_CIRCLE, input.theme.broken),
        RelationStatus::Unknown => (icon::QUESTION, input.theme.unknown),
    };
    RichText::new(face).color(color).size(15.0)
}

fn status_word(relation_status: RelationStatus) -> &'static str {
    match relation_status {
        RelationStatus::Met => "satisfied",
        RelationStatus::Broken => "violated",
        RelationStatus::Unknown => "cannot be checked",
    }
}

fn status_text(ui: &mut Ui, relation: &Relation, input: &InspectorInput<'_>) {
    let relation_status = input.relation_status(relation.id);
    let text = match relation_status {
        RelationStatus::Met => "The boxes satisfy this relation.",
        RelationStatus::Broken => "The boxes violate this relation.",
        RelationStatus::Unknown if !input.is_drawn(relation) => {
            "This relation is not drawn: it or one of its objects is hidden, or the model has no word for it."
        }
        RelationStatus::Unknown => "This relation cannot be checked from boxes alone.",
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(status_icon(relation_status, input));
        ui.label(text);
    });
}

/// For a violated relation: moves the subject to the nearest place that satisfies it, and pins it there.
fn satisfy(
    ui: &mut Ui,
    relation: &Relation,
    input: &InspectorInput<'_>,
    lines: &mut RelationLines,
    actions: &mut Vec<Action>,
) {
    if input.relation_status(relation.id) != RelationStatus::Broken {
        return;
    }
    let title = input.title(relation.subject);
    if ui.button(format!("{} Move {title} to satisfy", icon::MAGIC_WAND)).clicked() {
        satisfy_row(relation, input, lines, actions);
    }
    if lines.no_place == Some(relation.id) {
        ui.label(weak(input.theme, format!("There is no place in the picture where {title} satisfies this relation.")));
    }
}

fn satisfy_row(relation: &Relation, input: &InspectorInput<'_>, lines: &mut RelationLines, actions: &mut Vec<Action>) {
    let boxes = input.box_of(relation.subject).zip(input.box_of(relation.object));
    let found = boxes.and_then(|(subject, object)| place_to_meet(&relation.predicate, &subject, &object));
    lines.no_place = found.is_none().then_some(relation.id);
    if found.is_some() {
        let edit = Edit::Pin { node: relation.subject, pinned: found };
        actions.push(Action::edit(format!("satisfy {}", sentence(relation, input)), vec![edit]));
    }
}

/// A relation as a row: status, words, and a button that satisfies it. A click selects it.
pub(crate) fn line(
    ui: &mut Ui,
    relation: &Relation,
    input: &InspectorInput<'_>,
    lines: &mut RelationLines,
    actions: &mut Vec<Action>,
) {
    let relation_status = input.relation_status(relation.id);
    let text = sentence(relation, input);
    ui.horizontal(|ui| {
        ui.label(status_icon(relation_status, input));
        if relation_status == RelationStatus::Broken
            && icon_button(ui, icon::MAGIC_WAND, &format!("move {} to satisfy", input.title(relation.subject)))
                .clicked()
        {
            satisfy_row(relation, input, lines, actions);
        }
        let button = ui.add(Button::selectable(false, &text).truncate());
        let status = if input.is_drawn(relation) { status_word(relation_status) } else { "not drawn" };
        let button = named(button, WidgetType::Button, &format!("{text}: {status}"));
        let item = Item::Relation(relation.id);
        if button.hovered() {
            lines.hovered = true;
            if input.hovered != Some(item) {
                actions.push(Action::Hover(Some(item)));
            }
        }
        if button.clicked() {
            actions.push(Action::Select(Selection::of(item)));
        }
    });
    if lines.no_place == Some(relation.id) && relation_status == RelationStatus::Broken {
        ui.label(weak(input.theme, "There is no place in the picture that satisfies this relation."));
    }
}
