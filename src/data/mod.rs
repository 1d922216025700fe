//! Where samples come from.
pub mod illustrated;
