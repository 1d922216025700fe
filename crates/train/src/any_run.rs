//! A run of any architecture.

use std::path::Path;

use toml::Table;

use super::collage::CollageTrainConfig;
use super::config::{self, ConfigError, TrainConfig};
use super::run::{Compute, RunError, Trainer};
use scenewright_model::checkpoint::ModelFolder;

/// Settings of a run. The key `architecture` distinguishes them; without it they are an sg2im network's.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyConfig {
    Sg2Im(Box<TrainConfig>),
    Collage(Box<CollageTrainConfig>),
}

impl AnyConfig {
    /// A preset, a file over it, settings over both.
    pub fn assemble(preset: Option<&str>, file: Option<&Path>, set: &[String]) -> Result<Self, ConfigError> {
        let table = config::assembled(preset, file, set)?;
        match is_collage(&table) {
            true => CollageTrainConfig::from_table(table).map(|config| Self::Collage(Box::new(config))),
            false => TrainConfig::from_table(table).map(|config| Self::Sg2Im(Box::new(config))),
        }
    }

    /// Those that a run of its folder is made with.
    pub fn of_run(path: &Path) -> Result<Self, ConfigError> {
        Self::assemble(None, Some(&path.join("config.toml")), &[])
    }

    /// Steps in all, those of the layout alone included.
    pub fn steps(&self) -> u64 {
        match self {
            Self::Sg2Im(config) => config.layout_first.iterations + config.iterations,
            Self::Collage(config) => config.iterations,
        }
    }

    /// Steps before the first picture.
    pub fn layout_steps(&self) -> u64 {
        match self {
            Self::Sg2Im(config) => config.layout_first.iterations,
            Self::Collage(_) => 0,
        }
    }

    /// Starts a run in a new folder; see [`Trainer::create`].
    pub fn create_run(self, path: &Path, from: Option<&ModelFolder>, compute: &Compute) -> Result<Trainer, RunError> {
        match self {
            Self::Sg2Im(config) => Trainer::create(path, *config, from, compute),
            Self::Collage(config) => Trainer::create(path, *config, from, compute),
        }
    }

    pub fn to_toml(&self) -> Result<String, ConfigError> {
        match self {
            Self::Sg2Im(config) => config.to_toml(),
            Self::Collage(config) => config.to_toml(),
        }
    }
}

fn is_collage(table: &Table) -> bool {
    table.get("architecture").and_then(toml::Value::as_str) == Some("collage")
}

/// Resumes a run of whichever architecture its settings name. All processes of a group call it; the group may have another size than before.
pub fn resume(path: &Path, compute: &Compute) -> Result<Trainer, RunError> {
    let text = std::fs::read_to_string(path.join("config.toml")).unwrap_or_default();
    // What cannot be read is reported by the trainer, which tries to.
    match text.parse::<Table>().is_ok_and(|table| is_collage(&table)) {
        true => Trainer::resume::<CollageTrainConfig>(path, compute),
        false => Trainer::resume::<TrainConfig>(path, compute),
    }
}
