//! Crops of pictures at boxes, as one operation.
//!
//! [`warp`] multiplies by matrices of tent weights, of which all but two in a row are zero. Here those two are taken, and a picture is never copied
//! for each of its objects.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::{cpu_ops, warp};

/// images `[N, C, H, W]`, boxes `[O, 4]` (corners in units of the picture), each in its image -> crops `[O, C, h, w]`, both edges included, zeros
/// outside.
pub fn crops(images: &Tensor, boxes: &Tensor, image_of_object: &[u32], height: usize, width: usize) -> Result<Tensor> {
    if boxes.track_op() || !cpu_ops::applies(&[images, boxes]) {
        let which = Tensor::new(image_of_object, images.device())?;
        return warp::crop_boxes(&images.index_select(&which, 0)?, boxes, height, width);
    }
    let (count, _, h, w) = images.dims4()?;
    let boxes: Vec<Vec<f32>> = boxes.to_vec2()?;
    if boxes.len() != image_of_object.len() || image_of_object.iter().any(|&i| i as usize >= count) {
        bail!("crops of {} boxes in {} of {count} images", boxes.len(), image_of_object.len());
    }
    let windows = boxes.iter().zip(image_of_object).map(|(corners, &image)| {
        let &[x0, y0, x1, y1] = corners.as_slice() else { bail!("a box of {} numbers", corners.len()) };
        Ok(Window { image: image as usize, rows: taps(y0, y1, height, h), columns: taps(x0, x1, width, w) })
    });
    images.contiguous()?.apply_op1(Crop { windows: windows.collect::<Result<_>>()?, size: (height, width) })
}

/// Between which two cells a point lies, and how near to each.
#[derive(Clone, Copy)]
struct Tap {
    cells: [usize; 2],
    weights: [f32; 2],
}

/// `n` points from `low` to `high` over the cells of a picture.
// sg2im: bilinear.py, crop_bbox
fn taps(low: f32, high: f32, n: usize, cells: usize) -> Vec<Tap> {
    let tap = |point: f32| {
        let at = (point * (high - low) + low) * (cells - 1) as f32;
        let first = at.floor();
        let near = [first, first + 1.0];
        Tap {
            cells: near.map(|cell| (cell.max(0.0) as usize).min(cells - 1)),
            weights: near.map(|cell| {
                let inside = cell >= 0.0 && cell <= (cells - 1) as f32;
                if inside || at.is_nan() { (1.0 - (at - cell).abs()).max(0.0) } else { 0.0 }
            }),
        }
    };
    warp::unit_points(n).into_iter().map(tap).collect()
}

/// Where a crop is taken.
struct Window {
    image: usize,
    rows: Vec<Tap>,
    columns: Vec<Tap>,
}

struct Crop {
    windows: Vec<Window>,
    /// Height and width of the crops.
    size: (usize, usize),
}

impl CustomOp1 for Crop {
    fn name(&self) -> &'static str {
        "crops at boxes"
    }

    fn cpu_fwd(&self, images: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (images, (_, channels, h, w)) = (cpu_ops::floats(images, layout)?, layout.shape().dims4()?);
        let (height, width) = self.size;
        let mut out = vec![0f32; self.windows.len() * channels * height * width];
        out.par_chunks_mut((height * width).max(1)).enumerate().for_each(|(i, crop)| {
            let (window, channel) = (&self.windows[i / channels], i % channels);
            let picture = &images[(window.image * channels + channel) * h * w..][..h * w];
            let mut line = vec![0f32; w];
            for (row, to) in window.rows.iter().zip(crop.chunks_exact_mut(width)) {
                let [above, below] = row.cells.map(|y| &picture[y * w..][..w]);
                for (line, (above, below)) in line.iter_mut().zip(above.iter().zip(below)) {
                    *line = row.weights[0] * above + row.weights[1] * below;
                }
                for (column, to) in window.columns.iter().zip(to) {
                    *to = column.weights[0] * line[column.cells[0]] + column.weights[1] * line[column.cells[1]];
                }
            }
        });
        Ok((CpuStorage::F32(out), Shape::from((self.windows.len(), channels, height, width))))
    }

    fn bwd(&self, images: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (dy, (_, channels, h, w)) = (dy.contiguous()?, images.dims4()?);
        let (height, width) = self.size;
        let mut out = vec![0f32; images.elem_count()];
        cpu_ops::read(&[&dy], |all| {
            out.par_chunks_mut((h * w).max(1)).enumerate().for_each(|(i, picture)| {
                let (image, channel) = (i / channels, i % channels);
                let mut line = vec![0f32; w];
                // Objects in their order: the sum is the same on any number of threads.
                for (o, window) in self.windows.iter().enumerate().filter(|(_, window)| window.image == image) {
                    let crop = &all[0][(o * channels + channel) * height * width..][..height * width];
                    for (row, given) in window.rows.iter().zip(crop.chunks_exact(width)) {
                        line.fill(0.0);
                        for (column, given) in window.columns.iter().zip(given) {
                            line[column.cells[0]] += column.weights[0] * given;
                            line[column.cells[1]] += column.weights[1] * given;
                        }
                        for (y, weight) in row.cells.into_iter().zip(row.weights) {
                            let to = picture[y * w..][..w].iter_mut().zip(&line);
                            to.for_each(|(to, given)| *to += weight * given);
                        }
                    }
                }
            });
            Ok(())
        })?;
        Tensor::from_vec(out, images.shape(), images.device()).map(Some)
    }
}
