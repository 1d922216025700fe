//! The beginning of a file of scene graphs that is too large to be held: as many of its graphs as fit.
//!
//! Visual Genome's `scene_graphs.json` (0.7 GB), GQA's `train_sceneGraphs.json` and Open Images' tables of relations hold 100,000 graphs and
//! more. Nobody looks through all of them, so the first ones are read, and how many were not is reported.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::path::Path;

use serde_json::{Map, Value};

use super::records::{self, RecordsError};

/// The first records of a file.
#[derive(Debug)]
pub(super) struct Beginning {
    pub value: Value,
    /// Records of its lists, or entries of its map, that are not in `value`.
    pub left_out: u64,
}

/// Lists of words follow long lists of records in some files; they are read nevertheless.
const MAX_WORD_BYTES: usize = 256;

/// The JSON of a file as far as it fits into `most` bytes: the first records of its list, or of the lists of its object. An entry of its
/// object that does not fit in whole is left out, unless it is the list that takes up most of the file.
///
/// # Errors
///
/// If the file cannot be read, or is no JSON.
pub(super) fn beginning(path: &Path, most: usize) -> Result<Beginning, RecordsError> {
    let mut found = Entries { most, ..Entries::default() };
    let mut scratch = Vec::new();
    let summary = records::read_records(path, &|_| true, &mut |name, record| found.add(name, &record, &mut scratch))?;
    found.close();
    let left_out = found.left_out;
    let value = match summary.is_list {
        true => found.entries.remove("").unwrap_or_else(|| Value::Array(Vec::new())),
        false => Value::Object(found.entries),
    };
    Ok(Beginning { value, left_out })
}

#[derive(Default)]
struct Entries {
    most: usize,
    used: usize,
    left_out: u64,
    entries: Map<String, Value>,
    /// The entry that is being read.
    name: Option<String>,
    value: Value,
    value_bytes: usize,
    is_cut: bool,
}

impl Entries {
    fn add(&mut self, name: &str, record: &records::Record<'_>, scratch: &mut Vec<u8>) {
        if self.name.as_deref() != Some(name) {
            self.close();
            self.name = Some(name.to_owned());
            self.value = if record.key.is_some() { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
        }
        let bytes = record.bytes().len();
        let is_word = !record.bytes().starts_with(b"{") && !record.bytes().starts_with(b"[") && bytes <= MAX_WORD_BYTES;
        if self.used + bytes > self.most && !is_word {
            self.is_cut = true;
            self.left_out += 1;
            return;
        }
        self.used += bytes;
        self.value_bytes += bytes;
        // A record that is no JSON is left out, as everywhere.
        match (&mut self.value, record.parse::<Value>(scratch)) {
            (Value::Array(list), Ok(value)) => list.push(value),
            (Value::Object(map), Ok(value)) => _ = map.insert(record.key.unwrap_or_default().to_owned(), value),
            _ => self.left_out += 1,
        }
    }

    fn close(&mut self) {
        let value = std::mem::take(&mut self.value);
        let is_main_list = value.is_array() && 2 * self.value_bytes >= self.most;
        let is_whole = !std::mem::take(&mut self.is_cut);
        self.value_bytes = 0;
        if let Some(name) = self.name.take()
            && (is_whole || is_main_list)
        {
            self.entries.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &Value, most: usize) -> (Value, u64) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("it.json");
        std::fs::write(&path, value.to_string()).unwrap();
        let found = beginning(&path, most).unwrap();
        (found.value, found.left_out)
    }

    #[test]
    fn the_first_graphs_are_read_and_the_others_counted() {
        let graph = |id: u64| json!({"image_id": id, "objects": [{"object_id": 1, "names": ["sheep"]}]});
        let list: Value = (0..100).map(graph).collect();
        let (value, left_out) = of(&list, 1000);
        let read = value.as_array().unwrap().len();
        assert!(read > 5 && read as u64 + left_out == 100, "{read} {left_out}");
        assert_eq!(value[3], graph(3));
        // A map from pictures to graphs: none of them is cut in two.
        let map: Map<String, Value> = (0..100).map(|id| (format!("p{id}"), graph(id))).collect();
        let (value, left_out) = of(&Value::Object(map), 1000);
        assert!(left_out > 0 && value.as_object().unwrap().len() > 5);
        for graph in value.as_object().unwrap().values() {
            assert!(graph.get("objects").is_some(), "{graph}");
        }
        // Words behind the long list are read.
        let psg = json!({"data": list, "thing_classes": ["sheep", "grass"]});
        let (value, left_out) = of(&psg, 1000);
        assert_eq!(value["thing_classes"], json!(["sheep", "grass"]));
        assert!(left_out > 50 && value["data"].as_array().unwrap().len() > 5);
        assert_eq!(of(&psg, 1 << 20), (psg.clone(), 0));
    }
}
