//! Sprites in the scene's light, their shadows and reflections.

use super::super::color::{Rgb, from_code, mix};
use super::super::composition::{Rest, SceneLayer, Thing};
use super::super::library::SpriteLibrary;
use super::super::picture::{colored, tints};
use super::super::raster::{Grade, Tint};
use super::super::resample::{Placement, resample};
use super::super::sprite::DrawingShape;
use super::super::svg::{Svg, SvgRole};
use super::brush::{PaintRng, smoothstep, wave};
use super::scene::{Scene, is_water};
use super::{PaintError, Patch, Window};

/// The sprite's pixels within the picture; `None` where it lies outside.
pub(super) fn draw(scene: &Scene<'_>, thing: &Thing, library: &SpriteLibrary) -> Result<Option<Patch>, PaintError> {
    let variant = library
        .variant(&thing.category, &thing.variant)
        .ok_or_else(|| PaintError::NoSprite { category: thing.category.clone(), variant: thing.variant.clone() })?;
    let place = placement(scene, thing, variant.shape()?);
    let Some([x, y, width, height]) = place.window((scene.width, scene.height)) else { return Ok(None) };
    let window = Window { x, y, width, height };
    let grade = light_on(scene, thing);
    // Every third house or window is dark; which, follows from its place.
    let at_home = scene.palette.lamps > 0.9
        && !PaintRng::new(
            scene.composition.seed
                ^ u64::from(thing.bounds.x0.to_bits())
                ^ (u64::from(thing.bounds.y0.to_bits()) << 32),
        )
        .chance(0.33);
    let mut tints = tints(variant, &thing.colors, |role, color| match role {
        SvgRole::Glass | SvgRole::Pane if at_home && !scene.indoors => Tint { color: lit_glass(color), glow: 0.92 },
        SvgRole::Pane if scene.indoors => Tint { color: scene.seen_outside(color), glow: 1.0 },
        _ => Tint { color, glow: 0.0 },
    })?;
    if let Some(svg) = variant.svg()? {
        for (paint, tint) in svg.paints.iter().zip(&mut tints).filter(|(paint, _)| is_lit(thing, svg, paint.role)) {
            tint.glow = tint.glow.max(scene.palette.lamps * if paint.role == SvgRole::Lamp { 1.0 } else { 0.85 });
        }
    }
    let source = colored(library, variant, &place, &tints, &grade)?;
    let rgba = resample(&source, &place, [window.x, window.y, window.width, window.height]);
    let mut patch = Patch { window, rgba };
    scene.light_from_side(&mut patch);
    if thing.rests == Rest::Water {
        sink(scene, thing, &mut patch);
    }
    Ok(Some(patch))
}

/// The thing's box is that of its opaque pixels; the drawing around it may reach further.
fn placement(scene: &Scene<'_>, thing: &Thing, shape: &DrawingShape) -> Placement {
    let [mut x0, y0, mut x1, y1] = shape.opaque;
    if thing.mirrored {
        (x0, x1) = (1.0 - x1, 1.0 - x0);
    }
    let (bounds, size) = (&thing.bounds, [scene.width as f32, scene.height as f32]);
    let width_px = bounds.width().max(0.0) * size[0] / (x1 - x0);
    let height_px = bounds.height().max(0.0) * size[1] / (y1 - y0);
    Placement {
        x0_px: bounds.x0 * size[0] - x0 * width_px,
        y0_px: bounds.y0 * size[1] - y0 * height_px,
        width_px,
        height_px,
        mirrored: thing.mirrored,
    }
}

fn light_on(scene: &Scene<'_>, thing: &Thing) -> Grade {
    match shines_by_itself(&thing.category) {
        true => scene.palette.veiled(),
        false => {
            let foot = thing.bounds.y1;
            // What flies is somewhere between us and the horizon.
            let distance = if foot < scene.horizon { 0.45 } else { scene.distance(foot) };
            scene.palette.grade(if scene.indoors { 0.0 } else { distance })
        }
    }
}

/// What makes the light is not tinted by it.
pub fn shines_by_itself(category: &str) -> bool {
    matches!(category, "sun" | "moon" | "star" | "rainbow")
}

/// Draws on the canvas what the thing does to what lies below it: a shadow or a reflection.
pub(super) fn ground(scene: &Scene<'_>, thing: &Thing, drawn: Option<&Patch>, canvas: &mut [u8]) {
    match (thing.rests, drawn) {
        (Rest::Ground, _) => shadow(scene, thing, canvas),
        (Rest::Water, Some(patch)) => reflection(scene, thing, patch, canvas),
        _ => {}
    }
}

/// Glass with light behind it, as bright as it was drawn.
pub(super) fn lit_glass(glass: Rgb) -> Rgb {
    let brightness = (0.3 * glass[0] + 0.59 * glass[1] + 0.11 * glass[2] - 0.45) / 0.5;
    mix(from_code(0xeda04c), from_code(0xfff0b8), brightness.clamp(0.0, 1.0))
}

/// Whether a paint shines when lamps are on: lit glass, and the shade of a lamp whatever its color.
fn is_lit(thing: &Thing, svg: &Svg, role: SvgRole) -> bool {
    is_lit_paint(&thing.category, svg, role)
}

pub(super) fn is_lit_paint(category: &str, svg: &Svg, role: SvgRole) -> bool {
    match role {
        SvgRole::Lamp => true,
        SvgRole::Slot(slot) => category == "lamp" && svg.slots[slot].0 == "shade",
        SvgRole::Pane | SvgRole::Glass => false,
    }
}

/// The light about a lamp in the dark, laid over what is painted so far.
pub(super) fn halo(
    scene: &Scene<'_>,
    thing: &Thing,
    library: &SpriteLibrary,
    canvas: &mut [u8],
) -> Result<(), PaintError> {
    let lit = matches!(thing.category.as_str(), "street light" | "lamp" | "lighthouse");
    if !lit || scene.palette.lamps < 0.9 {
        return Ok(());
    }
    let Some(variant) = library.variant(&thing.category, &thing.variant) else { return Ok(()) };
    let Some(svg) = variant.svg()? else { return Ok(()) };
    let place = placement(scene, thing, variant.shape()?);
    let planes = library.planes(variant, place.width_px.max(place.height_px))?;
    let is_lamp = |paint: usize| is_lit(thing, svg, svg.paints[paint].role);
    let Some([x, y]) = planes.center_of(is_lamp) else { return Ok(()) };
    let x = if thing.mirrored { 1.0 - x } else { x };
    let center = [place.x0_px + x * place.width_px, place.y0_px + y * place.height_px];
    let radius =
        (place.height_px * if scene.indoors { 0.75 } else { 0.42 }).clamp(4.0 * scene.dot(), 60.0 * scene.dot());
    let light = [255.0, 214.0, 140.0];
    let span = |middle: f32, size: usize| {
        let start = (middle - radius).floor().clamp(0.0, size as f32) as usize;
        start..(middle + radius).ceil().clamp(0.0, size as f32) as usize
    };
    for row in span(center[1], scene.height) {
        for column in span(center[0], scene.width) {
            let (dx, dy) = ((column as f32 + 0.5 - center[0]) / radius, (row as f32 + 0.5 - center[1]) / radius);
            let inside = (1.0 - dx * dx - dy * dy).max(0.0);
            let share = 0.5 * inside * inside * inside;
            for (channel, light) in canvas[(row * scene.width + column) * 3..][..3].iter_mut().zip(light) {
                // Screening: lights add up, but never beyond white.
                let dark = 255.0 - f32::from(*channel);
                *channel = (255.0 - dark * (1.0 - share * light / 255.0)) as u8;
            }
        }
    }
    Ok(())
}

/// An ellipse at the foot that leans to the right, away from the light.
fn shadow(scene: &Scene<'_>, thing: &Thing, canvas: &mut [u8]) {
    let size = [scene.width as f32, scene.height as f32];
    let (width, height) = (thing.bounds.width() * size[0], thing.bounds.height() * size[1]);
    if !(width > 0.5 && height > 0.5 && thing.bounds.is_finite()) {
        return;
    }
    let radius_x = width * 0.5 + (height * 0.06).min(width * 0.3);
    let radius_y = (radius_x * 0.17).clamp(1.1 * scene.dot(), (0.16 * height).max(1.4 * scene.dot()));
    let center = (thing.bounds.center()[0] * size[0] + radius_x * 0.16, thing.bounds.y1 * size[1] - radius_y * 0.18);
    let strength = scene.palette.shadow_strength;
    let shadow = scene.palette.shadow.map(|channel| channel * 255.0);
    let span = |middle: f32, radius: f32, size: usize| {
        let start = (middle - radius).floor().clamp(0.0, size as f32) as usize;
        start..(middle + radius).ceil().clamp(0.0, size as f32) as usize
    };
    for y in span(center.1, radius_y, scene.height) {
        let dy = (y as f32 + 0.5 - center.1) / radius_y;
        for x in span(center.0, radius_x, scene.width) {
            let dx = (x as f32 + 0.5 - center.0) / radius_x;
            let inside = 1.0 - dx * dx - dy * dy;
            if inside <= 0.0 {
                continue;
            }
            let share = strength * inside.min(0.75) * 1.333;
            for (channel, shade) in canvas[(y * scene.width + x) * 3..][..3].iter_mut().zip(shadow) {
                *channel = (f32::from(*channel) * (1.0 - share) + shade * share) as u8;
            }
        }
    }
}

/// The drawing upside down below its foot, squeezed, broken by ripples, fading.
fn reflection(scene: &Scene<'_>, thing: &Thing, patch: &Patch, canvas: &mut [u8]) {
    let foot = (thing.bounds.y1 * scene.height as f32).round();
    let water = scene.composition.layers.iter().filter_map(|layer| match layer {
        SceneLayer::Stuff(stuff) if is_water(stuff.material) && stuff.bounds.intersection(&thing.bounds).is_some() => {
            Some(stuff.bounds.y1)
        }
        _ => None,
    });
    let end = (water.fold(thing.bounds.y1, f32::max) * scene.height as f32) as usize;
    const SQUEEZE: f32 = 0.55;
    let Window { x, y, width, height } = patch.window;
    let reach = (height as f32 * SQUEEZE).max(1.0);
    for row in (foot.max(0.0) as usize)..end.min(scene.height) {
        let below = row as f32 + 0.5 - foot;
        let source = foot - below / SQUEEZE - y as f32;
        if source < 0.0 || below > reach {
            break;
        }
        let source = (source as usize).min(height - 1);
        let fade = 0.42 * (1.0 - below / reach);
        let sway = (1.1 * scene.dot() * wave(below / (5.0 * scene.dot())) * (0.3 + below / reach)).round() as i64;
        for column in 0..width {
            let from = column as i64 + sway;
            let target = x + column;
            if !(0..width as i64).contains(&from) || target >= scene.width {
                continue;
            }
            let pixel = &patch.rgba[(source * width + from as usize) * 4..][..4];
            let through = 1.0 - f32::from(pixel[3]) / 255.0 * fade;
            for (channel, over) in canvas[(row * scene.width + target) * 3..][..3].iter_mut().zip(pixel) {
                *channel = (f32::from(*channel) * through + f32::from(*over) * fade) as u8;
            }
        }
    }
}

/// The lowest part of what floats is under water: it takes the water's color. Its alpha stays, so its box does too.
fn sink(scene: &Scene<'_>, thing: &Thing, patch: &mut Patch) {
    let (foot, tall) = (thing.bounds.y1 * scene.height as f32, thing.bounds.height() * scene.height as f32);
    let depth = (tall * 0.07).clamp(0.8 * scene.dot(), 3.5 * scene.dot());
    let water = scene.palette.tone(0x4795c8, scene.distance(thing.bounds.y1)).map(|channel| channel * 255.0);
    let width = patch.window.width;
    for (index, pixel) in patch.rgba.chunks_exact_mut(4).enumerate() {
        let (x, y) = (index % width, index / width + patch.window.y);
        let line = foot - depth * (1.0 + 0.3 * wave((x + patch.window.x) as f32 / (9.0 * scene.dot())));
        let share = 0.78 * smoothstep(line - 0.5, line + 0.6 * depth + 0.5, y as f32 + 0.5);
        if share > 0.0 {
            let alpha = f32::from(pixel[3]) / 255.0;
            for (channel, water) in pixel[..3].iter_mut().zip(water) {
                *channel = (f32::from(*channel) * (1.0 - share) + water * alpha * share) as u8;
            }
        }
    }
}
