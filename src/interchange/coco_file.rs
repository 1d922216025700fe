//! Reads COCO's annotation files record by record: `images`, `categories` and `annotations` in whatever order they come.
//!
//! A file of COCO's size (half a gigabyte, 860,000 annotations) is never held: each record is given to a [`CocoSink`] and forgotten. What a
//! record lacks is left empty for the sink to judge; what is no JSON, or has a text where a number belongs, ends the reading with line and column.

use super::coco_mask::{MaskError, Polygon, Runs, Shape};
use super::records::{self, Each, RecordsError};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::path::Path;

/// A picture of the file's list.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CocoImage {
    pub id: Option<u64>,
    pub file_name: String,
    /// Pixels; 0 where the file does not say.
    pub width: u32,
    pub height: u32,
}

/// A word of the file's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CocoCategory {
    pub id: Option<u64>,
    pub name: String,
}

/// One object on one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CocoAnnotation {
    pub id: Option<u64>,
    pub image_id: Option<u64>,
    pub category_id: Option<u64>,
    /// Left, top, width, height in pixels.
    pub bbox: Option<[f64; 4]>,
    /// None: the file has no mask for it.
    pub shape: Option<Shape>,
    /// What is wrong with the mask, or with a part of it that was left out.
    pub mask_problem: Option<MaskError>,
    pub is_crowd: bool,
    /// Words about its looks (ours, and other tools' lists of words).
    pub attributes: Vec<String>,
    /// Which object of the scene beside the picture it is (ours).
    pub scenewright_object: Option<usize>,
}

/// Takes the records of a file as they come.
pub trait CocoSink {
    fn image(&mut self, image: CocoImage);
    fn category(&mut self, category: CocoCategory);
    fn annotation(&mut self, annotation: CocoAnnotation);
}

/// Reads a file into a sink.
pub fn read_coco(path: &Path, sink: &mut dyn CocoSink) -> Result<(), RecordsError> {
    let missing = records::read(path, TopLevel(sink))?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(RecordsError::Missing { missing, what: "COCO annotations", path: path.to_owned() })
}

const LISTS: [&str; 3] = ["images", "annotations", "categories"];

struct TopLevel<'s>(&'s mut dyn CocoSink);

impl<'de> DeserializeSeed<'de> for TopLevel<'_> {
    type Value = Vec<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for TopLevel<'_> {
    /// The lists that the file lacks.
    type Value = Vec<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with images, annotations and categories")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut missing = LISTS.to_vec();
        while let Some(key) = map.next_key::<String>()? {
            missing.retain(|list| *list != key);
            match key.as_str() {
                "images" => map.next_value_seed(Each::new(|image| self.0.image(image)))?,
                "categories" => map.next_value_seed(Each::new(|category| self.0.category(category)))?,
                "annotations" => {
                    map.next_value_seed(Each::new(|Annotation(annotation)| self.0.annotation(annotation)))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(missing)
    }
}

struct Annotation(CocoAnnotation);

impl<'de> Deserialize<'de> for Annotation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Raw {
            id: Option<u64>,
            image_id: Option<u64>,
            category_id: Option<u64>,
            bbox: Vec<f64>,
            segmentation: Segmentation,
            iscrowd: Flag,
            attributes: WordList,
            scenewright_object: Option<usize>,
        }
        let raw = Raw::deserialize(deserializer)?;
        let bbox = <[f64; 4]>::try_from(raw.bbox).ok();
        let Segmentation { shape, problem } = raw.segmentation;
        Ok(Self(CocoAnnotation {
            id: raw.id,
            image_id: raw.image_id,
            category_id: raw.category_id,
            bbox,
            shape,
            mask_problem: problem,
            is_crowd: raw.iscrowd.0,
            attributes: raw.attributes.0,
            scenewright_object: raw.scenewright_object,
        }))
    }
}

/// 0 and 1, as COCO writes; true and false, as others do.
#[derive(Default)]
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("0 or 1")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(flag))
            }
            fn visit_u64<E>(self, flag: u64) -> Result<Flag, E> {
                Ok(Flag(flag != 0))
            }
            fn visit_i64<E>(self, flag: i64) -> Result<Flag, E> {
                Ok(Flag(flag != 0))
            }
            fn visit_unit<E>(self) -> Result<Flag, E> {
                Ok(Flag(false))
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

/// A list of words. Other tools write other things under this key, which say nothing to us.
#[derive(Default)]
struct WordList(Vec<String>);

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let words = value.as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned));
        Ok(Self(words.collect()))
    }
}

#[derive(Default)]
struct Segmentation {
    shape: Option<Shape>,
    problem: Option<MaskError>,
}

impl<'de> Deserialize<'de> for Segmentation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SegmentationVisitor)
    }
}

struct SegmentationVisitor;

impl<'de> Visitor<'de> for SegmentationVisitor {
    type Value = Segmentation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("polygons ([[x, y, ...]]) or run lengths ({\"size\": [height, width], \"counts\": ...})")
    }

    fn visit_unit<E>(self) -> Result<Segmentation, E> {
        Ok(Segmentation::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Segmentation, A::Error> {
        let mut polygons = Vec::new();
        let mut problem = None;
        while let Some(flat) = list.next_element::<Vec<f64>>()? {
            match Polygon::new(&flat) {
                Ok(polygon) => polygons.push(polygon),
                Err(error) => problem = Some(error),
            }
        }
        let shape = (!polygons.is_empty()).then_some(Shape::Polygons(polygons));
        Ok(Segmentation { shape, problem })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Segmentation, A::Error> {
        let (mut counts, mut size) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "counts" => counts = Some(map.next_value::<Counts>()?),
                "size" => size = Some(map.next_value::<[usize; 2]>()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let [height, width] = size.ok_or_else(|| A::Error::missing_field("size"))?;
        let runs = match counts.ok_or_else(|| A::Error::missing_field("counts"))? {
            Counts::Text(text) => Runs::from_text(width, height, &text),
            Counts::List(list) => Runs::new(width, height, list),
            Counts::Beyond => Err(MaskError::Length),
        };
        Ok(match runs {
            Ok(runs) => Segmentation { shape: Some(Shape::Runs(runs)), problem: None },
            Err(problem) => Segmentation { shape: None, problem: Some(problem) },
        })
    }
}

enum Counts {
    Text(String),
    List(Vec<u32>),
    /// A length is below zero or beyond all bounds.
    Beyond,
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountsVisitor;
        impl<'de> Visitor<'de> for CountsVisitor {
            type Value = Counts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("run lengths: a list of whole numbers, or COCO's compressed text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Counts, E> {
                Ok(Counts::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Counts, A::Error> {
                let mut counts = Vec::new();
                let mut is_sound = true;
                while let Some(count) = list.next_element::<f64>()? {
                    // Some tools write whole numbers as 12.0.
                    is_sound &= (0.0..=f64::from(u32::MAX)).contains(&count);
                    counts.push(count as u32);
                }
                Ok(if is_sound { Counts::List(counts) } else { Counts::Beyond })
            }
        }
        deserializer.deserialize_any(CountsVisitor)
    }
}
