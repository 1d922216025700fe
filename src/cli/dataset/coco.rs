//! Samples as COCO annotations: images, one JSON with boxes and run-length masks, and a scene graph for each image.

use super::progress;
use anyhow::Context;
use rayon::prelude::*;
use scenewright_data::IllustratedWorld;
use scenewright_data::{Dataset, Sample};
use scenewright_generate::export::run_lengths;
use serde_json::{Value, json};
use std::path::Path;

/// Writes `images/`, `scenes/` and `annotations.json` into `dir`.
pub(crate) fn write(world: &IllustratedWorld, dir: &Path, scenes: u64) -> anyhow::Result<()> {
    for folder in ["images", "scenes"] {
        let path = dir.join(folder);
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make a folder. Choose a place where you may write: {}", path.display()))?;
    }
    let names = world.object_names();
    let bar = progress(scenes, "writing");
    let written: Vec<(Value, Vec<Value>)> = (0..scenes)
        .into_par_iter()
        .inspect(|_| bar.inc(1))
        .map(|index| one(world, dir, index, &names))
        .collect::<anyhow::Result<_>>()?;
    let mut annotations: Vec<Value> = Vec::new();
    let mut images = Vec::new();
    for (image, of_image) in written {
        images.push(image);
        for mut annotation in of_image {
            annotation["id"] = json!(annotations.len() + 1);
            annotations.push(annotation);
        }
    }
    let categories: Vec<Value> =
        names.iter().enumerate().map(|(index, name)| json!({ "id": index + 1, "name": name })).collect();
    let file = json!({
        "info": { "description": "Scenes of Scenewright's illustrated world", "seed": world.config().seed },
        "images": images,
        "annotations": annotations,
        "categories": categories,
    });
    write_json(&dir.join("annotations.json"), &file)?;
    say!("{scenes} scenes in {}", dir.display())?;
    Ok(())
}

fn one(world: &IllustratedWorld, dir: &Path, index: u64, names: &[String]) -> anyhow::Result<(Value, Vec<Value>)> {
    let sample = world.sample(index)?;
    let stem = format!("{index:06}");
    let path = dir.join("images").join(format!("{stem}.png"));
    let (width, height) = (u32::try_from(sample.image.width)?, u32::try_from(sample.image.height)?);
    image::save_buffer(&path, &sample.image.pixels, width, height, image::ColorType::Rgb8)
        .with_context(|| format!("cannot write a picture. Is the disk full? {}", path.display()))?;
    write_json(&dir.join("scenes").join(format!("{stem}.json")), &scene(&sample))?;
    let image = json!({
        "id": index, "file_name": format!("images/{stem}.png"), "width": width, "height": height,
        "kind": sample.kind, "seed": sample.seed,
    });
    let annotations = sample
        .objects
        .iter()
        .enumerate()
        .map(|(row, object)| {
            let category = names.binary_search(&object.name).map_or(0, |position| position + 1);
            let visible = object.layer.as_ref().map(|layer| layer.visible.as_slice()).unwrap_or_default();
            let (counts, area) = run_lengths(visible, sample.image.width, sample.image.height);
            let (w, h) = (width as f32, height as f32);
            let b = &object.bounds;
            json!({
                "image_id": index, "category_id": category, "iscrowd": 0, "area": area,
                "bbox": [b.x0 * w, b.y0 * h, b.width() * w, b.height() * h],
                "segmentation": { "size": [height, width], "counts": counts },
                "attributes": object.attributes,
                // Of the scene beside it: a reader of both gets one object, not two.
                "scenewright_object": row,
            })
        })
        .collect();
    Ok((image, annotations))
}

/// The sg2im scene graph of a sample, with its boxes.
fn scene(sample: &Sample) -> Value {
    let objects: Vec<&str> = sample.objects.iter().map(|object| object.name.as_str()).collect();
    let boxes: Vec<[f32; 4]> = sample.objects.iter().map(|object| object.bounds.into()).collect();
    json!({ "objects": objects, "relationships": sample.relations, "boxes": boxes })
}

fn write_json(path: &Path, value: &Value) -> anyhow::Result<()> {
    std::fs::write(path, serde_json::to_vec(value)?)
        .with_context(|| format!("cannot write a file. Is the disk full? {}", path.display()))
}
