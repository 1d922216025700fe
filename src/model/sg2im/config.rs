//! The shape of an sg2im network, in the reference's own argument names.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    #[default]
    Avg,
    Sum,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Norm {
    #[default]
    Batch,
    Instance,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MlpNorm {
    Batch,
    #[default]
    None,
}

/// Arguments of the reference's `Sg2ImModel`; absent ones take its defaults.
// sg2im: model.py, Sg2ImModel.__init__
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sg2ImConfig {
    /// Height, width in pixels.
    pub image_size: (usize, usize),
    pub embedding_dim: usize,
    pub gconv_dim: usize,
    pub gconv_hidden_dim: usize,
    pub gconv_pooling: Pooling,
    pub gconv_num_layers: usize,
    pub mlp_normalization: MlpNorm,
    pub refinement_dims: Vec<usize>,
    pub normalization: Norm,
    pub activation: String,
    /// Side of the predicted masks; `None`: layouts are made of boxes alone.
    pub mask_size: Option<usize>,
    pub layout_noise_dim: usize,
}

impl Default for Sg2ImConfig {
    fn default() -> Self {
        Self {
            image_size: (64, 64),
            embedding_dim: 64,
            gconv_dim: 128,
            gconv_hidden_dim: 512,
            gconv_pooling: Pooling::Avg,
            gconv_num_layers: 5,
            mlp_normalization: MlpNorm::None,
            refinement_dims: vec![1024, 512, 256, 128, 64],
            normalization: Norm::Batch,
            activation: "leakyrelu-0.2".into(),
            mask_size: None,
            layout_noise_dim: 0,
        }
    }
}

impl Sg2ImConfig {
    pub fn mlp_batch_norm(&self) -> bool {
        self.mlp_normalization == MlpNorm::Batch
    }

    /// Slope of the activation for negative values. The reference makes a LeakyReLU of every name: "relu" has the default slope.
    // sg2im: layers.py, get_activation
    pub fn slope(&self) -> f64 {
        self.activation.split_once('-').and_then(|(_, slope)| slope.parse().ok()).unwrap_or(0.01)
    }
}
