//! Properties of several selected items.

use egui::{RichText, Ui};
use egui_phosphor::regular as icon;

use super::object::{new_seed, size};
use super::picker::PickerFace;
use super::{Inspector, InspectorInput, placement_hint, relation, word_choices};
use crate::app::commands::Command;
use crate::app::selection_edits::deletion;
use crate::app::widgets::{category, heading, icon_button, weak};
use crate::app::{Action, Align};
use scenewright_scene::{Edit, Node, NodeId, UnitBox};

/// Maximum number of listed relations; a count shows the others.
const LISTED: usize = 30;

impl Inspector {
    pub(super) fn several(&mut self, ui: &mut Ui, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        let nodes: Vec<&Node> = input.selection.nodes.iter().filter_map(|id| input.scene.node(*id)).collect();
        let relations = &input.selection.relations;
        ui.label(RichText::new(title(nodes.len(), relations.len())).size(16.0).strong());
        if !nodes.is_empty() {
            actions_for_all(ui, &nodes, input, actions);
            let boxes: Vec<(NodeId, UnitBox)> =
                nodes.iter().filter_map(|node| Some((node.id, input.box_of(node.id)?))).collect();
            arrange(ui, &boxes, input, actions);
            self.name_of_all(ui, &nodes, input, actions);
            self.words(ui, &nodes, input, actions);
            size(ui, &nodes, input.theme, actions);
            placement_hint::grid(ui, &nodes, input.theme, actions);
        }
        if ui.button(format!("{} Delete all", icon::TRASH)).clicked() {
            let edits = deletion(input.scene, input.selection);
            actions.push(Action::edit(format!("remove {}", title(nodes.len(), relations.len())), edits));
        }
        if relations.is_empty() {
            return;
        }
        heading(ui, input.theme, "Relations");
        for relation in relations.iter().take(LISTED).filter_map(|id| input.scene.relation(*id)) {
            relation::line(ui, relation, input, &mut self.lines, actions);
        }
        if relations.len() > LISTED {
            ui.label(weak(input.theme, format!("and {} more", relations.len() - LISTED)));
        }
    }
}

impl Inspector {
    /// The name of all objects, which another choice changes together.
    fn name_of_all(&mut self, ui: &mut Ui, nodes: &[&Node], input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        heading(ui, input.theme, "Name");
        let common = nodes.first().map(|node| node.name.as_str());
        let common = common.filter(|name| nodes.iter().all(|node| node.name == *name));
        let color = common.map(|name| category(input.vocab, name));
        let face = PickerFace { name: "name of all", text: common.unwrap_or("several names"), color };
        let objects = &mut self.objects;
        let chosen =
            self.picker.show(ui, &face, input.theme, &mut |typed| word_choices(objects, input.vocab, typed, true));
        if let Some(name) = chosen {
            let others = nodes.iter().filter(|node| node.name != name);
            let edits: Vec<Edit> = others.map(|node| Edit::Rename { node: node.id, name: name.clone() }).collect();
            if !edits.is_empty() {
                actions.push(Action::edit(format!("change {} objects to {name}", edits.len()), edits));
            }
        }
    }
}

fn title(nodes: usize, relations: usize) -> String {
    let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match (nodes, relations) {
        (0, relations) => count(relations, "relation"),
        (nodes, 0) => count(nodes, "object"),
        (nodes, relations) => format!("{}, {}", count(nodes, "object"), count(relations, "relation")),
    }
}

fn actions_for_all(ui: &mut Ui, nodes: &[&Node], input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    let what = format!("{} objects", nodes.len());
    let say = |verb: &str, edits: Vec<Edit>| Action::edit(format!("{verb} {what}"), edits);
    let each =
        |edit: &dyn Fn(&Node) -> Option<Edit>| -> Vec<Edit> { nodes.iter().filter_map(|node| edit(node)).collect() };
    ui.horizontal_wrapped(|ui| {
        if icon_button(ui, icon::PUSH_PIN, "pin all").clicked() {
            actions.push(say(
                "pin",
                each(&|node| Some(Edit::Pin { node: node.id, pinned: Some(input.box_of(node.id)?) })),
            ));
        }
        if icon_button(ui, icon::PUSH_PIN_SLASH, "unpin all").clicked() {
            actions.push(say("unpin", each(&|node| Some(Edit::Pin { node: node.id, pinned: None }))));
        }
        if icon_button(ui, icon::LOCK, "lock all").clicked() {
            actions.push(say("lock", each(&|node| Some(Edit::Lock { node: node.id, locked: true }))));
        }
        if icon_button(ui, icon::LOCK_OPEN, "unlock all").clicked() {
            actions.push(say("unlock", each(&|node| Some(Edit::Lock { node: node.id, locked: false }))));
        }
        if icon_button(ui, icon::DICE_FIVE, "new random seed for all").clicked() {
            actions.push(new_seed(nodes, input));
        }
        let grouped = nodes
            .first()
            .is_some_and(|first| first.group.is_some() && nodes.iter().all(|node| node.group == first.group));
        let group = if grouped { Command::Ungroup } else { Command::Group };
        for command in [Command::Hide, group, Command::Flip, Command::DuplicateInRow] {
            if icon_button(ui, command.info().icon, command.info().label).clicked() {
                actions.push(Action::Command(command));
            }
        }
    });
}

fn arrange(ui: &mut Ui, boxes: &[(NodeId, UnitBox)], input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
    heading(ui, input.theme, "Boxes");
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for how in Align::ALL {
            let enough = boxes.len() >= how.least();
            if !ui.add_enabled_ui(enough, |ui| icon_button(ui, how.icon(), how.label())).inner.clicked() {
                continue;
            }
            let edits: Vec<Edit> =
                how.boxes(boxes).into_iter().map(|(node, b)| Edit::Pin { node, pinned: Some(b) }).collect();
            if !edits.is_empty() {
                actions.push(Action::edit(how.label().to_lowercase(), edits));
            }
        }
    });
}
