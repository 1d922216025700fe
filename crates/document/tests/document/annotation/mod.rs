//! A user's own pictures as files: what is annotated comes back, nothing is lost, and whatever is wrong is reported.

mod files;
pub mod fixture;
mod import_paths;
mod issues;
mod kill;
mod masks;
pub mod other_tools;
mod shown;
