//! The training thread. It runs at low priority, and its computations run on threads of their own that do the
//! same: a picture that is drawn for the window never waits for them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::artifact_store::{NO_HOME, StoreRequest, begin, view_of};
use super::diagnosis::Diagnosis;
use super::dry_run::{DryRun, preflight};
use super::event_sink::EventSink;
use super::plan::Plan;
use super::shared::{Shared, StopMode};
use super::state::{Status, TrainingEvent};
use crate::engine::worker::guarded;
use scenewright_formats::write_atomically;
use scenewright_model::checkpoint::ModelFolder;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_train::run::{Outcome, RunError, roll_back};
pub use scenewright_train::{AnyConfig, Compute, Trainer, any_run, release_memory};

#[derive(Debug)]
pub enum Order {
    Try {
        plan: Box<Plan>,
        /// The state shown before, to be shown again.
        before: Status,
        /// Starts training if everything fits.
        begins: bool,
    },
    Begin(Box<Plan>),
    /// A stored run.
    GoOn(PathBuf, DeviceChoice),
    /// The run that was halted last.
    Resume(DeviceChoice),
    /// Frees the memory of a run.
    LetGo {
        /// It could not be written when it failed: it is tried once more.
        unsaved: bool,
    },
    RollBack {
        run: PathBuf,
        checkpoint: PathBuf,
    },
}

/// A run in memory.
struct LoadedRun {
    run: Trainer,
    path: PathBuf,
    device: DeviceChoice,
    /// To write a folder again that has gone.
    settings: String,
}

pub fn run(orders: &Receiver<Order>, requests: &SyncSender<StoreRequest>, shared: &Shared) {
    shared.rank.take();
    let mut pool = None;
    let mut held = None;
    for order in orders {
        // Threads that are not needed yet are not started. Where none can be had, the sums share those of the pictures.
        let rank = shared.rank;
        let builder = || ThreadPoolBuilder::new().thread_name(|number| format!("scenewright-train-{number}"));
        let pool = pool.get_or_insert_with(|| builder().start_handler(move |_| rank.take()).build().ok());
        let done = guarded(|| Ok(carry_out(order, &mut held, pool.as_ref(), requests, shared)));
        let failed = match done {
            Ok(Ok(())) => None,
            Ok(Err(text)) => Some(text),
            Err(failure) => {
                // What it holds may be half changed; its folder is as it was saved last.
                held = None;
                shared.weights_looked_at();
                Some(failure.to_string())
            }
        };
        if let Some(text) = failed {
            shared.change(|training_state| {
                (training_state.status, training_state.failure) = (Status::Failed, Some(text))
            });
        }
        shared.wake();
    }
}

fn carry_out(
    order: Order,
    held: &mut Option<LoadedRun>,
    pool: Option<&ThreadPool>,
    requests: &SyncSender<StoreRequest>,
    shared: &Shared,
) -> Result<(), String> {
    match order {
        Order::Try { plan, before, begins } => {
            shared.change(|training_state| training_state.dry_run = None);
            shared.wake();
            let scratch = tempfile::Builder::new().prefix("scenewright-dry-run-").tempdir();
            let scratch = scratch
                .map_err(|error| format!("There is no room to measure in: {}", scenewright_formats::plain(error)))?;
            let cancel = shared.cancellation();
            let tried = guarded(|| Ok(on(pool, || preflight(&plan, &scratch.path().join("run"), &cancel))));
            let cancelled = cancel.is_cancelled();
            shared.take_halt();
            let measured = match tried {
                Ok(Ok(measured)) => Ok(measured),
                Ok(Err(error)) => Err(error.to_string()),
                Err(failure) => Err(failure.to_string()),
            };
            let begins = begins && !cancelled && measured.as_ref().is_ok_and(DryRun::fits);
            shared.change(|training_state| {
                training_state.status = if begins { Status::Starting } else { before };
                training_state.dry_run = (!cancelled).then_some(measured);
            });
            if begins { begin_run(&plan, held, pool, requests, shared) } else { Ok(()) }
        }
        Order::Begin(plan) => begin_run(&plan, held, pool, requests, shared),
        Order::GoOn(path, device) => {
            let_go(held);
            start(&path, shared);
            *held = Some(read_back(&path, device, pool, shared)?);
            train(held, pool, requests, shared)
        }
        Order::Resume(device) => {
            let path = shared.change(|training_state| training_state.run.as_ref().map(|view| view.path.clone()));
            start(path.as_deref().unwrap_or(Path::new("")), shared);
            if let Some(gone) = held.take_if(|held| !held.path.join("config.toml").is_file()) {
                write_anew(gone, pool)?;
            }
            if held.is_none() {
                let Some(path) = path else { return Err("There is no run to resume.".to_owned()) };
                *held = Some(read_back(&path, device, pool, shared)?);
            }
            train(held, pool, requests, shared)
        }
        Order::LetGo { unsaved } => {
            if let Some(held) = held.as_mut().filter(|_| unsaved) {
                save(held, pool)?;
            }
            let_go(held);
            shared.change(|training_state| {
                if matches!(training_state.status, Status::Paused { .. }) {
                    training_state.status = Status::Paused { in_memory: false };
                }
            });
            Ok(())
        }
        Order::RollBack { run, checkpoint } => {
            let_go(held);
            show_only(&run, shared);
            let progress = roll_back(&run, &checkpoint).map_err(|error| format!("Not rolled back: {error}"))?;
            let mut view = view_of(&run)?;
            view.curves = cut(view.curves, progress.step);
            shared.change(|training_state| {
                begin(training_state, view);
                training_state.status = Status::Paused { in_memory: false };
                training_state.report(TrainingEvent::Done(format!("Rolled back to step {}", progress.step)));
            });
            Ok(())
        }
    }
}

fn begin_run(
    plan: &Plan,
    held: &mut Option<LoadedRun>,
    pool: Option<&ThreadPool>,
    requests: &SyncSender<StoreRequest>,
    shared: &Shared,
) -> Result<(), String> {
    let_go(held);
    start(&plan.run, shared);
    *held = Some(made(plan, pool, shared)?);
    train(held, pool, requests, shared)
}

/// On low-priority threads, where there are such.
fn on<T: Send>(pool: Option<&ThreadPool>, work: impl FnOnce() -> T + Send) -> T {
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

fn start(run: &Path, shared: &Shared) {
    show_only(run, shared);
    shared.change(|training_state| (training_state.status, training_state.failure) = (Status::Starting, None));
    shared.wake();
}

/// What goes wrong from now on is this run's: no other one is shown beside it, or would be resumed in its stead.
fn show_only(run: &Path, shared: &Shared) {
    shared.change(|training_state| training_state.run = training_state.run.take().filter(|view| view.path == run));
}

fn let_go(held: &mut Option<LoadedRun>) {
    if held.take().is_some() {
        release_memory();
    }
}

fn made(plan: &Plan, pool: Option<&ThreadPool>, shared: &Shared) -> Result<LoadedRun, String> {
    if shared.home.is_none() {
        return Err(NO_HOME.to_owned());
    }
    let config = plan.config().map_err(|error| error.to_string())?;
    let settings = config.to_toml().map_err(|error| error.to_string())?;
    let device = plan.device.open()?.device;
    let run = on(pool, || {
        let model = plan.start().map(|start| ModelFolder::open(&start.path)).transpose()?;
        config.create_run(&plan.run, model.as_ref(), &Compute::on(&device))
    });
    let run = run.map_err(|error: RunError| error.to_string())?;
    let view = view_of(&plan.run)?;
    shared.change(|training_state| begin(training_state, view));
    Ok(LoadedRun { run, path: plan.run.clone(), device: plan.device, settings })
}

fn read_back(
    path: &Path,
    device: DeviceChoice,
    pool: Option<&ThreadPool>,
    shared: &Shared,
) -> Result<LoadedRun, String> {
    let config = AnyConfig::of_run(path).map_err(|error| format!("This run cannot be resumed: {error}"))?;
    let settings = config.to_toml().map_err(|error| error.to_string())?;
    let opened = device.open()?.device;
    let run = on(pool, || any_run::resume(path, &Compute::on(&opened))).map_err(|error| error.to_string())?;
    let mut view = view_of(path)?;
    view.curves = cut(view.curves, run.progress().step);
    shared.change(|training_state| begin(training_state, view));
    Ok(LoadedRun { run, path: path.to_owned(), device, settings })
}

/// Steps that the checkpoint does not know are done again.
fn cut(mut curves: super::Curves, step: u64) -> super::Curves {
    for curve in &mut curves.curves {
        curve.points.retain(|[at, _]| *at <= step as f64);
        curve.last = curve.points.last().map(|[_, value]| *value);
    }
    curves.phases.retain(|(at, _)| *at <= step);
    curves
}

/// Writes what is in memory into a folder that has gone, and lets go of it: its open files lead nowhere.
fn write_anew(mut gone: LoadedRun, pool: Option<&ThreadPool>) -> Result<(), String> {
    save(&mut gone, pool)?;
    restore_settings(&gone)
}

/// A run that is stopped before its next step is saved.
fn save(held: &mut LoadedRun, pool: Option<&ThreadPool>) -> Result<(), String> {
    let cancel = CancellationToken::new();
    cancel.cancel();
    on(pool, || held.run.run(&cancel, &mut |_| {})).map_err(|error| error.to_string())?;
    Ok(())
}

fn restore_settings(held: &LoadedRun) -> Result<(), String> {
    write_atomically(&held.path.join("config.toml"), held.settings.as_bytes()).map_err(|error| error.to_string())
}

/// Trains until the end, a halt or an error. What is left in `held` can be resumed at once.
fn train(
    held: &mut Option<LoadedRun>,
    pool: Option<&ThreadPool>,
    requests: &SyncSender<StoreRequest>,
    shared: &Shared,
) -> Result<(), String> {
    let Some(LoadedRun { run, path, device, .. }) = held else { return Ok(()) };
    shared.change(|training_state| training_state.status = Status::Running);
    // The list of runs has it from now on.
    let _ = requests.try_send(StoreRequest::Look);
    shared.wake();
    let mut watcher = EventSink::new(shared, requests, path.clone(), *device, run.snapshots());
    let cancel = shared.cancellation();
    let ended = on(pool, || run.run(&cancel, &mut |event| watcher.take(event)));
    let (step, seconds) = (run.progress().step, run.progress().seconds);
    let (vanished, halt) = (watcher.vanished, shared.take_halt());
    if ended.is_err() {
        // Weights that were on their way do not come any more.
        shared.weights_looked_at();
    }
    shared.change(|training_state| {
        if let Some(view) = &mut training_state.run {
            (view.seconds, view.left, view.images_per_second) = (seconds, None, None);
        }
    });
    let outcome = match ended {
        Ok(_) if vanished => folder_vanished(held, shared),
        Ok(ended) => {
            watcher.ended(step);
            halted(held, ended, halt, shared);
            Ok(())
        }
        Err(error) => Err(failed(held, &mut watcher, &error)),
    };
    // The list of runs says how far each is.
    let _ = requests.try_send(StoreRequest::Look);
    outcome
}

fn halted(held: &mut Option<LoadedRun>, ended: Outcome, halt: StopMode, shared: &Shared) {
    let status = match (ended, halt) {
        (Outcome::Finished, _) => Status::Finished,
        (Outcome::Stopped, StopMode::Keep) => Status::Paused { in_memory: true },
        (Outcome::Stopped, StopMode::LetGo) => Status::Paused { in_memory: false },
        (Outcome::Stopped, StopMode::Stop) => Status::Idle,
    };
    if status != (Status::Paused { in_memory: true }) {
        let_go(held);
    }
    shared.change(|training_state| training_state.status = status);
}

/// The run has just written its last step where its folder was; with the settings it is a run again.
fn folder_vanished(held: &mut Option<LoadedRun>, shared: &Shared) -> Result<(), String> {
    let Some(gone) = held.as_ref() else { return Ok(()) };
    restore_settings(gone)?;
    let text = format!(
        "The folder of this run was gone while it trained. It was written anew from memory, with its settings and its last step; earlier samples, \
         checkpoints, numbers and cut-outs are lost. Resume continues from there: {}",
        gone.path.display()
    );
    let view = view_of(&gone.path)?;
    let_go(held);
    shared.change(|training_state| {
        begin(training_state, view);
        (training_state.status, training_state.failure) = (Status::Paused { in_memory: false }, Some(text));
    });
    Ok(())
}

/// The text of an error, with how to fix it. A run that only could not be written stays in memory.
fn failed(held: &mut Option<LoadedRun>, watcher: &mut EventSink<'_>, error: &RunError) -> String {
    match error {
        RunError::Io { .. } | RunError::Write(_) | RunError::Folder(_) => format!(
            "{error}\nThe run is still in memory and nothing is lost: free some space or put its folder back, then resume."
        ),
        RunError::Data(_) => {
            format!("{error}\nThe run is still in memory and nothing is lost: fix its training data, then resume.")
        }
        RunError::Step { problem, .. } if problem.is_divergence() => {
            watcher.not_finite();
            let_go(held);
            format!("{error}\n{}", Diagnosis::Diverges)
        }
        _ => {
            let_go(held);
            format!("{error}\nResume continues from the last checkpoint.")
        }
    }
}
