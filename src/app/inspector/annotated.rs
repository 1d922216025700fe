//! Inspector of annotated pictures: name, appearance, relations; no layout constraints.

use egui::{RichText, Ui};

use super::{Inspector, InspectorInput};
use crate::app::Action;

impl Inspector {
    /// One object, one relation, or several items.
    pub(crate) fn show_seen(&mut self, ui: &mut Ui, input: &InspectorInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        self.begin(input);
        ui.spacing_mut().item_spacing = egui::vec2(6.0, 5.0);
        let single = input.selection.single_node().and_then(|id| input.scene.node(id));
        match (single, input.selection.relations.first().filter(|_| input.selection.nodes.is_empty())) {
            (Some(node), _) => {
                self.drafts.follow(node);
                ui.add(egui::Label::new(RichText::new(node.title()).size(17.0).strong()).truncate());
                self.name(ui, node, input, &mut actions);
                self.label(ui, node, &mut actions);
                self.words(ui, &[node], input, &mut actions);
                self.relations_of(ui, node, input, &mut actions);
            }
            (None, Some(relation)) => self.relation(ui, *relation, input, &mut actions),
            (None, None) => self.several(ui, input, &mut actions),
        }
        self.clear_hover(&mut actions);
        actions
    }
}
