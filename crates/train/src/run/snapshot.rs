//! A snapshot of the weights of a run under way, requested by another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The checkpoint that it is written to; no run is resumed from there.
pub const SNAPSHOT: &str = "snapshot";

/// Clones ask the same run.
#[derive(Clone, Debug, Default)]
pub struct SnapshotRequest(Arc<AtomicBool>);

impl SnapshotRequest {
    /// The run writes its weights after the current step, and reports it.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
