//! The layout made visible: boxes and masks, one color a category, every object named.

use image::RgbImage;

use super::cut::{by_area, each_pixel};
use super::stack::back_to_front;
use crate::{Picture, Placed};
use scenewright_drawing::{Color, ImagePainter, PixelRect};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Scene, UnitBox};

/// Overlays are at least this large on their shorter side, so that words can be read.
const MIN_SIDE_PX: u32 = 512;
const PAPER: Color = [246, 245, 242];
const TEXT_PX: f32 = 17.0;

/// Boxes over the faded picture. `scale`: how much larger than the picture, at least.
pub fn boxes(picture: &Picture, scene: &Scene, vocab: &Vocabulary, scale: u32) -> RgbImage {
    let mut canvas = ImagePainter::new(enlarged(picture, scale));
    let whole = PixelRect { x0: 0, y0: 0, x1: canvas.image.width() as i32, y1: canvas.image.height() as i32 };
    canvas.fill(whole, PAPER, 0.72);
    let objects = by_area(picture);
    for placed in &objects {
        let (rect, color) = (pixels(&placed.bounds, &canvas), vocab.color_of(&placed.name));
        canvas.fill(rect, color, 0.16);
        canvas.outline(rect, if placed.pinned { 5 } else { 3 }, color);
    }
    label_all(&mut canvas, &objects, scene, vocab, |_, rect| (rect.x0, rect.y0));
    canvas.image
}

/// Masks in their boxes, what is in front over what is behind.
pub fn masks(picture: &Picture, scene: &Scene, vocab: &Vocabulary, scale: u32) -> RgbImage {
    let (width, height) = enlarged_size(picture, scale);
    let mut canvas = ImagePainter::filled(width, height, PAPER);
    let objects = back_to_front(picture, vocab);
    for placed in &objects {
        let color = vocab.color_of(&placed.name);
        each_pixel(placed, width, height, |x, y, opacity| {
            if opacity > 0.02 {
                canvas.blend(x as i32, y as i32, color, opacity);
            }
        });
    }
    label_all(&mut canvas, &objects, scene, vocab, |placed, rect| {
        let across = placed.name.len() as i32 * TEXT_PX as i32 / 4;
        ((rect.x0 + rect.x1) / 2 - across, (rect.y0 + rect.y1) / 2)
    });
    canvas.image
}

fn label_all(
    canvas: &mut ImagePainter,
    objects: &[&Placed],
    scene: &Scene,
    vocab: &Vocabulary,
    place: impl Fn(&Placed, PixelRect) -> (i32, i32),
) {
    let mut taken = Vec::new();
    for placed in objects.iter().rev() {
        let node = placed.node.and_then(|id| scene.node(id));
        let title = node.map_or(placed.name.as_str(), |node| node.title());
        let rect = pixels(&placed.bounds, canvas);
        canvas.label(place(placed, rect), title, TEXT_PX, vocab.color_of(&placed.name), &mut taken);
    }
}

fn pixels(bounds: &UnitBox, canvas: &ImagePainter) -> PixelRect {
    let (w, h) = (canvas.image.width() as f32, canvas.image.height() as f32);
    let (x0, x1) = (bounds.x0.min(bounds.x1), bounds.x0.max(bounds.x1));
    let (y0, y1) = (bounds.y0.min(bounds.y1), bounds.y0.max(bounds.y1));
    // Far outside is as good as just outside.
    let px = |unit: f32, side: f32| (unit.clamp(-1.0, 2.0) * side).round() as i32;
    PixelRect { x0: px(x0, w), y0: px(y0, h), x1: px(x1, w), y1: px(y1, h) }
}

fn enlarged_size(picture: &Picture, scale: u32) -> (u32, u32) {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let factor = scale.max(MIN_SIDE_PX.div_ceil(width.min(height).max(1)));
    (width * factor, height * factor)
}

fn enlarged(picture: &Picture, scale: u32) -> RgbImage {
    let (width, _) = enlarged_size(picture, scale);
    super::image(picture, width / (picture.width as u32).max(1))
}
