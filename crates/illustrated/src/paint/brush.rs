//! Tools that every material is painted with: a patch of pixels, seeded random numbers, soft waves, outlines.
//!
//! Lengths are in canvas pixels of the patch; `dot` is a pixel of a picture 128 high, so that a larger picture shows the
//! same drawing larger. Random numbers are drawn in the same order at every size.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use resvg::tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LinearGradient, Mask, Paint, Path, PathBuilder, Pixmap, Point,
    RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

use super::super::color::{self, Rgb};

/// Random numbers of one layer. Never `sin` and the like: their last digits differ between machines.
pub(crate) struct PaintRng(ChaCha8Rng);

impl PaintRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    pub(crate) fn range(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.unit()
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f32) as usize).min(count.saturating_sub(1))
    }

    pub(crate) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }
}

/// A smooth wave of period 1 between -1 and 1: a sine to within a thousandth, the same on every machine.
pub(crate) fn wave(turns: f32) -> f32 {
    let x = (turns - turns.floor()) * 2.0 - 1.0;
    let parabola = -4.0 * x * (1.0 - x.abs());
    0.225 * (parabola * parabola.abs() - parabola) + parabola
}

pub(crate) fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Three waves that never repeat within a picture: a gentle line through -1..=1.
#[derive(Clone, Copy)]
pub(crate) struct Waves([(f32, f32, f32); 3]);

impl Waves {
    /// `turns` of the slowest wave over a length of 1.
    pub(crate) fn new(rng: &mut PaintRng, turns: f32) -> Self {
        let mut part = |faster: f32, share: f32| (turns * faster * rng.range(0.85, 1.15), rng.unit(), share);
        Self([part(1.0, 0.58), part(2.1, 0.28), part(4.3, 0.14)])
    }

    pub(crate) fn at(&self, t: f32) -> f32 {
        self.0.iter().map(|(turns, phase, share)| share * wave(t * turns + phase)).sum()
    }
}

/// Pixels of one layer, premultiplied, and how to draw on them.
pub(crate) struct Brush {
    pub pixels: Pixmap,
    pub width: f32,
    pub height: f32,
    pub dot: f32,
}

/// A color with an opacity.
#[derive(Clone, Copy)]
pub(crate) struct Ink(pub Rgb, pub f32);

impl Ink {
    fn color(self) -> Color {
        let [r, g, b] = self.0.map(|channel| channel.clamp(0.0, 1.0));
        Color::from_rgba(r, g, b, self.1.clamp(0.0, 1.0)).unwrap_or(Color::TRANSPARENT)
    }
}

impl Brush {
    pub(crate) fn new(width: usize, height: usize, dot: f32) -> Option<Self> {
        let pixels = Pixmap::new(width as u32, height as u32)?;
        Some(Self { pixels, width: width as f32, height: height as f32, dot })
    }

    /// Covers the patch: the color of each pixel from its place in 0..1 of the patch.
    pub(crate) fn shade(&mut self, color_at: impl Fn(usize, usize) -> Rgb) {
        let width = self.pixels.width() as usize;
        for (y, row) in self.pixels.data_mut().chunks_exact_mut(width * 4).enumerate() {
            for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
                let [r, g, b] = color_at(x, y).map(|channel| (channel * 255.0 + 0.5) as u8);
                pixel.copy_from_slice(&[r, g, b, 255]);
            }
        }
    }

    /// Covers the patch with colors from top to bottom, varied by broad soft patches of light, `variation` strong.
    pub(crate) fn ground(&mut self, stops: &[(f32, Rgb)], variation: f32, rng: &mut PaintRng) {
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        let [a, b] = [(); 2].map(|()| (Waves::new(rng, 0.8), Waves::new(rng, 0.9)));
        let table = |waves: &Waves, count: usize| -> Vec<f32> {
            (0..count).map(|i| waves.at((i as f32 + 0.5) / count as f32)).collect()
        };
        let (across_a, down_a) = (table(&a.0, width), table(&a.1, height));
        let (across_b, down_b) = (table(&b.0, width), table(&b.1, height));
        let rows: Vec<Rgb> = (0..height).map(|y| ramp(stops, (y as f32 + 0.5) / height as f32)).collect();
        self.shade(|x, y| {
            let light = 1.0 + variation * (across_a[x] * down_a[y] + across_b[x] * down_b[y] + 0.3 * down_b[y]);
            rows[y].map(|channel| (channel * light).clamp(0.0, 1.0))
        });
    }

    pub fn fill(&mut self, path: Option<Path>, ink: Ink) {
        self.fill_with(path, Shader::SolidColor(ink.color()));
    }

    pub(crate) fn fill_with(&mut self, path: Option<Path>, shader: Shader<'static>) {
        let Some(path) = path else { return };
        let paint = Paint { shader, anti_alias: true, ..Default::default() };
        self.pixels.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    pub(crate) fn stroke(&mut self, path: Option<Path>, ink: Ink, width_px: f32) {
        let Some(path) = path else { return };
        let paint = Paint { shader: Shader::SolidColor(ink.color()), anti_alias: true, ..Default::default() };
        let stroke = Stroke { width: width_px, line_cap: LineCap::Round, ..Default::default() };
        self.pixels.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
    }

    /// Removes what lies outside of the outline.
    pub(crate) fn cut(&mut self, outline: Option<Path>) {
        let mask = Mask::new(self.pixels.width(), self.pixels.height());
        let (Some(outline), Some(mut mask)) = (outline, mask) else { return };
        mask.fill_path(&outline, FillRule::Winding, true, Transform::identity());
        self.pixels.apply_mask(&mask);
    }
}

/// The color at `t` of a row of stops.
pub(crate) fn ramp(stops: &[(f32, Rgb)], t: f32) -> Rgb {
    for pair in stops.windows(2) {
        let [(from, a), (to, b)] = [pair[0], pair[1]];
        if t <= to {
            return color::mix(a, b, ((t - from) / (to - from).max(1e-6)).clamp(0.0, 1.0));
        }
    }
    stops.last().map_or([0.0; 3], |(_, color)| *color)
}

pub(crate) fn linear(from: (f32, f32), to: (f32, f32), stops: &[(f32, Ink)]) -> Shader<'static> {
    let points = [from, to].map(|(x, y)| Point::from_xy(x, y));
    let plain = stops.last().map_or(Color::TRANSPARENT, |(_, ink)| ink.color());
    let shader = LinearGradient::new(points[0], points[1], gradient(stops), SpreadMode::Pad, Transform::identity());
    shader.unwrap_or(Shader::SolidColor(plain))
}

/// Light that fades from a center; `squash` is the height of its ellipse over the width.
pub(crate) fn radial((x, y): (f32, f32), radius: f32, squash: f32, stops: &[(f32, Ink)]) -> Shader<'static> {
    let plain = stops.last().map_or(Color::TRANSPARENT, |(_, ink)| ink.color());
    let place = Transform::from_row(1.0, 0.0, 0.0, squash.max(0.01), x, y);
    let center = Point::from_xy(0.0, 0.0);
    let shader = RadialGradient::new(center, 0.0, center, radius.max(0.01), gradient(stops), SpreadMode::Pad, place);
    shader.unwrap_or(Shader::SolidColor(plain))
}

fn gradient(stops: &[(f32, Ink)]) -> Vec<GradientStop> {
    stops.iter().map(|(at, ink)| GradientStop::new(*at, ink.color())).collect()
}

/// Collects shapes of one color, so that they are filled at once.
#[derive(Default)]
pub(crate) struct Shapes(PathBuilder);

impl Shapes {
    pub(crate) fn polygon(&mut self, points: &[(f32, f32)]) {
        let Some((&(x, y), rest)) = points.split_first() else { return };
        self.0.move_to(x, y);
        for &(x, y) in rest {
            self.0.line_to(x, y);
        }
        self.0.close();
    }

    pub(crate) fn add(&mut self, path: &Path) {
        self.0.push_path(path);
    }

    /// A line through points, to be stroked.
    pub(crate) fn line(&mut self, points: &[(f32, f32)]) {
        let Some((&(x, y), rest)) = points.split_first() else { return };
        self.0.move_to(x, y);
        for &(x, y) in rest {
            self.0.line_to(x, y);
        }
    }

    pub(crate) fn ellipse(&mut self, (x, y): (f32, f32), radius_x: f32, radius_y: f32) {
        if let Some(frame) = Rect::from_ltrb(x - radius_x, y - radius_y, x + radius_x, y + radius_y) {
            self.0.push_oval(frame);
        }
    }

    /// A leaf between two points: a ripple, a blade, a glint.
    pub(crate) fn leaf(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32) {
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-3);
        let (nx, ny) = (-dy / length * thickness, dx / length * thickness);
        self.0.move_to(from.0, from.1);
        self.0.quad_to(middle.0 + nx, middle.1 + ny, to.0, to.1);
        self.0.quad_to(middle.0 - nx, middle.1 - ny, from.0, from.1);
        self.0.close();
    }

    pub(crate) fn done(self) -> Option<Path> {
        self.0.finish()
    }
}

/// Points of a profile over the patch's width, from left to right: 0 is its highest place, `depth_px` the lowest.
pub(crate) fn profile(width: f32, depth_px: f32, height_at: impl Fn(f32) -> f32) -> Vec<(f32, f32)> {
    const STEPS: usize = 96;
    let heights: Vec<f32> = (0..=STEPS).map(|i| height_at(i as f32 / STEPS as f32)).collect();
    let top = heights.iter().copied().fold(f32::INFINITY, f32::min);
    let bottom = heights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scale = depth_px / (bottom - top).max(1e-6);
    heights.iter().enumerate().map(|(i, y)| (width * i as f32 / STEPS as f32, (y - top) * scale)).collect()
}

/// The area below a profile.
pub(crate) fn below(profile: &[(f32, f32)], width: f32, height: f32) -> Option<Path> {
    let mut points = profile.to_vec();
    points.extend([(width, height), (0.0, height)]);
    let mut shapes = Shapes::default();
    shapes.polygon(&points);
    shapes.done()
}
