//! The shape of an sg2im network: sg2im's own argument names, with sg2im's defaults (sg2im: model.py, Sg2ImModel).
//!
//! A configuration that was read is one that can be built: everything wrong with it is said at once, in [`ConfigProblems`].

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use thiserror::Error;

use crate::config_fields::Fields;

/// Arguments of sg2im's `Sg2ImModel`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Json>")]
pub struct Sg2ImConfig {
    /// Height, width.
    pub image_size: (usize, usize),
    pub embedding_dim: usize,
    pub gconv_dim: usize,
    pub gconv_hidden_dim: usize,
    pub gconv_pooling: Pooling,
    pub gconv_num_layers: usize,
    pub mlp_normalization: MlpNorm,
    pub refinement_dims: Vec<usize>,
    pub normalization: Norm,
    /// `leakyrelu-0.2`; see [`Sg2ImConfig::leaky_slope`].
    pub activation: String,
    /// None and 0 both mean a model without a mask net; see [`Sg2ImConfig::masks`].
    pub mask_size: Option<usize>,
    pub layout_noise_dim: usize,
    /// Whether a picture is stretched to its own darkest and brightest value before it is shown, as sg2im does
    /// (sg2im: data/utils.py, imagenet_deprocess_batch). A network of ours is not: its nights are dark.
    #[serde(skip_serializing_if = "is_true")]
    pub rescale: bool,
    /// Arguments of the discriminators, where the folder has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d_obj_kwargs: Option<Map<String, Json>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d_img_kwargs: Option<Map<String, Json>>,
    /// What this version does not know, kept for the next one.
    #[serde(flatten)]
    pub extra: Map<String, Json>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    Avg,
    Sum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MlpNorm {
    None,
    Batch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Norm {
    Batch,
    Instance,
    None,
}

fn is_true(value: &bool) -> bool {
    *value
}

/// Everything that is wrong with a configuration, one sentence each.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ConfigProblems(pub Vec<String>);

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
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
            rescale: true,
            d_obj_kwargs: None,
            d_img_kwargs: None,
            extra: Map::new(),
        }
    }
}

/// Slope of the activation that goes by this name.
pub(crate) fn slope_of(activation: &str) -> Option<f64> {
    let name = activation.to_lowercase();
    match name.split_once('-') {
        None if name == "relu" || name == "leakyrelu" => Some(0.01),
        Some(("leakyrelu", slope)) => slope.parse().ok().filter(|slope: &f64| slope.is_finite()),
        _ => None,
    }
}

// Far above any such model, low enough that no product of two overflows and no list of layers fills the memory.
const MAX_WIDTH: usize = 1 << 16;
const MAX_LAYERS: usize = 256;
const MAX_STAGES: usize = 13;

impl Sg2ImConfig {
    /// The side of the predicted masks; none without a mask net.
    pub fn masks(&self) -> Option<usize> {
        self.mask_size.filter(|&size| size > 0)
    }

    /// Slope of the LeakyReLU below zero. sg2im builds a LeakyReLU whatever the name says: 0.01 for `relu` (sg2im: layers.py,
    /// get_activation).
    pub(crate) fn leaky_slope(&self) -> Option<f64> {
        slope_of(&self.activation)
    }

    pub(crate) fn mlp_batch_norm(&self) -> bool {
        self.mlp_normalization == MlpNorm::Batch
    }

    /// [`Self::leaky_slope`] of a configuration that was validated.
    pub(crate) fn slope(&self) -> f64 {
        self.leaky_slope().unwrap_or(0.01)
    }

    /// All that would keep the networks from being built.
    pub(crate) fn validate(&self) -> Result<(), ConfigProblems> {
        let mut problems = Vec::new();
        for (name, value) in [
            ("embedding_dim", self.embedding_dim),
            ("gconv_dim", self.gconv_dim),
            ("gconv_hidden_dim", self.gconv_hidden_dim),
        ] {
            if !(1..=MAX_WIDTH).contains(&value) {
                problems.push(format!("{name} is {value}; it must be 1 to {MAX_WIDTH}"));
            }
        }
        if self.layout_noise_dim > MAX_WIDTH {
            problems.push(format!("layout_noise_dim is {}; at most {MAX_WIDTH}", self.layout_noise_dim));
        }
        if self.gconv_num_layers > MAX_LAYERS {
            problems.push(format!("gconv_num_layers is {}; at most {MAX_LAYERS}", self.gconv_num_layers));
        }
        if self.leaky_slope().is_none() {
            problems.push(format!("activation is {:?}; known: relu, leakyrelu, leakyrelu-SLOPE", self.activation));
        }
        if let Some(size) = self.masks()
            && !(size.is_power_of_two() && size <= MAX_WIDTH)
        {
            problems.push(format!("mask_size is {size}; it must be a power of two, or 0 for no masks"));
        }
        self.validate_stages(&mut problems);
        if problems.is_empty() { Ok(()) } else { Err(ConfigProblems(problems)) }
    }

    /// Each refinement stage doubles the size, so both sides must halve as often as there are stages (sg2im: crn.py).
    fn validate_stages(&self, problems: &mut Vec<String>) {
        let stages = self.refinement_dims.len();
        if !(1..=MAX_STAGES).contains(&stages) {
            problems.push(format!("refinement_dims has {stages} entries; it needs 1 to {MAX_STAGES}"));
        }
        if let Some(width) = self.refinement_dims.iter().find(|width| !(1..=MAX_WIDTH).contains(*width)) {
            problems.push(format!("refinement_dims has a {width}; each must be 1 to {MAX_WIDTH}"));
        }
        let (height, width) = self.image_size;
        for (name, side) in [("height", height), ("width", width)] {
            let step = 1 << stages.min(MAX_STAGES);
            if side == 0 || side > MAX_WIDTH || side % step != 0 {
                problems.push(format!(
                    "image_size has a {name} of {side}; with {stages} refinement stages it must be a multiple of {step}, at most {MAX_WIDTH}"
                ));
            }
        }
    }
}

impl TryFrom<Map<String, Json>> for Sg2ImConfig {
    type Error = ConfigProblems;

    /// Absent arguments take sg2im's defaults; unknown ones are kept in `extra`.
    fn try_from(map: Map<String, Json>) -> Result<Self, ConfigProblems> {
        let default = Self::default();
        let mut fields = Fields::new(map);
        let config = Self {
            image_size: fields.pair("image_size", default.image_size),
            embedding_dim: fields.size("embedding_dim", default.embedding_dim),
            gconv_dim: fields.size("gconv_dim", default.gconv_dim),
            gconv_hidden_dim: fields.size("gconv_hidden_dim", default.gconv_hidden_dim),
            gconv_pooling: fields.choice(
                "gconv_pooling",
                default.gconv_pooling,
                &[("avg", Pooling::Avg), ("sum", Pooling::Sum)],
            ),
            gconv_num_layers: fields.size("gconv_num_layers", default.gconv_num_layers),
            mlp_normalization: fields.choice(
                "mlp_normalization",
                default.mlp_normalization,
                &[("none", MlpNorm::None), ("batch", MlpNorm::Batch)],
            ),
            refinement_dims: fields.sizes("refinement_dims", default.refinement_dims),
            normalization: fields.choice(
                "normalization",
                default.normalization,
                &[("batch", Norm::Batch), ("instance", Norm::Instance), ("none", Norm::None)],
            ),
            activation: fields.text("activation", default.activation),
            mask_size: fields.optional_size("mask_size"),
            layout_noise_dim: fields.size("layout_noise_dim", default.layout_noise_dim),
            rescale: fields.flag("rescale", default.rescale),
            d_obj_kwargs: fields.map("d_obj_kwargs"),
            d_img_kwargs: fields.map("d_img_kwargs"),
            extra: Map::new(),
        };
        let (extra, mut problems) = fields.finish();
        if let Err(ConfigProblems(more)) = config.validate() {
            problems.extend(more);
        }
        if problems.is_empty() { Ok(Self { extra, ..config }) } else { Err(ConfigProblems(problems)) }
    }
}
