//! Trains the classifier on crops of training scenes. The weights depend on the seed and the number of steps alone, not on threads; minutes
//! only choose the number of steps.

use std::time::Instant;

use candle_core::{D, Device, Tensor};
use half::f16;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::augment::augmented;
use super::card::{self, Accuracy, Card, FORMAT, TrainingFacts};
use super::folder::version_of;
use super::pool::Pool;
use super::{Classifier, CropClassifier};
use crate::recognition::RecognitionTally;
use crate::{EvalError, Progress, Watch, step};
pub use scenewright_data::{DataError, Dataset, Sample, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_model::classifier::{CROP_SIDE, ClassifierConfig};
use scenewright_nn::adam::{Adam, AdamConfig};
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::gradients;
use scenewright_nn::mode::Mode;
use scenewright_nn::parameters::Parameters;

#[derive(Clone, Debug)]
pub struct TrainOptions {
    pub seed: u64,
    /// How long it may take; used where `steps` is none.
    pub minutes: f64,
    pub steps: Option<u64>,
    /// Crops a step.
    pub batch: usize,
    pub learning_rate: f64,
    /// Sides of the pictures that crops are taken from, pixels.
    pub sides: Vec<usize>,
    /// Held-out scenes that the accuracy is measured on.
    pub test_scenes: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        let sides = vec![64, 128];
        Self { seed: 0, minutes: 15.0, steps: None, batch: 96, learning_rate: 3e-3, sides, test_scenes: 1000 }
    }
}

/// Scenes in the pool before the first step.
const FIRST_SCENES: u64 = 1500;
/// New scenes a step: about as many crops as a step learns from.
const SCENES_A_STEP: u64 = 8;
/// Steps over which the learning rate rises.
const WARM_UP: u64 = 100;
/// Steps after which their time is known well enough; all within the warm-up, so that the plan does not change what was learned before.
const TIMED: std::ops::Range<u64> = 20..80;
/// Share of the time that is kept for measuring the accuracy.
const KEPT_FOR_TEST: f64 = 0.05;

/// A classifier and all that a folder of it holds.
#[derive(Debug)]
pub struct Trained {
    pub card: Card,
    /// As they are stored: rounded to float16.
    pub tensors: Vec<(String, Vec<f32>)>,
}

pub fn train(options: &TrainOptions, watch: Watch<'_>) -> Result<Trained, EvalError> {
    let started = Instant::now();
    gradients::tune_allocator();
    let source = Source::new(options)?;
    let config = ClassifierConfig::new(source.names.len());
    let parameters = Parameters::new(options.seed, &Device::Cpu);
    let net = Classifier::new(&config, parameters.builder())?;
    let mut adam = Adam::new(parameters.learnable(), AdamConfig { beta2: 0.99, ..AdamConfig::default() });
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let mut pool = Pool::new(config.categories);
    let mut scenes = 0;
    while scenes < FIRST_SCENES {
        step(watch, Progress::new("painting", scenes, FIRST_SCENES))?;
        source.fill(&mut pool, &mut scenes, 50)?;
    }
    let mut total = options.steps.unwrap_or(u64::MAX);
    let (mut timed_from, mut done) = (started, 0);
    let mut shown = Shown::default();
    while done < total {
        if done == TIMED.start {
            timed_from = Instant::now();
        }
        if done == TIMED.end && options.steps.is_none() {
            let a_step = timed_from.elapsed().as_secs_f64() / (TIMED.end - TIMED.start) as f64;
            let left = options.minutes * 60.0 * (1.0 - KEPT_FOR_TEST) - started.elapsed().as_secs_f64();
            total = done + (left / a_step).max(WARM_UP as f64) as u64;
        }
        source.fill(&mut pool, &mut scenes, SCENES_A_STEP)?;
        let drawn = pool.draw(options.batch, &mut rng);
        let labels: Vec<u32> = drawn.iter().map(|(category, _)| *category).collect();
        // Each crop has its own dice: the threads may take them in any order.
        let dice: Vec<(ChaCha8Rng, _)> =
            drawn.into_iter().map(|(_, patch)| (ChaCha8Rng::from_rng(&mut rng), patch)).collect();
        let crops: Vec<Vec<f32>> = dice.into_par_iter().map(|(mut rng, patch)| augmented(patch, &mut rng)).collect();
        let crops = Tensor::from_vec(crops.concat(), (labels.len(), 3, CROP_SIDE, CROP_SIDE), &Device::Cpu)?;
        adam.config.learning_rate = options.learning_rate * rate(done, total);
        let looks = net.forward(&crops, Mode::Train)?;
        let loss = cross_entropy(&looks.scores, &labels)?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(EvalError::Diverged { steps: done });
        }
        adam.step(&gradients::backward(&loss)?)?;
        done += 1;
        shown.add(value, &looks.scores, &labels)?;
        let note = format!("loss {:.3}, right {:.3}", shown.loss, shown.right);
        step(watch, Progress { note, ..Progress::new("training", done, if total == u64::MAX { 0 } else { total }) })?;
    }
    let tensors = stored(&config, &parameters)?;
    let training = TrainingFacts {
        seed: options.seed,
        steps: done,
        batch: options.batch,
        learning_rate: options.learning_rate,
        scenes,
        sides: options.sides.clone(),
        augmentation: card::augmentation(),
        minutes: (started.elapsed().as_secs_f64() / 6.0).round() / 10.0,
    };
    let (version, names) = (version_of(&tensors), source.names.clone());
    let card = Card { format: FORMAT.into(), version, config, names, training, accuracy: Vec::new() };
    let mut recogniser = CropClassifier::new(card, net);
    for &side in &options.sides {
        let accuracy = accuracy(&recogniser, side, options.test_scenes, watch)?;
        recogniser.card.accuracy.push(accuracy);
    }
    Ok(Trained { card: recogniser.card, tensors })
}

/// Where the crops come from.
struct Source {
    worlds: Vec<IllustratedWorld>,
    names: Vec<String>,
}

impl Source {
    fn new(options: &TrainOptions) -> Result<Self, EvalError> {
        let world = |&side| {
            IllustratedWorld::new(WorldConfig { width: side, height: side, mask_side: 1, ..Default::default() })
        };
        let worlds = options.sides.iter().map(world).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = worlds.first() else { return Err(EvalError::NoPictures) };
        let names = first.object_names();
        Ok(Self { worlds, names })
    }

    /// The next scenes, in order, each in one of the sizes.
    fn fill(&self, pool: &mut Pool, scenes: &mut u64, count: u64) -> Result<(), DataError> {
        let from = *scenes;
        let world = |index: u64| &self.worlds[(index % self.worlds.len() as u64) as usize];
        let samples: Vec<Sample> =
            (from..from + count).into_par_iter().map(|index| world(index).sample(index)).collect::<Result<_, _>>()?;
        for sample in &samples {
            pool.add(sample, |name| self.names.binary_search_by(|known| known.as_str().cmp(name)).ok());
        }
        *scenes += count;
        Ok(())
    }
}

/// Up along a line, down along half a cosine.
fn rate(done: u64, total: u64) -> f64 {
    if done < WARM_UP {
        return (done + 1) as f64 / WARM_UP as f64;
    }
    let through = (done - WARM_UP) as f64 / (total.saturating_sub(WARM_UP)).max(1) as f64;
    0.5 * (1.0 + (std::f64::consts::PI * through).cos())
}

/// Running means, for whoever watches.
#[derive(Default)]
struct Shown {
    loss: f64,
    right: f64,
    steps: u32,
}

impl Shown {
    fn add(&mut self, loss: f64, scores: &Tensor, labels: &[u32]) -> candle_core::Result<()> {
        let best: Vec<u32> = scores.argmax(D::Minus1)?.to_vec1()?;
        let right = best.iter().zip(labels).filter(|(a, b)| a == b).count() as f64 / labels.len().max(1) as f64;
        self.steps += 1;
        let share = (1.0 / f64::from(self.steps)).max(0.01);
        self.loss += share * (loss - self.loss);
        self.right += share * (right - self.right);
        Ok(())
    }
}

/// The weights as they will be stored, put back into the network, so that what is measured is what is shipped.
fn stored(config: &ClassifierConfig, parameters: &Parameters) -> Result<Vec<(String, Vec<f32>)>, EvalError> {
    let mut tensors = Vec::new();
    for (name, _) in config.tensors() {
        let Some(var) = parameters.get(&name) else { continue };
        let values: Vec<f32> = var.flatten_all()?.to_vec1()?;
        let values: Vec<f32> = values.into_iter().map(|value| f16::from_f32(value).to_f32()).collect();
        parameters.set(&name, &values)?;
        tensors.push((name, values));
    }
    Ok(tensors)
}

/// On real crops of held-out scenes.
fn accuracy(judge: &CropClassifier, side: usize, scenes: u64, watch: Watch<'_>) -> Result<Accuracy, EvalError> {
    let config = WorldConfig { split: Split::Test, width: side, height: side, mask_side: 1, ..Default::default() };
    let world = IllustratedWorld::new(config)?;
    let mut tally = RecognitionTally::default();
    for from in (0..scenes).step_by(32) {
        step(watch, Progress::new("measuring the accuracy", from, scenes))?;
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
