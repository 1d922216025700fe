//! The distribution of one box: a mixture of Gaussians over foot, middle, height and width, each given those before it.
//!
//! Foot and size go together (what stands farther up the picture stands farther away and is smaller), so a component is not a box with
//! four spreads: the mean of each number shifts with the numbers before it.

use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::box_xyxy::{BoxXyxy, MIN_SIDE};

/// Values of one component: its weight, four means, four spreads, six shifts.
pub const VALUES_PER_COMPONENT: usize = 15;
/// Pairs (i, j): the mean of coordinate i shifts with coordinate j.
pub const SHIFTS: [(usize, usize); 6] = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)];
/// The narrowest spread is e to this, a hundredth; the widest e to this and [`SPREAD_RANGE`].
pub const MIN_SPREAD: f64 = -4.6;
pub const SPREAD_RANGE: f64 = 4.6;

/// Foot (the lower edge), middle, and the logarithms of height and width.
pub fn coordinates(b: &BoxXyxy) -> [f32; 4] {
    [b.y1, b.center_x(), b.height().max(MIN_SIDE).ln(), b.width().max(MIN_SIDE).ln()]
}

/// The box of four coordinates; may leave the picture.
fn sides([foot, x, height, width]: [f32; 4]) -> BoxXyxy {
    let (height, width) = (height.clamp(-7.0, 0.5).exp(), width.clamp(-7.0, 0.5).exp());
    BoxXyxy { x0: x - width / 2.0, y0: foot - height, x1: x + width / 2.0, y1: foot }
}

#[derive(Clone, Copy, Debug)]
struct Component {
    /// Share of the whole.
    weight: f32,
    mean: [f32; 4],
    spread: [f32; 4],
    shift: [f32; 6],
}

#[derive(Clone, Debug)]
pub struct Mixture(Vec<Component>);

impl Mixture {
    /// From the network's output, `[K, VALUES_PER_COMPONENT]`.
    pub fn new(numbers: &[f32]) -> Self {
        let mut components: Vec<Component> = numbers
            .as_chunks::<VALUES_PER_COMPONENT>()
            .0
            .iter()
            .map(|n| Component {
                weight: n[0],
                mean: [n[1], n[2], n[3], n[4]],
                spread: [n[5], n[6], n[7], n[8]].map(spread),
                shift: [n[9], n[10], n[11], n[12], n[13], n[14]],
            })
            .collect();
        let most = components.iter().fold(f32::NEG_INFINITY, |most, c| most.max(c.weight));
        components.iter_mut().for_each(|c| c.weight = (c.weight - most).exp());
        let sum: f32 = components.iter().map(|c| c.weight).sum();
        components.iter_mut().for_each(|c| c.weight /= sum);
        Self(components)
    }

    /// One box. `calm` narrows the spreads: 1 is what was learned, 0 always gives a mean.
    pub(crate) fn draw(&self, rng: &mut impl Rng, calm: f32) -> BoxXyxy {
        let mut point: f32 = rng.random();
        let mut chosen = None;
        for component in &self.0 {
            chosen = Some(component);
            point -= component.weight;
            if point < 0.0 {
                break;
            }
        }
        let normal: [f32; 4] = std::array::from_fn(|_| StandardNormal.sample(rng));
        let Some(c) = chosen else { return BoxXyxy::WHOLE };
        let off: [f32; 4] = std::array::from_fn(|i| normal[i] * c.spread[i] * calm);
        sides(c.at(off))
    }

    /// Minus the logarithm of the density, per coordinate, the best reachable being about -4.
    pub fn nll(&self, b: &BoxXyxy) -> f32 {
        let point = coordinates(b);
        let logs: Vec<f32> = self.0.iter().map(|c| c.weight.max(1e-12).ln() + c.log_density(point)).collect();
        let most = logs.iter().fold(f32::NEG_INFINITY, |most, &log| most.max(log));
        -(most + logs.iter().map(|log| (log - most).exp()).sum::<f32>().ln()) / 4.0
    }
}

impl Component {
    /// The coordinates whose own parts are so far off their means.
    fn at(&self, off: [f32; 4]) -> [f32; 4] {
        let mut from_mean = off;
        for (&(to, from), shift) in SHIFTS.iter().zip(self.shift) {
            from_mean[to] += shift * from_mean[from];
        }
        std::array::from_fn(|i| self.mean[i] + from_mean[i])
    }

    fn log_density(&self, point: [f32; 4]) -> f32 {
        let from_mean: [f32; 4] = std::array::from_fn(|i| point[i] - self.mean[i]);
        let mut off = from_mean;
        for (&(to, from), shift) in SHIFTS.iter().zip(self.shift) {
            off[to] -= shift * from_mean[from];
        }
        let half_log_tau = 0.918_938_5;
        (0..4).map(|i| -0.5 * (off[i] / self.spread[i]).powi(2) - self.spread[i].ln() - half_log_tau).sum()
    }
}

fn spread(raw: f32) -> f32 {
    let share = 1.0 / (1.0 + (-raw).exp());
    (MIN_SPREAD as f32 + SPREAD_RANGE as f32 * share).exp()
}
