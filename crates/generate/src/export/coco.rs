//! The layout as COCO annotations: boxes, and masks as run lengths, under the vocabulary's own numbers.
//!
//! A box may leave the picture, and COCO's may not: what lies outside is cut off, and an object of which nothing is left has no
//! annotation.

use super::cut::{full_mask, title};
use crate::Picture;
use scenewright_formats::coco_mask::Runs;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Scene, UnitBox};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One picture of `scale` times its size, called `file_name`.
pub fn coco(picture: &Picture, scene: &Scene, vocab: &Vocabulary, scale: u32, file_name: &str) -> Value {
    let (width, height) = (picture.width as u32 * scale, picture.height as u32 * scale);
    let mut categories = BTreeMap::new();
    let mut annotations = Vec::new();
    for placed in picture.objects.iter().filter(|placed| placed.is_object()) {
        let UnitBox { x0, y0, x1, y1 } = placed.bounds;
        let seen = UnitBox::from_corners([x0, y0], [x1, y1]).clamped();
        // The picture was drawn with this vocabulary, which therefore knows the name.
        let drawn = vocab.drawn_object(&placed.name).map(|drawn| drawn.id);
        let Some(category) = drawn.filter(|_| seen.area() > 0.0) else { continue };
        categories.insert(category.0, vocab.object_name(category));
        let (counts, area) = run_lengths(full_mask(placed, width, height).as_raw(), width as usize, height as usize);
        let (w, h) = (f64::from(width), f64::from(height));
        let [x0, y0, x1, y1] = <[f32; 4]>::from(seen).map(f64::from);
        annotations.push(json!({
            "id": annotations.len() + 1,
            "image_id": 1,
            "category_id": category.0,
            "iscrowd": 0,
            "area": area,
            "bbox": [x0 * w, y0 * h, (x1 - x0) * w, (y1 - y0) * h],
            "segmentation": { "size": [height, width], "counts": counts },
            "name": title(placed, scene),
        }));
    }
    let categories = categories.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect::<Vec<_>>();
    json!({
        "info": { "description": "The layout of a scene, by Scenewright" },
        "images": [{ "id": 1, "file_name": file_name, "width": width, "height": height }],
        "annotations": annotations,
        "categories": categories,
    })
}

/// COCO's uncompressed run lengths of a mask, row by row: column by column, what is outside first; and how many pixels are inside.
pub fn run_lengths(mask: &[u8], width: usize, height: usize) -> (Vec<u32>, u64) {
    let runs = Runs::of_mask(mask, width, height);
    let area = runs.area();
    (runs.counts, area)
}

#[cfg(test)]
mod tests {
    use super::run_lengths;

    #[test]
    fn runs_go_down_the_columns_and_start_outside() {
        let runs = |pixels: &[u8]| run_lengths(pixels, 2, 2);
        assert_eq!(runs(&[255, 255, 0, 255]), (vec![0, 1, 1, 2], 3));
        assert_eq!(runs(&[0, 0, 0, 200]), (vec![3, 1], 1));
        assert_eq!(runs(&[0; 4]), (vec![4], 0));
    }
}
