//! Reads and writes the completion of a picture (objects that are implied) in a document.

use super::read::{lenient, record};
use super::write;
use scenewright_scene::{Completion, Extra, ImpliedObject, Node, RenderRecord, Scene, check_name};
use serde_json::{Map, Value, json};

/// Key in the program's part of a document.
const KEY: &str = "completion";

/// Takes the entry from the program's part of a document. If a document has a rendered picture and no entry, it was
/// rendered before completion existed: completion is then off, so that the picture stays as it was.
pub(super) fn take(ours: &mut Extra, nodes: &[Node]) -> Completion {
    let was_drawn = nodes.iter().any(|node| node.rendered.bounds.is_some());
    let default = Completion { is_on: !was_drawn, ..Completion::default() };
    lenient(ours, KEY, |value| value.as_object().map(read)).unwrap_or(default)
}

fn read(map: &Extra) -> Completion {
    let list = |key: &str| map.get(key).and_then(Value::as_array).into_iter().flatten();
    let is_name = |name: &str| check_name("the name", name).is_ok();
    let implied = |value: &Value| {
        let name = value.get("name")?.as_str().filter(|name| is_name(name))?.to_owned();
        let rendered = value.get("rendered").and_then(Value::as_object).cloned();
        Some(ImpliedObject { name, rendered: rendered.map_or_else(RenderRecord::default, record) })
    };
    let mut found: Vec<ImpliedObject> = Vec::new();
    for object in list("implied").filter_map(implied) {
        if !found.iter().any(|other| other.name == object.name) {
            found.push(object);
        }
    }
    let dismissed =
        list("dismissed").filter_map(Value::as_str).filter(|name| is_name(name)).map(str::to_owned).collect();
    Completion { is_on: map.get("on").and_then(Value::as_bool).unwrap_or(true), implied: found, dismissed }
}

/// The entry to write; `None` if it equals the default that [`take`] assumes.
pub(super) fn entry(scene: &Scene) -> Option<Value> {
    let Completion { is_on, implied, dismissed } = scene.completion();
    let was_drawn = scene.nodes().iter().any(|node| node.rendered.bounds.is_some());
    if *is_on != was_drawn && implied.is_empty() && dismissed.is_empty() {
        return None;
    }
    let mut map = Map::new();
    map.insert("on".into(), json!(is_on));
    if !implied.is_empty() {
        map.insert("implied".into(), implied.iter().map(implied_entry).collect());
    }
    if !dismissed.is_empty() {
        map.insert("dismissed".into(), json!(dismissed));
    }
    Some(Value::Object(map))
}

fn implied_entry(object: &ImpliedObject) -> Value {
    let mut entry = Map::new();
    entry.insert("name".into(), json!(object.name));
    if !object.rendered.is_empty() {
        entry.insert("rendered".into(), Value::Object(write::record(&object.rendered)));
    }
    Value::Object(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{scenes_from_str, scenes_to_string};
    use scenewright_scene::{Edit, PictureRecord, UnitBox};

    fn bear(is_on: bool) -> Scene {
        let mut scene = Scene::new();
        scene.apply(&Edit::add("bear")).unwrap();
        scene.apply(&Edit::SetCompletion { is_on }).unwrap();
        scene
    }

    fn drawn(mut scene: Scene) -> Scene {
        let rendered = RenderRecord { bounds: Some(UnitBox::new(0.0, 0.5, 1.0, 1.0)), ..Default::default() };
        let implied = vec![ImpliedObject { rendered: rendered.clone(), ..ImpliedObject::new("grass") }];
        let implied = scene.completion().is_on.then_some(implied);
        scene.record(&PictureRecord { objects: vec![(scene.nodes()[0].id, rendered)], implied, size: None });
        scene
    }

    #[test]
    fn every_state_reads_back_and_a_plain_graph_stays_plain() {
        let mut dismissed = drawn(bear(true));
        dismissed.apply(&Edit::DismissImplied { name: "sky".into() }).unwrap();
        for scene in [bear(true), bear(false), drawn(bear(true)), drawn(bear(false)), dismissed] {
            let text = scenes_to_string(std::slice::from_ref(&scene));
            assert_eq!(scenes_from_str(&text).unwrap(), [scene], "{text}");
        }
        assert!(!scenes_to_string(&[bear(true)]).contains("scenewright"));
    }

    #[test]
    fn completion_is_off_in_documents_that_were_rendered_before_it_existed() {
        let text = r#"{"objects": ["bear"], "relationships": [], "scenewright": {"version": 1, "objects": [{"rendered": {"box": [0.1, 0.1, 0.5, 0.9]}}]}}"#;
        assert!(!scenes_from_str(text).unwrap()[0].completion().is_on);
    }

    #[test]
    fn invalid_values_are_ignored() {
        let text = r#"{"objects": ["bear"], "relationships": [], "scenewright": {"version": 1, "completion":
            {"on": "yes", "implied": [7, {"name": ""}, {"name": "grass"}, {"name": "grass", "rendered": 3}], "dismissed": [1, "sky"]}}}"#;
        let completion = scenes_from_str(text).unwrap()[0].completion().clone();
        assert_eq!(completion.implied, [ImpliedObject::new("grass")]);
        assert!(completion.is_on && completion.dismissed.iter().eq(["sky"]));
    }
}
