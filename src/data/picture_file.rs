//! Opens pictures of whoever's: JPEG, PNG, WebP and GIF, of any size that a memory can hold, the right way up.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

/// Larger pictures fill the memory and teach nothing that a smaller copy does not.
pub const MAX_SIDE_PX: u32 = 16_384;
const MAX_BYTES: u64 = 1 << 30;

#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("cannot read the picture: {problem}: {}", path.display())]
    Io { problem: std::io::Error, path: PathBuf },
    #[error("this is no JPEG, PNG, WebP or GIF. Save it as one of these: {}", path.display())]
    Kind { path: PathBuf },
    #[error("{width} x {height} pixels are too many (at most {MAX_SIDE_PX} a side). Save a smaller copy: {}", path.display())]
    Huge { width: u32, height: u32, path: PathBuf },
    #[error("the picture is damaged ({problem}). Take another copy: {}", path.display())]
    Damaged { problem: String, path: PathBuf },
}

/// Which way up a picture is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upright {
    /// As a viewer shows it: turned as its EXIF says.
    AsShown,
    /// Turned only if it has this size in pixels when it is turned, and not before: annotations were made by a tool that
    /// turned it, or by one that did not, and this tells which.
    Sized(u32, u32),
}

/// The size of a picture and what its EXIF says, from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// Pixels as they lie in the file.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
}

impl Header {
    pub fn is_turned(&self) -> bool {
        self.orientation != Orientation::NoTransforms
    }

    /// Pixels after turning.
    pub fn shown(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    /// Whether the picture is to be turned.
    fn turns(&self, upright: Upright) -> bool {
        match upright {
            Upright::AsShown => self.is_turned(),
            Upright::Sized(width, height) => {
                self.shown() == (width, height) && (self.width, self.height) != (width, height)
            }
        }
    }
}

/// Looks at the first bytes only.
pub fn header(path: &Path) -> Result<Header, PictureError> {
    Ok(header_of(&mut decoder(path)?))
}

/// The pixels, without an alpha channel: what is transparent becomes white.
pub fn open(path: &Path, upright: Upright) -> Result<RgbImage, PictureError> {
    let mut decoder = decoder(path)?;
    let header = header_of(&mut decoder);
    let damaged =
        |error: image::ImageError| PictureError::Damaged { problem: error.to_string(), path: path.to_owned() };
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    if header.turns(upright) {
        picture.apply_orientation(header.orientation);
    }
    Ok(match picture.color().has_alpha() {
        true => on_white(&picture.into_rgba8()),
        false => picture.into_rgb8(),
    })
}

fn header_of(decoder: &mut impl ImageDecoder) -> Header {
    let (width, height) = decoder.dimensions();
    // A picture whose EXIF is damaged is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Header { width, height, orientation }
}

fn decoder(path: &Path) -> Result<impl ImageDecoder, PictureError> {
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    // Opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(PictureError::Kind { path: path.to_owned() });
    }
    let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let mut reader = ImageReader::new(file).with_guessed_format().map_err(failed)?;
    if reader.format().is_none() {
        return Err(PictureError::Kind { path: path.to_owned() });
    }
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::IoError(problem) if problem.kind() != std::io::ErrorKind::UnexpectedEof => failed(problem),
        image::ImageError::Unsupported(_) => PictureError::Kind { path: path.to_owned() },
        error => PictureError::Damaged { problem: error.to_string(), path: path.to_owned() },
    })?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE_PX || u64::from(width) * u64::from(height) * 4 > MAX_BYTES {
        return Err(PictureError::Huge { width, height, path: path.to_owned() });
    }
    Ok(decoder)
}

fn on_white(picture: &image::RgbaImage) -> RgbImage {
    let mut out = RgbImage::new(picture.width(), picture.height());
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let [r, g, b, a] = from.0.map(u32::from);
        to.0 = [r, g, b].map(|v| ((v * a + 255 * (255 - a) + 127) / 255) as u8);
    }
    out
}
