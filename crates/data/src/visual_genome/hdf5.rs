//! The files that google/sg2im's own preprocessing writes: `train.h5`, `val.h5`, `test.h5`, and `vocab.json` beside them.
//!
//! ```text
//! image_ids [N]  image_paths [N]  objects_per_image [N]  relationships_per_image [N]
//! object_names [N, 30]  object_boxes [N, 30, 4] (left, top, width, height in pixels)
//! relationship_subjects, _predicates, _objects [N, 30]   rows within the picture; numbers of vocab.json
//! attributes_per_object [N, 30]  object_attributes [O, 30]   object after object, those of all pictures together
//! ```
//!
//! What is not there is -1. The sizes of the pictures are not in the files: sg2im takes them from the pictures as they lie on the
//! disk, and so do we ([`AnnotationTable`]'s width and height are 0).
// sg2im: scripts/preprocess_vg.py, encode_graphs; data/vg.py

use std::fs;
use std::path::{Path, PathBuf};

use hdf5_pure::File;
use serde::Deserialize;

use crate::store::{AnnotationTable, StoredObject, StoredPicture, StoredRelation};
use crate::{DataError, Split};

const WORDS: &str = "vocab.json";
/// Numbers of the nodes and edges that hold a graph together; they stand in no picture.
const IMAGE: &str = "__image__";
const IN_IMAGE: &str = "__in_image__";

/// Whether sg2im's files lie in this folder.
pub fn is_here(folder: &Path) -> bool {
    file_of(folder, Split::Train).is_file()
}

fn file_of(folder: &Path, split: Split) -> PathBuf {
    folder.join(match split {
        Split::Train => "train.h5",
        Split::Validation => "val.h5",
        Split::Test => "test.h5",
    })
}

/// One part of the data set.
pub fn read(folder: &Path, split: Split) -> Result<AnnotationTable, DataError> {
    let words = VocabJson::open(&folder.join(WORDS))?;
    let path = file_of(folder, split);
    let length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    let part = SplitFile {
        most_bytes: length.saturating_mul(MAX_COMPRESSION),
        file: File::open(&path)
            .map_err(|error| place(&path, format!("this HDF5 file cannot be read ({error}). {FIX}")))?,
        path: &path,
    };
    part.store(words)
}

const FIX: &str =
    "Make it again with preprocess_vg.py, or put Visual Genome's own JSON here and run `scenewright dataset index`";

fn place(path: &Path, what: String) -> DataError {
    DataError::InvalidFile { what, path: path.to_owned() }
}

/// `vocab.json`; its other keys are the same the other way round.
#[derive(Deserialize)]
struct VocabJson {
    object_idx_to_name: Vec<String>,
    pred_idx_to_name: Vec<String>,
    #[serde(default)]
    attribute_idx_to_name: Vec<String>,
}

impl VocabJson {
    fn open(path: &Path) -> Result<Self, DataError> {
        let cannot =
            |problem: String| place(path, format!("the words of the HDF5 files cannot be read ({problem}). {FIX}"));
        let bytes = fs::read(path).map_err(|error| cannot(error.to_string()))?;
        let words: Self = serde_json::from_slice(&bytes).map_err(|error| cannot(error.to_string()))?;
        for (list, first) in [(&words.object_idx_to_name, IMAGE), (&words.pred_idx_to_name, IN_IMAGE)] {
            if list.first().is_none_or(|word| word != first) {
                return Err(cannot(format!("word 0 is not {first}")));
            }
        }
        Ok(words)
    }
}

/// Whole numbers in rows, one row a picture (or an object).
struct Table {
    name: &'static str,
    values: Vec<i32>,
    width: usize,
}

impl Table {
    /// The first `count` numbers of a row.
    fn row(&self, row: usize, count: usize) -> Option<&[i32]> {
        self.values.get(row * self.width..(row + 1) * self.width)?.get(..count)
    }

    fn one(&self, row: usize) -> Option<usize> {
        self.row(row, 1)?.first().and_then(|value| usize::try_from(*value).ok())
    }
}

/// The widest numbers that the tables hold.
const BYTES_A_VALUE: u64 = 8;
/// Deflate makes data at most so much smaller (zlib: "Maximum Compression Factor").
const MAX_COMPRESSION: u64 = 1032;

struct SplitFile<'a> {
    file: File,
    /// What the file's data can be at most when they are unpacked.
    most_bytes: u64,
    path: &'a Path,
}

impl SplitFile<'_> {
    fn failed(&self, name: &str, problem: impl std::fmt::Display) -> DataError {
        place(self.path, format!("\"{name}\" in this HDF5 file cannot be used: {problem}. {FIX}"))
    }

    fn table(&self, name: &'static str) -> Result<Table, DataError> {
        let failed = |error: hdf5_pure::Error| self.failed(name, error);
        let set = self.file.dataset(name).map_err(failed)?;
        self.check_size(name, &set)?;
        let shape = set.shape().map_err(failed)?;
        let width = shape.iter().skip(1).product::<u64>() as usize;
        Ok(Table { name, values: set.read_i32().map_err(failed)?, width })
    }

    /// Believes no size that the file announces: it can hold no more than its bytes may unpack to.
    fn check_size(&self, name: &str, set: &hdf5_pure::Dataset) -> Result<(), DataError> {
        let failed = |error: hdf5_pure::Error| self.failed(name, error);
        let shape = set.shape().map_err(failed)?;
        let chunk = set.chunk_shape().map_err(failed)?.unwrap_or_default();
        for sides in [shape, chunk] {
            let values = sides.iter().try_fold(1u64, |all, side| all.checked_mul(*side));
            let bytes = values.and_then(|values| values.checked_mul(BYTES_A_VALUE));
            if bytes.is_none_or(|bytes| bytes > self.most_bytes) {
                let sides: Vec<String> = sides.iter().map(u64::to_string).collect();
                let what =
                    format!("it announces {} values, more than a file of this length can hold", sides.join(" x "));
                return Err(self.failed(name, what));
            }
        }
        Ok(())
    }

    fn store(&self, words: VocabJson) -> Result<AnnotationTable, DataError> {
        let failed = |error: hdf5_pure::Error| self.failed("image_paths", error);
        let files = self.file.dataset("image_paths").map_err(failed)?;
        self.check_size("image_paths", &files)?;
        let files = files.read_string().map_err(failed)?;
        let names = ["image_ids", "objects_per_image", "relationships_per_image", "object_names", "object_boxes"];
        let [ids, objects, relations, object_names, boxes] = self.tables(names)?;
        let names = ["relationship_subjects", "relationship_predicates", "relationship_objects"];
        let ends = self.tables(names)?;
        let [attribute_counts, attributes] = self.tables(["attributes_per_object", "object_attributes"])?;
        let mut store = AnnotationTable {
            names: words.object_idx_to_name.into_iter().skip(1).collect(),
            predicates: words.pred_idx_to_name.into_iter().skip(1).collect(),
            attributes: words.attribute_idx_to_name,
            ..AnnotationTable::default()
        };
        for (row, file) in files.into_iter().enumerate() {
            let wrong = |table: &Table| {
                let what = format!("picture {row} (\"{file}\") has too few numbers, or one that stands for nothing");
                self.failed(table.name, what)
            };
            let number = |table: &Table| table.one(row).ok_or_else(|| wrong(table));
            let (id, count, related) = (number(&ids)?, number(&objects)?, number(&relations)?);
            let (first, first_relation) = (store.objects.len() as u32, store.relations.len() as u32);
            let categories = object_names.row(row, count).ok_or_else(|| wrong(&object_names))?;
            let corners = boxes.row(row, 4 * count).ok_or_else(|| wrong(&boxes))?;
            let object_counts = attribute_counts.row(row, count).ok_or_else(|| wrong(&attribute_counts))?;
            for ((&category, &bbox), &attribute_counts) in
                categories.iter().zip(corners.as_chunks::<4>().0).zip(object_counts)
            {
                let name = word(category, 1, &store.names).ok_or_else(|| wrong(&object_names))?;
                let from = store.object_attributes.len() as u32;
                let own = attributes.row(store.objects.len(), usize::try_from(attribute_counts).unwrap_or(0));
                for &attribute in own.ok_or_else(|| wrong(&attributes))? {
                    let attribute = word(attribute, 0, &store.attributes).ok_or_else(|| wrong(&attributes))?;
                    store.object_attributes.push(attribute);
                }
                let attributes = from..store.object_attributes.len() as u32;
                store.objects.push(StoredObject { name, bbox: bbox.map(f64::from), shape: None, attributes });
            }
            for i in 0..related {
                let [subject, predicate, object] = ends.each_ref().map(|table| {
                    let value = table.row(row, related).and_then(|values| values.get(i));
                    value.copied().ok_or_else(|| wrong(table))
                });
                let end = |row: i32| u32::try_from(row).ok().filter(|row| (*row as usize) < count);
                store.relations.push(StoredRelation {
                    subject: end(subject?).ok_or_else(|| wrong(&ends[0]))?,
                    predicate: word(predicate?, 1, &store.predicates).ok_or_else(|| wrong(&ends[1]))?,
                    object: end(object?).ok_or_else(|| wrong(&ends[2]))?,
                });
            }
            store.pictures.push(StoredPicture {
                id: id as u64,
                file: file.into(),
                width: 0,
                height: 0,
                objects: first..store.objects.len() as u32,
                relations: first_relation..store.relations.len() as u32,
            });
        }
        Ok(store)
    }

    fn tables<const N: usize>(&self, names: [&'static str; N]) -> Result<[Table; N], DataError> {
        let tables = names.into_iter().map(|name| self.table(name)).collect::<Result<Vec<_>, _>>()?;
        tables.try_into().map_err(|_| self.failed("the tables", "some are missing"))
    }
}

/// A number of `vocab.json` as a row of a list without the first `before` words.
fn word(number: i32, before: i32, list: &[String]) -> Option<u32> {
    let row = u32::try_from(number.checked_sub(before)?).ok()?;
    ((row as usize) < list.len()).then_some(row)
}
