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
                    .map(|c| Thing { bbox: Some(corners([c[0], c[1]], [c[2], c[3]])), ..Thing::default() }),
                "polygon" => points()
                    .filter(|flat| flat.len() >= 6)
                    .map(|flat| Thing { polygons: vec![flat], ..Thing::default() }),
                "ellipse" => [get("cx"), get("cy"), get("rx"), get("ry")]
                    .into_iter()
                    .collect::<Option<Vec<f64>>>()
                    .map(|c| Thing { polygons: vec![ellipse([c[0], c[1]], [c[2], c[3]])], ..Thing::default() }),
                // Run lengths within its box: the box is used.
                "mask" => [get("left"), get("top"), get("width"), get("height")]
                    .into_iter()
                    .collect::<Option<Vec<f64>>>()
                    .map(|c| Thing { bbox: Some([c[0], c[1], c[2], c[3]]), ..Thing::default() }),
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
