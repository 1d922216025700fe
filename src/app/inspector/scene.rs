//! Properties of the scene, shown if nothing is selected.

use egui::scroll_area::ScrollBarVisibility;
use egui::{DragValue, RichText, ScrollArea, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::{Inspector, InspectorInput, relation};
use crate::app::commands::Command;
use crate::app::widgets::{end_of_drag, heading, icon_button, weak};
use crate::app::{Action, Gesture};
use scenewright_language::next_seed;
use scenewright_scene::{Edit, Relation, RelationStatus};

/// "1 object", "2 objects".
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

impl Inspector {
    pub(super) fn scene(&mut self, ui: &mut Ui, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        ui.label(RichText::new("Scene").size(17.0).strong());
        let scene = input.scene;
        let pinned = scene.nodes().iter().filter(|node| node.pinned.is_some()).count();
        let locked = scene.nodes().iter().filter(|node| node.locked).count();
        let counts =
            format!("{}, {}", counted(scene.nodes().len(), "object"), counted(scene.relations().len(), "relation"));
        ui.label(weak(input.theme, counts));
        if scene.is_empty() {
            let text = "The scene is empty. Type a sentence below, click a word of the Objects panel, or double-click \
                the graph.";
            ui.label(text);
        }
        if pinned + locked > 0 {
            ui.label(weak(input.theme, format!("{pinned} pinned, {locked} locked")));
        }
        let hidden = scene.nodes().iter().filter(|node| node.hidden).count();
        let hidden = hidden + scene.relations().iter().filter(|relation| relation.hidden).count();
        if hidden > 0 && ui.button(format!("{} Show all ({hidden} hidden)", icon::EYE)).clicked() {
            actions.push(Action::Command(Command::ShowAll));
        }
        self.seed(ui, input, actions);
        let mut is_on = scene.completion().is_on;
        let switch = ui.checkbox(&mut is_on, "Add ground and sky");
        let help = "Draws what the graph leaves out: ground, sky, water, wall and floor (collage models). Switching it on brings back what was left out.";
        if switch.on_hover_text(help).changed() {
            let label = if is_on { "add ground and sky" } else { "draw the graph alone" };
            actions.push(Action::edit(label, vec![Edit::SetCompletion { is_on }]));
        }
        let fresh = ui.button(format!("{} Fresh layout", icon::SHUFFLE));
        if fresh.on_hover_text("Recomputes the layout; pinned boxes stay").clicked() {
            actions.push(Action::FreshLayout);
        }
        self.unmet(ui, input, actions);
    }

    fn seed(&mut self, ui: &mut Ui, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        heading(ui, input.theme, "Seed");
        ui.horizontal(|ui| {
            let mut seed = input.scene.seed();
            let response = ui.add(DragValue::new(&mut seed).update_while_editing(false));
            response.widget_info(|| WidgetInfo {
                label: Some("seed of the scene".to_owned()),
                value: Some(seed as f64),
                ..WidgetInfo::new(WidgetType::DragValue)
            });
            if response.drag_started() {
                self.dragging = true;
                actions.push(Action::Gesture(Gesture::Begin { label: "seed".to_owned() }));
            }
            if response.changed() {
                let edits = vec![Edit::SetSceneSeed { seed }];
                let draft = self.dragging;
                actions.push(if draft { Action::Gesture(Gesture::Edits(edits)) } else { Action::edit("seed", edits) });
            }
            if response.drag_stopped() && std::mem::take(&mut self.dragging) {
                actions.push(end_of_drag(ui));
            }
            if icon_button(ui, icon::DICE_FIVE, "new random seed").clicked() {
                let seed = next_seed(input.scene.seed(), u64::MAX);
                actions.push(Action::edit("new random seed", vec![Edit::SetSceneSeed { seed }]));
            }
        });
    }

    /// Relations that the layout violates, each with a button that satisfies it.
    fn unmet(&mut self, ui: &mut Ui, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        let is_broken =
            |relation: &&Relation| input.relation_statuses.get(&relation.id) == Some(&RelationStatus::Broken);
        let broken: Vec<&Relation> = input.scene.relations().iter().filter(is_broken).collect();
        let judged = input
            .relation_statuses
            .values()
            .filter(|relation_status| **relation_status != RelationStatus::Unknown)
            .count();
        if judged == 0 {
            return;
        }
        if broken.is_empty() {
            heading(ui, input.theme, "Relations");
            let text = format!("{} All {judged} relations that boxes can check are satisfied.", icon::CHECK_CIRCLE);
            ui.label(RichText::new(text).color(input.theme.met));
            let is_undrawn = |relation: &&Relation| !input.is_drawn(relation);
            let undrawn = input.scene.relations().iter().filter(is_undrawn).count();
            if undrawn > 0 {
                ui.label(weak(input.theme, format!("{} not drawn", counted(undrawn, "relation"))));
            }
            return;
        }
        heading(ui, input.theme, "Relations violated by the layout");
        let row = ui.spacing().interact_size.y;
        let area = ScrollArea::vertical().id_salt("unmet").max_height(ui.available_height().max(6.0 * row));
        // As for the scroll bar of the whole inspector, which is beside it.
        area.scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden).show_rows(ui, row, broken.len(), |ui, rows| {
            for relation in rows.filter_map(|row| broken.get(row)) {
                relation::line(ui, relation, input, &mut self.lines, actions);
            }
        });
    }
}
