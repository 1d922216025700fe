//! "Look like this picture": of what an object may look like, what comes nearest to a picture, in words that it can be given.
//!
//! ```text
//! picture --cut out, squared--> 64² ─┐
//! each drawing, each way --decoded--> rest + Σ weight · color ─┴─ least squares: colors --nearest words--> distance; the least wins
//! ```
//!
//! As a drawing's pixels are linear in its colors, those that suit a picture best are found by solving one small system a drawing. The
//! result is words, as a person would have written them: they can be changed, undone, saved, and mean the same to another model. The encoder's
//! latent would keep more of a picture's own; but what is decoded from it alone is several times farther from the picture than a drawing that
//! is said (`val_pixels_colour` beside `val_sprite_colour` in a run's figures).

use candle_core::Tensor;
use image::RgbaImage;
use image::imageops::{FilterType, crop_imm, resize};

use scenewright_model::collage::Collage;
use scenewright_model::collage::config::{SIDE, SLOTS};
use scenewright_model::collage::light::LightNet;
use scenewright_model::collage::sprite::{ALPHA, PLANES, REST, WEIGHTS};
use scenewright_scene::vocab::looks::{Looks, ObjectLooks, Tone};

/// The attributes with which an object looks most like a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct AppearanceMatch {
    /// A drawing, colors of its parts, where it faces.
    pub words: Vec<String>,
    /// How far the drawing then is from the picture: mean distance of a channel, 0..=1.
    pub distance: f32,
}

const PLANE: usize = SIDE * SIDE;
/// What alphas and proportions count beside colors, in the choice of a drawing.
const OUTLINE: f32 = 0.5;
const PROPORTION: f32 = 0.06;
/// Keeps colors of parts that are hardly seen from running off.
const RIDGE: f64 = 1.0;

/// A picture as a sprite: what is seen of it, squared.
#[derive(Clone, Debug)]
pub struct Target {
    /// `[4][64 * 64]`, premultiplied, 0..=1.
    planes: [Vec<f32>; 4],
    /// Width over height.
    aspect: f32,
    /// Whether its outline is known.
    is_cut: bool,
}

impl Target {
    /// What is transparent is left out; of a picture without such, a ground of one color that reaches its sides. None: nothing is seen.
    pub fn new(picture: &RgbaImage) -> Option<Self> {
        const SEEN: u8 = 24;
        if picture.is_empty() {
            return None;
        }
        let had_alpha = picture.pixels().any(|pixel| pixel[3] < SEEN);
        let bare = if had_alpha { None } else { without_ground(picture) };
        let is_cut = had_alpha || bare.is_some();
        let picture = bare.as_ref().unwrap_or(picture);
        let seen = picture.enumerate_pixels().filter(|(.., pixel)| pixel[3] >= SEEN);
        let [mut x0, mut y0, mut x1, mut y1] = [u32::MAX, u32::MAX, 0, 0];
        for (x, y, _) in seen {
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1));
        }
        if x0 >= x1 || y0 >= y1 {
            return None;
        }
        let mut part = crop_imm(picture, x0, y0, x1 - x0, y1 - y0).to_image();
        // Averaged premultiplied: the color of what is transparent does not count.
        for pixel in part.pixels_mut() {
            let alpha = u16::from(pixel[3]);
            (0..3).for_each(|c| pixel[c] = (u16::from(pixel[c]) * alpha / 255) as u8);
        }
        let square = resize(&part, SIDE as u32, SIDE as u32, FilterType::Triangle);
        let plane = |c: usize| square.pixels().map(|pixel| f32::from(pixel[c]) / 255.0).collect();
        Some(Self { planes: std::array::from_fn(plane), aspect: (x1 - x0) as f32 / (y1 - y0) as f32, is_cut })
    }
}

/// The same with a transparent ground: what is of the color of the picture's sides and hangs together with them. None: the sides have no one
/// color, or nothing else is there.
fn without_ground(picture: &RgbaImage) -> Option<RgbaImage> {
    const NEAR: u32 = 40;
    const SHARE: f32 = 0.8;
    let (w, h) = picture.dimensions();
    let rim: Vec<(u32, u32)> =
        (0..w).flat_map(|x| [(x, 0), (x, h - 1)]).chain((0..h).flat_map(|y| [(0, y), (w - 1, y)])).collect();
    let mut ground = [0u8; 3];
    for (c, value) in ground.iter_mut().enumerate() {
        let mut values: Vec<u8> = rim.iter().map(|&(x, y)| picture.get_pixel(x, y)[c]).collect();
        values.sort_unstable();
        *value = values.get(values.len() / 2).copied().unwrap_or(0);
    }
    let is_near = |picture: &RgbaImage, (x, y): (u32, u32)| {
        let pixel = picture.get_pixel(x, y);
        pixel[3] > 0 && (0..3).map(|c| u32::from(pixel[c].abs_diff(ground[c]))).sum::<u32>() <= NEAR
    };
    let mut open: Vec<(u32, u32)> = rim.iter().copied().filter(|&at| is_near(picture, at)).collect();
    if (open.len() as f32) < SHARE * rim.len() as f32 {
        return None;
    }
    let mut bare = picture.clone();
    while let Some((x, y)) = open.pop() {
        if !is_near(&bare, (x, y)) {
            continue;
        }
        bare.get_pixel_mut(x, y)[3] = 0;
        let around = [(x.wrapping_sub(1), y), (x + 1, y), (x, y.wrapping_sub(1)), (x, y + 1)];
        open.extend(around.into_iter().filter(|&(x, y)| x < w && y < h));
    }
    bare.pixels().any(|pixel| pixel[3] > 0).then_some(bare)
}

/// What the light of a clear day makes of colors, close by: for a picture is compared with what would be seen.
struct Daylight {
    matrix: [[f32; 3]; 3],
    /// What the veil adds, times alpha.
    veil: [f32; 3],
}

impl Daylight {
    fn new(light: &LightNet, row: u32) -> candle_core::Result<Self> {
        let row = |table: &Tensor| table.get(row as usize)?.to_device(&candle_core::Device::Cpu)?.to_vec1::<f32>();
        let (matrix, veil, share) = (row(&light.matrix)?, row(&light.veil)?, row(&light.haze)?[0]);
        let value = |i: usize, j: usize| (matrix[3 * i + j] + if i == j { 1.0 } else { 0.0 }) * (1.0 - share);
        Ok(Self {
            matrix: std::array::from_fn(|i| std::array::from_fn(|j| value(i, j))),
            veil: std::array::from_fn(|c| veil[c] * share),
        })
    }

    fn lit(&self, color: [f32; 3]) -> [f32; 3] {
        self.matrix.map(|row| row.iter().zip(color).map(|(m, c)| m * c).sum())
    }

    /// The color that is seen as this one.
    fn unlit(&self, seen: [f32; 3]) -> [f32; 3] {
        let row = |i: usize| self.matrix[i].iter().chain([&seen[i]]).map(|&value| f64::from(value)).collect();
        let mut system: Vec<Vec<f64>> = (0..3).map(row).collect();
        eliminate(&mut system);
        std::array::from_fn(|c| (system[c][3] as f32).clamp(0.0, 1.0))
    }
}

/// One drawing, facing one way.
struct Pose<'a> {
    /// `[11 * 64 * 64]`
    planes: &'a [f32],
    daylight: &'a Daylight,
    mirrored: bool,
}

impl Pose<'_> {
    fn at(&self, plane: usize, pixel: usize) -> f32 {
        let (x, y) = (pixel % SIDE, pixel / SIDE);
        self.planes[plane * PLANE + y * SIDE + if self.mirrored { SIDE - 1 - x } else { x }]
    }

    fn alpha(&self, pixel: usize) -> f32 {
        1.0 / (1.0 + (-self.at(ALPHA, pixel)).exp())
    }

    /// What is seen of the parts whose color is not chosen.
    fn rest(&self, pixel: usize) -> [f32; 3] {
        let lit = self.daylight.lit([0, 1, 2].map(|c| self.at(REST + c, pixel)));
        std::array::from_fn(|c| lit[c] + self.daylight.veil[c] * self.alpha(pixel))
    }

    /// What the picture shows at a pixel, premultiplied by the drawing's alpha where its own is not known.
    fn wanted(&self, target: &Target, channel: usize, pixel: usize) -> f32 {
        let value = target.planes[channel][pixel];
        if target.is_cut { value } else { value * self.alpha(pixel) }
    }

    /// The colors of the slots with which it is nearest to the picture.
    fn colors(&self, target: &Target, slots: &[usize]) -> Vec<[f32; 3]> {
        let n = slots.len();
        let mut system = vec![vec![0.0f64; n + 3]; n];
        for pixel in 0..PLANE {
            let weights: Vec<f64> = slots.iter().map(|&slot| f64::from(self.at(WEIGHTS + slot, pixel))).collect();
            let rest = self.rest(pixel);
            let missing = [0, 1, 2].map(|c| f64::from(self.wanted(target, c, pixel) - rest[c]));
            for (row, weight) in system.iter_mut().zip(&weights) {
                row.iter_mut().zip(weights.iter().chain(&missing)).for_each(|(sum, other)| *sum += weight * other);
            }
        }
        // Towards gray.
        for (i, row) in system.iter_mut().enumerate() {
            row[i] += RIDGE;
            row[n..].iter_mut().for_each(|sum| *sum += RIDGE * 0.5);
        }
        eliminate(&mut system);
        system.iter().map(|row| self.daylight.unlit(std::array::from_fn(|c| row[n + c] as f32))).collect()
    }

    fn distance(&self, target: &Target, colors: &[(usize, [f32; 3])]) -> f32 {
        let lit: Vec<(usize, [f32; 3])> = colors.iter().map(|&(slot, rgb)| (slot, self.daylight.lit(rgb))).collect();
        let (mut color, mut outline, mut seen) = (0.0, 0.0, 0.0);
        for pixel in 0..PLANE {
            let (alpha, rest) = (self.alpha(pixel), self.rest(pixel));
            for c in 0..3 {
                let own = lit.iter().map(|(slot, rgb)| self.at(WEIGHTS + slot, pixel) * rgb[c]).sum::<f32>();
                let own = (rest[c] + own).clamp(0.0, alpha);
                color += (own - self.wanted(target, c, pixel)).abs() / 3.0;
            }
            outline += if target.is_cut { (alpha - target.planes[3][pixel]).abs() } else { 0.0 };
            seen += if target.is_cut { alpha.max(target.planes[3][pixel]) } else { alpha };
        }
        (color + OUTLINE * outline) / f32::max(seen, 1.0)
    }
}

/// Gauss-Jordan on a system whose diagonal is large; behind the square stand the right sides, and then the solutions.
fn eliminate(system: &mut [Vec<f64>]) {
    for i in 0..system.len() {
        let pivot = system[i][i].max(f64::MIN_POSITIVE);
        system[i].iter_mut().for_each(|value| *value /= pivot);
        let row = system[i].clone();
        for (_, other) in system.iter_mut().enumerate().filter(|(j, _)| *j != i) {
            let factor = other[i];
            other.iter_mut().zip(&row).for_each(|(value, own)| *value -= factor * own);
        }
    }
}

/// The drawing, colors and facing that are nearest to a picture. None: the object has no drawings of its own.
pub(super) fn appearance_match(
    net: &Collage,
    class: u32,
    own: &ObjectLooks,
    looks: &Looks,
    target: &Target,
) -> candle_core::Result<Option<AppearanceMatch>> {
    let n = own.variants.len();
    if n == 0 || own.stuff {
        return Ok(None);
    }
    let device = net.device();
    let classes = Tensor::from_vec(vec![class; n], n, device)?;
    let rows = Tensor::from_iter(own.variants.iter().map(|variant| variant.row), device)?;
    let latents = Tensor::zeros((n, net.sprite.latent_dim), candle_core::DType::F32, device)?;
    let planes: Vec<f32> = net.sprite.forward(&classes, &rows, &latents)?.flatten_all()?.to_vec1()?;
    let daylight = Daylight::new(&net.light, looks.plain_row())?;
    let mut best: Option<(f32, AppearanceMatch)> = None;
    for (variant, planes) in own.variants.iter().zip(planes.chunks_exact(PLANES * PLANE)) {
        for mirrored in [false, true].into_iter().take(if own.mirror { 2 } else { 1 }) {
            let pose = Pose { planes, daylight: &daylight, mirrored };
            let slots: Vec<usize> = variant.slots.iter().copied().filter(|&slot| slot < SLOTS).collect();
            let tones = pose.colors(target, &slots).into_iter().map(|rgb| looks.nearest_tone(rgb));
            let tones: Vec<(usize, Tone)> =
                slots.iter().zip(tones).filter_map(|(&slot, tone)| Some((slot, tone?))).collect();
            let colors: Vec<(usize, [f32; 3])> = tones.iter().map(|&(slot, tone)| (slot, looks.toned(tone))).collect();
            let distance = pose.distance(target, &colors);
            let cost = distance + PROPORTION * (target.aspect / variant.aspect).ln().abs();
            if best.as_ref().is_some_and(|(least, _)| *least <= cost) {
                continue;
            }
            let mut words = vec![variant.name.clone()];
            words.extend(tones.iter().filter_map(|&(slot, tone)| looks.color_word(own, slot, tone)));
            if own.mirror {
                words.push(if mirrored { "facing right" } else { "facing left" }.to_owned());
            }
            best = Some((cost, AppearanceMatch { words, distance }));
        }
    }
    Ok(best.map(|(_, appearance_match)| appearance_match))
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn small_systems_are_solved() {
        let mut system = vec![vec![4.0, 1.0, 9.0], vec![1.0, 3.0, 5.0]];
        eliminate(&mut system);
        assert!((system[0][2] - 2.0).abs() < 1e-12 && (system[1][2] - 1.0).abs() < 1e-12, "{system:?}");
    }

    /// A red disc: cut out, on white paper, and filling a picture of noise that has no ground.
    #[test]
    fn what_is_seen_of_a_picture_is_cut_out() {
        let disc = |ground: [u8; 4]| {
            RgbaImage::from_fn(100, 60, |x, y| {
                let inside = (x as f32 - 60.0).hypot(y as f32 - 30.0) < 20.0;
                Rgba(if inside { [200, 10, 10, 255] } else { ground })
            })
        };
        for ground in [[0, 255, 0, 0], [255, 255, 255, 255], [20, 30, 90, 255]] {
            let target = Target::new(&disc(ground)).unwrap();
            assert!(target.is_cut && (target.aspect - 1.0).abs() < 0.1, "{ground:?}: {}", target.aspect);
            let middle = SIDE / 2 * SIDE + SIDE / 2;
            assert!(target.planes[0][middle] > 0.7 && target.planes[3][middle] > 0.99);
            assert!(target.planes[3][0] < 0.1, "the corner is ground");
        }
        let busy =
            RgbaImage::from_fn(80, 40, |x, y| Rgba([(x * 37 + y * 91) as u8, (x * 13) as u8, (y * 77) as u8, 255]));
        let target = Target::new(&busy).unwrap();
        assert!(!target.is_cut && (target.aspect - 2.0).abs() < 1e-6);
        assert!(Target::new(&RgbaImage::new(9, 9)).is_none(), "nothing is seen");
        assert!(Target::new(&RgbaImage::new(0, 0)).is_none());
    }
}
