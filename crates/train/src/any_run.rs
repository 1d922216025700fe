//! A run of whichever architecture its settings name.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use candle_core::Device;
use toml::Table;

use super::collage::{CollageRun, CollageTrainConfig};
use super::config::{self, ConfigError, TrainConfig};
use super::run::{Outcome, Run, RunError, RunEvent, RunProgress, SnapshotWish};
use scenewright_model::checkpoint::ModelFolder;
use scenewright_nn::distributed::ProcessGroup;

/// Settings of a run. The key `architecture` tells them apart; without it they are an sg2im network's.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyConfig {
    Sg2Im(Box<TrainConfig>),
    Collage(Box<CollageTrainConfig>),
}

pub enum AnyRun {
    Sg2Im(Box<Run>),
    Collage(Box<CollageRun>),
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

impl AnyRun {
    pub fn create(
        path: &Path,
        config: AnyConfig,
        from: Option<&ModelFolder>,
        device: &Device,
    ) -> Result<Self, RunError> {
        Self::create_together(path, config, from, device, &ProcessGroup::single())
    }

    /// The same for one of a team. All call it with the same settings; the first writes.
    pub fn create_together(
        path: &Path,
        config: AnyConfig,
        from: Option<&ModelFolder>,
        device: &Device,
        team: &ProcessGroup,
    ) -> Result<Self, RunError> {
        Ok(match config {
            AnyConfig::Sg2Im(config) => Self::Sg2Im(Box::new(Run::create_together(path, *config, from, device, team)?)),
            AnyConfig::Collage(config) => {
                Self::Collage(Box::new(CollageRun::create_together(path, *config, from, device, team)?))
            }
        })
    }

    pub fn resume(path: &Path, device: &Device) -> Result<Self, RunError> {
        Self::resume_together(path, device, &ProcessGroup::single())
    }

    /// The same for one of a team, which may be of another size than before.
    pub fn resume_together(path: &Path, device: &Device, team: &ProcessGroup) -> Result<Self, RunError> {
        let text = std::fs::read_to_string(path.join("config.toml")).unwrap_or_default();
        // What cannot be read is told by the run that tries to.
        Ok(match text.parse::<Table>().is_ok_and(|table| is_collage(&table)) {
            true => Self::Collage(Box::new(CollageRun::resume_together(path, device, team)?)),
            false => Self::Sg2Im(Box::new(Run::resume_together(path, device, team)?)),
        })
    }

    pub fn run(&mut self, stop: &AtomicBool, watch: &mut dyn FnMut(RunEvent<'_>)) -> Result<Outcome, RunError> {
        match self {
            Self::Sg2Im(run) => run.run(stop, watch),
            Self::Collage(run) => run.run(stop, watch),
        }
    }

    pub fn progress(&self) -> &RunProgress {
        match self {
            Self::Sg2Im(run) => run.progress(),
            Self::Collage(run) => run.progress(),
        }
    }

    /// To ask for a look at the weights while the run goes on.
    pub fn snapshots(&self) -> SnapshotWish {
        match self {
            Self::Sg2Im(run) => run.snapshots(),
            Self::Collage(run) => run.snapshots(),
        }
    }

    pub fn steps(&self) -> u64 {
        match self {
            Self::Sg2Im(run) => run.steps(),
            Self::Collage(run) => run.steps(),
        }
    }

    /// Steps before the first picture.
    pub fn layout_steps(&self) -> u64 {
        match self {
            Self::Sg2Im(run) => run.config().layout_first.iterations,
            Self::Collage(_) => 0,
        }
    }
}
