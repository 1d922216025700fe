//! The batch of one step: parts of layouts, some boxes hidden, some relations stated.
//!
//! Geometry is asked for one object after the other, so a graph here is often a part of a scene with one box hidden; and since it is also
//! asked by users who write other graphs than the grammar does, true relations that were not named are stated too.

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{Layout, Layouts};
pub use scenewright_data::split;
use scenewright_model::collage::geometry::box_xyxy::BoxXyxy;
use scenewright_model::collage::geometry::network::box_features;
use scenewright_model::collage::geometry::order::{Pair, pairs};
use scenewright_model::sg2im::graph::Graph;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{PredicateKind, mirrored_predicate};
use scenewright_scene::vocab::{PredicateId, Vocabulary};

/// Plain numbers; `O` counts the objects of all graphs, the pictures themselves included.
#[derive(Clone, Debug, Default)]
pub struct GeometryBatch {
    pub graph: Graph,
    /// What the network sees of each box, `[O, BOX_FEATURES]`.
    pub features: Vec<f32>,
    /// The true boxes, `[O, 4]`.
    pub boxes: Vec<f32>,
    /// Rows whose boxes are hidden, `[F]`.
    pub hidden: Vec<u32>,
    /// Relations that boxes can decide, of which an end is hidden.
    pub stated: Vec<(u32, PredicateKind, u32)>,
    pub pairs: Vec<Pair>,
    /// Of each pair: whether the first stands in front, as 1 or -1; how much it counts, `[Q]`.
    pub in_front: Vec<f32>,
    pub counts: Vec<f32>,
    /// For the draws of the loss.
    pub seed: u64,
}

/// How graphs are thinned and hidden.
pub struct BatchBuilder {
    pub layouts: Layouts,
    words: PredicateGroups,
}

/// Predicates that mean the same, and their mirror images.
struct PredicateGroups {
    mirrored: Vec<u32>,
    alike: Vec<Vec<u32>>,
}

impl BatchBuilder {
    pub fn new(layouts: Layouts) -> Self {
        let words = PredicateGroups::new(&layouts.vocab, &layouts.meanings);
        Self { layouts, words }
    }

    /// Batch number `iteration` of so many graphs.
    pub fn make(&self, iteration: u64, size: u64) -> GeometryBatch {
        let mut batch = GeometryBatch { seed: split::mix(iteration), ..GeometryBatch::default() };
        for layout in self.layouts.range(iteration * size, size) {
            // Other random numbers than the grammar's.
            let mut rng = ChaCha8Rng::seed_from_u64(split::mix(layout.seed));
            self.add(layout, &mut rng, &mut batch);
        }
        batch
    }

    fn add(&self, mut layout: Layout, rng: &mut ChaCha8Rng, batch: &mut GeometryBatch) {
        if rng.random() {
            self.mirror(&mut layout);
        }
        let part = self.part(&layout, rng);
        let known = revealed(part.objects.len(), rng);
        let image = self.layouts.vocab.image_object().0;
        let offset = batch.graph.objects.len() as u32;
        let rows = part.objects.len() as u32;
        let relations = self.relations(&part, rng);
        for &(s, p, o) in &relations {
            batch.graph.triples.push([offset + s, p, offset + o]);
            let meaning = self.layouts.meanings.get(p as usize).copied().flatten();
            if let (Some(meaning), false) = (meaning, known[s as usize] && known[o as usize]) {
                batch.stated.push((offset + s, meaning, offset + o));
            }
        }
        let in_image = self.layouts.vocab.in_image_predicate().0;
        batch.graph.triples.extend((0..rows).map(|row| [offset + row, in_image, offset + rows]));
        let shaken = rng.random_bool(0.3);
        for (row, (&category, b)) in part.objects.iter().zip(&part.boxes).enumerate() {
            batch.graph.objects.push(category);
            batch.boxes.extend(<[f32; 4]>::from(*b));
            let seen = if shaken { jitter(b, rng) } else { sides(b) };
            batch.features.extend(box_features(known[row].then_some(&seen)));
            if !known[row] {
                batch.hidden.push(offset + row as u32);
            }
        }
        batch.graph.objects.push(image);
        batch.boxes.extend([0.0, 0.0, 1.0, 1.0]);
        batch.features.extend(box_features(Some(&BoxXyxy::WHOLE)));
        batch.graph.images += 1;
        batch.graph.image_of_object.resize(batch.graph.objects.len(), batch.graph.images as u32 - 1);
        for pair in pairs(part.objects.len(), &relations) {
            let [a, b] = pair.rows.map(|row| row as usize);
            // Painted back to front, and a part keeps the order.
            let meets = part.boxes[a].intersection(&part.boxes[b]).is_some();
            // Half of the pairs turned round: the network sees no difference, the numbers of this file do.
            let turned = rng.random::<bool>();
            let rows = [offset + pair.rows[0], offset + pair.rows[1]];
            let (rows, said) =
                if turned { ([rows[1], rows[0]], [pair.said[1], pair.said[0]]) } else { (rows, pair.said) };
            batch.pairs.push(Pair { rows, said });
            batch.in_front.push(if turned { 1.0 } else { -1.0 });
            batch.counts.push(if meets { 1.0 } else { 0.05 });
        }
    }

    /// The scene seen in a mirror.
    fn mirror(&self, layout: &mut Layout) {
        for b in &mut layout.boxes {
            *b = UnitBox { x0: 1.0 - b.x1, x1: 1.0 - b.x0, ..*b };
        }
        for (_, predicate, _) in &mut layout.relations {
            *predicate = self.words.mirrored[*predicate as usize];
        }
    }

    /// The whole, what was there when a part of it was built, or any of its objects, in their order.
    fn part(&self, layout: &Layout, rng: &mut ChaCha8Rng) -> Layout {
        let count = layout.objects.len();
        let mut kept: Vec<usize> = (0..count).collect();
        let size = rng.random_range(1..=count);
        match rng.random_range(0..10) {
            0..3 => {}
            3..6 => kept.truncate(size),
            _ => {
                kept.shuffle(rng);
                kept.truncate(size);
                kept.sort_unstable();
            }
        }
        let place = |object: usize| kept.binary_search(&object).ok();
        let relation = |&(s, p, o): &(usize, u32, usize)| Some((place(s)?, p, place(o)?));
        Layout {
            seed: layout.seed,
            objects: kept.iter().map(|&object| layout.objects[object]).collect(),
            boxes: kept.iter().map(|&object| layout.boxes[object]).collect(),
            things: kept.iter().map(|&object| layout.things[object]).collect(),
            relations: layout.relations.iter().filter_map(relation).collect(),
        }
    }

    /// Some of the relations, some in other words for the same, and some true ones that were not named.
    fn relations(&self, part: &Layout, rng: &mut ChaCha8Rng) -> Vec<(u32, u32, u32)> {
        let share = rng.random_range(0.4..=1.0);
        let mut relations = Vec::new();
        for &(s, p, o) in &part.relations {
            if rng.random_bool(share) {
                let other = if rng.random_bool(0.15) { self.words.alike[p as usize].choose(rng) } else { None };
                relations.push((s as u32, *other.unwrap_or(&p), o as u32));
            }
        }
        let count = part.objects.len();
        if count > 1 && rng.random_bool(0.4) {
            for _ in 0..rng.random_range(1..=count) {
                let (s, o) = (rng.random_range(0..count), rng.random_range(0..count));
                let p = rng.random_range(0..self.layouts.meanings.len());
                let holds =
                    self.layouts.meanings[p].is_some_and(|meaning| meaning.is_met(&part.boxes[s], &part.boxes[o]));
                if s != o && holds {
                    relations.push((s as u32, p as u32, o as u32));
                }
            }
        }
        relations
    }
}

/// Which boxes are known: all but one, or any share of them; never all.
fn revealed(count: usize, rng: &mut ChaCha8Rng) -> Vec<bool> {
    let mut known = vec![true; count];
    if rng.random_bool(0.5) {
        let share: f64 = rng.random();
        known.iter_mut().for_each(|known| *known = rng.random_bool(share));
    }
    // Rather a late one than an early one: there is more to see.
    let one = rng.random_range(0..count).max(rng.random_range(0..count));
    known[one] = false;
    known
}

/// Boxes that geometry made itself are never quite right.
fn jitter(b: &UnitBox, rng: &mut ChaCha8Rng) -> BoxXyxy {
    let corners = <[f32; 4]>::from(*b).map(|side| {
        let off: f32 = StandardNormal.sample(rng);
        if side <= 0.0 || side >= 1.0 { side } else { side + 0.012 * off }
    });
    BoxXyxy::repaired(corners)
}

fn sides(b: &UnitBox) -> BoxXyxy {
    BoxXyxy::new((*b).into())
}

impl PredicateGroups {
    fn new(vocab: &Vocabulary, meanings: &[Option<PredicateKind>]) -> Self {
        let mirrored = |id: u32| {
            let name = vocab.predicate_name(PredicateId(id));
            let mirror = mirrored_predicate(name);
            let found = if mirror == name { None } else { vocab.predicate_id(mirror) };
            found.map_or(id, |found| found.0)
        };
        let alike = |meaning: &Option<PredicateKind>| {
            let same = |(_, other): &(usize, &Option<PredicateKind>)| meaning.is_some() && *other == meaning;
            meanings.iter().enumerate().filter(same).map(|(p, _)| p as u32).collect()
        };
        Self {
            mirrored: (0..meanings.len() as u32).map(mirrored).collect(),
            alike: meanings.iter().map(alike).collect(),
        }
    }
}
