//! The content of `config.json`: the architecture and its arguments.

use serde::{Deserialize, Serialize};

use crate::collage::CollageConfig;
use crate::sg2im::config::Sg2ImConfig;

/// The configuration of a model, tagged by `architecture`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "architecture")]
pub enum ModelConfig {
    #[serde(rename = "sg2im")]
    Sg2Im(Sg2ImConfig),
    #[serde(rename = "collage")]
    Collage(CollageConfig),
}

impl ModelConfig {
    /// Height and width of the model's pictures, in pixels.
    pub fn image_size(&self) -> (usize, usize) {
        match self {
            Self::Sg2Im(config) => config.image_size,
            Self::Collage(config) => config.image_size,
        }
    }
}
