//! Documents to files. A file changes here and nowhere else.

use super::journal::{Event, Origin};
use super::{DiskState, Document, FileFingerprint, FileWatch};
use scenewright_formats::{WriteError, scenes_to_string, write_atomically};
use scenewright_scene::{RevisionId, Scene};
use std::path::{Path, PathBuf};

/// Why a document was not saved. The file is as it was, and so is the document.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("this scene has no file yet: choose a name with \"Save as\"")]
    NoPath,
    #[error(
        "another program has changed this file since it was opened: save under another name to keep both, or overwrite it: {}",
        .path.display()
    )]
    ChangedOnDisk { path: PathBuf },
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A save, ready to run: plain data that shares nothing with the document, so that the disk's thread can wait for the disk.
#[derive(Clone, Debug)]
pub struct SaveJob {
    scenes: Vec<Scene>,
    path: PathBuf,
    revision: RevisionId,
    /// What the file must look like to be replaced; `None`: whatever it looks like.
    expected: Option<FileFingerprint>,
}

/// A save that was carried out; [`Document::saved`] takes note of it.
#[derive(Clone, Debug)]
pub struct Saved {
    pub path: PathBuf,
    pub revision: RevisionId,
    stamp: FileFingerprint,
}

impl SaveJob {
    /// The user has been asked and said so: another program's change is written over.
    pub fn overwriting(self) -> Self {
        Self { expected: None, ..self }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file whole or not at all; keeps its permissions. Waits for the disk.
    pub fn run(self) -> Result<Saved, SaveError> {
        if let Some(stamp) = self.expected {
            let watch = FileWatch { path: self.path.clone(), stamp };
            // A file that is gone is written again: there is nothing to lose.
            if watch.look() == DiskState::Changed {
                return Err(SaveError::ChangedOnDisk { path: self.path });
            }
        }
        let text = scenes_to_string(&self.scenes);
        write_atomically(&self.path, text.as_bytes())?;
        Ok(Saved { stamp: FileFingerprint::of(text.as_bytes()), path: self.path, revision: self.revision })
    }
}

impl Document {
    /// A save of the scene as it is now, to the document's own file or (`Save as`) another one, which is then replaced
    /// without a question: the dialog has asked it. An open gesture is committed.
    pub fn save_job(&mut self, to: Option<&Path>) -> Result<SaveJob, SaveError> {
        self.commit();
        let own = self.origin.as_ref().map(|origin| origin.path.as_path());
        let path = to.or(own).ok_or(SaveError::NoPath)?.to_owned();
        let expected = self.origin.as_ref().filter(|origin| origin.path == path).and_then(|origin| origin.stamp);
        let mut scenes = self.graphs.clone();
        if let Some(graph) = scenes.get_mut(self.graph) {
            graph.clone_from(self.history.scene());
        }
        Ok(SaveJob { scenes, path, revision: self.history.revision(), expected })
    }

    /// Takes note of a save: the document is clean at the revision that was written, and has the file from now on.
    pub fn saved(&mut self, saved: Saved) {
        self.title = super::open::title_of(&saved.path);
        let origin = Origin::new(&saved.path, Some(saved.stamp));
        self.journal.record(Event::Saved { at: saved.revision.0, origin: Some(origin.clone()) });
        self.origin = Some(origin);
        self.saved = saved.revision;
    }

    /// Saves and waits for the disk.
    pub fn save(&mut self) -> Result<(), SaveError> {
        let saved = self.save_job(None)?.run()?;
        self.saved(saved);
        Ok(())
    }

    /// Saves under another name and waits for the disk.
    pub fn save_as(&mut self, path: &Path) -> Result<(), SaveError> {
        let saved = self.save_job(Some(path))?.run()?;
        self.saved(saved);
        Ok(())
    }

    /// To look whether another program changed the file; `None` where there is no file, or its first look is unknown.
    pub fn watch(&self) -> Option<FileWatch> {
        let origin = self.origin.as_ref()?;
        Some(FileWatch { path: origin.path.clone(), stamp: origin.stamp? })
    }
}
