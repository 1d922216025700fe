//! Convolutions that compute 2×2 pixels from fewer products than they have taps.
//!
//! In one dimension, with a kernel (k0, k1, k2):
//!
//! - two neighbors of a plain convolution over d0 … d3 (Winograd's F(2, 3), Lavin and Gray 2016): products
//!   k0·(d0 - d2), ½(k0 + k1 + k2)·(d1 + d2), ½(k0 - k1 + k2)·(d2 - d1), k2·(d1 - d3); sums m0 + m1 + m2 and m1 - m2 - m3;
//! - two halves of a pixel that was doubled, with neighbors x₋, x, x₊: products (k0 + k1 + k2)·x, k0·(x₋ - x), k2·(x₊ - x);
//!   sums m0 + m1 and m0 + m2.
//!
//! In two dimensions both are applied along y and along x. The products are sums over the input channels at a grid of 2×2 cells.

use std::ops::Range;

use rayon::prelude::*;

use super::cells::{Kind, TileGrid, TileRange, TransformedTiles};
use super::conv::{Activation, Pixels};
use super::kernel::{LANES, Panels, ROWS, Source, Tile, compute, vectorized};
use super::maps::{PaddedFeatureMaps, Scratch};

impl Kind {
    /// What multiplies the input in product `i` along one direction.
    fn weight(self, i: usize, k: [f32; 3]) -> f32 {
        match (self, i) {
            (Self::Winograd, 0) => k[0],
            (Self::Winograd, 1) => 0.5 * (k[0] + k[1] + k[2]),
            (Self::Winograd, 2) => 0.5 * (k[0] - k[1] + k[2]),
            (Self::Doubled, 0) => k[0] + k[1] + k[2],
            (Self::Doubled, 1) => k[0],
            _ => k[2],
        }
    }
}

#[derive(Clone, Debug)]
pub struct WinogradConv {
    kind: Kind,
    /// Product (a along y, b along x) at `a · products + b`: `[out, in]`.
    weights: Vec<Panels>,
    pub inputs: usize,
    pub outputs: usize,
}

impl WinogradConv {
    /// A 3×3 convolution with padding 1 of maps with even sides. `weight` in PyTorch's order, `[out, in, 3, 3]`.
    pub fn winograd(weight: &[f32], outputs: usize, inputs: usize) -> Self {
        Self::new(Kind::Winograd, weight, outputs, inputs, 0..inputs)
    }

    /// A 3×3 convolution of maps doubled by nearest-neighbor upsampling; only the input channels `channels` are taken.
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

    /// Convolves, adds `start`, activates. The output is `[out, N, H, W]` for a plain convolution of `[in, N, H, W]`, `[out, N, 2H, 2W]` for one
    /// of doubled maps.
    pub fn forward(
        &self,
        input: &PaddedFeatureMaps,
        start: InitialSum<'_>,
        activation: Activation,
    ) -> PaddedFeatureMaps {
        assert_eq!(input.channels, self.inputs, "input channels");
        let (h, w) = match self.kind {
            Kind::Winograd => (input.height, input.width),
            Kind::Doubled => (2 * input.height, 2 * input.width),
        };
        assert!(h % 2 == 0 && w % 2 == 0, "cells of 2×2 pixels");
        let grid = TileGrid { kind: self.kind, input, cells: TileRange::new(h / 2, w / 2, input.images) };
        let (mut out, bias) = match start {
            InitialSum::Bias(bias) => (PaddedFeatureMaps::blank(self.outputs, input.images, h, w), Some(bias)),
            InitialSum::PaddedFeatureMaps(maps) => (maps, None),
        };
        let pixels = Pixels::of(&mut out);
        let work = |products: &mut Products, panel: usize, tile: usize, field: &[f32]| {
            self.pass(products, panel, tile, field, &grid, bias, &pixels, activation);
        };
        let (panels, tiles, size) = (self.weights[0].count(), grid.cells.tiles(), grid.tile_floats());
        if tiles >= MANY_TILES {
            (0..tiles).into_par_iter().for_each_init(
                || (Scratch::new(size), NO_PRODUCTS),
                |(field, products), tile| {
                    vectorized(|| {
                        grid.fill(tile, 0..self.inputs, &TransformedTiles::of(field));
                        (0..panels).for_each(|panel| work(products, panel, tile, field));
                    });
                },
            );
        } else {
            let mut memory = Scratch::new(tiles * size);
            let fields: Vec<TransformedTiles<'_>> = memory.chunks_exact_mut(size).map(TransformedTiles::of).collect();
            let parts = self.inputs.div_ceil(FILL_CHANNELS);
            (0..tiles * parts).into_par_iter().for_each(|i| {
                let (tile, first) = (i / parts, i % parts * FILL_CHANNELS);
                vectorized(|| grid.fill(tile, first..self.inputs.min(first + FILL_CHANNELS), &fields[tile]));
            });
            (0..panels).into_par_iter().for_each_init(
                || NO_PRODUCTS,
                |products, panel| {
                    let tiles = memory.chunks_exact(size).enumerate();
                    vectorized(|| tiles.for_each(|(tile, field)| work(products, panel, tile, field)));
                },
            );
        }
        out
    }

    /// One panel of outputs at the cells of one tile.
    #[allow(clippy::too_many_arguments)]
    #[inline(always)]
    fn pass(
        &self,
        products: &mut Products,
        panel: usize,
        tile: usize,
        field: &[f32],
        grid: &TileGrid<'_>,
        bias: Option<&[f32]>,
        pixels: &Pixels<'_>,
        activation: Activation,
    ) {
        let n = self.kind.products();
        let cells = grid.cells.of(tile);
        let channels = panel * ROWS..self.outputs.min((panel + 1) * ROWS);
        let planes = field.chunks_exact(self.inputs * LANES);
        for (p, (weight, plane)) in self.weights.iter().zip(planes).enumerate() {
            let source = Source { at: plane.as_ptr(), taps: &[0], channels: self.inputs, plane: LANES };
            // SAFETY: the plane holds LANES floats for each channel.
            unsafe { compute(&mut products[p / n][p % n], cells.len(), weight.panel(panel), source) };
        }
        let mut sums = match self.kind {
            Kind::Winograd => sums_of_winograd(products),
            Kind::Doubled => sums_of_doubled(products),
        };
        if let Some(bias) = bias {
            add_bias(&mut sums, &bias[channels.clone()]);
        }
        for run in grid.cells.runs(cells) {
            for (r, c) in channels.clone().enumerate() {
                for (py, [even, odd]) in sums.iter().enumerate() {
                    // SAFETY: tasks do not share (channel, cell), hence not pixels.
                    let line = unsafe { pixels.row(c, run.image, 2 * run.y + py, 2 * run.x..2 * (run.x + run.len)) };
                    let cells = even.0[r][run.lane..].iter().zip(&odd.0[r][run.lane..]);
                    if bias.is_some() {
                        for (pair, (e, o)) in line.chunks_exact_mut(2).zip(cells) {
                            (pair[0], pair[1]) = (activation.apply(*e), activation.apply(*o));
                        }
                    } else {
                        for (pair, (e, o)) in line.chunks_exact_mut(2).zip(cells) {
                            (pair[0], pair[1]) = (activation.apply(pair[0] + e), activation.apply(pair[1] + o));
                        }
                    }
                }
            }
        }
    }
}

/// From so many tiles on, each task transforms its own tile and passes all weights over it; below, tasks share the tiles and deal out
/// the weights.
const MANY_TILES: usize = 8;

/// Input channels that a task transforms where tiles are few.
const FILL_CHANNELS: usize = 64;

/// What is added to a convolution before its activation.
pub enum InitialSum<'a> {
    /// A value for each output channel.
    Bias(&'a [f32]),
    /// Maps of the output's shape; the output takes their place.
    PaddedFeatureMaps(PaddedFeatureMaps),
}

/// Sums of the products `[along y][along x]` at the cells of a tile.
type Products = [[Tile; 4]; 4];

const NO_PRODUCTS: Products = [[Tile::ZERO; 4]; 4];

/// The two pixels of a cell along y or x.
type Pair<T> = [T; 2];

/// Products `[along y][along x]` -> pixels `[py][px]` of the cells.
#[inline(always)]
fn sums_of_winograd(m: &Products) -> Pair<Pair<Tile>> {
    let mut sums = [[Tile::ZERO; 2]; 2];
    for r in 0..ROWS {
        for i in 0..LANES {
            let m = |a: usize, b: usize| m[a][b].0[r][i];
            let upper: [f32; 4] = std::array::from_fn(|b| m(0, b) + m(1, b) + m(2, b));
            let lower: [f32; 4] = std::array::from_fn(|b| m(1, b) - m(2, b) - m(3, b));
            for (sums, y) in sums.iter_mut().zip([upper, lower]) {
                sums[0].0[r][i] = y[0] + y[1] + y[2];
                sums[1].0[r][i] = y[1] - y[2] - y[3];
            }
        }
    }
    sums
}

#[inline(always)]
fn sums_of_doubled(m: &Products) -> Pair<Pair<Tile>> {
    let mut sums = [[Tile::ZERO; 2]; 2];
    for (py, sums) in sums.iter_mut().enumerate() {
        for (px, sum) in sums.iter_mut().enumerate() {
            for r in 0..ROWS {
                for i in 0..LANES {
                    let m = |a: usize, b: usize| m[a][b].0[r][i];
                    sum.0[r][i] = m(0, 0) + m(0, 1 + px) + m(1 + py, 0) + m(1 + py, 1 + px);
                }
            }
        }
    }
    sums
}

#[inline(always)]
fn add_bias(sums: &mut Pair<Pair<Tile>>, bias: &[f32]) {
    for sum in sums.iter_mut().flatten() {
        for (row, bias) in sum.0.iter_mut().zip(bias) {
            row.iter_mut().for_each(|x| *x += bias);
        }
    }
}
