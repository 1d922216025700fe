//! Every format, read back.

use crate::scene::{SIDE, picture, scene, vocab};
use image::AnimationDecoder;
use scenewright_formats::dot;
use scenewright_generate::export::*;
use scenewright_scene::*;
use serde_json::Value;
use std::io::Cursor;
use std::time::Duration;

fn bytes_of(format: ExportFormat, scale: u32, scaling: Scaling) -> Vec<u8> {
    match export(&picture(), &scene(), &vocab(), format, &ExportOptions { scale, scaling }, "sheep.png").unwrap() {
        Exported::File(bytes) => bytes,
        Exported::Folder(_) => panic!(),
    }
}

#[test]
fn images_have_the_size_that_was_asked_for() {
    for (format, kind) in [
        (ExportFormat::Png, image::ImageFormat::Png),
        (ExportFormat::Jpeg, image::ImageFormat::Jpeg),
        (ExportFormat::WebP, image::ImageFormat::WebP),
        (ExportFormat::Segmentation, image::ImageFormat::Png),
        (ExportFormat::Boxes, image::ImageFormat::Png),
    ] {
        for scale in [1, 3, MAX_SCALE] {
            let image = image::load_from_memory_with_format(&bytes_of(format, scale, Scaling::Smooth), kind).unwrap();
            let side = if format == ExportFormat::Boxes { 512 } else { scale * SIDE as u32 };
            assert_eq!((image.width(), image.height()), (side, side), "{format:?}");
        }
    }
    let lossless = image::load_from_memory(&bytes_of(ExportFormat::WebP, 1, Scaling::Smooth)).unwrap().into_rgb8();
    assert_eq!(lossless.into_raw(), picture().rgb);
    for scale in [0, MAX_SCALE + 1] {
        assert!(matches!(enlarged(&picture(), scale, Scaling::Smooth), Err(ExportError::Scale(_))));
    }
    let mut broken = picture();
    broken.rgb.pop();
    assert!(matches!(enlarged(&broken, 1, Scaling::Smooth), Err(ExportError::BrokenPicture { .. })));
}

#[test]
fn crisp_pixels_are_squares_and_smooth_ones_are_not() {
    let crisp = enlarged(&picture(), 4, Scaling::Crisp).unwrap();
    let smooth = enlarged(&picture(), 4, Scaling::Smooth).unwrap();
    for (x, y, pixel) in crisp.enumerate_pixels() {
        assert_eq!(pixel, crisp.get_pixel(x / 4 * 4, y / 4 * 4));
    }
    assert!(smooth != crisp);
    let clipboard = for_clipboard(&crisp);
    assert_eq!((clipboard.width, clipboard.height, clipboard.rgba.len()), (64, 64, 64 * 64 * 4));
    assert!(clipboard.rgba.chunks(4).zip(crisp.pixels()).all(|(a, b)| a[..3] == b.0 && a[3] == 255));
}

#[test]
fn a_segmentation_names_every_pixel() {
    let map = segmentation(&picture(), &vocab(), 1);
    let names: Vec<_> = map.legend.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sky-other", "grass", "sheep", "tree", "boat"]);
    let at = |x: usize, y: usize| map.categories[y * SIDE + x];
    // Sky above, grass below, the sheep on both by its mask, the tree in the corner, the boat nowhere.
    assert_eq!([at(0, 0), at(0, 15), at(5, 5), at(11, 5), at(14, 1)], [1, 2, 3, 1, 4]);
    assert!(!map.categories.contains(&5) && !map.categories.contains(&0));

    let bytes = bytes_of(ExportFormat::Segmentation, 1, Scaling::Smooth);
    let mut decoder = png::Decoder::new(Cursor::new(&bytes));
    decoder.set_transformations(png::Transformations::IDENTITY);
    let mut reader = decoder.read_info().unwrap();
    assert_eq!(reader.info().color_type, png::ColorType::Indexed);
    let palette = reader.info().palette.clone().unwrap().to_vec();
    let mut pixels = vec![0; SIDE * SIDE];
    reader.next_frame(&mut pixels).unwrap();
    assert_eq!(pixels, map.categories);
    for (color, (_, wanted)) in palette.chunks(3).skip(1).zip(&map.legend) {
        assert_eq!(color, wanted);
    }
    let legend = reader.info().utf8_text.iter().find(|text| text.keyword == "legend").unwrap().get_text().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&legend).unwrap()["3"], "sheep");
}

#[test]
fn more_categories_than_a_palette_holds_are_no_trouble() {
    let mut picture = picture();
    let sky = picture.objects[0].clone();
    picture.objects = (0..300)
        .map(|number| scenewright_generate::Placed { name: format!("thing {number}"), ..sky.clone() })
        .collect();
    let map = segmentation(&picture, &vocab(), 1);
    assert_eq!(map.legend.len(), 255);
    image::load_from_memory(&map.png().unwrap()).unwrap();
}

#[test]
fn coco_annotations_fit_the_picture() {
    let coco: Value = serde_json::from_slice(&bytes_of(ExportFormat::Coco, 2, Scaling::Smooth)).unwrap();
    let image = &coco["images"][0];
    assert_eq!((&image["file_name"], &image["width"], &image["height"]), (&"sheep.png".into(), &32.into(), &32.into()));
    let annotations = coco["annotations"].as_array().unwrap();
    // All but the boat, which lies outside.
    assert_eq!(annotations.len(), 4);
    for (number, annotation) in (1..).zip(annotations) {
        assert_eq!((&annotation["id"], &annotation["image_id"]), (&number.into(), &image["id"]));
        let id = annotation["category_id"].as_u64().unwrap();
        let category = coco["categories"].as_array().unwrap().iter().find(|category| category["id"] == id).unwrap();
        assert_eq!(vocab().object_id(category["name"].as_str().unwrap()).unwrap().0 as u64, id);
        let counts: Vec<u64> =
            annotation["segmentation"]["counts"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
        assert_eq!(counts.iter().sum::<u64>(), 32 * 32);
        let inside: u64 = counts.iter().skip(1).step_by(2).sum();
        assert_eq!(annotation["area"], inside);
        let [x, y, w, h] = [0, 1, 2, 3].map(|at| annotation["bbox"][at].as_f64().unwrap());
        assert!(x >= 0.0 && y >= 0.0 && w > 0.0 && h > 0.0 && x + w <= 32.0 && y + h <= 32.0);
        assert!(inside as f64 <= (w + 1.0) * (h + 1.0));
    }
    assert_eq!(annotations[3]["bbox"], serde_json::json!([24.0, 0.0, 8.0, 8.0]), "inverted boxes are put in order");
}

#[test]
fn a_gif_moves() {
    let frame = |value: u8, side: u32, millis: u64| GifFrame {
        image: image::RgbImage::from_pixel(side, side, image::Rgb([value, 0, 255 - value])),
        delay: Duration::from_millis(millis),
    };
    let bytes = gif([frame(0, 8, 500), frame(200, 8, 1230), frame(255, 4, 0)].map(Ok)).unwrap();
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(&bytes)).unwrap();
    let frames = decoder.into_frames().collect_frames().unwrap();
    let delays: Vec<_> = frames.iter().map(|frame| frame.delay().numer_denom_ms().0).collect();
    assert_eq!(delays, [500, 1230, 20]);
    for (frame, value) in frames.iter().zip([0_u8, 200, 255]) {
        assert_eq!(frame.buffer().dimensions(), (8, 8));
        let [r, _, b, _] = frame.buffer().get_pixel(3, 3).0;
        assert!(r.abs_diff(value) < 4 && b.abs_diff(255 - value) < 4);
    }
    assert!(bytes.windows(11).any(|window| window == b"NETSCAPE2.0"), "it repeats");
    assert!(matches!(gif([]), Err(ExportError::NoFrames)));
}

/// The smallest part of DOT's grammar that checks quoting: the strings of the text.
fn dot_strings(text: &str) -> Vec<String> {
    let (mut strings, mut open) = (Vec::new(), None::<String>);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (&mut open, c) {
            (None, '"') => open = Some(String::new()),
            (Some(_), '"') => strings.extend(open.take()),
            (Some(string), '\\') => string.push(match chars.next().unwrap() {
                'n' => '\n',
                other => other,
            }),
            (Some(string), c) => string.push(c),
            (None, c) => assert!(c.is_ascii(), "{c:?} outside of a string"),
        }
    }
    assert!(open.is_none());
    strings
}

#[test]
fn dot_is_quoted() {
    let text = dot(&scene(), Some(&vocab()));
    let strings = dot_strings(&text);
    for word in ["Dolly <\"&> \\", "sheep", "above", "inside", "40,-120.5!"] {
        assert!(strings.iter().any(|string| string == word), "{word:?} in {text}");
    }
    assert!(text.contains("n0 -> n1 [label=\"above\"];") && text.contains("n2 -> n2 "));
    let mut hostile = Scene::new();
    for name in ["a\" ]; n9 [label=\"b", "\\", "\\\"", "ends \\", "\\N", "Straße\n2", "{x|y}", "<b>"] {
        hostile.apply(&Edit::add(name.replace('\n', " "))).unwrap();
        let found = dot_strings(&dot(&hostile, None));
        assert!(found.contains(&name.replace('\n', " ")), "{name:?}: {found:?}");
    }
    assert_eq!(dot(&hostile, None).lines().count(), 3 + 8 + 1);
    assert_eq!(dot(&Scene::new(), None).lines().last(), Some("}"));
}
