//! Writes the events of a run to the shared state: numbers, samples, diagnoses, and weights for the editor.

use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use super::artifact_store::{StoreRequest, checkpoints_of};
use super::diagnosis::{RunMonitor, SHARED_TERMS, shared_loss};
use super::shared::Shared;
use super::state::RunView;
use scenewright_nn::device::DeviceChoice;
use scenewright_train::run::{Figures, Phase, RunEvent, SnapshotRequest};
use scenewright_train::{Losses, Pace};

/// The window is woken at most so often for steps alone.
const BETWEEN_FRAMES: Duration = Duration::from_millis(400);
/// Between two looks whether the run's folder is still there.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

pub(super) struct EventSink<'a> {
    pub shared: &'a Shared,
    pub(crate) requests: &'a SyncSender<StoreRequest>,
    pub run: PathBuf,
    pub device: DeviceChoice,
    snapshots: SnapshotRequest,
    pace: Pace,
    monitor: RunMonitor,
    woken: Instant,
    looked: Instant,
    /// The step of a sheet that the user's scene is still to be drawn for.
    sample_due: Option<u64>,
    /// The folder of the run has gone.
    pub(crate) vanished: bool,
}

impl<'a> EventSink<'a> {
    pub(crate) fn new(
        shared: &'a Shared,
        requests: &'a SyncSender<StoreRequest>,
        run: PathBuf,
        device: DeviceChoice,
        snapshots: SnapshotRequest,
    ) -> Self {
        let monitor = shared.change(|training_state| {
            let seen = training_state.run.as_ref().filter(|view| view.path == run);
            seen.map_or_else(RunMonitor::default, |view| RunMonitor::recalled(&view.curves, &view.phase))
        });
        Self {
            shared,
            requests,
            run,
            device,
            snapshots,
            pace: Pace::default(),
            monitor,
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
                let request = self.weights(path.to_owned(), step);
                if self.requests.try_send(request).is_err() {
                    self.shared.weights_looked_at();
                }
                return;
            }
            RunEvent::Moved { share, .. } => {
                self.monitor.moved(share);
                self.report_diagnoses();
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
            self.monitor.step(phase.name(), shared_loss(terms, total));
        }
        let diagnoses = self.monitor.diagnoses();
        let pace = &self.pace;
        self.shared.change(|training_state| {
            let Some(view) = &mut training_state.run else { return };
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
            view.diagnoses = diagnoses;
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
            self.monitor.validated(*loss);
        }
        self.view(|view| {
            figures.iter().for_each(|(name, value)| view.curves.add(step, name, *value));
            let loss = figures.iter().find(|(name, _)| *name == "val_loss").map(|(_, loss)| *loss);
            let counts = step > view.layout_steps || step == view.steps;
            if let Some(loss) = loss.filter(|loss| counts && view.best.is_none_or(|(lowest, _)| *loss < lowest)) {
                view.best = Some((loss, step));
            }
        });
        self.report_diagnoses();
    }

    fn report_diagnoses(&self) {
        let diagnoses = self.monitor.diagnoses();
        self.view(|view| view.diagnoses = diagnoses);
    }

    /// An iteration whose losses were no numbers.
    pub(crate) fn not_finite(&mut self) {
        self.monitor.not_finite();
        self.report_diagnoses();
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
        // Drop a request that the run did not reach.
        self.shared.weights_looked_at();
        if wanted && self.shared.begin_looking() {
            let request = self.weights(self.run.join("checkpoints/last"), step);
            if self.requests.try_send(request).is_err() {
                self.shared.weights_looked_at();
            }
        }
    }

    fn view(&self, change: impl FnOnce(&mut RunView)) {
        self.shared.change(|training_state| {
            if let Some(view) = &mut training_state.run {
                change(view);
            }
        });
    }
}
