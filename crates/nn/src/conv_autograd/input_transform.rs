//! Transforms of maps for the products of a [`ConvAlgorithm`], tile by tile.
//!
//! The pixels that a tile's cells see are gathered first, one line of lanes for each place in a cell; the arithmetic then runs over whole lines,
//! however short the rows of the maps are.

#![allow(
    clippy::needless_range_loop,
    clippy::manual_memcpy,
    reason = "loops by index over lines of fixed length: chains of iterators were not always inlined into the wide versions"
)]

use std::ops::Range;

use super::algorithm::{ConvAlgorithm, Planes};
use crate::cells::{Run, TileRange};
use crate::kernel::{LANES, vectorized_fn};

type Line = [f32; LANES];
const EMPTY: Line = [0.0; LANES];

/// One channel of a transformed tile: a line for each product, `stride` floats apart.
struct Lines<'a> {
    field: &'a mut [f32],
    at: usize,
    stride: usize,
}

impl Lines<'_> {
    #[inline(always)]
    fn put(&mut self, product: usize, value: impl Fn(usize) -> f32) {
        let at = self.at + product * self.stride;
        if let Some(to) = self.field.get_mut(at..at + LANES).and_then(|to| to.first_chunk_mut::<LANES>()) {
            for i in 0..LANES {
                to[i] = value(i);
            }
        }
    }
}

/// Copies every other float of a row to the lanes of a run, from the first and from the second on: `pairs[0]`, `pairs[1]`.
#[inline(always)]
fn split(row: &[f32], lane: usize, len: usize, pairs: &mut [Line]) {
    let [even, odd] = pairs else { return };
    if len == LANES {
        let row = &row[..2 * LANES];
        for i in 0..LANES {
            even[i] = row[2 * i];
            odd[i] = row[2 * i + 1];
        }
        return;
    }
    // By index: chains of iterators were not always inlined here.
    let (even, odd, row) = (&mut even[lane..lane + len], &mut odd[lane..lane + len], &row[..2 * len]);
    for i in 0..len {
        even[i] = row[2 * i];
        odd[i] = row[2 * i + 1];
    }
}

#[inline(always)]
fn copy(row: &[f32], lane: usize, len: usize, to: &mut Line) {
    if len == LANES {
        to.copy_from_slice(&row[..LANES]);
        return;
    }
    let (to, row) = (&mut to[lane..lane + len], &row[..len]);
    for i in 0..len {
        to[i] = row[i];
    }
}

vectorized_fn! {
    /// Transforms the input of some cells: `[product, channel · tap, lane]`. Lanes behind the last cell hold anything.
    pub(super) fn fill(algorithm: ConvAlgorithm, x: &Planes<'_>, cells: TileRange, range: Range<usize>, field: &mut [f32]) {
        let runs: Vec<Run> = cells.runs(range).collect();
        let channels = x.channels;
        let stride = channels * algorithm.taps() * LANES;
        let mut around = [0f32; 2 * LANES + 2];
        match algorithm {
            ConvAlgorithm::Plain { kernel, stride, padding } => {
                let mut line = vec![0.0; (LANES - 1) * stride + kernel];
                for run in &runs {
                    let line = &mut line[..(run.len - 1) * stride + kernel];
                    let (y, x0) = ((run.y * stride) as isize - padding as isize, (run.x * stride) as isize - padding as isize);
                    for c in 0..channels {
                        for ky in 0..kernel {
                            x.row_around(run.image, c, y + ky as isize, x0, line);
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
                }
            }
            ConvAlgorithm::Winograd | ConvAlgorithm::Pooled => {
                let mut d = [[EMPTY; 4]; 4];
                for c in 0..channels {
                    for run in &runs {
                        for (y, d) in d.iter_mut().enumerate() {
                            let row = &mut around[..2 * run.len + 2];
                            x.row_around(run.image, c, (2 * run.y + y) as isize - 1, 2 * run.x as isize - 1, row);
                            split(row, run.lane, run.len, &mut d[..2]);
                            split(&row[2..], run.lane, run.len, &mut d[2..]);
                        }
                    }
                    let mut to = Lines { field, at: c * LANES, stride };
                    let pooled = algorithm == ConvAlgorithm::Pooled;
                    let n = if pooled { 3 } else { 4 };
                    let rows = [(0, 2), (1, 2), (2, 1), (1, 3)];
                    let mut a = 0;
                    for (which, (one, other)) in rows.into_iter().enumerate() {
                        if pooled && which == 2 {
                            continue;
                        }
                        let mut line = [EMPTY; 4];
                        for x in 0..4 {
                            for i in 0..LANES {
                                let (p, q) = (d[one][x][i], d[other][x][i]);
                                line[x][i] = if which == 1 { p + q } else { p - q };
                            }
                        }
                        to.put(a * n, |i| line[0][i] - line[2][i]);
                        to.put(a * n + 1, |i| line[1][i] + line[2][i]);
                        if !pooled {
                            to.put(a * n + 2, |i| line[2][i] - line[1][i]);
                        }
                        to.put(a * n + n - 1, |i| line[1][i] - line[3][i]);
                        a += 1;
                    }
                }
            }
            ConvAlgorithm::Doubled => {
                let mut d = [[EMPTY; 3]; 3];
                for c in 0..channels {
                    for run in &runs {
                        for (y, d) in d.iter_mut().enumerate() {
                            let row = &mut around[..run.len + 2];
                            x.row_around(run.image, c, (run.y + y) as isize - 1, run.x as isize - 1, row);
                            for (x, d) in d.iter_mut().enumerate() {
                                copy(&row[x..], run.lane, run.len, d);
                            }
                        }
                    }
                    let mut to = Lines { field, at: c * LANES, stride };
                    for (a, other) in [1, 0, 2].into_iter().enumerate() {
                        let mut line = [EMPTY; 3];
                        for x in 0..3 {
                            for i in 0..LANES {
                                line[x][i] = if a == 0 { d[1][x][i] } else { d[other][x][i] - d[1][x][i] };
                            }
                        }
                        to.put(3 * a, |i| line[1][i]);
                        to.put(3 * a + 1, |i| line[0][i] - line[1][i]);
                        to.put(3 * a + 2, |i| line[2][i] - line[1][i]);
                    }
                }
            }
        }
    }
}

vectorized_fn! {
    /// The adjoint of [`ConvAlgorithm::sums`]: gradients of the products of some cells, `[product, channel, lane]`, from those of the output.
    pub(super) fn fill_gradient(algorithm: ConvAlgorithm, dy: &Planes<'_>, cells: TileRange, range: Range<usize>, field: &mut [f32]) {
        let runs: Vec<Run> = cells.runs(range).collect();
        let stride = dy.channels * LANES;
        for c in 0..dy.channels {
            if matches!(algorithm, ConvAlgorithm::Plain { .. } | ConvAlgorithm::Pooled) {
                for run in &runs {
                    let row = &dy.plane(run.image, c)[run.y * dy.width + run.x..][..run.len];
                    let to = &mut field[c * LANES + run.lane..][..run.len];
                    to.iter_mut().zip(row).for_each(|(to, from)| *to = *from);
                }
                continue;
            }
            let mut d = [[EMPTY; 2]; 2];
            for run in &runs {
                let plane = dy.plane(run.image, c);
                for (y, d) in d.iter_mut().enumerate() {
                    split(&plane[(2 * run.y + y) * dy.width + 2 * run.x..][..2 * run.len], run.lane, run.len, d);
                }
            }
            let mut to = Lines { field, at: c * LANES, stride };
            let winograd = algorithm == ConvAlgorithm::Winograd;
            for a in 0..if winograd { 4 } else { 3 } {
                let mut line = [EMPTY; 2];
                for x in 0..2 {
                    for i in 0..LANES {
                        let (p, q) = (d[0][x][i], d[1][x][i]);
                        line[x][i] = match (winograd, a) {
                            (true, 1) | (false, 0) => p + q,
                            (true, 2) => p - q,
                            (true, 3) => -q,
                            (false, 2) => q,
                            _ => p,
                        };
                    }
                }
                let [p, q] = &line;
                if winograd {
                    to.put(4 * a, |i| p[i]);
                    to.put(4 * a + 1, |i| p[i] + q[i]);
                    to.put(4 * a + 2, |i| p[i] - q[i]);
                    to.put(4 * a + 3, |i| -q[i]);
                } else {
                    to.put(3 * a, |i| p[i] + q[i]);
                    to.put(3 * a + 1, |i| p[i]);
                    to.put(3 * a + 2, |i| q[i]);
                }
            }
        }
    }
}
