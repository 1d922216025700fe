//! Files of scenes: ours, those of google/sg2im and of other programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod label_maps;
mod scene_files;
