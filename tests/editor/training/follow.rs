//! Weights of a run under way, for the renderer; and the user's scene beside every sheet.

use std::time::Duration;

use scenewright::engine::training::StoreRequest;
use scenewright::engine::{Engine, Event, Quality, RenderPurpose, RenderRequest};
use scenewright_formats::scenes_from_str;
use tempfile::TempDir;

use crate::training::trainer::Trainer;

#[test]
fn the_picture_follows_and_the_scene_joins_the_samples() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenes/sheep.json")).unwrap();
    let scene = scenes_from_str(&text).unwrap().remove(0);
    trainer.training.set_scene(&scene);
    trainer.training.follow(Some(Duration::from_millis(1)));
    let plan = trainer.plan("run", &[]);
    trainer.trains_to_the_end(plan.clone());
    trainer.waits_until("weights of the last step", |training_state| {
        training_state.ready.as_ref().is_some_and(|ready| ready.facts.training_step == Some(12))
    });
    let scenes = trainer.training.state().run.as_ref().unwrap().scenes.clone();
    assert_eq!(scenes.last().map(|sample| sample.step), Some(12), "{scenes:?}");

    // The worker that draws takes it over without opening anything.
    let engine = Engine::start(|| {}).unwrap();
    let ready = trainer.training.state().ready.take().unwrap();
    engine.set_model(ready);
    let draw = RenderRequest { changes: 0, step: None, scene, quality: Quality::Full, purpose: RenderPurpose::Live };
    engine.render(draw).unwrap();
    let mut seen = (None, None);
    while seen.0.is_none() || seen.1.is_none() {
        for event in engine.events() {
            match event {
                Event::ModelOpened(facts) => seen.0 = facts.training_step,
                Event::Rendered(drawn) => seen.1 = Some(drawn.picture),
                other => panic!("{other:?}"),
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(seen.0, Some(12));

    // A sheet in pixels, and the numbers as a file.
    let sheet = trainer.training.state().run.as_ref().unwrap().sheets[0].path.clone();
    trainer.training.request(StoreRequest::Sheet { path: sheet.clone(), scene: false });
    trainer.waits_until("the sheet", |training_state| {
        training_state.sheet.as_ref().is_some_and(|image| image.path == sheet)
    });
    {
        let training_state = trainer.training.state();
        let image = training_state.sheet.as_ref().unwrap();
        assert_eq!(image.rgb.len(), 3 * image.width * image.height);
    }
    let to = home.path().join("losses.csv");
    trainer.training.request(StoreRequest::Export { run: plan.run.clone(), to: to.clone() });
    trainer.waits_until("the file", |_| to.exists());
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(plan.run.join("metrics.csv")).unwrap());
}

#[test]
fn nobody_follows_unless_asked() {
    let home = TempDir::new().unwrap();
    let trainer = Trainer::at(home.path());
    let plan = trainer.plan("run", &[]);
    trainer.trains_to_the_end(plan.clone());
    assert!(trainer.training.state().ready.is_none());
    assert!(!plan.run.join("checkpoints/snapshot").exists());
}
