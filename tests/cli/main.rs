//! The program as a person runs it: its files, its words on stdout and stderr, its exit codes, with good input and bad.
//!
//! Everything draws with `tests/golden/tiny.pt` (google/sg2im's networks with random weights, see `crates/model/tests/model/main.rs`),
//! imported by the program itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod alone;
mod annotated_pictures;
#[allow(dead_code)] // shared with the tests of scenewright-document
#[path = "../../crates/document/tests/document/annotation/fixture.rs"]
mod annotation_fixture;
mod bad_graphs;
mod bad_models;
mod bad_outputs;
mod commands;
mod compatibility;
mod data_sets;
mod eval;
#[allow(dead_code)] // shared with the tests of scenewright-eval
#[path = "../../crates/eval/tests/eval/fixture.rs"]
mod eval_fixture;
mod examples;
mod export;
#[path = "../../crates/train/tests/train/files.rs"]
mod files;
#[allow(dead_code)] // shared with the tests of scenewright-data
#[path = "../../crates/data/tests/data/fixture.rs"]
mod fixture;
mod golden;
mod graphs;
mod module_tables;
mod odd_files;
#[path = "../../crates/document/tests/document/annotation/other_tools.rs"]
mod other_tools;
mod picture_folders;
mod render;
mod run;
mod sentences;
mod train;
mod window;
