//! Contact sheets of samples: pictures, boxes, masks and relations, labeled.

use image::RgbImage;

use crate::{Rgb, Sample, SampleObject};
use scenewright_drawing::{Color, ImagePainter, PixelRect};
use scenewright_scene::UnitBox;
use scenewright_scene::vocab::Vocabulary;

/// What a cell of the sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewView {
    Picture,
    Boxes,
    Masks,
    Relations,
}

const PAPER: Color = [250, 248, 244];
const INK: Color = [46, 42, 52];
const GAP_PX: u32 = 8;
const CAPTION_PX: u32 = 18;

/// Samples in a grid, each once for every view, side by side, with its title below.
pub fn sheet(samples: &[(String, Sample)], views: &[PreviewView], columns: usize) -> RgbImage {
    let Some((_, first)) = samples.first() else { return RgbImage::from_pixel(64, 64, image::Rgb(PAPER)) };
    let (w, h) = (first.image.width as u32, first.image.height as u32);
    let (cell_w, cell_h) = (views.len() as u32 * (w + 2) + GAP_PX, h + CAPTION_PX + GAP_PX);
    let columns = columns.clamp(1, samples.len());
    let rows = samples.len().div_ceil(columns) as u32;
    let mut page = Page {
        canvas: ImagePainter::filled(columns as u32 * cell_w + GAP_PX, rows * cell_h + GAP_PX, PAPER),
        vocab: Vocabulary::illustrated(),
    };
    for (number, (title, sample)) in samples.iter().enumerate() {
        let (column, row) = ((number % columns) as u32, (number / columns) as u32);
        let (x, y) = (GAP_PX + column * cell_w, GAP_PX + row * cell_h);
        for (nth, view) in views.iter().enumerate() {
            page.sample(sample, *view, x + nth as u32 * (w + 2), y);
        }
        let width = (cell_w - GAP_PX) as f32;
        page.canvas.text_within(x as f32, (y + h + 2) as f32, title, 12.0, INK, width);
    }
    page.canvas.image
}

struct Page {
    canvas: ImagePainter,
    vocab: Vocabulary,
}

impl Page {
    fn sample(&mut self, sample: &Sample, view: PreviewView, x: u32, y: u32) {
        let picture = picture(&sample.image);
        match view {
            PreviewView::Picture => self.canvas.paste(&picture, x, y, 0.0, PAPER),
            PreviewView::Boxes => {
                self.canvas.paste(&picture, x, y, 0.25, PAPER);
                self.boxes(sample, x, y);
            }
            PreviewView::Masks => self.masks(sample, x, y),
            PreviewView::Relations => {
                self.canvas.paste(&picture, x, y, 0.72, PAPER);
                self.relations(sample, x, y);
            }
        }
    }

    fn boxes(&mut self, sample: &Sample, x: u32, y: u32) {
        let (w, h) = (sample.image.width as f32, sample.image.height as f32);
        let rect = |b: &UnitBox| {
            let px = |unit: f32, side: f32| (unit.clamp(0.0, 1.0) * side).round() as i32;
            PixelRect { x0: px(b.x0, w), y0: px(b.y0, h), x1: px(b.x1, w), y1: px(b.y1, h) }.moved(x as i32, y as i32)
        };
        for object in &sample.objects {
            self.canvas.outline(rect(&object.bounds), 1, self.vocab.color_of(&object.name));
        }
        for object in &sample.objects {
            let PixelRect { x0, y0, .. } = rect(&object.bounds);
            self.canvas.text_within(x0 as f32 + 2.0, y0 as f32 + 1.0, &object.name, 11.0, INK, w);
        }
    }

    fn masks(&mut self, sample: &Sample, x: u32, y: u32) {
        let (w, h) = (sample.image.width, sample.image.height);
        for object in &sample.objects {
            let (b, mask) = (&object.bounds, &object.visible);
            let color = self.vocab.color_of(&object.name);
            let side = |from: f32, to: f32, side: usize| {
                (from * side as f32).max(0.0) as usize..((to * side as f32).ceil() as usize).min(side)
            };
            for row in side(b.y0, b.y1, h) {
                for column in side(b.x0, b.x1, w) {
                    let u = ((column as f32 + 0.5) / w as f32 - b.x0) / b.width();
                    let v = ((row as f32 + 0.5) / h as f32 - b.y0) / b.height();
                    if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) || mask.width == 0 {
                        continue;
                    }
                    let cell = (v * mask.height as f32) as usize * mask.width + (u * mask.width as f32) as usize;
                    let opacity = f32::from(mask.alpha[cell]) / 255.0;
                    self.canvas.blend((x as usize + column) as i32, (y as usize + row) as i32, color, opacity);
                }
            }
        }
    }

    fn relations(&mut self, sample: &Sample, x: u32, y: u32) {
        let (w, h) = (sample.image.width as f32, sample.image.height as f32);
        let size_px = (h / (sample.relations.len() as f32 + 1.0)).min(12.0);
        let name = |index: usize| sample.objects.get(index).map_or("?", |object: &SampleObject| object.name.as_str());
        for (line, (subject, predicate, object)) in sample.relations.iter().enumerate() {
            let text = format!("{} {predicate} {}", name(*subject), name(*object));
            let at = (x as f32 + 3.0, y as f32 + 2.0 + size_px * line as f32);
            self.canvas.text_within(at.0, at.1, &text, size_px, INK, w - 4.0);
        }
    }
}

fn picture(rgb: &Rgb) -> RgbImage {
    RgbImage::from_raw(rgb.width as u32, rgb.height as u32, rgb.pixels.clone()).unwrap_or_default()
}
