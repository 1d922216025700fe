//! A checkpoint: a model folder that anyone can render with, and beside it everything that is needed to go on exactly.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::RunError;
use crate::ema::{self, Ema};
use crate::step::Trainer;
use scenewright_model::checkpoint::folder::{self, Contents, HeldTensors};
pub use scenewright_model::checkpoint::{ModelConfig, StoredType, Weights};
use scenewright_nn::adam::{Adam, Moment};
use scenewright_nn::parameters::Parameters;

pub(crate) const STATE: &str = "state.json";
pub(crate) const TENSORS: &str = "state.safetensors";
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

/// What a checkpoint was made with, to tell what has changed when it is gone on from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct MadeWith {
    /// As in `config.toml`.
    pub settings: String,
    /// Samples of the data set, where they are counted.
    pub samples: Option<u64>,
    /// Names of the objects in the data set, where they are the user's.
    pub words: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct StateFile {
    version: u32,
    #[serde(flatten)]
    progress: RunProgress,
    ema_updates: u64,
    /// Optimizer steps of each parameter, by `adam.<network>.<name>`.
    pub(crate) adam_steps: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_with: Option<MadeWith>,
}

impl StateFile {
    pub(crate) fn new(progress: &RunProgress, ema: Option<&Ema>) -> Self {
        let ema_updates = ema.map_or(0, |ema| ema.updates);
        Self { version: VERSION, progress: progress.clone(), ema_updates, adam_steps: BTreeMap::new(), made_with: None }
    }
}

/// A network that learns, by the name that it has in a checkpoint.
pub(crate) type OptimizerState<'a> = (&'static str, &'a Parameters, &'a mut Adam);

/// What a checkpoint is made of, beside how far the run is.
pub(crate) struct SavedState<'a> {
    pub config: &'a ModelConfig,
    pub vocab: &'a Json,
    pub card: &'a str,
    /// The first is the model; the others are what it learned against.
    pub(crate) learners: Vec<(&'static str, &'a Parameters, &'a Adam)>,
    pub(crate) ema: Option<&'a Ema>,
    pub(crate) made_with: &'a MadeWith,
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

pub(crate) fn learners(trainer: &Trainer) -> Vec<(&'static str, &Parameters, &Adam)> {
    let mut list = vec![("generator", &trainer.generator.parameters, &trainer.generator.optimizer)];
    list.extend(trainer.d_obj.as_ref().map(|d| ("d_obj", &d.parameters, &d.optimizer)));
    list.extend(trainer.d_img.as_ref().map(|d| ("d_img", &d.parameters, &d.optimizer)));
    list
}

pub(crate) fn learning(trainer: &mut Trainer) -> Vec<OptimizerState<'_>> {
    let Trainer { generator, d_obj, d_img, .. } = trainer;
    let d_obj = d_obj.as_mut().map(|d| ("d_obj", &d.parameters, &mut d.optimizer));
    let d_img = d_img.as_mut().map(|d| ("d_img", &d.parameters, &mut d.optimizer));
    let generator = ("generator", &generator.parameters, &mut generator.optimizer);
    std::iter::once(generator).chain(d_obj).chain(d_img).collect()
}

/// Writes a checkpoint whole or not at all; an older one of that name is replaced at the end.
pub(crate) fn save(path: &Path, kept: &SavedState<'_>, progress: &RunProgress) -> Result<(), RunError> {
    let network = |error: candle_core::Error| RunError::Network(error.to_string());
    let mut state = StateFile::new(progress, kept.ema);
    state.made_with = Some(kept.made_with.clone());
    let (mut tensors, mut model, mut others) = (HeldTensors::default(), HeldTensors::default(), HeldTensors::default());
    for (number, (network_name, parameters, optimizer)) in kept.learners.iter().enumerate() {
        remember(network_name, parameters, optimizer, &mut tensors, &mut state.adam_steps).map_err(network)?;
        let shown = if number == 0 { shown_weights(parameters, kept.ema) } else { ema::read(parameters) };
        let mut shown = shown.map_err(network)?;
        for (name, var) in parameters.all() {
            let values = shown.remove(&name).unwrap_or_default();
            match number {
                0 => {
                    if kept.ema.is_some() {
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
    let contents = Contents { config: kept.config, vocab: kept.vocab, card: kept.card, storage: StoredType::F32 };
    let others = if others.is_empty() { None } else { Some(&mut others) };
    folder::write_with(path, true, &contents, &mut model, others.map(|d| d as _), &mut |dir| {
        fs::write(dir.join(STATE), serde_json::to_vec_pretty(&state).map_err(io::Error::other)?)?;
        folder::write_tensors(&dir.join(TENSORS), StoredType::F32, &mut tensors)
    })?;
    Ok(())
}

/// NaN or infinity never reaches a checkpoint: neither weights nor what the optimizer remembers.
pub(crate) fn finite(tensors: &HeldTensors, step: u64) -> Result<(), RunError> {
    match tensors.not_finite() {
        Some(name) => Err(RunError::NotFinite { name: name.to_owned(), step }),
        None => Ok(()),
    }
}

/// Writes what a picture needs and nothing more: the weights as they are shown.
pub(crate) fn save_model(path: &Path, kept: &SavedState<'_>) -> Result<(), RunError> {
    let network = |error: candle_core::Error| RunError::Network(error.to_string());
    let mut model = HeldTensors::default();
    if let Some((_, parameters, _)) = kept.learners.first() {
        let mut shown = shown_weights(parameters, kept.ema).map_err(network)?;
        for (name, var) in parameters.all() {
            let values = shown.remove(&name).unwrap_or_default();
            model.push(name, var.dims(), values);
        }
    }
    let contents = Contents { config: kept.config, vocab: kept.vocab, card: kept.card, storage: StoredType::F32 };
    Ok(folder::write(path, true, &contents, &mut model, None)?)
}

/// Adds a network's weights and its optimizer's moments to a state.
pub(crate) fn remember(
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
pub(crate) fn recall(
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
pub(crate) fn shown_weights(
    parameters: &Parameters,
    ema: Option<&Ema>,
) -> candle_core::Result<BTreeMap<String, Vec<f32>>> {
    match ema {
        Some(ema) => Ok(ema.values.clone()),
        None => ema::read(parameters),
    }
}

/// Puts a checkpoint's state into networks of the same configuration.
pub(crate) fn load(
    path: &Path,
    learners: Vec<OptimizerState<'_>>,
    ema: Option<&mut Ema>,
) -> Result<RunProgress, RunError> {
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
    Ok(state.progress)
}
