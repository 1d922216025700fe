//! Polygons in pixels of the picture.

use super::PixelRuns;
use scenewright_formats::coco_mask;

/// Corners in pixels, in order; the last is joined to the first. x to the right, y down, (0, 0) the picture's corner.
pub type Polygon = Vec<[f32; 2]>;

/// Pixels: a corner is kept to this, so that files are short and come back as they were.
const GRAIN: f32 = 0.01;
/// Pixels²: less shows on no picture.
const MIN_AREA_PX2: f32 = 0.25;

/// A polygon that can be an outline: within the picture, without repeated corners. The error says what is wrong with it.
pub fn cleaned(points: &[[f32; 2]], size: [u32; 2]) -> Result<Polygon, &'static str> {
    if points.iter().flatten().any(|v| !v.is_finite()) {
        return Err("a corner is no finite number");
    }
    let [w, h] = size.map(|side| side as f32);
    let grain = |v: f32, most: f32| ((v.clamp(0.0, most) / GRAIN).round() * GRAIN * 100.0).round() / 100.0;
    let mut clean: Polygon = points.iter().map(|[x, y]| [grain(*x, w), grain(*y, h)]).collect();
    clean.dedup();
    while clean.len() > 1 && clean.first() == clean.last() {
        clean.pop();
    }
    if clean.len() < 3 {
        return Err("it has fewer than three corners");
    }
    // Of a figure of eight the signed area is nothing, and yet it shows.
    let covers = || pixels(&clean, size).is_some_and(|runs| runs.area() > 0);
    if area(&clean) < MIN_AREA_PX2 && !covers() { Err("it has no area") } else { Ok(clean) }
}

/// Pixels², by the shoelace formula.
pub(crate) fn area(polygon: &[[f32; 2]]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f32 = polygon.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum();
    (twice / 2.0).abs()
}

/// The pixels of a picture of this size that belong to it, as COCO's own tools draw it and as training sees it: what an outline covers twice is outside. `None`: it
/// has fewer than three corners.
pub(super) fn pixels(polygon: &[[f32; 2]], size: [u32; 2]) -> Option<PixelRuns> {
    let flat: Vec<f64> = polygon.iter().flatten().map(|v| f64::from(*v)).collect();
    let runs = coco_mask::Polygon::new(&flat).ok()?.runs(size[0] as usize, size[1] as usize);
    PixelRuns::new(size, &runs.counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degenerate_polygons_are_named() {
        let check = |points: &[[f32; 2]], expected: Result<usize, &str>| {
            let found = cleaned(points, [20, 20]);
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
        check(&[[30.0, 1.0], [40.0, 5.0], [50.0, 9.0]], Err("no area")); // all outside: pressed onto the edge
        check(&[[1.0, 1.0], [5.0, 1.0], [5.0, 1.0], [5.0, 5.0], [1.0, 5.0], [1.0, 1.0]], Ok(4));
        check(&[[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]], Ok(4)); // a figure of eight
    }

    #[test]
    fn pixels_are_those_that_are_trained() {
        let found = |polygon: &[[f32; 2]]| {
            let mut found = Vec::new();
            if let Some(runs) = pixels(polygon, [4, 4]) {
                runs.each_stretch(&mut |x, from, to| found.extend((from..to).map(|y| (x, y))));
            }
            found
        };
        assert_eq!(found(&[[1.0, 1.0], [3.0, 1.0], [3.0, 2.0], [1.0, 2.0]]), [(1, 1), (2, 1)]);
        assert_eq!(found(&[[0.6, 0.0], [1.4, 0.0], [1.4, 4.0], [0.6, 4.0]]), []);
        assert_eq!(found(&[[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]]).len(), 16);
        assert_eq!(found(&[]), []);
        // Round about twice: what is covered twice is outside, as in every file of COCO's.
        let twice = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        assert_eq!(found(&[twice, twice].concat()), []);
    }
}
