//! Recently opened files, newest first.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// At most [`Recent::MAX_ENTRIES`] files, none twice. Looking whether they are still there is a call of its own
/// ([`Recent::prune`]): a file on a disk that sleeps takes seconds to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Recent {
    files: Vec<PathBuf>,
}

impl Recent {
    pub(crate) const MAX_ENTRIES: usize = 12;

    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Puts a file first. A relative path would mean another file in the next run, so it is made absolute.
    pub fn add(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.remove(&path);
        self.files.insert(0, path);
        self.files.truncate(Self::MAX_ENTRIES);
    }

    pub fn remove(&mut self, path: &Path) {
        self.files.retain(|file| file != path);
    }

    /// Forgets files that are gone. `is_there` is usually [`Path::is_file`], asked on a thread that may wait.
    pub fn prune(&mut self, is_there: impl Fn(&Path) -> bool) {
        self.files.retain(|file| is_there(file));
    }
}

impl From<Vec<String>> for Recent {
    fn from(files: Vec<String>) -> Self {
        let mut recent = Self::default();
        // A list that was edited by hand may be long and hold a file twice.
        for file in files.into_iter().rev().filter(|file| !file.is_empty()) {
            recent.add(Path::new(&file));
        }
        recent
    }
}

impl From<Recent> for Vec<String> {
    /// JSON is text: a name that is none is remembered until the program ends.
    fn from(recent: Recent) -> Self {
        recent.files.into_iter().filter_map(|file| file.into_os_string().into_string().ok()).collect()
    }
}
