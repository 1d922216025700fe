//! Training in the background: one thread that trains, one that looks after what lies on the disk. The window reads a board and never waits.
//!
//! ```text
//! Training::begin(Plan) --orders--> worker: Trainer::run --events--> watcher --> Board <-- Training::board
//! Training::errand(Errand) --------> shelf: runs, models, samples, weights to be looked at --^
//! ```
//!
//! A run is a folder that is whole after every step that was saved: whatever ends the program, it goes on from there with the same losses.
//! Pausing keeps the run in memory or lets it go; both save it first.
//!
//! Weights of a run under way are written beside its checkpoints when somebody follows, opened by the shelf's thread, and handed over as
//! [`crate::engine::PreloadedModel`]: neither the training nor the picture waits for that.
//!
//! | file | subject |
//! |---|---|
//! | `plan`, `settings`, `meanings` | what is wanted; the settings it becomes, each with its meaning |
//! | `trial` | before the start: memory, time, words, measured on a few steps |
//! | `worker`, `watcher` | the thread that trains; what happens in a run, onto the board |
//! | `verdict` | it diverges, stands still, overfits |
//! | `curves` | numbers over steps, bounded |
//! | `shelf` | runs, models, samples and checkpoints on the disk |
//! | `board`, `shared` | what is known; what the threads share |

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

/// Orders and errands that may wait; more are refused.
const MOST_WAITING: usize = 32;
/// A step that takes longer is not waited for when the program ends: its run goes on from the checkpoint before.
const PATIENCE: Duration = Duration::from_secs(8);

/// The desk in front of the two threads. Dropping it saves the run under way.
pub struct Training {
    shared: Arc<Shared>,
    /// None only while it ends; so are the errands.
    orders: Option<SyncSender<Order>>,
    errands: Option<SyncSender<StoreRequest>>,
    threads: Vec<JoinHandle<()>>,
}

impl Training {
    /// `home`: the folder that `runs` and `models` lie in. `wake` is called, on other threads, when there is something new on the board.
    /// `rank`: whether they stand back behind what is drawn.
    pub fn start(
        home: Option<PathBuf>,
        rank: ThreadPriority,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(home, rank, wake));
        let (orders, todo) = sync_channel(MOST_WAITING);
        let (errands, to_be_run) = sync_channel(MOST_WAITING);
        let (for_worker, for_shelf, from_worker) = (shared.clone(), shared.clone(), errands.clone());
        let worker = thread::Builder::new()
            .name("scenewright-training".to_owned())
            .spawn(move || worker::run(&todo, &from_worker, &for_worker))?;
        let shelf = thread::Builder::new()
            .name("scenewright-shelf".to_owned())
            .spawn(move || artifact_store::run(&to_be_run, &for_shelf))?;
        Ok(Self { shared, orders: Some(orders), errands: Some(errands), threads: vec![worker, shelf] })
    }

    /// What is known now. Held for as long as it takes to read it, and never while something is asked for.
    pub fn board(&self) -> MutexGuard<'_, TrainingState> {
        self.shared.board()
    }

    /// Measures a plan; the board's `trial` tells what was found.
    pub fn preflight(&self, plan: Plan) -> bool {
        self.measure(plan, false)
    }

    /// Measures a plan, and begins it where it can be done and fits into the memory.
    pub(crate) fn try_and_begin(&self, plan: Plan) -> bool {
        self.measure(plan, true)
    }

    fn measure(&self, plan: Plan, begins: bool) -> bool {
        let before = self.board().status;
        self.order(Order::Try { plan: plan.into(), before, begins }, Some(Status::Trying))
    }

    /// Begins without measuring.
    pub fn begin(&self, plan: Plan) -> bool {
        self.order(Order::Begin(plan.into()), Some(Status::Starting))
    }

    /// Goes on with a run of the past.
    pub fn go_on(&self, run: &Path, device: DeviceChoice) -> bool {
        self.order(Order::GoOn(run.to_owned(), device), Some(Status::Starting))
    }

    /// Goes on with what is paused, or failed.
    pub fn resume(&self, device: DeviceChoice) -> bool {
        self.order(Order::Resume(device), Some(Status::Starting))
    }

    pub fn pause(&self, keep_in_memory: bool) {
        if self.board().status == (Status::Paused { in_memory: true }) {
            if !keep_in_memory {
                self.order(Order::LetGo { unsaved: false }, None);
            }
            return;
        }
        self.halt(if keep_in_memory { StopMode::Keep } else { StopMode::LetGo });
    }

    /// Ends the run, or the trial, under way; a run can be gone on with later.
    pub fn stop(&self) {
        let (rests, unsaved) = {
            let mut board = self.board();
            let rests = matches!(board.status, Status::Paused { .. } | Status::Failed | Status::Finished);
            let unsaved = board.status == Status::Failed;
            if rests {
                (board.status, board.failure) = (Status::Idle, None);
            }
            (rests, unsaved)
        };
        if rests {
            self.order(Order::LetGo { unsaved }, None);
        } else {
            self.halt(StopMode::Stop);
        }
    }

    /// A run that nobody is writing goes on from this checkpoint when it goes on.
    pub fn roll_back(&self, run: &Path, checkpoint: &Path) -> bool {
        self.order(Order::RollBack { run: run.to_owned(), checkpoint: checkpoint.to_owned() }, None)
    }

    /// False when too many wait already.
    pub fn errand(&self, errand: StoreRequest) -> bool {
        self.errands.as_ref().is_some_and(|errands| errands.try_send(errand).is_ok())
    }

    /// The scene that every sheet of samples is joined by.
    pub fn set_scene(&self, scene: &Scene) {
        self.shared.set_scene(scene.clone());
    }

    /// How often the board's `ready` is to have the newest weights; none: never.
    pub fn follow(&self, every: Option<Duration>) {
        self.shared.follow(every);
    }

    /// Folder of the runs.
    pub(crate) fn runs_folder(&self) -> Option<PathBuf> {
        self.shared.home.as_ref().map(|home| home.join("runs"))
    }

    fn order(&self, order: Order, status: Option<Status>) -> bool {
        // One thing at a time: what is asked for while another works was asked for by mistake.
        let mut board = self.board();
        if board.status.is_busy() {
            return false;
        }
        // A halt that came too late for what it was meant for is not meant for this.
        self.shared.take_halt();
        let taken = self.orders.as_ref().is_some_and(|orders| orders.try_send(order).is_ok());
        if let (true, Some(status)) = (taken, status) {
            board.status = status;
        }
        taken
    }

    fn halt(&self, halt: StopMode) {
        let mut board = self.board();
        if board.status.is_busy() {
            if board.status == Status::Running {
                board.status = Status::Pausing;
            }
            self.shared.halt(halt);
        }
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        self.shared.halt(StopMode::Stop);
        (self.orders, self.errands) = (None, None);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && self.threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
        for thread in self.threads.drain(..).filter(JoinHandle::is_finished) {
            // Whatever it died of was told by its own thread.
            let _ = thread.join();
        }
    }
}
