//! A history that moves: an animated GIF of pictures that were drawn already.

use super::ExportError;
use super::pixels::fits;
use image::codecs::gif::{GifEncoder, Repeat};
use image::imageops::{self, FilterType};
use image::{Delay, DynamicImage, Frame, RgbImage};
use std::time::Duration;

/// A picture and how long it stands.
#[derive(Clone, Debug)]
pub struct GifFrame {
    pub image: RgbImage,
    /// GIF counts hundredths of a second, up to 655 seconds; less than two are shown slower by most programs.
    pub delay: Duration,
}

/// The frames, for ever from the beginning. All are as large as the first; a picture of another size (another model drew
/// it) is resized. Frames are taken one by one, so that a long history is never in memory as a whole; the first error ends it.
pub fn gif(frames: impl IntoIterator<Item = Result<GifFrame, ExportError>>) -> Result<Vec<u8>, ExportError> {
    // 10: each frame's palette is fitted to every tenth pixel, the encoder's own middle way.
    const SPEED: i32 = 10;
    let mut size = None;
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, SPEED);
    encoder.set_repeat(Repeat::Infinite)?;
    for frame in frames {
        let GifFrame { image, delay } = frame?;
        fits("GIF", u32::from(u16::MAX), &image)?;
        let (width, height) = *size.get_or_insert(image.dimensions());
        let image = match image.dimensions() == (width, height) {
            true => image,
            false => imageops::resize(&image, width, height, FilterType::CatmullRom),
        };
        let hundredths = (delay.as_millis() / 10).clamp(2, u128::from(u16::MAX)) as u32;
        let delay = Delay::from_numer_denom_ms(hundredths * 10, 1);
        encoder.encode_frame(Frame::from_parts(DynamicImage::ImageRgb8(image).into_rgba8(), 0, 0, delay))?;
    }
    drop(encoder);
    size.map(|_| bytes).ok_or(ExportError::NoFrames)
}
