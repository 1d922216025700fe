//! A run that trains a collage network; folder, metrics, checkpoints and exact resuming are those of any run ([`crate::run`]).

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;

use super::bank;
use super::base::{Base, CollageParts, base_of, is_material, parts, sizes};
use super::batches::{self, Batches};
use super::columns::columns;
use super::config::CollageTrainConfig;
use super::cutouts;
use super::held_out::HeldOut;
use super::samples::{Atlas, SpriteSample};
use super::sheet::sheet;
use super::step::{CollageTrainer, LAMPS, SpriteBatch, StuffBatch};
use super::vocab_expansion::take_weights;
use super::words::lamps;
use crate::ema::Ema;
use crate::run::ddp_checks::{same_settings, same_weights};
use crate::run::folder::RunFolder;
use crate::run::metrics::Metrics;
use crate::run::resume::newest_sound;
use crate::run::state::{self, MadeWith, SavedState};
use crate::run::{
    Moved, Outcome, Phase, RunError, RunEvent, RunProgress, SNAPSHOT, SnapshotWish, after_changes, changes, network,
    write,
};
pub use scenewright_data::split;
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
pub use scenewright_model::collage::{Collage, CollageConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_scene::vocab::Vocabulary;

pub struct CollageRun {
    folder: RunFolder,
    config: CollageTrainConfig,
    /// The network's sizes; with geometry, where it goes on from a model that has some.
    model: CollageConfig,
    trainer: CollageTrainer,
    ema: Option<Ema>,
    progress: RunProgress,
    atlas: Arc<Atlas>,
    /// None for those of a team that do not write.
    metrics: Option<Metrics>,
    device: Device,
    held_out: Option<HeldOut>,
    /// What the user should know of what is learned from; told when the run begins.
    told: Vec<String>,
    /// A step was made, and what follows it (figures, checkpoints) could not be written.
    validation_pending: bool,
    snapshots: SnapshotWish,
    moved: Moved,
    made_with: MadeWith,
}

impl CollageRun {
    pub fn create(
        path: &Path,
        config: CollageTrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
    ) -> Result<Self, RunError> {
        Self::create_together(path, config, from, device, &ProcessGroup::single())
    }

    /// The same for one of a team. All call it with the same settings; the first writes.
    pub(crate) fn create_together(
        path: &Path,
        mut config: CollageTrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
        team: &ProcessGroup,
    ) -> Result<Self, RunError> {
        let base = from.map(base_of).transpose()?;
        let folder = if team.is_main_rank() { RunFolder::create(path)? } else { RunFolder::beside(path) };
        let mut told = if team.is_main_rank() { cut_out(&config, base.as_ref(), path)? } else { Vec::new() };
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
        team.barrier()?;
        let mut parts = parts(&config, path, base.as_ref(), device)?;
        let parameters = &parts.trainer.learner.parameters;
        if let Some(from) = from {
            take_weights(parameters, from, parts.atlas.vocab(), &parts.atlas.new_words)?;
        }
        let ema = Ema::wanted(config.ema_decay, parameters).map_err(network)?;
        parts.trainer.team = team.clone();
        agree(&parts.trainer, &config)?;
        if team.is_main_rank() {
            write(&folder.config(), config.to_toml()?.as_bytes())?;
        }
        let mut run = Self::new(folder, config, parts, ema, RunProgress::default(), device)?;
        told.append(&mut run.told);
        run.told = told;
        run.save("last")?;
        Ok(run)
    }

    /// The same for one of a team, which may be of another size than before.
    pub(crate) fn resume_together(path: &Path, device: &Device, team: &ProcessGroup) -> Result<Self, RunError> {
        let folder = if team.is_main_rank() { RunFolder::open(path)? } else { RunFolder::beside(path) };
        let (text, name) = folder.settings()?;
        let mut attempt = |checkpoint: &Path| {
            let before = state::made_with(checkpoint);
            let (config, mut told) = changes::settings::<CollageTrainConfig>(&text, &name, &before.settings)?;
            let config = CollageTrainConfig::from_toml(&config.to_toml()?, &name)?;
            let base = Some(base_of(&ModelFolder::open(checkpoint)?)?);
            // A folder that was gone has been written anew without them.
            let gone = team.is_main_rank() && !cutouts::learnt(path).is_dir();
            if gone {
                told.extend(cut_out(&config, base.as_ref(), path)?);
            }
            team.barrier()?;
            let mut parts = parts(&config, path, base.as_ref(), device)?;
            let mut ema = Ema::wanted(config.ema_decay, &parts.trainer.learner.parameters).map_err(network)?;
            let loaded = state::load(checkpoint, parts.trainer.learning(), ema.as_mut());
            let progress = loaded.map_err(|error| after_changes(error, &told))?;
            changes::enough(&text, &name, progress.step, config.iterations)?;
            Ok((config, parts, ema, progress, told))
        };
        let ((config, mut parts, ema, mut progress, more), mut told) = newest_sound(path, &folder, &mut attempt)?;
        told.extend(more);
        progress.best = folder.best();
        parts.trainer.team = team.clone();
        agree(&parts.trainer, &config)?;
        let mut run = Self::new(folder, config, parts, ema, progress, device)?;
        told.append(&mut run.told);
        run.told = told;
        Ok(run)
    }

    fn new(
        folder: RunFolder,
        config: CollageTrainConfig,
        parts: CollageParts,
        mut ema: Option<Ema>,
        progress: RunProgress,
        device: &Device,
    ) -> Result<Self, RunError> {
        let CollageParts { atlas, trainer, model } = parts;
        let mut lamps = lamps(atlas.looks());
        lamps.resize(model.lights, 0.0);
        trainer.learner.parameters.set(LAMPS, &lamps).map_err(network)?;
        if let Some(ema) = &mut ema {
            ema.values.insert(LAMPS.to_owned(), lamps);
        }
        let open = || Metrics::open(&folder.metrics(), &folder.tensorboard(), columns(&atlas), progress.step);
        let metrics = trainer.team.is_main_rank().then(open).transpose()?;
        let told = atlas.problems().iter().map(ToString::to_string).collect();
        let moved = Moved::from_here(&trainer.learner.parameters).map_err(network)?;
        let (device, held_out, snapshots) = (device.clone(), None, SnapshotWish::default());
        let made_with = MadeWith { settings: config.to_toml()?, ..MadeWith::default() };
        Ok(Self {
            folder,
            config,
            model,
            trainer,
            ema,
            progress,
            atlas,
            metrics,
            device,
            held_out,
            told,
            validation_pending: false,
            snapshots,
            moved,
            made_with,
        })
    }

    pub(crate) fn progress(&self) -> &RunProgress {
        &self.progress
    }

    /// To ask for a look at the weights while the run goes on.
    pub(crate) fn snapshots(&self) -> SnapshotWish {
        self.snapshots.clone()
    }

    pub(crate) fn steps(&self) -> u64 {
        self.config.iterations
    }

    /// Trains until the end or until it is cancelled: then the last step is finished and saved, and the run can be resumed.
    pub fn run(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<Outcome, RunError> {
        self.told.drain(..).for_each(|text| watch(RunEvent::Warning(text)));
        if self.progress.step == 0 && self.atlas.own_count() > 0 && self.trainer.team.is_main_rank() {
            // What is known of them before.
            self.validate(watch)?;
        }
        let batches =
            batches::ahead(self.atlas.clone(), self.config.clone(), self.trainer.team.part(), self.progress.step)?;
        let mut ended = Outcome::Finished;
        while self.validation_pending || self.progress.step < self.steps() {
            if self.trainer.team.any(cancel.is_cancelled())? {
                ended = Outcome::Stopped;
                break;
            }
            if !self.validation_pending {
                self.step(&batches, watch)?;
            }
            self.after_step(watch)?;
            self.validation_pending = false;
        }
        self.save("last")?;
        watch(RunEvent::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
        Ok(ended)
    }

    fn step(&mut self, batches: &Batches, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let start = Instant::now();
        let batch = batches.recv().map_err(|_| RunError::Empty)??;
        let waited_millis = start.elapsed().as_secs_f64() * 1e3;
        let (step, config) = (self.progress.step, &self.config);
        let rate = config.learning_rate * config.schedule.factor(step, config.iterations);
        self.trainer.set_learning_rate(rate);
        let count = batch.sprites.as_ref().map_or(0, |_| config.batch_size)
            + batch.stuff.as_ref().map_or(0, |_| config.stuff_batch_size)
            + batch.large.as_ref().map_or(0, |_| config.large_batch_size);
        // The last ones of the whole batch, as far as they are in this part.
        let part = self.trainer.team.part();
        let sprites = |samples: Option<&[SpriteSample]>, (size, from_pixels): (usize, usize)| {
            let own = part.of(size).filter(|i| *i >= size - from_pixels).count();
            samples.map(|s| SpriteBatch::new(s, own, &self.device)).transpose().map_err(network)
        };
        let large = sprites(batch.large.as_deref(), (config.large_batch_size, config.large_from_pixels()))?;
        let sprites = sprites(batch.sprites.as_deref(), (config.batch_size, config.from_pixels))?;
        let stuff = batch.stuff.as_deref().map(|s| StuffBatch::new(s, &self.device)).transpose().map_err(network)?;
        let seed = split::mix(split::mix(config.seed).wrapping_add(step));
        let losses = (self.trainer)
            .step(sprites.as_ref(), stuff.as_ref(), large.as_ref(), seed)
            .map_err(|problem| RunError::Step { step: step + 1, problem })?;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.trainer.learner.parameters).map_err(network)?;
        }
        (self.progress.step, self.validation_pending) = (self.progress.step + 1, true);
        let seconds = start.elapsed().as_secs_f64();
        self.progress.seconds += seconds;
        let images_per_second = count as f64 / seconds;
        let mut row =
            vec![("images_per_second", images_per_second), ("waited_millis", waited_millis), ("learning_rate", rate)];
        row.extend(losses.0.iter().copied());
        let (step, phase) = (self.progress.step, Phase::Looks);
        if let Some(metrics) = &mut self.metrics {
            metrics.row(step, phase.name(), &row)?;
        }
        watch(RunEvent::Step { step, phase, losses: &losses, images_per_second, waited_millis });
        Ok(())
    }

    fn after_step(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let (step, keep) = (self.progress.step, self.config.keep);
        let every = |n: u64| n > 0 && step.is_multiple_of(n);
        if every(keep.last_every) {
            same_weights(&self.trainer.team, &self.trainer.learner.parameters)?;
        }
        if !self.trainer.team.is_main_rank() {
            return Ok(());
        }
        if (every(keep.validate_every) || step == self.steps())
            && let Some(loss) = self.validate(watch)?
        {
            // As in `train::run`: a best one counts as such when it is on the disk.
            let before = self.progress.best.replace((loss, step));
            self.save("best").inspect_err(|_| self.progress.best = before)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint("best") });
        }
        let last = every(keep.last_every).then(|| "last".to_owned());
        for name in last.into_iter().chain(every(keep.checkpoint_every).then(|| format!("{step:09}"))) {
            self.save(&name)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint(&name) });
        }
        if every(keep.last_every) {
            let share = self.moved.since(&self.trainer.learner.parameters).map_err(network)?;
            watch(RunEvent::Moved { step, share });
        }
        if self.snapshots.take() {
            self.save(SNAPSHOT)?;
            watch(RunEvent::Snapshot { step, path: &self.folder.checkpoint(SNAPSHOT) });
        }
        Ok(())
    }

    /// The loss, if none was lower before.
    fn validate(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<Option<f64>, RunError> {
        bank::fill(&self.shown_network()?, &self.atlas, &self.trainer.learner.parameters, self.ema.as_mut())?;
        let net = self.shown_network()?;
        if self.held_out.is_none() {
            self.held_out = Some(HeldOut::new(&self.atlas, &self.config, &self.run_path(), &self.device)?);
        }
        let Some(held_out) = &self.held_out else { return Ok(None) };
        let step = self.progress.step;
        let figures = held_out.figures(&net, &self.device).map_err(network)?;
        if let Some(metrics) = &mut self.metrics {
            metrics.row(step, Phase::Looks.name(), &figures)?;
        }
        watch(RunEvent::Validated { step, figures: &figures });
        let path = self.folder.samples().join(format!("{step:09}.png"));
        std::fs::create_dir_all(self.folder.samples())
            .map_err(|problem| RunError::io("make a folder", problem, &path))?;
        let shown = sheet(&net, &held_out.shown).map_err(network)?;
        let mut bytes = std::io::Cursor::new(Vec::new());
        shown.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| RunError::Write(error.to_string()))?;
        write(&path, bytes.get_ref())?;
        watch(RunEvent::Sheet(&path));
        let loss = figures.iter().find(|(name, _)| *name == "val_loss").map_or(f64::NAN, |(_, value)| *value);
        let lowest = loss.is_finite() && self.progress.best.is_none_or(|(lowest, _)| loss < lowest);
        Ok(lowest.then_some(loss))
    }

    fn run_path(&self) -> PathBuf {
        self.folder.config().parent().map(Path::to_owned).unwrap_or_default()
    }

    /// The network as it is shown: with averaged weights, where there are such.
    fn shown_network(&self) -> Result<Collage, RunError> {
        let parameters = &self.trainer.learner.parameters;
        let weights = state::shown_weights(parameters, self.ema.as_ref()).map_err(network)?;
        let shapes: BTreeMap<String, Vec<usize>> =
            parameters.all().into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect();
        let build = || {
            let mut tensors = HashMap::new();
            for (name, values) in weights {
                let shape = shapes.get(&name).cloned().unwrap_or_default();
                tensors.insert(name, Tensor::from_vec(values, shape, &self.device)?);
            }
            let vb = VarBuilder::from_tensors(tensors, candle_core::DType::F32, &self.device);
            Collage::new(&self.model, sizes(&self.atlas), vb)
        };
        build().map_err(network)
    }

    fn save(&mut self, name: &str) -> Result<(), RunError> {
        if !self.trainer.team.is_main_rank() {
            return Ok(());
        }
        let path = self.folder.checkpoint(name);
        let (card, vocab) = (self.card(), self.atlas.vocab().to_sg2im());
        let config = ModelConfig::Collage(self.model.clone());
        let learning = self.trainer.learning();
        let learners =
            learning.into_iter().map(|(name, parameters, optimizer)| (name, parameters, &*optimizer)).collect();
        let kept = SavedState {
            config: &config,
            vocab: &vocab,
            card: &card,
            learners,
            ema: self.ema.as_ref(),
            made_with: &self.made_with,
        };
        match name {
            SNAPSHOT => state::save_model(&path, &kept),
            _ => state::save(&path, &kept, &self.progress),
        }
    }

    fn card(&self) -> String {
        let RunProgress { step, seconds, best } = &self.progress;
        let all = self.trainer.learner.parameters.all();
        let parameters: usize = all.iter().map(|(_, var)| var.elem_count()).sum();
        let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
        let own = if self.config.pictures.is_empty() { "" } else { ", and on objects cut out of own pictures" };
        let more = if self.config.sprites.is_empty() { "" } else { ", and on own drawings" };
        format!(
            "# Model card\n\nA collage network, trained by Scenewright on the drawings and materials of its illustrated world{own}{more}.\n\n\
             - Parameters: {parameters}\n- Steps: {step} of {}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out samples: {best}\n\n\
             ## Recipe\n\n```toml\n{}```\n",
            self.steps(),
            self.config.to_toml().unwrap_or_default(),
        )
    }
}

/// Cuts the objects out of the pictures that the settings name, for all of a team to read. Gives what the person should know.
fn cut_out(config: &CollageTrainConfig, base: Option<&Base>, run: &Path) -> Result<Vec<String>, RunError> {
    if config.pictures.is_empty() {
        return Ok(Vec::new());
    }
    let known = base.map_or_else(Vocabulary::illustrated, |base| base.vocab.clone());
    let (told, count) = cutouts::write(&config.pictures, run, |word| is_material(&known, word))?;
    match config.pictures.first() {
        Some(first) if count == 0 && config.sprites.is_empty() => Err(cutouts::nothing(first, &told).into()),
        _ => Ok(told),
    }
}

/// An error where the members of a team have not the same before them, or too little.
fn agree(trainer: &CollageTrainer, config: &CollageTrainConfig) -> Result<(), RunError> {
    let team = &trainer.team;
    team.require_at_least_one("batch_size", config.batch_size)?;
    if config.stuff_every > 0 {
        team.require_at_least_one("stuff_batch_size", config.stuff_batch_size)?;
    }
    if config.large_every > 0 && config.model.sprite.large > 0 {
        team.require_at_least_one("large_batch_size", config.large_batch_size)?;
    }
    same_settings(team, &config.to_toml()?)?;
    same_weights(team, &trainer.learner.parameters)
}
