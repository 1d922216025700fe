//! The disk's thread and the dialogs: the only place where the editor meets either. The window never waits for them.
//!
//! Jobs are done in the order in which they were asked for; each answers with [`FileEvent`]. Dropping [`Files`] finishes what was asked
//! to be written.
//!
//! | file | subject |
//! |---|---|
//! | `jobs` | what can be asked of the disk, and doing it |
//! | `dialogs` | the system's dialogs; egui's own where none answers |

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
use scenewright_formats::{ReadError, WriteError};
use scenewright_scene::NodeId;

/// What a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilePrompt {
    Open,
    SaveAs,
    Model,
    /// The folder that exports go to.
    ExportFolder,
    /// A model to start a run from.
    TrainingModel,
    /// The folder of samples.
    TrainingSamples,
    /// Where a run's numbers are written.
    Losses,
    /// A picture that an object should look like.
    AppearanceImage(NodeId),
    /// A folder of pictures to annotate, a picture for it, annotations of another tool.
    Pictures,
    Picture,
    Coco,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum FileEvent {
    Read {
        path: PathBuf,
        opened: Result<Opened, ReadError>,
    },
    /// `document`: the number that the save was asked for.
    Saved {
        document: u64,
        result: Result<Saved, SaveError>,
    },
    /// A name that the person did not see whole is taken; nothing was written.
    AlreadyExists {
        path: PathBuf,
    },
    StatChecked {
        document: u64,
        path: PathBuf,
        state: DiskState,
    },
    Found(Vec<Recovery>),
    Recovered(Box<Result<Document, RecoverError>>),
    NotDiscarded(RecoverError),
    /// Settings could not be written.
    SettingsNotSaved(WriteError),
    RevealFailed {
        path: PathBuf,
        why: String,
    },
    /// A dialog was closed without an answer.
    NotPicked(FilePrompt),
    /// `completed`: the ending was added to what the person wrote.
    Picked {
        ask: FilePrompt,
        path: PathBuf,
        completed: bool,
    },
}

/// What the threads send back.
enum Reply {
    Event(FileEvent),
    /// The system's dialog was closed; `at_once`: so fast that no person can have done it.
    Closed {
        ask: FilePrompt,
        at_once: bool,
    },
}

/// Jobs that wait for the disk; more are refused.
const MOST_JOBS: usize = 32;

pub(crate) struct Files {
    /// None only while it ends.
    jobs: Option<SyncSender<FileJob>>,
    worker: Option<JoinHandle<()>>,
    replies: Receiver<Reply>,
    dialogs: Dialogs,
}

impl Files {
    /// `native`: dialogs of the system; else egui's own. `wake` asks for a frame.
    pub(crate) fn start(native: bool, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (jobs, todo) = sync_channel::<FileJob>(MOST_JOBS);
        let (reply, replies) = sync_channel(2 * MOST_JOBS);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (answer, notify) = (reply.clone(), wake.clone());
        let worker = thread::Builder::new().name("scenewright-files".to_owned()).spawn(move || {
            for job in todo {
                if let Some(event) = job.run() {
                    // Without a reader there is still something to write.
                    if answer.send(Reply::Event(event)).is_ok() {
                        notify();
                    }
                }
            }
        })?;
        Ok(Self { jobs: Some(jobs), worker: Some(worker), replies, dialogs: Dialogs::new(native, reply, wake) })
    }

    /// False when the disk is so far behind that nothing more is taken. So for all that follow.
    #[must_use]
    fn send(&self, job: FileJob) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    pub(crate) fn read(&self, path: PathBuf) -> bool {
        self.send(FileJob::Read(path))
    }

    /// `is_free`: only if there is no such file yet.
    pub(crate) fn save(&self, job: SaveJob, document: u64, is_free: bool) -> bool {
        self.send(FileJob::Save { job, document, is_free })
    }

    /// Whether another program changed a document's file.
    pub(crate) fn stat(&self, watch: FileWatch, document: u64) -> bool {
        self.send(FileJob::Stat { watch, document })
    }

    pub(crate) fn save_settings(&self, path: Arc<Path>, settings: Settings) -> bool {
        self.send(FileJob::SaveSettings { path, settings: Box::new(settings) })
    }

    /// What a crash left behind.
    pub(crate) fn find_recoveries(&self, folder: PathBuf) -> bool {
        self.send(FileJob::FindRecoveries(folder))
    }

    pub(crate) fn recover(&self, recovery: Recovery, journals: Journals) -> bool {
        self.send(FileJob::Recover(Box::new(recovery), journals))
    }

    pub(crate) fn discard(&self, recovery: Recovery) -> bool {
        self.send(FileJob::Discard(Box::new(recovery)))
    }

    /// Closes a document: its journal is removed. Where the disk is behind it stays, and is offered by the next start.
    pub(crate) fn close(&self, document: Document) {
        let _ = self.send(FileJob::Close(Box::new(document)));
    }

    /// Shows a file or folder in the system's file manager.
    pub(crate) fn reveal(&self, path: PathBuf) -> bool {
        self.send(FileJob::Reveal(path))
    }

    /// Opens a dialog; one at a time. `near`: a file in the folder to begin in, whose name is offered.
    pub(crate) fn ask(&mut self, ask: FilePrompt, near: Option<&Path>) {
        self.dialogs.ask(ask, near);
    }

    /// What has happened since the last frame.
    pub(crate) fn events(&mut self) -> Vec<FileEvent> {
        let replies: Vec<Reply> = self.replies.try_iter().collect();
        replies.into_iter().filter_map(|reply| self.dialogs.handle_reply(reply)).collect()
    }

    /// Draws egui's own dialog while it is open.
    pub(crate) fn show(&mut self, ctx: &egui::Context) -> Option<FileEvent> {
        self.dialogs.show(ctx)
    }

    /// Whether a dialog of ours covers the window.
    pub(crate) fn is_asking(&self) -> bool {
        self.dialogs.is_own_open()
    }
}

/// What was asked to be written is written before the program ends.
impl Drop for Files {
    fn drop(&mut self) {
        self.jobs = None;
        // Answers that nobody will read must not hold the worker up.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.replies, nobody));
        if let Some(worker) = self.worker.take() {
            // Whatever it died of was told by its own thread.
            let _ = worker.join();
        }
    }
}
