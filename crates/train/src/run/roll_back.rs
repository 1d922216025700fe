//! Checkpoints of a run that is not being written: lists them, and rolls back to one.

use std::fs;
use std::path::{Path, PathBuf};

use super::RunError;
use super::checkpoint::{CONFIG, RunProgress, STATE, TENSORS, WEIGHTS};
use super::folder::RunFolder;
use super::snapshot::SNAPSHOT;
pub use scenewright_model::checkpoint::{AtomicDir, ModelFolder, Weights};

/// Reads the progress of a checkpoint.
pub fn progress_of(checkpoint: &Path) -> Result<RunProgress, RunError> {
    let file = checkpoint.join(STATE);
    let text = fs::read(&file).map_err(|problem| RunError::io("read the checkpoint", problem, &file))?;
    let damaged = |problem: String| RunError::Checkpoint { problem, path: checkpoint.to_owned() };
    serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))
}

/// The readable checkpoints of a run with their progress, earliest first.
pub fn checkpoints(run: &Path) -> Vec<(PathBuf, RunProgress)> {
    let entries = fs::read_dir(run.join("checkpoints")).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_one = |path: &PathBuf| path.file_name().is_some_and(|name| name != SNAPSHOT && !is_stray(path));
    let mut found: Vec<_> =
        paths.filter(is_one).filter_map(|path| Some((path.clone(), progress_of(&path).ok()?))).collect();
    found.sort_by(|(a, one), (b, other)| (one.step, a).cmp(&(other.step, b)));
    found
}

/// Returns true for a temporary folder that a kill leaves while a checkpoint is written: the new one, or the old one that
/// was moved aside.
fn is_stray(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".scenewright-"))
}

/// Errors if a run cannot resume from the checkpoint. A truncated copy may have a readable state but incomplete weights.
fn validate_checkpoint(checkpoint: &Path) -> Result<RunProgress, RunError> {
    let damaged = |problem: String| RunError::Checkpoint { problem, path: checkpoint.to_owned() };
    let progress = progress_of(checkpoint)?;
    Weights::open(&checkpoint.join(TENSORS)).map_err(|error| damaged(error.to_string()))?;
    if is_model(checkpoint) {
        ModelFolder::open(checkpoint).map_err(|error| damaged(error.to_string()))?;
    } else {
        Weights::open(&checkpoint.join(WEIGHTS)).map_err(|error| damaged(error.to_string()))?;
    }
    Ok(progress)
}

/// Returns true if it holds a model that renders pictures; geometry models and classifiers have no architecture entry.
fn is_model(checkpoint: &Path) -> bool {
    let config = fs::read(checkpoint.join(CONFIG)).ok();
    let config = config.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    config.is_none_or(|config| config.get("architecture").is_some())
}

/// Cleans up after a kill while a checkpoint was written: restores the newest complete version of a checkpoint that is
/// missing, and removes the other temporary folders. Call it only in the process that has locked the run.
pub(super) fn clear_up(checkpoints: &Path) {
    let entries = fs::read_dir(checkpoints).into_iter().flatten();
    let leftovers: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_stray(path)).collect();
    if leftovers.is_empty() {
        return;
    }
    for name in ["last", "best"] {
        let place = checkpoints.join(name);
        if place.exists() {
            continue;
        }
        let inside = leftovers.iter().flat_map(|stray| [stray.clone(), stray.join("old")]);
        // The best checkpoint records its own step as the best.
        let fits =
            |progress: &RunProgress| name == "last" || progress.best.is_some_and(|(_, step)| step == progress.step);
        let whole = inside.filter_map(|path| Some((validate_checkpoint(&path).ok().filter(fits)?.step, path)));
        if let Some((_, path)) = whole.max_by_key(|(step, _)| *step) {
            // If the move fails, the run reports that it has no checkpoint.
            let _ = fs::rename(path, place);
        }
    }
    for stray in leftovers {
        // A folder that cannot be removed only takes space.
        let _ = fs::remove_dir_all(stray);
    }
}

/// Makes this checkpoint the one that the run resumes from. Sheets of later steps are removed; metrics are truncated when
/// the run resumes.
pub fn roll_back(run: &Path, checkpoint: &Path) -> Result<RunProgress, RunError> {
    let folder = RunFolder::open(run)?;
    let progress = validate_checkpoint(checkpoint)?;
    let last = folder.checkpoint("last");
    if checkpoint != last {
        let failed = |problem| RunError::io("roll back to the checkpoint", problem, checkpoint);
        let draft = AtomicDir::new(&last).map_err(failed)?;
        for entry in fs::read_dir(checkpoint).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            fs::copy(entry.path(), draft.path().join(entry.file_name())).map_err(failed)?;
        }
        validate_checkpoint(draft.path())?;
        draft.publish(true).map_err(failed)?;
    }
    for entry in fs::read_dir(folder.samples()).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        if digits.parse::<u64>().is_ok_and(|step| step > progress.step) {
            // A sheet that cannot be removed is overwritten when the run reaches its step again.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(progress)
}
