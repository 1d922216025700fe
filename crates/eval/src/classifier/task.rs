//! The task of training the classifier: fresh scenes flow through a pool of crops, each step learns from a draw of it.

use std::fs;
use std::path::Path;
use std::time::Instant;

use candle_core::{D, Device, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Classifier;
use super::augment::augmented;
use super::config::{ClassifierTrainConfig, WARM_UP};
use super::held_out::HeldOut;
use super::pool::{Pool, PoolState};
use super::source::Source;
use scenewright_model::checkpoint::ModelFolder;
use scenewright_model::classifier::{CROP_SIDE, ClassifierConfig};
use scenewright_nn::adam::AdamConfig;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::gradients;
use scenewright_nn::mode::Mode;
use scenewright_nn::parameters::Parameters;
use scenewright_train::Losses;
use scenewright_train::config::{ConfigError, write_toml};
use scenewright_train::ema::Ema;
use scenewright_train::run::{
    Intervals, Learner, LearnerMut, ModelFiles, Phase, RunError, RunEvent, RunProgress, StepReport, TaskConfig,
    TaskContext, TrainingTask, Validation, figure, network, shown_builder, to_json,
};
use scenewright_train::step::{StepError, TrainableNet};

/// Scenes that are painted at a time before the steps begin.
const SCENES_AT_ONCE: u64 = 50;
/// New scenes a step: about as many crops as a step learns from.
pub(super) const SCENES_A_STEP: u64 = 8;
/// Steps after which their time is known well enough; all within the warm-up, so that the plan does not change what was learned before.
const TIMED: std::ops::Range<u64> = 20..80;
const _: () = assert!(TIMED.end < WARM_UP);
/// Share of the time that is kept for measuring the accuracy.
const KEPT_FOR_TEST: f64 = 0.05;

/// Columns of `metrics.csv`.
const COLUMNS: [&str; 7] =
    ["crops_per_second", "waited_millis", "learning_rate", "loss", "accuracy", "val_loss", "val_accuracy"];

pub(super) struct ClassifierTask {
    config: ClassifierTrainConfig,
    network: ClassifierConfig,
    learner: TrainableNet<Classifier>,
    source: Source,
    rng: ChaCha8Rng,
    pool: Pool,
    /// Scenes that have gone into the pool.
    scenes: u64,
    /// The pool of a checkpoint, whose scenes are still to be painted again.
    saved_pool: Option<PoolState>,
    budget: TimeBudget,
    /// Made when first needed.
    held_out: Option<HeldOut>,
}

/// How many steps fit into the time, where it is time that is given.
struct TimeBudget {
    started: Instant,
    /// Seconds before this process resumed the training.
    seconds_before: f64,
    /// Seconds of the steps that are timed.
    timed_seconds: f64,
    /// Known from the settings, or once enough steps were timed.
    steps: Option<u64>,
}

/// What a checkpoint holds beside weights and optimizer.
#[derive(Serialize, Deserialize)]
struct SavedState {
    scenes: u64,
    pool: PoolState,
    /// How far the generator of random numbers is; text, since JSON's numbers are too small for it.
    random_position: String,
    seconds: f64,
    timed_seconds: f64,
    planned_steps: Option<u64>,
}

/// `config.json` of a checkpoint.
#[derive(PartialEq, Serialize, Deserialize)]
struct CheckpointConfig {
    config: ClassifierConfig,
    names: Vec<String>,
}

impl TaskConfig for ClassifierTrainConfig {
    fn steps(&self) -> Option<u64> {
        self.steps
    }

    fn validate(&self) -> Result<(), ConfigError> {
        self.check()
    }

    fn create(self, _: Option<&ModelFolder>, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        Ok(Box::new(ClassifierTask::new(self, context.device())?))
    }

    fn restore(self, checkpoint: &Path, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let damaged = |problem: String| RunError::Checkpoint { problem, path: checkpoint.to_owned() };
        let text = fs::read(checkpoint.join("config.json")).map_err(|error| damaged(error.to_string()))?;
        let before: CheckpointConfig = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        let task = ClassifierTask::new(self, context.device())?;
        if task.checkpoint_config() != before {
            return Err(RunError::Changed(format!(
                "the categories of the illustrated world are not those that this run learns. Start a new run: {}",
                context.run.display()
            )));
        }
        Ok(Box::new(task))
    }
}

impl ClassifierTask {
    fn new(config: ClassifierTrainConfig, device: &Device) -> Result<Self, RunError> {
        gradients::tune_allocator();
        let source = Source::new(&config.sides)?;
        let network = ClassifierConfig::new(source.names.len());
        let adam = AdamConfig { beta2: 0.99, ..AdamConfig::default() };
        let parameters = Parameters::new(config.seed, device);
        let learner = TrainableNet::new(parameters, adam, |p| Classifier::new(&network, p.builder()))
            .map_err(scenewright_train::run::network)?;
        let budget =
            TimeBudget { started: Instant::now(), seconds_before: 0.0, timed_seconds: 0.0, steps: config.steps };
        Ok(Self {
            rng: ChaCha8Rng::seed_from_u64(config.seed),
            pool: Pool::new(network.categories),
            config,
            network,
            learner,
            source,
            scenes: 0,
            saved_pool: None,
            budget,
            held_out: None,
        })
    }

    fn checkpoint_config(&self) -> CheckpointConfig {
        CheckpointConfig { config: self.network.clone(), names: self.source.names.clone() }
    }

    /// Paints the scenes again whose crops were in the pool of the checkpoint. False if it was cancelled.
    fn restore_pool(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<bool, RunError> {
        let Some(saved) = self.saved_pool.take() else { return Ok(true) };
        let scenes = saved.scenes();
        let mut pool = Pool::new(self.network.categories);
        for (number, some) in scenes.chunks(SCENES_AT_ONCE as usize).enumerate() {
            let done = SCENES_AT_ONCE * number as u64;
            watch(RunEvent::Preparing { what: "painting", done, total: scenes.len() as u64 });
            if cancel.is_cancelled() {
                self.saved_pool = Some(saved);
                return Ok(false);
            }
            for (&scene, sample) in some.iter().zip(self.source.paint(some.to_vec())?) {
                pool.add(scene, &sample, |name| self.source.category(name).filter(|c| saved.holds(*c, scene)));
            }
        }
        pool.seen = saved.seen;
        self.pool = pool;
        Ok(true)
    }

    /// The next scenes, in order.
    fn fill_pool(&mut self, count: u64) -> Result<(), RunError> {
        let scenes: Vec<u64> = (self.scenes..self.scenes + count).collect();
        for (&scene, sample) in scenes.iter().zip(self.source.paint(scenes.clone())?) {
            self.pool.add(scene, &sample, |name| self.source.category(name));
        }
        self.scenes += count;
        Ok(())
    }

    /// Crops and their categories.
    fn draw(&mut self) -> candle_core::Result<(Tensor, Vec<u32>)> {
        let drawn = self.pool.draw(self.config.batch, &mut self.rng);
        let labels: Vec<u32> = drawn.iter().map(|(category, _)| *category).collect();
        // Each crop has its own generator: the threads may take them in any order.
        let rng = &mut self.rng;
        let own: Vec<(ChaCha8Rng, _)> =
            drawn.into_iter().map(|(_, patch)| (ChaCha8Rng::from_rng(rng), patch)).collect();
        let crops: Vec<Vec<f32>> = own.into_par_iter().map(|(mut rng, patch)| augmented(patch, &mut rng)).collect();
        let shape = (labels.len(), 3, CROP_SIDE, CROP_SIDE);
        Ok((Tensor::from_vec(crops.concat(), shape, &Device::Cpu)?, labels))
    }

    fn learn(&mut self) -> Result<Losses, StepError> {
        let (crops, labels) = self.draw()?;
        let seen = self.learner.net.forward(&crops, Mode::Train)?;
        let loss = cross_entropy(&seen.scores, &labels)?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        let mut losses = Losses(vec![("loss", value)]);
        losses.check()?;
        self.learner.optimizer.step(&gradients::backward(&loss)?)?;
        let best: Vec<u32> = seen.scores.argmax(D::Minus1)?.to_vec1()?;
        let right = best.iter().zip(&labels).filter(|(a, b)| a == b).count();
        losses.0.push(("accuracy", right as f64 / labels.len().max(1) as f64));
        Ok(losses)
    }

    fn saved_state(&self) -> SavedState {
        SavedState {
            scenes: self.scenes,
            pool: self.saved_pool.clone().unwrap_or_else(|| self.pool.state()),
            random_position: self.rng.get_word_pos().to_string(),
            seconds: self.budget.seconds(),
            timed_seconds: self.budget.timed_seconds,
            planned_steps: self.budget.steps,
        }
    }

    fn restore_state(&mut self, state: Option<Json>) -> Result<(), String> {
        let state = state.ok_or("it lacks the state of the pool")?;
        let state: SavedState = serde_json::from_value(state).map_err(|error| error.to_string())?;
        if !state.pool.fits(self.network.categories) {
            return Err("the pool has other categories than the network".to_owned());
        }
        let position: u128 = state.random_position.parse().map_err(|_| "random_position is no number")?;
        self.rng.set_word_pos(position);
        self.scenes = state.scenes;
        self.saved_pool = Some(state.pool);
        self.budget.seconds_before = state.seconds;
        self.budget.timed_seconds = state.timed_seconds;
        // Settings that name a number of steps go before what was planned.
        self.budget.steps = self.config.steps.or(state.planned_steps);
        Ok(())
    }
}

impl TimeBudget {
    fn seconds(&self) -> f64 {
        self.seconds_before + self.started.elapsed().as_secs_f64()
    }

    /// A step was made; the number of steps is planned once enough of them are timed.
    fn add(&mut self, step: u64, seconds: f64, minutes: f64) {
        if TIMED.contains(&step) {
            self.timed_seconds += seconds;
        }
        if step + 1 == TIMED.end && self.steps.is_none() {
            let a_step = self.timed_seconds / (TIMED.end - TIMED.start) as f64;
            let left = minutes * 60.0 * (1.0 - KEPT_FOR_TEST) - self.seconds();
            self.steps = Some(TIMED.end + (left / a_step).max(WARM_UP as f64) as u64);
        }
    }
}

impl TrainingTask for ClassifierTask {
    fn steps(&self) -> u64 {
        self.budget.steps.unwrap_or(u64::MAX)
    }

    fn phase(&self, _: u64) -> Phase {
        Phase::Classifier
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.config.learning_rate(step, self.steps())
    }

    fn intervals(&self) -> Intervals {
        self.config.intervals()
    }

    fn columns(&self) -> &'static [&'static str] {
        &COLUMNS
    }

    fn settings(&self) -> Result<String, ConfigError> {
        write_toml(&self.config)
    }

    fn learners(&self) -> Vec<Learner<'_>> {
        vec![("classifier", &self.learner.parameters, &self.learner.optimizer)]
    }

    fn learners_mut(&mut self) -> Vec<LearnerMut<'_>> {
        vec![("classifier", &self.learner.parameters, &mut self.learner.optimizer)]
    }

    fn prepare(
        &mut self,
        _: u64,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<(), RunError> {
        if !self.restore_pool(cancel, watch)? {
            return Ok(());
        }
        let first = self.config.first_scenes;
        while self.scenes < first {
            watch(RunEvent::Preparing { what: "painting", done: self.scenes, total: first });
            if cancel.is_cancelled() {
                break;
            }
            self.fill_pool(SCENES_AT_ONCE.min(first - self.scenes))?;
        }
        Ok(())
    }

    fn step(&mut self, step: u64, learning_rate: f64) -> Result<StepReport, RunError> {
        let start = Instant::now();
        self.fill_pool(SCENES_A_STEP)?;
        let waited_millis = start.elapsed().as_secs_f64() * 1e3;
        self.learner.optimizer.config.learning_rate = learning_rate;
        let losses = self.learn().map_err(|problem| RunError::Step { step: step + 1, problem })?;
        self.budget.add(step, start.elapsed().as_secs_f64(), self.config.minutes);
        Ok(StepReport { losses, items: self.config.batch, waited_millis })
    }

    fn validate(&mut self, _: u64, ema: Option<&mut Ema>) -> Result<Validation, RunError> {
        if self.held_out.is_none() {
            self.held_out = Some(HeldOut::new(&self.config, &self.source)?);
        }
        let Some(held_out) = &self.held_out else { return Ok(Validation::default()) };
        let builder = shown_builder(&self.learner.parameters, ema.as_deref(), &Device::Cpu).map_err(network)?;
        let net = Classifier::new(&self.network, builder).map_err(network)?;
        let figures = held_out.figures(&net).map_err(network)?;
        let loss = Some(figure(&figures, "val_loss"));
        Ok(Validation { figures, loss, ..Validation::default() })
    }

    fn model_files(&self, _: &RunProgress) -> Result<ModelFiles, RunError> {
        Ok(ModelFiles { config: to_json(&self.checkpoint_config())?, vocab: None, card: None })
    }

    fn state(&self) -> Option<Json> {
        serde_json::to_value(self.saved_state()).ok()
    }

    fn loaded(&mut self, _: Option<&mut Ema>, state: Option<Json>) -> Result<(), String> {
        self.restore_state(state)
    }
}
