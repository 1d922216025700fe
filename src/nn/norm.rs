//! Normalisation of feature maps, in evaluation mode.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;

const EPS: f64 = 1e-5;

/// Batch normalisation with the statistics that training left behind.
#[derive(Clone, Debug)]
pub struct BatchNorm {
    pub weight: Tensor,
    pub bias: Tensor,
    pub running_mean: Tensor,
    pub running_var: Tensor,
}

impl BatchNorm {
    pub fn new(channels: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            weight: vb.get(channels, "weight")?,
            bias: vb.get(channels, "bias")?,
            running_mean: vb.get(channels, "running_mean")?,
            running_var: vb.get(channels, "running_var")?,
        })
    }

    /// The same as one scale and one shift a channel, `[C]` each.
    pub fn affine(&self) -> Result<(Tensor, Tensor)> {
        let scale = (&self.weight / (&self.running_var + EPS)?.sqrt()?)?;
        let shift = (&self.bias - (&self.running_mean * &scale)?)?;
        Ok((scale, shift))
    }

    /// x `[N, C]` or `[N, C, H, W]`, normalised over all but C.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (scale, shift) = self.affine()?;
        let shape = if x.rank() == 4 { vec![1, scale.dim(0)?, 1, 1] } else { vec![1, scale.dim(0)?] };
        x.broadcast_mul(&scale.reshape(shape.as_slice())?)?.broadcast_add(&shift.reshape(shape.as_slice())?)
    }
}

/// What stands between a convolution and its activation.
#[derive(Clone, Debug)]
pub enum Norm2d {
    Batch(BatchNorm),
    /// Each channel of each image by its own mean and variance; no parameters, as the reference has it.
    Instance,
    None,
}

impl Norm2d {
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Batch(norm) => norm.forward(x),
            Self::Instance => {
                let centred = x.broadcast_sub(&x.mean_keepdim((2, 3))?)?;
                let variance = centred.sqr()?.mean_keepdim((2, 3))?;
                centred.broadcast_div(&(variance + EPS)?.sqrt()?)
            }
            Self::None => Ok(x.clone()),
        }
    }

    /// Layers this takes in the reference's `nn.Sequential`, where it counts for the names of those behind it.
    pub fn layers(&self) -> usize {
        usize::from(!matches!(self, Self::None))
    }
}
