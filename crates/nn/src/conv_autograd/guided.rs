//! The first convolution of a refinement module where the layout is factored: masks that carry vectors.
//!
//! A layout is Σ v ⊗ m over the objects of an image, so convolving it with a kernel W is convolving each object's mask m with the kernel W·v: a few maps
//! instead of all channels of the vectors. The kernels then differ from image to image.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::algorithm::{ConvAlgorithm, PackMode, Planes, Weight};
use super::engine;
use super::factored_kernels::FactoredKernels;
use super::weight::{weight_gradient, written};
use super::{ConvInput, input_gradient, planes, weight_of};
use crate::cpu_ops;
use crate::gradients::stash_gradient;

/// A 3×3 convolution with padding 1 of a layout and, behind it, of maps `[N, C, H, W]` that are doubled first; weight `[O, D + Z + C, 3, 3]`.
///
/// The layout's first D channels are the sums of vectors `[N, G, D]` over the first G guides `[N, G + Z, 2H, 2W]`, its other Z channels the other
/// guides. The guides get no gradient. On the CPU alone: see [`super::is_ours`].
pub fn conv2d_guided(guides: &Tensor, vectors: &Tensor, small: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let op = Guided { guides: guides.detach().contiguous()? };
    vectors.contiguous()?.apply_op3(&small.contiguous()?, &weight.contiguous()?, op)
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
    carried: FactoredKernels<'a>,
    rule: ConvAlgorithm,
}

impl<'a> Parts<'a> {
    fn new(
        guides: (&'a [f32], &Shape),
        vectors: (&'a [f32], &Shape),
        small: (&'a [f32], &Shape),
        weight: (&'a [f32], &Shape),
    ) -> Result<Self> {
        let (guides, small) = (planes(guides.0, guides.1)?, planes(small.0, small.1)?);
        let whole = weight_of(weight.0, weight.1, 0, 0)?;
        let (images, masks, dim) = vectors.1.dims3()?;
        let plain = guides.channels.checked_sub(masks);
        let first = whole.inputs.checked_sub(small.channels);
        let fits = images == guides.images
            && first == plain.map(|plain| dim + plain)
            && whole.kernel == 3
            && (guides.height, guides.width, guides.images) == (2 * small.height, 2 * small.width, small.images);
        let (Some(first), Some(plain), true) = (first, plain, fits) else {
            bail!("a guided convolution whose shapes do not fit together");
        };
        let rule = ConvInput::PaddedFeatureMaps { stride: 1, padding: 1 }.rule(3, &Planes { images: 1, ..guides });
        let carried = FactoredKernels { vectors: vectors.0, images, masks, dim, plain, weight: whole };
        let weight = Weight { first, count: small.channels, ..whole };
        Ok(Self { guides, small, weight, carried, rule })
    }

    /// The guides of an image.
    fn image(&self, image: usize) -> Planes<'a> {
        let Planes { channels, height, width, .. } = self.guides;
        let size = channels * height * width;
        Planes { data: &self.guides.data[image * size..][..size], images: 1, ..self.guides }
    }

    /// The kernels of an image as the weight of its guides.
    fn own<'b>(&self, data: &'b [f32]) -> Weight<'b> {
        let guides = self.guides.channels;
        Weight { data, outputs: self.weight.outputs, inputs: guides, first: 0, count: guides, kernel: 3 }
    }
}

impl CustomOp3 for Guided {
    fn name(&self) -> &'static str {
        "convolution of guides and doubled maps"
    }

    fn cpu_fwd(
        &self,
        vectors: &CpuStorage,
        vl: &Layout,
        small: &CpuStorage,
        sl: &Layout,
        weight: &CpuStorage,
        wl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let mut made = None;
        cpu_ops::read(&[&self.guides], |guides| {
            let parts = Parts::new(
                (guides[0], self.guides.shape()),
                (cpu_ops::floats(vectors, vl)?, vl.shape()),
                (cpu_ops::floats(small, sl)?, sl.shape()),
                (cpu_ops::floats(weight, wl)?, wl.shape()),
            )?;
            let packed = ConvAlgorithm::Doubled.pack(&parts.weight, PackMode::Forward);
            let mut out = engine::apply(ConvAlgorithm::Doubled, &parts.small, &packed, None);
            let size = out.len() / parts.guides.images.max(1);
            let kernels = parts.carried.kernels();
            let each = kernels.chunks_exact(parts.carried.size().max(1));
            for (image, (out, kernels)) in out.chunks_exact_mut(size.max(1)).zip(each).enumerate() {
                let packed = parts.rule.pack(&parts.own(kernels), PackMode::Forward);
                engine::add(parts.rule, &parts.image(image), &packed, out);
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
        vectors: &Tensor,
        small: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let (mut d_vectors, mut d_small, mut d_weight) = (None, None, None);
        cpu_ops::read(&[&self.guides, vectors, small, weight, &dy], |all| {
            let shapes = [self.guides.shape(), vectors.shape(), small.shape(), weight.shape()];
            let [guides, vector_values, small_maps, weights] = std::array::from_fn(|i| (all[i], shapes[i]));
            let parts = Parts::new(guides, vector_values, small_maps, weights)?;
            let py = planes(all[4], dy.shape())?;
            let (size, kernel_size) = (py.channels * py.height * py.width, parts.carried.size());
            let own = parts.own(&[]); // only its shape counts here
            let write = |into: &mut [_]| {
                for (image, into) in into.chunks_exact_mut(kernel_size.max(1)).enumerate() {
                    let dy = Planes { data: &py.data[image * size..][..size], images: 1, ..py };
                    weight_gradient(parts.rule, &parts.image(image), &dy, &own, into);
                }
            };
            // SAFETY: each image has kernels of its own, and there are no others.
            let d_kernels = unsafe { written(py.images * kernel_size, write) };
            if vectors.track_op() {
                d_vectors = Some(parts.carried.vector_gradient(&d_kernels));
            }
            if small.track_op() {
                let size = (parts.small.height, parts.small.width);
                d_small = Some(input_gradient(ConvAlgorithm::Doubled, &py, &parts.weight, size));
            }
            if weight.track_op() {
                let write = |into: &mut [_]| {
                    parts.carried.weight_gradient(&d_kernels, into);
                    weight_gradient(ConvAlgorithm::Doubled, &parts.small, &py, &parts.weight, into);
                };
                // SAFETY: the layout's inputs and those of the maps are all there are.
                d_weight = Some(unsafe { written(weights.0.len(), write) });
            }
            Ok(())
        })?;
        let tensor = |values: Option<Vec<f32>>, like: &Tensor| {
            values.map(|values| Tensor::from_vec(values, like.shape(), like.device())).transpose()
        };
        Ok((tensor(d_vectors, vectors)?, tensor(d_small, small)?, stash_gradient(weight, tensor(d_weight, weight)?)?))
    }
}
