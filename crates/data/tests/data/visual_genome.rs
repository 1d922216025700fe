//! Visual Genome: sg2im's selection, an index, samples without masks.

use crate::fixture::{write_json, write_picture};
use scenewright_data::visual_genome::{
    INDEX, VgConfig, VgFiles, VgThresholds, VisualGenome, build, index_file, is_here,
};
pub use scenewright_data::{Dataset, IssueLog, SampleSize, Split, validate};
use serde_json::{Value, json};
use std::path::Path;

/// Six pictures, of which one is too small, in VG's own files. Names come by aliases, relations in any case.
fn small_genome(folder: &Path) {
    let mut images = Vec::new();
    let (mut objects, mut attributes, mut relationships) = (Vec::new(), Vec::new(), Vec::new());
    for id in 1..=6u64 {
        let side = if id == 6 { 100 } else { 240 };
        let name = format!("VG_100K/{id}.png");
        std::fs::create_dir_all(folder.join("images/VG_100K")).unwrap();
        write_picture(&folder.join("images").join(&name), side, side);
        images.push(json!({"image_id": id, "width": side, "height": side, "url": format!("https://x.example/rak248/{name}"), "coco_id": null}));
        let object = |nth: u64, name: &str, side: u64| json!({"object_id": id * 10 + nth, "x": nth * 20, "y": 10, "w": side, "h": side, "names": [name], "synsets": [], "merged_object_ids": []});
        objects.push(json!({"image_id": id, "image_url": "", "objects": [
            object(0, "guy", 60), object(1, "man", 50), object(2, "tree", 40), object(3, "tree", 31), object(4, "rarity", 90),
        ]}));
        attributes.push(json!({"image_id": id, "attributes": [
            {"object_id": id * 10, "names": ["guy"], "attributes": ["tall", "odd"]}, {"object_id": id * 10 + 1, "names": ["man"]},
        ]}));
        let end = |nth: u64| json!({"object_id": id * 10 + nth, "names": []});
        let relation = |nth: u64, s: u64, word: &str, o: u64| json!({"relationship_id": id * 100 + nth, "predicate": word, "subject": end(s), "object": end(o), "synsets": []});
        relationships.push(json!({"image_id": id, "relationships": [
            relation(0, 0, "Next To ", 1), relation(1, 1, "beside", 2), relation(2, 0, "near", 3), relation(3, 0, "juggling", 2),
        ]}));
    }
    for (name, list) in
        [("image_data", images), ("objects", objects), ("attributes", attributes), ("relationships", relationships)]
    {
        write_json(&folder.join(format!("{name}.json")), &Value::Array(list));
    }
    std::fs::write(folder.join("object_alias.txt"), "man,guy,dude\n").unwrap();
    std::fs::write(folder.join("relationship_alias.txt"), "next to,beside\n").unwrap();
    write_json(&folder.join("vg_splits.json"), &json!({"train": [2, 1, 3, 6], "val": [4], "test": [5]}));
}

fn thresholds() -> VgThresholds {
    // Three training pictures: juggling comes three times, but only next to comes six times.
    VgThresholds {
        min_object_instances: 3,
        min_attribute_instances: 3,
        min_relationship_instances: 4,
        ..VgThresholds::default()
    }
}

#[test]
fn the_references_selection() {
    let dir = tempfile::tempdir().unwrap();
    small_genome(dir.path());
    let mut issues = IssueLog::default();
    let (store, splits) =
        build::build(&VgFiles::in_folder(dir.path()), &thresholds(), &mut issues, &mut |_| {}).unwrap();
    assert_eq!(issues.total(), 0);
    // "rarity" is common enough here; man and tree are met on two objects of every picture, first met first.
    assert_eq!(store.names, ["man", "tree", "rarity"]);
    assert_eq!(store.predicates, ["next to"], "folded and aliased in train");
    assert_eq!(store.attributes, ["tall", "odd"]);
    // Pictures in the order of the splits file; outside train "Next To " and "beside" are no words, so 4 and 5 have no relations and fall out.
    let ids: Vec<u64> = store.pictures.iter().map(|picture| picture.id).collect();
    assert_eq!((ids, splits.as_slice()), (vec![2, 1, 3], [Split::Train; 3].as_slice()));
    let annotated = store.annotated(&store.pictures[0], true);
    let names: Vec<&str> = annotated.objects.iter().map(|object| object.name.as_str()).collect();
    assert_eq!(names, ["man", "man", "tree", "rarity"], "the tree of 31 pixels is too small");
    assert_eq!(annotated.objects[0].attributes, ["tall", "odd"]);
    assert_eq!(annotated.relations.unwrap(), [(0, "next to".to_owned(), 1), (1, "next to".to_owned(), 2)]);
}

#[test]
fn an_index_comes_back_and_gives_samples() {
    let dir = tempfile::tempdir().unwrap();
    small_genome(dir.path());
    assert!(is_here(dir.path()));
    let config = || VgConfig {
        path: dir.path().to_owned(),
        frame: SampleSize { width: 16, height: 16, mask_side: 8 },
        ..VgConfig::default()
    };
    let error = VisualGenome::open(config()).err().unwrap().to_string();
    assert!(error.contains("scenewright dataset index"), "{error}");
    let built =
        build::build(&VgFiles::in_folder(dir.path()), &thresholds(), &mut IssueLog::default(), &mut |_| {}).unwrap();
    let file = dir.path().join(INDEX);
    index_file::write(&file, &built.0, &built.1).unwrap();
    let (store, splits) = index_file::read(&file).unwrap();
    assert_eq!(
        (&store.pictures, &store.objects, &store.relations, &splits),
        (&built.0.pictures, &built.0.objects, &built.0.relations, &built.1)
    );

    let set = VisualGenome::open(config()).unwrap();
    assert!(!set.has_masks());
    assert_eq!(set.len(), Some(3));
    let sample = set.sample(0).unwrap();
    assert_eq!(sample.objects.len(), 4, "three with relations, one to fill up");
    assert_eq!(sample, set.sample(0).unwrap());
    let few = VisualGenome::open(VgConfig { max_objects: 2, ..config() }).unwrap().sample(0).unwrap();
    assert_eq!(few.objects.len(), 2);
    let related = VisualGenome::open(VgConfig { use_orphaned_objects: false, ..config() }).unwrap().sample(0).unwrap();
    assert_eq!(related.objects.len(), 3);

    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40] ^= 1;
    for damaged in [&bytes[..], &bytes[..20], b""] {
        std::fs::write(&file, damaged).unwrap();
        assert!(VisualGenome::open(config()).err().unwrap().to_string().contains("damaged"));
    }
}

#[test]
fn what_is_wrong_with_the_files_is_reported() {
    let check = |break_it: &dyn Fn(&Path), part: &str| {
        let dir = tempfile::tempdir().unwrap();
        small_genome(dir.path());
        break_it(dir.path());
        let mut issues = IssueLog::default();
        let built = build::build(&VgFiles::in_folder(dir.path()), &thresholds(), &mut issues, &mut |_| {});
        let reported = issues.summaries().join("\n") + &built.err().map_or_else(String::new, |error| error.to_string());
        assert!(reported.contains(part), "{part}: {reported}");
    };
    check(&|dir| std::fs::remove_file(dir.join("image_data.json")).unwrap(), "image_data.json");
    check(
        &|dir| std::fs::write(dir.join("objects.json"), "[{\"image_id\": 1, \"objects\": [{\"x\": \"a\"}]}]").unwrap(),
        "image 1: an object has no \"object_id\"",
    );
    check(&|dir| std::fs::write(dir.join("relationships.json"), "[").unwrap(), "cut short");
    check(&|dir| std::fs::remove_file(dir.join("vg_splits.json")).unwrap(), "vg_splits.json");
    check(
        &|dir| write_json(&dir.join("vg_splits.json"), &json!({"train": [1, 2, 3, 99], "val": [], "test": []})),
        "image 99",
    );
    check(&|dir| std::fs::write(dir.join("vg_splits.json"), "{}").unwrap(), "missing field");
    check(&|dir| write_json(&dir.join("relationships.json"), &json!([])), "no picture is left");
}

#[test]
fn what_speaks_of_objects_that_are_not_there_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    small_genome(dir.path());
    let change = |name: &str, change: &dyn Fn(&mut Value)| {
        let path = dir.path().join(name);
        let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut file);
        write_json(&path, &file);
    };
    change("relationships.json", &|file| {
        (0..3).for_each(|i| file[i]["relationships"][0]["object"]["object_id"] = json!(777));
    });
    change("attributes.json", &|file| file[1]["attributes"][0]["object_id"] = json!(778));
    change("image_data.json", &|file| file[4]["width"] = json!(4_000_000_000u32));
    let mut issues = IssueLog::default();
    build::build_report(&VgFiles::in_folder(dir.path()), &thresholds(), &mut issues, &mut |_| {}).unwrap();
    let reported = issues.summaries().join("\n");
    assert!(issues.counts().contains(&("relations of objects that are not there", 3)), "{:?}", issues.counts());
    for part in ["object 777", "object 778", "image 5: its size is given as 4000000000"] {
        assert!(reported.contains(part), "{part}: {reported}");
    }
}

/// Each change of one file of the small genome: pictures, objects and relations that are left, and what is reported.
#[test]
fn an_odd_record_costs_itself_alone() {
    type Change = fn(&mut Value);
    /// File, change, pictures, objects, relations, what is said.
    type Case = (&'static str, Change, [u64; 3], &'static str);
    fn rename(value: &mut Value, from: &str, to: &str) {
        match value {
            Value::Object(map) => {
                if let Some(inner) = map.remove(from) {
                    map.insert(to.to_owned(), inner);
                }
                map.values_mut().for_each(|inner| rename(inner, from, to));
            }
            Value::Array(list) => list.iter_mut().for_each(|inner| rename(inner, from, to)),
            _ => {}
        }
    }
    let cases: &[Case] = &[
        (
            "objects",
            |file| file[0]["objects"][2]["names"] = Value::Null,
            [6, 29, 22],
            "image 1, object 12: it has no \"names\"",
        ),
        ("objects", |file| file[0]["objects"][2]["names"] = json!("Tree "), [6, 30, 24], ""),
        ("objects", |file| file[0]["objects"][2]["x"] = json!("40.5"), [6, 30, 24], ""),
        ("objects", |file| file[0]["objects"][2]["w"] = json!(0), [6, 29, 22], "its box is 0 x 40"),
        ("objects", |file| file[0]["objects"][2]["h"] = Value::Null, [6, 29, 22], "not all numbers"),
        (
            "objects",
            |file| {
                let again = file[0]["objects"][0].clone();
                file[0]["objects"].as_array_mut().unwrap().push(again);
            },
            [6, 30, 24],
            "image 1, object 10: duplicate id",
        ),
        ("objects", |file| file[0]["objects"] = Value::Null, [5, 25, 20], "a relation of object"),
        ("objects", |file| file[0] = json!("nothing"), [5, 25, 20], "[0]: "),
        (
            "relationships",
            |file| file[0]["relationships"][0]["predicate"] = Value::Null,
            [6, 30, 23],
            "no \"predicate\"",
        ),
        (
            "relationships",
            |file| file[0]["relationships"][0]["predicate"] = json!(" "),
            [6, 30, 23],
            "no \"predicate\"",
        ),
        (
            "relationships",
            |file| _ = file[0]["relationships"][0].as_object_mut().unwrap().remove("subject"),
            [6, 30, 23],
            "lacks its subject or its object",
        ),
        (
            "relationships",
            |file| {
                for relation in
                    file.as_array_mut().unwrap().iter_mut().flat_map(|one| one["relationships"].as_array_mut().unwrap())
                {
                    let ends = ["subject", "object"].map(|end| relation[end]["object_id"].clone());
                    let map = relation.as_object_mut().unwrap();
                    map.remove("subject");
                    map.remove("object");
                    map.insert("subject_id".into(), ends[0].clone());
                    map.insert("object_id".into(), json!(ends[1].to_string()));
                }
            },
            [6, 30, 24],
            "",
        ),
        ("relationships", |file| rename(file, "image_id", "id"), [6, 30, 24], ""),
        ("attributes", |file| file[0]["attributes"][0]["attributes"] = Value::Null, [6, 30, 24], ""),
        ("attributes", |file| file[0]["attributes"] = Value::Null, [6, 30, 24], ""),
        (
            "image_data",
            |file| _ = file.as_array_mut().unwrap().remove(2),
            [5, 25, 20],
            "image 3: image_data.json does not list",
        ),
        ("image_data", |file| file[2]["width"] = Value::Null, [5, 25, 20], "image 3: its size is 0 x 240"),
        ("image_data", |file| file[2]["image_id"] = json!("3"), [6, 30, 24], ""),
        (
            "objects",
            |file| {
                rename(file, "image_id", "id");
                rename(file, "object_id", "id");
            },
            [6, 30, 24],
            "",
        ),
    ];
    for (nth, (name, change, left, said)) in cases.iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        small_genome(dir.path());
        let path = dir.path().join(format!("{name}.json"));
        let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut file);
        write_json(&path, &file);
        let mut issues = IssueLog::default();
        let files = VgFiles::in_folder(dir.path());
        let found = build::build_report(&files, &thresholds(), &mut issues, &mut |_| {}).unwrap();
        let reported =
            issues.summaries().into_iter().filter(|what| !what.contains("vg_splits")).collect::<Vec<_>>().join("\n");
        assert_eq!(
            [found.usable.pictures, found.usable.objects, found.usable.relations],
            *left,
            "{nth}, {name}: {reported}"
        );
        assert!(reported.contains(said) && (reported.is_empty() || !said.is_empty()), "{nth}, {name}: {reported}");
    }
}

/// Objects, attributes and relations in one file, as scene_graphs.json has them.
#[test]
fn scene_graphs_give_what_the_other_files_give() {
    let dir = tempfile::tempdir().unwrap();
    small_genome(dir.path());
    let files = VgFiles::in_folder(dir.path());
    let built = build::build(&files, &thresholds(), &mut IssueLog::default(), &mut |_| {}).unwrap();
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(dir.path().join(name)).unwrap()).unwrap()
    };
    let (mut graphs, relations, attributes) =
        (read("objects.json"), read("relationships.json"), read("attributes.json"));
    for (row, graph) in graphs.as_array_mut().unwrap().iter_mut().enumerate() {
        for one in attributes[row]["attributes"].as_array().unwrap() {
            for object in graph["objects"].as_array_mut().unwrap() {
                if object["object_id"] == one["object_id"] {
                    object["attributes"] = one["attributes"].clone();
                }
            }
        }
        let list = relations[row]["relationships"].as_array().unwrap().iter();
        let by_number = list.map(|one| json!({"predicate": one["predicate"], "subject_id": one["subject"]["object_id"], "object_id": one["object"]["object_id"]}));
        graph["relationships"] = by_number.collect();
    }
    for name in ["objects.json", "relationships.json", "attributes.json"] {
        std::fs::remove_file(dir.path().join(name)).unwrap();
    }
    write_json(&dir.path().join("scene_graphs.json"), &graphs);
    assert!(is_here(dir.path()));
    let mut issues = IssueLog::default();
    let again = build::build(&VgFiles::in_folder(dir.path()), &thresholds(), &mut issues, &mut |_| {}).unwrap();
    assert_eq!(issues.total(), 0, "{:?}", issues.summaries());
    assert_eq!(
        (again.0.objects, again.0.relations, again.0.names, again.0.attributes),
        (built.0.objects, built.0.relations, built.0.names, built.0.attributes)
    );
}

/// An index with lower thresholds than the paper's is as good as any.
#[test]
fn the_doctor_goes_on_where_the_papers_thresholds_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    small_genome(dir.path());
    let reported = |dir: &Path| validate::examine(dir, &mut |_| {}).unwrap();
    let before = reported(dir.path()).issues.summaries().join("\n");
    assert!(before.contains("no picture is left") && before.contains("dataset index"), "{before}");
    let built =
        build::build(&VgFiles::in_folder(dir.path()), &thresholds(), &mut IssueLog::default(), &mut |_| {}).unwrap();
    index_file::write(&dir.path().join(INDEX), &built.0, &built.1).unwrap();
    let report = reported(dir.path());
    assert_eq!(report.issues.summaries(), Vec::<String>::new());
    assert!(report.facts.contains(&("pictures of train".into(), 3)), "{:?}", report.facts);
    std::fs::write(dir.path().join("relationships.json"), "[").unwrap();
    let report = reported(dir.path());
    assert!(report.issues.summaries()[0].contains("relationships.json"), "{:?}", report.issues.summaries());
    assert!(report.facts.contains(&("pictures of train".into(), 3)), "{:?}", report.facts);
}

/// What sg2im's script writes of the same pictures; see visual_genome_h5/make.py.
const H5: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/visual_genome_h5");

/// The pictures of the genome, and sg2im's files instead of its JSON.
fn references_files(folder: &Path) {
    small_genome(folder);
    let json = ["image_data.json", "objects.json", "attributes.json", "relationships.json", "vg_splits.json"];
    json.iter().for_each(|name| std::fs::remove_file(folder.join(name)).unwrap());
    for name in ["train.h5", "val.h5", "test.h5", "vocab.json"] {
        std::fs::copy(Path::new(H5).join(name), folder.join(name)).unwrap();
    }
}

#[test]
fn the_references_hdf5_gives_the_samples_that_our_index_gives() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    small_genome(ours.path());
    let files = VgFiles::in_folder(ours.path());
    let built = build::build(&files, &thresholds(), &mut IssueLog::default(), &mut |_| {}).unwrap();
    index_file::write(&ours.path().join(INDEX), &built.0, &built.1).unwrap();
    references_files(theirs.path());
    assert!(is_here(theirs.path()));
    let frame = SampleSize { width: 16, height: 16, mask_side: 8 };
    for (max_objects, use_orphaned_objects) in [(10, true), (10, false), (3, true), (2, true)] {
        for seed in 0..4 {
            let config = |folder: &Path| VgConfig {
                path: folder.to_owned(),
                split: Split::Train,
                seed,
                frame,
                max_objects,
                use_orphaned_objects,
            };
            let [a, b] = [&ours, &theirs].map(|dir| VisualGenome::open(config(dir.path())).unwrap());
            assert_eq!((a.len(), b.len()), (Some(3), Some(3)));
            assert_eq!((a.object_names(), a.predicate_names()), (b.object_names(), b.predicate_names()));
            for index in 0..3 {
                assert_eq!(a.sample(index).unwrap(), b.sample(index).unwrap());
            }
        }
    }
    for split in [Split::Validation, Split::Test] {
        let config = VgConfig { path: theirs.path().to_owned(), split, ..VgConfig::default() };
        assert_eq!(VisualGenome::open(config).unwrap().len(), Some(0), "a part without pictures");
    }
    let report = validate::examine(theirs.path(), &mut |_| {}).unwrap();
    assert!(report.facts.contains(&("pictures of train".into(), 3)), "{:?}", report.facts);
    assert_eq!(report.issues.total(), 0, "{:?}", report.issues.summaries());
}

#[test]
fn broken_hdf5_is_named_and_never_ends_the_program() {
    let reported = |break_it: &dyn Fn(&Path)| {
        let dir = tempfile::tempdir().unwrap();
        references_files(dir.path());
        break_it(dir.path());
        let config = VgConfig { path: dir.path().to_owned(), ..VgConfig::default() };
        VisualGenome::open(config).map(|_| ()).map_err(|error| error.to_string())
    };
    let bytes = std::fs::read(Path::new(H5).join("train.h5")).unwrap();
    let words = std::fs::read_to_string(Path::new(H5).join("vocab.json")).unwrap();
    let with = |name: &'static str, bytes: Vec<u8>| reported(&|dir| std::fs::write(dir.join(name), &bytes).unwrap());
    for (result, parts) in [
        (with("train.h5", Vec::new()), ["train.h5", "preprocess_vg.py"]),
        (reported(&|dir| std::fs::remove_file(dir.join("vocab.json")).unwrap()), ["vocab.json", "preprocess_vg.py"]),
        (with("vocab.json", b"{}".to_vec()), ["vocab.json", "missing field"]),
        (with("vocab.json", words.replace("__image__", "all").into_bytes()), ["vocab.json", "__image__"]),
        // Another run's words: "rarity" has no number any more.
        (with("vocab.json", words.replace(", \"rarity\"]", "]").into_bytes()), ["object_names", "picture 0"]),
        (with("train.h5", std::fs::read(Path::new(H5).join("val.h5")).unwrap()), ["", ""]),
    ] {
        match result {
            Ok(()) => assert_eq!(parts, ["", ""]),
            Err(text) => {
                parts.iter().for_each(|part| assert!(!part.is_empty() && text.contains(part), "{part}: {text}"))
            }
        }
    }
    // A table that announces more values than the file can hold: its size stands in the file, little-endian, three pictures first.
    let sizes = bytes.windows(8).enumerate().filter(|(_, eight)| *eight == 3u64.to_le_bytes());
    for (at, _) in sizes.take(12).collect::<Vec<_>>() {
        let mut announced = bytes.clone();
        announced[at + 5] = 1;
        let _ = with("train.h5", announced);
    }
    // Cut short, and with a byte turned, all over the file: whatever it becomes, it is samples or a sentence.
    for at in (0..bytes.len()).step_by(61) {
        let _ = with("train.h5", bytes[..at].to_vec());
        let mut turned = bytes.clone();
        turned[at] ^= 0xff;
        let _ = with("train.h5", turned);
    }
}
