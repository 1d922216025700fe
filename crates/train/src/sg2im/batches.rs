//! Batches of an sg2im training, in an order that depends on the iteration alone.

use crate::collate::{Collator, HostBatch};
use scenewright_data::{DataError, Dataset};
use scenewright_nn::distributed::Shard;

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

/// Batch number `iteration`: its sample `i` is number `iteration * batch_size + i` of the data set; one with an end begins again.
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
