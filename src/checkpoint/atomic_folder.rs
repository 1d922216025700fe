//! A folder appears whole or not at all: it is filled under another name beside its place and then renamed.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder in the making; dropped without [`Draft::publish`] it is removed again, with the parents that were made for it.
pub(crate) struct Draft {
    dir: Option<TempDir>,
    target: PathBuf,
    made_parents: Vec<PathBuf>,
}

impl Draft {
    /// `target` may be missing parents; they are made.
    pub(crate) fn new(target: &Path) -> io::Result<Self> {
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
        let mut builder = tempfile::Builder::new();
        builder.prefix(".scenewright-").suffix(".tmp");
        // tempfile makes private folders; a model folder is as open as the umask says.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        draft.dir = Some(builder.tempdir_in(parent)?);
        Ok(draft)
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.dir.as_ref().map_or(&self.target, |dir| dir.path())
    }

    /// Puts the folder in its place. With `replace`, what stands there is moved aside first and comes back if the move fails.
    pub(crate) fn publish(mut self, replace: bool) -> io::Result<()> {
        let Some(dir) = &self.dir else { return Ok(()) };
        sync_files(dir.path())?;
        if replace && self.target.exists() {
            let parent = self.target.parent().unwrap_or(Path::new("."));
            let aside = tempfile::Builder::new().prefix(".scenewright-old-").suffix(".tmp").tempdir_in(parent)?;
            let old = aside.path().join("old");
            fs::rename(&self.target, &old)?;
            if let Err(error) = fs::rename(dir.path(), &self.target) {
                if fs::rename(&old, &self.target).is_err() {
                    // Better a stray folder than a lost model.
                    let kept = aside.keep();
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

impl Drop for Draft {
    fn drop(&mut self) {
        drop(self.dir.take());
        for dir in self.made_parents.drain(..).rev() {
            // Refused where something else has been put in: then it stays.
            let _ = fs::remove_dir(dir);
        }
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
