//! From annotation files to a [`Store`], through the reference's filters, in one pass over each file.
// sg2im: data/coco.py, CocoSceneGraphDataset.__init__

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{CocoFiles, CocoFilters};
use crate::data::pictures::judge::{impossible_size, judged_shape};
use crate::data::store::{ShapeRef, Shapes, Store, StoredObject, StoredPicture};
use crate::data::{DataError, Fault, Faults};
use crate::interchange::coco_file::{CocoAnnotation, CocoCategory, CocoImage, CocoSink, read_coco};
use crate::interchange::picture_file::is_too_large;

/// Reads both files.
pub fn read(files: &CocoFiles, filters: &CocoFilters, faults: &mut Faults) -> Result<Store, DataError> {
    let mut gather = Gather::new(filters, faults, &files.instances);
    read_coco(&files.instances, &mut gather)?;
    let instances = gather.categories.len();
    if let Some(stuff) = &files.stuff {
        gather.begin_stuff(stuff);
        read_coco(stuff, &mut gather)?;
    }
    Ok(gather.finish(instances, files.stuff.is_some()))
}

/// An object whose category is not known yet: categories come last in COCO's files.
struct Loose {
    picture: u32,
    category: u64,
    bbox: [f64; 4],
    shape: Option<ShapeRef>,
    in_stuff: bool,
}

struct Gather<'f> {
    filters: &'f CocoFilters,
    faults: &'f mut Faults,
    /// That is being read; and that of the instances.
    file: &'f Path,
    instances: &'f Path,
    pictures: Vec<StoredPicture>,
    rows: HashMap<u64, u32>,
    has_stuff: Vec<bool>,
    in_stuff: bool,
    objects: Vec<Loose>,
    shapes: Shapes,
    /// Number and name, instances first.
    categories: Vec<(u64, String)>,
    /// Annotations that came before their pictures.
    early: Vec<CocoAnnotation>,
    ids: HashSet<u64>,
}

impl<'f> Gather<'f> {
    fn new(filters: &'f CocoFilters, faults: &'f mut Faults, file: &'f Path) -> Self {
        Self {
            filters,
            faults,
            file,
            instances: file,
            pictures: Vec::new(),
            rows: HashMap::new(),
            has_stuff: Vec::new(),
            in_stuff: false,
            objects: Vec::new(),
            shapes: Shapes::default(),
            categories: Vec::new(),
            early: Vec::new(),
            ids: HashSet::new(),
        }
    }

    /// From here on records are of the stuff file; its pictures are those of the instances.
    fn begin_stuff(&mut self, file: &'f Path) {
        self.settle_early();
        self.in_stuff = true;
        self.file = file;
        self.ids.clear();
    }

    fn settle_early(&mut self) {
        for annotation in std::mem::take(&mut self.early) {
            self.settle(annotation);
        }
    }

    /// Takes an annotation whose picture must be known by now.
    fn settle(&mut self, annotation: CocoAnnotation) {
        let file = self.file;
        let place =
            || annotation.id.map_or_else(|| "an annotation without an id".to_owned(), |id| format!("annotation {id}"));
        let Some(&row) = annotation.image_id.as_ref().and_then(|id| self.rows.get(id)) else {
            let of = annotation.image_id.map_or("none".to_owned(), |id| id.to_string());
            self.faults.note("annotations that point nowhere", || {
                Fault::new(
                    file,
                    place(),
                    format!("its image_id is {of}, and there is no such image. Remove it, or add the image"),
                )
            });
            return;
        };
        if self.in_stuff {
            self.has_stuff[row as usize] = true;
        }
        let Some(bbox) = annotation.bbox.filter(|bbox| bbox.iter().all(|v| v.is_finite())) else {
            self.faults.note("annotations without a box", || {
                Fault::new(
                    file,
                    place(),
                    "it has no \"bbox\" of four numbers (left, top, width, height). Draw a box, or remove it",
                )
            });
            return;
        };
        if let Some(problem) = &annotation.mask_problem {
            self.faults.note("masks that cannot be read", || {
                Fault::new(file, place(), format!("{problem}. Draw the mask again"))
            });
        }
        let StoredPicture { width, height, .. } = self.pictures[row as usize];
        let [x, y, w, h] = bbox;
        let share = (w * h) / (f64::from(width) * f64::from(height));
        // Strictly more, and not-a-number is not.
        let large = share > self.filters.min_object_size;
        if w <= 0.0 || h <= 0.0 {
            self.faults.note("boxes without area", || {
                Fault::new(file, place(), format!("its box [{x}, {y}, {w}, {h}] (left, top, width, height) has no area. Draw it again, or remove it"))
            });
        }
        if x < -1.5 || y < -1.5 || x + w > f64::from(width) + 1.5 || y + h > f64::from(height) + 1.5 {
            self.faults.note("boxes partly outside", || {
                Fault::new(file, place(), format!("its box [{x}, {y}, {w}, {h}] (left, top, width, height) leaves the picture of {width} x {height} pixels; what lies outside is cut off. Draw it anew, or write the size that the picture has"))
            });
        }
        let Some(category) = annotation.category_id else {
            self.faults.note("annotations that point nowhere", || {
                Fault::new(file, place(), "it has no category_id. Give it one, or remove it")
            });
            return;
        };
        if large {
            let place = place();
            let shape = annotation
                .shape
                .and_then(|shape| judged_shape(shape, (width, height), file, &place, self.faults))
                .map(|shape| self.shapes.push(&shape));
            self.objects.push(Loose { picture: row, category, bbox, shape, in_stuff: self.in_stuff });
        }
    }

    /// What the filters leave, grouped by picture. The first `instances` categories are the instances file's.
    fn finish(mut self, instances: usize, with_stuff: bool) -> Store {
        self.settle_early();
        let filters = self.filters;
        let listed = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        // One list for both, as in the reference: a name on either counts for both.
        let all = self.categories.iter().enumerate();
        let white: HashSet<&String> = all
            .filter(|(at, (_, name))| {
                let list = if *at < instances { &filters.instance_whitelist } else { &filters.stuff_whitelist };
                let named = |list: &[String]| list.contains(name);
                listed(list, name) || named(&filters.instance_whitelist) || named(&filters.stuff_whitelist)
            })
            .map(|(_, (_, name))| name)
            .collect();
        let mut taken: HashMap<u64, u32> = HashMap::new();
        let mut known = HashSet::new();
        for (at, (id, name)) in self.categories.iter().enumerate() {
            known.insert(*id);
            if white.contains(name) && (name != "other" || filters.include_other) {
                taken.insert(*id, at as u32);
            }
        }
        let faults = &mut *self.faults;
        let (stuff, things) = (self.file, self.instances);
        self.objects.retain(|object| {
            if !known.contains(&object.category) {
                let (id, file) = (object.category, if object.in_stuff { stuff } else { things });
                faults.note("annotations that point nowhere", || {
                    Fault::new(
                        file,
                        format!("category {id}"),
                        "annotations name it, and there is no such category. Add it to \"categories\"",
                    )
                });
            }
            taken.contains_key(&object.category)
        });
        // Within a picture the order of the files stays.
        self.objects.sort_by_key(|object| object.picture);
        let keeps = |row: usize| !(with_stuff && filters.stuff_only) || self.has_stuff[row];
        let mut store = Store { shapes: self.shapes, ..Store::default() };
        let mut objects = self.objects.into_iter().peekable();
        for (row, mut picture) in self.pictures.into_iter().enumerate() {
            let first = store.objects.len();
            while let Some(object) = objects.next_if(|object| object.picture as usize <= row) {
                let name = taken.get(&object.category).copied().unwrap_or_default();
                let Loose { bbox, shape, .. } = object;
                store.objects.push(StoredObject { name, bbox, shape, attributes: 0..0 });
            }
            let count = store.objects.len() - first;
            if keeps(row) && (filters.min_objects..=filters.max_objects).contains(&count) {
                picture.objects = first as u32..store.objects.len() as u32;
                store.pictures.push(picture);
            } else {
                store.objects.truncate(first);
            }
        }
        store.objects.shrink_to_fit();
        let used = |(at, (_, name)): (usize, (u64, String))| {
            if taken.values().any(|row| *row as usize == at) { name } else { String::new() }
        };
        store.names = self.categories.into_iter().enumerate().map(used).collect();
        store
    }
}

impl CocoSink for Gather<'_> {
    fn image(&mut self, image: CocoImage) {
        if self.in_stuff {
            return;
        }
        let file = self.file;
        let Some(id) = image.id else {
            self.faults.note("pictures without an id", || {
                Fault::new(
                    file,
                    format!("image \"{}\"", image.file_name),
                    "it has no \"id\", so nothing can be annotated on it. Give it one of its own",
                )
            });
            return;
        };
        if image.width == 0 || image.height == 0 {
            self.faults.note("pictures without a size", || {
                Fault::new(
                    file,
                    format!("image {id}"),
                    "its \"width\" and \"height\" are missing. Write its size in pixels",
                )
            });
            return;
        }
        if is_too_large(image.width, image.height) {
            self.faults.note("pictures of impossible sizes", || impossible_size(file, id, image.width, image.height));
            return;
        }
        if self.rows.contains_key(&id) {
            self.faults.note("picture ids given twice", || {
                Fault::new(
                    file,
                    format!("image {id}"),
                    format!(
                        "the id belongs to two pictures; \"{}\" is left out. Give it an id of its own",
                        image.file_name
                    ),
                )
            });
            return;
        }
        self.rows.insert(id, self.pictures.len() as u32);
        self.has_stuff.push(false);
        let CocoImage { file_name, width, height, .. } = image;
        self.pictures.push(StoredPicture { id, file: file_name.into(), width, height, objects: 0..0, relations: 0..0 });
    }

    fn category(&mut self, category: CocoCategory) {
        let (file, name) = (self.file, category.name);
        let Some(id) = category.id else {
            self.faults.note("categories without an id", || {
                Fault::new(file, format!("category \"{name}\""), "it has no \"id\". Give it one of its own")
            });
            return;
        };
        if let Err(error) = crate::scene::check_name("the category", &name) {
            self.faults
                .note("categories without a word", || Fault::new(file, format!("category {id}"), error.to_string()));
            return;
        }
        if let Some((_, other)) = self.categories.iter().find(|(known, other)| *known == id && *other != name) {
            self.faults.note("category ids given twice", || {
                Fault::new(
                    file,
                    format!("category {id}"),
                    format!("the id belongs to \"{other}\" and to \"{name}\"; the first is used. Give each its own"),
                )
            });
            return;
        }
        self.categories.push((id, name));
    }

    fn annotation(&mut self, annotation: CocoAnnotation) {
        if let Some(id) = annotation.id.filter(|id| !self.ids.insert(*id)) {
            let file = self.file;
            self.faults.note("annotation ids given twice", || {
                Fault::new(
                    file,
                    format!("annotation {id}"),
                    "the id is given twice; both are used. Give one another id",
                )
            });
        }
        // Pictures come first in COCO's own files.
        if self.pictures.is_empty() { self.early.push(annotation) } else { self.settle(annotation) }
    }
}
