//! What is wrong with a file or one of its records: reported, left out, and the rest is used.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing that is wrong, with its fix. The text ends with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub path: PathBuf,
    /// The record: "annotation 1118460"; empty where the whole file is meant.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do; may be empty.
    pub fix: String,
}

impl Issue {
    /// `what`: what is wrong, and in its last sentence what to do.
    pub(crate) fn new(path: impl Into<PathBuf>, place: impl Into<String>, what: impl Into<String>) -> Self {
        let what = what.into();
        let (what, fix) = match what.rmatch_indices(". ").find(|(at, _)| starts_sentence(&what[at + 2..])) {
            Some((at, _)) => (what[..at].to_owned(), what[at + 2..].trim_end_matches('.').to_owned()),
            None => (what, String::new()),
        };
        Self { path: path.into(), place: place.into(), what, fix }
    }

    /// An error whose text ends with the path, which the fault has by itself.
    pub(crate) fn of_error(path: &Path, error: &dyn fmt::Display) -> Self {
        Self::new(path, "", scenewright_formats::without_path(error, path))
    }
}

fn starts_sentence(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_uppercase() || c == '`')
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.what)?;
        if !self.fix.is_empty() {
            write!(f, ". {}", self.fix)?;
        }
        write!(f, ": {}", self.path.display())
    }
}

/// Faults of a large file: the first of each kind are held, all are counted.
#[derive(Clone, Debug, Default)]
pub struct IssueLog {
    kinds: Vec<(&'static str, u64)>,
    list: Vec<(&'static str, Issue)>,
}

impl IssueLog {
    /// Of one kind so many are shown one by one; more are summed up.
    pub(crate) const SHOWN: u64 = 8;
    /// Of one kind so many are held.
    pub const HELD: u64 = 1000;

    /// Notes a fault; `kind` groups it with its like.
    pub fn note(&mut self, kind: &'static str, fault: impl FnOnce() -> Issue) {
        let at = self.kinds.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.kinds.push((kind, 0));
            self.kinds.len() - 1
        });
        self.kinds[at].1 += 1;
        if self.kinds[at].1 <= Self::HELD {
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

    /// The first of each kind.
    pub fn list(&self) -> impl Iterator<Item = &Issue> {
        self.list.iter().map(|(_, fault)| fault)
    }

    /// The first of each kind, with their kinds.
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, &Issue)> {
        self.list.iter().map(|(kind, fault)| (*kind, fault))
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (kind, fault) in other.list {
            let held = self.list.iter().filter(|(known, _)| *known == kind).count() as u64;
            if held < Self::HELD {
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

    /// A sentence each; a kind of which there are many is one sentence: how many, and the first.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for (kind, count) in &self.kinds {
            let faults = self.list.iter().filter(|(known, _)| known == kind).map(|(_, fault)| fault);
            if *count <= Self::SHOWN {
                sentences.extend(faults.map(ToString::to_string));
            } else if let Some(first) = faults.into_iter().next() {
                sentences.push(format!("{count} {kind}, the first is {first}"));
            }
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_what_is_wrong_and_its_fix() {
        let fault =
            Issue::new("a/it.json", "annotation 7", "its box [0.5, 1] has no area. Draw it again, or remove it");
        assert_eq!(
            (fault.what.as_str(), fault.fix.as_str()),
            ("its box [0.5, 1] has no area", "Draw it again, or remove it")
        );
        assert_eq!(
            fault.to_string(),
            "annotation 7: its box [0.5, 1] has no area. Draw it again, or remove it: a/it.json"
        );
        assert_eq!(Issue::new("x", "", "nothing e.g. this helps").fix, "");
    }

    #[test]
    fn many_of_a_kind_are_one_sentence() {
        let mut faults = IssueLog::default();
        for i in 0..412 {
            faults.note("annotations without a box", || {
                Issue::new("it.json", format!("annotation {i}"), "it has no box. Draw one")
            });
        }
        faults.note("others", || Issue::new("it.json", "", "it is odd. Fix it"));
        assert_eq!(
            faults.sentences(),
            [
                "412 annotations without a box, the first is annotation 0: it has no box. Draw one: it.json",
                "it is odd. Fix it: it.json"
            ]
        );
    }
}
