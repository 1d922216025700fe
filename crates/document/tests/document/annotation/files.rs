//! Written, read again, and the same.

use crate::annotation::fixture::{account, accounts, add, annotations_json, folder, open, save, write};
use scenewright_document::annotation::{Bitmap, ObjectMask};
use scenewright_scene::{Edit, NodeId};

#[test]
fn what_was_annotated_comes_back() {
    let folder = folder();
    let (mut store, mut all, issues) = open(folder.path());
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(all.pages().iter().map(|page| page.file.as_str()).collect::<Vec<_>>(), ["a.png", "b.jpg", "c.webp"]);
    let page = all.page_mut().unwrap();
    let sheep = add(page, "sheep", [0.1, 0.4, 0.4, 0.9]);
    let fjord = add(page, "fjord", [0.0, 0.5, 1.0, 1.0]);
    page.apply("relate", &[Edit::relate(sheep, "standing on", fjord)]).unwrap();
    let polygon = ObjectMask::Polygons(vec![
        vec![[6.0, 16.25], [24.0, 16.0], [20.5, 36.0]],
        vec![[40.0, 20.0], [50.0, 20.0], [45.0, 30.0]],
    ]);
    assert!(page.set_mask("outline", sheep, Some(polygon.clone())));
    let mut brush = Bitmap::new(page.size);
    brush.stroke([5.0, 30.0], [55.0, 32.0], 4.0, true);
    assert!(page.set_mask("paint", fjord, brush.clone().into_mask()));
    page.set_done(true);
    assert!(all.go_to(2));
    add(all.page_mut().unwrap(), "sheep", [0.25, 0.25, 0.5, 0.75]);
    write(&mut store, &mut all);
    assert_eq!(all.unsaved().count(), 0);
    let (_, again, issues) = open(folder.path());
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(accounts(&again), accounts(&all));
    assert_eq!(again.pages()[0].state().mask(NodeId(0)).unwrap().as_ref(), &polygon);
    assert_eq!(Bitmap::of(again.pages()[0].state().mask(NodeId(1)).unwrap(), [60, 40]), brush);
    assert_eq!((again.done(), again.names()), (1, vec!["sheep", "fjord"]));

    let file = annotations_json(folder.path());
    let names: Vec<_> =
        file["categories"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["sheep", "fjord"]);
    let first = &file["annotations"][0];
    assert_eq!(
        (&first["scenewright_object"], &first["iscrowd"], &first["category_id"]),
        (&0.into(), &0.into(), &1.into())
    );
    assert_eq!(first["segmentation"][0], serde_json::json!([6, 16.25, 24, 16, 20.5, 36]));
    assert_eq!(first["bbox"], serde_json::json!([6, 16, 44, 20]));
    assert_eq!(file["annotations"][1]["segmentation"]["size"], serde_json::json!([40, 60]));
    assert_eq!(file["images"][0]["width"], 60);
    let scene = scenewright_formats::read_scenes(&folder.path().join("a.scene.json")).unwrap().remove(0);
    assert_eq!(&scene, again.pages()[0].scene());
}

#[test]
fn numbers_stay_what_they_are() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    let (one, two) = (add(page, "sheep", [0.1, 0.1, 0.3, 0.3]), add(page, "tree", [0.5, 0.1, 0.9, 0.9]));
    write(&mut store, &mut all);
    let ids = |folder: &std::path::Path| -> Vec<(u64, u64, u64)> {
        let file = annotations_json(folder);
        let id = |one: &serde_json::Value, key: &str| one[key].as_u64().unwrap();
        let list = file["annotations"].as_array().unwrap().iter();
        list.map(|one| (id(one, "id"), id(one, "category_id"), id(one, "scenewright_object"))).collect()
    };
    assert_eq!(ids(folder.path()), [(1, 1, 0), (2, 2, 1)]);
    let page = all.page_mut().unwrap();
    page.apply("delete", &[Edit::RemoveNodes { nodes: vec![one] }]).unwrap();
    write(&mut store, &mut all);
    assert_eq!(ids(folder.path()), [(2, 2, 0)], "the tree keeps its number, and is the first object now");
    // Undo brings the sheep back under its number; another program's next start keeps all of them.
    assert!(all.page_mut().unwrap().undo());
    write(&mut store, &mut all);
    assert_eq!(ids(folder.path()), [(1, 1, 0), (2, 2, 1)]);
    let (mut store, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    assert!(page.scene().node(two).is_some());
    add(page, "boat", [0.1, 0.5, 0.3, 0.7]);
    write(&mut store, &mut all);
    assert_eq!(ids(folder.path()), [(1, 1, 0), (2, 2, 1), (3, 3, 2)]);
}

#[test]
fn undo_is_one_step_a_gesture_and_masks_go_along() {
    let folder = folder();
    let (_, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    let sheep = add(page, "sheep", [0.1, 0.1, 0.3, 0.3]);
    let square = ObjectMask::Polygons(vec![vec![[6.0, 4.0], [18.0, 4.0], [18.0, 12.0], [6.0, 12.0]]]);
    page.set_mask("outline sheep", sheep, Some(square));
    let before = account(page.state());
    let from = page.state().box_of(sheep).unwrap();
    page.begin("move sheep");
    for step in 1..=10 {
        let to = from.translated(step as f32 * 0.033, 0.0);
        page.apply("", &[Edit::Pin { node: sheep, pinned: Some(to) }]).unwrap();
    }
    page.commit();
    let bounds = page.state().mask(sheep).unwrap().bounds().unwrap();
    assert!((bounds[0] - 25.8).abs() < 0.02 && (bounds[2] - 37.8).abs() < 0.02, "{bounds:?}");
    assert_eq!(page.undo_label(), Some("move sheep"));
    assert!(page.undo());
    assert_eq!(account(page.state()), before);
    assert!(page.redo() && account(page.state()) != before && !page.redo());
    // Esc.
    let moved = account(page.state());
    page.begin("move sheep");
    page.apply("", &[Edit::Pin { node: sheep, pinned: Some(from) }]).unwrap();
    page.abort();
    assert_eq!(account(page.state()), moved);
    // An idle gesture is no step.
    page.begin("move sheep");
    page.commit();
    assert_eq!(page.undo_label(), Some("move sheep"));
    assert!(page.undo() && page.undo() && page.undo() && !page.undo());
    assert!(page.scene().is_empty());
}

#[test]
fn what_is_not_ours_is_kept() {
    let folder = folder();
    let file = serde_json::json!({
        "info": {"contributor": "somebody"}, "licenses": [{"id": 4, "url": "here"}],
        "images": [
            {"id": 7, "file_name": "train/a.png", "width": 60, "height": 40, "license": 4},
            {"id": 9, "file_name": "elsewhere.png", "width": 10, "height": 10}
        ],
        "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}],
        "annotations": [
            {"id": 31, "image_id": 7, "category_id": 18, "bbox": [6, 4, 12, 8], "area": 96, "iscrowd": 1, "score": 0.5,
             "segmentation": {"size": [40, 60], "counts": [244, 8, 2148]}},
            {"id": 32, "image_id": 9, "category_id": 18, "bbox": [1, 1, 5, 5], "area": 25, "iscrowd": 0, "segmentation": []},
            {"id": 33, "image_id": 99, "category_id": 18, "bbox": [1, 1, 5, 5]}
        ]
    });
    std::fs::write(folder.path().join("annotations.json"), file.to_string()).unwrap();
    let (mut store, mut all, issues) = open(folder.path());
    let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
    assert!(
        reported.iter().any(|what| what.contains("image_id 99"))
            && reported.iter().any(|what| what.contains("elsewhere.png")),
        "{reported:?}"
    );
    let page = all.page_mut().unwrap();
    assert_eq!(page.scene().nodes()[0].name, "dog");
    add(page, "cat", [0.5, 0.5, 0.9, 0.9]);
    write(&mut store, &mut all);
    let after = annotations_json(folder.path());
    assert_eq!(after["info"], file["info"]);
    assert_eq!(after["licenses"], file["licenses"]);
    assert_eq!((&after["images"][0]["file_name"], &after["images"][0]["license"]), (&"train/a.png".into(), &4.into()));
    assert_eq!(after["images"][1], file["images"][1]);
    let dog = &after["annotations"][0];
    assert_eq!((&dog["id"], &dog["iscrowd"], &dog["score"]), (&31.into(), &1.into(), &0.5.into()));
    let list = after["annotations"].as_array().unwrap();
    assert!(list.contains(&file["annotations"][1]) && list.contains(&file["annotations"][2]));
    assert_eq!(after["categories"][0], file["categories"][0]);
    assert_eq!(after["categories"][1], serde_json::json!({"id": 19, "name": "cat"}));
    // Something was wrong with the file: as it was, it lies beside.
    let copy = std::fs::read_to_string(folder.path().join("annotations.json.1")).unwrap();
    assert_eq!(copy, file.to_string());
}

#[test]
fn only_some_of_a_folder() {
    let folder = folder();
    save(folder.path(), "d.png", 10, 10);
    let (mut store, mut all, _) = open(folder.path());
    add(all.page_of("b.jpg").unwrap(), "sheep", [0.1, 0.1, 0.5, 0.5]);
    write(&mut store, &mut all);
    let (_, all, _) =
        scenewright_document::annotation::AnnotationFolder::open(folder.path(), &["d.png".to_owned()]).unwrap();
    assert_eq!(all.pages().iter().map(|page| page.file.as_str()).collect::<Vec<_>>(), ["b.jpg", "d.png"]);
}

/// Two thousand pictures of an import are one write, and all of them or none.
#[test]
fn pages_that_go_together_are_written_together() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    for file in ["a.png", "b.jpg", "c.webp"] {
        add(all.page_of(file).unwrap(), "sheep", [0.1, 0.1, 0.5, 0.5]);
    }
    let snapshots: Vec<_> = all.unsaved().map(scenewright_document::annotation::Page::snapshot).collect();
    assert_eq!(snapshots.len(), 3);
    // Somebody else has written one of them: none is.
    std::fs::write(folder.path().join("b.scene.json"), "{\"objects\": []}").unwrap();
    assert!(store.write(&snapshots).is_err());
    assert!(!folder.path().join("a.scene.json").exists() && !folder.path().join("annotations.json").exists());
    store.allow_overwrite();
    write(&mut store, &mut all);
    assert_eq!(accounts(&open(folder.path()).1), accounts(&all));
    assert!(folder.path().join("b.scene.json.1").is_file());
}

#[test]
fn a_save_of_a_page_that_was_here_before_says_nothing_of_this() {
    let folder = folder();
    let (_, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    add(page, "sheep", [0.1, 0.1, 0.5, 0.5]);
    page.saved(9);
    assert!(page.is_unsaved());
    page.saved(1);
    assert!(!page.is_unsaved(), "else it would be written again and again");
}

#[test]
fn copies_keep_boxes_masks_and_relations() {
    let folder = folder();
    let (_, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    let (sheep, grass) = (add(page, "sheep", [0.1, 0.1, 0.3, 0.3]), add(page, "grass", [0.0, 0.5, 1.0, 1.0]));
    page.set_mask(
        "outline",
        sheep,
        Some(ObjectMask::Polygons(vec![vec![[6.0, 4.0], [18.0, 4.0], [18.0, 12.0], [6.0, 12.0]]])),
    );
    page.apply("relate", &[Edit::relate(sheep, "on", grass)]).unwrap();
    let copies = page.duplicate(&[sheep, grass].into());
    assert_eq!((copies.len(), page.scene().relations().len(), page.undo_label()), (2, 2, Some("duplicate")));
    let copy = *copies.first().unwrap();
    let [x0, _, x1, _] = page.state().mask(copy).unwrap().bounds().unwrap();
    assert!((x0 - 7.2).abs() < 0.02 && (x1 - 19.2).abs() < 0.02, "a little aside: {x0} {x1}");
    assert!(page.state().box_of(*copies.last().unwrap()).unwrap().is_proper(), "within the picture");
    assert!(page.undo() && page.scene().nodes().len() == 2);
}

/// A corner that is dragged onto its neighbors leaves an outline that files can hold, or none.
#[test]
fn an_outline_that_is_pressed_flat_is_none() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    let page = all.page_mut().unwrap();
    let sheep = add(page, "sheep", [0.1, 0.1, 0.3, 0.3]);
    let triangle = |x: f32| Some(ObjectMask::Polygons(vec![vec![[6.0, 4.0], [18.0, 4.0], [x, 12.0]]]));
    page.set_mask("outline", sheep, triangle(18.0));
    page.begin("reshape");
    page.set_mask("", sheep, triangle(7.123_456));
    page.commit();
    let ObjectMask::Polygons(parts) = page.state().mask(sheep).unwrap().as_ref() else { panic!() };
    assert_eq!(parts[0][2], [7.12, 12.0]);
    page.begin("reshape");
    page.set_mask("", sheep, Some(ObjectMask::Polygons(vec![vec![[6.0, 4.0], [18.0, 4.0], [12.0, 4.0]]])));
    page.commit();
    assert!(page.state().mask(sheep).is_none() && page.state().box_of(sheep).is_some());
    write(&mut store, &mut all);
    let (_, again, issues) = open(folder.path());
    assert!(issues.is_empty() && accounts(&again) == accounts(&all), "{issues:?}");
}
