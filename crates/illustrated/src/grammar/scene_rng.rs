//! Seeded random numbers. Every choice of the grammar goes through here, by our own arithmetic on the generator's bits, so that
//! a seed means the same scene on every machine and with every version of a random-number library.

use crate::split::mix;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

#[derive(Clone, Debug)]
pub struct SceneRng(ChaCha8Rng);

impl SceneRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Separate random numbers for one part of a scene: what other parts draw does not change them.
    pub(crate) fn for_part(seed: u64, part: &str, number: u64) -> Self {
        // FNV-1a: short, and the same everywhere.
        let hash = part
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self::new(mix(seed ^ mix(hash.wrapping_add(mix(number)))))
    }

    pub(crate) fn seed(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// 0..1, in steps of 2^-24: exact in f32.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// 0..count; 0 for an empty range.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((u64::from(self.0.next_u32()) * count as u64) >> 32) as usize
    }

    /// Both ends included.
    pub(crate) fn count(&mut self, (least, most): (usize, usize)) -> usize {
        least + self.below(most - least + 1)
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    /// An index, each as likely as its weight; `None` where no weight is positive.
    pub(crate) fn weighted(&mut self, weights: &[f32]) -> Option<usize> {
        let total: f32 = weights.iter().filter(|w| **w > 0.0).sum();
        let mut point = self.unit() * total;
        let mut last = None;
        for (index, &weight) in weights.iter().enumerate() {
            if weight > 0.0 {
                last = Some(index);
                if point < weight {
                    break;
                }
                point -= weight;
            }
        }
        last
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
