//! Placement hint of an object, as a grid of three by three.

use egui::{Align2, FontId, Sense, Stroke, StrokeKind, Ui, vec2};
use egui_phosphor::regular as icon;

use super::object::what;
use crate::app::widgets::{chosen, heading};
use crate::app::{Action, Theme};
use scenewright_scene::{Across, Down, Edit, Node, PlaceHint};

const ACROSS: [Across; 3] = [Across::Left, Across::Center, Across::Right];
const DOWN: [Down; 3] = [Down::Top, Down::Middle, Down::Bottom];

/// A cell is on if the hint allows it: "top" turns on the upper row. Clicking the only cell that is on clears the hint.
pub(crate) fn grid(ui: &mut Ui, nodes: &[&Node], theme: &Theme, actions: &mut Vec<Action>) {
    heading(ui, theme, "Place");
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
        for down in DOWN {
            ui.horizontal(|ui| {
                for across in ACROSS {
                    cell(ui, nodes, PlaceHint::new(across, down), theme, actions);
                }
            });
        }
    });
}

fn cell(ui: &mut Ui, nodes: &[&Node], place: PlaceHint, theme: &Theme, actions: &mut Vec<Action>) {
    let exact = !nodes.is_empty() && nodes.iter().all(|node| node.place == Some(place));
    let allows = |node: &&Node| {
        node.place.is_some_and(|hint| {
            hint.across.is_none_or(|across| place.across == Some(across))
                && hint.down.is_none_or(|down| place.down == Some(down))
        })
    };
    let allowed = !nodes.is_empty() && nodes.iter().all(allows);
    let (rect, response) = ui.allocate_exact_size(vec2(40.0, 24.0), Sense::click());
    chosen(&response, allowed, &format!("place: {place}"));
    let near = response.hovered() || response.has_focus();
    let fill = if allowed { theme.accent.gamma_multiply(if exact { 0.9 } else { 0.45 }) } else { theme.surface };
    let stroke = Stroke::new(1.0, if near { theme.hover } else { theme.grid });
    ui.painter().rect(rect, 3, fill, stroke, StrokeKind::Inside);
    if exact {
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon::CHECK, FontId::proportional(13.0), theme.surface);
    }
    let response = response.on_hover_text(place.to_string());
    if response.clicked() {
        let hint = (!exact).then_some(place);
        let text = hint.map_or_else(|| "anywhere".to_owned(), |hint| hint.to_string());
        let edit = |node: &&Node| Edit::SetPlace { node: node.id, place: hint };
        actions.push(Action::edit(format!("{}: {text}", what(nodes)), nodes.iter().map(edit).collect()));
    }
}
