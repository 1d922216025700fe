//! Before the start: a few discarded steps on the real samples show what a run needs and whether it can work at all.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::plan::Plan;
use crate::engine::process;
use scenewright_model::checkpoint::{FolderError, ModelFolder};
use scenewright_nn::cancel::CancellationToken;
use scenewright_train::run::{Phase, RunError, RunEvent};
pub use scenewright_train::{AnyConfig, Compute, release_memory};

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DryRun {
    /// Beyond what the program holds already; none where the system does not report it.
    pub memory_mib: Option<u64>,
    pub free_mib: Option<u64>,
    /// One step of the layout alone, where there are such.
    pub(crate) layout_step: Option<Duration>,
    pub step: Duration,
    pub images_per_second: f64,
    /// The whole run, looks at held-out scenes included.
    pub total: Duration,
    pub steps: u64,
    pub words: Words,
    pub warnings: Vec<String>,
}

/// The words of the run against those of the model that it starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub count: usize,
    /// Whether there is a model to know any.
    pub(crate) from_model: bool,
    /// Not known to the model: learned from nothing.
    pub new: Vec<String>,
    /// Known to it, and not learned here.
    pub unused: usize,
}

impl DryRun {
    /// Whether it fits into what is free. True where nothing is known.
    pub(crate) fn fits(&self) -> bool {
        self.memory_mib.zip(self.free_mib).is_none_or(|(needed, free)| needed < free)
    }
}

/// Steps of a phase that are timed; the first of each warms up.
const TIMED: u64 = 4;

/// `scratch`: a folder that does not exist yet, and does not afterwards.
pub(crate) fn preflight(plan: &Plan, scratch: &Path, cancel: &CancellationToken) -> Result<DryRun, RunError> {
    let found = measured(plan, scratch, cancel);
    // What is left behind lies in the system's folder for such things.
    let _ = std::fs::remove_dir_all(scratch);
    release_memory();
    found
}

fn measured(plan: &Plan, scratch: &Path, cancel: &CancellationToken) -> Result<DryRun, RunError> {
    let wanted = plan.config()?;
    let layout_steps = wanted.layout_steps().min(TIMED);
    let short = shortened(&wanted, layout_steps);
    let mut plan = plan.clone();
    plan.changed.extend(short);
    let config = plan.config()?;
    let before = process::memory_mib();
    let counts = process::forget_most_memory();
    let free_mib = process::free_memory_mib();
    let opened = plan.device.open().map_err(RunError::Network)?;
    let model = plan.start().map(|start| ModelFolder::open(&start.path)).transpose()?;
    let mut run = config.create_run(scratch, model.as_ref(), &Compute::on(&opened.device))?;
    let words = words(scratch, model.as_ref())?;
    let mut clock = Clock::new();
    let ended = CancellationToken::new();
    run.run(&ended, &mut |event| {
        clock.take(event);
        if clock.pictures.len() as u64 >= TIMED || cancel.is_cancelled() {
            ended.cancel();
        }
    })?;
    let memory_mib = before.zip(process::most_memory_mib().filter(|_| counts)).map(|(b, most)| most.saturating_sub(b));
    let (layout_step, step) = (mean(&clock.layouts), mean(&clock.pictures).unwrap_or_default());
    let looks = wanted.steps() / every(&wanted).max(1) + 1;
    let total = layout_step.unwrap_or_default().as_secs_f64() * wanted.layout_steps() as f64
        + step.as_secs_f64() * (wanted.steps() - wanted.layout_steps()) as f64
        + clock.look.as_secs_f64() * (looks * batches_of_a_look(&wanted)) as f64;
    Ok(DryRun {
        memory_mib,
        free_mib,
        layout_step,
        step,
        images_per_second: clock.images_per_second,
        total: Duration::try_from_secs_f64(total).unwrap_or(Duration::MAX),
        steps: wanted.steps(),
        words,
        warnings: clock.warnings,
    })
}

/// The same run cut to what is measured: a few steps of each phase, one look at one batch of held-out scenes, no checkpoints.
fn shortened(config: &AnyConfig, layout_steps: u64) -> Vec<(String, String)> {
    let mut set = vec![
        ("keep.last_every", u64::from(u32::MAX)),
        ("keep.checkpoint_every", 0),
        ("keep.validate_every", layout_steps + 2),
        ("keep.validation_scenes", 1),
    ];
    if matches!(config, AnyConfig::Sg2Im(_)) {
        set.push(("layout_first.iterations", layout_steps));
    }
    set.into_iter().map(|(key, value)| (key.to_owned(), value.to_string())).collect()
}

fn every(config: &AnyConfig) -> u64 {
    match config {
        AnyConfig::Sg2Im(config) => config.keep.validate_every,
        AnyConfig::Collage(config) => config.keep.validate_every,
    }
}

fn batches_of_a_look(config: &AnyConfig) -> u64 {
    match config {
        AnyConfig::Sg2Im(config) => {
            let batch = config.batch_size.max(config.keep.sample_scenes).max(1);
            config.keep.validation_scenes.div_ceil(batch).max(1) as u64
        }
        AnyConfig::Collage(_) => 1,
    }
}

struct Clock {
    last: Instant,
    layouts: Vec<Duration>,
    pictures: Vec<Duration>,
    /// One batch of held-out scenes and a sheet.
    look: Duration,
    images_per_second: f64,
    warnings: Vec<String>,
}

impl Clock {
    fn new() -> Self {
        let (look, last) = (Duration::ZERO, Instant::now());
        Self { last, layouts: Vec::new(), pictures: Vec::new(), look, images_per_second: 0.0, warnings: Vec::new() }
    }

    fn take(&mut self, event: RunEvent<'_>) {
        let now = Instant::now();
        let took = now - std::mem::replace(&mut self.last, now);
        match event {
            RunEvent::Step { phase: Phase::Layout, .. } => self.layouts.push(took),
            RunEvent::Step { items_per_second, .. } => {
                self.images_per_second = items_per_second;
                self.pictures.push(took);
            }
            RunEvent::Validated { .. } | RunEvent::Sheet(_) | RunEvent::Saved { .. } => self.look += took,
            RunEvent::Warning(text) if self.warnings.contains(&text) => {}
            RunEvent::Warning(text) => self.warnings.push(text),
            RunEvent::Preparing { .. } | RunEvent::Snapshot { .. } | RunEvent::Moved { .. } => {}
        }
    }
}

/// Without the first, which warms up, where there are others.
fn mean(times: &[Duration]) -> Option<Duration> {
    let timed = if times.len() > 1 { &times[1..] } else { times };
    (!timed.is_empty()).then(|| timed.iter().sum::<Duration>() / timed.len() as u32)
}

fn words(run: &Path, model: Option<&ModelFolder>) -> Result<Words, FolderError> {
    let names = |folder: &ModelFolder| -> BTreeSet<String> {
        let list = folder.vocab["object_idx_to_name"].as_array();
        list.into_iter().flatten().filter_map(|name| name.as_str()).map(str::to_owned).collect()
    };
    let own = names(&ModelFolder::open(&run.join("checkpoints/last"))?);
    let Some(model) = model else { return Ok(Words { count: own.len(), ..Words::default() }) };
    let known = names(model);
    let new = own.difference(&known).cloned().collect();
    Ok(Words { count: own.len(), from_model: true, new, unused: known.difference(&own).count() })
}
