//! A file is written completely or not at all.

use super::WriteError;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes beside the target and then takes its place, so that a crash, a full disk or a pulled plug leaves the old file.
/// Follows links, keeps the permissions of a file that was there, and refuses one that is read-only.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io { source, path: path.to_owned() };
    let before = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(WriteError::Directory { path: path.to_owned() }),
        // A rename would put a file in the device's place.
        Ok(metadata) if !metadata.is_file() => return Err(WriteError::Special { path: path.to_owned() }),
        // A rename would replace it all the same, against the wish of whoever protected it.
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
    let mut file = new_file_in(&folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    if let Some(permissions) = before {
        file.as_file().set_permissions(permissions).map_err(failed)?;
    }
    // The bytes must be on the disk before the name points to them.
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    sync_folder(&folder);
    Ok(())
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
    // Temporary files are private by default; a document has the permissions that the person's umask gives.
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
