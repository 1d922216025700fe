//! The journal's thread: one line an event, written at once, flushed when there is nothing else to do.

use super::compact::compact;
use super::event::Event;
use super::handle::{JournalError, JournalNotice, Wake};
use super::line::{line_of, read_events};
use super::lock::{self, Lock};
use scenewright_formats::write_atomically;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// What may wait in memory for a disk that is full. Beyond it the journal ends where it is: a whole beginning is worth more
/// than one with holes.
const MAX_WAITING_BYTES: usize = 64 << 20;

pub(super) enum Message {
    Event(Event),
    /// Answers whether all is written.
    Settle(SyncSender<bool>),
    /// A clean close: the journal has done its work.
    Close,
}

pub(super) struct Writer {
    pub path: PathBuf,
    pub(crate) compact_after: usize,
    lock: Option<Lock>,
    file: Option<File>,
    /// The length of the whole lines in the file.
    good: u64,
    /// Lines that are not in the file yet.
    waiting: Vec<u8>,
    has_given_up: bool,
    is_failing: bool,
    is_unsynced: bool,
    lines: usize,
    /// Lines that only walk to and fro.
    walks: usize,
    notices: Option<SyncSender<JournalNotice>>,
    wake: Wake,
}

impl Writer {
    pub(crate) fn of_new(path: PathBuf) -> Self {
        Self {
            path,
            compact_after: usize::MAX,
            lock: None,
            file: None,
            good: 0,
            waiting: Vec::new(),
            has_given_up: false,
            is_failing: false,
            is_unsynced: false,
            lines: 0,
            walks: 0,
            notices: None,
            wake: Arc::new(|| {}),
        }
    }

    pub(crate) fn of_existing(path: PathBuf, lock: Lock, good: u64) -> Self {
        Self { lock: Some(lock), good, ..Self::of_new(path) }
    }

    pub(crate) fn report_to(&mut self, notices: SyncSender<JournalNotice>, wake: Wake) {
        (self.notices, self.wake) = (Some(notices), wake);
    }

    pub(crate) fn run(&mut self, past: Vec<Event>, messages: &Receiver<Message>) {
        for event in past {
            self.add(event);
        }
        self.write();
        self.sync();
        while let Ok(message) = messages.recv() {
            let mut next = Some(message);
            while let Some(message) = next {
                match message {
                    Message::Event(event) => {
                        self.add(event);
                        self.write();
                    }
                    Message::Settle(answer) => {
                        self.sync();
                        self.shorten();
                        let _ = answer.send(self.waiting.is_empty() && !self.has_given_up);
                    }
                    Message::Close => return self.remove(),
                }
                next = messages.try_recv().ok();
            }
            self.sync();
            self.shorten();
        }
    }

    fn add(&mut self, event: Event) {
        if self.has_given_up {
            return;
        }
        self.lines += 1;
        self.walks += usize::from(matches!(event, Event::GoTo { .. }));
        match line_of(&event.writable()) {
            Ok(line) if self.waiting.len() + line.len() <= MAX_WAITING_BYTES => self.waiting.extend(line),
            other => {
                self.has_given_up = true;
                let why = other.err().map_or_else(|| io::ErrorKind::OutOfMemory.into(), io::Error::from);
                self.report(Err(why));
            }
        }
    }

    /// Writes what waits; what cannot be written waits on.
    fn write(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let written = self.try_write();
        if written.is_err() {
            // No torn line stays in the middle; where even that fails, the next attempt writes over it.
            if let Some(file) = &self.file {
                let _ = file.set_len(self.good);
            }
        }
        self.report(written);
    }

    fn try_write(&mut self) -> io::Result<()> {
        let good = self.good;
        let waiting = std::mem::take(&mut self.waiting);
        let result = self.open().and_then(|file| {
            file.seek(SeekFrom::Start(good))?;
            file.write_all(&waiting)
        });
        match result {
            Ok(()) => {
                self.good += waiting.len() as u64;
                self.is_unsynced = true;
            }
            Err(_) => self.waiting = waiting,
        }
        result
    }

    /// The file, made and locked when it is first needed.
    fn open(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            let folder = self.path.parent().map(PathBuf::from).unwrap_or_default();
            fs::create_dir_all(&folder)?;
            if self.lock.is_none() {
                let is_taken = || io::Error::new(io::ErrorKind::ResourceBusy, "another program holds its lock");
                self.lock = Some(lock::take(&self.path)?.ok_or_else(is_taken)?);
            }
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path)?;
            // The tail that a crash cut off.
            file.set_len(self.good)?;
            #[cfg(unix)]
            if let Ok(folder) = File::open(&folder) {
                // The name itself survives a pulled plug, too, where the file system can do that.
                let _ = folder.sync_all();
            }
            self.file = Some(file);
        }
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// To the disk itself: the system has it already, which is enough for a killed program but not for a pulled plug.
    fn sync(&mut self) {
        if let Some(file) = self.file.as_ref().filter(|_| self.is_unsynced) {
            self.is_unsynced = false;
            let synced = file.sync_data();
            if synced.is_err() {
                self.report(synced);
            }
        }
    }

    /// Makes a journal shorter that mostly walks to and fro. A failure leaves the long one, and is tried again later.
    fn shorten(&mut self) {
        let is_long = self.walks >= self.compact_after && self.walks * 2 >= self.lines;
        if !is_long || !self.waiting.is_empty() || self.has_given_up {
            return;
        }
        self.walks = 0;
        let Ok(bytes) = fs::read(&self.path) else { return };
        let read = read_events(&bytes);
        if read.has_torn_tail {
            return;
        }
        let events = compact(&read.events);
        let Ok(lines) = events.iter().map(line_of).collect::<Result<Vec<_>, _>>() else { return };
        let text = lines.concat();
        // Some systems replace no file that is open.
        self.file = None;
        if write_atomically(&self.path, &text).is_ok() {
            self.good = text.len() as u64;
            self.lines = events.len();
        }
    }

    fn remove(&mut self) {
        self.file = None;
        if self.lock.is_some() {
            // The journal first: a lock without a journal harms nobody.
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_file(lock::lock_file_of(&self.path));
        }
        self.lock = None;
    }

    /// Once when it begins to fail, and once when it works again.
    fn report(&mut self, result: io::Result<()>) {
        if result.is_err() == self.is_failing {
            return;
        }
        self.is_failing = result.is_err();
        let path = self.path.clone();
        let notices = result
            .map_or_else(|source| JournalNotice::Failed(JournalError::Io { source, path }), |()| JournalNotice::Works);
        if let Some(sender) = &self.notices {
            let _ = sender.try_send(notices);
            (self.wake)();
        }
    }
}
