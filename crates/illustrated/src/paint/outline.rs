//! Where flat ground ends: at the picture's edges it goes on, elsewhere it ends in a curve.

use resvg::tiny_skia::Path;

use super::brush::{Brush, Shapes, profile, wave};
use super::scene::Spot;

/// The outline of flat ground whose upper edge wavers by `depth_px`. Ground that ends before the picture does is round there.
pub(crate) fn ground(
    spot: &mut Spot<'_>,
    brush: &Brush,
    depth_px: f32,
    height_at: impl Fn(f32) -> f32,
) -> Vec<(f32, f32)> {
    let (width, height) = (brush.width, brush.height);
    let [left, right] = spot.ends();
    if (left || right) && spot.stuff.bounds.y1 < 0.99 {
        return oval(spot, brush);
    }
    let corner = (0.3 * width).min(0.6 * height);
    let [from, to] = [left, right].map(|ends| if ends { corner } else { 0.0 });
    let mut points: Vec<(f32, f32)> =
        profile(width - from - to, depth_px, height_at).into_iter().map(|(x, y)| (x + from, y)).collect();
    // A quarter of an ellipse from the end of the upper edge down to the lower corner.
    const STEPS: usize = 16;
    let curve = |top: f32| -> Vec<(f32, f32)> {
        let turn = |i: usize| 0.25 * i as f32 / STEPS as f32;
        (1..=STEPS).map(|i| (1.0 - wave(turn(i)), top + (height - top) * (1.0 - wave(turn(i) + 0.25)))).collect()
    };
    let [first, last] = [points[0].1, points[points.len() - 1].1];
    if right {
        points.extend(curve(last).into_iter().map(|(x, y)| (width - x * to, y)));
    }
    points.extend([(width, height), (0.0, height)]);
    if left {
        points.extend(curve(first).into_iter().rev().map(|(x, y)| (x * from, y)));
    }
    points
}

pub(crate) fn closed(points: &[(f32, f32)]) -> Option<Path> {
    let mut shapes = Shapes::default();
    shapes.polygon(points);
    shapes.done()
}

/// An oval with a wavering bank; a side that touches the picture's edge stays open.
pub(crate) fn oval(spot: &mut Spot<'_>, brush: &Brush) -> Vec<(f32, f32)> {
    const STEPS: usize = 72;
    let waves = [(2.0, spot.rng.unit()), (3.0, spot.rng.unit())];
    let [left, right] = spot.ends();
    let at = |i: usize| {
        let turn = i as f32 / STEPS as f32;
        let swell = 1.0 + 0.07 * wave(turn * waves[0].0 + waves[0].1) + 0.05 * wave(turn * waves[1].0 + waves[1].1);
        (wave(turn + 0.25) * swell, wave(turn) * swell)
    };
    let mut points: Vec<(f32, f32)> = (0..STEPS).map(at).collect();
    let span = |values: &mut dyn Iterator<Item = f32>| {
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (x0, x1) = span(&mut points.iter().map(|p| p.0));
    let (y0, y1) = span(&mut points.iter().map(|p| p.1));
    for (x, y) in &mut points {
        (*x, *y) = ((*x - x0) / (x1 - x0) * brush.width, (*y - y0) / (y1 - y0) * brush.height);
        // An open side: the half of the oval on that side is stretched to a straight band.
        let middle = brush.width / 2.0;
        if (*x < middle && !left) || (*x > middle && !right) {
            *x = (*x - middle) * 1.6 + middle;
        }
    }
    points
}
