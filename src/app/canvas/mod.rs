//! The graph canvas: objects as nodes, relations as labeled arrows.
//!
//! It is drawn in screen points with its own transform. Each node and label is an egui widget with true bounds, so that
//! keyboard and screen readers find them. Pure UI: it reads a [`CanvasInput`] and returns [`Action`]s. Its own state is
//! the view, the gesture in progress, a popup, and positions of objects that the user has not placed.
//!
//! | file | subject |
//! |---|---|
//! | `view` | zoom and pan: canvas points ↔ screen points |
//! | `graph` | nodes and arrows of a scene, cached |
//! | `node_positions`, `arrange` | where nodes are; automatic layout |
//! | `route`, `curve`, `obstacles` | routes of arrows, places of labels |
//! | `paint`, `arrows` | painting |
//! | `widgets` | names and bounds for pointer, keyboard and screen readers |
//! | `pointer`, `snap` | mouse input |
//! | `keys`, `command` | keyboard input; commands |
//! | `popup`, `word_list`, `popup_answers` | search popups, their rows, and the resulting edits |
//! | `typical` | which relations are usual between two categories |
//! | `word_popup` | the same popup for other panels |
//! | `implied` | pale nodes for what the picture shows although the graph does not name it |
//! | `toolbar` | toolbar and context menu |
//! | `actions` | scene edits |

mod actions;
mod arrange;
mod arrows;
mod command;
mod curve;
mod graph;
mod implied;
mod keys;
mod node_positions;
mod obstacles;
mod paint;
mod pointer;
mod popup;
mod popup_answers;
mod route;
mod snap;
mod toolbar;
mod typical;
mod view;
mod widgets;
mod word_list;
mod word_popup;

pub(crate) use actions::{copied_text, delete, duplicate, name_of, paste};
pub use command::{CanvasCommand, GESTURES};
pub use word_popup::{WordAnswer, WordPopup};

use super::{Action, Item, Selection, Theme};
use arrows::ArrowState;
use egui::{Event, Id, Pos2, Rect, Response, Sense, TextureId, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};
use graph::Graph;
use node_positions::NodePositions;
use obstacles::{Obstacles, nearest_free};
use paint::{GraphPainter, NodeState};
use pointer::PointerState;
use popup::{Popup, Question};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeId, PictureRecord, RelationId, RelationStatus, Scene, UnitBox};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use view::{CanvasView, ViewTransform};
use word_list::WordList;

/// Input of the canvas.
pub struct CanvasInput<'a> {
    pub scene: &'a Scene,
    pub selection: &'a Selection,
    /// The hovered item, in any panel.
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    /// Status of each relation in the shown picture; a missing one is unknown.
    pub relation_statuses: &'a BTreeMap<RelationId, RelationStatus>,
    /// Boxes of the shown picture.
    pub boxes: &'a dyn Fn(NodeId) -> Option<UnitBox>,
    /// Thumbnail of an object: a texture and the part of it, 0..=1.
    pub thumbnails: &'a dyn Fn(NodeId) -> Option<(TextureId, Rect)>,
    /// Candidates of a question, with their numbers 1, 2, 3.
    pub marks: &'a [(NodeId, usize)],
    /// A new picture is about to arrive: animations wait for it.
    pub is_render_pending: bool,
}

/// The canvas widget; one for the lifetime of its panel.
pub struct Canvas {
    /// Whether dragged nodes snap to neighbors and grid. The app may save it.
    pub snapping: bool,
    view: CanvasView,
    fitted: bool,
    places: NodePositions,
    graph: Graph,
    gesture: PointerState,
    popup: Option<Popup>,
    menu: Option<toolbar::ContextMenu>,
    words: WordList,
    /// Item that has the keyboard.
    cursor: Option<Item>,
    /// The object whose relations the keyboard steps through.
    walks_around: Option<NodeId>,
    /// Item (or the canvas itself, if `None`) that gets the focus as soon as it exists.
    focus_request: Option<Option<Item>>,
    /// Remaining frames in which the requested item may still appear.
    focus_retries: u8,
    reported_hover: Option<Item>,
    known_nodes: HashSet<NodeId>,
    /// Commands of the command palette, performed in the next frame.
    requested: Vec<CanvasCommand>,
}

impl Default for Canvas {
    fn default() -> Self {
        Self {
            snapping: true,
            view: CanvasView::default(),
            fitted: false,
            places: NodePositions::default(),
            graph: Graph::default(),
            gesture: PointerState::Idle,
            popup: None,
            menu: None,
            words: WordList::default(),
            cursor: None,
            walks_around: None,
            focus_request: None,
            focus_retries: 0,
            reported_hover: None,
            known_nodes: HashSet::new(),
            requested: Vec::new(),
        }
    }
}

/// Data and collected actions of one frame, shared by all parts of the canvas.
struct FrameContext {
    now_seconds: f64,
    area: Rect,
    root: Id,
    actions: Vec<Action>,
    /// Whether the canvas handles key presses.
    has_keys: bool,
    /// Items hovered or activated by pointer or screen reader.
    touched: Vec<(Item, Response)>,
    pointer_hover: Option<Item>,
    /// Whether the item that should get the focus is a widget of this frame.
    focus_target_exists: bool,
}

impl FrameContext {
    fn id(&self, item: Item) -> Id {
        match item {
            Item::Node(id) => self.root.with(("chip", id.0)),
            Item::Relation(id) => self.root.with(("label", id.0)),
        }
    }
}

impl Canvas {
    /// Draws the canvas in the available space and returns the requested actions.
    pub fn show(&mut self, ui: &mut Ui, input: &CanvasInput<'_>) -> Vec<Action> {
        let area = ui.available_rect_before_wrap();
        let root = ui.make_persistent_id("relation canvas");
        let ground = ui.interact(area, root, Sense::click_and_drag());
        ui.advance_cursor_after_rect(area);
        let ui = &mut ui.new_child(UiBuilder::new().id_salt("relation canvas").max_rect(area));
        ui.shrink_clip_rect(area);
        ground.widget_info(|| {
            let (objects, relations) = (input.scene.nodes().len(), input.scene.relations().len());
            WidgetInfo::labeled(WidgetType::Panel, true, format!("Graph: {objects} objects, {relations} relations"))
        });
        let now_seconds = ui.input(|i| i.time);
        let mut frame = FrameContext {
            now_seconds,
            area,
            root,
            actions: Vec::new(),
            has_keys: false,
            touched: Vec::new(),
            pointer_hover: None,
            focus_target_exists: false,
        };
        let requested = self.focus_request;
        self.sync(ui, input, &frame);
        self.add_widgets(ui, input, &ground, &mut frame);
        self.take_drop(&ground, &mut frame);
        for command in std::mem::take(&mut self.requested) {
            self.perform(command, ui, input, &mut frame);
        }
        self.keys(ui, input, &mut frame);
        self.pointer(ui, input, &ground, &mut frame);
        let moving = self.view.advance(now_seconds) | self.places.is_animating(now_seconds);
        self.graph.place(&self.places, now_seconds, false);
        self.paint(ui, input, &frame);
        self.toolbar(ui, input, &mut frame);
        self.implied(ui, input, &mut frame);
        self.popups(ui, input, &mut frame);
        self.show_menu(ui, input, &mut frame);
        self.hover_change(ui, input, &mut frame);
        if requested != self.focus_request {
            (frame.focus_target_exists, self.focus_retries) = (false, 3);
        }
        self.give_focus(ui, &frame);
        let unsettled = self.graph.is_rough() && matches!(self.gesture, PointerState::Idle);
        if (moving || unsettled) && !input.is_render_pending {
            ui.ctx().request_repaint();
        }
        frame.actions
    }

    /// Performs a command when the canvas is drawn next.
    pub(crate) fn request(&mut self, command: CanvasCommand) {
        self.requested.push(command);
    }

    /// Node positions for the document to store, see [`NodePositions::records`].
    pub(crate) fn records(&self, scene: &Scene) -> PictureRecord {
        self.places.records(scene)
    }

    /// Updates everything that depends on the scene.
    fn sync(&mut self, ui: &Ui, input: &CanvasInput<'_>, frame: &FrameContext) {
        if matches!(self.gesture, PointerState::Idle) {
            self.places.release();
        }
        let changed = self.graph.sync(input.scene, input.vocab, ui.painter());
        let facts = self.graph.facts(input.scene, input.boxes);
        self.places.sync(&facts.get(), frame.now_seconds);
        drop(facts);
        let at_rest = matches!(self.gesture, PointerState::Idle) && !self.places.is_animating(frame.now_seconds);
        self.graph.place(&self.places, frame.now_seconds, at_rest);
        if changed {
            self.reveal_newcomers(input.scene, frame);
            self.remove_missing(input.scene);
        }
        if !self.fitted && !input.scene.is_empty() && frame.area.is_positive() {
            self.view.fit(frame.area, self.graph.bounds(), None);
            self.fitted = true;
        }
    }

    fn reveal_newcomers(&mut self, scene: &Scene, frame: &FrameContext) {
        let nodes: HashSet<NodeId> = scene.nodes().iter().map(|node| node.id).collect();
        let old = std::mem::replace(&mut self.known_nodes, nodes);
        if !old.is_empty() && !old.iter().any(|id| self.known_nodes.contains(id)) {
            // Another document was opened.
            self.fitted = false;
        }
        let visible = self.view.port(frame.area).visible();
        let is_hidden = |id: &NodeId| {
            self.graph.node_widget(*id).is_some_and(|node_widget| !visible.contains_rect(node_widget.rect))
        };
        if self.fitted && self.known_nodes.difference(&old).any(is_hidden) {
            self.view.fit(frame.area, self.graph.bounds(), Some(frame.now_seconds));
        }
    }

    fn remove_missing(&mut self, scene: &Scene) {
        let has_node = |id: &NodeId| scene.node(*id).is_some();
        let exists = |item: &Item| match item {
            Item::Node(id) => has_node(id),
            Item::Relation(id) => scene.relation(*id).is_some(),
        };
        if self.cursor.as_ref().is_some_and(|item| !exists(item)) {
            self.cursor = None;
            self.focus_request = Some(None);
        }
        let asks_of_gone = self.popup.as_ref().is_some_and(|popup| match &popup.question {
            Question::Add { .. } => false,
            Question::AddRelated { subject, .. } | Question::RelateNew { subject, .. } => !has_node(subject),
            Question::Rename { node } => !has_node(node),
            Question::Relate { subject, object } => !has_node(subject) || !has_node(object),
            Question::Change { relation } => scene.relation(*relation).is_none(),
        });
        if asks_of_gone {
            self.popup = None;
        }
        self.gesture.remove_missing(scene);
    }

    fn paint(&self, ui: &Ui, input: &CanvasInput<'_>, frame: &FrameContext) {
        let port = self.view.port(frame.area);
        let visible = port.visible();
        let shown: Vec<usize> = self
            .graph
            .reading_order
            .iter()
            .copied()
            .filter(|&at| visible.expand(20.0).intersects(self.graph.node_widgets[at].rect))
            .collect();
        let painter = GraphPainter { painter: ui.painter(), port, theme: input.theme, crowd: shown.len() };
        painter.ground();
        if input.scene.is_empty() {
            painter.hint("Double-click to add an object, or type a command");
        }
        let focused = ui.memory(|memory| memory.focused());
        let hovered = frame.pointer_hover.or(input.hovered);
        let near: BTreeSet<NodeId> = match hovered {
            Some(Item::Node(id)) => input.selection.nodes.iter().copied().chain([id]).collect(),
            _ => input.selection.nodes.clone(),
        };
        let near: Vec<bool> =
            self.graph.node_widgets.iter().map(|node_widget| near.contains(&node_widget.node)).collect();
        let state = |at: usize| {
            let (word, route) = (&self.graph.words[at], &self.graph.routes[at]);
            let item = Item::Relation(word.relation);
            ArrowState {
                relation_status: input.relation_statuses.get(&word.relation).copied(),
                selected: input.selection.contains(item),
                hovered: hovered == Some(item),
                near: near[route.subject] || near[route.object],
                focused: focused == Some(frame.id(item)),
            }
        };
        let arrows: Vec<(usize, ArrowState)> = (0..self.graph.routes.len())
            .filter(|&at| visible.intersects(self.graph.routes[at].bounds.expand(12.0)))
            .map(|at| (at, state(at)))
            .collect();
        for (at, state) in &arrows {
            painter.arrow(&self.graph.routes[*at], state);
        }
        for (at, state) in &arrows {
            if visible.intersects(self.graph.routes[*at].label) {
                painter.label(&self.graph.words[*at], &self.graph.routes[*at], state);
            }
        }
        let linking = self.link_target(ui, frame, hovered);
        for at in shown {
            let node_widget = &self.graph.node_widgets[at];
            let item = Item::Node(node_widget.node);
            let state = NodeState {
                selected: input.selection.nodes.contains(&node_widget.node),
                hovered: hovered == Some(item),
                linking: linking == Some(node_widget.node),
                focused: focused == Some(frame.id(item)),
                thumbnail: (input.thumbnails)(node_widget.node),
                candidate: input.marks.iter().find(|(node, _)| *node == node_widget.node).map(|(_, number)| *number),
            };
            painter.node_widget(node_widget, &state);
        }
        self.paint_gesture(ui, &painter, frame, hovered);
    }

    /// Moves the focus to an existing item and scrolls it into view.
    fn move_cursor(&mut self, item: Item, frame: &FrameContext) {
        self.cursor = Some(item);
        self.focus_request = Some(Some(item));
        let rect = match item {
            Item::Node(id) => self.graph.node_widget(id).map(|node_widget| node_widget.rect),
            Item::Relation(id) => self.graph.word_index(id).map(|at| self.graph.routes[at].label),
        };
        let visible = self.view.port(frame.area).visible();
        if let Some(rect) = rect.filter(|rect| !visible.contains_rect(*rect)) {
            self.view.center_on(rect.center(), Some(frame.now_seconds));
        }
    }

    /// The nearest place where a new node covers no other.
    fn free_place(&self, at: Pos2) -> Pos2 {
        const TYPICAL_SIZE: egui::Vec2 = vec2(140.0, graph::NODE_HEIGHT);
        let mut taken = Obstacles::default();
        for node_widget in &self.graph.node_widgets {
            taken.insert(node_widget.rect.expand(8.0));
        }
        nearest_free(Rect::from_center_size(at, TYPICAL_SIZE), 24.0, |rect| taken.is_free(rect)).center()
    }

    fn port(&self, frame: &FrameContext) -> ViewTransform {
        self.view.port(frame.area)
    }
}

/// Text events of this frame.
fn typed(ui: &Ui) -> Vec<String> {
    ui.input(|i| {
        i.events
            .iter()
            .filter_map(|event| if let Event::Text(text) = event { Some(text.clone()) } else { None })
            .collect()
    })
}

/// A little below a node: where an object is added by keyboard.
fn point_below(rect: Rect) -> Pos2 {
    rect.center() + vec2(0.0, rect.height() + 70.0)
}
