//! The settings of a run that trains a collage network.

use std::path::PathBuf;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, Keep, read_table, read_toml, write_toml};
use crate::schedule::Schedule;
pub use scenewright_model::collage::CollageConfig;
use scenewright_nn::adam::AdamConfig;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollageTrainConfig {
    /// "collage"; distinguishes these settings from those of other architectures.
    pub architecture: String,
    pub seed: u64,
    pub iterations: u64,
    /// Sprites in an iteration that has some, and how often one has; 0: never.
    pub batch_size: usize,
    pub sprites_every: u64,
    /// Of these, how many do not state their drawing and colors, so that the latent learns them.
    pub from_pixels: usize,
    /// Swatches in an iteration that has some, and how often one has; 0: never.
    pub stuff_batch_size: usize,
    pub stuff_every: u64,
    /// Sprites of twice the size in an iteration that has some, and how often one has; 0: never. Only where the model has a stage for large
    /// things.
    pub large_batch_size: usize,
    pub large_every: u64,
    pub learning_rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub clip_gradients: f64,
    pub ema_decay: f64,
    pub schedule: Schedule,
    pub losses: LookWeights,
    /// Sprites of the user's own, beside those that come with the program.
    pub sprites: Vec<PathBuf>,
    /// Folders of the user's own pictures, whose objects are cut out and learned.
    pub pictures: Vec<PathBuf>,
    /// Of the sprites in an iteration, the share that are the user's own, 0 to 1; the others are there so that nothing is forgotten. 0: each
    /// drawing comes as often as any other.
    pub own_share: f64,
    pub model: CollageConfig,
    pub keep: Keep,
}

/// What each term counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LookWeights {
    #[serde(rename = "colour")]
    pub color: f64,
    pub alpha: f64,
    pub dice: f64,
    pub edge: f64,
    pub sprite_divergence: f64,
    pub stuff_divergence: f64,
    /// Keys of version 0.1, which had an adversarial stage: read and ignored.
    #[serde(skip_serializing)]
    adversarial: IgnoredAny,
    #[serde(skip_serializing)]
    category: IgnoredAny,
    #[serde(skip_serializing)]
    features: IgnoredAny,
}

impl Default for LookWeights {
    fn default() -> Self {
        Self {
            color: 4.0,
            alpha: 0.5,
            dice: 0.1,
            edge: 1.0,
            sprite_divergence: 2e-3,
            stuff_divergence: 6e-3,
            adversarial: IgnoredAny,
            category: IgnoredAny,
            features: IgnoredAny,
        }
    }
}

impl Default for CollageTrainConfig {
    fn default() -> Self {
        Self {
            architecture: "collage".to_owned(),
            seed: 0,
            iterations: 20_000,
            batch_size: 32,
            sprites_every: 1,
            from_pixels: 4,
            stuff_batch_size: 16,
            stuff_every: 2,
            large_batch_size: 12,
            large_every: 2,
            learning_rate: 1.5e-3,
            beta1: 0.9,
            beta2: 0.99,
            clip_gradients: 5.0,
            ema_decay: 0.998,
            schedule: Schedule::default(),
            losses: LookWeights::default(),
            sprites: Vec::new(),
            pictures: Vec::new(),
            own_share: 0.0,
            model: CollageConfig::default(),
            keep: Keep::default(),
        }
    }
}

impl CollageTrainConfig {
    pub(crate) fn adam(&self) -> AdamConfig {
        AdamConfig { learning_rate: self.learning_rate, beta1: self.beta1, beta2: self.beta2, ..Default::default() }
    }

    /// Of the large sprites of an iteration, how many do not state their drawing and colors.
    pub(crate) fn large_from_pixels(&self) -> usize {
        self.from_pixels * self.large_batch_size / self.batch_size.max(1)
    }

    pub(crate) fn from_table(table: toml::Table) -> Result<Self, ConfigError> {
        let config: Self = read_table(table)?;
        config.validate()?;
        Ok(config)
    }

    /// Reads what [`Self::to_toml`] wrote.
    pub fn from_toml(text: &str, source_name: &str) -> Result<Self, ConfigError> {
        let config: Self = read_toml(text, source_name)?;
        config.validate()?;
        Ok(config)
    }

    pub(crate) fn to_toml(&self) -> Result<String, ConfigError> {
        write_toml(self)
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        let mut wrong = self.model.problems();
        let mut check = |good: bool, text: String| {
            if !good {
                wrong.push(text);
            }
        };
        check(
            self.architecture == "collage",
            format!("architecture is {:?}; these settings are for \"collage\"", self.architecture),
        );
        for (name, size) in [
            ("batch_size", self.batch_size),
            ("stuff_batch_size", self.stuff_batch_size),
            ("large_batch_size", self.large_batch_size),
        ] {
            check((1..=4096).contains(&size), format!("{name} is {size}; it must be 1 to 4096"));
        }
        check(
            self.sprites_every > 0 || self.stuff_every > 0 || self.large_every > 0,
            "sprites_every, stuff_every and large_every are all 0: nothing would be learned".into(),
        );
        check(self.from_pixels <= self.batch_size, format!("from_pixels is {}; at most batch_size", self.from_pixels));
        check(
            self.learning_rate > 0.0 && self.learning_rate < 10.0,
            format!("learning_rate is {}; it must lie between 0 and 10", self.learning_rate),
        );
        for (name, value) in [("beta1", self.beta1), ("beta2", self.beta2), ("ema_decay", self.ema_decay)] {
            check((0.0..1.0).contains(&value), format!("{name} is {value}; it must be at least 0 and below 1"));
        }
        check((0.0..=1.0).contains(&self.own_share), format!("own_share is {}; it must be 0 to 1", self.own_share));
        check(self.clip_gradients >= 0.0, format!("clip_gradients is {}; it must be 0 or more", self.clip_gradients));
        check(
            self.keep.last_every > 0 && self.keep.validate_every > 0,
            "keep.last_every and keep.validate_every must be at least 1".into(),
        );
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong.join("; "))) }
    }
}
