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
//! Reading checks everything and reports all problems of a file together; nothing is repaired in silence. Writing never
//! leaves half a file ([`write_atomically`]).

mod atomic;
mod error;
mod fields;
mod read;
mod text;
mod write;

pub use atomic::write_atomically;
pub use error::{DocumentError, Problem, ReadError, WriteError};

use crate::scene::Scene;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Larger files are no scene graphs; reading one would only fill the memory.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// The version of the `scenewright` key that this program writes and the newest that it reads.
pub const DOCUMENT_VERSION: u64 = 1;

/// Reads the scenes of a file.
pub fn read_scenes(path: &Path) -> Result<Vec<Scene>, ReadError> {
    let text = read_text(path)?;
    scenes_from_str(&text).map_err(|error| ReadError::Document { error, path: path.to_owned() })
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

/// The whole file as text, once its kind and size have been found to be sane.
fn read_text(path: &Path) -> Result<String, ReadError> {
    let unreadable = |source| ReadError::Io { source, path: path.to_owned() };
    // Asked of the path before it is opened: opening a pipe would wait for a writer.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(ReadError::Directory { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile { path: path.to_owned() });
    }
    let too_large = |bytes| ReadError::TooLarge { bytes, path: path.to_owned() };
    if metadata.len() > MAX_DOCUMENT_BYTES {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // A file may grow between the question and the answer.
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    String::from_utf8(bytes)
        .map_err(|error| ReadError::NotText { offset: error.utf8_error().valid_up_to(), path: path.to_owned() })
}
