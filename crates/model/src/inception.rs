//! Inception v3, for the Inception Score and the Fréchet Inception Distance. The user supplies the weights, which were trained on photographs.
//!
//! Szegedy et al. 2016, figures 5 to 7 and table 1, with the names of torchvision's `inception_v3`. Two sets of weights are in use, and
//! the network is not quite the same for both ([`InceptionWeights`]).

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

/// Numbers behind the last pooling.
pub const FEATURES: usize = 2048;
/// Pictures are resized to this side, pixels.
pub const SIDE: usize = 299;
const EPS: f64 = 1e-3;

/// Whose weights they are; known by the number of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InceptionWeights {
    /// torchvision's own: 1000 classes.
    TorchVision,
    /// Those of 2015-12-05, with which both scores were defined, as carried over by pytorch-fid: 1008 classes; averages leave the
    /// border out, and the last block takes maxima.
    Fid,
}

impl InceptionWeights {
    pub fn of_classes(classes: usize) -> Option<Self> {
        match classes {
            1000 => Some(Self::TorchVision),
            1008 => Some(Self::Fid),
            _ => None,
        }
    }

    pub fn classes(self) -> usize {
        match self {
            Self::TorchVision => 1000,
            Self::Fid => 1008,
        }
    }
}

/// What the network says of each picture.
#[derive(Clone, Debug)]
pub struct InceptionFeatures {
    /// `[N, 2048]`
    pub features: Tensor,
    /// `[N, classes]`, not yet probabilities.
    pub scores: Tensor,
}

pub struct Inception {
    stem: [ConvBlock; 5],
    blocks: Vec<InceptionBlock>,
    classes: Linear,
}

impl Inception {
    pub fn new(kind: InceptionWeights, vb: VarBuilder<'_>) -> Result<Self> {
        let stem = |name, inputs, outputs, side, stride, pad| {
            ConvBlock::new(inputs, outputs, Shape { kernel: (side, side), stride, pad: (pad, pad) }, vb.pp(name))
        };
        let (average, last) = match kind {
            InceptionWeights::TorchVision => (Pool::Average, Pool::Average),
            InceptionWeights::Fid => (Pool::AverageInside, Pool::Maximum),
        };
        let block = |name: &str, inputs, branches: &[Branch<'_>]| InceptionBlock::new(inputs, branches, vb.pp(name));
        let blocks = vec![
            block("Mixed_5b", 192, &figure_5(32, average))?,
            block("Mixed_5c", 256, &figure_5(64, average))?,
            block("Mixed_5d", 288, &figure_5(64, average))?,
            block("Mixed_6a", 288, &narrower_35())?,
            block("Mixed_6b", 768, &figure_6(128, average))?,
            block("Mixed_6c", 768, &figure_6(160, average))?,
            block("Mixed_6d", 768, &figure_6(160, average))?,
            block("Mixed_6e", 768, &figure_6(192, average))?,
            block("Mixed_7a", 768, &narrower_17())?,
            block("Mixed_7b", 1280, &figure_7(average))?,
            block("Mixed_7c", 2048, &figure_7(last))?,
        ];
        Ok(Self {
            stem: [
                stem("Conv2d_1a_3x3", 3, 32, 3, 2, 0)?,
                stem("Conv2d_2a_3x3", 32, 32, 3, 1, 0)?,
                stem("Conv2d_2b_3x3", 32, 64, 3, 1, 1)?,
                stem("Conv2d_3b_1x1", 64, 80, 1, 1, 0)?,
                stem("Conv2d_4a_3x3", 80, 192, 3, 1, 0)?,
            ],
            blocks,
            classes: candle_nn::linear(FEATURES, kind.classes(), vb.pp("fc"))?,
        })
    }

    /// pictures `[N, 3, 299, 299]`, sRGB in 0..=1
    pub fn forward(&self, pictures: &Tensor) -> Result<InceptionFeatures> {
        let [first, second, third, fourth, fifth] = &self.stem;
        let x = pictures.affine(2.0, -1.0)?;
        let x = third.forward(&second.forward(&first.forward(&x)?)?)?;
        let x = x.max_pool2d_with_stride(3, 2)?;
        let x = fifth.forward(&fourth.forward(&x)?)?;
        let mut x = x.max_pool2d_with_stride(3, 2)?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        let features = x.mean((2, 3))?;
        Ok(InceptionFeatures { scores: self.classes.forward(&features)?, features })
    }
}

#[derive(Clone, Copy)]
struct Shape {
    kernel: (usize, usize),
    stride: usize,
    /// Above and below, left and right.
    pad: (usize, usize),
}

/// Height and width, with the border that keeps the size.
const fn same(height: usize, width: usize) -> Shape {
    Shape { kernel: (height, width), stride: 1, pad: (height / 2, width / 2) }
}

const HALVING: Shape = Shape { kernel: (3, 3), stride: 2, pad: (0, 0) };

/// A convolution without bias, batch normalization folded into it, ReLU.
struct ConvBlock {
    /// `[O, I, H, W]`
    weight: Tensor,
    /// `[1, O, 1, 1]`
    bias: Tensor,
    shape: Shape,
}

impl ConvBlock {
    fn new(inputs: usize, outputs: usize, shape: Shape, vb: VarBuilder<'_>) -> Result<Self> {
        let weight = vb.get((outputs, inputs, shape.kernel.0, shape.kernel.1), "conv.weight")?;
        let bn = vb.pp("bn");
        let variance = bn.get(outputs, "running_var")?;
        let scale = (bn.get(outputs, "weight")? / (variance + EPS)?.sqrt()?)?;
        let bias = (bn.get(outputs, "bias")? - (bn.get(outputs, "running_mean")? * &scale)?)?;
        let weight = weight.broadcast_mul(&scale.reshape((outputs, 1, 1, 1))?)?;
        Ok(Self { weight, bias: bias.reshape((1, outputs, 1, 1))?, shape })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (above, left) = self.shape.pad;
        // candle pads all four sides alike.
        let (x, pad) = if above == left {
            (x.clone(), above)
        } else {
            (x.pad_with_zeros(2, above, above)?.pad_with_zeros(3, left, left)?, 0)
        };
        x.conv2d(&self.weight, pad, self.shape.stride, 1, 1)?.broadcast_add(&self.bias)?.relu()
    }
}

/// 3 × 3, of the same size as what goes in.
#[derive(Clone, Copy)]
enum Pool {
    /// The border counts as zeros.
    Average,
    /// The border does not count.
    AverageInside,
    Maximum,
}

impl Pool {
    fn forward(self, x: &Tensor) -> Result<Tensor> {
        let padded = |x: &Tensor| x.pad_with_zeros(2, 1, 1)?.pad_with_zeros(3, 1, 1);
        match self {
            Self::Average => padded(x)?.avg_pool2d_with_stride(3, 1),
            Self::AverageInside => {
                let (_, _, height, width) = x.dims4()?;
                let inside = Tensor::ones((1, 1, height, width), x.dtype(), x.device())?;
                let share = padded(&inside)?.avg_pool2d_with_stride(3, 1)?;
                padded(x)?.avg_pool2d_with_stride(3, 1)?.broadcast_div(&share)
            }
            // Behind a ReLU nothing is below the border's zeros.
            Self::Maximum => padded(x)?.max_pool2d_with_stride(3, 1),
        }
    }
}

/// One way through a block: what comes first, then convolutions by name; several last ones stand side by side.
struct Branch<'a> {
    pool: Option<Pool>,
    /// Maxima of 3 × 3 at half the size, and nothing else.
    halves: bool,
    chain: Vec<(&'a str, usize, Shape)>,
    fork: Vec<(&'a str, usize, Shape)>,
}

fn chain<'a>(chain: &[(&'a str, usize, Shape)]) -> Branch<'a> {
    Branch { pool: None, halves: false, chain: chain.to_vec(), fork: Vec::new() }
}

fn pooled<'a>(pool: Pool, outputs: usize) -> Branch<'a> {
    Branch { pool: Some(pool), ..chain(&[("branch_pool", outputs, same(1, 1))]) }
}

fn halved<'a>() -> Branch<'a> {
    Branch { halves: true, ..chain(&[]) }
}

/// torchvision's InceptionA, 35 × 35.
fn figure_5(pool_outputs: usize, pool: Pool) -> [Branch<'static>; 4] {
    [
        chain(&[("branch1x1", 64, same(1, 1))]),
        chain(&[("branch5x5_1", 48, same(1, 1)), ("branch5x5_2", 64, same(5, 5))]),
        chain(&[
            ("branch3x3dbl_1", 64, same(1, 1)),
            ("branch3x3dbl_2", 96, same(3, 3)),
            ("branch3x3dbl_3", 96, same(3, 3)),
        ]),
        pooled(pool, pool_outputs),
    ]
}

/// InceptionB, 35 × 35 to 17 × 17.
fn narrower_35() -> [Branch<'static>; 3] {
    [
        chain(&[("branch3x3", 384, HALVING)]),
        chain(&[
            ("branch3x3dbl_1", 64, same(1, 1)),
            ("branch3x3dbl_2", 96, same(3, 3)),
            ("branch3x3dbl_3", 96, HALVING),
        ]),
        halved(),
    ]
}

/// InceptionC, 17 × 17.
fn figure_6(narrow: usize, pool: Pool) -> [Branch<'static>; 4] {
    [
        chain(&[("branch1x1", 192, same(1, 1))]),
        chain(&[
            ("branch7x7_1", narrow, same(1, 1)),
            ("branch7x7_2", narrow, same(1, 7)),
            ("branch7x7_3", 192, same(7, 1)),
        ]),
        chain(&[
            ("branch7x7dbl_1", narrow, same(1, 1)),
            ("branch7x7dbl_2", narrow, same(7, 1)),
            ("branch7x7dbl_3", narrow, same(1, 7)),
            ("branch7x7dbl_4", narrow, same(7, 1)),
            ("branch7x7dbl_5", 192, same(1, 7)),
        ]),
        pooled(pool, 192),
    ]
}

/// InceptionD, 17 × 17 to 8 × 8.
fn narrower_17() -> [Branch<'static>; 3] {
    [
        chain(&[("branch3x3_1", 192, same(1, 1)), ("branch3x3_2", 320, HALVING)]),
        chain(&[
            ("branch7x7x3_1", 192, same(1, 1)),
            ("branch7x7x3_2", 192, same(1, 7)),
            ("branch7x7x3_3", 192, same(7, 1)),
            ("branch7x7x3_4", 192, HALVING),
        ]),
        halved(),
    ]
}

/// InceptionE, 8 × 8.
fn figure_7(pool: Pool) -> [Branch<'static>; 4] {
    [
        chain(&[("branch1x1", 320, same(1, 1))]),
        Branch {
            fork: vec![("branch3x3_2a", 384, same(1, 3)), ("branch3x3_2b", 384, same(3, 1))],
            ..chain(&[("branch3x3_1", 384, same(1, 1))])
        },
        Branch {
            fork: vec![("branch3x3dbl_3a", 384, same(1, 3)), ("branch3x3dbl_3b", 384, same(3, 1))],
            ..chain(&[("branch3x3dbl_1", 448, same(1, 1)), ("branch3x3dbl_2", 384, same(3, 3))])
        },
        pooled(pool, 192),
    ]
}

/// Branches over the same maps, their results one after the other.
struct InceptionBlock {
    branches: Vec<BuiltBranch>,
}

struct BuiltBranch {
    pool: Option<Pool>,
    halves: bool,
    chain: Vec<ConvBlock>,
    fork: Vec<ConvBlock>,
}

impl InceptionBlock {
    fn new(inputs: usize, branches: &[Branch<'_>], vb: VarBuilder<'_>) -> Result<Self> {
        let mut built = Vec::new();
        for branch in branches {
            let mut width = inputs;
            let mut chain = Vec::new();
            for &(name, outputs, shape) in &branch.chain {
                chain.push(ConvBlock::new(width, outputs, shape, vb.pp(name))?);
                width = outputs;
            }
            let fork =
                branch.fork.iter().map(|&(name, outputs, shape)| ConvBlock::new(width, outputs, shape, vb.pp(name)));
            let fork = fork.collect::<Result<Vec<_>>>()?;
            built.push(BuiltBranch { pool: branch.pool, halves: branch.halves, chain, fork });
        }
        Ok(Self { branches: built })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let mut parts = Vec::new();
        for branch in &self.branches {
            let mut way = match (branch.pool, branch.halves) {
                (Some(pool), _) => pool.forward(x)?,
                (None, true) => x.max_pool2d_with_stride(3, 2)?,
                (None, false) => x.clone(),
            };
            for conv in &branch.chain {
                way = conv.forward(&way)?;
            }
            if branch.fork.is_empty() {
                parts.push(way);
            } else {
                for conv in &branch.fork {
                    parts.push(conv.forward(&way)?);
                }
            }
        }
        Tensor::cat(&parts, 1)
    }
}
