//! The task of training an sg2im network.

use std::path::Path;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::batches::{self, BatchRequest};
use super::card::card;
use super::parts::{Parts, Words, known_words, start_boxes, take_weights, vocabulary_of};
use super::{sheet, unseen, validate};
use crate::batch::Batch;
use crate::collate::{Collator, HostBatch};
use crate::column_names;
use crate::config::{ConfigError, TrainConfig};
use crate::ema::Ema;
use crate::loader::Prefetcher;
use crate::run::checkpoint::{self, shown_builder};
use crate::run::{
    Figures, Intervals, Learner, LearnerMut, MadeWith, ModelFiles, Phase, RunError, RunEvent, RunProgress, SampleSheet,
    StepReport, TaskConfig, TaskContext, TrainingTask, Validation, changes, ddp_checks, figure, network, to_json,
};
use crate::step::Sg2ImLearner;
use crate::vocab_expansion::Growth;
use scenewright_data::{DataSource, Dataset, split};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
use scenewright_model::sg2im::Sg2Im;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::noise;
use scenewright_nn::distributed::{ProcessGroup, Shard};
use scenewright_nn::mode::Mode;
use scenewright_scene::vocab::ObjectId;

/// Samples of the layout's own iterations are counted from here, so that no picture was seen before.
const LAYOUT_SAMPLES: u64 = 1 << 40;

pub(crate) struct Sg2ImTask {
    config: TrainConfig,
    learner: Sg2ImLearner,
    train: Arc<dyn Dataset>,
    held_out: Arc<dyn Dataset>,
    collator: Arc<Collator>,
    made_with: MadeWith,
    device: Device,
    /// What the user should know of the data; reported once.
    warnings: Vec<String>,
    is_reported: bool,
    /// Of pictures that broke meanwhile: what was reported.
    skipped_samples: Vec<String>,
    batches: Option<(Phase, Prefetcher<HostBatch>)>,
    /// Fixed batches of held-out scenes; made when first needed.
    validation: Option<Vec<Batch>>,
}

impl TaskConfig for TrainConfig {
    fn steps(&self) -> Option<u64> {
        Some(self.layout_first.iterations + self.iterations)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        Self::validate(self)
    }

    fn create(self, from: Option<&ModelFolder>, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let mut config = self;
        let known = from.map(|model| known_words(model, &mut config)).transpose()?;
        let mut parts = Parts::new(&config, Words::Extend(known.clone()), context.compute)?;
        start_boxes(&mut parts.learner, config.box_bias)?;
        if let (Some(model), Some(known)) = (from, known) {
            take_weights(&mut parts.learner, model, &Growth::new(&known, parts.collator.vocab()))?;
        }
        Ok(Box::new(Sg2ImTask::new(config, parts, context)?))
    }

    fn restore(self, checkpoint: &Path, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let before = checkpoint::made_with(checkpoint);
        // The words of the run, not those that the data set has by now: a folder of pictures may have grown.
        let words = Words::Fixed(vocabulary_of(&ModelFolder::open(checkpoint)?)?);
        let mut parts = Parts::new(&self, words, context.compute)?;
        let changed = changes::data(&before, &parts.made_with(&self), &*parts.train, parts.collator.vocab())?;
        parts.warnings.splice(0..0, changed);
        Ok(Box::new(Sg2ImTask::new(self, parts, context)?))
    }
}

impl Sg2ImTask {
    fn new(config: TrainConfig, parts: Parts, context: &TaskContext<'_>) -> Result<Self, RunError> {
        let made_with = parts.made_with(&config);
        let Parts { learner, train, held_out, collator, warnings, .. } = parts;
        Ok(Self {
            config,
            learner,
            train,
            held_out,
            collator,
            made_with,
            device: context.device().clone(),
            warnings,
            is_reported: false,
            skipped_samples: Vec::new(),
            batches: None,
            validation: None,
        })
    }

    /// The number of a step within its phase.
    fn iteration(&self, step: u64) -> u64 {
        match self.phase(step) {
            Phase::Layout => step,
            _ => step - self.config.layout_first.iterations,
        }
    }

    /// Sets the mode for the step that comes, from its number alone.
    fn set_mode(&mut self, step: u64) {
        let (after, iteration) = (self.config.eval_mode_after, self.iteration(step));
        let frozen = self.phase(step) == Phase::Picture && after > 0 && iteration >= after;
        if frozen && iteration == after {
            // sg2im: train.py makes a new optimizer there.
            self.learner.generator.optimizer.reset();
        }
        self.learner.mode = if frozen { Mode::Frozen } else { Mode::Train };
    }

    fn next_batch(&mut self, step: u64) -> Result<(HostBatch, f64), RunError> {
        let (phase, iteration) = (self.phase(step), self.iteration(step));
        if self.batches.as_ref().is_none_or(|(of, _)| *of != phase) {
            self.batches = Some((phase, self.prefetcher(phase, iteration)?));
        }
        let Some((_, batches)) = &self.batches else { return Err(RunError::Empty) };
        batches.next_batch()
    }

    fn prefetcher(&self, phase: Phase, iteration: u64) -> Result<Prefetcher<HostBatch>, RunError> {
        let (mask_side, part) = (self.mask_side(), self.learner.group.part());
        let (wanted, first) = match phase {
            Phase::Layout => {
                let batch_size = self.config.layout_first.batch_size;
                (BatchRequest { batch_size, part, mask_side, pictures: false }, LAYOUT_SAMPLES / batch_size as u64)
            }
            _ => (BatchRequest { batch_size: self.config.batch_size, part, mask_side, pictures: true }, 0),
        };
        let (train, collator) = (self.train.clone(), self.collator.clone());
        Prefetcher::start(first + iteration, move |number| batches::make(&*train, &collator, wanted, number))
    }

    fn noise(&self, iteration: u64, images: usize) -> candle_core::Result<Option<Tensor>> {
        let (h, w) = self.config.model.image_size;
        let channels = self.config.model.layout_noise_dim;
        if channels == 0 {
            return Ok(None);
        }
        let seed = split::mix(split::mix(self.config.seed).wrapping_add(iteration));
        let all = noise(seed, (images, channels, h, w), &self.device)?;
        ddp_checks::own_rows(all, self.learner.group.part()).map(Some)
    }

    /// The network as it is shown: with averaged weights, where there are such.
    fn shown_network(&self, ema: Option<&Ema>) -> candle_core::Result<Sg2Im> {
        let generator = &self.learner.generator;
        let builder = shown_builder(&generator.parameters, ema, &self.device)?;
        let vocab = self.collator.vocab();
        Sg2Im::new(&generator.net.config, vocab.object_count(), vocab.predicate_count(), builder)
    }

    fn validation_batches(&self) -> Result<Vec<Batch>, RunError> {
        let wanted = BatchRequest {
            batch_size: self.config.batch_size.max(self.config.keep.sample_scenes),
            part: Shard::WHOLE,
            mask_side: self.mask_side(),
            pictures: true,
        };
        let count = self.config.keep.validation_scenes.div_ceil(wanted.batch_size).max(1);
        (0..count as u64)
            .map(|i| {
                batches::make(&*self.held_out, &self.collator, wanted, i)?.to_device(&self.device).map_err(network)
            })
            .collect()
    }

    fn sample_sheet(&self, net: &Sg2Im, batch: &Batch) -> Result<SampleSheet, RunError> {
        let name = |&id: &u32| self.collator.vocab().object_name(ObjectId(id)).to_owned();
        let names: Vec<String> = batch.graph.objects.iter().map(name).collect();
        let shown =
            sheet::sheet(net, &first_scenes(batch, self.config.keep.sample_scenes), &names, 2).map_err(network)?;
        let mut bytes = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 92);
        shown.write_with_encoder(encoder).map_err(|error| RunError::Write(error.to_string()))?;
        Ok(SampleSheet { extension: "jpg", bytes })
    }

    /// None where the samples have boxes only: masks are then learned from pictures alone, as with Visual Genome in the paper.
    fn mask_side(&self) -> Option<usize> {
        self.config.model.masks().filter(|_| self.train.has_masks() && self.held_out.has_masks())
    }
}

impl TrainingTask for Sg2ImTask {
    fn steps(&self) -> u64 {
        self.config.layout_first.iterations + self.config.iterations
    }

    fn layout_steps(&self) -> u64 {
        self.config.layout_first.iterations
    }

    fn phase(&self, step: u64) -> Phase {
        if step < self.config.layout_first.iterations { Phase::Layout } else { Phase::Picture }
    }

    fn learning_rate(&self, step: u64) -> f64 {
        let config = &self.config;
        match self.phase(step) {
            Phase::Layout => config.layout_first.learning_rate,
            _ => config.learning_rate * config.schedule.factor(self.iteration(step), config.iterations),
        }
    }

    fn intervals(&self) -> Intervals {
        self.config.keep.intervals()
    }

    fn ema_decay(&self) -> f64 {
        self.config.ema_decay
    }

    fn columns(&self) -> &'static [&'static str] {
        &COLUMNS
    }

    fn settings(&self) -> Result<String, ConfigError> {
        self.config.to_toml()
    }

    fn made_with(&self) -> MadeWith {
        self.made_with.clone()
    }

    fn learners(&self) -> Vec<Learner<'_>> {
        let Sg2ImLearner { generator, d_obj, d_img, .. } = &self.learner;
        let mut list = vec![("generator", &generator.parameters, &generator.optimizer)];
        list.extend(d_obj.as_ref().map(|d| ("d_obj", &d.parameters, &d.optimizer)));
        list.extend(d_img.as_ref().map(|d| ("d_img", &d.parameters, &d.optimizer)));
        list
    }

    fn learners_mut(&mut self) -> Vec<LearnerMut<'_>> {
        let Sg2ImLearner { generator, d_obj, d_img, .. } = &mut self.learner;
        let mut list = vec![("generator", &generator.parameters, &mut generator.optimizer)];
        list.extend(d_obj.as_mut().map(|d| ("d_obj", &d.parameters, &mut d.optimizer)));
        list.extend(d_img.as_mut().map(|d| ("d_img", &d.parameters, &mut d.optimizer)));
        list
    }

    fn check_group(&self, group: &ProcessGroup) -> Result<(), RunError> {
        group.require_at_least_one("batch_size", self.config.batch_size)?;
        if self.config.layout_first.iterations > 0 {
            group.require_at_least_one("layout_first.batch_size", self.config.layout_first.batch_size)?;
        }
        Ok(())
    }

    fn data_digest(&self) -> Result<u32, RunError> {
        ddp_checks::data_digest(&*self.train, self.collator.vocab())
    }

    fn prepare(
        &mut self,
        step: u64,
        _: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<(), RunError> {
        if !self.learner.group.is_main_rank() || std::mem::replace(&mut self.is_reported, true) {
            return Ok(());
        }
        // Other sets know fewer words than a model that was trained before: those are not forgotten at once.
        let illustrated = self.config.data.source == DataSource::Illustrated && step == 0;
        let unseen = if illustrated { unseen::warning(&*self.train, self.collator.vocab())? } else { None };
        let all = std::mem::take(&mut self.warnings).into_iter().chain(self.train.issues());
        all.chain(unseen).for_each(|text| watch(RunEvent::Warning(text)));
        Ok(())
    }

    fn step(&mut self, step: u64, learning_rate: f64) -> Result<StepReport, RunError> {
        self.set_mode(step);
        self.learner.set_learning_rate(learning_rate);
        let (batch, waited_millis) = self.next_batch(step)?;
        let batch = batch.to_device(&self.device).map_err(network)?;
        let (items, losses) = match self.phase(step) {
            Phase::Layout => (self.config.layout_first.batch_size, self.learner.step_layout(&batch)),
            _ => {
                let items = self.config.batch_size;
                let noise = self.noise(self.iteration(step), items).map_err(network)?;
                (items, self.learner.step(&batch, noise))
            }
        };
        let losses = losses.map_err(|problem| RunError::Step { step: step + 1, problem })?;
        Ok(StepReport { losses, items, waited_millis })
    }

    /// Figures and a sheet of held-out scenes. The loss counts once pictures are learned.
    fn validate(&mut self, step: u64, ema: Option<&mut Ema>) -> Result<Validation, RunError> {
        let net = self.shown_network(ema.as_deref()).map_err(network)?;
        if self.validation.is_none() {
            self.validation = Some(self.validation_batches()?);
        }
        let batches = self.validation.as_deref().unwrap_or_default();
        let figures: Figures = validate::figures(&net, batches, &self.config.losses).map_err(network)?;
        let dead = figure(&figures, validate::DEAD_COORDINATES) > 0.0;
        let sheet = batches.first().map(|batch| self.sample_sheet(&net, batch)).transpose()?;
        let counts = self.phase(step) == Phase::Picture || step == self.steps();
        let loss = counts.then(|| figure(&figures, validate::LOSS));
        let warnings = dead.then(|| DEAD_COORDINATES_WARNING.to_owned()).into_iter().collect();
        Ok(Validation { figures, loss, sheet, warnings })
    }

    /// Pictures that broke since the run began, once each.
    fn new_warnings(&mut self) -> Vec<String> {
        let named = |set: &Arc<dyn Dataset>, name: &str| {
            set.skipped_samples().into_iter().map(|text| format!("{name}: {text}")).collect::<Vec<_>>()
        };
        let mut all = [named(&self.train, "samples"), named(&self.held_out, "held-out samples")].concat();
        all.retain(|text| !self.skipped_samples.contains(text));
        self.skipped_samples.extend_from_slice(&all);
        all
    }

    fn model_files(&self, progress: &RunProgress) -> Result<ModelFiles, RunError> {
        let config = ModelConfig::Sg2Im(self.learner.generator.net.config.clone());
        let card = card(&self.config, &self.learner.generator.parameters, self.steps(), progress);
        let vocab = self.collator.vocab().to_sg2im();
        Ok(ModelFiles { config: to_json(&config)?, vocab: Some(vocab), card: Some(card) })
    }

    fn pause(&mut self) {
        self.batches = None;
    }
}

const DEAD_COORDINATES_WARNING: &str = "a side of all predicted boxes is 0 and can no longer learn (the last layer ends in a ReLU); start anew with \
                                another seed, or with box_bias=0.5";

/// The first scenes of a batch.
fn first_scenes(batch: &Batch, count: usize) -> Batch {
    let mut few = batch.clone();
    few.graph.images = count.min(batch.graph.images);
    few
}

/// Columns of `metrics.csv`.
const COLUMNS: [&str; TRAINING_COLUMNS.len() + validate::COLUMNS.len()] =
    column_names::join(&TRAINING_COLUMNS, &validate::COLUMNS);

const TRAINING_COLUMNS: [&str; 18] = [
    "images_per_second",
    "waited_millis",
    "learning_rate",
    "total_loss",
    "L1_pixel_loss",
    "bbox_pred",
    "relation_loss",
    "predicate_pred",
    "mask_loss",
    "ac_loss",
    "g_gan_obj_loss",
    "g_gan_img_loss",
    "d_obj_gan_loss",
    "d_ac_loss_real",
    "d_ac_loss_fake",
    "d_obj_total",
    "d_img_gan_loss",
    "d_img_total",
];
