//! An artist's own pictures as files: what is annotated comes back, nothing is lost, and whatever is wrong is told.

mod bring;
mod faults;
mod files;
pub mod fixture;
mod kill;
mod masks;
pub mod other_tools;
mod shown;
