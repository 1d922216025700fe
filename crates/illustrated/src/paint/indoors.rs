//! Floors, carpets, walls of rooms and of brick.

use super::super::color::{Rgb, from_code, mix};
use super::brush::{Brush, Ink, Shapes, linear, radial};
use super::scene::Spot;

fn chosen_or(spot: &mut Spot<'_>, codes: &[u32]) -> Rgb {
    let own = codes[spot.rng.below(codes.len())];
    match spot.chosen() {
        // Whole walls in the colors of small things would shout.
        Some(color) => mix(color, from_code(0xf4ede2), 0.38),
        None => from_code(own),
    }
}

/// Boards or tiles that run towards the wall.
pub(super) fn floor(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let tiled = matches!(spot.scene.composition.kind.as_str(), "kitchen" | "bathroom");
    let base = chosen_or(
        spot,
        if tiled { &[0xe9e1d6, 0xd9e2e2, 0xe8dccb] } else { &[0xc9966a, 0xb98460, 0xd8ae80, 0xa9765a] },
    );
    let stops = [
        (0.0, spot.tone_of(base, 0.9, 0.0)),
        (0.3, spot.tone_of(base, 1.0, 0.3)),
        (1.0, spot.tone_of(base, 1.07, 1.0)),
    ];
    brush.ground(&stops, 0.02, &mut spot.rng);
    let board = if tiled { 21.0 } else { 15.0 } * brush.dot;
    let vanishing = -1.1 * height;
    let center = width / 2.0;
    let at = |foot: f32, y: f32| (center + (foot - center) * (y - vanishing) / (height - vanishing), y);
    let reach = (width / board * 0.95) as i32 + 2;
    let (mut joints, mut darker, mut lighter) = (Shapes::default(), Shapes::default(), Shapes::default());
    // Rows of tiles grow towards us as the boards do.
    let rows: Vec<f32> = if tiled { tile_rows(height, vanishing, board) } else { vec![0.0, height] };
    for i in -reach..reach {
        let (left, right) = (center + i as f32 * board, center + (i + 1) as f32 * board);
        joints.line(&[at(left, 0.0), at(left, height)]);
        if tiled {
            for (row, span) in rows.windows(2).enumerate() {
                if (i + row as i32).rem_euclid(2) == 0 {
                    darker.polygon(&[at(left, span[0]), at(right, span[0]), at(right, span[1]), at(left, span[1])]);
                }
            }
            continue;
        }
        // Where one board ends and the next begins.
        let cut = spot.rng.range(0.1, 0.9) * height;
        joints.line(&[at(left, cut), at(right, cut)]);
        let (from, to) = if spot.rng.chance(0.5) { (0.0, cut) } else { (cut, height) };
        let shapes = if spot.rng.chance(0.5) { &mut darker } else { &mut lighter };
        shapes.polygon(&[at(left, from), at(right, from), at(right, to), at(left, to)]);
    }
    brush.fill(darker.done(), Ink(spot.tone_of(base, 0.72, 0.5), if tiled { 0.34 } else { 0.24 }));
    brush.fill(lighter.done(), Ink(spot.tone_of(mix(base, [1.0; 3], 0.4), 1.0, 0.5), 0.26));
    for &y in rows.iter().filter(|&&y| y > 0.0 && y < height) {
        joints.line(&[(0.0, y), (width, y)]);
    }
    brush.stroke(joints.done(), Ink(spot.tone_of(base, 0.62, 0.5), 0.5), 0.55 * brush.dot);
    let dark = spot.tone_of(base, 0.5, 0.0);
    let mut under_wall = Shapes::default();
    under_wall.polygon(&[(0.0, 0.0), (width, 0.0), (width, height * 0.18), (0.0, height * 0.18)]);
    brush.fill_with(
        under_wall.done(),
        linear((0.0, 0.0), (0.0, height * 0.18), &[(0.0, Ink(dark, 0.4)), (1.0, Ink(dark, 0.0))]),
    );
}

fn tile_rows(height: f32, vanishing: f32, board: f32) -> Vec<f32> {
    let mut rows = vec![height];
    let mut y = height;
    while y > 0.0 {
        // A tile half as deep as wide, seen from the side, shrinking with the distance to where lines meet.
        y -= (board * 0.5 * (y - vanishing) / (height - vanishing)).max(1.0);
        rows.push(y.max(0.0));
    }
    rows.reverse();
    rows
}

/// A round or a straight rug with a border.
pub(super) fn carpet(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let base = spot.chosen().unwrap_or_else(|| from_code([0xc8675a, 0x6f93b5, 0x7fa283, 0xd9a766][spot.rng.below(4)]));
    let stops = [(0.0, spot.tone_of(base, 0.95, 0.0)), (1.0, spot.tone_of(base, 1.05, 1.0))];
    brush.ground(&stops, 0.02, &mut spot.rng);
    let round = spot.rng.chance(0.4);
    let slant = (width * 0.1).min(height);
    let shape = |inset: f32| {
        let mut shapes = Shapes::default();
        let (dx, dy) = (inset * 1.6, inset);
        if round {
            shapes.ellipse((width / 2.0, height / 2.0), width / 2.0 - dx, height / 2.0 - dy);
        } else {
            shapes.polygon(&[
                (slant + dx, dy),
                (width - slant - dx, dy),
                (width - dx * 1.5, height - dy),
                (dx * 1.5, height - dy),
            ]);
        }
        shapes.done()
    };
    let pale = mix(base, from_code(0xfbf1dc), 0.72);
    let unit = (height * 0.09).min(3.0 * brush.dot);
    brush.fill(shape(unit), Ink(spot.tone_of(pale, 1.0, 0.5), 0.9));
    brush.fill(shape(unit * 1.9), Ink(spot.tone_of(base, 1.0, 0.5), 1.0));
    brush.fill(shape(unit * 3.4), Ink(spot.tone_of(pale, 1.0, 0.5), 0.35));
    brush.cut(shape(0.0));
}

/// A plain, striped or panelled wall with a skirting, lit from the upper left.
pub(super) fn wall(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let base = chosen_or(spot, &[0xf0e2c8, 0xd9e4dc, 0xe6d9e2, 0xcfdfe8, 0xeed6c4]);
    let tone = [spot.tone_of(base, 1.0, 0.0), spot.tone_of(base, 0.95, 1.0)];
    brush.ground(&[(0.0, tone[0]), (1.0, tone[1])], 0.008, &mut spot.rng);
    match spot.rng.below(4) {
        0 => stripes(spot, brush, base),
        1 => panels(spot, brush, base),
        _ => {}
    }
    let light = mix(tone[0], [1.0, 0.97, 0.9], if spot.scene.palette.night { 0.25 } else { 0.6 });
    let place = (width * 0.22, height * 0.12);
    let mut all = Shapes::default();
    all.polygon(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]);
    let dark = spot.tone_of(base, 0.72, 0.5);
    let reach = width.max(height);
    let stops =
        [(0.0, Ink(light, 0.55)), (0.55, Ink(light, 0.0)), (0.6, Ink(dark, 0.0)), (1.3f32.min(1.0), Ink(dark, 0.34))];
    brush.fill_with(all.done(), radial(place, reach * 1.1, 1.0, &stops));
    if height < 12.0 * brush.dot {
        return;
    }
    let skirting = 4.2 * brush.dot;
    let mut board = Shapes::default();
    board.polygon(&[(0.0, height - skirting), (width, height - skirting), (width, height), (0.0, height)]);
    brush.fill(board.done(), Ink(spot.tone(0xf6f0e6, 1.0), 1.0));
    let mut shadows = Shapes::default();
    for (y, thick) in [(height - skirting - 0.7 * brush.dot, 0.7), (height - 1.0 * brush.dot, 1.0)] {
        shadows.polygon(&[(0.0, y), (width, y), (width, y + thick * brush.dot), (0.0, y + thick * brush.dot)]);
    }
    brush.fill(shadows.done(), Ink(spot.tone_of(base, 0.6, 1.0), 0.4));
}

fn stripes(spot: &Spot<'_>, brush: &mut Brush, base: Rgb) {
    let step = 13.0 * brush.dot;
    let mut shapes = Shapes::default();
    for i in 0..=(brush.width / step) as usize {
        let x = i as f32 * step;
        shapes.polygon(&[(x, 0.0), (x + step / 2.0, 0.0), (x + step / 2.0, brush.height), (x, brush.height)]);
    }
    brush.fill(shapes.done(), Ink(spot.tone_of(mix(base, [1.0; 3], 0.5), 1.0, 0.5), 0.35));
}

fn panels(spot: &Spot<'_>, brush: &mut Brush, base: Rgb) {
    let (width, height) = (brush.width, brush.height);
    let top = height * 0.66;
    let mut board = Shapes::default();
    board.polygon(&[(0.0, top), (width, top), (width, height), (0.0, height)]);
    brush.fill(board.done(), Ink(spot.tone_of(mix(base, from_code(0xfaf6ee), 0.6), 1.0, 0.8), 1.0));
    let mut joints = Shapes::default();
    let step = 9.0 * brush.dot;
    for i in 1..=(width / step) as usize {
        joints.line(&[(i as f32 * step, top), (i as f32 * step, height)]);
    }
    joints.line(&[(0.0, top), (width, top)]);
    brush.stroke(joints.done(), Ink(spot.tone_of(base, 0.68, 0.8), 0.42), 0.7 * brush.dot);
}

/// Rows of bricks, each half a brick further than the row below.
pub(super) fn brick(spot: &mut Spot<'_>, brush: &mut Brush) {
    let (width, height) = (brush.width, brush.height);
    let base = spot.chosen().unwrap_or(from_code(0xb9705a));
    let mortar = spot.tone_of(mix(base, from_code(0xe9ddcf), 0.6), 1.0, 0.5);
    brush.shade(|_, _| mortar);
    let (long, tall, gap) = (13.0 * brush.dot, 6.0 * brush.dot, 0.9 * brush.dot);
    let mut kinds = [(); 4].map(|()| Shapes::default());
    let rows = (height / tall).ceil() as usize;
    for row in 0..rows {
        let y = height - (row + 1) as f32 * tall;
        let start = if row % 2 == 0 { 0.0 } else { -long / 2.0 };
        for i in 0..=(width / long).ceil() as usize {
            let x = start + i as f32 * long;
            let kind = spot.rng.below(4);
            kinds[kind].polygon(&[(x, y), (x + long - gap, y), (x + long - gap, y + tall - gap), (x, y + tall - gap)]);
        }
    }
    for (shapes, factor) in kinds.into_iter().zip([0.9, 0.97, 1.03, 1.1]) {
        brush.fill(shapes.done(), Ink(spot.tone_of(base, factor, 0.5), 1.0));
    }
    let mut all = Shapes::default();
    all.polygon(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]);
    let (light, dark) = (spot.tone_of(mix(base, [1.0; 3], 0.6), 1.0, 0.5), spot.tone_of(base, 0.5, 0.5));
    let stops = [(0.0, Ink(light, 0.22)), (0.5, Ink(light, 0.0)), (0.55, Ink(dark, 0.0)), (1.0, Ink(dark, 0.25))];
    brush.fill_with(all.done(), linear((0.0, 0.0), (width, height), &stops));
}
