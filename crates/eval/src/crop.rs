//! Crops of objects: a box of a picture, with some of what is around it, resized to a square.

pub use scenewright_data::Rgb;
use scenewright_model::classifier::CROP_SIDE;
use scenewright_scene::UnitBox;

/// Share of a box's side that is added on each side of it, so that the classifier sees an outline against the background.
pub(crate) const CONTEXT: f32 = 0.12;
/// A box narrower than this is widened, pixels: a crop of less than a pixel shows nothing.
const MIN_PX: f32 = 2.0;

/// A rectangle of a picture, pixels; may reach over the edge, where the edge's pixels are repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Window {
    /// The box in a picture, its part within the picture, with context. Inverted boxes are turned round; one that is not finite or lies outside has none.
    pub(crate) fn around(bounds: &UnitBox, width: usize, height: usize) -> Option<Self> {
        if !bounds.is_finite() {
            return None;
        }
        let b = UnitBox::from_corners([bounds.x0, bounds.y0], [bounds.x1, bounds.y1]);
        if b.x1 <= 0.0 || b.y1 <= 0.0 || b.x0 >= 1.0 || b.y0 >= 1.0 {
            return None;
        }
        let b = b.clamped();
        let side = |low: f32, high: f32, pixels: usize| {
            let (low, high) = (low * pixels as f32, high * pixels as f32);
            let missing = (MIN_PX - (high - low)).max(0.0) / 2.0;
            let context = CONTEXT * (high - low + 2.0 * missing);
            (low - missing - context, high + missing + context)
        };
        let ((x0, x1), (y0, y1)) = (side(b.x0, b.x1, width), side(b.y0, b.y1, height));
        Some(Self { x0, y0, x1, y1 })
    }
}

/// The window resized to `side` × `side`, planar `[3, side, side]`, sRGB in 0..=1. A tent as wide as an output pixel, at least one
/// of the picture: bilinear where it grows, averaged where it shrinks.
pub(crate) fn resized(picture: &Rgb, window: &Window, side: usize) -> Vec<f32> {
    let columns = weights(window.x0, window.x1, picture.width, side);
    let rows = weights(window.y0, window.y1, picture.height, side);
    // Across first, for the rows that are needed only.
    let first = rows.iter().flatten().map(|&(y, _)| y).min().unwrap_or(0);
    let last = rows.iter().flatten().map(|&(y, _)| y).max().unwrap_or(0);
    let mut across = vec![[0.0_f32; 3]; (last + 1 - first) * side];
    for (y, line) in (first..=last).zip(across.chunks_mut(side)) {
        let pixels = &picture.pixels[3 * y * picture.width..];
        for (to, taps) in line.iter_mut().zip(&columns) {
            for &(x, weight) in taps {
                for (to, &value) in to.iter_mut().zip(&pixels[3 * x..3 * x + 3]) {
                    *to += weight * f32::from(value);
                }
            }
        }
    }
    let mut crop = vec![0.0; 3 * side * side];
    for (row, taps) in rows.iter().enumerate() {
        for column in 0..side {
            for channel in 0..3 {
                let sum: f32 = taps.iter().map(|&(y, w)| w * across[(y - first) * side + column][channel]).sum();
                crop[(channel * side + row) * side + column] = sum / 255.0;
            }
        }
    }
    crop
}

/// For the classifier: `[3, 32, 32]`; none where the box shows nothing of the picture.
pub(crate) fn of_box(picture: &Rgb, bounds: &UnitBox) -> Option<Vec<f32>> {
    let window = Window::around(bounds, picture.width, picture.height)?;
    Some(resized(picture, &window, CROP_SIDE))
}

/// For each output pixel, the pixels it is made of with their shares, which sum to 1.
fn weights(from: f32, to: f32, pixels: usize, side: usize) -> Vec<Vec<(usize, f32)>> {
    let step = (to - from) / side as f32;
    let reach = step.max(1.0);
    (0..side)
        .map(|i| {
            let center = from + step * (i as f32 + 0.5) - 0.5;
            let (low, high) = ((center - reach).ceil() as i64, (center + reach).floor() as i64);
            let mut taps: Vec<(usize, f32)> = Vec::with_capacity((high - low + 1).max(1) as usize);
            for at in low..=high {
                let weight = 1.0 - (at as f32 - center).abs() / reach;
                let x = at.clamp(0, pixels as i64 - 1) as usize;
                match taps.last_mut() {
                    Some((last, sum)) if *last == x => *sum += weight,
                    _ => taps.push((x, weight)),
                }
            }
            let sum: f32 = taps.iter().map(|tap| tap.1).sum();
            if sum > 0.0 {
                taps.iter_mut().for_each(|tap| tap.1 /= sum);
            } else {
                taps = vec![(center.round().clamp(0.0, pixels as f32 - 1.0) as usize, 1.0)];
            }
            taps
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Rgb {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8 * 4, y as u8 * 4, 100])).collect();
        Rgb { width, height, pixels }
    }

    #[test]
    fn a_crop_at_the_pictures_own_size_is_the_picture() {
        let picture = ramp(32, 32);
        let crop = resized(&picture, &Window { x0: 0.0, y0: 0.0, x1: 32.0, y1: 32.0 }, 32);
        for (i, value) in crop.iter().enumerate() {
            let (channel, y, x) = (i / 1024, i / 32 % 32, i % 32);
            let wanted = [x as f32 * 4.0, y as f32 * 4.0, 100.0][channel] / 255.0;
            assert!((value - wanted).abs() < 1e-5, "{channel} {y} {x}: {value} {wanted}");
        }
    }

    #[test]
    fn halves_doubles_and_reaches_over_the_edge() {
        let picture = ramp(16, 16);
        for window in [
            Window { x0: 0.0, y0: 0.0, x1: 16.0, y1: 16.0 },
            Window { x0: 3.3, y0: 4.1, x1: 5.2, y1: 12.9 },
            Window { x0: -8.0, y0: -2.0, x1: 24.0, y1: 40.0 },
        ] {
            for side in [4, 32] {
                let crop = resized(&picture, &window, side);
                assert!(crop[2 * side * side..].iter().all(|v| (v - 100.0 / 255.0).abs() < 1e-5));
                // Brightness rises from left to right, as in the picture.
                assert!(crop[..side].windows(2).all(|pair| pair[0] <= pair[1] + 1e-6));
            }
        }
    }

    #[test]
    fn boxes_of_any_kind() {
        let picture = ramp(16, 16);
        let crop = |x0, y0, x1, y1| of_box(&picture, &UnitBox { x0, y0, x1, y1 });
        assert_eq!(crop(0.2, 0.2, 0.8, 0.8), crop(0.8, 0.8, 0.2, 0.2));
        for shows in [crop(0.5, 0.5, 0.5, 0.5), crop(-3.0, -3.0, 9.0, 9.0), crop(0.9, 0.9, 4.0, 4.0)] {
            assert!(shows.is_some_and(|crop| crop.iter().all(|v| v.is_finite() && (0.0..=1.0).contains(v))));
        }
        for outside in [crop(1.2, 0.0, 1.5, 0.5), crop(0.0, f32::NAN, 1.0, 1.0), crop(-2.0, -2.0, -1.0, -1.0)] {
            assert_eq!(outside, None);
        }
    }
}
