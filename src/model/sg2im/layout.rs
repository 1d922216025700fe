//! The scene layout: every object's vector, spread over its box by its mask, summed over the objects of an image.
// sg2im: layout.py

use candle_core::{Result, Tensor};

use crate::nn::warp;

use super::graph::Graph;

/// Without a mask net the reference samples an 8×8 field of ones, which fades over 1/7 of the box beyond its edges.
const PLAIN_MASK: usize = 8;

/// Masks in their boxes. masks `[O, M, M]` or none, boxes `[O, 4]` -> `[O, H, W]`
pub fn warped_masks(masks: Option<&Tensor>, boxes: &Tensor, (height, width): (usize, usize)) -> Result<Tensor> {
    match masks {
        Some(masks) => warp::into_boxes(masks, boxes, height, width),
        None => {
            let ones = Tensor::ones((boxes.dim(0)?, PLAIN_MASK, PLAIN_MASK), boxes.dtype(), boxes.device())?;
            warp::into_boxes(&ones, boxes, height, width)
        }
    }
}

/// vectors `[O, D]`, warped masks `[O, H, W]` -> layout `[N, D, H, W]`
pub fn compose(vectors: &Tensor, warped: &Tensor, graph: &Graph) -> Result<Tensor> {
    let (_, h, w) = warped.dims3()?;
    let d = vectors.dim(1)?;
    let device = vectors.device();
    let images = (0..graph.images)
        .map(|image| {
            let mine: Vec<u32> = graph.objects_of(image).map(|i| i as u32).collect();
            let count = mine.len();
            let mine = Tensor::from_vec(mine, count, device)?;
            let vectors = vectors.index_select(&mine, 0)?.t()?.contiguous()?; // [D, O_i]
            let masks = warped.index_select(&mine, 0)?.reshape((count, h * w))?;
            vectors.matmul(&masks)?.reshape((1, d, h, w))
        })
        .collect::<Result<Vec<_>>>()?;
    Tensor::cat(&images, 0)
}
