//! Files to scenes and back.
//!
//! The document of this program is google/sg2im's scene graph, so that sg2im's own reader can open it:
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
//! A file holds one graph or a list of graphs, as sg2im accepts. A single scene is written as one graph.
//!
//! A PNG that this program exported carries its document in a text chunk ([`png_with_text`]), and is read like a document.
//! Scene graphs of other programs are recognized by their content ([`open_scenes`]).
//!
//! Reading checks everything and reports all problems of a file together; nothing is repaired in silence. Writing never
//! leaves half a file ([`write_atomically`]).

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod atomic;
mod bookkeeping;
pub mod coco_file;
pub mod coco_mask;
mod completion;
mod dot;
mod error;
mod fields;
mod foreign;
mod json_text;
pub mod label_map;
mod large;
pub mod other_formats;
pub mod picture_file;
pub mod picture_folder;
mod picture_kind;
mod png;
mod read;
pub mod records;
pub mod sources;
mod text;
pub mod values;
mod write;

pub use atomic::plain;
pub use atomic::{write_atomically, write_atomically_with};
pub use dot::dot;
pub use error::{DocumentError, Problem, ReadError, WriteError, without_path};
pub use png::{PNG_KEYWORD, png_with_graph, png_with_text};

use scenewright_bundle::Location;
use scenewright_scene::Scene;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Larger files are no scene graphs; reading one would only fill the memory.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 32 << 20;

/// The version of the `scenewright` key that this program writes and the newest that it reads.
pub(crate) const DOCUMENT_VERSION: u64 = 1;

/// What a file held its scenes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A document: saving replaces it.
    Document,
    /// A picture that carries its graph: to save a document over it would destroy the picture.
    Picture,
    /// Another program's file: to save a document over it would lose what only that program knows.
    Other,
}

/// A file of scenes, whosever format it is in.
#[derive(Clone, Debug)]
pub struct SceneFile {
    pub scenes: Vec<Scene>,
    pub source: Source,
    /// Whose format, where it is not our own: "GQA".
    pub format: Option<&'static str>,
    /// What was left out, and what a person should know: a sentence each.
    pub notes: Vec<String>,
}

/// Reads the scenes of a file: a document, or a PNG that carries one.
pub fn read_scenes(path: &Path) -> Result<Vec<Scene>, ReadError> {
    read_file(path).map(|(scenes, _)| scenes)
}

/// As [`read_scenes`], with what the file is.
pub fn read_file(path: &Path) -> Result<(Vec<Scene>, Source), ReadError> {
    let (text, source) = read_text(path)?;
    let scenes = json_text::parse(&text).and_then(|(mut value, _)| {
        bookkeeping::remove(&mut value);
        read::scenes(value)
    });
    let scenes = scenes.map_err(|error| ReadError::Document { error, path: path.to_owned() })?;
    Ok((scenes, source))
}

/// Reads the scenes of a file: a document, a PNG that carries one, or a scene graph of another program, recognized by its content.
///
/// Of another program's file that is too large to be held, the first graphs are read; a note says how many were not.
pub fn open_scenes(path: &Path) -> Result<SceneFile, ReadError> {
    let (text, source) = match read_text(path) {
        Err(ReadError::TooLarge { bytes, .. }) => return open_large(path, bytes, MAX_DOCUMENT_BYTES),
        Err(error @ ReadError::NoGraph { what: "PNG", .. }) => return open_label_map(path).ok_or(error),
        read => read?,
    };
    let document = |error| ReadError::Document { error, path: path.to_owned() };
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    if !is_json {
        match foreign::from_text(&text, path) {
            Some(Ok(found)) => return of_other_program(found, path),
            Some(Err((format, problem))) => return Err(ReadError::Foreign { format, problem, path: path.to_owned() }),
            None => {}
        }
        if let Some(foreign::unread::Named { what, fix }) = foreign::unread::text(&text) {
            return Err(ReadError::Other { what, fix, path: path.to_owned() });
        }
    }
    let (mut value, is_strict) = json_text::parse(&text).map_err(document)?;
    // Its nodes and links would make a graph, but no scene.
    let is_workflow = foreign::unread::is_comfyui(&value);
    if let Some(found) = foreign::from_json(&value, path).filter(|_| !is_workflow) {
        return of_other_program(found, path);
    }
    let mut notes = Vec::new();
    if !is_strict && source == Source::Document {
        notes.push("its comments and other extras of JSON are not written back when it is saved".to_owned());
    }
    notes.extend(bookkeeping::remove(&mut value).then(|| bookkeeping::NOTE.to_owned()));
    match read::scenes(value) {
        Ok(scenes) => Ok(SceneFile { scenes, source, format: None, notes }),
        Err(error) => {
            let named = json_text::parse(&text).ok().and_then(|(value, _)| foreign::unread::json(&value));
            Err(match named {
                Some(foreign::unread::Named { what, fix }) => ReadError::Other { what, fix, path: path.to_owned() },
                None => document(error),
            })
        }
    }
}

/// The scene of a PNG whose colors are classes; none of another picture.
fn open_label_map(path: &Path) -> Option<SceneFile> {
    let (scene, table, notes) = label_map::open(path)?;
    Some(SceneFile { scenes: vec![scene], source: Source::Picture, format: Some(table.title()), notes })
}

/// The first graphs of another program's file of so many bytes.
fn open_large(path: &Path, bytes: u64, most: u64) -> Result<SceneFile, ReadError> {
    let too_large = || ReadError::TooLarge { bytes, path: path.to_owned() };
    let start = records::first_text(path, 4096).map_err(|_| too_large())?;
    if !start.trim_start().starts_with(['{', '[']) {
        let text = records::first_text(path, most).map_err(|_| too_large())?;
        // The last line may be cut in two.
        let lines = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let found = foreign::table_from_text(lines, path).ok_or_else(too_large)?;
        let mut file = of_other_program(found, path)?;
        let what = format!(
            "it has {} MB, of which the first {} were read. Split it to read the rest",
            bytes >> 20,
            most >> 20
        );
        file.notes.insert(0, what);
        return Ok(file);
    }
    let large::Beginning { value, left_out } = large::beginning(path, most as usize).map_err(|_| too_large())?;
    match foreign::from_json(&value, path) {
        // Its lists refer to each other, and the first of each do not belong together.
        Some(found) if found.format == foreign::COCO => {
            let fix = "open its folder in Annotate, or train on it with `scenewright train --data`";
            Err(ReadError::Other { what: "a large file of COCO with relations", fix, path: path.to_owned() })
        }
        Some(found) => {
            let mut file = of_other_program(found, path)?;
            if left_out > 0 {
                let what = format!(
                    "it has {} MB: the first {} graphs were read, and {left_out} records were not. Split its list to read those",
                    bytes >> 20,
                    file.scenes.len()
                );
                file.notes.insert(0, what);
            }
            Ok(file)
        }
        None => Err(match foreign::unread::json(&value) {
            Some(foreign::unread::Named { what, fix }) => ReadError::Other { what, fix, path: path.to_owned() },
            None => too_large(),
        }),
    }
}

fn of_other_program(found: foreign::ForeignGraphs, path: &Path) -> Result<SceneFile, ReadError> {
    let foreign::ForeignGraphs { format, mut value, report } = found;
    let mut notes = report.into_notes();
    notes.extend(bookkeeping::remove(&mut value).then(|| bookkeeping::NOTE.to_owned()));
    let scenes = read::scenes(value).map_err(|error| ReadError::Document { error, path: path.to_owned() })?;
    if scenes.iter().all(Scene::is_empty) {
        let problem = match notes.is_empty() {
            true => "it holds no objects: choose another file".to_owned(),
            false => format!("no object could be read ({})", notes.join("; ")),
        };
        return Err(ReadError::Foreign { format, problem, path: path.to_owned() });
    }
    Ok(SceneFile { scenes, source: Source::Other, format: Some(format), notes })
}

/// Reads the scenes of a text: one graph or a list of graphs.
pub fn scenes_from_str(text: &str) -> Result<Vec<Scene>, DocumentError> {
    read::scenes(json_text::parse(text)?.0)
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
#[allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]
fn read_text(path: &Path) -> Result<(String, Source), ReadError> {
    let unreadable = |source| ReadError::Io { source, path: path.to_owned() };
    let path = &match scenewright_bundle::locate(path) {
        Location::Disk(path) => path,
        // A scene that comes with the program has no file that saving could replace.
        Location::Binary(_) => {
            let bytes = scenewright_bundle::read(path).map_err(unreadable)?.into_owned();
            let text =
                json_text::decode(bytes).map_err(|offset| ReadError::NotText { offset, path: path.to_owned() })?;
            return Ok((text, Source::Other));
        }
    };
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
    if let Some(foreign::unread::Named { what, fix }) = foreign::unread::bytes(&start) {
        return Err(ReadError::Other { what, fix, path: path.to_owned() });
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
    let text = json_text::decode(bytes).map_err(|offset| ReadError::NotText { offset, path: path.to_owned() })?;
    Ok((text, Source::Document))
}

/// Pictures that people drop onto the window, by their first bytes.
fn other_picture(start: &[u8]) -> Option<&'static str> {
    let is_webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
    match start {
        [0xff, 0xd8, 0xff, ..] => Some("JPEG"),
        [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
        _ if is_webp => Some("WebP"),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some("BMP"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some("TIFF"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("HEIC or AVIF"),
        _ => None,
    }
}
