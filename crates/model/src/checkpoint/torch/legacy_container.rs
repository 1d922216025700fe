//! The container before torch 1.6: five pickles in a row (magic number, protocol 1001, facts of the machine, the object, the keys of the
//! storages), then per key an element count of 8 bytes and the raw values, always little-endian. torch: serialization.py, _legacy_save.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::error::{Result, TorchError, corrupt};
use super::input::Input;
use super::pickle;
use super::storage::StorageTable;
use super::value::{Kind, Tree};

/// LONG1, ten bytes, 0x1950a86a20f9469cfc6c: how every such file begins, after the protocol.
const MAGIC: [u8; 12] = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const PROTOCOL: i64 = 1001;

pub(crate) struct LegacyContainer {
    file: File,
    /// Where the values of each storage of the table begin.
    starts: Vec<u64>,
}

/// Whether a file that begins so is of this kind. (A FRAME may stand before the number.)
pub(crate) fn is_legacy(head: &[u8]) -> bool {
    head.first() == Some(&0x80) && head.windows(MAGIC.len()).any(|window| window == MAGIC)
}

pub(crate) fn open(file: File, table: &mut StorageTable) -> Result<(Tree, LegacyContainer)> {
    let mut input = Input::new(BufReader::new(file), table.file_bytes());
    let mut none = StorageTable::new(0); // only the object refers to storages
    pickle::read(&mut input, &mut none)?;
    match pickle::read(&mut input, &mut none)?.root().kind() {
        Kind::Int(PROTOCOL) => {}
        _ => {
            return Err(TorchError::Unsupported("another version of the old torch.save format".into()));
        }
    }
    pickle::read(&mut input, &mut none)?;
    let tree = pickle::read(&mut input, table)?;
    let keys = pickle::read(&mut input, &mut none)?;

    let start = input.position();
    let mut file = input.into_inner().into_inner();
    let starts = locate(&mut file, start, &keys, table)?;
    Ok((tree, LegacyContainer { file, starts }))
}

/// Walks over the counts, which must agree with what the tensors say.
fn locate(file: &mut File, start: u64, keys: &Tree, table: &StorageTable) -> Result<Vec<u64>> {
    let Kind::List(keys) = keys.root().kind() else {
        return corrupt("the list of storages is something else");
    };
    let mut starts = vec![None; table.all().len()];
    let mut position = start;
    for key in keys {
        let name = match key.kind() {
            Kind::Str(name) => name.to_owned(),
            Kind::Int(name) => name.to_string(),
            _ => return corrupt("a storage whose key is no text"),
        };
        let Some((index, storage)) = table.find(&name) else {
            return corrupt(format!("storage {name} belongs to no tensor"));
        };
        let mut count = [0; 8];
        file.seek(SeekFrom::Start(position))?;
        if file.read_exact(&mut count).is_err() {
            return corrupt(format!("storage {name} is missing"));
        }
        if u64::from_le_bytes(count) != storage.length as u64 {
            return corrupt(format!("storage {name} has {} of {} values", i64::from_le_bytes(count), storage.length));
        }
        starts[index] = Some(position + 8);
        position += 8 + storage.bytes() as u64;
        if position > table.file_bytes() {
            return corrupt(format!("storage {name} is cut short"));
        }
    }
    match starts.into_iter().collect() {
        Some(starts) => Ok(starts),
        None => corrupt("a storage is missing"),
    }
}

impl LegacyContainer {
    pub fn read(&mut self, storage: usize, table: &StorageTable) -> Result<Vec<u8>> {
        let (Some(&start), Some(described)) = (self.starts.get(storage), table.all().get(storage)) else {
            return corrupt(format!("storage {storage} is missing"));
        };
        let mut bytes = vec![0; described.bytes()];
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
