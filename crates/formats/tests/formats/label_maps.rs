//! Label maps: pictures whose colors are classes.

use std::path::Path;

use image::{GrayImage, Luma, Rgb, RgbImage};
use scenewright_formats::label_map::{ClassTable, LabelMap};
use scenewright_formats::{Source, open_scenes};
use scenewright_scene::UnitBox;
use scenewright_scene::vocab::Vocabulary;

const SKY: [u8; 3] = [6, 230, 230];
const GRASS: [u8; 3] = [4, 250, 7];
const TREE: [u8; 3] = [4, 200, 3];
const ROAD: [u8; 3] = [140, 140, 140];

/// 100 × 80: sky over grass, a tree that parts the sky, a second tree, a road, and a speck.
fn ade() -> RgbImage {
    RgbImage::from_fn(100, 80, |x, y| {
        Rgb(match (x, y) {
            (40..=49, 0..=59) => TREE,
            (70..=79, 30..=59) => TREE,
            (3, 3) => TREE,
            (_, 70..) => ROAD,
            (_, 50..) => GRASS,
            _ => SKY,
        })
    })
}

fn names(map: &LabelMap) -> Vec<&str> {
    map.regions.iter().map(|region| region.name.as_str()).collect()
}

#[test]
fn regions_become_objects_with_boxes_and_masks() {
    let map = LabelMap::of_picture(&ade(), None, Path::new("map.png")).unwrap();
    assert_eq!((map.table, map.width, map.height), (ClassTable::Ade20k, 100, 80));
    // Materials first, the largest of them first; each is one, though the tree parts the sky. The speck is no tree.
    assert_eq!(names(&map), ["sky", "grass", "road", "tree", "tree"]);
    assert_eq!(map.regions[0].bounds, UnitBox::new(0.0, 0.0, 1.0, 0.625));
    assert_eq!(map.regions[3].bounds, UnitBox::new(0.4, 0.0, 0.5, 0.75));
    assert_eq!(map.regions[3].runs.area(), 600);
    assert!(map.notes.iter().any(|note| note.contains("road") && note.contains("skyscraper")), "{:?}", map.notes);
    let scene = map.scene();
    assert_eq!(scene.nodes().len(), 5);
    assert_eq!(scene.nodes()[3].pinned, Some(map.regions[3].bounds));
    assert_eq!(scene.picture_size(), Some([512, 410]));
    let coco = map.coco("photo.jpg");
    assert_eq!(coco["annotations"][3]["bbox"], serde_json::json!([40.0, 0.0, 10.0, 60.0]));
    assert_eq!((&coco["annotations"][3]["area"], &coco["images"][0]["width"]), (&600.into(), &100.into()));
    assert_eq!(coco["categories"].as_array().unwrap().len(), 4);
    assert_eq!(coco["annotations"][3]["segmentation"]["size"], serde_json::json!([80, 100]));
}

#[test]
fn a_label_map_is_opened_like_a_scene_and_a_photo_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("map.png");
    ade().save(&path).unwrap();
    let file = open_scenes(&path).unwrap();
    assert_eq!((file.source, file.format, file.scenes.len()), (Source::Picture, Some("ADE20K"), 1));
    assert!(file.notes[0].contains("label map of ADE20K: 5 objects"), "{:?}", file.notes);
    let photo = RgbImage::from_fn(100, 80, |x, y| Rgb([(x * y) as u8, (x * 3 + y) as u8, (y * 5) as u8]));
    photo.save(&path).unwrap();
    assert!(open_scenes(&path).unwrap_err().to_string().contains("carries no scene graph"));
    let error = LabelMap::read(&path, None).unwrap_err().to_string();
    assert!(error.contains("no label map") && error.ends_with("map.png"), "{error}");
    // Black alone says nothing.
    RgbImage::new(40, 40).save(&path).unwrap();
    assert!(open_scenes(&path).is_err());
}

#[test]
fn colors_of_coco_stuff_and_our_own_are_known() {
    let two = |a: [u8; 3], b: [u8; 3]| {
        RgbImage::from_fn(64, 64, |x, y| Rgb(if (20..40).contains(&x) && (20..50).contains(&y) { a } else { b }))
    };
    let color = |name: &str| ClassTable::CocoStuff.classes().into_iter().find(|(class, _)| class == name).unwrap().1;
    let (sheep, grass) = (color("sheep"), color("grass"));
    let map = LabelMap::of_picture(&two(sheep, grass), None, Path::new("map.png")).unwrap();
    assert_eq!((map.table, names(&map)), (ClassTable::CocoStuff, vec!["grass", "sheep"]));
    let vocab = Vocabulary::illustrated();
    let own = two(vocab.color_of("sheep"), vocab.color_of("grass"));
    let map = LabelMap::of_picture(&own, None, Path::new("map.png")).unwrap();
    assert_eq!((map.table, names(&map)), (ClassTable::Scenewright, vec!["grass", "sheep"]));
    // Smoothed edges are no colors of a table; a few are borne.
    let mut smooth = two(sheep, grass);
    for y in 20..50 {
        smooth.put_pixel(19, y, Rgb([0, 48, 96]));
    }
    let map = LabelMap::of_picture(&smooth, None, Path::new("map.png")).unwrap();
    assert_eq!(map.regions[1].runs.area(), 600);
}

#[test]
fn numbers_of_classes_are_read_where_the_table_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("labels.png");
    // ADE20K: 3 is sky, 10 is grass, 0 is nothing. COCO-Stuff: 18 is sheep, 112 is grass, 255 is nothing.
    for (table, above, below, expected) in
        [(ClassTable::Ade20k, 3_u8, 10_u8, ["sky", "grass"]), (ClassTable::CocoStuff, 112, 18, ["grass", "sheep"])]
    {
        let ignored = if table == ClassTable::Ade20k { 0 } else { 255 };
        GrayImage::from_fn(60, 60, |x, y| {
            Luma([if x == 0 {
                ignored
            } else if y < 40 {
                above
            } else {
                below
            }])
        })
        .save(&path)
        .unwrap();
        let map = LabelMap::read(&path, Some(table)).unwrap();
        assert_eq!(names(&map), expected, "{table}");
        assert!(map.regions[0].bounds.x0 > 0.0, "{table}: column 0 is nothing");
    }
}

/// Whatever the pixels are, reading ends and does not panic.
#[test]
fn odd_pictures_are_refused_or_read() {
    for (width, height) in [(1, 1), (1, 50), (300, 2)] {
        for color in [SKY, TREE, [0; 3], [255; 3], [1, 2, 3]] {
            let _ = LabelMap::of_picture(&RgbImage::from_pixel(width, height, Rgb(color)), None, Path::new("x"));
        }
    }
    let checkered = RgbImage::from_fn(200, 200, |x, y| Rgb(if (x / 4 + y / 4) % 2 == 0 { TREE } else { SKY }));
    let map = LabelMap::of_picture(&checkered, None, Path::new("x")).unwrap();
    assert!(map.regions.len() <= 300);
}
