//! The layout in the folded network: factored into one map and one vector for each object, never composed.

use rayon::prelude::*;

use super::graph::Graph;
use scenewright_nn::conv::Guide;
use scenewright_nn::kernel::{LANES, Panels, ROWS, Tile, accumulate_channels, matmul};
use scenewright_nn::maps::PaddedFeatureMaps;

/// Kernels of the layout's channels. With the kernels of all outputs in one line, in the order of packed weights (output / 8, tap, output % 8),
/// they are stored as `[line / 32, D, 32]`: the kernels W·v of an object are then sums that read them from end to end.
pub(super) struct LayoutKernels {
    data: Vec<f32>,
    outputs: usize,
    channels: usize,
}

/// Panels whose kernels fill whole tiles: 4 panels · 9 taps · 8 outputs = 9 tiles of 32.
const GROUP: usize = 4;

impl LayoutKernels {
    /// `weight` in PyTorch's order, `[out, in, 3, 3]`; the layout's are the first `channels` inputs.
    pub(crate) fn new(weight: &[f32], outputs: usize, channels: usize) -> Self {
        let inputs = weight.len() / (9 * outputs);
        let tiles = outputs.div_ceil(GROUP * ROWS) * 9;
        let mut kernels = Self { data: vec![0.0; tiles * channels * LANES], outputs, channels };
        for o in 0..outputs {
            for (c, tap) in (0..channels).flat_map(|c| (0..9).map(move |tap| (c, tap))) {
                let at = kernels.at(o, tap, c);
                kernels.data[at] = weight[(o * inputs + c) * 9 + tap];
            }
        }
        kernels
    }

    fn at(&self, output: usize, tap: usize, channel: usize) -> usize {
        let line = (output / ROWS * 9 + tap) * ROWS + output % ROWS;
        (line / LANES * self.channels + channel) * LANES + line % LANES
    }

    /// W·v of every object: packed kernels with depth order tap, object. `vectors`: `[G, D]`, packed.
    fn of_objects(&self, vectors: &Panels) -> Panels {
        let objects = vectors.outputs;
        let panel = 9 * objects * ROWS;
        let mut packed = vec![0.0; self.outputs.div_ceil(ROWS) * panel];
        let groups = self.data.par_chunks_exact(9 * self.channels * LANES);
        packed.par_chunks_mut((GROUP * panel).max(1)).zip(groups).for_each(|(packed, kernels)| {
            for (i, kernels) in kernels.chunks_exact(self.channels * LANES).enumerate() {
                for g in 0..vectors.count() {
                    let mut tile = Tile::ZERO;
                    accumulate_channels(&mut tile, vectors.panel(g), kernels, self.channels);
                    for (row, object) in tile.0.iter().zip(g * ROWS..objects) {
                        for (j, eight) in row.chunks_exact(ROWS).enumerate() {
                            let (p, tap) = ((i * GROUP + j) / 9, (i * GROUP + j) % 9);
                            let to = p * panel + (tap * objects + object) * ROWS;
                            if let Some(to) = packed.get_mut(to..to + ROWS) {
                                to.copy_from_slice(eight);
                            }
                        }
                    }
                }
            }
        });
        Panels::from_packed(packed, self.outputs, 9 * objects)
    }

    /// The layout's own channels instead of objects: packed kernels with depth order tap, channel.
    fn of_channels(&self) -> Panels {
        let at = |o: usize, k: usize| self.data[self.at(o, k / self.channels, k % self.channels)];
        Panels::pack(self.outputs, 9 * self.channels, at)
    }
}

/// The layout of one image, factored: maps at each stage's size, and the vectors they carry.
pub(super) struct GuideImage {
    /// Coarsest first, `[G, 1, H_i, W_i]`.
    maps: Vec<PaddedFeatureMaps>,
    /// `[G, D]`; none where the maps are the layout's own channels (more objects than channels).
    vectors: Option<Panels>,
}

impl GuideImage {
    /// vectors `[O, D]`, warped masks `[O, H, W]`
    pub(crate) fn new(
        graph: &Graph,
        image: usize,
        vectors: &[f32],
        warped: &[f32],
        size: (usize, usize),
        stages: usize,
    ) -> Self {
        let (h, w) = size;
        let d = vectors.len() / graph.objects.len().max(1);
        let mine: Vec<usize> = graph.objects_of(image).collect();
        let masks: Vec<f32> = mine.iter().flat_map(|&o| &warped[o * h * w..][..h * w]).copied().collect();
        if mine.len() <= d {
            let vectors = Panels::pack(mine.len(), d, |g, k| vectors[mine[g] * d + k]);
            return Self {
                maps: pyramid(PaddedFeatureMaps::from_nchw(&masks, 1, mine.len(), h, w), stages),
                vectors: Some(vectors),
            };
        }
        let channels = matmul(&Panels::pack(d, mine.len(), |c, g| vectors[mine[g] * d + c]), &masks, h * w);
        Self { maps: pyramid(PaddedFeatureMaps::from_nchw(&channels, 1, d, h, w), stages), vectors: None }
    }

    pub(crate) fn guide(&self, index: usize, layout: &LayoutKernels) -> Guide<'_> {
        let kernels = match &self.vectors {
            Some(vectors) => layout.of_objects(vectors),
            None => layout.of_channels(),
        };
        Guide { maps: &self.maps[index], kernels }
    }
}

/// The maps averaged to each stage's size, coarsest first.
pub(super) fn pyramid(finest: PaddedFeatureMaps, stages: usize) -> Vec<PaddedFeatureMaps> {
    let mut levels = vec![finest];
    for i in 1..stages {
        levels.push(levels[i - 1].halved());
    }
    levels.reverse();
    levels
}
