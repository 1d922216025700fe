//! Sheets: drawings and swatches, and below each what the decoders make of it.

use candle_core::{Result, Tensor};
use image::{RgbImage, imageops};

use super::step::{SpriteBatch, StuffBatch, decode_sprites, decode_stuff};
use scenewright_model::collage::Collage;
use scenewright_model::collage::config::LARGE_SIDE;
use scenewright_model::collage::light::{LightNet, Pixels};

/// Of what is shown, pixels; what is decoded smaller is enlarged.
const CELL: u32 = LARGE_SIDE as u32;
const GAP: u32 = 3;
const COLUMNS: usize = 16;
const PAPER: [f32; 3] = [0.86, 0.9, 0.93];

/// What a sheet shows.
pub(crate) struct SheetSamples {
    pub sprites: SpriteBatch,
    /// At twice the size.
    pub large: Option<SpriteBatch>,
    pub stuff: StuffBatch,
}

/// A picture of so many pixels a side, red, green, blue.
struct Square {
    side: u32,
    rgb: Vec<u8>,
}

/// Rows of pairs: the real drawings, and below them the decoded ones, then the same at twice the size; then swatches: real, from their own
/// latent, from one of the bank.
pub(crate) fn sheet(net: &Collage, shown: &SheetSamples) -> Result<RgbImage> {
    let device = net.device();
    let SheetSamples { sprites, large, stuff } = shown;
    let decoded = over_paper(&rgba(&decode_sprites(net, sprites, 0, device)?.0)?)?;
    let (again, _) = decode_stuff(net, stuff, 0, device)?;
    let n = stuff.classes.dim(0)?;
    let (classes, lights) = (stuff.classes.to_vec1::<u32>()?, stuff.lights.to_vec1::<u32>()?);
    let boxes = stuff.boxes.to_vec2::<f32>()?;
    let nearest_map = |i: usize| {
        let bounds = std::array::from_fn(|side| boxes[i][side]);
        // By lot, but the same lot on every sheet.
        net.stuff.bank.nearest_map(classes[i], lights[i], bounds, |piece| ((piece * 7 + i * 3) % 10) as f32 / 10.0)
    };
    let latent = Tensor::cat(&(0..n).map(nearest_map).collect::<Result<Vec<_>>>()?, 0)?;
    let planes = net.stuff.forward(&stuff.classes, &stuff.lights, &stuff.boxes, &latent)?;
    let drawn = LightNet::stuff(&planes, &stuff.colors)?;
    let mut rows: Vec<Vec<&Square>> = Vec::new();
    let small = [over_paper(&sprites.real)?, decoded];
    pair(&mut rows, &small);
    let large = match large {
        Some(batch) => vec![over_paper(&batch.real)?, over_paper(&rgba(&decode_sprites(net, batch, 0, device)?.0)?)?],
        None => Vec::new(),
    };
    pair(&mut rows, &large);
    let swatches = [over_paper(&stuff.real)?, over_paper(&rgba(&again)?)?, over_paper(&rgba(&drawn)?)?];
    pair(&mut rows, &swatches);
    let cell = CELL + GAP;
    let mut canvas =
        RgbImage::from_pixel(COLUMNS as u32 * cell + GAP, rows.len() as u32 * cell + GAP, image::Rgb([255; 3]));
    for (y, row) in rows.iter().enumerate() {
        for (x, Square { side, rgb }) in row.iter().enumerate() {
            let Some(one) = RgbImage::from_raw(*side, *side, rgb.clone()) else { continue };
            let shown = imageops::resize(&one, CELL, CELL, imageops::FilterType::Triangle);
            imageops::overlay(&mut canvas, &shown, i64::from(GAP + x as u32 * cell), i64::from(GAP + y as u32 * cell));
        }
    }
    Ok(canvas)
}

/// Sheet rows of so many columns, the versions of each object below one another.
fn pair<'a>(rows: &mut Vec<Vec<&'a Square>>, versions: &'a [Vec<Square>]) {
    let count = versions.first().map_or(0, Vec::len);
    for first in (0..count).step_by(COLUMNS) {
        for version in versions {
            rows.push(version[first..(first + COLUMNS).min(count)].iter().collect());
        }
    }
}

fn rgba(pixels: &Pixels) -> Result<Tensor> {
    Tensor::cat(&[&pixels.color, &pixels.alpha], 1)
}

/// `[N, 4, H, H]` -> pictures
fn over_paper(rgba: &Tensor) -> Result<Vec<Square>> {
    let (n, _, side, _) = rgba.dims4()?;
    let plane = side * side;
    let values: Vec<f32> = rgba.flatten_all()?.to_vec1()?;
    let one = |i: usize| {
        let at = |channel: usize, p: usize| values[(i * 4 + channel) * plane + p];
        let pixel = |p: usize| {
            let through = 1.0 - at(3, p).clamp(0.0, 1.0);
            [0, 1, 2].map(|c| ((at(c, p) + PAPER[c] * through).clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
        };
        Square { side: side as u32, rgb: (0..plane).flat_map(pixel).collect() }
    };
    Ok((0..n).map(one).collect())
}
