//! Opens pictures of whoever's, the right way up: JPEG, PNG, WebP and GIF. The one door for training, annotating and looking through a folder.
//!
//! Nothing is decoded that would fill the memory. Which way up a picture is taken is the caller's to say: annotations are made for the
//! pixels as they lie, or as a viewer shows them, and COCO's own tools never turn a picture.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, RgbaImage};

/// Larger pictures fill the memory and teach nothing that a smaller copy does not: a phone's have 12 to 108 million pixels.
pub const MAX_SIDE_PX: u32 = 16_384;
pub const MAX_PIXELS: u64 = 128_000_000;
/// No file of a picture within these limits is larger.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// A JPEG's size stands in its first bytes, behind its EXIF, previews and colour profile; the decoder reads all that it is given.
const HEAD_BYTES: [u64; 2] = [256 << 10, 4 << 20];

/// By these endings a file is taken for a picture.
pub const ENDINGS: [&str; 5] = ["jpg", "jpeg", "png", "webp", "gif"];
/// The kinds as messages name them.
pub const KINDS: &str = "JPEG, PNG, WebP or GIF";

/// By its ending; the disk is not asked.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Whether a picture of this size (pixels) would not be opened.
pub fn is_too_large(width: u32, height: u32) -> bool {
    width.max(height) > MAX_SIDE_PX || u64::from(width) * u64::from(height) > MAX_PIXELS
}

/// Why a picture is left out.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("cannot read the picture ({problem}). Put it back, or make it readable: {}", path.display())]
    Io { problem: std::io::Error, path: PathBuf },
    #[error("this is no {KINDS}. Save it as one of these: {}", path.display())]
    Kind { path: PathBuf },
    #[error(
        "{width} × {height} pixels are too many (at most {MAX_SIDE_PX} a side and {} million in all). Save a smaller copy: {}",
        MAX_PIXELS / 1_000_000, path.display()
    )]
    Huge { width: u32, height: u32, path: PathBuf },
    #[error("{} MB are too much for a picture (at most {} MB). Save a smaller copy: {}", bytes >> 20, MAX_FILE_BYTES >> 20, path.display())]
    Heavy { bytes: u64, path: PathBuf },
    #[error("the picture is damaged ({problem}). Take another copy, or save it anew with another program: {}", path.display())]
    Damaged { problem: String, path: PathBuf },
}

impl PictureError {
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Kind { path }
            | Self::Huge { path, .. }
            | Self::Heavy { path, .. }
            | Self::Damaged { path, .. } => path,
        }
    }
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

    /// Pixels as they lie in the file.
    pub fn lies(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Pixels after turning.
    pub fn shown(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }

    /// Whether annotations that name this size count in pixels as they lie and not as they are shown. Of a size that is both, or neither,
    /// they are for what a person sees.
    pub fn is_size_as_it_lies(&self, size: (u32, u32)) -> bool {
        self.lies() == size && self.shown() != size
    }

    /// Whether the picture is to be turned.
    fn turns(&self, upright: Upright) -> bool {
        match upright {
            Upright::AsShown => self.is_turned(),
            Upright::Sized(width, height) => self.shown() == (width, height) && self.lies() != (width, height),
        }
    }
}

/// Where a point of a picture as it lies is seen once it is turned; both in parts of the picture, 0..=1.
pub fn turned(orientation: Orientation, [x, y]: [f32; 2]) -> [f32; 2] {
    match orientation {
        Orientation::NoTransforms => [x, y],
        Orientation::FlipHorizontal => [1.0 - x, y],
        Orientation::Rotate180 => [1.0 - x, 1.0 - y],
        Orientation::FlipVertical => [x, 1.0 - y],
        Orientation::Rotate90 => [1.0 - y, x],
        Orientation::Rotate270 => [y, 1.0 - x],
        Orientation::Rotate90FlipH => [y, x],
        Orientation::Rotate270FlipH => [1.0 - y, 1.0 - x],
    }
}

/// Where a point that is seen lies: the way back of [`turned`].
pub fn unturned(orientation: Orientation, point: [f32; 2]) -> [f32; 2] {
    let back = match orientation {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        // All others are their own way back.
        other => other,
    };
    turned(back, point)
}

/// Looks at the first bytes only.
pub fn header(path: &Path) -> Result<Header, PictureError> {
    let (mut file, bytes) = opened(path)?;
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    if !is_jpeg(&mut file).map_err(failed)? {
        return Ok(header_of(&mut decoder(guessed(file, path)?, path)?));
    }
    let mut head = Vec::new();
    for most in HEAD_BYTES {
        let wanted = most - head.len() as u64;
        file.by_ref().take(wanted).read_to_end(&mut head).map_err(failed)?;
        match decoder(ImageReader::with_format(Cursor::new(head.as_slice()), ImageFormat::Jpeg), path) {
            Ok(mut decoder) => return Ok(header_of(&mut decoder)),
            Err(error @ PictureError::Huge { .. }) => return Err(error),
            // What is behind it may be missing, because it was not read.
            Err(error) if bytes <= head.len() as u64 => return Err(error),
            Err(_) => {}
        }
    }
    file.rewind().map_err(failed)?;
    Ok(header_of(&mut decoder(ImageReader::with_format(file, ImageFormat::Jpeg), path)?))
}

/// The pixels, without an alpha channel: what is transparent becomes white.
pub fn open(path: &Path, upright: Upright) -> Result<RgbImage, PictureError> {
    let picture = decoded(path, upright)?;
    Ok(match picture.color().has_alpha() {
        true => on_white(&picture.into_rgba8()),
        false => picture.into_rgb8(),
    })
}

/// The pixels as they are shown, as they are, no side longer than `longest`.
pub fn open_small(path: &Path, longest: u32) -> Result<RgbaImage, PictureError> {
    let picture = decoded(path, Upright::AsShown)?;
    let is_small = picture.width().max(picture.height()) <= longest;
    Ok(if is_small { picture } else { picture.thumbnail(longest.max(1), longest.max(1)) }.into_rgba8())
}

fn decoded(path: &Path, upright: Upright) -> Result<DynamicImage, PictureError> {
    let (file, _) = opened(path)?;
    let mut decoder = decoder(guessed(file, path)?, path)?;
    let header = header_of(&mut decoder);
    let damaged =
        |error: image::ImageError| PictureError::Damaged { problem: error.to_string(), path: path.to_owned() };
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    if header.turns(upright) {
        picture.apply_orientation(header.orientation);
    }
    Ok(picture)
}

fn header_of(decoder: &mut impl ImageDecoder) -> Header {
    let (width, height) = decoder.dimensions();
    // A picture whose EXIF is damaged is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Header { width, height, orientation }
}

/// A file that can be a picture, and its size in bytes.
fn opened(path: &Path) -> Result<(BufReader<File>, u64), PictureError> {
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    // Opening a pipe would wait for a writer.
    if !metadata.is_file() {
        return Err(PictureError::Kind { path: path.to_owned() });
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(PictureError::Heavy { bytes: metadata.len(), path: path.to_owned() });
    }
    let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    Ok((file, metadata.len()))
}

fn is_jpeg(file: &mut BufReader<File>) -> std::io::Result<bool> {
    Ok(file.fill_buf()?.starts_with(&[0xff, 0xd8, 0xff]))
}

fn guessed<R: BufRead + Seek>(file: R, path: &Path) -> Result<ImageReader<R>, PictureError> {
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    let reader = ImageReader::new(file).with_guessed_format().map_err(failed)?;
    match reader.format() {
        Some(_) => Ok(reader),
        None => Err(PictureError::Kind { path: path.to_owned() }),
    }
}

fn decoder<'r, R: BufRead + Seek + 'r>(
    mut reader: ImageReader<R>,
    path: &Path,
) -> Result<impl ImageDecoder + 'r, PictureError> {
    let mut limits = image::Limits::default();
    // Sixteen bits of four channels.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::IoError(problem) if problem.kind() != std::io::ErrorKind::UnexpectedEof => {
            PictureError::Io { problem, path: path.to_owned() }
        }
        image::ImageError::Unsupported(_) => PictureError::Kind { path: path.to_owned() },
        error => PictureError::Damaged { problem: error.to_string(), path: path.to_owned() },
    })?;
    let (width, height) = decoder.dimensions();
    if is_too_large(width, height) {
        return Err(PictureError::Huge { width, height, path: path.to_owned() });
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged { problem: "it has no pixels".to_owned(), path: path.to_owned() });
    }
    Ok(decoder)
}

fn on_white(picture: &RgbaImage) -> RgbImage {
    let mut out = RgbImage::new(picture.width(), picture.height());
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let [r, g, b, a] = from.0.map(u32::from);
        to.0 = [r, g, b].map(|v| ((v * a + 255 * (255 - a) + 127) / 255) as u8);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_go_where_the_pixels_go() {
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let mut picture = DynamicImage::new_rgb8(8, 4);
            let mut lying = RgbImage::new(8, 4);
            lying.put_pixel(5, 1, image::Rgb([255, 0, 0]));
            picture.clone_from(&DynamicImage::ImageRgb8(lying));
            picture.apply_orientation(orientation);
            let shown = picture.into_rgb8();
            let header = Header { width: 8, height: 4, orientation };
            assert_eq!(header.shown(), shown.dimensions());
            let middle = [5.5 / 8.0, 1.5 / 4.0];
            let [x, y] = turned(orientation, middle);
            let pixel = ((x * shown.width() as f32) as u32, (y * shown.height() as f32) as u32);
            assert_eq!(shown.get_pixel(pixel.0, pixel.1).0[0], 255, "orientation {exif}");
            let back = unturned(orientation, [x, y]);
            assert!((back[0] - middle[0]).abs() < 1e-6 && (back[1] - middle[1]).abs() < 1e-6, "orientation {exif}");
        }
    }

    #[test]
    fn the_first_bytes_of_a_jpeg_tell_its_size() {
        let dir = tempfile::tempdir().unwrap();
        let mut jpeg = Vec::new();
        DynamicImage::new_rgb8(40, 20).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        let comment = |bytes: usize| {
            let mut out = Vec::new();
            // A segment holds 65,533 bytes at most.
            for _ in 0..bytes / 65_533 {
                out.extend([0xff, 0xfe, 0xff, 0xff]);
                out.extend(std::iter::repeat_n(b'x', 65_533));
            }
            out
        };
        for bytes in [0, 100_000, 400_000, 5_000_000] {
            let path = dir.path().join("it.jpg");
            let whole = [&jpeg[..2], &comment(bytes), &jpeg[2..]].concat();
            std::fs::write(&path, &whole).unwrap();
            assert_eq!(header(&path).unwrap().lies(), (40, 20), "{bytes}");
            std::fs::write(&path, &whole[..whole.len() - jpeg.len() + 10]).unwrap();
            assert!(matches!(header(&path), Err(PictureError::Damaged { .. })), "{bytes}");
        }
        // A gigabyte and more is told from its length alone: nothing of it is read.
        let heavy = dir.path().join("heavy.jpg");
        File::create(&heavy).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        let error = header(&heavy).unwrap_err();
        assert!(matches!(error, PictureError::Heavy { .. }) && error.to_string().contains("smaller copy"), "{error}");
    }
}
