//! How often the classifier knows what a crop shows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::classifier::{CropClassifier, CropPrediction};
use super::crop;
use super::share::Share;
pub use scenewright_data::Rgb;
use scenewright_model::classifier::CROP_SIDE;
use scenewright_scene::UnitBox;

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recognition {
    pub crops: u64,
    /// Share of crops for which the right category is the most likely one, and among the five most likely.
    pub top1: f64,
    pub top5: f64,
    /// Top-1.
    pub by_category: BTreeMap<String, Share>,
}

/// Counts crop after crop.
#[derive(Clone, Debug, Default)]
pub struct RecognitionTally {
    first: Share,
    among_five: Share,
    by_category: BTreeMap<String, Share>,
}

impl RecognitionTally {
    /// Looks at the objects of a picture. What the classifier has no category for is left out; a box that shows nothing of the picture
    /// counts as not recognized. Gives what it saw of each, in order.
    pub fn add<'a>(
        &mut self,
        judge: &CropClassifier,
        picture: &Rgb,
        objects: impl Iterator<Item = (&'a str, &'a UnitBox)>,
    ) -> candle_core::Result<Vec<CropPrediction>> {
        let mut crops = Vec::new();
        let mut wanted = Vec::new();
        for (name, bounds) in objects {
            let Some(category) = judge.category(name) else { continue };
            let crop = crop::of_box(picture, bounds);
            wanted.push((name, category, crop.is_some()));
            crops.push(crop.unwrap_or_else(|| vec![0.5; 3 * CROP_SIDE * CROP_SIDE]));
        }
        let looks = judge.look(&crops)?;
        for ((name, category, shown), look) in wanted.into_iter().zip(&looks) {
            let rank = if shown { look.rank(category) } else { usize::MAX };
            self.first.add(rank == 0);
            self.among_five.add(rank < 5);
            self.by_category.entry(name.to_owned()).or_default().add(rank == 0);
        }
        Ok(looks)
    }

    pub fn finish(self) -> Recognition {
        Recognition {
            crops: self.first.of,
            top1: self.first.share(),
            top5: self.among_five.share(),
            by_category: self.by_category,
        }
    }
}
