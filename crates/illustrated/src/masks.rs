//! Masks of painted layers: in their boxes at a fixed size, or in the whole picture.

use super::paint::PaintedLayer;
use crate::Mask;
use scenewright_scene::UnitBox;

/// Share of a layer that the picture shows; 0 where it has no pixels.
pub fn visible_share(layer: &PaintedLayer) -> f32 {
    let sum = |alpha: &[u8]| alpha.iter().map(|&a| u64::from(a)).sum::<u64>();
    let all = sum(&layer.alpha);
    if all == 0 { 0.0 } else { sum(&layer.visible) as f32 / all as f32 }
}

/// A layer's alpha inside a box, averaged over the `side` x `side` cells of the box.
pub fn in_box(layer: &PaintedLayer, alpha: &[u8], bounds: &UnitBox, width: usize, height: usize, side: usize) -> Mask {
    let window = layer.window;
    let columns = cells(bounds.x0, bounds.x1, width, side, window.x, window.width);
    let rows = cells(bounds.y0, bounds.y1, height, side, window.y, window.height);
    let mut mask = vec![0; side * side];
    // Rows first: each picture row is summed into columns once, then shared among the rows of cells.
    let mut row_sums = vec![0.0_f32; side];
    for (row_cell, row_spans) in rows.iter().enumerate() {
        let mut sums = vec![0.0_f32; side];
        for &(y, row_weight) in row_spans {
            let line = &alpha[y * window.width..(y + 1) * window.width];
            for (sum, spans) in row_sums.iter_mut().zip(&columns) {
                *sum = spans.iter().map(|&(x, weight)| weight * f32::from(line[x])).sum();
            }
            for (sum, row_sum) in sums.iter_mut().zip(&row_sums) {
                *sum += row_weight * row_sum;
            }
        }
        for (cell, sum) in mask[row_cell * side..(row_cell + 1) * side].iter_mut().zip(&sums) {
            *cell = sum.round().clamp(0.0, 255.0) as u8;
        }
    }
    Mask { width: side, height: side, alpha: mask }
}

/// For each of `side` cells between two unit coordinates: pixels of the window that it covers, with their shares.
fn cells(from: f32, to: f32, pixels: usize, side: usize, first: usize, count: usize) -> Vec<Vec<(usize, f32)>> {
    let (from_px, to_px) = (from * pixels as f32, to * pixels as f32);
    let step = (to_px - from_px) / side as f32;
    (0..side)
        .map(|cell| {
            let (low, high) = (from_px + step * cell as f32, from_px + step * (cell + 1) as f32);
            let (start, end) = (low.floor().max(0.0) as usize, high.ceil().max(0.0) as usize);
            (start.max(first)..end.min(first + count))
                .map(|px| (px - first, ((px as f32 + 1.0).min(high) - (px as f32).max(low)) / step))
                .filter(|(_, share)| *share > 0.0)
                .collect()
        })
        .collect()
}

/// A window's samples in a picture that is empty elsewhere.
pub fn in_picture(layer: &PaintedLayer, samples: &[u8], width: usize, height: usize, channels: usize) -> Vec<u8> {
    let window = layer.window;
    let mut picture = vec![0; width * height * channels];
    for y in 0..window.height {
        let from = y * window.width * channels;
        let to = ((y + window.y) * width + window.x) * channels;
        let length = window.width * channels;
        picture[to..to + length].copy_from_slice(&samples[from..from + length]);
    }
    picture
}
