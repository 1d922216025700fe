//! What other tools have made.

use crate::annotation::fixture::{accounts, add, annotations_json, boxed, folder, open, save, write};
use scenewright_document::annotation::{AnnotationFolder, Annotations, DropTarget};
use scenewright_formats::scenes_to_string;
use scenewright_scene::{Edit, NodeId, Scene};
use serde_json::json;
use std::path::PathBuf;

fn import_paths(store: &mut AnnotationFolder, all: &mut Annotations, paths: &[PathBuf]) -> (usize, Vec<String>) {
    let there: Vec<_> = all.pages().iter().map(|page| (page.file.clone(), page.size)).collect();
    let imported = store.import_paths(paths, &there);
    let reported = imported.issues.iter().map(ToString::to_string).collect();
    (imported.into_annotations(all), reported)
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
    // sg2im's graph, with boxes in a list of their own, in pixels.
    let graph = json!({"objects": ["sheep", "grass"], "relationships": [[0, "on", 1]], "boxes": [[2, 4, 10, 18], [0, 10, 20, 20]]});
    std::fs::write(elsewhere.path().join("a.json"), graph.to_string()).unwrap();
    let (mut store, mut all, _) = open(folder.path());
    let paths: Vec<PathBuf> =
        ["beach.png", "beach.json", "a.png", "a.json"].iter().map(|name| elsewhere.path().join(name)).collect();
    let (count, reported) = import_paths(&mut store, &mut all, &paths);
    assert_eq!((count, reported), (2, Vec::<String>::new()));
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
    let (_, mut all, issues) = open(folder.path());
    assert!(issues.is_empty(), "another tool's file is none of ours: {issues:?}");
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
    assert_eq!(import_paths(&mut store, &mut all, std::slice::from_ref(&path)), (1, Vec::new()));
    let once = accounts(&all);
    let page = all.page().unwrap();
    assert_eq!(page.scene().nodes().len(), 2);
    assert!(page.state().mask(NodeId(1)).is_some());
    assert_eq!(import_paths(&mut store, &mut all, &[path]).0, 0, "a second time it is all there");
    assert_eq!(accounts(&all), once);
    assert!(all.page_mut().unwrap().undo());
    assert_eq!(all.page().unwrap().scene().nodes().len(), 1);
}

/// Crowds, words and keys of other tools are imported too, and survive undo and redo.
#[test]
fn what_an_import_says_besides_is_kept() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let file = json!({
        "images": [{"id": 1, "file_name": "a.png", "width": 30, "height": 20}],
        "categories": [{"id": 3, "name": "sheep"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 3, "bbox": [3, 2, 6, 4], "iscrowd": 1, "attributes": ["woolly"], "score": 0.5}],
    });
    let path = elsewhere.path().join("instances.json");
    std::fs::write(&path, file.to_string()).unwrap();
    let (mut store, mut all, _) = open(folder.path());
    let (count, reported) = import_paths(&mut store, &mut all, &[path]);
    assert!(count == 1 && reported.iter().all(|what| what.contains("30 × 20")), "{reported:?}");
    let b = all.page().unwrap().scene().nodes()[0].pinned.unwrap();
    assert!((b.x0 - 0.1).abs() < 1e-4 && (b.x1 - 0.3).abs() < 1e-4, "scaled with its picture: {b:?}");
    for _ in 0..2 {
        write(&mut store, &mut all);
        let kept = &annotations_json(folder.path())["annotations"][0];
        assert_eq!(
            (&kept["iscrowd"], &kept["attributes"], &kept["score"]),
            (&json!(1), &json!(["woolly"]), &json!(0.5))
        );
        assert!(all.page_mut().unwrap().undo() && all.page_mut().unwrap().redo());
        add(all.page_mut().unwrap(), "grass", [0.0, 0.5, 1.0, 1.0]);
    }
}

/// Two pictures of one stem would share a scene, and the last one written would win.
#[test]
fn no_two_pictures_share_a_scene() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    for name in ["a.jpg", "A.webp", "b.png", "d.png", "d.jpg"] {
        save(elsewhere.path(), name, 20, 20);
    }
    let (mut store, mut all, _) = open(folder.path());
    let paths: Vec<PathBuf> =
        ["a.jpg", "A.webp", "b.png", "d.png", "d.jpg"].iter().map(|name| elsewhere.path().join(name)).collect();
    let (count, reported) = import_paths(&mut store, &mut all, &paths);
    assert_eq!((count, reported), (5, Vec::<String>::new()));
    let mut files: Vec<&str> = all.pages().iter().map(|page| page.file.as_str()).collect();
    files.sort_unstable();
    assert_eq!(files, ["A 3.webp", "a 2.jpg", "a.png", "b 2.png", "b.jpg", "c.webp", "d 2.jpg", "d.png"]);
    // One that lies in the folder already, beside a page of its stem: it can be looked at, and says why that is all.
    save(folder.path(), "c.png", 20, 20);
    let (_, reported) = import_paths(&mut store, &mut all, &[folder.path().join("c.png")]);
    assert!(
        reported.iter().any(|what| what.starts_with("c.png: c.webp has the same name but for its ending")),
        "{reported:?}"
    );
    assert!(all.page_of("c.png").unwrap().problem.as_ref().unwrap().contains("rename one of them"));
    assert!(all.page_of("c.webp").unwrap().problem.is_none());
}

/// The names and folders that training knows.
#[test]
fn what_other_tools_leave_is_found() {
    for name in
        ["instances.json", "_annotations.coco.json", "annotations/instances_default.json", "annotations/instances.json"]
    {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        ["images", "annotations"].iter().for_each(|inner| std::fs::create_dir(at(inner)).unwrap());
        save(&at("images"), "a.png", 60, 40);
        save(folder.path(), "b.png", 60, 40);
        let file = json!({
            "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "images/b.png"}, {"id": 3, "file_name": "train/gone.png"}],
            "categories": [{"id": 3, "name": "sheep"}],
            "annotations": [
                {"id": 1, "image_id": 1, "category_id": 3, "bbox": [6, 4, 12, 8]}, {"id": 2, "image_id": 2, "category_id": 3, "bbox": [6, 4, 12, 8]},
                {"id": 3, "image_id": 3, "category_id": 3, "bbox": [1, 1, 2, 2]},
            ],
        });
        std::fs::write(at(name), file.to_string()).unwrap();
        assert_eq!(
            DropTarget::of(&[folder.path().to_owned()]).map(|found| found.folder),
            Some(folder.path().to_owned())
        );
        let (mut store, mut all, issues) = open(folder.path());
        let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
        assert!(
            reported.iter().any(|what| what.contains("Changes are saved to annotations.json")),
            "{name}: {reported:?}"
        );
        let files: Vec<&str> = all.pages().iter().map(|page| page.file.as_str()).collect();
        assert_eq!(files, ["b.png", "images/a.png"]);
        assert!(all.pages().iter().all(|page| page.scene().nodes().len() == 1), "{name}: {reported:?}");
        add(all.page_of("images/a.png").unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
        write(&mut store, &mut all);
        assert!(at("images/a.scene.json").is_file() && at("annotations.json").is_file());
        assert_eq!(std::fs::read_to_string(at(name)).unwrap(), file.to_string(), "theirs stays");
        assert_eq!(
            annotations_json(folder.path())["annotations"].as_array().unwrap().len(),
            4,
            "records are carried along"
        );
        let (_, again, issues) = open(folder.path());
        assert!(issues.iter().all(|issue| issue.to_string().contains("gone.png")), "{issues:?}");
        assert_eq!(accounts(&again), accounts(&all));
    }
}

#[test]
fn a_broken_graph_beside_a_picture_is_reported() {
    for (text, is_reported) in [
        ("{\"objects\": [3], \"relationships\": []}", true),
        ("{\"objects\": [", true),
        ("{\"version\": \"5.0\", \"shapes\": []}", false),
        ("[]", false),
    ] {
        let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("b.json"), text).unwrap();
        let (mut store, mut all, issues) = open(folder.path());
        assert_eq!(
            issues.iter().any(|issue| issue.to_string().starts_with("b.json: ")),
            is_reported,
            "{text}: {issues:?}"
        );
        save(elsewhere.path(), "e.png", 20, 20);
        std::fs::write(elsewhere.path().join("e.json"), text).unwrap();
        let (_, reported) = import_paths(&mut store, &mut all, &[elsewhere.path().join("e.png")]);
        assert_eq!(reported.iter().any(|what| what.starts_with("e.json: ")), is_reported, "{text}: {reported:?}");
    }
}

#[test]
fn what_fits_nowhere_is_reported() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let (mut store, mut all, _) = open(folder.path());
    for (name, text, said) in [
        ("film.mp4", "", "neither a picture"),
        ("stranger.json", "{\"objects\": [], \"relationships\": []}", "no picture called \"stranger\""),
        ("a.json", "{\"objects\": [3]}", "no name"),
        ("b.json", "not JSON at all", "not JSON"),
        ("coco.json", "{\"images\": [], \"annotations\": []}", "none of its pictures is here"),
        ("broken.png", "no picture", "Save it as one of these"),
    ] {
        let path = elsewhere.path().join(name);
        std::fs::write(&path, text).unwrap();
        let before = accounts(&all);
        let (_, reported) = import_paths(&mut store, &mut all, &[path]);
        assert!(reported.iter().any(|what| what.starts_with(name) && what.contains(said)), "{name}: {reported:?}");
        assert_eq!(accounts(&all)[..3], before[..3]);
    }
}

#[test]
fn dropped_files_tell_which_folder_is_meant() {
    let folder = folder();
    let file = |name: &str| folder.path().join(name);
    let found = |paths: &[PathBuf]| DropTarget::of(paths).map(|found| (found.folder, found.only));
    let here = folder.path().to_owned();
    assert_eq!(found(std::slice::from_ref(&here)), Some((here.clone(), vec![])));
    assert_eq!(found(&[file("b.jpg"), file("a.png")]), Some((here, vec!["b.jpg".into(), "a.png".into()])));
    assert_eq!(found(&[file("gone.png"), PathBuf::from("notes.txt")]), None);
}
