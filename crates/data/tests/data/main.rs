//! Real data sets and own pictures: reading, issues, samples, training.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod coco;
mod fixture;
mod formats;
mod illustrated_world;
mod size;
mod training;
mod visual_genome;
