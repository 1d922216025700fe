//! The task of training geometry: where the objects of a collage go.

use std::path::Path;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::batch::{BatchBuilder, GeometryBatch};
use super::figures::placement_figures;
use super::loss::{self, Terms};
use super::{GeometryTrainConfig, Layout, Layouts, checkpoint};
use crate::config::ConfigError;
use crate::ema::Ema;
use crate::loader::Prefetcher;
use crate::run::{
    Figures, Intervals, Learner, LearnerMut, ModelFiles, Phase, RunError, RunProgress, StepReport, TaskConfig,
    TaskContext, TrainingTask, Validation, network, shown_builder, to_json,
};
use crate::step::{Losses, StepError, TrainableNet};
use crate::sum::clip;
use scenewright_data::{DataError, Split};
use scenewright_model::checkpoint::ModelFolder;
use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_nn::adam::AdamConfig;
use scenewright_nn::gradients;
use scenewright_nn::parameters::Parameters;

/// Columns of `metrics.csv`.
const COLUMNS: [&str; 13] = [
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
    "val_loss",
];

pub(crate) struct GeometryTask {
    training: GeometryTrainConfig,
    config: GeometryConfig,
    learner: TrainableNet<Geometry>,
    builder: Arc<BatchBuilder>,
    held_out: BatchBuilder,
    device: Device,
    batches: Option<Prefetcher<GeometryBatch>>,
    /// Made when first needed.
    validation: Option<HeldOut>,
}

struct HeldOut {
    layouts: Vec<Layout>,
    batch: GeometryBatch,
}

impl TaskConfig for GeometryTrainConfig {
    fn steps(&self) -> Option<u64> {
        Some(self.iterations)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        Self::validate(self)
    }

    fn create(self, _: Option<&ModelFolder>, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let layouts = Layouts::new(Split::Train, self.data_seed)?;
        let config = layouts.config(self.prior_layouts);
        Ok(Box::new(GeometryTask::new(self, config, layouts, context)?))
    }

    fn restore(self, checkpoint: &Path, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let layouts = Layouts::new(Split::Train, self.data_seed)?;
        // Priors are counted, not learned: those of the checkpoint may be an older version's.
        let counted = layouts.config(self.prior_layouts);
        let known = checkpoint::config(checkpoint)?;
        let config = GeometryConfig { priors: counted.priors, overlap: counted.overlap, ..known };
        if let Some(problem) = config.problem() {
            return Err(RunError::Checkpoint { problem, path: checkpoint.to_owned() });
        }
        Ok(Box::new(GeometryTask::new(self, config, layouts, context)?))
    }
}

impl GeometryTask {
    fn new(
        training: GeometryTrainConfig,
        config: GeometryConfig,
        layouts: Layouts,
        context: &TaskContext<'_>,
    ) -> Result<Self, RunError> {
        let device = context.device().clone();
        let parameters = Parameters::new(training.seed, &device);
        let adam = AdamConfig { beta2: 0.99, ..AdamConfig::default() };
        let learner = TrainableNet::new(parameters, adam, |p| Geometry::new(&config, p.builder())).map_err(network)?;
        let held_out = BatchBuilder::new(Layouts::new(Split::Validation, training.data_seed)?);
        let builder = Arc::new(BatchBuilder::new(layouts));
        Ok(Self { training, config, learner, builder, held_out, device, batches: None, validation: None })
    }

    fn next_batch(&mut self, step: u64) -> Result<(GeometryBatch, f64), RunError> {
        if self.batches.is_none() {
            let (builder, size) = (self.builder.clone(), self.training.batch_size);
            let make = move |number| Ok::<_, DataError>(builder.make(number, size));
            self.batches = Some(Prefetcher::start(step, make)?);
        }
        self.batches.as_ref().ok_or(RunError::Empty)?.next_batch()
    }

    /// The terms of the loss, named, and their weighted sum.
    fn losses(&self, terms: Terms) -> candle_core::Result<(Figures, Tensor)> {
        let scalar = |x: &Tensor| x.to_scalar::<f32>().map(f64::from);
        let mut losses = vec![("surprise", scalar(&terms.nll)?), ("relation_loss", 0.0), ("order_loss", 0.0)];
        let mut total = terms.nll;
        let more = [(terms.relations, self.training.relation_weight), (terms.order, self.training.order_weight)];
        for (at, (term, weight)) in more.into_iter().enumerate() {
            if let Some(term) = term {
                losses[at + 1].1 = scalar(&term)?;
                total = (total + (term * weight)?)?;
            }
        }
        Ok((losses, total))
    }

    fn learn(&mut self, batch: &GeometryBatch) -> Result<Losses, StepError> {
        let terms = loss::terms(&self.learner.net, batch, &self.device)?;
        let (losses, total) = self.losses(terms)?;
        let losses = Losses(losses);
        losses.check()?;
        let mut gradients = gradients::backward(&total)?;
        clip(&mut gradients, &self.learner.optimizer, self.training.clip)?;
        self.learner.optimizer.step(&gradients)?;
        Ok(losses)
    }
}

impl TrainingTask for GeometryTask {
    fn steps(&self) -> u64 {
        self.training.iterations
    }

    fn phase(&self, _: u64) -> Phase {
        Phase::Geometry
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.training.learning_rate * self.training.schedule.factor(step, self.training.iterations)
    }

    fn intervals(&self) -> Intervals {
        self.training.intervals()
    }

    fn ema_decay(&self) -> f64 {
        self.training.ema_decay
    }

    fn columns(&self) -> &'static [&'static str] {
        &COLUMNS
    }

    fn settings(&self) -> Result<String, ConfigError> {
        self.training.to_toml()
    }

    fn learners(&self) -> Vec<Learner<'_>> {
        vec![(checkpoint::NETWORK, &self.learner.parameters, &self.learner.optimizer)]
    }

    fn learners_mut(&mut self) -> Vec<LearnerMut<'_>> {
        vec![(checkpoint::NETWORK, &self.learner.parameters, &mut self.learner.optimizer)]
    }

    fn step(&mut self, step: u64, learning_rate: f64) -> Result<StepReport, RunError> {
        let (batch, waited_millis) = self.next_batch(step)?;
        self.learner.optimizer.config.learning_rate = learning_rate;
        let losses = self.learn(&batch).map_err(|problem| RunError::Step { step: step + 1, problem })?;
        Ok(StepReport { losses, items: self.training.batch_size as usize, waited_millis })
    }

    /// Figures with all boxes free, and with nine of ten known; the loss of one batch.
    fn validate(&mut self, _: u64, ema: Option<&mut Ema>) -> Result<Validation, RunError> {
        let builder = shown_builder(&self.learner.parameters, ema.as_deref(), &self.device).map_err(network)?;
        let net = Geometry::new(&self.config, builder).map_err(network)?;
        let count = self.training.validation_layouts;
        let held_out = self.validation.get_or_insert_with(|| HeldOut {
            layouts: self.held_out.layouts.range(0, count),
            batch: self.held_out.make(0, count),
        });
        let meanings = &self.held_out.layouts.meanings;
        let figures = |known| placement_figures(&net, &held_out.layouts, meanings, known, 0).map_err(network);
        let (free, known) = (figures(0.0)?, figures(0.9)?);
        let terms = loss::terms(&net, &held_out.batch, &self.device).map_err(network)?;
        let (_, total) = self.losses(terms).map_err(network)?;
        let loss = f64::from(total.to_scalar::<f32>().map_err(network)?);
        let figures = vec![
            ("val_relations_met", free.relations_met),
            ("val_relations_met_90", known.relations_met),
            ("val_plausible", free.plausible),
            ("val_overlapping", free.overlapping),
            ("val_overlapping_in_truth", free.overlapping_in_truth),
            ("val_iou", free.iou),
            ("val_ordered", free.ordered),
            ("val_loss", loss),
        ];
        Ok(Validation { figures, loss: Some(loss), ..Validation::default() })
    }

    fn model_files(&self, _: &RunProgress) -> Result<ModelFiles, RunError> {
        let vocab = self.builder.layouts.vocab.to_sg2im();
        Ok(ModelFiles { config: to_json(&self.config)?, vocab: Some(vocab), card: None })
    }

    fn pause(&mut self) {
        self.batches = None;
    }
}
