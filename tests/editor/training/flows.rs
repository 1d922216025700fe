//! What a person does with a run.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub use scenewright::engine::DeviceChoice;
use scenewright::engine::training::{Origin, Plan, Recipe, Start, Status, StoreRequest, TrainingEvent};
use scenewright_model::checkpoint::ModelFolder;
use tempfile::TempDir;

use crate::training::trainer::{Trainer, rows, same_weights};

#[test]
fn pausing_stopping_and_restarting_change_no_loss() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let whole = trainer.plan("whole", &[]);
    trainer.trains_to_the_end(whole.clone());
    {
        let training_state = trainer.training.state();
        let run = training_state.run.as_ref().unwrap();
        assert_eq!((run.step, run.steps, run.phase.as_str()), (12, 12, "picture"));
        assert_eq!(run.curves.get("total_loss").unwrap().points.len(), 12);
        assert_eq!(run.sheets.iter().map(|sheet| sheet.step).collect::<Vec<_>>(), [4, 8, 12]);
        let names: Vec<&str> = run.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str()).collect();
        assert!(["000000004", "000000012", "best", "last"].iter().all(|name| names.contains(name)), "{names:?}");
        assert!(run.best.is_some() && run.diagnoses.is_empty(), "{:?}", run.diagnoses);
    }

    let halted = trainer.plan("halted", &[]);
    assert!(trainer.training.begin(halted.clone()));
    assert!(!trainer.training.begin(whole.clone()), "one run at a time");
    trainer.waits_until("a step", |training_state| training_state.run.as_ref().is_some_and(|run| run.step >= 1));
    trainer.training.pause(true);
    trainer.waits_for(Status::Paused { in_memory: true });
    let paused_at = trainer.step();
    assert!(paused_at < 12, "paused too late to mean anything");
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    trainer.waits_until("another step", |training_state| {
        training_state.run.as_ref().is_some_and(|run| run.step > paused_at)
    });
    trainer.training.pause(false);
    trainer.waits_for(Status::Paused { in_memory: false });
    // The memory is freed, and the folder is unlocked.
    drop(scenewright_train::any_run::resume(&halted.run, &scenewright_train::Compute::cpu()).unwrap());
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    trainer.waits_until("running", |training_state| {
        training_state.status == Status::Running || training_state.status == Status::Finished
    });
    trainer.training.stop();
    trainer.waits_until("stopped", |training_state| !training_state.status.is_busy());
    drop(trainer);

    // Another day.
    let trainer = Trainer::at(home.path());
    assert!(trainer.training.request(StoreRequest::Look));
    trainer.waits_until("the runs", |training_state| training_state.runs.is_some());
    let names: Vec<String> =
        trainer.training.state().runs.as_ref().unwrap().iter().map(|run| run.name.clone()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(trainer.training.continue_run(&halted.run, DeviceChoice::Cpu));
    trainer.waits_for(Status::Finished);
    assert_eq!(rows(&halted.run), rows(&whole.run));
    same_weights(&halted.run, &whole.run);
    let training_state = trainer.training.state();
    let run = training_state.run.as_ref().unwrap();
    assert_eq!(run.curves.get("total_loss").unwrap().points.len(), 12, "the curve is whole after a restart");
}

#[test]
fn a_run_that_was_killed_goes_on_with_the_same_losses() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let whole = trainer.plan("whole", &[("iterations", "60")]);
    trainer.trains_to_the_end(whole.clone());
    let killed = home.path().join("runs/killed");
    let mut settings = Vec::new();
    for (key, value) in &whole.changed {
        settings.extend(["--set".to_owned(), format!("{key}={value}")]);
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_scenewright"))
        .args(["train", "--preset", "tiny", "--device", "cpu", "--out"])
        .arg(&killed)
        .args(&settings)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !killed.join("checkpoints/000000004").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never trained");
        std::thread::sleep(Duration::from_millis(1));
    }
    // While another program writes it, it cannot be changed here.
    trainer.training.request(StoreRequest::Delete(killed.clone()));
    trainer.waits_until("an answer", |training_state| !training_state.events.is_empty());
    program.kill().unwrap();
    program.wait().unwrap();
    assert!(trainer.training.continue_run(&killed, DeviceChoice::Cpu));
    trainer.waits_for(Status::Finished);
    assert_eq!(rows(&killed), rows(&whole.run));
    same_weights(&killed, &whole.run);

    // A run of the editor is watched in a terminal, and in TensorBoard.
    let watched =
        Command::new(env!("CARGO_BIN_EXE_scenewright")).args(["train", "--watch"]).arg(&killed).output().unwrap();
    let said = String::from_utf8(watched.stdout).unwrap();
    assert!(watched.status.success() && said.contains("step 60/60") && said.contains("held out"), "{said}");
    assert!(killed.join("tensorboard").read_dir().unwrap().count() >= 2, "a file a session");
}

#[test]
fn rolling_back_goes_the_same_way_again() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let plan = trainer.plan("run", &[]);
    trainer.trains_to_the_end(plan.clone());
    let before = rows(&plan.run);
    assert!(trainer.training.roll_back(&plan.run, &plan.run.join("checkpoints/000000004")));
    trainer.waits_for(Status::Paused { in_memory: false });
    {
        let training_state = trainer.training.state();
        let run = training_state.run.as_ref().unwrap();
        assert_eq!((run.step, run.sheets.len()), (4, 1), "what came later is gone from the window");
        assert_eq!(run.curves.get("total_loss").unwrap().points.len(), 4);
    }
    assert!(trainer.training.resume(DeviceChoice::Cpu));
    trainer.waits_for(Status::Finished);
    assert_eq!(rows(&plan.run), before);
}

#[test]
fn a_checkpoint_is_kept_as_a_model_started_from_and_deleted() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let plan = trainer.plan("run", &[]);
    trainer.trains_to_the_end(plan.clone());
    let keep = |name: &str| StoreRequest::Keep { checkpoint: plan.run.join("checkpoints/best"), name: name.to_owned() };
    trainer.training.request(keep("meadow"));
    trainer.waits_until("the model", |training_state| {
        training_state.events.iter().any(|event| matches!(event, TrainingEvent::Kept(_)))
    });
    trainer.training.request(StoreRequest::Look);
    let path = home.path().join("models/meadow");
    let is_there = |path: &std::path::Path| {
        let path = path.to_owned();
        move |training_state: &scenewright::engine::training::TrainingState| {
            training_state.models.as_ref().is_some_and(|models| models.iter().any(|model| model.start.path == path))
        }
    };
    trainer.waits_until("it in the list", is_there(&path));
    let model = ModelFolder::open(&path).unwrap();
    assert!(!path.join("state.safetensors").exists(), "what only training needs is not kept");
    // A name that is taken is refused.
    trainer.training.request(keep("meadow"));
    trainer.waits_until("a refusal", |training_state| {
        training_state
            .events
            .iter()
            .any(|event| matches!(event, TrainingEvent::Failed(text) if text.contains("exists")))
    });

    let start = Start {
        path: path.clone(),
        name: "meadow".into(),
        config: model.config,
        has_discriminators: false,
        knows_lights: false,
    };
    let next = Plan {
        run: home.path().join("runs/next"),
        start: Some(start),
        recipe: Recipe::QuickFineTune,
        changed: [("iterations", "2"), ("batch_size", "2"), ("keep.validation_scenes", "2")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .to_vec(),
        device: DeviceChoice::Cpu,
        ..Plan::default()
    };
    assert!(trainer.training.preflight(next.clone()));
    trainer.waits_until("the trial", |training_state| training_state.dry_run.is_some());
    {
        let training_state = trainer.training.state();
        let trial = training_state.dry_run.as_ref().unwrap().as_ref().unwrap();
        assert!(trial.words.new.is_empty() && trial.words.count > 50, "{:?}", trial.words);
        assert!(trial.total > trial.step && trial.steps == 2);
        if cfg!(target_os = "linux") {
            assert!(trial.free_mib.is_some() && trial.memory_mib.is_some());
        }
        assert!(!next.run.exists(), "a trial leaves nothing");
    }
    trainer.trains_to_the_end(next.clone());
    let first = ModelFolder::open(&next.run.join("checkpoints/last")).unwrap();
    assert_eq!(first.config, ModelFolder::open(&path).unwrap().config);

    trainer.training.request(StoreRequest::Delete(path.clone()));
    trainer.waits_until("it gone from the list", |training_state| {
        !is_there(&path)(training_state) && training_state.models.is_some()
    });
    assert!(!path.exists());
    let training_state = trainer.training.state();
    let bundled =
        training_state.models.as_ref().unwrap().iter().filter(|model| model.origin == Origin::Bundled).count();
    assert!(bundled > 0, "the bundled ones are listed");
}
