//! The artist's work as a file: opened, changed, saved, and never lost.
//!
//! A [`Document`] is a history with a file. Its file changes only when the artist saves; what happens in between goes to
//! a journal in the program's own folder, so that a crash loses at most the edit in flight:
//!
//! ```text
//! apply, undo, ...  ->  Event  ->  bounded queue  ->  journal's thread  ->  one checked line, at once on the disk
//! next start        ->  recover::find  ->  Recovery  ->  open: the whole history, branches too
//! save              ->  SaveJob (plain data, runs on any thread)  ->  Saved  ->  Document::saved
//! ```
//!
//! Nothing here waits for a disk on the caller's thread but what says so ([`Document::close`], [`Document::save`]). This room
//! knows no window and no network.
//!
//! | file | subject |
//! |---|---|
//! | `open`, `save` | files to documents and back; a file that another program changed |
//! | `disk` | what a file looked like: [`Stamp`] |
//! | `steps` | several graphs of one file as steps of a history |
//! | `journal` | events, lines, the thread, replay |
//! | [`recover`] | what a crash left behind |
//! | [`annotation`] | an artist's own pictures with boxes, masks and relations, in a folder |
//! | `settings`, `recent`, `folders` | what the program remembers between runs, and where |

#![forbid(unsafe_code)]

pub mod annotation;
mod disk;
mod document;
mod folders;
mod journal;
mod open;
mod recent;
pub mod recover;
mod save;
mod settings;
mod steps;

pub use disk::{DiskState, FileWatch, Stamp};
pub use document::Document;
pub use folders::Folders;
pub use journal::{JournalError, JournalNews, Journals};
pub use open::{Choice, Opened, read};
pub use recent::Recent;
pub use recover::{RecoverError, Recovery};
pub use save::{SaveError, SaveJob, Saved};
pub use settings::{Settings, SettingsNotice, ThemeChoice};
pub use steps::steps_between;
