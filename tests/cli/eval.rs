//! `scenewright eval` as a person runs it.

use std::process::{Command, Output};

use scenewright_scene::vocab::Vocabulary;
use serde_json::Value;
use tempfile::TempDir;

use crate::eval_fixture::{classifier_folder, model_folder};

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        model_folder(&place.0.path().join("tiny"), &Vocabulary::illustrated());
        classifier_folder(&place.0.path().join("judge"));
        place
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scenewright"));
        command.current_dir(self.0.path()).arg("eval").args(line.split(' ')).output().unwrap()
    }

    #[track_caller]
    fn prints(&self, line: &str) -> String {
        let output = self.run(line);
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{line}: {err}");
        out
    }

    #[track_caller]
    fn fails(&self, line: &str, part: &str) {
        let output = self.run(line);
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty(), "{line}");
        assert!(err.contains(part) && !err.contains("panicked"), "{line}: {err}");
    }
}

#[test]
fn a_table_and_its_json() {
    let place = Place::new();
    let table = place.prints("--model tiny --classifier judge --scenes 4");
    let head = table.lines().next().unwrap();
    let columns: Vec<&str> = head.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(columns, ["figure", "tiny", "untrained", "copy the mean", "real"]);
    for row in ["box IoU", "relations met", "recognisability", "Fréchet distance", "pixels changed, boxes kept"] {
        assert!(table.contains(&format!("| {row} ")), "{table}");
    }
    assert!(table.contains("4 held-out scenes, 32 × 32 pixels, predicted boxes"), "{table}");
    let json = place
        .prints("--model tiny --compare tiny tiny --no-classifier --no-baselines --scenes 3 --given-layout --json");
    let report: Value = serde_json::from_str(json.trim()).unwrap();
    let names: Vec<&str> = report["figures"].as_array().unwrap().iter().filter_map(|f| f["artist"].as_str()).collect();
    assert_eq!(names, ["tiny", "tiny", "tiny", "real"]);
    assert_eq!((&report["classifier"], &report["given_layout"]), (&Value::Null, &Value::Bool(true)));
    assert!(report["figures"][0]["boxes"]["iou"].as_f64().unwrap() > 0.999);
}

#[test]
fn bad_requests_are_reported() {
    let place = Place::new();
    place.fails("--model tiny --classifier nowhere --scenes 2", "train-classifier");
    place.fails("--model nowhere --scenes 2", "there is no folder");
    place.fails("--model tiny --scenes 0", "0");
    place.fails("train-classifier --out tiny --steps 1", "is no classifier");
    model_folder(&place.0.path().join("coco"), &Vocabulary::coco_stuff());
    // Some scenes are in COCO's words, some are not: both counts are reported.
    let output = place.run("--model coco --no-classifier --no-baselines --scenes 6");
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(said.contains("vocabulary lacks"), "{said}");
}

#[test]
fn the_papers_ablations_are_trained_once_and_measured_again() {
    let place = Place::new();
    let line = "ablations --out rows --preset tiny --set iterations=2 --set layout_first.iterations=1 --set layout_first.batch_size=2 \
                --set layout_first.learning_rate=0.001 --set data.kinds=[\"meadow\"] --scenes 2 --no-classifier";
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = place.prints(&line);
    let rows = [
        "no gconv",
        "no relationships",
        "no discriminators",
        "no D_obj",
        "no D_img",
        "full model",
        "GT layout, no gconv",
    ];
    for row in rows.into_iter().chain(["GT layout ", "copy the mean", "real"]) {
        assert!(first.lines().any(|table| table.starts_with(&format!("| {row}"))), "{row}: {first}");
    }
    // Speeds differ from run to run.
    let without_speed = |table: &str| -> Vec<String> {
        table.lines().map(|line| line.rsplitn(3, '|').nth(2).unwrap_or(line).to_owned()).collect()
    };
    assert_eq!(without_speed(&place.prints(&line)), without_speed(&first));
    place.fails(&line.replace("iterations=2", "iterations=3"), "other settings");
}
