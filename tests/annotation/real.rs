//! Photographs with COCO's own annotations, where they are at hand.

use crate::desk::{accounts, open, write};
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
    let brought = store.bring(std::slice::from_ref(&instances), &there);
    let told: Vec<String> = brought.faults.iter().map(ToString::to_string).collect();
    brought.into_annotations(&mut all);
    let text: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(instances).unwrap()).unwrap();
    let objects: usize = all.pages().iter().map(|page| page.scene().nodes().len()).sum();
    let expected = text["annotations"].as_array().unwrap().len();
    assert_eq!(objects, expected, "{told:?}");
    let masks =
        all.pages().iter().flat_map(|page| page.scene().nodes().iter().map(move |node| page.state().mask(node.id)));
    assert!(masks.flatten().count() * 10 >= expected * 9);
    write(&mut store, &mut all);
    let (_, again, faults) = open(folder.path());
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(accounts(&again), accounts(&all));
}
