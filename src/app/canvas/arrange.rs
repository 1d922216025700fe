//! Automatic layout of the graph: related objects near each other, "above" is above, no overlaps.
//!
//! Stress majorization (Gansner, Koren, North 2004, "Graph drawing by stress majorization") over the graph distances,
//! with a preferred direction for each relation that has one; then overlapping nodes are pushed apart. Deterministic:
//! equal scenes get equal layouts. Objects with a fixed place keep it.

use super::obstacles::{Obstacles, nearest_free};
use egui::{Pos2, Rect, Vec2, pos2, vec2};
use scenewright_scene::relation::predicate_kind;

/// Length of one graph step in canvas points: labels need more space horizontally than vertically.
const STEP: Vec2 = vec2(256.0, 128.0);
/// Minimum gap between two nodes.
pub(crate) const GAP: Vec2 = vec2(64.0, 58.0);
/// Above this size the distances between all pairs are too expensive; larger scenes are laid out in rows.
const MAX_STRESS: usize = 400;
const ROUNDS: usize = 90;
/// A direction weighs more than a distance, because the user stated it.
const DIRECTION_WEIGHT: f32 = 3.0;
/// Steps between objects that are not connected.
const APART: f32 = 2.6;

/// A node to place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeBox {
    /// Canvas points.
    pub size: Vec2,
    /// Center that the user has set.
    pub fixed: Option<Pos2>,
    /// Center of its box in the picture, 0..=1.
    pub in_picture: Option<Pos2>,
}

/// A relation between two nodes, by their indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub subject: usize,
    pub object: usize,
    /// Preferred direction of the subject as seen from the object, in steps.
    pub way: Option<Vec2>,
}

/// Preferred direction of a predicate.
pub(crate) fn preferred_direction(predicate: &str) -> Option<Vec2> {
    predicate_kind(predicate)?.direction().map(|[x, y]| vec2(x, y))
}

/// Returns the centers of all nodes, in canvas points.
pub(crate) fn arrange(node_boxes: &[NodeBox], edges: &[Edge]) -> Vec<Pos2> {
    if node_boxes.is_empty() {
        return Vec::new();
    }
    let edges: Vec<Edge> = edges.iter().copied().filter(|edge| edge.subject != edge.object).collect();
    let neighbors = neighbors(node_boxes.len(), &edges);
    let mut places = if node_boxes.len() > MAX_STRESS {
        rows(node_boxes, &neighbors)
    } else {
        let mut places = first_places(node_boxes, &neighbors);
        relax(&mut places, node_boxes, &edges, &distances(&neighbors));
        push_apart(&mut places, node_boxes);
        places
    };
    separate(&mut places, node_boxes);
    places
}

/// Returns a place for one more node beside what it is related to; the others stay.
pub(crate) fn place_beside(size: Vec2, preferences: &[(Pos2, Option<Vec2>)], others: &[Rect]) -> Pos2 {
    let sum = |points: &[Pos2]| points.iter().fold(Vec2::ZERO, |sum, point| sum + point.to_vec2());
    let middle = |points: &[Pos2]| sum(points) / points.len().max(1) as f32;
    let targets: Vec<Pos2> = preferences.iter().map(|(at, way)| *at + way.unwrap_or(vec2(1.0, 0.0)) * STEP).collect();
    let centers: Vec<Pos2> = others.iter().map(Rect::center).collect();
    let start = if targets.is_empty() { middle(&centers) } else { middle(&targets) };
    let mut taken = Obstacles::default();
    for other in others {
        taken.insert(other.expand2(GAP));
    }
    nearest_free(Rect::from_center_size(start.to_pos2(), size), 24.0, |rect| taken.is_free(rect)).center()
}

fn neighbors(count: usize, edges: &[Edge]) -> Vec<Vec<(usize, Option<Vec2>)>> {
    let mut neighbors = vec![Vec::new(); count];
    for edge in edges {
        // Seen from the object, the subject lies in that direction; seen from the subject, the object lies in the
        // opposite one.
        neighbors[edge.object].push((edge.subject, edge.way));
        neighbors[edge.subject].push((edge.object, edge.way.map(|way| -way)));
    }
    neighbors
}

/// In steps of [`STEP`].
fn first_places(node_boxes: &[NodeBox], neighbors: &[Vec<(usize, Option<Vec2>)>]) -> Vec<Pos2> {
    let spread = (node_boxes.len() as f32).sqrt() * 1.3;
    let mut places: Vec<Option<Pos2>> = node_boxes
        .iter()
        .map(|body| {
            let pictured = body.in_picture.map(|p| pos2((p.x - 0.5) * spread, (p.y - 0.5) * spread));
            body.fixed.map(|p| (p.to_vec2() / STEP).to_pos2()).or(pictured)
        })
        .collect();
    // Breadth-first from the nodes that have a place; if there are none, from the best connected node of each
    // component.
    let mut order: Vec<usize> = (0..node_boxes.len()).collect();
    order.sort_by_key(|&body| (places[body].is_none(), std::cmp::Reverse(neighbors[body].len()), body));
    let mut parts = 0;
    for &root in &order {
        if places[root].is_none() {
            let turn = parts as f32 * 2.399_963; // golden angle, so that no two components share a direction
            let far = spread * 0.7 * (parts as f32).sqrt();
            places[root] = Some(pos2(turn.cos() * far, turn.sin() * far));
            parts += 1;
        }
        let mut queue = std::collections::VecDeque::from([root]);
        while let Some(body) = queue.pop_front() {
            let Some(here) = places[body] else { continue };
            for (nth, &(next, way)) in neighbors[body].iter().enumerate() {
                if places[next].is_none() {
                    let turn = nth as f32 * 2.399_963 + body as f32;
                    // Slightly offset, so that several nodes around one object do not start at the same point.
                    let sideways = vec2(turn.cos(), turn.sin());
                    places[next] = Some(here + way.map_or(sideways, |way| way + way.rot90() * sideways.x * 0.8));
                    queue.push_back(next);
                }
            }
        }
    }
    places.into_iter().map(|place| place.unwrap_or_default()).collect()
}

/// Distances in steps between all pairs, `[from * n + to]`; slightly above `APART` where there is no path.
fn distances(neighbors: &[Vec<(usize, Option<Vec2>)>]) -> Vec<f32> {
    let count = neighbors.len();
    let mut steps = vec![0.0_f32; count * count];
    for from in 0..count {
        let row = &mut steps[from * count..(from + 1) * count];
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            for &(next, _) in &neighbors[at] {
                if next != from && row[next] == 0.0 {
                    row[next] = row[at] + 1.0;
                    queue.push_back(next);
                }
            }
        }
        for (to, value) in row.iter_mut().enumerate() {
            if *value == 0.0 && to != from {
                *value = APART;
            }
        }
    }
    steps
}

/// Stress majorization, one node after the other, in steps; the result is in canvas points.
fn relax(places: &mut [Pos2], node_boxes: &[NodeBox], edges: &[Edge], steps: &[f32]) {
    let count = places.len();
    let mut preferences = vec![Vec::new(); count];
    for edge in edges {
        if let Some(way) = edge.way {
            preferences[edge.subject].push((edge.object, way));
            preferences[edge.object].push((edge.subject, -way));
        }
    }
    for _ in 0..ROUNDS {
        for body in 0..count {
            if node_boxes[body].fixed.is_some() {
                continue;
            }
            let (mut sum, mut weights) = (Vec2::ZERO, 0.0);
            for other in (0..count).filter(|&other| other != body) {
                let distance = steps[body * count + other];
                let weight = 1.0 / (distance * distance);
                let away = places[body] - places[other];
                let length = away.length();
                // Two nodes at the same point separate in a direction of their own.
                let unit = if length > 1e-3 { away / length } else { Vec2::angled((body * 7 + other) as f32) };
                sum += (places[other].to_vec2() + unit * distance) * weight;
                weights += weight;
            }
            for &(other, way) in &preferences[body] {
                sum += (places[other].to_vec2() + way) * DIRECTION_WEIGHT;
                weights += DIRECTION_WEIGHT;
            }
            if weights > 0.0 {
                places[body] = (sum / weights).to_pos2();
            }
        }
    }
    for (place, body) in places.iter_mut().zip(node_boxes) {
        *place = body.fixed.unwrap_or((place.to_vec2() * STEP).to_pos2());
    }
}

/// Moves overlapping pairs apart along the shorter axis, a little at a time, so that the order is preserved.
fn push_apart(places: &mut [Pos2], node_boxes: &[NodeBox]) {
    for _ in 0..60 {
        let mut moved = false;
        for a in 0..places.len() {
            for b in a + 1..places.len() {
                let between = (node_boxes[a].size + node_boxes[b].size) / 2.0 + GAP;
                let away = places[b] - places[a];
                let depth = between - away.abs();
                if depth.x <= 0.0 || depth.y <= 0.0 {
                    continue;
                }
                let push = if depth.x / STEP.x < depth.y / STEP.y {
                    vec2(depth.x * if away.x < 0.0 { -1.0 } else { 1.0 }, 0.0)
                } else {
                    vec2(0.0, depth.y * if away.y < 0.0 { -1.0 } else { 1.0 })
                };
                let shares = match (node_boxes[a].fixed.is_some(), node_boxes[b].fixed.is_some()) {
                    (true, true) => continue,
                    (true, false) => (0.0, 1.0),
                    (false, true) => (1.0, 0.0),
                    (false, false) => (0.5, 0.5),
                };
                places[a] -= push * shares.0;
                places[b] += push * shares.1;
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// Moves remaining overlaps to the nearest free place: no node hides another.
fn separate(places: &mut [Pos2], node_boxes: &[NodeBox]) {
    let mut taken = Obstacles::default();
    let rect = |place: Pos2, body: &NodeBox| Rect::from_center_size(place, body.size);
    for (place, body) in places.iter().zip(node_boxes).filter(|(_, body)| body.fixed.is_some()) {
        taken.insert(rect(*place, body).expand2(GAP / 2.0));
    }
    for (place, body) in places.iter_mut().zip(node_boxes).filter(|(_, body)| body.fixed.is_none()) {
        let found = nearest_free(rect(*place, body).expand2(GAP / 2.0 - Vec2::splat(0.5)), 24.0, |r| taken.is_free(r));
        *place = found.center().round();
        taken.insert(rect(*place, body).expand2(GAP / 2.0));
    }
}

/// For very large scenes: about as many rows as columns, related objects next to each other.
fn rows(node_boxes: &[NodeBox], neighbors: &[Vec<(usize, Option<Vec2>)>]) -> Vec<Pos2> {
    let mut order = Vec::with_capacity(node_boxes.len());
    let mut seen = vec![false; node_boxes.len()];
    for root in 0..node_boxes.len() {
        let mut queue = std::collections::VecDeque::from([root]);
        while let Some(body) = queue.pop_front() {
            if !std::mem::replace(&mut seen[body], true) {
                order.push(body);
                queue.extend(neighbors[body].iter().map(|&(next, _)| next));
            }
        }
    }
    let area: f32 = node_boxes.iter().map(|body| (body.size.x + GAP.x * 2.0) * STEP.y).sum();
    let width = (area * 1.6).sqrt();
    let mut places = vec![Pos2::ZERO; node_boxes.len()];
    let mut at = Pos2::ZERO;
    for body in order {
        let size = node_boxes[body].size;
        if at.x > 0.0 && at.x + size.x > width {
            at = pos2(0.0, at.y + STEP.y);
        }
        places[body] = node_boxes[body].fixed.unwrap_or(at + size / 2.0);
        at.x += size.x + GAP.x * 2.0;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::canvas::obstacles::overlap;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    /// Width and place of each node; subject, predicate and object of each edge.
    type Case = (Vec<(f32, Option<(f32, f32)>)>, Vec<(usize, usize, usize)>);

    fn node_box(width: f32) -> NodeBox {
        NodeBox { size: vec2(width, 44.0), fixed: None, in_picture: None }
    }

    fn overlaps(places: &[Pos2], node_boxes: &[NodeBox]) -> Option<(usize, usize)> {
        let rects: Vec<Rect> = places.iter().zip(node_boxes).map(|(p, b)| Rect::from_center_size(*p, b.size)).collect();
        let free = |pair: &(usize, usize)| node_boxes[pair.0].fixed.is_none() || node_boxes[pair.1].fixed.is_none();
        let pairs = (0..rects.len()).flat_map(|a| (a + 1..rects.len()).map(move |b| (a, b)));
        pairs.filter(free).find(|&(a, b)| overlap(rects[a], rects[b]))
    }

    fn edge(subject: usize, predicate: &str, object: usize) -> Edge {
        Edge { subject, object, way: preferred_direction(predicate) }
    }

    #[test]
    fn words_of_place_are_obeyed() {
        // sky above grass, sheep standing on grass, sheep by sheep, tree behind sheep, ocean by tree, boat in ocean
        let edges = [
            edge(0, "above", 1),
            edge(2, "standing on", 1),
            edge(3, "by", 2),
            edge(4, "behind", 2),
            edge(5, "by", 4),
            edge(6, "in", 5),
        ];
        let node_boxes = [node_box(100.0); 7];
        let places = arrange(&node_boxes, &edges);
        assert!(places[0].y < places[1].y - 60.0, "{places:?}");
        assert!(places[2].y < places[1].y - 60.0, "{places:?}");
        assert!(places[4].y < places[2].y && places[6].y < places[5].y, "{places:?}");
        assert_eq!(places, arrange(&node_boxes, &edges), "no dice");
        let side = arrange(&[node_box(100.0); 2], &[edge(0, "left of", 1)]);
        assert!(side[0].x < side[1].x - 120.0 && (side[0].y - side[1].y).abs() < 20.0, "{side:?}");
    }

    #[test]
    fn what_the_user_placed_stays_and_nothing_overlaps() {
        let scene = (1usize..48).prop_flat_map(|count| {
            let node_boxes =
                prop::collection::vec((40.0f32..240.0, prop::option::of((-500f32..500.0, -400f32..400.0))), count);
            let edges = prop::collection::vec((0..count, 0..count, 0usize..4), 0..count * 2);
            (node_boxes, edges)
        });
        let config = Config { cases: 48, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let check = |(node_boxes, edges): Case| {
            let words = ["left of", "above", "near", "inside"];
            let to_body = |(width, fixed): &(f32, Option<(f32, f32)>)| NodeBox {
                fixed: fixed.map(|(x, y)| pos2(x, y)),
                ..node_box(*width)
            };
            let node_boxes: Vec<NodeBox> = node_boxes.iter().map(to_body).collect();
            let edges: Vec<Edge> = edges.iter().map(|&(s, o, w)| edge(s, words[w], o)).collect();
            let places = arrange(&node_boxes, &edges);
            for (place, body) in places.iter().zip(&node_boxes) {
                prop_assert!(place.is_finite());
                prop_assert!(body.fixed.is_none_or(|fixed| fixed == *place));
            }
            prop_assert_eq!(overlaps(&places, &node_boxes), None);
            Ok(())
        };
        runner.run(&scene, check).unwrap();
    }

    #[test]
    fn five_thousand_objects_find_their_places() {
        let node_boxes = vec![node_box(120.0); 5000];
        let edges: Vec<Edge> = (1..5000).map(|n| edge(n, "near", n / 3)).collect();
        let places = arrange(&node_boxes, &edges);
        let mut taken = Obstacles::default();
        for place in places {
            let rect = Rect::from_center_size(place, vec2(120.0, 44.0));
            assert!(taken.is_free(rect));
            taken.insert(rect);
        }
    }

    #[test]
    fn a_newcomer_goes_beside_its_relatives() {
        let others = [Rect::from_center_size(pos2(0.0, 0.0), vec2(120.0, 44.0))];
        let above = place_beside(vec2(100.0, 44.0), &[(pos2(0.0, 0.0), Some(vec2(0.0, -1.0)))], &others);
        assert!(above.y < -60.0 && above.x.abs() < 10.0, "{above}");
        let alone = place_beside(vec2(100.0, 44.0), &[], &others);
        assert!(!overlap(Rect::from_center_size(alone, vec2(100.0, 44.0)), others[0]));
    }
}
