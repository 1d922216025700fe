//! Sky, clouds, falling snow, and what shows where a composition leaves a gap.

use super::super::color::{Rgb, from_code, mix};
use super::brush::{Brush, Ink, PaintRng, Shapes, linear, radial, ramp, smoothstep};
use super::scene::{Scene, Spot};

/// The canvas before the first layer: a plain sky, or a plain wall. Red, green, blue.
pub(super) fn backdrop(scene: &Scene<'_>) -> Vec<u8> {
    let mut canvas = Vec::with_capacity(scene.width * scene.height * 3);
    let wall = scene.palette.tone(0xe6dccb, 0.0);
    for y in 0..scene.height {
        let v = (y as f32 + 0.5) / scene.height as f32 / scene.horizon.max(0.1);
        let color = if scene.indoors { wall } else { ramp(&sky_stops(scene), v) };
        let pixel = color.map(|channel| (channel * 255.0 + 0.5) as u8);
        for _ in 0..scene.width {
            canvas.extend_from_slice(&pixel);
        }
    }
    canvas
}

fn sky_stops(scene: &Scene<'_>) -> [(f32, Rgb); 3] {
    let [top, middle, horizon] = scene.palette.sky;
    [(0.0, top), (0.58, middle), (1.0, horizon)]
}

pub(super) fn sky(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (scene, bounds) = (spot.scene, &spot.stuff.bounds);
    let end = scene.horizon.clamp(bounds.y0 + 0.05, bounds.y1.max(bounds.y0 + 0.05));
    // 0 at the top of the patch, 1 at the horizon.
    let height_at = |y: usize| (y as f32 + 0.5) / brush.height * bounds.height() / (end - bounds.y0);
    let (light, strength) = scene.palette.glow;
    let (width, height) = (brush.width, brush.height);
    let across: Vec<f32> = (0..brush.pixels.width())
        .map(|x| {
            let place = bounds.x0 + (x as f32 + 0.5) / width * bounds.width();
            1.0 / (1.0 + ((place - scene.sun_x) / 0.33).powi(2))
        })
        .collect();
    let rows: Vec<(Rgb, f32)> = (0..height as usize)
        .map(|y| (ramp(&sky_stops(scene), height_at(y)), strength * smoothstep(0.25, 1.0, height_at(y)) * 0.75))
        .collect();
    brush.shade(|x, y| mix(rows[y].0, light, across[x] * rows[y].1));
    stars(spot, brush, (end - bounds.y0) / bounds.height());
    if scene.palette.snowfall || spot.scene.composition.light.weather == super::super::composition::Weather::Cloudy {
        overcast(spot, brush);
    }
}

fn stars(spot: &mut Spot<'_>, brush: &mut Brush, down_to: f32) {
    let share = spot.scene.palette.stars;
    if share <= 0.0 {
        return;
    }
    let mut classes = [(); 3].map(|()| Shapes::default());
    for _ in 0..(90.0 * spot.area() * share) as usize {
        let place = (spot.rng.unit() * brush.width, spot.rng.unit() * down_to * 0.92 * brush.height);
        let class = spot.rng.below(3);
        let bounds = &spot.stuff.bounds;
        let at =
            [bounds.x0 + place.0 / brush.width * bounds.width(), bounds.y0 + place.1 / brush.height * bounds.height()];
        if spot.scene.sun.is_some_and(|sun| sun.contains(at)) {
            continue;
        }
        let radius = [0.36, 0.5, 0.72][class] * brush.dot;
        classes[class].ellipse(place, radius, radius);
    }
    for (shapes, alpha) in classes.into_iter().zip([0.6, 0.75, 0.95]) {
        brush.fill(shapes.done(), Ink(from_code(0xf3f0dc), alpha));
    }
}

/// Broad, faint banks in which no single cloud can be distinguished.
fn overcast(spot: &mut Spot<'_>, brush: &mut Brush) {
    for _ in 0..4 {
        let place = (spot.rng.unit() * brush.width, spot.rng.range(0.02, 0.6) * brush.height);
        let radius = spot.rng.range(0.3, 0.55) * brush.width;
        let light = spot.rng.chance(0.5);
        let color = if light { spot.scene.palette.cloud_light } else { spot.scene.palette.cloud_shade };
        let squash = 0.22;
        let mut shape = Shapes::default();
        shape.ellipse(place, radius, radius * squash);
        let stops = [(0.0, Ink(color, 0.42)), (0.5, Ink(color, 0.24)), (1.0, Ink(color, 0.0))];
        brush.fill_with(shape.done(), radial(place, radius, squash, &stops));
    }
}

/// A bank of cumulus: puffs on a flat base, small ones behind and at the ends.
pub(super) fn clouds(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let palette = &spot.scene.palette;
    let (light, shade) = (palette.cloud_light, palette.cloud_shade);
    let count = ((width / height * 2.2).round() as usize).clamp(4, 11);
    let mut puffs: Vec<(f32, f32, f32)> = Vec::new();
    for i in 0..count {
        let u = (i as f32 + 0.5) / count as f32;
        // Highest in the middle; the ends stay low.
        let hump = 1.0 - (2.0 * u - 1.0).powi(2) * 0.62;
        let radius = (height * 0.5 * hump * spot.rng.range(0.72, 1.0)).min(width * 0.3);
        puffs.push((u * width, height - radius * spot.rng.range(0.8, 1.15), radius));
    }
    // The tallest touches the upper edge, the outermost the sides.
    let tallest = (0..count).max_by(|&a, &b| (puffs[b].1 - puffs[b].2).total_cmp(&(puffs[a].1 - puffs[a].2)));
    if let Some(tallest) = tallest {
        let (_, y, radius) = &mut puffs[tallest];
        *radius = radius.max(height * 0.4).min(width * 0.4);
        *y = *radius;
    }
    let end = (height * 0.26).min(width * 0.2);
    puffs.push((end, height - end, end));
    puffs.push((width - end, height - end, end));
    let mut outline = Shapes::default();
    for &(x, y, radius) in &puffs {
        outline.ellipse((x.clamp(radius, width - radius), y), radius, radius);
    }
    outline.polygon(&[(end, height - end), (width - end, height - end), (width - end, height), (end, height)]);
    let middle = mix(light, shade, 0.3);
    puffs.sort_by(|a, b| (a.1 - a.2).total_cmp(&(b.1 - b.2)));
    let body = mix(light, shade, 0.35);
    brush.shade(|_, _| body);
    for &(x, y, radius) in &puffs {
        let x = x.clamp(radius, width - radius);
        let mut shape = Shapes::default();
        shape.ellipse((x, y), radius, radius);
        let stops = [
            (0.0, Ink(light, 1.0)),
            (0.55, Ink(mix(light, shade, 0.12), 1.0)),
            (1.0, Ink(mix(light, shade, 0.62), 1.0)),
        ];
        brush.fill_with(shape.done(), radial((x - radius * 0.3, y - radius * 0.4), radius * 1.35, 1.0, &stops));
    }
    let mut floor = Shapes::default();
    floor.polygon(&[(0.0, height * 0.5), (width, height * 0.5), (width, height), (0.0, height)]);
    let stops = [(0.0, Ink(middle, 0.0)), (0.6, Ink(middle, 0.75)), (1.0, Ink(shade, 0.9))];
    brush.fill_with(floor.done(), linear((0.0, height * 0.5), (0.0, height), &stops));
    brush.cut(outline.done());
}

/// A few large soft flakes over everything. They belong to the picture, to no layer.
pub(super) fn snowfall(scene: &Scene<'_>, canvas: &mut [u8]) {
    if !scene.palette.snowfall {
        return;
    }
    let mut rng = PaintRng::new(scene.composition.seed ^ 0x46_4c_41_4b_45);
    for _ in 0..70 {
        let (x, y) = (rng.unit() * scene.width as f32, rng.unit() * scene.height as f32);
        let near = rng.unit();
        let radius = (0.45 + 0.75 * near * near) * scene.dot();
        flake(scene, canvas, (x, y), radius, 0.55 + 0.4 * near);
    }
}

fn flake(scene: &Scene<'_>, canvas: &mut [u8], (x, y): (f32, f32), radius: f32, alpha: f32) {
    let span = |middle: f32, size: usize| {
        let from = (middle - radius - 1.0).max(0.0) as usize;
        from..((middle + radius + 2.0) as usize).min(size)
    };
    for row in span(y, scene.height) {
        for column in span(x, scene.width) {
            let distance = ((column as f32 + 0.5 - x).powi(2) + (row as f32 + 0.5 - y).powi(2)).sqrt();
            let share = alpha * (radius + 0.5 - distance).clamp(0.0, 1.0);
            for channel in &mut canvas[(row * scene.width + column) * 3..][..3] {
                *channel += ((252.0 - f32::from(*channel)).max(0.0) * share) as u8;
            }
        }
    }
}
