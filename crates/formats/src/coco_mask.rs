//! Masks as COCO's files hold them: run lengths, their compressed text, and polygons.
//!
//! Everything is bit for bit what `pycocotools` makes of the same file (`cocoapi: common/maskApi.c`), because a mask that is a pixel wider is
//! another data set. Runs go down the columns, outside first.

use super::picture_file::is_too_large;
use serde_json::{Value, json};

/// Run lengths of a picture of `width` × `height` pixels, column by column; the first run is outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Runs {
    pub width: usize,
    pub height: usize,
    pub counts: Vec<u32>,
}

/// Why a text or list is no mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    #[error("the run lengths end in the middle of a number")]
    CutShort,
    #[error("the run lengths hold a character that has no place there")]
    Character,
    #[error("a run length is below zero or beyond all bounds")]
    Length,
    #[error("the run lengths add up to {found} pixels, the mask has {expected}")]
    Sum { found: u64, expected: u64 },
    #[error("the mask is for {width} x {height} pixels, which no picture has")]
    Size { width: usize, height: usize },
    #[error("a polygon has fewer than three corners")]
    Corners,
    #[error("a corner of a polygon is no finite number")]
    NotFinite,
    /// It stands in a form that is none of COCO's.
    #[error("{0}")]
    Form(&'static str),
}

/// Corners in fifths of a pixel, rounded as `pycocotools` rounds them before it draws: this is all of a polygon that it uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Polygon(pub Vec<[i32; 2]>);

/// A mask in any of COCO's three forms; compressed and plain run lengths are one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CocoShape {
    /// What any of them covers.
    Polygons(Vec<Polygon>),
    Runs(Runs),
}

/// Rows and columns of a picture, the last ones excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelWindow {
    pub x0: usize,
    pub y0: usize,
    pub x1: usize,
    pub y1: usize,
}

impl PixelWindow {
    pub fn width(&self) -> usize {
        self.x1.saturating_sub(self.x0)
    }

    pub fn height(&self) -> usize {
        self.y1.saturating_sub(self.y0)
    }
}

/// Polygons are drawn on a grid this much finer than pixels.
const FIFTHS: f64 = 5.0;

impl Runs {
    /// From plain run lengths.
    pub(crate) fn new(width: usize, height: usize, counts: Vec<u32>) -> Result<Self, MaskError> {
        let expected = pixels(width, height).ok_or(MaskError::Size { width, height })?;
        let found: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        if found == expected { Ok(Self { width, height, counts }) } else { Err(MaskError::Sum { found, expected }) }
    }

    /// From the compressed text: five bits a character, low ones first, each run from the third on as its difference to the one before the
    /// last.
    pub fn from_text(width: usize, height: usize, text: &str) -> Result<Self, MaskError> {
        let mut counts: Vec<u32> = Vec::with_capacity(text.len() / 2);
        let mut bytes = text.bytes();
        while let Some(mut byte) = bytes.next() {
            let (mut value, mut shift) = (0i64, 0u32);
            loop {
                let bits = byte.checked_sub(48).filter(|bits| *bits < 64).ok_or(MaskError::Character)?;
                value |= i64::from(bits & 31) << shift;
                shift += 5;
                if bits & 32 == 0 {
                    if bits & 16 != 0 {
                        value |= -1i64 << shift;
                    }
                    break;
                }
                if shift > 40 {
                    return Err(MaskError::Length);
                }
                byte = bytes.next().ok_or(MaskError::CutShort)?;
            }
            if counts.len() > 2 {
                value += i64::from(counts[counts.len() - 2]);
            }
            counts.push(u32::try_from(value).map_err(|_| MaskError::Length)?);
        }
        Self::new(width, height, counts)
    }

    /// The compressed text.
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.counts.len() * 2);
        for (i, &count) in self.counts.iter().enumerate() {
            let before = if i > 2 { i64::from(self.counts[i - 2]) } else { 0 };
            let mut value = i64::from(count) - before;
            loop {
                let mut bits = (value & 31) as u8;
                value >>= 5;
                let more = if bits & 16 != 0 { value != -1 } else { value != 0 };
                if more {
                    bits |= 32;
                }
                text.push(char::from(bits + 48));
                if !more {
                    break;
                }
            }
        }
        text
    }

    /// Of a mask given row by row; from 128 on a pixel is inside.
    pub fn of_mask(mask: &[u8], width: usize, height: usize) -> Self {
        let mut counts = Vec::new();
        let (mut run, mut is_inside) = (0, false);
        for x in 0..width {
            for y in 0..height {
                let is_in = mask.get(y * width + x).is_some_and(|&value| value >= 128);
                if is_in != is_inside {
                    counts.push(run);
                    (run, is_inside) = (0, is_in);
                }
                run += 1;
            }
        }
        counts.push(run);
        Self { width, height, counts }
    }

    /// Pixels inside.
    pub fn area(&self) -> u64 {
        self.counts.iter().skip(1).step_by(2).map(|&count| u64::from(count)).sum()
    }

    /// As an annotation's `segmentation`, compressed.
    pub fn to_json(&self) -> Value {
        json!({ "size": [self.height, self.width], "counts": self.to_text() })
    }

    /// Sets the pixels of a window that are inside to 255; the window is `[y][x]` in `out`.
    fn paint(&self, window: PixelWindow, out: &mut [u8]) {
        let (height, columns) = (self.height.max(1), window.width());
        let mut at = 0usize;
        for (i, &count) in self.counts.iter().enumerate() {
            let (from, to) = (at, at + count as usize);
            at = to;
            if i % 2 == 0 || from >= to {
                continue;
            }
            // A run may go over several columns.
            let (first, last) = ((from / height).max(window.x0), ((to - 1) / height).min(window.x1.saturating_sub(1)));
            for x in first..=last {
                let start = from.saturating_sub(x * height).max(window.y0);
                let end = (to - x * height).min(height).min(window.y1);
                for y in start..end.max(start) {
                    if let Some(pixel) = out.get_mut((y - window.y0) * columns + (x - window.x0)) {
                        *pixel = 255;
                    }
                }
            }
        }
    }
}

impl Polygon {
    /// From `[x0, y0, x1, y1 ...]` in pixels. A last number without a partner is left out, as `pycocotools` leaves it.
    pub fn new(flat: &[f64]) -> Result<Self, MaskError> {
        if flat.len() < 6 {
            return Err(MaskError::Corners);
        }
        if flat.iter().any(|v| !v.is_finite()) {
            return Err(MaskError::NotFinite);
        }
        // Towards zero, as a cast in C; what lies beyond all pictures is cut off there.
        let fifths = |v: f64| (FIFTHS * v + 0.5) as i32;
        let bounded = |v: f64| fifths(v.clamp(-1e6, 1e6));
        Ok(Self(flat.chunks_exact(2).map(|corner| [bounded(corner[0]), bounded(corner[1])]).collect()))
    }

    /// Pixels, rounded to fifths.
    pub fn corners(&self) -> impl Iterator<Item = [f64; 2]> {
        self.0.iter().map(|corner| corner.map(|v| f64::from(v) / FIFTHS))
    }

    /// Twice nothing: all corners on one line.
    pub fn is_degenerate(&self) -> bool {
        let next = self.0.iter().cycle().skip(1);
        let doubled: i64 = (self.0.iter().zip(next))
            .map(|(a, b)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1]))
            .sum();
        self.0.len() < 3 || doubled == 0
    }

    // cocoapi: common/maskApi.c, rleFrPoly
    /// On a picture of this size; nothing where no picture is so large.
    pub fn runs(&self, width: usize, height: usize) -> Runs {
        let Some(all) = pixels(width, height) else { return Runs { width, height, counts: Vec::new() } };
        let mut crossings = Vec::new();
        let mut before: Option<[i32; 2]> = None;
        let ends = self.0.iter().zip(self.0.iter().cycle().skip(1));
        for (from, to) in ends {
            along(*from, *to, |point| {
                if let Some(last) = before.replace(point) {
                    crossings.extend(crossing(last, point, width, height));
                }
            });
        }
        crossings.sort_unstable();
        Runs { width, height, counts: counts_between(&crossings, all as u32) }
    }
}

/// How many pixels a picture of this size has; none where no picture is so large. They always fit into 32 bits.
fn pixels(width: usize, height: usize) -> Option<u64> {
    let (w, h) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    let all = u64::from(w).checked_mul(u64::from(h))?;
    (!is_too_large(w, h)).then_some(all)
}

/// Every point of the fine grid on a line, both ends included.
fn along(from: [i32; 2], to: [i32; 2], mut visit: impl FnMut([i32; 2])) {
    let [dx, dy] = [(to[0] - from[0]).abs(), (to[1] - from[1]).abs()];
    let axis = usize::from(dx < dy);
    let steps = dx.max(dy);
    // Drawn from the lower end, whichever way it is walked, so that shared edges meet.
    let flip = from[axis] > to[axis];
    let (low, high) = if flip { (to, from) } else { (from, to) };
    // A line of no length is one point; its slope counts for nothing.
    let slope = f64::from(high[1 - axis] - low[1 - axis]) / f64::from(steps.max(1));
    for step in 0..=steps {
        let t = if flip { steps - step } else { step };
        let mut point = [0; 2];
        point[axis] = t + low[axis];
        let other = f64::from(low[1 - axis]) + slope * f64::from(t);
        point[1 - axis] = (other + 0.5) as i32;
        visit(point);
    }
}

/// Where a step of the outline enters or leaves a column of pixels: the index of the first pixel behind it.
fn crossing(before: [i32; 2], point: [i32; 2], width: usize, height: usize) -> Option<u32> {
    if before[0] == point[0] {
        return None;
    }
    let grid_x = if point[0] < before[0] { point[0] } else { point[0] - 1 };
    let x = (f64::from(grid_x) + 0.5) / FIFTHS - 0.5;
    if x.floor() != x || x < 0.0 || x > width as f64 - 1.0 {
        return None;
    }
    let y = (f64::from(point[1].min(before[1])) + 0.5) / FIFTHS - 0.5;
    let y = y.clamp(0.0, height as f64).ceil();
    Some((x as usize * height + y as usize) as u32)
}

/// Run lengths between sorted crossings; runs of nothing are joined with their neighbors.
fn counts_between(crossings: &[u32], all: u32) -> Vec<u32> {
    let mut counts = Vec::with_capacity(crossings.len() + 1);
    let mut before = 0;
    let mut differences =
        crossings.iter().chain([&all]).map(|&at| at.saturating_sub(std::mem::replace(&mut before, at)));
    counts.extend(differences.next());
    while let Some(count) = differences.next() {
        if count > 0 {
            counts.push(count);
        } else if let (Some(next), Some(last)) = (differences.next(), counts.last_mut()) {
            *last += next;
        }
    }
    counts
}

impl CocoShape {
    /// The mask of a window of a picture of `width` × `height`, row by row: 0 or 255.
    pub fn mask(&self, width: usize, height: usize, window: PixelWindow) -> Vec<u8> {
        let mut out = vec![0; window.width() * window.height()];
        match self {
            Self::Polygons(polygons) => polygons.iter().for_each(|p| p.runs(width, height).paint(window, &mut out)),
            Self::Runs(runs) => runs.paint(window, &mut out),
        }
        out
    }

    /// The whole picture's mask.
    #[cfg(test)]
    pub(crate) fn full(&self, width: usize, height: usize) -> Vec<u8> {
        self.mask(width, height, PixelWindow { x0: 0, y0: 0, x1: width, y1: height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::Config;

    /// Made by pycocotools 2.0.11: `frPyObjects([polygon], height, width)`, its compressed text and its area.
    const POLYGONS: [(&[f64], usize, usize, &str, u64); 18] = [
        (&[1.0, 1.0, 6.0, 1.0, 6.0, 5.0, 1.0, 5.0], 8, 8, r"9440000000?", 20),
        (&[0.3, 0.3, 7.5, 2.1, 3.3, 7.7], 8, 8, r"0181N2N3MN3N1O7", 24),
        (&[-3.0, 2.5, 4.5, -2.0, 12.25, 6.5, 3.0, 11.0], 9, 7, r"1`11fN1O", 59),
        (&[2.0, 2.0, 2.0, 2.0, 2.0, 2.0], 5, 5, r"i0", 0),
        (&[1.5, 1.5, 9.5, 1.5, 9.5, 1.5], 12, 4, r"`1", 0),
        (&[2.0, 3.0, 2.0, 3.0, 5.0, 6.0, 1.0, 6.0], 8, 9, r"=2611O1Of0", 8),
        (
            &[
                13.88, 22.4, 13.0, 13.37, 17.33, 20.5, 3.73, -0.5, 1.61, 8.78, 17.97, 9.04, 0.35, 5.23, 14.82, 9.84,
                2.19, 23.16,
            ],
            19,
            25,
            r"n01h03I4LIF79JH2MN:1KOK092M0122KM62KM63IH0386JH78JG5:JM03N=0@0Z2",
            115,
        ),
        (
            &[
                22.71, 0.36, 17.14, 0.15, -1.94, 12.81, 4.49, 1.66, 28.46, 12.83, 6.97, 14.35, 14.72, 9.52, 4.35, 14.0,
                19.41, 14.43,
            ],
            27,
            13,
            r"9292N1O1010O2N100OMNN030M020O010N171N1O2O0O2O001O0M03L4N201O001O",
            128,
        ),
        (&[9.2, 2.31, 2.52, -0.31, 7.34, 13.68], 27, 22, r"R22e02M3M3N1NJ`<", 39),
        (&[0.17, 20.92, 1.37, 6.84, 1.37, 17.73], 3, 24, r"a03d1", 3),
        (&[7.49, 6.23, 2.04, 10.63, 2.19, 6.66], 6, 19, r"]13?01O10J", 10),
        (&[2.95, 19.83, 4.68, 2.17, -0.28, 26.68], 3, 31, r"h01i03L4E", 13),
        (
            &[10.77, 13.22, 25.92, 1.13, 24.94, 21.12, 28.95, -0.94, 32.05, 0.64, 10.27, 15.71, 31.05, 7.86],
            32,
            25,
            r"h9110d00\O0d01\OOc040M]OOc04ON^OOa01@N`03@M`02@N`02AN>2CN<35O_ONM6:25J4NA0;1700O1",
            80,
        ),
        (
            &[26.12, 1.67, 30.75, 5.52, 27.57, 1.71, 17.84, 6.64, 1.32, 5.21],
            37,
            8,
            r"]1161000000000000O100000001OO10O0100O100O1080I0l1",
            51,
        ),
        (&[21.7, 1.09, 6.01, 3.86, 2.66, 6.81, 18.43, 5.21], 28, 5, r"m014000O100000000O10000000000O01OS1", 36),
        (
            &[25.48, 9.28, 1.72, 15.93, 9.59, 1.38, 8.44, -0.82],
            24,
            16,
            r"_11=1O2N2N2N1O2M31N101O001N101O1N101O001N101OH",
            157,
        ),
        (&[12.95, 22.98, 26.12, 22.4, 12.97, 10.2, 22.07, 9.98], 29, 21, r"k81d0001C031K051H1860IH18MK25MM2<O1Oe2", 54),
        (
            &[20.55, 2.16, 18.55, 17.67, 2.48, 32.67, 19.69, 4.66, 10.3, 17.06, 11.7, 16.6],
            21,
            33,
            r"Q52m0100O100O1O1MLZO4f0KZO6f02OH[O7f0100O2N1OK5J6",
            110,
        ),
    ];

    #[test]
    fn polygons_are_drawn_as_pycocotools_draws_them() {
        for (flat, width, height, text, area) in POLYGONS {
            let runs = Polygon::new(flat).unwrap().runs(width, height);
            assert_eq!((runs.to_text().as_str(), runs.area()), (text, area), "{flat:?}");
            assert_eq!(Runs::from_text(width, height, text), Ok(runs));
        }
    }

    #[test]
    fn what_is_no_mask_is_reported() {
        let text = |text: &str| Runs::from_text(2, 2, text);
        assert_eq!(text("4").unwrap().counts, [4]);
        assert_eq!(text("5"), Err(MaskError::Sum { found: 5, expected: 4 }));
        assert_eq!(text("!"), Err(MaskError::Character));
        assert_eq!(text("o"), Err(MaskError::CutShort));
        assert_eq!(text("ooooooooooooo"), Err(MaskError::Length));
        assert_eq!(text("O"), Err(MaskError::Length), "below zero");
        for (width, height) in [(usize::MAX, 2), (1 << 40, 1 << 40), (70_000, 70_000), (16_385, 1)] {
            let error = MaskError::Size { width, height };
            assert_eq!(Runs::new(width, height, vec![4]), Err(error));
            assert_eq!(Runs::from_text(width, height, "4"), Err(error));
            let drawn = Polygon::new(&[0.0, 0.0, 9.0, 0.0, 9.0, 9.0]).unwrap().runs(width, height);
            assert_eq!(drawn.area(), 0);
        }
        assert_eq!(Polygon::new(&[0.0, 0.0, 1.0, 1.0]), Err(MaskError::Corners));
        assert_eq!(Polygon::new(&[0.0, 0.0, 1.0, f64::NAN, 2.0, 2.0]), Err(MaskError::NotFinite));
        assert!(Polygon::new(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0]).unwrap().is_degenerate());
        assert!(!Polygon::new(&[0.0, 0.0, 1.0, 0.0, 2.0, 2.0]).unwrap().is_degenerate());
    }

    proptest! {
        #![proptest_config(Config { cases: 128, failure_persistence: None, ..Config::default() })]

        #[test]
        fn masks_come_back(width in 1usize..12, height in 1usize..12, seed in any::<u64>()) {
            let mask: Vec<u8> = (0..width * height).map(|i| if (seed >> (i % 61)) & 1 == 1 { 255 } else { 0 }).collect();
            let runs = Runs::of_mask(&mask, width, height);
            let text = runs.to_text();
            let back = Runs::from_text(width, height, &text).unwrap();
            prop_assert_eq!(&back, &runs);
            prop_assert_eq!(runs.area(), mask.iter().filter(|&&v| v == 255).count() as u64);
            let shape = CocoShape::Runs(back);
            prop_assert_eq!(&shape.full(width, height), &mask);
            let window = PixelWindow { x0: width / 3, y0: height / 2, x1: width, y1: height };
            let part: Vec<u8> = (window.y0..height).flat_map(|y| mask[y * width + window.x0..(y + 1) * width].to_vec()).collect();
            prop_assert_eq!(shape.mask(width, height, window), part);
        }
    }
}
