//! Objects by their masks, in full resolution: the mask warped into its box, and what lies under it cut out.

use crate::{Picture, Placed, SquareMask};
use image::{GrayImage, Luma, RgbImage, Rgba, RgbaImage};
use scenewright_drawing::PixelRect;
use scenewright_scene::{Scene, UnitBox};

/// How much of a point of the picture an object covers, 0..=1.
pub fn opacity_at(placed: &Placed, [x, y]: [f32; 2]) -> f32 {
    if let Some(cover) = &placed.cover {
        return cover.at([x, y]);
    }
    let UnitBox { x0, y0, x1, y1 } = placed.bounds;
    let (u, v) = ((x - x0) / (x1 - x0), (y - y0) / (y1 - y0));
    if !(0.0..=1.0).contains(&u) || !(0.0..=1.0).contains(&v) {
        return 0.0;
    }
    match &placed.mask {
        Some(mask) => bilinear(mask, u, v),
        None => 1.0,
    }
}

/// Corner cells lie on the corners, as the layout stretches them.
fn bilinear(mask: &SquareMask, u: f32, v: f32) -> f32 {
    let last = mask.side.saturating_sub(1);
    let (x, y) = (u * last as f32, v * last as f32);
    let (x0, y0) = (x as usize, y as usize);
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let cell = |x: usize, y: usize| mask.values.get(y.min(last) * mask.side + x.min(last)).copied().unwrap_or(0.0);
    let row = |y: usize| cell(x0, y) * (1.0 - fx) + cell(x0 + 1, y) * fx;
    row(y0) * (1.0 - fy) + row(y0 + 1) * fy
}

/// Objects without `__image__`, the largest first: in this order, small ones are painted over large ones.
pub(super) fn by_area(picture: &Picture) -> Vec<&Placed> {
    let mut objects: Vec<_> = picture.objects.iter().filter(|placed| placed.is_object()).collect();
    let area = |placed: &Placed| placed.bounds.width().abs() * placed.bounds.height().abs();
    objects.sort_by(|a, b| area(b).total_cmp(&area(a)));
    objects
}

/// What to call an object: its own name, or what it is.
pub(super) fn title<'a>(placed: &'a Placed, scene: &'a Scene) -> &'a str {
    let node = placed.node.and_then(|id| scene.node(id));
    node.map_or(placed.name.as_str(), |node| node.title())
}

/// The part of a canvas of `width` x `height` pixels that an object's box may touch: a pixel more on each side than its
/// corners say, and never beyond the canvas. Boxes may be inverted.
pub(super) fn pixels_of(bounds: &UnitBox, width: u32, height: u32) -> PixelRect {
    let span = |a: f32, b: f32, side: u32| {
        let px = |unit: f32| (unit.clamp(-1.0, 2.0) * side as f32).round() as i32;
        ((px(a.min(b)) - 1).clamp(0, side as i32), (px(a.max(b)) + 1).clamp(0, side as i32))
    };
    let ((x0, x1), (y0, y1)) = (span(bounds.x0, bounds.x1, width), span(bounds.y0, bounds.y1, height));
    PixelRect { x0, y0, x1, y1 }
}

/// Each object's opacity at the pixels that its box may touch.
pub(super) fn each_pixel(placed: &Placed, width: u32, height: u32, mut see: impl FnMut(u32, u32, f32)) {
    let rect = pixels_of(&placed.bounds, width, height);
    for y in rect.y0 as u32..rect.y1 as u32 {
        for x in rect.x0 as u32..rect.x1 as u32 {
            let at = [(x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32];
            see(x, y, opacity_at(placed, at));
        }
    }
}

fn alpha(opacity: f32) -> u8 {
    (opacity.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// An object's mask over the whole picture: white where it is, black where it is not.
pub(super) fn full_mask(placed: &Placed, width: u32, height: u32) -> GrayImage {
    let mut mask = GrayImage::new(width, height);
    each_pixel(placed, width, height, |x, y, opacity| mask.put_pixel(x, y, Luma([alpha(opacity)])));
    mask
}

/// The masks of all objects in the scene's order, with their titles.
pub fn object_masks(picture: &Picture, scene: &Scene, width: u32, height: u32) -> Vec<(String, GrayImage)> {
    let objects = picture.objects.iter().filter(|placed| placed.is_object());
    objects.map(|placed| (title(placed, scene).to_owned(), full_mask(placed, width, height))).collect()
}

/// An object cut out of the picture, as small as its visible part, and where its upper left corner lies. An object
/// that nobody can see is one clear pixel.
pub(super) fn cut_out(placed: &Placed, image: &RgbImage) -> (RgbaImage, u32, u32) {
    let (width, height) = image.dimensions();
    let (mut x0, mut y0, mut x1, mut y1) = (width, height, 0, 0);
    each_pixel(placed, width, height, |x, y, opacity| {
        if alpha(opacity) > 0 {
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1));
        }
    });
    if x0 >= x1 || y0 >= y1 {
        return (RgbaImage::new(1, 1), 0, 0);
    }
    let mut layer = RgbaImage::new(x1 - x0, y1 - y0);
    each_pixel(placed, width, height, |x, y, opacity| {
        if (x0..x1).contains(&x) && (y0..y1).contains(&y) {
            let [r, g, b] = image.get_pixel(x, y).0;
            layer.put_pixel(x - x0, y - y0, Rgba([r, g, b, alpha(opacity)]));
        }
    });
    (layer, x0, y0)
}
