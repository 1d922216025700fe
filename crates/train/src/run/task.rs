//! What differs between trainings: a [`TaskConfig`] builds a [`TrainingTask`], which the [`Trainer`](super::Trainer) drives.

use std::path::Path;

use candle_core::Device;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::checkpoint::MadeWith;
use super::event::{Phase, RunEvent};
use super::{Figures, RunError, RunProgress};
use crate::config::ConfigError;
use crate::ema::Ema;
use crate::step::Losses;
use scenewright_model::checkpoint::ModelFolder;
use scenewright_nn::adam::Adam;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_nn::parameters::Parameters;

/// Where a training computes.
#[derive(Clone, Debug)]
pub struct Compute {
    pub device: Device,
    /// The processes that share each batch.
    pub group: ProcessGroup,
}

impl Compute {
    /// One process on this device.
    pub fn on(device: &Device) -> Self {
        Self { device: device.clone(), group: ProcessGroup::single() }
    }

    /// One process on the CPU.
    pub fn cpu() -> Self {
        Self::on(&Device::Cpu)
    }
}

/// What a task is built in.
#[derive(Clone, Copy, Debug)]
pub struct TaskContext<'a> {
    /// The folder of the run.
    pub run: &'a Path,
    pub compute: &'a Compute,
}

impl TaskContext<'_> {
    pub fn device(&self) -> &Device {
        &self.compute.device
    }

    pub fn group(&self) -> &ProcessGroup {
        &self.compute.group
    }
}

/// The settings of a training, as `config.toml` holds them.
pub trait TaskConfig: Clone + Serialize + DeserializeOwned {
    /// Steps in all; none where they are not known before the training begins.
    fn steps(&self) -> Option<u64>;

    /// # Errors
    /// Names every setting that has a value it cannot have.
    fn validate(&self) -> Result<(), ConfigError>;

    /// Builds the task of a new run: its first weights follow from the seed, or come from a model.
    ///
    /// # Errors
    /// If the data cannot be read, or the model does not fit the settings.
    fn create(self, from: Option<&ModelFolder>, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError>;

    /// Builds the task of a run that is resumed. The trainer then loads weights and optimizers of the checkpoint into it.
    ///
    /// # Errors
    /// [`RunError::Checkpoint`] if the checkpoint is damaged; the trainer then tries the one before it.
    fn restore(self, checkpoint: &Path, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError>;
}

/// A network that learns, by the name that it has in a checkpoint.
pub type Learner<'a> = (&'static str, &'a Parameters, &'a Adam);
pub type LearnerMut<'a> = (&'static str, &'a Parameters, &'a mut Adam);

/// One kind of training: data, networks, losses and figures. Everything random follows from the settings and the number of the step.
pub trait TrainingTask: Send {
    /// Steps in all; may become known only while the training runs.
    fn steps(&self) -> u64;

    /// Steps of the layout alone, before the first picture.
    fn layout_steps(&self) -> u64 {
        0
    }

    /// What is learned in the step that comes after so many.
    fn phase(&self, step: u64) -> Phase;

    fn learning_rate(&self, step: u64) -> f64;

    fn intervals(&self) -> Intervals;

    /// Decay of the moving average of the weights; 0: none.
    fn ema_decay(&self) -> f64 {
        0.0
    }

    /// Columns of `metrics.csv` after `step` and `phase`. What a row has beyond them goes to TensorBoard only.
    fn columns(&self) -> &'static [&'static str];

    /// The settings as TOML, with what a model changed in them.
    fn settings(&self) -> Result<String, ConfigError>;

    /// What a checkpoint says of the data, to tell what has changed when the run is resumed. The trainer adds the settings.
    fn made_with(&self) -> MadeWith {
        MadeWith::default()
    }

    /// The networks that learn. The first is the model.
    fn learners(&self) -> Vec<Learner<'_>>;

    fn learners_mut(&mut self) -> Vec<LearnerMut<'_>>;

    /// An error where the settings cannot be shared by the processes of this group.
    fn check_group(&self, group: &ProcessGroup) -> Result<(), RunError> {
        match group.is_single() {
            true => Ok(()),
            false => Err(RunError::OneProcess { processes: group.size() }),
        }
    }

    /// A digest of the data, which must be the same in all processes.
    fn data_digest(&self) -> Result<u32, RunError> {
        Ok(0)
    }

    /// Called whenever the loop begins: prepares what steps need, and reports what the user should know of the data. A task that gives up
    /// because `cancel` is set returns `Ok`; no step follows.
    fn prepare(
        &mut self,
        step: u64,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<(), RunError> {
        let _ = (step, cancel, watch);
        Ok(())
    }

    /// Whether there are figures before the first step.
    fn validates_first(&self) -> bool {
        false
    }

    /// Moves the weights once; `step` steps were made before.
    fn step(&mut self, step: u64, learning_rate: f64) -> Result<StepReport, RunError>;

    /// Figures on held-out data after so many steps, of the weights that are shown: the average, where there is one.
    fn validate(&mut self, step: u64, ema: Option<&mut Ema>) -> Result<Validation, RunError>;

    /// What has come up since the last step.
    fn new_warnings(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// What a checkpoint holds beside the weights, so that the network can be used.
    fn model_files(&self, progress: &RunProgress) -> Result<ModelFiles, RunError>;

    /// State beyond weights, optimizers and the number of the step, if there is any.
    fn state(&self) -> Option<Json> {
        None
    }

    /// Weights and optimizers were loaded from a checkpoint; `state` is what [`state`](Self::state) returned for it. An error is a sentence.
    fn loaded(&mut self, ema: Option<&mut Ema>, state: Option<Json>) -> Result<(), String> {
        let _ = (ema, state);
        Ok(())
    }

    /// Called whenever the loop ends: releases what only steps need, such as a thread that makes batches ahead.
    fn pause(&mut self) {}
}

/// Steps between two of each; 0: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intervals {
    /// Figures on held-out data, also made after the last step.
    pub validate: u64,
    /// `checkpoints/last`, also written at the end.
    pub save_last: u64,
    /// Checkpoints that stay, named after their step.
    pub keep: u64,
}

/// What one step did.
#[derive(Clone, Debug, Default)]
pub struct StepReport {
    pub losses: Losses,
    /// Pictures, graphs or crops of the whole batch.
    pub items: usize,
    /// How long the step waited for its batch.
    pub waited_millis: f64,
}

/// What held-out data say.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    pub figures: Figures,
    /// The lowest of these makes the best checkpoint; none where it does not count yet.
    pub loss: Option<f64>,
    pub sheet: Option<SampleSheet>,
    pub warnings: Vec<String>,
}

/// A picture of fixed held-out samples, encoded.
#[derive(Clone, Debug)]
pub struct SampleSheet {
    /// "png", "jpg"
    pub extension: &'static str,
    pub bytes: Vec<u8>,
}

/// The files of a model, apart from its weights.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    /// `config.json`
    pub config: Json,
    /// `vocab.json`
    pub vocab: Option<Json>,
    /// `card.md`
    pub card: Option<String>,
}

/// The value of a figure, NaN where it is not there.
pub fn figure(figures: &Figures, name: &str) -> f64 {
    figures.iter().find(|(known, _)| *known == name).map_or(f64::NAN, |(_, value)| *value)
}

/// Settings or words as JSON.
pub fn to_json(value: &impl Serialize) -> Result<Json, RunError> {
    serde_json::to_value(value).map_err(|error| RunError::Write(error.to_string()))
}
