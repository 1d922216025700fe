//! Opening, saving, and not losing anything.

use std::fs;
use std::path::{Path, PathBuf};

use egui::{Key, Modifiers};
use scenewright::app::Options;
use scenewright::interchange::read_scenes;

use crate::harness::{Person, WINDOW};

const FARM: &str = r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#;

fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
    fs::write(dir.join(name), text).unwrap();
    dir.join(name)
}

fn with_file(path: PathBuf) -> Person {
    Person::at(Options { file: Some(path), ..Options::default() }, WINDOW)
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
    for (name, text) in [("broken.json", "{"), ("foreign.json", "[1, 2]"), ("empty.json", "[]")] {
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
    assert!(person.sees("nothing is lost"));
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
    assert!(person.editor().title().starts_with("untitled"), "saving must not take the other graph away");
}
