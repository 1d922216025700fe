//! Opening and saving: the only place where the editor meets the disk and the dialogs. The window never waits for either.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use egui_file_dialog::FileDialog;

use crate::interchange::{ReadError, WriteError, read_scenes, write_atomically, write_scenes};
use crate::scene::{RevisionId, Scene};

/// What a dialog asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Open,
    SaveAs,
    Model,
}

/// What came of it.
#[derive(Debug)]
pub enum FileNews {
    Read {
        path: PathBuf,
        scenes: Result<Vec<Scene>, ReadError>,
    },
    Written {
        path: PathBuf,
        step: RevisionId,
        result: Result<(), WriteError>,
    },
    /// Settings could not be written.
    Forgotten(WriteError),
    Picked {
        ask: Ask,
        path: PathBuf,
    },
}

enum Job {
    Read(PathBuf),
    Write { path: PathBuf, scene: Scene, step: RevisionId },
    Remember { path: PathBuf, text: String },
}

enum Reply {
    News(FileNews),
    /// The native dialog was closed; `at_once`: so fast that no person can have done it.
    Closed {
        ask: Ask,
        at_once: bool,
    },
}

/// Files that wait for the disk; more are refused.
const MOST_JOBS: usize = 16;
const NO_PERSON: Duration = Duration::from_millis(400);

pub struct Files {
    /// None only while it ends.
    jobs: Option<SyncSender<Job>>,
    worker: Option<JoinHandle<()>>,
    replies: Receiver<Reply>,
    reply: SyncSender<Reply>,
    wake: Arc<dyn Fn() + Send + Sync>,
    /// Native dialogs; where none answers, egui's own.
    native: bool,
    native_open: bool,
    own: Option<(Ask, FileDialog)>,
}

impl Files {
    pub fn start(native: bool, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        let (jobs, todo) = sync_channel(MOST_JOBS);
        let (reply, replies) = sync_channel(2 * MOST_JOBS);
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(wake);
        let (answer, rouse) = (reply.clone(), wake.clone());
        let worker = thread::Builder::new().name("scenewright-files".to_owned()).spawn(move || {
            for job in todo {
                if let Some(news) = done(job) {
                    // Without a reader there is still something to write.
                    if answer.send(Reply::News(news)).is_ok() {
                        rouse();
                    }
                }
            }
        })?;
        Ok(Self { jobs: Some(jobs), worker: Some(worker), replies, reply, wake, native, native_open: false, own: None })
    }

    fn put(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// False when the disk is so far behind that nothing more is taken.
    pub fn read(&self, path: PathBuf) -> bool {
        self.put(Job::Read(path))
    }

    pub fn write(&self, path: PathBuf, scene: Scene, step: RevisionId) -> bool {
        self.put(Job::Write { path, scene, step })
    }

    pub fn remember(&self, path: PathBuf, text: String) -> bool {
        self.put(Job::Remember { path, text })
    }

    /// Opens a dialog; one at a time.
    pub fn ask(&mut self, ask: Ask, near: Option<&Path>) {
        if self.native_open || self.own.is_some() {
            return;
        }
        if self.native && self.ask_natively(ask, near) {
            self.native_open = true;
        } else {
            self.ask_ourselves(ask, near);
        }
    }

    /// What has happened since the last frame.
    pub fn news(&mut self) -> Vec<FileNews> {
        let mut news = Vec::new();
        let replies: Vec<Reply> = self.replies.try_iter().collect();
        for reply in replies {
            match reply {
                Reply::News(FileNews::Picked { ask, path }) => {
                    self.native_open = false;
                    news.push(FileNews::Picked { ask, path });
                }
                Reply::News(other) => news.push(other),
                Reply::Closed { ask, at_once } => {
                    self.native_open = false;
                    if at_once {
                        self.native = false;
                        self.ask_ourselves(ask, None);
                    }
                }
            }
        }
        news
    }

    /// Draws egui's own dialog while it is open.
    pub fn show(&mut self, ctx: &egui::Context) -> Option<FileNews> {
        let (ask, dialog) = self.own.as_mut()?;
        let ask = *ask;
        dialog.update(ctx);
        let picked = dialog.take_picked();
        if picked.is_some() || *dialog.state() != egui_file_dialog::DialogState::Open {
            self.own = None;
        }
        picked.map(|path| FileNews::Picked { ask, path: with_ending(ask, path) })
    }

    fn ask_natively(&self, ask: Ask, near: Option<&Path>) -> bool {
        let mut dialog = rfd::AsyncFileDialog::new();
        if let Some(folder) = near.and_then(Path::parent) {
            dialog = dialog.set_directory(folder);
        }
        let graphs = |dialog: rfd::AsyncFileDialog| dialog.add_filter("Scene graph", &["json"]);
        // Made here, on the window's thread, as some systems demand; waited for elsewhere.
        type Picked = std::pin::Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>>;
        let picked: Picked = match ask {
            Ask::Open => Box::pin(graphs(dialog).set_title("Open a scene").pick_file()),
            Ask::SaveAs => {
                let name = near.and_then(Path::file_name).map_or("scene.json".into(), |name| name.to_string_lossy());
                Box::pin(graphs(dialog).set_title("Save the scene").set_file_name(name).save_file())
            }
            Ask::Model => Box::pin(dialog.set_title("Choose a model folder").pick_folder()),
        };
        let (reply, wake, asked_at) = (self.reply.clone(), self.wake.clone(), Instant::now());
        let waiting = thread::Builder::new().name("scenewright-dialog".to_owned()).spawn(move || {
            let answer = match wait_for(picked) {
                Some(file) => Reply::News(FileNews::Picked { ask, path: with_ending(ask, file.path().to_owned()) }),
                None => Reply::Closed { ask, at_once: asked_at.elapsed() < NO_PERSON },
            };
            // Nobody is there any more when the window has closed.
            if reply.send(answer).is_ok() {
                wake();
            }
        });
        waiting.is_ok()
    }

    fn ask_ourselves(&mut self, ask: Ask, near: Option<&Path>) {
        let mut dialog = FileDialog::new().as_modal(true);
        if let Some(folder) = near.and_then(Path::parent).filter(|folder| folder.is_dir()) {
            dialog = dialog.initial_directory(folder.to_owned());
        }
        match ask {
            Ask::Open => dialog.pick_file(),
            Ask::SaveAs => {
                dialog = dialog.default_file_name("scene.json");
                dialog.save_file();
            }
            Ask::Model => dialog.pick_directory(),
        }
        self.own = Some((ask, dialog));
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

fn done(job: Job) -> Option<FileNews> {
    match job {
        Job::Read(path) => {
            let scenes = read_scenes(&path);
            Some(FileNews::Read { path, scenes })
        }
        Job::Write { path, scene, step } => {
            let result = write_scenes(&path, std::slice::from_ref(&scene));
            Some(FileNews::Written { path, step, result })
        }
        Job::Remember { path, text } => {
            if let Some(folder) = path.parent() {
                // Where this fails, the writing fails and tells why.
                let _ = std::fs::create_dir_all(folder);
            }
            write_atomically(&path, text.as_bytes()).err().map(FileNews::Forgotten)
        }
    }
}

/// A scene that is saved without an ending gets one.
fn with_ending(ask: Ask, path: PathBuf) -> PathBuf {
    if ask == Ask::SaveAs && path.extension().is_none() { path.with_extension("json") } else { path }
}

/// Waits, on a thread that has nothing else to do.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Rouse(Thread);
    impl Wake for Rouse {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Rouse(thread::current())));
    let mut context = TaskContext::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
