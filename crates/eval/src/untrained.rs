//! The untrained baseline: the same configuration with random weights. The difference to it is what a model has learned.

use std::io;
use std::path::Path;

use candle_core::Device;
use serde_json::Value as Json;

use super::EvalError;
use super::scene_generator::Model;
use scenewright_generate::Generator;
use scenewright_model::checkpoint::folder::{self, Contents, TensorSource};
use scenewright_model::checkpoint::{FolderError, ModelConfig, StoredType, check_vocab};
use scenewright_model::collage::{Collage, Sizes};
use scenewright_model::sg2im::Sg2Im;
use scenewright_nn::device::DeviceChoice;
use scenewright_nn::parameters::Parameters;
use scenewright_scene::vocab::{Looks, Vocabulary};

/// Writes a model folder with untrained weights. `vocab` in the reference's form.
pub fn write(target: &Path, config: &ModelConfig, vocab: &Json, seed: u64) -> Result<(), EvalError> {
    // Counted as a model folder counts: by the lists of names.
    let broken = |problem: String| FolderError::Json { problem, path: target.to_owned() };
    let size = check_vocab(vocab).map_err(|problems| broken(problems.join("; ")))?;
    let parameters = Parameters::new(seed, &Device::Cpu);
    match config {
        ModelConfig::Sg2Im(config) => {
            Sg2Im::new(config, size.objects, size.predicates, parameters.builder())?;
        }
        ModelConfig::Collage(config) => {
            let known = Vocabulary::from_sg2im(vocab).map_err(|error| broken(error.to_string()))?;
            let variants = known.looks().map_or(1, Looks::variant_count);
            let sizes = Sizes { objects: known.object_count(), predicates: known.predicate_count(), variants };
            Collage::new(config, sizes, parameters.builder())?;
            Collage::init(&parameters)?;
        }
    }
    let specs = parameters.all().into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect();
    let card = "# An untrained network\n\nSeeded weights, for comparison.\n";
    let contents = Contents { config, vocab, card, storage: StoredType::F32 };
    folder::write(target, false, &contents, &mut Seeded { specs, parameters }, None)?;
    Ok(())
}

/// An untrained network like this model's.
pub fn like(model: &Model, seed: u64) -> Result<Model, EvalError> {
    let scratch = tempfile::tempdir().map_err(EvalError::Scratch)?;
    let path = scratch.path().join("untrained");
    write(&path, &model.generator.config, &model.generator.vocab.to_sg2im(), seed)?;
    let generator = Generator::open(&path, DeviceChoice::Cpu)?;
    Ok(Model { name: "untrained".into(), generator })
}

struct Seeded {
    specs: Vec<(String, Vec<usize>)>,
    parameters: Parameters,
}

impl TensorSource for Seeded {
    fn specs(&self) -> &[(String, Vec<usize>)] {
        &self.specs
    }

    fn values(&mut self, index: usize) -> io::Result<Vec<f32>> {
        let name = &self.specs[index].0;
        let Some(var) = self.parameters.get(name) else {
            return Err(io::Error::other(format!("this network has no \"{name}\"")));
        };
        var.flatten_all().and_then(|flat| flat.to_vec1()).map_err(io::Error::other)
    }
}
