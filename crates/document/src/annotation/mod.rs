//! A user's own pictures with what is on them: objects with boxes and masks, and the relations between them.
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
//! file first (`pending`), and the next opening finishes it. Whatever was wrong with a file is reported as a [`AnnotationIssue`], and the file is
//! kept as a copy before it is first written over.
//!
//! | file | subject |
//! |---|---|
//! | `mask`, `polygon`, `runs`, `bitmap` | outlines: polygons, run lengths, pixels under a brush |
//! | `past` | undo and redo of one page |
//! | `annotated`, `page`, `annotations` | the state of a page, a page, all pages |
//! | `fit` | boxes and masks that were made for the picture at another size, or before it was turned |
//! | `coco`, `record` | COCO's JSON: reading with all that is wrong, writing |
//! | `gather` | scene and annotations of one picture become its page |
//! | `store`, `writing`, `pending`, `listing` | the folder |
//! | `beside` | graphs of other tools that lie beside pictures |
//! | `import_paths`, `dropped` | pictures with graphs, and COCO files, of other tools; what dropped files are |

mod annotated;
mod annotations;
mod bitmap;
mod coco;
mod drop_target;
mod fit;
mod import;
mod listing;
mod mask;
mod merge;
mod page;
mod polygon;
mod record;
mod runs;
mod sidecar;
mod store;
mod two_phase_write;
mod undo;
mod writing;

pub use annotated::Annotated;
pub use annotations::Annotations;
pub use bitmap::Bitmap;
pub use drop_target::DropTarget;
pub use import::Imported;
pub use listing::is_picture_folder;
pub use mask::ObjectMask;
pub use page::{Page, Snapshot};
pub use polygon::{Polygon, cleaned};
pub use runs::PixelRuns;
pub use scenewright_formats::picture_file::{
    ENDINGS, KINDS, PictureError as PhotoError, is_picture, open_small as read_photo,
};
pub use store::{OpenError, Store, StoreError};

use std::path::{Path, PathBuf};

/// Something that is wrong with a file, and what was done about it. Never a reason to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationIssue {
    pub file: PathBuf,
    /// What, and how to fix it.
    pub what: String,
}

impl AnnotationIssue {
    pub(crate) fn new(file: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self { file: file.into(), what: what.into() }
    }

    /// An error whose text ends with the path, which the issue names itself.
    pub(crate) fn from_error(file: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::new(file, scenewright_formats::without_path(error, file))
    }
}

impl std::fmt::Display for AnnotationIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy();
        write!(f, "{name}: {}", self.what)
    }
}
