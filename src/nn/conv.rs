//! Convolution on the CPU for inference: rows are gathered into columns by plain copies, then one product of
//! the `gemm` crate (AVX-512, AVX2 or NEON, picked at run time) writes the pixels.
//!
//! Two kinds are needed. [`Conv`] is a convolution with "same" padding. [`UpConv`] is a 3×3 convolution of maps that were doubled by
//! nearest-neighbour upsampling: each of the four positions inside a doubled pixel sees only 2×2 source pixels, so four 2×2
//! kernels (sums of the original's taps) give the same result with 4/9 of the work and without the doubled maps.
//!
//! How work is cut depends on shapes alone, never on the number of threads, so results are equal to the bit on any number.

use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use super::maps::{Maps, leaky};

/// Source offset (dy, dx) of a tap, in pixels.
type Tap = (isize, isize);

const TAPS_3X3: [Tap; 9] = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 0), (0, 1), (1, -1), (1, 0), (1, 1)];

/// Columns aimed at in one product; and the most floats of gathered columns a task holds (about the second-level cache).
const TILE_PIXELS: usize = 512;
const TILE_FLOATS: usize = 384 * 1024;

/// What happens to a pixel after the sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    None,
    /// `max(x, slope · x)`; 0 is a plain ReLU.
    Leaky(f32),
}

impl Activation {
    #[inline(always)]
    fn apply(self, x: f32) -> f32 {
        match self {
            Self::None => x,
            Self::Leaky(slope) => leaky(x, slope),
        }
    }
}

/// A 3×3 convolution, stride 1, padding 1: weights `[out, tap, in]`, bias `[out]`.
pub struct Conv {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub inputs: usize,
    pub outputs: usize,
}

impl Conv {
    /// `weight` in PyTorch's order, `[out, in, 3, 3]`; only the input channels `channels` are taken.
    pub fn new(weight: &[f32], bias: Vec<f32>, all_inputs: usize, channels: Range<usize>) -> Self {
        let (outputs, inputs) = (bias.len(), channels.len());
        let mut ours = vec![0.0; outputs * 9 * inputs];
        for (o, row) in ours.chunks_exact_mut(9 * inputs).enumerate() {
            for (i, c) in channels.clone().enumerate() {
                for tap in 0..9 {
                    row[tap * inputs + i] = weight[(o * all_inputs + c) * 9 + tap];
                }
            }
        }
        Self { weight: ours, bias, inputs, outputs }
    }

    pub fn forward(&self, input: &Maps, activation: Activation) -> Maps {
        let mut out = Maps::zeros(self.outputs, input.images, input.height, input.width);
        let pixels = out.pixels();
        let to = Pixels(out.data.as_mut_ptr());
        let depth = 9 * self.inputs;
        for_each_tile(input, depth, self.outputs, |rows, columns, channels| {
            let (first, count) = (rows.start * input.width, rows.len() * input.width);
            // SAFETY: tiles do not overlap in (channel, pixel), and lie inside `out` and `weight`.
            unsafe {
                product(
                    channels.len(),
                    count,
                    depth,
                    to.at(channels.start * pixels + first),
                    pixels,
                    false,
                    &self.weight[channels.start * depth..],
                    columns,
                );
                for c in channels {
                    for x in to.slice(c * pixels + first, count) {
                        *x = activation.apply(*x + self.bias[c]);
                    }
                }
            }
        });
        out
    }
}

/// A 3×3 convolution of maps doubled by nearest-neighbour upsampling. `phases[2 py + px]` holds the 2×2 kernel `[out, tap, in]`
/// of the output pixels (2y + py, 2x + px).
pub struct UpConv {
    phases: [Vec<f32>; 4],
    pub inputs: usize,
    pub outputs: usize,
}

/// What is added to the sum of an [`UpConv`] before its activation.
pub struct Extra<'a> {
    /// `[out, N, 2H, 2W]`: bias, and whatever does not change from call to call.
    pub base: &'a Maps,
    /// One for each image, or none at all.
    pub guides: &'a [Guide<'a>],
}

/// Maps of one image that join a convolution with kernels of their own.
pub struct Guide<'a> {
    /// `[G, 1, 2H, 2W]`
    pub maps: &'a Maps,
    /// `[out, tap, G]`, 3×3.
    pub kernels: Cow<'a, [f32]>,
}

impl UpConv {
    /// `weight` in PyTorch's order, `[out, in, 3, 3]`; only the input channels `channels` are taken.
    pub fn new(weight: &[f32], outputs: usize, all_inputs: usize, channels: Range<usize>) -> Self {
        let inputs = channels.len();
        let phase = |py: usize, px: usize| {
            let mut merged = vec![0.0; outputs * 4 * inputs];
            for (o, row) in merged.chunks_exact_mut(4 * inputs).enumerate() {
                for (i, c) in channels.clone().enumerate() {
                    let kernel = &weight[(o * all_inputs + c) * 9..][..9];
                    for (tap, &w) in kernel.iter().enumerate() {
                        // Row ky of the kernel lies over source row (py + ky - 1) / 2 rounded down, which is tap 0 or 1.
                        let (ty, tx) = ((py + tap / 3).div_ceil(2) - py, (px + tap % 3).div_ceil(2) - px);
                        row[(2 * ty + tx) * inputs + i] += w;
                    }
                }
            }
            merged
        };
        Self { phases: [phase(0, 0), phase(0, 1), phase(1, 0), phase(1, 1)], inputs, outputs }
    }

    /// input `[in, N, H, W]` -> `[out, N, 2H, 2W]`
    pub fn forward(&self, input: &Maps, extra: &Extra<'_>, activation: Activation) -> Maps {
        let (h, w) = (input.height, input.width);
        let mut out = Maps::zeros(self.outputs, input.images, 2 * h, 2 * w);
        let pixels = out.pixels();
        let to = Pixels(out.data.as_mut_ptr());
        let depth = 4 * self.inputs;
        let shared = is_small(input, depth, self.outputs);
        let gathered: Option<Vec<Vec<f32>>> = shared
            .then(|| (0..4).into_par_iter().map(|p| gather_new(input, &phase_taps(p), 0..input.rows())).collect());
        for_each_part(input, depth, self.outputs, shared, |rows, channels| {
            let source_count = rows.len() * w;
            let (first, count) = (2 * rows.start * 2 * w, 4 * source_count);
            add_guides(&to, pixels, extra, rows.start * 2..rows.end * 2, 2 * h, 2 * w, channels.clone());
            let mut sums = [vec![0.0; channels.len() * source_count], vec![0.0; channels.len() * source_count]];
            let mut own = Vec::new();
            for py in 0..2 {
                for (px, sum) in sums.iter_mut().enumerate() {
                    let phase = 2 * py + px;
                    let columns = match &gathered {
                        Some(all) => &all[phase],
                        None => {
                            gather(input, &phase_taps(phase), rows.clone(), &mut own);
                            &own
                        }
                    };
                    let weight = &self.phases[phase][channels.start * depth..];
                    // SAFETY: `sum` holds channels × source_count floats.
                    unsafe {
                        product(
                            channels.len(),
                            source_count,
                            depth,
                            sum.as_mut_ptr(),
                            source_count,
                            false,
                            weight,
                            columns,
                        );
                    }
                }
                for (i, c) in channels.clone().enumerate() {
                    // SAFETY: parts do not overlap in (channel, pixel).
                    let target = unsafe { to.slice(c * pixels + first, count) };
                    let even = sums[0][i * source_count..][..source_count].chunks_exact(w);
                    let odd = sums[1][i * source_count..][..source_count].chunks_exact(w);
                    let lines = target.chunks_exact_mut(2 * w).skip(py).step_by(2);
                    for ((line, even), odd) in lines.zip(even).zip(odd) {
                        for ((pair, e), o) in line.chunks_exact_mut(2).zip(even).zip(odd) {
                            pair[0] = activation.apply(pair[0] + e);
                            pair[1] = activation.apply(pair[1] + o);
                        }
                    }
                }
            }
        });
        out
    }
}

/// The sum of an [`Extra`] alone, activated: a stage that has no features yet.
pub fn extra_alone(outputs: usize, extra: &Extra<'_>, activation: Activation) -> Maps {
    let base = extra.base;
    let mut out = Maps::zeros(outputs, base.images, base.height, base.width);
    let pixels = out.pixels();
    let to = Pixels(out.data.as_mut_ptr());
    channel_parts(outputs).into_par_iter().for_each(|channels| {
        add_guides(&to, pixels, extra, 0..base.rows(), base.height, base.width, channels.clone());
        // SAFETY: the parts' channels do not overlap.
        let target = unsafe { to.slice(channels.start * pixels, channels.len() * pixels) };
        target.iter_mut().for_each(|x| *x = activation.apply(*x));
    });
    out
}

/// Writes `base` plus the convolved guides to the rows (counted over all images) of the channels.
fn add_guides(
    to: &Pixels,
    pixels: usize,
    extra: &Extra<'_>,
    rows: Range<usize>,
    height: usize,
    width: usize,
    channels: Range<usize>,
) {
    let (first, count) = (rows.start * width, rows.len() * width);
    for c in channels.clone() {
        // SAFETY: the caller's parts do not overlap in (channel, pixel).
        unsafe { to.slice(c * pixels + first, count) }.copy_from_slice(&extra.base.data[c * pixels + first..][..count]);
    }
    let mut columns = Vec::new();
    for image in rows.start / height..rows.end.div_ceil(height) {
        let Some(Guide { maps, kernels }) = extra.guides.get(image).filter(|guide| guide.maps.channels > 0) else {
            continue;
        };
        let mine = rows.start.max(image * height)..rows.end.min((image + 1) * height);
        gather(maps, &TAPS_3X3, mine.start - image * height..mine.end - image * height, &mut columns);
        let depth = 9 * maps.channels;
        let at = channels.start * pixels + mine.start * width;
        // SAFETY: as above; the kernels hold `depth` floats for each channel.
        unsafe {
            product(
                channels.len(),
                mine.len() * width,
                depth,
                to.at(at),
                pixels,
                true,
                &kernels[channels.start * depth..],
                &columns,
            );
        }
    }
}

fn phase_taps(phase: usize) -> [Tap; 4] {
    let (y, x) = ((phase / 2) as isize - 1, (phase % 2) as isize - 1);
    [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)]
}

/// Small maps with many channels: the columns are gathered once and shared, and tasks differ in channels.
fn is_small(input: &Maps, depth: usize, outputs: usize) -> bool {
    row_parts(input, depth).len() < 8 && outputs >= 64
}

fn row_parts(input: &Maps, depth: usize) -> Vec<Range<usize>> {
    let columns = (TILE_FLOATS / depth.max(1)).clamp(32, TILE_PIXELS);
    parts(input.rows(), (columns / input.width).max(1))
}

fn channel_parts(outputs: usize) -> Vec<Range<usize>> {
    parts(outputs, outputs.div_ceil(8).max(32))
}

fn parts(total: usize, size: usize) -> Vec<Range<usize>> {
    (0..total).step_by(size.max(1)).map(|from| from..(from + size).min(total)).collect()
}

/// Calls `work(rows, channels)` for parts that cover the output once, in parallel.
fn for_each_part(
    input: &Maps,
    depth: usize,
    outputs: usize,
    shared: bool,
    work: impl Fn(Range<usize>, Range<usize>) + Sync,
) {
    if shared {
        channel_parts(outputs).into_par_iter().for_each(|channels| work(0..input.rows(), channels));
    } else {
        row_parts(input, depth).into_par_iter().for_each(|rows| work(rows, 0..outputs));
    }
}

/// As [`for_each_part`] for a 3×3 convolution, with the gathered columns of the rows.
fn for_each_tile(input: &Maps, depth: usize, outputs: usize, work: impl Fn(Range<usize>, &[f32], Range<usize>) + Sync) {
    let shared = is_small(input, depth, outputs);
    let all = shared.then(|| gather_new(input, &TAPS_3X3, 0..input.rows()));
    for_each_part(input, depth, outputs, shared, |rows, channels| match &all {
        Some(columns) => work(rows, columns, channels),
        None => work(rows.clone(), &gather_new(input, &TAPS_3X3, rows), channels),
    });
}

fn gather_new(input: &Maps, taps: &[Tap], rows: Range<usize>) -> Vec<f32> {
    let mut columns = Vec::new();
    gather(input, taps, rows, &mut columns);
    columns
}

/// Columns `[tap, channel, pixel]` of the rows (counted over all images), zeros outside the image.
fn gather(input: &Maps, taps: &[Tap], rows: Range<usize>, columns: &mut Vec<f32>) {
    let (h, w, pixels) = (input.height, input.width, input.pixels());
    columns.clear();
    columns.reserve(taps.len() * input.channels * rows.len() * w);
    for &(dy, dx) in taps {
        for map in input.data.chunks_exact(pixels) {
            for row in rows.clone() {
                let y = (row % h) as isize + dy;
                if y < 0 || y >= h as isize {
                    columns.resize(columns.len() + w, 0.0);
                    continue;
                }
                let line = &map[(row as isize + dy) as usize * w..][..w];
                match dx {
                    -1 => {
                        columns.push(0.0);
                        columns.extend_from_slice(&line[..w - 1]);
                    }
                    0 => columns.extend_from_slice(line),
                    _ => {
                        columns.extend_from_slice(&line[1..]);
                        columns.push(0.0);
                    }
                }
            }
        }
    }
}

/// `to[m, n] (+)= left[m, k] · right[k, n]`, all row-major, `to` with rows `stride` apart.
///
/// # Safety
/// `to` must be valid for writes of `m` rows of `n` floats that lie `stride` apart and that nobody else touches.
#[allow(clippy::too_many_arguments)]
pub(crate) unsafe fn product(
    m: usize,
    n: usize,
    k: usize,
    to: *mut f32,
    stride: usize,
    add: bool,
    left: &[f32],
    right: &[f32],
) {
    assert!(left.len() >= m * k && right.len() >= k * n, "product [{m}, {k}] · [{k}, {n}] of too few floats");
    let (row, one) = (stride as isize, 1);
    // SAFETY: the lengths of the operands were checked above; `to` is the caller's promise.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            to,
            one,
            row,
            add,
            left.as_ptr(),
            one,
            k as isize,
            right.as_ptr(),
            one,
            n as isize,
            1.0f32,
            1.0f32,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// `[m, k] · [k, n] -> [m, n]` in parallel over rows; the cut depends on shapes alone.
pub(crate) fn matmul(m: usize, n: usize, k: usize, left: &[f32], right: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; m * n];
    let rows = m.div_ceil(8).max(64);
    out.par_chunks_mut(rows * n.max(1)).zip(left.par_chunks(rows * k.max(1))).for_each(|(out, left)| {
        let m = out.len() / n.max(1);
        // SAFETY: `out` holds m rows of n floats.
        unsafe { product(m, n, k, out.as_mut_ptr(), n, false, left, right) }
    });
    out
}

/// The output of a convolution, written by several tasks that never touch the same pixel.
struct Pixels(*mut f32);

// SAFETY: tasks write disjoint (channel, pixel) ranges; every use says why.
unsafe impl Send for Pixels {}
unsafe impl Sync for Pixels {}

impl Pixels {
    /// # Safety
    /// `offset` must lie inside the output.
    unsafe fn at(&self, offset: usize) -> *mut f32 {
        unsafe { self.0.add(offset) }
    }

    /// # Safety
    /// The range must lie inside the output and belong to the calling task alone.
    #[allow(clippy::mut_from_ref)]
    unsafe fn slice(&self, offset: usize, len: usize) -> &mut [f32] {
        unsafe { std::slice::from_raw_parts_mut(self.0.add(offset), len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: u32) -> Vec<f32> {
        let mut x = seed;
        let mut next = || {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..n).map(|_| next()).collect()
    }

    /// The definition, in f64, over NCHW.
    fn plain(input: &[f32], (n, c, h, w): (usize, usize, usize, usize), weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let mut out = Vec::new();
        for b in 0..n {
            for (o, &bias) in bias.iter().enumerate() {
                for y in 0..h {
                    for x in 0..w {
                        let mut sum = f64::from(bias);
                        for i in 0..c {
                            for (tap, &(dy, dx)) in TAPS_3X3.iter().enumerate() {
                                let (sy, sx) = (y as isize + dy, x as isize + dx);
                                if (0..h as isize).contains(&sy) && (0..w as isize).contains(&sx) {
                                    let at = ((b * c + i) * h + sy as usize) * w + sx as usize;
                                    sum += f64::from(input[at]) * f64::from(weight[(o * c + i) * 9 + tap]);
                                }
                            }
                        }
                        out.push(sum as f32);
                    }
                }
            }
        }
        out
    }

    fn assert_close(ours: &[f32], want: &[f32]) {
        assert_eq!(ours.len(), want.len());
        for (i, (a, b)) in ours.iter().zip(want).enumerate() {
            assert!((a - b).abs() < 1e-4, "at {i}: {a} for {b}");
        }
    }

    #[test]
    fn convolution_equals_its_definition() {
        for (n, c, o, h, w) in
            [(1, 3, 5, 4, 6), (2, 4, 70, 3, 1), (1, 2, 64, 40, 33), (3, 5, 65, 2, 2), (1, 1, 1, 1, 1)]
        {
            let (input, weight, bias) = (numbers(n * c * h * w, 1), numbers(o * c * 9, 2), numbers(o, 3));
            let out = Conv::new(&weight, bias.clone(), c, 0..c)
                .forward(&Maps::from_nchw(&input, n, c, h, w), Activation::None);
            assert_close(&out.to_nchw(), &plain(&input, (n, c, h, w), &weight, &bias));
        }
    }

    #[test]
    fn convolution_of_doubled_maps_with_guides_equals_its_definition() {
        for (n, c, g, o, h, w) in
            [(1, 3, 2, 5, 2, 3), (2, 4, 3, 70, 1, 1), (1, 2, 4, 64, 20, 17), (3, 5, 1, 65, 2, 2), (2, 6, 0, 8, 16, 16)]
        {
            let all = g + c;
            let (features, guides) = (numbers(n * c * h * w, 1), numbers(n * g * 4 * h * w, 2));
            let (weight, bias) = (numbers(o * all * 9, 3), numbers(o, 4));
            let mut input = Vec::new(); // [N, G + C, 2H, 2W]: guides, then features doubled
            for b in 0..n {
                input.extend_from_slice(&guides[b * g * 4 * h * w..][..g * 4 * h * w]);
                for i in 0..c {
                    for y in 0..2 * h {
                        input.extend((0..2 * w).map(|x| features[((b * c + i) * h + y / 2) * w + x / 2]));
                    }
                }
            }
            let kernels = Conv::new(&weight, bias.clone(), all, 0..g).weight;
            let maps: Vec<_> = (0..n)
                .map(|b| Maps::from_nchw(&guides[b * g * 4 * h * w..][..g * 4 * h * w], 1, g, 2 * h, 2 * w))
                .collect();
            let guided: Vec<_> = maps.iter().map(|maps| Guide { maps, kernels: Cow::Borrowed(&kernels) }).collect();
            let mut base = Maps::zeros(o, n, 2 * h, 2 * w);
            base.affine(&vec![0.0; o], &bias);
            let up = UpConv::new(&weight, o, all, g..all);
            let extra = Extra { base: &base, guides: &guided };
            let out = up.forward(&Maps::from_nchw(&features, n, c, h, w), &extra, Activation::None);
            assert_close(&out.to_nchw(), &plain(&input, (n, all, 2 * h, 2 * w), &weight, &bias));
            let alone = extra_alone(o, &extra, Activation::Leaky(0.2)).to_nchw();
            let only_guides = Conv::new(&weight, bias.clone(), all, 0..g);
            if g > 0 {
                let want = only_guides.forward(&Maps::from_nchw(&guides, n, g, 2 * h, 2 * w), Activation::Leaky(0.2));
                assert_close(&alone, &want.to_nchw());
            }
        }
    }

    #[test]
    fn equal_to_the_bit_on_any_number_of_threads() {
        let (c, o, h, w) = (24, 96, 24, 40);
        let conv = Conv::new(&numbers(o * c * 9, 5), numbers(o, 6), c, 0..c);
        let input = Maps::from_nchw(&numbers(c * h * w, 7), 1, c, h, w);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| conv.forward(&input, Activation::Leaky(0.2)))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(5));
    }
}
