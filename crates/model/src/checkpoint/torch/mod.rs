//! Reads what `torch.save` wrote, zip or legacy, without Python and without running anything from the file.
//!
//! [`TorchFile::open`] reads the structure; the numbers stay in the file until [`TensorReader::read`] is asked for one tensor, so a
//! checkpoint with optimizer states and sample pictures costs no more memory than its largest tensor.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

mod error;
mod globals;
mod input;
mod legacy_container;
mod numpy;
mod pickle;
mod stack;
mod storage;
mod tensor;
mod value;
mod zip_container;

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;

pub use error::TorchError;
use error::{Result, corrupt};
use legacy_container::LegacyContainer;
use storage::StorageTable;
pub use tensor::{Dtype, TensorData, TensorMeta};
pub use value::{Kind, Tree, Value};
use zip_container::ZipContainer;

pub struct TorchFile {
    pub tree: Tree,
    pub tensors: TensorReader,
}

/// Takes tensors out of the file, one at a time.
pub struct TensorReader {
    container: Container,
    storages: StorageTable,
    /// A storage that its last tensor did not use up: those that share one usually follow each other.
    last: Option<(usize, Vec<u8>)>,
}

enum Container {
    Zip(ZipContainer),
    Legacy(LegacyContainer),
}

impl TorchFile {
    pub fn open(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            let found = if metadata.is_dir() { "a folder" } else { "no regular file" };
            return Err(TorchError::NotTorch { found: found.into() });
        }
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        file.by_ref().take(64).read_to_end(&mut head)?;
        file.rewind()?;

        let mut storages = StorageTable::new(metadata.len());
        let (tree, container) = if head.starts_with(b"PK") {
            let (tree, zip) = zip_container::open(file, &mut storages)?;
            (tree, Container::Zip(zip))
        } else if legacy_container::is_legacy(&head) {
            let (tree, legacy) = legacy_container::open(file, &mut storages)?;
            (tree, Container::Legacy(legacy))
        } else {
            return Err(other_file(&head));
        };
        // A whole object instead of data: its class would have to run.
        if let Some(class) = tree.root().class().filter(|_| !tree.root().is_dict()) {
            return Err(TorchError::RefusedGlobal(class.to_owned()));
        }
        Ok(Self { tree, tensors: TensorReader { container, storages, last: None } })
    }
}

impl TensorReader {
    pub(crate) fn file_bytes(&self) -> u64 {
        self.storages.file_bytes()
    }

    pub fn read(&mut self, meta: &TensorMeta) -> Result<TensorData> {
        // A stride of 0 repeats values: one stored number could stand for a terabyte.
        let bytes = (meta.count() as u64).checked_mul(meta.dtype.size() as u64);
        if bytes.is_none_or(|bytes| bytes > self.storages.file_bytes()) {
            return corrupt(format!(
                "a tensor of shape {:?} in a file of {} bytes",
                meta.shape,
                self.storages.file_bytes()
            ));
        }
        let storage = match self.last.take() {
            Some((index, bytes)) if index == meta.storage => bytes,
            _ => match &mut self.container {
                Container::Zip(zip) => zip.read(meta.storage, &self.storages)?,
                Container::Legacy(legacy) => legacy.read(meta.storage, &self.storages)?,
            },
        };
        let bytes = if meta.is_all_of(&storage) {
            storage // the usual case: moved, not copied
        } else {
            let bytes = meta.gather(&storage)?;
            self.last = Some((meta.storage, storage));
            bytes
        };
        Ok(TensorData { dtype: meta.dtype, shape: meta.shape.clone(), bytes })
    }
}

/// Why a file that is no checkpoint is refused, from its first bytes.
fn other_file(head: &[u8]) -> TorchError {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let again = "Download it again; of large files some pages ask for a confirmation first";
    match text {
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head") => {
            TorchError::Instead { found: "a web page", fix: again }
        }
        _ if text.starts_with("http/") => TorchError::Instead {
            found: "the answer of a web server with its head before the file",
            fix: "Download it again, with a browser or with curl without -i",
        },
        _ if text.starts_with("version https://git-lfs") => {
            TorchError::Instead { found: "a pointer of Git LFS", fix: "Fetch the file itself with `git lfs pull`" }
        }
        _ if text.starts_with("<?xml") => {
            TorchError::Instead { found: "an XML message, perhaps a server's refusal", fix: again }
        }
        _ if text.starts_with('{') => TorchError::Instead { found: "JSON, perhaps a server's refusal", fix: again },
        _ => TorchError::NotTorch { found: guess(head) },
    }
}

/// What a file that is no checkpoint seems to be, from its first bytes.
fn guess(head: &[u8]) -> String {
    let text = |bytes: &[u8]| {
        std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
    };
    match head {
        [] => "an empty file",
        [0x80, ..] => "a Python pickle, but not one of torch.save",
        [0x89, b'H', b'D', b'F', ..] => "an HDF5 file",
        [0x1f, 0x8b, ..] => "a gzip file; unpack it first",
        [b'R', b'a', b'r', b'!', ..] | [b'7', b'z', 0xbc, 0xaf, ..] => "a packed archive; unpack it first",
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => "a NumPy array",
        [b'G', b'G', b'U', b'F', ..] => "a GGUF file",
        head if head.iter().all(|byte| *byte == 0) => "nothing but zeros; copy or download it again",
        [_, _, _, _, _, 0, 0, 0, b'{', ..] => "a safetensors file; a model folder is opened, not imported",
        // The last character may be cut.
        _ if text(&head[..head.len().saturating_sub(3)]) || text(head) => "a text file",
        _ => "a file of another kind",
    }
    .into()
}
