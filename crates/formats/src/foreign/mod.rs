//! Scene graphs of other programs, recognized by their content.
//!
//! | file | format |
//! |---|---|
//! | JSON | [`records`]: Visual Genome, GQA, LAION-SG, node-link graphs; [`psg`]: PSG; [`vrd`]: VRD; [`predictions`]: scene-graph generators; [`coco_relations`]: COCO with relations; [`triples`]: triples by name |
//! | text | [`dot`]: Graphviz, ours among it; [`table`]: relations of Open Images, tables of triples |
//!
//! What can be read without guessing is read; what cannot is left out, counted by kind, and said. [`unread`] names files that hold no
//! scene graph, or one that this program does not read, with whose they are.

mod coco_relations;
mod dot;
mod graph;
mod open_images;
mod predictions;
mod psg;
mod records;
mod report;
mod table;
mod triples;
pub(super) mod unread;
mod vrd;
mod words;

#[cfg(test)]
mod tests;

pub(super) use report::Report;

use serde_json::Value;
use std::path::Path;

use graph::Graph;

/// What a reader needs besides the value.
struct ReadContext<'a> {
    /// Where files with the words may lie beside it.
    path: &'a Path,
    report: Report,
}

/// Graphs of another program.
pub(super) struct ForeignGraphs {
    /// Whose format it is.
    pub format: &'static str,
    /// Graphs of our own format.
    pub value: Value,
    pub report: Report,
}

struct Format {
    fits: fn(&Value) -> bool,
    name: fn(&Value) -> &'static str,
    read: fn(&Value, &mut ReadContext<'_>) -> Vec<Graph>,
}

pub(super) const COCO: &str = "COCO with relations";

/// The first that fits is used, so the stricter ones come first.
const FORMATS: [Format; 6] = [
    Format { fits: predictions::fits, name: |_| "predictions of a scene-graph generator", read: predictions::read },
    Format { fits: psg::fits, name: |_| "PSG", read: psg::read },
    Format { fits: coco_relations::fits, name: |_| COCO, read: coco_relations::read },
    Format { fits: vrd::fits, name: |_| "VRD", read: vrd::read },
    Format { fits: triples::fits, name: |_| "triples by name", read: triples::read },
    Format { fits: records::fits, name: records::format, read: records::read },
];

/// The graphs of a JSON file, if it is another program's and is known.
pub(super) fn from_json(value: &Value, path: &Path) -> Option<ForeignGraphs> {
    if is_ours(value) {
        return None;
    }
    let format = FORMATS.iter().find(|format| (format.fits)(value))?;
    let mut reading = ReadContext { path, report: Report::default() };
    let graphs = (format.read)(value, &mut reading);
    Some(found((format.name)(value), graphs, reading.report, value.is_array()))
}

/// The graphs of a text that is no JSON, if its format is known. The error says what is wrong with it.
pub(super) fn from_text(text: &str, path: &Path) -> Option<Result<ForeignGraphs, (&'static str, String)>> {
    let mut reading = ReadContext { path, report: Report::default() };
    if dot::fits(text) {
        return Some(match dot::read(text, &mut reading) {
            Ok(graphs) => Ok(found("Graphviz DOT", graphs, reading.report, false)),
            Err(problem) => Err(("Graphviz DOT", problem)),
        });
    }
    table_from_text(text, path).map(Ok)
}

/// The graphs of a table, if it is one that is known.
pub(super) fn table_from_text(text: &str, path: &Path) -> Option<ForeignGraphs> {
    let mut reading = ReadContext { path, report: Report::default() };
    let format = table::format(text)?;
    let graphs = table::read(text, &mut reading);
    Some(found(format, graphs, reading.report, false))
}

fn found(format: &'static str, mut graphs: Vec<Graph>, mut report: Report, is_list: bool) -> ForeignGraphs {
    // A picture without anything in it is a record like the others, but it is not opened.
    let before = graphs.len();
    if graphs.iter().any(|graph| !graph.is_empty()) {
        graphs.retain(|graph| !graph.is_empty());
    }
    match before - graphs.len() {
        0 => {}
        empty => report.note(format!("left out: {empty} of {before} graphs, which have no objects")),
    }
    let mut values: Vec<Value> = graphs.into_iter().map(Graph::into_value).collect();
    let value = match values.len() {
        1 if !is_list => values.remove(0),
        _ => Value::Array(values),
    };
    ForeignGraphs { format, value, report }
}

/// Our own format, which is google/sg2im's: objects by name, relations as triples. Also what is so wrong that only we can say how.
fn is_ours(value: &Value) -> bool {
    let is_graph = |value: &Value| {
        let Some(map) = value.as_object() else { return false };
        let no_records = |key: &str| match map.get(key) {
            None | Some(Value::Null) => true,
            Some(Value::Array(list)) => !list.iter().any(Value::is_object),
            Some(other) => !other.is_object(),
        };
        let has_rows = |key: &str| map.get(key).is_some_and(|list| !list.is_null());
        map.contains_key("scenewright")
            || no_records("objects")
                && no_records("relationships")
                && has_rows("objects")
                && (has_rows("relationships")
                    || !["relations", "triples", "triplets", "edges", "links"].iter().any(|key| has_rows(key)))
    };
    // Visual Genome's pictures without objects look like ours; those beside them decide.
    let is_records = |value: &Value| {
        let all_records = |key: &str| {
            let list = value.get(key).and_then(Value::as_array);
            list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
        };
        value.get("scenewright").is_none() && (all_records("objects") || all_records("relationships"))
    };
    match value {
        Value::Array(list) => list.is_empty() || list.iter().any(is_graph) && !list.iter().any(is_records),
        value => is_graph(value),
    }
}
