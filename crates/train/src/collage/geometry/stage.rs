//! The run of the stage: step after step, figures now and then, checkpoints; stopped or killed, it goes on exactly.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Instant;

use candle_core::Device;
use serde::{Deserialize, Serialize};

use super::batch::{BatchBuilder, GeometryBatch};
use super::figures::{PlacementFigures, placement_figures};
use super::loss;
use super::state::{self, CheckpointParts};
use super::{Layout, Layouts};
use crate::config::{read_toml, write_toml};
use crate::ema::Ema;
use crate::run::folder::RunFolder;
use crate::run::metrics::Metrics;
use crate::run::{Outcome, RunProgress, network, write};
use crate::schedule::{Schedule, ScheduleKind};
use crate::sum::clip;
use crate::{RunError, run};
pub use scenewright_data::Split;
pub use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_nn::adam::{Adam, AdamConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::gradients;
use scenewright_nn::parameters::Parameters;

/// Settings of the stage; `config.toml` of its folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeometryTraining {
    /// Of the first weights.
    pub seed: u64,
    /// Of the scenes.
    pub data_seed: u64,
    pub iterations: u64,
    /// Graphs a step.
    pub batch_size: u64,
    pub learning_rate: f64,
    pub schedule: Schedule,
    pub ema_decay: f64,
    pub relation_weight: f64,
    pub order_weight: f64,
    /// Norm to which the gradients together are cut.
    pub clip: f64,
    /// Layouts that habits are counted on.
    pub habit_layouts: u64,
    /// Iterations between figures, and between checkpoints.
    pub validate_every: u64,
    pub validation_layouts: u64,
}

impl Default for GeometryTraining {
    fn default() -> Self {
        Self {
            seed: 0,
            data_seed: 0,
            iterations: 12_000,
            batch_size: 96,
            learning_rate: 2e-3,
            schedule: Schedule { kind: ScheduleKind::Cosine, warmup: 200, last: 0.01 },
            ema_decay: 0.998,
            relation_weight: 2.0,
            order_weight: 1.0,
            clip: 5.0,
            habit_layouts: 20_000,
            validate_every: 1000,
            validation_layouts: 200,
        }
    }
}

/// Columns of `metrics.csv`.
const COLUMNS: [&str; 12] = [
    "graphs_per_second",
    "learning_rate",
    "surprise",
    "relation_loss",
    "order_loss",
    "val_relations_met",
    "val_relations_met_90",
    "val_plausible",
    "val_overlapping",
    "val_overlapping_in_truth",
    "val_iou",
    "val_ordered",
];

/// Batches ready at most.
const AHEAD: usize = 4;

/// What happens, for whoever watches.
#[derive(Debug)]
pub enum GeometryEvent {
    /// Means since the last of these.
    Step { step: u64, surprise: f64, relations: f64, order: f64, graphs_per_second: f64 },
    /// With all boxes free, and with nine of ten known.
    Validated { step: u64, free: PlacementFigures, known: PlacementFigures },
}

/// Steps between two events.
const TELL_EVERY: u64 = 100;

pub struct GeometryTrainer {
    folder: RunFolder,
    training: GeometryTraining,
    config: GeometryConfig,
    net: Geometry,
    parameters: Parameters,
    optimizer: Adam,
    ema: Ema,
    progress: RunProgress,
    maker: Arc<BatchBuilder>,
    held_out: Layouts,
    metrics: Metrics,
    validation: Option<Vec<Layout>>,
    device: Device,
}

impl GeometryTrainer {
    /// Starts in a new folder.
    pub fn create(path: &Path, training: GeometryTraining, device: &Device) -> Result<Self, RunError> {
        let folder = RunFolder::create(path)?;
        let text = write_toml(&training)?;
        let layouts = Layouts::new(Split::Train, training.data_seed)?;
        let config = layouts.config(training.habit_layouts);
        write(&folder.config(), text.as_bytes())?;
        let stage = Self::new(folder, training, config, layouts, device)?;
        stage.save("last")?;
        Ok(stage)
    }

    /// Goes on from `checkpoints/last`.
    pub fn resume(path: &Path, device: &Device) -> Result<Self, RunError> {
        let folder = RunFolder::open(path)?;
        let (text, name) = folder.settings()?;
        let training: GeometryTraining = read_toml(&text, &name)?;
        let last = folder.last()?;
        let layouts = Layouts::new(Split::Train, training.data_seed)?;
        // Habits are counted, not learned: those of the checkpoint may be an older version's.
        let counted = layouts.config(training.habit_layouts);
        let config = GeometryConfig { habits: counted.habits, overlap: counted.overlap, ..state::config(&last)? };
        if let Some(problem) = config.problem() {
            return Err(RunError::Checkpoint { problem, path: last });
        }
        let mut stage = Self::new(folder, training, config, layouts, device)?;
        let learning = vec![(state::NETWORK, &stage.parameters, &mut stage.optimizer)];
        stage.progress = run::state::load(&last, learning, Some(&mut stage.ema))?;
        stage.metrics = stage.open_metrics(stage.progress.step)?;
        Ok(stage)
    }

    fn new(
        folder: RunFolder,
        training: GeometryTraining,
        config: GeometryConfig,
        layouts: Layouts,
        device: &Device,
    ) -> Result<Self, RunError> {
        let parameters = Parameters::new(training.seed, device);
        let net = Geometry::new(&config, parameters.builder()).map_err(network)?;
        let optimizer = Adam::new(parameters.learnable(), AdamConfig { beta2: 0.99, ..AdamConfig::default() });
        let ema = Ema::new(training.ema_decay, &parameters).map_err(network)?;
        let held_out = Layouts::new(Split::Validation, training.data_seed)?;
        let metrics = Metrics::open(&folder.metrics(), &folder.tensorboard(), &COLUMNS, 0)?;
        Ok(Self {
            folder,
            training,
            config,
            net,
            parameters,
            optimizer,
            ema,
            progress: RunProgress::default(),
            maker: Arc::new(BatchBuilder::new(layouts)),
            held_out,
            metrics,
            validation: None,
            device: device.clone(),
        })
    }

    fn open_metrics(&self, step: u64) -> Result<Metrics, RunError> {
        Metrics::open(&self.folder.metrics(), &self.folder.tensorboard(), &COLUMNS, step)
    }

    pub fn training(&self) -> &GeometryTraining {
        &self.training
    }

    pub fn progress(&self) -> &RunProgress {
        &self.progress
    }

    /// Trains until the end or until it is cancelled: then the last step is finished and saved, and the run can be resumed.
    pub fn run(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(GeometryEvent),
    ) -> Result<Outcome, RunError> {
        let batches = self.batches()?;
        let (mut sums, mut since) = ([0.0; 3], Instant::now());
        while self.progress.step < self.training.iterations {
            if cancel.is_cancelled() {
                self.save("last")?;
                return Ok(Outcome::Stopped);
            }
            let started = Instant::now();
            let batch = batches.recv().map_err(|_| RunError::Empty)?;
            let losses = self.step(&batch)?;
            self.progress.step += 1;
            self.progress.seconds += started.elapsed().as_secs_f64();
            sums.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += loss);
            let step = self.progress.step;
            if step.is_multiple_of(TELL_EVERY) {
                let [surprise, relations, order] = sums.map(|sum| sum / TELL_EVERY as f64);
                let graphs = (TELL_EVERY * self.training.batch_size) as f64;
                let graphs_per_second = graphs / since.elapsed().as_secs_f64();
                let row = [
                    ("graphs_per_second", graphs_per_second),
                    ("learning_rate", self.optimizer.config.learning_rate),
                    ("surprise", surprise),
                    ("relation_loss", relations),
                    ("order_loss", order),
                ];
                self.metrics.row(step, "geometry", &row)?;
                watch(GeometryEvent::Step { step, surprise, relations, order, graphs_per_second });
                (sums, since) = ([0.0; 3], Instant::now());
            }
            if step.is_multiple_of(self.training.validate_every) || step == self.training.iterations {
                self.validate(watch)?;
                self.save("last")?;
                since = Instant::now();
            }
        }
        self.save("last")?;
        Ok(Outcome::Finished)
    }

    /// A thread makes batches ahead, by the numbers of the steps.
    fn batches(&self) -> Result<Receiver<GeometryBatch>, RunError> {
        let (send, batches) = sync_channel(AHEAD);
        let (maker, size, first) = (self.maker.clone(), self.training.batch_size, self.progress.step);
        let work = move || {
            for iteration in first.. {
                if send.send(maker.make(iteration, size)).is_err() {
                    break;
                }
            }
        };
        thread::Builder::new().name("data".into()).spawn(work).map_err(RunError::Thread)?;
        Ok(batches)
    }

    /// Losses: surprise, relations, order.
    fn step(&mut self, batch: &GeometryBatch) -> Result<[f64; 3], RunError> {
        let training = &self.training;
        let factor = training.schedule.factor(self.progress.step, training.iterations);
        self.optimizer.config.learning_rate = training.learning_rate * factor;
        let terms = loss::terms(&self.net, batch, &self.device).map_err(network)?;
        let scalar = |x: &candle_core::Tensor| x.to_scalar::<f32>().map(f64::from);
        let mut losses = [scalar(&terms.nll).map_err(network)?, 0.0, 0.0];
        let mut total = terms.nll;
        let more = [(terms.relations, training.relation_weight), (terms.order, training.order_weight)];
        for (at, (term, weight)) in more.into_iter().enumerate() {
            if let Some(term) = term {
                losses[at + 1] = scalar(&term).map_err(network)?;
                total = (term * weight).and_then(|term| total + term).map_err(network)?;
            }
        }
        if !losses.iter().all(|loss| loss.is_finite()) {
            return Err(RunError::Network("its losses are no longer finite; lower the learning rate".into()));
        }
        let mut gradients = gradients::backward(&total).map_err(network)?;
        clip(&mut gradients, &self.optimizer, training.clip)
            .map_err(|problem| RunError::Step { step: self.progress.step + 1, problem })?;
        self.optimizer.step(&gradients).map_err(network)?;
        self.ema.update(&self.parameters).map_err(network)?;
        Ok(losses)
    }

    fn validate(&mut self, watch: &mut dyn FnMut(GeometryEvent)) -> Result<(), RunError> {
        if self.validation.is_none() {
            self.validation = Some(self.held_out.range(0, self.training.validation_layouts));
        }
        let shown = Parameters::new(0, &self.device);
        let net = Geometry::new(&self.config, shown.builder()).map_err(network)?;
        for (name, values) in &self.ema.values {
            shown.set(name, values).map_err(network)?;
        }
        let layouts = self.validation.as_deref().unwrap_or_default();
        let figures = |known| placement_figures(&net, layouts, &self.held_out.meanings, known, 0).map_err(network);
        let (free, known) = (figures(0.0)?, figures(0.9)?);
        let row = [
            ("val_relations_met", free.relations_met),
            ("val_relations_met_90", known.relations_met),
            ("val_plausible", free.plausible),
            ("val_overlapping", free.overlapping),
            ("val_overlapping_in_truth", free.overlapping_in_truth),
            ("val_iou", free.iou),
            ("val_ordered", free.ordered),
        ];
        self.metrics.row(self.progress.step, "geometry", &row)?;
        watch(GeometryEvent::Validated { step: self.progress.step, free, known });
        Ok(())
    }

    fn save(&self, name: &str) -> Result<(), RunError> {
        let parts = CheckpointParts {
            config: &self.config,
            vocab: &self.maker.layouts.vocab,
            parameters: &self.parameters,
            optimizer: &self.optimizer,
            ema: &self.ema,
            progress: &self.progress,
        };
        state::save(&self.folder.checkpoint(name), &parts)
    }
}
