//! Editing of polygon outlines: vertices are found, moved, added and removed.

use egui::{Painter, Pos2, Stroke, vec2};

use crate::app::Theme;
use crate::app::picture::view::Frame;
use scenewright_document::annotation::{ObjectMask, Polygon};

/// Points; distance within which a vertex is hit.
const REACH: f32 = 7.0;
/// Points; shorter edges have no handle.
const MIN_EDGE: f32 = 26.0;

/// Part and index of a vertex; `is_new`: a vertex between this one and the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vertex {
    pub part: usize,
    pub at: usize,
    pub is_new: bool,
}

pub(crate) fn screen_from_px(frame: &Frame, [x, y]: [f32; 2]) -> Pos2 {
    frame.rect.min + vec2(x, y) * frame.scale()
}

/// Keeps the point within the picture.
pub(crate) fn px_from_screen(frame: &Frame, at: Pos2) -> [f32; 2] {
    let [x, y] = frame.unit_from_screen(at);
    [x.clamp(0.0, 1.0) * frame.size[0] as f32, y.clamp(0.0, 1.0) * frame.size[1] as f32]
}

fn middle([ax, ay]: [f32; 2], [bx, by]: [f32; 2]) -> [f32; 2] {
    [(ax + bx) / 2.0, (ay + by) / 2.0]
}

/// Vertices, then midpoints of edges that are long enough, with their screen positions.
fn handles(parts: &[Polygon], frame: &Frame) -> Vec<(Vertex, Pos2)> {
    let mut found = Vec::new();
    for (part, polygon) in parts.iter().enumerate() {
        let vertices = polygon.iter().enumerate();
        found.extend(vertices.map(|(at, px)| (Vertex { part, at, is_new: false }, screen_from_px(frame, *px))));
        let edges = polygon.iter().zip(polygon.iter().cycle().skip(1)).enumerate();
        for (at, (one, two)) in edges {
            let (from, to) = (screen_from_px(frame, *one), screen_from_px(frame, *two));
            if from.distance(to) >= MIN_EDGE {
                found.push((Vertex { part, at, is_new: true }, screen_from_px(frame, middle(*one, *two))));
            }
        }
    }
    found
}

pub(crate) fn vertex_at(mask: &ObjectMask, frame: &Frame, at: Pos2) -> Option<Vertex> {
    let ObjectMask::Polygons(parts) = mask else { return None };
    let near = handles(parts, frame).into_iter().map(|(vertex, place)| (place.distance(at), vertex));
    near.filter(|(far, _)| *far <= REACH).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, vertex)| vertex)
}

/// The mask with the vertex moved. A new vertex is inserted and is an existing one from then on.
pub(crate) fn moved(mask: &ObjectMask, vertex: Vertex, to: [f32; 2]) -> ObjectMask {
    let ObjectMask::Polygons(parts) = mask else { return mask.clone() };
    let mut parts = parts.clone();
    if let Some(polygon) = parts.get_mut(vertex.part) {
        if vertex.is_new {
            polygon.insert((vertex.at + 1).min(polygon.len()), to);
        } else if let Some(place) = polygon.get_mut(vertex.at) {
            *place = to;
        }
    }
    ObjectMask::Polygons(parts)
}

/// The mask without the vertex; a triangle keeps its three vertices.
pub(crate) fn removed(mask: &ObjectMask, vertex: Vertex) -> Option<ObjectMask> {
    let ObjectMask::Polygons(parts) = mask else { return None };
    let mut parts = parts.clone();
    let polygon = parts.get_mut(vertex.part).filter(|polygon| polygon.len() > 3 && !vertex.is_new)?;
    if vertex.at < polygon.len() {
        polygon.remove(vertex.at);
    }
    Some(ObjectMask::Polygons(parts))
}

pub(crate) fn paint(painter: &Painter, mask: &ObjectMask, frame: &Frame, theme: &Theme) {
    let ObjectMask::Polygons(parts) = mask else { return };
    for (vertex, at) in handles(parts, frame) {
        let stroke = Stroke::new(1.5, theme.selection.color);
        match vertex.is_new {
            false => painter.circle(at, 4.0, egui::Color32::WHITE, stroke),
            true => painter.circle(at, 2.5, theme.selection.color, Stroke::new(1.0, theme.halo)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Rect, pos2};

    #[test]
    fn corners_are_found_moved_added_and_removed() {
        let mask = ObjectMask::Polygons(vec![vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]]);
        let frame = Frame { rect: Rect::from_min_size(pos2(100.0, 50.0), vec2(200.0, 100.0)), size: [20, 10] };
        let vertex = vertex_at(&mask, &frame, pos2(203.0, 52.0)).unwrap();
        assert_eq!(vertex, Vertex { part: 0, at: 1, is_new: false });
        let ObjectMask::Polygons(parts) = moved(&mask, vertex, [15.0, 1.0]) else { panic!() };
        assert_eq!(parts[0][1], [15.0, 1.0]);
        let between = vertex_at(&mask, &frame, pos2(150.0, 51.0)).unwrap();
        assert!(between.is_new && between.at == 0);
        let ObjectMask::Polygons(parts) = moved(&mask, between, [5.0, 2.0]) else { panic!() };
        assert_eq!((parts[0].len(), parts[0][1]), (5, [5.0, 2.0]));
        let triangle = removed(&mask, vertex).unwrap();
        assert_eq!(removed(&triangle, vertex), None);
        assert_eq!(vertex_at(&mask, &frame, pos2(150.0, 100.0)), None);
    }
}
