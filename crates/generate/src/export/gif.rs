//! An animated GIF of the history, from pictures that were drawn already.

use super::ExportError;
use super::pixels::fits;
use image::codecs::gif::{GifEncoder, Repeat};
use image::imageops::{self, FilterType};
use image::{Delay, Frame, RgbImage, Rgba, RgbaImage};
use std::io::Write;
use std::time::Duration;

/// A picture and how long it stands.
#[derive(Clone, Debug)]
pub struct GifFrame {
    pub image: RgbImage,
    /// GIF counts hundredths of a second, up to 655 seconds; less than two are shown slower by most programs.
    pub delay: Duration,
}

/// The frames, for ever from the beginning, in memory; see [`write_gif`].
pub fn gif(frames: impl IntoIterator<Item = Result<GifFrame, ExportError>>) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    write_gif(frames, &mut bytes)?;
    Ok(bytes)
}

/// Writes the frames one by one, so that a long history is never in memory as a whole; the first error ends it. All are as large as the
/// first; a picture of another size (another model drew it) is resized. What stays as it was is left transparent, which the frame before
/// shows through: most steps of a history change a small part of the picture.
pub fn write_gif(
    frames: impl IntoIterator<Item = Result<GifFrame, ExportError>>,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    // Frames come with a palette of their own, which the encoder takes as it is.
    const SPEED: i32 = 30;
    let mut before: Option<RgbImage> = None;
    let mut encoder = GifEncoder::new_with_speed(out, SPEED);
    encoder.set_repeat(Repeat::Infinite)?;
    for frame in frames {
        let GifFrame { image, delay } = frame?;
        fits("GIF", u32::from(u16::MAX), &image)?;
        let image = match before.as_ref().map(RgbImage::dimensions) {
            Some((width, height)) if (width, height) != image.dimensions() => {
                imageops::resize(&image, width, height, FilterType::CatmullRom)
            }
            _ => image,
        };
        let hundredths = (delay.as_millis() / 10).clamp(2, u128::from(u16::MAX)) as u32;
        let delay = Delay::from_numer_denom_ms(hundredths * 10, 1);
        encoder.encode_frame(Frame::from_parts(changes(&image, before.as_ref()), 0, 0, delay))?;
        before = Some(image);
    }
    before.map(|_| ()).ok_or(ExportError::NoFrames)
}

/// The pixels that differ from the frame before, in at most 255 colors; the others are transparent.
fn changes(image: &RgbImage, before: Option<&RgbImage>) -> RgbaImage {
    let is_same = |x, y| before.is_some_and(|before| before.get_pixel(x, y) == image.get_pixel(x, y));
    let palette =
        Palette::of(image.enumerate_pixels().filter(|(x, y, _)| !is_same(*x, *y)).map(|(_, _, pixel)| pixel.0));
    RgbaImage::from_fn(image.width(), image.height(), |x, y| {
        if is_same(x, y) {
            return Rgba([0; 4]);
        }
        let [r, g, b] = palette.nearest(image.get_pixel(x, y).0);
        Rgba([r, g, b, 255])
    })
}

/// At most 255 colors for those of a picture, by median cut over colors of five bits a channel.
struct Palette {
    /// The color that stands for each of the 32,768.
    table: Vec<[u8; 3]>,
    /// True: there are few enough colors to keep them all as they are.
    is_exact: bool,
}

impl Palette {
    const MAX_FRAMES: usize = 255;

    fn of(pixels: impl Iterator<Item = [u8; 3]>) -> Self {
        // How many pixels each cell has, and the sums of their channels.
        let mut cells = vec![[0_u64; 4]; 1 << 15];
        let mut distinct = std::collections::HashSet::new();
        for pixel in pixels {
            if distinct.len() <= Self::MAX_FRAMES {
                distinct.insert(pixel);
            }
            let cell = &mut cells[Self::cell(pixel)];
            cell[3] += 1;
            (0..3).for_each(|channel| cell[channel] += u64::from(pixel[channel]));
        }
        if distinct.len() <= Self::MAX_FRAMES {
            return Self { table: Vec::new(), is_exact: true };
        }
        let used: Vec<usize> = (0..cells.len()).filter(|cell| cells[*cell][3] > 0).collect();
        let mut boxes = vec![used];
        while boxes.len() < Self::MAX_FRAMES {
            // The box whose pixels spread most is cut in the middle of them.
            let spread = |list: &Vec<usize>| {
                let (channel, range) = Self::widest(list);
                let count: u64 = list.iter().map(|cell| cells[*cell][3]).sum();
                (channel, range as f64 * (count as f64).sqrt())
            };
            let worst =
                boxes.iter().enumerate().filter(|(_, list)| list.len() > 1).map(|(at, list)| (at, spread(list)));
            let Some((at, (channel, _))) = worst.max_by(|a, b| a.1.1.total_cmp(&b.1.1)) else { break };
            let mut list = std::mem::take(&mut boxes[at]);
            list.sort_by_key(|cell| Self::channel(*cell, channel));
            let half = list.iter().map(|cell| cells[*cell][3]).sum::<u64>() / 2;
            let mut sum = 0;
            let middle = list.iter().position(|cell| {
                sum += cells[*cell][3];
                sum >= half
            });
            let cut = (middle.unwrap_or(0) + 1).clamp(1, list.len() - 1);
            boxes.push(list.split_off(cut));
            boxes[at] = list;
        }
        let mut table = vec![[0; 3]; 1 << 15];
        for list in &boxes {
            let sum = list.iter().fold([0_u64; 4], |mut sum, cell| {
                (0..4).for_each(|i| sum[i] += cells[*cell][i]);
                sum
            });
            let mean = [0, 1, 2].map(|channel| (sum[channel] / sum[3].max(1)) as u8);
            list.iter().for_each(|cell| table[*cell] = mean);
        }
        Self { table, is_exact: false }
    }

    fn nearest(&self, pixel: [u8; 3]) -> [u8; 3] {
        if self.is_exact { pixel } else { self.table[Self::cell(pixel)] }
    }

    fn cell([r, g, b]: [u8; 3]) -> usize {
        usize::from(r >> 3) << 10 | usize::from(g >> 3) << 5 | usize::from(b >> 3)
    }

    fn channel(cell: usize, channel: usize) -> usize {
        cell >> (10 - 5 * channel) & 31
    }

    /// The channel whose values spread most, and how far.
    fn widest(list: &[usize]) -> (usize, usize) {
        let range = |channel: usize| {
            let values = || list.iter().map(|cell| Self::channel(*cell, channel));
            values().max().unwrap_or(0) - values().min().unwrap_or(0)
        };
        (0..3).map(|channel| (channel, range(channel))).max_by_key(|(_, range)| *range).unwrap_or((0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_change_costs_nothing() {
        // 300 pictures of 512 x 512 pixels; one square moves over a surface of many colors.
        let ground =
            RgbImage::from_fn(512, 512, |x, y| image::Rgb([(x / 2) as u8, (y / 2) as u8, ((x + y) / 4) as u8]));
        let frame = |step: u32| {
            let mut image = ground.clone();
            (0..8)
                .flat_map(|y| (0..8).map(move |x| (x, y)))
                .for_each(|(x, y)| image.put_pixel(step % 500 + x, y, image::Rgb([250, 0, 0])));
            Ok(GifFrame { image, delay: Duration::from_millis(40) })
        };
        let one = gif([frame(0)]).unwrap().len();
        let many = gif((0..40).map(frame)).unwrap().len();
        assert!(many < one + 40 * 8_000, "{many} bytes, one picture alone has {one}");
    }

    #[test]
    fn few_colors_stay_as_they_are_and_many_nearly() {
        let few = Palette::of((0..200_u8).map(|i| [i, 7, 9]));
        assert_eq!(few.nearest([123, 7, 9]), [123, 7, 9]);
        let many = Palette::of((0..=255_u8).flat_map(|r| (0..=255_u8).map(move |g| [r, g, 100])));
        let [r, g, b] = many.nearest([200, 40, 100]);
        assert!(r.abs_diff(200) < 16 && g.abs_diff(40) < 16 && b.abs_diff(100) < 8, "{r} {g} {b}");
    }
}
