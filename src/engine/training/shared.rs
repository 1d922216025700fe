//! What the window and the two threads of training share.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::state::TrainingState;
use crate::engine::process::ThreadPriority;
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::Scene;

/// What becomes of a run that is halted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum StopMode {
    /// It stays in memory and goes on at once.
    Keep,
    /// Its memory is given back; it is read back from its folder.
    LetGo,
    /// The user is done with it for now.
    #[default]
    Stop,
}

pub(super) struct Shared {
    /// Folder of `runs` and `models`; none: nothing can be kept.
    pub home: Option<PathBuf>,
    /// Of both threads, and of those that they start.
    pub rank: ThreadPriority,
    training_state: Mutex<TrainingState>,
    wake: Box<dyn Fn() + Send + Sync>,
    /// Of the work under way, which ends after its step.
    cancel: Mutex<CancellationToken>,
    halt: Mutex<StopMode>,
    /// The scene that is open, drawn with every sheet of samples.
    scene: Mutex<Option<Scene>>,
    /// Interval between previews of the weights; 0: none.
    follow_millis: AtomicU64,
    /// Weights are on their way: no others are asked for.
    is_looking: AtomicBool,
    last_look: Mutex<Option<Instant>>,
}

impl Shared {
    pub(crate) fn new(home: Option<PathBuf>, rank: ThreadPriority, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            home,
            rank,
            training_state: Mutex::default(),
            wake: Box::new(wake),
            cancel: Mutex::default(),
            halt: Mutex::default(),
            scene: Mutex::default(),
            follow_millis: AtomicU64::new(0),
            is_looking: AtomicBool::new(false),
            last_look: Mutex::default(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, TrainingState> {
        lock(&self.training_state)
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut TrainingState) -> T) -> T {
        change(&mut self.state())
    }

    pub(crate) fn wake(&self) {
        (self.wake)();
    }

    pub(crate) fn halt(&self, halt: StopMode) {
        *lock(&self.halt) = halt;
        self.cancellation().cancel();
    }

    /// Of the work under way.
    pub(crate) fn cancellation(&self) -> CancellationToken {
        lock(&self.cancel).clone()
    }

    /// Takes the pending stop request, so that it does not affect the next run.
    pub(crate) fn take_halt(&self) -> StopMode {
        *lock(&self.cancel) = CancellationToken::new();
        std::mem::take(&mut lock(&self.halt))
    }

    pub(crate) fn scene(&self) -> Option<Scene> {
        lock(&self.scene).clone()
    }

    pub(crate) fn set_scene(&self, scene: Scene) {
        *lock(&self.scene) = Some(scene);
    }

    pub(crate) fn has_scene(&self) -> bool {
        lock(&self.scene).is_some()
    }

    pub(crate) fn follow(&self, every: Option<Duration>) {
        let millis = every.map_or(0, |every| (every.as_millis() as u64).max(1));
        self.follow_millis.store(millis, Ordering::Relaxed);
    }

    pub(crate) fn is_followed(&self) -> bool {
        self.follow_millis.load(Ordering::Relaxed) > 0
    }

    /// Whether the editor follows and has waited long enough.
    pub(crate) fn is_look_due(&self) -> bool {
        let every = Duration::from_millis(self.follow_millis.load(Ordering::Relaxed));
        !every.is_zero() && lock(&self.last_look).is_none_or(|last| last.elapsed() >= every)
    }

    /// Claims the preview slot: true for the first caller until the editor has consumed the weights.
    pub(crate) fn begin_looking(&self) -> bool {
        !self.is_looking.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn weights_looked_at(&self) {
        *lock(&self.last_look) = Some(Instant::now());
        self.is_looking.store(false, Ordering::Relaxed);
    }
}

/// A panic elsewhere leaves what is in order: every change is made in one go.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
