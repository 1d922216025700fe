//! The decoders learn; a run goes on exactly.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use candle_core::Device;
use scenewright_model::checkpoint::{ModelFolder, Weights};
use scenewright_model::collage::{CollageConfig, Sizes};
use scenewright_nn::cancel::CancellationToken;
use scenewright_train::collage::CollageTrainConfig;
use scenewright_train::collage::samples::Atlas;
use scenewright_train::collage::step::{CollageLearner, SpriteBatch, StuffBatch};
use scenewright_train::run::{Outcome, RunEvent};
use scenewright_train::{AnyConfig, Compute, Trainer, any_run};
use tempfile::TempDir;

fn config() -> CollageTrainConfig {
    let set: Vec<String> = [
        "iterations=6",
        "batch_size=6",
        "from_pixels=2",
        "stuff_batch_size=3",
        "large_batch_size=3",
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

fn trainer(config: &CollageTrainConfig) -> CollageLearner {
    let (vocab, looks) = (atlas().vocab(), atlas().looks());
    let sizes =
        Sizes { objects: vocab.object_count(), predicates: vocab.predicate_count(), variants: looks.variant_count() };
    CollageLearner::new(config, &config.model, sizes, &Device::Cpu).unwrap()
}

fn batches() -> (SpriteBatch, StuffBatch, SpriteBatch) {
    let sprites: Vec<_> = (0..8).map(|i| atlas().sprite(i * 45, i as u64, i > 5).unwrap()).collect();
    let stuff: Vec<_> = (0..24).map(|i| atlas().stuff(i).unwrap()).collect();
    let large: Vec<_> = (0..4).map(|i| atlas().large_sprite(i * 90, i as u64, i > 2).unwrap()).collect();
    let of = |samples: &[_], from_pixels| SpriteBatch::new(samples, from_pixels, &Device::Cpu).unwrap();
    (of(&sprites, 2), StuffBatch::new(&stuff, &Device::Cpu).unwrap(), of(&large, 1))
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
        // At twice the size it is the same drawing: its squares of four have the mean that the small one has, nearly.
        let large = atlas().large_sprite(seed as usize * 7, seed, false).unwrap();
        assert_eq!((large.side, large.pixels.len()), (128, 128 * 128 * 4));
        assert_eq!(
            (large.class, large.variant, large.colors, large.light),
            (sprite.class, sprite.variant, sprite.colors, sprite.light)
        );
        let mean = |pixels: &[u8]| pixels.iter().map(|&c| f64::from(c)).sum::<f64>() / pixels.len() as f64;
        assert!((mean(&large.pixels) - mean(&sprite.pixels)).abs() < 3.0, "{seed}");
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
    let (sprites, stuff, large) = batches();
    let values = |trainer: &CollageLearner| -> Vec<(String, Vec<f32>)> {
        let read = |(name, var): (String, candle_core::Var)| (name, var.flatten_all().unwrap().to_vec1().unwrap());
        trainer.net.parameters.all().into_iter().map(read).collect()
    };
    let before = values(&trainer);
    let first = trainer.step(Some(&sprites), Some(&stuff), Some(&large), 1).unwrap().get("total_loss").unwrap();
    // Where there is no haze yet its color cannot learn; a step later there is some.
    trainer.step(Some(&sprites), Some(&stuff), Some(&large), 2).unwrap();
    for ((name, before), (_, after)) in
        before.iter().zip(values(&trainer)).filter(|((name, _), _)| !name.contains("bank") && name != "light.lamps")
    {
        assert_ne!(*before, after, "{name} does not learn");
    }
    trainer.set_learning_rate(5e-3);
    let mut last = first;
    for seed in 3..40 {
        last = trainer.step(Some(&sprites), Some(&stuff), Some(&large), seed).unwrap().get("total_loss").unwrap();
    }
    assert!(last < 0.6 * first, "{first} -> {last}");
}

/// Large drawings by themselves teach their stage, and what comes before it.
#[test]
fn the_stage_for_large_things_learns() {
    let mut trainer = trainer(&config());
    let (_, _, large) = batches();
    let read = |trainer: &CollageLearner, name: &str| -> Vec<f32> {
        trainer.net.parameters.get(name).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    };
    let learn = ["sprite.large.weight", "sprite.large.style.weight", "sprite.large.out.bias", "sprite.mix.0.weight"];
    let before = learn.map(|name| read(&trainer, name));
    trainer.set_learning_rate(3e-3);
    let mut losses = Vec::new();
    for seed in 0..24 {
        losses.push(trainer.step(None, None, Some(&large), seed).unwrap().get("large_colour").unwrap());
    }
    for (name, before) in learn.iter().zip(before) {
        assert_ne!(before, read(&trainer, name), "{name} does not learn");
    }
    assert!(losses[23] < 0.9 * losses[0], "{losses:?}");
}

fn state(run: &Path) -> Vec<(String, Vec<f32>)> {
    let file = Weights::open(&run.join("checkpoints/last/state.safetensors")).unwrap();
    let names: Vec<String> = file.names().map(str::to_owned).collect();
    names.into_iter().map(|name| (name.clone(), file.values(&name).unwrap())).collect()
}

#[test]
fn a_run_that_is_stopped_goes_on_exactly() {
    let config = config();
    let folder = TempDir::new().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let mut run = Trainer::create(&whole, config.clone(), None, &Compute::cpu()).unwrap();
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
    let cancel = CancellationToken::new();
    let mut run = Trainer::create(&parts, config.clone(), None, &Compute::cpu()).unwrap();
    let mut watch = |event: RunEvent<'_>| {
        if matches!(event, RunEvent::Step { step: 3, .. }) {
            cancel.cancel();
        }
    };
    assert_eq!(run.run(&cancel, &mut watch).unwrap(), Outcome::Stopped);
    drop(run);
    let mut run = any_run::resume(&parts, &Compute::cpu()).unwrap();
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
    assert!(state(&whole) == state(&parts), "the weights differ");
    assert!(parts.join("samples/000000004.png").is_file());
    ModelFolder::open(&parts.join("checkpoints/last")).unwrap();
    assert!(fs::read_to_string(parts.join("metrics.csv")).unwrap().lines().count() >= 7);
}

/// Version 0.1 had an adversarial stage, and wrote of a network over the finished picture that there was none.
#[test]
fn settings_of_version_0_1_are_read_and_removed_ones_ignored() {
    const OLD: &str = "\
        architecture = \"collage\"\niterations = 600\n\
        [losses]\ncolour = 3.0\nadversarial = 0.05\ncategory = 0.02\nfeatures = 1.0\n\
        [model]\nimage_size = [128, 256]\nrefiner = \"none\"\n";
    let read = CollageTrainConfig::from_toml(OLD, "config.toml").unwrap();
    let mut wanted = CollageTrainConfig {
        iterations: 600,
        model: CollageConfig { image_size: (128, 256), ..Default::default() },
        ..Default::default()
    };
    wanted.losses.color = 3.0;
    assert_eq!(read, wanted);
    let written = AnyConfig::Collage(Box::new(read)).to_toml().unwrap();
    for key in ["adversarial", "category", "features", "refiner"] {
        assert!(!written.contains(key), "{key}: {written}");
    }
    let unknown = CollageTrainConfig::from_toml(&OLD.replace("adversarial", "adversary"), "config.toml").unwrap_err();
    assert!(unknown.to_string().contains("adversary"), "{unknown}");
}

#[test]
fn settings_say_what_is_wrong() {
    for (setting, names) in [
        ("from_pixels=90", "from_pixels"),
        ("large_batch_size=0", "large_batch_size"),
        ("model.sprite.large=9999", "sprite.large"),
        ("model.sprite.detail=9999", "sprite.detail"),
        ("batch_size=0", "batch_size"),
        ("model.image_size=[8, 64]", "image_size"),
        ("colour=1", "colour"),
        ("keep.last_every=0", "last_every"),
    ] {
        let said = AnyConfig::assemble(Some("collage"), None, &[setting.to_owned()]).unwrap_err().to_string();
        assert!(said.contains(names), "{setting}: {said}");
    }
}

/// Lamps shine by night and in the evening, as much as the world paints them, and no iteration moves that.
#[test]
fn lamps_are_given_and_stay() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("run");
    let config = CollageTrainConfig { iterations: 2, ema_decay: 0.9, ..config() };
    let mut run = Trainer::create(&path, config, None, &Compute::cpu()).unwrap();
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
    let weights = Weights::open(&path.join("checkpoints/last/weights.safetensors")).unwrap();
    let hours = [0.0, 0.0, 0.7, 0.95];
    let outdoors = hours.iter().flat_map(|&hour| [hour; 4]);
    let wanted: Vec<f32> = outdoors.chain(hours).collect();
    assert_eq!(weights.values("light.lamps").unwrap(), wanted);
}
