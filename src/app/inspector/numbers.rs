//! The box of an object as numbers. Dragging a number is one gesture, typing one is one step.

use egui::{Align, DragValue, Label, Layout, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use super::{Inspector, InspectorInput};
use crate::app::widgets::{end_of_drag, heading, icon_button, named, weak};
use crate::app::{Action, Gesture};
use scenewright_scene::{Edit, Node, UnitBox};

const FIELDS: [&str; 4] = ["x", "y", "width", "height"];
/// Points; the width of the longest label.
const LABEL_WIDTH: f32 = 40.0;

impl Inspector {
    pub(super) fn numbers(&mut self, ui: &mut Ui, node: &Node, input: &InspectorInput<'_>, actions: &mut Vec<Action>) {
        heading(ui, input.theme, "Box");
        let Some(b) = input.box_of(node.id) else {
            ui.label(weak(input.theme, "The network has not placed it yet."));
            return;
        };
        let size = input.shown.map_or([100, 100], |shown| shown.size());
        let percent = self.percent || input.shown.is_none();
        let unit = if percent { [100.0, 100.0] } else { size.map(|side| side as f64) };
        let mut values = to_numbers(&b, unit);
        // Not a `Grid`: it requests a second frame whenever the width of its content changes.
        for row in [[0, 1], [2, 3]] {
            ui.horizontal(|ui| {
                for field in row {
                    let place = vec2(LABEL_WIDTH, ui.spacing().interact_size.y);
                    let label = Label::new(weak(input.theme, FIELDS[field])).halign(Align::Min);
                    ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Center), |ui| {
                        ui.set_min_width(LABEL_WIDTH);
                        ui.add(label);
                    });
                    self.number(ui, node, field, &mut values, unit, actions);
                }
            });
        }
        ui.horizontal_wrapped(|ui| {
            let suffix = if percent { "%" } else { "px" };
            let name = "pixels or percent";
            if input.shown.is_some() && named(ui.button(suffix), WidgetType::Button, name).clicked() {
                self.percent = !self.percent;
            }
            if node.pinned.is_some() {
                ui.label(weak(input.theme, format!("{} pinned", icon::PUSH_PIN)));
                if icon_button(ui, icon::ARROW_COUNTER_CLOCKWISE, "let the network place the box").clicked() {
                    let edit = Edit::Pin { node: node.id, pinned: None };
                    actions.push(Action::edit(format!("unpin {}", node.title()), vec![edit]));
                }
            } else {
                ui.label(weak(input.theme, "placed by the network; a change pins it"));
            }
        });
    }

    fn number(
        &mut self,
        ui: &mut Ui,
        node: &Node,
        field: usize,
        values: &mut [f64; 4],
        unit: [f64; 2],
        actions: &mut Vec<Action>,
    ) {
        let whole = unit[field % 2];
        let widget = DragValue::new(&mut values[field])
            .speed(whole / 200.0)
            .range(0.0..=whole)
            .max_decimals(1)
            .update_while_editing(false);
        let response = ui.add(widget);
        let (value, name) = (values[field], format!("box {}", FIELDS[field]));
        response.widget_info(|| WidgetInfo {
            label: Some(name.clone()),
            value: Some(value),
            ..WidgetInfo::new(WidgetType::DragValue)
        });
        let label = || format!("box of {}", node.title());
        if response.drag_started() {
            self.dragging = true;
            actions.push(Action::Gesture(Gesture::Begin { label: label() }));
        }
        if response.changed()
            && let Some(pinned) = from_numbers(*values, unit, field)
        {
            let edits = vec![Edit::Pin { node: node.id, pinned: Some(pinned) }];
            actions.push(if self.dragging {
                Action::Gesture(Gesture::Edits(edits))
            } else {
                Action::edit(label(), edits)
            });
        }
        if response.drag_stopped() && std::mem::take(&mut self.dragging) {
            actions.push(end_of_drag(ui));
        }
    }
}

/// x, y, width, height.
pub(crate) fn to_numbers(b: &UnitBox, unit: [f64; 2]) -> [f64; 4] {
    [
        f64::from(b.x0) * unit[0],
        f64::from(b.y0) * unit[1],
        f64::from(b.width()) * unit[0],
        f64::from(b.height()) * unit[1],
    ]
}

/// Makes a valid box of four numbers, one of which was just changed: a size that no longer fits moves the box, and a
/// position shrinks it.
pub(crate) fn from_numbers(values: [f64; 4], unit: [f64; 2], changed: usize) -> Option<UnitBox> {
    let least = f64::from(UnitBox::MIN_SIDE) * 2.0;
    let axis = |axis: usize| {
        let whole = unit[axis].max(1e-9);
        let (at, side) = (values[axis] / whole, values[axis + 2] / whole);
        let side = side.clamp(least, 1.0);
        if changed >= 2 {
            let at = at.clamp(0.0, 1.0 - least);
            (at, at + side.min(1.0 - at))
        } else {
            let at = at.clamp(0.0, 1.0 - side);
            (at, at + side)
        }
    };
    let ((x0, x1), (y0, y1)) = (axis(0), axis(1));
    UnitBox { x0: x0 as f32, y0: y0 as f32, x1: x1 as f32, y1: y1 as f32 }.repaired()
}
