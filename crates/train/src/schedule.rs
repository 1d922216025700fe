//! The learning rate over the iterations.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    pub kind: ScheduleKind,
    /// Iterations in which the rate rises from 0.
    pub warmup: u64,
    /// Share of the rate that is left at the end.
    pub last: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// sg2im's.
    #[default]
    Constant,
    /// Half a cosine from 1 to `last`.
    Cosine,
    /// A straight line from 1 to `last`.
    Linear,
}

impl Schedule {
    /// What the learning rate is multiplied by in this iteration of so many.
    pub fn factor(&self, iteration: u64, iterations: u64) -> f64 {
        if iteration < self.warmup {
            return (iteration + 1) as f64 / self.warmup as f64;
        }
        let span = iterations.saturating_sub(self.warmup).max(1);
        let done = ((iteration - self.warmup) as f64 / span as f64).min(1.0);
        match self.kind {
            ScheduleKind::Constant => 1.0,
            ScheduleKind::Linear => 1.0 + (self.last - 1.0) * done,
            ScheduleKind::Cosine => self.last + (1.0 - self.last) * 0.5 * (1.0 + (std::f64::consts::PI * done).cos()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors() {
        let schedule = |kind| Schedule { kind, warmup: 10, last: 0.2 };
        for kind in [ScheduleKind::Constant, ScheduleKind::Linear, ScheduleKind::Cosine] {
            assert_eq!(schedule(kind).factor(4, 110), 0.5, "{kind:?}");
            assert_eq!(schedule(kind).factor(10, 110), 1.0, "{kind:?}");
        }
        for (kind, middle, end) in
            [(ScheduleKind::Constant, 1.0, 1.0), (ScheduleKind::Linear, 0.6, 0.2), (ScheduleKind::Cosine, 0.6, 0.2)]
        {
            assert!((schedule(kind).factor(60, 110) - middle).abs() < 1e-12, "{kind:?}");
            assert!((schedule(kind).factor(110, 110) - end).abs() < 1e-12, "{kind:?}");
            assert!((schedule(kind).factor(500, 110) - end).abs() < 1e-12, "{kind:?}: past the end");
        }
    }
}
