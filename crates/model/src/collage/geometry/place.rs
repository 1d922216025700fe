//! Places objects one after the other.

use candle_core::Result;
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::box_xyxy::BoxXyxy;
use super::crowd::{CROWD, Grid, MAX_STUFF, context};
use super::fill_gaps::fill_gaps;
use super::fitness::{Fitness, PlacedBox};
use super::local_search::local_search;
use super::mixture::Mixture;
use super::visible::{buried, visible};
use super::{Geometry, Query};
use crate::sg2im::graph::Graph;

/// Places that are drawn for an object, at most.
const DRAWS: usize = 64;
/// Of the places that were drawn, none being right, so many are fixed.
const MENDED: usize = 3;
/// Spreads are drawn a little narrower than they were learned: outliers are what one sees.
const CALM: f32 = 0.85;
/// How much a place that was not expected costs, against its faults.
const SURPRISE: f32 = 0.02;
/// How much it costs that stuff is hidden: more than taste, less than a relation.
const BURIED: f32 = 6.0;
/// How often an object whose relations are broken, and those that they tie it to, may look for another place.
const TRIES: u64 = 3;

/// A box for every object; the known ones as the proper boxes that they mean.
pub(crate) fn boxes(geometry: &Geometry, query: &Query<'_>) -> Result<Vec<BoxXyxy>> {
    let mut placing = Placing::new(geometry, query);
    placing.look_again()?;
    let free: Vec<usize> = (0..placing.placed.len()).filter(|&object| placing.placed[object].is_none()).collect();
    for &object in &free {
        let mixture = placing.mixture(object)?;
        let at = placing.find(object, &mixture, 0)?;
        placing.put(object, at);
        placing.look(object)?;
        placing.settle(object, &free)?;
    }
    fill_gaps(&placing.fitness, &mut placing.placed, &free);
    Ok(placing.placed.into_iter().map(|b| b.unwrap_or(BoxXyxy::WHOLE)).collect())
}

struct Placing<'a> {
    geometry: &'a Geometry,
    query: &'a Query<'a>,
    fitness: Fitness,
    placed: Vec<Option<BoxXyxy>>,
    /// The part of placed stuff that shows, where that is not all of it.
    shown: Vec<Option<BoxXyxy>>,
    /// The placed things of a crowd.
    things: Option<Grid>,
}

impl<'a> Placing<'a> {
    fn new(geometry: &'a Geometry, query: &'a Query<'a>) -> Self {
        let known = |(&category, known): (&u32, &Option<[f32; 4]>)| {
            if category == geometry.config.image { Some(BoxXyxy::WHOLE) } else { known.map(BoxXyxy::repaired) }
        };
        let placed: Vec<Option<BoxXyxy>> = query.objects.iter().zip(query.known).map(known).collect();
        let shown = vec![None; query.objects.len()];
        let fitness = Fitness::new(&geometry.config, query);
        let things = (placed.len() > CROWD).then(|| {
            let mut grid = Grid::new();
            let things = placed.iter().enumerate().filter(|(row, _)| fitness.prior(*row).thing);
            things.for_each(|(row, at)| at.iter().for_each(|at| grid.insert(row, at)));
            grid
        });
        Self { geometry, query, fitness, placed, shown, things }
    }

    fn put(&mut self, object: usize, at: BoxXyxy) {
        let before = self.placed[object].replace(at);
        if let (Some(grid), true) = (&mut self.things, self.fitness.prior(object).thing) {
            before.iter().for_each(|before| grid.remove(object, before));
            grid.insert(object, &at);
        }
    }

    /// Stuff that has come or moved may hide other stuff.
    fn look(&mut self, object: usize) -> Result<()> {
        if self.fitness.is_stuff(object) { self.look_again() } else { Ok(()) }
    }

    fn look_again(&mut self) -> Result<()> {
        let Query { objects, triples, .. } = *self.query;
        if self.has_much_stuff() {
            return Ok(());
        }
        self.shown = visible(&self.geometry.order, &self.fitness, objects, triples, &self.placed)?;
        Ok(())
    }

    /// What the network expects of an object, given what is placed. Objects that are not placed yet are as if they were not there.
    fn mixture(&self, wanted: usize) -> Result<Mixture> {
        let config = &self.geometry.config;
        let mut local: Vec<Option<u32>> = vec![None; self.placed.len()];
        let mut graph = Graph { images: 1, ..Graph::default() };
        let mut boxes = Vec::new();
        let mut row_of_wanted = 0;
        let is_shown =
            |row: &usize| self.query.objects[*row] != config.image && (self.placed[*row].is_some() || *row == wanted);
        let rows: Vec<usize> = (0..self.placed.len()).filter(is_shown).collect();
        let (is_tied, is_stuff) = (|row| self.fitness.is_tied(wanted, row), |row| self.fitness.is_stuff(row));
        for row in context(wanted, &rows, is_tied, is_stuff) {
            let (placed, category) = (&self.placed[row], self.query.objects[row]);
            let at = graph.objects.len() as u32;
            local[row] = Some(at);
            graph.objects.push(category);
            if row == wanted {
                row_of_wanted = at;
            }
            boxes.push(if row == wanted { None } else { *placed });
        }
        for &(s, p, o) in self.query.triples {
            if let (Some(s), Some(o), true) = (local[s as usize], local[o as usize], p != config.in_image) {
                graph.triples.push([s, p, o]);
            }
        }
        tie_to_picture(&mut graph, config.image, config.in_image);
        boxes.push(Some(BoxXyxy::WHOLE));
        let mut mixtures = self.geometry.boxes.predict(&graph, &boxes, &[row_of_wanted])?;
        match mixtures.pop() {
            Some(mixture) => Ok(mixture),
            None => candle_core::bail!("the geometry network foretold nothing"),
        }
    }

    /// A place for one object, given what is placed. `take`: another one, another place.
    fn find(&self, object: usize, mixture: &Mixture, take: u64) -> Result<BoxXyxy> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.query.keys[object]);
        rng.set_stream(take);
        let lenient = rng.random::<f32>() < self.geometry.config.overlap;
        let seen = PlacedBox { placed: &self.placed, shown: &self.shown, things: self.things.as_ref() };
        let (draws, mended) = if self.things.is_some() { (DRAWS / 2, 1) } else { (DRAWS, MENDED) };
        let mut drawn: Vec<(f32, BoxXyxy)> = Vec::with_capacity(DRAWS);
        for _ in 0..draws {
            let at = self.fit(object, mixture.draw(&mut rng, CALM));
            let (faults, buried) = (self.fitness.faults(object, &at, &seen, lenient), self.buried(object, at)?);
            if faults.is_none() && buried <= 0.0 {
                return Ok(at);
            }
            drawn.push((faults.cost() + BURIED * buried + SURPRISE * mixture.nll(&at), at));
        }
        drawn.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let cost = |at: &BoxXyxy| {
            let faults = self.fitness.faults(object, at, &seen, lenient);
            faults.cost() + SURPRISE * mixture.nll(at)
        };
        let mut best: Option<(f32, BoxXyxy)> = None;
        for (_, at) in drawn.into_iter().take(mended) {
            let at = local_search(at, |at| self.fit(object, at), cost);
            let whole = cost(&at) + BURIED * self.buried(object, at)?;
            if best.is_none_or(|(least, _)| whole < least) {
                best = Some((whole, at));
            }
        }
        Ok(best.map_or(BoxXyxy::WHOLE, |(_, at)| at))
    }

    /// How much too little would be seen of stuff that came to be here, and of what it would hide. Things hide no stuff.
    fn buried(&self, object: usize, at: BoxXyxy) -> Result<f32> {
        if !self.fitness.is_stuff(object) || self.has_much_stuff() {
            return Ok(0.0);
        }
        let Query { objects, triples, .. } = *self.query;
        buried(&self.geometry.order, &self.fitness, objects, triples, &self.placed, (object, at))
    }

    fn has_much_stuff(&self) -> bool {
        self.things.is_some()
            && (0..self.placed.len()).filter(|&row| self.placed[row].is_some() && self.fitness.is_stuff(row)).count()
                > MAX_STUFF
    }

    /// Within the picture; in the shape of its drawing; as requested; sides that always lie on the picture's edge lie there.
    fn fit(&self, object: usize, at: BoxXyxy) -> BoxXyxy {
        let mut corners = at.corners();
        for (side, fixed) in self.fitness.prior(object).edges.into_iter().enumerate() {
            if fixed {
                corners[side] = if side < 2 { 0.0 } else { 1.0 };
            }
        }
        if self.fitness.prior(object).reaches && corners[0] > 0.0 && corners[2] < 1.0 {
            if corners[0] < 1.0 - corners[2] { corners[0] = 0.0 } else { corners[2] = 1.0 }
        }
        let shaped = |at: BoxXyxy| match self.query.shapes.get(object) {
            Some(Some([least, most])) => at.shaped(*least, *most),
            _ => at,
        };
        let mut at = shaped(BoxXyxy::repaired(corners));
        for constraint in self.query.constraints.iter().filter(|constraint| constraint.object == object) {
            // Twice: what was tiny grows out of shape, and what is brought back into shape moves its middle.
            for _ in 0..2 {
                let mut corners = at.corners();
                constraint.apply_constraints(&mut corners);
                at = shaped(BoxXyxy::repaired(corners));
            }
            let mut corners = at.corners();
            constraint.apply_constraints(&mut corners);
            at = BoxXyxy::repaired(corners);
        }
        at
    }

    /// An object that has just been placed, and whose relations are broken, looks for a better place; if there is none, those that they tie
    /// it to do, the last of them first. Whatever nothing ties to it stays: so a scene looks the same however it grows from here.
    fn settle(&mut self, object: usize, free: &[usize]) -> Result<()> {
        for take in 1..=TRIES {
            if self.broken(object) <= 0.0 {
                return Ok(());
            }
            self.better(object, take)?;
        }
        for take in 1..=TRIES {
            for mover in self.fitness.broken(object, &self.placed) {
                if free.binary_search(&mover).is_ok() {
                    self.better(mover, take)?;
                }
            }
            self.better(object, TRIES + take)?;
        }
        Ok(())
    }

    fn broken(&self, object: usize) -> f32 {
        self.placed[object].map_or(0.0, |at| self.fitness.relations(object, &at, &self.placed))
    }

    /// Another place for an object whose relations are broken, if they are less so there.
    fn better(&mut self, object: usize, take: u64) -> Result<()> {
        let broken = self.broken(object);
        if broken <= 0.0 {
            return Ok(());
        }
        let other = self.find(object, &self.mixture(object)?, take)?;
        if self.fitness.relations(object, &other, &self.placed) < broken {
            self.put(object, other);
            self.look(object)?;
        }
        Ok(())
    }
}

/// Adds the picture itself to a graph, as the last row, and ties every object to it.
pub(crate) fn tie_to_picture(graph: &mut Graph, image: u32, in_image: u32) {
    let row = graph.objects.len() as u32;
    graph.triples.extend((0..row).map(|object| [object, in_image, row]));
    graph.objects.push(image);
    graph.image_of_object.resize(graph.objects.len(), 0);
}
