//! Checkpoints of a run that nobody is writing: which there are, and going back to one.

use std::fs;
use std::path::{Path, PathBuf};

use super::RunError;
use super::folder::RunFolder;
use super::snapshot::SNAPSHOT;
use super::state::{Progress, STATE};
use crate::checkpoint::Draft;

/// How far a checkpoint is.
pub fn progress_of(checkpoint: &Path) -> Result<Progress, RunError> {
    let file = checkpoint.join(STATE);
    let text = fs::read(&file).map_err(|problem| RunError::io("read the checkpoint", problem, &file))?;
    let damaged = |problem: String| RunError::Checkpoint { problem, path: checkpoint.to_owned() };
    serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))
}

/// The checkpoints of a run with how far each is, earliest first. What cannot be read is left out.
pub fn checkpoints(run: &Path) -> Vec<(PathBuf, Progress)> {
    let entries = fs::read_dir(run.join("checkpoints")).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_one = |path: &PathBuf| path.file_name().is_some_and(|name| name != SNAPSHOT);
    let mut found: Vec<_> =
        paths.filter(is_one).filter_map(|path| Some((path.clone(), progress_of(&path).ok()?))).collect();
    found.sort_by(|(a, one), (b, other)| (one.step, a).cmp(&(other.step, b)));
    found
}

/// The run goes on from this checkpoint. Sheets of steps beyond it are removed; metrics are cut when it goes on.
pub fn roll_back(run: &Path, checkpoint: &Path) -> Result<Progress, RunError> {
    let folder = RunFolder::open(run)?;
    let progress = progress_of(checkpoint)?;
    let last = folder.checkpoint("last");
    if checkpoint != last {
        let cannot = |problem| RunError::io("roll back to the checkpoint", problem, checkpoint);
        let draft = Draft::new(&last).map_err(cannot)?;
        for entry in fs::read_dir(checkpoint).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            fs::copy(entry.path(), draft.path().join(entry.file_name())).map_err(cannot)?;
        }
        draft.publish(true).map_err(cannot)?;
    }
    for entry in fs::read_dir(folder.samples()).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        if digits.parse::<u64>().is_ok_and(|step| step > progress.step) {
            // One that stays is replaced when the run comes there again.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(progress)
}
