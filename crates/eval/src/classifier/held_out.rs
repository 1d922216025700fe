//! Crops that the classifier does not learn from: its figures while it is trained.

use candle_core::{D, Device, Result, Tensor};
use rayon::prelude::*;

use super::Classifier;
use super::config::ClassifierTrainConfig;
use super::source::Source;
use crate::crop;
use scenewright_data::{DataError, Dataset, IllustratedWorld, Sample, Split, WorldConfig};
use scenewright_model::classifier::CROP_SIDE;
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::mode::Mode;
use scenewright_train::run::Figures;

/// Crops that go through the network at a time.
const BATCH: usize = 256;

pub(super) struct HeldOut {
    crops: Vec<Vec<f32>>,
    labels: Vec<u32>,
}

impl HeldOut {
    /// Every object of scenes of the validation split, in the first of the sizes.
    pub(super) fn new(config: &ClassifierTrainConfig, source: &Source) -> std::result::Result<Self, DataError> {
        let side = config.sides.first().copied().unwrap_or(CROP_SIDE);
        let split = Split::Validation;
        let world = IllustratedWorld::new(WorldConfig {
            split,
            width: side,
            height: side,
            mask_side: 1,
            ..Default::default()
        })?;
        let scenes = 0..config.validation_scenes;
        let samples: Vec<Sample> =
            scenes.into_par_iter().map(|index| world.sample(index)).collect::<std::result::Result<_, _>>()?;
        let (mut crops, mut labels) = (Vec::new(), Vec::new());
        for sample in &samples {
            for object in &sample.objects {
                let crop = crop::of_box(&sample.image, &object.bounds);
                if let (Some(category), Some(crop)) = (source.category(&object.name), crop) {
                    labels.push(category as u32);
                    crops.push(crop);
                }
            }
        }
        Ok(Self { crops, labels })
    }

    pub(super) fn figures(&self, net: &Classifier) -> Result<Figures> {
        let (mut loss, mut right) = (0.0, 0);
        for (crops, labels) in self.crops.chunks(BATCH).zip(self.labels.chunks(BATCH)) {
            let shape = (labels.len(), 3, CROP_SIDE, CROP_SIDE);
            let crops = Tensor::from_vec(crops.concat(), shape, &Device::Cpu)?;
            let scores = net.forward(&crops, Mode::Evaluate)?.scores;
            loss += f64::from(cross_entropy(&scores, labels)?.to_scalar::<f32>()?) * labels.len() as f64;
            let best: Vec<u32> = scores.argmax(D::Minus1)?.to_vec1()?;
            right += best.iter().zip(labels).filter(|(a, b)| a == b).count();
        }
        let count = self.labels.len().max(1) as f64;
        Ok(vec![("val_loss", loss / count), ("val_accuracy", right as f64 / count)])
    }
}
