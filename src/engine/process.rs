//! Memory and processor time of this program (Linux; `None` elsewhere), and the priority of a thread.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Time since the first call: the clock with which a generator measures itself.
pub(crate) fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// Resident now, MiB.
pub(crate) fn memory_mib() -> Option<u64> {
    status_mib("VmRSS:")
}

/// The most that was ever resident, MiB.
pub(crate) fn most_memory_mib() -> Option<u64> {
    status_mib("VmHWM:")
}

/// The most that was ever resident is counted again from here; false where the system cannot.
pub(crate) fn forget_most_memory() -> bool {
    // Documented in proc(5): 5 resets the peak resident set size.
    cfg!(target_os = "linux") && fs::write("/proc/self/clear_refs", "5").is_ok()
}

/// What the system could still give to programs without taking it from others, MiB.
pub(crate) fn free_memory_mib() -> Option<u64> {
    mib_in("/proc/meminfo", "MemAvailable:")
}

/// Scheduling priority of a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadPriority {
    #[default]
    Normal,
    /// Runs only when no other thread wants to.
    Background,
}

impl ThreadPriority {
    /// For this thread and those it starts. Best effort.
    pub(crate) fn take(self) {
        #[cfg(target_os = "linux")]
        if self == Self::Background {
            // On Linux, process 0 is this thread.
            let _ = rustix::process::setpriority_process(None, 19);
        }
    }
}

fn status_mib(field: &str) -> Option<u64> {
    mib_in("/proc/self/status", field)
}

fn mib_in(file: &str, field: &str) -> Option<u64> {
    let status = fs::read_to_string(file).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
}

/// What all threads have worked since the start, ms.
pub(crate) fn processor_millis() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in parentheses, may hold spaces. Fields 14 and 15: user and system time, in hundredths of a second on every Linux.
    let after_name = stat.rsplit_once(')')?.1;
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() * 10.0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells() {
        assert!(memory_mib().is_some_and(|mib| (1..1 << 20).contains(&mib)));
        assert!(most_memory_mib() >= memory_mib());
        assert!(free_memory_mib().is_some_and(|mib| (1..1 << 24).contains(&mib)));
        let large = vec![1u8; 96 << 20];
        let with = most_memory_mib().unwrap();
        drop(std::hint::black_box(large));
        assert!(forget_most_memory() && most_memory_mib().unwrap() + 32 < with, "the peak is counted anew");
        let before = processor_millis().unwrap();
        let worked = (0..30_000_000u64).fold(0u64, |sum, n| std::hint::black_box(sum.wrapping_mul(31).wrapping_add(n)));
        assert!(worked != 1 && processor_millis().unwrap() >= before);
    }
}
