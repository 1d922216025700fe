//! From pixels to the latent: what category and attributes do not describe.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use scenewright_nn::activation::{halved, leaky_relu};
use scenewright_nn::conv_autograd::conv2d;

const SLOPE: f64 = 0.2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncoderConfig {
    /// Channels at 32, 16, 8 and 4 pixels; a map ends at 8.
    pub widths: [usize; 4],
    pub latent: usize,
    /// A latent map of 8 × 8, instead of one vector.
    pub map: bool,
}

/// A normal distribution: mean and logarithm of the variance, `[N, Z]` or `[N, Z, 8, 8]`.
#[derive(Clone, Debug)]
pub struct Latent {
    pub mean: Tensor,
    pub log_variance: Tensor,
}

#[derive(Clone, Debug)]
pub struct Encoder {
    convs: Vec<(Tensor, Tensor)>,
    head: Head,
    latent: usize,
}

#[derive(Clone, Debug)]
enum Head {
    Vector(Linear),
    Map { weight: Tensor, bias: Tensor },
}

impl Encoder {
    pub(crate) fn new(config: &EncoderConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let stages = if config.map { 3 } else { 4 };
        let mut inputs = 4;
        let mut convs = Vec::new();
        for (i, &width) in config.widths[..stages].iter().enumerate() {
            let vb = vb.pp("convs").pp(i);
            convs.push((vb.get((width, inputs, 3, 3), "weight")?, vb.get(width, "bias")?));
            inputs = width;
        }
        let head = vb.pp("head");
        let head = match config.map {
            true => Head::Map {
                weight: head.get((2 * config.latent, inputs, 1, 1), "weight")?,
                bias: head.get(2 * config.latent, "bias")?,
            },
            false => Head::Vector(candle_nn::linear(inputs * 16, 2 * config.latent, head)?),
        };
        Ok(Self { convs, head, latent: config.latent })
    }

    /// pixels `[N, 4, 64, 64]`, premultiplied, 0..=1
    pub fn forward(&self, pixels: &Tensor) -> Result<Latent> {
        let mut x = (halved(pixels)? - 0.5)?;
        for (i, (weight, bias)) in self.convs.iter().enumerate() {
            if i > 0 {
                x = halved(&x)?;
            }
            x = leaky_relu(&conv2d(&x, weight, Some(bias), 1, 1)?, SLOPE)?;
        }
        let both = match &self.head {
            Head::Vector(linear) => linear.forward(&x.flatten_from(1)?)?,
            Head::Map { weight, bias } => conv2d(&x, weight, Some(bias), 1, 0)?,
        };
        let log_variance = both.narrow(1, self.latent, self.latent)?.clamp(-8.0, 4.0)?;
        Ok(Latent { mean: both.narrow(1, 0, self.latent)?, log_variance })
    }
}

impl Latent {
    /// A draw; `noise` is standard normal, shaped as the mean.
    pub fn draw(&self, noise: &Tensor) -> Result<Tensor> {
        &self.mean + ((&self.log_variance * 0.5)?.exp()? * noise)?
    }

    /// Divergence from the standard normal, the mean over objects and numbers.
    pub fn divergence(&self) -> Result<Tensor> {
        let each = (((self.mean.sqr()? + self.log_variance.exp()?)? - &self.log_variance)? - 1.0)?;
        each.mean_all()? * 0.5
    }
}
