//! Draws the program's icon: `cargo run --example icons` makes PNGs, `.ico` and `.icns` of `packaging/icons/scenewright.svg`, beside it.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

const SIZES_PX: [u32; 9] = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/// Sizes in the icon of Windows.
const ICO_PX: [u32; 6] = [16, 24, 32, 48, 64, 256];
/// Kinds and sizes of PNG in the icon of macOS.
const ICNS: [(&[u8; 4], u32); 7] =
    [(b"icp4", 16), (b"icp5", 32), (b"icp6", 64), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512), (b"ic10", 1024)];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/icons");
    let tree = Tree::from_str(&fs::read_to_string(folder.join("scenewright.svg"))?, &Options::default())?;
    for size in SIZES_PX.into_iter().filter(|&size| size <= 512) {
        fs::write(folder.join(format!("scenewright-{size}.png")), png(&tree, size)?)?;
    }
    fs::write(folder.join("scenewright.ico"), ico(&tree)?)?;
    fs::write(folder.join("scenewright.icns"), icns(&tree)?)?;
    println!("{}", folder.display());
    Ok(())
}

fn png(tree: &Tree, size: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut pixels = Pixmap::new(size, size).ok_or("no pixels")?;
    let scale = size as f32 / tree.size().width();
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let straight = pixels.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    let image = image::RgbaImage::from_raw(size, size, straight.collect()).ok_or("too few pixels")?;
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// A header, an entry of 16 bytes for each picture, and the pictures as PNG.
fn ico(tree: &Tree) -> Result<Vec<u8>, Box<dyn Error>> {
    let pictures = ICO_PX.map(|size| png(tree, size).map(|png| (size, png)));
    let mut bytes = vec![0, 0, 1, 0, ICO_PX.len() as u8, 0];
    let mut place = 6 + 16 * ICO_PX.len() as u32;
    let mut body = Vec::new();
    for picture in pictures {
        let (size, png) = picture?;
        // 256 is written as 0; one plane of 32 bits.
        let side = (size % 256) as u8;
        bytes.extend([side, side, 0, 0, 1, 0, 32, 0]);
        bytes.extend((png.len() as u32).to_le_bytes());
        bytes.extend(place.to_le_bytes());
        place += png.len() as u32;
        body.extend(png);
    }
    bytes.extend(body);
    Ok(bytes)
}

/// "icns", the length, and each picture as PNG with its kind and length.
fn icns(tree: &Tree) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut body = Vec::new();
    for (kind, size) in ICNS {
        let png = png(tree, size)?;
        body.extend(kind);
        body.extend((png.len() as u32 + 8).to_be_bytes());
        body.extend(png);
    }
    let mut bytes = b"icns".to_vec();
    bytes.extend((body.len() as u32 + 8).to_be_bytes());
    bytes.extend(body);
    Ok(bytes)
}
