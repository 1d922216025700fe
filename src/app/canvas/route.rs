//! Routes of arrows and places of their labels, in canvas points; recomputed when a node or relation changes.
//!
//! Parallel arrows fan out, an arrow to its own node is a loop, and a single arrow bends around nodes in its way. Each
//! label takes the first free place along its curve, from the middle outwards; if there is none, the nearest free place
//! beside it, with a thin leader line. So no label is below a node or another label.

use super::curve::Curve;
use super::obstacles::{Obstacles, nearest_free};
use egui::{Pos2, Rect, Vec2, vec2};
use scenewright_scene::RelationId;
use std::collections::{HashMap, HashSet};

/// Distance between parallel arrows, at their middles.
const FAN: f32 = 46.0;
const NODE_MARGIN: f32 = 5.0;
const LABEL_MARGIN: f32 = 2.5;
/// Curve parameters at which a label is tried, most natural first.
const SHARES: [f32; 15] = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.15, 0.85, 0.1, 0.9];

/// A relation to draw; the ends are indices of nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub relation: RelationId,
    pub subject: usize,
    pub object: usize,
    pub(crate) label_size: Vec2,
}

#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub relation: RelationId,
    pub subject: usize,
    pub object: usize,
    /// From the subject's border to the object's; empty if the nodes overlap.
    pub line: Vec<Pos2>,
    pub label: Rect,
    /// The point of the line that the label belongs to, if the label is not on its line.
    pub(crate) leader: Option<Pos2>,
    /// Bounds of curve and label.
    pub bounds: Rect,
    way: CandidatePath,
}

/// Computes the routes of all links, in the same order.
pub(crate) fn route(node_rects: &[Rect], links: &[Link]) -> Vec<Route> {
    follow(node_rects, links, &[], &[])
}

/// Updates routes while some nodes move; unaffected routes stay. `before` and `old_nodes`: routes and nodes of the last
/// frame, for the same links. Slightly worse than [`route`], because labels that stay leave less choice to the others.
pub(crate) fn follow(node_rects: &[Rect], links: &[Link], before: &[Route], old_nodes: &[Rect]) -> Vec<Route> {
    let mut solid = Obstacles::default();
    for node_rect in node_rects {
        solid.insert(node_rect.expand(NODE_MARGIN));
    }
    let moved: Vec<usize> = (0..node_rects.len()).filter(|&at| old_nodes.get(at) != Some(&node_rects[at])).collect();
    // Areas that became occupied or free.
    let stirred: Vec<Rect> = moved
        .iter()
        .flat_map(|&at| [Some(node_rects[at]), old_nodes.get(at).copied()])
        .flatten()
        .map(|rect| rect.expand(NODE_MARGIN + LABEL_MARGIN))
        .collect();
    let few = moved.len() * 4 < node_rects.len();
    let has_moved: HashSet<usize> = moved.into_iter().collect();
    let stays = |link: &Link, old: &Route| {
        let ends_stay = !has_moved.contains(&link.subject) && !has_moved.contains(&link.object);
        ends_stay && !stirred.iter().any(|rect| rect.intersects(old.bounds))
    };
    let kept: Vec<Option<&Route>> = (0..links.len())
        .map(|at| before.get(at).filter(|old| few && before.len() == links.len() && stays(&links[at], old)))
        .collect();
    let ways = candidate_paths(node_rects, &solid, links, &kept);
    let mut labels: Vec<(Rect, Option<Pos2>)> =
        kept.iter().map(|kept| kept.map_or((Rect::ZERO, None), |old| (old.label, old.leader))).collect();
    for old in kept.iter().flatten() {
        solid.insert(old.label.expand(LABEL_MARGIN));
    }
    // Labels of short arrows have the fewest places, so they choose first.
    let mut order: Vec<usize> = (0..ways.len()).filter(|&at| kept[at].is_none()).collect();
    order.sort_by(|&a, &b| ways[a].length().total_cmp(&ways[b].length()).then(a.cmp(&b)));
    for at in order {
        labels[at] = label_place(&ways[at], links[at].label_size, &solid);
        solid.insert(labels[at].0.expand(LABEL_MARGIN));
    }
    let mut routes = Vec::with_capacity(links.len());
    for (at, ((link, way), (label, leader))) in links.iter().zip(&ways).zip(labels).enumerate() {
        if let Some(old) = kept[at] {
            routes.push(old.clone());
            continue;
        }
        let line = way.part.map_or(Vec::new(), |part| way.curve.line(part));
        let bounds = line.iter().fold(label, |bounds, point| bounds.union(Rect::from_pos(*point)));
        let Link { relation, subject, object, .. } = *link;
        routes.push(Route { relation, subject, object, line, label, leader, bounds, way: *way });
    }
    routes
}

fn candidate_paths(
    node_rects: &[Rect],
    solid: &Obstacles,
    links: &[Link],
    kept: &[Option<&Route>],
) -> Vec<CandidatePath> {
    let pair = |link: &Link| (link.subject.min(link.object), link.subject.max(link.object));
    let mut groups: HashMap<(usize, usize), usize> = HashMap::new();
    for link in links {
        *groups.entry(pair(link)).or_default() += 1;
    }
    let mut seen: HashMap<(usize, usize), usize> = HashMap::new();
    let mut ways = Vec::with_capacity(links.len());
    for (link, kept) in links.iter().zip(kept) {
        let count = groups.get(&pair(link)).copied().unwrap_or(1);
        let nth = seen.entry(pair(link)).or_default();
        ways.push(kept.map_or_else(|| candidate_path(node_rects, solid, link, *nth, count), |old| old.way));
        *nth += 1;
    }
    ways
}

/// A curve and its visible part; `None` if the nodes overlap.
#[derive(Clone, Copy, Debug)]
struct CandidatePath {
    curve: Curve,
    part: Option<(f32, f32)>,
}

impl CandidatePath {
    /// Straight distance.
    fn length(&self) -> f32 {
        self.part.map_or(0.0, |(from, to)| self.curve.at(from).distance(self.curve.at(to)))
    }
}

fn candidate_path(node_rects: &[Rect], solid: &Obstacles, link: &Link, nth: usize, count: usize) -> CandidatePath {
    let (subject, object) = (node_rects[link.subject], node_rects[link.object]);
    if link.subject == link.object {
        return CandidatePath { curve: self_loop(subject, solid, link, nth), part: Some((0.0, 1.0)) };
    }
    let (from, to) = (subject.center(), object.center());
    let bowed = |bulge: f32| {
        let curve = Curve::bowed(from, to, bulge);
        // A gap keeps the tip off the border.
        CandidatePath { curve, part: curve.between(subject.expand(3.0), object.expand(4.0)) }
    };
    if count > 1 {
        // The same order for both directions: the sides of the fan belong to the pair.
        let side = if link.subject < link.object { 1.0 } else { -1.0 };
        return bowed((nth as f32 - (count as f32 - 1.0) / 2.0) * FAN * side);
    }
    let slight = (from.distance(to) * 0.06).min(14.0);
    let mut best = (bowed(slight), usize::MAX);
    for bulge in [slight, -slight, 56.0, -56.0, 104.0, -104.0, 168.0, -168.0] {
        let way = bowed(bulge);
        let crossed = way.part.map_or(0, |part| crossings(&way.curve, part, solid, link));
        if crossed < best.1 {
            best = (way, crossed);
        }
        if crossed == 0 {
            break;
        }
    }
    best.0
}

/// Number of points of the curve that are below other nodes.
fn crossings(curve: &Curve, (from, to): (f32, f32), solid: &Obstacles, link: &Link) -> usize {
    const STEPS: usize = 16;
    let point = |step: usize| curve.at(from + (to - from) * step as f32 / STEPS as f32);
    let is_in_the_way = |&node_rect: &usize| node_rect != link.subject && node_rect != link.object;
    (0..=STEPS).filter(|&step| solid.at(point(step)).any(|node_rect| is_in_the_way(&node_rect))).count()
}

/// On the side of the node with the most space; further loops around the first.
fn self_loop(node_rect: Rect, solid: &Obstacles, link: &Link, nth: usize) -> Curve {
    const SIDES: [Vec2; 4] = [vec2(0.0, -1.0), vec2(1.0, 0.0), vec2(0.0, 1.0), vec2(-1.0, 0.0)];
    let reach = 44.0 + 30.0 * nth as f32;
    let curve_on = |side: Vec2| {
        let spread = (node_rect.size() * side.rot90().abs()).length() * 0.2;
        Curve::looped(node_rect, side, reach, spread.min(22.0) + 3.0 * nth as f32)
    };
    let room_for = |side: &Vec2| {
        let curve = curve_on(*side);
        let label = Rect::from_center_size(curve.at(0.5), link.label_size);
        usize::from(!solid.is_free(label)) * 21 + crossings(&curve, (0.1, 0.9), solid, link)
    };
    let best = SIDES.iter().enumerate().min_by_key(|(order, side)| (room_for(side), *order));
    curve_on(best.map_or(SIDES[0], |(_, side)| *side))
}

fn label_place(way: &CandidatePath, size: Vec2, taken: &Obstacles) -> (Rect, Option<Pos2>) {
    let (curve, (from, to)) = (&way.curve, way.part.unwrap_or((0.0, 1.0)));
    let room = |rect: Rect| taken.is_free(rect);
    for share in SHARES {
        let rect = Rect::from_center_size(curve.at(from + (to - from) * share), size);
        if room(rect) {
            return (rect, None);
        }
    }
    let middle = curve.at((from + to) / 2.0);
    (nearest_free(Rect::from_center_size(middle, size), 9.0, room), Some(middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::canvas::obstacles::overlap;
    use egui::pos2;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    /// Places of nodes; subject, object and label width of links.
    type Case = (Vec<(f32, f32)>, Vec<(usize, usize, f32)>);

    fn link(nth: usize, subject: usize, object: usize) -> Link {
        Link { relation: RelationId(nth as u64), subject, object, label_size: vec2(90.0, 20.0) }
    }

    fn node_rect(x: f32, y: f32) -> Rect {
        Rect::from_center_size(pos2(x, y), vec2(110.0, 44.0))
    }

    #[test]
    fn labels_hide_nowhere() {
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let scene = (1usize..24).prop_flat_map(|count| {
            let node_rects = prop::collection::vec((-400f32..400.0, -300f32..300.0), count);
            (node_rects, prop::collection::vec((0..count, 0..count, 30f32..140.0), 0..count * 3))
        });
        let check = |(node_rects, links): Case| {
            let node_rects: Vec<Rect> = node_rects.iter().map(|&(x, y)| node_rect(x, y)).collect();
            let to_link = |(nth, &(s, o, width)): (usize, &(usize, usize, f32))| Link {
                label_size: vec2(width, 20.0),
                ..link(nth, s, o)
            };
            let links: Vec<Link> = links.iter().enumerate().map(to_link).collect();
            // All at once, and after the first node was dragged away.
            let mut dragged = node_rects.clone();
            dragged[0] = dragged[0].translate(vec2(130.0, -70.0));
            let all = route(&node_rects, &links);
            let after = follow(&dragged, &links, &all, &node_rects);
            for (routes, node_rects) in [(all, node_rects), (after, dragged)] {
                prop_assert_eq!(routes.len(), links.len());
                for (nth, one) in routes.iter().enumerate() {
                    prop_assert!((one.label.size() - links[nth].label_size).length() < 0.01);
                    prop_assert!(
                        node_rects.iter().all(|node_rect| !overlap(*node_rect, one.label)),
                        "under a chip: {:?}",
                        one
                    );
                    let under = routes[nth + 1..].iter().find(|other| overlap(other.label, one.label));
                    prop_assert!(under.is_none(), "{:?} and {:?}", one, under);
                    prop_assert!(one.line.iter().all(|point| one.bounds.contains(*point)));
                }
            }
            Ok(())
        };
        runner.run(&scene, check).unwrap();
    }

    #[test]
    fn parallel_arrows_fan_out_and_loops_leave_the_chip() {
        let node_rects = [node_rect(0.0, 0.0), node_rect(400.0, 0.0)];
        let routes = route(&node_rects, &[link(0, 0, 1), link(1, 1, 0), link(2, 0, 1), link(3, 0, 0), link(4, 0, 0)]);
        let heights: Vec<f32> = routes[..3].iter().map(|route| route.label.center().y).collect();
        assert!((heights[0] - heights[1]).abs() > 40.0 && (heights[1] - heights[2]).abs() > 40.0, "{heights:?}");
        assert!(heights[1].abs() < 1.0, "the middle one is straight: {heights:?}");
        for route in &routes[..3] {
            assert_eq!(route.leader, None);
        }
        for route in &routes[3..] {
            assert!(route.line.iter().any(|point| !node_rects[0].expand(30.0).contains(*point)));
            let tip = route.line[route.line.len() - 1];
            assert!(node_rects[0].expand(0.1).contains(tip) && !node_rects[0].shrink(0.1).contains(tip), "{tip}");
        }
        assert_ne!(routes[3].label, routes[4].label);
    }

    #[test]
    fn a_lone_arrow_bows_around_what_stands_in_its_way() {
        let node_rects = [node_rect(0.0, 0.0), node_rect(500.0, 0.0), node_rect(250.0, 0.0)];
        let routes = route(&node_rects, &[link(0, 0, 1)]);
        assert!(routes[0].line.iter().all(|point| !node_rects[2].contains(*point)), "{:?}", routes[0].line);
    }

    #[test]
    fn overlapping_nodes_still_have_a_readable_label() {
        let node_rects = [node_rect(0.0, 0.0), node_rect(4.0, 2.0)];
        let routes = route(&node_rects, &[link(0, 0, 1)]);
        assert!(routes[0].line.is_empty());
        assert!(routes[0].leader.is_some() && node_rects.iter().all(|node_rect| !overlap(*node_rect, routes[0].label)));
    }
}
