//! Training against sg2im: losses, gradients of every parameter, one Adam step, discriminators. Values and tolerances: the
//! golden files' own README (losses 1e-5 relative; gradients 1e-5 absolute plus 1e-3 of the tensor's largest value).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod beyond;
mod collage;
mod distributed;
mod edges;
mod files;
mod fused_sequential;
mod generator;
mod geometry;
mod golden;
mod optimizer;
mod players;
mod run;
mod trainer;
