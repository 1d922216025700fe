//! CVAT for images 1.1: one XML, `<image name width height>` with `<box>`, `<polygon>` and `<ellipse>`.

use super::{Records, Set, Thing, corners, ellipse, not_read, odd};
use crate::sources::Note;
use crate::values;
use roxmltree::Node;
use serde_json::{Map, Value};
use std::path::Path;

pub fn read(path: &Path, root: Node<'_, '_>, set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let mut records = Records::new(set);
    for image in root.children().filter(|node| node.has_tag_name("image")) {
        let number = |node: Node<'_, '_>, name: &str| node.attribute(name).and_then(values::number_of_text);
        let Some(name) = image.attribute("name") else {
            notes.push(odd(path, "image", "an <image> has no name. Export it anew"));
            continue;
        };
        let size = number(image, "width").zip(number(image, "height")).map(|(w, h)| [w, h]);
        let id = records.image(name, size, path, &format!("image {name}"));
        for (row, shape) in image.children().filter(Node::is_element).enumerate() {
            let kind = shape.tag_name().name();
            // A word for the whole picture marks nothing on it.
            if kind == "tag" {
                continue;
            }
            let record = format!("image {name}, {kind} {row}");
            let Some(word) = shape.attribute("label") else { continue };
            let get = |name: &str| number(shape, name);
            let points = || -> Option<Vec<f64>> {
                let list = shape.attribute("points")?.split([';', ',']);
                list.map(values::number_of_text).collect()
            };
            let thing = match kind {
                "box" => [get("xtl"), get("ytl"), get("xbr"), get("ybr")]
                    .into_iter()
                    .collect::<Option<Vec<f64>>>()
                    .map(|c| turned(corners([c[0], c[1]], [c[2], c[3]]), get("rotation").unwrap_or(0.0))),
                "polygon" => points()
                    .filter(|flat| flat.len() >= 6)
                    .map(|flat| Thing { polygons: vec![flat], ..Thing::default() }),
                "ellipse" => [get("cx"), get("cy"), get("rx"), get("ry")]
                    .into_iter()
                    .collect::<Option<Vec<f64>>>()
                    .map(|c| Thing { polygons: vec![ellipse([c[0], c[1]], [c[2], c[3]])], ..Thing::default() }),
                "mask" => [get("left"), get("top"), get("width"), get("height")]
                    .into_iter()
                    .collect::<Option<Vec<f64>>>()
                    .map(|c| {
                        let bbox = [c[0], c[1], c[2], c[3]];
                        let runs = size.zip(shape.attribute("rle")).and_then(|(size, rle)| runs_of(rle, bbox, size));
                        Thing { bbox: Some(bbox), runs, ..Thing::default() }
                    }),
                _ => None,
            };
            match thing {
                Some(thing) => _ = records.thing(id, Thing { word, ..thing }, path, &record),
                None => notes.push(odd(
                    path,
                    record,
                    format!("a {kind} that cannot be read as a box or polygon is left out. Draw a polygon"),
                )),
            }
        }
    }
    if root.children().any(|node| node.has_tag_name("track")) {
        notes.push(not_read(path, "this is CVAT's export of a video, whose tracks are not read. Export the job as COCO 1.0, with its pictures"));
    }
    records.finish()
}

/// A box that is turned clockwise about its middle, by degrees.
fn turned([x, y, width, height]: [f64; 4], degrees: f64) -> Thing<'static> {
    if degrees == 0.0 {
        return Thing { bbox: Some([x, y, width, height]), ..Thing::default() };
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    let corner = |[dx, dy]: [f64; 2]| {
        let (dx, dy) = (dx * width / 2.0, dy * height / 2.0);
        [x + width / 2.0 + dx * cos - dy * sin, y + height / 2.0 + dx * sin + dy * cos]
    };
    let corners = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(corner);
    Thing { polygons: vec![corners.concat()], ..Thing::default() }
}

/// CVAT's run lengths, row by row within the mask's own box and beginning with what is outside, as COCO's, column by column within the picture.
fn runs_of(rle: &str, bbox: [f64; 4], size: [f64; 2]) -> Option<Value> {
    let whole = |v: f64| {
        (v >= 0.0 && v.fract() == 0.0 && v <= f64::from(crate::picture_file::MAX_SIDE_PX)).then_some(v as usize)
    };
    let [left, top, width, height] = bbox.map(whole);
    let (left, top, width, height) = (left?, top?, width?, height?);
    let [w, h] = size.map(whole);
    let (w, h) = (w?, h?);
    let counts: Option<Vec<usize>> = rle.split(',').map(|count| count.trim().parse().ok()).collect();
    let counts = counts?;
    let area = width.checked_mul(height).filter(|area| *area > 0)?;
    let is_whole = counts.iter().try_fold(0usize, |sum, count| sum.checked_add(*count)) == Some(area);
    let fits = left + width <= w && top + height <= h && !crate::picture_file::is_too_large(w as u32, h as u32);
    if !is_whole || !fits {
        return None;
    }
    let pixels = counts.iter().enumerate().flat_map(|(nth, count)| std::iter::repeat_n(nth % 2 == 1, *count));
    let mask: Vec<bool> = pixels.collect();
    let mut runs: Vec<usize> = vec![0];
    let mut inside = false;
    let mut add = |is_inside: bool, count: usize, runs: &mut Vec<usize>| {
        if is_inside != inside {
            runs.push(0);
            inside = is_inside;
        }
        if let Some(last) = runs.last_mut() {
            *last += count;
        }
    };
    add(false, left * h, &mut runs);
    for column in 0..width {
        add(false, top, &mut runs);
        for row in 0..height {
            add(mask[row * width + column], 1, &mut runs);
        }
        add(false, h - top - height, &mut runs);
    }
    add(false, (w - left - width) * h, &mut runs);
    Some(serde_json::json!({"size": [h, w], "counts": runs}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_lengths_of_a_row_become_those_of_a_column() {
        // 0 1 1 / 1 0 0 at (1, 1) of a picture of 5 x 4.
        let runs = runs_of("1, 3, 2", [1.0, 1.0, 3.0, 2.0], [5.0, 4.0]).unwrap();
        let counts: Vec<usize> =
            runs["counts"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as usize).collect();
        let pixels: Vec<bool> =
            counts.iter().enumerate().flat_map(|(nth, count)| std::iter::repeat_n(nth % 2 == 1, *count)).collect();
        assert_eq!(pixels.len(), 20);
        let on: Vec<(usize, usize)> = (0..20).filter(|at| pixels[*at]).map(|at| (at / 4, at % 4)).collect();
        assert_eq!(on, [(1, 2), (2, 1), (3, 1)]);
        for (rle, bbox) in [("1, 3", [1.0, 1.0, 3.0, 2.0]), ("6", [4.0, 1.0, 3.0, 2.0]), ("x", [0.0, 0.0, 1.0, 1.0])] {
            assert_eq!(runs_of(rle, bbox, [5.0, 4.0]), None, "{rle}");
        }
        assert_eq!(runs_of("18446744073709551615, 2", [0.0, 0.0, 1.0, 1.0], [5.0, 4.0]), None);
    }

    #[test]
    fn turned_boxes_turn_about_their_middle() {
        let thing = turned([80.0, 40.0, 40.0, 20.0], 90.0);
        let around = super::super::around(&thing.polygons).unwrap();
        for (found, expected) in around.into_iter().zip([90.0, 30.0, 20.0, 40.0]) {
            assert!((found - expected).abs() < 1e-9, "{around:?}");
        }
    }
}
