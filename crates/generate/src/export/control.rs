//! Control maps for image generators (ControlNet and its like): a folder of pictures of one size.
//!
//! | name | what |
//! |---|---|
//! | `picture.png` | the picture itself |
//! | `segmentation-ade20k.png`, `segmentation-coco-stuff.png` | classes in the colors of these data sets |
//! | `lineart.png` | white lines on black |
//! | `depth.png` | near is white, the sky is black |
//! | `mask-NNN-NAME.png` | what is seen of each object, from back to front |
//! | `legend.json` | which class and mask each object has |
//! | `prompt.txt` | the scene in words |

use image::{GrayImage, Luma, RgbImage, imageops};
use scenewright_formats::label_map::{ClassTable, class_of};
use scenewright_illustrated::setting::MaterialRole;
use scenewright_language::scene_prompt;
use scenewright_scene::Scene;
use scenewright_scene::oklab;
use scenewright_scene::vocab::Vocabulary;
use serde_json::{Value, json};

use super::comfyui::{generator_image, generator_size};
use super::cut::title;
use super::format::file_word;
use super::pixels::{Scaling, gray_png, png, png_with_graph};
use super::stack::{PRESENT, back_to_front, owners, role, visible_masks};
use super::{ExportError, opacity_at};
use crate::{Picture, Placed};

/// The files of the folder.
pub(super) fn control_maps(
    picture: &Picture,
    scene: &Scene,
    vocab: &Vocabulary,
    (scale, scaling): (u32, Scaling),
) -> Result<Vec<(String, Vec<u8>)>, ExportError> {
    let (width, height) = generator_size(picture, scale);
    let stack = back_to_front(picture, vocab);
    let owners = owners(&stack, width, height);
    let image = generator_image(picture, scale, scaling);
    let mut files = vec![
        ("picture.png".to_owned(), png_with_graph(&image, scene)?),
        ("lineart.png".to_owned(), gray_png(&line_art(&image, &owners))?),
        ("depth.png".to_owned(), gray_png(&depth(&stack, &owners, vocab, (width, height)))?),
        ("prompt.txt".to_owned(), format!("{}\n", scene_prompt(scene, vocab).text()).into_bytes()),
    ];
    for table in [ClassTable::Ade20k, ClassTable::CocoStuff] {
        let map = segmentation(&stack, &owners, table, vocab, (width, height));
        files.push((format!("segmentation-{}.png", table.word()), png(&map)?));
    }
    let mut legend: Vec<Value> = Vec::new();
    visible_masks(&stack, width, height, |place, mask: GrayImage, seen| {
        let placed = stack[place];
        let title = title(placed, scene);
        let file = format!("mask-{place:03}-{}.png", file_word(title));
        let class = |table: ClassTable| match class_of(table, &placed.name, vocab) {
            Some((name, [r, g, b])) => json!({ "class": name, "color": format!("#{r:02x}{g:02x}{b:02x}") }),
            None => Value::Null,
        };
        legend.push(json!({
            "object": title,
            "name": placed.name,
            "mask": file,
            "share": (f64::from(seen) * 1e5).round() / 1e5,
            "ade20k": class(ClassTable::Ade20k),
            "coco-stuff": class(ClassTable::CocoStuff),
        }));
        files.push((file, gray_png(&mask)?));
        Ok::<(), ExportError>(())
    })?;
    legend.reverse();
    files.push(("legend.json".to_owned(), format!("{:#}\n", Value::from(legend)).into_bytes()));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// Classes in the colors of a table; what has no class, and where nothing is, is black.
fn segmentation(
    stack: &[&Placed],
    owners: &[u16],
    table: ClassTable,
    vocab: &Vocabulary,
    (width, height): (u32, u32),
) -> RgbImage {
    let colors: Vec<[u8; 3]> =
        stack.iter().map(|placed| class_of(table, &placed.name, vocab).map_or([0; 3], |(_, color)| color)).collect();
    let mut map = RgbImage::new(width, height);
    for (pixel, owner) in map.pixels_mut().zip(owners) {
        if let Some(color) = usize::from(*owner).checked_sub(1).and_then(|place| colors.get(place)) {
            pixel.0 = *color;
        }
    }
    map
}

/// White lines on black: rims of objects, and edges within them where the color changes at once.
fn line_art(image: &RgbImage, owners: &[u16]) -> GrayImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let smooth = imageops::blur(image, 0.8);
    let lab: Vec<[f32; 3]> =
        smooth.pixels().map(|pixel| oklab::from_srgb(pixel.0.map(|channel| f32::from(channel) / 255.0))).collect();
    let gradient = gradients(&lab, width, height);
    let mut lines = vec![false; width * height];
    mark_edges(&gradient, width, height, &mut lines);
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let is_rim = |other: usize| owners[at] != owners[other];
            if (x + 1 < width && is_rim(at + 1)) || (y + 1 < height && is_rim(at + width)) {
                lines[at] = true;
            }
        }
    }
    thickened(&lines, width, height)
}

/// Strength and direction (across, down) of the color's change at each pixel: Sobel in OKLab, of the channel that changes most.
fn gradients(lab: &[[f32; 3]], width: usize, height: usize) -> Vec<[f32; 2]> {
    let at = |x: usize, y: usize, dx: i64, dy: i64| {
        let place = |at: usize, by: i64, side: usize| (at as i64 + by).clamp(0, side as i64 - 1) as usize;
        lab[place(y, dy, height) * width + place(x, dx, width)]
    };
    let mut gradients = Vec::with_capacity(lab.len());
    for y in 0..height {
        for x in 0..width {
            let mut most = [0.0_f32; 2];
            for c in 0..3 {
                let v = |dx: i64, dy: i64| at(x, y, dx, dy)[c];
                let across = (v(1, -1) + 2.0 * v(1, 0) + v(1, 1)) - (v(-1, -1) + 2.0 * v(-1, 0) + v(-1, 1));
                let down = (v(-1, 1) + 2.0 * v(0, 1) + v(1, 1)) - (v(-1, -1) + 2.0 * v(0, -1) + v(1, -1));
                if across.hypot(down) > most[0].hypot(most[1]) {
                    most = [across, down];
                }
            }
            gradients.push(most);
        }
    }
    gradients
}

/// Canny's edges: ridges of the gradient that are strong, and weak ones that hang on them.
fn mark_edges(gradients: &[[f32; 2]], width: usize, height: usize, lines: &mut [bool]) {
    const STRONG: f32 = 0.32;
    const WEAK: f32 = 0.14;
    let strength: Vec<f32> = gradients.iter().map(|[across, down]| across.hypot(*down)).collect();
    let is_ridge = |x: usize, y: usize| {
        let at = y * width + x;
        let [across, down] = gradients[at];
        let (dx, dy): (i64, i64) = if across.abs() > 2.4 * down.abs() {
            (1, 0)
        } else if down.abs() > 2.4 * across.abs() {
            (0, 1)
        } else {
            (1, if across * down > 0.0 { 1 } else { -1 })
        };
        let neighbor = |sign: i64| {
            let (x, y) = (x as i64 + sign * dx, y as i64 + sign * dy);
            let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
            if inside { strength[y as usize * width + x as usize] } else { 0.0 }
        };
        strength[at] >= neighbor(1) && strength[at] > neighbor(-1)
    };
    let ridges: Vec<bool> =
        (0..width * height).map(|at| strength[at] > WEAK && is_ridge(at % width, at / width)).collect();
    let mut next: Vec<usize> = (0..width * height).filter(|&at| ridges[at] && strength[at] > STRONG).collect();
    next.iter().for_each(|&at| lines[at] = true);
    while let Some(at) = next.pop() {
        let (x, y) = (at % width, at / width);
        for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
            for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                let near = ny * width + nx;
                if ridges[near] && !lines[near] {
                    lines[near] = true;
                    next.push(near);
                }
            }
        }
    }
}

/// Lines of about two pixels with a soft rim.
fn thickened(lines: &[bool], width: usize, height: usize) -> GrayImage {
    let is_line = |x: i64, y: i64| {
        let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
        inside && lines[y as usize * width + x as usize]
    };
    GrayImage::from_fn(width as u32, height as u32, |x, y| {
        let (x, y) = (i64::from(x), i64::from(y));
        let beside = [(1, 0), (-1, 0), (0, 1), (0, -1)].iter().any(|(dx, dy)| is_line(x + dx, y + dy));
        Luma([if is_line(x, y) {
            255
        } else if beside {
            140
        } else {
            0
        }])
    })
}

/// The ground at the lower edge of the picture; nearer things may be nearer still.
const NEAREST_GROUND: f32 = 0.9;
/// Hills and forests, and what flies before the sky.
const FAR: f32 = 0.06;
/// How much nearer a thing is, at least, than what it stands before.
const STEP: f32 = 0.015;

/// Nearness of what is seen (one over the distance, as depth networks estimate it): on the ground it grows evenly from the horizon to the lower
/// edge; a thing stands where its foot is, and before all that it hides.
fn depth(stack: &[&Placed], owners: &[u16], vocab: &Vocabulary, (width, height): (u32, u32)) -> GrayImage {
    let roles: Vec<Option<MaterialRole>> = stack.iter().map(|placed| role(&placed.name, vocab)).collect();
    let horizon = horizon(stack, &roles);
    let ground = |y: f32| ((y - horizon) / (1.0 - horizon).max(0.05)).clamp(0.0, 1.0) * NEAREST_GROUND;
    let mut things: Vec<f32> = Vec::with_capacity(stack.len());
    for (place, placed) in stack.iter().enumerate() {
        let foot = placed.bounds.y0.max(placed.bounds.y1).clamp(0.0, 1.0);
        let mut near = match roles[place] {
            Some(MaterialRole::Sky) => 0.0,
            Some(MaterialRole::Distant) => FAR,
            // What is in the air has no foot on the ground.
            None if foot <= horizon => FAR + 0.1 * foot / horizon.max(0.05),
            _ => ground(foot),
        };
        if roles[place].is_none() {
            let hidden = (0..place).filter(|&other| roles[other].is_none() && overlap(placed, stack[other]));
            near = hidden.map(|other| things[other] + STEP).fold(near, f32::max).min(1.0);
        }
        things.push(near);
    }
    let near = |x: u32, y: u32| -> f32 {
        let middle = (y as f32 + 0.5) / height as f32;
        let Some(place) = usize::from(owners[(y * width + x) as usize]).checked_sub(1) else {
            return if middle > horizon { ground(middle) } else { 0.0 };
        };
        match roles[place] {
            Some(MaterialRole::Land | MaterialRole::Water | MaterialRole::Floor | MaterialRole::Detail) => {
                ground(middle)
            }
            // A wall stands where the floor ends.
            Some(MaterialRole::Wall) => ground(horizon).max(FAR),
            _ => things[place],
        }
    };
    GrayImage::from_fn(width, height, |x, y| Luma([(near(x, y).clamp(0.0, 1.0) * 255.0).round() as u8]))
}

/// Where the ground begins, from the top: at the highest row that a ground covers.
fn horizon(stack: &[&Placed], roles: &[Option<MaterialRole>]) -> f32 {
    const ROWS: usize = 128;
    const USUAL: f32 = 0.55;
    let grounds: Vec<&Placed> = stack
        .iter()
        .zip(roles)
        .filter(|(_, role)| matches!(role, Some(MaterialRole::Land | MaterialRole::Water | MaterialRole::Floor)))
        .map(|(placed, _)| *placed)
        .collect();
    let is_ground = |row: usize| {
        let y = (row as f32 + 0.5) / ROWS as f32;
        (0..16).any(|x| grounds.iter().any(|placed| opacity_at(placed, [(x as f32 + 0.5) / 16.0, y]) >= PRESENT))
    };
    let top = (0..ROWS).find(|row| is_ground(*row)).map(|row| row as f32 / ROWS as f32);
    top.unwrap_or(USUAL).clamp(0.0, 0.9)
}

fn overlap(a: &Placed, b: &Placed) -> bool {
    let span = |low: f32, high: f32| (low.min(high), low.max(high));
    let meets = |(a0, a1): (f32, f32), (b0, b1): (f32, f32)| a0 < b1 && b0 < a1;
    let (a, b) = (a.bounds, b.bounds);
    meets(span(a.x0, a.x1), span(b.x0, b.x1)) && meets(span(a.y0, a.y1), span(b.y0, b.y1))
}
