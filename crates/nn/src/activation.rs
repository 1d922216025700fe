//! ReLU and its leaky kin, with PyTorch's gradient at zero: that of the negative side. candle's passes the whole gradient there, and its
//! `maximum`, of which `leaky_relu` is made, half.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::cpu_ops;
use super::kernel::vectorized_fn;

/// `max(0, x)`
pub fn relu(x: &Tensor) -> Result<Tensor> {
    leaky_relu(x, 0.0)
}

/// x where it is positive, else `slope · x`; a slope of 1 gives x.
pub fn leaky_relu(x: &Tensor, slope: f64) -> Result<Tensor> {
    if slope == 1.0 {
        return Ok(x.clone());
    }
    if cpu_ops::applies(&[x]) {
        return x.contiguous()?.apply_op1(Leaky(slope as f32));
    }
    let positive = x.detach().gt(0.0)?.to_dtype(x.dtype())?;
    x * positive.affine(1.0 - slope, slope)?
}

struct Leaky(f32);

const PIECE: usize = 1 << 15;

vectorized_fn! {
    /// Values where x is positive, else `slope` times them.
    fn bend(x: &[f32], values: &[f32], slope: f32, to: &mut [f32]) {
        let len = to.len().min(x.len()).min(values.len());
        let (x, values, to) = (&x[..len], &values[..len], &mut to[..len]);
        for i in 0..len {
            to[i] = if x[i] > 0.0 { values[i] } else { values[i] * slope };
        }
    }
}

/// [`leaky_relu`] in plain memory.
pub(super) fn bent(x: &[f32], slope: f32) -> Vec<f32> {
    bent_by(x, x, slope)
}

/// `values` where x is positive, else `slope` times them: the gradient of [`bent`] from that of its output.
pub(super) fn bent_by(x: &[f32], values: &[f32], slope: f32) -> Vec<f32> {
    let mut out = vec![0f32; x.len()];
    let given = x.par_chunks(PIECE).zip(values.par_chunks(PIECE));
    out.par_chunks_mut(PIECE).zip(given).for_each(|(out, (x, values))| bend(x, values, slope, out));
    out
}

impl CustomOp1 for Leaky {
    fn name(&self) -> &'static str {
        "leaky relu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(bent(cpu_ops::floats(x, layout)?, self.0)), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (dy, mut dx) = (dy.contiguous()?, Vec::new());
        cpu_ops::read(&[x, &dy], |all| {
            dx = bent_by(all[0], all[1], self.0);
            Ok(())
        })?;
        Tensor::from_vec(dx, x.shape(), x.device()).map(Some)
    }
}

/// The mean of each 2×2 square: x `[N, C, 2H, 2W]` -> `[N, C, H, W]`.
pub fn halved(x: &Tensor) -> Result<Tensor> {
    if cpu_ops::applies(&[x]) { x.contiguous()?.apply_op1(Halve) } else { x.avg_pool2d(2) }
}

struct Halve;

impl CustomOp1 for Halve {
    fn name(&self) -> &'static str {
        "average pooling by two"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (n, c, h, w) = layout.shape().dims4()?;
        if h % 2 != 0 || w % 2 != 0 {
            candle_core::bail!("pooling {h}×{w} pixels by two");
        }
        let x = cpu_ops::floats(x, layout)?;
        let mut out = vec![0f32; x.len() / 4];
        out.par_chunks_mut((w / 2).max(1)).with_min_len(64).zip(x.par_chunks((2 * w).max(1))).for_each(
            |(out, rows)| {
                let (above, below) = rows.split_at(w);
                for (to, (a, b)) in out.iter_mut().zip(above.chunks_exact(2).zip(below.chunks_exact(2))) {
                    *to = 0.25 * (a[0] + a[1] + b[0] + b[1]);
                }
            },
        );
        Ok((CpuStorage::F32(out), Shape::from((n, c, h / 2, w / 2))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (dy, w) = (dy.contiguous()?, x.dim(3)?);
        let mut dx = vec![0f32; x.elem_count()];
        cpu_ops::read(&[&dy], |all| {
            let given = all[0].par_chunks((w / 2).max(1));
            dx.par_chunks_mut((2 * w).max(1)).with_min_len(64).zip(given).for_each(|(rows, dy)| {
                let (above, below) = rows.split_at_mut(w);
                for ((a, b), dy) in above.chunks_exact_mut(2).zip(below.chunks_exact_mut(2)).zip(dy) {
                    a.fill(0.25 * dy);
                    b.fill(0.25 * dy);
                }
            });
            Ok(())
        })?;
        Tensor::from_vec(dx, x.shape(), x.device()).map(Some)
    }
}
