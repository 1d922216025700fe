//! The panels and their arrangement.

use std::hash::{DefaultHasher, Hash, Hasher};

use egui::{Id, Ui, WidgetText};
use egui_dock::tab_viewer::OnCloseResponse;
use egui_dock::{DockArea, DockState, Node, NodeIndex, TabViewer};
use egui_phosphor::regular as icon;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Theme, style};

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Panel {
    Objects,
    Graph,
    Picture,
    Inspector,
    History,
    Training,
}

impl Panel {
    pub(crate) const ALL: [Self; 6] =
        [Self::Graph, Self::Picture, Self::Objects, Self::Inspector, Self::History, Self::Training];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Objects => "Objects",
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
    /// The arrangement of the last run, if it can be read.
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

    /// Differs when a person has arranged the panels otherwise: which lie where, and how the room is shared. Sizes in points
    /// are left out, which change with the window. Cheap enough for every frame.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (_, node) in self.wide.iter_all_nodes() {
            match node {
                Node::Horizontal(split) | Node::Vertical(split) => {
                    (node.is_horizontal(), split.fraction.to_bits()).hash(&mut hasher);
                }
                node => node.iter_tabs().for_each(|tab| tab.hash(&mut hasher)),
            }
            // The end of a node.
            u8::MAX.hash(&mut hasher);
        }
        hasher.finish()
    }

    pub(crate) fn is_open(&self, panel: Panel) -> bool {
        self.wide.find_tab(&panel).is_some()
    }

    /// Brings a panel to the front, or back.
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
        // The last one stays: an empty window is a riddle.
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
        let look = style::dock(ui.ctx(), theme);
        let mut tabs = Tabs { draw, closeable: wide && count > 1 };
        DockArea::new(state)
            .id(Id::new(("dock", id)))
            .style(look)
            .show_close_buttons(false)
            .show_leaf_close_all_buttons(false)
            .show_leaf_collapse_buttons(false)
            .show_inside(ui, &mut tabs);
    }
}

/// A panel that was never drawn lies at infinity, which JSON does not know; nothing asks where it lay.
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

/// Objects on the left, the graph in the middle with training behind it and the history below, the picture above the inspector on the right.
fn arrangement() -> DockState<Panel> {
    let mut dock = DockState::new(vec![Panel::Graph, Panel::Training]);
    let tree = dock.main_surface_mut();
    let [graph, _objects] = tree.split_left(NodeIndex::root(), 0.16, vec![Panel::Objects]);
    let [graph, picture] = tree.split_right(graph, 0.58, vec![Panel::Picture]);
    tree.split_below(picture, 0.6, vec![Panel::Inspector]);
    tree.split_below(graph, 0.76, vec![Panel::History]);
    dock
}

struct Tabs<'a> {
    draw: &'a mut dyn FnMut(&mut Ui, Panel),
    closeable: bool,
}

impl TabViewer for Tabs<'_> {
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

    fn is_closeable(&self, _panel: &Panel) -> bool {
        self.closeable
    }

    fn on_close(&mut self, _panel: &mut Panel) -> OnCloseResponse {
        OnCloseResponse::Close
    }

    fn allowed_in_windows(&self, _panel: &mut Panel) -> bool {
        false
    }

    /// The canvas paints all of its ground itself.
    fn clear_background(&self, panel: &Panel) -> bool {
        *panel != Panel::Graph
    }

    /// Panels scroll for themselves.
    fn scroll_bars(&self, _panel: &Panel) -> [bool; 2] {
        [false, false]
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn the_last_panel_stays() {
        let mut dock = Dock::default();
        Panel::ALL.into_iter().for_each(|panel| dock.close(panel));
        assert_eq!(Panel::ALL.into_iter().filter(|&panel| dock.is_open(panel)).count(), 1);
        dock.open(Panel::Objects);
        assert!(dock.is_open(Panel::Objects));
    }
}
