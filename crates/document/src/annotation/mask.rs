//! The outline of an object: polygons as they were drawn, or pixels as a brush left them.

use super::polygon::{self, Polygon, clean_polygon};
use super::{Bitmap, PixelRuns};
use image::metadata::Orientation;
use scenewright_formats::picture_file;
use scenewright_scene::UnitBox;

#[derive(Clone, Debug, PartialEq)]
pub enum ObjectMask {
    /// One or more parts; what any of them covers is the object's.
    Polygons(Vec<Polygon>),
    Runs(PixelRuns),
}

impl ObjectMask {
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
                    if let Some(runs) = polygon::rasterize(&scaled, target) {
                        runs.each_stretch(&mut |x, from, to| (from..to).for_each(|y| put(x, y)));
                    }
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
    pub(crate) fn moved(&self, from: UnitBox, to: UnitBox, size: [u32; 2]) -> Option<Self> {
        let sides = size.map(|side| side as f32);
        let (from, to) = (corners(from, sides), corners(to, sides));
        let scale = [0, 1].map(|axis| (to[axis + 2] - to[axis]) / (from[axis + 2] - from[axis]).max(1e-6));
        match self {
            Self::Polygons(parts) => {
                let go = |v: f32, axis: usize| to[axis] + (v - from[axis]) * scale[axis];
                let part = |part: &Polygon| {
                    let moved: Polygon = part.iter().map(|[x, y]| [go(*x, 0), go(*y, 1)]).collect();
                    clean_polygon(&moved, size).ok()
                };
                let parts: Vec<Polygon> = parts.iter().filter_map(part).collect();
                (!parts.is_empty()).then_some(Self::Polygons(parts))
            }
            Self::Runs(runs) => {
                let span = |axis: usize| {
                    let most = size[axis] as f32;
                    [to[axis].floor().clamp(0.0, most) as u32, to[axis + 2].ceil().clamp(0.0, most) as u32]
                };
                let ([x0, x1], [y0, y1]) = (span(0), span(1));
                let back = |v: f32, axis: usize| from[axis] + (v - to[axis]) / scale[axis].max(1e-6);
                resampled(runs, size, [x0, y0, x1, y1], |[x, y]| [back(x, 0), back(y, 1)])
            }
        }
    }

    /// As it lies on the same picture turned so and at another size. `None`: nothing of it is left.
    pub(crate) fn turned(&self, from: [u32; 2], orientation: Orientation, to: [u32; 2]) -> Option<Self> {
        let unit = |[x, y]: [f32; 2], size: [u32; 2]| [x / size[0].max(1) as f32, y / size[1].max(1) as f32];
        let px = |[x, y]: [f32; 2], size: [u32; 2]| [x * size[0] as f32, y * size[1] as f32];
        let there = |point: [f32; 2]| px(picture_file::turned(orientation, unit(point, from)), to);
        match self {
            Self::Polygons(parts) => {
                let part =
                    |part: &Polygon| clean_polygon(&part.iter().copied().map(there).collect::<Polygon>(), to).ok();
                let parts: Vec<Polygon> = parts.iter().filter_map(part).collect();
                (!parts.is_empty()).then_some(Self::Polygons(parts))
            }
            Self::Runs(runs) => {
                let [x0, y0, x1, y1] = runs.bounds()?.map(|v| v as f32);
                let ([ax, ay], [bx, by]) = (there([x0, y0]), there([x1, y1]));
                let low = |a: f32, b: f32| a.min(b).floor().max(0.0) as u32;
                let high = |a: f32, b: f32, most: u32| (a.max(b).ceil().max(0.0) as u32).min(most);
                let window = [low(ax, bx).min(to[0]), low(ay, by).min(to[1]), high(ax, bx, to[0]), high(ay, by, to[1])];
                resampled(runs, to, window, |point| px(picture_file::unturned(orientation, unit(point, to)), from))
            }
        }
    }
}

/// Pixels of a mask on a picture of `size`, of which only a window (left, top, right, bottom) can be inside. `back` gives for the middle of a pixel there
/// which point of the mask it shows. As large as the mask and the window are, whatever the picture's size: this is done at every step of a drag.
fn resampled(
    runs: &PixelRuns,
    size: [u32; 2],
    window: [u32; 4],
    back: impl Fn([f32; 2]) -> [f32; 2],
) -> Option<ObjectMask> {
    let source = runs.bounds()?;
    let before = runs.window(source);
    let across = (source[2] - source[0]) as usize;
    let is_inside = |[x, y]: [f32; 2]| {
        let (x, y) = (x.floor(), y.floor());
        let within = x >= source[0] as f32 && x < source[2] as f32 && y >= source[1] as f32 && y < source[3] as f32;
        within && before[(y as u32 - source[1]) as usize * across + (x as u32 - source[0]) as usize]
    };
    let rows = window[1]..window[3];
    let inside: Vec<bool> = rows
        .flat_map(|y| (window[0]..window[2]).map(move |x| [x as f32 + 0.5, y as f32 + 0.5]))
        .map(|middle| is_inside(back(middle)))
        .collect();
    PixelRuns::of_window(size, window, &inside).filter(|runs| runs.area() > 0).map(ObjectMask::Runs)
}

/// Pixels.
fn corners(b: UnitBox, [w, h]: [f32; 2]) -> [f32; 4] {
    [b.x0 * w, b.y0 * h, b.x1 * w, b.y1 * h]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: [u32; 2] = [40, 20];

    fn square() -> ObjectMask {
        ObjectMask::Polygons(vec![vec![[10.0, 5.0], [20.0, 5.0], [20.0, 15.0], [10.0, 15.0]]])
    }

    #[test]
    fn polygons_and_their_pixels_agree() {
        let Some(pixels) = Bitmap::of(&square(), SIZE).into_mask() else { panic!() };
        assert_eq!(square().bounds(), pixels.bounds());
        assert_eq!((square().area(SIZE), pixels.area(SIZE)), (100.0, 100.0));
        let count = |mask: &ObjectMask, target: [u32; 2]| {
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

    /// What a drag does at every step is as much as the mask is, on a picture of whatever size; and what it does is what the whole picture would say.
    #[test]
    fn a_brushed_mask_moves_as_its_pixels_do() {
        let mut brush = Bitmap::new(SIZE);
        brush.stroke([12.0, 8.0], [22.0, 12.0], 3.0, true);
        brush.stroke([15.0, 9.0], [15.0, 9.0], 1.0, false);
        let before = brush.clone();
        let Some(mask) = brush.into_mask() else { panic!() };
        let from = mask.unit_box(SIZE).unwrap();
        for (dx, dy) in [(0, 0), (5, 0), (-9, -5), (15, 6), (0, 8)] {
            let to = from.translated(dx as f32 / 40.0, dy as f32 / 20.0);
            let moved = mask.moved(from, to, SIZE).map(|mask| Bitmap::of(&mask, SIZE));
            for y in 0..SIZE[1] {
                for x in 0..SIZE[0] {
                    let [bx, by] = [i64::from(x) - dx, i64::from(y) - dy];
                    let was = bx >= 0 && by >= 0 && before.is_inside(bx as u32, by as u32);
                    assert_eq!(moved.as_ref().is_some_and(|moved| moved.is_inside(x, y)), was, "{x} {y} by {dx} {dy}");
                }
            }
        }
        // A picture of a hundred million pixels, with a dab on it: its pixels are not gone through.
        let dab = PixelRuns::of_window([12_000, 9_000], [5, 7, 8, 9], &[true; 6]).map(ObjectMask::Runs).unwrap();
        let size = [12_000, 9_000];
        let from = UnitBox::new(5.0 / 12_000.0, 7.0 / 9_000.0, 8.0 / 12_000.0, 9.0 / 9_000.0);
        for step in 0..100 {
            let moved = dab.moved(from, from.translated(step as f32 / 12_000.0, 0.0), size).unwrap();
            assert_eq!(moved.area(size), 6.0, "{step}");
        }
    }

    #[test]
    fn a_mask_is_turned_as_the_picture_is() {
        let Some(pixels) = Bitmap::of(&square(), SIZE).into_mask() else { panic!() };
        // Orientation, the size then, and where the square of 10..20 x 5..15 is.
        for (exif, to, bounds) in [
            (1, [40, 20], [10.0, 5.0, 20.0, 15.0]),
            (1, [80, 60], [20.0, 15.0, 40.0, 45.0]),
            (3, [40, 20], [20.0, 5.0, 30.0, 15.0]),
            (6, [20, 40], [5.0, 10.0, 15.0, 20.0]),
            (8, [20, 40], [5.0, 20.0, 15.0, 30.0]),
        ] {
            let orientation = Orientation::from_exif(exif).unwrap();
            for mask in [square(), pixels.clone()] {
                assert_eq!(mask.turned(SIZE, orientation, to).unwrap().bounds(), Some(bounds), "{exif} {to:?}");
            }
        }
    }

    #[test]
    fn the_smallest_thing_has_a_box_that_can_be_pinned() {
        let dot = ObjectMask::Runs(PixelRuns::new([6000, 4000], &[23_999_999, 1]).unwrap());
        let b = dot.unit_box([6000, 4000]).unwrap();
        assert!(b.is_proper(), "{b:?}");
    }
}
