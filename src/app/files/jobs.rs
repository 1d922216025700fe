//! Requests to the disk thread.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::FileEvent;
use scenewright_document::{self as document, Document, FileWatch, Journals, Recovery, SaveJob, Settings, recover};
use scenewright_formats::picture_file;

pub(crate) enum FileJob {
    Read(PathBuf),
    Save { job: SaveJob, document: u64, is_free: bool },
    Stat { watch: FileWatch, document: u64 },
    SaveSettings { path: Arc<Path>, settings: Box<Settings> },
    FindRecoveries(PathBuf),
    Recover(Box<Recovery>, Journals),
    Discard(Box<Recovery>),
    Close(Box<Document>),
    Reveal(PathBuf),
    ReadTracing(PathBuf),
}

impl FileJob {
    /// Runs the job; blocks on the disk. `None`: nothing to report.
    pub(crate) fn run(self) -> Option<FileEvent> {
        match self {
            Self::Read(path) => {
                let opened = document::read(&path);
                Some(FileEvent::Read { path, opened })
            }
            Self::Save { job, is_free: true, .. } if job.path().symlink_metadata().is_ok() => {
                Some(FileEvent::AlreadyExists { path: job.path().to_owned() })
            }
            Self::Save { job, document, .. } => Some(FileEvent::Saved { document, result: job.run() }),
            Self::Stat { watch, document } => {
                let state = watch.look();
                Some(FileEvent::StatChecked { document, path: watch.path, state })
            }
            Self::SaveSettings { path, settings } => settings.save(&path).err().map(FileEvent::SettingsNotSaved),
            Self::FindRecoveries(folder) => Some(FileEvent::Found(found(&folder))),
            Self::Recover(recovery, journals) => Some(FileEvent::Recovered(Box::new(recovery.open(&journals)))),
            Self::Discard(recovery) => recovery.discard().err().map(FileEvent::NotDiscarded),
            Self::Close(document) => {
                document.close();
                None
            }
            Self::ReadTracing(path) => {
                /// As large as a picture can be shown.
                const LONGEST_SIDE_PX: u32 = 1024;
                let image = picture_file::open_small(&path, LONGEST_SIDE_PX);
                Some(FileEvent::TracingRead { path, image })
            }
            Self::Reveal(path) => reveal_in_file_manager(&path)
                .err()
                .map(|error| FileEvent::RevealFailed { path, why: error.to_string() }),
        }
    }
}

/// Recoveries to offer. Journals of documents that were saved completely are discarded, as a clean close does.
fn found(folder: &Path) -> Vec<Recovery> {
    let (unsaved, saved): (Vec<_>, Vec<_>) = recover::find(folder).into_iter().partition(|found| found.is_unsaved);
    for recovery in saved {
        if let Err(error) = recovery.discard() {
            tracing::warn!("{error}");
        }
    }
    unsaved
}

/// Opens the folder of a file in the system's file manager.
fn reveal_in_file_manager(path: &Path) -> std::io::Result<()> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let opener = match () {
        () if cfg!(target_os = "macos") => "open",
        () if cfg!(windows) => "explorer",
        () => "xdg-open",
    };
    let mut child =
        Command::new(opener).arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // A thread waits for the child process; a file manager may run for long.
    std::thread::Builder::new().name("scenewright-show".to_owned()).spawn(move || child.wait())?;
    Ok(())
}
