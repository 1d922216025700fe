//! Errors of runs, with how to fix them.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::config::ConfigError;
use crate::step::StepError;
use scenewright_data::DataError;
use scenewright_formats::write_atomically;
pub use scenewright_model::checkpoint::{FolderError, WeightsError};
use scenewright_nn::device::plain;
use scenewright_nn::distributed::ProcessGroupError;
use scenewright_scene::vocab::VocabularyError;

#[derive(Debug, Error)]
pub enum RunError {
    #[error("there is a run in this folder already. Resume it with `--resume`, or choose another folder: {}", path.display())]
    Exists { path: PathBuf },
    #[error("this folder holds other things. A run needs a folder of its own: {}", path.display())]
    Foreign { path: PathBuf },
    #[error("there is no run in this folder (it has no config.toml): {}", path.display())]
    NotARun { path: PathBuf },
    #[error("another process is writing this run. Stop it first, or watch it in metrics.csv: {}", path.display())]
    Locked { path: PathBuf },
    #[error("cannot {doing}: {problem}: {}", path.display())]
    Io { doing: &'static str, problem: io::Error, path: PathBuf },
    #[error("{0}")]
    Write(String),
    #[error("this run cannot be resumed from this checkpoint ({problem}): {}", path.display())]
    Checkpoint { problem: String, path: PathBuf },
    #[error("the run has no checkpoint to resume from; it ended before the first. Start it again in another folder: {}", path.display())]
    NoCheckpoint { path: PathBuf },
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("the words of the data set cannot be used: {0}")]
    Vocabulary(#[from] VocabularyError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("the data set is empty. Choose more kinds of scene")]
    Empty,
    #[error("the network cannot be built or run: {0}")]
    Network(String),
    #[error("at step {step}: {problem}{}", memory_hint(problem))]
    Step { step: u64, problem: StepError },
    #[error(
        "\"{name}\" holds values that are NaN or infinite at step {step}, so this checkpoint was not written; the one before it is kept. Set learning_rate in the run's config.toml to a tenth of what it is, or clip_gradients to 1.0, and resume with `--resume`"
    )]
    NotFinite { name: String, step: u64 },
    #[error("{0}")]
    Changed(String),
    #[error("no thread could be started for the data: {0}")]
    Thread(io::Error),
    #[error(transparent)]
    ProcessGroup(#[from] ProcessGroupError),
    #[error("this is trained by one process, and there are {processes}. Start it without `mpirun`")]
    OneProcess { processes: usize },
}

/// A GPU that is full says so in its own words.
fn memory_hint(error: &StepError) -> &'static str {
    if error.to_string().to_lowercase().contains("out of memory") {
        ". The memory of the device is full; the last checkpoint is kept: halve batch_size in the run's config.toml and resume with `--resume`"
    } else {
        ""
    }
}

impl RunError {
    pub(crate) fn io(doing: &'static str, problem: io::Error, path: &Path) -> Self {
        Self::Io { doing, problem, path: path.to_owned() }
    }
}

/// An error of candle, without the places in its own source.
pub fn network(error: candle_core::Error) -> RunError {
    RunError::Network(plain(&error))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    write_atomically(path, bytes).map_err(|error| RunError::Write(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_device_is_reported_with_a_fix() {
        let full = candle_core::Error::Msg("DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")".into());
        let reported = RunError::Step { step: 3, problem: StepError::from(full) }.to_string();
        assert!(
            reported.contains("out of memory")
                && reported.contains("checkpoint is kept")
                && reported.contains("batch_size"),
            "{reported}"
        );
        let other =
            RunError::Step { step: 3, problem: StepError::from(candle_core::Error::Msg("shape mismatch".into())) };
        assert!(!other.to_string().contains("batch_size"), "{other}");
    }
}
