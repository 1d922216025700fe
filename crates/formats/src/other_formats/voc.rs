//! Pascal VOC: an XML for each picture, with boxes by their corners.

use super::{Records, Thing, corners, odd};
use crate::sources::Note;
use crate::values;
use roxmltree::Node;
use std::path::Path;

fn text_of<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let child = node.children().find(|child| child.tag_name().name().eq_ignore_ascii_case(name))?;
    child.text().map(str::trim).filter(|text| !text.is_empty())
}

fn number_of(node: Node<'_, '_>, name: &str) -> Option<f64> {
    text_of(node, name).and_then(values::number_of_text)
}

pub fn read(path: &Path, root: Node<'_, '_>, records: &mut Records<'_>, notes: &mut Vec<Note>) {
    let child =
        |node: Node<'_, '_>, name: &str| node.children().find(|child| child.has_tag_name(name)).map(|child| child.id());
    let node_of = |node: Node<'_, '_>, name: &str| child(node, name).and_then(|id| root.document().get_node(id));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let stated = text_of(root, "filename").or_else(|| text_of(root, "path"));
    let name =
        records.set.picture_beside(path).or_else(|| stated.map(str::to_owned)).or_else(|| records.set.by_stem(&stem));
    let Some(mut name) = name else {
        return notes.push(odd(path, "filename", "it names no picture. Write its <filename>"));
    };
    // The first VOC files name pictures without their endings.
    if !name.contains('.') {
        name = records.set.by_stem(&name).unwrap_or(name);
    }
    let size = node_of(root, "size").and_then(|size| Some([number_of(size, "width")?, number_of(size, "height")?]));
    let image = records.image(&name, size.filter(|[w, h]| *w > 0.0 && *h > 0.0), path, "");
    for (row, object) in root.children().filter(|child| child.has_tag_name("object")).enumerate() {
        let record = format!("object {row}");
        let Some(word) = text_of(object, "name") else {
            notes.push(odd(path, record, "it has no <name>. Give it a word, or remove it"));
            continue;
        };
        let corner = |bounds: Node<'_, '_>| {
            let [x0, y0, x1, y1] = ["xmin", "ymin", "xmax", "ymax"].map(|name| number_of(bounds, name));
            Some(corners([x0?, y0?], [x1?, y1?]))
        };
        let bbox = node_of(object, "bndbox").and_then(corner);
        let points = |polygon: Node<'_, '_>| -> Vec<f64> {
            let listed = polygon.children().filter(|child| child.has_tag_name("pt"));
            let listed: Vec<f64> =
                listed.filter_map(|pt| Some([number_of(pt, "x")?, number_of(pt, "y")?])).flatten().collect();
            if !listed.is_empty() {
                return listed;
            }
            // <x1>, <y1>, <x2> ...
            (1..)
                .map_while(|nth| {
                    Some([number_of(polygon, &format!("x{nth}"))?, number_of(polygon, &format!("y{nth}"))?])
                })
                .flatten()
                .collect()
        };
        let polygons: Vec<Vec<f64>> =
            node_of(object, "polygon").map(points).filter(|flat| flat.len() >= 6).into_iter().collect();
        if bbox.is_none() && polygons.is_empty() {
            notes.push(odd(
                path,
                record,
                format!("\"{word}\" has no <bndbox> of four numbers. Draw its box, or remove it"),
            ));
            continue;
        }
        records.thing(image, Thing { word, bbox, polygons, ..Thing::default() }, path, &record);
    }
}
