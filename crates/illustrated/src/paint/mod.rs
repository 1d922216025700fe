//! Paints a composition: layer by layer from back to front, each layer a patch of pixels with its own alpha.
//!
//! A layer's pixels are already in the scene's light. Shadows, reflections and falling snow belong to the picture, not to a
//! layer: masks stay those of the things alone.

mod brush;
mod indoors;
mod land;
mod light;
mod outline;
pub mod portrait;
mod ridge;
mod road;
mod scene;
mod sky;
mod thing;
mod water;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod tests;

pub use scene::is_water;
pub use thing::shines_by_itself;

use super::composition::{Composition, SceneLayer};
use super::library::SpriteLibrary;
use super::picture::straighten;
use super::sprite_error::SpriteError;
use brush::Brush;
use scene::Scene;

/// The largest picture that is painted.
pub const MAX_SIDE_PX: u32 = 4096;

/// A painted composition. Pixels go row by row from the upper left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painting {
    pub width_px: u32,
    pub height_px: u32,
    /// Red, green, blue.
    pub image: Vec<u8>,
    /// One for each layer of the composition; empty for `KeptLayers::Picture`.
    pub layers: Vec<PaintedLayer>,
}

/// What one layer put into the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaintedLayer {
    pub window: Window,
    /// Straight red, green, blue, alpha of the window; empty unless `KeptLayers::Layers`.
    pub rgba: Vec<u8>,
    /// Alpha of the window, whatever lies over it.
    pub alpha: Vec<u8>,
    /// Alpha that later layers leave uncovered.
    pub visible: Vec<u8>,
}

/// The pixels of the picture that a layer may touch; nothing of it lies outside. Empty for layers outside the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// How much of the work is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptLayers {
    /// The image alone.
    Picture,
    /// Also each layer's alpha and visible alpha.
    Masks,
    /// Also each layer's colors.
    Layers,
}

#[derive(Debug, thiserror::Error)]
pub enum PaintError {
    #[error("a picture of {width_px}×{height_px} pixels cannot be painted: sides go from 1 to {MAX_SIDE_PX}")]
    Size { width_px: u32, height_px: u32 },
    #[error("there is no sprite \"{category}\" with a variant \"{variant}\"")]
    NoSprite { category: String, variant: String },
    #[error("\"{0}\" is not a color word")]
    NoColor(String),
    #[error(transparent)]
    Sprite(#[from] SpriteError),
}

/// One layer's pixels: premultiplied.
struct Patch {
    window: Window,
    rgba: Vec<u8>,
}

/// Paints the composition and keeps what is asked for. The image is the same whatever is kept.
pub fn paint(
    composition: &Composition,
    library: &SpriteLibrary,
    width_px: u32,
    height_px: u32,
    keep: KeptLayers,
) -> Result<Painting, PaintError> {
    if !(1..=MAX_SIDE_PX).contains(&width_px) || !(1..=MAX_SIDE_PX).contains(&height_px) {
        return Err(PaintError::Size { width_px, height_px });
    }
    let scene = Scene::new(composition, width_px as usize, height_px as usize);
    let mut canvas = sky::backdrop(&scene);
    let mut layers = Vec::with_capacity(if keep == KeptLayers::Picture { 0 } else { composition.layers.len() });
    for (index, layer) in composition.layers.iter().enumerate() {
        let patch = match layer {
            SceneLayer::Stuff(stuff) => scene.stuff(index, stuff)?,
            SceneLayer::Thing(thing) => {
                let drawn = thing::draw(&scene, thing, library)?;
                thing::ground(&scene, thing, drawn.as_ref(), &mut canvas);
                thing::halo(&scene, thing, library, &mut canvas)?;
                drawn
            }
        };
        if let Some(patch) = &patch {
            blend(&mut canvas, scene.width, patch);
        }
        if keep != KeptLayers::Picture {
            layers.push(patch.map_or_else(PaintedLayer::default, |patch| kept(patch, keep)));
        }
    }
    sky::snowfall(&scene, &mut canvas);
    uncover(&mut layers, scene.width, scene.height);
    Ok(Painting { width_px, height_px, image: canvas, layers })
}

/// Lays premultiplied pixels over the canvas.
fn blend(canvas: &mut [u8], canvas_width: usize, patch: &Patch) {
    let Window { x, y, width, .. } = patch.window;
    for (row, source) in patch.rgba.chunks_exact(width * 4).enumerate() {
        let start = ((y + row) * canvas_width + x) * 3;
        let target = &mut canvas[start..start + width * 3];
        for (under, over) in target.chunks_exact_mut(3).zip(source.chunks_exact(4)) {
            let through = 255 - u32::from(over[3]);
            for channel in 0..3 {
                let kept = u32::from(under[channel]) * through + 128;
                under[channel] = (u32::from(over[channel]) + ((kept + (kept >> 8)) >> 8)).min(255) as u8;
            }
        }
    }
}

fn kept(patch: Patch, keep: KeptLayers) -> PaintedLayer {
    let alpha: Vec<u8> = patch.rgba.iter().skip(3).step_by(4).copied().collect();
    let mut rgba = Vec::new();
    if keep == KeptLayers::Layers {
        rgba = patch.rgba;
        straighten(&mut rgba);
    }
    PaintedLayer { window: patch.window, rgba, visible: alpha.clone(), alpha }
}

/// Takes from each layer's visible alpha what later layers cover.
fn uncover(layers: &mut [PaintedLayer], width: usize, height: usize) {
    if layers.is_empty() {
        return;
    }
    let mut open = vec![255u8; width * height];
    for layer in layers.iter_mut().rev() {
        let window = layer.window;
        for row in 0..window.height {
            let start = (window.y + row) * width + window.x;
            let open = &mut open[start..start + window.width];
            let visible = &mut layer.visible[row * window.width..(row + 1) * window.width];
            for (open, alpha) in open.iter_mut().zip(visible) {
                let covered = u32::from(*alpha);
                *alpha = ((u32::from(*open) * covered + 127) / 255) as u8;
                *open = ((u32::from(*open) * (255 - covered) + 127) / 255) as u8;
            }
        }
    }
}

impl Brush {
    fn into_patch(self, window: Window) -> Patch {
        Patch { window, rgba: self.pixels.take() }
    }
}
