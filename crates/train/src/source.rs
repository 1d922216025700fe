//! From settings to samples: which data set, in which parts, and which words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::config::{DataConfig, DataSource};
use super::run::RunError;
use scenewright_data::coco::{Coco, CocoConfig};
use scenewright_data::pictures::OwnPictures;
use scenewright_data::validate::DataSetKind;
use scenewright_data::visual_genome::{VgConfig, VisualGenome};
pub use scenewright_data::{
    Augment, DataError, Dataset, Endless, Mixed, PictureSet, SampleSize, SequentialSampler, Split,
};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_scene::vocab::{Vocabulary, VocabularyError};

/// What a run learns from, and what it is judged by.
pub(crate) struct Sources {
    pub train: Arc<dyn Dataset>,
    pub held_out: Arc<dyn Dataset>,
    /// What the person should know before it begins, a sentence each.
    pub warnings: Vec<String>,
    /// Pictures on the disk, those that are held out included; none where samples are made.
    pub samples: Option<u64>,
}

/// Opens both parts. Samples are `frame` large.
pub(crate) fn open(data: &DataConfig, frame: SampleSize) -> Result<Sources, RunError> {
    let augment = Augment { crop: data.crop, colour: data.colour };
    let endless = |set: Arc<dyn PictureSet>| -> Arc<dyn Dataset> { Arc::new(Endless::new(set, data.seed, augment)) };
    // A picture that breaks must not end every run that looks at it.
    let in_order = |set: Arc<dyn Dataset>| -> Arc<dyn Dataset> { Arc::new(SequentialSampler::new(set)) };
    let mut warnings = Vec::new();
    let mut samples = None;
    let mut count = |part: &dyn Dataset| samples = Some(samples.unwrap_or(0) + part.len().unwrap_or(0));
    let (train, held_out): (Arc<dyn Dataset>, Arc<dyn Dataset>) = match data.source {
        DataSource::Illustrated => (world(data, frame, Split::Train)?, world(data, frame, Split::Validation)?),
        DataSource::Pictures => {
            let (pictures, faults) = OwnPictures::open_counted(path(data)?)?;
            warnings.extend(faults.sentences());
            let pictures = pictures.with_frame(frame);
            count(&pictures);
            let (train, mut held_out) = (pictures.clone().part(Split::Train), pictures.clone().part(Split::Validation));
            if held_out.is_empty() {
                warnings.push(
                    "fewer than five pictures: none is held out, so the figures are of pictures that it learns from"
                        .into(),
                );
                held_out = pictures;
            }
            (endless(Arc::new(train)), in_order(Arc::new(held_out)))
        }
        DataSource::Coco => {
            let part = |split: Split| {
                let (path, filters) = (path(data)?.to_owned(), data.coco.filters());
                Ok::<_, RunError>(Coco::open(CocoConfig { path, split, seed: data.seed, frame, filters })?)
            };
            let (train, held_out) = (part(Split::Train)?, part(Split::Validation)?);
            count(&train);
            count(&held_out);
            (endless(Arc::new(train)), in_order(Arc::new(held_out)))
        }
        DataSource::VisualGenome => {
            let part = |split: Split| {
                let path = path(data)?.to_owned();
                Ok::<_, RunError>(VisualGenome::open(VgConfig {
                    path,
                    split,
                    seed: data.seed,
                    frame,
                    ..Default::default()
                })?)
            };
            let (train, held_out) = (part(Split::Train)?, part(Split::Validation)?);
            count(&train);
            count(&held_out);
            (endless(Arc::new(train)), in_order(Arc::new(held_out)))
        }
    };
    if data.source == DataSource::Illustrated || data.mix == 0.0 || train.is_empty() {
        return Ok(Sources { train, held_out, warnings, samples });
    }
    let other = world(data, frame, Split::Train)?;
    let train = Arc::new(Mixed { own: train, other, share: data.mix, seed: data.seed });
    Ok(Sources { train, held_out, warnings, samples })
}

fn path(data: &DataConfig) -> Result<&Path, RunError> {
    let missing = || DataError::Place { what: "data.path names no folder".into(), path: PathBuf::new() };
    Ok(data.path.as_deref().ok_or_else(missing)?)
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
    let base = match (of_model, data.source) {
        (Some(vocab), _) => vocab,
        (None, DataSource::Illustrated) => return super::collate::vocabulary(data),
        (None, DataSource::Pictures) => super::collate::vocabulary(data)?,
        (None, DataSource::Coco) => Vocabulary::coco_stuff(),
        (None, DataSource::VisualGenome) => Vocabulary::visual_genome(),
    };
    match data.source {
        DataSource::Illustrated => Ok(base),
        _ => base.with_words(&train.object_names(), &train.predicate_names()),
    }
}

/// What lies in a folder, by its files.
pub fn recognise(path: &Path) -> Option<DataSource> {
    Some(match DataSetKind::of(path)? {
        DataSetKind::Coco => DataSource::Coco,
        DataSetKind::VisualGenome => DataSource::VisualGenome,
        DataSetKind::Pictures => DataSource::Pictures,
    })
}
