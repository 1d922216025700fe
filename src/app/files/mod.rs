//! Disk access and file dialogs: the only place where the editor uses either. The UI never waits for them.
//!
//! Jobs run in order; each reports a [`FileEvent`]. Dropping [`Files`] finishes pending writes.
//!
//! | file | subject |
//! |---|---|
//! | `jobs` | the jobs of the disk thread |
//! | `dialogs` | file dialogs |

mod dialogs;
mod jobs;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use dialogs::Dialogs;
use jobs::FileJob;
use scenewright_document::{
    DiskState, Document, FileWatch, Journals, Opened, RecoverError, Recovery, SaveError, SaveJob, Saved, Settings,
};
use scenewright_formats::picture_file::PictureError;
use scenewright_formats::{ReadError, WriteError};
use scenewright_scene::NodeId;

/// What a file dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilePrompt {
    Open,
    SaveAs,
    Model,
    /// The destination folder of exports.
    ExportFolder,
    /// The model that a run starts from.
    TrainingModel,
    /// The folder of training samples.
    TrainingSamples,
    /// The file for the losses of a run.
    Losses,
    /// An image whose appearance an object should match.
    AppearanceImage(NodeId),
    /// An image to trace.
    TracingImage,
    /// A folder of pictures to annotate, a picture to add, annotations of another tool.
    Pictures,
    Picture,
    Coco,
}

/// Result of a job or a dialog.
#[derive(Debug)]
pub(crate) enum FileEvent {
    Read {
        path: PathBuf,
        opened: Result<Opened, ReadError>,
    },
    /// `document`: number of the saved document.
    Saved {
        document: u64,
        result: Result<Saved, SaveError>,
    },
    /// A file of an automatically completed name already exists; nothing was written.
    AlreadyExists {
        path: PathBuf,
    },
    StatChecked {
        document: u64,
        path: PathBuf,
        state: DiskState,
    },
    /// An image to trace was read.
    TracingRead {
        path: PathBuf,
        image: Result<image::RgbaImage, PictureError>,
    },
    Found(Vec<Recovery>),
    Recovered(Box<Result<Document, RecoverError>>),
    NotDiscarded(RecoverError),
    /// The settings file could not be written.
    SettingsNotSaved(WriteError),
    RevealFailed {
        path: PathBuf,
        why: String,
    },
    /// A dialog was canceled.
    NotPicked(FilePrompt),
    /// `completed`: the extension was added to what the user typed.
    Picked {
        ask: FilePrompt,
        path: PathBuf,
        completed: bool,
    },
}

/// Message of the threads.
enum Reply {
    Event(FileEvent),
    /// A system dialog was closed; `at_once`: faster than a user can be, so there is no dialog.
    Closed {
        ask: FilePrompt,
        at_once: bool,
    },
}

/// Capacity of the job queue.
const MOST_JOBS: usize = 32;

pub(crate) struct Files {
    /// `None` only while shutting down.
    jobs: Option<SyncSender<FileJob>>,
    worker: Option<JoinHandle<()>>,
    replies: Receiver<Reply>,
    dialogs: Dialogs,
}

impl Files {
    /// `native`: system dialogs; otherwise egui's. `wake` requests a frame.
    pub(crate) fn start(native: bool, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (jobs, todo) = sync_channel::<FileJob>(MOST_JOBS);
        let (reply, replies) = sync_channel(2 * MOST_JOBS);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (answer, notify) = (reply.clone(), wake.clone());
        let worker = thread::Builder::new().name("scenewright-files".to_owned()).spawn(move || {
            for job in todo {
                if let Some(event) = job.run() {
                    // Keep working even if nobody reads the events.
                    if answer.send(Reply::Event(event)).is_ok() {
                        notify();
                    }
                }
            }
        })?;
        Ok(Self { jobs: Some(jobs), worker: Some(worker), replies, dialogs: Dialogs::new(native, reply, wake) })
    }

    /// Returns false if the queue is full; the same for all methods below.
    #[must_use]
    fn send(&self, job: FileJob) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    pub(crate) fn read(&self, path: PathBuf) -> bool {
        self.send(FileJob::Read(path))
    }

    /// `is_free`: fail if the file exists.
    pub(crate) fn save(&self, job: SaveJob, document: u64, is_free: bool) -> bool {
        self.send(FileJob::Save { job, document, is_free })
    }

    /// Checks whether another program has changed a document's file.
    pub(crate) fn stat(&self, watch: FileWatch, document: u64) -> bool {
        self.send(FileJob::Stat { watch, document })
    }

    pub(crate) fn save_settings(&self, path: Arc<Path>, settings: Settings) -> bool {
        self.send(FileJob::SaveSettings { path, settings: Box::new(settings) })
    }

    /// Looks for unsaved work of crashes.
    pub(crate) fn find_recoveries(&self, folder: PathBuf) -> bool {
        self.send(FileJob::FindRecoveries(folder))
    }

    pub(crate) fn recover(&self, recovery: Recovery, journals: Journals) -> bool {
        self.send(FileJob::Recover(Box::new(recovery), journals))
    }

    pub(crate) fn discard(&self, recovery: Recovery) -> bool {
        self.send(FileJob::Discard(Box::new(recovery)))
    }

    /// Closes a document and removes its journal. If the queue is full the journal stays, and the next start offers it.
    pub(crate) fn close(&self, document: Document) {
        let _ = self.send(FileJob::Close(Box::new(document)));
    }

    /// Reads an image to trace.
    pub(crate) fn read_tracing(&self, path: PathBuf) -> bool {
        self.send(FileJob::ReadTracing(path))
    }

    /// Shows a file or folder in the system's file manager.
    pub(crate) fn reveal(&self, path: PathBuf) -> bool {
        self.send(FileJob::Reveal(path))
    }

    /// Opens a dialog; one at a time. `near`: a file in the start folder; its name is suggested.
    pub(crate) fn ask(&mut self, ask: FilePrompt, near: Option<&Path>) {
        self.dialogs.ask(ask, near);
    }

    /// Events since the last frame.
    pub(crate) fn events(&mut self) -> Vec<FileEvent> {
        let replies: Vec<Reply> = self.replies.try_iter().collect();
        replies.into_iter().filter_map(|reply| self.dialogs.handle_reply(reply)).collect()
    }

    /// Draws egui's dialog while it is open.
    pub(crate) fn show(&mut self, ctx: &egui::Context) -> Option<FileEvent> {
        self.dialogs.show(ctx)
    }

    /// Returns true once, after the system was found to have no file dialogs.
    pub(crate) fn take_missing_dialogs(&mut self) -> bool {
        self.dialogs.take_absence()
    }

    /// Returns true if egui's dialog is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.dialogs.is_own_open()
    }
}

/// Finishes pending writes before the program ends.
impl Drop for Files {
    fn drop(&mut self) {
        self.jobs = None;
        // The worker must not block on events that nobody reads.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.replies, nobody));
        if let Some(worker) = self.worker.take() {
            // A thread that panicked has already reported it.
            let _ = worker.join();
        }
    }
}
