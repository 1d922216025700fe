//! The scene layout: every object's vector, spread over its box by its mask, summed over the objects of an image.
// sg2im: layout.py

use candle_core::{Result, Tensor};

use scenewright_nn::activation::halved;
use scenewright_nn::conv_autograd;
use scenewright_nn::warp;

use super::graph::Graph;

/// Without a mask net sg2im samples an 8×8 field of ones, which fades over 1/7 of the box beyond its edges.
const PLAIN_MASK: usize = 8;

/// Masks in their boxes. masks `[O, M, M]` or none, boxes `[O, 4]` -> `[O, H, W]`
pub fn warped_masks(masks: Option<&Tensor>, boxes: &Tensor, (height, width): (usize, usize)) -> Result<Tensor> {
    match masks {
        Some(masks) => warp::paste_into_boxes(masks, boxes, height, width),
        None => {
            let ones = Tensor::ones((boxes.dim(0)?, PLAIN_MASK, PLAIN_MASK), boxes.dtype(), boxes.device())?;
            warp::paste_into_boxes(&ones, boxes, height, width)
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

/// A layout that is never composed: the masks of an image's objects, and the vectors they carry.
pub(crate) struct Factored {
    /// `[N, G, H, W]`, zeros behind the last object of an image.
    masks: Tensor,
    /// `[N, G, D]`, zeros there too.
    vectors: Tensor,
    /// `[N, Z, H, W]`
    noise: Option<Tensor>,
}

/// Maps of this many pixels and more are convolved factored; for smaller ones, a kernel for each object costs more than it saves.
const MIN_FACTORED_PIXELS: usize = 256;

impl Factored {
    /// None where composing is better: masks that learn, more objects than channels, another device.
    pub(crate) fn new(
        vectors: &Tensor,
        warped: &Tensor,
        noise: Option<&Tensor>,
        graph: &Graph,
    ) -> Result<Option<Self>> {
        let (_, h, w) = warped.dims3()?;
        let (objects, d) = vectors.dims2()?;
        let mine: Vec<Vec<usize>> = (0..graph.images).map(|image| graph.objects_of(image).collect()).collect();
        let most = mine.iter().map(Vec::len).max().unwrap_or(0);
        let noise_learns = noise.is_some_and(|noise| noise.track_op());
        if warped.track_op()
            || noise_learns
            || most == 0
            || 2 * most > d
            || !conv_autograd::is_supported(&[vectors, warped])
        {
            return Ok(None);
        }
        let device = vectors.device();
        // Behind the objects stands one without a mask and without a vector.
        let rows: Vec<u32> =
            mine.iter().flat_map(|mine| (0..most).map(|g| mine.get(g).copied().unwrap_or(objects) as u32)).collect();
        let rows = Tensor::from_vec(rows, graph.images * most, device)?;
        let none = |shape: &[usize]| Tensor::zeros(shape, vectors.dtype(), device);
        let masks = Tensor::cat(&[warped, &none(&[1, h, w])?], 0)?.index_select(&rows, 0)?;
        let vectors = Tensor::cat(&[vectors, &none(&[1, d])?], 0)?.index_select(&rows, 0)?;
        Ok(Some(Self {
            masks: masks.reshape((graph.images, most, h, w))?,
            vectors: vectors.reshape((graph.images, most, d))?,
            noise: noise.cloned(),
        }))
    }

    /// The same at half the size.
    pub(crate) fn halved(&self) -> Result<Self> {
        let noise = self.noise.as_ref().map(halved).transpose()?;
        Ok(Self { masks: halved(&self.masks)?, vectors: self.vectors.clone(), noise })
    }

    pub(crate) fn is_large(&self) -> Result<bool> {
        let (_, _, h, w) = self.masks.dims4()?;
        Ok(h * w >= MIN_FACTORED_PIXELS)
    }

    /// `[N, D + Z, H, W]`
    pub(crate) fn composed(&self) -> Result<Tensor> {
        let (n, g, h, w) = self.masks.dims4()?;
        let d = self.vectors.dim(2)?;
        let layout = self.vectors.transpose(1, 2)?.contiguous()?.matmul(&self.masks.reshape((n, g, h * w))?)?;
        let layout = layout.reshape((n, d, h, w))?;
        match &self.noise {
            Some(noise) => Tensor::cat(&[&layout, noise], 1),
            None => Ok(layout),
        }
    }

    /// What stands for the layout's D + Z channels: guides `[N, G + Z, H, W]`, of which the first G carry vectors `[N, G, D]`.
    pub(crate) fn guides(&self) -> Result<(Tensor, &Tensor)> {
        let guides = match &self.noise {
            Some(noise) => Tensor::cat(&[&self.masks, noise], 1)?,
            None => self.masks.clone(),
        };
        Ok((guides, &self.vectors))
    }
}
