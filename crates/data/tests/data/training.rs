//! Runs that learn from folders: new words, frozen parts, mixing, going on.

use crate::fixture::own_pictures;
use scenewright_data::DataSource;
use scenewright_model::checkpoint::{ModelFolder, Weights};
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::vocab::Vocabulary;
use scenewright_train::run::{Outcome, RunEvent};
use scenewright_train::{Compute, TrainConfig, Trainer};
use std::path::Path;

fn config(folder: &Path, more: &[&str]) -> TrainConfig {
    let path = format!("data.path={:?}", folder.to_str().unwrap());
    let settings = ["iterations=6", "data.source=pictures", &path, "keep.last_every=3", "keep.validate_every=3"];
    let set: Vec<String> = settings.iter().chain(more).map(|text| (*text).to_owned()).collect();
    TrainConfig::assemble(Some("tiny"), None, &set).unwrap()
}

fn finish(mut run: Trainer) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut watch = |event: RunEvent<'_>| {
        if let RunEvent::Warning(text) = event {
            warnings.push(text);
        }
    };
    assert_eq!(run.run(&CancellationToken::new(), &mut watch).unwrap(), Outcome::Finished);
    warnings
}

/// A tiny model of the illustrated world.
fn model(folder: &Path) -> ModelFolder {
    let set = ["iterations=2".to_owned()];
    let config = TrainConfig::assemble(Some("tiny"), None, &set).unwrap();
    finish(Trainer::create(folder, config, None, &Compute::cpu()).unwrap());
    ModelFolder::open(&folder.join("checkpoints/last")).unwrap()
}

fn weights(run: &Path) -> Weights {
    Weights::open(&run.join("checkpoints/last/weights.safetensors")).unwrap()
}

#[test]
fn own_pictures_extend_a_model_and_a_stopped_run_goes_on_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("pictures")).unwrap();
    own_pictures(&at("pictures"), 6);
    let base = model(&at("base"));
    let settings = config(
        &at("pictures"),
        &["data.mix=0.3", "data.crop=0.3", "data.colour=0.2", "data.flip=true", "model.embedding_dim=12"],
    );

    let start = Trainer::create(&at("whole"), settings.clone(), Some(&base), &Compute::cpu()).unwrap();
    assert!(start.settings().unwrap().contains("embedding_dim = 8"), "the model's own");
    // New rows begin as means: before the first step the checkpoint shows them.
    let old = Vocabulary::from_sg2im(&base.vocab).unwrap();
    let new = Vocabulary::from_sg2im(&ModelFolder::open(&at("whole").join("checkpoints/last")).unwrap().vocab).unwrap();
    assert!(old.object_id("zorble").is_none() && new.object_id("zorble").is_some());
    assert_eq!(new.object_count(), old.object_count() + 1);
    let table = weights(&at("whole")).values("obj_embeddings.weight").unwrap();
    let before = base.weights.values("obj_embeddings.weight").unwrap();
    let known = old.object_count();
    assert_eq!(table[..known * 8], before[..known * 8]);
    assert_eq!(table.len(), before.len() + 8);
    let rows: Vec<usize> = old.objects().map(|(id, _)| id.0 as usize).collect();
    for column in 0..8 {
        let mean = rows.iter().map(|row| before[row * 8 + column]).sum::<f32>() / rows.len() as f32;
        assert!((table[known * 8 + column] - mean).abs() < 1e-5);
    }
    finish(start);

    // Stopped after two steps; meanwhile the folder has grown by a word.
    let mut first = Trainer::create(&at("parts"), settings, Some(&base), &Compute::cpu()).unwrap();
    let cancel = CancellationToken::new();
    let mut watch = |event: RunEvent<'_>| {
        if matches!(event, RunEvent::Step { step: 2, .. }) {
            cancel.cancel();
        }
    };
    assert_eq!(first.run(&cancel, &mut watch).unwrap(), Outcome::Stopped);
    drop(first);
    finish(Trainer::resume::<TrainConfig>(&at("parts"), &Compute::cpu()).unwrap());
    for name in weights(&at("whole")).names() {
        assert_eq!(weights(&at("whole")).values(name).unwrap(), weights(&at("parts")).values(name).unwrap(), "{name}");
    }
    let card = std::fs::read_to_string(at("whole").join("checkpoints/last/card.md")).unwrap();
    assert!(card.contains("own pictures (\"pictures\") and its illustrated world"), "{card}");

    // A word that came later is not in the run's vocabulary: it is named, with what to do.
    let mut file = own_pictures(&at("pictures"), 6);
    file["categories"][0]["name"] = serde_json::json!("gronk");
    crate::fixture::write_json(&at("pictures").join("annotations.json"), &file);
    let refused =
        Trainer::resume::<TrainConfig>(&at("parts"), &Compute::cpu()).err().expect("the word was taken").to_string();
    assert!(refused.contains("gronk") && refused.contains("--from"), "{refused}");
}

#[test]
fn frozen_parts_stay() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("pictures")).unwrap();
    own_pictures(&at("pictures"), 3);
    let run = Trainer::create(
        &at("run"),
        config(&at("pictures"), &["freeze=[\"gconv\", \"box_net\"]"]),
        None,
        &Compute::cpu(),
    )
    .unwrap();
    let before = weights(&at("run"));
    let values: Vec<(String, Vec<f32>)> =
        before.names().map(|name| (name.to_owned(), before.values(name).unwrap())).collect();
    let warnings = finish(run);
    assert!(warnings.iter().any(|text| text.contains("fewer than five")), "{warnings:?}");
    let after = weights(&at("run"));
    let moved: Vec<&str> = values
        .iter()
        .filter(|(name, old)| after.values(name).unwrap() != *old)
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(moved.iter().any(|name| name.starts_with("refinement_net")), "{moved:?}");
    assert!(!moved.iter().any(|name| name.starts_with("gconv") || name.starts_with("box_net")), "{moved:?}");

    let error =
        Trainer::create(&at("other"), config(&at("pictures"), &["freeze=[\"nothing\"]"]), None, &Compute::cpu())
            .err()
            .unwrap();
    assert!(error.to_string().contains("\"nothing\"") && error.to_string().contains("box_net"), "{error}");
}

#[test]
fn settings_that_cannot_be_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let check = |set: &[&str], part: &str| {
        let set: Vec<String> = set.iter().map(|text| (*text).to_owned()).collect();
        let error = TrainConfig::assemble(Some("tiny"), None, &set).unwrap_err().to_string();
        assert!(error.contains(part), "{set:?}: {error}");
    };
    check(&["data.source=pictures"], "data.path is missing");
    check(&["data.source=imagenet"], "unknown variant");
    check(&["data.mix=1.0"], "data.mix is 1");
    check(&["data.crop=2"], "data.crop is 2");
    check(&["data.coco.min_objects_per_image=9"], "min_objects_per_image");
    // Runs from before the key was called `source` go on.
    let old = TrainConfig::assemble(Some("tiny"), None, &["data.set=illustrated".to_owned()]).unwrap();
    assert_eq!(old.data.source, DataSource::Illustrated);

    let error = Trainer::create(&dir.path().join("run"), config(&dir.path().join("gone"), &[]), None, &Compute::cpu())
        .err()
        .unwrap();
    assert!(error.to_string().contains("no such folder"), "{error}");
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let error = Trainer::create(&dir.path().join("run2"), config(&empty, &[]), None, &Compute::cpu()).err().unwrap();
    assert!(error.to_string().contains("empty"), "{error}");
    assert_eq!(DataSource::of_folder(&empty), Some(DataSource::Pictures));
    assert_eq!(DataSource::of_folder(&dir.path().join("gone")), None);
}

/// A held-out picture that breaks while a run is under way is reported and skipped: otherwise it would end every run at its first validation.
#[test]
fn a_held_out_picture_that_breaks_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("pictures")).unwrap();
    own_pictures(&at("pictures"), 12);
    let mut reported = Vec::new();
    for i in 0..12 {
        let name = format!("p{i}.png");
        let run =
            Trainer::create(&at(&format!("run{i}")), config(&at("pictures"), &[]), None, &Compute::cpu()).unwrap();
        let good = std::fs::read(at("pictures").join(&name)).unwrap();
        std::fs::write(at("pictures").join(&name), &good[..good.len() / 2]).unwrap();
        let warnings = finish(run);
        reported.extend(warnings.into_iter().filter(|text| text.contains("held-out samples") && text.contains(&name)));
        std::fs::write(at("pictures").join(&name), good).unwrap();
    }
    assert!((1..6).contains(&reported.len()), "those that are held out, once each: {reported:?}");
}

#[test]
fn a_folder_that_vanishes_ends_the_run_with_a_message_and_leaves_its_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("pictures")).unwrap();
    own_pictures(&at("pictures"), 3);
    // Nothing is held in memory of what was never looked at: the pictures go before the first step.
    let mut run = Trainer::create(&at("run"), config(&at("pictures"), &[]), None, &Compute::cpu()).unwrap();
    for i in 0..3 {
        std::fs::remove_file(at("pictures").join(format!("p{i}.png"))).unwrap();
    }
    let error = run.run(&CancellationToken::new(), &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("cannot read the picture"), "{error}");
    drop(run);
    // Put back, it goes on.
    own_pictures(&at("pictures"), 3);
    finish(Trainer::resume::<TrainConfig>(&at("run"), &Compute::cpu()).unwrap());
}
