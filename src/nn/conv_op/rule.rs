//! How a convolution becomes products of matrices, and back.
//!
//! A [`Rule`] cuts the output into cells. For every cell and every one of its products, the input is transformed (`fill`), multiplied by
//! transformed weights (`pack`), and the products are summed to pixels (`store`). The adjoint of each of these linear maps gives the
//! gradients. In one dimension, with a kernel (k0, k1, k2):
//!
//! | rule | cell | products | sums |
//! |---|---|---|---|
//! | `Winograd` (Lavin and Gray 2016) | 2 pixels of a plain convolution | k0·(d0-d2), ½(k0+k1+k2)·(d1+d2), ½(k0-k1+k2)·(d2-d1), k2·(d1-d3) | m0+m1+m2, m1-m2-m3 |
//! | `Doubled` | the 2 halves of a doubled pixel | (k0+k1+k2)·x, k0·(x₋-x), k2·(x₊-x) | m0+m1, m0+m2 |
//! | `Pooled` | 2 pixels of a plain convolution, added | k0·(d0-d2), (k0+k1+k2)·(d1+d2), k2·(d1-d3) | m0+m1-m2 |
//!
//! `Pooled` is the input gradient of `Doubled`. `Plain` is any kernel, stride and padding: one product over all taps.

use std::ops::Range;

use rayon::prelude::*;

use crate::nn::cells::Cells;
use crate::nn::kernel::{LANES, ROWS, Tile, vectorised};
use crate::nn::maps::{recycle, scratch};

/// The most products a rule has.
pub(super) const MOST_PRODUCTS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Rule {
    Plain { kernel: usize, stride: usize, padding: usize },
    Winograd,
    Doubled,
    Pooled,
}

/// A sum of the gradients of two pixels.
#[derive(Clone, Copy)]
enum Share {
    Sum,
    Difference,
    First,
    Second,
    MinusSecond,
}

impl Share {
    /// One loop for each kind: a choice within would keep it from being vectorised.
    #[inline(always)]
    fn write(self, to: &mut [f32], pair: impl Fn(usize) -> (f32, f32)) {
        let all = to.iter_mut().enumerate().map(|(i, to)| (to, pair(i)));
        match self {
            Self::Sum => all.for_each(|(to, (a, b))| *to = a + b),
            Self::Difference => all.for_each(|(to, (a, b))| *to = a - b),
            Self::First => all.for_each(|(to, (a, _))| *to = a),
            Self::Second => all.for_each(|(to, (_, b))| *to = b),
            Self::MinusSecond => all.for_each(|(to, (_, b))| *to = -b),
        }
    }
}

/// Maps `[N, C, H, W]` in plain memory.
#[derive(Clone, Copy)]
pub(super) struct Planes<'a> {
    pub data: &'a [f32],
    pub images: usize,
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

/// Maps with `padding` zeros on every side: every row that a cell reads lies there in one piece.
pub(super) struct Padded {
    data: Vec<f32>,
    channels: usize,
    height: usize,
    width: usize,
}

impl Padded {
    pub fn new(x: &Planes<'_>, padding: usize) -> Self {
        let (height, width) = (x.height + 2 * padding, x.width + 2 * padding);
        let mut data = scratch(x.images * x.channels * height * width);
        let planes = data.par_chunks_mut((height * width).max(1)).zip(x.data.par_chunks((x.height * x.width).max(1)));
        planes.with_min_len(16).for_each(|(to, from)| {
            to.fill(0.0);
            let rows = to.chunks_exact_mut(width).skip(padding);
            for (to, from) in rows.zip(from.chunks_exact(x.width)) {
                to[padding..padding + x.width].copy_from_slice(from);
            }
        });
        Self { data, channels: x.channels, height, width }
    }

    /// `len` floats from row `y`, column `x` of the padded plane.
    #[inline(always)]
    fn row(&self, image: usize, channel: usize, y: usize, x: usize, len: usize) -> &[f32] {
        &self.data[((image * self.channels + channel) * self.height + y) * self.width + x..][..len]
    }
}

impl Drop for Padded {
    fn drop(&mut self) {
        recycle(std::mem::take(&mut self.data));
    }
}

/// A weight `[outputs, inputs, kernel, kernel]`, of whose inputs `count` from `first` on are taken.
#[derive(Clone, Copy)]
pub(super) struct Weight<'a> {
    pub data: &'a [f32],
    pub outputs: usize,
    pub inputs: usize,
    pub first: usize,
    pub count: usize,
    pub kernel: usize,
}

/// Which way a weight is used.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    /// Outputs from inputs.
    Forward,
    /// Gradients of the inputs from those of the outputs, as a convolution with the kernel turned around.
    Back,
    /// Gradients of each tap of the inputs from those of the outputs: a 1×1 convolution.
    Taps,
}

/// Transformed weights in panels of 8 outputs: `[outputs / 8, products, depth, 8]`.
pub(super) struct Packed {
    data: Vec<f32>,
    pub outputs: usize,
    pub depth: usize,
    products: usize,
}

impl Drop for Packed {
    fn drop(&mut self) {
        recycle(std::mem::take(&mut self.data));
    }
}

impl Packed {
    pub fn panels(&self) -> usize {
        self.outputs.div_ceil(ROWS)
    }

    pub fn panel(&self, index: usize, product: usize) -> &[f32] {
        &self.data[(index * self.products + product) * self.depth * ROWS..][..self.depth * ROWS]
    }
}

impl Rule {
    /// Products along one direction.
    fn side(self) -> usize {
        match self {
            Self::Plain { .. } => 1,
            Self::Winograd => 4,
            Self::Doubled | Self::Pooled => 3,
        }
    }

    pub fn products(self) -> usize {
        self.side().pow(2)
    }

    /// Rows of the transformed input for each channel.
    pub fn taps(self) -> usize {
        if let Self::Plain { kernel, .. } = self { kernel * kernel } else { 1 }
    }

    /// Height and width of what comes out of maps of this size.
    pub fn output(self, height: usize, width: usize) -> (usize, usize) {
        let plain = |side: usize| match self {
            Self::Plain { kernel, stride, padding } => (side + 2 * padding - kernel) / stride + 1,
            Self::Winograd => side,
            Self::Doubled => 2 * side,
            Self::Pooled => side / 2,
        };
        (plain(height), plain(width))
    }

    /// The cells of an output of this size.
    pub fn cells(self, (height, width): (usize, usize), images: usize) -> Cells {
        match self {
            Self::Plain { .. } | Self::Pooled => Cells::new(height, width, images),
            Self::Winograd | Self::Doubled => Cells::new(height / 2, width / 2, images),
        }
    }

    /// What multiplies the input in each product along one direction.
    #[inline(always)]
    fn along(self, k: [f32; 3]) -> [f32; 4] {
        let sum = k[0] + k[1] + k[2];
        match self {
            Self::Winograd => [k[0], 0.5 * sum, 0.5 * (k[0] - k[1] + k[2]), k[2]],
            Self::Doubled => [sum, k[0], k[2], 0.0],
            _ => [k[0], sum, k[2], 0.0],
        }
    }

    /// The adjoint of [`Self::along`].
    #[inline(always)]
    fn along_back(self, g: [f32; 4]) -> [f32; 3] {
        match self {
            Self::Winograd => {
                let (sum, difference) = (0.5 * (g[1] + g[2]), 0.5 * (g[1] - g[2]));
                [g[0] + sum, difference, sum + g[3]]
            }
            Self::Doubled => [g[0] + g[1], g[0], g[0] + g[2]],
            _ => [g[0] + g[1], g[1], g[1] + g[2]],
        }
    }

    #[inline(always)]
    fn transformed(self, k: &[f32; 9]) -> [f32; MOST_PRODUCTS] {
        let n = self.side();
        let rows = [0, 3, 6].map(|y| self.along([k[y], k[y + 1], k[y + 2]]));
        let mut all = [0.0; MOST_PRODUCTS];
        for b in 0..n {
            let column = self.along([rows[0][b], rows[1][b], rows[2][b]]);
            for a in 0..n {
                all[a * n + b] = column[a];
            }
        }
        all
    }

    /// The gradient of a 3×3 kernel from those of its products.
    #[inline(always)]
    pub fn kernel_gradient(self, products: &[f32; MOST_PRODUCTS]) -> [f32; 9] {
        let n = self.side();
        let mut columns = [[0.0; 3]; 4];
        for (b, column) in columns.iter_mut().enumerate().take(n) {
            let mut g = [0.0; 4];
            (0..n).for_each(|a| g[a] = products[a * n + b]);
            *column = self.along_back(g);
        }
        let mut kernel = [0.0; 9];
        for y in 0..3 {
            let row = self.along_back([columns[0][y], columns[1][y], columns[2][y], columns[3][y]]);
            kernel[3 * y..3 * y + 3].copy_from_slice(&row);
        }
        kernel
    }

    pub fn pack(self, weight: &Weight<'_>, way: Way) -> Packed {
        let (taps, products) = (weight.kernel * weight.kernel, self.products());
        let plain = matches!(self, Self::Plain { .. });
        let (outputs, channels) = match way {
            Way::Forward => (weight.outputs, weight.count),
            Way::Back => (weight.count, weight.outputs),
            Way::Taps => (weight.count * taps, weight.outputs),
        };
        let depth = if plain && way != Way::Taps { channels * taps } else { channels };
        let at = |o: usize, c: usize| (o * weight.inputs + weight.first + c) * taps;
        let mut data = scratch(outputs.div_ceil(ROWS) * products * depth * ROWS); // rows behind the last are never stored
        data.par_chunks_mut((products * depth * ROWS).max(1)).enumerate().for_each(|(p, panel)| {
            let rows = ROWS.min(outputs - p * ROWS);
            vectorised(|| {
                // Kernels that lie side by side are read side by side.
                let (outer, inner) = if way == Way::Forward { (rows, channels) } else { (channels, rows) };
                for i in 0..outer {
                    for j in 0..inner {
                        let (r, k) = if way == Way::Forward { (i, j) } else { (j, i) };
                        let row = p * ROWS + r;
                        let from = match way {
                            Way::Forward => at(row, k),
                            Way::Back => at(k, row),
                            Way::Taps => {
                                panel[k * ROWS + r] = weight.data[at(k, 0) + row];
                                continue;
                            }
                        };
                        let kernel = &weight.data[from..from + taps];
                        if plain {
                            for (t, &value) in kernel.iter().enumerate() {
                                let t = if way == Way::Back { taps - 1 - t } else { t };
                                panel[(k * taps + t) * ROWS + r] = value;
                            }
                            continue;
                        }
                        let nine: [f32; 9] = match way {
                            Way::Back => std::array::from_fn(|t| kernel[8 - t]),
                            _ => std::array::from_fn(|t| kernel[t]),
                        };
                        // Each rule by its name: its loops are unrolled where the rule is a constant.
                        let all = match self {
                            Self::Winograd => Self::Winograd.transformed(&nine),
                            Self::Doubled => Self::Doubled.transformed(&nine),
                            other => other.transformed(&nine),
                        };
                        for (product, value) in all.iter().enumerate().take(products) {
                            panel[(product * depth + k) * ROWS + r] = *value;
                        }
                    }
                }
            });
        });
        Packed { data, outputs, depth, products }
    }

    /// Zeros around the maps that [`Self::fill`] reads.
    pub fn padding(self) -> usize {
        if let Self::Plain { padding, .. } = self { padding } else { 1 }
    }

    /// Transforms the input of some cells: `[product, channel · tap, lane]`.
    #[inline(always)]
    pub fn fill(self, x: &Padded, cells: Cells, range: Range<usize>, field: &mut [f32]) {
        let depth = x.channels * self.taps();
        let mut rows = [[0f32; 2 * LANES + 2]; 4];
        for run in cells.runs(range) {
            for c in 0..x.channels {
                let lane = |p: usize| (p * depth + c) * LANES + run.lane;
                match self {
                    Self::Plain { kernel, stride, .. } => {
                        let len = (run.len - 1) * stride + kernel;
                        for ky in 0..kernel {
                            let line = x.row(run.image, c, run.y * stride + ky, run.x * stride, len);
                            for kx in 0..kernel {
                                let at = ((c * kernel + ky) * kernel + kx) * LANES + run.lane;
                                let to = field[at..at + run.len].iter_mut();
                                if stride == 1 {
                                    to.zip(&line[kx..]).for_each(|(to, from)| *to = *from);
                                } else {
                                    to.zip(line[kx..].iter().step_by(stride)).for_each(|(to, from)| *to = *from);
                                }
                            }
                        }
                    }
                    Self::Winograd | Self::Pooled => {
                        let len = 2 * run.len + 2;
                        let row = |i: usize| x.row(run.image, c, 2 * run.y + i, 2 * run.x, len);
                        let (d0, d1, d2, d3) = (row(0), row(1), row(2), row(3));
                        for i in 0..len {
                            rows[0][i] = d0[i] - d2[i];
                            rows[1][i] = d1[i] + d2[i];
                            rows[2][i] = d2[i] - d1[i];
                            rows[3][i] = d1[i] - d3[i];
                        }
                        let which: &[usize] = if self == Self::Winograd { &[0, 1, 2, 3] } else { &[0, 1, 3] };
                        for (a, row) in which.iter().map(|&a| &rows[a]).enumerate() {
                            for (b, &along) in which.iter().enumerate() {
                                let to = &mut field[lane(a * which.len() + b)..][..run.len];
                                let d = &row[..len];
                                match along {
                                    0 => to.iter_mut().enumerate().for_each(|(i, t)| *t = d[2 * i] - d[2 * i + 2]),
                                    1 => to.iter_mut().enumerate().for_each(|(i, t)| *t = d[2 * i + 1] + d[2 * i + 2]),
                                    2 => to.iter_mut().enumerate().for_each(|(i, t)| *t = d[2 * i + 2] - d[2 * i + 1]),
                                    _ => to.iter_mut().enumerate().for_each(|(i, t)| *t = d[2 * i + 1] - d[2 * i + 3]),
                                }
                            }
                        }
                    }
                    Self::Doubled => {
                        let len = run.len + 2;
                        let row = |i: usize| x.row(run.image, c, run.y + i, run.x, len);
                        let (above, here, below) = (row(0), row(1), row(2));
                        for i in 0..len {
                            rows[0][i] = here[i];
                            rows[1][i] = above[i] - here[i];
                            rows[2][i] = below[i] - here[i];
                        }
                        for (a, row) in rows.iter().take(3).enumerate() {
                            let to = field[lane(3 * a)..][..run.len].iter_mut();
                            to.zip(&row[1..]).for_each(|(to, from)| *to = *from);
                            for (b, shift) in [(1, 0), (2, 2)] {
                                let to = &mut field[lane(3 * a + b)..][..run.len];
                                for (i, to) in to.iter_mut().enumerate() {
                                    *to = row[i + shift] - row[i + 1];
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The adjoint of [`Self::store`]: gradients of the products of some cells, `[product, channel, lane]`, from those of the output.
    #[inline(always)]
    pub fn fill_gradient(self, dy: &Planes<'_>, cells: Cells, range: Range<usize>, field: &mut [f32]) {
        for run in cells.runs(range) {
            for c in 0..dy.channels {
                let plane = dy.plane(run.image, c);
                let lane = |p: usize| (p * dy.channels + c) * LANES + run.lane;
                if matches!(self, Self::Plain { .. } | Self::Pooled) {
                    let row = &plane[run.y * dy.width + run.x..][..run.len];
                    field[lane(0)..][..run.len].copy_from_slice(row);
                    continue;
                }
                let row = |y: usize| &plane[(2 * run.y + y) * dy.width + 2 * run.x..][..2 * run.len];
                let (upper, lower) = (row(0), row(1));
                let n = self.side();
                let mut line = [0f32; 2 * LANES];
                for a in 0..n {
                    let line = &mut line[..2 * run.len];
                    self.share(a).write(line, |i| (upper[i], lower[i]));
                    for b in 0..n {
                        let to = &mut field[lane(a * n + b)..][..run.len];
                        self.share(b).write(to, |i| (line[2 * i], line[2 * i + 1]));
                    }
                }
            }
        }
    }

    /// What product `i` gets from the gradients of the two pixels of its cell, along one direction.
    fn share(self, i: usize) -> Share {
        match (self, i) {
            (Self::Winograd, 1) | (Self::Doubled, 0) => Share::Sum,
            (Self::Winograd, 2) => Share::Difference,
            (Self::Winograd, 3) => Share::MinusSecond,
            (Self::Doubled, 2) => Share::Second,
            _ => Share::First,
        }
    }

    /// Sums the products of a tile to pixels.
    #[inline(always)]
    pub fn sums(self, m: &[Tile; MOST_PRODUCTS]) -> [[Tile; 2]; 2] {
        let mut sums = [[Tile::ZERO; 2]; 2];
        for r in 0..ROWS {
            for i in 0..LANES {
                let m = |p: usize| m[p].0[r][i];
                match self {
                    Self::Plain { .. } => sums[0][0].0[r][i] = m(0),
                    Self::Pooled => {
                        let row = |a: usize| m(3 * a) + m(3 * a + 1) - m(3 * a + 2);
                        sums[0][0].0[r][i] = row(0) + row(1) - row(2);
                    }
                    Self::Doubled => {
                        for (py, sums) in sums.iter_mut().enumerate() {
                            for (px, sum) in sums.iter_mut().enumerate() {
                                sum.0[r][i] = m(0) + m(1 + px) + m(3 + 3 * py) + m(4 + 3 * py + px);
                            }
                        }
                    }
                    Self::Winograd => {
                        let upper: [f32; 4] = std::array::from_fn(|b| m(b) + m(4 + b) + m(8 + b));
                        let lower: [f32; 4] = std::array::from_fn(|b| m(4 + b) - m(8 + b) - m(12 + b));
                        for (sums, y) in sums.iter_mut().zip([upper, lower]) {
                            sums[0].0[r][i] = y[0] + y[1] + y[2];
                            sums[1].0[r][i] = y[1] - y[2] - y[3];
                        }
                    }
                }
            }
        }
        sums
    }
}

impl Planes<'_> {
    #[inline(always)]
    pub fn plane(&self, image: usize, channel: usize) -> &[f32] {
        let size = self.height * self.width;
        &self.data[(image * self.channels + channel) * size..][..size]
    }
}
