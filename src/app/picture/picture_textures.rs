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
