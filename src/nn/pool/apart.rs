//! Threads that wait by spinning must not share a processor.
//!
//! Linux wakes a sleeping thread where its waker runs, if that looks good, and leaves it there until the next balancing. Two threads that wait for
//! each other by spinning then take turns of several milliseconds on one processor while another idles: measured on two cores, a picture of the
//! full-size network took 54 ms after a pause of 0.4 s instead of the 23 ms of a loop without pauses, and 40 ms on one thread. So while a burst lasts, the
//! thread that leads stays on its processor, and the pool's other threads may run anywhere but there; afterwards all may run anywhere again.
//! Elsewhere than on Linux nothing is done.

#[cfg(not(target_os = "linux"))]
pub struct Apart;

#[cfg(not(target_os = "linux"))]
impl Apart {
    pub fn begin() -> Self {
        Self
    }
}

#[cfg(target_os = "linux")]
pub use linux::Apart;

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::RefCell;
    use std::rc::Rc;

    use rustix::process::getpid;
    use rustix::thread::{CpuSet, Pid, gettid, sched_getaffinity, sched_getcpu, sched_setaffinity};

    thread_local! {
        /// The threads of the pool that this thread belongs to, in the system's numbers.
        static POOL: RefCell<Option<Rc<[Pid]>>> = const { RefCell::new(None) };
    }

    /// While it lives, the thread that made it stays on its processor, and the other threads of its pool keep off it.
    pub struct Apart(Option<Held>);

    struct Held {
        leader: Pid,
        others: Rc<[Pid]>,
        /// The processors that the program may use.
        allowed: CpuSet,
    }

    impl Apart {
        /// To be called on a thread of the pool. Where the system refuses, all stays as it is: that costs time and nothing else.
        pub fn begin() -> Self {
            Self(Self::held())
        }

        fn held() -> Option<Held> {
            if rayon::current_num_threads() < 2 {
                return None;
            }
            // That of the first thread, which is never moved: a limit that was set from outside holds.
            let allowed = sched_getaffinity(Some(getpid())).ok()?;
            let here = sched_getcpu();
            let (mut only_here, mut elsewhere) = (CpuSet::new(), allowed);
            only_here.set(here);
            elsewhere.unset(here);
            if elsewhere.count() == 0 {
                return None;
            }
            let leader = gettid();
            let others = others(leader);
            limit(leader, &only_here);
            others.iter().for_each(|&thread| limit(thread, &elsewhere));
            Some(Held { leader, others, allowed })
        }
    }

    impl Drop for Apart {
        fn drop(&mut self) {
            let Some(Held { leader, others, allowed }) = &self.0 else { return };
            others.iter().chain([leader]).for_each(|&thread| limit(thread, allowed));
        }
    }

    fn others(leader: Pid) -> Rc<[Pid]> {
        if let Some(known) = POOL.with_borrow(Clone::clone) {
            return known;
        }
        // While it waits for the others, this thread may take up another burst and come here again.
        let others: Rc<[Pid]> = rayon::broadcast(|_| gettid()).into_iter().filter(|&thread| thread != leader).collect();
        POOL.set(Some(others.clone()));
        others
    }

    fn limit(thread: Pid, processors: &CpuSet) {
        let _ = sched_setaffinity(Some(thread), processors);
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_others_are_elsewhere_for_a_while_and_free_afterwards() {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
            let program = sched_getaffinity(Some(getpid())).unwrap();
            pool.install(|| {
                let me = gettid();
                let masks = || {
                    let threads: Vec<Pid> =
                        rayon::broadcast(|_| gettid()).into_iter().filter(|&thread| thread != me).collect();
                    threads.into_iter().map(|thread| sched_getaffinity(Some(thread)).unwrap()).collect::<Vec<_>>()
                };
                let apart = Apart::begin();
                let expected = program.count().saturating_sub(1).max(1);
                assert!(masks().iter().all(|mask| mask.count() == expected));
                let leader = || sched_getaffinity(None).unwrap().count();
                assert!(leader() == 1 || program.count() == 1);
                drop(apart);
                assert!(masks().iter().all(|mask| mask.count() == program.count()));
                assert_eq!(leader(), program.count());
            });
        }
    }
}
