//! Annotation files as other tools and machines write them: whatever can be read is read, whatever cannot is reported, and nothing is invented.

use crate::fixture::{own_pictures, square, write_json, write_picture};
use crate::other_tools::ODD_FOLDERS;
use scenewright_data::coco::CocoFilters;
use scenewright_data::pictures::OwnPictures;
use scenewright_data::source::SourceOptions;
use scenewright_data::{DataSource, SampleSize, Split};
use scenewright_data::{Dataset, validate};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Pictures, objects, relations, and everything that was reported.
fn examined(folder: &Path) -> (u64, u64, u64, String) {
    let report = validate::examine(folder, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
    (report.images, report.objects, report.relations, report.issues.summaries().join("\n"))
}

/// Each change of a sound file of two pictures with two objects each: how much is left, and what is reported ("" for nothing).
#[test]
fn an_odd_record_costs_itself_alone() {
    type Change = fn(&mut Value);
    let cases: &[(&str, Change, (u64, u64), &str)] = &[
        (
            "ids as text",
            |file| {
                for i in 0..2 {
                    file["images"][i]["id"] = json!((i + 1).to_string());
                }
                for i in 0..4 {
                    file["annotations"][i]["category_id"] = json!(format!("{}.0", 1 + i % 2));
                }
            },
            (2, 4),
            "",
        ),
        (
            "ids that are names",
            |file| {
                for (i, name) in ["first", "second"].iter().enumerate() {
                    file["images"][i]["id"] = json!(name);
                    for j in 0..2 {
                        file["annotations"][2 * i + j]["image_id"] = json!(name);
                    }
                }
            },
            (2, 4),
            "",
        ),
        (
            "pictures by name",
            |file| {
                for i in 0..4 {
                    file["annotations"][i]["image_id"] = json!(format!("p{}.png", i / 2));
                }
            },
            (2, 4),
            "",
        ),
        (
            "sizes that say nothing",
            |file| {
                file["images"][0]["width"] = Value::Null;
                file["images"][0]["height"] = json!("");
                file["images"][1]["width"] = json!("80");
                file["images"][1]["height"] = json!(60.0);
                file["info"] = Value::Null;
                file["licenses"] = Value::Null;
            },
            (2, 4),
            "",
        ),
        (
            "a polygon without its list",
            |file| {
                file["annotations"][0]["segmentation"] = file["annotations"][0]["segmentation"][0].clone();
            },
            (2, 4),
            "",
        ),
        ("numbers as text", |file| file["annotations"][0]["bbox"] = json!(["4", "20.0", 20.0, "2e1"]), (2, 4), ""),
        (
            "a box as an object",
            |file| {
                file["annotations"][0]["bbox"] = json!({"x": 4, "y": 20, "width": 20, "height": 20});
            },
            (2, 4),
            "",
        ),
        (
            "a box of nulls",
            |file| {
                file["annotations"][0]["bbox"] = json!([null, null, null, null]);
                file["annotations"][0]["segmentation"] = json!([]);
            },
            (2, 3),
            "annotation 1: its \"bbox\" is no four numbers",
        ),
        ("no box but a mask", |file| file["annotations"][0]["bbox"] = Value::Null, (2, 4), ""),
        (
            "segmentations that are none",
            |file| {
                for (i, none) in [json!({}), json!(""), json!([]), Value::Null].into_iter().enumerate() {
                    file["annotations"][i]["segmentation"] = none;
                }
            },
            (2, 4),
            "",
        ),
        (
            "a segmentation that cannot be read",
            |file| file["annotations"][0]["segmentation"] = json!(true),
            (2, 4),
            "neither polygons nor run lengths",
        ),
        (
            "run lengths as text and floats",
            |file| {
                file["annotations"][0]["segmentation"] = json!([{"size": ["60", 80.0], "counts": ["0", 4800.0]}]);
            },
            (2, 4),
            "",
        ),
        (
            "no name of a file",
            |file| file["images"][1]["file_name"] = Value::Null,
            (1, 2),
            "image 2: it has no \"file_name\"",
        ),
        (
            "another key for the picture",
            |file| {
                for annotation in file["annotations"].as_array_mut().unwrap() {
                    let map = annotation.as_object_mut().unwrap();
                    let id = map.remove("image_id").unwrap();
                    map.insert("item_id".into(), id);
                }
            },
            (0, 0),
            "all 4 annotations have no \"image_id\", but \"item_id\"",
        ),
        (
            "two pictures of one id",
            |file| file["images"][1]["id"] = json!(1),
            (0, 0),
            "its image_id 1 belongs to two pictures",
        ),
        (
            "records that are none",
            |file| {
                file["annotations"].as_array_mut().unwrap().insert(0, json!(7));
                file["annotations"].as_array_mut().unwrap().insert(0, Value::Null);
            },
            (2, 4),
            "annotations[0]: it is no record",
        ),
        (
            "one record listed twice",
            |file| {
                let first = file["images"][0].clone();
                file["images"].as_array_mut().unwrap().push(first);
            },
            (2, 4),
            "image 1: it is listed twice",
        ),
        (
            "words for categories",
            |file| {
                let map = file["annotations"][0].as_object_mut().unwrap();
                map.remove("category_id");
                map.insert("category_name".into(), json!("Boat "));
            },
            (2, 4),
            "",
        ),
    ];
    for (name, change, (pictures, objects), said) in cases {
        let dir = tempfile::tempdir().unwrap();
        let mut file = own_pictures(dir.path(), 2);
        change(&mut file);
        write_json(&dir.path().join("annotations.json"), &file);
        let (images, found, _, reported) = examined(dir.path());
        assert_eq!((images, found), (*pictures, *objects), "{name}: {reported}");
        if said.is_empty() {
            assert_eq!(reported, "", "{name}");
        }
        assert!(reported.contains(said), "{name}: {reported}");
        let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
        for index in 0..images {
            assert!(pictures.sample(index).unwrap().objects.iter().all(|object| object.bounds.is_proper()), "{name}");
        }
    }
}

#[test]
fn a_file_in_any_encoding_is_read() {
    let text = |folder: &Path| std::fs::read_to_string(folder.join("annotations.json")).unwrap();
    type Encode = fn(&str) -> Vec<u8>;
    let cases: &[(&str, &str, Encode)] = &[
        ("a byte order mark", "annotations.json", |text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("UTF-16", "annotations.json", |text| {
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
        ("UTF-16 without a mark", "annotations.json", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("gzip", "annotations.json.gz", |text| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            packed.finish().unwrap()
        }),
        ("not a number", "annotations.json", |text| {
            text.replace("\"area\": 400.0", "\"area\": NaN").replace("\"iscrowd\": 0", "\"iscrowd\": -Infinity").into()
        }),
        ("commas too many", "annotations.json", |text| text.replace("}\n  ],", "},\n  ],").into()),
    ];
    for (name, file, encode) in cases {
        let dir = tempfile::tempdir().unwrap();
        own_pictures(dir.path(), 2);
        let bytes = encode(&text(dir.path()));
        std::fs::remove_file(dir.path().join("annotations.json")).unwrap();
        std::fs::write(dir.path().join(file), bytes).unwrap();
        let (images, objects, _, reported) = examined(dir.path());
        assert_eq!((images, objects, reported.as_str()), (2, 4, ""), "{name}");
    }
    // What breaks off behind its lists, or in their last, gives what came before.
    let dir = tempfile::tempdir().unwrap();
    let file = own_pictures(dir.path(), 2);
    let whole = json!({"images": file["images"], "categories": file["categories"], "annotations": file["annotations"]})
        .to_string();
    let cut = whole.rfind("\"segmentation\"").unwrap();
    std::fs::write(dir.path().join("annotations.json"), &whole[..cut]).unwrap();
    let (images, objects, _, reported) = examined(dir.path());
    assert!(images == 2 && objects == 3 && reported.contains("cut short"), "{reported}");
}

/// `file_name` in the list, where the picture lies, and where it is found.
#[test]
fn pictures_of_other_machines_are_found() {
    for (listed, lies) in [
        ("meadow\\1.png", "meadow/1.png"),
        ("/home/anna/farm set/meadow/1.png", "meadow/1.png"),
        ("C:\\farm\\1.png", "1.png"),
        ("/data/local-files/?d=farm/my%20yard.png", "my yard.png"),
        ("https://example.org/up/hay%20%26%20barn.png?token=abc", "hay & barn.png"),
        ("CAFE\u{301}.PNG", "caf\u{e9}.png"),
        ("train/1.png", "images/train/1.png"),
        ("1.png", "pictures/2025/1.png"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(lies);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_picture(&path, 80, 60);
        let file = json!({
            "images": [{"id": 1, "file_name": listed, "width": 80, "height": 60}],
            "categories": [{"id": 1, "name": "boat"}], "annotations": [square(1, 1, 1, [4.0, 4.0], 20.0)],
        });
        write_json(&dir.path().join("annotations.json"), &file);
        let (images, objects, _, reported) = examined(dir.path());
        assert_eq!((images, objects, reported.as_str()), (1, 1, ""), "{listed}");
    }
}

#[test]
fn a_name_that_several_have_is_put_on_none() {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["meadow", "hill"] {
        std::fs::create_dir(dir.path().join(folder)).unwrap();
        write_picture(&dir.path().join(folder).join("1.png"), 80, 60);
    }
    let file = |names: [&str; 2]| {
        json!({
            "images": [{"id": 1, "file_name": names[0]}, {"id": 2, "file_name": names[1]}],
            "categories": [{"id": 1, "name": "boat"}, {"id": 2, "name": "sheep"}],
            "annotations": [square(1, 1, 1, [4.0, 4.0], 20.0), square(2, 2, 2, [4.0, 4.0], 20.0)],
        })
    };
    let words = || -> Vec<(String, String)> {
        let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
        let of = |picture: &scenewright_data::pictures::OwnPicture| {
            let below = picture.path.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned();
            (below, picture.annotated.objects[0].name.clone())
        };
        pictures.pictures().map(of).collect()
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    write_json(&dir.path().join("annotations.json"), &file(["hill\\1.png", "meadow\\1.png"]));
    assert_eq!(words(), [pair("hill/1.png", "boat"), pair("meadow/1.png", "sheep")]);
    write_json(&dir.path().join("annotations.json"), &file(["1.png", "meadow/1.png"]));
    assert_eq!(words(), [pair("meadow/1.png", "sheep")]);
    let reported = examined(dir.path()).3;
    assert!(reported.contains("\"1.png\" may be any of hill/1.png, meadow/1.png"), "{reported}");
    // The picture of another folder is not here, and its annotations are put on no other.
    write_json(&dir.path().join("annotations.json"), &file(["meadow/1.png", "valley/2/1.png"]));
    assert_eq!(words(), [pair("meadow/1.png", "boat")]);
}

#[test]
fn parts_of_a_set_are_read_together() {
    let dir = tempfile::tempdir().unwrap();
    for part in ["train", "valid", "test"] {
        let folder = dir.path().join(part);
        std::fs::create_dir(&folder).unwrap();
        let mut file = own_pictures(&folder, 2);
        std::fs::remove_file(folder.join("annotations.json")).unwrap();
        // Roboflow's first word is only a group.
        file["categories"]
            .as_array_mut()
            .unwrap()
            .insert(0, json!({"id": 0, "name": "farm-things", "supercategory": "none"}));
        write_json(&folder.join("_annotations.coco.json"), &file);
    }
    let (images, objects, _, reported) = examined(dir.path());
    assert_eq!((images, objects, reported.as_str()), (6, 12, ""));
    let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
    assert_eq!(pictures.object_names(), ["boat", "zorble"]);
    assert!(
        pictures
            .clone()
            .part(Split::Train)
            .pictures()
            .all(|picture| picture.path.starts_with(dir.path().join("train")))
    );
    assert_eq!(pictures.part(Split::Validation).len(), Some(4));
}

#[test]
fn which_of_several_files_is_read_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = own_pictures(dir.path(), 2);
    write_json(&dir.path().join("old version.json"), &file);
    let (images, _, _, reported) = examined(dir.path());
    assert!(
        images == 2
            && reported.contains("annotations.json is read, and this is not")
            && reported.contains("old version.json"),
        "{reported}"
    );
    std::fs::remove_file(dir.path().join("annotations.json")).unwrap();
    let (images, _, _, reported) = examined(dir.path());
    assert_eq!((images, reported.as_str()), (2, ""), "whatever its name");
}

#[test]
fn one_word_is_one_word() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 2);
    let names = [" Boat", "BOAT", "boat\u{a0}", "pine   tree"];
    file["categories"] = names.iter().enumerate().map(|(i, name)| json!({"id": i, "name": name})).collect();
    for i in 0..4 {
        file["annotations"][i]["category_id"] = json!(i);
    }
    write_json(&dir.path().join("annotations.json"), &file);
    let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(pictures.object_names(), ["boat", "pine tree"]);
}

#[test]
fn relations_of_a_coco_file_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 2);
    file["rel_categories"] = json!([{"id": 0, "name": "behind"}, {"id": "1", "name": "Looking at "}]);
    file["rel_annotations"] = json!([
        {"id": 1, "subject_id": 2, "predicate_id": 0, "object_id": 1, "image_id": 1},
        {"id": 2, "subject_id": "3", "predicate_id": 1, "object_id": 4, "image_id": 2},
        {"id": 3, "subject_id": 1, "predicate_id": 1, "object_id": 4},
        {"id": 4, "subject_id": 99, "predicate_id": 1, "object_id": 4},
        {"id": 5, "subject_id": 3, "predicate_id": 9, "object_id": 4},
    ]);
    write_json(&dir.path().join("annotations.json"), &file);
    let (_, _, relations, reported) = examined(dir.path());
    assert_eq!(relations, 2, "{reported}");
    for said in
        ["rel_annotations[2]: its two ends", "rel_annotations[3]: an end", "rel_annotations[4]: its predicate_id"]
    {
        assert!(reported.contains(said), "{said}: {reported}");
    }
    let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
    assert_eq!(pictures.sample(0).unwrap().relations, [(1, "behind".to_owned(), 0)]);
    assert_eq!(pictures.sample(1).unwrap().relations, [(0, "looking at".to_owned(), 1)]);
    assert_eq!(pictures.predicate_names(), ["behind", "looking at"]);
}

#[test]
fn small_and_other_pictures_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 2);
    for (id, (name, width, height)) in [("dot.png", 1, 1), ("thin.png", 300, 2)].into_iter().enumerate() {
        write_picture(&dir.path().join(name), width, height);
        file["images"].as_array_mut().unwrap().push(json!({"id": 50 + id, "file_name": name}));
        file["annotations"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": 50 + id, "image_id": 50 + id, "category_id": 1, "bbox": [0, 0, 300, 2]}));
    }
    std::fs::write(dir.path().join("scan.tif"), b"II\x2a\0").unwrap();
    std::fs::write(dir.path().join("phone.heic"), b"").unwrap();
    write_picture(&dir.path().join("screen.bmp"), 40, 30);
    file["images"].as_array_mut().unwrap().push(json!({"id": 60, "file_name": "screen.bmp"}));
    file["annotations"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 60, "image_id": 60, "category_id": 1, "bbox": [4, 4, 20, 20]}));
    write_json(&dir.path().join("annotations.json"), &file);
    let (images, objects, _, reported) = examined(dir.path());
    assert_eq!((images, objects), (3, 5), "{reported}");
    for said in ["1 x 1 pixels show nothing", "300 x 2 pixels", "scan.tif", "a HEIC photo is not read"] {
        assert!(reported.contains(said), "{said}: {reported}");
    }
}

/// A phone's picture: its size given as it lies, its boxes drawn as it is seen.
#[test]
fn boxes_tell_which_way_up_they_were_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let plain = dir.path().join("plain.jpg");
    write_picture(&plain, 80, 40);
    let bytes = std::fs::read(&plain).unwrap();
    std::fs::remove_file(&plain).unwrap();
    let exif: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    std::fs::write(dir.path().join("it.jpg"), [&bytes[..2], exif, &bytes[2..]].concat()).unwrap();
    for (size, bbox, expected) in [
        ([80, 40], [5, 50, 20, 20], [0.125, 0.625, 0.625, 0.875]),
        ([40, 80], [50, 5, 20, 20], [0.625, 0.125, 0.875, 0.625]),
        ([80, 40], [5, 5, 20, 20], [0.0625, 0.125, 0.3125, 0.625]),
    ] {
        let file = json!({
            "images": [{"id": 1, "file_name": "it.jpg", "width": size[0], "height": size[1]}],
            "categories": [{"id": 1, "name": "boat"}],
            "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": bbox}],
        });
        write_json(&dir.path().join("annotations.json"), &file);
        let (pictures, _) = OwnPictures::open(dir.path()).unwrap();
        let bounds = pictures.sample(0).unwrap().objects[0].bounds;
        assert_eq!(<[f32; 4]>::from(bounds), expected, "{size:?} {bbox:?}");
    }
}

#[test]
fn folders_of_other_tools_are_read_as_they_were_meant() {
    for odd in ODD_FOLDERS {
        let dir = tempfile::tempdir().unwrap();
        odd.write(dir.path());
        let (images, objects, relations, reported) = examined(dir.path());
        let (expected_images, expected_objects, expected_relations) = odd.expected;
        assert_eq!(
            (images, objects, relations),
            (expected_images as u64, expected_objects as u64, expected_relations as u64),
            "{}: {reported}",
            odd.name
        );
        assert!(
            if odd.said.is_empty() { reported.is_empty() } else { reported.contains(odd.said) },
            "{}: {reported}",
            odd.name
        );
    }
}

#[test]
fn a_folder_that_teaches_nothing_says_why() {
    let refusal = |folder: &Path| {
        let frame = SampleSize { width: 16, height: 16, mask_side: 8 };
        let options = SourceOptions { path: folder.to_owned(), seed: 0, frame, coco: CocoFilters::default() };
        DataSource::Pictures.open_for_training(&options).map(|_| ()).unwrap_err().to_string()
    };
    let dir = tempfile::tempdir().unwrap();
    let error = refusal(dir.path());
    assert!(error.contains("nothing to learn from") && error.contains("there is no picture here"), "{error}");
    write_picture(&dir.path().join("bare.png"), 40, 40);
    let error = refusal(dir.path());
    assert!(error.contains("nothing is marked on it") && error.contains("dataset doctor"), "{error}");
}

/// What `dataset doctor --json` prints, and its exit code.
fn doctor_json(folder: &Path, more: &[&str]) -> (i32, Value) {
    let done = Command::new(env!("CARGO_BIN_EXE_scenewright"))
        .args(["dataset", "doctor", "--json", folder.to_str().unwrap()])
        .args(more)
        .output()
        .unwrap();
    (done.status.code().unwrap_or(-1), serde_json::from_slice(&done.stdout).unwrap())
}

#[test]
fn the_doctor_speaks_json() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 6);
    let (code, report) = doctor_json(dir.path(), &["--strict"]);
    assert_eq!((code, report), (0, json!({"images": 6, "objects": 12, "relations": 0, "problems": []})));
    file["annotations"][3]["image_id"] = json!(77);
    write_json(&dir.path().join("annotations.json"), &file);
    let (code, report) = doctor_json(dir.path(), &[]);
    assert_eq!((code, &report["images"], &report["objects"]), (0, &json!(6), &json!(11)));
    let problem = &report["problems"][0];
    assert_eq!(problem["record"], "annotation 4");
    assert!(problem["file"].as_str().unwrap().ends_with("annotations.json"), "{problem}");
    for (key, part) in
        [("kind", "point nowhere"), ("message", "image_id is 77"), ("fix", "Remove it, or add the image")]
    {
        assert!(problem[key].as_str().unwrap().contains(part), "{key}: {problem}");
    }
    assert_eq!(doctor_json(dir.path(), &["--strict"]).0, 1);
    // Many of a kind are all listed.
    for annotation in file["annotations"].as_array_mut().unwrap() {
        annotation["image_id"] = json!(99);
    }
    write_json(&dir.path().join("annotations.json"), &file);
    let (code, report) = doctor_json(dir.path(), &[]);
    let of_kind = |kind: &str| report["problems"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).count();
    assert_eq!((code, &report["images"], of_kind("annotations that point nowhere")), (1, &json!(0), 12));
    // Nothing at all, and nothing that can be read.
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("notes.txt"), "pictures follow").unwrap();
    let (code, report) = doctor_json(&empty, &[]);
    assert_eq!((code, &report["images"]), (1, &json!(0)));
    assert!(report["problems"][0]["message"].as_str().unwrap().contains("no picture here"), "{report}");
    let (code, report) = doctor_json(&dir.path().join("nowhere"), &[]);
    assert!(code == 1 && report["problems"][0]["message"].as_str().unwrap().contains("no such folder"), "{report}");
}

#[test]
fn pictures_in_folders_below_are_named() {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["2024/spring", "2025"] {
        std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        write_picture(&dir.path().join(folder).join("p.png"), 40, 40);
    }
    let (images, _, _, reported) = examined(dir.path());
    assert!(images == 0 && reported.contains("2024/spring (1), 2025 (1)"), "{reported}");
}
