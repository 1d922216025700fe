//! Geometry of the canvas: nodes with their sizes and arrows with their routes, cached between frames and updated where
//! the scene changes.

use super::node_positions::{NodePositions, SceneFacts};
use super::route::{Link, Route, follow, route};
use egui::{Color32, FontId, Painter, Pos2, Rect, Vec2, pos2, vec2};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Node, NodeId, Relation, RelationId, Scene, UnitBox};
use std::collections::HashMap;

/// Sizes at zoom 1, in canvas points.
pub(crate) const NODE_HEIGHT: f32 = 44.0;
pub(crate) const TILE: f32 = 32.0;
pub(crate) const PAD: f32 = 6.0;
pub(crate) const TITLE_SIZE: f32 = 14.0;
pub(crate) const SECOND_SIZE: f32 = 10.5;
pub(crate) const WORD_SIZE: f32 = 12.0;
pub(crate) const MARK: f32 = 11.0;
/// Longer names are cut with an ellipsis.
pub(crate) const LONGEST_TEXT: f32 = 190.0;
const BADGE: f32 = 15.0;

/// An object on the canvas.
#[derive(Clone, Debug)]
pub(crate) struct NodeWidget {
    pub node: NodeId,
    pub title: String,
    /// The object's name if it has a label, otherwise its attributes.
    pub second: Option<String>,
    /// Color of the category.
    pub color: Color32,
    /// Whether the vocabulary contains the word.
    pub known: bool,
    pub locked: bool,
    pub pinned: bool,
    pub hidden: bool,
    size: Vec2,
    /// Current center, in canvas points.
    pub rect: Rect,
}

/// Label of a relation on the canvas; its line is a [`Route`].
#[derive(Clone, Debug)]
pub struct RelationLabel {
    pub relation: RelationId,
    pub text: String,
    /// "sheep standing on grass".
    pub sentence: String,
    /// Whether it, or one of its objects, is hidden.
    pub hidden: bool,
}

#[derive(Default)]
pub(crate) struct Graph {
    pub node_widgets: Vec<NodeWidget>,
    pub words: Vec<RelationLabel>,
    pub(crate) routes: Vec<Route>,
    links: Vec<Link>,
    /// The node rectangles that the routes were computed for.
    routed: Vec<Rect>,
    rough: bool,
    node_widget_of: HashMap<NodeId, usize>,
    word_of: HashMap<RelationId, usize>,
    /// Nodes from the upper left to the lower right: the Tab order.
    pub(crate) reading_order: Vec<usize>,
    inputs: Option<GraphInputs>,
}

/// What the cached geometry was computed from.
struct GraphInputs {
    scene: Scene,
    vocabulary: String,
    pixels_per_point: f32,
}

impl Graph {
    /// Updates the geometry. Returns true if anything but positions may have changed.
    pub(crate) fn sync(&mut self, scene: &Scene, vocab: &Vocabulary, painter: &Painter) -> bool {
        let pixels_per_point = painter.pixels_per_point();
        let same = self.inputs.as_ref().is_some_and(|inputs| {
            inputs.scene == *scene && inputs.vocabulary == vocab.name() && inputs.pixels_per_point == pixels_per_point
        });
        if same {
            return false;
        }
        if let Some(inputs) = self.inputs.as_mut().filter(|inputs| {
            let same_fonts = inputs.vocabulary == vocab.name() && inputs.pixels_per_point == pixels_per_point;
            same_fonts && looks_the_same(&inputs.scene, scene)
        }) {
            // A drag changes the scene in every frame, but only positions.
            inputs.scene = scene.clone();
            return false;
        }
        self.node_widgets = scene.nodes().iter().map(|node| node_widget(node, vocab, painter)).collect();
        self.node_widget_of =
            self.node_widgets.iter().enumerate().map(|(at, node_widget)| (node_widget.node, at)).collect();
        self.words.clear();
        self.links.clear();
        for relation in scene.relations() {
            let ends = (self.node_widget_of.get(&relation.subject), self.node_widget_of.get(&relation.object));
            let (Some(&subject), Some(&object)) = ends else { continue };
            let text = width(painter, &relation.predicate, WORD_SIZE);
            let label_size = vec2(text + MARK + PAD * 3.0, WORD_SIZE + 9.0).round();
            self.links.push(Link { relation: relation.id, subject, object, label_size });
            self.words.push(self.word(relation, subject, object, !scene.is_drawn(relation)));
        }
        self.word_of = self.words.iter().enumerate().map(|(at, word)| (word.relation, at)).collect();
        self.routes.clear();
        self.inputs = Some(GraphInputs { scene: scene.clone(), vocabulary: vocab.name().to_owned(), pixels_per_point });
        true
    }

    fn word(&self, relation: &Relation, subject: usize, object: usize, hidden: bool) -> RelationLabel {
        let (subject, object) = (&self.node_widgets[subject].title, &self.node_widgets[object].title);
        let sentence = format!("{subject} {} {object}", relation.predicate);
        RelationLabel { relation: relation.id, text: relation.predicate.clone(), sentence, hidden }
    }

    /// Moves the nodes and updates affected routes. `at_rest`: no gesture or animation is active, so routes may be
    /// optimized.
    pub(crate) fn place(&mut self, places: &NodePositions, now_seconds: f64, at_rest: bool) {
        let mut moved = self.routes.len() != self.links.len() || self.reading_order.len() != self.node_widgets.len();
        for node_widget in &mut self.node_widgets {
            let rect = Rect::from_center_size(places.at(node_widget.node, now_seconds), node_widget.size);
            moved |= rect != node_widget.rect;
            node_widget.rect = rect;
        }
        if moved || (self.rough && at_rest) {
            let rects: Vec<Rect> = self.node_widgets.iter().map(|node_widget| node_widget.rect).collect();
            let fresh = self.routes.len() != self.links.len();
            // While something moves, unaffected routes stay; at rest every route gets its best place.
            self.rough = moved && !fresh;
            self.routes = if self.rough {
                follow(&rects, &self.links, &self.routes, &self.routed)
            } else {
                route(&rects, &self.links)
            };
            self.reading_order = reading_order(&rects);
            self.routed = rects;
        }
    }

    /// Returns true if another frame at rest would improve the routes.
    pub(crate) fn is_rough(&self) -> bool {
        self.rough
    }

    pub(crate) fn facts<'a>(
        &'a self,
        scene: &'a Scene,
        boxes: &'a dyn Fn(NodeId) -> Option<UnitBox>,
    ) -> OwnedSceneFacts<'a> {
        OwnedSceneFacts {
            scene,
            size_of: Box::new(|node| {
                self.node_widget(node).map_or(vec2(100.0, NODE_HEIGHT), |node_widget| node_widget.size)
            }),
            in_picture: Box::new(move |node| {
                boxes(node).filter(UnitBox::is_finite).map(|b| pos2(b.center()[0], b.center()[1]))
            }),
        }
    }

    pub(crate) fn node_widget(&self, node: NodeId) -> Option<&NodeWidget> {
        self.node_widgets.get(*self.node_widget_of.get(&node)?)
    }

    pub(crate) fn node_index(&self, node: NodeId) -> Option<usize> {
        self.node_widget_of.get(&node).copied()
    }

    pub(crate) fn word_index(&self, relation: RelationId) -> Option<usize> {
        self.word_of.get(&relation).copied()
    }

    /// The topmost node at a canvas point; `margin` in canvas points.
    pub(crate) fn node_at(&self, point: Pos2, margin: f32) -> Option<NodeId> {
        let hit = |&&at: &&usize| self.node_widgets[at].rect.expand(margin).contains(point);
        self.reading_order.iter().rev().find(hit).map(|&at| self.node_widgets[at].node)
    }

    /// Bounds of all nodes and labels.
    pub(crate) fn bounds(&self) -> Rect {
        let node_widgets =
            self.node_widgets.iter().fold(Rect::NOTHING, |bounds, node_widget| bounds.union(node_widget.rect));
        self.routes.iter().fold(node_widgets, |bounds, route| bounds.union(route.bounds))
    }
}

type SizeOf<'a> = Box<dyn Fn(NodeId) -> Vec2 + 'a>;
type PlaceOf<'a> = Box<dyn Fn(NodeId) -> Option<Pos2> + 'a>;

/// Owns the closures of [`SceneFacts`].
pub(crate) struct OwnedSceneFacts<'a> {
    scene: &'a Scene,
    size_of: SizeOf<'a>,
    in_picture: PlaceOf<'a>,
}

impl OwnedSceneFacts<'_> {
    pub(crate) fn get(&self) -> SceneFacts<'_> {
        SceneFacts { scene: self.scene, size_of: &self.size_of, in_picture: &self.in_picture }
    }
}

/// Returns true if two scenes differ only in what nodes and labels do not show.
fn looks_the_same(a: &Scene, b: &Scene) -> bool {
    let same = |a: &Node, b: &Node| {
        let look = |node: &Node| (node.id, node.locked, node.pinned.is_some(), node.hidden);
        look(a) == look(b) && a.name == b.name && a.label == b.label && a.attributes == b.attributes
    };
    let (nodes, others) = (a.nodes(), b.nodes());
    nodes.len() == others.len() && nodes.iter().zip(others).all(|(a, b)| same(a, b)) && a.relations() == b.relations()
}

fn node_widget(node: &Node, vocab: &Vocabulary, painter: &Painter) -> NodeWidget {
    let [r, g, b] = vocab.color_of(&node.name);
    let second = match &node.label {
        Some(_) => Some(node.name.clone()),
        None if !node.attributes.is_empty() => Some(node.attributes.join(", ")),
        None => None,
    };
    let title_width = width(painter, node.title(), TITLE_SIZE);
    let second_width = second.as_ref().map_or(0.0, |text| width(painter, text, SECOND_SIZE));
    let badges = BADGE * (f32::from(node.locked) + f32::from(node.pinned.is_some()) + f32::from(node.hidden));
    let text = title_width.max(second_width).max(28.0) + badges;
    NodeWidget {
        node: node.id,
        title: node.title().to_owned(),
        second,
        color: Color32::from_rgb(r, g, b),
        known: vocab.drawn_object(&node.name).is_some(),
        locked: node.locked,
        pinned: node.pinned.is_some(),
        hidden: node.hidden,
        size: vec2(PAD + TILE + PAD + 2.0 + text + PAD * 2.0, NODE_HEIGHT).round(),
        rect: Rect::NOTHING,
    }
}

fn width(painter: &Painter, text: &str, size: f32) -> f32 {
    painter.layout_no_wrap(text.to_owned(), FontId::proportional(size), Color32::PLACEHOLDER).size().x.min(LONGEST_TEXT)
}

/// Rows as high as a node, each from left to right.
fn reading_order(rects: &[Rect]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rects.len()).collect();
    order.sort_by(|&a, &b| rects[a].center().y.total_cmp(&rects[b].center().y).then(a.cmp(&b)));
    let mut start = 0;
    while start < order.len() {
        let top = rects[order[start]].center().y;
        let same_band = |&&at: &&usize| rects[at].center().y < top + NODE_HEIGHT * 0.75;
        let end = start + order[start..].iter().take_while(same_band).count().max(1);
        order[start..end].sort_by(|&a, &b| rects[a].center().x.total_cmp(&rects[b].center().x).then(a.cmp(&b)));
        start = end;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reads_from_the_upper_left() {
        let rect = |x: f32, y: f32| Rect::from_center_size(pos2(x, y), vec2(80.0, 44.0));
        let rects = [rect(300.0, 12.0), rect(0.0, 0.0), rect(100.0, 200.0), rect(-50.0, 190.0), rect(600.0, -5.0)];
        assert_eq!(reading_order(&rects), [1, 0, 4, 3, 2]);
        assert!(reading_order(&[]).is_empty());
    }
}
