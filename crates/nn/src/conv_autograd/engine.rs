//! The passes of a convolution, forward and for the gradient of its input.
//!
//! Work is cut by shape alone and every sum runs in one fixed order, so results are equal to the bit on any number of threads.

use std::ops::Range;

use rayon::prelude::*;

use super::algorithm::{ConvAlgorithm, MAX_PRODUCTS, Packed, Planes};
use super::input_transform::fill;
use crate::cells::TileRange;
use crate::kernel::{LANES, ROWS, Source, Tile, compute, vectorized_fn};
use crate::maps::Scratch;

/// Floats of transformed input that a task holds: about half of a core's second-level cache.
const TASK_FLOATS: usize = 256 * 1024;
/// From so many tasks on, each transforms its own tiles and passes all weights over them; below, tasks share the tiles and deal out
/// the weights.
const MANY_TASKS: usize = 6;

/// Memory that tasks write to without overlapping.
#[derive(Clone, Copy)]
pub(super) struct SharedOutput(pub *mut f32);

// SAFETY: tasks write disjoint places.
unsafe impl Send for SharedOutput {}
unsafe impl Sync for SharedOutput {}

impl SharedOutput {
    /// # Safety
    /// The range lies inside the memory, and no other task touches it.
    #[inline(always)]
    pub(crate) unsafe fn at<'a>(&self, from: usize, len: usize) -> &'a mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(from), len) }
    }
}

/// Output `[N, O, H, W]` of a pass.
struct Out<'a> {
    memory: SharedOutput,
    channels: usize,
    size: (usize, usize),
    bias: Option<&'a [f32]>,
    add: bool,
}

/// Convolves `x` with packed weights: `[N, O, H', W']`.
pub(super) fn apply(algorithm: ConvAlgorithm, x: &Planes<'_>, packed: &Packed, bias: Option<&[f32]>) -> Vec<f32> {
    let (height, width) = algorithm.output(x.height, x.width);
    let len = x.images * packed.outputs * height * width;
    let mut out = Vec::with_capacity(len);
    run(algorithm, x, packed, bias, SharedOutput(out.as_mut_ptr()), false);
    // SAFETY: every channel of every cell of every image was written, and together they are the output.
    unsafe { out.set_len(len) };
    out
}

/// The same, added to what is there.
pub(super) fn add(algorithm: ConvAlgorithm, x: &Planes<'_>, packed: &Packed, out: &mut [f32]) {
    let (height, width) = algorithm.output(x.height, x.width);
    assert_eq!(out.len(), x.images * packed.outputs * height * width, "the output of a convolution");
    run(algorithm, x, packed, None, SharedOutput(out.as_mut_ptr()), true);
}

fn run(
    algorithm: ConvAlgorithm,
    x: &Planes<'_>,
    packed: &Packed,
    bias: Option<&[f32]>,
    memory: SharedOutput,
    add: bool,
) {
    let size = algorithm.output(x.height, x.width);
    assert_eq!(packed.depth, x.channels * algorithm.taps(), "the depth of a convolution");
    // Cells of 2×2 pixels must cover the output, which `apply` hands on as written.
    assert!(
        matches!(algorithm, ConvAlgorithm::Plain { .. } | ConvAlgorithm::Pooled)
            || (size.0.is_multiple_of(2) && size.1.is_multiple_of(2)),
        "even sides"
    );
    let cells = algorithm.cells(size, x.images);
    let out = Out { memory, channels: packed.outputs, size, bias, add };
    let floats = algorithm.products() * packed.depth * LANES;
    let group = (TASK_FLOATS / floats.max(1)).clamp(1, 8);
    let tiles = cells.tiles();
    let panels = packed.panels();
    if tiles.div_ceil(group) >= MANY_TASKS {
        (0..tiles.div_ceil(group)).into_par_iter().for_each_init(
            || (Scratch::new(group * floats), NO_PRODUCTS),
            |(fields, sums), task| {
                let fields = &mut fields[..];
                let mine = task * group..tiles.min((task + 1) * group);
                for (tile, field) in mine.clone().zip(fields.chunks_exact_mut(floats)) {
                    fill(algorithm, x, cells, cells.of(tile), field);
                }
                for panel in 0..panels {
                    for (tile, field) in mine.clone().zip(fields.chunks_exact(floats)) {
                        pass(algorithm, packed, panel, tile, field, cells, &out, sums);
                    }
                }
            },
        );
    } else {
        let mut fields = Scratch::new(tiles * floats);
        fields
            .par_chunks_mut(floats)
            .enumerate()
            .for_each(|(tile, field)| fill(algorithm, x, cells, cells.of(tile), field));
        (0..panels).into_par_iter().for_each_init(
            || NO_PRODUCTS,
            |sums, panel| {
                for (tile, field) in fields.chunks_exact(floats).enumerate() {
                    pass(algorithm, packed, panel, tile, field, cells, &out, sums);
                }
            },
        );
    }
}

pub(super) const NO_PRODUCTS: [Tile; MAX_PRODUCTS] = [Tile::ZERO; MAX_PRODUCTS];

vectorized_fn! {
    /// One panel of outputs at the cells of one tile; `products` hold anything before and after.
    fn pass(
        algorithm: ConvAlgorithm, packed: &Packed, panel: usize, tile: usize, field: &[f32], cells: TileRange, out: &Out<'_>, products: &mut [Tile; MAX_PRODUCTS]
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
            // Each algorithm by its name: its loops are unrolled where the algorithm is a constant.
            match algorithm {
                ConvAlgorithm::Winograd => store(ConvAlgorithm::Winograd.sums(products, r), bias, c, cells, range.clone(), out),
                ConvAlgorithm::Doubled => store(ConvAlgorithm::Doubled.sums(products, r), bias, c, cells, range.clone(), out),
                ConvAlgorithm::Pooled => store_plain(&ConvAlgorithm::Pooled.sums(products, r)[0][0], bias, c, cells, range.clone(), out),
                ConvAlgorithm::Plain { .. } => store_plain(&products[0].0[r], bias, c, cells, range.clone(), out),
            }
        }
    }
}

/// One pixel for each cell.
#[inline(always)]
fn store_plain(sums: &[f32; LANES], bias: f32, channel: usize, cells: TileRange, range: Range<usize>, out: &Out<'_>) {
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
fn store(
    sums: [[[f32; LANES]; 2]; 2],
    bias: f32,
    channel: usize,
    cells: TileRange,
    range: Range<usize>,
    out: &Out<'_>,
) {
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

/// Adds up what each tap of each input gets: columns `[N, C · k · k, H', W']` -> `[N, C, H, W]`.
pub(super) fn gather_taps(
    algorithm: ConvAlgorithm,
    columns: &[f32],
    small: (usize, usize),
    out: &mut [f32],
    large: (usize, usize),
) {
    let ConvAlgorithm::Plain { kernel, stride, padding } = algorithm else { return };
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
