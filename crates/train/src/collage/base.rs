//! What a run begins with: the program's drawings and the user's, and a network for them, which may start from a model.

use std::path::Path;
use std::sync::Arc;

use super::config::CollageTrainConfig;
use super::samples::Atlas;
use super::step::CollageLearner;
use super::{cutouts, vocab_expansion};
use crate::run::{Compute, RunError, network};
use scenewright_data::DataError;
use scenewright_illustrated::grammar::material::MATERIALS;
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
pub use scenewright_model::collage::{CollageConfig, Sizes};
use scenewright_scene::vocab::Vocabulary;

pub(crate) struct CollageParts {
    pub atlas: Arc<Atlas>,
    pub learner: CollageLearner,
    pub model: CollageConfig,
}

/// What a run goes on from: words and drawings that keep their numbers, and geometry that is kept as it is.
pub(crate) struct Base {
    pub vocab: Vocabulary,
    pub model: CollageConfig,
}

pub(crate) fn base_of(folder: &ModelFolder) -> Result<Base, RunError> {
    let ModelConfig::Collage(config) = &folder.config else {
        let what = "this model is an sg2im network, and these settings train a collage. Choose a preset for sg2im, such as quick or \
                    illustrated, or a model that `scenewright info` calls a collage";
        return Err(DataError::InvalidFile { what: what.into(), path: folder.path.clone() }.into());
    };
    let vocab = Vocabulary::from_sg2im(&folder.vocab).map_err(|error| RunError::Checkpoint {
        problem: format!("its vocabulary cannot be used: {error}"),
        path: folder.path.clone(),
    })?;
    Ok(Base { vocab, model: config.clone() })
}

/// Words that the program knows as materials.
pub(crate) fn is_material(vocab: &Vocabulary, word: &str) -> bool {
    let by_looks = vocab.object_id(word).and_then(|id| vocab.looks_of(id)).is_some_and(|own| own.stuff);
    let named = |(_, name): &(_, &str)| vocab.object_id(word).is_some_and(|id| vocab.object_name(id) == *name);
    by_looks || MATERIALS.iter().any(named)
}

pub(crate) fn parts(
    config: &CollageTrainConfig,
    run: &Path,
    base: Option<&Base>,
    compute: &Compute,
) -> Result<CollageParts, RunError> {
    let mut sprites = config.sprites.clone();
    sprites.extend(Some(cutouts::learned(run)).filter(|path| path.is_dir()));
    let atlas = Arc::new(Atlas::new(&sprites, base.map(|base| &base.vocab))?);
    let mut model = config.model.clone();
    let known = base.and_then(|base| base.model.geometry.as_ref());
    model.geometry = known.map(|known| vocab_expansion::geometry(known, atlas.vocab(), &atlas.new_words));
    let mut learner = CollageLearner::new(config, &model, sizes(&atlas), &compute.device).map_err(network)?;
    learner.group = compute.group.clone();
    Ok(CollageParts { atlas, learner, model })
}

pub(crate) fn sizes(atlas: &Atlas) -> Sizes {
    let vocab = atlas.vocab();
    Sizes {
        objects: vocab.object_count(),
        predicates: vocab.predicate_count(),
        variants: atlas.looks().variant_count(),
    }
}
