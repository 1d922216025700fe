//! Problems found in data files. A record with a problem is reported and skipped; the others are used.

use std::fmt;
use std::path::{Path, PathBuf};

/// A problem with a file or one of its records. `Display` prints "record: problem. Fix: path".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataIssue {
    pub path: PathBuf,
    /// The record, such as "annotation 1118460"; empty if the whole file is meant.
    pub record: String,
    pub problem: String,
    /// What the user can do; may be empty.
    pub fix: String,
}

impl DataIssue {
    /// `text` is the problem. Its last sentence, if it starts with a capital letter or a backtick, becomes the fix.
    pub(crate) fn new(path: impl Into<PathBuf>, record: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let (problem, fix) = match text.rmatch_indices(". ").find(|(at, _)| starts_sentence(&text[at + 2..])) {
            Some((at, _)) => (text[..at].to_owned(), text[at + 2..].trim_end_matches('.').to_owned()),
            None => (text, String::new()),
        };
        Self { path: path.into(), record: record.into(), problem, fix }
    }

    /// Builds an issue from an error. The path at the end of the error's text is removed, because `Display` adds it.
    pub(crate) fn from_error(path: &Path, error: &dyn fmt::Display) -> Self {
        Self::new(path, "", scenewright_formats::without_path(error, path))
    }
}

fn starts_sentence(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_uppercase() || c == '`')
}

impl fmt::Display for DataIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.record.is_empty() {
            write!(f, "{}: ", self.record)?;
        }
        f.write_str(&self.problem)?;
        if !self.fix.is_empty() {
            write!(f, ". {}", self.fix)?;
        }
        write!(f, ": {}", self.path.display())
    }
}

/// Issues of a data set. The first of each kind are stored, all are counted.
#[derive(Clone, Debug, Default)]
pub struct IssueLog {
    counts: Vec<(&'static str, u64)>,
    issues: Vec<(&'static str, DataIssue)>,
}

impl IssueLog {
    /// Kinds with more issues than this are summarized in one sentence.
    pub(crate) const MAX_LISTED_PER_KIND: u64 = 8;
    /// Issues of one kind that are stored; further ones are only counted.
    pub const MAX_KEPT_PER_KIND: u64 = 1000;

    /// Adds an issue. `kind` is a plural noun phrase ("boxes without area"): summaries print "412 {kind}, the first is
    /// ...". `issue` is called only if the issue is stored.
    pub fn add(&mut self, kind: &'static str, issue: impl FnOnce() -> DataIssue) {
        let index = self.counts.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.counts.push((kind, 0));
            self.counts.len() - 1
        });
        self.counts[index].1 += 1;
        if self.counts[index].1 <= Self::MAX_KEPT_PER_KIND {
            self.issues.push((kind, issue()));
        }
    }

    /// The number of issues of each kind.
    pub fn counts(&self) -> &[(&'static str, u64)] {
        &self.counts
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The stored issues, at most [`IssueLog::MAX_KEPT_PER_KIND`] of each kind.
    pub fn list(&self) -> impl Iterator<Item = &DataIssue> {
        self.issues.iter().map(|(_, issue)| issue)
    }

    /// The stored issues with their kinds.
    pub fn by_kind(&self) -> impl Iterator<Item = (&'static str, &DataIssue)> {
        self.issues.iter().map(|(kind, issue)| (*kind, issue))
    }

    pub(crate) fn append(&mut self, other: Self) {
        for (kind, issue) in other.issues {
            let stored = self.issues.iter().filter(|(known, _)| *known == kind).count() as u64;
            if stored < Self::MAX_KEPT_PER_KIND {
                self.issues.push((kind, issue));
            }
        }
        for (kind, count) in other.counts {
            match self.counts.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, total)) => *total += count,
                None => self.counts.push((kind, count)),
            }
        }
    }

    /// One sentence for each issue, or one summary for a kind with more than [`IssueLog::MAX_LISTED_PER_KIND`].
    pub fn summaries(&self) -> Vec<String> {
        let mut summaries = Vec::new();
        for (kind, count) in &self.counts {
            let issues = self.issues.iter().filter(|(known, _)| known == kind).map(|(_, issue)| issue);
            if *count <= Self::MAX_LISTED_PER_KIND {
                summaries.extend(issues.map(ToString::to_string));
            } else if let Some(first) = issues.into_iter().next() {
                summaries.push(format!("{count} {kind}, the first is {first}"));
            }
        }
        summaries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_has_a_problem_and_its_fix() {
        let issue =
            DataIssue::new("a/it.json", "annotation 7", "its box [0.5, 1] has no area. Draw it again, or remove it");
        assert_eq!(
            (issue.problem.as_str(), issue.fix.as_str()),
            ("its box [0.5, 1] has no area", "Draw it again, or remove it")
        );
        assert_eq!(
            issue.to_string(),
            "annotation 7: its box [0.5, 1] has no area. Draw it again, or remove it: a/it.json"
        );
        assert_eq!(DataIssue::new("x", "", "nothing e.g. this helps").fix, "");
    }

    #[test]
    fn many_issues_of_a_kind_are_summarized() {
        let mut issues = IssueLog::default();
        for i in 0..412 {
            issues.add("annotations without a box", || {
                DataIssue::new("it.json", format!("annotation {i}"), "it has no box. Draw one")
            });
        }
        issues.add("others", || DataIssue::new("it.json", "", "it is odd. Fix it"));
        assert_eq!(
            issues.summaries(),
            [
                "412 annotations without a box, the first is annotation 0: it has no box. Draw one: it.json",
                "it is odd. Fix it: it.json"
            ]
        );
    }
}
