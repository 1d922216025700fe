//! Bilinear sampling along the axes of a box, as two small matrix products.
//!
//! For an axis-parallel box, `grid_sample(align_corners=True, zeros)` is separable. With tent weights W_y `[H, M]` and W_x `[W, M]` the warped
//! map is W_y · map · W_xᵀ: exact, and differentiable by stock operations on every device.

use candle_core::{Device, Result, Tensor};

/// `n` points from 0 to 1, both included.
pub(crate) fn unit_points(n: usize) -> Vec<f32> {
    let step = 1.0 / (n.max(2) - 1) as f32;
    (0..n).map(|i| i as f32 * step).collect()
}

/// Tent weights of picture points over cells stretched from `low` to `high`.
///
/// low, high `[O]` -> `[O, n, cells]`; point i lies at i/(n-1), cell m at low + m/(cells-1) · (high - low).
// sg2im: layout.py, _boxes_to_grid
pub(crate) fn tents(low: &Tensor, high: &Tensor, n: usize, cells: usize) -> Result<Tensor> {
    let device = low.device();
    let points = Tensor::from_vec(unit_points(n), (1, n), device)?;
    let low = low.unsqueeze(1)?; // [O, 1]
    let extent = (high.unsqueeze(1)? - &low)?;
    let at = (points.broadcast_sub(&low)?.broadcast_div(&extent)? * (cells - 1) as f64)?; // [O, n], in cells
    tent(&at, cells, device)
}

/// Tent weights of points between `low` and `high` over the `cells` of a picture: the inverse of [`tents`], for crops.
// sg2im: bilinear.py, crop_bbox
pub(crate) fn crop_tents(low: &Tensor, high: &Tensor, n: usize, cells: usize) -> Result<Tensor> {
    let device = low.device();
    let points = Tensor::from_vec(unit_points(n), (1, n), device)?;
    let low = low.unsqueeze(1)?;
    let extent = (high.unsqueeze(1)? - &low)?;
    let at = (points.broadcast_mul(&extent)?.broadcast_add(&low)? * (cells - 1) as f64)?; // [O, n], in pixels
    tent(&at, cells, device)
}

/// at `[O, n]`, in cells -> max(0, 1 - |at - m|) `[O, n, cells]`
fn tent(at: &Tensor, cells: usize, device: &Device) -> Result<Tensor> {
    let index = Tensor::arange(0u32, cells as u32, device)?.to_dtype(at.dtype())?.reshape((1, 1, cells))?;
    let distance = at.unsqueeze(2)?.broadcast_sub(&index)?;
    if distance.track_op() {
        return tent_with_slope(&distance);
    }
    distance.abs()?.affine(-1.0, 1.0)?.relu()
}

/// The same where boxes learn. On a cell itself, where the tent has a kink, its slope is that to the right, as in `grid_sample`.
fn tent_with_slope(distance: &Tensor) -> Result<Tensor> {
    let fixed = distance.detach();
    let within = |low: f64, high: f64| fixed.ge(low)?.mul(&fixed.lt(high)?);
    let (left, right) = (within(0.0, 1.0)?, within(-1.0, 0.0)?); // the cell left of the point, and the one right of it
    let slope = (right.to_dtype(fixed.dtype())? - left.to_dtype(fixed.dtype())?)?;
    let inside = left.add(&right)?;
    inside.where_cond(&((distance * slope)? + 1.0)?, &distance.zeros_like()?)
}

/// maps `[O, M_y, M_x]`, boxes `[O, 4]` (corners in units of the picture) -> `[O, H, W]`, zeros outside.
pub fn into_boxes(maps: &Tensor, boxes: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (_, my, mx) = maps.dims3()?;
    let side = |i| boxes.narrow(1, i, 1)?.squeeze(1);
    let across_y = tents(&side(1)?, &side(3)?, height, my)?; // [O, H, My]
    let across_x = tents(&side(0)?, &side(2)?, width, mx)?; // [O, W, Mx]
    across_y.matmul(maps)?.matmul(&across_x.transpose(1, 2)?)
}

/// pictures `[O, C, H, W]` (one for each box), boxes `[O, 4]` -> crops `[O, C, h, w]`, both edges included, zeros outside.
pub fn out_of_boxes(pictures: &Tensor, boxes: &Tensor, height: usize, width: usize) -> Result<Tensor> {
    let (_, _, h, w) = pictures.dims4()?;
    let side = |i| boxes.narrow(1, i, 1)?.squeeze(1);
    let across_y = crop_tents(&side(1)?, &side(3)?, height, h)?.unsqueeze(1)?; // [O, 1, h, H]
    let across_x = crop_tents(&side(0)?, &side(2)?, width, w)?.unsqueeze(1)?; // [O, 1, w, W]
    let rows = across_y.broadcast_matmul(pictures)?; // [O, C, h, W]
    rows.broadcast_matmul(&across_x.transpose(2, 3)?.contiguous()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_of_the_whole_picture_stretches_corner_to_corner() {
        let device = Device::Cpu;
        let map = Tensor::new(&[[[0f32, 1.0], [2.0, 3.0]]], &device).unwrap();
        let boxes = Tensor::new(&[[0f32, 0.0, 1.0, 1.0]], &device).unwrap();
        let warped = into_boxes(&map, &boxes, 3, 3).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(warped, [0.0, 0.5, 1.0, 1.0, 1.5, 2.0, 2.0, 2.5, 3.0]);
    }
}
