//! Drawing of polygon outlines, and the brush.

use egui::{Painter, PointerButton, Pos2};

use super::annotation_canvas::{AnnotationAction, AnnotationCanvas, AnnotationCanvasInput, BrushStroke};
use super::pointer_tool::PointerFrame;
use super::polygon_tool::{px_from_screen, screen_from_px};
use super::tools::Tool;
use crate::app::Theme;
use crate::app::picture::view::Frame;
use scenewright_document::annotation::{Bitmap, ObjectMask, clean_polygon};

/// Points; a click this close to the first vertex closes the outline.
const CLOSES: f32 = 9.0;

impl AnnotationCanvas {
    pub(super) fn outline_pointer(&mut self, pointer_frame: &mut PointerFrame<'_>) {
        let (ui, response, layer, input) = pointer_frame.parts();
        let Some(at) = response.interact_pointer_pos().filter(|_| response.clicked_by(PointerButton::Primary)) else {
            return;
        };
        let closes =
            self.outline.first().is_some_and(|first| screen_from_px(layer.frame, *first).distance(at) <= CLOSES);
        if (closes && self.outline.len() >= 3) || response.double_clicked() {
            self.is_part |= ui.input(|i| i.modifiers.shift);
            return self.close_outline(layer.frame, input, &mut pointer_frame.annotation_actions);
        }
        if self.outline.is_empty() {
            self.is_part = ui.input(|i| i.modifiers.shift);
        }
        self.outline.push(px_from_screen(layer.frame, at));
    }

    /// Closes the outline. It becomes the mask of the selected object if that has none yet; with Shift, another part of
    /// it; otherwise the mask of a new object.
    pub(super) fn close_outline(
        &mut self,
        frame: &Frame,
        input: &AnnotationCanvasInput<'_>,
        annotation_actions: &mut Vec<AnnotationAction>,
    ) {
        let outline = std::mem::take(&mut self.outline);
        let is_part = std::mem::take(&mut self.is_part);
        let polygon = match clean_polygon(&outline, input.page.size) {
            Ok(polygon) => polygon,
            Err(what) => {
                let text = format!("Not a valid outline: {what}");
                return annotation_actions.push(AnnotationAction::Action(crate::app::Action::Notify(text)));
            }
        };
        let selected = input.selection.single_node().and_then(|node| input.page.scene().node(node));
        let mask = selected.and_then(|node| input.page.state().mask(node.id));
        match (selected, mask) {
            (Some(node), None) => {
                let mask = Some(ObjectMask::Polygons(vec![polygon]));
                annotation_actions.push(AnnotationAction::SetMask {
                    label: format!("outline {}", node.title()),
                    node: node.id,
                    mask,
                });
            }
            (Some(node), Some(mask)) if is_part => {
                let mask = with_part(mask, polygon, input.page.size);
                annotation_actions.push(AnnotationAction::SetMask {
                    label: format!("outline more of {}", node.title()),
                    node: node.id,
                    mask,
                });
            }
            _ => {
                let mask = ObjectMask::Polygons(vec![polygon]);
                let Some(b) = mask.unit_box(input.page.size) else { return };
                self.ask_new_name(Some(b), Some(mask), b, frame, input);
            }
        }
    }

    pub(super) fn brush_pointer(&mut self, pointer_frame: &mut PointerFrame<'_>) {
        let (ui, response, layer, input) = pointer_frame.parts();
        let adds = !(self.is_erasing || ui.input(|i| i.modifiers.alt));
        let radius = self.brush_points / layer.frame.scale().max(1e-6);
        let starts = response.drag_started_by(PointerButton::Primary);
        let dabs = response.clicked_by(PointerButton::Primary);
        if (starts || dabs) && self.stroke.is_none() {
            let origin = ui.input(|i| i.pointer.press_origin()).or(response.interact_pointer_pos());
            let Some(at) = origin.map(|at| px_from_screen(layer.frame, at)) else { return };
            let node = input.selection.single_node();
            let mask = node.and_then(|node| input.page.state().mask(node));
            let mut bitmap =
                mask.map_or_else(|| Bitmap::new(input.page.size), |mask| Bitmap::of(mask, input.page.size));
            bitmap.stroke(at, at, radius, adds);
            self.stroke = Some(BrushStroke { node, bitmap, last: at, is_new: true });
        }
        if let Some(stroke) = &mut self.stroke
            && let Some(at) = response.interact_pointer_pos()
        {
            let at = px_from_screen(layer.frame, at);
            if at != stroke.last {
                stroke.bitmap.stroke(stroke.last, at, radius, adds);
                (stroke.last, stroke.is_new) = (at, true);
            }
        }
        let over = response.drag_stopped() || dabs || !ui.input(|i| i.pointer.any_down());
        let Some(stroke) = self.stroke.take_if(|_| over) else { return };
        let mask = stroke.bitmap.into_mask();
        match (stroke.node, mask) {
            (Some(node), mask) => {
                let title = input.page.scene().node(node).map_or("it", |node| node.title());
                let verb = if adds { "paint" } else { "erase from" };
                pointer_frame.annotation_actions.push(AnnotationAction::SetMask {
                    label: format!("{verb} {title}"),
                    node,
                    mask,
                });
            }
            (None, Some(mask)) => {
                let Some(b) = mask.unit_box(input.page.size) else { return };
                self.ask_new_name(Some(b), Some(mask), b, layer.frame, input);
            }
            (None, None) => {}
        }
    }

    /// Draws the shape in progress.
    pub(super) fn paint_begun(&self, painter: &Painter, frame: &Frame, theme: &Theme, pointer: Option<Pos2>) {
        let line = egui::Stroke::new(2.0, theme.accent);
        let dark = egui::Stroke::new(4.0, theme.halo);
        match (self.tool, pointer) {
            (Tool::Box, Some(at)) => {
                // Crosshair through the pointer.
                let thin = egui::Stroke::new(1.0, theme.guide.gamma_multiply(0.6));
                if frame.rect.contains(at) && self.box_from.is_none() {
                    painter.hline(frame.rect.x_range(), at.y, thin);
                    painter.vline(at.x, frame.rect.y_range(), thin);
                }
                if let Some(from) = self.box_from {
                    let at = frame.screen_from_unit(frame.unit_from_screen(at).map(|v| v.clamp(0.0, 1.0)));
                    let rect = egui::Rect::from_two_pos(frame.screen_from_unit(from), at);
                    painter.rect_filled(rect, 0, theme.accent.gamma_multiply(0.12));
                    painter.rect_stroke(rect, 0, dark, egui::StrokeKind::Middle);
                    painter.rect_stroke(rect, 0, line, egui::StrokeKind::Middle);
                }
            }
            (Tool::Brush, Some(at)) => {
                painter.circle_stroke(at, self.brush_points, egui::Stroke::new(3.0, theme.halo));
                let color = if self.is_erasing { theme.warning } else { egui::Color32::WHITE };
                painter.circle_stroke(at, self.brush_points, egui::Stroke::new(1.5, color));
            }
            _ => {}
        }
        let vertices: Vec<Pos2> = self.outline.iter().map(|px| screen_from_px(frame, *px)).collect();
        let ends = vertices.iter().copied().chain(pointer.filter(|_| !vertices.is_empty())).collect::<Vec<_>>();
        for pair in ends.windows(2) {
            painter.line_segment([pair[0], pair[1]], dark);
            painter.line_segment([pair[0], pair[1]], line);
        }
        for (row, at) in vertices.iter().enumerate() {
            // The first vertex closes the outline.
            let near =
                row == 0 && vertices.len() >= 3 && pointer.is_some_and(|pointer| pointer.distance(*at) <= CLOSES);
            let radius = if near { 7.0 } else { 4.0 };
            painter.circle(*at, radius, if near { theme.accent } else { egui::Color32::WHITE }, line);
        }
    }
}

fn with_part(mask: &ObjectMask, polygon: Vec<[f32; 2]>, size: [u32; 2]) -> Option<ObjectMask> {
    match mask {
        ObjectMask::Polygons(parts) => Some(ObjectMask::Polygons([parts.clone(), vec![polygon]].concat())),
        ObjectMask::Runs(_) => {
            let mut bitmap = Bitmap::of(mask, size);
            bitmap.join(&ObjectMask::Polygons(vec![polygon]));
            bitmap.into_mask()
        }
    }
}
