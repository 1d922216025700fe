//! The decoders learn; a run goes on exactly.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::Device;
use scenewright::checkpoint::{ModelFolder, Weights};
use scenewright::model::collage::{CollageConfig, Sizes};
use scenewright::train::collage::samples::Atlas;
use scenewright::train::collage::step::{CollageTrainer, SpriteBatch, StuffBatch};
use scenewright::train::collage::{CollageRun, CollageTrainConfig};
use scenewright::train::run::{Ended, Event};
use scenewright::train::{AnyConfig, AnyRun};
use tempfile::TempDir;

fn config() -> CollageTrainConfig {
    let set: Vec<String> = [
        "iterations=6",
        "batch_size=6",
        "from_pixels=2",
        "stuff_batch_size=3",
        "keep.validate_every=4",
        "keep.validation_scenes=4",
        "keep.last_every=3",
    ]
    .map(str::to_owned)
    .to_vec();
    let AnyConfig::Collage(config) = AnyConfig::assemble(Some("collage"), None, &set).unwrap() else {
        panic!("the preset is a collage's")
    };
    CollageTrainConfig { model: CollageConfig::tiny(), ..*config }
}

fn atlas() -> &'static Atlas {
    static ATLAS: OnceLock<Atlas> = OnceLock::new();
    ATLAS.get_or_init(|| Atlas::new(&[], None).unwrap())
}

fn trainer(config: &CollageTrainConfig) -> CollageTrainer {
    let (vocab, looks) = (atlas().vocab(), atlas().looks());
    let sizes =
        Sizes { objects: vocab.object_count(), predicates: vocab.predicate_count(), variants: looks.variant_count() };
    CollageTrainer::new(config, &config.model, sizes, &Device::Cpu).unwrap()
}

fn batches() -> (SpriteBatch, StuffBatch) {
    let sprites: Vec<_> = (0..8).map(|i| atlas().sprite(i * 45, i as u64, i > 5).unwrap()).collect();
    let stuff: Vec<_> = (0..24).map(|i| atlas().stuff(i).unwrap()).collect();
    (SpriteBatch::new(&sprites, 2, &Device::Cpu).unwrap(), StuffBatch::new(&stuff, &Device::Cpu).unwrap())
}

#[test]
fn every_sample_follows_from_its_seed_and_is_lit_within_its_alpha() {
    let looks = atlas().looks();
    assert_eq!(looks.light_count(), CollageConfig::default().lights);
    assert!(looks.problems().is_empty(), "{:?}", looks.problems());
    let lights = looks.light_count() as u32;
    for seed in 0..60u64 {
        let sprite = atlas().sprite(seed as usize * 7, seed, false).unwrap();
        assert_eq!(sprite, atlas().sprite(seed as usize * 7, seed, false).unwrap());
        let stuff = atlas().stuff(seed).unwrap();
        assert_eq!(stuff, atlas().stuff(seed).unwrap());
        assert!(sprite.light < lights && stuff.light < lights);
        for pixels in [&sprite.pixels, &stuff.pixels, &stuff.guide] {
            assert_eq!(pixels.len(), 64 * 64 * 4);
            assert!(pixels.chunks_exact(4).all(|p| p[..3].iter().all(|c| *c <= p[3].saturating_add(2))));
        }
        assert!(sprite.pixels.iter().skip(3).step_by(4).any(|&alpha| alpha > 200), "{seed} is empty");
    }
}

#[test]
fn gradients_reach_every_parameter_and_the_loss_falls() {
    let mut trainer = trainer(&config());
    let (sprites, stuff) = batches();
    let values = |trainer: &CollageTrainer| -> Vec<(String, Vec<f32>)> {
        let read = |(name, var): (String, candle_core::Var)| (name, var.flatten_all().unwrap().to_vec1().unwrap());
        trainer.learner.parameters.all().into_iter().map(read).collect()
    };
    let before = values(&trainer);
    let first = trainer.step(Some(&sprites), Some(&stuff), 1).unwrap().get("total_loss").unwrap();
    // Where there is no haze yet its colour cannot learn; a step later there is some.
    trainer.step(Some(&sprites), Some(&stuff), 2).unwrap();
    for ((name, before), (_, after)) in
        before.iter().zip(values(&trainer)).filter(|((name, _), _)| !name.contains("bank"))
    {
        assert_ne!(*before, after, "{name} does not learn");
    }
    trainer.set_learning_rate(5e-3);
    let mut last = first;
    for seed in 3..40 {
        last = trainer.step(Some(&sprites), Some(&stuff), seed).unwrap().get("total_loss").unwrap();
    }
    assert!(last < 0.6 * first, "{first} -> {last}");
}

fn state(run: &Path) -> Vec<(String, Vec<f32>)> {
    let file = Weights::open(&run.join("checkpoints/last/state.safetensors")).unwrap();
    let names: Vec<String> = file.names().map(str::to_owned).collect();
    names.into_iter().map(|name| (name.clone(), file.values(&name).unwrap())).collect()
}

#[test]
fn a_run_that_is_stopped_goes_on_exactly() {
    let folder = TempDir::new().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let mut run = CollageRun::create(&whole, config(), None, &Device::Cpu).unwrap();
    assert_eq!(run.go(&AtomicBool::new(false), &mut |_| {}).unwrap(), Ended::Finished);
    let stop = AtomicBool::new(false);
    let mut run = CollageRun::create(&parts, config(), None, &Device::Cpu).unwrap();
    let mut watch = |event: Event<'_>| {
        if matches!(event, Event::Step { step: 3, .. }) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    assert_eq!(run.go(&stop, &mut watch).unwrap(), Ended::Stopped);
    drop(run);
    let mut run = AnyRun::resume(&parts, &Device::Cpu).unwrap();
    assert_eq!(run.go(&AtomicBool::new(false), &mut |_| {}).unwrap(), Ended::Finished);
    assert!(state(&whole) == state(&parts), "the weights differ");
    assert!(parts.join("samples/000000004.png").is_file());
    ModelFolder::open(&parts.join("checkpoints/last")).unwrap();
    assert!(fs::read_to_string(parts.join("metrics.csv")).unwrap().lines().count() >= 7);
}

#[test]
fn settings_say_what_is_wrong() {
    for (setting, names) in [
        ("from_pixels=90", "from_pixels"),
        ("batch_size=0", "batch_size"),
        ("model.image_size=[8, 64]", "image_size"),
        ("colour=1", "colour"),
        ("keep.last_every=0", "last_every"),
    ] {
        let said = AnyConfig::assemble(Some("collage"), None, &[setting.to_owned()]).unwrap_err().to_string();
        assert!(said.contains(names), "{setting}: {said}");
    }
}
