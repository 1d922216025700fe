//! Training in the background: one thread trains, another does the file I/O. The window reads a shared state and
//! never blocks.
//!
//! ```text
//! Training::begin(Plan) --orders--> worker: Trainer::run --events--> EventSink --> TrainingState <-- Training::state
//! Training::request(StoreRequest) --requests--> artifact_store: runs, models, samples, weights --^
//! ```
//!
//! A run is a folder that is complete after every saved step: if the program ends, for whatever reason, the run
//! resumes from there with the same losses. Pausing keeps the run in memory or releases it; both save it first.
//!
//! If the editor follows a run, its weights are written beside its checkpoints, opened by the file I/O thread and
//! passed on as [`crate::engine::PreloadedModel`]: neither training nor rendering waits for them.
//!
//! | file | subject |
//! |---|---|
//! | `plan`, `settings`, `setting_docs` | the user's choices; the settings made from them; the help text of each setting |
//! | `dry_run` | before the start: memory, time and vocabulary, measured in a few steps |
//! | `worker`, `event_sink` | the training thread; writes its events to the shared state |
//! | `diagnosis` | detects divergence, stalls and overfitting |
//! | `curves` | losses and figures over steps, bounded in number |
//! | `artifact_store` | runs, models, samples and checkpoints on disk |
//! | `state`, `shared` | the state that the window shows; data shared by the threads |

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
pub use curves::{Curves, LossCurve, MAX_POINTS};
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

/// Capacity of each of the two channels; further orders and requests are refused.
const MAX_WAITING: usize = 32;
/// On exit, how long to wait for the step under way. After that the run resumes from its previous checkpoint.
const EXIT_TIMEOUT: Duration = Duration::from_secs(8);

/// Handle to the two threads. Dropping it saves the run under way.
pub struct Training {
    shared: Arc<Shared>,
    /// `None` only while dropped, as `requests`: that ends the threads.
    orders: Option<SyncSender<Order>>,
    requests: Option<SyncSender<StoreRequest>>,
    threads: Vec<JoinHandle<()>>,
}

impl Training {
    /// Starts both threads. `home` is the folder of `runs` and `models`; `rank` is the priority of the threads; `wake` is
    /// called on them when the state has changed.
    pub fn start(
        home: Option<PathBuf>,
        rank: ThreadPriority,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(home, rank, wake));
        let (orders, todo) = sync_channel(MAX_WAITING);
        let (requests, to_be_run) = sync_channel(MAX_WAITING);
        let (for_worker, for_store, from_worker) = (shared.clone(), shared.clone(), requests.clone());
        let worker = thread::Builder::new()
            .name("scenewright-training".to_owned())
            .spawn(move || worker::run(&todo, &from_worker, &for_worker))?;
        let store = thread::Builder::new()
            .name("scenewright-store".to_owned())
            .spawn(move || artifact_store::run(&to_be_run, &for_store))?;
        Ok(Self { shared, orders: Some(orders), requests: Some(requests), threads: vec![worker, store] })
    }

    /// Locks the shared state for reading. Release it before you call another method, which locks it too.
    pub fn state(&self) -> MutexGuard<'_, TrainingState> {
        self.shared.state()
    }

    /// Measures a plan in a few steps; the result appears in [`TrainingState::dry_run`].
    pub fn preflight(&self, plan: Plan) -> bool {
        self.measure(plan, false)
    }

    /// Measures a plan, and begins it if it works and fits into memory.
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

    /// Resumes a run from disk.
    pub fn continue_run(&self, run: &Path, device: DeviceChoice) -> bool {
        self.order(Order::GoOn(run.to_owned(), device), Some(Status::Starting))
    }

    /// Resumes the run that is paused or has failed.
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

    /// Ends the running training or dry run. A run can be resumed later.
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

    /// Sets the checkpoint from which a run continues when it is resumed. The run must not be running.
    pub fn roll_back(&self, run: &Path, checkpoint: &Path) -> bool {
        self.order(Order::RollBack { run: run.to_owned(), checkpoint: checkpoint.to_owned() }, None)
    }

    /// Sends a request to the file I/O thread. Returns false if too many wait.
    pub fn request(&self, request: StoreRequest) -> bool {
        self.requests.as_ref().is_some_and(|requests| requests.try_send(request).is_ok())
    }

    /// Sets the user's scene, which is drawn beside every sheet of samples.
    pub fn set_scene(&self, scene: &Scene) {
        self.shared.set_scene(scene.clone());
    }

    /// Sets how often [`TrainingState::ready`] gets the newest weights; `None`: never.
    pub fn follow(&self, every: Option<Duration>) {
        self.shared.follow(every);
    }

    /// Folder of the runs.
    pub(crate) fn runs_folder(&self) -> Option<PathBuf> {
        self.shared.home.as_ref().map(|home| home.join("runs"))
    }

    fn order(&self, order: Order, status: Option<Status>) -> bool {
        // Only one order at a time: refuse an order while another runs.
        let mut training_state = self.state();
        if training_state.status.is_busy() {
            return false;
        }
        // Drop a halt request that came too late for the previous order.
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
        let until = Instant::now() + EXIT_TIMEOUT;
        while Instant::now() < until && self.threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
        for thread in self.threads.drain(..).filter(JoinHandle::is_finished) {
            // A panic was already reported by its own thread.
            let _ = thread.join();
        }
    }
}
