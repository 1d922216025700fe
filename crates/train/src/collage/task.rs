//! The task of training a collage: how objects look.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;

use super::bank;
use super::base::{Base, CollageParts, base_of, is_material, parts, sizes};
use super::batches::{self, CollageBatch};
use super::columns::columns;
use super::config::CollageTrainConfig;
use super::cutouts;
use super::held_out::HeldOut;
use super::samples::{Atlas, SpriteSample};
use super::sheet::sheet;
use super::step::{CollageLearner, LAMPS, SpriteBatch, StuffBatch};
use super::vocab_expansion::take_weights;
use super::words::lamps;
use crate::config::ConfigError;
use crate::ema::Ema;
use crate::loader::Prefetcher;
use crate::run::{
    Intervals, Learner, LearnerMut, ModelFiles, Phase, RunError, RunEvent, RunProgress, SampleSheet, StepReport,
    TaskConfig, TaskContext, TrainingTask, Validation, figure, network, shown_builder, to_json,
};
use scenewright_data::split;
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
use scenewright_model::collage::{Collage, CollageConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_scene::vocab::Vocabulary;

pub(crate) struct CollageTask {
    /// The folder of the run, which holds cut-outs of pictures.
    run: PathBuf,
    config: CollageTrainConfig,
    /// The network's sizes; with geometry, where it goes on from a model that has some.
    model: CollageConfig,
    learner: CollageLearner,
    atlas: Arc<Atlas>,
    device: Device,
    batches: Option<Prefetcher<CollageBatch>>,
    /// Made when first needed.
    held_out: Option<HeldOut>,
    /// What the user should know of the data; reported when the loop begins.
    warnings: Vec<String>,
}

impl TaskConfig for CollageTrainConfig {
    fn steps(&self) -> Option<u64> {
        Some(self.iterations)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        Self::validate(self)
    }

    fn create(self, from: Option<&ModelFolder>, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let mut config = self;
        let base = from.map(base_of).transpose()?;
        let is_main = context.group().is_main_rank();
        let warnings = if is_main { cut_out(&config, base.as_ref(), context.run)? } else { Vec::new() };
        if let Some(base) = &base {
            // A model that has no stage for large things, or no maps of drawings, gets those that the settings ask for.
            let (detail, large) = (config.model.sprite.detail, config.model.sprite.large);
            config.model = CollageConfig { geometry: None, ..base.model.clone() };
            let sprite = &mut config.model.sprite;
            for (own, asked) in [(&mut sprite.detail, detail), (&mut sprite.large, large)] {
                *own = if *own == 0 { asked } else { *own };
            }
        }
        // The cut-outs are there for all to read.
        context.group().barrier()?;
        let parts = parts(&config, context.run, base.as_ref(), context.compute)?;
        if let Some(from) = from {
            take_weights(&parts.learner.net.parameters, from, parts.atlas.vocab(), &parts.atlas.new_words)?;
        }
        let task = CollageTask::new(config, parts, context, warnings);
        task.set_lamps(None)?;
        Ok(Box::new(task))
    }

    fn restore(self, checkpoint: &Path, context: &TaskContext<'_>) -> Result<Box<dyn TrainingTask>, RunError> {
        let base = Some(base_of(&ModelFolder::open(checkpoint)?)?);
        // A folder that was gone has been written again without them.
        let is_gone = context.group().is_main_rank() && !cutouts::learned(context.run).is_dir();
        let warnings = if is_gone { cut_out(&self, base.as_ref(), context.run)? } else { Vec::new() };
        context.group().barrier()?;
        let parts = parts(&self, context.run, base.as_ref(), context.compute)?;
        Ok(Box::new(CollageTask::new(self, parts, context, warnings)))
    }
}

impl CollageTask {
    fn new(config: CollageTrainConfig, parts: CollageParts, context: &TaskContext<'_>, warnings: Vec<String>) -> Self {
        let CollageParts { atlas, learner, model } = parts;
        let mut warnings = warnings;
        warnings.extend(atlas.problems().iter().map(ToString::to_string));
        let (run, device) = (context.run.to_owned(), context.device().clone());
        Self { run, config, model, learner, atlas, device, batches: None, held_out: None, warnings }
    }

    /// Lamps are given, not learned: those of the drawings take the place of those of a checkpoint.
    fn set_lamps(&self, ema: Option<&mut Ema>) -> Result<(), RunError> {
        let mut lamps = lamps(self.atlas.looks());
        lamps.resize(self.model.lights, 0.0);
        self.learner.net.parameters.set(LAMPS, &lamps).map_err(network)?;
        if let Some(ema) = ema {
            ema.values.insert(LAMPS.to_owned(), lamps);
        }
        Ok(())
    }

    fn next_batch(&mut self, step: u64) -> Result<(CollageBatch, f64), RunError> {
        if self.batches.is_none() {
            let (atlas, config, part) = (self.atlas.clone(), self.config.clone(), self.learner.group.part());
            let make = move |number| batches::make(&atlas, &config, part, number);
            self.batches = Some(Prefetcher::start(step, make)?);
        }
        self.batches.as_ref().ok_or(RunError::Empty)?.next_batch()
    }

    /// The network as it is shown: with averaged weights, where there are such.
    fn shown_network(&self, ema: Option<&Ema>) -> Result<Collage, RunError> {
        let builder = shown_builder(&self.learner.net.parameters, ema, &self.device).map_err(network)?;
        Collage::new(&self.model, sizes(&self.atlas), builder).map_err(network)
    }
}

impl TrainingTask for CollageTask {
    fn steps(&self) -> u64 {
        self.config.iterations
    }

    fn phase(&self, _: u64) -> Phase {
        Phase::Looks
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.config.learning_rate * self.config.schedule.factor(step, self.config.iterations)
    }

    fn intervals(&self) -> Intervals {
        self.config.keep.intervals()
    }

    fn ema_decay(&self) -> f64 {
        self.config.ema_decay
    }

    fn columns(&self) -> &'static [&'static str] {
        columns(&self.atlas)
    }

    fn settings(&self) -> Result<String, ConfigError> {
        self.config.to_toml()
    }

    fn learners(&self) -> Vec<Learner<'_>> {
        let net = &self.learner.net;
        vec![("generator", &net.parameters, &net.optimizer)]
    }

    fn learners_mut(&mut self) -> Vec<LearnerMut<'_>> {
        let net = &mut self.learner.net;
        vec![("generator", &net.parameters, &mut net.optimizer)]
    }

    fn check_group(&self, group: &ProcessGroup) -> Result<(), RunError> {
        let config = &self.config;
        group.require_at_least_one("batch_size", config.batch_size)?;
        if config.stuff_every > 0 {
            group.require_at_least_one("stuff_batch_size", config.stuff_batch_size)?;
        }
        if config.large_every > 0 && config.model.sprite.large > 0 {
            group.require_at_least_one("large_batch_size", config.large_batch_size)?;
        }
        Ok(())
    }

    fn prepare(&mut self, _: u64, _: &CancellationToken, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        self.warnings.drain(..).for_each(|text| watch(RunEvent::Warning(text)));
        Ok(())
    }

    /// What is known of the user's own drawings before.
    fn validates_first(&self) -> bool {
        self.atlas.own_count() > 0
    }

    fn step(&mut self, step: u64, learning_rate: f64) -> Result<StepReport, RunError> {
        let (batch, waited_millis) = self.next_batch(step)?;
        self.learner.set_learning_rate(learning_rate);
        let config = &self.config;
        let items = batch.sprites.as_ref().map_or(0, |_| config.batch_size)
            + batch.stuff.as_ref().map_or(0, |_| config.stuff_batch_size)
            + batch.large.as_ref().map_or(0, |_| config.large_batch_size);
        // The last ones of the whole batch, as far as they are in this part.
        let part = self.learner.group.part();
        let sprites = |samples: Option<&[SpriteSample]>, (size, from_pixels): (usize, usize)| {
            let own = part.of(size).filter(|i| *i >= size - from_pixels).count();
            samples.map(|s| SpriteBatch::new(s, own, &self.device)).transpose().map_err(network)
        };
        let large = sprites(batch.large.as_deref(), (config.large_batch_size, config.large_from_pixels()))?;
        let sprites = sprites(batch.sprites.as_deref(), (config.batch_size, config.from_pixels))?;
        let stuff = batch.stuff.as_deref().map(|s| StuffBatch::new(s, &self.device)).transpose().map_err(network)?;
        let seed = split::mix(split::mix(config.seed).wrapping_add(step));
        let losses = (self.learner)
            .step(sprites.as_ref(), stuff.as_ref(), large.as_ref(), seed)
            .map_err(|problem| RunError::Step { step: step + 1, problem })?;
        Ok(StepReport { losses, items, waited_millis })
    }

    fn validate(&mut self, _: u64, ema: Option<&mut Ema>) -> Result<Validation, RunError> {
        let mut ema = ema;
        let net = self.shown_network(ema.as_deref())?;
        bank::fill_bank(&net, &self.atlas, &self.learner.net.parameters, ema.as_deref_mut())?;
        let net = self.shown_network(ema.as_deref())?;
        if self.held_out.is_none() {
            self.held_out = Some(HeldOut::new(&self.atlas, &self.config, &self.run, &self.device)?);
        }
        let Some(held_out) = &self.held_out else { return Ok(Validation::default()) };
        let figures = held_out.figures(&net, &self.device).map_err(network)?;
        let shown = sheet(&net, &held_out.shown).map_err(network)?;
        let mut bytes = std::io::Cursor::new(Vec::new());
        shown.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| RunError::Write(error.to_string()))?;
        let sheet = Some(SampleSheet { extension: "png", bytes: bytes.into_inner() });
        let loss = Some(figure(&figures, "val_loss"));
        Ok(Validation { figures, loss, sheet, warnings: Vec::new() })
    }

    fn model_files(&self, progress: &RunProgress) -> Result<ModelFiles, RunError> {
        let config = to_json(&ModelConfig::Collage(self.model.clone()))?;
        let card = card(&self.config, &self.learner, progress);
        Ok(ModelFiles { config, vocab: Some(self.atlas.vocab().to_sg2im()), card: Some(card) })
    }

    fn loaded(&mut self, ema: Option<&mut Ema>, _: Option<serde_json::Value>) -> Result<(), String> {
        self.set_lamps(ema).map_err(|error| error.to_string())
    }

    fn pause(&mut self) {
        self.batches = None;
    }
}

/// The text of `card.md`.
fn card(config: &CollageTrainConfig, learner: &CollageLearner, progress: &RunProgress) -> String {
    let RunProgress { step, seconds, best } = progress;
    let parameters: usize = learner.net.parameters.all().iter().map(|(_, var)| var.elem_count()).sum();
    let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
    let own = if config.pictures.is_empty() { "" } else { ", and on objects cut out of own pictures" };
    let more = if config.sprites.is_empty() { "" } else { ", and on own drawings" };
    format!(
        "# Model card\n\nA collage network, trained by Scenewright on the drawings and materials of its illustrated world{own}{more}.\n\n\
         - Parameters: {parameters}\n- Steps: {step} of {}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out samples: {best}\n\n\
         ## Recipe\n\n```toml\n{}```\n",
        config.iterations,
        config.to_toml().unwrap_or_default(),
    )
}

/// Cuts the objects out of the pictures that the settings name, for all processes of a group to read. Gives what the user should know.
fn cut_out(config: &CollageTrainConfig, base: Option<&Base>, run: &Path) -> Result<Vec<String>, RunError> {
    if config.pictures.is_empty() {
        return Ok(Vec::new());
    }
    let known = base.map_or_else(Vocabulary::illustrated, |base| base.vocab.clone());
    let (reported, count) = cutouts::write(&config.pictures, run, |word| is_material(&known, word))?;
    match config.pictures.first() {
        Some(first) if count == 0 && config.sprites.is_empty() => Err(cutouts::nothing(first, &reported).into()),
        _ => Ok(reported),
    }
}
