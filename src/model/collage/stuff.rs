//! What fills regions: a material in a light, in a box, with a latent map, to planes.

use candle_core::{Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::config::StuffConfig;
use super::decoder::Decoder;
use crate::nn::activation::leaky_relu;

/// Planes of a material: red, green, blue without the chosen colour; the alpha's logit; the weight of the chosen colour.
pub const ALPHA: usize = 3;
pub const WEIGHT: usize = 4;
pub const PLANES: usize = 5;
/// Side of the latent map.
pub const MAP_SIDE: usize = 8;

const SLOPE: f64 = 0.2;
/// Numbers that stand for a box.
const PLACE: usize = 8;

#[derive(Clone, Debug)]
pub struct StuffDecoder {
    class_embeddings: Embedding,
    light_embeddings: Embedding,
    mix: [Linear; 2],
    decoder: Decoder,
    pub latent_channels: usize,
}

impl StuffDecoder {
    pub fn new(config: &StuffConfig, objects: usize, lights: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let (class, light, code) = (config.class_dim, config.light_dim, config.code_dim);
        let inputs = class + light + PLACE;
        Ok(Self {
            class_embeddings: candle_nn::embedding(objects, class, vb.pp("class_embeddings"))?,
            light_embeddings: candle_nn::embedding(lights, light, vb.pp("light_embeddings"))?,
            mix: [candle_nn::linear(inputs, code, vb.pp("mix.0"))?, candle_nn::linear(code, code, vb.pp("mix.1"))?],
            decoder: Decoder::new(code, config.widths, config.latent_channels, PLANES, vb.pp("decoder"))?,
            latent_channels: config.latent_channels,
        })
    }

    /// classes, lights `[N]`, boxes `[N, 4]` (corners in units of the picture), latent `[N, C, 8, 8]` -> planes `[N, 5, 64, 64]`
    pub fn forward(&self, classes: &Tensor, lights: &Tensor, boxes: &Tensor, latent: &Tensor) -> Result<Tensor> {
        let class = self.class_embeddings.forward(classes)?;
        let light = self.light_embeddings.forward(lights)?;
        let code = Tensor::cat(&[&class, &light, &place(boxes)?], 1)?;
        let code = leaky_relu(&self.mix[0].forward(&code)?, SLOPE)?;
        let code = leaky_relu(&self.mix[1].forward(&code)?, SLOPE)?;
        self.decoder.forward(&code, Some(latent))
    }
}

/// Corners about 0, width and height, and whether it ends before the picture's left and right edge.
fn place(boxes: &Tensor) -> Result<Tensor> {
    let corners = boxes.clamp(-0.5, 1.5)?;
    let size = (corners.narrow(1, 2, 2)? - corners.narrow(1, 0, 2)?)?;
    let left = corners.narrow(1, 0, 1)?.gt(0.01)?.to_dtype(boxes.dtype())?;
    let right = corners.narrow(1, 2, 1)?.lt(0.99)?.to_dtype(boxes.dtype())?;
    Tensor::cat(&[&corners.affine(2.0, -1.0)?, &size, &left, &right], 1)
}
