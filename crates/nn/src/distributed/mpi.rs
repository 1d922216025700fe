//! The process group that MPI has started: processes on one machine or many.

use mpi::Threading;
use mpi::collective::SystemOperation;
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, CommunicatorCollectives, Equivalence};

use super::{Communicator, ProcessGroup, ProcessGroupError};

/// Values in one message.
const PIECE: usize = 1 << 22;

/// Joins those that were started together; `expected` by the environment how many there are.
pub(crate) fn join(expected: usize) -> Result<ProcessGroup, ProcessGroupError> {
    let failed = |what: String| ProcessGroupError::Start(what);
    let (universe, _) = mpi::initialize_with_threading(Threading::Funneled)
        .ok_or_else(|| failed("MPI has been started already in this process".into()))?;
    let world = universe.world();
    let (rank, size) = (world.rank().unsigned_abs() as usize, world.size().unsigned_abs() as usize);
    if size != expected {
        return Err(failed(format!(
            "{expected} processes were started together, and MPI knows of {size}. The starter and the library belong to different MPIs: \
             start with the `mpirun` of the MPI that the program was built with, or with `srun --mpi=pmix`"
        )));
    }
    Ok(ProcessGroup::of(Process { rank, size, _universe: universe }))
}

struct Process {
    rank: usize,
    size: usize,
    /// MPI ends with it.
    _universe: Universe,
}

fn sum<T: Equivalence + Copy + Default>(values: &mut [T]) {
    let world = SimpleCommunicator::world();
    let mut total = vec![T::default(); values.len().min(PIECE)];
    for piece in values.chunks_mut(PIECE) {
        let total = &mut total[..piece.len()];
        // MPI ends all processes itself, with a message, if this fails.
        world.all_reduce_into(&*piece, &mut *total, SystemOperation::sum());
        piece.copy_from_slice(total);
    }
}

impl Communicator for Process {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn all_reduce_sum(&self, values: &mut [f64]) -> Result<(), ProcessGroupError> {
        sum(values);
        Ok(())
    }

    fn all_reduce_sum_f32(&self, values: &mut [f32]) -> Result<(), ProcessGroupError> {
        sum(values);
        Ok(())
    }

    fn abort(&self) {
        SimpleCommunicator::world().abort(1);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // To end MPI in order takes all processes, and the others wait elsewhere for one that fell.
        if std::thread::panicking() {
            self.abort();
        }
    }
}
