//! Things: category, drawing and latent to planes.

pub use candle_core::{Result, Tensor, bail};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::Sizes;
use super::config::{SLOTS, SpriteConfig};
use super::decoder::{Decoder, Map};
use super::super_resolution::Large;
use scenewright_nn::activation::leaky_relu;
use scenewright_nn::parameters::Parameters;

/// Planes of a sprite, in this order.
pub const REST: usize = 0;
/// The alpha's logit.
pub const ALPHA: usize = 3;
pub const WEIGHTS: usize = 4;
pub(crate) const GLOW: usize = WEIGHTS + SLOTS;
pub const PLANES: usize = GLOW + 3;

/// The table of what drawings have of their own.
pub const DETAILS: &str = "sprite.details.weight";
/// Side of the map that a drawing has of its own.
pub(crate) const DETAIL_SIDE: usize = 32;
/// What its numbers are multiplied by. A drawing comes once in so many steps, and an optimizer's steps are of one size: small numbers that
/// count for much move as fast as weights that are met in every step.
// Karras et al. 2018, equalized learning rate
const GAIN: f64 = 12.0;

const SLOPE: f64 = 0.2;

#[derive(Clone, Debug)]
pub struct SpriteDecoder {
    class_embeddings: Embedding,
    /// Row 0: the drawing is not stated, and the latent decides.
    variant_embeddings: Embedding,
    mix: [Linear; 2],
    /// A learned map for each drawing, `[V, C * 1024]`: what a code, spread over all places alike, is too short to describe (bricks, spokes, seams).
    /// A network may be without.
    details: Option<Embedding>,
    decoder: Decoder,
    /// For what is drawn large; a network may be without.
    large: Option<Large>,
    pub latent_dim: usize,
}

impl SpriteDecoder {
    pub(crate) fn new(config: &SpriteConfig, sizes: Sizes, vb: VarBuilder<'_>) -> Result<Self> {
        let (class, variant, code) = (config.class_dim, config.variant_dim, config.code_dim);
        let inputs = class + variant + config.latent_dim;
        let map = Map { channels: config.detail, side: DETAIL_SIDE };
        let numbers = map.channels * DETAIL_SIDE * DETAIL_SIDE;
        let details = || candle_nn::embedding(sizes.variants.max(1), numbers, vb.pp("details"));
        Ok(Self {
            class_embeddings: candle_nn::embedding(sizes.objects, class, vb.pp("class_embeddings"))?,
            variant_embeddings: candle_nn::embedding(sizes.variants.max(1), variant, vb.pp("variant_embeddings"))?,
            mix: [candle_nn::linear(inputs, code, vb.pp("mix.0"))?, candle_nn::linear(code, code, vb.pp("mix.1"))?],
            details: (map.channels > 0).then(details).transpose()?,
            decoder: Decoder::new(code, config.widths, map, PLANES, vb.pp("decoder"))?,
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
        let code = self.code(classes, variants, latent)?;
        self.decoder.forward(&code, self.detail(variants)?.as_ref())
    }

    /// The same at twice the size: planes `[N, 11, 128, 128]`.
    pub fn forward_large(&self, classes: &Tensor, variants: &Tensor, latent: &Tensor) -> Result<Tensor> {
        let Some(large) = &self.large else { bail!("this network has no stage for large things") };
        let code = self.code(classes, variants, latent)?;
        let maps = self.decoder.maps(&code, self.detail(variants)?.as_ref())?;
        large.forward(&code, &maps, &self.decoder.planes(&maps)?)
    }

    /// In the beginning no drawing has anything of its own; so a network that gets such maps late goes on as it was.
    pub(crate) fn init(parameters: &Parameters) -> Result<()> {
        match parameters.get(DETAILS) {
            Some(var) => parameters.set(DETAILS, &vec![0.0; var.elem_count()]),
            None => Ok(()),
        }
    }

    /// `[N, C, 32, 32]`
    fn detail(&self, variants: &Tensor) -> Result<Option<Tensor>> {
        let own = |details: &Embedding| {
            let rows = (details.forward(variants)? * GAIN)?; // [N, C * 1024]
            let (n, numbers) = rows.dims2()?;
            rows.reshape((n, numbers / (DETAIL_SIDE * DETAIL_SIDE), DETAIL_SIDE, DETAIL_SIDE))
        };
        self.details.as_ref().map(own).transpose()
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
