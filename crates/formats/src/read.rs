//! A graph of sg2im, with or without our key, as a scene.

use super::fields::{Fields, MAX_ID, Problems, show};
use super::{DOCUMENT_VERSION, DocumentError, completion};
use scenewright_scene::{
    Extra, Node, NodeDraft, NodeId, PICTURE_SIDES, Relation, RelationId, RenderRecord, Scene, SceneExtras,
    SceneSettings, UnitBox, check_label, check_name,
};
use serde_json::Value;
use std::collections::HashSet;

/// One graph or a list of graphs.
pub(super) fn scenes(value: Value) -> Result<Vec<Scene>, DocumentError> {
    let mut problems = Problems::default();
    let scenes = match value {
        Value::Array(graphs) => graphs
            .into_iter()
            .enumerate()
            .map(|(at, value)| {
                problems.graph = Some(at);
                graph(value, &mut problems)
            })
            .collect(),
        value => vec![graph(value, &mut problems)],
    };
    if problems.list.is_empty() { Ok(scenes) } else { Err(DocumentError::Problems(problems.list)) }
}

/// The scene, as far as it could be read; worth something only when no problem was noted.
fn graph(value: Value, problems: &mut Problems) -> Scene {
    let Value::Object(map) = value else {
        let what =
            format!("{} is no scene graph: write {{\"objects\": [...], \"relationships\": [...]}}", show(&value));
        problems.note("the graph", what);
        return Scene::new();
    };
    let mut fields = Fields { map, place: String::new(), problems };
    if !fields.map.contains_key("objects") {
        fields.note("objects", "missing: every scene graph has a list of names here");
    }
    let names = fields.take_list("objects").unwrap_or_default();
    let triples = fields.take_list("relationships").unwrap_or_default();
    let ours = match fields.take("scenewright") {
        None => Extra::new(),
        Some(Value::Object(ours)) => ours,
        Some(other) => {
            fields.note("scenewright", format!("{} is no {{...}}: remove the key", show(&other)));
            Extra::new()
        }
    };
    let graph_extra = fields.map;
    let mut ours = Fields { map: ours, place: "scenewright".to_owned(), problems };
    check_version(&mut ours);
    let seed = ours.take_whole_number("seed").unwrap_or(0);
    let layout_seed = lenient(&mut ours.map, "layout_seed", Value::as_u64).unwrap_or(0);
    let picture_size = lenient(&mut ours.map, "size", picture_size);
    let next_ids = next_ids(&mut ours);
    let object_entries = entries(&mut ours, "objects", names.len(), "object");
    let relation_entries = entries(&mut ours, "relationships", triples.len(), "relation");
    let mut ours = ours.map;

    let mut nodes: Vec<Node> = (0..)
        .zip(names.into_iter().zip(object_entries))
        .map(|(row, (name, entry))| node(row, name, entry, problems))
        .collect();
    make_distinct(&mut nodes, |node| &mut node.id.0);
    let mut relations: Vec<Relation> = (0..)
        .zip(triples.into_iter().zip(relation_entries))
        .filter_map(|(row, (triple, entry))| relation(row, triple, entry, &nodes, problems))
        .collect();
    make_distinct(&mut relations, |relation| &mut relation.id.0);
    let completion = completion::take(&mut ours, &nodes);
    let extras = SceneExtras { graph: graph_extra, scenewright: ours };
    let settings = SceneSettings { seed, layout_seed, picture_size, completion };
    Scene::assemble(nodes, relations, settings, extras, next_ids)
}

fn check_version(ours: &mut Fields<'_>) {
    let version = ours.take_whole_number("version").unwrap_or(DOCUMENT_VERSION);
    if version > DOCUMENT_VERSION {
        ours.note(
            "version",
            format!("{version} is newer than this Scenewright knows ({DOCUMENT_VERSION}): update Scenewright"),
        );
    }
}

fn next_ids(ours: &mut Fields<'_>) -> [u64; 2] {
    let Some(value) = ours.take("next_ids") else { return [0, 0] };
    let ids: Option<Vec<u64>> = value.as_array().and_then(|ids| ids.iter().map(Value::as_u64).collect());
    match ids.as_deref() {
        Some(&[node, relation]) if node.max(relation) <= MAX_ID => [node, relation],
        _ => {
            ours.note("next_ids", format!("{} is no pair of whole numbers: remove the key", show(&value)));
            [0, 0]
        }
    }
}

/// Our entries for the objects or relations, one for each of them: an empty one where there is none.
fn entries(ours: &mut Fields<'_>, key: &str, expected: usize, kind: &str) -> Vec<Extra> {
    let Some(list) = ours.take_list(key) else { return vec![Extra::new(); expected] };
    if list.len() != expected {
        // Someone added or removed one by hand; to guess which would give the sheep the tree's box.
        let what = format!(
            "{} entries for {expected} {kind}s: give each {kind} its entry, {{}} where there is nothing to say, or remove the list",
            list.len()
        );
        ours.note(key, what);
    }
    let mut entries = Vec::with_capacity(expected);
    for (row, value) in list.into_iter().enumerate() {
        entries.push(match value {
            Value::Object(entry) => entry,
            Value::Null => Extra::new(),
            other => {
                ours.note(&format!("{key}[{row}]"), format!("{} is no {{...}}: write {{}}", show(&other)));
                Extra::new()
            }
        });
    }
    entries.resize_with(expected, Extra::new);
    entries
}

fn node(row: u64, name: Value, entry: Extra, problems: &mut Problems) -> Node {
    let place = format!("objects[{row}]");
    let name = match name {
        Value::String(name) => {
            if let Err(error) = check_name("the name", &name) {
                problems.note(place, error.to_string());
            }
            name
        }
        other => {
            problems.note(place, format!("{} is no name: write a word in quotes", show(&other)));
            String::new()
        }
    };
    let mut fields = Fields { map: entry, place: format!("scenewright.objects[{row}]"), problems };
    let id = NodeId(fields.take_id().unwrap_or(row));
    let label = fields.take_text("label");
    if let Some(label) = &label {
        fields.checked("label", check_label("the label", label));
    }
    let draft = NodeDraft {
        name,
        label,
        size: fields.take_parsed("size"),
        place: fields.take_parsed("place"),
        attributes: fields.take_words("attributes"),
        pinned: fields.take_box("pinned"),
        locked: fields.take_flag("locked"),
        hidden: fields.take_flag("hidden"),
        depth: lenient(&mut fields.map, "depth", |value| {
            value.as_f64().map(|value| value as f32).filter(|value| value.is_finite())
        }),
        group: lenient(&mut fields.map, "group", Value::as_u64),
        seed: fields.take_whole_number("seed"),
        canvas: fields.take_numbers("canvas"),
        rendered: lenient(&mut fields.map, "rendered", |value| value.as_object().cloned())
            .map_or_else(RenderRecord::default, record),
        extra: fields.map,
    };
    draft.with_id(id)
}

/// Takes a value that a picture left behind. One that makes no sense stays where it is, as a key that this version does not know: the
/// scene is worth more than what was once drawn of it.
pub(super) fn lenient<T>(map: &mut Extra, key: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
    let value = read(map.get(key)?)?;
    map.shift_remove(key);
    Some(value)
}

pub(super) fn record(mut map: Extra) -> RenderRecord {
    let bounds = |value: &Value| Some(UnitBox::from(numbers::<4>(value)?));
    let number = |value: &Value| value.as_f64().map(|value| value as f32).filter(|value| value.is_finite());
    let colors = |value: &Value| {
        let word = |(part, color): (&String, &Value)| Some((part.clone(), color.as_str()?.to_owned()));
        value.as_object()?.iter().map(word).collect()
    };
    let faces_right = |value: &Value| match value.as_str()? {
        "right" => Some(true),
        "left" => Some(false),
        _ => None,
    };
    RenderRecord {
        bounds: lenient(&mut map, "box", bounds),
        depth: lenient(&mut map, "depth", number),
        haze: lenient(&mut map, "haze", number),
        aspect: lenient(&mut map, "aspect", number),
        seed: lenient(&mut map, "seed", Value::as_u64),
        drawing: lenient(&mut map, "drawing", |value| value.as_str().map(str::to_owned)),
        colors: lenient(&mut map, "colors", colors).unwrap_or_default(),
        faces_right: lenient(&mut map, "facing", faces_right),
        canvas: lenient(&mut map, "canvas", numbers::<2>),
        extra: map,
    }
}

fn numbers<const N: usize>(value: &Value) -> Option<[f32; N]> {
    let number = |value: &Value| value.as_f64().map(|value| value as f32).filter(|value| value.is_finite());
    let numbers: Option<Vec<f32>> = value.as_array()?.iter().map(number).collect();
    numbers?.try_into().ok()
}

fn picture_size(value: &Value) -> Option<[u32; 2]> {
    let side = |value: &Value| u32::try_from(value.as_u64()?).ok().filter(|side| PICTURE_SIDES.contains(side));
    let sides: Option<Vec<u32>> = value.as_array()?.iter().map(side).collect();
    sides?.try_into().ok()
}

/// `[subject, predicate, object]`.
fn relation(row: u64, triple: Value, entry: Extra, nodes: &[Node], problems: &mut Problems) -> Option<Relation> {
    let place = format!("relationships[{row}]");
    let Some([subject, predicate, object]) = triple.as_array().map(Vec::as_slice) else {
        problems.note(place, format!("{} is no [subject, \"relation\", object]", show(&triple)));
        return None;
    };
    let subject = end(&place, "subject", subject, nodes, problems);
    let object = end(&place, "object", object, nodes, problems);
    let Some(predicate) = predicate.as_str() else {
        problems.note(place, format!("{} is no relation: write a word in quotes", show(predicate)));
        return None;
    };
    if let Err(error) = check_name("the relation", predicate) {
        problems.note(place, error.to_string());
    }
    let mut fields = Fields { map: entry, place: format!("scenewright.relationships[{row}]"), problems };
    let id = RelationId(fields.take_id().unwrap_or(row));
    let hidden = fields.take_flag("hidden");
    let (predicate, extra) = (predicate.to_owned(), fields.map);
    Some(Relation { id, subject: subject?, predicate, object: object?, hidden, extra })
}

/// The object at one end of a relation: its row, or its name where no other object has it.
fn end(place: &str, which: &str, value: &Value, nodes: &[Node], problems: &mut Problems) -> Option<NodeId> {
    let row = match value.as_str() {
        Some(name) => match named(name, nodes).as_slice() {
            [row] => Some(*row),
            [] => name.trim().parse().ok(),
            rows => {
                let what = format!(
                    "the {which} {} is the name of {} objects: write the number of the one that is meant",
                    show(value),
                    rows.len()
                );
                problems.note(place, what);
                return None;
            }
        },
        None => value.as_f64().filter(|row| row.fract() == 0.0 && (0.0..1e9).contains(row)).map(|row| row as usize),
    };
    let found = row.and_then(|row| nodes.get(row));
    if found.is_none() {
        let what = match (row, nodes.len()) {
            (None, _) => format!("the {which} {} is no row of \"objects\": write a whole number", show(value)),
            (Some(_), 0) => format!("the {which} is object {value}, but there are no objects"),
            (Some(_), count) => format!("the {which} is object {value}, but the last object is {}", count - 1),
        };
        problems.note(place, what);
    }
    found.map(|node| node.id)
}

/// Rows of the objects of this name or label; without regard to case where none is written exactly so.
fn named(name: &str, nodes: &[Node]) -> Vec<usize> {
    let rows = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let is_meant = |node: &Node| same(&node.name) || node.label.as_deref().is_some_and(same);
        (0..).zip(nodes).filter(|(_, node)| is_meant(node)).map(|(row, _)| row).collect()
    };
    let exact = rows(&|text| text == name);
    let folded = name.trim().to_lowercase();
    if exact.is_empty() { rows(&|text| text.trim().to_lowercase() == folded) } else { exact }
}

/// Ids are ours, and a hand that copies a line copies its id too: the copy gets a fresh one.
fn make_distinct<T>(items: &mut [T], id: impl Fn(&mut T) -> &mut u64) {
    let mut fresh = items.iter_mut().map(|item| *id(item) + 1).max().unwrap_or(0);
    let mut seen = HashSet::with_capacity(items.len());
    for item in items {
        let id = id(item);
        if !seen.insert(*id) {
            *id = fresh;
            fresh += 1;
            seen.insert(*id);
        }
    }
}
