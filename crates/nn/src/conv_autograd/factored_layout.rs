//! First convolution of a refinement module on a factored layout (masks and object vectors), without composing the
//! layout.
//!
//! The layout is the sum over objects of vector ⊗ mask. Convolving it with a kernel W equals convolving each mask with
//! W · vector, so G masks are convolved instead of D channels. The folded kernels differ from image to image.
//!
//! | letter | number of |
//! |---|---|
//! | N | images |
//! | G | masks, each with a vector of D channels |
//! | Z | further channels of the layout (noise) |
//! | C | channels of the feature maps |
//! | O | output channels |

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::algorithm::{ConvAlgorithm, PackMode, Planes, Weight};
use super::engine;
use super::factored_kernels::FactoredKernels;
use super::weight::{collect_written, weight_gradient};
use super::{ConvInput, input_gradient, planes, weight_of};
use crate::cpu_ops;
use crate::gradients::stash_gradient;

/// 3×3 convolution (padding 1) of the channel concatenation of the layout and of `features` `[N, C, H, W]`, upsampled 2×
/// (nearest neighbor).
///
/// The layout's first D channels are the sums of `vectors` `[N, G, D]` over the first G of `layout_maps`
/// `[N, G + Z, 2H, 2W]`; its other Z channels are the remaining maps. `weight` is `[O, D + Z + C, 3, 3]`. The layout maps
/// get no gradient. CPU, f32 only: check [`super::is_supported`] first.
pub fn conv2d_factored_layout(
    layout_maps: &Tensor,
    vectors: &Tensor,
    features: &Tensor,
    weight: &Tensor,
) -> Result<Tensor> {
    let op = FactoredLayoutConv { layout_maps: layout_maps.detach().contiguous()? };
    vectors.contiguous()?.apply_op3(&features.contiguous()?, &weight.contiguous()?, op)
}

struct FactoredLayoutConv {
    layout_maps: Tensor,
}

/// The inputs as slices, after their shapes were checked.
struct Operands<'a> {
    layout_maps: Planes<'a>,
    features: Planes<'a>,
    /// The last C inputs of the weight.
    feature_weight: Weight<'a>,
    kernels: FactoredKernels<'a>,
    /// For the layout maps of one image.
    algorithm: ConvAlgorithm,
}

impl<'a> Operands<'a> {
    fn new(
        layout_maps: (&'a [f32], &Shape),
        vectors: (&'a [f32], &Shape),
        features: (&'a [f32], &Shape),
        weight: (&'a [f32], &Shape),
    ) -> Result<Self> {
        let shapes = [layout_maps.1, vectors.1, features.1, weight.1];
        let (layout_maps, features) = (planes(layout_maps.0, layout_maps.1)?, planes(features.0, features.1)?);
        let weight = weight_of(weight.0, weight.1, 0, 0)?;
        let (images, masks, dim) = vectors.1.dims3()?;
        let other_channels = layout_maps.channels.checked_sub(masks); // Z
        let layout_channels = weight.inputs.checked_sub(features.channels); // D + Z
        let fits = images == layout_maps.images
            && layout_channels == other_channels.map(|other| dim + other)
            && weight.kernel == 3
            && (layout_maps.height, layout_maps.width, layout_maps.images)
                == (2 * features.height, 2 * features.width, features.images);
        let (Some(layout_channels), Some(other_channels), true) = (layout_channels, other_channels, fits) else {
            let [layout_maps, vectors, features, weight] = shapes;
            bail!(
                "conv2d_factored_layout: layout maps {layout_maps:?}, vectors {vectors:?}, features {features:?} and \
                 weight {weight:?} do not match"
            );
        };
        let input = ConvInput::PaddedFeatureMaps { stride: 1, padding: 1 };
        let algorithm = input.algorithm(3, &Planes { images: 1, ..layout_maps });
        let kernels = FactoredKernels { vectors: vectors.0, images, masks, dim, plain: other_channels, weight };
        let feature_weight = Weight { first: layout_channels, count: features.channels, ..weight };
        Ok(Self { layout_maps, features, feature_weight, kernels, algorithm })
    }

    fn layout_maps_of(&self, image: usize) -> Planes<'a> {
        let Planes { channels, height, width, .. } = self.layout_maps;
        let size = channels * height * width;
        Planes { data: &self.layout_maps.data[image * size..][..size], images: 1, ..self.layout_maps }
    }

    /// Wraps the folded kernels of one image as a convolution weight `[O, G + Z, 3, 3]`.
    fn folded_weight<'b>(&self, kernels: &'b [f32]) -> Weight<'b> {
        let inputs = self.layout_maps.channels;
        Weight { data: kernels, outputs: self.feature_weight.outputs, inputs, first: 0, count: inputs, kernel: 3 }
    }
}

impl CustomOp3 for FactoredLayoutConv {
    fn name(&self) -> &'static str {
        "conv2d_factored_layout"
    }

    fn cpu_fwd(
        &self,
        vectors: &CpuStorage,
        vectors_layout: &Layout,
        features: &CpuStorage,
        features_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        cpu_ops::read(&[&self.layout_maps], |layout_maps| {
            let operands = Operands::new(
                (layout_maps[0], self.layout_maps.shape()),
                (cpu_ops::floats(vectors, vectors_layout)?, vectors_layout.shape()),
                (cpu_ops::floats(features, features_layout)?, features_layout.shape()),
                (cpu_ops::floats(weight, weight_layout)?, weight_layout.shape()),
            )?;
            // 1. The upsampled features.
            let packed = ConvAlgorithm::Doubled.pack(&operands.feature_weight, PackMode::Forward);
            let mut out = engine::apply(ConvAlgorithm::Doubled, &operands.features, &packed, None);
            // 2. Add the layout maps of each image, with its folded kernels.
            let size = out.len() / operands.layout_maps.images.max(1);
            let folded_kernels = operands.kernels.kernels();
            let kernels_per_image = folded_kernels.chunks_exact(operands.kernels.size().max(1));
            for (image, (out, kernels)) in out.chunks_exact_mut(size.max(1)).zip(kernels_per_image).enumerate() {
                let packed = operands.algorithm.pack(&operands.folded_weight(kernels), PackMode::Forward);
                engine::add(operands.algorithm, &operands.layout_maps_of(image), &packed, out);
            }
            let Planes { images, height, width, .. } = operands.layout_maps;
            Ok((CpuStorage::F32(out), Shape::from((images, operands.feature_weight.outputs, height, width))))
        })
    }

    fn bwd(
        &self,
        vectors: &Tensor,
        features: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        grad_output: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad_output = grad_output.contiguous()?;
        let inputs = [&self.layout_maps, vectors, features, weight];
        let [layout_maps, vectors, features, weight] = inputs;
        let [d_vectors, d_features, d_weight] =
            cpu_ops::read(&[layout_maps, vectors, features, weight, &grad_output], |slices| {
                let [layout_map_slice, vector_slice, feature_slice, weight_slice] =
                    std::array::from_fn(|i| (slices[i], inputs[i].shape()));
                let operands = Operands::new(layout_map_slice, vector_slice, feature_slice, weight_slice)?;
                let grad_planes = planes(slices[4], grad_output.shape())?;
                let d_kernels = kernel_gradients(&operands, &grad_planes);
                let d_vectors = vectors.track_op().then(|| operands.kernels.vector_gradient(&d_kernels));
                let d_features = features.track_op().then(|| {
                    let size = (operands.features.height, operands.features.width);
                    input_gradient(ConvAlgorithm::Doubled, &grad_planes, &operands.feature_weight, size)
                });
                let d_weight = weight.track_op().then(|| {
                    let write = |gradient: &mut [_]| {
                        operands.kernels.weight_gradient(&d_kernels, gradient);
                        let (features, feature_weight) = (&operands.features, &operands.feature_weight);
                        weight_gradient(ConvAlgorithm::Doubled, features, &grad_planes, feature_weight, gradient);
                    };
                    // SAFETY: `kernels.weight_gradient` writes inputs 0..D + Z and `weight_gradient` the remaining C:
                    // together every value.
                    unsafe { collect_written(slices[3].len(), write) }
                });
                Ok([d_vectors, d_features, d_weight])
            })?;
        let tensor = |values: Option<Vec<f32>>, like: &Tensor| {
            values.map(|values| Tensor::from_vec(values, like.shape(), like.device())).transpose()
        };
        let d_weight = stash_gradient(weight, tensor(d_weight, weight)?)?;
        Ok((tensor(d_vectors, vectors)?, tensor(d_features, features)?, d_weight))
    }
}

/// Gradients of the folded kernels of all images, `[N, O, G + Z, 9]`.
fn kernel_gradients(operands: &Operands<'_>, grad_output: &Planes<'_>) -> Vec<f32> {
    let size = grad_output.channels * grad_output.height * grad_output.width;
    let kernel_size = operands.kernels.size();
    let shape = operands.folded_weight(&[]); // `weight_gradient` reads only the shape of the weight.
    let write = |gradients: &mut [_]| {
        for (image, gradient) in gradients.chunks_exact_mut(kernel_size.max(1)).enumerate() {
            let grad_image = Planes { data: &grad_output.data[image * size..][..size], images: 1, ..*grad_output };
            weight_gradient(operands.algorithm, &operands.layout_maps_of(image), &grad_image, &shape, gradient);
        }
    };
    // SAFETY: the loop writes the kernels of every image, which are all `images * kernel_size` values.
    unsafe { collect_written(grad_output.images * kernel_size, write) }
}
