//! The table of storages a pickle refers to, filled while it is read.

use std::collections::HashMap;

use super::error::{Result, corrupt};
use super::tensor::Dtype;

#[derive(Debug)]
pub struct Storage {
    pub key: String,
    pub dtype: Dtype,
    /// In elements.
    pub length: usize,
}

impl Storage {
    /// Cannot overflow: `add` compares the product with the length of the file.
    pub(crate) fn bytes(&self) -> usize {
        self.length * self.dtype.size()
    }
}

#[derive(Debug)]
pub(crate) struct StorageTable {
    storages: Vec<Storage>,
    by_key: HashMap<String, u32>,
    file_bytes: u64,
}

impl StorageTable {
    /// `file_bytes`: no storage can be larger than its file.
    pub(crate) fn new(file_bytes: u64) -> Self {
        Self { storages: Vec::new(), by_key: HashMap::new(), file_bytes }
    }

    pub(crate) fn add(&mut self, key: String, dtype: Dtype, length: i64) -> Result<u32> {
        if let Some(&index) = self.by_key.get(&key) {
            let known = &self.storages[index as usize];
            if known.dtype != dtype || i64::try_from(known.length) != Ok(length) {
                return corrupt(format!("storage {key} is described twice, differently"));
            }
            return Ok(index);
        }
        let bytes = u64::try_from(length).ok().and_then(|n| n.checked_mul(dtype.size() as u64));
        let (Some(bytes), Ok(length)) = (bytes, usize::try_from(length)) else {
            return corrupt(format!("storage {key} has a length of {length}"));
        };
        if bytes > self.file_bytes {
            return corrupt(format!("storage {key} should hold {bytes} bytes, the whole file has {}", self.file_bytes));
        }
        let index = self.storages.len() as u32; // bounded by the number of opcodes
        self.by_key.insert(key.clone(), index);
        self.storages.push(Storage { key, dtype, length });
        Ok(index)
    }

    pub(crate) fn typed_length(&self, index: u32) -> Option<(Dtype, usize)> {
        self.storages.get(index as usize).map(|storage| (storage.dtype, storage.length))
    }

    pub(crate) fn find(&self, key: &str) -> Option<(usize, &Storage)> {
        self.by_key.get(key).map(|&index| (index as usize, &self.storages[index as usize]))
    }

    pub(crate) fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    pub(crate) fn all(&self) -> &[Storage] {
        &self.storages
    }
}
