//! A run of training: started, stopped, killed, and gone on with exactly.
//!
//! Everything random follows from the configuration's seed and the number of the step, so a checkpoint needs no state of dice: weights,
//! optimizers, the average of the weights and the step are all there is.

mod card;
pub(crate) mod changes;
pub(crate) mod ddp_checks;
mod error;
mod event;
pub(crate) mod folder;
pub(crate) mod metrics;
mod moved;
mod parts;
pub mod resume;
mod roll_back;
mod sheet;
mod snapshot;
pub(crate) mod state;
mod unseen;
mod validate;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use candle_core::Device;

use super::batch::Batch;
use super::collate::Collator;
use super::config::TrainConfig;
use super::ema::Ema;
use super::loader::{self, BatchRequest, Loader};
use super::step::Trainer;
use super::vocab_expansion::Growth;
use scenewright_data::DataSource;
pub use scenewright_data::{Dataset, split};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::noise;
use scenewright_nn::distributed::{ProcessGroup, Shard};
use scenewright_nn::mode::Mode;

pub use error::RunError;
pub(crate) use error::{network, write};
pub use event::{Outcome, Phase, RunEvent};
pub use folder::RunFolder;
use metrics::Metrics;
pub(crate) use moved::Moved;
use parts::{Parts, Words, known_words, start_boxes, take_weights, vocabulary_of};
pub use resume::checkpoint_of;
pub use roll_back::{checkpoints, progress_of, roll_back};
pub use snapshot::{SNAPSHOT, SnapshotWish};
use state::MadeWith;
pub(crate) use state::RunProgress;
pub use validate::Figures;

/// Samples of the layout's own iterations are counted from here, so that no picture was seen before.
const LAYOUT_SAMPLES: u64 = 1 << 40;

pub struct Run {
    folder: RunFolder,
    config: TrainConfig,
    trainer: Trainer,
    ema: Option<Ema>,
    progress: RunProgress,
    train: Arc<dyn Dataset>,
    held_out: Arc<dyn Dataset>,
    collator: Arc<Collator>,
    warnings: Vec<String>,
    /// What the person should know of the data was said.
    told: bool,
    /// Of pictures that broke meanwhile: what was said.
    skipped_samples: Vec<String>,
    /// A step was made, and what follows it (figures, checkpoints) could not be written.
    validation_pending: bool,
    /// None for those of a team that do not write.
    metrics: Option<Metrics>,
    device: Device,
    /// Fixed batches of held-out scenes; made when first needed.
    validation: Option<Vec<Batch>>,
    snapshots: SnapshotWish,
    moved: Moved,
    made_with: MadeWith,
}

impl Run {
    /// Starts in a new folder, from first weights that follow from the seed or from a model of the same configuration.
    pub fn create(
        path: &Path,
        config: TrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
    ) -> Result<Self, RunError> {
        Self::create_together(path, config, from, device, &ProcessGroup::single())
    }

    /// The same for one of a team. All call it with the same settings; the first writes.
    pub(crate) fn create_together(
        path: &Path,
        config: TrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
        team: &ProcessGroup,
    ) -> Result<Self, RunError> {
        let mut config = config;
        let known = from.map(|model| known_words(model, &mut config)).transpose()?;
        let folder = if team.is_main_rank() { RunFolder::create(path)? } else { RunFolder::beside(path) };
        let mut parts = Parts::new(&config, Words::Extend(known.clone()), device)?;
        start_boxes(&mut parts.trainer, config.box_bias)?;
        if let (Some(model), Some(known)) = (from, known) {
            take_weights(&mut parts.trainer, model, &Growth::new(&known, parts.collator.vocab()))?;
        }
        let ema = Ema::wanted(config.ema_decay, &parts.trainer.generator.parameters).map_err(network)?;
        parts.trainer.team = team.clone();
        parts.agree(&config)?;
        if team.is_main_rank() {
            write(&folder.config(), config.to_toml()?.as_bytes())?;
        }
        let mut run = Self::new(folder, config, parts, ema, RunProgress::default(), device)?;
        run.save("last")?;
        Ok(run)
    }

    /// Goes on from `checkpoints/last`.
    pub fn resume(path: &Path, device: &Device) -> Result<Self, RunError> {
        Self::resume_together(path, device, &ProcessGroup::single())
    }

    /// The same for one of a team, which may be of another size than before.
    pub(crate) fn resume_together(path: &Path, device: &Device, team: &ProcessGroup) -> Result<Self, RunError> {
        let folder = if team.is_main_rank() { RunFolder::open(path)? } else { RunFolder::beside(path) };
        let (text, name) = folder.settings()?;
        let mut attempt = |checkpoint: &Path| {
            let before = state::made_with(checkpoint);
            let (config, told) = changes::settings::<TrainConfig>(&text, &name, &before.settings)?;
            let config = TrainConfig::from_toml(&config.to_toml()?, &name)?;
            // The words of the run, not those that the data set has by now: a folder of pictures may have grown.
            let words = Words::Fixed(vocabulary_of(&ModelFolder::open(checkpoint)?)?);
            let mut parts = Parts::new(&config, words, device)?;
            let mut ema = Ema::wanted(config.ema_decay, &parts.trainer.generator.parameters).map_err(network)?;
            let loaded = state::load(checkpoint, state::learning(&mut parts.trainer), ema.as_mut());
            let progress = loaded.map_err(|error| after_changes(error, &told))?;
            changes::enough(&text, &name, progress.step, config.layout_first.iterations + config.iterations)?;
            let more = changes::data(&before, &parts.made_with(&config)?, &*parts.train, parts.collator.vocab())?;
            parts.warnings.splice(0..0, told.into_iter().chain(more));
            Ok((config, parts, ema, progress))
        };
        let ((config, mut parts, ema, mut progress), told) = resume::newest_sound(path, &folder, &mut attempt)?;
        parts.warnings.splice(0..0, told);
        progress.best = folder.best();
        parts.trainer.team = team.clone();
        parts.agree(&config)?;
        Self::new(folder, config, parts, ema, progress, device)
    }

    fn new(
        folder: RunFolder,
        config: TrainConfig,
        parts: Parts,
        ema: Option<Ema>,
        progress: RunProgress,
        device: &Device,
    ) -> Result<Self, RunError> {
        let open = || Metrics::open(&folder.metrics(), &folder.tensorboard(), &metrics::COLUMNS, progress.step);
        let metrics = parts.trainer.team.is_main_rank().then(open).transpose()?;
        let made_with = parts.made_with(&config)?;
        let Parts { trainer, train, held_out, collator, warnings, .. } = parts;
        let device = device.clone();
        let (validation, snapshots) = (None, SnapshotWish::default());
        let moved = Moved::from_here(&trainer.generator.parameters).map_err(network)?;
        Ok(Self {
            folder,
            config,
            trainer,
            ema,
            progress,
            train,
            held_out,
            collator,
            warnings,
            told: false,
            skipped_samples: Vec::new(),
            validation_pending: false,
            metrics,
            device,
            validation,
            snapshots,
            moved,
            made_with,
        })
    }

    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    pub fn progress(&self) -> &RunProgress {
        &self.progress
    }

    /// To ask for a look at the weights while the run goes on.
    pub(crate) fn snapshots(&self) -> SnapshotWish {
        self.snapshots.clone()
    }

    /// Steps in all, those of the layout alone included.
    pub(crate) fn steps(&self) -> u64 {
        self.config.layout_first.iterations + self.config.iterations
    }

    /// Trains until the end or until it is cancelled: then the last step is finished and saved, and the run can be resumed.
    pub fn run(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<Outcome, RunError> {
        if self.team().is_main_rank() && !std::mem::replace(&mut self.told, true) {
            // Other sets know fewer words than a model that was trained before: those are not forgotten at once.
            let illustrated = self.config.data.source == DataSource::Illustrated && self.progress.step == 0;
            let unseen = if illustrated { unseen::warning(&*self.train, self.collator.vocab())? } else { None };
            let told = std::mem::take(&mut self.warnings).into_iter().chain(self.train.faults());
            told.chain(unseen).for_each(|text| watch(RunEvent::Warning(text)));
        }
        let mut loader = None;
        let mut ended = Outcome::Finished;
        while self.validation_pending || self.progress.step < self.steps() {
            if self.team().any(cancel.is_cancelled())? {
                ended = Outcome::Stopped;
                break;
            }
            // After an error the last good checkpoint stays as it is.
            if !self.validation_pending {
                self.step(&mut loader, watch)?;
            }
            self.after_step(watch)?;
            self.validation_pending = false;
        }
        self.save("last")?;
        watch(RunEvent::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
        Ok(ended)
    }

    fn team(&self) -> &ProcessGroup {
        &self.trainer.team
    }

    fn phase(&self) -> Phase {
        if self.progress.step < self.config.layout_first.iterations { Phase::Layout } else { Phase::Picture }
    }

    /// One iteration of whatever phase it is time for.
    fn step(
        &mut self,
        loader: &mut Option<(Phase, Loader)>,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<(), RunError> {
        let start = Instant::now();
        let (phase, iteration) = self.prepare();
        if loader.as_ref().is_none_or(|(of, _)| *of != phase) {
            *loader = Some((phase, self.loader(phase, iteration)?));
        }
        let Some((_, loader)) = loader else { return Err(RunError::Empty) };
        let waited = loader.waited;
        let batch = loader.next_batch().ok_or(RunError::Empty)??;
        let waited_millis = (loader.waited - waited).as_secs_f64() * 1e3;
        let graphs = match phase {
            Phase::Layout => self.config.layout_first.batch_size,
            Phase::Picture | Phase::Looks => self.config.batch_size,
        };
        let batch = batch.to_device(&self.device).map_err(network)?;
        let losses = match phase {
            Phase::Layout => self.trainer.step_layout(&batch),
            Phase::Picture | Phase::Looks => {
                let noise = self.noise(iteration, graphs).map_err(network)?;
                self.trainer.step(&batch, noise)
            }
        }
        .map_err(|problem| RunError::Step { step: self.progress.step + 1, problem })?;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.trainer.generator.parameters).map_err(network)?;
        }
        (self.progress.step, self.validation_pending) = (self.progress.step + 1, true);
        let seconds = start.elapsed().as_secs_f64();
        self.progress.seconds += seconds;
        let images_per_second = graphs as f64 / seconds;
        let rate = self.trainer.generator.optimizer.config.learning_rate;
        let mut row =
            vec![("images_per_second", images_per_second), ("waited_millis", waited_millis), ("learning_rate", rate)];
        row.extend(losses.0.iter().copied());
        if let Some(metrics) = &mut self.metrics {
            metrics.row(self.progress.step, phase.name(), &row)?;
        }
        watch(RunEvent::Step { step: self.progress.step, phase, losses: &losses, images_per_second, waited_millis });
        Ok(())
    }

    /// Sets rates and modes for the step that comes, from its number alone. Gives its phase and its number within that.
    fn prepare(&mut self) -> (Phase, u64) {
        let (config, phase) = (&self.config, self.phase());
        let (iteration, rate) = match phase {
            Phase::Layout => (self.progress.step, config.layout_first.learning_rate),
            Phase::Picture | Phase::Looks => {
                let iteration = self.progress.step - config.layout_first.iterations;
                (iteration, config.learning_rate * config.schedule.factor(iteration, config.iterations))
            }
        };
        let frozen = phase == Phase::Picture && config.eval_mode_after > 0 && iteration >= config.eval_mode_after;
        if frozen && iteration == config.eval_mode_after {
            // sg2im: train.py makes a new optimizer there.
            self.trainer.generator.optimizer.reset();
        }
        self.trainer.mode = if frozen { Mode::Frozen } else { Mode::Train };
        self.trainer.set_learning_rate(rate);
        (phase, iteration)
    }

    fn loader(&self, phase: Phase, iteration: u64) -> Result<Loader, RunError> {
        let (mask_side, part) = (self.mask_side(), self.team().part());
        let (wanted, first) = match phase {
            Phase::Layout => {
                let batch_size = self.config.layout_first.batch_size;
                (BatchRequest { batch_size, part, mask_side, pictures: false }, LAYOUT_SAMPLES / batch_size as u64)
            }
            Phase::Picture | Phase::Looks => {
                (BatchRequest { batch_size: self.config.batch_size, part, mask_side, pictures: true }, 0)
            }
        };
        Loader::start(self.train.clone(), self.collator.clone(), wanted, first + iteration).map_err(RunError::Thread)
    }

    fn noise(&self, iteration: u64, images: usize) -> candle_core::Result<Option<candle_core::Tensor>> {
        let (h, w) = self.config.model.image_size;
        let channels = self.config.model.layout_noise_dim;
        let seed = split::mix(split::mix(self.config.seed).wrapping_add(iteration));
        let noise = |_| ddp_checks::own_rows(noise(seed, (images, channels, h, w), &self.device)?, self.team().part());
        (channels > 0).then_some(()).map(noise).transpose()
    }

    fn after_step(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let (step, keep) = (self.progress.step, self.config.keep);
        let every = |n: u64| n > 0 && step.is_multiple_of(n);
        if every(keep.last_every) {
            ddp_checks::same_weights(self.team(), &self.trainer.generator.parameters)?;
        }
        if !self.team().is_main_rank() {
            return Ok(());
        }
        let end = step == self.steps();
        if (every(keep.validate_every) || end || step == self.config.layout_first.iterations)
            && let Some(loss) = self.validate(watch)?
        {
            self.save_best(loss)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint("best") });
        }
        let last = every(keep.last_every).then(|| "last".to_owned());
        for name in last.into_iter().chain(every(keep.checkpoint_every).then(|| format!("{step:09}"))) {
            self.save(&name)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint(&name) });
        }
        self.tell_passed_over(watch);
        if every(keep.last_every) {
            let share = self.moved.since(&self.trainer.generator.parameters).map_err(network)?;
            watch(RunEvent::Moved { step, share });
        }
        if self.snapshots.take() {
            self.save(SNAPSHOT)?;
            watch(RunEvent::Snapshot { step, path: &self.folder.checkpoint(SNAPSHOT) });
        }
        Ok(())
    }

    /// A best one counts as such when it is on the disk: else a run that goes on would wait for a lower loss than any that is kept.
    fn save_best(&mut self, loss: f64) -> Result<(), RunError> {
        let before = self.progress.best.replace((loss, self.progress.step));
        self.save("best").inspect_err(|_| self.progress.best = before)
    }

    /// Figures and a sheet of held-out scenes. Gives the loss if none was lower before, pictures being learned.
    fn validate(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<Option<f64>, RunError> {
        let net = self.shown_network()?;
        if self.validation.is_none() {
            self.validation = Some(self.validation_batches()?);
        }
        let batches = self.validation.as_deref().unwrap_or_default();
        let figures = validate::figures(&net, batches, &self.config.losses).map_err(network)?;
        let step = self.progress.step;
        let phase = self.phase().name();
        if let Some(metrics) = &mut self.metrics {
            metrics.row(step, phase, &figures)?;
        }
        watch(RunEvent::Validated { step, figures: &figures });
        let value = |name: &str| figures.iter().find(|(known, _)| *known == name).map_or(f64::NAN, |(_, value)| *value);
        if value("val_dead_coordinates") > 0.0 {
            watch(RunEvent::Warning(
                "a side of all predicted boxes is 0 and can no longer learn (the last layer ends in a ReLU); start anew with \
                 another seed, or with box_bias=0.5"
                    .into(),
            ));
        }
        if let Some(first) = batches.first() {
            let names: Vec<String> = first.graph.objects.iter().map(|&id| self.object_name(id)).collect();
            let shown =
                sheet::sheet(&net, &first_scenes(first, self.config.keep.sample_scenes), &names, 2).map_err(network)?;
            let path = self.folder.samples().join(format!("{step:09}.jpg"));
            std::fs::create_dir_all(self.folder.samples())
                .map_err(|problem| RunError::io("make a folder", problem, &path))?;
            let mut bytes = Vec::new();
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 92);
            shown.write_with_encoder(encoder).map_err(|error| RunError::Write(error.to_string()))?;
            write(&path, &bytes)?;
            watch(RunEvent::Sheet(&path));
        }
        let loss = value("val_loss");
        let counts = self.phase() == Phase::Picture || step == self.steps();
        let lowest = loss.is_finite() && self.progress.best.is_none_or(|(lowest, _)| loss < lowest);
        Ok((counts && lowest).then_some(loss))
    }

    /// The network as it is shown: with averaged weights, where there are such.
    fn shown_network(&self) -> Result<scenewright_model::sg2im::Sg2Im, RunError> {
        let weights = state::shown_weights(&self.trainer.generator.parameters, self.ema.as_ref()).map_err(network)?;
        let all = self.trainer.generator.parameters.all();
        let shapes: BTreeMap<String, Vec<usize>> =
            all.into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect();
        let vocab = self.collator.vocab();
        let sizes = (vocab.object_count(), vocab.predicate_count());
        validate::shown(&self.trainer.generator.net.config, sizes, &weights, &shapes, &self.device).map_err(network)
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
            .map(|i| loader::make(&*self.held_out, &self.collator, wanted, i)?.to_device(&self.device).map_err(network))
            .collect()
    }

    /// Tells of pictures that broke since it began, once each.
    fn tell_passed_over(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) {
        let named = |set: &Arc<dyn Dataset>, name: &str| {
            set.skipped_samples().into_iter().map(|text| format!("{name}: {text}")).collect::<Vec<_>>()
        };
        let all = [named(&self.train, "samples"), named(&self.held_out, "held-out samples")].concat();
        for text in all.into_iter().filter(|text| !self.skipped_samples.contains(text)).collect::<Vec<_>>() {
            watch(RunEvent::Warning(text.clone()));
            self.skipped_samples.push(text);
        }
    }

    /// None where the samples tell boxes only: masks are then learned from pictures alone, as with Visual Genome in the paper.
    fn mask_side(&self) -> Option<usize> {
        self.config.model.masks().filter(|_| self.train.has_masks() && self.held_out.has_masks())
    }

    fn object_name(&self, id: u32) -> String {
        self.collator.vocab().object_name(scenewright_scene::vocab::ObjectId(id)).to_owned()
    }

    fn save(&mut self, name: &str) -> Result<(), RunError> {
        if !self.team().is_main_rank() {
            return Ok(());
        }
        let path = self.folder.checkpoint(name);
        let card = self.card();
        let config = ModelConfig::Sg2Im(self.trainer.generator.net.config.clone());
        let vocab = self.collator.vocab().to_sg2im();
        let kept = state::SavedState {
            config: &config,
            vocab: &vocab,
            card: &card,
            learners: state::learners(&self.trainer),
            ema: self.ema.as_ref(),
            made_with: &self.made_with,
        };
        match name {
            SNAPSHOT => state::save_model(&path, &kept),
            _ => state::save(&path, &kept, &self.progress),
        }
    }
}

/// A checkpoint that does not fit may be sound, and the settings another's.
pub(crate) fn after_changes(error: RunError, changes: &[String]) -> RunError {
    match error {
        RunError::Checkpoint { problem, path } if !changes.is_empty() => {
            let problem = format!("{problem}; the settings have changed since it was written: {}", changes.join("; "));
            RunError::Checkpoint { problem, path }
        }
        error => error,
    }
}

/// The first scenes of a batch.
fn first_scenes(batch: &Batch, count: usize) -> Batch {
    let mut few = batch.clone();
    few.graph.images = count.min(batch.graph.images);
    few
}
