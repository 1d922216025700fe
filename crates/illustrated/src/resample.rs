//! Pixels into an arbitrary box: the average over each target pixel's area when shrinking, linear between pixels when
//! enlarging.

use super::raster::Colors;

/// Where the viewBox of a drawing comes to lie on the canvas, in canvas pixels; not whole numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    pub(crate) x0_px: f32,
    pub(crate) y0_px: f32,
    pub width_px: f32,
    pub height_px: f32,
    pub mirrored: bool,
}

impl Placement {
    /// The pixels of a canvas of this width and height that it touches: x, y, width, height. None where there are none.
    pub(crate) fn window(&self, (width, height): (usize, usize)) -> Option<[usize; 4]> {
        let span = |from: f32, length: f32, size: usize| {
            let is_sound = length.is_finite() && from.is_finite() && length > 0.05;
            let start = from.floor().clamp(0.0, size as f32) as usize;
            let end = (from + length).ceil().clamp(0.0, size as f32) as usize;
            (is_sound && end > start).then(|| (start, end - start))
        };
        let (x, across) = span(self.x0_px, self.width_px, width)?;
        let (y, down) = span(self.y0_px, self.height_px, height)?;
        Some([x, y, across, down])
    }
}

/// For each target pixel the first source pixel and the weights of it and those that follow.
struct Taps {
    first: Vec<usize>,
    weights: Vec<Vec<f32>>,
}

/// Fills the window of the canvas that starts at `(x, y)` and is `width` × `height` pixels; premultiplied, 0..=255.
pub(crate) fn resample(source: &Colors, place: &Placement, [x, y, width, height]: [usize; 4]) -> Vec<u8> {
    let across = taps(x, width, place.x0_px, place.width_px, source.content_px[0], source.width, place.mirrored);
    let down = taps(y, height, place.y0_px, place.height_px, source.content_px[1], source.height, false);
    // First every source row that is needed, shrunk across; then down.
    let first_row = down.first.iter().copied().min().unwrap_or(0);
    let end_row = down.first.iter().zip(&down.weights).map(|(first, w)| first + w.len()).max().unwrap_or(0);
    let mut rows = Vec::with_capacity(end_row.saturating_sub(first_row) * width);
    for row in first_row..end_row {
        let pixels = &source.pixels[row * source.width..(row + 1) * source.width];
        for (&first, weights) in across.first.iter().zip(&across.weights) {
            rows.push(weighted(weights, pixels[first..].iter()));
        }
    }
    let mut out = Vec::with_capacity(width * height * 4);
    for (&first, weights) in down.first.iter().zip(&down.weights) {
        for column in 0..width {
            let start = (first - first_row.min(first)) * width + column;
            let pixel = weighted(weights, rows.iter().skip(start).step_by(width));
            let alpha = pixel[3].clamp(0.0, 255.0);
            out.extend(pixel[..3].iter().map(|channel| (channel.clamp(0.0, alpha) + 0.5) as u8));
            out.push((alpha + 0.5) as u8);
        }
    }
    out
}

fn weighted<'a>(weights: &[f32], pixels: impl Iterator<Item = &'a [f32; 4]>) -> [f32; 4] {
    let mut sum = [0.0; 4];
    for (weight, pixel) in weights.iter().zip(pixels) {
        for i in 0..4 {
            sum[i] += weight * pixel[i];
        }
    }
    sum
}

fn taps(start: usize, count: usize, origin: f32, length: f32, content: f32, sources: usize, mirrored: bool) -> Taps {
    let step = content / length;
    // Enlarged pixels average over one source pixel, which is the line between the two nearest.
    let reach = step.max(1.0) / 2.0;
    let mut taps = Taps { first: Vec::with_capacity(count), weights: Vec::with_capacity(count) };
    for target in start..start + count {
        let middle = (target as f32 + 0.5 - origin) * step;
        let middle = if mirrored { content - middle } else { middle };
        let (from, to) = (middle - reach, middle + reach);
        let first = (from.floor().max(0.0) as usize).min(sources.saturating_sub(1));
        let end = (to.ceil().max(0.0) as usize).clamp(first, sources);
        let share = |source: usize| (to.min(source as f32 + 1.0) - from.max(source as f32)).max(0.0) / (2.0 * reach);
        taps.first.push(first);
        taps.weights.push((first..end).map(share).collect());
    }
    taps
}
