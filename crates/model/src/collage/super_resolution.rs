//! The stage for large things: from the maps that a drawing's 64 × 64 planes are made of to planes of 128 × 128.
//!
//! ```text
//! maps 32² --doubled, modulated by the code--> 64² --out, shuffled--> 128²  ─┐
//! planes 64² ------------------------ interpolated ---------------> 128²  ─┴─ + ─> planes 128²
//! ```
//!
//! It adds what the small planes are too coarse for: a thing that grows stays the thing it was, and begins, before the stage has learned
//! anything, as the small planes enlarged. Maps learn from large drawings, too: what only these show has to come from the maps.

pub use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use super::cutout::CERTAIN;
use super::decoder::shuffled;
use super::sprite::{ALPHA, PLANES};
use scenewright_nn::conv_autograd::{conv2d, conv2d_doubled};
use scenewright_nn::norm::modulated;
use scenewright_nn::parameters::Parameters;
use scenewright_nn::upsample::doubled;

const SLOPE: f64 = 0.2;

#[derive(Clone, Debug)]
pub(crate) struct Large {
    weight: Tensor,
    style: Linear,
    out_weight: Tensor,
    out_bias: Tensor,
    width: usize,
}

impl Large {
    /// `inputs`: channels of the maps; `width`: its own at 64 pixels.
    pub(crate) fn new(code: usize, inputs: usize, width: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let out = vb.pp("out");
        Ok(Self {
            weight: vb.get((width, inputs, 3, 3), "weight")?,
            style: candle_nn::linear(code, 2 * width, vb.pp("style"))?,
            out_weight: out.get((4 * PLANES, width, 3, 3), "weight")?,
            out_bias: out.get(4 * PLANES, "bias")?,
            width,
        })
    }

    /// code `[N, K]`, maps `[N, C, 32, 32]`, planes `[N, P, 64, 64]` -> `[N, P, 128, 128]`
    pub(crate) fn forward(&self, code: &Tensor, maps: &Tensor, planes: &Tensor) -> Result<Tensor> {
        let style = self.style.forward(code)?; // [N, 2C]
        let scale = (style.narrow(1, 0, self.width)? + 1.0)?;
        let shift = style.narrow(1, self.width, self.width)?;
        let x = modulated(&conv2d_doubled(maps, &self.weight, None)?, &scale, &shift, SLOPE)?; // [N, C, 64, 64]
        let x = conv2d(&x, &self.out_weight, Some(&self.out_bias), 1, 1)?; // [N, 4P, 64, 64]
        shuffled(&x, PLANES)? + enlarged(planes)?
    }

    /// In the beginning it adds nothing.
    pub(crate) fn init(parameters: &Parameters) -> Result<()> {
        for name in ["sprite.large.out.weight", "sprite.large.out.bias"] {
            if let Some(var) = parameters.get(name) {
                parameters.set(name, &vec![0.0; var.elem_count()])?;
            }
        }
        Ok(())
    }
}

/// planes `[N, P, H, W]` -> `[N, P, 2H, 2W]`, linear between the middles of pixels. Alphas that are certain are no more than that: as
/// where a picture is put together, larger logits would move the edge.
fn enlarged(planes: &Tensor) -> Result<Tensor> {
    let after = ALPHA + 1;
    let sure = planes.narrow(1, ALPHA, 1)?.clamp(-CERTAIN, CERTAIN)?;
    let rest = planes.narrow(1, after, planes.dim(1)? - after)?;
    let mut x = doubled(&Tensor::cat(&[&planes.narrow(1, 0, ALPHA)?, &sure, &rest], 1)?)?;
    for axis in [2, 3] {
        let side = x.dim(axis)?;
        let wide = x.pad_with_same(axis, 1, 1)?;
        let beside = (wide.narrow(axis, 0, side)? + wide.narrow(axis, 2, side)?)?;
        x = ((beside * 0.25)? + (x * 0.5)?)?;
    }
    Ok(x)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, IndexOp};

    use super::*;

    /// A slope stays a slope at twice the size, and ends level; alphas beyond certainty do not pull at the edge.
    #[test]
    fn planes_grow_linearly() {
        let row = [0.0f32, 4.0, 8.0, 100.0];
        let planes: Vec<f32> = (0..PLANES * 16).map(|i| row[i % 4]).collect();
        let grown = enlarged(&Tensor::from_vec(planes, (1, PLANES, 4, 4), &Device::Cpu).unwrap()).unwrap();
        assert_eq!(grown.dims(), [1, PLANES, 8, 8]);
        for y in 0..8 {
            let line = |plane: usize| grown.i((0, plane, y)).unwrap().to_vec1::<f32>().unwrap();
            assert_eq!(line(0), [0.0, 1.0, 3.0, 5.0, 7.0, 31.0, 77.0, 100.0]);
            assert_eq!(line(ALPHA), [0.0, 1.0, 3.0, 4.5, 5.5, 6.0, 6.0, 6.0]);
        }
    }
}
