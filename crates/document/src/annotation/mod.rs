//! A user's own pictures with their annotations: objects with boxes and masks, and relations between them.
//!
//! ```text
//! folder --AnnotationFolder::open--> Annotations (pages, undo) --edit--> Snapshot --AnnotationFolder::write--> files
//! ```
//!
//! [`Annotations`] is plain data that is edited: one page for each picture, each with its own undo history.
//! [`AnnotationFolder`] is the folder on disk. It reads and writes, keeps ids stable, preserves fields it does not know,
//! and lives on the I/O thread. Each picture has a scene file (`STEM.scene.json`, a document of this program with pinned
//! boxes in fractions of the picture), and the folder one `annotations.json` in COCO's instances format, in which
//! `"scenewright_object": i` is the index of the object in the scene.
//!
//! Every gesture is written at once. The two files change together or not at all: their new content is first written to
//! a third file (`two_phase_write`), and the next opening completes an interrupted write. A problem with a file is
//! reported as an [`AnnotationIssue`], and the file is backed up before it is first overwritten.
//!
//! | file | subject |
//! |---|---|
//! | `mask`, `polygon`, `runs`, `bitmap` | masks: polygons, run lengths, pixels of a brush |
//! | `undo` | undo and redo of one page |
//! | `page_state`, `page`, `annotations` | the state of a page, a page, all pages |
//! | `fit` | boxes and masks that were made for another size or orientation of the picture |
//! | `coco`, `record` | COCO's JSON: reading with all issues, writing |
//! | `merge` | scene and annotations of one picture become its page |
//! | `annotation_folder`, `writing`, `two_phase_write`, `listing` | the folder |
//! | `sidecar` | graphs of other tools that lie beside pictures |
//! | `import`, `drop_target` | pictures, graphs and COCO files of other tools; what dropped files are |

mod annotation_folder;
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
mod page_state;
mod polygon;
mod record;
mod runs;
mod sidecar;
mod two_phase_write;
mod undo;
mod writing;

pub use annotation_folder::{AnnotationFolder, OpenError, PageWriteError};
pub use annotations::Annotations;
pub use bitmap::Bitmap;
pub use drop_target::DropTarget;
pub use import::Imported;
pub use listing::is_picture_folder;
pub use mask::ObjectMask;
pub use page::{Page, Snapshot};
pub use page_state::PageState;
pub use polygon::{Polygon, clean_polygon};
pub use runs::PixelRuns;
pub use scenewright_formats::picture_file::{
    ENDINGS, KINDS, PictureError as PhotoError, is_picture, open_small as read_photo,
};

use std::path::{Path, PathBuf};

/// A problem with a file, and what was done about it. The rest of the folder is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnotationIssue {
    pub file: PathBuf,
    /// The problem, and how to fix it.
    pub what: String,
}

impl AnnotationIssue {
    pub(crate) fn new(file: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self { file: file.into(), what: what.into() }
    }

    /// Builds an issue from an error. The path at the end of the error's text is removed: the issue names the file.
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
