//! Running means and shares that metrics are computed from.

use serde::Serialize;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub met: u64,
    pub of: u64,
}

impl Share {
    pub(crate) fn add(&mut self, met: bool) {
        self.met += u64::from(met);
        self.of += 1;
    }

    /// 0 of nothing is 0.
    pub(crate) fn share(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.met as f64 / self.of as f64 }
    }
}

/// A mean under construction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    pub(crate) fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    pub(crate) fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum / self.count as f64 }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }
}
