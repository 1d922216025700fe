//! Progress of a long measurement.

use super::EvalError;
use scenewright_nn::cancel::CancellationToken;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    pub what: &'static str,
    pub done: u64,
    /// 0: not known yet.
    pub total: u64,
    pub note: String,
}

impl Progress {
    pub(crate) fn new(what: &'static str, done: u64, total: u64) -> Self {
        Self { what, done, total, note: String::new() }
    }
}

/// Called after each piece of work.
pub type Watch<'a> = &'a mut dyn FnMut(Progress);

/// Between two pieces of work: reports the progress, and ends a measurement that is cancelled, of which nothing is written.
pub(crate) fn step(cancel: &CancellationToken, watch: Watch<'_>, progress: Progress) -> Result<(), EvalError> {
    watch(progress);
    Ok(cancel.check()?)
}
