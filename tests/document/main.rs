//! Documents: opening, saving, journals, crashes, settings. Every test has a folder of its own.

mod disks;
mod files;
mod journal;
mod kill;
mod remembered;
mod session;
#[path = "../support/victim.rs"]
mod victim;
