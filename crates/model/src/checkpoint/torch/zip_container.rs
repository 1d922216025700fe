//! The container of torch 1.6 and later: a zip archive with `<any name>/data.pkl`, `<any name>/data/<key>` for each storage, and in
//! newer ones `byteorder`. Entries are stored, not compressed. torch: caffe2/serialize/inline_container.h.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::error::{Result, TorchError, corrupt};
use super::input::Input;
use super::pickle;
use super::storage::StorageTable;
use super::value::Tree;

pub(crate) struct ZipContainer {
    archive: ZipArchive<BufReader<File>>,
    /// Position in the archive of each storage of the table.
    entries: Vec<usize>,
    big_endian: bool,
}

/// Reads the pickle and checks that every storage it names is there, whole.
pub(crate) fn open(file: File, table: &mut StorageTable) -> Result<(Tree, ZipContainer)> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(from_zip)?;
    let names: HashMap<String, usize> = archive
        .file_names_raw()
        .enumerate()
        .map(|(index, name)| (String::from_utf8_lossy(name).into_owned(), index))
        .collect();
    let mut pickles: Vec<&str> = names.keys().filter_map(|name| name.strip_suffix("data.pkl")).collect();
    pickles.retain(|prefix| prefix.is_empty() || prefix.ends_with('/'));
    pickles.sort_unstable();
    let ends = |ending: &str| names.keys().any(|name| name.ends_with(ending));
    if ends("constants.pkl") || names.keys().any(|name| name.contains("/code/") || name.starts_with("code/")) {
        return Err(TorchError::Known {
            found: "is a TorchScript archive (torch.jit.save), which holds a program".into(),
            fix: "Save the weights alone in Python: torch.save({\"model_kwargs\": ..., \"model_state\": model.state_dict()}, FILE)",
        });
    }
    let prefix = match pickles.as_slice() {
        [prefix] => (*prefix).to_owned(),
        [first, second, ..] => {
            let names: Vec<String> =
                [first, second].map(|prefix| format!("\"{}\"", prefix.trim_end_matches('/'))).into();
            return Err(TorchError::Known {
                found: format!("holds {} models ({}) in one archive", pickles.len(), names.join(", ")),
                fix: "Save the one that is meant into a file of its own",
            });
        }
        [] => {
            let what = match () {
                () if ends(".npy") => "NumPy arrays (.npz)".to_owned(),
                () if ends(".safetensors") => {
                    "safetensors, packed; unpack it: a model folder is opened, not imported".to_owned()
                }
                () if ends(".pt") || ends(".pth") => "checkpoints, packed; unpack it first".to_owned(),
                () if ends("META-INF/MANIFEST.MF") => "a Java archive".to_owned(),
                () => format!("a zip archive of {} files without a data.pkl", names.len()),
            };
            return Err(TorchError::NotTorch { found: what });
        }
    };
    let entry = |name: &str| names.get(&format!("{prefix}{name}")).copied();

    let Some(pickle_entry) = entry("data.pkl") else {
        return corrupt("no data.pkl");
    };
    let tree = read_pickle(&mut archive, pickle_entry, table)?;
    let big_endian = match entry("byteorder") {
        Some(index) => read_entry(&mut archive, index, table.file_bytes())? == b"big",
        None => false,
    };
    let mut entries = Vec::with_capacity(table.all().len());
    for storage in table.all() {
        let Some(index) = entry(&format!("data/{}", storage.key)) else {
            return corrupt(format!("storage {} is missing", storage.key));
        };
        let size = archive.by_index(index).map_err(from_zip)?.size();
        if size < storage.bytes() as u64 {
            return corrupt(format!("storage {} has {size} of {} bytes", storage.key, storage.bytes()));
        }
        entries.push(index);
    }
    Ok((tree, ZipContainer { archive, entries, big_endian }))
}

impl ZipContainer {
    /// The bytes of a storage, little-endian; the archive's checksum is verified.
    pub fn read(&mut self, storage: usize, table: &StorageTable) -> Result<Vec<u8>> {
        let (Some(&entry), Some(described)) = (self.entries.get(storage), table.all().get(storage)) else {
            return corrupt(format!("storage {storage} is missing"));
        };
        let mut bytes = read_entry(&mut self.archive, entry, table.file_bytes())?;
        if self.big_endian {
            for element in bytes.chunks_exact_mut(described.dtype.size()) {
                element.reverse();
            }
        }
        Ok(bytes)
    }
}

fn read_pickle(archive: &mut ZipArchive<BufReader<File>>, index: usize, table: &mut StorageTable) -> Result<Tree> {
    let entry = stored(archive, index, table.file_bytes())?;
    let mut input = Input::new(BufReader::new(entry), table.file_bytes());
    let tree = pickle::read(&mut input, table)?;
    // To the end of the entry, where its checksum is compared.
    io::copy(&mut input.into_inner(), &mut io::sink()).map_err(from_io)?;
    Ok(tree)
}

fn read_entry(archive: &mut ZipArchive<BufReader<File>>, index: usize, file_bytes: u64) -> Result<Vec<u8>> {
    let mut entry = stored(archive, index, file_bytes)?;
    let mut bytes = Vec::with_capacity(entry.size() as usize);
    entry.read_to_end(&mut bytes).map_err(from_io)?;
    Ok(bytes)
}

/// An entry that lies in the file as it is, so that its size cannot exceed the file's. torch never compresses; an archive that was
/// packed again by another program could unfold to any size.
fn stored(archive: &mut ZipArchive<BufReader<File>>, index: usize, file_bytes: u64) -> Result<impl SizedRead> {
    let entry = archive.by_index(index).map_err(from_zip)?;
    if entry.compression() != CompressionMethod::Stored {
        return Err(TorchError::Unsupported("a zip archive that was compressed again".into()));
    }
    if entry.size() > file_bytes || entry.size() != entry.compressed_size() {
        return corrupt(format!("an entry of {} bytes in a file of {file_bytes}", entry.size()));
    }
    Ok(entry)
}

trait SizedRead: Read {
    fn size(&self) -> u64;
}

impl<R: Read> SizedRead for zip::read::ZipFile<'_, R> {
    fn size(&self) -> u64 {
        zip::read::ZipFile::size(self)
    }
}

fn from_zip(error: ZipError) -> TorchError {
    match error {
        ZipError::Io(error) => from_io(error),
        other => TorchError::Corrupt(other.to_string()),
    }
}

fn from_io(error: io::Error) -> TorchError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            TorchError::Corrupt(error.to_string())
        }
        _ => TorchError::Io(error),
    }
}
