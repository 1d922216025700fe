//! Problems with a folder: each is reported with its file and how to fix it, nothing is lost, and work goes on.

use crate::annotation::fixture::{
    accounts, add, annotations_json, folder, open, save, save_turned, save_with_exif, write,
};
pub use scenewright_document::annotation::{AnnotationFolder, OpenError, Page, PageWriteError, read_photo};
use scenewright_scene::Edit;
use serde_json::{Value, json};
use std::path::Path;

/// A folder whose annotations hold these for "a.png" (60 × 40).
fn annotated(annotations: Value) -> tempfile::TempDir {
    let folder = folder();
    let file = json!({
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 3, "file_name": "b.jpg"}],
        "categories": [{"id": 1, "name": "sheep"}, {"id": 1, "name": "goat"}, {"id": 2}],
        "annotations": annotations,
    });
    std::fs::write(folder.path().join("annotations.json"), file.to_string()).unwrap();
    folder
}

#[test]
fn every_issue_is_reported_and_the_rest_is_there() {
    let whole = json!([6, 4, 12, 8]);
    // The annotation, what is said of it, and what is left: name, box in pixels, whether there is a mask.
    type Left = Option<(&'static str, [f32; 4], bool)>;
    let table: Vec<(Value, &str, Left)> = vec![
        (json!({"image_id": 5, "category_id": 1, "bbox": whole}), "image_id 5 is no image", None),
        (json!({"category_id": 1, "bbox": whole}), "image_id missing is no image", None),
        (json!(7), "no record", None),
        (
            json!({"image_id": 1, "category_id": 8, "bbox": whole}),
            "its category is not in the list",
            Some(("category 8", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 2, "bbox": whole}),
            "no name that can be used",
            Some(("category 2", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": [-6, 4, 18, 400]}),
            "leaves the picture",
            Some(("sheep", [0.0, 4.0, 12.0, 40.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": [100, 4, 12, 8]}),
            "Draw the box again",
            Some(("sheep", [0.0; 4], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": [6, 4, 0, 8]}),
            "Draw the box again",
            Some(("sheep", [0.0; 4], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": "big"}),
            "no box of four numbers",
            Some(("sheep", [0.0; 4], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": [[1, 1, 5, 5]]}),
            "fewer than three corners",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": [[1, 1, 5, 5, 9]]}),
            "no list of x and y",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": [[6, 4, 18, 4, 18, 12], [1, 1, 2, 2, 3, 3]]}),
            "no area",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], true)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "segmentation": [[6, 4, 18, 4, 18, 12]]}),
            "The box of its mask is used",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], true)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": {"size": [60, 40], "counts": [2400]}}),
            "a picture of 40 × 60",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": {"size": [40, 60], "counts": [3]}}),
            "do not add up",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": {"size": [40, 60], "counts": "~~"}}),
            "do not add up",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
        (
            json!({"image_id": 1, "category_id": 1, "bbox": whole, "segmentation": 4}),
            "neither polygons nor run lengths",
            Some(("sheep", [6.0, 4.0, 18.0, 12.0], false)),
        ),
    ];
    for (annotation, said, left) in table {
        let folder =
            annotated(json!([annotation, {"id": 2, "image_id": 1, "category_id": 1, "bbox": [30, 20, 10, 10]}]));
        let (mut store, mut all, issues) = open(folder.path());
        let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
        assert!(
            reported.iter().any(|what| what.starts_with("annotations.json: ") && what.contains(said)),
            "{annotation}: {reported:#?}"
        );
        let page = &all.pages()[0];
        let sound = page.scene().nodes().last().unwrap();
        assert_eq!(sound.name, "sheep", "what is well is there: {annotation}");
        assert_eq!(page.scene().nodes().len(), 1 + usize::from(left.is_some()), "{annotation}");
        if let Some((name, [x0, y0, x1, y1], has_mask)) = left {
            let node = &page.scene().nodes()[0];
            assert_eq!((node.name.as_str(), page.state().mask(node.id).is_some()), (name, has_mask), "{annotation}");
            let found = node.pinned.map(|b| [b.x0 * 60.0, b.y0 * 40.0, b.x1 * 60.0, b.y1 * 40.0].map(f32::round));
            assert_eq!(found, (x1 > 0.0).then_some([x0, y0, x1, y1]), "{annotation}");
        }
        // Nothing is lost: as it was, the file lies beside the one that is written.
        let before = std::fs::read(folder.path().join("annotations.json")).unwrap();
        add(all.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
        write(&mut store, &mut all);
        assert_eq!(std::fs::read(folder.path().join("annotations.json.1")).unwrap(), before);
        // What is written is well, and opens without a word but for what belongs to no image.
        let (_, again, issues) = open(folder.path());
        assert_eq!(accounts(&again)[0], accounts(&all)[0]);
        let unknown_lines = |what: &str| what.contains("is no image") || what.contains("no record");
        let reported: Vec<String> =
            issues.iter().map(ToString::to_string).filter(|what| !unknown_lines(what)).collect();
        assert!(reported.iter().all(|what| what.contains("category")), "{annotation}: {reported:?}");
    }
}

#[test]
fn duplicate_ids_are_reported_and_put_right() {
    let one = |x: u32| json!({"id": 5, "image_id": 1, "category_id": 1, "bbox": [x, 4, 6, 8]});
    let folder = annotated(json!([one(2), one(20), one(40)]));
    let (mut store, mut all, issues) = open(folder.path());
    let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
    for said in ["categories[1]: its id 1", "annotations[1]: its id 5", "annotations[2]: its id 5"] {
        assert!(reported.iter().any(|what| what.contains(said)), "{said}: {reported:#?}");
    }
    add(all.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    add(all.page_of("b.jpg").unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    write(&mut store, &mut all);
    let file = annotations_json(folder.path());
    let ids = |list: &str| -> std::collections::BTreeSet<u64> {
        file[list].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect()
    };
    assert_eq!((ids("annotations").len(), ids("images").len()), (5, 2));
}

/// It is unknown which of two pictures an annotation belongs to: it is shown on neither, and nothing is lost.
#[test]
fn an_id_that_two_pictures_have_belongs_to_neither() {
    let folder = folder();
    let one = |id: u32, image: Value| json!({"id": id, "image_id": image, "category_id": "c", "bbox": {"x": 6, "y": 4, "w": 12, "h": 8}});
    let file = json!({
        "images": [{"id": 1, "file_name": "a.png"}, {"id": "1", "file_name": "b.jpg"}, {"id": "see", "file_name": "c.webp"}],
        "categories": [{"id": "c", "name": "sheep"}],
        "annotations": [one(1, json!(1)), one(2, json!("see"))],
    });
    std::fs::write(folder.path().join("annotations.json"), file.to_string()).unwrap();
    let (mut store, mut all, issues) = open(folder.path());
    let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
    assert!(reported.iter().any(|what| what.contains("its image_id 1 belongs to two images")), "{reported:?}");
    let shown: Vec<usize> = all.pages().iter().map(|page| page.scene().nodes().len()).collect();
    assert_eq!(shown, [0, 0, 1]);
    add(all.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    write(&mut store, &mut all);
    let after = annotations_json(folder.path());
    assert!(after["annotations"].as_array().unwrap().contains(&file["annotations"][0]), "{after}");
    let (_, again, _) = open(folder.path());
    assert_eq!(accounts(&again), accounts(&all), "ids that are names became numbers, and belong to the same");
}

/// Parts of a set are pages of one folder; words that differ in capitals are one; relations come along.
#[test]
fn other_tools_folders_are_shown_as_training_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    for part in ["train", "valid"] {
        let inner = folder.path().join(part);
        std::fs::create_dir(&inner).unwrap();
        save(&inner, "1.png", 60, 40);
        let file = json!({
            "images": [{"id": 0, "file_name": "1.png", "width": 60, "height": 40}],
            "categories": [{"id": 0, "name": "farm"}, {"id": 1, "name": "Sheep "}, {"id": 2, "name": "SHEEP"}, {"id": 3, "name": "Dolly"}],
            "annotations": [
                {"id": 5, "image_id": 0, "category_id": 1, "bbox": [6, 4, 12, 8]},
                {"id": 6, "image_id": 0, "category_id": 3, "bbox": [30, 20, 12, 8]},
            ],
            "rel_categories": [{"id": 0, "name": "near"}],
            "rel_annotations": [{"id": 1, "subject_id": 5, "predicate_id": 0, "object_id": 6}],
        });
        std::fs::write(inner.join("_annotations.coco.json"), file.to_string()).unwrap();
    }
    let (mut store, mut all, _) = open(folder.path());
    let files: Vec<&str> = all.pages().iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files, ["train/1.png", "valid/1.png"]);
    for page in all.pages() {
        assert_eq!(page.scene().nodes().len(), 2, "{}", page.file);
        let scene = page.scene();
        let title = |id| scene.node(id).map(|node| node.title().to_owned());
        let related: Vec<_> = scene.relations().iter().map(|one| (title(one.subject), title(one.object))).collect();
        assert_eq!(related, [(Some("sheep".to_owned()), Some("Dolly".to_owned()))], "{}", page.file);
    }
    add(all.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    write(&mut store, &mut all);
    let (_, again, issues) = open(folder.path());
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(accounts(&again), accounts(&all));
    // One part by itself keeps its relations.
    let (_, all, _) = open(&folder.path().join("valid"));
    let scene = all.pages()[0].scene();
    let names: Vec<&str> = scene.nodes().iter().map(|node| node.name.as_str()).collect();
    assert_eq!((names, scene.relations().len()), (vec!["sheep", "Dolly"], 1));
}

#[test]
fn damaged_files_lock_nobody_out() {
    for (file, text, said) in [
        ("annotations.json", "{\"images\": [", "this is no JSON"),
        ("annotations.json", "[1, 2]", "no COCO file"),
        ("annotations.json", "\u{0}\u{1}", "this is no JSON"),
        ("a.scene.json", "{\"objects\": [1]}", "no name"),
        ("a.scene.json", "", "not JSON"),
    ] {
        let folder = folder();
        let (mut store, mut all, _) = open(folder.path());
        let page = all.page_mut().unwrap();
        let (sheep, grass) = (add(page, "sheep", [0.1, 0.4, 0.4, 0.9]), add(page, "grass", [0.0, 0.5, 1.0, 1.0]));
        page.apply("relate", &[Edit::relate(sheep, "on", grass)]).unwrap();
        write(&mut store, &mut all);
        std::fs::write(folder.path().join(file), text).unwrap();
        let (mut store, mut again, issues) = open(folder.path());
        assert!(issues.iter().any(|issue| issue.to_string().contains(said)), "{file}: {issues:?}");
        let names: Vec<&str> = again.pages()[0].scene().nodes().iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["sheep", "grass"], "the other file knows them: {file}");
        add(again.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
        write(&mut store, &mut again);
        assert_eq!(std::fs::read_to_string(folder.path().join(format!("{file}.1"))).unwrap(), text);
        let (_, healed, issues) = open(folder.path());
        assert!(issues.is_empty(), "{issues:?}");
        assert_eq!(accounts(&healed), accounts(&again));
    }
}

#[test]
fn broken_huge_and_clashing_pictures_are_left_out() {
    let folder = folder();
    let path = folder.path();
    std::fs::write(path.join("broken.jpg"), b"\xff\xd8\xff\xe0 and then nothing").unwrap();
    std::fs::write(path.join("empty.png"), b"").unwrap();
    std::fs::write(path.join("words.png"), b"these are words").unwrap();
    // A PNG's head alone: 30,000 × 30,000.
    let mut huge = std::fs::read(path.join("a.png")).unwrap();
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let head = crc(&huge[12..29]).to_be_bytes();
    huge[29..33].copy_from_slice(&head);
    std::fs::write(path.join("huge.png"), huge).unwrap();
    save(path, "a.jpg", 20, 20);
    let (_, all, issues) = open(path);
    let problem =
        |file: &str| all.pages().iter().find(|page| page.file == file).unwrap().problem.clone().unwrap_or_default();
    for (file, said) in [
        ("broken.jpg", "save it anew"),
        ("empty.png", "this is an empty file and no JPEG, PNG, WebP, GIF, BMP or TIFF"),
        ("words.png", "this is no JPEG, PNG, WebP, GIF, BMP or TIFF"),
        ("huge.png", "30000 × 30000 pixels are too many"),
        ("a.png", "rename one of them"),
    ] {
        assert!(problem(file).contains(said), "{file}: {}", problem(file));
        assert!(issues.iter().any(|issue| issue.file.ends_with(file)), "{file}");
    }
    for file in ["a.jpg", "b.jpg", "c.webp"] {
        assert_eq!(problem(file), "");
    }
    assert_eq!(all.page().unwrap().file, "a.jpg", "nobody begins with what cannot be annotated");
    // One that breaks off in the middle is found when it is decoded.
    let cut = std::fs::read(path.join("b.jpg")).unwrap();
    std::fs::write(path.join("cut.png"), &std::fs::read(path.join("c.webp")).unwrap()[..40]).unwrap();
    std::fs::write(path.join("b.jpg"), &cut[..cut.len() / 3]).unwrap();
    let _ = read_photo(&path.join("b.jpg"), 100);
    assert!(read_photo(&path.join("cut.png"), 100).is_err());
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn a_picture_on_its_side_is_seen_upright() {
    let folder = tempfile::tempdir().unwrap();
    save_turned(folder.path(), "phone.jpg", 60, 40);
    let (mut store, mut all, _) = open(folder.path());
    assert_eq!(all.page().unwrap().size, [40, 60]);
    let image = read_photo(&folder.path().join("phone.jpg"), 1000).unwrap();
    assert_eq!(image.dimensions(), (40, 60));
    // The sky, at the top as it lies, is on the right when it stands.
    assert!(image.get_pixel(38, 30).0[2] < 60 && image.get_pixel(38, 30).0[0] > 90, "{:?}", image.get_pixel(38, 30));
    assert!(image.get_pixel(2, 30).0[1] > 100 && image.get_pixel(2, 30).0[0] < 90, "{:?}", image.get_pixel(2, 30));
    add(all.page_mut().unwrap(), "sky", [0.5, 0.0, 1.0, 1.0]);
    write(&mut store, &mut all);
    let file = annotations_json(folder.path());
    assert_eq!((&file["images"][0]["width"], &file["annotations"][0]["bbox"]), (&40.into(), &json!([20, 0, 20, 60])));
}

/// What the trainer would do with the same file: boxes made for another size are scaled, those made for the picture as it lies are turned with it.
#[test]
fn boxes_are_for_the_size_that_the_file_tells() {
    let polygon = json!([[6, 4, 18, 4, 18, 12, 6, 12]]);
    // 12 x 8 pixels at 6, 4 of a picture of 60 x 40, column by column.
    let mut counts = vec![6 * 40 + 4];
    for _ in 0..11 {
        counts.extend([8, 32]);
    }
    counts.extend([8, 60 * 40 - 6 * 40 - 4 - 12 * 8 - 11 * 32]);
    let runs = json!({"size": [40, 60], "counts": counts});
    // Stored sides and orientation, the size that the file states, where the box is shown, the report.
    let table = [
        ((60, 40), 1, [60, 40], [6.0, 4.0, 18.0, 12.0], ""),
        ((120, 80), 1, [60, 40], [12.0, 8.0, 36.0, 24.0], "are scaled"),
        ((90, 90), 1, [60, 40], [9.0, 9.0, 27.0, 27.0], "are stretched"),
        ((60, 40), 6, [60, 40], [28.0, 6.0, 36.0, 18.0], "as it lies"),
        ((60, 40), 8, [60, 40], [4.0, 42.0, 12.0, 54.0], "as it lies"),
        ((60, 40), 3, [60, 40], [6.0, 4.0, 18.0, 12.0], ""),
        ((40, 60), 6, [60, 40], [6.0, 4.0, 18.0, 12.0], ""),
        ((60, 40), 1, [70_000, 40], [6.0, 4.0, 18.0, 12.0], "no picture has"),
    ];
    for (lies, orientation, [width, height], expected, said) in table {
        for segmentation in [json!([]), polygon.clone(), runs.clone()] {
            let folder = tempfile::tempdir().unwrap();
            save_with_exif(folder.path(), "a.jpg", lies.0, lies.1, orientation);
            let file = json!({
                "images": [{"id": 1, "file_name": "a.jpg", "width": width, "height": height}],
                "categories": [{"id": 1, "name": "sheep"}],
                "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [6, 4, 12, 8], "segmentation": segmentation}],
            });
            let before = file.to_string();
            std::fs::write(folder.path().join("annotations.json"), &before).unwrap();
            let (mut store, mut all, issues) = open(folder.path());
            let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
            assert!(
                reported.iter().all(|what| what.contains("a.jpg: ")) && reported.len() == usize::from(!said.is_empty()),
                "{reported:?}"
            );
            assert!(reported.iter().all(|what| what.contains(said)), "{said}: {reported:?}");
            let page = all.page_mut().unwrap();
            let node = page.scene().nodes()[0].clone();
            let [w, h] = page.size.map(|side| side as f32);
            let b = node.pinned.unwrap();
            let found = [b.x0 * w, b.y0 * h, b.x1 * w, b.y1 * h].map(f32::round);
            assert_eq!(found, expected, "{lies:?} {orientation} {segmentation}");
            let has_mask = segmentation.is_object() || segmentation[0].is_array();
            assert_eq!(page.state().mask(node.id).is_some(), has_mask, "{lies:?} {orientation}");
            // Once it is saved, files and picture agree, and what was there before lies beside.
            add(page, "tree", [0.5, 0.1, 0.9, 0.4]);
            write(&mut store, &mut all);
            let (_, again, issues) = open(folder.path());
            assert!(issues.is_empty(), "{issues:?}");
            assert_eq!(accounts(&again), accounts(&all));
            assert_eq!(annotations_json(folder.path())["images"][0]["width"], json!(w as u32));
            let copy = std::fs::read_to_string(folder.path().join("annotations.json.1")).ok();
            assert_eq!(copy, (!said.is_empty()).then_some(before));
        }
    }
}

/// What is too much to be read is not taken for another program's change: the first save keeps a copy of it. What cannot be read at all stays.
#[test]
fn what_cannot_be_read_is_not_written_over_without_a_copy() {
    let folder = folder();
    let path = folder.path().join("annotations.json");
    std::fs::File::create(&path).unwrap().set_len((256 << 20) + 1).unwrap();
    let (mut store, mut all, issues) = open(folder.path());
    assert!(issues.iter().any(|issue| issue.to_string().contains("split it into folders")), "{issues:?}");
    add(all.page_mut().unwrap(), "sheep", [0.1, 0.1, 0.3, 0.3]);
    write(&mut store, &mut all);
    assert_eq!(std::fs::metadata(folder.path().join("annotations.json.1")).unwrap().len(), (256 << 20) + 1);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    add(all.page_mut().unwrap(), "cow", [0.1, 0.1, 0.3, 0.3]);
    let snapshot = all.page().map(Page::snapshot).unwrap();
    let error = store.write(&[snapshot]).unwrap_err();
    assert!(
        matches!(error, PageWriteError::Unreadable { .. }) && error.to_string().contains("move it away"),
        "{error}"
    );
}

#[test]
fn what_another_program_writes_is_not_lost() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    add(all.page_mut().unwrap(), "sheep", [0.1, 0.1, 0.3, 0.3]);
    write(&mut store, &mut all);
    assert!(!store.is_changed());
    let path = folder.path().join("annotations.json");
    let theirs = std::fs::read_to_string(&path).unwrap().replace("sheep", "goat");
    std::fs::write(&path, &theirs).unwrap();
    assert!(store.is_changed());
    add(all.page_mut().unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    let snapshot = all.page().map(Page::snapshot).unwrap();
    let error = store.write(std::slice::from_ref(&snapshot)).unwrap_err();
    assert!(
        matches!(error, PageWriteError::Changed { .. }) && error.to_string().contains("annotations.json"),
        "{error}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);
    store.allow_overwrite();
    store.write(std::slice::from_ref(&snapshot)).unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("annotations.json.1")).unwrap(), theirs);
    assert_eq!(annotations_json(folder.path())["annotations"].as_array().unwrap().len(), 2);
}

/// Of two files that differ the newer one is believed, and that is said.
#[test]
fn the_newer_file_is_believed() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    add(all.page_mut().unwrap(), "sheep", [0.1, 0.1, 0.3, 0.3]);
    write(&mut store, &mut all);
    let later = |file: &str, seconds: u64| {
        let file = std::fs::File::options().write(true).open(folder.path().join(file)).unwrap();
        file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(seconds)).unwrap();
    };
    let rename = |file: &str, name: &str| {
        let path = folder.path().join(file);
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap().replace("sheep", name)).unwrap();
    };
    rename("annotations.json", "goat");
    later("annotations.json", 10);
    let name = || {
        let (_, all, issues) = open(folder.path());
        assert!(issues.iter().any(|issue| issue.to_string().contains("differ")), "{issues:?}");
        all.pages()[0].scene().nodes()[0].name.clone()
    };
    assert_eq!(name(), "goat");
    later("a.scene.json", 20);
    assert_eq!(name(), "sheep");
}

#[test]
fn a_folder_that_cannot_be_written_or_is_gone() {
    let folder = folder();
    let (mut store, mut all, _) = open(folder.path());
    add(all.page_mut().unwrap(), "sheep", [0.1, 0.1, 0.3, 0.3]);
    let snapshot = all.page().map(Page::snapshot).unwrap();
    let set = |path: &Path, readonly: bool| {
        let mut permissions = std::fs::metadata(path).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(path, permissions).unwrap();
    };
    std::fs::write(folder.path().join("annotations.json"), "{\"images\": [], \"annotations\": []}").unwrap();
    let (mut guarded, _, _) = open(folder.path());
    set(&folder.path().join("annotations.json"), true);
    let error = guarded.write(std::slice::from_ref(&snapshot)).unwrap_err().to_string();
    assert!(error.contains("read-only") && error.contains("save again"), "{error}");
    set(&folder.path().join("annotations.json"), false);
    guarded.write(std::slice::from_ref(&snapshot)).unwrap();
    assert_eq!(open(folder.path()).1.pages()[0].scene().nodes().len(), 1, "the edit was there all the time");
    let elsewhere = folder.path().with_extension("elsewhere");
    std::fs::rename(folder.path(), &elsewhere).unwrap();
    let error = store.write(std::slice::from_ref(&snapshot)).unwrap_err();
    assert!(matches!(error, PageWriteError::Gone { .. }), "{error}");
    std::fs::rename(&elsewhere, folder.path()).unwrap();
    for (path, said) in [("nowhere", "cannot be read"), ("empty", "no picture in it")] {
        let path = folder.path().join(path);
        if said.contains("no picture") {
            std::fs::create_dir(&path).unwrap();
        }
        let error: OpenError = AnnotationFolder::open(&path, &[]).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

/// Found by fuzzing: a picture that got a new number took over what was annotated of a picture that is not in the list.
#[test]
fn what_belongs_to_no_picture_is_put_on_none_by_saving() {
    let folder = folder();
    let file = json!({
        "images": [{"id": -1, "file_name": "a.png", "width": 60, "height": 40}], "categories": [{"id": 1, "name": "sheep"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [6, 4, 12, 8]},
            {"id": 2, "image_id": 2, "category_id": 1, "bbox": [6, 4, 12, 8]},
        ],
    });
    std::fs::write(folder.path().join("annotations.json"), file.to_string()).unwrap();
    let (mut store, mut all, _) = open(folder.path());
    for page in ["a.png", "b.jpg"] {
        add(all.page_of(page).unwrap(), "tree", [0.5, 0.1, 0.9, 0.4]);
    }
    write(&mut store, &mut all);
    let (_, again, _) = open(folder.path());
    assert_eq!(accounts(&again), accounts(&all));
    let kept = annotations_json(folder.path());
    let unknown_lines = kept["annotations"].as_array().unwrap().iter().filter(|one| one["category_id"] == 1);
    assert_eq!(unknown_lines.count(), 2, "what belongs to no picture is kept: {kept}");
}
