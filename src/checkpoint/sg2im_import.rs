//! From the tree of a `.pt` file to the parts of an sg2im model.
//!
//! Knows the two files that google/sg2im leaves: the full checkpoint of scripts/train.py and the one that scripts/strip_checkpoint.py
//! makes of it. Reads names and shapes only; the values are read when they are checked and written.

use serde_json::{Map, Value as Json};
use thiserror::Error;

use super::expected::is_counter;
use super::torch::{Kind, TensorMeta, Tree, Value};

/// The parts as the file has them; nothing is checked against anything yet.
#[derive(Debug)]
pub struct Sg2ImCheckpoint {
    /// `model_kwargs` without the vocabulary.
    pub model_kwargs: Map<String, Json>,
    pub vocab: Json,
    pub generator: StateDict,
    pub d_obj: Option<Discriminator>,
    pub d_img: Option<Discriminator>,
    /// Facts about the training for the card: dataset, iterations ...
    pub facts: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Discriminator {
    pub kwargs: Map<String, Json>,
    pub state: StateDict,
}

/// Tensors by name, in the file's order, without `module.` prefixes and counters.
#[derive(Debug, Default)]
pub struct StateDict {
    pub tensors: Vec<(String, TensorMeta)>,
    /// Entries that are no tensors: name and what they are.
    pub others: Vec<(String, String)>,
}

impl Sg2ImCheckpoint {
    /// Those that are there, with their prefix in our files.
    pub fn discriminators(&self) -> impl Iterator<Item = (&'static str, &Discriminator)> {
        [("d_obj", &self.d_obj), ("d_img", &self.d_img)]
            .into_iter()
            .filter_map(|(prefix, discriminator)| Some((prefix, discriminator.as_ref()?)))
    }
}

/// Why a tree is no sg2im model. Follows "this checkpoint cannot be imported:".
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotSg2Im {
    #[error(
        "it holds {found}; an sg2im checkpoint is a dict with model_kwargs and model_state, as google/sg2im's scripts/train.py and \
         scripts/strip_checkpoint.py write"
    )]
    Other { found: String },

    #[error(
        "it is a bare state dict of {tensors} tensors, without model_kwargs, so sizes and vocabulary are unknown. In Python, save \
         {{\"model_kwargs\": ..., \"model_state\": ...}} together"
    )]
    BareStateDict { tensors: usize },

    #[error(
        "it has model_state but no model_kwargs, so sizes and vocabulary are unknown. Import the file that train.py wrote"
    )]
    NoKwargs,

    #[error(
        "it has model_kwargs but no weights (model_state is {found}). train.py writes two files: import the one that ends in \
         _with_model.pt"
    )]
    NoWeights { found: String },

    #[error("its {part} {problem}")]
    Odd { part: &'static str, problem: String },
}

pub fn read(tree: &Tree) -> Result<Sg2ImCheckpoint, NotSg2Im> {
    let root = tree.root();
    let state = generator_state(root);
    let kwargs = match (root.get("model_kwargs").filter(|kwargs| kwargs.is_dict()), state) {
        (Some(kwargs), _) => kwargs,
        (None, Some(_)) => return Err(NotSg2Im::NoKwargs),
        (None, None) => return Err(other(root)),
    };
    let Some(state) = state else {
        let found = root.get("model_state").map_or("absent".into(), Value::describe);
        return Err(NotSg2Im::NoWeights { found });
    };
    let mut model_kwargs = object(kwargs, "model_kwargs")?;
    let vocab = match (model_kwargs.shift_remove("vocab"), root.get("vocab")) {
        (Some(vocab), _) => vocab,
        (None, Some(vocab)) => json(vocab, "vocab")?,
        (None, None) => Json::Null,
    };
    Ok(Sg2ImCheckpoint {
        d_obj: discriminator(root, "d_obj_kwargs", "d_obj_state", &vocab)?,
        d_img: discriminator(root, "d_img_kwargs", "d_img_state", &vocab)?,
        model_kwargs,
        vocab,
        generator: state_dict(state),
        facts: facts(root),
    })
}

/// train.py fills `model_state`; `model_best_state` stays None there, but some that build on it use it.
fn generator_state(root: Value<'_>) -> Option<Value<'_>> {
    ["model_state", "model_best_state"].into_iter().filter_map(|key| root.get(key)).find(|state| state.is_dict())
}

fn other(root: Value<'_>) -> NotSg2Im {
    if let Kind::Dict(entries) = root.kind()
        && !entries.is_empty()
        && entries.iter().all(|(_, value)| value.as_tensor().is_some())
    {
        return NotSg2Im::BareStateDict { tensors: entries.len() };
    }
    NotSg2Im::Other { found: root.describe() }
}

/// With its weight at 0, train.py builds no discriminator: kwargs are empty, the state is None.
fn discriminator(
    root: Value<'_>,
    kwargs: &'static str,
    state: &str,
    vocab: &Json,
) -> Result<Option<Discriminator>, NotSg2Im> {
    let (Some(described), Some(state)) = (root.get(kwargs), root.get(state)) else {
        return Ok(None);
    };
    if !described.is_dict() || !state.is_dict() {
        return Ok(None);
    }
    let state = state_dict(state);
    if state.tensors.is_empty() && state.others.is_empty() {
        return Ok(None);
    }
    let mut described = object(described, kwargs)?;
    // The model folder has the vocabulary once.
    if described.get("vocab") == Some(vocab) {
        described.shift_remove("vocab");
    }
    Ok(Some(Discriminator { kwargs: described, state }))
}

fn state_dict(value: Value<'_>) -> StateDict {
    let mut state = StateDict::default();
    let Kind::Dict(entries) = value.kind() else {
        return state;
    };
    for (key, value) in entries {
        let Some(name) = key.as_str() else {
            state.others.push((key.describe(), value.describe()));
            continue;
        };
        // DataParallel wraps a model once, so it prefixes once (sg2im: train.py, build_model).
        let name = name.strip_prefix("module.").unwrap_or(name);
        match value.as_tensor() {
            _ if is_counter(name) => {}
            Some(meta) => state.tensors.push((name.to_owned(), meta.clone())),
            None => state.others.push((name.to_owned(), value.describe())),
        }
    }
    // For a repeated key the last entry counts, as in Python.
    let mut seen = std::collections::HashSet::new();
    state.tensors.reverse();
    state.tensors.retain(|(name, _)| seen.insert(name.clone()));
    state.tensors.reverse();
    state
}

/// What a reader of the card wants to know; `args` also holds paths of the machine it was trained on, which stay behind.
fn facts(root: Value<'_>) -> Vec<(String, String)> {
    let of = |dict: &str, key: &str| {
        let value = root.get(dict)?.get(key)?;
        let text = match value.kind() {
            Kind::Int(i) => i.to_string(),
            Kind::Float(x) => x.to_string(),
            Kind::Str(text) => text.chars().filter(|c| !c.is_control()).take(80).collect(),
            _ => return None,
        };
        Some((key.to_owned(), text))
    };
    let args = ["dataset", "batch_size", "learning_rate", "num_iterations", "gan_loss_type"];
    let counters = of("counters", "t").map(|(_, t)| ("iterations done".to_owned(), t));
    args.into_iter().filter_map(|key| of("args", key)).chain(counters).collect()
}

fn object(value: Value<'_>, part: &'static str) -> Result<Map<String, Json>, NotSg2Im> {
    match json(value, part)? {
        Json::Object(map) => Ok(map),
        _ => Err(NotSg2Im::Odd { part, problem: "is no dict".into() }),
    }
}

fn json(value: Value<'_>, part: &'static str) -> Result<Json, NotSg2Im> {
    value.to_json().map_err(|problem| NotSg2Im::Odd { part, problem })
}
