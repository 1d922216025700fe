//! The trainer: one loop for every task, with stop, validation, checkpoints, exact resume, events and process groups.
//!
//! ```text
//! create | resume -> loop { stop? -> step -> average of the weights -> validate -> checkpoints -> events } -> last checkpoint
//! ```

use std::path::Path;
use std::time::Instant;

use super::checkpoint::{self, MadeWith, RunProgress};
use super::error::{RunError, network, write};
use super::event::{Outcome, RunEvent};
use super::folder::RunFolder;
use super::metrics::Metrics;
use super::moved::Moved;
use super::snapshot::{SNAPSHOT, SnapshotRequest};
use super::task::{Compute, SampleSheet, TaskConfig, TaskContext, TrainingTask, Validation};
use super::{changes, ddp_checks, resume};
use crate::config::ConfigError;
use crate::ema::Ema;
use scenewright_model::checkpoint::ModelFolder;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_nn::parameters::Parameters;

/// A run of training: its folder, how far it is, and the task that it drives.
pub struct Trainer {
    task: Box<dyn TrainingTask>,
    folder: RunFolder,
    group: ProcessGroup,
    progress: RunProgress,
    ema: Option<Ema>,
    /// None in the processes of a group that do not write.
    metrics: Option<Metrics>,
    made_with: MadeWith,
    moved: Moved,
    snapshots: SnapshotRequest,
    /// About the resume; reported when the loop begins.
    warnings: Vec<String>,
    /// A step was made, and what follows it (figures, checkpoints) could not be written yet.
    validation_pending: bool,
}

impl Trainer {
    /// Starts a run in a new folder, from first weights that follow from the seed or from a model. All processes of a group call it with
    /// the same settings; the first one writes.
    ///
    /// # Errors
    /// If the settings are wrong, the folder is taken, the data cannot be read, or the processes differ.
    pub fn create<C: TaskConfig>(
        path: &Path,
        config: C,
        from: Option<&ModelFolder>,
        compute: &Compute,
    ) -> Result<Self, RunError> {
        config.validate()?;
        let is_main = compute.group.is_main_rank();
        let folder = if is_main { RunFolder::create(path)? } else { RunFolder::beside(path) };
        let task = config.create(from, &TaskContext { run: path, compute })?;
        let ema = Ema::wanted(task.ema_decay(), parameters(&*task)?).map_err(network)?;
        agree(&*task, &compute.group)?;
        if is_main {
            write(&folder.config(), task.settings()?.as_bytes())?;
        }
        let mut trainer = Self::new(task, folder, &compute.group, RunProgress::default(), ema, Vec::new())?;
        trainer.save("last")?;
        Ok(trainer)
    }

    /// Resumes a run from `checkpoints/last`, or from the newest checkpoint that is whole. The group may have another size than before.
    ///
    /// # Errors
    /// If there is no run, another process writes it, no checkpoint is whole, or the settings no longer fit the weights.
    pub fn resume<C: TaskConfig>(path: &Path, compute: &Compute) -> Result<Self, RunError> {
        let is_main = compute.group.is_main_rank();
        let folder = if is_main { RunFolder::open(path)? } else { RunFolder::beside(path) };
        let (text, name) = folder.settings()?;
        let mut attempt = |from: &Path| {
            let before = checkpoint::made_with(from);
            let (config, changes) = changes::settings::<C>(&text, &name, &before.settings)?;
            config.validate()?;
            let steps = config.steps();
            let mut task = config.restore(from, &TaskContext { run: path, compute })?;
            let mut ema = Ema::wanted(task.ema_decay(), parameters(&*task)?).map_err(network)?;
            let loaded = checkpoint::load(from, task.learners_mut(), ema.as_mut());
            let (progress, state) = loaded.map_err(|error| after_changes(error, &changes))?;
            task.loaded(ema.as_mut(), state)
                .map_err(|problem| RunError::Checkpoint { problem, path: from.to_owned() })?;
            if let Some(steps) = steps {
                changes::enough(&text, &name, progress.step, steps)?;
            }
            Ok((task, ema, progress, changes))
        };
        let ((task, ema, mut progress, changes), mut warnings) = resume::newest_sound(path, &folder, &mut attempt)?;
        warnings.extend(changes);
        progress.best = folder.best();
        agree(&*task, &compute.group)?;
        Self::new(task, folder, &compute.group, progress, ema, warnings)
    }

    fn new(
        task: Box<dyn TrainingTask>,
        folder: RunFolder,
        group: &ProcessGroup,
        progress: RunProgress,
        ema: Option<Ema>,
        warnings: Vec<String>,
    ) -> Result<Self, RunError> {
        let open = || Metrics::open(&folder.metrics(), &folder.tensorboard(), task.columns(), progress.step);
        let metrics = group.is_main_rank().then(open).transpose()?;
        let made_with = MadeWith { settings: task.settings()?, ..task.made_with() };
        let moved = Moved::from_here(parameters(&*task)?).map_err(network)?;
        let (group, snapshots) = (group.clone(), SnapshotRequest::default());
        Ok(Self {
            task,
            folder,
            group,
            progress,
            ema,
            metrics,
            made_with,
            moved,
            snapshots,
            warnings,
            validation_pending: false,
        })
    }

    /// The settings as TOML.
    pub fn settings(&self) -> Result<String, ConfigError> {
        self.task.settings()
    }

    pub fn progress(&self) -> &RunProgress {
        &self.progress
    }

    /// Steps in all, those of the layout alone included.
    pub fn steps(&self) -> u64 {
        self.task.steps()
    }

    /// Steps before the first picture.
    pub fn layout_steps(&self) -> u64 {
        self.task.layout_steps()
    }

    /// To ask for a look at the weights while the run goes on.
    pub fn snapshots(&self) -> SnapshotRequest {
        self.snapshots.clone()
    }

    /// Trains until the end or until it is cancelled: then the last step is finished and saved, and the run can be resumed.
    ///
    /// # Errors
    /// If a step diverges, or something cannot be read or written; called again, it goes on where it was.
    pub fn run(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<Outcome, RunError> {
        let outcome = self.run_loop(cancel, watch);
        self.task.pause();
        outcome
    }

    fn run_loop(
        &mut self,
        cancel: &CancellationToken,
        watch: &mut dyn FnMut(RunEvent<'_>),
    ) -> Result<Outcome, RunError> {
        self.warnings.drain(..).for_each(|text| watch(RunEvent::Warning(text)));
        self.task.prepare(self.progress.step, cancel, watch)?;
        if self.progress.step == 0 && self.task.validates_first() && self.group.is_main_rank() {
            self.validate(watch)?;
        }
        let mut outcome = Outcome::Finished;
        while self.validation_pending || self.progress.step < self.task.steps() {
            if self.group.any(cancel.is_cancelled())? {
                outcome = Outcome::Stopped;
                break;
            }
            // What follows a step is made up for first: after an error the last good checkpoint stays as it is.
            if !self.validation_pending {
                self.step(watch)?;
            }
            self.after_step(watch)?;
            self.validation_pending = false;
        }
        self.save("last")?;
        watch(RunEvent::Saved { step: self.progress.step, path: &self.folder.checkpoint("last") });
        Ok(outcome)
    }

    /// One step, the average of the weights, a row of metrics.
    fn step(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let start = Instant::now();
        let made = self.progress.step;
        let (phase, rate) = (self.task.phase(made), self.task.learning_rate(made));
        let report = self.task.step(made, rate)?;
        if let Some(ema) = &mut self.ema {
            ema.update(parameters(&*self.task)?).map_err(network)?;
        }
        let step = made + 1;
        (self.progress.step, self.validation_pending) = (step, true);
        let seconds = start.elapsed().as_secs_f64();
        self.progress.seconds += seconds;
        let items_per_second = report.items as f64 / seconds;
        let waited_millis = report.waited_millis;
        if let Some(metrics) = &mut self.metrics {
            let speed = phase.speed_column();
            let mut row = vec![(speed, items_per_second), ("waited_millis", waited_millis), ("learning_rate", rate)];
            row.extend(report.losses.0.iter().copied());
            metrics.row(step, phase.name(), &row)?;
        }
        let (steps, losses) = (self.task.steps(), &report.losses);
        watch(RunEvent::Step { step, steps, phase, losses, items_per_second, waited_millis });
        Ok(())
    }

    /// What is due after a step: figures, checkpoints, warnings, a look at the weights.
    fn after_step(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let (step, intervals) = (self.progress.step, self.task.intervals());
        let is_due = |interval: u64| interval > 0 && step.is_multiple_of(interval);
        if is_due(intervals.save_last) {
            ddp_checks::same_weights(&self.group, parameters(&*self.task)?)?;
        }
        if !self.group.is_main_rank() {
            return Ok(());
        }
        let ends_phase = step == self.task.steps() || step == self.task.layout_steps();
        if (is_due(intervals.validate) || ends_phase)
            && let Some(loss) = self.validate(watch)?
        {
            self.save_best(loss)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint("best") });
        }
        let last = is_due(intervals.save_last).then(|| "last".to_owned());
        for name in last.into_iter().chain(is_due(intervals.keep).then(|| format!("{step:09}"))) {
            self.save(&name)?;
            watch(RunEvent::Saved { step, path: &self.folder.checkpoint(&name) });
        }
        self.task.new_warnings().into_iter().for_each(|text| watch(RunEvent::Warning(text)));
        if is_due(intervals.save_last) {
            let share = self.moved.since(parameters(&*self.task)?).map_err(network)?;
            watch(RunEvent::Moved { step, share });
        }
        if self.snapshots.take() {
            self.save(SNAPSHOT)?;
            watch(RunEvent::Snapshot { step, path: &self.folder.checkpoint(SNAPSHOT) });
        }
        Ok(())
    }

    /// Figures and a sheet of held-out data. Returns the loss if none was lower before.
    fn validate(&mut self, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<Option<f64>, RunError> {
        let step = self.progress.step;
        let Validation { figures, loss, sheet, warnings } = self.task.validate(step, self.ema.as_mut())?;
        if let Some(metrics) = &mut self.metrics {
            metrics.row(step, self.task.phase(step).name(), &figures)?;
        }
        watch(RunEvent::Validated { step, figures: &figures });
        warnings.into_iter().for_each(|text| watch(RunEvent::Warning(text)));
        if let Some(sheet) = sheet {
            self.write_sheet(&sheet, watch)?;
        }
        let is_lowest = |loss: &f64| loss.is_finite() && self.progress.best.is_none_or(|(lowest, _)| *loss < lowest);
        Ok(loss.filter(is_lowest))
    }

    fn write_sheet(&self, sheet: &SampleSheet, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<(), RunError> {
        let path = self.folder.samples().join(format!("{:09}.{}", self.progress.step, sheet.extension));
        std::fs::create_dir_all(self.folder.samples())
            .map_err(|problem| RunError::io("make a folder", problem, &path))?;
        write(&path, &sheet.bytes)?;
        watch(RunEvent::Sheet(&path));
        Ok(())
    }

    /// A best one counts as such when it is on the disk: else a run that goes on would wait for a lower loss than any that is kept.
    fn save_best(&mut self, loss: f64) -> Result<(), RunError> {
        let before = self.progress.best.replace((loss, self.progress.step));
        self.save("best").inspect_err(|_| self.progress.best = before)
    }

    fn save(&mut self, name: &str) -> Result<(), RunError> {
        if !self.group.is_main_rank() {
            return Ok(());
        }
        let path = self.folder.checkpoint(name);
        match name {
            SNAPSHOT => checkpoint::save_model(&path, &*self.task, &self.progress, self.ema.as_ref()),
            _ => checkpoint::save(&path, &*self.task, &self.progress, self.ema.as_ref(), &self.made_with),
        }
    }
}

/// The weights of the model.
fn parameters(task: &dyn TrainingTask) -> Result<&Parameters, RunError> {
    let model = task.learners().into_iter().next();
    model.map(|(_, parameters, _)| parameters).ok_or_else(|| RunError::Network("this task has no network".to_owned()))
}

/// An error where the processes of a group have not the same before them, or too little.
fn agree(task: &dyn TrainingTask, group: &ProcessGroup) -> Result<(), RunError> {
    task.check_group(group)?;
    ddp_checks::same_settings(group, &task.settings()?)?;
    if !group.is_single() {
        group.agree("other data", task.data_digest()?)?;
    }
    ddp_checks::same_weights(group, parameters(task)?)
}

/// A checkpoint that does not fit may be sound, and the settings another's.
fn after_changes(error: RunError, changes: &[String]) -> RunError {
    match error {
        RunError::Checkpoint { problem, path } if !changes.is_empty() => {
            let problem = format!("{problem}; the settings have changed since it was written: {}", changes.join("; "));
            RunError::Checkpoint { problem, path }
        }
        error => error,
    }
}
