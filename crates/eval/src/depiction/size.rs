//! Heights beside those that occur in composed scenes.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::scene::{DepictedObject, Depiction};
use super::ties::Ties;
use crate::category_stats::percentile;
use scenewright_data::Split;
use scenewright_illustrated::catalog::catalog;
use scenewright_illustrated::composition::{Composition, Rest, SceneLayer, Thing};
use scenewright_illustrated::grammar::kinds::KINDS;
use scenewright_illustrated::grammar::scale::relative_height;
use scenewright_illustrated::grammar::{GrammarLibrary, SceneRequest, compose};

/// Feet of two things at one depth are at most so far apart, of the picture's height.
const ONE_DEPTH: f32 = 0.05;
/// A category with fewer heights is judged by all of them.
const FEW: usize = 30;
/// Quantiles: the least height of a category, the least and the greatest ratio.
const LEAST: f64 = 0.05;
const RATIOS: [f64; 2] = [0.01, 0.99];
/// Rounding, not slack.
const ROUNDING: f32 = 1e-4;

/// What occurs in composed scenes of one shape of picture.
#[derive(Clone, Debug, Default)]
pub struct SizePriors {
    by_name: BTreeMap<String, CategorySizes>,
    all: CategorySizes,
}

/// Of one category; of all, heights are taken relative to what the drawing's size in life lets expect.
#[derive(Clone, Debug, Default)]
struct CategorySizes {
    heights: usize,
    least_height: f32,
    ratios: usize,
    /// Logarithm of how much taller it is, beside others at its depth, than its size in life lets expect.
    least_ratio: f32,
    most_ratio: f32,
}

/// A thing that stands in a composed scene.
struct Standing<'a> {
    name: &'a str,
    height: f32,
    foot: f32,
    expected: f32,
}

impl SizePriors {
    /// From so many composed training scenes of pictures whose width is `aspect` times their height.
    pub fn of_compositions(cast: &GrammarLibrary, scenes: u64, aspect: f32) -> Self {
        let composed = |index: u64| {
            let request = SceneRequest { seed: Split::Train.seed(0, index), kinds: &KINDS, aspect };
            compose(cast, &request)
        };
        let compositions: Vec<Composition> = (0..scenes).into_par_iter().filter_map(composed).collect();
        let mut heights: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
        let mut ratios: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
        let (mut all_heights, mut all_ratios) = (Vec::new(), Vec::new());
        for composition in &compositions {
            for (name, height, expected) in composition.layers.iter().filter_map(thing) {
                heights.entry(name).or_default().push(height);
                all_heights.push(height / expected);
            }
            let standing: Vec<Standing<'_>> = composition.layers.iter().filter_map(standing).collect();
            for (i, a) in standing.iter().enumerate() {
                for b in standing[..i].iter().filter(|b| (a.foot - b.foot).abs() <= ONE_DEPTH) {
                    let ratio = (a.height / b.height / (a.expected / b.expected)).ln();
                    ratios.entry(a.name).or_default().push(ratio);
                    ratios.entry(b.name).or_default().push(-ratio);
                    all_ratios.extend([ratio, -ratio]);
                }
            }
        }
        let names: Vec<&str> = heights.keys().copied().collect();
        let sizes = |name: &str| {
            let (heights, ratios) = (heights.get(name).cloned(), ratios.get(name).cloned());
            CategorySizes::of(heights.unwrap_or_default(), ratios.unwrap_or_default())
        };
        let by_name = names.into_iter().map(|name| (name.to_owned(), sizes(name))).collect();
        Self { by_name, all: CategorySizes::of(all_heights, all_ratios) }
    }

    /// Whether it is no smaller than its category is. None: it has no drawing.
    pub(crate) fn is_large_enough(&self, object: &DepictedObject) -> Option<bool> {
        let expected = expected(object)?;
        let own = self.by_name.get(&object.name).filter(|own| own.heights >= FEW);
        let least = own.map_or(self.all.least_height * expected, |own| own.least_height);
        Some(object.bounds.height() >= least - ROUNDING)
    }

    /// Whether two things at one depth are as tall beside each other as their categories are.
    pub(crate) fn is_usual_ratio(&self, one: &DepictedObject, other: &DepictedObject) -> Option<bool> {
        let (a, b) = (expected(one)?, expected(other)?);
        let ratio = (one.bounds.height() / other.bounds.height() / (a / b)).ln();
        let sizes = |name: &str| self.by_name.get(name).filter(|own| own.ratios >= FEW).unwrap_or(&self.all);
        let occurs = |name: &str, ratio: f32| {
            let own = sizes(name);
            (own.least_ratio - ROUNDING..=own.most_ratio + ROUNDING).contains(&ratio)
        };
        Some(occurs(&one.name, ratio) && occurs(&other.name, -ratio))
    }
}

impl CategorySizes {
    fn of(mut heights: Vec<f32>, mut ratios: Vec<f32>) -> Self {
        heights.sort_by(f32::total_cmp);
        ratios.sort_by(f32::total_cmp);
        Self {
            heights: heights.len(),
            least_height: percentile(&heights, LEAST),
            ratios: ratios.len(),
            least_ratio: percentile(&ratios, RATIOS[0]),
            most_ratio: percentile(&ratios, RATIOS[1]),
        }
    }
}

/// Name, height in the picture and expected height of a thing.
fn thing(layer: &SceneLayer) -> Option<(&str, f32, f32)> {
    let SceneLayer::Thing(thing) = layer else { return None };
    let drawing = catalog().get(&thing.category)?.drawing(&thing.variant)?;
    let height = thing.bounds.height();
    let expected = relative_height(drawing.height_meters, drawing.aspect);
    (height > 0.0).then_some((thing.category.as_str(), height, expected))
}

fn standing(layer: &SceneLayer) -> Option<Standing<'_>> {
    let (name, height, expected) = thing(layer)?;
    let SceneLayer::Thing(Thing { bounds, rests: Rest::Ground, .. }) = layer else { return None };
    Some(Standing { name, height, foot: bounds.y1, expected })
}

fn expected(object: &DepictedObject) -> Option<f32> {
    let drawing = object.catalog_drawing()?;
    (object.bounds.height() > 0.0).then(|| relative_height(drawing.height_meters, drawing.aspect))
}

/// Pairs of things that stand by themselves with their feet at one height.
pub(crate) fn pairs_at_one_depth(depiction: &Depiction, ties: &Ties) -> Vec<(usize, usize)> {
    let standing: Vec<usize> = (0..depiction.objects.len()).filter(|&i| ties.stands_alone(depiction, i)).collect();
    let foot = |index: usize| depiction.objects[index].bounds.y1;
    let mut pairs = Vec::new();
    for (i, &b) in standing.iter().enumerate() {
        pairs.extend(standing[..i].iter().filter(|&&a| (foot(a) - foot(b)).abs() <= ONE_DEPTH).map(|&a| (a, b)));
    }
    pairs
}
