//! A fused `Sequential`: several layers as one autograd operation.
//!
//! candle makes zeros for the gradient of every result and adds to them what the next operation returns, all on one thread: for maps, that
//! costs a tenth of an iteration. In a chain only the last result is one of candle's; what lies between never leaves the chain, and goes
//! when its gradient is known. The arithmetic is that of the layers one by one, to the bit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{CpuStorage, CustomOp2, DType, Layout, Result, Shape, Tensor, bail};

use super::activation::{bent, bent_by};
use super::conv_autograd::{ConvInput, conv2d, conv2d_doubled};
use super::cpu_ops;
use super::gradients::stash_gradient;
use super::mode::Mode;
use super::norm::{EPS, Norm2d};
use super::norm_op::Op;

/// One layer.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A convolution: weight `[O, C, k, k]`, bias `[O]`.
    Conv { weight: Tensor, bias: Option<Tensor>, stride: usize, padding: usize },
    /// A 3×3 convolution with padding 1 of maps that are doubled first.
    Doubled { weight: Tensor, bias: Option<Tensor> },
    /// A normalization with a leaky ReLU after it (slope 1: none), behind a convolution whose bias `offset` `[C]` was not added; every value counts
    /// `repeats` times in the running statistics.
    Norm { norm: Norm2d, offset: Option<Tensor>, slope: f64, repeats: usize },
}

impl Layer {
    /// A leaky ReLU alone.
    pub fn leaky(slope: f64) -> Self {
        Self::Norm { norm: Norm2d::None, offset: None, slope, repeats: 1 }
    }

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        match self {
            Self::Conv { weight, bias, stride, padding } => conv2d(x, weight, bias.as_ref(), *stride, *padding),
            Self::Doubled { weight, bias } => conv2d_doubled(x, weight, bias.as_ref()),
            Self::Norm { norm: Norm2d::Batch(norm), offset, slope, repeats } => {
                norm.forward_t(x, mode, *slope, *repeats, offset.as_ref())
            }
            Self::Norm { norm, offset, slope, .. } => norm.forward_t(x, mode, *slope, offset.as_ref()),
        }
    }

    /// Weight, bias and what is convolved.
    fn convolution(&self) -> Option<(&Tensor, Option<&Tensor>, ConvInput)> {
        match self {
            Self::Conv { weight, bias, stride, padding } => {
                Some((weight, bias.as_ref(), ConvInput::PaddedFeatureMaps { stride: *stride, padding: *padding }))
            }
            Self::Doubled { weight, bias } => Some((weight, bias.as_ref(), ConvInput::Doubled)),
            Self::Norm { .. } => None,
        }
    }

    /// What has a gradient, if it is tracked: the weight and the bias.
    fn parameters(&self) -> [Option<&Tensor>; 2] {
        match self {
            Self::Conv { weight, bias, .. } | Self::Doubled { weight, bias } => [Some(weight), bias.as_ref()],
            Self::Norm { norm: Norm2d::Batch(norm), .. } => [Some(&norm.weight), Some(&norm.bias)],
            Self::Norm { .. } => [None, None],
        }
    }

    /// Whether a chain can have it.
    fn joins(&self) -> bool {
        let known = match self {
            Self::Conv { weight, stride, .. } => {
                matches!(*weight.dims(), [_, _, high, wide] if high == wide) && *stride > 0
            }
            Self::Doubled { weight, .. } => matches!(*weight.dims(), [_, _, 3, 3]),
            Self::Norm { norm: Norm2d::None, offset, .. } => offset.is_none(),
            Self::Norm { .. } => true,
        };
        known && self.parameters().into_iter().flatten().all(|p| p.is_contiguous() && cpu_ops::applies(&[p]))
    }

    fn learns(&self) -> bool {
        self.parameters().into_iter().flatten().any(Tensor::track_op)
    }
}

/// x `[N, C, H, W]` through all layers: one operation where ours apply and statistics are those of the batch, else layer by layer.
pub fn chain(x: &Tensor, layers: &[Layer], mode: Mode) -> Result<Tensor> {
    let joined = layers.len() > 1 && mode == Mode::Train && x.rank() == 4;
    if !joined || !cpu_ops::applies(&[x]) || !layers.iter().all(Layer::joins) {
        return one_by_one(x, layers, mode);
    }
    let (token, gradients) = leads(layers)?;
    let chain = Chain { layers: layers.to_vec(), inside: Arc::default(), gradients };
    let inside = chain.inside.clone();
    let y = x.contiguous()?.apply_op2(&token, chain)?;
    for (layer, made) in layers.iter().zip(locked(&inside).iter()) {
        if let (Layer::Norm { norm: Norm2d::Batch(norm), offset, repeats, .. }, Some(op)) = (layer, &made.op) {
            norm.settle(&op.moments(x.device())?, *repeats, offset.as_ref())?;
        }
    }
    Ok(y)
}

/// The same, each layer an operation of its own.
pub fn one_by_one(x: &Tensor, layers: &[Layer], mode: Mode) -> Result<Tensor> {
    layers.iter().try_fold(x.clone(), |x, layer| layer.forward(&x, mode))
}

/// What a layer has made. The values of the last one belong to candle.
struct LayerOutput {
    shape: Shape,
    values: Vec<f32>,
    op: Option<Op>,
}

type Shared<T> = Arc<Mutex<Vec<T>>>;

fn locked<T>(shared: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    // Each change of the list is complete: a panic elsewhere leaves it consistent.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Chain {
    layers: Vec<Layer>,
    inside: Shared<LayerOutput>,
    /// Gradients of the tracked parameters, for the operations that lead to them.
    gradients: Shared<Option<Tensor>>,
}

/// Parameters are too many to be arguments of one operation. A tensor of one float leads to all of them: the operation that made it hands their
/// gradients on, which the chain puts down here.
fn leads(layers: &[Layer]) -> Result<(Tensor, Shared<Option<Tensor>>)> {
    let gradients: Shared<Option<Tensor>> = Arc::default();
    let mut token = Tensor::zeros(1, DType::F32, &candle_core::Device::Cpu)?;
    for parameter in layers.iter().flat_map(Layer::parameters).flatten().filter(|p| p.track_op()) {
        let place = locked(&gradients).len();
        locked(&gradients).push(None);
        token = token.apply_op2(parameter, GradientRoute { place, gradients: gradients.clone() })?;
    }
    Ok((token, gradients))
}

struct GradientRoute {
    place: usize,
    gradients: Shared<Option<Tensor>>,
}

impl CustomOp2 for GradientRoute {
    fn name(&self) -> &'static str {
        "the way to a parameter"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(vec![0.0]), Shape::from(1)))
    }

    fn bwd(&self, t: &Tensor, p: &Tensor, _: &Tensor, dt: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = locked(&self.gradients).get_mut(self.place).and_then(Option::take);
        Ok((t.track_op().then(|| dt.clone()), stash_gradient(p, gradient)?))
    }
}

/// Values of a tensor, inside an operation.
fn with<T>(tensor: &Tensor, work: impl FnOnce(&[f32]) -> Result<T>) -> Result<T> {
    let mut made = None;
    cpu_ops::read(&[tensor], |all| {
        made = Some(work(all[0])?);
        Ok(())
    })?;
    match made {
        Some(made) => Ok(made),
        None => bail!("a layer that did not run"),
    }
}

impl Chain {
    fn run(&self, layer: &Layer, x: (&[f32], &Shape)) -> Result<LayerOutput> {
        if let Some((weight, bias, of)) = layer.convolution() {
            let (values, shape) = with(weight, |w| match bias {
                Some(bias) => with(bias, |b| of.forward(x, (w, weight.shape()), Some(b))),
                None => of.forward(x, (w, weight.shape()), None),
            })?;
            return Ok(LayerOutput { shape, values, op: None });
        }
        match layer {
            Layer::Conv { .. } | Layer::Doubled { .. } => bail!("a convolution that did not run"),
            Layer::Norm { norm: Norm2d::None, slope, .. } => {
                let values = if *slope == 1.0 { x.0.to_vec() } else { bent(x.0, *slope as f32) };
                Ok(LayerOutput { shape: x.1.clone(), values, op: None })
            }
            Layer::Norm { norm: Norm2d::Instance, slope, .. } => {
                let op = Op::new(x.1, true, EPS, *slope)?;
                Ok(LayerOutput { shape: x.1.clone(), values: op.forward(x.0, |_| (1.0, 0.0))?, op: Some(op) })
            }
            Layer::Norm { norm: Norm2d::Batch(norm), slope, .. } => {
                let op = Op::new(x.1, false, EPS, *slope)?;
                let count = op.groups();
                let values = with(&norm.weight, |w| {
                    with(&norm.bias, |b| match (w.len(), b.len()) == (count, count) {
                        true => op.forward(x.0, |c| (w[c], b[c])),
                        false => {
                            bail!("a normalization of {count} channels with {} weights and {} biases", w.len(), b.len())
                        }
                    })
                })?;
                Ok(LayerOutput { shape: x.1.clone(), values, op: Some(op) })
            }
        }
    }

    /// The gradient of a layer's input, if `wanted`, from that of its output y; gradients of its parameters that are tracked.
    fn back(
        &self,
        layer: &Layer,
        x: (&[f32], &Shape),
        y: (&[f32], &Shape),
        dy: &[f32],
        op: Option<&Op>,
        wanted: bool,
    ) -> Result<(Option<Vec<f32>>, Vec<Tensor>)> {
        let mut found = Vec::new();
        let mut keep = |parameter: &Tensor, values: Vec<f32>| -> Result<()> {
            found.push(Tensor::from_vec(values, parameter.shape(), parameter.device())?);
            Ok(())
        };
        if let Some((weight, bias, of)) = layer.convolution() {
            let wanted = (wanted, weight.track_op());
            let (dx, dw) = with(weight, |w| of.gradients(x, (w, weight.shape()), (dy, y.1), wanted))?;
            if let Some(dw) = dw {
                keep(weight, dw)?;
            }
            if let Some(bias) = bias.filter(|bias| bias.track_op()) {
                keep(bias, cpu_ops::channel_sums(dy, y.1)?)?;
            }
            return Ok((dx, found));
        }
        let dx = match (layer, op) {
            (Layer::Norm { norm: Norm2d::Batch(norm), .. }, Some(op)) => {
                let (dx, parameters) = with(&norm.weight, |w| op.backward(x.0, y.0, dy, |c| w[c]))?;
                if norm.weight.track_op() {
                    keep(&norm.weight, parameters.iter().map(|p| p.0).collect())?;
                }
                if norm.bias.track_op() {
                    keep(&norm.bias, parameters.iter().map(|p| p.1).collect())?;
                }
                dx
            }
            (Layer::Norm { .. }, Some(op)) => op.backward(x.0, y.0, dy, |_| 1.0)?.0,
            (Layer::Norm { slope, .. }, None) if *slope != 1.0 => bent_by(x.0, dy, *slope as f32),
            _ => dy.to_vec(),
        };
        Ok((Some(dx), found))
    }
}

impl CustomOp2 for Chain {
    fn name(&self) -> &'static str {
        "a chain of layers"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = (cpu_ops::floats(x, xl)?, xl.shape());
        let mut inside: Vec<LayerOutput> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let input = inside.last().map_or(x, |made| (made.values.as_slice(), &made.shape));
            let made = self.run(layer, input)?;
            inside.push(made);
        }
        let Some(last) = inside.last_mut() else { bail!("a chain without layers") };
        let out = (CpuStorage::F32(std::mem::take(&mut last.values)), last.shape.clone());
        *locked(&self.inside) = inside;
        Ok(out)
    }

    fn bwd(&self, x: &Tensor, token: &Tensor, y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let mut inside = std::mem::take(&mut *locked(&self.inside));
        if inside.len() != self.layers.len() {
            bail!("the gradients of a chain of layers are computed once: what they need is gone");
        }
        let dy = dy.contiguous()?;
        // From the last parameter to the first.
        let mut found: Vec<Tensor> = Vec::new();
        let mut above: Option<Vec<f32>> = None;
        cpu_ops::read(&[x, y, &dy], |all| {
            while let (Some(made), Some(layer)) = (inside.pop(), self.layers.get(inside.len())) {
                let input = inside.last().map_or((all[0], x.shape()), |made| (made.values.as_slice(), &made.shape));
                let last = inside.len() + 1 == self.layers.len();
                let output = (if last { all[1] } else { made.values.as_slice() }, &made.shape);
                let wanted = x.track_op() || self.layers[..inside.len()].iter().any(Layer::learns);
                let dy = above.as_deref().unwrap_or(all[2]);
                let (dx, parameters) = self.back(layer, input, output, dy, made.op.as_ref(), wanted)?;
                found.extend(parameters.into_iter().rev());
                above = dx;
                if !wanted {
                    break;
                }
            }
            Ok(())
        })?;
        let mut places = locked(&self.gradients);
        // The chain's layers below the first that learns have no parameters that are tracked: none is missing.
        if found.len() != places.len() {
            bail!("{} gradients for {} parameters of a chain of layers", found.len(), places.len());
        }
        places.iter_mut().zip(found.into_iter().rev()).for_each(|(place, gradient)| *place = Some(gradient));
        let dx = above.filter(|_| x.track_op()).map(|dx| Tensor::from_vec(dx, x.shape(), x.device())).transpose()?;
        Ok((dx, token.track_op().then(|| token.zeros_like()).transpose()?))
    }
}
