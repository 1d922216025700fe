//! The editor, driven without a display: what a person does, and what the window then says and shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod annotate;
mod appearance_match;
mod banners;
mod canvas;
mod engine;
mod exporting;
mod figure_6;
mod files;
mod flows;
mod harness;

mod looks;
mod objects;
mod one_thing;
mod panels;
mod renderer;
mod reopen;
mod safety;
mod training;
mod training_panel;
mod typing;
#[path = "../support/victim.rs"]
mod victim;
