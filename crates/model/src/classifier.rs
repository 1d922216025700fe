//! A small network that classifies crops of pictures: it measures how well objects can be recognized.
//!
//! Four convolutions with batch normalization, halved after each, then a vector of features and one linear layer over it. It has
//! no counterpart in sg2im; the paper uses an Inception network, which was trained on photographs.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};
use serde::{Deserialize, Serialize};

use scenewright_nn::activation::halved;
use scenewright_nn::conv_autograd::conv2d;
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::BatchNorm;

/// Side of the crops, pixels.
pub const CROP_SIDE: usize = 32;
const SLOPE: f64 = 0.1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierConfig {
    pub categories: usize,
    /// Channels of the convolutions; the maps halve behind each.
    pub widths: Vec<usize>,
    /// Numbers that stand for a crop.
    pub features: usize,
}

impl ClassifierConfig {
    pub fn new(categories: usize) -> Self {
        Self { categories, widths: vec![32, 64, 96, 128], features: 64 }
    }

    /// Why no such network can be built, if so.
    pub fn problem(&self) -> Option<String> {
        const MAX_WIDTH: usize = 1 << 12;
        let halvings = CROP_SIDE.ilog2() as usize;
        if !(1..=halvings).contains(&self.widths.len()) {
            return Some(format!("widths has {} entries; it needs 1 to {halvings}", self.widths.len()));
        }
        let sizes = [("categories", self.categories), ("features", self.features)];
        let widths = self.widths.iter().map(|&width| ("widths", width));
        let wrong = sizes.into_iter().chain(widths).find(|(_, size)| !(1..=MAX_WIDTH).contains(size));
        wrong.map(|(name, size)| format!("{name} has {size}; each must be 1 to {MAX_WIDTH}"))
    }

    /// Every tensor of the network with its shape.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        let mut list = Vec::new();
        let norm = |list: &mut Vec<(String, Vec<usize>)>, name: &str, width: usize| {
            for part in ["weight", "bias", "running_mean", "running_var"] {
                list.push((format!("{name}.{part}"), vec![width]));
            }
        };
        let mut inputs = 3;
        for (i, &width) in self.widths.iter().enumerate() {
            list.push((format!("convs.{i}.weight"), vec![width, inputs, 3, 3]));
            norm(&mut list, &format!("norms.{i}"), width);
            inputs = width;
        }
        list.push(("feature.weight".into(), vec![self.features, self.flat()]));
        norm(&mut list, "feature_norm", self.features);
        list.push(("category.weight".into(), vec![self.categories, self.features]));
        list.push(("category.bias".into(), vec![self.categories]));
        list
    }

    /// Numbers behind the last convolution.
    fn flat(&self) -> usize {
        let side = CROP_SIDE >> self.widths.len();
        self.widths.last().unwrap_or(&0) * side * side
    }
}

/// What the network says of each crop.
#[derive(Clone, Debug)]
pub struct ClassifierOutput {
    /// `[N, F]`, behind their activation.
    pub features: Tensor,
    /// `[N, C]`, not yet probabilities.
    pub scores: Tensor,
}

#[derive(Clone, Debug)]
pub struct Classifier {
    /// `[O, I, 3, 3]`, without biases: a normalization follows.
    convs: Vec<Tensor>,
    norms: Vec<BatchNorm>,
    feature: Linear,
    feature_norm: BatchNorm,
    category: Linear,
}

impl Classifier {
    pub fn new(config: &ClassifierConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let (mut convs, mut norms, mut inputs) = (Vec::new(), Vec::new(), 3);
        for (i, &width) in config.widths.iter().enumerate() {
            convs.push(vb.pp("convs").pp(i).get((width, inputs, 3, 3), "weight")?);
            norms.push(BatchNorm::new(width, vb.pp("norms").pp(i))?);
            inputs = width;
        }
        Ok(Self {
            convs,
            norms,
            feature: candle_nn::linear_no_bias(config.flat(), config.features, vb.pp("feature"))?,
            feature_norm: BatchNorm::new(config.features, vb.pp("feature_norm"))?,
            category: candle_nn::linear(config.features, config.categories, vb.pp("category"))?,
        })
    }

    /// crops `[N, 3, 32, 32]`, sRGB in 0..=1
    pub fn forward(&self, crops: &Tensor, mode: Mode) -> Result<ClassifierOutput> {
        let mut x = crops.affine(4.0, -2.0)?; // about mean 0 and deviation 1
        for (weight, norm) in self.convs.iter().zip(&self.norms) {
            x = norm.forward_t(&conv2d(&x, weight, None, 1, 1)?, mode, SLOPE, 1, None)?;
            x = halved(&x)?;
        }
        let flat = self.feature.forward(&x.flatten_from(1)?)?; // [N, F]
        let features = self.feature_norm.forward_t(&flat, mode, SLOPE, 1, None)?;
        Ok(ClassifierOutput { scores: self.category.forward(&features)?, features })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;
    use scenewright_nn::parameters::Parameters;

    #[test]
    fn the_list_of_tensors_is_what_the_network_asks_for() {
        let config = ClassifierConfig::new(10);
        let parameters = Parameters::new(0, &Device::Cpu);
        let net = Classifier::new(&config, parameters.builder()).unwrap();
        let mut wanted = config.tensors();
        wanted.sort();
        let asked: Vec<_> = parameters.all().into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect();
        assert_eq!(asked, wanted);
        let crops = Tensor::zeros((2, 3, CROP_SIDE, CROP_SIDE), candle_core::DType::F32, &Device::Cpu).unwrap();
        let looks = net.forward(&crops, Mode::Evaluate).unwrap();
        assert_eq!((looks.features.dims(), looks.scores.dims()), (&[2, 64][..], &[2, 10][..]));
    }

    #[test]
    fn impossible_shapes_are_named() {
        let with = |change: fn(&mut ClassifierConfig)| {
            let mut config = ClassifierConfig::new(3);
            change(&mut config);
            config.problem()
        };
        assert_eq!(with(|_| {}), None);
        for change in [
            (|c| c.categories = 0) as fn(&mut ClassifierConfig),
            |c| c.widths.clear(),
            |c| c.widths = vec![8; 9],
            |c| c.features = 1 << 20,
        ] {
            assert!(with(change).is_some());
        }
    }
}
