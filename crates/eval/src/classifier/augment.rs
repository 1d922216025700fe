//! Crops made a little different each time they are learned from, so that the classifier recognizes an object that a network has drawn:
//! shifted, soft, pale or grainy.

use super::pool::Patch;
use crate::crop::{self, Window};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use scenewright_model::classifier::CROP_SIDE;

/// What is done, for the card.
pub(crate) const RECIPE: &str = "boxes shifted by up to 8 % of their side and scaled by 0.87 to 1.15 a side; mirrored in half of all cases; \
    blurred in 40 % (a tent of up to 2.5 pixels); contrast 0.7 to 1.25, brightness ±0.1, each channel ±0.04; noise of deviation \
    up to 0.05 in 30 %";

const SHIFT: f32 = 0.08;
/// Natural logarithm of the largest change of a side.
const SCALE: f32 = 0.14;

/// A crop `[3, 32, 32]`, sRGB about 0..=1.
pub(crate) fn augmented(patch: &Patch, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let Window { x0, y0, x1, y1 } = patch.window;
    let mut side = |low: f32, high: f32| {
        let extent = high - low;
        let center = (low + high) / 2.0 + rng.random_range(-SHIFT..=SHIFT) * extent;
        let half = extent / 2.0 * rng.random_range(-SCALE..=SCALE).exp();
        (center - half, center + half)
    };
    let ((x0, x1), (y0, y1)) = (side(x0, x1), side(y0, y1));
    let mut crop = crop::resized(&patch.picture, &Window { x0, y0, x1, y1 }, CROP_SIDE);
    if rng.random_bool(0.5) {
        crop.chunks_mut(CROP_SIDE).for_each(<[f32]>::reverse);
    }
    if rng.random_bool(0.4) {
        blur(&mut crop, rng.random_range(1.0..2.5));
    }
    let contrast = rng.random_range(0.7..1.25);
    let brightness = rng.random_range(-0.1..=0.1);
    let noise = if rng.random_bool(0.3) { rng.random_range(0.0..0.05) } else { 0.0 };
    for plane in crop.chunks_mut(CROP_SIDE * CROP_SIDE) {
        let shift = brightness + rng.random_range(-0.04..=0.04);
        for value in plane {
            *value = 0.5 + (*value - 0.5) * contrast + shift;
            if noise > 0.0 {
                let grain: f32 = StandardNormal.sample(rng);
                *value += noise * grain;
            }
        }
    }
    crop
}

/// A tent filter of this half width, pixels, edges repeated.
fn blur(crop: &mut [f32], reach: f32) {
    let n = CROP_SIDE as i64;
    let radius = reach.ceil() as i64 - 1;
    let taps: Vec<f32> = (-radius..=radius).map(|i| 1.0 - i.abs() as f32 / reach).collect();
    let sum: f32 = taps.iter().sum();
    let mut line = [0.0_f32; CROP_SIDE];
    for plane in crop.chunks_mut(CROP_SIDE * CROP_SIDE) {
        for (step, start) in [(1, CROP_SIDE), (CROP_SIDE, 1)] {
            for row in 0..CROP_SIDE {
                (0..CROP_SIDE).for_each(|i| line[i] = plane[row * start + i * step]);
                for i in 0..n {
                    let around = (-radius..=radius).zip(&taps);
                    let value: f32 = around.map(|(d, w)| w * line[(i + d).clamp(0, n - 1) as usize]).sum();
                    plane[row * start + i as usize * step] = value / sum;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    pub use scenewright_data::Rgb;

    #[test]
    fn a_blur_keeps_the_mean_and_softens() {
        let mut crop = vec![0.0; 3 * CROP_SIDE * CROP_SIDE];
        crop[10 * CROP_SIDE + 12] = 1.0;
        blur(&mut crop, 2.0);
        let sum: f32 = crop.iter().sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
        assert!((crop[10 * CROP_SIDE + 12] - 0.25).abs() < 1e-6 && crop[10 * CROP_SIDE + 13] > 0.1);
    }

    #[test]
    fn the_same_dice_make_the_same_crop() {
        let picture = Rgb { width: 20, height: 20, pixels: (0..1200).map(|i| (i % 251) as u8).collect() };
        let patch = Patch { picture, window: Window { x0: 3.0, y0: 3.0, x1: 17.0, y1: 17.0 } };
        let of = |seed| augmented(&patch, &mut ChaCha8Rng::seed_from_u64(seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert!(of(3).iter().all(|value| value.is_finite()));
    }
}
