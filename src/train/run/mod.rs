//! A run of training: started, stopped, killed, and gone on with exactly.
//!
//! Everything random follows from the configuration's seed and the number of the step, so a checkpoint needs no state of dice: weights,
//! optimisers, the average of the weights and the step are all there is.

pub(in crate::train) mod folder;
pub(in crate::train) mod metrics;
mod moved;
mod roll_back;
mod sheet;
mod snapshot;
pub(in crate::train) mod state;
pub(in crate::train) mod together;
mod unseen;
mod validate;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use candle_core::Device;
use thiserror::Error;

use super::batch::Batch;
use super::collate::Collator;
use super::config::{Ablation, ConfigError, DataSource, TrainConfig};
use super::ema::Ema;
use super::grow::Growth;
use super::loader::{self, Loader, Wanted};
use super::source::{self, Sources};
use super::step::{Losses, StepError, Trainer};
use crate::checkpoint::{FolderError, ModelConfig, ModelFolder, WeightsError};
use crate::data::{DataError, Dataset, Frame, split};
use crate::device::{noise, plain};
use crate::interchange::write_atomically;
use crate::nn::mode::Mode;
use crate::nn::team::{Part, Team, TeamError};
use crate::vocab::{Vocabulary, VocabularyError};

pub use folder::RunFolder;
use metrics::Metrics;
pub(in crate::train) use moved::Moved;
pub use roll_back::{checkpoints, progress_of, roll_back};
pub use snapshot::{SNAPSHOT, SnapshotWish};
pub use state::Progress;
pub use validate::Figures;

#[derive(Debug, Error)]
pub enum RunError {
    #[error("there is a run in this folder already. Go on with it by `--resume`, or choose another folder: {}", path.display())]
    Exists { path: PathBuf },
    #[error("this folder holds other things. A run needs a folder of its own: {}", path.display())]
    Foreign { path: PathBuf },
    #[error("there is no run in this folder (it has no config.toml): {}", path.display())]
    NotARun { path: PathBuf },
    #[error("another process is writing this run. Stop it first, or watch it in metrics.csv: {}", path.display())]
    Locked { path: PathBuf },
    #[error("cannot {doing}: {problem}: {}", path.display())]
    Io { doing: &'static str, problem: io::Error, path: PathBuf },
    #[error("{0}")]
    Write(String),
    #[error("this checkpoint cannot be gone on from ({problem}): {}", path.display())]
    Checkpoint { problem: String, path: PathBuf },
    #[error("the run has no checkpoint to go on from; it ended before the first. Start it anew in another folder: {}", path.display())]
    NoCheckpoint { path: PathBuf },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("the words of the data set cannot be used: {0}")]
    Vocabulary(#[from] VocabularyError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("the data set is empty. Choose more kinds of scene, or another folder of pictures")]
    Empty,
    #[error("the network cannot be built or run: {0}")]
    Network(String),
    #[error("{problem}{}", memory_hint(problem))]
    Step { problem: StepError },
    #[error("no thread could be started for the data: {0}")]
    Thread(io::Error),
    #[error(transparent)]
    Team(#[from] TeamError),
}

/// A GPU that is full says so in its own words.
fn memory_hint(error: &StepError) -> &'static str {
    if error.to_string().to_lowercase().contains("out of memory") {
        ". The memory of the device is full; the last checkpoint is kept: halve batch_size in the run's config.toml and go on with `--resume`"
    } else {
        ""
    }
}

impl RunError {
    pub(in crate::train) fn io(doing: &'static str, problem: io::Error, path: &Path) -> Self {
        Self::Io { doing, problem, path: path.to_owned() }
    }
}

/// What happens in a run, for whoever watches.
#[derive(Debug)]
pub enum Event<'a> {
    Step {
        step: u64,
        phase: Phase,
        losses: &'a Losses,
        images_per_second: f64,
        waited_millis: f64,
    },
    Validated {
        step: u64,
        figures: &'a Figures,
    },
    /// A sheet of fixed held-out scenes.
    Sheet(&'a Path),
    Saved {
        step: u64,
        path: &'a Path,
    },
    /// The weights as they are, to be looked at: a model folder that stays until the next is asked for.
    Snapshot {
        step: u64,
        path: &'a Path,
    },
    /// How far the weights have gone since this was last told, as a share of their own length; exactly 0 is a run that stands still.
    Moved {
        step: u64,
        share: f64,
    },
    Warning(String),
}

/// What is learned in an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A collage's decoders of sprites and of stuff.
    Looks,
    /// Boxes, masks and relations alone.
    Layout,
    Picture,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Layout => "layout",
            Self::Picture => "picture",
        }
    }
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Finished,
    Stopped,
}

/// Samples of the layout's own iterations are counted from here, so that no picture was seen before.
const LAYOUT_SAMPLES: u64 = 1 << 40;

pub struct Run {
    folder: RunFolder,
    config: TrainConfig,
    trainer: Trainer,
    ema: Option<Ema>,
    progress: Progress,
    train: Arc<dyn Dataset>,
    held_out: Arc<dyn Dataset>,
    collator: Arc<Collator>,
    warnings: Vec<String>,
    /// None for those of a team that do not write.
    metrics: Option<Metrics>,
    device: Device,
    /// Fixed batches of held-out scenes; made when first needed.
    validation: Option<Vec<Batch>>,
    snapshots: SnapshotWish,
    moved: Moved,
}

impl Run {
    /// Starts in a new folder, from first weights that follow from the seed or from a model of the same configuration.
    pub fn create(
        path: &Path,
        config: TrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
    ) -> Result<Self, RunError> {
        Self::create_together(path, config, from, device, &Team::alone())
    }

    /// The same for one of a team. All call it with the same settings; the first writes.
    pub fn create_together(
        path: &Path,
        config: TrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
        team: &Team,
    ) -> Result<Self, RunError> {
        let mut config = config;
        let known = from.map(|model| known_words(model, &mut config)).transpose()?;
        let folder = if team.writes() { RunFolder::create(path)? } else { RunFolder::beside(path) };
        let mut parts = Parts::new(&config, Words::Extend(known.clone()), device)?;
        start_boxes(&mut parts.trainer, config.box_bias)?;
        if let (Some(model), Some(known)) = (from, known) {
            take_weights(&mut parts.trainer, model, &Growth::new(&known, parts.collator.vocab()))?;
        }
        let ema = Ema::wanted(config.ema_decay, &parts.trainer.generator.parameters).map_err(network)?;
        parts.trainer.team = team.clone();
        parts.agree(&config)?;
        if team.writes() {
            write(&folder.config(), config.to_toml()?.as_bytes())?;
        }
        let mut run = Self::new(folder, config, parts, ema, Progress::default(), device)?;
        run.save("last")?;
        Ok(run)
    }

    /// Goes on from `checkpoints/last`.
    pub fn resume(path: &Path, device: &Device) -> Result<Self, RunError> {
        Self::resume_together(path, device, &Team::alone())
    }

    /// The same for one of a team, which may be of another size than before.
    pub fn resume_together(path: &Path, device: &Device, team: &Team) -> Result<Self, RunError> {
        let folder = if team.writes() { RunFolder::open(path)? } else { RunFolder::beside(path) };
        let (text, name) = folder.settings()?;
        let config = TrainConfig::from_toml(&text, &name)?;
        let last = folder.last()?;
        // The words of the run, not those that the data set has by now: a folder of pictures may have grown.
        let words = Words::Fixed(vocabulary_of(&ModelFolder::open(&last)?)?);
        let mut parts = Parts::new(&config, words, device)?;
        let mut ema = Ema::wanted(config.ema_decay, &parts.trainer.generator.parameters).map_err(network)?;
        let progress = state::load(&last, state::learning(&mut parts.trainer), ema.as_mut())?;
        parts.trainer.team = team.clone();
        parts.agree(&config)?;
        Self::new(folder, config, parts, ema, progress, device)
    }

    fn new(
        folder: RunFolder,
        config: TrainConfig,
        parts: Parts,
        ema: Option<Ema>,
        progress: Progress,
        device: &Device,
    ) -> Result<Self, RunError> {
        let open = || Metrics::open(&folder.metrics(), &folder.tensorboard(), &metrics::COLUMNS, progress.step);
        let metrics = parts.trainer.team.writes().then(open).transpose()?;
        let Parts { trainer, train, held_out, collator, warnings } = parts;
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
            metrics,
            device,
            validation,
            snapshots,
            moved,
        })
    }

    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// To ask for a look at the weights while the run goes on.
    pub fn snapshots(&self) -> SnapshotWish {
        self.snapshots.clone()
    }

    /// Steps in all, those of the layout alone included.
    pub fn steps(&self) -> u64 {
        self.config.layout_first.iterations + self.config.iterations
    }

    /// Trains until the end or until `stop`; then the last step is finished and saved.
    pub fn go(&mut self, stop: &AtomicBool, watch: &mut dyn FnMut(Event<'_>)) -> Result<Ended, RunError> {
        if self.progress.step == 0 && self.team().writes() {
            // Other sets know fewer words than a model that was trained before: those are not forgotten at once.
            let illustrated = self.config.data.source == DataSource::Illustrated;
            let unseen = if illustrated { unseen::warning(&*self.train, self.collator.vocab())? } else { None };
            let told = std::mem::take(&mut self.warnings).into_iter().chain(self.train.faults());
            told.chain(unseen).for_each(|text| watch(Event::Warning(text)));
        }
        let mut loader = None;
        while self.progress.step < self.steps() {
            if self.team().any(stop.load(Ordering::Relaxed))? {
                self.save("last")?;
                watch(Event::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
                return Ok(Ended::Stopped);
            }
            // After an error the last good checkpoint stays as it is.
            self.step(&mut loader, watch)?;
            self.after_step(watch)?;
        }
        self.save("last")?;
        watch(Event::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
        Ok(Ended::Finished)
    }

    fn team(&self) -> &Team {
        &self.trainer.team
    }

    fn phase(&self) -> Phase {
        if self.progress.step < self.config.layout_first.iterations { Phase::Layout } else { Phase::Picture }
    }

    /// One iteration of whatever phase it is time for.
    fn step(&mut self, loader: &mut Option<(Phase, Loader)>, watch: &mut dyn FnMut(Event<'_>)) -> Result<(), RunError> {
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
        .map_err(|problem| RunError::Step { problem })?;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.trainer.generator.parameters).map_err(network)?;
        }
        self.progress.step += 1;
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
        watch(Event::Step { step: self.progress.step, phase, losses: &losses, images_per_second, waited_millis });
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
            // sg2im: train.py makes a new optimiser there.
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
                (Wanted { batch_size, part, mask_side, pictures: false }, LAYOUT_SAMPLES / batch_size as u64)
            }
            Phase::Picture | Phase::Looks => {
                (Wanted { batch_size: self.config.batch_size, part, mask_side, pictures: true }, 0)
            }
        };
        Loader::start(self.train.clone(), self.collator.clone(), wanted, first + iteration).map_err(RunError::Thread)
    }

    fn noise(&self, iteration: u64, images: usize) -> candle_core::Result<Option<candle_core::Tensor>> {
        let (h, w) = self.config.model.image_size;
        let channels = self.config.model.layout_noise_dim;
        let seed = split::mix(split::mix(self.config.seed).wrapping_add(iteration));
        let noise = |_| together::own_rows(noise(seed, (images, channels, h, w), &self.device)?, self.team().part());
        (channels > 0).then_some(()).map(noise).transpose()
    }

    fn after_step(&mut self, watch: &mut dyn FnMut(Event<'_>)) -> Result<(), RunError> {
        let (step, keep) = (self.progress.step, self.config.keep);
        let every = |n: u64| n > 0 && step.is_multiple_of(n);
        if every(keep.last_every) {
            together::same_weights(self.team(), &self.trainer.generator.parameters)?;
        }
        if !self.team().writes() {
            return Ok(());
        }
        let end = step == self.steps();
        let mut best = false;
        if every(keep.validate_every) || end || step == self.config.layout_first.iterations {
            best = self.validate(watch)?;
        }
        let mut names = Vec::new();
        if every(keep.last_every) {
            names.push("last".to_owned());
        }
        if best {
            names.push("best".to_owned());
        }
        if every(keep.checkpoint_every) {
            names.push(format!("{step:09}"));
        }
        for name in names {
            self.save(&name)?;
            watch(Event::Saved { step, path: &self.folder.checkpoint(&name) });
        }
        if every(keep.last_every) {
            let share = self.moved.since(&self.trainer.generator.parameters).map_err(network)?;
            watch(Event::Moved { step, share });
        }
        if self.snapshots.take() {
            self.save(SNAPSHOT)?;
            watch(Event::Snapshot { step, path: &self.folder.checkpoint(SNAPSHOT) });
        }
        Ok(())
    }

    /// Figures and a sheet of held-out scenes. True: no loss was lower before, pictures being learned.
    fn validate(&mut self, watch: &mut dyn FnMut(Event<'_>)) -> Result<bool, RunError> {
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
        watch(Event::Validated { step, figures: &figures });
        let value = |name: &str| figures.iter().find(|(known, _)| *known == name).map_or(f64::NAN, |(_, value)| *value);
        if value("val_dead_coordinates") > 0.0 {
            watch(Event::Warning(
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
            watch(Event::Sheet(&path));
        }
        let loss = value("val_loss");
        let best = self.phase() == Phase::Picture || step == self.steps();
        if best && loss.is_finite() && self.progress.best.is_none_or(|(lowest, _)| loss < lowest) {
            self.progress.best = Some((loss, step));
            return Ok(true);
        }
        Ok(false)
    }

    /// The network as it is shown: with averaged weights, where there are such.
    fn shown_network(&self) -> Result<crate::model::sg2im::Sg2Im, RunError> {
        let weights = state::shown_weights(&self.trainer.generator.parameters, self.ema.as_ref()).map_err(network)?;
        let all = self.trainer.generator.parameters.all();
        let shapes: BTreeMap<String, Vec<usize>> =
            all.into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect();
        let vocab = self.collator.vocab();
        let sizes = (vocab.object_count(), vocab.predicate_count());
        validate::shown(&self.trainer.generator.net.config, sizes, &weights, &shapes, &self.device).map_err(network)
    }

    fn validation_batches(&self) -> Result<Vec<Batch>, RunError> {
        let wanted = Wanted {
            batch_size: self.config.batch_size.max(self.config.keep.sample_scenes),
            part: Part::WHOLE,
            mask_side: self.mask_side(),
            pictures: true,
        };
        let count = self.config.keep.validation_scenes.div_ceil(wanted.batch_size).max(1);
        (0..count as u64)
            .map(|i| loader::make(&*self.held_out, &self.collator, wanted, i)?.to_device(&self.device).map_err(network))
            .collect()
    }

    /// None where the samples tell boxes only: masks are then learned from pictures alone, as with Visual Genome in the paper.
    fn mask_side(&self) -> Option<usize> {
        self.config.model.masks().filter(|_| self.train.has_masks() && self.held_out.has_masks())
    }

    fn object_name(&self, id: u32) -> String {
        self.collator.vocab().object_name(crate::vocab::ObjectId(id)).to_owned()
    }

    fn save(&mut self, name: &str) -> Result<(), RunError> {
        if !self.team().writes() {
            return Ok(());
        }
        let path = self.folder.checkpoint(name);
        let card = self.card();
        let config = ModelConfig::Sg2Im(self.trainer.generator.net.config.clone());
        let vocab = self.collator.vocab().to_sg2im();
        let kept = state::Kept {
            config: &config,
            vocab: &vocab,
            card: &card,
            learners: state::learners(&self.trainer),
            ema: self.ema.as_ref(),
        };
        match name {
            SNAPSHOT => state::save_model(&path, &kept),
            _ => state::save(&path, &kept, &self.progress),
        }
    }

    fn card(&self) -> String {
        let Progress { step, seconds, best } = &self.progress;
        let parameters: usize = self.trainer.generator.parameters.all().iter().map(|(_, var)| var.elem_count()).sum();
        let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
        format!(
            "# Model card\n\nAn sg2im model (Johnson, Gupta, Fei-Fei: Image Generation from Scene Graphs, 2018), trained by Scenewright on {}.\n\n\
             - Parameters: {parameters}\n- Steps: {step} of {}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out scenes: {best}\n\n\
             ## Recipe\n\n```toml\n{}```\n",
            learned_from(&self.config),
            self.steps(),
            self.config.to_toml().unwrap_or_default(),
        )
    }
}

/// What follows from a configuration alone.
struct Parts {
    trainer: Trainer,
    train: Arc<dyn Dataset>,
    held_out: Arc<dyn Dataset>,
    collator: Arc<Collator>,
    warnings: Vec<String>,
}

/// Which words a run has.
enum Words {
    /// Those of a model, or none; what the samples name comes behind.
    Extend(Option<Vocabulary>),
    Fixed(Vocabulary),
}

impl Parts {
    fn new(config: &TrainConfig, words: Words, device: &Device) -> Result<Self, RunError> {
        let (height, width) = config.model.image_size;
        let frame = Frame { width, height, mask_side: config.model.masks().unwrap_or(16) };
        let Sources { train, held_out, warnings } = source::open(&config.data, frame)?;
        if train.is_empty() || held_out.is_empty() {
            return Err(RunError::Empty);
        }
        let vocab = match words {
            Words::Extend(known) => source::vocabulary(&config.data, known, &*train)?,
            Words::Fixed(vocab) => vocab,
        };
        let trainer =
            Trainer::new(&config.trainer(vocab.object_count(), vocab.predicate_count()), device).map_err(network)?;
        let names: Vec<String> = trainer.generator.parameters.all().into_iter().map(|(name, _)| name).collect();
        if let Some(prefix) = config.freeze.iter().find(|prefix| !names.iter().any(|name| name.starts_with(*prefix))) {
            let mut parts: Vec<&str> = names.iter().filter_map(|name| name.split('.').next()).collect();
            parts.dedup();
            let text =
                format!("freeze names \"{prefix}\", and no weight begins so; the parts are {}", parts.join(", "));
            return Err(ConfigError::Invalid(text).into());
        }
        let collator = Collator::new(vocab, &config.data, config.ablation == Ablation::NoRelationships);
        Ok(Self { trainer, train, held_out, collator: Arc::new(collator), warnings })
    }
}

impl Parts {
    /// An error where the members of a team have not the same before them, or too little.
    fn agree(&self, config: &TrainConfig) -> Result<(), RunError> {
        let team = &self.trainer.team;
        team.shares("batch_size", config.batch_size)?;
        if config.layout_first.iterations > 0 {
            team.shares("layout_first.batch_size", config.layout_first.batch_size)?;
        }
        together::same_settings(team, &config.to_toml()?)?;
        together::same_data(team, &*self.train, self.collator.vocab())?;
        together::same_weights(team, &self.trainer.generator.parameters)
    }
}

/// The words of the model that a run starts from, whose network settings become the run's: its weights fit no other.
fn known_words(model: &ModelFolder, config: &mut TrainConfig) -> Result<Vocabulary, RunError> {
    let ModelConfig::Sg2Im(network) = &model.config else {
        let what = "this model is a collage, and these settings train an sg2im network. Choose a preset for collages, or a model that \
                    `scenewright info` calls sg2im";
        return Err(DataError::Place { what: what.into(), path: model.path.clone() }.into());
    };
    config.model = network.clone();
    vocabulary_of(model)
}

fn vocabulary_of(model: &ModelFolder) -> Result<Vocabulary, RunError> {
    Ok(Vocabulary::from_sg2im(&model.vocab)?)
}

/// For a model's card.
fn learned_from(config: &TrainConfig) -> String {
    let folder = || {
        let name = config.data.path.as_ref().and_then(|path| path.file_name());
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mixed = if config.data.mix > 0.0 { " and its illustrated world" } else { "" };
    match config.data.source {
        DataSource::Illustrated => "its illustrated world".into(),
        DataSource::Coco => format!("pictures annotated as COCO's (\"{}\"){mixed}", folder()),
        DataSource::VisualGenome => format!("Visual Genome{mixed}"),
        DataSource::Pictures => format!("own pictures (\"{}\"){mixed}", folder()),
    }
}

pub(in crate::train) fn network(error: candle_core::Error) -> RunError {
    RunError::Network(plain(&error))
}

pub(in crate::train) fn write(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    write_atomically(path, bytes).map_err(|error| RunError::Write(error.to_string()))
}

/// The first bias of the boxes' last layer; see [`TrainConfig::box_bias`].
fn start_boxes(trainer: &mut Trainer, bias: f64) -> Result<(), RunError> {
    let parameters = &trainer.generator.parameters;
    let is_last = |name: &str| name.starts_with("box_net.") && name.ends_with(".bias");
    let last = parameters.all().into_iter().rfind(|(name, _)| is_last(name));
    match last {
        Some((name, var)) if bias != 0.0 && var.elem_count() == 4 => {
            parameters.set(&name, &[bias as f32; 4]).map_err(network)
        }
        _ => Ok(()),
    }
}

/// Weights of a model of the same configuration, grown by the words that it lacks; discriminators too where it has them and theirs fit.
fn take_weights(trainer: &mut Trainer, model: &ModelFolder, growth: &Growth) -> Result<(), RunError> {
    for (name, var) in trainer.generator.parameters.all() {
        let values = growth.values(&name, &name, &model.weights, var.elem_count())?;
        trainer.generator.parameters.set(&name, &values).map_err(network)?;
    }
    let Some(weights) = &model.discriminators else { return Ok(()) };
    let d_obj = trainer.d_obj.as_ref().map(|d| ("d_obj", &d.parameters));
    let d_img = trainer.d_img.as_ref().map(|d| ("d_img", &d.parameters));
    for (network_name, parameters) in d_obj.into_iter().chain(d_img) {
        for (name, var) in parameters.all() {
            let values = growth.values(&name, &format!("{network_name}.{name}"), weights, var.elem_count())?;
            parameters.set(&name, &values).map_err(network)?;
        }
    }
    Ok(())
}

/// The first scenes of a batch.
fn first_scenes(batch: &Batch, count: usize) -> Batch {
    let mut few = batch.clone();
    few.graph.images = count.min(batch.graph.images);
    few
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_device_is_told_with_a_cure() {
        let full = candle_core::Error::Msg("DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")".into());
        let told = RunError::Step { problem: StepError::from(full) }.to_string();
        assert!(
            told.contains("out of memory") && told.contains("checkpoint is kept") && told.contains("batch_size"),
            "{told}"
        );
        let other = RunError::Step { problem: StepError::from(candle_core::Error::Msg("shape mismatch".into())) };
        assert!(!other.to_string().contains("batch_size"), "{other}");
    }
}
