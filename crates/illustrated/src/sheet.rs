//! Contact sheets: every category, every variant, large and small, with its name.

use image::RgbImage;

use super::library::SpriteLibrary;
use super::picture::sprite_picture;
use super::sprite::{Category, SpriteVariant};
use scenewright_drawing::{Color, ImagePainter};

const LARGE_PX: u32 = 128;
const SMALL_PX: u32 = 48;
const CELL_PX: [u32; 2] = [196, 158];
const COLUMNS: u32 = 9;
/// So that a library of thousands of icons becomes several pictures rather than one that no viewer opens.
const ROWS_A_PAGE: usize = 60;
const PAPER: Color = [0xcf, 0xe3, 0xef];
const WORDS: Color = [0x2c, 0x3a, 0x4d];

/// Pages of all sprites, in the drawings' own colors at 128 px and, in others of their colors, at 48 px.
pub fn sprites(library: &SpriteLibrary) -> Vec<RgbImage> {
    let all: Vec<(&Category, &SpriteVariant)> =
        library.iter().flat_map(|category| category.variants.iter().map(move |variant| (category, variant))).collect();
    all.chunks(ROWS_A_PAGE * COLUMNS as usize).map(|page| one_page(library, page)).collect()
}

fn one_page(library: &SpriteLibrary, page: &[(&Category, &SpriteVariant)]) -> RgbImage {
    let rows = (page.len() as u32).div_ceil(COLUMNS);
    let mut sheet = ImagePainter::filled(COLUMNS * CELL_PX[0], rows * CELL_PX[1], PAPER);
    for (index, (category, variant)) in page.iter().enumerate() {
        let (column, row) = (index as u32 % COLUMNS, index as u32 / COLUMNS);
        let (x, foot) = (column * CELL_PX[0] + 6, row * CELL_PX[1] + 4 + LARGE_PX);
        let other: Vec<(String, String)> = category
            .slots
            .iter()
            .filter(|slot| !slot.words.is_empty())
            .map(|slot| (slot.name.clone(), slot.words[1 % slot.words.len()].clone()))
            .collect();
        for (colors, size, middle) in [(&[][..], LARGE_PX, x + LARGE_PX / 2), (&other[..], SMALL_PX, x + LARGE_PX + 30)]
        {
            // A drawing that cannot be rendered leaves its place empty: its fault is reported elsewhere.
            if let Ok(picture) = sprite_picture(library, variant, colors, false, size) {
                let corner = [middle - picture.width_px / 2, foot - picture.height_px];
                lay(&mut sheet, &picture.rgba, picture.width_px, corner);
            }
        }
        let name = format!("{} · {}", category.name, variant.name);
        sheet.text(x as f32, foot as f32 + 4.0, &name, 14.0, WORDS);
    }
    sheet.image
}

/// Lays straight RGBA over the sheet.
fn lay(sheet: &mut ImagePainter, rgba: &[u8], width: u32, [x, y]: [u32; 2]) {
    for (index, pixel) in rgba.chunks_exact(4).enumerate() {
        let (x, y) = (x + index as u32 % width, y + index as u32 / width);
        sheet.blend(x as i32, y as i32, [pixel[0], pixel[1], pixel[2]], f32::from(pixel[3]) / 255.0);
    }
}
