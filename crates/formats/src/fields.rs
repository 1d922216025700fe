//! Takes values out of JSON; problems are collected instead of returned as errors.

use super::Problem;
use scenewright_scene::{EditError, Extra, UnitBox};
use serde_json::Value;

/// Larger numbers lose their last digits in many programs that read JSON.
pub(super) const MAX_ID: u64 = 1 << 53;

/// The problems of a file, noted while it is read.
#[derive(Default)]
pub(super) struct Problems {
    pub graph: Option<usize>,
    pub list: Vec<Problem>,
}

impl Problems {
    pub(crate) fn note(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.list.push(Problem { graph: self.graph, place: place.into(), what: what.into() });
    }
}

/// The known keys of one JSON object are taken out one by one; what stays is kept as it is.
pub(super) struct Fields<'p> {
    pub map: Extra,
    pub place: String,
    pub problems: &'p mut Problems,
}

impl Fields<'_> {
    pub(crate) fn note(&mut self, key: &str, what: impl Into<String>) {
        self.problems.note(format!("{}{}{key}", self.place, if self.place.is_empty() { "" } else { "." }), what);
    }

    /// Takes a key out; `null` is the same as nothing.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value> {
        self.map.shift_remove(key).filter(|value| !value.is_null())
    }

    pub(crate) fn take_list(&mut self, key: &str) -> Option<Vec<Value>> {
        match self.take(key)? {
            Value::Array(list) => Some(list),
            other => {
                self.note(key, format!("{} is no list: write [...]", show(&other)));
                None
            }
        }
    }

    pub(crate) fn take_text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => Some(text),
            other => {
                self.note(key, format!("{} is no text: write it in quotes", show(&other)));
                None
            }
        }
    }

    /// A word that something else can read: `"size": "small"`.
    pub(crate) fn take_parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, key: &str) -> Option<T> {
        let text = self.take_text(key)?;
        text.parse().map_err(|error| self.note(key, format!("{error}"))).ok()
    }

    pub(crate) fn take_whole_number(&mut self, key: &str) -> Option<u64> {
        let value = self.take(key)?;
        if value.as_u64().is_none() {
            self.note(key, format!("{} is no whole number from 0 on", show(&value)));
        }
        value.as_u64()
    }

    pub(crate) fn take_id(&mut self) -> Option<u64> {
        let id = self.take_whole_number("id")?;
        if id >= MAX_ID {
            self.note("id", format!("{id} is too large: leave the key out"));
            return None;
        }
        Some(id)
    }

    pub(crate) fn take_flag(&mut self, key: &str) -> bool {
        let value = self.take(key);
        match value {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(other) => {
                self.note(key, format!("{} is neither true nor false", show(&other)));
                false
            }
        }
    }

    /// A list of exactly `N` numbers that are finite as 32-bit floats.
    pub(crate) fn take_numbers<const N: usize>(&mut self, key: &str) -> Option<[f32; N]> {
        let value = self.take(key)?;
        let numbers: Option<Vec<f32>> = value.as_array().and_then(|list| {
            let number = |value: &Value| value.as_f64().map(|v| v as f32).filter(|v| v.is_finite());
            list.iter().map(number).collect()
        });
        let array = numbers.and_then(|numbers| <[f32; N]>::try_from(numbers).ok());
        if array.is_none() {
            self.note(key, format!("{} is no list of {N} finite numbers", show(&value)));
        }
        array
    }

    pub(crate) fn take_box(&mut self, key: &str) -> Option<UnitBox> {
        let found = UnitBox::from(self.take_numbers::<4>(key)?);
        self.checked(key, scenewright_scene::check_box(found)).then_some(found)
    }

    pub(crate) fn take_words(&mut self, key: &str) -> Vec<String> {
        let list = self.take_list(key).unwrap_or_default();
        let mut words = Vec::with_capacity(list.len());
        for (at, value) in list.into_iter().enumerate() {
            match value {
                Value::String(word) => {
                    self.checked(key, scenewright_scene::check_name("an attribute", &word));
                    words.push(word);
                }
                other => self.note(&format!("{key}[{at}]"), format!("{} is no text: write it in quotes", show(&other))),
            }
        }
        words
    }

    /// Notes what a check found; true when it found nothing.
    pub(crate) fn checked(&mut self, key: &str, check: Result<(), EditError>) -> bool {
        check.map_err(|error| self.note(key, error.to_string())).is_ok()
    }
}

/// A value as a message shows it: short.
pub(super) fn show(value: &Value) -> String {
    const SHOWN: usize = 40;
    match value {
        Value::Array(list) if list.len() > 4 => format!("a list of {}", list.len()),
        Value::Object(_) => "{...}".to_owned(),
        _ => {
            let text = value.to_string();
            if text.chars().count() <= SHOWN {
                return text;
            }
            text.chars().take(SHOWN).chain("...".chars()).collect()
        }
    }
}
