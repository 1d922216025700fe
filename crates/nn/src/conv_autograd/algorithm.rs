//! How a convolution becomes products of matrices, and back.
//!
//! A [`ConvAlgorithm`] cuts the output into cells. For every cell and every one of its products, the input is transformed ([`fill`](super::input_transform::fill)), multiplied by
//! transformed weights (`pack`), and the products are summed to pixels ([`ConvAlgorithm::sums`]). The adjoint of each of these linear maps gives the
//! gradients. In one dimension, with a kernel (k0, k1, k2):
//!
//! | algorithm | cell | products | sums |
//! |---|---|---|---|
//! | `Winograd` (Lavin and Gray 2016) | 2 pixels of a plain convolution | k0·(d0-d2), ½(k0+k1+k2)·(d1+d2), ½(k0-k1+k2)·(d2-d1), k2·(d1-d3) | m0+m1+m2, m1-m2-m3 |
//! | `Doubled` | the 2 halves of a doubled pixel | (k0+k1+k2)·x, k0·(x₋-x), k2·(x₊-x) | m0+m1, m0+m2 |
//! | `Pooled` | 2 pixels of a plain convolution, added | k0·(d0-d2), (k0+k1+k2)·(d1+d2), k2·(d1-d3) | m0+m1-m2 |
//!
//! `Pooled` is the input gradient of `Doubled`. `Plain` is any kernel, stride and padding: one product over all taps.

#![allow(
    clippy::needless_range_loop,
    clippy::manual_memcpy,
    reason = "loops by index over lines of fixed length: chains of iterators were not always inlined into the wide versions"
)]

use rayon::prelude::*;

use crate::cells::TileRange;
use crate::kernel::{LANES, ROWS, Tile, vectorized_fn};
use crate::maps::Scratch;

/// The most products a algorithm has.
pub(super) const MAX_PRODUCTS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ConvAlgorithm {
    Plain { kernel: usize, stride: usize, padding: usize },
    Winograd,
    Doubled,
    Pooled,
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
pub(super) enum PackMode {
    /// Outputs from inputs.
    Forward,
    /// Gradients of the inputs from those of the outputs, as a convolution with the kernel turned around.
    Back,
    /// Gradients of each tap of the inputs from those of the outputs: a 1×1 convolution.
    Taps,
    /// Each tap of each output from the inputs: a 1×1 convolution that mixes kernels.
    Kernels,
}

/// Transformed weights in panels of 8 outputs: `[outputs / 8, products, depth, 8]`.
pub(super) struct Packed {
    data: Scratch,
    pub outputs: usize,
    pub depth: usize,
    products: usize,
}

impl Packed {
    pub(crate) fn panels(&self) -> usize {
        self.outputs.div_ceil(ROWS)
    }

    pub(crate) fn panel(&self, index: usize, product: usize) -> &[f32] {
        &self.data[(index * self.products + product) * self.depth * ROWS..][..self.depth * ROWS]
    }
}

impl ConvAlgorithm {
    /// Products along one direction.
    fn side(self) -> usize {
        match self {
            Self::Plain { .. } => 1,
            Self::Winograd => 4,
            Self::Doubled | Self::Pooled => 3,
        }
    }

    pub(crate) fn products(self) -> usize {
        self.side().pow(2)
    }

    /// Rows of the transformed input for each channel.
    pub(crate) fn taps(self) -> usize {
        if let Self::Plain { kernel, .. } = self { kernel * kernel } else { 1 }
    }

    /// Height and width of what comes out of maps of this size.
    pub(crate) fn output(self, height: usize, width: usize) -> (usize, usize) {
        let plain = |side: usize| match self {
            Self::Plain { kernel, stride, padding } => (side + 2 * padding - kernel) / stride + 1,
            Self::Winograd => side,
            Self::Doubled => 2 * side,
            Self::Pooled => side / 2,
        };
        (plain(height), plain(width))
    }

    /// The cells of an output of this size.
    pub(crate) fn cells(self, (height, width): (usize, usize), images: usize) -> TileRange {
        match self {
            Self::Plain { .. } | Self::Pooled => TileRange::new(height, width, images),
            Self::Winograd | Self::Doubled => TileRange::new(height / 2, width / 2, images),
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

    /// The gradients of 3×3 kernels, one in each lane, from row `r` of those of their products: `[tap][lane]`.
    #[inline(always)]
    pub(crate) fn kernel_gradients(self, products: &[Tile; MAX_PRODUCTS], r: usize) -> [[f32; LANES]; 9] {
        let n = self.side();
        let mut columns = [[[0f32; LANES]; 3]; 4];
        for b in 0..n {
            for i in 0..LANES {
                let m = |a: usize| if a < n { products[a * n + b].0[r][i] } else { 0.0 };
                let column = self.along_back([m(0), m(1), m(2), m(3)]);
                for y in 0..3 {
                    columns[b][y][i] = column[y];
                }
            }
        }
        let mut kernels = [[0f32; LANES]; 9];
        for y in 0..3 {
            for i in 0..LANES {
                let row = self.along_back([columns[0][y][i], columns[1][y][i], columns[2][y][i], columns[3][y][i]]);
                for x in 0..3 {
                    kernels[3 * y + x][i] = row[x];
                }
            }
        }
        kernels
    }

    pub(crate) fn pack(self, weight: &Weight<'_>, way: PackMode) -> Packed {
        let (taps, products) = (weight.kernel * weight.kernel, self.products());
        let plain = matches!(self, Self::Plain { .. });
        let (outputs, channels) = match way {
            PackMode::Forward => (weight.outputs, weight.count),
            PackMode::Back => (weight.count, weight.outputs),
            PackMode::Taps => (weight.count * taps, weight.outputs),
            PackMode::Kernels => (weight.outputs * taps, weight.count),
        };
        let depth = if plain && matches!(way, PackMode::Forward | PackMode::Back) { channels * taps } else { channels };
        let mut data = Scratch::new(outputs.div_ceil(ROWS) * products * depth * ROWS); // rows behind the last are never stored
        data.par_chunks_mut((products * depth * ROWS).max(1)).enumerate().for_each(|(p, panel)| {
            pack_panel(self, weight, way, p * ROWS, ROWS.min(outputs - p * ROWS), channels, panel);
        });
        Packed { data, outputs, depth, products }
    }

    /// Sums row `r` of the products of a tile to pixels `[py][px]`.
    #[inline(always)]
    pub(crate) fn sums(self, m: &[Tile; MAX_PRODUCTS], r: usize) -> [[[f32; LANES]; 2]; 2] {
        let m = |p: usize, i: usize| m[p].0[r][i];
        let mut sums = [[[0.0; LANES]; 2]; 2];
        match self {
            Self::Plain { .. } => (0..LANES).for_each(|i| sums[0][0][i] = m(0, i)),
            Self::Pooled => {
                for i in 0..LANES {
                    let row = |a: usize| m(3 * a, i) + m(3 * a + 1, i) - m(3 * a + 2, i);
                    sums[0][0][i] = row(0) + row(1) - row(2);
                }
            }
            Self::Doubled => {
                for py in 0..2 {
                    for px in 0..2 {
                        for i in 0..LANES {
                            sums[py][px][i] = m(0, i) + m(1 + px, i) + m(3 + 3 * py, i) + m(4 + 3 * py + px, i);
                        }
                    }
                }
            }
            Self::Winograd => {
                for i in 0..LANES {
                    let upper = |b: usize| m(b, i) + m(4 + b, i) + m(8 + b, i);
                    let lower = |b: usize| m(4 + b, i) - m(8 + b, i) - m(12 + b, i);
                    let (u0, u1, u2, u3) = (upper(0), upper(1), upper(2), upper(3));
                    let (l0, l1, l2, l3) = (lower(0), lower(1), lower(2), lower(3));
                    sums[0][0][i] = u0 + u1 + u2;
                    sums[0][1][i] = u1 - u2 - u3;
                    sums[1][0][i] = l0 + l1 + l2;
                    sums[1][1][i] = l1 - l2 - l3;
                }
            }
        }
        sums
    }
}

vectorized_fn! {
    /// Packs `rows` outputs from `first` on.
    fn pack_panel(algorithm: ConvAlgorithm, weight: &Weight<'_>, way: PackMode, first: usize, rows: usize, channels: usize, panel: &mut [f32]) {
        let taps = weight.kernel * weight.kernel;
        let at = |o: usize, c: usize| (o * weight.inputs + weight.first + c) * taps;
        let stride = channels * ROWS; // from a product to the next
        if way == PackMode::Taps {
            for k in 0..channels {
                let from = &weight.data[at(k, 0) + first..][..rows];
                panel[k * ROWS..][..rows].copy_from_slice(from);
            }
            return;
        }
        if way == PackMode::Kernels {
            for k in 0..channels {
                for r in 0..rows {
                    panel[k * ROWS + r] = weight.data[at((first + r) / taps, k) + (first + r) % taps];
                }
            }
            return;
        }
        let plain = matches!(algorithm, ConvAlgorithm::Plain { .. });
        for k in 0..channels {
            let kernel = |r: usize| {
                let from = if way == PackMode::Forward { at(first + r, k) } else { at(k, first + r) };
                &weight.data[from..from + taps]
            };
            let turned = |t: usize| if way == PackMode::Back { taps - 1 - t } else { t };
            if plain {
                for r in 0..rows {
                    for (t, &value) in kernel(r).iter().enumerate() {
                        panel[(k * taps + turned(t)) * ROWS + r] = value;
                    }
                }
                continue;
            }
            let mut nine = [[0f32; ROWS]; 9];
            for r in 0..rows {
                let kernel = kernel(r);
                for t in 0..9 {
                    nine[turned(t)][r] = kernel[t];
                }
            }
            let to = &mut panel[k * ROWS..];
            // Each algorithm by its name: its loops are unrolled where the algorithm is a constant.
            match algorithm {
                ConvAlgorithm::Winograd => spread(ConvAlgorithm::Winograd, &nine, to, stride),
                ConvAlgorithm::Doubled => spread(ConvAlgorithm::Doubled, &nine, to, stride),
                _ => spread(ConvAlgorithm::Pooled, &nine, to, stride),
            }
        }
    }
}

/// Transforms eight kernels `[tap][kernel]` and writes them, `stride` floats from a product to the next.
#[inline(always)]
fn spread(algorithm: ConvAlgorithm, kernels: &[[f32; ROWS]; 9], to: &mut [f32], stride: usize) {
    let n = algorithm.side();
    let mut rows = [[[0f32; ROWS]; 4]; 3];
    for y in 0..3 {
        for r in 0..ROWS {
            let along = algorithm.along([kernels[3 * y][r], kernels[3 * y + 1][r], kernels[3 * y + 2][r]]);
            for b in 0..4 {
                rows[y][b][r] = along[b];
            }
        }
    }
    for b in 0..n {
        let mut column = [[0f32; ROWS]; 4];
        for r in 0..ROWS {
            let along = algorithm.along([rows[0][b][r], rows[1][b][r], rows[2][b][r]]);
            for a in 0..4 {
                column[a][r] = along[a];
            }
        }
        for a in 0..n {
            to[(a * n + b) * stride..][..ROWS].copy_from_slice(&column[a]);
        }
    }
}

impl<'a> Planes<'a> {
    #[inline(always)]
    pub(crate) fn plane(&self, image: usize, channel: usize) -> &'a [f32] {
        let size = self.height * self.width;
        &self.data[(image * self.channels + channel) * size..][..size]
    }

    /// A row as if there were zeros around the maps: as many floats as `into` holds, from row `y`, column `x` on.
    #[inline(always)]
    pub(crate) fn row_around(&self, image: usize, channel: usize, y: isize, x: isize, into: &mut [f32]) {
        if y < 0 || y >= self.height as isize {
            return into.fill(0.0);
        }
        let row = &self.plane(image, channel)[y as usize * self.width..][..self.width];
        if x == -1 && into.len() == self.width + 2 {
            // The usual case: a whole row and one zero on each side.
            let last = self.width + 1;
            into[0] = 0.0;
            into[last] = 0.0;
            let into = &mut into[1..last];
            for i in 0..row.len() {
                into[i] = row[i];
            }
            return;
        }
        for (i, to) in into.iter_mut().enumerate() {
            let at = x + i as isize;
            *to = if at >= 0 && at < self.width as isize { row[at as usize] } else { 0.0 };
        }
    }
}
