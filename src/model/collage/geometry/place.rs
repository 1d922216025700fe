//! One object after the other finds its place.

use candle_core::Result;
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::close::close;
use super::fitness::{Fitness, Seen};
use super::mend::mend;
use super::mixture::Mixture;
use super::sides::Sides;
use super::visible::{in_front, visible};
use super::{Geometry, Query};
use crate::model::sg2im::graph::Graph;

/// Places that are drawn for an object, at most.
const DRAWS: usize = 64;
/// Of the places that were drawn, none being right, so many are mended.
const MENDED: usize = 3;
/// Spreads are drawn a little narrower than they were learned: outliers are what one sees.
const CALM: f32 = 0.85;
/// How much a place that was not expected costs, against its faults.
const SURPRISE: f32 = 0.02;
/// So many objects are placed one by one; of larger scenes a quarter of what is placed at a time.
const ONE_BY_ONE: usize = 16;
/// How often objects whose relations are broken may look for another place.
const SWEEPS: u64 = 3;

/// A box for every object; the known ones as the proper boxes that they mean.
pub fn boxes(geometry: &Geometry, query: &Query<'_>) -> Result<Vec<Sides>> {
    let mut placing = Placing::new(geometry, query);
    placing.look_again()?;
    let free: Vec<usize> = (0..placing.placed.len()).filter(|&object| placing.placed[object].is_none()).collect();
    let mut done = 0;
    while done < free.len() {
        let count = if done < ONE_BY_ONE { 1 } else { done / 4 };
        let group = &free[done..free.len().min(done + count)];
        let mixtures = placing.mixtures(group)?;
        for (&object, mixture) in group.iter().zip(&mixtures) {
            placing.placed[object] = Some(placing.find(object, mixture, 0)?);
            placing.look(object)?;
        }
        done += group.len();
    }
    for sweep in 1..=SWEEPS {
        if !placing.sweep(&free, sweep)? {
            break;
        }
    }
    close(&placing.fitness, &mut placing.placed, &free);
    Ok(placing.placed.into_iter().map(|b| b.unwrap_or(Sides::WHOLE)).collect())
}

struct Placing<'a> {
    geometry: &'a Geometry,
    query: &'a Query<'a>,
    fitness: Fitness,
    placed: Vec<Option<Sides>>,
    /// The part of placed stuff that shows, where that is not all of it.
    shown: Vec<Option<Sides>>,
}

impl<'a> Placing<'a> {
    fn new(geometry: &'a Geometry, query: &'a Query<'a>) -> Self {
        let known = |(&category, known): (&u32, &Option<[f32; 4]>)| {
            if category == geometry.config.image { Some(Sides::WHOLE) } else { known.map(Sides::repaired) }
        };
        let placed = query.objects.iter().zip(query.known).map(known).collect();
        let shown = vec![None; query.objects.len()];
        Self { geometry, query, fitness: Fitness::new(&geometry.config, query), placed, shown }
    }

    /// Stuff that has come or moved may hide other stuff.
    fn look(&mut self, object: usize) -> Result<()> {
        if self.fitness.is_stuff(object) { self.look_again() } else { Ok(()) }
    }

    fn look_again(&mut self) -> Result<()> {
        let Query { objects, triples, .. } = *self.query;
        self.shown = visible(&self.geometry.order, &self.fitness, objects, triples, &self.placed)?;
        Ok(())
    }

    /// What the network expects of some objects, given what is placed. Objects that are not placed yet are as if they were not there.
    fn mixtures(&self, wanted: &[usize]) -> Result<Vec<Mixture>> {
        let config = &self.geometry.config;
        let mut local: Vec<Option<u32>> = vec![None; self.placed.len()];
        let mut graph = Graph { images: 1, ..Graph::default() };
        let mut boxes = Vec::new();
        for (row, placed) in self.placed.iter().enumerate() {
            let (category, is_wanted) = (self.query.objects[row], wanted.contains(&row));
            if category == config.image || (placed.is_none() && !is_wanted) {
                continue;
            }
            local[row] = Some(graph.objects.len() as u32);
            graph.objects.push(category);
            boxes.push(if is_wanted { None } else { *placed });
        }
        for &(s, p, o) in self.query.triples {
            if let (Some(s), Some(o), true) = (local[s as usize], local[o as usize], p != config.in_image) {
                graph.triples.push([s, p, o]);
            }
        }
        tie_to_picture(&mut graph, config.image, config.in_image);
        boxes.push(Some(Sides::WHOLE));
        let rows: Vec<u32> = wanted.iter().filter_map(|&row| local[row]).collect();
        self.geometry.boxes.mixtures(&graph, &boxes, &rows)
    }

    /// A place for one object, given what is placed. `take`: another one, another place.
    fn find(&self, object: usize, mixture: &Mixture, take: u64) -> Result<Sides> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.query.keys[object]);
        rng.set_stream(take);
        let lenient = rng.random::<f32>() < self.geometry.config.overlap;
        let in_front = self.in_front(object, mixture)?;
        let seen = Seen { placed: &self.placed, shown: &self.shown, in_front: &in_front };
        let mut drawn: Vec<(f32, Sides)> = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let at = self.fit(object, mixture.draw(&mut rng, CALM));
            let faults = self.fitness.faults(object, &at, &seen, lenient);
            if faults.is_none() {
                return Ok(at);
            }
            drawn.push((faults.cost() + SURPRISE * mixture.surprise(&at), at));
        }
        drawn.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let cost = |at: &Sides| {
            let faults = self.fitness.faults(object, at, &seen, lenient);
            faults.cost() + SURPRISE * mixture.surprise(at)
        };
        let mended = drawn.iter().take(MENDED).map(|&(_, at)| mend(at, |at| self.fit(object, at), cost));
        let best = mended.map(|at| (cost(&at), at)).min_by(|(a, _), (b, _)| a.total_cmp(b));
        Ok(best.map_or(Sides::WHOLE, |(_, at)| at))
    }

    /// Stuff that would stand in front of this object, that being stuff too, where it is most expected.
    fn in_front(&self, object: usize, mixture: &Mixture) -> Result<Vec<Sides>> {
        if !self.fitness.is_stuff(object) {
            return Ok(Vec::new());
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.query.keys[object]);
        let at = self.fit(object, mixture.draw(&mut rng, 0.0));
        let Query { objects, triples, .. } = *self.query;
        in_front(&self.geometry.order, &self.fitness, objects, triples, &self.placed, (object, at))
    }

    /// Within the picture; as wished; sides that always lie on the picture's edge lie there.
    fn fit(&self, object: usize, at: Sides) -> Sides {
        let mut corners = at.corners();
        for (side, fixed) in self.fitness.habit(object).edges.into_iter().enumerate() {
            if fixed {
                corners[side] = if side < 2 { 0.0 } else { 1.0 };
            }
        }
        for wish in self.query.wishes.iter().filter(|wish| wish.object == object) {
            wish.grant(&mut corners);
        }
        Sides::repaired(corners)
    }

    /// Objects whose relations are broken look for a better place among all others, the last in the list first. False: nothing moved.
    fn sweep(&mut self, free: &[usize], take: u64) -> Result<bool> {
        let mut moved = false;
        for &object in free.iter().rev() {
            let Some(at) = self.placed[object] else { continue };
            let broken = self.fitness.relations(object, &at, &self.placed);
            if broken <= 0.0 {
                continue;
            }
            for mixture in self.mixtures(&[object])? {
                let other = self.find(object, &mixture, take)?;
                if self.fitness.relations(object, &other, &self.placed) < broken {
                    self.placed[object] = Some(other);
                    self.look(object)?;
                    moved = true;
                }
            }
        }
        Ok(moved)
    }
}

/// Adds the picture itself to a graph, as the last row, and ties every object to it.
pub fn tie_to_picture(graph: &mut Graph, image: u32, in_image: u32) {
    let row = graph.objects.len() as u32;
    graph.triples.extend((0..row).map(|object| [object, in_image, row]));
    graph.objects.push(image);
    graph.image_of_object.resize(graph.objects.len(), 0);
}
