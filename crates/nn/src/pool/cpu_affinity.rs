//! CPU affinity: threads that wait by spinning must not share a processor.
//!
//! Linux wakes a sleeping thread where its waker runs, if that looks good, and leaves it there until the next balancing. Two threads that wait for
//! each other by spinning then take turns of several milliseconds on one processor while another idles: measured on two cores, a picture of the
//! full-size network took 54 ms after a pause of 0.4 s instead of the 23 ms of a loop without pauses, and 40 ms on one thread. So while a burst lasts, the
//! thread that leads stays on its processor, and those that wait for its loops run anywhere but there; afterwards all may run anywhere again.
//! Each thread limits itself, so that none has to be waited for. Elsewhere than on Linux nothing is done.

#[cfg(target_os = "linux")]
use rustix::process::getpid;
#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

/// The processor of the thread that leads a burst.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    #[cfg(target_os = "linux")]
    allowed_and_here: Option<(CpuSet, usize)>,
}

/// Until it is dropped, the thread that made it runs on some processors only.
pub(crate) struct Limited {
    #[cfg(target_os = "linux")]
    allowed: Option<CpuSet>,
}

#[cfg(target_os = "linux")]
impl Place {
    pub(crate) fn of_this_thread() -> Self {
        // That of the program's first thread, which is never limited here: what was set from outside holds.
        let allowed = sched_getaffinity(Some(getpid())).ok().filter(|allowed| allowed.count() > 1);
        Self { allowed_and_here: allowed.map(|allowed| (allowed, sched_getcpu())) }
    }

    /// This thread stays at the place.
    pub(crate) fn keep(self) -> Limited {
        self.limit(|_, here| {
            let mut only = CpuSet::new();
            only.set(here);
            only
        })
    }

    /// This thread keeps off the place.
    pub(crate) fn keep_off(self) -> Limited {
        self.limit(|mut allowed, here| {
            allowed.unset(here);
            allowed
        })
    }

    /// Where the system refuses, all stays as it is: that costs time and nothing else.
    fn limit(self, processors: impl FnOnce(CpuSet, usize) -> CpuSet) -> Limited {
        let limited = |(allowed, here)| {
            sched_setaffinity(None, &processors(allowed, here)).ok()?;
            Some(allowed)
        };
        Limited { allowed: self.allowed_and_here.and_then(limited) }
    }
}

#[cfg(target_os = "linux")]
impl Drop for Limited {
    fn drop(&mut self) {
        if let Some(allowed) = &self.allowed {
            let _ = sched_setaffinity(None, allowed);
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Place {
    pub(crate) fn of_this_thread() -> Self {
        Self {}
    }

    pub(crate) fn keep(self) -> Limited {
        Limited {}
    }

    pub(crate) fn keep_off(self) -> Limited {
        Limited {}
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_limited_for_a_while_and_free_afterwards() {
        let count = || sched_getaffinity(None).unwrap().count();
        let all = sched_getaffinity(Some(getpid())).unwrap().count();
        std::thread::spawn(move || {
            let place = Place::of_this_thread();
            let stays = place.keep();
            assert_eq!(count(), 1);
            drop(stays);
            assert_eq!(count(), all);
            let leaves = place.keep_off();
            assert_eq!(count(), if all > 1 { all - 1 } else { 1 });
            drop(leaves);
            assert_eq!(count(), all);
        })
        .join()
        .unwrap();
    }
}
