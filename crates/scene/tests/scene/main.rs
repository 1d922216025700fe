//! Scenes, edits, relations, vocabularies and their encoding.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod edits;
mod encode;
mod memory;
mod vocabularies;
