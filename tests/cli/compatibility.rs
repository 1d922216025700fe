//! Files that version 0.1 wrote are opened, drawn and resumed as it did (`tests/compatibility`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::files::copy_folder;
use super::run::Place;

fn written_by_0_1(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compatibility/0.1").join(name)
}

#[test]
fn a_model_draws_the_same_picture() {
    let place = Place::empty();
    let (model, scene) = (written_by_0_1("model"), written_by_0_1("sheep.json"));
    place.run(["render".as_ref(), scene.as_os_str(), "--model".as_ref(), model.as_os_str()]).succeeds();
    let (now, before) = (place.png("out/sheep-0.png"), image::open(written_by_0_1("sheep.png")).unwrap().into_rgb8());
    assert_eq!(now.dimensions(), before.dimensions());
    // Other processors sum in another order.
    let differs = now.iter().zip(before.iter()).filter(|(a, b)| a.abs_diff(**b) > 1).count();
    assert_eq!(differs, 0);
}

#[test]
fn a_scene_keeps_what_was_pinned_locked_and_colored() {
    let place = Place::empty();
    let scene = written_by_0_1("scene.json");
    let before: Value = serde_json::from_slice(&fs::read(&scene).unwrap()).unwrap();
    let args = ["export".as_ref(), scene.as_os_str(), "--format".as_ref(), "json".as_ref()];
    place.run(args.into_iter().chain(["--out".as_ref(), "again.json".as_ref()])).succeeds();
    let now = place.json("again.json");
    for key in ["objects", "relationships"] {
        assert_eq!(now[key], before[key], "{key}");
    }
    for key in before["scenewright"].as_object().unwrap().keys().filter(|key| *key != "version") {
        assert_eq!(now["scenewright"][key], before["scenewright"][key], "{key}");
    }
}

#[test]
fn a_run_that_was_stopped_is_resumed_to_the_same_losses() {
    let place = Place::empty();
    copy_folder(&written_by_0_1("run"), &place.path("run"));
    place.line("train --device cpu --resume run").succeeds();
    let (now, before) = (losses(&place.path("run/metrics.csv")), losses(&written_by_0_1("metrics-whole.csv")));
    assert!(now.keys().any(|(step, _, _)| step == "30") && now.len() > 200, "{} figures", now.len());
    for (key, now) in now {
        let before = before[&key];
        assert!((now - before).abs() <= 1e-3 * before.abs().max(1e-3), "{key:?}: {now}, 0.1: {before}");
    }
}

/// Losses and figures of a run by step, phase and name.
fn losses(path: &Path) -> BTreeMap<(String, String, String), f64> {
    let text = fs::read_to_string(path).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let figures = rows.flat_map(|row| {
        // After step, phase, speed and waiting.
        let columns = header.iter().zip(row.clone()).skip(4);
        let key = |name: &str| (row[0].to_owned(), row[1].to_owned(), name.to_owned());
        columns.filter_map(|(name, cell)| Some((key(name), cell.parse().ok()?))).collect::<Vec<_>>()
    });
    figures.collect()
}

#[test]
fn an_annotated_folder_is_sound_and_can_be_learned_from() {
    let place = Place::empty();
    copy_folder(&written_by_0_1("annotated"), &place.path("annotated"));
    let report = place.line("dataset doctor annotated --json").succeeds();
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(
        [&report["images"], &report["objects"], &report["relations"]].map(Value::as_u64),
        [Some(2), Some(3), Some(1)]
    );
}
