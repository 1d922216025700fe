//! What scene-graph generators predict (SGG-Benchmark and similar programs): `custom_prediction.json`, objects and relations by number, with the
//! words in `custom_data_info.json` or `VG-SGG-dicts.json` beside it.

use serde_json::Value;

use super::ReadContext;
use super::graph::{Graph, whole};
use super::words;

const LABELS: [&str; 5] = ["bbox_labels", "labels", "pred_labels", "pred_classes", "obj_labels"];
const PAIRS: [&str; 4] = ["rel_pairs", "rel_pair_idxs", "pairs", "relation_pairs"];
const PREDICATES: [&str; 5] = ["rel_labels", "pred_rel_labels", "rel_classes", "relation_labels", "rel_predicates"];
const SCORES: [&str; 3] = ["rel_scores", "pred_rel_scores", "relation_scores"];
/// A generator scores every pair of objects; beyond the best of them they are noise.
const MAX_RELATIONS: usize = 50;

pub(super) fn fits(value: &Value) -> bool {
    let mut any = false;
    for record in records(value).iter().map(|(_, record)| record) {
        if list(record, &LABELS).is_none() || list(record, &PAIRS).is_none() {
            return false;
        }
        any = true;
    }
    any
}

/// One record, a list of them, or a map from pictures to them.
fn records(value: &Value) -> Vec<(Option<String>, &Value)> {
    let number = |(at, record)| (Some(format!("{at}")), record);
    match value {
        Value::Array(list) => list.iter().enumerate().map(number).collect(),
        Value::Object(map) if list(value, &PAIRS).is_none() => {
            map.iter().map(|(key, record)| (Some(key.clone()), record)).collect()
        }
        _ => vec![(None, value)],
    }
}

fn list<'v>(record: &'v Value, keys: &[&str]) -> Option<&'v Vec<Value>> {
    keys.iter().find_map(|key| record.get(key)?.as_array())
}

#[derive(Default)]
struct Words {
    classes: Option<Vec<Option<String>>>,
    predicates: Option<Vec<Option<String>>>,
    files: Option<Vec<String>>,
}

pub(super) fn read(value: &Value, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let words = words_beside(reading);
    let mut missing = [Vec::new(), Vec::new()];
    let mut graphs = Vec::new();
    for (key, record) in records(value) {
        let file = key.as_ref().and_then(|key| words.files.as_ref()?.get(key.parse::<usize>().ok()?).cloned());
        graphs.push(graph(file.or(key), record, &words, &mut missing, reading));
    }
    for (numbers, what) in missing.iter_mut().zip(["classes", "relations"]) {
        numbers.sort_unstable();
        numbers.dedup();
        if !numbers.is_empty() {
            let shown: Vec<String> = numbers.iter().take(12).map(usize::to_string).collect();
            let more = if numbers.len() > 12 { ", ..." } else { "" };
            reading.report.note(format!(
                "the words of the {what} {}{more} are not in this file: put the generator's custom_data_info.json into its folder and open it again",
                shown.join(", ")
            ));
        }
    }
    graphs
}

fn graph(
    id: Option<String>,
    record: &Value,
    words: &Words,
    missing: &mut [Vec<usize>; 2],
    reading: &mut ReadContext<'_>,
) -> Graph {
    let mut graph = Graph::new(id);
    let [no_class, no_predicate] = missing;
    for (at, label) in list(record, &LABELS).into_iter().flatten().enumerate() {
        match word(label, words.classes.as_deref(), "class", no_class) {
            Some(name) => _ = graph.object(&at.to_string(), &name, &mut reading.report),
            None => reading.report.left_out("objects without a class", || graph.place(&format!("object {at}"))),
        }
    }
    let pairs = list(record, &PAIRS).map(Vec::as_slice).unwrap_or_default();
    let labels = list(record, &PREDICATES).map(Vec::as_slice).unwrap_or_default();
    let scores = list(record, &SCORES).map(Vec::as_slice).unwrap_or_default();
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    if order.len() > MAX_RELATIONS {
        let score = |at: &usize| scores.get(*at).and_then(Value::as_f64).unwrap_or(f64::MIN);
        order.sort_by(|a, b| score(b).total_cmp(&score(a)));
        order.truncate(MAX_RELATIONS);
        reading.report.note(format!("of each picture the {MAX_RELATIONS} relations of the highest score are used"));
    }
    for at in order {
        // Some write the relation into the pair: [subject, object, relation].
        let pair = pairs[at].as_array().map(Vec::as_slice).unwrap_or_default();
        let row = |end: Option<&Value>| graph.row(&whole(end?)?.to_string());
        let label = labels.get(at).or_else(|| pair.get(2));
        let predicate = label.and_then(|label| word(label, words.predicates.as_deref(), "relation", no_predicate));
        match (row(pair.first()), row(pair.get(1)), predicate) {
            (Some(subject), Some(object), Some(predicate)) => {
                graph.relate(subject, &predicate, object, &mut reading.report);
            }
            _ => reading.report.left_out("relations without a word or an object that is there", || {
                graph.place(&format!("relation {at}"))
            }),
        }
    }
    graph
}

/// The word of a number; without words the number itself, which is noted.
fn word(label: &Value, words: Option<&[Option<String>]>, kind: &str, missing: &mut Vec<usize>) -> Option<String> {
    if let Some(word) = label.as_str().filter(|word| word.parse::<f64>().is_err()) {
        return Some(word.to_owned());
    }
    let number = whole(label)?;
    match words {
        Some(words) => words.get(number)?.clone(),
        None => {
            missing.push(number);
            Some(format!("{kind} {number}"))
        }
    }
}

fn words_beside(reading: &ReadContext<'_>) -> Words {
    let mut words = Words::default();
    let files =
        words::beside(reading.path, &["data_info.json", "dicts.json", "dicts-with-attri.json", "sgg-dicts.json"]);
    for value in files.iter().filter_map(|path| words::json_of(path)) {
        let by_number = |keys: &[&str]| keys.iter().find_map(|key| words::by_number(value.get(key)?));
        words.classes = words.classes.or_else(|| by_number(&["ind_to_classes", "idx_to_label", "label_to_idx"]));
        words.predicates =
            words.predicates.or_else(|| by_number(&["ind_to_predicates", "idx_to_predicate", "predicate_to_idx"]));
        let names = |list: &Value| -> Option<Vec<String>> {
            let name = |file: &Value| Some(file.as_str()?.rsplit(['/', '\\']).next()?.to_owned());
            list.as_array()?.iter().map(name).collect()
        };
        words.files = words.files.or_else(|| value.get("idx_to_files").and_then(names));
    }
    words
}
