//! Two files that change together: the new content is written to a third file first, and an interrupted write is finished at the next opening.

use super::AnnotationIssue;
use crate::FileFingerprint;
use scenewright_formats::{WriteError, write_atomically};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

const FILE: &str = ".scenewright-pending.json";
/// Where an edit goes that can no longer be finished.
const LOST: &str = "unfinished.scenewright.json";

/// A file as it is to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileWrite {
    /// Its name in the folder.
    pub file: String,
    pub text: String,
    /// As it was before; none: there was no such file.
    pub before: Option<FileFingerprint>,
}

/// Writes all of them: a kill on the way leaves them as they were, or is made good by [`finish`].
pub(super) fn write_together(folder: &Path, wanted: &[FileWrite]) -> Result<(), WriteError> {
    let path = folder.join(FILE);
    // Plain texts and numbers always have a JSON.
    let note = serde_json::to_string(wanted).unwrap_or_default();
    write_atomically(&path, note.as_bytes())?;
    for one in wanted {
        write_atomically(&folder.join(&one.file), one.text.as_bytes())?;
    }
    // One that stays is found to be finished.
    let _ = std::fs::remove_file(&path);
    Ok(())
}

/// Finishes what a kill interrupted. What another program has changed since is left alone, and the edit kept beside it.
pub(super) fn finish(folder: &Path, issues: &mut Vec<AnnotationIssue>) {
    let path = folder.join(FILE);
    let Ok(note) = std::fs::read_to_string(&path) else { return };
    let wanted: Vec<FileWrite> = serde_json::from_str(&note).unwrap_or_default();
    // Of the folder and the folders in it, and nothing else.
    let is_name = |file: &str| {
        let mut parts = Path::new(file).components().peekable();
        parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let now = |one: &FileWrite| FileFingerprint::of_file(&folder.join(&one.file)).ok();
    let is_ours = |one: &FileWrite| {
        let now = now(one);
        is_name(&one.file) && (now == one.before || now == Some(FileFingerprint::of(one.text.as_bytes())))
    };
    if !wanted.iter().all(is_ours) {
        let kept = match std::fs::rename(&path, folder.join(LOST)) {
            Ok(()) => format!("it is kept in {LOST}"),
            Err(_) => format!("it stays in {FILE}"),
        };
        let what = format!(
            "the last edit of a run that was ended could not be finished, since another program has changed the files meanwhile: {kept}. Look through the pictures that you worked on last, and remove it then"
        );
        return issues.push(AnnotationIssue::new(path, what));
    }
    for one in wanted.iter().filter(|one| now(one) != Some(FileFingerprint::of(one.text.as_bytes()))) {
        if let Err(error) = write_atomically(&folder.join(&one.file), one.text.as_bytes()) {
            return issues.push(AnnotationIssue::new(
                path,
                format!("the last edit cannot be finished ({error}): make the folder writable and open it again"),
            ));
        }
    }
    let _ = std::fs::remove_file(&path);
}
