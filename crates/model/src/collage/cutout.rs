//! An object's pixels, ready to be put into a picture, and what is fixed of them: veils, rims, halos.

/// An object's pixels, ready to be put into a picture.
#[derive(Clone, Debug)]
pub struct Cutout {
    /// Pixels a side.
    pub side: usize,
    /// `[side * side]`: premultiplied red, green, blue, then alpha and its logit.
    pub pixels: Vec<[f32; 5]>,
}

/// Logits beyond this are certain; interpolating larger ones would move the edge.
pub(super) const CERTAIN: f32 = 6.0;

/// Alphas below this fade out.
const VEIL: f32 = 0.14;

/// 0 at 0, 1 at 1, without slope at either.
fn fade(x: f32) -> f32 {
    x * x * (3.0 - 2.0 * x)
}

impl Cutout {
    /// From planes: color `[3, side, side]` premultiplied, logit `[side, side]`.
    pub fn new(side: usize, color: &[f32], logit: &[f32]) -> Self {
        let plane = side * side;
        let pixel = |p: usize| {
            // Weights that overflow make NaN, which is nothing to see.
            let x = logit.get(p).copied().filter(|x| !x.is_nan()).unwrap_or(-CERTAIN);
            let alpha = 1.0 / (1.0 + (-x).exp());
            // Nearly nothing and nearly all are made so: no veil around a sprite, no hole in it. A halo fades out before its box ends.
            let alpha = ((alpha - 0.02) / 0.96).clamp(0.0, 1.0);
            let alpha = if alpha < VEIL { alpha * fade(alpha / VEIL) } else { alpha };
            let c = |channel: usize| color.get(channel * plane + p).copied().unwrap_or(0.0).clamp(0.0, alpha);
            [c(0), c(1), c(2), alpha, x.clamp(-CERTAIN, CERTAIN)]
        };
        Self { side, pixels: (0..plane).map(pixel).collect() }
    }

    /// The same with an outline that runs smoothly between its pixels: for materials, which are enlarged much and have nothing thin.
    pub fn smoothed(mut self) -> Self {
        const SURE: f32 = 3.0;
        let side = self.side;
        let logit = |p: &[f32; 5]| p[4].clamp(-SURE, SURE);
        for down in [false, true] {
            let before: Vec<f32> = self.pixels.iter().map(logit).collect();
            let at = |x: usize, y: usize| before[y.min(side - 1) * side + x.min(side - 1)];
            for (i, pixel) in self.pixels.iter_mut().enumerate() {
                let (x, y) = (i % side, i / side);
                let (low, high) = match down {
                    false => (at(x.saturating_sub(1), y), at(x + 1, y)),
                    true => (at(x, y.saturating_sub(1)), at(x, y + 1)),
                };
                pixel[4] = 0.25 * low + 0.5 * at(x, y) + 0.25 * high;
            }
        }
        // As certain within as before: else what is hardly enlarged would be seen through.
        self.pixels.iter_mut().for_each(|pixel| pixel[4] *= CERTAIN / SURE);
        self
    }

    /// The same without what shines through at the sides of the box: a halo ends before its box does, and round. For things.
    pub fn framed(mut self) -> Self {
        // Of the half side of its box, or of the ellipse in it.
        const MARGIN: f32 = 9.0 / 32.0;
        const FAINT: f32 = 0.4;
        let side = self.side;
        // -1..1 from side to side.
        let across = |cell: usize| (cell as f32 + 0.5) * 2.0 / side as f32 - 1.0;
        for (i, pixel) in self.pixels.iter_mut().enumerate() {
            let alpha = pixel[3];
            if alpha <= 0.0 || alpha >= FAINT {
                continue;
            }
            let to_rim = (1.0 - across(i % side).hypot(across(i / side))).max(0.0);
            let faintness = fade(((FAINT - alpha) / (0.5 * FAINT)).min(1.0));
            let left = 1.0 - faintness * (1.0 - fade((to_rim / MARGIN).min(1.0)));
            (0..4).for_each(|c| pixel[c] *= left);
            pixel[4] = (pixel[4] + left.max(1e-3).ln()).max(-CERTAIN);
        }
        self
    }

    /// The same with the colors of its inside carried out to its edge: where a decoder is unsure how far a material goes, it is unsure of the
    /// color there, too, and draws a pale rim. For materials, which have no outline of their own.
    pub fn rimless(mut self) -> Self {
        const SOLID: f32 = 0.97;
        const RINGS: usize = 5;
        let side = self.side;
        let around = |i: usize| {
            let (x, y) = ((i % side) as i64, (i / side) as i64);
            let cells = (-1..=1).flat_map(move |dy| (-1..=1).map(move |dx| (x + dx, y + dy)));
            let inside = |(x, y): &(i64, i64)| (0..side as i64).contains(x) && (0..side as i64).contains(y);
            cells.filter(inside).map(|(x, y)| y as usize * side + x as usize)
        };
        let solid: Vec<bool> = self.pixels.iter().map(|p| p[3] >= SOLID).collect();
        // What touches the outside is not trusted, either.
        let mut known: Vec<bool> = (0..solid.len()).map(|i| around(i).all(|other| solid[other])).collect();
        let mut color: Vec<[f32; 3]> = self.pixels.iter().map(|p| [0, 1, 2].map(|c| p[c] / p[3].max(1e-3))).collect();
        for _ in 0..RINGS {
            let before = known.clone();
            for i in (0..known.len()).filter(|&i| !before[i]) {
                let (mut sum, mut count) = ([0.0; 3], 0.0);
                for other in around(i).filter(|&other| before[other]) {
                    (0..3).for_each(|c| sum[c] += color[other][c]);
                    count += 1.0;
                }
                if count > 0.0 {
                    (color[i], known[i]) = (sum.map(|s| s / count), true);
                    (0..3).for_each(|c| self.pixels[i][c] = color[i][c] * self.pixels[i][3]);
                }
            }
        }
        self
    }

    /// The same without holes: for what lies behind everything.
    pub fn opaque(mut self) -> Self {
        for pixel in &mut self.pixels {
            let alpha = pixel[3].max(1e-3);
            *pixel = [pixel[0] / alpha, pixel[1] / alpha, pixel[2] / alpha, 1.0, CERTAIN];
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collage::config::{LARGE_SIDE, SIDE};

    #[test]
    fn a_halo_ends_before_its_box_and_what_is_opaque_reaches_its_sides() {
        for side in [SIDE, LARGE_SIDE] {
            let (plane, last, inside) = (side * side, side - 1, side / 2 - 2);
            let thing = |logit: f32| Cutout::new(side, &vec![0.1; 3 * plane], &vec![logit; plane]).framed();
            let at = |cutout: &Cutout, x: usize, y: usize| cutout.pixels[y * side + x][3];
            let (halo, solid) = (thing(-1.8), thing(3.0));
            let within = at(&halo, inside, inside);
            assert!(at(&halo, 0, inside) < 0.2 * within && at(&halo, last, last) < 0.2 * within);
            assert!(within > 0.1);
            assert_eq!(at(&solid, 0, inside), at(&solid, inside, inside));
        }
    }

    /// A gray hill with a white rim, half seen through: the rim takes the hill's gray.
    #[test]
    fn rims_take_the_color_of_the_inside() {
        let plane = SIDE * SIDE;
        let inside = |i: usize| (i % SIDE).abs_diff(SIDE / 2).max((i / SIDE).abs_diff(SIDE / 2));
        let logit: Vec<f32> = (0..plane).map(|i| [20.0, 0.0, -20.0][(inside(i) / 20).min(2)]).collect();
        let shade = |i: usize| [0.4, 0.5, 0.0][(inside(i) / 20).min(2)];
        let colors: Vec<f32> = (0..3 * plane).map(|i| shade(i % plane)).collect();
        let hill = Cutout::new(SIDE, &colors, &logit);
        let alphas = |cutout: &Cutout| cutout.pixels.iter().map(|p| [p[3], p[4]]).collect::<Vec<_>>();
        let clean = hill.clone().rimless();
        assert_eq!(alphas(&hill), alphas(&clean));
        for (i, (before, after)) in hill.pixels.iter().zip(&clean.pixels).enumerate() {
            let ring = inside(i);
            match ring {
                0..18 => assert_eq!(before, after, "{i}"),
                20..23 => assert!((after[0] - 0.4 * after[3]).abs() < 1e-4, "{i}: {after:?}"),
                _ => {}
            }
        }
    }
}
