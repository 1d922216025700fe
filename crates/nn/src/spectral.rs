//! Spectral normalization: a weight divided by its largest singular value.
// Miyato et al. 2018, Spectral Normalization for Generative Adversarial Networks, algorithm 1

use candle_core::{Result, Tensor, Var};
use candle_nn::VarBuilder;

use super::mode::Mode;

/// Follows the largest singular value of a weight by one step of power iteration in each forward pass of training.
#[derive(Clone, Debug)]
pub struct Spectral {
    /// Left singular vector, `[O]`; a statistic, not a weight.
    u: Tensor,
}

const TINY: f64 = 1e-12;

impl Spectral {
    /// `outputs`: rows of the weight, which lies at `vb` as `weight`.
    pub fn new(outputs: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self { u: vb.get(outputs, "weight_u")? })
    }

    /// weight `[O, ..]` -> the same, divided by its largest singular value. The gradient goes through both.
    pub fn normalized(&self, weight: &Tensor, mode: Mode) -> Result<Tensor> {
        let rows = weight.dim(0)?;
        let matrix = weight.reshape((rows, ()))?; // [O, K]
        let fixed = matrix.detach();
        let v = unit(&fixed.t()?.contiguous()?.matmul(&self.u.detach().unsqueeze(1)?)?)?; // [K, 1]
        let u = unit(&fixed.matmul(&v)?)?; // [O, 1]
        if mode == Mode::Train && self.u.is_variable() {
            Var::from_tensor(&self.u)?.set(&u.squeeze(1)?)?;
        }
        let sigma = (matrix.matmul(&v)? * &u)?.sum_all()?;
        weight.broadcast_div(&sigma)
    }
}

fn unit(x: &Tensor) -> Result<Tensor> {
    x.broadcast_div(&(x.sqr()?.sum_all()?.sqrt()? + TINY)?)
}
