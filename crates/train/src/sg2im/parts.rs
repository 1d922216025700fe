//! The parts of a new run: data, words, and a network with random weights or those of a model.

use std::sync::Arc;

use crate::collate::Collator;
use crate::config::{Ablation, ConfigError, TrainConfig};
use crate::run::{Compute, MadeWith, RunError, network};
use crate::source::{self, Sources};
use crate::step::Sg2ImLearner;
use crate::vocab_expansion::Growth;
use scenewright_data::{DataError, DataSource, Dataset, SampleSize};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
use scenewright_scene::vocab::Vocabulary;

/// What follows from a configuration alone.
pub(super) struct Parts {
    pub learner: Sg2ImLearner,
    pub train: Arc<dyn Dataset>,
    pub held_out: Arc<dyn Dataset>,
    pub(crate) collator: Arc<Collator>,
    pub warnings: Vec<String>,
    /// Pictures of the data set, where they are counted.
    pub samples: Option<u64>,
}

/// Which words a run has.
pub(super) enum Words {
    /// Those of a model, or none; what the samples name comes behind.
    Extend(Option<Vocabulary>),
    Fixed(Vocabulary),
}

impl Parts {
    pub(crate) fn new(config: &TrainConfig, words: Words, compute: &Compute) -> Result<Self, RunError> {
        let (height, width) = config.model.image_size;
        let frame = SampleSize { width, height, mask_side: config.model.masks().unwrap_or(16) };
        let Sources { train, held_out, warnings, samples } = source::open(&config.data, frame)?;
        if train.is_empty() || held_out.is_empty() {
            return Err(RunError::Empty);
        }
        let vocab = match words {
            Words::Extend(known) => source::vocabulary(&config.data, known, &*train)?,
            Words::Fixed(vocab) => vocab,
        };
        let sizes = config.learner(vocab.object_count(), vocab.predicate_count());
        let mut learner = Sg2ImLearner::new(&sizes, &compute.device).map_err(network)?;
        learner.group = compute.group.clone();
        let names: Vec<String> = learner.generator.parameters.all().into_iter().map(|(name, _)| name).collect();
        if let Some(prefix) = config.freeze.iter().find(|prefix| !names.iter().any(|name| name.starts_with(*prefix))) {
            let mut parts: Vec<&str> = names.iter().filter_map(|name| name.split('.').next()).collect();
            parts.dedup();
            let text =
                format!("freeze names \"{prefix}\", and no weight begins so; the parts are {}", parts.join(", "));
            return Err(ConfigError::Invalid(text).into());
        }
        let collator = Collator::new(vocab, &config.data, config.ablation == Ablation::NoRelationships);
        Ok(Self { learner, train, held_out, collator: Arc::new(collator), warnings, samples })
    }

    /// What a checkpoint says of the data.
    pub(crate) fn made_with(&self, config: &TrainConfig) -> MadeWith {
        let is_own = config.data.source == DataSource::Pictures;
        let words = if is_own { self.train.object_names() } else { Vec::new() };
        MadeWith { samples: self.samples, words, ..MadeWith::default() }
    }
}

/// The words of the model that a run starts from, whose network settings become the run's: its weights fit no other.
pub(super) fn known_words(model: &ModelFolder, config: &mut TrainConfig) -> Result<Vocabulary, RunError> {
    let ModelConfig::Sg2Im(network) = &model.config else {
        let what = "this model is a collage, and these settings train an sg2im network. Choose a preset for collages, or a model that \
                    `scenewright info` calls sg2im";
        return Err(DataError::InvalidFile { what: what.into(), path: model.path.clone() }.into());
    };
    config.model = network.clone();
    vocabulary_of(model)
}

pub(super) fn vocabulary_of(model: &ModelFolder) -> Result<Vocabulary, RunError> {
    Ok(Vocabulary::from_sg2im(&model.vocab)?)
}

/// The first bias of the boxes' last layer; see [`TrainConfig::box_bias`].
pub(super) fn start_boxes(learner: &mut Sg2ImLearner, bias: f64) -> Result<(), RunError> {
    let parameters = &learner.generator.parameters;
    let is_last = |name: &str| name.starts_with("box_net.") && name.ends_with(".bias");
    let last = parameters.all().into_iter().rfind(|(name, _)| is_last(name));
    match last {
        Some((name, var)) if bias != 0.0 && var.elem_count() == 4 => {
            parameters.set(&name, &[bias as f32; 4]).map_err(network)
        }
        _ => Ok(()),
    }
}

/// Weights of a model of the same configuration, grown by the words that it lacks; discriminators too where it has them and theirs fit.
pub(super) fn take_weights(learner: &mut Sg2ImLearner, model: &ModelFolder, growth: &Growth) -> Result<(), RunError> {
    for (name, var) in learner.generator.parameters.all() {
        let values = growth.values(&name, &name, &model.weights, var.elem_count())?;
        learner.generator.parameters.set(&name, &values).map_err(network)?;
    }
    let Some(weights) = &model.discriminators else { return Ok(()) };
    let d_obj = learner.d_obj.as_ref().map(|d| ("d_obj", &d.parameters));
    let d_img = learner.d_img.as_ref().map(|d| ("d_img", &d.parameters));
    for (network_name, parameters) in d_obj.into_iter().chain(d_img) {
        for (name, var) in parameters.all() {
            let values = growth.values(&name, &format!("{network_name}.{name}"), weights, var.elem_count())?;
            parameters.set(&name, &values).map_err(network)?;
        }
    }
    Ok(())
}
