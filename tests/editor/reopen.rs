//! The picture is part of the document: it comes back after saving, exporting, recovery, undo, and copy and paste.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable;
use scenewright::app::EditorOptions;
pub use scenewright::engine::{DeviceChoice, Picture};
use scenewright_document::Folders;
use scenewright_formats::read_scenes;

use crate::harness::{Person, WINDOW, tiny_model};

/// The model with which the program opens.
fn bundled_model() -> PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("models/collage-illustrated")).clone()
}

fn options(model: PathBuf, file: Option<PathBuf>) -> EditorOptions {
    EditorOptions { model: Some(model), file, device: DeviceChoice::Cpu, ..EditorOptions::default() }
}

fn opened(model: PathBuf, file: &Path) -> Person {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let mut person = Person::at(options(model, Some(file.to_owned())), WINDOW);
    person.waits_until("the file", |editor| editor.title().starts_with(name.split('.').next().unwrap()));
    person.waits_for_the_picture();
    person
}

fn picture(person: &mut Person) -> Arc<Picture> {
    person.waits_for_the_picture();
    person.editor().picture().unwrap()
}

/// An hour at the editor: boxes that stayed while other things came and went.
const SENTENCES: [&str; 8] = [
    "sky above grass",
    "add a sheep standing on the grass",
    "put another sheep by it",
    "add a tree behind the sheep",
    "make the left sheep bigger",
    "add a house on the grass",
    "make the roof blue",
    "delete the tree",
];

fn builds(person: &mut Person) {
    builds_until(person, SENTENCES.len());
}

/// In a new document.
fn builds_until(person: &mut Person, count: usize) {
    person.presses(Modifiers::COMMAND, Key::N);
    assert!(person.objects().is_empty());
    says_all(person, count);
}

fn says_all(person: &mut Person, count: usize) {
    for sentence in SENTENCES.iter().take(count) {
        person.says(sentence);
        person.waits_for_the_picture();
    }
}

#[test]
fn a_saved_scene_is_drawn_again_to_the_bit() {
    for model in [bundled_model(), tiny_model()] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("street.json");
        fs::write(&file, r#"{"objects": [], "relationships": []}"#).unwrap();
        let mut person = Person::at(options(model.clone(), Some(file.clone())), WINDOW);
        person.waits_until("the file", |editor| editor.title().starts_with("street.json"));
        says_all(&mut person, SENTENCES.len());
        let before = picture(&mut person);
        let chips: Vec<_> =
            person.editor().scene().nodes().iter().map(|node| node.canvas.or(node.rendered.canvas)).collect();
        assert!(chips.iter().all(Option::is_some), "{chips:?}");
        person.presses(Modifiers::COMMAND, Key::S);
        person.waits_until("the save", |editor| !editor.title().contains('•'));
        let mut again = opened(model.clone(), &file);
        assert!(picture(&mut again).rgb == before.rgb, "another picture after saving");
        let new: Vec<_> =
            again.editor().scene().nodes().iter().map(|node| node.canvas.or(node.rendered.canvas)).collect();
        assert_eq!(new, chips, "the graph lies as it lay");
        assert!(!again.editor().title().contains('•'), "opening is no change");
        // sg2im's own part of the file is as it always was.
        let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["objects", "relationships", "scenewright"]);
        // And an undo in it does what undo does.
        again.says("add kite in sky");
        picture(&mut again);
        again.presses(Modifiers::COMMAND, Key::Z);
        assert!(picture(&mut again).rgb == before.rgb, "another picture after undo");
    }
}

#[test]
fn an_exported_picture_brings_itself_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("farm.json");
    fs::write(&file, r#"{"objects": [], "relationships": []}"#).unwrap();
    let mut person = Person::at(options(bundled_model(), Some(file)), WINDOW);
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json"));
    says_all(&mut person, SENTENCES.len());
    let before = picture(&mut person);
    person.presses(Modifiers::COMMAND, Key::E);
    person.presses(Modifiers::NONE, Key::Enter);
    person.waits_until("the export", |editor| !editor.is_busy() && editor.last_toast().starts_with("Exported"));
    let png = folder.path().join("farm.png");
    assert!(png.exists(), "{:?}", fs::read_dir(folder.path()).unwrap().collect::<Vec<_>>());
    let mut again = opened(bundled_model(), &png);
    assert!(picture(&mut again).rgb == before.rgb);
}

#[test]
fn recovery_brings_the_picture_back() {
    let home = tempfile::tempdir().unwrap();
    let in_home = || EditorOptions { folders: Some(Folders::under(home.path())), ..options(bundled_model(), None) };
    let mut person = Person::at(in_home(), WINDOW);
    builds(&mut person);
    let before = picture(&mut person);
    assert!(person.editor().settle());
    // Dropped without a clean end: as a crash leaves it.
    drop(person);
    let mut person = Person::at(in_home(), WINDOW);
    person.waits_until("the offer", |editor| editor.is_asking());
    person.clicks("Recover");
    person.waits_until("the work", |editor| !editor.is_asking() && editor.last_toast().contains("Recovered"));
    assert!(picture(&mut person).rgb == before.rgb);
    // Each step of the history, too.
    person.presses(Modifiers::COMMAND, Key::Z);
    let mut fresh = Person::at(options(bundled_model(), None), WINDOW);
    builds_until(&mut fresh, SENTENCES.len() - 1);
    assert!(picture(&mut person).rgb == picture(&mut fresh).rgb, "a step of the recovered history");
}

fn goes_to_the_graph(person: &mut Person) {
    person.window.query_all_by_label_contains("Graph: ").next().expect("the graph").focus();
    person.window.run();
}

/// What Ctrl+C puts on the clipboard.
fn copied(person: &mut Person) -> String {
    person.window.event(Event::Copy);
    person.window.step();
    let commands = person.window.output().platform_output.commands.clone();
    let text = commands.into_iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    text.expect("nothing was copied")
}

#[test]
fn all_that_is_copied_is_the_same_picture_where_it_is_pasted() {
    let mut person = Person::at(options(bundled_model(), None), WINDOW);
    builds(&mut person);
    person.says("make it evening");
    let before = picture(&mut person);
    goes_to_the_graph(&mut person);
    person.presses(Modifiers::COMMAND, Key::A);
    let text = copied(&mut person);
    let mut other = Person::at(options(bundled_model(), None), WINDOW);
    other.presses(Modifiers::COMMAND, Key::N);
    goes_to_the_graph(&mut other);
    other.window.event(Event::Paste(text));
    other.window.run();
    let after = picture(&mut other);
    assert_eq!(other.objects(), person.objects());
    assert!(after.rgb == before.rgb);
    // Pasted once more, each copy gets a place of its own.
    let text = copied(&mut other);
    other.window.event(Event::Paste(text));
    other.window.run();
    let twice = picture(&mut other);
    let boxes: Vec<_> =
        twice.objects.iter().filter(|placed| placed.name == "sheep").map(|placed| placed.bounds).collect();
    for (row, bounds) in boxes.iter().enumerate() {
        assert!(!boxes[..row].contains(bounds), "{boxes:?}");
    }
}

#[test]
fn a_fresh_layout_is_a_step_and_another_one_each_time() {
    let mut person = Person::at(options(bundled_model(), None), WINDOW);
    // The sentence bar keeps the focus: the shortcut works all the same.
    builds(&mut person);
    let mut seen = vec![picture(&mut person)];
    let steps = person.editor().history().revisions().len();
    for _ in 0..2 {
        person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
        let now = picture(&mut person);
        assert!(seen.iter().all(|old| old.rgb != now.rgb), "a layout that was there before");
        seen.push(now);
    }
    assert_eq!(person.editor().history().revisions().len(), steps + 2);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert!(picture(&mut person).rgb == seen[1].rgb);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert!(picture(&mut person).rgb == seen[0].rgb, "one Ctrl+Z takes back one fresh layout");
    // After undo, another one again.
    person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::R);
    let now = picture(&mut person);
    assert!(seen.iter().all(|old| old.rgb != now.rgb));
}

#[test]
fn a_size_that_is_asked_for_acts_at_once() {
    let mut person = Person::at(options(bundled_model(), None), WINDOW);
    builds_until(&mut person, 4);
    let mut before = picture(&mut person);
    for sentence in
        ["make the left sheep bigger", "make the left sheep bigger", "make the tree huge", "make the tree tiny"]
    {
        person.says(sentence);
        let after = picture(&mut person);
        assert!(after.rgb != before.rgb, "\"{sentence}\" changed no pixel");
        let moved = |placed: &&scenewright_generate::Placed| before.box_of(placed.node.unwrap()) != Some(placed.bounds);
        let objects = after.objects.iter().filter(|placed| placed.node.is_some());
        let moved: Vec<_> = objects.filter(moved).collect();
        let [one] = moved[..] else { panic!("\"{sentence}\" moved {} objects", moved.len()) };
        let old = before.box_of(one.node.unwrap()).unwrap();
        assert!((old.y1 - one.bounds.y1).abs() < 1e-5, "\"{sentence}\": the foot moved");
        before = after;
    }
}

/// A file of version 0.1 holds boxes only where they were pinned.
#[test]
fn a_file_of_an_older_version_opens_as_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.json");
    let text = r#"{"objects": ["sky", "grass", "sheep"], "relationships": [[0, "above", 1], [2, "standing on", 1]],
        "scenewright": {"version": 1, "seed": 3, "objects": [{}, {}, {"pinned": [0.25, 0.5, 0.5, 0.75], "seed": 4}]}}"#;
    fs::write(&file, text).unwrap();
    let mut person = opened(bundled_model(), &file);
    let shown = picture(&mut person);
    let scene = read_scenes(&file).unwrap().remove(0);
    let generator = scenewright_generate::Generator::open(&bundled_model(), DeviceChoice::Cpu).unwrap();
    assert!(shown.rgb == generator.render(&scene, &Default::default()).unwrap().rgb);
}
