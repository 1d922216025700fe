//! Pictures as they are looked at: EXIF's orientation applied, and nothing decoded that would fill the memory.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, RgbaImage};
use std::io;
use std::path::{Path, PathBuf};

/// Larger pictures are not decoded: a phone's have 12 to 50 million pixels.
pub const MOST_PIXELS: u64 = 64_000_000;

/// Why a picture is left out.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    #[error("it cannot be read ({source}): {}", .path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("it is damaged or no picture ({why}): open it in another program and save it anew: {}", .path.display())]
    Broken { why: String, path: PathBuf },
    #[error(
        "{} × {} pixels are more than {} million: make a smaller copy: {}",
        .size[0], .size[1], MOST_PIXELS / 1_000_000, .path.display()
    )]
    Huge { size: [u32; 2], path: PathBuf },
}

/// Width and height as it is looked at, from the first bytes of the file.
pub(super) fn size_of(path: &Path) -> Result<[u32; 2], PhotoError> {
    open(path).map(|(_, size, _)| size)
}

/// The picture, no side longer than `longest`. Waits for the disk, and for the decoder.
pub fn read_photo(path: &Path, longest: u32) -> Result<RgbaImage, PhotoError> {
    let (decoder, _, orientation) = open(path)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| failed(error, path))?;
    image.apply_orientation(orientation);
    if image.width().max(image.height()) > longest {
        image = image.thumbnail(longest.max(1), longest.max(1));
    }
    Ok(image.into_rgba8())
}

fn open(path: &Path) -> Result<(impl ImageDecoder, [u32; 2], Orientation), PhotoError> {
    let unreadable = |source| PhotoError::Io { source, path: path.to_owned() };
    // Asked of the path before it is opened: opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(PhotoError::Broken { why: "not a file".to_owned(), path: path.to_owned() });
    }
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(unreadable)?;
    let mut decoder = reader.into_decoder().map_err(|error| failed(error, path))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PhotoError::Huge { size: [width, height], path: path.to_owned() });
    }
    if width == 0 || height == 0 {
        return Err(PhotoError::Broken { why: "it has no pixels".to_owned(), path: path.to_owned() });
    }
    // A picture whose orientation cannot be read lies as its pixels do.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let size = if is_turned { [height, width] } else { [width, height] };
    Ok((decoder, size, orientation))
}

fn failed(error: ImageError, path: &Path) -> PhotoError {
    match error {
        ImageError::IoError(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            PhotoError::Io { source, path: path.to_owned() }
        }
        error => PhotoError::Broken { why: error.to_string(), path: path.to_owned() },
    }
}
