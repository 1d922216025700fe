//! The registry of data sources: names, descriptions, and how each is recognized, opened and checked. Settings, the training
//! panel, the command line and cards of models derive their lists from [`DataSource`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::coco::{self, Coco, CocoConfig, CocoFilters};
use super::pictures::{OwnPicture, OwnPictures};
use super::store::AnnotationTable;
use super::validate::{self, ValidationReport};
use super::visual_genome::{self, VgConfig, VisualGenome};
use super::{DataError, Dataset, PictureSet, SampleSize, Split};
use scenewright_scene::vocab::Vocabulary;

/// Where samples come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DataSource {
    /// Scenes that the program composes itself.
    #[default]
    Illustrated,
    /// A folder of pictures, with or without one annotations file.
    Pictures,
    /// COCO 2017 with COCO-Stuff, or another set whose train and val files are named as COCO's.
    Coco,
    /// Visual Genome, once `scenewright dataset index` has read it.
    VisualGenome,
}

/// What is opened, and how.
#[derive(Clone, Debug)]
pub struct SourceOptions {
    pub path: PathBuf,
    pub seed: u64,
    /// Size of the samples.
    pub frame: SampleSize,
    /// Of COCO alone.
    pub coco: CocoFilters,
}

/// Training data and validation data of a network.
pub struct TrainingParts {
    pub train: Arc<dyn PictureSet>,
    pub held_out: Arc<dyn Dataset>,
    /// Pictures on the disk, those that are held out included.
    pub pictures: u64,
    /// What the user should know before training begins, a sentence each.
    pub warnings: Vec<String>,
}

/// One part of a set, to be looked at.
pub struct TitledPart {
    pub set: Box<dyn Dataset>,
    /// One for each picture.
    pub titles: Vec<String>,
    /// Issues of what is left out, a sentence each.
    pub left_out: Vec<String>,
}

impl DataSource {
    /// The name in configuration files.
    pub fn key(self) -> &'static str {
        self.into()
    }

    /// The name in the training panel.
    pub fn title(self) -> &'static str {
        match self {
            Self::Illustrated => "Illustrated world",
            Self::Pictures => "My pictures",
            Self::Coco => "COCO-Stuff",
            Self::VisualGenome => "Visual Genome",
        }
    }

    /// One sentence for the user who chooses a source.
    pub fn description(self) -> &'static str {
        match self {
            Self::Illustrated => "Scenes that the program composes itself, as many as are asked for",
            Self::Pictures => "Pictures of your own with their objects marked; ten are a beginning",
            Self::Coco => "Photographs with things and stuff outlined, as the paper used them",
            Self::VisualGenome => "Photographs with objects and relations written down by people",
        }
    }

    /// Describes the folder that the user must choose; `None` if the source needs none.
    pub fn folder(self) -> Option<&'static str> {
        match self {
            Self::Illustrated => None,
            Self::Pictures => Some("the folder with your pictures and annotations.json"),
            Self::Coco => Some("the folder with COCO's annotations and pictures"),
            Self::VisualGenome => Some("the folder with Visual Genome's JSON files and pictures"),
        }
    }

    /// The name in the report of `dataset doctor`.
    pub fn set_name(self) -> &'static str {
        match self {
            Self::Illustrated => "illustrated world",
            Self::Pictures => "own pictures",
            Self::Coco => "COCO",
            Self::VisualGenome => "Visual Genome",
        }
    }

    /// The training data as a model card names it; `folder` is the name of the data set's folder.
    pub fn on_card(self, folder: &str) -> String {
        match self {
            Self::Illustrated => "its illustrated world".to_owned(),
            Self::Pictures => format!("own pictures (\"{folder}\")"),
            Self::Coco => format!("pictures annotated as COCO's (\"{folder}\")"),
            Self::VisualGenome => "Visual Genome".to_owned(),
        }
    }

    /// The vocabulary of the data set; `None` if it is that of the illustrated world, with the user's own drawings.
    pub fn vocabulary(self) -> Option<Vocabulary> {
        match self {
            Self::Illustrated | Self::Pictures => None,
            Self::Coco => Some(Vocabulary::coco_stuff()),
            Self::VisualGenome => Some(Vocabulary::visual_genome()),
        }
    }

    /// Recognizes the data set in a folder by its files; `None` if there is no such folder. Never the illustrated world,
    /// which has no folder.
    pub fn of_folder(path: &Path) -> Option<Self> {
        if visual_genome::is_here(path) {
            return Some(Self::VisualGenome);
        }
        let parts = [Split::Train, Split::Validation].map(|split| coco::find(path, split));
        if parts.iter().any(|files| files.as_ref().is_ok_and(|files| files.divided)) {
            return Some(Self::Coco);
        }
        path.exists().then_some(Self::Pictures)
    }

    /// Opens the training part and the held-out part; `None` for the illustrated world, whose samples are generated.
    ///
    /// # Errors
    ///
    /// If the set cannot be read, or holds nothing to learn from.
    pub fn open_for_training(self, options: &SourceOptions) -> Result<Option<TrainingParts>, DataError> {
        let parts = match self {
            Self::Illustrated => return Ok(None),
            Self::Pictures => own_pictures(options)?,
            Self::Coco => {
                let part = |split| Coco::open(options.coco(split));
                divided(part(Split::Train)?, part(Split::Validation)?)
            }
            Self::VisualGenome => {
                let part = |split| VisualGenome::open(options.visual_genome(split));
                divided(part(Split::Train)?, part(Split::Validation)?)
            }
        };
        if parts.train.len() == Some(0) {
            return Err(nothing_to_learn_from(&options.path, &parts));
        }
        Ok(Some(parts))
    }

    /// Opens one part for viewing; of own pictures all of them. `None` for the illustrated world, which has no folder.
    pub fn open_titled(self, options: &SourceOptions, split: Split) -> Result<Option<TitledPart>, DataError> {
        let names_of =
            |store: &AnnotationTable| store.pictures.iter().map(|picture| picture.file.to_string()).collect();
        Ok(Some(match self {
            Self::Illustrated => return Ok(None),
            Self::Pictures => {
                let (pictures, issues) = OwnPictures::open_counted(&options.path)?;
                let title = |picture: &OwnPicture| {
                    let name = picture.path.file_name().map(|name| name.to_string_lossy().into_owned());
                    format!("{}{}", name.unwrap_or_default(), if picture.held_out { " (held out)" } else { "" })
                };
                let titles = pictures.pictures().map(title).collect();
                TitledPart { set: Box::new(pictures.with_frame(options.frame)), titles, left_out: issues.summaries() }
            }
            Self::Coco => {
                let set = Coco::open(options.coco(split))?;
                TitledPart { titles: names_of(set.store()), set: Box::new(set), left_out: Vec::new() }
            }
            Self::VisualGenome => {
                let set = VisualGenome::open(options.visual_genome(split))?;
                TitledPart { titles: names_of(set.store()), set: Box::new(set), left_out: Vec::new() }
            }
        }))
    }

    /// Reads the whole data set and adds its counts and issues to the report.
    pub(crate) fn examine(
        self,
        path: &Path,
        report: &mut ValidationReport,
        progress: &mut dyn FnMut(&str),
    ) -> Result<(), DataError> {
        match self {
            Self::Illustrated => Ok(()),
            Self::Pictures => validate::own(path, report, progress),
            Self::Coco => validate::of_coco(path, report, progress),
            Self::VisualGenome => validate::of_visual_genome(path, report, progress),
        }
    }
}

impl SourceOptions {
    fn coco(&self, split: Split) -> CocoConfig {
        let Self { path, seed, frame, coco } = self.clone();
        CocoConfig { path, split, seed, frame, filters: coco }
    }

    fn visual_genome(&self, split: Split) -> VgConfig {
        VgConfig { path: self.path.clone(), split, seed: self.seed, frame: self.frame, ..Default::default() }
    }
}

fn own_pictures(options: &SourceOptions) -> Result<TrainingParts, DataError> {
    let (pictures, issues) = OwnPictures::open_counted(&options.path)?;
    let mut warnings = issues.summaries();
    let pictures = pictures.with_frame(options.frame);
    let count = pictures.len().unwrap_or(0);
    let (train, mut held_out) = (pictures.clone().part(Split::Train), pictures.clone().part(Split::Validation));
    if held_out.is_empty() && count > 0 {
        warnings.push(
            "fewer than five pictures: none is held out, so the figures are of pictures that it learns from".into(),
        );
        held_out = pictures;
    }
    Ok(TrainingParts { train: Arc::new(train), held_out: Arc::new(held_out), pictures: count, warnings })
}

/// The error for a data set that could be read but has no training pictures.
fn nothing_to_learn_from(path: &Path, parts: &TrainingParts) -> DataError {
    let what = match (parts.pictures, parts.warnings.first()) {
        (0, Some(first)) => format!(
            "there is nothing to learn from in this folder (first of all, {first}). `scenewright dataset doctor` lists everything that is wrong"
        ),
        (0, None) => {
            "there is nothing to learn from in this folder. `scenewright dataset doctor` says what it holds".to_owned()
        }
        (count, _) => format!(
            "all {count} pictures here are for validation or testing, by the names of their folders. Choose a folder that has pictures to train on, too"
        ),
    };
    DataError::InvalidFile { what, path: path.to_owned() }
}

fn divided(train: impl PictureSet + 'static, held_out: impl PictureSet + 'static) -> TrainingParts {
    let pictures = train.len().unwrap_or(0) + held_out.len().unwrap_or(0);
    TrainingParts { train: Arc::new(train), held_out: Arc::new(held_out), pictures, warnings: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn keys_are_those_of_settings_that_were_written_before() {
        let keys: Vec<&str> = DataSource::iter().map(DataSource::key).collect();
        assert_eq!(keys, ["illustrated", "pictures", "coco", "visual_genome"]);
        for source in DataSource::iter() {
            let written = serde_json::to_value(source).unwrap();
            assert_eq!(written, source.key());
            assert_eq!(serde_json::from_value::<DataSource>(written).unwrap(), source);
        }
    }
}
