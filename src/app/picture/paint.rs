//! Painting of a pane: image, boxes, masks, names and marks.

use egui::{Align2, Color32, CornerRadius, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use super::boxes::{BoxItem, BoxLayer, box_of};
use super::drag::Grip;
use super::footer::pixels;
use super::pointer_tool::{BoxInteraction, handle_rects, single_box};
use super::snap::SnapGuide;
use super::view::{Frame, Pane};
use super::{PictureInput, PictureSettings, PictureTextures};
use crate::app::widgets::{category, ink_on};
use crate::app::{Item, Theme};
use scenewright_scene::{NodeId, Relation};

const WHOLE: Rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
/// Points.
const WORD: f32 = 11.0;
/// Opacity of boxes in the boxes view, so that nested boxes are visible.
const FILL: f32 = 0.10;

/// Draws everything in a pane except the comparison.
pub(crate) fn pane(
    painter: &Painter,
    pane: Pane,
    layer: &BoxLayer<'_>,
    box_interaction: &BoxInteraction,
    settings: &PictureSettings,
) {
    let BoxLayer { frame, boxes, input } = *layer;
    let on_image = pane == Pane::Image;
    let opacity = if on_image { settings.mask_opacity } else { 1.0 };
    if pane == Pane::Masks || (on_image && settings.masks) {
        masks(painter, frame, boxes, input, opacity);
    }
    if pane == Pane::Boxes || pane == Pane::Masks || (on_image && settings.boxes) {
        boxes.iter().for_each(|boxed| outline(painter, frame, boxed, input, pane));
    }
    if pane == Pane::Boxes || (on_image && settings.boxes) {
        implied_boxes(painter, frame, input);
    }
    emphasized(painter, frame, boxes, input);
    relations(painter, frame, input);
    if (on_image && settings.labels) || pane == Pane::Boxes {
        labels(painter, frame, boxes, input);
    }
    handles(painter, frame, input);
    marks(painter, frame, boxes, input);
    lines(painter, frame, box_interaction.guides(), input);
    if box_interaction.is_dragging() {
        numbers(painter, frame, input);
    }
}

pub(crate) fn image(painter: &Painter, frame: &Frame, shown: &PictureTextures, smooth: bool) {
    painter.image(shown.texture(smooth), frame.rect, WHOLE, Color32::WHITE);
}

/// Draws the left part of an image: 0..=1 of its width.
pub(crate) fn image_until(painter: &Painter, frame: &Frame, shown: &PictureTextures, smooth: bool, until: f32) {
    let rect = Rect::from_min_max(frame.rect.min, pos2(frame.screen_from_unit([until, 1.0]).x, frame.rect.bottom()));
    painter.image(shown.texture(smooth), rect, Rect::from_min_max(pos2(0.0, 0.0), pos2(until, 1.0)), Color32::WHITE);
}

/// Lines at thirds, and rectangles at 5 % and 10 % from the border: what a frame, a bleed or a screen may cut off.
pub(crate) fn safe_areas(painter: &Painter, frame: &Frame, theme: &Theme) {
    let line = |from: [f32; 2], to: [f32; 2], color: Color32| {
        let ends = [frame.screen_from_unit(from), frame.screen_from_unit(to)];
        painter.line_segment(ends, Stroke::new(2.0, theme.halo.gamma_multiply(0.5)));
        painter.line_segment(ends, Stroke::new(1.0, color));
    };
    for third in [1.0 / 3.0, 2.0 / 3.0] {
        let color = theme.guide.gamma_multiply(0.45);
        line([third, 0.0], [third, 1.0], color);
        line([0.0, third], [1.0, third], color);
    }
    for (margin, word) in [(0.05, "action safe"), (0.1, "title safe")] {
        let (low, high) = (margin, 1.0 - margin);
        let corners = [[low, low], [high, low], [high, high], [low, high], [low, low]];
        corners.windows(2).for_each(|ends| line(ends[0], ends[1], theme.guide));
        let at = frame.screen_from_unit([low, high]) + vec2(3.0, -1.0);
        painter.text(at, Align2::LEFT_BOTTOM, word, FontId::proportional(9.5), theme.guide);
    }
}

fn masks(painter: &Painter, frame: &Frame, boxes: &[BoxItem<'_>], input: &PictureInput<'_>, opacity: f32) {
    let Some(shown) = input.shown else { return };
    for boxed in boxes {
        let Some((texture, uv)) = shown.mask(boxed.node.id) else { continue };
        let tint = category(input.vocab, &boxed.node.name).gamma_multiply(opacity);
        painter.image(texture, frame.screen_from_box(&boxed.bounds), uv, tint);
    }
}

/// A line in the category's color, with a dark outline on images so that it is always visible. A pinned box has thick
/// corners.
fn outline(painter: &Painter, frame: &Frame, boxed: &BoxItem<'_>, input: &PictureInput<'_>, pane: Pane) {
    let rect = frame.screen_from_box(&boxed.bounds);
    let color = category(input.vocab, &boxed.node.name);
    match pane {
        Pane::Boxes => _ = painter.rect_filled(rect, CornerRadius::ZERO, color.gamma_multiply(FILL)),
        Pane::Image => _ = painter.rect_stroke(rect, 0, Stroke::new(3.0, input.theme.halo), StrokeKind::Inside),
        // Thinner where boxes are not the subject.
        Pane::Masks | Pane::Changes => {
            painter.rect_stroke(rect, 0, Stroke::new(1.0, color.gamma_multiply(0.5)), StrokeKind::Inside);
            return;
        }
    }
    painter.rect_stroke(rect.shrink(0.75), 0, Stroke::new(1.5, color), StrokeKind::Inside);
    if boxed.node.pinned.is_some() {
        // Corners mark pinned boxes, also for users who cannot tell the colors apart.
        for (corner, way) in corners(rect) {
            let arm = rect.size().min_elem().min(10.0) * 0.5;
            let stroke = Stroke::new(3.0, color);
            painter.line_segment([corner, corner + vec2(way.x * arm, 0.0)], stroke);
            painter.line_segment([corner, corner + vec2(0.0, way.y * arm)], stroke);
        }
    }
}

/// Pale dashed boxes of what the picture shows although the graph does not name it.
fn implied_boxes(painter: &Painter, frame: &Frame, input: &PictureInput<'_>) {
    let Some(shown) = input.shown else { return };
    for placed in shown.picture.objects.iter().filter(|placed| placed.is_implied) {
        let Some(bounds) = placed.bounds.repaired() else { continue };
        let rect = frame.screen_from_box(&bounds).shrink(2.0);
        let color = category(input.vocab, &placed.name).gamma_multiply(0.6);
        let (a, b, c, d) = (rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom());
        painter.extend(Shape::dashed_line(&[a, b, c, d, a], Stroke::new(1.2, color), 5.0, 4.0));
        let at = rect.left_bottom() + vec2(4.0, -3.0);
        painter.text(at, Align2::LEFT_BOTTOM, &placed.name, FontId::proportional(WORD), color);
    }
}

fn corners(rect: Rect) -> [(Pos2, Vec2); 4] {
    let rect = rect.shrink(1.5);
    [
        (rect.left_top(), vec2(1.0, 1.0)),
        (rect.right_top(), vec2(-1.0, 1.0)),
        (rect.left_bottom(), vec2(1.0, -1.0)),
        (rect.right_bottom(), vec2(-1.0, -1.0)),
    ]
}

/// Selected and hovered boxes, whatever is switched off.
fn emphasized(painter: &Painter, frame: &Frame, boxes: &[BoxItem<'_>], input: &PictureInput<'_>) {
    for boxed in boxes {
        let rect = frame.screen_from_box(&boxed.bounds);
        let selected = input.selection.nodes.contains(&boxed.node.id);
        if selected {
            painter.rect_stroke(rect.expand(1.0), 0, Stroke::new(4.0, input.theme.halo), StrokeKind::Middle);
            painter.rect_stroke(rect.expand(1.0), 0, input.theme.selection, StrokeKind::Middle);
        } else if input.hovered == Some(Item::Node(boxed.node.id)) {
            painter.rect_filled(rect, 0, input.theme.hover.gamma_multiply(0.12));
            painter.rect_stroke(rect, 0, Stroke::new(1.5, input.theme.hover), StrokeKind::Outside);
        }
    }
}

/// Selected and hovered relations: both boxes and an arrow from subject to object.
fn relations(painter: &Painter, frame: &Frame, input: &PictureInput<'_>) {
    let hovered = match input.hovered {
        Some(Item::Relation(id)) if !input.selection.relations.contains(&id) => Some(id),
        _ => None,
    };
    let ids = input.selection.relations.iter().copied().chain(hovered);
    for relation in ids.filter_map(|id| input.scene.relation(id)) {
        arrow(painter, frame, relation, input);
    }
}

pub(crate) fn arrow(painter: &Painter, frame: &Frame, relation: &Relation, input: &PictureInput<'_>) {
    let find = |node: NodeId| box_of(input, input.scene.node(node)?);
    let (Some(subject), Some(object)) = (find(relation.subject), find(relation.object)) else { return };
    let color = input.theme.accent;
    for b in [subject, object] {
        let rect = frame.screen_from_box(&b);
        painter.rect_stroke(rect, 0, Stroke::new(4.0, input.theme.halo), StrokeKind::Middle);
        painter.rect_stroke(rect, 0, Stroke::new(2.0, color), StrokeKind::Middle);
    }
    let (from, to) = (frame.screen_from_unit(subject.center()), frame.screen_from_unit(object.center()));
    if from.distance(to) > 1.0 {
        let way = (to - from).normalized();
        let side = way.rot90() * 5.0;
        let neck = to - way * 10.0;
        painter.line_segment([from, neck], Stroke::new(5.0, input.theme.halo));
        painter.line_segment([from, neck], Stroke::new(2.5, color));
        painter.add(Shape::convex_polygon(
            vec![to, neck + side, neck - side],
            color,
            Stroke::new(1.0, input.theme.halo),
        ));
    }
    painter.circle(from, 4.0, color, Stroke::new(1.0, input.theme.halo));
    word(painter, from.lerp(to, 0.5), Align2::CENTER_CENTER, &relation.predicate, color);
}

/// Draws a word on a colored background. Returns its rectangle.
fn word(painter: &Painter, at: Pos2, align: Align2, text: &str, color: Color32) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(WORD), ink_on(color));
    let rect = align.anchor_size(at, galley.size() + vec2(8.0, 2.0));
    painter.rect_filled(rect, 2, color);
    painter.galley(rect.min + vec2(4.0, 1.0), galley, ink_on(color));
    rect
}

/// Draws a name in the first free corner of each box, small boxes first, so that the name of the larger box moves. A
/// name without free corner is left out unless the object is selected or hovered.
fn labels(painter: &Painter, frame: &Frame, boxes: &[BoxItem<'_>], input: &PictureInput<'_>) {
    let mut taken: Vec<Rect> = Vec::new();
    for boxed in boxes.iter().rev() {
        let rect = frame.screen_from_box(&boxed.bounds);
        let color = category(input.vocab, &boxed.node.name);
        let id = boxed.node.id;
        let is_highlighted = input.selection.nodes.contains(&id) || input.hovered == Some(Item::Node(id));
        let title = boxed.node.title();
        let galley = painter.layout_no_wrap(title.to_owned(), FontId::proportional(WORD), ink_on(color));
        let size = galley.size() + vec2(8.0, 2.0);
        let room = |at: &Rect| taken.iter().all(|other| !other.intersects(*at)) && frame.rect.contains_rect(*at);
        let places = [
            (rect.left_top(), Align2::LEFT_TOP),
            (rect.right_top(), Align2::RIGHT_TOP),
            (rect.left_bottom(), Align2::LEFT_BOTTOM),
            (rect.right_bottom(), Align2::RIGHT_BOTTOM),
            (rect.left_top(), Align2::LEFT_BOTTOM),
            (rect.left_bottom(), Align2::LEFT_TOP),
        ];
        let mut rects = places.iter().map(|(at, align)| align.anchor_size(*at, size));
        let first = Align2::LEFT_TOP.anchor_size(rect.left_top(), size);
        let Some(place) = rects.find(room).or(is_highlighted.then_some(first)) else { continue };
        painter.rect_filled(place, 2, color);
        painter.galley(place.min + vec2(4.0, 1.0), galley, ink_on(color));
        taken.push(place);
    }
}

/// Handles that would cover a small box are not drawn, but still work.
fn handles(painter: &Painter, frame: &Frame, input: &PictureInput<'_>) {
    let Some(b) = single_box(input) else { return };
    let size = frame.screen_from_box(&b).size();
    for (grip, rect) in Grip::HANDLES.into_iter().zip(handle_rects(&b, frame)) {
        let Grip::Edges { across, down } = grip else { continue };
        let room_for = |edge: i8, side: f32| if edge == 0 { side > 44.0 } else { side > 18.0 };
        if room_for(across, size.x) && room_for(down, size.y) {
            painter.rect(rect, 1, Color32::WHITE, Stroke::new(1.5, input.theme.selection.color), StrokeKind::Middle);
        }
    }
}

/// Position and size beside a box that is being dragged.
fn numbers(painter: &Painter, frame: &Frame, input: &PictureInput<'_>) {
    let Some(b) = single_box(input) else { return };
    let rect = frame.screen_from_box(&b);
    let below = rect.bottom() + 24.0 < frame.rect.bottom().min(painter.clip_rect().bottom());
    let (at, align) = if below {
        (rect.center_bottom() + vec2(0.0, 7.0), Align2::CENTER_TOP)
    } else {
        (rect.center_top() - vec2(0.0, 7.0), Align2::CENTER_BOTTOM)
    };
    word(painter, at, align, &pixels(&b, frame.size), input.theme.accent);
}

/// The numbers of a question: "which sheep? 1, 2, 3".
fn marks(painter: &Painter, frame: &Frame, boxes: &[BoxItem<'_>], input: &PictureInput<'_>) {
    for (node, number) in input.marks {
        let Some(boxed) = boxes.iter().find(|boxed| boxed.node.id == *node) else { continue };
        let at = frame.screen_from_unit(boxed.bounds.center());
        painter.circle(at, 12.0, input.theme.warning, Stroke::new(2.0, input.theme.halo));
        let ink = ink_on(input.theme.warning);
        painter.text(at, Align2::CENTER_CENTER, number.to_string(), FontId::proportional(14.0), ink);
    }
}

fn lines(painter: &Painter, frame: &Frame, guides: &[SnapGuide], input: &PictureInput<'_>) {
    for guide in guides {
        let ends = match *guide {
            SnapGuide::Upright(x) => [[x, 0.0], [x, 1.0]],
            SnapGuide::Level(y) => [[0.0, y], [1.0, y]],
        };
        let ends = ends.map(|point| frame.screen_from_unit(point));
        painter.line_segment(ends, Stroke::new(1.0, input.theme.guide));
    }
}
