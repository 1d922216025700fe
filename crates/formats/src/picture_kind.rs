//! What a file is that is no picture we read, by its name, its first bytes or its format.

use std::path::Path;

use image::ImageFormat;

use super::picture_file::KINDS;

/// Pictures in formats that are not read, by their endings: "an AVIF", "a HEIC photo".
pub fn other_kind(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    Some(match ending.as_str() {
        "heic" | "heif" | "hif" => "a HEIC photo",
        "avif" => "an AVIF",
        "jxl" => "a JPEG XL",
        "jp2" | "j2k" => "a JPEG 2000",
        "psd" => "a Photoshop document",
        "svg" => "an SVG drawing",
        "ppm" | "pgm" | "pnm" => "a Netpbm picture",
        "tga" => "a TGA",
        "dng" | "cr2" | "cr3" | "nef" | "arw" | "raf" | "rw2" | "orf" => "a camera's raw file",
        _ => return None,
    })
}

/// What a file is that is no picture we read, by its first bytes.
pub(super) fn kind_of(start: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    match start {
        [] => Some("an empty file"),
        [b'I', b'I', 43, 0, ..] | [b'M', b'M', 0, 43, ..] => Some("a BigTIFF"),
        [b'8', b'B', b'P', b'S', ..] => Some("a Photoshop document"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        [b'P', b'K', 3, 4, ..] => Some("a ZIP archive"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand {
            [b'a', b'v', b'i', ..] => Some("an AVIF"),
            [b'h' | b'm', b'e' | b'i', ..] => Some("a HEIC photo"),
            _ => Some("a video"),
        },
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] | [0xff, 0x0a, ..] => Some("a JPEG XL"),
        [0, 0, 0, 12, b'j', b'P', ..] => Some("a JPEG 2000"),
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => Some("a web page"),
        _ if text.starts_with("<svg") || text.starts_with("<?xml") => Some("an SVG or XML file"),
        _ if text.starts_with("version https://git-lfs") => Some("a Git LFS pointer (fetch it with `git lfs pull`)"),
        _ if start.iter().all(|b| *b == 0) => Some("a file of zeros"),
        _ => None,
    }
}

/// What a picture is whose format is known and whose kind of pixels is not.
pub(super) fn kind_of_format(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Bmp => Some("a BMP of an unusual kind"),
        ImageFormat::Tiff => Some("a TIFF whose compression or kind of pixels is not read"),
        ImageFormat::Avif => Some("an AVIF"),
        ImageFormat::Ico => Some("an icon"),
        ImageFormat::Pnm => Some("a Netpbm picture"),
        _ => None,
    }
}

/// For an error: "a PDF and no JPEG, PNG ...".
pub(super) fn what_it_is(found: Option<&str>) -> String {
    match found {
        // It is one of the kinds by its name.
        Some(found) if found.contains(" of an unusual ") || found.contains(" is not read") => {
            format!("{found}; plain {KINDS} files are")
        }
        Some(found) => format!("{found} and no {KINDS}"),
        None => format!("no {KINDS}"),
    }
}
