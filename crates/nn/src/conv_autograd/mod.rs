//! Differentiable convolutions, fast on the CPU.
//!
//! candle's convolution reaches a tenth of what two cores can do and its gradients less. Here a convolution, the gradient of its input and
//! the gradient of its weight are products of matrices over the tiles of [`kernel`](super::kernel), with Winograd's transform
//! where it applies and without ever doubling maps that were upsampled. On other devices the same functions are candle's own operations.

mod algorithm;
mod engine;
mod factored_kernels;
mod factored_layout;
mod input_transform;
mod weight;

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::cpu_ops;
use super::gradients::stash_gradient;
use super::upsample::doubled;
use algorithm::{ConvAlgorithm, PackMode, Planes, Weight};
pub use factored_layout::conv2d_factored_layout;
use weight::{collect_written, weight_gradient};

/// Returns true if this module has its own implementation for these tensors: float32 on the CPU.
pub fn is_supported(tensors: &[&Tensor]) -> bool {
    cpu_ops::applies(tensors)
}

/// x `[N, C, H, W]`, weight `[O, C, k, k]`, bias `[O]` -> `[N, O, H', W']`
pub fn conv2d(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, stride: usize, padding: usize) -> Result<Tensor> {
    let (_, _, kernel, across) = weight.dims4()?;
    if kernel != across || stride == 0 || !cpu_ops::applies(&[x, weight]) {
        return with_bias(x.conv2d(weight, padding, stride, 1, 1)?, bias);
    }
    run(ConvOp { of: ConvInput::PaddedFeatureMaps { stride, padding } }, x, weight, bias)
}

/// A 3×3 convolution with padding 1 of maps that are doubled first: x `[N, C, H, W]` -> `[N, O, 2H, 2W]`.
pub fn conv2d_doubled(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (_, _, kernel, across) = weight.dims4()?;
    if (kernel, across) != (3, 3) || !cpu_ops::applies(&[x, weight]) {
        return with_bias(doubled(x)?.conv2d(weight, 1, 1, 1, 1)?, bias);
    }
    run(ConvOp { of: ConvInput::Doubled }, x, weight, bias)
}

/// A 3×3 convolution with padding 1 of maps `[N, C, 2H, 2W]` and, behind them, of maps `[N, D, H, W]` that are doubled first;
/// weight `[O, C + D, 3, 3]`, no bias.
pub fn conv2d_of_both(maps: &Tensor, small: &Tensor, weight: &Tensor) -> Result<Tensor> {
    if !cpu_ops::applies(&[maps, small, weight]) {
        return Tensor::cat(&[maps, &doubled(small)?], 1)?.conv2d(weight, 1, 1, 1, 1);
    }
    maps.contiguous()?.apply_op3(&small.contiguous()?, &weight.contiguous()?, Both)
}

fn with_bias(x: Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    match bias {
        Some(bias) => x.broadcast_add(&bias.reshape((1, bias.dim(0)?, 1, 1))?),
        None => Ok(x),
    }
}

fn run(conv: ConvOp, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (x, weight) = (x.contiguous()?, weight.contiguous()?);
    match bias {
        Some(bias) => x.apply_op3(&weight, &bias.contiguous()?, conv),
        None => x.apply_op2(&weight, conv),
    }
}

/// What is convolved.
#[derive(Clone, Copy)]
pub(super) enum ConvInput {
    PaddedFeatureMaps { stride: usize, padding: usize },
    Doubled,
}

struct ConvOp {
    of: ConvInput,
}

/// Fewer cells than this, and reading twice the weights costs more than it saves.
const MIN_CELLS: usize = 64;

impl ConvInput {
    /// The algorithm for maps of this size.
    fn algorithm(self, kernel: usize, x: &Planes<'_>) -> ConvAlgorithm {
        match self {
            Self::Doubled => ConvAlgorithm::Doubled,
            Self::PaddedFeatureMaps { stride: 1, padding: 1 }
                if kernel == 3
                    && x.height.is_multiple_of(2)
                    && x.width.is_multiple_of(2)
                    && x.images * x.height * x.width >= 4 * MIN_CELLS =>
            {
                ConvAlgorithm::Winograd
            }
            Self::PaddedFeatureMaps { stride, padding } => ConvAlgorithm::Plain { kernel, stride, padding },
        }
    }

    /// x `[N, C, H, W]`, weight `[O, C, k, k]`, bias `[O]` -> `[N, O, H', W']`, all in plain memory.
    pub(super) fn forward(
        self,
        x: (&[f32], &Shape),
        weight: (&[f32], &Shape),
        bias: Option<&[f32]>,
    ) -> Result<(Vec<f32>, Shape)> {
        let x = planes(x.0, x.1)?;
        let weight = weight_of(weight.0, weight.1, 0, x.channels)?;
        if weight.inputs != x.channels {
            bail!("a convolution of {} channels with a weight for {}", x.channels, weight.inputs);
        }
        let algorithm = self.algorithm(weight.kernel, &x);
        if let ConvAlgorithm::Plain { kernel, padding, .. } = algorithm
            && x.height.min(x.width) + 2 * padding < kernel
        {
            bail!("a {kernel}×{kernel} convolution of {}×{} pixels", x.height, x.width);
        }
        let (height, width) = algorithm.output(x.height, x.width);
        let out = engine::apply(algorithm, &x, &algorithm.pack(&weight, PackMode::Forward), bias);
        Ok((out, Shape::from((x.images, weight.outputs, height, width))))
    }

    /// Gradients of the input and of the weight, those that are wanted, from that of the output.
    pub(super) fn gradients(
        self,
        x: (&[f32], &Shape),
        weight: (&[f32], &Shape),
        dy: (&[f32], &Shape),
        wanted: (bool, bool),
    ) -> Result<Gradients> {
        let (px, py) = (planes(x.0, x.1)?, planes(dy.0, dy.1)?);
        let w = weight_of(weight.0, weight.1, 0, px.channels)?;
        let algorithm = self.algorithm(w.kernel, &px);
        let dx = wanted.0.then(|| input_gradient(algorithm, &py, &w, (px.height, px.width)));
        // SAFETY: the weight has no other inputs than these.
        let write = |into: &mut [_]| weight_gradient(algorithm, &px, &py, &w, into);
        let dw = wanted.1.then(|| unsafe { collect_written(weight.0.len(), write) });
        Ok((dx, dw))
    }
}

/// The gradient of the input, for the algorithm of the forward pass.
fn input_gradient(
    algorithm: ConvAlgorithm,
    dy: &Planes<'_>,
    weight: &Weight<'_>,
    (height, width): (usize, usize),
) -> Vec<f32> {
    let back = match algorithm {
        ConvAlgorithm::Doubled => ConvAlgorithm::Pooled,
        ConvAlgorithm::Plain { kernel, stride: 1, padding } if padding < kernel => {
            ConvAlgorithm::Plain { kernel, stride: 1, padding: kernel - 1 - padding }
        }
        ConvAlgorithm::Plain { .. } => {
            let one = ConvAlgorithm::Plain { kernel: 1, stride: 1, padding: 0 };
            let columns = engine::apply(one, dy, &one.pack(weight, PackMode::Taps), None);
            let mut dx = vec![0f32; dy.images * weight.count * height * width];
            engine::gather_taps(algorithm, &columns, (dy.height, dy.width), &mut dx, (height, width));
            return dx;
        }
        other => other,
    };
    engine::apply(back, dy, &back.pack(weight, PackMode::Back), None)
}

fn planes<'a>(data: &'a [f32], shape: &Shape) -> Result<Planes<'a>> {
    let (images, channels, height, width) = shape.dims4()?;
    Ok(Planes { data, images, channels, height, width })
}

fn weight_of<'a>(data: &'a [f32], shape: &Shape, first: usize, count: usize) -> Result<Weight<'a>> {
    let (outputs, inputs, kernel, _) = shape.dims4()?;
    Ok(Weight { data, outputs, inputs, first, count, kernel })
}

/// Of the input and of the weight, where they are wanted.
type Gradients = (Option<Vec<f32>>, Option<Vec<f32>>);

impl ConvOp {
    fn forward(
        &self,
        x: (&[f32], &Shape),
        weight: (&[f32], &Shape),
        bias: Option<&[f32]>,
    ) -> Result<(CpuStorage, Shape)> {
        let (out, shape) = self.of.forward(x, weight, bias)?;
        Ok((CpuStorage::F32(out), shape))
    }

    fn gradients(&self, x: &Tensor, weight: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (dy, device) = (dy.contiguous()?, x.device());
        let (dx, dw) = cpu_ops::read(&[x, weight, &dy], |slices| {
            let wanted = (x.track_op(), weight.track_op());
            self.of.gradients((slices[0], x.shape()), (slices[1], weight.shape()), (slices[2], dy.shape()), wanted)
        })?;
        let tensor = |values: Vec<f32>, like: &Tensor| Tensor::from_vec(values, like.shape(), device);
        let dw = dw.map(|dw| tensor(dw, weight)).transpose()?;
        Ok((dx.map(|dx| tensor(dx, x)).transpose()?, stash_gradient(weight, dw)?))
    }
}

impl CustomOp2 for ConvOp {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, w: &CpuStorage, wl: &Layout) -> Result<(CpuStorage, Shape)> {
        self.forward((cpu_ops::floats(x, xl)?, xl.shape()), (cpu_ops::floats(w, wl)?, wl.shape()), None)
    }

    fn bwd(&self, x: &Tensor, w: &Tensor, _: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        self.gradients(x, w, dy)
    }
}

impl CustomOp3 for ConvOp {
    fn name(&self) -> &'static str {
        "convolution with bias"
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
        let bias = cpu_ops::floats(b, bl)?;
        self.forward((cpu_ops::floats(x, xl)?, xl.shape()), (cpu_ops::floats(w, wl)?, wl.shape()), Some(bias))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        b: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (dx, dw) = self.gradients(x, w, dy)?;
        let db = if b.track_op() { Some(cpu_ops::sum_to_channels(&dy.contiguous()?)?) } else { None };
        Ok((dx, dw, db))
    }
}

/// See [`conv2d_of_both`].
struct Both;

impl CustomOp3 for Both {
    fn name(&self) -> &'static str {
        "convolution of maps and doubled maps"
    }

    fn cpu_fwd(
        &self,
        maps: &CpuStorage,
        ml: &Layout,
        small: &CpuStorage,
        sl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let maps = planes(cpu_ops::floats(maps, ml)?, ml.shape())?;
        let small = planes(cpu_ops::floats(small, sl)?, sl.shape())?;
        let (first, second) = both_weights(cpu_ops::floats(w, wl)?, wl.shape(), &maps, &small)?;
        let of = ConvInput::PaddedFeatureMaps { stride: 1, padding: 1 };
        let algorithm = of.algorithm(3, &maps);
        let mut out = engine::apply(algorithm, &maps, &algorithm.pack(&first, PackMode::Forward), None);
        engine::add(ConvAlgorithm::Doubled, &small, &ConvAlgorithm::Doubled.pack(&second, PackMode::Forward), &mut out);
        Ok((CpuStorage::F32(out), Shape::from((maps.images, first.outputs, maps.height, maps.width))))
    }

    fn bwd(
        &self,
        maps: &Tensor,
        small: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let (mut d_maps, mut d_small, mut dw) = (None, None, None);
        cpu_ops::read(&[maps, small, weight, &dy], |all| {
            let (pm, ps) = (planes(all[0], maps.shape())?, planes(all[1], small.shape())?);
            let py = planes(all[3], dy.shape())?;
            let (first, second) = both_weights(all[2], weight.shape(), &pm, &ps)?;
            let algorithm = ConvInput::PaddedFeatureMaps { stride: 1, padding: 1 }.algorithm(3, &pm);
            if maps.track_op() {
                d_maps = Some(input_gradient(algorithm, &py, &first, (pm.height, pm.width)));
            }
            if small.track_op() {
                d_small = Some(input_gradient(ConvAlgorithm::Doubled, &py, &second, (ps.height, ps.width)));
            }
            if weight.track_op() {
                let write = |into: &mut [_]| {
                    weight_gradient(algorithm, &pm, &py, &first, into);
                    weight_gradient(ConvAlgorithm::Doubled, &ps, &py, &second, into);
                };
                // SAFETY: both together are all of its inputs.
                dw = Some(unsafe { collect_written(all[2].len(), write) });
            }
            Ok(())
        })?;
        let tensor = |values: Option<Vec<f32>>, like: &Tensor| {
            values.map(|values| Tensor::from_vec(values, like.shape(), like.device())).transpose()
        };
        Ok((tensor(d_maps, maps)?, tensor(d_small, small)?, stash_gradient(weight, tensor(dw, weight)?)?))
    }
}

fn both_weights<'a>(
    data: &'a [f32],
    shape: &Shape,
    maps: &Planes<'_>,
    small: &Planes<'_>,
) -> Result<(Weight<'a>, Weight<'a>)> {
    let first = weight_of(data, shape, 0, maps.channels)?;
    let fits = first.inputs == maps.channels + small.channels
        && first.kernel == 3
        && (maps.height, maps.width, maps.images) == (2 * small.height, 2 * small.width, small.images);
    if !fits {
        bail!("a convolution of maps and doubled maps whose shapes do not fit together");
    }
    Ok((first, weight_of(data, shape, maps.channels, small.channels)?))
}
