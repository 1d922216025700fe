//! What a run's numbers say of it: it diverges, stalls, or overfits.

use std::fmt;

use super::curves::Curves;

/// Something that a person should know, with what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Diagnosis {
    /// Losses rise beyond what they were, or are no numbers.
    Diverges,
    /// No weight has changed.
    StandsStill,
    /// The loss on held-out scenes rises while that of training falls.
    Overfits,
}

impl Diagnosis {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Diverges => "It diverges",
            Self::StandsStill => "It stands still",
            Self::Overfits => "It overfits",
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Diverges => {
                "The losses rise far beyond where they were. Stop, keep a checkpoint from before the rise as a model, and start a new run \
                 from it with half the learning rate (Advanced)."
            }
            Self::StandsStill => {
                "No weight has changed since the last checkpoint: nothing is learned. Start again with a higher learning rate."
            }
            Self::Overfits => {
                "The loss on held-out scenes rises while that of training falls: it overfits its samples. Stop; the best \
                 checkpoint is kept. More samples, or mixing with the illustrated world, help."
            }
        })
    }
}

/// Weight of the newest step in the smoothed loss.
const NEWEST: f64 = 0.05;
/// Steps before a loss is believed.
const SETTLES: u64 = 40;
/// Times the lowest smoothed loss.
const FAR: f64 = 3.0;
/// A smaller share of their own length is rounding.
const STILL: f64 = 1e-7;
/// Validations in a row that are worse than the best.
const WORSE: usize = 3;
/// By how much a held-out loss must be above the best to count as worse.
const MARGIN: f64 = 1.01;

/// Terms of the loss that are also computed on held-out scenes.
pub(crate) const SHARED_TERMS: [&str; 3] = ["L1_pixel_loss", "bbox_pred", "mask_loss"];

/// The loss of an iteration: the terms that held-out scenes have as well, where there are such.
pub(crate) fn shared_loss(terms: impl Iterator<Item = f64>, total: f64) -> f64 {
    let sum: f64 = terms.sum();
    if sum > 0.0 && total.is_finite() { sum } else { total }
}

/// Looks at the numbers of a run as they come.
#[derive(Clone, Debug, Default)]
pub struct RunMonitor {
    phase: String,
    steps: u64,
    smoothed: Option<f64>,
    lowest: Option<f64>,
    /// The best held-out loss, and the smoothed loss of training at that moment.
    best: Option<(f64, f64)>,
    worse: usize,
    not_finite: bool,
    stands_still: bool,
}

impl RunMonitor {
    pub(crate) fn step(&mut self, phase: &str, loss: f64) {
        if self.phase != phase {
            // Another phase has other losses.
            *self = Self { phase: phase.to_owned(), stands_still: self.stands_still, ..Self::default() };
        }
        if !loss.is_finite() {
            self.not_finite = true;
            return;
        }
        self.steps += 1;
        let smoothed = self.smoothed.map_or(loss, |before| before + NEWEST * (loss - before));
        self.smoothed = Some(smoothed);
        if self.steps >= SETTLES {
            self.lowest = Some(self.lowest.map_or(smoothed, |lowest| lowest.min(smoothed)));
        }
    }

    /// What it had seen of a run that goes on.
    pub(crate) fn recalled(curves: &Curves, phase: &str) -> Self {
        let mut monitor = Self::default();
        let begin = curves.phases.iter().rev().find(|(_, name)| name == phase).map_or(0, |(step, _)| *step) as f64;
        let points = |name: &str| curves.get(name).map(|curve| curve.points.as_slice()).unwrap_or_default();
        let mut held_out = points("val_loss").iter().filter(|[step, _]| *step >= begin).peekable();
        let terms: Vec<&[[f64; 2]]> = SHARED_TERMS.iter().map(|name| points(name)).collect();
        for [step, total] in points("total_loss").iter().filter(|[step, _]| *step >= begin) {
            let at = |term: &&[[f64; 2]]| {
                let place = term.binary_search_by(|[other, _]| other.total_cmp(step)).ok()?;
                Some(term[place][1])
            };
            monitor.step(phase, shared_loss(terms.iter().filter_map(at), *total));
            while let Some([_, loss]) = held_out.next_if(|[other, _]| other <= step) {
                monitor.validated(*loss);
            }
        }
        monitor
    }

    /// The loss on held-out scenes.
    pub(crate) fn validated(&mut self, loss: f64) {
        let Some(training) = self.smoothed.filter(|_| loss.is_finite()) else { return };
        match self.best {
            Some((best, _)) if loss > best * MARGIN => self.worse += 1,
            Some((best, _)) if loss >= best => {}
            _ => {
                self.best = Some((loss, training));
                self.worse = 0;
            }
        }
    }

    /// How far the weights have gone, as a share of their own length.
    pub(crate) fn moved(&mut self, share: f64) {
        self.stands_still = share < STILL;
    }

    /// An iteration whose losses were no numbers.
    pub(crate) fn not_finite(&mut self) {
        self.not_finite = true;
    }

    pub(crate) fn diagnoses(&self) -> Vec<Diagnosis> {
        let mut found = Vec::new();
        let far = self.smoothed.zip(self.lowest).is_some_and(|(now, lowest)| now > FAR * lowest.max(1e-9));
        if self.not_finite || far {
            found.push(Diagnosis::Diverges);
        }
        if self.stands_still {
            found.push(Diagnosis::StandsStill);
        }
        let falls = self.smoothed.zip(self.best).is_some_and(|(now, (_, then))| now < then);
        if self.worse >= WORSE && falls {
            found.push(Diagnosis::Overfits);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of a thousand steps, validated every fifty.
    fn diagnoses(loss: impl Fn(u64) -> f64, held_out: impl Fn(u64) -> f64, moved: f64) -> Vec<Diagnosis> {
        let mut monitor = RunMonitor::default();
        for step in 0..1000 {
            monitor.step("picture", loss(step));
            if step % 50 == 49 {
                monitor.validated(held_out(step));
                monitor.moved(moved);
            }
        }
        monitor.diagnoses()
    }

    /// Falls with some noise, the same on every machine.
    fn falling(step: u64) -> f64 {
        1.0 / (1.0 + step as f64 / 200.0) + 0.1 * ((step * 7919 % 101) as f64 / 101.0)
    }

    #[test]
    fn runs_are_judged() {
        let falls = |step: u64| 1.2 / (1.0 + step as f64 / 250.0);
        let turns = |step: u64| 0.5 + ((step as f64 - 400.0) / 1000.0).powi(2);
        let table: [(&str, Vec<Diagnosis>, &[Diagnosis]); 7] = [
            ("learns", diagnoses(falling, falls, 1e-3), &[]),
            ("stands still", diagnoses(|_| 1.0, |_| 1.0, 0.0), &[Diagnosis::StandsStill]),
            ("rounding is no way", diagnoses(|_| 1.0, |_| 1.0, 1e-9), &[Diagnosis::StandsStill]),
            ("by heart", diagnoses(falling, turns, 1e-3), &[Diagnosis::Overfits]),
            ("both rise a little: noise, not by heart", diagnoses(|s| 1.0 + s as f64 / 2000.0, turns, 1e-3), &[]),
            (
                "explodes",
                diagnoses(|s| if s < 500 { 1.0 } else { (s - 490) as f64 }, falls, 1e-3),
                &[Diagnosis::Diverges],
            ),
            ("no number", diagnoses(|s| if s < 500 { 1.0 } else { f64::NAN }, falls, 1e-3), &[Diagnosis::Diverges]),
        ];
        for (name, found, expected) in table {
            assert_eq!(found, expected, "{name}");
        }
    }

    /// A run that was paused, or whose program was closed, says what it said.
    #[test]
    fn what_was_seen_is_recalled() {
        let turns = |step: u64| 0.5 + ((step as f64 - 400.0) / 1000.0).powi(2);
        let (mut curves, mut monitor) = (Curves::default(), RunMonitor::default());
        curves.phase(0, "layout");
        (0..100).for_each(|step| curves.add(step, "total_loss", 90.0));
        for step in 100..1100 {
            let loss = falling(step - 100);
            curves.phase(step, "picture");
            curves.add(step, "total_loss", 7.0 + loss);
            curves.add(step, "bbox_pred", loss);
            monitor.step("picture", loss);
            if step % 50 == 49 {
                curves.add(step, "val_loss", turns(step - 100));
                monitor.validated(turns(step - 100));
            }
        }
        let recalled = RunMonitor::recalled(&curves, "picture");
        assert_eq!(recalled.diagnoses(), [Diagnosis::Overfits]);
        assert_eq!((recalled.smoothed, recalled.best, recalled.worse), (monitor.smoothed, monitor.best, monitor.worse));
        assert_eq!(RunMonitor::recalled(&Curves::default(), "looks").diagnoses(), []);
    }

    #[test]
    fn another_phase_has_other_losses() {
        let mut monitor = RunMonitor::default();
        (0..200).for_each(|_| monitor.step("layout", 0.1));
        (0..200).for_each(|_| monitor.step("picture", 5.0));
        assert_eq!(monitor.diagnoses(), []);
        monitor.not_finite();
        assert_eq!(monitor.diagnoses(), [Diagnosis::Diverges]);
    }
}
