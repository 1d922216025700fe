//! Documents: sg2im's files, ours, and files that are wrong in every way we could think of.

use proptest::prelude::*;
use scenewright_formats::*;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::*;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read_one(value: Value) -> Result<Scene, DocumentError> {
    scenes_from_str(&value.to_string()).map(|mut scenes| scenes.remove(0))
}

fn problems_of(text: &str) -> Vec<String> {
    match scenes_from_str(text) {
        Err(DocumentError::Problems(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_references_files_are_read_and_written_as_they_were() {
    for (file, graphs) in [("figure_5_coco", 8), ("figure_5_vg", 8), ("figure_6_sheep", 7), ("figure_6_street", 7)] {
        let path = in_repository(&format!("tests/golden/scene_graphs/{file}.json"));
        let scenes = read_scenes(&path).unwrap();
        assert_eq!(scenes.len(), graphs);
        let before: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let after: Value = serde_json::from_str(&scenes_to_string(&scenes)).unwrap();
        assert_eq!(before, after, "{file}");
    }
}

#[test]
fn the_samples_at_hand_are_ours_too() {
    let folder = in_repository("../shared/data/scene_graphs");
    let Ok(entries) = fs::read_dir(&folder) else { return println!("skipped: no {}", folder.display()) };
    for entry in entries {
        assert!(!read_scenes(&entry.unwrap().path()).unwrap().is_empty());
    }
}

#[test]
fn starter_scenes_are_sound() {
    let vocabularies = [Vocabulary::visual_genome(), Vocabulary::coco_stuff()];
    let mut names = Vec::new();
    for entry in fs::read_dir(in_repository("assets/scenes")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let scenes = read_scenes(&path).unwrap();
        assert_eq!(scenes.len(), 1, "{}", path.display());
        // Saving without a change leaves the file as it is.
        assert_eq!(scenes_to_string(&scenes), text, "{}", path.display());
        let scene = &scenes[0];
        assert!(scene.nodes().iter().all(|node| node.canvas.is_some()));
        for node in scene.nodes() {
            assert!(scene.relations_of(node.id).count() > 0, "{} stands alone in {}", node.name, path.display());
        }
        for relation in scene.relations() {
            let is_known = |vocab: &Vocabulary| vocab.predicate_id(&relation.predicate).is_some();
            assert!(vocabularies.iter().any(is_known), "{}", relation.predicate);
            assert!(relation::predicate_kind(&relation.predicate).is_some(), "{}", relation.predicate);
        }
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["beach", "farm", "living-room", "sheep", "street", "town-at-night"]);

    // Two of them are the last graphs of the paper's figure 6 in our format.
    for (ours, figure, graph) in [("sheep", "figure_6_sheep", 5), ("street", "figure_6_street", 6)] {
        let ours = &read_scenes(&in_repository(&format!("assets/scenes/{ours}.json"))).unwrap()[0];
        let theirs = &read_scenes(&in_repository(&format!("tests/golden/scene_graphs/{figure}.json"))).unwrap()[graph];
        let names = |scene: &Scene| scene.nodes().iter().map(|node| node.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(ours), names(theirs));
        assert_eq!(ours.relations(), theirs.relations());
    }
}

#[test]
fn one_graph_and_a_list_are_both_read() {
    let graph = json!({"objects": ["sky"], "relationships": []});
    assert_eq!(scenes_from_str(&graph.to_string()).unwrap().len(), 1);
    assert_eq!(scenes_from_str(&json!([graph, graph]).to_string()).unwrap().len(), 2);
    assert_eq!(scenes_from_str("[]").unwrap().len(), 0);
    assert_eq!(scenes_to_string(&[]), "[]\n");
    // An empty graph, and one without relations at all.
    assert!(read_one(json!({"objects": [], "relationships": []})).unwrap().is_empty());
    assert_eq!(read_one(json!({"objects": ["sky", "sea"]})).unwrap().nodes().len(), 2);
    // A byte order mark and Windows line ends.
    assert_eq!(scenes_from_str("\u{feff}{\r\n\"objects\": [\"sky\"]\r\n}\r\n").unwrap().len(), 1);
}

#[test]
fn everything_of_a_document_comes_back() {
    let value = json!({
        "objects": ["sky", "person", "sheep", "sheep"],
        "relationships": [[0, "above", 1], [2, "by", 3], [2, "by", 3], [1, "holding", 1]],
        "image_id": 2407890,
        "notes": {"by": "someone else", "tags": ["a", 1.5, null]},
        "scenewright": {
            "version": 1, "seed": 18446744073709551615u64, "next_ids": [12, 7],
            "objects": [
                {},
                {"id": 4, "label": "Anna", "size": "large", "place": "bottom left", "attributes": ["tall", "red"],
                 "pinned": [0.1, 0.2, 0.33333334, 1], "locked": true, "seed": 3, "canvas": [-12.5, 1000000]},
                {"id": 9, "mood": {"happy": true}},
                {}
            ],
            "relationships": [{}, {}, {"id": 6, "weight": 2}, {}],
            "theme": "dark"
        }
    });
    let scene = read_one(value.clone()).unwrap();
    assert_eq!(scene.seed(), u64::MAX);
    let anna = &scene.nodes()[1];
    assert_eq!((anna.id, anna.title(), anna.size), (NodeId(4), "Anna", Some(SizeHint::Large)));
    assert_eq!(anna.place.unwrap().to_string(), "bottom left");
    assert_eq!(anna.attributes, ["tall", "red"]);
    assert_eq!(anna.pinned, Some(UnitBox::new(0.1, 0.2, 0.333_333_34, 1.0)));
    assert_eq!((anna.locked, anna.seed, anna.canvas), (true, Some(3), Some([-12.5, 1e6])));
    assert_eq!((scene.next_node_id(), scene.next_relation_id()), (NodeId(12), RelationId(7)));
    assert_eq!(scene.relations()[3].id, RelationId(3));

    let again: Value = serde_json::from_str(&scenes_to_string(std::slice::from_ref(&scene))).unwrap();
    for key in ["objects", "relationships", "image_id", "notes"] {
        assert_eq!(again[key], value[key], "{key}");
    }
    assert_eq!(again["scenewright"], value["scenewright"]);
    // An edit keeps what it does not understand.
    let mut edited = scene.clone();
    edited.apply(&Edit::Rename { node: NodeId(9), name: "goat".into() }).unwrap();
    assert!(scenes_to_string(&[edited]).contains("\"mood\": {\"happy\": true}"));
}

#[test]
fn a_graph_without_extras_stays_the_references() {
    let mut scene = Scene::new();
    scene.apply_all(&[Edit::add("sky"), Edit::add("grass"), Edit::relate(NodeId(0), "above", NodeId(1))]).unwrap();
    let expected = "{\n  \"objects\": [\"sky\", \"grass\"],\n  \"relationships\": [\n    [0, \"above\", 1]\n  ]\n}\n";
    assert_eq!(scenes_to_string(&[scene]), expected);
}

#[test]
fn a_copied_line_gets_an_id_of_its_own() {
    let scene = read_one(json!({"objects": ["a", "b", "c"], "relationships": [[0, "on", 1], [0, "on", 2]],
        "scenewright": {"objects": [{"id": 1}, {}, {"id": 1}], "relationships": [{"id": 5}, {"id": 5}]}}))
    .unwrap();
    assert_eq!(scene.nodes().iter().map(|node| node.id.0).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(scene.relations()[1].object, NodeId(3));
    assert_eq!(scene.relations().iter().map(|relation| relation.id.0).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn all_problems_are_reported_at_once_with_their_place() {
    let text = json!([
        {"objects": ["sky", 7, null, "", {"a": 1}, "two\nlines", "x".repeat(300)], "relationships": [
            [0, "on", 9], [0, "on", -1], [0, "on", 1.5], ["cow", "on", 0], [0, 3, 0], [0, "on"], "on", [0, "", 0]
        ]},
        7,
        {"relationships": []},
        {"objects": "sky", "relationships": {}},
        {"objects": ["sky"], "relationships": [[0, "on", 1]], "scenewright": 3},
        {"objects": [], "relationships": [[0, "on", 1]]},
    ])
    .to_string();
    let problems = problems_of(&text);
    let expected = [
        "graph 0, objects[1]: 7 is no name: write a word in quotes",
        "graph 0, objects[2]: null",
        "graph 0, objects[3]: the name is empty",
        "graph 0, objects[4]: {...} is no name",
        "graph 0, objects[5]: the name holds a line break",
        "graph 0, objects[6]: the name has 300 characters",
        "graph 0, relationships[0]: the object is object 9, but the last object is 6",
        "graph 0, relationships[1]: the object -1 is no row",
        "graph 0, relationships[2]: the object 1.5 is no row",
        "graph 0, relationships[3]: the subject \"cow\" is no row",
        "graph 0, relationships[4]: 3 is no relation",
        "graph 0, relationships[5]: [0,\"on\"] is no [subject, \"relation\", object]",
        "graph 0, relationships[6]: \"on\" is no [subject",
        "graph 0, relationships[7]: the relation is empty",
        "graph 1, the graph: 7 is no scene graph",
        "graph 2, objects: missing",
        "graph 3, objects: \"sky\" is no list",
        "graph 3, relationships: {...} is no list",
        "graph 4, scenewright: 3 is no {...}",
        "graph 4, relationships[0]: the object is object 1, but the last object is 0",
        "graph 5, relationships[0]: the subject is object 0, but there are no objects",
        "graph 5, relationships[0]: the object is object 1, but there are no objects",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem:?} begins with {expected:?}");
    }
    let shown = scenes_from_str(&text).unwrap_err().to_string();
    assert!(shown.starts_with("22 problems:\n") && shown.ends_with("and 10 more"), "{shown}");
}

#[test]
fn wrong_extras_are_reported_with_the_fix() {
    let check = |ours: Value, expected: &[&str]| {
        let graph = json!({"objects": ["sky", "sea"], "relationships": [], "scenewright": ours});
        let problems = problems_of(&graph.to_string());
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.contains(expected), "{problem:?} holds {expected:?}");
        }
    };
    check(json!({"version": 2}), &["scenewright.version: 2 is newer"]);
    check(json!({"version": "1"}), &["no whole number"]);
    check(json!({"seed": -1, "next_ids": [1]}), &["scenewright.seed: -1", "no pair"]);
    check(json!({"objects": [{}]}), &["scenewright.objects: 1 entries for 2 objects"]);
    check(json!({"objects": [{}, {}, {}], "relationships": [{}]}), &["3 entries for 2", "1 entries for 0 relations"]);
    check(json!({"objects": [3, null]}), &["scenewright.objects[0]: 3"]);
    let boxes = [
        (json!([0.8, 0.1, 0.2, 0.9]), "is inverted: give the upper left corner first"),
        (json!([0.2, 0.1, 0.2, 0.9]), "is empty"),
        (json!([-0.5, 0.1, 0.2, 0.9]), "leaves the picture"),
        (json!([5, 5, 6, 6]), "leaves the picture"),
        (json!([0.1, 0.2, 0.3]), "no list of 4 finite numbers"),
        (json!([0.1, 0.2, 0.3, 1e300]), "no list of 4 finite numbers"),
        (json!([0.1, 0.2, 0.3, "NaN"]), "no list of 4 finite numbers"),
        (json!("everywhere"), "no list of 4 finite numbers"),
    ];
    for (pinned, expected) in boxes {
        check(json!({"objects": [{}, {"pinned": pinned}]}), &[expected]);
    }
    check(
        json!({"objects": [{}, {"id": 1e3, "label": 3, "size": "gigantic", "place": "north", "attributes": ["a", 2, ""],
                                "locked": "yes", "seed": 0.5, "canvas": [1]}]}),
        &[
            "id: 1000.0",
            "label: 3",
            "\"gigantic\" is no size",
            "\"north\" is no place",
            "attributes[1]: 2",
            "attribute is empty",
            "\"yes\" is neither",
            "seed: 0.5",
            "no list of 2",
        ],
    );
    check(json!({"objects": [{"id": u64::MAX}, {}]}), &["is too large: leave the key out"]);
}

#[test]
fn broken_json_names_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.json");
    fs::write(&path, "{\n  \"objects\": [\"sky\" \"sea\"]\n}").unwrap();
    let error = read_scenes(&path).unwrap_err().to_string();
    assert!(error.starts_with("this is not JSON: expected `,` or `]`, found \" (line 2, column 21)"), "{error}");
    assert!(error.ends_with("broken.json"), "{error}");
    for text in ["", " ", "{", "nonsense", "{\"objects\": [\"sky\"]} more", "{\"objects\": [1e999]}"] {
        assert!(matches!(scenes_from_str(text), Err(DocumentError::Json { line: 0..=1, .. })), "{text}");
    }
    // Depth is limited, so the stack is.
    assert!(scenes_from_str(&"[".repeat(1_000_000)).is_err());
    assert!(scenes_from_str(&format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000))).is_err());

    fs::write(&path, json!({"objects": [1, 2], "relationships": []}).to_string()).unwrap();
    let error = read_scenes(&path).unwrap_err().to_string();
    assert!(error.starts_with("2 problems:") && error.ends_with("broken.json"), "{error}");
}

#[test]
fn what_is_no_scene_file_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let check = |path: &Path, expected: &str| {
        let error = read_scenes(path).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.ends_with(&path.display().to_string()), "{error}");
    };
    check(folder.path(), "this is a folder");
    check(&folder.path().join("missing.json"), "cannot read the scene");
    let path = folder.path().join("picture.json");
    fs::write(&path, [b'{', 0xff, 0xfe]).unwrap();
    check(&path, "byte 1 is not UTF-8");

    // Three gigabytes, none of which is on the disk or gets into the memory.
    let path = folder.path().join("huge.json");
    fs::File::create(&path).unwrap().set_len(3 << 30).unwrap();
    check(&path, "3221.2 MB is too large for a scene graph (at most 32 MB)");
    #[cfg(unix)]
    check(Path::new("/dev/zero"), "no ordinary file");
}

#[test]
fn ten_thousand_objects_are_read_and_written_quickly() {
    let mut scene = Scene::new();
    for number in 0..10_000u64 {
        let pinned = Some(UnitBox::new(0.1, 0.2, 0.3, 0.4 + number as f32 * 1e-5));
        scene.apply(&NodeDraft { pinned, ..NodeDraft::new("sheep") }.into()).unwrap();
        scene.apply(&Edit::relate(NodeId(number), "by", NodeId(number / 2))).unwrap();
    }
    let text = scenes_to_string(std::slice::from_ref(&scene));
    assert_eq!(scenes_from_str(&text).unwrap(), [scene]);
    // So are ten thousand mistakes.
    let text = json!({"objects": vec![7; 10_000], "relationships": vec![json!([0, "on", 99_999]); 10_000]}).to_string();
    assert_eq!(problems_of(&text).len(), 20_000);
}

#[test]
fn saving_replaces_whole_files_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.json");
    let mut scene = Scene::new();
    write_scenes(&path, std::slice::from_ref(&scene)).unwrap();
    scene.apply(&Edit::add("kite")).unwrap();
    write_scenes(&path, std::slice::from_ref(&scene)).unwrap();
    write_scenes(&path, &[scene.clone(), scene.clone()]).unwrap();
    assert_eq!(read_scenes(&path).unwrap(), [scene.clone(), scene.clone()]);

    let error = write_scenes(folder.path(), &[scene.clone()]).unwrap_err().to_string();
    assert!(error.contains("this is a folder"), "{error}");
    let error = write_scenes(&folder.path().join("no/such/folder.json"), &[scene.clone()]).unwrap_err().to_string();
    assert!(error.starts_with("cannot save: ") && error.ends_with("folder.json"), "{error}");

    let before = fs::read(&path).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    assert!(matches!(write_scenes(&path, &[scene]), Err(WriteError::ReadOnly { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
    #[allow(clippy::permissions_set_readonly_false)] // only so that the folder can be removed on Windows
    permissions.set_readonly(false);
    fs::set_permissions(&path, permissions).unwrap();
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn saving_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("scene.json"), folder.path().join("link.json"));
    write_scenes(&path, &[Scene::new()]).unwrap();
    assert_ne!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "a document is not private by default");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&path, &link).unwrap();
    write_scenes(&link, &[Scene::new(), Scene::new()]).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(read_scenes(&path).unwrap().len(), 2);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1000i32..1000).prop_map(|v| Value::from(f64::from(v) / 8.0)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z_]{1,10}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

fn any_extra() -> impl Strategy<Value = Extra> {
    prop::collection::vec(("x_[a-z]{1,6}", any_json()), 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

fn any_record() -> impl Strategy<Value = RenderRecord> {
    let word = "[a-z \"]{1,8}";
    (
        prop::option::of([-1.0f32..2.0, -1.0f32..2.0, -1.0f32..2.0, -1.0f32..2.0]),
        prop::option::of(0.0f32..1.0),
        prop::option::of(0.1f32..9.0),
        prop::option::of(any::<u64>()),
        prop::option::of(word),
        prop::collection::btree_map(word, word, 0..3),
        prop::option::of(any::<bool>()),
        prop::option::of([-1e6f32..1e6, -1e-3f32..1e-3]),
        any_extra(),
    )
        .prop_map(|(bounds, depth, aspect, seed, drawing, colors, faces_right, canvas, extra)| RenderRecord {
            bounds: bounds.map(UnitBox::from),
            depth,
            haze: depth,
            aspect,
            seed,
            drawing,
            colors,
            faces_right,
            canvas,
            extra,
        })
}

fn any_draft() -> impl Strategy<Value = NodeDraft> {
    let word = "[^\\p{C}]{0,8}[a-zäöü\"\\\\]";
    let unit = 0.0f32..0.9;
    let pinned =
        (unit.clone(), unit, 0.01f32..0.1, 0.01f32..0.1).prop_map(|(x, y, w, h)| UnitBox::new(x, y, x + w, y + h));
    let size = prop::sample::select(SizeHint::ALL.to_vec());
    let place = [0.0f32..1.0, 0.0f32..1.0].prop_map(PlaceHint::of_point);
    (
        word,
        prop::option::of(word),
        prop::option::of(size),
        prop::option::of(place),
        prop::collection::vec(word, 0..3),
        prop::option::of(pinned),
        (any::<bool>(), prop::option::of(any::<u64>()), any_record()),
        prop::option::of([-1e6f32..1e6, -1e-3f32..1e-3]),
        any_extra(),
        (any::<bool>(), prop::option::of(0.0f32..9.0), prop::option::of(any::<u64>())),
    )
        .prop_map(
            |(name, label, size, place, attributes, pinned, (locked, seed, rendered), canvas, extra, more)| {
                let (hidden, depth, group) = more;
                NodeDraft {
                    name,
                    label,
                    size,
                    place,
                    attributes,
                    pinned,
                    locked,
                    hidden,
                    depth,
                    group,
                    seed,
                    canvas,
                    rendered,
                    extra,
                }
            },
        )
}

fn any_scene() -> impl Strategy<Value = Scene> {
    let drafts = prop::collection::vec(any_draft(), 1..8);
    let relations = prop::collection::vec((0u64..8, "[a-z ]{0,8}[a-z]", 0u64..8), 0..10);
    let removed = prop::collection::vec(0u64..8, 0..3);
    (drafts, relations, removed, any::<u64>()).prop_map(|(drafts, relations, removed, seed)| {
        let mut scene = Scene::new();
        for draft in drafts {
            scene.apply(&draft.into()).unwrap();
        }
        // Some of these are refused, and that is well.
        for (subject, predicate, object) in relations {
            let _ = scene.apply(&Edit::relate(NodeId(subject), predicate, NodeId(object)));
        }
        for node in removed {
            let _ = scene.apply(&Edit::RemoveNodes { nodes: vec![NodeId(node)] });
        }
        scene.apply(&Edit::SetSceneSeed { seed }).unwrap();
        scene
    })
}

proptest! {
    #[test]
    fn a_document_comes_back_as_it_was(scenes in prop::collection::vec(any_scene(), 0..4)) {
        let text = scenes_to_string(&scenes);
        let again = scenes_from_str(&text).unwrap();
        prop_assert_eq!(&again, &scenes);
        for (again, scene) in again.iter().zip(&scenes) {
            prop_assert_eq!(again.next_node_id(), scene.next_node_id());
            prop_assert_eq!(again.next_relation_id(), scene.next_relation_id());
        }
        prop_assert_eq!(scenes_to_string(&again), text);
    }

    #[test]
    fn unknown_keys_of_the_graph_come_back(graph in any_extra(), ours in any_extra()) {
        let mut value = json!({"objects": ["sky"], "relationships": [], "scenewright": {"seed": 1}});
        value.as_object_mut().unwrap().extend(graph);
        value["scenewright"].as_object_mut().unwrap().extend(ours);
        let scene = read_one(value.clone()).unwrap();
        value["scenewright"]["version"] = json!(1);
        let again: Value = serde_json::from_str(&scenes_to_string(&[scene])).unwrap();
        prop_assert_eq!(again, value);
    }

    #[test]
    fn nothing_that_is_json_panics(value in any_json(), objects in any_json(), relations in any_json(), ours in any_json()) {
        let _ = scenes_from_str(&value.to_string());
        let graph = json!({"objects": objects, "relationships": relations, "scenewright": {"objects": ours, "seed": value}});
        if let Err(error) = scenes_from_str(&graph.to_string()) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn nothing_that_is_text_panics(text in "[\\[\\]{}\",:0-9a-z \\n]{0,40}") {
        let _ = scenes_from_str(&text);
        let _ = Vocabulary::from_json(&text);
    }
}

/// As root, a rename would replace the device itself.
#[test]
#[cfg(unix)]
fn a_device_is_not_replaced() {
    let error = scenewright_formats::write_atomically(std::path::Path::new("/dev/null"), b"x").unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

/// Visual Genome's and GQA's files, and Open Images' tables, are larger than anything that is held.
#[test]
fn the_first_graphs_of_a_large_file_are_read() {
    use std::fmt::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene_graphs.json");
    let mut text = String::from("[");
    let padding = "x".repeat(4000);
    for id in 0..9000 {
        let comma = if id > 0 { "," } else { "" };
        write!(
            text,
            "{comma}{{\"image_id\": {id}, \"objects\": [{{\"object_id\": 1, \"names\": [\"sheep\"]}}, {{\"object_id\": 2, \"names\": [\"grass\"]}}], \
             \"relationships\": [{{\"predicate\": \"on\", \"subject_id\": 1, \"object_id\": 2}}], \"note\": \"{padding}\"}}"
        )
        .unwrap();
    }
    text.push(']');
    fs::write(&path, &text).unwrap();
    let file = open_scenes(&path).unwrap();
    assert_eq!(file.format, Some("Visual Genome"));
    assert!((5000..9000).contains(&file.scenes.len()), "{}", file.scenes.len());
    assert!(file.scenes.iter().all(|scene| scene.nodes().len() == 2 && scene.relations().len() == 1));
    let left = 9000 - file.scenes.len();
    assert!(file.notes[0].contains(&format!("and {left} records were not")), "{:?}", file.notes);
    // A table ends at a whole line.
    let mut table = String::from(
        "ImageID,LabelName1,LabelName2,XMin1,XMax1,YMin1,YMax1,XMin2,XMax2,YMin2,YMax2,RelationshipLabel\n",
    );
    while table.len() < 40 << 20 {
        table.push_str("000a1249af2bc5f0,/m/07bgp,/m/07j7r,0.1,0.3,0.3,0.7,0.5,0.9,0.1,0.9,at\n");
    }
    let path = folder.path().join("relations.csv");
    fs::write(&path, &table).unwrap();
    let file = open_scenes(&path).unwrap();
    assert!(file.notes[0].contains("the first 32 were read"), "{:?}", file.notes);
    // A document of our own is not opened in part: to save it would lose the rest.
    let path = folder.path().join("ours.json");
    let ours = format!(
        "[{}]",
        vec![format!("{{\"objects\": [\"sky\"], \"relationships\": [], \"note\": \"{padding}\"}}"); 9000].join(",")
    );
    fs::write(&path, ours).unwrap();
    assert!(matches!(open_scenes(&path), Err(ReadError::TooLarge { .. })));
}
