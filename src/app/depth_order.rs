//! The order of objects from back to front, and edits that change it.

use std::collections::BTreeSet;

use super::picture::PictureTextures;
use crate::engine::Picture;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, Node, NodeId, Scene, UnitBox};

/// A change of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepthStep {
    Front,
    Forward,
    Backward,
    Back,
}

/// An object in the order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layer {
    pub node: NodeId,
    /// As drawn, or as it will be drawn when it is shown again.
    depth: f32,
    bounds: Option<UnitBox>,
    /// Fills a region: ground, sky, water.
    is_material: bool,
}

/// All objects from back to front. Empty if the model draws in no order.
pub(crate) fn layers(scene: &Scene, picture: Option<&Picture>, vocab: &Vocabulary) -> Vec<Layer> {
    let Some(picture) = picture else { return Vec::new() };
    let drawn = |node: &Node| picture.objects.iter().find(|placed| placed.node == Some(node.id));
    let layer = |node: &Node| {
        let placed = drawn(node);
        Some(Layer {
            node: node.id,
            depth: placed.and_then(|placed| placed.record.depth).or(node.depth).or(node.rendered.depth)?,
            bounds: node.pinned.or(placed.map(|placed| placed.bounds)).or(node.rendered.bounds),
            is_material: vocab.looks_of_name(&node.name).is_some_and(|own| own.stuff),
        })
    };
    let mut layers: Vec<Layer> = scene.nodes().iter().filter_map(layer).collect();
    layers.sort_by(|a, b| a.depth.total_cmp(&b.depth));
    layers
}

/// As [`layers`], of a picture that is shown.
pub(crate) fn shown_layers(scene: &Scene, shown: Option<&PictureTextures>, vocab: &Vocabulary) -> Vec<Layer> {
    layers(scene, shown.map(|shown| &*shown.picture), vocab)
}

/// Edits that take the objects one step, or to the front or back. They keep their order among themselves.
pub(crate) fn step(layers: &[Layer], moved: &BTreeSet<NodeId>, step: DepthStep) -> Vec<Edit> {
    let is_moved = |layer: &Layer| moved.contains(&layer.node);
    let own: Vec<&Layer> = layers.iter().filter(|layer| is_moved(layer)).collect();
    let rest: Vec<&Layer> = layers.iter().filter(|layer| !is_moved(layer)).collect();
    let (Some(lowest), Some(highest)) = (layers.iter().position(is_moved), layers.iter().rposition(is_moved)) else {
        return Vec::new();
    };
    // Numbers in `rest`.
    let (below, above) = (lowest, highest + 1 - own.len());
    let overlaps =
        |layer: &&Layer| own.iter().any(|own| own.bounds.zip(layer.bounds).is_some_and(|(a, b)| do_overlap(&a, &b)));
    let is_material = own.iter().all(|layer| layer.is_material);
    // Things are not sent behind the ground that they stand on.
    let floor = rest.iter().position(|layer| is_material || !layer.is_material).unwrap_or(rest.len());
    let place = match step {
        DepthStep::Front => rest.len(),
        DepthStep::Back => floor.min(below),
        DepthStep::Forward => {
            let next = (above..rest.len()).find(|&at| overlaps(&rest[at]));
            next.map_or((above + 1).min(rest.len()), |at| at + 1)
        }
        DepthStep::Backward => {
            let next = (floor..below).rev().find(|&at| overlaps(&rest[at]));
            next.unwrap_or(below.saturating_sub(1).max(floor.min(below)))
        }
    };
    insert(layers, moved, place)
}

/// Edits that put the objects directly in front of `behind`, or behind everything if there is none.
pub(crate) fn put_in_front_of(layers: &[Layer], moved: &BTreeSet<NodeId>, behind: Option<NodeId>) -> Vec<Edit> {
    let rest = layers.iter().filter(|layer| !moved.contains(&layer.node));
    let place = behind.and_then(|behind| rest.clone().position(|layer| layer.node == behind)).map_or(0, |at| at + 1);
    insert(layers, moved, place)
}

/// `place`: a number in the order without the moved objects. No edit if the order stays as it is.
fn insert(layers: &[Layer], moved: &BTreeSet<NodeId>, place: usize) -> Vec<Edit> {
    let (own, rest): (Vec<&Layer>, Vec<&Layer>) = layers.iter().partition(|layer| moved.contains(&layer.node));
    let new_order = rest[..place].iter().chain(&own).chain(&rest[place..]);
    if own.is_empty() || new_order.map(|layer| layer.node).eq(layers.iter().map(|layer| layer.node)) {
        return Vec::new();
    }
    let low = place.checked_sub(1).and_then(|at| rest.get(at)).map(|layer| layer.depth);
    let high = rest.get(place).map(|layer| layer.depth);
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + 1.0),
        (None, Some(high)) => (high - 1.0, high),
        (None, None) => (0.0, 1.0),
    };
    let share = |number: usize| (number + 1) as f32 / (own.len() + 1) as f32;
    let depth = |number: usize| low + (high - low) * share(number);
    own.iter()
        .enumerate()
        .map(|(number, layer)| Edit::SetDepth { node: layer.node, depth: Some(depth(number)) })
        .collect()
}

fn do_overlap(a: &UnitBox, b: &UnitBox) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack() -> Vec<Layer> {
        let layer = |id: u64, x: f32, is_material: bool| Layer {
            node: NodeId(id),
            depth: id as f32 / 5.0,
            bounds: Some(UnitBox::new(x, 0.4, x + 0.3, 0.9)),
            is_material,
        };
        // Ground; then three things, the first and third of which overlap; then one far away.
        vec![
            layer(0, 0.0, true),
            layer(1, 0.1, false),
            layer(2, 0.6, false),
            layer(3, 0.2, false),
            layer(4, 0.7, false),
        ]
    }

    /// The order after the edits, as the generator sorts it.
    fn after(edits: &[Edit]) -> Vec<u64> {
        let mut layers = stack();
        for edit in edits {
            let Edit::SetDepth { node, depth: Some(depth) } = edit else { panic!("{edit:?}") };
            layers.iter_mut().filter(|layer| layer.node == *node).for_each(|layer| layer.depth = *depth);
        }
        layers.sort_by(|a, b| a.depth.total_cmp(&b.depth));
        layers.iter().map(|layer| layer.node.0).collect()
    }

    #[test]
    fn steps_go_past_what_overlaps() {
        use DepthStep::*;
        for (moved, how, expected) in [
            (vec![1], Front, vec![0, 2, 3, 4, 1]),
            (vec![1], Forward, vec![0, 2, 3, 1, 4]),
            (vec![3], Backward, vec![0, 3, 1, 2, 4]),
            (vec![4], Back, vec![0, 4, 1, 2, 3]),
            (vec![4], Backward, vec![0, 1, 4, 2, 3]),
            (vec![1], Back, vec![0, 1, 2, 3, 4]),
            (vec![1], Backward, vec![0, 1, 2, 3, 4]),
            (vec![4], Front, vec![0, 1, 2, 3, 4]),
            (vec![1, 3], Front, vec![0, 2, 4, 1, 3]),
            (vec![0], Front, vec![1, 2, 3, 4, 0]),
        ] {
            let set = moved.iter().copied().map(NodeId).collect();
            let edits = step(&stack(), &set, how);
            assert_eq!(after(&edits), expected, "{moved:?} {how:?}");
            assert_eq!(edits.is_empty(), expected == [0, 1, 2, 3, 4], "{moved:?} {how:?}");
        }
    }

    #[test]
    fn objects_are_put_between_others() {
        let put = |moved: &[u64], behind: Option<u64>| {
            after(&put_in_front_of(&stack(), &moved.iter().copied().map(NodeId).collect(), behind.map(NodeId)))
        };
        assert_eq!(put(&[4], Some(1)), [0, 1, 4, 2, 3]);
        assert_eq!(put(&[1], None), [1, 0, 2, 3, 4], "behind the ground, if it is dragged there");
        assert_eq!(put(&[1, 2], Some(4)), [0, 3, 4, 1, 2]);
        assert_eq!(put(&[1], Some(0)), [0, 1, 2, 3, 4]);
    }
}
