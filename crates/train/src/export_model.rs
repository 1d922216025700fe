//! A checkpoint kept as a model: weights in half precision, without what only training needs.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use thiserror::Error;

use scenewright_model::checkpoint::folder::{self, Contents, FolderError, HeldTensors};
pub use scenewright_model::checkpoint::{ModelConfig, ModelFolder, StoredType, Weights, WeightsError};
pub use scenewright_model::collage::CollageConfig;

/// What the tensors of a collage's geometry begin with.
const GEOMETRY: &str = "geometry.";

#[derive(Debug, Error)]
pub enum KeepError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("cannot read {what} ({problem}): {}", path.display())]
    Read { what: &'static str, problem: String, path: PathBuf },
    #[error("only a collage takes geometry; this is another model: {}", path.display())]
    NoCollage { path: PathBuf },
    #[error("this collage has geometry already: {}", path.display())]
    HasGeometry { path: PathBuf },
    #[error("there is no geometry in this model; name a collage that has some, or a checkpoint of its training: {}", path.display())]
    NoGeometry { path: PathBuf },
}

/// Writes a checkpoint as a model folder that is not there yet or is a model. `geometry`: a checkpoint of a collage's geometry that goes into
/// it, or a collage whose geometry does, priors included. Returns the number of parameters.
pub fn keep(checkpoint: &Path, geometry: Option<&Path>, out: &Path, replace: bool) -> Result<usize, KeepError> {
    let mut model = ModelFolder::open(checkpoint)?;
    let card = read("the card", &checkpoint.join("card.md"))?;
    let mut tensors = HeldTensors::default();
    let mut count = 0;
    let mut take = |weights: &Weights, of: &str, prefix: &str| -> Result<(), WeightsError> {
        for name in weights.names().filter(|name| name.starts_with(of)) {
            let shape = weights.shape(name).unwrap_or_default();
            count += shape.iter().product::<usize>();
            tensors.push(format!("{prefix}{name}"), shape, weights.values(name)?);
        }
        Ok(())
    };
    take(&model.weights, "", "")?;
    if let Some(path) = geometry {
        let ModelConfig::Collage(config) = &mut model.config else {
            return Err(KeepError::NoCollage { path: checkpoint.to_owned() });
        };
        if config.geometry.is_some() {
            return Err(KeepError::HasGeometry { path: checkpoint.to_owned() });
        }
        let file = path.join("config.json");
        let what = "the settings of the geometry";
        let settings = read(what, &file)?;
        let wrong = |error: serde_json::Error| KeepError::Read { what, problem: error.to_string(), path: file.clone() };
        let is_model = serde_json::from_str::<Json>(&settings).map_err(wrong)?.get("architecture").is_some();
        if is_model {
            let other = ModelFolder::open(path)?;
            config.geometry = match &other.config {
                ModelConfig::Collage(CollageConfig { geometry: Some(known), .. }) => Some(known.clone()),
                _ => return Err(KeepError::NoGeometry { path: path.to_owned() }),
            };
            take(&other.weights, GEOMETRY, "")?;
        } else {
            config.geometry = Some(serde_json::from_str(&settings).map_err(wrong)?);
            take(&Weights::open(&path.join("weights.safetensors"))?, "", GEOMETRY)?;
        }
    }
    let contents = Contents { config: &model.config, vocab: &model.vocab, card: &card, storage: StoredType::F16 };
    folder::write(out, replace, &contents, &mut tensors, None)?;
    Ok(count)
}

fn read(what: &'static str, path: &Path) -> Result<String, KeepError> {
    fs::read_to_string(path).map_err(|error| KeepError::Read {
        what,
        problem: error.to_string(),
        path: path.to_owned(),
    })
}
