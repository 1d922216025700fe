//! What a file looked like when it was read or written, to notice that another program changed it.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file's length and checksum. Times are left out: a copy or a checkout changes them and not a word of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFingerprint {
    bytes: u64,
    crc: u32,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskState {
    Same,
    /// The content differs from what was read or written, or cannot be compared.
    Changed,
    /// Removed, renamed, or its disk was unplugged.
    Gone,
}

/// Looks at a document's file: plain data, so that any thread can look.
#[derive(Clone, Debug)]
pub struct FileWatch {
    pub path: PathBuf,
    pub stamp: FileFingerprint,
}

impl FileFingerprint {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, crc: crc32c::crc32c(bytes) }
    }

    /// The stamp of a file as it is now, read piece by piece: the file may be a large picture.
    pub(crate) fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut stamp = Self { bytes: 0, crc: 0 };
        let mut piece = vec![0; 1 << 16];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(stamp),
                read => {
                    stamp.crc = crc32c::crc32c_append(stamp.crc, &piece[..read]);
                    stamp.bytes += read as u64;
                }
            }
        }
    }
}

impl FileWatch {
    pub fn look(&self) -> DiskState {
        match FileFingerprint::of_file(&self.path) {
            Ok(stamp) if stamp == self.stamp => DiskState::Same,
            Err(error) if error.kind() == io::ErrorKind::NotFound => DiskState::Gone,
            _ => DiskState::Changed,
        }
    }
}
