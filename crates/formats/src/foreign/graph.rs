//! A scene graph of another program on its way into a scene: objects under keys of any kind, relations between keys.

use serde_json::{Map, Value, json};
use std::collections::HashMap;

use super::report::Report;
use scenewright_scene::MAX_WORD_CHARS;

/// The objects and relations of one picture.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// What the file calls the picture: "2370799", "yard.jpg".
    pub id: Option<String>,
    objects: Vec<Object>,
    relations: Vec<(usize, String, usize)>,
    rows: HashMap<String, usize>,
}

#[derive(Debug)]
struct Object {
    name: String,
    label: Option<String>,
    attributes: Vec<String>,
    canvas: Option<[f64; 2]>,
}

impl Graph {
    pub(crate) fn new(id: Option<String>) -> Self {
        Self { id, ..Self::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    pub(crate) fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// Adds an object under a key. The same key again is the same object, and the first name counts. A name that no scene can hold is
    /// reported, and there is no object then.
    pub(crate) fn object(&mut self, key: &str, name: &str, report: &mut Report) -> Option<usize> {
        if let Some(&row) = self.rows.get(key) {
            return Some(row);
        }
        let Some(name) = clean(name) else {
            report.left_out("objects without a usable name", || self.place(key));
            return None;
        };
        let row = self.objects.len();
        self.objects.push(Object { name, label: None, attributes: Vec::new(), canvas: None });
        self.rows.insert(key.to_owned(), row);
        Some(row)
    }

    pub(crate) fn row(&self, key: &str) -> Option<usize> {
        self.rows.get(key).copied()
    }

    /// The only object of this name, compared without regard to case.
    pub(crate) fn row_of_name(&self, name: &str) -> Option<usize> {
        let name = clean(name)?;
        let mut found =
            self.objects.iter().enumerate().filter(|(_, object)| object.name.to_lowercase() == name.to_lowercase());
        match (found.next(), found.next()) {
            (Some((row, _)), None) => Some(row),
            _ => None,
        }
    }

    pub(crate) fn describe(&mut self, row: usize, attributes: impl IntoIterator<Item = String>) {
        let Some(object) = self.objects.get_mut(row) else { return };
        for word in attributes.into_iter().filter_map(|word| clean(&word)) {
            if !object.attributes.contains(&word) {
                object.attributes.push(word);
            }
        }
    }

    pub(crate) fn set_label(&mut self, row: usize, label: &str) {
        if let Some(object) = self.objects.get_mut(row) {
            object.label = clean(label);
        }
    }

    /// Canvas points; y runs down.
    pub(crate) fn set_canvas(&mut self, row: usize, at: [f64; 2]) {
        let is_sane = at.iter().all(|v| v.is_finite() && v.abs() < 1e9);
        if let Some(object) = self.objects.get_mut(row).filter(|_| is_sane) {
            object.canvas = Some(at);
        }
    }

    /// Relates two objects; a relation without a usable word is reported and left out.
    pub(crate) fn relate(&mut self, subject: usize, predicate: &str, object: usize, report: &mut Report) {
        match clean(predicate) {
            Some(predicate) if subject.max(object) < self.objects.len() => {
                self.relations.push((subject, predicate, object));
            }
            _ => report.left_out("relations without a usable word", || self.place(&format!("{subject} to {object}"))),
        }
    }

    /// Where something is, for a report.
    pub(crate) fn place(&self, what: &str) -> String {
        match &self.id {
            Some(id) => format!("{what} of picture {id}"),
            None => what.to_owned(),
        }
    }

    /// As a graph of our own format.
    pub(crate) fn into_value(self) -> Value {
        let mut graph = Map::new();
        graph.insert("objects".into(), self.objects.iter().map(|object| object.name.as_str()).collect());
        graph.insert(
            "relationships".into(),
            self.relations.iter().map(|(subject, predicate, object)| json!([subject, predicate, object])).collect(),
        );
        if let Some(id) = self.id {
            graph.insert("image_id".into(), Value::String(id));
        }
        let entries: Vec<Value> = self.objects.iter().map(entry).collect();
        if entries.iter().any(|entry| entry.as_object().is_some_and(|entry| !entry.is_empty())) {
            graph
                .insert("scenewright".into(), json!({ "version": super::super::DOCUMENT_VERSION, "objects": entries }));
        }
        Value::Object(graph)
    }
}

fn entry(object: &Object) -> Value {
    let mut entry = Map::new();
    if let Some(label) = &object.label {
        entry.insert("label".into(), json!(label));
    }
    if !object.attributes.is_empty() {
        entry.insert("attributes".into(), json!(object.attributes));
    }
    if let Some(canvas) = object.canvas {
        entry.insert("canvas".into(), json!(canvas));
    }
    Value::Object(entry)
}

/// A word as a scene may hold it: one line, single blanks, not empty, not too long.
fn clean(text: &str) -> Option<String> {
    let text = text.replace(|c: char| c.is_control(), " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.chars().count() <= MAX_WORD_CHARS).then_some(text)
}

/// A name with a counter that only distinguishes objects of one name ("person.1", "dog_2", "cat#3"), without the counter.
pub(super) fn without_counter(name: &str) -> &str {
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let base = &name[..name.len() - digits];
    match base.strip_suffix(['.', '_', '#', '-', ':']) {
        Some(base) if digits > 0 && base.ends_with(char::is_alphabetic) => base,
        _ => name,
    }
}

/// A value as a key: texts and numbers of any kind that mean the same are the same.
pub(super) fn key_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(float)) if float.fract() == 0.0 && float.abs() < 1e15 => (float as i64).to_string(),
            _ => number.to_string(),
        }),
        _ => None,
    }
}

/// A whole number, whatever it is written as: 3, 3.0, "3".
pub(super) fn whole(value: &Value) -> Option<usize> {
    key_of(value)?.parse().ok()
}
