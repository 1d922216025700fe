//! Tiny untrained models, samples and a classifier of a few steps.

use std::path::Path;
use std::sync::OnceLock;

use scenewright_data::{Dataset, Sample, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_eval::classifier::{self, ClassifierTrainConfig, Trained};
use scenewright_eval::{BenchmarkOptions, EvalError, Model, Progress, untrained};
use scenewright_generate::Generator;
use scenewright_model::checkpoint::{ModelConfig, Sg2ImConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::vocab::Vocabulary;
use tempfile::TempDir;

/// The smallest network that draws 32 × 32 pixels.
pub fn config() -> Sg2ImConfig {
    Sg2ImConfig {
        image_size: (32, 32),
        embedding_dim: 8,
        gconv_dim: 8,
        gconv_hidden_dim: 16,
        gconv_num_layers: 2,
        refinement_dims: vec![8, 8],
        mask_size: Some(4),
        layout_noise_dim: 4,
        ..Sg2ImConfig::default()
    }
}

/// An untrained model folder with the words of the illustrated world, or others.
pub fn model_folder(dir: &Path, vocab: &Vocabulary) {
    untrained::write(dir, &ModelConfig::Sg2Im(config()), &vocab.to_sg2im(), 7).unwrap();
}

pub fn model(vocab: &Vocabulary) -> Model {
    let place = TempDir::new().unwrap();
    let path = place.path().join("model");
    model_folder(&path, vocab);
    Model { name: "tiny".into(), generator: Generator::open(&path, DeviceChoice::Cpu).unwrap() }
}

pub fn options() -> BenchmarkOptions {
    BenchmarkOptions {
        scenes: 12,
        stats_scenes: 200,
        diversity_graphs: 2,
        diversity_seeds: 2,
        stability_graphs: 3,
        ..BenchmarkOptions::default()
    }
}

/// A token that nothing cancels.
pub fn never() -> CancellationToken {
    CancellationToken::new()
}

pub fn unwatched(_: Progress) {}

pub fn samples(count: u64) -> Vec<Sample> {
    samples_of(32, count)
}

pub fn samples_of(side: usize, count: u64) -> Vec<Sample> {
    let config = WorldConfig { split: Split::Test, width: side, height: side, mask_side: 4, ..WorldConfig::default() };
    let world = IllustratedWorld::new(config).unwrap();
    (0..count).map(|index| world.sample(index).unwrap()).collect()
}

pub fn few_steps() -> ClassifierTrainConfig {
    ClassifierTrainConfig {
        steps: Some(6),
        batch: 16,
        sides: vec![32],
        test_scenes: 6,
        ..ClassifierTrainConfig::default()
    }
}

/// A classifier of a few steps, trained once.
pub fn trained() -> &'static Trained {
    static SHARED: OnceLock<Trained> = OnceLock::new();
    SHARED.get_or_init(|| train(&few_steps()).unwrap())
}

/// Trains in a folder that does not stay.
pub fn train(config: &ClassifierTrainConfig) -> Result<Trained, EvalError> {
    let place = TempDir::new().unwrap();
    classifier::train(config, &place.path().join("run"), &never(), &mut unwatched)
}

pub fn classifier_folder(dir: &Path) {
    classifier::write(dir, &trained().card, &trained().tensors).unwrap();
}
