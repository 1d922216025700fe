//! Train, validation and test seeds: disjoint parts of the seed space.

/// Which part of a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Split {
    #[default]
    Train,
    /// Watched while training.
    Validation,
    /// Looked at once, at the end.
    Test,
}

impl Split {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// The seed of sample `index`. The two lowest bits name the split, so seeds of two splits differ whatever the seed of
    /// the world and the index are: a held-out scene can never be trained on, not even by a run with another seed.
    pub fn seed(self, world_seed: u64, index: u64) -> u64 {
        let mixed = mix(mix(world_seed).wrapping_add(index)) & !3;
        mixed
            | match self {
                Self::Train => 0,
                Self::Validation => 2,
                Self::Test => 3,
            }
    }

    /// Which split a sample's seed belongs to.
    #[cfg(test)]
    pub(crate) fn of(seed: u64) -> Self {
        match seed & 3 {
            2 => Self::Validation,
            3 => Self::Test,
            _ => Self::Train,
        }
    }
}

/// One round of SplitMix64 (Steele et al. 2014): a bijection, so no two indices share a seed before the split's bits.
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn splits_never_share_a_seed() {
        let mut seen = HashSet::new();
        for world_seed in [0, 1, 2, 7, u64::MAX] {
            for index in 0..5_000 {
                for split in Split::ALL {
                    let seed = split.seed(world_seed, index);
                    assert_eq!(Split::of(seed), split);
                    assert!(seen.insert(seed), "world {world_seed}, {split:?} {index}");
                }
            }
        }
    }
}
