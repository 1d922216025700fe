//! Stacks of feature maps in plain memory.

/// Feature maps `[C, N, H, W]`: channel first, then image. With the channel outermost, one matrix product writes the
/// pixels of every image of a batch, so that small maps still read each weight only once.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    pub data: Vec<f32>,
    pub channels: usize,
    pub images: usize,
    pub height: usize,
    pub width: usize,
}

impl Maps {
    pub fn zeros(channels: usize, images: usize, height: usize, width: usize) -> Self {
        Self { data: vec![0.0; channels * images * height * width], channels, images, height, width }
    }

    /// From candle's and PyTorch's order, `[N, C, H, W]`.
    pub fn from_nchw(nchw: &[f32], images: usize, channels: usize, height: usize, width: usize) -> Self {
        let plane = height * width;
        let mut maps = Self::zeros(channels, images, height, width);
        for n in 0..images {
            for c in 0..channels {
                let from = (n * channels + c) * plane;
                let to = (c * images + n) * plane;
                maps.data[to..to + plane].copy_from_slice(&nchw[from..from + plane]);
            }
        }
        maps
    }

    pub fn to_nchw(&self) -> Vec<f32> {
        let plane = self.height * self.width;
        let mut nchw = Vec::with_capacity(self.data.len());
        for n in 0..self.images {
            for c in 0..self.channels {
                let from = (c * self.images + n) * plane;
                nchw.extend_from_slice(&self.data[from..from + plane]);
            }
        }
        nchw
    }

    /// Pixels of one channel, over all images.
    pub fn pixels(&self) -> usize {
        self.images * self.height * self.width
    }

    /// Rows of one channel, over all images.
    pub fn rows(&self) -> usize {
        self.images * self.height
    }

    /// Average pooling 2×2; height and width must be even.
    pub fn halved(&self) -> Self {
        let (h, w) = (self.height / 2, self.width / 2);
        let mut out = Self::zeros(self.channels, self.images, h, w);
        for (rows, out_row) in self.data.chunks_exact(2 * self.width).zip(out.data.chunks_exact_mut(w)) {
            let (above, below) = rows.split_at(self.width);
            for ((out, a), b) in out_row.iter_mut().zip(above.chunks_exact(2)).zip(below.chunks_exact(2)) {
                *out = 0.25 * (a[0] + a[1] + b[0] + b[1]);
            }
        }
        out
    }

    /// Scales and shifts each channel: a batch normalisation in evaluation mode.
    pub fn affine(&mut self, scale: &[f32], shift: &[f32]) {
        let pixels = self.pixels();
        for ((map, scale), shift) in self.data.chunks_exact_mut(pixels).zip(scale).zip(shift) {
            map.iter_mut().for_each(|x| *x = *x * scale + shift);
        }
    }

    /// Instance normalisation without parameters, then a leaky ReLU.
    pub fn instance_norm_leaky(&mut self, eps: f32, slope: f32) {
        let plane = self.height * self.width;
        for map in self.data.chunks_exact_mut(plane) {
            let mean = map.iter().map(|&x| f64::from(x)).sum::<f64>() / plane as f64;
            let variance = map.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / plane as f64;
            let scale = 1.0 / (variance + f64::from(eps)).sqrt();
            for x in map {
                *x = leaky(((f64::from(*x) - mean) * scale) as f32, slope);
            }
        }
    }
}

#[inline(always)]
pub fn leaky(x: f32, slope: f32) -> f32 {
    if x > 0.0 { x } else { x * slope }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_round_trip() {
        let nchw: Vec<f32> = (0..2 * 3 * 4 * 5).map(|i| i as f32).collect();
        let maps = Maps::from_nchw(&nchw, 2, 3, 4, 5);
        assert_eq!(maps.data[20], nchw[60], "channel 0 of image 1 follows channel 0 of image 0");
        assert_eq!(maps.to_nchw(), nchw);
    }

    #[test]
    fn halving_averages_squares() {
        let maps = Maps::from_nchw(&[1., 2., 5., 6., 3., 4., 7., 8.], 1, 1, 2, 4);
        assert_eq!(maps.halved().data, [2.5, 6.5]);
    }
}
