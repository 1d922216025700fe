//! Boxes of the picture, and which of them are under a point.

use egui::Vec2;

use super::PictureInput;
use super::view::Frame;
use scenewright_scene::{Node, NodeId, UnitBox};

/// An object with its box.
#[derive(Clone, Debug)]
pub(crate) struct BoxItem<'a> {
    pub node: &'a Node,
    /// Normalized.
    pub bounds: UnitBox,
}

/// Where the picture of a pane is drawn, and its boxes.
#[derive(Clone, Copy)]
pub(crate) struct BoxLayer<'a> {
    pub frame: &'a Frame,
    pub boxes: &'a [BoxItem<'a>],
    pub input: &'a PictureInput<'a>,
}

/// The box of an object: pinned, else placed by the network. Normalized, or `None`.
pub(crate) fn box_of(input: &PictureInput<'_>, node: &Node) -> Option<UnitBox> {
    let drawn = || input.shown.and_then(|shown| shown.box_of(node.id));
    node.pinned.or_else(drawn)?.repaired()
}

/// All boxes, largest first, so that small ones are drawn on top.
pub(crate) fn boxes<'a>(input: &PictureInput<'a>) -> Vec<BoxItem<'a>> {
    let nodes = input.scene.nodes().iter();
    let mut boxes: Vec<BoxItem<'a>> = nodes
        .filter(|node| !node.hidden)
        .filter_map(|node| Some(BoxItem { node, bounds: box_of(input, node)? }))
        .collect();
    boxes.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
    boxes
}

/// Boxes under a point, smallest first. `reach`: tolerance outside a box, 0..=1 of the picture.
pub(crate) fn stack_at(boxes: &[BoxItem<'_>], point: [f32; 2], reach: [f32; 2]) -> Vec<NodeId> {
    let near = |b: &UnitBox| UnitBox::new(b.x0 - reach[0], b.y0 - reach[1], b.x1 + reach[0], b.y1 + reach[1]);
    boxes.iter().rev().filter(|boxed| near(&boxed.bounds).contains(point)).map(|boxed| boxed.node.id).collect()
}

/// Converts points to parts of the picture.
pub(crate) fn unit_of_points(frame: &Frame, points: f32) -> [f32; 2] {
    let size = frame.rect.size().max(Vec2::splat(1e-6));
    [points / size.x, points / size.y]
}

/// Names of the boxes: "sheep box", and "sheep box 2" for the second of the same name.
pub(crate) fn names(boxes: &[BoxItem<'_>]) -> Vec<String> {
    let mut seen = std::collections::HashMap::new();
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by_key(|&i| boxes[i].node.id);
    let mut names = vec![String::new(); boxes.len()];
    for i in order {
        let title = boxes[i].node.title();
        let count: &mut usize = seen.entry(title).or_default();
        *count += 1;
        names[i] = if *count == 1 { format!("{title} box") } else { format!("{title} box {count}") };
    }
    names
}
