//! The network folded for inference on the CPU. The same numbers as [`Sg2Im`](super::Sg2Im) up to rounding, with far less work:
//!
//! - batch normalisation is folded into the weights, bias and activation into the convolution's last step;
//! - the layout is a sum of (vector × warped mask), so convolving its D channels equals convolving one mask per object with the
//!   kernels W·v: the layout's share of a module falls from D channels to the number of objects;
//! - the noise's share of each module ([`NoiseShare`]) depends on the noise alone and can be kept as long as the noise stays;
//! - features doubled by nearest-neighbour upsampling are convolved without being doubled ([`UpConv`]).

use std::borrow::Cow;

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;
use rayon::prelude::*;

use super::config::{Norm, Sg2ImConfig};
use super::graph::Graph;
use super::mask_net::MaskNet;
use super::refine::RefinementNetwork;
use super::{Given, GraphNet, Outputs, Watch, layout};
use crate::nn::conv::{Activation, Conv, Extra, Guide, UpConv, extra_alone, matmul};
use crate::nn::maps::Maps;
use crate::nn::norm::Norm2d;

const INSTANCE_EPS: f32 = 1e-5;

pub struct Plan {
    pub config: Sg2ImConfig,
    graph_net: GraphNet,
    masks: Option<MaskPlan>,
    stages: Vec<Stage>,
    output1: Conv,
    /// 1×1: weights `[3, C]`, bias `[3]`.
    output2: (Vec<f32>, Vec<f32>),
}

/// What a given noise adds to each module, with the module's bias: `[C, N, H_i, W_i]`.
pub struct NoiseShare {
    bases: Vec<Maps>,
}

struct MaskPlan {
    /// Normalisation as scale and shift, then the convolution of the doubled maps and its bias.
    stages: Vec<(Vec<f32>, Vec<f32>, UpConv, Vec<f32>)>,
    output: (Vec<f32>, f32),
}

/// One refinement module.
struct Stage {
    /// Kernels of the layout channels, `[out, tap, D]`.
    layout: Vec<f32>,
    /// Kernels of the noise channels, with the first bias.
    noise: Conv,
    /// Kernels of the features; the first module has none (its features are zeros).
    features: Option<UpConv>,
    second: Conv,
    instance_norm: bool,
}

impl Plan {
    /// Reads the weights module by module and keeps only the folded ones.
    pub fn new(config: &Sg2ImConfig, objects: usize, predicates: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let (graph_net, mask_net) = GraphNet::new(config, objects, predicates, vb.clone())?.without_mask_net();
        let masks = mask_net.map(|net| MaskPlan::new(&net)).transpose()?;
        let vb = vb.pp("refinement_net");
        let stages =
            (0..config.refinement_dims.len()).map(|i| Stage::new(i, config, vb.clone())).collect::<Result<_>>()?;
        let (output1, output2) = RefinementNetwork::output_layers(config, vb)?;
        let last = output1.weight().dim(0)?;
        Ok(Self {
            config: config.clone(),
            graph_net,
            masks,
            stages,
            output1: Conv::new(&floats(output1.weight())?, bias_of(&output1)?, last, 0..last),
            output2: (floats(output2.weight())?, bias_of(&output2)?),
        })
    }

    /// noise `[N, Z, H, W]`; `None` where the network takes none.
    pub fn noise_share(&self, noise: Option<&Tensor>, images: usize) -> Result<NoiseShare> {
        let (h, w) = self.config.image_size;
        let noise = match noise {
            Some(noise) => {
                let (n, z, h, w) = noise.dims4()?;
                Maps::from_nchw(&floats(noise)?, n, z, h, w)
            }
            None => Maps::zeros(0, images, h, w),
        };
        let pyramid = pyramid(noise, self.stages.len());
        let bases = self.stages.iter().zip(&pyramid).map(|(stage, noise)| stage.noise.forward(noise, Activation::None));
        Ok(NoiseShare { bases: bases.collect() })
    }

    /// As [`Sg2Im::forward`](super::Sg2Im::forward); `share` is that of `given.noise` where it is kept from an earlier call.
    pub fn forward(&self, graph: &Graph, given: &Given, share: Option<&NoiseShare>) -> Result<Outputs> {
        self.forward_watched(graph, given, share, &mut |_, _| {})
    }

    pub fn forward_watched(
        &self,
        graph: &Graph,
        given: &Given,
        share: Option<&NoiseShare>,
        watch: Watch<'_>,
    ) -> Result<Outputs> {
        let objects = self.graph_net.forward(graph, watch)?;
        watch("obj_vecs", &objects.vectors);
        let masks = self.masks.as_ref().map(|plan| plan.forward(&objects.vectors, watch)).transpose()?;
        let in_boxes = given.boxes.as_ref().unwrap_or(&objects.boxes);
        let in_masks = masks.as_ref().map(|predicted| given.masks.as_ref().unwrap_or(predicted));
        let warped = layout::warped_masks(in_masks, in_boxes, self.config.image_size)?;
        let own_share;
        let share = match share {
            Some(share) => share,
            None => {
                own_share = self.noise_share(given.noise.as_ref(), graph.images)?;
                &own_share
            }
        };
        let image = self.refine(graph, &floats(&objects.vectors)?, &floats(&warped)?, share, watch)?;
        Ok(Outputs { image, boxes: objects.boxes, masks, relation_scores: objects.relation_scores })
    }

    /// vectors `[O, D]`, warped masks `[O, H, W]` -> image `[N, 3, H, W]`
    fn refine(
        &self,
        graph: &Graph,
        vectors: &[f32],
        warped: &[f32],
        share: &NoiseShare,
        watch: Watch<'_>,
    ) -> Result<Tensor> {
        let activation = Activation::Leaky(self.config.slope() as f32);
        let images: Vec<GuideImage> = (0..graph.images)
            .map(|image| GuideImage::new(graph, image, vectors, warped, self.config.image_size, self.stages.len()))
            .collect();
        let mut features: Option<Maps> = None;
        for (i, (stage, base)) in self.stages.iter().zip(&share.bases).enumerate() {
            let guides: Vec<Guide<'_>> = images.iter().map(|image| image.guide(i, stage)).collect();
            let out = stage.forward(features.as_ref(), &Extra { base, guides: &guides }, activation);
            watch(&format!("crn{i}"), &tensor_of(&out)?);
            features = Some(out);
        }
        let Some(features) = features else { candle_core::bail!("a refinement network without modules") };
        let x = self.output1.forward(&features, activation);
        tensor_of(&conv1x1(&x, &self.output2.0, &self.output2.1))
    }
}

impl Stage {
    fn new(index: usize, config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let module = RefinementNetwork::module(index, config, vb)?;
        let (weight, bias) = folded(&module.conv1, &module.norm1)?;
        let outputs = bias.len();
        let (d, z) = (config.gconv_dim, config.layout_noise_dim);
        let all = weight.len() / (9 * outputs);
        let features = (index > 0).then(|| UpConv::new(&weight, outputs, all, d + z..all));
        let layout = Conv::new(&weight, vec![0.0; outputs], all, 0..d).weight;
        let noise = Conv::new(&weight, bias, all, d..d + z);
        let (weight, bias) = folded(&module.conv2, &module.norm2)?;
        let second = Conv::new(&weight, bias, outputs, 0..outputs);
        Ok(Self { layout, noise, features, second, instance_norm: config.normalization == Norm::Instance })
    }

    fn forward(&self, features: Option<&Maps>, extra: &Extra<'_>, activation: Activation) -> Maps {
        // Instance normalisation needs the whole map before the activation.
        let fused = if self.instance_norm { Activation::None } else { activation };
        let finish = |mut maps: Maps| {
            if let (true, Activation::Leaky(slope)) = (self.instance_norm, activation) {
                maps.instance_norm_leaky(INSTANCE_EPS, slope);
            }
            maps
        };
        let first = match (&self.features, features) {
            (Some(conv), Some(features)) => conv.forward(features, extra, fused),
            _ => extra_alone(self.second.inputs, extra, fused),
        };
        finish(self.second.forward(&finish(first), fused))
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
                let up = UpConv::new(&floats(conv.weight())?, bias.len(), bias.len(), 0..bias.len());
                Ok((floats(&scale)?, floats(&shift)?, up, bias))
            })
            .collect::<Result<_>>()?;
        let bias = bias_of(&net.output)?;
        Ok(Self { stages, output: (floats(net.output.weight())?, bias[0]) })
    }

    /// vectors `[O, D]` -> masks `[O, M, M]`
    fn forward(&self, vectors: &Tensor, watch: Watch<'_>) -> Result<Tensor> {
        let (o, d) = vectors.dims2()?;
        let mut x = Maps::from_nchw(&floats(vectors)?, o, d, 1, 1);
        for (scale, shift, conv, bias) in &self.stages {
            x.affine(scale, shift);
            let mut base = Maps::zeros(d, o, 2 * x.height, 2 * x.width);
            base.affine(&vec![0.0; d], bias);
            x = conv.forward(&x, &Extra { base: &base, guides: &[] }, Activation::Leaky(0.0));
        }
        let logits = tensor_of(&conv1x1(&x, &self.output.0, &[self.output.1]))?; // [O, 1, M, M]
        watch("mask_logits", &logits);
        candle_nn::ops::sigmoid(&logits.squeeze(1)?)
    }
}

/// The layout of one image, factored: maps at each stage's size, and the vectors they carry.
struct GuideImage {
    /// Coarsest first, `[G, 1, H_i, W_i]`.
    maps: Vec<Maps>,
    /// `[D, G]`; none where the maps are the layout's own channels (more objects than channels).
    vectors: Option<Vec<f32>>,
}

impl GuideImage {
    fn new(
        graph: &Graph,
        image: usize,
        vectors: &[f32],
        warped: &[f32],
        (h, w): (usize, usize),
        stages: usize,
    ) -> Self {
        let d = vectors.len() / graph.objects.len().max(1);
        let mine: Vec<usize> = graph.objects_of(image).collect();
        let count = mine.len();
        let mut columns = vec![0.0; d * count];
        let mut masks = Maps::zeros(count, 1, h, w);
        for (i, (&object, mask)) in mine.iter().zip(masks.data.chunks_exact_mut(h * w)).enumerate() {
            mask.copy_from_slice(&warped[object * h * w..][..h * w]);
            for (c, &v) in vectors[object * d..][..d].iter().enumerate() {
                columns[c * count + i] = v;
            }
        }
        if count <= d {
            return Self { maps: pyramid(masks, stages), vectors: Some(columns) };
        }
        let channels =
            Maps { data: matmul(d, h * w, count, &columns, &masks.data), channels: d, images: 1, height: h, width: w };
        Self { maps: pyramid(channels, stages), vectors: None }
    }

    fn guide<'a>(&'a self, index: usize, stage: &'a Stage) -> Guide<'a> {
        let maps = &self.maps[index];
        let kernels = match &self.vectors {
            Some(vectors) => {
                let d = vectors.len() / maps.channels.max(1);
                let rows = if d == 0 { 0 } else { stage.layout.len() / d };
                Cow::Owned(matmul(rows, maps.channels, d, &stage.layout, vectors)) // [out · tap, G]
            }
            None => Cow::Borrowed(stage.layout.as_slice()),
        };
        Guide { maps, kernels }
    }
}

/// The maps averaged to each stage's size, coarsest first.
fn pyramid(finest: Maps, stages: usize) -> Vec<Maps> {
    let mut levels = vec![finest];
    for i in 1..stages {
        levels.push(levels[i - 1].halved());
    }
    levels.reverse();
    levels
}

/// input `[C, N, H, W]`, weights `[O, C]`, bias `[O]` -> `[O, N, H, W]`
fn conv1x1(input: &Maps, weight: &[f32], bias: &[f32]) -> Maps {
    let pixels = input.pixels();
    let mut out = Maps::zeros(bias.len(), input.images, input.height, input.width);
    for ((map, weight), &bias) in out.data.chunks_exact_mut(pixels).zip(weight.chunks_exact(input.channels)).zip(bias) {
        map.par_chunks_mut(1024).enumerate().for_each(|(i, part)| {
            part.fill(bias);
            for (source, &weight) in input.data.chunks_exact(pixels).zip(weight) {
                for (to, from) in part.iter_mut().zip(&source[i * 1024..]) {
                    *to += weight * from;
                }
            }
        });
    }
    out
}

/// Weights `[O, I, 3, 3]` and bias `[O]` of a convolution with its batch normalisation folded in.
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

fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

fn bias_of(conv: &candle_nn::Conv2d) -> Result<Vec<f32>> {
    match conv.bias() {
        Some(bias) => floats(bias),
        None => Ok(vec![0.0; conv.weight().dim(0)?]),
    }
}

fn tensor_of(maps: &Maps) -> Result<Tensor> {
    Tensor::from_vec(maps.to_nchw(), (maps.images, maps.channels, maps.height, maps.width), &Device::Cpu)
}
