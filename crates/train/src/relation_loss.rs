//! How far predicted boxes are from meeting the relations of their graph: beyond sg2im, which only compares boxes.
//!
//! Each [`PredicateKind`] becomes a sum of hinges on the sides of two boxes, zero where [`PredicateKind::is_met`] holds with a small margin. The test
//! itself has steps (shares, "neither contains the other") that have no slope; where it has one, the hinge pulls a little harder than needed.

use candle_core::{Result, Tensor};

use super::batch::Batch;
use scenewright_nn::activation::relu;
use scenewright_scene::relation::PredicateKind;

/// Units of the picture.
const MARGIN: f64 = 0.015;
/// Of each side; 0.75² > 0.5, the share of the area that the test asks for.
const SHARE: f64 = 0.75;

/// predicted boxes `[O, 4]` -> mean violation of the triples that boxes can decide, a scalar; none where there is no such triple.
pub fn relation_loss(boxes: &Tensor, batch: &Batch) -> Result<Option<Tensor>> {
    mean_violation(boxes, judged(batch))
}

/// The triples of a batch that boxes can decide.
pub(crate) fn judged(batch: &Batch) -> impl Iterator<Item = (u32, PredicateKind, u32)> {
    let stated = batch.graph.triples.iter().zip(&batch.meanings);
    stated.filter_map(|(&[s, _, o], meaning)| Some((s, (*meaning)?, o))).filter(|(s, _, o)| s != o)
}

/// The same for any rows of boxes `[N, 4]`: subject, meaning, object.
pub(crate) fn mean_violation(
    boxes: &Tensor,
    relations: impl IntoIterator<Item = (u32, PredicateKind, u32)>,
) -> Result<Option<Tensor>> {
    let mut by_meaning: Vec<(PredicateKind, Vec<[u32; 2]>)> = Vec::new();
    for (s, meaning, o) in relations.into_iter().filter(|(s, _, o)| s != o) {
        match by_meaning.iter_mut().find(|(known, _)| *known == meaning) {
            Some((_, pairs)) => pairs.push([s, o]),
            None => by_meaning.push((meaning, vec![[s, o]])),
        }
    }
    let count: usize = by_meaning.iter().map(|(_, pairs)| pairs.len()).sum();
    let mut total: Option<Tensor> = None;
    for (meaning, pairs) in &by_meaning {
        let rows = |end: usize| -> Result<Sides> {
            let index = Tensor::from_iter(pairs.iter().map(|pair| pair[end]), boxes.device())?;
            Sides::new(&boxes.index_select(&index, 0)?)
        };
        let violation = violation(*meaning, &rows(0)?, &rows(1)?)?.sum_all()?;
        total = Some(match total {
            Some(sum) => (sum + violation)?,
            None => violation,
        });
    }
    total.map(|sum| sum / count.max(1) as f64).transpose()
}

/// The sides of boxes and what follows from them, each `[P]`.
struct Sides {
    x: [Tensor; 2],
    y: [Tensor; 2],
    center: [Tensor; 2],
    width: Tensor,
    height: Tensor,
}

impl Sides {
    fn new(boxes: &Tensor) -> Result<Self> {
        let side = |i: usize| boxes.narrow(1, i, 1)?.squeeze(1);
        let (x, y) = ([side(0)?, side(2)?], [side(1)?, side(3)?]);
        let middle = |[low, high]: &[Tensor; 2]| (low + high)? * 0.5;
        let center = [middle(&x)?, middle(&y)?];
        let (width, height) = ((&x[1] - &x[0])?, (&y[1] - &y[0])?);
        Ok(Self { x, y, center, width, height })
    }
}

/// How much `a + margin` is above `b`.
fn above(a: &Tensor, b: &Tensor, margin: f64) -> Result<Tensor> {
    relu(&((a - b)? + margin)?)
}

fn sum<const N: usize>(terms: [Result<Tensor>; N]) -> Result<Tensor> {
    let mut terms = terms.into_iter();
    let first = terms.next().unwrap_or_else(|| candle_core::bail!("a sum of nothing"))?;
    terms.try_fold(first, |sum, term| sum + term?)
}

/// Shared length along x or y; negative: the gap.
fn overlap(a: &[Tensor; 2], b: &[Tensor; 2]) -> Result<Tensor> {
    a[1].minimum(&b[1])? - a[0].maximum(&b[0])?
}

fn violation(meaning: PredicateKind, s: &Sides, o: &Sides) -> Result<Tensor> {
    match meaning {
        PredicateKind::LeftOf | PredicateKind::RightOf | PredicateKind::Above | PredicateKind::Below => {
            direction(meaning, s, o)
        }
        PredicateKind::Inside => within(s, o),
        PredicateKind::Surrounding => within(o, s),
        PredicateKind::On => on(s, o),
        PredicateKind::MostlyIn => mostly_in(s, o),
        PredicateKind::MostlyHas => mostly_in(o, s),
        PredicateKind::Over => over(s, o),
        PredicateKind::Under => over(o, s),
        PredicateKind::Behind => sum([gap(s, o, 0.1), above(&s.y[1], &o.y[1], MARGIN)]),
        PredicateKind::InFrontOf => sum([gap(s, o, 0.1), above(&o.y[1], &s.y[1], MARGIN)]),
        PredicateKind::Beside => beside(s, o),
        PredicateKind::Within(most) => gap(s, o, 0.6 * f64::from(most)),
        PredicateKind::Riding => sum([
            gap(s, o, 0.01),
            above(&s.center[1], &o.center[1], MARGIN),
            above(&o.x[0], &s.center[0], MARGIN),
            above(&s.center[0], &o.x[1], MARGIN),
        ]),
    }
}

/// The subject's center lies in the object's quarter of directions: farther along the one axis than along the other. Of boxes that lie
/// within each other no direction is defined.
fn direction(kind: PredicateKind, s: &Sides, o: &Sides) -> Result<Tensor> {
    let apart = |axis: usize| &o.center[axis] - &s.center[axis];
    let (dx, dy) = (apart(0)?, apart(1)?);
    let quarter = match kind {
        PredicateKind::LeftOf => above(&dy.abs()?, &dx, MARGIN),
        PredicateKind::RightOf => above(&dy.abs()?, &dx.neg()?, MARGIN),
        PredicateKind::Above => above(&dx.abs()?, &dy, MARGIN),
        _ => above(&dx.abs()?, &dy.neg()?, MARGIN),
    };
    sum([quarter, depth(s, o), depth(o, s)])
}

/// How far the one box would have to move to be no longer strictly within the other.
fn depth(inner: &Sides, outer: &Sides) -> Result<Tensor> {
    let low = (&inner.x[0] - &outer.x[0])?.minimum(&(&inner.y[0] - &outer.y[0])?)?;
    let high = (&outer.x[1] - &inner.x[1])?.minimum(&(&outer.y[1] - &inner.y[1])?)?;
    relu(&low.minimum(&high)?)
}

fn within(s: &Sides, o: &Sides) -> Result<Tensor> {
    sum([
        above(&o.x[0], &s.x[0], 0.0),
        above(&s.x[1], &o.x[1], 0.0),
        above(&o.y[0], &s.y[0], 0.0),
        above(&s.y[1], &o.y[1], 0.0),
    ])
}

/// The middle of the lower edge lies in the object, the center above the object's lower edge.
fn on(s: &Sides, o: &Sides) -> Result<Tensor> {
    sum([
        above(&o.x[0], &s.center[0], 0.0),
        above(&s.center[0], &o.x[1], 0.0),
        above(&o.y[0], &s.y[1], 0.0),
        above(&s.y[1], &o.y[1], 0.0),
        above(&s.center[1], &o.y[1], MARGIN),
    ])
}

fn mostly_in(s: &Sides, o: &Sides) -> Result<Tensor> {
    let axis = |a: &[Tensor; 2], b: &[Tensor; 2], side: &Tensor| above(&(side * SHARE)?, &overlap(a, b)?, 0.0);
    sum([axis(&s.x, &o.x, &s.width), axis(&s.y, &o.y, &s.height)])
}

fn over(s: &Sides, o: &Sides) -> Result<Tensor> {
    let narrower = (s.width.minimum(&o.width)? * 0.4)?;
    sum([above(&s.center[1], &o.center[1], MARGIN), above(&narrower, &overlap(&s.x, &o.x)?, 0.0)])
}

/// Some shared height, little space between, and the centers at least half of the wider box apart.
fn beside(s: &Sides, o: &Sides) -> Result<Tensor> {
    let half = (s.width.maximum(&o.width)? * 0.5)?;
    let apart = (&s.center[0] - &o.center[0])?.abs()?;
    let zero = half.zeros_like()?;
    sum([above(&zero, &overlap(&s.y, &o.y)?, MARGIN), gap(s, o, 0.1), above(&half, &apart, MARGIN)])
}

/// Empty space along either axis beyond `most`.
fn gap(s: &Sides, o: &Sides, most: f64) -> Result<Tensor> {
    let beyond = |a: &[Tensor; 2], b: &[Tensor; 2]| relu(&(overlap(a, b)?.neg()? - most)?);
    sum([beyond(&s.x, &o.x), beyond(&s.y, &o.y)])
}
