//! The program as a person runs it: its files, its words on stdout and stderr, its exit codes, with good input and bad.
//!
//! Everything draws with `tests/golden/tiny.pt` (google/sg2im's networks with random weights, see `tests/checkpoint/main.rs`),
//! imported by the program itself.

mod cli {
    mod bad_graphs;
    mod bad_models;
    mod bad_outputs;
    mod commands;
    mod export;
    mod golden;
    mod graphs;
    mod render;
    pub mod run;
    mod train;
    mod window;
}
