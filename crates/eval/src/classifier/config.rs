//! The settings of a training of the classifier.

use serde::{Deserialize, Serialize};

use scenewright_train::config::ConfigError;
use scenewright_train::run::Intervals;
use scenewright_train::schedule::{Schedule, ScheduleKind};

/// Steps over which the learning rate rises.
pub(super) const WARM_UP: u64 = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassifierTrainConfig {
    pub seed: u64,
    /// Time limit; used where `steps` is none.
    pub minutes: f64,
    pub steps: Option<u64>,
    /// Scenes that are painted before the first step.
    pub first_scenes: u64,
    /// Crops a step.
    pub batch: usize,
    pub learning_rate: f64,
    /// Sides of the pictures that crops are taken from, pixels.
    pub sides: Vec<usize>,
    /// Held-out scenes that the accuracy on the card is measured on.
    pub test_scenes: u64,
    /// Steps between two checkpoints.
    pub last_every: u64,
    /// Steps between figures on held-out scenes.
    pub validate_every: u64,
    /// Held-out scenes of these figures.
    pub validation_scenes: u64,
}

impl Default for ClassifierTrainConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            minutes: 15.0,
            steps: None,
            first_scenes: 1500,
            batch: 96,
            learning_rate: 3e-3,
            sides: vec![64, 128],
            test_scenes: 1000,
            last_every: 500,
            validate_every: 1000,
            validation_scenes: 64,
        }
    }
}

impl ClassifierTrainConfig {
    /// Up along a line, down along half a cosine.
    pub(super) fn learning_rate(&self, step: u64, steps: u64) -> f64 {
        let schedule = Schedule { kind: ScheduleKind::Cosine, warmup: WARM_UP, last: 0.0 };
        self.learning_rate * schedule.factor(step, steps)
    }

    pub(super) fn intervals(&self) -> Intervals {
        Intervals { validate: self.validate_every, save_last: self.last_every, keep: 0 }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let mut wrong = Vec::new();
        let mut check = |good: bool, text: String| {
            if !good {
                wrong.push(text);
            }
        };
        check((1..=4096).contains(&self.batch), format!("batch is {}; it must be 1 to 4096", self.batch));
        let rate = self.learning_rate;
        check(rate > 0.0 && rate < 10.0, format!("learning_rate is {rate}; it must lie between 0 and 10"));
        check(
            self.minutes >= 0.0 && self.minutes.is_finite(),
            format!("minutes is {}; it must be 0 or more", self.minutes),
        );
        check(!self.sides.is_empty(), "sides is empty: there are no pictures to learn from; name at least one".into());
        check(
            self.last_every > 0 && self.validate_every > 0,
            "last_every and validate_every must be at least 1".into(),
        );
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong.join("; "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_say_what_is_wrong() {
        assert!(ClassifierTrainConfig::default().check().is_ok());
        let broken = ClassifierTrainConfig { batch: 0, learning_rate: -1.0, sides: vec![], ..Default::default() };
        let error = broken.check().unwrap_err().to_string();
        for part in ["batch is 0", "learning_rate is -1", "name at least one"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
