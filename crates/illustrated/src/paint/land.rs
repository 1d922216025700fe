//! Flat ground: grass, field, sand, snow, dirt.

use super::super::color::{Rgb, from_code, mix};
use super::brush::{Brush, Ink, Shapes, Waves, radial};
use super::outline::{closed, ground};
use super::scene::Spot;

pub(super) fn grass(spot: &mut Spot<'_>, brush: &mut Brush) {
    let stops = [(0.0, spot.tone(0xc4dc8c, 0.0)), (0.35, spot.tone(0xa0ce6d, 0.35)), (1.0, spot.tone(0x72b355, 1.0))];
    brush.ground(&stops, 0.05, &mut spot.rng);
    let mut shades = [(); 2].map(|()| Shapes::default());
    let mut flowers = [(); 3].map(|()| Shapes::default());
    let in_bloom = spot.rng.chance(0.55);
    for index in 0..(64.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.unit().powf(0.85));
        let place = (u * brush.width, (0.08 + 0.9 * v) * brush.height);
        let size = spot.nearness(v) * brush.dot;
        tuft(spot, &mut shades[index % 2], place, 4.6 * size);
        let (du, kind) = (spot.rng.range(-6.0, 6.0), spot.rng.below(3));
        if in_bloom && index % 3 == 0 {
            let at = (place.0 + du * size, place.1 - 1.5 * size);
            for (dx, dy) in [(0.0, 0.0), (3.4, 1.3), (-2.6, 2.0)] {
                flowers[kind].ellipse((at.0 + dx * size, at.1 + dy * size), 0.85 * size, 0.75 * size);
            }
        }
    }
    let [dark, light] = shades;
    brush.fill(dark.done(), Ink(spot.tone(0x4c9446, 0.7), 0.55));
    brush.fill(light.done(), Ink(spot.tone(0xb9de7e, 0.7), 0.65));
    for (shapes, code) in flowers.into_iter().zip([0xfff8ec, 0xffd95a, 0xf3a4c0]) {
        brush.fill(shapes.done(), Ink(spot.tone(code, 0.8), 0.95));
    }
    let waves = Waves::new(&mut spot.rng, 1.4);
    let edge = ground(spot, brush, (2.2 * brush.dot).min(brush.height * 0.2), |u| waves.at(u));
    brush.cut(closed(&edge));
}

/// Three blades from one root.
fn tuft(spot: &mut Spot<'_>, shapes: &mut Shapes, (x, y): (f32, f32), height: f32) {
    for lean in [-0.42, 0.04, 0.46] {
        let tall = height * spot.rng.range(0.7, 1.1);
        shapes.leaf((x + lean * height * 0.25, y), (x + lean * tall, y - tall), height * 0.13);
    }
}

/// Rows of crops that run towards the horizon.
pub(super) fn field(spot: &mut Spot<'_>, brush: &mut Brush) {
    let crops: [(u32, u32, u32); 4] = [
        (0xf0d987, 0xe2bd5a, 0xc4953f),
        (0xc9d98a, 0x9cc05c, 0x6f9a45),
        (0xd8b78c, 0xb98a60, 0x8f6245),
        (0xe9de9a, 0xcfc566, 0xa39a45),
    ];
    let (far, near, furrow) = match spot.chosen() {
        Some(chosen) => (mix(chosen, [1.0; 3], 0.3), chosen, mix(chosen, from_code(0x4a3030), 0.35)),
        None => {
            let (far, near, furrow) = crops[spot.rng.below(crops.len())];
            (from_code(far), from_code(near), from_code(furrow))
        }
    };
    let stops = [(0.0, spot.tone_of(far, 1.0, 0.0)), (1.0, spot.tone_of(near, 1.0, 1.0))];
    brush.ground(&stops, 0.03, &mut spot.rng);
    let (width, height) = (brush.width, brush.height);
    let vanishing = (spot.rng.range(0.2, 0.8) * width, -0.28 * height.min(width));
    let (mut rows, mut ridges) = (Shapes::default(), Shapes::default());
    let spacing = 11.0 * brush.dot;
    let reach = ((width * 1.6) / spacing) as i32 + 2;
    for i in -reach..=reach {
        let at = |offset: f32, y: f32| {
            let foot = vanishing.0 + (i as f32 + offset) * spacing;
            let share = (y - vanishing.1) / (height - vanishing.1);
            (vanishing.0 + (foot - vanishing.0) * share, y)
        };
        rows.polygon(&[at(0.0, 0.0), at(0.42, 0.0), at(0.42, height), at(0.0, height)]);
        ridges.polygon(&[at(-0.3, 0.0), at(-0.08, 0.0), at(-0.08, height), at(-0.3, height)]);
    }
    brush.fill(rows.done(), Ink(spot.tone_of(furrow, 1.0, 0.6), 0.42));
    brush.fill(ridges.done(), Ink(spot.tone_of(mix(far, [1.0; 3], 0.25), 1.0, 0.6), 0.4));
    let waves = Waves::new(&mut spot.rng, 1.0);
    let edge = ground(spot, brush, (1.6 * brush.dot).min(height * 0.2), |u| waves.at(u));
    brush.cut(closed(&edge));
}

pub(super) fn sand(spot: &mut Spot<'_>, brush: &mut Brush) {
    let stops = [(0.0, spot.tone(0xf8e7bd, 0.0)), (0.5, spot.tone(0xf1d9a4, 0.5)), (1.0, spot.tone(0xe5c488, 1.0))];
    brush.ground(&stops, 0.045, &mut spot.rng);
    let (width, height) = (brush.width, brush.height);
    let shore = spot.meets_water();
    let waves = Waves::new(&mut spot.rng, 0.9);
    let depth = 4.5 * brush.dot;
    let edge = ground(spot, brush, depth.min(height * 0.3), |u| waves.at(u));
    if shore && spot.ends().contains(&true) {
        brush.stroke(closed(&edge), Ink(spot.tone(0xc79f70, 0.3), 0.5), 9.0 * brush.dot);
        brush.stroke(closed(&edge), Ink(spot.tone(0xfffefa, 0.3), 0.95), 2.6 * brush.dot);
    } else if shore {
        // The last two points are the lower corners.
        wet_edge(spot, brush, &edge[..edge.len() - 2]);
    }
    // Faint ripples of the wind, and a few pebbles and shells.
    let (mut dents, mut lights) = (Shapes::default(), Shapes::default());
    for _ in 0..(30.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.range(0.22, 1.0));
        let size = spot.nearness(v) * brush.dot;
        let (x, y, long) = (u * width, v * height, spot.rng.range(3.0, 8.0) * size);
        dents.leaf((x - long, y), (x + long, y + 0.3 * size), 1.2 * size);
        lights.leaf((x - long * 0.8, y + 1.5 * size), (x + long * 0.8, y + 1.7 * size), 0.9 * size);
    }
    brush.fill(dents.done(), Ink(spot.tone(0xcfa873, 0.7), 0.45));
    brush.fill(lights.done(), Ink(spot.tone(0xfff3d2, 0.7), 0.5));
    pebbles(spot, brush, 12.0, &[0xb9a48c, 0xf6efe2, 0xd98f7d]);
    brush.cut(closed(&edge));
}

/// Where water has just been: a line of foam, then darker sand.
fn wet_edge(spot: &Spot<'_>, brush: &mut Brush, edge: &[(f32, f32)]) {
    let shifted = |down: f32| -> Vec<(f32, f32)> { edge.iter().map(|&(x, y)| (x, y + down * brush.dot)).collect() };
    let band = |from: f32, to: f32| {
        let mut points = shifted(from);
        points.extend(shifted(to).into_iter().rev());
        let mut shapes = Shapes::default();
        shapes.polygon(&points);
        shapes.done()
    };
    let (wet, damp, foam) = (band(-2.0, 7.0), band(6.0, 11.0), band(-2.0, 2.0));
    brush.fill(wet, Ink(spot.tone(0xc79f70, 0.1), 0.55));
    brush.fill(damp, Ink(spot.tone(0xd9b583, 0.2), 0.35));
    brush.fill(foam, Ink(spot.tone(0xfffefa, 0.0), 0.95));
}

fn pebbles(spot: &mut Spot<'_>, brush: &mut Brush, density: f32, codes: &[u32]) {
    for index in 0..(density * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.range(0.25, 0.97));
        let size = spot.nearness(v) * brush.dot * spot.rng.range(0.7, 1.3);
        let mut shape = Shapes::default();
        shape.ellipse((u * brush.width, v * brush.height), 1.3 * size, 0.8 * size);
        brush.fill(shape.done(), Ink(spot.tone(codes[index % codes.len()], v), 0.9));
    }
}

pub(super) fn snow(spot: &mut Spot<'_>, brush: &mut Brush) {
    let stops = [(0.0, spot.tone(0xf4f8fc, 0.0)), (0.5, spot.tone(0xeaf1f9, 0.5)), (1.0, spot.tone(0xd9e5f3, 1.0))];
    brush.ground(&stops, 0.03, &mut spot.rng);
    // Drifts: lit above, blue below.
    for _ in 0..(7.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.range(0.12, 0.95));
        let size = spot.nearness(v) * brush.dot;
        let (x, y, long) = (u * brush.width, v * brush.height, spot.rng.range(22.0, 44.0) * size);
        drift(brush, (x, y), long, [spot.tone(0xffffff, v), spot.tone(0xb3c8e4, v)]);
    }
    let waves = Waves::new(&mut spot.rng, 1.1);
    let edge = ground(spot, brush, (3.0 * brush.dot).min(brush.height * 0.25), |u| waves.at(u));
    brush.cut(closed(&edge));
}

fn drift(brush: &mut Brush, (x, y): (f32, f32), long: f32, [light, shade]: [Rgb; 2]) {
    let mut hollow = Shapes::default();
    hollow.ellipse((x + long * 0.12, y + long * 0.1), long, long * 0.16);
    let fading = |color: Rgb, alpha: f32| [(0.0, Ink(color, alpha)), (1.0, Ink(color, 0.0))];
    brush.fill_with(hollow.done(), radial((x + long * 0.12, y + long * 0.1), long, 0.16, &fading(shade, 0.6)));
    let mut crest = Shapes::default();
    crest.ellipse((x, y), long * 0.9, long * 0.12);
    brush.fill_with(crest.done(), radial((x - long * 0.1, y), long * 0.9, 0.13, &fading(light, 0.95)));
}

pub(super) fn dirt(spot: &mut Spot<'_>, brush: &mut Brush) {
    let stops = [(0.0, spot.tone(0xd9bb95, 0.0)), (0.45, spot.tone(0xc39c74, 0.45)), (1.0, spot.tone(0xa57c58, 1.0))];
    brush.ground(&stops, 0.06, &mut spot.rng);
    let mut dents = Shapes::default();
    for _ in 0..(26.0 * spot.area()).ceil() as usize {
        let (u, v) = (spot.rng.unit(), spot.rng.range(0.12, 1.0));
        let size = spot.nearness(v) * brush.dot;
        let (x, y, long) = (u * brush.width, v * brush.height, spot.rng.range(2.5, 6.5) * size);
        dents.leaf((x - long, y), (x + long, y), 1.3 * size);
    }
    brush.fill(dents.done(), Ink(spot.tone(0x84603f, 0.6), 0.38));
    pebbles(spot, brush, 16.0, &[0x8f7a68, 0xd9c5a8, 0xb09478]);
    let waves = Waves::new(&mut spot.rng, 1.3);
    let edge = ground(spot, brush, (1.8 * brush.dot).min(brush.height * 0.2), |u| waves.at(u));
    brush.cut(closed(&edge));
}
