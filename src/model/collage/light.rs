//! Planes, colours and an hour to pixels: arithmetic with a few learned numbers a light.
//!
//! ```text
//! colour = rest + Σ weight · chosen colour
//! lit    = matrix · colour + lamps · glow
//! seen   = (1 - haze) · lit + haze · alpha · veil        haze grows with the square of the distance
//! ```
//!
//! Everything is premultiplied by alpha.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use candle_nn::ops::sigmoid;

use super::config::SLOTS;
use super::sprite;
use super::stuff;

#[derive(Clone, Debug)]
pub struct Light {
    /// What is added to the identity, `[L, 9]`.
    pub matrix: Tensor,
    /// `[L, 3]`
    pub veil: Tensor,
    /// Share of the veil close by, and how much more at the horizon: `[L, 2]`.
    pub haze: Tensor,
    /// `[L, 1]`
    pub lamps: Tensor,
}

/// Premultiplied pixels and the alpha's logit.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// `[N, 3, H, W]`
    pub colour: Tensor,
    /// `[N, 1, H, W]`
    pub logit: Tensor,
    /// `[N, 1, H, W]`, 0..=1
    pub alpha: Tensor,
}

impl Light {
    pub fn new(lights: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            matrix: vb.get((lights, 9), "matrix")?,
            veil: vb.get((lights, 3), "veil")?,
            haze: vb.get((lights, 2), "haze")?,
            lamps: vb.get((lights, 1), "lamps")?,
        })
    }

    /// planes `[N, 11, H, W]`, colours `[N, 4, 3]` (sRGB 0..=1; zeros where a slot is not chosen), lights `[N]`, distances `[N]`
    pub fn sprites(&self, planes: &Tensor, colours: &Tensor, lights: &Tensor, distances: &Tensor) -> Result<Pixels> {
        let (n, _, h, w) = planes.dims4()?;
        let flat = |first: usize, count: usize| planes.narrow(1, first, count)?.reshape((n, count, h * w));
        let logit = flat(sprite::ALPHA, 1)?;
        let alpha = sigmoid(&logit)?;
        let chosen = colours.transpose(1, 2)?.contiguous()?.matmul(&flat(sprite::WEIGHTS, SLOTS)?)?; // [N, 3, HW]
        let colour = (flat(sprite::REST, 3)? + chosen)?;
        let matrix = self.matrix.index_select(lights, 0)?.reshape((n, 3, 3))?;
        let lamps = self.lamps.index_select(lights, 0)?.reshape((n, 1, 1))?;
        let lit = (&colour + matrix.matmul(&colour)?)?;
        let lit = (lit + flat(sprite::GLOW, 3)?.broadcast_mul(&lamps)?)?;
        let haze = self.haze.index_select(lights, 0)?; // [N, 2]
        let share = (haze.narrow(1, 0, 1)? + (haze.narrow(1, 1, 1)? * distances.sqr()?.reshape((n, 1))?)?)?
            .reshape((n, 1, 1))?;
        let veil = self.veil.index_select(lights, 0)?.reshape((n, 3, 1))?;
        let seen =
            (lit.broadcast_mul(&share.affine(-1.0, 1.0)?)? + veil.broadcast_mul(&share)?.broadcast_mul(&alpha)?)?;
        shaped(seen, logit, alpha, (n, h, w))
    }

    /// planes `[N, 5, H, W]`, colours `[N, 3]` (zeros where none is chosen)
    pub fn stuff(planes: &Tensor, colours: &Tensor) -> Result<Pixels> {
        let (n, _, h, w) = planes.dims4()?;
        let flat = |first: usize, count: usize| planes.narrow(1, first, count)?.reshape((n, count, h * w));
        let logit = flat(stuff::ALPHA, 1)?;
        let alpha = sigmoid(&logit)?;
        let chosen = colours.unsqueeze(2)?.broadcast_mul(&flat(stuff::WEIGHT, 1)?)?;
        let colour = (flat(0, 3)? + chosen)?;
        shaped(colour, logit, alpha, (n, h, w))
    }
}

fn shaped(colour: Tensor, logit: Tensor, alpha: Tensor, (n, h, w): (usize, usize, usize)) -> Result<Pixels> {
    Ok(Pixels {
        colour: colour.reshape((n, 3, h, w))?,
        logit: logit.reshape((n, 1, h, w))?,
        alpha: alpha.reshape((n, 1, h, w))?,
    })
}
