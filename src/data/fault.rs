//! What is wrong with a file or one of its records: told, left out, and never in the way of the rest.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, with its cure. The text ends with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub path: PathBuf,
    /// The record: "annotation 1118460"; empty where the whole file is meant.
    pub place: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Fault {
    pub fn new(path: impl Into<PathBuf>, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { path: path.into(), place: place.into(), what: what.into() }
    }

    /// An error whose text ends with the path, which the fault tells by itself.
    pub fn of_error(path: &Path, error: &dyn fmt::Display) -> Self {
        Self::new(path, "", crate::interchange::without_path(error, path))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}: {}", self.what, self.path.display())
    }
}

/// Faults of a large file: the first of each kind are kept, all are counted.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    kinds: Vec<(&'static str, u64)>,
    list: Vec<(&'static str, Fault)>,
}

impl Faults {
    /// Of one kind so many are told in full.
    pub const SHOWN: u64 = 8;

    /// Notes a fault; `kind` groups it with its like.
    pub fn note(&mut self, kind: &'static str, fault: impl FnOnce() -> Fault) {
        let at = self.kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.kinds.push((kind, 0));
            self.kinds.len() - 1
        });
        self.kinds[at].1 += 1;
        if self.kinds[at].1 <= Self::SHOWN {
            self.list.push((kind, fault()));
        }
    }

    /// How many there are of each kind.
    pub fn counts(&self) -> &[(&'static str, u64)] {
        &self.kinds
    }

    pub fn total(&self) -> u64 {
        self.kinds.iter().map(|(_, count)| count).sum()
    }

    /// Those that are told in full.
    pub fn list(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter().map(|(_, fault)| fault)
    }

    pub fn append(&mut self, other: Self) {
        for (kind, fault) in other.list {
            let told = self.list.iter().filter(|(known, _)| *known == kind).count() as u64;
            if told < Self::SHOWN {
                self.list.push((kind, fault));
            }
        }
        for (kind, count) in other.kinds {
            match self.kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => *known += count,
                None => self.kinds.push((kind, count)),
            }
        }
    }

    /// A sentence each; kinds of which more were found than are told say how many.
    pub fn sentences(&self) -> Vec<String> {
        let more = self.kinds.iter().filter(|(_, count)| *count > Self::SHOWN);
        let more = more.map(|(kind, count)| format!("{kind}: {count} in all, the first {} are told", Self::SHOWN));
        self.list().map(ToString::to_string).chain(more).collect()
    }
}
