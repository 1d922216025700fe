//! Loss of the geometry network (mixture NLL and relation terms).

use candle_core::{Device, Result, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::batch::GeometryBatch;
use crate::relation_loss::mean_violation;
use scenewright_model::collage::geometry::Geometry;
use scenewright_model::collage::geometry::box_xyxy::BoxXyxy;
use scenewright_model::collage::geometry::mixture::{
    MIN_SPREAD, SHIFTS, SPREAD_RANGE, VALUES_PER_COMPONENT, coordinates,
};
use scenewright_model::collage::geometry::network::BOX_FEATURES;
use scenewright_nn::activation::relu;

/// Terms of the loss, not weighted; scalars.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Minus the logarithm of the density of the hidden boxes, per coordinate.
    pub nll: Tensor,
    /// How far boxes that are drawn are from meeting the relations to the true ones; none where no relation is stated.
    pub relations: Option<Tensor>,
    /// Of the order of pairs.
    pub order: Option<Tensor>,
}

pub fn terms(net: &Geometry, batch: &GeometryBatch, device: &Device) -> Result<Terms> {
    let rows = batch.graph.objects.len();
    let features = Tensor::from_slice(&batch.features, (rows, BOX_FEATURES), device)?;
    let boxes = Tensor::from_slice(&batch.boxes, (rows, 4), device)?;
    let hidden = Tensor::new(batch.hidden.as_slice(), device)?;
    let numbers = net.boxes.forward(&batch.graph, &features, &hidden)?; // [F, K, VALUES_PER_COMPONENT]
    let wanted: Vec<f32> = batch.hidden.iter().flat_map(|&row| coordinates(&true_box(batch, row))).collect();
    let wanted = Tensor::from_vec(wanted, (batch.hidden.len(), 4), device)?;
    let nll = nll(&numbers, &wanted)?;
    let relations = relations(&numbers, &boxes, batch)?;
    let order = order(net, &boxes, batch)?;
    Ok(Terms { nll, relations, order })
}

fn true_box(batch: &GeometryBatch, row: u32) -> BoxXyxy {
    let corners = batch.boxes.as_chunks::<4>().0.get(row as usize);
    corners.map_or(BoxXyxy::WHOLE, |corners| BoxXyxy::new(*corners))
}

/// Logarithms of the spreads, `[F, K, 4]`, from the network's own numbers.
fn log_spread(numbers: &Tensor) -> Result<Tensor> {
    candle_nn::ops::sigmoid(&numbers.narrow(2, 5, 4)?)?.affine(SPREAD_RANGE, MIN_SPREAD)
}

/// Numbers `[F, K, VALUES_PER_COMPONENT]`, coordinates `[F, 4]` -> the mean of minus the logarithm of the density, per coordinate.
fn nll(numbers: &Tensor, wanted: &Tensor) -> Result<Tensor> {
    let column = |x: &Tensor, i: usize| x.narrow(2, i, 1)?.squeeze(2); // [F, K]
    let weights = column(numbers, 0)?;
    let from_mean = wanted.unsqueeze(1)?.broadcast_sub(&numbers.narrow(2, 1, 4)?)?; // [F, K, 4]
    let log_spread = log_spread(numbers)?;
    let mut log = (weights.broadcast_sub(&log_sum(&weights)?)? - 4.0 * 0.918_938_533)?;
    for i in 0..4 {
        let mut off = column(&from_mean, i)?;
        for (at, (_, from)) in SHIFTS.iter().enumerate().filter(|(_, (to, _))| *to == i) {
            off = (off - (column(numbers, 9 + at)? * column(&from_mean, *from)?)?)?;
        }
        let log_spread = column(&log_spread, i)?;
        log = ((log - (off * log_spread.neg()?.exp()?)?.sqr()?.affine(0.5, 0.0)?)? - log_spread)?;
    }
    log_sum(&log)?.mean_all()?.affine(-0.25, 0.0)
}

/// Logarithm of the sum of exponentials, `[F, K]` -> `[F, 1]`.
fn log_sum(x: &Tensor) -> Result<Tensor> {
    let most = x.max_keepdim(1)?.detach();
    x.broadcast_sub(&most)?.exp()?.sum_keepdim(1)?.log()? + most
}

/// One box of each mixture is drawn; its relations are measured against the true boxes of the others.
fn relations(numbers: &Tensor, boxes: &Tensor, batch: &GeometryBatch) -> Result<Option<Tensor>> {
    if batch.stated.is_empty() {
        return Ok(None);
    }
    let (f, k, _) = numbers.dims3()?;
    let device = numbers.device();
    let mut rng = ChaCha8Rng::seed_from_u64(batch.seed);
    let weights: Vec<Vec<f32>> = numbers.narrow(2, 0, 1)?.squeeze(2)?.to_vec2()?;
    let rows: Vec<u32> = weights.iter().enumerate().map(|(row, w)| (row * k + pick(w, &mut rng)) as u32).collect();
    let chosen =
        numbers.reshape((f * k, VALUES_PER_COMPONENT))?.index_select(&Tensor::new(rows, device)?, 0)?.unsqueeze(1)?;
    let normal: Vec<f32> = StandardNormal.sample_iter(&mut rng).take(4 * f).collect();
    let off = (Tensor::from_vec(normal, (f, 1, 4), device)? * log_spread(&chosen)?.exp()?)?;
    let column = |x: &Tensor, i: usize| x.narrow(2, i, 1)?.reshape(((), 1)); // [F, 1]
    let mut from_mean: Vec<Tensor> = Vec::with_capacity(4);
    for i in 0..4 {
        let mut sum = column(&off, i)?;
        for (at, (_, from)) in SHIFTS.iter().enumerate().filter(|(_, (to, _))| *to == i) {
            sum = (sum + (column(&chosen, 9 + at)? * &from_mean[*from])?)?;
        }
        from_mean.push(sum);
    }
    let at = |i: usize| column(&chosen, 1 + i)? + &from_mean[i];
    let (foot, x) = (at(0)?, at(1)?);
    let (height, half) = (at(2)?.clamp(-7.0, 0.5)?.exp()?, (at(3)?.clamp(-7.0, 0.5)?.exp()? * 0.5)?);
    let drawn = Tensor::cat(&[(&x - &half)?, (&foot - height)?, (&x + &half)?, foot], 1)?; // [F, 4]
    let all = Tensor::cat(&[boxes, &drawn], 0)?;
    let rows = batch.graph.objects.len() as u32;
    let drawn_row = |row: u32| batch.hidden.binary_search(&row).ok().map(|at| rows + at as u32);
    let mut stated = Vec::with_capacity(2 * batch.stated.len());
    for &(s, meaning, o) in &batch.stated {
        stated.extend(drawn_row(s).map(|s| (s, meaning, o)));
        stated.extend(drawn_row(o).map(|o| (s, meaning, o)));
    }
    mean_violation(&all, stated)
}

/// A component, as likely as its weight.
fn pick(weights: &[f32], rng: &mut ChaCha8Rng) -> usize {
    let most = weights.iter().fold(f32::NEG_INFINITY, |most, &w| most.max(w));
    let shares: Vec<f32> = weights.iter().map(|w| (w - most).exp()).collect();
    let mut point = rng.random::<f32>() * shares.iter().sum::<f32>();
    for (at, share) in shares.iter().enumerate() {
        point -= share;
        if point < 0.0 {
            return at;
        }
    }
    0
}

/// Logistic loss: ln(1 + exp(-x)) of the score times the truth, as max(-x, 0) + ln(1 + exp(-|x|)).
fn order(net: &Geometry, boxes: &Tensor, batch: &GeometryBatch) -> Result<Option<Tensor>> {
    if batch.pairs.is_empty() {
        return Ok(None);
    }
    let device = boxes.device();
    let truth = Tensor::new(batch.in_front.as_slice(), device)?;
    let counts = Tensor::new(batch.counts.as_slice(), device)?;
    let right = (net.order.forward(&batch.graph.objects, boxes, &batch.pairs)? * truth)?; // [Q]
    let size = (&right * right.detach().sign()?)?;
    let loss = (relu(&right.neg()?)? + (size.neg()?.exp()? + 1.0)?.log()?)?;
    let total: f32 = batch.counts.iter().sum();
    Ok(Some(((loss * counts)?.sum_all()? / f64::from(total.max(1e-6)))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_model::collage::geometry::mixture::Mixture;

    /// What the loss counts is what the placing draws from.
    #[test]
    fn the_loss_is_the_surprise_of_the_mixture() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (k, rows) = (3, 20);
        let numbers: Vec<f32> = StandardNormal.sample_iter(&mut rng).take(rows * k * VALUES_PER_COMPONENT).collect();
        for row in 0..rows {
            let numbers = &numbers[row * k * VALUES_PER_COMPONENT..(row + 1) * k * VALUES_PER_COMPONENT];
            let b = BoxXyxy::repaired(std::array::from_fn(|_| rng.random()));
            let wanted = Tensor::new(&[coordinates(&b)], &Device::Cpu).unwrap();
            let tensor = Tensor::from_slice(numbers, (1, k, VALUES_PER_COMPONENT), &Device::Cpu).unwrap();
            let loss: f32 = nll(&tensor, &wanted).unwrap().to_scalar().unwrap();
            let stated = Mixture::new(numbers).nll(&b);
            assert!((loss - stated).abs() < 1e-3 * stated.abs().max(1.0), "{loss} {stated}");
        }
    }
}
