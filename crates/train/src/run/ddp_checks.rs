//! Consistency checks across the processes of a group before the first step: settings, samples, weights.

use candle_core::{Result, Tensor};

use super::error::{RunError, network};
use crate::ema;
use scenewright_data::Dataset;
use scenewright_nn::distributed::{ProcessGroup, Shard};
use scenewright_nn::parameters::Parameters;
use scenewright_scene::vocab::Vocabulary;

/// Selects this process's rows from random values that were drawn for the whole batch.
pub(crate) fn own_rows(all: Tensor, part: Shard) -> Result<Tensor> {
    if part == Shard::WHOLE {
        return Ok(all);
    }
    let rows = Tensor::from_iter(part.of(all.dim(0)?).map(|row| row as u32), all.device())?;
    all.index_select(&rows, 0)
}

/// Checks that all processes have the same settings and program version: another version may interpret the same settings
/// differently.
pub(crate) fn same_settings(process_group: &ProcessGroup, settings: &str) -> std::result::Result<(), RunError> {
    let digest = crc32c::crc32c(env!("CARGO_PKG_VERSION").as_bytes());
    Ok(process_group.agree("other settings", crc32c::crc32c_append(digest, settings.as_bytes()))?)
}

/// Checksum of a data set: its size, its vocabulary and two of its samples.
pub(crate) fn data_digest(data: &dyn Dataset, vocab: &Vocabulary) -> std::result::Result<u32, RunError> {
    let mut digest = crc32c::crc32c(vocab.to_sg2im().to_string().as_bytes());
    let count = data.len();
    for index in [0, count.unwrap_or(1 << 20) / 2] {
        let sample = data.sample(index)?;
        digest = crc32c::crc32c_append(digest, &sample.image.pixels);
        digest = crc32c::crc32c_append(digest, format!("{:?}", (count, &sample.objects, &sample.relations)).as_bytes());
    }
    Ok(digest)
}

/// Checks that all processes have bit-identical weights.
pub(crate) fn same_weights(process_group: &ProcessGroup, parameters: &Parameters) -> std::result::Result<(), RunError> {
    if process_group.is_single() {
        return Ok(());
    }
    let mut digest = 0;
    for (name, values) in ema::read(parameters).map_err(network)? {
        // Only the main process fills the material bank.
        if !name.contains(".bank.") {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            digest = crc32c::crc32c_append(digest, &bytes);
        }
    }
    Ok(process_group.agree("other weights", digest)?)
}
