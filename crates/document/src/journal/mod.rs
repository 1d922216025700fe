//! A journal of each open document: what happened to it, line by line, so that `kill -9` loses at most the edit in flight.
//!
//! ```text
//! 5f1c03aa 61 {"event":"go_to","at":4}
//! checksum length event
//! ```
//!
//! The file begins with the scene as it was opened and then holds every step, so that all branches of the history come back. It is
//! made with the first change, not before. A lock file beside it is held by the program as long as it lives; a journal
//! whose lock is free belongs to a program that died. The lock is a file of its own because the journal itself is
//! replaced when it is made shorter.

mod compact;
mod event;
mod handle;
mod line;
pub(super) mod lock;
mod replay;
mod writer;

pub(super) use event::{Event, Origin, Start, condense};
pub(super) use handle::Journal;
pub use handle::{JournalError, JournalNotice, Journals};
pub(super) use line::read_events;
pub(super) use replay::{Replayed, replay};

/// The ending of journals, and of the locks beside them.
pub(super) const JOURNAL: &str = "journal";
pub(super) const LOCK: &str = "lock";
