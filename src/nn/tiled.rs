//! Convolutions that compute 2×2 pixels from fewer products than they have taps.
//!
//! In one dimension, with a kernel (k0, k1, k2):
//!
//! - two neighbours of a plain convolution over d0 … d3 (Winograd's F(2, 3), Lavin and Gray 2016): products
//!   k0·(d0 - d2), ½(k0 + k1 + k2)·(d1 + d2), ½(k0 - k1 + k2)·(d2 - d1), k2·(d1 - d3); sums m0 + m1 + m2 and m1 - m2 - m3;
//! - two halves of a pixel that was doubled, with neighbours x₋, x, x₊: products (k0 + k1 + k2)·x, k0·(x₋ - x), k2·(x₊ - x);
//!   sums m0 + m1 and m0 + m2.
//!
//! In two dimensions both are applied along y and along x. The products are sums over the input channels at a grid of 2×2 cells.

use std::ops::Range;

use rayon::prelude::*;

use super::conv::{Activation, Pixels, for_each_part};
use super::kernel::{LANES, Panels, ROWS, Source, Tile, accumulate};
use super::maps::Maps;

/// From products along one direction to the two pixels of a cell.
type Combine = [[f32; 4]; 2];

const WINOGRAD: Combine = [[1.0, 1.0, 1.0, 0.0], [0.0, 1.0, -1.0, -1.0]];
const DOUBLED: Combine = [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Winograd,
    Doubled,
}

impl Kind {
    /// Products along one direction.
    fn products(self) -> usize {
        match self {
            Self::Winograd => 4,
            Self::Doubled => 3,
        }
    }

    /// What multiplies the input in product `i` along one direction.
    fn weight(self, i: usize, k: [f32; 3]) -> f32 {
        match (self, i) {
            (Self::Winograd, 0) => k[0],
            (Self::Winograd, 1) => 0.5 * (k[0] + k[1] + k[2]),
            (Self::Winograd, 2) => 0.5 * (k[0] - k[1] + k[2]),
            (Self::Doubled, 0) => k[0] + k[1] + k[2],
            // The difference is stored towards the right neighbour; here it is needed towards the left one.
            (Self::Doubled, 1) => -k[0],
            _ => k[2],
        }
    }
}

#[derive(Clone, Debug)]
pub struct TiledConv {
    kind: Kind,
    /// Product (a along y, b along x) at `a · products + b`: `[out, in]`.
    weights: Vec<Panels>,
    pub inputs: usize,
    pub outputs: usize,
}

/// The input as the products read it, on the grid of cells.
struct Field {
    data: Vec<f32>,
    /// Offset of product p's channel 0, cell 0.
    starts: Vec<usize>,
    plane: usize,
}

impl TiledConv {
    /// A 3×3 convolution with padding 1 of maps with even sides. `weight` in PyTorch's order, `[out, in, 3, 3]`.
    pub fn winograd(weight: &[f32], outputs: usize, inputs: usize) -> Self {
        Self::new(Kind::Winograd, weight, outputs, inputs, 0..inputs)
    }

    /// A 3×3 convolution of maps doubled by nearest-neighbour upsampling; only the input channels `channels` are taken.
    pub fn of_doubled(weight: &[f32], outputs: usize, all_inputs: usize, channels: Range<usize>) -> Self {
        Self::new(Kind::Doubled, weight, outputs, all_inputs, channels)
    }

    fn new(kind: Kind, weight: &[f32], outputs: usize, all_inputs: usize, channels: Range<usize>) -> Self {
        let n = kind.products();
        let product = |p: usize| {
            Panels::pack(outputs, channels.len(), |o, c| {
                let k = &weight[(o * all_inputs + channels.start + c) * 9..][..9];
                let rows = [0, 3, 6].map(|y| kind.weight(p % n, [k[y], k[y + 1], k[y + 2]]));
                kind.weight(p / n, rows)
            })
        };
        Self { kind, weights: (0..n * n).map(product).collect(), inputs: channels.len(), outputs }
    }

    /// Adds the convolution of `input` to `out`, then activates. `out` is `[out, N, H, W]` for a plain convolution of `[in, N, H, W]`,
    /// `[out, N, 2H, 2W]` for one of doubled maps; it comes with the bias and whatever else is to be added.
    pub fn forward(&self, input: &Maps, mut out: Maps, activation: Activation) -> Maps {
        assert_eq!((input.channels, out.channels), (self.inputs, self.outputs), "channels");
        assert!(out.height % 2 == 0 && out.width % 2 == 0, "cells of 2×2 pixels");
        let grid = Maps::shape(self.inputs, input.images, out.height / 2, out.width / 2);
        let (field, combine) = match self.kind {
            Kind::Winograd => (Field::winograd(input, &grid), &WINOGRAD),
            Kind::Doubled => (Field::doubled(input), &DOUBLED),
        };
        let n = self.kind.products();
        let pixels = Pixels::of(&mut out);
        for_each_part(self.weights[0].count(), self.inputs * n, grid.positions(), |panel, cells| {
            let channels = panel * ROWS..self.outputs.min((panel + 1) * ROWS);
            for first in cells.clone().step_by(LANES) {
                let count = LANES.min(cells.end - first);
                let mut products = [[Tile::ZERO; 4]; 4];
                for (p, (weight, start)) in self.weights.iter().zip(&field.starts).enumerate() {
                    let at = field.data.as_ptr().wrapping_add(start + first);
                    let source = Source { at, taps: &[0], channels: self.inputs, plane: field.plane };
                    // SAFETY: fields end in a tail that tiles may read.
                    unsafe { accumulate(&mut products[p / n][p % n], count, weight.panel(panel), source) };
                }
                let sums = combined(&products, combine, n);
                for run in grid.runs(first, count) {
                    for (r, c) in channels.clone().enumerate() {
                        for (py, sums) in sums.iter().enumerate() {
                            // SAFETY: parts do not overlap in (channel, cell), hence not in pixels.
                            let line =
                                unsafe { pixels.row(c, run.image, 2 * run.y + py, 2 * run.x..2 * (run.x + run.len)) };
                            let (even, odd) = (&sums[0].0[r][run.lane..], &sums[1].0[r][run.lane..]);
                            for ((pair, e), o) in line.chunks_exact_mut(2).zip(even).zip(odd) {
                                pair[0] = activation.apply(pair[0] + e);
                                pair[1] = activation.apply(pair[1] + o);
                            }
                        }
                    }
                }
            }
        });
        field.recycle();
        out
    }
}

/// Products `[along y][along x]` -> pixels `[py][px]` of the cells.
#[inline]
fn combined(products: &[[Tile; 4]; 4], combine: &Combine, n: usize) -> [[Tile; 2]; 2] {
    let mut sums = [[Tile::ZERO; 2]; 2];
    for (b, column) in (0..n).map(|b| (b, [0, 1, 2, 3].map(|a| &products[a][b].0))) {
        for (py, sums) in sums.iter_mut().enumerate() {
            let along_y = &combine[py];
            for r in 0..ROWS {
                for i in 0..LANES {
                    let sum: f32 = (0..n).map(|a| along_y[a] * column[a][r][i]).sum();
                    for (px, out) in sums.iter_mut().enumerate() {
                        out.0[r][i] += combine[px][b] * sum;
                    }
                }
            }
        }
    }
    sums
}

impl Field {
    /// The input and its differences towards the right, the lower, and the lower right neighbour. All are taken over the whole memory of the
    /// maps at once: what lies between rows and images is zero, as the padding must be.
    fn doubled(input: &Maps) -> Self {
        let (stride, all) = (input.stride(), input.floats());
        let len = all.len();
        let mut data = super::maps::scratch(4 * len + LANES);
        {
            let (x, rest) = data.split_at_mut(len);
            let (right, rest) = rest.split_at_mut(len);
            let (down, rest) = rest.split_at_mut(len);
            let both = &mut rest[..len];
            x.copy_from_slice(all);
            difference(all, 1, right);
            difference(all, stride, down);
            difference(right, stride, both);
        }
        let start = |p: usize| {
            let (a, b) = (p / 3, p % 3);
            let map = 2 * usize::from(a > 0) + usize::from(b > 0);
            map * len + input.start(0) - if a == 1 { stride } else { 0 } - usize::from(b == 1)
        };
        Self { starts: (0..9).map(start).collect(), plane: input.plane(), data }
    }

    /// Winograd's input transform of every cell, `[16, C, cells]`.
    fn winograd(input: &Maps, grid: &Maps) -> Self {
        let (channels, plane) = (input.channels, grid.plane());
        let mut data = super::maps::scratch(16 * channels * plane + LANES);
        let target = Planes(data.as_mut_ptr());
        (0..channels).into_par_iter().with_min_len(4).for_each(|c| {
            // Rows of the transform along y, from x = -1 to W; zeros outside the image are read from between the rows.
            let mut along_y = vec![0f32; input.width + 2];
            for image in 0..input.images {
                for cell_y in 0..grid.height {
                    let row = |dy: usize| input.padded_row(c, image, (2 * cell_y + dy) as isize - 1);
                    let rows = [row(0), row(1), row(2), row(3)];
                    for a in 0..4 {
                        let (plus, minus, sign) = [(0, 2, -1.0), (1, 2, 1.0), (2, 1, -1.0), (1, 3, -1.0)][a];
                        for ((out, p), m) in along_y.iter_mut().zip(rows[plus]).zip(rows[minus]) {
                            *out = p + sign * m;
                        }
                        let at = |b: usize| ((a * 4 + b) * channels + c) * plane + grid.row_start(0, image, cell_y);
                        // SAFETY: each (product, channel, row) is written by one task; all lie inside `data`.
                        let [v0, v1, v2, v3] = [0, 1, 2, 3].map(|b| unsafe { target.slice(at(b), grid.width) });
                        let cells = along_y.windows(4).step_by(2);
                        for ((((d, v0), v1), v2), v3) in cells.zip(v0).zip(v1).zip(v2).zip(v3) {
                            *v0 = d[0] - d[2];
                            *v1 = d[1] + d[2];
                            *v2 = d[2] - d[1];
                            *v3 = d[1] - d[3];
                        }
                    }
                }
            }
        });
        Self { starts: (0..16).map(|p| p * channels * plane + grid.start(0)).collect(), plane, data }
    }

    fn recycle(self) {
        super::maps::recycle(self.data);
    }
}

fn difference(from: &[f32], step: usize, to: &mut [f32]) {
    for ((to, far), near) in to.iter_mut().zip(&from[step..]).zip(from) {
        *to = far - near;
    }
}

/// Memory of a field, written by several tasks that never touch the same row.
struct Planes(*mut f32);

// SAFETY: tasks write disjoint rows.
unsafe impl Send for Planes {}
unsafe impl Sync for Planes {}

impl Planes {
    /// # Safety
    /// The range must lie inside the field and belong to the calling task alone.
    #[allow(clippy::mut_from_ref)]
    unsafe fn slice(&self, at: usize, len: usize) -> &mut [f32] {
        unsafe { std::slice::from_raw_parts_mut(self.0.add(at), len) }
    }
}
