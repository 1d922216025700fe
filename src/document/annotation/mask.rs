//! The outline of an object: polygons as they were drawn, or pixels as a brush left them.

use super::polygon::{self, Polygon, cleaned};
use super::{Bitmap, Runs};
use crate::scene::UnitBox;

#[derive(Clone, Debug, PartialEq)]
pub enum Mask {
    /// One or more parts; what any of them covers is the object's.
    Polygons(Vec<Polygon>),
    Runs(Runs),
}

impl Mask {
    /// Left, top, right, bottom, pixels. `None`: nothing is inside.
    pub fn bounds(&self) -> Option<[f32; 4]> {
        match self {
            Self::Runs(runs) => runs.bounds().map(|bounds| bounds.map(|v| v as f32)),
            Self::Polygons(parts) => {
                let corners = parts.iter().flatten();
                corners.fold(None, |bounds: Option<[f32; 4]>, [x, y]| {
                    Some(match bounds {
                        None => [*x, *y, *x, *y],
                        Some([x0, y0, x1, y1]) => [x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)],
                    })
                })
            }
        }
    }

    /// Its box in parts of a picture of this size; at least a pixel wide and high. `None`: nothing is inside.
    pub fn unit_box(&self, size: [u32; 2]) -> Option<UnitBox> {
        let [x0, y0, x1, y1] = self.bounds()?;
        let [w, h] = size.map(|side| side.max(1) as f32);
        let widen = |low: f32, high: f32, most: f32| {
            // Small things on large pictures still need a box that can be pinned.
            let least = 1f32.max(most * UnitBox::MIN_SIDE * 1.01);
            let short = ((least - (high - low)) / 2.0).max(0.0);
            let low = (low - short).clamp(0.0, (most - least).max(0.0));
            (low / most, (high + short).clamp(low + least, most) / most)
        };
        let ((x0, x1), (y0, y1)) = (widen(x0, x1, w), widen(y0, y1, h));
        UnitBox::new(x0, y0, x1, y1).repaired()
    }

    /// Pixels inside; of a polygon between the middles of pixels, its own area.
    pub fn area(&self, size: [u32; 2]) -> f64 {
        match self {
            Self::Runs(runs) => runs.area() as f64,
            Self::Polygons(parts) => {
                let own = || parts.iter().map(|part| f64::from(polygon::area(part))).sum();
                if parts.len() == 1 {
                    return own();
                }
                match Bitmap::of(self, size).into_mask() {
                    Some(Self::Runs(runs)) => runs.area() as f64,
                    _ => own(),
                }
            }
        }
    }

    /// The pixels of a picture of `target` size that are inside, `size` being that of the picture that was annotated. A pixel of two
    /// parts comes twice.
    pub fn each_pixel(&self, size: [u32; 2], target: [u32; 2], put: &mut dyn FnMut(u32, u32)) {
        let scale = [0, 1].map(|axis| target[axis] as f32 / size[axis].max(1) as f32);
        match self {
            Self::Polygons(parts) => {
                for part in parts {
                    let scaled: Polygon = part.iter().map(|[x, y]| [x * scale[0], y * scale[1]]).collect();
                    polygon::fill(&scaled, target, put);
                }
            }
            Self::Runs(runs) => {
                // The pixel of the target whose middle lies in a pixel of the mask.
                let first = |v: u32, axis: usize| (v as f32 * scale[axis] - 0.5).ceil().max(0.0) as u32;
                runs.each_stretch(&mut |x, from, to| {
                    for target_x in first(x, 0)..first(x + 1, 0).min(target[0]) {
                        (first(from, 1)..first(to, 1).min(target[1])).for_each(|y| put(target_x, y));
                    }
                });
            }
        }
    }

    /// As it goes along with its box from one place to another: moved, stretched. `None`: nothing of it is left.
    pub fn moved(&self, from: UnitBox, to: UnitBox, size: [u32; 2]) -> Option<Self> {
        let sides = size.map(|side| side as f32);
        let (from, to) = (corners(from, sides), corners(to, sides));
        let scale = [0, 1].map(|axis| (to[axis + 2] - to[axis]) / (from[axis + 2] - from[axis]).max(1e-6));
        match self {
            Self::Polygons(parts) => {
                let go = |v: f32, axis: usize| to[axis] + (v - from[axis]) * scale[axis];
                let part = |part: &Polygon| {
                    let moved: Polygon = part.iter().map(|[x, y]| [go(*x, 0), go(*y, 1)]).collect();
                    cleaned(&moved, size).ok()
                };
                let parts: Vec<Polygon> = parts.iter().filter_map(part).collect();
                (!parts.is_empty()).then_some(Self::Polygons(parts))
            }
            Self::Runs(_) => {
                let before = Bitmap::of(self, size);
                let [width, height] = size.map(|side| side as usize);
                let mut inside = vec![false; width * height];
                let span = |axis: usize, most: u32| {
                    let low = to[axis].floor().clamp(0.0, most as f32) as u32;
                    low..to[axis + 2].ceil().clamp(0.0, most as f32) as u32
                };
                let back = |v: u32, axis: usize| from[axis] + (v as f32 + 0.5 - to[axis]) / scale[axis].max(1e-6);
                for y in span(1, size[1]) {
                    for x in span(0, size[0]) {
                        let (at_x, at_y) = (back(x, 0), back(y, 1));
                        let seen = at_x >= 0.0 && at_y >= 0.0 && before.is_inside(at_x as u32, at_y as u32);
                        inside[y as usize * width + x as usize] = seen;
                    }
                }
                Runs::of(size, &inside).filter(|runs| runs.area() > 0).map(Self::Runs)
            }
        }
    }
}

/// Pixels.
fn corners(b: UnitBox, [w, h]: [f32; 2]) -> [f32; 4] {
    [b.x0 * w, b.y0 * h, b.x1 * w, b.y1 * h]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [u32; 2] = [40, 20];

    fn square() -> Mask {
        Mask::Polygons(vec![vec![[10.0, 5.0], [20.0, 5.0], [20.0, 15.0], [10.0, 15.0]]])
    }

    #[test]
    fn polygons_and_their_pixels_agree() {
        let Some(pixels) = Bitmap::of(&square(), SIZE).into_mask() else { panic!() };
        assert_eq!(square().bounds(), pixels.bounds());
        assert_eq!((square().area(SIZE), pixels.area(SIZE)), (100.0, 100.0));
        let count = |mask: &Mask, target: [u32; 2]| {
            let mut count = 0;
            mask.each_pixel(SIZE, target, &mut |_, _| count += 1);
            count
        };
        for target in [[20, 10], [40, 20], [80, 40]] {
            assert_eq!(count(&square(), target), count(&pixels, target), "{target:?}");
        }
    }

    #[test]
    fn a_mask_goes_along_with_its_box() {
        let Some(pixels) = Bitmap::of(&square(), SIZE).into_mask() else { panic!() };
        let from = square().unit_box(SIZE).unwrap();
        for mask in [square(), pixels] {
            let moved = mask.moved(from, from.translated(0.25, 0.0), SIZE).unwrap();
            assert_eq!(moved.bounds(), Some([20.0, 5.0, 30.0, 15.0]));
            let grown = mask.moved(from, UnitBox::new(0.0, 0.0, 0.5, 1.0), SIZE).unwrap();
            assert_eq!(grown.bounds(), Some([0.0, 0.0, 20.0, 20.0]));
            assert_eq!(mask.moved(from, from, SIZE).unwrap(), mask);
        }
    }

    #[test]
    fn the_smallest_thing_has_a_box_that_can_be_pinned() {
        let dot = Mask::Runs(Runs::new([6000, 4000], &[23_999_999, 1]).unwrap());
        let b = dot.unit_box([6000, 4000]).unwrap();
        assert!(b.is_proper(), "{b:?}");
    }
}
