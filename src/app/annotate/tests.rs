//! The room and the disk without a window: what is under way while another thing is asked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Context;
use tempfile::TempDir;

use super::annotation_canvas::AnnotationAction;
use super::editor::{AnnotationEditor, UiMessage};
use scenewright_document::annotation::{Page, Store};
use scenewright_scene::{NodeDraft, UnitBox};

const PLACE: UnitBox = UnitBox::new(0.1, 0.1, 0.5, 0.5);

fn folder(names: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for name in names {
        image::RgbImage::new(40, 30).save(folder.path().join(name)).unwrap();
    }
    folder
}

#[track_caller]
fn wait(room: &mut AnnotationEditor, holds: impl Fn(&AnnotationEditor) -> bool) {
    let ctx = Context::default();
    for _ in 0..20_000 {
        room.news(&ctx);
        room.write();
        if holds(room) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("it never came: {:?}", room.said);
}

fn is_in(folder: &Path) -> impl Fn(&AnnotationEditor) -> bool {
    move |room| room.is_settled() && room.annotations.as_ref().is_some_and(|all| all.folder() == folder)
}

fn room_in(folder: &Path) -> AnnotationEditor {
    let mut room = AnnotationEditor::default();
    room.start(|| {}).unwrap();
    room.open_folder(folder.to_owned());
    wait(&mut room, is_in(folder));
    room
}

fn add(room: &mut AnnotationEditor, name: &str) {
    room.carry_out(AnnotationAction::Add { name: name.to_owned(), place: Some(PLACE), mask: None });
}

/// What the disk has, page by page.
fn on_disk(folder: &Path) -> Vec<Vec<String>> {
    fn names(page: &Page) -> Vec<String> {
        page.scene().nodes().iter().map(|node| node.name.clone()).collect()
    }
    Store::open(folder, &[]).unwrap().1.pages().iter().map(names).collect()
}

#[test]
fn edits_stay_in_their_folder() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png", "b.png"]));
    let mut room = room_in(one.path());
    add(&mut room, "sheep");
    // In the middle of a gesture, and nothing of it is written.
    let page = room.page_mut().unwrap();
    page.begin("add");
    page.apply("", &[NodeDraft { pinned: Some(PLACE), ..NodeDraft::new("cow") }.into()]).unwrap();
    room.open_folder(two.path().to_owned());
    assert!(room.page().is_none() && room.is_opening(), "no orders are taken until the other is there");
    add(&mut room, "goat");
    room.take_files(vec![PathBuf::from("x.png")]);
    wait(&mut room, is_in(two.path()));
    assert!(room.page().unwrap().scene().is_empty());
    assert_eq!(on_disk(one.path()), [["sheep", "cow"]]);
    assert!(!two.path().join("annotations.json").exists() && !two.path().join("a.scene.json").exists());
    add(&mut room, "goat");
    wait(&mut room, AnnotationEditor::is_settled);
    assert_eq!(on_disk(two.path()), [vec!["goat"], vec![]]);
    assert_eq!(on_disk(one.path()), [["sheep", "cow"]]);
}

#[test]
fn of_two_folders_the_last_is_open() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png"]));
    let mut room = AnnotationEditor::default();
    room.start(|| {}).unwrap();
    room.open_folder(one.path().to_owned());
    room.open_folder(two.path().to_owned());
    wait(&mut room, is_in(two.path()));
    add(&mut room, "sheep");
    wait(&mut room, AnnotationEditor::is_settled);
    assert_eq!(on_disk(two.path()), [["sheep"]]);
    assert!(!one.path().join("annotations.json").exists());
}

#[test]
fn what_is_given_up_is_not_written() {
    let one = folder(&["a.png"]);
    let mut room = room_in(one.path());
    add(&mut room, "sheep");
    room.reopen();
    wait(&mut room, is_in(one.path()));
    assert!(room.page().unwrap().scene().is_empty() && !one.path().join("annotations.json").exists());
}

/// Whoever quits at once loses nothing: not what is newer than what is on its way, and not however many pages there are.
#[test]
fn the_newest_edits_are_written_at_the_end() {
    let names: Vec<String> = (0..300).map(|i| format!("{i:03}.png")).collect();
    let one = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut room = room_in(one.path());
    add(&mut room, "sheep");
    room.write();
    assert_eq!(room.in_flight.len(), 1);
    add(&mut room, "cow");
    for place in 1..300 {
        room.go_to(place);
        add(&mut room, "tree");
    }
    room.finish();
    let there = on_disk(one.path());
    assert_eq!(there[0], ["sheep", "cow"]);
    assert!(there[1..].iter().all(|names| names == &["tree"]), "{there:?}");
}

#[test]
fn nobody_leaves_what_cannot_be_saved_by_accident() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png"]));
    let mut room = room_in(one.path());
    std::fs::write(one.path().join("annotations.json"), "{\"images\": [], \"annotations\": [], \"theirs\": 1}")
        .unwrap();
    add(&mut room, "sheep");
    room.open_folder(two.path().to_owned());
    wait(&mut room, AnnotationEditor::is_stuck);
    assert!(!room.is_opening() && room.page().unwrap().scene().nodes().len() == 1);
    room.open_folder(two.path().to_owned());
    assert!(!room.is_opening(), "it is asked about first");
    room.open_folder(two.path().to_owned());
    wait(&mut room, is_in(two.path()));
    assert!(room.page().unwrap().scene().is_empty());
}

/// The window does not ask the disk itself.
#[test]
fn the_disk_tells_what_dropped_paths_are() {
    let pictures = folder(&["a.png"]);
    let empty = TempDir::new().unwrap();
    let mut room = AnnotationEditor::default();
    room.start(|| {}).unwrap();
    let not_ours = |room: &AnnotationEditor| {
        room.said.iter().find_map(|say| match say {
            UiMessage::OpenDropped { paths, is_folder } => Some((paths.clone(), *is_folder)),
            _ => None,
        })
    };
    for (path, is_folder) in [(empty.path().to_owned(), true), (empty.path().join("gone"), false)] {
        assert!(room.sort(vec![path.clone()]));
        wait(&mut room, |room| not_ours(room).is_some());
        assert_eq!(not_ours(&room), Some((vec![path], is_folder)));
        room.said.clear();
    }
    assert!(!room.is_open && room.sort(vec![pictures.path().to_owned()]));
    wait(&mut room, is_in(pictures.path()));
    assert!(room.is_open);
    // A picture on its own, while nothing is open: that one, of its folder.
    let several = folder(&["a.png", "b.png"]);
    let mut room = AnnotationEditor::default();
    room.start(|| {}).unwrap();
    room.take_files(vec![several.path().join("b.png")]);
    wait(&mut room, is_in(several.path()));
    assert_eq!(room.annotations.as_ref().unwrap().pages().len(), 1);
}
