//! Things: category, drawing and latent to planes.

use candle_core::{Result, Tensor, bail};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::Sizes;
use super::config::{SLOTS, SpriteConfig};
use super::decoder::Decoder;
use super::large::Large;
use crate::nn::activation::leaky_relu;

/// Planes of a sprite, in this order.
pub const REST: usize = 0;
/// The alpha's logit.
pub const ALPHA: usize = 3;
pub const WEIGHTS: usize = 4;
pub const GLOW: usize = WEIGHTS + SLOTS;
pub const PLANES: usize = GLOW + 3;

const SLOPE: f64 = 0.2;

#[derive(Clone, Debug)]
pub struct SpriteDecoder {
    class_embeddings: Embedding,
    /// Row 0: the drawing is not said, and the latent tells.
    variant_embeddings: Embedding,
    mix: [Linear; 2],
    decoder: Decoder,
    /// For what is drawn large; a network may be without.
    large: Option<Large>,
    pub latent_dim: usize,
}

impl SpriteDecoder {
    pub fn new(config: &SpriteConfig, sizes: Sizes, vb: VarBuilder<'_>) -> Result<Self> {
        let (class, variant, code) = (config.class_dim, config.variant_dim, config.code_dim);
        let inputs = class + variant + config.latent_dim;
        Ok(Self {
            class_embeddings: candle_nn::embedding(sizes.objects, class, vb.pp("class_embeddings"))?,
            variant_embeddings: candle_nn::embedding(sizes.variants.max(1), variant, vb.pp("variant_embeddings"))?,
            mix: [candle_nn::linear(inputs, code, vb.pp("mix.0"))?, candle_nn::linear(code, code, vb.pp("mix.1"))?],
            decoder: Decoder::new(code, config.widths, 0, PLANES, vb.pp("decoder"))?,
            large: (config.large > 0)
                .then(|| Large::new(code, config.widths[3], config.large, vb.pp("large")))
                .transpose()?,
            latent_dim: config.latent_dim,
        })
    }

    /// Whether there is a stage for large things.
    pub fn has_large(&self) -> bool {
        self.large.is_some()
    }

    /// classes, variants `[N]`, latent `[N, Z]` -> planes `[N, 11, 64, 64]`, facing left
    pub fn forward(&self, classes: &Tensor, variants: &Tensor, latent: &Tensor) -> Result<Tensor> {
        self.decoder.forward(&self.code(classes, variants, latent)?, None)
    }

    /// The same at twice the size: planes `[N, 11, 128, 128]`.
    pub fn forward_large(&self, classes: &Tensor, variants: &Tensor, latent: &Tensor) -> Result<Tensor> {
        let Some(large) = &self.large else { bail!("this network has no stage for large things") };
        let code = self.code(classes, variants, latent)?;
        let maps = self.decoder.maps(&code, None)?;
        large.forward(&code, &maps, &self.decoder.planes(&maps)?)
    }

    /// `[N, K]`
    fn code(&self, classes: &Tensor, variants: &Tensor, latent: &Tensor) -> Result<Tensor> {
        let class = self.class_embeddings.forward(classes)?;
        let variant = self.variant_embeddings.forward(variants)?;
        let code = Tensor::cat(&[&class, &variant, latent], 1)?; // [N, C + V + Z]
        let code = leaky_relu(&self.mix[0].forward(&code)?, SLOPE)?;
        leaky_relu(&self.mix[1].forward(&code)?, SLOPE)
    }
}
