//! The picture as layers with names, groups and masks, for programs that edit pictures.

use std::collections::BTreeMap;

use image::{GrayImage, Luma, RgbImage, RgbaImage};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;

use super::cut::{cut_out, title};
use super::stack::{back_to_front, role};
use crate::{Picture, Placed};

/// A layer of the picture.
pub(super) struct Layer {
    /// Of no other layer.
    pub name: String,
    pub group: Option<LayerGroup>,
    /// Where its upper left corner lies.
    pub x: u32,
    pub y: u32,
    pub pixels: RgbaImage,
    /// As large as the pixels; white where they are seen.
    pub mask: Option<GrayImage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LayerGroup {
    /// Sky, ground, water, walls.
    Background,
    Things,
}

impl LayerGroup {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Things => "Things",
        }
    }
}

/// A layer for each object, from back to front.
pub(super) fn layers(picture: &Picture, scene: &Scene, vocab: &Vocabulary, image: &RgbImage) -> Vec<Layer> {
    let stack = back_to_front(picture, vocab);
    let names = distinct_names(&stack, scene);
    let layer = |(placed, name): (&&Placed, String)| {
        let (cut, x, y) = cut_out(placed, image);
        let (pixels, mask) = with_mask(&cut);
        let group = if role(&placed.name, vocab).is_some() { LayerGroup::Background } else { LayerGroup::Things };
        Layer { name, group: Some(group), x, y, pixels, mask: Some(mask) }
    };
    stack.iter().zip(names).map(layer).collect()
}

/// What each object is called; of several alike, from the second on with a number.
pub(super) fn distinct_names(stack: &[&Placed], scene: &Scene) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    // Numbers go by the document's order, and not by what is in front.
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    let mut rows: Vec<usize> = (0..stack.len()).collect();
    rows.sort_by_key(|&row| stack[row].node.and_then(|id| scene.node_index(id)).unwrap_or(usize::MAX));
    for row in rows {
        let own = title(stack[row], scene);
        let count = counts.entry(own).or_default();
        *count += 1;
        names.insert(row, if *count == 1 { own.to_owned() } else { format!("{own} {count}") });
    }
    names.into_values().collect()
}

/// Opaque pixels wherever anything is seen, and the mask that gives them their rim again.
fn with_mask(cut: &RgbaImage) -> (RgbaImage, GrayImage) {
    let (width, height) = cut.dimensions();
    let mask = GrayImage::from_fn(width, height, |x, y| Luma([cut.get_pixel(x, y).0[3]]));
    let mut pixels = cut.clone();
    pixels.pixels_mut().for_each(|pixel| pixel.0[3] = if pixel.0[3] > 0 { u8::MAX } else { 0 });
    (pixels, mask)
}

pub(super) fn opaque(image: &RgbImage) -> RgbaImage {
    image::DynamicImage::ImageRgb8(image.clone()).into_rgba8()
}
