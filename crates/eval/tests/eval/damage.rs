//! Classifiers that cannot be trusted.

use std::fs;
use std::path::Path;

use scenewright_eval::classifier::{self, ClassifierError, CropClassifier};
use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::{classifier_folder, trained};

fn card(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path.join("card.json")).unwrap()).unwrap()
}

/// Damages a copy, and gives what is said of it.
fn said(damage: impl FnOnce(&Path)) -> String {
    let place = TempDir::new().unwrap();
    let path = place.path().join("classifier");
    classifier_folder(&path);
    damage(&path);
    let error = CropClassifier::open(&path).unwrap_err().to_string();
    assert!(error.contains(&path.display().to_string()), "{error}");
    error
}

#[track_caller]
fn check(damage: impl FnOnce(&Path), part: &str) {
    let error = said(damage);
    assert!(error.contains(part), "{part}: {error}");
}

fn change_card(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json = card(path);
    change(&mut json);
    fs::write(path.join("card.json"), json.to_string()).unwrap();
}

#[test]
fn damage_is_reported_with_a_fix() {
    check(|path| fs::remove_dir_all(path).unwrap(), "scenewright eval train-classifier");
    check(|path| fs::remove_file(path.join("card.json")).unwrap(), "--no-classifier");
    check(|path| fs::remove_file(path.join("weights.safetensors")).unwrap(), "cannot read the weights");
    check(|path| fs::write(path.join("card.json"), "{").unwrap(), "cannot be used");
    check(|path| change_card(path, |card| card["format"] = "other".into()), "its format is");
    check(|path| change_card(path, |card| card["config"]["widths"] = Value::Array(Vec::new())), "widths has 0");
    check(|path| change_card(path, |card| card["config"]["features"] = 1_000_000_000.into()), "features has");
    check(|path| change_card(path, |card| card["names"] = vec!["a"].into()), "1 names for");
    check(|path| change_card(path, |card| card["config"]["features"] = 32.into()), "wrong shape: feature.weight");
    check(|path| change_card(path, |card| card["version"] = "illustrated-1-00000000".into()), "are not those");
    let weights = |path: &Path, change: fn(&mut Vec<u8>)| {
        let file = path.join("weights.safetensors");
        let mut bytes = fs::read(&file).unwrap();
        change(&mut bytes);
        fs::write(&file, bytes).unwrap();
    };
    check(|path| weights(path, |bytes| bytes.truncate(5000)), "damaged or cut short");
    check(|path| weights(path, |bytes| bytes.clear()), "damaged or cut short");
    check(
        |path| {
            weights(path, |bytes| {
                let at = bytes.len() - 2;
                bytes[at..].copy_from_slice(&[0x00, 0x7e]); // NaN
            })
        },
        "NaN or infinite",
    );
    check(|path| weights(path, |bytes| *bytes.last_mut().unwrap() ^= 1), "are not those");
}

#[test]
fn only_a_classifier_is_replaced() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("made/on/the/way/classifier");
    classifier_folder(&path);
    classifier_folder(&path);
    let mut names: Vec<_> =
        fs::read_dir(&path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["card.json", "card.md", "weights.safetensors"]);
    let other = place.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter.txt"), "dear").unwrap();
    for target in [other.clone(), other.join("letter.txt")] {
        let error = classifier::write(&target, &trained().card, &trained().tensors).unwrap_err();
        assert!(matches!(error, ClassifierError::Exists { .. }), "{error}");
    }
    assert_eq!(fs::read_to_string(other.join("letter.txt")).unwrap(), "dear");
}

/// The one that comes with the program.
#[test]
fn the_shipped_classifier_opens_and_is_as_good_as_its_card_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/classifier-illustrated");
    let judge = CropClassifier::open(&path).unwrap();
    assert!(fs::metadata(path.join("weights.safetensors")).unwrap().len() < 1_500_000);
    assert_eq!(fs::read_to_string(path.join("card.md")).unwrap(), judge.card.markdown());
    let world = scenewright_data::IllustratedWorld::new(Default::default()).unwrap();
    assert_eq!(judge.card.names, scenewright_data::Dataset::object_names(&world));
    let mut tally = scenewright_eval::recognition::RecognitionTally::default();
    for sample in crate::fixture::samples_of(64, 40) {
        let objects = sample.objects.iter().map(|object| (object.name.as_str(), &object.bounds));
        tally.add(&judge, &sample.image, objects).unwrap();
    }
    let (found, said) = (tally.finish(), &judge.card.accuracy[0]);
    assert_eq!(said.side, 64);
    assert!((found.top1 - said.top1).abs() < 0.08, "{} {}", found.top1, said.top1);
}
