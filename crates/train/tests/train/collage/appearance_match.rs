//! "Look like this picture": from the world's own drawings, with the model that comes with the program.

use std::path::Path;

use image::imageops::{FilterType, resize};
use image::{Rgba, RgbaImage};
use scenewright_generate::{Generator, Target};
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::vocab::ObjectId;
use scenewright_scene::vocab::looks::LookMeaning;
use scenewright_train::collage::samples::{Atlas, SpriteSample};

/// As a file would hold it: straight alpha, in the drawing's proportions.
fn picture(sample: &SpriteSample, aspect: f32, mirrored: bool) -> RgbaImage {
    let side = sample.side as u32;
    let image = RgbaImage::from_fn(side, side, |x, y| {
        let x = if mirrored { side - 1 - x } else { x };
        let pixel = &sample.pixels[((y * side + x) * 4) as usize..][..4];
        let straight = |c: usize| (u32::from(pixel[c]) * 255 / u32::from(pixel[3].max(1))).min(255) as u8;
        Rgba([straight(0), straight(1), straight(2), pixel[3]])
    });
    resize(&image, (side as f32 * aspect.max(1.0)) as u32, (side as f32 / aspect.min(1.0)) as u32, FilterType::Triangle)
}

#[test]
fn drawings_are_found_again_with_their_colors_and_facing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/collage-illustrated");
    let generator = Generator::open(&path, DeviceChoice::Cpu).unwrap();
    let atlas = Atlas::new(&[], Some(&generator.vocab)).unwrap();
    let (mut drawings, mut colors, mut facings, mut asked) = (0, [0, 0], [0, 0], 0);
    for index in (0..atlas.drawing_count()).step_by(5) {
        let sample = atlas.sprite(index, 77 + index as u64, true).unwrap();
        let id = ObjectId(sample.class);
        let own = generator.vocab.looks_of(id).unwrap();
        let variant = own.variants.iter().find(|variant| variant.row == sample.variant).unwrap();
        let mirrored = own.mirror && index % 2 == 0;
        let target = Target::new(&picture(&sample, variant.aspect, mirrored)).unwrap();
        let found = generator.appearance_match(generator.vocab.object_name(id), &target).unwrap().unwrap();
        asked += 1;
        let looks = generator.vocab.looks().unwrap();
        let meant: Vec<LookMeaning> = found.words.iter().map(|word| looks.read(Some(own), word).unwrap()).collect();
        let is_found = meant.contains(&LookMeaning::Variant(own.variants.iter().position(|v| v == variant).unwrap()));
        drawings += usize::from(is_found);
        for meant in meant.iter().filter(|_| is_found) {
            match meant {
                LookMeaning::Color { slot, tone } => {
                    let wanted = sample.colors[slot.unwrap_or(own.main)];
                    let said = looks.toned(*tone);
                    let apart = said.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    colors[0] += usize::from(apart < 0.15);
                    colors[1] += 1;
                }
                LookMeaning::Facing { right } => {
                    facings[0] += usize::from(*right == mirrored);
                    facings[1] += 1;
                }
                _ => {}
            }
        }
    }
    println!(
        "drawings {drawings} of {asked}, colors {} of {}, facings {} of {}",
        colors[0], colors[1], facings[0], facings[1]
    );
    assert!(drawings * 20 >= asked * 19, "{drawings} of {asked} drawings");
    for [found, all] in [colors, facings] {
        assert!(found * 20 >= all * 19, "{found} of {all}");
    }
    assert!(asked > 60 && colors[1] > 60 && facings[1] > 15);
}

#[test]
fn what_has_no_drawings_has_no_match() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/collage-illustrated");
    let generator = Generator::open(&path, DeviceChoice::Cpu).unwrap();
    let target = Target::new(&RgbaImage::from_pixel(40, 30, Rgba([9, 200, 9, 255]))).unwrap();
    for name in ["grass", "zorble"] {
        assert_eq!(generator.appearance_match(name, &target).unwrap(), None, "{name}");
    }
    assert!(generator.appearance_match("tree", &target).unwrap().is_some(), "a green square is like some tree");
}
