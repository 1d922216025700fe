//! The gradient of a convolution's weight: products of transformed maps, summed over the cells.
//!
//! As everywhere here, work is cut by shape alone and every sum runs in one fixed order.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::algorithm::{ConvAlgorithm, MAX_PRODUCTS, Planes, Weight};
use super::engine::{NO_PRODUCTS, SharedOutput};
use super::input_transform::{fill, fill_gradient};
#[cfg(target_arch = "x86_64")]
use crate::kernel::vectors;
use crate::kernel::{LANES, ROWS, Source, Tile, accumulate, compute, vectorized_fn};
use crate::maps::Scratch;

/// Floats of transformed maps at a time.
const CHUNK_FLOATS: usize = 512 * 1024;
/// But never fewer tiles than this: a chunk reads and writes all sums, which are many where cells are few.
const CHUNK_TILES: usize = 16;
/// Panels that a task takes for one block.
const TASK_PANELS: usize = 8;

/// Writes the gradient of the weight's own inputs, from the input and the gradient of the output, into `into`, shaped like the whole
/// weight: every value of those inputs, and no other.
pub(super) fn weight_gradient(
    algorithm: ConvAlgorithm,
    x: &Planes<'_>,
    dy: &Planes<'_>,
    weight: &Weight<'_>,
    into: &mut [MaybeUninit<f32>],
) {
    let (products, depth, outputs) = (algorithm.products(), x.channels * algorithm.taps(), dy.channels);
    let cells = algorithm.cells((dy.height, dy.width), dy.images);
    let (blocks, panels) = (depth.div_ceil(LANES), outputs.div_ceil(ROWS));
    let wide = blocks * LANES;
    let per_cell = products * (wide + panels * ROWS);
    let tiles_at_once = (CHUNK_FLOATS / (per_cell * LANES)).max(CHUNK_TILES);
    let room = tiles_at_once.min(cells.tiles()) * LANES;
    let mut left = Scratch::new(products * panels * room * ROWS); // [product, panel, cell, 8]
    let mut right = Scratch::new(products * room * wide); // [product, block, cell, 32]
    // Between chunks, [block, panel, product]; what fits into one chunk never leaves the first-level cache.
    let chunks = cells.tiles().div_ceil(tiles_at_once);
    let mut kept = if chunks > 1 { vec![Tile::ZERO; blocks * panels * products] } else { Vec::new() };
    let kept_at = SharedTiles(kept.as_mut_ptr());
    assert_eq!(into.len(), weight.outputs * weight.inputs * weight.kernel * weight.kernel, "the gradient of a weight");
    let to = SharedOutput(into.as_mut_ptr().cast());
    for chunk in 0..chunks {
        let first_tile = chunk * tiles_at_once;
        let tiles = first_tile..cells.tiles().min(first_tile + tiles_at_once);
        let first_cell = first_tile * LANES;
        let count = cells.all.min(tiles.end * LANES) - first_cell;
        let (to_left, to_right) = (SharedOutput(left.as_mut_ptr()), SharedOutput(right.as_mut_ptr()));
        tiles.into_par_iter().for_each_init(
            || Scratch::new(products * depth.max(outputs) * LANES),
            |field, tile| {
                let field = &mut field[..];
                let range = cells.of(tile);
                let (at, lanes) = (range.start - first_cell, range.len());
                fill(algorithm, x, cells, range.clone(), field);
                for p in 0..products {
                    let planes = &field[p * depth * LANES..][..depth * LANES];
                    for (block, rows) in planes.chunks(LANES * LANES).enumerate() {
                        // SAFETY: tiles do not share cells.
                        let to = unsafe { to_right.at(((p * blocks + block) * room + at) * LANES, lanes * LANES) };
                        transpose(rows, to, LANES);
                    }
                }
                fill_gradient(algorithm, dy, cells, range.clone(), field);
                for p in 0..products {
                    let planes = &field[p * outputs * LANES..][..outputs * LANES];
                    for (panel, rows) in planes.chunks(ROWS * LANES).enumerate() {
                        // SAFETY: as above.
                        let to = unsafe { to_left.at(((p * panels + panel) * room + at) * ROWS, lanes * ROWS) };
                        transpose(rows, to, ROWS);
                    }
                }
            },
        );
        let parts = panels.div_ceil(TASK_PANELS);
        (0..blocks * parts).into_par_iter().for_each_init(
            || NO_PRODUCTS,
            |sums, task| {
                let (block, part) = (task / parts, task % parts);
                let lanes = LANES.min(depth - block * LANES);
                for panel in part * TASK_PANELS..panels.min((part + 1) * TASK_PANELS) {
                    for (p, own) in sums.iter_mut().enumerate().take(products) {
                        let at = right[(p * blocks + block) * room * LANES..].as_ptr();
                        let source = Source { at, taps: &[0], channels: count, plane: LANES };
                        let values = &left[(p * panels + panel) * room * ROWS..][..count * ROWS];
                        // SAFETY: each cell has a whole block of LANES floats; tasks do not share (block, panel).
                        unsafe {
                            if chunks == 1 {
                                compute(own, lanes, values, source);
                            } else {
                                accumulate(kept_at.at((block * panels + panel) * products + p), lanes, values, source);
                            }
                        }
                    }
                    if chunk + 1 == chunks {
                        // SAFETY: as above.
                        let all =
                            (0..products).map(|p| unsafe { &*kept_at.at((block * panels + panel) * products + p) });
                        if chunks > 1 {
                            sums.iter_mut().zip(all).for_each(|(own, kept)| *own = *kept);
                        }
                        write(algorithm, sums, panel, block, depth, weight, to);
                    }
                }
            },
        );
    }
}

/// Collects `len` values that `write` writes.
///
/// # Safety
/// `write` must write every value.
pub(super) unsafe fn collect_written(len: usize, write: impl FnOnce(&mut [MaybeUninit<f32>])) -> Vec<f32> {
    let mut values = Vec::with_capacity(len);
    write(&mut values.spare_capacity_mut()[..len]);
    // SAFETY: the caller's promise.
    unsafe { values.set_len(len) };
    values
}

/// Tiles that tasks write to without overlapping.
#[derive(Clone, Copy)]
struct SharedTiles(*mut Tile);

// SAFETY: tasks write disjoint tiles.
unsafe impl Send for SharedTiles {}
unsafe impl Sync for SharedTiles {}

impl SharedTiles {
    /// # Safety
    /// The tile lies inside the memory, and no other task touches it.
    #[allow(clippy::mut_from_ref)]
    unsafe fn at(&self, index: usize) -> &mut Tile {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.add(index) }
    }
}

vectorized_fn! {
    /// Writes the gradients of up to 8 outputs × 32 steps of the sum.
    fn write(
        algorithm: ConvAlgorithm, sums: &[Tile; MAX_PRODUCTS], panel: usize, block: usize, depth: usize, weight: &Weight<'_>, to: SharedOutput
    ) {
        let taps = weight.kernel * weight.kernel;
        let steps = LANES.min(depth - block * LANES);
        for r in 0..ROWS.min(weight.outputs - panel * ROWS) {
            let row = ((panel * ROWS + r) * weight.inputs + weight.first) * taps;
            if matches!(algorithm, ConvAlgorithm::Plain { .. }) {
                // SAFETY: tasks do not share (panel, block).
                let line = unsafe { to.at(row + block * LANES, steps) };
                line.copy_from_slice(&sums[0].0[r][..steps]);
                continue;
            }
            // SAFETY: as above.
            let line = unsafe { to.at(row + block * LANES * 9, steps * 9) };
            // By name: the loops are unrolled where the algorithm is a constant.
            let kernels = match algorithm {
                ConvAlgorithm::Winograd => ConvAlgorithm::Winograd.kernel_gradients(sums, r),
                _ => ConvAlgorithm::Doubled.kernel_gradients(sums, r),
            };
            for i in 0..steps {
                for tap in 0..9 {
                    line[9 * i + tap] = kernels[tap][i];
                }
            }
        }
    }
}

vectorized_fn! {
    /// from `[rows, LANES]` -> to `[lanes, stride]`, as many lanes as `to` holds; what lies behind the rows becomes zero.
    fn transpose(from: &[f32], to: &mut [f32], stride: usize) {
        const SIDE: usize = 8;
        let rows = from.len() / LANES;
        let lanes = to.len() / stride;
        for first_row in (0..rows).step_by(SIDE) {
            let full = rows - first_row >= SIDE;
            for first_lane in (0..lanes).step_by(SIDE) {
                if full && lanes - first_lane >= SIDE {
                    let from = &from[first_row * LANES + first_lane..][..7 * LANES + SIDE];
                    let to = &mut to[first_lane * stride + first_row..][..7 * stride + SIDE];
                    #[cfg(target_arch = "x86_64")]
                    if vectors() > 0 {
                        // SAFETY: AVX was detected; both slices hold eight lines of eight floats.
                        unsafe { transpose_8x8(from.as_ptr(), to.as_mut_ptr(), stride) };
                        continue;
                    }
                    for lane in 0..SIDE {
                        for row in 0..SIDE {
                            to[lane * stride + row] = from[row * LANES + lane];
                        }
                    }
                } else {
                    for lane in first_lane..lanes.min(first_lane + SIDE) {
                        for row in first_row..rows.min(first_row + SIDE) {
                            to[lane * stride + row] = from[row * LANES + lane];
                        }
                    }
                }
            }
        }
        if rows < stride {
            to.chunks_exact_mut(stride).for_each(|line| line[rows..].fill(0.0));
        }
    }
}

/// Eight lines of eight floats, LANES apart, turned into eight lines `stride` apart.
///
/// # Safety
/// AVX must be there, and all lines lie inside their memory.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx")]
unsafe fn transpose_8x8(from: *const f32, to: *mut f32, stride: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller's promise.
    unsafe {
        let load = |r: usize| _mm256_loadu_ps(from.add(r * LANES));
        let (r0, r1, r2, r3) = (load(0), load(1), load(2), load(3));
        let (r4, r5, r6, r7) = (load(4), load(5), load(6), load(7));
        let (a0, a1) = (_mm256_unpacklo_ps(r0, r1), _mm256_unpackhi_ps(r0, r1));
        let (a2, a3) = (_mm256_unpacklo_ps(r2, r3), _mm256_unpackhi_ps(r2, r3));
        let (a4, a5) = (_mm256_unpacklo_ps(r4, r5), _mm256_unpackhi_ps(r4, r5));
        let (a6, a7) = (_mm256_unpacklo_ps(r6, r7), _mm256_unpackhi_ps(r6, r7));
        let (b0, b1) = (_mm256_shuffle_ps::<0x44>(a0, a2), _mm256_shuffle_ps::<0xee>(a0, a2));
        let (b2, b3) = (_mm256_shuffle_ps::<0x44>(a1, a3), _mm256_shuffle_ps::<0xee>(a1, a3));
        let (b4, b5) = (_mm256_shuffle_ps::<0x44>(a4, a6), _mm256_shuffle_ps::<0xee>(a4, a6));
        let (b6, b7) = (_mm256_shuffle_ps::<0x44>(a5, a7), _mm256_shuffle_ps::<0xee>(a5, a7));
        _mm256_storeu_ps(to, _mm256_permute2f128_ps::<0x20>(b0, b4));
        _mm256_storeu_ps(to.add(stride), _mm256_permute2f128_ps::<0x20>(b1, b5));
        _mm256_storeu_ps(to.add(2 * stride), _mm256_permute2f128_ps::<0x20>(b2, b6));
        _mm256_storeu_ps(to.add(3 * stride), _mm256_permute2f128_ps::<0x20>(b3, b7));
        _mm256_storeu_ps(to.add(4 * stride), _mm256_permute2f128_ps::<0x31>(b0, b4));
        _mm256_storeu_ps(to.add(5 * stride), _mm256_permute2f128_ps::<0x31>(b1, b5));
        _mm256_storeu_ps(to.add(6 * stride), _mm256_permute2f128_ps::<0x31>(b2, b6));
        _mm256_storeu_ps(to.add(7 * stride), _mm256_permute2f128_ps::<0x31>(b3, b7));
    }
}
