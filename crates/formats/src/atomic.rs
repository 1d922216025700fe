//! A file is written completely or not at all.

#![allow(clippy::disallowed_methods, reason = "writes the file that the caller names")]

use super::WriteError;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes beside the target and then takes its place, so that a crash, a full disk or a pulled plug leaves the old file.
/// Follows links, keeps the permissions of a file that was there, and refuses one that is read-only.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    write_atomically_with(path, |file| {
        file.write_all(bytes).map_err(|source| WriteError::Io { source, path: path.to_owned() })
    })
}

/// As [`write_atomically`], for what is made while it is written. An error of the writer leaves the old file, too.
pub fn write_atomically_with<E: From<WriteError>>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let (mut file, before, target) = begin(path)?;
    let mut out = Remembering { file: file.as_file_mut(), failed: None };
    let written = write(&mut out);
    // An error of the disk is reported as such, whatever an encoder makes of it.
    if let (Err(_), Some(source)) = (&written, out.failed.take()) {
        return Err(WriteError::Io { source, path: path.to_owned() }.into());
    }
    written?;
    Ok(finish(path, file, before, &target)?)
}

/// A file and the error that ended the writing to it.
struct Remembering<'a> {
    file: &'a mut fs::File,
    failed: Option<io::Error>,
}

impl Write for Remembering<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                let same = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
                self.failed = Some(same);
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A new file beside the target, the permissions of the old one, and where it really lies.
fn begin(path: &Path) -> Result<(tempfile::NamedTempFile, Option<fs::Permissions>, PathBuf), WriteError> {
    let failed = |source| WriteError::Io { source, path: path.to_owned() };
    let before = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(WriteError::Directory { path: path.to_owned() }),
        // A rename would put a file in the device's place.
        Ok(metadata) if !metadata.is_file() => return Err(WriteError::Special { path: path.to_owned() }),
        // A rename would replace the file although it is write-protected.
        Ok(metadata) if metadata.permissions().readonly() => {
            return Err(WriteError::ReadOnly { path: path.to_owned() });
        }
        Ok(metadata) => Some(metadata.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    // Through a link: the file it points to is replaced, not the link.
    let target = if before.is_some() { fs::canonicalize(path).map_err(failed)? } else { path.to_owned() };
    let folder = folder_of(&target);
    let file = new_file_in(&folder).map_err(|error| failed(plain(error)))?;
    Ok((file, before, target))
}

fn finish(
    path: &Path,
    file: tempfile::NamedTempFile,
    before: Option<fs::Permissions>,
    target: &Path,
) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { source, path: path.to_owned() };
    if let Some(permissions) = before {
        file.as_file().set_permissions(permissions).map_err(failed)?;
    }
    // The bytes must be on the disk before the name points to them.
    file.as_file().sync_all().map_err(failed)?;
    file.persist(target).map_err(|error| failed(error.error))?;
    sync_folder(&folder_of(target));
    Ok(())
}

/// The error without the name of the temporary file, which is gone by then.
pub fn plain(error: io::Error) -> io::Error {
    match error.raw_os_error().or_else(|| cause_of(&error)) {
        Some(code) => io::Error::from_raw_os_error(code),
        None if error.kind() != io::ErrorKind::Other => io::Error::from(error.kind()),
        None => error,
    }
}

/// The system's number of an error that tempfile has wrapped.
fn cause_of(error: &io::Error) -> Option<i32> {
    let mut cause = error.get_ref().and_then(|error| error.source());
    while let Some(error) = cause {
        if let Some(code) = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return Some(code);
        }
        cause = error.source();
    }
    None
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn new_file_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".scenewright-").suffix(".tmp");
    // Temporary files are private by default; a document has the permissions that the user's umask gives.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Makes the new name itself survive a pulled plug where the system allows it; Windows needs and offers no such thing.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = fs::File::open(folder) {
        // The file is complete either way, and some file systems refuse to sync a folder.
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}
