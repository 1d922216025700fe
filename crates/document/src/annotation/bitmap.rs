//! A mask while a brush is on it: a byte a pixel.

use super::{ObjectMask, PixelRuns};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    /// Width and height, pixels.
    size: [u32; 2],
    /// Row by row.
    inside: Vec<bool>,
}

impl Bitmap {
    pub fn new(size: [u32; 2]) -> Self {
        Self { size, inside: vec![false; size[0] as usize * size[1] as usize] }
    }

    pub fn of(mask: &ObjectMask, size: [u32; 2]) -> Self {
        let mut bitmap = Self::new(size);
        bitmap.join(mask);
        bitmap
    }

    /// What the mask covers is inside, too.
    pub fn join(&mut self, mask: &ObjectMask) {
        let width = self.size[0] as usize;
        mask.each_pixel(self.size, self.size, &mut |x, y| {
            if let Some(pixel) = self.inside.get_mut(y as usize * width + x as usize) {
                *pixel = true;
            }
        });
    }

    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    pub fn is_inside(&self, x: u32, y: u32) -> bool {
        x < self.size[0] && self.inside.get(y as usize * self.size[0] as usize + x as usize).is_some_and(|pixel| *pixel)
    }

    /// A round brush drawn from one point to another, in pixels. `adds`: else it erases.
    pub fn stroke(&mut self, from: [f32; 2], to: [f32; 2], radius: f32, adds: bool) {
        if ![from[0], from[1], to[0], to[1], radius].iter().all(|v| v.is_finite()) {
            return;
        }
        // Even the finest brush marks the pixel it is on.
        let radius = radius.max(0.71);
        let [w, h] = self.size.map(|side| side as f32);
        let span = |a: f32, b: f32, most: f32| {
            let low = (a.min(b) - radius).floor().clamp(0.0, most) as u32;
            (low, (a.max(b) + radius).ceil().clamp(0.0, most) as u32)
        };
        let ((x0, x1), (y0, y1)) = (span(from[0], to[0], w), span(from[1], to[1], h));
        for y in y0..y1 {
            for x in x0..x1 {
                if distance([x as f32 + 0.5, y as f32 + 0.5], from, to) <= radius {
                    self.inside[y as usize * self.size[0] as usize + x as usize] = adds;
                }
            }
        }
    }

    /// What has become of it; `None` where nothing is left.
    pub fn into_mask(self) -> Option<ObjectMask> {
        let runs = PixelRuns::of(self.size, &self.inside)?;
        (runs.area() > 0).then_some(ObjectMask::Runs(runs))
    }
}

/// From a point to the nearest of a line between two others.
fn distance(at: [f32; 2], from: [f32; 2], to: [f32; 2]) -> f32 {
    let way = [to[0] - from[0], to[1] - from[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let along = ((at[0] - from[0]) * way[0] + (at[1] - from[1]) * way[1]) / length.max(1e-9);
    let along = along.clamp(0.0, 1.0);
    (at[0] - from[0] - way[0] * along).hypot(at[1] - from[1] - way[1] * along)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brush_adds_and_takes_away() {
        let mut bitmap = Bitmap::new([20, 10]);
        bitmap.stroke([3.0, 5.0], [16.0, 5.0], 2.0, true);
        let mask = bitmap.clone().into_mask().unwrap();
        let [x0, y0, x1, y1] = mask.bounds().unwrap();
        assert_eq!((x0, y0, x1, y1), (1.0, 3.0, 18.0, 7.0));
        assert!(bitmap.is_inside(10, 4) && !bitmap.is_inside(10, 8) && !bitmap.is_inside(30, 4));
        bitmap.stroke([-50.0, 5.0], [50.0, 5.0], 9.0, false);
        assert_eq!(bitmap.into_mask(), None);
        let mut dot = Bitmap::new([20, 10]);
        dot.stroke([4.5, 4.5], [4.5, 4.5], 0.0, true);
        dot.stroke([f32::NAN, 0.0], [1.0, 1.0], 5.0, true);
        assert_eq!(dot.into_mask().unwrap().bounds(), Some([4.0, 4.0, 5.0, 5.0]));
    }
}
