//! An artist's own pictures with what is on them: objects with boxes and masks, and the relations between them.
//!
//! ```text
//! folder --Store::open--> Annotations (pages, undo)  --edit-->  Snapshot  --Store::write-->  STEM.scene.json, annotations.json
//! ```
//!
//! [`Annotations`] is what is edited: plain data, a page for each picture, each with its own history. [`Store`] is the folder on
//! the disk: it reads and writes, keeps numbers stable and whatever it does not know, and belongs to the disk's thread. Beside each
//! picture lies its scene (`STEM.scene.json`, the document of this program: boxes pinned, in parts of the picture), and in the
//! folder one `annotations.json` in COCO's instances format, in which `"scenewright_object": i` names the scene's object.
//!
//! Every gesture is written at once. The two files change together or not at all: what is about to be written stands in a third
//! file first (`pending`), and the next opening finishes it. Whatever was wrong with a file is told as a [`Fault`], and the file is
//! kept as a copy before it is first written over.
//!
//! | file | subject |
//! |---|---|
//! | `mask`, `polygon`, `runs`, `bitmap` | outlines: polygons, run lengths, pixels under a brush |
//! | `past` | undo and redo of one page |
//! | `annotated`, `page`, `annotations` | the state of a page, a page, all pages |
//! | `photo` | pictures: sizes, orientation, what is too large |
//! | `coco`, `record` | COCO's JSON: reading with all that is wrong, writing |
//! | `gather` | scene and annotations of one picture become its page |
//! | `store`, `pending`, `listing` | the folder |
//! | `bring` | pictures with graphs, and COCO files, of other tools |

mod annotated;
mod annotations;
mod bitmap;
mod bring;
mod coco;
mod gather;
mod listing;
mod mask;
mod page;
mod past;
mod pending;
mod photo;
mod polygon;
mod record;
mod runs;
mod store;

pub use annotated::Annotated;
pub use annotations::Annotations;
pub use bitmap::Bitmap;
pub use bring::{Brought, Found};
pub use listing::{ENDINGS, is_picture, is_picture_folder};
pub use mask::Mask;
pub use page::{Page, Snapshot};
pub use photo::{PhotoError, read_photo};
pub use polygon::{Polygon, cleaned};
pub use runs::Runs;
pub use store::{OpenError, Store, StoreError};

use std::path::PathBuf;

/// Something that is wrong with a file, and what was done about it. Never a reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: PathBuf,
    /// What, and the cure.
    pub what: String,
}

impl Fault {
    pub fn new(file: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self { file: file.into(), what: what.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy();
        write!(f, "{name}: {}", self.what)
    }
}
