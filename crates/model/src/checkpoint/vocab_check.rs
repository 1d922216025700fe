//! Checks that a vocabulary in sg2im's format is complete.

use serde_json::Value as Json;

/// Numbers of names in a vocabulary: the row counts of the embeddings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VocabSize {
    pub objects: usize,
    pub predicates: usize,
}

/// Checks the four parts that sg2im reads (`object_idx_to_name`, `object_name_to_idx`, `pred_idx_to_name`, `pred_name_to_idx`).
pub fn check_vocab(vocab: &Json) -> Result<VocabSize, Vec<String>> {
    let mut problems = Vec::new();
    if !vocab.is_object() {
        return Err(vec!["vocab is not an object with object_idx_to_name, pred_idx_to_name ...".into()]);
    }
    let size = VocabSize {
        objects: check_names(vocab, "object", "__image__", &mut problems),
        predicates: check_names(vocab, "pred", "__in_image__", &mut problems),
    };
    if problems.is_empty() { Ok(size) } else { Err(problems) }
}

/// Checks the names of one kind and returns their number. `special` is the name that sg2im adds to every graph (sg2im:
/// model.py, encode_scene_graphs).
fn check_names(vocab: &Json, sort: &str, special: &str, problems: &mut Vec<String>) -> usize {
    let list_key = format!("{sort}_idx_to_name");
    let count = match vocab[&list_key].as_array() {
        None => {
            problems.push(format!("vocab has no list {list_key}"));
            0
        }
        Some(list) => {
            if list.is_empty() {
                problems.push(format!("vocab: {list_key} is empty"));
            }
            if let Some(odd) = list.iter().find(|name| !name.is_string()) {
                problems.push(format!("vocab: {list_key} has {odd}, which is not a name"));
            }
            list.len()
        }
    };
    let ids_key = format!("{sort}_name_to_idx");
    match vocab[&ids_key].as_object() {
        None => problems.push(format!("vocab has no object {ids_key}")),
        Some(ids) => {
            let beyond = |id: &Json| id.as_u64().is_none_or(|id| id >= count as u64);
            for (name, id) in ids.iter().filter(|(_, id)| beyond(id)) {
                problems.push(format!("vocab: {ids_key} maps {name:?} to {id}; there are {count} names"));
            }
            if !ids.contains_key(special) {
                problems.push(format!("vocab: {ids_key} lacks {special:?}"));
            }
        }
    }
    count
}
