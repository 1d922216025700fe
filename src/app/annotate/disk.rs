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
pub(crate) enum Job {
    Open {
        folder: PathBuf,
        only: Vec<String>,
    },
    /// Files that were dropped while the room is not on the screen: what are they?
    Sort(Vec<PathBuf>),
    /// Files that were dropped into the room. `there`: the pictures of the open folder, by name and size; none: no folder is open, and the one
    /// that is meant is opened.
    Take {
        paths: Vec<PathBuf>,
        there: Option<Vec<(String, [u32; 2])>>,
    },
    /// Pages that go together: what they share is written once.
    Write(Vec<Snapshot>),
    /// Before a write: another program's words may be replaced.
    Overwrite,
    /// Has another program changed something?
    Look,
}

/// What dropped files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// To be annotated.
    Pictures,
    /// A folder without pictures: a model's, perhaps.
    Folder,
    File,
}

pub enum News {
    Opened(Result<(Annotations, Vec<RecordIssue>), OpenError>),
    /// No picture was among what was dropped.
    NothingFound,
    Sorted {
        paths: Vec<PathBuf>,
        sort: Sort,
    },
    /// Another folder was among what was dropped. `was_open`: a folder was open when it was asked.
    Meant {
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
    Photo {
        path: PathBuf,
        longest: u32,
        result: Result<ColorImage, PhotoError>,
    },
}

/// A picture to decode, no side longer than `longest`.
type PhotoJob = (PathBuf, u32);

/// Jobs that wait; of writes there is never more than one. What does not fit is asked for again with the next frame.
const MOST_JOBS: usize = 256;

pub(crate) struct Disk {
    /// None only while it ends.
    jobs: Option<SyncSender<Job>>,
    photos: Option<SyncSender<PhotoJob>>,
    news: Receiver<News>,
    workers: Vec<JoinHandle<()>>,
}

impl Disk {
    /// `wake` asks for a frame.
    pub(crate) fn start(wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (jobs, todo) = sync_channel::<Job>(MOST_JOBS);
        // One at a time: which is wanted most changes with every glance.
        let (photos, to_decode) = sync_channel::<PhotoJob>(1);
        let (answer, news) = sync_channel(2 * MOST_JOBS);
        let (reply, rouse) = (answer.clone(), wake.clone());
        let keeper = thread::Builder::new().name("scenewright-annotations".to_owned()).spawn(move || {
            let mut store = None;
            for job in todo {
                if let Some(news) = done(job, &mut store) {
                    // Without a reader there is still something to write.
                    if reply.send(news).is_ok() {
                        rouse();
                    }
                }
            }
        })?;
        let decoder = thread::Builder::new().name("scenewright-photos".to_owned()).spawn(move || {
            for (path, longest) in to_decode {
                let read = read_photo(&path, longest);
                let result = read.map(|image| {
                    let size = [image.width() as usize, image.height() as usize];
                    ColorImage::from_rgba_unmultiplied(size, image.as_raw())
                });
                if answer.send(News::Photo { path, longest, result }).is_err() {
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { jobs: Some(jobs), photos: Some(photos), news, workers: vec![keeper, decoder] })
    }

    /// False when the disk is so far behind that nothing more is taken.
    #[must_use]
    pub(crate) fn put(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// The last job is taken however far behind the disk is, and everything is done when this returns.
    pub(crate) fn end(mut self, last: Option<Job>) {
        // Answers that nobody will read must not hold the workers up while this waits for them.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.news, nobody));
        if let (Some(jobs), Some(last)) = (&self.jobs, last) {
            // A thread that has died has told why by itself.
            let _ = jobs.send(last);
        }
    }

    #[must_use]
    pub(crate) fn decode(&self, path: PathBuf, longest: u32) -> bool {
        self.photos.as_ref().is_some_and(|photos| photos.try_send((path, longest)).is_ok())
    }

    pub(crate) fn news(&self) -> Vec<News> {
        self.news.try_iter().collect()
    }
}

/// `None`: nothing that the room has to know.
fn done(job: Job, store: &mut Option<Store>) -> Option<News> {
    match (job, store) {
        (Job::Open { folder, only }, store) => {
            let opened = Store::open(&folder, &only).map(|(opened, annotations, faults)| {
                *store = Some(opened);
                (annotations, faults)
            });
            Some(News::Opened(opened))
        }
        (Job::Sort(paths), _) => {
            let sort = match paths.as_slice() {
                [folder] if is_picture_folder(folder) => Sort::Pictures,
                paths if paths.first().is_some_and(|path| path.is_dir()) => Sort::Folder,
                _ => Sort::File,
            };
            Some(News::Sorted { paths, sort })
        }
        (Job::Take { paths, there }, store) => Some(take(paths, there, store)),
        (Job::Write(pages), Some(store)) => {
            let result = store.write(&pages);
            Some(News::Written { pages: pages.into_iter().map(|page| (page.file, page.changes)).collect(), result })
        }
        (Job::Overwrite, Some(store)) => {
            store.overwrite();
            None
        }
        (Job::Look, Some(store)) => store.is_changed().then_some(News::Changed),
        (Job::Write(_) | Job::Overwrite | Job::Look, None) => None,
    }
}

fn take(paths: Vec<PathBuf>, there: Option<Vec<(String, [u32; 2])>>, store: &mut Option<Store>) -> News {
    let was_open = there.is_some();
    if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
        return News::Meant { folder: folder.clone(), was_open };
    }
    if let (Some(there), Some(store)) = (&there, store.as_mut()) {
        return News::Imported(store.bring(&paths, there));
    }
    let Some(DropTarget { folder, only }) = DropTarget::of(&paths) else { return News::NothingFound };
    let (mut opened, mut annotations, mut faults) = match Store::open(&folder, &only) {
        Ok(opened) => opened,
        Err(error) => return News::Opened(Err(error)),
    };
    // What came along: graphs, pictures from elsewhere.
    let there = annotations.pages().iter().map(|page| (page.file.clone(), page.size)).collect::<Vec<_>>();
    let mut others = paths;
    others.retain(|path| path.is_file());
    let mut brought = opened.bring(&others, &there);
    faults.append(&mut brought.faults);
    brought.into_annotations(&mut annotations);
    *store = Some(opened);
    News::Opened(Ok((annotations, faults)))
}

/// What was asked to be written is written before the program ends.
impl Drop for Disk {
    fn drop(&mut self) {
        (self.jobs, self.photos) = (None, None);
        // Answers that nobody will read must not hold the workers up.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.news, nobody));
        for worker in self.workers.drain(..) {
            // Whatever it died of was told by its own thread.
            let _ = worker.join();
        }
    }
}
