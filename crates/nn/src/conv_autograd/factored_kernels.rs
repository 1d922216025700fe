//! Factored convolution over mask ⊗ embedding inputs: folds embeddings into the kernels, with gradients.
//!
//! All three products run over the tiles of [`engine`]: a 1×1 convolution of one "image" whose lanes are the mask's or the vector's numbers.

use std::mem::MaybeUninit;

use rayon::prelude::*;

use super::algorithm::{ConvAlgorithm, PackMode, Planes, Weight};
use super::engine;

const TAPS: usize = 9;
const PRODUCT: ConvAlgorithm = ConvAlgorithm::Plain { kernel: 1, stride: 1, padding: 0 };

/// Vectors `[N, G, D]` and the weight `[O, D + Z + C, 3, 3]` whose first D inputs they are summed over; its next Z inputs have masks of their own.
pub(super) struct FactoredKernels<'a> {
    pub vectors: &'a [f32],
    pub images: usize,
    /// G
    pub masks: usize,
    /// D
    pub dim: usize,
    /// Z
    pub plain: usize,
    /// All of it.
    pub weight: Weight<'a>,
}

impl FactoredKernels<'_> {
    /// Floats of an image's kernels `[O, G + Z, 9]`.
    pub(crate) fn size(&self) -> usize {
        self.weight.outputs * self.row()
    }

    fn row(&self) -> usize {
        (self.masks + self.plain) * TAPS
    }

    /// Vectors of all images.
    fn all(&self) -> usize {
        self.images * self.masks
    }

    fn kernel(&self, output: usize, input: usize) -> &[f32] {
        &self.weight.data[(output * self.weight.inputs + input) * TAPS..][..TAPS]
    }

    /// `[N, O, G + Z, 9]`
    pub(crate) fn kernels(&self) -> Vec<f32> {
        let (all, size) = (self.all(), self.size());
        let turned = turned(self.vectors, all, self.dim); // [D, N·G]
        let weight = Weight { first: 0, count: self.dim, ..self.weight };
        let own =
            engine::apply(PRODUCT, &line(&turned, self.dim, all), &PRODUCT.pack(&weight, PackMode::Kernels), None); // [O·9, N·G]
        let mut kernels = vec![0f32; self.images * size];
        kernels.par_chunks_mut(self.row().max(1)).enumerate().for_each(|(i, row)| {
            let (image, output) = (i / self.weight.outputs, i % self.weight.outputs);
            let (carried, plain) = row.split_at_mut(self.masks * TAPS);
            for (g, kernel) in carried.chunks_exact_mut(TAPS).enumerate() {
                for (tap, to) in kernel.iter_mut().enumerate() {
                    *to = own[(output * TAPS + tap) * all + image * self.masks + g];
                }
            }
            for (z, kernel) in plain.chunks_exact_mut(TAPS).enumerate() {
                kernel.copy_from_slice(self.kernel(output, self.dim + z));
            }
        });
        kernels
    }

    /// Of the vectors `[N, G, D]`, from those of the kernels.
    pub(crate) fn vector_gradient(&self, kernels: &[f32]) -> Vec<f32> {
        let (outputs, dim) = (self.weight.outputs, self.dim);
        let mut wide = vec![0f32; outputs * TAPS * dim]; // [O·9, D]
        wide.par_chunks_mut((TAPS * dim).max(1)).enumerate().for_each(|(output, rows)| {
            for d in 0..dim {
                self.kernel(output, d).iter().enumerate().for_each(|(tap, &value)| rows[tap * dim + d] = value);
            }
        });
        let mut given = vec![0f32; self.all() * outputs * TAPS]; // [N·G, O·9]
        given.par_chunks_mut((outputs * TAPS).max(1)).enumerate().for_each(|(i, row)| {
            let (image, g) = (i / self.masks, i % self.masks);
            for (output, to) in row.chunks_exact_mut(TAPS).enumerate() {
                to.copy_from_slice(&kernels[image * self.size() + output * self.row() + g * TAPS..][..TAPS]);
            }
        });
        product(&given, self.all(), &wide, outputs * TAPS, dim)
    }

    /// Of the weight's first D + Z inputs, into `into`, shaped like the whole weight.
    pub(crate) fn weight_gradient(&self, kernels: &[f32], into: &mut [MaybeUninit<f32>]) {
        let (outputs, all, dim) = (self.weight.outputs, self.all(), self.dim);
        let mut given = vec![0f32; outputs * TAPS * all]; // [O·9, N·G]
        given.par_chunks_mut((TAPS * all).max(1)).enumerate().for_each(|(output, rows)| {
            for i in 0..all {
                let (image, g) = (i / self.masks, i % self.masks);
                let from = &kernels[image * self.size() + output * self.row() + g * TAPS..][..TAPS];
                from.iter().enumerate().for_each(|(tap, &value)| rows[tap * all + i] = value);
            }
        });
        let own = product(&given, outputs * TAPS, self.vectors, all, dim); // [O·9, D]
        into.par_chunks_mut((self.weight.inputs * TAPS).max(1)).enumerate().for_each(|(output, row)| {
            let (carried, rest) = row.split_at_mut(dim * TAPS);
            for (i, to) in carried.iter_mut().enumerate() {
                to.write(own[(output * TAPS + i % TAPS) * dim + i / TAPS]);
            }
            for (i, to) in rest[..self.plain * TAPS].iter_mut().enumerate() {
                let at = output * self.row() + self.masks * TAPS + i;
                to.write((0..self.images).map(|image| kernels[image * self.size() + at]).sum());
            }
        });
    }
}

/// a `[M, K]` times b `[K, L]` -> `[M, L]`
fn product(a: &[f32], m: usize, b: &[f32], k: usize, l: usize) -> Vec<f32> {
    let weight = Weight { data: a, outputs: m, inputs: k, first: 0, count: k, kernel: 1 };
    engine::apply(PRODUCT, &line(b, k, l), &PRODUCT.pack(&weight, PackMode::Forward), None)
}

/// `[channels, len]` as one image of one row.
fn line(data: &[f32], channels: usize, len: usize) -> Planes<'_> {
    Planes { data, images: 1, channels, height: 1, width: len }
}

/// `[rows, columns]` -> `[columns, rows]`
fn turned(from: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|c| (0..rows).map(move |r| from[r * columns + c])).collect()
}
