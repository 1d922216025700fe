//! Judges the records of an annotations file: what can be used goes on, what cannot is told.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::folder::Records;
use crate::data::annotated::AnnotatedObject;
use crate::data::{Fault, Faults};
use crate::interchange::coco_file::{CocoAnnotation, CocoImage};
use crate::interchange::coco_mask::{PixelWindow, Shape};
use crate::interchange::picture_file::is_too_large;

/// A picture of the list with its objects that can be used, each with its row in the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub id: u64,
    pub file_name: String,
    /// Pixels; 0 where the file does not say.
    pub width: u32,
    pub height: u32,
    pub objects: Vec<(Option<usize>, AnnotatedObject)>,
}

/// A box may stick out by rounding, and that is nobody's fault.
const SLACK_PX: f64 = 1.5;
/// Boxes thinner than this show nothing.
const LEAST_SIDE_PX: f64 = 1.0;

pub fn records(records: Records, file: &Path, faults: &mut Faults) -> Vec<Judged> {
    let names = categories(&records, file, faults);
    let mut pictures: Vec<Judged> = Vec::with_capacity(records.images.len());
    let mut rows: HashMap<u64, usize> = HashMap::new();
    for (at, image) in records.images.into_iter().enumerate() {
        let Some(id) = image.id else {
            faults.note("pictures without an id", || {
                Fault::new(
                    file,
                    format!("images[{at}]"),
                    "it has no \"id\", so nothing can be annotated on it. Give it one of its own",
                )
            });
            continue;
        };
        if rows.contains_key(&id) {
            faults.note("picture ids given twice", || {
                Fault::new(
                    file,
                    format!("image {id}"),
                    format!(
                        "the id belongs to two pictures; \"{}\" is left out. Give it an id of its own",
                        image.file_name
                    ),
                )
            });
            continue;
        }
        rows.insert(id, pictures.len());
        let CocoImage { file_name, width, height, .. } = image;
        // Without a size of its own, it is taken to be as large as the picture is.
        let (width, height) = if is_too_large(width, height) {
            faults.note("pictures of impossible sizes", || impossible_size(file, id, width, height));
            (0, 0)
        } else {
            (width, height)
        };
        pictures.push(Judged { id, file_name, width, height, objects: Vec::new() });
    }
    let mut ids = HashSet::new();
    for (at, annotation) in records.annotations.into_iter().enumerate() {
        let place = annotation.id.map_or_else(|| format!("annotations[{at}]"), |id| format!("annotation {id}"));
        if let Some(id) = annotation.id.filter(|id| !ids.insert(*id)) {
            faults.note("annotation ids given twice", || {
                Fault::new(
                    file,
                    format!("annotation {id}"),
                    "the id is given twice; both are used. Give one another id",
                )
            });
        }
        let picture = annotation.image_id.and_then(|id| rows.get(&id)).and_then(|&row| pictures.get_mut(row));
        let Some(picture) = picture else {
            let of = annotation.image_id.map_or("none".to_owned(), |id| id.to_string());
            faults.note("annotations that point nowhere", || {
                Fault::new(
                    file,
                    &place,
                    format!("its image_id is {of}, and there is no such image. Remove it, or add the image"),
                )
            });
            continue;
        };
        let Some(name) = annotation.category_id.and_then(|id| names.get(&id)) else {
            let of = annotation.category_id.map_or("none".to_owned(), |id| id.to_string());
            faults.note("annotations that point nowhere", || {
                Fault::new(
                    file,
                    &place,
                    format!("its category_id is {of}, and there is no such category. Remove it, or add the category"),
                )
            });
            continue;
        };
        if let Some(object) = object(annotation, name, picture, file, &place, faults) {
            picture.objects.push(object);
        }
    }
    pictures
}

fn categories(records: &Records, file: &Path, faults: &mut Faults) -> HashMap<u64, String> {
    let mut names: HashMap<u64, String> = HashMap::new();
    for (at, category) in records.categories.iter().enumerate() {
        let place = || format!("categories[{at}]");
        let name = category.name.trim();
        let Some(id) = category.id else {
            faults.note("categories without an id", || {
                Fault::new(file, place(), "it has no \"id\". Give it one of its own")
            });
            continue;
        };
        if let Err(error) = crate::scene::check_name("the category", name) {
            faults.note("categories without a word", || Fault::new(file, place(), error.to_string()));
            continue;
        }
        if let Some(other) = names.get(&id) {
            let other = other.clone();
            faults.note("category ids given twice", || {
                Fault::new(
                    file,
                    format!("category {id}"),
                    format!("the id belongs to \"{other}\" and to \"{name}\"; the first is used. Give each its own"),
                )
            });
            continue;
        }
        names.insert(id, name.to_owned());
    }
    names
}

fn object(
    annotation: CocoAnnotation,
    name: &str,
    picture: &Judged,
    file: &Path,
    place: &str,
    faults: &mut Faults,
) -> Option<(Option<usize>, AnnotatedObject)> {
    if let Some(problem) = annotation.mask_problem {
        faults.note("masks that cannot be read", || {
            Fault::new(file, place, format!("{problem}; its box is used without it. Draw the mask again"))
        });
    }
    let shape =
        annotation.shape.and_then(|shape| judged_shape(shape, (picture.width, picture.height), file, place, faults));
    let bbox = match (annotation.bbox, &shape) {
        (Some(bbox), _) => bbox,
        (None, Some(shape)) => box_of(shape, picture)?,
        (None, None) => {
            faults.note("annotations without a box", || {
                Fault::new(
                    file,
                    place,
                    "it has neither a \"bbox\" of four numbers nor a mask. Draw a box, or remove it",
                )
            });
            return None;
        }
    };
    let bbox = judged_box(bbox, picture, file, place, faults)?;
    let object = AnnotatedObject { name: name.to_owned(), bbox, shape, attributes: annotation.attributes };
    Some((annotation.scenewright_object, object))
}

pub(in crate::data) fn impossible_size(file: &Path, id: u64, width: u32, height: u32) -> Fault {
    let what = format!(
        "its size is given as {width} x {height} pixels, which is more than any picture may have. Write the size that it has"
    );
    Fault::new(file, format!("image {id}"), what)
}

/// A mask without what draws nothing. `stated`: the picture's size in pixels, 0 where the file does not say.
pub(in crate::data) fn judged_shape(
    shape: Shape,
    stated: (u32, u32),
    file: &Path,
    place: &str,
    faults: &mut Faults,
) -> Option<Shape> {
    match shape {
        Shape::Polygons(polygons) => {
            let all = polygons.len();
            let proper: Vec<_> = polygons.into_iter().filter(|polygon| !polygon.is_degenerate()).collect();
            if proper.len() < all {
                faults.note("polygons without area", || {
                    Fault::new(
                        file,
                        place,
                        "a polygon's corners lie on one line; it is left out. Draw it again, or remove it",
                    )
                });
            }
            (!proper.is_empty()).then_some(Shape::Polygons(proper))
        }
        Shape::Runs(runs) => {
            let stated = (stated.0 as usize, stated.1 as usize);
            if stated != (0, 0) && (runs.width, runs.height) != stated {
                faults.note("masks of another size", || {
                    let what = format!(
                        "its mask is for {} x {} pixels and the picture has {} x {}; its box is used without it. Draw the mask again",
                        runs.width, runs.height, stated.0, stated.1
                    );
                    Fault::new(file, place, what)
                });
                return None;
            }
            if runs.area() == 0 {
                faults.note("masks without area", || {
                    Fault::new(file, place, "its mask is empty; its box is used without it. Draw the mask again")
                });
                return None;
            }
            Some(Shape::Runs(runs))
        }
    }
}

/// Left, top, width, height, within the picture.
fn judged_box(
    [x, y, w, h]: [f64; 4],
    picture: &Judged,
    file: &Path,
    place: &str,
    faults: &mut Faults,
) -> Option<[f64; 4]> {
    let finite = [x, y, w, h].iter().all(|v| v.is_finite());
    if !finite || w < LEAST_SIDE_PX || h < LEAST_SIDE_PX {
        faults.note("boxes without area", || {
            Fault::new(
                file,
                place,
                format!(
                    "its box [{x}, {y}, {w}, {h}] (left, top, width, height) has no area. Draw it again, or remove it"
                ),
            )
        });
        return None;
    }
    if picture.width == 0 || picture.height == 0 {
        return Some([x, y, w, h]);
    }
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let (x0, y0, x1, y1) = (x.max(0.0), y.max(0.0), (x + w).min(width), (y + h).min(height));
    let what = |then: &str| {
        format!(
            "its box [{x}, {y}, {w}, {h}] (left, top, width, height) leaves the picture of {width} x {height} pixels; {then}"
        )
    };
    if x1 - x0 < LEAST_SIDE_PX || y1 - y0 < LEAST_SIDE_PX {
        faults.note("boxes outside", || Fault::new(file, place, what("it is left out. Draw it again, or remove it")));
        return None;
    }
    let beyond = [-x, -y, x + w - width, y + h - height].into_iter().fold(0.0, f64::max);
    if beyond > SLACK_PX {
        faults.note("boxes partly outside", || Fault::new(file, place, what("what lies outside is cut off")));
    }
    if beyond > 0.0 { Some([x0, y0, x1 - x0, y1 - y0]) } else { Some([x, y, w, h]) }
}

/// The box around a mask.
fn box_of(shape: &Shape, picture: &Judged) -> Option<[f64; 4]> {
    match shape {
        Shape::Polygons(polygons) => {
            let mut corners = polygons.iter().flat_map(|polygon| polygon.corners());
            let [x, y] = corners.next()?;
            let [x0, y0, x1, y1] =
                corners.fold([x, y, x, y], |[x0, y0, x1, y1], [x, y]| [x0.min(x), y0.min(y), x1.max(x), y1.max(y)]);
            Some([x0, y0, x1 - x0, y1 - y0])
        }
        Shape::Runs(runs) => {
            let (width, height) =
                (picture.width.max(runs.width as u32) as usize, picture.height.max(runs.height as u32) as usize);
            let mask = shape.mask(width, height, PixelWindow { x0: 0, y0: 0, x1: width, y1: height });
            let inside = mask.iter().enumerate().filter(|(_, v)| **v > 0).map(|(i, _)| (i % width, i / width));
            let (x0, y0, x1, y1) = inside.fold((usize::MAX, usize::MAX, 0, 0), |(x0, y0, x1, y1), (x, y)| {
                (x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1))
            });
            (x0 < x1).then(|| [x0 as f64, y0 as f64, (x1 - x0) as f64, (y1 - y0) as f64])
        }
    }
}
