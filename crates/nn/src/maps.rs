//! Stacks of feature maps in plain memory, laid out for convolution.

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

/// Feature maps `[C, N, H, W]` with zeros between rows and between images.
///
/// A channel is one run of floats: each row is followed by one zero and each image by one row of zeros, so the neighbors of a
/// pixel lie at fixed distances (a row is [`PaddedFeatureMaps::stride`] floats), and what lies outside an image reads as zero. The channel is outermost, so
/// that one pass over a weight serves all pixels of all images.
#[derive(Debug, PartialEq)]
pub struct PaddedFeatureMaps {
    data: Vec<f32>,
    pub channels: usize,
    pub images: usize,
    pub height: usize,
    pub width: usize,
}

/// Floats that may be read past the last position of a channel.
const TAIL: usize = 32;

impl PaddedFeatureMaps {
    /// The shape alone, without memory.
    pub(super) fn shape(channels: usize, images: usize, height: usize, width: usize) -> Self {
        Self { data: Vec::new(), channels, images, height, width }
    }

    /// Zeros around the pixels; the pixels hold anything and must be written.
    pub(super) fn blank(channels: usize, images: usize, height: usize, width: usize) -> Self {
        let mut maps = Self::shape(channels, images, height, width);
        let (plane, lead, stride, positions) = (maps.plane(), maps.lead(), maps.stride(), maps.positions());
        maps.data = scratch(channels * plane);
        for channel in maps.data.chunks_exact_mut(plane) {
            channel[..lead].fill(0.0);
            channel[lead + positions..].fill(0.0);
            for image in channel[lead..lead + positions].chunks_exact_mut((height + 1) * stride) {
                image[height * stride..].fill(0.0);
                image.iter_mut().skip(width).step_by(stride).take(height).for_each(|x| *x = 0.0);
            }
        }
        maps
    }

    pub fn zeros(channels: usize, images: usize, height: usize, width: usize) -> Self {
        let mut maps = Self::shape(channels, images, height, width);
        maps.data = scratch(channels * maps.plane());
        maps.data.fill(0.0);
        maps
    }

    /// Floats from a pixel to the one below it.
    pub(crate) fn stride(&self) -> usize {
        self.width + 1
    }

    /// Positions of a channel: pixels and the zeros between them.
    pub(crate) fn positions(&self) -> usize {
        self.images * (self.height + 1) * self.stride()
    }

    /// Floats from a channel to the next.
    pub(crate) fn plane(&self) -> usize {
        (self.lead() + self.positions() + self.stride() + 1 + TAIL).next_multiple_of(16)
    }

    /// Zeros before the first pixel of a channel.
    fn lead(&self) -> usize {
        self.stride() + 1
    }

    /// Offset of the first position of a channel.
    pub(crate) fn start(&self, channel: usize) -> usize {
        channel * self.plane() + self.lead()
    }

    pub(super) fn row_start(&self, channel: usize, image: usize, y: usize) -> usize {
        self.start(channel) + (image * (self.height + 1) + y) * self.stride()
    }

    pub(crate) fn row(&self, channel: usize, image: usize, y: usize) -> &[f32] {
        &self.data[self.row_start(channel, image, y)..][..self.width]
    }

    pub(crate) fn row_mut(&mut self, channel: usize, image: usize, y: usize) -> &mut [f32] {
        let (from, width) = (self.row_start(channel, image, y), self.width);
        &mut self.data[from..from + width]
    }

    /// A row with the zeros on both sides of it; rows -1 and H are zeros.
    pub(super) fn padded_row(&self, channel: usize, image: usize, y: isize) -> &[f32] {
        let first = self.row_start(channel, image, 0) as isize + y * self.stride() as isize - 1;
        &self.data[first as usize..][..self.width + 2]
    }

    /// All memory: channels with the zeros around them.
    pub(super) fn floats(&self) -> &[f32] {
        &self.data
    }

    /// The rows of a channel, image after image.
    fn rows_of(&mut self, channel: usize) -> impl Iterator<Item = &mut [f32]> {
        let (from, len, stride, width, per_image) =
            (self.start(channel), self.positions(), self.stride(), self.width, self.height + 1);
        let rows = self.data[from..from + len].chunks_exact_mut(stride).enumerate();
        rows.filter(move |(i, _)| i % per_image + 1 != per_image).map(move |(_, row)| &mut row[..width])
    }

    pub(crate) fn as_ptr(&self) -> *const f32 {
        self.data.as_ptr()
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut f32 {
        self.data.as_mut_ptr()
    }

    /// The image, row and column of a position; `None` for the zeros in between.
    #[cfg(test)]
    pub(crate) fn pixel_at(&self, position: usize) -> Option<(usize, usize, usize)> {
        let (row, x) = (position / self.stride(), position % self.stride());
        let (image, y) = (row / (self.height + 1), row % (self.height + 1));
        (x < self.width && y < self.height).then_some((image, y, x))
    }

    /// From candle's and PyTorch's order, `[N, C, H, W]`.
    pub fn from_nchw(nchw: &[f32], images: usize, channels: usize, height: usize, width: usize) -> Self {
        let mut maps = Self::blank(channels, images, height, width);
        let mut rows = nchw.chunks_exact(width.max(1));
        for n in 0..images {
            for c in 0..channels {
                for y in 0..height {
                    if let Some(row) = rows.next() {
                        maps.row_mut(c, n, y).copy_from_slice(row);
                    }
                }
            }
        }
        maps
    }

    pub fn to_nchw(&self) -> Vec<f32> {
        let mut nchw = Vec::with_capacity(self.channels * self.images * self.height * self.width);
        for n in 0..self.images {
            for c in 0..self.channels {
                for y in 0..self.height {
                    nchw.extend_from_slice(self.row(c, n, y));
                }
            }
        }
        nchw
    }

    /// Average pooling 2×2; height and width must be even.
    pub fn halved(&self) -> Self {
        let mut out = Self::blank(self.channels, self.images, self.height / 2, self.width / 2);
        for c in 0..self.channels {
            for n in 0..self.images {
                for y in 0..self.height / 2 {
                    let (above, below) = (self.row(c, n, 2 * y), self.row(c, n, 2 * y + 1));
                    let pairs = above.chunks_exact(2).zip(below.chunks_exact(2));
                    for (out, (a, b)) in out.row_mut(c, n, y).iter_mut().zip(pairs) {
                        *out = 0.25 * (a[0] + a[1] + b[0] + b[1]);
                    }
                }
            }
        }
        out
    }

    /// Scales and shifts the pixels of each channel: a batch normalization in evaluation mode.
    pub fn affine(&mut self, scale: &[f32], shift: &[f32]) {
        let (plane, lead, stride, width, height) = (self.plane(), self.lead(), self.stride(), self.width, self.height);
        let len = self.positions();
        let channels = self.data.par_chunks_exact_mut(plane).zip(scale).zip(shift).with_min_len(16);
        channels.for_each(|((channel, scale), shift)| {
            for image in channel[lead..lead + len].chunks_exact_mut((height + 1) * stride) {
                for row in image.chunks_exact_mut(stride).take(height) {
                    row[..width].iter_mut().for_each(|x| *x = *x * scale + shift);
                }
            }
        });
    }

    /// Instance normalization without parameters, then a leaky ReLU.
    pub fn instance_norm_leaky(&mut self, eps: f32, slope: f32) {
        let (height, pixels) = (self.height, (self.height * self.width) as f64);
        for c in 0..self.channels {
            let mut rows: Vec<&mut [f32]> = self.rows_of(c).collect();
            for image in rows.chunks_exact_mut(height.max(1)) {
                let sum =
                    |f: &dyn Fn(f64) -> f64| image.iter().flat_map(|r| r.iter()).map(|&x| f(f64::from(x))).sum::<f64>();
                let mean = sum(&|x| x) / pixels;
                let scale = 1.0 / (sum(&|x| (x - mean).powi(2)) / pixels + f64::from(eps)).sqrt();
                for x in image.iter_mut().flat_map(|row| row.iter_mut()) {
                    *x = leaky(((f64::from(*x) - mean) * scale) as f32, slope);
                }
            }
        }
    }
}

impl Drop for PaddedFeatureMaps {
    fn drop(&mut self) {
        recycle(std::mem::take(&mut self.data));
    }
}

impl Clone for PaddedFeatureMaps {
    fn clone(&self) -> Self {
        let mut data = scratch(self.data.len());
        data.copy_from_slice(&self.data);
        Self { data, ..Self::shape(self.channels, self.images, self.height, self.width) }
    }
}

/// Memory of maps that are gone, for those to come: a picture needs some ten megabytes for a few milliseconds, and asking the
/// system for fresh pages each time costs more than a convolution.
static POOL: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// Floats the pool keeps at most (64 MiB).
const POOL_FLOATS: usize = 16 << 20;
/// While a network learns (256 MiB): its largest weights, transformed, are as large as all maps of a picture.
const LEARNING_POOL_FLOATS: usize = 64 << 20;

static LEARNING: AtomicBool = AtomicBool::new(false);

/// Lets the pool keep what training needs again and again.
pub(super) fn keep_more() {
    LEARNING.store(true, Ordering::Relaxed);
}

/// Training is over: the pool is emptied, and keeps what pictures need from now on.
pub(super) fn keep_less() {
    LEARNING.store(false, Ordering::Relaxed);
    if let Ok(mut pool) = POOL.lock() {
        pool.clear();
    }
}

/// Floats of any value, whose memory returns to the pool.
pub(super) struct Scratch {
    /// At least `len`. Never shortened, so that the next user need not fill it again.
    memory: Vec<f32>,
    len: usize,
}

impl Scratch {
    pub(crate) fn new(len: usize) -> Self {
        Self { memory: at_least(len), len }
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[..self.len]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[..self.len]
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        recycle(std::mem::take(&mut self.memory));
    }
}

/// `len` floats of any value.
fn scratch(len: usize) -> Vec<f32> {
    let mut data = at_least(len);
    data.truncate(len);
    data
}

/// At least as many floats, at most twice as many, of any value.
fn at_least(len: usize) -> Vec<f32> {
    let kept = POOL.lock().ok().and_then(|mut pool| {
        let fits = pool.iter().position(|data| (len..=2 * len).contains(&data.len()))?;
        Some(pool.swap_remove(fits))
    });
    kept.unwrap_or_else(|| vec![0.0; len])
}

fn recycle(data: Vec<f32>) {
    if data.len() < 1024 {
        return;
    }
    let most = if LEARNING.load(Ordering::Relaxed) { LEARNING_POOL_FLOATS } else { POOL_FLOATS };
    if let Ok(mut pool) = POOL.lock() {
        pool.push(data);
        while pool.iter().map(Vec::capacity).sum::<usize>() > most {
            pool.remove(0);
        }
    }
}

#[inline(always)]
pub(crate) fn leaky(x: f32, slope: f32) -> f32 {
    if x > 0.0 { x } else { x * slope }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_round_trip() {
        let nchw: Vec<f32> = (0..2 * 3 * 4 * 5).map(|i| i as f32).collect();
        let maps = PaddedFeatureMaps::from_nchw(&nchw, 2, 3, 4, 5);
        assert_eq!(maps.row(0, 1, 0)[0], nchw[60]);
        assert_eq!(maps.to_nchw(), nchw);
    }

    #[test]
    fn halving_averages_squares() {
        let maps = PaddedFeatureMaps::from_nchw(&[1., 2., 5., 6., 3., 4., 7., 8.], 1, 1, 2, 4);
        assert_eq!(maps.halved().to_nchw(), [2.5, 6.5]);
    }

    #[test]
    fn zeros_between_pixels_stay_zero() {
        let mut maps = PaddedFeatureMaps::from_nchw(&[1.0; 12], 2, 1, 2, 3);
        maps.affine(&[1.0], &[5.0]);
        maps.instance_norm_leaky(1e-5, 0.2);
        let all: f32 =
            (0..maps.positions()).filter(|&p| maps.pixel_at(p).is_none()).map(|p| maps.data[maps.start(0) + p]).sum();
        assert_eq!(all, 0.0);
    }
}
