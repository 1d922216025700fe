//! Rectangles, outlines and words on RGB images, for overlays and contact sheets.

#![forbid(unsafe_code)]

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::{Rgb, RgbImage};

pub type Color = [u8; 3];

/// A rectangle in pixels, corners included on the left and top only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelRect {
    pub x0: i32,
    pub y0: i32,
    pub x1: i32,
    pub y1: i32,
}

impl PixelRect {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    pub fn moved(self, x: i32, y: i32) -> Self {
        Self { x0: self.x0 + x, y0: self.y0 + y, x1: self.x1 + x, y1: self.y1 + y }
    }
}

pub struct ImagePainter {
    pub image: RgbImage,
    font: Option<FontRef<'static>>,
}

impl ImagePainter {
    pub fn new(image: RgbImage) -> Self {
        // The font is part of the program; should it ever fail to parse, pictures lack words but are made.
        Self { image, font: FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).ok() }
    }

    pub fn filled(width: u32, height: u32, color: Color) -> Self {
        Self::new(RgbImage::from_pixel(width, height, Rgb(color)))
    }

    /// Mixes a color into a pixel; what lies outside is ignored.
    pub fn blend(&mut self, x: i32, y: i32, color: Color, opacity: f32) {
        let inside = u32::try_from(x).ok().zip(u32::try_from(y).ok());
        let Some(pixel) = inside.and_then(|(x, y)| self.image.get_pixel_mut_checked(x, y)) else { return };
        for (value, to) in pixel.0.iter_mut().zip(color) {
            *value = (f32::from(*value) + (f32::from(to) - f32::from(*value)) * opacity).round() as u8;
        }
    }

    pub fn fill(&mut self, rect: PixelRect, color: Color, opacity: f32) {
        let (width, height) = (self.image.width() as i32, self.image.height() as i32);
        for y in rect.y0.max(0)..rect.y1.min(height) {
            for x in rect.x0.max(0)..rect.x1.min(width) {
                self.blend(x, y, color, opacity);
            }
        }
    }

    pub fn outline(&mut self, rect: PixelRect, thickness: i32, color: Color) {
        let PixelRect { x0, y0, x1, y1 } = rect;
        let t = thickness;
        for side in [
            PixelRect { x0, y0, x1, y1: y0 + t },
            PixelRect { x0, y0: y1 - t, x1, y1 },
            PixelRect { x0, y0: y0 + t, x1: x0 + t, y1: y1 - t },
            PixelRect { x0: x1 - t, y0: y0 + t, x1, y1: y1 - t },
        ] {
            self.fill(side, color, 1.0);
        }
    }

    /// Pastes a picture, faded towards a color.
    pub fn paste(&mut self, picture: &RgbImage, x: u32, y: u32, fade: f32, towards: Color) {
        for (dx, dy, pixel) in picture.enumerate_pixels() {
            let at = (x + dx, y + dy);
            if let Some(to) = self.image.get_pixel_mut_checked(at.0, at.1) {
                *to = *pixel;
                self.blend(at.0 as i32, at.1 as i32, towards, fade);
            }
        }
    }

    /// Width of a line of text, in pixels.
    pub(crate) fn text_width(&self, text: &str, size_px: f32) -> f32 {
        let Some(font) = &self.font else { return 0.0 };
        let font = font.as_scaled(PxScale::from(size_px));
        text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum()
    }

    /// Writes a line of text with its upper left corner at (x, y).
    pub fn text(&mut self, x: f32, y: f32, text: &str, size_px: f32, color: Color) {
        let Some(font) = self.font.clone() else { return };
        let scaled = font.as_scaled(PxScale::from(size_px));
        let mut pen = x;
        for c in text.chars() {
            let id = scaled.glyph_id(c);
            let glyph = id.with_scale_and_position(size_px, point(pen, y + scaled.ascent()));
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|dx, dy, cover| {
                    self.blend(corner.x as i32 + dx as i32, corner.y as i32 + dy as i32, color, cover.min(1.0));
                });
            }
            pen += scaled.h_advance(id);
        }
    }

    /// As [`ImagePainter::text`], cut where it would be wider than `width_px`.
    pub fn text_within(&mut self, x: f32, y: f32, text: &str, size_px: f32, color: Color, width_px: f32) {
        let mut shown = text;
        while !shown.is_empty() && self.text_width(shown, size_px) > width_px {
            let last = shown.char_indices().next_back().map_or(0, |(at, _)| at);
            shown = &shown[..last];
        }
        self.text(x, y, shown, size_px, color);
    }

    /// A word on a plate of its color, moved down until it hides none of the plates before it.
    pub fn label(&mut self, at: (i32, i32), text: &str, size_px: f32, color: Color, taken: &mut Vec<PixelRect>) {
        let (width, height) = (self.text_width(text, size_px).ceil() as i32 + 8, size_px.ceil() as i32 + 6);
        let (room_x, room_y) = (self.image.width() as i32 - width, self.image.height() as i32 - height);
        let (x, y) = (at.0.min(room_x).max(0), at.1.min(room_y).max(0));
        let home = PixelRect { x0: x, y0: y, x1: x + width, y1: y + height };
        let steps = (0..=room_y / height.max(1) + 1).flat_map(|i| [i * (height + 1), -i * (height + 1)]);
        let free = steps
            .map(|down| home.moved(0, down))
            .find(|rect| rect.y0 >= 0 && rect.y0 <= room_y.max(0) && !taken.iter().any(|other| other.overlaps(rect)));
        let plate = free.unwrap_or(home);
        self.fill(plate, color, 0.92);
        self.text(plate.x0 as f32 + 4.0, plate.y0 as f32 + 2.0, text, size_px, ink_on(color));
        taken.push(plate);
    }
}

/// Black or white, whichever reads better.
pub(crate) fn ink_on(color: Color) -> Color {
    let [r, g, b] = color.map(f32::from);
    if 0.299 * r + 0.587 * g + 0.114 * b > 140.0 { [20, 20, 24] } else { [255, 255, 255] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_hide_each_other() {
        let mut canvas = ImagePainter::filled(200, 200, [255; 3]);
        let mut taken = Vec::new();
        for _ in 0..6 {
            canvas.label((20, 40), "sheep", 14.0, [200, 60, 60], &mut taken);
        }
        for (i, a) in taken.iter().enumerate() {
            assert!(taken[i + 1..].iter().all(|b| !a.overlaps(b)), "{taken:?}");
        }
        assert!(canvas.image.pixels().any(|p| p.0 == [255, 255, 255]) && canvas.image.pixels().any(|p| p.0[1] < 100));
    }

    #[test]
    fn drawing_outside_is_harmless() {
        let mut canvas = ImagePainter::filled(8, 8, [0; 3]);
        canvas.fill(PixelRect { x0: -5, y0: -5, x1: 50, y1: 2 }, [255; 3], 1.0);
        canvas.outline(PixelRect { x0: 6, y0: 6, x1: 3, y1: 3 }, 2, [255; 3]);
        canvas.text(-20.0, 100.0, "far away", 40.0, [255; 3]);
        assert_eq!(canvas.image.get_pixel(0, 0).0, [255; 3]);
        assert_eq!(canvas.image.get_pixel(0, 5).0, [0; 3]);
    }
}
