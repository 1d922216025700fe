//! Cells of a convolution, distributed to tiles; and feature maps as [`winograd`](super::winograd) convolutions read them, transformed for the products.

use std::ops::Range;

use super::kernel::LANES;
use super::maps::PaddedFeatureMaps;

/// How 2×2 output pixels follow from products.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Winograd,
    Doubled,
}

impl Kind {
    /// Products along one direction.
    pub(crate) fn products(self) -> usize {
        match self {
            Self::Winograd => 4,
            Self::Doubled => 3,
        }
    }
}

/// The input as the products read it, cell by cell.
pub(super) struct TileGrid<'a> {
    pub kind: Kind,
    pub input: &'a PaddedFeatureMaps,
    pub cells: TileRange,
}

/// Cells of one row, side by side in a tile.
pub(super) struct Run {
    pub lane: usize,
    pub image: usize,
    pub y: usize,
    pub x: usize,
    pub len: usize,
}

/// The cells of a convolution: `per_image` of them, `width` in a row.
#[derive(Clone, Copy)]
pub(super) struct TileRange {
    pub width: usize,
    pub(crate) per_image: usize,
    pub all: usize,
}

impl TileRange {
    pub(crate) fn new(height: usize, width: usize, images: usize) -> Self {
        Self { width, per_image: height * width, all: height * width * images }
    }

    pub(crate) fn tiles(&self) -> usize {
        self.all.div_ceil(LANES)
    }

    pub(crate) fn of(&self, tile: usize) -> Range<usize> {
        tile * LANES..self.all.min((tile + 1) * LANES)
    }

    #[inline(always)]
    pub(crate) fn runs(self, cells: Range<usize>) -> impl Iterator<Item = Run> {
        let mut next = cells.start;
        std::iter::from_fn(move || {
            if next >= cells.end {
                return None;
            }
            let (cell, within) = (next, next % self.per_image);
            let (y, x) = (within / self.width, within % self.width);
            let len = (self.width - x).min(cells.end - cell);
            next += len;
            Some(Run { lane: cell - cells.start, image: cell / self.per_image, y, x, len })
        })
    }
}

impl TileGrid<'_> {
    /// A tile of the transformed input: `[product, channel, lane]`.
    pub(crate) fn tile_floats(&self) -> usize {
        self.kind.products().pow(2) * self.input.channels * LANES
    }

    /// Transforms the cells of a tile.
    #[inline(always)]
    pub fn fill(&self, tile: usize, channels: Range<usize>, field: &TransformedTiles<'_>) {
        let mut lines = [[0f32; 2 * LANES + 2]; 4];
        let all = self.input.channels;
        for run in self.cells.runs(self.cells.of(tile)) {
            for c in channels.clone() {
                let lane = |p: usize| (p * all + c) * LANES + run.lane;
                match self.kind {
                    Kind::Winograd => {
                        let row = |dy: usize| {
                            &self.input.padded_row(c, run.image, (2 * run.y + dy) as isize - 1)
                                [2 * run.x..2 * (run.x + run.len) + 2]
                        };
                        let rows = [row(0), row(1), row(2), row(3)];
                        let (d0, d1, d2, d3) = (rows[0], rows[1], rows[2], rows[3]);
                        for i in 0..d0.len() {
                            lines[0][i] = d0[i] - d2[i];
                            lines[1][i] = d1[i] + d2[i];
                            lines[2][i] = d2[i] - d1[i];
                            lines[3][i] = d1[i] - d3[i];
                        }
                        for (a, line) in lines.iter().enumerate() {
                            let d = &line[..2 * run.len + 2];
                            let along_x = |b: usize, i: usize| match b {
                                0 => d[2 * i] - d[2 * i + 2],
                                1 => d[2 * i + 1] + d[2 * i + 2],
                                2 => d[2 * i + 2] - d[2 * i + 1],
                                _ => d[2 * i + 1] - d[2 * i + 3],
                            };
                            for b in 0..4 {
                                for (i, to) in field.row(lane(4 * a + b), run.len).iter_mut().enumerate() {
                                    *to = along_x(b, i);
                                }
                            }
                        }
                    }
                    Kind::Doubled => {
                        let row = |dy: usize| {
                            &self.input.padded_row(c, run.image, (run.y + dy) as isize - 1)[run.x..run.x + run.len + 2]
                        };
                        let (above, here, below) = (row(0), row(1), row(2));
                        for i in 0..here.len() {
                            lines[0][i] = here[i];
                            lines[1][i] = above[i] - here[i];
                            lines[2][i] = below[i] - here[i];
                        }
                        for (a, line) in lines[..3].iter().enumerate() {
                            let (left, here, right) = (&line[..run.len], &line[1..][..run.len], &line[2..][..run.len]);
                            field.row(lane(3 * a), run.len).copy_from_slice(here);
                            for (b, other) in [(1, left), (2, right)] {
                                let to = field.row(lane(3 * a + b), run.len);
                                for ((to, other), here) in to.iter_mut().zip(other).zip(here) {
                                    *to = other - here;
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A tile's memory, filled by tasks that take different channels.
pub(super) struct TransformedTiles<'a> {
    data: *mut f32,
    len: usize,
    _memory: std::marker::PhantomData<&'a mut [f32]>,
}

// SAFETY: tasks that share a field transform different channels, and rows belong to a channel.
unsafe impl Send for TransformedTiles<'_> {}
unsafe impl Sync for TransformedTiles<'_> {}

impl<'a> TransformedTiles<'a> {
    pub(crate) fn of(memory: &'a mut [f32]) -> Self {
        Self { data: memory.as_mut_ptr(), len: memory.len(), _memory: std::marker::PhantomData }
    }

    /// Lanes of one product and channel.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn row(&self, at: usize, len: usize) -> &mut [f32] {
        assert!(at + len <= self.len, "a row inside the tile");
        // SAFETY: inside the memory; no other task has this channel.
        unsafe { std::slice::from_raw_parts_mut(self.data.add(at), len) }
    }
}
