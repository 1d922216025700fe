//! Documents: opening, saving, journals, crashes, settings. Every test has a folder of its own.

mod annotation;
mod disks;
mod files;
mod journal;
mod kill;
mod remembered;
mod session;
#[path = "../../../../tests/support/victim.rs"]
mod victim;
