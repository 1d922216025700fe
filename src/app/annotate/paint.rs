//! Painting: image, masks, boxes, shapes in progress, suggestions; and the status hint for the next click.

use egui::{Color32, Pos2, Rect, Ui, pos2};

use super::annotation_canvas::{AnnotationCanvas, AnnotationCanvasInput};
use super::polygon_tool;
use super::relation_suggestions::RelationSuggestion;
use super::tools::Tool;
use crate::app::picture::boxes::BoxLayer;
use crate::app::picture::view::{Frame, Pane};
use crate::app::picture::{notice, paint};
use crate::app::widgets::category;
use scenewright_scene::{Extra, Relation, RelationId};

impl AnnotationCanvas {
    pub(super) fn paint(
        &mut self,
        ui: &Ui,
        painter: &egui::Painter,
        layer: &BoxLayer<'_>,
        input: &AnnotationCanvasInput<'_>,
        pointer: Option<Pos2>,
    ) {
        let BoxLayer { frame, input: view, .. } = *layer;
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        match (input.problem, input.texture) {
            (Some(problem), _) => return notice(painter, painter.clip_rect(), problem, input.theme),
            (None, Some(texture)) => _ = painter.image(texture.id(), frame.rect, whole, Color32::WHITE),
            (None, None) => notice(painter, painter.clip_rect(), "Loading the picture …", input.theme),
        }
        let (state, size) = (input.page.state(), input.page.size);
        let brushed = self.stroke.as_ref().and_then(|stroke| stroke.node);
        if self.settings.masks {
            let texture = self.overlay.of(ui.ctx(), state, size, input.vocab, brushed);
            texture.map(|texture| painter.image(texture, frame.rect, whole, Color32::WHITE));
        }
        if let Some(stroke) = &mut self.stroke {
            let name = brushed.and_then(|node| state.scene.node(node)).map(|node| node.name.as_str());
            let color = name.map_or(input.theme.accent, |name| category(input.vocab, name));
            let texture = self.overlay.live(ui.ctx(), &stroke.bitmap, color, std::mem::take(&mut stroke.is_new));
            texture.map(|texture| painter.image(texture, frame.rect, whole, Color32::WHITE));
        }
        paint::pane(painter, Pane::Image, layer, &self.box_interaction, &self.settings);
        match input.suggestion {
            Some((suggestion, true)) => {
                let RelationSuggestion { subject, predicate, object } = suggestion.clone();
                let relation = Relation {
                    id: RelationId(u64::MAX),
                    subject,
                    predicate,
                    object,
                    hidden: false,
                    extra: Extra::new(),
                };
                paint::arrow(painter, frame, &relation, view);
            }
            Some((suggestion, false)) if self.naming.is_none() && self.outline.is_empty() => {
                self.paint_proposal(painter, frame, suggestion, input);
            }
            _ => {}
        }
        let single = input.selection.single_node().and_then(|node| state.mask(node));
        if let Some(mask) = single.filter(|_| self.tool == Tool::Select && self.settings.masks) {
            polygon_tool::paint(painter, mask, frame, input.theme);
        }
        if let Some(b) = self.pending_box() {
            painter.rect_filled(frame.screen_from_box(&b), 0, input.theme.accent.gamma_multiply(0.2));
            painter.rect_stroke(frame.screen_from_box(&b), 0, input.theme.selection, egui::StrokeKind::Middle);
        }
        self.paint_begun(painter, frame, input.theme, pointer);
    }

    /// Dashes between the two objects: a suggestion, not yet a relation.
    fn paint_proposal(
        &self,
        painter: &egui::Painter,
        frame: &Frame,
        suggestion: &RelationSuggestion,
        input: &AnnotationCanvasInput<'_>,
    ) {
        let middle = |node| input.page.state().box_of(node).map(|b| frame.screen_from_unit(b.center()));
        let (Some(from), Some(to)) = (middle(suggestion.subject), middle(suggestion.object)) else { return };
        for (width, color) in [(3.0, input.theme.halo), (1.5, input.theme.hover)] {
            painter.extend(egui::Shape::dashed_line(&[from, to], egui::Stroke::new(width, color), 6.0, 5.0));
        }
        painter.circle(from, 3.5, input.theme.hover, egui::Stroke::new(1.0, input.theme.halo));
        let text = format!("{} ?", suggestion.predicate);
        let galley = painter.layout_no_wrap(text, egui::FontId::proportional(11.0), input.theme.text);
        let place = Rect::from_center_size(from.lerp(to, 0.5), galley.size() + egui::vec2(10.0, 3.0));
        painter.rect_filled(place, 7, input.theme.surface);
        painter.galley(place.min + egui::vec2(5.0, 1.5), galley, input.theme.text);
    }

    /// Status hint: what the next click of the tool does.
    pub(super) fn hint(&self, input: &AnnotationCanvasInput<'_>) -> String {
        let scene = input.page.scene();
        let selected = input.selection.single_node().and_then(|id| scene.node(id));
        let name = selected.map(|node| node.title());
        let has_mask = selected.is_some_and(|node| input.page.state().mask(node.id).is_some());
        match (self.tool, selected, name) {
            (Tool::Select, Some(node), Some(name)) if node.pinned.is_none() => {
                format!("{name} has no box yet: press B and draw it")
            }
            (Tool::Select, _, Some(name)) => {
                format!("{name}: drag it or its handles; N renames it; Del deletes it")
            }
            (Tool::Select, ..) => "Click an object, or draw one: B box, P outline, M mask".to_owned(),
            (Tool::Box, Some(node), Some(name)) if node.pinned.is_none() => format!("Drag the box of {name}"),
            (Tool::Box, ..) => "Drag a box around something".to_owned(),
            (Tool::Polygon, ..) if !self.outline.is_empty() => {
                "Click the corners one by one; Enter or a click on the first corner closes the outline; \
                    Backspace removes the last corner"
                    .to_owned()
            }
            (Tool::Polygon, _, Some(name)) if !has_mask => {
                format!("Click the first corner of {name}'s outline; for a new object press Esc, then P")
            }
            (Tool::Polygon, _, Some(name)) => {
                format!("Click the first corner of a new object; Shift: add a part to {name}")
            }
            (Tool::Polygon, ..) => "Click the first corner of an outline".to_owned(),
            (Tool::Brush, _, Some(name)) if self.is_erasing => format!("Erase from the mask of {name}"),
            (Tool::Brush, _, Some(name)) => format!(
                "Paint the mask of {name}; its box follows. For a new \
                object press Esc, then M"
            ),
            (Tool::Brush, ..) => "Paint over a new object".to_owned(),
        }
    }
}
