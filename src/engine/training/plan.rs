//! A training plan: start model, samples and length. It is turned into the settings of a run.

use std::path::{Path, PathBuf};

use toml::Value;

use super::settings::{self, Setting};
use scenewright_data::DataSource;
use scenewright_model::checkpoint::ModelConfig;
use scenewright_nn::device::DeviceChoice;
use scenewright_train::config::PRESETS;
use scenewright_train::{AnyConfig, ConfigError};

/// A model to start from.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    pub path: PathBuf,
    pub name: String,
    /// What it is made of: a run that starts from it has the same.
    pub config: ModelConfig,
    /// It brings the networks that it learned against.
    pub has_discriminators: bool,
    /// It has words for a sky at night, in the morning ...
    pub knows_lights: bool,
}

/// As settings of a run. The illustrated world is the default data of a run; a collage cuts things out of pictures.
fn data_settings(source: DataSource, folder: &Path, collage: bool) -> Vec<String> {
    if source.folder().is_none() {
        return Vec::new();
    }
    let path = Value::from(folder.to_string_lossy().into_owned());
    match (source, collage) {
        (DataSource::Pictures, true) => vec![format!("pictures=[{path}]"), "own_share=0.6".to_owned()],
        _ => vec![format!("data.source=\"{}\"", source.key()), format!("data.path={path}")],
    }
}

/// So that a few pictures teach more, and nothing is forgotten.
fn augmentation_settings(source: DataSource, collage: bool) -> &'static [&'static str] {
    match (source, collage) {
        (DataSource::Pictures, false) => &["data.flip=true", "data.mix=0.3", "data.crop=0.25", "data.colour=0.1"],
        _ => &[],
    }
}

/// Length and learning rate of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recipe {
    #[default]
    QuickFineTune,
    Overnight,
    FromScratch,
}

impl Recipe {
    pub(crate) const ALL: [(Self, &'static str, &'static str); 3] = [
        (
            Self::QuickFineTune,
            "Quick fine-tune",
            "A few hundred small steps: the model keeps what it can do and adapts to the samples",
        ),
        (Self::Overnight, "Overnight", "Several thousand steps from a model: learns new things thoroughly"),
        (Self::FromScratch, "From scratch", "Random initial weights: for another network or vocabulary"),
    ];

    fn settings(self, collage: bool) -> &'static [&'static str] {
        match (self, collage) {
            (Self::QuickFineTune, false) => &[
                "iterations=300",
                "layout_first.iterations=0",
                "learning_rate=2e-4",
                "schedule.warmup=20",
                "keep.last_every=50",
                "keep.checkpoint_every=100",
                "keep.validate_every=50",
            ],
            (Self::Overnight, false) => &["layout_first.iterations=0", "learning_rate=3e-4"],
            (Self::QuickFineTune, true) => &[
                "iterations=200",
                "learning_rate=3e-4",
                "schedule.warmup=20",
                "keep.last_every=50",
                "keep.checkpoint_every=100",
                "keep.validate_every=50",
            ],
            (Self::Overnight, true) => &["learning_rate=6e-4", "keep.checkpoint_every=1000"],
            (Self::FromScratch, _) => &[],
        }
    }
}

/// Everything that a run starts with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Where its folder will be.
    pub run: PathBuf,
    /// None: random initial weights.
    pub start: Option<Start>,
    pub source: DataSource,
    /// Of the source; empty where none is chosen, or none is needed.
    pub folder: PathBuf,
    pub recipe: Recipe,
    /// From scratch: whose settings, of [`scenewright_train::config::PRESETS`].
    pub preset: String,
    /// Settings that the user has changed: keys and values in TOML.
    pub changed: Vec<(String, String)>,
    pub device: DeviceChoice,
}

impl Plan {
    /// The model to start from; none when training from scratch.
    pub(crate) fn start(&self) -> Option<&Start> {
        self.start.as_ref().filter(|_| self.recipe != Recipe::FromScratch)
    }

    /// Whether a collage learns.
    pub(crate) fn is_collage(&self) -> bool {
        match self.start() {
            Some(start) => matches!(start.config, ModelConfig::Collage(_)),
            None => self.preset == "collage",
        }
    }

    /// The preset for a quick fine-tune on one's own samples, if there is one.
    fn fine_tune_preset(&self) -> Option<&'static str> {
        let wanted = if self.is_collage() { "fine-tune" } else { "quick" };
        let is_wanted = self.recipe == Recipe::QuickFineTune && self.source == DataSource::Pictures;
        PRESETS.iter().map(|(name, _)| *name).find(|name| is_wanted && *name == wanted)
    }

    fn preset(&self) -> &str {
        if let Some(fine_tune_preset) = self.fine_tune_preset() {
            return fine_tune_preset;
        }
        match self.start().map(|start| &start.config) {
            Some(ModelConfig::Collage(_)) => "collage",
            // Discriminators must fit into its pictures.
            Some(ModelConfig::Sg2Im(model)) => match model.image_size.0.min(model.image_size.1) {
                0..32 => "tiny",
                32..64 => "small",
                _ => "illustrated",
            },
            None => &self.preset,
        }
    }

    /// The settings of the run; wrong ones are named.
    pub(crate) fn config(&self) -> Result<AnyConfig, ConfigError> {
        let error = match self.assemble(&self.changed) {
            Ok(config) => return Ok(config),
            Err(error) => error,
        };
        // TOML does not say which value was of a wrong kind.
        let is_wrong = |change: &&(String, String)| self.assemble(std::slice::from_ref(change)).is_err();
        Err(match self.changed.iter().find(is_wrong) {
            Some((key, value)) if !error.to_string().contains(key.as_str()) => {
                ConfigError::Invalid(format!("{key} cannot be {value}: {error}"))
            }
            _ => error,
        })
    }

    /// Defaults, before the user changes any.
    pub(crate) fn defaults(&self) -> Result<Vec<Setting>, ConfigError> {
        settings::list(&self.assemble(&[])?)
    }

    fn assemble(&self, changed: &[(String, String)]) -> Result<AnyConfig, ConfigError> {
        let collage = self.is_collage();
        let recipe = if self.fine_tune_preset().is_some() { &[] } else { self.recipe.settings(collage) };
        let mut set: Vec<String> =
            recipe.iter().chain(augmentation_settings(self.source, collage)).map(|text| (*text).to_owned()).collect();
        set.extend(data_settings(self.source, &self.folder, collage));
        if let Some(Start { config: ModelConfig::Sg2Im(_), knows_lights, .. }) = self.start() {
            set.push(format!("data.light_of={}", if *knows_lights { "[\"sky\"]" } else { "[]" }));
        }
        set.extend(changed.iter().map(|(key, value)| format!("{key}={value}")));
        let mut config = AnyConfig::assemble(Some(self.preset()), None, &set)?;
        match (&mut config, self.start()) {
            (AnyConfig::Sg2Im(run), Some(Start { config: ModelConfig::Sg2Im(model), has_discriminators, .. })) => {
                run.model = model.clone();
                // A run has settings of its own for them.
                (run.model.d_obj_kwargs, run.model.d_img_kwargs) = (None, None);
                run.model.extra.clear();
                if *has_discriminators {
                    (run.d_obj, run.d_img) = Default::default();
                }
            }
            (AnyConfig::Collage(run), Some(Start { config: ModelConfig::Collage(model), .. })) => {
                run.model = model.clone();
                // It does not learn with the looks, and a run that starts from a model takes it from there.
                run.model.geometry = None;
            }
            _ => {}
        }
        Ok(config)
    }
}

/// Whether a collage, or an sg2im network, can learn from such a source at all: settings of another version may not know it.
pub fn is_offered(source: DataSource, collage: bool) -> bool {
    let preset = if collage { "collage" } else { "illustrated" };
    AnyConfig::assemble(Some(preset), None, &data_settings(source, Path::new("."), collage)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_model::checkpoint::ModelFolder;
    use strum::IntoEnumIterator;

    /// A plan that starts from a model that came with the program.
    fn from(model: &str, recipe: Recipe, source: DataSource) -> Plan {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(model);
        let config = ModelFolder::open(&path).unwrap().config;
        let start = Start { path, name: model.to_owned(), config, has_discriminators: false, knows_lights: true };
        let folder = PathBuf::from("pictures");
        Plan { start: Some(start), recipe, source, folder, preset: "small".to_owned(), ..Plan::default() }
    }

    #[test]
    fn every_recipe_makes_settings_that_can_be_written_and_read() {
        for (recipe, ..) in Recipe::ALL {
            for (model, collage) in [("collage-illustrated", true), ("sg2im-illustrated", false)] {
                let plan = from(model, recipe, DataSource::Illustrated);
                let config = plan.config().unwrap();
                assert!(config.to_toml().is_ok(), "{model}, {recipe:?}");
                let is_collage = matches!(config, AnyConfig::Collage(_));
                assert_eq!(is_collage, collage && recipe != Recipe::FromScratch);
                assert_eq!(plan.is_collage(), is_collage);
                let defaults = plan.defaults().unwrap();
                assert!(defaults.iter().any(|setting| setting.key == "iterations"), "{defaults:?}");
            }
        }
    }

    #[test]
    fn what_the_person_sets_comes_last_and_what_is_wrong_is_named() {
        let mut plan = from("sg2im-illustrated", Recipe::QuickFineTune, DataSource::Illustrated);
        plan.changed = vec![("iterations".to_owned(), "7".to_owned())];
        assert_eq!(plan.config().unwrap().steps(), 7);
        plan.changed.push(("batch_size".to_owned(), "many".to_owned()));
        let error = plan.config().unwrap_err().to_string();
        assert!(error.contains("batch_size cannot be many"), "{error}");
    }

    #[test]
    fn a_source_that_this_version_cannot_read_is_not_offered() {
        for collage in [false, true] {
            assert!(is_offered(DataSource::Illustrated, collage));
            for source in DataSource::iter() {
                let model = if collage { "collage-illustrated" } else { "sg2im-illustrated" };
                let plan = from(model, Recipe::Overnight, source);
                assert_eq!(plan.config().is_ok(), is_offered(source, collage), "{source:?}");
            }
        }
    }
}
