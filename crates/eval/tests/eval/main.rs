//! Figures of quality: tiny untrained models with the words of the illustrated world, classifiers of a few steps, the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod damage;
mod depiction;
mod fixture;
mod inception;
mod measure;
