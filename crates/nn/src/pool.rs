//! The thread pool during a burst of short parallel loops.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::Yield;

mod cpu_affinity;

/// Threads kept awake at most: more would wait for work that small networks do not have.
const MAX_AWAKE_THREADS: usize = 8;

/// Runs `work` on a thread of the pool while other threads of the pool wait for its parallel loops without falling asleep.
///
/// A picture is some sixty parallel loops of a tenth of a millisecond; a sleeping thread takes about half as long to wake up. The others are
/// kept off the processor that `work` runs on, see [`cpu_affinity`].
pub fn keep_workers_spinning(work: impl FnOnce() + Send) {
    let done = AtomicBool::new(false);
    rayon::scope(|scope| {
        let place = cpu_affinity::Place::of_this_thread();
        let _stays = place.keep();
        // Also when `work` panics: the others must not wait for ever.
        let _end = EndOnDrop(&done);
        let done = &done;
        for _ in 1..rayon::current_num_threads().min(MAX_AWAKE_THREADS) {
            scope.spawn(move |_| {
                let _leaves = place.keep_off();
                while !done.load(Ordering::Relaxed) {
                    if rayon::yield_now() != Some(Yield::Executed) {
                        (0..32).for_each(|_| std::hint::spin_loop());
                    }
                }
            });
        }
        work();
    });
}

struct EndOnDrop<'a>(&'a AtomicBool);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    /// A thread that waits for a burst may lead another meanwhile.
    #[test]
    fn bursts_that_begin_at_once_all_end() {
        for threads in [2, 3, 2, 4, 2, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let burst =
                |sum: &mut u64| pool.install(|| keep_workers_spinning(|| *sum = (0..1000_u64).into_par_iter().sum()));
            let mut sums = [0; 12];
            std::thread::scope(|scope| sums.iter_mut().for_each(|sum| _ = scope.spawn(|| burst(sum))));
            assert_eq!(sums, [499_500; 12]);
        }
    }

    #[test]
    fn runs_loops_inside_and_ends_after_a_panic() {
        let mut sum = 0;
        keep_workers_spinning(|| sum = (0..1000).into_par_iter().sum());
        assert_eq!(sum, 499_500);
        let result = std::panic::catch_unwind(|| keep_workers_spinning(|| panic!("on purpose")));
        assert!(result.is_err());
    }
}
