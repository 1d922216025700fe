//! The content of `config.json`: which architecture, and its arguments.

use serde::{Deserialize, Serialize};

use crate::model::sg2im::config::Sg2ImConfig;

/// The content of `config.json`, told apart by its `architecture`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "architecture")]
pub enum ModelConfig {
    #[serde(rename = "sg2im")]
    Sg2Im(Sg2ImConfig),
}
