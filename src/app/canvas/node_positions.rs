//! Positions of the nodes: set by the user in the scene, or proposed by the automatic layout; animated between two
//! positions.

use super::arrange::{Edge, NodeBox, arrange, place_beside, preferred_direction};
use super::view::ease;
use egui::{Pos2, Rect, Vec2, pos2};
use scenewright_scene::{Node, NodeId, PictureRecord, RenderRecord, Scene};
use std::collections::HashMap;

const ANIMATION_SECONDS: f64 = 0.25;
/// Farther out, positions are no longer exact on the screen.
const FARTHEST: f32 = 1e6;

#[derive(Default)]
pub(crate) struct NodePositions {
    /// Proposed positions of objects that the user has not placed. Kept when the user places one, so that undo restores
    /// them.
    proposed: HashMap<NodeId, Pos2>,
    shown: HashMap<NodeId, PositionAnimation>,
    /// Positions during an open drag: the scene follows one frame later.
    held: HashMap<NodeId, Pos2>,
}

#[derive(Clone, Copy)]
struct PositionAnimation {
    from: Pos2,
    to: Pos2,
    started_seconds: f64,
}

impl PositionAnimation {
    fn at(&self, now_seconds: f64) -> Pos2 {
        self.from.lerp(self.to, ease(now_seconds - self.started_seconds, ANIMATION_SECONDS))
    }
}

/// Scene data that the layout needs.
pub(crate) struct SceneFacts<'a> {
    pub scene: &'a Scene,
    /// Canvas points.
    pub size_of: &'a dyn Fn(NodeId) -> Vec2,
    /// Centers of the shown boxes, 0..=1.
    pub in_picture: &'a dyn Fn(NodeId) -> Option<Pos2>,
}

impl NodePositions {
    /// Follows a changed scene: new objects get a place, removed ones are forgotten, moved ones are animated.
    pub(crate) fn sync(&mut self, facts: &SceneFacts<'_>, now_seconds: f64) {
        let scene = facts.scene;
        self.proposed.retain(|&id, _| scene.node(id).is_some());
        self.shown.retain(|&id, _| scene.node(id).is_some());
        let unplaced = |node: &&Node| node.canvas.is_none();
        for node in scene.nodes().iter().filter(unplaced) {
            if let Some(point) = node.rendered.canvas {
                self.proposed.entry(node.id).or_insert(on_canvas(point));
            }
        }
        let newcomers = |node: &&Node| unplaced(node) && !self.proposed.contains_key(&node.id);
        let (new, old) = (scene.nodes().iter().filter(newcomers).count(), self.proposed.len());
        if new > 0 {
            // A few new objects must not move the others.
            if old == 0 || new > 24 { self.propose(facts) } else { self.propose_newcomers(facts) }
        }
        let first = self.shown.is_empty();
        for node in scene.nodes() {
            let to = self.goal(node);
            let animation =
                self.shown.entry(node.id).or_insert(PositionAnimation { from: to, to, started_seconds: now_seconds });
            if animation.to != to {
                let from = if first || self.held.contains_key(&node.id) { to } else { animation.at(now_seconds) };
                *animation = PositionAnimation { from, to, started_seconds: now_seconds };
            }
        }
    }

    /// Arranges all objects that the user has not placed.
    pub(crate) fn propose(&mut self, facts: &SceneFacts<'_>) {
        let scene = facts.scene;
        let body = |node: &Node| NodeBox {
            size: (facts.size_of)(node.id),
            fixed: node.canvas.map(on_canvas),
            in_picture: (facts.in_picture)(node.id),
        };
        let node_boxes: Vec<NodeBox> = scene.nodes().iter().map(body).collect();
        let bond = |relation: &scenewright_scene::Relation| {
            let (subject, object) = (scene.node_index(relation.subject)?, scene.node_index(relation.object)?);
            Some(Edge { subject, object, way: preferred_direction(&relation.predicate) })
        };
        let edges: Vec<Edge> = scene.relations().iter().filter_map(bond).collect();
        for (node, place) in scene.nodes().iter().zip(arrange(&node_boxes, &edges)) {
            if node.canvas.is_none() {
                self.proposed.insert(node.id, place.round());
            }
        }
    }

    /// Positions to store in the document: of objects that the user has not placed.
    pub(crate) fn records(&self, scene: &Scene) -> PictureRecord {
        let place = |node: &Node| Some(<[f32; 2]>::from(*self.proposed.get(&node.id)?));
        let new =
            |node: &Node| place(node).filter(|place| node.canvas.is_none() && node.rendered.canvas != Some(*place));
        let record =
            |node: &Node| Some((node.id, RenderRecord { canvas: Some(new(node)?), ..RenderRecord::default() }));
        PictureRecord { objects: scene.nodes().iter().filter_map(record).collect(), ..PictureRecord::default() }
    }

    fn propose_newcomers(&mut self, facts: &SceneFacts<'_>) {
        let scene = facts.scene;
        let mut placed: HashMap<NodeId, Rect> = HashMap::new();
        for node in scene.nodes() {
            if node.canvas.is_some() || self.proposed.contains_key(&node.id) {
                placed.insert(node.id, Rect::from_center_size(self.goal(node), (facts.size_of)(node.id)));
            }
        }
        for node in scene.nodes().iter().filter(|node| node.canvas.is_none()) {
            if self.proposed.contains_key(&node.id) {
                continue;
            }
            let preference = |relation: &scenewright_scene::Relation| {
                let way = preferred_direction(&relation.predicate);
                let (other, way) = if relation.subject == node.id {
                    (relation.object, way)
                } else {
                    (relation.subject, way.map(|way| -way))
                };
                placed.get(&other).map(|rect| (rect.center(), way))
            };
            let preferences: Vec<_> = scene.relations_of(node.id).filter_map(preference).collect();
            // In document order: the order of a hash map differs between runs.
            let others: Vec<Rect> = scene.nodes().iter().filter_map(|other| placed.get(&other.id).copied()).collect();
            let size = (facts.size_of)(node.id);
            let place = place_beside(size, &preferences, &others).round();
            self.proposed.insert(node.id, place);
            placed.insert(node.id, Rect::from_center_size(place, size));
        }
    }

    /// Converts a stored position to canvas points.
    pub(crate) fn goal(&self, node: &Node) -> Pos2 {
        match node.canvas {
            Some(point) => on_canvas(point),
            None => self.proposed.get(&node.id).copied().unwrap_or_default(),
        }
    }

    /// Current center of a node, in canvas points.
    pub(crate) fn at(&self, node: NodeId, now_seconds: f64) -> Pos2 {
        let shown = || self.shown.get(&node).map_or(Pos2::ZERO, |animation| animation.at(now_seconds));
        self.held.get(&node).copied().unwrap_or_else(shown)
    }

    /// Center after the animation.
    pub(crate) fn goal_of(&self, node: NodeId) -> Pos2 {
        self.held
            .get(&node)
            .copied()
            .unwrap_or_else(|| self.shown.get(&node).map_or(Pos2::ZERO, |animation| animation.to))
    }

    pub(crate) fn hold(&mut self, node: NodeId, at: Pos2) {
        self.held.insert(node, at);
        self.shown.insert(node, PositionAnimation { from: at, to: at, started_seconds: f64::NEG_INFINITY });
    }

    /// Ends the drag; positions come from the scene again.
    pub(crate) fn release(&mut self) {
        self.held.clear();
    }

    pub(crate) fn is_animating(&self, now_seconds: f64) -> bool {
        self.shown.values().any(|animation| {
            animation.from != animation.to && now_seconds < animation.started_seconds + ANIMATION_SECONDS
        })
    }
}

fn on_canvas([x, y]: [f32; 2]) -> Pos2 {
    pos2(x.clamp(-FARTHEST, FARTHEST), y.clamp(-FARTHEST, FARTHEST))
}
