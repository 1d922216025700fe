//! Contact sheets: every category, every variant, large and small, with its name.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontRef, ScaleFont, point};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, ImageFormat, Rgb, RgbImage};

use super::library::SpriteLibrary;
use super::picture::sprite_picture;
use super::sprite::{Category, Variant};

const LARGE_PX: u32 = 128;
const SMALL_PX: u32 = 48;
const CELL_PX: [u32; 2] = [196, 158];
const COLUMNS: u32 = 9;
/// So that a library of thousands of icons becomes several pictures rather than one that no viewer opens.
const ROWS_A_PAGE: usize = 60;
const PAPER: Rgb<u8> = Rgb([0xcf, 0xe3, 0xef]);
const WORDS: Rgb<u8> = Rgb([0x2c, 0x3a, 0x4d]);

/// Pages of all sprites, in the drawings' own colours at 128 px and, in others of their colours, at 48 px.
pub fn sprites(library: &SpriteLibrary) -> Vec<RgbImage> {
    let all: Vec<(&Category, &Variant)> =
        library.iter().flat_map(|category| category.variants.iter().map(move |variant| (category, variant))).collect();
    all.chunks(ROWS_A_PAGE * COLUMNS as usize).map(|page| one_page(library, page)).collect()
}

/// Writes pages to `path`, or to `name-1`, `name-2` ... where there are several. The ending chooses PNG or JPEG.
pub fn save(pages: &[RgbImage], path: &Path) -> Result<Vec<PathBuf>, ImageError> {
    const JPEG_QUALITY: u8 = 86;
    let name = |page: usize| match pages.len() {
        1 => path.to_owned(),
        _ => {
            let [stem, end] =
                [path.file_stem(), path.extension()].map(|part| part.unwrap_or_default().to_string_lossy());
            path.with_file_name(format!("{stem}-{}.{end}", page + 1))
        }
    };
    let mut written = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter().enumerate() {
        let path = name(index);
        match ImageFormat::from_path(&path)? {
            ImageFormat::Jpeg => {
                let file = BufWriter::new(File::create(&path)?);
                page.write_with_encoder(JpegEncoder::new_with_quality(file, JPEG_QUALITY))?;
            }
            format => page.save_with_format(&path, format)?,
        }
        written.push(path);
    }
    Ok(written)
}

fn one_page(library: &SpriteLibrary, page: &[(&Category, &Variant)]) -> RgbImage {
    let rows = (page.len() as u32).div_ceil(COLUMNS);
    let mut sheet = RgbImage::from_pixel(COLUMNS * CELL_PX[0], rows * CELL_PX[1], PAPER);
    for (index, (category, variant)) in page.iter().enumerate() {
        let (column, row) = (index as u32 % COLUMNS, index as u32 / COLUMNS);
        let (x, foot) = (column * CELL_PX[0] + 6, row * CELL_PX[1] + 4 + LARGE_PX);
        let other: Vec<(String, String)> = category
            .slots
            .iter()
            .filter(|slot| !slot.words.is_empty())
            .map(|slot| (slot.name.clone(), slot.words[1 % slot.words.len()].clone()))
            .collect();
        for (colours, size, middle) in
            [(&[][..], LARGE_PX, x + LARGE_PX / 2), (&other[..], SMALL_PX, x + LARGE_PX + 30)]
        {
            // A drawing that cannot be rendered leaves its place empty: its fault is told elsewhere.
            if let Ok(picture) = sprite_picture(library, variant, colours, false, size) {
                let corner = [middle - picture.width_px / 2, foot - picture.height_px];
                lay(&mut sheet, &picture.rgba, picture.width_px, corner);
            }
        }
        write(
            &mut sheet,
            &format!("{} · {}", category.name, variant.name),
            [x as f32, foot as f32 + 17.0],
            14.0,
            WORDS,
        );
    }
    sheet
}

/// Lays straight RGBA over the sheet.
fn lay(sheet: &mut RgbImage, rgba: &[u8], width: u32, [x, y]: [u32; 2]) {
    for (index, pixel) in rgba.chunks_exact(4).enumerate() {
        let place = (x + index as u32 % width, y + index as u32 / width);
        if let Some(under) = sheet.get_pixel_mut_checked(place.0, place.1) {
            mix(under, Rgb([pixel[0], pixel[1], pixel[2]]), f32::from(pixel[3]) / 255.0);
        }
    }
}

/// Writes a line of text whose base line begins at `(x, y)`.
pub fn write(sheet: &mut RgbImage, text: &str, [mut x, y]: [f32; 2], size_px: f32, colour: Rgb<u8>) {
    // The font is compiled in; should it ever be broken, sheets go without words.
    let Ok(font) = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT) else { return };
    let font = font.as_scaled(size_px);
    for letter in text.chars() {
        let id = font.glyph_id(letter);
        if let Some(outline) = font.outline_glyph(id.with_scale_and_position(size_px, point(x, y))) {
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, share| {
                let (x, y) = (corner.x as i64 + i64::from(dx), corner.y as i64 + i64::from(dy));
                if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                    && let Some(under) = sheet.get_pixel_mut_checked(x, y)
                {
                    mix(under, colour, share);
                }
            });
        }
        x += font.h_advance(id);
    }
}

fn mix(under: &mut Rgb<u8>, over: Rgb<u8>, share: f32) {
    for (under, over) in under.0.iter_mut().zip(over.0) {
        *under = (f32::from(*under) * (1.0 - share) + f32::from(over) * share + 0.5).min(255.0) as u8;
    }
}
