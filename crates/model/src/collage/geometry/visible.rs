//! Visible parts of stuff: an ocean behind a meadow goes on behind it, and a boat belongs where the water shows.

use candle_core::Result;

use super::box_xyxy::{BoxXyxy, MIN_SIDE};
use super::fitness::Fitness;
use super::order::OrderNet;

/// Boxes whose sides differ by less end in one line.
const SLACK: f32 = 0.02;

/// Placed stuff, its boxes and ranks, 0 the farthest.
type Ranked = (Vec<usize>, Vec<BoxXyxy>, Vec<usize>);

fn ranked(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<BoxXyxy>],
) -> Result<Ranked> {
    let stuff: Vec<usize> = (0..placed.len()).filter(|&row| placed[row].is_some() && fitness.is_stuff(row)).collect();
    let boxes: Vec<BoxXyxy> = stuff.iter().filter_map(|&row| placed[row]).collect();
    if stuff.len() < 2 {
        return Ok((stuff, boxes, vec![0]));
    }
    let local = |row: u32| stuff.binary_search(&(row as usize)).ok().map(|at| at as u32);
    let among: Vec<_> = triples.iter().filter_map(|&(s, p, o)| Some((local(s)?, p, local(o)?))).collect();
    let categories: Vec<u32> = stuff.iter().map(|&row| objects[row]).collect();
    let ranks = order.ranks(&categories, &boxes, &among)?;
    Ok((stuff, boxes, ranks))
}

/// Stuff shows at least so much of its box: in training scenes it nearly always does.
const MIN_SHOWN_SHARE: f32 = 0.5;
/// Points of a box, in each direction, at which it is asked what shows.
const POINTS: usize = 16;

/// How much too little is seen of some stuff that came to be here, and of the stuff that it would hide; 0: enough. Ridges hide nothing: they
/// do not fill their boxes.
pub(crate) fn buried(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<BoxXyxy>],
    (object, at): (usize, BoxXyxy),
) -> Result<f32> {
    let mut placed = placed.to_vec();
    placed[object] = Some(at);
    let (stuff, boxes, ranks) = ranked(order, fitness, objects, triples, &placed)?;
    let Some(own) = stuff.iter().position(|&row| row == object) else { return Ok(0.0) };
    let fronts = |a: usize, with_own: bool| -> Vec<BoxXyxy> {
        let hides = |&b: &usize| ranks[b] > ranks[a] && fitness.spans(stuff[b]) && (with_own || b != own);
        (0..stuff.len()).filter(hides).map(|b| boxes[b]).collect()
    };
    let mut missing = (MIN_SHOWN_SHARE - share_shown(&boxes[own], &fronts(own, true))).max(0.0);
    for a in (0..stuff.len()).filter(|&a| a != own && ranks[a] < ranks[own]) {
        let before = share_shown(&boxes[a], &fronts(a, false)).min(MIN_SHOWN_SHARE);
        missing += (before - share_shown(&boxes[a], &fronts(a, true))).max(0.0);
    }
    Ok(missing)
}

/// Of a box, the share that none of those in front of it covers.
fn share_shown(rear: &BoxXyxy, fronts: &[BoxXyxy]) -> f32 {
    let along = |low: f32, high: f32, i: usize| low + (high - low) * (i as f32 + 0.5) / POINTS as f32;
    let covers =
        |front: &BoxXyxy, x: f32, y: f32| (front.x0..=front.x1).contains(&x) && (front.y0..=front.y1).contains(&y);
    let shows = |i: &usize| {
        let (x, y) = (along(rear.x0, rear.x1, i % POINTS), along(rear.y0, rear.y1, i / POINTS));
        !fronts.iter().any(|front| covers(front, x, y))
    };
    (0..POINTS * POINTS).filter(shows).count() as f32 / (POINTS * POINTS) as f32
}

/// The parts of placed stuff that no other stuff in front of it hides from below, by row; none where all of it shows, and for things.
pub(crate) fn visible(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<BoxXyxy>],
) -> Result<Vec<Option<BoxXyxy>>> {
    let mut shown = vec![None; placed.len()];
    let (stuff, boxes, ranks) = ranked(order, fitness, objects, triples, placed)?;
    for (a, row) in stuff.iter().enumerate() {
        let rear = boxes[a];
        let hides = |b: &usize| {
            let front = boxes[*b];
            let wide = front.x0 <= rear.x0 + SLACK && front.x1 >= rear.x1 - SLACK;
            ranks[*b] > ranks[a] && wide && front.y0 > rear.y0 + SLACK && front.y1 >= rear.y1 - SLACK
        };
        let edge = (0..stuff.len()).filter(hides).map(|b| boxes[b].y0).fold(rear.y1, f32::min);
        if edge < rear.y1 {
            shown[*row] = Some(BoxXyxy { y1: edge.max(rear.y0 + MIN_SIDE), ..rear });
        }
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_of_a_box_is_what_nothing_in_front_covers_counted_once() {
        let band = |y0: f32, y1: f32| BoxXyxy { x0: 0.0, y0, x1: 1.0, y1 };
        let rear = band(0.4, 0.8);
        for (fronts, wanted) in [
            (vec![], 1.0),
            (vec![band(0.6, 1.0)], 0.5),
            (vec![band(0.6, 1.0), band(0.7, 0.9)], 0.5),
            (vec![band(0.0, 0.5), band(0.7, 1.0)], 0.5),
            (vec![band(0.3, 0.9)], 0.0),
            (vec![BoxXyxy { x0: 0.0, y0: 0.0, x1: 0.25, y1: 1.0 }], 0.75),
        ] {
            assert_eq!(share_shown(&rear, &fronts), wanted, "{fronts:?}");
        }
    }
}
