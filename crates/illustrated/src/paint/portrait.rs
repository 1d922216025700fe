//! One layer by itself, filling a square: what a decoder of sprites or of materials learns from.

use super::super::color::{Rgb, mix};
use super::super::composition::{Composition, SceneLayer, SceneLight};
use super::super::library::SpriteLibrary;
use super::super::picture::{colored, tints};
use super::super::raster::{Colors, Tint};
use super::super::resample::{Placement, resample};
use super::super::sprite::SpriteVariant;
use super::super::svg::SvgRole;
use super::light::Palette;
use super::scene::Scene;
use super::thing::{is_lit_paint, lit_glass, shines_by_itself};
use super::{PaintError, Patch};

/// How a sprite is to be seen.
#[derive(Clone, Copy, Debug)]
pub struct Portrait<'a> {
    pub category: &'a str,
    pub variant: &'a SpriteVariant,
    /// Slot and color word.
    pub colors: &'a [(String, String)],
    pub light: SceneLight,
    pub indoors: bool,
    /// 0 close by, 1 at the horizon.
    pub distance: f32,
}

/// The sprite's opaque box stretched over `side` × `side` pixels, facing left; premultiplied red, green, blue, alpha.
///
/// The light is that of a scene, but for what belongs to a place in it: no low sun from one side, and every window is lit by night.
pub fn portrait(library: &SpriteLibrary, sitter: &Portrait<'_>, side: usize) -> Result<Vec<u8>, PaintError> {
    let [x0, y0, x1, y1] = sitter.variant.shape()?.opaque;
    let (width_px, height_px) = (side as f32 / (x1 - x0), side as f32 / (y1 - y0));
    let place = Placement { x0_px: -x0 * width_px, y0_px: -y0 * height_px, width_px, height_px, mirrored: false };
    let source = lit(library, sitter, &place)?;
    Ok(resample(&source, &place, [0, 0, side, side]))
}

/// Pixels of a picture; premultiplied red, green, blue, alpha, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnPatch {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub rgba: Vec<u8>,
}

/// The sprite as it lies in a picture of `picture_px` (width, height): its opaque box on the given one (left, top, right, bottom in pixels; it may leave the picture).
/// None: nothing of it lies in the picture.
pub fn placed(
    library: &SpriteLibrary,
    sitter: &Portrait<'_>,
    [left, top, right, bottom]: [f32; 4],
    mirrored: bool,
    picture_px: (usize, usize),
) -> Result<Option<DrawnPatch>, PaintError> {
    let [mut x0, y0, mut x1, y1] = sitter.variant.shape()?.opaque;
    if mirrored {
        (x0, x1) = (1.0 - x1, 1.0 - x0);
    }
    let (width_px, height_px) = ((right - left) / (x1 - x0), (bottom - top) / (y1 - y0));
    let place = Placement { x0_px: left - x0 * width_px, y0_px: top - y0 * height_px, width_px, height_px, mirrored };
    let Some([x, y, width, height]) = place.window(picture_px) else { return Ok(None) };
    let source = lit(library, sitter, &place)?;
    let rgba = resample(&source, &place, [x, y, width, height]);
    Ok(Some(DrawnPatch { x, y, width, height, rgba }))
}

/// The drawing in its colors and in the light, at least as large as it is placed.
fn lit(library: &SpriteLibrary, sitter: &Portrait<'_>, place: &Placement) -> Result<Colors, PaintError> {
    let palette = if sitter.indoors { Palette::indoors } else { Palette::outdoors }(sitter.light);
    let outside = Palette::outdoors(sitter.light).sky;
    let behind: Rgb = mix(outside[1], outside[2], 0.25);
    let mut tints = tints(sitter.variant, sitter.colors, |role, color| match role {
        SvgRole::Glass | SvgRole::Pane if palette.lamps > 0.0 && !sitter.indoors => {
            Tint { color: lit_glass(color), glow: palette.lamps * 0.97 }
        }
        SvgRole::Pane if sitter.indoors => Tint { color: behind, glow: 1.0 },
        _ => Tint { color, glow: 0.0 },
    })?;
    if let Some(svg) = sitter.variant.svg()? {
        for (paint, tint) in svg.paints.iter().zip(&mut tints) {
            if is_lit_paint(sitter.category, svg, paint.role) {
                tint.glow = tint.glow.max(palette.lamps);
            }
        }
    }
    let grade = match shines_by_itself(sitter.category) {
        true => palette.veiled(),
        false => palette.grade(if sitter.indoors { 0.0 } else { sitter.distance }),
    };
    Ok(colored(library, sitter.variant, place, &tints, &grade)?)
}

/// A material of a composition as it is painted into a picture of `picture_px` × `picture_px`, its window stretched over `side` × `side`
/// pixels; premultiplied. None: it lies outside of the picture, or the layer is a sprite.
pub fn swatch(
    composition: &Composition,
    layer: usize,
    picture_px: usize,
    side: usize,
) -> Result<Option<Vec<u8>>, PaintError> {
    let Some(SceneLayer::Stuff(stuff)) = composition.layers.get(layer) else { return Ok(None) };
    let mut scene = Scene::new(composition, picture_px, picture_px);
    scene.palette.sides = None;
    Ok(scene.stuff(layer, stuff)?.map(|patch| stretched(&patch, side)))
}

/// Whether a composition is a room, where the light is another.
pub fn is_indoors(composition: &Composition) -> bool {
    Scene::new(composition, 16, 16).indoors
}

/// Averaged where it shrinks, linear where it grows; window and square share their corners.
fn stretched(patch: &Patch, side: usize) -> Vec<u8> {
    let window = patch.window;
    let across = weights(window.width, side);
    let down = weights(window.height, side);
    let mut rows = vec![[0f32; 4]; window.height * side];
    for y in 0..window.height {
        for (x, taps) in across.iter().enumerate() {
            let sum = &mut rows[y * side + x];
            for &(from, weight) in taps {
                let pixel = &patch.rgba[(y * window.width + from) * 4..][..4];
                (0..4).for_each(|i| sum[i] += weight * f32::from(pixel[i]));
            }
        }
    }
    let mut out = Vec::with_capacity(side * side * 4);
    for taps in &down {
        for x in 0..side {
            let mut sum = [0f32; 4];
            for &(from, weight) in taps {
                (0..4).for_each(|i| sum[i] += weight * rows[from * side + x][i]);
            }
            out.extend(sum.map(|value| (value + 0.5) as u8));
        }
    }
    out
}

/// For each of `side` cells, the pixels under a tent as wide as a cell or a pixel, whichever is wider.
fn weights(pixels: usize, side: usize) -> Vec<Vec<(usize, f32)>> {
    let step = pixels as f32 / side as f32;
    let reach = step.max(1.0);
    (0..side)
        .map(|cell| {
            let middle = (cell as f32 + 0.5) * step;
            let first = (middle - reach - 0.5).floor().max(0.0) as usize;
            let last = ((middle + reach + 0.5).ceil() as usize).min(pixels);
            let tent = |px: usize| (px, (1.0 - (px as f32 + 0.5 - middle).abs() / reach).max(0.0));
            let taps: Vec<_> = (first..last).map(tent).filter(|(_, weight)| *weight > 0.0).collect();
            let all: f32 = taps.iter().map(|(_, weight)| weight).sum();
            taps.into_iter().map(|(px, weight)| (px, weight / all)).collect()
        })
        .collect()
}
