//! Geometry from the graph: where each object goes, how large it is, and which object is in front.
//!
//! ```text
//! objects, triples, known boxes --BoxMixtureNet--> a distribution for the next box --draw, check, search--> its place --OrderNet--> depth
//! ```
//!
//! Objects are placed one after the other, in the order of the list, each seeing those before it and those that are known: so two objects
//! with equal relations part, and an object at the end of the list moves none before it, unless its relations cannot be met otherwise. A box is drawn with noise keyed by the object;
//! of the draws the first one is taken that meets the relations to what is placed, has a size that occurs and covers nothing that it
//! should not; where there is none, the best is fixed by small moves.
//!
//! | file | subject |
//! |---|---|
//! | [`config`] | the shape of the network; priors of the categories, rules of the predicates |
//! | [`rule`], [`box_xyxy`] | what a predicate asks of two boxes; boxes |
//! | [`network`], [`mixture`] | the graph convolution; the distribution of a box |
//! | [`place`], [`fitness`], [`local_search`] | one object after the other; how good a place is; small moves |
//! | [`visible`] | what of the stuff can be seen |
//! | [`fill_gaps`] | no holes between stuff that spans the picture |
//! | [`order`] | who stands in front |
//!
//! Nothing here knows a word, a file or a picture. Training is in `train::collage::geometry`.

pub mod box_xyxy;
pub mod config;
mod crowd;
mod fill_gaps;
mod fitness;
mod local_search;
pub mod mixture;
pub mod network;
pub mod order;
mod place;
pub mod rule;
mod visible;

use candle_core::{Result, bail};
use candle_nn::VarBuilder;

use crate::sg2im::box_constraint::BoxConstraint;
use box_xyxy::BoxXyxy;
pub use config::{CategoryPrior, GeometryConfig};
use network::BoxMixtureNet;
use order::OrderNet;
pub use rule::PlacementRule;

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// x0, y0, x1, y1 in 0..=1; a known box as it was given.
    pub bounds: [f32; 4],
    /// 0..1, smaller: farther back. Below 0 for the picture itself.
    pub depth: f32,
}

/// A graph that is to be laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// Categories, `[O]`. An object of the picture's own category (`__image__`) may be among them, and is the whole picture.
    pub objects: &'a [u32],
    /// Subject's row, predicate, object's row, `[T]`. Ties to the picture are made here; those that are given are left out.
    pub triples: &'a [(u32, u32, u32)],
    /// Boxes that stay, `[O]`. Inverted ones, and those that leave the picture, are read as the proper box that is meant.
    pub known: &'a [Option<[f32; 4]>],
    /// What each object's noise is drawn from, `[O]`: another key, another place.
    pub keys: &'a [u64],
    /// Sizes and places that objects should have, if any.
    pub constraints: &'a [BoxConstraint],
    /// Width over height, in units of the picture: the least and the most that an object's drawing allows, `[O]`. Empty: any.
    pub shapes: &'a [Option<[f32; 2]>],
}

#[derive(Clone, Debug)]
pub struct Geometry {
    pub config: GeometryConfig,
    pub boxes: BoxMixtureNet,
    pub order: OrderNet,
}

impl Geometry {
    pub fn new(config: &GeometryConfig, vb: VarBuilder<'_>) -> Result<Self> {
        if let Some(problem) = config.problem() {
            bail!("the geometry network cannot be built: {problem}");
        }
        let (boxes, order) = (BoxMixtureNet::new(config, vb.pp("boxes"))?, OrderNet::new(config, vb.pp("order"))?);
        Ok(Self { config: config.clone(), boxes, order })
    }

    /// objects: category numbers; triples (s, p, o); known: boxes that stay; keys: one u64 per object for its noise.
    pub fn place(
        &self,
        objects: &[u32],
        triples: &[(u32, u32, u32)],
        known: &[Option<[f32; 4]>],
        keys: &[u64],
    ) -> Result<Vec<Placement>> {
        self.place_query(&Query { objects, triples, known, keys, constraints: &[], shapes: &[] })
    }

    /// The same query gives the same placements, to the bit, on any number of threads.
    pub fn place_query(&self, query: &Query<'_>) -> Result<Vec<Placement>> {
        self.check(query)?;
        let boxes = place::boxes(self, query)?;
        let is_image = |row: &usize| query.objects[*row] == self.config.image;
        let rows: Vec<usize> = (0..boxes.len()).filter(|row| !is_image(row)).collect();
        let ranks = self.ranks(query, &rows, &boxes)?;
        let mut placements: Vec<Placement> =
            boxes.iter().map(|b| Placement { bounds: b.corners(), depth: -1.0 }).collect();
        for (&row, rank) in rows.iter().zip(ranks) {
            placements[row].depth = rank as f32 / rows.len() as f32;
        }
        for (placement, known) in placements.iter_mut().zip(query.known) {
            placement.bounds = known.unwrap_or(placement.bounds);
        }
        Ok(placements)
    }

    /// Ranks of some rows among each other, 0 the farthest.
    fn ranks(&self, query: &Query<'_>, rows: &[usize], boxes: &[BoxXyxy]) -> Result<Vec<usize>> {
        let local = |row: u32| rows.binary_search(&(row as usize)).ok().map(|at| at as u32);
        let triple = |&(s, p, o): &(u32, u32, u32)| Some((local(s)?, p, local(o)?));
        let triples: Vec<_> = query.triples.iter().filter_map(triple).collect();
        let objects: Vec<u32> = rows.iter().map(|&row| query.objects[row]).collect();
        let boxes: Vec<BoxXyxy> = rows.iter().map(|&row| boxes[row]).collect();
        self.order.ranks(&objects, &boxes, &triples)
    }

    /// Whatever is wrong with a query, before anything is computed.
    fn check(&self, query: &Query<'_>) -> Result<()> {
        let Query { objects, triples, known, keys, constraints, shapes } = query;
        let (count, GeometryConfig { categories, predicates, .. }) = (objects.len(), &self.config);
        if known.len() != count || keys.len() != count {
            bail!(
                "{count} objects with {} boxes and {} keys; there must be one of each for every object",
                known.len(),
                keys.len()
            );
        }
        if !shapes.is_empty() && shapes.len() != count {
            bail!("{count} objects with {} shapes; there must be one for every object, or none at all", shapes.len());
        }
        if let Some(row) = objects.iter().position(|category| *category as usize >= *categories) {
            bail!("object {row} is of category {}; this model knows 0 to {}", objects[row], categories - 1);
        }
        for (number, (s, p, o)) in triples.iter().enumerate() {
            if let Some(row) = [s, o].into_iter().find(|row| **row as usize >= count) {
                bail!("relation {number} names object {row}, but there are {count} objects (0 is the first)");
            }
            if *p as usize >= *predicates {
                bail!("relation {number} has predicate {p}; this model knows 0 to {}", predicates - 1);
            }
        }
        let finite = |b: &Option<[f32; 4]>| b.is_none_or(|sides| sides.iter().all(|side| side.is_finite()));
        if let Some(row) = known.iter().position(|b| !finite(b)) {
            bail!("the known box of object {row} is not finite");
        }
        if let Some(constraint) = constraints.iter().find(|constraint| constraint.object >= count) {
            bail!("a constraint names object {}, but there are {count} objects (0 is the first)", constraint.object);
        }
        Ok(())
    }
}
