//! The panels and their layout.

use std::hash::{DefaultHasher, Hash, Hasher};

use egui::{Id, Ui, Vec2, WidgetText};
use egui_dock::tab_viewer::OnCloseResponse;
use egui_dock::{DockArea, DockState, Node, NodeIndex, SplitNode, TabViewer, Tree};
use egui_phosphor::regular as icon;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Theme, style};

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Panel {
    Objects,
    Layers,
    Graph,
    Picture,
    Inspector,
    History,
    Training,
}

impl Panel {
    pub(crate) const ALL: [Self; 7] =
        [Self::Picture, Self::Graph, Self::Objects, Self::Layers, Self::Inspector, Self::History, Self::Training];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Objects => "Objects",
            Self::Layers => "Layers",
            Self::Graph => "Graph",
            Self::Picture => "Picture",
            Self::Inspector => "Inspector",
            Self::History => "History",
            Self::Training => "Training",
        }
    }

    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Objects => icon::SHAPES,
            Self::Layers => icon::STACK,
            Self::Graph => icon::GRAPH,
            Self::Picture => icon::IMAGE,
            Self::Inspector => icon::SLIDERS_HORIZONTAL,
            Self::History => icon::CLOCK_COUNTER_CLOCKWISE,
            Self::Training => icon::GRADUATION_CAP,
        }
    }
}

/// Narrower windows show one panel at a time.
const NARROW: f32 = 640.0;
/// Minimum size of both sides of a split in points, or a third of the available size if that is less.
const LEAST_SIDE: f32 = 175.0;

pub(crate) struct Dock {
    wide: DockState<Panel>,
    narrow: DockState<Panel>,
}

impl Default for Dock {
    fn default() -> Self {
        Self { wide: arrangement(), narrow: DockState::new(Panel::ALL.to_vec()) }
    }
}

impl Dock {
    /// The saved layout, if it can be read.
    pub(crate) fn read(saved: &Value) -> Self {
        let wide = serde_json::from_value::<DockState<Panel>>(saved.clone()).ok();
        let wide = wide.filter(|dock| dock.iter_all_tabs().next().is_some());
        Self { wide: wide.unwrap_or_else(arrangement), ..Self::default() }
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut value = serde_json::to_value(&self.wide).unwrap_or_default();
        place_corners(&mut value);
        value
    }

    /// Changes when the user rearranges panels: their places and split fractions. Sizes in points are left out, because
    /// they change with the window. Cheap enough for every frame.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (_, node) in self.wide.iter_all_nodes() {
            match node {
                Node::Horizontal(split) | Node::Vertical(split) => {
                    (node.is_horizontal(), split.fraction.to_bits()).hash(&mut hasher);
                }
                node => node.iter_tabs().for_each(|tab| tab.hash(&mut hasher)),
            }
            // Marks the end of a node.
            u8::MAX.hash(&mut hasher);
        }
        hasher.finish()
    }

    pub(crate) fn is_open(&self, panel: Panel) -> bool {
        self.wide.find_tab(&panel).is_some()
    }

    /// Brings a panel to the front, or opens it again.
    pub(crate) fn open(&mut self, panel: Panel) {
        for dock in [&mut self.wide, &mut self.narrow] {
            match dock.find_tab(&panel) {
                Some(path) => {
                    // The path was just found.
                    let _ = dock.set_active_tab(path);
                }
                None => dock.push_to_first_leaf(panel),
            }
        }
    }

    pub(crate) fn close(&mut self, panel: Panel) {
        // The last panel cannot be closed: an empty window would be confusing.
        if self.wide.iter_all_tabs().count() > 1
            && let Some(path) = self.wide.find_tab(&panel)
        {
            self.wide.remove_tab(path);
        }
    }

    pub(crate) fn show(&mut self, ui: &mut Ui, theme: &Theme, draw: &mut dyn FnMut(&mut Ui, Panel)) {
        let wide = ui.available_width() >= NARROW;
        let count = self.wide.iter_all_tabs().count();
        let (state, id) = if wide { (&mut self.wide, "wide") } else { (&mut self.narrow, "narrow") };
        let mut look = style::dock(ui.ctx(), theme);
        // The limits of egui_dock itself would persist after the window has grown again.
        look.separator.extra = 0.0;
        let mut tabs = DockTabs { draw, closeable: wide && count > 1 };
        let shares = fit(state.main_surface_mut(), ui.available_size_before_wrap());
        DockArea::new(state)
            .id(Id::new(("dock", id)))
            .style(look)
            .show_close_buttons(false)
            .show_leaf_close_all_buttons(false)
            .show_leaf_collapse_buttons(false)
            .show_inside(ui, &mut tabs);
        keep_chosen(state.main_surface_mut(), &shares);
    }
}

/// Fraction of a split that belongs to its first side, 0..=1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SplitShare {
    is_horizontal: bool,
    chosen: f32,
    /// Limited so that both sides have their minimum size.
    shown: f32,
}

/// Sets all fractions to what can be shown in `room` (points). Returns the share of each node that is a split, in tree
/// order.
///
/// The result depends only on the chosen fractions and the available size: when a banner or a smaller window has taken
/// space and returns it, all panels are where they were.
fn fit(tree: &mut Tree<Panel>, room: Vec2) -> Vec<Option<SplitShare>> {
    let mut rooms = vec![Vec2::ZERO; tree.len()];
    if let Some(root) = rooms.first_mut() {
        *root = room;
    }
    let mut shares = Vec::with_capacity(tree.len());
    for (at, node) in tree.iter_mut().enumerate() {
        let room = rooms.get(at).copied().unwrap_or_default();
        let is_horizontal = node.is_horizontal();
        let Some(split) = split_of(node) else {
            shares.push(None);
            continue;
        };
        let axis = axis_of(is_horizontal);
        let shown = limited(split.fraction, room[axis]);
        shares.push(Some(SplitShare { is_horizontal, chosen: split.fraction, shown }));
        split.fraction = shown;
        for (side, share) in [(NodeIndex(at).left(), shown), (NodeIndex(at).right(), 1.0 - shown)] {
            if let Some(place) = rooms.get_mut(side.0) {
                *place = room;
                place[axis] *= share;
            }
        }
    }
    shares
}

/// Called after drawing: restores the chosen fraction of each split that the user has not dragged. If panels were
/// moved, the shown fractions become the chosen ones.
fn keep_chosen(tree: &mut Tree<Panel>, shares: &[Option<SplitShare>]) {
    let kinds = tree.iter().map(|node| node.is_parent().then(|| node.is_horizontal()));
    if !kinds.eq(shares.iter().map(|share| share.map(|share| share.is_horizontal))) {
        return;
    }
    for (node, share) in tree.iter_mut().zip(shares) {
        let (Some(split), Some(share)) = (split_of(node), share) else { continue };
        split.fraction = if split.fraction == share.shown {
            share.chosen
        } else {
            limited(split.fraction, split.rect.size()[axis_of(share.is_horizontal)])
        };
    }
}

fn split_of(node: &mut Node<Panel>) -> Option<&mut SplitNode> {
    match node {
        Node::Horizontal(split) | Node::Vertical(split) => Some(split),
        Node::Empty | Node::Leaf(_) => None,
    }
}

fn axis_of(is_horizontal: bool) -> usize {
    if is_horizontal { 0 } else { 1 }
}

/// Limits a fraction so that both sides have their minimum size; `room` in points.
fn limited(share: f32, room: f32) -> f32 {
    if room > 0.0 {
        let least = (LEAST_SIDE / room).min(1.0 / 3.0);
        share.clamp(least, 1.0 - least)
    } else {
        share
    }
}

/// A panel that was never drawn is at infinity, which JSON cannot express; its position is not used.
fn place_corners(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), &mut *field) {
                    ("x" | "y", Value::Null) => *field = Value::from(0.0),
                    (_, field) => place_corners(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(place_corners),
        _ => {}
    }
}

/// Default layout: the picture, with training behind it, has the larger half of the window. Words and layers with the history below on its left, the
/// graph above the inspector on its right.
fn arrangement() -> DockState<Panel> {
    let mut dock = DockState::new(vec![Panel::Picture, Panel::Training]);
    let tree = dock.main_surface_mut();
    let [picture, objects] = tree.split_left(NodeIndex::root(), 0.15, vec![Panel::Objects, Panel::Layers]);
    let [_picture, graph] = tree.split_right(picture, 0.61, vec![Panel::Graph]);
    tree.split_below(graph, 0.46, vec![Panel::Inspector]);
    tree.split_below(objects, 0.62, vec![Panel::History]);
    dock
}

struct DockTabs<'a> {
    draw: &'a mut dyn FnMut(&mut Ui, Panel),
    closeable: bool,
}

impl TabViewer for DockTabs<'_> {
    type Tab = Panel;

    fn id(&mut self, panel: &mut Panel) -> Id {
        Id::new(("panel", *panel))
    }

    fn title(&mut self, panel: &mut Panel) -> WidgetText {
        format!("{}  {}", panel.icon(), panel.title()).into()
    }

    fn ui(&mut self, ui: &mut Ui, panel: &mut Panel) {
        (self.draw)(ui, *panel);
    }

    fn on_tab_button(&mut self, panel: &mut Panel, response: &egui::Response) {
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("{} tab", panel.title()))
        });
    }

    fn is_closeable(&self, _panel: &Panel) -> bool {
        self.closeable
    }

    fn on_close(&mut self, _panel: &mut Panel) -> OnCloseResponse {
        OnCloseResponse::Close
    }

    fn allowed_in_windows(&self, _panel: &mut Panel) -> bool {
        false
    }

    /// The canvas paints its whole background itself.
    fn clear_background(&self, panel: &Panel) -> bool {
        *panel != Panel::Graph
    }

    /// Panels have their own scroll areas.
    fn scroll_bars(&self, _panel: &Panel) -> [bool; 2] {
        [false, false]
    }
}

#[cfg(test)]
mod tests {
    use egui::{Pos2, Rect, vec2};

    use super::*;

    #[test]
    fn an_arrangement_comes_back_and_a_broken_one_is_the_first() {
        let mut dock = Dock::default();
        dock.close(Panel::History);
        let again = Dock::read(&dock.to_value());
        assert!(!again.is_open(Panel::History) && again.is_open(Panel::Graph));
        for broken in [Value::Null, serde_json::json!({"surfaces": 3}), serde_json::json!([])] {
            let dock = Dock::read(&broken);
            assert!(Panel::ALL.into_iter().all(|panel| dock.is_open(panel)), "{broken}");
        }
    }

    #[test]
    fn a_fingerprint_knows_an_arrangement_again() {
        let first = Dock::default();
        assert_eq!(first.fingerprint(), Dock::default().fingerprint());
        let mut other = Dock::default();
        other.close(Panel::History);
        assert_ne!(first.fingerprint(), other.fingerprint());
        assert_eq!(other.fingerprint(), Dock::read(&other.to_value()).fingerprint());
        let mut wider = Dock::default();
        if let Some(Node::Horizontal(split)) = wider.wide.main_surface_mut().root_node_mut() {
            split.fraction = 0.3;
        }
        assert_ne!(first.fingerprint(), wider.fingerprint());
    }

    fn shares(dock: &Dock) -> Vec<f32> {
        let share = |node: &Node<Panel>| match node {
            Node::Horizontal(split) | Node::Vertical(split) => Some(split.fraction),
            _ => None,
        };
        dock.wide.main_surface().iter().filter_map(share).collect()
    }

    #[test]
    fn little_room_changes_no_arrangement() {
        let mut dock = Dock::default();
        let (chosen, fingerprint) = (shares(&dock), dock.fingerprint());
        let tree = dock.wide.main_surface_mut();
        let rooms = [vec2(1440.0, 810.0), vec2(800.0, 480.0), vec2(800.0, 345.0), vec2(640.0, 90.0), Vec2::ZERO];
        let shown = rooms.map(|room| {
            let shown = fit(tree, room);
            keep_chosen(tree, &shown);
            shown
        });
        for (room, shown) in rooms.iter().zip(&shown) {
            assert_eq!(&fit(tree, *room), shown, "the same room is shared in the same way again");
            keep_chosen(tree, shown);
        }
        assert_ne!(shown[1], shown[0], "the history would be too low");
        assert_eq!(shares(&dock), chosen);
        assert_eq!(dock.fingerprint(), fingerprint);
    }

    #[test]
    fn what_a_person_drags_is_chosen_and_nothing_else() {
        let mut dock = Dock::default();
        let chosen = shares(&dock);
        let room = vec2(800.0, 480.0);
        let shown = fit(dock.wide.main_surface_mut(), room);
        // The history is made higher, then higher than there is space for.
        for (dragged, kept) in [(0.5, 0.5), (0.1, 1.0 / 3.0)] {
            for node in dock.wide.main_surface_mut().iter_mut() {
                if let Node::Vertical(split) = node
                    && split.fraction > 0.5
                {
                    split.rect = Rect::from_min_size(Pos2::ZERO, room);
                    split.fraction = dragged;
                }
            }
            keep_chosen(dock.wide.main_surface_mut(), &shown);
            let now = shares(&dock);
            let changed: Vec<usize> = (0..now.len()).filter(|&at| now[at] != chosen[at]).collect();
            assert_eq!(changed.len(), 1, "{now:?} was {chosen:?}");
            assert_eq!(now[changed[0]], kept);
            dock = Dock::default();
            fit(dock.wide.main_surface_mut(), room);
        }
    }

    #[test]
    fn both_sides_have_their_least_size() {
        for room in [10.0, 90.0, 345.0, 480.0, 525.0, 526.0, 2000.0] {
            for share in [0.0, 0.16, 0.5, 0.76, 1.0] {
                let first = limited(share, room) * room;
                let least = LEAST_SIDE.min(room / 3.0) - 0.01;
                assert!(first >= least && room - first >= least, "{share} of {room}: {first}");
            }
        }
        assert_eq!(limited(0.76, 1000.0), 0.76);
        assert_eq!(limited(0.76, 0.0), 0.76);
    }

    #[test]
    fn the_last_panel_stays() {
        let mut dock = Dock::default();
        Panel::ALL.into_iter().for_each(|panel| dock.close(panel));
        assert_eq!(Panel::ALL.into_iter().filter(|&panel| dock.is_open(panel)).count(), 1);
        dock.open(Panel::Objects);
        assert!(dock.is_open(Panel::Objects));
    }
}
