//! Cancellation of long work: one token, passed down as `cancel` and checked between two stages.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Error of work that ended early because its token was cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Requests that work on another thread ends early. Clones share one state; a token that [`cancel`](Self::cancel) has
/// cancelled stays cancelled.
#[derive(Clone, Default)]
pub struct CancellationToken {
    is_set: Arc<AtomicBool>,
    condition: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl CancellationToken {
    /// A token that nothing has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that is cancelled by [`cancel`](Self::cancel), and also while `condition` returns true.
    pub fn from_fn(condition: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { is_set: Arc::default(), condition: Some(Arc::new(condition)) }
    }

    /// Cancels the work of all clones.
    pub fn cancel(&self) {
        self.is_set.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.is_set.load(Ordering::Relaxed) || self.condition.as_ref().is_some_and(|condition| condition())
    }

    /// Returns an error if the token is cancelled; call it with `?` between two stages.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

impl fmt::Debug for CancellationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancellationToken").field("is_cancelled", &self.is_cancelled()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_state_and_conditions_are_evaluated_each_time() {
        let (token, other) = (CancellationToken::new(), CancellationToken::new());
        let clone = token.clone();
        assert_eq!(clone.check(), Ok(()));
        token.cancel();
        assert_eq!(clone.check(), Err(Cancelled));
        assert!(!other.is_cancelled());
        let asked = other.clone();
        let token = CancellationToken::from_fn(move || asked.is_cancelled());
        assert!(!token.is_cancelled());
        other.cancel();
        assert!(token.is_cancelled());
        let token = CancellationToken::from_fn(|| false);
        token.clone().cancel();
        assert!(token.is_cancelled());
    }
}
