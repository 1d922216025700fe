//! How much two pictures differ: over seeds that is diversity, after an edit elsewhere it is what stability lacks.

use serde::Serialize;

use super::share::{Mean, Share};
pub use scenewright_data::Rgb;
use scenewright_scene::UnitBox;

/// A pixel has changed when one of its channels differs by more than this, of 255: less cannot be seen.
pub(crate) const VISIBLE_STEP: u8 = 2;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Diversity {
    pub graphs: u64,
    pub seeds: u64,
    /// Mean absolute difference between pictures of one graph, as a share of full brightness.
    pub pixels: f64,
    /// Mean distance between the features of one object in them; none without a classifier.
    pub features: Option<f64>,
}

/// What happens to the rest of the picture when one object is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stability {
    pub graphs: u64,
    /// The other objects keep the boxes that they had.
    pub boxes_kept: Change,
    /// The layout is made again.
    pub fresh_layout: Change,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Change {
    /// Mean absolute change outside of the added object's box, as a share of full brightness.
    pub mean: f64,
    /// Share of the pixels there in which it can be seen.
    pub pixels: f64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChangeTally {
    mean: Mean,
    changed: Share,
}

impl ChangeTally {
    /// Compares pictures of one size outside of a box.
    pub(crate) fn add(&mut self, before: &Rgb, after: &Rgb, added: &UnitBox) {
        if (before.width, before.height) != (after.width, after.height) {
            return;
        }
        let pairs = before.pixels.as_chunks::<3>().0.iter().zip(after.pixels.as_chunks::<3>().0);
        for (i, (a, b)) in pairs.enumerate() {
            if touches(added, i % before.width, i / before.width, before) {
                continue;
            }
            let steps = [0, 1, 2].map(|channel: usize| a[channel].abs_diff(b[channel]));
            steps.iter().for_each(|&step| self.mean.add(f64::from(step) / 255.0));
            self.changed.add(steps.iter().any(|&step| step > VISIBLE_STEP));
        }
    }

    pub(crate) fn finish(self) -> Change {
        Change { mean: self.mean.mean(), pixels: self.changed.share() }
    }
}

/// Whether a pixel's square and the box have anything in common.
fn touches(b: &UnitBox, x: usize, y: usize, picture: &Rgb) -> bool {
    let b = UnitBox::from_corners([b.x0, b.y0], [b.x1, b.y1]);
    let (left, top) = (x as f32 / picture.width as f32, y as f32 / picture.height as f32);
    let (right, bottom) = ((x + 1) as f32 / picture.width as f32, (y + 1) as f32 / picture.height as f32);
    left < b.x1 && right > b.x0 && top < b.y1 && bottom > b.y0
}

/// Mean absolute difference of two pictures, as a share of full brightness.
pub(crate) fn difference(a: &Rgb, b: &Rgb) -> f64 {
    let mut mean = Mean::default();
    a.pixels.iter().zip(&b.pixels).for_each(|(a, b)| mean.add(f64::from(a.abs_diff(*b)) / 255.0));
    mean.mean()
}

/// Distance of two vectors.
pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_outside_counts() {
        let before = Rgb { width: 4, height: 4, pixels: vec![100; 48] };
        let mut after = before.clone();
        after.pixels[3 * 5] = 255; // pixel (1, 1), within the box
        after.pixels[3 * 10 + 1] = 102; // pixel (2, 2): not to be seen
        after.pixels[3 * 15 + 2] = 151; // pixel (3, 3)
        let mut tally = ChangeTally::default();
        tally.add(&before, &after, &UnitBox::new(0.25, 0.25, 0.5, 0.5));
        let change = tally.finish();
        assert!((change.pixels - 1.0 / 15.0).abs() < 1e-12);
        assert!((change.mean - 53.0 / 255.0 / 45.0).abs() < 1e-12);
        // A box from the other side is the same box; one that is a hair wider takes the next pixels, too.
        let pixels = |b| {
            let mut tally = ChangeTally::default();
            tally.add(&before, &after, &b);
            tally.changed.of
        };
        assert_eq!(pixels(UnitBox { x0: 0.5, y0: 0.5, x1: 0.25, y1: 0.25 }), 15);
        assert_eq!(pixels(UnitBox::new(0.25, 0.25, 0.51, 0.51)), 12);
        assert_eq!(pixels(UnitBox::WHOLE), 0);
    }

    #[test]
    fn differences() {
        let picture = |value| Rgb { width: 1, height: 1, pixels: vec![value; 3] };
        assert_eq!((difference(&picture(0), &picture(255)), difference(&picture(9), &picture(9))), (1.0, 0.0));
        assert_eq!(distance(&[0.0, 3.0], &[4.0, 0.0]), 5.0);
    }
}
