//! sg2im's vocabulary, as its checkpoints and preprocessing hold it:
//! `{object_idx_to_name, object_name_to_idx, pred_idx_to_name, pred_name_to_idx}` (`sg2im: scripts/preprocess_vg.py`).

use super::format::{MAX_ID, place};
use super::words::{Word, Words};
use super::{NO_NAME, Vocabulary, VocabularyError, VocabularyProblem};
use serde_json::{Map, Value, json};

const KEYS: [&str; 4] = ["object_idx_to_name", "object_name_to_idx", "pred_idx_to_name", "pred_name_to_idx"];

impl Vocabulary {
    /// Reads sg2im's form. Either direction of a map is enough; where both are there, they must agree.
    pub fn from_sg2im(value: &Value) -> Result<Self, VocabularyError> {
        let mut problems = Vec::new();
        let objects = read("object", value, KEYS[0], KEYS[1], &mut problems);
        let predicates = read("predicate", value, KEYS[2], KEYS[3], &mut problems);
        let other_keys = |(key, _): &(&String, &Value)| !KEYS.contains(&key.as_str());
        let extra = value.as_object().map_or_else(Map::new, |map| {
            map.iter().filter(other_keys).map(|(key, value)| (key.clone(), value.clone())).collect()
        });
        Self::assemble("imported".to_owned(), None, objects, predicates, extra, problems)
    }

    /// Writes sg2im's form: what its own code and [`Vocabulary::from_sg2im`] read.
    pub fn to_sg2im(&self) -> Value {
        let to_name = |words: &Words| (0..words.len() as u32).map(|id| Value::from(words.name(id))).collect();
        let to_idx =
            |words: &Words| words.named().map(|(id, word)| (word.name.clone(), json!(id))).collect::<Map<_, _>>();
        let mut map = Map::new();
        map.insert(KEYS[0].to_owned(), Value::Array(to_name(&self.objects)));
        map.insert(KEYS[1].to_owned(), Value::Object(to_idx(&self.objects)));
        map.insert(KEYS[2].to_owned(), Value::Array(to_name(&self.predicates)));
        map.insert(KEYS[3].to_owned(), Value::Object(to_idx(&self.predicates)));
        map.extend(self.extra.clone());
        Value::Object(map)
    }
}

/// The names by number. sg2im encodes by `name_to_idx` and counts rows by `idx_to_name`.
fn read(
    kind: &'static str,
    value: &Value,
    to_name: &'static str,
    to_idx: &'static str,
    problems: &mut Vec<VocabularyProblem>,
) -> Vec<Option<Word>> {
    let mut rows = Vec::new();
    let listed = value.get(to_name);
    let mapped = value.get(to_idx);
    match listed {
        Some(Value::Array(names)) => read_list(kind, names, &mut rows, problems),
        None if mapped.is_some() => {}
        _ => problems.push(VocabularyProblem::Key { key: to_name, expected: "list of names" }),
    }
    match mapped {
        Some(Value::Object(map)) => read_map(kind, map, &mut rows, problems),
        None if listed.is_some() => {}
        _ => problems.push(VocabularyProblem::Key { key: to_idx, expected: "map from names to numbers" }),
    }
    rows
}

fn read_list(kind: &'static str, names: &[Value], rows: &mut Vec<Option<Word>>, problems: &mut Vec<VocabularyProblem>) {
    if names.len() > MAX_ID as usize + 1 {
        let (name, found) = ("the last".to_owned(), names.len().to_string());
        problems.push(VocabularyProblem::Number { kind, name, found, limit: MAX_ID });
        return;
    }
    for (id, name) in (0u32..).zip(names) {
        match name.as_str() {
            Some(NO_NAME) => rows.push(None),
            Some(name) => rows.push(Some(Word::new(name))),
            None => {
                rows.push(None);
                problems.push(VocabularyProblem::Empty { kind, id });
            }
        }
    }
}

fn read_map(
    kind: &'static str,
    map: &Map<String, Value>,
    rows: &mut Vec<Option<Word>>,
    problems: &mut Vec<VocabularyProblem>,
) {
    for (name, number) in map {
        let Some(id) = number.as_u64().and_then(|id| u32::try_from(id).ok()) else {
            let (name, found) = (name.clone(), number.to_string());
            problems.push(VocabularyProblem::Number { kind, name, found, limit: MAX_ID });
            continue;
        };
        let agrees = rows.get(id as usize).and_then(Option::as_ref).is_some_and(|word| word.name == *name);
        if !agrees {
            place(kind, rows, id, Word::new(name), problems);
        }
    }
}
