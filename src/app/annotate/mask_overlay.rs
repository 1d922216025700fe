//! All masks as one texture over the picture: filled with the color of the label, with a strong edge.

use std::sync::Arc;

use egui::{Color32, ColorImage, Context, TextureHandle, TextureId, TextureOptions};

use crate::app::widgets::category;
use scenewright_document::annotation::{Bitmap, ObjectMask, PageState};
use scenewright_scene::NodeId;
use scenewright_scene::vocab::Vocabulary;

/// Longest side in pixels; finer than a screen shows while the picture fits.
const MAX_SIDE_PX: u32 = 1280;
const FILL: u8 = 96;
const EDGE: u8 = 235;

type TintedMask = (Arc<ObjectMask>, Color32);

/// A texture and the masks that it was made of.
#[derive(Default)]
pub(crate) struct MaskOverlay {
    made_of: Vec<TintedMask>,
    texture: Option<TextureHandle>,
    live: Option<TextureHandle>,
}

fn target(size: [u32; 2]) -> [u32; 2] {
    let longest = size[0].max(size[1]).max(1);
    let scale = (MAX_SIDE_PX as f32 / longest as f32).min(1.0);
    size.map(|side| ((side as f32 * scale).round() as u32).max(1))
}

impl MaskOverlay {
    /// All masks of a page except the one being painted; rebuilt if a mask or a name changes.
    pub(crate) fn of(
        &mut self,
        ctx: &Context,
        state: &PageState,
        size: [u32; 2],
        vocab: &Vocabulary,
        but: Option<NodeId>,
    ) -> Option<TextureId> {
        let masks = state.scene.nodes().iter().filter(|node| Some(node.id) != but);
        let mut masks: Vec<TintedMask> =
            masks.filter_map(|node| Some((state.mask(node.id)?.clone(), category(vocab, &node.name)))).collect();
        let is_same = |(one, other): (&TintedMask, &TintedMask)| Arc::ptr_eq(&one.0, &other.0) && one.1 == other.1;
        if masks.len() != self.made_of.len() || !masks.iter().zip(&self.made_of).all(is_same) {
            self.made_of.clone_from(&masks);
            // Draw small masks above large ones.
            let area = |mask: &ObjectMask| mask.unit_box(size).map_or(0.0, |b| b.area());
            masks.sort_by(|(one, _), (two, _)| area(two).total_cmp(&area(one)));
            let mut image = blank(size);
            masks.iter().for_each(|(mask, color)| draw(&mut image, size, mask, *color));
            self.texture = (!masks.is_empty()).then(|| ctx.load_texture("masks", image, TextureOptions::LINEAR));
        }
        self.texture.as_ref().map(TextureHandle::id)
    }

    /// The mask being painted.
    pub(crate) fn live(&mut self, ctx: &Context, bitmap: &Bitmap, color: Color32, is_new: bool) -> Option<TextureId> {
        if is_new || self.live.is_none() {
            let size = bitmap.size();
            let target = target(size);
            let mut image = blank(size);
            for y in 0..target[1] {
                for x in 0..target[0] {
                    let at = [x * size[0] / target[0], y * size[1] / target[1]];
                    if bitmap.is_inside(at[0], at[1]) {
                        image[(x as usize, y as usize)] = with_alpha(color, FILL + 60);
                    }
                }
            }
            match &mut self.live {
                Some(texture) => texture.set(image, TextureOptions::LINEAR),
                None => self.live = Some(ctx.load_texture("brush", image, TextureOptions::LINEAR)),
            }
        }
        self.live.as_ref().map(TextureHandle::id)
    }
}

fn blank(size: [u32; 2]) -> ColorImage {
    ColorImage::filled(target(size).map(|side| side as usize), Color32::TRANSPARENT)
}

fn with_alpha(color: Color32, alpha: u8) -> Color32 {
    Color32::from_rgba_unmultiplied(color.r(), color.g(), color.b(), alpha)
}

fn draw(image: &mut ColorImage, size: [u32; 2], mask: &ObjectMask, color: Color32) {
    let Some(b) = mask.unit_box(size) else { return };
    let [width, height] = image.size;
    // Only the area of the mask: most masks are small.
    let span = |low: f32, high: f32, side: usize| {
        let low = (low * side as f32).floor().max(0.0) as usize;
        (low.saturating_sub(1), ((high * side as f32).ceil() as usize + 1).min(side))
    };
    let ((x0, x1), (y0, y1)) = (span(b.x0, b.x1, width), span(b.y0, b.y1, height));
    let across = x1.saturating_sub(x0);
    let mut inside = vec![false; across * y1.saturating_sub(y0)];
    mask.each_pixel(size, [width as u32, height as u32], &mut |x, y| {
        let (x, y) = (x as usize, y as usize);
        if (x0..x1).contains(&x) && (y0..y1).contains(&y) {
            inside[(y - y0) * across + x - x0] = true;
        }
    });
    let is_in =
        |x: usize, y: usize| (x0..x1).contains(&x) && (y0..y1).contains(&y) && inside[(y - y0) * across + x - x0];
    for y in y0..y1 {
        for x in x0..x1 {
            if is_in(x, y) {
                let deep = x > 0 && y > 0 && is_in(x - 1, y) && is_in(x, y - 1) && is_in(x + 1, y) && is_in(x, y + 1);
                image[(x, y)] = with_alpha(color, if deep { FILL } else { EDGE });
            }
        }
    }
}
