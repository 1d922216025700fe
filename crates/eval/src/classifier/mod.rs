//! The classifier behind recognizability: a small network that classifies crops of the illustrated world.
//!
//! ```text
//! training scenes --pool--> patches --augment--> crops --train--> weights, card --folder--> models/classifier-illustrated
//! picture + box --crop--> [3, 32, 32] --Recognizer--> features, scores
//! ```
//!
//! Figures of two classifiers cannot be compared, so each has a version that is made of its weights and stands in every report.

mod augment;
mod card;
mod config;
mod folder;
mod held_out;
mod pool;
mod source;
mod task;
mod train;

pub use card::{Accuracy, Card, TrainingFacts};
pub use config::ClassifierTrainConfig;
pub use folder::{ClassifierError, check_target, write};
pub use train::{Trained, resume, train};

use std::collections::HashMap;
use std::path::Path;

use candle_core::{Device, Result, Tensor};

use scenewright_model::classifier::{CROP_SIDE, Classifier};
use scenewright_nn::mode::Mode;

/// Crops that go through the network at a time.
const BATCH: usize = 64;

/// What the classifier says of one crop.
#[derive(Clone, Debug)]
pub struct CropPrediction {
    /// `[F]`
    pub features: Vec<f32>,
    /// `[C]`
    pub scores: Vec<f32>,
}

impl CropPrediction {
    /// How many categories it holds for more likely than this one.
    pub(crate) fn rank(&self, category: usize) -> usize {
        let Some(&own) = self.scores.get(category) else { return self.scores.len() };
        self.scores.iter().filter(|&&score| score > own).count()
    }
}

/// A classifier that was trained, with the names of its categories.
#[derive(Debug)]
pub struct CropClassifier {
    pub card: Card,
    net: Classifier,
    category_of: HashMap<String, usize>,
}

impl CropClassifier {
    fn new(card: Card, net: Classifier) -> Self {
        let category_of = card.names.iter().cloned().enumerate().map(|(i, name)| (name, i)).collect();
        Self { card, net, category_of }
    }

    /// Opens a folder that `scenewright eval train-classifier` made. Weights that are not those of its card are refused.
    pub fn open(path: &Path) -> std::result::Result<Self, ClassifierError> {
        folder::open(path)
    }

    /// Stands in every report.
    pub(crate) fn version(&self) -> &str {
        &self.card.version
    }

    pub fn category(&self, name: &str) -> Option<usize> {
        self.category_of.get(name).copied()
    }

    pub(crate) fn features(&self) -> usize {
        self.card.config.features
    }

    /// crops `[3, 32, 32]` each
    pub(crate) fn look(&self, crops: &[Vec<f32>]) -> Result<Vec<CropPrediction>> {
        let mut looks = Vec::with_capacity(crops.len());
        for batch in crops.chunks(BATCH) {
            let values = batch.concat();
            let crops = Tensor::from_vec(values, (batch.len(), 3, CROP_SIDE, CROP_SIDE), &Device::Cpu)?;
            let seen = self.net.forward(&crops, Mode::Evaluate)?;
            let rows = seen.features.to_vec2::<f32>()?.into_iter().zip(seen.scores.to_vec2::<f32>()?);
            looks.extend(rows.map(|(features, scores)| CropPrediction { features, scores }));
        }
        Ok(looks)
    }
}
