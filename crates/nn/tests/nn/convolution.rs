//! Our convolution against candle's own, forward and backward, and against finite differences.

use candle_core::{Device, Result, Tensor, Var};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_nn::conv_autograd::{conv2d, conv2d_doubled, conv2d_factored_layout, conv2d_of_both};
use scenewright_nn::upsample::doubled;

fn random(seed: u64, shape: &[usize]) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.random_range(-1.0..1.0)).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

fn var(seed: u64, shape: &[usize]) -> Var {
    Var::from_tensor(&random(seed, shape)).unwrap()
}

fn assert_close(what: &str, ours: &Tensor, theirs: &Tensor, tolerance: f32) {
    assert_eq!(ours.dims(), theirs.dims(), "{what}");
    let largest = |t: &Tensor| t.abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar::<f32>().unwrap();
    let apart = largest(&(ours - theirs).unwrap());
    let scale = largest(theirs).max(1.0);
    assert!(apart <= tolerance * scale, "{what}: {apart} apart, of {scale}");
}

/// Both ways of computing the same, with all gradients of a random weighting of the output.
fn same(what: &str, inputs: &[&Var], ours: impl Fn() -> Result<Tensor>, theirs: impl Fn() -> Result<Tensor>) {
    let (a, b) = (ours().unwrap(), theirs().unwrap());
    assert_close(what, &a, &b, 1e-5);
    let upstream = random(99, a.dims());
    let gradients = |y: Tensor| (y * &upstream).unwrap().sum_all().unwrap().backward().unwrap();
    let (ga, gb) = (gradients(a), gradients(b));
    for (i, input) in inputs.iter().enumerate() {
        let (ga, gb) = (ga.get(input).expect("a gradient"), gb.get(input).expect("a gradient"));
        assert_close(&format!("{what}, gradient {i}"), ga, gb, 1e-5);
    }
}

#[test]
fn plain_convolutions_are_candles() {
    // images, inputs, outputs, height, width, kernel, stride, padding
    for [n, c, o, h, w, k, s, p] in [
        [1, 1, 1, 3, 3, 3, 1, 1],
        [2, 3, 8, 6, 10, 3, 1, 1],
        [3, 33, 17, 16, 16, 3, 1, 1],
        [4, 40, 70, 32, 32, 3, 1, 1],
        [2, 5, 9, 7, 9, 3, 1, 1],
        [8, 161, 24, 4, 4, 3, 1, 1],
        [2, 5, 9, 7, 9, 3, 1, 0],
        [2, 16, 3, 8, 8, 1, 1, 0],
        [3, 3, 64, 32, 32, 4, 2, 0],
        [5, 64, 20, 15, 15, 4, 2, 0],
        [2, 3, 4, 11, 11, 5, 3, 2],
        [1, 2, 3, 9, 9, 3, 2, 1],
        [2, 4, 5, 6, 6, 4, 1, 0],
        [1, 2, 2, 2, 2, 2, 2, 0],
    ] {
        let (x, weight, bias) = (var(1, &[n, c, h, w]), var(2, &[o, c, k, k]), var(3, &[o]));
        let wide = bias.reshape((1, o, 1, 1)).unwrap();
        let what = format!("{:?}", [n, c, o, h, w, k, s, p]);
        same(
            &what,
            &[&x, &weight, &bias],
            || conv2d(&x, &weight, Some(&bias), s, p),
            || x.conv2d(&weight, p, s, 1, 1)?.broadcast_add(&wide),
        );
        same(&what, &[&x, &weight], || conv2d(&x, &weight, None, s, p), || x.conv2d(&weight, p, s, 1, 1));
    }
}

#[test]
fn doubled_convolutions_are_candles() {
    for [n, c, o, h, w] in
        [[1, 1, 1, 1, 1], [30, 16, 16, 1, 1], [4, 20, 33, 4, 4], [2, 9, 8, 5, 3], [2, 40, 12, 40, 36]]
    {
        let (x, weight, bias) = (var(1, &[n, c, h, w]), var(2, &[o, c, 3, 3]), var(3, &[o]));
        let wide = bias.reshape((1, o, 1, 1)).unwrap();
        same(
            &format!("{:?}", [n, c, o, h, w]),
            &[&x, &weight, &bias],
            || conv2d_doubled(&x, &weight, Some(&bias)),
            || doubled(&x)?.conv2d(&weight, 1, 1, 1, 1)?.broadcast_add(&wide),
        );
    }
}

#[test]
fn maps_and_doubled_maps_are_candles() {
    for [n, c, d, o, h, w] in [[1, 1, 1, 1, 1, 1], [4, 20, 1, 32, 2, 2], [4, 20, 32, 16, 4, 4], [3, 20, 40, 64, 16, 16]]
    {
        let (maps, small, weight) = (var(1, &[n, c, 2 * h, 2 * w]), var(2, &[n, d, h, w]), var(3, &[o, c + d, 3, 3]));
        same(
            &format!("{:?}", [n, c, d, o, h, w]),
            &[&maps, &small, &weight],
            || conv2d_of_both(&maps, &small, &weight),
            || Tensor::cat(&[maps.as_tensor(), &doubled(&small)?], 1)?.conv2d(&weight, 1, 1, 1, 1),
        );
    }
}

#[test]
fn guided_convolutions_are_candles() {
    // images, masks, numbers of the vectors they carry, plain guides, maps, outputs, height, width of the maps
    for [n, g, l, z, d, o, h, w] in
        [[1, 1, 1, 0, 1, 1, 1, 1], [3, 5, 9, 0, 4, 12, 2, 2], [2, 40, 20, 3, 33, 17, 8, 10], [3, 2, 70, 5, 6, 9, 4, 3]]
    {
        let guides = random(1, &[n, g + z, 2 * h, 2 * w]);
        let (vectors, small) = (var(2, &[n, g, l]), var(3, &[n, d, h, w]));
        let weight = var(4, &[o, l + z + d, 3, 3]);
        let each = |i: usize| {
            let wide = weight.narrow(1, 0, l)?.transpose(0, 1)?.contiguous()?.reshape((l, o * 9))?;
            let own = vectors.narrow(0, i, 1)?.squeeze(0)?.matmul(&wide)?.reshape((g, o, 3, 3))?;
            let mut kernels = own.transpose(0, 1)?.contiguous()?;
            if z > 0 {
                kernels = Tensor::cat(&[kernels, weight.narrow(1, l, z)?.contiguous()?], 1)?;
            }
            let rest = weight.narrow(1, l + z, d)?.contiguous()?;
            let features = doubled(&small.narrow(0, i, 1)?.contiguous()?)?;
            guides.narrow(0, i, 1)?.contiguous()?.conv2d(&kernels, 1, 1, 1, 1)? + features.conv2d(&rest, 1, 1, 1, 1)?
        };
        same(
            &format!("{:?}", [n, g, l, z, d, o, h, w]),
            &[&vectors, &small, &weight],
            || conv2d_factored_layout(&guides, &vectors, &small, &weight),
            || Tensor::cat(&(0..n).map(each).collect::<Result<Vec<_>>>()?, 0),
        );
    }
}

#[test]
fn gradients_are_finite_differences() {
    const STEP: f32 = 1e-2; // the sum is linear in each input: the step may be large
    let weighting = random(9, &[2, 5, 8, 8]);
    let (maps, small, weight) = (random(1, &[2, 3, 8, 8]), random(2, &[2, 4, 4, 4]), random(3, &[5, 7, 3, 3]));
    let loss = |m: &Tensor, s: &Tensor, w: &Tensor| {
        (conv2d_of_both(m, s, w).unwrap() * &weighting).unwrap().sum_all().unwrap()
    };
    let vars = [&maps, &small, &weight].map(|t| Var::from_tensor(t).unwrap());
    let gradients = loss(&vars[0], &vars[1], &vars[2]).backward().unwrap();
    for (which, v) in vars.iter().enumerate() {
        let gradient = gradients.get(v).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let values = v.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for i in (0..values.len()).step_by(7) {
            let at = |step: f32| {
                let mut moved = values.clone();
                moved[i] += step;
                let moved = Tensor::from_vec(moved, v.shape(), &Device::Cpu).unwrap();
                let mut all = [&maps, &small, &weight];
                all[which] = &moved;
                loss(all[0], all[1], all[2]).to_scalar::<f32>().unwrap()
            };
            let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            assert!((slope - gradient[i]).abs() < 5e-3, "input {which}, {i}: {slope} and {}", gradient[i]);
        }
    }
}

#[test]
fn equal_to_the_bit_on_any_number_of_threads() {
    let (x, weight) = (var(1, &[4, 24, 32, 32]), var(2, &[40, 24, 3, 3]));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let y = conv2d(&x, &weight, None, 1, 1).unwrap();
            let all = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            let values = |t: &Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            (values(&y), values(all.get(&x).unwrap()), values(all.get(&weight).unwrap()))
        })
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}
