//! A checkpoint kept as a model: weights in half precision, without what only training needs.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::checkpoint::folder::{self, Contents, FolderError, HeldTensors};
use crate::checkpoint::{ModelConfig, ModelFolder, Storage, Weights, WeightsError};

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
}

/// Writes a checkpoint as a model folder that is not there yet or is a model. `geometry`: a checkpoint of a collage's geometry that goes into
/// it. Gives the count of numbers.
pub fn keep(checkpoint: &Path, geometry: Option<&Path>, out: &Path, replace: bool) -> Result<usize, KeepError> {
    let mut model = ModelFolder::open(checkpoint)?;
    let card = read("the card", &checkpoint.join("card.md"))?;
    let mut tensors = HeldTensors::default();
    let mut count = 0;
    let mut take = |weights: &Weights, prefix: &str| -> Result<(), WeightsError> {
        for name in weights.names() {
            let shape = weights.shape(name).unwrap_or_default();
            count += shape.iter().product::<usize>();
            tensors.push(format!("{prefix}{name}"), shape, weights.values(name)?);
        }
        Ok(())
    };
    take(&model.weights, "")?;
    if let Some(path) = geometry {
        let ModelConfig::Collage(config) = &mut model.config else {
            return Err(KeepError::NoCollage { path: checkpoint.to_owned() });
        };
        if config.geometry.is_some() {
            return Err(KeepError::HasGeometry { path: checkpoint.to_owned() });
        }
        let file = path.join("config.json");
        let what = "the settings of the geometry";
        let settings = serde_json::from_str(&read(what, &file)?).map_err(|error| KeepError::Read {
            what,
            problem: error.to_string(),
            path: file,
        })?;
        config.geometry = Some(settings);
        take(&Weights::open(&path.join("weights.safetensors"))?, "geometry.")?;
    }
    let contents = Contents { config: &model.config, vocab: &model.vocab, card: &card, storage: Storage::F16 };
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
