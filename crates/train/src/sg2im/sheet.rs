//! Sheets of fixed held-out scenes: what the network draws now, beside the truth.

use candle_core::{Result, Tensor};
use image::{RgbImage, imageops};

use crate::batch::Batch;
use scenewright_drawing::{ImagePainter, PixelRect};
use scenewright_model::pixels::eight_bit;
use scenewright_model::sg2im::{Overrides, Sg2Im};
use scenewright_nn::device::noise;
use scenewright_nn::mode::Mode;

/// Pixels that one of the network's becomes.
const SCALE: u32 = 2;
const GAP: u32 = 4;
const PAPER: [u8; 3] = [250, 248, 244];
const INK: [u8; 3] = [46, 42, 52];

/// A row a scene: the truth, drawn with its layout given, drawn from the graph alone, and the layout that was predicted.
/// `names`: the words of all objects of the batch, in its order.
pub(crate) fn sheet(net: &Sg2Im, batch: &Batch, names: &[String], columns: usize) -> Result<RgbImage> {
    let (h, w) = net.config.image_size;
    let n = batch.graph.images;
    let shape = (n, net.config.layout_noise_dim, h, w);
    let noise = (shape.1 > 0).then(|| noise(0, shape, net.device())).transpose()?;
    let given = Overrides {
        boxes: Some(batch.boxes.clone()),
        masks: batch.masks.clone(),
        noise: noise.clone(),
        ..Default::default()
    };
    let with_layout = net.forward_t(&batch.graph, &given, Mode::Evaluate)?.image;
    let alone =
        net.forward_t(&batch.graph, &Overrides { noise, repair: true, ..Default::default() }, Mode::Evaluate)?;
    let boxes = alone.layout_boxes.to_vec2::<f32>()?;
    let (cell_w, cell_h) = (w as u32 * SCALE + GAP, h as u32 * SCALE + GAP);
    let columns = columns.clamp(1, n.max(1)) as u32;
    let rows = (n as u32).div_ceil(columns);
    let mut canvas = ImagePainter::filled(columns * (4 * cell_w + GAP) + GAP, rows * cell_h + GAP, PAPER);
    for scene in 0..n {
        let (column, row) = (scene as u32 % columns, scene as u32 / columns);
        let (x, y) = (GAP + column * (4 * cell_w + GAP), GAP + row * cell_h);
        for (i, images) in [&batch.images, &with_layout, &alone.image].into_iter().enumerate() {
            canvas.paste(&picture(&images.get(scene)?)?, x + i as u32 * cell_w, y, 0.0, PAPER);
        }
        let x = x + 3 * cell_w;
        let mut taken = Vec::new();
        for object in batch.graph.objects_of(scene) {
            if names[object].starts_with("__") {
                continue;
            }
            let side = |value: f32, px: usize| (value.clamp(0.0, 1.0) * (px as u32 * SCALE) as f32) as i32;
            let b = &boxes[object];
            let rect = PixelRect { x0: side(b[0], w), y0: side(b[1], h), x1: side(b[2], w), y1: side(b[3], h) }
                .moved(x as i32, y as i32);
            canvas.outline(rect, 1, INK);
            canvas.label((rect.x0, rect.y0), &names[object], 9.0, INK, &mut taken);
        }
    }
    Ok(canvas.image)
}

/// A normalized image `[3, H, W]`, as generate shows it without stretching.
fn picture(image: &Tensor) -> Result<RgbImage> {
    let (_, h, w) = image.dims3()?;
    let values: Vec<f32> = image.flatten_all()?.to_vec1()?;
    let pixels = eight_bit(&values, false);
    let picture = RgbImage::from_raw(w as u32, h as u32, pixels).unwrap_or_else(|| RgbImage::new(w as u32, h as u32));
    Ok(imageops::resize(&picture, w as u32 * SCALE, h as u32 * SCALE, imageops::FilterType::Nearest))
}
