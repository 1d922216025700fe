//! COCO's files, through sg2im's filters.

use crate::fixture::{coco_ccby, square, write_json, write_picture};
use scenewright_data::coco::{Coco, CocoConfig, CocoFilters};
use scenewright_data::{Augment, Dataset, Endless, SampleSize, Split, validate};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

const FRAME: SampleSize = SampleSize { width: 16, height: 16, mask_side: 8 };

/// `images/train2017` and `annotations/`, as sg2im downloads them; picture i has i objects.
fn coco_2017(folder: &Path, part: &str, pictures: u64) {
    std::fs::create_dir_all(folder.join("annotations")).unwrap();
    let images = folder.join(format!("images/{part}2017"));
    std::fs::create_dir_all(&images).unwrap();
    let (mut list, mut things, mut stuff) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..pictures {
        let id = i + 1;
        let name = format!("{id:012}.png");
        write_picture(&images.join(&name), 100, 80);
        list.push(json!({"id": id, "file_name": name, "width": 100, "height": 80}));
        for nth in 0..i {
            things.push(square(100 * id + nth, id, 1 + nth % 2, [5.0 + 8.0 * nth as f64, 10.0], 30.0));
        }
        // Too small: 12 of 8,000 pixels are 0.0015; exactly 0.02 is too small as well.
        things.push(square(100 * id + 90, id, 1, [0.0, 0.0], 3.0));
        let mut exact = square(100 * id + 91, id, 1, [0.0, 0.0], 16.0);
        exact["bbox"] = json!([0, 0, 16, 10]);
        things.push(exact);
        // Every other picture has stuff: sky, and "other".
        if i % 2 == 0 {
            stuff.push(json!({"id": id * 10, "image_id": id, "category_id": 157, "bbox": [0, 0, 100, 40], "iscrowd": 0, "segmentation": {"size": [80, 100], "counts": [0, 40, 7960]}}));
            stuff.push(json!({"id": id * 10 + 1, "image_id": id, "category_id": 183, "bbox": [0, 0, 100, 80], "iscrowd": 0, "segmentation": []}));
        }
    }
    let file = |annotations: Vec<Value>, categories: Value| json!({"info": {}, "licenses": [], "images": list, "annotations": annotations, "categories": categories});
    let name = |what: &str| folder.join(format!("annotations/{what}_{part}2017.json"));
    write_json(&name("instances"), &file(things, json!([{"id": 1, "name": "person"}, {"id": 2, "name": "boat"}])));
    write_json(&name("stuff"), &file(stuff, json!([{"id": 157, "name": "sky-other"}, {"id": 183, "name": "other"}])));
}

fn open(path: &Path, split: Split, filters: CocoFilters) -> Coco {
    Coco::open(CocoConfig { path: path.to_owned(), split, seed: 7, frame: FRAME, filters }).unwrap()
}

#[test]
fn the_references_filters_leave_what_they_leave() {
    let dir = tempfile::tempdir().unwrap();
    coco_2017(dir.path(), "train", 12);
    // Picture i (from 0) has i things and, where i is even, the sky.
    let check = |filters: CocoFilters, counts: &[u32], what: &str| {
        let set = open(dir.path(), Split::Train, filters);
        let found: Vec<u32> = set.store().pictures.iter().map(|p| p.objects.end - p.objects.start).collect();
        assert_eq!(found, counts, "{what}");
    };
    let plain = CocoFilters::default;
    check(plain(), &[3, 5, 7], "stuff only, 3 to 8 objects: pictures 2, 4 and 6");
    check(CocoFilters { stuff_only: false, ..plain() }, &[3, 3, 5, 5, 7, 7], "2, 3, 4, 5, 6 and 7");
    check(CocoFilters { include_other: true, ..plain() }, &[4, 6, 8], "and \"other\"");
    check(CocoFilters { min_objects: 0, max_objects: 5, ..plain() }, &[1, 3, 5], "the first picture too");
    check(CocoFilters { instance_whitelist: vec!["boat".into()], ..plain() }, &[3, 4, 5, 6], "boats and skies");
    check(CocoFilters { stuff_whitelist: vec!["sky-other".into()], ..plain() }, &[3, 5, 7], "no other stuff");
    check(CocoFilters { min_object_size: 0.0, max_objects: 9, ..plain() }, &[3, 5, 7, 9], "the small ones count");
    check(CocoFilters { max_samples: Some(2), ..plain() }, &[3, 5], "the first two");
}

#[test]
fn samples_hold_things_then_stuff_and_their_masks() {
    let dir = tempfile::tempdir().unwrap();
    coco_2017(dir.path(), "train", 5);
    let set = open(dir.path(), Split::Train, CocoFilters::default());
    assert!(set.issues().is_empty(), "{:?}", set.issues());
    assert_eq!(set.object_names(), ["boat", "person", "sky-other"]);
    let sample = set.sample(0).unwrap();
    let names: Vec<&str> = sample.objects.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["person", "boat", "sky-other"]);
    // The sky's runs: 40 pixels of the first column, of 100.
    let sky = &sample.objects[2];
    assert_eq!((sky.bounds.x1, sky.bounds.y1), (1.0, 0.5));
    assert!(sky.mask.share() < 0.2, "{}", sky.mask.share());
    assert_eq!(sample.objects[0].mask.share(), 1.0);
    assert_eq!(sample.relations.len(), 3, "one for each object");
    assert_eq!(sample, set.sample(0).unwrap());
    assert!(set.sample(9).is_err());
    // Each pass draws new random numbers.
    let endless = Endless::new(Arc::new(set), 3, Augment::default());
    let seen: Vec<_> = (0..8).map(|i| endless.sample(i).unwrap().relations).collect();
    assert!(seen.iter().any(|relations| *relations != seen[0]));
    assert_eq!(endless.sample(5).unwrap(), endless.sample(5).unwrap());
}

#[test]
fn val_is_validation_and_test() {
    let dir = tempfile::tempdir().unwrap();
    coco_2017(dir.path(), "val", 9);
    let ids = |split: Split| {
        open(dir.path(), split, CocoFilters::default()).store().pictures.iter().map(|p| p.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(Split::Validation), [3, 5, 7], "the first 1,024");
    assert!(ids(Split::Test).is_empty(), "what is left");
    let error = Coco::open(CocoConfig { path: dir.path().to_owned(), ..Default::default() }).err().unwrap().to_string();
    assert!(error.contains("instances_train2017.json"), "{error}");
}

/// Only val, or only train: what is there is checked, and what is missing is reported.
#[test]
fn the_doctor_looks_at_whatever_part_there_is() {
    for (part, missing) in [("val", "instances_train2017.json"), ("train", "instances_val2017.json")] {
        let dir = tempfile::tempdir().unwrap();
        coco_2017(dir.path(), part, 5);
        let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
        let reported = report.issues.summaries();
        assert!(reported.len() == 1 && reported[0].contains(missing), "{part}: {reported:?}");
        let all: u64 = report.facts.iter().filter(|(fact, _)| fact.contains("in all")).map(|(_, count)| count).sum();
        assert_eq!(all, 5, "{:?}", report.facts);
    }
}

#[test]
fn the_doctor_tells_what_is_wrong_with_a_set_and_what_is_not() {
    let dir = tempfile::tempdir().unwrap();
    coco_2017(dir.path(), "train", 5);
    let name = |what: &str| dir.path().join(format!("annotations/{what}_train2017.json"));
    let read = |what: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(name(what)).unwrap()).unwrap() };
    let (mut things, mut stuff) = (read("instances"), read("stuff"));
    let annotations = things["annotations"].as_array_mut().unwrap();
    annotations.push(square(9001, 5, 77, [1.0, 1.0], 40.0));
    let mut flat = square(9002, 5, 1, [1.0, 1.0], 40.0);
    flat["segmentation"] = json!([[1, 1, 20, 20, 40, 40]]);
    annotations.push(flat);
    let mut other_size = square(9003, 5, 1, [1.0, 1.0], 40.0);
    other_size["segmentation"] = json!({"size": [40, 50], "counts": [0, 2000]});
    annotations.push(other_size);
    things["images"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 900, "file_name": "x.png", "width": 3_000_000_000u32, "height": 80}));
    stuff["annotations"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 9004, "image_id": 5, "category_id": 999, "bbox": [0, 0, 90, 40], "segmentation": []}));
    write_json(&name("instances"), &things);
    write_json(&name("stuff"), &stuff);
    // A picture whose first bytes are sound and whose rest is missing; and one on its side, annotated as it lies.
    let picture = |id: u64| dir.path().join(format!("images/train2017/{id:012}.png"));
    let bytes = std::fs::read(picture(2)).unwrap();
    std::fs::write(picture(2), &bytes[..bytes.len() / 2]).unwrap();
    let jpeg = dir.path().join("it.jpg");
    write_picture(&jpeg, 100, 80);
    let bytes = std::fs::read(&jpeg).unwrap();
    let exif: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    std::fs::write(picture(3), [&bytes[..2], exif, &bytes[2..]].concat()).unwrap();
    let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
    let reported = report.issues.summaries().join("\n");
    let line = |part: &str| {
        reported.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part} is not in\n{reported}"))
    };
    assert!(line("category 77").ends_with("instances_train2017.json"), "{reported}");
    assert!(line("category 999").ends_with("stuff_train2017.json"), "{reported}");
    assert!(
        line("annotation 9002").contains("one line") && line("annotation 9003").contains("50 x 40 pixels"),
        "{reported}"
    );
    assert!(line("image 900").contains("more than any picture"), "{reported}");
    assert!(line("000000000002.png").contains("damaged"), "{reported}");
    assert!(!reported.contains("000000000003.png"), "{reported}");
    assert!(
        report.facts.contains(&("pictures of train that EXIF turns, read as they were annotated".to_owned(), 1)),
        "{:?}",
        report.facts
    );
}

#[test]
fn one_file_is_divided_by_a_hash() {
    let Some(folder) = coco_ccby() else { return };
    let parts: Vec<u64> =
        Split::ALL.iter().map(|split| open(&folder, *split, CocoFilters::default()).len().unwrap()).collect();
    let whole = CocoFilters { min_object_size: -1.0, min_objects: 0, max_objects: 1000, ..CocoFilters::default() };
    let all: u64 = Split::ALL.iter().map(|split| open(&folder, *split, whole.clone()).len().unwrap()).sum();
    let objects: u64 = Split::ALL.iter().map(|split| open(&folder, *split, whole.clone()).object_count()).sum();
    assert_eq!((all, objects), (80, 717));
    assert!(parts[0] > 10 && parts.iter().sum::<u64>() < 60, "{parts:?}");
    let set = open(&folder, Split::Train, CocoFilters::default());
    for index in 0..set.len().unwrap() {
        let sample = set.sample(index).unwrap();
        assert!((3..=8).contains(&sample.objects.len()));
        assert!(sample.objects.iter().all(|object| object.bounds.is_proper() && object.mask.alpha.len() == 64));
    }
}

/// Boxes, masks and relations of real pictures as sg2im's own code makes them (`tests/data/coco_reference.json` says how).
#[test]
fn real_masks_and_relations_are_the_references() {
    let Some(folder) = coco_ccby() else { return };
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/coco_reference.json")).unwrap();
    let reference: Value = serde_json::from_str(&text).unwrap();
    let (mut checked, mut cells, mut differing) = (0, 0u32, 0u32);
    for split in Split::ALL {
        let filters = CocoFilters { stuff_only: false, ..CocoFilters::default() };
        let config = CocoConfig {
            path: folder.clone(),
            split,
            seed: 1,
            frame: SampleSize { width: 16, height: 16, mask_side: 16 },
            filters,
        };
        let set = Coco::open(config).unwrap();
        for (index, picture) in set.store().pictures.iter().enumerate() {
            let Some(expected) = reference["pictures"].get(picture.id.to_string()) else {
                panic!("picture {} is not in the reference's selection", picture.id)
            };
            let sample = set.sample(index as u64).unwrap();
            let objects = expected["objects"].as_array().unwrap();
            assert_eq!(objects.len(), sample.objects.len());
            for (object, expected) in sample.objects.iter().zip(objects) {
                assert_eq!(object.name, expected["name"].as_str().unwrap());
                let wanted = expected["mask"].as_str().unwrap();
                let found: String = object
                    .mask
                    .alpha
                    .chunks(4)
                    .map(|four| {
                        let bits = four.iter().fold(0, |bits, &v| bits << 1 | u32::from(v > 127));
                        char::from_digit(bits, 16).unwrap()
                    })
                    .collect();
                cells += 256;
                differing += found
                    .chars()
                    .zip(wanted.chars())
                    .map(|(a, b)| (a.to_digit(16).unwrap() ^ b.to_digit(16).unwrap()).count_ones())
                    .sum::<u32>();
                for (found, wanted) in <[f32; 4]>::from(object.bounds).iter().zip(expected["box"].as_array().unwrap()) {
                    assert!((f64::from(*found) - wanted.as_f64().unwrap()).abs() < 1e-6);
                }
            }
            // Every ordered pair's word, from sg2im's centers.
            let words = expected["words"].as_array().unwrap();
            for (s, word, o) in &sample.relations {
                assert_eq!(word, words[s * objects.len() + o].as_str().unwrap(), "picture {}: {s} {o}", picture.id);
            }
            checked += 1;
        }
    }
    assert_eq!(checked, reference["pictures"].as_object().unwrap().len());
    assert_eq!(differing, 0, "of {cells} cells");
}
