//! Sea, lake, river, breakers and ice.

use super::super::color::{Rgb, mix};
use super::brush::{Brush, Ink, PaintRng, Shapes, Waves, profile, wave};
use super::outline::{self, closed, oval};
use super::scene::Spot;

/// Water takes the color of the sky where it is far away.
fn water_stops(spot: &Spot<'_>) -> [(f32, Rgb); 3] {
    let sky = spot.scene.palette.sky[2];
    let low_sun = spot.scene.palette.glow.1;
    [
        (0.0, mix(spot.tone(0x7fc3e2, 0.0), sky, 0.38 + 0.26 * low_sun)),
        (0.4, mix(spot.tone(0x58acd8, 0.4), sky, 0.11 + 0.24 * low_sun)),
        (1.0, spot.tone(0x3a8cc4, 1.0)),
    ]
}

fn surface(spot: &mut Spot<'_>, brush: &mut Brush) {
    brush.ground(&water_stops(spot), 0.035, &mut spot.rng);
    let (width, height) = (brush.width, brush.height);
    let (mut lights, mut darks, mut glints) = (Shapes::default(), Shapes::default(), Shapes::default());
    for index in 0..(80.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.unit().powf(1.25));
        let size = spot.nearness(v) * brush.dot;
        let long = spot.rng.range(2.5, 7.0) * size * (0.5 + v);
        let (x, y) = (u * width, (0.02 + 0.96 * v) * height);
        let shapes = if index % 3 == 0 { &mut darks } else { &mut lights };
        shapes.leaf((x - long, y), (x + long, y), (0.9 * size).max(0.45 * brush.dot));
    }
    // The path of light below sun or moon, with random numbers of its own: the light must not change an outline.
    let mut rng = PaintRng::new(spot.stuff.seed ^ 0x47_4c_49_4e_54);
    let bounds = spot.stuff.bounds;
    let path = (spot.scene.sun_x - bounds.x0) / bounds.width() * width;
    let strength = spot.scene.palette.glow.1.max(if spot.scene.palette.night { 0.5 } else { 0.0 });
    for _ in 0..(30.0 * strength * bounds.height().min(0.6)) as usize * 2 {
        let v = rng.unit();
        let x = path + rng.range(-1.0, 1.0) * (3.0 + 9.0 * v) * brush.dot;
        let long = rng.range(1.5, 5.0) * brush.dot * (0.4 + v);
        glints.leaf((x - long, v * height), (x + long, v * height), 0.75 * brush.dot);
    }
    let pale = mix(spot.tone(0xd8f1fb, 0.5), spot.scene.palette.sky[2], 0.3);
    brush.fill(lights.done(), Ink(pale, 0.5));
    brush.fill(darks.done(), Ink(spot.tone(0x2c74ab, 0.6), 0.4));
    brush.fill(glints.done(), Ink(mix(spot.scene.palette.glow.0, [1.0; 3], 0.3), 0.75));
}

/// Sea up to a straight horizon. Where it ends above the lower edge of the picture it ends in a line of foam.
pub(super) fn open(spot: &mut Spot<'_>, brush: &mut Brush) {
    surface(spot, brush);
    if spot.ends().contains(&true) {
        let points = outline::ground(spot, brush, 0.01, |u| u);
        let (pale, foam) = (spot.tone(0x9fdfe2, 0.8), spot.tone(0xfffffb, 0.8));
        brush.stroke(closed(&points), Ink(pale, 0.45), 11.0 * brush.dot);
        brush.stroke(closed(&points), Ink(foam, 0.95), 2.6 * brush.dot);
        brush.cut(closed(&points));
        return;
    }
    if spot.stuff.bounds.y1 > 0.99 {
        return;
    }
    let (width, height) = (brush.width, brush.height);
    let waves = Waves::new(&mut spot.rng, 1.2);
    let depth = (4.5 * brush.dot).min(height * 0.2);
    // The deepest place touches the lower bound.
    let shore: Vec<(f32, f32)> =
        profile(width, depth, |u| waves.at(u)).into_iter().map(|(x, y)| (x, height - depth + y)).collect();
    let strip = |from: f32, to: f32| {
        let mut points: Vec<_> = shore.iter().map(|&(x, y)| (x, y + from * brush.dot)).collect();
        points.extend(shore.iter().rev().map(|&(x, y)| (x, y + to * brush.dot)));
        let mut shapes = Shapes::default();
        shapes.polygon(&points);
        shapes.done()
    };
    let (shallow, foam, second) = (strip(-9.0, 0.0), strip(-1.7, 0.5), strip(-5.2, -4.2));
    brush.fill(shallow, Ink(spot.tone(0x9fdfe2, 1.0), 0.4));
    brush.fill(second, Ink(spot.tone(0xffffff, 1.0), 0.45));
    brush.fill(foam, Ink(spot.tone(0xfffffb, 1.0), 0.95));
    let mut outline: Vec<(f32, f32)> = vec![(0.0, 0.0), (width, 0.0)];
    outline.extend(shore.iter().rev());
    let mut shapes = Shapes::default();
    shapes.polygon(&outline);
    brush.cut(shapes.done());
}

pub(super) fn lake(spot: &mut Spot<'_>, brush: &mut Brush) {
    surface(spot, brush);
    let points = oval(spot, brush);
    bank(spot, brush, &points);
}

/// Draws the rim along a closed outline and cuts the patch to it.
fn bank(spot: &Spot<'_>, brush: &mut Brush, points: &[(f32, f32)]) {
    brush.stroke(closed(points), Ink(spot.tone(0xa5dbe0, 0.6), 0.55), 6.0 * brush.dot);
    brush.stroke(closed(points), Ink(spot.tone(0xe9d9ae, 0.6), 0.95), 2.4 * brush.dot);
    brush.cut(closed(points));
}

/// Across the picture as a band, or from the distance towards us in bends.
pub(super) fn river(spot: &mut Spot<'_>, brush: &mut Brush) {
    surface(spot, brush);
    let (width, height) = (brush.width, brush.height);
    let points = if width > 1.9 * height { band(spot, brush) } else { bends(spot, brush) };
    bank(spot, brush, &points);
}

fn band(spot: &mut Spot<'_>, brush: &Brush) -> Vec<(f32, f32)> {
    let (width, height) = (brush.width, brush.height);
    let (upper, lower) = (Waves::new(&mut spot.rng, 1.0), Waves::new(&mut spot.rng, 1.0));
    let depth = height * 0.2;
    let mut points = profile(width, depth, |u| upper.at(u));
    let below = profile(width, depth, |u| lower.at(u));
    points.extend(below.into_iter().rev().map(|(x, y)| (x, height - depth + y)));
    // Banks at the very edge of the picture would look like ends.
    for (x, _) in &mut points {
        let margin = 3.0 * brush.dot;
        let [left, right] = spot.ends();
        if !left && *x <= 0.0 {
            *x -= margin;
        } else if !right && *x >= width {
            *x += margin;
        }
    }
    points
}

fn bends(spot: &mut Spot<'_>, brush: &Brush) -> Vec<(f32, f32)> {
    const STEPS: usize = 48;
    let (width, height) = (brush.width, brush.height);
    let (phase, turns) = (spot.rng.unit(), spot.rng.range(0.9, 1.3));
    let narrow = spot.rng.range(0.018, 0.035);
    let at = |i: usize| {
        let v = i as f32 / STEPS as f32;
        // Bends lie closer together in the distance.
        let middle = 0.30 * wave(turns * v.powf(0.6) + phase) * (0.25 + 0.75 * v);
        (middle, narrow + 0.5 * v.powf(1.5))
    };
    let sides: Vec<(f32, f32)> = (0..=STEPS).map(|i| (at(i).0 - at(i).1 / 2.0, at(i).0 + at(i).1 / 2.0)).collect();
    let low = sides.iter().map(|side| side.0).fold(f32::INFINITY, f32::min);
    let high = sides.iter().map(|side| side.1).fold(f32::NEG_INFINITY, f32::max);
    let x_of = |x: f32| (x - low) / (high - low) * width;
    let below = if spot.stuff.bounds.y1 > 0.99 { 3.0 * brush.dot } else { 0.0 };
    let y_of = |i: usize| i as f32 / STEPS as f32 * height + if i == STEPS { below } else { 0.0 };
    let left = (0..=STEPS).map(|i| (x_of(sides[i].0), y_of(i)));
    let right = (0..=STEPS).rev().map(|i| (x_of(sides[i].1), y_of(i)));
    left.chain(right).collect()
}

/// A row of crests with foam.
pub(super) fn breaker(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let stops = [(0.0, spot.tone(0x8fd8e6, 0.3)), (0.45, spot.tone(0x4fa9d2, 0.6)), (1.0, spot.tone(0x3586be, 1.0))];
    brush.ground(&stops, 0.03, &mut spot.rng);
    let turns = (width / (height * 2.4)).round().max(1.0);
    let phase = spot.rng.unit();
    let waver = Waves::new(&mut spot.rng, 1.0);
    // Crests lean to one side: the wave's time runs unevenly.
    let crest = profile(width, height * 0.55, |u| {
        let t = u * turns + phase;
        let lean = t + 0.11 * wave(t);
        wave(lean) + 0.25 * waver.at(u)
    });
    let strip = |from: f32, to: f32, wide: f32| {
        let thickness = |y: f32| 1.0 - wide * (y / (height * 0.55));
        let mut points: Vec<_> = crest.iter().map(|&(x, y)| (x, y + from)).collect();
        points.extend(crest.iter().rev().map(|&(x, y)| (x, y + from + (to - from) * thickness(y))));
        let mut shapes = Shapes::default();
        shapes.polygon(&points);
        shapes.done()
    };
    let (inner, foam) = (strip(height * 0.16, height * 0.3, 0.6), strip(-1.0, height * 0.17, 0.72));
    brush.fill(inner, Ink(spot.tone(0xd5f3f8, 0.5), 0.45));
    brush.fill(foam, Ink(spot.tone(0xfffffc, 0.4), 0.96));
    brush.cut(super::brush::below(&crest, width, height));
}

pub(super) fn ice(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let stops = [(0.0, spot.tone(0xe6f4fa, 0.0)), (0.5, spot.tone(0xcde8f5, 0.5)), (1.0, spot.tone(0xb2d7ec, 1.0))];
    brush.ground(&stops, 0.03, &mut spot.rng);
    let (mut shine, mut cracks) = (Shapes::default(), Shapes::default());
    for _ in 0..5 {
        let (x, y) = (spot.rng.range(-0.1, 1.0) * width, spot.rng.range(0.1, 0.9) * height);
        let (long, thick) = (spot.rng.range(0.12, 0.3) * width, spot.rng.range(1.0, 2.6) * brush.dot);
        let rise = long * 0.22;
        shine.polygon(&[(x, y), (x + long, y - rise), (x + long + thick * 3.0, y - rise), (x + thick * 3.0, y)]);
    }
    for _ in 0..3 {
        let (mut x, mut y) = (spot.rng.unit() * width, spot.rng.unit() * height);
        let mut points = vec![(x, y)];
        for _ in 0..4 {
            x += spot.rng.range(-0.12, 0.12) * width;
            y += spot.rng.range(-0.05, 0.08) * height;
            points.push((x, y));
        }
        cracks.line(&points);
    }
    brush.fill(shine.done(), Ink(spot.tone(0xffffff, 0.5), 0.5));
    brush.stroke(cracks.done(), Ink(spot.tone(0x86b4d2, 0.6), 0.5), 0.7 * brush.dot);
    if spot.ends().contains(&true) {
        let points = oval(spot, brush);
        let rim = closed(&points);
        brush.stroke(rim.clone(), Ink(spot.tone(0xfbfeff, 0.6), 0.95), 2.6 * brush.dot);
        brush.cut(rim);
    }
}
