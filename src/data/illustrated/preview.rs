//! Contact sheets of samples: pictures, boxes, masks and relations, labelled.

use crate::data::{Rgb, Sample, SampleObject};
use crate::scene::UnitBox;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

/// What a cell of the sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Picture,
    Boxes,
    Masks,
    Relations,
}

const BACKGROUND: [u8; 3] = [250, 248, 244];
const INK: [u8; 3] = [46, 42, 52];
const GAP: usize = 8;

/// A sheet in the making: rows of cells from the upper left.
pub struct Sheet {
    pub image: Rgb,
}

impl Sheet {
    pub fn blank(width: usize, height: usize) -> Self {
        Self { image: Rgb { width, height, pixels: BACKGROUND.repeat(width * height) } }
    }

    /// Samples in a grid, each once for every view, side by side, with its kind below.
    pub fn of_samples(samples: &[(String, Sample)], views: &[View], columns: usize, labels: bool) -> Self {
        let Some((_, first)) = samples.first() else { return Self::blank(64, 64) };
        let (w, h) = (first.image.width, first.image.height);
        let caption = if labels { 18 } else { 0 };
        let cell = (views.len() * (w + 2) + GAP, h + caption + GAP);
        let columns = columns.clamp(1, samples.len());
        let rows = samples.len().div_ceil(columns);
        let mut sheet = Self::blank(columns * cell.0 + GAP, rows * cell.1 + GAP);
        for (number, (title, sample)) in samples.iter().enumerate() {
            let (x, y) = (GAP + number % columns * cell.0, GAP + number / columns * cell.1);
            for (nth, view) in views.iter().enumerate() {
                sheet.sample(sample, *view, x + nth * (w + 2), y);
            }
            if labels {
                sheet.text(title, x as f32, (y + h + 2) as f32, 12.0, INK, views.len() * (w + 2));
            }
        }
        sheet
    }

    fn sample(&mut self, sample: &Sample, view: View, x: usize, y: usize) {
        match view {
            View::Picture => self.paste(&sample.image, x, y, 1.0),
            View::Boxes => {
                self.paste(&sample.image, x, y, 0.75);
                for object in &sample.objects {
                    self.outline(&object.bounds, sample, x, y, colour_of(&object.name));
                }
                for object in &sample.objects {
                    let (px, py) =
                        (object.bounds.x0 * sample.image.width as f32, object.bounds.y0 * sample.image.height as f32);
                    self.text(&object.name, x as f32 + px + 2.0, y as f32 + py + 1.0, 10.0, INK, sample.image.width);
                }
            }
            View::Masks => self.masks(sample, x, y),
            View::Relations => {
                self.paste(&sample.image, x, y, 0.28);
                let size = (sample.image.height as f32 / (sample.relations.len() as f32 + 1.0)).min(12.0);
                for (line, (s, predicate, o)) in sample.relations.iter().enumerate() {
                    let words = |object: &SampleObject| object.name.clone();
                    let text = format!("{} {predicate} {}", words(&sample.objects[*s]), words(&sample.objects[*o]));
                    self.text(
                        &text,
                        x as f32 + 3.0,
                        y as f32 + 2.0 + size * line as f32,
                        size,
                        INK,
                        sample.image.width - 4,
                    );
                }
            }
        }
    }

    /// Pastes a picture, faded toward the paper.
    pub fn paste(&mut self, picture: &Rgb, x: usize, y: usize, strength: f32) {
        for row in 0..picture.height.min(self.image.height.saturating_sub(y)) {
            for column in 0..picture.width.min(self.image.width.saturating_sub(x)) {
                let from = (row * picture.width + column) * 3;
                let to = ((y + row) * self.image.width + x + column) * 3;
                let paper = self.image.pixels[to..to + 3].iter_mut().zip(BACKGROUND);
                for ((pixel, paper), colour) in paper.zip(&picture.pixels[from..from + 3]) {
                    let (paper, colour) = (f32::from(paper), f32::from(*colour));
                    *pixel = (paper + (colour - paper) * strength) as u8;
                }
            }
        }
    }

    fn masks(&mut self, sample: &Sample, x: usize, y: usize) {
        let (w, h) = (sample.image.width, sample.image.height);
        for object in &sample.objects {
            let (b, mask) = (&object.bounds, &object.visible);
            let colour = colour_of(&object.name);
            let rows = (b.y0 * h as f32) as usize..((b.y1 * h as f32).ceil() as usize).min(h);
            for row in rows {
                for column in (b.x0 * w as f32) as usize..((b.x1 * w as f32).ceil() as usize).min(w) {
                    let u = ((column as f32 + 0.5) / w as f32 - b.x0) / b.width();
                    let v = ((row as f32 + 0.5) / h as f32 - b.y0) / b.height();
                    if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) || mask.width == 0 {
                        continue;
                    }
                    let cell = (v * mask.height as f32) as usize * mask.width + (u * mask.width as f32) as usize;
                    self.blend(x + column, y + row, colour, f32::from(mask.alpha[cell]) / 255.0);
                }
            }
        }
    }

    fn outline(&mut self, b: &UnitBox, sample: &Sample, x: usize, y: usize, colour: [u8; 3]) {
        let (w, h) = (sample.image.width, sample.image.height);
        let px = |v: f32, side: usize| ((v * side as f32) as usize).min(side - 1);
        let (x0, x1, y0, y1) = (px(b.x0, w), px(b.x1, w), px(b.y0, h), px(b.y1, h));
        for column in x0..=x1 {
            self.blend(x + column, y + y0, colour, 1.0);
            self.blend(x + column, y + y1, colour, 1.0);
        }
        for row in y0..=y1 {
            self.blend(x + x0, y + row, colour, 1.0);
            self.blend(x + x1, y + row, colour, 1.0);
        }
    }

    /// One line of text, its upper left corner at `(x, y)`, cut at `width` pixels.
    pub fn text(&mut self, text: &str, x: f32, y: f32, size: f32, colour: [u8; 3], width: usize) {
        let Ok(font) = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT) else { return };
        let scale = PxScale::from(size);
        let scaled = font.as_scaled(scale);
        let mut caret = x;
        for letter in text.chars() {
            let id = font.glyph_id(letter);
            if caret + scaled.h_advance(id) > x + width as f32 {
                break;
            }
            let glyph = id.with_scale_and_position(scale, point(caret, y + scaled.ascent()));
            caret += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let origin = outline.px_bounds().min;
            outline.draw(|gx, gy, coverage| {
                let (px, py) = (origin.x + gx as f32, origin.y + gy as f32);
                if px >= 0.0 && py >= 0.0 {
                    // Light type on a picture needs a little more ink.
                    self.blend(px as usize, py as usize, colour, (coverage * 1.4).min(1.0));
                }
            });
        }
    }

    fn blend(&mut self, x: usize, y: usize, colour: [u8; 3], strength: f32) {
        if x >= self.image.width || y >= self.image.height {
            return;
        }
        let at = (y * self.image.width + x) * 3;
        for (pixel, ink) in self.image.pixels[at..at + 3].iter_mut().zip(colour) {
            let below = f32::from(*pixel);
            *pixel = (below + (f32::from(ink) - below) * strength) as u8;
        }
    }
}

/// A stable, saturated colour for a name.
fn colour_of(name: &str) -> [u8; 3] {
    let hash = name.bytes().fold(2_166_136_261_u32, |h, byte| (h ^ u32::from(byte)).wrapping_mul(16_777_619));
    let hue = (hash >> 8) as f32 / (1 << 24) as f32 * 6.0;
    let channel = |shift: f32| {
        let k = (hue + shift) % 6.0;
        let ramp = (k.min(4.0 - k)).clamp(0.0, 1.0);
        (40.0 + 195.0 * (1.0 - ramp)) as u8
    };
    [channel(5.0), channel(3.0), channel(1.0)]
}
