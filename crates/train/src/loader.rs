//! Batches made ahead by a thread of its own.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Instant;

use crate::run::RunError;
use scenewright_data::DataError;

/// Batches ready at most.
const AHEAD: usize = 3;

/// Gives batch after batch, in order. Dropped, its thread ends with the batch that it is at.
pub struct Prefetcher<B>(Receiver<Result<B, DataError>>);

impl<B: Send + 'static> Prefetcher<B> {
    /// From batch `first` on. `make` makes a batch from nothing but its number.
    pub fn start(first: u64, make: impl Fn(u64) -> Result<B, DataError> + Send + 'static) -> Result<Self, RunError> {
        let (send, batches) = sync_channel(AHEAD);
        let work = move || {
            for number in first.. {
                let batch = make(number);
                let failed = batch.is_err();
                if send.send(batch).is_err() || failed {
                    break;
                }
            }
        };
        thread::Builder::new().name("data".into()).spawn(work).map_err(RunError::Thread)?;
        Ok(Self(batches))
    }

    /// The next batch, and how long it was waited for, in milliseconds.
    pub fn next_batch(&self) -> Result<(B, f64), RunError> {
        let start = Instant::now();
        // The thread ends after an error, which was given out before.
        let batch = self.0.recv().map_err(|_| RunError::Empty)??;
        Ok((batch, start.elapsed().as_secs_f64() * 1e3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_come_in_order_and_an_error_ends_them() {
        let make = |number| match number {
            0..7 => Ok(number),
            _ => Err(DataError::InvalidFile { what: "the folder is gone".into(), path: "nowhere".into() }),
        };
        let batches = Prefetcher::start(4, make).unwrap();
        for number in 4..7 {
            assert_eq!(batches.next_batch().unwrap().0, number);
        }
        assert!(matches!(batches.next_batch(), Err(RunError::Data(_))));
        assert!(matches!(batches.next_batch(), Err(RunError::Empty)));
    }
}
