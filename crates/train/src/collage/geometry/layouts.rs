//! Compositions as layouts, thousands a second: geometry training needs boxes, no pictures.

use rayon::prelude::*;

pub use scenewright_data::{DataError, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_illustrated::composition::SceneLayer;
use scenewright_illustrated::grammar::kinds::KINDS;
use scenewright_illustrated::grammar::{SceneRequest, compose, material};
pub use scenewright_model::collage::geometry::{CategoryPrior, GeometryConfig, PlacementRule};
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{PredicateKind, predicate_kind};
use scenewright_scene::vocab::Vocabulary;

/// A scene without its picture, back to front.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub seed: u64,
    /// Category of each object, `[O]`.
    pub objects: Vec<u32>,
    /// The part of each box within the picture, `[O]`.
    pub boxes: Vec<UnitBox>,
    /// Whether it is a thing or stuff, `[O]`.
    pub things: Vec<bool>,
    /// Subject, predicate, object.
    pub relations: Vec<(usize, u32, usize)>,
}

/// Layouts without end; each depends on the split, the seed and its index alone.
pub struct Layouts {
    world: IllustratedWorld,
    pub vocab: Vocabulary,
    /// What each predicate means, by number; none where boxes cannot decide.
    pub meanings: Vec<Option<PredicateKind>>,
    split: Split,
    seed: u64,
}

impl Layouts {
    pub fn new(split: Split, seed: u64) -> Result<Self, DataError> {
        let vocab = Vocabulary::illustrated();
        let mut meanings = vec![None; vocab.predicate_count()];
        for (id, name) in vocab.predicates() {
            if let Some(meaning) = meanings.get_mut(id.0 as usize) {
                *meaning = predicate_kind(name);
            }
        }
        Ok(Self {
            world: IllustratedWorld::new(WorldConfig { split, seed, ..Default::default() })?,
            vocab,
            meanings,
            split,
            seed,
        })
    }

    /// None: the grammar gave this seed up, or it has words that the vocabulary lacks.
    pub(crate) fn layout(&self, index: u64) -> Option<Layout> {
        let seed = self.split.seed(self.seed, index);
        let composition = compose(self.world.cast(), &SceneRequest { seed, kinds: &KINDS, aspect: 1.0 })?;
        let mut layout = Layout { seed, ..Layout::default() };
        for layer in &composition.layers {
            let (name, is_thing) = match layer {
                SceneLayer::Stuff(stuff) => (material::name(stuff.material), false),
                SceneLayer::Thing(thing) => (thing.category.as_str(), true),
            };
            layout.objects.push(self.vocab.object_id(name)?.0);
            layout.boxes.push(layer.bounds().clamped());
            layout.things.push(is_thing);
        }
        for (subject, predicate, object) in &composition.relations {
            layout.relations.push((*subject, self.vocab.predicate_id(predicate)?.0, *object));
        }
        layout.boxes.iter().all(UnitBox::is_proper).then_some(layout)
    }

    /// Layouts of a range of indices, in order; those that failed are left out.
    pub fn range(&self, from: u64, count: u64) -> Vec<Layout> {
        (from..from + count).into_par_iter().filter_map(|index| self.layout(index)).collect()
    }

    /// The configuration of a network for this vocabulary, with the priors of so many layouts.
    pub fn config(&self, layouts: u64) -> GeometryConfig {
        let mut config = GeometryConfig::new(self.vocab.object_count(), self.vocab.predicate_count());
        config.image = self.vocab.image_object().0;
        config.in_image = self.vocab.in_image_predicate().0;
        config.rules = self.meanings.to_vec();
        let seen = self.range(0, layouts);
        config.priors = priors(config.categories, &seen);
        cover(&mut config.priors, &seen);
        share(&mut config.priors, &seen, &config.rules);
        config.overlap = (MAY_BUT_DOES_NOT * unasked_overlap(&seen)).min(1.0);
        config
    }
}

/// Percentiles of what occurs.
const RANGE: [f64; 2] = [0.01, 0.99];
/// A side lies on the picture's edge as a rule where it does so this often.
const AS_A_RULE: f64 = 0.97;

fn priors(categories: usize, layouts: &[Layout]) -> Vec<CategoryPrior> {
    let mut boxes: Vec<Vec<UnitBox>> = vec![Vec::new(); categories];
    let mut things = vec![0u64; categories];
    for layout in layouts {
        for ((&category, bounds), is_thing) in layout.objects.iter().zip(&layout.boxes).zip(&layout.things) {
            boxes[category as usize].push(*bounds);
            things[category as usize] += u64::from(*is_thing);
        }
    }
    boxes.iter().zip(things).map(|(boxes, things)| prior(boxes, things)).collect()
}

fn prior(boxes: &[UnitBox], things: u64) -> CategoryPrior {
    let count = boxes.len() as u64;
    if count == 0 {
        return CategoryPrior::default();
    }
    let mut prior = CategoryPrior { count, thing: 2 * things > count, ..CategoryPrior::default() };
    for (i, measure) in [UnitBox::width, UnitBox::height, |b: &UnitBox| b.y1].into_iter().enumerate() {
        let mut values: Vec<f32> = boxes.iter().map(measure).collect();
        values.sort_by(f32::total_cmp);
        let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
        (prior.low[i], prior.high[i]) = (at(RANGE[0]), at(RANGE[1]));
    }
    let on_edge = |b: &UnitBox| [b.x0 <= 1e-3, b.y0 <= 1e-3, b.x1 >= 0.999, b.y1 >= 0.999];
    let as_a_rule = |lies: &dyn Fn([bool; 4]) -> bool| {
        boxes.iter().filter(|b| lies(on_edge(b))).count() as f64 >= AS_A_RULE * count as f64
    };
    prior.edges = std::array::from_fn(|side| as_a_rule(&|on| on[side]));
    prior.reaches = !prior.edges[0] && !prior.edges[2] && as_a_rule(&|on| on[0] || on[2]);
    prior
}

/// Percentile of what is covered, of those that are; fewer than so many say nothing.
const USUALLY: f64 = 0.9;
const FEW: usize = 20;

/// Sets how much of each category is usually covered by others that nothing ties it to.
fn cover(priors: &mut [CategoryPrior], layouts: &[Layout]) {
    let mut shares: Vec<Vec<f32>> = vec![Vec::new(); priors.len()];
    for layout in layouts {
        for (front, rear) in unrelated_contacts(layout) {
            let (a, b) = (&layout.boxes[rear], &layout.boxes[front]);
            let shared = a.intersection(b).map_or(0.0, |both| both.area());
            shares[layout.objects[rear] as usize].push(shared / a.area().min(b.area()));
        }
    }
    for (prior, mut shares) in priors.iter_mut().zip(shares).filter(|(_, shares)| shares.len() >= FEW) {
        shares.sort_by(f32::total_cmp);
        prior.covered = shares[(USUALLY * (shares.len() - 1) as f64).round() as usize];
    }
}

/// A supported object may cover so many times what it usually does: more looks wrong.
const ROOMY: f32 = 1.5;

/// Sets how much of things each category covers that is on or in them, and whether it lies within them.
fn share(priors: &mut [CategoryPrior], layouts: &[Layout], rules: &[Option<PredicateKind>]) {
    const SLACK: f32 = 0.01;
    let mut shares: Vec<Vec<f32>> = vec![Vec::new(); priors.len()];
    let mut enclosed = vec![0usize; priors.len()];
    for layout in layouts {
        for &(subject, predicate, object) in &layout.relations {
            let rule = rules.get(predicate as usize).copied().flatten();
            let (supported, host) = match rule.and_then(PredicateKind::supported_object) {
                Some(true) => (subject, object),
                Some(false) => (object, subject),
                None => continue,
            };
            if layout.things[supported] && layout.things[host] {
                let (a, b) = (&layout.boxes[supported], &layout.boxes[host]);
                let shared = a.intersection(b).map_or(0.0, |both| both.area());
                let category = layout.objects[supported] as usize;
                shares[category].push(shared / b.area());
                enclosed[category] += usize::from(a.y0 >= b.y0 - SLACK && a.y1 <= b.y1 + SLACK);
            }
        }
    }
    let counted = priors.iter_mut().zip(shares).zip(enclosed);
    for ((prior, mut shares), enclosed) in counted.filter(|((_, shares), _)| shares.len() >= FEW) {
        prior.enclosed = enclosed as f64 >= AS_A_RULE * shares.len() as f64;
        shares.sort_by(f32::total_cmp);
        prior.share = (ROOMY * shares[(USUALLY * (shares.len() - 1) as f64).round() as usize]).min(1.0);
    }
}

/// Pairs of things that meet though no relation is named between them: the one in front, the one behind.
fn unrelated_contacts(layout: &Layout) -> Vec<(usize, usize)> {
    let named = |a: usize, b: usize| layout.relations.iter().any(|&(s, _, o)| (s, o) == (a, b) || (s, o) == (b, a));
    let meet = |a: usize, b: usize| layout.boxes[a].intersection(&layout.boxes[b]).is_some();
    let things: Vec<usize> = (0..layout.objects.len()).filter(|&row| layout.things[row]).collect();
    let behind = |&front: &usize| things.iter().take_while(move |&&rear| rear < front).map(move |&rear| (front, rear));
    things.iter().flat_map(behind).filter(|&(front, rear)| meet(front, rear) && !named(front, rear)).collect()
}

/// Of the things that may cover a part of others, not all come to stand so: so many times as many may as do in training scenes.
const MAY_BUT_DOES_NOT: f32 = 2.2;

/// Share of the things that cover part of an earlier one though no relation is named between the two.
fn unasked_overlap(layouts: &[Layout]) -> f32 {
    let (mut covering, mut things) = (0, 0);
    for layout in layouts {
        let mut fronts: Vec<usize> = unrelated_contacts(layout).into_iter().map(|(front, _)| front).collect();
        fronts.dedup();
        covering += fronts.len();
        things += layout.things.iter().filter(|is_thing| **is_thing).count();
    }
    covering as f32 / things.max(1) as f32
}
