//! Collects all problems of a model's parts before they are reported.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    pub config: Vec<String>,
    pub vocab: Vec<String>,
    /// Names with the shape they should have.
    pub missing: Vec<(String, Vec<usize>)>,
    pub extra: Vec<(String, Vec<usize>)>,
    pub misshapen: Vec<Misshapen>,
    /// Names with what they are instead of a tensor of floats.
    pub not_float_tensors: Vec<(String, String)>,
    /// Names with how many of their values are NaN or infinite.
    pub non_finite: Vec<(String, usize)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    pub name: String,
    pub expected: Vec<usize>,
    pub found: Vec<usize>,
}

impl Problems {
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    pub(crate) fn count(&self) -> usize {
        self.config.len()
            + self.vocab.len()
            + self.missing.len()
            + self.extra.len()
            + self.misshapen.len()
            + self.not_float_tensors.len()
            + self.non_finite.len()
    }

    /// Compares what a model needs with what is there.
    pub fn compare(&mut self, expected: &[(String, Vec<usize>)], found: &BTreeMap<&str, &[usize]>) {
        for (name, shape) in expected {
            match found.get(name.as_str()) {
                None => self.missing.push((name.clone(), shape.clone())),
                Some(&other) if other != shape.as_slice() => {
                    self.misshapen.push(Misshapen {
                        name: name.clone(),
                        expected: shape.clone(),
                        found: other.to_vec(),
                    });
                }
                Some(_) => {}
            }
        }
        let known: BTreeSet<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
        for (name, shape) in found {
            if !known.contains(name) {
                self.extra.push((name.to_string(), shape.to_vec()));
            }
        }
    }
}

/// More lines of one sort than any model has tensors; a hostile file could name millions.
const MAX_LINES: usize = 500;

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.count();
        write!(f, "{count} {}:", if count == 1 { "problem" } else { "problems" })?;
        lines(f, &self.config, |line| line.clone())?;
        lines(f, &self.vocab, |line| line.clone())?;
        lines(f, &self.missing, |(name, shape)| format!("missing: {name} {shape:?}"))?;
        lines(f, &self.extra, |(name, shape)| format!("extra: {name} {shape:?}"))?;
        lines(f, &self.misshapen, |m| format!("wrong shape: {} is {:?}, should be {:?}", m.name, m.found, m.expected))?;
        lines(f, &self.not_float_tensors, |(name, found)| {
            format!("wrong kind: {name} is {found}, should be a tensor of floats")
        })?;
        lines(f, &self.non_finite, |(name, count)| format!("not finite: {count} values of {name} are NaN or infinite"))
    }
}

fn lines<T>(f: &mut fmt::Formatter<'_>, items: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    for item in items.iter().take(MAX_LINES) {
        write!(f, "\n  {}", line(item))?;
    }
    match items.len().checked_sub(MAX_LINES) {
        Some(more) if more > 0 => write!(f, "\n  ... and {more} more of this sort"),
        _ => Ok(()),
    }
}
