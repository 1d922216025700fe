//! Drawings as pixels, in any colors at once.
//!
//! Painting one shape over another mixes colors with weights that do not depend on the colors. So a drawing is rasterized
//! into its *planes*: one of all that never changes, and for every color that may change the weight it has in each pixel.
//! `pixel = rest + Σ weight · color` then gives the drawing in whatever colors without the SVG renderer, exactly up to the
//! rounding of eight bits.

use std::panic::{AssertUnwindSafe, catch_unwind};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use super::color::Rgb;
use super::sprite_error::SpriteProblem;
use super::svg::Svg;

/// Sizes in which drawings are rasterized, longer side in pixels. A fixed set, so that pixels never depend on what was
/// painted before.
pub(crate) const SIZES_PX: [u32; 6] = [64, 128, 256, 512, 1024, 2048];

/// A drawing's planes and their halvings.
#[derive(Debug)]
pub struct Planes {
    levels: Vec<Level>,
    /// Pixels of the first level that the drawing's viewBox covers; not whole numbers.
    content_px: [f32; 2],
}

#[derive(Debug)]
struct Level {
    width: usize,
    height: usize,
    /// Red, green, blue, alpha; premultiplied.
    rest: Vec<u8>,
    /// For each paint, its weight in each pixel.
    weights: Vec<Vec<u8>>,
}

/// How the light changes colors: `color -> matrix · color + veil`, in sRGB, where a product stands for a product in
/// linear light because sRGB is close to a power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grade {
    pub matrix: [[f32; 3]; 3],
    pub veil: [f32; 3],
}

impl Grade {
    pub(crate) const NONE: Self = Self { matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], veil: [0.0; 3] };

    pub(crate) fn apply(&self, color: Rgb) -> Rgb {
        let through = self.through(color);
        [0, 1, 2].map(|i| (through[i] + self.veil[i]).clamp(0.0, 1.0))
    }

    /// The matrix alone: what a color adds to a premultiplied pixel.
    fn through(&self, [r, g, b]: Rgb) -> Rgb {
        self.matrix.map(|row| row[0] * r + row[1] * g + row[2] * b)
    }
}

/// What one paint becomes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tint {
    pub color: Rgb,
    /// 0 in the scene's light, 1 shining by itself.
    pub glow: f32,
}

/// Premultiplied RGBA, 0..=255.
pub(crate) struct Colors {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[f32; 4]>,
    /// Pixels that the viewBox covers.
    pub(crate) content_px: [f32; 2],
}

impl Planes {
    /// Renders the drawing `1 + paints / 3` times: red, green and blue carry one paint each.
    pub(crate) fn of_svg(svg: &Svg, long_side_px: u32) -> Result<Self, SpriteProblem> {
        let rest = render(&svg.with_colors(|_| [0; 3]), svg.view_box, long_side_px)?;
        let (width, height) = (rest.width() as usize, rest.height() as usize);
        let mut weights = Vec::with_capacity(svg.paints.len());
        for first in (0..svg.paints.len()).step_by(3) {
            let marked = |paint: usize| [0, 1, 2].map(|channel| if paint == first + channel { 255 } else { 0 });
            let lit = render(&svg.with_colors(marked), svg.view_box, long_side_px)?;
            for channel in 0..3.min(svg.paints.len() - first) {
                let both = lit.data().iter().zip(rest.data()).skip(channel).step_by(4);
                weights.push(both.map(|(lit, rest)| lit.saturating_sub(*rest)).collect());
            }
        }
        Ok(Self {
            content_px: content_px(svg.view_box, long_side_px),
            levels: halvings(Level { width, height, rest: rest.take(), weights }),
        })
    }

    /// What can be seen of a drawing, without its colors: one rendering.
    pub(crate) fn alpha_of_svg(svg: &Svg, long_side_px: u32) -> Result<Self, SpriteProblem> {
        let rest = render(&svg.with_colors(|_| [0; 3]), svg.view_box, long_side_px)?;
        let (width, height) = (rest.width() as usize, rest.height() as usize);
        let level = Level { width, height, rest: rest.take(), weights: Vec::new() };
        Ok(Self { content_px: content_px(svg.view_box, long_side_px), levels: vec![level] })
    }

    pub(crate) fn content_px(&self) -> [f32; 2] {
        self.content_px
    }

    /// Pixels as they are, without colors to change. `rgba` is straight.
    pub(crate) fn of_pixels(width: usize, height: usize, mut rgba: Vec<u8>) -> Self {
        for pixel in rgba.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            for channel in &mut pixel[..3] {
                *channel = ((u32::from(*channel) * alpha + 127) / 255) as u8;
            }
        }
        Self {
            content_px: [width as f32, height as f32],
            levels: halvings(Level { width, height, rest: rgba, weights: Vec::new() }),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.rest.len() + level.weights.iter().map(Vec::len).sum::<usize>()).sum()
    }

    /// The drawing at the smallest halving that still has `scale` (0..=1) of the full size.
    pub(crate) fn colors(&self, scale: f32, tints: &[Tint], grade: &Grade) -> Colors {
        let level =
            self.levels.len().saturating_sub(1).min((0..16).take_while(|k| 0.5f32.powi(k + 1) >= scale).count());
        let shrink = 0.5f32.powi(level as i32);
        let level = &self.levels[level];
        Colors {
            width: level.width,
            height: level.height,
            pixels: level.collapse(tints, grade),
            content_px: self.content_px.map(|side| side * shrink),
        }
    }

    /// The middle of what some paints cover, as a share of the viewBox. `None` where they cover nothing.
    pub(crate) fn center_of(&self, wanted: impl Fn(usize) -> bool) -> Option<[f32; 2]> {
        let (index, level) =
            self.levels.iter().enumerate().rev().find(|(_, level)| level.width.max(level.height) >= 16)?;
        let (mut sum, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
        for weights in level.weights.iter().enumerate().filter(|(paint, _)| wanted(*paint)).map(|(_, weights)| weights)
        {
            for (place, weight) in weights.iter().map(|&weight| f32::from(weight)).enumerate() {
                sum += weight;
                sum_x += weight * ((place % level.width) as f32 + 0.5);
                sum_y += weight * ((place / level.width) as f32 + 0.5);
            }
        }
        let shrink = 0.5f32.powi(index as i32) * sum;
        (sum > 0.0)
            .then(|| [sum_x / shrink.max(1e-6) / self.content_px[0], sum_y / shrink.max(1e-6) / self.content_px[1]])
    }

    /// The box of what is opaque, as shares of the viewBox: x0, y0, x1, y1. Where a drawing has nothing opaque, half of its
    /// greatest alpha counts.
    pub(crate) fn opaque_box(&self) -> Result<[f32; 4], SpriteProblem> {
        let Some(level) = self.levels.first() else { return Err(SpriteProblem::Invisible) };
        let alphas = || level.rest.iter().skip(3).step_by(4);
        let greatest = alphas().copied().max().unwrap_or(0);
        if greatest < 8 {
            return Err(SpriteProblem::Invisible);
        }
        let threshold = if greatest >= 128 { 128 } else { greatest / 2 };
        let (mut x0, mut y0, mut x1, mut y1) = (level.width, level.height, 0, 0);
        for (index, &alpha) in alphas().enumerate() {
            if alpha >= threshold {
                let (x, y) = (index % level.width, index / level.width);
                (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1));
            }
        }
        let [width, height] = self.content_px;
        Ok([x0 as f32 / width, y0 as f32 / height, x1 as f32 / width, y1 as f32 / height])
    }
}

impl Level {
    fn collapse(&self, tints: &[Tint], grade: &Grade) -> Vec<[f32; 4]> {
        let mut out: Vec<[f32; 4]> = Vec::with_capacity(self.width * self.height);
        for pixel in self.rest.chunks_exact(4) {
            let [r, g, b, alpha] = [pixel[0], pixel[1], pixel[2], pixel[3]].map(f32::from);
            let [r, g, b] = grade.through([r, g, b]);
            out.push([r + grade.veil[0] * alpha, g + grade.veil[1] * alpha, b + grade.veil[2] * alpha, alpha]);
        }
        for (weights, tint) in self.weights.iter().zip(tints) {
            // The veil of the whole alpha is in already, so what glows takes its share of it back.
            let lit = grade.through(tint.color);
            let added = [0, 1, 2].map(|i| lit[i] + (tint.color[i] - grade.veil[i] - lit[i]) * tint.glow);
            for (pixel, &weight) in out.iter_mut().zip(weights) {
                let weight = f32::from(weight);
                for i in 0..3 {
                    pixel[i] += added[i] * weight;
                }
            }
        }
        out
    }

    /// Half the size; a last odd row or column is averaged with emptiness, so places stay where they are.
    fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let halve = |plane: &[u8], channels: usize| {
            let mut out = Vec::with_capacity(width * height * channels);
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                for channel in 0..channels {
                    let mut sum = 2;
                    for (row, column) in
                        [(2 * y, 2 * x), (2 * y, 2 * x + 1), (2 * y + 1, 2 * x), (2 * y + 1, 2 * x + 1)]
                    {
                        if row < self.height && column < self.width {
                            sum += u32::from(plane[(row * self.width + column) * channels + channel]);
                        }
                    }
                    out.push((sum / 4) as u8);
                }
            }
            out
        };
        Self {
            width,
            height,
            rest: halve(&self.rest, 4),
            weights: self.weights.iter().map(|plane| halve(plane, 1)).collect(),
        }
    }
}

fn halvings(first: Level) -> Vec<Level> {
    let mut levels = vec![first];
    while let Some(last) = levels.last().filter(|last| last.width.min(last.height) > 2) {
        let next = last.halved();
        levels.push(next);
    }
    levels
}

fn content_px([_, _, width, height]: [f32; 4], long_side_px: u32) -> [f32; 2] {
    let scale = long_side_px as f32 / width.max(height);
    [width * scale, height * scale]
}

/// The renderer computes with 32-bit numbers and whole pixels: what lies far outside, or bends in a way that it did not foresee, ends it by a
/// panic. Both become errors that say how to fix the file.
fn render(text: &str, view_box: [f32; 4], long_side_px: u32) -> Result<Pixmap, SpriteProblem> {
    let drawn = catch_unwind(AssertUnwindSafe(|| render_unguarded(text, view_box, long_side_px)));
    drawn.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
        let line = words.unwrap_or_default().lines().next().unwrap_or_default().chars().take(120).collect();
        Err(SpriteProblem::Renderer(line))
    })
}

fn render_unguarded(text: &str, view_box: [f32; 4], long_side_px: u32) -> Result<Pixmap, SpriteProblem> {
    /// How many times the drawing's size its parts may reach beyond it.
    const FARTHEST: f32 = 1000.0;
    let corrupt = |error: usvg::Error| SpriteProblem::CorruptSvg(error.to_string());
    let tree = usvg::Tree::from_str(text, &usvg::Options::default()).map_err(corrupt)?;
    let size = tree.size();
    let parts = tree.root().abs_stroke_bounding_box();
    let reach =
        [parts.left(), parts.top(), parts.right(), parts.bottom()].into_iter().map(f32::abs).fold(0.0, f32::max);
    let times = reach / size.width().max(size.height()).max(f32::MIN_POSITIVE);
    if times > FARTHEST {
        return Err(SpriteProblem::TooFarOut { times });
    }
    let [width, height] = content_px(view_box, long_side_px);
    let mut pixels = Pixmap::new(width.ceil() as u32, height.ceil() as u32).ok_or(SpriteProblem::Invisible)?;
    resvg::render(&tree, Transform::from_scale(width / size.width(), height / size.height()), &mut pixels.as_mut());
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use super::super::color::named;
    use super::super::library::SpriteLibrary;
    use super::*;

    #[test]
    fn planes_give_what_the_renderer_gives() {
        let library = SpriteLibrary::bundled();
        for (category, variant, word) in
            [("house", "villa", "teal"), ("sheep", "standing", "black"), ("boat", "sailing", "pink")]
        {
            let svg = library.variant(category, variant).unwrap().svg().unwrap().unwrap();
            let new = |paint: usize| {
                let color = mixed(svg.paints[paint].color, named(word).unwrap());
                color.map(|channel| (channel * 255.0).round() as u8)
            };
            let rendered = render(&svg.with_colors(new), svg.view_box, 128).unwrap();
            let tints: Vec<Tint> = (0..svg.paints.len())
                .map(|paint| Tint { color: new(paint).map(|channel| f32::from(channel) / 255.0), glow: 0.0 })
                .collect();
            let planes = Planes::of_svg(svg, 128).unwrap();
            let composed = planes.colors(1.0, &tints, &Grade::NONE);
            for (pixel, wanted) in composed.pixels.iter().zip(rendered.data().chunks_exact(4)) {
                for channel in 0..4 {
                    let miss = (pixel[channel] - f32::from(wanted[channel])).abs();
                    assert!(miss <= 5.0, "{category}: {pixel:?} for {wanted:?}");
                }
            }
        }
    }

    fn mixed(a: Rgb, b: Rgb) -> Rgb {
        super::super::color::mix(a, b, 0.5)
    }

    #[test]
    fn numbers_beyond_all_pixels_are_an_error_and_no_panic() {
        for path in ["M1 1c-222222222-4-6 3-4 1-7 4-7 3 0 1", "M0 0L1e30 1e30L5 5z", "M0 0h4v4zM-9e8-9e8l1 1"] {
            let text =
                format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 70\"><path d=\"{path}\"/></svg>");
            let error = render(&text, [0.0, 0.0, 60.0, 70.0], 128).unwrap_err();
            assert!(matches!(error, SpriteProblem::TooFarOut { .. } | SpriteProblem::Renderer(_)), "{path}: {error}");
        }
    }

    #[test]
    fn halves_of_uneven_sizes_keep_their_place() {
        // One opaque pixel at the far end of an odd row.
        let mut rgba = vec![0; 5 * 3 * 4];
        rgba[(2 * 5 + 4) * 4 + 3] = 240;
        let planes = Planes::of_pixels(5, 3, rgba);
        let half = planes.colors(0.5, &[], &Grade::NONE);
        assert_eq!((half.width, half.height, half.content_px), (3, 2, [2.5, 1.5]));
        assert_eq!(half.pixels[3 + 2][3], 60.0);
    }
}
