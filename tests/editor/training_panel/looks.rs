//! The panel as pictures, for a person to look at: `SCENEWRIGHT_LOOKS=folder`.

use std::collections::HashSet;

use egui_kittest::kittest::Queryable;
use scenewright::engine::training::Status;
use tempfile::TempDir;

use crate::training_panel::trainee::Trainee;

#[test]
fn the_panel_is_painted_in_both_themes() {
    for theme in ["Dark", "Light"] {
        let mut trainee = Trainee::at(TempDir::new().unwrap(), [1440.0, 1300.0]);
        trainee.person.window.get_by_label_contains("View").click();
        trainee.person.window.run();
        trainee.person.window.get_by_label_contains(theme).click();
        trainee.person.window.run();
        trainee.waits_until("the models", |training_state| training_state.models.is_some());
        let name = |part: &str| format!("training-{part}-{}", theme.to_lowercase());
        trainee.person.shows(&name("setup"));
        trainee.person.clicks("Run");
        trainee.person.shows(&name("empty"));
        trainee.person.clicks("New run");
        let settings = [
            ("iterations", "60"),
            ("keep.last_every", "10"),
            ("keep.checkpoint_every", "20"),
            ("keep.validate_every", "10"),
        ];
        trainee.prepares("meadow", &settings);
        trainee.person.clicks_last_with("Advanced");
        trainee.person.shows(&name("advanced"));
        trainee.person.clicks_last_with("Advanced");
        trainee.person.clicks("Check first");
        trainee.waits_until("the trial", |training_state| training_state.dry_run.is_some());
        trainee.person.shows(&name("checked"));
        trainee.person.clicks("Start training");
        trainee.waits_for(Status::Finished);
        trainee.waits_until("the scene", |training_state| {
            training_state.run.as_ref().is_some_and(|run| run.scenes.iter().any(|s| s.step == 60))
        });
        trainee.person.waits_for_words("Your scene at step 60");
        let image = trainee.person.shows(&name("run"));
        let colors: HashSet<[u8; 4]> = image.pixels().map(|pixel| pixel.0).collect();
        assert!(colors.len() > 300, "{} colors", colors.len());
        trainee.person.clicks("Models and runs");
        trainee.person.shows(&name("models"));
    }
}
