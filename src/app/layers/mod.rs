//! The layers panel: all objects from front to back with thumbnails; hide, lock and pin them, and drag them into another order.

use std::collections::{BTreeSet, HashMap};

use egui::{
    Align2, Color32, FontId, Id, Key, Modifiers, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::commands::Command;
use super::depth_order::{Layer, put_in_front_of, shown_layers};
use super::object_edits::with_groups;
use super::picture::PictureTextures;
use super::titles::distinct_titles;
use super::widgets::{category, hover_change, named, one_line, weak};
use super::{Action, Item, Selection, Theme};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, Node, NodeId, Scene, UnitBox};

pub(crate) struct LayersInput<'a> {
    pub scene: &'a Scene,
    pub selection: &'a Selection,
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    pub shown: Option<&'a PictureTextures>,
}

/// Keys in this panel, for the help page (F1).
pub(crate) const KEYS: [(&str, &str); 4] = [
    ("Up, Down", "from layer to layer"),
    ("Enter, click; Shift+click", "select; add to the selection"),
    ("Alt+Up, Alt+Down", "take the layer one forward, one back"),
    ("drag a layer", "put it in front of or behind others"),
];

/// Points.
const ROW: f32 = 34.0;
const THUMBNAIL: f32 = 26.0;
const BUTTON: f32 = 24.0;

/// A layer that is dragged: the payload of egui's drag and drop.
#[derive(Clone, Debug, PartialEq, Eq)]
struct DraggedLayer(NodeId);

#[derive(Default)]
pub(crate) struct LayersPanel {
    reported_hover: Option<Item>,
    pointed: Option<Item>,
    /// A row that gets the focus as soon as it is laid out.
    to_focus: Option<NodeId>,
}

/// A row as it is drawn: from front to back.
struct LayerRow<'a> {
    node: &'a Node,
    title: &'a str,
    /// The next layer behind it.
    behind: Option<NodeId>,
    /// Whether the picture has an order.
    is_ordered: bool,
}

impl LayersPanel {
    pub(crate) fn show(&mut self, ui: &mut Ui, input: &LayersInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        if input.scene.is_empty() {
            let text = "No objects yet. Type a sentence, or click a word of the Objects panel.";
            ui.label(weak(input.theme, text));
            return actions;
        }
        let layers = shown_layers(input.scene, input.shown, input.vocab);
        // Without an order of the picture: the newest first.
        let order: Vec<NodeId> = match layers.is_empty() {
            true => input.scene.nodes().iter().rev().map(|node| node.id).collect(),
            false => {
                let unplaced = input.scene.nodes().iter().map(|node| node.id);
                let unplaced = unplaced.filter(|id| !layers.iter().any(|layer| layer.node == *id)).rev();
                unplaced.chain(layers.iter().rev().map(|layer| layer.node)).collect()
            }
        };
        let titles = distinct_titles(input.scene);
        tools(ui, &layers, &mut actions);
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().auto_shrink(false).id_salt("layers");
        area.show_rows(ui, ROW, order.len(), |ui, range| {
            for at in range {
                let Some(node) = order.get(at).and_then(|id| input.scene.node(*id)) else { continue };
                let row = LayerRow {
                    node,
                    title: titles.get(&node.id).map_or("", String::as_str),
                    behind: order.get(at + 1).copied(),
                    is_ordered: !layers.is_empty(),
                };
                self.row(ui, &row, &layers, &order, input, &mut actions);
            }
        });
        let pointed = std::mem::take(&mut self.pointed);
        let reported = std::mem::replace(&mut self.reported_hover, pointed);
        actions.extend(hover_change(ui.ctx(), input.hovered, reported, pointed));
        actions
    }

    fn row(
        &mut self,
        ui: &mut Ui,
        row: &LayerRow<'_>,
        layers: &[Layer],
        order: &[NodeId],
        input: &LayersInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let node = row.node;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let response = ui.interact(rect, row_id(node.id), Sense::click_and_drag());
        let selected = input.selection.nodes.contains(&node.id);
        let spoken = spoken(row);
        response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, &spoken));
        if self.to_focus == Some(node.id) {
            self.to_focus = None;
            response.request_focus();
            response.scroll_to_me(None);
        }
        if ui.rect_contains_pointer(rect) {
            self.pointed = Some(Item::Node(node.id));
        }
        self.keys(ui, &response, row, layers, order, actions);
        if response.clicked() {
            let mut selection =
                if ui.input(|i| i.modifiers.shift) { input.selection.clone() } else { Selection::default() };
            selection.toggle(Item::Node(node.id));
            actions.push(Action::Select(selection));
            response.request_focus();
        }
        let near = response.hovered() || response.has_focus() || input.hovered == Some(Item::Node(node.id));
        paint(ui, rect, row, input, selected, near);
        if row.is_ordered {
            response.dnd_set_drag_payload(DraggedLayer(node.id));
            take_drop(ui, rect, &response, row, layers, input, actions);
        }
        buttons(ui, rect, node, row.title, input, actions);
    }

    fn keys(
        &mut self,
        ui: &Ui,
        response: &Response,
        row: &LayerRow<'_>,
        layers: &[Layer],
        order: &[NodeId],
        actions: &mut Vec<Action>,
    ) {
        if !response.has_focus() {
            return;
        }
        let filter = egui::EventFilter { vertical_arrows: true, ..egui::EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let own = row.node.id;
        let Some(at) = order.iter().position(|id| *id == own) else { return };
        let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
        let moved: BTreeSet<NodeId> = [own].into();
        let mut reorder = |edits: Vec<Edit>, actions: &mut Vec<Action>| {
            if !edits.is_empty() {
                actions.push(Action::edit(format!("reorder {}", row.title), edits));
                self.to_focus = Some(own);
            }
        };
        if pressed(Modifiers::ALT, Key::ArrowUp) && at > 0 {
            reorder(put_in_front_of(layers, &moved, order.get(at - 1).copied()), actions);
        } else if pressed(Modifiers::ALT, Key::ArrowDown) && at + 1 < order.len() {
            reorder(put_in_front_of(layers, &moved, order.get(at + 2).copied()), actions);
        } else if pressed(Modifiers::NONE, Key::ArrowDown) {
            self.to_focus = order.get(at + 1).copied();
            ui.ctx().request_repaint();
        } else if pressed(Modifiers::NONE, Key::ArrowUp) {
            self.to_focus = at.checked_sub(1).and_then(|at| order.get(at)).copied();
            ui.ctx().request_repaint();
        }
    }
}

fn row_id(node: NodeId) -> Id {
    Id::new("layer").with(node)
}

fn spoken(row: &LayerRow<'_>) -> String {
    let node = row.node;
    let facts = [(node.hidden, ", hidden"), (node.locked, ", locked"), (node.pinned.is_some(), ", pinned")];
    let facts = facts.into_iter().filter_map(|(is_so, word)| is_so.then_some(word));
    format!("layer {}{}", row.title, facts.collect::<String>())
}

/// Buttons above the list: the order of the selection.
fn tools(ui: &mut Ui, layers: &[Layer], actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for command in [Command::BringToFront, Command::BringForward, Command::SendBackward, Command::SendToBack] {
            let info = command.info();
            let button = ui.add_enabled_ui(!layers.is_empty(), |ui| {
                let button = egui::Button::new(egui::RichText::new(info.icon).size(16.0)).frame_when_inactive(false);
                let button = ui.add(button).on_hover_text(command.hint(ui.ctx()));
                button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, info.label));
                button
            });
            if button.inner.clicked() {
                actions.push(Action::Command(command));
            }
        }
    });
    ui.add_space(2.0);
}

fn paint(ui: &Ui, rect: Rect, row: &LayerRow<'_>, input: &LayersInput<'_>, selected: bool, near: bool) {
    let theme = input.theme;
    let painter = ui.painter_at(rect);
    let field = rect.shrink2(vec2(1.0, 1.0));
    if selected {
        painter.rect_filled(field, 4, theme.accent.gamma_multiply(0.22));
    } else if near {
        painter.rect_filled(field, 4, theme.hover.gamma_multiply(0.12));
    }
    let left = rect.left() + BUTTON + 4.0;
    let frame = Rect::from_center_size(pos2(left + THUMBNAIL / 2.0, rect.center().y), vec2(THUMBNAIL, THUMBNAIL));
    let fade = if row.node.hidden { 0.35 } else { 1.0 };
    match input.shown.and_then(|shown| Some((shown.thumbnail(row.node.id)?, shown.size()))) {
        Some(((texture, uv), size)) => {
            let part = vec2(uv.width() * size[0] as f32, uv.height() * size[1] as f32);
            let scale = THUMBNAIL / part.max_elem().max(1e-3);
            let image = Rect::from_center_size(frame.center(), part * scale);
            painter.image(texture, image, uv, Color32::WHITE.gamma_multiply(fade));
        }
        None => {
            let color = category(input.vocab, &row.node.name).gamma_multiply(0.6);
            painter.rect(frame.shrink(3.0), 3, color.gamma_multiply(0.4), Stroke::new(1.0, color), StrokeKind::Inside);
        }
    }
    let at = left + THUMBNAIL + 8.0;
    let room = rect.right() - at - 2.0 * BUTTON - 4.0;
    let color = if row.node.hidden { theme.text_weak } else { theme.text };
    let galley = one_line(&painter, row.title, 13.5, color, room);
    let place = Align2::LEFT_CENTER.anchor_size(pos2(at, rect.center().y), galley.size());
    painter.galley(place.min, galley, color);
}

/// The eye at the left; lock and pin at the right.
fn buttons(ui: &Ui, rect: Rect, node: &Node, title: &str, input: &LayersInput<'_>, actions: &mut Vec<Action>) {
    let id = node.id;
    let near = ui.rect_contains_pointer(rect);
    let eye = if node.hidden { (icon::EYE_SLASH, "show") } else { (icon::EYE, "hide") };
    if button(ui, rect.left() + BUTTON / 2.0, rect, (id, eye), title, node.hidden || near, input.theme) {
        let edit = Edit::Hide { node: id, hidden: !node.hidden };
        actions.push(Action::edit(format!("{} {title}", eye.1), vec![edit]));
    }
    let lock = if node.locked { (icon::LOCK, "unlock") } else { (icon::LOCK_OPEN, "lock") };
    if button(ui, rect.right() - 1.5 * BUTTON, rect, (id, lock), title, node.locked || near, input.theme) {
        let edit = Edit::Lock { node: id, locked: !node.locked };
        actions.push(Action::edit(format!("{} {title}", lock.1), vec![edit]));
    }
    let drawn: Option<UnitBox> = input.shown.and_then(|shown| shown.box_of(id)).and_then(|bounds| bounds.repaired());
    let is_pinned = node.pinned.is_some();
    if !is_pinned && drawn.is_none() {
        return;
    }
    let pin = (icon::PUSH_PIN, if is_pinned { "unpin" } else { "pin" });
    if button(ui, rect.right() - BUTTON / 2.0, rect, (id, pin), title, is_pinned || near, input.theme) {
        let edit = Edit::Pin { node: id, pinned: drawn.filter(|_| !is_pinned) };
        actions.push(Action::edit(format!("{} {title}", pin.1), vec![edit]));
    }
}

/// A button of a row; it is drawn pale unless it is on or the row is pointed at. Returns true if it was clicked.
fn button(
    ui: &Ui,
    x: f32,
    row: Rect,
    (id, (face, verb)): (NodeId, (&str, &str)),
    title: &str,
    strong: bool,
    theme: &Theme,
) -> bool {
    let rect = Rect::from_center_size(pos2(x, row.center().y), vec2(BUTTON, BUTTON));
    let slot = (x - row.left()).round() as i32;
    let response = ui.interact(rect, row_id(id).with(slot), Sense::click());
    let response = named(response, WidgetType::Button, &format!("{verb} layer {title}"));
    let color = match (response.hovered() || response.has_focus(), strong) {
        (true, _) => theme.accent,
        (false, true) => theme.text,
        (false, false) => theme.text_weak.gamma_multiply(0.5),
    };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, face, FontId::proportional(15.0), color);
    response.clicked()
}

/// A layer that was dropped here: above the middle of the row it goes in front of this one, below it behind.
fn take_drop(
    ui: &Ui,
    rect: Rect,
    response: &Response,
    row: &LayerRow<'_>,
    layers: &[Layer],
    input: &LayersInput<'_>,
    actions: &mut Vec<Action>,
) {
    let Some(dragged) = response.dnd_hover_payload::<DraggedLayer>() else { return };
    let Some(pointer) = ui.ctx().pointer_interact_pos() else { return };
    let is_above = pointer.y < rect.center().y;
    let line = if is_above { rect.top() } else { rect.bottom() };
    ui.painter().hline(rect.x_range(), line, Stroke::new(2.0, input.theme.accent));
    if response.dnd_release_payload::<DraggedLayer>().is_none() {
        return;
    }
    // What is selected with it, or grouped, goes with it.
    let own = Selection::of(Item::Node(dragged.0));
    let moved = if input.selection.nodes.contains(&dragged.0) { input.selection } else { &own };
    let moved = with_groups(input.scene, moved).nodes;
    let behind = if is_above { Some(row.node.id) } else { row.behind };
    // A layer that is moved itself is no neighbor: the next one behind it is.
    let behind = behind.and_then(|behind| next_unmoved(layers, &moved, behind));
    let edits = put_in_front_of(layers, &moved, behind);
    if !edits.is_empty() {
        let titles: HashMap<NodeId, String> = distinct_titles(input.scene);
        let what = match moved.len() {
            1 => titles.get(&dragged.0).cloned().unwrap_or_default(),
            count => format!("{count} objects"),
        };
        actions.push(Action::edit(format!("reorder {what}"), edits));
    }
}

/// The layer itself, or the next one behind it that is not moved.
fn next_unmoved(layers: &[Layer], moved: &BTreeSet<NodeId>, from: NodeId) -> Option<NodeId> {
    let at = layers.iter().position(|layer| layer.node == from)?;
    layers[..=at].iter().rev().map(|layer| layer.node).find(|node| !moved.contains(node))
}
