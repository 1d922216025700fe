//! Makes pictures smaller or larger exactly as Pillow's bilinear filter does, which sg2im's data went through.
//!
//! Smaller pictures are means over triangles, not points; both passes round to bytes. (Pillow: libImaging/Resample.c)

/// Part of a picture, in its pixels; may begin and end between two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Region {
    pub(crate) fn whole(width: usize, height: usize) -> Self {
        Self { x0: 0.0, y0: 0.0, x1: width as f64, y1: height as f64 }
    }
}

/// Weights are whole numbers of this many bits after the point.
const BITS: u32 = 32 - 8 - 2;

/// Where one output pixel is taken from.
struct Taps {
    first: usize,
    weights: Vec<i32>,
}

/// A part of a picture of `C` channels as `to` (width, height) pixels.
pub(crate) fn resize<const C: usize>(
    pixels: &[u8],
    width: usize,
    height: usize,
    part: Region,
    to: (usize, usize),
) -> Vec<u8> {
    let across = taps(width, part.x0, part.x1, to.0);
    let down = taps(height, part.y0, part.y1, to.1);
    let first = down.iter().map(|t| t.first).min().unwrap_or(0);
    let last = down.iter().map(|t| t.first + t.weights.len()).max().unwrap_or(0).min(height);
    // Rows between `first` and `last`, narrow already.
    let mut narrow = Vec::with_capacity((last - first) * to.0 * C);
    for y in first..last {
        let row = &pixels[y * width * C..(y + 1) * width * C];
        for Taps { first, weights } in &across {
            let mut sum = [1i32 << (BITS - 1); C];
            for (pixel, weight) in row[first * C..].chunks_exact(C).zip(weights) {
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += i32::from(*value) * weight;
                }
            }
            narrow.extend(sum.map(byte));
        }
    }
    let stride = to.0 * C;
    let mut out = Vec::with_capacity(to.1 * stride);
    let mut sums = vec![0i32; stride];
    for taps in &down {
        sums.fill(1 << (BITS - 1));
        let rows = narrow[(taps.first - first) * stride..].chunks_exact(stride);
        for (row, weight) in rows.zip(&taps.weights) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += i32::from(*value) * weight;
            }
        }
        out.extend(sums.iter().map(|&sum| byte(sum)));
    }
    out
}

fn byte(sum: i32) -> u8 {
    (sum >> BITS).clamp(0, 255) as u8
}

fn taps(len: usize, from: f64, to: f64, count: usize) -> Vec<Taps> {
    let scale = (to - from) / count as f64;
    let support = scale.max(1.0);
    (0..count)
        .map(|i| {
            let center = from + (i as f64 + 0.5) * scale;
            let first = ((center - support + 0.5) as i64).clamp(0, len as i64 - 1) as usize;
            let end = ((center + support + 0.5) as i64).clamp(first as i64 + 1, len as i64) as usize;
            let weight = |x: usize| (1.0 - ((x as f64 - center + 0.5) / support).abs()).max(0.0);
            let raw: Vec<f64> = (first..end).map(weight).collect();
            let sum: f64 = raw.iter().sum();
            let whole = |w: &f64| (0.5 + w / if sum > 0.0 { sum } else { 1.0 } * f64::from(1u32 << BITS)) as i32;
            Taps { first, weights: raw.iter().map(whole).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels that anyone can make again: a counter stirred.
    fn picture(width: usize, height: usize) -> Vec<u8> {
        (0..width * height * 3).map(|i| ((i * i * 31 + i * 7 + 11) % 251) as u8).collect()
    }

    #[test]
    fn every_byte_is_pillows() {
        // Pillow: Image.frombytes("RGB", size, picture).resize(to, BILINEAR, box), then a Fletcher sum of the bytes.
        let check = |(w, h): (usize, usize), part: [f64; 4], to: (usize, usize), sum: (u32, u32)| {
            let [x0, y0, x1, y1] = part;
            let out = resize::<3>(&picture(w, h), w, h, Region { x0, y0, x1, y1 }, to);
            let fletcher = out.iter().fold((0u32, 0u32), |(a, b), &v| {
                let a = (a + u32::from(v)) % 65_521;
                (a, (b + a) % 65_521)
            });
            assert_eq!((out.len(), fletcher), (to.0 * to.1 * 3, sum), "{w} x {h} {part:?} to {to:?}");
        };
        check((40, 30), [0.0, 0.0, 40.0, 30.0], (16, 16), (30299, 3374));
        check((64, 48), [0.0, 0.0, 64.0, 48.0], (64, 64), (29661, 14260));
        check((7, 5), [0.0, 0.0, 7.0, 5.0], (16, 12), (8908, 57796));
        check((100, 75), [10.5, 3.25, 80.0, 70.5], (24, 24), (19313, 20314));
        check((33, 3), [0.0, 0.0, 33.0, 3.0], (1, 1), (362, 743));
    }

    #[test]
    fn one_color_stays() {
        let out = resize::<3>(&[7; 5 * 3 * 3], 5, 3, Region::whole(5, 3), (2, 8));
        assert!(out.iter().all(|&v| v == 7));
    }
}
