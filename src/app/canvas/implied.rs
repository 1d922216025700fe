//! What the picture shows although the graph does not name it, as pale nodes at the lower edge of the canvas: one click makes one an object,
//! another leaves it out of the picture.

use super::{Canvas, CanvasInput, FrameContext};
use crate::app::Action;
use crate::app::widgets::{category, icon_button, named, weak};
use egui::{Button, Frame, Margin, Rect, RichText, Stroke, Ui, UiBuilder, WidgetType, vec2};
use egui_phosphor::regular as icon;
use scenewright_scene::{Edit, ImpliedObject};

/// Points; the toolbar of the canvas is as high.
const HEIGHT: f32 = 34.0;
/// The toolbar at the right, points.
const TOOLBAR_WIDTH: f32 = 260.0;
/// A narrower canvas has the pale nodes above its toolbar.
const MIN_WIDTH_BESIDE: f32 = 620.0;

impl Canvas {
    pub(super) fn implied(&self, ui: &mut Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let implied = &input.scene.completion().implied;
        let is_drawn = input.vocab.looks().is_some();
        if implied.is_empty() || !is_drawn || frame.area.width() < 160.0 || frame.area.height() < 120.0 {
            return;
        }
        let is_beside = frame.area.width() >= MIN_WIDTH_BESIDE;
        let (right, above) = if is_beside { (TOOLBAR_WIDTH, 0.0) } else { (10.0, HEIGHT + 8.0) };
        let rect = Rect::from_min_max(
            frame.area.left_bottom() + vec2(10.0, -HEIGHT - 10.0 - above),
            frame.area.right_bottom() - vec2(right, 10.0 + above),
        );
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.scope_builder(UiBuilder::new().id_salt("implied objects").max_rect(rect).layout(layout), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(weak(input.theme, "Added to the picture:"))
                .on_hover_text("The graph does not name these. Click one to make it an object, or × to leave it out.");
            for object in implied {
                frame.actions.extend(pale_node(ui, input, object));
            }
        });
    }
}

fn pale_node(ui: &mut Ui, input: &CanvasInput<'_>, object: &ImpliedObject) -> Option<Action> {
    let color = category(input.vocab, &object.name);
    let border = Stroke::new(1.2, input.theme.surface.lerp_to_gamma(color, 0.6));
    let mut action = None;
    let pale = Frame::new()
        .fill(input.theme.surface.gamma_multiply(0.55))
        .stroke(border)
        .corner_radius(input.theme.radius)
        .inner_margin(Margin::symmetric(6, 1));
    pale.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let name = &object.name;
        let text = RichText::new(name).color(input.theme.text_weak).italics();
        let node = named(ui.add(Button::new(text).frame(false)), WidgetType::Button, &format!("make {name} an object"));
        if node.on_hover_text(format!("The picture shows {name}. Click to make it an object of the graph.")).clicked() {
            action = Some(Action::edit(format!("add {name}"), vec![object.accepted()]));
        }
        let dismiss = icon_button(ui, icon::X, &format!("leave out {name}"));
        if dismiss.on_hover_text(format!("Draws the picture without {name}")).clicked() {
            let edit = Edit::DismissImplied { name: name.clone() };
            action = Some(Action::edit(format!("leave out {name}"), vec![edit]));
        }
    });
    action
}
