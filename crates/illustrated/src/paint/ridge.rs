//! What rises above the horizon: hills, mountains, the edge of a forest.

use super::super::color::mix;
use super::brush::{Brush, Ink, PaintRng, Shapes, Waves, linear, profile, radial};
use super::scene::Spot;

/// A rolling ridge; towards a side where it ends before the picture does, it falls to the ground.
pub(super) fn hill(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let [left_ends, right_ends] = spot.ends();
    let waves = Waves::new(&mut spot.rng, 0.85);
    let peak = spot.rng.range(0.3, 0.7);
    let single = left_ends && right_ends;
    let height_at = |u: f32| {
        let bump = if single { 0.25 } else { 0.75 } * waves.at(u) - 1.2 * (u - peak) * (u - peak);
        // Steep at the foot, so that the hill can be seen as far as its bounds.
        let slope = |ends: bool, u: f32| if ends { 1.0 - (1.0 - u).powi(4) } else { 1.0 };
        let foot = slope(left_ends, u) * slope(right_ends, 1.0 - u);
        -(bump + 1.6) * foot
    };
    let mut edge = profile(width, height, height_at);
    if !left_ends && !right_ends {
        // A ridge across the whole picture needs no foot: its lowest place is half way up.
        edge = edge.iter().map(|&(x, y)| (x, y * 0.5)).collect();
    }
    let tones = [
        spot.scene.palette.tone(0xb6d783, 0.8),
        spot.scene.palette.tone(0x8fc168, 0.72),
        spot.scene.palette.tone(0x6aa556, 0.66),
    ];
    brush.ground(&[(0.0, tones[0]), (0.5, tones[1]), (1.0, tones[2])], 0.05, &mut spot.rng);
    let (light, shade) = (spot.scene.palette.tone(0xdaf0a0, 0.75), spot.scene.palette.tone(0x4f8f57, 0.7));
    let place = (peak * width, height * 0.1);
    let mut whole = Shapes::default();
    whole.polygon(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]);
    let whole = whole.done();
    let sides = [(0.0, Ink(light, 0.35)), (0.5, Ink(light, 0.0)), (0.55, Ink(shade, 0.0)), (1.0, Ink(shade, 0.5))];
    brush.fill_with(whole, linear((place.0 - width * 0.45, 0.0), (place.0 + width * 0.6, height * 0.6), &sides));
    // Meadows: a few soft bands that follow the slope, and scattered bushes.
    let mut bushes = [(); 2].map(|()| Shapes::default());
    let bush_count = 2 + spot.rng.below(5);
    for _ in 0..bush_count {
        let (u, v) = (spot.rng.range(0.08, 0.92), spot.rng.range(0.2, 0.75));
        let ground = edge[(u * (edge.len() - 1) as f32) as usize].1;
        let (x, y) = (u * width, ground + (height - ground) * v);
        let radius = spot.rng.range(1.4, 2.4) * brush.dot;
        bushes[0].ellipse((x, y), radius * 1.15, radius);
        bushes[1].ellipse((x - radius * 0.3, y - radius * 0.3), radius * 0.62, radius * 0.55);
    }
    let [dark, lit] = bushes;
    brush.fill(dark.done(), Ink(spot.scene.palette.tone(0x4d8a4c, 0.7), 0.9));
    brush.fill(lit.done(), Ink(spot.scene.palette.tone(0x7db45c, 0.7), 0.9));
    brush.cut(super::brush::below(&edge, width, height));
}

struct Peak {
    x: f32,
    top: f32,
    half: f32,
}

/// Two to four peaks, the furthest first, each with a lit and a shaded side and a cap of snow.
pub(super) fn mountain(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let count = ((width / height * 1.1).round() as usize).clamp(1, 4);
    let tallest = spot.rng.below(count);
    let [left_ends, right_ends] = spot.ends();
    let mut peaks: Vec<Peak> = (0..count)
        .map(|i| {
            let x = (i as f32 + spot.rng.range(0.35, 0.65)) / count as f32 * width;
            let top = if i == tallest { 0.0 } else { spot.rng.range(0.16, 0.45) * height };
            // Space for a slope that is not too steep.
            let room = (0.75 * (height - top)).min(width / 2.0);
            let x = x.clamp(if left_ends { room } else { 0.0 }, if right_ends { width - room } else { width });
            Peak { x, top, half: (height - top) * spot.rng.range(0.75, 1.0) }
        })
        .collect();
    // Feet reach both sides; where the mountains end before the picture does, they end with a foot, not a cliff.
    for peak in &mut peaks {
        let room = (if left_ends { peak.x } else { f32::INFINITY }).min(if right_ends {
            width - peak.x
        } else {
            f32::INFINITY
        });
        peak.half = peak.half.min(room);
    }
    // All go round the same way as the peaks: areas that turn against each other would cancel out.
    let mut feet = Shapes::default();
    let lip = 1.2 * brush.dot;
    if let Some(first) = peaks.first_mut() {
        first.half = if left_ends { first.half } else { first.half.max(first.x) };
        feet.polygon(&[(0.0, height), (first.x, height), (first.x, height * 0.8), (0.0, height - lip)]);
    }
    if let Some(last) = peaks.last_mut() {
        last.half = if right_ends { last.half } else { last.half.max(width - last.x) };
        feet.polygon(&[(last.x, height), (width, height), (width, height - lip), (last.x, height * 0.8)]);
    }
    if let (Some(first), Some(last)) = (peaks.first(), peaks.last()) {
        // Foothills join what stands apart.
        feet.polygon(&[(first.x, height), (last.x, height), (last.x, height * 0.8), (first.x, height * 0.8)]);
    }
    peaks.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut outline = Shapes::default();
    let haze = 0.9;
    let tone = |code: u32| spot.scene.palette.tone(code, haze);
    let colors = [tone(0x9fb0cf), tone(0x7389b3), tone(0xc3d2e2), tone(0xfdfeff), tone(0xbfd0ea)];
    let mut rng = PaintRng::new(spot.stuff.seed ^ 0x5045_414b);
    let feet = feet.done();
    if let Some(feet) = &feet {
        outline.add(feet);
    }
    brush.fill(feet, Ink(mix(colors[0], colors[2], 0.55), 1.0));
    for (order, peak) in peaks.iter().enumerate() {
        outline.polygon(&one_peak(brush, peak, colors, order, &mut rng));
    }
    brush.cut(outline.done());
}

/// Draws a peak and returns its outline. `colors`: lit rock, shaded rock, mist at the foot, lit snow, shaded snow.
fn one_peak(
    brush: &mut Brush,
    peak: &Peak,
    colors: [[f32; 3]; 5],
    order: usize,
    rng: &mut PaintRng,
) -> Vec<(f32, f32)> {
    let foot = brush.height;
    let tall = foot - peak.top;
    const STEPS: usize = 9;
    // Slopes waver a little; the very top and the feet stay where they are.
    let mut side = |direction: f32| -> Vec<(f32, f32)> {
        (0..=STEPS)
            .map(|i| {
                let t = i as f32 / STEPS as f32;
                let sway = if i == 0 || i == STEPS { 0.0 } else { rng.range(-0.035, 0.035) };
                (peak.x + direction * peak.half * (t.powf(0.94) + sway), peak.top + tall * t)
            })
            .collect()
    };
    let (left, right) = (side(-1.0), side(1.0));
    let spine: Vec<(f32, f32)> = (0..=STEPS)
        .map(|i| {
            let t = i as f32 / STEPS as f32;
            // The edge between light and shade.
            let zigzag = if i % 2 == 1 { 0.07 } else { -0.03 };
            (peak.x + peak.half * (zigzag * (t * 3.0).min(1.0) + 0.16 * t), peak.top + tall * t)
        })
        .collect();
    let join =
        |a: &[(f32, f32)], b: &[(f32, f32)]| -> Vec<(f32, f32)> { a.iter().chain(b.iter().rev()).copied().collect() };
    let fill = |brush: &mut Brush, points: &[(f32, f32)], upper: [f32; 3]| {
        let mut shape = Shapes::default();
        shape.polygon(points);
        let near = mix(upper, colors[2], 0.08 * order as f32);
        let stops = [
            (0.0, Ink(near, 1.0)),
            (0.45, Ink(mix(near, colors[2], 0.2), 1.0)),
            (1.0, Ink(mix(near, colors[2], 0.8), 1.0)),
        ];
        brush.fill_with(shape.done(), linear((0.0, peak.top), (0.0, foot), &stops));
    };
    let outline = join(&left, &right);
    fill(brush, &outline, colors[0]);
    fill(brush, &join(&spine, &right), colors[1]);
    // Snow down to a jagged line.
    let down = 0.24 + 0.12 * rng.unit();
    let cap = |edge_a: &[(f32, f32)], edge_b: &[(f32, f32)], rng: &mut PaintRng| -> Vec<(f32, f32)> {
        let at = |edge: &[(f32, f32)], t: f32| {
            let place = t * STEPS as f32;
            let i = (place as usize).min(STEPS - 1);
            let share = place - i as f32;
            (edge[i].0 + (edge[i + 1].0 - edge[i].0) * share, edge[i].1 + (edge[i + 1].1 - edge[i].1) * share)
        };
        let (a, b) = (at(edge_a, down), at(edge_b, down));
        let whole = (down * STEPS as f32) as usize;
        let mut points: Vec<(f32, f32)> = edge_a[..=whole].to_vec();
        points.push(a);
        for i in 1..6 {
            let t = i as f32 / 6.0;
            let tooth = if i % 2 == 1 { rng.range(0.04, 0.11) } else { -rng.range(0.0, 0.05) };
            points.push((a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t + tooth * tall));
        }
        points.push(b);
        points.extend(edge_b[..=whole].iter().rev());
        points
    };
    for (points, color) in [(cap(&left, &right, rng), colors[3]), (cap(&spine, &right, rng), colors[4])] {
        let mut shape = Shapes::default();
        shape.polygon(&points);
        brush.fill(shape.done(), Ink(color, 1.0));
    }
    outline
}

/// Rows of crowns, the further ones lighter; some forests are of conifers.
pub(super) fn forest(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let conifers = spot.rng.chance(0.4);
    let palette = &spot.scene.palette;
    let codes: [[u32; 2]; 3] = if conifers {
        [[0x8fb59a, 0x6f9c88], [0x5f9678, 0x467e68], [0x3f7d5c, 0x2f6550]]
    } else {
        [[0xa9cd8b, 0x84b37c], [0x84ba62, 0x5f9c58], [0x639f4c, 0x447f48]]
    };
    let mut outline = Shapes::default();
    let base = palette.tone(codes[2][1], 0.6);
    brush.shade(|_, _| base);
    let crown = (height * 0.42).min(width * 0.3);
    // Where the forest ends before the picture does, its last trees stand whole.
    let inset = spot.ends().map(|ends| if ends { crown * 0.5 } else { 0.0 });
    let span = width - inset[0] - inset[1];
    for (row, codes) in codes.iter().enumerate() {
        let distance = 0.85 - 0.12 * row as f32;
        let [light, shade] = codes.map(|code| palette.tone(code, distance));
        let level = height * [0.0, 0.2, 0.42][row];
        let count = (span / (crown * [0.62, 0.72, 0.8][row])).ceil().max(1.0) as usize;
        for i in 0..=count {
            let jitter = spot.rng.range(-0.25, 0.25);
            let x = inset[0] + (i as f32 + if i == 0 || i == count { 0.0 } else { jitter }) / count as f32 * span;
            // One crown of the last row touches the upper edge.
            let lower = if row == 0 && i == count / 2 { 0.0 } else { spot.rng.range(0.0, 0.16) * height };
            let at_end = (i == 0 && inset[0] > 0.0) || (i == count && inset[1] > 0.0);
            let (top, size) = (level + lower, crown * if at_end { 1.0 } else { spot.rng.range(0.85, 1.1) });
            let stops = [(0.0, Ink(mix(light, [1.0; 3], 0.12), 1.0)), (0.5, Ink(light, 1.0)), (1.0, Ink(shade, 1.0))];
            let mut shape = Shapes::default();
            if conifers {
                let points = spruce((x, top), size * 0.42, height - top);
                shape.polygon(&points);
                outline.polygon(&points);
                brush.fill_with(shape.done(), linear((x - size * 0.3, top), (x + size * 0.3, top + size), &stops));
            } else {
                for (dx, dy, r) in [(-0.36, 0.62, 0.36), (0.36, 0.62, 0.36), (0.0, 0.46, 0.46)] {
                    shape.ellipse((x + dx * size, top + dy * size), r * size, r * size);
                    outline.ellipse((x + dx * size, top + dy * size), r * size, r * size);
                }
                brush.fill_with(shape.done(), radial((x - size * 0.2, top + size * 0.2), size * 1.05, 1.0, &stops));
            }
        }
    }
    // Between the crowns of the front row nothing shows through.
    let (left, right) = (inset[0], width - inset[1]);
    outline.polygon(&[(left, height * 0.5), (right, height * 0.5), (right, height), (left, height)]);
    for (x, ends) in [(left, inset[0]), (right, inset[1])] {
        // A bush below the last tree reaches the bound.
        outline.ellipse((x, height - crown * 0.4), ends, crown * 0.4);
    }
    let mut floor = Shapes::default();
    floor.polygon(&[(0.0, height * 0.55), (width, height * 0.55), (width, height), (0.0, height)]);
    let dark = palette.tone(if conifers { 0x274f44 } else { 0x35653c }, 0.6);
    brush.fill_with(
        floor.done(),
        linear((0.0, height * 0.55), (0.0, height), &[(0.0, Ink(dark, 0.0)), (1.0, Ink(dark, 0.75))]),
    );
    brush.cut(outline.done());
}

/// A spruce in three tiers.
fn spruce((x, top): (f32, f32), half: f32, tall: f32) -> Vec<(f32, f32)> {
    let tall = tall.min(half * 4.2);
    let steps = [(0.0, 0.0), (0.42, 0.34), (0.2, 0.34), (0.72, 0.66), (0.36, 0.66), (1.0, 1.0)];
    let right = steps.iter().map(|&(w, t)| (x + w * half, top + t * tall));
    let left = steps.iter().rev().map(|&(w, t)| (x - w * half, top + t * tall));
    right.chain(left).collect()
}
