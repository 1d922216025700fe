//! The annotation editor and its worker without a window: requests that overlap.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Context;
use tempfile::TempDir;

use super::annotation_canvas::AnnotationAction;
use super::editor::{AnnotationEditor, UiMessage};
use scenewright_document::annotation::{AnnotationFolder, Page};
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
fn wait(editor: &mut AnnotationEditor, holds: impl Fn(&AnnotationEditor) -> bool) {
    let ctx = Context::default();
    for _ in 0..20_000 {
        editor.handle_io_events(&ctx);
        editor.write();
        if holds(editor) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("it never came: {:?}", editor.messages);
}

fn is_in(folder: &Path) -> impl Fn(&AnnotationEditor) -> bool {
    move |editor| editor.is_settled() && editor.annotations.as_ref().is_some_and(|all| all.folder() == folder)
}

fn editor_in(folder: &Path) -> AnnotationEditor {
    let mut editor = AnnotationEditor::default();
    editor.start(|| {}).unwrap();
    editor.open_folder(folder.to_owned());
    wait(&mut editor, is_in(folder));
    editor
}

fn add(editor: &mut AnnotationEditor, name: &str) {
    editor.apply(AnnotationAction::Add { name: name.to_owned(), place: Some(PLACE), mask: None });
}

/// Names on disk, page by page.
fn on_disk(folder: &Path) -> Vec<Vec<String>> {
    fn names(page: &Page) -> Vec<String> {
        page.scene().nodes().iter().map(|node| node.name.clone()).collect()
    }
    AnnotationFolder::open(folder, &[]).unwrap().1.pages().iter().map(names).collect()
}

#[test]
fn edits_stay_in_their_folder() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png", "b.png"]));
    let mut editor = editor_in(one.path());
    add(&mut editor, "sheep");
    // In the middle of a gesture: nothing of it is written.
    let page = editor.page_mut().unwrap();
    page.begin("add");
    page.apply("", &[NodeDraft { pinned: Some(PLACE), ..NodeDraft::new("cow") }.into()]).unwrap();
    editor.open_folder(two.path().to_owned());
    assert!(editor.page().is_none() && editor.is_opening(), "no orders are taken until the other is there");
    add(&mut editor, "goat");
    editor.import_files(vec![PathBuf::from("x.png")]);
    wait(&mut editor, is_in(two.path()));
    assert!(editor.page().unwrap().scene().is_empty());
    assert_eq!(on_disk(one.path()), [["sheep", "cow"]]);
    assert!(!two.path().join("annotations.json").exists() && !two.path().join("a.scene.json").exists());
    add(&mut editor, "goat");
    wait(&mut editor, AnnotationEditor::is_settled);
    assert_eq!(on_disk(two.path()), [vec!["goat"], vec![]]);
    assert_eq!(on_disk(one.path()), [["sheep", "cow"]]);
}

#[test]
fn of_two_folders_the_last_is_open() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png"]));
    let mut editor = AnnotationEditor::default();
    editor.start(|| {}).unwrap();
    editor.open_folder(one.path().to_owned());
    editor.open_folder(two.path().to_owned());
    wait(&mut editor, is_in(two.path()));
    add(&mut editor, "sheep");
    wait(&mut editor, AnnotationEditor::is_settled);
    assert_eq!(on_disk(two.path()), [["sheep"]]);
    assert!(!one.path().join("annotations.json").exists());
}

#[test]
fn what_is_given_up_is_not_written() {
    let one = folder(&["a.png"]);
    let mut editor = editor_in(one.path());
    add(&mut editor, "sheep");
    editor.reopen();
    wait(&mut editor, is_in(one.path()));
    assert!(editor.page().unwrap().scene().is_empty() && !one.path().join("annotations.json").exists());
}

/// Quitting at once loses nothing: neither changes newer than the pending write nor any number of pages.
#[test]
fn the_newest_edits_are_written_at_the_end() {
    let names: Vec<String> = (0..300).map(|i| format!("{i:03}.png")).collect();
    let one = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut editor = editor_in(one.path());
    add(&mut editor, "sheep");
    editor.write();
    assert_eq!(editor.pending_writes.len(), 1);
    add(&mut editor, "cow");
    for place in 1..300 {
        editor.go_to(place);
        add(&mut editor, "tree");
    }
    editor.finish();
    let there = on_disk(one.path());
    assert_eq!(there[0], ["sheep", "cow"]);
    assert!(there[1..].iter().all(|names| names == &["tree"]), "{there:?}");
}

#[test]
fn nobody_leaves_what_cannot_be_saved_by_accident() {
    let (one, two) = (folder(&["a.png"]), folder(&["a.png"]));
    let mut editor = editor_in(one.path());
    std::fs::write(one.path().join("annotations.json"), "{\"images\": [], \"annotations\": [], \"theirs\": 1}")
        .unwrap();
    add(&mut editor, "sheep");
    editor.open_folder(two.path().to_owned());
    wait(&mut editor, AnnotationEditor::save_failed);
    assert!(!editor.is_opening() && editor.page().unwrap().scene().nodes().len() == 1);
    editor.open_folder(two.path().to_owned());
    assert!(!editor.is_opening(), "it is asked about first");
    editor.open_folder(two.path().to_owned());
    wait(&mut editor, is_in(two.path()));
    assert!(editor.page().unwrap().scene().is_empty());
}

/// The UI thread does not access the disk.
#[test]
fn the_disk_tells_what_dropped_paths_are() {
    let pictures = folder(&["a.png"]);
    let empty = TempDir::new().unwrap();
    let mut editor = AnnotationEditor::default();
    editor.start(|| {}).unwrap();
    let not_ours = |editor: &AnnotationEditor| {
        editor.messages.iter().find_map(|message| match message {
            UiMessage::OpenDropped { paths, is_folder } => Some((paths.clone(), *is_folder)),
            _ => None,
        })
    };
    for (path, is_folder) in [(empty.path().to_owned(), true), (empty.path().join("gone"), false)] {
        assert!(editor.classify_dropped(vec![path.clone()]));
        wait(&mut editor, |editor| not_ours(editor).is_some());
        assert_eq!(not_ours(&editor), Some((vec![path], is_folder)));
        editor.messages.clear();
    }
    assert!(!editor.is_open && editor.classify_dropped(vec![pictures.path().to_owned()]));
    wait(&mut editor, is_in(pictures.path()));
    assert!(editor.is_open);
    // A single picture while nothing is open: opens its folder with this picture.
    let several = folder(&["a.png", "b.png"]);
    let mut editor = AnnotationEditor::default();
    editor.start(|| {}).unwrap();
    editor.import_files(vec![several.path().join("b.png")]);
    wait(&mut editor, is_in(several.path()));
    assert_eq!(editor.annotations.as_ref().unwrap().pages().len(), 1);
}
