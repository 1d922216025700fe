//! Trains the classifier: a run of the [`Trainer`], then its accuracy on held-out scenes.
//!
//! Two runs with one seed and one number of steps give the same weights, also where one of them was stopped and resumed; time decides only
//! where it is what was given instead of the number of steps.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use half::f16;
use rayon::prelude::*;

use super::card::{self, Accuracy, Card, FORMAT, TrainingFacts};
use super::config::ClassifierTrainConfig;
use super::folder::version_of;
use super::source::Source;
use super::task::SCENES_A_STEP;
use super::{Classifier, CropClassifier};
use crate::recognition::RecognitionTally;
use crate::{EvalError, Progress, Watch, step};
use scenewright_data::{Dataset, IllustratedWorld, Sample, Split, WorldConfig};
use scenewright_model::checkpoint::Weights;
use scenewright_model::classifier::ClassifierConfig;
use scenewright_nn::cancel::{CancellationToken, Cancelled};
use scenewright_train::config::read_toml;
use scenewright_train::run::{Compute, Outcome, RunError, RunEvent};
use scenewright_train::{Losses, Trainer};

/// A classifier and all that a folder of it holds.
#[derive(Debug)]
pub struct Trained {
    pub card: Card,
    /// As they are stored: rounded to float16.
    pub tensors: Vec<(String, Vec<f32>)>,
}

/// Trains in `run`, a folder of its own that does not exist yet or is empty.
///
/// # Errors
/// [`EvalError::Cancelled`] if it was stopped: the run is saved, and [`resume`] goes on with it.
pub fn train(
    config: &ClassifierTrainConfig,
    run: &Path,
    cancel: &CancellationToken,
    watch: Watch<'_>,
) -> Result<Trained, EvalError> {
    finish(Trainer::create(run, config.clone(), None, &Compute::cpu())?, run, cancel, watch)
}

/// Goes on with the training in `run`.
///
/// # Errors
/// As [`train`].
pub fn resume(run: &Path, cancel: &CancellationToken, watch: Watch<'_>) -> Result<Trained, EvalError> {
    finish(Trainer::resume::<ClassifierTrainConfig>(run, &Compute::cpu())?, run, cancel, watch)
}

fn finish(
    mut trainer: Trainer,
    run: &Path,
    cancel: &CancellationToken,
    watch: Watch<'_>,
) -> Result<Trained, EvalError> {
    let (started, seconds_before) = (Instant::now(), trainer.progress().seconds);
    let config: ClassifierTrainConfig =
        read_toml(&trainer.settings()?, "the settings of the run").map_err(RunError::from)?;
    let mut shown = RunningMeans::default();
    let outcome = trainer.run(cancel, &mut |event| match event {
        RunEvent::Preparing { what, done, total } => watch(Progress::new(what, done, total)),
        RunEvent::Step { step, steps, losses, .. } => {
            shown.add(losses);
            let total = if steps == u64::MAX { 0 } else { steps };
            watch(Progress { note: shown.note(), ..Progress::new("training", step, total) });
        }
        _ => {}
    })?;
    if outcome == Outcome::Stopped {
        return Err(Cancelled.into());
    }
    let (steps, seconds) = (trainer.progress().step, seconds_before + started.elapsed().as_secs_f64());
    drop(trainer);
    let source = Source::new(&config.sides)?;
    let network = ClassifierConfig::new(source.names.len());
    let tensors = stored(&network, &run.join("checkpoints/last/weights.safetensors"))?;
    let net = Classifier::new(&network, builder(&network, &tensors)?)?;
    let training = TrainingFacts {
        seed: config.seed,
        steps,
        batch: config.batch,
        learning_rate: config.learning_rate,
        scenes: config.first_scenes + SCENES_A_STEP * steps,
        sides: config.sides.clone(),
        augmentation: card::augmentation(),
        minutes: (seconds / 6.0).round() / 10.0,
    };
    let (version, names) = (version_of(&tensors), source.names);
    let card = Card { format: FORMAT.into(), version, config: network, names, training, accuracy: Vec::new() };
    let mut classifier = CropClassifier::new(card, net);
    for &side in &config.sides {
        let accuracy = accuracy(&classifier, side, config.test_scenes, cancel, watch)?;
        classifier.card.accuracy.push(accuracy);
    }
    Ok(Trained { card: classifier.card, tensors })
}

/// Running means, for progress reports.
#[derive(Default)]
struct RunningMeans {
    loss: f64,
    accuracy: f64,
    steps: u32,
}

impl RunningMeans {
    fn add(&mut self, losses: &Losses) {
        let value = |name: &str| losses.get(name).unwrap_or_default();
        self.steps += 1;
        let share = (1.0 / f64::from(self.steps)).max(0.01);
        self.loss += share * (value("loss") - self.loss);
        self.accuracy += share * (value("accuracy") - self.accuracy);
    }

    fn note(&self) -> String {
        format!("loss {:.3}, right {:.3}", self.loss, self.accuracy)
    }
}

/// The weights of a checkpoint as a classifier's folder stores them: what is measured is what is shipped.
fn stored(config: &ClassifierConfig, weights: &Path) -> Result<Vec<(String, Vec<f32>)>, EvalError> {
    let weights = Weights::open(weights).map_err(RunError::from)?;
    let rounded = |name: &str| -> Result<Vec<f32>, RunError> {
        Ok(weights.values(name)?.into_iter().map(|value| f16::from_f32(value).to_f32()).collect())
    };
    let mut tensors = Vec::new();
    for (name, _) in config.tensors() {
        let values = rounded(&name)?;
        tensors.push((name, values));
    }
    Ok(tensors)
}

fn builder(config: &ClassifierConfig, tensors: &[(String, Vec<f32>)]) -> candle_core::Result<VarBuilder<'static>> {
    let mut by_name = HashMap::new();
    for ((name, shape), (_, values)) in config.tensors().into_iter().zip(tensors) {
        by_name.insert(name, Tensor::from_slice(values, shape, &Device::Cpu)?);
    }
    Ok(VarBuilder::from_tensors(by_name, DType::F32, &Device::Cpu))
}

/// On real crops of held-out scenes.
fn accuracy(
    judge: &CropClassifier,
    side: usize,
    scenes: u64,
    cancel: &CancellationToken,
    watch: Watch<'_>,
) -> Result<Accuracy, EvalError> {
    let config = WorldConfig { split: Split::Test, width: side, height: side, mask_side: 1, ..Default::default() };
    let world = IllustratedWorld::new(config)?;
    let mut tally = RecognitionTally::default();
    for from in (0..scenes).step_by(32) {
        step(cancel, watch, Progress::new("measuring the accuracy", from, scenes))?;
        let range = from..scenes.min(from + 32);
        let samples: Vec<Sample> = range.into_par_iter().map(|index| world.sample(index)).collect::<Result<_, _>>()?;
        for sample in &samples {
            let objects = sample.objects.iter().map(|object| (object.name.as_str(), &object.bounds));
            tally.add(judge, &sample.image, objects)?;
        }
    }
    let recognition = tally.finish();
    let by_category =
        recognition.by_category.into_iter().map(|(name, share)| (name, (share.share(), share.of))).collect();
    let (top1, top5) = (recognition.top1, recognition.top5);
    Ok(Accuracy { side, scenes, crops: recognition.crops, top1, top5, by_category })
}
