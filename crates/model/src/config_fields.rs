//! Takes named values out of a JSON object and notes every wrong one, instead of stopping at the first.

use serde_json::{Map, Value as Json};

pub(crate) struct Fields {
    map: Map<String, Json>,
    problems: Vec<String>,
}

impl Fields {
    pub(crate) fn new(map: Map<String, Json>) -> Self {
        Self { map, problems: Vec::new() }
    }

    /// Keys that were not read, and problems.
    pub(crate) fn finish(self) -> (Map<String, Json>, Vec<String>) {
        (self.map, self.problems)
    }

    pub(crate) fn size(&mut self, name: &str, default: usize) -> usize {
        self.take(name, default, "a whole number", as_size)
    }

    pub(crate) fn optional_size(&mut self, name: &str) -> Option<usize> {
        let size = |json: &Json| {
            if json.is_null() { Some(None) } else { as_size(json).map(Some) }
        };
        self.take(name, None, "a whole number or null", size)
    }

    pub(crate) fn sizes(&mut self, name: &str, default: Vec<usize>) -> Vec<usize> {
        self.take(name, default, "a list of whole numbers", as_sizes)
    }

    pub(crate) fn pair(&mut self, name: &str, default: (usize, usize)) -> (usize, usize) {
        let pair = |json: &Json| match as_sizes(json)?[..] {
            [first, second] => Some((first, second)),
            _ => None,
        };
        self.take(name, default, "two whole numbers", pair)
    }

    pub(crate) fn flag(&mut self, name: &str, default: bool) -> bool {
        self.take(name, default, "true or false", Json::as_bool)
    }

    pub(crate) fn text(&mut self, name: &str, default: String) -> String {
        self.take(name, default, "a text", |json| json.as_str().map(str::to_owned))
    }

    pub(crate) fn map(&mut self, name: &str) -> Option<Map<String, Json>> {
        let map = |json: &Json| {
            if json.is_null() { Some(None) } else { json.as_object().cloned().map(Some) }
        };
        self.take(name, None, "an object", map)
    }

    pub(crate) fn choice<T: Copy>(&mut self, name: &str, default: T, known: &[(&str, T)]) -> T {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let chosen =
            |json: &Json| known.iter().find(|(name, _)| json.as_str() == Some(name)).map(|(_, choice)| *choice);
        self.take(name, default, &format!("one of {}", names.join(", ")), chosen)
    }

    fn take<T>(&mut self, name: &str, default: T, wanted: &str, read: impl Fn(&Json) -> Option<T>) -> T {
        // `shift_remove` keeps the order of what remains.
        let Some(json) = self.map.shift_remove(name) else {
            return default;
        };
        read(&json).unwrap_or_else(|| {
            let mut found = json.to_string();
            if found.chars().count() > 40 {
                found = found.chars().take(40).chain("...".chars()).collect();
            }
            self.problems.push(format!("{name} is {found}; it must be {wanted}"));
            default
        })
    }
}

fn as_size(json: &Json) -> Option<usize> {
    json.as_u64().and_then(|size| usize::try_from(size).ok())
}

fn as_sizes(json: &Json) -> Option<Vec<usize>> {
    json.as_array()?.iter().map(as_size).collect()
}
