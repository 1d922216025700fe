//! Scene graphs of other programs, graphs in pictures, many graphs at once.

use serde_json::json;

use super::run::*;

const GQA: &str = r#"{"77": {"objects": {"1": {"name": "sheep", "relations": [{"name": "above", "object": "2"}]}, "2": {"name": "grass", "relations": []}}}}"#;

#[test]
fn other_programs_graphs_are_reported_and_drawn() {
    let place = Place::with_model();
    place.write("gqa.json", GQA);
    let info = place.line("info gqa.json").succeeds();
    for part in ["format: GQA", "graph 0 (77): 2 objects, 1 relations", "relations: above"] {
        assert!(info.stdout.contains(part), "{}", info.stdout);
    }
    place.line("render gqa.json --model model").succeeds();
    place.line("export gqa.json --out scene.dot").succeeds();
    place.line("export scene.dot --out scene.json").succeeds();
    assert_eq!(place.json("scene.json")["relationships"], json!([[0, "above", 1]]));
    // What a person may not have meant is said, and drawn all the same.
    place.write("odd.json", json!({"objects": ["sky", "sheep"], "relationships": [[0, "above", 1], [0, "above", 1], [1, "by", 1], [1, "above", 0]]}).to_string());
    let info = place.line("info odd.json").succeeds();
    for part in [
        "relation 1 says again what relation 0 says",
        "relation 2 relates object 1 to itself",
        "relation 3 says the opposite of relation 0",
    ] {
        assert!(info.stdout.contains(part), "{}", info.stdout);
    }
}

#[test]
fn of_a_folder_what_can_be_drawn_is_drawn() {
    let place = Place::with_model();
    std::fs::create_dir(place.path("scenes")).unwrap();
    place.write("scenes/a.json", GQA);
    place.write("scenes/a.dot", "digraph { sky -> sheep [label=above] }");
    place.write("scenes/broken.json", "{\u{201c}objects\u{201d}: []}");
    place.write("scenes/strange.json", json!({"objects": ["xyzzyx"]}).to_string());
    place.write("scenes/notes.txt", "nothing");
    let ran = place.line("render scenes --model model");
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("drew 2 graphs"), "{}", ran.stdout);
    for part in ["not drawn:", "curly quotation mark", "line 1, column 2", "broken.json", "xyzzyx", "strange.json"] {
        assert!(ran.stderr.contains(part), "\"{part}\" is not in: {}", ran.stderr);
    }
    assert!(place.path("out/a-0.png").is_file() && place.path("out/a-json-0.png").is_file(), "{:?}", place.files());
    std::fs::create_dir(place.path("empty")).unwrap();
    place.line("render empty --model model").fails(&["no scene graph"]).path_last("empty");
}

#[test]
fn a_graph_goes_into_a_picture_and_out_of_it() {
    let place = Place::with_model();
    place.write("scene.json", json!({"objects": ["sky", "sheep"], "relationships": [[0, "above", 1]]}).to_string());
    place.line("render scene.json --model model").succeeds();
    place.line("graph extract out/scene-0.png").fails(&["carries no scene graph"]);
    let pixels = place.png("out/scene-0.png");
    place.line("graph embed scene.json out/scene-0.png").succeeds();
    place.write("other.json", json!({"objects": ["grass"], "relationships": []}).to_string());
    place.line("graph embed other.json out/scene-0.png --out both.png").succeeds();
    assert_eq!((place.png("out/scene-0.png"), place.png("both.png")), (pixels.clone(), pixels));
    place.line("graph extract out/scene-0.png --out again.json").succeeds();
    assert_eq!(place.json("again.json")["objects"], json!(["sky", "sheep"]));
    let printed = place.line("graph extract both.png").succeeds();
    assert!(printed.stdout.contains("grass") && !printed.stdout.contains("sheep"), "{}", printed.stdout);
    place.line("graph embed scene.json other.json").fails(&["only a PNG can carry a graph"]).path_last("other.json");
    // As a file manager pastes a path.
    let quoted = format!("\"{}\"", place.path("both.png").display());
    place.run(["info", &quoted]).succeeds();
    place.run(["info".to_owned(), format!("file://{}", place.path("both.png").display())]).succeeds();
}
