//! Image view with the active tool. Pure UI: returns [`AnnotationAction`]s and changes no page.

use std::collections::BTreeSet;

use egui::{Key, Modifiers, Pos2, Rect, Sense, TextureHandle, Ui, pos2};
use egui::{WidgetInfo, WidgetType};

use super::mask_overlay::MaskOverlay;
use super::pointer_tool::PointerFrame;
use super::polygon_tool::Vertex;
use super::relation_suggestions::RelationSuggestion;
use super::tools::{BRUSHES, Tool};
use crate::app::canvas::{WordAnswer, WordPopup};
use crate::app::picture::boxes::{BoxLayer, boxes};
use crate::app::picture::pointer_tool::BoxInteraction;
use crate::app::picture::view::{Frame, Viewport};
use crate::app::picture::{PictureInput, PictureSettings, box_widgets, zoom_and_pan};
use crate::app::widgets::weak;
use crate::app::{Action, Item, Selection, Theme};
use scenewright_document::annotation::{Bitmap, ObjectMask, Page};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, NodeId, Scene, UnitBox};

/// Input of the annotation canvas.
#[derive(Clone, Copy)]
pub(crate) struct AnnotationCanvasInput<'a> {
    pub page: &'a Page,
    pub selection: &'a Selection,
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    pub texture: Option<&'a TextureHandle>,
    /// Why the image could not be loaded.
    pub problem: Option<&'a str>,
    /// Names in use, most used first.
    pub names: &'a [String],
    /// Names that are not in the model's vocabulary.
    pub new_words: &'a BTreeSet<String>,
    /// Current relation suggestion, and whether the pointer is on it.
    pub suggestion: Option<(&'a RelationSuggestion, bool)>,
}

/// A change of the open page.
#[derive(Clone, Debug)]
pub(crate) enum AnnotationAction {
    Action(Action),
    Add {
        name: String,
        place: Option<UnitBox>,
        mask: Option<ObjectMask>,
    },
    /// `None` removes the mask.
    SetMask {
        label: String,
        node: NodeId,
        mask: Option<ObjectMask>,
    },
}

/// Popup that asks for the name of a new object, or for a new name of an existing one.
pub(super) struct NameRequest {
    ask: WordPopup,
    what: RenameTarget,
}

pub(super) enum RenameTarget {
    New { place: Option<UnitBox>, mask: Option<ObjectMask> },
    Old(NodeId),
}

pub(super) struct BrushStroke {
    /// Object whose mask is painted; `None` creates a new object.
    pub node: Option<NodeId>,
    pub bitmap: Bitmap,
    /// In pixels of the image.
    pub last: [f32; 2],
    pub is_new: bool,
}

pub(crate) struct AnnotationCanvas {
    pub tool: Tool,
    /// In screen points.
    pub(crate) brush_points: f32,
    pub(crate) is_erasing: bool,
    pub settings: PictureSettings,
    pub(super) viewport: Viewport,
    pub(super) box_interaction: BoxInteraction,
    /// The drag belongs to a handle of the selected box, whichever tool is active.
    pub(super) on_handle: bool,
    /// Start of a box that is being dragged, 0..=1 of the image.
    pub(super) box_from: Option<[f32; 2]>,
    /// Vertices so far, in pixels of the image.
    pub(super) outline: Vec<[f32; 2]>,
    /// The outline adds a part to the selected object.
    pub(super) is_part: bool,
    pub(super) stroke: Option<BrushStroke>,
    pub(super) vertex: Option<(Vertex, NodeId, ObjectMask)>,
    pub(super) naming: Option<NameRequest>,
    pub(super) overlay: MaskOverlay,
    /// Where the image was drawn in the last frame.
    frame: Option<Frame>,
    pub(super) area: Rect,
}

impl Default for AnnotationCanvas {
    fn default() -> Self {
        let settings = PictureSettings { boxes: true, labels: true, masks: true, ..PictureSettings::default() };
        Self {
            tool: Tool::default(),
            brush_points: 14.0,
            is_erasing: false,
            settings,
            viewport: Viewport::default(),
            box_interaction: BoxInteraction::default(),
            on_handle: false,
            box_from: None,
            outline: Vec::new(),
            is_part: false,
            stroke: None,
            vertex: None,
            naming: None,
            overlay: MaskOverlay::default(),
            frame: None,
            area: Rect::EVERYTHING,
        }
    }
}

impl AnnotationCanvas {
    /// Resets everything that belongs to the page; keeps tool and view settings.
    pub(crate) fn reset(&mut self) {
        let Self { tool, brush_points, is_erasing, .. } = *self;
        let settings = self.settings.clone();
        *self = Self { tool, brush_points, is_erasing, settings, ..Self::default() };
    }

    pub(crate) fn choose(&mut self, tool: Tool) {
        self.tool = tool;
        (self.box_from, self.stroke) = (None, None);
        self.outline.clear();
    }

    /// Box of the new object that has no name yet.
    pub(super) fn pending_box(&self) -> Option<UnitBox> {
        match &self.naming.as_ref()?.what {
            RenameTarget::New { place, .. } => *place,
            RenameTarget::Old(_) => None,
        }
    }

    pub(crate) fn is_naming(&self) -> bool {
        self.naming.is_some()
    }

    /// Esc: cancels the shape in progress. Returns false if there was none.
    pub(crate) fn cancel_shape(&mut self) -> bool {
        let had = self.box_from.is_some() || self.stroke.is_some() || !self.outline.is_empty();
        (self.box_from, self.stroke) = (None, None);
        self.outline.clear();
        had
    }

    pub(crate) fn show(&mut self, ui: &mut Ui, input: &AnnotationCanvasInput<'_>) -> Vec<AnnotationAction> {
        self.toolbar(ui, input.theme);
        let whole = ui.available_rect_before_wrap();
        let (area, foot) = whole.split_top_bottom_at_y(whole.bottom() - 24.0);
        ui.advance_cursor_after_rect(whole);
        let size = input.page.size.map(|side| side.max(1) as usize);
        let (mut actions, mut annotation_actions) = (Vec::new(), Vec::new());
        self.box_interaction.end_stale_gesture(ui, &mut actions);
        let blank = History::new(Scene::new());
        let view = PictureInput {
            scene: input.page.scene(),
            selection: input.selection,
            hovered: input.hovered,
            vocab: input.vocab,
            theme: input.theme,
            shown: None,
            notice: None,
            compared: None,
            before: None,
            history: &blank,
            marks: &[],
            variations: &[],
        };
        let all = boxes(&view);
        let frame = self.viewport.frame(area, size);
        let layer = BoxLayer { frame: &frame, boxes: &all, input: &view };
        self.keys(ui, input, &frame, &mut annotation_actions);
        self.box_interaction.keys(ui, &layer, &mut actions);
        box_widgets(ui, area, &layer, &mut actions);
        // Above the widgets of the boxes: `BoxInteraction` decides which box is meant.
        let response = ui.interact(area, ui.id().with("image view"), Sense::CLICK | Sense::DRAG);
        let name = format!("annotated picture: {}", input.page.file);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &name));
        zoom_and_pan(ui, &response, &mut self.viewport, size);
        let frame = self.viewport.frame(area, size);
        let layer = BoxLayer { frame: &frame, boxes: &all, input: &view };
        (self.frame, self.area) = (Some(frame), area);
        let mut pointer_frame =
            PointerFrame { ui, response: &response, layer: &layer, input, actions, annotation_actions };
        if self.naming.is_none() {
            self.pointer(&mut pointer_frame);
        }
        let PointerFrame { mut actions, mut annotation_actions, .. } = pointer_frame;
        let painter = ui.painter_at(area);
        painter.rect_filled(area, input.theme.radius, input.theme.field);
        // No crosshair while the name popup is open.
        let aims = response.hover_pos().filter(|_| self.naming.is_none());
        self.paint(ui, &painter, &layer, input, aims);
        self.box_interaction.show_list(ui, &view, &mut actions);
        self.ask(ui, area, input, &mut annotation_actions);
        let hint = self.hint(input);
        let at = foot.left_center() + egui::vec2(4.0, 1.0);
        let galley =
            ui.painter().layout(hint, egui::FontId::proportional(12.0), input.theme.text_weak, foot.width() - 8.0);
        ui.painter_at(foot).galley(at - egui::vec2(0.0, galley.size().y / 2.0), galley, input.theme.text_weak);
        actions.into_iter().map(AnnotationAction::Action).chain(annotation_actions).collect()
    }

    fn keys(
        &mut self,
        ui: &Ui,
        input: &AnnotationCanvasInput<'_>,
        frame: &Frame,
        annotation_actions: &mut Vec<AnnotationAction>,
    ) {
        if ui.ctx().text_edit_focused() || self.naming.is_some() {
            return;
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if !self.outline.is_empty() {
            if pressed(Key::Enter) {
                self.close_outline(frame, input, annotation_actions);
            } else if pressed(Key::Backspace) {
                self.outline.pop();
            }
        } else if self.tool == Tool::Box && ui.memory(|memory| memory.focused()).is_none() && pressed(Key::Enter) {
            // By keyboard: a box in the middle, to be moved and resized with arrow keys.
            self.new_box(UnitBox::new(0.33, 0.33, 0.67, 0.67), frame, input, annotation_actions);
        }
        // `BoxInteraction` would take P for pinning; here P selects a tool, and every box is pinned.
        ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::P));
    }

    /// Returns true if the letter is a shortcut of this canvas.
    pub(crate) fn letter(&mut self, letter: &str, input: &AnnotationCanvasInput<'_>) -> bool {
        match letter {
            "[" | "]" => {
                let factor = if letter == "[" { 0.8 } else { 1.25 };
                self.brush_points = (self.brush_points * factor).clamp(*BRUSHES.start(), *BRUSHES.end());
            }
            "x" if self.tool == Tool::Brush => self.is_erasing = !self.is_erasing,
            "n" => self.rename(input),
            letter => match Tool::of_letter(letter) {
                Some(tool) => self.choose(tool),
                None => return false,
            },
        }
        true
    }

    pub(super) fn rename(&mut self, input: &AnnotationCanvasInput<'_>) {
        let Some(node) = input.selection.single_node().and_then(|id| input.page.scene().node(id)) else { return };
        let middle = node.pinned.map_or([0.5, 0.5], |b| b.center());
        let at = self.frame.map_or(Pos2::ZERO, |frame| frame.screen_from_unit(middle));
        self.ask_name(format!("New name for {}", node.name), at, RenameTarget::Old(node.id), input);
    }

    pub(super) fn ask_name(
        &mut self,
        heading: String,
        at: Pos2,
        what: RenameTarget,
        input: &AnnotationCanvasInput<'_>,
    ) {
        const OFFERED: usize = 6;
        /// Height of the popup in points: the field and its list.
        const ROOM: f32 = 350.0;
        let lowest = (self.area.bottom() - ROOM).max(self.area.top());
        let at = pos2(at.x, at.y.min(lowest));
        let first = input.names.iter().take(OFFERED).cloned().collect();
        let ask = WordPopup::new(heading, at, first, input.new_words.clone());
        self.naming = Some(NameRequest { ask, what });
    }

    fn ask(
        &mut self,
        ui: &Ui,
        area: Rect,
        input: &AnnotationCanvasInput<'_>,
        annotation_actions: &mut Vec<AnnotationAction>,
    ) {
        let Some(mut naming) = self.naming.take() else { return };
        match naming.ask.show(ui, area, input.theme, input.vocab) {
            None => self.naming = Some(naming),
            Some(WordAnswer::Cancelled) => {}
            Some(WordAnswer::Chosen(name)) => annotation_actions.push(match naming.what {
                RenameTarget::New { place, mask } => AnnotationAction::Add { name, place, mask },
                RenameTarget::Old(node) => AnnotationAction::Action(Action::edit(
                    format!("rename to {name}"),
                    vec![Edit::Rename { node, name }],
                )),
            }),
        }
    }

    /// Size of the image as text.
    pub(crate) fn size_text(page: &Page, theme: &Theme) -> egui::RichText {
        weak(theme, format!("{} × {}", page.size[0], page.size[1]))
    }
}
