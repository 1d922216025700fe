//! The editor's files: documents, journal, recovery, settings, annotated folders.
//!
//! A [`Document`] is a history with a file. The file changes only when the user saves; what happens in between goes to a journal in the
//! program's own folder, so that a crash loses at most the edit in flight:
//!
//! ```text
//! apply, undo, ...  ->  Event  ->  bounded queue  ->  journal thread  ->  one checksummed line, flushed at once
//! next start        ->  recover::find  ->  Recovery  ->  open: the whole history, branches too
//! save              ->  SaveJob (plain data, runs on any thread)  ->  Saved  ->  Document::saved
//! ```
//!
//! Only the functions that say so wait for a disk on the caller's thread ([`Document::close`], [`Document::save`]).
//!
//! | module | contents |
//! |---|---|
//! | `open`, `save` | files to documents and back; files that another program changed |
//! | `disk` | size and time of a file: [`FileFingerprint`] |
//! | `steps` | several graphs of one file as steps of a history |
//! | `journal` | events, lines, the writing thread, replay |
//! | [`recover`] | documents of a session that ended without saving |
//! | [`annotation`] | folders of pictures with boxes, masks and relations |
//! | `settings`, `recent`, `folders` | what the program remembers between sessions, and where |

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

pub use disk::{DiskState, FileFingerprint, FileWatch};
pub use document::Document;
pub use folders::Folders;
pub use journal::{JournalError, JournalNotice, Journals};
pub use open::{Choice, Opened, read};
pub use recent::Recent;
pub use recover::{RecoverError, Recovery};
pub use save::{SaveError, SaveJob, Saved};
pub use settings::{Settings, SettingsNotice, ThemeChoice};
pub use steps::steps_between;
