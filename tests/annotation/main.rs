//! An artist's own pictures as files: what is annotated comes back, nothing is lost, and whatever is wrong is told.

mod bring;
mod desk;
mod faults;
mod files;
mod kill;
mod masks;
mod real;
#[path = "../support/victim.rs"]
mod victim;
