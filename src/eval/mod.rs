//! Figures of quality, on held-out scenes.
pub mod classifier;
pub mod crop;
mod error;
mod progress;
pub mod recognition;
pub mod share;

pub use error::EvalError;
pub use progress::{Progress, Watch};
pub(crate) use progress::step;
