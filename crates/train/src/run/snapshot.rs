//! A look at the weights of a run under way, asked for by another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The checkpoint that it is written to; no run is gone on from there.
pub const SNAPSHOT: &str = "snapshot";

/// Clones ask the same run.
#[derive(Clone, Debug, Default)]
pub struct SnapshotWish(Arc<AtomicBool>);

impl SnapshotWish {
    /// The run writes its weights after the step that it is at, and tells so.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}
