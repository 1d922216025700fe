//! A folder appears whole or not at all: it is filled under another name beside its place and then renamed. Where one is replaced, the two
//! change places in one step if the system can (Linux). Elsewhere the old one is moved aside first; a kill between the two leaves it
//! there, and [`recover`] brings it back.

#![allow(clippy::disallowed_methods, reason = "writes the folder that the caller names")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder under construction; dropped without [`AtomicDir::publish`] it is removed again, with the parents that were made for it.
pub struct AtomicDir {
    dir: Option<TempDir>,
    target: PathBuf,
    made_parents: Vec<PathBuf>,
}

impl AtomicDir {
    /// `target` may be missing parents; they are made.
    pub fn new(target: &Path) -> io::Result<Self> {
        // A link is followed, so that replacing changes what it points to and keeps the link.
        let target = if target.is_symlink() { fs::canonicalize(target)? } else { std::path::absolute(target)? };
        let Some(parent) = target.parent() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the root folder cannot be replaced"));
        };
        let mut draft = Self { dir: None, target: target.clone(), made_parents: Vec::new() };
        let missing: Vec<&Path> = parent.ancestors().take_while(|dir| !dir.exists()).collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(dir)?;
            draft.made_parents.push(dir.to_owned());
        }
        sweep(&target);
        let prefix = draft_prefix(&target);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // tempfile makes private folders; a model folder is as open as the umask says.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        draft.dir = Some(builder.tempdir_in(parent).map_err(plain)?);
        Ok(draft)
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.dir.as_ref().map_or(&self.target, |dir| dir.path())
    }

    /// Puts the folder in its place. With `replace`, it changes places with what stands there.
    pub fn publish(mut self, replace: bool) -> io::Result<()> {
        let Some(dir) = &self.dir else { return Ok(()) };
        sync_files(dir.path())?;
        if replace && self.target.exists() && exchange(dir.path(), &self.target).is_ok() {
            // The old one lies where the new one was made, and goes with it.
            if let Some(parent) = self.target.parent() {
                sync_folder(parent);
            }
            self.made_parents.clear();
            return Ok(());
        }
        if replace && self.target.exists() {
            let parent = self.target.parent().unwrap_or(Path::new("."));
            let prefix = backup_prefix(&self.target);
            let backup = tempfile::Builder::new().prefix(&prefix).suffix(".tmp").tempdir_in(parent).map_err(plain)?;
            let old = backup.path().join("old");
            fs::rename(&self.target, &old)?;
            if let Err(error) = fs::rename(dir.path(), &self.target) {
                if fs::rename(&old, &self.target).is_err() {
                    // Better a stray folder than a lost model.
                    let kept = backup.keep();
                    return Err(io::Error::new(
                        error.kind(),
                        format!("{error}; the old folder is in {}", kept.display()),
                    ));
                }
                return Err(error);
            }
        } else {
            // On Unix this would silently take the place of an empty folder that appeared meanwhile; nothing is lost by that.
            fs::rename(dir.path(), &self.target)?;
        }
        if let Some(dir) = self.dir.take() {
            let _moved = dir.keep();
        }
        self.made_parents.clear();
        if let Some(parent) = self.target.parent() {
            sync_folder(parent);
        }
        Ok(())
    }
}

impl Drop for AtomicDir {
    fn drop(&mut self) {
        drop(self.dir.take());
        for dir in self.made_parents.drain(..).rev() {
            // Refused where something else has been put in: then it stays.
            let _ = fs::remove_dir(dir);
        }
    }
}

/// What a replacement that was killed has moved aside comes back, where nothing has taken its place. True if something did.
pub(crate) fn recover(target: &Path) -> bool {
    if target.symlink_metadata().is_ok() {
        return false;
    }
    let Some(parent) = target.parent() else { return false };
    let prefix = backup_prefix(target);
    let backups = leftovers(parent).filter(|path| name_of(path).starts_with(&prefix)).map(|path| path.join("old"));
    backups.into_iter().filter(|old| old.is_dir()).any(|old| {
        let is_back = fs::rename(&old, target).is_ok();
        if let (true, Some(backup)) = (is_back, old.parent()) {
            let _ = fs::remove_dir(backup);
        }
        is_back
    })
}

/// Removes what killed programs have left of this folder: drafts, and, where the folder is there, what was moved aside for it.
fn sweep(target: &Path) {
    let Some(parent) = target.parent() else { return };
    let own = [draft_prefix_of_any(target), backup_prefix(target)];
    for path in leftovers(parent) {
        let name = name_of(&path);
        let is_draft =
            name.starts_with(&own[0]) && !is_running(name[own[0].len()..].split('-').next().unwrap_or_default());
        if is_draft || name.starts_with(&own[1]) && target.exists() {
            // One that stays takes space, and nothing else.
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn leftovers(parent: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| name_of(path).starts_with(".scenewright-"))
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Of this process; the folder's name as a number, since a long name may not fit.
fn draft_prefix(target: &Path) -> String {
    format!("{}{}-", draft_prefix_of_any(target), std::process::id())
}

fn draft_prefix_of_any(target: &Path) -> String {
    format!(".scenewright-{:08x}-", number_of(target))
}

fn backup_prefix(target: &Path) -> String {
    format!(".scenewright-old-{:08x}-", number_of(target))
}

/// FNV-1a of the name.
fn number_of(target: &Path) -> u32 {
    name_of(target).bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Where it cannot be known, a process is taken to run: its draft stays.
fn is_running(process: &str) -> bool {
    !cfg!(target_os = "linux") || process.parse::<u32>().is_err() || Path::new("/proc").join(process).exists()
}

/// Lets two folders change places in one step.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// The error without the name of a temporary folder, which nobody has asked for and which is gone.
fn plain(error: io::Error) -> io::Error {
    let mut cause = error.get_ref().and_then(|error| error.source());
    while let Some(inner) = cause {
        if let Some(code) = inner.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(code);
        }
        cause = inner.source();
    }
    // tempfile's own error hides the system's number, and its text ends with the name.
    match error.kind() {
        io::ErrorKind::Other => error,
        kind if error.raw_os_error().is_none() => io::Error::from(kind),
        _ => error,
    }
}

/// Makes sure that every file is on the disk before the folder gets its name.
fn sync_files(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        // Windows flushes only files that are open for writing.
        File::options().write(true).open(entry?.path())?.sync_all()?;
    }
    sync_folder(dir);
    Ok(())
}

/// The names in a folder reach the disk with it. Some file systems, and Windows, do not offer that; the content is safe either way.
fn sync_folder(dir: &Path) {
    if cfg!(unix) {
        let _ = File::open(dir).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_names_a_temporary_folder() {
        let nowhere = tempfile::tempdir().unwrap().path().join("nowhere");
        let error = tempfile::Builder::new().prefix(".draft-").tempdir_in(&nowhere).unwrap_err();
        assert!(error.to_string().contains(".draft-"), "tempfile names it: {error}");
        let error = plain(error);
        assert!(!error.to_string().contains(".draft-") && error.kind() == io::ErrorKind::NotFound, "{error}");
    }

    #[test]
    fn a_replacement_that_was_killed_is_taken_back_or_swept() {
        let dir = tempfile::tempdir().unwrap();
        let model = dir.path().join("model");
        let with = |path: &Path, text: &str| {
            fs::create_dir_all(path).unwrap();
            fs::write(path.join("config.json"), text).unwrap();
        };
        // Killed between the two moves of a system that cannot exchange: the old one is aside, the new one is a draft of no process.
        let backup = dir.path().join(format!("{}xyz.tmp", backup_prefix(&model)));
        let draft = dir.path().join(format!("{}4294967294-xyz.tmp", draft_prefix_of_any(&model)));
        let other = dir.path().join(".scenewright-of-somebody-else.tmp");
        with(&backup.join("old"), "old");
        with(&draft, "new");
        with(&other, "other");
        assert!(recover(&model) && !recover(&model));
        assert_eq!(fs::read_to_string(model.join("config.json")).unwrap(), "old");
        assert!(!backup.exists());

        let new = AtomicDir::new(&model).unwrap();
        fs::write(new.path().join("config.json"), "newer").unwrap();
        assert_eq!(draft.exists(), !cfg!(target_os = "linux"));
        new.publish(true).unwrap();
        assert_eq!(fs::read_to_string(model.join("config.json")).unwrap(), "newer");
        let left: Vec<_> = leftovers(dir.path()).collect();
        assert!(left.contains(&other) && (left.len() == 1 || !cfg!(target_os = "linux")), "{left:?}");
    }
}
