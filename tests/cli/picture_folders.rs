//! A folder of one's own pictures.

use crate::fixture::{coco_ccby, own_pictures, square, write_json, write_picture};
use scenewright_data::pictures::OwnPictures;
use scenewright_data::{Augment, Dataset, Endless, PictureSet, PictureView, SampleSize, SequentialSampler, Split};
use scenewright_scene::UnitBox;
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn pictures_scenes_and_pairs_become_samples() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let mut file = own_pictures(folder, 2);
    // The first picture has a scene: object 0 is the zorble.
    file["annotations"][0]["scenewright_object"] = json!(1);
    file["annotations"][1]["scenewright_object"] = json!(0);
    file["annotations"][0]["attributes"] = json!(["wooden"]);
    write_json(&folder.join("annotations.json"), &file);
    let scene = json!({
        "objects": ["zorble", "boat", "sea"], "relationships": [[1, "eating", 0], [1, "in", 2], [0, "in", 2]],
        "scenewright": { "objects": [{"attributes": ["red"]}, {}, {"pinned": [0.0, 0.5, 1.0, 1.0]}] },
    });
    write_json(&folder.join("p0.scene.json"), &scene);
    // A pair of another tool, in pixels, and a picture without annotations.
    write_picture(&folder.join("pair.jpg"), 100, 50);
    write_json(
        &folder.join("pair.json"),
        &json!({ "objects": ["sheep", "grass"], "relationships": [[0, "on", 1]], "boxes": [[10, 10, 60, 30], [0, 20, 100, 50]] }),
    );
    write_picture(&folder.join("bare.png"), 20, 20);

    let (pictures, issues) = OwnPictures::open(folder).unwrap();
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert!(
        issues[0].to_string().contains("nothing is marked") && issues[0].to_string().ends_with("bare.png"),
        "{issues:?}"
    );
    assert_eq!(pictures.len(), Some(3));
    assert_eq!(pictures.object_names(), ["boat", "grass", "sea", "sheep", "zorble"]);
    let words = pictures.predicate_names();
    assert!(words.contains(&"eating".to_owned()) && words.contains(&"left of".to_owned()), "{words:?}");

    let pictures = pictures.with_frame(SampleSize { width: 32, height: 32, mask_side: 8 });
    let first = pictures.sample(0).unwrap();
    let names: Vec<&str> = first.objects.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["zorble", "boat", "sea"]);
    assert_eq!(first.relations, [(1, "eating".into(), 0), (1, "in".into(), 2), (0, "in".into(), 2)]);
    assert_eq!(first.objects[0].attributes, ["red"]);
    assert_eq!(first.objects[1].attributes, ["wooden"]);
    assert_eq!(first.objects[2].bounds, UnitBox::new(0.0, 0.5, 1.0, 1.0));
    assert_eq!((first.image.width, first.image.pixels.len()), (32, 32 * 32 * 3));
    assert!(first.objects[1].mask.share() > 0.9, "a square fills its box");
    let second = pictures.sample(1).unwrap();
    assert_eq!(second.relations.len(), 2, "geometric");
    let pair = pictures.sample(2).unwrap();
    assert_eq!(pair.relations, [(0, "on".into(), 1)]);
    assert_eq!(pair.objects[0].bounds, UnitBox::new(0.1, 0.2, 0.6, 0.6));
    assert_eq!(first, pictures.sample(0).unwrap());
    assert!(pictures.sample(3).is_err());

    let crops: Vec<_> = pictures.crops().collect::<Result<_, _>>().unwrap();
    assert_eq!(crops.len(), 4, "pairs and pinned boxes have no masks");
    let zorble = crops.iter().find(|crop| crop.name == "zorble").unwrap();
    assert_eq!((zorble.width, zorble.height, zorble.attributes.as_slice()), (24, 24, ["red".to_owned()].as_slice()));
    assert!(zorble.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255 && pixel[2] == 60));
}

#[test]
fn a_scenes_own_export_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("world");
    let binary = env!("CARGO_BIN_EXE_scenewright");
    let done = std::process::Command::new(binary)
        .args(["dataset", "export", out.to_str().unwrap(), "--scenes", "6", "--size", "64"])
        .status()
        .unwrap();
    assert!(done.success());
    let (pictures, issues) = OwnPictures::open(&out).unwrap();
    assert_eq!(pictures.len(), Some(6));
    let sample = pictures.sample(0).unwrap();
    assert!(!sample.relations.is_empty(), "{issues:?}");
    // Each object once, tied by its number; and by name and place where another tool has not tied them.
    let path = out.join("annotations.json");
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let check = |file: &Value, what: &str| {
        let (pictures, issues) = OwnPictures::open(&out).unwrap();
        for (row, picture) in pictures.pictures().enumerate() {
            let all = file["annotations"].as_array().unwrap().iter().filter(|one| one["image_id"] == row).count();
            let objects = &picture.annotated.objects;
            assert_eq!(objects.len(), all, "{what}, {}: {issues:?}", picture.path.display());
            assert!(objects.iter().all(|object| object.shape.is_some()), "{what}");
        }
    };
    check(&file, "tied");
    for one in file["annotations"].as_array_mut().unwrap() {
        one.as_object_mut().unwrap().remove("scenewright_object");
    }
    write_json(&path, &file);
    check(&file, "not tied");
}

#[test]
fn held_out_pictures_stay_held_out() {
    let dir = tempfile::tempdir().unwrap();
    let held = |count: u64| -> Vec<String> {
        own_pictures(dir.path(), count);
        let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
        let out = pictures.clone().part(Split::Validation);
        assert_eq!(out.len().unwrap() + pictures.part(Split::Train).len().unwrap(), count);
        out.pictures().map(|picture| picture.path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(held(4).len(), 0);
    assert!(!held(5).is_empty());
    let (fewer, more) = (held(20), held(30));
    assert!(fewer.iter().all(|name| more.contains(name)), "{fewer:?} {more:?}");
    assert!((2..=12).contains(&more.len()), "{more:?}");
}

#[test]
fn pictures_turned_by_exif_are_turned() {
    let dir = tempfile::tempdir().unwrap();
    // 40 x 20 pixels that a viewer turns by 90°: shown as 20 x 40.
    let plain = dir.path().join("plain.jpg");
    write_picture(&plain, 40, 20);
    let bytes = std::fs::read(&plain).unwrap();
    std::fs::remove_file(&plain).unwrap();
    let exif: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&bytes[..2], exif, &bytes[2..]].concat();
    for name in ["shown.jpg", "raw.jpg"] {
        std::fs::write(dir.path().join(name), &turned).unwrap();
    }
    let file = json!({
        "images": [{"id": 1, "file_name": "shown.jpg", "width": 20, "height": 40}, {"id": 2, "file_name": "raw.jpg", "width": 40, "height": 20}],
        "categories": [{"id": 1, "name": "boat"}],
        "annotations": [square(1, 1, 1, [2.0, 30.0], 8.0), square(2, 2, 1, [30.0, 2.0], 8.0)],
    });
    write_json(&dir.path().join("annotations.json"), &file);
    let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
    assert!(issues.is_empty(), "{issues:?}");
    let pictures = pictures.with_frame(SampleSize { width: 20, height: 20, mask_side: 4 });
    let by_name = |name: &str| {
        let row = pictures.pictures().position(|picture| picture.path.ends_with(name)).unwrap();
        pictures.view(row as u64, &PictureView::plain(1)).unwrap()
    };
    // Red grows to the right in the file: downwards when it is turned clockwise.
    let red = |sample: &scenewright_data::Sample, x: usize, y: usize| sample.image.pixels[(y * 20 + x) * 3];
    let (shown, raw) = (by_name("shown.jpg"), by_name("raw.jpg"));
    assert!(red(&shown, 10, 18) > 180 && red(&shown, 18, 1) < 90);
    assert!(red(&raw, 18, 10) > 180 && red(&raw, 1, 18) < 90);
}

/// Upside down, mirrored, or a square on its side: the size says nothing, and the picture is trained as Annotate shows it.
#[test]
fn pictures_that_keep_their_size_are_turned_too() {
    // EXIF's orientation, sides, and where the red of the right edge is seen: at the left, right, top or bottom.
    for (orientation, size, [x, y]) in [
        (1, (40, 20), [18, 10]),
        (2, (40, 20), [1, 10]),
        (3, (40, 20), [1, 10]),
        (4, (40, 20), [18, 10]),
        (5, (30, 30), [10, 18]),
        (6, (30, 30), [10, 18]),
        (7, (30, 30), [10, 1]),
        (8, (30, 30), [10, 1]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("it.jpg");
        write_picture(&path, size.0, size.1);
        let bytes = std::fs::read(&path).unwrap();
        let exif = [
            b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
            &[orientation, 0, 0, 0, 0, 0, 0],
        ];
        std::fs::write(&path, [&bytes[..2], &exif.concat(), &bytes[2..]].concat()).unwrap();
        let file = json!({
            "images": [{"id": 1, "file_name": "it.jpg", "width": size.0, "height": size.1}],
            "categories": [{"id": 1, "name": "boat"}], "annotations": [square(1, 1, 1, [2.0, 2.0], 8.0)],
        });
        write_json(&dir.path().join("annotations.json"), &file);
        let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
        assert!(issues.is_empty(), "{issues:?}");
        let sample = pictures.with_frame(SampleSize { width: 20, height: 20, mask_side: 4 }).sample(0).unwrap();
        assert!(
            sample.image.pixels[(y * 20 + x) * 3] > 180,
            "orientation {orientation}: the right edge is not at {x}, {y}"
        );
    }
}

/// Breaks a good folder, and expects the report and how many pictures are left.
#[test]
fn whatever_is_wrong_is_reported_with_its_fix() {
    type Break = fn(&Path, &mut Value);
    let cases: &[(&str, Break, &[&str], u64)] = &[
        (
            "broken picture",
            |dir, _| std::fs::write(dir.join("p0.png"), b"\x89PNG\r\n\x1a\n....").unwrap(),
            &["damaged", "p0.png"],
            1,
        ),
        ("no picture", |dir, _| std::fs::write(dir.join("p0.png"), "hello").unwrap(), &["no JPEG, PNG", "p0.png"], 1),
        (
            "cut short",
            |dir, _| {
                let path = dir.join("p0.png");
                let bytes = std::fs::read(&path).unwrap();
                std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            },
            &["damaged", "p0.png"],
            1,
        ),
        (
            "missing picture",
            |dir, _| std::fs::remove_file(dir.join("p0.png")).unwrap(),
            &["image 1", "\"p0.png\" is not in this folder", "annotations.json"],
            1,
        ),
        (
            "another folder's picture",
            |_, file| file["images"][0]["file_name"] = json!("../../secret.png"),
            &["image 1", "not in this folder"],
            1,
        ),
        ("another size", |_, file| file["images"][0]["width"] = json!(160), &["160 x 60", "80 x 60", "stretched"], 2),
        ("picture id twice", |_, file| file["images"][1]["id"] = json!(1), &["image 1", "two pictures"], 0),
        ("picture without id", |_, file| file["images"][1]["id"] = Value::Null, &["images[1]", "no \"id\""], 1),
        (
            "listed twice",
            |_, file| {
                file["images"][1]["file_name"] = json!("p0.png");
            },
            &["image 2", "listed twice"],
            1,
        ),
        ("annotation id twice", |_, file| file["annotations"][1]["id"] = json!(1), &["annotation 1", "given twice"], 2),
        (
            "no such picture",
            |_, file| file["annotations"][0]["image_id"] = json!(99),
            &["annotation 1", "image_id is 99"],
            2,
        ),
        (
            "no such category",
            |_, file| file["annotations"][0]["category_id"] = json!(7),
            &["annotation 1", "category_id is 7"],
            2,
        ),
        (
            "category id twice",
            |_, file| file["categories"][1]["id"] = json!(1),
            &["\"boat\" and to \"zorble\"", "category_id is 2"],
            2,
        ),
        (
            "category without a word",
            |_, file| file["categories"][1]["name"] = json!("  "),
            &["categories[1]", "empty"],
            2,
        ),
        (
            "box without area",
            |_, file| file["annotations"][0]["bbox"] = json!([4, 4, 0, 9]),
            &["annotation 1", "no area"],
            2,
        ),
        (
            "box outside",
            |_, file| file["annotations"][0]["bbox"] = json!([200, 4, 10, 9]),
            &["annotation 1", "left out"],
            2,
        ),
        (
            "box partly outside",
            |_, file| file["annotations"][0]["bbox"] = json!([-30, 4, 50, 9]),
            &["annotation 1", "cut off"],
            2,
        ),
        (
            "neither box nor mask",
            |_, file| {
                file["annotations"][0]["bbox"] = json!([]);
                file["annotations"][0]["segmentation"] = json!([]);
            },
            &["annotation 1", "neither"],
            2,
        ),
        (
            "polygon of two corners",
            |_, file| file["annotations"][0]["segmentation"] = json!([[1, 1, 2, 2]]),
            &["annotation 1", "three corners"],
            2,
        ),
        (
            "polygon on a line",
            |_, file| file["annotations"][0]["segmentation"] = json!([[1, 1, 2, 2, 3, 3]]),
            &["annotation 1", "one line"],
            2,
        ),
        (
            "runs of another picture",
            |_, file| file["annotations"][0]["segmentation"] = json!({"size": [2, 2], "counts": [1, 3]}),
            &["annotation 1", "2 x 2 pixels"],
            2,
        ),
        (
            "runs that do not add up",
            |_, file| file["annotations"][0]["segmentation"] = json!({"size": [60, 80], "counts": [1, 3]}),
            &["annotation 1", "add up to 4"],
            2,
        ),
        (
            "text of runs cut short",
            |_, file| file["annotations"][0]["segmentation"] = json!({"size": [60, 80], "counts": "o"}),
            &["annotation 1", "middle of a number"],
            2,
        ),
        (
            "empty runs",
            |_, file| file["annotations"][0]["segmentation"] = json!({"size": [60, 80], "counts": [4800]}),
            &["annotation 1", "empty"],
            2,
        ),
        (
            "scene damaged",
            |dir, _| std::fs::write(dir.join("p0.scene.json"), "{").unwrap(),
            &["not JSON", "p0.scene.json"],
            2,
        ),
        (
            "object beyond the scene",
            |dir, file| {
                file["annotations"][0]["scenewright_object"] = json!(5);
                write_json(&dir.join("p0.scene.json"), &json!({"objects": ["boat"], "relationships": []}));
            },
            &["scenewright_object 5", "p0.scene.json"],
            2,
        ),
        (
            "object without a box",
            |dir, file| {
                file["annotations"][0]["scenewright_object"] = json!(0);
                write_json(
                    &dir.join("p0.scene.json"),
                    &json!({"objects": ["boat", "sheep"], "relationships": [[0, "near", 1]]}),
                );
            },
            &["object 1", "\"sheep\" has no box"],
            2,
        ),
        (
            "an object twice",
            |dir, file| {
                file["annotations"][0]["scenewright_object"] = json!(0);
                file["annotations"][1]["scenewright_object"] = json!(0);
                write_json(&dir.join("p0.scene.json"), &json!({"objects": ["boat"], "relationships": []}));
            },
            &["object 0", "two annotations"],
            2,
        ),
        (
            "two names",
            |dir, file| {
                file["annotations"][0]["scenewright_object"] = json!(0);
                write_json(&dir.join("p0.scene.json"), &json!({"objects": ["ship"], "relationships": []}));
            },
            &["\"boat\", the scene \"ship\""],
            2,
        ),
        (
            "impossible size",
            |_, file| file["images"][0]["width"] = json!(4_000_000_000u32),
            &["image 1", "more than any picture", "Write the size"],
            2,
        ),
        (
            "runs of an impossible size",
            |_, file| {
                file["annotations"][0]["segmentation"] =
                    json!({"size": [4_294_967_296u64, 4_294_967_296u64], "counts": [0]})
            },
            &["annotation 1", "which no picture has"],
            2,
        ),
        (
            "runs below zero",
            |_, file| file["annotations"][0]["segmentation"] = json!({"size": [60, 80], "counts": [-1, 4800]}),
            &["annotation 1", "below zero"],
            2,
        ),
        (
            "another tool's graph, broken",
            |dir, _| std::fs::write(dir.join("p0.json"), "{\"objects\": 3}").unwrap(),
            &["p0.json", "no list"],
            2,
        ),
        ("nothing marked", |_, file| file["annotations"] = json!([]), &["p0.png", "nothing is marked"], 0),
    ];
    for (name, break_it, expected, left) in cases {
        let dir = tempfile::tempdir().unwrap();
        let mut file = own_pictures(dir.path(), 2);
        break_it(dir.path(), &mut file);
        write_json(&dir.path().join("annotations.json"), &file);
        let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
        let reported = issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for part in *expected {
            assert!(reported.contains(part), "{name}: {part:?} is not in\n{reported}");
        }
        assert_eq!(pictures.len(), Some(*left), "{name}: {reported}");
        for index in 0..*left {
            pictures.sample(index).unwrap();
        }
    }
}

/// Another tool's JSON beside a picture is none of ours; and objects with a box alone have no known shape.
#[test]
fn what_is_not_wrong_is_not_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 2);
    file["annotations"][0]["segmentation"] = json!([]);
    write_json(&dir.path().join("annotations.json"), &file);
    write_json(&dir.path().join("p0.json"), &json!({"version": "5.0.1", "shapes": [], "imagePath": "p0.png"}));
    let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
    assert!(issues.is_empty(), "{issues:?}");
    let sample = pictures.sample(0).unwrap();
    assert_eq!(sample.objects.iter().map(|object| object.has_mask).collect::<Vec<_>>(), [false, true]);
}

/// The run goes on without pictures that have gone, in training and validation, and can list them.
#[test]
fn what_cannot_be_read_any_more_is_passed_over_and_remembered() {
    let dir = tempfile::tempdir().unwrap();
    own_pictures(dir.path(), 12);
    let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
    let set = std::sync::Arc::new(pictures);
    let endless = Endless::new(set.clone(), 3, Augment::default());
    let in_order = SequentialSampler::new(set.clone());
    for i in [0, 5, 6] {
        std::fs::remove_file(dir.path().join(format!("p{i}.png"))).unwrap();
    }
    let rows: Vec<_> = set.pictures().map(|picture| picture.path.clone()).collect();
    for index in 0..24 {
        endless.sample(index).unwrap();
    }
    for index in 0..12 {
        let sample = in_order.sample(index).unwrap();
        let next = (index..).find(|i| rows[*i as usize % 12].is_file()).unwrap() % 12;
        assert_eq!(sample, set.sample(next).unwrap());
    }
    assert!(in_order.sample(12).is_err());
    for reported in [endless.skipped_samples(), in_order.skipped_samples()] {
        assert_eq!(reported.len(), 3, "each once: {reported:?}");
        assert!(reported[0].contains("p0.png") && reported[0].contains("Put it back"), "{reported:?}");
    }
    for i in 0..12 {
        let _ = std::fs::remove_file(dir.path().join(format!("p{i}.png")));
    }
    let (pictures, _) = (own_pictures(dir.path(), 12), ());
    drop(pictures);
    let fresh = SequentialSampler::new(std::sync::Arc::new(OwnPictures::open(dir.path()).unwrap().0));
    (0..12).for_each(|i| std::fs::remove_file(dir.path().join(format!("p{i}.png"))).unwrap());
    assert!(fresh.sample(0).is_err(), "the folder itself has gone");
    (0..12).for_each(|i| assert!(fresh.sample(i).is_err()));
    let reported = fresh.skipped_samples();
    assert!(reported.len() == 9 && reported[8].starts_with("12 pictures in all"), "{reported:?}");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let check = |path: &Path, part: &str| {
        let error = OwnPictures::open(path).err().unwrap().to_string();
        assert!(
            error.contains(part) && error.ends_with(&path.file_name().unwrap().to_string_lossy().into_owned()),
            "{error}"
        );
    };
    check(&dir.path().join("nowhere"), "no such folder");
    let file = dir.path().join("annotations.json");
    for (text, part) in [
        ("", "line 1"),
        ("[]", "no object with images"),
        ("{}", "no images, no annotations"),
        ("<!doctype html>", "a web page"),
    ] {
        std::fs::write(&file, text).unwrap();
        check(&file, part);
    }
}

#[test]
fn a_folder_that_vanishes_is_reported_and_what_is_held_stays() {
    let dir = tempfile::tempdir().unwrap();
    own_pictures(dir.path(), 3);
    let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
    pictures.sample(0).unwrap();
    let path = dir.path().to_owned();
    drop(dir);
    pictures.sample(0).unwrap();
    let error = pictures.sample(1).err().unwrap().to_string();
    assert!(error.contains("cannot read the picture") && error.contains(&*path.to_string_lossy()), "{error}");
}

#[test]
fn real_pictures_are_read() {
    let Some(folder) = coco_ccby() else { return };
    let (pictures, issues) = OwnPictures::open(&folder).unwrap();
    assert_eq!(pictures.len(), Some(78), "two of the 80 have nothing marked: {issues:?}");
    let objects: usize = pictures.pictures().map(|picture| picture.annotated.objects.len()).sum();
    assert!(objects >= 710, "{objects} of 717; {issues:?}");
    for index in [0, 17, 77] {
        let sample = pictures.sample(index).unwrap();
        assert!(sample.objects.iter().all(|object| object.bounds.is_proper()));
    }
    let crop = pictures.crops().next().unwrap().unwrap();
    assert!(crop.rgba.chunks_exact(4).any(|pixel| pixel[3] == 255));
}
