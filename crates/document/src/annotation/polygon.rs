//! Polygons in pixels of the picture.

use super::PixelRuns;
use scenewright_formats::coco_mask;

/// Closed polygon: corners in pixels, the last joined to the first. x right, y down, origin at the picture's top left
/// corner.
pub type Polygon = Vec<[f32; 2]>;

/// Corners are rounded to this fraction of a pixel, so that a saved polygon reads back equal.
const COORDINATE_STEPS_PER_PX: f32 = 100.0;
/// Smaller polygons are rejected unless they cover a pixel.
const MIN_AREA_PX2: f32 = 0.25;

/// Clamps corners to the picture, rounds them and removes repeated ones. Returns why the polygon is unusable otherwise.
pub fn clean_polygon(points: &[[f32; 2]], size_px: [u32; 2]) -> Result<Polygon, &'static str> {
    if points.iter().flatten().any(|v| !v.is_finite()) {
        return Err("a corner is not a finite number");
    }
    let [w, h] = size_px.map(|side| side as f32);
    let round = |v: f32, max: f32| (v.clamp(0.0, max) * COORDINATE_STEPS_PER_PX).round() / COORDINATE_STEPS_PER_PX;
    let mut clean: Polygon = points.iter().map(|[x, y]| [round(*x, w), round(*y, h)]).collect();
    clean.dedup();
    while clean.len() > 1 && clean.first() == clean.last() {
        clean.pop();
    }
    if clean.len() < 3 {
        return Err("it has fewer than three corners");
    }
    // A self-intersecting polygon can have a signed area of zero and still cover pixels.
    let covers_a_pixel = || rasterize(&clean, size_px).is_some_and(|runs| runs.area() > 0);
    if area(&clean) < MIN_AREA_PX2 && !covers_a_pixel() { Err("it has no area") } else { Ok(clean) }
}

/// Absolute area in square pixels (shoelace formula).
pub(crate) fn area(polygon: &[[f32; 2]]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f32 = polygon.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum();
    (twice / 2.0).abs()
}

/// Rasterizes the polygon with COCO's rule (even-odd: areas covered twice are outside), as training does. `None` if it
/// has fewer than three corners.
pub(super) fn rasterize(polygon: &[[f32; 2]], size_px: [u32; 2]) -> Option<PixelRuns> {
    let flat: Vec<f64> = polygon.iter().flatten().map(|v| f64::from(*v)).collect();
    let runs = coco_mask::Polygon::new(&flat).ok()?.runs(size_px[0] as usize, size_px[1] as usize);
    PixelRuns::new(size_px, &runs.counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degenerate_polygons_are_rejected_with_a_reason() {
        let check = |points: &[[f32; 2]], expected: Result<usize, &str>| {
            let found = clean_polygon(points, [20, 20]);
            match (&found, expected) {
                (Ok(polygon), Ok(corners)) => assert_eq!(polygon.len(), corners, "{points:?}"),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{points:?}: {found}"),
                _ => panic!("{points:?}: {found:?}"),
            }
        };
        check(&[], Err("three corners"));
        check(&[[1.0, 1.0], [5.0, 5.0]], Err("three corners"));
        check(&[[1.0, 1.0], [5.0, 5.0], [1.0, 1.0], [1.0, 1.0]], Err("three corners"));
        check(&[[1.0, 1.0], [5.0, 5.0], [9.0, 9.0]], Err("no area"));
        check(&[[1.0, 1.0], [f32::NAN, 5.0], [9.0, 9.0]], Err("finite"));
        check(&[[30.0, 1.0], [40.0, 5.0], [50.0, 9.0]], Err("no area")); // all outside: clamped to the edge
        check(&[[1.0, 1.0], [5.0, 1.0], [5.0, 1.0], [5.0, 5.0], [1.0, 5.0], [1.0, 1.0]], Ok(4));
        check(&[[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]], Ok(4)); // a figure of eight
    }

    #[test]
    fn rasterizing_follows_coco() {
        let found = |polygon: &[[f32; 2]]| {
            let mut found = Vec::new();
            if let Some(runs) = rasterize(polygon, [4, 4]) {
                runs.each_stretch(&mut |x, from, to| found.extend((from..to).map(|y| (x, y))));
            }
            found
        };
        assert_eq!(found(&[[1.0, 1.0], [3.0, 1.0], [3.0, 2.0], [1.0, 2.0]]), [(1, 1), (2, 1)]);
        assert_eq!(found(&[[0.6, 0.0], [1.4, 0.0], [1.4, 4.0], [0.6, 4.0]]), []);
        assert_eq!(found(&[[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]]).len(), 16);
        assert_eq!(found(&[]), []);
        // The same square twice: even-odd, so nothing is inside.
        let twice = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        assert_eq!(found(&[twice, twice].concat()), []);
    }
}
