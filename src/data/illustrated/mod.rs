//! The illustrated world.
pub mod composition;
