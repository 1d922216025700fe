//! Streets, roads, sidewalks and the lines on them.

use super::super::color::from_code;
use super::brush::{Brush, Ink, Shapes, linear, wave};
use super::scene::Spot;

/// Asphalt across the picture, with a curb at its far side.
pub(super) fn street(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    asphalt(spot, brush);
    let curb = (1.8 * brush.dot).min(height * 0.1);
    let mut edge = Shapes::default();
    edge.polygon(&[(0.0, 0.0), (width, 0.0), (width, curb), (0.0, curb)]);
    brush.fill(edge.done(), Ink(spot.tone(0xc9c5c6, 0.0), 1.0));
    let mut gutter = Shapes::default();
    gutter.polygon(&[(0.0, curb), (width, curb), (width, curb * 2.4), (0.0, curb * 2.4)]);
    let dark = spot.tone(0x4d4a5a, 0.0);
    brush.fill_with(
        gutter.done(),
        linear((0.0, curb), (0.0, curb * 2.4), &[(0.0, Ink(dark, 0.55)), (1.0, Ink(dark, 0.0))]),
    );
}

fn asphalt(spot: &mut Spot<'_>, brush: &mut Brush) {
    let stops = [(0.0, spot.tone(0x8b8a98, 0.0)), (0.5, spot.tone(0x7c7b8a, 0.5)), (1.0, spot.tone(0x6b6a7b, 1.0))];
    brush.ground(&stops, 0.035, &mut spot.rng);
    // Faint tracks of wheels.
    let mut tracks = Shapes::default();
    for _ in 0..(10.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.range(0.1, 0.95));
        let (x, y, long) = (u * brush.width, v * brush.height, spot.rng.range(10.0, 30.0) * brush.dot);
        tracks.leaf((x - long, y), (x + long, y), 1.0 * brush.dot);
    }
    brush.fill(tracks.done(), Ink(spot.tone(0x9a99a8, 0.6), 0.3));
}

/// A road: across the picture where it is wide and low, else towards the distance in a gentle bend.
pub(super) fn road(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    asphalt(spot, brush);
    if width > 2.5 * height {
        let mut verges = Shapes::default();
        let thick = (1.2 * brush.dot).min(height * 0.08);
        for y in [0.0, height - thick] {
            verges.polygon(&[(0.0, y), (width, y), (width, y + thick), (0.0, y + thick)]);
        }
        brush.fill(verges.done(), Ink(spot.tone(0xcdbf9f, 0.5), 0.9));
        return;
    }
    const STEPS: usize = 40;
    let (bend, narrow) = (spot.rng.range(-0.22, 0.22), spot.rng.range(0.03, 0.055));
    let middle = |v: f32| bend * wave(0.5 * v.powf(0.7)) * 1.0;
    let half = |v: f32| (narrow + (1.0 - narrow) * v.powf(1.35)) / 2.0;
    let sides: Vec<(f32, f32, f32)> =
        (0..=STEPS).map(|i| i as f32 / STEPS as f32).map(|v| (v, middle(v) - half(v), middle(v) + half(v))).collect();
    let low = sides.iter().map(|side| side.1).fold(f32::INFINITY, f32::min);
    let high = sides.iter().map(|side| side.2).fold(f32::NEG_INFINITY, f32::max);
    let x_of = |x: f32| (x - low) / (high - low) * width;
    let along = |share: f32| -> Vec<(f32, f32)> {
        sides.iter().map(|&(v, left, right)| (x_of(left + (right - left) * share), v * height)).collect()
    };
    let strip = |from: f32, to: f32| {
        let mut points = along(from);
        points.extend(along(to).into_iter().rev());
        let mut shapes = Shapes::default();
        shapes.polygon(&points);
        shapes.done()
    };
    let verge = Ink(spot.tone(0xf1ece0, 0.6), 0.9);
    brush.fill(strip(0.035, 0.06), verge);
    brush.fill(strip(0.94, 0.965), verge);
    let mut dashes = Shapes::default();
    let mut v: f32 = 0.02;
    while v < 1.0 {
        // Dashes of one length on the road look longer the nearer they are.
        let end = (v + 0.05 + 0.16 * v).min(1.0);
        let place = |v: f32, share: f32| (x_of(middle(v) + half(v) * share), v * height);
        dashes.polygon(&[place(v, -0.03), place(v, 0.03), place(end, 0.03), place(end, -0.03)]);
        v = end + 0.04 + 0.1 * v;
    }
    brush.fill(dashes.done(), verge);
    brush.cut(strip(0.0, 1.0));
}

/// Slabs, with a curb towards the street.
pub(super) fn sidewalk(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let stops = [(0.0, spot.tone(0xd9d3cc, 0.0)), (1.0, spot.tone(0xc4bdb8, 1.0))];
    brush.ground(&stops, 0.025, &mut spot.rng);
    let curb = (2.2 * brush.dot).min(height * 0.25);
    let floor = height - curb;
    let rows = if floor > 13.0 * brush.dot { 2 } else { 1 };
    let slab = 15.0 * brush.dot;
    let (mut joints, mut tints) = (Shapes::default(), Shapes::default());
    let center = width / 2.0;
    let at = |foot: f32, y: f32| (center + (foot - center) * (0.8 + 0.2 * y / floor), y);
    let reach = (width / slab * 0.65) as i32 + 2;
    for row in 0..rows {
        let (top, bottom) = (floor * row as f32 / rows as f32, floor * (row + 1) as f32 / rows as f32);
        for i in -reach..=reach {
            let foot = center + (i as f32 + 0.5 * (row % 2) as f32) * slab;
            joints.line(&[at(foot, top), at(foot, bottom)]);
            if spot.rng.chance(0.22) {
                tints.polygon(&[at(foot, top), at(foot + slab, top), at(foot + slab, bottom), at(foot, bottom)]);
            }
        }
        joints.line(&[(0.0, top), (width, top)]);
    }
    brush.fill(tints.done(), Ink(spot.tone(0xb5aca9, 0.5), 0.28));
    brush.stroke(joints.done(), Ink(spot.tone(0xa39b9b, 0.5), 0.6), 0.6 * brush.dot);
    let mut face = Shapes::default();
    face.polygon(&[(0.0, floor), (width, floor), (width, height), (0.0, height)]);
    let (light, dark) = (spot.tone(0xe7e2dc, 1.0), spot.tone(0x9c95a0, 1.0));
    brush.fill_with(
        face.done(),
        linear(
            (0.0, floor),
            (0.0, height),
            &[(0.0, Ink(light, 1.0)), (0.35, Ink(light, 1.0)), (0.4, Ink(dark, 1.0)), (1.0, Ink(dark, 1.0))],
        ),
    );
}

/// Dashes along the longer side; the first and the last touch the bounds.
pub(super) fn line(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let color = spot.chosen().unwrap_or(from_code(0xf7f3e6));
    let tone = spot.tone_of(color, 1.0, 0.5);
    brush.shade(|_, _| tone);
    let mut dashes = Shapes::default();
    if width >= height {
        let dash = (9.0 * brush.dot).min(width);
        let count = (((width - dash) / (dash * 1.8)).round() as usize).max(if width > dash { 1 } else { 0 });
        for i in 0..=count {
            let x = if count == 0 { 0.0 } else { (width - dash) * i as f32 / count as f32 };
            let lean = (height * 0.5).min(dash * 0.2);
            // The ends at the bounds are straight.
            let (left, right) = (if i == 0 { 0.0 } else { lean }, if i == count { 0.0 } else { lean });
            dashes.polygon(&[(x + left, 0.0), (x + dash, 0.0), (x + dash - right, height), (x, height)]);
        }
    } else {
        let mut y = 0.0;
        while y < height {
            let v = y / height;
            let end = (y + height * (0.06 + 0.16 * v)).min(height);
            let half = |y: f32| width / 2.0 * (0.22 + 0.78 * y / height);
            let center = width / 2.0;
            dashes.polygon(&[
                (center - half(y), y),
                (center + half(y), y),
                (center + half(end), end),
                (center - half(end), end),
            ]);
            let next = end + height * (0.04 + 0.1 * v);
            // No gap at the lower bound.
            y = if next >= height * 0.97 && end < height { height * 0.9 } else { next };
        }
    }
    brush.cut(dashes.done());
}
