//! Scene graphs that are empty, huge, broken, or none: each has a defined outcome.

use std::fs::{self, File};

use serde_json::{Value, json};

use super::run::*;

/// Draws one file that must give a picture, and its facts.
#[track_caller]
fn draws(place: &Place, graph: &Value) -> Value {
    place.write("graph.json", graph.to_string());
    place.line("render graph.json --model model").succeeds();
    assert_eq!(place.png("out/graph-0.png").dimensions(), (32, 32));
    assert!(!place.files().iter().any(|name| name.ends_with(".tmp")));
    place.json("out/graph-0.json")
}

/// The file is refused and nothing is made, not even the folder.
#[track_caller]
fn refused(place: &Place, text: impl AsRef<[u8]>, parts: &[&str]) {
    place.write("graph.json", text);
    place.line("render graph.json --model model").fails(parts).path_last("graph.json");
    assert!(place.files() == ["graph.json"] && !place.path("out").exists(), "{:?}", place.files());
}

#[test]
fn strange_graphs_are_drawn() {
    let place = Place::with_model();
    let facts = draws(&place, &json!({"objects": [], "relationships": []}));
    assert_eq!((&facts["objects"], &facts["relations"]), (&json!([]), &json!([])));
    let facts = draws(&place, &json!({"objects": ["sky", "sheep", "sheep"], "relationships": []}));
    assert_eq!(facts["objects"].as_array().unwrap().len(), 3);
    draws(&place, &json!({"objects": ["sky"]}));
    let twice = json!([[0, "above", 1], [0, "above", 1], [0, "above", 1], [1, "by", 1], [1, "by", 1], [1, "above", 0]]);
    let facts = draws(&place, &json!({"objects": ["sky", "grass"], "relationships": twice}));
    assert_eq!(facts["relations"].as_array().unwrap().len(), 6);
}

#[test]
fn too_many_objects_are_refused_and_many_are_drawn() {
    let place = Place::with_model();
    let sheep = |count: usize| json!({"objects": vec!["sheep"; count], "relationships": []});
    refused(
        &place,
        sheep(10_000).to_string(),
        &["10000 objects and 0 relations", "at most 1000 and 20000", "Split it"],
    );
    let edges = json!({"objects": ["sheep", "sky"], "relationships": vec![json!([0, "by", 1]); 20_001]});
    refused(&place, edges.to_string(), &["2 objects and 20001 relations"]);
    let facts = draws(&place, &sheep(250));
    assert_eq!(facts["objects"].as_array().unwrap().len(), 250);
}

#[test]
fn broken_graphs_are_refused_whole() {
    let place = Place::with_model();
    let graph = |relationships: Value| json!({"objects": ["sky", "grass"], "relationships": relationships}).to_string();
    let relation = |triple: Value, part: &str| refused(&place, graph(json!([triple])), &["relationships[0]: ", part]);
    relation(json!([0, "above", 2]), "the object is object 2, but the last object is 1");
    relation(json!([-1, "above", 1]), "the subject -1 is no row");
    relation(json!([0, "above"]), "is no [subject, \"relation\", object]");
    relation(json!([0, 3, 1]), "is no relation");
    // All problems at once, and the graph of a list by its number.
    let list = json!([{"objects": ["sky"]}, {"objects": [1], "relationships": [[0, "above", 9]]}]);
    refused(&place, list.to_string(), &["2 problems", "graph 1, objects[0]", "graph 1, relationships[0]", "\nin "]);
    for (text, part) in [
        ("", "this is not JSON"),
        ("{\"objects\": [\"sky\"", "this is not JSON"),
        ("\"sky above grass\"", "is no scene graph"),
        ("{}", "objects: missing"),
        ("[]", "there are no graphs in this file"),
        ("null", "is no scene graph"),
        (&"[".repeat(100_000), "this is not JSON"),
    ] {
        refused(&place, text, &[part]);
    }
    refused(&place, b"\xff\xfe\x00", &["this is no text"]);
}

#[test]
fn pins_that_are_no_boxes_are_refused() {
    let place = Place::with_model();
    for pinned in [
        json!([0.9, 0.1, 0.2, 0.8]),
        json!([0.1, 0.9, 0.8, 0.2]),
        json!([0.5, 0.5, 0.5, 0.5]),
        json!([0.1, 0.1, 0.1001, 0.9]),
        json!([1.5, 1.5, 2.5, 2.5]),
        json!([-0.5, 0.0, 0.5, 1.0]),
        json!([0.1, 0.1, 1e38, 0.9]),
        json!([0.1, 0.1, 0.9]),
        json!([0.1, 0.1, "wide", 0.9]),
    ] {
        let graph = json!({"objects": ["sky"], "relationships": [], "scenewright": {"objects": [{"pinned": pinned}]}});
        refused(&place, graph.to_string(), &["scenewright.objects[0].pinned: "]);
    }
    let nan = r#"{"objects": ["sky"], "scenewright": {"objects": [{"pinned": [NaN, 0, 1, 1]}]}}"#;
    refused(&place, nan, &["scenewright.objects[0].pinned: "]);
    refused(&place, nan.replace("NaN", "1e999"), &["this is not JSON"]);
}

/// The words of all graphs of a file, each once, before anything is drawn.
#[test]
fn unknown_words_are_named_together() {
    let place = Place::with_model();
    let list = json!([
        {"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]},
        {"objects": ["kyte", "sheap", "sky"], "relationships": [[0, "abov", 2]]},
        {"objects": ["kyte", "xyzzyx"], "relationships": []},
    ]);
    let said = [
        "\"kyte\" is not in this vocabulary. Did you mean \"kite\"",
        "\"sheap\"",
        "\"sheep\"",
        "\"xyzzyx\"",
        "the relation \"abov\"",
        "\"above\"",
        "\nin ",
    ];
    place.write("graph.json", list.to_string());
    let ran = place.line("render graph.json --model model");
    assert_eq!(ran.stderr.matches("kyte").count(), 1, "{}", ran.stderr);
    // The graph with known words is drawn, and the others are named at the end.
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stdout.contains("drew 1 graph") && ran.stderr.contains("error: not drawn:"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    said.iter().for_each(|part| assert!(ran.stderr.contains(part), "\"{part}\" is not in: {}", ran.stderr));
    ran.path_last("graph.json");
    assert!(place.path("out/graph-0.png").is_file() && !place.path("out/graph-1.png").exists());
    place.line("render graph.json --model model --only 0").succeeds();
    // Where none can be drawn nothing is made.
    let none = json!([{"objects": ["kyte"]}, {"objects": ["xyzzyx"]}]);
    fs::remove_dir_all(place.path("out")).unwrap();
    refused(&place, none.to_string(), &["\"kyte\"", "\"xyzzyx\""]);
}

#[test]
fn three_gigabytes_are_not_read() {
    let place = Place::with_model();
    let huge = File::create(place.path("graph.json")).unwrap();
    if huge.set_len(3 << 30).is_err() {
        return println!("skipped: no sparse files here");
    }
    for line in ["render graph.json --model model", "info graph.json"] {
        place.line(line).fails(&["3221.2 MB is too large", "at most 32 MB"]).path_last("graph.json");
    }
    assert_eq!(place.files(), ["graph.json"]);
}

#[test]
fn paths_that_are_no_files() {
    let place = Place::with_model();
    fs::create_dir(place.path("folder")).unwrap();
    place.line("render folder --model model").fails(&["there is no scene graph", "in this folder"]).path_last("folder");
    place.line("render nowhere.json --model model").fails(&["cannot read the scene"]).path_last("nowhere.json");
    if cfg!(unix) {
        place.line("render /dev/null --model model").fails(&["no ordinary file"]).path_last("/dev/null");
    }
    assert!(place.files().is_empty() && !place.path("out").exists());
    // The second file is wrong: the first is drawn all the same.
    let ran = place.line("render {sheep} nowhere.json --model model --only 0");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "drew 1 graph into out (cpu)\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot read the scene"), "{}", ran.stderr);
}

#[test]
fn only_must_name_graphs_that_are_there() {
    let place = Place::with_model();
    place
        .line("render {sheep} --model model --only 0,7")
        .fails(&["--only 7: there are 7 graphs, counted from 0"])
        .path_last("sheep.json");
    place.line("render {coco} {street} --model model --only 7").fails(&["--only 7"]).path_last("street.json");
    place.write("one.json", r#"{"objects": ["sky"]}"#);
    place.line("render one.json --model model --only 1").fails(&["--only 1: there is 1 graph"]).path_last("one.json");
    assert!(place.files() == ["one.json"] && !place.path("out").exists());
}

#[test]
fn two_files_of_one_name_are_refused() {
    let place = Place::with_model();
    for folder in ["a", "b", "c"] {
        fs::create_dir(place.path(folder)).unwrap();
    }
    let files = ["a/scene.json", "b/scene.json", "c/Scene.json"];
    for file in files {
        place.write(file, r#"{"objects": ["sky"]}"#);
    }
    place
        .line("render a/scene.json b/scene.json --model model")
        .fails(&["two files are called \"scene\""])
        .path_last("scene.json");
    // On some systems Scene-0.png and scene-0.png are one file.
    place
        .line("render a/scene.json c/Scene.json --model model")
        .fails(&["two files are called"])
        .path_last("Scene.json");
    assert!(place.files() == files && !place.path("out").exists());
}
