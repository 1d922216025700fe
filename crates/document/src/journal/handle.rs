//! The document's side of its journal: events go into a bounded queue, and nothing waits.

use super::JOURNAL;
use super::event::{Event, Start};
use super::lock::Lock;
use super::writer::{Message, Writer};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Events that may wait for the disk. A hand makes a few a second: a disk that is this far behind has stopped.
const QUEUE: usize = 4096;
/// Notices that wait to be read; more are dropped.
const MAX_NOTICES: usize = 16;
/// How long a close waits for a disk that does not answer.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Where journals go. One for the program; cheap to copy.
#[derive(Clone)]
pub struct Journals {
    folder: Option<PathBuf>,
    wake: Wake,
    compact_after: usize,
}

/// What a journal has to say to the user.
#[derive(Debug)]
pub enum JournalNotice {
    /// Said once; editing goes on.
    Failed(JournalError),
    /// After a failure: everything is on the disk again.
    Works,
}

#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error(
        "a crash would lose what you do now, since the recovery journal cannot be written ({source}). \
         Save your work; make room on the disk or allow writing here: {}",
        .path.display()
    )]
    Io { source: io::Error, path: PathBuf },
    #[error(
        "a crash would lose what you do now, since the disk of the recovery journal does not answer. Save your work: {}",
        .path.display()
    )]
    TooSlow { path: PathBuf },
}

impl Journals {
    /// No journals: for tests, and where the system knows of no home.
    pub fn off() -> Self {
        Self { folder: None, wake: Arc::new(|| {}), compact_after: 512 }
    }

    /// Journals in a folder, which is made when it is needed.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), ..Self::off() }
    }

    /// Called by the journal's thread when there are [`JournalNotice`].
    pub fn waking(self, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self { wake: Arc::new(wake), ..self }
    }

    /// After how many steps to and fro a journal is made shorter.
    pub fn compacting_after(self, steps: usize) -> Self {
        Self { compact_after: steps, ..self }
    }

    /// The journal of a document that begins now. Nothing is written before the first change.
    pub(crate) fn begin(&self, start: Start, mut past: Vec<Event>) -> Journal {
        let Some(folder) = &self.folder else { return Journal(State::Off) };
        past.insert(0, Event::Start(start));
        Journal(State::Waiting { journals: self.clone(), path: folder.join(new_name()), past })
    }

    /// The journal of a recovered document: it goes on after its `good` bytes. `lock` is held already.
    pub(crate) fn continue_at(&self, path: &Path, lock: Lock, good: u64) -> Journal {
        let writer = Writer::of_existing(path.to_owned(), lock, good);
        Journal(self.run(writer, Vec::new()))
    }

    fn run(&self, mut writer: Writer, past: Vec<Event>) -> State {
        let (sender, messages) = sync_channel(QUEUE);
        let (notice_sender, notices) = sync_channel(MAX_NOTICES);
        let (done_sender, done) = sync_channel(1);
        writer.report_to(notice_sender, self.wake.clone());
        writer.compact_after = self.compact_after;
        let path = writer.path.clone();
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
            writer.run(past, &messages);
            // The lock is free before anybody hears that it is done.
            drop(writer);
            drop(done_sender);
        });
        match thread {
            Ok(_) => State::Running { sender: Some(sender), notices, done, path },
            Err(source) => {
                (self.wake)();
                State::Broken(Some(JournalError::Io { source, path }))
            }
        }
    }
}

impl fmt::Debug for Journals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journals").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Distinct among all programs on this machine, and in order of time.
fn new_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    format!("{millis}-{}-{}.{JOURNAL}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[derive(Debug)]
pub(crate) struct Journal(State);

#[derive(Debug)]
enum State {
    Off,
    /// Nothing has changed yet.
    Waiting {
        journals: Journals,
        path: PathBuf,
        past: Vec<Event>,
    },
    Running {
        sender: Option<SyncSender<Message>>,
        notices: Receiver<JournalNotice>,
        done: Receiver<()>,
        path: PathBuf,
    },
    /// The error has not been reported yet.
    Broken(Option<JournalError>),
}

impl Journal {
    /// Hands an event to the journal's thread. Never waits.
    pub(crate) fn record(&mut self, event: Event) {
        match &mut self.0 {
            State::Off | State::Broken(_) => {}
            // A save alone leaves nothing to recover.
            State::Waiting { past, .. } if matches!(event, Event::Saved { .. }) => past.push(event),
            State::Waiting { journals, path, past } => {
                let writer = Writer::of_new(std::mem::take(path));
                let mut past = std::mem::take(past);
                past.push(event);
                self.0 = journals.clone().run(writer, past);
            }
            State::Running { sender, path, .. } => {
                let Some(open) = sender else { return };
                if let Err(error) = open.try_send(Message::Event(event)) {
                    let path = std::mem::take(path);
                    self.0 = State::Broken(Some(match error {
                        TrySendError::Full(_) => JournalError::TooSlow { path },
                        TrySendError::Disconnected(_) => {
                            JournalError::Io { source: io::Error::other("its thread ended"), path }
                        }
                    }));
                }
            }
        }
    }

    pub(crate) fn notices(&mut self) -> Vec<JournalNotice> {
        match &mut self.0 {
            State::Off | State::Waiting { .. } => Vec::new(),
            State::Running { notices, .. } => notices.try_iter().collect(),
            State::Broken(error) => error.take().map(JournalNotice::Failed).into_iter().collect(),
        }
    }

    /// Waits until the thread has done what it was given; true when all of it is written.
    pub(crate) fn settle(&self) -> bool {
        match &self.0 {
            State::Off | State::Waiting { .. } => true,
            State::Broken(_) => false,
            State::Running { sender, .. } => {
                let (answer, answered) = sync_channel(1);
                let sent = sender.as_ref().is_some_and(|sender| sender.send(Message::Settle(answer)).is_ok());
                sent && answered.recv().unwrap_or(false)
            }
        }
    }

    pub fn close(self) {
        if let State::Running { sender: Some(sender), .. } = &self.0 {
            // A full queue belongs to a disk that does not answer: its journal stays, and is offered by the next start.
            let _ = sender.try_send(Message::Close);
        }
    }
}

/// Waits a little for what is still to be written, or removed.
impl Drop for Journal {
    fn drop(&mut self) {
        if let State::Running { sender, done, .. } = &mut self.0 {
            drop(sender.take());
            let _ = done.recv_timeout(CLOSE_PATIENCE);
        }
    }
}
