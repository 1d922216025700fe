//! The picture that is worked on, with the tools' hands on it. It changes nothing: it returns [`Deed`]s.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Color32, CursorIcon, Key, Modifiers, PointerButton, Pos2, Rect, Response, Sense, TextureHandle, Ui, pos2};
use egui::{WidgetInfo, WidgetType};

use super::corners::{self, Corner};
use super::overlay::Overlay;
use super::proposals::Proposal;
use super::tools::{BRUSHES, Tool};
use crate::app::canvas::{AskWord, Word};
use crate::app::picture::boxes::{Stage, boxes};
use crate::app::picture::hand::Hand;
use crate::app::picture::view::{Frame, Pane, Viewport};
use crate::app::picture::{PictureInput, Settings, box_widgets, look, notice, paint};
use crate::app::widgets::{category, weak};
use crate::app::{Action, Gesture, Item, Selection, Theme};
use crate::document::annotation::{Bitmap, Mask, Page};
use crate::scene::{Edit, Extra, History, NodeId, Relation, RelationId, Scene, UnitBox};
use crate::vocab::Vocabulary;

/// What the easel looks at.
#[derive(Clone, Copy)]
pub struct EaselInput<'a> {
    pub page: &'a Page,
    pub selection: &'a Selection,
    pub hovered: Option<Item>,
    pub vocab: &'a Vocabulary,
    pub theme: &'a Theme,
    pub texture: Option<&'a TextureHandle>,
    /// Why there is no picture.
    pub trouble: Option<&'a str>,
    /// Names in use, the most used first.
    pub names: &'a [String],
    /// Names that the model lacks.
    pub new_words: &'a BTreeSet<String>,
    /// What is proposed, and whether the pointer is on it.
    pub proposal: Option<(&'a Proposal, bool)>,
}

/// What is asked of the page.
#[derive(Clone, Debug)]
pub enum Deed {
    Act(Action),
    Add {
        name: String,
        place: Option<UnitBox>,
        mask: Option<Mask>,
    },
    /// None: the mask is taken away.
    Mask {
        label: String,
        node: NodeId,
        mask: Option<Mask>,
    },
}

/// A new object that waits for its name, or an old one that gets another.
pub(super) struct Naming {
    ask: AskWord,
    what: Nameless,
}

enum Nameless {
    New { place: Option<UnitBox>, mask: Option<Mask> },
    Old(NodeId),
}

pub(super) struct Stroke {
    /// Whose mask it becomes; none: a new object's.
    pub node: Option<NodeId>,
    pub bitmap: Bitmap,
    /// Pixels.
    pub last: [f32; 2],
    pub is_new: bool,
}

pub struct Easel {
    pub tool: Tool,
    /// Points.
    pub brush_points: f32,
    pub erases: bool,
    pub settings: Settings,
    pub(super) viewport: Viewport,
    hand: Hand,
    /// The drag belongs to a handle of the selected box, whatever the tool.
    on_handle: bool,
    /// Where a box begins, in parts of the picture.
    pub(super) box_from: Option<[f32; 2]>,
    /// Corners so far, pixels.
    pub(super) outline: Vec<[f32; 2]>,
    /// The outline is a further part of the selected object.
    pub(super) is_part: bool,
    pub(super) stroke: Option<Stroke>,
    corner: Option<(Corner, NodeId, Mask)>,
    naming: Option<Naming>,
    overlay: Overlay,
    /// Where the picture lay in the last frame.
    frame: Option<Frame>,
    area: Rect,
}

impl Default for Easel {
    fn default() -> Self {
        let settings = Settings { boxes: true, labels: true, masks: true, ..Settings::default() };
        Self {
            tool: Tool::default(),
            brush_points: 14.0,
            erases: false,
            settings,
            viewport: Viewport::default(),
            hand: Hand::default(),
            on_handle: false,
            box_from: None,
            outline: Vec::new(),
            is_part: false,
            stroke: None,
            corner: None,
            naming: None,
            overlay: Overlay::default(),
            frame: None,
            area: Rect::EVERYTHING,
        }
    }
}

impl Easel {
    /// Another page: nothing that was begun belongs to it.
    pub fn forget(&mut self) {
        let Self { tool, brush_points, erases, .. } = *self;
        let settings = self.settings.clone();
        *self = Self { tool, brush_points, erases, settings, ..Self::default() };
    }

    pub fn choose(&mut self, tool: Tool) {
        self.tool = tool;
        (self.box_from, self.stroke) = (None, None);
        self.outline.clear();
    }

    pub fn is_naming(&self) -> bool {
        self.naming.is_some()
    }

    /// Esc: what was begun is given up. False: nothing was.
    pub fn give_up(&mut self) -> bool {
        let had = self.box_from.is_some() || self.stroke.is_some() || !self.outline.is_empty();
        (self.box_from, self.stroke) = (None, None);
        self.outline.clear();
        had
    }

    pub fn show(&mut self, ui: &mut Ui, input: &EaselInput<'_>) -> Vec<Deed> {
        self.toolbar(ui, input.theme);
        let whole = ui.available_rect_before_wrap();
        let (area, foot) = whole.split_top_bottom_at_y(whole.bottom() - 24.0);
        ui.advance_cursor_after_rect(whole);
        let size = input.page.size.map(|side| side.max(1) as usize);
        let (mut actions, mut deeds) = (Vec::new(), Vec::new());
        self.hand.tidy(ui, &mut actions);
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
        let stage = Stage { frame: &frame, boxes: &all, input: &view };
        self.keys(ui, input, &frame, &mut deeds);
        self.hand.keys(ui, &stage, &mut actions);
        box_widgets(ui, area, &stage, &mut actions);
        // Above the boxes' widgets: which box is meant is the hand's business.
        let response = ui.interact(area, ui.id().with("easel"), Sense::CLICK | Sense::DRAG);
        let name = format!("annotated picture: {}", input.page.file);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &name));
        look(ui, &response, &mut self.viewport, size);
        let frame = self.viewport.frame(area, size);
        let stage = Stage { frame: &frame, boxes: &all, input: &view };
        (self.frame, self.area) = (Some(frame), area);
        if self.naming.is_none() {
            self.pointer(ui, &response, &stage, input, &mut actions, &mut deeds);
        }
        let painter = ui.painter_at(area);
        painter.rect_filled(area, input.theme.radius, input.theme.canvas);
        self.paint(ui, &painter, &stage, input, response.hover_pos());
        self.hand.show_list(ui, &view, &mut actions);
        self.ask(ui, area, input, &mut deeds);
        let hint = self.hint(input);
        let at = foot.left_center() + egui::vec2(4.0, 1.0);
        let galley =
            ui.painter().layout(hint, egui::FontId::proportional(12.0), input.theme.text_weak, foot.width() - 8.0);
        ui.painter_at(foot).galley(at - egui::vec2(0.0, galley.size().y / 2.0), galley, input.theme.text_weak);
        actions.into_iter().map(Deed::Act).chain(deeds).collect()
    }

    fn keys(&mut self, ui: &Ui, input: &EaselInput<'_>, frame: &Frame, deeds: &mut Vec<Deed>) {
        if ui.ctx().text_edit_focused() || self.naming.is_some() {
            return;
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if !self.outline.is_empty() {
            if pressed(Key::Enter) {
                self.close_outline(frame, input, deeds);
            } else if pressed(Key::Backspace) {
                self.outline.pop();
            }
        } else if self.tool == Tool::Box && ui.memory(|memory| memory.focused()).is_none() && pressed(Key::Enter) {
            // By keyboard: a box in the middle, to be moved and resized by arrow keys.
            self.new_box(UnitBox::new(0.33, 0.33, 0.67, 0.67), frame, input, deeds);
        }
        // The hand takes it for its pin; here it is a tool, and every box is pinned.
        ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::P));
    }

    /// Letters that no panel took for its own.
    pub fn letter(&mut self, letter: &str, input: &EaselInput<'_>) {
        match letter {
            "[" | "]" => {
                let factor = if letter == "[" { 0.8 } else { 1.25 };
                self.brush_points = (self.brush_points * factor).clamp(*BRUSHES.start(), *BRUSHES.end());
            }
            "x" | "X" if self.tool == Tool::Brush => self.erases = !self.erases,
            "n" | "N" => self.rename(input),
            letter => {
                if let Some(tool) = Tool::of_letter(letter) {
                    self.choose(tool);
                }
            }
        }
    }

    fn rename(&mut self, input: &EaselInput<'_>) {
        let Some(node) = input.selection.single_node().and_then(|id| input.page.scene().node(id)) else { return };
        let middle = node.pinned.map_or([0.5, 0.5], |b| b.center());
        let at = self.frame.map_or(Pos2::ZERO, |frame| frame.screen_from_unit(middle));
        self.name_it(format!("What is it, if not {}?", node.name), at, Nameless::Old(node.id), input);
    }

    fn name_it(&mut self, heading: String, at: Pos2, what: Nameless, input: &EaselInput<'_>) {
        const OFFERED: usize = 6;
        /// Points: the field and its list.
        const ROOM: f32 = 350.0;
        let lowest = (self.area.bottom() - ROOM).max(self.area.top());
        let at = pos2(at.x, at.y.min(lowest));
        let first = input.names.iter().take(OFFERED).cloned().collect();
        let ask = AskWord::new(heading, at, first, input.new_words.clone());
        self.naming = Some(Naming { ask, what });
    }

    fn ask(&mut self, ui: &Ui, area: Rect, input: &EaselInput<'_>, deeds: &mut Vec<Deed>) {
        let Some(mut naming) = self.naming.take() else { return };
        match naming.ask.show(ui, area, input.theme, input.vocab) {
            None => self.naming = Some(naming),
            Some(Word::GivenUp) => {}
            Some(Word::Is(name)) => deeds.push(match naming.what {
                Nameless::New { place, mask } => Deed::Add { name, place, mask },
                Nameless::Old(node) => {
                    Deed::Act(Action::edit(format!("name it {name}"), vec![Edit::Rename { node, name }]))
                }
            }),
        }
    }

    fn pointer(
        &mut self,
        ui: &Ui,
        response: &Response,
        stage: &Stage<'_>,
        input: &EaselInput<'_>,
        actions: &mut Vec<Action>,
        deeds: &mut Vec<Deed>,
    ) {
        let (space, alt) = ui.input(|i| (i.key_down(Key::Space), i.modifiers.alt));
        let origin = ui.input(|i| i.pointer.press_origin());
        let pans = space || response.dragged_by(PointerButton::Middle) || response.dragged_by(PointerButton::Secondary);
        if response.drag_started_by(PointerButton::Primary) && !space {
            self.on_handle = origin.is_some_and(|at| self.is_on_handle(at, stage));
        }
        let selects = self.tool == Tool::Select || self.on_handle;
        if !selects && self.stroke.is_none() && pans {
            self.viewport.pan(response.drag_delta(), response.rect, stage.frame.size);
            return;
        }
        match self.tool {
            _ if selects => {
                if !self.corners(ui, response, stage, input, alt, deeds) {
                    self.hand.pointer(ui, response, &mut self.viewport, stage, actions);
                }
                if response.double_clicked() && self.corner.is_none() {
                    self.rename(input);
                }
            }
            Tool::Box => self.box_pointer(ui, response, stage, input, actions, deeds),
            Tool::Polygon => self.outline_pointer(ui, response, stage, input, deeds),
            _ => self.brush_pointer(ui, response, stage, input, deeds),
        }
        if response.drag_stopped() {
            self.on_handle = false;
        }
        let hovers = response.hover_pos().is_some();
        if hovers && !selects {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
        }
        if !response.hovered() {
            self.hand.leave(stage.input, actions);
        }
    }

    fn is_on_handle(&self, at: Pos2, stage: &Stage<'_>) -> bool {
        use crate::app::picture::hand::{handle_at, single_box};
        self.tool == Tool::Box && single_box(stage.input).and_then(|b| handle_at(&b, stage.frame, at)).is_some()
    }

    fn box_pointer(
        &mut self,
        ui: &Ui,
        response: &Response,
        stage: &Stage<'_>,
        input: &EaselInput<'_>,
        actions: &mut Vec<Action>,
        deeds: &mut Vec<Deed>,
    ) {
        /// Points; less was a click.
        const LEAST: f32 = 4.0;
        let inside = |at: Pos2| stage.frame.unit_from_screen(at).map(|v| v.clamp(0.0, 1.0));
        if response.drag_started_by(PointerButton::Primary) {
            self.box_from = ui.input(|i| i.pointer.press_origin()).map(inside);
        }
        let Some(at) = response.interact_pointer_pos() else { return };
        if response.drag_stopped()
            && let Some(from) = self.box_from.take()
        {
            let b = UnitBox::from_corners(from, inside(at));
            let rect = stage.frame.screen_from_box(&b);
            if b.is_proper() && rect.width().max(rect.height()) >= LEAST {
                self.new_box(b, stage.frame, input, deeds);
            }
        } else if response.clicked_by(PointerButton::Primary) {
            self.hand.click(ui, response, stage, actions);
        }
    }

    /// A box becomes that of the selected object if it has none yet, else a new object.
    fn new_box(&mut self, b: UnitBox, frame: &Frame, input: &EaselInput<'_>, deeds: &mut Vec<Deed>) {
        let boxless = input.selection.single_node().and_then(|id| input.page.scene().node(id));
        match boxless.filter(|node| node.pinned.is_none()) {
            Some(node) => {
                let edits = vec![Edit::Pin { node: node.id, pinned: Some(b) }];
                deeds.push(Deed::Act(Action::edit(format!("box {}", node.title()), edits)));
            }
            None => self.name_new(Some(b), None, b, frame, input),
        }
    }

    pub(super) fn name_new(
        &mut self,
        place: Option<UnitBox>,
        mask: Option<Mask>,
        b: UnitBox,
        frame: &Frame,
        input: &EaselInput<'_>,
    ) {
        let below = frame.screen_from_box(&b).center_bottom();
        self.name_it("What is it?".to_owned(), below, Nameless::New { place, mask }, input);
    }

    /// Corners of a drawn outline in the hand. True: the pointer is theirs.
    fn corners(
        &mut self,
        ui: &Ui,
        response: &Response,
        stage: &Stage<'_>,
        input: &EaselInput<'_>,
        alt: bool,
        deeds: &mut Vec<Deed>,
    ) -> bool {
        let frame = stage.frame;
        if let Some((corner, node, mask)) = self.corner.clone() {
            if ui.input(|i| i.key_pressed(Key::Escape)) {
                self.corner = None;
                deeds.push(Deed::Act(Action::Gesture(Gesture::Abort)));
            } else if response.drag_stopped() {
                self.corner = None;
                deeds.push(Deed::Act(Action::Gesture(Gesture::Commit)));
            } else if let Some(at) = response.interact_pointer_pos() {
                let mask = corners::moved(&mask, corner, corners::px_from_screen(frame, at));
                deeds.push(Deed::Mask { label: String::new(), node, mask: Some(mask) });
            }
            return true;
        }
        let Some(node) = input.selection.single_node() else { return false };
        let Some(mask) = input.page.state().mask(node).filter(|_| self.settings.masks) else { return false };
        let press = ui.input(|i| i.pointer.press_origin()).or(response.hover_pos());
        let Some(corner) = press.and_then(|at| corners::corner_at(mask, frame, at)) else { return false };
        let title = input.page.scene().node(node).map_or("it", |node| node.title());
        let label = format!("reshape {title}");
        if response.drag_started_by(PointerButton::Primary) {
            self.corner = Some((corner, node, Arc::unwrap_or_clone(mask.clone())));
            deeds.push(Deed::Act(Action::Gesture(Gesture::Begin { label })));
            return true;
        }
        if alt && response.clicked_by(PointerButton::Primary) {
            if let Some(mask) = corners::removed(mask, corner) {
                deeds.push(Deed::Mask { label, node, mask: Some(mask) });
            }
            return true;
        }
        if response.hovered() {
            ui.ctx().set_cursor_icon(CursorIcon::Grab);
        }
        false
    }

    fn paint(
        &mut self,
        ui: &Ui,
        painter: &egui::Painter,
        stage: &Stage<'_>,
        input: &EaselInput<'_>,
        pointer: Option<Pos2>,
    ) {
        let Stage { frame, input: view, .. } = *stage;
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        match (input.trouble, input.texture) {
            (Some(trouble), _) => return notice(painter, painter.clip_rect(), trouble, input.theme),
            (None, Some(texture)) => _ = painter.image(texture.id(), frame.rect, whole, Color32::WHITE),
            (None, None) => notice(painter, painter.clip_rect(), "The picture is being read …", input.theme),
        }
        let (state, size) = (input.page.state(), input.page.size);
        let brushed = self.stroke.as_ref().and_then(|stroke| stroke.node);
        if self.settings.masks {
            let page = (input.page.file.as_str(), input.page.changes());
            let texture = self.overlay.of(ui.ctx(), page, state, size, input.vocab, brushed);
            texture.map(|texture| painter.image(texture, frame.rect, whole, Color32::WHITE));
        }
        if let Some(stroke) = &mut self.stroke {
            let name = brushed.and_then(|node| state.scene.node(node)).map(|node| node.name.as_str());
            let colour = name.map_or(input.theme.accent, |name| category(input.vocab, name));
            let texture = self.overlay.live(ui.ctx(), &stroke.bitmap, colour, std::mem::take(&mut stroke.is_new));
            texture.map(|texture| painter.image(texture, frame.rect, whole, Color32::WHITE));
        }
        paint::pane(painter, Pane::Image, stage, &self.hand, &self.settings);
        match input.proposal {
            Some((proposal, true)) => {
                let Proposal { subject, predicate, object } = proposal.clone();
                let relation = Relation { id: RelationId(u64::MAX), subject, predicate, object, extra: Extra::new() };
                paint::arrow(painter, frame, &relation, view);
            }
            Some((proposal, false)) if self.naming.is_none() && self.outline.is_empty() => {
                self.paint_proposal(painter, frame, proposal, input);
            }
            _ => {}
        }
        let single = input.selection.single_node().and_then(|node| state.mask(node));
        if let Some(mask) = single.filter(|_| self.tool == Tool::Select && self.settings.masks) {
            corners::paint(painter, mask, frame, input.theme);
        }
        self.paint_begun(painter, frame, input.theme, pointer);
    }

    /// Dashes from one thing to the other: an offer, not yet a fact.
    fn paint_proposal(&self, painter: &egui::Painter, frame: &Frame, proposal: &Proposal, input: &EaselInput<'_>) {
        let middle = |node| input.page.state().box_of(node).map(|b| frame.screen_from_unit(b.center()));
        let (Some(from), Some(to)) = (middle(proposal.subject), middle(proposal.object)) else { return };
        for (width, colour) in [(3.0, input.theme.halo), (1.5, input.theme.hover)] {
            painter.extend(egui::Shape::dashed_line(&[from, to], egui::Stroke::new(width, colour), 6.0, 5.0));
        }
        painter.circle(from, 3.5, input.theme.hover, egui::Stroke::new(1.0, input.theme.halo));
        let text = format!("{} ?", proposal.predicate);
        let galley = painter.layout_no_wrap(text, egui::FontId::proportional(11.0), input.theme.text);
        let place = Rect::from_center_size(from.lerp(to, 0.5), galley.size() + egui::vec2(10.0, 3.0));
        painter.rect_filled(place, 7, input.theme.chip);
        painter.galley(place.min + egui::vec2(5.0, 1.5), galley, input.theme.text);
    }

    /// What the next click of a tool does, and on what.
    fn hint(&self, input: &EaselInput<'_>) -> String {
        let scene = input.page.scene();
        let selected = input.selection.single_node().and_then(|id| scene.node(id));
        let name = selected.map(|node| node.title());
        let has_mask = selected.is_some_and(|node| input.page.state().mask(node.id).is_some());
        match (self.tool, selected, name) {
            (Tool::Select, Some(node), Some(name)) if node.pinned.is_none() => {
                format!("{name} has no box yet: B, then draw it")
            }
            (Tool::Select, _, Some(name)) => {
                format!("{name}: drag it or its handles; N gives it another name; Del removes it")
            }
            (Tool::Select, ..) => "Click an object, or draw one: B a box, P an outline, M a mask".to_owned(),
            (Tool::Box, Some(node), Some(name)) if node.pinned.is_none() => format!("Drag the box of {name}"),
            (Tool::Box, ..) => "Drag a box around something".to_owned(),
            (Tool::Polygon, ..) if !self.outline.is_empty() => {
                "Click corner after corner; Enter or a click on the first closes it; Backspace takes one back"
                    .to_owned()
            }
            (Tool::Polygon, _, Some(name)) if !has_mask => {
                format!("Click the first corner of {name}'s outline; Esc, P: something new")
            }
            (Tool::Polygon, _, Some(name)) => {
                format!("Click the first corner of something new; Shift: a further part of {name}")
            }
            (Tool::Polygon, ..) => "Click the first corner of an outline".to_owned(),
            (Tool::Brush, _, Some(name)) if self.erases => format!("Erase from the mask of {name}"),
            (Tool::Brush, _, Some(name)) => format!("Paint the mask of {name}; its box follows. Esc, M: something new"),
            (Tool::Brush, ..) => "Paint over something new".to_owned(),
        }
    }

    /// Beside the picture: its size.
    pub fn size_text(page: &Page, theme: &Theme) -> egui::RichText {
        weak(theme, format!("{} × {}", page.size[0], page.size[1]))
    }
}
