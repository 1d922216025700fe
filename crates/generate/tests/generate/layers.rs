//! OpenRaster files, as the specification describes them.

use crate::scene::{SIDE, picture, scene, vocab};
use image::RgbaImage;
use scenewright_generate::export::*;
use scenewright_scene::*;
use std::io::{Cursor, Read};
use zip::{CompressionMethod, ZipArchive};

struct Ora {
    archive: ZipArchive<Cursor<Vec<u8>>>,
}

impl Ora {
    fn new(bytes: Vec<u8>) -> Self {
        Self { archive: ZipArchive::new(Cursor::new(bytes)).unwrap() }
    }

    fn file(&mut self, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn picture(&mut self, name: &str) -> RgbaImage {
        image::load_from_memory_with_format(&self.file(name), image::ImageFormat::Png).unwrap().into_rgba8()
    }
}

#[test]
fn the_archive_is_laid_out_as_specified() {
    let bytes = openraster(&picture(), &scene(), &vocab(), 4, Scaling::Crisp).unwrap();
    // Programs recognize the format by these bytes: the name and the type stand uncompressed at the beginning.
    assert_eq!(&bytes[30..54], b"mimetypeimage/openraster");
    let mut ora = Ora::new(bytes);
    {
        let first = ora.archive.by_index(0).unwrap();
        assert_eq!(
            (first.name().unwrap().as_ref(), first.compression(), first.size()),
            ("mimetype", CompressionMethod::Stored, 16)
        );
    }
    for index in 0..ora.archive.len() {
        let file = ora.archive.by_index(index).unwrap();
        assert!(matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated));
    }
    let side = 4 * SIDE as u32;
    assert_eq!(ora.picture("mergedimage.png").dimensions(), (side, side));
    let thumbnail = ora.picture("Thumbnails/thumbnail.png");
    assert_eq!(thumbnail.dimensions(), (side, side));
    let large = openraster(&Picture256::tall(), &Scene::new(), &vocab(), 8, Scaling::Smooth).unwrap();
    assert_eq!(Ora::new(large).picture("Thumbnails/thumbnail.png").dimensions(), (128, 256), "no larger than 256");
}

/// A picture of 64 × 128 pixels without objects.
struct Picture256;

impl Picture256 {
    fn tall() -> scenewright_generate::Picture {
        let mut picture = picture();
        (picture.width, picture.height, picture.rgb) = (64, 128, vec![100; 64 * 128 * 3]);
        picture.objects.clear();
        picture
    }
}

#[test]
fn layers_lie_over_each_other_and_look_like_the_picture() {
    let (picture, scene) = (picture(), scene());
    let mut ora = Ora::new(openraster(&picture, &scene, &vocab(), 1, Scaling::Smooth).unwrap());
    let xml = String::from_utf8(ora.file("stack.xml")).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.attribute("w"), root.attribute("h")), ("image", Some("16"), Some("16")));
    assert!(root.attribute("version").is_some());
    let stack = root.first_element_child().unwrap();
    assert!(stack.tag_name().name() == "stack" && stack.next_sibling().is_none_or(|node| !node.is_element()));
    let layers: Vec<_> = stack.children().filter(|node| node.is_element()).collect();
    let names: Vec<_> = layers.iter().map(|layer| layer.attribute("name").unwrap()).collect();
    // The topmost first: the smallest. Two of one size keep the scene's order.
    assert_eq!(names, ["boat", "tree", "Dolly <\"&> \\", "grass", "sky-other", "Background"]);

    let mut flat = RgbaImage::new(SIDE as u32, SIDE as u32);
    for layer in layers.iter().rev() {
        assert_eq!(layer.attribute("composite-op"), Some("svg:src-over"));
        assert_eq!((layer.attribute("opacity"), layer.attribute("visibility")), (Some("1.0"), Some("visible")));
        let [x, y] = ["x", "y"].map(|key| layer.attribute(key).unwrap().parse::<i64>().unwrap());
        let cut = ora.picture(layer.attribute("src").unwrap());
        let within = x + i64::from(cut.width()) <= 16 && y + i64::from(cut.height()) <= 16;
        assert!(x >= 0 && y >= 0 && within, "{layer:?}");
        image::imageops::overlay(&mut flat, &cut, x, y);
    }
    let merged = ora.picture("mergedimage.png");
    assert_eq!(image::DynamicImage::ImageRgba8(merged.clone()).into_rgb8().into_raw(), picture.rgb);
    for (found, wanted) in flat.pixels().zip(merged.pixels()) {
        let close = found.0.iter().zip(wanted.0).all(|(a, b)| a.abs_diff(b) <= 1);
        assert!(close, "{found:?} for {wanted:?}");
    }
}

#[test]
fn an_object_is_cut_by_its_mask() {
    let mut ora = Ora::new(openraster(&picture(), &scene(), &vocab(), 1, Scaling::Smooth).unwrap());
    // By area: sky, grass, sheep, tree, boat.
    let sheep = ora.picture("data/layer002.png");
    // The right third of its box is clear, and cut away.
    assert!(sheep.width() < 8 && sheep.height() == 8, "{:?}", sheep.dimensions());
    assert_eq!(sheep.get_pixel(0, 0).0, [4 * 15, 4 * 15, 77, 255]);
    assert!(sheep.get_pixel(sheep.width() - 1, 0).0[3] < 128);
    let tree = ora.picture("data/layer003.png");
    assert_eq!(tree.dimensions(), (4, 4), "an inverted box is a box");
    let boat = ora.picture("data/layer004.png");
    assert_eq!((boat.dimensions(), boat.get_pixel(0, 0).0[3]), ((1, 1), 0), "unseen, but not lost");
    // Twice the size: the same masks, in twice the resolution.
    let masks = object_masks(&picture(), &scene(), 32, 32);
    assert_eq!(masks.len(), 5);
    let (title, mask) = &masks[0];
    assert_eq!((title.as_str(), mask.dimensions()), ("sky-other", (32, 32)));
    assert!((0..32).all(|y| mask.get_pixel(7, y).0[0] == if y < 16 { 255 } else { 0 }));
}
