//! Convolution on the CPU for inference, over [`PaddedFeatureMaps`] by the tiles of [`kernel`](super::kernel).
//!
//! [`Conv`] sums its taps one by one. [`WinogradConv`](super::winograd::WinogradConv) computes 2×2 pixels at once from fewer products than they have taps: a 3×3 convolution
//! (Winograd's F(2×2, 3×3): 16 products instead of 36), or a 3×3 convolution of maps doubled by nearest-neighbor upsampling
//! (9 products instead of 36, and the maps are never doubled).

use std::ops::Range;

use rayon::prelude::*;

use super::kernel::{LANES, Panels, ROWS, Source, Tile, accumulate, vectorized};
use super::maps::{PaddedFeatureMaps, Scratch, leaky};

/// Floats of input that a task reads again and again: about half of a core's second-level cache.
const BLOCK_FLOATS: usize = 256 * 1024;

/// Up to so many pixels, they are packed before they are convolved.
const SMALL_PIXELS: usize = 64;

/// What happens to a pixel after the sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    None,
    /// `max(x, slope · x)`; 0 is a plain ReLU.
    Leaky(f32),
}

impl Activation {
    #[inline(always)]
    pub(super) fn apply(self, x: f32) -> f32 {
        match self {
            Self::None => x,
            Self::Leaky(slope) => leaky(x, slope),
        }
    }
}

/// Source offsets of a 3×3 kernel in maps with rows `stride` apart, in PyTorch's order.
fn taps_3x3(stride: usize) -> [isize; 9] {
    let s = stride as isize;
    [-s - 1, -s, -s + 1, -1, 0, 1, s - 1, s, s + 1]
}

/// A convolution with stride 1 that keeps the size: 3×3, or 1×1.
#[derive(Clone, Debug)]
pub struct Conv {
    /// Depth order: tap, input channel.
    weight: Panels,
    bias: Vec<f32>,
    pub inputs: usize,
    pointwise: bool,
}

impl Conv {
    /// 3×3. `weight` in PyTorch's order, `[out, in, 3, 3]`; only the input channels `channels` are taken.
    pub fn new(weight: &[f32], bias: Vec<f32>, all_inputs: usize, channels: Range<usize>) -> Self {
        let inputs = channels.len();
        let at = |o: usize, k: usize| weight[(o * all_inputs + channels.start + k % inputs) * 9 + k / inputs];
        Self { weight: Panels::pack(bias.len(), 9 * inputs, at), bias, inputs, pointwise: false }
    }

    /// 1×1. `weight`: `[out, in]`.
    pub fn pointwise(weight: &[f32], bias: Vec<f32>, inputs: usize) -> Self {
        Self { weight: Panels::pack(bias.len(), inputs, |o, i| weight[o * inputs + i]), bias, inputs, pointwise: true }
    }

    /// input `[in, N, H, W]` -> `[out, N, H, W]`
    pub fn forward(&self, input: &PaddedFeatureMaps, activation: Activation) -> PaddedFeatureMaps {
        assert_eq!(input.channels, self.inputs, "input channels");
        let mut out = PaddedFeatureMaps::blank(self.bias.len(), input.images, input.height, input.width);
        if input.images * input.height * input.width <= SMALL_PIXELS && !self.pointwise {
            self.forward_small(input, &mut out, activation);
            return out;
        }
        let all = taps_3x3(input.stride());
        let taps = if self.pointwise { &all[4..5] } else { &all[..] };
        let pixels = Pixels::of(&mut out);
        for_each_part(self.weight.count(), input.channels, input.positions(), |panel, positions| {
            let channels = panel * ROWS..self.bias.len().min((panel + 1) * ROWS);
            for first in positions.clone().step_by(LANES) {
                let count = LANES.min(positions.end - first);
                let mut tile = Tile::ZERO;
                for (row, c) in tile.0.iter_mut().zip(channels.clone()) {
                    *row = [self.bias[c]; LANES];
                }
                // SAFETY: maps end in a tail that tiles may read; parts do not overlap in (channel, position).
                unsafe {
                    accumulate(&mut tile, count, self.weight.panel(panel), source(input, first, taps));
                    pixels.store(&tile, channels.clone(), first, count, activation);
                }
            }
        });
        out
    }

    /// Where most positions would be the zeros between rows, and reading the weights takes longest: the taps of all pixels are copied side by
    /// side, `[tile, tap, channel, lane]`.
    fn forward_small(&self, input: &PaddedFeatureMaps, out: &mut PaddedFeatureMaps, activation: Activation) {
        let (h, w) = (input.height, input.width);
        let all: Vec<(usize, usize, usize)> =
            (0..input.images).flat_map(|n| (0..h).flat_map(move |y| (0..w).map(move |x| (n, y, x)))).collect();
        let size = self.weight.depth * LANES;
        let mut columns = Scratch::new(all.len().div_ceil(LANES) * size);
        let (floats, plane, taps) = (input.floats(), input.plane(), taps_3x3(input.stride()));
        columns.par_chunks_mut(self.inputs * LANES).enumerate().for_each(|(i, columns)| {
            let (tile, tap) = (&all[i / 9 * LANES..all.len().min((i / 9 + 1) * LANES)], taps[i % 9]);
            let mut at = [0; LANES];
            for (at, &(n, y, x)) in at.iter_mut().zip(tile) {
                *at = (input.row_start(0, n, y) as isize + x as isize + tap) as usize;
            }
            for (column, floats) in columns.chunks_exact_mut(LANES).zip(floats.chunks_exact(plane)) {
                for (to, &at) in column.iter_mut().zip(&at[..tile.len()]) {
                    *to = floats[at];
                }
            }
        });
        let pixels = Pixels::of(out);
        (0..self.weight.count()).into_par_iter().for_each(|panel| {
            let channels = panel * ROWS..self.bias.len().min((panel + 1) * ROWS);
            for (tile, columns) in all.chunks(LANES).zip(columns.chunks_exact(size)) {
                let mut sums = Tile::ZERO;
                let source = Source { at: columns.as_ptr(), taps: &[0], channels: self.weight.depth, plane: LANES };
                // SAFETY: the columns hold LANES floats for each step; panels do not share channels.
                unsafe {
                    accumulate(&mut sums, tile.len(), self.weight.panel(panel), source);
                    for (row, c) in sums.0.iter().zip(channels.clone()) {
                        for (sum, &(n, y, x)) in row.iter().zip(tile) {
                            pixels.row(c, n, y, x..x + 1)[0] = activation.apply(sum + self.bias[c]);
                        }
                    }
                }
            }
        });
    }
}

/// What is added to the sum of a convolution before its activation.
pub struct Extra<'a> {
    /// `[out, N, 2H, 2W]`: bias, and whatever does not change from call to call.
    pub base: &'a PaddedFeatureMaps,
    /// One for each image, or none at all.
    pub guides: &'a [Guide<'a>],
}

/// Maps of one image that join a convolution with kernels of their own.
pub struct Guide<'a> {
    /// `[G, 1, 2H, 2W]`
    pub maps: &'a PaddedFeatureMaps,
    /// 3×3, depth order tap, guide.
    pub kernels: Panels,
}

/// Base and guides of an [`Extra`] summed, then activated: a stage without features is this alone.
pub fn sum_of(extra: &Extra<'_>, activation: Activation) -> PaddedFeatureMaps {
    let base = extra.base;
    let mut out = PaddedFeatureMaps::blank(base.channels, base.images, base.height, base.width);
    let taps = taps_3x3(base.stride());
    let per_image = (base.height + 1) * base.stride();
    let pixels = Pixels::of(&mut out);
    (0..base.channels.div_ceil(ROWS)).into_par_iter().for_each(|panel| {
        let channels = panel * ROWS..base.channels.min((panel + 1) * ROWS);
        for image in 0..base.images {
            for within in (0..per_image).step_by(LANES) {
                let (first, count) = (image * per_image + within, LANES.min(per_image - within));
                let mut tile = Tile::ZERO;
                // SAFETY: maps end in a tail that tiles may read; panels do not share channels.
                unsafe {
                    for (row, c) in tile.0.iter_mut().zip(channels.clone()) {
                        std::ptr::copy_nonoverlapping(
                            base.as_ptr().add(base.start(c) + first),
                            row.as_mut_ptr(),
                            LANES,
                        );
                    }
                    if let Some(guide) = extra.guides.get(image) {
                        accumulate(&mut tile, count, guide.kernels.panel(panel), source(guide.maps, within, &taps));
                    }
                    pixels.store(&tile, channels.clone(), first, count, activation);
                }
            }
        }
    });
    out
}

fn source<'a>(maps: &PaddedFeatureMaps, first: usize, taps: &'a [isize]) -> Source<'a> {
    let at = maps.as_ptr().wrapping_add(maps.start(0) + first);
    Source { at, taps, channels: maps.channels, plane: maps.plane() }
}

/// Calls `work(panel, positions)` for parts that cover all panels and positions once, in parallel. Large maps are cut into blocks
/// that stay in the cache while all panels pass over them; for small ones the panels are dealt out.
pub(super) fn for_each_part(
    panels: usize,
    channels: usize,
    positions: usize,
    work: impl Fn(usize, Range<usize>) + Sync,
) {
    let block = (BLOCK_FLOATS / channels.max(1)).max(8 * LANES).next_multiple_of(LANES);
    let blocks = positions.div_ceil(block);
    if blocks >= 4 {
        let block = positions.div_ceil(blocks).next_multiple_of(LANES);
        (0..positions.div_ceil(block)).into_par_iter().for_each(|b| {
            (0..panels).for_each(|panel| vectorized(|| work(panel, b * block..positions.min((b + 1) * block))));
        });
    } else {
        (0..panels).into_par_iter().for_each(|panel| vectorized(|| work(panel, 0..positions)));
    }
}

/// The output of a convolution, written by several tasks that never touch the same pixel.
pub(super) struct Pixels<'a> {
    data: *mut f32,
    /// Which positions of a channel are pixels.
    shape: Shape,
    _out: std::marker::PhantomData<&'a mut PaddedFeatureMaps>,
}

#[derive(Clone, Copy)]
struct Shape {
    height: usize,
    width: usize,
    stride: usize,
    lead: usize,
    plane: usize,
}

// SAFETY: tasks write disjoint (channel, position) ranges; every use says why.
unsafe impl Send for Pixels<'_> {}
unsafe impl Sync for Pixels<'_> {}

impl<'a> Pixels<'a> {
    pub(super) fn of(out: &'a mut PaddedFeatureMaps) -> Self {
        let shape = Shape {
            height: out.height,
            width: out.width,
            stride: out.stride(),
            lead: out.start(0),
            plane: out.plane(),
        };
        Self { data: out.as_mut_ptr(), shape, _out: std::marker::PhantomData }
    }

    /// Activates and stores `count` positions of a tile; what is no pixel becomes zero.
    ///
    /// # Safety
    /// The positions must lie inside the maps and belong to the calling task alone, as must the channels.
    #[inline]
    unsafe fn store(&self, tile: &Tile, channels: Range<usize>, first: usize, count: usize, activation: Activation) {
        let Shape { height, width, stride, lead, plane } = self.shape;
        let mut keep = [false; LANES];
        let (mut x, mut y) = (first % stride, first / stride % (height + 1));
        for keep in &mut keep {
            *keep = x < width && y < height;
            x += 1;
            if x == stride {
                (x, y) = (0, if y == height { 0 } else { y + 1 });
            }
        }
        for (row, c) in tile.0.iter().zip(channels) {
            let mut done = [0f32; LANES];
            for ((done, &sum), &keep) in done.iter_mut().zip(row).zip(&keep) {
                *done = if keep { activation.apply(sum) } else { 0.0 };
            }
            unsafe { std::ptr::copy_nonoverlapping(done.as_ptr(), self.data.add(c * plane + lead + first), count) };
        }
    }

    /// # Safety
    /// The pixels must lie inside the maps and belong to the calling task alone.
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn row(&self, channel: usize, image: usize, y: usize, x: Range<usize>) -> &mut [f32] {
        let Shape { height, stride, lead, plane, .. } = self.shape;
        let at = channel * plane + lead + (image * (height + 1) + y) * stride + x.start;
        unsafe { std::slice::from_raw_parts_mut(self.data.add(at), x.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::winograd::{InitialSum, WinogradConv};
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
                for (y, x) in (0..h).flat_map(|y| (0..w).map(move |x| (y, x))) {
                    let mut sum = f64::from(bias);
                    for i in 0..c {
                        for (ky, kx) in (0..3).flat_map(|ky| (0..3).map(move |kx| (ky, kx))) {
                            let (sy, sx) = ((y + ky).wrapping_sub(1), (x + kx).wrapping_sub(1));
                            if sy < h && sx < w {
                                let at = ((b * c + i) * h + sy) * w + sx;
                                sum += f64::from(input[at]) * f64::from(weight[(o * c + i) * 9 + 3 * ky + kx]);
                            }
                        }
                    }
                    out.push(sum as f32);
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
        for (n, c, o, h, w) in [
            (1, 3, 5, 4, 6),
            (2, 4, 70, 3, 1),
            (2, 3, 9, 22, 34),
            (1, 2, 64, 40, 33),
            (3, 5, 65, 2, 2),
            (1, 1, 1, 1, 1),
        ] {
            let (input, weight, bias) = (numbers(n * c * h * w, 1), numbers(o * c * 9, 2), numbers(o, 3));
            let maps = PaddedFeatureMaps::from_nchw(&input, n, c, h, w);
            let out = Conv::new(&weight, bias.clone(), c, 0..c).forward(&maps, Activation::None);
            assert_close(&out.to_nchw(), &plain(&input, (n, c, h, w), &weight, &bias));
            if h % 2 == 0 && w % 2 == 0 {
                let out =
                    WinogradConv::winograd(&weight, o, c).forward(&maps, InitialSum::Bias(&bias), Activation::None);
                assert_close(&out.to_nchw(), &plain(&input, (n, c, h, w), &weight, &bias));
            }
            let center: Vec<f32> = weight.iter().skip(4).step_by(9).copied().collect();
            let only_center: Vec<f32> =
                weight.iter().enumerate().map(|(i, &w)| if i % 9 == 4 { w } else { 0.0 }).collect();
            let out = Conv::pointwise(&center, bias.clone(), c).forward(&maps, Activation::None);
            assert_close(&out.to_nchw(), &plain(&input, (n, c, h, w), &only_center, &bias));
        }
    }

    #[test]
    fn convolution_of_doubled_maps_with_guides_equals_its_definition() {
        for (n, c, g, o, h, w) in
            [(1, 3, 2, 5, 2, 3), (2, 4, 3, 70, 1, 1), (1, 2, 4, 64, 20, 17), (3, 5, 1, 65, 2, 2), (2, 6, 0, 8, 16, 16)]
        {
            let (all, plane) = (g + c, 4 * h * w);
            let (features, guides) = (numbers(n * c * h * w, 1), numbers(n * g * plane, 2));
            let (weight, bias) = (numbers(o * all * 9, 3), numbers(o, 4));
            let mut input = Vec::new(); // [N, G + C, 2H, 2W]: guides, then features doubled
            for b in 0..n {
                input.extend_from_slice(&guides[b * g * plane..][..g * plane]);
                for (i, y) in (0..c).flat_map(|i| (0..2 * h).map(move |y| (i, y))) {
                    input.extend((0..2 * w).map(|x| features[((b * c + i) * h + y / 2) * w + x / 2]));
                }
            }
            let maps: Vec<_> = (0..n)
                .map(|b| PaddedFeatureMaps::from_nchw(&guides[b * g * plane..][..g * plane], 1, g, 2 * h, 2 * w))
                .collect();
            let guided: Vec<_> = maps
                .iter()
                .map(|maps| Guide { maps, kernels: Conv::new(&weight, bias.clone(), all, 0..g).weight })
                .collect();
            let mut base = PaddedFeatureMaps::zeros(o, n, 2 * h, 2 * w);
            base.affine(&vec![0.0; o], &bias);
            let extra = Extra { base: &base, guides: &guided };
            let up = WinogradConv::of_doubled(&weight, o, all, g..all);
            let out = up.forward(
                &PaddedFeatureMaps::from_nchw(&features, n, c, h, w),
                InitialSum::PaddedFeatureMaps(sum_of(&extra, Activation::None)),
                Activation::None,
            );
            assert_close(&out.to_nchw(), &plain(&input, (n, all, 2 * h, 2 * w), &weight, &bias));
            if g > 0 {
                let alone = Conv::new(&weight, bias.clone(), all, 0..g);
                let want =
                    alone.forward(&PaddedFeatureMaps::from_nchw(&guides, n, g, 2 * h, 2 * w), Activation::Leaky(0.2));
                assert_close(&sum_of(&extra, Activation::Leaky(0.2)).to_nchw(), &want.to_nchw());
            }
        }
    }

    #[test]
    fn equal_to_the_bit_on_any_number_of_threads() {
        let (c, o, h, w) = (24, 96, 60, 70);
        let conv = Conv::new(&numbers(o * c * 9, 5), numbers(o, 6), c, 0..c);
        let input = PaddedFeatureMaps::from_nchw(&numbers(c * h * w, 7), 1, c, h, w);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| conv.forward(&input, Activation::Leaky(0.2)))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), with(5));
    }
}
