//! Bilinear sampling along the axes of a box, as two small matrix products.
//!
//! For an axis-parallel box, `grid_sample(align_corners=True, zeros)` is separable. With interpolation weights W_y
//! `[H, M_y]` and W_x `[W, M_x]` the warped map is W_y · map · W_xᵀ: exact, and differentiable with candle's built-in
//! operations on every device.

use candle_core::{Device, Result, Tensor};

/// `n` points from 0 to 1, both included.
pub(crate) fn unit_points(n: usize) -> Vec<f32> {
    let step = 1.0 / (n.max(2) - 1) as f32;
    (0..n).map(|i| i as f32 * step).collect()
}

/// Interpolation weights that paste a row of `cells` cells, stretched from `low` to `high`, onto `n` points of the
/// picture.
///
/// low, high `[O]` -> `[O, n, cells]`; point i lies at i/(n-1), cell m at low + m/(cells-1) · (high - low).
// sg2im: layout.py, _boxes_to_grid
pub(crate) fn paste_weights(low: &Tensor, high: &Tensor, n: usize, cells: usize) -> Result<Tensor> {
    let device = low.device();
    let points = Tensor::from_vec(unit_points(n), (1, n), device)?;
    let low = low.unsqueeze(1)?; // [O, 1]
    let extent = (high.unsqueeze(1)? - &low)?;
    let unit = points.broadcast_sub(&low)?.broadcast_div(&extent)?;
    let position_in_cells = (unit * (cells - 1) as f64)?; // [O, n]
    interpolation_weights(&position_in_cells, cells, device)
}

/// Interpolation weights that crop the span `low`..`high` of a row of `cells` pixels to `n` points. Opposite direction
/// of [`paste_weights`].
// sg2im: bilinear.py, crop_bbox
pub(crate) fn crop_weights(low: &Tensor, high: &Tensor, n: usize, cells: usize) -> Result<Tensor> {
    let device = low.device();
    let points = Tensor::from_vec(unit_points(n), (1, n), device)?;
    let low = low.unsqueeze(1)?; // [O, 1]
    let extent = (high.unsqueeze(1)? - &low)?;
    let unit = points.broadcast_mul(&extent)?.broadcast_add(&low)?;
    let position_in_cells = (unit * (cells - 1) as f64)?; // [O, n]
    interpolation_weights(&position_in_cells, cells, device)
}

/// position_in_cells p `[O, n]` -> max(0, 1 - |p - m|) `[O, n, cells]`
fn interpolation_weights(position_in_cells: &Tensor, cells: usize, device: &Device) -> Result<Tensor> {
    let index = Tensor::arange(0u32, cells as u32, device)?.to_dtype(position_in_cells.dtype())?;
    let distance = position_in_cells.unsqueeze(2)?.broadcast_sub(&index.reshape((1, 1, cells))?)?;
    if distance.track_op() {
        return interpolation_weights_with_gradient(&distance);
    }
    distance.abs()?.affine(-1.0, 1.0)?.relu()
}

/// As [`interpolation_weights`], for training. At a cell center the derivative is that of the right side, as in
/// PyTorch's `grid_sample`.
fn interpolation_weights_with_gradient(distance: &Tensor) -> Result<Tensor> {
    let detached = distance.detach();
    let is_between = |low: f64, high: f64| detached.ge(low)?.mul(&detached.lt(high)?);
    // Distance in 0..1: the cell is left of the point; in -1..0: right of it.
    let (left, right) = (is_between(0.0, 1.0)?, is_between(-1.0, 0.0)?);
    let slope = (right.to_dtype(detached.dtype())? - left.to_dtype(detached.dtype())?)?;
    let inside = left.add(&right)?;
    inside.where_cond(&((distance * slope)? + 1.0)?, &distance.zeros_like()?)
}

/// maps `[O, M_y, M_x]`, boxes `[O, 4]` (x0, y0, x1, y1 as fractions of the picture) -> `[O, height, width]`, zeros
/// outside.
pub fn paste_into_boxes(maps: &Tensor, boxes: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (_, my, mx) = maps.dims3()?;
    let coordinate = |i| boxes.narrow(1, i, 1)?.squeeze(1);
    let weights_y = paste_weights(&coordinate(1)?, &coordinate(3)?, height, my)?; // [O, H, My]
    let weights_x = paste_weights(&coordinate(0)?, &coordinate(2)?, width, mx)?; // [O, W, Mx]
    weights_y.matmul(maps)?.matmul(&weights_x.transpose(1, 2)?)
}

/// pictures `[O, C, H, W]` (one for each box), boxes `[O, 4]` -> crops `[O, C, height, width]`, corner pixels included
/// (align_corners), zeros outside.
pub fn crop_boxes(pictures: &Tensor, boxes: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (_, _, h, w) = pictures.dims4()?;
    let coordinate = |i| boxes.narrow(1, i, 1)?.squeeze(1);
    let weights_y = crop_weights(&coordinate(1)?, &coordinate(3)?, height, h)?.unsqueeze(1)?; // [O, 1, h, H]
    let weights_x = crop_weights(&coordinate(0)?, &coordinate(2)?, width, w)?.unsqueeze(1)?; // [O, 1, w, W]
    let rows = weights_y.broadcast_matmul(pictures)?; // [O, C, h, W]
    rows.broadcast_matmul(&weights_x.transpose(2, 3)?.contiguous()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_picture_box_aligns_corners() {
        let device = Device::Cpu;
        let map = Tensor::new(&[[[0f32, 1.0], [2.0, 3.0]]], &device).unwrap();
        let boxes = Tensor::new(&[[0f32, 0.0, 1.0, 1.0]], &device).unwrap();
        let warped = paste_into_boxes(&map, &boxes, 3, 3).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(warped, [0.0, 0.5, 1.0, 1.0, 1.5, 2.0, 2.0, 2.5, 3.0]);
    }
}
