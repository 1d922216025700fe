//! What a classifier is, how it was made and how good it is: `card.json` for programs, `card.md` for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::augment;
use scenewright_model::classifier::{CROP_SIDE, ClassifierConfig};

pub(crate) const FORMAT: &str = "scenewright-classifier";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// [`FORMAT`].
    pub format: String,
    /// Made of the weights: two classifiers with one version are the same.
    pub version: String,
    pub config: ClassifierConfig,
    /// Categories in the order of the scores.
    pub names: Vec<String>,
    pub training: TrainingFacts,
    /// On real crops of held-out scenes, by the side of the pictures.
    pub accuracy: Vec<Accuracy>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingFacts {
    pub seed: u64,
    pub steps: u64,
    pub batch: usize,
    pub learning_rate: f64,
    /// Scenes that were painted for it.
    pub scenes: u64,
    /// Sides of their pictures, pixels.
    pub sides: Vec<usize>,
    pub augmentation: String,
    pub minutes: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    pub side: usize,
    pub scenes: u64,
    pub crops: u64,
    pub top1: f64,
    pub top5: f64,
    /// Top-1 and number of crops.
    pub by_category: BTreeMap<String, (f64, u64)>,
}

impl Card {
    pub fn markdown(&self) -> String {
        let TrainingFacts { seed, steps, batch, learning_rate, scenes, sides, minutes, .. } = &self.training;
        let parameters: usize = self.config.tensors().iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        let sides: Vec<String> = sides.iter().map(|side| format!("{side} × {side}")).collect();
        let mut text = format!(
            "# The classifier for recognizability\n\n\
             Version `{}`. Figures of another version cannot be compared with this one's.\n\n\
             ## What it is\n\n\
             A convolution network ({:.2} million numbers, channels {:?}, {} features, {} categories) that classifies what a crop of an \
             illustrated scene shows. A crop is an object's box within the picture, widened by {:.0} % of its side on each side and resized \
             to {CROP_SIDE} × {CROP_SIDE} pixels. It is a measuring instrument, trained on nothing but this program's own scenes.\n\n\
             ## How it was made\n\n\
             `scenewright eval train-classifier --seed {seed} --steps {steps}`, {minutes:.1} minutes. {scenes} scenes of the training split, in turn {} pixels. \
             Adam, learning rate {learning_rate} after 100 steps, then down to zero along a cosine; {batch} crops a step; categories by the \
             square root of how often they occur; cross-entropy. Crops are augmented: {}.\n\n\
             ## How good it is\n\n\
             On every object of held-out scenes (test split, seed 0), as painted, whether half hidden or not:\n\n\
             | picture | scenes | crops | top-1 | top-5 |\n|---|---|---|---|---|\n",
            self.version,
            parameters as f64 / 1e6,
            self.config.widths,
            self.config.features,
            self.config.categories,
            100.0 * crate::crop::CONTEXT,
            sides.join(" and "),
            self.training.augmentation,
        );
        for a in &self.accuracy {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "| {0} × {0} | {1} | {2} | {3:.3} | {4:.3} |",
                a.side, a.scenes, a.crops, a.top1, a.top5
            );
        }
        text.push_str("\nBy category, top-1 (crops):\n\n| category |");
        self.accuracy.iter().for_each(|a| text.push_str(&format!(" {} px |", a.side)));
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(self.accuracy.len()));
        for name in &self.names {
            let _ = write!(text, "\n| {name} |");
            for a in &self.accuracy {
                let cell = a.by_category.get(name).map_or("–".into(), |(top1, crops)| format!("{top1:.2} ({crops})"));
                let _ = write!(text, " {cell} |");
            }
        }
        text.push_str("\n\n## License\n\nThat of the program: MIT or Apache-2.0.\n");
        text
    }
}

/// For [`TrainingFacts::augmentation`].
pub(super) fn augmentation() -> String {
    augment::RECIPE.split_whitespace().collect::<Vec<_>>().join(" ")
}
