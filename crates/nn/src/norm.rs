//! Normalization of feature maps.

use candle_core::{Result, Tensor, Var, bail};
use candle_nn::VarBuilder;

use super::activation::leaky_relu;
use super::mode::Mode;
use super::norm_op::{self, Moments};

pub(super) const EPS: f64 = 1e-5;
/// Share of a batch in the running statistics (PyTorch's default).
const MOMENTUM: f64 = 0.1;

/// Batch normalization.
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

    /// The same with a scale and a shift that do not learn; the statistics still follow.
    pub(crate) fn fixed(&self) -> Self {
        Self { weight: self.weight.detach(), bias: self.bias.detach(), ..self.clone() }
    }

    /// The same as one scale and one shift a channel, `[C]` each.
    pub fn affine(&self) -> Result<(Tensor, Tensor)> {
        let scale = (&self.weight / (&self.running_var + EPS)?.sqrt()?)?;
        let shift = (&self.bias - (&self.running_mean * &scale)?)?;
        Ok((scale, shift))
    }

    /// x `[N, C]` or `[N, C, H, W]`, normalized over all but C.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (scale, shift) = self.affine()?;
        let shape = if x.rank() == 4 { vec![1, scale.dim(0)?, 1, 1] } else { vec![1, scale.dim(0)?] };
        x.broadcast_mul(&scale.reshape(shape.as_slice())?)?.broadcast_add(&shift.reshape(shape.as_slice())?)
    }

    /// The same in any mode, with a leaky ReLU behind it (slope 1: none). While training, the statistics are those of `x` plus `offset`
    /// `[C]`, with every value counted `repeats` times, and move the running ones.
    ///
    /// `offset` is the bias of the convolution before. Normalizing takes it off again, so it is never added, and its gradient is zero; the
    /// reference adds it, and what Adam makes of the rounding moves it about (REFERENCE 15).
    pub fn forward_t(
        &self,
        x: &Tensor,
        mode: Mode,
        slope: f64,
        repeats: usize,
        offset: Option<&Tensor>,
    ) -> Result<Tensor> {
        if mode != Mode::Train {
            return leaky_relu(&self.forward(&added(x, offset)?)?, slope);
        }
        let (y, moments) = norm_op::batch_norm(x, &self.weight, &self.bias, EPS, slope)?;
        self.settle(&moments, repeats, offset)?;
        Ok(y)
    }

    /// Moves the running statistics towards those of a batch; see [`Self::forward_t`] for `repeats` and `offset`.
    pub(super) fn settle(&self, moments: &Moments, repeats: usize, offset: Option<&Tensor>) -> Result<()> {
        let count = moments.values * repeats;
        if count < 2 {
            bail!("batch normalization needs more than one value a channel; use a larger batch");
        }
        let mean = match offset {
            Some(offset) => (&moments.mean + offset.detach())?,
            None => moments.mean.clone(),
        };
        let unbiased = (&moments.variance * (count as f64 / (count - 1) as f64))?;
        follow(&self.running_mean, &mean)?;
        follow(&self.running_var, &unbiased)
    }
}

/// Moves a running statistic towards that of a batch.
fn follow(running: &Tensor, batch: &Tensor) -> Result<()> {
    if !running.is_variable() {
        bail!("a network whose running statistics are fixed cannot be trained");
    }
    let moved = ((running.detach() * (1.0 - MOMENTUM))? + (batch * MOMENTUM)?)?;
    Var::from_tensor(running)?.set(&moved)
}

/// x `[N, C]` or `[N, C, H, W]` plus `[C]`.
fn added(x: &Tensor, offset: Option<&Tensor>) -> Result<Tensor> {
    match offset {
        Some(offset) if x.rank() == 4 => x.broadcast_add(&offset.reshape((1, offset.dim(0)?, 1, 1))?),
        Some(offset) => x.broadcast_add(offset),
        None => Ok(x.clone()),
    }
}

/// Each channel of each image normalized by itself, then scaled and shifted as something else says, then a leaky ReLU (slope 1: none).
///
/// x `[N, C, H, W]`, scale and shift `[N, C]`.
// Huang and Belongie 2017, adaptive instance normalization
pub fn modulated(x: &Tensor, scale: &Tensor, shift: &Tensor, slope: f64) -> Result<Tensor> {
    norm_op::modulated_norm(x, scale, shift, EPS, slope)
}

/// What stands between a convolution and its activation.
#[derive(Clone, Debug)]
pub enum Norm2d {
    Batch(BatchNorm),
    /// Each channel of each image by its own mean and variance; no parameters, as sg2im has it.
    Instance,
    None,
}

impl Norm2d {
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Batch(norm) => norm.forward(x),
            Self::Instance => {
                let centerd = x.broadcast_sub(&x.mean_keepdim((2, 3))?)?;
                let variance = centerd.sqr()?.mean_keepdim((2, 3))?;
                centerd.broadcast_div(&(variance + EPS)?.sqrt()?)
            }
            Self::None => Ok(x.clone()),
        }
    }

    /// See [`BatchNorm::fixed`].
    pub fn fixed(&self) -> Self {
        match self {
            Self::Batch(norm) => Self::Batch(norm.fixed()),
            other => other.clone(),
        }
    }

    /// In any mode, behind a convolution whose bias `offset` `[C]` has not been added, and with a leaky ReLU after it.
    pub(crate) fn forward_t(&self, x: &Tensor, mode: Mode, slope: f64, offset: Option<&Tensor>) -> Result<Tensor> {
        match self {
            Self::Batch(norm) => norm.forward_t(x, mode, slope, 1, offset),
            // The mean of each image takes any offset with it.
            Self::Instance => norm_op::instance_norm(x, EPS, slope),
            Self::None => leaky_relu(&added(x, offset)?, slope),
        }
    }

    /// Layers this takes in sg2im's `nn.Sequential`, where it counts for the names of those behind it.
    pub fn layers(&self) -> usize {
        usize::from(!matches!(self, Self::None))
    }
}
