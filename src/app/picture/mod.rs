//! The picture panel: image, boxes and masks; boxes are pinned here.
//!
//! | file | subject |
//! |---|---|
//! | `picture_textures` | a picture and its masks as textures |
//! | `view` | panes; zoom and pan |
//! | `boxes` | the boxes, and which of them are under a point |
//! | `drag`, `snap` | geometry of moving and resizing |
//! | `view_input` | zoom and pan input; box widgets for screen readers; the list of boxes at a point |
//! | `pointer_tool` | selecting, moving and resizing boxes |
//! | `paint`, `difference` | painting |
//! | `toolbar`, `compare`, `footer` | toolbar; before and after; numbers of the selected box |
//! | `variations` | a grid of seeds |

pub(super) mod boxes;
mod compare;
mod difference;
pub mod drag;
mod footer;
pub(super) mod paint;
mod picture_textures;
pub(super) mod pointer_tool;
pub mod snap;
mod toolbar;
mod variations;
pub mod view;
mod view_input;

use egui::{Align2, FontId, Rect, Sense, Ui, UiBuilder, WidgetInfo, WidgetType};
use serde::{Deserialize, Serialize};

pub(crate) use picture_textures::small_image_of;
pub use picture_textures::{PictureTextures, image_of};
pub use variations::Variation;
pub(crate) use view::ViewMode;

use super::commands::Command;
use super::tracing_image::TracingImage;
use super::{Action, Item, NewObject, Selection, Theme, spoken};
use boxes::{BoxItem, BoxLayer, boxes};
use difference::Difference;
use pointer_tool::BoxInteraction;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, NodeDraft, NodeId, PlaceHint, RevisionId, Scene};
use view::{Frame, Pane, Viewport, split};
pub(super) use view_input::{box_widgets, zoom_and_pan};

/// Keys and gestures of this panel, for the help page (F1).
pub(crate) const KEYS: [(&str, &str); 12] = [
    ("Tab, Shift+Tab; Space", "next, previous box; select it"),
    ("arrow keys", "move the selected boxes by a pixel; with Shift by ten"),
    ("Ctrl+arrow keys", "resize: move the lower right corner"),
    ("P", "pin or unpin the box"),
    (
        "drag a box",
        "move it and what it holds, wears or carries, and pin it there; Alt: without snapping; Ctrl: it alone",
    ),
    ("drag a handle", "resize it; corners keep the proportions, with Shift they do not"),
    ("click again at one place", "select the box below"),
    ("Alt+click", "list all boxes at that point"),
    ("+, -, 0, 1", "zoom in, zoom out, fit, actual pixels"),
    ("Ctrl+wheel, pinch", "zoom at the pointer"),
    ("wheel, Space and drag, middle button", "pan the view"),
    ("Left, Right on the line between before and after", "move it"),
];

/// Input of the panel.
#[derive(Clone, Copy)]
pub struct PictureInput<'a> {
    pub scene: &'a Scene,
    pub selection: &'a Selection,
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    /// The newest picture; `None` before the first.
    pub shown: Option<&'a PictureTextures>,
    /// Why there is no picture: "No model is open."
    pub notice: Option<&'a str>,
    /// The step to compare with, and its picture if it is cached.
    pub compared: Option<RevisionId>,
    pub before: Option<&'a PictureTextures>,
    pub history: &'a History,
    /// Candidates of a question, with their numbers.
    pub marks: &'a [(NodeId, usize)],
    /// The requested variations; their pictures arrive one by one.
    pub variations: &'a [Variation],
}

/// View settings, saved between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureSettings {
    pub view: ViewMode,
    /// Shown on the image:
    pub boxes: bool,
    pub labels: bool,
    pub masks: bool,
    /// 0..=1.
    pub(crate) mask_opacity: f32,
    /// Interpolates between pixels; otherwise each pixel is a square.
    pub smooth: bool,
    /// Lines for thirds, and for what a frame may cut off.
    pub safe_areas: bool,
    /// Number of variations to request.
    pub variations: usize,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self {
            view: ViewMode::Image,
            boxes: false,
            labels: false,
            masks: false,
            mask_opacity: 0.6,
            smooth: true,
            safe_areas: false,
            variations: 9,
        }
    }
}

pub struct PicturePanel {
    pub settings: PictureSettings,
    viewport: Viewport,
    box_interaction: BoxInteraction,
    /// Position of the divider between before and after, 0..=1 of the width.
    slider: f32,
    difference: Option<Difference>,
    /// Lies faintly over the layout, to place boxes by it.
    pub tracing: Option<TracingImage>,
}

impl PicturePanel {
    pub(crate) fn new(settings: PictureSettings) -> Self {
        Self {
            settings,
            viewport: Viewport::default(),
            box_interaction: BoxInteraction::default(),
            slider: 0.5,
            difference: None,
            tracing: None,
        }
    }

    /// Shows the whole picture.
    pub(crate) fn fit(&mut self) {
        self.viewport.fit();
    }

    pub(crate) fn one_to_one(&mut self, pixels_per_point: f32) {
        self.viewport.one_to_one(pixels_per_point);
    }

    pub fn show(&mut self, ui: &mut Ui, input: &PictureInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        self.box_interaction.end_stale_gesture(ui, &mut actions);
        toolbar::show(ui, &mut self.settings, &mut self.viewport, input, &mut actions);
        if let Some(tracing) = &mut self.tracing
            && !toolbar::tracing(ui, tracing)
        {
            self.tracing = None;
        }
        if self.settings.view == ViewMode::Variations {
            variations::show(ui, &mut self.settings, input, &mut actions);
            return actions;
        }
        let whole = ui.available_rect_before_wrap();
        let foot = (ui.spacing().interact_size.y + 6.0).min(whole.height() / 3.0);
        let (area, bottom) = whole.split_top_bottom_at_y(whole.bottom() - foot);
        self.panes(ui, area, input, &mut actions);
        let mut line =
            ui.new_child(UiBuilder::new().max_rect(bottom).layout(egui::Layout::left_to_right(egui::Align::Center)));
        let changed = self.difference.as_ref().and_then(|difference| difference.image.as_ref()).map(|image| image.1);
        footer::show(&mut line, input, changed.filter(|_| input.before.is_some()), &mut actions);
        ui.advance_cursor_after_rect(whole);
        actions
    }

    fn panes(&mut self, ui: &mut Ui, area: Rect, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
        let size = input.shown.map_or([1, 1], PictureTextures::size);
        let all = boxes(input);
        self.difference = match (input.before, input.shown) {
            (Some(before), Some(now)) => {
                Some(Difference::of(self.difference.take(), ui.ctx(), before, now, input.theme))
            }
            _ => None,
        };
        let panes = self.settings.view.panes();
        let rects = split(area, panes.len(), size, 6.0);
        if let Some((first, pane)) = rects.first().zip(panes.first()) {
            let frame = self.viewport.frame(*first, size);
            self.box_interaction.keys(ui, &BoxLayer { frame: &frame, boxes: &all, input }, actions);
            if *pane != Pane::Changes {
                box_widgets(ui, *first, &BoxLayer { frame: &frame, boxes: &all, input }, actions);
            }
        }
        let mut on_a_pane = false;
        for (rect, pane) in rects.iter().zip(panes) {
            on_a_pane |= self.pane(ui, *rect, size, *pane, &all, input, actions);
        }
        if !on_a_pane {
            self.box_interaction.pointer_left(input, actions);
        }
        self.box_interaction.show_list(ui, input, actions);
    }

    /// Draws a pane and handles the pointer. Returns whether the pointer is on it.
    #[allow(clippy::too_many_arguments)] // as above
    fn pane(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        size: [usize; 2],
        pane: Pane,
        all: &[BoxItem<'_>],
        input: &PictureInput<'_>,
        actions: &mut Vec<Action>,
    ) -> bool {
        let id = ui.id().with(pane);
        let response = ui.interact(rect, id, Sense::CLICK | Sense::DRAG);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, format!("picture: {}", pane.name())));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(spoken::contents(input.scene)));
        zoom_and_pan(ui, &response, &mut self.viewport, size);
        let frame = self.viewport.frame(rect, size);
        let painter = ui.painter_at(rect);
        let Some(shown) = input.shown else {
            notice(&painter, rect, input.notice.unwrap_or("There is no picture yet."), input.theme);
            self.drop_object(ui, &response, &frame, input, actions);
            return response.hovered();
        };
        let layer = BoxLayer { frame: &frame, boxes: all, input };
        match pane {
            Pane::Image => {
                paint::image(&painter, &frame, shown, self.settings.smooth);
                if let Some(before) = input.before {
                    paint::image_until(&painter, &frame, before, self.settings.smooth, self.slider);
                }
                self.paint_tracing(ui, &painter, &frame);
                if self.settings.safe_areas {
                    paint::safe_areas(&painter, &frame, input.theme);
                }
                paint::pane(&painter, pane, &layer, &self.box_interaction, &self.settings);
            }
            Pane::Changes => self.changes(&painter, rect, &frame, input),
            Pane::Boxes | Pane::Masks => {
                painter.rect_filled(frame.rect, 0, input.theme.surface);
                self.paint_tracing(ui, &painter, &frame);
                paint::pane(&painter, pane, &layer, &self.box_interaction, &self.settings);
            }
        }
        if pane != Pane::Changes {
            self.box_interaction.pointer(ui, &response, &mut self.viewport, &layer, actions);
        } else if response.dragged() {
            self.viewport.pan(response.drag_delta(), rect, size);
        }
        self.drop_object(ui, &response, &frame, input, actions);
        if pane == Pane::Image {
            flip_handle(ui, rect, &frame, input, actions);
        }
        if pane == Pane::Image && input.before.is_some() {
            compare::slider(ui, &frame, rect, &mut self.slider, input.theme);
        }
        response.hovered()
    }

    /// The whole of it, as large as the picture allows, in its own shape.
    fn paint_tracing(&mut self, ui: &Ui, painter: &egui::Painter, frame: &Frame) {
        let Some(tracing) = &mut self.tracing else { return };
        let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
        let size = tracing.size();
        let rect = Rect::from_center_size(frame.rect.center(), size * (frame.rect.size() / size).min_elem());
        let tint = egui::Color32::WHITE.gamma_multiply(tracing.opacity);
        painter.image(tracing.texture(ui.ctx()), rect, whole, tint);
    }

    fn changes(&self, painter: &egui::Painter, rect: Rect, frame: &Frame, input: &PictureInput<'_>) {
        match self.difference.as_ref().map(|difference| &difference.image) {
            Some(Some((texture, _))) => {
                let whole = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
                painter.image(texture.id(), frame.rect, whole, egui::Color32::WHITE);
            }
            Some(None) => notice(painter, rect, "The two pictures have different sizes.", input.theme),
            None if input.compared.is_some() => {
                notice(
                    painter,
                    rect,
                    "The picture of that step is no longer in memory. Go to the step to draw it again.",
                    input.theme,
                );
            }
            None => notice(painter, rect, "Choose a step to compare with.", input.theme),
        }
    }

    /// A word that was dropped here from the palette: adds an object at that place.
    fn drop_object(
        &self,
        ui: &Ui,
        response: &egui::Response,
        frame: &Frame,
        input: &PictureInput<'_>,
        actions: &mut Vec<Action>,
    ) {
        let Some(dropped) = response.dnd_release_payload::<NewObject>() else { return };
        let Some(at) = ui.input(|i| i.pointer.interact_pos()) else { return };
        let point = frame.unit_from_screen(at).map(|v| v.clamp(0.0, 1.0));
        let place = Some(PlaceHint::of_point(point));
        let edits = vec![Edit::from(NodeDraft { place, ..NodeDraft::new(&dropped.name) })];
        actions.push(Action::edit(format!("add {}", dropped.name), edits));
        actions.push(Action::Select(Selection::of(Item::Node(input.scene.next_node_id()))));
    }
}

/// A button above the selected object that turns it around, where its drawings can be turned.
fn flip_handle(ui: &Ui, pane: Rect, frame: &Frame, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
    let Some(bounds) = pointer_tool::single_box(input) else { return };
    let node = input.selection.single_node().and_then(|id| input.scene.node(id));
    let Some(node) = node.filter(|node| !node.hidden) else { return };
    let own = input.vocab.looks_of_name(&node.name);
    if !own.is_some_and(|own| own.mirror) {
        return;
    }
    const SIDE: f32 = 22.0;
    let rect = frame.screen_from_box(&bounds);
    let area = pane.shrink(SIDE / 2.0 + 2.0);
    let at = egui::pos2(rect.center().x, rect.top() - SIDE / 2.0 - 8.0).clamp(area.min, area.max);
    let place = Rect::from_center_size(at, egui::Vec2::splat(SIDE));
    let response = ui.interact(place, ui.id().with("flip handle"), Sense::click());
    let info = Command::Flip.info();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("flip {}", node.title())));
    let fill = if response.hovered() { input.theme.accent } else { input.theme.surface };
    let painter = ui.painter_at(pane);
    painter.circle(place.center(), SIDE / 2.0, fill, egui::Stroke::new(1.5, input.theme.selection.color));
    painter.text(place.center(), Align2::CENTER_CENTER, info.icon, FontId::proportional(13.0), input.theme.text);
    if response.on_hover_text(info.tooltip).clicked() {
        actions.push(Action::Command(Command::Flip));
    }
}

impl Default for PicturePanel {
    fn default() -> Self {
        Self::new(PictureSettings::default())
    }
}

/// Text in the middle of an empty pane.
pub(super) fn notice(painter: &egui::Painter, rect: Rect, text: &str, theme: &Theme) {
    let width = (rect.width() - 24.0).max(40.0);
    let galley = painter.layout(text.to_owned(), FontId::proportional(13.0), theme.text_weak, width);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    painter.galley(at.min, galley, theme.text_weak);
}
