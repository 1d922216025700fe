//! Plain panels, until those with rooms of their own take their places. Each draws its input and returns actions.

use egui::{Color32, Frame, Margin, RichText, ScrollArea, Sense, Stroke, StrokeKind, TextureHandle, Ui, pos2, vec2};

use super::live::{Live, ShownPicture};
use super::state::State;
use super::{Action, Item, Selection, Theme};
use crate::engine::Picture;
use crate::scene::{Edit, NodeId, UnitBox, Verdict, judge};

/// Panels share what they look at.
pub struct PanelInput<'a> {
    pub state: &'a State,
    pub live: &'a Live,
    pub theme: &'a Theme,
}

/// What plain panels remember.
#[derive(Default)]
pub struct Panels {
    search: String,
    texture: Option<(u64, TextureHandle)>,
}

impl Panels {
    pub fn objects(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        padded(ui, |ui| {
            let field = egui::TextEdit::singleline(&mut self.search).hint_text("Search").desired_width(f32::INFINITY);
            ui.add(field);
            let vocab = &input.state.vocab;
            let wanted = self.search.trim().to_lowercase();
            let words: Vec<&str> = vocab
                .objects()
                .map(|(_, name)| name)
                .filter(|name| !name.starts_with("__") && name.contains(&wanted))
                .collect();
            let height = ui.spacing().interact_size.y;
            ScrollArea::vertical().auto_shrink(false).show_rows(ui, height, words.len(), |ui, rows| {
                for name in &words[rows] {
                    let [r, g, b] = vocab.colour_of(name);
                    ui.horizontal(|ui| {
                        let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
                        ui.painter().circle_filled(dot.center(), 5.0, Color32::from_rgb(r, g, b));
                        let button = egui::Button::new(*name).frame_when_inactive(false);
                        if ui.add(button).on_hover_text(format!("Add {name}")).clicked() {
                            actions.push(Action::edit(format!("add {name}"), vec![Edit::add(*name)]));
                        }
                    });
                }
            });
        });
        actions
    }

    pub fn graph(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let (scene, theme) = (input.state.scene(), input.theme);
        Frame::new().fill(theme.canvas).inner_margin(Margin::same(12)).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                for node in scene.nodes() {
                    let marked = input.state.marks.iter().find(|(id, _)| *id == node.id);
                    let number = marked.map_or_else(String::new, |(_, number)| format!("{number}  "));
                    selectable(ui, input, Item::Node(node.id), format!("{number}{}", node.title()), None, &mut actions);
                }
                ui.add_space(8.0);
                let bounds = |id: NodeId| input.live.box_of(id);
                for relation in scene.relations() {
                    let title = |id| scene.node(id).map_or("?", |node| node.title());
                    let text = format!("{} {} {}", title(relation.subject), relation.predicate, title(relation.object));
                    let verdict = match (bounds(relation.subject), bounds(relation.object)) {
                        (Some(subject), Some(object)) => judge(&relation.predicate, &subject, &object),
                        _ => Verdict::Unknown,
                    };
                    let colour = match verdict {
                        Verdict::Met => theme.met,
                        Verdict::Broken => theme.broken,
                        Verdict::Unknown => theme.unknown,
                    };
                    selectable(ui, input, Item::Relation(relation.id), text, Some(colour), &mut actions);
                }
            });
        });
        actions
    }

    pub fn picture(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let theme = input.theme;
        let mut actions = Vec::new();
        Frame::new().fill(theme.canvas).show(ui, |ui| {
            let room = ui.available_size();
            let Some(shown) = &input.live.shown else {
                nothing_yet(ui, input, room, &mut actions);
                return;
            };
            let texture = self.texture_of(ui.ctx(), shown);
            let (width, height) = (shown.picture.width as f32, shown.picture.height as f32);
            let scale = ((room.x - 24.0) / width).min((room.y - 24.0) / height).max(0.1);
            let (area, _) = ui.allocate_exact_size(room, Sense::hover());
            let rect = egui::Rect::from_center_size(area.center(), vec2(width * scale, height * scale));
            let uv = egui::Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, rect, uv, Color32::WHITE);
            for placed in &shown.picture.objects {
                let Some(node) = placed.node.filter(|&node| input.state.selection.contains(Item::Node(node))) else {
                    continue;
                };
                let UnitBox { x0, y0, x1, y1 } = placed.bounds.clamped();
                let corner = |x: f32, y: f32| rect.lerp_inside(vec2(x, y));
                let outline = egui::Rect::from_two_pos(corner(x0, y0), corner(x1, y1));
                ui.painter().rect_stroke(outline, 2.0, theme.selection, StrokeKind::Outside);
                let _ = node;
            }
        });
        actions
    }

    pub fn inspector(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let scene = input.state.scene();
        padded(ui, |ui| match input.state.selection.single_node().and_then(|id| scene.node(id)) {
            Some(node) => {
                ui.heading(node.title());
                if let Some(bounds) = input.live.box_of(node.id) {
                    let text = format!("{:.2}, {:.2} to {:.2}, {:.2}", bounds.x0, bounds.y0, bounds.x1, bounds.y1);
                    ui.label(RichText::new(text).color(input.theme.text_weak));
                }
            }
            None => {
                ui.label(RichText::new("Select an object").color(input.theme.text_weak));
            }
        });
        Vec::new()
    }

    pub fn history(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let history = &input.state.document.history;
        padded(ui, |ui| {
            let height = ui.spacing().interact_size.y;
            let steps = history.revisions();
            ScrollArea::vertical().auto_shrink(false).stick_to_bottom(true).show_rows(
                ui,
                height,
                steps.len(),
                |ui, rows| {
                    for step in &steps[rows] {
                        let label = if step.parent.is_none() { "start" } else { step.label.as_str() };
                        let text = format!("{}   {label}", step.id.0);
                        if ui.selectable_label(step.id == history.revision(), text).clicked() {
                            actions.push(Action::GoTo(step.id));
                        }
                    }
                },
            );
        });
        actions
    }

    fn texture_of(&mut self, ctx: &egui::Context, shown: &ShownPicture) -> egui::TextureId {
        if let Some((number, texture)) = &self.texture
            && *number == shown.number
        {
            return texture.id();
        }
        let texture = ctx.load_texture("picture", pixels(&shown.picture), egui::TextureOptions::LINEAR);
        let id = texture.id();
        self.texture = Some((shown.number, texture));
        id
    }
}

fn pixels(picture: &Picture) -> egui::ColorImage {
    egui::ColorImage::from_rgb([picture.width, picture.height], &picture.rgb)
}

fn nothing_yet(ui: &mut Ui, input: &PanelInput<'_>, room: egui::Vec2, actions: &mut Vec<Action>) {
    ui.allocate_ui(room, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space((room.y / 2.0 - 50.0).max(8.0));
            if input.live.opening.is_some() || input.live.model.is_some() {
                ui.label(RichText::new("The picture is being drawn …").color(input.theme.text_weak));
                return;
            }
            ui.label(RichText::new("No model, no picture").size(16.0).color(input.theme.text));
            ui.label(
                RichText::new("Scenes can be written without one. To see them, open a model folder.")
                    .color(input.theme.text_weak),
            );
            ui.add_space(6.0);
            let command = super::commands::Command::OpenModel;
            if ui.button(command.text()).clicked() {
                actions.push(Action::Command(command));
            }
        });
    });
}

fn selectable(
    ui: &mut Ui,
    input: &PanelInput<'_>,
    item: Item,
    text: String,
    dot: Option<Color32>,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        if let Some(colour) = dot {
            let (place, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
            ui.painter().circle(place.center(), 4.0, colour, Stroke::NONE);
        }
        let response = ui.selectable_label(input.state.selection.contains(item), text);
        if response.clicked() {
            let mut selection = Selection::of(item);
            if ui.input(|input| input.modifiers.shift) {
                selection = input.state.selection.clone();
                selection.toggle(item);
            }
            actions.push(Action::Select(selection));
        }
    });
}

fn padded(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    Frame::new().inner_margin(Margin::same(10)).show(ui, draw);
}
