//! An endless stream of pictures: shuffled again in each pass, cropped and recolored at random, and mixed with illustrated scenes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::split::mix;
use super::{DataError, Dataset, PictureSet, PictureView, Sample};
use scenewright_scene::UnitBox;

/// How far a picture may be changed before it is learned from. Zeros: not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augment {
    /// Up to this share of each side is cut off, 0 to 0.9; every second picture is left whole.
    pub crop: f64,
    /// Brightness, contrast and saturation are changed by up to this share, 0 to 0.9.
    pub color: f64,
}

/// A set of pictures that begins again when it is at its end. Each pass has an order, relations and crops of its own, all of which follow from the seed
/// and the number of the sample.
pub struct Endless {
    set: Arc<dyn PictureSet>,
    len: u64,
    seed: u64,
    augment: Augment,
    diagnostics: SkippedRows,
}

/// A picture that cannot be read is skipped; after so many in a row the folder itself has gone.
const PASSED_OVER: u64 = 8;
/// So many of the skipped samples are reported in full.
const MAX_REPORTED: usize = 8;

/// Skipped rows: the first ones with the error, each row once.
#[derive(Default)]
struct SkippedRows(Mutex<BTreeMap<u64, Option<String>>>);

impl SkippedRows {
    fn note(&self, row: u64, error: &DataError) {
        // A thread that panicked in here leaves a map that is whole.
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reported = rows.values().flatten().count() < MAX_REPORTED;
        rows.entry(row).or_insert_with(|| reported.then(|| error.to_string()));
    }

    fn sentences(&self) -> Vec<String> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let more = (rows.len() > MAX_REPORTED).then(|| {
            format!(
                "{} pictures in all cannot be read and are skipped; the first {MAX_REPORTED} are listed",
                rows.len()
            )
        });
        rows.values().flatten().cloned().chain(more).collect()
    }

    /// The first of these rows that can be read; after [`PASSED_OVER`] the first error.
    fn first_sound(
        &self,
        rows: impl Iterator<Item = u64>,
        look: impl Fn(u64) -> Result<Sample, DataError>,
    ) -> Result<Sample, Option<DataError>> {
        let mut first = None;
        for row in rows.take(PASSED_OVER as usize) {
            match look(row) {
                Ok(sample) => return Ok(sample),
                Err(error) => {
                    self.note(row, &error);
                    first = first.or(Some(error));
                }
            }
        }
        Err(first)
    }
}

/// A set in its own order, for what is judged by it: in the place of a sample that cannot be read stands the next that can. Which one that is depends on nothing
/// but the files, so two runs over the same folder are judged by the same.
pub struct SequentialSampler {
    set: Arc<dyn Dataset>,
    diagnostics: SkippedRows,
}

impl SequentialSampler {
    pub fn new(set: Arc<dyn Dataset>) -> Self {
        Self { set, diagnostics: SkippedRows::default() }
    }
}

impl Dataset for SequentialSampler {
    fn len(&self) -> Option<u64> {
        self.set.len()
    }

    fn has_masks(&self) -> bool {
        self.set.has_masks()
    }

    fn issues(&self) -> Vec<String> {
        self.set.issues()
    }

    fn skipped_samples(&self) -> Vec<String> {
        [self.set.skipped_samples(), self.diagnostics.sentences()].concat()
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        let len = self.set.len().unwrap_or(u64::MAX);
        if index >= len {
            return self.set.sample(index);
        }
        let rows = (0..len).map(|step| (index + step) % len);
        let found = self.diagnostics.first_sound(rows, |row| self.set.sample(row));
        found.map_err(|error| error.unwrap_or(DataError::OutOfRange { index, len }))
    }

    fn object_names(&self) -> Vec<String> {
        self.set.object_names()
    }

    fn predicate_names(&self) -> Vec<String> {
        self.set.predicate_names()
    }
}

impl Endless {
    pub fn new(set: Arc<dyn PictureSet>, seed: u64, augment: Augment) -> Self {
        let len = set.len().unwrap_or(u64::MAX);
        Self { set, len, seed, augment, diagnostics: SkippedRows::default() }
    }

    fn view(&self, seed: u64) -> PictureView {
        let mut rng = ChaCha8Rng::seed_from_u64(mix(seed));
        let mut view = PictureView::plain(seed);
        let Augment { crop, color } = self.augment;
        if crop > 0.0 && rng.random_bool(0.5) {
            let side = 1.0 - crop * rng.random::<f64>();
            let [x, y] = [0, 1].map(|_| rng.random::<f64>() * (1.0 - side));
            view.window = UnitBox::new(x as f32, y as f32, (x + side) as f32, (y + side) as f32);
        }
        if color > 0.0 {
            view.color = [0, 1, 2].map(|_| (1.0 + color * rng.random_range(-1.0..=1.0)) as f32);
        }
        view
    }

    fn look(&self, row: u64, seed: u64) -> Result<Sample, DataError> {
        let view = self.view(seed);
        let sample = self.set.view(row, &view)?;
        match sample.objects.is_empty() && view.window != UnitBox::WHOLE {
            // The crop has lost everything.
            true => self.set.view(row, &PictureView { window: UnitBox::WHOLE, ..view }),
            false => Ok(sample),
        }
    }
}

impl Dataset for Endless {
    fn len(&self) -> Option<u64> {
        if self.len == 0 { Some(0) } else { None }
    }

    fn issues(&self) -> Vec<String> {
        self.set.issues()
    }

    fn skipped_samples(&self) -> Vec<String> {
        [self.set.skipped_samples(), self.diagnostics.sentences()].concat()
    }

    fn has_masks(&self) -> bool {
        self.set.has_masks()
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        if self.len == 0 {
            return Err(DataError::OutOfRange { index, len: 0 });
        }
        let (pass, place) = (index / self.len, index % self.len);
        let order = mix(mix(self.seed).wrapping_add(pass));
        let seed = mix(mix(self.seed ^ 0x5bd1_e995).wrapping_add(index));
        let rows = (0..self.len).map(|step| shuffled((place + step) % self.len, self.len, order));
        let found = self.diagnostics.first_sound(rows, |row| self.look(row, seed));
        found.map_err(|error| error.unwrap_or(DataError::OutOfRange { index, len: self.len }))
    }

    fn object_names(&self) -> Vec<String> {
        self.set.object_names()
    }

    fn predicate_names(&self) -> Vec<String> {
        self.set.predicate_names()
    }
}

/// Where `place` of 0..len goes in an order of that seed, without a list: four rounds of a Feistel network on the next power of
/// four, walked until it lands inside.
fn shuffled(place: u64, len: u64, order: u64) -> u64 {
    let bits = (64 - (len - 1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1u64 << bits) - 1;
    let mut value = place;
    loop {
        let (mut left, mut right) = (value >> bits, value & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(order.wrapping_add(round) ^ mix(right)) & mask));
        }
        value = left << bits | right;
        if value < len {
            return value;
        }
    }
}

/// Mixes samples of two sets at random, so that earlier training is not forgotten.
pub struct Mixed {
    pub own: Arc<dyn Dataset>,
    pub other: Arc<dyn Dataset>,
    /// Share of the other's samples, 0 to 1.
    pub share: f64,
    pub seed: u64,
}

impl Dataset for Mixed {
    fn len(&self) -> Option<u64> {
        self.own.len()
    }

    fn issues(&self) -> Vec<String> {
        [self.own.issues(), self.other.issues()].concat()
    }

    fn skipped_samples(&self) -> Vec<String> {
        [self.own.skipped_samples(), self.other.skipped_samples()].concat()
    }

    fn has_masks(&self) -> bool {
        self.own.has_masks() && self.other.has_masks()
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        let seed = mix(mix(self.seed ^ 0x9e37).wrapping_add(index)) >> 11;
        let other = (seed as f64) < self.share * (1u64 << 53) as f64;
        if other { self.other.sample(index) } else { self.own.sample(index) }
    }

    fn object_names(&self) -> Vec<String> {
        joined(self.own.object_names(), self.other.object_names())
    }

    fn predicate_names(&self) -> Vec<String> {
        joined(self.own.predicate_names(), self.other.predicate_names())
    }
}

fn joined(one: Vec<String>, other: Vec<String>) -> Vec<String> {
    one.into_iter().chain(other).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_visits_everything_once() {
        for len in [1, 2, 3, 7, 64, 100, 1000] {
            for order in [0, 1, 99] {
                let mut seen: Vec<u64> = (0..len).map(|place| shuffled(place, len, order)).collect();
                let straight = seen.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() as u64;
                assert!(len < 64 || straight < len / 8, "{len}, {order}: hardly shuffled");
                seen.sort_unstable();
                assert!(seen.into_iter().eq(0..len), "{len}, {order}");
            }
        }
    }
}
