//! A picture as a texture: uploaded once, drawn by panels and nodes.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Color32, ColorImage, Context, Rect, TextureHandle, TextureId, TextureOptions, pos2};

use crate::engine::{Picture, Placed, SquareMask};
use scenewright_scene::{NodeId, UnitBox};

/// Every graphics card supports this size.
const MAX_ATLAS_SIDE: usize = 2048;

/// A picture, its texture and the textures of its masks.
pub struct PictureTextures {
    pub picture: Arc<Picture>,
    smooth: TextureHandle,
    crisp: TextureHandle,
    /// All masks in one texture: white, opaque where the object is.
    masks: Option<TextureHandle>,
    /// For each object: its index in the picture, and its part of the mask texture.
    rows: HashMap<NodeId, (usize, Option<Rect>)>,
}

impl PictureTextures {
    /// Uploads the picture; called once per picture.
    pub fn new(ctx: &Context, picture: Arc<Picture>) -> Self {
        let image = image_of(&picture);
        let smooth = ctx.load_texture("picture", image.clone(), TextureOptions::LINEAR);
        let crisp = ctx.load_texture("picture, crisp", image, TextureOptions::NEAREST);
        let (atlas, cells) = atlas_of(&picture.objects);
        let masks = atlas.map(|atlas| ctx.load_texture("masks", atlas, TextureOptions::LINEAR));
        let rows = picture.objects.iter().zip(cells).enumerate();
        let rows = rows.filter_map(|(row, (placed, cell))| Some((placed.node?, (row, cell)))).collect();
        Self { picture, smooth, crisp, masks, rows }
    }

    pub fn texture(&self, smooth: bool) -> TextureId {
        if smooth { self.smooth.id() } else { self.crisp.id() }
    }

    /// Width and height, pixels.
    pub(crate) fn size(&self) -> [usize; 2] {
        [self.picture.width.max(1), self.picture.height.max(1)]
    }

    pub(crate) fn placed(&self, node: NodeId) -> Option<&Placed> {
        self.picture.objects.get(self.rows.get(&node)?.0)
    }

    /// As used by the layout; may exceed the picture or be inverted.
    pub fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.placed(node).map(|placed| placed.bounds)
    }

    /// The object's part of the picture: a texture and its part of it.
    pub fn thumbnail(&self, node: NodeId) -> Option<(TextureId, Rect)> {
        let b = self.box_of(node)?.repaired()?;
        Some((self.smooth.id(), Rect::from_min_max(pos2(b.x0, b.y0), pos2(b.x1, b.y1))))
    }

    /// The object's mask, to be stretched over its box and tinted.
    pub(crate) fn mask(&self, node: NodeId) -> Option<(TextureId, Rect)> {
        Some((self.masks.as_ref()?.id(), self.rows.get(&node)?.1?))
    }
}

/// The pixels of a picture. Inconsistent sizes give a gray dot instead of a panic.
pub fn image_of(picture: &Picture) -> ColorImage {
    let (width, height) = (picture.width, picture.height);
    if width == 0 || height == 0 || picture.rgb.len() != 3 * width * height {
        return ColorImage::filled([1, 1], Color32::GRAY);
    }
    ColorImage::from_rgb([width, height], &picture.rgb)
}

/// The pixels of a picture, averaged so that no side is longer than `longest`.
pub(crate) fn small_image_of(picture: &Picture, longest: usize) -> ColorImage {
    let whole = image_of(picture);
    let [width, height] = whole.size;
    let step = width.max(height).div_ceil(longest.max(1)).max(1);
    if step == 1 {
        return whole;
    }
    let size = [width.div_ceil(step), height.div_ceil(step)];
    let average = |place: usize| {
        let (left, top) = (place % size[0] * step, place / size[0] * step);
        let (right, bottom) = ((left + step).min(width), (top + step).min(height));
        let mut sum = [0u32; 3];
        for y in top..bottom {
            for x in left..right {
                let [r, g, b, _] = whole[(x, y)].to_array();
                sum = [sum[0] + u32::from(r), sum[1] + u32::from(g), sum[2] + u32::from(b)];
            }
        }
        let count = ((right - left) * (bottom - top)).max(1) as u32;
        let [r, g, b] = sum.map(|sum| (sum / count) as u8);
        Color32::from_rgb(r, g, b)
    };
    ColorImage::new(size, (0..size[0] * size[1]).map(average).collect())
}

/// All masks side by side, and the place of each.
fn atlas_of(objects: &[Placed]) -> (Option<ColorImage>, Vec<Option<Rect>>) {
    let side = objects.iter().filter_map(|placed| Some(placed.mask.as_ref()?.side)).max().unwrap_or(1).max(1);
    let across = (objects.len() as f32).sqrt().ceil().max(1.0) as usize;
    let across = across.min(MAX_ATLAS_SIDE / side);
    if across == 0 {
        return (None, vec![None; objects.len()]);
    }
    let down = objects.len().div_ceil(across).clamp(1, MAX_ATLAS_SIDE / side);
    let size = [across * side, down * side];
    let mut atlas = ColorImage::filled(size, Color32::TRANSPARENT);
    let cells = objects.iter().enumerate().map(|(i, placed)| {
        let corner = [i % across * side, i / across * side];
        if i >= across * down {
            return None;
        }
        let drawn = put(&mut atlas, corner, side, placed.mask.as_ref())?;
        // The reference samples masks with align_corners=True: the edge of a box is the center of the mask's outermost
        // cell. This part of the texture matches that, and never blends a neighbor in.
        let at = |x: usize, y: usize| {
            pos2(((corner[0] + x) as f32 + 0.5) / size[0] as f32, ((corner[1] + y) as f32 + 0.5) / size[1] as f32)
        };
        Some(Rect::from_min_max(at(0, 0), at(drawn - 1, drawn - 1)))
    });
    let cells = cells.collect();
    (Some(atlas), cells)
}

/// Draws one mask and returns its side. Without a mask the object fills its box.
fn put(atlas: &mut ColorImage, corner: [usize; 2], side: usize, mask: Option<&SquareMask>) -> Option<usize> {
    let drawn = mask.map_or(side, |mask| mask.side);
    if drawn == 0 || drawn > side || mask.is_some_and(|mask| mask.values.len() != drawn * drawn) {
        return None;
    }
    for y in 0..drawn {
        for x in 0..drawn {
            let opacity = mask.map_or(1.0, |mask| mask.values[y * drawn + x]);
            let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
            atlas[(corner[0] + x, corner[1] + y)] = Color32::from_white_alpha(alpha);
        }
    }
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_image_has_the_colors_of_the_large_one() {
        let (width, height) = (300, 200);
        let rgb: Vec<u8> =
            (0..width * height).flat_map(|at| if at % width < 150 { [200, 40, 0] } else { [0, 40, 100] }).collect();
        let picture = Picture {
            rgb,
            width,
            height,
            raw: vec![],
            objects: vec![],
            implied: None,
            encoded: scenewright_scene::encode::Encoded::default(),
            seed: 0,
            is_resizable: false,
            timings: crate::engine::Timings::default(),
        };
        let small = small_image_of(&picture, 100);
        assert_eq!(small.size, [100, 67]);
        assert_eq!((small[(10, 30)], small[(90, 66)]), (Color32::from_rgb(200, 40, 0), Color32::from_rgb(0, 40, 100)));
        assert_eq!(small_image_of(&picture, 300).size, [300, 200]);
    }
}
