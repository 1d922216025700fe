//! Scenewright, the program: the editor ([`app`]), its background work ([`engine`]) and the command line ([`cli`]).
//!
//! The libraries are the crates in `crates/`; `docs/ARCHITECTURE.md` is the map.

#![forbid(unsafe_code)]

pub mod app;
pub mod bundled;
pub mod cli;
pub mod crash;
pub mod engine;
pub mod version;
