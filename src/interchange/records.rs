//! Reads JSON files that are too large to hold, record by record.

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("cannot read the annotations ({source}). Put the file back, or make it readable: {}", path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("these annotations are not as they should be: {message} (line {line}, column {column}). Mend that place, or take another copy: {}", path.display())]
    Json { message: String, line: usize, column: usize, path: PathBuf },
    #[error("this file has no {}, so it holds no {what}. Choose another: {}", missing.join(", no "), path.display())]
    Missing { missing: Vec<&'static str>, what: &'static str, path: PathBuf },
}

impl RecordsError {
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. } | Self::Json { path, .. } | Self::Missing { path, .. } => path,
        }
    }
}

/// Gives every item of a file that is one list to a function.
pub fn read_list<T: for<'de> Deserialize<'de>>(path: &Path, give: impl FnMut(T)) -> Result<(), RecordsError> {
    read(path, Each::new(give))
}

/// Reads a whole file by a seed.
pub(super) fn read<T>(path: &Path, seed: impl for<'de> DeserializeSeed<'de, Value = T>) -> Result<T, RecordsError> {
    let failed = |source| RecordsError::Io { source, path: path.to_owned() };
    // Opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "this is no file")));
    }
    let file = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
    let mut json = serde_json::Deserializer::from_reader(file);
    let value = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    value.map_err(|error| {
        if error.is_io() {
            return RecordsError::Io { source: error.into(), path: path.to_owned() };
        }
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned();
        RecordsError::Json { message, line: error.line(), column: error.column(), path: path.to_owned() }
    })
}

/// Gives every item of a list to a function.
pub(super) struct Each<T, F>(F, PhantomData<T>);

impl<T, F: FnMut(T)> Each<T, F> {
    pub fn new(give: F) -> Self {
        Self(give, PhantomData)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}
