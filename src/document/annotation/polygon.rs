//! Polygons in pixels of the picture.

/// Corners in pixels, in order; the last is joined to the first. x to the right, y down, (0, 0) the picture's corner.
pub type Polygon = Vec<[f32; 2]>;

/// Pixels: a corner is kept to this, so that files are short and come back as they were.
const GRAIN: f32 = 0.01;
/// Pixels²: less shows on no picture.
const LEAST_AREA: f32 = 0.25;

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
    let covers = || covered(&clean, size) > 0;
    if area(&clean) < LEAST_AREA && !covers() { Err("it has no area") } else { Ok(clean) }
}

/// Pixels², by the shoelace formula.
pub fn area(polygon: &[[f32; 2]]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f32 = polygon.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum();
    (twice / 2.0).abs()
}

fn covered(polygon: &[[f32; 2]], size: [u32; 2]) -> u64 {
    let mut count = 0;
    fill(polygon, size, &mut |_, _| count += 1);
    count
}

/// Every pixel of a picture of this size whose middle lies within the polygon; loops are inside, too (the winding is not nought).
pub fn fill(polygon: &[[f32; 2]], size: [u32; 2], put: &mut dyn FnMut(u32, u32)) {
    let (low, high) =
        polygon.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), [_, y]| (low.min(*y), high.max(*y)));
    if low > high {
        return;
    }
    let first = (low - 0.5).ceil().max(0.0) as u32;
    let end = ((high - 0.5).ceil().max(0.0) as u32 + 1).min(size[1]);
    let mut crossings: Vec<(f32, i32)> = Vec::new();
    for y in first..end {
        let middle = y as f32 + 0.5;
        crossings.clear();
        let next = polygon.iter().cycle().skip(1);
        for ([ax, ay], [bx, by]) in polygon.iter().zip(next) {
            if (*ay <= middle) != (*by <= middle) {
                let x = ax + (middle - ay) / (by - ay) * (bx - ax);
                crossings.push((x, if by > ay { 1 } else { -1 }));
            }
        }
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            winding += pair[0].1;
            if winding != 0 {
                let from = (pair[0].0 - 0.5).ceil().max(0.0) as u32;
                let to = ((pair[1].0 - 0.5).ceil().max(0.0) as u32).min(size[0]);
                (from..to).for_each(|x| put(x, y));
            }
        }
    }
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
    fn pixels_are_filled_whose_middles_lie_within() {
        let fill_of = |polygon: &[[f32; 2]]| {
            let mut found = Vec::new();
            fill(polygon, [4, 4], &mut |x, y| found.push((x, y)));
            found.sort_unstable();
            found
        };
        assert_eq!(fill_of(&[[1.0, 1.0], [3.0, 1.0], [3.0, 2.0], [1.0, 2.0]]), [(1, 1), (2, 1)]);
        assert_eq!(fill_of(&[[0.6, 0.0], [1.4, 0.0], [1.4, 4.0], [0.6, 4.0]]), []);
        assert_eq!(fill_of(&[[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]]).len(), 16);
        assert_eq!(fill_of(&[]), []);
    }
}
