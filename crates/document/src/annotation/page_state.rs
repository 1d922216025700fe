//! What is on one picture: a scene whose boxes are pinned, and the masks of its objects.

use super::{ObjectMask, clean_polygon};
use scenewright_scene::{Applied, Edit, EditError, Node, NodeDraft, NodeId, Scene, UnitBox};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Cheap to copy: lists and masks are shared until they change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageState {
    pub scene: Scene,
    pub(super) masks: BTreeMap<NodeId, Arc<ObjectMask>>,
    /// What another tool's file says of objects that were imported, and nothing here shows; written as it was.
    pub(super) extras: BTreeMap<NodeId, Arc<Map<String, Value>>>,
    /// The user has finished with it.
    pub done: bool,
}

impl PageState {
    pub(crate) fn new(scene: Scene) -> Self {
        Self { scene, ..Self::default() }
    }

    pub fn mask(&self, node: NodeId) -> Option<&Arc<ObjectMask>> {
        self.masks.get(&node)
    }

    pub fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.scene.node(node)?.pinned
    }

    pub(crate) fn is_untouched(&self) -> bool {
        self.scene.is_empty() && !self.done
    }

    /// All edits or none. Masks go along with their boxes, as they were `before` the gesture: a drag of a hundred frames rounds once.
    pub(crate) fn apply(&mut self, edits: &[Edit], before: &Self, size: [u32; 2]) -> Result<Vec<Applied>, EditError> {
        let applied = self.scene.apply_all(edits)?;
        for edit in edits {
            if let Edit::Pin { node, pinned } = edit {
                self.take_along(*node, *pinned, before, size);
            }
        }
        self.masks.retain(|node, _| self.scene.node(*node).is_some());
        self.extras.retain(|node, _| self.scene.node(*node).is_some());
        Ok(applied)
    }

    fn take_along(&mut self, node: NodeId, pinned: Option<UnitBox>, before: &Self, size: [u32; 2]) {
        let origin = before.mask(node).and_then(|mask| Some((mask.clone(), mask.unit_box(size)?)));
        let Some((mask, from)) = origin else { return };
        // A box that is cancelled takes its mask with it.
        match pinned.and_then(|to| mask.moved(from, to, size)) {
            Some(moved) => _ = self.masks.insert(node, Arc::new(moved)),
            None => _ = self.masks.remove(&node),
        }
    }

    /// Gives an object an outline; its box is the outline's from now on. `None` takes it away, and the box stays. False: there is no
    /// such object, or nothing is inside.
    pub(crate) fn set_mask(&mut self, node: NodeId, mask: Option<ObjectMask>, size: [u32; 2]) -> bool {
        let Some(mask) = mask else { return self.masks.remove(&node).is_some() };
        let Some(pinned) = mask.unit_box(size) else { return false };
        if self.scene.apply(&Edit::Pin { node, pinned: Some(pinned) }).is_err() {
            return false;
        }
        self.masks.insert(node, Arc::new(mask));
        true
    }

    /// Copies of objects with their boxes, masks and the relations among them, a little aside; their numbers.
    pub(super) fn duplicate(&mut self, nodes: &BTreeSet<NodeId>, size: [u32; 2]) -> BTreeSet<NodeId> {
        /// Of the picture's sides; points on the canvas of the graph.
        const OFFSET: (f32, f32) = (0.02, 32.0);
        let offset = |low: f32, high: f32| match () {
            () if high + OFFSET.0 <= 1.0 => OFFSET.0,
            () if low - OFFSET.0 >= 0.0 => -OFFSET.0,
            () => 0.0,
        };
        let mut copied: Vec<(NodeId, NodeId)> = Vec::new();
        let originals: Vec<Node> = self.scene.nodes().iter().filter(|node| nodes.contains(&node.id)).cloned().collect();
        for node in &originals {
            let id = self.scene.next_node_id();
            let pinned = node.pinned.map(|b| b.translated(offset(b.x0, b.x1), offset(b.y0, b.y1)));
            let canvas = node.canvas.map(|at| at.map(|v| v + OFFSET.1));
            if self.scene.apply(&NodeDraft { pinned, canvas, ..NodeDraft::from(node) }.into()).is_err() {
                continue;
            }
            let places = node.pinned.zip(pinned);
            if let Some((mask, (from, to))) = self.mask(node.id).cloned().zip(places) {
                self.set_mask(id, mask.moved(from, to, size), size);
            }
            copied.push((node.id, id));
        }
        let copy_of = |id: NodeId| copied.iter().find(|(from, _)| *from == id).map(|(_, to)| *to);
        let among: Vec<Edit> = (self.scene.relations().iter())
            .filter_map(|one| Some(Edit::relate(copy_of(one.subject)?, one.predicate.clone(), copy_of(one.object)?)))
            .collect();
        // Between objects that are there.
        let _ = self.scene.apply_all(&among);
        copied.into_iter().map(|(_, copy)| copy).collect()
    }

    /// After a gesture: outlines are such as files can hold, and the box of an object with a mask is the mask's to the pixel.
    pub(super) fn normalize_masks(&mut self, size: [u32; 2]) {
        self.masks.retain(|_, mask| {
            let ObjectMask::Polygons(parts) = mask.as_ref() else { return true };
            let clean: Vec<_> = parts.iter().filter_map(|part| clean_polygon(part, size).ok()).collect();
            let is_left = !clean.is_empty();
            if is_left && clean != *parts {
                *mask = Arc::new(ObjectMask::Polygons(clean));
            }
            is_left
        });
        for (node, mask) in &self.masks {
            if let Some(pinned) = mask.unit_box(size) {
                // Of an object that is there, with a box that is proper.
                let _ = self.scene.apply(&Edit::Pin { node: *node, pinned: Some(pinned) });
            }
        }
    }
}
