//! Estimates the remaining time of a run from its last steps.

use std::time::{Duration, Instant};

use super::run::Phase;

/// Steps over which the pace is averaged, about.
const STEPS: f64 = 50.0;

/// A step that takes longer than this, and than so many steps, was interrupted.
const NAP_SECONDS: f64 = 20.0;
const NAP_STEPS: f64 = 20.0;

/// Seconds a step, checkpoints and validation included. Pictures are another pace than layouts, so each phase has its own.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    last: Option<(Phase, Instant)>,
    seconds: Option<f64>,
}

impl Pace {
    /// A step of this phase is done.
    pub fn step(&mut self, phase: Phase, now: Instant) {
        match self.last.replace((phase, now)) {
            Some((before, last)) if before == phase => {
                let seconds = now.saturating_duration_since(last).as_secs_f64();
                // The machine slept, or the process was halted: that says nothing about the steps to come.
                if self.seconds.is_some_and(|pace| seconds > NAP_SECONDS.max(NAP_STEPS * pace)) {
                    return;
                }
                self.seconds = Some(self.seconds.map_or(seconds, |pace| pace + (seconds - pace) / STEPS));
            }
            _ => self.seconds = None,
        }
    }

    /// The run stood still: what comes next is measured from there.
    #[cfg(test)]
    pub(crate) fn pause(&mut self) {
        self.last = None;
    }

    /// For so many steps of the phase that is under way; none before two steps of it.
    pub fn left(&self, steps: u64) -> Option<Duration> {
        // A pace beyond all bounds is none.
        Duration::try_from_secs_f64(self.seconds? * steps as f64).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_that_of_its_phase_and_knows_no_pause() {
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let mut pace = Pace::default();
        pace.step(Phase::Layout, at(0));
        assert_eq!(pace.left(10), None);
        pace.step(Phase::Layout, at(2));
        assert_eq!(pace.left(10), Some(Duration::from_secs(20)));
        pace.step(Phase::Picture, at(3));
        assert_eq!(pace.left(10), None, "another phase is another pace");
        pace.step(Phase::Picture, at(7));
        pace.pause();
        pace.step(Phase::Picture, at(1000));
        assert_eq!(pace.left(2), None);
        pace.step(Phase::Picture, at(1004));
        assert_eq!(pace.left(2), Some(Duration::from_secs(8)));
    }

    #[test]
    fn a_night_asleep_leaves_the_pace_as_it_was() {
        let begin = Instant::now();
        let at = |seconds: u64| begin + Duration::from_secs(seconds);
        let mut pace = Pace::default();
        (0..5).for_each(|step| pace.step(Phase::Picture, at(2 * step)));
        let before = pace.left(100);
        pace.step(Phase::Picture, at(30_000));
        assert_eq!(pace.left(100), before);
        pace.step(Phase::Picture, at(30_002));
        assert_eq!(pace.left(100), before);
        // A step that is slow, but no nap, counts.
        pace.step(Phase::Picture, at(30_012));
        assert!(pace.left(100) > before);
    }
}
