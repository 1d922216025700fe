//! Everything that changes weights: losses, the step over generator and discriminators. Knows nothing of files, folders or screens.

pub mod batch;
pub mod loss;
pub mod step;

pub use batch::Batch;
pub use loss::{GanLoss, LossWeights};
pub use step::{Losses, Player, StepError, Trainer, TrainerConfig};
