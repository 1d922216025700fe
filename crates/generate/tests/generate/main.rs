//! Exports, read back by other readers than ours: `zip` and `roxmltree` for OpenRaster, `png` for text chunks and palettes, `image` for the rest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod formats;
mod graph_inside;
mod handoff;
mod layers;
mod scene;
