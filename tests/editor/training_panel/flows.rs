//! What a person does at the panel, and what it says then.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use scenewright::engine::training::Status;
use tempfile::TempDir;

use crate::training_panel::trainee::{Trainee, WINDOW};

const SETTINGS: [(&str, &str); 4] =
    [("iterations", "16"), ("keep.last_every", "4"), ("keep.checkpoint_every", "8"), ("keep.validate_every", "4")];

#[test]
fn a_run_is_begun_watched_kept_and_drawn_with() {
    let mut trainee = Trainee::new();
    assert!(trainee.person.sees("Quick fine-tune") && trainee.person.sees("Illustrated world"));
    trainee.prepares("first", &SETTINGS);
    trainee.person.clicks("Start training");
    trainee.waits_for(Status::Finished);
    assert!(trainee.run_folder("first").join("config.toml").is_file());
    for words in [
        "16 of 16 steps",
        "Losses at step 16: total_loss",
        "Step of the samples",
        "Samples of held-out scenes",
        "best held-out loss",
    ] {
        trainee.person.waits_for_words(words);
    }
    // The scene that was open was drawn with every sheet.
    trainee.waits_until("the scene at the end", |training_state| {
        training_state.run.as_ref().is_some_and(|run| run.scenes.last().is_some_and(|sample| sample.step == 16))
    });
    trainee.person.waits_for_words("Your scene at step 16");

    trainee.person.shows("training-whole");
    // A curve is drawn, and not.
    assert!(trainee.person.sees("Losses at step 16: total_loss"));
    trainee.person.clicks("Curve total_loss");
    assert!(!trainee.person.sees("Losses at step 16: total_loss"));
    trainee.person.clicks("Curve L1_pixel_loss");
    assert!(trainee.person.sees("L1_pixel_loss"));

    trainee.person.clicks_last("Keep as a model …");
    trainee.writes_into("Name of the model", "my first");
    trainee.person.clicks("Keep");
    trainee.waits_until("the model in the list", |training_state| {
        training_state.models.as_ref().is_some_and(|models| models.iter().any(|model| model.start.name == "my first"))
    });
    assert!(trainee.is_kept("my first"));
    trainee.person.clicks("Models and runs");
    assert!(trainee.person.sees("my first") && trainee.person.sees("your own"));

    // Two models on one scene.
    trainee.person.clicks("Compare with my first");
    trainee.person.waits_for_words("Picture of my first");
    assert!(trainee.person.sees("used in the editor"));
    trainee.person.clicks("Close the comparison");
    assert!(!trainee.person.sees("Picture of my first"));

    trainee.person.clicks("Draw with my first");
    trainee.person.waits_for_words("in use");
    trainee.person.waits_for_the_picture();

    // Its card, and deleting asks first.
    trainee.person.clicks("Model card of my first");
    trainee.person.waits_for_words("# Model card");
    trainee.person.clicks("Close");
    trainee.person.clicks("Delete my first");
    assert!(trainee.person.sees("Delete my first?") && trainee.is_kept("my first"));
    trainee.person.clicks("Cancel");
    assert!(trainee.is_kept("my first"));
    trainee.person.clicks("Delete my first");
    trainee.person.clicks_last("Delete");
    trainee.waits_until("it gone", |training_state| {
        training_state.models.as_ref().is_some_and(|models| models.iter().all(|model| model.start.name != "my first"))
    });
    assert!(!trainee.is_kept("my first"));
}

#[test]
fn a_run_is_paused_resumed_stopped_and_continued_after_a_restart() {
    let mut trainee = Trainee::new();
    trainee
        .prepares("long", &[("iterations", "100000"), ("keep.validate_every", "100000"), ("keep.last_every", "1000")]);
    trainee.person.clicks("Start training");
    trainee.waits_for(Status::Running);
    trainee.waits_until("a step", |training_state| training_state.run.as_ref().is_some_and(|run| run.step > 2));
    trainee.person.clicks("Pause");
    trainee.waits_for(Status::Paused { in_memory: true });
    assert!(trainee.person.sees("paused, in memory"));
    let step = trainee.state(|training_state| training_state.run.as_ref().unwrap().step);
    trainee.person.clicks("Resume");
    trainee.waits_until("more steps", |training_state| training_state.run.as_ref().is_some_and(|run| run.step > step));
    assert!(trainee.person.sees("of 100,000 steps"));
    // The words of the scene go on while it trains.
    trainee.person.says("add a cow");
    assert!(trainee.person.objects().contains(&"cow".to_owned()));
    trainee.person.clicks("Stop");
    trainee.waits_for(Status::Idle);
    let step = trainee.state(|training_state| training_state.run.as_ref().unwrap().step);
    let Trainee { person, home } = trainee;
    drop(person);

    let mut trainee = Trainee::at(home, WINDOW);
    // The scene was never saved: what a kill would leave is offered first.
    trainee.person.waits_for_words("Unsaved work was found");
    trainee.person.clicks("Keep for later");
    trainee.person.clicks("Models and runs");
    trainee.person.waits_for_words("long");
    trainee.person.clicks("Show long");
    trainee.waits_until("the run", |training_state| training_state.run.is_some());
    assert!(trainee.person.sees("not running"));
    trainee.person.clicks("Continue");
    trainee.waits_until("more steps", |training_state| training_state.run.as_ref().is_some_and(|run| run.step > step));
    // Closing the program saves the run: nothing is lost.
    let Trainee { person, home } = trainee;
    drop(person);
    let state = std::fs::read_to_string(home.path().join("runs/long/checkpoints/last/state.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&state).unwrap();
    assert!(saved["step"].as_u64().unwrap() > step, "{state}");
}

#[test]
fn the_picture_follows_the_training_model_and_goes_back() {
    let mut trainee = Trainee::new();
    trainee
        .prepares("run", &[("iterations", "100000"), ("keep.validate_every", "100000"), ("keep.last_every", "1000")]);
    trainee.person.clicks("Start training");
    trainee.waits_for(Status::Running);
    let before = trainee.person.editor().picture().unwrap();
    trainee.person.clicks("Preview with the model in training");
    trainee.person.waits_for_words("run, step ");
    trainee.person.waits_for_the_picture();
    let follows = trainee.person.editor().picture().unwrap();
    assert!(before.rgb != follows.rgb, "another network draws");
    trainee.person.clicks("Preview with the model in training");
    trainee.person.waits_until("the model from before", |editor| {
        editor.is_up_to_date() && editor.picture().is_some_and(|picture| picture.rgb == before.rgb)
    });
    trainee.person.clicks("Stop");
    trainee.waits_for(Status::Idle);
}

#[test]
fn what_cannot_begin_says_why_and_what_was_measured_is_shown() {
    let mut trainee = Trainee::new();
    trainee.prepares("run", &[("batch_size", "0")]);
    assert!(trainee.person.sees("batch_size is 0"));
    trainee.person.clicks("Start training");
    assert_eq!(trainee.state(|training_state| training_state.status), Status::Idle, "a button that cannot be clicked");
    trainee.person.clicks_last_with("Advanced: 1 changed");
    trainee.person.clicks("Reset all");
    trainee.person.clicks("Check first");
    trainee.waits_until("the trial", |training_state| training_state.dry_run.is_some());
    for words in ["Measured on a few steps", "for 20 steps", "images a second", "all learned from scratch"] {
        assert!(trainee.person.sees(words), "{words}");
    }
    assert!(!trainee.run_folder("run").exists());
    // A value of the wrong kind names its setting.
    trainee.writes_into("Search settings", "learning_rate");
    trainee.writes_into("learning_rate", "fast");
    assert!(trainee.person.sees("learning_rate cannot be fast"));
}

#[test]
fn a_run_that_fails_says_so_everywhere_and_can_be_resumed() {
    let mut trainee = Trainee::new();
    trainee.prepares("wild", &[("losses.bbox_pred_loss_weight", "1e300")]);
    trainee.person.clicks("Check first");
    trainee.waits_until("the trial", |training_state| training_state.dry_run.is_some());
    assert!(trainee.person.sees("no longer finite"));
    // A user who continues all the same is warned, too.
    trainee.person.clicks("Start training");
    trainee.waits_until("the trial", |training_state| {
        training_state.dry_run.is_some() && training_state.status == Status::Idle
    });
    assert_eq!(
        trainee.state(|training_state| training_state.status),
        Status::Idle,
        "nothing begins that failed its trial"
    );
}

#[test]
fn every_part_is_reached_by_keys_and_has_a_name() {
    let mut trainee = Trainee::new();
    trainee.waits_until("the models", |training_state| training_state.models.is_some());
    trainee.person.window.get_by_label("New run").focus();
    trainee.person.window.run();
    let wanted = [
        "Models and runs",
        "Quick fine-tune",
        "From scratch",
        "Illustrated world",
        "Name of the run",
        "Start training",
    ];
    let mut met = Vec::new();
    for _ in 0..40 {
        trainee.person.presses(Modifiers::NONE, Key::Tab);
        for name in wanted {
            let has_focus = trainee.person.window.query_all_by_label(name).any(|node| node.is_focused());
            if has_focus && !met.contains(&name) {
                met.push(name);
            }
        }
    }
    let missing: Vec<_> = wanted.iter().filter(|name| !met.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_narrow_window_shows_all_of_it() {
    let trainee = Trainee::at(TempDir::new().unwrap(), [420.0, 900.0]);
    assert!(trainee.person.sees("New run"));
}

#[test]
fn names_and_settings_are_typed_key_by_key_and_in_one_frame() {
    let mut trainee = Trainee::new();
    trainee.waits_until("the models", |training_state| training_state.models.is_some());
    trainee.person.clicks("From scratch");
    let value = |trainee: &Trainee, field: &str| {
        let field = trainee.person.window.get_by_role_and_label(egui::accesskit::Role::TextInput, field);
        field.value().unwrap_or_default()
    };
    // Key by key: a space at the end is not taken away before the next word.
    trainee.writes_into("Name of the run", "");
    for letter in "my meadow".chars() {
        trainee.person.writes(&letter.to_string());
    }
    assert_eq!(value(&trainee, "Name of the run"), "my meadow");
    // All at once, twice: what follows Enter takes the place of what was there.
    trainee.writes_into("Name of the run", "");
    trainee.person.types_in_one_frame("first try\nsecond try\n");
    assert_eq!(value(&trainee, "Name of the run"), "second try");
    trainee.person.clicks_last_with("Advanced");
    trainee.writes_into("Search settings", "");
    trainee.person.types_in_one_frame("keep.last_every\n");
    trainee.writes_into("keep.last_every", "");
    trainee.person.types_in_one_frame("12\n");
    assert_eq!(value(&trainee, "keep.last_every"), "12");
    trainee.person.types_in_one_frame("34\n");
    assert_eq!(value(&trainee, "keep.last_every"), "34");
}
