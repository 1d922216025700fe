//! Pixels into boxes, back to front: each layer's square of pixels averaged where they shrink and interpolated where they grow, laid "over".
//!
//! Where a layer grows, its outline is taken from the alpha's logit, which goes through zero at the edge: so edges stay sharp at any size.
//! All arithmetic runs row by row in a fixed order: the picture is the same to the bit on any number of threads.

use rayon::prelude::*;

pub use super::cutout::Cutout;

/// One layer of a picture.
#[derive(Clone, Debug)]
pub struct CutoutLayer<'a> {
    pub source: LayerSource<'a>,
    /// x0, y0, x1, y1 in pixels of the picture; may leave it. Inverted boxes are turned around.
    pub corners: [f32; 4],
    /// Drawn facing right.
    pub mirrored: bool,
    /// Whole pixels, so that neighbors meet without a seam.
    pub snapped: bool,
    pub shadow: Option<Shadow>,
    pub reflection: Option<Reflection>,
}

/// Where a layer's pixels come from.
#[derive(Clone, Copy, Debug)]
pub enum LayerSource<'a> {
    /// A square of pixels, stretched over the layer's box.
    Cutout(&'a Cutout),
    /// Pixels of the picture, as they are; the layer's box says where its foot is.
    Patch(&'a Patch),
}

/// Pixels of a picture: premultiplied red, green, blue, alpha, row by row. It lies within the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

impl Patch {
    /// Premultiplied red, green, blue, alpha in 0..=1, of a row of the picture; none where it does not reach.
    fn row(&self, y: usize) -> Option<impl ExactSizeIterator<Item = [f32; 4]>> {
        let start = y.checked_sub(self.y).filter(|row| *row < self.height)? * self.width * 4;
        let row = self.rgba.get(start..start + self.width * 4)?;
        Some(row.chunks_exact(4).map(|pixel| [0, 1, 2, 3].map(|c| f32::from(pixel[c]) / 255.0)))
    }
}

/// What floats, upside down below its foot, squeezed, broken by ripples, fading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reflection {
    /// Where the water ends, pixels of the picture.
    pub until: f32,
}

/// A soft ellipse at the foot of what stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shadow {
    pub strength: f32,
    pub color: [f32; 3],
}

/// What a layer covers: alpha 0..=1 of the pixels of a window, row by row; nothing of it lies outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cover {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub alpha: Vec<f32>,
    /// Of the whole picture, pixels.
    pub picture_width: usize,
    pub picture_height: usize,
}

impl Cover {
    /// How much of a point of the picture it covers, between the middles of pixels.
    pub fn at(&self, [x, y]: [f32; 2]) -> f32 {
        let place = |unit: f32, pixels: usize| {
            let at = unit * pixels as f32 - 0.5;
            (at.floor() as i64, at - at.floor())
        };
        let ((x, across), (y, down)) = (place(x, self.picture_width), place(y, self.picture_height));
        let pixel = |x: i64, y: i64| {
            let (x, y) = (x - self.x as i64, y - self.y as i64);
            let inside = (0..self.width as i64).contains(&x) && (0..self.height as i64).contains(&y);
            if inside { self.alpha.get(y as usize * self.width + x as usize).copied().unwrap_or(0.0) } else { 0.0 }
        };
        let row = |y: i64| pixel(x, y) * (1.0 - across) + pixel(x + 1, y) * across;
        // A pixel's own middle gives its own value, to the bit.
        if across == 0.0 && down == 0.0 { pixel(x, y) } else { row(y) * (1.0 - down) + row(y + 1) * down }
    }
}

/// Neither a shadow nor a reflection ever reaches farther beyond its box.
pub(crate) const SHADOW_REACH_PX: f32 = 16.0;

/// Pixels `[H * W]` of red, green, blue in 0..=1.
pub fn compose(layers: &[CutoutLayer<'_>], background: [f32; 3], width: usize, height: usize) -> Vec<[f32; 3]> {
    let mut canvas = vec![background; width * height];
    let plans: Vec<Planned<'_>> = layers.iter().filter_map(|layer| Planned::new(layer, width, height)).collect();
    canvas.par_chunks_mut(width.max(1)).enumerate().for_each(|(y, row)| {
        for plan in &plans {
            plan.draw(y, row);
        }
    });
    canvas
}

/// The alpha that [`compose`] lays over the picture for this layer, whatever lies before it.
pub fn cover(layer: &CutoutLayer<'_>, width: usize, height: usize) -> Cover {
    if let LayerSource::Patch(patch) = layer.source {
        let alpha = patch.rgba.chunks_exact(4).map(|pixel| f32::from(pixel[3]) / 255.0).collect();
        let Patch { x, y, width: w, height: h, .. } = *patch;
        return Cover { x, y, width: w, height: h, alpha, picture_width: width, picture_height: height };
    }
    let Some(plan) = Plan::new(layer, width, height) else {
        return Cover { picture_width: width, picture_height: height, ..Cover::default() };
    };
    let (columns, rows) = (plan.across.window.clone(), plan.down.window.clone());
    let mut alpha = vec![0.0; columns.len() * rows.len()];
    alpha.par_chunks_mut(columns.len().max(1)).enumerate().for_each(|(i, row)| {
        let blended = plan.row(rows.start + i);
        for (x, value) in row.iter_mut().enumerate() {
            *value = plan.pixel(&blended, i, x)[3];
        }
    });
    Cover {
        x: columns.start,
        y: rows.start,
        width: columns.len(),
        height: rows.len(),
        alpha,
        picture_width: width,
        picture_height: height,
    }
}

/// A layer's place along one axis: for each pixel of the window, the cells it sees with their weights, and how much of it the box covers.
struct Axis {
    window: std::ops::Range<usize>,
    taps: Vec<(usize, Vec<f32>)>,
    inside: Vec<f32>,
    /// Pixels a cell.
    growth: f32,
}

/// A layer, ready to be drawn row by row.
enum Planned<'a> {
    Cutout(Plan<'a>),
    Patch(PatchPlan<'a>),
}

impl<'a> Planned<'a> {
    /// None: nothing of it lies in the picture.
    fn new(layer: &'a CutoutLayer<'a>, width: usize, height: usize) -> Option<Self> {
        match layer.source {
            LayerSource::Cutout(_) => Plan::new(layer, width, height).map(Self::Cutout),
            LayerSource::Patch(patch) => PatchPlan::new(layer, patch, width).map(Self::Patch),
        }
    }

    fn draw(&self, y: usize, row: &mut [[f32; 3]]) {
        match self {
            Self::Cutout(plan) => {
                shade(plan.layer.shadow, plan.corners, y, row);
                plan.reflect(y, row);
                plan.paint(y, row);
            }
            Self::Patch(plan) => {
                shade(plan.layer.shadow, plan.corners, y, row);
                plan.reflect(y, row);
                plan.paint(y, row);
            }
        }
    }
}

struct PatchPlan<'a> {
    layer: &'a CutoutLayer<'a>,
    patch: &'a Patch,
    corners: [f32; 4],
}

impl<'a> PatchPlan<'a> {
    fn new(layer: &'a CutoutLayer<'a>, patch: &'a Patch, width: usize) -> Option<Self> {
        let [x0, y0, x1, y1] = layer.corners;
        let is_sound = layer.corners.iter().all(|side| side.is_finite())
            && patch.x + patch.width <= width
            && patch.rgba.len() == patch.width * patch.height * 4;
        is_sound.then_some(Self { layer, patch, corners: [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)] })
    }

    fn paint(&self, y: usize, row: &mut [[f32; 3]]) {
        let Some(pixels) = self.patch.row(y) else { return };
        for (under, [r, g, b, alpha]) in row[self.patch.x..].iter_mut().zip(pixels) {
            *under = [r + under[0] * (1.0 - alpha), g + under[1] * (1.0 - alpha), b + under[2] * (1.0 - alpha)];
        }
    }

    fn reflect(&self, y: usize, row: &mut [[f32; 3]]) {
        let Some(Mirrored { source, share, sway }) = mirrored(self.layer.reflection, self.corners, y) else { return };
        let Some(pixels) = self.patch.row(source) else { return };
        let pixels: Vec<[f32; 4]> = pixels.collect();
        let columns = pixels.len() as i64;
        for (column, under) in row[self.patch.x..].iter_mut().take(pixels.len()).enumerate() {
            let from = column as i64 + sway;
            if (0..columns).contains(&from) {
                lay_faintly(under, pixels[from as usize], share);
            }
        }
    }
}

/// Lays premultiplied red, green, blue, alpha over a pixel, as strong as `share`.
fn lay_faintly(under: &mut [f32; 3], [r, g, b, alpha]: [f32; 4], share: f32) {
    let through = 1.0 - alpha * share;
    *under = [r * share + under[0] * through, g * share + under[1] * through, b * share + under[2] * through];
}

/// What a row below the foot of a layer mirrors.
struct Mirrored {
    /// The row of the picture that is seen.
    source: usize,
    /// How much of it.
    share: f32,
    /// How far it is shifted by the ripples, pixels.
    sway: i64,
}

/// None: the row mirrors nothing of the layer.
fn mirrored(reflection: Option<Reflection>, corners: [f32; 4], y: usize) -> Option<Mirrored> {
    const SQUEEZE: f32 = 0.55;
    const STRENGTH: f32 = 0.42;
    const RIPPLE_PX: f32 = 8.0;
    const SWAY_PX: f32 = 1.4;
    let Reflection { until } = reflection?;
    let foot = corners[3];
    let reach = (SQUEEZE * (foot - corners[1])).min(SHADOW_REACH_PX);
    let below = y as f32 + 0.5 - foot;
    if below <= 0.0 || below >= reach || y as f32 + 0.5 > until {
        return None;
    }
    let source = foot - below / SQUEEZE;
    let turn = std::f32::consts::TAU * below / RIPPLE_PX;
    let sway = (SWAY_PX * turn.sin() * (0.3 + below / reach)).round() as i64;
    (source >= 0.0).then_some(Mirrored { source: source as usize, share: STRENGTH * (1.0 - below / reach), sway })
}

struct Plan<'a> {
    layer: &'a CutoutLayer<'a>,
    cutout: &'a Cutout,
    across: Axis,
    down: Axis,
    corners: [f32; 4],
    /// How much steeper an outline is made.
    steepness: f32,
}

impl<'a> Plan<'a> {
    /// None: nothing of it lies in the picture.
    fn new(layer: &'a CutoutLayer<'a>, width: usize, height: usize) -> Option<Self> {
        let LayerSource::Cutout(cutout) = layer.source else { return None };
        let [x0, y0, x1, y1] = layer.corners;
        if layer.corners.iter().any(|side| !side.is_finite()) || cutout.pixels.len() != cutout.side.pow(2) {
            return None;
        }
        let ordered = [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)];
        let corners = if layer.snapped { ordered.map(f32::round) } else { ordered };
        let cells = cutout.side;
        let across = Axis::new(corners[0], corners[2], (cells, width), layer.mirrored)?;
        let down = Axis::new(corners[1], corners[3], (cells, height), false)?;
        let steepness = across.growth.min(down.growth).max(1.0);
        Some(Self { layer, cutout, across, down, corners, steepness })
    }

    /// The cells of one row of the picture: source columns blended down.
    fn row(&self, y: usize) -> Vec<[f32; 5]> {
        let (first, weights) = &self.down.taps[y - self.down.window.start];
        let side = self.cutout.side;
        let mut cells = vec![[0.0; 5]; side];
        for (i, &weight) in weights.iter().enumerate() {
            let source = &self.cutout.pixels[(first + i) * side..][..side];
            for (cell, pixel) in cells.iter_mut().zip(source) {
                (0..5).for_each(|c| cell[c] += weight * pixel[c]);
            }
        }
        cells
    }

    /// Premultiplied red, green, blue, alpha. `row` and `column` count within the window.
    fn pixel(&self, cells: &[[f32; 5]], row: usize, column: usize) -> [f32; 4] {
        let (first, weights) = &self.across.taps[column];
        let mut sum = [0.0; 5];
        for (i, &weight) in weights.iter().enumerate() {
            (0..5).for_each(|c| sum[c] += weight * cells[first + i][c]);
        }
        let [r, g, b, soft, logit] = sum;
        let soft = soft.clamp(0.0, 1.0);
        let mut alpha = soft;
        if self.steepness > 1.0 {
            let sharp = 1.0 / (1.0 + (-logit * self.steepness).exp());
            alpha = (sharp - 0.02).clamp(0.0, 0.96) / 0.96;
        }
        let inside = self.across.inside[column] * self.down.inside[row];
        let shown = alpha * inside;
        let factor = shown / soft.max(1e-3);
        let color = [r, g, b].map(|channel| (channel * factor).clamp(0.0, shown));
        [color[0], color[1], color[2], shown]
    }

    fn paint(&self, y: usize, row: &mut [[f32; 3]]) {
        if !self.down.window.contains(&y) {
            return;
        }
        let cells = self.row(y);
        for (column, under) in row[self.across.window.clone()].iter_mut().enumerate() {
            let [r, g, b, alpha] = self.pixel(&cells, y - self.down.window.start, column);
            *under = [r + under[0] * (1.0 - alpha), g + under[1] * (1.0 - alpha), b + under[2] * (1.0 - alpha)];
        }
    }

    /// The reflection, under the layer itself.
    fn reflect(&self, y: usize, row: &mut [[f32; 3]]) {
        let Some(Mirrored { source, share, sway }) = mirrored(self.layer.reflection, self.corners, y) else { return };
        if !self.down.window.contains(&source) {
            return;
        }
        let cells = self.row(source);
        let columns = self.across.window.len() as i64;
        for (column, under) in row[self.across.window.clone()].iter_mut().enumerate() {
            let from = column as i64 + sway;
            if (0..columns).contains(&from) {
                lay_faintly(under, self.pixel(&cells, source - self.down.window.start, from as usize), share);
            }
        }
    }
}

/// The contact shadow, under the layer itself.
fn shade(shadow: Option<Shadow>, [x0, y0, x1, y1]: [f32; 4], y: usize, row: &mut [[f32; 3]]) {
    let Some(Shadow { strength, color }) = shadow else { return };
    let (width, height) = (x1 - x0, y1 - y0);
    let radius_x = width * 0.5 + (height * 0.06).min(width * 0.25).min(SHADOW_REACH_PX * 0.5);
    let radius_y = (radius_x * 0.17).clamp(1.0, (0.16 * height).max(1.5)).min(SHADOW_REACH_PX);
    let center = [(x0 + x1) / 2.0 + (radius_x * 0.12).min(SHADOW_REACH_PX * 0.4), y1 - radius_y * 0.2];
    let dy = (y as f32 + 0.5 - center[1]) / radius_y;
    if dy.abs() >= 1.0 {
        return;
    }
    let reach = radius_x * (1.0 - dy * dy).sqrt();
    let from = (center[0] - reach - 0.5).floor().clamp(0.0, row.len() as f32) as usize;
    let to = (center[0] + reach + 0.5).ceil().clamp(0.0, row.len() as f32) as usize;
    for (x, under) in row.iter_mut().enumerate().take(to).skip(from) {
        let dx = (x as f32 + 0.5 - center[0]) / radius_x;
        let inside = (1.0 - dx * dx - dy * dy).clamp(0.0, 0.75) / 0.75;
        let share = strength * inside;
        (0..3).for_each(|c| under[c] += (color[c] - under[c]) * share);
    }
}

impl Axis {
    /// None: nothing of it lies in the picture.
    fn new(low: f32, high: f32, (cells, pixels): (usize, usize), mirrored: bool) -> Option<Self> {
        let length = high - low;
        let start = low.floor().clamp(0.0, pixels as f32) as usize;
        let end = high.ceil().clamp(0.0, pixels as f32) as usize;
        // Thinner than this nothing is seen.
        if length.is_nan() || length <= 1e-3 || start >= end || cells == 0 {
            return None;
        }
        let growth = length / cells as f32;
        // In cells; a pixel sees a tent as wide as itself, or as a cell where that is wider.
        let reach = (1.0 / growth).max(1.0);
        let mut taps = Vec::with_capacity(end - start);
        let mut inside = Vec::with_capacity(end - start);
        for pixel in start..end {
            let left = (pixel as f32).max(low);
            let right = (pixel as f32 + 1.0).min(high);
            inside.push((right - left).clamp(0.0, 1.0));
            let at = ((left + right) / 2.0 - low) / growth;
            let at = if mirrored { cells as f32 - at } else { at } - 0.5;
            let first = (at - reach).ceil().clamp(0.0, (cells - 1) as f32) as usize;
            let last = (at + reach).floor().clamp(first as f32, (cells - 1) as f32) as usize;
            let mut weights: Vec<f32> =
                (first..=last).map(|cell| (1.0 - (cell as f32 - at).abs() / reach).max(0.0)).collect();
            let sum: f32 = weights.iter().sum();
            if sum > 1e-6 {
                weights.iter_mut().for_each(|weight| *weight /= sum);
            } else {
                weights = vec![1.0];
            }
            taps.push((first, weights));
        }
        Some(Self { window: start..end, taps, inside, growth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collage::config::{LARGE_SIDE, SIDE};

    fn plain(color: [f32; 3]) -> Cutout {
        plain_of(SIDE, color)
    }

    fn plain_of(side: usize, color: [f32; 3]) -> Cutout {
        let plane = side * side;
        let colors: Vec<f32> = color.iter().flat_map(|&c| vec![c; plane]).collect();
        Cutout::new(side, &colors, &vec![20.0; plane])
    }

    fn layer(cutout: &Cutout, corners: [f32; 4]) -> CutoutLayer<'_> {
        CutoutLayer {
            source: LayerSource::Cutout(cutout),
            corners,
            mirrored: false,
            snapped: false,
            shadow: None,
            reflection: None,
        }
    }

    #[test]
    fn a_layer_fills_its_box_and_nothing_else() {
        let cases = [(64, [16.0, 16.0, 32.0, 40.0]), (300, [10.0, 20.0, 290.0, 250.0])];
        for (side, (size, corners)) in [SIDE, LARGE_SIDE].into_iter().flat_map(|side| cases.map(|case| (side, case))) {
            let red = plain_of(side, [1.0, 0.0, 0.0]);
            let picture = compose(&[layer(&red, corners)], [0.0; 3], size, size);
            for (i, pixel) in picture.iter().enumerate() {
                let (x, y) = ((i % size) as f32 + 0.5, (i / size) as f32 + 0.5);
                let inside = x > corners[0] && x < corners[2] && y > corners[1] && y < corners[3];
                let wanted = if inside { 1.0 } else { 0.0 };
                assert!((pixel[0] - wanted).abs() < 1e-3, "{size}: {x}, {y}: {pixel:?}");
            }
        }
    }

    #[test]
    fn boxes_without_size_beyond_the_picture_and_inverted_are_harmless() {
        let red = plain([1.0, 0.0, 0.0]);
        let empty = [[5.0, 5.0, 5.0, 9.0], [-90.0, 0.0, -3.0, 8.0], [f32::NAN, 0.0, 4.0, 4.0], [0.0, 90.0, 9.0, 99.0]];
        for corners in empty {
            let picture = compose(&[layer(&red, corners)], [0.5; 3], 32, 32);
            assert!(picture.iter().all(|pixel| *pixel == [0.5; 3]), "{corners:?}");
            assert!(cover(&layer(&red, corners), 32, 32).alpha.is_empty());
        }
        let upright = compose(&[layer(&red, [4.0, 4.0, 20.0, 20.0])], [0.5; 3], 32, 32);
        assert_eq!(compose(&[layer(&red, [20.0, 20.0, 4.0, 4.0])], [0.5; 3], 32, 32), upright);
        let huge = compose(&[layer(&red, [-1e9, -1e9, 1e9, 1e9])], [0.5; 3], 8, 8);
        assert!(huge.iter().all(|pixel| (pixel[0] - 1.0).abs() < 1e-3));
    }

    #[test]
    fn many_layers_are_the_same_on_any_number_of_threads() {
        let cutouts: Vec<Cutout> = (0..8).map(|i| plain([i as f32 / 8.0, 0.5, 1.0 - i as f32 / 8.0])).collect();
        let layers: Vec<CutoutLayer<'_>> = (0..200)
            .map(|i| {
                let (x, y) = ((i * 37 % 200) as f32 * 0.7 - 20.0, (i * 53 % 190) as f32 * 0.6 - 10.0);
                let shadow = Some(Shadow { strength: 0.3, color: [0.1; 3] });
                let corners = [x, y, x + 5.0 + (i % 40) as f32 * 1.3, y + 3.0 + (i % 30) as f32];
                CutoutLayer { mirrored: i % 2 == 0, shadow, ..layer(&cutouts[i % 8], corners) }
            })
            .collect();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| compose(&layers, [0.2; 3], 128, 96))
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn a_reflection_lies_below_its_box_on_the_water_and_fades() {
        let red = plain([1.0, 0.0, 0.0]);
        for (corners, until) in [([100.0, 20.0, 200.0, 120.5], 400.0), ([50.0, 60.0, 90.0, 80.0], 86.0)] {
            let reflection = Some(Reflection { until });
            let picture = compose(&[CutoutLayer { reflection, ..layer(&red, corners) }], [1.0; 3], 256, 256);
            let at = |x: usize, y: usize| picture[y * 256 + x];
            let (middle, foot) = ((corners[0] + corners[2]) as usize / 2, corners[3].ceil() as usize);
            assert!(at(middle, foot)[1] < 0.7 && at(middle, foot)[0] > 0.99, "{corners:?}");
            assert!(at(middle, foot + 3)[1] > at(middle, foot)[1]);
            for (i, _) in picture.iter().enumerate().filter(|(_, pixel)| **pixel != [1.0; 3]) {
                let (x, y) = ((i % 256) as f32 + 0.5, (i / 256) as f32 + 0.5);
                assert!(x >= corners[0] && x <= corners[2] && y >= corners[1], "{corners:?}: {x}, {y}");
                assert!(y <= (corners[3] + SHADOW_REACH_PX).min(until), "{corners:?}: {x}, {y}");
            }
        }
        // One whose foot lies beyond the picture, or which has no size, is harmless.
        for corners in [[10.0, 200.0, 60.0, 900.0], [10.0, -90.0, 60.0, -2.0], [10.0, 20.0, 60.0, 20.0]] {
            let reflection = Some(Reflection { until: 256.0 });
            compose(&[CutoutLayer { reflection, ..layer(&red, corners) }], [1.0; 3], 256, 256);
        }
    }

    #[test]
    fn a_shadow_stays_near_its_box() {
        let red = plain([1.0, 0.0, 0.0]);
        for corners in [[100.0, 20.0, 400.0, 380.0], [200.0, 200.0, 210.0, 330.0], [50.0, 300.0, 450.0, 310.0]] {
            let shadow = Some(Shadow { strength: 0.5, color: [0.0; 3] });
            let picture = compose(&[CutoutLayer { shadow, ..layer(&red, corners) }], [1.0; 3], 512, 512);
            for (i, pixel) in picture.iter().enumerate().filter(|(_, pixel)| **pixel != [1.0; 3]) {
                let (x, y) = ((i % 512) as f32 + 0.5, (i / 512) as f32 + 0.5);
                let beyond = (corners[0] - x).max(x - corners[2]).max(corners[1] - y).max(y - corners[3]);
                assert!(beyond <= 18.0, "{corners:?}: {pixel:?} at {x}, {y}");
            }
        }
    }
}
