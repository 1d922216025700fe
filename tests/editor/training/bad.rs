//! Failures: a message that says how to fix it, never a crash.

use std::fs;
use std::path::Path;

pub use scenewright::engine::DeviceChoice;
use scenewright::engine::process::ThreadPriority;
use scenewright::engine::training::{Diagnosis, Status, StoreRequest, Training, TrainingEvent};
use tempfile::TempDir;

use crate::training::trainer::{Trainer, rows};

#[track_caller]
fn fails(trainer: &Trainer, parts: &[&str]) -> String {
    trainer.waits_for(Status::Failed);
    let text = trainer.training.state().failure.clone().unwrap();
    assert!(parts.iter().all(|part| text.contains(part)), "{parts:?}: {text}");
    text
}

#[test]
fn settings_that_cannot_be_are_named_before_anything_is_made() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    for (key, value, says) in [
        ("batch_size", "0", "batch_size is 0"),
        ("learning_rate", "fast", "learning_rate"),
        ("no_such_key", "1", "no_such_key"),
        ("data.kinds", "[\"moon base\"]", "moon base"),
    ] {
        let plan = trainer.plan("wrong", &[(key, value)]);
        assert!(trainer.training.preflight(plan.clone()));
        trainer.waits_until("the trial", |training_state| training_state.dry_run.is_some());
        let error = trainer.training.state().dry_run.take().unwrap().unwrap_err();
        assert!(error.contains(says), "{key}: {error}");
        assert_eq!(trainer.training.state().status, Status::Idle);
        assert!(trainer.training.begin(plan.clone()));
        fails(&trainer, &[says]);
        let _ = fs::remove_dir_all(&plan.run);
        trainer.training.stop();
        trainer.waits_for(Status::Idle);
    }
}

#[test]
fn a_run_that_diverges_says_so_and_keeps_its_last_good_step() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let plan = trainer.plan("run", &[("losses.bbox_pred_loss_weight", "1e300")]);
    assert!(trainer.training.begin(plan.clone()));
    fails(&trainer, &["no longer finite", "learning rate"]);
    let training_state = trainer.training.state();
    assert_eq!(training_state.run.as_ref().unwrap().diagnoses, [Diagnosis::Diverges]);
    drop(training_state);
    drop(scenewright_train::any_run::resume(&plan.run, &scenewright_train::Compute::cpu()).unwrap());
}

#[test]
fn a_run_whose_weights_do_not_change_says_so() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    trainer.trains_to_the_end(trainer.plan("still", &[("learning_rate", "1e-14"), ("ema_decay", "0.0")]));
    assert_eq!(trainer.training.state().run.as_ref().unwrap().diagnoses, [Diagnosis::StandsStill]);
}

#[test]
fn a_folder_that_vanishes_is_written_anew_and_the_run_goes_on() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let settings = [
        ("iterations", "4000"),
        ("keep.last_every", "1000000"),
        ("keep.validate_every", "1000000"),
        ("keep.checkpoint_every", "0"),
    ];
    let plan = trainer.plan("run", &settings);
    assert!(trainer.training.begin(plan.clone()));
    trainer.waits_until("a step", |training_state| training_state.run.as_ref().is_some_and(|run| run.step >= 2));
    fs::remove_dir_all(&plan.run).unwrap();
    trainer.waits_for(Status::Paused { in_memory: false });
    let step = trainer.step();
    {
        let training_state = trainer.training.state();
        let text = training_state.failure.as_ref().unwrap();
        assert!(text.contains("written anew") && text.contains("run"), "{text}");
    }
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    trainer.waits_until("more steps", |training_state| training_state.run.as_ref().is_some_and(|run| run.step > step));
    trainer.training.stop();
    trainer.waits_for(Status::Idle);
    assert!(rows(&plan.run).len() > 1, "numbers are written again");
}

/// A file stands where the folder of checkpoints was: nothing can be saved, and nothing is lost.
#[test]
fn a_checkpoint_that_cannot_be_written_leaves_the_run_in_memory() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let whole = trainer.plan("whole", &[]);
    trainer.trains_to_the_end(whole.clone());
    let plan = trainer.plan("run", &[]);
    assert!(trainer.training.begin(plan.clone()));
    trainer.waits_until("a step", |training_state| training_state.run.as_ref().is_some_and(|run| run.step >= 1));
    trainer.training.pause(true);
    trainer.waits_for(Status::Paused { in_memory: true });
    let checkpoints = plan.run.join("checkpoints");
    let aside = plan.run.join("aside");
    fs::rename(&checkpoints, &aside).unwrap();
    fs::write(&checkpoints, "in the way").unwrap();
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    fails(&trainer, &["checkpoints", "still in memory", "resume"]);
    fs::remove_file(&checkpoints).unwrap();
    fs::rename(&aside, &checkpoints).unwrap();
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    trainer.waits_for(Status::Finished);
    assert_eq!(rows(&plan.run).last(), rows(&whole.run).last());
}

#[test]
fn runs_and_folders_that_are_none_are_refused() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let other = trainer.plan("other", &[("iterations", "2")]);
    for (path, says) in [("absent", "absent"), ("broken", "config.toml")] {
        // Another run is shown; what goes wrong is not its fault, and it is not what would be resumed.
        let _ = fs::remove_dir_all(&other.run);
        trainer.trains_to_the_end(other.clone());
        assert!(trainer.training.state().run.is_some());
        let run = home.path().join("runs").join(path);
        if path == "broken" {
            fs::create_dir_all(&run).unwrap();
            fs::write(run.join("config.toml"), "iterations = \"many\"").unwrap();
        }
        assert!(trainer.training.continue_run(&run, DeviceChoice::Cpu));
        let text = fails(&trainer, &[]);
        assert!(trainer.training.state().run.is_none(), "{path}");
        assert!(text.contains(says) || text.contains("iterations") || text.contains("expected"), "{path}: {text}");
        trainer.training.stop();
        trainer.waits_for(Status::Idle);
    }
    trainer.training.request(StoreRequest::Look);
    trainer.waits_until("the broken run, listed with what is wrong", |training_state| {
        training_state.runs.as_ref().is_some_and(|runs| runs.iter().any(|run| run.fault.is_some()))
    });
    // What is not ours is never deleted.
    let mine = home.path().join("pictures");
    fs::create_dir_all(&mine).unwrap();
    for path in [mine.as_path(), home.path(), Path::new("/")] {
        trainer.training.state().events.clear();
        trainer.training.request(StoreRequest::Delete(path.to_owned()));
        trainer.waits_until("a refusal", |training_state| {
            matches!(training_state.events.front(), Some(TrainingEvent::Failed(_)))
        });
    }
    assert!(mine.exists());
}

#[test]
fn without_a_home_nothing_begins() {
    let elsewhere = TempDir::new().unwrap();
    let plan = Trainer::at(elsewhere.path()).plan("run", &[]);
    let trainer = Trainer {
        training: Training::start(None, ThreadPriority::Normal, || {}).unwrap(),
        home: elsewhere.path().to_owned(),
    };
    assert!(trainer.training.begin(plan));
    fails(&trainer, &["SCENEWRIGHT_HOME"]);
}
