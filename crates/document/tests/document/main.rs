//! Documents: opening, saving, journals, crashes, settings. Every test has a folder of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod annotation;
mod disks;
mod files;
mod journal;
mod kill;
mod remembered;
mod session;
#[path = "../../../../tests/support/victim.rs"]
mod victim;
