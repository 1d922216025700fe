//! From a code to planes of 64 × 64 pixels: what the decoders of sprites and of stuff share. What is large grows on from the maps ([`super_resolution`](super::super_resolution)).
//!
//! Maps grow from 4 to 32 pixels, each convolution normalized object by object and modulated by the code; the last convolution gives four
//! values for each plane and place, which are shuffled into 64 × 64. A map may join on the way: latent, of 8 × 8, for materials; learned for
//! each drawing, of 32 × 32, for things. A layer at 64 pixels would cost as much as all others together.

pub use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use scenewright_nn::conv_autograd::{conv2d, conv2d_doubled};
use scenewright_nn::norm::modulated;
use scenewright_nn::parameters::Parameters;

const SLOPE: f64 = 0.2;
/// Side of the first maps.
const FIRST: usize = 4;

/// A map that joins on the way, beside the maps that are as large; without channels there is none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map {
    pub channels: usize,
    pub side: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    seed: Linear,
    blocks: Vec<Block>,
    out_weight: Tensor,
    out_bias: Tensor,
    planes: usize,
    first: usize,
}

/// A convolution, its normalization, and what the code says of it.
#[derive(Clone, Debug)]
struct Block {
    weight: Tensor,
    style: Linear,
    doubled: bool,
    width: usize,
    /// Whether the map joins before it.
    takes_map: bool,
}

impl Decoder {
    /// `widths` at 4, 8, 16 and 32 pixels.
    pub(crate) fn new(code: usize, widths: [usize; 4], map: Map, planes: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let [w4, w8, w16, w32] = widths;
        // Side and channels before, channels behind, whether the side doubles.
        let shapes =
            [(4, w4, w8, true), (8, w8, w16, true), (16, w16, w16, false), (16, w16, w32, true), (32, w32, w32, false)];
        let joins = shapes.iter().position(|(side, ..)| *side == map.side).filter(|_| map.channels > 0);
        let blocks = shapes
            .into_iter()
            .enumerate()
            .map(|(i, (_, inputs, width, doubled))| {
                let vb = vb.pp("blocks").pp(i);
                let takes_map = joins == Some(i);
                let inputs = inputs + if takes_map { map.channels } else { 0 };
                Ok(Block {
                    weight: vb.get((width, inputs, 3, 3), "weight")?,
                    style: candle_nn::linear(code, 2 * width, vb.pp("style"))?,
                    doubled,
                    width,
                    takes_map,
                })
            })
            .collect::<Result<_>>()?;
        let out = vb.pp("out");
        Ok(Self {
            seed: candle_nn::linear(code, w4 * FIRST * FIRST, vb.pp("seed"))?,
            blocks,
            out_weight: out.get((4 * planes, w32, 3, 3), "weight")?,
            out_bias: out.get(4 * planes, "bias")?,
            planes,
            first: w4,
        })
    }

    /// code `[N, K]`, map `[N, C, S, S]` where the decoder takes one -> planes `[N, P, 64, 64]`
    pub(crate) fn forward(&self, code: &Tensor, map: Option<&Tensor>) -> Result<Tensor> {
        self.planes(&self.maps(code, map)?)
    }

    /// code `[N, K]`, map `[N, C, S, S]` where the decoder takes one -> `[N, C, 32, 32]`
    pub(crate) fn maps(&self, code: &Tensor, map: Option<&Tensor>) -> Result<Tensor> {
        let n = code.dim(0)?;
        let mut x = self.seed.forward(code)?.reshape((n, self.first, FIRST, FIRST))?;
        for block in &self.blocks {
            if let (true, Some(map)) = (block.takes_map, map) {
                x = Tensor::cat(&[&x, map], 1)?;
            }
            x = match block.doubled {
                true => conv2d_doubled(&x, &block.weight, None)?,
                false => conv2d(&x, &block.weight, None, 1, 1)?,
            };
            let style = block.style.forward(code)?; // [N, 2C]
            let scale = (style.narrow(1, 0, block.width)? + 1.0)?;
            let shift = style.narrow(1, block.width, block.width)?;
            x = modulated(&x, &scale, &shift, SLOPE)?;
        }
        Ok(x)
    }

    /// maps `[N, C, 32, 32]` -> planes `[N, P, 64, 64]`
    pub(crate) fn planes(&self, maps: &Tensor) -> Result<Tensor> {
        let x = conv2d(maps, &self.out_weight, Some(&self.out_bias), 1, 1)?; // [N, 4P, 32, 32]
        shuffled(&x, self.planes)
    }
}

/// The four values of a place start equal: else a grid shows for long.
// Aitken et al. 2017
pub(crate) fn even_start(parameters: &Parameters, prefix: &str) -> Result<()> {
    for part in ["weight", "bias"] {
        let name = format!("{prefix}.out.{part}");
        let Some(var) = parameters.get(&name) else { continue };
        let mut values: Vec<f32> = var.flatten_all()?.to_vec1()?;
        let row = values.len() / var.dim(0)?.max(1);
        for four in values.chunks_exact_mut(4 * row) {
            let (first, others) = four.split_at_mut(row);
            others.chunks_exact_mut(row).for_each(|other| other.copy_from_slice(first));
        }
        parameters.set(&name, &values)?;
    }
    Ok(())
}

/// x `[N, 4P, H, W]` -> `[N, P, 2H, 2W]`
// Shi et al. 2016, sub-pixel convolution
pub(super) fn shuffled(x: &Tensor, planes: usize) -> Result<Tensor> {
    let (n, _, h, w) = x.dims4()?;
    x.reshape((n * planes, 2, 2, h, w))?.permute((0, 3, 1, 4, 2))?.reshape((n, planes, 2 * h, 2 * w))
}
