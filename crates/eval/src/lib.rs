//! Figures of quality, on held-out scenes: how good layouts and pictures are, beside what costs nothing and what cannot be bettered.
//!
//! ```text
//! Artist (model, untrained, copy the mean, the data itself) --draw--> boxes, picture --Yardstick--> Figures --report--> table, JSON
//! ```
//!
//! | file | subject |
//! |---|---|
//! | [`yardstick`] | what all artists are measured against, and the measuring: [`Benchmark::figures`] |
//! | [`figures`] | the plain data of the result |
//! | [`artist`], [`baselines`], [`untrained`] | who draws |
//! | [`held_out`] | samples of the test split as scenes |
//! | [`habits`] | what training scenes are like: sizes, mean boxes, mean looks by category |
//! | [`layout`] | boxes: overlap, plausibility, relations met |
//! | [`recognition`], [`classifier`], [`crop`] | whether objects can be recognized |
//! | [`frechet`] | distance between two clouds of features |
//! | [`inception`] | Inception Score and FID, with weights that the user brings |
//! | [`colour`] | whether color words are drawn |
//! | [`change`] | diversity over seeds, stability under an edit |
//! | [`report`] | tables and JSON |
//!
//! `docs/figures.md` tells people what each figure means. Nothing here trains a generator; training may call this during a run.

#![forbid(unsafe_code)]

pub mod baselines;
pub mod benchmark;
pub mod category_stats;
pub mod change;
pub mod classifier;
pub mod colour;
pub mod crop;
mod error;
pub mod figures;
pub mod frechet;
pub mod held_out;
pub mod inception;
pub mod layout;
mod progress;
pub mod recognition;
pub mod report;
pub mod scene_generator;
pub mod share;
pub mod untrained;

pub use benchmark::{Benchmark, BenchmarkOptions, Judges};
pub use error::EvalError;
pub use figures::Figures;
pub use inception::{InceptionError, InceptionJudge};
pub(crate) use progress::step;
pub use progress::{Progress, Watch};
pub use scene_generator::{EvalItem, Generated, Model, SceneGenerator};
