//! A run that trains a collage network; folder, metrics, checkpoints and exact resuming are those of any run ([`crate::train::run`]).

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;
use rayon::prelude::*;

use super::config::CollageTrainConfig;
use super::cutouts;
use super::grow::{self, take_weights};
use super::own_figures::{self, OwnHeldOut};
use super::samples::{Atlas, SpriteSample, StuffSample};
use super::sheet::sheet;
use super::step::{CollageTrainer, SpriteBatch, StuffBatch, see_sprites, see_stuff};
use crate::checkpoint::{ModelConfig, ModelFolder};
use crate::data::illustrated::grammar::material::MATERIALS;
use crate::data::{DataError, split};
use crate::model::collage::stuff::PIECES;
use crate::model::collage::{Collage, CollageConfig, Sizes};
use crate::train::collage::loss::looked;
use crate::train::ema::Ema;
use crate::train::run::folder::RunFolder;
use crate::train::run::metrics::Metrics;
use crate::train::run::state::{self, Kept};
use crate::train::run::{
    Ended, Event, Figures, Moved, Phase, Progress, RunError, SNAPSHOT, SnapshotWish, network, write,
};
use crate::vocab::Vocabulary;

const COLUMNS: &[&str] = &[
    "images_per_second",
    "waited_millis",
    "learning_rate",
    "total_loss",
    "sprite_colour",
    "sprite_alpha",
    "sprite_dice",
    "sprite_edge",
    "sprite_divergence",
    "stuff_colour",
    "stuff_alpha",
    "stuff_dice",
    "stuff_edge",
    "stuff_divergence",
    "val_loss",
    "val_sprite_colour",
    "val_sprite_alpha",
    "val_pixels_colour",
    "val_stuff_colour",
    "val_stuff_alpha",
];

/// With those of the user's own drawings.
const WITH_OWN: &[&str] = &{
    let mut all = [""; COLUMNS.len() + own_figures::COLUMNS.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < COLUMNS.len() { COLUMNS[i] } else { own_figures::COLUMNS[i - COLUMNS.len()] };
        i += 1;
    }
    all
};

/// Of the user's own drawings, so many are measured at most.
const MOST_MEASURED: usize = 96;
/// Batches ready at most.
const AHEAD: usize = 3;
/// Seeds of held-out samples: no iteration comes near.
const HELD_OUT: u64 = 1 << 60;
/// Seeds of the bank's pieces.
const BANK: u64 = 1 << 61;

pub struct CollageRun {
    folder: RunFolder,
    config: CollageTrainConfig,
    /// The network's sizes; with geometry, where it goes on from a model that has some.
    model: CollageConfig,
    trainer: CollageTrainer,
    ema: Option<Ema>,
    progress: Progress,
    atlas: Arc<Atlas>,
    metrics: Metrics,
    device: Device,
    held_out: Option<HeldOut>,
    /// What the user should know of what is learned from; told when the run begins.
    told: Vec<String>,
    snapshots: SnapshotWish,
    moved: Moved,
}

struct HeldOut {
    sprites: SpriteBatch,
    /// The same, only by their pixels.
    from_pixels: SpriteBatch,
    stuff: StuffBatch,
    sheet_sprites: SpriteBatch,
    sheet_stuff: StuffBatch,
    own: Option<OwnHeldOut>,
}

struct HostBatch {
    sprites: Option<Vec<SpriteSample>>,
    stuff: Option<Vec<StuffSample>>,
}

type Batches = Receiver<Result<HostBatch, DataError>>;

impl CollageRun {
    pub fn create(
        path: &Path,
        mut config: CollageTrainConfig,
        from: Option<&ModelFolder>,
        device: &Device,
    ) -> Result<Self, RunError> {
        let folder = RunFolder::create(path)?;
        let base = from.map(base_of).transpose()?.flatten();
        let mut told = Vec::new();
        if !config.pictures.is_empty() {
            let known = base.as_ref().map_or_else(Vocabulary::illustrated, |base| base.vocab.clone());
            let is_material = |word: &str| is_material(&known, word);
            told.extend(cutouts::write(&config.pictures, path, is_material)?);
        }
        if let Some(base) = &base {
            config.model = CollageConfig { geometry: None, ..base.model.clone() };
        }
        let Parts { atlas, trainer, model } = parts(&config, path, base.as_ref(), device)?;
        if let Some(from) = from {
            take_weights(&trainer.learner.parameters, from, atlas.vocab(), &atlas.new_words)?;
        }
        let ema = Ema::wanted(config.ema_decay, &trainer.learner.parameters).map_err(network)?;
        write(&folder.config(), config.to_toml()?.as_bytes())?;
        let metrics = Metrics::open(&folder.metrics(), &folder.tensorboard(), columns(&atlas), 0)?;
        let (progress, device) = (Progress::default(), device.clone());
        told.extend(atlas.problems().iter().map(ToString::to_string));
        let (held_out, snapshots) = (None, SnapshotWish::default());
        let moved = Moved::from_here(&trainer.learner.parameters).map_err(network)?;
        let mut run = Self {
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
            snapshots,
            moved,
        };
        run.save("last")?;
        Ok(run)
    }

    pub fn resume(path: &Path, device: &Device) -> Result<Self, RunError> {
        let folder = RunFolder::open(path)?;
        let (text, name) = folder.settings()?;
        let config = CollageTrainConfig::from_toml(&text, &name)?;
        let last = folder.last()?;
        let base = base_of(&ModelFolder::open(&last)?)?;
        let Parts { atlas, mut trainer, model } = parts(&config, path, base.as_ref(), device)?;
        let mut ema = Ema::wanted(config.ema_decay, &trainer.learner.parameters).map_err(network)?;
        let learner = &mut trainer.learner;
        let learning = vec![("generator", &learner.parameters, &mut learner.optimizer)];
        let progress = state::load(&last, learning, ema.as_mut())?;
        let metrics = Metrics::open(&folder.metrics(), &folder.tensorboard(), columns(&atlas), progress.step)?;
        let told = atlas.problems().iter().map(ToString::to_string).collect();
        let (device, held_out, snapshots) = (device.clone(), None, SnapshotWish::default());
        let moved = Moved::from_here(&trainer.learner.parameters).map_err(network)?;
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
            snapshots,
            moved,
        })
    }

    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// To ask for a look at the weights while the run goes on.
    pub fn snapshots(&self) -> SnapshotWish {
        self.snapshots.clone()
    }

    pub fn steps(&self) -> u64 {
        self.config.iterations
    }

    /// Trains until the end or until `stop`; then the last step is finished and saved.
    pub fn go(&mut self, stop: &AtomicBool, watch: &mut dyn FnMut(Event<'_>)) -> Result<Ended, RunError> {
        self.told.drain(..).for_each(|text| watch(Event::Warning(text)));
        if self.progress.step == 0 && self.atlas.own_count() > 0 {
            // What is known of them before.
            self.validate(watch)?;
            self.progress.best = None;
        }
        let batches = self.batches()?;
        let mut ended = Ended::Finished;
        while self.progress.step < self.steps() {
            if stop.load(Ordering::Relaxed) {
                ended = Ended::Stopped;
                break;
            }
            self.step(&batches, watch)?;
            self.after_step(watch)?;
        }
        self.save("last")?;
        watch(Event::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
        Ok(ended)
    }

    /// Made ahead by a thread, each from the number of its iteration alone.
    fn batches(&self) -> Result<Batches, RunError> {
        let (send, batches) = sync_channel(AHEAD);
        let (atlas, config, first) = (self.atlas.clone(), self.config.clone(), self.progress.step);
        let work = move || {
            for iteration in first.. {
                let batch = batch(&atlas, &config, iteration);
                let failed = batch.is_err();
                if send.send(batch).is_err() || failed {
                    break;
                }
            }
        };
        std::thread::Builder::new().name("data".into()).spawn(work).map_err(RunError::Thread)?;
        Ok(batches)
    }

    fn step(&mut self, batches: &Batches, watch: &mut dyn FnMut(Event<'_>)) -> Result<(), RunError> {
        let start = Instant::now();
        let batch = batches.recv().map_err(|_| RunError::Empty)??;
        let waited_millis = start.elapsed().as_secs_f64() * 1e3;
        let (step, config) = (self.progress.step, &self.config);
        let rate = config.learning_rate * config.schedule.factor(step, config.iterations);
        self.trainer.set_learning_rate(rate);
        let count = batch.sprites.as_ref().map_or(0, Vec::len) + batch.stuff.as_ref().map_or(0, Vec::len);
        let sprites = |s: &[SpriteSample]| SpriteBatch::new(s, config.from_pixels, &self.device);
        let sprites = batch.sprites.as_deref().map(sprites).transpose().map_err(network)?;
        let stuff = batch.stuff.as_deref().map(|s| StuffBatch::new(s, &self.device)).transpose().map_err(network)?;
        let seed = split::mix(split::mix(config.seed).wrapping_add(step));
        let losses =
            self.trainer.step(sprites.as_ref(), stuff.as_ref(), seed).map_err(|problem| RunError::Step { problem })?;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.trainer.learner.parameters).map_err(network)?;
        }
        self.progress.step += 1;
        let seconds = start.elapsed().as_secs_f64();
        self.progress.seconds += seconds;
        let images_per_second = count as f64 / seconds;
        let mut row =
            vec![("images_per_second", images_per_second), ("waited_millis", waited_millis), ("learning_rate", rate)];
        row.extend(losses.0.iter().copied());
        let (step, phase) = (self.progress.step, Phase::Looks);
        self.metrics.row(step, phase.name(), &row)?;
        watch(Event::Step { step, phase, losses: &losses, images_per_second, waited_millis });
        Ok(())
    }

    fn after_step(&mut self, watch: &mut dyn FnMut(Event<'_>)) -> Result<(), RunError> {
        let (step, keep) = (self.progress.step, self.config.keep);
        let every = |n: u64| n > 0 && step.is_multiple_of(n);
        let mut names = Vec::new();
        if every(keep.validate_every) || step == self.steps() {
            names.extend(self.validate(watch)?.then(|| "best".to_owned()));
        }
        names.extend(every(keep.last_every).then(|| "last".to_owned()));
        names.extend(every(keep.checkpoint_every).then(|| format!("{step:09}")));
        for name in names {
            self.save(&name)?;
            watch(Event::Saved { step, path: &self.folder.checkpoint(&name) });
        }
        if every(keep.last_every) {
            let share = self.moved.since(&self.trainer.learner.parameters).map_err(network)?;
            watch(Event::Moved { step, share });
        }
        if self.snapshots.take() {
            self.save(SNAPSHOT)?;
            watch(Event::Snapshot { step, path: &self.folder.checkpoint(SNAPSHOT) });
        }
        Ok(())
    }

    /// True: no loss was lower before.
    fn validate(&mut self, watch: &mut dyn FnMut(Event<'_>)) -> Result<bool, RunError> {
        self.fill_bank()?;
        let net = self.shown_network()?;
        if self.held_out.is_none() {
            self.held_out = Some(self.make_held_out()?);
        }
        let Some(held_out) = &self.held_out else { return Ok(false) };
        let step = self.progress.step;
        let figures = figures(&net, held_out, &self.device).map_err(network)?;
        self.metrics.row(step, Phase::Looks.name(), &figures)?;
        watch(Event::Validated { step, figures: &figures });
        let path = self.folder.samples().join(format!("{step:09}.png"));
        std::fs::create_dir_all(self.folder.samples())
            .map_err(|problem| RunError::io("make a folder", problem, &path))?;
        let shown = sheet(&net, &held_out.sheet_sprites, &held_out.sheet_stuff).map_err(network)?;
        let mut bytes = std::io::Cursor::new(Vec::new());
        shown.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| RunError::Write(error.to_string()))?;
        write(&path, bytes.get_ref())?;
        watch(Event::Sheet(&path));
        let loss = figures.iter().find(|(name, _)| *name == "val_loss").map_or(f64::NAN, |(_, value)| *value);
        if loss.is_finite() && self.progress.best.is_none_or(|(lowest, _)| loss < lowest) {
            self.progress.best = Some((loss, step));
            return Ok(true);
        }
        Ok(false)
    }

    /// Puts the latent maps of real pieces beside the weights.
    fn fill_bank(&mut self) -> Result<(), RunError> {
        let net = self.shown_network()?;
        let one = |i: usize| self.atlas.piece(i / PIECES, BANK + i as u64);
        let pieces: Vec<StuffSample> =
            (0..self.atlas.material_count() * PIECES).into_par_iter().map(one).collect::<Result<_, _>>()?;
        let parameters = &self.trainer.learner.parameters;
        let read = |name: &str| -> candle_core::Result<Vec<f32>> {
            match parameters.get(name) {
                Some(var) => var.flatten_all()?.to_vec1(),
                None => candle_core::bail!("this network has no \"{name}\""),
            }
        };
        let fill = || -> candle_core::Result<[(&str, Vec<f32>); 3]> {
            let names = ["stuff.bank.maps", "stuff.bank.boxes", "stuff.bank.lights"];
            let [mut maps, mut boxes, mut lights] = [read(names[0])?, read(names[1])?, read(names[2])?];
            for pieces in pieces.chunks(PIECES) {
                let batch = StuffBatch::new(pieces, &self.device)?;
                let found = net.stuff_encoder.forward(&batch.guide)?.mean.flatten_from(1)?.to_vec2::<f32>()?;
                for (number, (piece, map)) in pieces.iter().zip(found).enumerate() {
                    let at = piece.class as usize * PIECES + number;
                    maps[at * map.len()..][..map.len()].copy_from_slice(&map);
                    boxes[at * 4..][..4].copy_from_slice(&piece.bounds);
                    lights[at] = piece.light as f32;
                }
            }
            Ok([(names[0], maps), (names[1], boxes), (names[2], lights)])
        };
        for (name, values) in fill().map_err(network)? {
            parameters.set(name, &values).map_err(network)?;
            if let Some(ema) = &mut self.ema {
                ema.values.insert(name.to_owned(), values);
            }
        }
        Ok(())
    }

    fn make_held_out(&self) -> Result<HeldOut, RunError> {
        let count = self.config.keep.validation_scenes.max(1);
        let spread = self.atlas.drawing_count().max(1);
        let sprites = |from: usize, count: usize, plain: bool| -> Result<Vec<SpriteSample>, RunError> {
            let one = |i: usize| {
                self.atlas.sprite((from + i * spread / count.max(1)) % spread, HELD_OUT + (from + i) as u64, plain)
            };
            Ok((0..count).into_par_iter().map(one).collect::<Result<_, _>>()?)
        };
        let stuff = |from: usize, count: usize| -> Result<Vec<StuffSample>, RunError> {
            let one = |i: usize| self.atlas.stuff(HELD_OUT + (from + i) as u64);
            Ok((0..count).into_par_iter().map(one).collect::<Result<_, _>>()?)
        };
        let plain = sprites(1, count, true)?;
        let on = &self.device;
        let made = || -> candle_core::Result<_> {
            Ok((SpriteBatch::new(&plain, 0, on)?, SpriteBatch::new(&plain, plain.len(), on)?))
        };
        let (said, from_pixels) = made().map_err(network)?;
        let (own_count, all) = (self.atlas.own_count(), self.atlas.drawing_count());
        let plain = |index: usize| self.atlas.sprite(index, HELD_OUT, true);
        let mut on_sheet = sprites(0, 80, false)?;
        let mut pixels_on_sheet = 16;
        let own = if own_count == 0 {
            None
        } else {
            let everything: Vec<SpriteSample> = (0..all).into_par_iter().map(plain).collect::<Result<_, _>>()?;
            let spread = |most: usize| {
                let count = own_count.min(most);
                (0..count).map(move |i| all - own_count + i * own_count / count)
            };
            let own: Vec<SpriteSample> = spread(MOST_MEASURED).map(|i| everything[i].clone()).collect();
            let kept_from_training = self.folder.config().parent().map(cutouts::held_out).unwrap_or_default();
            let mut unseen = self.atlas.unseen(&kept_from_training)?;
            unseen.truncate(MOST_MEASURED);
            // The sheet shows the user's own: as said, and of pictures that were kept from training.
            on_sheet = spread(64).map(|i| everything[i].clone()).collect();
            pixels_on_sheet = unseen.len().min(16);
            on_sheet.extend_from_slice(&unseen[..pixels_on_sheet]);
            Some(OwnHeldOut::new(&own, &unseen, &everything, on).map_err(network)?)
        };
        Ok(HeldOut {
            sprites: said,
            from_pixels,
            stuff: StuffBatch::new(&stuff(0, count)?, on).map_err(network)?,
            sheet_sprites: SpriteBatch::new(&on_sheet, pixels_on_sheet, on).map_err(network)?,
            sheet_stuff: StuffBatch::new(&stuff(count, 32)?, on).map_err(network)?,
            own,
        })
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
        let path = self.folder.checkpoint(name);
        let (card, vocab) = (self.card(), self.atlas.vocab().to_sg2im());
        let config = ModelConfig::Collage(self.model.clone());
        let learner = &self.trainer.learner;
        let learners = vec![("generator", &learner.parameters, &learner.optimizer)];
        let kept = Kept { config: &config, vocab: &vocab, card: &card, learners, ema: self.ema.as_ref() };
        match name {
            SNAPSHOT => state::save_model(&path, &kept),
            _ => state::save(&path, &kept, &self.progress),
        }
    }

    fn card(&self) -> String {
        let Progress { step, seconds, best } = &self.progress;
        let all = self.trainer.learner.parameters.all();
        let parameters: usize = all.iter().map(|(_, var)| var.elem_count()).sum();
        let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
        format!(
            "# Model card\n\nA collage network, trained by Scenewright on the drawings and materials of its illustrated world.\n\n\
             - Parameters: {parameters}\n- Steps: {step} of {}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out samples: {best}\n\n\
             ## Recipe\n\n```toml\n{}```\n",
            self.steps(),
            self.config.to_toml().unwrap_or_default(),
        )
    }
}

fn sizes(atlas: &Atlas) -> Sizes {
    let vocab = atlas.vocab();
    Sizes {
        objects: vocab.object_count(),
        predicates: vocab.predicate_count(),
        variants: atlas.looks().variant_count(),
    }
}

struct Parts {
    atlas: Arc<Atlas>,
    trainer: CollageTrainer,
    model: CollageConfig,
}

/// What a run goes on from: words and drawings that keep their numbers, and geometry that is kept as it is.
struct Base {
    vocab: Vocabulary,
    model: CollageConfig,
}

/// None: the model is no collage.
fn base_of(folder: &ModelFolder) -> Result<Option<Base>, RunError> {
    let ModelConfig::Collage(config) = &folder.config else { return Ok(None) };
    let vocab = Vocabulary::from_sg2im(&folder.vocab).map_err(|error| RunError::Checkpoint {
        problem: format!("its vocabulary cannot be used: {error}"),
        path: folder.path.clone(),
    })?;
    Ok(Some(Base { vocab, model: config.clone() }))
}

/// Words that the program knows as materials.
fn is_material(vocab: &Vocabulary, word: &str) -> bool {
    let by_looks = vocab.object_id(word).and_then(|id| vocab.looks_of(id)).is_some_and(|own| own.stuff);
    let named = |(_, name): &(_, &str)| vocab.object_id(word).is_some_and(|id| vocab.object_name(id) == *name);
    by_looks || MATERIALS.iter().any(named)
}

fn columns(atlas: &Atlas) -> &'static [&'static str] {
    if atlas.own_count() > 0 { WITH_OWN } else { COLUMNS }
}

fn parts(config: &CollageTrainConfig, run: &Path, base: Option<&Base>, device: &Device) -> Result<Parts, RunError> {
    let mut sprites = config.sprites.clone();
    sprites.extend(Some(cutouts::learnt(run)).filter(|path| path.is_dir()));
    let atlas = Arc::new(Atlas::new(&sprites, base.map(|base| &base.vocab))?);
    let mut model = config.model.clone();
    let known = base.and_then(|base| base.model.geometry.as_ref());
    model.geometry = known.map(|known| grow::geometry(known, atlas.vocab(), &atlas.new_words));
    let trainer = CollageTrainer::new(config, &model, sizes(&atlas), device).map_err(network)?;
    Ok(Parts { atlas, trainer, model })
}

fn batch(atlas: &Atlas, config: &CollageTrainConfig, iteration: u64) -> Result<HostBatch, DataError> {
    let seed = |kind: u64, i: usize| {
        split::mix(split::mix(config.seed ^ kind).wrapping_add(iteration * 4096 + i as u64)) & (HELD_OUT - 1)
    };
    let plain_from = config.batch_size - config.from_pixels;
    // Every drawing comes once in so many, in an order that changes from round to round.
    let own = if config.own_share > 0.0 { atlas.own_count() } else { 0 };
    let others = atlas.drawing_count() - own;
    let before = |i: usize| (i as f64 * config.own_share) as usize;
    let is_own = |i: usize| own > 0 && (others == 0 || before(i + 1) > before(i));
    let sprite = |i: usize| {
        let round = |count: usize, each: usize, at: usize| shuffled(iteration as usize * each.max(1) + at, count);
        let owned = before(config.batch_size);
        let index = match (own, is_own(i)) {
            (0, _) => round(others, config.batch_size, i),
            (_, true) => others + round(own, owned, before(i)),
            (_, false) => round(others, config.batch_size - owned, i - before(i)),
        };
        atlas.sprite(index, seed(0x5921, i), i >= plain_from)
    };
    let is_time = |every: u64| every > 0 && iteration.is_multiple_of(every);
    let sprites = || (0..config.batch_size).map(sprite).collect::<Result<_, _>>();
    let stuff = || (0..config.stuff_batch_size).map(|i| atlas.stuff(seed(0x57ff, i))).collect::<Result<_, _>>();
    Ok(HostBatch {
        sprites: is_time(config.sprites_every).then(sprites).transpose()?,
        stuff: is_time(config.stuff_every).then(stuff).transpose()?,
    })
}

/// The number at a place of an endless row of rounds, each round all numbers below `count` in an order of its own.
fn shuffled(place: usize, count: usize) -> usize {
    let (round, at) = (place / count, place % count);
    // A step that shares no factor with the count visits every number once.
    let mut stride = split::mix(round as u64) as usize % count.max(1);
    while gcd(stride, count) != 1 {
        stride += 1;
    }
    (at * stride + split::mix(!(round as u64)) as usize % count) % count
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn figures(net: &Collage, held_out: &HeldOut, device: &Device) -> candle_core::Result<Figures> {
    let scalar = |x: &Tensor| Ok::<_, candle_core::Error>(f64::from(x.to_scalar::<f32>()?));
    let of_sprites = |batch: &SpriteBatch| looked(&see_sprites(net, batch, 0, device)?.0, &batch.real);
    let sprites = of_sprites(&held_out.sprites)?;
    let from_pixels = of_sprites(&held_out.from_pixels)?;
    let stuff = looked(&see_stuff(net, &held_out.stuff, 0, device)?.0, &held_out.stuff.real)?;
    let (sprite, material) = (scalar(&sprites.colour)?, scalar(&stuff.colour)?);
    let mut all = vec![
        ("val_loss", sprite + material),
        ("val_sprite_colour", sprite),
        ("val_sprite_alpha", scalar(&sprites.alpha)?),
        ("val_pixels_colour", scalar(&from_pixels.colour)?),
        ("val_stuff_colour", material),
        ("val_stuff_alpha", scalar(&stuff.alpha)?),
    ];
    if let Some(own) = &held_out.own {
        all.extend(own.figures(net, device)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::shuffled;

    #[test]
    fn every_round_has_every_number_once() {
        for count in [1, 2, 7, 364] {
            for round in 0..4 {
                let mut seen: Vec<usize> = (0..count).map(|i| shuffled(round * count + i, count)).collect();
                seen.sort_unstable();
                assert_eq!(seen, (0..count).collect::<Vec<_>>());
            }
        }
    }
}
