//! The result: plain data, as `--json` writes it. Shares are 0..=1.

use std::collections::BTreeMap;

use serde::Serialize;

use super::change::{Diversity, Stability};
use super::colour::ColourFigures;
use super::inception::InceptionFigures;
use super::layout::{BoxFigures, RelationFigures};
use super::recognition::Recognition;

/// All figures of one artist.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    pub artist: String,
    /// Scenes that were drawn.
    pub scenes: u64,
    pub boxes: BoxFigures,
    pub relations: RelationFigures,
    /// None without pictures or without a classifier; so are the two that follow.
    pub recognition: Option<Recognition>,
    /// Accuracy on this artist's crops over that on real crops of the same scenes.
    pub recognisability: Option<f64>,
    /// To real crops of other held-out scenes; the data set's own is what cannot be bettered.
    pub frechet: Option<f64>,
    /// None without weights of Inception v3.
    pub inception: Option<InceptionFigures>,
    pub diversity: Option<Diversity>,
    pub stability: Option<Stability>,
    /// None without pictures.
    pub colours: Option<ColourFigures>,
    /// One picture at a time, on this machine; not of the data set.
    pub images_per_second: Option<f64>,
}

/// Scenes that were left out: words the model does not know, with how many scenes use them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub scenes: u64,
    pub words: BTreeMap<String, u64>,
}
