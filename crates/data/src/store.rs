//! Annotations of a hundred thousand pictures in little memory: numbers for names, masks as a few bytes, one list for all objects.

use std::ops::Range;

use super::annotated::{AnnotatedObject, AnnotatedPicture};
use scenewright_formats::coco_mask::{CocoShape, Polygon, Runs};

/// A picture of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPicture {
    pub id: u64,
    /// Below the folder of pictures.
    pub file: Box<str>,
    pub width: u32,
    pub height: u32,
    pub objects: Range<u32>,
    pub relations: Range<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StoredObject {
    /// Of [`AnnotationTable::names`].
    pub name: u32,
    /// Left, top, width, height in pixels.
    pub bbox: [f64; 4],
    pub shape: Option<ShapeRef>,
    /// Of [`AnnotationTable::object_attributes`].
    pub attributes: Range<u32>,
}

/// Rows within the picture, and a row of [`AnnotationTable::predicates`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredRelation {
    pub subject: u32,
    pub predicate: u32,
    pub object: u32,
}

#[derive(Clone, Debug, Default)]
pub struct AnnotationTable {
    pub pictures: Vec<StoredPicture>,
    pub objects: Vec<StoredObject>,
    pub relations: Vec<StoredRelation>,
    /// Rows of `attributes`, object after object.
    pub object_attributes: Vec<u32>,
    pub names: Vec<String>,
    pub predicates: Vec<String>,
    pub attributes: Vec<String>,
    pub shapes: Shapes,
}

impl AnnotationTable {
    /// A picture with its objects; `related`: with the relations that are stored, else geometric ones are drawn.
    pub fn annotated(&self, picture: &StoredPicture, related: bool) -> AnnotatedPicture {
        let slice = |range: &Range<u32>| range.start as usize..range.end as usize;
        let name = |names: &[String], row: u32| names.get(row as usize).cloned().unwrap_or_default();
        let objects = self.objects.get(slice(&picture.objects)).unwrap_or_default();
        let objects = objects.iter().map(|object| {
            let attributes = self.object_attributes.get(slice(&object.attributes)).unwrap_or_default();
            AnnotatedObject {
                name: name(&self.names, object.name),
                bbox: object.bbox,
                shape: object.shape.and_then(|at| self.shapes.get(at)),
                attributes: attributes.iter().map(|&row| name(&self.attributes, row)).collect(),
            }
        });
        let relations = self.relations.get(slice(&picture.relations)).unwrap_or_default();
        let relation =
            |r: &StoredRelation| (r.subject as usize, name(&self.predicates, r.predicate), r.object as usize);
        AnnotatedPicture {
            width: picture.width,
            height: picture.height,
            objects: objects.collect(),
            relations: related.then(|| relations.iter().map(relation).collect()),
        }
    }
}

/// Where a mask lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeRef(u64);

/// Masks, about two bytes a corner or run. Never copied while it grows.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    chunks: Vec<Vec<u8>>,
    scratch: Vec<u8>,
}

const CHUNK_BYTES: usize = 16 << 20;
const POLYGONS: u64 = 0;
const RUNS: u64 = 1;

impl Shapes {
    pub(crate) fn push(&mut self, shape: &CocoShape) -> ShapeRef {
        let bytes = &mut self.scratch;
        bytes.clear();
        match shape {
            CocoShape::Polygons(polygons) => {
                put(bytes, POLYGONS);
                put(bytes, polygons.len() as u64);
                for Polygon(corners) in polygons {
                    put(bytes, corners.len() as u64);
                    let mut before = [0; 2];
                    for corner in corners {
                        for axis in 0..2 {
                            let step = i64::from(corner[axis]) - i64::from(before[axis]);
                            // Small numbers of either sign become small numbers.
                            put(bytes, ((step << 1) ^ (step >> 63)) as u64);
                        }
                        before = *corner;
                    }
                }
            }
            CocoShape::Runs(runs) => {
                let head = [RUNS, runs.width as u64, runs.height as u64, runs.counts.len() as u64];
                head.into_iter().for_each(|v| put(bytes, v));
                runs.counts.iter().for_each(|&count| put(bytes, u64::from(count)));
            }
        }
        let full = self.chunks.last().is_none_or(|chunk| chunk.len() + bytes.len() > CHUNK_BYTES);
        if full {
            self.chunks.push(Vec::with_capacity(CHUNK_BYTES.min(bytes.len().max(1 << 16))));
        }
        let number = self.chunks.len() as u64 - 1;
        let Some(chunk) = self.chunks.last_mut() else { return ShapeRef(u64::MAX) };
        let at = chunk.len() as u64;
        chunk.extend_from_slice(bytes);
        ShapeRef(number << 32 | at)
    }

    pub(crate) fn get(&self, ShapeRef(at): ShapeRef) -> Option<CocoShape> {
        let mut bytes = self.chunks.get((at >> 32) as usize)?.get((at & 0xffff_ffff) as usize..)?.iter().copied();
        let mut next = || take(&mut bytes);
        match next()? {
            POLYGONS => {
                let count = next()?;
                let mut polygons = Vec::with_capacity(count as usize);
                for _ in 0..count {
                    let corners = next()?;
                    let mut polygon = Vec::with_capacity(corners as usize);
                    let mut corner = [0i32; 2];
                    for _ in 0..corners {
                        for value in &mut corner {
                            let step = next()?;
                            *value += ((step >> 1) as i64 ^ -((step & 1) as i64)) as i32;
                        }
                        polygon.push(corner);
                    }
                    polygons.push(Polygon(polygon));
                }
                Some(CocoShape::Polygons(polygons))
            }
            _ => {
                let (width, height, count) = (next()? as usize, next()? as usize, next()?);
                let counts = (0..count).map(|_| next().map(|v| v as u32)).collect::<Option<_>>()?;
                Some(CocoShape::Runs(Runs { width, height, counts }))
            }
        }
    }

    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }
}

/// Seven bits a byte, low ones first.
fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn take(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let byte = bytes.next()?;
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 63 {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::Config;

    proptest! {
        #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]

        #[test]
        fn shapes_come_back(
            polygons in prop::collection::vec(prop::collection::vec([-5000i32..50_000, i32::MIN / 2..i32::MAX / 2], 0..20), 0..4),
            counts in prop::collection::vec(any::<u32>(), 0..40),
        ) {
            let shapes = [
                CocoShape::Polygons(polygons.into_iter().map(Polygon).collect()),
                CocoShape::Runs(Runs { width: 640, height: 480, counts }),
            ];
            let mut store = Shapes::default();
            let places: Vec<ShapeRef> = shapes.iter().map(|shape| store.push(shape)).collect();
            for (place, shape) in places.iter().zip(&shapes) {
                prop_assert_eq!(store.get(*place), Some(shape.clone()));
            }
        }
    }
}
