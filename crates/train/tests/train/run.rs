//! Runs: resumed exactly, one writer, settings that say what is wrong.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::copy_folder;
use scenewright_model::checkpoint::Weights;
use scenewright_nn::cancel::CancellationToken;
use scenewright_train::any_run::AnyConfig;
use scenewright_train::collage::CollageTrainConfig;
use scenewright_train::run::{Outcome, Phase, RunEvent, checkpoint_of, progress_of, roll_back};
use scenewright_train::{Compute, RunError, TrainConfig, Trainer};
use tempfile::TempDir;

const SETTINGS: [&str; 9] = [
    "iterations=8",
    "ema_decay=0.9",
    "clip_gradients=1.0",
    "layout_first.iterations=4",
    "layout_first.batch_size=3",
    "layout_first.learning_rate=0.001",
    "keep.last_every=5",
    "keep.validate_every=6",
    "data.flip=true",
];

fn config(more: &[&str]) -> TrainConfig {
    let set: Vec<String> = SETTINGS.iter().chain(more).map(|text| (*text).to_owned()).collect();
    TrainConfig::assemble(Some("tiny"), None, &set).unwrap()
}

fn create(path: &Path, config: TrainConfig) -> Result<Trainer, RunError> {
    Trainer::create(path, config, None, &Compute::cpu())
}

fn resume(path: &Path) -> Result<Trainer, RunError> {
    Trainer::resume::<TrainConfig>(path, &Compute::cpu())
}

fn finish(mut run: Trainer) {
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
}

/// Rows of metrics.csv without what no two runs share: speed and waiting.
fn rows(run: &Path) -> Vec<String> {
    let text = fs::read_to_string(run.join("metrics.csv")).unwrap();
    let strip = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [&cells[..2], &cells[4..]].concat().join(",")
    };
    text.lines().map(strip).collect()
}

fn weights(run: &Path) -> Vec<(String, Vec<f32>)> {
    let file = Weights::open(&run.join("checkpoints/last/state.safetensors")).unwrap();
    let names: Vec<String> = file.names().map(str::to_owned).collect();
    names.into_iter().map(|name| (name.clone(), file.values(&name).unwrap())).collect()
}

fn same(a: &Path, b: &Path) {
    assert_eq!(rows(a), rows(b));
    for ((name, a), (other, b)) in weights(a).iter().zip(&weights(b)) {
        assert_eq!(name, other);
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn a_run_that_is_stopped_or_killed_goes_on_exactly() {
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole");
    let mut run = create(&whole, config(&[])).unwrap();
    // What a kill at a step leaves behind is what the folder holds at that moment: rows that no checkpoint knows among it.
    let mut left: Vec<PathBuf> = Vec::new();
    let mut phases = Vec::new();
    let ended = run.run(&CancellationToken::new(), &mut |event| {
        if let RunEvent::Step { step, phase, .. } = event {
            phases.push(phase);
            if [2, 5, 9, 11].contains(&step) {
                left.push(dir.path().join(format!("killed-{step}")));
                copy_folder(&whole, &left[left.len() - 1]);
            }
        }
    });
    assert_eq!(ended.unwrap(), Outcome::Finished);
    assert_eq!(phases, [[Phase::Layout; 4].as_slice(), &[Phase::Picture; 8]].concat());
    drop(run);
    for killed in &left {
        finish(resume(killed).unwrap());
        same(killed, &whole);
    }

    let stopped = dir.path().join("stopped");
    let mut run = create(&stopped, config(&[])).unwrap();
    let cancel = CancellationToken::new();
    let ended = run.run(&cancel, &mut |event| {
        if matches!(event, RunEvent::Step { step: 7, .. }) {
            cancel.cancel();
        }
    });
    assert_eq!((ended.unwrap(), run.progress().step), (Outcome::Stopped, 7));
    drop(run);
    finish(resume(&stopped).unwrap());
    same(&stopped, &whole);

    // Finished is finished.
    finish(resume(&stopped).unwrap());
    same(&stopped, &whole);
}

#[test]
fn a_run_has_one_writer_and_a_folder_of_its_own() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    let run = create(&path, config(&[])).unwrap();
    assert!(matches!(resume(&path), Err(RunError::Locked { .. })));
    assert!(matches!(create(&path, config(&[])), Err(RunError::Exists { .. })));
    drop(run);
    drop(resume(&path).unwrap());

    let foreign = dir.path().join("pictures");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("cat.png"), "").unwrap();
    assert!(matches!(create(&foreign, config(&[])), Err(RunError::Foreign { .. })));
    assert!(matches!(resume(&foreign), Err(RunError::NotARun { .. })));
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1, "nothing was put there");
}

#[test]
fn numbers_beyond_all_bounds_end_a_run_and_leave_its_last_checkpoint() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    let mut run = create(&path, config(&["losses.bbox_pred_loss_weight=1e300"])).unwrap();
    let error = run.run(&CancellationToken::new(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("no longer finite"), "{error}");
    drop(run);
    assert_eq!(resume(&path).unwrap().progress().step, 0);
}

#[test]
fn losses_that_grow_beyond_all_bounds_end_a_run_at_their_step() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    let mut run = create(&path, config(&["losses.bbox_pred_loss_weight=1e18"])).unwrap();
    let error = run.run(&CancellationToken::new(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, RunError::Step { step: 1, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("at step 1: the losses grow beyond all bounds") && text.contains("learning_rate"), "{text}");
    drop(run);
    // Reading checks that every value is finite.
    assert!(!weights(&path).is_empty());
    let again = resume(&path).unwrap().run(&CancellationToken::new(), &mut |_| {}).unwrap_err();
    assert_eq!(again.to_string(), text);
}

#[test]
fn a_damaged_last_checkpoint_falls_back_to_the_newest_that_is_whole() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    finish(create(&path, config(&["keep.checkpoint_every=5"])).unwrap());
    let whole = weights(&path);
    let tensors = path.join("checkpoints/last/state.safetensors");
    fs::write(&tensors, &fs::read(&tensors).unwrap()[..1000]).unwrap();
    let mut run = resume(&path).unwrap();
    assert!(run.progress().step >= 10, "{:?}", run.progress());
    let mut said = Vec::new();
    run.run(&CancellationToken::new(), &mut |event| {
        if let RunEvent::Warning(text) = event {
            said.push(text);
        }
    })
    .unwrap();
    assert!(said.iter().any(|text| text.contains("checkpoints/last is damaged")), "{said:?}");
    drop(run);
    // It goes on exactly, and the last one is whole again.
    assert!(weights(&path) == whole);
    // One that is asked for by its step.
    roll_back(&path, &checkpoint_of(&path, "5").unwrap()).unwrap();
    assert_eq!(resume(&path).unwrap().progress().step, 5);
    let error = checkpoint_of(&path, "7").unwrap_err().to_string();
    assert!(error.contains("no checkpoint \"7\"") && error.contains("(step 5)"), "{error}");
}

#[test]
fn damaged_checkpoints_are_named() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    drop(create(&path, config(&[])).unwrap());
    let state = path.join("checkpoints/last/state.json");
    let good = fs::read_to_string(&state).unwrap();
    for (text, says) in [
        ("", "cannot be resumed from"),
        ("{}", "version"),
        (&good.replace("\"version\": 1", "\"version\": 9"), "format 9"),
    ] {
        fs::write(&state, text).unwrap();
        let error = resume(&path).err().unwrap().to_string();
        assert!(error.contains(says) && error.contains("last"), "{error}");
    }
    fs::write(&state, good).unwrap();
    let tensors = path.join("checkpoints/last/state.safetensors");
    let bytes = fs::read(&tensors).unwrap();
    fs::write(&tensors, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(resume(&path), Err(RunError::Checkpoint { .. })));
    fs::remove_dir_all(path.join("checkpoints/last")).unwrap();
    assert!(matches!(resume(&path), Err(RunError::NoCheckpoint { .. })));
}

/// What a kill leaves behind while a checkpoint is being written, at each of its moments.
#[test]
fn a_kill_while_a_checkpoint_is_written_loses_none() {
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole");
    finish(create(&whole, config(&["keep.checkpoint_every=4"])).unwrap());
    let left = |name: &str| {
        let run = dir.path().join(name);
        copy_folder(&whole, &run);
        let checkpoints = run.join("checkpoints");
        (run, checkpoints)
    };
    let leftovers = |checkpoints: &Path| {
        let names = fs::read_dir(checkpoints).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with('.')).collect::<Vec<_>>()
    };
    let resumes = |run: &Path| resume(run).unwrap().progress().clone();
    let expected = resumes(&whole);
    assert_eq!(expected.step, 12);

    // In the middle of the largest file.
    let (run, checkpoints) = left("half");
    let draft = checkpoints.join(".scenewright-Ab12.tmp");
    copy_folder(&checkpoints.join("last"), &draft);
    let tensors = fs::read(draft.join("state.safetensors")).unwrap();
    fs::write(draft.join("state.safetensors"), &tensors[..tensors.len() / 3]).unwrap();
    let listed: Vec<_> = scenewright_train::run::checkpoints(&run).into_iter().map(|(path, _)| path).collect();
    assert_eq!(listed.len(), 5, "{listed:?}");
    assert!(!listed.contains(&draft));
    assert_eq!(resumes(&run), expected);
    assert_eq!(leftovers(&checkpoints), [""; 0], "and it takes no room");

    // Between the two renames: the old one aside, the new one whole or not; and the same of the best one.
    for whole_draft in [true, false] {
        let (run, checkpoints) = left(if whole_draft { "between" } else { "cut" });
        let draft = checkpoints.join(".scenewright-Cd34.tmp");
        copy_folder(&checkpoints.join("last"), &draft);
        if !whole_draft {
            fs::write(draft.join("state.safetensors"), "").unwrap();
        }
        for (name, backup) in [("last", ".scenewright-old-Ef56.tmp"), ("best", ".scenewright-old-Gh78.tmp")] {
            fs::create_dir(checkpoints.join(backup)).unwrap();
            fs::rename(checkpoints.join(name), checkpoints.join(backup).join("old")).unwrap();
        }
        assert_eq!(resumes(&run), expected, "{whole_draft}");
        assert_eq!(leftovers(&checkpoints), [""; 0]);
        assert!(checkpoints.join("best/state.json").is_file());
    }

    // A damaged checkpoint does not take the place of a sound one.
    let (run, checkpoints) = left("damaged");
    fs::write(checkpoints.join("000000004/state.safetensors"), &tensors[..100]).unwrap();
    let error = roll_back(&run, &checkpoints.join("000000004")).unwrap_err().to_string();
    assert!(error.contains("cannot be resumed from") && error.contains("000000004"), "{error}");
    assert_eq!(resumes(&run), expected);
}

/// The best loss is that of the checkpoint that is kept as the best, whatever was written, lost or rolled back around it.
#[test]
fn the_best_loss_is_that_of_the_best_checkpoint() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    let settings = config(&["keep.checkpoint_every=4", "keep.validate_every=2"]);
    finish(create(&path, settings).unwrap());
    let best = progress_of(&path.join("checkpoints/best")).unwrap();
    assert_eq!(best.best.unwrap().1, best.step, "the best one says so of itself");
    let resumed = || resume(&path).unwrap().progress().best;
    assert_eq!(resumed(), best.best);
    // A kill between the two, in a program that wrote the last one first.
    let state = path.join("checkpoints/last/state.json");
    let mut facts: serde_json::Value = serde_json::from_slice(&fs::read(&state).unwrap()).unwrap();
    facts["best"] = serde_json::json!([1e-9, 11]);
    fs::write(&state, facts.to_string()).unwrap();
    assert_eq!(resumed(), best.best);
    // Rolled back to where no loss was that low: the best one is not written over by a worse.
    roll_back(&path, &path.join("checkpoints/000000004")).unwrap();
    assert_eq!(resumed(), best.best);
}

#[test]
fn settings_say_what_is_wrong() {
    let table: [(&[&str], &str); 12] = [
        (&["batch=3"], "unknown field `batch`"),
        (&["losses.l1=3"], "unknown field `l1`"),
        (&["model.gconv_dims=3"], "no setting \"gconv_dims\""),
        (&["batch_size=0"], "batch_size is 0"),
        (&["batch_size=many"], "expected usize"),
        (&["learning_rate=-1.0"], "learning_rate is -1"),
        (&["gan_loss=gun"], "unknown variant `gun`"),
        (&["data.keep_relations=[0.9, 0.1]"], "keep_relations"),
        (&["d_obj.arch=C4-8-2,X3"], "d_obj"),
        (&["=3"], "is no setting"),
        (&["model.image_size=[16, 24]"], "square"),
        (&["ema_decay=1.5", "beta1=2.0"], "ema_decay is 1.5"),
    ];
    for (set, says) in table {
        let set: Vec<String> = set.iter().map(|text| (*text).to_owned()).collect();
        let error = TrainConfig::assemble(Some("tiny"), None, &set).unwrap_err().to_string();
        assert!(error.contains(says), "{set:?}: {error}");
    }
    assert!(TrainConfig::assemble(Some("huge"), None, &[]).unwrap_err().to_string().contains("tiny"));
    let file = TempDir::new().unwrap();
    let file = file.path().join("mine.toml");
    let error = TrainConfig::assemble(None, Some(&file), &[]).unwrap_err().to_string();
    assert!(error.contains("mine.toml"), "{error}");
}

#[test]
fn the_old_name_of_the_preset_gives_the_same_settings() {
    let settings = |name| AnyConfig::assemble(Some(name), None, &["seed=7".to_owned()]).unwrap();
    assert_eq!(settings("touch"), settings("fine-tune"));
    assert!(settings("fine-tune") != settings("collage"));
    assert!(
        !scenewright_train::config::PRESETS.iter().any(|(name, _)| *name == "touch"),
        "only the new name is listed"
    );
}

#[test]
fn settings_come_back_as_they_were_written() {
    for (name, _) in scenewright_train::config::PRESETS {
        let config = AnyConfig::assemble(Some(name), None, &["seed=7".to_owned()]).unwrap();
        let text = config.to_toml().unwrap();
        let (again, seed) = match &config {
            AnyConfig::Sg2Im(own) => {
                (AnyConfig::Sg2Im(Box::new(TrainConfig::from_toml(&text, "test").unwrap())), own.seed)
            }
            AnyConfig::Collage(own) => {
                (AnyConfig::Collage(Box::new(CollageTrainConfig::from_toml(&text, "test").unwrap())), own.seed)
            }
        };
        assert_eq!((again, seed), (config, 7), "{name}");
    }
}

#[test]
fn a_run_starts_from_a_model_and_its_checkpoint_draws() {
    use scenewright_model::checkpoint::ModelFolder;
    let dir = TempDir::new().unwrap();
    let first = dir.path().join("first");
    finish(create(&first, config(&[])).unwrap());
    let model = ModelFolder::open(&first.join("checkpoints/best")).unwrap();
    let second = dir.path().join("second");
    drop(Trainer::create(&second, config(&[]), Some(&model), &Compute::cpu()).unwrap());
    let copied = ModelFolder::open(&second.join("checkpoints/last")).unwrap();
    let name = "refinement_net.refinement_modules.0.net.0.weight";
    assert_eq!(copied.weights.values(name).unwrap(), model.weights.values(name).unwrap());
    assert!(first.join("samples").read_dir().unwrap().count() > 0);
}

#[test]
fn words_that_no_sample_shows_are_named() {
    let dir = TempDir::new().unwrap();
    let warnings = |name: &str, kinds: &str| {
        let mut run = create(&dir.path().join(name), config(&[kinds])).unwrap();
        let mut reported = Vec::new();
        let cancel = CancellationToken::new();
        run.run(&cancel, &mut |event| match event {
            RunEvent::Warning(text) => reported.push(text),
            RunEvent::Step { .. } => cancel.cancel(),
            _ => {}
        })
        .unwrap();
        reported.into_iter().filter(|text| text.contains("samples")).collect::<Vec<_>>()
    };
    assert_eq!(warnings("all", "data.kinds=[]"), Vec::<String>::new());
    let [reported] = &warnings("meadow", "data.kinds=[\"meadow\"]")[..] else { panic!("one warning") };
    assert!(reported.contains("more kinds of scene") && reported.contains("and "), "{reported}");
}

#[test]
fn data_that_cannot_be_read_ends_a_run_before_it_begins_and_a_broken_drawing_is_reported() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("run");
    for (setting, says) in [
        ("data.kinds=[\"moon base\"]".to_owned(), "moon base"),
        (format!("data.sprites=[{:?}]", dir.path().join("absent")), "absent"),
    ] {
        let error = create(&path, config(&[&setting])).err().unwrap().to_string();
        assert!(error.contains(says), "{setting}: {error}");
        let _ = fs::remove_dir_all(&path);
    }
    let broken = dir.path().join("sprites");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("gnome.svg"), "<svg").unwrap();
    let mut run = create(&path, config(&[&format!("data.sprites=[{broken:?}]")])).unwrap();
    let (cancel, mut reported) = (CancellationToken::new(), String::new());
    run.run(&cancel, &mut |event| match event {
        RunEvent::Warning(text) => reported.push_str(&text),
        RunEvent::Step { .. } => cancel.cancel(),
        _ => {}
    })
    .unwrap();
    assert!(reported.contains("gnome.svg"), "{reported}");
}
