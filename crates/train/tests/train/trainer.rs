//! What the trainer promises of every task: a run that is stopped or killed is resumed exactly, in a folder of one layout, with the same
//! events.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::copy_folder;
use scenewright_eval::classifier::ClassifierTrainConfig;
use scenewright_model::checkpoint::Weights;
use scenewright_model::collage::CollageConfig;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::threads;
use scenewright_train::collage::CollageTrainConfig;
use scenewright_train::collage::geometry::GeometryTrainConfig;
use scenewright_train::run::{Outcome, RunEvent, RunFolder, checkpoints, progress_of};
use scenewright_train::{AnyConfig, Compute, RunError, TrainConfig, Trainer};
use tempfile::TempDir;

/// One of the four tasks, cut to a few steps: figures after step 4 and at the end, a checkpoint after every third.
struct Case {
    name: &'static str,
    steps: u64,
    /// When there are figures.
    validated: &'static [u64],
    create: fn(&Path, &Compute) -> Result<Trainer, RunError>,
    resume: fn(&Path, &Compute) -> Result<Trainer, RunError>,
}

const CASES: [Case; 4] = [
    Case { name: "sg2im", steps: 8, validated: &[3, 4, 8], create: sg2im, resume: Trainer::resume::<TrainConfig> },
    Case {
        name: "collage",
        steps: 7,
        validated: &[4, 7],
        create: collage,
        resume: Trainer::resume::<CollageTrainConfig>,
    },
    Case {
        name: "geometry",
        steps: 7,
        validated: &[3, 6, 7],
        create: geometry,
        resume: Trainer::resume::<GeometryTrainConfig>,
    },
    Case {
        name: "classifier",
        steps: 7,
        validated: &[4, 7],
        create: classifier,
        resume: Trainer::resume::<ClassifierTrainConfig>,
    },
];

fn assembled(preset: &str, set: &[&str]) -> AnyConfig {
    let keep = ["keep.last_every=3", "keep.validate_every=4", "keep.validation_scenes=4"];
    let set: Vec<String> = set.iter().chain(&keep).map(|text| (*text).to_owned()).collect();
    AnyConfig::assemble(Some(preset), None, &set).unwrap()
}

fn sg2im(path: &Path, compute: &Compute) -> Result<Trainer, RunError> {
    let layout = ["layout_first.iterations=3", "layout_first.batch_size=3", "layout_first.learning_rate=0.001"];
    let more = ["iterations=5", "ema_decay=0.9", "clip_gradients=1.0", "data.flip=true", "schedule.kind=cosine"];
    assembled("tiny", &[&layout[..], &more].concat()).create_run(path, None, compute)
}

fn collage(path: &Path, compute: &Compute) -> Result<Trainer, RunError> {
    let sizes = ["iterations=7", "batch_size=6", "from_pixels=2", "stuff_batch_size=3", "large_batch_size=3"];
    let AnyConfig::Collage(config) = assembled("collage", &sizes) else { panic!("the preset is a collage's") };
    Trainer::create(path, CollageTrainConfig { model: CollageConfig::tiny(), ..*config }, None, compute)
}

fn geometry(path: &Path, compute: &Compute) -> Result<Trainer, RunError> {
    let config = GeometryTrainConfig {
        iterations: 7,
        batch_size: 4,
        prior_layouts: 30,
        validate_every: 3,
        validation_layouts: 4,
        ..GeometryTrainConfig::default()
    };
    Trainer::create(path, config, None, compute)
}

fn classifier(path: &Path, compute: &Compute) -> Result<Trainer, RunError> {
    let config = ClassifierTrainConfig {
        steps: Some(7),
        // So many that crops of common categories are replaced.
        first_scenes: 90,
        batch: 8,
        sides: vec![32, 48],
        last_every: 3,
        validate_every: 4,
        validation_scenes: 4,
        ..ClassifierTrainConfig::default()
    };
    Trainer::create(path, config, None, compute)
}

impl Case {
    fn create(&self, path: &Path) -> Trainer {
        (self.create)(path, &Compute::cpu()).unwrap()
    }

    fn resume(&self, path: &Path) -> Trainer {
        (self.resume)(path, &Compute::cpu()).unwrap()
    }
}

fn finish(mut run: Trainer) {
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
}

/// Trains until this step is made.
fn stop_at(run: &mut Trainer, at: u64) {
    let cancel = CancellationToken::new();
    let ended = run.run(&cancel, &mut |event| {
        if matches!(event, RunEvent::Step { step, .. } if step == at) {
            cancel.cancel();
        }
    });
    assert_eq!((ended.unwrap(), run.progress().step), (Outcome::Stopped, at));
}

/// Rows of metrics.csv without what no two runs share: speed and waiting.
fn rows(run: &Path) -> Vec<String> {
    let text = fs::read_to_string(run.join("metrics.csv")).unwrap();
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let is_shared = |name: &str| !name.ends_with("_per_second") && name != "waited_millis";
    let shared = |line: &str| {
        let cells = line.split(',').zip(&header).filter(|(_, name)| is_shared(name)).map(|(cell, _)| cell);
        cells.collect::<Vec<_>>().join(",")
    };
    text.lines().map(shared).collect()
}

fn tensors(file: &Path) -> Vec<(String, Vec<f32>)> {
    let file = Weights::open(file).unwrap();
    let names: Vec<String> = file.names().map(str::to_owned).collect();
    names.into_iter().map(|name| (name.clone(), file.values(&name).unwrap())).collect()
}

/// Weights, optimizers, averages, figures and checkpoints are equal to the bit.
fn same(case: &str, a: &Path, b: &Path) {
    assert_eq!(rows(a), rows(b), "{case}");
    for file in ["last/state.safetensors", "last/weights.safetensors", "best/state.safetensors"] {
        let [a, b] = [a, b].map(|run| tensors(&run.join("checkpoints").join(file)));
        assert_eq!(a.len(), b.len(), "{case}");
        for ((name, a), (other, b)) in a.iter().zip(&b) {
            assert_eq!(name, other, "{case}");
            assert!(a == b, "{case}: {name} of {file} differs");
        }
    }
    let [a, b] = [a, b].map(|run| progress_of(&run.join("checkpoints/last")).unwrap());
    assert_eq!((a.step, a.best), (b.step, b.best), "{case}");
}

#[test]
fn every_task_that_is_stopped_or_killed_is_resumed_exactly() {
    for case in CASES {
        let (name, dir) = (case.name, TempDir::new().unwrap());
        let whole = dir.path().join("whole");
        let mut run = case.create(&whole);
        // What a kill at a step leaves behind is what the folder holds at that moment: rows that no checkpoint knows among it.
        let mut left: Vec<PathBuf> = Vec::new();
        let ended = run.run(&CancellationToken::new(), &mut |event| {
            if let RunEvent::Step { step: step @ (2 | 5 | 7), .. } = event {
                left.push(dir.path().join(format!("killed-{step}")));
                copy_folder(&whole, &left[left.len() - 1]);
            }
        });
        assert_eq!(ended.unwrap(), Outcome::Finished, "{name}");
        drop(run);
        assert_eq!(left.len(), 3, "{name}");
        for killed in &left {
            finish(case.resume(killed));
            same(name, killed, &whole);
        }

        // Stopped twice: resumed from the disk, and in memory.
        let stopped = dir.path().join("stopped");
        let mut run = case.create(&stopped);
        stop_at(&mut run, 2);
        drop(run);
        let mut run = case.resume(&stopped);
        assert_eq!(run.progress().step, 2, "{name}");
        stop_at(&mut run, 5);
        finish(run);
        same(name, &stopped, &whole);

        // Finished is finished.
        finish(case.resume(&stopped));
        same(name, &stopped, &whole);
    }
}

#[test]
fn every_task_tells_the_same_events_and_keeps_the_same_folder() {
    for case in CASES {
        let (name, dir) = (case.name, TempDir::new().unwrap());
        let path = dir.path().join("run");
        let mut run = case.create(&path);
        assert_eq!(run.steps(), case.steps, "{name}");
        assert!(matches!((case.resume)(&path, &Compute::cpu()), Err(RunError::Locked { .. })), "{name}");
        assert!(matches!((case.create)(&path, &Compute::cpu()), Err(RunError::Exists { .. })), "{name}");
        assert!(RunFolder::is_being_written(&path), "{name}");
        run.snapshots().ask();
        let (mut steps, mut validated, mut saved, mut snapshots, mut moved) = (vec![], vec![], vec![], vec![], vec![]);
        run.run(&CancellationToken::new(), &mut |event| match event {
            RunEvent::Step { step, steps: all, losses, items_per_second, .. } => {
                assert_eq!(all, case.steps, "{name}");
                assert!(!losses.0.is_empty() && items_per_second > 0.0, "{name}");
                steps.push(step);
            }
            RunEvent::Validated { step, figures } => {
                assert!(figures.iter().any(|(name, value)| *name == "val_loss" && value.is_finite()), "{name}");
                validated.push(step);
            }
            RunEvent::Saved { step, path } => saved.push((path.file_name().unwrap().to_owned(), step)),
            RunEvent::Snapshot { step, path } => {
                assert!(path.join("weights.safetensors").is_file() && !path.join("state.json").exists(), "{name}");
                snapshots.push(step);
            }
            RunEvent::Moved { step, share } => {
                assert!(share > 0.0, "{name}");
                moved.push(step);
            }
            RunEvent::Preparing { .. } | RunEvent::Sheet(_) | RunEvent::Warning(_) => {}
        })
        .unwrap();
        assert_eq!(steps, (1..=case.steps).collect::<Vec<_>>(), "{name}");
        assert_eq!((&validated[..], &snapshots[..], &moved[..]), (case.validated, &[1][..], &[3, 6][..]), "{name}");
        let last: Vec<u64> = saved.iter().filter(|(name, _)| name == "last").map(|(_, step)| *step).collect();
        assert_eq!(last, [3, 6, case.steps], "{name}");
        let best = progress_of(&path.join("checkpoints/best")).unwrap();
        assert_eq!(run.progress().best, best.best, "{name}");
        drop(run);
        let names: Vec<_> = checkpoints(&path).iter().map(|(path, _)| path.file_name().unwrap().to_owned()).collect();
        assert!(names.len() == 2 && names.iter().any(|name| name == "last"), "{name}: {names:?}");
        for file in ["config.toml", "metrics.csv", "tensorboard", "run.lock"] {
            assert!(path.join(file).exists(), "{name}: {file}");
        }
        // A row a step and a row a validation.
        assert_eq!(rows(&path).len() as u64, 1 + case.steps + case.validated.len() as u64, "{name}");
    }
}

/// What a kill between the two renames of a checkpoint leaves: the old one aside, the new one whole or not.
#[test]
fn a_kill_while_a_checkpoint_is_replaced_loses_none_of_any_task() {
    for case in CASES {
        let (name, dir) = (case.name, TempDir::new().unwrap());
        let path = dir.path().join("run");
        let mut run = case.create(&path);
        stop_at(&mut run, 2);
        drop(run);
        for (round, whole_draft) in [true, false].into_iter().enumerate() {
            let run = dir.path().join(format!("killed-{round}"));
            copy_folder(&path, &run);
            let checkpoints = run.join("checkpoints");
            let draft = checkpoints.join(".scenewright-Ab12.tmp");
            copy_folder(&checkpoints.join("last"), &draft);
            if !whole_draft {
                let weights = fs::read(draft.join("weights.safetensors")).unwrap();
                fs::write(draft.join("weights.safetensors"), &weights[..weights.len() / 2]).unwrap();
            }
            let aside = checkpoints.join(".scenewright-old-Cd34.tmp");
            fs::create_dir(&aside).unwrap();
            fs::rename(checkpoints.join("last"), aside.join("old")).unwrap();
            assert_eq!(case.resume(&run).progress().step, 2, "{name}, {whole_draft}");
            let leftovers = fs::read_dir(&checkpoints).unwrap().filter_map(Result::ok);
            assert_eq!(
                leftovers.filter(|entry| entry.file_name().to_string_lossy().starts_with('.')).count(),
                0,
                "{name}"
            );
        }
    }
}

#[test]
fn settings_that_have_changed_are_reported_for_every_task() {
    for case in CASES {
        let (name, dir) = (case.name, TempDir::new().unwrap());
        let path = dir.path().join("run");
        drop(case.create(&path));
        let file = path.join("config.toml");
        let text = fs::read_to_string(&file).unwrap();
        let rate = text.lines().find(|line| line.starts_with("learning_rate = ")).unwrap();
        fs::write(&file, text.replace(rate, "learning_rate = 0.0017")).unwrap();
        let mut run = case.resume(&path);
        let (cancel, mut said) = (CancellationToken::new(), Vec::new());
        cancel.cancel();
        run.run(&cancel, &mut |event| {
            if let RunEvent::Warning(text) = event {
                said.push(text);
            }
        })
        .unwrap();
        assert!(said.iter().any(|text| text.starts_with("learning_rate was")), "{name}: {said:?}");
        drop(run);
        fs::write(&file, text.replace(rate, "learning_rate = -1.0")).unwrap();
        let error = (case.resume)(&path, &Compute::cpu()).err().unwrap().to_string();
        assert!(error.contains("learning_rate is -1"), "{name}: {error}");
    }
}

/// Geometry and the classifier are trained by one process; started by several, they say so.
#[test]
fn tasks_of_one_process_refuse_a_group() {
    for case in CASES.into_iter().filter(|case| ["geometry", "classifier"].contains(&case.name)) {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("run");
        for group in threads(2) {
            let error = (case.create)(&path, &Compute { group, ..Compute::cpu() }).err().unwrap();
            assert!(matches!(error, RunError::OneProcess { processes: 2 }), "{}: {error}", case.name);
        }
        assert!(!path.join("config.toml").exists(), "{}", case.name);
    }
}
