//! The line below the picture: numbers of the selected box, or of the change.

use egui::{Label, RichText, Ui};
use egui_phosphor::regular as icon;

use super::PictureInput;
use super::pointer_tool::{single_box, unpin};
use crate::app::Action;
use crate::app::widgets::{icon_button, swatch, weak};
use scenewright_scene::{Edit, UnitBox};

pub(crate) fn show(ui: &mut Ui, input: &PictureInput<'_>, changed: Option<f32>, actions: &mut Vec<Action>) {
    let node = input.selection.single_node().and_then(|id| input.scene.node(id));
    let Some((node, b)) = node.zip(single_box(input)) else {
        let text = match (changed, input.shown) {
            (Some(share), _) => format!("{:.0} % of the pixels changed", share * 100.0),
            (None, Some(shown)) => format!("{} × {} pixels", shown.size()[0], shown.size()[1]),
            (None, None) => String::new(),
        };
        ui.add(Label::new(weak(input.theme, text)).truncate());
        return;
    };
    swatch(ui, input.theme, crate::app::widgets::category(input.vocab, &node.name));
    if node.pinned.is_some() {
        if icon_button(ui, icon::PUSH_PIN_SLASH, "Unpin the box (P)").clicked() {
            actions.push(unpin(node.title(), node.id));
        }
    } else if icon_button(ui, icon::PUSH_PIN, "Pin the box here (P)").clicked() {
        let edits = vec![Edit::Pin { node: node.id, pinned: Some(b) }];
        actions.push(Action::edit(format!("pin {}", node.title()), edits));
    }
    let numbers = input.shown.map_or_else(|| percent(&b), |shown| pixels(&b, shown.size()));
    let text = RichText::new(format!("{}  {numbers}", node.title()));
    ui.add(Label::new(text).truncate());
}

/// "12, 30 · 20 × 18 px".
pub(crate) fn pixels(b: &UnitBox, size: [usize; 2]) -> String {
    let [w, h] = size.map(|side| side as f32);
    let (x, y) = (b.x0 * w, b.y0 * h);
    format!("{x:.0}, {y:.0} · {:.0} × {:.0} px", b.width() * w, b.height() * h)
}

fn percent(b: &UnitBox) -> String {
    let [x, y, w, h] = [b.x0, b.y0, b.width(), b.height()].map(|v| v * 100.0);
    format!("{x:.0}, {y:.0} · {w:.0} × {h:.0} %")
}
