//! From a folder to pictures with objects: annotations, scenes beside pictures, pairs of other tools.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::judge::{self, Judged};
use super::{OwnPicture, seed_of};
use crate::data::annotated::{Annotated, AnnotatedObject};
use crate::data::doctor::{AT_A_TIME, far};
use crate::data::{DataError, Fault, Faults};
use crate::interchange::coco_file::{CocoAnnotation, CocoCategory, CocoImage, CocoSink, read_coco};
use crate::interchange::picture_file::{self, Upright};
use crate::interchange::picture_folder::{
    annotations_in, boxes_beside, graphs_of, is_other_tools, pictures_in, places_of,
};
use crate::interchange::{Source, read_file};
use crate::scene::{Scene, UnitBox};

/// Of a folder with more pictures than this only the first bytes of each are read.
const DECODED_AT_MOST: usize = 300;

/// Folder, pictures with objects, faults. `progress`: every picture is decoded, and this is told how far it has come; else of a large folder only the
/// first bytes of each picture are read.
pub fn read(
    path: &Path,
    mut progress: Option<&mut dyn FnMut(&str)>,
) -> Result<(PathBuf, Vec<OwnPicture>, Faults), DataError> {
    let place = |what: &str| DataError::Place { what: what.to_owned(), path: path.to_owned() };
    let (folder, annotations) = match path {
        _ if path.is_dir() => (path.to_owned(), annotations_in(path)),
        _ if path.is_file() => (path.parent().unwrap_or(Path::new("")).to_owned(), Some(path.to_owned())),
        _ => return Err(place("there is no such folder of pictures. Choose another, or put it back")),
    };
    let mut faults = Faults::default();
    let mut records = Records::default();
    if let Some(file) = &annotations {
        read_coco(file, &mut records)?;
    }
    let judged = match &annotations {
        Some(file) => judge::records(records, file, &mut faults),
        None => Vec::new(),
    };
    let on_disk = pictures_in(&folder).map_err(|problem| {
        place(&format!("the folder of pictures cannot be read ({problem}). Choose another, or allow reading it"))
    })?;
    let mut found = Vec::new();
    let mut listed = std::collections::HashSet::new();
    for judged in judged {
        match find(&folder, &judged.file_name) {
            Some(path) if listed.insert(path.clone()) => found.push((path, Some(judged))),
            Some(path) => faults.note("pictures listed twice", || {
                Fault::new(
                    path,
                    format!("image {}", judged.id),
                    "it is listed twice; the first entry is used. Remove the other",
                )
            }),
            None => faults.note("pictures that are not there", || {
                let file = annotations.clone().unwrap_or_default();
                let what = format!(
                    "the picture \"{}\" is not in this folder. Put it back, or remove the entry",
                    judged.file_name
                );
                Fault::new(file, format!("image {}", judged.id), what)
            }),
        }
    }
    found.extend(on_disk.into_iter().filter(|path| !listed.contains(path)).map(|path| (path, None)));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let decode = progress.is_some() || found.len() <= DECODED_AT_MOST;
    let mut read: Vec<(Option<OwnPicture>, Faults)> = Vec::with_capacity(found.len());
    let (all, mut found) = (found.len(), found.into_iter());
    while read.len() < all {
        if let Some(progress) = &mut progress {
            progress(&far("pictures", read.len(), all));
        }
        let some: Vec<_> = found.by_ref().take(AT_A_TIME).collect();
        read.par_extend(some.into_par_iter().map(|(path, judged)| {
            let mut faults = Faults::default();
            (one(&folder, path, judged, decode, &mut faults), faults)
        }));
    }
    let mut pictures = Vec::new();
    for (picture, own_faults) in read {
        pictures.extend(picture);
        faults.append(own_faults);
    }
    Ok((folder, pictures, faults))
}

/// Holds a file's records; a folder of one's own is small.
#[derive(Default)]
pub struct Records {
    pub images: Vec<CocoImage>,
    pub categories: Vec<CocoCategory>,
    pub annotations: Vec<CocoAnnotation>,
}

impl CocoSink for Records {
    fn image(&mut self, image: CocoImage) {
        self.images.push(image);
    }
    fn category(&mut self, category: CocoCategory) {
        self.categories.push(category);
    }
    fn annotation(&mut self, annotation: CocoAnnotation) {
        self.annotations.push(annotation);
    }
}

/// Where a picture of the list lies.
fn find(folder: &Path, file_name: &str) -> Option<PathBuf> {
    places_of(file_name).iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

fn one(folder: &Path, path: PathBuf, judged: Option<Judged>, decode: bool, faults: &mut Faults) -> Option<OwnPicture> {
    let header = match picture_file::header(&path) {
        Ok(header) => header,
        Err(error) => {
            faults.note("pictures that cannot be read", || Fault::of_error(&path, &error));
            return None;
        }
    };
    let stated = judged.as_ref().map(|judged| (judged.width, judged.height)).filter(|(w, h)| *w > 0 && *h > 0);
    let size = stated.unwrap_or(header.shown());
    let real = if header.is_size_as_it_lies(size) { header.lies() } else { header.shown() };
    if real != size {
        let ratio = |(w, h): (u32, u32)| f64::from(w) / f64::from(h.max(1));
        let alike = (ratio(real) / ratio(size) - 1.0).abs() < 0.03;
        faults.note("pictures of another size than annotated", || {
            let then = if alike {
                "its boxes are scaled"
            } else {
                "its boxes are stretched; annotate it anew if they do not fit"
            };
            let what =
                format!("it was annotated at {} x {} pixels and has {} x {}: {then}", size.0, size.1, real.0, real.1);
            Fault::new(&path, "", what)
        });
    }
    if decode && let Err(error) = picture_file::open(&path, Upright::AsShown) {
        faults.note("pictures that cannot be read", || Fault::of_error(&path, &error));
        return None;
    }
    let scene = scene_beside(folder, &path, faults);
    let mut objects = judged.map(|judged| judged.objects).unwrap_or_default();
    let annotated = match &scene {
        Some((file, scene)) => with_scene(objects, scene, size, file, faults),
        None => {
            let plain = objects.drain(..).map(|(_, object)| object).collect();
            Annotated { width: size.0, height: size.1, objects: plain, relations: None }
        }
    };
    if annotated.objects.is_empty() {
        faults.note("pictures without objects", || {
            Fault::new(&path, "", "nothing is marked on it, so nothing is learned from it. Draw a box, or leave it")
        });
        return None;
    }
    let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    Some(OwnPicture { seed: seed_of(&name), path, annotated, held_out: false })
}

/// The scene of a picture: beside it, in a folder of scenes, or inside it.
fn scene_beside(folder: &Path, picture: &Path, faults: &mut Faults) -> Option<(PathBuf, Scene)> {
    let tries = graphs_of(folder, picture).into_iter().chain([picture.to_owned()]);
    let is_png = picture.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    for file in tries.filter(|file| file.is_file()) {
        let is_picture = file == picture;
        if is_picture && !is_png {
            continue;
        }
        match read_file(&file) {
            Ok((scenes, source)) if source == Source::Document || is_picture => {
                if scenes.len() > 1 {
                    faults.note("scene files with several graphs", || {
                        Fault::new(&file, "", "it holds several graphs; the first is used. Keep one in it")
                    });
                }
                return Some((file, scenes.into_iter().next()?));
            }
            Ok(_) => {}
            // Most PNGs carry no graph, and a JSON of that name may be another tool's.
            Err(_) if is_picture => {}
            Err(error) if is_other_tools(&file, &error) => {}
            Err(error) => faults.note("scenes that cannot be read", || Fault::of_error(&file, &error)),
        }
    }
    None
}

/// The object of the scene that an annotation is for, though it does not say so: of the same name, and at the same place. As Annotate finds it.
fn twin(
    object: &AnnotatedObject,
    scene: &Scene,
    boxes: &[Option<UnitBox>],
    size: (u32, u32),
    is_taken: impl Fn(usize) -> bool,
) -> Option<usize> {
    /// Intersection over union.
    const ALIKE: f32 = 0.5;
    let whole = Annotated { width: size.0, height: size.1, ..Annotated::default() };
    let place = whole.unit_box(object);
    let free = scene.nodes().iter().zip(boxes).enumerate();
    let free = free.filter(|(row, (node, _))| node.name == object.name && !is_taken(*row));
    let near = free.filter_map(|(row, (_, b))| Some(((*b)?.iou(&place), row))).filter(|(iou, _)| *iou >= ALIKE);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| row)
}

/// Objects in the scene's order, then annotations that the scene knows nothing of.
fn with_scene(
    objects: Vec<(Option<usize>, AnnotatedObject)>,
    scene: &Scene,
    size: (u32, u32),
    file: &Path,
    faults: &mut Faults,
) -> Annotated {
    let mut by_row: HashMap<usize, AnnotatedObject> = HashMap::new();
    let mut others = Vec::new();
    for (row, object) in objects {
        match row {
            Some(row) if row >= scene.nodes().len() => {
                faults.note("annotations of objects that the scene lacks", || {
                    let what = format!("scenewright_object {row} of \"{}\" is not in the scene, which has {} objects. It is used without relations; open the picture in Annotate and save", object.name, scene.nodes().len());
                    Fault::new(file, "", what)
                });
                others.push(object);
            }
            Some(row) if by_row.contains_key(&row) => {
                faults.note("objects annotated twice", || {
                    Fault::new(
                        file,
                        format!("object {row}"),
                        "two annotations are for it; the second is used without relations. Remove one",
                    )
                });
                others.push(object);
            }
            Some(row) => {
                by_row.insert(row, object);
            }
            None => others.push(object),
        }
    }
    let boxes = boxes_beside(scene, size);
    let boxes: Vec<Option<UnitBox>> = (scene.nodes().iter().enumerate())
        .map(|(row, node)| node.pinned.or_else(|| boxes.get(row).copied().flatten()))
        .collect();
    others.retain(|object| match twin(object, scene, &boxes, size, |row| by_row.contains_key(&row)) {
        Some(row) => by_row.insert(row, object.clone()).is_some(),
        None => true,
    });
    let mut rows = Vec::with_capacity(scene.nodes().len());
    let mut list = Vec::new();
    for (row, node) in scene.nodes().iter().enumerate() {
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let to_px = |b: UnitBox| {
            let [x0, y0, x1, y1] = <[f32; 4]>::from(b).map(f64::from);
            [x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height]
        };
        let pinned = boxes.get(row).copied().flatten();
        let own = by_row.remove(&row).or_else(|| {
            let bbox = to_px(pinned?.repaired()?);
            Some(AnnotatedObject { name: node.name.clone(), bbox, shape: None, attributes: Vec::new() })
        });
        let Some(mut object) = own else {
            faults.note("objects without a box", || {
                let what = format!("\"{}\" has no box, so it is left out with its relations. Draw one", node.name);
                Fault::new(file, format!("object {row}"), what)
            });
            rows.push(None);
            continue;
        };
        if object.name != node.name {
            faults.note("objects of two names", || {
                let what = format!(
                    "the annotation calls it \"{}\", the scene \"{}\"; the scene's name is used. Give both one name",
                    object.name, node.name
                );
                Fault::new(file, format!("object {row}"), what)
            });
            object.name.clone_from(&node.name);
        }
        for word in &node.attributes {
            if !object.attributes.contains(word) {
                object.attributes.push(word.clone());
            }
        }
        rows.push(Some(list.len()));
        list.push(object);
    }
    let end = |id| scene.node_index(id).and_then(|row| rows.get(row).copied().flatten());
    let relations: Vec<(usize, String, usize)> = scene
        .relations()
        .iter()
        .filter_map(|relation| Some((end(relation.subject)?, relation.predicate.clone(), end(relation.object)?)))
        .collect();
    list.extend(others);
    // A scene without relations says nothing: better those that can be seen than none.
    let relations = (!relations.is_empty()).then_some(relations);
    Annotated { width: size.0, height: size.1, objects: list, relations }
}
