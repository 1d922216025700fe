//! The two threads of the room: one owns the folder, one decodes pictures. The window waits for neither.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use egui::ColorImage;

use scenewright_document::annotation::{
    Annotations, DropTarget, Imported, OpenError, PhotoError, RecordIssue, Snapshot, Store, StoreError,
    is_picture_folder, read_photo,
};

/// What can be asked of the folder; done in the order in which it was asked.
pub(crate) enum IoRequest {
    Open {
        folder: PathBuf,
        only: Vec<String>,
    },
    /// Files that were dropped while the room is not on the screen: what are they?
    ClassifyDrop(Vec<PathBuf>),
    /// Files that were dropped into the room. `existing`: the pictures of the open folder, by name and size; none: no folder is open, and the one
    /// that is meant is opened.
    Import {
        paths: Vec<PathBuf>,
        existing: Option<Vec<(String, [u32; 2])>>,
    },
    /// Pages that go together: what they share is written once.
    Write(Vec<Snapshot>),
    /// Before a write: another program's words may be replaced.
    Overwrite,
    /// Has another program changed something?
    CheckForChanges,
}

/// What dropped files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropKind {
    /// To be annotated.
    Pictures,
    /// A folder without pictures: a model's, perhaps.
    Folder,
    File,
}

pub enum IoEvent {
    Opened(Result<(Annotations, Vec<RecordIssue>), OpenError>),
    /// No picture was among what was dropped.
    NoImageFound,
    DropClassified {
        paths: Vec<PathBuf>,
        sort: DropKind,
    },
    /// Another folder was among what was dropped. `was_open`: a folder was open when it was asked.
    FolderDropped {
        folder: PathBuf,
        was_open: bool,
    },
    /// Each page's file and change.
    Written {
        pages: Vec<(String, u64)>,
        result: Result<(), StoreError>,
    },
    Changed,
    Imported(Imported),
    Decoded {
        path: PathBuf,
        longest: u32,
        result: Result<ColorImage, PhotoError>,
    },
}

/// A picture to decode, no side longer than `longest`.
type DecodeRequest = (PathBuf, u32);

/// Jobs that wait; of writes there is never more than one. What does not fit is asked for again with the next frame.
const MOST_JOBS: usize = 256;

pub(crate) struct IoWorker {
    /// None only while it ends.
    jobs: Option<SyncSender<IoRequest>>,
    decoder: Option<SyncSender<DecodeRequest>>,
    events: Receiver<IoEvent>,
    workers: Vec<JoinHandle<()>>,
}

impl IoWorker {
    /// `wake` asks for a frame.
    pub(crate) fn start(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (jobs, todo) = sync_channel::<IoRequest>(MOST_JOBS);
        // One at a time: which is wanted most changes with every glance.
        let (decoder, to_decode) = sync_channel::<DecodeRequest>(1);
        let (answer, events) = sync_channel(2 * MOST_JOBS);
        let (reply, notify) = (answer.clone(), wake.clone());
        let store_thread = thread::Builder::new().name("scenewright-annotations".to_owned()).spawn(move || {
            let mut store = None;
            for job in todo {
                if let Some(event) = run_request(job, &mut store) {
                    // Without a reader there is still something to write.
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

    /// False when the disk is so far behind that nothing more is taken.
    #[must_use]
    pub(crate) fn put(&self, job: IoRequest) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// The last job is taken however far behind the disk is, and everything is done when this returns.
    pub(crate) fn end(mut self, last: Option<IoRequest>) {
        // Answers that nobody will read must not hold the workers up while this waits for them.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.events, nobody));
        if let (Some(jobs), Some(last)) = (&self.jobs, last) {
            // A thread that has died has told why by itself.
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

/// `None`: nothing that the room has to know.
fn run_request(job: IoRequest, store: &mut Option<Store>) -> Option<IoEvent> {
    match (job, store) {
        (IoRequest::Open { folder, only }, store) => {
            let opened = Store::open(&folder, &only).map(|(opened, annotations, faults)| {
                *store = Some(opened);
                (annotations, faults)
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
            store.overwrite();
            None
        }
        (IoRequest::CheckForChanges, Some(store)) => store.is_changed().then_some(IoEvent::Changed),
        (IoRequest::Write(_) | IoRequest::Overwrite | IoRequest::CheckForChanges, None) => None,
    }
}

fn import(paths: Vec<PathBuf>, existing: Option<Vec<(String, [u32; 2])>>, store: &mut Option<Store>) -> IoEvent {
    let was_open = existing.is_some();
    if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
        return IoEvent::FolderDropped { folder: folder.clone(), was_open };
    }
    if let (Some(existing), Some(store)) = (&existing, store.as_mut()) {
        return IoEvent::Imported(store.bring(&paths, existing));
    }
    let Some(DropTarget { folder, only }) = DropTarget::of(&paths) else { return IoEvent::NoImageFound };
    let (mut opened, mut annotations, mut faults) = match Store::open(&folder, &only) {
        Ok(opened) => opened,
        Err(error) => return IoEvent::Opened(Err(error)),
    };
    // What came along: graphs, pictures from elsewhere.
    let existing = annotations.pages().iter().map(|page| (page.file.clone(), page.size)).collect::<Vec<_>>();
    let mut others = paths;
    others.retain(|path| path.is_file());
    let mut imported = opened.bring(&others, &existing);
    faults.append(&mut imported.faults);
    imported.into_annotations(&mut annotations);
    *store = Some(opened);
    IoEvent::Opened(Ok((annotations, faults)))
}

/// What was asked to be written is written before the program ends.
impl Drop for IoWorker {
    fn drop(&mut self) {
        (self.jobs, self.decoder) = (None, None);
        // Answers that nobody will read must not hold the workers up.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.events, nobody));
        for worker in self.workers.drain(..) {
            // Whatever it died of was told by its own thread.
            let _ = worker.join();
        }
    }
}
