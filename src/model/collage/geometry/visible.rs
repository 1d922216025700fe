//! What of the stuff can be seen: an ocean behind a meadow goes on behind it, and a boat belongs where the water shows.

use candle_core::Result;

use super::fitness::Fitness;
use super::order::OrderNet;
use super::sides::{LEAST_SIDE, Sides};

/// Boxes whose sides differ by less end in one line.
const SLACK: f32 = 0.02;

/// Placed stuff, its boxes and ranks, 0 the farthest.
type Ranked = (Vec<usize>, Vec<Sides>, Vec<usize>);

fn ranked(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<Sides>],
) -> Result<Ranked> {
    let stuff: Vec<usize> = (0..placed.len()).filter(|&row| placed[row].is_some() && fitness.is_stuff(row)).collect();
    let boxes: Vec<Sides> = stuff.iter().filter_map(|&row| placed[row]).collect();
    if stuff.len() < 2 {
        return Ok((stuff, boxes, vec![0]));
    }
    let local = |row: u32| stuff.binary_search(&(row as usize)).ok().map(|at| at as u32);
    let among: Vec<_> = triples.iter().filter_map(|&(s, p, o)| Some((local(s)?, p, local(o)?))).collect();
    let categories: Vec<u32> = stuff.iter().map(|&row| objects[row]).collect();
    let ranks = order.ranks(&categories, &boxes, &among)?;
    Ok((stuff, boxes, ranks))
}

/// Stuff that would stand in front of some stuff that came to be here.
pub fn in_front(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<Sides>],
    (object, at): (usize, Sides),
) -> Result<Vec<Sides>> {
    let mut placed = placed.to_vec();
    placed[object] = Some(at);
    let (stuff, boxes, ranks) = ranked(order, fitness, objects, triples, &placed)?;
    let Some(own) = stuff.iter().position(|&row| row == object) else { return Ok(Vec::new()) };
    Ok((0..stuff.len()).filter(|&b| ranks[b] > ranks[own]).map(|b| boxes[b]).collect())
}

/// The parts of placed stuff that no other stuff in front of it hides from below, by row; none where all of it shows, and for things.
pub fn visible(
    order: &OrderNet,
    fitness: &Fitness,
    objects: &[u32],
    triples: &[(u32, u32, u32)],
    placed: &[Option<Sides>],
) -> Result<Vec<Option<Sides>>> {
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
            shown[*row] = Some(Sides { y1: edge.max(rear.y0 + LEAST_SIDE), ..rear });
        }
    }
    Ok(shown)
}
