//! How far a long measurement is, for whoever waits, and the way to stop it.

use std::ops::ControlFlow;

use super::EvalError;

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

/// Is told after each piece of work; a break stops it, and nothing is written.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

pub(crate) fn step(watch: Watch<'_>, progress: Progress) -> Result<(), EvalError> {
    match watch(progress) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(EvalError::Stopped),
    }
}
