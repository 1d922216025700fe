//! `scenewright say`, through its own function.

use clap::Parser;
use scenewright::cli::say::{Args, say};
use scenewright_formats::read_scenes;
use scenewright_scene::Scene;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

/// What it prints, and its error.
fn run(words: &[&str]) -> (String, Option<String>) {
    let line = Line::try_parse_from(["say"].iter().chain(words)).unwrap();
    let mut out = Vec::new();
    let error = say(&line.args, &mut out, &mut Vec::new()).err().map(|error| format!("{error:#}"));
    (String::from_utf8(out).unwrap(), error)
}

/// What it prints on standard error, and its error.
fn notes(words: &[&str]) -> (String, Option<String>) {
    let line = Line::try_parse_from(["say"].iter().chain(words)).unwrap();
    let mut notes = Vec::new();
    let error = say(&line.args, &mut Vec::new(), &mut notes).err().map(|error| format!("{error:#}"));
    (String::from_utf8(notes).unwrap(), error)
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/scene_graphs").join(name)
}

/// A graph up to the order of its parts: each object known by all that is said of it, two rounds deep.
fn signature(scene: &Scene) -> (Vec<String>, Vec<String>) {
    let mut names: BTreeMap<_, String> = scene.nodes().iter().map(|node| (node.id, node.name.clone())).collect();
    for _ in 0..3 {
        let said = |id| {
            let mut said: Vec<String> = scene
                .relations_of(id)
                .map(|relation| {
                    if relation.subject == id {
                        format!("> {} {}", relation.predicate, names[&relation.object])
                    } else {
                        format!("< {} {}", relation.predicate, names[&relation.subject])
                    }
                })
                .collect();
            said.sort();
            format!("{} ({})", names[&id], said.join(", "))
        };
        names = scene.nodes().iter().map(|node| (node.id, said(node.id))).collect();
    }
    let mut relations: Vec<String> = scene
        .relations()
        .iter()
        .map(|r| format!("{} {} {}", names[&r.subject], r.predicate, names[&r.object]))
        .collect();
    let mut objects: Vec<String> = names.into_values().collect();
    objects.sort();
    relations.sort();
    (objects, relations)
}

#[test]
fn the_sentence_of_the_paper_is_its_graph() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheep.json");
    let out = file.to_str().unwrap();
    let sentence = "a sheep by another sheep standing on the grass with sky above and a boat in the ocean by a tree behind the sheep";
    let steps = read_scenes(&golden("figure_6_sheep.json")).unwrap();
    let last = steps.len() - 1;

    assert_eq!(run(&[sentence, "--out", out]).1, None);
    assert_eq!(signature(&read_scenes(&file).unwrap()[0]), signature(&steps[last - 1]));

    // And on to the last step.
    assert_eq!(run(&["move the boat onto the grass", "--scene", out, "--out", out]).1, None);
    assert_eq!(signature(&read_scenes(&file).unwrap()[0]), signature(&steps[last]));
}

#[test]
fn every_step_of_both_sequences_is_a_sentence_or_two() {
    let sheep: &[&[&str]] = &[
        &["sky above the grass", "a zebra standing on the grass"],
        &["change the zebra to a sheep"],
        &["add another sheep by it"],
        &["add a tree behind the first sheep"],
        &["ocean by the tree"],
        &["add a boat in the ocean"],
        &["move the boat onto the grass"],
    ];
    let street: &[&[&str]] = &[
        &["car on the street", "a line on the street", "sky above the street"],
        &["change the car to a bus"],
        &["add a car on the street"],
        &["add kite in sky"],
        &["the car is below the kite"],
        &["remove the kite and add a building behind the street"],
        &["add a window on the building"],
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, steps) in [("figure_6_sheep.json", sheep), ("figure_6_street.json", street)] {
        let figure = read_scenes(&golden(name)).unwrap();
        assert_eq!(figure.len(), steps.len());
        for (index, expected) in figure.iter().enumerate() {
            let file = folder.path().join(format!("{index}-{name}"));
            let mut words: Vec<&str> = steps[..=index].concat();
            words.extend(["--out", file.to_str().unwrap()]);
            assert_eq!(run(&words).1, None);
            assert_eq!(signature(&read_scenes(&file).unwrap()[0]), signature(expected), "step {index} of {name}");
        }
    }
}

#[test]
fn changes_are_reported_in_words() {
    let (out, error) = run(&["two sheep on the grass", "make the second sheep bigger", "undo that"]);
    assert_eq!(error, None);
    assert_eq!(
        out,
        "two sheep on the grass\n  add sheep 1\n  add sheep 2\n  add grass\n  sheep 1 on grass\n  sheep 2 on grass\n\
         make the second sheep bigger\n  sheep 2 is large\nundo that\n  undo the last step\n"
    );
}

#[test]
fn questions_are_answered_by_the_next_sentence() {
    let two = "a sheep on the grass and a black sheep in the ocean";
    let (out, error) = run(&[two, "remove the sheep"]);
    assert!(
        out.contains("Which is \"the sheep\"?\n    1  sheep 1 (on grass)\n    2  sheep 2 (black, in ocean)"),
        "{out}"
    );
    assert!(error.unwrap().contains("asks a question"));
    let (out, error) = run(&[two, "remove the sheep", "the black one", "no, the other one"]);
    assert_eq!(error, None);
    assert!(out.ends_with("no, the other one\n  undo the last step, and then:\n  remove sheep 1\n"), "{out}");
}

#[test]
fn what_is_not_understood_is_shown_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("never.json");
    let (out, error) = run(&["xyzzy", "--out", file.to_str().unwrap()]);
    assert!(out.contains("\n^^^^^"), "{out}");
    assert!(error.unwrap().contains("\"xyzzy"), "{out}");
    assert!(!file.exists());

    for (words, expected) in [
        (&["remove the shep", "--scene", golden("figure_6_sheep.json").to_str().unwrap()][..], "--graph N"),
        (&["dog", "--scene", "no-such-file.json"], "no-such-file.json"),
        (&["dog", "--vocab", "no-such-vocabulary"], "coco-stuff, visual-genome"),
        (&["undo"], "only 0 steps"),
        (&["add dog", "go back three steps"], "only 1 steps"),
        (&["2"], "no question open"),
    ] {
        let error = run(words).1.unwrap_or_default();
        assert!(error.contains(expected), "{words:?}: {error}");
    }
}

#[test]
fn strangers_are_noted_and_json_holds_everything() {
    let (out, error) = run(&["add a kyte in the sky"]);
    assert_eq!(error, None);
    assert!(out.contains("note: \"kyte\" is read as \"kite\""), "{out}");
    let (out, error) = run(&["add a wugle in the sky"]);
    assert_eq!(error, None);
    assert!(out.contains("note: \"wugle\" is not in this vocabulary."), "{out}");
    let (out, error) = run(&["add a poodle chasing a cat"]);
    assert_eq!(error, None);
    assert!(out.contains("note: \"poodle\" is drawn as \"dog\""), "{out}");
    assert!(out.contains("note: \"chasing\" is drawn as \"behind\""), "{out}");

    let (out, error) = run(&["add kite in sky", "--json", "--vocab", "coco-stuff"]);
    assert_eq!(error, None);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["sentences"][0]["ready"], true);
    assert_eq!(json["sentences"][0]["edits"][0]["edit"], "add_node");
    assert_eq!(json["scene"]["objects"], serde_json::json!(["kite", "sky-other"]));
    assert_eq!(json["scene"]["relationships"], serde_json::json!([[0, "inside", 1]]));
}

#[test]
fn left_out_words_are_named_and_strict_refuses_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scene.json");
    let out = file.to_str().unwrap();
    let words = ["a dog 2 feet left of a tree", "--out", out];
    let (said, error) = notes(&words);
    assert_eq!((said.as_str(), error), ("left out: \"2 feet\"\n", None));
    assert_eq!(read_scenes(&file).unwrap()[0].nodes().len(), 2);
    std::fs::remove_file(&file).unwrap();
    let (_, error) = notes(&[&words[..], &["--strict"]].concat());
    assert!(error.unwrap().contains("--strict"));
    assert!(!file.exists());

    let (json, error) = run(&["a dog 2 feet left of a tree", "a pooddle", "--json"]);
    assert_eq!(error, None);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let first = &json["sentences"][0];
    assert_eq!(first["left_out"], serde_json::json!([{ "span": { "start": 6, "end": 12 }, "text": "2 feet" }]));
    let second = &json["sentences"][1];
    assert_eq!(second["corrected"][0]["read_as"], "poodle");
    assert_eq!(second["drawn_as"][0]["drawn"], "dog");
    assert_eq!(second["drawn_as"][0]["kind"], "object");
    assert_eq!(json["scene"]["objects"], serde_json::json!(["dog", "tree", "poodle"]));
}

#[test]
fn questions_and_conditions_change_nothing_and_are_refused() {
    for sentence in
        ["is there a tree?", "how many trees are there?", "if it rains add an umbrella", "i don't like the tree"]
    {
        let error = run(&["a tree", sentence]).1;
        assert!(error.is_some(), "{sentence}");
    }
    for sentence in ["thanks!", "yes, that's it, thanks", "perfect", "looks good"] {
        let (out, error) = run(&["a tree", sentence]);
        assert_eq!(error, None, "{sentence}");
        assert!(out.ends_with("nothing changes\n"), "{out}");
    }
}
