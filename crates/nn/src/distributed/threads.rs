//! A process group of threads in one process: does what MPI does, for tests that run everywhere.

#![allow(clippy::disallowed_methods, reason = "a group of threads is what the caller asks for")]

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Communicator, ProcessGroup, ProcessGroupError};

/// One member for each thread. One that is dropped is missed by the others.
pub fn threads(size: usize) -> Vec<ProcessGroup> {
    let table = Arc::new(Table { state: Mutex::default(), changed: Condvar::new(), size });
    table.locked().parts = vec![None; size];
    (0..size).map(|rank| ProcessGroup::of(Thread { rank, table: table.clone() })).collect()
}

struct Thread {
    rank: usize,
    table: Arc<Table>,
}

/// Where the members put down what they have.
struct Table {
    state: Mutex<State>,
    changed: Condvar,
    size: usize,
}

#[derive(Default)]
struct State {
    parts: Vec<Option<Vec<f64>>>,
    total: Vec<f64>,
    /// Members that have not read the total yet.
    unread: usize,
    rounds: u64,
    gone: Option<usize>,
}

impl Table {
    fn locked(&self) -> MutexGuard<'_, State> {
        // Each change is whole: a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, wait: impl Fn(&State) -> bool) -> Result<MutexGuard<'_, State>, ProcessGroupError> {
        let mut state = self.locked();
        while wait(&state) {
            if let Some(rank) = state.gone {
                return Err(ProcessGroupError::Gone { rank });
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(state)
    }
}

impl Communicator for Thread {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.table.size
    }

    fn all_reduce_sum(&self, values: &mut [f64]) -> Result<(), ProcessGroupError> {
        let table = &self.table;
        let mut state = table.wait_while(|state| state.unread > 0)?;
        let round = state.rounds;
        state.parts[self.rank] = Some(values.to_vec());
        if state.parts.iter().all(Option::is_some) {
            // In the order of the ranks, independent of arrival.
            let parts: Vec<Vec<f64>> = state.parts.iter_mut().filter_map(Option::take).collect();
            state.total = (0..values.len()).map(|i| parts.iter().filter_map(|part| part.get(i)).sum()).collect();
            if parts.iter().any(|part| part.len() != values.len()) {
                state.total.clear();
            }
            state.unread = table.size;
            state.rounds += 1;
            table.changed.notify_all();
        }
        drop(state);
        let mut state = table.wait_while(|state| state.rounds == round)?;
        let fits = state.total.len() == values.len();
        if fits {
            values.copy_from_slice(&state.total);
        }
        state.unread -= 1;
        table.changed.notify_all();
        if fits { Ok(()) } else { Err(ProcessGroupError::OutOfStep) }
    }

    fn all_reduce_sum_f32(&self, values: &mut [f32]) -> Result<(), ProcessGroupError> {
        let mut wide: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
        self.all_reduce_sum(&mut wide)?;
        values.iter_mut().zip(wide).for_each(|(to, value)| *to = value as f32);
        Ok(())
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.table.locked().gone.get_or_insert(self.rank);
        self.table.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn together<T: Send>(size: usize, work: impl Fn(ProcessGroup) -> T + Sync) -> Vec<T> {
        let work = &work;
        thread::scope(|scope| {
            let all: Vec<_> =
                threads(size).into_iter().map(|process_group| scope.spawn(move || work(process_group))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        })
    }

    #[test]
    fn sums_are_those_of_all_round_after_round() {
        let found = together(3, |process_group| {
            (0..200)
                .map(|round| {
                    let mut values = [process_group.rank() as f64, f64::from(round)];
                    process_group.all_reduce_sum(&mut values).unwrap();
                    values
                })
                .collect::<Vec<_>>()
        });
        for values in found {
            assert!(values.iter().zip(0..).all(|(sum, round)| *sum == [3.0, 3.0 * f64::from(round)]));
        }
    }

    #[test]
    fn parts_are_a_batch_together() {
        for size in 1..5 {
            let mut all: Vec<usize> = (0..size).flat_map(|rank| super::super::Shard { rank, size }.of(7)).collect();
            all.sort_unstable();
            assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
        }
    }

    #[test]
    fn who_differs_who_is_gone_and_who_is_too_many_is_reported() {
        let found = together(3, |process_group| {
            process_group.agree("other settings", if process_group.rank() == 2 { 7 } else { 8 })
        });
        assert!(
            found.iter().all(|result| *result == Err(ProcessGroupError::Differs { what: "other settings", rank: 2 })),
            "{found:?}"
        );
        let found =
            together(2, |process_group| if process_group.rank() == 1 { Ok(()) } else { process_group.barrier() });
        assert_eq!(found[0], Err(ProcessGroupError::Gone { rank: 1 }));
        let found = together(2, |process_group| process_group.all_reduce_sum(&mut vec![0.0; 1 + process_group.rank()]));
        assert_eq!(
            found,
            [Err(ProcessGroupError::OutOfStep), Err(ProcessGroupError::OutOfStep)]
                .map(|_: Result<(), _>| Err(ProcessGroupError::OutOfStep))
        );
        assert!(threads(3)[0].require_at_least_one("batch_size", 2).is_err());
        assert_eq!(ProcessGroup::single().agree("other settings", 3), Ok(()));
    }
}
