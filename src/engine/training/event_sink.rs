//! What happens in a run, onto the board: numbers, samples, verdicts, and weights for whoever looks.

use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use super::artifact_store::{StoreRequest, checkpoints_of};
use super::diagnosis::{RunMonitor, SHARED_TERMS, shared_loss};
use super::shared::Shared;
use super::state::RunView;
use scenewright_nn::device::DeviceChoice;
use scenewright_train::run::{Figures, Phase, RunEvent, SnapshotWish};
use scenewright_train::{Losses, Pace};

/// The window is woken at most so often for steps alone.
const BETWEEN_FRAMES: Duration = Duration::from_millis(400);
/// Between two looks whether the run's folder is still there.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

pub(super) struct EventSink<'a> {
    pub shared: &'a Shared,
    pub(crate) errands: &'a SyncSender<StoreRequest>,
    pub run: PathBuf,
    pub device: DeviceChoice,
    snapshots: SnapshotWish,
    pace: Pace,
    judge: RunMonitor,
    woken: Instant,
    looked: Instant,
    /// The step of a sheet that the person's scene is still to be drawn for.
    sample_due: Option<u64>,
    /// The folder of the run has gone.
    pub(crate) vanished: bool,
}

impl<'a> EventSink<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        errands: &'a SyncSender<StoreRequest>,
        run: PathBuf,
        device: DeviceChoice,
        snapshots: SnapshotWish,
    ) -> Self {
        let judge = shared.change(|board| {
            let seen = board.run.as_ref().filter(|view| view.path == run);
            seen.map_or_else(RunMonitor::default, |view| RunMonitor::recalled(&view.curves, &view.phase))
        });
        Self {
            shared,
            errands,
            run,
            device,
            snapshots,
            pace: Pace::default(),
            judge,
            woken: Instant::now(),
            looked: Instant::now(),
            sample_due: None,
            vanished: false,
        }
    }

    pub(crate) fn take(&mut self, event: RunEvent<'_>) {
        match event {
            RunEvent::Step { step, phase, losses, items_per_second, .. } => {
                self.step(step, phase, losses, items_per_second);
                return;
            }
            RunEvent::Preparing { .. } => {}
            RunEvent::Validated { step, figures } => self.validated(step, figures),
            RunEvent::Sheet(path) => {
                let step = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).unwrap_or_default();
                self.view(|view| RunView::sample(&mut view.sheets, step, path));
                if self.shared.has_scene() {
                    self.sample_due = Some(step);
                    self.ask_for_weights();
                }
            }
            RunEvent::Saved { .. } => {
                let checkpoints = checkpoints_of(&self.run);
                self.view(|view| view.checkpoints = checkpoints);
            }
            RunEvent::Snapshot { step, path } => {
                let errand = self.weights(path.to_owned(), step);
                if self.errands.try_send(errand).is_err() {
                    self.shared.weights_looked_at();
                }
                return;
            }
            RunEvent::Moved { share, .. } => {
                self.judge.moved(share);
                self.tell_verdicts();
            }
            RunEvent::Warning(text) => self.view(|view| view.warn(text)),
        }
        self.shared.wake();
    }

    fn step(&mut self, step: u64, phase: Phase, losses: &Losses, images_per_second: f64) {
        let now = Instant::now();
        self.pace.step(phase, now);
        // An iteration may have nothing to learn from, and no loss.
        if let Some(total) = losses.get("total_loss") {
            let terms = SHARED_TERMS.iter().filter_map(|name| losses.get(name));
            self.judge.step(phase.name(), shared_loss(terms, total));
        }
        let verdicts = self.judge.verdicts();
        let pace = &self.pace;
        self.shared.change(|board| {
            let Some(view) = &mut board.run else { return };
            let end = if phase == Phase::Layout { view.layout_steps } else { view.steps };
            view.left = pace.left(end.saturating_sub(step));
            view.step = step;
            if view.phase != phase.name() {
                view.phase = phase.name().to_owned();
            }
            view.images_per_second = Some(images_per_second);
            view.curves.phase(step, phase.name());
            losses.0.iter().for_each(|(name, value)| view.curves.add(step, name, *value));
            view.curves.add(step, "images_per_second", images_per_second);
            view.verdicts = verdicts;
        });
        if now - self.looked >= BETWEEN_LOOKS {
            self.looked = now;
            if !self.run.join("config.toml").is_file() {
                self.vanished = true;
                self.shared.cancellation().cancel();
            }
        }
        if self.sample_due.is_some() || self.shared.is_look_due() {
            self.ask_for_weights();
        }
        if now - self.woken >= BETWEEN_FRAMES {
            self.woken = now;
            self.shared.wake();
        }
    }

    fn validated(&mut self, step: u64, figures: &Figures) {
        if let Some((_, loss)) = figures.iter().find(|(name, _)| *name == "val_loss") {
            self.judge.validated(*loss);
        }
        self.view(|view| {
            figures.iter().for_each(|(name, value)| view.curves.add(step, name, *value));
            let loss = figures.iter().find(|(name, _)| *name == "val_loss").map(|(_, loss)| *loss);
            let counts = step > view.layout_steps || step == view.steps;
            if let Some(loss) = loss.filter(|loss| counts && view.best.is_none_or(|(lowest, _)| *loss < lowest)) {
                view.best = Some((loss, step));
            }
        });
        self.tell_verdicts();
    }

    fn tell_verdicts(&self) {
        let verdicts = self.judge.verdicts();
        self.view(|view| view.verdicts = verdicts);
    }

    /// An iteration whose losses were no numbers.
    pub(crate) fn not_finite(&mut self) {
        self.judge.not_finite();
        self.tell_verdicts();
    }

    fn ask_for_weights(&self) {
        if self.shared.begin_looking() {
            self.snapshots.ask();
        }
    }

    fn weights(&mut self, checkpoint: PathBuf, step: u64) -> StoreRequest {
        let due = self.sample_due.take();
        let (run, step) = (self.run.clone(), due.unwrap_or(step));
        StoreRequest::Weights { checkpoint, run, step, sample: due.is_some(), device: self.device }
    }

    /// The run is halted and saved: what was still to be looked at is looked at there.
    pub(crate) fn ended(&mut self, step: u64) {
        let wanted = self.sample_due.is_some() || self.shared.is_followed();
        // A wish that the run did not come to is one no more.
        self.shared.weights_looked_at();
        if wanted && self.shared.begin_looking() {
            let errand = self.weights(self.run.join("checkpoints/last"), step);
            if self.errands.try_send(errand).is_err() {
                self.shared.weights_looked_at();
            }
        }
    }

    fn view(&self, change: impl FnOnce(&mut RunView)) {
        self.shared.change(|board| {
            if let Some(view) = &mut board.run {
                change(view);
            }
        });
    }
}
