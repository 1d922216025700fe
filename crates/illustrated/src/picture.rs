//! One sprite as a picture of its own: for contact sheets, thumbnails and export.

use super::color::{self, Rgb};
use super::library::SpriteLibrary;
use super::paint::PaintError;
use super::raster::{Colors, Grade, Tint};
use super::resample::{Placement, resample};
use super::sprite::{Drawing, SpriteVariant};
use super::sprite_error::SpriteError;
use super::svg::SvgRole;

/// Straight red, green, blue, alpha, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpritePicture {
    pub width_px: u32,
    pub height_px: u32,
    pub rgba: Vec<u8>,
}

/// Draws a sprite in plain light, trimmed to its opaque box, the longer side `long_side_px`.
pub(crate) fn sprite_picture(
    library: &SpriteLibrary,
    variant: &SpriteVariant,
    colors: &[(String, String)],
    mirrored: bool,
    long_side_px: u32,
) -> Result<SpritePicture, PaintError> {
    let shape = variant.shape()?;
    let long = long_side_px.clamp(1, 4096) as f32;
    let (width, height) = if shape.aspect >= 1.0 { (long, long / shape.aspect) } else { (long * shape.aspect, long) };
    let (width_px, height_px) = (width.round().max(1.0), height.round().max(1.0));
    let [mut x0, y0, mut x1, y1] = shape.opaque;
    if mirrored {
        (x0, x1) = (1.0 - x1, 1.0 - x0);
    }
    let (all_width, all_height) = (width_px / (x1 - x0), height_px / (y1 - y0));
    let place = Placement {
        x0_px: -x0 * all_width,
        y0_px: -y0 * all_height,
        width_px: all_width,
        height_px: all_height,
        mirrored,
    };
    let tints =
        tints(variant, colors, |role, color| Tint { color, glow: if role == SvgRole::Lamp { 1.0 } else { 0.0 } })?;
    let source = colored(library, variant, &place, &tints, &Grade::NONE)?;
    let mut rgba = resample(&source, &place, [0, 0, width_px as usize, height_px as usize]);
    straighten(&mut rgba);
    Ok(SpritePicture { width_px: width_px as u32, height_px: height_px as u32, rgba })
}

/// The drawing in these colors, at least as large as it is to be placed.
pub(crate) fn colored(
    library: &SpriteLibrary,
    variant: &SpriteVariant,
    place: &Placement,
    tints: &[Tint],
    grade: &Grade,
) -> Result<Colors, SpriteError> {
    let needed = |[width, height]: [f32; 2]| (place.width_px / width).max(place.height_px / height);
    if let Drawing::Png(planes) = &variant.drawing {
        return Ok(planes.colors(needed(planes.content_px()), tints, grade));
    }
    let planes = library.planes(variant, place.width_px.max(place.height_px))?;
    Ok(planes.colors(needed(planes.content_px()), tints, grade))
}

/// A color for each paint of the drawing: its slots as chosen, the others as `other` says.
pub(crate) fn tints(
    variant: &SpriteVariant,
    chosen: &[(String, String)],
    other: impl Fn(SvgRole, Rgb) -> Tint,
) -> Result<Vec<Tint>, PaintError> {
    let Some(svg) = variant.svg()? else { return Ok(Vec::new()) };
    let mut bases = Vec::with_capacity(svg.slots.len());
    for (slot, base) in &svg.slots {
        let word = chosen.iter().find(|(name, _)| name == slot).map(|(_, word)| word);
        bases.push(match word {
            Some(word) => Some((*base, color::parse(word).ok_or_else(|| PaintError::NoColor(word.clone()))?)),
            None => None,
        });
    }
    let tint = |paint: &super::svg::Paint| match paint.role {
        SvgRole::Slot(slot) => {
            let color = bases[slot].map_or(paint.color, |(base, new)| color::shifted(paint.color, base, new));
            Tint { color, glow: 0.0 }
        }
        role => other(role, paint.color),
    };
    Ok(svg.paints.iter().map(tint).collect())
}

/// Premultiplied to straight alpha.
pub(crate) fn straighten(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = ((u32::from(*channel) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0)).min(255) as u8;
        }
    }
}
