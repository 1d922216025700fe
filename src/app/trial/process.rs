//! Memory and processor time of this program, where the system tells; elsewhere nothing is said.

use std::fs;

/// Resident now, MiB.
pub fn memory_mib() -> Option<u64> {
    status_mib("VmRSS:")
}

/// The most that was ever resident, MiB.
pub fn most_memory_mib() -> Option<u64> {
    status_mib("VmHWM:")
}

fn status_mib(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
}

/// What all threads have worked since the start, ms.
pub fn processor_millis() -> Option<f64> {
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
        let before = processor_millis().unwrap();
        let worked = (0..30_000_000u64).fold(0u64, |sum, n| std::hint::black_box(sum.wrapping_mul(31).wrapping_add(n)));
        assert!(worked != 1 && processor_millis().unwrap() >= before);
    }
}
