//! Training: losses, the training step, and runs that can be stopped and resume exactly.
//!
//! ```text
//! config (TOML) -> TrainingTask (data, networks, losses) -> Trainer (loop, metrics, checkpoints, resume) -> run folder
//! ```
//!
//! ```
//! use scenewright_train::AnyConfig;
//!
//! // Presets are TOML files; the command line and the training panel change single settings.
//! let config = AnyConfig::assemble(Some("tiny"), None, &["iterations=20".to_owned()])?;
//! assert!(config.steps() >= 20);
//! # Ok::<(), scenewright_train::ConfigError>(())
//! ```

#![forbid(unsafe_code)]

pub mod any_run;
pub mod batch;
pub mod collage;
pub mod collate;
mod column_names;
pub mod config;
pub mod ema;
pub mod export_model;
pub mod loader;
pub mod loss;
pub mod pace;
pub mod relation_loss;
pub mod run;
pub mod schedule;
mod sg2im;
mod source;
pub mod step;
mod sum;
pub mod vocab_expansion;

pub use any_run::AnyConfig;
pub use batch::Batch;
pub use config::{ConfigError, TrainConfig};
pub use export_model::{KeepError, keep};
pub use loss::{GanLoss, LossWeights};
pub use pace::Pace;
pub use run::{Compute, RunError, TaskConfig, Trainer, TrainingTask};
pub use scenewright_nn::gradients::release_memory;
pub use step::{AdversarialRole, Losses, Sg2ImLearner, Sg2ImLearnerConfig, StepError};
