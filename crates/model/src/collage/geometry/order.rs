//! Depth order: a small network compares two objects, and objects are inserted one after the other.
//!
//! What two objects are to each other depends on nothing else, so the others keep their order when the graph grows.

use candle_core::{Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::box_xyxy::BoxXyxy;
use super::config::GeometryConfig;
use super::crowd::CROWD;
use scenewright_nn::activation::relu;

/// Two objects that are to be compared, by row; what is said of the first to the second, and the other way round, by predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub rows: [u32; 2],
    pub said: [Option<u32>; 2],
}

/// Pairs that are compared at once: more would fill the memory.
const MOST_PAIRS: usize = 1 << 14;

#[derive(Clone, Debug)]
pub struct OrderNet {
    categories: Embedding,
    /// One row more than there are predicates: nothing is said.
    predicates: Embedding,
    hidden: [Linear; 2],
    out: Linear,
    nothing: u32,
}

impl OrderNet {
    pub(crate) fn new(config: &GeometryConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let (e, h) = (config.order_embedding, config.order_hidden);
        let first = candle_nn::linear(4 * e + 8, h, vb.pp("hidden.0"))?;
        Ok(Self {
            categories: candle_nn::embedding(config.categories, e, vb.pp("cat_embeddings"))?,
            predicates: candle_nn::embedding(config.predicates + 1, e, vb.pp("pred_embeddings"))?,
            hidden: [first, candle_nn::linear(h, h, vb.pp("hidden.1"))?],
            out: candle_nn::linear_no_bias(h, 1, vb.pp("out"))?,
            nothing: config.predicates as u32,
        })
    }

    /// Categories `[O]`, boxes `[O, 4]` -> how sure it is that the first of each pair stands in front of the second, `[Q]`; below 0: behind.
    pub fn forward(&self, objects: &[u32], boxes: &Tensor, pairs: &[Pair]) -> Result<Tensor> {
        let one = self.towards(objects, boxes, pairs, [0, 1])?;
        // Turned round, the answer is the opposite.
        one - self.towards(objects, boxes, pairs, [1, 0])?
    }

    fn towards(&self, objects: &[u32], boxes: &Tensor, pairs: &[Pair], [a, b]: [usize; 2]) -> Result<Tensor> {
        let device = boxes.device();
        let index = |f: &dyn Fn(&Pair) -> u32| Tensor::from_iter(pairs.iter().map(f), device);
        let categories = self.categories.forward(&Tensor::new(objects, device)?)?; // [O, E]
        let rows = [index(&|pair| pair.rows[a])?, index(&|pair| pair.rows[b])?];
        let said = |way: usize| -> Result<Tensor> {
            self.predicates.forward(&index(&|pair| pair.said[way].unwrap_or(self.nothing))?)
        };
        let parts = [
            categories.index_select(&rows[0], 0)?,
            categories.index_select(&rows[1], 0)?,
            said(a)?,
            said(b)?,
            boxes.index_select(&rows[0], 0)?,
            boxes.index_select(&rows[1], 0)?,
        ];
        let mut x = Tensor::cat(&parts, 1)?; // [Q, 4E + 8]
        for hidden in &self.hidden {
            x = relu(&hidden.forward(&x)?)?;
        }
        self.out.forward(&x)?.squeeze(1)
    }

    /// The rank of each object, 0 the farthest. Where nothing speaks against it, later in the list is farther in front.
    pub(crate) fn ranks(&self, objects: &[u32], boxes: &[BoxXyxy], triples: &[(u32, u32, u32)]) -> Result<Vec<usize>> {
        let count = objects.len();
        let mut pairs = pairs(count, triples);
        if count > CROWD {
            // Of two that neither meet nor are related, nobody sees the order.
            pairs.retain(|pair| {
                let [a, b] = pair.rows.map(|row| row as usize);
                pair.said != [None; 2] || boxes[a].shared(&boxes[b]) > 0.0
            });
        }
        let mut sure = vec![0.0; count * count];
        if !pairs.is_empty() {
            let device = self.out.weight().device();
            let corners: Vec<f32> = boxes.iter().flat_map(BoxXyxy::corners).collect();
            let corners = Tensor::from_vec(corners, (count, 4), device)?;
            let mut scores: Vec<f32> = Vec::with_capacity(pairs.len());
            for some in pairs.chunks(MOST_PAIRS) {
                scores.extend(self.forward(objects, &corners, some)?.to_vec1::<f32>()?);
            }
            for (pair, score) in pairs.iter().zip(scores) {
                let [a, b] = pair.rows.map(|row| row as usize);
                // Of two that do not meet, the order is seldom seen.
                let weight = if boxes[a].shared(&boxes[b]) > 0.0 { 1.0 } else { 0.01 };
                (sure[a * count + b], sure[b * count + a]) = (weight * score, -weight * score);
            }
        }
        let mut order: Vec<usize> = Vec::with_capacity(count);
        for object in 0..count {
            // In front of none: the sum for the farthest place; each step forward changes one sign.
            let mut sum: f32 = order.iter().map(|&other| -sure[object * count + other]).sum();
            let (mut best, mut place) = (sum, 0);
            for (at, &other) in order.iter().enumerate() {
                sum += 2.0 * sure[object * count + other];
                if sum >= best {
                    (best, place) = (sum, at + 1);
                }
            }
            order.insert(place, object);
        }
        let mut ranks = vec![0; count];
        order.iter().enumerate().for_each(|(rank, &object)| ranks[object] = rank);
        Ok(ranks)
    }
}

/// Every two objects, with what is first said of them.
pub fn pairs(objects: usize, triples: &[(u32, u32, u32)]) -> Vec<Pair> {
    let count = objects as u32;
    let mut pairs: Vec<Pair> =
        (0..count).flat_map(|b| (0..b).map(move |a| Pair { rows: [a, b], said: [None; 2] })).collect();
    for &(s, p, o) in triples {
        let (a, b, way) = if s < o { (s, o, 0) } else { (o, s, 1) };
        if a != b && b < count {
            let at = (b as usize * (b as usize - 1)) / 2 + a as usize;
            pairs[at].said[way].get_or_insert(p);
        }
    }
    pairs
}
