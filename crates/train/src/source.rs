//! Opens the samples that settings name: data set, splits, and words.

use std::path::PathBuf;
use std::sync::Arc;

use super::config::DataConfig;
use super::run::RunError;
use scenewright_data::source::{DataSource, SourceOptions, TrainingParts};
use scenewright_data::{Augment, DataError, Dataset, Endless, Mixed, PictureSet, SampleSize, SequentialSampler, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_scene::vocab::{Vocabulary, VocabularyError};

/// Training data and validation data of a run.
pub(crate) struct Sources {
    pub train: Arc<dyn Dataset>,
    pub held_out: Arc<dyn Dataset>,
    /// What the user should know before it begins, a sentence each.
    pub warnings: Vec<String>,
    /// Pictures on the disk, those that are held out included; none where samples are made.
    pub samples: Option<u64>,
}

/// Opens both parts. Samples are `frame` large.
pub(crate) fn open(data: &DataConfig, frame: SampleSize) -> Result<Sources, RunError> {
    let augment = Augment { crop: data.crop, color: data.color };
    let endless = |set: Arc<dyn PictureSet>| -> Arc<dyn Dataset> { Arc::new(Endless::new(set, data.seed, augment)) };
    // A picture that breaks must not end every run that looks at it.
    let in_order = |set: Arc<dyn Dataset>| -> Arc<dyn Dataset> { Arc::new(SequentialSampler::new(set)) };
    let Some(parts) = parts(data, frame)? else {
        let (train, held_out) = (world(data, frame, Split::Train)?, world(data, frame, Split::Validation)?);
        return Ok(Sources { train, held_out, warnings: Vec::new(), samples: None });
    };
    let (train, held_out) = (endless(parts.train), in_order(parts.held_out));
    let (warnings, samples) = (parts.warnings, Some(parts.pictures));
    if data.mix == 0.0 || train.is_empty() {
        return Ok(Sources { train, held_out, warnings, samples });
    }
    let other = world(data, frame, Split::Train)?;
    let train = Arc::new(Mixed { own: train, other, share: data.mix, seed: data.seed });
    Ok(Sources { train, held_out, warnings, samples })
}

/// `None` where samples are made.
fn parts(data: &DataConfig, frame: SampleSize) -> Result<Option<TrainingParts>, RunError> {
    if data.source.folder().is_none() {
        return Ok(None);
    }
    let missing = || DataError::InvalidFile { what: "data.path names no folder".into(), path: PathBuf::new() };
    let path = data.path.clone().ok_or_else(missing)?;
    let options = SourceOptions { path, seed: data.seed, frame, coco: data.coco.filters() };
    Ok(data.source.open_for_training(&options)?)
}

fn world(data: &DataConfig, frame: SampleSize, split: Split) -> Result<Arc<dyn Dataset>, RunError> {
    let world = IllustratedWorld::new(WorldConfig {
        seed: data.seed,
        split,
        width: frame.width,
        height: frame.height,
        mask_side: frame.mask_side,
        kinds: data.kinds.clone(),
        sprites: data.sprites.clone(),
        ..Default::default()
    })?;
    Ok(Arc::new(world))
}

/// The words that a network knows when it has learned from these samples: those of the model that it starts from, else those that belong to
/// the data set; and behind them whatever else the samples name.
pub(crate) fn vocabulary(
    data: &DataConfig,
    of_model: Option<Vocabulary>,
    train: &dyn Dataset,
) -> Result<Vocabulary, VocabularyError> {
    if data.source == DataSource::Illustrated {
        return of_model.map_or_else(|| super::collate::vocabulary(data), Ok);
    }
    let base = match of_model.or_else(|| data.source.vocabulary()) {
        Some(vocab) => vocab,
        None => super::collate::vocabulary(data)?,
    };
    base.with_words(&train.object_names(), &train.predicate_names())
}
