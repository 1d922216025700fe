//! A convolutional network built from an architecture.
// sg2im: layers.py, build_cnn and ResidualBlock

use candle_core::{Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, Linear, VarBuilder};

use super::architecture::CnnLayer;
use crate::sg2im::config::Norm;
use crate::sg2im::refine::norm2d;
use scenewright_nn::activation::{halved, leaky_relu};
use scenewright_nn::fused_sequential::{self, chain};
use scenewright_nn::linear::linear;
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::Norm2d;
use scenewright_nn::spectral::Spectral;

/// One step of the network.
#[derive(Clone, Debug)]
enum Step {
    /// The bias of a convolution that is followed by a normalization is left to that.
    Conv {
        conv: Conv2d,
        biased: bool,
        spectral: Option<Spectral>,
    },
    /// Normalization and activation, with the bias of the convolution before.
    Norm {
        norm: Norm2d,
        bias: Option<Tensor>,
    },
    Residual([Step2; 2]),
    Upsample(usize),
    Pool(usize),
    Linear {
        linear: Linear,
        active: bool,
    },
}

/// Normalization, activation, convolution.
#[derive(Clone, Debug)]
struct Step2 {
    norm: Norm2d,
    bias: Option<Tensor>,
    conv: Conv2d,
    biased: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Cnn {
    steps: Vec<Step>,
    slope: f64,
    outputs: usize,
}

impl Cnn {
    /// Names count the layers as sg2im's `nn.Sequential` does: a normalization, an activation and a flattening take one each.
    pub(crate) fn new(layers: &[CnnLayer], norm: Norm, slope: f64, spectral: bool, vb: VarBuilder<'_>) -> Result<Self> {
        let mut steps: Vec<Step> = Vec::new();
        let (mut at, mut outputs, mut flat) = (0, 3, false);
        for layer in layers {
            match *layer {
                CnnLayer::Input { channels } => outputs = channels,
                CnnLayer::Conv { kernel, inputs, outputs: to, stride, padding, first } => {
                    if !first {
                        let norm = norm2d(inputs, norm, vb.pp(at))?;
                        at += norm.layers() + 1;
                        let mut bias = None;
                        if let (Some(Step::Conv { conv, biased, .. }), 1) = (steps.last_mut(), norm.layers()) {
                            *biased = false;
                            bias = conv.bias().cloned();
                        }
                        steps.push(Step::Norm { norm, bias });
                    }
                    let config = Conv2dConfig { padding, stride, ..Default::default() };
                    let conv = candle_nn::conv2d(inputs, to, kernel, config, vb.pp(at))?;
                    let spectral = spectral.then(|| Spectral::new(to, vb.pp(at))).transpose()?;
                    steps.push(Step::Conv { conv, biased: true, spectral });
                    at += 1;
                    outputs = to;
                }
                CnnLayer::Residual { channels, first } => {
                    let kind = if first { Norm::None } else { norm };
                    steps.push(Step::Residual(residual(channels, kind, vb.pp(at).pp("net"))?));
                    at += 1;
                }
                CnnLayer::Upsample { factor } => {
                    steps.push(Step::Upsample(factor));
                    at += 1;
                }
                CnnLayer::Pool { factor } => {
                    steps.push(Step::Pool(factor));
                    at += 1;
                }
                CnnLayer::Linear { inputs, outputs: to, last } => {
                    at += usize::from(!flat);
                    flat = true;
                    let linear = candle_nn::linear(inputs, to, vb.pp(at))?;
                    at += 1 + usize::from(!last);
                    steps.push(Step::Linear { linear, active: !last });
                    outputs = to;
                }
            }
        }
        Ok(Self { steps, slope, outputs })
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// The same with weights that do not learn.
    pub(crate) fn fixed(&self) -> Self {
        Self { steps: self.steps.iter().map(Step::fixed).collect(), ..self.clone() }
    }

    /// x `[N, C, H, W]` -> `[N, C', H', W']`, or `[N, C']` behind a linear layer
    pub(crate) fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let mut x = x.clone();
        let mut layers: Vec<fused_sequential::Layer> = Vec::new();
        for step in &self.steps {
            match step.layer(mode, self.slope)? {
                Some(layer) => layers.push(layer),
                None => {
                    x = step.forward(&chain(&x, &std::mem::take(&mut layers), mode)?, mode, self.slope)?;
                }
            }
        }
        chain(&x, &layers, mode)
    }
}

fn residual(channels: usize, norm: Norm, vb: VarBuilder<'_>) -> Result<[Step2; 2]> {
    let same = Conv2dConfig { padding: 1, ..Default::default() };
    let norm1 = norm2d(channels, norm, vb.pp(0))?;
    let at = norm1.layers() + 1;
    let conv1 = candle_nn::conv2d(channels, channels, 3, same, vb.pp(at))?;
    let norm2 = norm2d(channels, norm, vb.pp(at + 1))?;
    let conv2 = candle_nn::conv2d(channels, channels, 3, same, vb.pp(at + 1 + norm2.layers() + 1))?;
    let (biased, bias) = if norm2.layers() > 0 { (false, conv1.bias().cloned()) } else { (true, None) };
    Ok([Step2 { norm: norm1, bias: None, conv: conv1, biased }, Step2 { norm: norm2, bias, conv: conv2, biased: true }])
}

/// The weight may be another than the convolution's own.
fn conv_layer(conv: &Conv2d, weight: &Tensor, biased: bool) -> fused_sequential::Layer {
    let (config, bias) = (conv.config(), conv.bias().filter(|_| biased).cloned());
    fused_sequential::Layer::Conv { weight: weight.clone(), bias, stride: config.stride, padding: config.padding }
}

fn fixed_conv(conv: &Conv2d) -> Conv2d {
    Conv2d::new(conv.weight().detach(), conv.bias().map(Tensor::detach), *conv.config())
}

/// The same with weights that do not learn.
pub(super) fn fixed_linear(linear: &Linear) -> Linear {
    Linear::new(linear.weight().detach(), linear.bias().map(Tensor::detach))
}

impl Step2 {
    fn fixed(&self) -> Self {
        let bias = self.bias.as_ref().map(Tensor::detach);
        Self { norm: self.norm.fixed(), bias, conv: fixed_conv(&self.conv), biased: self.biased }
    }
}

impl Step {
    fn fixed(&self) -> Self {
        match self {
            Self::Conv { conv, biased, spectral } => {
                Self::Conv { conv: fixed_conv(conv), biased: *biased, spectral: spectral.clone() }
            }
            Self::Norm { norm, bias } => Self::Norm { norm: norm.fixed(), bias: bias.as_ref().map(Tensor::detach) },
            Self::Residual([first, second]) => Self::Residual([first.fixed(), second.fixed()]),
            Self::Linear { linear, active } => Self::Linear { linear: fixed_linear(linear), active: *active },
            other => other.clone(),
        }
    }

    /// What can stand in a chain.
    fn layer(&self, mode: Mode, slope: f64) -> Result<Option<fused_sequential::Layer>> {
        Ok(match self {
            Self::Conv { conv, biased, spectral: None } => Some(conv_layer(conv, conv.weight(), *biased)),
            Self::Conv { conv, biased, spectral: Some(spectral) } => {
                Some(conv_layer(conv, &spectral.normalized(conv.weight(), mode)?, *biased))
            }
            Self::Norm { norm, bias } => {
                Some(fused_sequential::Layer::Norm { norm: norm.clone(), offset: bias.clone(), slope, repeats: 1 })
            }
            _ => None,
        })
    }

    fn forward(&self, x: &Tensor, mode: Mode, slope: f64) -> Result<Tensor> {
        match self {
            Self::Conv { .. } | Self::Norm { .. } => Ok(x.clone()), // stands in a chain
            Self::Residual(steps) => {
                let layers: Vec<_> = (steps.iter())
                    .flat_map(|Step2 { norm, bias, conv, biased }| {
                        let norm = fused_sequential::Layer::Norm {
                            norm: norm.clone(),
                            offset: bias.clone(),
                            slope,
                            repeats: 1,
                        };
                        [norm, conv_layer(conv, conv.weight(), *biased)]
                    })
                    .collect();
                if mode == Mode::Train {
                    chain(x, &layers, mode)?; // sg2im runs the block twice and drops the first result: its statistics move twice
                }
                x + chain(x, &layers, mode)?
            }
            Self::Upsample(factor) => enlarged(x, *factor),
            Self::Pool(2) if x.dims()[2..].iter().all(|side| side % 2 == 0) => halved(x),
            Self::Pool(factor) => {
                // What does not fill a square at the edge is left out; candle's gradient knows no such rest.
                let (_, _, h, w) = x.dims4()?;
                let x = x.narrow(2, 0, h / factor * factor)?.narrow(3, 0, w / factor * factor)?.contiguous()?;
                x.avg_pool2d(*factor)
            }
            Self::Linear { linear: layer, active } => {
                let x = linear(&x.flatten_from(1)?, layer)?;
                if *active { leaky_relu(&x, slope) } else { Ok(x) }
            }
        }
    }
}

/// Nearest-neighbor upsampling; see [`scenewright_nn::upsample::doubled`] for why not candle's.
fn enlarged(x: &Tensor, factor: usize) -> Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    let wide = x.reshape((n, c, h, 1, w, 1))?.broadcast_as((n, c, h, factor, w, factor))?;
    wide.reshape((n, c, factor * h, factor * w))
}
