//! Canvas commands, the toolbar in the corner and the context menu.

use super::actions;
use super::command::CanvasCommand;
use super::pointer::PointerState;
use super::popup::Question;
use super::{Canvas, CanvasInput, FrameContext, point_below};
use crate::app::commands::{Command, shortcut_text};
use crate::app::{Action, Align, Item, Selection};
use egui::{
    Button, Frame, Popup, PopupAnchor, PopupKind, Pos2, Rect, Response, RichText, Ui, UiBuilder, ViewportCommand,
    WidgetInfo, WidgetType, vec2,
};
use egui_phosphor::regular as icon;
use scenewright_scene::{Edit, NodeId, Scene};

const ZOOM_STEP: f32 = 1.25;

/// The context menu.
pub(crate) struct ContextMenu {
    item: Option<Item>,
    /// Where it opens, in screen points.
    anchor: Pos2,
    /// Where something is added, in canvas points.
    at: Pos2,
    fresh: bool,
}

impl ContextMenu {
    pub(crate) fn new(item: Option<Item>, anchor: Pos2, at: Pos2) -> Self {
        Self { item, anchor, at, fresh: true }
    }
}

impl Canvas {
    /// Performs a command of a key, a button or a menu.
    pub(super) fn perform(
        &mut self,
        command: CanvasCommand,
        ui: &Ui,
        input: &CanvasInput<'_>,
        frame: &mut FrameContext,
    ) {
        let (scene, selection, now) = (input.scene, input.selection, frame.now_seconds);
        match command {
            CanvasCommand::Add => {
                let place =
                    |node: NodeId| self.graph.node_widget(node).map(|node_widget| point_below(node_widget.rect));
                let at = selection.single_node().and_then(place).unwrap_or_else(|| self.port(frame).visible().center());
                let at = self.free_place(at);
                self.ask_at(Question::Add { at, find: false }, at, frame);
            }
            CanvasCommand::Edit => {
                let alone = || {
                    selection
                        .single_node()
                        .map(Item::Node)
                        .or(selection.relations.first().map(|&id| Item::Relation(id)))
                };
                if let Some(item) = self.cursor.or_else(alone) {
                    self.edit_word(item, frame);
                }
            }
            CanvasCommand::Relate => {
                let cursor = if let Some(Item::Node(node)) = self.cursor { Some(node) } else { None };
                if let Some(subject) = cursor.or(selection.single_node()) {
                    self.gesture = PointerState::Choose { subject, object: subject };
                    self.cursor = Some(Item::Node(subject));
                    self.focus_request = Some(self.cursor);
                }
            }
            CanvasCommand::Delete => {
                let actions = actions::delete(scene, selection);
                if !actions.is_empty() {
                    self.focus_request = Some(None);
                }
                frame.actions.extend(actions);
            }
            CanvasCommand::SelectAll => frame.actions.push(Action::Select(Selection::all(scene))),
            CanvasCommand::Duplicate => {
                frame.actions.extend(actions::duplicate(scene, selection, |node| Some(self.places.goal_of(node))))
            }
            CanvasCommand::Copy | CanvasCommand::Cut => {
                if let Some(text) = actions::copied_text(scene, selection, |node| self.places.goal_of(node)) {
                    ui.ctx().copy_text(text);
                    if command == CanvasCommand::Cut {
                        let nodes = Selection { nodes: selection.nodes.clone(), ..Selection::default() };
                        frame.actions.extend(actions::delete(scene, &nodes));
                    }
                }
            }
            CanvasCommand::Paste => ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste),
            CanvasCommand::Hide => frame.actions.push(Action::Command(Command::Hide)),
            CanvasCommand::BringToFront => frame.actions.push(Action::Command(Command::BringToFront)),
            CanvasCommand::SendToBack => frame.actions.push(Action::Command(Command::SendToBack)),
            CanvasCommand::Lock => frame.actions.push(Action::Command(Command::Lock)),
            CanvasCommand::Unpin => frame.actions.extend(unpin(input)),
            CanvasCommand::Fit => self.view.fit(frame.area, self.graph.bounds(), Some(now)),
            CanvasCommand::Center => {
                let node_widgets = selection.nodes.iter().filter_map(|&node| self.graph.node_widget(node));
                let bounds = node_widgets.fold(Rect::NOTHING, |bounds, node_widget| bounds.union(node_widget.rect));
                if bounds.is_finite() {
                    self.view.center_on(bounds.center(), Some(now));
                }
            }
            CanvasCommand::ZoomIn => self.view.zoom_to(self.view.target().1 * ZOOM_STEP, now),
            CanvasCommand::ZoomOut => self.view.zoom_to(self.view.target().1 / ZOOM_STEP, now),
            CanvasCommand::ZoomWhole => self.view.zoom_to(1.0, now),
            CanvasCommand::Arrange => {
                let facts = self.graph.facts(scene, input.boxes);
                self.places.propose(&facts.get());
                drop(facts);
                self.fit_after_arranging(scene, frame);
            }
            CanvasCommand::ArrangeAll => self.arrange_all(input, frame),
            CanvasCommand::Snapping => self.snapping = !self.snapping,
            CanvasCommand::Align(how) => frame.actions.extend(actions::align(scene, &self.graph, selection, how)),
        }
    }

    /// Resets all positions to the automatic layout, in one undoable step.
    fn arrange_all(&mut self, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let placed = input.scene.nodes().iter().filter(|node| node.canvas.is_some());
        let edits: Vec<Edit> = placed.map(|node| Edit::MoveOnCanvas { node: node.id, canvas: None }).collect();
        let mut free = input.scene.clone();
        if free.apply_all(&edits).is_err() {
            return;
        }
        let facts = self.graph.facts(&free, input.boxes);
        self.places.propose(&facts.get());
        drop(facts);
        if !edits.is_empty() {
            frame.actions.push(Action::edit("arrange everything", edits));
        }
        self.fit_after_arranging(&free, frame);
    }

    /// Fits the view to where the nodes will be after their animation.
    fn fit_after_arranging(&mut self, scene: &Scene, frame: &FrameContext) {
        let goal = |bounds: Rect, node: &scenewright_scene::Node| {
            let size = self.graph.node_widget(node.id).map_or(vec2(0.0, 0.0), |node_widget| node_widget.rect.size());
            bounds.union(Rect::from_center_size(self.places.goal(node), size))
        };
        let bounds = scene.nodes().iter().fold(Rect::NOTHING, goal);
        self.view.fit(frame.area, bounds, Some(frame.now_seconds));
    }

    pub(super) fn toolbar(&mut self, ui: &mut Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        const HEIGHT: f32 = 34.0;
        if frame.area.width() < 250.0 || frame.area.height() < 120.0 {
            return;
        }
        let percent = format!("{:.0} %", self.view.target().1 * 100.0);
        let corner = Rect::from_min_max(
            frame.area.right_bottom() - vec2(244.0, HEIGHT + 10.0),
            frame.area.right_bottom() - vec2(10.0, 10.0),
        );
        let buttons = [
            (icon::MINUS, CanvasCommand::ZoomOut),
            (percent.as_str(), CanvasCommand::ZoomWhole),
            (icon::PLUS, CanvasCommand::ZoomIn),
            (icon::CORNERS_OUT, CanvasCommand::Fit),
            (icon::GRAPH, CanvasCommand::Arrange),
            (icon::MAGNET, CanvasCommand::Snapping),
        ];
        let snapping = self.snapping;
        let is_on = |command| command == CanvasCommand::Snapping && snapping;
        let chosen = button_row(ui, "canvas tools", corner, true, &buttons, is_on);
        let mut aligned = None;
        if input.selection.nodes.len() > 1 && frame.area.width() > 340.0 {
            let enough = |how: &Align| input.selection.nodes.len() >= how.least();
            let buttons: Vec<_> =
                Align::ALL.into_iter().filter(enough).map(|how| (how.icon(), CanvasCommand::Align(how))).collect();
            let width = buttons.len() as f32 * 31.0 + 12.0;
            let top =
                Rect::from_center_size(frame.area.center_top() + vec2(0.0, HEIGHT / 2.0 + 10.0), vec2(width, HEIGHT));
            aligned = button_row(ui, "align tools", top, false, &buttons, |_| false);
        }
        if let Some(command) = chosen.or(aligned) {
            self.perform(command, ui, input, frame);
        }
        if matches!(self.gesture, PointerState::Choose { .. }) {
            let text = "Choose the object with arrow keys, a letter or a click. Enter confirms, Esc cancels.";
            let at = frame.area.center_top() + vec2(0.0, 62.0);
            let galley = ui.painter().layout_no_wrap(text.into(), egui::FontId::proportional(13.0), input.theme.text);
            let rect = Rect::from_center_size(at, galley.size() + vec2(20.0, 10.0));
            ui.painter().rect_filled(rect, f32::from(input.theme.radius), input.theme.surface);
            ui.painter().galley(rect.shrink2(vec2(10.0, 5.0)).min, galley, input.theme.text);
        }
    }

    pub(super) fn show_menu(&mut self, ui: &mut Ui, input: &CanvasInput<'_>, frame: &mut FrameContext) {
        let Some(mut menu) = self.menu.take() else { return };
        let mut open = true;
        let mut chosen = None;
        let commands = menu_commands(menu.item, input.selection.nodes.len() > 1);
        let popup =
            Popup::new(frame.root.with("menu"), ui.ctx().clone(), PopupAnchor::Position(menu.anchor), ui.layer_id());
        // The press that opened the menu must not close it again.
        let popup = if menu.fresh { popup.open(true) } else { popup.open_bool(&mut open) };
        let layout = egui::Layout::top_down_justified(egui::Align::Min);
        popup.kind(PopupKind::Menu).layout(layout).style(egui::containers::menu::menu_style).gap(2.0).show(|ui| {
            for command in commands {
                match command {
                    None => _ = ui.separator(),
                    Some(command) => {
                        let mut button = Button::new(command.label());
                        if let Some(shortcut) = command.shortcut() {
                            button = button.shortcut_text(shortcut_text(ui.ctx(), &shortcut));
                        }
                        if ui.add(button).clicked() {
                            chosen = Some(command);
                        }
                    }
                }
            }
        });
        menu.fresh = false;
        match chosen {
            Some(CanvasCommand::Add) => self.ask_at(Question::Add { at: menu.at, find: false }, menu.at, frame),
            Some(command) => self.perform(command, ui, input, frame),
            None if open => self.menu = Some(menu),
            None => {}
        }
    }
}

/// Commands of the context menu; `None` is a separator.
fn menu_commands(item: Option<Item>, several: bool) -> Vec<Option<CanvasCommand>> {
    use CanvasCommand::*;
    let groups: &[&[CanvasCommand]] = match item {
        None => &[&[Add, Paste, SelectAll], &[Fit, Arrange, ArrangeAll]],
        Some(Item::Relation(_)) => &[&[Edit, Hide, Delete]],
        Some(Item::Node(_)) if several => &[&[Copy, Cut, Duplicate, Delete], &[Hide, Lock, Unpin, Center]],
        Some(Item::Node(_)) => &[
            &[Edit, Relate],
            &[Copy, Cut, Duplicate, Delete],
            &[Hide, BringToFront, SendToBack],
            &[Lock, Unpin, Center],
        ],
    };
    let mut commands: Vec<Option<CanvasCommand>> = Vec::new();
    for group in groups {
        commands.extend((!commands.is_empty()).then_some(None));
        commands.extend(group.iter().copied().map(Some));
    }
    commands
}

/// Unpins the boxes of the selected objects.
fn unpin(input: &CanvasInput<'_>) -> Option<Action> {
    let nodes = input.selection.nodes.iter().filter_map(|&id| input.scene.node(id));
    let pinned = nodes.filter(|node| node.pinned.is_some());
    let edits: Vec<Edit> = pinned.map(|node| Edit::Pin { node: node.id, pinned: None }).collect();
    let nodes = Selection { nodes: input.selection.nodes.clone(), ..Selection::default() };
    (!edits.is_empty()).then(|| Action::edit(format!("unpin {}", actions::name_of(input.scene, &nodes)), edits))
}

/// A toolbar that floats over the canvas.
fn button_row(
    ui: &mut Ui,
    name: &str,
    rect: Rect,
    at_right: bool,
    buttons: &[(&str, CanvasCommand)],
    is_on: impl Fn(CanvasCommand) -> bool,
) -> Option<CanvasCommand> {
    let mut chosen = None;
    let layout = if at_right {
        egui::Layout::right_to_left(egui::Align::Center)
    } else {
        egui::Layout::left_to_right(egui::Align::Center)
    };
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect).layout(layout), |ui| {
        Frame::popup(ui.style()).inner_margin(3.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let order: Box<dyn Iterator<Item = &(&str, CanvasCommand)>> =
                if at_right { Box::new(buttons.iter().rev()) } else { Box::new(buttons.iter()) };
            for (text, command) in order {
                let size = if text.is_ascii() { 12.0 } else { 16.0 };
                let button = Button::new(RichText::new(*text).size(size))
                    .frame_when_inactive(false)
                    .selected(is_on(*command))
                    .min_size(vec2(27.0, 26.0));
                if with_tooltip(ui.add(button), *command).clicked() {
                    chosen = Some(*command);
                }
            }
        });
    });
    chosen
}

fn with_tooltip(response: Response, command: CanvasCommand) -> Response {
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, command.label()));
    let shortcut =
        command.shortcut().map_or(String::new(), |shortcut| format!(" ({})", shortcut_text(&response.ctx, &shortcut)));
    response.on_hover_text(format!("{}{shortcut}", command.label()))
}
