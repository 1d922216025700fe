//! The cascaded refinement network: from a scene layout to an image, coarse to fine.
// Chen and Koltun 2017; sg2im: crn.py

use candle_core::{Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, Module, VarBuilder, ops::leaky_relu};

use super::config::{Norm, Sg2ImConfig};
use super::layout::Factored;
use scenewright_nn::activation::halved;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::conv_autograd::{conv2d_factored_layout, conv2d_of_both};
use scenewright_nn::fused_sequential::{Layer, chain};
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::{BatchNorm, Norm2d};
use scenewright_nn::upsample::doubled;

const SAME: Conv2dConfig = Conv2dConfig { padding: 1, stride: 1, dilation: 1, groups: 1, cudnn_fwd_algo: None };

pub(crate) fn norm2d(channels: usize, kind: Norm, vb: VarBuilder<'_>) -> Result<Norm2d> {
    Ok(match kind {
        Norm::Batch => Norm2d::Batch(BatchNorm::new(channels, vb)?),
        Norm::Instance => Norm2d::Instance,
        Norm::None => Norm2d::None,
    })
}

/// Two rounds of convolution, normalization, activation over the pooled layout and the features so far.
// sg2im: crn.py, RefinementModule
#[derive(Clone, Debug)]
pub(crate) struct RefinementModule {
    pub(super) conv1: Conv2d,
    pub(super) norm1: Norm2d,
    pub(super) conv2: Conv2d,
    pub(super) norm2: Norm2d,
    slope: f64,
}

impl RefinementModule {
    fn new(layout: usize, input: usize, output: usize, config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let vb = vb.pp("net");
        let conv1 = candle_nn::conv2d(layout + input, output, 3, SAME, vb.pp(0))?;
        let norm1 = norm2d(output, config.normalization, vb.pp(1))?;
        let second = 2 + norm1.layers(); // behind the first convolution, normalization and activation
        let conv2 = candle_nn::conv2d(output, output, 3, SAME, vb.pp(second))?;
        let norm2 = norm2d(output, config.normalization, vb.pp(second + 1))?;
        Ok(Self { conv1, norm1, conv2, norm2, slope: config.slope() })
    }

    /// layout `[N, L, H, W]`, features `[N, C, H, W]` -> `[N, C', H, W]`
    fn forward(&self, layout: &Tensor, features: &Tensor) -> Result<Tensor> {
        let x = Tensor::cat(&[layout, features], 1)?;
        let x = leaky_relu(&self.norm1.forward(&self.conv1.forward(&x)?)?, self.slope)?;
        leaky_relu(&self.norm2.forward(&self.conv2.forward(&x)?)?, self.slope)
    }

    /// The same to learn, from features before they are doubled: layout `[N, L, 2H, 2W]`, features `[N, C, H, W]` -> `[N, C', 2H, 2W]`.
    fn learn(&self, layout: &Tensor, features: &Tensor, mode: Mode) -> Result<Tensor> {
        self.learn_on(conv2d_of_both(layout, features, self.conv1.weight())?, mode)
    }

    /// The same over a layout that is not composed.
    fn learn_factored(&self, layout: &Factored, features: &Tensor, mode: Mode) -> Result<Tensor> {
        if !layout.is_large()? {
            return self.learn(&layout.composed()?, features, mode);
        }
        let (guides, vectors) = layout.guides()?;
        self.learn_on(conv2d_factored_layout(&guides, vectors, features, self.conv1.weight())?, mode)
    }

    /// What follows the first convolution.
    fn learn_on(&self, x: Tensor, mode: Mode) -> Result<Tensor> {
        let norm = |norm: &Norm2d, conv: &Conv2d| Layer::Norm {
            norm: norm.clone(),
            offset: conv.bias().cloned(),
            slope: self.slope,
            repeats: 1,
        };
        let conv2 = Layer::Conv { weight: self.conv2.weight().clone(), bias: None, stride: 1, padding: 1 };
        chain(&x, &[norm(&self.norm1, &self.conv1), conv2, norm(&self.norm2, &self.conv2)], mode)
    }
}

#[derive(Clone, Debug)]
pub struct RefinementNetwork {
    pub(super) modules: Vec<RefinementModule>,
    pub(super) output1: Conv2d,
    pub(super) output2: Conv2d,
    slope: f64,
}

impl RefinementNetwork {
    pub(crate) fn new(config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let modules =
            (0..config.refinement_dims.len()).map(|i| Self::module(i, config, vb.clone())).collect::<Result<_>>()?;
        let (output1, output2) = Self::output_layers(config, vb)?;
        Ok(Self { modules, output1, output2, slope: config.slope() })
    }

    pub(super) fn module(index: usize, config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<RefinementModule> {
        let layout = config.gconv_dim + config.layout_noise_dim;
        let dims = &config.refinement_dims;
        let input = if index == 0 { 1 } else { dims[index - 1] };
        RefinementModule::new(layout, input, dims[index], config, vb.pp("refinement_modules").pp(index))
    }

    pub(super) fn output_layers(config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<(Conv2d, Conv2d)> {
        let last = config.refinement_dims.last().copied().unwrap_or(1);
        let vb = vb.pp("output_conv");
        let first = candle_nn::conv2d(last, last, 3, SAME, vb.pp(0))?;
        Ok((first, candle_nn::conv2d(last, 3, 1, Conv2dConfig::default(), vb.pp(2))?))
    }

    /// To learn: layout with noise `[N, L, H, W]` -> image `[N, 3, H, W]`; `probe` sees the output of each module.
    pub(crate) fn learn(&self, layout: &Tensor, mode: Mode, probe: &mut dyn FnMut(usize, &Tensor)) -> Result<Tensor> {
        let (n, _, h, w) = layout.dims4()?;
        let stages = self.modules.len();
        let mut pooled = vec![layout.clone()]; // finest first
        for i in 1..stages {
            pooled.push(halved(&pooled[i - 1])?);
        }
        let mut features = Tensor::zeros((n, 1, h >> stages, w >> stages), layout.dtype(), layout.device())?;
        for (i, (module, layout)) in self.modules.iter().zip(pooled.iter().rev()).enumerate() {
            features = module.learn(layout, &features, mode)?;
            probe(i, &features);
        }
        self.learn_output(&features, mode)
    }

    /// To learn, over a layout `[N, L, H, W]` that is not composed.
    pub(crate) fn learn_factored(
        &self,
        layout: Factored,
        (n, h, w): (usize, usize, usize),
        mode: Mode,
        probe: &mut dyn FnMut(usize, &Tensor),
    ) -> Result<Tensor> {
        let stages = self.modules.len();
        let mut pooled = vec![layout]; // finest first
        for i in 1..stages {
            pooled.push(pooled[i - 1].halved()?);
        }
        let weight = self.output1.weight();
        let mut features = Tensor::zeros((n, 1, h >> stages, w >> stages), weight.dtype(), weight.device())?;
        for (i, (module, layout)) in self.modules.iter().zip(pooled.iter().rev()).enumerate() {
            features = module.learn_factored(layout, &features, mode)?;
            probe(i, &features);
        }
        self.learn_output(&features, mode)
    }

    fn learn_output(&self, features: &Tensor, mode: Mode) -> Result<Tensor> {
        let conv = |conv: &Conv2d, padding| Layer::Conv {
            weight: conv.weight().clone(),
            bias: conv.bias().cloned(),
            stride: 1,
            padding,
        };
        chain(features, &[conv(&self.output1, 1), Layer::leaky(self.slope), conv(&self.output2, 0)], mode)
    }

    /// For inference: the same, or `None` where `cancel` ended it between two modules.
    pub(crate) fn forward(
        &self,
        layout: &Tensor,
        probe: &mut dyn FnMut(usize, &Tensor),
        cancel: &CancellationToken,
    ) -> Result<Option<Tensor>> {
        let (n, _, h, w) = layout.dims4()?;
        let stages = self.modules.len();
        let mut pooled = vec![layout.clone()]; // finest first
        for i in 1..stages {
            pooled.push(pooled[i - 1].avg_pool2d(2)?);
        }
        // The coarsest features are one channel of zeros.
        let mut features = Tensor::zeros((n, 1, h >> stages, w >> stages), layout.dtype(), layout.device())?;
        for (i, (module, layout)) in self.modules.iter().zip(pooled.iter().rev()).enumerate() {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            features = module.forward(layout, &doubled(&features)?)?;
            probe(i, &features);
        }
        let x = leaky_relu(&self.output1.forward(&features)?, self.slope)?;
        self.output2.forward(&x).map(Some)
    }
}
