//! The first convolution of a refinement module where the layout is factored: masks that carry vectors.
//!
//! A layout is Σ v ⊗ m over the objects of an image, so convolving it with a kernel W is convolving each object's mask m with the kernel W·v: a few maps
//! instead of all channels of the vectors. The kernels then differ from image to image.

use std::mem::MaybeUninit;

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::engine;
use super::rule::{Packed, Planes, Rule, Way, Weight};
use super::weight::{weight_gradient, written};
use super::{Of, input_gradient, planes, weight_of};
use crate::nn::gradients::give;
use crate::nn::host;

/// A 3×3 convolution with padding 1 of guides `[N, G, 2H, 2W]`, each image with kernels of its own `[N, O, G, 3, 3]`, plus that of maps `[N, D, H, W]` that
/// are doubled first, with the last D inputs of weight `[O, C, 3, 3]`. The guides get no gradient. On the CPU alone: see [`super::is_ours`].
pub fn conv2d_guided(guides: &Tensor, kernels: &Tensor, small: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let op = Guided { guides: guides.detach().contiguous()? };
    kernels.contiguous()?.apply_op3(&small.contiguous()?, &weight.contiguous()?, op)
}

struct Guided {
    guides: Tensor,
}

/// Shapes that fit together.
struct Parts<'a> {
    guides: Planes<'a>,
    small: Planes<'a>,
    /// Of the maps that are doubled.
    weight: Weight<'a>,
    kernels: &'a [f32],
    rule: Rule,
}

impl<'a> Parts<'a> {
    fn new(
        guides: (&'a [f32], &Shape),
        kernels: (&'a [f32], &Shape),
        small: (&'a [f32], &Shape),
        weight: (&'a [f32], &Shape),
    ) -> Result<Self> {
        let (guides, small) = (planes(guides.0, guides.1)?, planes(small.0, small.1)?);
        let whole = weight_of(weight.0, weight.1, 0, 0)?;
        let first = whole.inputs.checked_sub(small.channels);
        let fits = *kernels.1.dims() == [guides.images, whole.outputs, guides.channels, 3, 3]
            && whole.kernel == 3
            && (guides.height, guides.width, guides.images) == (2 * small.height, 2 * small.width, small.images);
        let (Some(first), true) = (first, fits) else {
            bail!("a guided convolution whose shapes do not fit together");
        };
        let rule = Of::Maps { stride: 1, padding: 1 }.rule(3, &Planes { images: 1, ..guides });
        let weight = Weight { first, count: small.channels, ..whole };
        Ok(Self { guides, small, weight, kernels: kernels.0, rule })
    }

    /// The guides of an image, and the place of its kernels.
    fn image(&self, image: usize) -> (Planes<'a>, std::ops::Range<usize>) {
        let Planes { channels, height, width, .. } = self.guides;
        let (size, kernels) = (channels * height * width, self.weight.outputs * channels * 9);
        let data = &self.guides.data[image * size..][..size];
        (Planes { data, images: 1, ..self.guides }, image * kernels..(image + 1) * kernels)
    }

    fn own(&self, data: &'a [f32]) -> Weight<'a> {
        let guides = self.guides.channels;
        Weight { data, outputs: self.weight.outputs, inputs: guides, first: 0, count: guides, kernel: 3 }
    }

    fn packed(&self, image: usize) -> Packed {
        let (_, kernels) = self.image(image);
        self.rule.pack(&self.own(&self.kernels[kernels]), Way::Forward)
    }
}

impl CustomOp3 for Guided {
    fn name(&self) -> &'static str {
        "convolution of guides and doubled maps"
    }

    fn cpu_fwd(
        &self,
        kernels: &CpuStorage,
        kl: &Layout,
        small: &CpuStorage,
        sl: &Layout,
        weight: &CpuStorage,
        wl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let mut made = None;
        host::read(&[&self.guides], |guides| {
            let parts = Parts::new(
                (guides[0], self.guides.shape()),
                (host::floats(kernels, kl)?, kl.shape()),
                (host::floats(small, sl)?, sl.shape()),
                (host::floats(weight, wl)?, wl.shape()),
            )?;
            let packed = Rule::Doubled.pack(&parts.weight, Way::Forward);
            let mut out = engine::apply(Rule::Doubled, &parts.small, &packed, None);
            let size = out.len() / parts.guides.images.max(1);
            for (image, out) in out.chunks_exact_mut(size.max(1)).enumerate() {
                engine::add(parts.rule, &parts.image(image).0, &parts.packed(image), out);
            }
            let Planes { images, height, width, .. } = parts.guides;
            made = Some((CpuStorage::F32(out), Shape::from((images, parts.weight.outputs, height, width))));
            Ok(())
        })?;
        match made {
            Some(made) => Ok(made),
            None => bail!("a guided convolution that did not run"),
        }
    }

    fn bwd(
        &self,
        kernels: &Tensor,
        small: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let (mut d_kernels, mut d_small, mut d_weight) = (None, None, None);
        host::read(&[&self.guides, kernels, small, weight, &dy], |all| {
            let shapes = [self.guides.shape(), kernels.shape(), small.shape(), weight.shape()];
            let [guides, kernels, small_maps, weights] = std::array::from_fn(|i| (all[i], shapes[i]));
            let parts = Parts::new(guides, kernels, small_maps, weights)?;
            let py = planes(all[4], dy.shape())?;
            let size = py.channels * py.height * py.width;
            let write = |into: &mut [_]| {
                for image in 0..py.images {
                    let (guides, place) = parts.image(image);
                    let dy = Planes { data: &py.data[image * size..][..size], images: 1, ..py };
                    weight_gradient(parts.rule, &guides, &dy, &parts.own(&kernels.0[place.clone()]), &mut into[place]);
                }
            };
            // SAFETY: each image has kernels of its own, and there are no others.
            d_kernels = Some(unsafe { written(kernels.0.len(), write) });
            if small.track_op() {
                let size = (parts.small.height, parts.small.width);
                d_small = Some(input_gradient(Rule::Doubled, &py, &parts.weight, size));
            }
            if weight.track_op() {
                let write = |into: &mut [MaybeUninit<f32>]| {
                    into.fill(MaybeUninit::new(0.0)); // the guides' inputs get theirs through the kernels
                    weight_gradient(Rule::Doubled, &parts.small, &py, &parts.weight, into);
                };
                // SAFETY: all are written at first.
                d_weight = Some(unsafe { written(weights.0.len(), write) });
            }
            Ok(())
        })?;
        let tensor = |values: Option<Vec<f32>>, like: &Tensor| {
            values.map(|values| Tensor::from_vec(values, like.shape(), like.device())).transpose()
        };
        Ok((tensor(d_kernels, kernels)?, tensor(d_small, small)?, give(weight, tensor(d_weight, weight)?)?))
    }
}
