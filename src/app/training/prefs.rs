//! Preferences of the training panel, saved between runs of the program.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::engine::training::Recipe;
use scenewright_data::DataSource;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecipeKey {
    #[default]
    #[serde(rename = "quick_touch")]
    FineTune,
    Overnight,
    FromScratch,
}

impl RecipeKey {
    pub(crate) fn recipe(self) -> Recipe {
        match self {
            Self::FineTune => Recipe::QuickFineTune,
            Self::Overnight => Recipe::Overnight,
            Self::FromScratch => Recipe::FromScratch,
        }
    }

    pub(crate) fn of(recipe: Recipe) -> Self {
        match recipe {
            Recipe::QuickFineTune => Self::FineTune,
            Recipe::Overnight => Self::Overnight,
            Recipe::FromScratch => Self::FromScratch,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TrainingPrefs {
    /// The last start model; `None`: the first of the list.
    pub start: Option<String>,
    pub source: DataSource,
    /// Folder of the user's samples.
    pub folder: Option<String>,
    pub recipe: RecipeKey,
    /// Preset of a run from scratch.
    pub preset: String,
    /// Whether the preview uses the training model.
    pub follows: bool,
    pub(crate) follow_seconds: u32,
    pub(crate) log_scale: bool,
    /// 0 to 0.99: weight of earlier points.
    pub(crate) smoothing: f32,
    /// Default curves that are hidden.
    pub hidden: BTreeSet<String>,
    /// Other curves that are shown.
    pub shown: BTreeSet<String>,
}

impl Default for TrainingPrefs {
    fn default() -> Self {
        Self {
            start: None,
            source: DataSource::default(),
            folder: None,
            recipe: RecipeKey::default(),
            preset: "small".to_owned(),
            follows: false,
            follow_seconds: 10,
            log_scale: true,
            smoothing: 0.8,
            hidden: BTreeSet::new(),
            shown: BTreeSet::new(),
        }
    }
}
