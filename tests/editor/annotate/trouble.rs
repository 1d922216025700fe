//! Problems with files: a banner names the file and how to fix it, and nothing is lost.

use egui::{Key, Modifiers};

use super::annotator::{Annotator, accounts, folder, on_the_disk};
use crate::harness::Person;

#[test]
fn a_save_that_fails_is_reported_and_made_good() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.waits_for_the_disk();
    let file = folder.path().join("annotations.json");
    let readonly = |readonly: bool| {
        let mut permissions = std::fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&file, permissions).unwrap();
    };
    readonly(true);
    one.draws_box("cow", [0.6, 0.2], [0.9, 0.6]);
    one.person.waits_for_words("read-only");
    assert!(one.person.sees("annotations.json") && one.person.sees("your changes are still here"));
    // The window stays open while something is not on the disk.
    one.draws_box("tree", [0.1, 0.6], [0.3, 0.9]);
    one.person.presses(Modifiers::COMMAND, Key::Q);
    assert!(!one.person.editor().is_annotation_saved());
    readonly(false);
    one.person.presses(Modifiers::COMMAND, Key::S);
    one.waits_for_the_disk();
    assert_eq!(on_the_disk(folder.path()), accounts(one.all()));
    assert!(!one.person.sees("read-only"));
}

#[test]
fn another_program_s_words_are_reported_and_can_be_read() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.waits_for_the_disk();
    for file in ["annotations.json", "a.scene.json"] {
        let path = folder.path().join(file);
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap().replace("sheep", "goat")).unwrap();
    }
    one.person.comes_back();
    one.person.waits_for_words("Another program has changed the annotations");
    assert_eq!(one.names(), ["sheep"]);
    one.person.clicks_last_with("Revert to saved");
    one.person.waits_until("their words", |editor| {
        editor.annotations().unwrap().pages()[0].scene().nodes()[0].name == "goat"
    });
}

#[test]
fn what_is_wrong_with_a_folder_is_reported_once_it_is_open() {
    let folder = folder();
    std::fs::write(folder.path().join("broken.jpg"), b"no picture at all").unwrap();
    std::fs::write(folder.path().join("annotations.json"), "{\"images\": [").unwrap();
    let mut one = Annotator::with(folder.path());
    one.person.waits_for_words("this is no JSON");
    assert!(one.person.sees("broken.jpg") && one.person.sees("2 problems in this folder"));
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.waits_for_the_disk();
    assert_eq!(std::fs::read_to_string(folder.path().join("annotations.json.1")).unwrap(), "{\"images\": [");
    // The broken one can be looked at, and nothing more.
    one.person.clicks_last_with("broken.jpg, skipped");
    one.person.window.run();
    one.person.presses(Modifiers::NONE, Key::Enter);
    assert!(one.person.sees("broken.jpg"));
}

#[test]
fn a_folder_without_pictures_and_files_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("annotations.json"), "{}").unwrap();
    let mut person = Person::new();
    person.drops(folder.path());
    person.waits_for_words("there is no picture in it");
    assert!(person.editor().annotations().is_none());
    let pictures = super::annotator::folder();
    let mut one = Annotator::with(pictures.path());
    std::fs::write(pictures.path().join("notes.txt"), "hello").unwrap();
    one.person.drops(&pictures.path().join("notes.txt"));
    one.person.waits_for_words("neither a picture");
}
