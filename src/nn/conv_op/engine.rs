//! The passes of a convolution: forward (also for input gradients), and weight gradients.
//!
//! Work is cut by shape alone and every sum runs in one fixed order, so results are equal to the bit on any number of threads.

use std::ops::Range;

use rayon::prelude::*;

use super::fill::{fill, fill_gradient};
use super::rule::{MOST_PRODUCTS, Packed, Planes, Rule, Weight};
use crate::nn::cells::Cells;
#[cfg(target_arch = "x86_64")]
use crate::nn::kernel::vectors;
use crate::nn::kernel::{LANES, ROWS, Source, Tile, accumulate, compute, vectorised_fn};
use crate::nn::maps::{recycle, scratch};

/// Floats of transformed input that a task holds: about half of a core's second-level cache.
const TASK_FLOATS: usize = 256 * 1024;
/// Floats of transformed maps at a time in the weight gradient.
const CHUNK_FLOATS: usize = 512 * 1024;
/// From so many tasks on, each transforms its own tiles and passes all weights over them; below, tasks share the tiles and deal out
/// the weights.
const MANY_TASKS: usize = 6;

/// Memory that tasks write to without overlapping.
#[derive(Clone, Copy)]
struct Shared(*mut f32);

// SAFETY: tasks write disjoint places.
unsafe impl Send for Shared {}
unsafe impl Sync for Shared {}

impl Shared {
    /// # Safety
    /// The range lies inside the memory, and no other task touches it.
    #[inline(always)]
    unsafe fn at<'a>(&self, from: usize, len: usize) -> &'a mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(from), len) }
    }
}

/// Memory of any content, from the pool and back to it.
struct Scratch(Vec<f32>);

impl Scratch {
    fn new(len: usize) -> Self {
        Self(scratch(len))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        recycle(std::mem::take(&mut self.0));
    }
}

/// Output `[N, O, H, W]` of a pass.
struct Out<'a> {
    memory: Shared,
    channels: usize,
    size: (usize, usize),
    bias: Option<&'a [f32]>,
    add: bool,
}

/// Convolves `x` with packed weights: `[N, O, H', W']`.
pub(super) fn apply(rule: Rule, x: &Planes<'_>, packed: &Packed, bias: Option<&[f32]>) -> Vec<f32> {
    let (height, width) = rule.output(x.height, x.width);
    let len = x.images * packed.outputs * height * width;
    let mut out = Vec::with_capacity(len);
    run(rule, x, packed, bias, Shared(out.as_mut_ptr()), false);
    // SAFETY: every channel of every cell of every image was written, and together they are the output.
    unsafe { out.set_len(len) };
    out
}

/// The same, added to what is there.
pub(super) fn add(rule: Rule, x: &Planes<'_>, packed: &Packed, out: &mut [f32]) {
    let (height, width) = rule.output(x.height, x.width);
    assert_eq!(out.len(), x.images * packed.outputs * height * width, "the output of a convolution");
    run(rule, x, packed, None, Shared(out.as_mut_ptr()), true);
}

fn run(rule: Rule, x: &Planes<'_>, packed: &Packed, bias: Option<&[f32]>, memory: Shared, add: bool) {
    let size = rule.output(x.height, x.width);
    assert_eq!(packed.depth, x.channels * rule.taps(), "the depth of a convolution");
    // Cells of 2×2 pixels must cover the output, which `apply` hands on as written.
    assert!(matches!(rule, Rule::Plain { .. } | Rule::Pooled) || (size.0 % 2 == 0 && size.1 % 2 == 0), "even sides");
    let cells = rule.cells(size, x.images);
    let out = Out { memory, channels: packed.outputs, size, bias, add };
    let floats = rule.products() * packed.depth * LANES;
    let group = (TASK_FLOATS / floats.max(1)).clamp(1, 8);
    let tiles = cells.tiles();
    let panels = packed.panels();
    if tiles.div_ceil(group) >= MANY_TASKS {
        (0..tiles.div_ceil(group)).into_par_iter().for_each_init(
            || (Scratch::new(group * floats), NO_PRODUCTS),
            |(fields, sums), task| {
                let fields = &mut fields.0;
                let mine = task * group..tiles.min((task + 1) * group);
                for (tile, field) in mine.clone().zip(fields.chunks_exact_mut(floats)) {
                    fill(rule, x, cells, cells.of(tile), field);
                }
                for panel in 0..panels {
                    for (tile, field) in mine.clone().zip(fields.chunks_exact(floats)) {
                        pass(rule, packed, panel, tile, field, cells, &out, sums);
                    }
                }
            },
        );
    } else {
        let mut fields = Scratch::new(tiles * floats);
        fields
            .0
            .par_chunks_mut(floats)
            .enumerate()
            .for_each(|(tile, field)| fill(rule, x, cells, cells.of(tile), field));
        (0..panels).into_par_iter().for_each_init(
            || NO_PRODUCTS,
            |sums, panel| {
                for (tile, field) in fields.0.chunks_exact(floats).enumerate() {
                    pass(rule, packed, panel, tile, field, cells, &out, sums);
                }
            },
        );
    }
}

const NO_PRODUCTS: [Tile; MOST_PRODUCTS] = [Tile::ZERO; MOST_PRODUCTS];

vectorised_fn! {
    /// One panel of outputs at the cells of one tile; `products` hold anything before and after.
    fn pass(
        rule: Rule, packed: &Packed, panel: usize, tile: usize, field: &[f32], cells: Cells, out: &Out<'_>, products: &mut [Tile; MOST_PRODUCTS]
    ) {
        let range = cells.of(tile);
        for (p, plane) in field.chunks_exact(packed.depth * LANES).enumerate() {
            let source = Source { at: plane.as_ptr(), taps: &[0], channels: packed.depth, plane: LANES };
            // SAFETY: the plane holds LANES floats for each step of the sum.
            unsafe { compute(&mut products[p], range.len(), packed.panel(panel, p), source) };
        }
        let channels = panel * ROWS..out.channels.min((panel + 1) * ROWS);
        for (r, c) in channels.enumerate() {
            let bias = out.bias.map_or(0.0, |bias| bias[c]);
            // Each rule by its name: its loops are unrolled where the rule is a constant.
            match rule {
                Rule::Winograd => store(Rule::Winograd.sums(products, r), bias, c, cells, range.clone(), out),
                Rule::Doubled => store(Rule::Doubled.sums(products, r), bias, c, cells, range.clone(), out),
                Rule::Pooled => store_plain(&Rule::Pooled.sums(products, r)[0][0], bias, c, cells, range.clone(), out),
                Rule::Plain { .. } => store_plain(&products[0].0[r], bias, c, cells, range.clone(), out),
            }
        }
    }
}

/// One pixel for each cell.
#[inline(always)]
fn store_plain(sums: &[f32; LANES], bias: f32, channel: usize, cells: Cells, range: Range<usize>, out: &Out<'_>) {
    let (height, width) = out.size;
    for run in cells.runs(range) {
        let plane = (run.image * out.channels + channel) * height * width;
        // SAFETY: tasks do not share (channel, cell), hence not pixels.
        let line = unsafe { out.memory.at(plane + run.y * width + run.x, run.len) };
        put(line, &sums[run.lane..], bias, out.add);
    }
}

/// 2×2 pixels for each cell.
#[inline(always)]
fn store(sums: [[[f32; LANES]; 2]; 2], bias: f32, channel: usize, cells: Cells, range: Range<usize>, out: &Out<'_>) {
    let (height, width) = out.size;
    for (py, [even, odd]) in sums.iter().enumerate() {
        let mut both = [0f32; 2 * LANES];
        for i in 0..LANES {
            both[2 * i] = even[i];
            both[2 * i + 1] = odd[i];
        }
        for run in cells.runs(range.clone()) {
            let plane = (run.image * out.channels + channel) * height * width;
            // SAFETY: tasks do not share (channel, cell), hence not pixels.
            let line = unsafe { out.memory.at(plane + (2 * run.y + py) * width + 2 * run.x, 2 * run.len) };
            put(line, &both[2 * run.lane..], bias, out.add);
        }
    }
}

#[inline(always)]
fn put(line: &mut [f32], sums: &[f32], bias: f32, add: bool) {
    if add {
        line.iter_mut().zip(sums).for_each(|(to, sum)| *to += sum);
    } else {
        line.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum + bias);
    }
}

/// Adds nothing: writes the gradient of the weight, from the input and the gradient of the output, into `into`, shaped like the whole weight.
pub(super) fn weight_gradient(rule: Rule, x: &Planes<'_>, dy: &Planes<'_>, weight: &Weight<'_>, into: &mut [f32]) {
    let (products, depth, outputs) = (rule.products(), x.channels * rule.taps(), dy.channels);
    let cells = rule.cells((dy.height, dy.width), dy.images);
    let (blocks, panels) = (depth.div_ceil(LANES), outputs.div_ceil(ROWS));
    let wide = blocks * LANES;
    let per_cell = products * (wide + panels * ROWS);
    let tiles_at_once = (CHUNK_FLOATS / (per_cell * LANES)).max(2);
    let room = tiles_at_once.min(cells.tiles()) * LANES;
    let mut left = Scratch::new(products * panels * room * ROWS); // [product, panel, cell, 8]
    let mut right = Scratch::new(products * room * wide); // [product, block, cell, 32]
    let mut sums = vec![Tile::ZERO; products * panels * blocks];
    for first_tile in (0..cells.tiles()).step_by(tiles_at_once) {
        let tiles = first_tile..cells.tiles().min(first_tile + tiles_at_once);
        let first_cell = first_tile * LANES;
        let count = cells.all.min(tiles.end * LANES) - first_cell;
        let (to_left, to_right) = (Shared(left.0.as_mut_ptr()), Shared(right.0.as_mut_ptr()));
        tiles.into_par_iter().for_each_init(
            || Scratch::new(products * depth.max(outputs) * LANES),
            |field, tile| {
                let field = &mut field.0[..];
                let range = cells.of(tile);
                let (at, lanes) = (range.start - first_cell, range.len());
                fill(rule, x, cells, range.clone(), field);
                for p in 0..products {
                    let planes = &field[p * depth * LANES..][..depth * LANES];
                    for (block, rows) in planes.chunks(LANES * LANES).enumerate() {
                        // SAFETY: tiles do not share cells.
                        let to = unsafe { to_right.at(((p * blocks + block) * room + at) * LANES, lanes * LANES) };
                        transpose(rows, to, LANES);
                    }
                }
                fill_gradient(rule, dy, cells, range.clone(), field);
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
        sums.par_chunks_mut(blocks).enumerate().for_each(|(i, sums)| {
            let p = i / panels;
            let panel = &left.0[i * room * ROWS..][..count * ROWS];
            for (block, sum) in sums.iter_mut().enumerate() {
                let at = right.0[(p * blocks + block) * room * LANES..].as_ptr();
                let source = Source { at, taps: &[0], channels: count, plane: LANES };
                let lanes = LANES.min(depth - block * LANES);
                // SAFETY: each cell has a whole block of LANES floats.
                unsafe { accumulate(sum, lanes, panel, source) };
            }
        });
    }
    let taps = weight.kernel * weight.kernel;
    into.par_chunks_mut(weight.inputs * taps).enumerate().for_each(|(o, row)| {
        let row = &mut row[weight.first * taps..(weight.first + weight.count) * taps];
        let at = |p: usize, k: usize| sums[(p * panels + o / ROWS) * blocks + k / LANES].0[o % ROWS][k % LANES];
        if matches!(rule, Rule::Plain { .. }) {
            row.iter_mut().enumerate().for_each(|(k, to)| *to = at(0, k));
        } else {
            for (c, kernel) in row.chunks_exact_mut(9).enumerate() {
                let mut all = [0.0; MOST_PRODUCTS];
                (0..products).for_each(|p| all[p] = at(p, c));
                // By name, as in `pack`.
                kernel.copy_from_slice(&match rule {
                    Rule::Winograd => Rule::Winograd.kernel_gradient(&all),
                    _ => Rule::Doubled.kernel_gradient(&all),
                });
            }
        }
    });
}

vectorised_fn! {
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

/// Adds up what each tap of each input gets: columns `[N, C · k · k, H', W']` -> `[N, C, H, W]`.
pub(super) fn gather_taps(rule: Rule, columns: &[f32], small: (usize, usize), out: &mut [f32], large: (usize, usize)) {
    let Rule::Plain { kernel, stride, padding } = rule else { return };
    let ((h, w), (height, width)) = (small, large);
    let columns = columns.par_chunks((kernel * kernel * h * w).max(1));
    out.par_chunks_mut((height * width).max(1)).zip(columns).for_each(|(plane, columns)| {
        plane.fill(0.0);
        for (t, column) in columns.chunks_exact(h * w).enumerate() {
            let (ky, kx) = (t / kernel, t % kernel);
            for (y, row) in column.chunks_exact(w).enumerate() {
                let Some(to_y) = (y * stride + ky).checked_sub(padding).filter(|&y| y < height) else { continue };
                let line = &mut plane[to_y * width..][..width];
                for (x, value) in row.iter().enumerate() {
                    if let Some(to) = (x * stride + kx).checked_sub(padding).and_then(|x| line.get_mut(x)) {
                        *to += value;
                    }
                }
            }
        }
    });
}
