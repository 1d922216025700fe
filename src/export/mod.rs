//! From a picture to files: image, boxes, masks, facts.
//!
//! Everything is made in memory first and written whole ([`crate::interchange::write_atomically`]): a full disk leaves no half file.

mod overlay;
mod report;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};

pub use overlay::{boxes, masks};
pub use report::report;

use crate::generate::Picture;

/// The picture, enlarged `scale` times (1: as the network made it).
pub fn image(picture: &Picture, scale: u32) -> RgbImage {
    let (width, height) = (picture.width as u32, picture.height as u32);
    let image = RgbImage::from_raw(width, height, picture.rgb.clone()).unwrap_or_else(|| RgbImage::new(width, height));
    match scale {
        0 | 1 => image,
        scale => imageops::resize(&image, width * scale, height * scale, imageops::FilterType::CatmullRom),
    }
}

pub fn png(image: &RgbImage) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    PngEncoder::new(&mut bytes).write_image(image, width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}
