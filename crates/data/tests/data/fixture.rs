//! Folders that the tests make themselves, and the real files where they lie beside this repository.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// 80 pictures of COCO that may be passed on; absent on most machines.
pub fn coco_ccby() -> Option<PathBuf> {
    let mut places = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("../shared/data/coco_ccby"));
    let path = places.find(|path| path.is_dir());
    if path.is_none() {
        eprintln!("skipped: the real pictures of COCO are not beside this repository");
    }
    path
}

/// A picture with a gradient, so that crops and rotations can be distinguished.
pub fn write_picture(path: &Path, width: u32, height: u32) {
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, 60]))
        .save(path)
        .unwrap();
}

pub fn write_json(path: &Path, value: &Value) {
    std::fs::write(path, serde_json::to_string_pretty(value).unwrap()).unwrap();
}

/// A square of `side` pixels at a place, as a polygon annotation.
pub fn square(id: u64, image: u64, category: u64, [x, y]: [f64; 2], side: f64) -> Value {
    json!({
        "id": id, "image_id": image, "category_id": category, "iscrowd": 0, "area": side * side,
        "bbox": [x, y, side, side],
        "segmentation": [[x, y, x + side, y, x + side, y + side, x, y + side]],
    })
}

/// `count` pictures of 80 × 60 with two squares each; "boat" is a word that every vocabulary knows, "zorble" one that none does.
pub fn own_pictures(folder: &Path, count: u64) -> Value {
    let mut images = Vec::new();
    let mut annotations = Vec::new();
    for i in 0..count {
        let name = format!("p{i}.png");
        write_picture(&folder.join(&name), 80, 60);
        images.push(json!({ "id": i + 1, "file_name": name, "width": 80, "height": 60 }));
        annotations.push(square(2 * i + 1, i + 1, 1, [4.0 + i as f64, 20.0], 20.0));
        annotations.push(square(2 * i + 2, i + 1, 2, [50.0, 10.0], 24.0));
    }
    let file = json!({
        "images": images, "annotations": annotations,
        "categories": [{ "id": 1, "name": "boat" }, { "id": 2, "name": "zorble" }],
    });
    write_json(&folder.join("annotations.json"), &file);
    file
}
