//! Training of the collage network: decoders of sprites and of stuff, from drawings and materials painted one at a time.
//!
//! ```text
//! seed --samples--> a sprite, a swatch (thread) --step--> losses --trainer--> metrics, checkpoints, sheets
//! ```
//!
//! Whole scenes are never painted for it: what an object looks like depends on nothing but itself.

mod bank;
mod base;
mod batches;
mod columns;
pub mod config;
mod cutouts;
pub mod geometry;
mod held_out;
pub mod loss;
pub mod samples;
mod sheet;
pub mod step;
mod task;
mod user_metrics;
pub mod user_sprites;
mod vocab_expansion;
mod words;

pub use config::CollageTrainConfig;
