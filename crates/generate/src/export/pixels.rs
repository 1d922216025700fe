//! The picture itself: enlarged, and encoded for files and for the clipboard.

use super::ExportError;
use crate::Picture;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{ExtendedColorType, GrayImage, ImageEncoder, RgbImage, imageops};
use scenewright_formats::{PNG_KEYWORD, png_with_text, scenes_to_string};
use scenewright_scene::Scene;

/// The most that an export enlarges; 8 times 128 pixels fill a page.
pub const MAX_SCALE: u32 = 8;

/// How pixels become more pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// Bicubic (Catmull-Rom).
    #[default]
    Smooth,
    /// Every pixel a square.
    Crisp,
}

/// The picture, enlarged `scale` times (1: as the network made it).
pub fn image(picture: &Picture, scale: u32) -> RgbImage {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let image = RgbImage::from_raw(width, height, picture.rgb.clone()).unwrap_or_else(|| RgbImage::new(width, height));
    resized(image, scale, Scaling::Smooth)
}

/// The picture enlarged for an export: 1 to [`MAX_SCALE`] times.
pub fn enlarged(picture: &Picture, scale: u32, scaling: Scaling) -> Result<RgbImage, ExportError> {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let broken = || ExportError::BrokenPicture { found: picture.rgb.len(), wanted: picture.width * picture.height * 3 };
    let image = RgbImage::from_raw(width, height, picture.rgb.clone()).ok_or_else(broken)?;
    enlarged_image(image, scale, scaling)
}

/// As [`enlarged`], of a picture of which only the image is left.
pub fn enlarged_image(image: RgbImage, scale: u32, scaling: Scaling) -> Result<RgbImage, ExportError> {
    if (1..=MAX_SCALE).contains(&scale) { Ok(resized(image, scale, scaling)) } else { Err(ExportError::Scale(scale)) }
}

fn resized(image: RgbImage, scale: u32, scaling: Scaling) -> RgbImage {
    let (width, height) = image.dimensions();
    let filter = match scaling {
        Scaling::Smooth => FilterType::CatmullRom,
        Scaling::Crisp => FilterType::Nearest,
    };
    match scale {
        0 | 1 => image,
        scale => imageops::resize(&image, width * scale, height * scale, filter),
    }
}

pub fn png(image: &RgbImage) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    PngEncoder::new(&mut bytes).write_image(image, width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

pub(super) fn gray_png(image: &GrayImage) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(image, image.width(), image.height(), ExtendedColorType::L8)?;
    Ok(bytes)
}

/// A PNG that brings its scene back when it is opened.
pub fn png_with_graph(image: &RgbImage, scene: &Scene) -> Result<Vec<u8>, ExportError> {
    let bytes = png(image)?;
    Ok(with_graph(bytes, scene))
}

/// A picture without its graph is still the picture: nothing else to do with an encoder that writes no PNG.
pub(super) fn with_graph(png: Vec<u8>, scene: &Scene) -> Vec<u8> {
    let text = scenes_to_string(std::slice::from_ref(scene));
    png_with_text(&png, PNG_KEYWORD, &text).unwrap_or(png)
}

pub fn jpeg(image: &RgbImage) -> Result<Vec<u8>, ExportError> {
    const QUALITY: u8 = 92;
    fits("JPEG", u32::from(u16::MAX), image)?;
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).write_image(image, width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

/// Lossless.
pub fn webp(image: &RgbImage) -> Result<Vec<u8>, ExportError> {
    fits("WebP", (1 << 14) - 1, image)?;
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    WebPEncoder::new_lossless(&mut bytes).write_image(image, width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

pub(super) fn fits(format: &'static str, most: u32, image: &RgbImage) -> Result<(), ExportError> {
    let (width, height) = image.dimensions();
    if width.max(height) <= most { Ok(()) } else { Err(ExportError::TooLarge { format, most, width, height }) }
}

/// A picture as clipboards take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipboardImage {
    pub width: usize,
    pub height: usize,
    /// Red, green, blue, opaque; row by row.
    pub rgba: Vec<u8>,
}

pub fn for_clipboard(image: &RgbImage) -> ClipboardImage {
    let rgba = image.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2], u8::MAX]).collect();
    ClipboardImage { width: image.width() as usize, height: image.height() as usize, rgba }
}
