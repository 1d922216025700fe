//! OpenRaster: a layer for each object, cut out by its mask, over the whole picture. Krita, GIMP and others open it.
//!
//! Written after the baseline of the specification (openraster.org: file layout, layer stack): `mimetype` first and stored, then
//! `stack.xml`, whose first layer is the topmost, layers as PNGs under `data/`, `mergedimage.png` and a thumbnail. The
//! lowest layer is the picture as it is, not a picture with holes: the layers over it repeat its pixels, so the stack looks like the picture.

use super::ExportError;
use super::cut::cut_out;
use super::layers::{distinct_names, opaque};
use super::pixels::{Scaling, enlarged, png};
use super::stack::back_to_front;
use crate::Picture;
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use std::fmt::Write as _;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MIME_TYPE: &str = "image/openraster";
const THUMBNAIL_SIDE: u32 = 256;

/// The bytes of an `.ora` file.
pub fn openraster(
    picture: &Picture,
    scene: &Scene,
    vocab: &Vocabulary,
    scale: u32,
    scaling: Scaling,
) -> Result<Vec<u8>, ExportError> {
    let image = enlarged(picture, scale, scaling)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // PNGs are compressed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut add = |name: &str, options, bytes: &[u8]| -> Result<(), ExportError> {
        archive.start_file(name, options)?;
        Ok(archive.write_all(bytes)?)
    };
    add("mimetype", stored, MIME_TYPE.as_bytes())?;
    let mut layers = Vec::new();
    let mut files = vec![("data/background.png".to_owned(), rgba_png(&opaque(&image))?)];
    let objects = back_to_front(picture, vocab);
    for (number, (placed, name)) in objects.iter().zip(distinct_names(&objects, scene)).enumerate() {
        let (layer, x, y) = cut_out(placed, &image);
        let file = format!("data/layer{number:03}.png");
        layers.push(Layer { name, file: file.clone(), x, y });
        files.push((file, rgba_png(&layer)?));
    }
    // The top comes first.
    layers.reverse();
    layers.push(Layer { name: "Background".to_owned(), file: "data/background.png".to_owned(), x: 0, y: 0 });
    add("stack.xml", deflated, stack(&image, &layers).as_bytes())?;
    for (name, bytes) in &files {
        add(name, stored, bytes)?;
    }
    add("mergedimage.png", stored, &rgba_png(&opaque(&image))?)?;
    add("Thumbnails/thumbnail.png", stored, &png(&thumbnail(&image))?)?;
    Ok(archive.finish()?.into_inner())
}

struct Layer {
    name: String,
    file: String,
    x: u32,
    y: u32,
}

fn stack(image: &RgbImage, layers: &[Layer]) -> String {
    let (width, height) = image.dimensions();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a text cannot fail.
    let _ = writeln!(xml, "<image version=\"0.0.3\" w=\"{width}\" h=\"{height}\" xres=\"72\" yres=\"72\">\n  <stack>");
    for Layer { name, file, x, y } in layers {
        let name = attribute(name);
        let _ = writeln!(
            xml,
            "    <layer name=\"{name}\" src=\"{file}\" x=\"{x}\" y=\"{y}\" opacity=\"1.0\" visibility=\"visible\" composite-op=\"svg:src-over\"/>"
        );
    }
    xml.push_str("  </stack>\n</image>\n");
    xml
}

/// A text within double quotes. XML has no place at all for control characters, not even as an escape.
fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn rgba_png(image: &RgbaImage) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    let (width, height) = image.dimensions();
    PngEncoder::new(&mut bytes).write_image(image, width, height, ExtendedColorType::Rgba8)?;
    Ok(bytes)
}

/// As large as a thumbnail may be, never enlarged, in the picture's own proportions.
fn thumbnail(image: &RgbImage) -> RgbImage {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    if longest <= THUMBNAIL_SIDE {
        return image.clone();
    }
    let side = |pixels: u32| (pixels * THUMBNAIL_SIDE / longest).max(1);
    imageops::resize(image, side(width), side(height), FilterType::Triangle)
}
