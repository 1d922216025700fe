//! Converts the contents of a `.pt` file to the parts of an sg2im model.
//!
//! Knows the two files that google/sg2im leaves: the full checkpoint of scripts/train.py and the one that scripts/strip_checkpoint.py
//! makes of it. Reads names and shapes only; the values are read when they are checked and written.

use serde_json::{Map, Value as Json};
use thiserror::Error;

use super::expected::is_counter;
use super::prefixes;
use super::torch::{Kind, TensorMeta, Tree, Value};

/// The parts as the file has them; nothing is checked against anything yet.
#[derive(Debug)]
pub(crate) struct Sg2ImCheckpoint {
    /// `model_kwargs` without the vocabulary.
    pub model_kwargs: Map<String, Json>,
    pub vocab: Json,
    pub generator: CheckpointTensors,
    pub d_obj: Option<Discriminator>,
    pub d_img: Option<Discriminator>,
    /// Facts about the training for the card: dataset, iterations ...
    pub facts: Vec<(String, String)>,
    /// What was not where train.py puts it, in sentences.
    pub notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Discriminator {
    pub kwargs: Map<String, Json>,
    pub state: CheckpointTensors,
}

/// Tensors by name, in the file's order, without prefixes of wrappers and counters.
#[derive(Debug, Default)]
pub struct CheckpointTensors {
    pub tensors: Vec<(String, TensorMeta)>,
    /// Entries that are no tensors: name and what they are.
    pub non_tensors: Vec<(String, String)>,
}

impl Sg2ImCheckpoint {
    /// Those that are there, with their prefix in our files.
    pub(crate) fn discriminators(&self) -> impl Iterator<Item = (&'static str, &Discriminator)> {
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
        "it has weights under {key} but no model_kwargs, so sizes and vocabulary are unknown. Import the file that train.py wrote, or save both \
         in Python: torch.save({{\"model_kwargs\": ..., \"model_state\": checkpoint[\"{key}\"]}}, FILE)"
    )]
    NoKwargs { key: String },

    #[error(
        "it is a whole pickled object ({class}) instead of its weights, and its class would have to run. In Python, save \
         {{\"model_kwargs\": ..., \"model_state\": model.state_dict()}}"
    )]
    Module { class: String },

    #[error(
        "it has model_kwargs but no weights (model_state is {found}). train.py writes two files: import the one that ends in \
         _with_model.pt"
    )]
    NoWeights { found: String },

    #[error("its {part} {problem}")]
    Odd { part: &'static str, problem: String },
}

/// Where the weights lie: train.py fills `model_state`; `model_best_state` stays None there, but some that build on it use it. The others
/// are other trainers' (Lightning's is `state_dict`).
const WEIGHTS: [&str; 9] = [
    "model_state",
    "model_best_state",
    "state_dict",
    "model_state_dict",
    "generator_state_dict",
    "model",
    "generator",
    "netG",
    "net",
];
/// Where the arguments of the network lie; Lightning's are `hyper_parameters`.
const KWARGS: [&str; 6] = ["model_kwargs", "kwargs", "hyper_parameters", "hparams", "config", "model_config"];
/// A tensor that every network of sg2im has.
const ANCHOR: &str = "obj_embeddings.weight";

pub fn read(tree: &Tree) -> Result<Sg2ImCheckpoint, NotSg2Im> {
    let root = tree.root();
    let state = generator_state(root);
    let (kwargs, state) = match (kwargs(root), state) {
        (Some(kwargs), state) => (kwargs, state),
        (None, Some((key, _))) => return Err(NotSg2Im::NoKwargs { key: key.to_owned() }),
        (None, None) => return Err(other(root)),
    };
    let Some((key, state)) = state else {
        let found = root.get("model_state").map_or("absent".into(), Value::describe);
        return Err(NotSg2Im::NoWeights { found });
    };
    let mut model_kwargs = object(kwargs, "model_kwargs")?;
    let vocab = match (model_kwargs.shift_remove("vocab"), root.get("vocab")) {
        (Some(vocab), _) => vocab,
        (None, Some(vocab)) => json(vocab, "vocab")?,
        (None, None) => Json::Null,
    };
    let mut notes = Vec::new();
    if !WEIGHTS.starts_with(&[key]) && key != WEIGHTS[1] {
        notes.push(format!("the weights were under {key}"));
    }
    let generator = state_dict(state, "the network", Some(ANCHOR), &mut notes);
    Ok(Sg2ImCheckpoint {
        d_obj: discriminator(root, "d_obj_kwargs", "d_obj_state", &vocab, &mut notes)?,
        d_img: discriminator(root, "d_img_kwargs", "d_img_state", &vocab, &mut notes)?,
        model_kwargs,
        vocab,
        generator,
        facts: facts(root),
        notes,
    })
}

fn generator_state(root: Value<'_>) -> Option<(&'static str, Value<'_>)> {
    let has_tensors = |state: Value<'_>| match state.kind() {
        Kind::Dict(entries) => entries.iter().any(|(_, value)| value.as_tensor().is_some()),
        _ => false,
    };
    let [ours, best, others @ ..] = WEIGHTS;
    let of = |key: &'static str| Some((key, root.get(key)?));
    // What train.py calls so is taken as it is, so that what is wrong with it is said.
    let own = [ours, best].into_iter().filter_map(of).find(|(_, state)| state.is_dict());
    own.or_else(|| others.into_iter().filter_map(of).find(|(_, state)| has_tensors(*state)))
}

/// A dict with the arguments, or one that holds it.
fn kwargs(root: Value<'_>) -> Option<Value<'_>> {
    let found = KWARGS.into_iter().filter_map(|key| root.get(key)).filter(|kwargs| kwargs.is_dict());
    let has_vocab = |kwargs: Value<'_>| kwargs.get("vocab").is_some() || kwargs.get("embedding_dim").is_some();
    let own = root.get("model_kwargs").filter(|kwargs| kwargs.is_dict());
    own.or_else(|| {
        found
            .flat_map(|kwargs| [Some(kwargs), kwargs.get("model_kwargs"), kwargs.get("model")])
            .flatten()
            .find(|kwargs| kwargs.is_dict() && has_vocab(*kwargs))
    })
}

fn other(root: Value<'_>) -> NotSg2Im {
    if let Some(class) = root.class() {
        return NotSg2Im::Module { class: class.to_owned() };
    }
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
    state_key: &str,
    vocab: &Json,
    notes: &mut Vec<String>,
) -> Result<Option<Discriminator>, NotSg2Im> {
    let (Some(described), Some(state)) = (root.get(kwargs), root.get(state_key)) else {
        return Ok(None);
    };
    if !described.is_dict() || !state.is_dict() {
        return Ok(None);
    }
    let state = state_dict(state, state_key, None, notes);
    if state.tensors.is_empty() && state.non_tensors.is_empty() {
        return Ok(None);
    }
    let mut described = object(described, kwargs)?;
    // The model folder has the vocabulary once.
    if described.get("vocab") == Some(vocab) {
        described.shift_remove("vocab");
    }
    Ok(Some(Discriminator { kwargs: described, state }))
}

fn state_dict(value: Value<'_>, what: &str, anchor: Option<&str>, notes: &mut Vec<String>) -> CheckpointTensors {
    let mut state = CheckpointTensors::default();
    let Kind::Dict(entries) = value.kind() else {
        return state;
    };
    for (key, value) in entries {
        let Some(name) = key.as_str() else {
            state.non_tensors.push((key.describe(), value.describe()));
            continue;
        };
        match value.as_tensor() {
            // What wrappers keep beside the network: the version of its modules.
            _ if is_counter(name) || name == "_metadata" => {}
            Some(meta) => state.tensors.push((name.to_owned(), meta.clone())),
            None => state.non_tensors.push((name.to_owned(), value.describe())),
        }
    }
    let prefixes::StrippedPrefixes { prefix, outside } = prefixes::take_off(&mut state.tensors, anchor);
    if !prefix.is_empty() {
        notes.push(format!("the names of {what} had {prefix} before them, which was taken off"));
    }
    if outside > 0 {
        notes.push(format!("{outside} tensors outside of {prefix} were left out"));
    }
    for (name, _) in &mut state.non_tensors {
        *name = prefixes::unwrapped(name);
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
