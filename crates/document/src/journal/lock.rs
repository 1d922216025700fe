//! The lock beside a journal: held by the program that writes it, and released by the system when that program ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::LOCK;

/// How long a look of another window may hold a lock; a program that writes the journal holds it much longer.
const PATIENCE: [Duration; 20] = [Duration::from_millis(15); 20];

/// A lock that is held. Given back by word, not by closing the file alone: a process that is just being started has a
/// copy of every open file for a moment, and would hold the lock that long.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // What was never locked, where there are no locks, need not be given back.
        let _ = self.0.unlock();
    }
}

pub(crate) fn lock_file_of(journal: &Path) -> PathBuf {
    journal.with_extension(LOCK)
}

/// Takes the lock of a journal, alone; `None` when a living program has it. The lock lasts as long as the file is open.
pub(crate) fn take(journal: &Path) -> io::Result<Option<Lock>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(lock_file_of(journal))?;
    for pause in PATIENCE {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            // File systems without locks: better a journal that two programs might recover than none.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Some(Lock(file)));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether no living program has the lock. Several may look at the same time.
pub(crate) fn is_free(journal: &Path) -> bool {
    match File::open(lock_file_of(journal)) {
        // Whatever could not be locked could not be taken either.
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => {
                drop(Lock(file));
                true
            }
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => error.kind() == io::ErrorKind::Unsupported,
        },
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}
