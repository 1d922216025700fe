//! What training scenes are like, category by category: the sizes that occur, the mean box, the mean of its looks.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::crop::{self, Window};
use super::{EvalError, Progress, Watch, step};
pub use scenewright_data::{Dataset, Rgb, Sample};
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::UnitBox;

/// Side of the mean looks, pixels.
pub(crate) const LOOK_SIDE: usize = 16;
/// Percentiles between which a size is plausible.
const PLAUSIBLE: [f64; 2] = [0.01, 0.99];
/// Give on each side of the percentiles: many categories always span the picture, where these are one value. About a pixel of 64.
pub(crate) const SLACK: f32 = 0.02;

/// Of one category.
#[derive(Clone, Debug)]
pub(crate) struct CategoryStats {
    pub(crate) mean_box: UnitBox,
    /// Mean of what its boxes show.
    pub(crate) mean_look: Rgb,
    /// Width, height and foot (the lower edge): 1st and 99th percentile.
    pub low: [f32; 3],
    pub high: [f32; 3],
}

impl CategoryStats {
    /// Whether width, height and foot of a box are such as occur, give or take `slack`. Of a box that leaves the picture, the part within it counts;
    /// inverted boxes are never plausible.
    pub(crate) fn is_plausible(&self, bounds: &UnitBox, slack: f32) -> bool {
        // What is not a number would be clamped to 0.
        let b = if bounds.is_finite() { bounds.clamped() } else { return false };
        let within = |(value, (low, high)): (f32, (&f32, &f32))| value >= low - slack && value <= high + slack;
        b.area() > 0.0 && measures(&b).into_iter().zip(self.low.iter().zip(&self.high)).all(within)
    }
}

/// Width, height, foot.
fn measures(b: &UnitBox) -> [f32; 3] {
    [b.width(), b.height(), b.y1]
}

#[derive(Clone, Debug)]
pub struct DatasetStats {
    by_name: BTreeMap<String, CategoryStats>,
    /// Of all pixels, 0..=255.
    pub(crate) mean_color: [f32; 3],
}

#[derive(Default)]
struct Sum {
    boxes: Vec<UnitBox>,
    /// `[3, side, side]`
    look: Vec<f64>,
}

impl DatasetStats {
    /// From the first `scenes` samples of a data set, always in the same order.
    pub(crate) fn of_scenes(
        data: &dyn Dataset,
        scenes: u64,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Self, EvalError> {
        const AT_A_TIME: u64 = 64;
        let scenes = data.len().map_or(scenes, |len| len.min(scenes));
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        let (mut color, mut pixels) = ([0.0_f64; 3], 0.0_f64);
        for from in (0..scenes).step_by(AT_A_TIME as usize) {
            step(cancel, watch, Progress::new("computing priors of training scenes", from, scenes))?;
            let range = from..scenes.min(from + AT_A_TIME);
            let samples: Vec<Sample> = range.into_par_iter().map(|i| data.sample(i)).collect::<Result<_, _>>()?;
            for sample in &samples {
                for pixel in sample.image.pixels.as_chunks::<3>().0 {
                    (0..3).for_each(|channel| color[channel] += f64::from(pixel[channel]));
                    pixels += 1.0;
                }
                sample.objects.iter().for_each(|object| {
                    let sum = sums.entry(object.name.clone()).or_default();
                    sum.add(&sample.image, object.bounds);
                });
            }
        }
        let mean_color = color.map(|sum| (sum / pixels.max(1.0)) as f32);
        let by_name = sums.into_iter().map(|(name, sum)| (name, sum.stats())).collect();
        Ok(Self { by_name, mean_color })
    }

    pub(crate) fn of(&self, name: &str) -> Option<&CategoryStats> {
        self.by_name.get(name)
    }
}

impl Sum {
    fn add(&mut self, picture: &Rgb, bounds: UnitBox) {
        self.boxes.push(bounds);
        let (width, height) = (picture.width as f32, picture.height as f32);
        let UnitBox { x0, y0, x1, y1 } = bounds;
        let window = Window { x0: x0 * width, y0: y0 * height, x1: x1 * width, y1: y1 * height };
        let look = crop::resized(picture, &window, LOOK_SIDE);
        self.look.resize(look.len(), 0.0);
        self.look.iter_mut().zip(look).for_each(|(sum, value)| *sum += f64::from(value));
    }

    fn stats(self) -> CategoryStats {
        let count = self.boxes.len();
        let mean = |of: fn(&UnitBox) -> f32| {
            (self.boxes.iter().map(|b| f64::from(of(b))).sum::<f64>() / count.max(1) as f64) as f32
        };
        let mean_box = UnitBox::new(mean(|b| b.x0), mean(|b| b.y0), mean(|b| b.x1), mean(|b| b.y1));
        let plane = LOOK_SIDE * LOOK_SIDE;
        let value = |i: usize| {
            let sum = self.look.get(i % 3 * plane + i / 3).copied().unwrap_or_default();
            (255.0 * sum / count.max(1) as f64).round().clamp(0.0, 255.0) as u8
        };
        let mean_look = Rgb { width: LOOK_SIDE, height: LOOK_SIDE, pixels: (0..3 * plane).map(value).collect() };
        let (mut low, mut high) = ([0.0; 3], [1.0; 3]);
        for i in 0..3 {
            let mut values: Vec<f32> = self.boxes.iter().map(|b| measures(b)[i]).collect();
            values.sort_by(f32::total_cmp);
            (low[i], high[i]) = (percentile(&values, PLAUSIBLE[0]), percentile(&values, PLAUSIBLE[1]));
        }
        CategoryStats { mean_box, mean_look, low, high }
    }
}

/// Of sorted values, straight between neighbors.
pub(crate) fn percentile(sorted: &[f32], share: f64) -> f32 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let value = |i: f64| sorted.get(i as usize).copied().unwrap_or_default();
    let part = (at - at.floor()) as f32;
    value(at.floor()) * (1.0 - part) + value(at.ceil()) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_known_lists() {
        let hundred: Vec<f32> = (0..=100).map(|i| i as f32).collect();
        assert_eq!((percentile(&hundred, 0.01), percentile(&hundred, 0.99)), (1.0, 99.0));
        assert_eq!(percentile(&[3.0, 5.0], 0.25), 3.5);
        assert_eq!((percentile(&[7.0], 0.99), percentile(&[], 0.5)), (7.0, 0.0));
    }

    #[test]
    fn what_occurs_is_plausible_and_what_does_not_is_not() {
        let picture = Rgb { width: 8, height: 8, pixels: vec![200; 192] };
        let mut sum = Sum::default();
        for i in 0..100 {
            let x = i as f32 / 200.0;
            sum.add(&picture, UnitBox::new(x, 0.5, x + 0.2, 0.9));
        }
        let stats = sum.stats();
        assert!((stats.mean_box.x0 - 0.2475).abs() < 1e-4 && stats.mean_look.pixels.iter().all(|&v| v == 200));
        let plausible = |x0, y0, x1, y1| stats.is_plausible(&UnitBox { x0, y0, x1, y1 }, SLACK);
        assert!(plausible(0.7, 0.5, 0.9, 0.9)); // somewhere else: only size and foot count
        assert!(plausible(0.1, 0.51, 0.3, 0.91)); // within the slack
        for (x0, y0, x1, y1) in [(0.1, 0.5, 0.5, 0.9), (0.1, 0.2, 0.3, 0.9), (0.1, 0.1, 0.3, 0.5), (0.3, 0.5, 0.1, 0.9)]
        {
            assert!(!plausible(x0, y0, x1, y1), "{x0} {y0} {x1} {y1}");
        }
        assert!(!plausible(f32::NAN, 0.5, 0.2, 0.9));
    }
}
