//! Files that come with the program: models and scenes.
//!
//! The program is one file. Its models and scenes are inside the binary, which [`install`]s them at the start, and have the paths that they
//! have in the repository: `models/collage-illustrated`, `assets/scenes/sheep.json`. A path that a person gives is looked for in this order:
//!
//! 1. on the disk, as it is written;
//! 2. `models/…` beside the program or above it, and in the folders of [`add_place`];
//! 3. inside the binary.
//!
//! Readers ask [`locate`] which it is. A library that is used without the program has nothing installed and reads from the disk.

#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The folder of models, beside the program or in the user's folder.
const MODELS: &str = "models";

/// A file inside the binary.
#[derive(Clone, Copy, Debug)]
pub struct BundledFile {
    /// With slashes: `models/collage-illustrated/config.json`.
    pub path: &'static str,
    pub content: Content,
}

/// The bytes of a file inside the binary. Weights are stored as they are: half-precision numbers hardly shrink, and are needed at once.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    Plain(&'static [u8]),
    /// A raw deflate stream of so many bytes.
    Deflated {
        bytes: &'static [u8],
        length: usize,
    },
}

impl BundledFile {
    /// The file's bytes; a stream that does not unpack gives an empty file, which its reader refuses.
    pub fn bytes(&self) -> Cow<'static, [u8]> {
        match self.content {
            Content::Plain(bytes) => Cow::Borrowed(bytes),
            Content::Deflated { bytes, length } => {
                let mut unpacked = Vec::with_capacity(length);
                let read = flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut unpacked);
                Cow::Owned(if read.is_ok() { unpacked } else { Vec::new() })
            }
        }
    }
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// On the disk, where there may be nothing.
    Disk(PathBuf),
    /// Inside the binary: a file or a folder, by its path there.
    Binary(String),
}

static FILES: OnceLock<&'static [BundledFile]> = OnceLock::new();
static PLACES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Says which files are inside the binary. Only the first call counts.
pub fn install(files: &'static [BundledFile]) {
    let _ = FILES.set(files);
}

/// Adds a folder whose `models` belong to the program too, such as the user's data folder.
pub fn add_place(folder: PathBuf) {
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    if !places.contains(&folder) {
        places.push(folder);
    }
}

/// Where the path leads; see the module's documentation.
pub fn locate(path: &Path) -> Location {
    if path.exists() {
        return Location::Disk(path.to_owned());
    }
    let Some(inner) = inner_path(path) else { return Location::Disk(path.to_owned()) };
    if inner.starts_with("models/")
        && let Some(found) = places().into_iter().map(|place| place.join(&inner)).find(|found| found.exists())
    {
        return Location::Disk(found);
    }
    if is_in_binary(&inner) { Location::Binary(inner) } else { Location::Disk(path.to_owned()) }
}

/// Whether there is such a file or folder, on the disk or inside the binary.
pub fn exists(path: &Path) -> bool {
    match locate(path) {
        Location::Disk(path) => path.exists(),
        Location::Binary(_) => true,
    }
}

/// Whether there is such a folder, on the disk or inside the binary.
pub fn is_folder(path: &Path) -> bool {
    match locate(path) {
        Location::Disk(path) => path.is_dir(),
        Location::Binary(inner) => file(&inner).is_none(),
    }
}

/// The bytes of a file inside the binary, by its path there.
pub fn bytes(inner: &str) -> Option<Cow<'static, [u8]>> {
    file(inner).map(BundledFile::bytes)
}

/// Reads a whole file, from the disk or from the binary.
pub fn read(path: &Path) -> std::io::Result<Cow<'static, [u8]>> {
    match locate(path) {
        Location::Disk(path) => std::fs::read(path).map(Cow::Owned),
        Location::Binary(inner) => bytes(&inner).ok_or_else(|| std::io::ErrorKind::IsADirectory.into()),
    }
}

/// The models inside the binary: `models/collage-illustrated`.
pub fn models() -> Vec<PathBuf> {
    let folder = |file: &BundledFile| {
        let mut parts = file.path.split('/');
        let (folder, name) = (parts.next()?, parts.next()?);
        (folder == MODELS && parts.next() == Some("config.json")).then(|| [folder, name].iter().collect())
    };
    files().iter().filter_map(folder).collect::<BTreeSet<PathBuf>>().into_iter().collect()
}

/// Where `models` may lie on the disk besides the working folder.
pub fn places() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok();
    // A build lies in `target/release`, its models in the folder above.
    let above = program.iter().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned);
    let more = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    above.chain(more.iter().cloned()).collect()
}

fn files() -> &'static [BundledFile] {
    FILES.get().copied().unwrap_or_default()
}

fn file(inner: &str) -> Option<&'static BundledFile> {
    files().iter().find(|file| file.path == inner)
}

fn is_in_binary(inner: &str) -> bool {
    files()
        .iter()
        .any(|file| file.path.strip_prefix(inner).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// A relative path with slashes, without `.`; none for one that leads anywhere else.
fn inner_path(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [BundledFile; 2] = [
        BundledFile { path: "models/a/config.json", content: Content::Plain(b"{}") },
        BundledFile { path: "assets/scenes/none.json", content: Content::Deflated { bytes: b"\x03\x00", length: 0 } },
    ];

    #[test]
    fn what_is_not_on_the_disk_is_in_the_binary() {
        install(&FILES);
        assert_eq!(locate(Path::new("./models/a/")), Location::Binary("models/a".to_owned()));
        assert!(is_folder(Path::new("models/a")) && !is_folder(Path::new("models/a/config.json")));
        assert!(
            !exists(Path::new("models/ab")) && !exists(Path::new("/models/a")) && !exists(Path::new("../models/a"))
        );
        assert_eq!(read(Path::new("models/a/config.json")).ok().as_deref(), Some(b"{}".as_slice()));
        assert_eq!(read(Path::new("assets/scenes/none.json")).ok().as_deref(), Some(b"".as_slice()));
        assert_eq!(models(), [PathBuf::from("models/a")]);
        assert_eq!(locate(Path::new("src")), Location::Disk("src".into()));
    }
}
