//! Files to scenes and back.
//!
//! The document of this program is google/sg2im's scene graph, so that the reference's own reader can open it:
//!
//! ```json
//! {
//!   "objects": ["sky", "grass", "sheep"],
//!   "relationships": [[0, "above", 1], [2, "standing on", 1]],
//!   "scenewright": {
//!     "version": 1,
//!     "seed": 7,
//!     "objects": [{}, {}, {"label": "Dolly", "size": "small", "place": "bottom left", "attributes": ["black"],
//!                 "pinned": [0.1, 0.5, 0.4, 0.9], "locked": true, "seed": 3, "canvas": [40, 120]}],
//!     "relationships": [{}, {}]
//!   }
//! }
//! ```
//!
//! `scenewright` holds what the original format lacks, a list entry for each object and relation; every part of it may be
//! missing. `id` (in an entry) and `next_ids` are written where ids are not simply 0, 1, 2 ..., so that a journal of edits still
//! speaks of the same objects. Keys that this version does not know, anywhere, are kept and written back.
//! A file holds one graph or a list of graphs, as the reference accepts. A single scene is written as one graph.
//!
//! A PNG that this program exported carries its document in a text chunk ([`png_with_text`]), and is read like a document.
//!
//! Reading checks everything and reports all problems of a file together; nothing is repaired in silence. Writing never
//! leaves half a file ([`write_atomically`]).

mod atomic;
pub mod coco_file;
pub mod coco_mask;
mod dot;
mod error;
mod fields;
pub mod other_formats;
pub mod picture_file;
pub mod picture_folder;
mod png;
mod read;
pub mod records;
pub mod sources;
mod text;
pub mod values;
mod write;

pub use atomic::write_atomically;
pub use dot::dot;
pub use error::{DocumentError, Problem, ReadError, WriteError, without_path};
pub use png::{PNG_KEYWORD, png_with_text};

use crate::scene::Scene;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Larger files are no scene graphs; reading one would only fill the memory.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// The version of the `scenewright` key that this program writes and the newest that it reads.
pub const DOCUMENT_VERSION: u64 = 1;

/// What a file held its scenes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A document: saving replaces it.
    Document,
    /// A picture that carries its graph: to save a document over it would destroy the picture.
    Picture,
}

/// Reads the scenes of a file: a document, or a PNG that carries one.
pub fn read_scenes(path: &Path) -> Result<Vec<Scene>, ReadError> {
    read_file(path).map(|(scenes, _)| scenes)
}

/// As [`read_scenes`], with what the file is.
pub fn read_file(path: &Path) -> Result<(Vec<Scene>, Source), ReadError> {
    let (text, source) = read_text(path)?;
    let scenes = scenes_from_str(&text).map_err(|error| ReadError::Document { error, path: path.to_owned() })?;
    Ok((scenes, source))
}

/// Reads the scenes of a text: one graph or a list of graphs.
pub fn scenes_from_str(text: &str) -> Result<Vec<Scene>, DocumentError> {
    // Some editors begin a file with a byte order mark; JSON knows none.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value = serde_json::from_str(text).map_err(|error| error::json_error(&error))?;
    read::scenes(value)
}

/// Writes a file: all of it, or nothing and the old one stays.
pub fn write_scenes(path: &Path, scenes: &[Scene]) -> Result<(), WriteError> {
    write_atomically(path, scenes_to_string(scenes).as_bytes())
}

/// The text of a document; what [`scenes_from_str`] reads.
pub fn scenes_to_string(scenes: &[Scene]) -> String {
    match scenes {
        [scene] => text::pretty(&write::graph(scene)),
        scenes => text::pretty(&scenes.iter().map(write::graph).collect()),
    }
}

/// The document's text, once the file's kind and size have been found to be sane.
fn read_text(path: &Path) -> Result<(String, Source), ReadError> {
    let unreadable = |source| ReadError::Io { source, path: path.to_owned() };
    // Asked of the path before it is opened: opening a pipe would wait for a writer.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(ReadError::Directory { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile { path: path.to_owned() });
    }
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut start = Vec::with_capacity(12);
    file.by_ref().take(12).read_to_end(&mut start).map_err(unreadable)?;
    if start.starts_with(&png::SIGNATURE) {
        file.seek(SeekFrom::Start(8)).map_err(unreadable)?;
        return Ok((png::carried_text(&mut file, path)?, Source::Picture));
    }
    if let Some(what) = other_picture(&start) {
        return Err(ReadError::NoGraph { what, path: path.to_owned() });
    }
    let too_large = |bytes| ReadError::TooLarge { bytes, path: path.to_owned() };
    if metadata.len() > MAX_DOCUMENT_BYTES {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = start;
    bytes.reserve(metadata.len() as usize);
    // A file may grow between the question and the answer.
    file.take(MAX_DOCUMENT_BYTES + 1 - bytes.len() as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| ReadError::NotText { offset: error.utf8_error().valid_up_to(), path: path.to_owned() })?;
    Ok((text, Source::Document))
}

/// Pictures that people drop onto the window, by their first bytes.
fn other_picture(start: &[u8]) -> Option<&'static str> {
    let is_webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
    match start {
        [0xff, 0xd8, 0xff, ..] => Some("JPEG"),
        [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
        _ if is_webp => Some("WebP"),
        _ => None,
    }
}
