//! Exports in the background: one thread writes files, job after job.
//!
//! ```text
//! Exporter::put(ExportJob) --queue (in order, none replaces another)--> thread --ExportEvent--> Exporter::events, and wake()
//! ```
//!
//! An order is cancelled between two files and between two pictures of an animation; a file is written whole or not at all.
//! Files that are there already are not written over before the user has been asked ([`ExportEvent::Occupied`]).

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use image::RgbImage;

use super::worker::words_of;
use scenewright_generate::Picture;
use scenewright_generate::export::{
    ExportError, ExportFormat, ExportOptions, Exported, GifFrame, Scaling, enlarged_image, export, export_graph, gif,
};
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;

/// Orders that may wait; more are refused.
const MAX_ORDERS: usize = 8;
/// Steps of progress beyond these are left out.
const MAX_EVENTS: usize = 64;

/// Everything that is exported of one moment.
#[derive(Clone, Debug)]
pub struct ExportJob {
    pub pieces: Vec<ExportItem>,
    /// The user has said that files which are there may be replaced.
    pub replace: bool,
}

/// One file, or one folder of files.
#[derive(Clone, Debug)]
pub struct ExportItem {
    pub path: PathBuf,
    pub what: ExportSource,
}

#[derive(Clone, Debug)]
pub enum ExportSource {
    Format { format: ExportFormat, of: Arc<ExportSnapshot>, options: ExportOptions },
    Animation { stills: Arc<Vec<RgbImage>>, delay: Duration, scale: u32, scaling: Scaling },
}

/// A scene with the picture that was made of it.
#[derive(Clone, Debug)]
pub struct ExportSnapshot {
    pub scene: Scene,
    /// Formats of the graph need none.
    pub picture: Option<Arc<Picture>>,
    pub vocab: Arc<Vocabulary>,
    /// What the image is called, in files that speak of it: "sheep.png".
    pub image_name: String,
}

#[derive(Debug)]
pub enum ExportEvent {
    /// Before each file, and before each picture of an animation.
    Progress {
        done: usize,
        of: usize,
        title: String,
    },
    /// Nothing was written: these are there already.
    Occupied {
        paths: Vec<PathBuf>,
    },
    Done {
        written: Vec<PathBuf>,
    },
    Cancelled {
        written: Vec<PathBuf>,
    },
    /// The others after it were not begun.
    Failed {
        path: PathBuf,
        error: ExportError,
        written: Vec<PathBuf>,
    },
}

/// Handle to the export thread. Dropping it cancels the current job and waits for the file that is being written.
pub struct Exporter {
    orders: Option<SyncSender<(ExportJob, CancellationToken)>>,
    events: Receiver<ExportEvent>,
    /// Of the order that was put last.
    cancel: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Exporter {
    /// Starts the thread. `wake` is called on that thread whenever there are events.
    pub(crate) fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        let (orders, todo) = sync_channel::<(ExportJob, CancellationToken)>(MAX_ORDERS);
        let (sender, events) = sync_channel(MAX_EVENTS);
        let thread = std::thread::Builder::new().name("scenewright-export".to_owned()).spawn(move || {
            for (order, cancel) in todo {
                let send_event = |event| {
                    // A window that is busy misses a step of the progress, not the end of it.
                    if !matches!(sender.try_send(event), Err(TrySendError::Disconnected(_))) {
                        wake();
                    }
                };
                let end = carry_out(order, &cancel, &send_event);
                if sender.send(end).is_ok() {
                    wake();
                }
            }
        })?;
        Ok(Self { orders: Some(orders), events, cancel: CancellationToken::new(), thread: Some(thread) })
    }

    /// False when too many orders wait already.
    pub(crate) fn put(&mut self, order: ExportJob) -> bool {
        self.cancel = CancellationToken::new();
        let order = (order, self.cancel.clone());
        self.orders.as_ref().is_some_and(|orders| orders.try_send(order).is_ok())
    }

    /// Cancels the order that was put last.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// What happened since it was last asked; never waits.
    pub(crate) fn events(&self) -> impl Iterator<Item = ExportEvent> {
        self.events.try_iter()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.cancel();
        self.orders = None;
        // Events that are no longer read must not block the thread.
        let (_, nobody) = sync_channel(0);
        drop(std::mem::replace(&mut self.events, nobody));
        if let Some(thread) = self.thread.take() {
            // A panic was already reported by its own thread.
            let _ = thread.join();
        }
    }
}

fn carry_out(order: ExportJob, cancel: &CancellationToken, send_event: &dyn Fn(ExportEvent)) -> ExportEvent {
    if !order.replace {
        let paths: Vec<PathBuf> =
            order.pieces.iter().map(|piece| &piece.path).filter(|path| is_taken(path)).cloned().collect();
        if !paths.is_empty() {
            return ExportEvent::Occupied { paths };
        }
    }
    let of = order.pieces.len();
    let mut written = Vec::new();
    for (done, piece) in order.pieces.into_iter().enumerate() {
        if cancel.is_cancelled() {
            return ExportEvent::Cancelled { written };
        }
        let say = |title: String| send_event(ExportEvent::Progress { done, of, title });
        say(piece.what.title().to_owned());
        let made = || piece.what.make(cancel, &say)?.write(&piece.path);
        match guarded(made) {
            Ok(()) => written.push(piece.path),
            Err(ExportError::Cancelled(_)) => return ExportEvent::Cancelled { written },
            Err(error) => return ExportEvent::Failed { path: piece.path, error, written },
        }
    }
    ExportEvent::Done { written }
}

/// An empty folder is as good as none.
fn is_taken(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.symlink_metadata().is_ok(),
    }
}

/// A panic becomes an error, so that the remaining files are still written.
fn guarded(work: impl FnOnce() -> Result<(), ExportError>) -> Result<(), ExportError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = format!("a mistake in the program ended this work ({})", words_of(panic.as_ref()));
        Err(ExportError::Pack(io::Error::other(text)))
    })
}

impl ExportSource {
    fn title(&self) -> &'static str {
        match self {
            Self::Format { format, .. } => format.title(),
            Self::Animation { .. } => ExportFormat::Gif.title(),
        }
    }

    fn make(&self, cancel: &CancellationToken, say: &dyn Fn(String)) -> Result<Exported, ExportError> {
        match self {
            Self::Format { format, of, options } => match &of.picture {
                Some(picture) => export(picture, &of.scene, &of.vocab, *format, options, &of.image_name),
                None => export_graph(&of.scene, Some(&of.vocab), *format).ok_or(ExportError::NoPicture),
            },
            Self::Animation { stills, delay, scale, scaling } => {
                let frames = stills.iter().enumerate().map(|(number, still)| {
                    cancel.check()?;
                    say(format!("{}, picture {} of {}", self.title(), number + 1, stills.len()));
                    Ok(GifFrame { image: enlarged_image(still.clone(), *scale, *scaling)?, delay: *delay })
                });
                gif(frames).map(Exported::File)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::Edit;
    use std::cell::RefCell;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn graph(path: PathBuf, format: ExportFormat) -> ExportItem {
        let mut scene = Scene::new();
        scene.apply(&Edit::add("sheep")).unwrap();
        let vocab = Arc::new(Vocabulary::illustrated());
        let of = Arc::new(ExportSnapshot { scene, picture: None, vocab, image_name: "sheep.png".into() });
        ExportItem { path, what: ExportSource::Format { format, of, options: ExportOptions::default() } }
    }

    fn animation(path: PathBuf, pictures: usize) -> ExportItem {
        let stills = Arc::new(vec![RgbImage::new(4, 4); pictures]);
        let what =
            ExportSource::Animation { stills, delay: Duration::from_millis(500), scale: 2, scaling: Scaling::Crisp };
        ExportItem { path, what }
    }

    #[test]
    fn files_that_are_there_are_asked_about_first() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("b.json"), "mine").unwrap();
        std::fs::create_dir(at("empty")).unwrap();
        let pieces = || vec![graph(at("a.dot"), ExportFormat::Dot), graph(at("b.json"), ExportFormat::Json)];
        let order = |replace| carry_out(ExportJob { pieces: pieces(), replace }, &CancellationToken::new(), &|_| {});
        assert!(matches!(order(false), ExportEvent::Occupied { paths } if paths == [at("b.json")]));
        assert!(!at("a.dot").exists() && !is_taken(&at("empty")));
        assert_eq!(std::fs::read(at("b.json")).unwrap(), b"mine");
        assert!(matches!(order(true), ExportEvent::Done { written } if written.len() == 2));
        assert_ne!(std::fs::read(at("b.json")).unwrap(), b"mine");
    }

    #[test]
    fn an_order_is_cancelled_between_pictures_and_what_was_written_is_reported() {
        let home = tempfile::tempdir().unwrap();
        let pieces =
            vec![graph(home.path().join("a.json"), ExportFormat::Json), animation(home.path().join("b.gif"), 9)];
        let (asked, said) = (AtomicUsize::new(0), RefCell::new(Vec::new()));
        let cancel = CancellationToken::from_fn(move || asked.fetch_add(1, Ordering::Relaxed) >= 5);
        let send_event = |event| {
            if let ExportEvent::Progress { done, of, title } = event {
                said.borrow_mut().push(format!("{done}/{of} {title}"));
            }
        };
        let end = carry_out(ExportJob { pieces, replace: false }, &cancel, &send_event);
        assert!(matches!(end, ExportEvent::Cancelled { written } if written.len() == 1));
        assert!(!home.path().join("b.gif").exists());
        assert_eq!(said.borrow().last().unwrap(), "1/2 Animated GIF of the history, picture 3 of 9");
    }

    #[test]
    fn the_first_failure_ends_an_order_and_names_its_file() {
        let home = tempfile::tempdir().unwrap();
        let missing = home.path().join("gone/b.json");
        let pieces = vec![
            graph(home.path().join("a.json"), ExportFormat::Json),
            graph(missing.clone(), ExportFormat::Json),
            graph(home.path().join("c.png"), ExportFormat::Png),
        ];
        match carry_out(ExportJob { pieces, replace: true }, &CancellationToken::new(), &|_| {}) {
            ExportEvent::Failed { path, written, .. } => assert_eq!((path, written.len()), (missing, 1)),
            other => panic!("{other:?}"),
        }
        let alone = vec![graph(home.path().join("c.png"), ExportFormat::Png)];
        let end = carry_out(ExportJob { pieces: alone, replace: true }, &CancellationToken::new(), &|_| {});
        assert!(matches!(end, ExportEvent::Failed { error: ExportError::NoPicture, .. }));
    }
}
