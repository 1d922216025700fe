//! The index as one file: a head as JSON with the words, then numbers, then a check sum.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store::{AnnotationTable, StoredObject, StoredPicture, StoredRelation};
use crate::{DataError, Split};
use scenewright_formats::write_atomically;

const MAGIC: &[u8; 8] = b"SWINDEX1";

#[derive(Serialize, Deserialize)]
struct Head {
    names: Vec<String>,
    predicates: Vec<String>,
    attributes: Vec<String>,
    pictures: usize,
    objects: usize,
    relations: usize,
}

/// Writes an index whole or not at all; gives its size in bytes.
pub fn write(path: &Path, store: &AnnotationTable, splits: &[Split]) -> Result<usize, DataError> {
    let failed = |what: String| DataError::InvalidFile { what, path: path.to_owned() };
    let head = Head {
        names: store.names.clone(),
        predicates: store.predicates.clone(),
        attributes: store.attributes.clone(),
        pictures: store.pictures.len(),
        objects: store.objects.len(),
        relations: store.relations.len(),
    };
    let head = serde_json::to_vec(&head).map_err(|error| failed(format!("the index cannot be made: {error}")))?;
    let mut bytes = MAGIC.to_vec();
    put(&mut bytes, head.len() as u32);
    bytes.extend(head);
    for (picture, split) in store.pictures.iter().zip(splits) {
        bytes.extend(picture.id.to_le_bytes());
        let file = picture.file.as_bytes();
        let counts = [&picture.objects, &picture.relations].map(|range| range.end - range.start);
        let split = Split::ALL.iter().position(|known| known == split).unwrap_or(0) as u32;
        [picture.width, picture.height, counts[0], counts[1], split, file.len() as u32]
            .into_iter()
            .for_each(|v| put(&mut bytes, v));
        bytes.extend(file);
    }
    for object in &store.objects {
        put(&mut bytes, object.name);
        object.bbox.iter().for_each(|&v| bytes.extend((v as f32).to_le_bytes()));
        let rows = object.attributes.start as usize..object.attributes.end as usize;
        let attributes = store.object_attributes.get(rows).unwrap_or_default();
        put(&mut bytes, attributes.len() as u32);
        attributes.iter().for_each(|&row| put(&mut bytes, row));
    }
    for StoredRelation { subject, predicate, object } in &store.relations {
        [subject, predicate, object].into_iter().for_each(|&v| put(&mut bytes, v));
    }
    let sum = crc32c::crc32c(&bytes);
    put(&mut bytes, sum);
    write_atomically(path, &bytes).map_err(|error| failed(error.to_string()))?;
    Ok(bytes.len())
}

fn put(bytes: &mut Vec<u8>, value: u32) {
    bytes.extend(value.to_le_bytes());
}

/// Reads what [`write`] wrote.
pub fn read(path: &Path) -> Result<(AnnotationTable, Vec<Split>), DataError> {
    let failed = |what: &str| DataError::InvalidFile { what: what.to_owned(), path: path.to_owned() };
    let bytes = fs::read(path).map_err(|error| {
        failed(&format!(
            "cannot read the index ({error}). Make it readable, or make it again: `scenewright dataset index`"
        ))
    })?;
    let damaged = || failed("the index is damaged or of another version. Make it again: `scenewright dataset index`");
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
    if !body.starts_with(MAGIC) || crc32c::crc32c(body) != u32::from_le_bytes(*sum) {
        return Err(damaged());
    }
    parse(&body[MAGIC.len()..]).ok_or_else(damaged)
}

fn parse(mut bytes: &[u8]) -> Option<(AnnotationTable, Vec<Split>)> {
    let length = number(&mut bytes)? as usize;
    let (head, rest) = bytes.split_at_checked(length)?;
    bytes = rest;
    let Head { names, predicates, attributes, pictures, objects, relations } = serde_json::from_slice(head).ok()?;
    let mut store = AnnotationTable { names, predicates, attributes, ..AnnotationTable::default() };
    let mut splits = Vec::new();
    let (mut first, mut first_relation) = (0u32, 0u32);
    for _ in 0..pictures {
        let (id, rest) = bytes.split_first_chunk::<8>()?;
        bytes = rest;
        let mut six = [0; 6];
        for value in &mut six {
            *value = number(&mut bytes)?;
        }
        let [width, height, objects, relations, split, length] = six;
        let (file, rest) = bytes.split_at_checked(length as usize)?;
        bytes = rest;
        splits.push(*Split::ALL.get(split as usize)?);
        let (end, end_relation) = (first.checked_add(objects)?, first_relation.checked_add(relations)?);
        store.pictures.push(StoredPicture {
            id: u64::from_le_bytes(*id),
            file: std::str::from_utf8(file).ok()?.into(),
            width,
            height,
            objects: first..end,
            relations: first_relation..end_relation,
        });
        (first, first_relation) = (end, end_relation);
    }
    for _ in 0..objects {
        let name = number(&mut bytes)?;
        let mut bbox = [0.0; 4];
        for value in &mut bbox {
            *value = f64::from(f32::from_bits(number(&mut bytes)?));
        }
        let count = number(&mut bytes)?;
        let from = store.object_attributes.len() as u32;
        for _ in 0..count {
            store.object_attributes.push(number(&mut bytes)?);
        }
        let attributes = from..store.object_attributes.len() as u32;
        store.objects.push(StoredObject { name, bbox, shape: None, attributes });
    }
    for _ in 0..relations {
        let (subject, predicate, object) = (number(&mut bytes)?, number(&mut bytes)?, number(&mut bytes)?);
        store.relations.push(StoredRelation { subject, predicate, object });
    }
    (bytes.is_empty() && store.objects.len() == first as usize).then_some((store, splits))
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    let (value, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*value))
}
