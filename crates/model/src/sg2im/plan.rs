//! The network folded for inference on the CPU. The same numbers as [`Sg2Im`](super::Sg2Im) up to rounding, with far less work:
//!
//! - batch normalization is folded into the weights, bias and activation into the convolution's last step;
//! - the layout is a sum of (vector × warped mask), so convolving its D channels equals convolving one mask per object with the
//!   kernels W·v: the layout's share of a module falls from D channels to the number of objects;
//! - the noise's share of each module ([`NoiseContribution`]) depends on the noise alone and can be kept as long as the noise stays;
//! - features doubled by nearest-neighbor upsampling are convolved without being doubled ([`WinogradConv`]).

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;

use super::config::{Norm, Sg2ImConfig};
use super::graph::Graph;
use super::graph_plan::GraphPlan;
use super::layout_plan::{GuideImage, LayoutKernels, pyramid};
use super::mask_net::MaskNet;
use super::refine::RefinementNetwork;
use super::{GraphNet, Objects, Outputs, Overrides, Probe, floats, layout, uncancelled};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::conv::{Activation, Conv, Extra, Guide, sum_of};
use scenewright_nn::maps::PaddedFeatureMaps;
use scenewright_nn::norm::Norm2d;
use scenewright_nn::pool::keep_workers_spinning;
use scenewright_nn::winograd::{InitialSum, WinogradConv};

const INSTANCE_EPS: f32 = 1e-5;

pub struct InferencePlan {
    pub config: Sg2ImConfig,
    graph: GraphPlan,
    masks: Option<MaskPlan>,
    stages: Vec<Stage>,
    output1: SquareConv,
    output2: Conv,
}

/// What a given noise adds to each module, with the module's bias: `[C, N, H_i, W_i]`.
pub struct NoiseContribution {
    bases: Vec<PaddedFeatureMaps>,
}

struct MaskPlan {
    stages: Vec<MaskStage>,
    output: Conv,
}

/// One doubling: normalization as a scale and a shift for each channel, then the convolution of the doubled maps.
struct MaskStage {
    scale: Vec<f32>,
    shift: Vec<f32>,
    conv: WinogradConv,
    bias: Vec<f32>,
}

/// One refinement module.
struct Stage {
    layout: LayoutKernels,
    /// Kernels of the noise channels, with the first bias.
    noise: Conv,
    /// Kernels of the features; the first module has none (its features are zeros).
    features: Option<WinogradConv>,
    second: SquareConv,
    instance_norm: bool,
}

impl InferencePlan {
    /// Reads the weights module by module and keeps only the folded ones.
    pub fn new(config: &Sg2ImConfig, objects: usize, predicates: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let net = GraphNet::new(config, objects, predicates, vb.clone())?;
        let graph = GraphPlan::new(&net)?;
        let masks = net.mask_net.as_ref().map(MaskPlan::new).transpose()?;
        drop(net);
        let vb = vb.pp("refinement_net");
        let stages =
            (0..config.refinement_dims.len()).map(|i| Stage::new(i, config, vb.clone())).collect::<Result<_>>()?;
        let (output1, output2) = RefinementNetwork::output_layers(config, vb)?;
        let last = output1.weight().dim(0)?;
        Ok(Self {
            config: config.clone(),
            graph,
            masks,
            stages,
            output1: SquareConv::new(&floats(output1.weight())?, bias_of(&output1)?, config.image_size.0),
            output2: Conv::pointwise(&floats(output2.weight())?, bias_of(&output2)?, last),
        })
    }

    /// noise `[N, Z, H, W]`; `None` where the network takes none.
    pub fn noise_share(&self, noise: Option<&Tensor>, images: usize) -> Result<NoiseContribution> {
        let (h, w) = self.config.image_size;
        let noise = match noise {
            Some(noise) => {
                let (n, z, h, w) = noise.dims4()?;
                PaddedFeatureMaps::from_nchw(&floats(noise)?, n, z, h, w)
            }
            None => PaddedFeatureMaps::zeros(0, images, h, w),
        };
        let pyramid = pyramid(noise, self.stages.len());
        let bases = self.stages.iter().zip(&pyramid).map(|(stage, noise)| stage.noise.forward(noise, Activation::None));
        Ok(NoiseContribution { bases: bases.collect() })
    }

    /// As [`Sg2Im::forward`](super::Sg2Im::forward); `share` is that of `given.noise` where it is kept from an earlier call.
    pub fn forward(&self, graph: &Graph, given: &Overrides, share: Option<&NoiseContribution>) -> Result<Outputs> {
        self.forward_watched(graph, given, share, &mut |_, _| {})
    }

    /// As [`InferencePlan::forward`]; `None` where `cancel` ended it between two stages.
    pub fn forward_cancellable(
        &self,
        graph: &Graph,
        given: &Overrides,
        share: Option<&NoiseContribution>,
        cancel: &CancellationToken,
    ) -> Result<Option<Outputs>> {
        let mut result = None;
        keep_workers_spinning(|| result = Some(self.run(graph, given, share, &mut |_, _| {}, cancel)));
        result.unwrap_or_else(|| candle_core::bail!("the pool did not run the network"))
    }

    pub fn forward_watched(
        &self,
        graph: &Graph,
        given: &Overrides,
        share: Option<&NoiseContribution>,
        probe: Probe<'_>,
    ) -> Result<Outputs> {
        let mut result = None;
        keep_workers_spinning(|| result = Some(self.run(graph, given, share, probe, &CancellationToken::new())));
        match result {
            Some(outputs) => uncancelled(outputs?),
            None => candle_core::bail!("the pool did not run the network"),
        }
    }

    fn run(
        &self,
        graph: &Graph,
        given: &Overrides,
        share: Option<&NoiseContribution>,
        probe: Probe<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<Outputs>> {
        let objects = self.graph.forward(graph, probe)?;
        probe("obj_vecs", &|| Ok(objects.vectors.clone()));
        let masks = self.masks.as_ref().map(|plan| plan.forward(&objects.vectors, probe)).transpose()?;
        let in_boxes = given.layout_boxes(&objects.boxes)?;
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let in_masks = masks.as_ref().map(|predicted| given.masks.as_ref().unwrap_or(predicted));
        let warped = layout::warped_masks(in_masks, &in_boxes, self.config.image_size)?;
        let own_share;
        let share = match share {
            Some(share) => share,
            None => {
                own_share = self.noise_share(given.noise.as_ref(), graph.images)?;
                &own_share
            }
        };
        let (vectors, warped) = (floats(&objects.vectors)?, floats(&warped)?);
        let image = self.refine(graph, &vectors, &warped, share, probe, cancel)?;
        let Objects { boxes, relation_scores, .. } = objects;
        Ok(image.map(|image| Outputs { image, boxes, layout_boxes: in_boxes, masks, relation_scores }))
    }

    /// vectors `[O, D]`, warped masks `[O, H, W]` -> image `[N, 3, H, W]`; none where it was cancelled
    fn refine(
        &self,
        graph: &Graph,
        vectors: &[f32],
        warped: &[f32],
        share: &NoiseContribution,
        probe: Probe<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<Tensor>> {
        let activation = Activation::Leaky(self.config.slope() as f32);
        let images: Vec<GuideImage> = (0..graph.images)
            .map(|image| GuideImage::new(graph, image, vectors, warped, self.config.image_size, self.stages.len()))
            .collect();
        let mut features: Option<PaddedFeatureMaps> = None;
        for (i, (stage, base)) in self.stages.iter().zip(&share.bases).enumerate() {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let guides: Vec<Guide<'_>> = images.iter().map(|image| image.guide(i, &stage.layout)).collect();
            let out = stage.forward(features.as_ref(), &Extra { base, guides: &guides }, activation);
            probe(&format!("crn{i}"), &|| tensor_of(&out));
            features = Some(out);
        }
        let Some(features) = features else { candle_core::bail!("a refinement network without modules") };
        let x = self.output1.forward(&features, activation);
        tensor_of(&self.output2.forward(&x, Activation::None)).map(Some)
    }
}

impl Stage {
    fn new(index: usize, config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let module = RefinementNetwork::module(index, config, vb)?;
        let (weight, bias) = folded(&module.conv1, &module.norm1)?;
        let outputs = bias.len();
        let (d, z) = (config.gconv_dim, config.layout_noise_dim);
        let all = weight.len() / (9 * outputs);
        let features = (index > 0).then(|| WinogradConv::of_doubled(&weight, outputs, all, d + z..all));
        let layout = LayoutKernels::new(&weight, outputs, d);
        let noise = Conv::new(&weight, bias, all, d..d + z);
        let (weight, bias) = folded(&module.conv2, &module.norm2)?;
        let second = SquareConv::new(&weight, bias, config.image_size.0 >> (config.refinement_dims.len() - 1 - index));
        Ok(Self { layout, noise, features, second, instance_norm: config.normalization == Norm::Instance })
    }

    fn forward(
        &self,
        features: Option<&PaddedFeatureMaps>,
        extra: &Extra<'_>,
        activation: Activation,
    ) -> PaddedFeatureMaps {
        // Instance normalization needs the whole map before the activation.
        let fused = if self.instance_norm { Activation::None } else { activation };
        let finish = |mut maps: PaddedFeatureMaps| {
            if let (true, Activation::Leaky(slope)) = (self.instance_norm, activation) {
                maps.instance_norm_leaky(INSTANCE_EPS, slope);
            }
            maps
        };
        let first = match (&self.features, features) {
            (Some(conv), Some(features)) => {
                conv.forward(features, InitialSum::PaddedFeatureMaps(sum_of(extra, Activation::None)), fused)
            }
            _ => sum_of(extra, fused),
        };
        finish(self.second.forward(&finish(first), fused))
    }
}

/// A 3×3 convolution with as many inputs as outputs, done in the way that is fastest at its size.
enum SquareConv {
    Direct(Conv),
    Tiled(WinogradConv, Vec<f32>),
}

impl SquareConv {
    /// Below this height the products of 2×2 cells are too few for their weights, of which there are 16 for every 9.
    const MIN_TILED_HEIGHT: usize = 16;

    fn new(weight: &[f32], bias: Vec<f32>, height: usize) -> Self {
        let channels = bias.len();
        if height >= Self::MIN_TILED_HEIGHT {
            Self::Tiled(WinogradConv::winograd(weight, channels, channels), bias)
        } else {
            Self::Direct(Conv::new(weight, bias, channels, 0..channels))
        }
    }

    fn forward(&self, input: &PaddedFeatureMaps, activation: Activation) -> PaddedFeatureMaps {
        match self {
            Self::Direct(conv) => conv.forward(input, activation),
            Self::Tiled(conv, bias) => conv.forward(input, InitialSum::Bias(bias), activation),
        }
    }
}

impl MaskPlan {
    fn new(net: &MaskNet) -> Result<Self> {
        let stages = net
            .stages
            .iter()
            .map(|(norm, conv)| {
                let (scale, shift) = norm.affine()?;
                let bias = bias_of(conv)?;
                let conv = WinogradConv::of_doubled(&floats(conv.weight())?, bias.len(), bias.len(), 0..bias.len());
                Ok(MaskStage { scale: floats(&scale)?, shift: floats(&shift)?, conv, bias })
            })
            .collect::<Result<_>>()?;
        let dim = net.output.weight().dim(1)?;
        let output = Conv::pointwise(&floats(net.output.weight())?, bias_of(&net.output)?, dim);
        Ok(Self { stages, output })
    }

    /// vectors `[O, D]` -> masks `[O, M, M]`
    fn forward(&self, vectors: &Tensor, probe: Probe<'_>) -> Result<Tensor> {
        let (o, d) = vectors.dims2()?;
        let mut x = PaddedFeatureMaps::from_nchw(&floats(vectors)?, o, d, 1, 1);
        for MaskStage { scale, shift, conv, bias } in &self.stages {
            x.affine(scale, shift);
            x = conv.forward(&x, InitialSum::Bias(bias), Activation::Leaky(0.0));
        }
        let logits = tensor_of(&self.output.forward(&x, Activation::None))?; // [O, 1, M, M]
        probe("mask_logits", &|| Ok(logits.clone()));
        candle_nn::ops::sigmoid(&logits.squeeze(1)?)
    }
}

/// Weights `[O, I, 3, 3]` and bias `[O]` of a convolution with its batch normalization folded in.
fn folded(conv: &candle_nn::Conv2d, norm: &Norm2d) -> Result<(Vec<f32>, Vec<f32>)> {
    let (mut weight, mut bias) = (floats(conv.weight())?, bias_of(conv)?);
    if let Norm2d::Batch(norm) = norm {
        let (scale, shift) = norm.affine()?;
        let (scale, shift) = (floats(&scale)?, floats(&shift)?);
        let row = weight.len() / bias.len();
        for (((weight, bias), scale), shift) in weight.chunks_exact_mut(row).zip(&mut bias).zip(&scale).zip(&shift) {
            weight.iter_mut().for_each(|w| *w *= scale);
            *bias = *bias * scale + shift;
        }
    }
    Ok((weight, bias))
}

fn bias_of(conv: &candle_nn::Conv2d) -> Result<Vec<f32>> {
    match conv.bias() {
        Some(bias) => floats(bias),
        None => Ok(vec![0.0; conv.weight().dim(0)?]),
    }
}

fn tensor_of(maps: &PaddedFeatureMaps) -> Result<Tensor> {
    Tensor::from_vec(maps.to_nchw(), (maps.images, maps.channels, maps.height, maps.width), &Device::Cpu)
}
