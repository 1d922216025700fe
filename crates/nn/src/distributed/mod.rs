//! Data-parallel training: each process has its shard of every batch; results equal those of one process with the whole batch.
//!
//! ```text
//! batch -> own share -> forward --(batch normalization: sums over all)--> losses, each weighted by the share of what it is a mean of
//!       -> backward --(the same)--> gradients --(sum over all)--> the same step of the optimizer, everywhere
//! ```
//!
//! Whatever is a mean over the batch is here a sum over all members, divided by the count of all. Members meet in [`ProcessGroup::all_reduce_sum`], each in the
//! same order; a single process has nobody to wait for, and nothing is done. [`threads()`] makes a group within one process, for tests; [`join`] is
//! MPI (feature `mpi`).

#![allow(clippy::disallowed_methods, reason = "a process group is what the environment says")]

#[cfg(feature = "mpi")]
mod mpi;
mod pooled;
pub mod threads;

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

pub use pooled::pooled;
pub use threads::threads;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProcessGroupError {
    #[error(
        "process {rank} has ended, and the others cannot continue without it. Its own message says why; resume with `--resume`"
    )]
    Gone { rank: usize },
    #[error("the processes have lost step with each other; this is an error in the program")]
    OutOfStep,
    #[error(
        "process {rank} has {what} than process 0. Start all processes by one command, with the same program, and let all see the same files"
    )]
    Differs { what: &'static str, rank: usize },
    #[error(
        "{what} is {count}, and there are {size} processes: each needs at least one. Start fewer, or set {what} higher"
    )]
    TooMany { what: &'static str, count: usize, size: usize },
    #[error("{0}")]
    Start(String),
}

impl From<ProcessGroupError> for candle_core::Error {
    fn from(error: ProcessGroupError) -> Self {
        Self::wrap(error)
    }
}

/// One of several processes, as it sees the others. Sums have the same bits on each.
pub(crate) trait Communicator: Send + Sync {
    /// 0 is the one that writes.
    fn rank(&self) -> usize;
    fn size(&self) -> usize;
    /// Puts the sums over all members in place of the values. All call it, in the same order and with as many values.
    fn all_reduce_sum(&self, values: &mut [f64]) -> Result<(), ProcessGroupError>;
    /// The same for gradients.
    fn all_reduce_sum_f32(&self, values: &mut [f32]) -> Result<(), ProcessGroupError>;
    /// Ends all members, where the system does not by itself.
    fn abort(&self) {}
}

/// Those who learn together; by default one alone.
#[derive(Clone, Default)]
pub struct ProcessGroup(Option<Arc<dyn Communicator>>);

impl fmt::Debug for ProcessGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProcessGroup({} of {})", self.rank(), self.size())
    }
}

thread_local! {
    /// Whose step this thread is working on.
    static CURRENT: RefCell<ProcessGroup> = const { RefCell::new(ProcessGroup(None)) };
}

impl ProcessGroup {
    pub fn single() -> Self {
        Self(None)
    }

    pub(crate) fn of(member: impl Communicator + 'static) -> Self {
        Self(Some(Arc::new(member)))
    }

    pub fn is_single(&self) -> bool {
        self.0.is_none()
    }

    pub fn rank(&self) -> usize {
        self.0.as_ref().map_or(0, |member| member.rank())
    }

    pub fn size(&self) -> usize {
        self.0.as_ref().map_or(1, |member| member.size())
    }

    /// Whether this one keeps the run's files.
    pub fn is_main_rank(&self) -> bool {
        self.rank() == 0
    }

    pub fn part(&self) -> Shard {
        Shard { rank: self.rank(), size: self.size() }
    }

    pub fn all_reduce_sum(&self, values: &mut [f64]) -> Result<(), ProcessGroupError> {
        self.0.as_ref().map_or(Ok(()), |member| member.all_reduce_sum(values))
    }

    pub fn all_reduce_sum_f32(&self, values: &mut [f32]) -> Result<(), ProcessGroupError> {
        self.0.as_ref().map_or(Ok(()), |member| member.all_reduce_sum_f32(values))
    }

    /// Whether it holds for any member.
    pub fn any(&self, holds: bool) -> Result<bool, ProcessGroupError> {
        let mut count = [f64::from(u8::from(holds))];
        self.all_reduce_sum(&mut count)?;
        Ok(count[0] > 0.0)
    }

    /// Waits until all are here.
    pub fn barrier(&self) -> Result<(), ProcessGroupError> {
        self.all_reduce_sum(&mut [0.0])
    }

    /// An error on all where a member has another number than the first: a digest of what must be the same. `what`: "other settings".
    pub fn agree(&self, what: &'static str, number: u32) -> Result<(), ProcessGroupError> {
        let mut all = vec![0.0; self.size()];
        all[self.rank()] = f64::from(number);
        self.all_reduce_sum(&mut all)?;
        match all.iter().position(|other| *other != all[0]) {
            Some(rank) => Err(ProcessGroupError::Differs { what, rank }),
            None => Ok(()),
        }
    }

    /// An error where a batch cannot be shared by so many.
    pub fn require_at_least_one(&self, what: &'static str, count: usize) -> Result<(), ProcessGroupError> {
        let size = self.size();
        if count < size { Err(ProcessGroupError::TooMany { what, count, size }) } else { Ok(()) }
    }

    pub fn abort(&self) {
        if let Some(member) = &self.0 {
            member.abort();
        }
    }

    /// Until the guard is dropped, batches on this thread are shards of the group's batch.
    pub fn work(&self) -> Working {
        Working(CURRENT.replace(self.clone()))
    }

    /// Whose share the batch is that this thread works on.
    pub fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }
}

/// See [`ProcessGroup::work`].
#[derive(Debug)]
pub struct Working(ProcessGroup);

impl Drop for Working {
    fn drop(&mut self) {
        CURRENT.replace(std::mem::take(&mut self.0));
    }
}

/// Which part of every batch is a member's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    pub rank: usize,
    pub size: usize,
}

impl Shard {
    pub const WHOLE: Self = Self { rank: 0, size: 1 };

    /// Its places in a batch of `count`.
    pub fn of(self, count: usize) -> impl Iterator<Item = usize> {
        (self.rank..count).step_by(self.size)
    }
}

/// The processes that `mpirun` or `srun` started this one with; one alone without them.
pub fn join() -> Result<ProcessGroup, ProcessGroupError> {
    // Open MPI; MPICH, Intel MPI and srun --mpi=pmi2; MVAPICH; srun of any kind.
    let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS"];
    let expected = names.iter().find_map(|name| std::env::var(name).ok()?.parse::<usize>().ok());
    match expected {
        Some(size) if size > 1 => among(size),
        _ => Ok(ProcessGroup::single()),
    }
}

#[cfg(feature = "mpi")]
fn among(size: usize) -> Result<ProcessGroup, ProcessGroupError> {
    mpi::join(size)
}

#[cfg(not(feature = "mpi"))]
fn among(size: usize) -> Result<ProcessGroup, ProcessGroupError> {
    Err(ProcessGroupError::Start(format!(
        "this is one of {size} processes that were started together, and this program was built without MPI. Build it with \
         `--features mpi`, or start one process"
    )))
}
