//! Vocabularies: sg2im's numbers, finding words, suggestions, colors, and files that are wrong.

use scenewright_scene::vocab::{ObjectId, PredicateId, Vocabulary, VocabularyError};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

fn golden() -> Value {
    serde_json::from_str(include_str!("../../../../tests/golden/encode_tiny.json")).unwrap()
}

fn shipped() -> [Vocabulary; 2] {
    [Vocabulary::coco_stuff(), Vocabulary::visual_genome()]
}

#[test]
fn coco_stuff_is_the_references() {
    let coco = Vocabulary::coco_stuff();
    assert_eq!((coco.object_count(), coco.predicate_count()), (184, 7));
    // 80 things, 91 stuff, other.
    assert_eq!(coco.objects().count(), 172);
    for (id, name) in [
        (0, "__image__"),
        (1, "person"),
        (12, "NONE"),
        (20, "sheep"),
        (90, "toothbrush"),
        (91, "NONE"),
        (92, "banner"),
        (124, "grass"),
        (157, "sky-other"),
        (182, "wood"),
        (183, "other"),
        (184, "NONE"),
    ] {
        assert_eq!(coco.object_name(ObjectId(id)), name);
    }
    let predicates: Vec<&str> = (0..7).map(|id| coco.predicate_name(PredicateId(id))).collect();
    assert_eq!(predicates, ["__in_image__", "left of", "right of", "above", "below", "inside", "surrounding"]);
    assert_eq!((coco.image_object(), coco.in_image_predicate()), (ObjectId(0), PredicateId(0)));
    assert_eq!(coco.object_id("NONE"), None);
}

#[test]
fn visual_genome_is_the_references() {
    let vg = Vocabulary::visual_genome();
    assert_eq!((vg.object_count(), vg.predicate_count()), (179, 46));
    assert_eq!((vg.objects().count(), vg.predicates().count()), (178, 45));
    assert_eq!(vg.object_id("tie"), Some(ObjectId(178)));
    assert_eq!(vg.predicate_id("looking at"), Some(PredicateId(45)));

    let path = std::path::Path::new("../shared/data/visual_genome_vocab.json");
    let Ok(text) = std::fs::read_to_string(path) else { return println!("skipped: no {}", path.display()) };
    let value: Value = serde_json::from_str(&text).unwrap();
    let imported = Vocabulary::from_sg2im(&value).unwrap();
    let names = |vocab: &Vocabulary| vocab.objects().map(|(id, name)| (id, name.to_owned())).collect::<Vec<_>>();
    let words = |vocab: &Vocabulary| vocab.predicates().map(|(id, name)| (id, name.to_owned())).collect::<Vec<_>>();
    assert_eq!((names(&imported), words(&imported)), (names(&vg), words(&vg)));
    // Nothing of the file is lost, its attributes included.
    assert_eq!(imported.to_sg2im(), value);
}

#[test]
fn words_are_found_however_they_are_written() {
    let [coco, vg] = shipped();
    let rows = [
        (&coco, "sheep", "sheep"),
        (&coco, "Sheep", "sheep"),
        (&coco, "traffic_light", "traffic light"),
        (&coco, " Traffic-Lights ", "traffic light"),
        (&coco, "buses", "bus"),
        (&coco, "people", "person"),
        (&coco, "men", "person"),
        (&coco, "ocean", "sea"),
        (&coco, "bike", "bicycle"),
        (&coco, "bikes", "bicycle"),
        (&coco, "cloud", "clouds"),
        (&coco, "sky", "sky-other"),
        (&coco, "building", "building-other"),
        (&coco, "street", "road"),
        (&coco, "airplane", "airplane"),
        (&coco, "ski", "skis"),
        (&vg, "sea", "ocean"),
        (&vg, "bicycle", "bike"),
        (&vg, "motorbike", "motorcycle"),
        (&vg, "people", "people"),
        (&vg, "Peoples", "people"),
        (&vg, "glass", "glass"),
        (&vg, "glasses", "glasses"),
        (&vg, "kites", "kite"),
        (&vg, "lorry", "truck"),
        (&vg, "sofa", ""),
        (&coco, "sofa", "couch"),
        (&coco, "kyte", ""),
        (&coco, "", ""),
        (&coco, "___", ""),
        (&coco, "trafficlight", "traffic light"),
        (&coco, "TrafficLights", "traffic light"),
        (&coco, "air plane", "airplane"),
    ];
    for (vocab, word, expected) in rows {
        let found = vocab.object_id(word).map_or("", |id| vocab.object_name(id));
        assert_eq!(found, expected, "{word} in {}", vocab.name());
    }
    for (word, expected) in [
        ("On_top_of", "on top of"),
        ("beneath", "under"),
        ("lying on", "laying on"),
        ("upon", "on"),
        ("is sitting on", "sitting on"),
        ("ontopof", "on top of"),
        ("are_on", "on"),
    ] {
        assert_eq!(vg.predicate_id_in_file(word).map(|id| vg.predicate_name(id)), Some(expected));
    }
    assert_eq!((vg.predicate_id_in_file("is"), vg.predicate_id("is on")), (None, None));
    assert!(vg.synonyms_of("ocean").contains(&"sea".to_owned()));
    assert!(vg.synonyms_of("under").contains(&"beneath".to_owned()));
    assert!(vg.synonyms_of("kyte").is_empty());
}

#[test]
fn the_nearest_words_are_the_ones_meant() {
    let [coco, vg] = shipped();
    let rows = [
        (&vg, "kyte", "kite"),
        (&vg, "sheeep", "sheep"),
        (&vg, "elefant", "elephant"),
        (&vg, "moun", "mountain"),
        (&vg, "montain", "mountain"),
        (&vg, "automobil", "car"),
        (&vg, "black horse", "horse"),
        (&coco, "brocolli", "broccoli"),
        (&coco, "light", "light"),
        (&coco, "wall", "wall-other"),
    ];
    for (vocab, word, expected) in rows {
        assert_eq!(vocab.nearest_objects(word, 3).first(), Some(&expected), "{word}");
    }
    assert_eq!(vg.nearest_predicates("standin on", 1), ["standing on"]);
    assert_eq!(vg.nearest_predicates("infront of", 1), ["in front of"]);
    assert!(vg.nearest_objects("xqzvw", 3).is_empty());
    assert!(vg.nearest_objects("", 3).is_empty());
    assert!(vg.nearest_objects("kite", 0).is_empty());
    assert!(vg.nearest_objects("__image_", 5).iter().all(|name| !name.starts_with("__")));
    assert!(vg.nearest_objects("s", 200).len() > 20, "one letter lists what begins with it");
    vg.nearest_objects(&"kite".repeat(100_000), 3);
    assert_eq!(vg.nearest_objects("KITE ÄÖÜ", 1), ["kite"]);
}

#[test]
fn synonyms_belong_to_one_word() {
    for vocab in shipped() {
        let mut owner: HashMap<String, String> = HashMap::new();
        for (id, name) in vocab.objects() {
            assert_eq!(vocab.object_id(name), Some(id), "{name}");
            for synonym in vocab.synonyms_of(name) {
                let found = vocab.object_id(synonym).map(|id| vocab.object_name(id));
                assert_eq!(found, Some(name), "{synonym} in {}", vocab.name());
                let before = owner.insert(synonym.clone(), name.to_owned());
                assert_eq!(before, None, "{synonym} in {}", vocab.name());
            }
        }
        for (id, name) in vocab.predicates() {
            for synonym in vocab.synonyms_of(name) {
                assert_eq!(vocab.predicate_id(synonym), Some(id), "{synonym} in {}", vocab.name());
            }
        }
    }
}

#[test]
fn every_category_has_a_group_and_a_color_of_its_own() {
    for vocab in shipped() {
        let mut colors = HashSet::new();
        for (_, name) in vocab.objects() {
            assert!(vocab.group_of(name).is_some(), "{name}");
            let color = vocab.color_of(name);
            assert!(colors.insert(color), "{name} in {} has the color of another", vocab.name());
            let light = color.iter().map(|v| u32::from(*v)).sum::<u32>() / 3;
            assert!((60..=235).contains(&light), "{name} {color:?} is unreadable");
        }
        assert!(vocab.groups().contains(&"animals"));
    }
    let [coco, vg] = shipped();
    // One color in both, and for every way to write the word.
    assert_eq!(coco.color_of("sheep"), vg.color_of("Sheep"));
    assert_eq!(coco.color_of("sky"), vg.color_of("sky"));
    assert_eq!(coco.group_of("sofa"), Some("furniture"));
    // Pinned: a color never changes by itself.
    assert_eq!(vg.color_of("dragon"), coco.color_of("Dragon"));
    let [r, g, b] = vg.color_of("grass");
    assert!(g > r && g > b, "grass is green");
    let [r, g, b] = vg.color_of("ocean");
    assert!(b > r && b > g, "the ocean is blue");
}

#[test]
fn our_format_goes_there_and_back() {
    for vocab in shipped() {
        let text = vocab.to_json();
        let again = Vocabulary::from_json(&text).unwrap();
        assert_eq!(again.to_json(), text);
        assert_eq!(again.to_sg2im(), vocab.to_sg2im());
    }
    // What the program writes is what is in the repository: no hand edit is lost by regenerating.
    assert_eq!(Vocabulary::coco_stuff().to_json(), include_str!("../../../../vocab/coco_stuff.json"));
    assert_eq!(Vocabulary::visual_genome().to_json(), include_str!("../../../../vocab/visual_genome.json"));
}

#[test]
fn a_short_file_is_completed() {
    let text = r##"{"format": "scenewright-vocabulary", "version": 1, "name": "mine",
        "objects": [{"name": "__image__"}, {"name": "sheep"}, {"name": "dragon", "group": "animals"},
                    {"name": "unicorn", "colour": "#ffffff"}, {"id": 9, "name": "ocean"}, {"name": "sea"}],
        "predicates": [{"name": "__in_image__"}, {"name": "under"}]}"##;
    let vocab = Vocabulary::from_json(text).unwrap();
    let coco = Vocabulary::coco_stuff();
    assert_eq!(vocab.object_id("sea"), Some(ObjectId(10)));
    assert_eq!(vocab.object_name(ObjectId(5)), "NONE");
    // Lent by the shipped ones, but never a synonym that is a name here.
    assert_eq!(vocab.object_id("lamb"), Some(ObjectId(1)));
    assert!(!vocab.synonyms_of("ocean").contains(&"sea".to_owned()));
    assert_eq!(vocab.color_of("sheep"), coco.color_of("sheep"));
    assert_eq!(vocab.color_of("unicorn"), [255, 255, 255]);
    assert_ne!(vocab.color_of("dragon"), vocab.color_of("sheep"));
    assert_eq!(vocab.predicate_id("beneath"), Some(PredicateId(1)));
}

#[test]
fn an_imported_vocabulary_keeps_its_numbers() {
    let value = golden()["vocab"].clone();
    let vocab = Vocabulary::from_sg2im(&value).unwrap();
    assert_eq!((vocab.object_count(), vocab.predicate_count()), (58, 22));
    assert_eq!(vocab.object_id("plate"), Some(ObjectId(57)));
    // It holds both "sky" and "sky-other".
    assert_ne!(vocab.object_id("sky"), vocab.object_id("sky-other"));
    assert_eq!(vocab.group_of("sheep"), Some("animals"));
    assert_eq!(vocab.object_id("lamb"), vocab.object_id("sheep"));
    assert_eq!(vocab.to_sg2im(), value);

    // Either direction alone will do; gaps stay gaps.
    let lists =
        json!({"object_idx_to_name": ["__image__", "cat", "NONE", "dog"], "pred_idx_to_name": ["__in_image__", "on"]});
    let maps = json!({"object_name_to_idx": {"cat": 1, "dog": 3, "__image__": 0}, "pred_name_to_idx": {"on": 1, "__in_image__": 0}});
    let [from_lists, from_maps] = [lists, maps].map(|value| Vocabulary::from_sg2im(&value).unwrap());
    assert_eq!(from_lists.to_sg2im()["object_idx_to_name"], from_maps.to_sg2im()["object_idx_to_name"]);
    assert_eq!((from_maps.object_count(), from_maps.object_id("dog")), (4, Some(ObjectId(3))));
}

#[test]
fn a_wrong_vocabulary_is_refused_with_all_that_is_wrong() {
    let check_sg2im = |value: Value, expected: &[&str]| {
        let error = Vocabulary::from_sg2im(&value).unwrap_err().to_string();
        expected.iter().for_each(|part| assert!(error.contains(part), "{part:?} in {error}"));
    };
    for value in [json!(null), json!(7), json!([]), json!({})] {
        check_sg2im(value, &["object_idx_to_name", "pred_idx_to_name", "__image__", "__in_image__"]);
    }
    check_sg2im(
        json!({"object_idx_to_name": ["cat", 7, "cat"], "pred_name_to_idx": {"on": -1, "in": 1.5, "by": 99999999999u64, "at": 70000}}),
        &[
            "object 1 has no name",
            "object 2 is named \"cat\"",
            "\"on\" has the number -1",
            "1.5",
            "99999999999",
            "70000",
            "no object \"__image__\"",
        ],
    );
    check_sg2im(
        json!({"object_idx_to_name": ["__image__", "cat"], "object_name_to_idx": {"dog": 1}, "pred_idx_to_name": ["__in_image__"]}),
        &["object 1 is given to \"dog\" and to \"cat\""],
    );

    let check = |text: &str, expected: &[&str]| {
        let error = Vocabulary::from_json(text).unwrap_err().to_string();
        expected.iter().for_each(|part| assert!(error.contains(part), "{part:?} in {error}"));
    };
    check("{\n \"format\": ,", &["line 2"]);
    check("[]", &["not JSON"]);
    check(
        r#"{"format": "x", "version": 9, "name": "n", "objects": [{"name": ""}, {"id": 0, "name": "a", "colour": "red"}, {"id": 4000000000, "name": "b"}], "predicates": []}"#,
        &[
            "\"format\" is \"x\"",
            "version 9 is newer",
            "object 0 has no name",
            "given to \"a\"",
            "\"red\"",
            "4000000000",
            "__image__",
            "__in_image__",
        ],
    );
    assert!(matches!(Vocabulary::from_json(""), Err(VocabularyError::Json { line: 1, .. })));
}

/// A model folder keeps names only. What its vocabulary file knows is lent to it: each word and synonym finds the same name.
#[test]
fn a_model_knows_every_word_of_its_vocabulary_file() {
    for vocabulary in [Vocabulary::coco_stuff(), Vocabulary::visual_genome(), Vocabulary::illustrated()] {
        let model = Vocabulary::from_sg2im(&vocabulary.to_sg2im()).unwrap();
        for (id, name) in vocabulary.objects() {
            for word in std::iter::once(name).chain(vocabulary.synonyms_of(name).iter().map(String::as_str)) {
                assert_eq!(
                    model.object_id(word),
                    vocabulary.object_id(word),
                    "{}: {word} for {name} ({id:?})",
                    vocabulary.name()
                );
            }
        }
        for (_, name) in vocabulary.predicates() {
            for word in std::iter::once(name).chain(vocabulary.synonyms_of(name).iter().map(String::as_str)) {
                assert_eq!(model.predicate_id(word), vocabulary.predicate_id(word), "{}: {word}", vocabulary.name());
            }
        }
    }
}
