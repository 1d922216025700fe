//! Runs of training: started, stopped, killed, and resumed exactly.
//!
//! [`Trainer`] is the loop; a [`TrainingTask`] is what it trains. Everything random follows from the settings and the number of the step, so
//! a checkpoint needs little more than weights, optimizers, the average of the weights and the step.

pub(crate) mod changes;
pub(crate) mod checkpoint;
pub(crate) mod ddp_checks;
mod error;
mod event;
pub(crate) mod folder;
pub(crate) mod metrics;
mod moved;
pub mod resume;
mod roll_back;
mod snapshot;
mod task;
mod trainer;

pub use checkpoint::{MadeWith, RunProgress, shown_builder};
pub use error::{RunError, network};
pub use event::{Figures, Outcome, Phase, RunEvent};
pub use folder::RunFolder;
pub use resume::checkpoint_of;
pub use roll_back::{checkpoints, progress_of, roll_back};
pub use snapshot::{SNAPSHOT, SnapshotRequest};
pub use task::{
    Compute, Intervals, Learner, LearnerMut, ModelFiles, SampleSheet, StepReport, TaskConfig, TaskContext,
    TrainingTask, Validation, figure, to_json,
};
pub use trainer::Trainer;
