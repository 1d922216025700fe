//! A checkpoint of geometry: the network, and what is needed to resume exactly.
//!
//! ```text
//! config.json          GeometryConfig
//! vocab.json           the words behind its numbers
//! weights.safetensors  the average of the weights: what is shown and kept
//! state.json, state.safetensors
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::Device;

use crate::RunError;
use crate::run::checkpoint::{CONFIG, VOCAB, WEIGHTS};
use scenewright_model::checkpoint::{Problems, Weights};
use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_scene::vocab::Vocabulary;

/// The name of the network in a checkpoint.
pub(crate) const NETWORK: &str = "geometry";

/// The configuration in a checkpoint.
pub(crate) fn config(path: &Path) -> Result<GeometryConfig, RunError> {
    let damaged = |problem: String| RunError::Checkpoint { problem, path: path.to_owned() };
    let text = fs::read(path.join(CONFIG)).map_err(|problem| RunError::io("read the checkpoint", problem, path))?;
    let config: GeometryConfig = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    match config.problem() {
        Some(problem) => Err(damaged(problem)),
        None => Ok(config),
    }
}

/// The network in a checkpoint, as it is shown, and its words.
pub fn open(path: &Path, device: &Device) -> Result<(Geometry, Vocabulary), RunError> {
    let damaged = |problem: String| RunError::Checkpoint { problem, path: path.to_owned() };
    let config = config(path)?;
    let text = fs::read(path.join(VOCAB)).map_err(|problem| RunError::io("read the checkpoint", problem, path))?;
    let vocab = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    let vocab = Vocabulary::from_sg2im(&vocab)?;
    if (vocab.object_count(), vocab.predicate_count()) != (config.categories, config.predicates) {
        return Err(damaged("its words are not those of its network".into()));
    }
    let weights = Weights::open(&path.join(WEIGHTS))?;
    let found: BTreeMap<&str, &[usize]> =
        weights.names().map(|name| (name, weights.shape(name).unwrap_or_default())).collect();
    let mut problems = Problems::default();
    problems.compare(&config.tensors(), &found);
    if !problems.is_empty() {
        return Err(damaged(format!("its weights do not fit, {problems}")));
    }
    let net = Geometry::new(&config, weights.into_var_builder(device)).map_err(|error| damaged(error.to_string()))?;
    Ok((net, vocab))
}
