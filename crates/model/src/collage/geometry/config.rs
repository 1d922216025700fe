//! Configuration of the geometry network, with the priors of categories and the tests of predicates that placement needs.

use serde::{Deserialize, Serialize};

use super::box_xyxy::BoxXyxy;
use super::mixture::VALUES_PER_COMPONENT;
use super::network::BOX_FEATURES;
use crate::sg2im::config::{Pooling, Sg2ImConfig};
use scenewright_scene::relation::PredicateKind;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeometryConfig {
    /// Sizes of the vocabulary.
    pub categories: usize,
    pub predicates: usize,
    /// The category of the whole picture, and the predicate by which every object is tied to it.
    pub image: u32,
    pub in_image: u32,
    /// Size of an object's vector between the layers.
    pub width: usize,
    pub hidden: usize,
    pub layers: usize,
    /// Components of the mixture that a box is sampled from.
    pub components: usize,
    /// Size of the embedding of a category or predicate in the depth order network.
    pub order_embedding: usize,
    pub order_hidden: usize,
    /// What each predicate asks of two boxes, `[P]`; none where boxes cannot decide.
    pub rules: Vec<Option<PredicateKind>>,
    /// What each category is like, `[C]`.
    #[serde(rename = "habits")]
    pub priors: Vec<CategoryPrior>,
    /// How often a thing may cover a part of another though no relation asks for it, 0..=1.
    pub overlap: f32,
}

/// Statistics of a category's boxes in training scenes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryPrior {
    /// Boxes counted; 0: the category is unknown.
    pub count: u64,
    /// A thing, as opposed to stuff, which others stand on and in front of.
    pub thing: bool,
    /// Width, height and foot (the lower edge): 1st and 99th percentile.
    pub low: [f32; 3],
    pub high: [f32; 3],
    /// Which sides nearly always lie on the edge of the picture: left, upper, right, lower.
    pub edges: [bool; 4],
    /// Whether it nearly always lies on the left or the right edge, though neither nearly always: a hill goes on beyond the picture.
    #[serde(default)]
    pub reaches: bool,
    /// Where it stands behind another thing that nothing ties it to: the share of the smaller of the two that is usually covered at most.
    pub covered: f32,
    /// Of a thing that it is on, in or riding: the share of that one's box that it covers at most, as a rule.
    #[serde(default = "all")]
    pub share: f32,
    /// Whether it nearly always lies within what it is on or in, as a window does, and never stands on top of it.
    #[serde(default)]
    pub enclosed: bool,
}

fn all() -> f32 {
    1.0
}

/// What may be covered of categories that were seldom seen so.
pub(crate) const COVERED: f32 = 0.14;

impl Default for CategoryPrior {
    fn default() -> Self {
        Self {
            count: 0,
            thing: true,
            low: [0.0; 3],
            high: [1.0; 3],
            edges: [false; 4],
            reaches: false,
            covered: COVERED,
            share: all(),
            enclosed: false,
        }
    }
}

impl CategoryPrior {
    /// How far width, height and foot are from what occurs.
    pub fn distance(&self, b: &BoxXyxy) -> f32 {
        let measures = [b.width(), b.height(), b.y1];
        let beyond = |i: usize| (self.low[i] - measures[i]).max(measures[i] - self.high[i]).max(0.0);
        if self.count == 0 { 0.0 } else { beyond(0) + beyond(1) + beyond(2) }
    }
}

const MAX_WIDTH: usize = 1 << 12;
const MAX_CATEGORIES: usize = 1 << 16;

impl GeometryConfig {
    /// The trained shape, for a vocabulary of this size.
    pub fn new(categories: usize, predicates: usize) -> Self {
        Self {
            categories,
            predicates,
            image: 0,
            in_image: 0,
            width: 64,
            hidden: 128,
            layers: 4,
            components: 6,
            order_embedding: 16,
            order_hidden: 48,
            rules: vec![None; predicates],
            priors: vec![CategoryPrior::default(); categories],
            overlap: 0.0,
        }
    }

    /// Why such a network cannot be built or used, if so.
    pub fn problem(&self) -> Option<String> {
        let sizes = [
            ("width", self.width),
            ("hidden", self.hidden),
            ("layers", self.layers),
            ("components", self.components),
            ("order_embedding", self.order_embedding),
            ("order_hidden", self.order_hidden),
        ];
        if let Some((name, size)) = sizes.into_iter().find(|(_, size)| !(1..=MAX_WIDTH).contains(size)) {
            return Some(format!("{name} is {size}; it must be 1 to {MAX_WIDTH}"));
        }
        let words = [
            ("categories", self.categories, "image", self.image, "habits", self.priors.len()),
            ("predicates", self.predicates, "in_image", self.in_image, "rules", self.rules.len()),
        ];
        for (name, count, special, number, list, length) in words {
            if !(1..=MAX_CATEGORIES).contains(&count) {
                return Some(format!("{name} is {count}; it must be 1 to {MAX_CATEGORIES}"));
            }
            if number as usize >= count {
                return Some(format!("{special} is {number}, but there are {count} {name}"));
            }
            if length != count {
                return Some(format!("{list} has {length} entries for {count} {name}"));
            }
        }
        let finite = |prior: &CategoryPrior| {
            prior.low.iter().chain(&prior.high).chain([&prior.covered, &prior.share]).all(|v| v.is_finite())
        };
        if let Some(number) = self.priors.iter().position(|prior| !finite(prior)) {
            return Some(format!("the priors of category {number} are not finite"));
        }
        (!(0.0..=1.0).contains(&self.overlap)).then(|| format!("overlap is {}; it must be 0 to 1", self.overlap))
    }

    /// Every tensor of the network with its shape.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let (d, h, e, o) = (self.width, self.hidden, self.order_embedding, self.order_hidden);
        let mut list = Vec::new();
        let mut linear = |name: &str, from: usize, to: usize| {
            list.push((format!("{name}.weight"), vec![to, from]));
            list.push((format!("{name}.bias"), vec![to]));
        };
        linear("boxes.known", BOX_FEATURES, d);
        for layer in 0..self.layers {
            linear(&format!("boxes.gconvs.{layer}.net1.0"), 3 * d, h);
            linear(&format!("boxes.gconvs.{layer}.net1.2"), h, 2 * h + d);
            linear(&format!("boxes.gconvs.{layer}.net2.0"), h, h);
            linear(&format!("boxes.gconvs.{layer}.net2.2"), h, d);
            linear(&format!("boxes.mixes.{layer}"), d, d);
        }
        linear("boxes.head", 2 * d, h);
        linear("boxes.out", h, self.components * VALUES_PER_COMPONENT);
        linear("order.hidden.0", 4 * e + 8, o);
        linear("order.hidden.1", o, o);
        list.push(("order.out.weight".into(), vec![1, o]));
        for (name, rows, width) in [
            ("boxes.obj_embeddings", self.categories, d),
            ("boxes.pred_embeddings", self.predicates, d),
            ("order.cat_embeddings", self.categories, e),
            ("order.pred_embeddings", self.predicates + 1, e),
        ] {
            list.push((format!("{name}.weight"), vec![rows, width]));
        }
        list
    }

    /// For [`crate::sg2im::graph_conv::TripleConv`].
    pub(super) fn conv(&self) -> Sg2ImConfig {
        Sg2ImConfig { gconv_hidden_dim: self.hidden, gconv_pooling: Pooling::Avg, ..Sg2ImConfig::default() }
    }

    pub(super) fn rule(&self, predicate: u32) -> Option<PredicateKind> {
        self.rules.get(predicate as usize).copied().flatten()
    }

    /// What a category is like; nothing is known of one beyond the vocabulary.
    pub fn prior(&self, category: u32) -> CategoryPrior {
        self.priors.get(category as usize).copied().unwrap_or_default()
    }
}
