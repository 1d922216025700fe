//! Tensors on the CPU as plain slices, for operations of our own.

use candle_core::{CpuStorage, DType, Layout, Result, Shape, Storage, Tensor, bail};
use rayon::prelude::*;

use crate::device::has_own_operations;

/// Whether our own operations apply: float32 on the CPU. Elsewhere candle's are used.
pub(super) fn applies(tensors: &[&Tensor]) -> bool {
    tensors.iter().all(|t| has_own_operations(t.device()) && t.dtype() == DType::F32)
}

/// The values of a contiguous tensor, inside an operation.
pub(super) fn floats<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((from, to))) => Ok(&values[from..to]),
        _ => bail!("an operation of ours takes contiguous float32"),
    }
}

/// Calls `work` with the values of contiguous tensors, without copying them, and returns its result.
pub(super) fn read<T>(tensors: &[&Tensor], work: impl FnOnce(&[&[f32]]) -> Result<T>) -> Result<T> {
    let guards: Vec<_> = tensors.iter().map(|t| t.storage_and_layout()).collect();
    let slices = guards
        .iter()
        .map(|(storage, layout)| match &**storage {
            Storage::Cpu(storage) => floats(storage, layout),
            _ => bail!("an operation of ours runs on the CPU"),
        })
        .collect::<Result<Vec<_>>>()?;
    work(&slices)
}

/// The sum over all but the channels: x `[N, C, H, W]` -> `[C]`.
pub(super) fn sum_to_channels(x: &Tensor) -> Result<Tensor> {
    let sums = read(&[x], |slices| channel_sums(slices[0], x.shape()))?;
    Tensor::from_vec(sums, x.dim(1)?, x.device())
}

/// The same in plain memory.
pub(super) fn channel_sums(x: &[f32], shape: &Shape) -> Result<Vec<f32>> {
    let (images, channels, height, width) = shape.dims4()?;
    let mut sums = vec![0f32; channels];
    sums.par_iter_mut().enumerate().for_each(|(c, sum)| {
        let planes = (0..images).map(|n| &x[(n * channels + c) * height * width..][..height * width]);
        *sum = planes.map(|plane| sum_of(plane, |x| x)).sum::<f64>() as f32;
    });
    Ok(sums)
}

/// A sum that vectorizes and stays exact: 16 lanes over pieces of 4096, the pieces in double precision.
#[inline(always)]
pub(super) fn sum_of(values: &[f32], f: impl Fn(f32) -> f32) -> f64 {
    values
        .chunks(4096)
        .map(|piece| {
            let mut lanes = [0f32; 16];
            let (lines, rest) = piece.as_chunks::<16>();
            for line in lines {
                for i in 0..16 {
                    lanes[i] += f(line[i]);
                }
            }
            let rest: f32 = rest.iter().map(|&x| f(x)).sum();
            lanes.iter().map(|&x| f64::from(x)).sum::<f64>() + f64::from(rest)
        })
        .sum()
}
