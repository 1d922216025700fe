//! Multi-layer perceptrons.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use super::activation::relu;
use super::linear::linear;
use super::mode::Mode;
use super::norm::BatchNorm;

/// Linear, optional batch normalization, ReLU; the last layer has its ReLU too.
// sg2im: layers.py, build_mlp
#[derive(Clone, Debug)]
pub struct Mlp {
    layers: Vec<(Linear, Option<BatchNorm>)>,
}

impl Mlp {
    /// `dims`: input, hidden ..., output. Names follow sg2im's `nn.Sequential`: `0.weight`, `2.weight` ...
    pub fn new(dims: &[usize], batch_norm: bool, vb: VarBuilder<'_>) -> Result<Self> {
        let step = if batch_norm { 3 } else { 2 };
        let layers = dims
            .windows(2)
            .enumerate()
            .map(|(i, pair)| {
                let linear = candle_nn::linear(pair[0], pair[1], vb.pp(i * step))?;
                let norm = batch_norm.then(|| BatchNorm::new(pair[1], vb.pp(i * step + 1))).transpose()?;
                Ok((linear, norm))
            })
            .collect::<Result<_>>()?;
        Ok(Self { layers })
    }

    /// x `[N, D_in]` -> `[N, D_out]`
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.layers.iter().try_fold(x.clone(), |x, (linear, norm)| {
            let x = linear.forward(&x)?;
            match norm {
                Some(norm) => norm.forward(&x)?.relu(),
                None => x.relu(),
            }
        })
    }

    /// The same in any mode.
    pub fn forward_t(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        if !mode.is_training() {
            return self.forward(x);
        }
        self.layers.iter().try_fold(x.clone(), |x, (layer, norm)| match norm {
            Some(norm) => norm.forward_t(&linear(&x, layer)?, mode, 0.0, 1, None),
            None => relu(&linear(&x, layer)?),
        })
    }

    /// Each layer's weights `[out, in]` and bias, its normalization folded in.
    pub fn folded(&self) -> Result<Vec<(Vec<f32>, Vec<f32>)>> {
        let fold = |(linear, norm): &(Linear, Option<BatchNorm>)| {
            let (mut weight, mut bias) = (linear.weight().clone(), linear.bias().cloned());
            if let Some(norm) = norm {
                let (scale, shift) = norm.affine()?;
                weight = weight.broadcast_mul(&scale.unsqueeze(1)?)?;
                bias = Some(match bias {
                    Some(bias) => ((bias * &scale)? + &shift)?,
                    None => shift,
                });
            }
            let bias = match bias {
                Some(bias) => bias.to_vec1()?,
                None => vec![0.0; weight.dim(0)?],
            };
            Ok((weight.flatten_all()?.to_vec1()?, bias))
        };
        self.layers.iter().map(fold).collect()
    }
}
