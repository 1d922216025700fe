//! A checkpoint of the stage: the network, by itself, and what is needed to go on exactly.
//!
//! ```text
//! config.json          GeometryConfig
//! vocab.json           the words behind its numbers
//! weights.safetensors  the average of the weights: what is shown and kept
//! state.json, state.safetensors
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use candle_core::Device;

use crate::RunError;
use crate::ema::Ema;
use crate::run::RunProgress;
use crate::run::state::{STATE, StateFile, TENSORS, finite, remember};
use scenewright_model::checkpoint::folder::{HeldTensors, write_tensors};
pub use scenewright_model::checkpoint::{AtomicDir, Problems, StoredType, Weights};
pub use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_nn::adam::Adam;
use scenewright_nn::parameters::Parameters;
use scenewright_scene::vocab::Vocabulary;

const CONFIG: &str = "config.json";
const VOCAB: &str = "vocab.json";
const WEIGHTS: &str = "weights.safetensors";

/// The name of the network in a checkpoint.
pub(crate) const NETWORK: &str = "geometry";

/// What a checkpoint is made of.
pub(crate) struct CheckpointParts<'a> {
    pub config: &'a GeometryConfig,
    pub vocab: &'a Vocabulary,
    pub parameters: &'a Parameters,
    pub optimizer: &'a Adam,
    pub(crate) ema: &'a Ema,
    pub progress: &'a RunProgress,
}

/// Writes a checkpoint whole or not at all.
pub(crate) fn save(path: &Path, parts: &CheckpointParts<'_>) -> Result<(), RunError> {
    let network = |error: candle_core::Error| RunError::Network(error.to_string());
    let mut state = StateFile::new(parts.progress, Some(parts.ema));
    let mut tensors = HeldTensors::default();
    remember(NETWORK, parts.parameters, parts.optimizer, &mut tensors, &mut state.adam_steps).map_err(network)?;
    let mut shown = HeldTensors::default();
    for (name, var) in parts.parameters.all() {
        let values = parts.ema.values.get(&name).cloned().unwrap_or_default();
        tensors.push(format!("ema.{name}"), var.dims(), values.clone());
        shown.push(name, var.dims(), values);
    }
    finite(&tensors, parts.progress.step)?;
    finite(&shown, parts.progress.step)?;
    let mut fill = |dir: &Path| -> io::Result<()> {
        fs::write(dir.join(CONFIG), serde_json::to_vec_pretty(parts.config)?)?;
        fs::write(dir.join(VOCAB), serde_json::to_vec_pretty(&parts.vocab.to_sg2im())?)?;
        fs::write(dir.join(STATE), serde_json::to_vec_pretty(&state)?)?;
        write_tensors(&dir.join(WEIGHTS), StoredType::F32, &mut shown)?;
        write_tensors(&dir.join(TENSORS), StoredType::F32, &mut tensors)
    };
    let cannot = |problem| RunError::io("write the checkpoint", problem, path);
    let draft = AtomicDir::new(path).map_err(cannot)?;
    fill(draft.path()).map_err(cannot)?;
    draft.publish(true).map_err(cannot)
}

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
