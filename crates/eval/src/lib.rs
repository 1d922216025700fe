//! Quality on held-out scenes: layouts and pictures, beside simple baselines and the real scenes.
//!
//! ```text
//! SceneGenerator (model, untrained, copy the mean, real scenes) -> boxes, picture -> Benchmark -> Figures -> table, JSON
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`benchmark`] | the evaluation loop: [`Benchmark::figures`] |
//! | [`figures`] | the results as plain data |
//! | [`scene_generator`], [`baselines`], [`untrained`] | what is evaluated |
//! | [`held_out`] | samples of the test split as scenes |
//! | [`category_stats`] | sizes, mean boxes and mean looks of categories in training scenes |
//! | [`layout`] | boxes: overlap, plausibility, relations met |
//! | [`recognition`], [`classifier`], [`crop`] | whether a classifier recognizes the objects |
//! | [`depiction`] | whether things stand, fit, can be seen, have their size and do what the graph says |
//! | [`frechet`] | the Fréchet distance between two sets of features |
//! | [`inception`] | Inception Score and FID, with weights that the user provides |
//! | [`color`] | whether color words are drawn |
//! | [`change`] | diversity over seeds, stability under an edit |
//! | [`report`] | tables and JSON |
//!
//! `docs/figures.md` explains each figure.

#![forbid(unsafe_code)]

pub mod baselines;
pub mod benchmark;
pub mod category_stats;
pub mod change;
pub mod classifier;
pub mod color;
pub mod crop;
pub mod depiction;
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
