//! Label maps: pictures in which each color is a class. Read as boxes, masks and objects; the classes of ADE20K and COCO-Stuff as other programs
//! paint them, and our own categories as `export --format segmentation` paints them.
//!
//! | file | subject |
//! |---|---|
//! | `classes` | the tables: names, colors, and which class is nearest to a drawn word |
//! | `regions` | pixels of one class that hang together |
//!
//! A photo is no label map: nearly every pixel must have exactly a color of one table, and the picture few colors. Which pixels of a class belong to
//! one thing is not in the file: a thing is what hangs together, a material (sky, grass) is one object, however many pieces it has.

mod classes;
mod regions;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use image::RgbImage;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeDraft, Scene, UnitBox};
use serde_json::{Value, json};

use super::coco_mask::Runs;
use super::picture_file::{self, ExifOrientation, PictureError};
pub use classes::{Class, ClassTable, is_material};

/// Of a label map, at least this share of pixels has exactly a color of the table.
const MIN_SHARE: f32 = 0.97;
/// A picture with more colors is no label map.
const MAX_COLORS: usize = 4096;
/// Smaller regions are specks: parts of the picture's area, and pixels.
const MIN_AREA: f32 = 0.0004;
const MIN_PIXELS: usize = 12;
/// More objects than this are noise.
const MAX_OBJECTS: usize = 300;
/// Numbers of classes instead of colors: what is neither a class nor anything.
const IGNORED: u8 = 255;

/// What a label map shows.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelMap {
    /// Whose classes it has: "ADE20K".
    pub table: ClassTable,
    pub width: usize,
    pub height: usize,
    /// Materials first, then things from back (high in the picture) to front.
    pub regions: Vec<LabelRegion>,
    /// What a person should know: a sentence each.
    pub notes: Vec<String>,
}

/// An object of a label map.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelRegion {
    /// The class as the table calls it: "windowpane".
    pub class: String,
    /// The word for a scene: "window".
    pub name: String,
    pub bounds: UnitBox,
    /// 255 where it is, row by row over the whole picture.
    pub runs: Runs,
}

/// Why a picture was not read as a label map.
#[derive(Debug, thiserror::Error)]
pub enum LabelMapError {
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error(
        "this is no label map: of its pixels, {share:.0} % have a color of {nearest}, at least {least:.0} % must. Save it without smoothing and as PNG: {}",
        path.display()
    )]
    NoLabels { share: f32, nearest: ClassTable, least: f32, path: PathBuf },
    #[error("this is no label map: it has {MAX_COLORS} colors or more. Save it without smoothing and as PNG: {}", path.display())]
    Colors { path: PathBuf },
    #[error("this label map shows no object of a size that counts: {}", path.display())]
    Empty { path: PathBuf },
}

/// Which numbers or colors a picture has, and how many pixels of each.
fn histogram(picture: &RgbImage) -> Option<HashMap<[u8; 3], usize>> {
    let mut counts = HashMap::new();
    for pixel in picture.pixels() {
        *counts.entry(pixel.0).or_default() += 1;
        if counts.len() >= MAX_COLORS {
            return None;
        }
    }
    Some(counts)
}

impl LabelMap {
    /// Reads a label map. `table`: whose classes; none: that which has most of its colors.
    ///
    /// # Errors
    ///
    /// The picture cannot be opened, or is no label map of the table.
    pub fn read(path: &Path, table: Option<ClassTable>) -> Result<Self, LabelMapError> {
        let picture = picture_file::open(path, ExifOrientation::AsShown)?;
        Self::of_picture(&picture, table, path)
    }

    /// As [`Self::read`], of pixels; `path` is named in errors.
    pub fn of_picture(picture: &RgbImage, table: Option<ClassTable>, path: &Path) -> Result<Self, LabelMapError> {
        let counts = histogram(picture).ok_or_else(|| LabelMapError::Colors { path: path.to_owned() })?;
        let total = (picture.width() as usize * picture.height() as usize).max(1);
        let share = |classes: &HashMap<[u8; 3], Class>| {
            let known = counts.iter().filter(|(color, _)| classes.contains_key(*color)).map(|(_, count)| count);
            known.sum::<usize>() as f32 / total as f32
        };
        let is_named = table.is_some();
        let tables: Vec<ClassTable> = table.map_or_else(|| ClassTable::ALL.to_vec(), |table| vec![table]);
        let mut best: Option<(ClassTable, HashMap<[u8; 3], Class>, f32)> = None;
        for table in tables {
            let mut classes = table.by_color();
            // An annotation file holds numbers, which look like grays: of a table that was named, and never guessed.
            if is_named && holds_numbers(table, &counts, &classes) {
                classes = table.by_number();
            }
            let share = share(&classes);
            if best.as_ref().is_none_or(|(_, _, before)| share > *before) {
                best = Some((table, classes, share));
            }
        }
        let Some((table, classes, share)) = best else {
            return Err(LabelMapError::Empty { path: path.to_owned() });
        };
        if share < MIN_SHARE {
            let (share, least, path) = (share * 100.0, MIN_SHARE * 100.0, path.to_owned());
            return Err(LabelMapError::NoLabels { share, nearest: table, least, path });
        }
        let map = Self::of_classes(picture, table, &classes);
        if map.regions.is_empty() { Err(LabelMapError::Empty { path: path.to_owned() }) } else { Ok(map) }
    }

    fn of_classes(picture: &RgbImage, table: ClassTable, classes: &HashMap<[u8; 3], Class>) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut used: Vec<&Class> = Vec::new();
        let mut place: HashMap<[u8; 3], u16> = HashMap::new();
        let labels: Vec<u16> = picture
            .pixels()
            .map(|pixel| {
                *place.entry(pixel.0).or_insert_with(|| {
                    let Some(class) = classes.get(&pixel.0).filter(|class| !class.name.is_empty()) else { return 0 };
                    used.push(class);
                    used.len() as u16
                })
            })
            .collect();
        let least = ((MIN_AREA * (width * height) as f32) as usize).max(MIN_PIXELS);
        let (mut materials, mut things, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (number, class) in (1..).zip(&used) {
            let is_one = is_material(&class.word);
            let found = regions::of_label(&labels, width, height, number, is_one, least);
            if !class.also.is_empty() && !found.is_empty() {
                notes.push(format!(
                    "its color for {} also stands for {}: read as {}",
                    class.name,
                    class.also.join(" and "),
                    class.name
                ));
            }
            for region in found {
                let [x0, y0, x1, y1] = region.bounds;
                let unit = |at: usize, side: usize| at as f32 / side as f32;
                let read = LabelRegion {
                    class: class.name.clone(),
                    name: class.word.clone(),
                    bounds: UnitBox::new(unit(x0, width), unit(y0, height), unit(x1, width), unit(y1, height)),
                    runs: Runs::of_mask(&region.mask, width, height),
                };
                if is_one { materials.push(read) } else { things.push(read) }
            }
        }
        materials.sort_by_key(|region: &LabelRegion| std::cmp::Reverse(region.runs.area()));
        things.sort_by(|a: &LabelRegion, b| {
            a.bounds.y1.total_cmp(&b.bounds.y1).then(a.bounds.x0.total_cmp(&b.bounds.x0))
        });
        let total = materials.len() + things.len();
        if total > MAX_OBJECTS {
            things.sort_by_key(|region| std::cmp::Reverse(region.runs.area()));
            things.truncate(MAX_OBJECTS.saturating_sub(materials.len()));
            notes.push(format!("it has {total} regions: the largest {MAX_OBJECTS} were read"));
        }
        materials.append(&mut things);
        Self { table, width, height, regions: materials, notes }
    }

    /// A scene with an object for each region, its box pinned.
    pub fn scene(&self) -> Scene {
        let mut scene = Scene::new();
        for region in &self.regions {
            let pinned = (region.bounds.width() >= UnitBox::MIN_SIDE && region.bounds.height() >= UnitBox::MIN_SIDE)
                .then_some(region.bounds);
            let draft = NodeDraft { pinned, ..NodeDraft::new(region.name.as_str()) };
            // Names and boxes of a table and of pixels are valid.
            let _ = scene.apply(&draft.into());
        }
        let size = [self.width as u32, self.height as u32];
        let _ = scene.apply(&Edit::SetPictureSize { size: Some(fitted(size)) });
        scene
    }

    /// The regions as COCO annotations: boxes, and masks as run lengths.
    pub fn coco(&self, file_name: &str) -> Value {
        let mut names: Vec<&str> = Vec::new();
        let mut annotations = Vec::new();
        for (number, region) in (1..).zip(&self.regions) {
            let category = names.iter().position(|name| *name == region.name).unwrap_or_else(|| {
                names.push(&region.name);
                names.len() - 1
            });
            let (w, h) = (self.width as f32, self.height as f32);
            let UnitBox { x0, y0, x1, y1 } = region.bounds;
            let px = |unit: f32, side: f32| (unit * side).round();
            let (left, top) = (px(x0, w), px(y0, h));
            annotations.push(json!({
                "id": number,
                "image_id": 1,
                "category_id": category + 1,
                "iscrowd": 0,
                "area": region.runs.area(),
                "bbox": [left, top, px(x1, w) - left, px(y1, h) - top],
                "segmentation": region.runs.to_json(),
            }));
        }
        let categories: Vec<Value> = (1..).zip(&names).map(|(id, name)| json!({ "id": id, "name": name })).collect();
        json!({
            "info": { "description": format!("A label map of {}, read by Scenewright", self.table) },
            "images": [{ "id": 1, "file_name": file_name, "width": self.width, "height": self.height }],
            "annotations": annotations,
            "categories": categories,
        })
    }
}

/// Whether no color of the table is there, and all are grays of its range.
fn holds_numbers(table: ClassTable, counts: &HashMap<[u8; 3], usize>, classes: &HashMap<[u8; 3], Class>) -> bool {
    let most = table.by_number().len();
    let is_number = |[r, g, b]: &[u8; 3]| r == g && g == b && (usize::from(*r) <= most || *r == IGNORED);
    let is_known = |color: &[u8; 3]| *color != [0; 3] && classes.contains_key(color);
    table != ClassTable::Scenewright && counts.keys().all(is_number) && !counts.keys().any(is_known)
}

/// The size of a picture in that shape which a scene may ask for.
fn fitted([width, height]: [u32; 2]) -> [u32; 2] {
    const LONGEST: f32 = 512.0;
    const SHORTEST: u32 = 16;
    let shrink = LONGEST / width.max(height).max(1) as f32;
    [width, height].map(|side| ((side as f32 * shrink).round() as u32).max(SHORTEST))
}

/// The scene of a label map, for [`open_scenes`](super::open_scenes); none if the picture is no label map.
pub(super) fn open(path: &Path) -> Option<(Scene, ClassTable, Vec<String>)> {
    let map = LabelMap::read(path, None).ok()?;
    let mut notes =
        vec![format!("read as a label map of {}: {} objects, each with a pinned box", map.table, map.regions.len())];
    notes.extend(map.notes.iter().cloned());
    Some((map.scene(), map.table, notes))
}

/// The class of a table that is nearest to a word, with its color.
pub fn class_of(table: ClassTable, name: &str, vocab: &Vocabulary) -> Option<(String, [u8; 3])> {
    classes::class_of(table, name, vocab)
}
