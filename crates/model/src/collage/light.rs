//! Computes pixels from planes, colors and the light (time of day and weather): a color matrix, a veil and haze, learned for
//! each light. Only `lamps` is not learned.
//!
//! ```text
//! color = rest + Σ weight · chosen color
//! lit    = (1 - haze) · matrix · color + haze · alpha · veil        haze grows with the square of the distance
//! seen   = (1 - lamps · share) · lit + lamps · glow                  share: the largest channel of glow
//! ```
//!
//! Everything is premultiplied by alpha. As in the painter of the illustrated world, glow replaces the lit color, haze
//! included, so one glow works at every hour. `lamps` is given: if it were learned together with glow, their product would
//! fade to zero, and the moon would be as dark as the night.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use candle_nn::ops::sigmoid;

use super::config::SLOTS;
use super::sprite;
use super::stuff;

#[derive(Clone, Debug)]
pub struct LightNet {
    /// Color matrix minus the identity, `[L, 9]`.
    pub matrix: Tensor,
    /// Color of the haze, `[L, 3]`.
    pub veil: Tensor,
    /// Share of the veil at distance 0, and how much more at the horizon: `[L, 2]`.
    pub haze: Tensor,
    /// Brightness of lamps, 0..=1: `[L, 1]`.
    pub lamps: Tensor,
}

/// Premultiplied pixels, and alpha with its logit.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// `[N, 3, H, W]`
    pub color: Tensor,
    /// `[N, 1, H, W]`
    pub logit: Tensor,
    /// `[N, 1, H, W]`, 0..=1
    pub alpha: Tensor,
}

impl LightNet {
    pub(crate) fn new(lights: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            matrix: vb.get((lights, 9), "matrix")?,
            veil: vb.get((lights, 3), "veil")?,
            haze: vb.get((lights, 2), "haze")?,
            lamps: vb.get((lights, 1), "lamps")?,
        })
    }

    /// planes `[N, 11, H, W]`, colors `[N, 4, 3]` (sRGB 0..=1; zeros where a slot is not chosen), lights `[N]`, distances `[N]`
    pub fn sprites(&self, planes: &Tensor, colors: &Tensor, lights: &Tensor, distances: &Tensor) -> Result<Pixels> {
        let (n, _, h, w) = planes.dims4()?;
        let flat = |first: usize, count: usize| planes.narrow(1, first, count)?.reshape((n, count, h * w));
        let logit = flat(sprite::ALPHA, 1)?;
        let alpha = sigmoid(&logit)?;
        let chosen = colors.transpose(1, 2)?.contiguous()?.matmul(&flat(sprite::WEIGHTS, SLOTS)?)?; // [N, 3, HW]
        let color = (flat(sprite::REST, 3)? + chosen)?;
        let matrix = self.matrix.index_select(lights, 0)?.reshape((n, 3, 3))?;
        let lamps = self.lamps.index_select(lights, 0)?.reshape((n, 1, 1))?;
        let colored = (&color + matrix.matmul(&color)?)?;
        let haze = self.haze.index_select(lights, 0)?; // [N, 2]
        let share = (haze.narrow(1, 0, 1)? + (haze.narrow(1, 1, 1)? * distances.sqr()?.reshape((n, 1))?)?)?
            .reshape((n, 1, 1))?;
        let veil = self.veil.index_select(lights, 0)?.reshape((n, 3, 1))?;
        let lit =
            (colored.broadcast_mul(&share.affine(-1.0, 1.0)?)? + veil.broadcast_mul(&share)?.broadcast_mul(&alpha)?)?;
        let glow = flat(sprite::GLOW, 3)?;
        let own = glow.max_keepdim(1)?.clamp(0.0, 1.0)?.broadcast_mul(&lamps)?; // [N, 1, HW]
        let seen = (lit.broadcast_mul(&own.affine(-1.0, 1.0)?)? + glow.broadcast_mul(&lamps)?)?;
        reshaped(seen, logit, alpha, (n, h, w))
    }

    /// planes `[N, 5, H, W]`, colors `[N, 3]` (zeros where none is chosen)
    pub fn stuff(planes: &Tensor, colors: &Tensor) -> Result<Pixels> {
        let (n, _, h, w) = planes.dims4()?;
        let flat = |first: usize, count: usize| planes.narrow(1, first, count)?.reshape((n, count, h * w));
        let logit = flat(stuff::ALPHA, 1)?;
        let alpha = sigmoid(&logit)?;
        let chosen = colors.unsqueeze(2)?.broadcast_mul(&flat(stuff::WEIGHT, 1)?)?;
        let color = (flat(0, 3)? + chosen)?;
        reshaped(color, logit, alpha, (n, h, w))
    }
}

fn reshaped(color: Tensor, logit: Tensor, alpha: Tensor, (n, h, w): (usize, usize, usize)) -> Result<Pixels> {
    Ok(Pixels {
        color: color.reshape((n, 3, h, w))?,
        logit: logit.reshape((n, 1, h, w))?,
        alpha: alpha.reshape((n, 1, h, w))?,
    })
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    /// A white plane at night, which leaves a tenth of the light: dark without glow; with glow as bright as its glow, at any
    /// distance.
    #[test]
    fn glow_replaces_the_lit_color() {
        let on = &Device::Cpu;
        let light = LightNet {
            matrix: Tensor::from_vec(vec![-0.9f32, 0.0, 0.0, 0.0, -0.9, 0.0, 0.0, 0.0, -0.9], (1, 9), on).unwrap(),
            veil: Tensor::zeros((1, 3), candle_core::DType::F32, on).unwrap(),
            haze: Tensor::from_vec(vec![0f32, 0.5], (1, 2), on).unwrap(),
            lamps: Tensor::from_vec(vec![0.9f32], (1, 1), on).unwrap(),
        };
        let seen = |glow: [f32; 3], distance: f32| {
            let mut planes = vec![0f32; sprite::PLANES];
            planes[sprite::REST..][..3].fill(1.0);
            planes[sprite::ALPHA] = 20.0;
            planes[sprite::GLOW..][..3].copy_from_slice(&glow);
            let planes = Tensor::from_vec(planes, (1, sprite::PLANES, 1, 1), on).unwrap();
            let colors = Tensor::zeros((1, SLOTS, 3), candle_core::DType::F32, on).unwrap();
            let (lights, distances) = (Tensor::new(&[0u32], on).unwrap(), Tensor::new(&[distance], on).unwrap());
            let pixels = light.sprites(&planes, &colors, &lights, &distances).unwrap();
            pixels.color.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        let cases = [
            ([0.0; 3], 0.0, [0.1; 3]),
            ([0.0; 3], 1.0, [0.05; 3]),
            ([1.0, 1.0, 0.8], 0.0, [0.91, 0.91, 0.73]),
            ([1.0, 1.0, 0.8], 1.0, [0.905, 0.905, 0.725]),
            ([0.5, 0.25, 0.0], 0.0, [0.505, 0.28, 0.055]),
        ];
        for (glow, distance, wanted) in cases {
            let got = seen(glow, distance);
            assert!(got.iter().zip(wanted).all(|(got, wanted)| (got - wanted).abs() < 1e-4), "{glow:?}: {got:?}");
        }
    }
}
