//! Opens pictures of whoever's, the right way up: JPEG, PNG, WebP, GIF, BMP and TIFF. The one door for training, annotating and looking through a folder.
//!
//! Nothing is decoded that would fill the memory. Which way up a picture is taken is the caller's to say: annotations are made for the
//! pixels as they lie, or as a viewer shows them, and COCO's own tools never turn a picture.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, RgbaImage};

pub use super::picture_kind::other_kind;
use super::picture_kind::{kind_of, kind_of_format, what_it_is};

/// Larger pictures fill the memory and teach nothing that a smaller copy does not: a phone's have 12 to 108 million pixels.
pub(crate) const MAX_SIDE_PX: u32 = 16_384;
pub(crate) const MAX_PIXELS: u64 = 128_000_000;
/// No file of a picture within these limits is larger.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// A box may stick out by this much, because of rounding.
pub const SLACK_PX: f64 = 1.5;
/// Smaller pictures show nothing that could be learned.
pub const MIN_SIDE_PX: u32 = 8;
/// A JPEG's size stands in its first bytes, behind its EXIF, previews and color profile; the decoder reads all that it is given.
const HEAD_BYTES: [u64; 2] = [256 << 10, 4 << 20];

/// By these endings a file is taken for a picture.
pub const ENDINGS: [&str; 9] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "dib", "tif", "tiff"];
/// The kinds as messages name them.
pub const KINDS: &str = "JPEG, PNG, WebP, GIF, BMP or TIFF";

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
    #[error("this is {}. Save it as one of these: {}", what_it_is(*found), path.display())]
    Kind { found: Option<&'static str>, path: PathBuf },
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
            | Self::Kind { path, .. }
            | Self::Huge { path, .. }
            | Self::Heavy { path, .. }
            | Self::Damaged { path, .. } => path,
        }
    }
}

/// Which way up a picture is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExifOrientation {
    /// As a viewer shows it: turned as its EXIF says.
    AsShown,
    /// Turned only if it has this size in pixels when it is turned, and not before: annotations were made by a tool that
    /// turned it, or by one that did not, and this says which.
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

    /// Which size boxes (left, top, width, height in pixels) are for: the stated one, else that which is shown. A picture that EXIF turns by a quarter
    /// may be annotated as it is shown though its size is given as it lies, or the other way round: boxes that only fit one of both decide which.
    /// True if the boxes decided it.
    pub fn annotated_size(&self, stated: Option<(u32, u32)>, boxes: &[[f64; 4]]) -> ((u32, u32), bool) {
        let size = stated.unwrap_or(self.shown());
        let (lies, shown) = (self.lies(), self.shown());
        if lies == shown || size != lies && size != shown {
            return (size, false);
        }
        let other = if size == lies { shown } else { lies };
        let fits = |(width, height): (u32, u32)| {
            let fits =
                |[x, y, w, h]: &[f64; 4]| x + w <= f64::from(width) + SLACK_PX && y + h <= f64::from(height) + SLACK_PX;
            boxes.iter().all(fits)
        };
        if !fits(size) && fits(other) { (other, true) } else { (size, false) }
    }

    /// Whether the picture is to be turned.
    fn turns(&self, upright: ExifOrientation) -> bool {
        match upright {
            ExifOrientation::AsShown => self.is_turned(),
            ExifOrientation::Sized(width, height) => self.shown() == (width, height) && self.lies() != (width, height),
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
pub fn open(path: &Path, upright: ExifOrientation) -> Result<RgbImage, PictureError> {
    let picture = decoded(path, upright)?;
    Ok(match picture.color().has_alpha() {
        true => on_white(&picture.into_rgba8()),
        false => picture.into_rgb8(),
    })
}

/// The pixels as they are shown, as they are, no side longer than `longest`.
pub fn open_small(path: &Path, longest: u32) -> Result<RgbaImage, PictureError> {
    let picture = decoded(path, ExifOrientation::AsShown)?;
    let is_small = picture.width().max(picture.height()) <= longest;
    Ok(if is_small { picture } else { picture.thumbnail(longest.max(1), longest.max(1)) }.into_rgba8())
}

fn decoded(path: &Path, upright: ExifOrientation) -> Result<DynamicImage, PictureError> {
    let (mut file, _) = opened(path)?;
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    if is_jpeg(&mut file).map_err(failed)? {
        // The decoder paints what is missing in gray and says nothing.
        if !jpeg_has_its_end(&mut file).map_err(failed)? {
            let problem = "it is cut short: the end of its data is missing".to_owned();
            return Err(PictureError::Damaged { problem, path: path.to_owned() });
        }
        file.rewind().map_err(failed)?;
    }
    let reader = guessed(file, path)?;
    let found = reader.format().and_then(kind_of_format);
    let mut decoder = decoder(reader, path)?;
    let header = header_of(&mut decoder);
    let refused = |error: image::ImageError| match error {
        image::ImageError::Unsupported(_) => PictureError::Kind { found, path: path.to_owned() },
        error => PictureError::Damaged { problem: error.to_string(), path: path.to_owned() },
    };
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
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
        return Err(PictureError::Kind { found: None, path: path.to_owned() });
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

/// Whether a JPEG's data go on until its end marker. Segments are skipped by their lengths: a preview inside has an end of its own.
// ITU T.81, B.1.1: markers and entropy-coded data
fn jpeg_has_its_end(file: &mut (impl BufRead + Seek)) -> std::io::Result<bool> {
    const END: u8 = 0xd9;
    let mut byte = [0];
    let mut next = |file: &mut dyn Read| -> std::io::Result<Option<u8>> {
        Ok(if file.read(&mut byte)? == 0 { None } else { Some(byte[0]) })
    };
    loop {
        // Up to the next 0xff: data, or nothing between segments.
        loop {
            let buffer = file.fill_buf()?;
            let found = buffer.iter().position(|b| *b == 0xff);
            let used = found.map_or(buffer.len(), |at| at + 1);
            if used == 0 {
                return Ok(false);
            }
            file.consume(used);
            if found.is_some() {
                break;
            }
        }
        let mut marker = 0xff;
        while marker == 0xff {
            match next(file)? {
                Some(byte) => marker = byte,
                None => return Ok(false),
            }
        }
        match marker {
            END => return Ok(true),
            // A 0xff of the data, restarts, the start, and what has no length.
            0 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let (Some(high), Some(low)) = (next(file)?, next(file)?) else { return Ok(false) };
                let length = i64::from(u16::from_be_bytes([high, low]));
                file.seek_relative(length.max(2) - 2)?;
            }
        }
    }
}

fn guessed<R: BufRead + Seek>(mut file: R, path: &Path) -> Result<ImageReader<R>, PictureError> {
    let failed = |problem| PictureError::Io { problem, path: path.to_owned() };
    let start = file.fill_buf().map_err(failed)?;
    let found = kind_of(start.get(..start.len().min(64)).unwrap_or_default());
    let reader = ImageReader::new(file).with_guessed_format().map_err(failed)?;
    match reader.format() {
        Some(_) => Ok(reader),
        None => Err(PictureError::Kind { found, path: path.to_owned() }),
    }
}

fn decoder<'r, R: BufRead + Seek + 'r>(
    mut reader: ImageReader<R>,
    path: &Path,
) -> Result<impl ImageDecoder + 'r, PictureError> {
    let found = reader.format().and_then(kind_of_format);
    let mut limits = image::Limits::default();
    // Sixteen bits of four channels.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::IoError(problem) if problem.kind() != std::io::ErrorKind::UnexpectedEof => {
            PictureError::Io { problem, path: path.to_owned() }
        }
        image::ImageError::Unsupported(_) => PictureError::Kind { found, path: path.to_owned() },
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
    fn a_jpeg_that_is_cut_short_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let noise = |seed: u32| {
            RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * y * 7 + seed) as u8, (x * 3) as u8, y as u8]))
        };
        let mut preview = Vec::new();
        noise(1).write_to(&mut Cursor::new(&mut preview), ImageFormat::Jpeg).unwrap();
        let mut jpeg = Vec::new();
        noise(2).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        // A preview with an end of its own, as cameras write.
        let length = (preview.len() as u16 + 2).to_be_bytes();
        let whole = [&jpeg[..2], &[0xff, 0xe2, length[0], length[1]], &preview, &jpeg[2..]].concat();
        let path = dir.path().join("it.jpg");
        std::fs::write(&path, [whole.as_slice(), b"something behind"].concat()).unwrap();
        open(&path, ExifOrientation::AsShown).unwrap();
        for share in [2, 10, 50, 60, 90, 99] {
            std::fs::write(&path, &whole[..preview.len() + (whole.len() - preview.len()) * share / 100]).unwrap();
            let error = open(&path, ExifOrientation::AsShown).unwrap_err();
            assert!(matches!(error, PictureError::Damaged { .. }), "{share}: {error}");
        }
        // A download whose space was allocated beforehand ends in zeros.
        let mut zeros = whole.clone();
        let half = preview.len() + (whole.len() - preview.len()) / 2;
        zeros[half..].fill(0);
        std::fs::write(&path, zeros).unwrap();
        assert!(matches!(open(&path, ExifOrientation::AsShown), Err(PictureError::Damaged { .. })));
    }

    #[test]
    fn files_that_are_no_pictures_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("it.jpg");
        for (bytes, part) in [
            (b"".as_slice(), "an empty file"),
            (b"<!DOCTYPE html><html>", "a web page"),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
            (b"II\x2b\0\x08\0\0\0", "a BigTIFF"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b"hello", "this is no JPEG"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let error = header(&path).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("Save it as one of these"), "{error}");
        }
    }

    /// A red left half and a blue right half, 16 x 12, in every form of BMP and TIFF that programs write.
    #[test]
    fn bmp_and_tiff_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let picture = RgbImage::from_fn(16, 12, |x, _| image::Rgb(if x < 8 { [220, 30, 20] } else { [10, 40, 200] }));
        let whole = DynamicImage::ImageRgb8(picture);
        for (name, format, image) in [
            ("rgb.bmp", ImageFormat::Bmp, whole.clone()),
            ("rgba.bmp", ImageFormat::Bmp, DynamicImage::ImageRgba8(whole.to_rgba8())),
            ("UPPER.DIB", ImageFormat::Bmp, whole.clone()),
            ("rgb.tif", ImageFormat::Tiff, whole.clone()),
            ("sixteen.tiff", ImageFormat::Tiff, DynamicImage::ImageRgb16(whole.to_rgb16())),
            ("clear.TIF", ImageFormat::Tiff, DynamicImage::ImageRgba8(whole.to_rgba8())),
        ] {
            let path = dir.path().join(name);
            let mut bytes = Vec::new();
            image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
            std::fs::write(&path, &bytes).unwrap();
            assert!(is_picture(&path), "{name}");
            assert_eq!(header(&path).unwrap().lies(), (16, 12), "{name}");
            let read = open(&path, ExifOrientation::AsShown).unwrap();
            assert_eq!((read.get_pixel(2, 5).0, read.get_pixel(13, 5).0), ([220, 30, 20], [10, 40, 200]), "{name}");
            for share in [20, 60, 95] {
                std::fs::write(&path, &bytes[..bytes.len() * share / 100]).unwrap();
                let error = open(&path, ExifOrientation::AsShown).unwrap_err();
                assert!(matches!(error, PictureError::Damaged { .. }), "{name}, {share} %: {error}");
            }
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
        // A gigabyte and more is recognized by its length alone: nothing of it is read.
        let heavy = dir.path().join("heavy.jpg");
        File::create(&heavy).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        let error = header(&heavy).unwrap_err();
        assert!(matches!(error, PictureError::Heavy { .. }) && error.to_string().contains("smaller copy"), "{error}");
    }
}
