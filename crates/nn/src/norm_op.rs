//! Normalization by the statistics of the batch, or of each image, with the activation behind it: one operation on the CPU.

use std::sync::{Arc, OnceLock};

use candle_core::{CpuStorage, CustomOp1, CustomOp3, Device, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::activation::leaky_relu;
use super::cpu_ops::{self, sum_of};
use super::distributed::{ProcessGroup, pooled};
use super::kernel::vectorized_fn;

/// Mean and variance (of the values, not unbiased) of each channel, `[C]`.
pub(super) struct Moments {
    pub mean: Tensor,
    pub variance: Tensor,
    /// Values a channel, over all processes of a group.
    pub values: usize,
}

/// x `[N, C, H, W]` or `[N, C]`, weight and bias `[C]`: normalized over all but C, scaled, shifted, then a leaky ReLU (slope 1: none). The
/// batch is that of the whole group ([`ProcessGroup::current`]).
pub(super) fn batch_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    eps: f64,
    slope: f64,
) -> Result<(Tensor, Moments)> {
    let channels = weight.dim(0)?;
    if cpu_ops::applies(&[x, weight, bias]) {
        let op = Op::new(x.shape(), false, eps, slope)?;
        let same = op.clone();
        let y = x.contiguous()?.apply_op3(&weight.contiguous()?, &bias.contiguous()?, op)?;
        return Ok((y, same.moments(x.device())?));
    }
    let shape: &[usize] = if x.rank() == 4 { &[1, channels, 1, 1] } else { &[1, channels] };
    let process_group = ProcessGroup::current();
    let mut values = [(x.elem_count() / channels.max(1)) as f64];
    process_group.all_reduce_sum(&mut values)?;
    let mean_of = |x: &Tensor| match (x.rank(), process_group.is_single()) {
        (4, true) => x.mean_keepdim((0, 2, 3)),
        (_, true) => x.mean_keepdim(0),
        (4, false) => pooled(&x.sum_keepdim((0, 2, 3))?, &process_group)? / values[0],
        (_, false) => pooled(&x.sum_keepdim(0)?, &process_group)? / values[0],
    };
    let mean = mean_of(x)?;
    let centerd = x.broadcast_sub(&mean)?;
    let variance = mean_of(&centerd.sqr()?)?;
    let y = centerd.broadcast_div(&(&variance + eps)?.sqrt()?)?;
    let y = y.broadcast_mul(&weight.reshape(shape)?)?.broadcast_add(&bias.reshape(shape)?)?;
    let (mean, variance) = (mean.flatten_all()?.detach(), variance.flatten_all()?.detach());
    let moments = Moments { mean, variance, values: values[0] as usize };
    Ok((leaky_relu(&y, slope)?, moments))
}

/// x `[N, C, H, W]`: each channel of each image normalized by itself, then a leaky ReLU (slope 1: none).
pub(super) fn instance_norm(x: &Tensor, eps: f64, slope: f64) -> Result<Tensor> {
    if cpu_ops::applies(&[x]) {
        return x.contiguous()?.apply_op1(Op::new(x.shape(), true, eps, slope)?);
    }
    let centerd = x.broadcast_sub(&x.mean_keepdim((2, 3))?)?;
    let variance = centerd.sqr()?.mean_keepdim((2, 3))?;
    leaky_relu(&centerd.broadcast_div(&(variance + eps)?.sqrt()?)?, slope)
}

/// x `[N, C, H, W]`, scale and shift `[N, C]`: each channel of each image normalized by itself, scaled, shifted, then a leaky ReLU.
pub(super) fn modulated_norm(x: &Tensor, scale: &Tensor, shift: &Tensor, eps: f64, slope: f64) -> Result<Tensor> {
    let (n, c, _, _) = x.dims4()?;
    if scale.dims() != [n, c] || shift.dims() != [n, c] {
        bail!("a normalization of {:?} with scales {:?} and shifts {:?}", x.dims(), scale.dims(), shift.dims());
    }
    if cpu_ops::applies(&[x, scale, shift]) {
        let op = Op::new(x.shape(), true, eps, slope)?;
        let y = x.contiguous()?.apply_op3(&scale.flatten_all()?.contiguous()?, &shift.flatten_all()?.contiguous()?, op);
        return y;
    }
    let centerd = x.broadcast_sub(&x.mean_keepdim((2, 3))?)?;
    let variance = centerd.sqr()?.mean_keepdim((2, 3))?;
    let y = centerd.broadcast_div(&(variance + eps)?.sqrt()?)?;
    let y = y.broadcast_mul(&scale.reshape((n, c, 1, 1))?)?.broadcast_add(&shift.reshape((n, c, 1, 1))?)?;
    leaky_relu(&y, slope)
}

/// What is normalized together: runs of `len` floats, `stride` apart, `runs` of them for each of `count` groups.
#[derive(Clone, Copy)]
struct Groups {
    count: usize,
    runs: usize,
    len: usize,
    stride: usize,
}

impl Groups {
    fn of(shape: &Shape, each_image: bool) -> Result<Self> {
        let (images, channels, pixels) = match *shape.dims() {
            [n, c, h, w] => (n, c, h * w),
            [n, c] => (n, c, 1),
            _ => bail!("a normalization of {shape:?}"),
        };
        Ok(if each_image {
            Self { count: images * channels, runs: 1, len: pixels, stride: 0 }
        } else {
            Self { count: channels, runs: images, len: pixels, stride: channels * pixels }
        })
    }

    fn starts(self, group: usize) -> impl Iterator<Item = usize> {
        (0..self.runs).map(move |run| group * self.len + run * self.stride)
    }

    fn values(self) -> f64 {
        (self.runs * self.len) as f64
    }
}

/// Mean and variance of each group, and how many values each has.
type GroupStats = Arc<OnceLock<(Vec<(f64, f64)>, f64)>>;

/// Of x, and of each group's weight and bias.
pub(super) type Gradients = (Vec<f32>, Vec<(f32, f32)>);

/// A normalization on plain memory. Copies share what the forward pass finds.
#[derive(Clone)]
pub(super) struct Op {
    groups: Groups,
    eps: f64,
    slope: f32,
    found: GroupStats,
    /// Whose batch it is; an image is always its member's own.
    process_group: ProcessGroup,
}

#[derive(Clone, Copy)]
struct Shared(*mut f32);

// SAFETY: groups are disjoint.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Shared {
    /// # Safety
    /// Inside the memory, and touched by one task only.
    unsafe fn at<'a>(&self, from: usize, len: usize) -> &'a mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(from), len) }
    }
}

impl Op {
    /// For maps of this shape, over the batch or each image by itself.
    pub(super) fn new(shape: &Shape, each_image: bool, eps: f64, slope: f64) -> Result<Self> {
        let process_group = if each_image { ProcessGroup::single() } else { ProcessGroup::current() };
        Ok(Self {
            groups: Groups::of(shape, each_image)?,
            eps,
            slope: slope as f32,
            found: Arc::default(),
            process_group,
        })
    }

    /// What is normalized by itself: channels, or channels of images.
    pub(super) fn groups(&self) -> usize {
        self.groups.count
    }

    /// What the forward pass found.
    pub(super) fn moments(&self, device: &Device) -> Result<Moments> {
        let Some((found, values)) = self.found.get() else { bail!("a normalization that did not run") };
        let tensor = |f: &dyn Fn(&(f64, f64)) -> f64| Tensor::from_iter(found.iter().map(|m| f(m) as f32), device);
        Ok(Moments { mean: tensor(&|m| m.0)?, variance: tensor(&|m| m.1)?, values: *values as usize })
    }

    pub(super) fn forward(&self, x: &[f32], scale: impl Fn(usize) -> (f32, f32) + Sync) -> Result<Vec<f32>> {
        let groups = self.groups;
        let mut out = Vec::with_capacity(x.len());
        let to = Shared(out.as_mut_ptr());
        let scaled = |group: usize, moments: (f64, f64)| {
            let (weight, bias) = scale(group);
            normalize(groups, group, x, self.eps, moments, weight, bias, self.slope, to);
        };
        let all = || (0..groups.count).into_par_iter();
        let found = if self.process_group.is_single() {
            let one = |group: usize| {
                let found = moments(groups, group, x);
                scaled(group, found);
                found
            };
            (all().map(one).collect(), groups.values())
        } else {
            let own: Vec<_> = all().map(|group| moments(groups, group, x)).collect();
            let found = self.of_process_group(&own)?;
            all().for_each(|group| scaled(group, found.0[group]));
            found
        };
        // SAFETY: the groups together are the whole of x, and each has been written.
        unsafe { out.set_len(x.len()) };
        // A second forward of the same operation does not happen.
        let _ = self.found.set(found);
        Ok(out)
    }

    /// Moments over the batches of all, and how many values they are of, from those of the own batch.
    fn of_process_group(&self, own: &[(f64, f64)]) -> Result<(Vec<(f64, f64)>, f64)> {
        let count = self.groups.values();
        let mut sums = vec![count];
        if count > 0.0 {
            sums.extend(own.iter().flat_map(|(mean, variance)| [count * mean, count * (variance + mean * mean)]));
        } else {
            sums.resize(1 + 2 * own.len(), 0.0);
        }
        self.process_group.all_reduce_sum(&mut sums)?;
        let (count, sums) = (sums[0], &sums[1..]);
        let moments = |[sum, squares]: &[f64; 2]| {
            let mean = sum / count;
            (mean, (squares / count - mean * mean).max(0.0))
        };
        Ok((sums.as_chunks().0.iter().map(moments).collect(), count))
    }

    /// Gradients of x, and for each group of its weight and bias; these are of the own batch.
    pub(super) fn backward(
        &self,
        x: &[f32],
        y: &[f32],
        dy: &[f32],
        weight: impl Fn(usize) -> f32 + Sync,
    ) -> Result<Gradients> {
        let Some((found, values)) = self.found.get() else { bail!("the gradient of a normalization that did not run") };
        let groups = self.groups;
        let mut dx = Vec::with_capacity(x.len());
        let to = Shared(dx.as_mut_ptr());
        let summed = |group: usize| slopes(groups, group, x, y, dy, self.eps, found[group], self.slope);
        let carried = |group: usize, (sum, along): (f64, f64)| {
            let means = (sum / values, along / values);
            through(groups, group, x, y, dy, self.eps, found[group], weight(group), self.slope, means, to);
        };
        let all = || (0..groups.count).into_par_iter();
        let own: Vec<(f64, f64)> = if self.process_group.is_single() {
            let one = |group: usize| {
                let sums = summed(group);
                carried(group, sums);
                sums
            };
            all().map(one).collect()
        } else {
            let own: Vec<_> = all().map(summed).collect();
            let mut sums: Vec<f64> = own.iter().flat_map(|&(sum, along)| [sum, along]).collect();
            self.process_group.all_reduce_sum(&mut sums)?;
            all().for_each(|group| carried(group, (sums[2 * group], sums[2 * group + 1])));
            own
        };
        // SAFETY: as in the forward pass.
        unsafe { dx.set_len(x.len()) };
        Ok((dx, own.into_iter().map(|(sum, along)| (along as f32, sum as f32)).collect()))
    }
}

vectorized_fn! {
    /// Mean and variance of a group.
    fn moments(groups: Groups, group: usize, x: &[f32]) -> (f64, f64) {
        let runs = || groups.starts(group).map(|from| &x[from..from + groups.len]);
        let mean = runs().map(|run| sum_of(run, |x| x)).sum::<f64>() / groups.values();
        let center = mean as f32;
        let squares = runs().map(|run| sum_of(run, |x| (x - center) * (x - center))).sum::<f64>();
        // The center is rounded to f32: what that shifts the variance by is taken off again.
        (mean, (squares / groups.values() - (mean - f64::from(center)).powi(2)).max(0.0))
    }
}

vectorized_fn! {
    /// Normalizes a group into `to`.
    fn normalize(
        groups: Groups, group: usize, x: &[f32], eps: f64, moments: (f64, f64), weight: f32, bias: f32, slope: f32, to: Shared
    ) {
        let (mean, variance) = moments;
        let center = mean as f32;
        let factor = weight * (1.0 / (variance + eps).sqrt()) as f32;
        for from in groups.starts(group) {
            // SAFETY: groups are disjoint.
            let to = unsafe { to.at(from, groups.len) };
            for (to, x) in to.iter_mut().zip(&x[from..from + groups.len]) {
                let y = (x - center) * factor + bias;
                *to = if y > 0.0 { y } else { y * slope };
            }
        }
    }
}

vectorized_fn! {
    /// What all of a group's gradients amount to: their sum, and their sum along its normalized values.
    fn slopes(
        groups: Groups, group: usize, x: &[f32], y: &[f32], dy: &[f32], eps: f64, found: (f64, f64), slope: f32
    ) -> (f64, f64) {
        let (mean, variance) = found;
        let (mean, inverse) = (mean as f32, (1.0 / (variance + eps).sqrt()) as f32);
        let (mut sum, mut along) = (0.0f64, 0.0f64);
        for from in groups.starts(group) {
            let at = from..from + groups.len;
            let pieces = x[at.clone()].chunks(2048).zip(y[at.clone()].chunks(2048)).zip(dy[at].chunks(2048));
            for ((x, y), dy) in pieces {
                let (mut sums, mut alongs) = ([0f32; 16], [0f32; 16]);
                // By index over lines of fixed length: chains of iterators were not always inlined here.
                let ((xs, _), (ys, _), (gs, _)) = (x.as_chunks::<16>(), y.as_chunks::<16>(), dy.as_chunks::<16>());
                for i in 0..xs.len().min(ys.len()).min(gs.len()) {
                    let (x, y, dy) = (&xs[i], &ys[i], &gs[i]);
                    for lane in 0..16 {
                        let g = if y[lane] > 0.0 { dy[lane] } else { dy[lane] * slope };
                        sums[lane] += g;
                        alongs[lane] += g * (x[lane] - mean);
                    }
                }
                let whole = x.len() / 16 * 16;
                for i in whole..x.len() {
                    let g = if y[i] > 0.0 { dy[i] } else { dy[i] * slope };
                    sums[0] += g;
                    alongs[0] += g * (x[i] - mean);
                }
                sum += sums.iter().map(|&x| f64::from(x)).sum::<f64>();
                along += alongs.iter().map(|&x| f64::from(x)).sum::<f64>();
            }
        }
        (sum, along * f64::from(inverse))
    }
}

vectorized_fn! {
    /// The gradient of a group's x into `to`; `means`: of what [`slopes`] gives, over all values.
    fn through(
        groups: Groups, group: usize, x: &[f32], y: &[f32], dy: &[f32], eps: f64, found: (f64, f64), weight: f32, slope: f32,
        means: (f64, f64), to: Shared
    ) {
        let (mean, variance) = found;
        let (mean, inverse) = (mean as f32, (1.0 / (variance + eps).sqrt()) as f32);
        let factor = weight * inverse;
        let (level, tilt) = (means.0 as f32, means.1 as f32 * inverse);
        for from in groups.starts(group) {
            let at = from..from + groups.len;
            // SAFETY: groups are disjoint.
            let to = unsafe { to.at(from, groups.len) };
            let (x, y, dy) = (&x[at.clone()], &y[at.clone()], &dy[at]);
            let len = to.len().min(x.len()).min(y.len()).min(dy.len());
            let (to, x, y, dy) = (&mut to[..len], &x[..len], &y[..len], &dy[..len]);
            for i in 0..len {
                let g = if y[i] > 0.0 { dy[i] } else { dy[i] * slope };
                to[i] = factor * (g - level - (x[i] - mean) * tilt);
            }
        }
    }
}

impl CustomOp3 for Op {
    fn name(&self) -> &'static str {
        "batch normalization"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
        b: &CpuStorage,
        bl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (w, b) = (cpu_ops::floats(w, wl)?, cpu_ops::floats(b, bl)?);
        if w.len() != self.groups.count || b.len() != self.groups.count {
            bail!("a normalization of {} channels with {} weights and {} biases", self.groups.count, w.len(), b.len());
        }
        let out = self.forward(cpu_ops::floats(x, xl)?, |c| (w[c], b[c]))?;
        Ok((CpuStorage::F32(out), xl.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _: &Tensor,
        y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let mut made = None;
        let dy = dy.contiguous()?;
        cpu_ops::read(&[x, w, y, &dy], |all| {
            made = Some(self.backward(all[0], all[2], all[3], |c| all[1][c])?);
            Ok(())
        })?;
        let Some((dx, parameters)) = made else { return Ok((None, None, None)) };
        let device = x.device();
        Ok((
            Some(Tensor::from_vec(dx, x.shape(), device)?),
            Some(Tensor::from_iter(parameters.iter().map(|p| p.0), device)?),
            Some(Tensor::from_iter(parameters.iter().map(|p| p.1), device)?),
        ))
    }
}

impl CustomOp1 for Op {
    fn name(&self) -> &'static str {
        "instance normalization"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(self.forward(cpu_ops::floats(x, xl)?, |_| (1.0, 0.0))?), xl.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let mut dx = None;
        let dy = dy.contiguous()?;
        cpu_ops::read(&[x, y, &dy], |all| {
            dx = Some(self.backward(all[0], all[1], all[2], |_| 1.0)?.0);
            Ok(())
        })?;
        dx.map(|dx| Tensor::from_vec(dx, x.shape(), x.device())).transpose()
    }
}
