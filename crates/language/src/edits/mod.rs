//! What each kind of clause does to the scene.

mod belong;
mod change;
mod create;
mod place;
mod relate;
mod remove;

pub use change::next_seed;
