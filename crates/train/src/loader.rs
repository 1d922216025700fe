//! Batches made ahead by a thread of its own, in an order that depends on nothing but the iteration.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::collate::{Collator, HostBatch};
use scenewright_data::{DataError, Dataset};
use scenewright_nn::distributed::Shard;

/// Batches ready at most.
const AHEAD: usize = 3;

/// What a batch is to hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchRequest {
    pub batch_size: usize,
    /// What of it is made.
    pub part: Shard,
    pub mask_side: Option<usize>,
    /// Boxes and masks alone need no pictures.
    pub pictures: bool,
}

/// Gives batch after batch. Dropped, its thread ends with the batch that it is at.
pub(crate) struct Loader {
    batches: Receiver<Result<HostBatch, DataError>>,
    /// Time that training stood still for want of a batch.
    pub waited: Duration,
}

impl Loader {
    /// From this iteration on. Sample `i` of an iteration is number `first + iteration * batch_size + i` of the data set; one with an end
    /// begins anew.
    pub(crate) fn start(
        data: Arc<dyn Dataset>,
        collator: Arc<Collator>,
        wanted: BatchRequest,
        iteration: u64,
    ) -> std::io::Result<Self> {
        let (send, batches) = sync_channel(AHEAD);
        thread::Builder::new().name("data".into()).spawn(move || {
            for iteration in iteration.. {
                let batch = make(&*data, &collator, wanted, iteration);
                let failed = batch.is_err();
                if send.send(batch).is_err() || failed {
                    break;
                }
            }
        })?;
        Ok(Self { batches, waited: Duration::ZERO })
    }

    /// None: the thread has ended, after an error that was given out before.
    pub(crate) fn next_batch(&mut self) -> Option<Result<HostBatch, DataError>> {
        let start = Instant::now();
        let batch = self.batches.recv().ok();
        self.waited += start.elapsed();
        batch
    }
}

/// One batch by its number.
pub(crate) fn make(
    data: &dyn Dataset,
    collator: &Collator,
    wanted: BatchRequest,
    iteration: u64,
) -> Result<HostBatch, DataError> {
    let first = iteration * wanted.batch_size as u64;
    let index = |i: u64| data.len().map_or(first + i, |len| (first + i) % len.max(1));
    let own = wanted.part.of(wanted.batch_size);
    let samples = own.map(|i| data.sample(index(i as u64))).collect::<Result<Vec<_>, _>>()?;
    Ok(collator.collate(&samples, wanted.mask_side, wanted.pictures, true))
}
