//! Training in the background: one thread trains, another does the file I/O. The window reads a shared state and never waits.
//!
//! ```text
//! Training::begin(Plan) --orders--> worker: Trainer::run --events--> watcher --> Board <-- Training::state
//! Training::request(StoreRequest) -> artifact store: runs, models, samples, weights --^
//! ```
//!
//! A run is a folder that is whole after every step that was saved: whatever ends the program, it goes on from there with the same losses.
//! Pausing keeps the run in memory or lets it go; both save it first.
//!
//! Weights of a run under way are written beside its checkpoints when the editor follows, opened by the store's thread, and handed over as
//! [`crate::engine::PreloadedModel`]: neither the training nor the picture waits for that.
//!
//! | file | subject |
//! |---|---|
//! | `plan`, `settings`, `meanings` | what is wanted; the settings it becomes, each with its meaning |
//! | `trial` | before the start: memory, time, words, measured on a few steps |
//! | `worker`, `event_sink` | the thread that trains; its events, written to the shared state |
//! | `diagnosis` | it diverges, stalls, overfits |
//! | `curves` | numbers over steps, bounded |
//! | `store` | runs, models, samples and checkpoints on the disk |
//! | `state`, `shared` | the state shown by the window; what the threads share |

mod artifact_store;
mod curves;
mod diagnosis;
mod dry_run;
mod event_sink;
mod plan;
mod setting_docs;
mod settings;
mod shared;
mod state;
mod worker;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use artifact_store::{ModelCard, ModelEntry, Origin, RunEntry, SheetImage, StoreRequest};
pub use curves::{Curves, LossCurve, MOST_POINTS};
pub use diagnosis::{Diagnosis, RunMonitor};
pub(crate) use dry_run::DryRun;
pub use plan::{Plan, Recipe, Start, is_offered};
pub(crate) use scenewright_train::config::PRESETS;
pub use setting_docs::{SETTING_DOCS, SettingDoc};
pub(crate) use settings::{Kind, Setting};
pub use state::{Checkpoint, RunView, SampleFile, Status, TrainingEvent, TrainingState};

use crate::engine::process::ThreadPriority;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::Scene;
use shared::{Shared, StopMode};
use worker::Order;

/// Orders and requests that may wait; more are refused.
const MOST_WAITING: usize = 32;
/// A step that takes longer is not waited for when the program ends: its run goes on from the checkpoint before.
const PATIENCE: Duration = Duration::from_secs(8);

/// Handle to the two threads. Dropping it saves the run under way.
pub struct Training {
    shared: Arc<Shared>,
    /// None only while it ends; so are the requests.
    orders: Option<SyncSender<Order>>,
    requests: Option<SyncSender<StoreRequest>>,
    threads: Vec<JoinHandle<()>>,
}

impl Training {
    /// `home`: the folder that `runs` and `models` lie in. `wake` is called, on other threads, when the state has changed.
    /// `rank`: whether they stand back behind what is drawn.
    pub fn start(
        home: Option<PathBuf>,
        rank: ThreadPriority,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(home, rank, wake));
        let (orders, todo) = sync_channel(MOST_WAITING);
        let (requests, to_be_run) = sync_channel(MOST_WAITING);
        let (for_worker, for_store, from_worker) = (shared.clone(), shared.clone(), requests.clone());
        let worker = thread::Builder::new()
            .name("scenewright-training".to_owned())
            .spawn(move || worker::run(&todo, &from_worker, &for_worker))?;
        let store = thread::Builder::new()
            .name("scenewright-store".to_owned())
            .spawn(move || artifact_store::run(&to_be_run, &for_store))?;
        Ok(Self { shared, orders: Some(orders), requests: Some(requests), threads: vec![worker, store] })
    }

    /// What is known now. Held for as long as it takes to read it, and never while something is asked for.
    pub fn state(&self) -> MutexGuard<'_, TrainingState> {
        self.shared.state()
    }

    /// Measures a plan; the result appears in the state's `trial`.
    pub fn preflight(&self, plan: Plan) -> bool {
        self.measure(plan, false)
    }

    /// Measures a plan, and begins it where it can be done and fits into the memory.
    pub(crate) fn try_and_begin(&self, plan: Plan) -> bool {
        self.measure(plan, true)
    }

    fn measure(&self, plan: Plan, begins: bool) -> bool {
        let before = self.state().status;
        self.order(Order::Try { plan: plan.into(), before, begins }, Some(Status::Trying))
    }

    /// Begins without measuring.
    pub fn begin(&self, plan: Plan) -> bool {
        self.order(Order::Begin(plan.into()), Some(Status::Starting))
    }

    /// Resumes a run of the past.
    pub fn continue_run(&self, run: &Path, device: DeviceChoice) -> bool {
        self.order(Order::GoOn(run.to_owned(), device), Some(Status::Starting))
    }

    /// Goes on with what is paused, or failed.
    pub fn resume(&self, device: DeviceChoice) -> bool {
        self.order(Order::Resume(device), Some(Status::Starting))
    }

    pub fn pause(&self, keep_in_memory: bool) {
        if self.state().status == (Status::Paused { in_memory: true }) {
            if !keep_in_memory {
                self.order(Order::LetGo { unsaved: false }, None);
            }
            return;
        }
        self.halt(if keep_in_memory { StopMode::Keep } else { StopMode::LetGo });
    }

    /// Ends the run, or the trial, under way; a run can be resumed later.
    pub fn stop(&self) {
        let (rests, unsaved) = {
            let mut training_state = self.state();
            let rests = matches!(training_state.status, Status::Paused { .. } | Status::Failed | Status::Finished);
            let unsaved = training_state.status == Status::Failed;
            if rests {
                (training_state.status, training_state.failure) = (Status::Idle, None);
            }
            (rests, unsaved)
        };
        if rests {
            self.order(Order::LetGo { unsaved }, None);
        } else {
            self.halt(StopMode::Stop);
        }
    }

    /// A run that is not being written continues from this checkpoint when it is resumed.
    pub fn roll_back(&self, run: &Path, checkpoint: &Path) -> bool {
        self.order(Order::RollBack { run: run.to_owned(), checkpoint: checkpoint.to_owned() }, None)
    }

    /// False when too many wait already.
    pub fn request(&self, request: StoreRequest) -> bool {
        self.requests.as_ref().is_some_and(|requests| requests.try_send(request).is_ok())
    }

    /// The scene that every sheet of samples is joined by.
    pub fn set_scene(&self, scene: &Scene) {
        self.shared.set_scene(scene.clone());
    }

    /// How often the state's `ready` gets the newest weights; none: never.
    pub fn follow(&self, every: Option<Duration>) {
        self.shared.follow(every);
    }

    /// Folder of the runs.
    pub(crate) fn runs_folder(&self) -> Option<PathBuf> {
        self.shared.home.as_ref().map(|home| home.join("runs"))
    }

    fn order(&self, order: Order, status: Option<Status>) -> bool {
        // One thing at a time: what is asked for while another works was asked for by mistake.
        let mut training_state = self.state();
        if training_state.status.is_busy() {
            return false;
        }
        // A halt that came too late for what it was meant for is not meant for this.
        self.shared.take_halt();
        let taken = self.orders.as_ref().is_some_and(|orders| orders.try_send(order).is_ok());
        if let (true, Some(status)) = (taken, status) {
            training_state.status = status;
        }
        taken
    }

    fn halt(&self, halt: StopMode) {
        let mut training_state = self.state();
        if training_state.status.is_busy() {
            if training_state.status == Status::Running {
                training_state.status = Status::Pausing;
            }
            self.shared.halt(halt);
        }
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        self.shared.halt(StopMode::Stop);
        (self.orders, self.requests) = (None, None);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && self.threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
        for thread in self.threads.drain(..).filter(JoinHandle::is_finished) {
            // A panic was already reported by its own thread.
            let _ = thread.join();
        }
    }
}
