//! The settings of a training of geometry.

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, write_toml};
use crate::run::Intervals;
use crate::schedule::{Schedule, ScheduleKind};

/// The settings of a run that trains geometry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeometryTrainConfig {
    /// Of the first weights.
    pub seed: u64,
    /// Of the scenes.
    pub data_seed: u64,
    pub iterations: u64,
    /// Graphs a step.
    pub batch_size: u64,
    pub learning_rate: f64,
    pub schedule: Schedule,
    pub ema_decay: f64,
    pub relation_weight: f64,
    pub order_weight: f64,
    /// Norm to which the gradients together are cut.
    pub clip: f64,
    /// Layouts that the priors are computed from.
    #[serde(rename = "habit_layouts")]
    pub prior_layouts: u64,
    /// Iterations between figures, and between checkpoints.
    pub validate_every: u64,
    pub validation_layouts: u64,
}

impl Default for GeometryTrainConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            data_seed: 0,
            iterations: 12_000,
            batch_size: 96,
            learning_rate: 2e-3,
            schedule: Schedule { kind: ScheduleKind::Cosine, warmup: 200, last: 0.01 },
            ema_decay: 0.998,
            relation_weight: 2.0,
            order_weight: 1.0,
            clip: 5.0,
            prior_layouts: 20_000,
            validate_every: 1000,
            validation_layouts: 200,
        }
    }
}

impl GeometryTrainConfig {
    pub(crate) fn to_toml(&self) -> Result<String, ConfigError> {
        write_toml(self)
    }

    pub(crate) fn intervals(&self) -> Intervals {
        Intervals { validate: self.validate_every, save_last: self.validate_every, keep: 0 }
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        let mut wrong = Vec::new();
        let mut check = |good: bool, text: String| {
            if !good {
                wrong.push(text);
            }
        };
        check(
            (1..=4096).contains(&self.batch_size),
            format!("batch_size is {}; it must be 1 to 4096", self.batch_size),
        );
        let rate = self.learning_rate;
        check(rate > 0.0 && rate < 10.0, format!("learning_rate is {rate}; it must lie between 0 and 10"));
        let decay = self.ema_decay;
        check((0.0..1.0).contains(&decay), format!("ema_decay is {decay}; it must be at least 0 and below 1"));
        check(self.clip >= 0.0, format!("clip is {}; it must be 0 or more", self.clip));
        check(self.validate_every > 0, "validate_every must be at least 1".into());
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong.join("; "))) }
    }
}
