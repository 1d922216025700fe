//! Masks from object vectors, doubling from 1×1 to the mask size.
// sg2im: model.py, _build_mask_net

use candle_core::{Result, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, Module, VarBuilder};

use scenewright_nn::fused_sequential::{Layer, chain};
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::{BatchNorm, Norm2d};
use scenewright_nn::upsample::doubled;

#[derive(Clone, Debug)]
pub(crate) struct MaskNet {
    /// Upsampling, normalization, convolution, ReLU, once for each doubling.
    pub(super) stages: Vec<(BatchNorm, Conv2d)>,
    pub(super) output: Conv2d,
}

impl MaskNet {
    pub(crate) fn new(dim: usize, mask_size: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let count = mask_size.ilog2() as usize;
        let same = Conv2dConfig { padding: 1, ..Default::default() };
        let stages = (0..count)
            .map(|i| {
                let norm = BatchNorm::new(dim, vb.pp(4 * i + 1))?;
                Ok((norm, candle_nn::conv2d(dim, dim, 3, same, vb.pp(4 * i + 2))?))
            })
            .collect::<Result<_>>()?;
        let output = candle_nn::conv2d(dim, 1, 1, Conv2dConfig::default(), vb.pp(4 * count))?;
        Ok(Self { stages, output })
    }

    /// vectors `[O, D]` -> logits `[O, 1, M, M]`
    pub(crate) fn forward(&self, vectors: &Tensor) -> Result<Tensor> {
        let (o, d) = vectors.dims2()?;
        let start = vectors.reshape((o, d, 1, 1))?;
        let x = self
            .stages
            .iter()
            .try_fold(start, |x, (norm, conv)| conv.forward(&norm.forward(&doubled(&x)?)?)?.relu())?;
        self.output.forward(&x)
    }

    /// The same in any mode. To learn, maps are normalized before they are doubled, which changes no value: doubled, each counts four times.
    pub(crate) fn forward_t(&self, vectors: &Tensor, mode: Mode) -> Result<Tensor> {
        if !mode.is_training() {
            return self.forward(vectors);
        }
        let (o, d) = vectors.dims2()?;
        let start = vectors.reshape((o, d, 1, 1))?;
        let stage = |(norm, conv): &(BatchNorm, Conv2d)| {
            let norm = Layer::Norm { norm: Norm2d::Batch(norm.clone()), offset: None, slope: 1.0, repeats: 4 };
            let conv = Layer::Doubled { weight: conv.weight().clone(), bias: conv.bias().cloned() };
            [norm, conv, Layer::leaky(0.0)]
        };
        let (weight, bias) = (self.output.weight().clone(), self.output.bias().cloned());
        let output = Layer::Conv { weight, bias, stride: 1, padding: 0 };
        let layers: Vec<Layer> = self.stages.iter().flat_map(stage).chain([output]).collect();
        chain(&start, &layers, mode)
    }
}
