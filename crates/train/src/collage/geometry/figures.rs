//! How good placements are, on held-out layouts: by the relations' own tests, the priors of the categories, and what real scenes are like.

use candle_core::Result;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::Layout;
pub use scenewright_data::split;
use scenewright_model::collage::geometry::box_xyxy::BoxXyxy;
pub use scenewright_model::collage::geometry::{Geometry, GeometryConfig, Query};
use scenewright_scene::UnitBox;
use scenewright_scene::relation::PredicateKind;

/// Tolerance on each side of a prior's percentiles, as in `eval`.
const SLACK: f32 = 0.02;

/// Shares are 0..=1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PlacementFigures {
    /// Of the relations that boxes can decide.
    pub relations_met: f64,
    /// Of the boxes that were free: width, height and foot occur in their category.
    pub plausible: f64,
    /// Of the pairs of things: their boxes meet.
    pub overlapping: f64,
    /// The same of the true boxes.
    pub overlapping_in_truth: f64,
    /// Mean intersection over union of free boxes with the true ones.
    pub iou: f64,
    /// Of the pairs of objects whose boxes meet in truth: the order is the true one.
    pub ordered: f64,
    pub millis_a_scene: f64,
}

/// Places the objects of layouts of which each box is known with this probability. `seed`: other noise.
pub fn placement_figures(
    net: &Geometry,
    layouts: &[Layout],
    meanings: &[Option<PredicateKind>],
    known: f64,
    seed: u64,
) -> Result<PlacementFigures> {
    let mut tally = Tally::default();
    for layout in layouts {
        let mut rng = ChaCha8Rng::seed_from_u64(split::mix(layout.seed ^ seed));
        let boxes: Vec<Option<[f32; 4]>> =
            layout.boxes.iter().map(|b| rng.random_bool(known).then_some((*b).into())).collect();
        let started = std::time::Instant::now();
        let placements = place(net, layout, &boxes, seed)?;
        tally.seconds += started.elapsed().as_secs_f64();
        let placed: Vec<UnitBox> = placements.iter().map(|p| UnitBox::from(p.bounds)).collect();
        let depths: Vec<f32> = placements.iter().map(|p| p.depth).collect();
        tally.add(&net.config, layout, meanings, &boxes, &placed, &depths);
    }
    Ok(tally.finish(layouts.len()))
}

/// Places a layout's objects by its own graph.
pub fn place(
    net: &Geometry,
    layout: &Layout,
    known: &[Option<[f32; 4]>],
    seed: u64,
) -> Result<Vec<scenewright_model::collage::geometry::Placement>> {
    let key = |row: usize| split::mix(split::mix(layout.seed ^ split::mix(seed)).wrapping_add(row as u64));
    let keys: Vec<u64> = (0..layout.objects.len()).map(key).collect();
    let triples: Vec<(u32, u32, u32)> = layout.relations.iter().map(|&(s, p, o)| (s as u32, p, o as u32)).collect();
    net.place_query(&Query { objects: &layout.objects, triples: &triples, known, keys: &keys, ..Query::default() })
}

#[derive(Clone, Copy, Debug, Default)]
struct Share {
    hits: u64,
    of: u64,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    fn share(self) -> f64 {
        self.hits as f64 / self.of.max(1) as f64
    }
}

#[derive(Default)]
struct Tally {
    met: Share,
    plausible: Share,
    overlapping: Share,
    in_truth: Share,
    ordered: Share,
    iou: f64,
    seconds: f64,
}

impl Tally {
    fn add(
        &mut self,
        config: &GeometryConfig,
        layout: &Layout,
        meanings: &[Option<PredicateKind>],
        known: &[Option<[f32; 4]>],
        placed: &[UnitBox],
        depths: &[f32],
    ) {
        for &(s, p, o) in &layout.relations {
            if let (Some(meaning), true) = (meanings.get(p as usize).copied().flatten(), s != o) {
                self.met.add(meaning.is_met(&placed[s], &placed[o]));
            }
        }
        for (row, b) in placed.iter().enumerate() {
            if known[row].is_some() {
                continue;
            }
            let prior = config.priors[layout.objects[row] as usize];
            let roomy = scenewright_model::collage::geometry::CategoryPrior {
                low: prior.low.map(|v| v - SLACK),
                high: prior.high.map(|v| v + SLACK),
                ..prior
            };
            self.plausible.add(roomy.distance(&BoxXyxy::new((*b).into())) <= 0.0);
            self.iou += f64::from(b.iou(&layout.boxes[row]));
        }
        for b in 0..placed.len() {
            for a in 0..b {
                let meets = |boxes: &[UnitBox]| boxes[a].intersection(&boxes[b]).is_some();
                if layout.things[a] && layout.things[b] {
                    self.overlapping.add(meets(placed));
                    self.in_truth.add(meets(&layout.boxes));
                }
                if meets(&layout.boxes) {
                    self.ordered.add(depths[a] < depths[b]);
                }
            }
        }
    }

    fn finish(self, scenes: usize) -> PlacementFigures {
        PlacementFigures {
            relations_met: self.met.share(),
            plausible: self.plausible.share(),
            overlapping: self.overlapping.share(),
            overlapping_in_truth: self.in_truth.share(),
            iou: self.iou / self.plausible.of.max(1) as f64,
            ordered: self.ordered.share(),
            millis_a_scene: 1e3 * self.seconds / scenes.max(1) as f64,
        }
    }
}
