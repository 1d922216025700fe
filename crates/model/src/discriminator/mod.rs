//! The networks that distinguish real pictures from generated ones: whole pictures by patches, and single objects by crops.
// sg2im: discriminators.py

pub mod architecture;
pub mod cnn;

use candle_core::{Result, Tensor};
use candle_nn::{Linear, VarBuilder};
use serde_json::{Map, Value as Json};

use crate::config_fields::Fields;
use crate::sg2im::config::{ConfigProblems, Norm};
use architecture::{CnnLayer, Padding};
use cnn::{Cnn, fixed_linear};
use scenewright_nn::crop::crops;
use scenewright_nn::linear::linear;
use scenewright_nn::mode::Mode;

/// The arguments of a discriminator, by sg2im's names.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscriminatorConfig {
    /// `C4-64-2,C4-128-2,C4-256-2`; see [`architecture`].
    pub arch: String,
    pub normalization: Norm,
    /// `leakyrelu-0.2`
    pub activation: String,
    pub padding: Padding,
    /// Side of the crops of the object discriminator, pixels.
    pub object_size: usize,
    /// Divide the weights of convolutions by their largest singular value; beyond sg2im.
    pub spectral: bool,
}

impl Default for DiscriminatorConfig {
    /// What sg2im's train.py passes.
    fn default() -> Self {
        Self {
            arch: "C4-64-2,C4-128-2,C4-256-2".into(),
            normalization: Norm::Batch,
            activation: "leakyrelu-0.2".into(),
            padding: Padding::Valid,
            object_size: 32,
            spectral: false,
        }
    }
}

const MAX_CROP_SIDE: usize = 4096;

impl DiscriminatorConfig {
    /// From the arguments that a checkpoint of sg2im keeps; absent ones take the defaults of train.py.
    pub fn from_kwargs(kwargs: &Map<String, Json>) -> std::result::Result<Self, ConfigProblems> {
        let default = Self::default();
        let mut fields = Fields::new(kwargs.clone());
        let norms = [("batch", Norm::Batch), ("instance", Norm::Instance), ("none", Norm::None)];
        let config = Self {
            arch: fields.text("arch", default.arch),
            normalization: fields.choice("normalization", default.normalization, &norms),
            activation: fields.text("activation", default.activation),
            padding: fields.choice("padding", default.padding, &[("same", Padding::Same), ("valid", Padding::Valid)]),
            object_size: fields.size("object_size", default.object_size),
            spectral: fields.flag("spectral", default.spectral),
        };
        let (_, mut problems) = fields.finish();
        if let Err(ConfigProblems(more)) = config.layers() {
            problems.extend(more);
        }
        if problems.is_empty() { Ok(config) } else { Err(ConfigProblems(problems)) }
    }

    /// The layers, or all that is wrong.
    pub fn layers(&self) -> std::result::Result<Vec<CnnLayer>, ConfigProblems> {
        let mut problems = Vec::new();
        if self.slope().is_none() {
            problems.push(format!("activation is {:?}; known: relu, leakyrelu, leakyrelu-SLOPE", self.activation));
        }
        if !(1..=MAX_CROP_SIDE).contains(&self.object_size) {
            problems.push(format!("object_size is {}; it must be 1 to {MAX_CROP_SIDE}", self.object_size));
        }
        match architecture::parse(&self.arch, self.padding) {
            Ok(layers) if problems.is_empty() => return Ok(layers),
            Ok(_) => {}
            Err(wrong) => problems.push(wrong.to_string()),
        }
        Err(ConfigProblems(problems))
    }

    /// Slope of the LeakyReLU below zero; see [`crate::sg2im::config::Sg2ImConfig::leaky_slope`].
    pub(crate) fn slope(&self) -> Option<f64> {
        crate::sg2im::config::slope_of(&self.activation)
    }

    fn cnn(&self, vb: VarBuilder<'_>) -> Result<Cnn> {
        let layers = self.layers().map_err(candle_core::Error::wrap)?;
        Cnn::new(&layers, self.normalization, self.slope().unwrap_or(0.01), self.spectral, vb)
    }
}

/// Scores every patch of a picture. sg2im's has a `classifier`, too, that nothing ever calls: it is kept for the names.
#[derive(Clone, Debug)]
pub struct PatchDiscriminator {
    cnn: Cnn,
}

impl PatchDiscriminator {
    pub fn new(config: &DiscriminatorConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let cnn = config.cnn(vb.pp("cnn"))?;
        candle_nn::conv2d(cnn.outputs(), 1, 1, Default::default(), vb.pp("classifier"))?;
        Ok(Self { cnn })
    }

    /// The same with weights that do not learn: for the generator's turn, which needs only the gradient of the picture. It shares the weights and
    /// the running statistics, which still follow.
    pub fn as_judge(&self) -> Self {
        Self { cnn: self.cnn.fixed() }
    }

    /// images `[N, 3, H, W]` -> scores `[N, C, h, w]`: the raw maps of the last convolution (REFERENCE 5).
    pub fn forward(&self, images: &Tensor, mode: Mode) -> Result<Tensor> {
        self.cnn.forward(images, mode)
    }
}

/// What the object discriminator says of each object.
#[derive(Clone, Debug)]
pub struct ObjectScores {
    /// How real, `[O, 1]`.
    pub real: Tensor,
    /// Of which category, `[O, C]`.
    pub categories: Tensor,
}

/// Width between the convolutions and the two heads, fixed in sg2im.
const VECTOR: usize = 1024;

/// Scores crops of single objects, and classifies them.
#[derive(Clone, Debug)]
pub struct ObjectDiscriminator {
    cnn: Cnn,
    vector: Linear,
    real: Linear,
    category: Linear,
    crop: usize,
}

impl ObjectDiscriminator {
    /// `objects`: categories of the vocabulary.
    pub fn new(config: &DiscriminatorConfig, objects: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = vb.pp("discriminator");
        let cnn = config.cnn(vb.pp("cnn.0"))?;
        Ok(Self {
            vector: candle_nn::linear(cnn.outputs(), VECTOR, vb.pp("cnn.2"))?,
            real: candle_nn::linear(VECTOR, 1, vb.pp("real_classifier"))?,
            category: candle_nn::linear(VECTOR, objects, vb.pp("obj_classifier"))?,
            cnn,
            crop: config.object_size,
        })
    }

    /// As [`PatchDiscriminator::as_judge`].
    pub fn as_judge(&self) -> Self {
        let [vector, real, category] = [&self.vector, &self.real, &self.category].map(fixed_linear);
        Self { cnn: self.cnn.fixed(), vector, real, category, crop: self.crop }
    }

    /// The crops it sees: images `[N, 3, H, W]`, boxes `[O, 4]` -> `[O, 3, crop, crop]`.
    pub fn crops(&self, images: &Tensor, boxes: &Tensor, image_of_object: &[u32]) -> Result<Tensor> {
        crops(images, boxes, image_of_object, self.crop, self.crop)
    }

    pub fn forward(
        &self,
        images: &Tensor,
        boxes: &Tensor,
        image_of_object: &[u32],
        mode: Mode,
    ) -> Result<ObjectScores> {
        let maps = self.cnn.forward(&self.crops(images, boxes, image_of_object)?, mode)?;
        let pooled = if maps.rank() == 4 { maps.flatten_from(2)?.mean(2)? } else { maps };
        let vector = linear(&pooled, &self.vector)?; // [O, 1024], without an activation (REFERENCE 6)
        Ok(ObjectScores { real: linear(&vector, &self.real)?, categories: linear(&vector, &self.category)? })
    }
}
