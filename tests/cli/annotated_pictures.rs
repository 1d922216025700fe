//! Photographs with COCO's own annotations, where they are at hand.

use crate::annotation_fixture::{accounts, open, write};
use std::path::Path;

#[test]
fn coco_s_photographs_come_in_and_come_back() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/coco_ccby");
    let instances = data.join("instances.json");
    if !instances.is_file() {
        println!("skipped: there are no photographs of COCO beside the checkout");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(data.join("images")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let (mut store, mut all, _) = open(folder.path());
    let there: Vec<_> = all.pages().iter().map(|page| (page.file.clone(), page.size)).collect();
    let imported = store.import_paths(std::slice::from_ref(&instances), &there);
    let reported: Vec<String> = imported.issues.iter().map(ToString::to_string).collect();
    imported.into_annotations(&mut all);
    let text: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(instances).unwrap()).unwrap();
    let objects: usize = all.pages().iter().map(|page| page.scene().nodes().len()).sum();
    let expected = text["annotations"].as_array().unwrap().len();
    assert_eq!(objects, expected, "{reported:?}");
    let masks =
        all.pages().iter().flat_map(|page| page.scene().nodes().iter().map(move |node| page.state().mask(node.id)));
    assert!(masks.flatten().count() * 10 >= expected * 9);
    write(&mut store, &mut all);
    let (_, again, issues) = open(folder.path());
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(accounts(&again), accounts(&all));
}

/// What `dataset export` writes: pictures in `images/`, graphs with boxes in `scenes/`, masks in `annotations.json`.
#[test]
fn our_own_export_is_annotated_already() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("world");
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_scenewright"))
        .args(["dataset", "export", out.to_str().unwrap(), "--scenes", "6", "--size", "96"])
        .output()
        .unwrap();
    assert!(done.status.success());
    let (mut store, mut all, issues) = open(&out);
    let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
    assert_eq!(all.pages().len(), 6, "{reported:?}");
    let file = crate::annotation_fixture::annotations_json(&out);
    for (row, page) in all.pages().iter().enumerate() {
        assert_eq!(page.file, format!("images/{row:06}.png"));
        let objects = file["annotations"].as_array().unwrap().iter().filter(|one| one["image_id"] == row);
        assert_eq!(page.scene().nodes().len(), objects.count(), "{}: {reported:?}", page.file);
        assert!(!page.scene().relations().is_empty(), "{}", page.file);
        assert!(page.scene().nodes().iter().all(|node| node.pinned.is_some()), "{}", page.file);
    }
    for page in 0..6 {
        all.go_to(page);
        all.page_mut().unwrap().set_done(true);
    }
    write(&mut store, &mut all);
    let (_, again, issues) = open(&out);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(accounts(&again), accounts(&all));
}
