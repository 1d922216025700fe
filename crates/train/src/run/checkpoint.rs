//! A checkpoint: the files of a model that can be used by itself, and beside them everything that is needed to go on exactly.
//!
//! ```text
//! config.json, vocab.json, card.md   ModelFiles
//! weights.safetensors                the weights that are shown: the average, where there is one
//! discriminators.safetensors         what the model learns against
//! state.json, state.safetensors      progress, weights, optimizers
//! ```

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::{RunError, network};
use super::task::{LearnerMut, ModelFiles, TrainingTask};
use crate::ema::{self, Ema};
use scenewright_model::checkpoint::folder::{self, HeldTensors};
use scenewright_model::checkpoint::{StoredType, Weights};
use scenewright_nn::adam::{Adam, Moment};
use scenewright_nn::parameters::Parameters;

pub(crate) const STATE: &str = "state.json";
pub(crate) const TENSORS: &str = "state.safetensors";
pub(crate) const CONFIG: &str = "config.json";
pub(crate) const VOCAB: &str = "vocab.json";
const CARD: &str = "card.md";
pub(crate) const WEIGHTS: &str = "weights.safetensors";
const DISCRIMINATORS: &str = "discriminators.safetensors";
const VERSION: u32 = 1;

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunProgress {
    /// Iterations done, those of the layout alone included.
    pub step: u64,
    /// Seconds of training, stops not counted.
    pub seconds: f64,
    /// Lowest loss on held-out scenes so far, and its step.
    pub best: Option<(f64, u64)>,
}

/// What a checkpoint was made with, to detect what has changed when the run is resumed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeWith {
    /// As in `config.toml`.
    pub settings: String,
    /// Samples of the data set, where they are counted.
    pub samples: Option<u64>,
    /// Names of the objects in the data set, where they are the user's.
    pub words: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct StateFile {
    version: u32,
    #[serde(flatten)]
    progress: RunProgress,
    ema_updates: u64,
    /// Optimizer steps of each parameter, by `adam.<network>.<name>`.
    adam_steps: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_with: Option<MadeWith>,
    /// What a task keeps beside weights and optimizers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<Json>,
}

impl StateFile {
    fn new(progress: &RunProgress, ema: Option<&Ema>) -> Self {
        let ema_updates = ema.map_or(0, |ema| ema.updates);
        Self {
            version: VERSION,
            progress: progress.clone(),
            ema_updates,
            adam_steps: BTreeMap::new(),
            made_with: None,
            task: None,
        }
    }
}

/// What a checkpoint was made with; older ones say it in their card only, or not at all.
pub(crate) fn made_with(checkpoint: &Path) -> MadeWith {
    let state = fs::read(checkpoint.join(STATE)).ok().and_then(|text| serde_json::from_slice::<StateFile>(&text).ok());
    state.and_then(|state| state.made_with).unwrap_or_else(|| {
        let card = fs::read_to_string(checkpoint.join("card.md")).unwrap_or_default();
        let recipe = card.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        MadeWith { settings: recipe.unwrap_or_default().to_owned(), ..MadeWith::default() }
    })
}

/// Writes a checkpoint whole or not at all; an older one of that name is replaced at the end.
pub(crate) fn save(
    path: &Path,
    task: &dyn TrainingTask,
    progress: &RunProgress,
    ema: Option<&Ema>,
    made_with: &MadeWith,
) -> Result<(), RunError> {
    let mut state = StateFile::new(progress, ema);
    (state.made_with, state.task) = (Some(made_with.clone()), task.state());
    let (mut tensors, mut model, mut others) = (HeldTensors::default(), HeldTensors::default(), HeldTensors::default());
    for (number, (network_name, parameters, optimizer)) in task.learners().into_iter().enumerate() {
        remember(network_name, parameters, optimizer, &mut tensors, &mut state.adam_steps).map_err(network)?;
        let shown = if number == 0 { shown_weights(parameters, ema) } else { ema::read(parameters) };
        let mut shown = shown.map_err(network)?;
        for (name, var) in parameters.all() {
            let values = shown.remove(&name).unwrap_or_default();
            match number {
                0 => {
                    if ema.is_some() {
                        tensors.push(format!("ema.{name}"), var.dims(), values.clone());
                    }
                    model.push(name, var.dims(), values);
                }
                _ => others.push(format!("{network_name}.{name}"), var.dims(), values),
            }
        }
    }
    for part in [&tensors, &model, &others] {
        finite(part, progress.step)?;
    }
    let files = task.model_files(progress)?;
    folder::write_files(path, true, |dir| {
        write_model(dir, &files, &mut model)?;
        if !others.is_empty() {
            folder::write_tensors(&dir.join(DISCRIMINATORS), StoredType::F32, &mut others)?;
        }
        fs::write(dir.join(STATE), serde_json::to_vec_pretty(&state)?)?;
        folder::write_tensors(&dir.join(TENSORS), StoredType::F32, &mut tensors)
    })?;
    Ok(())
}

/// Writes what using the network needs and nothing more: the weights as they are shown.
pub(crate) fn save_model(
    path: &Path,
    task: &dyn TrainingTask,
    progress: &RunProgress,
    ema: Option<&Ema>,
) -> Result<(), RunError> {
    let mut model = HeldTensors::default();
    if let Some((_, parameters, _)) = task.learners().first() {
        let mut shown = shown_weights(parameters, ema).map_err(network)?;
        for (name, var) in parameters.all() {
            let values = shown.remove(&name).unwrap_or_default();
            model.push(name, var.dims(), values);
        }
    }
    let files = task.model_files(progress)?;
    Ok(folder::write_files(path, true, |dir| write_model(dir, &files, &mut model))?)
}

fn write_model(dir: &Path, files: &ModelFiles, weights: &mut HeldTensors) -> io::Result<()> {
    let json = |name: &str, json: &Json| fs::write(dir.join(name), format!("{json:#}\n"));
    json(CONFIG, &files.config)?;
    files.vocab.as_ref().map_or(Ok(()), |vocab| json(VOCAB, vocab))?;
    files.card.as_ref().map_or(Ok(()), |card| fs::write(dir.join(CARD), card))?;
    folder::write_tensors(&dir.join(WEIGHTS), StoredType::F32, weights)
}

/// NaN or infinity never reaches a checkpoint: neither weights nor what the optimizer remembers.
fn finite(tensors: &HeldTensors, step: u64) -> Result<(), RunError> {
    match tensors.not_finite() {
        Some(name) => Err(RunError::NotFinite { name: name.to_owned(), step }),
        None => Ok(()),
    }
}

/// Adds a network's weights and its optimizer's moments to a state.
fn remember(
    network_name: &str,
    parameters: &Parameters,
    optimizer: &Adam,
    tensors: &mut HeldTensors,
    adam_steps: &mut BTreeMap<String, u64>,
) -> candle_core::Result<()> {
    let moments = optimizer.state()?;
    for (name, var) in parameters.all() {
        if let Some(moment) = moments.get(&name) {
            let key = format!("adam.{network_name}.{name}");
            adam_steps.insert(key.clone(), moment.steps);
            tensors.push(format!("{key}.first"), var.dims(), moment.first.clone());
            tensors.push(format!("{key}.second"), var.dims(), moment.second.clone());
        }
        tensors.push(format!("{network_name}.{name}"), var.dims(), var.flatten_all()?.to_vec1()?);
    }
    Ok(())
}

/// Puts what [`remember`] wrote back; errors are sentences.
fn recall(
    network_name: &str,
    parameters: &Parameters,
    optimizer: &mut Adam,
    tensors: &Weights,
    adam_steps: &BTreeMap<String, u64>,
) -> Result<(), String> {
    let values = |name: &str| tensors.values(name).map_err(|error| error.to_string());
    let mut moments = BTreeMap::new();
    for (name, _) in parameters.all() {
        let weights = values(&format!("{network_name}.{name}"))?;
        parameters.set(&name, &weights).map_err(|error| error.to_string())?;
        let key = format!("adam.{network_name}.{name}");
        if let Some(&steps) = adam_steps.get(&key) {
            let (first, second) = (values(&format!("{key}.first"))?, values(&format!("{key}.second"))?);
            moments.insert(name, Moment { steps, first, second });
        }
    }
    optimizer.set_state(moments).map_err(|error| error.to_string())
}

/// The weights that are shown and kept: the average, where there is one.
fn shown_weights(parameters: &Parameters, ema: Option<&Ema>) -> candle_core::Result<BTreeMap<String, Vec<f32>>> {
    match ema {
        Some(ema) => Ok(ema.values.clone()),
        None => ema::read(parameters),
    }
}

/// The shown weights, for a network beside the one that learns.
pub fn shown_builder(
    parameters: &Parameters,
    ema: Option<&Ema>,
    device: &Device,
) -> candle_core::Result<VarBuilder<'static>> {
    let mut shown = shown_weights(parameters, ema)?;
    let mut tensors = HashMap::new();
    for (name, var) in parameters.all() {
        let values = shown.remove(&name).unwrap_or_default();
        tensors.insert(name, Tensor::from_vec(values, var.shape(), device)?);
    }
    Ok(VarBuilder::from_tensors(tensors, DType::F32, device))
}

/// Puts a checkpoint's state into networks of the same configuration. Returns how far it is, and the task's own state.
pub(crate) fn load(
    path: &Path,
    learners: Vec<LearnerMut<'_>>,
    ema: Option<&mut Ema>,
) -> Result<(RunProgress, Option<Json>), RunError> {
    let damaged = |problem: String| RunError::Checkpoint { problem, path: path.to_owned() };
    let text = fs::read(path.join(STATE)).map_err(|problem| RunError::io("read the checkpoint", problem, path))?;
    let state: StateFile = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    if state.version != VERSION {
        return Err(damaged(format!("it was written by another version of this program (format {})", state.version)));
    }
    let tensors = Weights::open(&path.join(TENSORS)).map_err(|error| damaged(error.to_string()))?;
    let values = |name: &str| tensors.values(name).map_err(|error| damaged(error.to_string()));
    for (network_name, parameters, optimizer) in learners {
        recall(network_name, parameters, optimizer, &tensors, &state.adam_steps).map_err(damaged)?;
    }
    if let Some(ema) = ema {
        ema.updates = state.ema_updates;
        for (name, average) in &mut ema.values {
            *average = values(&format!("ema.{name}"))?;
        }
    }
    Ok((state.progress, state.task))
}
