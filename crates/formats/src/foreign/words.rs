//! Words that lie in a file beside a graph that knows numbers only.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A list of words is small.
const MAX_BYTES: u64 = 8 << 20;

/// Files of the graph's folder whose names end in one of these, in alphabetical order; those that begin as the graph's own name come first.
pub(super) fn beside(path: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let first = stem.split(['_', '-', '.']).next().unwrap_or_default().to_owned();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(bool, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let is_wanted = endings.iter().any(|ending| name.ends_with(ending)) && entry.path() != path;
            is_wanted.then(|| (!name.starts_with(&first), entry.path()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// The text of a small file; nothing where it cannot be read.
pub(super) fn text_of(path: &Path) -> Option<String> {
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

pub(super) fn json_of(path: &Path) -> Option<Value> {
    serde_json::from_str(text_of(path)?.trim_start_matches('\u{feff}')).ok()
}

/// Words by number: a list, or a map from numbers (`{"1": "sheep"}`) or to numbers (`{"sheep": 1}`).
pub(super) fn by_number(value: &Value) -> Option<Vec<Option<String>>> {
    const MAX_WORDS: usize = 1_000_000;
    match value {
        Value::Array(list) if !list.is_empty() && list.iter().all(|word| word.is_string() || word.is_null()) => {
            Some(list.iter().map(|word| word.as_str().map(str::to_owned)).collect())
        }
        Value::Object(map) if !map.is_empty() => {
            let pair = |(key, value): (&String, &Value)| match value {
                Value::String(word) => Some((key.parse().ok()?, word.clone())),
                number => Some((super::graph::whole(number)?, key.clone())),
            };
            let pairs: Vec<(usize, String)> = map.iter().map(pair).collect::<Option<_>>()?;
            let length = pairs.iter().map(|(number, _)| number + 1).max().filter(|length| *length <= MAX_WORDS)?;
            let mut words = vec![None; length];
            pairs.into_iter().for_each(|(number, word)| words[number] = Some(word));
            Some(words)
        }
        _ => None,
    }
}
