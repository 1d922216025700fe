//! I/O worker of the annotation editor: one thread owns the folder, another decodes pictures. The UI never waits for
//! either.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use egui::ColorImage;

use scenewright_document::annotation::{
    AnnotationFolder, AnnotationIssue, Annotations, DropTarget, Imported, OpenError, PageWriteError, PhotoError,
    Snapshot, is_picture_folder, read_photo,
};

/// Request to the folder thread; requests are handled in order.
pub(crate) enum IoRequest {
    Open {
        folder: PathBuf,
        only: Vec<String>,
    },
    /// Finds out what files are that were dropped outside annotation mode.
    ClassifyDrop(Vec<PathBuf>),
    /// Imports dropped files. `existing`: pictures of the open folder by name and size; `None`: no folder is open, so
    /// the containing folder is opened.
    Import {
        paths: Vec<PathBuf>,
        existing: Option<Vec<(String, [u32; 2])>>,
    },
    /// Pages written together: shared files are written once.
    Write(Vec<Snapshot>),
    /// Allows the next write to replace what another program has written.
    Overwrite,
    /// Checks whether another program has changed the files.
    CheckForChanges,
}

/// What dropped files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropKind {
    /// Pictures, to be annotated.
    Pictures,
    /// A folder without pictures, possibly a model.
    Folder,
    File,
}

pub enum IoEvent {
    Opened(Result<(Annotations, Vec<AnnotationIssue>), OpenError>),
    /// None of the dropped files is a picture.
    NoImageFound,
    DropClassified {
        paths: Vec<PathBuf>,
        sort: DropKind,
    },
    /// Another folder was dropped. `was_open`: a folder was open when the request was sent.
    FolderDropped {
        folder: PathBuf,
        was_open: bool,
    },
    /// File and change counter of each page.
    Written {
        pages: Vec<(String, u64)>,
        result: Result<(), PageWriteError>,
    },
    Changed,
    Imported(Imported),
    Decoded {
        path: PathBuf,
        longest: u32,
        result: Result<ColorImage, PhotoError>,
    },
}

/// Picture to decode and its maximum side length in pixels.
type DecodeRequest = (PathBuf, u32);

/// Capacity of the queue; there is never more than one write in it. Requests that do not fit are repeated in the next
/// frame.
const MAX_JOBS: usize = 256;

pub(crate) struct IoWorker {
    /// `None` only while shutting down.
    jobs: Option<SyncSender<IoRequest>>,
    decoder: Option<SyncSender<DecodeRequest>>,
    events: Receiver<IoEvent>,
    workers: Vec<JoinHandle<()>>,
}

impl IoWorker {
    /// `wake` requests a frame.
    pub(crate) fn start(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (jobs, todo) = sync_channel::<IoRequest>(MAX_JOBS);
        // One at a time, because the priorities change with every frame.
        let (decoder, to_decode) = sync_channel::<DecodeRequest>(1);
        let (answer, events) = sync_channel(2 * MAX_JOBS);
        let (reply, notify) = (answer.clone(), wake.clone());
        let store_thread = thread::Builder::new().name("scenewright-annotations".to_owned()).spawn(move || {
            let mut store = None;
            for job in todo {
                if let Some(event) = run_request(job, &mut store) {
                    // Keep writing even if nobody reads the events.
                    if reply.send(event).is_ok() {
                        notify();
                    }
                }
            }
        })?;
        let decoder_thread = thread::Builder::new().name("scenewright-photos".to_owned()).spawn(move || {
            for (path, longest) in to_decode {
                let read = read_photo(&path, longest);
                let result = read.map(|image| {
                    let size = [image.width() as usize, image.height() as usize];
                    ColorImage::from_rgba_unmultiplied(size, image.as_raw())
                });
                if answer.send(IoEvent::Decoded { path, longest, result }).is_err() {
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { jobs: Some(jobs), decoder: Some(decoder), events, workers: vec![store_thread, decoder_thread] })
    }

    /// Returns false if the queue is full.
    #[must_use]
    pub(crate) fn put(&self, job: IoRequest) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// Sends the last request, waiting for a free place, and returns when everything is done.
    pub(crate) fn end(mut self, last: Option<IoRequest>) {
        // The workers must not block on events that nobody reads.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.events, nobody));
        if let (Some(jobs), Some(last)) = (&self.jobs, last) {
            // A thread that panicked has already reported it.
            let _ = jobs.send(last);
        }
    }

    #[must_use]
    pub(crate) fn decode(&self, path: PathBuf, longest: u32) -> bool {
        self.decoder.as_ref().is_some_and(|decoder| decoder.try_send((path, longest)).is_ok())
    }

    pub(crate) fn events(&self) -> Vec<IoEvent> {
        self.events.try_iter().collect()
    }
}

/// Handles a request. Returns `None` if there is nothing to report.
fn run_request(job: IoRequest, store: &mut Option<AnnotationFolder>) -> Option<IoEvent> {
    match (job, store) {
        (IoRequest::Open { folder, only }, store) => {
            let opened = AnnotationFolder::open(&folder, &only).map(|(opened, annotations, issues)| {
                *store = Some(opened);
                (annotations, issues)
            });
            Some(IoEvent::Opened(opened))
        }
        (IoRequest::ClassifyDrop(paths), _) => {
            let sort = match paths.as_slice() {
                [folder] if is_picture_folder(folder) => DropKind::Pictures,
                paths if paths.first().is_some_and(|path| path.is_dir()) => DropKind::Folder,
                _ => DropKind::File,
            };
            Some(IoEvent::DropClassified { paths, sort })
        }
        (IoRequest::Import { paths, existing }, store) => Some(import(paths, existing, store)),
        (IoRequest::Write(pages), Some(store)) => {
            let result = store.write(&pages);
            Some(IoEvent::Written { pages: pages.into_iter().map(|page| (page.file, page.changes)).collect(), result })
        }
        (IoRequest::Overwrite, Some(store)) => {
            store.allow_overwrite();
            None
        }
        (IoRequest::CheckForChanges, Some(store)) => store.is_changed().then_some(IoEvent::Changed),
        (IoRequest::Write(_) | IoRequest::Overwrite | IoRequest::CheckForChanges, None) => None,
    }
}

fn import(
    paths: Vec<PathBuf>,
    existing: Option<Vec<(String, [u32; 2])>>,
    store: &mut Option<AnnotationFolder>,
) -> IoEvent {
    let was_open = existing.is_some();
    if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
        return IoEvent::FolderDropped { folder: folder.clone(), was_open };
    }
    if let (Some(existing), Some(store)) = (&existing, store.as_mut()) {
        return IoEvent::Imported(store.import_paths(&paths, existing));
    }
    let Some(DropTarget { folder, only }) = DropTarget::of(&paths) else { return IoEvent::NoImageFound };
    let (mut opened, mut annotations, mut issues) = match AnnotationFolder::open(&folder, &only) {
        Ok(opened) => opened,
        Err(error) => return IoEvent::Opened(Err(error)),
    };
    // Also import what was dropped with it: graphs, pictures from elsewhere.
    let existing = annotations.pages().iter().map(|page| (page.file.clone(), page.size)).collect::<Vec<_>>();
    let mut others = paths;
    others.retain(|path| path.is_file());
    let mut imported = opened.import_paths(&others, &existing);
    issues.append(&mut imported.issues);
    imported.into_annotations(&mut annotations);
    *store = Some(opened);
    IoEvent::Opened(Ok((annotations, issues)))
}

/// Finishes pending writes before the program ends.
impl Drop for IoWorker {
    fn drop(&mut self) {
        (self.jobs, self.decoder) = (None, None);
        // The workers must not block on events that nobody reads.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.events, nobody));
        for worker in self.workers.drain(..) {
            // A thread that panicked has already reported it.
            let _ = worker.join();
        }
    }
}
