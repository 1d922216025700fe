//! What other tools have made.

use crate::desk::{accounts, add, boxed, folder, open, save, write};
use scenewright::document::annotation::{Annotations, Found, Store};
use scenewright::interchange::scenes_to_string;
use scenewright::scene::{Edit, NodeId, Scene};
use serde_json::json;
use std::path::PathBuf;

fn bring(store: &mut Store, all: &mut Annotations, paths: &[PathBuf]) -> (usize, Vec<String>) {
    let there: Vec<_> = all.pages().iter().map(|page| (page.file.clone(), page.size)).collect();
    let brought = store.bring(paths, &there);
    let told = brought.faults.iter().map(ToString::to_string).collect();
    (brought.into_annotations(all), told)
}

#[test]
fn a_picture_and_its_graph_are_a_pair() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    save(elsewhere.path(), "beach.png", 50, 50);
    save(elsewhere.path(), "a.png", 20, 20);
    let mut scene = Scene::new();
    scene
        .apply_all(&[
            boxed("boat", [0.1, 0.1, 0.5, 0.5]).into(),
            Edit::add("ocean"),
            Edit::relate(NodeId(0), "in", NodeId(1)),
        ])
        .unwrap();
    std::fs::write(elsewhere.path().join("beach.json"), scenes_to_string(&[scene])).unwrap();
    // The reference's graph, with boxes in a list of their own, in pixels.
    let graph = json!({"objects": ["sheep", "grass"], "relationships": [[0, "on", 1]], "boxes": [[2, 4, 10, 18], [0, 10, 20, 20]]});
    std::fs::write(elsewhere.path().join("a.json"), graph.to_string()).unwrap();
    let (mut store, mut all, _) = open(folder.path());
    let paths: Vec<PathBuf> =
        ["beach.png", "beach.json", "a.png", "a.json"].iter().map(|name| elsewhere.path().join(name)).collect();
    let (count, told) = bring(&mut store, &mut all, &paths);
    assert_eq!((count, told), (2, Vec::<String>::new()));
    let files: Vec<&str> = all.pages().iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files, ["a 2.png", "a.png", "b.jpg", "beach.png", "c.webp"], "no picture takes another's place");
    let beach = all.page_of("beach.png").unwrap();
    assert_eq!(beach.scene().relations().len(), 1);
    assert_eq!(beach.undo_label(), Some("take over its graph"));
    let pinned = all.page_of("a 2.png").unwrap().scene().nodes()[0].pinned.unwrap();
    assert!((pinned.x1 - 0.5).abs() < 1e-6 && (pinned.y0 - 0.2).abs() < 1e-6, "{pinned:?}");
    write(&mut store, &mut all);
    assert_eq!(accounts(&open(folder.path()).1), accounts(&all));
}

#[test]
fn a_graph_beside_its_picture_is_found_at_once() {
    let folder = folder();
    std::fs::write(folder.path().join("b.json"), json!({"objects": ["cat"], "relationships": []}).to_string()).unwrap();
    std::fs::write(folder.path().join("c.json"), "{\"version\": \"5.0\", \"shapes\": []}").unwrap();
    let (_, mut all, faults) = open(folder.path());
    assert!(faults.is_empty(), "another tool's file is none of ours: {faults:?}");
    assert_eq!(all.page_of("b.jpg").unwrap().scene().nodes()[0].name, "cat");
}

#[test]
fn coco_of_any_tool_comes_in_once() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let file = json!({
        "images": [{"id": "x", "file_name": "images/a.png"}, {"id": 2, "file_name": "unknown.png"}],
        "categories": [{"id": 3, "name": "sheep"}],
        "annotations": [
            {"id": 1, "image_id": "x", "category_id": 3, "bbox": [6, 4, 12, 8], "segmentation": [[6, 4, 18, 4, 18, 12]]},
            {"id": 2, "image_id": 2, "category_id": 3, "bbox": [6, 4, 12, 8]}
        ]
    });
    let path = elsewhere.path().join("instances.json");
    std::fs::write(&path, file.to_string()).unwrap();
    let (mut store, mut all, _) = open(folder.path());
    add(all.page_mut().unwrap(), "grass", [0.0, 0.5, 1.0, 1.0]);
    assert_eq!(bring(&mut store, &mut all, std::slice::from_ref(&path)), (1, Vec::new()));
    let once = accounts(&all);
    let page = all.page().unwrap();
    assert_eq!(page.scene().nodes().len(), 2);
    assert!(page.state().mask(NodeId(1)).is_some());
    assert_eq!(bring(&mut store, &mut all, &[path]).0, 0, "a second time it is all there");
    assert_eq!(accounts(&all), once);
    assert!(all.page_mut().unwrap().undo());
    assert_eq!(all.page().unwrap().scene().nodes().len(), 1);
}

#[test]
fn what_fits_nowhere_is_told() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let (mut store, mut all, _) = open(folder.path());
    for (name, text, said) in [
        ("film.mp4", "", "neither a picture"),
        ("stranger.json", "{\"objects\": [], \"relationships\": []}", "no picture called \"stranger\""),
        ("a.json", "{\"objects\": [3]}", "no name"),
        ("b.json", "not JSON at all", "not JSON"),
        ("coco.json", "{\"images\": [], \"annotations\": []}", "none of its pictures is here"),
        ("broken.png", "no picture", "save it anew"),
    ] {
        let path = elsewhere.path().join(name);
        std::fs::write(&path, text).unwrap();
        let before = accounts(&all);
        let (_, told) = bring(&mut store, &mut all, &[path]);
        assert!(told.iter().any(|what| what.starts_with(name) && what.contains(said)), "{name}: {told:?}");
        assert_eq!(accounts(&all)[..3], before[..3]);
    }
}

#[test]
fn dropped_files_tell_which_folder_is_meant() {
    let folder = folder();
    let file = |name: &str| folder.path().join(name);
    let found = |paths: &[PathBuf]| Found::of(paths).map(|found| (found.folder, found.only));
    let here = folder.path().to_owned();
    assert_eq!(found(std::slice::from_ref(&here)), Some((here.clone(), vec![])));
    assert_eq!(found(&[file("b.jpg"), file("a.png")]), Some((here, vec!["b.jpg".into(), "a.png".into()])));
    assert_eq!(found(&[file("gone.png"), PathBuf::from("notes.txt")]), None);
}
