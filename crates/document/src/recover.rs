//! What a crash left behind: journals whose program is no longer there.
//!
//! Recovery is not saving: it gives the document back as it was, with its whole history, and the user's file stays as it is.
//! Nothing found here keeps the program from starting; a journal that makes no sense is set aside as `….broken`.

use super::Document;
use super::journal::lock::{self, Lock};
use super::journal::{JOURNAL, Journals, LOCK, Replayed, read_events, replay};
use scenewright_scene::Scene;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Of a larger journal only the beginning is read.
const MAX_BYTES: u64 = 512 << 20;
/// Leftover files are removed after a day; younger ones may belong to a program that is just starting.
const SWEEP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// A document that can be had back.
#[derive(Clone, Debug)]
pub struct Recovery {
    pub title: String,
    /// Of the document, if it had a file.
    pub path: Option<PathBuf>,
    /// When it was changed last.
    pub when: SystemTime,
    /// States that the history holds.
    pub revisions: usize,
    /// As it was left.
    pub scene: Scene,
    /// False when all of it was saved: only the way there would be had back.
    pub is_unsaved: bool,
    /// Whether something at the journal's end could not be read: the edit in flight, or damage.
    pub is_torn: bool,
    journal: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    #[error("another window has this document open already: {}", .path.display())]
    InUse { path: PathBuf },
    #[error("the recovery journal cannot be read: {source}: {}", .path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("the recovery journal holds nothing that can be had back: {}", .path.display())]
    Nothing { path: PathBuf },
}

/// Everything that can be had back, the newest first. A folder that is not there holds nothing. Waits for the disk.
pub fn find(folder: &Path) -> Vec<Recovery> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension() != Some(OsStr::new(JOURNAL)) {
            sweep(&path);
        } else if lock::is_free(&path) {
            found.extend(look(&path));
        }
    }
    found.sort_by(|a, b| b.when.cmp(&a.when).then_with(|| a.journal.cmp(&b.journal)));
    found
}

impl Recovery {
    /// The document, unsaved, with its journal going on. Waits for the disk.
    pub fn open(&self, journals: &Journals) -> Result<Document, RecoverError> {
        let lock = self.take()?;
        let journal = read(&self.journal).map_err(|source| self.failed(source))?;
        let Some(replayed) = journal.replayed else { return Err(RecoverError::Nothing { path: self.journal.clone() }) };
        if journal.loses_lines {
            // Whole lines follow the damage. They are cut off, but not for ever.
            let _ = fs::copy(&self.journal, self.journal.with_extension("broken"));
        }
        Ok(Document::recovered(replayed, journals.continue_at(&self.journal, lock, journal.good)))
    }

    /// The user does not want it back.
    pub fn discard(self) -> Result<(), RecoverError> {
        let lock = self.take()?;
        fs::remove_file(&self.journal).map_err(|source| self.failed(source))?;
        let _ = fs::remove_file(lock::lock_file_of(&self.journal));
        drop(lock);
        Ok(())
    }

    fn take(&self) -> Result<Lock, RecoverError> {
        if !self.journal.exists() {
            return Err(RecoverError::Nothing { path: self.journal.clone() });
        }
        let in_use = || RecoverError::InUse { path: self.path.clone().unwrap_or_else(|| self.journal.clone()) };
        lock::take(&self.journal).map_err(|source| self.failed(source))?.ok_or_else(in_use)
    }

    fn failed(&self, source: io::Error) -> RecoverError {
        RecoverError::Io { source, path: self.journal.clone() }
    }
}

struct FoundJournal {
    replayed: Option<Replayed>,
    /// The length of what could be replayed.
    good: u64,
    is_torn: bool,
    loses_lines: bool,
    is_newer: bool,
}

fn read(path: &Path) -> io::Result<FoundJournal> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
    let read = read_events(&bytes);
    let replayed = replay(&read.events);
    let count = replayed.as_ref().map_or(0, |replayed| replayed.events);
    let good = count.checked_sub(1).and_then(|last| read.ends.get(last)).copied().unwrap_or(0);
    let tail = bytes.get(good as usize..).unwrap_or_default();
    Ok(FoundJournal {
        is_torn: !tail.is_empty(),
        loses_lines: tail.contains(&b'\n'),
        is_newer: replayed.is_none() && !read.events.is_empty(),
        replayed,
        good,
    })
}

fn look(path: &Path) -> Option<Recovery> {
    let journal = match read(path) {
        Ok(journal) => journal,
        Err(error) => {
            tracing::warn!("a recovery journal cannot be read: {error}: {}", path.display());
            return None;
        }
    };
    let Some(replayed) = journal.replayed else {
        if !journal.is_newer {
            set_aside(path);
        }
        return None;
    };
    let begun = UNIX_EPOCH + Duration::from_secs(replayed.when_seconds.min(u64::from(u32::MAX)));
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    Some(Recovery {
        is_unsaved: replayed.history.revision() != replayed.saved,
        revisions: replayed.history.revisions().len(),
        scene: replayed.history.scene().clone(),
        title: replayed.title,
        path: replayed.origin.map(|origin| origin.path),
        when: changed.unwrap_or(begun),
        is_torn: journal.is_torn,
        journal: path.to_owned(),
    })
}

/// A journal without a beginning. Kept for inspection, but not read again.
fn set_aside(path: &Path) {
    let Ok(Some(lock)) = lock::take(path) else { return };
    if let Err(error) = fs::rename(path, path.with_extension("broken")) {
        tracing::warn!("a recovery journal that makes no sense cannot be set aside: {error}: {}", path.display());
    }
    let _ = fs::remove_file(lock::lock_file_of(path));
    drop(lock);
}

/// Locks without a journal, and files that a killed program was just writing.
fn sweep(path: &Path) {
    let is_lock = path.extension() == Some(OsStr::new(LOCK)) && !path.with_extension(JOURNAL).exists();
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let is_half_written = name.starts_with(".scenewright-") && name.ends_with(".tmp");
    let age = fs::metadata(path).and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
    if (is_lock || is_half_written) && age.is_some_and(|age| age > SWEEP_AFTER) && lock::is_free(path) {
        let _ = fs::remove_file(path);
    }
}
