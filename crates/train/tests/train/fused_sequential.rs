//! A chain of layers against the layers one by one: the same to the bit.

use candle_core::{Device, Result, Tensor, Var};
use candle_nn::{Linear, Module};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_nn::fused_sequential::{Layer, chain, one_by_one};
use scenewright_nn::gradients;
use scenewright_nn::linear::linear;
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::{BatchNorm, Norm2d};

/// Tensors drawn one after the other; which of them learn is the test's choice.
struct Draw {
    rng: ChaCha8Rng,
    vars: Vec<Var>,
}

impl Draw {
    fn new() -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(7), vars: Vec::new() }
    }

    fn fixed(&mut self, shape: &[usize]) -> Tensor {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| self.rng.random_range(-1.0..1.0)).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn learns(&mut self, shape: &[usize]) -> Tensor {
        let var = Var::from_tensor(&self.fixed(shape)).unwrap();
        self.vars.push(var.clone());
        var.as_tensor().clone()
    }

    fn batch(&mut self, channels: usize) -> BatchNorm {
        let [weight, bias, running_mean, running_var] = std::array::from_fn(|_| self.learns(&[channels]));
        BatchNorm { weight, bias, running_mean, running_var }
    }

    fn conv(&mut self, [inputs, outputs, kernel]: [usize; 3], stride: usize, padding: usize, biased: bool) -> Layer {
        let weight = self.learns(&[outputs, inputs, kernel, kernel]);
        Layer::Conv { weight, bias: biased.then(|| self.learns(&[outputs])), stride, padding }
    }

    fn norm(&mut self, channels: usize, slope: f64) -> Layer {
        Layer::Norm {
            norm: Norm2d::Batch(self.batch(channels)),
            offset: Some(self.learns(&[channels])),
            slope,
            repeats: 1,
        }
    }
}

/// A convolution and a normalization that do not learn.
fn fixed(layer: Layer) -> Layer {
    match layer {
        Layer::Conv { weight, bias, stride, padding } => {
            Layer::Conv { weight: weight.detach(), bias: bias.map(|b| b.detach()), stride, padding }
        }
        Layer::Norm { norm, offset, slope, repeats } => Layer::Norm { norm: norm.fixed(), offset, slope, repeats },
        other => other,
    }
}

/// x and the layers, drawn again for each way: running statistics are written to.
type Case = (&'static str, fn(&mut Draw) -> (Tensor, Vec<Layer>));

const CASES: [Case; 9] = [
    ("a refinement module", |d| {
        (d.learns(&[2, 5, 16, 12]), vec![d.norm(5, 0.2), d.conv([5, 9, 3], 1, 1, false), d.norm(9, 0.2)])
    }),
    ("instance by instance", |d| {
        let norm = || Layer::Norm { norm: Norm2d::Instance, offset: None, slope: 0.01, repeats: 1 };
        (d.learns(&[2, 5, 6, 6]), vec![norm(), d.conv([5, 4, 3], 1, 1, true), norm()])
    }),
    ("the output layers", |d| {
        (
            d.learns(&[2, 8, 16, 16]),
            vec![d.conv([8, 8, 3], 1, 1, true), Layer::leaky(0.2), d.conv([8, 3, 1], 1, 0, true)],
        )
    }),
    ("a discriminator of pictures that do not learn", |d| {
        let x = d.fixed(&[6, 3, 32, 32]);
        let layers = vec![
            d.conv([3, 16, 4], 2, 0, false),
            d.norm(16, 0.2),
            d.conv([16, 32, 4], 2, 0, false),
            d.norm(32, 0.2),
            d.conv([32, 8, 4], 2, 0, true),
        ];
        (x, layers)
    }),
    ("a judge", |d| {
        let x = d.learns(&[6, 3, 16, 16]);
        (x, vec![fixed(d.conv([3, 16, 4], 2, 0, true)), fixed(d.norm(16, 0.2)), fixed(d.conv([16, 8, 4], 2, 0, true))])
    }),
    ("layers that learn behind layers that do not", |d| {
        let x = d.fixed(&[2, 3, 8, 8]);
        (x, vec![fixed(d.conv([3, 4, 3], 1, 1, true)), fixed(d.norm(4, 0.0)), d.conv([4, 5, 3], 1, 1, true)])
    }),
    ("a weight that is a result", |d| {
        let x = d.learns(&[2, 3, 8, 8]);
        let weight = (d.learns(&[4, 3, 3, 3]) * 0.5).unwrap();
        (x, vec![Layer::Conv { weight, bias: None, stride: 1, padding: 1 }, d.norm(4, 1.0)])
    }),
    ("a mask net", |d| {
        let x = d.learns(&[9, 6, 1, 1]);
        let mut layers = Vec::new();
        for _ in 0..3 {
            let norm = Norm2d::Batch(d.batch(6));
            layers.push(Layer::Norm { norm, offset: None, slope: 1.0, repeats: 4 });
            layers.push(Layer::Doubled { weight: d.learns(&[6, 6, 3, 3]), bias: Some(d.learns(&[6])) });
            layers.push(Layer::leaky(0.0));
        }
        layers.push(d.conv([6, 1, 1], 1, 0, true));
        (x, layers)
    }),
    ("activations alone", |d| (d.learns(&[2, 3, 4, 4]), vec![Layer::leaky(0.5), Layer::leaky(1.0), Layer::leaky(0.0)])),
];

type Way = fn(&Tensor, &[Layer], Mode) -> Result<Tensor>;

fn floats(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// The output, every variable after the forward pass, and its gradient, if it has one.
fn all_of(case: Case, way: Way, stashed: bool) -> Vec<Option<Vec<f32>>> {
    let mut draw = Draw::new();
    let (x, layers) = case.1(&mut draw);
    let y = way(&x, &layers, Mode::Train).unwrap();
    let upstream = Draw::new().fixed(y.dims());
    let loss = (&y * upstream).unwrap().sum_all().unwrap();
    let gradients = if stashed { gradients::backward(&loss).unwrap() } else { loss.backward().unwrap() };
    let of_var = |var: &Var| [Some(floats(var)), gradients.get(var).map(floats)];
    std::iter::once(Some(floats(&y))).chain(draw.vars.iter().flat_map(of_var)).collect()
}

#[test]
fn a_chain_is_its_layers_one_by_one() {
    for case in CASES {
        let want = all_of(case, one_by_one, false);
        let gradients = want.iter().skip(2).step_by(2).flatten().count();
        assert!(gradients > 0, "{}: nothing learns", case.0);
        for stashed in [false, true] {
            let ours = all_of(case, chain, stashed);
            assert_eq!(ours.len(), want.len());
            for (i, (ours, want)) in ours.iter().zip(&want).enumerate() {
                assert_eq!(ours, want, "{}, {i}, aside: {stashed}", case.0);
            }
        }
    }
}

#[test]
fn a_chain_is_equal_to_the_bit_on_any_number_of_threads() {
    for case in CASES {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| all_of(case, chain, true))
        };
        let one = with(1);
        assert_eq!(one, with(2), "{}", case.0);
        assert_eq!(one, with(5), "{}", case.0);
    }
}

#[test]
fn gradients_of_a_chain_are_computed_once() {
    let (x, layers) = CASES[0].1(&mut Draw::new());
    let loss = chain(&x, &layers, Mode::Train).unwrap().sum_all().unwrap();
    gradients::backward(&loss).unwrap();
    let again = gradients::backward(&loss).unwrap_err().to_string();
    assert!(again.contains("computed once"), "{again}");
}

#[test]
fn what_does_not_fit_is_named() {
    let mut draw = Draw::new();
    let x = draw.fixed(&[2, 3, 8, 8]);
    let conv = draw.conv([3, 4, 3], 1, 1, false);
    for second in [draw.norm(5, 0.2), draw.conv([3, 4, 3], 1, 1, false), draw.conv([4, 4, 9], 1, 0, false)] {
        let problem = chain(&x, &[conv.clone(), second], Mode::Train).unwrap_err().to_string();
        assert!(problem.contains("normalization") || problem.contains("convolution"), "{problem}");
    }
}

#[test]
fn a_fully_connected_layer_is_candles() {
    let close = |a: &Tensor, b: &Tensor| {
        assert_eq!(a.dims(), b.dims());
        let apart = floats(a).into_iter().zip(floats(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-4, "{apart}");
    };
    for [n, inputs, outputs] in [[1, 1, 1], [5, 7, 3], [104, 96, 130]] {
        let mut draw = Draw::new();
        let x = draw.learns(&[n, inputs]);
        let layer = Linear::new(draw.learns(&[outputs, inputs]), Some(draw.learns(&[outputs])));
        let upstream = draw.fixed(&[n, outputs]);
        let (ours, theirs) = (linear(&x, &layer).unwrap(), layer.forward(&x).unwrap());
        close(&ours, &theirs);
        let gradients_of = |y: Tensor| gradients::backward(&(y * &upstream).unwrap().sum_all().unwrap()).unwrap();
        let (ours, theirs) = (gradients_of(ours), gradients_of(theirs));
        for var in &draw.vars {
            close(ours.get(var).unwrap(), theirs.get(var).unwrap());
        }
    }
}
