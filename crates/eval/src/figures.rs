//! The result: plain data, as `--json` writes it. Shares are 0..=1.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::{Diversity, Stability};
use super::color::ColorFigures;
use super::inception::InceptionFigures;
use super::layout::{BoxFigures, RelationFigures};
use super::recognition::Recognition;

/// All metrics of one generator.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    #[serde(rename = "artist")]
    pub generator: String,
    /// Scenes that were drawn.
    pub scenes: u64,
    pub boxes: BoxFigures,
    pub relations: RelationFigures,
    /// None without pictures or without a classifier; so are the two that follow.
    pub recognition: Option<Recognition>,
    /// Accuracy on this generator's crops over that on real crops of the same scenes.
    #[serde(rename = "recognisability")]
    pub recognizability: Option<f64>,
    /// To real crops of other held-out scenes; the data set's own is what cannot be bettered.
    pub frechet: Option<f64>,
    /// None without weights of Inception v3.
    pub inception: Option<InceptionFigures>,
    pub diversity: Option<Diversity>,
    pub stability: Option<Stability>,
    /// None without pictures.
    #[serde(rename = "colours")]
    pub colors: Option<ColorFigures>,
    /// One picture at a time, on this machine; not of the data set.
    pub images_per_second: Option<f64>,
}

/// Scenes that were left out: words the model does not know, with how many scenes use them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub scenes: u64,
    pub words: BTreeMap<String, u64>,
}
