//! Opening, saving, and not losing anything.

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use scenewright::app::EditorOptions;
use scenewright_formats::read_scenes;

use crate::harness::{Person, WINDOW};

const FARM: &str = r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#;

fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
    fs::write(dir.join(name), text).unwrap();
    dir.join(name)
}

fn with_file(path: PathBuf) -> Person {
    Person::at(EditorOptions { file: Some(path), ..EditorOptions::default() }, WINDOW)
}

#[test]
fn a_scene_is_opened_changed_and_saved() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow standing on the grass");
    assert!(person.editor().title().starts_with("farm.json • —"));
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json —"));
    assert_eq!(read_scenes(&path).unwrap()[0], *person.editor().scene());
    person.presses(Modifiers::COMMAND, Key::Z);
    assert!(person.editor().title().starts_with("farm.json • —"), "the file holds the cow, the window does not");
}

#[test]
fn unsaved_changes_are_asked_about() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    for (answer, objects) in [("Cancel", 3), ("Discard", 0)] {
        person.presses(Modifiers::COMMAND, Key::N);
        assert!(person.sees("Save the changes to farm.json?"));
        person.clicks(answer);
        assert_eq!(person.objects().len(), objects, "{answer}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), FARM);
}

#[test]
fn saving_first_goes_on_when_the_file_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    person.presses(Modifiers::COMMAND, Key::N);
    person.clicks("Save");
    person.waits_until("an empty scene", |editor| editor.scene().is_empty());
    assert_eq!(read_scenes(&path).unwrap()[0].nodes().len(), 3);
}

#[test]
fn files_that_cannot_be_used_leave_the_scene_alone() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("broken.json", "{"), ("foreign.json", "[1, 2]"), ("foreign.txt", "no JSON at all")] {
        let mut person = with_file(written(dir.path(), name, text));
        person.waits_until("the banner", |editor| !editor.banners().is_empty());
        assert!(person.editor().banners()[0].text.contains(name), "{}", person.editor().banners()[0].text);
        assert_eq!(person.objects().len(), 7);
    }
    let mut person = with_file(dir.path().join("gone.json"));
    person.waits_until("the banner", |editor| !editor.banners().is_empty());
}

#[test]
fn a_file_that_cannot_be_written_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the banner", |editor| !editor.banners().is_empty());
    assert!(person.sees("your changes are still here"));
    assert!(person.editor().title().starts_with("farm.json •"));
}

#[test]
fn one_of_several_graphs_is_chosen() {
    let dir = tempfile::tempdir().unwrap();
    let two = format!("[{FARM}, {{\"objects\": [\"car\"], \"relationships\": []}}]");
    let mut person = with_file(written(dir.path(), "two.json", &two));
    person.waits_until("the question", |editor| editor.is_asking());
    assert!(person.sees("This file holds 2 graphs"));
    person.clicks("2   car");
    assert_eq!(person.objects(), ["car"]);
    person.says("add a tree");
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("two.json —"));
    let graphs = read_scenes(&dir.path().join("two.json")).unwrap();
    assert_eq!(graphs.iter().map(|graph| graph.nodes().len()).collect::<Vec<_>>(), [2, 2], "the other graph stays");
}

#[test]
fn all_of_several_graphs_are_opened_as_steps() {
    let dir = tempfile::tempdir().unwrap();
    let graphs: Vec<String> = ["[\"sky\"]", "[\"sky\", \"grass\"]", "[\"sky\", \"grass\", \"sheep\"]"]
        .iter()
        .map(|objects| format!("{{\"objects\": {objects}, \"relationships\": []}}"))
        .collect();
    let three = written(dir.path(), "three.json", &format!("[{}]", graphs.join(",")));
    let mut person = Person::with_model();
    person.drops(&three);
    person.waits_until("the question", |editor| editor.is_asking());
    person.clicks("Open all as steps");
    assert_eq!(person.objects(), ["sky", "grass", "sheep"]);
    // Every step has its picture, though it was never shown.
    person.waits_until("the pictures of the steps", |editor| {
        editor.history().revisions().iter().all(|step| editor.picture_of(step.id).is_some())
    });
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.objects(), ["sky", "grass"]);
    assert!(person.editor().title().starts_with("three •"), "{}", person.editor().title());
}

#[test]
fn a_file_that_another_program_changed_is_noticed_and_not_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    let theirs = r#"{"objects": ["sea"], "relationships": []}"#;
    fs::write(&path, theirs).unwrap();
    person.comes_back();
    person.waits_for_words("Another program has changed farm.json");
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the question", |editor| editor.is_asking());
    person.clicks("Cancel");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    assert!(person.editor().title().starts_with("farm.json •"));
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the question", |editor| editor.is_asking());
    person.clicks("Overwrite");
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json —"));
    assert_eq!(read_scenes(&path).unwrap()[0].nodes().len(), 3);
    assert!(person.editor().banners().is_empty(), "what was said of the file is settled");
}

#[test]
fn a_file_is_opened_again_as_another_program_left_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    fs::write(&path, r#"{"objects": ["sea"], "relationships": []}"#).unwrap();
    person.comes_back();
    person.waits_for_words("Another program has changed farm.json");
    person.clicks("Revert to saved");
    person.waits_until("the sea", |editor| editor.scene().nodes().len() == 1);
    assert!(!person.sees("Another program"));
    fs::remove_file(&path).unwrap();
    person.comes_back();
    person.waits_for_words("was moved or deleted");
    person.says("add a boat");
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json —"));
    assert!(path.exists());
}

#[test]
fn recent_files_are_remembered_and_forgotten_when_they_are_gone() {
    let (home, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [kept, gone] = ["kept.json", "gone.json"].map(|name| written(dir.path(), name, FARM));
    let mut person = Person::in_folders(home.path());
    for path in [&gone, &kept] {
        person.drops(path);
        let name = format!("{} —", path.file_name().unwrap().to_string_lossy());
        person.waits_until("the scene", |editor| editor.title().starts_with(&name));
    }
    let settings = home.path().join("config/settings.json");
    person.waits_until("the settings", |_| fs::read_to_string(&settings).is_ok_and(|text| text.contains("gone.json")));
    drop(person);
    fs::remove_file(&gone).unwrap();
    let mut person = Person::in_folders(home.path());
    person.drops(&gone);
    person.waits_until("the banner", |editor| !editor.banners().is_empty());
    person.waits_until("the settings", |_| fs::read_to_string(&settings).is_ok_and(|text| !text.contains("gone.json")));
    assert!(fs::read_to_string(&settings).unwrap().contains("kept.json"));
}

#[test]
fn quitting_right_after_saving_asks_nothing_twice_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(dir.path(), "farm.json", FARM);
    let mut person = with_file(path.clone());
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    person.window.key_press_modifiers(Modifiers::COMMAND, Key::S);
    person.window.step();
    person.presses(Modifiers::COMMAND, Key::N);
    person.waits_until("an empty scene", |editor| editor.scene().is_empty());
    assert_eq!(read_scenes(&path).unwrap()[0].nodes().len(), 3);
}

#[test]
fn the_arrangement_of_the_panels_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let settings = home.path().join("config/settings.json");
    let mut person = Person::in_folders(home.path());
    assert!(person.sees("step 0: start"), "the history is there");
    person.clicks("View");
    person.clicks_last_with("History");
    assert!(!person.sees("step 0: start"));
    person.waits_until("the settings", |_| settings.exists());
    drop(person);
    let person = Person::in_folders(home.path());
    assert!(!person.sees("step 0: start"));
}

#[test]
fn no_old_picture_stays_behind_a_scene_that_is_too_large_to_draw() {
    let dir = tempfile::tempdir().unwrap();
    let objects: Vec<&str> = std::iter::repeat_n("sky", 1001).collect();
    let large =
        written(dir.path(), "large.json", &serde_json::json!({"objects": objects, "relationships": []}).to_string());
    let mut person = Person::with_model();
    assert!(person.editor().picture().is_some());
    person.drops(&large);
    person.waits_until("the large scene", |editor| editor.title().starts_with("large.json"));
    person.waits_for_words("There is no picture of this scene");
    assert!(person.editor().picture().is_none(), "the picture of the scene before is still shown");
    person.presses(Modifiers::COMMAND, Key::N);
    person.says("add sky");
    person.waits_for_the_picture();
    assert!(person.editor().picture().is_some());
}
