//! The folder of a run: its files, and the lock of its writer.
//!
//! ```text
//! RUN/config.toml            the settings, as they were read
//!     metrics.csv            a row an iteration
//!     tensorboard/           the same as TensorBoard's event files
//!     samples/               sheets of fixed held-out scenes
//!     checkpoints/last/      model folder, and the state to go on from
//!     checkpoints/best/      the lowest loss on held-out scenes
//!     checkpoints/000012000/ kept
//!     run.lock               held by the writing process
//! ```

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::RunError;
use super::roll_back::{clear_up, progress_of};

/// The folder of a run, locked until it is dropped.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// None for processes of a group that only read.
    _lock: Option<File>,
}

const CONFIG: &str = "config.toml";
const A_MOMENT: Duration = Duration::from_millis(200);

impl RunFolder {
    /// A new or empty folder.
    pub(crate) fn create(path: &Path) -> Result<Self, RunError> {
        if path.join(CONFIG).exists() {
            return Err(RunError::Exists { path: path.to_owned() });
        }
        let foreign = match fs::read_dir(path) {
            Ok(mut entries) => entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != "run.lock")),
            Err(_) => false,
        };
        if foreign || path.is_file() {
            return Err(RunError::Foreign { path: path.to_owned() });
        }
        fs::create_dir_all(path).map_err(|problem| RunError::io("make the folder of the run", problem, path))?;
        Self::lock(path)
    }

    pub(crate) fn open(path: &Path) -> Result<Self, RunError> {
        if !path.join(CONFIG).is_file() {
            return Err(RunError::NotARun { path: path.to_owned() });
        }
        let folder = Self::lock(path)?;
        clear_up(&path.join("checkpoints"));
        Ok(folder)
    }

    /// The folder of a run that another process of the same group writes.
    pub(crate) fn beside(path: &Path) -> Self {
        Self { path: path.to_owned(), _lock: None }
    }

    fn lock(path: &Path) -> Result<Self, RunError> {
        let file = path.join("run.lock");
        let cannot = |problem| RunError::io("lock the run", problem, &file);
        let lock = File::options().create(true).write(true).truncate(false).open(&file).map_err(cannot)?;
        let begun = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
                // A process that only asks whether it is being written holds it for a moment.
                Err(TryLockError::WouldBlock) if begun.elapsed() < A_MOMENT => thread::sleep(A_MOMENT / 20),
                Err(TryLockError::WouldBlock) => return Err(RunError::Locked { path: path.to_owned() }),
                Err(TryLockError::Error(problem)) => return Err(cannot(problem)),
            }
        }
    }

    /// Whether this or another program is writing this run.
    pub fn is_being_written(path: &Path) -> bool {
        let lock = File::options().write(true).open(path.join("run.lock"));
        lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// The text of the settings, and the name of their file, for error messages.
    pub(crate) fn settings(&self) -> Result<(String, String), RunError> {
        let file = self.config();
        let text = fs::read_to_string(&file).map_err(|problem| RunError::io("read the settings", problem, &file))?;
        Ok((text, file.display().to_string()))
    }

    /// The loss of the best checkpoint that is there, and its step.
    pub(crate) fn best(&self) -> Option<(f64, u64)> {
        progress_of(&self.checkpoint("best")).ok()?.best
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    pub(crate) fn metrics(&self) -> PathBuf {
        self.path.join("metrics.csv")
    }

    pub(crate) fn tensorboard(&self) -> PathBuf {
        self.path.join("tensorboard")
    }

    pub(crate) fn samples(&self) -> PathBuf {
        self.path.join("samples")
    }

    /// `last`, `best`, or a step.
    pub(crate) fn checkpoint(&self, name: &str) -> PathBuf {
        self.path.join("checkpoints").join(name)
    }
}
