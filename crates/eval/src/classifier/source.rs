//! Where the crops come from: scenes of the training split, in turn in each of the sizes.

use rayon::prelude::*;

use scenewright_data::{DataError, Dataset, IllustratedWorld, Sample, WorldConfig};

pub(super) struct Source {
    worlds: Vec<IllustratedWorld>,
    /// Categories, in order.
    pub names: Vec<String>,
}

impl Source {
    /// `sides` of the pictures, pixels; at least one.
    pub(super) fn new(sides: &[usize]) -> Result<Self, DataError> {
        let world = |&side| {
            IllustratedWorld::new(WorldConfig { width: side, height: side, mask_side: 1, ..Default::default() })
        };
        let worlds = sides.iter().map(world).collect::<Result<Vec<_>, _>>()?;
        let names = worlds.first().map(Dataset::object_names).unwrap_or_default();
        Ok(Self { worlds, names })
    }

    pub(super) fn paint(&self, scenes: Vec<u64>) -> Result<Vec<Sample>, DataError> {
        let world = |scene: u64| &self.worlds[(scene % self.worlds.len() as u64) as usize];
        scenes.into_par_iter().map(|scene| world(scene).sample(scene)).collect()
    }

    pub(super) fn category(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }
}
